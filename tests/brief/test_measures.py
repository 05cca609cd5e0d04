"""Measures, drafts and commitments on sentences made for the purpose: who acts, on whom, at what rate."""

from __future__ import annotations

from datetime import date

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.drafts import drafts_of
from paxsilica.brief.reading import read, record_of
from paxsilica.policy import parse_scenario

DRAFTED = {
    "Canada hit the US with tariffs of 25%.": ("CAN", "USA", "25%"),
    "China slapped the US with 34% tariffs.": ("CHN", "USA", "34%"),
    "The US imposed China tariffs of 145%.": ("USA", "CHN", "145%"),
    "The United States imposed a 25% tariff on Mexico.": ("USA", "MEX", "25%"),
    "US tariffs of 50% on India took effect in August.": ("USA", "IND", "50%"),
    "Washington cut US tariffs on goods from China from 145% to 30%.": ("USA", "CHN", "30%"),
    "GENEVA, May 12, 2025 - The US imposed tariffs of 30% on China.": ("USA", "CHN", "30%"),
    "India is being subjected to US tariffs of 50 per cent.": ("USA", "IND", "50%"),
}
NOT_DRAFTED = [
    "Unlike Canada, Mexico escaped US tariffs of 30%.",
    "Chinese tariffs of 34% and US tariffs of 54% took effect.",
    "US tariffs on Brazil fell 12%.",
    "US tariffs on Swiss goods cost Switzerland 2 percent of GDP.",
    "US tariffs on China, which exports 15% of its output, stay.",
    "Trump denied that the US imposed US tariffs of 500% on India.",
    "US tariffs of 60% on Vietnam never took effect.",
    "There will be no US tariffs of 20% on Japan.",
    "A court blocked US tariffs of 30% on Thailand.",
    "The US paused US tariffs of 24% on Japan.",
    "The US could impose tariffs of 24% on Japan unless talks succeed.",
    "US tariffs of 50 per cent on India expired.",
    "The US exempted Japan from tariffs of 24%.",
]


def record(text: str):
    return record_of([read(document_of(text.encode(), "made-up.txt"))])


@pytest.mark.parametrize("text", DRAFTED)
def test_who_taxes_whom_at_what_rate(text):
    (draft,) = drafts_of(record(text))
    (measure,) = parse_scenario(draft.text).measures
    importer, exporter, rate = DRAFTED[text]
    assert (measure.importer, measure.exporter) == ((importer,), (exporter,))
    assert f"rate: {rate}" in draft.text


def test_two_measures_of_one_sentence_keep_their_own_rates():
    text = "US tariffs on Vietnam were lowered from 46% to 20%, while US tariffs on Japan stayed at 15%."
    assert [d.title for d in drafts_of(record(text))] == [
        "Tariff of 20 % of the United States on Viet Nam",
        "Tariff of 15 % of the United States on Japan",
    ]


@pytest.mark.parametrize("text", NOT_DRAFTED)
def test_what_is_denied_doubted_over_or_of_something_else_is_no_draft(text):
    assert drafts_of(record(text)) == ()


WATCHES = "The United States will impose a 25% tariff on Swiss watches from 1 May 2026. "
DENIALS = {
    "Switzerland denied that it had agreed to stop buying Russian gas.": "announced",
    "Exporters fear for their orders.\n\nBern denied that it had bribed anyone.": "announced",
    "The president denied interfering in a trial.": "announced",
    "The secretary denied reports that he was ill.": "announced",
    "Bern was denied a hearing.": "announced",
    "The president dismissed his finance minister.": "announced",
    "The claim that Bern had spied was denied.": "announced",
    "The White House denied that the tariff had been lifted.": "announced",
    "The White House denied it.": "denied",
    "The White House denied the report.": "denied",
    "The White House denied that any such duty was near.": "denied",
    "The secretary denied planning tariffs.": "denied",
    "The secretary denied that watches would be taxed.": "denied",
    "The announcement was later denied by the White House.": "denied",
    "Growers were alarmed. A spokesman denied having decided anything.": "denied",
    "The White House denied reports that a tariff was planned.": "denied",
    "A spokeswoman dismissed the claim as nonsense.": "denied",
}


@pytest.mark.parametrize("said", DENIALS)
def test_a_later_denial_strikes_a_measure_only_where_it_speaks_of_it(said):
    (reading,) = record(WATCHES + said).readings
    assert reading.measures[0].standing == DENIALS[said]


def test_an_announced_measure_says_so_among_its_assumptions():
    (draft,) = drafts_of(record("The US announced tariffs of 25% on Mexico."))
    assert any(a.startswith("status: the text says announced") for a in draft.assumptions)


def test_a_draft_of_a_text_that_a_terminal_would_obey_or_of_very_many_states_is_a_scenario():
    found = record("US tariffs of 50% on India took effect in August.")
    (reading,) = found.readings
    (measure,) = reading.measures
    many = tuple(a + b + c for a in "ABC" for b in "DEFGHI" for c in "JKLMN")
    obeyed = reading.document.model_copy(update={"title": "a\x1b]0;b" + "x" * 20_000})
    changed = {"document": obeyed, "measures": (measure.model_copy(update={"targets": many}),)}
    again = found.model_copy(update={"readings": (reading.model_copy(update=changed),)})
    (draft,) = drafts_of(again)
    scenario = parse_scenario(draft.text)
    assert scenario.source[0].title.startswith("a\ufffd]0;bxxx")
    assert len(scenario.title) <= 200
    assert scenario.measures[0].exporter == many


PROMISED = {
    "Japan agreed to buy gas by June 30, 2026.": date(2026, 6, 30),
    "Japan pledged to cut the duty by March 2027.": date(2027, 3, 31),
    "Japan agreed to implement the deal signed on July 22, 2025.": None,
    "Japan vowed to remove the duty that China imposed on 1 August 2025.": None,
    "Japan promised to resume talks suspended since March 4, 2025.": None,
}


@pytest.mark.parametrize("text", PROMISED)
def test_only_a_term_of_the_promise_is_its_due_date(text):
    (reading,) = record(text).readings
    (commitment,) = reading.commitments
    assert (commitment.due.last if commitment.due else None) == PROMISED[text]


@pytest.mark.parametrize(
    "text",
    [
        "India has not committed to cut tariffs by April 2, 2026.",
        "Nobody promised to lift the ban by June 3, 2026.",
        "The minister denied that India had promised to remove the duty by June 30, 2026.",
        "Both sides failed to agree on a date.",
        "Japan refuses to commit to cuts.",
    ],
)
def test_a_promise_that_is_denied_is_none(text):
    (reading,) = record(text).readings
    assert reading.commitments == ()


@pytest.mark.parametrize(
    ("text", "kind", "buyer", "seller"),
    [
        ("China imposed an import ban on Japan.", "import_ban", "CHN", "JPN"),
        ("The United States imposed an export ban on China.", "export_ban", "CHN", "USA"),
    ],
)
def test_who_bans_imports_is_the_buyer_and_who_bans_exports_the_seller(text, kind, buyer, seller):
    (draft,) = drafts_of(record(text))
    (measure,) = parse_scenario(draft.text).measures
    assert (measure.kind, measure.importer, measure.exporter) == (kind, (buyer,), (seller,))
