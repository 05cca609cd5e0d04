"""Labels of a table or list: which states and goods they name, and the duty that a name is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

from paxsilica.brief.frames.gate import RATED
from paxsilica.brief.frames.goods import CODE, NamedGoods, goods_of_codes, longest
from paxsilica.brief.frames.table_lines import Level, TableCell
from paxsilica.brief.frames.words import TOKEN, lexicon
from paxsilica.brief.places import by_word
from paxsilica.brief.record import RateOp
from paxsilica.names import Names

NOT_RATES = re.compile(
    r"\b(?:shares?|growth|grew|change|vat|value[- ]added|inflation|population|gdp|weights?|volumes?"
    r"|turnout|rank(?:ing|ed)?|unemployment|interest|approval|votes?|polls?|probability|yields?|margins?|corporate|sales|revenue"
    r"|deficit|index|exchange|income|discount|utili[sz]ation|utili[sz]ed|average)\b",
    re.IGNORECASE,
)
NOTE_MARKS = re.compile(r"\s?[\[(](?:\d{1,2}|[a-z*†‡])[\])]|[*†‡§¹²³⁴-⁹]+")
OF_GOODS = re.compile(
    r"(?:(?:tariffs?|dut(?:y|ies)|rates?|for|on)\s)*(?:(?:(?:all\s)?(?:articles|goods|products|imports)\s)?(?:of|from|originating\sin)\s)?(?:the\s)?",
    re.IGNORECASE,
)
"""What leads to a name in a label: `Articles of`, `Duty on goods from the`."""

REST = re.compile(r"(?:all\s|any\s)?others?\b|total|average|mean\b|rest of", re.IGNORECASE)


class LabelledRate(NamedTuple):
    """A row at `[start, end)`: its label, what that means, and its rate.

    Attributes:
        rate, before: percent; the second is the rate that it replaces. op: what the rate does where it is not set.
        doubt: why its place is not known. duty: the type of a measure, where the row says one. starts, ends: its days.
        firm: whether it is the rate of one firm, or of all others.
    """

    start: int
    end: int
    label: str
    place: str
    goods: NamedGoods | None
    rate: float
    before: float | None = None
    op: RateOp = ""
    doubt: str = ""
    duty: str = ""
    starts: date | None = None
    ends: date | None = None
    firm: bool = False


class Labelled(NamedTuple):
    """Whom or what a label names, which begins at `at`."""

    at: int
    label: str
    place: str
    goods: NamedGoods | None


def rows_for(
    parties: Sequence[Labelled], end: int, level: Level, start: int | None = None
) -> list[LabelledRate]:
    """A row for each of the parties of a rate, from its name on; the first from `start`."""
    return [
        LabelledRate(p.at if start is None or n else start, end, p.label, p.place, p.goods, *level)
        for n, p in enumerate(parties)
    ]


def named_in(words: str) -> str:
    """The type of a measure that is named in some words: Anti-dumping of `dumping margins`; nothing where none is."""
    tokens = [token.casefold() for token in TOKEN.findall(words)]
    stretches = (tuple(tokens[a : a + n]) for n in range(5, 0, -1) for a in range(len(tokens)))
    senses = (sense for phrase in stretches for sense in lexicon().get(phrase, ()))
    return next((s.value for s in senses if s.kind == "instrument"), "")


def duty_named(words: str) -> str:
    """The same where it is a duty."""
    found = named_in(words)
    return found if found in RATED else ""


MOST_OF_A_LABEL = 200
"""Code points of the longest label that is looked for in names."""


def parties_in(cell: TableCell, exact: bool = False) -> list[Labelled]:
    """Whom or what a label names; nothing where it means all that the others do not. `exact` where it may name neither."""
    label = NOTE_MARKS.sub("", cell.words).strip(" :,;.–—-…\"'*")
    at = cell.start + max(cell.words.find(label), 0)
    lead = OF_GOODS.match(label)
    name = label[lead.end() if lead else 0 :]
    if not label or REST.match(label):
        return []
    if len(label) > MOST_OF_A_LABEL:
        return [Labelled(at, label, "", None)]
    plain = re.sub(r"\s(?:goods|products|imports|articles)$", "", name)
    for words in (label, plain, re.sub(r"(?<=[^\W\d])\d{1,2}$|^\d{1,3}\s+", "", plain)):
        if place := place_labelled(words):
            return [Labelled(at, words, place, None)]
        if goods := _goods_exactly(words):
            return [Labelled(at, label, "", goods)]
    if exact:
        return []
    if places := states_listed(name):
        begin = 0
        return [
            Labelled(at + (begin := label.index(words, begin)), words, code, None)
            for words, code in places
        ]
    return [_goods_of_state(label, at) or Labelled(at, label, "", _goods_labelled(label))]


def states_listed(label: str) -> list[tuple[str, str]]:
    """The states of a label that names nothing else: `Japan, Korea and Bosnia and Herzegovina`."""
    if code := place_labelled(label):
        return [(label, code)]
    for sep in (r"\s?[,;/]\s?(?:and\s)?", r"\s(?:and|&)\s"):
        words = re.split(sep, label)
        if len(words) > 1:
            parts = [states_listed(part) for part in words]
            return [place for part in parts for place in part] if all(parts) else []
    return []


def _goods_of_state(label: str, at: int) -> Labelled | None:
    """A label of a state and its goods: `Japan - cars`, `cars from Japan`, `Japan (cars)`."""
    for m in re.finditer(r"\s?(?P<sep>[:;/,(]|\s[–—-]\s|\sfrom\s)\s?", label):
        left, right = label[: m.start()], label[m.end() :].rstrip(")")
        for state, words in ((left, right), (right, left)):
            place = place_labelled(state)
            goods = _goods_labelled(words)
            if (
                place
                and m["sep"] == "("
                and (words.isupper() or re.match("excl|incl|former|not", words))
            ):
                return Labelled(at, label, place, None)
            if place and (goods or m["sep"] != ","):
                return Labelled(at, label, place, goods or NamedGoods(words))
    return None


def place_labelled(label: str) -> str:
    """The code of the place that a label is; nothing where it is none."""
    if len(label) < 3 and not label.isupper():
        return ""
    return by_word().get(label) or Names().place(label)


def _goods_exactly(label: str) -> NamedGoods | None:
    """The goods that a label is as a whole: a customs code with or without words, or a name that a table has."""
    coded = re.match(
        rf"(?:(?:HS|HTS|CN)\s?)?(?:(?:sub)?heading\s|chapter\s|codes?\s)?({CODE})\b", label
    )
    if (
        coded
        and not re.match(r"(?:19|20)\d\d(?![\d.])", label)
        and (label[0].isalpha() or len(re.sub(r"\D", "", coded[1])) >= 4)
    ):
        return goods_of_codes(coded[1])
    tokens = TOKEN.findall(label)
    found = longest(tokens, 0) if tokens else None
    return found[1] if found and found[0] == len(tokens) else None


def _goods_labelled(label: str) -> NamedGoods | None:
    """The goods that a label is, or ends with."""
    tokens = TOKEN.findall(label)
    ends = (
        hit[1]._replace(words=label)
        for at in range(len(tokens))
        if (hit := longest(tokens, at)) and at + hit[0] == len(tokens)
    )
    return _goods_exactly(label) or (next(ends, None) if len(tokens) < 5 else None)
