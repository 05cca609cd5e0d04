"""Reported speech without quotation marks: who is said to have said, thought or asked what, and where it ends."""

from __future__ import annotations

import re
from typing import NamedTuple

from paxsilica.brief.cues import ACTING, MINDING, SAYING, VIEWING, any_form
from paxsilica.brief.days import WEEKDAY_NAME
from paxsilica.brief.passages import Quotation, Stretch, overlap
from paxsilica.brief.phrases import (
    PREPOSITIONS,
    Token,
    after,
    before,
    find,
    outside,
    source,
    stretch,
)

TELLS = any_form("tell inform remind assure")
BE = {"is", "are", "was", "were", "be", "been", "being"}
OPENERS = {"that", "to", "how", "why", "whether", "what", "if"}
LEADS_ON = {",", "and", '"', "while", "by", "before", "after"}
FINITE = re.compile(
    r"\w+ed|is|was|are|were|has|had|have|will|would|could|can|may|might|should|must|said|says|told|held|met|spoke|made|took|"
    r"came|went|gave|sent|began|wrote|left|ran|won|lost|put|set|saw|paid"
)
ING = re.compile(r"\w+ing")
SURE = any_form(
    """say tell argue insist believe think claim acknowledge allege assert suggest warn add announce explain predict
        contend maintain complain concede vow pledge promise admit hope fear worry expect confirm indicate note write
        tweet deny"""
)
"""After these even a clause without `that` is what was said."""


class Reported(NamedTuple):
    """A reported clause (or, for a speech act, only its topic) with the words of its speaker and its cue."""

    content: Stretch
    speaker: Stretch | None
    cue: Stretch
    clause: bool


def reported(text: str, unit: Stretch, quoted: list[Quotation]) -> list[Reported]:
    """The reported clauses of one sentence, in order of their cues; one may stand inside another."""
    whole = [q for q in quoted if q.whole and unit.start <= q.start < unit.end]
    words = outside(text, unit, whole)  # a partial quotation is read like the words around it
    found: list[Reported] = []
    for k in range(len(words)):
        previous = next((f.speaker for f in reversed(found) if f.speaker), None)
        one = _according(text, words, k) or _by(words, k) or _with_verb(text, words, k, previous)
        if one and not any(_doubles(one, f) for f in found):
            found.append(one)
    return found


def _doubles(a: Reported, b: Reported) -> bool:
    """Whether two readings are of the same words; a cue inside the other's content begins a nested one."""
    nested = b.content.start < a.cue.start < b.content.end and a.speaker is not None
    return not nested and overlap(a.content, b.content, 0.8)


def _with_verb(text: str, words: list[Token], k: int, previous: Stretch | None) -> Reported | None:
    pair = f"{words[k].text} {words[k + 1].text}" if k + 1 < len(words) else ""
    last = k + 1 if pair.lower() in VIEWING else k
    word = pair if last > k else words[k].text
    kind = next(
        (verbs for verbs in (SAYING, MINDING, ACTING, VIEWING) if word.lower() in verbs), None
    )
    if kind is None or (word[0].isupper() and not (k == 0 and ING.fullmatch(word))):
        return None
    cue = stretch(words, (k, last))
    sure = word.lower() in SURE
    who = _speaker(words, k, previous)
    if who is None and kind is SAYING and k and words[k - 1].text in (",", '"'):
        inverted = _clause_before(text, words, k, None, cue)
        if inverted or (k + 1 < len(words) and words[k + 1].text[0].isupper()):
            return inverted
    bare_object = word.lower() in VIEWING or kind is ACTING
    clause = _clause_after(text, words, last, sure=sure, bare_object=bare_object)
    if clause and (who or (sure and k)):
        opener = text[clause.start : clause.end].split(" ", 1)[0]
        return Reported(clause, who, cue, sure or opener in OPENERS or kind is MINDING)
    return _clause_before(text, words, k, who, cue) if kind is SAYING and k else None


def _speaker(words: list[Token], k: int, previous: Stretch | None) -> Stretch | None:
    """The subject of the verb at `k`: before it, or of the clause whose participle it is."""
    if k == 0:
        comma = find(words, ",", 0, len(words))
        return None if comma is None else source(words, after(words, comma + 1))
    if words[k - 1].text.lower() in BE and not ING.fullmatch(words[k].text):
        return None
    participle = ING.fullmatch(words[k].text) and words[k - 1].text in LEADS_ON
    subject = None if participle else source(words, before(words, k))
    goes_on = participle or words[k - 1].text in ("and", "but", ",")
    return subject or ((previous or _subject_of(words, k)) if goes_on else None)


def _subject_of(words: list[Token], k: int) -> Stretch | None:
    """The subject of the sentence a participle hangs on."""
    verbs = (at for at in range(1, k) if FINITE.fullmatch(words[at].text))
    return next(filter(None, (source(words, before(words, at)) for at in verbs)), None)


def _by(words: list[Token], k: int) -> Reported | None:
    """`the focus flagged by X`: what was said is the noun phrase before the participle."""
    if not (0 < k < len(words) - 2 and words[k + 1].text == "by" and words[k].text in VIEWING):
        return None
    topic, who = before(words, k), source(words, after(words, k + 2))
    if not topic or not who or words[k + 2].text[0].islower():
        return None
    return Reported(stretch(words, topic), who, stretch(words, (k, k)), False)


def _clause_after(
    text: str, words: list[Token], k: int, *, sure: bool, bare_object: bool
) -> Stretch | None:
    """The clause that follows a cue: `that ...`, `to ...`, a bare clause, or the object of a verb of judging."""
    at = _past_hearer(words, k)
    while at < len(words) and (step := _adverbial(words, at)) > at:
        at = step
    if at >= len(words) or words[at].text in '.,;:?!")—':
        that = _late_that(words, at)
        if that is None:
            return None
        at = that
    first = words[at].text.lower()
    opens = first in OPENERS | {"for", "about"}
    if first == "of" and bare_object:
        opens, at = True, min(at + 1, len(words) - 1)
    elif first in PREPOSITIONS and not opens:
        return None
    led = opens or sure or bare_object
    if not led and find(words, ("that", "to"), at, at + 8) is None:
        return None
    comma = find(words, ",", at + 1, len(words)) if k == 0 else None
    end = words[comma - 1].end if comma else _clause_end(words, at)
    return Stretch(words[at].start, end) if end - words[at].start > 8 else None


def _past_hearer(words: list[Token], k: int) -> int:
    """`told reporters on Friday that`: to whom it was told is not what was told."""
    if words[k].text not in TELLS:
        return k + 1
    hearer = after(words, k + 1)
    that = find(words, ("that", "to", "how"), k + 1, k + 16)
    return that or (hearer[1] + 1 if hearer else k + 1)


def _adverbial(words: list[Token], at: int) -> int:
    """Past `Friday`, `on Friday`, `in a statement`, `in an interview with CNN`."""
    for step, word in enumerate(words[at : at + 2], 1):
        if re.fullmatch(WEEKDAY_NAME, word.text):
            return at + step
    if words[at].text in ("in", "at", "on"):
        end = find(words, ("that", ".", ";", ":"), at + 1, at + 10)
        if end and words[end].text == "that":
            return end
    return at


def _late_that(words: list[Token], at: int) -> int | None:
    """`said, in a speech, that ...`."""
    if at < len(words) and words[at].text == ",":
        for j in range(at + 1, min(at + 14, len(words) - 1)):
            if words[j].text == "," and words[j + 1].text == "that":
                return j + 1
    return None


def _clause_end(words: list[Token], at: int) -> int:
    """Before the next coordinate cue (`, adding that`, `and said`), else the sentence's end without its stop."""
    for j in range(at + 2, len(words) - 1):
        word, following = words[j].text, words[j + 1].text
        cue = (
            words[j + 2].text
            if word == "," and following in ("and", "but") and j + 2 < len(words)
            else following
        )
        if word in (",", "and", "but") and (cue in SURE or following in ("citing", "according")):
            return words[j - 1].end
        if word == '"' and words[j].end - words[j].start > 1:
            return words[j].end
    last = words[-1]
    return last.start if last.text in ".?!" and len(words) > 1 else last.end


def _clause_before(
    text: str, words: list[Token], k: int, who: Stretch | None, cue: Stretch
) -> Reported | None:
    """`CLAUSE, X said.` and `CLAUSE, said X.`"""
    if who is None:
        who = source(words, after(words, k + 1))
        if who is None or words[k - 1].text != ",":
            return None
        end = k - 1
    else:
        end = next((j for j, w in enumerate(words) if w.start >= who.start), k) - 1
    if end < 3 or words[end].text != ",":
        return None
    leads_in = ING.fullmatch(words[0].text) or words[0].text.lower() in PREPOSITIONS
    if words[end - 1].text == '"' or (
        leads_in and not any(FINITE.fullmatch(w.text) for w in words[1:end])
    ):
        return None
    return Reported(Stretch(words[0].start, words[end - 1].end), who, cue, True)


def _according(text: str, words: list[Token], k: int) -> Reported | None:
    """`According to X, CLAUSE` and `CLAUSE, according to X`."""
    pair = text[words[k].start : words[k + 1].end].lower() if k + 1 < len(words) else ""
    if pair not in ("according to", "as per") or k + 2 >= len(words):
        return None
    subject = after(words, k + 2)
    if subject is None:
        return None
    who, cue = stretch(words, subject), stretch(words, (k, k + 1))
    if k == 0:
        comma = find(words, ",", subject[1] + 1, len(words) - 1)
        if comma is None:
            return None
        clause = Stretch(words[comma + 1].start, _clause_end(words, comma + 1))
        return Reported(clause, who, cue, True)
    end = words[k - 2].end if words[k - 1].text == "," and k > 1 else words[k - 1].end
    return Reported(Stretch(words[0].start, end), who, cue, True)
