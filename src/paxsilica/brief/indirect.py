"""Reported speech without quotation marks: who is said to have said, thought or asked what, and where it ends."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import NamedTuple

from paxsilica.brief.cues import ACTING, MINDING, SAYING, VIEWING, any_form
from paxsilica.brief.days import WEEKDAY_NAME
from paxsilica.brief.passages import START, Sentence, Stretch, overlap
from paxsilica.brief.phrases import PREPOSITIONS, Wording

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

CLAUSES_PART = {",", "and", "but", '"'}

CUES_BEGIN = {cue.split()[0] for cue in SAYING | MINDING | ACTING | VIEWING} | {"according", "as"}
"""First words of all cues."""


class Reported(NamedTuple):
    """A reported clause (or, for a speech act, only its topic) with the words of its speaker and its cue."""

    content: Stretch
    speaker: Stretch | None
    cue: Stretch
    clause: bool


def reported(s: Sentence) -> list[Reported]:
    """The reported clauses of one sentence, in order of their cues; one may stand inside another."""
    whole = [q for q in s.quoted if q.whole and s.holds(q.start)]
    words = Wording.of(s, whole)  # a partial quotation is read like the words around it
    found: list[Reported] = []
    for k, token in enumerate(words.tokens):
        if token.text.lower() not in CUES_BEGIN:
            continue
        previous = next((f.speaker for f in reversed(found) if f.speaker), None)
        one = _according(words, k) or _by(words, k) or _with_verb(words, k, previous)
        if one and not any(_doubles(one, f) for f in found):
            found.append(one)
    return found


def _doubles(a: Reported, b: Reported) -> bool:
    """Whether two readings are of the same words; a cue inside the other's content begins a nested one."""
    nested = b.content.start < a.cue.start < b.content.end and a.speaker is not None
    return not nested and overlap(a.content, b.content, 0.8)


def _with_verb(words: Wording, k: int, previous: Stretch | None) -> Reported | None:
    pair = f"{words[k]} {words[k + 1]}"
    paired = pair.lower() in VIEWING
    word, last = (pair, k + 1) if paired else (words[k], k)
    verb = word.lower()
    kind = next((verbs for verbs in (SAYING, MINDING, ACTING, VIEWING) if verb in verbs), None)
    if kind is None or (word[0].isupper() and not (k == 0 and ING.fullmatch(word))):
        return None
    cue, sure = words.place(k, last), verb in SURE
    who = _speaker(words, k, previous)
    if who is None and kind is SAYING and words[k - 1] in (",", '"'):
        inverted = _clause_before(words, k, None, cue)
        if inverted or words[k + 1][:1].isupper():
            return inverted
    clause = _clause_after(words, last, sure, bare_object=verb in VIEWING or kind is ACTING)
    if clause and (who or (sure and k)):
        opener = words.text[clause.start : clause.end].split(" ", 1)[0]
        return Reported(clause, who, cue, sure or opener in OPENERS or kind is MINDING)
    return _clause_before(words, k, who, cue) if kind is SAYING and k else None


def _speaker(words: Wording, k: int, previous: Stretch | None) -> Stretch | None:
    """The subject of the verb at `k`: before it, or of the clause whose participle it is."""
    if k == 0:
        comma = words.find(0, len(words), ",")
        return None if comma is None else words.source(words.after(comma + 1))
    participle, before = ING.fullmatch(words[k]), words[k - 1]
    if before.lower() in BE and not participle:
        return None
    leads_on = participle and before in LEADS_ON
    subject = None if leads_on else words.source(words.before(k))
    goes_on = leads_on or before in ("and", "but", ",")
    return subject or ((previous or _subject_of(words, k)) if goes_on else None)


def _subject_of(words: Wording, k: int) -> Stretch | None:
    """The subject of the sentence a participle hangs on."""
    verbs = (at for at in range(1, k) if FINITE.fullmatch(words[at]))
    return next(filter(None, (words.source(words.before(at)) for at in verbs)), None)


def _by(words: Wording, k: int) -> Reported | None:
    """`the focus flagged by X`: what was said is the noun phrase before the participle."""
    if words[k + 1] != "by" or words[k] not in VIEWING or words[k + 2][:1].islower():
        return None
    topic, who = words.before(k), words.source(words.after(k + 2))
    return Reported(words.place(*topic), who, words.place(k, k), False) if topic and who else None


def _clause_after(words: Wording, k: int, sure: bool, bare_object: bool) -> Stretch | None:
    """The clause that follows a cue: `that ...`, `to ...`, a bare clause, or the object of a verb of judging."""
    at = _past_hearer(words, k)
    while (step := _adverbial(words, at)) > at:
        at = step
    if words[at] in '.,;:?!")—':
        that = _late_that(words, at)
        if that is None:
            return None
        at = that
    first = words[at].lower()
    opens = first in OPENERS | {"for", "about"}
    if first == "of" and bare_object:
        at = min(at + 1, len(words) - 1)
    elif first in PREPOSITIONS and not opens:
        return None
    if not (opens or sure or bare_object) and words.find(at, at + 8, "that", "to") is None:
        return None
    comma = words.find(at + 1, len(words), ",") if k == 0 else None
    clause = words.place(at, comma - 1) if comma else _clause_from(words, at)
    return clause if clause.end - clause.start > 8 else None


def _past_hearer(words: Wording, k: int) -> int:
    """`told reporters on Friday that`: to whom it was told is not what was told."""
    if words[k] not in TELLS:
        return k + 1
    hearer = words.after(k + 1)
    that = words.find(k + 1, k + 16, "that", "to", "how")
    return that or (hearer[1] + 1 if hearer else k + 1)


def _adverbial(words: Wording, at: int) -> int:
    """Past `Friday`, `on Friday`, `in a statement`, `in an interview with CNN`."""
    for end in (at, at + 1):
        if re.fullmatch(WEEKDAY_NAME, words[end]):
            return end + 1
    if words[at] in ("in", "at", "on"):
        end = words.find(at + 1, at + 10, "that", ".", ";", ":") or at
        return end if words[end] == "that" else at
    return at


def _late_that(words: Wording, at: int) -> int | None:
    """`said, in a speech, that ...`."""
    commas = (j for j in range(at + 1, at + 14) if words[at] == words[j] == ",")
    return next((j + 1 for j in commas if words[j + 1] == "that"), None)


def _clause_from(words: Wording, at: int) -> Stretch:
    """Up to the next coordinate cue (`, adding that`, `and said`), else to the sentence's end without its stop."""
    for j in range(at + 2, len(words) - 1):
        word = words.tokens[j].text
        if word not in CLAUSES_PART:
            continue
        if word != '"':
            following = words[j + 1]
            cue = words[j + 2] if word == "," and following in ("and", "but") else following
            if cue in SURE or following in ("citing", "according"):
                return words.place(at, j - 1)
        elif words.tokens[j].end - words.tokens[j].start > 1:
            return words.place(at, j)
    start, last = words.tokens[at].start, words.tokens[-1]
    return Stretch(start, last.start if last.text in ".?!" and len(words) > 1 else last.end)


def _clause_before(words: Wording, k: int, who: Stretch | None, cue: Stretch) -> Reported | None:
    """`CLAUSE, X said.` and `CLAUSE, said X.`"""
    if who is None:
        who, comma = words.source(words.after(k + 1)), k - 1
    else:
        comma = bisect_left(words.tokens, who.start, key=START) - 1
    if who is None or comma < 3 or words[comma] != "," or words[comma - 1] == '"':
        return None
    leads_in = ING.fullmatch(words[0]) or words[0].lower() in PREPOSITIONS
    if leads_in and not any(FINITE.fullmatch(words[j]) for j in range(1, comma)):
        return None
    return Reported(words.place(0, comma - 1), who, cue, True)


def _according(words: Wording, k: int) -> Reported | None:
    """`According to X, CLAUSE` and `CLAUSE, according to X`."""
    if k + 2 >= len(words):
        return None
    cue = words.place(k, k + 1)
    if words.text[cue.start : cue.end].lower() not in ("according to", "as per"):
        return None
    subject = words.after(k + 2)
    if subject is None:
        return None
    who = words.place(*subject)
    if k:
        last = k - 2 if words[k - 1] == "," and k > 1 else k - 1
        return Reported(words.place(0, last), who, cue, True)
    comma = words.find(subject[1] + 1, len(words) - 1, ",")
    return Reported(_clause_from(words, comma + 1), who, cue, True) if comma else None
