"""The one tree of errors. Every message says what is wrong, where, and what to do next.

PaxError
├── InputError              the user's input is wrong (exit status 2)
│   ├── LabelError          a region, sector or key that does not exist; names the nearest that does
│   ├── EconomyError        a baseline that is not a valid economy
│   ├── ShockError          a shock that the model cannot take
│   └── FileError           a file of the user's that breaks a rule; carries file and line
│       ├── ScenarioError   a scenario file
│       └── ChainError      a chain file
├── ConvergenceError        the equations were not solved (exit status 1); carries the outcome
└── Cancelled               somebody asked to stop (exit status 130)
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any


class PaxError(Exception):
    """Base of every error that paxsilica raises on purpose."""


class InputError(PaxError, ValueError):
    """The input is wrong; the message is one line and names the remedy."""


class EconomyError(InputError):
    """A baseline table that is not a valid economy."""


class ShockError(InputError):
    """A shock with a shape, sign or size the model cannot take."""


class LabelError(InputError):
    """A label that does not exist on its axis."""


class FileError(InputError):
    """A file that breaks a rule. `path` and `line` say where (line is 1-based or None); of several
    rules that are broken at once (`gathered`), each has its line in the message, and `path` and
    `line` are of the first."""

    def __init__(self, message: str, path: str = "", line: int | None = None) -> None:
        shown = " ".join(path.splitlines())
        place = f"{shown}:{line}: " if line is not None else f"{shown}: " if path else ""
        super().__init__(place + message)
        self.path, self.line = path, line


class ScenarioError(FileError):
    """A scenario file that breaks a rule."""


class ChainError(FileError):
    """A supply chain that breaks a rule; `path` is empty for one built in code."""


MOST_SHOWN = 20
"""Problems of a file that are shown at once."""


def all_lines(problems: Sequence[str]) -> str:
    """Problems as one message: a line each, the first `MOST_SHOWN`, and how many more."""
    lines = list(dict.fromkeys(problems))
    if len(lines) > MOST_SHOWN:
        lines[MOST_SHOWN:] = [f"and {len(lines) - MOST_SHOWN} more problems"]
    return "\n".join(lines)


def gathered(problems: Sequence[FileError]) -> FileError:
    """Problems of files as one error: a line each, in their order, the first `MOST_SHOWN`."""
    files = list(dict.fromkeys(problem.path for problem in problems))
    ordered = sorted(problems, key=lambda one: (files.index(one.path), one.line or 0))
    ordered[0].args = (all_lines([line for one in ordered for line in str(one).split("\n")]),)
    return ordered[0]


class ConvergenceError(PaxError, ArithmeticError):
    """The equations were not solved. `outcome` holds where the solver stopped."""

    def __init__(self, message: str, outcome: Any = None) -> None:
        super().__init__(message)
        self.outcome = outcome


class Cancelled(PaxError):
    """What was being answered has been stopped on purpose."""


def joined(names: Iterable[str], most: int = 4, more: str = "more") -> str:
    """`A, B and C`; beyond `most` names the rest is counted, as so many `more`."""
    shown = list(names)
    if len(shown) > most + 1:
        shown[most:] = [f"{len(shown) - most} {more}"]
    return ", ".join(shown[:-1]) + " and " + shown[-1] if len(shown) > 1 else "".join(shown)


def nearest(
    label: str,
    valid: Iterable[str],
    names: Mapping[str, str] | None = None,
    likeness: float = 0.6,
) -> str:
    """A hint such as `; did you mean VNM (Viet Nam)?`, found by code first, then by `names` (code
    -> name).

    Args:
        likeness: of 0 to 1 that a misprint needs at least; 1 takes only another case for one.
    """
    names = names or {}
    by_key = {code.casefold(): code for code in valid}
    by_name = {names[code].casefold(): code for code in by_key.values() if code in names}
    for cutoff in (1.0, likeness):
        for table in (by_key, by_name):
            close = difflib.get_close_matches(label.casefold(), table, n=1, cutoff=cutoff)
            if close:
                code = table[close[0]]
                return f"; did you mean {code}{f' ({names[code]})' if code in names else ''}?"
    some = ", ".join(sorted(by_key.values())[:8])
    return f"; valid ones begin with {some}" if some else ""
