"""Statements of a document: quotations, posts, turns, mails, reported clauses and speech acts, each with its speaker."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import timedelta
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from paxsilica.brief.actors import Cast, actor_id, resolved
from paxsilica.brief.cues import PRONOUNS
from paxsilica.brief.indirect import reported
from paxsilica.brief.parts import Part
from paxsilica.brief.passages import (
    START,
    PlaceIndex,
    Sentence,
    Stretch,
    beginning_in,
    sentences_of,
)
from paxsilica.brief.phrases import Wording
from paxsilica.brief.places import named_between
from paxsilica.brief.posts import Post, posts
from paxsilica.brief.record import Polarity, Span, Statement, StatementKind, Time
from paxsilica.brief.speakers import attributed
from paxsilica.brief.voices import voices_of

_SITES = "X|Twitter|Truth Social|Facebook|LinkedIn|Instagram|Telegram|WhatsApp|Weibo|WeChat|Bluesky|Threads|YouTube|TikTok"
_WORKS = (
    "post|tweet|thread|statement|interview|briefing|conference|speech|letter|report|memo|filing|address|remarks|op-ed"
    "|call|e-?mail|video|podcast|testimony|press release|broadcast|blog|message|hearing|communiqu[eé]|newsletter|column"
    "|webinar"
)
_PROPER = r"[A-Z][\w.]*(?:\s[A-Z][\w.]*){0,2}"
MEDIUM = re.compile(
    r"\b(?:[Ii]n|[Oo]n|[Dd]uring|[Aa]t|[Vv]ia|[Tt]hrough|[Bb]y)\s+(?:an?|the|his|her|their|its)\s+(?:[\w-]+\s+){0,3}"
    rf"(?:{_WORKS})\b(?:\s+(?:on|with|to)\s+(?:(?:{_SITES})\b|{_PROPER}))?"
    rf"|\b(?:tweeted|told\s+(?:reporters|journalists|lawmakers|parliament|(?:the\s+)?{_PROPER}))"
    rf"|\bon (?:{_SITES}|state television|television|radio)\b|\bin (?:testimony|remarks|parliament)\b"
    r"|\bby (?:phone|e-?mail)\b"
)


A_MONTH = timedelta(days=31)
"""A longer time is when something else was, not when it was said."""

ASIDE = re.compile(
    r", (?:who|which|whose|where) [^,]*$|\b(?:since|from|until|after|before) (?:the )?$"
)
"""Before a day of somebody's past: `Ruiz, who took office on Monday, said`."""

MOST_APART = 120
"""Code points from a cue beyond which a day of the same sentence belongs to something else."""


OF_ONESELF = re.compile(r"(?:I|[Ww]e|[Yy]ou|[Oo]ur|[Mm]y)\b")
SAME_WORDS = 30
"""Code points of a quotation that tell that it is from a post of the same text."""


def statements_of(
    text: str,
    cast: Cast,
    times: Sequence[Time] = (),
    parts: Sequence[Part] = (),
    published: Span | None = None,
) -> tuple[Statement, ...]:
    """Every statement in order of its first word. `text` is the document with what is masked blanked out, `parts` its
    turns, posts and mails, `published` the words for its day."""
    embedded = posts(text)
    posted = PlaceIndex((*post.whole, post) for post in embedded)
    found = [_post(text, cast, post, times) for post in embedded]
    spoken = [p for p in parts if p.name]
    turns = PlaceIndex((*p.whole, p) for p in spoken)
    day = next((t for t in times if published and t.span.start == published.start), None)
    found += voices_of(text, cast, spoken, times, day)
    previous: str | None = None  # the person that a pronoun means
    last: Voice | None = None
    items = sorted((*_quoted(text), *_clauses(text)), key=lambda item: item[0].start)
    for place, s, kind, speaker, cue in items:
        if posted.touching(*place):
            continue
        if turns.touching(place.start, place.start + 1) and not _of_another(text, speaker):
            continue
        who = ""
        if speaker:
            named = _voice_of(cast, s, speaker, previous, last)
            who, last = (named.who, named) if named else ("", last)
            previous = who if named and named.sort == "person" else previous
        medium = _medium(s, place, kind, cue or place)
        statement = Statement(
            id=f"{kind.replace(' ', '-')}-{place.start}-{place.end}",
            span=Span.of(text, *place),
            kind=kind,
            speaker=actor_id(who) if who else None,
            speaker_span=Span.of(text, *speaker) if speaker else None,
            cue=Span.of(text, *cue) if cue else None,
            polarity=_polarity(text, kind, cue) if cue else "said",
            medium=medium,
            said=_when_said(times, s, place, cue or place),
        )
        found.append(statement)
    found = [
        *{s.id: s for s in reversed(found)}.values()
    ]  # a turn that is a quotation is one statement
    found.sort(key=lambda s: (s.span.start, -s.span.end))
    found = [*_dated_alike(found)]
    return tuple(_nested(found))


POINTING_BACK = PRONOUNS | {"the same", "this", "that", "these", "those"}
"""Words that name nobody themselves."""

PLURAL = re.compile(r"s\b")


class Voice(NamedTuple):
    """Whom the words for a speaker name, and where they end: a person, a state, an organisation or a group."""

    who: str
    sort: str
    end: int


def _voice_of(
    cast: Cast, s: Sentence, speaker: Stretch, previous: str | None, last: Voice | None
) -> Voice | None:
    """Who speaks. Of a pronoun that is no person known by name: the noun before `who`, who spoke in the sentence before,
    a state which that begins with, or who spoke before in the paragraph; None where it is nobody of these."""
    text, at = s.text, speaker.start
    who, sort = resolved(cast, speaker, previous)
    bare = text[at : speaker.end].strip(" ,").casefold()
    if bare not in POINTING_BACK or sort == "person":
        return Voice(who, sort, speaker.end)
    if bare == "who":
        words = Wording.of(s)
        k = bisect_left(words.tokens, at, key=START)
        noun = words.source(words.before(k)) or words.source(words.before(k - 1))
        return Voice(*resolved(cast, noun, previous), speaker.end) if noun else None
    paragraph = text.rfind("\n", 0, at) + 1
    begin = max(paragraph, text.rfind(". ", paragraph, max(paragraph, s.start - 1)) + 1)
    begin = begin if text[s.start : at].strip() == "" else s.start
    unfit = "state" if bare in ("he", "she") else "person"
    spoke = last if last and last.end > paragraph and last.sort != unfit else None
    led = next(iter(named_between(text, begin, at)), None) if bare == "it" else None
    begins = led and text[begin : led.start()].strip().casefold() in ("", "the")
    if led and begins and not (spoke and spoke.end > begin):
        return Voice(led[0], "state", speaker.end)
    one = (
        spoke and spoke.sort != "state" and spoke.who[1:].islower() and not PLURAL.search(spoke.who)
    )
    return spoke if bare in ("it", "he", "she") or (bare == "they" and not one) else None


DENIES = re.compile(
    r"(?:den(?:y|ies|ied|ying)|refut(?:e|es|ed|ing)|disput(?:e|es|ed|ing))\b", re.IGNORECASE
)
UNSAID = re.compile(
    r"(?:\b(?:not|never|without|hardly)|n['’]t|\b(?:declin|refus)(?:e|es|ed|ing) to|\bstopp?(?:ed)? short of)"
    r"\s+(?:\w+\s+)?$",
    re.IGNORECASE,
)
"""Words right before a verb of saying by which nothing was said."""


def _polarity(text: str, kind: str, cue: Stretch) -> Polarity:
    """Whether what a cue reports was said, was not, or was denied; words in quotation marks were said."""
    if kind in ("direct", "partial"):
        return "said"
    unsaid = UNSAID.search(text[max(0, cue.start - 30) : cue.start])
    denies = DENIES.match(text, cue.start)
    if denies:
        return "said" if unsaid else "denied"
    return "not said" if unsaid else "said"


def _of_another(text: str, speaker: Stretch | None) -> bool:
    """Whether a statement inside somebody's turn is of another, not again of who speaks."""
    return speaker is not None and not OF_ONESELF.match(text, speaker.start)


def _dated_alike(found: Sequence[Statement]) -> Iterator[Statement]:
    """A quotation of a post has the day of the post; what the same speaker adds in a line, that of his words before."""
    signed = [
        (s, _plain_words(s.span.exact)) for s in found if s.kind == "embedded post" and s.said
    ]
    before: Statement | None = None
    for s in found:
        words = _plain_words(s.span.exact)[:SAME_WORDS]
        posted = (p for p, body in signed if p.speaker == s.speaker and words in body)
        post = next(posted, None) if s.said is None and len(words) == SAME_WORDS else None
        adds = (
            before
            and s.cue
            and before.cue
            and before.speaker == s.speaker
            and before.medium == s.medium != ""
        )
        near = before is not None and 0 <= s.span.start - before.span.end < MOST_APART
        said = post.said if post else before.said if adds and near and before else None
        s = s.model_copy(update={"said": said}) if said and s.said is None else s
        before = s
        yield s


def _plain_words(words: str) -> str:
    return " ".join(re.findall(r"\w+", words.casefold()))


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


def _medium(s: Sentence, place: Stretch, kind: StatementKind, cue: Stretch) -> str:
    """The words for a medium nearest to the cue; those inside a quotation are what is spoken of."""
    media = _media(s.text, s.start, s.end)
    found = [m for m in media if kind == "indirect" or not place.holds(m.start())]
    outside = [m for m in found if not place.holds(m.start())] or found
    return min(outside, key=lambda m: abs(m.start() - cue.start))[0] if outside else ""


@lru_cache(maxsize=4)
def _media(text: str, start: int, end: int) -> tuple[re.Match[str], ...]:
    return tuple(MEDIUM.finditer(text, start, end))


def _when_said(times: Sequence[Time], s: Sentence, place: Stretch, cue: Stretch) -> Time | None:
    """The day beside the cue; one inside the words, or still to come, is what is spoken of."""
    hangs_on = s.text[cue.start : cue.end].endswith("ing")  # `who on Tuesday met him, stating`
    near = [
        t
        for t in beginning_in(times, s.start, s.end)
        if t.first
        and not place.holds(t.span.start)
        and (t.anchor is None or t.first <= t.anchor)
        and abs(t.span.start - cue.start) < MOST_APART
        and (t.last or t.first) - t.first <= A_MONTH
        and (hangs_on or not ASIDE.search(s.text[s.start : t.span.start]))
    ]
    return min(near, key=lambda t: abs(t.span.start - cue.start), default=None)


def _post(text: str, cast: Cast, post: Post, times: Sequence[Time]) -> Statement:
    name, _ = resolved(cast, post.name, None)
    return Statement(
        id=f"embedded-post-{post.body.start}-{post.body.end}",
        span=Span.of(text, *post.body),
        kind="embedded post",
        speaker=actor_id(name),
        speaker_span=Span.of(text, *post.name),
        medium=f"post by {post.handle}",
        said=next((t for t in times if post.day.holds(t.span.start)), None),
    )
