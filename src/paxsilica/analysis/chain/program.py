"""The linear programme of a chain.

Shares of the baseline year's world output throughout: stage s in place i makes y_si, of which place b buys x_sib, and
d_f of final product f reaches its users, who have no place.

    max  (1/F) sum_f d_f                                            output: each final product counts alike

    0 <= d_f <= 1,   d_f <= sum_i y_fi                              final demand is what it was
    0 <= y_si <= c_si                                               capacity: share_si (1 + spare_s), less what is cut
    sum_s u_ks (1 - sigma_ks) y_sb <= sum_i x_kib                   Leontief input needs, less what is substitutable
    sum_b x_kib <= y_ki                                             what is sold was made
    x_kib = 0                                                       i may not sell k to b
    sum_{i in A, b in B, i != b} x_kib <= (1 - q) sum_{...} share_ki sum_s u_ks share_sb     A sells B less by q

u_ks is the part of k that s uses among k's users in the chain. What users outside the chain take shrinks in the same
proportion, so a final product that other stages use too is d_k = y_k for its outside users. The last line is a partial
ban: a quota, for A and B together, on what A sold to B in the baseline had everybody bought everywhere alike.

Places that every cut with buyers treats alike are one block: given any plan of the blocks, dividing each block's output
and purchases among its members in proportion to their capacity is a plan of the places, and summing a plan of the
places is one of the blocks, so nothing is lost. A country that is both barred and protected by one cut keeps its own
product and is a block of its own. Without a cut with buyers there is one block and x drops out, for one product at a
time: only products that such a cut names need x.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from paxsilica.analysis.chain.graph import Outage, Stage, SupplyChain
from paxsilica.economy import Array
from paxsilica.errors import ConvergenceError

OPTIMAL = "kOptimal"


class Solution(NamedTuple):
    """An optimum: its value, the plan, and the marginal values of rows and of upper bounds."""

    value: float
    x: Array
    of_rows: Array
    of_bounds: Array


@dataclass(frozen=True, eq=False)
class Linear:
    """max c x subject to A x <= b, lower <= x <= upper; A is sparse."""

    name: str
    A: Any
    b: Array
    upper: Array
    lower: Array | float = 0.0

    def with_rows(self, rows: Array, limits: Array | float = 0.0) -> Linear:
        """The same with more rows `[row, column]`."""
        from scipy.sparse import csr_array, vstack

        limit = np.broadcast_to(limits, len(rows))
        return replace(self, A=vstack([self.A, csr_array(rows)]), b=np.concatenate([self.b, limit]))

    def with_columns(self, upper: Array) -> Linear:
        """The same with more columns, which no row holds yet."""
        from scipy.sparse import csr_array, hstack

        A = hstack([self.A, csr_array((len(self.b), len(upper)))])
        return replace(self, A=A, upper=np.concatenate([self.upper, upper]))

    @cached_property
    def _solver(self) -> Any:
        """HiGHS (Huangfu and Hall 2018) with the rows; each programme starts from the optimal basis of the last."""
        import highspy
        from scipy.sparse import csr_array

        A, lp, solver = csr_array(self.A), highspy.HighsLp(), highspy.Highs()
        lp.num_row_, lp.num_col_ = A.shape
        lp.row_lower_, lp.row_upper_ = np.full(len(self.b), -np.inf), self.b
        lp.col_cost_ = lp.col_lower_ = lp.col_upper_ = np.zeros(A.shape[1])
        lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = A.indptr, A.indices, A.data
        solver.setOptionValue("output_flag", False)
        solver.setOptionValue("solver", "simplex")
        for side in ("primal", "dual"):
            solver.setOptionValue(f"{side}_feasibility_tolerance", 1e-10)
        self._proved(solver.passModel(lp).name)
        return solver

    def maximise(self, c: Array, upper: Array | None = None) -> Solution:
        """The optimum, under other upper bounds if given. Raises ConvergenceError unless it is proved."""
        solver, columns = self._solver, np.arange(len(c), dtype=np.int32)
        bounds = np.broadcast_to(self.lower, len(c)), self.upper if upper is None else upper
        self._proved(solver.changeColsCost(len(c), columns, -c).name)
        self._proved(solver.changeColsBounds(len(c), columns, *bounds).name)
        solver.run()
        if (status := solver.getModelStatus().name) != OPTIMAL:
            solver.clearSolver()  # a basis that misled
            solver.run()
            status = solver.getModelStatus().name
        value, found = -solver.getObjectiveValue(), solver.getSolution()
        self._proved(status if np.isfinite(value) else "kNotset")
        x, of_rows, of_bounds = map(np.array, (found.col_value, found.row_dual, found.col_dual))
        return Solution(value, x, -of_rows, np.maximum(-of_bounds, 0.0))

    def _proved(self, status: str) -> None:
        """Raises ConvergenceError where HiGHS refuses what it is told, or proves no optimum."""
        if status not in ("kOk", "kWarning", OPTIMAL):
            text = f"chain {self.name}: the linear programme was not solved ({status[1:].lower()})"
            raise ConvergenceError(text, status)


@dataclass(frozen=True, eq=False)
class Program:
    """max c x, A x <= b, 0 <= x <= bound. Columns: y `[stage, block]`, then d `[final]`, then x.

    Attributes:
        members: `[place, block]` 1 where a place is one of a block. share: `[stage, block]` of baseline world output.
        product, use: `[row]` the stage that a row's users share the purchases from, and their normal use of it; 0 where
            a row is of no purchases.
        barred: `[ban, stage]` baseline sales that each cut with buyers takes away.
    """

    chain: SupplyChain
    members: Array
    share: Array
    A: Any
    b: Array
    product: Array
    use: Array
    barred: Array

    @property
    def sizes(self) -> tuple[int, int, int]:
        """Columns of y, of d and of x."""
        made, final = self.share.size, len(self.chain.final)
        return made, final, self.A.shape[1] - made - final

    @property
    def output(self) -> Array:
        """`[column]` c of the chain's output."""
        return np.repeat([0.0, 1 / len(self.chain.final), 0.0], self.sizes)

    @property
    def making(self) -> Array:
        """`[stage, column]` c of each stage's output."""
        stages, blocks = self.share.shape
        return np.pad(np.kron(np.eye(stages), np.ones(blocks)), [(0, 0), (0, sum(self.sizes[1:]))])

    def upper(self, capacity: Array) -> Array:
        """`[column]` bounds for a capacity `[stage, block]`."""
        return np.append(capacity.ravel(), np.repeat([1.0, np.inf], self.sizes[1:]))

    @cached_property
    def rows(self) -> Linear:
        """The programme for normal capacity."""
        return Linear(self.chain.name, self.A, self.b, self.upper(self.share))

    def solve(self, capacity: Array) -> Solution:
        """Maximises the chain's output. Raises ConvergenceError unless the optimum is proved."""
        return self.rows.maximise(self.output, self.upper(capacity))


def touched(chain: SupplyChain, cut: Outage) -> tuple[Stage, ...]:
    """The stages that a cut means. Raises ChainError for one that does not exist."""
    return tuple(chain.stages[chain.position(id)] for id in cut.stages) or chain.stages


def left_of(chain: SupplyChain, cuts: Iterable[Outage]) -> Array:
    """`[stage, place]` part of capacity that cuts without buyers leave, each taking its share of what the last left."""
    left = np.ones_like(chain.shares)
    for cut in cuts:
        if not cut.buyers:
            lost = np.outer(_meant(chain, cut), np.isin(chain.places, cut.suppliers))
            left[lost] *= 1 - cut.share
    return left


def _meant(chain: SupplyChain, cut: Outage) -> Array:
    """`[stage]` whether a cut means it."""
    return np.array([stage in touched(chain, cut) for stage in chain.stages])


def _places_in(chain: SupplyChain, bans: Sequence[Outage]) -> Array:
    """`[place, block]` 1 where a place is one of a block."""
    kinds = []
    for place in chain.places:
        sides = tuple((place in ban.suppliers, place in ban.buyers) for ban in bans)
        kinds.append((place if (True, True) in sides else "", sides))
    blocks = dict.fromkeys(kinds)
    return np.array([[kind == block for block in blocks] for kind in kinds], dtype=np.float64)


class _Ban(NamedTuple):
    """A cut with buyers: its share, `[seller, buyer]` which blocks it keeps apart, `[stage]` what was sold there."""

    share: float
    apart: Any
    sold: Array


def _ban_of(chain: SupplyChain, cut: Outage, members: Array, share: Array) -> _Ban:
    sells, buys = (
        np.isin(chain.places, side) @ members > 0 for side in (cut.suppliers, cut.buyers)
    )
    apart = np.outer(sells, buys) & ~np.eye(len(sells), dtype=bool)
    sold = ((share @ apart) * (chain.use @ share)).sum(1)
    return _Ban(cut.share, apart, sold * _meant(chain, cut))


class _Rows(NamedTuple):
    """Rows `[row, y]` and `[row, columns of their own]`; what they are of and their limits are by row."""

    made: Any
    own: Any
    product: Any
    use: Array | float = 1.0
    limit: Array | float = 0.0


def program_of(chain: SupplyChain, cuts: Iterable[Outage] = ()) -> Program:
    """The programme under the cuts that have buyers; those without act on the capacity it is solved for."""
    from scipy.sparse import block_diag, csr_array, hstack, vstack

    banning = [cut for cut in cuts if cut.buyers]
    members = _places_in(chain, banning)
    share = chain.shares @ members
    bans = [_ban_of(chain, cut, members, share) for cut in banning]
    parts = list(_parts(chain, share, bans))
    made, own = zip(*((csr_array(p.made), csr_array(p.own)) for p in parts), strict=True)
    product, use, limit = (
        np.concatenate([np.broadcast_to(getattr(p, name), len(p.own)) for p in parts])
        for name in ("product", "use", "limit")
    )
    A = hstack([vstack(made), block_diag(own)], "csr")
    barred = np.array([ban.share * ban.sold for ban in bans]).reshape(len(bans), len(share))
    return Program(chain, members, share, A, limit, product, use, barred)


def _parts(chain: SupplyChain, share: Array, bans: Sequence[_Ban]) -> Iterator[_Rows]:
    """Final demand, then needs and sales; only a product that a ban bars is followed from place to place."""
    goods, each = np.eye(len(share)), np.eye(share.shape[1])
    everywhere = np.ones((1, len(each)))
    yield _Rows(np.kron(-goods[chain.ends], everywhere), np.eye(len(chain.ends)), chain.ends)
    used = chain.use.any(1)
    followed = used & np.any([used & False, *(ban.sold > 0 for ban in bans)], 0)
    pooled = np.flatnonzero(used & ~followed)
    needed = np.kron(chain.need[pooled] - goods[pooled], everywhere)
    yield _Rows(needed, np.empty((len(pooled), 0)), pooled)
    for k in np.flatnonzero(followed):
        named = [ban for ban in bans if ban.sold[k]]
        shut = [ban.apart for ban in named if ban.share == 1]
        seller, buyer = np.nonzero(~np.any([np.zeros_like(each, dtype=bool), *shut], 0))
        quotas = [ban for ban in named if ban.share < 1]
        capped = [ban.apart[seller, buyer] for ban in quotas]
        none = np.zeros((len(quotas), share.size))
        yield _Rows(
            made=np.vstack([np.kron(chain.need[k], each), -np.kron(goods[k], each), none]),
            own=np.vstack([-each[:, buyer], each[:, seller], *capped]),
            product=k,
            use=np.pad(chain.use[k] @ share, (0, len(each) + len(quotas))),
            limit=np.append(np.zeros(2 * len(each)), [(1 - b.share) * b.sold[k] for b in quotas]),
        )
