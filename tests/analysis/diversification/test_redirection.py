"""What an exporter loses in one market is sold elsewhere, sold at home or no longer made."""

from dataclasses import replace

import numpy as np
import pytest
from coercion_world import coercion_world
from divert_world import raised
from worlds import random_economy

from paxsilica.analysis.diversification.redirection import (
    ENDS,
    Redirection,
    alone,
    headline_blocks,
    hitters_of,
    redirection_blocks,
)
from paxsilica.errors import InputError
from paxsilica.findings import Findings
from paxsilica.horizon import HORIZONS
from paxsilica.model import Params, rebalance, solve
from paxsilica.shock import Shock


@pytest.fixture(scope="module")
def world():
    return rebalance(coercion_world())


@pytest.fixture(scope="module", params=HORIZONS.values(), ids=HORIZONS)
def hit(request, world):
    """Eastland hit by Northland, with an export tax of a third country in the same world."""
    shock = raised(world, "R0", ["R1"])
    tax = np.zeros(world.flows.shape)
    tax[0, 1], tax[3, 1], tax[2, 3] = 0.05, 0.02, 0.2
    outcome = solve(
        world, Shock(world, tariffs=shock.tariffs, export_tax=tax), Params(request.param)
    )
    return Redirection(outcome, ("R1",), ("R0",), ("C26", "C28", "SERV"))


@pytest.mark.parametrize("old_prices", [True, False])
def test_what_is_lost_goes_elsewhere_home_or_is_not_made(hit, old_prices):
    """The identity by sector and in total; what is made comes from output, not from sales."""
    lost, elsewhere, home, made = hit.by_end(old_prices)
    size = np.abs(hit.by_end(old_prices)).max()
    assert -lost == pytest.approx(elsewhere + home - made, abs=1e-9 * size)
    assert -lost.sum() == pytest.approx(elsewhere.sum() + home.sum() - made.sum(), rel=1e-9)
    assert lost.sum() < 0


def test_the_identity_holds_for_a_group_and_after_what_stood_before(world):
    """Two exporters who sell to each other at home, hit in a world in which a tariff stood already."""
    stood = solve(world, raised(world, "R0", ["R1", "R2"], 0.1))
    shock = raised(world, "R0", ["R1", "R2"], 0.4, stood.shock)
    outcome = replace(solve(world, shock), base=stood)
    r = Redirection(outcome, ("R1", "R2"), ("R0",), ("C26", "C28"))
    lost, elsewhere, home, made = r.by_end()
    assert -lost == pytest.approx(elsewhere + home - made, abs=1e-9 * np.abs(lost).max())
    among = r.ends["home"]
    assert among[1].all()
    assert among[2].all()
    assert not among[[0, 3]].any()


def test_volumes_are_sales_over_the_gate_price_counted_by_hand(hit):
    o, e = hit.outcome, hit.outcome.economy
    i, n = e.regions.index("R1"), e.regions.index("R3")
    price = o.unit_cost[i]  # no productivity and no subsidy changes
    after = o.flows[n, i] / 1.02 / price
    before = e.flows[n, i]
    assert hit.to_market()[n] == pytest.approx(after - before, rel=1e-9)
    money = o.flows[n, i] / 1.02 - before
    assert hit.to_market(False)[n] == pytest.approx(money, rel=1e-9)


def test_findings_say_the_same(hit):
    markets = {r: (r,) for r in ("R2", "R3")}
    f = Findings((*headline_blocks(hit), *redirection_blocks(hit, markets)))
    by_end = [f.value("sales_moved", item=end, sector=None, partner=None) for end in ENDS]
    assert by_end == pytest.approx(hit.by_end().sum(1))
    by_market = f.along("sales_moved", "partner", sector=None)
    assert by_market["R0"] == pytest.approx(by_end[0])
    assert by_market["R2"] + by_market["R3"] == pytest.approx(by_end[1])
    assert f.value("redirected_share") == pytest.approx(-100 * by_end[1] / by_end[0])
    shown = f.array("sales_shown")
    ends = f.select("sales_shown").blocks[0].axes[0]["item"]
    assert ends[0] == "hit"
    assert ends[-2:] == ("home", "made")
    assert shown[:-1].sum(0) == pytest.approx(shown[-1]), "a column is one sector's identity"
    assert shown.sum(1)[[0, -2, -1]] == pytest.approx([by_end[0], by_end[2], by_end[3]])


def test_real_income_is_that_of_the_outcome_split_as_its_own(hit):
    """One exporter: earned by GDP over income, and the transfer, sum to real income (the definition in `Outcome`)."""
    f, o = Findings(tuple(headline_blocks(hit))), hit.outcome
    change = f.value("real_income")
    assert change == pytest.approx(100 * (o.real_income[1] - 1))
    share = o.economy.gdp[1] / o.economy.income[1]
    parts = share * f.value("real_earned_income") + f.value("transfer_effect")
    assert parts == pytest.approx(change, rel=1e-6)


def test_nothing_is_redirected_where_nothing_changes(world):
    r = Redirection(solve(world, Shock(world)), ("R1",), ("R0",), world.sectors)
    assert np.abs(r.by_end()).max() < 1e-6 * world.flows.max()
    f = Findings(tuple(headline_blocks(r)))
    assert abs(f.value("trade_change")) < 1e-6


def test_alone_is_the_same_hit_on_nobody_else(world):
    everybody = solve(world, raised(world, "R0", ["R1", "R2", "R3"]))
    r = Redirection(everybody, ("R1",), ("R0",), world.sectors)
    own, by_hand = alone(r), solve(world, raised(world, "R0", ["R1"]))
    assert own is not None
    assert own.flows == pytest.approx(by_hand.flows, rel=1e-7)
    only = Redirection(by_hand, ("R1",), ("R0",), world.sectors)
    assert alone(only) is None
    assert only.by_end()[0].sum() < r.by_end()[0].sum(), (
        "rivals who pay too leave it more of the market"
    )


def test_who_hits_is_whoever_raises_a_barrier(world):
    shock = raised(world, "R0", ["R1"])
    cost = np.ones(world.flows.shape)
    cost[3, 1] = 1.1
    both = solve(world, Shock(world, tariffs=shock.tariffs, trade_cost=cost))
    bought = world.flows[[0, 3], 1].sum(1)
    order = ("R0", "R3") if bought[0] > bought[1] else ("R3", "R0")
    assert hitters_of(both, ("R1",)) == order
    with pytest.raises(InputError, match="touches nothing that R2 sells"):
        hitters_of(both, ("R2",))
    lower = np.array(world.tariffs)
    lower[0, 1] *= 0.5
    with pytest.raises(InputError, match="touches nothing"):
        hitters_of(solve(world, Shock(world, tariffs=lower)), ("R1",))


def test_a_ban_is_a_barrier(world):
    permitted = np.ones(world.flows.shape)
    permitted[2, 1, 0] = 0.0
    outcome = solve(world, Shock(world, permitted=permitted))
    assert hitters_of(outcome, ("R1",)) == ("R2",)
    r = Redirection(outcome, ("R1",), ("R2",), ("C26",))
    assert r.by_end()[0, 0] == pytest.approx(-world.flows[2, 1, 0], rel=1e-6)


@pytest.mark.parametrize("seed", range(5))
def test_the_identity_holds_in_random_worlds(seed):
    e = rebalance(random_economy(seed, zeros=True))
    r = Redirection(solve(e, raised(e, "R1", ["R0", "R3"], 0.8)), ("R0", "R3"), ("R1",), e.sectors)
    for old in (True, False):
        lost, elsewhere, home, made = r.by_end(old)
        assert -lost == pytest.approx(elsewhere + home - made, abs=1e-9 * np.abs(made).max())
