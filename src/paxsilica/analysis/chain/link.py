"""From a chain's shortage to the equilibrium of the first year.

A sector of which the part e depends on a product, and that gets the part m of what it normally uses, has left

    rationed      A_hat = 1 - e (1 - m)                  nothing replaces the product: output falls with it
    substituted   A_hat = 1 - e (1 - C(a, s, m))         it has the share a of that part's costs and elasticity s
                  C(a, s, m) = (1 - a + a m^((s-1)/s))^(s/(s-1))

(Bachmann et al. 2022, section 3; s is the model's own elasticity among inputs), with A_hat its productivity. m is the
mean of the first 360 days, when stocks are drawn down: the shortage of each place by `supply`, times the mean shortage
of the path by `over_time` over the shortage without stocks.

    use     e is the link's in every region, and m the stage's output: whoever needs the product finds the same market
    is      e_n = e (share of n in the stage) / (share of n in the sectors' output), and m is that of n's own plants
    make    no shortage but the cut itself: a loss of plants lowers the productivity of the selling sector in the
            countries that are cut, by e times the part cut; with buyers, that part of its products may not be traded

`make` is another experiment than the other two, and not a bound of theirs: prices, not stocks, meet the cut.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from paxsilica.analysis.band import band_over
from paxsilica.analysis.baseline import balanced, balanced_sets
from paxsilica.analysis.chain.graph import EQUAL, Link, SupplyChain
from paxsilica.analysis.chain.stocks import SupplyPath
from paxsilica.analysis.chain.supply import Supply
from paxsilica.desk import Desk
from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import InputError
from paxsilica.findings import Block, block
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Outcome, Params, solve
from paxsilica.model.cache import keep_made
from paxsilica.shock import Shock

FIRST_YEAR_PARAMS = Params(horizon=SHORT_RUN)

YEAR = 360
"""Days over which the shortage is averaged."""

LEAST = 0.01
"""Productivity that is left at least: a sector that lost all of it would have no price."""


@dataclass(frozen=True, eq=False)
class Linked:
    """A shortage in the equilibrium; `reading` is `rationed`, `substituted`, or `at_source` (links of the kind `make`)."""

    reading: str
    outcome: Outcome
    notes: tuple[Note, ...] = ()

    def blocks(self) -> Iterator[Block]:
        """Real income, and of each region and sector whose productivity falls what it lost of it, and the volume that
        the equilibrium makes of it."""
        made, economy = self.outcome, self.outcome.economy
        of = {"scenario": self.reading, "horizon": made.params.horizon.key, "solve": self.reading}
        n, j = np.nonzero(made.shock.productivity < 1.0)
        where = {
            "region": [economy.regions[at] for at in n],
            "sector": [economy.sectors[at] for at in j],
        }
        lost = 100 * (made.shock.productivity[n, j] - 1)
        before, after = economy.output[n, j], made.output[n, j] / made.gate_price[n, j]
        volume = np.divide(after, before, out=np.full_like(after, np.nan), where=before > 0)
        income = 100 * (made.real_income - 1)
        yield block("real_income", income, {"region": economy.regions}, detail=False, **of)
        yield block("output_volume", 100 * (volume - 1), where, detail=True, **of)
        yield block("productivity", lost, where, detail=True, **of)


def linked(time: SupplyPath, economy: Economy) -> tuple[Linked, ...]:
    """The first year after the cuts in the equilibrium, in each reading that the chain's links allow.

    Raises:
        InputError: the chain has no link, or no linked sector is short in the first year.
        LabelError: a link names a sector that the economy lacks.
        ConvergenceError: the equations are not solved.
    """
    chain = time.at_once.chain
    if not chain.links:
        raise InputError(
            f"{chain.name} has no link to a sector; add one under `links` in a file that extends it"
        )
    shocks = list(_shocks(time, economy))
    found = tuple(
        Linked(reading, solve(economy, shock, FIRST_YEAR_PARAMS), notes)
        for reading, shock, notes in shocks
        if not shock.is_nothing
    )
    if not found:
        said = "".join(f"; {note.text}" for _, _, notes in shocks for note in notes)
        raise InputError(f"{chain.name}: no linked sector is short in the first year{said}")
    return found


def _shocks(time: SupplyPath, economy: Economy) -> Iterator[tuple[str, Shock, tuple[Note, ...]]]:
    links = time.at_once.chain.links
    users = [link for link in links if link.kind != "make"]
    if users:
        yield "rationed", shortage_shock(time, economy), ()
    if any(link.cost for link in users):
        yield "substituted", shortage_shock(time, economy, SHORT_RUN.input_elasticity), ()
    if len(users) < len(links):
        yield "at_source", *source_shock(time.at_once, economy)


def linked_blocks(
    desk: Desk, time: SupplyPath, table: Economy
) -> tuple[tuple[Linked, ...], tuple[Block, ...], tuple[Note, ...]]:
    """`linked` on a table that is balanced here, as findings with a band over the published sets of elasticities.

    Returns:
        the readings, the findings, and notes on the sets. Raises as `linked`.
    """
    keep_made()
    desk.progress("solving the shortage")
    found = linked(time, balanced(desk, table, FIRST_YEAR_PARAMS))
    economies, notes = balanced_sets(desk, table, FIRST_YEAR_PARAMS)
    band = band_over(
        table.about.elasticities,
        _blocks_of(found),
        economies,
        lambda economy: _blocks_of(linked(time, economy)),
        notes,
        desk.progress,
    )
    return found, band.blocks, band.notes


def _blocks_of(links: Sequence[Linked]) -> list[Block]:
    return [b for one in links for b in one.blocks()]


def ces(cost: float, elasticity: float, level: ArrayLike) -> Array:
    """C(a, s, m): output of a CES bundle when an input with cost share a falls to the levels m and the rest stays."""
    m = np.asarray(level, dtype=np.float64)
    if cost == 0 or abs(elasticity - 1) < 1e-9:
        return np.asarray(np.minimum(m, 1.0) ** cost)
    power = (elasticity - 1) / elasticity
    with np.errstate(divide="ignore"):  # of nothing, or of all costs
        logs = np.logaddexp(np.log1p(-cost), np.log(cost) + power * np.log(m))
    return np.where(m < 1, np.exp(logs / power), 1.0)


def shortage_shock(time: SupplyPath, economy: Economy, elasticity: float | None = None) -> Shock:
    """The productivity that the linked sectors of each region have left; losses of several links on a sector add up.

    Args:
        elasticity: s; None for rationing. A link without a cost share is rationed in either case.
    """
    lost = np.zeros((len(economy.regions), len(economy.sectors)))
    for link in time.at_once.chain.links:
        if link.kind == "make":
            continue
        level = levels(time, link, economy.regions)
        if elasticity is not None and link.cost:
            level = ces(link.cost, elasticity, level)
        short = exposed_part(time.at_once, link, economy) * (1.0 - level)
        lost[:, economy.sector_indices(link.sectors)] += short[:, None]
    return Shock(economy, productivity=np.maximum(1.0 - lost, LEAST))


def exposed_part(supply: Supply, link: Link, economy: Economy) -> Array:
    """`[n]` e: the part of the linked sectors of each region that depends on the stage, or is it."""
    if link.kind == "use":
        return np.full(len(economy.regions), link.exposed)
    chain, output = supply.chain, economy.output[:, economy.sector_indices(link.sectors)].sum(1)
    k = chain.position(link.stage)
    share = _by_region(chain, chain.shares[k], economy.regions)[:-1]
    unnamed = ~np.isin(economy.regions, list(chain.stages[k].shares or {}))
    if output[unnamed].any():
        share[unnamed] = (1.0 - share.sum()) * output[unnamed] / output[unnamed].sum()
    part = output / output.sum()
    exposed = np.divide(link.exposed * share, part, out=np.zeros_like(part), where=part > 0)
    return np.asarray(np.minimum(exposed, 1.0))


def levels(time: SupplyPath, link: Link, regions: Sequence[str]) -> Array:
    """`[n]` m: what part of its normal supply each region's sector has, mean of the first year."""
    supply, chain = time.in_use, time.in_use.chain
    if link.kind == "use" or link.stage not in chain.final:
        left = np.full(
            len(regions), supply.final.get(link.stage, supply.by_stage[chain.position(link.stage)])
        )
    else:
        k = chain.position(link.stage)
        usual, kept = (_by_region(chain, of[k], regions) for of in (chain.shares, supply.made))
        ratio = np.divide(kept, usual, out=np.ones_like(usual), where=usual > EQUAL)
        left = np.where(usual > 0, ratio, ratio[-1])[:-1]  # where none is named, as elsewhere
    return np.asarray(1.0 - first_year(time) * (1.0 - np.minimum(left, 1.0)))


def _by_region(chain: SupplyChain, of_places: Array, regions: Sequence[str]) -> Array:
    """`[n + 1]` sums over the places of each region; last, of those that are inside the rest of the world."""
    rest = len(regions)
    at = [regions.index(place) if place in regions else rest for place in chain.places]
    return np.asarray(np.bincount(at, of_places, rest + 1), dtype=np.float64)


def first_year(time: SupplyPath) -> float:
    """The mean shortage of the first 360 days over the shortage without stocks; 0 where nothing is short by then."""
    at_once = 1.0 - time.in_use.output
    if at_once <= EQUAL:
        return 0.0
    return float(min((1.0 - time.output[time.days < YEAR]).mean() / at_once, 1.0))


def source_shock(supply: Supply, economy: Economy) -> tuple[Shock, tuple[Note, ...]]:
    """The cuts of stages that a sector sells: lost plants as lost productivity, bans as bans; and who has no region."""
    shock, regions = Shock(economy), economy.regions
    inside: set[str] = set()
    for cut, link in product(supply.cuts, supply.chain.links):
        if link.kind != "make" or (cut.stages and link.stage not in cut.stages):
            continue
        inside |= {*cut.suppliers, *cut.buyers}.difference(regions)
        sectors = economy.sector_indices(link.sectors)
        sellers, buyers = (
            [regions.index(code) for code in side if code in regions]
            for side in (cut.suppliers, cut.buyers)
        )
        cells = [("productivity", np.ix_(sellers, sectors))]
        if cut.buyers:
            others = [(n, [i for i in sellers if i != n]) for n in buyers]
            cells = [("permitted", np.ix_([n], of, sectors)) for n, of in others]
        for key, at in cells:
            left = shock.at(key, at) * (1.0 - cut.share * link.exposed)
            shock = shock.changed(key, at, np.maximum(left, 0.0 if cut.buyers else LEAST))
    text = f"{', '.join(sorted(inside))}: inside the rest of the world, so that cutting them is not in the equilibrium."
    return shock, (Note("not a region", text),) if inside else ()
