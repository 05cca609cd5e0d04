"""One document to its reading, several to a record: every extractor once, in the order in which each needs the last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

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
from paxsilica.brief.quantities import quantities_of, with_points
from paxsilica.brief.record import (
    Actor,
    ActorKind,
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

RULES_VERSION = "2"
"""Of the rules: raised whenever one of them changes what is found, so that a store can tell old readings from new."""

SAFE = ("en",)
"""Languages whose sentences the rules understand; of others only dates, amounts and what is in marks is kept."""


def read(document: Document) -> Reading:
    """All that the rules find in a document. Relative dates count from its publication, a post's from its own day."""
    text = unmasked(document)
    anchors = [
        (*p.whole, day) for p in posts(text) if (day := day_of(text[p.day.start : p.day.end]))
    ]
    dated = blanked(document.text, [m for m in document.masks if m.why != "scraper header"])
    times = times_of(dated, document.published.day, anchors=anchors)
    numbers = with_points(text, document.language)
    quantities = quantities_of(numbers, times)
    sentences = text if document.language in SAFE else ""
    cast = cast_of(sentences)
    statements = statements_of(sentences, cast, times)
    people = actors_of(cast)
    found = Reading(
        document=document,
        actors=(*people, *_others(statements, {actor.id for actor in people})),
        times=times,
        quantities=quantities,
        statements=statements,
        events=events_of(sentences, cast, times),
        measures=measures_of(sentences, quantities, times),
        commitments=commitments_of(sentences, statements, times),
    )
    as_read = numbers == document.text
    reading: Reading = found if as_read else _respanned(found, document.text)
    return reading.model_copy(update={"assertions": tuple(_assertions(reading))})


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
        sort: ActorKind = "organisation" if name[:1].isupper() else "group"
        sort = "state" if pattern().fullmatch(name) else sort
        yield Actor(id=s.speaker, name=name, kind=sort, mentions=(s.speaker_span,))


def _respanned(thing: Any, text: str) -> Any:
    """A thing with its spans in the document's own words, what is masked included."""
    if isinstance(thing, Span):
        return Span.of(text, thing.start, thing.end)
    if isinstance(thing, tuple):
        return tuple(_respanned(part, text) for part in thing)
    if isinstance(thing, Frozen):
        return thing.model_copy(update={name: _respanned(part, text) for name, part in thing})
    return thing


def _assertions(r: Reading) -> Iterator[Assertion]:
    """One assertion for every value: what the words say themselves is asserted, what a rule concluded inferred."""
    for subject, name, value, span, extractor, inferred in _read_values(r):
        yield Assertion(
            subject=subject,
            property=name,
            value=value,
            original=span.exact if span else "",
            span=span,
            extractor=extractor,
            version=RULES_VERSION,
            basis="inferred" if inferred else "asserted",
        )


Value: TypeAlias = tuple[str, str, str | float | None, Span | None, str, bool]
"""Subject, property, value, words, extractor, and whether it was inferred."""


def _read_values(r: Reading) -> Iterator[Value]:
    p = r.document.published
    day, by_post = str(p.day) if p.day else None, p.basis == "embedded post"
    yield r.document.sha256, "published", day, p.span, "publication", by_post
    for t in r.times:
        inferred = t.value not in t.span.exact
        yield f"time-{t.span.start}", "value", t.value, t.span, "times", inferred
    for q in r.quantities:
        yield f"quantity-{q.span.start}", q.unit, q.value, q.span, "quantities", False
    for s in r.statements:
        yield s.id, "speaker", s.speaker, s.speaker_span, "statements", _concluded(s)
    for m in r.measures:
        for name, states in (("implementer", m.implementers), ("target", m.targets)):
            for state in states:
                yield m.id, name, state, m.span, "measures", True
        if m.rate:
            yield m.id, "rate", m.rate.value, m.rate.span, "measures", False
    for c in r.commitments:
        if c.due and c.due.last:
            yield c.id, "due", c.due.last.isoformat(), c.due.span, "commitments", True


def _concluded(s: Statement) -> bool:
    """Whether the speaker's words are a pronoun or an office, so that a rule had to say who it is."""
    words = s.speaker_span.exact if s.speaker_span else ""
    return s.speaker is None or not any(
        part in words.casefold() for part in s.speaker.split("-") if len(part) > 2
    )
