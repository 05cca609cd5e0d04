"""How long stocks last: the programme of `program` in every period, with stocks that carry over.

In period t of length D days, pool p of users of stage k holds h_p days of its normal use w_p at the end:

    max  sum_t output_t                                             then early rather than late, then high stocks

    use_pt - bought_pt + w_p (h_pt - h_p,t-1) / D <= 0              what is used was bought or in stock
    0 <= h_pt <= h_p0 = stock_k                                     stocks may be rebuilt, not enlarged
    y_sit <= c_sit                                                  lost capacity stands elsewhere from rebuild_s on

and the rest of the programme as it is. Final users hold stocks of the final products, so output is what reaches them.
The plan is made with foresight: it is the most that the chain could deliver, known in advance how long the cut lasts.
What is not delivered in a period is not made up for later. After `rebuild` days plants for the capacity that was lost,
or for the sales that were barred, stand in OTHER, which no cut reaches; a plant yields from the first period that
begins on that day or later.

Capital goods are not needed within the horizon: their users go on with the machines that they have, and only growth and
replacement stop. The chain that is planned has every input of them substitutable.

Bounds. All stocks of a product are one pool per block of places: they go where they help most, whoever holds them. So
what is known of stocks gives an upper bound of the days that they last, and stocks that are not known, counted as none,
make it a lower one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from math import inf

import numpy as np

from paxsilica.analysis.chain.graph import Outage, Stage, SupplyChain
from paxsilica.analysis.chain.program import Program, left_of, maximise, shares_of, spare_of
from paxsilica.analysis.chain.supply import SLACK, Supply, normal_output, supply
from paxsilica.economy import Array, Note
from paxsilica.errors import InputError

SHORT = 0.99
"""Of normal output: below it the chain counts as short."""

MOST_PERIODS = 400

LOOSENED = 1e-7
"""Of the output of a period: three programmes, each held to the one before."""


@dataclass(frozen=True, eq=False)
class SupplyPath:
    """A chain over time. Of several plans that deliver as much as early, one that keeps stocks high is shown.

    Attributes:
        at_once: the chain without stocks or rebuilding, as by `supply`. in_use: the same with no need of capital goods,
            which is what the periods are of; equal where the chain has none.
        days: `[t]` on which the periods begin, the first on day 0. step: their length, days.
        output: `[t]` relative to normal, the average of each period. final: `[final, t]` the same by final product.
        stock: `[stage, t]` at the end of each period, days of normal use.
    """

    at_once: Supply
    in_use: Supply
    days: Array
    step: int
    output: Array
    final: Array
    stock: Array

    @property
    def cover(self) -> float:
        """Days until the period in which output first falls below 99 %; inf: not within the horizon."""
        short = np.flatnonzero(self.output < SHORT)
        return float(self.days[short[0]]) if short.size else inf

    @cached_property
    def cover_by_stage(self) -> Mapping[str, float]:
        """Days that each stage's stock makes up for its own shortfall: stock / (1 - largest feasible output), inf where
        there is no shortfall, or none that is felt within the horizon: of a capital good. A stock that is not known
        counts as none."""
        short = {
            s.id: 0.0 if s.capital else 1 - self.in_use.by_stage[s.id]
            for s in self.in_use.chain.stages
        }
        return {
            s.id: (s.stock or 0.0) / short[s.id] if short[s.id] > 0 else inf
            for s in self.in_use.chain.stages
        }

    @property
    def lost(self) -> float:
        """Output lost over the horizon, days of normal output."""
        return float((1 - self.output).sum() * self.step)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Those of `Supply`, what is done with capital goods, and which stocks and rebuilding times are not known."""
        chain, cuts = self.at_once.chain, self.at_once.cuts
        return (*self.at_once.notes, *_capital(chain, cuts), *_unknown(chain, cuts))


def over_time(
    chain: SupplyChain, cuts: Sequence[Outage] = (), days: int = 720, step: int = 30
) -> SupplyPath:
    """The chain from the day of the cuts on, in periods of `step` days.

    Raises:
        InputError: days is not a multiple of step, or makes more than 400 periods; and as `supply`.
    """
    if step < 1 or days < step or days % step or days // step > MOST_PERIODS:
        periods = f"a whole number of periods from 1 to {MOST_PERIODS}"
        raise InputError(
            f"{days} days in steps of {step} are not {periods}; choose for instance 720 and 30"
        )
    at_once = supply(chain, cuts)
    in_use = supply(without_new_tools(chain), cuts) if chain.capital else at_once
    begins = np.arange(0, days, step, dtype=np.float64)
    plan = _Plan(in_use.program, step, _capacities(in_use, begins))
    x = plan.best()
    normal, program = normal_output(in_use.chain), in_use.program
    final = plan.columns(x)[:, program.made : program.bounded].T / normal
    output = plan.columns(x) @ program.output / normal
    return SupplyPath(at_once, in_use, begins, step, _tidy(output), _tidy(final), plan.stocks(x))


def without_new_tools(chain: SupplyChain) -> SupplyChain:
    """The chain in which nobody needs a new capital good."""

    def spared(stage: Stage) -> Stage:
        inputs = (
            replace(used, substitutable=1.0) if used.stage in chain.capital else used
            for used in stage.inputs
        )
        return replace(stage, inputs=tuple(inputs))

    return replace(chain, stages=tuple(map(spared, chain.stages)))


def _tidy(shares: Array) -> Array:
    return np.where(shares > 1 - LOOSENED, 1.0, np.where(shares < LOOSENED, 0.0, shares))


def _capacities(in_use: Supply, begins: Array) -> Array:
    """`[t, stage, block]` capacity in each period."""
    chain, program = in_use.chain, in_use.program
    lost = ((1 - left_of(chain, in_use.cuts)) * shares_of(chain) * spare_of(chain)).sum(
        1
    ) + program.barred.sum(0)
    rebuild = np.array([inf if stage.rebuild is None else stage.rebuild for stage in chain.stages])
    rebuilt = np.where(begins[:, None] >= rebuild, lost, 0.0)
    other = next(at for at, block in enumerate(program.blocks) if "OTHER" in block)
    capacity = np.repeat(in_use.capacity[None], len(begins), 0)
    capacity[:, :, other] += rebuilt
    return capacity


class _Plan:
    """The programme of all periods. Columns: those of the programme, period by period, then h `[t, pool]`."""

    def __init__(self, program: Program, step: int, capacities: Array) -> None:
        from scipy.sparse import csr_array, eye_array, hstack, kron

        self.program, self.step, self.periods = program, step, len(capacities)
        pools, T = program.pools, len(capacities)
        self.use = np.array([pool.use for pool in pools])
        self.first = np.array([program.chain.stages[pool.stage].stock or 0.0 for pool in pools])
        rows = [pool.row for pool in pools]
        shape = (program.A.shape[0], len(pools))
        weight = csr_array((self.use / step, (rows, range(len(pools)))), shape=shape)
        change = eye_array(T, format="csr") - eye_array(T, k=-1, format="csr")
        self.A = hstack([kron(eye_array(T), program.A), kron(change, weight)], format="csr")
        self.b = np.tile(program.b, T)
        self.b[rows] += self.use * self.first / step
        upper = [program.bounds(capacity) for capacity in capacities]
        self.upper = np.concatenate([*upper, np.tile(self.first, T)])
        self.held = T * program.A.shape[1]

    def columns(self, x: Array) -> Array:
        """`[t, column]` the programme's own columns in each period."""
        return x[: self.held].reshape(self.periods, -1)

    def best(self) -> Array:
        """The plan that delivers most, among those the earliest, among those the one with the highest stocks."""
        from scipy.sparse import csr_array, vstack

        program, name = self.program, self.program.chain.name
        lower, none = np.zeros(len(self.upper)), np.zeros(len(self.upper) - self.held)
        most = np.append(np.tile(program.output, self.periods), none)
        early = np.append(
            np.kron(np.arange(self.periods, 0, -1) / self.periods, program.output), none
        )
        found = maximise(most, self.A, self.b, lower, self.upper, name)
        A = vstack([self.A, csr_array(-most[None, :])], format="csr")
        found = maximise(early, A, np.append(self.b, SLACK - found.value), lower, self.upper, name)
        if not self.first.any():
            return found.x
        delivered = self.columns(lower)[:, program.made : program.bounded]
        delivered[:] = np.maximum(
            self.columns(found.x)[:, program.made : program.bounded] - SLACK, 0.0
        )
        high = np.append(np.zeros(self.held), np.tile(self.use, self.periods))
        return maximise(high, self.A, self.b, lower, self.upper, name).x

    def stocks(self, x: Array) -> Array:
        """`[stage, t]` days of normal use, averaged over a product's users."""
        held = x[self.held :].reshape(self.periods, -1) * self.use
        owner = np.array([pool.stage for pool in self.program.pools])
        stages = range(len(self.program.chain.stages))
        days = [held[:, owner == s].sum(1) / max(self.use[owner == s].sum(), SLACK) for s in stages]
        return np.round(np.array(days), 6)


def _capital(chain: SupplyChain, cuts: Sequence[Outage]) -> Iterator[Note]:
    if chain.capital and cuts:
        text = (
            f"{', '.join(chain.capital)}: users keep these for years. The output that is left counts them, as in the "
            "long run without new ones; over time users go on with what they have."
        )
        yield Note("capital goods", text)


def _unknown(chain: SupplyChain, cuts: Sequence[Outage]) -> Iterator[Note]:
    stocks = [stage.id for stage in chain.stages if stage.stock is None and not stage.capital]
    if stocks:
        yield Note(
            "stocks not known", f"No stock is known for {', '.join(stocks)}: counted as none."
        )
    rebuilds = [stage.id for stage in chain.stages if stage.rebuild is None and not stage.capital]
    if rebuilds and cuts:
        text = (
            f"No time to rebuild is known for {', '.join(rebuilds)}: what is lost there stays lost."
        )
        yield Note("rebuilding not known", text)
