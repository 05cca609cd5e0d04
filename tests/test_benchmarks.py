"""A benchmark measures what a user meets."""

import importlib.util
import sys
from types import SimpleNamespace

import cpmodel
import numpy as np
import ossa
import pytest
import seven_blocs
from conftest import ROOT
from worlds import random_economy
from worlds_at_odds import TIGHT, alone, two_alike

from paxsilica.analysis.negotiation.game import game_of, search_duties
from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.model import Params, settled, solve
from paxsilica.shock import Shock


def test_a_measured_process_may_keep_its_bytecode(monkeypatch):
    spec = importlib.util.spec_from_file_location("command", ROOT / "benchmarks" / "command.py")
    command = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(command)
    asked = [sys.executable, "-c", "import sys; sys.exit(sys.dont_write_bytecode)"]
    monkeypatch.setattr(command, "PAX", asked)
    monkeypatch.setenv("PYTHONDONTWRITEBYTECODE", "1")
    seconds, memory = command.measure()
    assert command.measure(command=[*asked[:2], ""])[0] > 0
    assert 0 < seconds < 60
    assert memory > 1
    monkeypatch.setattr(command, "PAX", [*asked[:2], "import sys; sys.exit(3)"])
    with pytest.raises(SystemExit, match="ended with"):
        command.measure()


def ossa_folder(folder, goods=2):
    """Made-up files in the layout of the paper's: exporters within industries down, importers across."""
    N, rng = len(seven_blocs.BLOCS), np.random.default_rng(0)
    home = np.tile(np.eye(N), (goods, 1))
    files = {
        "trade_ijs.csv": np.where(home, 500.0, rng.uniform(1, 9, (goods * N, N))),
        "tariff_ijs.csv": np.where(home, 0.0, rng.uniform(0, 0.2, (goods * N, N))),
        "sigma_s.csv": np.full((goods, 5), [[3.0], [6.0]]),
        "tariff_noncoop.csv": np.zeros((goods, N)),
    }
    for name, table in files.items():
        np.savetxt(folder / name, table, delimiter=",")
    return files


def test_the_files_of_ossa_are_read_as_they_lie_and_asked_for_where_absent(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        ossa.read(tmp_path)
    assert stopped.value.code == 2
    assert "trade_ijs.csv is not there" in capsys.readouterr().err
    files = ossa_folder(tmp_path)
    table, sigma, _ = ossa.read(tmp_path)
    exporter, importer, good = 2, 6, 1
    assert table.flows[importer, exporter, good] == files["trade_ijs.csv"][7 + exporter, importer]
    assert (
        table.tariffs[importer, exporter, good] == files["tariff_ijs.csv"][7 + exporter, importer]
    )
    assert table.trade_elasticity == pytest.approx(sigma - 1)
    (tmp_path / "tariff_ijs.csv").write_text("1,2\n")
    with pytest.raises(SystemExit):
        ossa.read(tmp_path)
    assert "not (14, 7)" in capsys.readouterr().err


def test_markups_change_nothing_until_somebody_moves_and_pay_output_over_sigma():
    """Krugman (1980): profits before fixed costs are sales over sigma; the rest is the wage bill."""
    world = random_economy(3)
    bare = Economy.from_flows(
        world.regions, world.sectors, world.flows, world.tariffs, None, world.trade_elasticity
    )
    bare = settled(bare, TIGHT)
    sigma = bare.trade_elasticity + 1
    outcome = solve(bare, ossa.marked_up(bare, sigma), TIGHT)
    assert outcome.real_income == pytest.approx(np.ones(len(bare.regions)), abs=1e-9)
    profits = outcome.income - outcome.labour_income - outcome.tariff_revenue
    assert profits == pytest.approx((outcome.output / sigma).sum(1), rel=1e-9)


@pytest.mark.parametrize("theta", [2.0, 6.0])
def test_the_closed_form_is_exact_between_two_alike(theta):
    """Gros (1987): 1 / (theta pi), pi the other's share at home, of what it spends before its own duty."""
    game = game_of(solve(two_alike(0.2, theta), params=TIGHT), alone("A", "B"), "uniform", ("S",))
    war = search_duties(game, game.standing)
    flows = war.outcome.flows[:, :, 0]
    home = np.diag(flows)[::-1] / flows.sum(1)[::-1]
    assert war.rates == pytest.approx(1 / (theta * home), rel=1e-7)
    assert seven_blocs.closed_form(war.outcome) == pytest.approx(1 / (theta * home), rel=1e-9)
    dutiable = war.outcome.shares[[1, 0], [1, 0], 0]
    simple = seven_blocs.closed_form(war.outcome, revenue=False)
    assert simple == pytest.approx(1 / (theta * dutiable), rel=1e-9)


def test_seven_blocs_are_the_whole_world_and_keep_what_they_trade():
    world = load_economy("icio2022")
    sides = [world.region_indices(bloc.regions) for bloc in seven_blocs.blocs_of(world)]
    assert sorted(np.concatenate(sides)) == list(range(len(world.regions)))
    merged = seven_blocs.as_blocs(world)
    assert merged.flows.sum() == pytest.approx(world.flows.sum())
    us, china = (world.region_indices([one])[0] for one in ("USA", "CHN"))
    assert merged.flows[6, 1] == pytest.approx(world.flows[us, china])
    duties = world.tariff_revenue[us] - (world.tariffs * world.flows)[us, us].sum()
    assert merged.tariff_revenue[6] == pytest.approx(duties)


def test_an_answer_of_another_program_is_judged_by_the_equations_and_no_closer_than_asked():
    world = settled(random_economy(3), TIGHT)
    shock = Shock(world, tariffs=2 * world.tariffs)

    def another(off):
        def solve_eha(tolerance, **given):
            shares = given["beta"] + given["gamma"].sum(2)
            assert shares == pytest.approx(np.ones_like(shares))
            found = solve(world, shock, Params(deficits="fixed", tolerance=tolerance))
            return {
                "wage_ratio": found.wages[:, 0] * (1 + off * np.arange(len(world.regions))),
                "sector_price_ratio": found.price,
                "expenditure_ratio": found.expenditure / world.expenditure,
                "iterations": found.iterations,
            }

        return SimpleNamespace(solve_eha=solve_eha)

    tolerance, outcome = cpmodel.as_exact(another(0), shock)
    assert outcome.residual <= 1e-10 <= tolerance
    exact = solve(world, shock, Params(deficits="fixed", tolerance=1e-13))
    assert outcome.real_income == pytest.approx(exact.real_income, abs=1e-9)
    with pytest.raises(SystemExit, match="CPModel-JAX reaches"):
        cpmodel.as_exact(another(1e-6), shock)


def test_a_folder_without_the_other_program_says_where_it_is_to_be_had(tmp_path, capsys):
    with pytest.raises(SystemExit) as stopped:
        cpmodel.report(str(tmp_path), None)
    assert stopped.value.code == 2
    assert "github.com/YutaroKimata/CPModel-JAX at commit 224d82a" in capsys.readouterr().err
