"""Countries and standing groups of countries, by every spelling that people use for them.

Read from the tables in `packaged/`, so that a name or a group can be corrected without touching code.
"""

from __future__ import annotations

import csv
import tomllib
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher, get_close_matches
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from paxsilica.errors import nearest

FOLDER = Path(__file__).parent / "packaged"

OTHER, ROW = "OTHER", "ROW"
"""Not countries: what a table of materials counts without naming the country, and the rest of the world of a baseline."""


@dataclass(frozen=True)
class Territory:
    """A country, the rest of the world or OTHER.

    Attributes:
        iso2: ISO 3166 alpha-2, then what is written in its stead (`GB`, `UK`); none for ROW and OTHER.
        numeric: the ISO 3166-1 numeric code, the id of its shape on the map; none for ROW, OTHER and Kosovo.
        baseline: whether the packaged baselines have it as a region.
        also: other names. spoken: adjectives, and other words of news. capitals: the seat by which news means its
            government.
    """

    code: str
    name: str
    iso2: tuple[str, ...]
    numeric: str
    baseline: bool
    also: tuple[str, ...]
    spoken: tuple[str, ...]
    capitals: tuple[str, ...] = ()


@cache
def places() -> tuple[Territory, ...]:
    """All countries by ISO 3166 alpha-3 code, then ROW and OTHER."""
    return tuple(
        Territory(
            row["code"],
            row["name"],
            entries_of(row["iso2"]),
            row["numeric"],
            row["baseline"] == "1",
            entries_of(row["also"]),
            entries_of(row["spoken"]),
            entries_of(row["capital"]),
        )
        for row in rows(FOLDER / "places.csv")
    )


def packaged_regions() -> tuple[Territory, ...]:
    """The 80 economies and ROW, in the order of the packaged arrays."""
    return tuple(place for place in places() if place.baseline)


@cache
def country_names() -> Mapping[str, str]:
    """ISO 3166 alpha-3 code -> readable name, of every country; OTHER too."""
    return {place.code: place.name for place in places() if place.code != ROW}


@cache
def spellings() -> Mapping[str, str]:
    """Every spelling of a place, `folded` -> its code."""
    return {
        folded(spelling): place.code
        for place in places()
        for spelling in (place.code, *place.iso2, place.name, *place.also)
    }


LIKE_ENOUGH, LIKE_NO_OTHER = 0.85, 0.05
"""Likeness of 0 to 1 of a misspelt name and a country's, and how much less like it every other country's is."""


@lru_cache(maxsize=4096)
def near_country(label: str) -> tuple[str, bool]:
    """The country whose name a label nearly is, and whether no other comes as near; nothing where none is near."""
    said = folded(label)
    matcher = SequenceMatcher(b=said)
    best: dict[str, float] = {}
    for spelling in get_close_matches(said, spellings(), n=6, cutoff=0.8):
        matcher.set_seq1(spelling)
        code = spellings()[spelling]
        best[code] = max(best.get(code, 0.0), matcher.ratio())
    if not best:
        return "", False
    first, *others = sorted(best.values(), reverse=True)
    alone = not others or others[0] < first - LIKE_NO_OTHER
    return next(c for c, n in best.items() if n == first), alone and first >= LIKE_ENOUGH


def misprint(label: str, valid: Collection[str]) -> str:
    """The hint of `nearest` for a region: by what the label spells, and never one country for another."""
    code = spellings().get(folded(label), "")
    return nearest(code if code in valid else label, valid, likeness=1.0 if code else 0.6)


@cache
def packaged_groups() -> Mapping[str, Any]:
    """The parsed `groups.toml`: `regions` (name, as_of, source, members, outside) and `sectors` (members)."""
    return tomllib.loads((FOLDER / "groups.toml").read_text(encoding="utf-8"))


def group_inside(group: str) -> str:
    """A standing group as it stands inside a sentence: `the European Union`; another by its label."""
    said: str = packaged_groups()["regions"].get(group, {}).get("said", group)
    return said


def members_of_group(group: str) -> tuple[str, ...]:
    """ISO 3166 alpha-3 codes of a standing group's members, those inside the rest of the world last."""
    entry = packaged_groups()["regions"][group]
    return (*entry["members"], *entry.get("outside", ()))


def region_meanings(regions: Sequence[str]) -> dict[str, Any]:
    """What `About` says of those `regions` that are codes of the packaged baselines: names and groups.

    A group counts where all its members are among `regions`; its members inside ROW are told apart.
    """
    known = set(regions)
    groups = {
        name: entry
        for name, entry in packaged_groups()["regions"].items()
        if known.issuperset(entry["members"])
    }
    return {
        "region_names": {p.code: p.name for p in packaged_regions() if p.code in known},
        "region_groups": {name: tuple(entry["members"]) for name, entry in groups.items()},
        "members_inside_row": {
            name: tuple(entry["outside"]) for name, entry in groups.items() if "outside" in entry
        },
    }


@lru_cache(maxsize=10_000)
def folded(text: str) -> str:
    """The text without case, accents, dots, apostrophes, hyphens and a leading `the`: equal for equal names."""
    plain = unicodedata.normalize("NFKD", text.casefold().replace("&", " and "))
    kept = "".join(
        " " if c in "-_‐‑–" or c.isspace() else c
        for c in plain
        if c not in ".,'’‘`()" and not unicodedata.combining(c)
    )
    return " ".join(kept.split()).removeprefix("the ")


def entries_of(cell: str) -> tuple[str, ...]:
    """The entries of a cell that holds several, with `|` between them."""
    return tuple(filter(None, cell.split("|")))


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a packaged CSV file."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
