"""Alliances assessed: identities of the values, stability against payoffs, and known coverage of raw materials."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from ally_worlds import CRITICAL, MEMBERS, allied_world, ask_of

from paxsilica.analysis.alliance.assess import Ask, Assessment, assess, coalitions
from paxsilica.analysis.alliance.burden import equal_burdens
from paxsilica.analysis.alliance.game import Game, shapley_sampled
from paxsilica.analysis.alliance.joining import QUESTIONS, joining
from paxsilica.analysis.alliance.layers import layer_coverage, raw_coverage
from paxsilica.analysis.alliance.roster import alliance
from paxsilica.analysis.alliance.values import Bloc, Setting, Values
from paxsilica.analysis.alliance.who_next import who_next
from paxsilica.analysis.chain import LAYERS, load_chain
from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import InputError, LabelError
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


@pytest.fixture(scope="module")
def found(economy) -> Assessment:
    stiff = stiff_of(economy)
    return assess(ask_of(economy, rivals=("CHN", "RUS")), load_chain("ai-stack"), [economy, stiff])


def test_shapley_values_sum_to_the_worth_and_lie_where_the_game_says(found, economy):
    for kind in found.kinds:
        assert sum(bloc.shapley for bloc in kind.blocs) == pytest.approx(
            kind.after, rel=1e-9, abs=1e-4
        )
        values = Values(found.ask.setting(), kind.kind)
        everybody = frozenset(values.setting.names)
        assert kind.before == pytest.approx(values.worth(everybody - {"IND"}), rel=1e-8, abs=1e-4)
        for bloc in kind.blocs:
            last = values.worth(everybody) - values.worth(everybody - {bloc.name})
            assert bloc.last == pytest.approx(last, abs=1e-4)
        assert kind.coalitions == 2**4


def test_leverage_is_the_loss_of_the_adversary_in_one_solve(found, economy):
    leverage = next(kind for kind in found.kinds if kind.kind == "leverage")
    outcome = solve(
        economy, Values(found.ask.setting(), "leverage").shock(frozenset({*MEMBERS, "IND"}))
    )
    china = economy.regions.index("CHN")
    loss = (1 - outcome.real_income[china]) * economy.income[china]
    assert leverage.after == pytest.approx(loss, rel=1e-7)


def test_a_bloc_alone_trades_freely_with_nobody(found):
    preference = next(kind for kind in found.kinds if kind.kind == "preference")
    assert [bloc.first for bloc in preference.blocs] == [0.0] * 4, "a real zero"


def test_side_payments_equalise_real_income_in_the_equilibrium_with_them(found, economy):
    paid = found.payments.transfers
    assert sum(paid.values()) == pytest.approx(0, abs=1e-9 * economy.income.sum())
    transfer = np.zeros(len(economy.regions))
    at = economy.region_indices(list(paid))
    transfer[at] = list(paid.values())
    cut = Values(found.ask.setting(), "leverage").shock(frozenset(paid))
    outcome = solve(economy, Shock(economy, **cut.rows, transfer=transfer))
    assert outcome.real_income[at] == pytest.approx(
        np.full(len(at), found.payments.shared), rel=1e-7
    )
    without = solve(economy, cut).real_income[at]
    assert found.payments.unpaid.real_income == pytest.approx(without, rel=1e-8)
    assert np.ptp(without) > 1e-4, "there is something to equalise"


@pytest.mark.parametrize(
    ("members", "adversary"), [(["USA", "JPN"], "MAR"), (["USA", "STP"], "CHN")]
)
def test_small_payments_and_small_members_are_equalised_too(world, members, adversary):
    blocs = tuple(Bloc(member, (member,)) for member in members)
    found = equal_burdens(Setting(world, blocs, (adversary,)))
    assert found.real_income == pytest.approx(np.full(2, found.shared), abs=2e-8)
    assert np.ptp(found.unpaid.real_income) > 1e-7


def test_every_set_of_elasticities_is_solved_for_itself(found, economy):
    everybody, kinds = frozenset({*MEMBERS, "IND"}), [kind.kind for kind in found.kinds]
    again = Values(found.ask.setting(stiff_of(economy)), "leverage")
    assert found.sets.sets == ("given", "stiff")
    before, after, layers = np.split(found.sets.each, [len(kinds), 2 * len(kinds)], axis=1)
    at = kinds.index("leverage")
    assert after[1, at] == pytest.approx(again.worth(everybody), rel=1e-7)
    assert before[1, at] == pytest.approx(again.worth(frozenset(MEMBERS)), rel=1e-7)
    assert before[0] == pytest.approx([kind.before for kind in found.kinds], rel=1e-7)
    assert after[0] == pytest.approx([kind.after for kind in found.kinds], rel=1e-7)
    lost = {layer.layer: layer.leverage_after for layer in found.layers}
    assert {layer for layer, loss in lost.items() if loss is not None} == set(found.traded)
    assert layers[0] == pytest.approx([lost[layer] for layer in found.traded], rel=1e-7)
    one = found.traded.index("compute")
    alone = Values(replace(found.ask.setting(stiff_of(economy)), sectors=("C26",)), "leverage")
    assert layers[1, one] == pytest.approx(alone.worth(everybody), rel=1e-7)


def test_stability_is_the_payoff_of_moving(found):
    now, then = found.stays
    assert set(now.leaving) == set(MEMBERS)
    assert set(now.joining) == {"IND"}
    assert then.leaving["IND"] == pytest.approx(-now.joining["IND"], rel=1e-9), (
        "the same two worlds"
    )


def test_joining_is_two_worlds_apart_in_every_set(found, economy):
    band = found.joining["IND"]
    at = QUESTIONS.index("join_preference")
    assert band.value[at] == pytest.approx(found.stays[0].joining["IND"], rel=1e-6)
    members, everybody = frozenset(MEMBERS), frozenset({*MEMBERS, "IND"})
    setting = found.ask.setting(stiff_of(economy))
    trade, cut = Values(setting, "preference"), Values(setting, "leverage")
    own = trade.payoff(everybody)["IND"] - trade.payoff(members)["IND"]
    assert band.each[1, at] == pytest.approx(own, rel=1e-6)
    gained = sum(trade.payoff(everybody)[n] - trade.payoff(members)[n] for n in MEMBERS)
    of = dict(zip(QUESTIONS, band.each[1], strict=True))
    assert of["join_members"] == pytest.approx(gained, rel=1e-6)
    assert of["join_embargo"] == pytest.approx(
        cut.payoff(everybody)["IND"] - cut.payoff(members)["IND"], rel=1e-6
    )
    assert of["join_leverage_before"] == pytest.approx(cut.worth(members), rel=1e-6)
    assert of["join_leverage_after"] == pytest.approx(cut.worth(everybody), rel=1e-6)
    assert of["join_cost"] == pytest.approx(sum(cut.payoff(everybody).values()), rel=1e-6)
    with pytest.raises(InputError, match="USA is a member already"):
        joining(setting, MEMBERS, "USA")


def test_layers_add_up_and_only_goods_can_be_cut(found):
    chain = load_chain("ai-stack")
    assert [layer.layer for layer in found.layers] == list(LAYERS)
    for layer in found.layers:
        assert layer.after == pytest.approx(layer_coverage(chain, [*MEMBERS, "IND"])[layer.layer])
        assert layer.after - layer.before == pytest.approx(layer.by_bloc["IND"])
        assert (layer.leverage_after is None) == (layer.layer not in ("compute", "minerals"))


def test_a_rival_bloc_is_measured_against_the_same_alliance(found):
    by_kind = {kind.kind: kind.after for kind in found.kinds}
    assert {rival.kind: rival.alone for rival in found.rivals} == pytest.approx(by_kind)
    assert all(rival.harm != 0 for rival in found.rivals)


def test_sampling_solves_what_it_needs_and_no_more(economy):
    names = tuple("abcdefghijklm")
    weights = {name: float(at) for at, name in enumerate(names)}
    needed = set(coalitions(names, 8))
    assert len(needed) < 8 * 12 + 2 + 2 * len(names)
    asked: list[frozenset[str]] = []

    def value(coalition: frozenset[str]) -> float:
        asked.append(coalition)
        return sum(weights[name] for name in coalition)

    sampled = shapley_sampled(Game(names, value), 8)
    assert set(asked) <= needed
    assert sampled.value == pytest.approx(weights), "additive games need no luck"
    assert len(coalitions(names[:5])) == 2**5


def test_who_next_agrees_with_adding_one_by_one(economy):
    chain = load_chain("ai-stack")
    alone = ask_of(economy, ())
    found = who_next(alone, chain)
    inside = [c for c in found.candidates if c.preference is not None]
    assert {c.code for c in inside} == {"IND", "RUS"}
    assert [c.preference_rank for c in inside] == [1, 2]
    india = next(c for c in inside if c.code == "IND")
    added = assess(ask_of(economy, kinds=("preference", "leverage")), chain, [])
    preference, leverage = added.kinds
    assert india.preference == pytest.approx(preference.after - preference.before, rel=1e-6)
    assert india.leverage == pytest.approx(leverage.after - leverage.before, rel=1e-6)
    assert india.own_preference == pytest.approx(added.stays[0].joining["IND"], rel=1e-6)
    outside = Values(added.ask.setting(), "preference").payoff(frozenset(MEMBERS))["IND"]
    parts = india.members_preference + india.own_preference + outside
    assert parts == pytest.approx(india.preference, rel=1e-6), (
        "what it had outside already is no gain of joining"
    )
    others = {c.code for c in found.candidates} - {"IND", "RUS"}
    assert {"ZAF", "AUS"} <= others
    assert not others & {"USA", "CHN", "OTHER", "ROW"}


def test_raw_coverage_of_the_roster_of_august_2026():
    members = Names(day=date(2026, 8, 31)).countries("pax-silica")
    whole = raw_coverage(members)
    without = raw_coverage([country for country in members if country != "IND"])
    assert len(whole.codes) == 71
    assert 100 * whole.mean == pytest.approx(40.2, abs=0.05)
    assert 100 * without.mean == pytest.approx(38.7, abs=0.05)
    gain = dict(zip(whole.codes, 100 * (whole.share - without.share), strict=True))
    assert gain["251110"] == pytest.approx(26, abs=0.5), "barytes"
    assert gain["760110"] == pytest.approx(14, abs=0.5), "unwrought aluminium"
    assert gain["252910"] == pytest.approx(10, abs=0.5), "feldspar"


def test_who_is_in_counts_on_the_day(economy):
    day = date(2026, 1, 16)
    found = alliance(economy, ["pax-silica"], ["IND"], day)
    assert "QAT" in found.outside
    assert found.countries["QAT"] == ("QAT",)
    later = alliance(economy, ["pax-silica"], ["IND"], date(2026, 3, 1))
    assert (later.blocs, later.added) == (found.blocs, found.added), (
        "a member is taken out, to see what it adds"
    )
    assert later.notes[0].text.startswith("IND is a member already, since 2026-02-20")
    assert "IND" not in later.alone.countries
    assert set(later.alone.countries) == set(later.countries) - {"IND"}
    assert not later.alone.added


@pytest.mark.parametrize(
    ("changes", "error", "message"),
    [
        ({"kinds": ("prefrence",)}, LabelError, "did you mean preference"),
        ({"kinds": ("leverage", "leverage")}, InputError, "leverage is asked for twice"),
        ({"rivals": ("JPN",)}, InputError, "JPN is a member and a rival"),
        ({"rivals": ("QAT",)}, InputError, "QAT is inside the rest of the world of small"),
        ({"permutations": 5}, InputError, "give an even number"),
    ],
)
def test_what_cannot_be_asked(economy, changes, error, message):
    with pytest.raises(error, match=message):
        ask_of(economy, **changes)


def test_the_adversary_is_no_member(economy):
    inside = alliance(economy, ["USA", "CHN"])
    with pytest.raises(InputError, match="CHN is a member and the adversary"):
        Ask(economy, inside, ("CHN",), sectors=CRITICAL)


def test_a_bloc_of_unequal_regions_pays_by_income_and_bears_what_the_others_bear(economy):
    """The payments put back into one equilibrium by hand, those of a bloc spread over its regions by income."""
    blocs = (Bloc("PAIR", ("USA", "JPN")), Bloc("KOR", ("KOR",)), Bloc("IND", ("IND",)))
    found = equal_burdens(Setting(economy, blocs, ("CHN",), CRITICAL))
    at = {bloc.name: economy.region_indices(bloc.regions) for bloc in blocs}
    pair = economy.income[at["PAIR"]]
    assert max(pair) > 1.2 * min(pair)
    transfer, permitted = np.zeros(len(economy.regions)), np.ones(economy.flows.shape)
    for name, n in at.items():
        transfer[n] = found.transfers[name] * economy.income[n] / economy.income[n].sum()
    sellers = [n for inside in at.values() for n in inside]
    china = economy.regions.index("CHN")
    permitted[np.ix_([china], sellers, economy.sector_indices(CRITICAL))] = 0
    o = solve(economy, Shock(economy, permitted=permitted, transfer=transfer))
    worth = economy.income * o.consumer_price
    real = [o.income[n].sum() / worth[n].sum() for n in at.values()]
    assert real == pytest.approx([found.shared] * 3, abs=2e-8)
    assert abs(found.transfers["PAIR"]) > 1e-5 * pair.sum()
