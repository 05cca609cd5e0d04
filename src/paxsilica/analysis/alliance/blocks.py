"""What was found of an alliance, as findings.

`scenario` is who is in: `members` before anybody joins, `together` with those who are added. `region` is a bloc,
`measure` a kind of value, `item` a layer of the chain or a move.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from paxsilica.analysis.alliance.assess import Assessment, KindValue
from paxsilica.analysis.alliance.joining import QUESTIONS
from paxsilica.analysis.alliance.layers import RAW_YEAR
from paxsilica.analysis.alliance.who_next import WhoNext
from paxsilica.economy import Array
from paxsilica.findings import Block, block

WHO = ("members", "together")


def assessment_blocks(a: Assessment) -> Iterator[Block]:
    """Everything of an assessment."""
    at = a.ask.params.horizon.key
    for k, kind in enumerate(a.kinds):
        yield from _worth_blocks(a, k, kind, at)
        yield from _of_kind(kind, at)
    yield from _layer_blocks(a, at)
    for newcomer, band in a.joining.items():
        for k, question in enumerate(QUESTIONS):
            low, high = (None if end is None else end[k] for end in (band.low, band.high))
            fixed: dict[str, Any] = {"region": newcomer, "horizon": at}
            yield block(question, band.value[k], low=low, high=high, **fixed)
            yield block(question, band.each[:, k], {"elasticities": band.sets}, **fixed)
    for who, stays in zip(WHO, a.stays, strict=False):
        moves = [("leaves", bloc, gain) for bloc, gain in stays.leaving.items()]
        moves += [("joins", bloc, gain) for bloc, gain in stays.joining.items()]
        named = {"item": [m for m, _, _ in moves], "region": [bloc for _, bloc, _ in moves]}
        yield block("move_gain", [gain for _, _, gain in moves], named, scenario=who, horizon=at)
        yield block("indifference", stays.indifferent, scenario=who, horizon=at)
    yield from _payment_blocks(a, at)
    if a.rivals:
        kinds = {"measure": [r.kind for r in a.rivals]}
        yield block("worth_facing_rivals", [r.facing for r in a.rivals], kinds, horizon=at)
        yield block("rivals_own_effect", [r.harm for r in a.rivals], kinds, horizon=at)
    raw = np.array([a.raw_before.share, a.raw_after.share])
    codes, year = {"product": a.raw_after.codes}, str(RAW_YEAR)
    yield block("export_share", 100 * raw, {"scenario": WHO}, codes, date=year)
    yield block("export_share_mean", 100 * raw.mean(1), {"scenario": WHO}, date=year)


def _worth_blocks(a: Assessment, k: int, value: KindValue, at: str) -> Iterator[Block]:
    n = len(a.kinds)
    fixed: dict[str, Any] = {"measure": value.kind, "horizon": at}

    def ends(end: Array | None) -> Array | None:
        return None if end is None else end[[k, n + k]]

    worth = [value.before, value.after]
    low, high = ends(a.sets.low), ends(a.sets.high)
    yield block("alliance_worth", worth, {"scenario": WHO}, low=low, high=high, **fixed)
    yield block("worth_transfer", value.transfers, {"scenario": WHO}, **fixed)
    if len(a.sets.sets) > 1:
        sets = {"elasticities": a.sets.sets}
        each = a.sets.each[:, [k, n + k]]
        yield block("alliance_worth", each, sets, {"scenario": WHO}, **fixed)


def _of_kind(value: KindValue, at: str) -> Iterator[Block]:
    fixed: dict[str, Any] = {"measure": value.kind, "horizon": at}
    blocs = {"region": [bloc.name for bloc in value.blocs]}
    for key in ("first", "last", "shapley", "own", "own_transfer"):
        yield block(f"bloc_{key}", [getattr(bloc, key) for bloc in value.blocs], blocs, **fixed)
    if value.permutations:
        yield block("bloc_error", [bloc.error for bloc in value.blocs], blocs, **fixed)
    yield block("coalitions_solved", value.coalitions, **fixed)
    yield block("orders_sampled", value.permutations, **fixed)
    if value.epsilon is not None and value.empty is not None:
        yield block("least_core", value.epsilon, **fixed)
        yield block("core_is_empty", float(value.empty), **fixed)


def _layer_blocks(a: Assessment, at: str) -> Iterator[Block]:
    layers = {"item": [layer.layer for layer in a.layers]}
    blocs = list(a.ask.after.countries)
    shares = [[100 * layer.by_bloc[bloc] for layer in a.layers] for bloc in blocs]
    yield block("coverage", shares, {"region": blocs}, layers)
    whole = [[100 * getattr(layer, key) for layer in a.layers] for key in ("before", "after")]
    yield block("coverage", whole, {"scenario": WHO}, layers)
    if not a.traded:
        return
    of: dict[str, Any] = {layer.layer: layer for layer in a.layers}
    traded, first = {"item": a.traded}, 2 * len(a.kinds)
    blank = np.full(len(a.traded), np.nan)
    low, high = (None if x is None else [blank, x[first:]] for x in (a.sets.low, a.sets.high))
    lost = [[getattr(of[t], f"leverage_{when}") for t in a.traded] for when in ("before", "after")]
    yield block("layer_leverage", lost, {"scenario": WHO}, traded, low=low, high=high, horizon=at)
    yield block(
        "layer_cost",
        np.array([of[t].cost_after for t in a.traded], dtype=float),
        traded,
        horizon=at,
    )
    if len(a.sets.sets) > 1:
        sets = {"elasticities": a.sets.sets}
        together: dict[str, Any] = {"scenario": "together", "horizon": at}
        yield block("layer_leverage", a.sets.each[:, first:], sets, traded, **together)


def _payment_blocks(a: Assessment, at: str) -> Iterator[Block]:
    p, b = a.payments, a.payments.unpaid
    blocs = {"region": b.members}
    yield block("income", b.income, blocs)
    e, against = a.ask.economy, a.ask.adversary
    yield block("income", e.income[e.region_indices(against)], {"region": against})
    real = 100 * (np.array([b.real_income, p.real_income]) - 1)
    yield block("real_income", real, {"scenario": ("unpaid", "paid")}, blocs, horizon=at)
    yield block("side_payment", [p.transfers[bloc] for bloc in b.members], blocs, horizon=at)
    yield block("shared_real_income", 100 * (p.shared - 1), horizon=at)


def who_next_blocks(w: WhoNext) -> Iterator[Block]:
    """Every candidate: what it adds where it is a region of the economy, and its coverage."""
    at = w.ask.params.horizon.key
    inside = [c for c in w.candidates if c.preference is not None]
    codes = {"region": [c.code for c in inside]}

    def told(name: str, key: str, kind: str) -> Block:
        values = np.array([getattr(c, key) for c in inside], dtype=float)
        return block(name, values, codes, measure=kind, horizon=at)

    for kind in ("preference", "leverage"):
        yield told("adds", kind, kind)
        yield told("adds_rank", f"{kind}_rank", kind)
        yield told("adds_transfer", f"{kind}_transfer", kind)
        yield told("own_gain", f"own_{kind}", kind)
    yield told("members_gain", "members_preference", "preference")
    e = w.ask.economy
    yield block("income", e.income[e.region_indices(codes["region"])], codes)
    yield block("indifference", w.indifferent, horizon=at)
    everybody = {"region": [c.code for c in w.candidates]}
    layers: Sequence[str] = list(w.candidates[0].layers) if w.candidates else []
    shares = [[100 * c.layers[layer] for layer in layers] for c in w.candidates]
    yield block("coverage", shares, everybody, {"item": layers})
    yield block("coverage_mean", [100 * c.coverage for c in w.candidates], everybody)
    raw = [100 * c.raw for c in w.candidates]
    yield block("export_share_mean", raw, everybody, date=str(RAW_YEAR))
