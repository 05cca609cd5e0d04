"""Paragraphs, sentences and quotations as offsets into a text. Nothing is ever paired across paragraphs."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Generic, NamedTuple, TypeVar

from paxsilica.brief.record import Span

OPENS, CLOSES, STRAIGHT = "“„«", "”»", '"'
MARKS = OPENS + CLOSES + STRAIGHT
MARK = re.compile(rf"[{MARKS}]|''")
CLOSING = ".,?!…—-"
"""A comma, stop or dash before the closing mark: the words stood as a clause of their own."""


LONGEST_SENTENCE = 2000
"""Code points; a longer sentence (a list without a stop, a quotation that nobody closes) is read in pieces."""

BEFORE = 200
"""Code points before a quotation that tell whether its marks set off a name."""

SOLID = re.compile(r"\S(?:[^\n]*\S)?")
"""A line without the blanks around it."""

UTTERED = re.compile(r"\b(?:said|says|added|wrote|tweeted|asked|replied|shouted|chanted)\s+$")


SHORTENED = re.compile(r"\b(?:[A-Z]\.){2,}$")
"""An abbreviation of a name, after which a sentence may go on: `the U.S. Treasury`."""

BEGINS = re.compile(
    r"[“\"'‘(]?(?:The|An?|It|Its|He|She|They|We|I|You|This|That|These|Those|There|In|On|At|By|For|From|With|As|But|And|Or|So|If|"
    r"When|While|After|Before|Since|Under|Both|His|Her|Their|Our|My|What|Why|How|Who|However|Meanwhile|"
    r"[A-Z]\w+(?:,| (?:is|are|was|were|will|would|has|have|had|said|says)\b))"
)
"""How a sentence begins that goes on from no abbreviation."""


class Stretch(NamedTuple):
    """Offsets `[start, end)`."""

    start: int
    end: int

    def holds(self, at: int) -> bool:
        """Whether an offset lies in it."""
        return self.start <= at < self.end


def overlap(a: Stretch | Span, b: Stretch | Span, share: float) -> bool:
    """Whether two places have more than a share of the shorter one in common."""
    common = min(a.end, b.end) - max(a.start, b.start)
    return common > share * min(a.end - a.start, b.end - b.start)


START, END = attrgetter("start"), attrgetter("end")
Item = TypeVar("Item")


def beginning_in(items: Sequence[Item], start: int, end: int) -> Sequence[Item]:
    """Those of some items in the order of the text whose spans begin in `[start, end)`, without a look at the rest."""
    begins = attrgetter("span.start")
    return items[bisect_left(items, start, key=begins) : bisect_left(items, end, key=begins)]


BLOCK = 1000


class PlaceIndex(Generic[Item]):
    """Things at places of a text, found by place without a look at all of them."""

    def __init__(self, placed: Iterable[tuple[int, int, Item]]) -> None:
        """`placed` holds start, end and thing, in the order in which things are handed out again."""
        self._blocks: defaultdict[int, list[tuple[int, int, Item]]] = defaultdict(list)
        for one in placed:
            for block in range(one[0] // BLOCK, max(one[0], one[1] - 1) // BLOCK + 1):
                self._blocks[block].append(one)

    def touching(self, start: int, end: int) -> list[Item]:
        """Those that share a code point with `[start, end)`."""
        first, last = start // BLOCK, max(start, end - 1) // BLOCK
        return [
            item
            for block in range(first, last + 1)
            for a, b, item in self._blocks.get(block, ())
            if a < end and start < b and block in (first, a // BLOCK)
        ]


class Quotation(NamedTuple):
    """Quoted words, the marks included; `whole` where they form a sentence or clause of their own."""

    start: int
    end: int
    whole: bool


def paragraphs(text: str) -> Iterator[Stretch]:
    """Lines with something in them; line breaks are the only borders that survive every export."""
    return (Stretch(*line.span()) for line in SOLID.finditer(text))


def sentences(text: str, within: Stretch) -> list[Stretch]:
    """Sentences of a paragraph, by nupunkt, none above LONGEST_SENTENCE; their marks of quotation belong to them."""
    from nupunkt import sent_spans

    start, end = within
    found: list[Stretch] = []
    for first, last in sent_spans(text[start:end]):
        for piece in _pieces(text, start + first, start + last):
            for sentence in SOLID.finditer(text, *piece):
                if found and _shortened(text, found[-1], sentence.start()):
                    found[-1] = Stretch(found[-1].start, sentence.end())
                else:
                    found.append(Stretch(*sentence.span()))
    return found


def _shortened(text: str, before: Stretch, at: int) -> bool:
    """Whether what ends with an abbreviation goes on at an offset, and is no endless list."""
    ends = SHORTENED.search(text, max(before.start, before.end - 12), before.end)
    return bool(ends) and at - before.start < LONGEST_SENTENCE and not BEGINS.match(text, at)


def _pieces(text: str, start: int, end: int) -> Iterator[Stretch]:
    """A sentence whole, or cut at the last blank before it becomes too long."""
    while end - start > LONGEST_SENTENCE:
        cut = text.rfind(" ", start + 1, start + LONGEST_SENTENCE) + 1 or start + LONGEST_SENTENCE
        yield Stretch(start, cut)
        start = cut
    yield Stretch(start, end)


def quotations(text: str, within: Stretch) -> list[Quotation]:
    """Quotations of a paragraph in double marks, names in marks left out; an unclosed one runs to the paragraph's end.

    A mark may be turned the wrong way, and `''` stands for one. A quotation inside another belongs to it.
    """
    found, start, nested = [], None, False
    for mark in MARK.finditer(text, within.start, within.end):
        before = text[max(within.start, mark.start() - 1) : mark.start()]
        after = text[mark.end() : min(within.end, mark.end() + 1)]
        opens = mark[0] in OPENS
        if start is None:
            turned_well = opens or (not before and mark[0] in CLOSES)
            may_open = before != "=" and (turned_well or not (after.isspace() or before.isalnum()))
            start = mark.start() if may_open and after else None
        elif text[start] == STRAIGHT and (nested or (opens and after.isalnum())):
            nested = mark[0] not in CLOSES
        elif not (opens and after.isalnum()):
            found.append(_quotation(text, start, mark.end(), True))
            start = None
    if start is not None and within.end - start > 2:
        found.append(_quotation(text, start, within.end, False))
    return [q for q in found if not _is_name(text, q, within)]


def _quotation(text: str, start: int, end: int, closed: bool) -> Quotation:
    inner = text[start:end].strip(MARKS + "' ")
    sentence = (
        inner[:1].isupper() and len(inner.split()) >= 4 and text[end : end + 1] in ("", ".", "\n")
    )
    return Quotation(start, end, not closed or inner[-1:] in CLOSING or sentence)


def _is_name(text: str, q: Quotation, within: Stretch) -> bool:
    """Whether the marks set off a title or nickname: few words, the long ones capitalised, inside a running clause."""
    inner = text[q.start : q.end].strip(MARKS + CLOSING + "' ")
    words = re.findall(r"[^\W_][\w'’&.-]*", inner)
    if not words or len(words) > 7:
        return not words
    before = text[max(within.start, q.start - BEFORE) : q.start]
    led_in = re.search(r"[\w'’)]\s+$", before) and not UTTERED.search(before)
    begins = [w[0].isupper() or w[0].isdigit() for w in words]
    titled = all(begun or len(w) <= 3 for begun, w in zip(begins, words, strict=True))
    return bool(led_in) and titled and begins[0]


class Sentence(NamedTuple):
    """A sentence `[start, end)` of a text, with its paragraph and the quotations that share words with it."""

    text: str
    start: int
    end: int
    paragraph: Stretch
    quoted: list[Quotation]

    def holds(self, at: int) -> bool:
        """Whether an offset lies in it."""
        return self.start <= at < self.end

    def around(self, start: int, end: int, reach: int) -> str:
        """Its words in `[start, end)` and so many code points on both sides."""
        return self.text[max(self.start, start - reach) : min(self.end, end + reach)]

    def matches(self, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
        """Where a pattern stands in it."""
        return pattern.finditer(self.text, self.start, self.end)


@lru_cache(maxsize=2)
def sentences_of(text: str) -> tuple[Sentence, ...]:
    """Every sentence of a text in order, those inside one quotation kept together up to LONGEST_SENTENCE."""
    found: list[Sentence] = []
    for paragraph in paragraphs(text):
        quoted = quotations(text, paragraph)
        places: list[Stretch] = []
        for sentence in sentences(text, paragraph):
            if places and _continues(places[-1], sentence, quoted):
                places[-1] = Stretch(places[-1].start, sentence.end)
            else:
                places.append(sentence)
        for start, end in places:
            first, last = bisect_right(quoted, start, key=END), bisect_left(quoted, end, key=START)
            found.append(Sentence(text, start, end, paragraph, quoted[first:last]))
    return tuple(found)


def sentences_touching(text: str, place: Stretch | Span) -> Stretch:
    """The sentences that a place touches, whole."""
    every = sentences_of(text)
    first = max(0, bisect_right(every, place.start, key=START) - 1)
    touched = every[first : bisect_left(every, place.end, key=START)] or (place,)
    return Stretch(min(place.start, touched[0].start), max(place.end, touched[-1].end))


def _continues(before: Stretch, sentence: Stretch, quoted: Sequence[Quotation]) -> bool:
    """Whether a sentence begins inside a quotation, and is not too long with the one before it."""
    at = bisect_left(quoted, sentence.start, key=START)
    inside = at > 0 and sentence.start < quoted[at - 1].end - 1
    return inside and sentence.end - before.start <= LONGEST_SENTENCE


def alternatives(kinds: Mapping[str, str]) -> str:
    """One pattern of the patterns of several kinds, which have no groups of their own."""
    return "|".join(f"({words})" for words in kinds.values())


def kind_of(kinds: Mapping[str, str], match: re.Match[str]) -> str:
    """The kind whose pattern a match of `alternatives` is."""
    return list(kinds)[(match.lastindex or 1) - 1]
