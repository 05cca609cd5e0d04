"""Drafts beside scenarios written by hand: which law stood before, how each kind is written, and what a person must add."""

from __future__ import annotations

from datetime import date

import numpy as np
import pytest

from paxsilica.analysis.counterparts import counterparts
from paxsilica.brief.documents import document_of
from paxsilica.brief.drafts import drafts_of
from paxsilica.brief.reading import read, record_of
from paxsilica.brief.record import Measure, Quantity, Record, Span, Term
from paxsilica.data import load_economy
from paxsilica.errors import ScenarioError
from paxsilica.horizon import SHORT_RUN
from paxsilica.policy import parse_scenario
from paxsilica.policy.law import law_of


def record(text: str) -> Record:
    return record_of([read(document_of(text.encode(), "made-up.txt"))])


def drafted(text: str):
    (draft,) = drafts_of(record(text))
    return draft, parse_scenario(draft.text)


def by_hand(row: str):
    """The measure of a line as a person writes it, under the name that a draft gives it."""
    text = f"schema: paxsilica/scenario@1\ntitle: by hand\nmeasures:\n  - {row}\n"
    return parse_scenario(text).measures


def changed(text: str, **of: object) -> Record:
    """A text's record, its only measure with other fields."""
    found = record(text)
    (reading,) = found.readings
    (measure,) = reading.measures
    made = Measure.model_validate(measure.model_dump() | {"needs": (), **of})
    return found.model_copy(
        update={"readings": (reading.model_copy(update={"measures": (made,)}),)}
    )


def term(field: str, value: float, unit: str = "percent") -> Term:
    span = Span(start=0, end=1, exact="x")
    return Term(field=field, amount=Quantity(span=span, value=value, unit=unit))


LAWS = {
    "WASHINGTON, August 20, 2025 - The US imposed a tariff of 25% on India from 7 August 2025.": (
        "2025-08-06",
        "the day before the start",
    ),
    "WASHINGTON, March 5, 2025 - The US imposed a tariff of 25% on Canada from 1 March 2025.": (
        "2025-02-28",
        "the day before the start",
    ),
    "WASHINGTON, July 31, 2025 - The US imposed a tariff of 25% on India from 1 September 2025.": (
        "2025-07-31",
        "the day of the text, before the start",
    ),
    "WASHINGTON, July 31, 2025 - The US imposed a tariff of 25% on India.": (
        "2025-07-31",
        "the day of the text, since no start is read",
    ),
    "BEIJING, December 4, 2025 - China banned exports of gallium to the United States.": (
        "2025-12-04",
        "the day of the text, since no start is read",
    ),
}
NO_LAWS = {
    "OTTAWA, July 31, 2025 - Canada imposed a tariff of 25% on India.": "tariffs of Canada",
    "DELHI, July 31, 2025 - India imposed an export tax of 20% on rice.": "tariffs of every country",
    "WASHINGTON, May 3, 2024 - The US imposed a tariff of 25% on India.": "2024-05-03 is not packaged (2025-01-01",
    "The US imposed a tariff of 25% on India.": "needs a day",
}


@pytest.mark.parametrize("text", LAWS)
def test_a_draft_stands_on_the_us_law_of_the_day_before(text):
    draft, scenario = drafted(text)
    day, why = LAWS[text]
    assert f"\nbase: policy:us-law@{day}\n" in draft.text
    assert scenario.before is not None
    assert f"in force on {day}" in scenario.before.title
    (told,) = (a for a in draft.assumptions if a.startswith("base:"))
    assert f"the US law of {day} stood before, {why}" in told


@pytest.mark.parametrize("text", NO_LAWS)
def test_without_a_law_of_the_day_one_note_says_that_the_baselines_tariffs_are_meant(text):
    draft, scenario = drafted(text)
    assert scenario.before is None
    (told,) = (a for a in draft.assumptions if a.startswith("base:"))
    assert NO_LAWS[text] in told
    assert "the tariffs of the baseline itself stood before" in told


@pytest.mark.parametrize("more", ["", "an additional "])
def test_a_rate_is_measured_against_the_duty_that_stood(more):
    """Before: the baseline's tariff and the points of the law, cell by cell. After: the rate, or the points on top."""
    what = f"imposed {more or 'a '}tariff of 25%"
    _, scenario = drafted(f"WASHINGTON, July 31, 2025 - The US {what} on India from 7 August 2025.")
    e = load_economy()
    usa, ind = e.regions.index("USA"), e.regions.index("IND")
    goods = e.sector_indices(["goods"])
    law = law_of(date(2025, 7, 31)).rates(["IND"], e.sectors)[0, goods]
    stood = e.tariffs[usa, ind, goods] + law
    assert law.max() > 0.1
    at = np.full(len(goods), usa), np.full(len(goods), ind), goods
    assert scenario.stood(e).at("tariffs", at) == pytest.approx(stood)
    wanted = stood + 0.25 if more else np.full(len(goods), 0.25)
    assert scenario.compile(e).at("tariffs", at) == pytest.approx(wanted)


def test_days_horizon_and_elasticities_stand_in_the_file():
    text = "WASHINGTON, July 31, 2025 - The US imposed a tariff of 25% on India from 7 August 2025 until 31 December 2025."
    (draft,) = drafts_of(record(text), SHORT_RUN, "caliendo_parro")
    scenario = parse_scenario(draft.text)
    (measure,) = scenario.measures
    assert (measure.from_, measure.until) == (date(2025, 8, 7), date(2025, 12, 31))
    assert scenario.as_of == date(2025, 8, 7)
    assumed = scenario.assumptions
    assert (assumed.horizon, assumed.elasticities) == ("short_run", "caliendo_parro")


def test_without_a_start_the_day_of_the_text_counts_and_is_told():
    draft, scenario = drafted("OTTAWA, July 31, 2025 - Canada imposed a tariff of 25% on India.")
    assert scenario.as_of == scenario.measures[0].from_ == date(2025, 7, 31)
    assert any(a.endswith("it is the day of the text, 2025-07-31") for a in draft.assumptions)


WHOLE = {
    "India imposed an export tax of 20% on rice.": (
        "{id: from-text, kind: export_tax, exporter: [IND], product: [HS 1006], op: set, rate: 20%}"
    ),
    "Argentina cut its export tax on soybeans bound for China to 24%.": (
        "{id: from-text, kind: export_tax, exporter: [ARG], importer: [CHN], product: [HS 1201], op: set, rate: 24%}"
    ),
    "The US imposed a trade embargo on Russia.": (
        "{id: from-text, kind: embargo, by: [USA], target: [RUS], sector: [goods], direction: both}"
    ),
    "China banned exports of gallium to the United States.": (
        "{id: from-text, kind: export_ban, exporter: [CHN], importer: [USA], product: [HS 811292]}"
    ),
    "The European Union banned imports of Russian coal from 10 August 2022.": (
        "{id: from-text, kind: import_ban, importer: [EU], exporter: [RUS], sector: [B05], from: 2022-08-10}"
    ),
}


@pytest.mark.parametrize("text", WHOLE)
def test_what_is_whole_is_drafted_as_by_hand(text):
    assert drafted(text)[1].measures == by_hand(WHOLE[text])


CONTROL = "China imposed export controls on gallium to the United States from 1 April 2026."
QUOTA = "Canada imposed a tariff-rate quota on steel from Turkey from 1 April 2026."
DUTY = "Canada imposed a duty of $0.30 per kilogram on sugar from Brazil."
CAP = "The G7 imposed a price cap of $60 a barrel on Russian crude oil."
ON_OIL = "The EU imposed an embargo on Russian oil."

ASKED = {
    CONTROL: ("`share`", {"share: ...": "share: 30%"}),
    QUOTA: (
        "`quota`",
        {"op: ...": "op: set", "quota: ...": "quota: 80%", "within: ...": "within: 0%"}
        | {"beyond: ...": "beyond: 25%"},
    ),
    DUTY: ("`price`", {"op: ...": "op: add", "price: ...": "price: 2 USD/kg"}),
    CAP: ("`market`", {"market: ...": "market: 75 USD/bbl"}),
    ON_OIL: ("`direction`", {"direction: ...": "direction: imports"}),
}


@pytest.mark.parametrize("text", ASKED)
def test_what_is_missing_is_named_in_the_fields_of_a_file_ready_to_paste(text):
    """The line of the reason is refused as it stands, and is a measure once each `...` is filled."""
    found = record(text)
    assert drafts_of(found) == ()
    ((need,),) = (m.needs for m in found.readings[0].measures)
    field, filled = ASKED[text]
    assert field in need
    line = need[need.index("{") :]
    with pytest.raises(ScenarioError, match=r"'\.\.\.'"):
        by_hand(line)
    for gap, value in filled.items():
        assert gap in line
        line = line.replace(gap, value)
    assert "..." not in line
    assert by_hand(line)


def test_a_duty_by_quantity_is_its_share_of_the_price():
    made = changed(DUTY, op="add", terms=(term("price", 2.0, "USD a kilogram"),))
    (draft,) = drafts_of(made)
    (measure,) = parse_scenario(draft.text).measures
    assert (measure.kind, measure.exporter) == ("specific_duty", ("BRA",))
    assert measure.rate == pytest.approx(0.30 / 2)


TOLD = [
    (
        CONTROL,
        {"terms": (term("share", 30.0),)},
        "{id: from-text, kind: export_control, exporter: [CHN], importer: [USA], product: [HS 811292], share: 30%, "
        "from: 2026-04-01}",
    ),
    (
        CONTROL,
        {"terms": (term("licence_cost", 5.0),)},
        "{id: from-text, kind: export_control, exporter: [CHN], importer: [USA], product: [HS 811292], "
        "licence_cost: 5%, from: 2026-04-01}",
    ),
    (
        QUOTA,
        {
            "op": "set",
            "terms": (
                term("quota", 2.6e6, "tonnes"),
                term("price", 800.0, "USD a tonne"),
                term("within", 0.0),
                term("beyond", 25.0),
            ),
        },
        "{id: from-text, kind: tariff_quota, importer: [CAN], exporter: [TUR], product: [HS 72, HS 73], op: set, "
        "quota: 2.6 million t, price: 800 USD/t, within: 0%, beyond: 25%, from: 2026-04-01}",
    ),
    (
        QUOTA,
        {
            "op": "add",
            "terms": (term("quota", 5e8, "USD"), term("within", 5.0), term("beyond", 25.0)),
        },
        "{id: from-text, kind: tariff_quota, importer: [CAN], exporter: [TUR], product: [HS 72, HS 73], op: add, "
        "quota: 500 million USD, within: 5%, beyond: 25%, from: 2026-04-01}",
    ),
    (
        CAP,
        {"terms": (term("market", 75.0, "USD a barrel"),)},
        "{id: from-text, kind: price_cap, importer: [G7], exporter: [RUS], product: [HS 2709], price: 60 USD/bbl, "
        "market: 75 USD/bbl}",
    ),
    (
        "India set an export quota on sugar to China.",
        {"terms": (term("share", 40.0),)},
        "{id: from-text, kind: export_ban, exporter: [IND], importer: [CHN], product: [HS 1701], share: 40%}",
    ),
]


@pytest.mark.parametrize(("text", "told", "row"), TOLD)
def test_what_the_record_tells_is_drafted_as_by_hand(text, told, row):
    (draft,) = drafts_of(changed(text, **told))
    assert parse_scenario(draft.text).measures == by_hand(row)


REFUSED = [
    (QUOTA, {"op": "set", "terms": (term("quota", 80.0), term("within", 25.0), term("beyond", 25.0))}),
    (CONTROL, {"terms": (term("share", 130.0),)}),
    ("The US imposed a tariff of 20000% on India.", {}),
]  # fmt: skip


@pytest.mark.parametrize(("text", "told"), REFUSED)
def test_what_no_scenario_file_takes_is_no_draft(text, told):
    assert drafts_of(changed(text, **told)) == ()


def test_a_rate_beyond_all_bounds_is_told_in_one_line():
    (measure,) = record("The US imposed a tariff of 20000% on India.").readings[0].measures
    (need,) = measure.needs
    assert need == "measure from-text: rate 20000% is too high; it must be at most 10000%"


def test_an_exception_with_its_own_rate_pays_it_and_all_others_the_rate():
    """Canada's tariff on steel by hand: 25 % on all, 10 % on Mexico; and 40 % on steel where goods pay 10 %."""
    e = load_economy()
    can, mex, bra, chn = (e.regions.index(code) for code in ("CAN", "MEX", "BRA", "CHN"))
    steel, cars = e.sectors.index("C24A"), e.sectors.index("C29")
    text = "Canada imposed a 25% tariff on all goods from all countries except Mexico."
    (draft,) = drafts_of(changed(text, terms=(term("except", 10.0),)))
    tariffs = parse_scenario(draft.text).compile(e).tariffs
    assert (tariffs[can, mex, cars], tariffs[can, bra, cars]) == pytest.approx((0.10, 0.25))
    assert any("10 % for Mexico" in a for a in draft.assumptions)
    text = "Canada imposed a 10% tariff on goods from China except steel."
    (draft,) = drafts_of(changed(text, terms=(term("except", 40.0),)))
    tariffs = parse_scenario(draft.text).compile(e).tariffs
    assert tariffs[can, chn, cars] == pytest.approx(0.10)
    assert 0.35 < tariffs[can, chn, steel] <= 0.40


def test_a_tariff_is_no_number_beside_an_export_tax():
    """The tariff of Argentina on goods from China says nothing of its tax on what it sells there."""
    told = record("Argentina cut its export tax on soybeans bound for China to 24%.")
    assert drafts_of(told)
    assert counterparts(told, load_economy()) == ()


def test_a_measure_of_a_later_event_that_is_over_on_the_day_of_the_text_counts_without_a_day():
    over = {"anchor": "30 days after signing", "starts": None, "ends": date(2025, 6, 30)}
    text = "OTTAWA, July 31, 2025 - Canada imposed a tariff of 25% on India."
    (draft,) = drafts_of(changed(text, **over))
    scenario = parse_scenario(draft.text)
    assert scenario.as_of is None
    assert scenario.in_force() == scenario.measures
