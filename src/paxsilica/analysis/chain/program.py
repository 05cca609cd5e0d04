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

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from paxsilica.analysis.chain.graph import Outage, Stage, SupplyChain
from paxsilica.economy import Array
from paxsilica.errors import ConvergenceError
from paxsilica.names.places import OTHER

if TYPE_CHECKING:
    from scipy.sparse import csr_array

Entries = list[tuple[int, int, float]]

Sales = dict[tuple[int, int], int]
"""(selling block, buying block) -> column of x, for one product."""


class Pool(NamedTuple):
    """Users who share what they buy: `row` of the programme, the stage they buy from, their normal use of it."""

    row: int
    stage: int
    use: float


@dataclass(frozen=True, eq=False)
class Program:
    """max c x, A x <= b, 0 <= x <= bound. Columns: y `[stage, block]`, then d `[final]`, then x.

    Attributes:
        blocks: the places of each block. share: `[stage, block]` of baseline world output.
        barred: `[ban, stage]` baseline sales that each cut with buyers takes away.
    """

    chain: SupplyChain
    blocks: tuple[tuple[str, ...], ...]
    share: Array
    A: csr_array
    b: Array
    pools: tuple[Pool, ...]
    barred: Array

    @property
    def made(self) -> int:
        """Columns of y."""
        return self.share.size

    @property
    def bounded(self) -> int:
        """Columns of y and d."""
        return self.made + len(self.chain.final)

    @property
    def output(self) -> Array:
        """`[column]` c of the chain's output."""
        c = np.zeros(self.A.shape[1])
        c[self.made : self.bounded] = 1 / len(self.chain.final)
        return c

    def making(self, stage: int) -> Array:
        """`[column]` c of one stage's output."""
        c = np.zeros(self.A.shape[1])
        c[: self.made].reshape(self.share.shape)[stage] = 1.0
        return c

    def bounds(self, capacity: Array) -> Array:
        """`[column]` upper bounds for a capacity `[stage, block]`."""
        upper = np.full(self.A.shape[1], np.inf)
        upper[: self.made], upper[self.made : self.bounded] = capacity.ravel(), 1.0
        return upper

    def solve(self, capacity: Array, c: Array | None = None) -> Solution:
        """Maximises the chain's output, or `c`. Raises ConvergenceError unless the optimum is proved."""
        c = self.output if c is None else c
        return maximise(c, self.A, self.b, np.zeros(len(c)), self.bounds(capacity), self.chain.name)

    def by_block(self, by_place: Array) -> Array:
        """`[stage, place]` -> `[stage, block]` sums; places are the chain's countries, then OTHER."""
        places = places_of(self.chain)
        return np.stack(
            [by_place[:, [places.index(p) for p in block]].sum(1) for block in self.blocks], 1
        )


class Solution(NamedTuple):
    """An optimum: its value, the plan, and the marginal values of rows and of upper bounds."""

    value: float
    x: Array
    of_rows: Array
    of_bounds: Array


def maximise(c: Array, A: Any, b: Array, lower: Array, upper: Array, name: str) -> Solution:
    """max c x subject to A x <= b, lower <= x <= upper, by HiGHS (Huangfu and Hall 2018). Raises ConvergenceError."""
    from scipy.optimize import linprog

    options = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}
    found = linprog(
        -c, A, b, bounds=np.column_stack([lower, upper]), method="highs", options=options
    )
    if found.status != 0:
        raise ConvergenceError(
            f"chain {name}: the linear programme was not solved ({found.message.strip()})", found
        )
    return Solution(-float(found.fun), found.x, -found.ineqlin.marginals, -found.upper.marginals)


def places_of(chain: SupplyChain) -> tuple[str, ...]:
    """The chain's countries and, last, OTHER."""
    return (*chain.countries, OTHER)


def shares_of(chain: SupplyChain) -> Array:
    """`[stage, place]` of baseline world output."""
    return np.array([[stage.share(place) for place in places_of(chain)] for stage in chain.stages])


def spare_of(chain: SupplyChain) -> Array:
    """`[stage, 1]` capacity over normal output."""
    return np.array([[1 + stage.spare] for stage in chain.stages])


def touched(chain: SupplyChain, cut: Outage) -> tuple[Stage, ...]:
    """The stages that a cut means. Raises ChainError for one that does not exist."""
    return (
        tuple(chain.stages[chain.position(s)] for s in cut.stages) if cut.stages else chain.stages
    )


def left_of(chain: SupplyChain, cuts: Iterable[Outage]) -> Array:
    """`[stage, place]` part of capacity that cuts without buyers leave, each taking its share of what the last left."""
    places = places_of(chain)
    left = np.ones((len(chain.stages), len(places)))
    for cut in cuts:
        if not cut.buyers:
            rows = [chain.stages.index(stage) for stage in touched(chain, cut)]
            columns = [places.index(c) for c in cut.suppliers if c in places]
            left[np.ix_(rows, columns)] *= 1 - cut.share
    return left


def program_of(chain: SupplyChain, cuts: Iterable[Outage] = ()) -> Program:
    """The programme under the cuts that have buyers; those without act on the capacity it is solved for."""
    bans = [cut for cut in cuts if cut.buyers]
    blocks = _blocks(chain, bans)
    places, by_place = places_of(chain), shares_of(chain)
    share = np.stack([by_place[:, [places.index(p) for p in block]].sum(1) for block in blocks], 1)
    build = _Assembly(chain, bans, blocks, share)
    for k, stage in enumerate(chain.stages):
        if any(k == edge for edge, _ in build.use):
            build.add_product(k, [n for n, ban in enumerate(bans) if stage in touched(chain, ban)])
    return build.program()


def _blocks(chain: SupplyChain, bans: Sequence[Outage]) -> tuple[tuple[str, ...], ...]:
    alike: dict[tuple[object, ...], list[str]] = {}
    for place in places_of(chain):
        sides = [(place in ban.suppliers, place in ban.buyers) for ban in bans]
        alike.setdefault((place if (True, True) in sides else "", *sides), []).append(place)
    return tuple(tuple(block) for block in alike.values())


class _Assembly:
    """Collects rows and columns of a `Program`."""

    def __init__(
        self,
        chain: SupplyChain,
        bans: Sequence[Outage],
        blocks: tuple[tuple[str, ...], ...],
        share: Array,
    ) -> None:
        self.chain, self.bans, self.blocks, self.share = chain, bans, blocks, share
        ids = [stage.id for stage in chain.stages]
        saved = {(u.stage, s.id): u.substitutable for s in chain.stages for u in s.inputs}
        self.use = {(ids.index(k), ids.index(s)): u for (k, s), u in chain.use.items()}
        self.needs = {
            (ids.index(k), ids.index(s)): u * (1 - saved[k, s]) for (k, s), u in chain.use.items()
        }
        self.columns = share.size + len(chain.final)
        self.b: list[float] = []
        self.entries: Entries = []
        self.pools: list[Pool] = []
        self.barred = np.zeros((len(bans), len(ids)))
        for at, id in enumerate(chain.final):
            row = self.add_row(
                [
                    (share.size + at, 1.0),
                    *((self.y(ids.index(id), n), -1.0) for n in range(len(blocks))),
                ]
            )
            self.pools.append(Pool(row, ids.index(id), 1.0))

    def y(self, stage: int, block: int) -> int:
        return stage * len(self.blocks) + block

    def add_row(self, entries: Iterable[tuple[int, float]], limit: float = 0.0) -> int:
        self.entries += [(len(self.b), column, value) for column, value in entries]
        self.b.append(limit)
        return len(self.b) - 1

    def add_product(self, k: int, bans: Sequence[int]) -> None:
        """Needs and sales of one product; only one that a ban names is followed from place to place."""
        needs = {s: need for (of, s), need in self.needs.items() if of == k}
        if not bans:
            self.add_pooled(k, needs)
            return
        apart = {n: self.pairs_of(self.bans[n]) for n in bans}
        normal = sum(self.use[k, s] * self.share[s] for s in needs)
        sales = self.open_sales([apart[n] for n in bans if self.bans[n].share == 1])
        self.add_purchases(k, needs, normal, sales)
        self.add_deliveries(k, sales)
        for n in bans:
            self.add_quota(k, n, apart[n], normal, sales)

    def add_pooled(self, k: int, needs: Mapping[int, float]) -> None:
        """All that is needed of k was made."""
        blocks = range(len(self.blocks))
        needed = [(self.y(s, n), need) for s, need in needs.items() for n in blocks]
        row = self.add_row([*needed, *((self.y(k, n), -1.0) for n in blocks)])
        self.pools.append(Pool(row, k, 1.0))

    def open_sales(self, closed: Sequence[Any]) -> Sales:
        """New columns x: one for each seller and buyer that no whole ban keeps apart."""
        shut = np.any([np.zeros((len(self.blocks),) * 2, dtype=bool), *closed], 0)
        sales = {
            (int(i), int(b)): self.columns + at for at, (i, b) in enumerate(np.argwhere(~shut))
        }
        self.columns += len(sales)
        return sales

    def add_purchases(
        self, k: int, needs: Mapping[int, float], normal: Array, sales: Sales
    ) -> None:
        """What each buyer needs of k was bought."""
        for buyer in range(len(self.blocks)):
            bought = [(column, -1.0) for (_, b), column in sales.items() if b == buyer]
            row = self.add_row([*((self.y(s, buyer), need) for s, need in needs.items()), *bought])
            self.pools.append(Pool(row, k, float(normal[buyer])))

    def add_deliveries(self, k: int, sales: Sales) -> None:
        """What each seller sold of k was made."""
        for seller in range(len(self.blocks)):
            sold = [(column, 1.0) for (i, _), column in sales.items() if i == seller]
            self.add_row([*sold, (self.y(k, seller), -1.0)])

    def add_quota(self, k: int, n: int, apart: Any, normal: Array, sales: Sales) -> None:
        """What ban n bars of k; a partial one caps what its two sides trade."""
        ban, sold = self.bans[n], float((np.outer(self.share[k], normal) * apart).sum())
        self.barred[n, k] = ban.share * sold
        if ban.share < 1:
            capped = [(column, 1.0) for pair, column in sales.items() if apart[pair]]
            self.add_row(capped, (1 - ban.share) * sold)

    def pairs_of(self, ban: Outage) -> Any:
        """`[seller, buyer]` which blocks a ban keeps apart."""
        sells = np.array([block[0] in ban.suppliers for block in self.blocks])
        buys = np.array([block[0] in ban.buyers for block in self.blocks])
        return sells[:, None] & buys[None, :] & ~np.eye(len(self.blocks), dtype=bool)

    def program(self) -> Program:
        from scipy.sparse import csr_array

        rows, columns, values = zip(*self.entries, strict=True)
        A = csr_array((values, (rows, columns)), shape=(len(self.b), self.columns))
        return Program(
            self.chain, self.blocks, self.share, A, np.array(self.b), tuple(self.pools), self.barred
        )
