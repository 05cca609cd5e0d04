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
from typing import Any

import numpy as np

from paxsilica.analysis.chain.graph import Input, Outage, SupplyChain
from paxsilica.analysis.chain.program import Linear, left_of
from paxsilica.analysis.chain.supply import SLACK, Supply, supply
from paxsilica.economy import Array, Note
from paxsilica.errors import InputError
from paxsilica.findings import Block, block
from paxsilica.names import inside, joined

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
        output: `[t]` relative to normal, the average of each period.
        stock: `[stage, t]` at the end of each period, days of normal use.
    """

    at_once: Supply
    in_use: Supply
    days: Array
    step: int
    output: Array
    stock: Array

    @property
    def cover(self) -> float:
        """Days until the period in which output first falls below 99 %; inf: not within the horizon."""
        short = np.flatnonzero(self.output < SHORT)
        return float(self.days[short[0]]) if short.size else inf

    @cached_property
    def cover_by_stage(self) -> Array:
        """`[stage]` days that its stock makes up for its own shortfall: stock / (1 - largest feasible output), inf where
        there is no shortfall, or none that is felt within the horizon: of a capital good. A stock that is not known
        counts as none."""
        stages = self.in_use.chain.stages
        short = (1 - self.in_use.by_stage) * [not s.capital for s in stages]
        stock, never = [s.stock or 0.0 for s in stages], np.full(len(stages), inf)
        return np.asarray(np.divide(stock, short, out=never, where=short > 0))

    @property
    def lost(self) -> float:
        """Output lost over the horizon, days of normal output."""
        return float((1 - self.output).sum() * self.step)

    def blocks(self) -> Iterator[Block]:
        """Output at once, by final product, and over time; then every stage, in the order of production: what it rests
        on, and what is left of it."""
        found, chain = self.at_once, self.at_once.chain
        final = [100 * left for left in found.final.values()]
        days = [f"{day:.0f}" for day in self.days]
        cover = np.append(self.cover, self.cover_by_stage)
        within = np.where(np.isfinite(cover), cover, np.nan)
        yield block("output_left", 100 * found.output)
        yield block("final_output_left", final, {"item": chain.final})
        yield block("days_until_short", within[0])
        yield block("output_lost", -self.lost)
        yield block("output_over_time", 100 * self.output, {"point": days})
        of_stages: Mapping[str, Any] = {
            "data_year": [s.year for s in chain.stages],
            "unnamed_output": 100 * chain.shares[:, -1],
            "feasible_output": 100 * found.by_stage,
            "output_per_capacity": found.gains,
            "limits_output": [id in found.bottlenecks for id in chain.ids],
            "stock": [s.stock for s in chain.stages],
            "rebuild_time": [s.rebuild for s in chain.stages],
            "days_of_cover": within[1:],
        }
        for variable, values in of_stages.items():
            yield block(variable, values, {"item": chain.ids})
        where = {
            "item": [link.stage for link in chain.links],
            "sector": ["+".join(link.sectors) for link in chain.links],
        }
        yield block("exposed", [100 * link.exposed for link in chain.links], where)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Those of `Supply`, what is done with capital goods, and which stocks and rebuilding times are not known."""
        chain, cuts, said = self.at_once.chain, self.at_once.cuts, list(self.at_once.notes)
        lasting = [stage for stage in chain.stages if not stage.capital]
        stocks, rebuilds = (
            joined(inside(stage.name) for stage in lasting if getattr(stage, key) is None)
            for key in ("stock", "rebuild")
        )
        if chain.capital and cuts:
            tools = joined(inside(stage.name) for stage in chain.stages if stage.capital)
            text = (
                f"Users keep these for years: {tools}. The output that is left counts them, as in the "
                "long run without new ones; over time users go on with what they have."
            )
            said.append(Note("capital goods", text))
        if stocks:
            text = f"No stock is known for {stocks}: counted as none."
            said.append(Note("stocks not known", text))
        if rebuilds and cuts:
            text = f"No time to rebuild is known for {rebuilds}: what is lost there stays lost."
            said.append(Note("rebuilding not known", text))
        return tuple(said)


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
    output, stock = _plan(in_use, step, _capacities(in_use, begins))
    return SupplyPath(at_once, in_use, begins, step, output, stock)


def without_new_tools(chain: SupplyChain) -> SupplyChain:
    """The chain in which nobody needs a new capital good."""

    def spared(used: Input) -> Input:
        return replace(used, substitutable=1.0) if used.stage in chain.capital else used

    stages = (replace(s, inputs=tuple(map(spared, s.inputs))) for s in chain.stages)
    return replace(chain, stages=tuple(stages))


def _capacities(in_use: Supply, begins: Array) -> Array:
    """`[t, stage, block]` capacity in each period."""
    chain, program = in_use.chain, in_use.program
    cut = (1 - left_of(chain, in_use.cuts)) * chain.capacity
    rebuild = [inf if stage.rebuild is None else stage.rebuild for stage in chain.stages]
    rebuilt = (begins[:, None] >= rebuild) * (cut.sum(1) + program.barred.sum(0))
    other = program.members[-1]
    return np.asarray(in_use.capacity + rebuilt[:, :, None] * other)


def _plan(in_use: Supply, step: int, capacities: Array) -> tuple[Array, Array]:
    """Output `[t]` and stocks `[stage, t]` of the plan that delivers most, among those the earliest, among those the one
    with the highest stocks.

    Columns: those of the programme, period by period, then h `[t, pool]`.
    """
    from scipy.sparse import csr_array, eye_array, hstack, kron

    program, stages, periods = in_use.program, in_use.chain.stages, len(capacities)
    pools = np.flatnonzero(program.use)
    product, use = program.product[pools], program.use[pools]
    first = np.array([stages[k].stock or 0.0 for k in product])
    each = eye_array(periods)
    change = each - eye_array(periods, k=-1)
    weight = csr_array((use / step, (pools, range(len(pools)))), shape=(len(program.b), len(pools)))
    A = hstack([kron(each, program.A), kron(change, weight)], format="csr")
    b = np.tile(program.b, (periods, 1))
    b[0, pools] += use * first / step
    upper = [*(program.upper(capacity) for capacity in capacities), np.tile(first, periods)]
    plans = Linear(program.chain.name, A, b.ravel(), np.concatenate(upper))

    def worth(of_output: Array, of_stocks: Array) -> Array:
        return np.append(np.kron(of_output, program.output), np.tile(of_stocks, periods))

    most = worth(np.ones(periods), 0 * use)
    early = worth(np.arange(periods, 0, -1) / periods, 0 * use)
    x = plans.with_rows(-most[None], SLACK - plans.maximise(most).value).maximise(early).x
    if first.any():
        delivered = replace(plans, lower=np.where(most > 0, np.maximum(x - SLACK, 0.0), 0.0))
        x = delivered.maximise(worth(np.zeros(periods), use)).x
    made, held = (part.reshape(periods, -1) for part in np.split(x, [-periods * len(pools)]))
    output = made @ program.output
    users = (product == np.arange(len(stages))[:, None]) * use
    days = users @ held.T / np.maximum(users.sum(1), SLACK)[:, None]
    output[output > 1 - LOOSENED], output[output < LOOSENED] = 1.0, 0.0
    return output, np.round(days, 6)
