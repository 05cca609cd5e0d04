"""Every indicator for any number of groups of countries in one pass over the flows.

Axes of the results: `c` HS code, `s` material at a stage, `g` group, `y` year. Trade between members of a group is
inside it: it counts as neither import nor supplier.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from paxsilica.analysis.dependency import indicators as f
from paxsilica.analysis.dependency.tables import MOST_UNNAMED, IntArray, Tables
from paxsilica.economy import Array


@dataclass(frozen=True)
class Indicator:
    """An indicator's rule; its unit, paper and limits stand in `variables.csv` under the same name.

    Attributes:
        of: `code`, a traded product, or `stage`, a material at a stage.
        threshold: None where the source gives none. Above it is dependent; where `inclusive`, on it too.
    """

    name: str
    of: str
    threshold: float | None = None
    inclusive: bool = False

    def holds(self, values: Array) -> f.Bools:
        """Where the threshold is passed; nowhere without a value or a threshold."""
        limit = np.inf if self.threshold is None else self.threshold
        dependent = values >= limit if self.inclusive else values > limit
        return dependent & (self.threshold is not None)


INDICATORS: Mapping[str, Indicator] = {
    indicator.name: indicator
    for indicator in (
        Indicator("import_hhi", "code", f.CONCENTRATED),
        Indicator("world_export_hhi", "code", f.CONCENTRATED),
        Indicator("extra_share", "code", f.MOSTLY_OUTSIDE),
        Indicator("import_export_ratio", "code", f.NOT_REPLACEABLE),
        Indicator("eu_bottom_up", "code", 1.0),
        Indicator("geodep", "code", 1.0),
        Indicator("lasting", "code"),
        Indicator("production_hhi", "stage"),
        Indicator("import_reliance", "stage"),
        Indicator("own_output", "stage"),
        Indicator("world_risk", "stage"),
        Indicator("sourcing_risk", "stage"),
        Indicator("supply_risk", "stage", f.CRITICAL_RISK, inclusive=True),
        Indicator("geopolrisk", "stage"),
        Indicator("output_of_us", "stage"),
        Indicator("from_them", "code"),
        Indicator("from_rest", "code"),
        Indicator("output_of_them", "stage"),
        Indicator("output_of_rest", "stage"),
    )
}


def measure(tables: Tables, group: IntArray, groups: int) -> dict[str, Array]:
    """All indicators that need no second group.

    Args:
        group: `[country]` the group of each country of the tables, -1 for none.
        groups: how many there are.

    Returns:
        Name of the indicator -> `[c or s, g, y]`, NaN where there are no data.
    """
    return {**_of_codes(tables, group, groups), **_of_stages(tables, group, groups)}


def _of_codes(t: Tables, group: IntArray, G: int) -> dict[str, Array]:
    C, Y, value, code = (
        len(t.trade.codes),
        len(t.years),
        t.trade.value,
        t.trade.code.astype(np.intp),
    )
    buyer, seller = group[t.importer], group[t.exporter]
    bought, sold = (code * G + buyer) * Y + t.year, (code * G + seller) * Y + t.year
    extra, intra = (buyer >= 0) & (buyer != seller), (buyer >= 0) & (buyer == seller)

    def total(cell: IntArray, where: f.Bools) -> Array:
        return _sums(cell[where], value[where], C * G * Y).reshape(C, G, Y)

    imports = total(bought, extra)
    import_hhi = _hhi(bought[extra], t.exporter[extra], value[extra], C * G * Y).reshape(C, G, Y)
    world = _hhi(code * Y + t.year, t.exporter, value, C * Y).reshape(C, 1, Y)
    extra_share = f.extra_share(imports, total(bought, intra))
    ratio = f.import_export_ratio(imports, total(sold, seller >= 0))
    one, two, three = (
        (import_hhi, f.CONCENTRATED),
        (extra_share, f.MOSTLY_OUTSIDE),
        (ratio, f.NOT_REPLACEABLE),
    )
    geodep = f.weakest(one, (world, f.CONCENTRATED), three)
    return {
        "import_hhi": import_hhi,
        "world_export_hhi": np.array(np.broadcast_to(world, (C, G, Y))),
        "extra_share": extra_share,
        "import_export_ratio": ratio,
        "eu_bottom_up": f.weakest(one, two, three),
        "geodep": geodep,
        "lasting": _lasting(t, geodep),
    }


def _lasting(t: Tables, geodep: Array) -> Array:
    """GeoDep's verdict of the three years that end with each: 1, 0, or NaN (one is not in trade)."""
    verdict = np.full(geodep.shape, np.nan)
    at = np.searchsorted(t.years, np.array(t.trade.years))
    if len(at) >= f.WINDOW:
        held = INDICATORS["geodep"].holds(geodep)[..., at]
        verdict[..., at[f.WINDOW - 1 :]] = f.lasting(held)
    return verdict


def _sums(cell: IntArray, amount: Array, cells: int) -> Array:
    return np.bincount(cell, amount, cells).astype(float)


def _hhi(cell: IntArray, supplier: IntArray, amount: Array, cells: int) -> Array:
    """`[cell]` HHI of amounts by supplier, NaN where nothing is supplied."""
    _, squares, total = _sourced(
        cell, supplier, amount, cells, np.ones(int(supplier.max(initial=0)) + 1)
    )
    return f.ratio(squares, total**2)


def _sourced(
    cell: IntArray, supplier: IntArray, amount: Array, cells: int, weight: Array
) -> tuple[Array, Array, Array]:
    """`[cell]` sums over suppliers of weight times amount and of weight times amount squared, and of the amount.

    Args:
        weight: `[supplier]`, or `[supplier, y]` where y is the last axis of the cells.
    """
    suppliers = len(weight)
    pairs, inverse = np.unique(cell * suppliers + supplier, return_inverse=True)
    amounts = _sums(inverse, amount, len(pairs))
    its_cell, its_supplier = np.divmod(pairs, suppliers)
    its_weight = (
        weight[its_supplier]
        if weight.ndim == 1
        else weight[its_supplier, its_cell % weight.shape[1]]
    )
    sums = (its_weight * amounts, its_weight * amounts**2, amounts)
    linear, squares, total = (_sums(its_cell, s, cells) for s in sums)
    return linear, squares, total


def _of_stages(t: Tables, group: IntArray, G: int) -> dict[str, Array]:
    S, Y = len(t.subjects), len(t.years)
    shape, cells = (S, G, Y), S * G * Y
    flow, subject = t.flows_of_subjects
    year, tonnes = t.year[flow], t.quantity[flow]
    buyer, seller = group[t.importer[flow]], group[t.exporter[flow]]
    bought, sold = (subject * G + buyer) * Y + year, (subject * G + seller) * Y + year
    extra, away = (buyer >= 0) & (buyer != seller), (seller >= 0) & (buyer != seller)
    comparable = t.comparable[:, None]
    hidden = t.no_figure(group, G)
    known = comparable & np.isin(t.years, t.trade.years) & ~hidden
    member = (group[:, None] == np.arange(G)).astype(float)
    ours = np.tensordot(t.share, member, (1, 0)).swapaxes(1, 2)

    domestic = np.nan_to_num(t.output * t.tonnes_per_unit[:, None])
    s, n, y = np.nonzero((domestic > 0) & (group >= 0)[:, None])
    made = (s * G + group[n]) * Y + y
    unstable = np.where(np.isnan(t.estimate), f.UNKNOWN_INSTABILITY, f.instability(t.estimate))

    origin = t.exporter[flow]
    risky, _, imports = _sourced(bought[extra], origin[extra], tonnes[extra], cells, unstable)
    exports = _sums(sold[away], tonnes[away], cells)
    production = _sums(made, domestic[s, n, y], cells)
    source = (
        np.append(bought[extra], made),
        np.append(origin[extra], n),
        np.append(tonnes[extra], domestic[s, n, y]),
    )
    _, squares, supply = _sourced(*source, cells, 10.0 * unstable)
    sourcing = f.ratio(squares, supply**2).reshape(shape)

    reliance = f.import_reliance(imports, exports, production).reshape(shape)
    recycling = {m.code: m.recycling or 0.0 for m in t.materials}
    recycled = np.array([recycling[s.material] for s in t.subjects])[:, None, None]
    named = np.where(t.unnamed <= MOST_UNNAMED, t.share.swapaxes(0, 1), np.nan).swapaxes(0, 1)
    world = f.governed_hhi(named, 10.0 * unstable, axis=1)[:, None]
    on_world_alone = f.supply_risk(world, np.nan, 0.0, recycled)
    mixed = np.where(np.isnan(sourcing), np.nan, f.supply_risk(world, sourcing, reliance, recycled))
    risk = np.where(comparable, np.where(known, mixed, np.nan), on_world_alone)
    own = f.ratio(production, np.add(imports, production)).reshape(shape)
    concentration = f.hhi(named, axis=1)[:, None]
    score = f.geopolrisk(
        concentration, risky.reshape(shape), imports.reshape(shape), production.reshape(shape)
    )
    return {
        "production_hhi": np.array(np.broadcast_to(concentration, shape)),
        "import_reliance": np.where(known, reliance, np.nan),
        "own_output": np.where(known, own, np.nan),
        "world_risk": np.array(np.broadcast_to(world, shape)),
        "sourcing_risk": np.where(known, sourcing, np.nan),
        "supply_risk": risk,
        "geopolrisk": np.where(known, score, np.nan),
        "output_of_us": np.where(hidden, np.nan, ours),
    }


def versus(t: Tables, us: IntArray, them: IntArray) -> dict[str, Array]:
    """Shares of one second group, `them`, and of the countries that are in neither.

    Args:
        us: `[country]` 1 for a member, else 0. them: the same.

    Returns:
        `from_them`, `from_rest` `[c, 1, y]` of the value of imports from outside; `output_of_them`, `output_of_rest`
        `[s, 1, y]` of world output, unnamed countries counted in neither; NaN where a member's figure is withheld.
    """
    C, Y = len(t.trade.codes), len(t.years)
    extra = (us[t.importer] > 0) & (us[t.exporter] == 0)
    cell = t.trade.code[extra].astype(np.intp) * Y + t.year[extra]
    value, is_them = t.trade.value[extra], them[t.exporter[extra]]
    imports, theirs = (_sums(cell, v, C * Y).reshape(C, 1, Y) for v in (value, value * is_them))
    from_them = f.extra_share(theirs, imports - theirs)
    of_them, of_us = (
        np.where(t.no_figure(group - 1, 1), np.nan, np.einsum("sny,n->sy", t.share, group)[:, None])
        for group in (them, us)
    )
    named = t.share.sum(1)[:, None]
    return {
        "from_them": from_them,
        "from_rest": 1.0 - from_them,
        "output_of_them": of_them,
        "output_of_rest": named - of_them - of_us,
    }
