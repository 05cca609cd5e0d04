"""`pax target` as a question: every field reaches the answer, and what cannot be true is refused in one line."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest
from run_world import small_world

from paxsilica.analysis.target.checks import billions
from paxsilica.desk import Desk
from paxsilica.errors import InputError
from paxsilica.findings import Findings
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, settled, solve
from paxsilica.questions.question import Answer
from paxsilica.questions.target import Target
from paxsilica.shock import Shock

TODAY = date(2026, 8, 31)
USUAL = {"side": "USA", "partner": "IND", "by": "2030", "baseline": "here"}
ENDS = """schema: paxsilica/scenario@1
title: Ten per cent
baseline: here
measures:
  - {id: a, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 10%}
"""


@pytest.fixture(scope="module")
def desk() -> Desk:
    desk = Desk(today=TODAY)
    desk.warm(("here", None), small_world)
    e = small_world()
    desk.warm(("euro", None), lambda: e.replace(about=replace(e.about, unit="million EUR")))
    return desk


def own(flow: str = "both") -> float:
    """Goods trade of the United States and India in the small world, billion."""
    e = small_world()
    u, i = e.regions.index("USA"), e.regions.index("IND")
    ways = {"exports": e.flows[i, u, :3].sum(), "imports": e.flows[u, i, :3].sum()}
    return (sum(ways.values()) if flow == "both" else ways[flow]) / 1e3


@pytest.fixture(scope="module")
def asked(desk):
    known: dict[str, Answer] = {}

    def answer(**fields) -> Answer:
        given = {**USUAL, "goal": 5 * own(), "bands": False, **fields}
        key = repr(sorted(given.items()))
        if key not in known:
            known[key] = Target(**given).answered(desk)
        return known[key]

    return answer


def plain(answer: Answer) -> Findings:
    return answer.findings.select(elasticities=None)


def trade(answer: Answer) -> dict:
    return plain(answer).along("target_trade", "rung")


def test_the_base_is_the_baselines_own_unless_it_is_told(asked):
    usual, told = asked(), asked(trade=2 * own(), since="2024-25")
    assert usual.findings.value("trade_base") == pytest.approx(1e3 * own())
    assert usual.findings.value("years_to_target") == 8
    assert told.findings.value("trade_base") == pytest.approx(2e3 * own())
    assert told.findings.value("trade_in_model") == pytest.approx(1e3 * own())
    assert told.findings.value("years_to_target") == 5.75
    grown = told.findings.value("growth_asked")
    assert (1 + grown / 100) ** 5.75 == pytest.approx(2.5)


def test_131_84_to_500_billion_by_2030_is_a_factor_of_3_79_and_26_per_cent_a_year(asked):
    """As is known of the target that both governments announced."""
    found = asked(trade=131.84, since="2024-25", goal=500).findings
    assert round(found.value("factor_asked"), 2) == 3.79
    assert found.value("years_to_target") == 5.75
    assert round(found.value("growth_asked")) == 26


def test_every_field_reaches_the_answer(asked):
    usual = trade(asked())
    assert asked(goal=6 * own()).findings.value("target_goal") == pytest.approx(6e3 * own())
    assert trade(asked(by="2028"))["growth"] < usual["growth"]
    assert asked(flow="imports", goal=5 * own()).findings.value("trade_base") == pytest.approx(
        1e3 * own("imports")
    )
    assert asked(sectors="C26").findings.value("trade_base") < usual["growth"]
    assert [*trade(asked(tariffs="stand"))] == ["growth", "stands"]
    assert [*trade(asked(non_tariff="5%"))] == ["growth", "stands", "tariffs", "non_tariff"]
    assert trade(asked(horizon="short_run"))["tariffs"] < usual["tariffs"]
    bought = asked(purchases=f"B06={own() / 5}")
    assert [*trade(bought)][-1] == "B06"
    assert bought.attachments["buyer"] == ["IND"]
    sold = asked(purchases=f"B06={own() / 5}", buyer="USA")
    assert sold.attachments["buyer"] == ["USA"]
    assert plain(sold).value("purchase_cut") != plain(bought).value("purchase_cut")
    assert asked(as_of="2026-02-01").question.model_dump()["as_of"] == date(2026, 2, 1)


def test_the_end_state_and_what_stands_may_be_files(asked, tmp_path):
    path = tmp_path / "ten.yaml"
    path.write_text(ENDS.replace("baseline: here\n", ""))
    answer = asked(tariffs=str(path), stands="baseline")
    e = settled(small_world())
    u, i = e.regions.index("USA"), e.regions.index("IND")
    tariffs = np.array(e.tariffs)
    tariffs[u, i, :3] = 0.1
    flows = solve(e, Shock(e, tariffs=tariffs)).flows
    ratio = (flows[u, i, :3] + flows[i, u, :3]).sum() / (
        e.flows[u, i, :3] + e.flows[i, u, :3]
    ).sum()
    found = trade(answer)
    assert found["tariffs"] == pytest.approx(found["growth"] * ratio)
    stood = trade(asked(stood=str(path), stands=str(path)))
    assert stood["stands"] == pytest.approx(stood["growth"])
    assert trade(asked(stands=str(path)))["stands"] == pytest.approx(found["tariffs"])
    assert str(path) in answer.inputs


def test_where_no_tariffs_stand_none_can_fall(asked, desk):
    e = small_world()
    desk.warm(("free", None), lambda: e.replace(tariffs=np.zeros_like(e.tariffs)))
    answer = asked(baseline="free", trade=own(), since="2022")
    assert [*trade(answer)] == ["growth", "stands"]
    assert any("no tariffs stand between both" in note.text for note in answer.notes)
    assert not any("no tariffs" in note.text for note in asked().notes)


def test_the_short_run_is_that_of_the_model(asked):
    params = Params(horizon=SHORT_RUN)
    e = settled(small_world(), params)
    u, i = e.regions.index("USA"), e.regions.index("IND")
    tariffs = np.array(e.tariffs)
    tariffs[u, i, :3] = tariffs[i, u, :3] = 0.0
    flows = solve(e, Shock(e, tariffs=tariffs), params).flows
    ratio = (flows[u, i, :3] + flows[i, u, :3]).sum() / (
        e.flows[u, i, :3] + e.flows[i, u, :3]
    ).sum()
    found = trade(asked(horizon="short_run"))
    assert found["tariffs"] == pytest.approx(found["growth"] * ratio)


def test_bands_are_the_ends_of_the_sets_of_elasticities(asked):
    answer = asked(bands=True, non_tariff="5%")
    each = next(
        b
        for b in answer.findings.select("target_cut").blocks
        if b.axis_of("elasticities") is not None
    ).value
    (band,) = (b for b in answer.findings.select("target_cut", elasticities=None).blocks)
    assert band.low == pytest.approx(np.nanmin(each, axis=0))
    assert band.high == pytest.approx(np.nanmax(each, axis=0))
    assert len(each) > 3
    assert answer.findings.select("target_trade", rung="growth").blocks[0].low == pytest.approx(
        answer.findings.select("target_trade", rung="growth").blocks[0].high
    )


def test_who_lacks_a_forecast_is_told(asked):
    answer = asked(partner="ROW", goal=1000)
    assert any("no forecast of GDP until then" in note.text for note in answer.notes)
    assert any(note.name == "law.now" for note in answer.notes)


@pytest.mark.parametrize(
    ("given", "value"),
    [("131.84", 131.84), (500, 500.0), ("500 billion USD", 500.0), ("1.5 trillion USD", 1500.0)],
)
def test_amounts_are_billions(given, value):
    assert billions(given) == pytest.approx(value)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"partner": "USA"}, "United States is on both sides"),
        ({"partner": "Indai"}, r"unknown region 'Indai'; did you mean IND \(India\)\?"),
        ({"sectors": "C99"}, "sectors: unknown sector 'C99'"),
        ({"goal": 0.5 * own()}, "goal: .* is not above the trade of 2022"),
        ({"goal": 200 * own()}, "200 times the trade of 2022.*is the unit right"),
        ({"trade": 1000 * own(), "since": "2024", "goal": 1e6}, "1,000 times more than.*unit"),
        ({"trade": own() / 1000, "since": "2024"}, "1,000 times less than.*unit"),
        ({"goal": "-5"}, "goal: '-5' is no amount above 0"),
        ({"goal": "a lot"}, "goal: 'a lot' is no amount; write billion USD"),
        ({"goal": "500 EUR"}, "goal: '500 EUR' is not in USD"),
        ({"by": "2025"}, "by: 2025 is over on 2026-08-31"),
        ({"by": "2031"}, "by: the outlook of the IMF ends with 2030"),
        ({"by": "soon"}, "by: 'soon' is no period"),
        ({"trade": own(), "since": "2010"}, "since: the outlook begins with 2015"),
        ({"trade": own(), "since": "2027"}, "since: 2027 is not over on 2026-08-31"),
        (
            {"trade": own(), "since": "2030", "by": "2030"},
            "2030, must begin after the base's, 2030, has ended",
        ),
        ({"trade": own()}, "which period is --trade of"),
        ({"since": "2024-25"}, "trade in 2024-25 is not known, the baseline is of 2022"),
        ({"buyer": "IND"}, "--buyer says who buys more; add --purchases"),
        ({"purchases": "B06=1", "buyer": "VNM"}, "buyer: Viet Nam is neither side"),
        ({"purchases": "B06"}, "purchases: 'B06' names no amount"),
        ({"purchases": "B06=x"}, "purchases: B06: 'x' is no amount"),
        ({"purchases": "SERV=1"}, "services is not among the sectors that count"),
        ({"purchases": "goods=1,B06=1"}, "oil and goods overlap"),
        ({"purchases": "B06=1", "flow": "imports"}, "what India buys is no part of the imports"),
        ({"purchases": "B06=1e9"}, "purchases: B06: '1e9' is no amount"),
        ({"purchases": f"B06={1e6 * own():.0f}"}, "even with its trade cost cut by 90 % only"),
        ({"purchases": ",".join(f"B0{n}=1" for n in range(5))}, "5 are many; name at most 4"),
        ({"non_tariff": "95%"}, "--non-tariff must lie between 0% and 90%"),
        ({"tariffs": "none.yaml"}, "none.yaml: no such file"),
        ({"horizon": "soon"}, "horizon"),
        ({"flow": "sideways"}, "flow: "),
        ({"baseline": "euro"}, "is EUR, and the outlook is in USD"),
    ],
)
def test_what_cannot_be_true_is_refused_in_one_line(given, said, desk):
    fields = {**USUAL, "goal": 5 * own(), "bands": False, **given}
    with pytest.raises(InputError, match=said) as refused:
        Target(**fields).answered(desk)
    assert "\n" not in str(refused.value)


def test_a_sector_without_trade_is_refused(desk):
    e = small_world()
    flows = np.array(e.flows)
    u, i, j = e.regions.index("USA"), e.regions.index("IND"), e.sectors.index("B06")
    flows[u, i, j] = flows[i, u, j] = 0.0
    desk.warm(("dry", None), lambda: e.replace(flows=flows))
    with pytest.raises(InputError, match=r"has no year; say what trade was and when: --trade"):
        Target(**{**USUAL, "goal": 5, "baseline": "dry"}).answered(desk)
    for given, said in (
        ({"sectors": "B06"}, "United States and India trade no oil in the baseline"),
        ({"purchases": "B06=1"}, "the United States sells India no oil"),
    ):
        fields = {**USUAL, "goal": 5 * own(), "bands": False, "baseline": "dry", **given}
        fields |= {"trade": own(), "since": "2022"}
        with pytest.raises(InputError, match=said):
            Target(**fields).answered(desk)
