"""What a reader of a measure would overlook: trade inside a union, services, absent flows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

from paxsilica.checks import Bool
from paxsilica.economy import Array
from paxsilica.names import Names, joined
from paxsilica.policy.cells import all_cells, axis_labels, axis_noun, base_of
from paxsilica.policy.measure import Effect, FlowMeasure, Measure
from paxsilica.policy.measures.bans import Ban
from paxsilica.policy.products import EDITIONS, hs_codes, lines_of_codes
from paxsilica.policy.reach import by_code, deciding_codes, lines_reached, shares_of, trade_reached
from paxsilica.policy.weights import OnDemand, Weights
from paxsilica.policy.wording import hs_said

DOES = {
    "tariff": "taxes",
    "export_tax": "taxes",
    "export_ban": "bans",
    "import_ban": "bans",
    "tariff_quota": "taxes",
}


MUCH_MORE = 1.25
"""Customs count more raw materials than the baseline trades; from this factor on a sentence says so."""


def caveats(
    measure: Measure, effects: Sequence[Effect], standing: Bool, names: Names, weights: OnDemand
) -> Iterator[str]:
    """Sentences to stand behind that of the measure.

    Args:
        effects: what it does. standing: `[n, i, j]` of the trade, `[n, j]` of the production or `[n, k, j]` of the use of
            inputs that it reaches, what no later one sets anew.
        weights: see `Ground`; asked only of measures by product.
    """
    if standing.ndim > 1:
        yield from _of_what_it_reaches(measure, effects, standing, names, weights)
    yield from measure.beware(names)


def _of_what_it_reaches(
    measure: Measure, effects: Sequence[Effect], standing: Bool, names: Names, weights: OnDemand
) -> Iterator[str]:
    economy = names.table
    size = np.where(all_cells(effects), base_of(measure, economy), 0.0)
    none = f"The baseline has none of this {axis_noun(tuple(axis_labels(measure, economy)))}"
    stays = f"what is zero stays zero, whatever the {measure.kind.replace('_', ' ')}"
    beyond = list(_beyond(effects, names, weights())) if by_code(effects) else []
    if not size.any():
        yield from beyond or [f"{none}: {stays}."]
        return
    if idle := list(dict.fromkeys(_idle(measure, size, names))):
        yield f"{none} for {joined(idle)}: {stays}."
    if isinstance(measure, Ban) and measure.share < 1:
        yield "At unchanged prices the volume would fall by this share; how far it falls depends on prices too."
    if (reached := shares_of(effects, names, weights)) is not None:
        yield from _coverage(effects, reached, names, weights())
        yield from beyond
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
    if measure.names_no_sector and size[..., services].any():
        yield f"Beware: it {does} services too, since it names no sector."


def _coverage(
    effects: Sequence[Effect], reached: Array, names: Names, weights: Weights
) -> Iterator[str]:
    """What share of each sector's trade the products are, by whose imports that is known, and of whom it is not."""
    e, lines, cells = names.table, lines_reached(effects, names), reached > 0
    found = trade_reached(reached, names)
    some = {sector: share for sector, share in found.items() if round(share, 3) < 1}
    if some:
        said = [f"{_share_said(share)} of {names.say_sector(j)}" for j, share in some.items()]
        at = cells.any(axis=1) & np.isin(e.sectors, list(some))
        by = joined(weights.sources(at, lines))
        yield f"It reaches {joined(said)} in this trade, by {by}."
        guessed = at & ~weights.known(lines)
        if unknown := [e.regions[n] for n in np.flatnonzero(guessed.any(1))]:
            who = names.say_regions(unknown)
            yield f"Beware: by customs code the imports of {who} are unknown here, and taken to be as US imports from all."
        by_raw = cells & (at & ~guessed & ~weights.own)[:, None]
        yield from _counted_more(by_raw, weights)


def _beyond(effects: Sequence[Effect], names: Names, weights: Weights) -> Iterator[str]:
    """The codes of which the weights hold no trade between the partners of a measure."""
    e = names.table
    for _, goods in by_code(effects):
        edition, sides = goods.edition or EDITIONS[-1], (goods.importer, goods.exporter)
        buyers, sellers = (np.isin(e.regions, names.regions(side or e.regions)) for side in sides)
        traded = weights.traded(buyers[:, None] & sellers)
        codes = deciding_codes(goods, names)
        if beyond := [c for c in codes if not traded[lines_of_codes(hs_codes([c], edition))].any()]:
            of = lines_of_codes(hs_codes(beyond, edition))
            by = joined(weights.sources(weights.touching(buyers, of), of))
            lacks = f"beyond these weights ({by}): they hold no trade of it here"
            yield f"Beware: {hs_said(beyond, None)} is {lacks}, so that it moves nothing."


def _counted_more(cells: Bool, weights: Weights) -> Iterator[str]:
    flows = np.where(cells, weights.economy.flows, 0.0)
    counted = (flows * weights.counted).sum()
    if counted > MUCH_MORE * flows.sum():
        times = f"{counted / flows.sum():.2g} times"
        yield f"Customs count {times} the trade that the baseline has there; the shares are those of what customs count."


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
        of_sectors = key in ("input", "sector")
        for label in getattr(measure, key, None) or ():
            meant = names.sectors([label]) if of_sectors else names.regions([label])
            if not np.take(size, [axis.index(code) for code in meant], at).any():
                yield names.say_sector(label) if of_sectors else names.say(label, True)
