"""What a chain still makes when some of its suppliers are cut: the programme of `program`, solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from paxsilica.analysis.chain.graph import Chain, Cut, country_problem
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

    chain: Chain
    cuts: tuple[Cut, ...]
    output: float
    program: Program
    capacity: Array
    solution: Solution

    @cached_property
    def by_stage(self) -> Mapping[str, float]:
        """The largest feasible output of each stage, as if everything upstream worked for it alone; at most 1."""
        stages = enumerate(self.chain.stages)
        made = {s.id: self.program.solve(self.capacity, self.program.making(at)).value for at, s in stages}
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
        rate = np.divide(self._even, self.program.by_block(left), out=np.zeros_like(self._even), where=self._even > 0)
        block = {place: at for at, places in enumerate(self.program.blocks) for place in places}
        rows = {stage.id: at for at, stage in enumerate(self.chain.stages) if stage.id in self.chain.final}
        places = list(enumerate(places_of(self.chain)))
        return {id: {p: float(left[s, at] * rate[s, block[p]]) for at, p in places} for id, s in rows.items()}

    @cached_property
    def gains(self) -> Mapping[str, float]:
        """Shadow price of each stage: output gained per unit of capacity added where it helps most, both in shares of
        the baseline. The right derivative: zero where a second stage binds as well and neither helps alone."""
        of_block = gains(self.program, self.capacity, self.solution)
        return {stage.id: float(of_block[at].max()) for at, stage in enumerate(self.chain.stages)}

    @cached_property
    def bottlenecks(self) -> tuple[str, ...]:
        """Stages whose capacity limits the output, alone or together with others; none at normal output."""
        found = binding(self.program, self.capacity, self.solution) if self.output < NORMAL else ()
        return tuple(self.chain.stages[at].id for at in found)

    @property
    def not_judged(self) -> tuple[str, ...]:
        """Stages without country data: no cut reaches them."""
        return self.chain.unknown

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The chain's notes, and one for each cut that takes nothing away."""
        return tuple(dict.fromkeys((*self.chain.notes, *_notes(self.chain, self.cuts, self.program))))

    @cached_property
    def _even(self) -> Array:
        """`[stage, block]` output of the final stages in the plan shown, zero for others."""
        return share_evenly(self.program, self.capacity, self.solution)


def supply(chain: Chain, cuts: Sequence[Cut] = ()) -> Supply:
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
    return Supply(chain, cuts, relative(solution.value, normal_output(chain)), program, capacity, solution)


def normal_output(chain: Chain) -> float:
    """The programme's optimum with nothing cut: 1 but for the solver's rounding."""
    program = program_of(chain)
    return program.solve(program.share * spare_of(chain)).value


def relative(value: float, normal: float) -> float:
    return min(max(0.0, value / normal), 1.0)


def level(value: float) -> float:
    """A share of the baseline without the solver's rounding at either end, at most 1."""
    return 1.0 if value > NORMAL else 0.0 if value < SLACK else float(value)


def checked(chain: Chain, cuts: Sequence[Cut]) -> tuple[Cut, ...]:
    """The cuts, each with known stages, plausible countries and a share; raises as `supply` says."""
    for cut in cuts:
        if not cut.suppliers:
            raise InputError("a cut names no supplier; name at least one country")
        if not 0 < cut.share <= 1:
            raise InputError(f"a cut of {100 * cut.share:g}% is not possible; give a share above 0%, at most 100%")
        for country in (*cut.suppliers, *cut.buyers):
            if problem := country_problem(country):
                raise LabelError(problem)
        touched(chain, cut)
    return tuple(cuts)


def _notes(chain: Chain, cuts: Sequence[Cut], program: Program) -> Iterator[Note]:
    bans = iter(program.barred)
    for cut in cuts:
        stages, suppliers = touched(chain, cut), ", ".join(cut.suppliers)
        where = f"in {', '.join(cut.stages)}" if cut.stages else "in this chain"
        sold = bool(next(bans).any()) if cut.buyers else True
        if not any(stage.share(country) for stage in stages for country in cut.suppliers):
            text = f"No source names a plant of {suppliers} {where}; this cut takes nothing away."
            yield Note("cut without effect", text)
        elif not sold:
            text = (
                f"No plant in {', '.join(cut.buyers)} uses what {suppliers} makes {where}; this cut takes nothing away."
            )
            yield Note("cut without effect", text)
        if cut.buyers and any(stage.id in chain.final for stage in stages):
            yield Note("final users", "A cut with buyers acts on plants; users of final products have no place here.")


def share_evenly(program: Program, capacity: Array, best: Solution) -> Array:
    """`[stage, block]` output of the final stages that is lexicographically max-min in shares of normal output among
    the plans that reach `best` (Ogryczak and Sliwinski 2006): each programme finds the largest common level of those
    not settled, and settles the ones whose marginal value shows that they cannot have more."""
    from scipy.sparse import csr_array, hstack, vstack

    ids = [stage.id for stage in program.chain.stages]
    finals, blocks = [ids.index(id) for id in program.chain.final], len(program.blocks)
    cells = [s * blocks + n for s in finals for n in range(blocks) if program.share[s, n] > 0]
    normal = program.share.ravel()[cells]
    delivered = np.zeros((len(finals) + 1, program.A.shape[1]))
    for at, s in enumerate(finals):
        delivered[at, s * blocks : (s + 1) * blocks], delivered[at, program.made + at] = 1.0, -1.0
    delivered[-1] = -program.output
    A = vstack([program.A, csr_array(delivered)])
    b = np.concatenate([program.b, np.zeros(len(finals)), [SLACK - best.value]])
    settled, open_ = np.full(len(cells), np.nan), np.ones(len(cells), dtype=bool)
    while open_.any():
        now = np.flatnonzero(open_)
        above = csr_array(
            (-np.ones(len(now)), (range(len(now)), [cells[j] for j in now])), shape=(len(now), A.shape[1])
        )
        rows = vstack([hstack([A, csr_array((A.shape[0], 1))]), hstack([above, csr_array(normal[now][:, None])])])
        lower, upper = np.zeros(A.shape[1] + 1), np.append(program.bounds(capacity), np.inf)
        fixed = [cells[j] for j in np.flatnonzero(~open_)]
        lower[fixed] = np.maximum(settled[~open_] * normal[~open_] - SLACK, 0.0)
        c = np.zeros(len(lower))
        c[-1] = 1.0
        found = maximise(c, rows, np.concatenate([b, np.zeros(len(now))]), lower, upper, program.chain.name)
        weight = found.of_rows[len(b) :] * normal[now]
        full = now[weight > SMALLEST]
        settled[full], open_[full] = found.value, False
    plan = np.zeros(program.made)
    plan[cells] = settled * normal
    return plan.reshape(program.share.shape)
