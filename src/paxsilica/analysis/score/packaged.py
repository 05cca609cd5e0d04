"""The prediction that the packaged report card scores: US imports of autumn 2025, given the duties as paid."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

import numpy as np

from paxsilica import __version__
from paxsilica.about import BASELINE
from paxsilica.analysis.ages import Steps, cell_ages, steps_of
from paxsilica.analysis.baseline import balanced
from paxsilica.analysis.draws import Draw, Draws, uncertainty_of
from paxsilica.analysis.score.prediction import FlowLabel, Prediction
from paxsilica.checks import Array
from paxsilica.data.outcomes import AUTUMN_2025
from paxsilica.desk import Desk
from paxsilica.economy import Economy
from paxsilica.horizon import packaged_ages
from paxsilica.model import Params, solve
from paxsilica.names.places import rows
from paxsilica.policy import parse_scenario
from paxsilica.policy.dated import days_of_change, on_day
from paxsilica.shock import Shock

HOME, MIDDLE = "USA", date(2025, 10, 15)
"""Whose imports, and the middle of the months that are predicted."""

LEAST_RISE, LEAST_IMPORTS = 0.002, 1.0
"""Of the duty over imports, and million USD before: below them a rise is taken for a change of what is bought."""

POLICY_DRAWS = Draws(count=200, seed=1)

LAW_IN_FORCE = """schema: paxsilica/scenario@1
title: US duties, as the law applies
measures:
  - {id: law, kind: tariff, importer: [USA], table: "policy:us-law@2025-10-15", op: add}
"""


class Packaged(NamedTuple):
    """A prediction of US imports of autumn 2025, and the rival's response: months -> log change for a log duty of 1."""

    prediction: Prediction
    response: Mapping[float, float]


def packaged_prediction(desk: Desk) -> Packaged:
    """US imports of September to November 2025: rates as paid, ages by the law, and the numbers of `horizons.csv`.

    Raises:
        ConvergenceError: the equilibrium is not solved.
    """
    desk.progress("predicting US imports of autumn 2025")
    economy = balanced(desk, desk.economy(BASELINE), Params())
    law = parse_scenario(LAW_IN_FORCE)
    days = [day for day in days_of_change(law) if day <= MIDDLE]
    history = [(day, on_day(law, day).compile(economy)) for day in days]
    steps = steps_of(Shock(economy), history)
    paid = _as_paid(economy, history[-1][1])
    after, ends = _after(paid, steps), list[Array]()
    for done, world in enumerate(POLICY_DRAWS.of(uncertainty_of(economy, {}))):
        desk.progress("drawing the policy band", done, POLICY_DRAWS.count)
        ends.append(_after(paid, steps, world))
    n, before = economy.regions.index(HOME), economy.flows
    bought = np.zeros_like(before[n])
    bought[:, economy.goods] = before[n][:, economy.goods]
    bought[n] = 0.0
    i, j = np.nonzero(bought)
    cells = tuple(
        FlowLabel(HOME, (economy.regions[a],), (economy.sectors[b],))
        for a, b in zip(i, j, strict=True)
    )
    draws = np.array([x[n, i, j] for x in ends])
    low, high = np.percentile(draws, (10, 90), axis=0)
    about = {
        "title": "US imports of autumn 2025, given the duties as paid",
        "question": "pax score",
        "version": __version__,
        "made": "2026-12-01",
    }
    ages = cell_ages(history, MIDDLE)[n]
    prediction = Prediction(
        cells, before[n, i, j], after[n, i, j], low, high, draws, ages[i, j], about
    )
    table = packaged_ages()["early_response", "all"]
    return Packaged(prediction, {p.months: -p.value for p in table})


def _after(paid: Shock, steps: Steps, world: Draw | None = None) -> Array:
    """`[n, i, j]` flows under the duties as paid, with everything as far adjusted as the law is old."""
    horizon = steps.horizon(MIDDLE, world.ages if world else None)
    assert horizon is not None
    params = Params(horizon=horizon)
    if world is None:
        return solve(paid.economy, paid, params).flows
    return solve(world.economy, paid.on(world.economy), world.substituted(params)).flows


def _as_paid(economy: Economy, law: Shock) -> Shock:
    """The baseline's tariffs and the rises of what was paid; of partners that the outcomes lack, what the law added."""
    tariffs, n = law.tariffs.copy(), economy.regions.index(HOME)
    table = rows(AUTUMN_2025)
    for partner in {row["partner"] for row in table}:
        tariffs[n, economy.regions.index(partner)] = economy.tariffs[
            n, economy.regions.index(partner)
        ]
    for row in table:
        names = ("before", "after", "duty_before", "duty_after")
        before, after, duty_before, duty_after = (float(row[name] or 0) for name in names)
        rise = duty_after / after - duty_before / before if before > 0 and after > 0 else 0.0
        if rise > LEAST_RISE and before > LEAST_IMPORTS:
            at = economy.sector_indices(
                [s for s in row["sector"].split("+") if s in economy.sectors]
            )
            tariffs[n, economy.regions.index(row["partner"]), at] += rise
    return Shock(economy, tariffs=tariffs)
