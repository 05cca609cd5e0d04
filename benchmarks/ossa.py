"""Beside Ossa (2014, American Economic Review 104(12)): optimal tariffs, a trade war and talks on his own data.

    python benchmarks/ossa.py FOLDER

FOLDER holds `trade_ijs.csv`, `tariff_ijs.csv`, `sigma_s.csv` and `tariff_noncoop.csv` of the paper's replication files:
rows are exporters within industries (industries, in the last two), columns importers (sets of sigma, in `sigma_s`). The
files are not part of this project.

His model is this one without inputs and with theta = sigma - 1, but for markups: a fixed number of firms charges
sigma/(sigma - 1) over cost, and their profits are income at home. Here that is a production subsidy of -1/(sigma - 1),
which the treasury collects and pays out; productivity undoes it in the baseline, where wages are lower by the part of
output that profits take. Trade deficits are removed with the markups in place, as he does.

What is printed: his figures beside this program's without markups, with markups, and with markups and lobbying; a closed
form beside the Nash equilibrium; the same seven blocs on the packaged data, one difference at a time.
"""

from __future__ import annotations

import sys
import time
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, NoReturn

import numpy as np
from seven_blocs import (
    BALANCED,
    BLOCS,
    Played,
    Weights,
    at_rest,
    blocs_of,
    closed_form,
    elastic,
    felt,
    free_game,
    gains,
    level,
    play,
    report_steps,
    summary,
    won,
)

from paxsilica.analysis.negotiation.certificate import STARTS, certified, distinct
from paxsilica.analysis.negotiation.game import Game, Government, Settled, game_of, search_duties
from paxsilica.checks import Array
from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import ConvergenceError
from paxsilica.model import Outcome, Params, goal_values, solve
from paxsilica.model.cache import keep_made
from paxsilica.shock import Shock

FILES = ("trade_ijs.csv", "tariff_ijs.csv", "sigma_s.csv", "tariff_noncoop.csv")
OWN_GAIN = (1.1, 1.8, 1.9, 1.7, 4.0, 2.9, 2.3)
"""Own gains at the unilateral optimum without lobbying, per cent, as he prints them."""

NO_TARGET = ("BRA", "IND", "ROW")
"""Whose tariffs as they stand are taken for those they would set alone."""

MOST_ALIKE = 2.25
"""His upper bound of the rate on all by which lobbying is calibrated, decimal."""

EVEN, SHARED = 1e-7, 50.0
"""Spread of gains at which talks are even, share of income; by how much a unit less of gain counts more on the way."""

LOBBY_ROUNDS, LOBBY_STEP = 120, 0.08

FLAT = ("JPN", "02")
"""Wheat, whose protection Japan's lobbying makes an end in itself: a duty of a half and a ban on it are worth the same to
1e-5 of the goal, so that the best reply jumps. In the war it stays where the unilateral optimum has it."""


class His(NamedTuple):
    """His data: the table with its trade deficits, `[j]` sigma, `[j, g]` tariffs set alone."""

    table: Economy
    sigma: Array
    alone: Array


def read(folder: Path) -> His:
    """His files as an economy.

    Raises:
        SystemExit: a file is absent, is no table of numbers, or has another shape.
    """
    tables = []
    for name in FILES:
        path = folder / name
        if not path.is_file():
            refuse(
                f"{path} is not there; get the paper's replication files, see benchmarks/ossa.py"
            )
        try:
            tables.append(np.loadtxt(path, delimiter=",", ndmin=2))
        except ValueError as error:
            refuse(f"{path} holds something other than a table of numbers: {error}")
    trade, tariffs, sigma, alone = tables
    N, J = len(BLOCS), len(sigma)
    wanted = ((N * J, N), (N * J, N), sigma.shape, (J, N))
    for name, table, shape in zip(FILES, tables, wanted, strict=True):
        if table.shape != shape:
            refuse(f"{folder / name} has {table.shape} rows and columns, not {shape}")
    industries = [f"{j + 1:02d}" for j in range(J)]
    flows, levels = (table.reshape(J, N, N).transpose(2, 1, 0) for table in (trade, tariffs))
    economy = Economy.from_flows(BLOCS, industries, flows, levels, None, sigma[:, 0] - 1)
    return His(economy, sigma[:, 0], alone)


def refuse(why: str) -> NoReturn:
    sys.stderr.write(why + "\n")
    sys.exit(2)


def marked_up(economy: Economy, sigma: Array) -> Shock:
    """Markups that leave every price where it stands: wages are lower by what profits take of output."""
    paid = economy.output * (1 - 1 / sigma)
    wages = paid.sum(1, keepdims=True) / economy.output.sum(1, keepdims=True)
    return Shock(
        economy,
        subsidy=np.broadcast_to(-1 / (sigma - 1), economy.output.shape),
        productivity=wages * sigma / (sigma - 1),
    )


def without_deficits(economy: Economy, sigma: Array) -> Economy:
    """The equilibrium without trade deficits, with the markups in place, as a new baseline."""
    markups = marked_up(economy, sigma)
    paid_back = Shock(economy, **markups.rows, transfer=-economy.deficit)
    outcome = solve(economy, paid_back, Params(deficits="fixed"))
    flows = outcome.flows * (economy.flows.sum() / outcome.flows.sum())
    return Economy.from_flows(
        economy.regions, economy.sectors, flows, economy.tariffs, None, sigma - 1
    )


def talks(stood: Outcome, low: float, weights: Weights | None = None) -> tuple[Settled, Array, int]:
    """Efficient tariffs by which all gain alike, `[g]` the gain in per cent, and how many equilibria it took.

    His programme maximises the gain of one subject to the same gain of all. Its first-order condition is that of a
    weighted sum of all; the weights are found by giving more to whoever gains less than the mean (multipliers).
    """
    game = free_game(stood, blocs_of(stood.economy, weights), low)
    had = goal_values(stood, game.goals)
    share, rounds = np.ones(len(BLOCS)), 0
    rates = np.clip(np.zeros(len(game.setter)), game.low, game.high)

    def counted(outcome: Outcome) -> Array:
        gain = goal_values(outcome, game.goals) / had
        return np.asarray(share * np.exp(-SHARED * (gain - gain.mean())))

    def wish(game: Game, outcome: Outcome, rates: Array) -> Array:
        return np.broadcast_to(counted(outcome) * game.income / had, (len(rates), len(BLOCS)))

    while True:
        end = search_duties(game, rates, wish, still=1e-7)
        gain = won(end)
        rates, rounds = end.rates, rounds + end.rounds
        if np.ptp(gain) < 100 * EVEN or rounds > 2000:
            return end, gain, rounds
        share = counted(end.outcome)


def lobbied(his: His, stood: Outcome) -> Weights:
    """Weights of industries, by which the tariffs that each would set alone, one rate on all, are spread as his are.

    He finds weights lambda, of mean one, by the tariffs of the files; those are not among the files, and his algorithm
    is not repeated: here log(1+t) is met up to one constant for each government. He weighs the income of an industry,
    its labour's part of the tariff revenue too: profits make a dollar of value added sigma/(sigma - 1), and rho is what
    the revenue counts more by; the goal is divided by 1 + rho.
    """
    e, sigma = his.table, his.sigma
    abroad = np.ones((len(BLOCS), len(BLOCS)), bool) & ~np.eye(len(BLOCS), dtype=bool)
    found = {}
    for g, bloc in enumerate(BLOCS):
        target = e.tariffs[g][abroad[g]].mean(0) if bloc in NO_TARGET else his.alone[:, g]
        asked = np.log1p(np.minimum(target, MOST_ALIKE))
        share = stood.value_added[g] / stood.value_added[g].sum()
        weight, start, step = np.ones(len(sigma)), None, LOBBY_STEP
        best: tuple[float, Array, tuple[tuple[str, float], ...]] = np.inf, weight, ()
        for _ in range(LOBBY_ROUNDS):
            rho = ((weight - 1) * share).sum()
            counts = 1 + (weight - 1 - rho) / (1 + rho) * sigma / (sigma - 1)
            player = Government(bloc, (bloc,), tuple(zip(e.sectors, counts.tolist(), strict=True)))
            game = game_of(stood, [player], "sector", e.sectors, high=MOST_ALIKE)
            try:
                end = search_duties(game, game.standing if start is None else start, still=1e-5)
            except ConvergenceError:
                weight, step = (weight + best[1]) / 2, step / 2
                continue
            start, off = end.rates, asked - np.log1p(end.rates)
            best = min(best, (float(np.std(off)), weight, player.weights), key=itemgetter(0))
            weight = weight * np.exp(step * (off - off.mean()))
            weight /= weight.mean()
        found[bloc] = best[2]
    return found


def report_his(name: str, played: Played, weights: Weights | None = None) -> None:
    """Every optimum, the war and the talks on his data."""
    stood, war = played.stood, played.war
    print(f"\n{name}: {played.seconds:.1f} s for seven optima and the war")
    print("        own gain  paper  others  mean tariff  median  rounds  first-order gap")
    for g, (bloc, end) in enumerate(zip(BLOCS, played.optima, strict=True)):
        others = np.delete(gains(stood, end.outcome), g).mean()
        mean, median = level(end)
        paper = "     -" if weights else f"{OWN_GAIN[g]:6.1f}"
        print(
            f"  {bloc:4s} {won(end)[0]:9.2f} {paper} {others:7.2f} {mean:12.1f} {median:7.1f} "
            f"{end.rounds:7d} {end.step:16.1e}"
        )
    print(f"  all: {summary(played)}")
    each = ", ".join(f"{b} {x:.2f}" for b, x in zip(BLOCS, won(war), strict=True))
    print(f"  war: {len(war.rates)} rates, {war.rounds} rounds, gap {war.step:.0e}; {each}")
    if not weights:
        proof, game = certified(war), war.game
        several = distinct([search_duties(game, start(game)) for start in STARTS.values()])
        print(
            f"  a best reply found afresh is within {100 * proof.reply.max():.0e} points and gains "
            f"{100 * proof.gain.max():.0e} %; largest second derivative {proof.bend.max():.2f}; "
            f"equilibria found from {len(STARTS)} starts: {len(several)}"
        )
    for what, low in (("no import subsidies", 0.0), ("subsidies too", -0.9)):
        if weights and low < 0:
            continue
        start = time.perf_counter()
        end, gain, rounds = talks(stood, low, weights)
        mean, median = level(end)
        print(
            f"  talks from factual tariffs, {what}: all gain {gain.min():.3f} to {gain.max():.3f} %, "
            f"mean tariff {mean:.1f}, median {median:.1f}; {rounds} rounds, {time.perf_counter() - start:.1f} s"
        )


def replies(played: Played, rates: Array) -> Array:
    """`[g]` what the best reply of each would gain it, the others' rates held, per cent."""
    game, stood = played.war.game, played.stood
    faced = solve(game.economy, game.enact(rates), stood.params)
    found = []
    for g, one in enumerate(blocs_of(game.economy)):
        alone = free_game(faced, [one])
        best = search_duties(alone, alone.standing)
        found.append(gains(faced, best.outcome)[g])
    return np.array(found)


def formula_war(game: Game, revenue: bool) -> tuple[Array, Outcome]:
    """Rates, one for each government, at which the closed form meets itself, and the equilibrium there."""
    rates, last = game.standing, np.inf
    while last > 1e-10:
        outcome = solve(game.economy, game.enact(rates), game.stood.params)
        wanted = closed_form(outcome, revenue)[game.setter]
        rates, last = wanted, float(np.abs(wanted - rates).max())
    return rates, outcome


def report_closed_form(played: Played) -> None:
    """What the closed form says at the Nash equilibrium, and where it would itself be in equilibrium."""
    game, war = played.war.game, played.war
    nash = np.array([war.rates[game.setter == g].mean() for g in range(len(BLOCS))])
    exact = gains(played.stood, war.outcome)
    print("\nclosed form beside the Nash equilibrium, his data without markups, per cent")
    for what, revenue in (("duty revenue counted", True), ("spending as given", False)):
        there = closed_form(war.outcome, revenue)
        rates, outcome = formula_war(game, revenue)
        own, change = closed_form(outcome, revenue), gains(played.stood, outcome)
        better, apart = replies(played, rates), 100 * np.abs(rates - war.rates)
        print(
            f"  {what}: mean Nash, formula there, formula in its own war; change of income, at Nash"
        )
        for g, bloc in enumerate(BLOCS):
            levels = "".join(f"{100 * x[g]:8.2f}" for x in (nash, there, own))
            print(f"    {bloc:4s}{levels} {change[g]:9.3f}{exact[g]:8.3f}; reply +{better[g]:.4f}")
        print(f"    rates apart: mean {apart.mean():.2f} points, largest {apart.max():.1f}")
    home = np.array([war.outcome.shares[n, n] for n in range(len(BLOCS))])
    by_good = 1 / (game.economy.trade_elasticity * home)
    partner = [BLOCS.index(name) for name in game.partner]
    good = [game.economy.sectors.index(name) for name in game.sector]
    each = 100 * np.abs(by_good[partner, good] - war.rates)
    print(f"  1/(theta pi) of every partner and good by itself: mean {each.mean():.1f} points away")


def main() -> None:
    if len(sys.argv) != 2:
        sys.stderr.write("usage: python benchmarks/ossa.py FOLDER (see the top of this file)\n")
        sys.exit(2)
    his = read(Path(sys.argv[1]))
    keep_made()
    print("the paper: optimal 62, war 63, mean change in the war -2.9, gain from talks 0.5")
    plain = play(at_rest(his.table))
    report_his("without markups", plain)
    base = without_deficits(his.table, his.sigma)
    stood = solve(base, marked_up(base, his.sigma), BALANCED)
    moved = np.abs(stood.real_income - 1).max()
    report_his(f"with markups (where nobody moves, real income is off by {moved:.0e})", play(stood))
    start = time.perf_counter()
    weights = lobbied(his, stood)
    print(f"\nlobbying calibrated in {time.perf_counter() - start:.0f} s")
    report_his("with markups and lobbying", play(stood, weights, FLAT), weights)
    report_closed_form(plain)
    theirs, own = felt(his.table), felt(load_economy("icio2022"))
    print(
        f"\nhis data without markups, mean theta of traded goods {own:.2f} in place of {theirs:.2f}:"
    )
    print(f"  {summary(play(at_rest(elastic(his.table, own))))}\n\nthe packaged data")
    report_steps()


if __name__ == "__main__":
    main()
