"""`Band`: the decision held, the world varied. How far a number moves over the published sets of elasticities.

value is the number under the set that is used; low and high are the range over all sets that could be solved, or 10 and
90 % quantiles of draws. A range over published estimates is no confidence interval: it says how much hangs on whom one
believes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from typing import TypeVar

import numpy as np

from paxsilica.analysis.draws import DRAW_NAMED
from paxsilica.desk import Progress
from paxsilica.economy import Economy, Note
from paxsilica.errors import ConvergenceError
from paxsilica.findings import Block, Numbers

INNER = 10, 90
"""Quantiles of draws between which a band lies, per cent."""

Varied = TypeVar("Varied")


@dataclass(frozen=True, eq=False)
class Band:
    """Findings under each set of elasticities.

    Attributes:
        blocks: under the set that is used, with low and high where there are others.
        sets: names, the one that is used first.
        draws: how many worlds were drawn and solved, instead of sets; 0 where none were.
        more: how many of `sets`, the last, are other variants.
        each: the blocks under every set, along `elasticities`, NaN where its equations were not solved; none where
            there is only one.
        notes: which sets were not solved, or why there is only one.
    """

    blocks: tuple[Block, ...]
    sets: tuple[str, ...]
    each: tuple[Block, ...]
    notes: tuple[Note, ...]
    draws: int = 0
    more: int = 0

    @property
    def solved(self) -> int:
        """How many sets' equations were solved, that which is used included."""
        if not self.each:
            return 1
        own = len(self.sets) - self.more
        known = np.isfinite(self.each[0].value).reshape(len(self.sets), -1)[:own]
        return int(known.any(1).sum())

    @property
    def over(self) -> str:
        """What the range is over, behind `ranges over`; empty where there is none."""
        if self.draws:
            return f"the middle 80 % of {self.draws:,} draws"
        sets = f"{self.solved} sets of trade elasticities" * (self.solved > 1)
        measured = "both ends of the measured response at that age" * bool(self.more)
        return " and ".join(filter(None, (sets, measured)))


def band_over(
    used: str,
    own: Sequence[Block],
    economies: Sequence[Economy],
    compute: Callable[[Economy], Sequence[Block]],
    notes: Sequence[Note] = (),
    progress: Progress | None = None,
    more: Mapping[str, Callable[[], Sequence[Block]]] | None = None,
) -> Band:
    """The same findings under every set, or in worlds that were drawn.

    Args:
        used: name of the set that is used. own: the findings under it, which is not solved again.
        economies: balanced baselines that differ in elasticities alone.
        compute: the findings on one of them; ConvergenceError leaves the set out, with a note.
        notes: why there are no other sets, where there are none.
        progress: told of every set.
        more: other variants that the range holds, by name; they are no sets.
    """
    others = other_sets(used, economies)
    drawn = [e for e in economies if e.about.elasticities.startswith(DRAW_NAMED)]
    variants = {e.about.elasticities: partial(compute, e) for e in others} | dict(more or {})
    each, failed = [[b.value for b in own]], []
    for done, (name, variant) in enumerate(variants.items()):
        if progress is not None:
            progress("other sets of elasticities", done, len(variants))
        try:
            each.append([b.value for b in variant()])
        except ConvergenceError:
            failed.append(name)
            each.append([np.full_like(b.value, np.nan) for b in own])
    said = [Note("elasticities.band", f"not solved, and left out of the band: {', '.join(failed)}")]
    sets = (used, *variants)
    notes = (*notes, *(said if failed else []))
    if not variants and drawn:
        return band_drawn(used, own, drawn, compute, len(drawn), progress)
    if not variants:
        return Band(tuple(own), sets, (), notes)
    each_set = tuple(
        replace(b, value=np.stack(values), axes=({"elasticities": sets}, *b.axes))
        for b, *values in zip(own, *each, strict=True)
    )
    blocks = tuple(
        replace(b, low=np.fmin.reduce(every.value), high=np.fmax.reduce(every.value))
        for b, every in zip(own, each_set, strict=True)
    )
    if drawn:
        of = band_drawn(used, own, drawn, compute, len(drawn), progress)
        return replace(of, sets=sets, each=each_set, notes=(*notes, *of.notes))
    return Band(blocks, sets, each_set, notes, more=len(more or {}))


def other_sets(used: str, economies: Sequence[Economy]) -> list[Economy]:
    """Those under published sets other than that which is used."""
    names = [e.about.elasticities for e in economies]
    return [
        e
        for e, name in zip(economies, names, strict=True)
        if name != used and not name.startswith(DRAW_NAMED)
    ]


def band_drawn(
    used: str,
    own: Sequence[Block],
    worlds: Iterable[Varied],
    compute: Callable[[Varied], Sequence[Block]],
    count: int,
    progress: Progress | None,
) -> Band:
    """The same findings in every world that was drawn; `own` stands where it stands, inside the band or not.

    Args:
        compute: the findings in one of them; ConvergenceError leaves it out, with a note of how many.

    Raises:
        ConvergenceError: no world is solved.
    """
    each = list[list[Numbers]]()
    for done, world in enumerate(worlds):
        if progress is not None:
            progress("draws", done, count)
        with suppress(ConvergenceError):
            each.append([b.value for b in compute(world)])
    if not each:
        raise ConvergenceError(
            f"none of {count} draws is solved; ask for the range of sets instead"
        )
    blocks = []
    for b, *values in zip(own, *each, strict=True):
        low, high = np.percentile(values, INNER, axis=0)
        blocks.append(replace(b, low=low, high=high))
    left = count - len(each)
    text = f"{left} of {count} draws are not solved and left out of the band"
    notes = (Note("draws.unsolved", text),) * bool(left)
    return Band(tuple(blocks), (used,), (), notes, len(each))
