"""What changes in an economy: `Shock`, on the model's own axes.

`INSTRUMENTS` has one row for each array of a shock. Policy, batches, reliefs and pages read there what an
instrument is; only equations and sentences about one know it by name.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, NamedTuple, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paxsilica.checks import Array, Bool, as_array, at_first, freeze
from paxsilica.economy import Economy
from paxsilica.errors import ShockError, nearest

Cells = tuple[NDArray[np.intp], ...]
"""Positions on every axis, as numpy indexes with them: of `np.nonzero`, or the open mesh of `np.ix_`."""

FLOW, MAKER = ("importer", "exporter", "sector"), ("region", "sector")
USER = "region", "input", "sector"


@dataclass(frozen=True)
class Instrument:
    """One way in which policy or events change the world.

    Attributes:
        name: of the array of `Shock`. axes: the first is that of its rows.
        meaning: of its levels, with the unit.
        unchanged: the level that changes nothing; None is the baseline's array of that name.
        valid: where levels can be. must: what those that cannot must be.
        at_home: how it may meet what a region sells to itself.
        rate, sign: `rate + sign * level` is the factor by which a level moves a price or quantity.
        price: power of that factor in the price of what is delivered, made or bought as an input; 0 where it is none.
        treasury: the axis of the region whose treasury earns or pays.
        side_by_side: whether a batch can solve scenarios of it side by side.
        sums_to_zero: what some receive, others pay.
    """

    name: str
    axes: tuple[str, ...]
    meaning: str
    unchanged: float | None
    valid: Callable[[Array], Bool]
    must: str
    at_home: Literal["never", "but no ban", "always"] = "always"
    rate: float = 0.0
    sign: float = 1.0
    price: int = 0
    treasury: str | None = None
    side_by_side: bool = False
    sums_to_zero: bool = False

    @property
    def on_flows(self) -> bool:
        return self.axes == FLOW

    def labels(self, economy: Economy) -> dict[str, tuple[str, ...]]:
        """Axis -> labels."""
        return {
            axis: economy.sectors if axis in ("input", "sector") else economy.regions
            for axis in self.axes
        }

    def shape(self, economy: Economy) -> tuple[int, ...]:
        of = {"input": economy.sectors, "sector": economy.sectors}
        return tuple(len(of.get(axis, economy.regions)) for axis in self.axes)

    def standing(self, economy: Economy) -> Array:
        """What stands in the baseline, read-only; a constant takes no memory."""
        if self.unchanged is None:
            return np.asarray(getattr(economy, self.name))
        return np.broadcast_to(np.float64(self.unchanged), self.shape(economy))

    def standing_at(self, economy: Economy, at: NDArray[np.intp]) -> Array:
        """A fresh array of what stands at some positions of the first axis."""
        if self.unchanged is None:
            return np.asarray(getattr(economy, self.name)[at])
        return np.full((len(at), *self.shape(economy)[1:]), self.unchanged)

    def factor(self, level: Any) -> Any:
        """By what a level moves a price or quantity: 1.25 for a tariff of 0.25, 0.75 for a subsidy of it."""
        return self.rate + self.sign * level

    def level(self, factor: Any) -> Any:
        """The level that moves a price or quantity by the factor."""
        return self.sign * (factor - self.rate)


def _above_minus_one(levels: Array) -> Bool:
    return np.isfinite(levels) & (levels > -1)


def _below_one(levels: Array) -> Bool:
    return np.isfinite(levels) & (levels < 1)


INSTRUMENTS: Mapping[str, Instrument] = {
    row.name: row
    for row in (
        Instrument(
            "tariffs",
            FLOW,
            "the new tariff, decimal: a level, not a change",
            None,
            valid=_above_minus_one,
            must="must be a finite number above -100 %",
            at_home="never",
            rate=1.0,
            price=1,
            treasury="importer",
            side_by_side=True,
        ),
        Instrument(
            "export_tax",
            FLOW,
            "tax of the exporter on the price at the factory gate, decimal; the baseline has none",
            0.0,
            valid=_above_minus_one,
            must="must be a finite number above -100 %",
            at_home="never",
            rate=1.0,
            price=1,
            treasury="exporter",
        ),
        Instrument(
            "trade_cost",
            FLOW,
            "factor on the iceberg cost, 1 is unchanged; `inf` is a ban",
            1.0,
            valid=lambda levels: levels > 0,
            must="must be positive; 1 is unchanged, inf is a ban",
            at_home="but no ban",
            price=1,
            side_by_side=True,
        ),
        Instrument(
            "permitted",
            FLOW,
            "share of the baseline's product range that may be traded, 1 is all, 0 is a ban",
            1.0,
            valid=lambda levels: (levels >= 0) & (levels <= 1),
            must="must lie between 0 (banned) and 1 (free)",
            at_home="never",
        ),
        Instrument(
            "productivity",
            MAKER,
            "factor on output per bundle of inputs (unit cost is divided by it), 1 is unchanged",
            1.0,
            valid=lambda levels: np.isfinite(levels) & (levels > 0),
            must="must be positive and finite; 1 is unchanged",
            price=-1,
            side_by_side=True,
        ),
        Instrument(
            "subsidy",
            MAKER,
            "share of production cost that the treasury pays, decimal; the baseline has none",
            0.0,
            valid=_below_one,
            must="must be a finite number below 100 % of cost",
            rate=1.0,
            sign=-1.0,
            price=1,
            treasury="region",
        ),
        Instrument(
            "input_subsidy",
            USER,
            "share of what a sector's purchases of an input cost that the treasury pays, decimal; "
            "the baseline has none",
            0.0,
            valid=_below_one,
            must="must be a finite number below 100 % of the price",
            rate=1.0,
            sign=-1.0,
            price=1,
            treasury="region",
        ),
        Instrument(
            "transfer",
            ("region",),
            "side payments received, paid where negative, million USD at unchanged world labour income, "
            "on top of the trade deficits of the closure, whose limit on what a region can lend holds "
            "for what it pays too; the baseline has none",
            0.0,
            valid=np.isfinite,
            must="must be a finite number of million USD",
            sums_to_zero=True,
        ),
    )
}


class Touched(NamedTuple):
    """Where an array is not the baseline's: positions on its first axis, ascending, and all levels there."""

    at: NDArray[np.intp]
    levels: Array


class Condition(Protocol):
    """A level that the equilibrium decides, see `paxsilica.conditions`: one unknown and what it misses."""

    @property
    def name(self) -> str: ...

    @property
    def at(self) -> Cells: ...

    def enacted(self, shock: Shock, unknown: float) -> Shock:
        """The shock with the levels that follow from the unknown."""

    def missed(self, asked: Shock, outcome: Any, unknown: float) -> float:
        """Nothing at the solution; falls by nearly one where the unknown rises by one.

        Args:
            asked: the shock without the condition. outcome: the equilibrium with it.
        """

    def settlement(self, asked: Shock, outcome: Any, unknown: float) -> Any:
        """What the equilibrium made of it."""


class _Whole:
    """The whole array of an instrument, made when it is first read."""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, shock: Shock, owner: type) -> Array:
        levels = INSTRUMENTS[self.name].standing(shock.economy)
        if self.name in shock.rows:
            rows, levels = shock.rows[self.name], np.array(levels)
            levels[rows.at] = rows.levels
            vars(shock)[self.name] = freeze(levels)
        return levels


@dataclass(frozen=True, eq=False, init=False)
class Shock:
    """What changes, in the model's own axes; `INSTRUMENTS` says what the levels of each array mean.

    It holds the rows that differ from the baseline: of a tariff on one country, one importer of
    `[n, i, j]`. Whole arrays are made when they are read.

    Args:
        economy: the baseline.
        levels: by instrument, an array (a number fills it) or the rows of another shock:
            `Shock(economy, tariffs=...)`, `Shock(other, **shock.rows)`.

    Attributes:
        rows: by instrument; one that changes nothing has none.
        conditions: whose levels the equilibrium decides, on top of the others; see `under`.
        asked: of an outcome's shock, what was to be solved; of any other, itself. It is what `changed` and `on` start from.

    Raises:
        ShockError: an unknown instrument, another shape, NaN, a level outside its range, a domestic
            flow that is banned or taxed, or transfers that do not sum to zero.
    """

    economy: Economy
    rows: Mapping[str, Touched]
    conditions: tuple[Condition, ...]

    tariffs = _Whole()
    export_tax = _Whole()
    trade_cost = _Whole()
    permitted = _Whole()
    productivity = _Whole()
    subsidy = _Whole()
    input_subsidy = _Whole()
    transfer = _Whole()

    def __init__(self, economy: Economy, **levels: ArrayLike | Touched | None) -> None:
        rows = {
            name: _changed(name, economy, given)
            for name, given in levels.items()
            if given is not None
        }
        rows = {k: v for k, v in rows.items() if v.at.size}
        vars(self).update(economy=economy, rows=rows, conditions=())

    @property
    def asked(self) -> Shock:
        found: Shock = vars(self).get("_asked", self)
        return found

    def answering(self, asked: Shock) -> Shock:
        """The same levels, as those that the equilibrium found for what was `asked`."""
        found = Shock(self.economy, **self.rows)
        vars(found).update(conditions=asked.conditions, _asked=asked)
        return found

    def under(self, *conditions: Condition) -> Shock:
        """What was asked, under more conditions."""
        if not conditions:
            return self.asked
        found = self.without_conditions()
        vars(found)["conditions"] = (*self.conditions, *conditions)
        return found

    def without_conditions(self) -> Shock:
        """What was asked apart from conditions."""
        return Shock(self.economy, **self.asked.rows)

    def changed(
        self, name: str, cells: Cells, to: ArrayLike | Callable[[Array], ArrayLike]
    ) -> Shock:
        """The same shock with other levels in some cells; raises as the constructor.

        Args:
            to: the levels, or what makes them of those that stand: `lambda tariff: tariff + 0.1`.
        """
        asked = self.asked
        held = asked.rows.get(name)
        at = np.unique(cells[0]) if held is None else np.union1d(held.at, cells[0])
        levels, inside = asked.take(name, at), (np.searchsorted(at, cells[0]), *cells[1:])
        levels[inside] = to(levels[inside]) if callable(to) else to
        rows = {**asked.rows, name: Touched(at, levels)}
        return Shock(self.economy, **rows).under(*self.conditions)

    def on(self, economy: Economy) -> Shock:
        """The same levels on another economy of the same axes."""
        return Shock(economy, **self.asked.rows).under(*self.conditions)

    def take(self, name: str, at: NDArray[np.intp]) -> Array:
        """A fresh array of the levels at ascending positions of the first axis."""
        rows = self.rows.get(name)
        if rows is not None and np.array_equal(rows.at, at):
            return rows.levels.copy()
        levels = INSTRUMENTS[name].standing_at(self.economy, at)
        if rows is not None:
            _, here, there = np.intersect1d(at, rows.at, assume_unique=True, return_indices=True)
            levels[here] = rows.levels[there]
        return levels

    def at(self, name: str, cells: Cells) -> Array:
        """The levels in some cells."""
        rows = np.unique(cells[0])
        levels: Array = self.take(name, rows)[(np.searchsorted(rows, cells[0]), *cells[1:])]
        return levels

    def changes(self, name: str) -> bool:
        """Whether an array differs from the baseline anywhere."""
        return name in self.rows

    @property
    def is_nothing(self) -> bool:
        """Whether every array equals the baseline, and none waits for the equilibrium."""
        return not self.rows and not self.conditions

    @property
    def beyond_tariffs(self) -> bool:
        """Whether a treasury earns or pays anything that the baseline knows nothing of: all but tariffs."""
        return any(INSTRUMENTS[name].treasury and name != "tariffs" for name in self.rows)

    @cached_property
    def changed_importers(self) -> NDArray[np.intp]:
        """Positions of the importers of which any flow meets other terms than in the baseline, ascending."""
        flows = [rows.at for name, rows in self.rows.items() if INSTRUMENTS[name].on_flows]
        return np.unique(np.concatenate([np.empty(0, dtype=np.intp), *flows]))

    def wedge(self, at: NDArray[np.intp]) -> Array:
        """`[r, i, j]` kappa_hat: by what the shock moves prices from the gate to some importers."""
        return self._price(FLOW, at)

    @cached_property
    def gate(self) -> Array:
        """`[i, j]` by what the shock moves prices at the factory gate, wages and inputs unchanged."""
        return self._price(MAKER, np.arange(len(self.economy.regions)))

    def _price(self, axes: tuple[str, ...], at: NDArray[np.intp]) -> Array:
        price = np.ones((len(at), *(self.economy.flows.shape[-len(axes) + 1 :])))
        for name, row in INSTRUMENTS.items():
            if row.axes == axes and row.price and name in self.rows:
                before = row.factor(row.standing_at(self.economy, at))
                price = price * (row.factor(self.take(name, at)) / before) ** row.price
        return price

    @cached_property
    def banned(self) -> Bool:
        """`[n, i, j]` True where nothing may be traded."""
        banned: Bool = np.zeros(self.economy.flows.shape, dtype=bool)
        banned[self.changed_importers] = self.shut
        return banned

    @cached_property
    def shut(self) -> Bool:
        """`[r, i, j]` the same of the importers whose terms change."""
        at = self.changed_importers
        shut: Bool = self.take("permitted", at) <= 0
        if "trade_cost" in self.rows:
            shut |= np.isinf(self.take("trade_cost", at))
        return shut

    @cached_property
    def narrower(self) -> Array:
        """`[r, i, j]` share of the baseline's product range that may no longer be traded, of the same."""
        return np.where(self.shut, 1.0, 1 - self.take("permitted", self.changed_importers))

    @cached_property
    def made_of_it(self) -> dict[str, Any]:
        """What others make of it, kept once."""
        return {}

    @cached_property
    def narrows(self) -> bool:
        """Whether any product of the baseline may not be traded any more."""
        cost = self.rows.get("trade_cost")
        return "permitted" in self.rows or (cost is not None and bool(np.isinf(cost.levels).any()))


def _changed(name: str, economy: Economy, given: ArrayLike | Touched) -> Touched:
    """The rows of an array that differ from the baseline, checked and read-only."""
    if name not in INSTRUMENTS:
        raise ShockError(f"unknown instrument {name!r}" + nearest(name, INSTRUMENTS))
    row = INSTRUMENTS[name]
    shape = row.shape(economy)
    if not isinstance(given, Touched):
        levels = as_array(name, given, shape, ShockError)
        given = Touched(np.arange(len(levels)), levels)
    at, levels = given
    if levels.shape != (len(at), *shape[1:]) or (at >= shape[0]).any():
        raise ShockError(f"the rows of {name} are of other axes, {levels.shape}")
    differs = (levels != row.standing_at(economy, at)).any(tuple(range(1, levels.ndim)))
    at, levels = at[differs], levels[differs]
    _refuse_wrong(row, economy, at, levels)
    return Touched(at, freeze(levels))


def _refuse_wrong(row: Instrument, economy: Economy, at: NDArray[np.intp], levels: Array) -> None:
    axes: dict[str, Any] = dict(row.labels(economy))
    axes[row.axes[0]] = [economy.regions[n] for n in at]
    wrong = [(~row.valid(levels), row.must)]
    if row.at_home != "always":
        home = np.arange(len(at)), at
        own, bad = levels[home], np.zeros(levels.shape, dtype=bool)
        standing = row.standing(economy)[at, at]
        bad[home] = np.isinf(own) if row.at_home == "but no ban" else own != standing
        wrong.append((bad, "bans or taxes what a region sells to itself"))
    for bad, why in wrong:
        if bad.any():
            raise ShockError(at_first(row.name, axes, bad, why))
    if row.sums_to_zero and abs(levels.sum()) > 1e-9 * np.abs(levels).sum():
        raise ShockError(
            f"{row.name}s sum to {levels.sum():.6g}, not to 0; what some receive, others must pay"
        )
