"""`brief` as a question: it reads, and changes nothing; the act that keeps is another."""

from __future__ import annotations

import json
from datetime import date
from html import escape
from pathlib import Path

import pytest
from reports import unfounded
from run_world import small_world

import paxsilica as pax
from paxsilica.about import BASELINE
from paxsilica.data import load_economy
from paxsilica.desk import Desk
from paxsilica.errors import InputError
from paxsilica.questions.brief import Brief
from paxsilica.questions.question import Answer
from paxsilica.report.briefing import counterpart_rows
from paxsilica.report.pages import report_of
from paxsilica.report.pages.brief import write
from paxsilica.report.report import report_page
from paxsilica.report.words import tied

BRIEFING = str(Path(__file__).resolve().parents[2] / "examples" / "briefing.md")


@pytest.fixture(scope="module")
def desk() -> Desk:
    return Desk()


@pytest.fixture(scope="module")
def solved(desk) -> Answer:
    return pax.ask(Brief(files=(BRIEFING,), run=True), desk)


def test_the_numbers_beside_are_those_of_the_baseline(solved):
    """Counted anew from the flows: the tariff paid, the share of exports, trade both ways, growth by hand."""
    e = load_economy()
    usa, ind = e.regions.index("USA"), e.regions.index("IND")
    goods = e.sector_indices(["goods"])
    of = {row["variable"]: row for row in solved.findings.select(horizon=None).rows()}
    duty = (e.flows[usa, ind, goods] * e.tariffs[usa, ind, goods]).sum()
    assert of["mean_tariff"]["value"] == pytest.approx(100 * duty / e.flows[usa, ind, goods].sum())
    assert (of["mean_tariff"]["region"], of["mean_tariff"]["partner"]) == ("USA", "IND")
    sold = sum(e.flows[n, ind].sum() for n in range(len(e.regions)) if n != ind)
    assert of["buyer_share"]["value"] == pytest.approx(100 * e.flows[usa, ind].sum() / sold)
    both = e.flows[usa, ind, goods].sum() + e.flows[ind, usa, goods].sum()
    assert of["two_way_trade_goods"]["value"] == pytest.approx(both)
    years = (date(2030, 12, 31) - date(2025, 3, 31)).days / 365.25
    assert of["growth_asked"]["value"] == pytest.approx(100 * ((500 / 131.84) ** (1 / years) - 1))
    (duty_row,) = (row for row in counterpart_rows(solved) if row["In the text"] == "50 per cent")
    assert (duty_row["Of"], duty_row["Unit"]) == ("United States, on goods from India", "%")
    assert duty_row["Value"] == of["mean_tariff"]["value"]
    (asked,) = (row for row in counterpart_rows(solved) if row["Unit"] == "% a year")
    assert (asked["In the text"], asked["Value"]) == ("$500 billion", of["growth_asked"]["value"])
    assert asked["Of"] == "from $131.84 billion at 2025-03-31 to 2030-12-31"


def test_a_draft_is_solved_as_the_scenario_that_it_is(solved, desk):
    (draft,) = solved.attachments["drafts"]
    alone = pax.ask(pax.Run(text=draft["text"]), desk)
    mine = solved.findings.select(item=draft["name"]).rows()
    assert [row["value"] for row in mine] == [row["value"] for row in alone.findings.rows()]
    assert mine
    assert solved.solver[draft["name"]]["status"] == "converged"


def test_nothing_is_solved_and_no_number_is_beside_unless_asked(desk):
    plain = pax.ask(Brief(files=(BRIEFING,)), desk)
    assert len(plain.findings) == 0
    assert plain.parts == ()
    assert plain.attachments["drafts"]
    numbers = pax.ask(Brief(files=(BRIEFING,), numbers=True), desk)
    assert {"mean_tariff", "growth_asked"} <= {row["variable"] for row in numbers.findings.rows()}
    assert not numbers.findings.select("real_income").blocks


def test_the_elasticities_are_those_of_the_drafts(solved, desk):
    other = pax.ask(Brief(files=(BRIEFING,), run=True, elasticities="uniform_4"), desk)
    (draft,) = other.attachments["drafts"]
    alone = pax.ask(pax.Run(text=draft["text"], elasticities="uniform_4"), desk)
    assert [row["value"] for row in other.findings.select(item=draft["name"]).rows()] == [
        row["value"] for row in alone.findings.rows()
    ]
    assert other.findings.rows() != solved.findings.rows()


WITH_LAW = (
    "WASHINGTON, July 31, 2025 - The US imposed a tariff of 25% on goods from India from 7 August 2025 until "
    "31 December 2025.\n\nChina has imposed export controls on gallium to Japan from 1 September 2025.\n"
)
BY_HAND = """
schema: paxsilica/scenario@1
title: The same by hand
base: policy:us-law@2025-07-31
as_of: 2025-08-07
measures:
  - {id: mine, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 25%,
     from: 2025-08-07, until: 2025-12-31}
assumptions: {horizon: short_run}
"""


@pytest.fixture(scope="module")
def on_the_law(desk, tmp_path_factory) -> Answer:
    text = tmp_path_factory.mktemp("texts") / "with_law.txt"
    text.write_text(WITH_LAW)
    return pax.ask(Brief(files=(str(text),), run=True, horizon="short_run"), desk)


def test_a_draft_on_the_law_of_its_day_finds_what_a_scenario_by_hand_finds(on_the_law, desk):
    (draft,) = on_the_law.attachments["drafts"]
    alone = pax.ask(pax.Run(text=BY_HAND), desk)
    mine = on_the_law.findings.select(item=draft["name"])
    assert [row["value"] for row in mine.rows()] == [row["value"] for row in alone.findings.rows()]
    assert alone.findings.rows()


def test_the_first_screen_says_day_horizon_band_law_and_what_is_missing(on_the_law):
    said = " ".join(report_of(on_the_law).sentences)
    assert "as in force on 2025-08-07: in the short run" in said
    assert "ranges over 9 sets of trade elasticities" in said
    assert "“US duties in force on 2025-07-31" in said
    assert "base: the US law of 2025-07-31 stood before" in said
    assert (
        "Not drafted: Export licensing requirement on Japan by China (gallium): write `share`"
        in said
    )
    (part,) = on_the_law.parts
    (read,) = part.attachments["scenario"]["measures"].values()
    assert read.startswith("From 2025-08-07 until 2025-12-31 the United States sets its tariff")


def test_a_horizon_or_elasticities_that_are_not_there_are_refused_in_one_line(desk):
    with pytest.raises(
        InputError, match="'soon' is no horizon; write long_run, short_run or an age"
    ):
        pax.ask(Brief(files=(BRIEFING,), horizon="soon"), desk)
    with pytest.raises(InputError, match="unknown elasticity set 'mine'; valid ones begin"):
        pax.ask(Brief(files=(BRIEFING,), run=True, elasticities="mine"), desk)


def test_the_day_reaches_the_page_and_not_the_record(desk, tmp_path):
    early, late = (
        pax.ask(Brief(files=(BRIEFING,), as_of=day), desk) for day in ("2025-03-01", "2026-03-05")
    )
    assert early.attachments["record"] == late.attachments["record"]
    pages = [write(answer, tmp_path / str(at)) for at, answer in enumerate((early, late))]
    texts = [page.read_text(encoding="utf-8") for page in pages]
    assert "overdue by 95 days" in texts[1]
    assert "overdue by 95 days" not in texts[0]


def test_what_cannot_be_drafted_or_read_is_refused(desk, tmp_path):
    calm = tmp_path / "calm.txt"
    calm.write_text("Minister Ana Ruiz said that nothing has changed in the harbour today.")
    with pytest.raises(InputError, match="no scenario draft to run"):
        pax.ask(Brief(files=(str(calm),), run=True), desk)
    with pytest.raises(InputError, match="51 files are only kept"):
        pax.ask(Brief(files=(BRIEFING,) * 51), desk)
    with pytest.raises(InputError, match="name files, or give a text"):
        Brief()


def test_the_first_screen_says_what_was_read_and_what_the_draft_would_do(solved):
    report = report_of(solved)
    assert "6 statements, by Sergio Gor" in report.lead
    (alone,) = (report_of(part) for part in solved.parts)
    assert report.sentences.index(f"{alone.title}:") + 1 == report.sentences.index(alone.lead)
    page = report_page(report, {})
    assert escape(tied(alone.lead), quote=False) in page.split("<details")[0]
    assert all(str(number) in report.sentences for number in alone.numbers)
    assert unfounded(report) == []
    json.dumps(solved.attachments)


def test_a_law_that_another_economy_cannot_hold_is_refused_in_one_line():
    """The drafts of the briefing stand on the US law of a day, which names the packaged table's sectors."""
    desk = Desk()
    desk.warm((BASELINE, None), small_world)
    answer = pax.ask(Brief(files=(BRIEFING,), run=True), desk)
    (why,) = answer.attachments["refused"].values()
    assert "names regions and sectors that small does not have; leave `base` out" in why
    assert "\n" not in why


def test_a_text_is_read_as_its_file_is(desk, tmp_path):
    told = Path(BRIEFING).read_text(encoding="utf-8")
    of_file = pax.ask(Brief(files=(BRIEFING,), numbers=True), desk)
    of_text = pax.ask(Brief(text=told, numbers=True), desk)
    assert of_text.findings.rows() == of_file.findings.rows()
    kinds = ("statements", "measures", "commitments", "quantities")
    (one,), (other,) = (a.attachments["record"]["readings"] for a in (of_file, of_text))
    assert {kind: one[kind] for kind in kinds} == {kind: other[kind] for kind in kinds}
    assert any(one[kind] for kind in kinds)
    with pytest.raises(InputError, match="one of the two"):
        Brief(files=(BRIEFING,), text=told)


FOREIGN = {
    "de": "Die Minister haben am 3. März 2026 über die Zölle auf Stahl gesprochen, und sie werden auf 25 Prozent steigen.",
    "fr": "Le ministre a dit le 3 mars 2026 que les droits sur les voitures seront de 25 pour cent dans une semaine.",
    "zh": "中国商务部2025年10月9日宣布对稀土出口实施管制。有关物项未经许可不得出口。",
    "ru": "Министр заявил 3 марта 2026 года, что пошлины на сталь вырастут до 25 процентов.",
}


@pytest.mark.parametrize("language", FOREIGN)
def test_a_text_that_is_hardly_read_says_so_first(language, desk):
    said = report_of(Brief(text=FOREIGN[language]).answered(desk)).sentences
    assert said[0].startswith(f"Beware: text.txt is not English ({language}) and hardly read; only")
    assert said[1] == "No statement was read."
    assert any(line.startswith("no day of publication found in it: text.txt") for line in said)
    assert "no day in it" not in " ".join(said)


def test_of_several_texts_those_are_named_that_are_hardly_read(desk, tmp_path):
    files = {"a.txt": "Kenya said that the duty on tea was too high.", "b.txt": FOREIGN["de"]}
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    paths = [str(tmp_path / name) for name in files]
    both = report_of(Brief(files=paths).answered(desk)).sentences
    assert both[0].startswith(f"Beware: {paths[1]} is not English (de)")
    assert both[1].startswith("2 texts report 1 statement, by Kenya")
    assert not report_of(Brief(files=paths[:1]).answered(desk)).beware
