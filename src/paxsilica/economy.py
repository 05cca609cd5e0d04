"""The two nouns that every room shares: `Economy`, a calibrated baseline, and `Shock`, what changes in it.

Axes: `n` importer, `i` exporter, `j` sector (as output), `k` sector (as input). Money is million USD of the
baseline year; a tariff is a decimal (0.5 is 50 %). Everything is float64 and read-only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any, ClassVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paxsilica.about import About as About
from paxsilica.about import Note as Note
from paxsilica.about import Source as Source
from paxsilica.checks import Array as Array
from paxsilica.checks import (
    as_array,
    check_accounts,
    check_labels,
    check_names,
    check_numbers,
    check_theta,
    freeze,
    indices,
    refuse,
)
from paxsilica.errors import ShockError


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
        N, J = len(regions), len(sectors)
        given = dict(
            flows=as_array("flows", flows, (N, N, J)),
            tariffs=as_array("tariffs", 0.0 if tariffs is None else tariffs, (N, N, J)),
            inputs=as_array("inputs", 0.0 if inputs is None else inputs, (N, J, J)),
            trade_elasticity=as_array("trade_elasticity", trade_elasticity, (J,)),
        )
        return cls(
            tuple(map(str, regions)),
            tuple(map(str, sectors)),
            **given,
            notes=tuple(notes),
            about=about or About(),
        )

    def __post_init__(self) -> None:
        for name in ("flows", "tariffs", "inputs", "trade_elasticity"):
            getattr(self, name).setflags(write=False)
        check_labels("regions", self.regions)
        check_labels("sectors", self.sectors)
        check_names("region", self.about.region_names)
        check_names("sector", self.about.sector_names)
        check_numbers("flows", self.flow_axes, self.flows)
        check_numbers("tariffs", self.flow_axes, self.tariffs)
        check_numbers("inputs", self.input_axes, self.inputs)
        check_theta(self.sectors, self.trade_elasticity)
        check_accounts(
            self.input_axes, self.about.unit, self.output, self.inputs, self._final_unclipped
        )
        clipped = float(-np.minimum(self._final_unclipped, 0.0).sum())
        if clipped > 0.0:
            self._note_clip(clipped)

    def _note_clip(self, clipped: float) -> None:
        cells = int((self._final_unclipped < 0).sum())
        share = clipped / np.maximum(self._final_unclipped, 0.0).sum()
        text = (
            f"final spending is negative in {cells} cells, {share:.2%} of world final spending; clipped to zero. "
            "The table is then no equilibrium: solve it once with `rebalance` before applying a shock"
        )
        if "clipped_final_spending" not in {note.name for note in self.notes}:
            object.__setattr__(
                self, "notes", (*self.notes, Note("clipped_final_spending", text, clipped))
            )

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
        sales = np.einsum("nij,nj->ij", self.shares / (1.0 + self.tariffs), self.expenditure)
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
        return indices(
            "region",
            labels,
            self.regions,
            known,
            self.about.region_names,
            self.about.region_aliases,
        )

    def sector_indices(
        self, labels: Iterable[str], groups: Mapping[str, Sequence[str]] | None = None
    ) -> list[int]:
        """Positions of sectors or sector groups, in the order of the axis. Raises LabelError."""
        known = {**self.about.sector_groups, **(groups or {})}
        return indices("sector", labels, self.sectors, known, self.about.sector_names)

    def region_name(self, code: str) -> str:
        return self.about.region_names.get(code, code)

    def sector_name(self, code: str) -> str:
        return self.about.sector_names.get(code, code)

    def replace(self, **changes: Any) -> Economy:
        """A copy with some fields changed and everything checked again."""
        return replace(self, **changes)


@dataclass(frozen=True, eq=False)
class Shock:
    """What changes, in the model's own axes. Anything left out stays as in the baseline and takes no memory.

    Attributes:
        tariffs: `[n, i, j]` the new tariff, decimal (a level, not a change).
        trade_cost: `[n, i, j]` factor on the iceberg cost, 1 is unchanged; `inf` is a ban.
        productivity: `[i, j]` factor on output per bundle of inputs (unit cost is divided by it), 1 is unchanged.
        permitted: `[n, i, j]` share of the baseline's product range that may be traded, 1 is all, 0 is a ban.
        export_tax: `[n, i, j]` tax of the exporter on the price at the factory gate, decimal; the baseline has none.
        subsidy: `[i, j]` share of production cost that the treasury pays, decimal below 1; the baseline has none.
        transfer: `[n]` side payments received, paid where negative, million USD at unchanged world labour income; they
            sum to zero and come on top of the trade deficits of the closure; its limit on what a region can lend holds
            for what it pays too (`equations.deficits`). The baseline has none.

    Raises:
        ShockError: wrong shape, NaN, a value outside its range, a domestic flow that is banned or taxed, or transfers
            that do not sum to zero.
    """

    economy: Economy
    tariffs: Array = None  # type: ignore[assignment]  # filled from the baseline below
    trade_cost: Array = None  # type: ignore[assignment]
    productivity: Array = None  # type: ignore[assignment]
    permitted: Array = None  # type: ignore[assignment]
    export_tax: Array = None  # type: ignore[assignment]
    subsidy: Array = None  # type: ignore[assignment]
    transfer: Array = None  # type: ignore[assignment]

    def __post_init__(self) -> None:
        e = self.economy
        N, J = len(e.regions), len(e.sectors)
        for name, unchanged in self.unchanged.items():
            shape = (N, J) if name in ("productivity", "subsidy") else (N, N, J)
            given = getattr(self, name)
            if given is None:
                values = (
                    e.tariffs
                    if name == "tariffs"
                    else np.broadcast_to(np.float64(unchanged), shape)
                )
            else:
                values = freeze(as_array(name, given, shape, ShockError))
                self._check(name, values)
            object.__setattr__(self, name, values)
        object.__setattr__(self, "transfer", self._transfer())

    def _transfer(self) -> Array:
        N = len(self.economy.regions)
        if self.transfer is None:
            return np.broadcast_to(np.float64(0.0), (N,))
        paid = freeze(as_array("transfer", self.transfer, (N,), ShockError))
        axes = {"region": self.economy.regions}
        refuse(
            "transfer",
            axes,
            ~np.isfinite(paid),
            "must be a finite number of million USD",
            ShockError,
        )
        if abs(paid.sum()) > 1e-9 * np.abs(paid).sum():
            raise ShockError(
                f"transfers sum to {paid.sum():.6g}, not to 0; what some receive, others must pay"
            )
        return paid

    unchanged: ClassVar[Mapping[str, float | None]] = {
        "tariffs": None,
        "trade_cost": 1.0,
        "productivity": 1.0,
        "permitted": 1.0,
        "export_tax": 0.0,
        "subsidy": 0.0,
    }

    def _check(self, name: str, values: Array) -> None:
        e = self.economy
        flow = values.ndim == 3
        axes = e.flow_axes if flow else {"region": e.regions, "sector": e.sectors}
        bad, why = {
            "tariffs": (
                ~(np.isfinite(values) & (values > -1)),
                "must be a finite number above -100 %",
            ),
            "trade_cost": (~(values > 0), "must be positive; 1 is unchanged, inf is a ban"),
            "permitted": (
                ~((values >= 0) & (values <= 1)),
                "must lie between 0 (banned) and 1 (free)",
            ),
            "productivity": (
                ~(np.isfinite(values) & (values > 0)),
                "must be positive and finite; 1 is unchanged",
            ),
            "export_tax": (
                ~(np.isfinite(values) & (values > -1)),
                "must be a finite number above -100 %",
            ),
            "subsidy": (
                ~(np.isfinite(values) & (values < 1)),
                "must be a finite number below 100 % of cost",
            ),
        }[name]
        refuse(name, axes, bad, why, ShockError)
        if flow:
            home = np.eye(len(e.regions), dtype=bool)[:, :, None]
            same = e.tariffs if name == "tariffs" else self.unchanged[name]
            touched = home & (np.isinf(values) if name == "trade_cost" else values != same)
            refuse(name, axes, touched, "bans or taxes what a region sells to itself", ShockError)

    def touches(self, name: str) -> bool:
        """Whether an array was given at all; one that was not is the baseline's own and holds nothing to look at."""
        values = getattr(self, name)
        return values is not self.economy.tariffs if name == "tariffs" else any(values.strides)

    @property
    def given(self) -> dict[str, Array]:
        """The arrays that were given, by name: the same shock can be made on another economy of the same axes."""
        return {
            name: getattr(self, name)
            for name in (*self.unchanged, "transfer")
            if self.touches(name)
        }

    def changes(self, name: str) -> bool:
        """Whether an array differs from the baseline anywhere."""
        return self.touches(name) and bool(self._changed(name).any())

    def _changed(self, name: str) -> NDArray[np.bool_]:
        same = self.economy.tariffs if name == "tariffs" else self.unchanged[name]
        return np.asarray(getattr(self, name) != same)

    @cached_property
    def changed_importers(self) -> NDArray[np.intp]:
        """Positions of the importers of which any flow meets other terms than in the baseline, ascending."""
        flows = [
            name
            for name in ("tariffs", "trade_cost", "permitted", "export_tax")
            if self.touches(name)
        ]
        changed = np.zeros(len(self.economy.regions), dtype=bool)
        for name in flows:
            changed |= self._changed(name).reshape(len(changed), -1).any(1)
        return np.flatnonzero(changed)

    @cached_property
    def banned(self) -> NDArray[np.bool_]:
        """`[n, i, j]` True where nothing may be traded."""
        banned: NDArray[np.bool_] = np.zeros(self.tariffs.shape, dtype=bool)
        rows = self.changed_importers
        if self.touches("trade_cost"):
            banned[rows] |= np.isinf(self.trade_cost[rows])
        if self.touches("permitted"):
            banned[rows] |= self.permitted[rows] <= 0
        return banned

    @cached_property
    def narrows(self) -> bool:
        """Whether any product of the baseline may not be traded any more."""
        infinite = self.touches("trade_cost") and bool(np.isinf(self.trade_cost).any())
        return infinite or self.changes("permitted")

    @property
    def is_nothing(self) -> bool:
        """Whether every array equals the baseline."""
        return not any(map(self.changes, self.unchanged)) and not self.transfer.any()
