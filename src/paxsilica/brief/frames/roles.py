"""Frames: for each instrument or rate of a clause on whom, on what and how much, by the tree of its sentence."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from paxsilica.brief.frames.bans import (
    LIMITING,
    banned_by,
    flow_of,
    flow_stopped,
    type_of,
)
from paxsilica.brief.frames.doubts import DECIDING
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import RATED
from paxsilica.brief.frames.grammar import LETTING, Clause, Parse, Word
from paxsilica.brief.frames.lists import ENDS_APART, distribute, respectively, set_apart, shared_out
from paxsilica.brief.frames.rates import OR_MONEY, PASSING, changed_by, is_instrument, role_of
from paxsilica.brief.frames.targets import ACTIVE, NUMBERS, bearing, moved, things_in
from paxsilica.brief.frames.things import things_of
from paxsilica.brief.frames.words import wordset

CUTS = ("remove", "cut", "halve")
"""Classes of acts that make a tariff smaller."""

CHANGES = ("raise", "cut", "stand", "double", "triple", "halve", "be", "remove")
"""Classes of verbs that lead a tariff from one rate to another."""

ON_WHOM = ("on", "to", "for", "from")
"""Words that lead from a rate to those who pay it."""

MULTIPLIES = {"double": 200.0, "triple": 300.0, "halve": 50.0}
"""By class of verb what becomes of a rate, in per cent of it."""

WEAK = ("Import rate", "Licence", "Trade ban")
"""Types of nouns that name an instrument only beside another word."""

RESTING = ("be", "remain", "stay")
"""Verbs by which goods have a rate: `rice will be at 25%`."""

COMPARING = ("against", "compared", "versus", "than")
ADDS = ("add", "added", "addition", "additional", "adds")
PASSING_WORDS, FIGURES = wordset("aside"), wordset("figures")


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
        if (
            clause.parent is not None
            and clause.verb in _stopped(clause.parent)
            and any(f.clause is clause.parent for f in found)
        ):
            continue
        more = [c for c in inner if c.antecedent in clause.words]
        own = [*_in_clause(clause, more, found[-1] if found else repeats)]
        outer = next((f for f in found if f.clause is clause.parent), None)
        if outer is not None and clause.dep == "advcl" and not outer.rates:
            _come_of(outer, own)
        if outer is not None and _changes_it(clause, outer, own):
            outer.rates = [*((w, "old") for w, _ in outer.rates), *own[0].rates]
        else:
            found += own
    return found


def _changes_it(clause: Clause, outer: Frame, own: Sequence[Frame]) -> bool:
    """Whether a clause changed the rate of the one before it: `imposed a 10% tariff and then raised it to 15%`, `before
    bringing the rate down to 15%`."""
    held, before = clause.verb.first("dobj"), clause.verb.up.lower == "before"
    past = before or {clause.verb.tag, outer.clause.verb.tag} <= {"VBD", "VBN"}
    done = past and (clause.act in CHANGES or before) and not (clause.modal or clause.negated)
    again = held is not None and (held.tag == "PRP" or held.lower in FIGURES)
    once = len(own) == 1 and own[0].noun in (None, held) and own[0].final is not None
    once = once and (before or all(w.dep == "advmod" for w in own[0].dates))
    return done and once and bool(outer.rates) and again


def _come_of(outer: Frame, own: Sequence[Frame]) -> None:
    """Give the rates that an act comes to the things of the act: `cut tariffs on rice and tea, to 5% and 10%`."""
    if len(own) > 1 and not any(t.products or t.origins for f in own for t in f.things):
        for f in own:
            f.things, f.several = list(outer.things), False
        respectively(own)


def _says_more(c: Clause) -> bool:
    """Whether a clause says more of an instrument or a rate: `the duty that Nigeria levies`, `which now stands at 30%`."""
    a = c.antecedent
    if a is None or c.act == "retaliate":
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
            return not (a.is_verb or bearing(c))
    return on_it and c.act in (*ACTIVE, "stand", "face", "")


def _in_clause(clause: Clause, more: list[Clause], before: Frame | None) -> Iterator[Frame]:
    stopped = _stopped(clause)
    further = [w for c in more for w in c.words] + [w for x in stopped for w in x.subtree()]
    words = sorted({*clause.words, *further}, key=lambda w: w.at)
    told = [w for w in words if is_instrument(w) and _only_mentioned(w)]
    for noun in told:
        yield from _reason_frame(noun, clause, more)
    inside = {w for noun in told for w in noun.subtree()}
    words = [w for w in _before_others(words) if w not in inside]
    nouns = [w for w in words if (is_instrument(w) and not _of_a_tax(w)) or flow_stopped(w)]
    rates = [(w, r) for w in words if w.kind in NUMBERS and (r := role_of(w, nouns))]
    rates = [one for one in rates if not _with_a_rate(one[0], words)]
    if rates and not (nouns or clause.verb.is_verb):
        rates = [
            (w, dict(rates).get(w, "new")) for w in words if w.kind == "money" or w in dict(rates)
        ]
    if not rates and (banned := banned_by(clause)):
        frame = Frame(clause, more, banned, words=words)
        frame.things = things_in(words, clause)
        if banned == "Price cap":
            frame.rates = [(w, "new") for w in words if w.kind == "money"][:1]
        frame.dates = [w for w in words if w.kind == "date"]
        yield from _by_sides([frame])
        return
    below = [w for n in told if _is_added_to(n) for w in sorted(n.subtree(), key=lambda w: w.at)]
    named = things_in(below, clause)
    if nouns or (rates and _levies_it(clause, before)):
        units = _units(clause, more, nouns, rates, before)
        distribute(units, words, clause)
        for u in units if below else ():
            u.things = u.things or named
        yield from _by_sides([u for u in units if u.type])
        named = named or [t for u in units[:1] for t in u.things]
    for w in (w for w in below if w.kind == "rate"):
        noun = next(n for n in told if w in n.subtree())
        one = Frame(clause, more, type_of(noun), noun, [(w, "new")], named, words=words)
        yield replace(one, told=True, op="set", unclear=True)


def _with_a_rate(w: Word, words: Sequence[Word]) -> bool:
    """Whether an amount of money only goes with a rate, or bounds it: `10%, but at least $40 a tonne`."""
    before = [x for x in words if x.at < w.at]
    last = next((x.at for x in reversed(before) if x.kind == "rate"), w.at)
    return w.kind == "money" and any(x.lower in OR_MONEY for x in before if x.at > last)


def _before_others(words: Sequence[Word]) -> Sequence[Word]:
    """The words of a clause up to where it compares a state's tariff with that of others: `5%, against 9% for Chile`."""
    owned = (w.at for w in words if is_instrument(w) and any(c.kind == "place" for c in w.children))
    first = next(owned, words[-1].at)
    for n, (w, rate, lead) in enumerate(zip(words, words[1:], words[2:], strict=False)):
        others = rate.kind == "rate" and lead.lower in ("for", "in", "of")
        if first < w.at and others and {w.lower, w.up.lower} & {*COMPARING}:
            return words[:n]
    return words


def _is_added_to(noun: Word) -> bool:
    """Whether another duty comes on top of an instrument: `on top of the duty`, `in addition to it`, `added to it`."""
    return (noun.lead, noun.up.up.lower) in {("of", "top"), *(("to", w) for w in ADDS)}


def _stopped(clause: Clause) -> list[Word]:
    """The verbs whose clauses are one with the verb that leads to them: `will continue to impose`, `may not exceed`."""
    goes_on = clause.verb.lemma == "continue"
    return [
        x
        for x in clause.verb.all("xcomp")
        if goes_on or x.lemma == "exceed" or (clause.act == "ban" and flow_of(x))
    ]


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
    rates = [w for w in words if w.kind == "rate" and role_of(w, [noun]) == "new"]
    apart = all(w.all("prep") for w in rates)
    if not owned or (len(rates) > 1 and not apart):
        return
    things = [t for t in things_in(words, clause) if t.word.dep == "pobj"]
    bearer = noun.up.up
    if noun.up.lower == "at" and bearer.kind in ("product", "goods"):
        things += things_of(bearer, "subject")
    frame = Frame(clause, inner, noun.sense("instrument"), noun, things=things, told=True)
    frame.op = "set" if _is_added_to(noun) else ""
    placed = [(t.word.at, t) for t in things]
    shares = shared_out([w.at for w in rates], placed, lead=False) if rates else []
    for w, mine in zip(rates, shares, strict=True):
        yield replace(frame, rates=[(w, "new")], things=mine)
    if not rates:
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
        if (
            (lead.lower, a.lower) == ("from", "to")
            or lead.can_be("facing")
            or lead.lower in ("entitled", "access")
            or a.lower == "under"
        ):
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
    held = v.first("dobj")
    if {v.lemma, v.up.lemma} & (LETTING | DECIDING) and any(w.kind == "zero" for w in clause.words):
        return True
    outer = clause.parent.words if clause.parent is not None and v.tag == "VBG" else ()
    if any(w.kind == "rate" and w.behind("of") and role_of(w, []) == "" for w in outer):
        return False
    levied = clause.act in ("impose", "face") or (bearing(clause) and not moved(clause))
    if levied or v.kind == "rate":
        return True
    if before is None or not v.is_verb or moved(clause):
        return before is not None
    if v.lemma == "apply" and subject is not None and subject.kind == "place":
        return True
    will = clause.modal or any(c.lower == "now" for c in v.children)
    if will and v.lemma in RESTING and subject is not None and subject.kind == "product":
        return True
    of_it = (
        subject is None
        or (v.tag == "VBG" and clause.dep in ("advcl", "acl") and v.first("nsubj") is None)
        or (held is not None and held.tag == "PRP")
        or is_instrument(subject)
        or subject.kind in ("rate", "zero")
        or (subject.kind == "product" and clause.act == "be")
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
    named = before is not None and before.type in (*RATED, "Export tax")
    repeated = before.type if before is not None and named else "Import tariff"
    units = []
    for w, role in kept:
        noun = _noun_of(w, nouns)
        kind = type_of(noun) if noun is not None and noun.lemma != "sanction" else repeated
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
    rates = [
        (w, "old" if r == "new" and any(changed_by(a) for a in w.above() if a in nouns) else r)
        for w, r in rates
    ]
    if clause.act not in CHANGES:
        return rates
    ended = [w for w, r in rates if r in ("up", "range") and any(a in nouns for a in w.above())]
    if clause.act == "remove" and ended:
        return [(w, r) for w, r in rates if w not in ended]
    new = [w for w, r in rates if r == "new"]
    led = [w for w in new if any(c.lower in ON_WHOM for c in w.children)]
    own = [w for w in new if w.lead == "at" and w.up.up.kind in ("product", "place")]
    own += [w for w in led if w.dep == "appos"]
    rest = [w for w in new if w.up.lower != "to" and w not in own]
    inside = [w for w in rest if any(a in nouns for a in w.above())]
    apart = [w for w in new if w not in inside and w not in led]
    inside = [w for w in inside if w.dep != "appos" or any(w.at < a.at for a in apart)]
    whole = clause.act in ("remove", *MULTIPLIES) or clause.verb.lemma == "lift"
    moved = bool(apart) or whole or any(r == "by" for _, r in rates)
    return [(w, "old" if moved and w in inside else r) for w, r in rates]
