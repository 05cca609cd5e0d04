"""What a chain still makes when some of its suppliers are cut: the programme of `program`, solved."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np

from paxsilica.analysis.chain.graph import Outage, SupplyChain, country_problem
from paxsilica.analysis.chain.marginal import SMALLEST, DualFace
from paxsilica.analysis.chain.program import (
    Program,
    Solution,
    left_of,
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
        programme = self.program.at(self.capacity)
        made = [level(programme.maximise(c).value) for c in self.program.making]
        return dict(zip(self.chain.ids, made, strict=True))

    @cached_property
    def final(self) -> Mapping[str, float]:
        """Output of each final product."""
        made = dict(zip(self.chain.ids, self._even.sum(1), strict=True))
        return {id: level(made[id]) for id in self.chain.final}

    @cached_property
    def by_place(self) -> Mapping[str, Mapping[str, float]]:
        """Final product -> country -> what its plants make, in shares of the product's normal world output. Plants that
        every cut with buyers treats alike run at the same share of the capacity left to them."""
        left, members = left_of(self.chain, self.cuts) * shares_of(self.chain), self.program.members
        none = np.zeros_like(self._even)
        rate = np.divide(self._even, left @ members, out=none, where=self._even > 0)
        made = left * (rate @ members.T)
        return {
            id: dict(zip(places_of(self.chain), row.tolist(), strict=True))
            for id, row in zip(self.chain.ids, made, strict=True)
            if id in self.chain.final
        }

    @cached_property
    def gains(self) -> Mapping[str, float]:
        """Shadow price of each stage: output gained per unit of capacity added where it helps most, both in shares of
        the baseline. The right derivative: zero where a second stage binds as well and neither helps alone."""
        return dict(zip(self.chain.ids, self._dual.gains.max(1).tolist(), strict=True))

    @cached_property
    def bottlenecks(self) -> tuple[str, ...]:
        """Stages that limit the output: with more plants of the stage there is more output, if need be together with
        more plants of others that add nothing without it. None at normal output."""
        found = [] if self.output >= NORMAL else self._dual.binding()
        return tuple(self.chain.ids[at] for at in found)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The chain's notes, what the mean of several products means, and one for each cut that takes nothing away."""
        said = _cut_notes(self.chain, self.cuts, self.program)
        return tuple(dict.fromkeys([*self.chain.notes, *said]))

    @cached_property
    def _dual(self) -> DualFace:
        return DualFace(self.program, self.capacity, self.solution)

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
    capacity = left_of(chain, cuts) * shares_of(chain) @ program.members * spare_of(chain)
    solution = program.solve(capacity)
    output = relative(solution.value, normal_output(chain))
    return Supply(chain, cuts, output, program, capacity, solution)


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
    the plans that reach `best` and in which all that is made of a final product reaches its users (Ogryczak and
    Sliwinski 2006): each programme finds the largest common level of those not settled, and settles the ones whose
    marginal value shows that they cannot have more."""
    share, final = program.share.ravel(), np.isin(program.chain.ids, program.chain.final)
    delivered = program.making[[program.chain.position(id) for id in program.chain.final]]
    delivered[:, program.made : program.bounded] -= np.eye(len(delivered))
    plans = program.at(capacity).under(delivered).under(-program.output[None], SLACK - best.value)
    plans = plans.beside(np.array([np.inf]))
    cells = np.flatnonzero(final[:, None] & (program.share > 0))
    normal, levels = share[cells], np.full(len(cells), np.nan)
    common = np.eye(1, len(plans.upper), len(plans.upper) - 1)[0]
    while (is_open := np.isnan(levels)).any():
        above = normal[is_open, None] * common
        above[np.arange(len(above)), cells[is_open]] = -1.0
        lower = np.zeros_like(common)
        lower[cells[~is_open]] = np.maximum((levels * normal)[~is_open] - SLACK, 0.0)
        found = replace(plans.under(above), lower=lower).maximise(common)
        binds = found.of_rows[-len(above) :] * normal[is_open] > SMALLEST
        levels[np.flatnonzero(is_open)[binds]] = found.value
    made = np.zeros_like(share)
    made[cells] = levels * normal
    return made.reshape(program.share.shape)
