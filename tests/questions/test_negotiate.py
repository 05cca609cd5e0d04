"""What `pax negotiate` refuses, and that every option does what it says."""

from __future__ import annotations

import numpy as np
import pytest
from every_page import small_desk

import paxsilica as pax
from paxsilica.errors import InputError

WIDE = {"baseline": "wide", "bands": False, "offers": False}


@pytest.fixture(scope="module")
def desk():
    return small_desk()


def answer(desk, *players, **asked):
    return pax.Negotiate(players=players, **{**WIDE, **asked}).answered(desk)


def mean(found, name, scenario):
    return found.findings.value("tariff_mean", item=name, scenario=scenario)


@pytest.mark.parametrize(
    ("players", "asked", "message"),
    [
        (("USA", "USA"), {}, "USA plays against itself; name it once"),
        (("USA+IND", "IND"), {}, r"IND is in USA\+IND and in IND; leave it in one"),
        (("USA", "Indja"), {}, "Indja.*India"),
        (("USA",), {"nash": True}, "a war takes two"),
        (("USA", "IND"), {"tranche": 0}, "a tranche holds 1 concession at least"),
        (("USA", "IND", "CHN"), {"tranche": 2}, "--tranche is of a deal between two"),
        (("USA", "IND"), {"red_lines": "C20"}, "add --tranche 5"),
        (
            ("USA", "IND"),
            {"tranche": 2, "red_lines": "goods"},
            "no sector outside the red lines has trade",
        ),
        (("USA", "IND"), {"tranche": 2, "red_lines": "CHN:C20"}, "--red-lines CHN: does not play"),
        (("USA", "IND"), {"tranche": 2, "red_lines": "C99"}, "C99"),
        (("USA", "IND"), {"lowest": "30%", "highest": "10%"}, "bounds cross"),
        (("USA", "IND"), {"threat": "50 percent"}, "50 percent"),
        (("USA", "IND"), {"threat": "-10%"}, "give 0% to"),
        (("USA", "IND"), {"power": "100%"}, "bargaining power must lie between 0 and 1"),
        (("USA", "IND"), {"aim": "best"}, "--aim: unknown 'best'"),
        (("USA", "IND"), {"detail": "fine"}, "--detail: unknown 'fine'"),
        (("USA", "IND"), {"retaliation": "reciprocal"}, "--retaliation is of one government alone"),
        (("USA",), {"answered_on": "C20"}, "add --retaliation reciprocal"),
        (("USA",), {"retaliation": "harshly"}, "or reciprocal"),
        (("USA",), {"weights": "C20"}, "write a sector and a number"),
        (("USA",), {"weights": "IND:C20=2"}, "--weights IND: does not play"),
        (("USA",), {"weights": "goods=2"}, "goods is 3 sectors"),
        (("USA", "IND"), {"most_growth": 20}, r"--most-growth is of a deal \(--tranche\)"),
        (("USA", "IND"), {"tranche": 1, "power": "40%"}, "--power is of bargains; drop it here"),
        (("USA", "IND"), {"tranche": 1, "detail": "full"}, "--detail is of one government"),
        (("USA",), {"threat": "war"}, "--threat is of bargains or a deal"),
        (("USA",), {"most": 3}, "--most is of talks of two"),
        (("USA", "IND"), {"tranche": 1, "most_growth": 1}, "give a factor above 1"),
        (("USA", "IND"), {"tranche": 1, "most_growth": "nan"}, "give a factor above 1"),
        (("USA", "IND"), {"tranche": 41}, "a step holds 40 concessions a side at most"),
        (("USA", "IND"), {"tranche": 1, "most_jobs_lost": "-1%"}, "--most-jobs-lost: give 0%"),
        (("USA", "IND"), {"tranche": 1, "most_revenue_lost": "200%"}, "--most-revenue-lost: give"),
        (("USA", "IND"), {"most": 0, "offers": True}, "--most 0: a list holds one product"),
        (("USA", "IND"), {"trade": "nowhere.csv", "offers": True}, "nowhere.csv: no such file"),
        (("USA",), {"horizon": "soon"}, "is no horizon"),
        (("USA",), {"deficits": "gone"}, "unknown deficits 'gone'"),
        (("USA",), {"base": "policy:us-lore@2025-11-01"}, "no policy 'us-lore'"),
        (tuple(f"R{n}" for n in range(13)), {}, "12 at most play at a time"),
    ],
)
def test_bad_input_gets_one_clear_line(desk, players, asked, message):
    with pytest.raises(InputError, match=message) as caught:
        answer(desk, *players, **asked)
    assert "\n" not in str(caught.value)


def test_a_group_plays_as_one_and_a_member_of_the_union_is_told(desk):
    found = answer(desk, "DEU+FRA", "USA", nash=True, detail="uniform")
    assert found.attachments["governments"] == {"DEU+FRA": ["DEU", "FRA"], "USA": ["USA"]}
    rates = found.findings.select("tariff_set", scenario="war").rows()
    assert sorted(row["item"] for row in rates) == ["DEU+FRA", "USA"]
    alone = answer(desk, "DEU")
    assert any("sets tariffs as one" in note.text for note in alone.notes)


def test_bounds_and_ceiling_are_asked_for(desk):
    free = answer(desk, "USA", detail="sector")
    capped = answer(desk, "USA", detail="sector", highest="5%")
    rates = [
        row["value"] for row in capped.findings.select("tariff_set", scenario="optimum").rows()
    ]
    assert max(rates) <= 5 + 1e-9 < mean(free, "USA", "optimum")
    bound = answer(desk, "USA", detail="sector", bound=True)
    stands = bound.findings.along("tariff_set", "sector", scenario="standing")
    best = bound.findings.along("tariff_set", "sector", scenario="optimum")
    assert all(best[sector] <= stands[sector] + 1e-9 for sector in best)


def test_weights_are_of_whom_they_name(desk):
    plain = answer(desk, "USA", "IND", nash=True, detail="sector")
    loved = answer(desk, "USA", "IND", nash=True, detail="sector", weights="IND:C26=2")

    def duty(found, name):
        where = {"item": name, "sector": "C26", "scenario": "war"}
        return found.findings.value("tariff_set", **where)

    assert duty(loved, "IND") > duty(plain, "IND") + 1
    assert abs(duty(loved, "USA") - duty(plain, "USA")) < 1


def test_power_and_threat_move_the_bargain(desk):
    def gains(**asked):
        found = answer(desk, "USA", "IND", threat="war", **asked)
        return [found.findings.value("bargain_gain", item=name) for name in ("USA", "IND")]

    weak, strong = gains(power="20%"), gains(power="80%")
    assert strong[0] > weak[0]
    assert strong[1] < weak[1]
    standing = answer(desk, "USA", "IND")
    flat = answer(desk, "USA", "IND", threat="60%")
    assert mean(standing, "USA", "threat") == pytest.approx(mean(standing, "USA", "standing"))
    assert mean(flat, "IND", "threat") == pytest.approx(60)


def test_an_answer_makes_a_duty_dearer(desk):
    alone, answered = answer(desk, "USA"), answer(desk, "USA", retaliation="reciprocal")
    few = answer(desk, "USA", retaliation="reciprocal", answered_on="C26")

    def gain(found):
        return found.findings.value("real_income", item="USA", scenario="optimum")

    assert gain(answered) < gain(few) <= gain(alone) + 1e-9
    assert mean(answered, "USA", "optimum") < mean(alone, "USA", "optimum")


def test_red_lines_of_one_side_close_its_own_sectors_alone(desk):
    found = answer(desk, "USA", "IND", tranche=2, red_lines="IND:C26", most_growth=1e6)
    rows = found.findings.select("concession_from").rows()
    assert {row["item"] for row in rows if row["sector"] == "C26"} == {"USA"}
    both = answer(desk, "USA", "IND", tranche=2, red_lines="C26", most_growth=1e6)
    assert "C26" not in {row["sector"] for row in both.findings.select("concession_from").rows()}


def test_partial_cuts_and_non_tariff_costs(desk):
    half = answer(desk, "USA", "IND", tranche=2, cut="50%", most_growth=1e6)
    for row in half.findings.select("concession_from").rows():
        where = {k: row[k] for k in ("item", "sector", "measure", "rung")}
        assert half.findings.value("concession_to", **where) == pytest.approx(row["value"] / 2)
    wide = answer(desk, "USA", "IND", tranche=2, non_tariff="5%", most_growth=1e6)
    kinds = {row["measure"] for row in wide.findings.select("concession_won").rows()}
    assert kinds == {"tariff", "non_tariff"}


def test_balanced_trade_is_another_baseline(desk):
    kept, gone = (
        answer(desk, "USA", deficits=rule, detail="uniform") for rule in ("fixed_share", "balanced")
    )
    lent = gone.findings.value("transfer_effect", item="USA", scenario="optimum")
    assert lent == pytest.approx(0.0, abs=1e-9)
    assert mean(kept, "USA", "optimum") != pytest.approx(mean(gone, "USA", "optimum"), rel=1e-4)


def test_pairs_of_three_bargain_each_with_each(desk):
    found = answer(desk, "USA", "IND", "CHN", threat="war", detail="partner")
    rows = found.findings.select("bargain_gain").rows()
    assert len(rows) == 6
    assert all(row["value"] > 0 for row in rows)


def test_findings_agree_with_one_another(desk):
    found = answer(desk, "USA", "IND", nash=True)
    f = found.findings
    for name in ("USA", "IND"):
        own = f.value("real_income", item=name, scenario="war")
        assert own == pytest.approx(f.value("real_income", region=name, scenario="war"))
    money = f.along("real_income_money", "item", scenario="war")
    assert np.sign(money["USA"]) == np.sign(f.value("real_income", item="USA", scenario="war"))
