"""`solve_many`: thousands of scenarios on one baseline.

Scenarios run side by side as columns of one array (`paxsilica.model.vectorised`), a block at a time, so that memory does
not grow with their number. Which scenarios stand side by side follows from their order alone, and so does every number.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.errors import ShockError
from paxsilica.model.calibration import TradeTerms, before_trade, problem_of, trade_terms
from paxsilica.model.correction import Correction, correction_of
from paxsilica.model.isolated import solvable
from paxsilica.model.outcome import Outcome, Status
from paxsilica.model.params import Params
from paxsilica.model.solve import at_baseline, outcomes_of, refuse_unbalanced, solve
from paxsilica.model.threads import one_thread_each
from paxsilica.model.vectorised import run, side_by_side
from paxsilica.model.world import World
from paxsilica.shock import Shock

ABREAST = 48
"""Scenarios side by side: as many as stay in cache."""

TAKEN = 2 * ABREAST
"""Scenarios that a stream takes at a time."""

STREAMS = min(2, os.cpu_count() or 1)
"""Runs at the same time: each keeps a core busy."""

CHECKED = 16
"""Scenarios whose equations are checked at a time."""

ROWS_ABREAST = 256
"""Importers with other terms than in the baseline, of all scenarios side by side: what they meet must stay in cache too."""

KEPT_FREE = 3_900_000
"""Numbers in a block that is freed at once: glibc then keeps what is freed of smaller ones for the next sweep."""

LATE = 0.8
"""Share of scenarios side by side that may be unfinished when the others leave; those go on beside the next."""

MOST_SWEEPS = 60
"""Sweeps of a scenario in a column, whatever `Params.most_sweeps` allows: one that needs more is solved alone."""


class Kept(NamedTuple):
    """What is kept of one scenario."""

    real_income: Array
    transfer_effect: Array
    status: Status
    iterations: int
    residual: float
    walras: float


@dataclass(frozen=True, eq=False)
class Batch:
    """The answers to many scenarios, in the order they were asked.

    Attributes:
        real_income: `[s, n]` exact change of real income, factor W_hat.
        transfer_effect: `[s, n]` what trade deficits and side payments add to it, as `Outcome` has it.
        status: `[s]`; converged only if every equation, evaluated once more at the end by arithmetic that the solver
            does not use, holds; see `Outcome.status`.
        iterations: `[s]` sweeps.
        residual: `[s]` largest relative gap of any equation.
        walras: `[s]` relative excess demand for labour in the world.
    """

    economy: Economy
    params: Params
    real_income: Array
    transfer_effect: Array
    status: tuple[Status, ...]
    iterations: np.ndarray
    residual: Array
    walras: Array


def solve_many(
    economy: Economy,
    shocks: Iterable[Shock],
    params: Params | None = None,
    *,
    keep: Callable[[int, Outcome], object] | None = None,
    throw: bool = True,
    progress: Callable[[int], None] | None = None,
    streams: int = STREAMS,
) -> Batch:
    """The same numbers as `solve` in a loop, several times faster.

    Args:
        shocks: any iterable, read a chunk at a time; a generator of thousands needs the memory of a few dozen. Each is
            of the economy, or of one with other trade elasticities (`Economy.with_theta`).
        keep: called with every scenario's position and outcome, to take from it what real income does not tell.
        throw: raise at the first scenario that does not converge; False records its status.
        progress: called with the number of scenarios done.
        streams: cores that are kept busy; 1 where other processes have the others.

    `shocks`, `keep` and `progress` are called from the batch's own threads, each by one thread at a time. What one of
    them raises ends the batch.

    Raises:
        ShockError: a shock belongs to another economy, or leaves no equilibrium. ConvergenceError: see `throw`.
        InputError: the baseline is no equilibrium itself; `rebalance` it first.
    """
    params = params or Params()
    refuse_unbalanced(economy, params)
    work = _Work(economy, params, _numbered(economy, shocks), keep, throw, progress, streams)
    with one_thread_each(), ThreadPoolExecutor(streams) as pool:
        runs = [pool.submit(work.run) for _ in range(streams)]
        try:
            wait(runs, return_when=FIRST_EXCEPTION)
        finally:
            work.stopped = True  # the other stream too; an interrupt reaches this thread alone
    for one in runs:
        one.result()
    ordered = [answer for _, answer in sorted(work.answers.items())]

    def each(name: str, kind: type = float) -> Any:
        return np.array([getattr(answer, name) for answer in ordered], dtype=kind)

    return Batch(
        economy=economy,
        params=params,
        real_income=each("real_income").reshape(-1, len(economy.regions)),
        transfer_effect=each("transfer_effect").reshape(-1, len(economy.regions)),
        status=tuple(answer.status for answer in ordered),
        iterations=each("iterations", int),
        residual=each("residual"),
        walras=each("walras"),
    )


class Begun(NamedTuple):
    """A scenario on its way: its place in the batch, where to start from, and the sweeps spent on it."""

    at: int
    shock: Shock
    world: World
    terms: TradeTerms
    state: Array
    sweeps: int


def _abreast(columns: Sequence[Begun], most: int) -> int:
    """How many of the first, most at most, may stand side by side."""
    rows = (len(column.terms.at) for column in columns[:most])
    return sum((k + 1) * own <= ROWS_ABREAST or k == 0 for k, own in enumerate(rows))


@dataclass(eq=False)
class _Work:
    """The scenarios still to solve and the answers found, shared by the streams: each keeps one core busy."""

    economy: Economy
    params: Params
    source: Iterator[tuple[int, Shock]]
    keep: Callable[[int, Outcome], object] | None
    throw: bool
    progress: Callable[[int], None] | None
    streams: int
    reading: Lock = field(default_factory=Lock)
    answering: Lock = field(default_factory=Lock)
    stopped: bool = False
    held: list[tuple[int, Shock]] = field(default_factory=list)
    share: int = 0
    answers: dict[int, Kept] = field(default_factory=dict)

    @cached_property
    def start(self) -> Array:
        """The unknowns of the baseline."""
        return at_baseline(problem_of(Shock(self.economy), self.params))

    @cached_property
    def correction(self) -> Correction:
        return correction_of(self.economy, self.params)

    def run(self) -> None:
        """Solve scenarios until none is left, or until `stopped`."""
        np.empty(KEPT_FREE)
        with np.errstate(all="ignore"):  # what leaves the range of numbers has an infinite gap
            while fresh := self._next():
                columns, done = list[Begun](), list[Begun]()
                for at, shock in fresh:
                    if not self.stopped:
                        columns += self._begun(at, shock)
                columns.sort(key=lambda column: len(column.terms.at))
                while (columns or done) and not self.stopped:
                    if len(done) >= CHECKED or not columns:
                        most = _abreast(done, CHECKED)
                        self._checked(done[:most])
                        done = done[most:]
                    else:
                        most = _abreast(columns, ABREAST)
                        late, ended = self._together(columns[:most])
                        columns, done = late + columns[most:], done + ended

    def _next(self) -> list[tuple[int, Shock]]:
        """The next scenarios of one stream: few of few, so that the other has some too."""
        with self.reading:
            if not self.held and not self.stopped:
                self.held = list(islice(self.source, TAKEN * self.streams))
                self.share = -(-len(self.held) // self.streams)
            fresh, self.held = self.held[: self.share], self.held[self.share :]
        return [] if self.stopped else fresh

    def _begun(self, at: int, shock: Shock) -> list[Begun]:
        """The scenario beside others; nothing, and solved, where it cannot stand there."""
        if shock.conditions or shock.changes("input_subsidy"):
            self._alone(at, shock)
            return []
        shock = solvable(shock, self.params)
        problem = problem_of(shock, self.params)
        terms = trade_terms(problem.baseline, problem.terms, problem.elasticities)
        return [Begun(at, shock, before_trade(problem), terms, self.start, 0)]

    def _together(self, columns: list[Begun]) -> tuple[list[Begun], list[Begun]]:
        """Go on with columns side by side: those that are late, and those that are done."""
        w = side_by_side([column.world for column in columns], [column.terms for column in columns])
        start = np.stack([column.state for column in columns], axis=-1)
        goal, correct = self.params.tolerance, self.correction.corrected
        ends = run(w, start, goal, MOST_SWEEPS, int(LATE * len(columns)), correct)
        now = [
            column._replace(sweeps=column.sweeps + int(sweeps), state=ends.states[:, :, at])
            for at, (column, sweeps) in enumerate(zip(columns, ends.sweeps, strict=True))
        ]
        late, done = list[Begun](), list[Begun]()
        for column, gap in zip(now, ends.gaps, strict=True):
            if gap <= goal:
                done.append(column)
            elif gap < np.inf and column.sweeps < MOST_SWEEPS:
                late.append(column)
            else:
                self._alone(column.at, column.shock)
        return late, done

    def _checked(self, columns: Sequence[Begun]) -> None:
        """Answer columns whose equations, checked together, hold; solve the others alone."""
        made = outcomes_of(
            self.economy,
            [column.shock for column in columns],
            self.params,
            np.stack([column.state for column in columns], axis=-1),
            [column.sweeps for column in columns],
        )
        real, lent, residuals = made.real_income, made.transfer_effect, made.residual
        for at, column in enumerate(columns):
            if residuals[at] <= self.params.tolerance:
                proof = float(residuals[at]), float(made.excess_labour[at])
                answer = Kept(real[at], lent[at], Status.CONVERGED, column.sweeps, *proof)
                self._answer(column.at, answer, partial(made.at, at))
            else:
                self._alone(column.at, column.shock)

    def _alone(self, at: int, shock: Shock) -> None:
        o = solve(shock.economy, shock, self.params, throw=self.throw)
        effects = o.real_income, o.transfer_effect
        answer = Kept(*effects, o.status, o.iterations, o.residual, o.walras)
        self._answer(at, answer, lambda: o)

    def _answer(self, at: int, answer: Kept, outcome: Callable[[], Outcome]) -> None:
        with self.answering:
            self.answers[at] = answer
            if self.keep is not None:
                self.keep(at, outcome())
            if self.progress is not None:
                self.progress(len(self.answers))


def _numbered(economy: Economy, shocks: Iterable[Shock]) -> Iterator[tuple[int, Shock]]:
    for at, shock in enumerate(shocks):
        if not shock.economy.shares_accounts(economy):
            raise ShockError(
                f"shock {at} of the batch was made for another economy; build it with Shock(economy, ...)"
            )
        yield at, shock
