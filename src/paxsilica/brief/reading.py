"""One document to its reading, several to a record: every extractor once, in the order in which each needs the last."""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any, TypeAlias

from paxsilica.brief.actors import actors_of, cast_of
from paxsilica.brief.commitments import commitments_of
from paxsilica.brief.documents import unmasked
from paxsilica.brief.events import events_of
from paxsilica.brief.frames.sentences import dateline_of
from paxsilica.brief.links import links_of
from paxsilica.brief.masks import blanked
from paxsilica.brief.measures import measures_of
from paxsilica.brief.parts import text_parts
from paxsilica.brief.places import pattern, state_name, states_in
from paxsilica.brief.posts import posts
from paxsilica.brief.publication import datelines_of, day_of
from paxsilica.brief.quantities import quantities_of, with_points
from paxsilica.brief.record import (
    Actor,
    ActorKind,
    Assertion,
    Commitment,
    Document,
    Frozen,
    Mask,
    Reading,
    Record,
    Span,
    Statement,
)
from paxsilica.brief.statements import statements_of
from paxsilica.brief.times import times_of

RULES_VERSION = "9"
"""Of the rules: raised whenever one of them changes what is found, so that a store can tell old readings from new."""

WITH_DATELINE = ("document", "entry")
"""Parts of a text that are documents of their own."""

SAFE = ("en",)
"""Languages whose sentences the rules understand; of others only dates, amounts and what is in marks is kept."""


COLLECTED_AFTER = 20_000
"""Objects made between two collections of garbage while a document is read, which makes many that stay."""


@contextmanager
def _seldom_collected() -> Iterator[None]:
    usual = gc.get_threshold()
    if not 0 < usual[0] < COLLECTED_AFTER:
        yield
        return
    gc.set_threshold(COLLECTED_AFTER, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@_seldom_collected()
def read(document: Document) -> Reading:
    """All that the rules find in a document. Relative dates count from its publication, a post's from its own day."""
    text = unmasked(document)
    dated = blanked(document.text, [m for m in document.masks if m.why != "scraper header"])
    parts = text_parts(dated)
    placed = [(p.whole, p.day) for p in parts if p.day] + [(p.whole, p.day) for p in posts(text)]
    anchors = [(*whole, day) for whole, at in placed if (day := day_of(dated[at.start : at.end]))]
    times = times_of(dated, document.published.day, anchors=anchors)
    numbers = with_points(text, document.language)
    quantities = quantities_of(numbers, times)
    whole = [(0, len(text)), *(p.whole for p in parts if p.medium in WITH_DATELINE)]
    datelines = [
        Mask(start=a, end=b, why="dateline") for at in whole for a, b in datelines_of(text, *at)
    ]
    sentences = blanked(text, datelines) if document.language in SAFE else ""
    cast = cast_of(sentences)
    spoken = parts if sentences else ()
    statements = statements_of(sentences, cast, times, spoken, document.published.span)
    commitments = commitments_of(sentences, cast, statements, times, quantities)
    people = actors_of(cast)
    found = Reading(
        document=document,
        actors=(*people, *_others(statements, commitments, {actor.id for actor in people})),
        times=times,
        quantities=quantities,
        statements=statements,
        events=events_of(sentences, cast, times),
        measures=measures_of(
            sentences, quantities, times, cast, document.published.day, dateline_of(text)
        ),
        commitments=commitments,
    )
    as_read = numbers == document.text and not (sentences and datelines)
    reading: Reading = found if as_read else _respanned(found, document.text)
    return reading.model_copy(update={"assertions": tuple(assertions_of(reading))})


def record_of(readings: Iterable[Reading]) -> Record:
    """The readings with the links between them; a document that is there twice counts once."""
    once = {r.document.sha256: r for r in readings}
    return Record(readings=tuple(once.values()), links=links_of(tuple(once.values())))


def _others(
    statements: Iterable[Statement], commitments: Iterable[Commitment], known: set[str]
) -> Iterator[Actor]:
    """States, organisations and groups that speak or promise, by their first words; a state that promises has its code."""
    speak = [(s.speaker, s.speaker_span) for s in statements]
    promise = [(who, c.subject or c.span) for c in commitments for who in c.who]
    for who, span in (*speak, *promise):
        if who is None or span is None or who in known:
            continue
        known.add(who)
        name = state_name(who) or span.exact.strip(" ,")
        sort: ActorKind = "organisation" if name[:1].isupper() else "group"
        sort = "state" if pattern().fullmatch(name) else sort
        yield Actor(id=who, name=name, kind=sort, mentions=(span,))


def _respanned(thing: Any, text: str) -> Any:
    """A thing with its spans in the document's own words, what is masked included."""
    if isinstance(thing, Span):
        return Span.of(text, thing.start, thing.end)
    if isinstance(thing, tuple):
        return tuple(_respanned(part, text) for part in thing)
    if isinstance(thing, Frozen):
        return thing.model_copy(update={name: _respanned(part, text) for name, part in thing})
    return thing


def assertions_of(r: Reading) -> Iterator[Assertion]:
    """One assertion for every value: what the words say themselves is asserted, what was concluded inferred."""
    models = {item.id: item.model for item in (*r.measures, *r.commitments)}
    for subject, name, value, span, extractor, inferred in _read_values(r):
        model = models.get(subject)
        yield Assertion(
            subject=subject,
            property=name,
            value=value,
            original=span.exact if span else "",
            span=span,
            extractor=f"model:{model.name}" if model else extractor,
            version=f"prompt {model.prompt}, {model.day}" if model else RULES_VERSION,
            basis="inferred" if inferred or model else "asserted",
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
        for who in c.who:
            yield c.id, "who", who, c.subject or c.span, "commitments", c.subject is None
        if c.due and c.due.last:
            yield c.id, "due", c.due.last.isoformat(), c.due.span, "commitments", True


def _concluded(s: Statement) -> bool:
    """Whether the speaker's words are a pronoun or an office, so that a rule had to say who it is."""
    said = s.speaker_span.exact if s.speaker_span else ""
    words = said.casefold()
    if s.speaker in states_in(said):
        return False
    return s.speaker is None or not any(
        part in words for part in s.speaker.split("-") if len(part) > 2
    )
