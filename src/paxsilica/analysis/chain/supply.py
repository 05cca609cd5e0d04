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
    program_of,
    touched,
)
from paxsilica.checks import check_share
from paxsilica.economy import Array, Note
from paxsilica.errors import InputError, LabelError
from paxsilica.findings import Block, block
from paxsilica.names import Names, does, inside, joined
from paxsilica.names.places import country_names

NORMAL = 1 - 1e-9
"""Output from which on the rest is the solver's rounding."""

SLACK = 1e-9
"""By which a value found is loosened where it bounds the next programme."""


@dataclass(frozen=True, eq=False)
class Supply:
    """What is left, in shares of the baseline. Where several plans are best, the one that spreads the shortage evenly
    over final products and places is shown: the least share of normal output is as large as it can be, then the next.

    Attributes:
        output: of the chain, of which 1 is normal.
    """

    chain: SupplyChain
    cuts: tuple[Outage, ...]
    output: float
    program: Program
    capacity: Array
    solution: Solution

    @cached_property
    def by_stage(self) -> Array:
        """`[stage]` its largest feasible output, as if everything upstream worked for it alone; at most 1."""
        rows, upper = self.program.rows, self.program.upper(self.capacity)
        return np.array([level(rows.maximise(c, upper).value) for c in self.program.making])

    @cached_property
    def final(self) -> Mapping[str, float]:
        """Output of each final product."""
        made = self._even.sum(1)
        return {
            id: level(made[at]) for id, at in zip(self.chain.final, self.chain.ends, strict=True)
        }

    @cached_property
    def made(self) -> Array:
        """`[stage, place]` what its plants make of each final product, in shares of the product's normal world output;
        zero for other stages. Plants that every cut with buyers treats alike run at the same share of the capacity left
        to them."""
        left, members = left_of(self.chain, self.cuts) * self.chain.shares, self.program.members
        none = np.zeros_like(self._even)
        rate = np.divide(self._even, left @ members, out=none, where=self._even > 0)
        return np.asarray(left * (rate @ members.T))

    @cached_property
    def gains(self) -> Array:
        """`[stage]` its shadow price: output gained per unit of capacity added where it helps most, both in shares of
        the baseline. The right derivative: zero where a second stage binds as well and neither helps alone."""
        return np.asarray(self._dual.gains.max(1))

    @cached_property
    def bottlenecks(self) -> tuple[str, ...]:
        """Stages that limit the output: with more plants of the stage there is more output, if need be together with
        more plants of others that add nothing without it. None at normal output."""
        found = [] if self.output >= NORMAL else self._dual.binding()
        return tuple(self.chain.ids[at] for at in found)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """The chain's notes, what the mean of several products means, and one for each cut that takes nothing away."""
        return (*self.chain.notes, *_cut_notes(self.chain, self.cuts, self.program))

    def left_to(self, countries: Sequence[str], label: str) -> Iterator[Block]:
        """What is left of each final product at the plants of some countries, % of what they made of it."""
        ours = np.isin(self.chain.places, countries)
        usual, left = (of[:, ours].sum(1) for of in (self.chain.shares, self.made))
        for at, id in enumerate(self.chain.ids):
            if id in self.chain.final and usual[at]:
                part = 100 * left[at] / usual[at]
                yield block("group_output_left", part, item=id, region=label)

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
    capacity = left_of(chain, cuts) * chain.capacity @ program.members
    solution = program.solve(capacity)
    return Supply(chain, cuts, level(solution.value), program, capacity, solution)


def level(value: float) -> float:
    """A share of the baseline without the solver's rounding at either end, at most 1."""
    return 1.0 if value > NORMAL else 0.0 if value < SLACK else float(value)


def checked(chain: SupplyChain, cuts: Sequence[Outage]) -> tuple[Outage, ...]:
    """The cuts, each with known stages, plausible countries and a share; raises as `supply` says."""
    for cut in cuts:
        if not cut.suppliers:
            raise InputError("a cut names no supplier; name at least one country")
        check_share(cut.share)
        for country in (*cut.suppliers, *cut.buyers):
            if problem := country_problem(country):
                raise LabelError(problem)
        touched(chain, cut)
    return tuple(cuts)


def _cut_notes(chain: SupplyChain, cuts: Sequence[Outage], program: Program) -> Iterator[Note]:
    if cuts and len(chain.final) > 1:
        final = joined(inside(stage.name) for stage in chain.stages if stage.id in chain.final)
        text = (
            f"Output is the mean of {final}, in the plan that makes the mean largest: what is short "
            "may be missing at one of them alone."
        )
        yield Note("several final products", text)
    bans = iter(program.barred)
    for cut in cuts:
        stages, buyers = touched(chain, cut), set(cut.buyers)
        suppliers, users = (
            joined(map(Names().say_region, who)) for who in (cut.suppliers, cut.buyers)
        )
        some = joined(inside(stage.name) for stage in stages) if cut.stages else "this chain"
        where = f"in {some}"
        sold, why = not buyers or next(bans).any(), ""
        if not any(stage.share(country) for stage in stages for country in cut.suppliers):
            why = f"No source names a plant of {suppliers} {where}"
        elif not sold and buyers == set(cut.suppliers) and len(buyers) == 1:
            why = f"A country keeps what it makes itself: {suppliers} is both supplier and buyer"
        elif not sold:
            own = "; a country keeps what it makes itself" if buyers & set(cut.suppliers) else ""
            why = (
                f"No plant in {users} uses what {suppliers} {does(suppliers, 'make')} {where}{own}"
            )
        blind = [stage.name for stage in stages if not {*stage.missing}.isdisjoint(cut.suppliers)]
        if blind:
            who = ", ".join(
                country_names()[c] for c in cut.suppliers if any(c in s.missing for s in stages)
            )
            text = f"No source gives what is made in {who} of {', '.join(blind)}: there this cut takes too little away."
            yield Note("cut of a missing share", text, leads=True)
        if why:
            yield Note("cut without effect", f"{why}; this cut takes nothing away.")
        if buyers and any(stage.id in chain.final for stage in stages):
            text = "A cut with buyers acts on plants; users of final products have no place here."
            yield Note("final users", text)


def share_evenly(program: Program, capacity: Array, best: Solution) -> Array:
    """`[stage, block]` output of the final stages that is lexicographically max-min in shares of normal output among
    the plans that reach `best` and in which all that is made of a final product reaches its users (Ogryczak and
    Sliwinski 2006): each programme finds the largest common level of those not settled, and settles the ones whose
    marginal value shows that they cannot have more."""
    share, final = program.share.ravel(), np.isin(program.chain.ids, program.chain.final)
    delivered = program.making[program.chain.ends]
    delivered[:, program.output > 0] -= np.eye(len(delivered))
    plans = (
        replace(program.rows, upper=program.upper(capacity))
        .with_rows(delivered)
        .with_rows(-program.output[None], SLACK - best.value)
    )
    plans = plans.with_columns(np.array([np.inf]))
    cells = np.flatnonzero(final[:, None] & (program.share > 0))
    normal, levels = share[cells], np.full(len(cells), np.nan)
    common = np.eye(1, len(plans.upper), len(plans.upper) - 1)[0]
    while (is_open := np.isnan(levels)).any():
        above = normal[is_open, None] * common
        above[np.arange(len(above)), cells[is_open]] = -1.0
        lower = np.zeros_like(common)
        lower[cells[~is_open]] = np.maximum((levels * normal)[~is_open] - SLACK, 0.0)
        found = replace(plans.with_rows(above), lower=lower).maximise(common)
        binds = found.of_rows[-len(above) :] * normal[is_open] > SMALLEST
        levels[np.flatnonzero(is_open)[binds]] = found.value
    made = np.zeros_like(share)
    made[cells] = levels * normal
    return made.reshape(program.share.shape)
