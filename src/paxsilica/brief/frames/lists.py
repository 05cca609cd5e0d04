"""Lists of rates: which of the things beside several rates each one is of."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import TypeVar

from paxsilica.brief.frames.grammar import Word
from paxsilica.brief.frames.things import Thing

Placed = TypeVar("Placed")


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
