"""A chain file as it is read: entries with their places, and everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from paxsilica.economy import Note
from paxsilica.errors import ChainError, FileError, nearest
from paxsilica.policy.reader import FileLine, Tree, Where
from paxsilica.policy.values import LONGEST_TEXT, LONGEST_TITLE, one_line, parse_percent


@dataclass
class ChainDraft:
    """A file as read, its stages by id; `place` is where it begins, `places` maps an entry to its
    file and line. Values that are wrong are among the `problems`, and something harmless stands in
    for them; of the lines `unread` no more need be said."""

    place: FileLine
    tree: dict[str, Any]
    places: dict[Where, FileLine]
    problems: list[FileError]
    unread: set[tuple[str, int | None]]
    notes: list[Note] = field(default_factory=list)

    def wrong(self, message: str, *where: str | int) -> None:
        """A problem, unless its line could not be read."""
        problem = self.error(message, *where)
        if (problem.path, problem.line) not in self.unread:
            self.problems.append(problem)

    def error(self, message: str, *where: str | int) -> ChainError:
        while where and where not in self.places:
            where = where[:-1]
        return ChainError(message, *self.places.get(where, self.place))

    def read(self, value: Tree, parse: Any, missing: Any, *where: str | int, of: str = "") -> Any:
        """A value; `missing` where it is wrong, which is then among the problems.

        Args:
            parse: what reads it, or `[what reads each entry]` of a list.
        """
        if isinstance(parse, list):
            entries = self.read(value, list_of, (), *where, of=of)
            return tuple(
                self.read(e, parse[0], missing, *where, at) for at, e in enumerate(entries)
            )
        try:
            return parse(value)
        except ValueError as exc:
            text = str(exc).replace("KEY", str(where[-1]))
            self.wrong(f"{of}{where[-1]} {text}", *where)
            return missing

    def values(self, entry: Any, kind: str, where: Where = (), of: str = "") -> dict[str, Any]:
        """The values of a mapping by key, as far as they are given."""
        found = dict(MISSING[kind])
        if not isinstance(entry, dict):
            self.wrong(f"{of}must be a mapping, `key: value`", *where)
            return found
        place = {"file": "", "input": " of an input"}.get(kind, f" of a {kind}")
        hints = {key: nearest(key, READ[kind]) for key in entry if key not in READ[kind]}
        for key, hint in hints.items():
            self.wrong(f"unknown key {key!r}{place}{hint}", *where, key)
        misspelt = "".join(hints.values())
        for key, parse in READ[kind].items():
            if key in entry and parse:
                value = self.read(entry[key], parse, None, *where, key, of=of)
                found |= {} if value is None else {key: value}
            elif key not in entry and key in found and f"did you mean {key}?" not in misspelt:
                self.wrong(f"{of}{key} {HOW.get(key, 'is missing; add it')}", *where)
        return found


def _typed(kind: type, wrong: str, value: Tree) -> Any:
    if not isinstance(value, kind):
        raise ValueError(wrong)
    return value


list_of = partial(_typed, list, "must be a list; write `KEY: [...]`")
mapping_of = partial(_typed, dict, "must be a mapping, `key: value`")
_plain_text = partial(_typed, str, "must be text, not a list or a mapping")


def text_of(value: Tree, longest: int = LONGEST_TEXT) -> str:
    return one_line(_plain_text(value), longest)


def _matched(pattern: str, wrong: str, convert: Callable[[str], Any], value: Tree) -> Any:
    text = text_of(value)
    if not re.fullmatch(pattern, text):
        raise ValueError(f"{text[:30]!r} {wrong}")
    return convert(text)


_number = partial(
    _matched,
    r"[+-]?\d{1,9}(\.\d{1,9})?",
    "is no plain number; write one such as 2 or 0.5",
    float,
)
_a_year = partial(_matched, r"\d{4}", "is no year; write one such as 2024", int)
_a_time = partial(
    _matched,
    r"[+-]?\d{1,6}(\.\d{1,9})? days?",
    "is no time in days; write it as in `KEY: 60 days`, up to 999999 days",
    lambda text: float(text.split()[0]),
)
_yes = partial(
    _matched,
    "yes|no",
    "is neither yes nor no; write `KEY: yes`, or leave it out",
    lambda text: text == "yes",
)


def _all_text(*keys: str) -> dict[str, Any]:
    return dict.fromkeys(keys, text_of)


READ: Mapping[str, Mapping[str, Any]] = {
    "file": {
        **dict.fromkeys(("schema", "extends", "stages")),
        **{"title": partial(text_of, longest=LONGEST_TITLE), "note": text_of},
        **{"final": [text_of], "links": list_of, "sources": mapping_of},
    },
    "source": _all_text("title", "publisher", "licence", "date", "url"),
    "stage": {
        **dict.fromkeys(("id", "shares")),
        **_all_text("name", "layer", "source", "basis", "note"),
        **{"year": _a_year, "capital": _yes, "stock": _a_time, "rebuild": _a_time},
        **{"spare": parse_percent, "inputs": list_of},
    },
    "input": _all_text("stage", "note") | {"weight": _number, "substitutable": parse_percent},
    "link": _all_text("stage", "kind", "source", "note")
    | {"sectors": [text_of], "exposed": parse_percent, "cost": parse_percent},
}
"""Kind of entry -> its keys, and how their values are read, see `ChainDraft.read`; None where it is done elsewhere."""

MISSING: Mapping[str, dict[str, Any]] = {
    "file": {"title": ""},
    "source": dict.fromkeys(("title", "publisher", "licence", "date"), ""),
    "stage": {"name": "", "shares": None},
    "input": {"stage": ""},
    "link": {"stage": "", "exposed": 1.0},
}
"""What every entry must have, and what stands in for it where it has not."""

HOW = {
    "title": "is missing; say in one line what the chain makes",
    "name": "is missing; say what it makes",
    "shares": "are missing; write `shares: {CHN: 69%}` or `shares: unknown`",
    "exposed": "is missing; write the share of these sectors' output that depends on the stage",
}
