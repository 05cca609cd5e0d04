"""`Band`: the decision held, the world varied. How far a number moves over the published sets of elasticities.

value is the number under the set that is used; low and high are the range over all sets that could be solved. A range
over published estimates is no confidence interval: it says how much hangs on whom one believes.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from paxsilica.desk import Progress
from paxsilica.economy import Economy, Note
from paxsilica.errors import ConvergenceError
from paxsilica.findings import Block


@dataclass(frozen=True, eq=False)
class Band:
    """Findings under each set of elasticities.

    Attributes:
        blocks: under the set that is used, with low and high where there are others.
        sets: names, the one that is used first.
        each: the blocks under every set, along `elasticities`, NaN where its equations were not solved; none where
            there is only one.
        notes: which sets were not solved, or why there is only one.
    """

    blocks: tuple[Block, ...]
    sets: tuple[str, ...]
    each: tuple[Block, ...]
    notes: tuple[Note, ...]

    @property
    def solved(self) -> int:
        """How many sets' equations were solved, that which is used included."""
        if not self.each:
            return 1
        return int(np.isfinite(self.each[0].value).reshape(len(self.sets), -1).any(1).sum())


def band_over(
    used: str,
    own: Sequence[Block],
    economies: Sequence[Economy],
    compute: Callable[[Economy], Sequence[Block]],
    notes: Sequence[Note] = (),
    progress: Progress | None = None,
) -> Band:
    """The same findings under every set.

    Args:
        used: name of the set that is used. own: the findings under it, which is not solved again.
        economies: balanced baselines that differ in elasticities alone.
        compute: the findings on one of them; ConvergenceError leaves the set out, with a note.
        notes: why there are no other sets, where there are none.
        progress: told of every set.
    """
    others = [e for e in economies if e.about.elasticities != used]
    each, failed = [[b.value for b in own]], []
    for done, economy in enumerate(others):
        if progress is not None:
            progress("other sets of elasticities", done, len(others))
        try:
            each.append([b.value for b in compute(economy)])
        except ConvergenceError:
            failed.append(economy.about.elasticities)
            each.append([np.full_like(b.value, np.nan) for b in own])
    said = [Note("elasticities.band", f"not solved, and left out of the band: {', '.join(failed)}")]
    sets = (used, *(e.about.elasticities for e in others))
    notes = (*notes, *(said if failed else []))
    if not others:
        return Band(tuple(own), sets, (), notes)
    each_set = tuple(
        replace(b, value=np.stack(values), axes=({"elasticities": sets}, *b.axes))
        for b, *values in zip(own, *each, strict=True)
    )
    blocks = tuple(
        replace(b, low=np.fmin.reduce(every.value), high=np.fmax.reduce(every.value))
        for b, every in zip(own, each_set, strict=True)
    )
    return Band(blocks, sets, each_set, notes)
