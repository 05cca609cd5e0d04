"""A frame: one instrument, or rate without one, with what its clause says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from paxsilica.brief.frames.gate import RATED, TRADE_REMEDIES
from paxsilica.brief.frames.goods import NamedGoods
from paxsilica.brief.frames.grammar import Clause, Word
from paxsilica.brief.frames.rates import PASSING, changed_by
from paxsilica.brief.frames.things import Thing
from paxsilica.brief.frames.words import wordset
from paxsilica.brief.record import RateOp, Term

TOTAL, SUMMED = wordset("total"), {"combined", "totaling", "totalling"}
"""Words of a rate that several duties make together, and of one that several remedies do."""


@dataclass
class Frame:
    """One instrument, or rate without one, with what its clause says of it.

    Attributes:
        clause: of its verb. inner: clauses that say more of its noun. noun: the instrument. rates: with their roles.
        things, dates: that stand beside it. words: of its clauses. actor, targets: codes; pairs: both, where two states do
        the same to each other. goods, unknown, excepted: what it is on. terms: amounts beside its rate; op: what those of
        a quota do. bare: a rate without a noun. told: an instrument that is only the reason of something else. third:
        on whoever trades with another country. several: its rates are not told apart. guessed: who acts is. unclear:
        which goods are meant is not said. presumed: whom it may hit then. distinct: types in a row.
        completes: it says the rate of an act that was told of before without one. added: to the tariff, as said before.
    """

    clause: Clause
    inner: list[Clause] = field(default_factory=list)
    type: str = "Import tariff"
    noun: Word | None = None
    rates: list[tuple[Word, str]] = field(default_factory=list)
    things: list[Thing] = field(default_factory=list)
    dates: list[Word] = field(default_factory=list)
    words: Sequence[Word] = ()
    actor: tuple[str, ...] = ()
    targets: tuple[str, ...] = ()
    pairs: tuple[tuple[str, str], ...] = ()
    goods: list[NamedGoods] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    excepted: tuple[str, ...] = ()
    terms: tuple[Term, ...] = ()
    op: RateOp = ""
    bare: bool = False
    told: bool = False
    third: bool = False
    several: bool = False
    guessed: bool = False
    unclear: bool = False
    presumed: tuple[str, ...] = ()
    distinct: bool = False
    completes: bool = False
    added: bool = False

    @property
    def final(self) -> tuple[Word, str] | None:
        """The rate that stands in the end, if any."""
        return next((r for r in reversed(self.rates) if r[1] not in PASSING), None)

    def open_goods(self, text: str) -> str:
        """The words that leave open which goods it is on: `270 items in Annex 1`; none where they name any."""
        for top in (t.word for t in self.things if t.some and t.generic):
            while top.lead == "of" and top.up.up.kind != "instrument":
                top = top.up.up
            words = [w for w in top.subtree() if w.lower != "the"]
            if not any(w.kind == "product" for w in words):
                said = text[min(w.start for w in words) : max(w.end for w in words)]
                return said.partition(" (")[0]
        return ""

    @property
    def at(self) -> int:
        """Where it stands: at its rate, or its noun, or its verb."""
        final = self.final or (self.rates[-1] if self.rates else None)
        return final[0].at if final else (self.noun or self.clause.verb).at

    @property
    def outside(self) -> bool:
        """Whether its rate stands apart from its noun: `the duty is 20 %`."""
        final = self.final
        return final is not None and (self.noun is None or self.noun not in final[0].above())

    @property
    def spares(self) -> bool:
        """Whether its clause says whom or what it does not hit: `the duty will not apply to Peru`."""
        ends = self.act in ("remove", "cut", "raise")
        around = [*self.clause.outward()]
        exempted = any(k.verb.lemma == "exempt" for k in around)
        return exempted or (any(k.negated for k in around) and not ends)

    @property
    def summed(self) -> bool:
        """Whether its rate may be the sum or the mean of several duties."""
        said = [w for w in (self.noun, *(w.up for w, _ in self.rates)) if w is not None]
        totals = TOTAL | SUMMED if self.type in TRADE_REMEDIES else TOTAL
        said += [w.up for w in said if w.dep == "compound"]
        said += [c.subject for c in self.clause.outward() if c.subject is not None]
        total = any(x.lower in totals for w in said for x in (w, *w.children))
        return total and self.type in RATED

    @property
    def lifting(self) -> bool:
        """Whether its verb may lift it up or off."""
        return self.clause.verb.lemma == "lift" and not self.clause.passive

    @property
    def act(self) -> str:
        """The class of the verb that decides about it, or of the noun that does: `the removal of the duty`.

        What removes or only lowers it (`reduce or eliminate`) is no removal; what is lifted to no rate is removed.
        """
        verb = self.clause.verb
        either = [v for v in (verb.up, *verb.all("conj")) if v.act == "cut"]
        if either and any(c.lower == "or" for v in (verb, *either) for c in v.all("cc")):
            return "cut"
        lifted = verb.lemma == "lift" and all(role == "old" for _, role in self.rates)
        return changed_by(self.noun) or ("remove" if lifted else self.clause.act)
