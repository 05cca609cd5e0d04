"""One document to its reading, several to a record: every extractor once, in the order in which each needs the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

from paxsilica.brief.actors import actors_of, cast_of
from paxsilica.brief.commitments import commitments_of
from paxsilica.brief.documents import unmasked
from paxsilica.brief.events import events_of
from paxsilica.brief.links import links_of
from paxsilica.brief.masks import blanked
from paxsilica.brief.measures import measures_of
from paxsilica.brief.places import pattern
from paxsilica.brief.posts import posts
from paxsilica.brief.publication import day_of
from paxsilica.brief.quantities import quantities_of
from paxsilica.brief.record import (
    Actor,
    Assertion,
    Document,
    Frozen,
    Reading,
    Record,
    Span,
    Statement,
)
from paxsilica.brief.statements import statements_of
from paxsilica.brief.times import times_of

VERSION = "1"
"""Of the rules: raised whenever one of them changes what is found, so that a store can tell old readings from new."""

SAFE = ("en",)
"""Languages whose sentences the rules understand; of others only dates, amounts and what is in marks is kept."""


def read(document: Document) -> Reading:
    """All that the rules find in a document. Relative dates count from its publication, a post's from its own day."""
    text = unmasked(document)
    signed = [
        (p.body.start, p.signature.end, day_of(text[p.day.start : p.day.end])) for p in posts(text)
    ]
    anchors = [(start, end, day) for start, end, day in signed if day]
    dated = blanked(document.text, [m for m in document.masks if m.why != "scraper header"])
    times = times_of(dated, document.published.day, anchors=anchors)
    quantities = quantities_of(text, times)
    if document.language not in SAFE:
        return _asserted(Reading(document=document, times=times, quantities=quantities))
    cast = cast_of(text)
    statements = statements_of(text, cast, times)
    people = actors_of(cast)
    return _asserted(
        Reading(
            document=document,
            actors=(*people, *_others(statements, {actor.id for actor in people})),
            times=times,
            quantities=quantities,
            statements=statements,
            events=events_of(text, cast, times),
            measures=measures_of(text, quantities, times),
            commitments=commitments_of(text, statements, times),
        )
    )


def record_of(readings: Iterable[Reading]) -> Record:
    """The readings with the links between them; a document that is there twice counts once."""
    once = {r.document.sha256: r for r in readings}
    return Record(readings=tuple(once.values()), links=links_of(tuple(once.values())))


def _others(statements: Iterable[Statement], known: set[str]) -> Iterator[Actor]:
    """States, organisations and groups that speak, by the words of their first statement."""
    for s in statements:
        if s.speaker is None or s.speaker_span is None or s.speaker in known:
            continue
        known.add(s.speaker)
        name = s.speaker_span.exact.strip(" ,")
        sort: Literal["state", "organisation", "group"] = (
            "organisation" if name[:1].isupper() else "group"
        )
        sort = "state" if pattern().fullmatch(name) else sort
        yield Actor(id=s.speaker, name=name, kind=sort, mentions=(s.speaker_span,))


def _asserted(reading: Reading) -> Reading:
    """The reading with its spans in the document's own words, what is masked included, and with its assertions."""
    text = reading.document.text
    own = {
        name: _respanned(getattr(reading, name), text)
        for name in Reading.model_fields
        if name != "document"
    }
    reading = reading.model_copy(update=own)
    return reading.model_copy(update={"assertions": tuple(_assertions(reading))})


def _respanned(thing: Any, text: str) -> Any:
    if isinstance(thing, Span):
        return Span.of(text, thing.start, thing.end)
    if isinstance(thing, tuple):
        return tuple(_respanned(part, text) for part in thing)
    if isinstance(thing, Frozen):
        own = {name: _respanned(getattr(thing, name), text) for name in type(thing).model_fields}
        return thing.model_copy(update=own)
    return thing


def _assertions(r: Reading) -> Iterator[Assertion]:
    """One assertion for every value: what the words say themselves is asserted, what a rule concluded inferred."""

    def value(
        subject: str,
        name: str,
        said: str | float | None,
        span: Span | None,
        extractor: str,
        *,
        inferred: bool = False,
    ) -> Assertion:
        return Assertion(
            subject=subject,
            property=name,
            value=said,
            original=span.exact if span else "",
            span=span,
            extractor=extractor,
            version=VERSION,
            basis="inferred" if inferred else "asserted",
        )

    p = r.document.published
    yield value(
        r.document.sha256,
        "published",
        p.day.isoformat() if p.day else None,
        p.span,
        "publication",
        inferred=p.basis == "embedded post",
    )
    for t in r.times:
        yield value(
            f"time-{t.span.start}",
            "value",
            t.value,
            t.span,
            "times",
            inferred=t.value not in t.span.exact,
        )
    for q in r.quantities:
        yield value(f"quantity-{q.span.start}", q.unit, q.value, q.span, "quantities")
    for s in r.statements:
        yield value(
            s.id, "speaker", s.speaker, s.speaker_span, "statements", inferred=_concluded(s)
        )
    for m in r.measures:
        for name, states in (("implementer", m.implementers), ("target", m.targets)):
            for state in states:
                yield value(m.id, name, state, m.span, "measures", inferred=True)
        if m.rate:
            yield value(m.id, "rate", m.rate.value, m.rate.span, "measures")
    for c in r.commitments:
        if c.due and c.due.last:
            yield value(
                c.id, "due", c.due.last.isoformat(), c.due.span, "commitments", inferred=True
            )


def _concluded(s: Statement) -> bool:
    """Whether the speaker's words are a pronoun or an office, so that a rule had to say who it is."""
    words = s.speaker_span.exact if s.speaker_span else ""
    return s.speaker is None or not any(
        part in words.casefold() for part in s.speaker.split("-") if len(part) > 2
    )
