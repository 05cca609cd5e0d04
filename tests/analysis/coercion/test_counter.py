"""Counter-coercion against shocks built by hand: finite differences, brute force and accounting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from worlds import random_economy

from paxsilica.analysis.coercion import counter
from paxsilica.analysis.coercion.counter import BUDGET, INSTRUMENT, MOST_OF, Relief, reliefs
from paxsilica.cut import Cut
from paxsilica.economy import Economy
from paxsilica.errors import InputError, LabelError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Outcome, Params, solve
from paxsilica.shock import Shock

PARAMS = Params(SHORT_RUN, tolerance=1e-12)
SECTORS = ("S0", "S2")
CUT = Cut(("R1",), ("R0", "R3"), SECTORS)
ASKED = dict(cut=CUT, allies=["R2", "R3"], params=PARAMS)
TARGETS, SENDER, ALLY = [0, 3], 1, 2


@pytest.fixture(scope="module")
def economy() -> Economy:
    return random_economy(7, regions=5)


def outcome_of(economy: Economy, relief: Relief | None, size: float = 0.0) -> Outcome:
    """The cut of `CUT` with one policy of its targets, written out entry by entry."""
    e = economy
    trade_cost, permitted, tariffs = (
        np.ones(e.flows.shape),
        np.ones(e.flows.shape),
        e.tariffs.copy(),
    )
    subsidy = np.zeros(e.output.shape)
    permitted[np.ix_(TARGETS, [SENDER], [0, 2])] = 0.0
    if relief is not None:
        j = e.sectors.index(relief.sector) if relief.sector else None
        if relief.kind == "diversify":
            supplier = e.regions.index(relief.partners[0])
            trade_cost[[n for n in TARGETS if n != supplier], supplier, j] = 1 - size
        elif relief.kind == "stock":
            permitted[TARGETS, SENDER, j] = size
        elif relief.kind == "subsidise":
            subsidy[TARGETS, j] = size
        else:
            tariffs[TARGETS, ALLY] *= 1 - size
            tariffs[ALLY, TARGETS] *= 1 - size
    return solve(
        e,
        Shock(e, tariffs=tariffs, trade_cost=trade_cost, permitted=permitted, subsidy=subsidy),
        PARAMS,
    )


def income(outcome: Outcome) -> float:
    return float((outcome.real_income * outcome.economy.income)[TARGETS].sum())


def cost_of(outcome: Outcome, relief: Relief) -> float:
    """By the ledger of the equilibrium with the policy, at the baseline's consumer prices."""
    o, e, x = outcome, outcome.economy, relief.size
    j = e.sectors.index(relief.sector) if relief.sector else slice(None)
    if relief.kind == "subsidise":
        dollars = o.cost[:, j] - o.output[:, j]  # what the treasury pays
    elif relief.kind == "join":
        dollars = ((e.tariffs - o.shock.tariffs) * o.flows)[:, ALLY].sum(1)
    else:
        supplier = e.regions.index(relief.partners[0])
        dollars = o.flows[:, supplier, j] * (x / (1 - x) if relief.kind == "diversify" else 1)
        dollars[supplier] = 0.0
    return float((dollars / o.consumer_price)[TARGETS].sum())


def weighed(economy: Economy, best: int = 8, budget: float = 0.001, **asked) -> tuple[Relief, ...]:
    """The best policies of each kind at another budget."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(counter, "BEST", best)
        patch.setattr(counter, "BUDGET", budget)
        return reliefs(economy, **asked)


@pytest.fixture(scope="module")
def found(economy) -> tuple[Relief, ...]:
    return weighed(economy, 99, 0.005, **ASKED)


def test_every_candidate_is_there_once(found):
    expected = {("diversify", (m,), s) for m in ("R0", "R2", "R3", "R4") for s in SECTORS}
    expected |= {("stock", ("R1",), s) for s in SECTORS} | {("subsidise", (), s) for s in SECTORS}
    expected |= {("join", ("R2",), "")}
    assert {(r.kind, r.partners, r.sector) for r in found} == expected
    assert len(found) == len(expected)


def test_gains_costs_and_order_equal_brute_force(economy, found):
    cut = outcome_of(economy, None)
    nets = []
    for r in found:
        outcome = outcome_of(economy, r, r.size)
        cost = cost_of(outcome, r)
        gain = income(outcome) - income(cut)
        assert r.cost == pytest.approx(cost, rel=1e-9)
        assert r.gain == pytest.approx(gain, rel=1e-7, abs=1e-9)
        nets.append(gain - cost if r.kind == "diversify" else gain)
        assert r.net == pytest.approx(nets[-1], rel=1e-7, abs=1e-9)
        assert r.per_dollar == pytest.approx(nets[-1] / cost, rel=1e-7)
    assert nets == sorted(nets, reverse=True)


def test_first_order_equals_central_differences_of_exact_solves(economy, found):
    h = 1e-4
    for r in (r for r in found if r.kind != "stock"):
        low, high = (outcome_of(economy, r, size) for size in (-h, h))
        slope = (income(high) - income(low)) / (2 * h)
        if r.kind == "diversify":
            slope -= (cost_of(high, replace(r, size=h)) - cost_of(low, replace(r, size=-h))) / (
                2 * h
            )
        assert r.first_order == pytest.approx(slope * r.size, rel=1e-4)
    assert {r.first_order for r in found if r.kind == "stock"} == {None}


def test_a_small_budget_is_spent_and_gains_what_the_first_order_says_and_none_gains_nothing(
    economy, found
):
    budget = 1e-6
    spend = budget * economy.income[TARGETS].sum()
    small = weighed(economy, 99, budget, **ASKED)
    for r in small:
        assert r.cost == pytest.approx(spend, rel=1e-3)
        if r.kind != "stock":
            assert r.net == pytest.approx(r.first_order, rel=1e-2, abs=1e-3 * spend)
    for kind in INSTRUMENT:
        best = next(r for r in small if r.kind == kind)
        (alone,) = (r for r in weighed(economy, 1, budget, **ASKED) if r.kind == kind)
        assert alone == best  # what the first order picks is the best by exact solves
    for r in weighed(economy, 99, 0.0, **ASKED):
        assert (r.size, r.cost, r.per_dollar) == (0, 0, 0)
        assert r.gain == pytest.approx(0, abs=1e-9 * economy.income[TARGETS].sum())
    assert all(r.size <= MOST_OF[r.kind] for r in found)


@pytest.mark.parametrize("share", [1.0, 0.9])
def test_a_full_stock_undoes_the_cut_of_its_sector(economy, share):
    cut = Cut(("R1",), ("R0", "R3"), ("S2",), share)
    (r,) = weighed(economy, 1, 0.1, cut=cut, params=PARAMS)[:1]
    assert (r.kind, r.size) == ("stock", 1.0)
    permitted = np.ones(economy.flows.shape)
    permitted[TARGETS, SENDER, 2] = 1 - share
    loss = economy.income[TARGETS].sum() - income(
        solve(economy, Shock(economy, permitted=permitted), PARAMS)
    )
    assert r.gain == pytest.approx(loss, rel=1e-8)
    assert r.cost == pytest.approx(share * economy.flows[TARGETS, SENDER, 2].sum(), rel=1e-8)


def test_without_a_cut_the_same_policy_is_solved_exactly(economy, found):
    """The same fall of trade costs on the baseline: gain less cost, over cost, both at the new equilibrium."""
    r = next(r for r in found if r.kind == "diversify" and r.partners == ("R4",))
    at = (TARGETS, 4, economy.sectors.index(r.sector))
    trade_cost = np.ones(economy.flows.shape)
    trade_cost[at] = 1 - r.size
    outcome = solve(economy, Shock(economy, trade_cost=trade_cost), PARAMS)
    gain = income(outcome) - economy.income[TARGETS].sum()
    cost = (r.size / (1 - r.size) * outcome.flows[at] / outcome.consumer_price[TARGETS]).sum()
    assert r.without_cut == pytest.approx((gain - cost) / cost, rel=1e-5)


@pytest.mark.parametrize(
    ("change", "error", "says"),
    [
        (dict(allies=["R1"]), InputError, "R1 is sender and ally"),
        (dict(cut=replace(CUT, targets=("R1",))), InputError, "R1 is sender and target"),
        (dict(cut=replace(CUT, sectors=("S9",))), LabelError, "unknown sector 'S9'"),
        (dict(allies=["R9"]), LabelError, "unknown region 'R9'"),
    ],
)
def test_what_cannot_be_is_refused_in_one_line(economy, change, error, says):
    with pytest.raises(error, match=says) as caught:
        reliefs(economy, **ASKED | change)
    assert "\n" not in str(caught.value)


def test_the_usual_budget_and_the_largest_sizes_are_those_of_the_manual(economy):
    """`docs/coerce.md`: 0.1 % of the targets' income; at most 10 % of a cost, 20 % of a cost, and all of the rest."""
    manual = (Path(__file__).parents[3] / "docs" / "coerce.md").read_text(encoding="utf-8")
    rows = {r.split("`")[1]: r for r in manual.splitlines() if r.startswith("| `")}
    told = {kind: rows[kind].split("|")[-2].strip() for kind in INSTRUMENT}
    assert told == {"stock": "all", "diversify": "10 %", "subsidise": "20 %", "join": "to zero"}
    assert MOST_OF == {"stock": 1.0, "diversify": 0.1, "subsidise": 0.2, "join": 1.0}
    assert "0.1 % of the target's income" in manual
    assert BUDGET == 0.001
