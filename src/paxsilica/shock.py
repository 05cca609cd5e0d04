"""What changes in an economy: `Shock`, on the model's own axes, and `Cut`, who stops selling what to whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from paxsilica.checks import Array, as_array, freeze, refuse
from paxsilica.economy import Economy
from paxsilica.errors import InputError, ShockError


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


@dataclass(frozen=True)
class Cut:
    """The senders stop selling the sectors to the targets: all of it, or a share of its product range.

    Attributes:
        senders, targets: regions or region groups. sectors: sectors or sector groups.
        share: part of every sector's product range that is cut, above 0 and at most 1.

    Raises:
        InputError: a share outside its range.
    """

    senders: tuple[str, ...]
    targets: tuple[str, ...]
    sectors: tuple[str, ...] = ("goods",)
    share: float = 1.0

    def __post_init__(self) -> None:
        for name in ("senders", "targets", "sectors"):
            given = getattr(self, name)
            labels = (given,) if isinstance(given, str) else tuple(given)
            object.__setattr__(self, name, labels)
        if not 0 < self.share <= 1:
            raise InputError(
                f"a cut of {100 * self.share:.12g}% is not possible; "
                "give a share above 0%, at most 100%"
            )

    def places(self, economy: Economy) -> tuple[list[int], list[int], list[int]]:
        """Positions of targets, senders and sectors: the axes of a flow.

        Raises:
            LabelError: an unknown region or sector. InputError: a region on both sides.
        """
        n, i = economy.region_indices(self.targets), economy.region_indices(self.senders)
        both = sorted(set(i) & set(n))
        if both:
            raise InputError(
                f"{economy.regions[both[0]]} is sender and target; "
                "a region cannot be cut off from itself"
            )
        return n, i, economy.sector_indices(self.sectors)

    def on(self, economy: Economy) -> Cut:
        """The same cut in the economy's own labels, without groups; raises as `places`."""
        n, i, j = self.places(economy)
        senders, targets = (tuple(economy.regions[at] for at in side) for side in (i, n))
        return Cut(senders, targets, tuple(economy.sectors[at] for at in j), self.share)

    def shock(self, economy: Economy) -> Shock:
        """A ban on what the senders sell to the targets; raises as `places`."""
        permitted = np.ones(economy.flows.shape)
        permitted[np.ix_(*self.places(economy))] = 1.0 - self.share
        return Shock(economy, permitted=permitted)
