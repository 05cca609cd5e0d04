"""Who speaks: the subject of the reporting verb beside a quotation, or the speaker who goes on."""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import groupby, takewhile
from operator import attrgetter
from typing import NamedTuple, TypeAlias

from paxsilica.brief.cues import MINDING, SAYING, VIEWING, any_form, is_auxiliary
from paxsilica.brief.passages import Quotation, Sentence, Stretch, sentences_of
from paxsilica.brief.phrases import Wording

CUES = SAYING | VIEWING | MINDING
SPOKEN = SAYING | any_form("call term describe")
ACCORDING_TO = re.compile(r"\b[Aa](?:ccording to|s per)\s+")
LED_BY = re.compile(r"([A-Z][\w.'’ -]{1,40}):\s*[\"“]?$")
LED_INSIDE = re.compile(r"[\"“]([A-Z][A-Z.'’ -]{2,30}):\s")

REACH = 1500
"""Code points around a quotation in which its speaker is looked for; no sentence of a person is longer."""


Source: TypeAlias = tuple[Stretch, Stretch | None]
"""A speaker's words and the cue, where the text has one."""


class Attributed(NamedTuple):
    """A quotation and its sentence, with its speaker where the text has one."""

    quotation: Quotation
    sentence: Sentence
    who: Source | None


def attributed(text: str) -> list[Attributed]:
    """Every quotation in order with its speaker: beside it, else in its paragraph, else in the one before."""
    found: list[Attributed] = []
    last: Source | None = None
    lead: Source | None = None
    for paragraph, group in groupby(sentences_of(text), key=attrgetter("paragraph")):
        sentences = list(group)
        quoted = [(q, s) for s in sentences for q in s.quoted if s.holds(q.start)]
        mine = [Attributed(q, s, speaker_in(s, q)) for q, s in quoted]
        opening = quoted and quoted[0][0].start <= paragraph.start + 1
        mine = _carried(mine, *((last, lead) if opening else (None, None)))
        found += mine
        last = mine[-1].who if mine else None
        # the speaker of a paragraph that ends with a colon: the next one is what he says
        leads = not mine and text[paragraph.end - 1] == ":"
        lead = _left(Wording.of(sentences[-1])) if leads else None
    return found


def _carried(mine: list[Attributed], last: Source | None, lead: Source | None) -> list[Attributed]:
    """Quotations without a speaker beside them go to the paragraph's nearest one, or to who spoke before."""
    known = [a for a in mine if a.who]
    starts = [a.quotation.start for a in known]
    result = []
    for a in mine:
        at, start = bisect_left(starts, a.quotation.start), a.quotation.start
        beside = known[max(0, at - 1) : at + 1]
        near = min(beside, key=lambda k: abs(k.quotation.start - start), default=None)
        who = (near.who if near else last) if a.quotation.whole else None
        result.append(a._replace(who=a.who or (who if known else lead or who)))
    return result


def speaker_in(s: Sentence, q: Quotation) -> Source | None:
    """Speaker and cue in the quotation's own sentence: `X said, "..."`, `"..." X said`, `"..." said X`, `X: "..."`."""
    s = s._replace(start=max(s.start, q.start - REACH), end=min(s.end, q.end + REACH))
    led_by = s.text[s.start : q.start].rstrip(" ")
    runs_on = led_by.endswith((",", ":")) or not q.whole
    words = Wording.of(s, [o for o in s.quoted if s.start <= o.start and o.end <= s.end])
    right, left = _right(words.between(q.end, s.end)), _left(words.between(s.start, q.start))
    if right and q.whole and not (runs_on and left):
        return right
    return left or right or _named_as_source(s, words) or _colon(s, q)


def _right(words: Wording) -> Source | None:
    """`"..." X said`, `"..." said X`."""
    marks = sum(1 for _ in takewhile(lambda token: token.text in ",.—–-", words.tokens))
    words = Wording(words.text, words.tokens[marks:])
    stop = words.find(0, 40, '"', ";")
    for k, token in enumerate(words.tokens[: 40 if stop is None else stop]):
        if token.text != "States" and token.text.lower() in SPOKEN:
            inverted = all(is_auxiliary(words[at]) for at in range(k))
            who = words.source(words.after(k + 1) if inverted else words.before(k))
            if who:
                return who, words.place(k, k)
    return None


def _left(words: Wording) -> Source | None:
    """`X said, "..."`."""
    for k in range(len(words) - 1, -1, -1):
        if words.tokens[k].text != "States" and words.tokens[k].text.lower() in CUES:
            who = words.source(words.before(k))
            if who:
                return who, words.place(k, k)
    return None


def _named_as_source(s: Sentence, words: Wording) -> Source | None:
    """`according to X` anywhere in the sentence."""
    found = next(s.matches(ACCORDING_TO), None)
    if not found:
        return None
    words = words.between(found.end(), s.end)
    who = words.after(0)
    return (words.place(*who), Stretch(found.start(), found.end() - 1)) if who else None


def _colon(s: Sentence, q: Quotation) -> Source | None:
    """`"WALLACE: If I may, sir` and `Holt: "..."`."""
    named = LED_BY.match(s.text, s.start, q.start + 1) or LED_INSIDE.match(s.text, q.start, q.end)
    return (Stretch(*named.span(1)), None) if named else None
