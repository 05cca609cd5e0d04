"""What a text has said so far that later clauses and sentences leave out."""

from __future__ import annotations

from dataclasses import dataclass, field

from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.goods import NamedGoods
from paxsilica.brief.frames.grammar import Word
from paxsilica.brief.frames.outline import Listed
from paxsilica.brief.frames.topics import Topics
from paxsilica.brief.record import ActStanding


@dataclass
class Carried:
    """What earlier clauses and sentences said, for those that leave it out.

    Attributes:
        publisher: state of the text; signer: of who says `I`. home: the only one that it names. whole: it could name more.
        dateline: where
        it is from. pair: the two that it is about; pact: the sides of its agreement, market: the one whose
        duties it tells of. we, spoken: whose office speaks.
        actor: who acted last; actors: all so far. subject: of the last sentence; doer: the same where it
        does something. recent: places. products: named last. frame: the last one.
        told: actor -> whom he hit last; divided: actors that hit several. topics: acts with both sides that the text
        told of.
        part: states that head the part of the text. headed: goods that the line is about. listed: what the
        list below names; lister: who does what the list says that a sentence is of.
        of_type: type -> the last act of it with goods. sells: of duties on what is sold abroad alone.
        hit: by remedies. added: sides of whose tariffs it was said, without a rate, that they are additional.
        shown: how the last act stands. lead: the doubt of what stands before a colon.
    """

    publisher: tuple[str, ...] = ()
    signer: tuple[str, ...] = ()
    home: tuple[str, ...] = ()
    whole: bool = False
    dateline: tuple[str, ...] = ()
    pair: tuple[str, ...] = ()
    pact: tuple[str, ...] = ()
    market: tuple[str, ...] = ()
    we: tuple[str, ...] = ()
    spoken: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    actors: set[tuple[str, ...]] = field(default_factory=set)
    subject: tuple[str, ...] = ()
    doer: tuple[str, ...] = ()
    recent: list[tuple[str, ...]] = field(default_factory=list)
    products: list[Word] = field(default_factory=list)
    frame: Frame | None = None
    told: dict[tuple[str, ...], tuple[str, ...]] = field(default_factory=dict)
    divided: set[tuple[str, ...]] = field(default_factory=set)
    topics: Topics = field(default_factory=dict)
    part: tuple[str, ...] = ()
    headed: tuple[NamedGoods, ...] = ()
    listed: Listed | None = None
    lister: tuple[str, ...] = ()
    of_type: dict[str, Frame] = field(default_factory=dict)
    sells: bool = False
    hit: set[str] = field(default_factory=set)
    added: set[tuple[tuple[str, ...], tuple[str, ...]]] = field(default_factory=set)
    shown: ActStanding = "unclear"
    lead: ActStanding | None = None

    @property
    def levier(self) -> tuple[str, ...]:
        """The only one who acted so far; nobody where nobody did, or two."""
        return next(iter(self.actors)) if len(self.actors) == 1 else ()
