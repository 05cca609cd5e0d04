"""What a shock holds, entry by entry, against arrays written by hand; every row of `INSTRUMENTS` is exercised."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest
from coercion_world import coercion_world
from worlds import abroad, random_economy

import paxsilica
from paxsilica.cut import Cut
from paxsilica.errors import InputError, LabelError, ShockError
from paxsilica.model import Gradient, Params, solve, solve_many
from paxsilica.model.calibration import problem_of
from paxsilica.model.solve import part_of
from paxsilica.policy.measures import KINDS
from paxsilica.shock import INSTRUMENTS, Shock, Touched

WORLD = random_economy(3)
NAN, INF = np.nan, np.inf

EDGES = {
    "tariffs": ((-0.99, 0.0, 1e4), (-1.0, INF, NAN)),
    "export_tax": ((-0.99, 0.0, 1e4), (-1.0, INF, NAN)),
    "trade_cost": ((1e-9, 5.0, INF), (0.0, -1.0, NAN)),
    "permitted": ((0.0, 0.5, 1.0), (-1e-9, 1 + 1e-9, NAN)),
    "productivity": ((1e-9, 1e9), (0.0, INF, NAN)),
    "subsidy": ((-5.0, 0.99), (1.0, INF, -INF, NAN)),
    "input_subsidy": ((-5.0, 0.99), (1.0, INF, -INF, NAN)),
    "transfer": ((), (INF, -INF, NAN)),
}
"""Levels that each instrument takes, and that it refuses."""

AT_HOME = {"tariffs": 0.1, "export_tax": 0.1, "permitted": 0.9, "trade_cost": INF}
"""Levels refused on what a region sells to itself."""

SOME = {
    "tariffs": 0.25,
    "export_tax": 0.1,
    "trade_cost": 1.3,
    "permitted": 0.4,
    "productivity": 0.8,
    "subsidy": 0.2,
    "input_subsidy": 0.2,
    "transfer": 3.0,
}

each = pytest.mark.parametrize("name", INSTRUMENTS)


def cells_of(name: str, *first: int) -> tuple[np.ndarray, ...]:
    """All cells of some importers or regions, but those at home."""
    touched = np.zeros(INSTRUMENTS[name].standing(WORLD).shape, dtype=bool)
    touched[list(first)] = True
    return np.nonzero(touched & abroad(WORLD) if INSTRUMENTS[name].on_flows else touched)


def shock_of(name: str, size: float = 1.0) -> Shock:
    """One instrument on two importers, regions or payments, at `SOME` of its levels."""
    level = SOME[name] * size
    if name == "transfer":
        return Shock(WORLD, transfer=[level, -level, 0.0, 0.0])
    return Shock(WORLD).changed(name, cells_of(name, 1, 3), level)


@each
def test_an_instrument_takes_what_it_can_and_refuses_the_rest(name: str) -> None:
    allowed, refused = EDGES[name]
    cell = tuple(at[:1] for at in cells_of(name, 1))
    for level in allowed:
        assert Shock(WORLD).changed(name, cell, level).at(name, cell) == level
    for level in refused:
        whole = np.array(INSTRUMENTS[name].standing(WORLD))
        whole[cell] = level
        for make in (
            lambda whole=whole: Shock(WORLD, **{name: whole}),
            lambda level=level: Shock(WORLD).changed(name, cell, level),
        ):
            with pytest.raises(ShockError, match=rf"{name}\[(importer|region) R[01].*\] must "):
                make()


@each
def test_only_makers_and_costs_may_change_at_home(name: str) -> None:
    if not INSTRUMENTS[name].on_flows:
        assert name not in AT_HOME
        return
    home = tuple(np.array([at]) for at in (2, 2, 1))
    with pytest.raises(ShockError, match=r"importer R2, exporter R2, sector S1\] bans or taxes"):
        Shock(WORLD).changed(name, home, AT_HOME[name])
    if name == "trade_cost":
        assert Shock(WORLD).changed(name, home, 2.0).trade_cost[2, 2, 1] == 2.0


@each
def test_what_stands_is_no_change(name: str) -> None:
    row = INSTRUMENTS[name]
    there = shock_of(name)
    back = there.changed(name, np.indices(row.standing(WORLD).shape), row.standing(WORLD))
    for nothing in (Shock(WORLD, **{name: row.standing(WORLD)}), back):
        assert nothing.is_nothing
        assert not nothing.changed_importers.size
        np.testing.assert_allclose(solve(WORLD, nothing).real_income, 1.0, rtol=1e-12)
    assert not there.is_nothing
    assert np.abs(solve(WORLD, there).real_income - 1).max() > 1e-6


@each
def test_rows_are_the_whole_array_where_it_differs(name: str) -> None:
    """Given whole or cell by cell a shock is the same, and reads the same in whole, by rows and by cells."""
    shock, row = shock_of(name), INSTRUMENTS[name]
    by_hand = np.array(row.standing(WORLD))
    if name == "transfer":
        by_hand[:2] = 3.0, -3.0
    else:
        by_hand[cells_of(name, 1, 3)] = SOME[name]
    np.testing.assert_array_equal(getattr(shock, name), by_hand)
    again = Shock(WORLD, **{name: by_hand})
    for made in (again, Shock(WORLD, **shock.rows)):
        assert list(made.rows) == [name]
        for ours, theirs in zip(made.rows[name], shock.rows[name], strict=True):
            np.testing.assert_array_equal(ours, theirs)
    assert shock.rows[name].at.tolist() == ([0, 1] if name == "transfer" else [1, 3])
    np.testing.assert_array_equal(shock.take(name, np.array([0, 1, 2])), by_hand[:3])
    cells = np.nonzero(np.ones_like(by_hand))
    np.testing.assert_array_equal(shock.at(name, cells), by_hand[cells])
    for other in set(INSTRUMENTS) - {name}:
        np.testing.assert_array_equal(getattr(shock, other), INSTRUMENTS[other].standing(WORLD))
    with pytest.raises(ValueError, match="read-only"):
        getattr(shock, name)[:] = 0.0


def test_the_change_of_prices_is_the_formula_of_the_model() -> None:
    """kappa_hat = (1 + t')/(1 + t) (1 + x) d, and (1 - s)/z at the gate (Caliendo and Parro 2015, section 3)."""
    shock = Shock(WORLD)
    for name in SOME:
        if name != "transfer":
            shock = shock.changed(name, cells_of(name, 1, 3), SOME[name])
    off = abroad(WORLD)[[1, 3]]
    kappa = np.where(off, 1.25 / (1 + WORLD.tariffs[[1, 3]]) * 1.1 * 1.3, 1.0)
    np.testing.assert_allclose(shock.wedge(np.array([1, 3])), kappa, rtol=1e-15)
    np.testing.assert_array_equal(shock.wedge(np.array([0, 2])), 1.0)
    np.testing.assert_allclose(shock.gate[[1, 3]], 0.8 / 0.8, rtol=1e-15)
    np.testing.assert_array_equal(shock.gate[[0, 2]], 1.0)
    assert shock.changed_importers.tolist() == [1, 3]


HALFWAY = {
    "tariffs": np.sqrt(1.25 * (1 + WORLD.tariffs)) - 1,
    "export_tax": np.sqrt(1.1) - 1,
    "trade_cost": np.sqrt(1.3),
    "permitted": np.sqrt(0.4),
    "productivity": np.sqrt(0.8),
    "subsidy": 1 - np.sqrt(0.8),
    "input_subsidy": 1 - np.sqrt(0.8),
}


@each
def test_half_a_shock_is_half_of_its_logarithm(name: str) -> None:
    problem = problem_of(shock_of(name), Params())
    half, whole = part_of(problem, 0.5), part_of(problem, 1.0)
    if name == "transfer":
        np.testing.assert_allclose(half.deficit, [1.5, -1.5, 0, 0])
        return
    levels = {
        1.0: np.array(getattr(shock_of(name), name)),
        0.5: np.array(INSTRUMENTS[name].standing(WORLD)),
    }
    cells = cells_of(name, 1, 3)
    levels[0.5][cells] = np.broadcast_to(HALFWAY[name], levels[0.5].shape)[cells]
    for share, part in ((0.5, half), (1.0, whole)):
        at = problem.terms.at if INSTRUMENTS[name].on_flows else slice(None)
        np.testing.assert_allclose(getattr(part.terms, name), levels[share][at], rtol=1e-14)


@each
def test_the_treasury_that_levies_has_it_on_its_books(name: str) -> None:
    """In a world without taxes a small one earns its rate times the base, where it is levied and nowhere else."""
    free, h, row = random_economy(3, tariffs=False), 1e-5, INSTRUMENTS[name]
    flows = free.flows * abroad(free)
    earns = {
        "tariffs": flows[2].sum(),
        "export_tax": flows[:, 2].sum(),
        "subsidy": -free.output[2].sum(),
        "input_subsidy": -free.inputs[2].sum(),
    }
    levied_by = {"tariffs": "importer", "export_tax": "exporter"}
    levied_by |= dict.fromkeys(("subsidy", "input_subsidy"), "region")
    assert row.treasury == levied_by.get(name)
    if name == "transfer":
        shock = Shock(free, transfer=[h, -h, 0.0, 0.0])
    else:
        level = 1 - h if row.unchanged == 1.0 else h
        touched = np.zeros(row.standing(free).shape, dtype=bool)
        touched[:, 2] = name == "export_tax"
        touched[2] = name != "export_tax"
        cells = np.nonzero(touched & abroad(free) if row.on_flows else touched)
        shock = Shock(free).changed(name, cells, level)
    moved = solve(free, shock, Params(tolerance=1e-13)).treasury
    expected = [0.0, 0.0, h * earns.get(name, 0.0), 0.0]
    np.testing.assert_allclose(moved, expected, atol=1e-3 * h)


@each
def test_a_batch_gives_what_a_solve_gives(name: str) -> None:
    shocks = [shock_of(name, size) for size in np.linspace(0.5, 1.0, 10)]
    found = solve_many(WORLD, shocks).real_income
    np.testing.assert_allclose(found, [solve(WORLD, s).real_income for s in shocks], rtol=1e-9)


def test_nobody_else_keeps_a_list_of_instruments() -> None:
    """A derivative for each, a measure for each that policy can move; the names stand with equations and sentences."""
    names = [field.name for field in fields(Gradient)]
    assert set(names) - {"value", "trade_elasticity"} == set(INSTRUMENTS)
    assert {kind.changes for kind in KINDS.values()} == set(INSTRUMENTS)
    package = Path(paxsilica.__file__).parent
    known = {
        path.relative_to(package).as_posix()
        for path in package.rglob("*.py")
        if "export_tax" in path.read_text(encoding="utf-8")
    }
    equations = {"calibration", "derivatives", "equations", "levels", "outcome", "welfare"}
    assert known == {
        "shock.py",
        "conditions.py",
        "analysis/actors.py",
        "brief/asked.py",
        "brief/drafts.py",
        "brief/rows.py",
        "policy/complaints.py",
        "policy/measures/border.py",
        "policy/caveats.py",
        "policy/measures/limits.py",
        *(f"model/{e}.py" for e in equations),
    }


def test_what_is_no_shock_is_refused() -> None:
    with pytest.raises(ShockError, match="unknown instrument 'tarifs'; did you mean tariffs"):
        Shock(WORLD, tarifs=0.1)
    with pytest.raises(ShockError, match="productivity has shape"):
        Shock(WORLD, productivity=np.ones(3))
    with pytest.raises(ShockError, match="the rows of tariffs are of other axes"):
        Shock(random_economy(1, regions=3), **shock_of("tariffs").rows)
    with pytest.raises(ShockError, match="transfers sum to 1, not to 0"):
        Shock(WORLD, transfer=[1.0, 0.0, 0.0, 0.0])
    with pytest.raises(ShockError, match="transfers sum to 1, not to 0"):
        Shock(WORLD, transfer=[1000.0, -999.0, 0.0, 0.0])
    assert isinstance(shock_of("tariffs").rows["tariffs"], Touched)


@pytest.mark.parametrize("share", [1.0, 0.3])
def test_a_cut_is_a_ban_of_the_senders_sales_to_the_targets(share: float) -> None:
    world = coercion_world()
    by_hand = np.ones((4, 4, 3))
    for target, sender in ((0, 1), (0, 2), (3, 1), (3, 2)):
        by_hand[target, sender, :2] = 1 - share
    cut = Cut(("PAIR",), ("R3", "R0"), ("goods",), share)
    np.testing.assert_array_equal(cut.shock(world).permitted, by_hand)
    assert cut.on(world) == Cut(("R1", "R2"), ("R0", "R3"), ("C26", "C28"), share)
    assert Cut("R0", "R1", "C26") == Cut(("R0",), ("R1",), ("C26",))


@pytest.mark.parametrize(
    ("cut", "error", "message"),
    [
        (dict(senders=("R0",), targets=("R0",)), InputError, "R0 is sender and target"),
        (dict(senders=("R1",), targets=("PAIR",)), InputError, "R1 is sender and target"),
        (dict(senders=("R9",), targets=("R0",)), LabelError, "unknown region 'R9'"),
        (dict(senders=("R0",), targets=("R1",), sectors=("godos",)), LabelError, "did you mean"),
        (dict(senders=("R0",), targets=("R1",), share=0.0), InputError, "0% is not possible"),
        (dict(senders=("R0",), targets=("R1",), share=1.000001), InputError, "100.0001%"),
        (dict(senders=("R0",), targets=("R1",), share=np.nan), InputError, "nan%"),
    ],
)
def test_a_cut_that_cannot_be_is_refused(cut, error, message) -> None:
    with pytest.raises(error, match=message):
        Cut(**cut).shock(coercion_world())
