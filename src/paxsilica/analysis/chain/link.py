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

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from paxsilica.analysis.band import band_over, banded, vector
from paxsilica.analysis.baseline import balanced, balanced_sets
from paxsilica.analysis.chain.blocks import link_blocks
from paxsilica.analysis.chain.graph import EQUAL, Link
from paxsilica.analysis.chain.stocks import SupplyPath
from paxsilica.analysis.chain.supply import Supply
from paxsilica.desk import Desk
from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import InputError
from paxsilica.findings import Block
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Outcome, Params, solve
from paxsilica.model.cache import keep_compiled
from paxsilica.names.places import OTHER
from paxsilica.shock import Shock

FIRST_YEAR_PARAMS = Params(horizon=SHORT_RUN)

YEAR = 360
"""Days over which the shortage is averaged."""

LEAST = 0.01
"""Productivity that is left at least: a sector that lost all of it would have no price."""


@dataclass(frozen=True, eq=False)
class Linked:
    """A shortage in the equilibrium.

    Attributes:
        reading: `rationed`, `substituted`, or `at_source` (links of the kind `make`).
        cells: `(n, j)` of each region and sector whose productivity falls.
    """

    reading: str
    outcome: Outcome
    notes: tuple[Note, ...] = ()

    @cached_property
    def cells(self) -> list[tuple[int, int]]:
        return [(int(n), int(j)) for n, j in np.argwhere(self.outcome.shock.productivity < 1.0)]

    @cached_property
    def volume(self) -> Array:
        """`[n, j]` change of the volume that the equilibrium makes, %; NaN where nothing was made."""
        before, after = self.outcome.economy.output, self.outcome.output / self.outcome.gate_price
        return 100 * (
            np.divide(after, before, out=np.full_like(after, np.nan), where=before > 0) - 1
        )


def linked(
    time: SupplyPath, economy: Economy, params: Params = FIRST_YEAR_PARAMS
) -> tuple[Linked, ...]:
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
    users = [link for link in chain.links if link.kind != "make"]
    shocks: dict[str, tuple[Shock, tuple[Note, ...]]] = {}
    if users:
        shocks["rationed"] = shortage_shock(time, economy), ()
    if any(link.cost for link in users):
        shocks["substituted"] = shortage_shock(time, economy, params.horizon.input_elasticity), ()
    if len(users) < len(chain.links):
        shocks["at_source"] = source_shock(time.at_once, economy)
    if all(shock.is_nothing for shock, _ in shocks.values()):
        said = "".join(f"; {note.text}" for _, notes in shocks.values() for note in notes)
        raise InputError(f"{chain.name}: no linked sector is short in the first year{said}")
    return tuple(
        Linked(reading, solve(economy, shock, params), notes)
        for reading, (shock, notes) in shocks.items()
        if not shock.is_nothing
    )


def linked_blocks(
    desk: Desk, time: SupplyPath, table: Economy
) -> tuple[tuple[Linked, ...], list[Block], tuple[Note, ...]]:
    """`linked` on a table that is balanced here, as findings with a band over the published sets of elasticities.

    Returns:
        the readings, the findings, and notes on the sets. Raises as `linked`.
    """
    keep_compiled()
    desk.told("solving the shortage")
    found = linked(time, balanced(desk, table, FIRST_YEAR_PARAMS))
    blocks = list(link_blocks(found))
    economies, notes = balanced_sets(desk, table, FIRST_YEAR_PARAMS)

    def numbers(economy: Economy) -> Array:
        return vector(list(link_blocks(linked(time, economy))))

    used = table.about.elasticities, vector(blocks)
    band = band_over(economies, numbers, used, notes, desk.told)
    return found, banded(blocks, band), band.notes


# ---- shortage ----------------------------------------------------------------------------------------------------


def ces(cost: float, elasticity: float, level: float) -> float:
    """C(a, s, m): output of a CES bundle when an input with cost share a falls to the level m and the rest stays.

    Raises:
        InputError: a cost share outside 0..1, or an elasticity that is not above 0.
    """
    if not (0 <= cost <= 1 and elasticity > 0):
        raise InputError(
            f"cost share {cost:g} and elasticity {elasticity:g}: give a share from 0 to 1 and one above 0"
        )
    if cost == 0 or level >= 1:
        return 1.0
    if level <= 0:
        return 0.0 if elasticity <= 1 else float((1 - cost) ** (elasticity / (elasticity - 1)))
    if abs(elasticity - 1) < 1e-9:
        return float(level**cost)
    power = (elasticity - 1) / elasticity
    logs = np.logaddexp(
        np.log1p(-cost) if cost < 1 else -np.inf, np.log(cost) + power * np.log(level)
    )
    return float(np.exp(logs / power))


def shortage_shock(time: SupplyPath, economy: Economy, elasticity: float | None = None) -> Shock:
    """The productivity that the linked sectors of each region have left; losses of several links on a sector add up.

    Args:
        elasticity: s; None for rationing. A link without a cost share is rationed in either case.
    """
    lost = np.zeros((len(economy.regions), len(economy.sectors)))
    for link in time.at_once.chain.links:
        if link.kind == "make":
            continue
        sectors = economy.sector_indices(link.sectors)
        exposed, level = (
            exposed_part(time.at_once, link, economy),
            levels(time, link, economy.regions),
        )
        if elasticity is not None and link.cost:
            level = np.array([ces(link.cost, elasticity, m) for m in level])
        lost[:, sectors] += (exposed * (1.0 - level))[:, None]
    return Shock(economy, productivity=np.maximum(1.0 - lost, LEAST))


def exposed_part(found: Supply, link: Link, economy: Economy) -> Array:
    """`[n]` e: the part of the linked sectors of each region that depends on the stage, or is it."""
    if link.kind == "use":
        return np.full(len(economy.regions), link.exposed)
    output = economy.output[:, economy.sector_indices(link.sectors)].sum(1)
    stage = found.chain.stages[found.chain.position(link.stage)]
    named = _with_region(stage.shares or {}, economy.regions)
    share = np.array([named.get(region, 0.0) for region in economy.regions])
    unnamed = np.array([region not in named for region in economy.regions])
    if output[unnamed].any():
        share[unnamed] = (1.0 - share.sum()) * output[unnamed] / output[unnamed].sum()
    part = np.divide(output, output.sum())
    exposed = np.divide(link.exposed * share, part, out=np.zeros_like(part), where=part > 0)
    return np.asarray(np.minimum(exposed, 1.0))


def levels(time: SupplyPath, link: Link, regions: Sequence[str]) -> Array:
    """`[n]` m: what part of its normal supply each region's sector has, mean of the first year."""
    found, first = time.in_use, first_year(time)
    chain, stage = found.chain, found.chain.stages[found.chain.position(link.stage)]
    if link.kind == "use" or link.stage not in chain.final:
        at_once = (
            found.final[link.stage] if link.stage in chain.final else found.by_stage[link.stage]
        )
        return np.full(len(regions), 1.0 - first * (1.0 - at_once))
    made, named = found.by_place[link.stage], _with_region(stage.shares or {}, regions)
    rest = [country for country in (*(stage.shares or {}), OTHER) if country not in named]
    usual, left = sum(map(stage.share, rest)), sum(made.get(country, 0.0) for country in rest)
    others = min(left / usual, 1.0) if usual > EQUAL else 1.0

    def level(region: str) -> float:
        if region not in named:
            return others
        return min(made.get(region, 0.0) / named[region], 1.0) if named[region] > EQUAL else 1.0

    return 1.0 - first * (1.0 - np.array([level(region) for region in regions]))


def first_year(time: SupplyPath) -> float:
    """The mean shortage of the first 360 days over the shortage without stocks; 0 where nothing is short by then."""
    at_once = 1.0 - time.in_use.output
    if at_once <= EQUAL:
        return 0.0
    return float(min((1.0 - time.output[time.days < YEAR]).mean() / at_once, 1.0))


def _with_region(shares: Mapping[str, float], regions: Sequence[str]) -> dict[str, float]:
    """The shares of the countries that are regions of their own; the others are part of the rest of the world."""
    return {country: share for country, share in shares.items() if country in regions}


# ---- the cut at its source ---------------------------------------------------------------------------------------


def source_shock(found: Supply, economy: Economy) -> tuple[Shock, tuple[Note, ...]]:
    """The cuts of stages that a sector sells: lost plants as lost productivity, bans as bans; and who has no region."""
    shock = Shock(economy)
    inside: set[str] = set()
    for cut in found.cuts:
        for link in found.chain.links:
            if link.kind != "make" or (cut.stages and link.stage not in cut.stages):
                continue
            part, sectors = cut.share * link.exposed, economy.sector_indices(link.sectors)
            inside |= {
                country
                for country in (*cut.suppliers, *cut.buyers)
                if country not in economy.regions
            }
            sellers, buyers = (_rows_of(codes, economy) for codes in (cut.suppliers, cut.buyers))
            if not cut.buyers:
                cells = np.ix_(sellers, sectors)
                left = np.maximum(shock.at("productivity", cells) * (1.0 - part), LEAST)
                shock = shock.changed("productivity", cells, left)
            for n in buyers:
                others = [i for i in sellers if i != n]
                cells = np.ix_([n], others, sectors)
                left = shock.at("permitted", cells) * (1.0 - part)
                shock = shock.changed("permitted", cells, left)
    text = f"{', '.join(sorted(inside))}: inside the rest of the world, so that cutting them is not in the equilibrium."
    notes = (Note("not a region", text),) if inside else ()
    return shock, notes


def _rows_of(codes: Sequence[str], economy: Economy) -> list[int]:
    return [economy.regions.index(code) for code in codes if code in economy.regions]
