"""What a language model answers about a text, held against that text.

An answer is taken only where its quote stands in the text as it is, and where its numbers, days, goods and states stand
in the quote's own sentences or near them; one that fails is dropped with a note that says what failed. What is taken is
marked as the model's, and waits for a person (`consent`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from itertools import islice
from textwrap import shorten
from typing import Any

from pydantic import ValidationError

from paxsilica.brief.actors import slug
from paxsilica.brief.consent import Confirmable, with_model
from paxsilica.brief.decoding import normal
from paxsilica.brief.documents import unmasked
from paxsilica.brief.due import due_in
from paxsilica.brief.frames.gate import EVERY_COUNTRY, gated
from paxsilica.brief.frames.goods import goods_words
from paxsilica.brief.frames.words import phrase_of
from paxsilica.brief.llm import PROMPT_VERSION, Endpoint, SaidMeasure, SaidPromise, heard_of
from paxsilica.brief.passages import Stretch, beginning_in, sentences_touching
from paxsilica.brief.places import state_code, states_in
from paxsilica.brief.record import ByModel, Commitment, Measure, Quantity, Reading, Span, Time
from paxsilica.brief.rows import with_needs
from paxsilica.errors import LabelError, joined
from paxsilica.files import printable
from paxsilica.names.products import hs_digits
from paxsilica.policy.products import hs_codes

SHORTEST_QUOTE, LONGEST_QUOTE = 10, 600
"""Code points; what is shorter or longer shows no single act."""

NEAR = 300
"""Code points before and behind the sentences of a quote in which names and days may stand."""

MOST_ITEMS, MOST_PLACES = 100, 20
"""Items of an answer, and places of a quote, that are looked at."""

SAYS_EVERY = re.compile(r"\b(?:all|any|each|every|global|universal|worldwide)\b", re.IGNORECASE)
NO_DUTY = re.compile(r"\b(?:zero|nil|duty[- ]free|tariff[- ]free|free of dut(?:y|ies))\b", re.I)


class DoubtError(Exception):
    """What of an answer is not in the text."""


@dataclass(frozen=True)
class Place:
    """Where a quote stands in a text, with its sentences and what is near them."""

    reading: Reading
    text: str
    quote: Stretch
    close: Stretch

    @property
    def near(self) -> Stretch:
        return Stretch(max(0, self.close.start - NEAR), min(len(self.text), self.close.end + NEAR))

    @property
    def words(self) -> str:
        return self.text[self.near.start : self.near.end]

    @property
    def span(self) -> Span:
        return Span.of(self.reading.document.text, *self.quote)

    def number(self, value: float) -> Quantity:
        """The quantity of this value in the sentences, one in the quote before others. Raises DoubtError."""
        found = beginning_in(self.reading.quantities, *self.close)
        same = [q for q in found if math.isclose(q.value, value)]
        if not same:
            raise DoubtError(f"its number {value:g} does not stand in the sentence of the quote")
        return min(same, key=lambda q: not self.quote.holds(q.span.start))

    def rate(self, value: float) -> Quantity:
        """The per cent or points of this value. Raises DoubtError."""
        none = NO_DUTY.search(self.text, *self.close) if value == 0 else None
        if none:
            span = Span.of(self.reading.document.text, *none.span())
            return Quantity(span=span, value=0.0, unit="percent", role="rate")
        found = self.number(value)
        if not found.unit.startswith("percent"):
            raise DoubtError(f"its rate {value:g} is {found.unit} in the text")
        return found

    def day(self, written: str | None) -> tuple[date | None, Time | None]:
        """A day and the words for it. Raises DoubtError."""
        if written is None:
            return None, None
        try:
            day = date.fromisoformat(written)
        except ValueError:
            raise DoubtError(f"{written} is no day") from None
        near, own = (beginning_in(self.reading.times, *at) for at in (self.near, self.quote))
        due = due_in(self.text, self.span, self.quote.start, own)
        for time in filter(None, (due, *near)):
            if day in (time.first, time.last):
                return day, time
        raise DoubtError(f"no words for the day {day} stand near the quote")

    def states(self, said: Sequence[str]) -> tuple[str, ...]:
        """Codes of states and groups that are named here; `*` where the text says every. Raises DoubtError."""
        return tuple(dict.fromkeys(map(self._state, said)))

    def _state(self, said: str) -> str:
        if said == EVERY_COUNTRY:
            if not SAYS_EVERY.search(self.words):
                raise DoubtError("nothing near the quote says that every country is hit")
            return said
        code = state_code(said)
        if not code:
            raise DoubtError(f"{said!r} is no state or group that is known")
        if code not in states_in(self.words):
            raise DoubtError(f"{said} is not named near the quote")
        return code

    def promiser(self, said: str) -> str:
        """The code of a state, or the id of somebody of the text. Raises DoubtError."""
        people = {actor.id: actor.id for actor in self.reading.actors}
        people |= {slug(actor.name): actor.id for actor in self.reading.actors}
        if state_code(said) or slug(said) not in people:
            return self._state(said)
        if said.casefold() not in self.words.casefold():
            raise DoubtError(f"{said} is not named near the quote")
        return people[slug(said)]

    def goods(self, products: Sequence[str], codes: Sequence[str]) -> dict[str, Any]:
        """Fields of a measure for the text's words and customs codes. Raises DoubtError."""
        for words in products:
            if not words or words.casefold() not in self.words.casefold():
                raise DoubtError(f"{words!r} does not stand near the quote")
        digits = [hs_digits(code) for code in codes]
        try:
            hs_codes(digits)
        except LabelError as exc:
            raise DoubtError(str(exc)) from None
        for code in digits:
            pairs = r"[.\s]?".join(re.findall("..", code))
            if not re.search(rf"(?<![\d.]){pairs}(?!\.?\d|\s?%|\sper)", self.words):
                raise DoubtError(f"the customs code {code} does not stand near the quote")
        known = [goods_words().get(phrase_of(words.casefold())) for words in products]
        found = [] if digits or None in known else [goods for goods in known if goods]
        return {
            "products": ", ".join(products) or joined(f"HS {code}" for code in digits),
            "codes": (*digits, *dict.fromkeys(c for goods in found for c in goods.codes)),
            "sectors": tuple(dict.fromkeys(s for goods in found for s in goods.sectors)),
        }


def asked_of_model(
    reading: Reading, at: Endpoint, day: date, progress: Callable[[str, int, int], None]
) -> Reading:
    """A reading by the rules, and beside it what a model reads in the same text. Raises InputError as `heard_of`."""
    text, by = unmasked(reading.document), ByModel(name=at.model, prompt=PROMPT_VERSION, day=day)
    heard, notes = heard_of(text, at, progress)
    measures: list[Measure] = []
    promises: list[Commitment] = []
    for one in heard:
        for said, form in ((one.measures, SaidMeasure), (one.promises, SaidPromise)):
            if len(said) > MOST_ITEMS:
                notes.append(f"of {len(said):,} answers of the model {MOST_ITEMS} were looked at")
            for raw in said[:MOST_ITEMS]:
                try:
                    item = _taken(raw, form, reading, text, one.part)
                except DoubtError as doubt:
                    notes.append(_note(raw, doubt))
                    continue
                if isinstance(item, Measure):
                    measures.append(item.model_copy(update={"model": by}))
                else:
                    promises.append(item.model_copy(update={"model": by}))
    rules = reading.model_copy(update={"asked": by, "dropped": tuple(notes)})
    return with_model(rules, measures, promises)


def _note(raw: Any, doubt: DoubtError) -> str:
    """What the model said, cut short, and why it was dropped."""
    quote = raw.get("quote", "") if isinstance(raw, dict) else raw
    said = shorten(str(quote), 80, placeholder=" …")
    return printable(
        normal(f"dropped of the model's answers: “{said}”: {shorten(str(doubt), 200)}")
    )


def _taken(
    raw: Any,
    form: type[SaidMeasure] | type[SaidPromise],
    reading: Reading,
    text: str,
    part: Stretch,
) -> Measure | Commitment:
    """An answer as an item of the record. Raises DoubtError."""
    try:
        said = form.model_validate(raw)
    except ValidationError as exc:
        problem = exc.errors(include_url=False, include_context=False)[0]
        where = ".".join(map(str, problem["loc"])) or "the answer"
        given = "" if isinstance(problem["input"], dict) else f" {str(problem['input'])[:40]!r}"
        raise DoubtError(f"{where}{given} is not of the form: {problem['msg']}") from None
    if not SHORTEST_QUOTE <= len(said.quote) <= LONGEST_QUOTE:
        raise DoubtError(f"its quote has not {SHORTEST_QUOTE} to {LONGEST_QUOTE} characters")
    doubts: list[DoubtError] = []
    for place in islice(_quoted_places(said.quote, reading, text, part), MOST_PLACES):
        try:
            if isinstance(said, SaidMeasure):
                return _as_measure(said, place)
            return _as_promise(said, place)
        except DoubtError as doubt:
            doubts.append(doubt)
    raise doubts[0] if doubts else DoubtError("its quote does not stand in the text that was sent")


def _quoted_places(quote: str, reading: Reading, text: str, part: Stretch) -> Iterator[Place]:
    """Wherever a quote stands in a part of a text."""
    start = text.find(quote, *part)
    while start >= 0:
        found = Stretch(start, start + len(quote))
        yield Place(reading, text, found, sentences_touching(text, found))
        start = text.find(quote, start + 1, part.end)


def _as_measure(said: SaidMeasure, place: Place) -> Measure:
    starts, when = place.day(said.start)
    found = Measure(
        id="",
        span=place.span,
        type=said.kind,
        status="in question",
        implementers=place.states(said.implementers),
        targets=place.states(said.targets),
        rate=None if said.rate is None else place.rate(said.rate),
        op=said.op or "set" if said.rate is not None else "",
        starts=starts,
        ends=place.day(said.end)[0],
        when=when,
        standing=said.standing,
        **place.goods(said.products, said.codes),
    )
    day = place.reading.document.published.day
    named = with_needs(gated(found, bool(found.products), third=False), day)
    return _identified("measure", named)


def _as_promise(said: SaidPromise, place: Place) -> Commitment:
    if not said.content or said.content not in said.quote:
        raise DoubtError(f"{said.content!r} does not stand in the quote")
    number = None if said.quantity is None else place.number(said.quantity)
    money = bool(number and re.fullmatch("[A-Z]{3}", number.unit))
    found = Commitment(
        id="",
        span=place.span,
        who=tuple(dict.fromkeys(map(place.promiser, said.promiser))),
        what=said.content,
        modality=said.modality,
        due=place.day(said.due)[1],
        amount=number if money else None,
        quantity=None if money else number,
    )
    return _identified("commitment", found)


def _identified(kind: str, item: Confirmable) -> Confirmable:
    """The item with an id that is of its content too, so that a yes to it is never a yes to another reading."""
    content = item.model_dump_json(exclude={"status", "when", "needs", "lacks"})
    digest = sha256(content.encode()).hexdigest()[:8]
    id_ = f"model-{kind}-{item.span.start}-{item.span.end}-{digest}"
    return item.model_copy(update={"id": id_})
