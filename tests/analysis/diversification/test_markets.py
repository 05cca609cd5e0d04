"""Markets and agreements: against solves by hand, small steps, and the ranks of what is found."""

import numpy as np
import pytest
from coercion_world import coercion_world
from divert_world import raised

from paxsilica.analysis.diversification.markets import (
    BELIEVED,
    CRITERIA,
    agreements,
    first_orders,
    in_common,
    kept_tariffs,
    market_blocks,
    markets_of,
    ranking_blocks,
)
from paxsilica.analysis.diversification.redirection import Redirection
from paxsilica.economy import About
from paxsilica.findings import Findings
from paxsilica.model import rebalance, solve
from paxsilica.shock import Shock

ALONE = {"R2": ("R2",), "R3": ("R3",)}


@pytest.fixture(scope="module")
def hit():
    e = rebalance(coercion_world())
    return Redirection(solve(e, raised(e, "R0", ["R1"])), ("R1",), ("R0",), ("C26", "C28"))


def test_an_agreement_is_the_markets_tariffs_at_zero_solved_by_hand(hit):
    o, e = hit.outcome, hit.outcome.economy
    first = first_orders(hit, ALONE)
    won = agreements(hit, ALONE, first)
    for m, market in enumerate(ALONE):
        tariffs = np.array(o.shock.tariffs)
        n = e.regions.index(market)
        tariffs[n, 1, :2] = 0.0
        free = solve(e, Shock(e, tariffs=tariffs))
        gain = e.income[1] * (free.real_income[1] - o.real_income[1])
        assert won[0, m] == pytest.approx(gain, rel=1e-6)
        assert first[m] == pytest.approx(gain, rel=0.5)
        sales = (free.flows[n, 1] / free.gate_price[1] - o.flows[n, 1] / o.gate_price[1])[:2].sum()
        assert won[1, m] == pytest.approx(sales, rel=1e-6)


def test_the_first_order_is_the_slope_of_a_small_cut(hit):
    """A hundredth of a per cent off a market's tariffs, solved both ways, against the derivative."""
    o, e = hit.outcome, hit.outcome.economy
    gains = []
    for by in (1e-4, -1e-4):
        tariffs = np.array(o.shock.tariffs)
        tariffs[2, 1, :2] *= 1 - by
        solved = solve(e, Shock(e, tariffs=tariffs))
        gains.append(e.income[1] * (solved.real_income[1] - o.real_income[1]))
    slope = (gains[0] - gains[1]) / 2e-4
    assert first_orders(hit, ALONE)[0] == pytest.approx(slope, rel=1e-4)


def test_several_exporters_win_together(hit):
    """The derivative of the sum of two incomes by tariffs on both, against a small cut of them."""
    o, e = hit.outcome, hit.outcome.economy
    both = Redirection(o, ("R1", "R2"), hit.hitters, hit.sectors)
    lower = np.array(o.shock.tariffs)
    lower[3, 1:3, :2] *= 1 - 1e-4
    solved = solve(e, Shock(e, tariffs=lower))
    gain = (e.income * (solved.real_income - o.real_income))[1:3].sum() / 1e-4
    assert first_orders(both, {"R3": ("R3",)})[0] == pytest.approx(gain, rel=1e-2)


def test_tariffs_that_few_believe_stay(hit):
    o, e = hit.outcome, hit.outcome.economy
    tariffs = np.array(o.shock.tariffs)
    tariffs[2, 1, 0] = BELIEVED + 0.01
    high = Redirection(solve(e, Shock(e, tariffs=tariffs)), hit.exporters, hit.hitters, hit.sectors)
    (note,) = kept_tariffs(high, ALONE)
    assert "R2 C26" in note.text
    assert kept_tariffs(hit, ALONE) == ()
    tariffs[2, 1, 1] = 0.0
    free = solve(e, Shock(e, tariffs=tariffs))
    gain = e.income[1] * (free.real_income[1] - high.outcome.real_income[1])
    won = agreements(high, ALONE, first_orders(high, ALONE))
    assert won[0, 0] == pytest.approx(gain, rel=1e-5)


def found_of(r, markets, room):
    first = first_orders(r, markets)
    won = agreements(r, markets, first)
    return *ranking_blocks(r, markets, room, first), *market_blocks(r, markets, won)


def test_findings_of_markets_are_counted_from_the_flows(hit):
    o, e = hit.outcome, hit.outcome.economy
    markets = {"PAIR": ("R2", "R3")}
    room = np.array([0.0, 0.0, 3.0, 4.0])
    f = Findings(found_of(hit, markets, room))
    sold = np.delete(o.flows[:, 1, :2].sum(1), 1)
    share = 100 * sold[1:].sum() / sold.sum()
    assert f.value("share_of_exports", partner="PAIR", scenario="after") == pytest.approx(share)
    flows = e.flows[2:, 1, :2]
    paid = (flows * e.tariffs[2:, 1, :2]).sum() / flows.sum()
    rate = f.value("trade_weighted_tariff", partner="PAIR", scenario="before")
    assert rate == pytest.approx(100 * paid)
    hit_rate = f.value("trade_weighted_tariff", item="hit", scenario="after")
    before = f.value("trade_weighted_tariff", item="hit", scenario="before")
    assert hit_rate - before == pytest.approx(50)
    assert f.value("unrealised_potential", partner="PAIR") == 7


def test_ranks_are_those_of_the_numbers_and_the_order_of_their_mean(hit):
    room = np.array([0.0, 0.0, 9.0, 4.0])
    f = Findings(found_of(hit, ALONE, room))
    numbers = {
        "redirected": f.along("sales_moved", "partner"),
        "potential": {"R2": 9.0, "R3": 4.0},
        "agreement": f.along("agreement_first_order", "partner"),
    }
    total = dict.fromkeys(ALONE, 0.0)
    for criterion in CRITERIA:
        ranks = f.along("market_rank", "partner", measure=criterion)
        of = numbers[criterion]
        assert ranks["R2" if of["R2"] > of["R3"] else "R3"] == 1
        total = {market: total[market] + ranks[market] for market in ALONE}
    overall = f.along("market_rank", "partner", measure="overall")
    assert sorted(overall.values()) == [1, 2]
    assert min(total, key=total.__getitem__) == min(overall, key=overall.__getitem__)


def test_a_customs_union_is_one_market_unless_it_sells_or_hits():
    about = About(region_names={}, region_groups={"EU": ("R2", "R3")})
    e = coercion_world().replace(about=about)
    assert markets_of(e, ("R0", "R1")) == {"EU": ("R2", "R3")}
    assert markets_of(e, ("R2",)) == {r: (r,) for r in ("R0", "R1", "R3")}


def test_what_both_are_in_has_all_of_both(hit):
    assert in_common(hit, {"R2": ("R2",), "R3": ("R3",)}, None) == {"R2": ["PAIR"], "R3": []}
