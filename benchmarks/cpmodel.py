"""Next to CPModel-JAX (Yutaro Kimata, MIT licence): the same model and data, solved by Newton's method with GMRES.

    python benchmarks/peer.py --cpmodel FOLDER [--nafta FOLDER]

How to get it. The first folder is a checkout of github.com/YutaroKimata/CPModel-JAX at commit 224d82a, of which
`src/cpmodel_jax.py` alone is read; it imports JAX and numpy, and no package index has it. It asks for Python 3.12 and JAX
0.11; at this commit JAX 0.10 and Python 3.11 run it as well, with the same answers. None of it is part of this project.
The second folder holds the data of Caliendo and Parro (2015) as `examples/nafta.py` reads them.

What is compared. `solve_eha` gets the arrays of an `Economy` and the new tariffs. It holds deficits fixed in units of
world labour income, here `Params(deficits="fixed")`, and spends all tariff revenue: real incomes must agree. Its
tolerance is about its own equations, so it gets the loosest power of ten at which `Outcome`, which writes the equations
out once more, finds no relative gap above the one asked of `solve`. Newton's steps are few and large: its answer is
often far better than that. Both are compiled before, start from the baseline and take turns.

What differs. `solve_eha` prepares the baseline's arrays at each call and makes all tables of trade; an `Economy` is
prepared once, and makes tables when asked. So two ratios are printed: a new tariff to the flows of trade, each program
as it is called; and the search for the equilibrium alone, here with the check, there `newton_krylov` on data that lie
ready.
"""

from __future__ import annotations

import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import numpy as np
from engine import medians, ten_shocks

from paxsilica.data import load_economy
from paxsilica.economy import Array
from paxsilica.model import Outcome, Params, rebalance, solve
from paxsilica.shock import Shock

HOW_TO_GET = (
    "CPModel-JAX: give --cpmodel a checkout of github.com/YutaroKimata/CPModel-JAX at commit 224d82a (MIT licence); "
    "src/cpmodel_jax.py is all that is needed"
)
FIXED = Params(deficits="fixed")
TOLERANCES = [10.0**-digits for digits in range(5, 14)]


def program(folder: str) -> Any:
    """Its one module. Importing it turns on double precision for the whole process."""
    if not (Path(folder) / "src" / "cpmodel_jax.py").is_file():
        sys.stderr.write(f"{folder} holds no src/cpmodel_jax.py. {HOW_TO_GET}\n")
        sys.exit(2)
    sys.path.insert(0, str(Path(folder) / "src"))
    return import_module("cpmodel_jax")


def cases(nafta_folder: str | None) -> dict[str, Shock]:
    """New tariffs by name: NAFTA's on the world without deficits, and 50 % of the US on Indian goods."""
    shocks = {}
    if nafta_folder:
        sys.path.append(str(Path(__file__).parents[1] / "examples"))
        nafta = import_module("nafta").load_cp2015(nafta_folder)
        without = rebalance(nafta.economy, Params(deficits="balanced"))
        shocks["31 x 40, NAFTA"] = Shock(without, tariffs=nafta.with_nafta)
    return shocks | {"81 x 28, US on India": ten_shocks(load_economy("icio2022"))["India 50 %"]}


def inputs(shock: Shock) -> dict[str, Array]:
    """What `solve_eha` is given; its shares of inputs are `[n, j, k]`, by the sector that buys first."""
    e = shock.economy
    return {
        "theta": e.trade_elasticity,
        "alpha": e.final_shares,
        "beta": e.value_added_share,
        "gamma": np.ascontiguousarray(e.input_shares.transpose(0, 2, 1)),
        "baseline_net_trade_value": e.flows,
        "baseline_tariff_rates": e.tariffs,
        "counterfactual_tariff_rates": shock.tariffs,
    }


def checked(shock: Shock, answer: dict[str, Any]) -> Outcome:
    """Its answer as an outcome, whose residual is the largest relative gap in the equations as written out here."""
    spent = shock.economy.expenditure * answer["expenditure_ratio"]
    wages, price = answer["wage_ratio"][:, None], answer["sector_price_ratio"]
    return Outcome(shock.economy, shock, FIXED, answer["iterations"], wages, price, spent)


def as_exact(theirs: Any, shock: Shock) -> tuple[float, Outcome]:
    """The loosest tolerance at which its answer is as exact as is asked of `solve`, and that answer."""
    for tolerance in TOLERANCES:
        outcome = checked(shock, theirs.solve_eha(**inputs(shock), tolerance=tolerance))
        if outcome.residual <= FIXED.tolerance:
            return tolerance, outcome
    raise SystemExit(f"CPModel-JAX reaches {outcome.residual:.0e}, not {FIXED.tolerance:.0e}")


def compare(theirs: Any, name: str, shock: Shock) -> None:
    """Both programs on one tariff: seconds, residuals, ratios and how far their real incomes lie apart."""
    economy, given = shock.economy, inputs(shock)
    tolerance, answer = as_exact(theirs, shock)
    ours = solve(economy, shock, FIXED)
    data, unknowns = theirs._prepare(**given), np.zeros(ours.state.size)
    settings = {"tol": tolerance, "preconditioner": theirs._preconditioner}
    whole, search, ours_whole, ours_search = medians(
        [
            lambda: theirs.solve_eha(**given, tolerance=tolerance),
            lambda: theirs.newton_krylov(theirs.residual, data, unknowns, **settings),
            lambda: solve(economy, Shock(economy, tariffs=shock.tariffs), FIXED).flows,
            lambda: solve(economy, shock, FIXED),
        ]
    )
    apart = np.abs(answer.real_income - ours.real_income).max()
    print(f"{name}: largest difference of real income {apart:.0e}")
    print(f"    CPModel-JAX {1e3 * whole:6.1f} ms, search alone {1e3 * search:6.1f} ms", end="")
    print(f"; {answer.iterations} steps, residual {answer.residual:.0e}")
    print(
        f"    paxsilica   {1e3 * ours_whole:6.1f} ms, search alone {1e3 * ours_search:6.1f} ms",
        end="",
    )
    print(f"; {ours.iterations} sweeps, residual {ours.residual:.0e}")
    print(f"    ratio {whole / ours_whole:.1f}, of the searches alone {search / ours_search:.1f}")


def report(folder: str, nafta_folder: str | None) -> None:
    theirs = program(folder)
    for name, shock in cases(nafta_folder).items():
        compare(theirs, name, shock)
