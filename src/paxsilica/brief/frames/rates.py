"""What a number is to a tariff: its new level, an old one, a change, a ceiling, or nothing of it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.brief.frames.grammar import Word
from paxsilica.brief.frames.words import wordset
from paxsilica.brief.record import Quantity

GROWTH, OLD, INSTEAD, CEILINGS = (
    wordset(name) for name in ("growth", "old rate", "instead", "ceilings")
)
ABOUT_TARIFFS = wordset("about tariffs")
"""Nouns behind `tariff` or `duty` that are none: `the tariff law`."""

CAPS = ("cap", "capped", "ceiling", "maximum")
RATED_NOUNS, OF_VALUE, AMOUNTING = (
    wordset(name) for name in ("rated things", "of value", "amounting")
)
OR_MONEY = wordset("or money")
"""Words by which an amount of money goes with a rate, or stands in its place."""
REDUCTIONS = wordset("reductions")
REMOVALS = wordset("removals")
SURTAX = re.compile(r"(?:import )?(?:surtax(?:es)?|surcharges?)")
RANGING = re.compile(r"rang(?:e|es|ed|ing)|var(?:y|ies|ied|ying)|between", re.IGNORECASE)
MOVING_ACTS = ("raise", "cut", "double", "triple", "halve", "remove")
MOVING = wordset("moving")
"""Verbs that lead a rate from one number to another."""

HOLDING = wordset("holding")
"""Verbs whose object is there: `the letter includes a 15% tariff`."""

PASSING = ("old", "by", "existing")
"""Roles of numbers that do not stand in the end."""


STEPS, FIRST_STEP, LATER_STEP = (wordset(name) for name in ("steps", "first steps", "later steps"))
"""Words for the steps of a schedule, and for which of them is meant."""


def step_of(w: Word) -> str:
    """Which step of a schedule a word names: `second` of `in the second year`, `then`; nothing where it names none."""
    if w.tag == "RB" and w.dep == "conj":
        return w.lower
    if w.dep == "advmod":
        return w.lower if w.lower in LATER_STEP and not w.children else ""
    if w.kind == "date":
        return "following" if "following" in w.lower else ""
    own = w.lower in STEPS and w.first("poss") is None
    which = (c.lower for c in w.children if own and c.dep in ("amod", "nummod"))
    return next((x for x in which if x in FIRST_STEP | LATER_STEP), "")


def is_instrument(w: Word) -> bool:
    """Whether a word names an instrument, and is no verb."""
    plain = w.kind == "instrument" and w.sense("instrument") in ("Import tariff", "Import rate")
    names_law = plain and w.dep == "compound" and w.up.lower in ABOUT_TARIFFS
    return w.kind == "instrument" and not w.is_verb and not names_law


def is_surtax(w: Word | None) -> bool:
    """Whether a noun names a duty that comes on top of the tariff by its very name."""
    return w is not None and SURTAX.fullmatch(w.lower) is not None


def changed_by(noun: Word | None) -> str:
    """What a noun before `of` does to an instrument, as the class of its verb; nothing where none does."""
    if noun is None:
        return ""
    told = (
        noun.up
        if noun.dep == "compound"
        else noun.up.up
        if noun.lead in ("of", "in", "from")
        else noun
    )
    said = told.tag[:2] != "JJ" or told.up.lemma == "be"
    return (
        "remove"
        if said and REMOVALS & {told.lower, told.lemma}
        else "cut"
        if told.lower in REDUCTIONS
        else ""
    )


def role_of(w: Word, nouns: Sequence[Word]) -> str:
    """`new`, `old`, `by`, `up`, `least`, `range` or `existing`; nothing where the number is no rate of a tariff.

    Args:
        nouns: the instruments of its clause.
    """
    if w.kind == "money":
        levied = any(_belongs(w, n) for n in nouns) or _levied_on(w)
        worth = any(a.lower in {*OF_VALUE, "worth"} for a in (w.up, w.up.up, w.up.up.up))
        return "new" if levied and not worth else ""
    if _names_a_band(w):
        return ""
    if w.kind == "zero":
        return _role_of_zero(w)
    if any(c.text == ":" and w.up.at < c.at < w.at for c in w.up.children):
        return "new"
    if _of_something_else(w):
        return ""
    if w.dep == "nsubjpass" and any(c.lower == "having" for c in w.up.children):
        return "old"
    return _in_a_range(w) or _near_another(w) or _limit(w) or _change(w) or "new"


TARIFF_BANDS = ("band", "bands", "bracket", "brackets", "slab", "slabs")


def _names_a_band(w: Word) -> bool:
    """Whether a rate, or one that it is joined to, only says which part of a tariff goods are in: `the 5% slab`."""
    if w.dep in ("appos", "conj") and w.up.kind in ("rate", "zero"):
        return _names_a_band(w.up)
    verb = w.up.up
    over = (verb, *verb.behind("in", "under", "within")) if w.lead == "of" else (w.up,)
    return any(a.lower in TARIFF_BANDS and a.lead in ("in", "under", "within") for a in over)


def _belongs(w: Word, noun: Word) -> bool:
    """Whether a number belongs to a noun: below it, or joined to it by a verb that says what it is."""
    above = [w, *w.above()]
    return noun in above or (noun.up.is_verb and noun.up in above)


def _levied_on(w: Word) -> bool:
    """Whether an amount of money is itself levied on something: `charges 40 euros a tonne on butter`."""
    led = any(c.lower == "on" for x in (w, w.up) for c in x.children)
    return w.up.act == "impose" and w.dep == "dobj" and led


def _of_something_else(w: Word) -> bool:
    """Whether a percentage is a share, a growth, or the rate of a price, a wage or a tax at home."""
    near = (w.up, *w.children, *(a for a in w.above() if not a.is_verb))
    if any(x.kind == "noise" for x in near):
        return True
    whole = w.behind("of")
    if any(not is_instrument(p) and p.lower not in OF_VALUE for p in whole):
        return True
    if any(p.tag == "NNS" for p in whole if is_instrument(p)):
        return True
    head = w.up
    if w.lead == "for" and head.up.lemma == "account":
        return True
    led = head.lead and not (head.lead == "with" and head.up.up.is_verb)
    if led and w.at < head.at and head.kind in ("word", "product") and head.is_noun:
        return head.lower not in GROWTH | RATED_NOUNS | REDUCTIONS and head.lead != "to"
    grows = head.lower in GROWTH - {"cut", "increase", "rise"} and head.dep != "pobj"
    plain = head.tag[:2] in ("JJ", "RB", "NN") or head.lower in ("up", "down", "off")
    if grows and plain and not is_instrument(head):
        return True
    verb = w.verb
    held = verb.first("dobj") if verb is not None else None
    if verb is None or held is None or verb.act not in ("raise", "cut", "stand"):
        return False
    other = (
        held.kind in ("word", "noise") and held.tag[:2] == "NN" and held.lower not in RATED_NOUNS
    )
    return other and held.at < w.at and not any(is_instrument(x) for x in held.subtree())


def _in_a_range(w: Word) -> str:
    """The role of a number that another one stands beside: `from 6% to 25%`, `between 14% and 27%`."""
    head = w.up
    q = w.mention.value if w.mention else None
    if isinstance(q, Quantity) and q.at_least and q.at_most:
        return "old" if _given_up(w) else "range"
    if head.lower == "at" and any(a.lemma in ("begin", "start") for a in w.above()):
        return "range"
    below = [x for c in w.children if c.kind == "rate" for x in c.children]
    beside = (*w.children, *below, *(head.children if head.kind == "rate" else ()), *w.above())
    beside += tuple(w.verb.behind("in") if w.verb is not None else ())
    if _bounds_span(w):
        return "range"
    if w.dep != "appos" and any(RANGING.fullmatch(a.lower) for a in beside):
        return "range"
    spans = any(p.kind == "rate" for p in w.behind("to"))
    if (spans and w.lead != "from") or (
        w.lead == "to" and head.up.kind == "rate" and head.up.lead != "from"
    ):
        return "range"
    first = w.dep == "quantmod" and head.kind == "rate"
    last = any(c.dep == "quantmod" and c.kind == "rate" for c in w.children)
    if not (first or last):
        return ""
    end = head if first else w
    end = end.up if end.dep == "conj" and end.up.kind == "rate" else end
    if end.lead in ("of", "at") or _at_rest(w):
        return "range"
    return "old" if first else "new"


def _bounds_span(w: Word) -> bool:
    """Whether `from` and `to` bound a number and another one that no verb moves: `the rates, from 4% to 25%, stay`."""
    lead, verb = w.up, w.verb
    nested = (lead.up, *lead.all("prep")) if verb is not None else ()
    ends = [
        c
        for c in (*nested, *lead.up.all("prep"), *w.all("prep"))
        if c.lower in ("from", "to") and c is not lead
    ]
    beside = [p for p in lead.all("pobj") if p.kind == "rate"] if lead.lower == "from" else []
    joined = len(beside) > 1 or (
        lead.lower in ("from", "to") and any(p.kind == "rate" for c in ends for p in c.all("pobj"))
    )
    beside = verb.all("advcl", "dobj") if verb is not None else []
    moves = any(_shifts(a) for a in (*w.above(), *beside))
    goes = [verb] if verb is not None and verb.lower in ("go", "run") else []
    span = any(is_instrument(s) for v in goes for s in v.all("nsubj") if not v.all("aux"))
    return joined and (span or not moves)


def _shifts(a: Word) -> bool:
    """Whether a word says that a rate goes from one number to another: `raise`, `fell`, `a cut`."""
    changes = a.lemma in MOVING or a.lower in REDUCTIONS
    return not is_instrument(a) and (changes or any(a.can_be("verb", v) for v in MOVING_ACTS))


def _at_rest(w: Word) -> bool:
    """Whether a verb only says what is there: `the tariff has rates from 0 to 35%`."""
    verb = w.verb
    rests = verb is not None and (verb.act == "be" or verb.lemma in HOLDING)
    return rests and not any(_shifts(a) for a in (*w.above(), *(verb.children if verb else ())))


def _given_up(w: Word) -> bool:
    """Whether a number is left, alone or joined to one that is: `down from 8% and 10%`, `from a range of 20-25%`."""
    if w.dep == "conj" and w.up.kind == "rate" and not w.all("prep"):
        near = (*w.up.children, *w.up.up.children, *w.up.up.up.children)
        between = [x.lower for x in near if w.up.at < x.at < w.at]
        moved = any(c.dep == "quantmod" and c.lower == "to" for c in w.up.children)
        return not moved and "to" not in between and _given_up(w.up)
    told = w.up.up if w.lead == "of" and w.up.up.lower in (*RATED_NOUNS, "range") else w
    return told.lead == "from"


def _near_another(w: Word) -> str:
    """The role of a number beside the one that is meant: an old rate, or one that it comes on top of."""
    lead, above = w.lead, [*w.above()][:4]
    q = w.mention.value if w.mention else None
    if isinstance(q, Quantity) and "points" in q.unit:
        return "by"
    added = lead == "to" and w.up.up.lower in ("addition", "compared", "relative")
    if (
        added
        or lead in ("above", "over", "beyond", "besides")
        or any(a.lower == "top" for a in above)
    ):
        return "existing"
    hits = w.up.lower == "with" and (
        w.up.up.act in ("impose", "face", "retaliate") or w.up.up.can_be("facing")
    )
    last = lead == "from" and any(c.dep == "quantmod" and c.lower == "to" for c in w.children)
    capped = lead == "than" and any(c.lower in ("no", "not") for c in w.up.up.children)
    if lead in ("from", "than", "with", "against", "versus") and not (hits or capped):
        return "new" if last else "old"
    if any(a.lower in INSTEAD and not a.act for a in above[:3]) or _given_up(w):
        return "old"
    heads = (a for a in (w.up, w.up.up if w.lead == "of" else w.up) if not a.is_verb)
    beside = [c for a in heads for c in a.children if c.at < w.at]
    limit = any(c.lower in ("no", "not") for c in w.children)
    own = [c for c in w.children if not (c.lower == "than" and (c.at > w.at or limit))]
    once = w.dep == "npadvmod" and w.up.lower in OLD | {"before"}
    verb = w.verb
    once |= verb is not None and verb.dep == "relcl" and verb.lower in ("was", "were")
    if once or any(x.lower in OLD for x in (*own, *beside)):
        return "old"
    by = lead == "by" and not any(is_instrument(c) for c in w.children)
    less = lead == "of" and w.up.up.lower in REDUCTIONS
    return "by" if by or less else ""


def _limit(w: Word) -> str:
    """`up` or `least` where words before a number make it a limit: `up to 45%`, `as high as`, `not exceed`."""
    head = w.up
    than = (head, head.up, *head.up.children) if w.lead == "than" else ()
    joined = w.dep == "conj" and head.kind != "rate"
    left = {x.lower for x in (*w.children, *than) if x.at < w.at}
    left |= set() if joined else {x.lower for x in head.children if x.at < w.at}
    as_high = head.lower == "as" and head.up.lower in ("high", "much")
    moves = any(a.act in ("stand", "raise") for a in w.above())
    up = any(s.lower == "up" for s in head.children)
    whole = head if is_instrument(head) else w
    up |= whole.lead == "to" and whole.up.up.first("prt") is not None
    up_to = not moves and ({"up", "to"} <= left or (whole.lead == "to" and up))
    bounded = "than" in left and bool(left & {"no", "not"})
    if bounded and left & {"less", "lower"}:
        return "least"
    told = head.up if w.lead == "of" and head.up.lower in RATED_NOUNS else w
    subjects = head.up.all("nsubj", "nsubjpass") if head.lower == "at" else []
    near = (*told.above(), *(c for a in (head, head.up, *subjects) for c in a.children))
    capped = any(a.lemma in CAPS for a in near) or w.lead in ("under", "below")
    if as_high or up_to or bounded or capped or head.lemma == "exceed" or left & CEILINGS:
        return "up"
    or_less = {c.lower for c in w.all("conj", "nummod") if c.at > w.at}
    if or_less & {"less", "lower", "below"}:
        return "up"
    higher = not than and any(a.lower in ("higher", "greater") for a in w.above())
    return "least" if higher or left & {"least", "minimum"} or or_less & {"more", "above"} else ""


def _change(w: Word) -> str:
    """`by` where a verb moves a rate by the number: `rise 10%`, `cut 5%`."""
    head = w.up
    lifted = any(a.act in ("raise", "cut") for a in w.above())
    if is_instrument(head) and head.lead == "by" and lifted:
        return "by"
    moving = head.lower in {"increase", "rise", *REDUCTIONS} and w.at < head.at
    if moving and any(is_instrument(p) for p in head.behind("in", "of", "on")):
        return "by"
    moved = head.act == "stand" and head.lemma not in AMOUNTING
    deps = ("dobj", "npadvmod", "advmod") if moved else ("npadvmod",)
    listed = any(c.lower in ("on", "for", "to") for c in w.children)
    changes = moved or head.act in ("raise", "cut")
    return "by" if changes and w.dep in deps and not listed else ""


def _role_of_zero(w: Word) -> str:
    head, word = w.up, w.lower
    if word.startswith(("duty", "tariff", "free of", "without")):
        return "new"
    if w.dep == "conj" and head.kind in ("rate", "zero"):
        return "new"
    if is_instrument(head):
        return "new" if word in ("zero", "nil") else ""
    if head.dep == "prep" or head.tag in ("IN", "TO"):
        return "new" if head.lower in ("to", "at", "of") else "old" if head.lower == "from" else ""
    if word.startswith("no "):
        return "new" if head.act in ("impose", "face") or head.lemma in ("fall", "apply") else ""
    stands = head.act in ("face", "stand", "be") and word in ("zero", "nil", "nothing")
    return "new" if stands else ""
