"""`Band`: the decision held, the world varied. How far a number moves over the published sets of elasticities.

value is the number under the set that is used; low and high are the range over all sets that could be solved. A range
over published estimates is no confidence interval: it says how much hangs on whom one believes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from paxsilica.desk import Progress
from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import ConvergenceError
from paxsilica.findings import Block


@dataclass(frozen=True, eq=False)
class Band:
    """Numbers under each set of elasticities.

    Attributes:
        sets: names, the one that is used first.
        each: `[s, ...]` the numbers under each; NaN where its equations were not solved.
        notes: which sets were not solved, or why there is only one.
    """

    sets: tuple[str, ...]
    each: Array
    notes: tuple[Note, ...] = ()

    @property
    def value(self) -> Array:
        """`[...]` under the set that is used."""
        return np.asarray(self.each[0])

    @property
    def low(self) -> Array | None:
        """`[...]` smallest over the sets; None where there is only one."""
        return self._over(np.fmin.reduce)

    @property
    def high(self) -> Array | None:
        """`[...]` largest over the sets; None where there is only one."""
        return self._over(np.fmax.reduce)

    @property
    def median(self) -> Array | None:
        """`[...]` over the sets that were solved; None where there is only one."""
        return self._over(lambda each: np.nanmedian(each, axis=0))

    def _over(self, pick: Callable[[Array], Array]) -> Array | None:
        return np.asarray(pick(self.each)) if len(self.sets) > 1 else None


def band_over(
    economies: Sequence[Economy],
    numbers: Callable[[Economy], ArrayLike],
    used: tuple[str, ArrayLike],
    notes: Sequence[Note] = (),
    told: Progress | None = None,
) -> Band:
    """The same numbers under every set.

    Args:
        economies: balanced baselines that differ in elasticities alone; the used set among them is not solved again.
        numbers: what is asked of one of them; ConvergenceError leaves the set out, with a note.
        used: name of the set that is used, and the numbers under it.
        notes: why there are no other sets, where there are none.
        told: progress.
    """
    own, known = used[0], np.asarray(used[1], dtype=np.float64)
    others = [e for e in economies if e.about.elasticities != own]
    each, failed = [known], []
    for done, economy in enumerate(others):
        if told is not None:
            told("other sets of elasticities", done, len(others))
        try:
            each.append(np.asarray(numbers(economy), dtype=np.float64))
        except ConvergenceError:
            failed.append(economy.about.elasticities)
            each.append(np.full_like(known, np.nan))
    said = [Note("elasticities.band", f"not solved, and left out of the band: {', '.join(failed)}")]
    sets = (own, *(e.about.elasticities for e in others))
    return Band(sets, np.stack(each), (*notes, *(said if failed else [])))


def vector(blocks: Sequence[Block]) -> Array:
    """All values in a row, as a band takes them."""
    return np.concatenate([b.value.ravel() for b in blocks])


def under_each(blocks: Sequence[Block], band: Band) -> Iterator[Block]:
    """The blocks of `vector` under each set of elasticities, if there are several."""
    if len(band.sets) > 1:
        ends = np.cumsum([b.value.size for b in blocks])[:-1]
        for b, each in zip(blocks, np.split(band.each, ends, axis=1), strict=True):
            axes = {"elasticities": band.sets}, *b.axes
            yield replace(b, value=each.reshape(-1, *b.value.shape), axes=axes)


def banded(blocks: Sequence[Block], band: Band | None) -> list[Block]:
    """The blocks of `vector` with the band's low and high, if there is one."""
    if band is None or band.low is None or band.high is None:
        return list(blocks)
    ends = np.cumsum([b.value.size for b in blocks])[:-1]
    parts = (np.split(side, ends) for side in (band.low, band.high))
    return [
        replace(b, low=low.reshape(b.value.shape), high=high.reshape(b.value.shape))
        for b, low, high in zip(blocks, *parts, strict=True)
    ]
