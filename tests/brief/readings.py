"""Small readings of made-up documents, each built from a few sentences of our own."""

import hashlib
from collections.abc import Iterator
from datetime import date, timedelta

from paxsilica.brief.record import (
    Actor,
    Assertion,
    Commitment,
    Document,
    Event,
    Link,
    Mask,
    Measure,
    Publication,
    Quantity,
    Reading,
    Record,
    Role,
    Span,
    Statement,
    Time,
    WordChange,
)

NEW_YEAR = date(2026, 1, 1)

TEXT = """Freedonia answers Sylvania, day {number}
The minister of Freedonia, Rufus Firefly, said on Monday: “We will lift the duty of 25% on ceramic magnets by {day}.”
Sylvania asked for talks on the naïve “standstill” – the 🧲 clause – and expects -3.5 percent growth.
Number {number} of the bulletin.
"""


def made_up(number: int = 1, version: str = "1", source: str = "") -> tuple[bytes, Reading]:
    """Bytes and reading of document `number`. Its promise falls due `number` days after New Year 2026."""
    day = NEW_YEAR + timedelta(days=number)
    text = TEXT.format(number=number, day=day.isoformat())

    def span(words: str) -> Span:
        start = text.index(words)
        return Span.of(text, start, start + len(words))

    def time(words: str) -> Time:
        return Time(
            span=span(words),
            kind="date",
            value=day.isoformat(),
            first=day,
            last=day,
            anchor=NEW_YEAR,
        )

    due, monday = time(day.isoformat()), Time(span=span("Monday"), kind="vague", value="PAST_REF")
    rate = Quantity(span=span("25%"), value=25.0, unit="percent", of="the duty", at_most=True)
    promise = span("We will lift the duty of 25% on ceramic magnets by " + day.isoformat())
    data = text.encode()
    reading = Reading(
        document=Document(
            sha256=hashlib.sha256(data).hexdigest(),
            source=source or f"bulletin-{number}.txt",
            media_type="text/plain",
            text=text,
            title=f"Bulletin {number}",
            published=Publication(
                day=NEW_YEAR, basis="dateline", reliability="high", span=span("Monday")
            ),
            masks=(Mask(start=0, end=9, why="scraper header"),),
            notes=("made up",),
        ),
        actors=(
            Actor(
                id="rufus firefly",
                name="Rufus Firefly",
                kind="person",
                roles=(Role(title="minister", state="FRD", span=span("minister")),),
                mentions=(span("Rufus Firefly"),),
            ),
            Actor(id="sylvania", name="Sylvania", kind="state"),
        ),
        times=(due, monday),
        quantities=(
            rate,
            Quantity(
                span=span("-3.5 percent"), value=-3.5, unit="percent", role="growth", when=due
            ),
        ),
        statements=(
            Statement(
                id="s1",
                span=promise,
                kind="direct",
                speaker="rufus firefly",
                speaker_span=span("Rufus Firefly"),
                cue=span("said"),
                said=monday,
            ),
            Statement(id="s2", span=span("“standstill”"), kind="partial", speaker="sylvania"),
        ),
        events=(
            Event(
                id="e1",
                span=span("asked for talks"),
                type="CONSULT",
                status="occurred",
                actors=("sylvania",),
            ),
        ),
        measures=(
            Measure(
                id="m1",
                span=span("the duty of 25% on ceramic magnets"),
                type="import tariff",
                status="in force",
                implementers=("FRD",),
                targets=("SYL",),
                rate=rate,
                products="ceramic magnets",
                reason=span("ceramic magnets"),
                when=due,
            ),
        ),
        commitments=(
            Commitment(
                id="c1",
                span=promise,
                who=("rufus firefly",),
                what="lift the duty",
                modality="will",
                due=due,
                statement="s1",
            ),
            Commitment(
                id="c2",
                span=span("asked for talks"),
                who=("sylvania",),
                what="=talks; @now",
                modality="asked",
            ),
        ),
        assertions=(
            Assertion(
                subject="s1",
                property="speaker",
                value="rufus firefly",
                original="Rufus Firefly",
                span=span("Rufus Firefly"),
                extractor="speakers",
                version=version,
                basis="inferred",
            ),
            Assertion(
                subject="document",
                property="paywalled",
                value=False,
                original="",
                span=None,
                extractor="documents",
                version=version,
                basis="assumed",
            ),
        ),
    )
    return data, reading


def many(count: int, version: str = "1") -> Iterator[tuple[bytes, Reading]]:
    """The first `count` documents, made one at a time."""
    return (made_up(number, version) for number in range(1, count + 1))


def two_links() -> tuple[Link, ...]:
    """A quotation that lost a word on its way from the first document to the second, and a shared claim."""
    (_, first), (_, second) = many(2)
    a, b = first.document.sha256, second.document.sha256
    changes = (WordChange(before="", after="may"), WordChange(before="will", after=""))
    return (
        Link(
            kind="altered quote", a=f"{a}#s1", b=f"{b}#s1", changes=changes, why='-1 word, "will"'
        ),
        Link(kind="same claim", a=a, b=b),
    )


def small_record() -> Record:
    return Record(readings=tuple(reading for _, reading in many(2)), links=two_links())
