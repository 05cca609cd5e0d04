"""What share of each flow a measure reaches that names products, or leaves some out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

import numpy as np

from paxsilica.checks import Bool
from paxsilica.economy import Array
from paxsilica.errors import InputError, LabelError, joined
from paxsilica.names import Names
from paxsilica.policy.measure import Effect, FlowMeasure, Goods
from paxsilica.policy.products import EDITIONS, hs_codes, lines_of_codes, us_lines
from paxsilica.policy.rate_table import FlowParts, parts_of
from paxsilica.policy.weights import OnDemand, Weights


def rated_parts(measure: FlowMeasure, names: Names, weights: OnDemand) -> FlowParts | None:
    """What the table of a measure reaches; None where it has none."""
    if not measure.rows:
        return None
    return parts_of(measure.rows, (measure.importer or (), measure.exporter or ()), names, weights)


def of_the_shelf(measure: FlowMeasure) -> bool:
    """Whether a measure's rates are those of a policy, which are means over the sectors already."""
    return bool(measure.rows and measure.rows.said)


def shares_reached(measure: FlowMeasure, names: Names, weights: OnDemand) -> Array:
    """`[n, i, j]` share of a flow that a measure reaches: 1 where it names no product, 0 of what it leaves out; of a table
    what has a rate.

    Raises:
        LabelError: what is no HS code, sector or region; products in an economy of other sectors.
    """
    e = names.table
    if parts := rated_parts(measure, names, weights):
        return parts.reached(e.flows.shape)
    _, sectors, partners = left_out(measure, names)
    reached = np.ones(e.flows.shape)
    if (held := held_codes(measure, names)) is not None:
        reached = _spread(weights(), held)
    reached[..., [e.sectors.index(sector) for sector in sectors]] = 0.0
    for at, as_buyer, as_seller in _sides_left_out(measure, partners, names):
        if as_seller:
            reached[:, at] = 0.0
        if as_buyer:
            reached[at] = 0.0
    return reached


def _sides_left_out(
    measure: FlowMeasure, regions: Sequence[str], names: Names
) -> Iterator[tuple[int, bool, bool]]:
    """Position of each region that is left out, as a buyer or as a seller: as the side that a measure is aimed
    at, where it stands there, else as the side that acts.

    Raises:
        LabelError: none of them stands on any side.
    """
    buyers, sellers = (
        names.regions(side) if side else names.table.regions
        for side in (measure.importer, measure.exporter)
    )
    aimed_at = measure.row.aimed_at
    if regions and not {*buyers, *sellers}.intersection(regions):
        raise LabelError(
            f"except {joined(regions, 3)} leaves out nobody; name whom the measure is on"
        )
    for region in regions:
        as_buyer, as_seller = aimed_at != "exporters", aimed_at != "importers"
        if aimed_at and region not in (sellers if as_seller else buyers):
            as_buyer, as_seller = as_seller, as_buyer
        yield names.table.regions.index(region), as_buyer, as_seller


Held = tuple[tuple[str, ...], tuple[str, ...]]
"""HS 2022 codes that are meant, none for all, and those that are left out of them."""


def held_codes(measure: Goods, names: Names) -> Held | None:
    """What a measure holds by customs code; None where it names none. Raises LabelError: no HS code."""
    named = hs_codes(measure.product or (), measure.edition or EDITIONS[-1])
    codes, _, _ = left_out(measure, names)
    return (named, codes) if named or codes else None


def share_within(measure: FlowMeasure, part: Goods, names: Names, weights: OnDemand) -> Array:
    """`[n, i, j]` share of a part of a flow that a measure reaches: 1 where it reaches all of the flow, and as much as of
    the flow where no customs codes tell."""
    whole = shares_reached(measure, names, weights)
    held, own = held_codes(part, names), held_codes(measure, names)
    if held is None or own is None or measure.rows:
        return whole
    if are_disjoint(held, own):
        return np.zeros_like(whole)
    both, all_of = _spread(weights(), held, own), _spread(weights(), held)
    share: Array = np.divide(both, all_of, out=np.zeros_like(both), where=all_of > 0)
    return np.where(whole > 0, share, 0.0)


def are_disjoint(one: Held | None, other: Held | None) -> bool:
    """Whether no customs line is under both; what names no code holds all."""
    return not np.logical_and(*(_lines_held(held or ((), ())) for held in (one, other))).any()


def _spread(weights: Weights, *held: Held) -> Array:
    """`[n, i, j]` share of each flow that the customs lines under all of these codes are."""
    e = weights.economy
    if not set(e.sectors).intersection(us_lines().sectors):
        raise LabelError(
            f"{e.about.name or 'this economy'} has sectors of its own, which no HS code tells; name its sectors"
        )
    return _line_shares(held, weights).copy()


def left_out(
    measure: Goods, names: Names
) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """HS codes, sectors and regions that a measure leaves out. Raises LabelError: none of them."""
    codes, sectors, regions = labels_left_out(measure, names)
    of_codes = hs_codes(codes, measure.edition or EDITIONS[-1])
    return of_codes, tuple(names.sectors(sectors)), tuple(names.regions(regions))


def labels_left_out(measure: Goods, names: Names) -> tuple[list[str], list[str], list[str]]:
    """What a measure leaves out, as written: HS codes, sectors and regions. Raises LabelError: none of them."""
    codes, sectors, regions = list[str](), list[str](), list[str]()
    for label in measure.except_ or ():
        if is_code(label):
            codes.append(label)
            continue
        try:
            names.sectors([label])
            sectors.append(label)
        except InputError:
            names.regions([label])
            regions.append(label)
    return codes, sectors, regions


@lru_cache(maxsize=64)
def _line_shares(helds: tuple[Held, ...], weights: Weights) -> Array:
    """`[n, i, j]` share of each flow that the lines under all of these codes are; 1 of sectors that have no line where all
    but some lines are meant."""
    found = weights.held(np.logical_and.reduce([_lines_held(one) for one in helds]))
    if not any(named for named, _ in helds):
        found[..., np.isin(weights.economy.sectors, us_lines().sectors, invert=True)] = 1.0
    return found


def deciding_codes(measure: FlowMeasure, names: Names) -> tuple[str, ...]:
    """HS codes, as written, on whose share in trade it depends what a measure reaches."""
    left = [label for label in measure.except_ or () if is_code(label)]
    rows = measure.rows.on(names.day) if measure.rows else ()
    table = (row.product for row in rows if row.product)
    return tuple(dict.fromkeys([*(measure.product or ()), *left, *table]))


def deciding_lines(measure: FlowMeasure, names: Names) -> Bool:
    """`[c]` the customs lines under them."""
    edition = measure.edition or EDITIONS[-1]
    return lines_of_codes(hs_codes(deciding_codes(measure, names), edition))


def is_code(label: str) -> bool:
    """Whether what is left out is a customs code, and no sector or region."""
    return label.strip()[:1].isdigit() or label.strip()[:2].upper() == "HS"


def _lines_held(held: Held) -> Bool:
    named, left = held
    lines: Bool = lines_of_codes(named) if named else np.ones(len(us_lines().codes), dtype=np.bool_)
    return lines & ~lines_of_codes(left)


def by_code(effects: Sequence[Effect]) -> list[tuple[Effect, FlowMeasure]]:
    """Those effects whose reach depends on customs codes, with what they reach; none of the policies off the shelf."""
    of = [(effect, effect.goods) for effect in effects if effect.goods]
    return [(effect, one) for effect, one in of if one.by_product and not of_the_shelf(one)]


def shares_of(effects: Sequence[Effect], names: Names, weights: OnDemand) -> Array | None:
    """`[n, i, j]` the largest share of a flow that effects reach, where they act; None where no codes decide it."""
    found = [
        np.where(effect.cells, shares_reached(goods, names, weights), 0.0)
        for effect, goods in by_code(effects)
    ]
    return np.max(found, axis=0) if found else None


def lines_reached(effects: Sequence[Effect], names: Names) -> Bool:
    """`[c]` the customs lines on which it depends what effects reach."""
    lines: Bool = np.any([deciding_lines(goods, names) for _, goods in by_code(effects)], axis=0)
    return lines


def trade_reached(reached: Array, names: Names) -> dict[str, float]:
    """Sector -> share of the baseline's trade between the partners of a measure that it reaches, where it is neither
    nothing nor all; the largest trade first.

    Args:
        reached: `[n, i, j]` of `shares_of`.
    """
    e = names.table
    between: Bool = np.any(reached > 0, axis=2)
    trade = np.where(between[:, :, None], e.flows, 0.0)
    whole, part = trade.sum((0, 1)), (trade * reached).sum((0, 1))
    some = [j for j in np.argsort(-part, kind="stable") if part[j] > 0]
    return {e.sectors[j]: float(part[j] / whole[j]) for j in some}


def part_known(reached: Array, known: Bool, names: Names) -> dict[str, float]:
    """Sector -> part of the trade reached of whose importers the products are known, `[n, j]`, by code."""
    e = names.table
    part = (e.flows * reached).sum(1)
    whole, own = part.sum(0), (part * known).sum(0)
    return {e.sectors[j]: float(own[j] / whole[j]) for j in np.flatnonzero(whole > 0)}
