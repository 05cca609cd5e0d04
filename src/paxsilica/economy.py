"""`Economy`, a calibrated baseline: the noun that every room shares.

Axes: `n` importer, `i` exporter, `j` sector (as output), `k` sector (as input). Money is million USD of the
baseline year; a tariff is a decimal (0.5 is 50 %). Everything is float64 and read-only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from copy import copy
from dataclasses import dataclass, field, fields, replace
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from paxsilica.about import About as About
from paxsilica.about import Note as Note
from paxsilica.about import Source as Source
from paxsilica.checks import Array as Array
from paxsilica.checks import (
    adds_up,
    as_array,
    check_labels,
    check_names,
    check_notes,
    freeze,
    indices,
    wrong_accounts,
    wrong_numbers,
    wrong_theta,
)
from paxsilica.credible import ARRAYS, doubts
from paxsilica.errors import EconomyError, all_lines

ADVICE = " The table is then no equilibrium: solve it once with `rebalance` before applying a shock"
"""What is told of a table whose final spending was clipped, until it is rebalanced."""


@dataclass(frozen=True, eq=False)
class Economy:
    """A calibrated baseline of the world economy (Caliendo and Parro 2015, section 3).

    Build one with `Economy.from_flows` or `paxsilica.load_economy`; the constructor takes complete arrays.

    Attributes:
        flows: `[n, i, j]` value of sector j sold by i to n, before the importer's tariff, million USD.
        tariffs: `[n, i, j]` ad valorem tariff of n on i, decimal.
        inputs: `[n, k, j]` purchases of k by sector j of region n, duty paid, million USD.
        trade_elasticity: `[j]` theta, positive.
        notes: every repair, in order.
    """

    regions: tuple[str, ...]
    sectors: tuple[str, ...]
    flows: Array
    tariffs: Array
    inputs: Array
    trade_elasticity: Array
    notes: tuple[Note, ...] = ()
    about: About = field(default_factory=About)

    @classmethod
    def from_flows(
        cls,
        regions: Sequence[str],
        sectors: Sequence[str],
        flows: ArrayLike,
        tariffs: ArrayLike | None = None,
        inputs: ArrayLike | None = None,
        trade_elasticity: ArrayLike = 4.0,
        *,
        notes: Iterable[Note] = (),
        about: About | None = None,
    ) -> Economy:
        """An economy from a table of flows, checked and, where final spending is negative, repaired with a note.

        Args:
            regions: N labels. sectors: J labels.
            flows: `[N, N, J]` importer, exporter, sector; before the importer's tariff; million USD.
            tariffs: `[N, N, J]` decimal, default zero.
            inputs: `[N, J, J]` purchases of k by sector j, duty paid, default none (value added is all of output).
            trade_elasticity: scalar or `[J]`, theta.

        Raises:
            EconomyError: NaN, negative, infinite or absurdly large entries, a tariff on sales at home, wrong shapes,
                labels that are blank or twice there, a sector nobody produces, a region without output, value added
                or final spending, inputs above output, or negative final spending above 10 % of the world's.
        """
        return cls._believed(
            regions=tuple(map(str, regions)),
            sectors=tuple(map(str, sectors)),
            flows=flows,
            tariffs=0.0 if tariffs is None else tariffs,
            inputs=0.0 if inputs is None else inputs,
            trade_elasticity=trade_elasticity,
            notes=tuple(notes),
            about=about or About(),
        )

    @classmethod
    def _believed(cls, changed: Collection[str] = ARRAYS, **given: Any) -> Economy:
        """The economy, with notes on what is hard to believe. Raises EconomyError with all that is wrong at once."""
        regions, sectors = given["regions"], given["sectors"]
        arrays = {
            name: freeze(as_array(name, given[name], shape))
            for name, shape in cls._shapes(len(regions), len(sectors)).items()
        }
        sums = adds_up(arrays["flows"], arrays["tariffs"], arrays["inputs"])
        refusals, doubted = (
            doubts(regions, sectors, **arrays, changed=changed) if sums else ([], [])
        )
        again = {note.name for note in doubted}
        noted = (*doubted, *(note for note in given["notes"] if note.name not in again))
        try:
            economy = cls(**given | arrays | {"notes": noted})
        except EconomyError as error:
            raise EconomyError(all_lines([*refusals, *str(error).split("\n")])) from None
        if refusals:
            raise EconomyError(all_lines(refusals))
        return economy

    @staticmethod
    def _shapes(N: int, J: int) -> dict[str, tuple[int, ...]]:
        flows, inputs = (N, N, J), (N, J, J)
        return {"flows": flows, "tariffs": flows, "inputs": inputs, "trade_elasticity": (J,)}

    def __post_init__(self) -> None:
        check_labels("regions", self.regions)
        check_labels("sectors", self.sectors)
        for name, shape in self._shapes(len(self.regions), len(self.sectors)).items():
            values = getattr(self, name)
            if values.shape != shape or values.dtype != np.float64 or values.flags.writeable:
                vars(self)[name] = freeze(as_array(name, values, shape))
        check_names("region", self.about.region_names)
        check_names("sector", self.about.sector_names)
        check_names("baseline", {"name": self.about.name, "title": self.about.title})
        check_notes(f"{note.name}: {note.text}" for note in self.notes)
        problems = [
            *wrong_numbers("flows", self.flow_axes, self.flows),
            *wrong_numbers("tariffs", self.flow_axes, self.tariffs),
            *wrong_numbers("inputs", self.input_axes, self.inputs),
            *wrong_theta(self.sectors, self.trade_elasticity),
        ]
        if adds_up(self.flows, self.tariffs, self.inputs):
            money = self.output, self.inputs, self._final_unclipped
            problems += wrong_accounts(self.input_axes, self.about.unit, *money)
        if problems:
            raise EconomyError(all_lines(problems))
        clipped = np.maximum(-self._final_unclipped, 0.0)
        known = "clipped_final_spending" in {note.name for note in self.notes}
        if clipped.any() and not known:
            vars(self)["notes"] = (*self.notes, self._clip_note(clipped))

    def _clip_note(self, clipped: Array) -> Note:
        share = clipped.sum() / self.final.sum()
        text = (
            f"final spending is negative in {(clipped > 0).sum()} cells, {share:.2%} of world final spending; clipped to "
            f"zero.{ADVICE}"
        )
        arrays = ("flows", "tariffs", "inputs")
        return Note("clipped_final_spending", text, float(clipped.sum()), of=arrays)

    # ---- accounts (METHODS: Caliendo and Parro 2015, equations 3-9) -----------------------------------------

    @cached_property
    def expenditure(self) -> Array:
        """`[n, j]` X, spending of n on j, duty paid."""
        return freeze((self.flows * (1.0 + self.tariffs)).sum(1))

    @cached_property
    def shares(self) -> Array:
        """`[n, i, j]` pi, share of i in n's spending on j; a cell without spending buys from itself."""
        X = self.expenditure[:, None, :]
        pi = np.divide(
            self.flows * (1.0 + self.tariffs), X, out=np.zeros_like(self.flows), where=X > 0
        )
        n = np.arange(len(self.regions))
        pi[n, n] += self.expenditure == 0
        return freeze(pi)

    @cached_property
    def landed(self) -> Array:
        """`[n, i, j]` pi / (1 + tau), the part of n's spending on j that reaches i."""
        return freeze(self.shares / (1.0 + self.tariffs))

    @cached_property
    def output(self) -> Array:
        """`[i, j]` Y, sales of sector j of region i to all destinations."""
        return freeze(self.flows.sum(0))

    @cached_property
    def input_shares(self) -> Array:
        """`[n, k, j]` gamma, share of input k in the cost of j; zero where nothing is produced."""
        Y = self.output[:, None, :]
        return freeze(np.divide(self.inputs, Y, out=np.zeros_like(self.inputs), where=Y > 0))

    @cached_property
    def value_added_share(self) -> Array:
        """`[n, j]` share of value added in the cost of j."""
        return freeze(np.maximum(1.0 - self.input_shares.sum(1), 0.0))

    @cached_property
    def _final_unclipped(self) -> Array:
        X = self.expenditure
        final = X - self.inputs.sum(2)
        rounding = 1e-12 * np.maximum(X, self.inputs.sum(2))
        return freeze(np.where(np.abs(final) <= rounding, 0.0, final))

    @cached_property
    def final(self) -> Array:
        """`[n, k]` final spending on k, duty paid, million USD; never negative."""
        return freeze(np.maximum(self._final_unclipped, 0.0))

    @cached_property
    def final_shares(self) -> Array:
        """`[n, k]` alpha, sums to one over k."""
        return freeze(self.final / self.final.sum(1, keepdims=True))

    @cached_property
    def labour_income(self) -> Array:
        """`[n]` wL, value added."""
        return freeze((self.value_added_share * self.output).sum(1))

    @cached_property
    def tariff_revenue(self) -> Array:
        """`[n]` R."""
        return freeze((self.tariffs * self.flows).sum((1, 2)))

    @cached_property
    def deficit(self) -> Array:
        """`[n]` D, final spending less income; sums to zero over the world."""
        return freeze(self._final_unclipped.sum(1) - self.labour_income - self.tariff_revenue)

    @cached_property
    def income(self) -> Array:
        """`[n]` I = wL + R + D, what is spent on final goods."""
        return freeze(self.labour_income + self.tariff_revenue + self.deficit)

    @property
    def gdp(self) -> Array:
        """`[n]` value added plus tariff revenue."""
        return self.labour_income + self.tariff_revenue

    @cached_property
    def baseline_residual(self) -> float:
        """Largest relative gap in the goods and labour markets of the baseline itself; 0 is an exact equilibrium."""
        X = self.final_shares * self.income[:, None] + np.einsum(
            "nkj,nj->nk", self.input_shares, self.output
        )
        scale = np.maximum(self.expenditure, 1e-9 * self.expenditure.sum(1, keepdims=True))
        goods = np.abs(X - self.expenditure) / scale
        sales = np.einsum("nij,nj->ij", self.landed, self.expenditure)
        labour = np.abs((self.value_added_share * sales).sum(1) / self.labour_income - 1.0)
        return float(max(goods.max(), labour.max()))

    @cached_property
    def digest(self) -> str:
        """sha256 of labels and arrays: two economies with the same digest give the same answers."""
        h = hashlib.sha256(repr((self.regions, self.sectors)).encode())
        for values in (self.flows, self.tariffs, self.inputs, self.trade_elasticity):
            h.update(np.ascontiguousarray(values).tobytes())
        return h.hexdigest()

    # ---- labels ------------------------------------------------------------------------------------------------

    @property
    def flow_axes(self) -> dict[str, tuple[str, ...]]:
        """Axes of flows, tariffs and trade costs, with their labels."""
        return {"importer": self.regions, "exporter": self.regions, "sector": self.sectors}

    @property
    def input_axes(self) -> dict[str, tuple[str, ...]]:
        """Axes of inputs, with their labels."""
        return {"region": self.regions, "input": self.sectors, "sector": self.sectors}

    def region_indices(
        self, labels: Iterable[str], groups: Mapping[str, Sequence[str]] | None = None
    ) -> list[int]:
        """Positions of regions or region groups, in the order of the axis.

        Raises:
            LabelError: a label is neither; names the nearest valid one.
        """
        known = {**self.about.region_groups, **(groups or {})}
        return indices("region", labels, self.regions, known, self.about.region_names)

    def sector_indices(
        self, labels: Iterable[str], groups: Mapping[str, Sequence[str]] | None = None
    ) -> list[int]:
        """Positions of sectors or sector groups, in the order of the axis. Raises LabelError."""
        known = {**self.about.sector_groups, **(groups or {})}
        return indices("sector", labels, self.sectors, known, self.about.sector_names)

    @property
    def goods(self) -> list[int]:
        """Positions of the sectors of goods; of all, where the table does not tell them from services."""
        grouped = "goods" in self.about.sector_groups
        return self.sector_indices(["goods"] if grouped else self.sectors)

    def region_name(self, code: str) -> str:
        return self.about.region_names.get(code, code)

    def sector_name(self, code: str) -> str:
        return self.about.sector_names.get(code, code)

    def with_theta(self, theta: Array, notes: tuple[Note, ...], about: About) -> Economy:
        """A copy with other trade elasticities: all accounts, which know nothing of them, are shared.

        Raises:
            EconomyError: an elasticity out of range.
        """
        if problems := list(wrong_theta(self.sectors, theta)):
            raise EconomyError(all_lines(problems))
        _ = self.made_of_accounts
        made = copy(self)
        vars(made).pop("digest", None)
        vars(made).update(trade_elasticity=freeze(theta), notes=notes, about=about)
        return made

    @cached_property
    def made_of_accounts(self) -> dict[str, Any]:
        """What others make of the accounts alone, kept once for all economies that share them."""
        return {}

    def shares_accounts(self, other: Economy) -> bool:
        """Whether another economy differs in trade elasticities alone."""
        return all(getattr(self, name) is getattr(other, name) for name in ARRAYS[:3])

    def replace(self, **changes: Any) -> Economy:
        """A copy with some fields changed and everything checked again.

        Where an array changes, the notes and sources about it go, a note and the name say that it is the user's own.
        """
        held = {one.name: getattr(self, one.name) for one in fields(self)}
        given = [name for name in ARRAYS if name in changes]
        own = [name for name in given if not np.array_equal(changes[name], held[name])]
        if not own:
            return replace(self, **changes)
        made = f"the user's own, in place of those of {self.about.name}"
        notes = [note for note in self.notes if not set(note.of) & set(own)]
        notes += [Note(f"own_{name}", f"{name} are {made}", of=(name,)) for name in own]
        mine = [name for name in ARRAYS if f"own_{name}" in {note.name for note in notes}]
        noted = {"notes": tuple(notes), "about": self.about.with_own(own, mine)}
        return self._believed(own, **held | noted | changes)


def abroad(flows: Array) -> Array:
    """`[n, i, j]` the flows that cross a border; sales at home are zero."""
    return np.asarray(flows * ~np.eye(len(flows), dtype=bool)[:, :, None])
