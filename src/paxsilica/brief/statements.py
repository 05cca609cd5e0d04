"""Statements of a document: quotations, embedded posts, reported clauses and speech acts, each with its speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from paxsilica.brief.actors import Cast, resolved, slug
from paxsilica.brief.indirect import reported
from paxsilica.brief.passages import PlaceIndex, Sentence, Stretch, beginning_in, sentences_of
from paxsilica.brief.posts import Post, posts
from paxsilica.brief.record import Span, Statement, StatementKind, Time
from paxsilica.brief.speakers import attributed

MEDIUM = re.compile(
    r"\b(?:in|on|during|at|via|through)\s+(?:an?|the|his|her|their)\s+(?:[\w-]+\s+){0,3}"
    r"(?:post|tweet|statement|interview|briefing|conference|speech|letter|report|memo|filing|address|remarks|op-ed|call)"
    r"(?:\s+on\s+(?:X|Twitter|Truth Social|Facebook|LinkedIn))?"
    r"|\b(?:tweeted|told reporters)\b|\bon (?:X|Twitter|Truth Social)\b",
    re.IGNORECASE,
)


MOST_APART = 120
"""Code points from a cue beyond which a day of the same sentence belongs to something else."""


def statements_of(text: str, cast: Cast, times: Sequence[Time] = ()) -> tuple[Statement, ...]:
    """Every statement in order of its first word. `text` is the document with what is masked blanked out."""
    embedded = posts(text)
    posted = PlaceIndex((*post.whole, post) for post in embedded)
    found = [_post(text, cast, post, times) for post in embedded]
    previous: str | None = None  # the person that a pronoun means
    mediums: dict[int, str] = {}  # by the beginning of a sentence
    items = sorted((*_quoted(text), *_clauses(text)), key=lambda item: item[0].start)
    for place, s, kind, speaker, cue in items:
        if posted.touching(*place):
            continue
        who = ""
        if speaker:
            who, sort = resolved(cast, speaker, previous)
            previous = who if sort == "person" else previous
        if s.start not in mediums:
            medium = next(s.matches(MEDIUM), None)
            mediums[s.start] = medium[0] if medium else ""
        statement = Statement(
            id=f"{kind.replace(' ', '-')}-{place.start}-{place.end}",
            span=Span.of(text, *place),
            kind=kind,
            speaker=slug(who) if speaker else None,
            speaker_span=Span.of(text, *speaker) if speaker else None,
            cue=Span.of(text, *cue) if cue else None,
            medium=mediums[s.start],
            said=_when_said(times, s, place, cue or place),
        )
        found.append(statement)
    found.sort(key=lambda s: (s.span.start, -s.span.end))
    return tuple(_nested(found))


def _nested(statements: Sequence[Statement]) -> Iterator[Statement]:
    """Each statement with the closest one around it: what a minister said, told by her spokesman."""
    going: list[Statement] = []  # those that have not ended
    for statement in statements:
        own = statement.span
        going = [s for s in going if s.span.end > own.start]
        longer = (s for s in going if len(s.span.exact) > len(own.exact) and own.end <= s.span.end)
        closest = min(longer, key=lambda s: len(s.span.exact), default=None)
        going.append(statement)
        yield statement.model_copy(update={"nested_in": closest.id}) if closest else statement


Item: TypeAlias = tuple[Stretch, Sentence, StatementKind, Stretch | None, Stretch | None]
"""Words, their sentence, kind, speaker's words, cue."""


def _quoted(text: str) -> Iterator[Item]:
    for q, s, who in attributed(text):
        if who:
            yield Stretch(q.start, q.end), s, "direct" if q.whole else "partial", *who


def _clauses(text: str) -> Iterator[Item]:
    for s in sentences_of(text):
        for content, speaker, cue, clause in reported(s):
            yield content, s, "indirect" if clause else "speech act", speaker, cue


def _when_said(times: Sequence[Time], s: Sentence, place: Stretch, cue: Stretch) -> Time | None:
    """The day beside the cue; one inside the words, or still to come, is what is spoken of."""
    near = [
        t
        for t in beginning_in(times, s.start, s.end)
        if t.first
        and not place.holds(t.span.start)
        and (t.anchor is None or t.first <= t.anchor)
        and abs(t.span.start - cue.start) < MOST_APART
    ]
    return min(near, key=lambda t: abs(t.span.start - cue.start), default=None)


def _post(text: str, cast: Cast, post: Post, times: Sequence[Time]) -> Statement:
    name, _ = resolved(cast, post.name, None)
    return Statement(
        id=f"embedded-post-{post.body.start}-{post.body.end}",
        span=Span.of(text, *post.body),
        kind="embedded post",
        speaker=slug(name),
        speaker_span=Span.of(text, *post.name),
        medium=f"post by {post.handle}",
        said=next(iter(beginning_in(times, *post.day)), None),
    )
