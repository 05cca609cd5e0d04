"""Next to other programs: gegravity (Peter Herman) here, CPModel-JAX (Yutaro Kimata) in `cpmodel.py`; either or both.

    pip install . gegravity        # in an environment of its own
    python benchmarks/peer.py sample_data_set.dlm --cpmodel FOLDER --nafta FOLDER

gegravity runs its own example: a trade agreement of Canada and Japan among 30 countries.
The sample is `examples/sample_data_set.dlm` of github.com/peter-herman/gegravity; it is not part of this project.
gegravity builds its trade costs from the sample's variables and the estimates of the example, and models all trade with
them. This trade is the baseline of both: here one sector, no inputs, theta = sigma - 1 and the same change of costs.

What is compared. gegravity solves one-sector models tied to an estimated gravity equation, the estimation of which
paxsilica does not do; it has no sectors, inputs, tariff revenue or derivatives. `simulate` always makes its tables, so
the long table is timed here as well. Imports are left out on both sides.

What differs in the answers. gegravity 0.3 (`_full_ge`) takes the shares of output and of expenditure from the baseline
and holds them: the multilateral resistances stay those of its conditional step, and the price at each gate follows from
them once. Output and expenditure are multiplied by that price afterwards, which does not feed back. It is the first
round of a sequence that `rounds` makes by other arithmetic: one round meets gegravity, many meet paxsilica. Deficits
differ too where trade is unbalanced: there, expenditure stays a fixed multiple of each country's output, which does not
add up over the world once outputs change; here, deficits are a fixed share of world income.
"""

from __future__ import annotations

import argparse
import importlib.util
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import cpmodel
import numpy as np
import pandas as pd

from paxsilica.analysis.effects import effects
from paxsilica.economy import Array, Economy
from paxsilica.model import solve
from paxsilica.model.outcome import Outcome
from paxsilica.shock import Shock

HOW_TO_GET = (
    "gegravity: pip install gegravity, and give its examples/sample_data_set.dlm as first argument"
)
SIGMA = 5
PAIR = ("CAN", "JPN")
YEAR = "2006"
# The estimates of gegravity's examples/examples_OneSectorGE.py.
ESTIMATES = {
    "lndist": -0.3898623,
    "contiguity": 0.891577,
    "common_language": 0.0326249,
    "pta": 0.4711383,
    "international": -3.412584,
    "constant": 16.32434,
}


def gegravity_answer(sample: pd.DataFrame) -> tuple[Any, float, float]:
    """A solved OneSectorGE, the seconds to build its baseline and those to simulate the agreement."""
    import gegravity

    start = time.perf_counter()
    table = pd.DataFrame({"var": ESTIMATES.keys(), "beta": ESTIMATES.values(), "stderr": 0.0})
    costs = gegravity.CostCoeffs(
        estimates=table, identifier_col="var", coeff_col="beta", stderr_col="stderr"
    )
    columns = dict(
        imp_var_name="importer",
        exp_var_name="exporter",
        year_var_name="year",
        trade_var_name="trade",
    )
    baseline = gegravity.BaselineData(
        sample.copy(), **columns, expend_var_name="E", output_var_name="Y"
    )
    model = gegravity.OneSectorGE(
        baseline=baseline,
        cost_coeff_values=costs,
        cost_variables=list(ESTIMATES),
        year=YEAR,
        reference_importer="DEU",
        sigma=SIGMA,
        quiet=True,
    )
    model.build_baseline()
    built = time.perf_counter()
    changed = model.baseline_data.copy()
    changed.loc[
        changed["importer"].isin(PAIR)
        & changed["exporter"].isin(PAIR)
        & (changed["international"] == 1),
        "pta",
    ] = 1
    model.define_experiment(changed)
    model.simulate()
    return model, built - start, time.perf_counter() - built


def modelled_trade(model: Any) -> tuple[list[str], Array, Array]:
    """Regions, `[n, i]` baseline trade of a solved OneSectorGE, and `[n]` its change of real income in per cent."""
    trade = model.bilateral_trade_results["baseline modeled trade"].unstack("exporter")
    regions = list(trade.index)
    real_income = 1 / model.country_results["welfare statistic"].reindex(regions)
    return regions, trade[regions].to_numpy(), 100 * (real_income.to_numpy() - 1)


def economy_of(regions: list[str], trade: Array) -> Economy:
    return Economy.from_flows(regions, ["all"], trade[:, :, None], trade_elasticity=SIGMA - 1)


def agreement(economy: Economy) -> Shock:
    """The same change: t^(1 - sigma) rises by exp(beta), so the cost changes by exp(-beta / theta)."""
    trade_cost = np.ones(economy.flows.shape)
    here, there = (economy.regions.index(region) for region in PAIR)
    trade_cost[[here, there], [there, here]] = np.exp(-ESTIMATES["pta"] / (SIGMA - 1))
    return Shock(economy, trade_cost=trade_cost)


def rounds(outcome: Outcome, count: int, spend: Callable[[Array], Array]) -> Array:
    """`[n]` real income change in per cent after so many rounds, by arithmetic of neither program.

    One round finds the prices at the gates that sell `now` while nominal output and spending stand still; then output
    is multiplied by them, and `spend` says what is spent out of it.
    """
    e, theta = outcome.economy, SIGMA - 1
    trade, gate = e.flows[:, :, 0], outcome.shock.trade_cost[:, :, 0] ** -theta
    shares, output, spending = trade / trade.sum(1, keepdims=True), trade.sum(0), trade.sum(1)
    now, spent, price = output, spending, np.ones(len(output))
    for _ in range(count):
        gap = 1.0
        while gap > 1e-12:
            offers = shares * gate * price**-theta
            sold = (offers * (spent / offers.sum(1))[:, None]).sum(0)
            excess = sold / sold.sum() * now.sum() / now
            price = price * excess ** (0.9 / theta)
            gap = np.abs(excess - 1).max()
        now = price * output
        spent = spend(now)
    return 100 * (spent / spending * offers.sum(1) ** (1 / theta) - 1)


def median(work: Callable[[], object], repeats: int = 21) -> float:
    """Median seconds of a call, after a first one."""
    work()
    times = []
    for _ in range(repeats):
        start = time.perf_counter()
        work()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def report_times(sample: pd.DataFrame) -> None:
    """Medians of one run: gegravity's five times, paxsilica's 21 after a first one."""
    answers = [gegravity_answer(sample) for _ in range(6)][1:]
    build, simulate = (statistics.median(answer[at] for answer in answers) for at in (1, 2))
    regions, trade, _ = modelled_trade(answers[0][0])
    economy = economy_of(regions, trade)
    shock = agreement(economy)
    start = time.perf_counter()
    outcome = solve(economy, shock)
    first = time.perf_counter() - start

    def whole() -> None:
        fresh = economy_of(regions, trade)
        effects(solve(fresh, agreement(fresh))).table()

    alone, all_of_it = median(lambda: solve(economy, shock)), median(whole)
    print(f"gegravity:  build {1e3 * build:7.1f} ms, simulate {1e3 * simulate:7.1f} ms")
    print(
        f"paxsilica:  solve {1e3 * alone:7.1f} ms, from flows to table {1e3 * all_of_it:.1f} ms",
        end="",
    )
    print(f"; the first solve {first:.2f} s; residual {outcome.residual:.0e}")
    print(
        f"simulate / solve: {simulate / alone:.0f}; build and simulate / from flows to table: ",
        end="",
    )
    print(f"{(build + simulate) / all_of_it:.0f}")


def report_answers(name: str, sample: pd.DataFrame) -> None:
    """How far the changes of real income lie apart, and how much of it `rounds` explains."""
    regions, trade, theirs = modelled_trade(gegravity_answer(sample)[0])
    economy = economy_of(regions, trade)
    outcome = solve(economy, agreement(economy))
    ours = outcome.welfare.to_numpy()
    at = int(np.abs(ours - theirs).argmax())
    print(
        f"{name}: largest difference {abs(ours[at] - theirs[at]):.4f} percentage points, {regions[at]}: ",
        end="",
    )
    print(f"gegravity {theirs[at]:.4f} %, paxsilica {ours[at]:.4f} %")
    output, deficit = economy.output[:, 0], economy.deficit
    first = rounds(outcome, 1, lambda now: economy.income / output * now)
    last = rounds(outcome, 40, lambda now: now + deficit / output.sum() * now.sum())
    print(f"    one round less gegravity {np.abs(first - theirs).max():.0e}", end="")
    print(
        f", 40 rounds with fixed shares of world income less paxsilica {np.abs(last - ours).max():.0e}"
    )


def report_gegravity(sample_file: str) -> None:
    if importlib.util.find_spec("gegravity") is None:
        sys.stderr.write(
            "gegravity is not installed; install it in an environment of its own: pip install gegravity\n"
        )
        sys.exit(2)
    sample = pd.read_csv(sample_file).assign(constant=1)
    report_times(sample)
    report_answers("the sample", sample)
    output = sample.drop_duplicates("exporter").set_index("exporter")["Y"]
    report_answers("with spending set to output", sample.assign(E=sample["importer"].map(output)))


def main() -> None:
    parser = argparse.ArgumentParser(description="paxsilica next to other programs")
    parser.add_argument("sample", nargs="?", help="gegravity's examples/sample_data_set.dlm")
    parser.add_argument("--cpmodel", metavar="FOLDER", help="a checkout of CPModel-JAX")
    parser.add_argument("--nafta", metavar="FOLDER", help="data of Caliendo and Parro (2015)")
    given = parser.parse_args()
    if given.sample:
        report_gegravity(given.sample)
    else:
        print(HOW_TO_GET)
    if given.cpmodel:
        cpmodel.report(given.cpmodel, given.nafta)
    else:
        print(cpmodel.HOW_TO_GET)


if __name__ == "__main__":
    main()
