"""Every sender against every target: the exact equilibrium of each cut, some thousands of them, kept as they come."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import count, permutations
from operator import itemgetter
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from paxsilica import __version__
from paxsilica.about import BEYOND
from paxsilica.analysis.coercion.pair import side_blocks
from paxsilica.checks import check_share
from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import InputError
from paxsilica.files import NOT_KEPT, check_above
from paxsilica.findings import Findings, block
from paxsilica.horizon import Horizon
from paxsilica.model import Outcome, Params, solve_many
from paxsilica.model.cache import keep_table, kept_table
from paxsilica.model.notes import LIMITS, MOST_NAMED, beyond_the_model
from paxsilica.model.outcome import Status
from paxsilica.names.saying import does, inside, with_article
from paxsilica.shock import Shock

WRITINGS = 16
"""Times that a large matrix is written while it is solved: each takes as long as some cuts."""


@dataclass(frozen=True, eq=False)
class Matrix:
    """What every sender can do to every target.

    Attributes:
        sectors: what is no longer sold.
        sides: `[p, 2]` of `SIDES`, positions in the economy: who is cut off, and who cuts.
        table: `[p]` rows of `real_income`, of every region, exact change as a factor, `revenue`, change of the target's
            from tariffs, million USD at world labour income, both NaN where the equations were not solved; and of
            `beyond`, the limits of the model that the cut passes (`LIMITS`), a space between.
    """

    economy: Economy
    horizon: Horizon
    sectors: tuple[str, ...]
    sides: NDArray[np.intp]
    table: NDArray[np.void]
    notes: tuple[Note, ...]

    @property
    def change(self) -> Array:
        """`[p, r]` change of real income of every region, %; a loss is negative."""
        return np.asarray(100 * (self.table["real_income"] - 1))

    @property
    def percent(self) -> Array:
        """`[p, 2]` change of both sides, %."""
        return np.take_along_axis(self.change, self.sides, axis=1)

    def findings(self) -> Findings:
        """As `partner` (who cuts) and `region` (who is cut off)."""
        e = self.economy
        region, partner = ([e.regions[at] for at in side] for side in self.sides.T)
        pairs = {"partner": partner, "region": region}
        money = self.percent * e.income[self.sides] / 100
        revenue = block("tariff_revenue_change", self.table["revenue"], pairs, item="targets")
        blocks = [*side_blocks(self.percent, money, pairs), revenue]
        if len(e.regions) > 2:
            thirds = self.change
            np.put_along_axis(thirds, self.sides, -np.inf, axis=1)
            best, gain = thirds.argmax(1), thirds.max(1)
            winner = [
                "" if np.isnan(g) else e.regions[at] for at, g in zip(best, gain, strict=True)
            ]
            blocks.append(block("winner_gain", gain, pairs | {"item": winner}))
        return Findings(tuple(blocks)).of(horizon=self.horizon.key)


def coercion_matrix(
    economy: Economy,
    regions: Sequence[str] | None = None,
    sectors: tuple[str, ...] = ("goods",),
    share: float = 1.0,
    params: Params | None = None,
    progress: Callable[[int, int], None] | None = None,
    kept: Path | None = None,
    cache: Path | None = None,
) -> Matrix:
    """Cut every pair off in turn: `len(regions) (len(regions) - 1)` equilibria.

    Args:
        regions: senders and targets, two or more; default all.
        progress: called with the number of pairs done and of all.
        kept: a file that what is done is written to after as many pairs as a sender has, or one of `WRITINGS` of all, and
            read from when the same is asked again. What cannot be written is a note of the answer (`NOT_KEPT`), never
            its end.
        cache: a folder that holds such a file for every question; one that is damaged is made anew. Without `kept` only.

    Raises:
        LabelError: an unknown region or sector. InputError: a share not above 0 and up to 1, or `kept` is the file of
            another question.
    """
    check_share(share)
    params = params or Params()
    chosen = economy.region_indices(regions or economy.regions)
    names = [economy.regions[at] for at in chosen]
    goods = economy.sector_indices(sectors)
    labels = tuple(economy.sectors[at] for at in goods)
    pairs = np.array(list(permutations(chosen, 2)))
    kinds = [
        ("real_income", float, len(economy.regions)),
        ("revenue", float),
        ("beyond", f"U{len(' '.join(LIMITS))}"),
    ]
    table = np.zeros(len(pairs), kinds)
    table["real_income"] = table["revenue"] = np.nan
    asked = repr((economy.digest, names, labels, share, params))
    question, lost = hashlib.sha256(asked.encode()).hexdigest(), list[Note]()
    path = kept or (cache and cache / f"{__version__}-{question[:24]}.npz")
    if kept is not None:
        check_above(kept.resolve(), kept)
    if path is not None and path.exists():
        try:
            table = kept_table(path, question, table)
        except ValueError as exc:
            if kept is not None:
                raise InputError(f"{path} {exc}; name a new file or delete it") from exc
    todo = np.flatnonzero(np.isnan(table["revenue"]))  # what was not solved is tried again
    done, often = count(len(pairs) - len(todo) + 1), max(len(chosen) - 1, len(pairs) // WRITINGS)

    def keep(at: int, outcome: Outcome) -> None:
        target, now = pairs[todo[at], 1], next(done)
        if outcome.status is Status.CONVERGED:
            earned = outcome.tariff_revenue[target] - economy.tariff_revenue[target]
            passed = [note.name.removeprefix(BEYOND) for note in beyond_the_model(outcome)]
            table[todo[at]] = outcome.real_income, earned, " ".join(passed)
        if path is not None and (now % often == 0 or now == len(pairs)):
            named = "the cache of answers" if kept is None else str(kept)
            lost[:] = _written(path, named, question, table)
        if progress:
            progress(now, len(pairs))

    nothing, left = Shock(economy), 1.0 - share
    shocks = (nothing.changed("permitted", np.ix_([n], [i], goods), left) for i, n in pairs[todo])
    solve_many(economy, shocks, params, keep=keep, throw=False)
    sides = pairs[:, ::-1]
    failed = sides[np.isnan(table["revenue"])]
    notes = (*_failures(economy, failed), *lost)
    return Matrix(economy, params.horizon, labels, sides, table, notes)


def _failures(economy: Economy, sides: NDArray[np.intp]) -> Iterator[Note]:
    failed = [f"{economy.regions[i]} on {economy.regions[n]}" for n, i in sides]
    if failed:
        text = "Cuts that were not solved and have no number"
        yield Note("not solved", f"{text} ({len(failed)}): {', '.join(failed)}.")


DIGITS = 7
"""Of a loss in per cent that the solver's tolerance bears out: what is alike so far stands in the order of pairs."""


def beyond_notes(matrices: Sequence[Matrix]) -> Iterator[Note]:
    """One note on all cuts that no model of this kind can carry, with the worst by the larger loss of the two sides."""
    passed = [
        (round(float(losses[at]), DIGITS), str(m.table["beyond"][at]), m, m.sides[at])
        for m in matrices
        for losses in [m.percent.min(1)]
        for at in np.flatnonzero(m.table["beyond"])
    ]
    if not passed:
        return
    limits = Counter(limit for _, of, *_ in passed for limit in of.split()).most_common()
    why = [f"{LIMITS[name].format(who='a region')} ({cuts})" for name, cuts in limits]
    worst = []
    for _, _, m, (n, i) in sorted(passed, key=itemgetter(0))[:MOST_NAMED]:
        target, sender = (
            with_article(m.economy.region_name(m.economy.regions[at])) for at in (n, i)
        )
        sector = f" ({inside(m.economy.sector_name(m.sectors[0]))})" if len(matrices) > 1 else ""
        worst.append(f"{sender} {does(sender, 'cut')} off {target}{sector}")
    text = (
        f"no model of this kind can carry {len(passed)} of the {sum(len(m.sides) for m in matrices)} cuts, to be taken as "
        f"a direction, not as a size: {'; '.join(why)}; the largest loss{'es' * (len(worst) > 1)} among them: "
        f"{', '.join(worst)}"
    )
    yield Note(f"{BEYOND}cuts", text, leads=True)


def _written(path: Path, named: str, question: str, table: NDArray[np.void]) -> list[Note]:
    """Write the file anew; a note where it cannot be."""
    try:
        keep_table(path, question, table)
    except OSError as exc:
        text = f"{named}: cannot be written ({exc.strerror}); what was solved is not kept"
        return [Note(NOT_KEPT, text)]
    return []
