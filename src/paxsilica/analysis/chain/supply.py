"""What a chain still makes when some of its suppliers are cut: the programme of `program`, solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.chain.graph import Outage, SupplyChain, country_problem
from paxsilica.analysis.chain.marginal import SMALLEST, binding, gains
from paxsilica.analysis.chain.program import (
    Program,
    Solution,
    left_of,
    maximise,
    places_of,
    program_of,
    shares_of,
    spare_of,
    touched,
)
from paxsilica.economy import Array, Note
from paxsilica.errors import InputError, LabelError
from paxsilica.policy.values import show_percent

NORMAL = 1 - 1e-9
"""Output from which on the rest is the solver's rounding."""

SLACK = 1e-9
"""By which a value found is loosened where it bounds the next programme."""


@dataclass(frozen=True, eq=False)
class Supply:
    """What is left, in shares of the baseline. Where several plans are best, the one that spreads the shortage evenly
    over final products and places is shown: the least share of normal output is as large as it can be, then the next.

    Attributes:
        output: of the chain, relative to the same programme's optimum with nothing cut.
    """

    chain: SupplyChain
    cuts: tuple[Outage, ...]
    output: float
    program: Program
    capacity: Array
    solution: Solution

    @cached_property
    def by_stage(self) -> Mapping[str, float]:
        """The largest feasible output of each stage, as if everything upstream worked for it alone; at most 1."""
        stages = enumerate(self.chain.stages)
        made = {
            s.id: self.program.solve(self.capacity, self.program.making(at)).value
            for at, s in stages
        }
        return {id: level(value) for id, value in made.items()}

    @cached_property
    def final(self) -> Mapping[str, float]:
        """Output of each final product."""
        ids = [stage.id for stage in self.chain.stages]
        return {id: level(self._even[ids.index(id)].sum()) for id in self.chain.final}

    @cached_property
    def by_place(self) -> Mapping[str, Mapping[str, float]]:
        """Final product -> country -> what its plants make, in shares of the product's normal world output. Plants that
        every cut with buyers treats alike run at the same share of the capacity left to them."""
        left = left_of(self.chain, self.cuts) * shares_of(self.chain)
        rate = np.divide(
            self._even,
            self.program.by_block(left),
            out=np.zeros_like(self._even),
            where=self._even > 0,
        )
        block = {place: at for at, places in enumerate(self.program.blocks) for place in places}
        rows = {
            stage.id: at
            for at, stage in enumerate(self.chain.stages)
            if stage.id in self.chain.final
        }
        places = list(enumerate(places_of(self.chain)))
        return {
            id: {p: float(left[s, at] * rate[s, block[p]]) for at, p in places}
            for id, s in rows.items()
        }

    @cached_property
    def gains(self) -> Mapping[str, float]:
        """Shadow price of each stage: output gained per unit of capacity added where it helps most, both in shares of
        the baseline. The right derivative: zero where a second stage binds as well and neither helps alone."""
        return {
            stage.id: float(self._gains[at].max()) for at, stage in enumerate(self.chain.stages)
        }

    @cached_property
    def bottlenecks(self) -> tuple[str, ...]:
        """Stages that limit the output: with more plants of the stage there is more output, if need be together with
        more plants of others that add nothing without it. None at normal output."""
        if self.output >= NORMAL:
            return ()
        found = binding(self.program, self.capacity, self.solution, self._gains)
        return tuple(self.chain.stages[at].id for at in found)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The chain's notes, what the mean of several products means, and one for each cut that takes nothing away."""
        return tuple(
            dict.fromkeys((*self.chain.notes, *_cut_notes(self.chain, self.cuts, self.program)))
        )

    @cached_property
    def _gains(self) -> Array:
        return gains(self.program, self.capacity, self.solution)

    @cached_property
    def _even(self) -> Array:
        """`[stage, block]` output of the final stages in the plan shown, zero for others."""
        return share_evenly(self.program, self.capacity, self.solution)


def supply(chain: SupplyChain, cuts: Sequence[Outage] = ()) -> Supply:
    """The largest output that is left.

    Raises:
        ChainError: a cut names a stage that the chain lacks. LabelError: it names what is no country.
        InputError: it names no supplier, or its share is not above 0, at most 1.
        ConvergenceError: the programme was not solved.
    """
    cuts = checked(chain, cuts)
    program = program_of(chain, cuts)
    capacity = program.by_block(left_of(chain, cuts) * shares_of(chain) * spare_of(chain))
    solution = program.solve(capacity)
    return Supply(
        chain, cuts, relative(solution.value, normal_output(chain)), program, capacity, solution
    )


def normal_output(chain: SupplyChain) -> float:
    """The programme's optimum with nothing cut: 1 but for the solver's rounding."""
    program = program_of(chain)
    return program.solve(program.share * spare_of(chain)).value


def relative(value: float, normal: float) -> float:
    return min(max(0.0, value / normal), 1.0)


def level(value: float) -> float:
    """A share of the baseline without the solver's rounding at either end, at most 1."""
    return 1.0 if value > NORMAL else 0.0 if value < SLACK else float(value)


def checked(chain: SupplyChain, cuts: Sequence[Outage]) -> tuple[Outage, ...]:
    """The cuts, each with known stages, plausible countries and a share; raises as `supply` says."""
    for cut in cuts:
        if not cut.suppliers:
            raise InputError("a cut names no supplier; name at least one country")
        if not 0 < cut.share <= 1:
            raise InputError(
                f"a cut of {show_percent(cut.share)} is not possible; give a share above 0%, at most 100%"
            )
        for country in (*cut.suppliers, *cut.buyers):
            if problem := country_problem(country):
                raise LabelError(problem)
        touched(chain, cut)
    return tuple(cuts)


def _cut_notes(chain: SupplyChain, cuts: Sequence[Outage], program: Program) -> Iterator[Note]:
    if cuts and len(chain.final) > 1:
        text = (
            f"Output is the mean of {', '.join(chain.final)}, in the plan that makes the mean largest: what is short "
            "may be missing at one of them alone."
        )
        yield Note("several final products", text)
    bans = iter(program.barred)
    for cut in cuts:
        stages, suppliers = touched(chain, cut), ", ".join(cut.suppliers)
        where = f"in {', '.join(cut.stages)}" if cut.stages else "in this chain"
        sold = bool(next(bans).any()) if cut.buyers else True
        if not any(stage.share(country) for stage in stages for country in cut.suppliers):
            text = f"No source names a plant of {suppliers} {where}; this cut takes nothing away."
            yield Note("cut without effect", text)
        elif not sold:
            yield Note("cut without effect", f"{_unsold(cut, where)}; this cut takes nothing away.")
        if cut.buyers and any(stage.id in chain.final for stage in stages):
            yield Note(
                "final users",
                "A cut with buyers acts on plants; users of final products have no place here.",
            )


def _unsold(cut: Outage, where: str) -> str:
    if set(cut.buyers) <= set(cut.suppliers) and len(set(cut.suppliers)) == 1:
        return f"A country keeps what it makes itself: {cut.buyers[0]} is both supplier and buyer"
    own = "; a country keeps what it makes itself" if set(cut.buyers) & set(cut.suppliers) else ""
    return f"No plant in {', '.join(cut.buyers)} uses what {', '.join(cut.suppliers)} makes {where}{own}"


def share_evenly(program: Program, capacity: Array, best: Solution) -> Array:
    """`[stage, block]` output of the final stages that is lexicographically max-min in shares of normal output among
    the plans that reach `best` (Ogryczak and Sliwinski 2006): each programme finds the largest common level of those
    not settled, and settles the ones whose marginal value shows that they cannot have more."""
    plans, cells = _Plans(program, capacity, best), _final_cells(program)
    level = np.full(len(cells), np.nan)
    while np.isnan(level).any():
        common, binds = plans.highest(cells, level)
        level[np.flatnonzero(np.isnan(level))[binds]] = common
    made = np.zeros(program.made)
    made[cells] = level * program.share.ravel()[cells]
    return made.reshape(program.share.shape)


def _final_cells(program: Program) -> NDArray[np.intp]:
    """Columns y of final products, in the blocks that make them in the baseline."""
    ids = [stage.id for stage in program.chain.stages]
    final = np.isin(ids, program.chain.final)[:, None] & (program.share > 0)
    return np.flatnonzero(final.ravel())


class _Plans:
    """The plans that reach the best output and in which all that is made of a final product reaches its users."""

    def __init__(self, program: Program, capacity: Array, best: Solution) -> None:
        from scipy.sparse import csr_array, vstack

        self.program = program
        delivered = np.stack(
            [program.making(program.chain.position(id)) for id in program.chain.final]
        )
        delivered[:, program.made : program.bounded] -= np.eye(len(delivered))
        self.A: Any = vstack([program.A, csr_array(delivered), csr_array(-program.output[None, :])])
        self.b = np.concatenate([program.b, np.zeros(len(delivered)), [SLACK - best.value]])
        self.upper = np.append(program.bounds(capacity), np.inf)

    def highest(self, cells: NDArray[np.intp], level: Array) -> tuple[float, NDArray[np.intp]]:
        """The largest common level of the cells that are open (NaN), the others staying at theirs; and which of the
        open ones cannot have more."""
        from scipy.sparse import csr_array, hstack, vstack

        normal, is_open = self.program.share.ravel()[cells], np.isnan(level)
        many, columns = int(is_open.sum()), self.A.shape[1]
        above = csr_array((-np.ones(many), (range(many), cells[is_open])), shape=(many, columns))
        rows = vstack(
            [
                hstack([self.A, csr_array((len(self.b), 1))]),
                hstack([above, csr_array(normal[is_open][:, None])]),
            ]
        )
        lower = np.zeros(columns + 1)
        lower[cells[~is_open]] = np.maximum(level[~is_open] * normal[~is_open] - SLACK, 0.0)
        c = np.append(np.zeros(columns), 1.0)
        limits = np.append(self.b, np.zeros(many))
        found = maximise(c, rows, limits, lower, self.upper, self.program.chain.name)
        return found.value, np.flatnonzero(
            found.of_rows[len(self.b) :] * normal[is_open] > SMALLEST
        )
