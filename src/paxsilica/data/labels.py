"""What the labels of the packaged baselines mean: names, ISO codes, groups, sources, country shapes.

Read from small text files beside the arrays, so that a name or a group can be corrected without touching code.
"""

from __future__ import annotations

import csv
import json
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from paxsilica.economy import Source
from paxsilica.errors import LabelError, nearest

PACKAGED = Path(__file__).parent / "packaged"

NICKNAMES = {"UK": "GBR", "EL": "GRC", "UAE": "ARE"}
"""What people write beside the ISO codes; EL is the European Union's own code of Greece."""


@dataclass(frozen=True)
class Region:
    """A region of the packaged baselines. `numeric` is the ISO 3166-1 numeric code, the id of its shape on the map."""

    code: str
    name: str
    iso2: str
    numeric: str


@dataclass(frozen=True)
class Sector:
    """A sector of the packaged baselines. `source_name` is how the OECD table calls it."""

    code: str
    name: str
    goods: bool
    source_name: str


@cache
def packaged_regions() -> tuple[Region, ...]:
    """The 80 economies and ROW, in the order of the arrays."""
    return tuple(Region(**row) for row in _rows("regions.csv"))


@cache
def packaged_sectors() -> tuple[Sector, ...]:
    """The 27 goods sectors, the services aggregate SERV (28-sector version) and its 23 parts (50-sector version)."""
    rows = _rows("sectors.csv")
    return tuple(
        Sector(row["code"], row["name"], row["goods"] == "1", row["source_name"]) for row in rows
    )


@cache
def _sources() -> Mapping[str, tuple[str, Source]]:
    """Key -> what the source is used for (`economies` unless the entry says), and the source."""
    keys = ("title", "publisher", "licence", "date", "url")
    entries = _toml("SOURCES.toml").items()
    return {
        key: (entry.get("of", "economies"), Source(**{k: entry[k] for k in keys}))
        for key, entry in entries
    }


def packaged_sources() -> tuple[Source, ...]:
    """Title, publisher, licence, vintage and address of everything the packaged economies derive from."""
    return tuple(source for of, source in _sources().values() if of == "economies")


def sources_of(keys: Iterable[str]) -> tuple[Source, ...]:
    """The packaged sources with these keys, in the order given. Raises LabelError."""
    for key in keys:
        if key not in _sources():
            raise LabelError(f"unknown source {key!r}{nearest(key, _sources())}")
    return tuple(_sources()[key][1] for key in keys)


@cache
def packaged_groups() -> Mapping[str, Any]:
    """The parsed `groups.toml`: `regions` (name, as_of, source, members, outside) and `sectors` (members)."""
    return _toml("groups.toml")


def region_groups(regions: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The packaged region groups all of whose members are among `regions`."""
    groups = {name: tuple(group["members"]) for name, group in packaged_groups()["regions"].items()}
    return {name: members for name, members in groups.items() if set(members) <= set(regions)}


def members_inside_row(regions: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """For each of `region_groups(regions)`: ISO codes of the members that the source table holds only inside ROW."""
    found = {
        name: packaged_groups()["regions"][name].get("outside", ())
        for name in region_groups(regions)
    }
    return {name: tuple(codes) for name, codes in found.items() if codes}


def region_aliases(regions: Sequence[str]) -> Mapping[str, str]:
    """ISO alpha-2 codes and nicknames of those `regions` that are packaged codes -> the code."""
    aliases = {r.iso2: r.code for r in packaged_regions() if r.iso2} | NICKNAMES
    return {alias: code for alias, code in aliases.items() if code in set(regions)}


def sector_groups(sectors: Sequence[str]) -> Mapping[str, tuple[str, ...]]:
    """The packaged sector groups, each cut to `sectors`; none where a sector is not one of the packaged codes."""
    if not set(sectors) <= {sector.code for sector in packaged_sectors()}:
        return {}
    groups = {
        name: tuple(s for s in sectors if s in members)
        for name, members in packaged_groups()["sectors"].items()
    }
    return {name: members for name, members in groups.items() if members}


def region_names(regions: Sequence[str]) -> Mapping[str, str]:
    """Readable names of those `regions` that are packaged codes."""
    return {r.code: r.name for r in packaged_regions() if r.code in set(regions)}


def sector_names(sectors: Sequence[str]) -> Mapping[str, str]:
    """Readable names of those `sectors` that are packaged codes."""
    return {s.code: s.name for s in packaged_sectors() if s.code in set(sectors)}


def world_map() -> dict[str, Any]:
    """Country shapes as TopoJSON, object `countries`; a shape's `id` is `Region.numeric`."""
    shapes: dict[str, Any] = json.loads((PACKAGED / "countries.json").read_text(encoding="utf-8"))
    return shapes


def _rows(name: str) -> list[dict[str, str]]:
    with (PACKAGED / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _toml(name: str) -> dict[str, Any]:
    return tomllib.loads((PACKAGED / name).read_text(encoding="utf-8"))
