"""Words for goods -> customs codes or sectors of the baseline."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from paxsilica.brief.frames.words import Phrase, lexicon, phrase_of
from paxsilica.names.places import FOLDER, entries_of, packaged_groups, rows
from paxsilica.names.sectors import packaged_sectors

CODE = r"\d{2}(?:\.?\d{2}(?:[.\s]?\d{2}){0,3})?"
CODES = re.compile(
    r"\b(?:(?:HS|H\.S\.|HTSUS|HTS|CN|ITC-HS)(?:\s(?:codes?|headings?|subheadings?|chapters?))?|(?:tariff\s)?(?:headings?|"
    rf"subheadings?|codes?|[Cc]hapters?))\s(?P<codes>{CODE}(?:(?:,\s|\s(?:and|or)\s){CODE})*)(?![\d.%-]*[\d%-]|\s*per\s?cent)"
)
"""Customs codes with the words that say that they are some."""

NUMBERED_LIST = re.compile(
    r"[\"“‘']?\b(?P<name>List [1-4][AB]?\b(?: (?:goods|products|items)\b)?)[\"”’']?(?!\.\d)"
)
"""A list of goods that a text calls by its number."""


class NamedGoods(NamedTuple):
    """Goods as a text names them; neither codes nor sectors where nobody knows what they are."""

    words: str
    codes: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()

    @property
    def covered(self) -> tuple[str, ...]:
        """The codes and sectors that they are."""
        return (*self.codes, *self.sectors)

    @property
    def known(self) -> bool:
        """Whether the baseline has them."""
        return bool(self.covered)


@cache
def goods_words() -> dict[Phrase, NamedGoods]:
    """Phrase in small letters -> goods: whole sectors and groups by their label, others by codes, parts by sector."""
    found: dict[Phrase, NamedGoods] = {}
    for sector in packaged_sectors():
        if sector.goods:
            for words in sector.holds:
                found.setdefault(phrase_of(words.casefold()), NamedGoods(words, (), (sector.code,)))
    for row in rows(FOLDER / "goods.csv"):
        for words in entries_of(row["words"]):
            found[phrase_of(words.casefold())] = NamedGoods(words, tuple(row["hs"].split()))
    for sector in packaged_sectors():
        if sector.goods:
            for words in (sector.name, *sector.also):
                found[phrase_of(words.casefold())] = NamedGoods(words, (), (sector.code,))
    for label, members in packaged_groups()["sectors"].items():
        whole = all(s.goods for s in packaged_sectors() if s.code in members)
        if whole and label not in ("goods", "steel", "chips", "food"):
            found[phrase_of(label.replace("_", " "))] = NamedGoods(label, (), (label,))
    return found


@cache
def first_words() -> frozenset[str]:
    """First tokens of all names of goods, and their singulars."""
    first = {phrase[0] for phrase in goods_words()}
    stems = {(word[: -len(end)], end) for word in first for end in PLURALS if word.endswith(end)}
    return frozenset(first | {stem + "y" * (end == "ies") for stem, end in stems})


PLURALS = ("s", "es", "ies")
"""How plurals end."""


def goods_of_codes(written: str) -> NamedGoods:
    """The goods of customs codes as a text writes them: `8541.10`, `7208 and 7209`."""
    codes = [re.sub(r"\D", "", code) for code in re.findall(CODE, written)]
    return NamedGoods(f"HS {written}", tuple(code for code in codes if len(code) % 2 == 0))


GOODS_WORDS = "|".join(
    p[0] for p, senses in lexicon().items() if senses[0].kind == "goods" and len(p) == 1
)
"""Words for goods of any sort, as a pattern."""

LONGEST_GOODS = 5
"""Words of the longest name of goods."""


def _plurals_of(word: str) -> Iterator[str]:
    """How the plural of a word may end."""
    yield "s"
    if word.endswith("y"):
        yield "ies"
    if word.endswith(("s", "x", "z", "ch", "sh", "o")):
        yield "es"


def longest(tokens: list[str], at: int, most: int = LONGEST_GOODS) -> tuple[int, NamedGoods] | None:
    """The longest name of goods that begins at a token, and how many tokens it has."""
    known = goods_words()
    if tokens[at].casefold() not in first_words():
        return None
    for n in range(min(most, len(tokens) - at), 0, -1):
        key = tuple(t.casefold() for t in tokens[at : at + n])
        many = (key[-1][: -1 if end == "ies" else None] + end for end in _plurals_of(key[-1]))
        for form in (key, *((*key[:-1], word) for word in many)):
            plain = len(key) == 1 and (key in lexicon() or key == ("date",))
            if form in known and (form == key or not plain):
                return n, known[form]._replace(words=" ".join(tokens[at : at + n]))
    return None


IN_SHORT = re.compile(r"\s\([“\"'‘]?(?P<short>[A-Z]{2,6})s?[”\"'’]?\)")
SPELLED_OUT, LONGEST_SPELLED = re.compile(r"[\w,/ -]*$"), 8
"""What stands before a short name, and words of the longest name that a text gives one."""


def short_goods(text: str) -> dict[str, NamedGoods]:
    """Short names that a text gives goods, with and without `s`: `corrosion-resistant steel (CORE)`."""
    found: dict[str, NamedGoods] = {}
    for m in IN_SHORT.finditer(text):
        before = SPELLED_OUT.search(text[max(0, m.start() - 90) : m.start()])
        words = before[0].split()[-LONGEST_SPELLED:] if before else []
        spelled = re.compile("[^,]*".join(m["short"]), re.IGNORECASE)
        names = (" ".join(words[at:]) for at in reversed(range(len(words))))
        name = next(filter(spelled.match, names), "")
        tokens = [*phrase_of(name)]
        known = ((at, longest(tokens, at)) for at in range(len(tokens)))
        for goods in [g[1] for at, g in known if g and at + g[0] == len(tokens)][:1]:
            found[m["short"]] = found[m["short"] + "s"] = goods._replace(words=name)
    return found


def joined_goods(goods: NamedGoods) -> list[NamedGoods]:
    """The goods that a name joins, each by itself, where all of them are known: `steel and aluminum`."""
    parts = [part.split() for part in goods.words.split(" and ")]
    known = [longest(part, 0) if part else None for part in parts]
    found = [k[1]._replace(words=" ".join(p)) for p, k in zip(parts, known, strict=True) if k]
    return found if len(found) == len(parts) > 1 else [goods]
