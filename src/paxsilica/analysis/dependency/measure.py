"""Every indicator for any number of groups of countries in one pass over the flows.

Axes of the results: `c` HS code, `s` material at a stage, `g` group, `y` year. Trade between members of a group is
inside it: it counts as neither import nor supplier.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from paxsilica.analysis.dependency import indicators as f
from paxsilica.analysis.dependency.tables import MOST_UNNAMED, Tables
from paxsilica.data.materials import IntArray
from paxsilica.economy import Array
from paxsilica.names.places import rows


@dataclass(frozen=True)
class Indicator:
    """A row of `indicators.csv`; its unit, paper and limits stand in `variables.csv` under the same name.

    Attributes:
        of: `code`, a traded product, or `stage`, a material at a stage.
        threshold: infinite where the source gives none. Above it is dependent; where `inclusive`, on it too.
        reads: what beside its own axis: `trade` of the stage, makers in the rest of the `world`, `stability`.
        shown: the year that a screen has room for, the `latest` or that of the `risk`; empty for none.
    """

    name: str
    of: str
    threshold: float
    inclusive: bool
    reads: str
    shown: str

    def holds(self, values: Array) -> f.Bools:
        """Where the threshold is passed; nowhere without a value or a threshold."""
        return values >= self.threshold if self.inclusive else values > self.threshold


ByName = dict[str, Array]
"""Name of an indicator -> its values."""

INDICATORS = {
    indicator.name: indicator
    for indicator in TypeAdapter(list[Indicator]).validate_python(
        rows(Path(__file__).parent / "indicators.csv")
    )
}

RULES = {
    "eu_bottom_up": ("import_hhi", "extra_share", "import_export_ratio"),
    "geodep": ("import_hhi", "world_export_hhi", "import_export_ratio"),
}
"""Rules that hold where each of their criteria does."""


def measure(t: Tables, group: IntArray, groups: int, them: IntArray | None = None) -> ByName:
    """All indicators, NaN where there are no data.

    Args:
        group: `[country]` the group of each country of the tables, -1 for none.
        groups: how many there are.
        them: `[country]` 1 for a member of a second group, whose shares are wanted, else 0.
    """
    return {**of_codes(t, group, groups, them), **_of_stages(t, group, groups, them)}


def of_codes(t: Tables, group: IntArray, groups: int, them: IntArray | None = None) -> ByName:
    """The indicators of traded products, `[c, g, y]`."""
    shape = C, _, Y = len(t.trade.codes), groups, len(t.years)
    alike = np.ones(len(t.countries) * Y)
    bought, imports, exports, inside = _trade_sums(
        t, group, shape, t.trade.code, slice(None), t.trade.value
    )
    sold = _by_maker(t, (C, Y), (t.trade.code, t.year), t.exporter, t.trade.value)
    world = _concentration(sold, alike).reshape(C, 1, Y)
    values = {
        "import_hhi": _concentration(bought, alike).reshape(shape),
        "world_export_hhi": np.broadcast_to(world, shape),
        "extra_share": f.extra_share(imports, inside),
        "import_export_ratio": f.import_export_ratio(imports, exports + inside),
    }
    for rule, criteria in RULES.items():
        values[rule] = f.weakest(*((values[name], INDICATORS[name].threshold) for name in criteria))
    values["lasting"] = _lasting(t, values["geodep"])
    if them is not None:
        theirs = (bought @ np.repeat(them, Y)).reshape(shape)
        values["from_them"] = f.ratio(theirs, imports)
        values["from_rest"] = 1.0 - values["from_them"]
    return values


def _lasting(t: Tables, geodep: Array) -> Array:
    """GeoDep's verdict of the three years that end with each: 1, 0, or NaN (one is not in trade)."""
    verdict = np.full(geodep.shape, np.nan)
    at = np.searchsorted(t.years, np.array(t.trade.years))
    if len(at) >= f.WINDOW:
        held = INDICATORS["geodep"].holds(geodep)[..., at]
        verdict[..., at[f.WINDOW - 1 :]] = f.lasting(held)
    return verdict


def _of_stages(t: Tables, group: IntArray, groups: int, them: IntArray | None) -> ByName:
    """The indicators of materials at a stage, `[s, g, y]`."""
    shape = len(t.subjects), groups, len(t.years)
    subject, flow = t.flows_of_subjects
    bought, imports, exports, _ = _trade_sums(t, group, shape, subject, flow, t.quantity)
    made = np.nan_to_num(t.output * t.tonnes_per_unit[:, None]) * (group >= 0)[:, None]
    s, n, y = np.nonzero(made)
    produced = _by_maker(t, shape, (s, group[n], y), n, made[s, n, y])
    production = produced.sum(1).reshape(shape)

    unstable = f.instability(t.latest_stability[1])
    unstable = np.where(np.isnan(unstable), f.UNKNOWN_INSTABILITY, unstable)
    named = np.where(t.unnamed[:, None] <= MOST_UNNAMED, t.share, np.nan)
    world = f.governed_hhi(named, 10.0 * unstable, axis=1)[:, None]
    sourcing = _concentration(bought + produced, 10.0 * unstable.ravel()).reshape(shape)
    reliance = f.import_reliance(imports, exports, production)
    recycling = np.nan_to_num(t.recycling)[:, None, None]

    comparable, hidden = t.comparable[:, None], t.no_figure(group, groups)
    known = comparable & np.isin(t.years, t.trade.years) & ~hidden
    assessed = (
        known & ~np.isnan(sourcing) | ~comparable
    )  # where output is no mass, the world's alone
    own = np.where(comparable, sourcing, np.nan)
    risk = f.supply_risk(world, own, reliance, recycling)
    concentration = f.hhi(named, axis=1)[:, None]
    risky = (bought @ unstable.ravel()).reshape(shape)
    of_sourcing = {
        "import_reliance": reliance,
        "own_output": f.ratio(production, np.add(imports, production)),
        "sourcing_risk": sourcing,
        "geopolrisk": f.geopolrisk(concentration, risky, imports, production),
    }
    values = {name: np.where(known, value, np.nan) for name, value in of_sourcing.items()}
    values |= {
        "production_hhi": concentration,
        "world_risk": world,
        "supply_risk": np.where(assessed, risk, np.nan),
        "output_of_us": _output_of(t, group, groups),
    }
    if them is not None:
        theirs, everybody = _output_of(t, them - 1, 1), t.share.sum(1)[:, None]
        values["output_of_them"] = theirs
        values["output_of_rest"] = everybody - theirs - values["output_of_us"]
    return {name: np.broadcast_to(its, shape) for name, its in values.items()}


def _output_of(t: Tables, group: IntArray, groups: int) -> Array:
    """`[s, g, y]` share in world output, NaN where a member's figure is withheld."""
    member = (group[:, None] == np.arange(groups)).astype(float)
    made = np.tensordot(t.share, member, (1, 0)).swapaxes(1, 2)
    return np.where(t.no_figure(group, groups), np.nan, made)


def _trade_sums(
    t: Tables, group: IntArray, shape: tuple[int, ...], row: IntArray, flow: Any, amount: Array
) -> tuple[Any, Array, Array, Array]:
    """What groups buy from outside by origin (see `_by_maker`), all of it, what they sell to the outside, and inside.

    Args:
        shape: rows, groups and years; that of the sums. flow: positions of flows. row: of each of them.
        amount: of every flow.
    """
    year, buyer, seller = t.year[flow], group[t.importer[flow]], group[t.exporter[flow]]

    def by_origin(who: IntArray, where: f.Bools) -> Any:
        where = where & (who >= 0)
        cell = row[where], who[where], year[where]
        return _by_maker(t, shape, cell, t.exporter[flow][where], amount[flow][where])

    abroad = buyer != seller
    sides = (buyer, abroad), (seller, abroad), (buyer, ~abroad)
    bought, sold, inside = (by_origin(who, where) for who, where in sides)
    imports, exports, within = (its.sum(1).reshape(shape) for its in (bought, sold, inside))
    return bought, imports, exports, within


def _by_maker(
    t: Tables, shape: tuple[int, ...], cell: tuple[IntArray, ...], maker: IntArray, amount: Array
) -> Any:
    """`[cell, maker and year]` sparse: amounts added up by cell, a place in `shape` with the year last, and maker."""
    from scipy import sparse

    makers = len(t.countries), len(t.years)
    place = np.ravel_multi_index(cell, shape), np.ravel_multi_index((maker, cell[-1]), makers)
    return sparse.csr_array((amount, place), shape=(math.prod(shape), math.prod(makers)))


def _concentration(supply: Any, weight: Array) -> Array:
    """`[cell]` sum over makers of weight times squared share, NaN where nothing is supplied."""
    return f.ratio(supply.power(2) @ weight, supply.sum(1) ** 2)
