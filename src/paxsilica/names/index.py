"""Labels as written, one by one, and which label of an axis each of them means."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

from paxsilica.errors import InputError, LabelError
from paxsilica.names.places import folded, spellings

Spelled = str | Iterable[str] | None


class Meaning(NamedTuple):
    """What a label means: a kind, and the code or the group's name under which it is known."""

    kind: str
    key: str


class Index:
    """Spellings of the labels of an axis: as they are, and folded."""

    def __init__(self, *layers: Iterable[tuple[Meaning, str]]) -> None:
        self.exact: dict[str, Meaning] = {}
        self.loose: dict[str, dict[Meaning, None]] = {}
        for meaning, text in (entry for layer in layers for entry in layer):
            if text == meaning.key:
                self.exact.setdefault(text, meaning)
            self.loose.setdefault(folded(text), {})[meaning] = None

    def find(self, label: str, what: str = "") -> Meaning | None:
        """What a label means. Raises LabelError: more than one, in a spelling that is not exact."""
        if label in self.exact:
            return self.exact[label]
        found = [*self.loose.get(folded(label), ())]
        if len(found) > 1:
            keys = " or ".join(meaning.key for meaning in found)
            raise LabelError(f"{prefix(what)}{label!r} can be {keys}; write the one that is meant")
        return found[0] if found else None


def parts(written: Spelled, what: str = "") -> tuple[str, ...]:
    """Labels as written, apart; a text has commas between them. Nothing where nothing was written.

    Raises:
        InputError: a name is empty, or has a comma in it (`Hong Kong, China`).
    """
    if written is None:
        return ()
    found = tuple(
        label.strip() for label in (written.split(",") if isinstance(written, str) else written)
    )
    if not all(found):
        raise InputError(
            f"{prefix(what)}a name is empty in {written!r}; write names with commas between them, such as A,B"
        )
    if isinstance(written, str):
        for pair in pairwise(found):
            code = spellings().get(folded(" ".join(pair)))
            if code:
                raise InputError(
                    f"{prefix(what)}{', '.join(pair)!r} can be one place or two; write {code}, or codes for both"
                )
    return found


def prefix(what: str) -> str:
    return f"{what}: " if what else ""
