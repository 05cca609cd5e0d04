"""What a baseline says of itself: where its numbers come from, what was repaired, what its labels mean."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

OWN = " with own "
"""Between the name of a baseline and the arrays that a user replaced."""

BASELINE = "icio2022"
"""The packaged baseline that is meant where none is named."""

BEYOND = "beyond_the_model."
"""Begins the name of a note that says why a result is more than a model of its kind can carry."""


@dataclass(frozen=True)
class Note:
    """One repair or caveat of a baseline.

    Attributes:
        usd_million: the money it moved, million of the baseline's currency; None where it moves none.
        of: the arrays it is about; it goes with them when one is replaced.
        leads: whether a report must begin with it, since its numbers may mean nothing.
    """

    name: str
    text: str
    usd_million: float | None = None
    of: tuple[str, ...] = ()
    leads: bool = False


@dataclass(frozen=True)
class Source:
    """Where a baseline's numbers come from; `of` are the arrays that derive from it, it goes with the last of them."""

    title: str
    publisher: str
    licence: str
    date: str
    url: str = ""
    of: tuple[str, ...] = ()


@dataclass(frozen=True)
class About:
    """What a baseline is called, when it was measured, and what its labels mean.

    Attributes:
        not_modelled_by: array -> the lines of `not_modelled` that hold as long as it is the baseline's.
        region_groups: name -> the members that are regions of the baseline.
        unit: `million` and the currency.
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
    not_modelled_by: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def currency(self) -> str:
        """`USD`: what money is written with."""
        return self.unit.removeprefix("million ")

    def with_own(self, changed: Sequence[str], own: Sequence[str]) -> About:
        """What is left to say where arrays are `changed`, so that those in `own` are the user's."""
        parts = OWN + ", ".join(own).replace("_", " ") if own else ""
        gone = {line for name in changed for line in self.not_modelled_by.get(name, ())}
        return replace(
            self,
            name=self.name.partition(OWN)[0] + parts,
            title=self.title.partition(OWN)[0] + parts,
            year=None if "flows" in changed else self.year,
            sources=tuple(s for s in self.sources if not s.of or not set(s.of) <= set(own)),
            elasticities="given" if "trade_elasticity" in changed else self.elasticities,
            not_modelled=tuple(line for line in self.not_modelled if line not in gone),
        )
