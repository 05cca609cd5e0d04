"""An alliance assessed, as findings: its worth, what each bloc adds, who would stay, what joining brings.

`scenario` is who is in: `members` before anybody joins, `together` with those who are added. `region` is a bloc,
`measure` a kind of value, `item` a layer of the chain or a move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from paxsilica.analysis.alliance.burden import payment_blocks
from paxsilica.analysis.alliance.game import (
    MOST_EXACT,
    TOLERANCE,
    coalitions,
    entries,
    grown,
    indifference,
    least_core,
    moving,
    shapley,
    shapley_sampled,
)
from paxsilica.analysis.alliance.layers import RAW_YEAR, layer_coverage, raw_coverage, raw_shares
from paxsilica.analysis.alliance.roster import Alliance
from paxsilica.analysis.alliance.values import (
    REAL,
    TRADED_IN,
    TRANSFER,
    Bloc,
    Setting,
    Values,
)
from paxsilica.analysis.band import band_over, banded, vector
from paxsilica.desk import Progress
from paxsilica.economy import Array, Economy, Note
from paxsilica.findings import Block, block

if TYPE_CHECKING:
    from paxsilica.analysis.chain import SupplyChain

WHO = ("members", "together")


def assess(
    setting: Setting,
    who: Alliance,
    kinds: Sequence[str],
    permutations: int,
    chain: SupplyChain,
    economies: Sequence[Economy],
    told: Progress | None = None,
) -> tuple[list[Block], list[Note]]:
    """Everything there is to say of an alliance, and what of it is beyond the model.

    Args:
        setting: all blocs, in it and joining, with the rivals that it is to face as well.
        kinds: of value. permutations: orders of entry sampled where there are more than 12 blocs.
        chain: whose layers are covered. economies: balanced, one for each set of elasticities, for the bands.

    Raises:
        ConvergenceError: an equilibrium is not solved.
    """
    alone, at = replace(setting, rivals=()), setting.horizon
    values = {k: Values(alone, k) for k in dict.fromkeys((*kinds, "preference", "leverage"))}
    cuts = _cuts(alone, chain)

    def worths(economy: Economy) -> list[Block]:
        if economy is setting.economy:
            return _worths([values[kind] for kind in kinds], cuts)
        other = replace(alone, economy=economy)
        return _worths([Values(other, kind) for kind in kinds], _cuts(other, chain))

    blocks = [
        *_under_every_set(worths, setting.economy, economies, told),
        *(b for kind in kinds for b in _of_blocs(values[kind], permutations, told)),
        *_layers(who, chain, cuts, at),
        *_newcomers(alone, who, economies, told),
        *_moves(values["preference"], at),
        *payment_blocks(alone),
        *income_blocks(setting.economy, setting.adversary),
        *(_facing_rivals(setting, [values[kind] for kind in kinds], at) if setting.rivals else ()),
        *_raw(who),
    ]
    return blocks, [note for kind in kinds for note in values[kind].notes()]


def income_blocks(economy: Economy, regions: Sequence[str]) -> Iterator[Block]:
    """Income of regions in the baseline."""
    yield block("income", economy.income[economy.region_indices(regions)], {"region": regions})


def _under_every_set(
    found: Callable[[Economy], list[Block]],
    used: Economy,
    economies: Sequence[Economy],
    told: Progress | None,
) -> Iterator[Block]:
    """Numbers under the set of elasticities that is used, with their range over all, and under each set."""
    own = found(used)
    name = used.about.elasticities
    band = band_over(economies, lambda e: vector(found(e)), (name, vector(own)), told=told)
    yield from banded(own, band)
    if len(band.sets) > 1:
        ends = np.cumsum([b.value.size for b in own])[:-1]
        for b, each in zip(own, np.split(band.each, ends, axis=1), strict=True):
            shaped = each.reshape(-1, *b.value.shape)
            of: Any = b.fixed
            yield block(b.variable, shaped, {"elasticities": band.sets}, *b.axes, **of)


# ---- what it is worth --------------------------------------------------------------------------


def _cuts(setting: Setting, chain: SupplyChain) -> dict[str, Values]:
    """Layers of a chain whose goods can be cut -> the cut of the critical ones of them alone."""
    layers = dict.fromkeys(stage.layer for stage in chain.stages)
    sectors = {
        layer: tuple(sector for sector in TRADED_IN.get(layer, ()) if sector in setting.sectors)
        for layer in layers
    }
    return {
        layer: Values(replace(setting, sectors=of), "leverage")
        for layer, of in sectors.items()
        if of
    }


def _worths(values: Sequence[Values], cuts: Mapping[str, Values]) -> list[Block]:
    """What members, and all together, are worth; what the adversary loses when all cut a layer alone."""
    blocks = []
    for v in values:
        v.solve(v.setting.formed)
        worth = _clean(v, [v.worth(formed) for formed in v.setting.formed])
        at = v.setting.horizon
        blocks.append(block("alliance_worth", worth, {"scenario": WHO}, measure=v.kind, horizon=at))
    for layer, v in cuts.items():
        at, lost = v.setting.horizon, v.worth(v.setting.formed[1])
        blocks.append(block("layer_leverage", lost, scenario=WHO[1], item=layer, horizon=at))
    return blocks


def _clean(values: Values, gains: ArrayLike) -> Array:
    """Nothing where the solver cannot tell it from nothing."""
    s, found = values.setting, np.asarray(gains)
    return np.where(np.abs(found) < s.params.tolerance * s.economy.income.sum(), 0.0, found)


def _of_blocs(values: Values, permutations: int, told: Progress | None) -> Iterator[Block]:
    """What each bloc brings by one value function, and whether a division of it holds."""
    names, worth = values.setting.names, values.worth
    members, everybody = values.setting.formed
    orders = entries(names, permutations) if len(names) > MOST_EXACT else []
    ends = [s for name in names for s in (frozenset([name]), everybody - {name})]
    wanted = [s for order in orders for s in grown(order)] + ends if orders else coalitions(names)
    values.solve(wanted, told)
    first, without = (np.array([worth(s) for s in ends[k::2]]) for k in (0, 1))
    own, moved = (list(values.payoff(everybody, part).values()) for part in (REAL, TRANSFER))
    found: dict[str, ArrayLike] = {
        "bloc_first": _clean(values, first),
        "bloc_last": _clean(values, worth(everybody) - without),
        "bloc_own": _clean(values, own),
        "bloc_own_transfer": moved,
    }
    core = {}
    if orders:
        sampled = shapley_sampled(worth, orders)
        found["bloc_shapley"], found["bloc_error"] = zip(*(sampled[n] for n in names), strict=True)
    else:
        v = np.array([worth(s) for s in wanted])
        found["bloc_shapley"] = shapley(v)
        if len(names) > 1:
            eps = least_core(v)[0]
            core = {"least_core": eps, "core_is_empty": float(eps > TOLERANCE * abs(v).max())}
    fixed: Any = {"measure": values.kind, "horizon": values.setting.horizon}
    for key, numbers in found.items():
        yield block(key, numbers, {"region": names}, **fixed)
    given = [worth(s, TRANSFER) for s in (members, everybody)]
    yield block("worth_transfer", given, {"scenario": WHO}, **fixed)
    counted = {"coalitions_solved": len(values.gains), "orders_sampled": len(orders)}
    for key, number in {**counted, **core}.items():
        yield block(key, number, **fixed)


def _facing_rivals(setting: Setting, values: Sequence[Values], at: str) -> Iterator[Block]:
    """The worth of all together beside a rival bloc, and what that does to them by itself."""
    nobody, everybody = frozenset[str](), setting.formed[1]
    facing = [Values(setting, alone.kind) for alone in values]
    worth = [v.worth(everybody) for v in facing]
    harm = [
        (v.gains[nobody] - alone.gains[nobody])[REAL, :-1].sum()
        for v, alone in zip(facing, values, strict=True)
    ]
    kinds = {"measure": [v.kind for v in values]}
    yield block("worth_facing_rivals", worth, kinds, horizon=at)
    yield block("rivals_own_effect", harm, kinds, horizon=at)


# ---- what it covers ----------------------------------------------------------------------------


def _layers(
    who: Alliance, chain: SupplyChain, cuts: Mapping[str, Values], at: str
) -> Iterator[Block]:
    blocs = {**who.inside, **who.newcomers}
    held = [layer_coverage(chain, countries) for countries in blocs.values()]
    shares = np.array([list(of.values()) for of in held])
    layers = {"item": list(held[0])}
    yield block("coverage", 100 * shares, {"region": list(blocs)}, layers)
    both = np.array([shares[: len(who.inside)].sum(0), shares.sum(0)])
    yield block("coverage", 100 * both, {"scenario": WHO}, layers)
    lost = [v.worth(v.setting.formed[0]) for v in cuts.values()]
    yield block("layer_leverage", lost, {"item": list(cuts)}, scenario=WHO[0], horizon=at)
    cost = [sum(v.payoff(v.setting.formed[1]).values()) for v in cuts.values()]
    yield block("layer_cost", cost, {"item": list(cuts)}, horizon=at)


def _raw(who: Alliance) -> Iterator[Block]:
    members = [country for of in who.inside.values() for country in of]
    shares = 100 * np.array([raw_coverage(countries) for countries in (members, who.countries)])
    codes, year = {"product": raw_shares()[0]}, str(RAW_YEAR)
    yield block("export_share", shares, {"scenario": WHO}, codes, date=year)
    yield block("export_share_mean", shares.mean(1), {"scenario": WHO}, date=year)


# ---- who joins and who stays -------------------------------------------------------------------


def _newcomers(
    setting: Setting, who: Alliance, economies: Sequence[Economy], told: Progress | None
) -> Iterator[Block]:
    """What each newcomer's joining brings while no other joins, over sets of elasticities where there are any."""
    at = setting.horizon
    for newcomer in who.added if economies else ():

        def joined(economy: Economy, newcomer: Bloc = newcomer) -> list[Block]:
            with_it = replace(setting, economy=economy, blocs=(*who.blocs, newcomer))
            return [
                block(key, gain, region=newcomer.name, horizon=at)
                for key, gain in joining(with_it, newcomer.name).items()
            ]

        yield from _under_every_set(joined, setting.economy, economies, told)


def joining(setting: Setting, newcomer: str) -> dict[str, float]:
    """What joining costs or gives, against not joining, million of the baseline's currency, a gain positive.

    Own: by free trade of goods with the members (`preference`), by joining their cut of critical exports (`embargo`),
    and by free trade of critical goods while the adversary cuts all off (`resilience`); what of it is a transfer. The
    members' together. What the adversary loses by the cut, without and with the newcomer; what that costs those who
    cut; and the same by the adversary's cut of all of them (`exposure`), without any free trade.
    """
    before, after = setting.formed
    own_of = {"preference": "preference", "leverage": "embargo", "resilience": "resilience"}
    solved = {kind: Values(setting, kind) for kind in own_of}
    found: dict[str, float] = {}
    for kind, v in solved.items():
        v.solve([before, after])
        for part, tail in ((REAL, ""), (TRANSFER, "_transfer")):
            gain = v.payoff(after, part)[newcomer] - v.payoff(before, part)[newcomer]
            found[f"join_{own_of[kind]}{tail}"] = gain
    trade, cut, cut_off = solved.values()
    old, new = trade.payoff(before), trade.payoff(after)
    return found | {
        "join_members": sum(new[name] - old[name] for name in before),
        "join_leverage_before": cut.worth(before),
        "join_leverage_after": cut.worth(after),
        "join_cost": sum(cut.payoff(after).values()),
        "join_exposure": float(cut_off.gains[frozenset()][REAL, :-1].sum()),
    }


def _moves(values: Values, at: str) -> Iterator[Block]:
    """What each gains by leaving or joining free trade, before anybody joins and, where some do, after."""
    names, formed = values.setting.names, values.setting.formed
    values.solve([s ^ {name} for s in formed for name in names] + [*formed])
    for scenario, inside in zip(WHO, dict.fromkeys(formed), strict=False):
        who = [name for name in names if name in inside]
        who += [name for name in names if name not in inside]
        gains = moving(values.payoff, inside, who)
        moves = {"item": ["leaves" if name in inside else "joins" for name in who], "region": who}
        yield block("move_gain", list(gains.values()), moves, scenario=scenario, horizon=at)
        least = indifference(values.payoff(inside))
        yield block("indifference", least, scenario=scenario, horizon=at)
