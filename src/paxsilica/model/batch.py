"""`solve_many`: thousands of scenarios on one baseline.

Scenarios run side by side in lanes (`paxsilica.model.lanes`); whenever some converge, the next ones take their lanes,
so that nobody waits for the slowest and memory does not grow with their number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from paxsilica.economy import Array, Economy, Shock
from paxsilica.errors import ShockError
from paxsilica.model.lanes import Answer, Lanes
from paxsilica.model.outcome import Outcome, Status
from paxsilica.model.params import Params
from paxsilica.model.solve import outcome_of, solve

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Batch:
    """The answers to many scenarios, in the order they were asked.

    Attributes:
        real_income: `[s, n]` exact change of real income, factor W_hat.
        status: `[s]`, each checked like a single solve.
        iterations: `[s]` sweeps, to the next multiple of the stride.
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

        return pd.DataFrame(100 * (self.real_income - 1), columns=pd.Index(self.economy.regions, name="region"))


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

    Raises:
        ShockError: a shock belongs to another economy, or leaves no equilibrium. ConvergenceError: see `throw`.
    """
    params = params or Params()
    answers: dict[int, Answer] = {}
    lanes = Lanes(economy, params)
    source = iter(_checked(economy, shocks))
    while True:
        alone = lanes.fill(source)
        slower = [*alone, *lanes.run()]
        for at, answer, shock, state in lanes.judged():
            if answer.status is not Status.CONVERGED:
                slower.append((at, shock))
                continue
            answers[at] = answer
            if keep is not None:
                keep(at, outcome_of(shock, params, state, answer.iterations))
        for at, shock in slower:
            outcome = solve(economy, shock, params, throw=throw)
            answers[at] = Answer(
                outcome.real_income, outcome.status, outcome.iterations, outcome.residual, outcome.walras
            )
            if keep is not None:
                keep(at, outcome)
        if progress is not None:
            progress(len(answers))
        if lanes.empty and not alone:
            break
    ordered = [answers[at] for at in sorted(answers)]
    return Batch(
        economy=economy,
        params=params,
        real_income=np.array([a.real_income for a in ordered]).reshape(len(ordered), len(economy.regions)),
        status=tuple(a.status for a in ordered),
        iterations=np.array([a.iterations for a in ordered], dtype=int),
        residual=np.array([a.residual for a in ordered]),
        walras=np.array([a.walras for a in ordered]),
    )


def _checked(economy: Economy, shocks: Iterable[Shock]) -> Iterator[tuple[int, Shock]]:
    for at, shock in enumerate(shocks):
        if shock.economy is not economy:
            raise ShockError(f"shock {at} of the batch was made for another economy; build it with Shock(economy, ...)")
        yield at, shock
