"""Whom an act presumably hits, where neither it nor an earlier one names a partner: a person confirms it."""

from __future__ import annotations

from collections.abc import Collection

from paxsilica.brief.frames.carried import Carried
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import EVERY_COUNTRY, EXPORTING
from paxsilica.brief.frames.grammar import Parse
from paxsilica.brief.frames.things import (
    CERTAIN,
    COUNTRY_WORDS,
    ENTRY_VERBS,
    EXCEPTING,
    PARTNERS,
    Thing,
    place_codes,
)

PRESUMED = ("Import tariff", "Safeguard", "Export tax", "Export ban", "Export quota")
"""Types of acts that are on goods wherever they come from or go to, unless a text names a partner."""


GENERAL = {"mfn", "favored", "favoured", "base", "baseline", "basic", "general"}
"""Words for the duty that everybody pays."""

WHOLE = {"all", "every", "any", "universal", "baseline", "global"}
"""Words by which imports are meant wherever they come from."""

CHANGING = ("raise", "cut", "remove", "double", "halve", "keep")
"""Classes of verbs by which a state changes a tariff that it has."""


def unnamed_partners(frame: Frame, leads: Collection[str] = ("from", "to")) -> bool:
    """Whether an act is on partners that only a common noun tells: `exports to the bloc`, `imports from both nations`."""
    said = (*frame.words, *(x for t in frame.things for x in t.word.subtree()))
    return any(w.lower in PARTNERS and w.lead in leads for w in said)


def by_part(frame: Frame, context: Carried) -> tuple[str, ...]:
    """The states that head the part of a text in which somebody else acts."""
    heads = context.part if frame.actor and frame.type not in EXPORTING else ()
    return () if {*heads} & {*frame.actor} else heads


def by_pact(frame: Frame, context: Carried) -> tuple[str, ...]:
    """The other side of the agreement that a text is about, on which a side changes its tariffs."""
    return other_of(context.pact, frame) if frame.type == "Import tariff" else ()


def other_of(pair: tuple[str, ...], frame: Frame) -> tuple[str, ...]:
    """The one of two that does not act, where the other one does."""
    acts = bool(frame.actor) and set(frame.actor) < set(pair)
    return tuple(c for c in pair if c not in frame.actor) if acts else ()


def on_all_presumably(frame: Frame, context: Carried) -> tuple[str, ...]:
    """Everybody, where an act is on goods, and neither it nor its text names a partner: `Ghana will tax cement at 20%`."""
    others = any(w.kind == "place" and place_codes(w) != frame.actor for w in frame.words)
    others |= unnamed_partners(frame)
    told = context.told.get(frame.actor, (EVERY_COUNTRY,)) == (EVERY_COUNTRY,)
    mine = bool(frame.actor) and not frame.guessed and frame.type in PRESUMED
    named = bool(frame.unknown) or any(g.known for g in frame.goods)
    return (EVERY_COUNTRY,) if mine and told and named and not others else ()


def origins_apart(frame: Frame, tree: Parse) -> tuple[str, ...]:
    """The states that a sentence's goods come from, where that stands apart: `steel of 20 mm, coming from Togo`."""
    led = [
        w
        for w in tree.words
        if w.kind == "place"
        and not w.form
        and w.lead == "from"
        and (w.up.end - w.up.start > len("from") or tree.words[w.up.at - 1].tag != "NN")
    ]
    led = [] if any(w.lower in EXCEPTING for w in tree.words) else led
    return tuple(
        dict.fromkeys(
            c for w in led for x in w.conjuncts() for c in place_codes(x) if c not in frame.actor
        )
    )


def is_whole(t: Thing) -> bool:
    """Whether goods are meant wherever they come from: `all steel`, `most imports`."""
    said = {c.lower for c in t.word.children}
    return bool(said & WHOLE) or (t.imported and "most" in said)


def is_general(frame: Frame) -> bool:
    """Whether a duty is the one that everybody pays: `the MFN rate of 5%`."""
    n = frame.noun
    return n is not None and any(w.lower in GENERAL and w.at < n.at for w in n.subtree())


def from_anywhere(frame: Frame) -> bool:
    """Whether goods are meant wherever they come from or go to: `a tariff on imports of copper`, `banned exports`."""
    if unnamed_partners(frame, ("to" if frame.type in EXPORTING else "from",)):
        return False
    if any(t.generic and is_whole(t) for t in frame.things):
        return True
    if any(w.kind == "number" and "countr" in w.lower for w in frame.words):
        return False
    if any(
        w.lower in COUNTRY_WORDS and {c.lower for c in w.children} & CERTAIN for w in frame.words
    ):
        return False
    named = [t for t in frame.things if t.products]
    flows = (*EXPORTING, "Import ban")
    known = [t for t in named if not (t.limited or set(t.into) - set(frame.actor))]
    if not known or known != named or any(w.lower == "if" for w in frame.words):
        return False
    plain = [t for t in known if not t.coded]
    said_more = (
        c
        for t in plain
        for c in t.word.children
        if c.dep in ("relcl", "acl") and c.lemma not in ENTRY_VERBS
    )
    clean = frame.type in flows or not any(said_more)
    clean = clean and not any(
        frame.type not in flows
        and w.dep == "prep"
        and w.lower == "from"
        and w.up.is_verb
        and (w.first("pobj", "pcomp") or w).kind not in ("rate", "date")
        for w in frame.words
    )
    noun = frame.noun
    said = {w.lower for w in noun.subtree()} if noun is not None else set()
    general = bool(said & GENERAL) or any(x in w for w in said for x in ("import", "customs"))
    entered = all(t.into and set(t.into) <= set(frame.actor) for t in known)
    levied = frame.act in ("raise", "cut", "remove", "keep", "impose", "stand", "be", "face")
    return frame.type in flows or (
        clean and (entered or all(t.imported for t in known) or (general and levied))
    )


def changed_at_home(frame: Frame, context: Carried) -> bool:
    """Whether the only state of a text changes its tariff on goods, which then hits all: `Peru cut the tariff on rice`."""
    acts = (*CHANGING, "impose", "stand", "be", "face", "announce") if context.whole else CHANGING
    told_of = context.frame if frame.bare and not frame.clause.verb.is_verb else None
    changed = (told_of or frame).act in acts
    named = frame.goods and not frame.unknown and not any(t.some or t.limited for t in frame.things)
    at_home = bool(frame.actor) and frame.actor == context.home
    at_home &= not any(w.lower in (*COUNTRY_WORDS, "origins", "sources") for w in frame.words)
    return changed and at_home and bool(named) and frame.type == "Import tariff"
