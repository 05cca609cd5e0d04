"""What a baseline says of itself: where its numbers come from, what was repaired, what its labels mean."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True)
class Note:
    """One repair or caveat of a baseline, with the money it moved (million USD; None where it moves none)."""

    name: str
    text: str
    usd_million: float | None = None


@dataclass(frozen=True)
class Source:
    """Where a baseline's numbers come from."""

    title: str
    publisher: str
    licence: str
    date: str
    url: str = ""


@dataclass(frozen=True)
class About:
    """What a baseline is called, when it was measured, and what its labels mean.

    Attributes:
        region_groups: name -> the members that are regions of the baseline.
        members_inside_row: group -> the members that are not, since the table holds them inside the rest of the world.
    """

    name: str = "flows"
    title: str = "Economy built from flows"
    year: int | None = None
    unit: str = "million USD"
    region_names: Mapping[str, str] = field(default_factory=dict)
    sector_names: Mapping[str, str] = field(default_factory=dict)
    region_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    members_inside_row: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sector_groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sources: tuple[Source, ...] = ()
    elasticities: str = "given"
    not_modelled: tuple[str, ...] = ()
