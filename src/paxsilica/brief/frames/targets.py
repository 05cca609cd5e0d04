"""On whom and on what a clause says that an instrument or a rate falls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paxsilica.brief.frames.bans import (
    LIMITING,
    flow_of,
    flow_stopped,
    forbids,
    type_of,
)
from paxsilica.brief.frames.gate import TRADE_REMEDIES
from paxsilica.brief.frames.grammar import FLOW_VERBS, LETTING, Clause, Word
from paxsilica.brief.frames.rates import is_instrument
from paxsilica.brief.frames.things import (
    COUNTED_GOODS,
    EXCEPTING,
    FIRMS,
    FLOW_NOUNS,
    FLOW_WORDS,
    IMPORTED,
    SELLERS,
    SOME_OF,
    Thing,
    place_codes,
    things_of,
)
from paxsilica.brief.frames.words import wordset

ON, ON_WHAT, NO_LEAD = (wordset(name) for name in ("on", "on what", "no lead"))
PAPERS = ("gazette", "journal", "register", "bulletin", "notice", "order", "decree", "schedule")
"""What carries a duty without paying it."""


WIDENING = ("extend", "expand", "widen", "tighten", "broaden")
NUMBERS = ("rate", "zero", "money")
ACTIVE = (
    "impose",
    "raise",
    "double",
    "triple",
    "halve",
    "cut",
    "remove",
    "keep",
    "announce",
    "ban",
    "control",
    "retaliate",
)
"""Classes of verbs whose subject acts and does not bear."""


def bearing(clause: Clause) -> bool:
    """Whether a clause says what its subject bears: `goods face 20 %`, `are hit with`, `are subject to`."""
    v, subject = clause.verb, clause.subject
    if clause.act == "retaliate" and not clause.passive:
        return False
    if clause.act == "face":
        paper = subject is not None and subject.lower in PAPERS
        carries_out = v.lemma == "carry" and any(c.lower == "out" for c in v.children)
        return not (clause.passive or paper or carries_out)
    beside = (v, *v.all("acomp", "attr", "oprd", "xcomp", "prep"))
    if any(c.can_be("facing") or c.lower == "exempt" for c in beside) and not v.first("dobj"):
        return True
    goods = subject is not None and subject.kind in ("goods", "product", "number")
    if goods and any(c.kind == "zero" or (c.kind == "rate" and c.dep == "attr") for c in beside):
        return True
    if _needs_licence(clause) or _goods_have_it(clause) or moved(clause):
        return True
    if not clause.passive:
        return v.enters or (clause.act == "control" and goods)
    suffers = subject is not None and not is_instrument(subject) and subject.kind != "rate"
    return suffers and clause.act in ("impose", "ban", "announce", "control")


def _goods_have_it(clause: Clause) -> bool:
    """Whether goods have an instrument: `apples now have a 5% tariff`, `apples are under a 5% tariff`."""
    v, subject = clause.verb, clause.subject
    lead = {"come": "with", "be": "under", "remain": "under", "stay": "under"}.get(v.lemma, "")
    held = v.all("dobj") if v.lemma in ("have", "enjoy") else v.behind(lead)
    names = [subject, *subject.all("compound", "amod")] if subject is not None else []
    has = any(is_instrument(x) for x in held)
    return has and any(x.kind in ("goods", "product") and not x.form for x in names)


def moved(clause: Clause) -> bool:
    """Whether a clause only says that goods go from one rate to another: `rice went from 10% to 60%`."""
    subject = clause.subject
    left = any(w.kind == "rate" and w.lead == "from" for w in clause.words)
    return left and clause.act == "stand" and subject is not None and subject.kind == "product"


def _needs_licence(clause: Clause) -> bool:
    """Whether its subject sells and needs a licence: `Dutch exporters must obtain a permit`."""
    held, subject = clause.verb.first("dobj"), clause.subject
    if held is None or subject is None or not held.can_be("instrument", "Licence"):
        return False
    return subject.form in SELLERS or any(subject.can_be("office", form) for form in SELLERS)


def things_in(words: Sequence[Word], clause: Clause) -> list[Thing]:
    found = [t for w, lead in _nouns_reached(words, clause) for t in things_of(w, lead)]
    for w in words:
        owners = [c for c in w.all("poss") if c.kind == "place"]
        if w.lower == "access" and w.dep == "dobj" and owners:
            found.append(Thing(w, "to", into=[*place_codes(owners[0])]))
    return sorted(found, key=lambda t: t.word.at)


def _nouns_reached(words: Sequence[Word], clause: Clause) -> Iterator[tuple[Word, str]]:
    """Nouns that may say on whom or what, with the word that leads to them."""
    for w in words:
        head = w.up
        own = any(p.lower == "which" for c in w.all("relcl") for p in c.behind("for", "to"))
        if w.kind == "rate" and w.lead in ON:
            yield from ((p, w.lead) for p in w.behind("of") if p.kind in ("product", "goods"))
        if w.kind in (*NUMBERS, "date", "instrument", "noise") or (w.kind == "place" and own):
            continue
        led = head.dep in ("prep", "agent", "dative", "prt") or head.tag in ("IN", "TO")
        if w.lower == "which" and w.dep == "pobj":
            goods = clause.antecedent
            named = goods is not None and goods.kind in ("product", "goods")
            place = goods is not None and goods.kind == "place"
            if goods is not None and (place or (named and head.lower in ON)):
                yield goods, head.lower
        elif w.dep in ("pobj", "pcomp") and led:
            if _reaches(head, w):
                yield w, head.lower
        elif w.dep == "dobj" and head.kind == "instrument" and "ban" in type_of(head):
            yield w, "of"
        elif w.dep in ("dobj", "dative", "oprd") and _goods_like(w, w.children):
            hurts = head.can_be("other") or head.can_be("presence")
            hurt = hurts and w.kind == "goods"
            at = any(is_instrument(p) for p in head.behind("at")) and w.kind != "place"
            lets_in = at or head.lemma in LETTING
            if head.act in ACTIVE or head.lemma in LIMITING or flow_of(head) or hurt or lets_in:
                yield w, "object"
        elif w.kind == "product" and _misread_to(w):
            yield w, "to"
    for w in words:
        if w.can_be("facing") and w.dep not in ("acomp", "ROOT") and _leads_to(w):
            bearer = _bearer(w, clause)
            if bearer is not None and not is_instrument(bearer):
                yield bearer, "subject"
    subject = clause.subject
    if subject is not None and subject.kind == "rate":
        subject = next((w for w in subject.behind("of") if _goods_like(w)), None)
    if subject is None or is_instrument(subject):
        return
    if subject.lower == "it" and clause.verb.all("xcomp"):
        return
    if bearing(clause) or forbids(clause) or (clause.passive and clause.act == "ban"):
        yield subject, "subject"
        further = (s for s in clause.verb.all("nsubj", "nsubjpass") if s is not subject)
        yield from ((s, "subject") for s in further if s.kind in ("place", "product", "goods"))


def _misread_to(w: Word) -> bool:
    """Whether the parser took goods behind `to` for a verb: `apply a duty of 8% to palm oil`."""
    levied = w.up.act == "impose" or is_instrument(w.up)
    return levied and w.first("aux", "prep") is not None and _leads_to(w)


def _leads_to(w: Word) -> bool:
    return any(c.lower == "to" for c in w.children)


def _bearer(facing: Word, clause: Clause) -> Word | None:
    """Who or what is `subject to` something, where those words are not what the clause says of its subject."""
    held = facing.up.first("dobj")
    if held is not None and held.at < facing.at:
        return held
    if facing.up.lower in ("list", "lists"):
        return next(iter(facing.up.behind("of")), None)
    kinds = ("place", "product", "goods")
    path = [*facing.above()]
    above = next((a for a in path if a.kind in kinds or a.is_verb), None)
    if above is None or not above.is_verb:
        return above
    beside = any(a.dep == "prep" for a in path[: path.index(above)])
    return None if beside else clause.subject


def _goods_like(w: Word, near: Sequence[Word] | None = None) -> bool:
    """Whether a noun may name goods or their sellers: it is one, or has one below it, or among those `near`."""
    if w.lower in ("it", "them") or w.kind in ("goods", "everybody", "third"):
        return True
    if w.kind == "number" and w.text.split()[-1] in (*COUNTED_GOODS, *FIRMS):
        return True
    if w.tag == "NNS" and any(c.lower in IMPORTED for c in w.children):
        return True
    joined = w.conjuncts() if near is None else []
    if any(c.kind == "goods" for c in (*joined, *(w.behind("of") if w.lower in SOME_OF else ()))):
        return True
    owned = w.tag == "NNS" and any(c.tag == "PRP$" for c in w.children)
    if w.lower in FLOW_NOUNS and any(c.lower == "of" for c in w.children):
        return True
    below = w.subtree() if near is None else (w, *near, *_behind_of(near))
    return owned or any(x.kind in ("place", "product") for x in below)


def _behind_of(near: Sequence[Word]) -> Iterator[Word]:
    led = (c for c in near if c.dep == "prep" and c.lower in ("of", "from", "including"))
    return (x for c in led for p in c.children for x in (p, *p.children))


def _reaches(prep: Word, w: Word) -> bool:
    """Whether a preposition leads to whom or what an instrument or rate hits."""
    over, word = prep.up, prep.lower
    if over.lower in NO_LEAD | EXCEPTING:
        return False
    beside = over.dep in ("ROOT", "prep", "acomp", "advmod", "attr", "amod")
    on_it = (
        is_instrument(over)
        or (over.kind == "number" and is_instrument(over.up.up))
        or bool(flow_stopped(over))
        or over.kind in NUMBERS
        or (over.kind == "number" and over.lead == "for")
        or over.is_verb
        or beside
        or prep.head is None
        or any(
            c.kind == "zero" or (is_instrument(c) and c.dep == "compound") for c in over.children
        )
    )
    if (over.lead, over.lower) in {("in", "case"), ("with", "regard"), ("with", "respect")}:
        return True
    if word in ON:
        return on_it or over.lower in ON_WHAT or over.lower in ("those", "that")
    if word == "to" and over.lower in ("applicable", "payable", "chargeable"):
        return True
    rated = over.kind == "rate" and word == "for" and w.tag == "NNS"
    of_flow = word == "of" and over.lower.split()[-1] in (*FLOW_WORDS, *FLOW_NOUNS)
    if not (_goods_like(w) or rated or of_flow):
        return False
    if over.kind == "rate" and over.lead in (*ON, "for") and word == "of":
        licensed = [over.up.up, *over.up.up.all("dobj")]
        return over.lead in ON or any(x.can_be("instrument", "Licence") for x in licensed)
    if word == "to" and any(x.can_be("instrument", "Licence") for x in over.all("dobj")):
        return True
    if over.lower == "price":
        return word in ("of", "for", "on")
    if word in ("for", "from"):
        return on_it or over.lemma in FLOW_VERBS
    if word == "to" and over.is_verb:
        reaches = over.act in ("ban", "control", "impose") or over.lemma in (*WIDENING, *FLOW_VERBS)
        return reaches or (over.act == "stand" and over.lemma in ("apply", "come", "go"))
    if word == "to" and is_instrument(over):
        verb = over.verb or over
        if verb.lemma in ("apply", "extend"):
            return True
    named = type_of(over) if is_instrument(over) or flow_stopped(over) else ""
    limits = named not in ("", "Import tariff", "Import rate", *TRADE_REMEDIES)
    return word in ("to", "of", "in", "into") and limits
