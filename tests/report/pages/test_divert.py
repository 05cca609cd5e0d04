"""The page of `divert`: every sentence, number, picture and table against the findings."""

from __future__ import annotations

import re

import pytest
from coercion_world import coercion_world
from reports import unfounded

import paxsilica as pax
from paxsilica.data import write_economy
from paxsilica.desk import Desk
from paxsilica.questions.divert import Divert
from paxsilica.report import words
from paxsilica.report.pages import report_of
from paxsilica.report.report import Report

WHOLE = dict.fromkeys(("sector", "partner", "measure", "elasticities"))
ENDS = ("hit", "elsewhere", "home", "made")


@pytest.fixture(scope="module")
def asked(tmp_path_factory):
    """Reports on the four lands, each question once."""
    folder = tmp_path_factory.mktemp("own")
    write_economy(coercion_world(), folder / "lands.npz")
    desk, known = Desk(), {}

    def report(**fields) -> Report:
        key = repr(sorted(fields.items()))
        if key not in known:
            given = {"exporter": "R1", "hit_by": "R0=50%", "baseline": str(folder / "lands.npz")}
            known[key] = report_of(pax.ask(Divert(**given | fields), desk))
        return known[key]

    return report


@pytest.fixture(scope="module")
def law() -> Report:
    return report_of(pax.ask(Divert(exporter="IND", hit_by="policy:us-law@2025-11-01")))


def sales(report: Report, item: str, horizon: str = "long_run") -> float:
    return report.answer.findings.value("sales_moved", item=item, horizon=horizon, **WHOLE)


def test_every_number_is_a_finding(asked, law):
    for report in (asked(), asked(exporter="PAIR", sectors="C28"), law):
        assert unfounded(report) == []


def test_the_lead_says_what_is_lost_and_where_it_goes(asked, law):
    for report in (asked(), asked(exporter="R2", hit_by="R3=80%"), law):
        amounts = [words.money(abs(sales(report, item))) for item in ENDS]
        at = [report.lead.index(amount) for amount in amounts]
        assert at == sorted(at)
        elsewhere = report.lead.split("other markets would buy")[1].split(";")[0]
        assert elsewhere.endswith("more" if sales(report, "elsewhere") > 0 else "less")
        made = report.lead.rsplit(" and ", 1)[1]
        assert ("would no longer be made" in made) == (sales(report, "made") < 0)


def test_numbers_have_bands_and_both_horizons(law):
    heads = [str(number) for number in law.numbers]
    for item, said in zip(ENDS, heads, strict=False):
        assert words.signed_money(sales(law, item)) in said
        assert words.signed_money(sales(law, item, "short_run")) in said
        row = law.answer.findings.row("sales_moved", item=item, horizon="long_run", **WHOLE)
        assert words.money_range([row["low"], row["high"]]) in said


def test_no_longer_made_is_told_apart_from_income(law):
    income = law.answer.findings.value("real_income", horizon="long_run", **WHOLE)
    told = [line for line in law.understood if "gross output" in line]
    assert words.percent(income) in told[0]


def test_the_picture_adds_up(asked, law):
    """In and out of every sector, up to what is too thin to be drawn; names as labels, not codes."""
    for report in (asked(), law):
        rows = report.drawn.picture.rows
        sectors = {*report.answer.names.table.about.sector_names.values(), "Other sectors"}
        assert sectors & {row["From"] for row in rows}
        value = [*rows[0]][-1]
        whole = sum(row[value] for row in rows)
        for sector in sectors:
            inwards = sum(row[value] for row in rows if row["To"] == sector)
            outwards = sum(row[value] for row in rows if row["From"] == sector)
            assert inwards == pytest.approx(outwards, abs=0.02 * whole)
        assert all(row[value] > 0 for row in rows)
    assert {"United States", "Textiles and clothing"} <= {row["From"] for row in rows}


def test_markets_stand_in_their_order_with_their_reasons(law):
    section = next(s for s in law.drawn.sections if s.name == "markets")
    ranks = law.answer.findings.along("market_rank", "partner", measure="overall")
    rows = section.table.rows
    assert [row["Market"] for row in rows][:1] == [
        law.answer.names.say(min(ranks, key=ranks.__getitem__))
    ]
    for row in rows[:10]:
        amounts = re.findall(r"USD [\d.,]+ \w+", row["Why"])
        numbers = [words.money(abs(x)) for x in row.values() if isinstance(x, float)]
        assert set(amounts) <= set(numbers), row["Market"]
    assert any("`pax depend IND --them" in line for line in section.text)


def test_partial_equilibrium_is_called_so_and_overstatement_is_said(law):
    for name in ("products", "world"):
        section = next(s for s in law.drawn.sections if s.name == name)
        assert "Partial equilibrium" in section.title
        assert "no parts of the sums above" in section.text[0]
    smart = next(s for s in law.drawn.sections if s.name == "products")
    assert any("SMART overstates" in line for line in smart.text)


def test_a_market_that_buys_more_is_told_so(asked):
    """Services, which the duty does not touch."""
    report = asked(sectors="SERV")
    for item in ENDS:
        word = "more" if sales(report, item) > 0 else "less|no longer"
        assert re.search(word, report.lead)
    assert unfounded(report) == []
