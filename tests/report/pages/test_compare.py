"""Every sentence of the page of a comparison, read off its words, against solves and findings of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cache

import numpy as np
import pytest
from reports import unfounded
from run_world import TARIFF, small_world

import paxsilica as pax
from paxsilica.desk import Desk
from paxsilica.findings import Findings
from paxsilica.model import solve
from paxsilica.policy import parse_scenario
from paxsilica.questions.question import Answer
from paxsilica.report.pages import report_of

NUMBER = r"[+−]?[\d,]*\.?\d+"
HEAD = "schema: paxsilica/scenario@1\ntitle: {}\nbaseline: here\nmeasures:\n"
CHIPS = "{id: chip-fund, kind: subsidy, region: [IND], sector: [C26], op: set, rate: 10%}"
HELD = "{id: held, kind: tariff, importer: [USA], exporter: [VNM], sector: [goods], op: add, rate: 20%}"
A = HEAD.format("A duty") + f"  - {TARIFF}\n  - {HELD}\n"
B = (
    HEAD.format("A cut and a fund")
    + f"  - {TARIFF.replace('50%', '18%')}\n  - {HELD}\n  - {CHIPS}\n"
)


@cache
def answered(a: str = A, b: str = B, **asked: str) -> Answer:
    desk = Desk()
    desk.warm(("here", None), small_world)
    return pax.Compare(a=a, b=b, bands=False, **asked).answered(desk)


def ranged(low: float, high: float) -> Answer:
    """The answer with made-up ranges: those factors of each number."""
    answer = answered()
    blocks = []
    for b in answer.findings.blocks:
        ends = np.stack([low * b.value, high * b.value])
        banded = b.variable in ("real_income", "real_income_money", "trade")
        blocks.append(replace(b, low=ends.min(0), high=ends.max(0)) if banded else b)
    told = {**answer.attachments, "sets": 9}
    return replace(answer, findings=Findings(tuple(blocks)), attachments=told)


def plain(text: str) -> float:
    return float(text.replace("−", "-").replace(",", ""))


def close(shown: str, exact: float) -> bool:
    return plain(shown) == pytest.approx(exact, rel=0.006, abs=1e-9)


def incomes() -> tuple[np.ndarray, np.ndarray]:
    e = small_world()
    a, b = (100 * (solve(e, parse_scenario(text).compile(e)).real_income - 1) for text in (A, B))
    return a, b


EFFECT = re.compile(
    rf"real income of (.+?) is ({NUMBER}) points (higher|lower) "
    rf"\((?:({NUMBER}) to ({NUMBER}); )?({NUMBER}) % with A, ({NUMBER}) % with B\)"
)


@pytest.mark.parametrize("sets", [1, 9])
def test_the_first_sentence_says_how_much_higher_or_lower(sets):
    report = report_of(answered() if sets == 1 else ranged(0.5, 1.5))
    e, (a, b) = small_world(), incomes()
    names = {"India": "IND", "the United States": "USA"}
    assert report.lead.startswith("“A cut and a fund” instead of “A duty”: in the long run ")
    assert ("ranges over 9 sets of trade elasticities" in report.lead) == (sets == 9)
    told = EFFECT.findall(report.lead)
    assert {who.rpartition("real income of ")[2] for who, *_ in told} == set(names)
    for who, size, way, low, high, with_a, with_b in told:
        at = e.regions.index(names[who])
        gap = b[at] - a[at]
        assert close(size, abs(gap))
        assert (way == "higher") == (gap > 0)
        assert close(with_a, a[at])
        assert close(with_b, b[at])
        if sets == 9:
            assert close(low, 0.5 * abs(gap))
            assert close(high, 1.5 * abs(gap))
    least = int(np.argmin(b - a))
    if e.regions[least] not in names.values():
        assert f"{e.region_name(e.regions[least])} loses most of all" in report.lead


def test_a_sign_that_is_not_sure_is_said():
    report = report_of(ranged(-0.5, 1.5))
    assert "may be higher or lower: " in report.lead
    assert "sign not known" in report.lead
    assert all("sign not known" in n.band for n in report.numbers if n.value.endswith("points"))


def test_the_numbers_are_those_of_both_worlds():
    e, (a, b) = small_world(), incomes()
    told = {number.head: number for number in report_of(answered()).numbers}
    india = told["Real income of India, B less A"]
    at = e.regions.index("IND")
    assert close(india.value.removesuffix(" points"), b[at] - a[at])
    money = re.search(rf"USD ({NUMBER}) (\w+) a year", india.note)
    assert money
    size = {"billion": 1e3, "million": 1.0}[money[2]]
    assert plain(money[1]) * size == pytest.approx((b - a)[at] * e.income[at] / 100, rel=0.006)
    assert told["Tariff of the United States on goods from India"].value == "50.0 → 18.0 %"
    outcomes = [solve(e, parse_scenario(text).compile(e)) for text in (A, B)]
    sold = [o.flows[0, 1, :3].sum() for o in outcomes]
    shown = re.findall(
        rf"USD ({NUMBER}) (\w+)", told["Exports of goods from India to the United States"].value
    )
    for (amount, unit), exact in zip(shown, sold, strict=True):
        assert plain(amount) * {"billion": 1e3, "million": 1.0}[unit] == pytest.approx(
            exact, rel=0.006
        )


def test_why_names_what_differs_and_its_parts_add_up():
    report, found = report_of(answered()), answered().findings
    for who, key in (("India", "IND"), ("the United States", "USA")):
        (said,) = re.findall(rf"For {who} the ({NUMBER}) points are (.*?”(?: \w+)?)\.", report.why)
        parts = [plain(part) for part in re.findall(rf"({NUMBER}) since", said[1])]
        known = found.along("contribution", "measure", region=key)
        assert sorted(parts) == pytest.approx(sorted(known.values()), rel=0.006)
        assert sum(known.values()) == pytest.approx(
            found.value("real_income", region=key, scenario="difference"), abs=1e-9
        )
        assert close(said[0], sum(known.values()))
    assert "“the treasury pays 10 % of the cost of producing" in report.why
    assert (
        "to 18 %” replaces “the United States sets its tariff on goods from India to 50 %”"
        in report.why
    )
    assert "Viet Nam" not in report.why
    assert any(
        line.startswith("In both, and held: the United States adds 20")
        for line in report.understood
    )


def test_one_thing_that_differs_is_all_of_it():
    cut = A.replace("50%", "18%")
    assert report_of(answered(A, cut)).why.startswith(
        "Nothing else differs: “the United States sets"
    )


def test_two_of_one_title_are_told_apart_by_what_differs():
    one = report_of(answered(A, A.replace("50%", "18%")))
    duty = "“The United States sets its tariff on goods from India to {} %”"
    assert one.title == f"{duty.format(18)}, compared with {duty.format(50)}"
    several = report_of(answered(A, B.replace("A cut and a fund", "A duty")))
    assert several.lead.startswith("“A duty” (B) instead of “A duty” (A): ")


def test_what_does_not_differ_is_said_and_drawn_nowhere():
    report = report_of(answered(A, A))
    assert report.lead == (
        "“A duty” and “A duty” do not differ: in the long run real income of every region is the same with both."
    )
    assert not report.numbers
    assert report.drawn.picture is None


def test_two_of_one_title_are_told_apart():
    report = report_of(answered(A, A, horizon="short_run,long_run"))
    assert report.title == "“A duty” in the long run, compared with “A duty” in the short run"
    assert ": real income of" in report.lead
    dated = A.replace("op: set, rate: 50%}", "op: set, rate: 50%, from: 2025-08-27}")
    report = report_of(answered(dated, dated, as_of="2025-08-01,2025-09-01"))
    assert "“A duty” on 2025-09-01 instead of “A duty” on 2025-08-01" in report.lead


def test_every_number_of_the_page_is_a_finding():
    for answer in (answered(), ranged(0.5, 1.5), answered(A, A, horizon="short_run,long_run")):
        ends = [x for b in answer.findings.blocks for x in (b.low, b.high) if x is not None]
        known = np.concatenate([np.ravel(x) for x in [*ends, [0.0]]])
        left = [
            x
            for x in unfounded(report_of(answer))
            if not np.isclose(known, x, rtol=1e-9).any()
            and not np.isclose(-known, x, rtol=1e-9).any()
        ]
        assert left == []


def test_sampled_contributions_say_so(monkeypatch):
    monkeypatch.setattr("paxsilica.analysis.contributions.MOST_EXACT", 1)
    answer = answered.__wrapped__()
    assert answer.seed == 0
    report = report_of(answer)
    (section,) = [s for s in report.drawn.sections if s.name == "contributions"]
    assert "orders were sampled" in section.text[1]
    assert section.table is not None
    assert all(row["standard error of the first, points"] >= 0 for row in section.table.rows)


def test_a_bar_has_the_name_of_a_measure_and_no_code():
    coded = CHIPS.replace("chip-fund", "fund-IND-C26")
    report = report_of(answered(A, HEAD.format("x") + f"  - {coded}\n  - {HELD}\n"))
    (section,) = [s for s in report.drawn.sections if s.name == "contributions"]
    labels = {row["What differs"] for row in section.figures[0].rows}
    assert labels == {"flat (ends)", "fund India Electronics (begins)"}
