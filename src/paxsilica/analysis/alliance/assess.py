"""An alliance assessed, as findings: its worth, what each bloc adds, who would stay, what joining brings.

`scenario` is who is in: `members` before anybody joins, `together` with those who are added. `region` is a bloc,
`measure` a kind of value, `item` a layer of the chain or a move.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

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
from paxsilica.analysis.alliance.layers import (
    RAW_YEAR,
    layer_coverage,
    raw_coverage,
    raw_shares,
    together,
)
from paxsilica.analysis.alliance.roster import Alliance
from paxsilica.analysis.alliance.values import (
    REAL,
    TRADED_IN,
    TRANSFER,
    VALUE_KINDS,
    Setting,
    Values,
)
from paxsilica.analysis.band import Band, band_over
from paxsilica.desk import Progress
from paxsilica.economy import Array, Economy, Note
from paxsilica.findings import Block, Findings, block

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
    progress: Progress | None = None,
) -> tuple[Findings, list[Note]]:
    """Everything there is to say of an alliance, and what of it is beyond the model.

    Args:
        setting: all blocs, in it and joining, with the rivals that it is to face as well.
        kinds: of value. permutations: orders of entry sampled where there are more than 12 blocs.
        chain: whose layers are covered. economies: balanced, one for each set of elasticities, for the bands.

    Raises:
        ConvergenceError: an equilibrium is not solved.
    """
    alone = replace(setting, rivals=())
    values = {k: Values(alone, k) for k in dict.fromkeys((*kinds, "preference"))}
    asked = [values[kind] for kind in kinds]
    cuts = _cuts(alone, chain)

    def worths(economy: Economy) -> list[Block]:
        if economy is setting.economy:
            return _worths(asked, cuts)
        other = replace(alone, economy=economy)
        return _worths([Values(other, kind) for kind in kinds], _cuts(other, chain))

    whole = _banded(worths, setting.economy, economies, progress)
    joined = list(_newcomers(alone, who, economies, progress))
    solved = (
        *(*whole.blocks, *whole.each),
        *(b for v in asked for b in _of_blocs(v, permutations, progress)),
        *_cost_by_layer(cuts),
        *(b for band in joined for b in (*band.blocks, *band.each)),
        *_moves(values["preference"]),
        *payment_blocks(alone),
        *(_facing_rivals(setting, asked) if setting.rivals else ()),
    )
    known = (*income_blocks(setting), *_covered_by(who, chain))
    notes = [note for v in asked for note in v.notes()]
    notes += [note for band in (whole, *joined) for note in band.notes]
    return Findings(solved).of(horizon=setting.params.horizon.key) + known, notes


def income_blocks(setting: Setting) -> Iterator[Block]:
    """Income of blocs and of the adversary in the baseline."""
    e = setting.economy
    who = {**setting.blocs, **{code: (code,) for code in setting.adversary}}
    income = [e.income[e.region_indices(of)].sum() for of in who.values()]
    yield block("income", income, {"region": list(who)})


def _banded(
    compute: Callable[[Economy], list[Block]],
    used: Economy,
    economies: Sequence[Economy],
    progress: Progress | None,
) -> Band:
    """Numbers under the set of elasticities that is used, with their range over all, and under each set."""
    return band_over(used.about.elasticities, compute(used), economies, compute, progress=progress)


def _cuts(setting: Setting, chain: SupplyChain) -> dict[str, Values]:
    """Layers of a chain whose goods can be cut -> the cut of the critical ones of them alone."""
    layers = dict.fromkeys(stage.layer for stage in chain.stages)
    return {
        layer: Values(replace(setting, sectors=of), "leverage")
        for layer in layers
        if (of := tuple(s for s in TRADED_IN.get(layer, ()) if s in setting.sectors))
    }


def _worths(values: Sequence[Values], cuts: Mapping[str, Values]) -> list[Block]:
    """What members, and all together, are worth; what the adversary loses when all cut a layer alone."""
    blocks = []
    for v in values:
        v.solve(v.setting.formed)
        for key, part in (("alliance_worth", REAL), ("worth_transfer", TRANSFER)):
            worth = _clean(v, [v.worth(formed, part) for formed in v.setting.formed])
            blocks.append(block(key, worth, {"scenario": WHO}, measure=v.kind))
        if v.kind == "leverage":
            cost = sum(v.payoff(v.setting.formed[1]).values())
            blocks.append(block("cut_cost", cost, scenario=WHO[1]))
    for layer, v in cuts.items():
        lost = v.worth(v.setting.formed[1])
        blocks.append(block("layer_leverage", lost, scenario=WHO[1], item=layer))
    return blocks


def _clean(values: Values, gains: ArrayLike) -> Array:
    """Nothing where the solver cannot tell it from nothing."""
    s, found = values.setting, np.asarray(gains)
    return np.where(np.abs(found) < s.params.tolerance * s.economy.income.sum(), 0.0, found)


def _of_blocs(values: Values, permutations: int, progress: Progress | None) -> Iterator[Block]:
    """What each bloc brings by one value function, and whether a division of it holds."""
    names, worth = values.setting.names, values.worth
    everybody = values.setting.formed[1]
    orders = entries(names, permutations) if len(names) > MOST_EXACT else []
    alone = [frozenset([name]) for name in names]
    grows = [s for order in orders for s in grown(order)]
    wanted = [*grows, *alone, *(everybody - s for s in alone)] if orders else coalitions(names)
    values.solve(wanted, progress)
    own, moved = (list(values.payoff(everybody, part).values()) for part in (REAL, TRANSFER))
    found: dict[str, ArrayLike] = {
        "bloc_first": _clean(values, [worth(s) for s in alone]),
        "bloc_last": _clean(values, [worth(everybody) - worth(everybody - s) for s in alone]),
        "bloc_own": _clean(values, own),
        "bloc_own_transfer": moved,
    }
    core = {}
    if orders:
        found["bloc_shapley"], found["bloc_error"] = shapley_sampled(worth, names, orders)
    else:
        v = np.array([worth(s) for s in wanted])
        found["bloc_shapley"] = shapley(v)
        if len(names) > 1:
            eps = least_core(v)[0]
            core = {"least_core": eps, "core_is_empty": float(eps > TOLERANCE * abs(v).max())}
    for key, numbers in found.items():
        yield block(key, numbers, {"region": names}, measure=values.kind)
    counted = {"coalitions_solved": len(values.gains), "orders_sampled": len(orders)}
    for key, number in {**counted, **core}.items():
        yield block(key, number, measure=values.kind)


def _facing_rivals(setting: Setting, values: Sequence[Values]) -> Iterator[Block]:
    """The worth of all together beside a rival bloc, and what that does to them by itself."""
    nobody, everybody = frozenset[str](), setting.formed[1]
    facing = [Values(setting, alone.kind) for alone in values]
    worth = [v.worth(everybody) for v in facing]
    harm = [
        (v.gains[nobody] - alone.gains[nobody])[REAL, :-1].sum()
        for v, alone in zip(facing, values, strict=True)
    ]
    kinds = {"measure": [v.kind for v in values]}
    yield block("worth_facing_rivals", worth, kinds)
    yield block("rivals_own_effect", harm, kinds)


def _cost_by_layer(cuts: Mapping[str, Values]) -> Iterator[Block]:
    """What the adversary loses when the members alone cut a layer, and what it costs all together to cut it."""
    layers = {"item": list(cuts)}
    lost = [v.worth(v.setting.formed[0]) for v in cuts.values()]
    yield block("layer_leverage", lost, layers, scenario=WHO[0])
    cost = [sum(v.payoff(v.setting.formed[1]).values()) for v in cuts.values()]
    yield block("layer_cost", cost, layers)


def _covered_by(who: Alliance, chain: SupplyChain) -> Iterator[Block]:
    """What each bloc makes of each layer, and members and all together of layers and exports of raw materials."""
    blocs = {**who.inside, **who.newcomers}

    def both(held: Array) -> Array:
        return 100 * np.array([together(held[: len(who.inside)]), together(held)])

    shares = np.array([list(layer_coverage(chain, of).values()) for of in blocs.values()])
    layers, scenario = {"item": list(layer_coverage(chain, ()))}, {"scenario": WHO}
    yield block("coverage", 100 * shares, {"region": list(blocs)}, layers)
    yield block("coverage", both(shares), scenario, layers)
    raw = both(np.array([raw_coverage(of) for of in blocs.values()]))
    year = str(RAW_YEAR)
    yield block("export_share", raw, scenario, {"product": raw_shares()[0]}, date=year)
    yield block("export_share_mean", raw.mean(1), scenario, date=year)


def _newcomers(
    setting: Setting, who: Alliance, economies: Sequence[Economy], progress: Progress | None
) -> Iterator[Band]:
    """What each newcomer's joining brings while no other joins, over sets of elasticities where there are any."""
    for newcomer in who.added if economies else ():

        def joined(economy: Economy, name: str = newcomer) -> list[Block]:
            blocs = {**who.blocs, name: who.added[name]}
            gains = joining(replace(setting, economy=economy, blocs=blocs), name)
            return [block(key, gain, region=name) for key, gain in gains.items()]

        yield _banded(joined, setting.economy, economies, progress)


def joining(setting: Setting, newcomer: str) -> dict[str, float]:
    """What joining costs or gives, against not joining, million of the baseline's currency, a gain positive.

    Own: by free trade of goods with the members (`preference`), by joining their cut of critical exports (`embargo`),
    and by free trade of critical goods while the adversary cuts all off (`resilience`); what of it is a transfer. The
    members' together. What the adversary loses by the cut, without and with the newcomer; what that costs those who
    cut; and the same by the adversary's cut of all of them (`exposure`), without any free trade.
    """
    before, after = setting.formed
    trade, cut, cut_off = (Values(setting, kind) for kind in VALUE_KINDS)
    found: dict[str, float] = {}
    for own, v in (("preference", trade), ("embargo", cut), ("resilience", cut_off)):
        for part, tail in ((REAL, ""), (TRANSFER, "_transfer")):
            found[f"join_{own}{tail}"] = v.moved(before, after, part)[newcomer]
    members = trade.moved(before, after)
    return found | {
        "join_members": sum(members[name] for name in before),
        "join_leverage_before": cut.worth(before),
        "join_leverage_after": cut.worth(after),
        "join_cost": sum(cut.payoff(after).values()),
        "join_exposure": float(cut_off.gains[frozenset()][REAL, :-1].sum()),
    }


def _moves(values: Values) -> Iterator[Block]:
    """What each gains by leaving or joining free trade, before anybody joins and, where some do, after."""
    names, formed = values.setting.names, values.setting.formed
    values.solve([s ^ {name} for s in formed for name in names] + [*formed])
    for scenario, inside in zip(WHO, dict.fromkeys(formed), strict=False):
        for move, stays in (("leaves", True), ("joins", False)):
            who = [name for name in names if (name in inside) is stays]
            gains = list(moving(values.payoff, inside, who).values())
            yield block("move_gain", gains, {"region": who}, item=move, scenario=scenario)
        least = indifference(values.payoff(inside))
        yield block("indifference", least, scenario=scenario)
