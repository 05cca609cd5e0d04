"""Lists of rates: which of the things beside several rates each one is of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TypeVar

from paxsilica.brief.frames.bans import exact_type
from paxsilica.brief.frames.doubts import LAWS
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.goods import NamedGoods, joined_goods
from paxsilica.brief.frames.grammar import Clause, Word
from paxsilica.brief.frames.rates import is_instrument, step_of
from paxsilica.brief.frames.targets import bearing, things_in
from paxsilica.brief.frames.things import Thing, place_codes, things_of

Placed = TypeVar("Placed")

ENDS_APART = 4
"""Words between the two ends of a range."""


def set_apart(w: Word) -> Thing | None:
    """The goods that a rate behind `with` is of, which are left out of another one: `with energy at 10 %`."""
    if w.lead != "at":
        return None
    led = [c for c in w.up.up.all("prep") if c.lower == "with" and c.at < w.up.at]
    near = (w.up.up, *(x for c in led for p in c.all("pobj") for x in p.conjuncts()))
    for x in near:
        lead = x.up.lead if x.dep == "conj" else x.lead
        if x.kind == "product" and x.mention and x.at == w.up.at - 1 and lead == "with":
            return Thing(x, "listed", goods=[x.mention.value])
    return None


def shared_out(
    ats: Sequence[int], items: Sequence[tuple[int, Placed]], lead: bool
) -> list[list[Placed]]:
    """The items of each of some positions.

    Args:
        lead: items before each position may be its own (`Japan 25%, Korea 30%`), and one without any has those of the next.
    """
    before = [x for at, x in items if at < ats[0]]
    between = [[x for at, x in items if a < at < b] for a, b in pairwise(ats)]
    after = [x for at, x in items if at > ats[-1]]
    if len(ats) == 1 or not (any(between) or (after and not lead)):
        return [[*before, *after] for _ in ats]
    if lead and before and not after:
        return [before, *between]
    groups = [*between, after]
    following = [next((g for g in groups[k:] if g), []) for k in range(len(groups))]
    return [[*before, *(g or (f if lead else []))] for g, f in zip(groups, following, strict=True)]


def _dates_law(w: Word) -> bool:
    """Whether a day belongs to the name of a law: `the Tariff Act of 1930`, `Order 12 of May 3`."""
    above = (w.up, w.up.up, w.up.up.up) if w.lead == "of" else (w.up,)
    return any(a.lower in LAWS for a in above)


def distribute(units: list[Frame], words: Sequence[Word], clause: Clause) -> None:
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
    dated = [w for w in words if (w.kind == "date" and not _dates_law(w)) or step_of(w)]
    led = {w: next((a for a in every if a > w.at), w.at) for w in dated if w.tag == "RB"}
    placed = [(led.get(w, w.at) + 1, w) for w in dated if w not in led or w.at > every[0]]
    days = shared_out(every, placed, lead=False)
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
        respectively(units)


def _alone(w: Word, words: Sequence[Word]) -> bool:
    """Whether a place is the only one of some words without a verb: `for Denmark between 39% and 67%`."""
    others = any(x.is_verb or (x.kind == "place" and x is not w) for x in words)
    return not others and w.lead in ("", "for", "from", "of", "on")


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
    """Take from each frame of a list what stands beside another's rate, however the parser joined them:
    `19% on goods from Laos, 24% on goods from Nepal`, `Laos 19%, Nepal 24%`, `rice to 5%, tea to 10%`."""
    if len(units) < 2 or not all(u.rates for u in units):
        return
    partners, goods = (
        _near_each_rate(units, words, "place"),
        _near_each_rate(units, words, "product"),
    )
    for u, mine in zip(units, partners, strict=bool(partners)):
        far = {c for ws in partners if ws is not mine for w in ws for c in place_codes(w)}
        far -= {c for w in mine for c in place_codes(w)}
        left = [t for t in u.things if not (t.word.kind == "place" and set(t.origins) <= far)]
        u.things = [replace(t, origins=[c for c in t.origins if c not in far]) for t in left]
        codes = [c for w in mine for c in place_codes(w)]
        if not any(t.origins for t in u.things):
            u.things.append(Thing(mine[0], "listed", codes))
    for u, mine in zip(units, goods, strict=bool(goods)):
        said = {w.text for w in mine}
        others = tuple({w.text for ws in goods for w in ws} - said)
        u.things = [_near(t, said, others) for t in u.things]
        if not any(t.products for t in u.things):
            u.things += [_near(t, said, others) for w in mine for t in things_of(w, "listed")]


def _near(t: Thing, said: set[str], far: tuple[str, ...]) -> Thing:
    """The same with those of its goods that some words are, and others are not."""
    own = (g for g in t.goods if any(text in g.words for text in said))
    return replace(t, goods=[g for g in own if not g.words.endswith(far)])


def _near_each_rate(units: Sequence[Frame], words: Sequence[Word], kind: str) -> list[list[Word]]:
    """The partners, or the goods, beside each rate of a list; nothing where they are not told apart."""
    ats = [u.at for u in units]
    named = [
        w for w in words if w.kind == kind and not w.form and not (w.mention and w.mention.own)
    ]
    if kind == "place":
        named = [w for w in named if not (w.dep.startswith("nsubj") and w.up.is_verb)]
    opens = max((w.at for w in words if w.at < ats[0] and w.text in (":", "(", "—")), default=-1)
    behind = [[w for w in named if a < w.at < b] for a, b in pairwise([*ats, words[-1].at + 1])]
    before = [[w for w in named if a < w.at < b] for a, b in pairwise([opens, *ats])]
    close = all(
        a - max(w.at for w in ws) <= ENDS_APART for a, ws in zip(ats, before, strict=True) if ws
    )
    led = {*ats} <= {w.at - 1 for w in words if w.lower in ("on", "for")}
    first = all(before) and (not behind[-1] or close) and not led
    if first and close:
        return before
    return behind if all(behind) and (led or kind == "place") else before if first else []


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
    "quantmod",
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
        loose |= w.kind == "place" and _alone(w, words)
        name = w.kind == "product" and w.dep == "compound" and w.tag.startswith("NNP")
        if near and (articles or loose) and not (speaks or name):
            found += things_of(w, "listed")
    return found


def respectively(units: Sequence[Frame]) -> None:
    """Rates that are listed one after the other stand for partners, or goods, in their order; else for none of them."""
    first = units[0]
    things = first.things
    alike = all(u.things == things and u.dates == first.dates for u in units)
    levels = {u.final[0].text for u in units if u.final}
    if len(units) < 2 or first.distinct or not things or not alike or len(levels) < 2:
        return
    origins = [c for t in things for c in t.origins]
    goods = [g for t in things for g in t.goods]
    unknown = [words for t in things for words in t.unknown]
    few = len(goods) + len(unknown) < len(units)
    parts = [x for g in goods for x in joined_goods(g)] if few else goods
    said = " ".join(w.text for w in first.words)
    named: list[tuple[list[NamedGoods], list[str]]] = [([g], []) for g in parts]
    named += [([], [words]) for words in unknown]
    named.sort(key=lambda one: said.find(one[0][0].words if one[0] else one[1][0]))
    word, lead = things[0].word, things[0].lead
    if len(origins) == len(units):
        for u, code in zip(units, origins, strict=True):
            u.things = [Thing(word, lead, [code], goods=list(goods))]
    elif len(named) == len(units):
        for u, (own, words) in zip(units, named, strict=True):
            u.things = [Thing(word, lead, list(origins), goods=own, unknown=words)]
    else:
        for u in units:
            u.several = True


def each_partner_by_order(frames: Sequence[Frame]) -> None:
    """Give each of a sentence's frames one of the partners that they share from earlier, where it says `respectively`."""
    first = frames[0] if frames else None
    if first is None or not any(w.lower == "respectively" for f in frames for w in f.words):
        return
    rated = [f for f in frames if f.final and f.targets == first.targets]
    named = any(t.origins for t in first.things)
    if len(rated) == len(frames) == len(first.targets) > 1 and not named:
        for f, code in zip(frames, first.targets, strict=True):
            f.targets = (code,)
