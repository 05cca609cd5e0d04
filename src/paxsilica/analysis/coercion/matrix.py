"""Every sender against every target: the exact equilibrium of each cut, some thousands of them, kept as they come."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from operator import itemgetter
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from paxsilica import __version__
from paxsilica.about import BEYOND
from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import InputError
from paxsilica.files import NOT_KEPT, check_above, whole
from paxsilica.horizon import Horizon
from paxsilica.model import Outcome, Params, solve_many
from paxsilica.model.notes import LIMITS, MOST_NAMED, beyond_the_model
from paxsilica.model.outcome import Status
from paxsilica.shock import Cut


@dataclass(frozen=True, eq=False)
class Matrix:
    """What every sender can do to every target.

    Attributes:
        regions: senders and targets, in the order of the economy.
        sectors: what is no longer sold. share: part of it.
        change: `[i, n, r]` change of real income of region r of the economy when i cuts n off, % of the
            baseline; a loss is negative; NaN on the diagonal, and where the equations were not solved.
        revenue: `[i, n]` change of the target's revenue from tariffs, million USD at world labour income.
        income: `[r]` baseline income of every region of the economy, million USD.
        beyond: `[i, n]` the limits of the model that a cut passes (`LIMITS`), a space between.
    """

    horizon: Horizon
    regions: tuple[str, ...]
    all_regions: tuple[str, ...]
    sectors: tuple[str, ...]
    share: float
    change: Array
    revenue: Array
    income: Array
    beyond: NDArray[np.str_]
    notes: tuple[Note, ...] = ()

    @property
    def targets(self) -> Array:
        """`[i, n]` change of the target, %."""
        at = self._at
        return np.asarray(self.change[:, np.arange(len(at)), at])

    @property
    def senders(self) -> Array:
        """`[i, n]` change of the sender, %."""
        at = self._at
        return np.asarray(np.take_along_axis(self.change, at[:, None, None], axis=2)[:, :, 0])

    @property
    def money(self) -> tuple[Array, Array]:
        """`[i, n]` change of the target and of the sender, million of the baseline's currency."""
        income = self.income[self._at] / 100
        return self.targets * income[None, :], self.senders * income[:, None]

    @property
    def ratio(self) -> Array:
        """`[i, n]` target's loss over sender's, in money; inf where the sender loses nothing."""
        theirs, ours = self.money
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(ours < 0, theirs / ours, np.where(np.isnan(ours), np.nan, np.inf))

    def winner(self, sender: str, target: str) -> tuple[str, float]:
        """The third region that gains most, and its gain of real income, %."""
        change = np.array(self.change[self.regions.index(sender), self.regions.index(target)])
        change[[self.all_regions.index(sender), self.all_regions.index(target)]] = -np.inf
        best = int(np.nanargmax(change))
        return self.all_regions[best], float(change[best])

    @property
    def _at(self) -> NDArray[np.intp]:
        """Positions of `regions` in the economy."""
        return np.array([self.all_regions.index(region) for region in self.regions], dtype=np.intp)


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
        regions: senders and targets; default all.
        progress: called with the number of pairs done and of all.
        kept: a file that what is done is written to after every sender, and read from when the same is asked again.
        cache: a folder that holds such a file for every question; one that is damaged is made anew. Without `kept` only.

    What cannot be written is a note of the answer (`NOT_KEPT`), never its end.

    Raises:
        LabelError: an unknown region or sector. InputError: a share not above 0 and up to 1, or `kept` is the file of
            another question.
    """
    params = params or Params()
    chosen = economy.region_indices(regions) if regions else list(range(len(economy.regions)))
    names = tuple(economy.regions[at] for at in chosen)
    if len(names) < 2:
        raise InputError("a matrix needs two regions at least; name more")
    j = economy.sector_indices(sectors)
    question = question_of(economy, names, [economy.sectors[at] for at in j], share, params)
    table = _Table(question, len(names), len(economy.regions))
    table.open(kept, cache)
    pairs = [
        (i, n) for i in range(len(names)) for n in range(len(names)) if i != n and not table.done[i]
    ]

    def keep(at: int, outcome: Outcome) -> None:
        i, n = pairs[at]
        if outcome.status is Status.CONVERGED:
            table.change[i, n] = 100 * (outcome.real_income - 1)
            table.revenue[i, n] = (
                outcome.tariff_revenue[chosen[n]] - economy.tariff_revenue[chosen[n]]
            )
            passed = [note.name.removeprefix(BEYOND) for note in beyond_the_model(outcome)]
            table.beyond[i, n] = " ".join(passed)
        table.count(i)
        if progress:
            progress(table.answered, table.pairs)

    shocks = (Cut((names[i],), (names[n],), sectors, share).shock(economy) for i, n in pairs)
    solve_many(economy, shocks, params, keep=keep, throw=False)
    return Matrix(
        horizon=params.horizon,
        regions=names,
        all_regions=economy.regions,
        sectors=tuple(economy.sectors[at] for at in j),
        share=share,
        change=table.change,
        revenue=table.revenue,
        income=economy.income,
        beyond=table.beyond,
        notes=(*_failures(table.revenue, names), *table.lost),
    )


def _failures(revenue: Array, names: Sequence[str]) -> Iterator[Note]:
    failed = [f"{names[i]} on {names[n]}" for i, n in np.argwhere(np.isnan(revenue)) if i != n]
    if failed:
        yield Note(
            "not solved",
            f"Cuts that were not solved and have no number ({len(failed)}): {', '.join(failed)}.",
        )


def beyond_notes(economy: Economy, found: Sequence[Matrix]) -> Iterator[Note]:
    """One note on all cuts that no model of this kind can carry, with the worst by the larger loss of the two sides."""
    passed = [
        (np.fmin(m.targets, m.senders)[i, n], m, i, n)
        for m in found
        for i, n in np.argwhere(m.beyond != "")
    ]
    if not passed:
        return
    limits = Counter(limit for _, m, i, n in passed for limit in str(m.beyond[i, n]).split())
    why = [
        f"{LIMITS[name].format(who='a region')} ({count})" for name, count in limits.most_common()
    ]
    worst = [
        f"{economy.region_name(m.regions[i])} on {economy.region_name(m.regions[n])}"
        + (f" ({economy.sector_name(m.sectors[0])})" if len(found) > 1 else "")
        for _, m, i, n in sorted(passed, key=itemgetter(0))[:MOST_NAMED]
    ]
    cuts = sum(len(m.regions) * (len(m.regions) - 1) for m in found)
    text = (
        f"no model of this kind can carry {len(passed)} of the {cuts} cuts, to be taken as a direction, not as a size: "
        f"{'; '.join(why)}; the largest losses among them: {', '.join(worst)}"
    )
    yield Note(f"{BEYOND}cuts", text, leads=True)


def question_of(
    economy: Economy, regions: Sequence[str], sectors: Sequence[str], share: float, params: Params
) -> str:
    """A digest of everything the answers depend on."""
    asked = [
        economy.digest,
        list(regions),
        list(sectors),
        share,
        {k: repr(v) for k, v in asdict(params).items()},
    ]
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


class _Table:
    """The answers so far, in memory and, where a file is given, on disk; `lost` says that they could not be written."""

    def __init__(self, question: str, size: int, regions: int) -> None:
        self.question, self.pairs = question, size * (size - 1)
        self.path: Path | None = None
        self.named = "the cache of answers"
        self.lost: tuple[Note, ...] = ()
        self.change = np.full((size, size, regions), np.nan)
        self.revenue = np.full((size, size), np.nan)
        self.beyond = np.full((size, size), "", dtype="U64")
        self.done = np.zeros(size, dtype=bool)
        self.waiting = np.full(size, size - 1)

    def open(self, kept: Path | None, cache: Path | None) -> None:
        """Go on from a person's file, or from the file of the question in a cache."""
        if kept is not None:
            check_above(kept.resolve(), kept)
            self.path, self.named = kept, str(kept)
        elif cache is not None:
            self.path = cache / f"{__version__}-{self.question[:24]}.npz"
        if self.path is None or not self.path.exists():
            return
        try:
            self._read(self.path)
        except InputError:
            if kept is not None:
                raise
        self.waiting = np.where(self.done, 0, len(self.done) - 1)

    @property
    def answered(self) -> int:
        """Pairs that are."""
        return self.pairs - int(self.waiting.sum())

    def count(self, sender: int) -> None:
        """One more target of a sender is answered."""
        self.waiting[sender] -= 1
        if self.waiting[sender] == 0:
            self._finish(sender)

    def _read(self, path: Path) -> None:
        try:
            with path.open("rb") as file, np.load(file, allow_pickle=False) as kept:
                question, found = (
                    str(kept["question"]),
                    [kept[name] for name in ("change", "revenue", "beyond", "done")],
                )
        except (OSError, ValueError, KeyError, EOFError, BadZipFile) as exc:
            raise InputError(
                f"{path} is no file of kept cuts, or is damaged; name a new file or delete it"
            ) from exc
        if question != self.question:
            raise InputError(
                f"{path} holds the answers to another question; name a new file or delete it"
            )
        self.change, self.revenue, self.beyond, self.done = found

    def _finish(self, at: int) -> None:
        """Count a sender as done and write the file anew, in one step."""
        # what was not solved is tried again
        self.done[at] = not np.isnan(np.delete(self.revenue[at], at)).any()
        if self.path is None:
            return
        try:
            with whole(self.path) as partial, partial.open("wb") as file:
                np.savez(
                    file,
                    question=self.question,
                    change=self.change,
                    revenue=self.revenue,
                    beyond=self.beyond,
                    done=self.done,
                )
            self.lost = ()
        except OSError as exc:
            text = f"{self.named}: cannot be written ({exc.strerror}); what was solved is not kept"
            self.lost = (Note(NOT_KEPT, text),)
