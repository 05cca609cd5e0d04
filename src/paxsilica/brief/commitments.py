"""Promises, aims and plans, found by the phrase that governs them: what is due is what stands under that phrase.

A date counts as due date only inside the promised clause; the nearest date of the sentence may be of something else.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from paxsilica.brief.actors import Cast
from paxsilica.brief.cues import PRONOUNS
from paxsilica.brief.due import due_in, stood_before, years_in
from paxsilica.brief.governing import (
    ABSTAINED,
    DENIED,
    INVERTED,
    PATTERNS,
    WISHED,
    Governed,
    is_promise,
)
from paxsilica.brief.passages import (
    PlaceIndex,
    Sentence,
    Stretch,
    beginning_in,
    overlap,
    sentences_of,
)
from paxsilica.brief.promisers import NOBODY, Parties, Promisers
from paxsilica.brief.record import Commitment, Modality, Quantity, Span, Statement, Time

GOVERNS_LIST = re.compile(
    r"\b(?:(?P<will>will|shall)|(?P<agreed>agreed?s? to)|(?P<committed>(?:commit|pledge|undertake)[a-z]* to)|"
    r"(?P<aims>(?:intend|plan|aim)[a-z]* to))(?: \w+){0,3}:\s*$"
)
"""A phrase that governs every item of the list below it."""

ITEM = re.compile(
    r"\s*(?:(?P<dot>[-–—•*·])|\(?(?:(?P<number>\d{1,2})|(?P<letter>[a-z]|[ivx]+))[.)])\s*(?P<words>\S[^\n]*)"
)
CLAUSE_ENDS = re.compile(
    r"[;!?\n\"”]|(?<![A-Z])(?<!\b(?:No|Dr|Mr|Ms|St))\.(?=\s+[“\"‘(]?[A-Z]|\s*$|[’'”\"])"
    r"|,? (?:and|but) (?:indicated|said|added|that)\b"
    r"|, (?:and|but) (?:the |both )?(?:\w+ ){1,4}?(?:will|shall|would|intends?|agrees?|commits?|undertakes?)\b"
    r"|,? and (?:also )?(?:will|shall|would|intends?|agrees?|commits?|undertakes?|pledges?)\b"
    r"|, (?:while|which|who|adding|aiming|as|but)\b"
    r"|, (?:an?|the)\b(?![^,;.\n]{3,60}, (?:by|before|within|no later|until|in|from|over)\b)"
)
LONGEST_WISH = 60
"""Code points before a governing phrase in which somebody's wish is looked for."""

SUBJECT_BEGINS = re.compile(r".*(?:\bthat |[,;:“\"] ?|\band )")
"""Back to where a clause begins: after `that`, a mark, a comma or a quotation mark."""

_LEADS_IN = (
    r"(?:^|(?<=[.;:“\"\n] )|(?<=[“\"\n]))(?:{})\b[^,;:.\n]{{2,50}}"
    r"(?:, |(?<=\d) |(?<=week|year|days) |(?<=weeks|years|month) |(?<=months) )$"
)
_UNTIL = "by|before|within|no later than|not later than|over|until|through"
FRONTED, FRONTED_BY = (
    re.compile(_LEADS_IN.format(words), re.IGNORECASE)
    for words in (f"{_UNTIL}|from|in|on|as of|starting|beginning", _UNTIL)
)
"""What may lead a promise in, `By July 2026, `; and only until when, for verbs that may tell of the past."""

LONGEST_FRONT = 100
"""Code points of the longest words that lead a promise in."""

WITH_SUBJECT = ("will", "possible", "expected", "determined")
"""Modalities whose promise is a clause with a subject: `talks would continue`."""


ELIDED = re.compile(r"\b(?:and|but|or)\s+(?:also )?$")
"""Before a governing phrase whose subject stands before another one."""

IF = re.compile(r"\b(?:if|unless|provided)\b", re.IGNORECASE)
"""A promise on a condition is possible, no more."""

AGENT = re.compile(
    r"\bby (?P<agent>(?:(?:the |both )(?=[\w’' -])|(?=[A-Z]))[\w’' -]+?)"
    r"(?= (?:by|in|on|before|within|no|at|from)\b|[,;.]|$)"
)
NO_THING = re.compile("percent|days|months|years|times")
"""Units of what is not bought."""


class Context(NamedTuple):
    """What the rest of the reading knows of a text."""

    parties: Parties
    said: PlaceIndex[Statement]
    times: Sequence[Time]
    quantities: Sequence[Quantity]


def commitments_of(
    text: str,
    cast: Cast,
    statements: Sequence[Statement],
    times: Sequence[Time],
    quantities: Sequence[Quantity] = (),
) -> tuple[Commitment, ...]:
    """Every commitment of a text, in order, each once.

    `statements` say who speaks, `cast` who is who; `times` and `quantities` hold the dates and amounts in a promise.
    """
    said = PlaceIndex((s.span.start, s.span.end, s) for s in statements)
    about = Context(Parties(text, cast), said, times, quantities)
    found: list[Commitment] = []
    near: list[Commitment] = []
    known: set[tuple[object, ...]] = set()
    for s in sentences_of(text):
        last, near = NOBODY, [c for c in near if c.span.end > s.start]
        for modality, pattern in PATTERNS.items():
            for governing in s.matches(pattern):
                one, last = _commitment(s, governing, modality, about, last)
                if one and not any(overlap(one.span, other.span, 0.5) for other in near):
                    key = one.who, " ".join(one.what.casefold().split())
                    found += [one] if one.statement or key not in known else []
                    near.append(one)
                    known.add(key)
        items = [*_items_below(s, about)]
        found += items
        near += items
    return tuple(sorted(found, key=lambda c: c.span.start))


def _commitment(
    s: Sentence, phrase: re.Match[str], modality: Modality, about: Context, last: Promisers
) -> tuple[Commitment | None, Promisers]:
    """The promise under a governing phrase, and its subject, which may go on to the next."""
    text, (start, promised) = s.text, phrase.span()
    around = _around(about, promised)
    told = [x.span.end for x in around if x.kind != "speech act"]
    ends = _clause_ends(text, s.start, s.end)
    end = min([*ends[bisect_left(ends, promised) :][:1], s.end, *told])
    before = text[s.start : start]
    wished = modality not in ("will", "possible") and WISHED.search(before[-LONGEST_WISH:])
    clause = s.start + max(before.rfind(","), before.rfind(";")) + 1
    denials = _denials(text, s.start, s.end)
    undone = bisect_left(denials, clause) < bisect_left(denials, start)
    undone = undone or INVERTED.match(text, clause, start) is not None
    denied = undone and not _forborne(phrase, before)
    if wished or denied or text[end : end + 1] == "?":
        return None, last
    statement = _innermost(around, end)
    who = _promiser(s, phrase, about, statement, last)
    inner = PATTERNS["will"].search(text, promised, end) if "that" in phrase[0] else None
    if inner:
        deed = about.parties.before(s, inner.start(), statement)
        who = deed if deed.who else who
    governed = Governed(s, phrase, modality, who, statement)
    if not is_promise(governed, about.parties.heading is not None):
        return None, who
    if modality == "will" and phrase["verb"] == "be" and not phrase[0].endswith("ing"):
        governed = governed._replace(who=_done_by(text[:end], promised, governed, about))
    if modality == "will" and _conditional(text, s.start, s.end):
        governed = governed._replace(modality="possible")
    span = Span.of(text, _beginning(governed), end)
    what = span.exact if modality in WITH_SUBJECT else text[promised:end].strip()
    return _promise(span, inner.end() if inner else promised, what, governed, about), who


@lru_cache(maxsize=2)
def _clause_ends(text: str, start: int, end: int) -> list[int]:
    """Every offset of a sentence at which a promised clause may end."""
    found: list[int] = []
    while ended := CLAUSE_ENDS.search(text, found[-1] + 1 if found else start, end):
        found.append(ended.start())
    return found


@lru_cache(maxsize=2)
def _denials(text: str, start: int, end: int) -> list[int]:
    return [m.start() for m in DENIED.finditer(text, start, end)]


@lru_cache(maxsize=2)
def _conditional(text: str, start: int, end: int) -> bool:
    return IF.search(text, start, end) is not None


def _forborne(phrase: re.Match[str], before: str) -> bool:
    """`Neither side will impose`: a promise of both to leave something be."""
    none = re.search(r"\b[Nn]either (?:side|party|Party|Side|country|government|of them) $", before)
    return bool(none and phrase.groupdict().get("verb", "") in ABSTAINED)


def _promiser(
    s: Sentence,
    phrase: re.Match[str],
    about: Context,
    statement: Statement | None,
    last: Promisers,
) -> Promisers:
    """Who stands before a governing phrase; `and will` and `aiming to` go on from the subject before."""
    before = s.text[s.start : phrase.start()]
    who = about.parties.before(s, phrase.start(), statement)
    if phrase[0].casefold().startswith("aiming") and not re.search(
        r"\b(?:is|are|was|were) $", before
    ):
        by = statement.speaker_span if statement else None
        return last if last.who or not by else about.parties.named(Stretch(by.start, by.end), None)
    return last if who.place is None and ELIDED.search(before) else who


def _beginning(g: Governed) -> int:
    """Where the promise begins: at its subject where that belongs to it, and at a date that leads it in."""
    text, start = g.s.text, g.phrase.start()
    if ELIDED.search(text[g.s.start : start]):
        return start
    subject = g.who.place.start if g.who.place else -1
    held, whole = g.s.start <= subject < start, g.modality in WITH_SUBJECT
    led = SUBJECT_BEGINS.match(text, g.s.start, start)
    begins = subject if held else led.end() if led else g.s.start
    fronted, lead = FRONTED if whole else FRONTED_BY, text[g.s.start : begins]
    front = fronted.search(lead, max(0, len(lead) - LONGEST_FRONT))
    return g.s.start + front.start() if front else begins if whole else start


def _done_by(clause: str, promised: int, g: Governed, about: Context) -> Promisers:
    """Of a passive who does it, which stands behind `by`; the subject only has it done to."""
    for by in AGENT.finditer(clause, promised):
        found = about.parties.named(Stretch(*by.span("agent")), g.statement)
        if found.who:
            return found._replace(place=g.who.place)
    return g.who._replace(who=())


def _promise(span: Span, begun: int, what: str, g: Governed, about: Context) -> Commitment:
    """A commitment with the days and amounts in its words, whose governing phrase ends where it is `begun`."""
    text = g.s.text
    within = beginning_in(about.times, span.start, span.end)
    inside = [t for t in within if not stood_before(text, begun, t)]
    held = beginning_in(about.quantities, span.start, span.end)
    money = [q for q in held if re.fullmatch("[A-Z]{3}", q.unit)]
    things = [q for q in held if q not in money and not NO_THING.match(q.unit)]
    return Commitment(
        id=f"commitment-{span.start}-{span.end}",
        span=span,
        who=g.who.who,
        subject=Span.of(text, *g.who.place) if g.who.place else None,
        what=what,
        modality=g.modality,
        due=due_in(text, span, begun, inside),
        amount=next(iter(money), None),
        quantity=next(iter(things), None),
        years=years_in(text, span, inside),
        statement=g.statement.id if g.statement else None,
    )


def _items_below(s: Sentence, about: Context) -> Iterator[Commitment]:
    """Items of a list under `The Parties will:`."""
    text, governing = s.text, GOVERNS_LIST.search(s.text, s.start, s.end)
    if not governing:
        return
    statement = _innermost(_around(about, governing.end()), s.end - 1)
    who = about.parties.before(s, governing.start(), statement)
    if not who.agent:
        return
    modality = next(m for m in PATTERNS if m == governing.lastgroup)
    governed = Governed(s, governing, modality, who, statement)
    line, kind = Stretch(s.end, s.end), ""
    while (line := Stretch(line.end + 1, _line_end(text, line.end + 1))).start < len(text):
        item = ITEM.match(text, line.start, line.end)
        sort = next(k for k in ("dot", "number", "letter") if item[k]) if item else kind
        if (not item and text[line.start : line.end].strip()) or (kind and sort != kind):
            return  # another list, or none
        if item:
            kind, words = sort, item["words"].rstrip(" ;.,").removesuffix(" and").rstrip(" ;.,")
            start = item.start("words")
            yield _promise(Span.of(text, start, start + len(words)), start, words, governed, about)


def _line_end(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end


def _rank(s: Statement) -> tuple[bool, bool, int]:
    """Clauses and quotations before speech acts, those of a named speaker first, then the shorter ones."""
    by = s.speaker_span.exact.casefold() if s.speaker_span else ""
    return s.kind == "speech act", by in PRONOUNS, len(s.span.exact)


def _around(about: Context, end: int) -> list[Statement]:
    """The statements that the end of a phrase stands in."""
    return about.said.touching(end - 1, end)


def _innermost(around: Sequence[Statement], end: int) -> Statement | None:
    """The shortest that holds all of a promise, a clause or quotation before a mere speech act."""
    holding = [s for s in around if end <= s.span.end + 2]
    return min(holding, key=_rank, default=None)
