"""Labels as written, one by one, and which label of an axis each of them means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import NamedTuple

from paxsilica.errors import InputError, LabelError
from paxsilica.names.places import folded, packaged_groups, spellings
from paxsilica.names.rosters import rosters

Spelled = str | Iterable[str] | None

REGION, OWN, GROUP, ALLIANCE, COUNTRY = "region", "own group", "group", "alliance", "country"
"""What a label can be. What stands on an axis by itself is a REGION, also on the axis of sectors."""


class Meaning(NamedTuple):
    """What a label means: a kind, and the code or the group's name under which it is known."""

    kind: str
    key: str


class Index:
    """Spellings of the labels of an axis.

    Args:
        keys: kind -> labels; of those with the same label the first kind is meant. names: label of an axis -> its name.
    """

    def __init__(self, keys: Mapping[str, Iterable[str]], names: Mapping[str, str]) -> None:
        spelled = [
            (label, Meaning(kind, label)) for kind, labels in keys.items() for label in labels
        ]
        spelled += [(name, Meaning(REGION, label)) for label, name in names.items()]
        self.meanings: dict[str, dict[Meaning, None]] = {}
        for text, meaning in spelled:
            self.meanings.setdefault(folded(text), {})[meaning] = None

    def find(self, label: str, what: str = "") -> Meaning | None:
        """What a label means. Raises LabelError: more than one, in a spelling that is not exact."""
        found = self.meanings.get(folded(label), ())
        exact = [meaning for meaning in found if meaning.key == label]
        if len(found) > 1 and not exact:
            keys = " or ".join(meaning.key for meaning in found)
            raise LabelError(f"{prefix(what)}{label!r} can be {keys}; write the one that is meant")
        return next(iter(exact or found), None)


@cache
def world_meanings() -> Mapping[str, Meaning]:
    """What a `folded` text means whatever the economy: a country, before it a standing group, before it an alliance."""
    found = {text: Meaning(COUNTRY, code) for text, code in spellings().items()}
    for key, group in packaged_groups()["regions"].items():
        found |= dict.fromkeys(
            (folded(key), folded(group["name"].split(" (")[0])), Meaning(GROUP, key)
        )
    for key, roster in rosters().items():
        found |= dict.fromkeys((folded(key), folded(roster.title)), Meaning(ALLIANCE, key))
    return found


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
