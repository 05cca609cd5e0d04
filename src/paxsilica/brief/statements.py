"""Statements of a document: quotations, embedded posts, reported clauses and speech acts, each with its speaker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Literal, TypeAlias

from paxsilica.brief.actors import Cast, resolved, slug
from paxsilica.brief.indirect import reported
from paxsilica.brief.passages import Stretch, paragraphs, quotations, units
from paxsilica.brief.posts import Post, posts
from paxsilica.brief.record import Span, Statement, Time
from paxsilica.brief.speakers import attributed

Kind: TypeAlias = Literal["direct", "partial", "embedded post", "indirect", "speech act"]

MEDIUM = re.compile(
    r"\b(?:in|on|during|at|via|through)\s+(?:an?|the|his|her|their)\s+(?:[\w-]+\s+){0,3}"
    r"(?:post|tweet|statement|interview|briefing|conference|speech|letter|report|memo|filing|address|remarks|op-ed|call)"
    r"(?:\s+on\s+(?:X|Twitter|Truth Social|Facebook|LinkedIn))?"
    r"|\b(?:tweeted|told reporters)\b|\bon (?:X|Twitter|Truth Social)\b",
    re.IGNORECASE,
)


FAR = 120
"""Code points from a cue beyond which a day of the same sentence belongs to something else."""


def statements_of(text: str, cast: Cast, times: Sequence[Time] = ()) -> tuple[Statement, ...]:
    """Every statement in order of its first word. `text` is the document with what is masked blanked out."""
    embedded = posts(text)
    found = [_post(text, cast, post, times) for post in embedded]
    taken = [Stretch(p.body.start, p.signature.end) for p in embedded]
    previous: str | None = None
    for place, unit, kind, speaker, cue in sorted(
        (*_quoted(text), *_clauses(text)), key=lambda item: item[0].start
    ):
        if any(place.start < t.end and t.start < place.end for t in taken):
            continue
        statement, previous = _statement(
            text, cast, place, kind, speaker, cue, unit, previous, times
        )
        found.append(statement)
    return tuple(
        _nested(s, found) for s in sorted(found, key=lambda s: (s.span.start, -s.span.end))
    )


def _nested(statement: Statement, found: Sequence[Statement]) -> Statement:
    """The statement with the closest one around it: what a minister said, told by her spokesman."""
    own = statement.span
    wider = [s for s in found if len(s.span.exact) > len(own.exact)]
    around = [s for s in wider if s.span.start <= own.start and own.end <= s.span.end]
    closest = min(around, key=lambda s: len(s.span.exact), default=None)
    return statement.model_copy(update={"nested_in": closest.id}) if closest else statement


Item = tuple[Stretch, Stretch, Kind, Stretch | None, Stretch | None]
"""Words, their sentence, kind, speaker's words, cue."""


def _quoted(text: str) -> Iterator[Item]:
    for q, unit, speaker, cue, _ in attributed(text):
        if speaker is not None:
            yield Stretch(q.start, q.end), unit, "direct" if q.whole else "partial", speaker, cue


def _clauses(text: str) -> Iterator[Item]:
    for paragraph in paragraphs(text):
        quoted = quotations(text, paragraph)
        for unit in units(text, paragraph, quoted):
            for content, speaker, cue, clause in reported(text, unit, quoted):
                yield content, unit, "indirect" if clause else "speech act", speaker, cue


def _statement(
    text: str,
    cast: Cast,
    place: Stretch,
    kind: Kind,
    speaker: Stretch | None,
    cue: Stretch | None,
    unit: Stretch,
    previous: str | None,
    times: Sequence[Time],
) -> tuple[Statement, str | None]:
    who = None
    if speaker is not None:
        name, sort, _ = resolved(cast, speaker, previous)
        who = slug(name)
        previous = name if sort == "person" else previous
    medium = MEDIUM.search(text[unit.start : unit.end])
    said = _said(times, unit, place, cue or place)
    return (
        Statement(
            id=f"{kind.replace(' ', '-')}-{place.start}-{place.end}",
            span=Span.of(text, place.start, place.end),
            kind=kind,
            speaker=who,
            speaker_span=Span.of(text, speaker.start, speaker.end) if speaker else None,
            cue=Span.of(text, cue.start, cue.end) if cue else None,
            medium=medium[0] if medium else "",
            said=said,
        ),
        previous,
    )


def _said(times: Sequence[Time], unit: Stretch, place: Stretch, cue: Stretch) -> Time | None:
    """The day beside the cue; one inside the words, or still to come, is what is spoken of."""
    near = [
        (abs(t.span.start - cue.start), t)
        for t in times
        if t.first
        and unit.start <= t.span.start < unit.end
        and not _inside(t, place)
        and (t.anchor is None or t.first <= t.anchor)
    ]
    distance, time = min(near, key=lambda pair: pair[0], default=(FAR, None))
    return time if distance < FAR else None


def _inside(time: Time, place: Stretch) -> bool:
    return place.start <= time.span.start < place.end


def _post(text: str, cast: Cast, post: Post, times: Sequence[Time]) -> Statement:
    name, _, _ = resolved(cast, post.name, None)
    return Statement(
        id=f"embedded-post-{post.body.start}-{post.body.end}",
        span=Span.of(text, post.body.start, post.body.end),
        kind="embedded post",
        speaker=slug(name),
        speaker_span=Span.of(text, post.name.start, post.name.end),
        medium=f"post by {post.handle}",
        said=next((t for t in times if _inside(t, post.day)), None),
    )
