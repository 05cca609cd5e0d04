"""The noun phrase beside a verb, by the words that cannot stand inside one. No model, no dictionary of names."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from paxsilica.brief.cues import NOT_SUBJECT, PRONOUNS, SOURCES, is_auxiliary, word_class
from paxsilica.brief.days import WEEKDAY_NAME
from paxsilica.brief.passages import END, MARKS, START, Quotation, Sentence, Stretch

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


Phrase: TypeAlias = tuple[int, int]
"""Positions `[first, last]` of words."""


@dataclass(frozen=True)
class Wording:
    """Words and marks of a stretch of a text, by position; before the first and after the last there are empty ones."""

    text: str
    tokens: Sequence[Token]

    @classmethod
    def of(cls, s: Sentence, quoted: Sequence[Quotation] = ()) -> Wording:
        """Those of a sentence outside some quotations in it, each of which counts as one mark."""
        return cls(s.text, _tokens_of(s.text, s.start, s.end, tuple(quoted)))

    def between(self, start: int, end: int) -> Wording:
        """Those in a stretch of the text."""
        first = bisect_left(self.tokens, start, key=START)
        return Wording(self.text, self.tokens[first : bisect_right(self.tokens, end, key=END)])

    def __len__(self) -> int:
        return len(self.tokens)

    def __getitem__(self, at: int) -> str:
        tokens = self.tokens
        return tokens[at].text if 0 <= at < len(tokens) else ""

    def place(self, first: int, last: int) -> Stretch:
        """Where the words from one position to another stand in the text."""
        return Stretch(self.tokens[first].start, self.tokens[last].end)

    def find(self, start: int, stop: int, *sought: str) -> int | None:
        """The position of the first of some words in `[start, stop)`."""
        near = enumerate(self.tokens[start:stop], start)
        return next((at for at, token in near if token.text in sought), None)

    def before(self, at: int) -> Phrase | None:
        """The subject that ends just before a position, its apposition included.

        Auxiliaries, adverbs and days may stand between it and the verb.
        """
        last = at - 1
        while is_auxiliary(self[last]):
            last -= 1
        end = last
        if self[last] in MARKS:  # or no word at all
            return None
        while self[last] in (",", ")", "—", "–"):
            opened = self._other_side(last)
            if opened is None:
                return None
            last = opened - 1
        first = last = self._before_relative(last)
        while self._belongs(first):
            first -= 1
        first = self._past_lead(first + 1, last)
        return (first, end) if first <= last else None

    def after(self, at: int) -> Phrase | None:
        """The noun phrase that begins at a position."""
        last = at
        while self._belongs(last) and (last == at or self[last].lower() not in ENDING):
            last += 1
        return (at, last - 1) if last > at else None

    def source(self, phrase: Phrase | None) -> Stretch | None:
        """Where a phrase stands that can be a source: a pronoun, a name, or a noun for people and what they write."""
        if phrase is None:
            return None
        words = [token.text for token in self.tokens[phrase[0] : phrase[1] + 1]]
        small = {word.lower() for word in words}
        nouns = small | {word.removesuffix("s") for word in small}
        last = words[-1].lower()
        named = any(word[0].isupper() or word[0] == "@" for word in words)
        speaks = last not in DETERMINERS and (named or nouns & SOURCES)
        return self.place(*phrase) if last in PRONOUNS or speaks else None

    def _before_relative(self, last: int) -> int:
        """Before `who was not named`: the relative clause that may stand between a noun and its verb."""
        for at in range(last, max(0, last - 10), -1):
            if not self[at][0].isalnum():
                break
            if self[at] == "who" and at < last:
                return at - 1
        return last

    def _other_side(self, at: int) -> int | None:
        """The comma, bracket or dash that opens the apposition closed by a word."""
        opening = "(" if self[at] == ")" else self[at]
        for k in range(at - 1, at - 30, -1):
            if self[k] == opening:
                return k
            if self[k] in MARKS or (opening != "(" and self[k] in ".;:"):
                return None
        return None

    def _belongs(self, at: int) -> bool:
        """Whether a word may stand inside a noun phrase."""
        word = self[at]
        if word.lower() in CLAUSE_WORDS:
            return False
        if word == "and":
            return self[at - 1][:1].isupper() and self[at + 1][:1].isupper()
        return re.match(r"[^\W_]|[@&'’$]", word) is not None

    def _past_lead(self, first: int, last: int) -> int:
        """Past what leads in: a preposition with its time or place, an adverb, a conjunction."""
        while first < last and (self[first].lower() in LEADING or self[first].endswith("ly")):
            first += 1
            while first < last and WHEN.fullmatch(self[first]):
                first += 1
        return first


@lru_cache(maxsize=4)
def _tokens_of(text: str, start: int, end: int, quoted: tuple[Quotation, ...]) -> tuple[Token, ...]:
    tokens: list[Token] = []
    for q in quoted:
        tokens += [*_tokens_in(text, start, q.start), Token('"', q.start, q.end)]
        start = q.end
    return (*tokens, *_tokens_in(text, start, end))


def _tokens_in(text: str, start: int, end: int) -> Iterator[Token]:
    return (Token(m[0], *m.span()) for m in WORD.finditer(text, start, end))
