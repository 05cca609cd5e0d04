"""Whom an act presumably hits, where neither it nor an earlier one names a partner: a person confirms it."""

from __future__ import annotations

from paxsilica.brief.frames.carried import Carried
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import EVERY_COUNTRY
from paxsilica.brief.frames.grammar import Parse
from paxsilica.brief.frames.things import EXCEPTING, place_codes

PRESUMED = ("Import tariff", "Safeguard", "Export tax", "Export ban", "Export quota")
"""Types of acts that are on goods wherever they come from or go to, unless a text names a partner."""


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
    told = context.told.get(frame.actor, (EVERY_COUNTRY,)) == (EVERY_COUNTRY,)
    mine = bool(frame.actor) and not frame.guessed and frame.type in PRESUMED
    named = bool(frame.goods or frame.unknown)
    return (EVERY_COUNTRY,) if mine and told and named and not others else ()


def origins_apart(frame: Frame, tree: Parse) -> tuple[str, ...]:
    """The states that a sentence's goods come from, where that stands apart: `steel of 20 mm, coming from Togo`."""
    led = [w for w in tree.words if w.kind == "place" and not w.form and w.lead == "from"]
    led = [] if any(w.lower in EXCEPTING for w in tree.words) else led
    return tuple(dict.fromkeys(c for w in led for c in place_codes(w) if c not in frame.actor))
