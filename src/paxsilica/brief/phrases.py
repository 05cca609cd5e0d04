"""The noun phrase beside a verb, by the words that cannot stand inside one. No model, no dictionary of names."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import NamedTuple

from paxsilica.brief.cues import NOT_SUBJECT, PRONOUNS, SOURCES, is_auxiliary, word_class
from paxsilica.brief.days import WEEKDAY_NAME
from paxsilica.brief.passages import MARKS, Quotation, Stretch

TITLES = r"Mr|Mrs|Ms|Dr|Sen|Rep|Gov|Gen|Lt|Col|Sgt|Capt|Prof|Rev|Hon|Jr|Sr|St|U\.S|No|Mass|Calif|Fla|Ariz|D|R|Va|Md|Ill"
WORD = re.compile(
    rf"(?:{TITLES})\.|[A-Z]\.(?:[A-Z]\.)*|@?\w+(?:[-'’.&/]\w+)*(?:['’](?!\w))?|[^\w\s]"
)

CLAUSE_WORDS = NOT_SUBJECT | word_class(
    """
    is was are were has had have will would could can may might should did does do said says told added asked then there
    here also just
    """
)
PREPOSITIONS = word_class("in on at by for from with about into over under during of per")
ENDING = PREPOSITIONS - {"of", "for"}
LEADING = PREPOSITIONS | {"and", "now", "yet", "still"}
WHEN = re.compile(
    rf"{WEEKDAY_NAME}|\d{{1,4}}|(?:Jan|Febr)uary|March|April|May|June|July|August|(?:Septem|Octo|Novem|Decem)ber|[A-Z][a-z]{{2,3}}\."
)
DETERMINERS = word_class(
    """
    the a an his her their its our my your this that these those any no every each
    """
)


class Token(NamedTuple):
    """A word or a mark, with its offsets."""

    text: str
    start: int
    end: int


def tokens(text: str, within: Stretch) -> list[Token]:
    """Words and marks of a stretch."""
    return [Token(m[0], m.start(), m.end()) for m in WORD.finditer(text, within.start, within.end)]


def outside(text: str, within: Stretch, quoted: Sequence[Quotation]) -> list[Token]:
    """Words and marks of a stretch outside some quotations in it; each of these counts as one mark."""
    words: list[Token] = []
    at = within.start
    for q in quoted:
        words += [*tokens(text, Stretch(at, q.start)), Token('"', q.start, q.end)]
        at = q.end
    return words + tokens(text, Stretch(at, within.end))


def stretch(words: list[Token], phrase: tuple[int, int]) -> Stretch:
    """Where a phrase stands in the text."""
    return Stretch(words[phrase[0]].start, words[phrase[1]].end)


def before(words: list[Token], at: int) -> tuple[int, int] | None:
    """Positions `[first, last]` of the subject that ends just before word `at`, its apposition included."""
    end = last = _skip_back(words, at - 1)
    if last < 0 or words[last].text in MARKS:
        return None
    while last >= 0 and words[last].text in (",", ")", "—", "–"):
        opened = _other_side(words, last)
        if opened is None:
            return None
        last = opened - 1
    last = _before_relative(words, last)
    first = last
    while first >= 0 and _belongs(words, first):
        first -= 1
    first = _trimmed(words, first + 1, last)
    return (first, end) if first <= last else None


def after(words: list[Token], at: int) -> tuple[int, int] | None:
    """Positions of the noun phrase that begins at word `at`."""
    last = at
    while (
        last < len(words)
        and _belongs(words, last)
        and (last == at or words[last].text.lower() not in ENDING)
    ):
        last += 1
    return (at, last - 1) if last > at else None


def _before_relative(words: list[Token], last: int) -> int:
    """Before `who was not named`: the relative clause that may stand between a noun and its verb."""
    for k in range(last, max(0, last - 10), -1):
        if not words[k].text[0].isalnum():
            break
        if words[k].text == "who" and k < last:
            return k - 1
    return last


def _skip_back(words: list[Token], at: int) -> int:
    """Back over auxiliaries, adverbs and days between subject and verb."""
    while at >= 0 and is_auxiliary(words[at].text):
        at -= 1
    return at


def _other_side(words: list[Token], at: int) -> int | None:
    """The comma, bracket or dash that opens the apposition closed by word `at`."""
    closing = words[at].text
    opening = "(" if closing == ")" else closing
    for k in range(at - 1, max(-1, at - 30), -1):
        if words[k].text == opening:
            return k
        if words[k].text in MARKS or (opening != "(" and words[k].text in ".;:"):
            return None
    return None


def _belongs(words: list[Token], at: int) -> bool:
    word = words[at].text
    if word.lower() in CLAUSE_WORDS:
        return False
    if word == "and":
        return (
            0 < at < len(words) - 1
            and words[at - 1].text[:1].isupper()
            and words[at + 1].text[:1].isupper()
        )
    return word[0].isalnum() or word[0] in "@&'’$"


def _trimmed(words: list[Token], first: int, last: int) -> int:
    """Past what leads in: a preposition with its time or place, an adverb, a conjunction."""
    while first < last and (
        words[first].text.lower() in LEADING or words[first].text.endswith("ly")
    ):
        first += 1
        while first < last and WHEN.fullmatch(words[first].text):
            first += 1
    return first


def find(words: Sequence[Token], sought: Container[str], start: int, stop: int) -> int | None:
    """The position of the first of some words in `[start, stop)`."""
    return next((j for j in range(start, min(stop, len(words))) if words[j].text in sought), None)


def source(words: list[Token], phrase: tuple[int, int] | None) -> Stretch | None:
    """Where a phrase stands that can be a source: a pronoun, a name, or a noun for people and what they write."""
    if phrase is None:
        return None
    return stretch(words, phrase) if _speaks(words[phrase[0] : phrase[1] + 1]) else None


def _speaks(words: list[Token]) -> bool:
    phrase = [w.text for w in words]
    if phrase[-1].lower() in PRONOUNS:
        return True
    if phrase[-1].lower() in DETERMINERS:
        return False
    nouns = {w.lower() for w in phrase} | {w.lower().removesuffix("s") for w in phrase}
    return any(w[0].isupper() or w[0] == "@" for w in phrase) or bool(nouns & SOURCES)
