"""Alliances assessed: identities of the values, stability against payoffs, and known coverage of raw materials."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from ally_worlds import CRITICAL, MEMBERS, allied_world, setting_of

from paxsilica.analysis.alliance.assess import assess
from paxsilica.analysis.alliance.burden import payment_blocks
from paxsilica.analysis.alliance.layers import layer_coverage, raw_coverage, raw_shares
from paxsilica.analysis.alliance.roster import alliance
from paxsilica.analysis.alliance.values import Setting, Values
from paxsilica.analysis.alliance.who_next import who_next
from paxsilica.analysis.chain import LAYERS, load_chain
from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import ConvergenceError
from paxsilica.findings import Findings
from paxsilica.model import rebalance, solve
from paxsilica.names import Names
from paxsilica.shock import Shock


@pytest.fixture(scope="module")
def economy() -> Economy:
    return allied_world()


@pytest.fixture(scope="module")
def world() -> Economy:
    return rebalance(load_economy("icio2022"))


def stiff_of(economy: Economy) -> Economy:
    """The same table with elasticities half as large, as another set."""
    about = replace(economy.about, elasticities="stiff")
    return economy.replace(trade_elasticity=economy.trade_elasticity / 2, about=about)


def assessed(economy: Economy, sets: tuple[Economy, ...] = (), **changes) -> Findings:
    kinds = changes.pop("kinds", ("preference", "leverage", "resilience"))
    who = alliance(economy, MEMBERS, ("IND",))
    chain = load_chain("ai-stack")
    return assess(setting_of(economy, **changes), who, kinds, 40, chain, sets)[0]


@pytest.fixture(scope="module")
def found(economy) -> Findings:
    return assessed(economy, (economy, stiff_of(economy)), rivals=("CHN", "RUS"))


def worth_of(found: Findings, kind: str, who: str = "together", name: str | None = None) -> float:
    return found.value("alliance_worth", measure=kind, scenario=who, elasticities=name)


@pytest.mark.parametrize("kind", ["preference", "leverage", "resilience"])
def test_shapley_values_sum_to_the_worth_and_lie_where_the_game_says(found, economy, kind):
    whole = worth_of(found, kind)
    assert found.array("bloc_shapley", measure=kind).sum() == pytest.approx(
        whole, rel=1e-9, abs=1e-4
    )
    values = Values(setting_of(economy), kind)
    everybody = frozenset(values.setting.names)
    before = values.worth(everybody - {"IND"})
    assert worth_of(found, kind, "members") == pytest.approx(before, rel=1e-8, abs=1e-4)
    for bloc, last in found.along("bloc_last", "region", measure=kind).items():
        left = values.worth(everybody) - values.worth(everybody - {bloc})
        assert last == pytest.approx(left, abs=1e-4)
    assert found.value("coalitions_solved", measure=kind) == 2**4


def test_leverage_is_the_loss_of_the_adversary_in_one_solve(found, economy):
    outcome = solve(
        economy, Values(setting_of(economy), "leverage").shock(frozenset({*MEMBERS, "IND"}))
    )
    china = economy.regions.index("CHN")
    loss = (1 - outcome.real_income[china]) * economy.income[china]
    assert worth_of(found, "leverage") == pytest.approx(loss, rel=1e-7)


def test_a_bloc_alone_trades_freely_with_nobody(found):
    assert found.array("bloc_first", measure="preference").tolist() == [0.0] * 4, "a real zero"


def test_side_payments_equalise_real_income_in_the_equilibrium_with_them(found, economy):
    paid = found.along("side_payment", "region")
    assert sum(paid.values()) == pytest.approx(0, abs=1e-9 * economy.income.sum())
    transfer = np.zeros(len(economy.regions))
    at = economy.region_indices(list(paid))
    transfer[at] = list(paid.values())
    cut = Values(setting_of(economy), "leverage").shock(frozenset(paid))
    outcome = solve(economy, Shock(economy, **cut.rows, transfer=transfer))
    shared = 1 + found.value("shared_real_income") / 100
    assert outcome.real_income[at] == pytest.approx(np.full(len(at), shared), rel=1e-7)
    without = solve(economy, cut).real_income[at]
    unpaid = found.select("real_income", scenario="unpaid").blocks[0].value.ravel()
    assert 1 + unpaid / 100 == pytest.approx(without, rel=1e-8)
    assert np.ptp(without) > 1e-4, "there is something to equalise"


@pytest.mark.parametrize(
    ("members", "adversary"), [(["USA", "JPN"], "MAR"), (["USA", "STP"], "CHN")]
)
def test_small_payments_and_small_members_are_equalised_too(world, members, adversary):
    blocs = {member: (member,) for member in members}
    found = Findings(tuple(payment_blocks(Setting(world, blocs, tuple(members), (adversary,)))))
    unpaid, paid = found.array("real_income")
    assert paid == pytest.approx(np.full(2, found.value("shared_real_income")), abs=2e-6)
    assert np.ptp(unpaid) > 1e-5


def test_every_set_of_elasticities_is_solved_for_itself(found, economy):
    everybody, stiff = frozenset({*MEMBERS, "IND"}), setting_of(stiff_of(economy))
    again = Values(stiff, "leverage")
    rows = found.select("alliance_worth", measure="leverage").rows()
    assert {row["elasticities"] for row in rows if "elasticities" in row} == {"given", "stiff"}
    for who, inside in (("members", frozenset(MEMBERS)), ("together", everybody)):
        each = [worth_of(found, "leverage", who, name) for name in ("given", "stiff")]
        assert each[0] == worth_of(found, "leverage", who)
        assert each[1] == pytest.approx(again.worth(inside), rel=1e-7)
        row = found.row("alliance_worth", measure="leverage", scenario=who, elasticities=None)
        assert (row["low"], row["high"]) == (min(each), max(each))
    whole = found.along("layer_leverage", "item", scenario="together", elasticities=None)
    assert set(whole) == {"compute", "minerals"}
    alone = Values(replace(stiff, sectors=("C26",)), "leverage").worth(everybody)
    compute = found.value("layer_leverage", item="compute", elasticities="stiff")
    assert compute == pytest.approx(alone, rel=1e-7)


def moved(found: Findings, who: str, move: str) -> dict[str, float | None]:
    return found.along("move_gain", "region", scenario=who, item=move)


def test_stability_is_the_payoff_of_moving(found):
    now, then = moved(found, "members", "leaves"), moved(found, "together", "leaves")
    assert set(now) == set(MEMBERS)
    joins = moved(found, "members", "joins")
    assert set(joins) == {"IND"}
    assert then["IND"] == pytest.approx(-joins["IND"], rel=1e-9), "the same two worlds"
    assert not moved(found, "together", "joins")


def test_a_set_that_is_not_solved_is_told(economy, monkeypatch):
    def failing(values: Values, *asked) -> None:
        if values.setting.economy.about.elasticities == "stiff":
            raise ConvergenceError("not solved", None)
        solved(values, *asked)

    solved = Values.solve
    monkeypatch.setattr(Values, "solve", failing)
    setting, who = setting_of(economy), alliance(economy, MEMBERS, ("IND",))
    sets = (economy, stiff_of(economy))
    answer, notes = assess(setting, who, ("preference",), 40, load_chain("ai-stack"), sets)
    told = {note.text for note in notes if note.name == "elasticities.band"}
    assert told == {"not solved, and left out of the band: stiff"}
    assert np.isnan(answer.value("join_preference", region="IND", elasticities="stiff"))


def test_joining_is_two_worlds_apart_in_every_set(found, economy):
    own = found.value("join_preference", region="IND", elasticities=None)
    assert own == pytest.approx(moved(found, "members", "joins")["IND"], rel=1e-6)
    members, everybody = frozenset(MEMBERS), frozenset({*MEMBERS, "IND"})
    setting = setting_of(stiff_of(economy))
    trade, cut, alone = (Values(setting, k) for k in ("preference", "leverage", "resilience"))

    def gain(values: Values, who) -> float:
        then, now = values.payoff(everybody), values.payoff(members)
        return sum(then[name] - now[name] for name in who)

    alone.solve([members, everybody])
    by_hand = {
        "join_preference": gain(trade, ["IND"]),
        "join_embargo": gain(cut, ["IND"]),
        "join_resilience": gain(alone, ["IND"]),
        "join_members": gain(trade, MEMBERS),
        "join_leverage_before": cut.worth(members),
        "join_leverage_after": cut.worth(everybody),
        "join_cost": sum(cut.payoff(everybody).values()),
        "join_exposure": float(alone.gains[frozenset()][0, :-1].sum()),
    }
    for key, value in by_hand.items():
        stiff = found.value(key, region="IND", elasticities="stiff")
        assert stiff == pytest.approx(value, rel=1e-6), key
    cost = found.value("cut_cost", scenario="together", elasticities="stiff")
    assert cost == pytest.approx(by_hand["join_cost"], rel=1e-6)


def test_layers_add_up_and_only_goods_can_be_cut(found):
    chain = load_chain("ai-stack")
    together, before, india = (
        found.along("coverage", "item", **who)
        for who in ({"scenario": "together"}, {"scenario": "members"}, {"region": "IND"})
    )
    assert list(together) == list(LAYERS)
    known = layer_coverage(chain, [*MEMBERS, "IND"])
    for layer, share in together.items():
        assert share == pytest.approx(100 * known[layer])
        assert share - before[layer] == pytest.approx(india[layer])
    assert set(found.along("layer_cost", "item")) == {"compute", "minerals"}


def test_a_rival_bloc_is_measured_against_the_same_alliance(found, economy):
    """The same coalitions in a world in which China and Russia trade goods free of tariffs, written by hand."""
    e, everybody = economy, frozenset({*MEMBERS, "IND"})
    rivals, goods = e.region_indices(["CHN", "RUS"]), e.sector_indices(["goods"])
    own = e.region_indices(sorted(everybody))
    before = solve(e, Shock(e).changed("tariffs", np.ix_(rivals, rivals, goods), 0.0))
    harm = float(((before.real_income - 1) * e.income)[own].sum())
    free = Values(setting_of(e), "preference").shock(everybody)
    after = solve(e, free.changed("tariffs", np.ix_(rivals, rivals, goods), 0.0))
    facing = float(((after.real_income - before.real_income) * e.income)[own].sum())
    assert found.value("rivals_own_effect", measure="preference") == pytest.approx(harm, rel=1e-5)
    assert found.value("worth_facing_rivals", measure="preference") == pytest.approx(
        facing, rel=1e-6
    )


def test_who_next_agrees_with_adding_one_by_one(economy):
    setting = setting_of(economy, ())
    ranked, _ = who_next(setting, MEMBERS, load_chain("ai-stack"))
    places = ranked.along("adds_rank", "region", measure="preference")
    assert set(places) == {"IND", "RUS"}
    assert list(places.values()) == [1, 2]
    added = assessed(economy, kinds=("preference", "leverage"))

    def of_india(key: str, kind: str) -> float:
        return ranked.value(key, region="IND", measure=kind)

    for kind in ("preference", "leverage"):
        gain = worth_of(added, kind) - worth_of(added, kind, "members")
        assert of_india("adds", kind) == pytest.approx(gain, rel=1e-6)
    own = of_india("own_gain", "preference")
    assert own == pytest.approx(moved(added, "members", "joins")["IND"], rel=1e-6)
    outside = Values(setting_of(economy), "preference").payoff(frozenset(MEMBERS))["IND"]
    parts = of_india("members_gain", "preference") + own + outside
    assert parts == pytest.approx(of_india("adds", "preference"), rel=1e-6), (
        "what it had outside already is no gain of joining"
    )
    others = set(ranked.along("coverage_mean", "region")) - {"IND", "RUS"}
    assert {"ZAF", "AUS"} <= others
    assert not others & {"USA", "CHN", "OTHER", "ROW"}


def test_raw_coverage_of_the_roster_of_august_2026():
    members = Names(day=date(2026, 8, 31)).countries("pax-silica")
    whole = raw_coverage(members)
    without = raw_coverage([country for country in members if country != "IND"])
    codes, _ = raw_shares()
    assert len(codes) == 71
    assert 100 * whole.mean() == pytest.approx(40.2, abs=0.05)
    assert 100 * without.mean() == pytest.approx(38.7, abs=0.05)
    gain = dict(zip(codes, 100 * (whole - without), strict=True))
    assert gain["251110"] == pytest.approx(26, abs=0.5), "barytes"
    assert gain["760110"] == pytest.approx(14, abs=0.5), "unwrought aluminium"
    assert gain["252910"] == pytest.approx(10, abs=0.5), "feldspar"


def test_who_is_in_counts_on_the_day(economy):
    day = date(2026, 1, 16)
    found = alliance(economy, ["pax-silica"], ["IND"], day)
    assert "QAT" in found.outside
    assert found.inside["QAT"] == ("QAT",)
    later = alliance(economy, ["pax-silica"], ["IND"], date(2026, 3, 1))
    assert (later.blocs, later.added) == (found.blocs, found.added), (
        "a member is taken out, to see what it adds"
    )
    assert later.notes[0].text.startswith("India is a member already, since 2026-02-20")
    assert "IND" not in later.inside
    assert later.newcomers == {"IND": ("IND",)}
    assert set(later.countries) == {c for of in later.inside.values() for c in of} | {"IND"}


def test_a_bloc_of_unequal_regions_pays_by_income_and_bears_what_the_others_bear(economy):
    """The payments put back into one equilibrium by hand, those of a bloc spread over its regions by income."""
    blocs = {"PAIR": ("USA", "JPN"), "KOR": ("KOR",), "IND": ("IND",)}
    setting = Setting(economy, blocs, tuple(blocs), ("CHN",), CRITICAL)
    found = Findings(tuple(payment_blocks(setting)))
    paid = found.along("side_payment", "region")
    at = {name: economy.region_indices(regions) for name, regions in blocs.items()}
    pair = economy.income[at["PAIR"]]
    assert max(pair) > 1.2 * min(pair)
    transfer, permitted = np.zeros(len(economy.regions)), np.ones(economy.flows.shape)
    for name, n in at.items():
        transfer[n] = paid[name] * economy.income[n] / economy.income[n].sum()
    sellers = [n for inside in at.values() for n in inside]
    china = economy.regions.index("CHN")
    permitted[np.ix_([china], sellers, economy.sector_indices(CRITICAL))] = 0
    o = solve(economy, Shock(economy, permitted=permitted, transfer=transfer))
    worth = economy.income * o.consumer_price
    real = [o.income[n].sum() / worth[n].sum() for n in at.values()]
    shared = 1 + found.value("shared_real_income") / 100
    assert real == pytest.approx([shared] * 3, abs=2e-8)
    assert abs(paid["PAIR"]) > 1e-5 * pair.sum()
