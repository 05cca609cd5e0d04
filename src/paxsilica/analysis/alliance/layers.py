"""What a group of countries holds, layer by layer and material by material: coverage, which needs no equilibrium."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from functools import cache

import numpy as np

from paxsilica.analysis.chain import LAYERS, SupplyChain
from paxsilica.data.materials import load_material_trade
from paxsilica.economy import Array

RAW_YEAR = 2023
"""Last year of the packaged trade in raw materials."""


@cache
def raw_shares() -> tuple[tuple[str, ...], Mapping[str, Array]]:
    """HS 1992 codes with trade in the year, and country -> `[code]` its part of the value exported."""
    t = load_material_trade()
    flows = t.year == t.years.index(RAW_YEAR)
    sold = np.zeros((len(t.countries), len(t.codes)))
    np.add.at(sold, (t.exporter[flows], t.code[flows]), t.value[flows])
    traded = np.flatnonzero(sold.sum(0) > 0)
    shares = sold[:, traded] / sold.sum(0)[traded]
    return tuple(t.codes[at] for at in traded), dict(zip(t.countries, shares, strict=True))


def raw_coverage(countries: Collection[str]) -> Array:
    """`[code]` share of the countries in world exports; trade among them counts too."""
    codes, shares = raw_shares()
    held = [shares[country] for country in countries if country in shares]
    return np.asarray(sum(held, np.zeros(len(codes))))


def layer_coverage(chain: SupplyChain, countries: Collection[str]) -> dict[str, float]:
    """Layer of the Pax Silica declaration -> mean share of the countries over its stages with country data; NaN where no
    source says what they make of any of these."""
    known = [stage for stage in chain.stages if stage.shares is not None]
    told = {
        s.id for s, blind in zip(chain.stages, chain.untold(countries), strict=True) if not blind
    }
    return {
        layer: float(np.mean(held)) if held else np.nan
        for layer in LAYERS
        if (stages := [stage for stage in known if stage.layer == layer])
        for held in [[sum(map(stage.share, countries)) for stage in stages if stage.id in told]]
    }


def together(held: Array) -> Array:
    """The sum over countries, the first axis; NaN where all that is known of them is zero, and of one nothing."""
    total = np.nansum(held, 0)
    return np.where((total == 0) & np.isnan(held).any(0), np.nan, total)
