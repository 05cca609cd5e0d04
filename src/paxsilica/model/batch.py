"""`solve_many`: thousands of scenarios on one baseline.

Scenarios run side by side as columns of one array (`paxsilica.model.vectorised`), a chunk at a time, so that memory
does not grow with their number. The last of a chunk to converge move on to the next, so that nobody waits for the slowest.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from functools import cached_property, partial
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple

import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.errors import ShockError
from paxsilica.model.calibration import padded, terms_of
from paxsilica.model.outcome import Outcome, Status
from paxsilica.model.params import Params
from paxsilica.model.precision import in_double
from paxsilica.model.solve import outcome_of, refuse_unbalanced, solve
from paxsilica.model.vectorised import MOST_SWEEPS, ChunkSolver, Task, width
from paxsilica.shock import INSTRUMENTS, Shock

FEW_SCENARIOS = 8
"""Scenarios up to which looking for the baseline's slow directions costs more than it saves."""

MOST_ROWS = 8
"""Importers with other terms than in the baseline beyond which a scenario shares too little with the others."""


ONE_IN = 4
"""One scenario in so many may be unfinished when the others end; it continues in the next chunk."""


class Kept(NamedTuple):
    """What is kept of one scenario."""

    real_income: Array
    status: Status
    iterations: int
    residual: float
    walras: float


@dataclass(frozen=True, eq=False)
class Batch:
    """The answers to many scenarios, in the order they were asked.

    Attributes:
        real_income: `[s, n]` exact change of real income, factor W_hat.
        status: `[s]`; converged only if every equation, evaluated once more at the end, holds. For scenarios side by
            side that is the solver's own arithmetic; the `Outcome` that `keep` receives checks itself as always.
        iterations: `[s]` sweeps.
        residual: `[s]` largest relative gap of any equation.
        walras: `[s]` relative excess demand for labour in the world.
    """

    economy: Economy
    params: Params
    real_income: Array
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
) -> Batch:
    """The same numbers as `solve` in a loop, several times faster.

    Args:
        shocks: any iterable, read a chunk at a time; a generator of thousands needs the memory of a few dozen.
        keep: called with every scenario's position and outcome, to take from it what real income does not tell.
        throw: raise at the first scenario that does not converge; False records its status.
        progress: called with the number of scenarios done.

    `shocks`, `keep` and `progress` are called from the batch's own threads, each by one thread at a time. What one of
    them raises ends the batch.

    Raises:
        ShockError: a shock belongs to another economy, or leaves no equilibrium. ConvergenceError: see `throw`.
        InputError: the baseline is no equilibrium itself; `rebalance` it first.
    """
    params = params or Params()
    refuse_unbalanced(economy, params)
    work = _Work(economy, params, _numbered(economy, shocks), keep, throw, progress)
    with ThreadPoolExecutor(width().streams) as pool:
        streams = [pool.submit(work.run) for _ in range(width().streams)]
        try:
            wait(streams, return_when=FIRST_EXCEPTION)
        finally:
            work.stopped = True  # the other stream too; an interrupt reaches this thread alone
    for stream in streams:
        stream.result()
    ordered = [answer for _, answer in sorted(work.answers.items())]

    def each(name: str, kind: type = float) -> Any:
        return np.array([getattr(answer, name) for answer in ordered], dtype=kind)

    return Batch(
        economy=economy,
        params=params,
        real_income=each("real_income").reshape(-1, len(economy.regions)),
        status=tuple(answer.status for answer in ordered),
        iterations=each("iterations", int),
        residual=each("residual"),
        walras=each("walras"),
    )


@dataclass(eq=False)
class _Work:
    """The scenarios still to solve and the answers found, shared by the streams: each keeps one core busy."""

    economy: Economy
    params: Params
    source: Iterator[tuple[int, Shock]]
    keep: Callable[[int, Outcome], object] | None
    throw: bool
    progress: Callable[[int], None] | None
    reading: Lock = field(default_factory=Lock)
    answering: Lock = field(default_factory=Lock)
    stopped: bool = False
    many: bool = False
    answers: dict[int, Kept] = field(default_factory=dict)

    @cached_property
    def chunks(self) -> ChunkSolver:
        """Made for the first scenario that can run in a chunk: bans alone need none."""
        return ChunkSolver(self.economy, self.params)

    @in_double
    def run(self) -> None:
        """Solve scenarios until none is left, or until `stopped`."""
        waiting: dict[int, list[Task]] = defaultdict(list)
        while fresh := self._next():
            for at, shock in fresh:
                self._sort(at, shock, waiting)
            self._solve(waiting, width().columns)
        self._solve(waiting, 1)

    def _next(self) -> list[tuple[int, Shock]]:
        with self.reading:
            fresh = [] if self.stopped else list(islice(self.source, width().columns))
            self.many |= len(fresh) > FEW_SCENARIOS
        return fresh

    def _sort(self, at: int, shock: Shock, waiting: dict[int, list[Task]]) -> None:
        """Put a scenario in line by the rows it needs; solve it where it is alone of its kind."""
        rows = padded(len(shock.changed_importers), len(self.economy.regions))
        own = (
            bool(shock.conditions)
            or shock.narrows
            or not all(INSTRUMENTS[name].side_by_side for name in shock.rows)
        )
        if self.stopped:
            return
        if own or rows > MOST_ROWS or not self.many:
            self._alone(at, shock)
        else:
            terms = terms_of(shock, self.params, rows)
            waiting[rows].append(Task(at, shock, terms, self.chunks.start, 0))

    def _solve(self, waiting: dict[int, list[Task]], least: int) -> None:
        """Run chunks while at least so many tasks wait in a line."""
        for tasks in waiting.values():
            while len(tasks) >= least and not self.stopped:
                now = tasks[: width().columns]
                tasks[: width().columns] = []
                tasks += self._together(now, len(now) // ONE_IN if least > 1 else 0)

    def _together(self, tasks: list[Task], late: int) -> list[Task]:
        """Solve tasks side by side and return those that are late."""
        found = self.chunks.run(tasks, late)
        unfinished: list[Task] = []
        for column, task in enumerate(tasks):
            sweeps = task.sweeps + int(found.sweeps[column])
            if self.chunks.goal < found.gaps[column] < np.inf and sweeps < MOST_SWEEPS:
                unfinished.append(task._replace(state=found.states[:, :, column], sweeps=sweeps))
            elif found.residual[column] <= self.params.tolerance:
                state = found.states[:, :, column]
                proof = float(found.residual[column]), float(found.walras[column])
                answer = Kept(found.real_income[:, column], Status.CONVERGED, sweeps, *proof)
                made = partial(outcome_of, task.shock, self.params, state, sweeps)
                self._answer(task.at, answer, made)
            else:
                self._alone(task.at, task.shock)
        return unfinished

    def _alone(self, at: int, shock: Shock) -> None:
        o = solve(self.economy, shock, self.params, throw=self.throw)
        answer = Kept(o.real_income, o.status, o.iterations, o.residual, o.walras)
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
        if shock.economy is not economy:
            raise ShockError(
                f"shock {at} of the batch was made for another economy; build it with Shock(economy, ...)"
            )
        yield at, shock
