"""Sectors by code, by name, and by the goods that people mean: what a sector is called and what it only holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from paxsilica.names.places import FOLDER, entries_of, folded, packaged_groups, rows


@dataclass(frozen=True)
class Sector:
    """A sector of the packaged baselines.

    Attributes:
        source_name: how the OECD table calls it.
        also: other names of the whole sector. holds: goods that are a part of it, and have no sector of their own.
    """

    code: str
    name: str
    goods: bool
    source_name: str
    also: tuple[str, ...]
    holds: tuple[str, ...]


@cache
def packaged_sectors() -> tuple[Sector, ...]:
    """The 27 goods sectors, the services aggregate SERV (28-sector version) and its 23 parts (50-sector version)."""
    return tuple(
        Sector(
            row["code"],
            row["name"],
            row["goods"] == "1",
            row["source_name"],
            entries_of(row["also"]),
            entries_of(row["holds"]),
        )
        for row in rows(FOLDER / "sectors.csv")
    )


def sector_meanings(sectors: Sequence[str]) -> dict[str, Any]:
    """What `About` says of those `sectors` that are packaged codes: names and, where all are packaged, groups."""
    known = {
        sector.code: sector.name for sector in packaged_sectors() if sector.code in set(sectors)
    }
    groups = packaged_groups()["sectors"] if len(known) == len(set(sectors)) else {}
    cut = {name: tuple(s for s in sectors if s in members) for name, members in groups.items()}
    return {"sector_names": known, "sector_groups": {n: found for n, found in cut.items() if found}}


def holders(text: str, sectors: Sequence[str]) -> tuple[str, ...]:
    """Those of the packaged codes among `sectors` that hold a good; SERV for a service that is not told apart."""
    return _among("holds", text, sectors)


def goods_named() -> tuple[str, ...]:
    """Everything that `holders` knows, folded."""
    return tuple(_index("holds"))


def called(text: str, sectors: Sequence[str]) -> tuple[str, ...]:
    """The packaged code among `sectors` that has this name as a whole; () if none has."""
    return _among("also", text, sectors)


def _among(column: str, text: str, sectors: Sequence[str]) -> tuple[str, ...]:
    services = {sector.code for sector in packaged_sectors() if not sector.goods}
    codes = (
        "SERV" if code in services.difference(sectors) else code
        for code in _index(column).get(folded(text), ())
    )
    return tuple(code for code in dict.fromkeys(codes) if code in sectors)


@cache
def _index(column: str) -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for sector in packaged_sectors():
        more = (sector.name, sector.source_name) if column == "also" else ()
        for text in (*more, *getattr(sector, column)):
            found[folded(text)] = (*found.get(folded(text), ()), sector.code)
    return found
