"""`ally` as a question: its findings are equilibria solved by hand, and every field reaches the answer."""

from __future__ import annotations

import json
from datetime import date
from functools import partial

import numpy as np
import pytest
from ally_worlds import CRITICAL, MEMBERS, allied_world

import paxsilica as pax
from paxsilica.analysis.alliance.values import Setting, Values
from paxsilica.data import load_economy, write_economy
from paxsilica.desk import Desk
from paxsilica.economy import Economy
from paxsilica.errors import InputError, LabelError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, rebalance, solve
from paxsilica.model.notes import beyond_the_model
from paxsilica.questions.question import Answer
from paxsilica.report.pages import report_of
from paxsilica.report.report import write_report
from paxsilica.shock import Shock

ASKED = {"members": ",".join(MEMBERS), "add": "IND", "rivals": "CHN,RUS", "as_of": "2026-01-16"}


@pytest.fixture(scope="module")
def own(tmp_path_factory) -> str:
    path = tmp_path_factory.mktemp("own") / "small.npz"
    write_economy(allied_world(), path)
    return str(path)


@pytest.fixture(scope="module")
def world(own) -> Economy:
    return rebalance(load_economy(own))


@pytest.fixture(scope="module")
def asked(own):
    desk, known = Desk(), {}

    def answer(**fields) -> Answer:
        fields = {"baseline": own, **ASKED, **fields}
        fields = {name: value for name, value in fields.items() if value is not None}
        key = json.dumps(fields, sort_keys=True)
        if key not in known:
            known[key] = pax.ask(pax.Ally(**fields), desk)
        return known[key]

    return answer


@pytest.fixture(scope="module")
def joined(asked) -> Answer:
    return asked()


@pytest.fixture(scope="module")
def candidates(asked) -> Answer:
    return asked(add=None, rivals=None, who_next=True)


def test_the_worth_of_each_kind_is_the_equilibrium_written_by_hand(joined, world):
    """Free trade of goods, and a cut of critical goods, entry by entry, for a proper subset too."""
    e, china = world, world.regions.index("CHN")
    goods, critical = e.sector_indices(["goods"]), e.sector_indices(CRITICAL)
    for who, names in (("members", MEMBERS), ("together", (*MEMBERS, "IND"))):
        at = [e.regions.index(name) for name in names]
        tariffs, permitted = e.tariffs.copy(), np.ones(e.flows.shape)
        tariffs[np.ix_(at, at, goods)] = 0
        permitted[np.ix_([china], at, critical)] = 0
        free = solve(e, Shock(e, tariffs=tariffs))
        cut = solve(e, Shock(e, permitted=permitted))
        gain = float(((free.real_income - 1) * e.income)[at].sum())
        loss = float(((1 - cut.real_income) * e.income)[china])
        for kind, value in (("preference", gain), ("leverage", loss)):
            found = joined.findings.value(
                "alliance_worth", measure=kind, scenario=who, elasticities=None
            )
            assert found == pytest.approx(value, rel=1e-6)


def test_what_is_earned_and_what_is_a_transfer_add_up_and_are_told_apart(joined, world):
    """Both parts from the same equilibria solved by hand; the sentence where the transfer is more than a tenth."""
    e, china = world, world.regions.index("CHN")
    goods, critical = e.sector_indices(["goods"]), e.sector_indices(CRITICAL)
    at = [e.regions.index(name) for name in (*MEMBERS, "IND")]
    tariffs, permitted = e.tariffs.copy(), np.ones(e.flows.shape)
    tariffs[np.ix_(at, at, goods)] = 0
    permitted[np.ix_([china], at, critical)] = 0
    free = solve(e, Shock(e, tariffs=tariffs))
    cut = solve(e, Shock(e, permitted=permitted))

    def parts(outcome, regions) -> tuple[float, float]:
        lent = (outcome.deficit / outcome.consumer_price - e.deficit)[regions].sum()
        made = (outcome.labour_income + outcome.treasury) / outcome.consumer_price
        return float((made - e.labour_income - e.tariff_revenue)[regions].sum()), float(lent)

    value = partial(joined.findings.value, scenario="together", elasticities=None)
    for kind, outcome, regions, sign in (
        ("preference", free, at, 1),
        ("leverage", cut, [china], -1),
    ):
        earned, lent = parts(outcome, regions)
        worth = value("alliance_worth", measure=kind)
        assert value("worth_transfer", measure=kind) == pytest.approx(sign * lent, rel=1e-5)
        assert sign * worth == pytest.approx(earned + lent, rel=1e-6)
        assert abs(lent) > 0.1 * abs(worth), "the transfer matters here"
    own = joined.findings.along("bloc_own_transfer", "region", measure="leverage")
    by_hand = [parts(cut, [n])[1] for n in at]
    assert [own[name] for name in (*MEMBERS, "IND")] == pytest.approx(by_hand, rel=1e-5)
    assert parts(cut, at)[1] == pytest.approx(sum(by_hand))


def test_what_a_newcomer_earns_is_told_apart(joined, world):
    e, goods = world, world.sector_indices(["goods"])
    lent = []
    for names in (MEMBERS, (*MEMBERS, "IND")):
        at = [e.regions.index(name) for name in names]
        tariffs = e.tariffs.copy()
        tariffs[np.ix_(at, at, goods)] = 0
        o = solve(e, Shock(e, tariffs=tariffs))
        lent.append(float((o.deficit / o.consumer_price)[e.regions.index("IND")]))
    found = joined.findings.value("join_preference_transfer", region="IND", elasticities=None)
    assert found == pytest.approx(lent[1] - lent[0], rel=1e-5)


def test_what_no_model_can_carry_leads_with_the_shock_that_it_is_of(tmp_path):
    """China buys nearly all its imports of those who cut it off: more than the model was compared with."""
    small, china = allied_world(), 4
    flows = small.flows.copy()
    flows[china, :china, 0] *= 30
    path = tmp_path / "bought.npz"
    write_economy(small.replace(flows=flows), path)
    e = rebalance(load_economy(str(path)))
    permitted = np.ones(e.flows.shape)
    permitted[np.ix_([china], range(4), e.sector_indices(["C26", "B07"]))] = 0
    limits = beyond_the_model(solve(e, Shock(e, permitted=permitted)))
    assert any(note.name == "beyond_the_model.cut_off" for note in limits)
    asks = {"baseline": str(path), "members": ",".join(MEMBERS), "as_of": "2026-01-16"}
    answer = pax.ask(pax.Ally(**asks, add="IND", value="leverage"))
    found = [note for note in answer.notes if note.name.startswith("beyond_the_model.")]
    whole = {f"in the joint cut, {note.text}": note.usd_million for note in limits}
    assert whole.items() <= {note.text: pytest.approx(note.usd_million) for note in found}.items()
    assert len({note.text for note in found}) == len(found)
    first = report_of(answer).sentences[0]
    assert first.startswith("No model of this kind can carry this result: in the joint cut, ")
    ranked = pax.ask(pax.Ally(**asks, who_next=True))
    told = [note.text for note in ranked.notes if note.name.startswith("beyond_the_model.")]
    permitted[china, 3] = 1
    members = beyond_the_model(solve(e, Shock(e, permitted=permitted)))
    assert {f"in the joint cut, {note.text}" for note in members} <= set(told)
    quiet = pax.ask(pax.Ally(**asks, value="preference"))
    assert not any("joint cut" in note.text for note in quiet.notes)


@pytest.mark.parametrize("name", ["joined", "candidates"])
def test_everybody_has_the_income_of_the_economy(name, request, world):
    income = request.getfixturevalue(name).findings.along("income", "region")
    of = dict(zip(world.regions, world.income, strict=True))
    assert set(income) == {*MEMBERS, "IND", "CHN", *(["RUS"] if name == "candidates" else [])}
    assert income == pytest.approx({region: of[region] for region in income}, rel=1e-12)


def test_each_field_changes_the_answer(asked, joined, world):
    def worth(answer: Answer, kind: str = "leverage") -> float:
        return answer.findings.value(
            "alliance_worth", measure=kind, scenario="together", elasticities=None
        )

    usual, brief = worth(joined), {"value": "leverage", "rivals": None}
    blocs = {name: (name,) for name in (*MEMBERS, "IND")}

    def by_hand(params: Params | None = None, **changes) -> float:
        setting = Setting(
            world,
            changes.get("blocs", blocs),
            MEMBERS,
            changes.get("adversary", ("CHN",)),
            CRITICAL,
            (),
            params or Params(),
        )
        return Values(setting, "leverage").worth(frozenset(setting.names))

    assert usual == pytest.approx(by_hand(), rel=1e-7)
    short = asked(**brief, horizon="short_run")
    assert worth(short) == pytest.approx(by_hand(Params(SHORT_RUN)), rel=1e-7)
    assert {r["horizon"] for r in short.findings.select("bloc_own").rows()} == {"short_run"}
    assert any("short run (about the first year)" in line for line in report_of(short).understood)
    assert worth(asked(**brief, against="RUS")) == pytest.approx(
        by_hand(adversary=("RUS",)), rel=1e-7
    )
    assert worth(asked(**brief, members="USA,JPN")) == pytest.approx(
        by_hand(blocs={name: at for name, at in blocs.items() if name != "KOR"}), rel=1e-7
    )
    assert worth(asked(**brief, add="RUS")) == pytest.approx(
        by_hand(blocs={name: (name,) for name in (*MEMBERS, "RUS")}), rel=1e-7
    )
    other = asked(**brief, elasticities="uniform_4")
    assert worth(other) == pytest.approx(
        joined.findings.value(
            "alliance_worth", measure="leverage", scenario="together", elasticities="uniform_4"
        ),
        rel=1e-6,
    )
    assert {r["measure"] for r in other.findings.select("alliance_worth").rows()} == {"leverage"}
    chips = asked(**brief, chain="chips")
    assert chips.attachments["chain"]["name"] == "chips"
    covers = [a.findings.select("coverage", scenario="together").rows() for a in (chips, joined)]
    assert covers[0] != covers[1]
    old = asked(**brief, horizon="first-year")
    assert any(note.name == "horizon" for note in old.notes)
    assert joined.findings.select("worth_facing_rivals", measure="preference").blocks
    assert not asked(**brief).findings.select("worth_facing_rivals").blocks


def test_the_day_decides_who_is_in():
    early, late = (
        pax.Ally(as_of=day).resolved(pax.Names(pax.load_economy(), pax.Ally(as_of=day).as_of))
        for day in ("2026-01-16", "2026-03-01")
    )
    assert "IND" not in early.members
    assert "IND" in late.members


def test_sampling_is_said_with_its_error(asked, monkeypatch):
    monkeypatch.setattr("paxsilica.analysis.alliance.assess.MOST_EXACT", 3)
    answer = asked(value="leverage", permutations=6, rivals=None, members="JPN,KOR,USA")
    section = next(s for s in report_of(answer).drawn.sections if s.name == "blocs")
    assert "6 orders of entry are sampled." in section.text
    unit = "million USD of 2022 a year"
    assert all(
        row[f"Standard error of the Shapley value, {unit}"] >= 0 for row in section.table.rows
    )
    whole = sum(row[f"Shapley value, {unit}"] for row in section.table.rows)
    worth = answer.findings.value(
        "alliance_worth", measure="leverage", scenario="together", elasticities=None
    )
    assert whole == pytest.approx(worth, rel=1e-9)
    assert answer.seed is not None


def test_shapley_values_sum_to_the_worth(joined):
    for kind in ("preference", "leverage", "resilience"):
        whole = joined.findings.array("bloc_shapley", measure=kind).sum()
        worth = joined.findings.value(
            "alliance_worth", measure=kind, scenario="together", elasticities=None
        )
        assert whole == pytest.approx(worth, rel=1e-9, abs=1e-4)


def test_side_payments_sum_to_nothing_and_leave_all_alike(joined):
    paid = joined.findings.array("side_payment")
    assert paid.sum() == pytest.approx(0, abs=1e-6 * abs(paid).max())
    shared = joined.findings.value("shared_real_income")
    assert joined.findings.array("real_income")[1] == pytest.approx(np.full(4, shared), abs=1e-5)


def test_the_folder_holds_page_numbers_and_question(joined, tmp_path):
    report = report_of(joined)
    page = write_report(report, tmp_path / "out")
    html = page.read_text(encoding="utf-8")
    assert html.count("<figure") == len(report.drawn.figures)
    record = json.loads((tmp_path / "out" / "run.json").read_text(encoding="utf-8"))
    assert record["question"]["add"] == ["IND"]
    assert record["run"]["solver"]["status"] == "converged"


def test_who_is_next_takes_no_field_of_one_alliance(own):
    for name, value in (("add", "IND"), ("rivals", "CHN,RUS"), ("permutations", 8)):
        with pytest.raises(InputError, match=f"drop --{name}"):
            pax.Ally(who_next=True, baseline=own, **{name: value})


def test_resilience_of_a_part_is_measured_while_the_whole_is_cut_off(joined, world):
    """The adversary cuts off all four whoever stands together; three of them free critical goods among themselves."""
    e, china = world, world.regions.index("CHN")
    critical = e.sector_indices(CRITICAL)
    part, whole = ([e.regions.index(n) for n in names] for names in (MEMBERS, (*MEMBERS, "IND")))
    tariffs, permitted = e.tariffs.copy(), np.ones(e.flows.shape)
    tariffs[np.ix_(part, part, critical)] = 0
    permitted[np.ix_(whole, [china], critical)] = 0
    together, alone = (
        solve(e, Shock(e, permitted=permitted, **changes)).real_income
        for changes in ({"tariffs": tariffs}, {})
    )
    found = joined.findings.value(
        "alliance_worth", measure="resilience", scenario="members", elasticities=None
    )
    assert found == pytest.approx(float(((together - alone) * e.income)[part].sum()), rel=1e-6)


@pytest.mark.parametrize(("day", "inside"), [("2026-01-16", False), ("2026-03-01", True)])
def test_members_are_counted_on_the_day_that_is_asked_about(own, day, inside):
    """India joined Pax Silica on 20 February 2026, whatever day it is today."""
    asks = pax.Ally(members="pax-silica", value="preference", as_of=day, baseline=own)
    answer = pax.ask(asks, Desk(today=date(2026, 2, 1 if inside else 28)))
    assert ("IND" in answer.attachments["alliance"]["members"]) == inside


@pytest.mark.parametrize(
    ("fields", "error", "message"),
    [
        ({"value": "prefrence"}, LabelError, "unknown value 'prefrence'; did you mean preference"),
        ({"value": "leverage,leverage"}, InputError, "leverage is asked for twice"),
        ({"rivals": "JPN,RUS"}, InputError, "JPN is a member and a rival"),
        ({"permutations": 5}, InputError, "give an even number"),
        ({"members": "USA,CHN"}, InputError, "CHN is a member and the adversary"),
    ],
)
def test_what_cannot_be_asked(own, fields, error, message):
    with pytest.raises(error, match=message):
        pax.ask(pax.Ally(**{"baseline": own, "members": "USA,JPN", **fields}))
