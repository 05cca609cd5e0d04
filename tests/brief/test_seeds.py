"""Two real articles against a careful reading of them by hand: offsets and values, without the articles' text."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fuzz import spans

from paxsilica.brief.documents import read_document
from paxsilica.brief.reading import read, record_of

SEEDS = Path(__file__).resolve().parents[2].parent / "shared" / "seeds"
BY_HAND = json.loads((Path(__file__).parent / "seed_reading.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the two articles are not at hand")


@pytest.fixture(scope="module")
def record():
    return record_of(
        read(read_document(SEEDS / document["file"])) for document in BY_HAND["documents"]
    )


def overlap(span, entry) -> float:
    """Dice coefficient of two places."""
    shared = min(span.end, entry["end"]) - max(span.start, entry["start"])
    return 2 * max(shared, 0) / (span.end - span.start + entry["end"] - entry["start"])


def nearest(items, entry):
    """The item that covers an entry best, and how well."""
    best = max(
        items,
        key=lambda item: (
            overlap(item.span, entry),
            getattr(item, "kind", "") == entry.get("kind"),
        ),
    )
    return best, overlap(best.span, entry)


def test_every_span_is_its_text(record):
    for document, reading in zip(BY_HAND["documents"], record.readings, strict=True):
        text = reading.document.text
        assert reading.document.sha256 == document["sha256"]
        assert text == (SEEDS / document["file"]).read_text(encoding="utf-8")
        found = list(spans(reading))
        assert len(found) > 100
        for span in found:
            assert text[span.start : span.end] == span.exact
            assert text[: span.start].endswith(span.prefix)
            assert text[span.end :].startswith(span.suffix)


def test_the_documents_are_dated_by_what_they_hold(record):
    for document, reading in zip(BY_HAND["documents"], record.readings, strict=True):
        assert str(reading.document.published.day) == document["published"]
    assert [r.document.published.basis for r in record.readings] == ["dateline", "embedded post"]


def test_statements_and_their_speakers(record):
    found = right = 0
    for entry in BY_HAND["statements"]:
        statement, covered = nearest(record.readings[entry["document"]].statements, entry)
        found += covered >= 0.5
        right += covered >= 0.5 and statement.speaker == entry["speaker"]
    assert found >= 30, found
    assert right >= 28, right


def test_no_statement_has_a_wrong_day(record):
    """Of 16 days that a reader knows, those beside the words are found; days that a reader infers are left out."""
    right = 0
    for entry in BY_HAND["statements"]:
        statement, _ = nearest(record.readings[entry["document"]].statements, entry)
        found = str(statement.said.last) if statement.said else None
        assert found in (None, entry["said"]), entry
        right += found is not None
    assert right >= 10, right


@pytest.mark.parametrize(
    "entry", BY_HAND["commitments"], ids=lambda e: f"{e['document']}-{e['start']}-{e['modality']}"
)
def test_every_commitment_with_its_due_date(record, entry):
    commitments = record.readings[entry["document"]].commitments
    inside = [c for c in commitments if c.span.start < entry["end"] and entry["start"] < c.span.end]
    assert [(c.modality, str(c.due.last) if c.due else None, [*c.who]) for c in inside] == [
        (entry["modality"], entry["due"], entry["who"])
    ]


@pytest.mark.parametrize(
    "entry", BY_HAND["quantities"], ids=lambda e: f"{e['value']:g} {e['unit']}"
)
def test_every_quantity(record, entry):
    quantity, covered = nearest(record.readings[entry["document"]].quantities, entry)
    assert covered > 0
    assert quantity.value == pytest.approx(entry["value"])
    assert quantity.unit == entry["unit"]


@pytest.mark.parametrize(
    "entry", BY_HAND["measures"], ids=lambda e: f"{e['document']}-{e['start']}-{e['type']}"
)
def test_every_measure(record, entry):
    measure, covered = nearest(record.readings[entry["document"]].measures, entry)
    assert covered > 0
    assert (measure.type, measure.status) == (entry["type"], entry["status"])
    assert (list(measure.implementers), list(measure.targets)) == (
        entry["implementers"],
        entry["targets"],
    )
    assert (measure.rate.value if measure.rate else None) == entry["rate"]


@pytest.mark.parametrize(
    "entry", BY_HAND["times"], ids=lambda e: f"{e['document']}-{e['start']}-{e['value']}"
)
def test_every_time_expression(record, entry):
    time, covered = nearest(record.readings[entry["document"]].times, entry)
    assert covered > 0
    assert time.value == entry["value"]
    for end in ("first", "last"):
        assert entry[end] in (None, str(getattr(time, end)))


def test_links_between_the_articles(record):
    """At the passages: a link is right where it joins words that overlap those of a link found by hand."""
    one, other = record.readings
    items = {
        f"{r.document.sha256}#{i.id}": i.span
        for r in (one, other)
        for i in (*r.statements, *r.measures)
    }

    def place(end):
        if isinstance(end, int):
            return BY_HAND["statements"][end]
        return BY_HAND["measures"][int(end.split()[1])] if end.startswith("measure") else end

    wanted = [(place(link["a"]), place(link["b"])) for link in BY_HAND["links"]]

    def meets(link, ends):
        if link.a not in items:
            return isinstance(ends[0], str)
        return isinstance(ends[0], dict) and all(
            overlap(items[end], entry) > 0
            for end, entry in zip((link.a, link.b), ends, strict=True)
        )

    right = sum(any(meets(link, ends) for ends in wanted) for link in record.links)
    met = sum(any(meets(link, ends) for link in record.links) for ends in wanted)
    assert right / len(record.links) >= 0.9
    assert met / len(wanted) >= 0.8
    assert sum(link.kind == "not independent" for link in record.links) == 2
