"""Draws of what nobody knows exactly: the decision is held, the world varied.

Every draw takes one of the published sets of trade elasticities, moves it by the standard errors that its paper prints, and
moves substitution, the measured response of young measures and the pace of everything else; on request the baseline too.
How many are drawn is counted in solves and never by the clock, and the same seed draws the same.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache

import numpy as np

from paxsilica.checks import Array
from paxsilica.data.elasticities import elasticity_sets, trade_elasticity
from paxsilica.data.sources import PACKAGED
from paxsilica.economy import Economy
from paxsilica.errors import LabelError
from paxsilica.horizon import AgedValue, ByAge, at_age, packaged_ages
from paxsilica.model import Params, settled
from paxsilica.model.correction import lend_corrections

SUBSTITUTION_SPREAD = 0.35
"""Standard deviation of the log of elasticities of substitution, an assumption: 19 in 20 lie within a half and twice."""

PACE_SPREAD = 0.35
"""The same of how many months labour and inputs take to adjust, an assumption."""

SCALE_SPREAD = 0.5
"""The same of all trade elasticities of a baseline whose sectors no published set covers: about as far as the sets lie
apart."""

LEAST_DRAWS, MANY_DRAWS, MOST_NOISE = 2, 100_000, 0.5
"""Fewer make no range; more are drawn only where that is confirmed; and how far the baseline may be off."""

LEAST_THETA, MOST_THETA, LEAST_RESPONSE, MOST = 0.1, 100.0, 0.05, 19.0
"""Bounds of what is drawn: trade elasticities, the measured response, elasticities of substitution."""

SUBSTITUTED = ("value_added_elasticity", "input_elasticity", "consumption_elasticity")
PACED = (*SUBSTITUTED, "labour_mobility")


Normal = Mapping[str, Array]
"""Driver -> standard normal numbers of a draw; a driver that is not named stays as it is used."""


@dataclass(frozen=True, eq=False)
class Draw:
    """One world that may be the true one.

    Attributes:
        economy: the baseline with its elasticities. ages: its numbers by age.
        substitution: factor of the elasticities of substitution.
    """

    economy: Economy
    ages: ByAge
    substitution: float

    def params(self, params: Params) -> Params:
        """Parameters as they are in this world, of measures of one age."""
        h = params.horizon
        h = h if h.months is None else at_age(h.months, self.ages)
        return self.substituted(replace(params, horizon=h))

    def substituted(self, params: Params) -> Params:
        """Parameters with the elasticities of substitution of this world, whatever their age."""
        h = params.horizon
        moved = {name: min(getattr(h, name) * self.substitution, MOST) for name in SUBSTITUTED}
        return replace(params, horizon=replace(h, **moved))


@dataclass(frozen=True, eq=False)
class Uncertainty:
    """What is known of what is drawn, for a baseline.

    Attributes:
        economy: with the elasticities that are used. sets: `[s, j]` the published ones, and those used if others.
        spread: `[s, j]` standard deviation of the log, by the standard errors that are printed; 0 where none are.
        covered: whether the published sets cover its sectors. ages: the numbers by age that are used.
        noise: standard deviation of the log of a flow of the baseline.
    """

    economy: Economy
    sets: Array
    spread: Array
    covered: bool
    ages: ByAge
    noise: float

    def drawn(self, count: int, seed: int) -> Iterator[Draw]:
        """`count` worlds, the same for the same seed."""
        sizes: dict[str, int] = {
            "errors": len(self.economy.sectors),
            "substitution": 1,
            "response": 2,
            "pace": 1,
        }
        for child in np.random.SeedSequence(seed).spawn(count):
            rng = np.random.default_rng(child)
            at = int(rng.integers(len(self.sets)))
            z = {name: rng.standard_normal(size) for name, size in sizes.items()}
            if self.noise:
                z["baseline"] = rng.standard_normal(self.economy.flows.shape)
            yield self.world(z, at)

    def world(self, z: Normal, at: int | None = None) -> Draw:
        """A world by the standard normal numbers of its drivers, under one of the sets or under that which is used."""
        theta, spread = (
            (self.economy.trade_elasticity, 0.0) if at is None else (self.sets[at], self.spread[at])
        )
        if not self.covered:
            spread = np.full_like(theta, SCALE_SPREAD)
        if "errors" in z:
            own = z["errors"] if self.covered else z["errors"][0]
            theta = theta * np.exp(spread * own - np.square(spread) / 2)
        e = self.economy
        if "baseline" in z:
            e = _noisy(e, np.exp(self.noise * z["baseline"]))
        e = e.with_theta(np.clip(theta, LEAST_THETA, MOST_THETA), e.notes, e.about)
        factor = (
            math.exp(SUBSTITUTION_SPREAD * float(z["substitution"][0]))
            if "substitution" in z
            else 1.0
        )
        return Draw(e, _aged({**packaged_ages(), **self.ages}, z), factor)


def _noisy(e: Economy, factors: Array) -> Economy:
    """The baseline with other flows and the same input shares, balanced again."""
    flows = e.flows * factors
    made = np.divide(flows.sum(0), e.output, out=np.ones_like(e.output), where=e.output > 0)
    other = settled(e.replace(flows=flows, inputs=e.inputs * made[:, None, :]))
    lend_corrections(e, other)
    return other


def _aged(table: ByAge, z: Normal) -> ByAge:
    """The numbers by age with both responses of trade moved by their standard errors, and the pace of the rest."""
    response, pace = z.get("response"), z.get("pace")
    factor = math.exp(PACE_SPREAD * float(pace[0])) if pace is not None else 1.0
    found: dict[tuple[str, str], tuple[AgedValue, ...]] = {}
    for (name, sector), points in table.items():
        if name in PACED:
            points = tuple(p._replace(months=p.months * factor) for p in points)
        elif response is not None:
            early = name == "early_response"
            bounds = (LEAST_RESPONSE, math.inf) if early else (0.0, 1.0)
            points = tuple(_moved_by(p, float(response[int(not early)]), *bounds) for p in points)
        found[name, sector] = points
    return found


def _moved_by(point: AgedValue, z: float, low: float, high: float) -> AgedValue:
    """A number by age, moved by its standard error where it has one."""
    se = 0.0 if math.isnan(point.se) else point.se
    return point._replace(value=min(max(point.value + se * z, low), high))


@dataclass(frozen=True)
class Draws:
    """How many worlds are drawn, from which seed, and how exactly the flows of the baseline are known."""

    count: int
    seed: int
    noise: float = 0.0

    def of(self, what: Uncertainty) -> Iterator[Draw]:
        return what.drawn(self.count, self.seed)


DRAW_NAMED = "draw "
"""Begins what the elasticities of an economy that was drawn are called, before its number."""


def drawn_economies(economy: Economy, draws: Draws) -> Iterator[Economy]:
    """The same with trade elasticities drawn: from the published sets, moved by the errors that are printed."""
    for at, world in enumerate(draws.of(uncertainty_of(economy, {})), 1):
        e = world.economy
        yield e.with_theta(
            e.trade_elasticity, e.notes, replace(e.about, elasticities=f"{DRAW_NAMED}{at}")
        )


TAIL = 1.2815515655446004
"""Standard normal number that one draw in ten exceeds."""


def driven(what: Uncertainty, aged: bool) -> dict[str, list[Draw]]:
    """One driver at a time, the others as they are used: the published sets, or both ends of the middle 80 %.

    Args:
        aged: whether measures have an age, so that the measured response and the pace count.
    """
    ends = [np.full(len(what.economy.sectors), z) for z in (-TAIL, TAIL)]
    of = {"sets": [what.world({}, at) for at in range(len(what.sets))] if what.covered else []}
    if not what.covered:
        of["scale"] = [what.world({"errors": z}) for z in ends]
    for name in ("substitution", *(("response", "pace") if aged else ())):
        of[name] = [what.world({name: z[:2]}) for z in ends]
    return {name: worlds for name, worlds in of.items() if worlds}


def response_ends(what: Uncertainty) -> dict[str, Draw]:
    """The worlds at the 10 and 90 % quantiles of the measured response of young measures."""
    ends = {"response_low": -TAIL, "response_high": TAIL}
    return {name: what.world({"response": np.full(2, z)}) for name, z in ends.items()}


def uncertainty_of(economy: Economy, ages: ByAge, noise: float = 0.0) -> Uncertainty:
    """What is drawn for a baseline.

    Args:
        ages: a user's own numbers by age. noise: standard deviation of the log of a flow of the baseline.
    """
    used, own = economy.about.elasticities, economy.trade_elasticity
    try:
        sets = {name: trade_elasticity(name, economy.sectors) for name in elasticity_sets()}
    except LabelError:
        return Uncertainty(economy, own[None], np.zeros((1, len(own))), False, ages, noise)
    sets |= {used: own} if used not in sets else {}
    known = printed_errors()
    errors = np.array([[known.get((name, s), 0.0) for s in economy.sectors] for name in sets])
    theta = np.array([*sets.values()])
    spread = np.sqrt(np.log1p((errors / theta) ** 2))
    return Uncertainty(economy, theta, spread, True, ages, noise)


@cache
def printed_errors() -> Mapping[tuple[str, str], float]:
    """(set, sector) -> the standard error that its paper prints."""
    with (PACKAGED / "elasticity_errors.csv").open(encoding="utf-8", newline="") as file:
        return {(row["set"], row["sector"]): float(row["se"]) for row in csv.DictReader(file)}
