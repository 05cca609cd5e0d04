"""What a group of countries holds, layer by layer and material by material: coverage, which needs no equilibrium."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np

from paxsilica.analysis.chain import LAYERS, SupplyChain
from paxsilica.data.materials import load_material_trade
from paxsilica.economy import Array
from paxsilica.errors import InputError

RAW_YEAR = 2023
"""Last year of the packaged trade in raw materials."""


@dataclass(frozen=True, eq=False)
class RawCoverage:
    """Share of a group in world exports of raw materials.

    Attributes:
        codes, names: HS 1992 codes with trade in the year, and what they are. share: `[code]` of the value exported.
    """

    year: int
    codes: tuple[str, ...]
    names: tuple[str, ...]
    share: Array

    @property
    def mean(self) -> float:
        """Mean over the codes, each counting alike."""
        return float(self.share.mean())


def raw_coverage(countries: Collection[str], year: int = RAW_YEAR) -> RawCoverage:
    """Exports of the countries over those of the world, by code and value; trade among the members counts too.

    Raises:
        InputError: a year without trade data.
    """
    t = load_material_trade()
    if year not in t.years:
        raise InputError(f"no trade data for {year}; there are {t.years[0]} to {t.years[-1]}")
    flows = t.year == t.years.index(year)
    ours = np.isin(
        t.exporter, [at for at, country in enumerate(t.countries) if country in set(countries)]
    )
    world = np.bincount(t.code[flows], t.value[flows], len(t.codes))
    held = np.bincount(t.code[flows & ours], t.value[flows & ours], len(t.codes))
    traded = world > 0
    return RawCoverage(
        year=year,
        codes=tuple(code for code, there in zip(t.codes, traded, strict=True) if there),
        names=tuple(name for name, there in zip(t.names, traded, strict=True) if there),
        share=held[traded] / world[traded],
    )


def layer_coverage(chain: SupplyChain, countries: Collection[str]) -> Mapping[str, float]:
    """Layer of the Pax Silica declaration -> mean share of the countries over its stages with country data."""
    found: dict[str, float] = {}
    for layer in LAYERS:
        stages = [
            stage for stage in chain.stages if stage.layer == layer and stage.shares is not None
        ]
        if stages:
            found[layer] = float(
                np.mean([sum(stage.share(country) for country in countries) for stage in stages])
            )
    return found
