"""The record: what documents say, each value with its words, its place and how it was found. Frozen data.

Offsets count Unicode code points of `Document.text`, which is never changed after reading: what is not the article is
masked, not deleted. Terms follow the W3C Web Annotation model (Span), PLOVER (Event) and Global Trade Alert (Measure).
"""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

from paxsilica.errors import InputError, nearest

CONTEXT = 32
"""Code points kept on both sides of a span, to find it again in an edition that has moved."""

Reliability = Literal["high", "medium", "low", "none"]
PublicationBasis = Literal["dateline", "metadata", "header", "embedded post", "none"]
MediaType = Literal[
    "text/plain",
    "text/markdown",
    "text/html",
    "text/rtf",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
]
TimeKind = Literal["date", "interval", "duration", "set", "vague"]
QuantityRole = Literal["level", "share", "growth", "rate", "target", "duration"]
ActorKind = Literal["person", "state", "organisation", "group", "unnamed"]
Polarity = Literal["said", "not said", "denied"]
StatementKind = Literal["direct", "partial", "embedded post", "indirect", "speech act"]
EventStatus = Literal["occurred", "ongoing", "possible", "announced"]
MeasureStatus = Literal["in force", "announced", "enacted", "proposed", "in question", "ended"]
ActStanding = Literal[
    "in force",
    "announced",
    "threatened",
    "proposed",
    "conditional",
    "denied",
    "rescinded",
    "expired",
    "struck down",
    "averted",
    "delayed",
    "simulated",
    "historical",
    "asked",
    "opinion",
    "unclear",
]
RateOp = Literal["", "set", "add", "at_least", "multiply", "up to", "range", "of the rate"]
Modality = Literal[
    "agreed", "will", "aims", "determined", "committed", "asked", "possible", "expected"
]
LinkKind = Literal[
    "same quote", "altered quote", "paraphrase", "same claim", "not independent", "tension"
]


class Frozen(BaseModel):
    """Data that cannot change and has no fields but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Span(Frozen):
    """A place in a text: offsets in code points, and the words there (TextPositionSelector and TextQuoteSelector)."""

    start: int
    end: int
    exact: str
    prefix: str = ""
    suffix: str = ""

    @classmethod
    def of(cls, text: str, start: int, end: int) -> Span:
        """The span `[start, end)` of a text. Raises ValueError where it is empty or lies outside."""
        if not 0 <= start < end <= len(text):
            raise ValueError(f"no span [{start}, {end}) in a text of {len(text)}")
        before, after = text[max(0, start - CONTEXT) : start], text[end : end + CONTEXT]
        return cls(start=start, end=end, exact=text[start:end], prefix=before, suffix=after)


class Mask(Frozen):
    """A stretch of the text that is not the article."""

    start: int
    end: int
    why: str  # "scraper header", "image path", "address", "byline", "boilerplate", "script"


class Publication(Frozen):
    """When a document was published, and how one knows; `day` is None where nothing in it says so."""

    day: date | None
    basis: PublicationBasis
    reliability: Reliability
    span: Span | None = None


class Document(Frozen):
    """One text as read. `sha256` is of its bytes and is its name everywhere."""

    sha256: str
    source: str
    media_type: MediaType
    text: str
    title: str = ""
    language: str = "en"
    published: Publication
    masks: tuple[Mask, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """Its title, or where it comes from."""
        return self.title or self.source


class Time(Frozen):
    """A time expression, resolved. Both ends of the interval are inside it; None is open or not said.

    `value` is TIMEX3-like: `2026-01-13`, `2026-02`, `2025-FA`, `FY2024-25`, `P2D`, `R/P1W`, `PRESENT_REF`, `PAST_REF`,
    `FUTURE_REF`.
    """

    span: Span
    kind: TimeKind
    value: str
    first: date | None = None
    last: date | None = None
    anchor: date | None = None


class Quantity(Frozen):
    """A number with its unit: `percent`, an ISO 4217 currency in units of one, `days`, `percent a year`."""

    span: Span
    value: float
    unit: str
    approximate: bool = False
    at_least: bool = False
    at_most: bool = False
    role: QuantityRole = "level"
    of: str = ""  # the words for what is counted
    when: Time | None = None


class Role(Frozen):
    """An office that a person holds in a document's eyes."""

    title: str
    state: str | None  # ISO 3166 alpha-3
    span: Span


class Actor(Frozen):
    """Somebody who speaks, acts or is acted upon. `id` is made of the fullest name the document gives."""

    id: str
    name: str
    kind: ActorKind
    roles: tuple[Role, ...] = ()
    mentions: tuple[Span, ...] = ()


class Statement(Frozen):
    """Words or content that somebody is said to have uttered.

    `direct` are whole sentences in quotation marks, `partial` less than a sentence, `embedded post` the post itself,
    `indirect` a reported clause, `speech act` that something was said without its content as a clause. `polarity` says
    whether the speaker is told to have said it, not to have said it (`did not say that`, `declined to say`), or to have
    denied it.
    """

    id: str
    span: Span
    kind: StatementKind
    polarity: Polarity = "said"
    speaker: str | None = None  # Actor.id
    speaker_span: Span | None = None
    cue: Span | None = None
    medium: str = ""
    said: Time | None = None
    nested_in: str | None = None  # Statement.id


class Event(Frozen):
    """Something that happened, goes on, may happen or is announced; `type` is PLOVER-like (CONSULT, AGREE, ...)."""

    id: str
    span: Span
    type: str
    status: EventStatus
    actors: tuple[str, ...] = ()
    when: Time | None = None


class Term(Frozen):
    """An amount that a measure says beside its rate, by the field of a scenario file that it fills: the `quota`, the rate
    `within` and `beyond` it, the `share` refused a licence or the `licence_cost`, the `price` of a unit, the `market` price
    beside a cap; `except` is what those pay that are left out."""

    field: Literal[
        "quota", "within", "beyond", "share", "licence_cost", "price", "market", "except"
    ]
    amount: Quantity


class ByModel(Frozen):
    """A language model that read something: its name, the version of what it was asked, and the day. Not where it runs."""

    name: str
    prompt: str
    day: date


class Proposed(Frozen):
    """What a person may have to say yes to.

    Attributes:
        needs: what keeps a measure from being drafted, for a person to settle; of a promise, why it is not sure yet.
        model: the model that read it; None where the rules did. confirmed: the person who said yes.
    """

    id: str
    needs: tuple[str, ...] = ()
    model: ByModel | None = None
    confirmed: str = ""

    @property
    def unconfirmed(self) -> bool:
        """Whether a model read it and nobody has said yes."""
        return self.model is not None and not self.confirmed


class Measure(Proposed):
    """A state act and its intervention, in Global Trade Alert's types and a few of our own.

    Attributes:
        standing: how the act stands by its clause and the sentences around; `status` is the same in fewer words.
        implementers, targets: ISO 3166 alpha-3 codes or labels of groups; `*` is every country.
        rate: percent, or points with `add`; `op` says what it does to the tariff: `up to`, `range` and `of the rate` name
            no one level. before: the rate that stood. amount: money per unit of a specific duty or cap.
        products: the words for goods, nothing for all; `codes` and `sectors` what they are in the baseline's terms.
        excepted: codes, sectors or places left out; a term `except` is what they pay. terms: one at most of a field.
        starts, ends: days in force; `anchor`: words for one that has no day.
        suggested: `implementers`, `targets`, `products`, `rate` where its own words name none, and others do.
        lacks: what the baseline does not have.
    """

    span: Span
    type: str
    status: MeasureStatus
    implementers: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    rate: Quantity | None = None
    products: str = ""
    suggested: tuple[str, ...] = ()
    reason: Span | None = None
    when: Time | None = None
    standing: ActStanding = "unclear"
    op: RateOp = ""
    before: Quantity | None = None
    amount: Quantity | None = None
    codes: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()
    excepted: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    starts: date | None = None
    ends: date | None = None
    anchor: str = ""
    lacks: tuple[str, ...] = ()


class Commitment(Proposed):
    """A promise, aim or plan: who, what, how firmly, and when it falls due (None: no date was given).

    `who` is whom the words make promise, never a speaker who only reports it: ISO 3166 alpha-3 of states, `Actor.id`
    of others, empty where they name nobody (`Peru will be admitted`). `amount` is money, `quantity` things, `years`
    the time over which they are bought or paid.
    """

    span: Span
    who: tuple[str, ...]
    what: str
    modality: Modality
    due: Time | None = None
    subject: Span | None = None
    amount: Quantity | None = None
    quantity: Quantity | None = None
    years: Time | None = None
    statement: str | None = None  # Statement.id in which it was made


class WordChange(Frozen):
    """One edit between two wordings: `before` became `after`; either may be empty."""

    before: str
    after: str


class Link(Frozen):
    """Two items, or two documents, that belong together. An item is `sha256#id`; a document is its sha256."""

    kind: LinkKind
    a: str
    b: str
    changes: tuple[WordChange, ...] = ()
    why: str = ""


class Assertion(Frozen):
    """One value of one property of one subject, as one extractor found it; contradicting ones live side by side."""

    subject: str
    property: str
    value: str | float | bool | None
    original: str
    span: Span | None
    extractor: str
    version: str
    basis: Literal["asserted", "inferred", "assumed"]


class Reading(Frozen):
    """All that is found in one document. `asked`: the model that was asked too; `dropped`: what was not taken from its
    answers, and why."""

    document: Document
    actors: tuple[Actor, ...] = ()
    times: tuple[Time, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    statements: tuple[Statement, ...] = ()
    events: tuple[Event, ...] = ()
    measures: tuple[Measure, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    assertions: tuple[Assertion, ...] = ()
    asked: ByModel | None = None
    dropped: tuple[str, ...] = ()

    def item(self, id: str) -> str:
        """What an item of it is called outside: `sha256#id`."""
        return f"{self.document.sha256}#{id}"


class Record(Frozen):
    """What several documents say together."""

    readings: tuple[Reading, ...]
    links: tuple[Link, ...] = ()

    def named(self, name: str) -> str:
        """The one measure or promise that is called `id` or `sha256#id`, as `sha256#id`. Raises InputError: none, or
        several."""
        sha, _, id = name.rpartition("#")
        known = {r.item(x.id): x.id for r in self.readings for x in (*r.measures, *r.commitments)}
        found = [item for item in known if item.startswith(sha) and known[item] == id]
        if len(found) != 1:
            count = len(found) or "no"
            raise InputError(f"{count} items are called {name!r}{nearest(id, known.values())}")
        return found[0]

    @property
    def title(self) -> str:
        """The name of its only document, or how many there are."""
        count = len(self.readings)
        return self.readings[0].document.name if count == 1 else f"Briefing of {count} documents"
