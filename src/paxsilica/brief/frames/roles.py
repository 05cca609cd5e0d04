"""Frames: for each instrument or rate of a clause on whom, on what and how much, by the tree of its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from paxsilica.brief.frames.bans import (
    LIMITING,
    banned_by,
    exact_type,
    flow_of,
    flow_stopped,
    type_of,
)
from paxsilica.brief.frames.goods import NamedGoods
from paxsilica.brief.frames.grammar import Clause, Parse, Word
from paxsilica.brief.frames.lists import set_apart, shared_out
from paxsilica.brief.frames.rates import PASSING, is_instrument, role_of
from paxsilica.brief.frames.targets import ACTIVE, NUMBERS, bearing, things_in
from paxsilica.brief.frames.things import Thing, place_codes, things_of
from paxsilica.brief.frames.words import wordset
from paxsilica.brief.record import RateOp, Term

CUTS = ("remove", "cut", "halve")
"""Classes of acts that make a tariff smaller."""

CHANGES = ("raise", "cut", "stand", "double", "triple", "halve", "be", "remove")
"""Classes of verbs that lead a tariff from one rate to another."""

ON_WHOM = ("on", "to", "for", "from")
"""Words that lead from a rate to those who pay it."""

MULTIPLIES = {"double": 200.0, "triple": 300.0, "halve": 50.0}
"""By class of verb what becomes of a rate, in per cent of it."""

ENDS_APART = 4
"""Words between the two ends of a range."""

WEAK = ("Import rate", "Licence", "Trade ban")
"""Types of nouns that name an instrument only beside another word."""

PASSING_WORDS, FIGURES = wordset("aside"), wordset("figures")


@dataclass
class Frame:
    """One instrument, or rate without one, with what its clause says of it.

    Attributes:
        clause: of its verb. inner: clauses that say more of its noun. noun: the instrument. rates: with their roles.
        things, dates: that stand beside it. words: of its clauses. actor, targets: codes; pairs: both, where two states do
        the same to each other. goods, unknown, excepted: what it is on. terms: amounts beside its rate; op: what those of
        a quota do. bare: a rate without a noun. told: an instrument that is only the reason of something else. third:
        on whoever trades with another country. several: its rates are not told apart. guessed: who acts is. unclear:
        which goods are meant is not said. distinct: types in a row.
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
    distinct: bool = False
    completes: bool = False
    added: bool = False

    @property
    def final(self) -> tuple[Word, str] | None:
        """The rate that stands in the end, if any."""
        return next((r for r in reversed(self.rates) if r[1] not in PASSING), None)

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
    def act(self) -> str:
        """The class of the verb that decides about it."""
        return self.clause.act


def frames_of(tree: Parse, repeats: Frame | None) -> list[Frame]:
    """The frames of a sentence, without who acts.

    Args:
        repeats: the last one before it, whose instrument a rate may repeat.
    """
    found: list[Frame] = []
    inner = [c for c in tree.clauses if _says_more(c)]
    for clause in tree.clauses:
        if clause in inner and any(clause in f.inner for f in found):
            continue
        more = [c for c in inner if c.antecedent in clause.words]
        found += _in_clause(clause, more, found[-1] if found else repeats)
    return found


def _says_more(c: Clause) -> bool:
    """Whether a clause says more of an instrument or a rate: `the duty that Nigeria levies`, `which now stands at 30%`."""
    a = c.antecedent
    if a is None:
        return False
    on_it = is_instrument(a) or a.kind == "rate"
    below = on_it or any(is_instrument(x) for x in a.above())
    subject = c.verb.first("nsubj", "nsubjpass")
    if c.dep == "relcl" and subject is not None and below:
        further = [y for p in c.verb.all("prep") for y in p.all("pcomp")]
        verbs = (c.verb, *c.verb.all("xcomp", "pcomp"), *further)
        if subject.kind == "place" and any(v.act in ACTIVE for v in verbs):
            return True
        rated = any(w.kind == "rate" for w in c.words)
        if c.act in ("stand", "be") and rated and c.verb.children[0].tag == "WDT":
            return not a.is_verb
    return on_it and c.act in (*ACTIVE, "stand", "face", "")


def _in_clause(clause: Clause, more: list[Clause], before: Frame | None) -> Iterator[Frame]:
    goes_on = clause.verb.lemma == "continue"
    stopped = [
        x
        for x in clause.verb.all("xcomp")
        if goes_on or x.lemma == "exceed" or (clause.act == "ban" and flow_of(x))
    ]
    further = [w for c in more for w in c.words] + [w for x in stopped for w in x.subtree()]
    words = sorted({*clause.words, *further}, key=lambda w: w.at)
    told = [w for w in words if is_instrument(w) and _only_mentioned(w)]
    for noun in told:
        yield from _reason_frame(noun, clause, more)
    inside = {w for noun in told for w in noun.subtree()}
    words = [w for w in words if w not in inside]
    nouns = [w for w in words if (is_instrument(w) and not _of_a_tax(w)) or flow_stopped(w)]
    rates = [(w, r) for w in words if w.kind in NUMBERS and (r := role_of(w, nouns))]
    if not rates and (banned := banned_by(clause)):
        frame = Frame(clause, more, banned, words=words)
        frame.things = things_in(words, clause)
        if banned == "Price cap":
            frame.rates = [(w, "new") for w in words if w.kind == "money"][:1]
        frame.dates = [w for w in words if w.kind == "date"]
        yield from _by_sides([frame])
    elif nouns or (rates and _levies_it(clause, before)):
        units = _units(clause, more, nouns, rates, before)
        _distribute(units, words, clause)
        below = [w for n in told if n.lead == "of" and n.up.up.lower == "top" for w in n.subtree()]
        for u in units if below else ():
            u.things = u.things or things_in(sorted(below, key=lambda w: w.at), clause)
        yield from _by_sides([u for u in units if u.type])


def _of_a_tax(noun: Word) -> bool:
    """Whether a noun is the rate of a tax at home: `the rate of VAT`, `its VAT rate`."""
    return any(
        p.kind == "noise" for p in (*noun.behind("of"), *noun.all("compound", "amod", "nmod"))
    )


def _by_sides(units: Sequence[Frame]) -> Iterator[Frame]:
    """One frame for each group of goods that has sides of its own: `on Japanese cars and Korean steel`."""
    for u in units:
        named = [t for t in u.things if t.products and (t.origins or t.into or t.everybody)]
        sides = {(tuple(t.origins), tuple(t.into), t.everybody) for t in named}
        rest = [t for t in u.things if t not in named and not t.products]
        yield from ((replace(u, things=[*rest, t]) for t in named) if len(sides) > 1 else iter([u]))


def _reason_frame(noun: Word, clause: Clause, more: list[Clause]) -> Iterator[Frame]:
    """The frame of a tariff that exists and is the reason of something else: `protested over Brazil's 16% tariff`."""
    words = sorted(noun.subtree(), key=lambda w: w.at)
    inner = [c for c in more if c.antecedent is noun]
    levied = any(c.subject is not None and c.subject.kind == "place" for c in inner)
    owned = levied or any(c.kind == "place" and c.at < noun.at for c in noun.children)
    owned = owned or any(b.lower == "by" for c in inner for b in c.verb.children)
    rates = [(w, "new") for w in words if w.kind == "rate" and role_of(w, [noun]) == "new"]
    if not owned or len(rates) > 1:
        return
    frame = Frame(clause, inner, noun.sense("instrument"), noun, rates, told=True)
    frame.things = [t for t in things_in(words, clause) if t.word.dep == "pobj"]
    bearer = noun.up.up
    if noun.up.lower == "at" and bearer.kind in ("product", "goods"):
        frame.things += things_of(bearer, "subject")
    yield frame


def _only_mentioned(noun: Word) -> bool:
    """Whether an instrument is only talked of beside another: `on top of the duty`, `in response to US tariffs`."""
    for a in noun.above():
        if a.is_verb:
            return False
        if a.lower == "top":
            return True
        if a.dep != "prep":
            continue
        lead = a.up
        if lead.can_be("facing") or lead.lower in ("entitled", "access") or a.lower == "under":
            return False
        if a.lower == "at" and lead.kind not in ("product", "goods"):
            return False
        reached = lead.act in (*CHANGES, "keep", "face", "impose", "control")
        if a.lower == "to" and (reached or lead.lemma in LIMITING or is_instrument(lead)):
            return False
        if a.lower in PASSING_WORDS:
            return True
    return False


def _levies_it(clause: Clause, before: Frame | None) -> bool:
    """Whether a clause with a rate and no instrument levies it: `put 40% on coffee`, `taxes tomatoes at 10%`."""
    v, subject = clause.verb, clause.subject
    if clause.act in ("impose", "face") or bearing(clause) or v.kind == "rate":
        return True
    if before is None or not v.is_verb:
        return before is not None
    if v.lemma == "apply" and subject is not None and subject.kind == "place":
        return True
    held = v.first("dobj")
    of_it = (
        subject is None
        or (v.tag == "VBG" and clause.dep in ("advcl", "acl") and v.first("nsubj") is None)
        or (held is not None and held.tag == "PRP")
        or is_instrument(subject)
        or subject.kind in ("rate", "zero")
        or subject.tag in ("PRP", "WDT", "DT")
        or subject.lower in FIGURES
    )
    return of_it and clause.act in (*CHANGES, "keep", "announce")


def _noun_of(w: Word, nouns: Sequence[Word]) -> Word | None:
    """The instrument that a rate belongs to."""
    for a in w.above():
        if a in nouns:
            duty = [n for n in nouns if n.at < a.at and type_of(n) not in WEAK]
            return duty[-1] if duty and type_of(a) in WEAK and a.lead == "at" else a
        if a.is_verb:
            break
    for x in w.subtree():
        if x in nouns and (x.up is w or (x.up.dep == "prep" and x.up.lower in ("of", "in"))):
            return x
    before = [n for n in nouns if n.at < w.at]
    after = [n for n in nouns if w.at < n.at <= w.at + 4]
    return before[-1] if before else after[0] if after else None


def _types_named(noun: Word) -> list[str]:
    """The types that a noun with joined words before it names: `anti-dumping and countervailing duties`."""
    said = {x.lower for c in noun.children if c.at < noun.at for x in c.subtree()}
    own = noun.sense("instrument")
    if said & {"dumping", "antidumping"}:
        return ["Anti-dumping", own]
    return ["Anti-subsidy", own] if said & {"countervailing", "subsidy"} else [own]


def _units(
    clause: Clause,
    more: list[Clause],
    nouns: list[Word],
    rates: list[tuple[Word, str]],
    before: Frame | None,
) -> list[Frame]:
    """One frame for each rate that stands in the end, or for each instrument without one."""
    apart = [(w, r) for w, r in rates if set_apart(w)]
    whole = _replaced(clause, nouns, [one for one in rates if one not in apart])
    rates = sorted([*whole, *apart], key=lambda one: one[0].at)
    finals = [r for r in rates if r[1] not in PASSING]
    spread = [r for r in finals if r[1] == "range"]
    lower = [r for r, s in pairwise(spread) if s[0].at - r[0].at <= ENDS_APART]
    kept = [r for r in finals if r not in lower] or [r for r in rates if r[1] == "by"][:1]
    repeated = before.type if before is not None and before.type not in WEAK else "Import tariff"
    units = []
    for w, role in kept:
        noun = _noun_of(w, nouns)
        kind = type_of(noun) if noun is not None else repeated
        units.append(Frame(clause, more, kind, noun, [(w, role)], bare=noun is None))
    if len(units) == 2 and units[0].noun is not None and units[0].noun is units[1].noun:
        types = _types_named(units[0].noun)
        if len(types) == 2:
            for u, type_ in zip(units, types, strict=True):
                u.type, u.distinct = type_, True
    if not units:
        single = [n for n in nouns if n.up not in nouns]
        units = [Frame(clause, more, type_of(n), n) for n in single]
    for w, role in rates:
        if units and (w, role) not in kept:
            mine = [u for u in units if u.noun is _noun_of(w, nouns)] or units
            near = min(mine, key=lambda u: (abs(u.at - w.at), u.at < w.at))
            near.rates = sorted([*near.rates, (w, role)], key=lambda r: r[0].at)
    return units


def _replaced(
    clause: Clause, nouns: list[Word], rates: list[tuple[Word, str]]
) -> list[tuple[Word, str]]:
    """The same where the rate of a noun gives way to the one that its verb leads to: `the 25% duty rises to 35%`."""
    if clause.act not in CHANGES:
        return rates
    new = [w for w, r in rates if r == "new"]
    inside = [w for w in new if w.up.lower != "to" and any(a in nouns for a in w.above())]
    apart = [w for w in new if w not in inside and not any(c.lower in ON_WHOM for c in w.children)]
    whole = clause.act in ("remove", *MULTIPLIES)
    moved = bool(apart) or whole or any(r == "by" for _, r in rates)
    return [(w, "old" if moved and w in inside else r) for w, r in rates]


def _distribute(units: list[Frame], words: Sequence[Word], clause: Clause) -> None:
    """Give each frame its things and dates: those behind its rate up to the next, those before it, or those of all."""
    if not units:
        return
    things = things_in(words, clause)
    bearers = (c.subject for c in units[0].inner if bearing(c) and c.subject is not c.antecedent)
    named = (s for s in bearers if s is not None and s.kind in ("place", "product", "goods"))
    things += [t for s in named for t in things_of(s, "subject")]
    v = clause.verb
    if len(units) == 1 and units[0].bare and not v.is_verb and v.tag[:2] == "NN":
        things += [t for t in things_of(v, "listed") if t.products]
    if len(units) > 1 or not things:
        things += _in_a_list(units, words, things)
    things.sort(key=lambda t: t.word.at)
    apart = {u.at: own for u in units if u.final and (own := set_apart(u.final[0]))}
    if len(apart) == len(units):
        apart = {}
    things = [t for t in things if t.word not in [own.word for own in apart.values()]]
    ats = [u.at for u in units if u.at not in apart]
    said = {w.lower for w in words}
    shares = dict(
        zip(ats, shared_out(ats, [(t.word.at, t) for t in things], lead=True), strict=True)
    )
    every = [u.at for u in units]
    days = shared_out(every, [(w.at, w) for w in words if w.kind == "date"], lead=False)
    for u, dates in zip(units, days, strict=True):
        mine = [apart[u.at]] if u.at in apart else shares[u.at]
        u.things, u.dates, u.words = [*_named_before(u.noun), *mine], dates, words
        u.type = exact_type(u.type, said)
    nouns = {u.noun for u in units if u.noun is not None}
    for u in units if len(nouns) == len(units) else ():
        mine = [
            t for t in u.things if next((a for a in t.word.above() if a in nouns), u.noun) is u.noun
        ]
        u.things = mine if any(t.origins for t in mine) else u.things
    _kept_apart(units, words)
    left_out = [x for own in apart.values() for g in own.goods for x in g.covered]
    for t in (t for u in units if u.at in shares for t in u.things if t.generic):
        t.excepted += left_out
    if len({u.noun for u in units}) == 1 or "respectively" in said:
        _respectively(units)


def _named_before(noun: Word | None) -> list[Thing]:
    """Goods that are named before an instrument: `a steel tariff`."""
    if noun is None:
        return []
    return [
        Thing(c, "before", goods=[c.mention.value])
        for c in noun.all("compound", "amod", "nmod")
        if c.at < noun.at and c.kind == "product" and c.mention is not None
    ]


def _kept_apart(units: Sequence[Frame], words: Sequence[Word]) -> None:
    """Take from each frame of a list the partners that stand beside another's rate, however the parser joined them:
    `19% on goods from Laos, 24% on goods from Nepal`, `Laos 19%, Nepal 24%`."""
    ats = [u.at for u in units]
    named = [
        w for w in words if w.kind == "place" and not w.form and not (w.mention and w.mention.own)
    ]
    named = [w for w in named if not (w.dep.startswith("nsubj") and w.up.is_verb)]
    if len(units) < 2 or not all(u.rates for u in units):
        return
    behind = [[w for w in named if a < w.at < b] for a, b in pairwise([*ats, words[-1].at + 1])]
    before = [[w for w in named if a < w.at < b] for a, b in pairwise([-1, *ats])]
    close = all(
        a - max(w.at for w in ws) <= ENDS_APART for a, ws in zip(ats, before, strict=True) if ws
    )
    first = all(before) and (not behind[-1] or close)
    own = before if first and close else behind if all(behind) else before if first else []
    for u, mine in zip(units, own, strict=bool(own)):
        far = {c for ws in own if ws is not mine for w in ws for c in place_codes(w)}
        far -= {c for w in mine for c in place_codes(w)}
        left = [t for t in u.things if not (t.word.kind == "place" and set(t.origins) <= far)]
        u.things = [replace(t, origins=[c for c in t.origins if c not in far]) for t in left]
        codes = [c for w in mine for c in place_codes(w)]
        if not any(t.origins for t in u.things):
            u.things.append(Thing(mine[0], "listed", codes))


LIST_RELATIONS = (
    "npadvmod",
    "appos",
    "conj",
    "dep",
    "nmod",
    "ROOT",
    "attr",
    "dobj",
    "compound",
    "nsubj",
)
"""Relations in which the parser leaves a noun of a list."""


def _in_a_list(units: Sequence[Frame], words: Sequence[Word], have: Sequence[Thing]) -> list[Thing]:
    """Places or goods that stand beside a rate in a list without a preposition: `Japan 25%, Korea 30%`."""
    taken = {x for t in have for x in t.word.subtree()}
    found = []
    for w in words:
        m = w.mention
        those = w.lower == "those" and any(c.lower == "from" for c in w.children)
        if those and w not in taken:
            found += things_of(w, "listed")
        if w.kind not in ("place", "product") or w in taken or m is None or m.own or m.form:
            continue
        articles = w.dep == "pobj" and w.up.lower == "of" and w.up.up.kind == "goods"
        loose = w.dep in LIST_RELATIONS and not is_instrument(w.up)
        speaks = w.dep == "nsubj" and w.up.is_verb
        near = any(0 < abs(u.at - w.at) <= 4 for u in units if u.rates)
        name = w.kind == "product" and w.dep == "compound" and w.tag.startswith("NNP")
        if near and (articles or loose) and not (speaks or name):
            found += things_of(w, "listed")
    return found


def _respectively(units: list[Frame]) -> None:
    """Rates that are listed one after the other stand for partners, or goods, in their order; else for none of them."""
    first = units[0]
    things = first.things
    alike = all(u.things == things and u.dates == first.dates for u in units)
    levels = {u.final[0].text for u in units if u.final}
    if len(units) < 2 or first.distinct or not things or not alike or len(levels) < 2:
        return
    origins = [c for t in things for c in t.origins]
    goods = [g for t in things for g in t.goods]
    word, lead = things[0].word, things[0].lead
    if len(origins) == len(units):
        for u, code in zip(units, origins, strict=True):
            u.things = [Thing(word, lead, [code], goods=list(goods))]
    elif len(goods) == len(units) and not any(t.unknown for t in things):
        for u, one in zip(units, goods, strict=True):
            u.things = [Thing(word, lead, list(origins), goods=[one])]
    else:
        for u in units:
            u.several = True
