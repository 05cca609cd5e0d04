"""A sentence as a sequence of typed mentions: places with the form in which they stand, rates, instruments, acts, goods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache, cached_property, lru_cache
from typing import Any, NamedTuple

from paxsilica.brief.actors import Cast
from paxsilica.brief.frames.goods import (
    CODES,
    LONGEST_GOODS,
    NUMBERED_LIST,
    NamedGoods,
    first_words,
    goods_of_codes,
    longest,
)
from paxsilica.brief.frames.words import (
    LONGEST_PHRASE,
    TOKEN,
    Phrase,
    Sense,
    begins,
    holders_on,
    lexicon,
    pairs,
    place_words,
    without_possessive,
)
from paxsilica.brief.places import states_in
from paxsilica.brief.record import Quantity, Span, Time
from paxsilica.names.places import places

BOTH = frozenset(
    ["US", "U.S.", "UK", "U.K.", "EU", "E.U.", "USA", "ASEAN", "GCC", "Mercosur", "EAC"]
)
"""Names that stand before a noun like an adjective."""


OF_EUROPE = ("countries", "nations", "states", "neighbours", "neighbors")
"""Nouns by which `European` is said of some states and not of their union."""

RATE_UNITS = ("percent", "percentage points", "basis points")


POINTS = re.compile(r"(?<![\d.,-])(\d{1,3}(?:\.\d+)?)\s+points?\b")


MEANINGS_KEPT = 1 << 14
"""Phrases whose meaning is remembered, for most words of a text come back."""


class Mention(NamedTuple):
    """One mention `[start, end)`.

    Attributes:
        kind: place, rate, money, date, goods, product, instrument, verb, ... or word. value: what it is.
        also: further meanings of the same words, such as a noun that is a verb as well. own: followed by `'s`.
        form: of a place: `` (name or adjective), `office`, `private`, `voice`, `court`, `exporter`.
    """

    kind: str
    value: Any
    start: int
    end: int
    words: str
    also: tuple[Sense, ...] = ()
    own: bool = False
    form: str = ""

    def can_be(self, kind: str, value: str = "") -> bool:
        """Whether one of its meanings is of a kind (and value)."""
        if self.kind == kind and (not value or self.value == value):
            return True
        return any(m.kind == kind and (not value or m.value == value) for m in self.also)

    def as_(self, kind: str) -> Mention:
        """The same in one of its other meanings."""
        if self.kind == kind:
            return self
        other = next(m for m in self.also if m.kind == kind)
        left = tuple(m for m in (Sense(self.kind, self.value), *self.also) if m is not other)
        return self._replace(kind=kind, value=other.value, also=left)


@dataclass(frozen=True)
class Known:
    """What a document defines for its own sentences.

    Attributes:
        names: surnames and defined terms -> codes. goods: short names -> goods.
        publisher: codes of the state whose office publishes the document.
    """

    names: Mapping[Phrase, tuple[str, ...]] = field(default_factory=dict)
    publisher: tuple[str, ...] = ()
    day: date | None = None
    goods: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def first_words(self) -> frozenset[str]:
        """First tokens of the names, without possessives."""
        return frozenset((*(without_possessive(name[0]) for name in self.names), *self.goods))


@cache
def _adjectives() -> frozenset[str]:
    nouns = (
        "White House",
        "Kremlin",
        "America",
        "Germans",
        "Americans",
        "Russians",
        "Indians",
        "Israelis",
    )
    return (
        frozenset(word for p in places() for word in p.spoken if word not in nouns)
        | BOTH
        | {"European"}
    )


def adjective(item: Mention) -> bool:
    """Whether a place is named by an adjective, or by a name that serves as one."""
    return item.kind == "place" and not item.form and not item.own and item.words in _adjectives()


def known_of(cast: Cast, day: date | None) -> dict[Phrase, tuple[str, ...]]:
    """People of a text by name and surname -> the state whose office they hold."""
    found: dict[Phrase, tuple[str, ...]] = {}
    for surname, person in cast.people.items():
        offices = [cast.text[o.start : o.end] for o in person.offices]
        states = next((s for office in offices if (s := states_in(office))), ())
        if len(states) == 1 and not any(w in o for o in offices for w in ("Senator", "Professor")):
            for name in (surname, person.name):
                found[tuple(TOKEN.findall(name))] = states
    return found


def items_of(
    text: str,
    start: int,
    end: int,
    quantities: Sequence[Quantity],
    times: Sequence[Time],
    known: Known,
) -> list[Mention]:
    """The mentions of `[start, end)` in order; `quantities` and `times` are those inside it."""
    fixed = {i.start: i for i in _numbers_and_times(text, start, end, quantities, times)}
    spans = [m.span() for m in TOKEN.finditer(text, start, end)]
    tokens = [text[a:b] for a, b in spans]
    found: list[Mention] = []
    at = 0
    while at < len(tokens):
        here = spans[at][0]
        if here in fixed:
            found.append(fixed[here])
            while at < len(tokens) and spans[at][0] < found[-1].end:
                at += 1
            continue
        named = without_possessive(tokens[at]) in known.first_words
        stop = at + (LONGEST_PHRASE if named else _name_reach(*tokens[at : at + 2]))
        following = range(at + 1, min(stop, len(spans)))
        stop = next((k for k in following if spans[k][0] in fixed), stop)
        words = tuple(tokens[at:stop])
        meaning = _longest(words, known) if named else _senses_at(words, known.day)
        n, kind, value, also, own, form = meaning
        end_of = spans[at + n - 1][1]
        found.append(Mention(kind, value, here, end_of, text[here:end_of], also, own, form))
        at += n
    found = [*_spans(found)]
    return _offices([_led(found, i) for i in range(len(found))])


def _spans(items: Sequence[Mention]) -> Iterator[Mention]:
    """The same with two rates that a dash joins as one, which is at least and at most: `15.42-43.31%`."""
    at = 0
    while at < len(items):
        item = items[at]
        dash = (
            at + 2 < len(items)
            and items[at + 1].words in ("-", "–")
            and items[at + 2].kind == "rate"
        )
        close = (
            at + 1 < len(items)
            and items[at + 1].kind == "rate"
            and items[at + 1].start <= item.end + 1
        )
        if item.kind == "rate" and (dash or close):
            last = items[at + 2] if dash else items[at + 1]
            both = last.value.model_copy(update={"at_least": True, "at_most": True})
            yield last._replace(value=both, start=item.start, words=f"{item.words}-{last.words}")
            at += 3 if dash else 2
        else:
            yield item
            at += 1


def _names_office(items: Sequence[Mention], i: int) -> bool:
    """Whether goods only name an office: `Ministry of Trade and Steel`, `the Agriculture Minister`."""
    if items[i].kind != "product" or not items[i].words[:1].isupper():
        return False
    k = i - 1
    while k > 0 and (items[k].words in (",", "and", "&") or items[k].words[:1].isupper()):
        k -= 1
    led = k > 0 and items[k].words in ("of", "for") and items[k - 1].kind == "office"
    behind = items[i + 1] if i + 1 < len(items) else items[i]
    return led or (behind.kind == "office" and behind.words[:1].isupper())


def _led(items: Sequence[Mention], i: int) -> Mention:
    """Words as what they are where they stand: `starting` before a date, `bar` behind goods, goods in an office's name."""
    item = items[i]
    if _names_office(items, i):
        return item._replace(kind="word", value=item.words.lower(), also=())
    if item.words == "bar" and i and items[i - 1].kind in ("goods", "product"):
        return item._replace(kind="prep", value="except", also=())
    if item.words == "European" and i + 1 < len(items) and items[i + 1].words in OF_EUROPE:
        return item._replace(kind="word", value="european", also=())
    after = items[i + 1].kind if i + 1 < len(items) else ""
    return item.as_("prep") if after == "date" and item.can_be("prep") else item


def _numbers_and_times(
    text: str, start: int, end: int, quantities: Sequence[Quantity], times: Sequence[Time]
) -> Iterator[Mention]:
    """Numbers, times, customs codes and lists of goods, which have their own rules."""
    taken = bytearray(end - start)  # 1 for each code point that something has

    def takes(a: int, b: int) -> bool:
        free = 1 not in taken[a - start : b - start]
        if free:
            taken[a - start : b - start] = b"\1" * (b - a)
        return free

    for m in CODES.finditer(text, start, end):
        takes(*m.span())
        yield Mention("product", goods_of_codes(m["codes"]), *m.span(), m[0])
    for m in NUMBERED_LIST.finditer(text, start, end):
        takes(*m.span())
        yield Mention("product", NamedGoods(m["name"]), *m.span(), m[0])
    for q in quantities:
        s = q.span
        if not takes(s.start, s.end):
            continue
        per_unit = " a " in q.unit and q.unit[:3].isupper()
        kind = (
            "rate" if q.unit in RATE_UNITS and q.value >= 0 else "money" if per_unit else "number"
        )
        yield Mention(kind, q, s.start, s.end, s.exact)
    for m in POINTS.finditer(text, start, end):
        if takes(*m.span()):
            q = Quantity(span=Span.of(text, *m.span()), value=float(m[1]), unit="percentage points")
            yield Mention("rate", q, *m.span(), m[0])
    for t in times:
        s = t.span
        if 1 not in taken[s.start - start : s.end - start]:
            yield Mention("date", t, s.start, s.end, s.exact)


@lru_cache(maxsize=MEANINGS_KEPT)
def _name_reach(first: str, second: str = "") -> int:
    """How many tokens the longest phrase of the tables may have that begins with two tokens."""
    small, following = (without_possessive(token).casefold() for token in (first, second))
    most = begins().get(small, 1)
    most = most if (small, following) in pairs() else 1
    return max(most, LONGEST_GOODS) if small in first_words() else most


class _Meaning(NamedTuple):
    """What the first `n` of some tokens are, in the terms of a `Mention`."""

    n: int
    kind: str
    value: Any
    also: tuple[Sense, ...] = ()
    own: bool = False
    form: str = ""


@lru_cache(maxsize=MEANINGS_KEPT)
def _senses_at(tokens: Phrase, day: date | None) -> _Meaning:
    return _longest(tokens, Known(day=day))


def _longest(tokens: Phrase, known: Known) -> _Meaning:
    """The longest phrase at the beginning of some tokens that any table, or one of a document's names, has."""
    bare = [without_possessive(t) for t in tokens]
    people, by_name, words = holders_on(known.day), place_words(), lexicon()
    names, product = known.names, longest(bare, 0)
    if short := known.goods.get(bare[0]):
        return _Meaning(1, "product", short, own=tokens[0] != bare[0])
    small, small_bare = [t.casefold() for t in tokens], [t.casefold() for t in bare]
    for n in range(len(tokens), 0, -1):
        key = (*tokens[: n - 1], bare[n - 1])
        own = tokens[n - 1] != bare[n - 1]
        place = names.get(key) or _place_named(key, people, by_name)
        if place:
            form = "person" if key in people or key in names else ""
            return _Meaning(n, "place", place, own=own, form=form)
        meanings = words.get(tuple(small[:n])) or words.get((*small[: n - 1], small_bare[n - 1]))
        shouted = n == 1 and tokens[0].isupper() and len(tokens[0]) in (2, 3) and tokens[0] != "AND"
        if product and product[0] == n:
            return _Meaning(n, "product", product[1], meanings or (), own)
        if meanings and not (shouted and meanings[0].kind in ("pronoun", "modal")):
            first, *rest = meanings
            return _Meaning(n, first.kind, first.value, tuple(rest), own)
    return _Meaning(1, "word", small_bare[0], own=tokens[0] != bare[0])


def _place_named(
    key: Phrase, people: Mapping[Phrase, str], by_name: Mapping[Phrase, str]
) -> tuple[str, ...]:
    code = by_name.get(key) or people.get(key)
    return (code,) if code else ()


def _offices(items: list[Mention]) -> list[Mention]:
    """The same with an office and its state, or an office and its holder, as one place: `the Turkish trade ministry`,
    `President Lula da Silva of Brazil`."""
    done: list[Mention] = []
    at = 0
    while at < len(items):
        with_borrowed_goods, n = _office_at(items, at)
        done.append(with_borrowed_goods)
        at += n
    return done


def _name_end(items: Sequence[Mention], at: int) -> int:
    """Where capitalised words that begin at an item end."""
    while at < len(items) and (
        (items[at].kind == "word" and items[at].words[:1].isupper())
        or items[at].words in ("da", "de", "von", "van", "der", "al", "bin", "el", "-")
        or (items[at].kind == "place" and items[at].form == "person")
        or (items[at].kind == "office" and items[at].words[:1].isupper())
    ):
        at += 1
    return at


def _office_at(items: Sequence[Mention], at: int) -> tuple[Mention, int]:
    """The item at a place with the office that it belongs to, and how many items that takes."""
    item = items[at]
    of = at + 2 < len(items) and items[at + 1].words == "of" and items[at + 2].kind == "place"
    if item.form == "person" and of and not items[at + 2].form:
        state = items[at + 2]
        return item._replace(value=state.value, end=state.end, own=state.own), 3
    if item.kind == "place" and not item.form:
        k = at + 1
        while (
            k < len(items)
            and k < at + 5
            and (
                items[k].kind in ("word", "ignore", "goods", "product")
                or (items[k].words in ("of", "for", "and", "-"))
                or (items[k].can_be("instrument") and items[k].words[:1].isupper())
            )
        ):
            thing = items[k].kind in ("goods", "product") and items[k].words[:1].islower()
            if thing and items[k].words not in ("trade", "agriculture", "energy", "food"):
                break
            if items[k].words in ("of", "for", "and") and not items[k - 1].words[:1].isupper():
                break
            k += 1
        wood = k < len(items) and items[k].words in ("board", "boards")
        if k < len(items) and items[k].kind == "office" and not wood:
            between = items[at + 1 : k]
            plain = all(
                i.kind != "word" or i.words[:1].isupper() or i.words.islower() for i in between
            )
            if plain and len(between) <= 3:
                value = items[k].value
                stop = _name_end(items, k + 1)
                last = items[stop - 1]
                form = "office" if value == "government" else value
                own = last.own
                return item._replace(end=last.end, own=own, form=form), stop - at
    if item.kind == "office" and item.value in ("government", "voice", "court"):
        stop = _name_end(items, at + 1)
        holder = next((i for i in items[at + 1 : stop] if i.kind == "place"), None)
        if stop + 1 < len(items) and items[stop].words in ("of", "for", "to"):
            k = stop + 1
            while k < len(items) and items[k].words in ("the", "The"):
                k += 1
            if k < len(items) and items[k].kind == "word" and k + 1 < len(items):
                # an office of something, such as `ministry of commerce of India`
                j = _name_end(items, k)
                if j > k and j + 1 < len(items) and items[j].words == "of":
                    k = j + 1
                    while k < len(items) and items[k].words in ("the", "The"):
                        k += 1
            if k < len(items) and items[k].kind == "place":
                form = "office" if item.value == "government" else item.value
                end = items[k]
                return (
                    Mention(
                        "place", end.value, item.start, end.end, item.words, own=end.own, form=form
                    ),
                    k + 1 - at,
                )
        if holder is not None:
            form = "office" if item.value == "government" else item.value
            last = items[stop - 1]
            return holder._replace(
                start=item.start, end=last.end, own=last.own, form=form
            ), stop - at
    return item, 1
