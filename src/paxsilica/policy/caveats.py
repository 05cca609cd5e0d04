"""What a reader of a measure would overlook: trade inside a union, services, absent flows."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from paxsilica.checks import Bool
from paxsilica.economy import Array
from paxsilica.names import Names, joined
from paxsilica.policy.cells import axis_labels
from paxsilica.policy.measure import FlowMeasure, Measure
from paxsilica.policy.measures.bans import Ban
from paxsilica.policy.products import BUYER, EDITIONS, hs_codes, lines_of_codes
from paxsilica.policy.reach import of_the_shelf, shares_reached, trade_reached

DOES = {
    "tariff": "taxes",
    "export_tax": "taxes",
    "export_ban": "bans",
    "import_ban": "bans",
    "tariff_quota": "taxes",
}


def caveats(measure: Measure, cells: Bool, standing: Bool, names: Names) -> Iterator[str]:
    """Sentences to stand behind that of the measure.

    Args:
        cells: `[n, i, j]` trade or `[n, j]` production that it reaches. standing: of these, what no later one sets anew.
    """
    economy, is_flow = names.table, isinstance(measure, FlowMeasure)
    size = np.where(cells, economy.flows if is_flow else economy.output, 0.0)
    none = f"The baseline has none of this {'trade' if is_flow else 'production'}"
    stays = f"what is zero stays zero, whatever the {measure.kind.replace('_', ' ')}"
    if not size.any():
        yield f"{none}: {stays}."
        return
    if idle := list(dict.fromkeys(_idle(measure, size, names))):
        yield f"{none} for {joined(idle)}: {stays}."
    if isinstance(measure, Ban) and measure.share < 1:
        yield "At unchanged prices the volume would fall by this share; how far it falls depends on prices too."
    if isinstance(measure, FlowMeasure) and measure.by_product and not of_the_shelf(measure):
        yield from _coverage(measure, cells, names)
    if measure.kind == "capacity_loss":
        yield (
            "Beware: what the lost plants were worth is not counted, its workers find other work, and buyers abroad pay "
            "the scarcity price, so that the region itself may gain."
        )
    if measure.kind == "price_cap":
        yield "Beware: the seller is taken to go on selling at the cap; what it holds back or sends elsewhere is not told."
    if measure.kind == "trade_cost":
        yield "The cost is the whole price on arrival, not the freight alone."
    does = DOES.get(measure.kind, "reaches")
    left = np.where(standing, size, 0.0)
    if isinstance(measure, FlowMeasure) and (pair := _inner_trade(measure, left.sum(2), names)):
        buyer, seller = (names.say_region(economy.regions[n]) for n in pair)
        what = f"trade among these regions too, such as what {buyer} buys from {seller}"
        yield f"Beware: it {does} {what}."
    services = [s in economy.about.sector_groups.get("services", ()) for s in economy.sectors]
    if getattr(measure, "sector", None) is None and size[..., services].any():
        yield f"Beware: it {does} services too, since it names no sector."


def _coverage(measure: FlowMeasure, cells: Bool, names: Names) -> Iterator[str]:
    """What share of each sector's trade the products are, and by whose imports that is known."""
    found = trade_reached(measure, shares_reached(measure, names) * cells, names)
    told = [
        f"{_share_said(share)} of {names.say_sector(sector)}"
        for sector, share in found.items()
        if round(share, 3) < 1
    ]
    if told:
        yield f"It reaches {joined(told)} in this trade, by US imports of 2024."
    buyers = {names.table.regions[n] for n in np.flatnonzero(cells.any(axis=(1, 2)))}
    if told and buyers != {BUYER}:
        yield "Beware: what others than the United States buy by customs code is unknown here, and taken to be alike."
    if nothing := [code for code in measure.product or () if not _traded(code, measure)]:
        yield f"Beware: the United States imported nothing of HS {joined(nothing)} in 2024, so that it moves nothing."


def _traded(code: str, measure: FlowMeasure) -> bool:
    return bool(lines_of_codes(hs_codes([code], measure.edition or EDITIONS[-1])).any())


def _share_said(share: float) -> str:
    return f"{100 * share:.3g} %"


def _inner_trade(measure: FlowMeasure, trade: Array, names: Names) -> tuple[int, int] | None:
    """The largest flow `[n, i]` among regions that tax each other without being told to."""
    sides = [set(names.regions(side)) for side in (measure.importer, measure.exporter) if side]
    common = set.intersection(*sides) if sides else set()
    if len(common) < 2 or (len(sides) == 2 and sides[0] == sides[1]):
        return None
    inner = np.array([region in common for region in names.table.regions])
    among = np.where(inner[:, None] & inner, trade, 0.0)
    n, i = divmod(int(among.argmax()), len(inner))
    return (n, i) if among[n, i] > 0 else None


def _idle(measure: Measure, size: Array, names: Names) -> Iterator[str]:
    """Regions and sectors that were named, and of which nothing is there."""
    for at, (key, axis) in enumerate(axis_labels(measure, names.table).items()):
        of_sectors = key == "sector"
        for label in getattr(measure, key) or ():
            meant = names.sectors([label]) if of_sectors else names.regions([label])
            if not np.take(size, [axis.index(code) for code in meant], at).any():
                yield names.say_sector(label) if of_sectors else names.say(label, True)
