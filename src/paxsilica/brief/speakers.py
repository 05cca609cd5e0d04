"""Who speaks: the subject of the reporting verb beside a quotation, or the speaker who goes on."""

from __future__ import annotations

import re
from typing import NamedTuple, TypeAlias

from paxsilica.brief.cues import MINDING, SAYING, VIEWING, any_form, is_auxiliary
from paxsilica.brief.passages import Quotation, Stretch, paragraphs, quotations, units
from paxsilica.brief.phrases import Token, after, before, outside, source, stretch, tokens

CUES = SAYING | VIEWING | MINDING
SPOKEN = SAYING | any_form("call term describe")


REACH = 1500
"""Code points around a quotation in which its speaker is looked for; no sentence of a person is longer."""


Source: TypeAlias = tuple[Stretch, Stretch | None]
"""A speaker's words and the cue, where the text has one."""


class Attributed(NamedTuple):
    """A quotation with its speaker's words and the cue, where the text has them."""

    quotation: Quotation
    unit: Stretch
    speaker: Stretch | None
    cue: Stretch | None
    carried: bool  # the speaker was named in an earlier or later sentence


def attributed(text: str) -> list[Attributed]:
    """Every quotation in order with its speaker: beside it, else in its paragraph, else in the one before."""
    found: list[Attributed] = []
    last: Attributed | None = None
    lead: Source | None = None
    for paragraph in paragraphs(text):
        quoted = quotations(text, paragraph)
        mine: list[Attributed] = []
        for unit in units(text, paragraph, quoted):
            inside = [q for q in quoted if unit.holds(q.start)]
            for q in inside:
                speaker, cue = beside(text, unit, q, inside) or (None, None)
                mine.append(Attributed(q, unit, speaker, cue, False))
        opening = quoted and quoted[0].start <= paragraph.start + 1
        found += _carried(
            mine, last if opening and lead is None else None, lead if opening else None
        )
        last = found[-1] if mine else None
        lead = _lead(text, paragraph) if not mine else None
    return found


def _lead(text: str, paragraph: Stretch) -> Source | None:
    """The speaker of a paragraph that ends with a colon: the next one is what he says."""
    if text[paragraph.end - 1] != ":":
        return None
    unit = units(text, paragraph, [])[-1]
    return _left(tokens(text, unit))


def _carried(
    mine: list[Attributed], last: Attributed | None, lead: Source | None
) -> list[Attributed]:
    """Quotations without a speaker beside them go to the paragraph's nearest one, or to who spoke before."""
    known = [a for a in mine if a.speaker]
    result = []
    for a in mine:
        near = min(known, key=lambda k: abs(k.quotation.start - a.quotation.start), default=None)
        nearest = near and (near.speaker, near.cue)
        earlier = last and (last.speaker, last.cue)
        who = nearest or earlier if a.quotation.whole else None
        if not known:
            who = lead or who
        if a.speaker is None and who:
            a = a._replace(speaker=who[0], cue=who[1], carried=True)
        result.append(a)
    return result


def beside(text: str, unit: Stretch, q: Quotation, quoted: list[Quotation]) -> Source | None:
    """Speaker and cue in the quotation's own sentence: `X said, "..."`, `"..." X said`, `"..." said X`, `X: "..."`."""
    unit = Stretch(max(unit.start, q.start - REACH), min(unit.end, q.end + REACH))
    quoted = [other for other in quoted if unit.start <= other.start and other.end <= unit.end]
    led_by = text[unit.start : q.start].rstrip(" ")
    runs_on = led_by.endswith((",", ":")) or not q.whole
    words = outside(text, unit, quoted)
    right = _right([w for w in words if w.start >= q.end])
    left = _left([w for w in words if w.end <= q.start])
    if right and q.whole and not (runs_on and left):
        return right
    if left:
        return left
    return right or _named_as_source(text, unit, words) or _colon(text, unit, q)


def _right(words: list[Token]) -> Source | None:
    while words and words[0].text in ",.—–-":
        words = words[1:]
    for k, word in enumerate(words[:40]):
        if word.text == '"' or word.text == ";":
            break
        if word.text.lower() not in SPOKEN:
            continue
        inverted = all(is_auxiliary(w.text) for w in words[:k])
        who = source(words, after(words, k + 1) if inverted else before(words, k))
        if who:
            return who, stretch(words, (k, k))
    return None


def _left(words: list[Token]) -> Source | None:
    for k in range(len(words) - 1, -1, -1):
        if words[k].text.lower() in CUES:
            who = source(words, before(words, k))
            if who:
                return who, stretch(words, (k, k))
    return None


def _named_as_source(text: str, unit: Stretch, words: list[Token]) -> Source | None:
    """`according to X` anywhere in the sentence."""
    found = re.compile(r"\b[Aa](?:ccording to|s per)\s+").search(text, unit.start, unit.end)
    words = [w for w in words if found and w.start >= found.end()]
    who = after(words, 0)
    return (stretch(words, who), Stretch(found.start(), found.end() - 1)) if found and who else None


def _colon(text: str, unit: Stretch, q: Quotation) -> Source | None:
    """`"WALLACE: If I may, sir` and `Holt: "..."`."""
    named = re.compile(r"([A-Z][\w.'’ -]{1,40}):\s*[\"“]?$").match(text, unit.start, q.start + 1)
    if named:
        return Stretch(*named.span(1)), None
    within = re.compile(r"[\"“]([A-Z][A-Z.'’ -]{2,30}):\s").match(text, q.start, q.end)
    return (Stretch(*within.span(1)), None) if within else None
