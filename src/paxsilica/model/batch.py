"""`solve_many`: thousands of scenarios on one baseline.

Scenarios run side by side in lanes (`paxsilica.model.lanes`), a laneful at a time, so that memory does not grow with
their number. The last of a laneful to converge move on to the next, so that nobody waits for the slowest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from dataclasses import dataclass
from functools import partial
from itertools import islice
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from paxsilica.economy import Array, Economy
from paxsilica.errors import ShockError
from paxsilica.model.calibration import padded
from paxsilica.model.lanes import MOST_SWEEPS, Lanes, Task, width
from paxsilica.model.outcome import Outcome, Status
from paxsilica.model.params import Params
from paxsilica.model.precision import in_double
from paxsilica.model.solve import outcome_of, refuse_unbalanced, solve
from paxsilica.shock import INSTRUMENTS, Shock

if TYPE_CHECKING:
    import pandas as pd


FEW_SCENARIOS = 8
"""Scenarios up to which looking for the baseline's slow directions costs more than it saves."""

MOST_ROWS = 8
"""Importers with other terms than in the baseline beyond which a scenario shares too little with the others."""


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

    @property
    def welfare(self) -> pd.DataFrame:
        """Exact change of real income, percent; a row a scenario, a column a region."""
        import pandas as pd

        return pd.DataFrame(
            100 * (self.real_income - 1), columns=pd.Index(self.economy.regions, name="region")
        )


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
        shocks: any iterable, read as lanes fall free; a generator of thousands needs the memory of a few dozen.
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
            work.stop()  # the other stream too; an interrupt reaches this thread alone
    for stream in streams:
        stream.result()
    answers = work.answers
    ordered = [answers[at] for at in sorted(answers)]
    return Batch(
        economy=economy,
        params=params,
        real_income=np.array([a.real_income for a in ordered]).reshape(
            len(ordered), len(economy.regions)
        ),
        status=tuple(a.status for a in ordered),
        iterations=np.array([a.iterations for a in ordered], dtype=int),
        residual=np.array([a.residual for a in ordered]),
        walras=np.array([a.walras for a in ordered]),
    )


class _Work:
    """The scenarios still to solve and the answers found, shared by the streams: each keeps one core busy."""

    def __init__(
        self,
        economy: Economy,
        params: Params,
        source: Iterator[tuple[int, Shock]],
        keep: Callable[[int, Outcome], object] | None,
        throw: bool,
        progress: Callable[[int], None] | None,
    ) -> None:
        self.economy, self.params, self.source = economy, params, source
        self.keep, self.throw, self.progress = keep, throw, progress
        self.reading, self.answering = Lock(), Lock()
        self.stopped = self.many = False
        self.lanes: Lanes | None = None
        self.answers: dict[int, Kept] = {}

    @in_double
    def run(self) -> None:
        """Solve scenarios until none is left."""
        waiting: dict[int, list[Task]] = {}
        while fresh := self._next():
            self._sort(fresh, waiting)
            self._solve(waiting, width().lanes)
        self._solve(waiting, 1)

    def stop(self) -> None:
        """Leave the scenarios that nobody has begun."""
        self.stopped = True

    def _next(self) -> list[tuple[int, Shock]]:
        with self.reading:
            fresh = [] if self.stopped else list(islice(self.source, width().lanes))
            self.many |= len(fresh) > FEW_SCENARIOS
        return fresh

    def _side_by_side(self) -> Lanes:
        """The lanes, made for the first scenario that can run in one: bans alone need none."""
        with self.reading:
            if self.lanes is None:
                self.lanes = Lanes(self.economy, self.params)
        return self.lanes

    def _sort(self, fresh: list[tuple[int, Shock]], waiting: dict[int, list[Task]]) -> None:
        """Put scenarios in line by the rows they need; solve those that are alone of their kind."""
        for at, shock in fresh:
            if self.stopped:
                return
            rows = padded(len(shock.changed_importers), len(self.economy.regions))
            own = shock.narrows or not all(INSTRUMENTS[name].side_by_side for name in shock.rows)
            if own or rows > MOST_ROWS or not self.many:
                self._alone(at, shock)
            else:
                waiting.setdefault(rows, []).append(self._side_by_side().task(at, shock, rows))

    def _solve(self, waiting: dict[int, list[Task]], least: int) -> None:
        """Run lanefuls while at least so many tasks wait in a line."""
        for tasks in waiting.values():
            while len(tasks) >= least and not self.stopped:
                now = tasks[: width().lanes]
                tasks[: width().lanes] = []
                tasks += self._together(now, width().late if least > 1 else 0)

    def _together(self, tasks: list[Task], late: int) -> list[Task]:
        """Solve tasks side by side and return those that are late."""
        assert self.lanes is not None
        found = self.lanes.run(tasks, late)
        unfinished: list[Task] = []
        for lane, task in enumerate(tasks):
            sweeps = task.sweeps + int(found.sweeps[lane])
            if self.lanes.goal < found.gaps[lane] < np.inf and sweeps < MOST_SWEEPS:
                unfinished.append(task._replace(state=found.states[:, :, lane], sweeps=sweeps))
            elif found.residual[lane] <= self.params.tolerance:
                state = self.lanes.state(found, lane)
                proof = float(found.residual[lane]), float(found.walras[lane])
                answer = Kept(found.real_income[:, lane], Status.CONVERGED, sweeps, *proof)
                self._answer(
                    task.at, answer, partial(outcome_of, task.shock, self.params, state, sweeps)
                )
            else:
                self._alone(task.at, task.shock)
        return unfinished

    def _alone(self, at: int, shock: Shock) -> None:
        o = solve(self.economy, shock, self.params, throw=self.throw)
        self._answer(
            at, Kept(o.real_income, o.status, o.iterations, o.residual, o.walras), lambda: o
        )

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
