"""A scenario day by day: the law of each date, measures that grow older, in a world that grows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any, NamedTuple

import numpy as np

from paxsilica.analysis.actors import Actors, flow_weights, hit_of, parties_of
from paxsilica.analysis.ages import Steps, steps_of
from paxsilica.analysis.band import Band, band_drawn, band_over
from paxsilica.analysis.baseline import balanced, balanced_sets, baseline_of
from paxsilica.analysis.draws import Draw, Draws, response_ends, uncertainty_of
from paxsilica.analysis.effects import income_blocks_of
from paxsilica.analysis.growth import GrowingWorld, growth_of, no_growth
from paxsilica.analysis.run import params_of
from paxsilica.checks import Array
from paxsilica.data.own_elasticities import own_ages
from paxsilica.desk import Desk
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError
from paxsilica.findings import Block, block
from paxsilica.horizon import ByAge
from paxsilica.model import Outcome, Params, notes_of, solve
from paxsilica.policy import Scenario
from paxsilica.policy.dated import begun_by, days_of_change, laws_followed, on_day
from paxsilica.shock import Shock

MOST_STOPS = 400

EVERY = {"month": 1, "quarter": 3, "year": 12}
"""What lies between two dates -> months."""

FOLLOWED = ("real_income", "real_earned_income", "transfer_effect", "real_wage", "consumer_price")
"""What is said of every region and date."""


class Stop(NamedTuple):
    """A date of a path: `2025-Q3`, solved for the middle of it."""

    label: str
    day: date


def stops_of(span: str, every: str) -> tuple[Stop, ...]:
    """The dates of `2024-01..2030-12`, all periods that it touches.

    Raises:
        InputError: no span, one that ends before it begins, or too many dates.
    """
    ends = re.fullmatch(r"\s*(\d{4})-(\d\d)\s*\.\.\s*(\d{4})-(\d\d)\s*", span)
    months = (
        [12 * int(y) + int(m) - 1 for y, m in (ends.groups()[:2], ends.groups()[2:])]
        if ends
        else []
    )
    if not ends or not all(1 <= int(month) <= 12 for month in ends.groups()[1::2]):
        raise InputError(
            f"path {span[:40]!r} is no span; write first and last month, 2024-01..2030-12"
        )
    first, last = months
    if last < first:
        raise InputError(f"path {span[:40]!r} ends before it begins; write the earlier month first")
    step = EVERY[every]
    begins = range(first - first % step, last + 1, step)
    if len(begins) > MOST_STOPS:
        raise InputError(
            f"path {span[:40]!r} has {len(begins)} dates; take at most {MOST_STOPS}, or every year"
        )
    return tuple(_stop_at(begin, step) for begin in begins)


def _stop_at(begin: int, step: int) -> Stop:
    year, month = divmod(begin, 12)
    label = {1: f"{year}-{month + 1:02}", 3: f"{year}-Q{month // 3 + 1}", 12: f"{year}"}[step]
    return Stop(label, date(year, month + 1 + step // 2, 1 if step == 12 else 15))


@dataclass(frozen=True, eq=False)
class Trajectory:
    """What stands on every date of a path, and how old it is.

    Attributes:
        economy: the baseline. stood: what stood before. shocks: what stands on each date, both on the baseline.
        growth: the world of each date. ahead: months by which changes were known before they came.
        ages: the numbers by age that are used.
    """

    scenario: Scenario
    table: Economy
    economy: Economy
    stops: tuple[Stop, ...]
    stood: Shock
    shocks: tuple[Shock, ...]
    steps: Steps
    params: Params
    growth: GrowingWorld
    ahead: float
    ages: ByAge

    @property
    def still(self) -> Trajectory:
        """The same in a world that does not grow."""
        return replace(self, growth=no_growth(self.economy, [stop.day for stop in self.stops]))

    def solved(self, economy: Economy, world: Draw | None = None) -> Iterator[Outcome]:
        """The equilibrium of each date against that of what stood before.

        Args:
            economy: the baseline, perhaps with other elasticities. world: other numbers by age, and substitution.

        Raises:
            ConvergenceError: one is not solved.
        """
        near: Outcome | None = None
        for at in range(len(self.stops)):
            near = self.at(at, economy, world, near)
            yield near

    def at(
        self, at: int, economy: Economy, world: Draw | None = None, near: Outcome | None = None
    ) -> Outcome:
        """The equilibrium of one date, as `solved`; `near` is that of the date before."""
        today = _with_theta_of(self.growth.worlds[at], economy)
        ages = world.ages if world else self.ages
        horizon = self.steps.horizon(self.stops[at].day, ages, self.ahead)
        params = replace(self.params, horizon=horizon) if horizon else self.params
        params = world.substituted(params) if world else params
        before = solve(today, self.stood.on(today), params)
        if horizon is None:
            return replace(before, base=before)
        start = near if near and near.economy is today and near.params.horizon.months else before
        after = solve(today, self.shocks[at].on(today), params, start=start)
        return replace(after, base=before)


def _with_theta_of(world: Economy, economy: Economy) -> Economy:
    """The world of a date with the elasticities of a baseline."""
    if world.trade_elasticity is economy.trade_elasticity:
        return world
    return world.with_theta(economy.trade_elasticity, economy.notes, economy.about)


def trajectory(
    scenario: Scenario, stops: Sequence[Stop], desk: Desk, growth: bool = True, ahead: float = 0.0
) -> Trajectory:
    """What stands on every date of a path.

    Args:
        growth: whether the world grows as the IMF foresees. ahead: months by which changes were known before.

    Raises:
        InputError: the baseline or the scenario is wrong.
        ConvergenceError: the world cannot be made to grow as foreseen.
    """
    params, table = params_of(scenario.assumptions), baseline_of(scenario, desk)
    economy = balanced(desk, table, params)
    days = [stop.day for stop in stops]
    dated = begun_by(scenario, days[0])
    changes = [day for day in days_of_change(dated) if day < days[-1]]
    every, history = sorted({*changes, *days}), list[tuple[date, Shock]]()
    for done, day in enumerate(every):
        desk.progress("reading the law of each day", done, len(every))
        history.append((day, on_day(dated, day).compile(economy)))
    shocks, stood = dict(history), scenario.stood(economy)
    return Trajectory(
        scenario=scenario,
        table=table,
        economy=economy,
        stops=tuple(stops),
        stood=stood,
        shocks=tuple(shocks[day] for day in days),
        steps=steps_of(stood, history),
        params=params,
        growth=growth_of(economy, days, desk.progress) if growth else no_growth(economy, days),
        ahead=ahead,
        ages=own_ages(scenario.assumptions.elasticities),
    )


# ---- what is said of it ------------------------------------------------------------------------


def date_blocks(t: Trajectory, outcomes: Iterable[Outcome], actors: Actors) -> list[Block]:
    """What has a band: real incomes, and the flows that are hit, of every date.

    `path_income` and `path_trade` are in dollars of the date: the model counts in world labour income, which is taken to
    grow as world GDP does.
    """
    each = [
        [*_date_incomes(o, actors, world), *_date_flows(o, actors, world)]
        for o, world in zip(outcomes, t.growth.money, strict=True)
    ]
    dates = {"date": tuple(stop.label for stop in t.stops)}
    return [
        replace(of[0], value=np.stack([b.value for b in of]), axes=(dates, *of[0].axes))
        for of in zip(*each, strict=True)
    ]


def _date_incomes(o: Outcome, actors: Actors, world: float) -> Iterator[Block]:
    for b in income_blocks_of(o, actors):
        if b.variable in FOLLOWED:
            yield b
        elif b.variable == "real_income_money":
            yield replace(b, variable="path_income", value=world * b.value)


def _date_flows(o: Outcome, actors: Actors, world: float) -> Iterator[Block]:
    e = o.economy
    for f in actors.flows:
        box = np.ix_(
            actors.at(f.importer, e), actors.at(f.exporter, e), e.sector_indices(f.sectors)
        )
        abroad = box[0] != box[1]
        before, after = (float((x[box] * abroad).sum()) for x in (o.before.flows, o.flows))
        sides: dict[str, Any] = {"region": f.exporter, "partner": f.importer, "sector": hit_of(e)}
        yield block("trade_change", 100 * (after / before - 1), **sides)
        yield block(
            "path_trade",
            [world * before, world * after],
            {"scenario": ("before", "after")},
            **sides,
        )


class OfDate(NamedTuple):
    """What is kept of a date's equilibrium: age in months, largest gap, `[j]` trade elasticities, and its notes."""

    months: float
    residual: float
    theta: Array
    notes: tuple[Note, ...]


def noted(outcomes: Iterable[Outcome], kept: list[OfDate], desk: Desk) -> Iterator[Outcome]:
    """The same, with what is kept of each; the outcomes themselves are not."""
    for o in outcomes:
        desk.progress("solving every date", len(kept))
        months = o.params.horizon.months
        kept.append(OfDate(np.nan if months is None else months, o.residual, o.theta, notes_of(o)))
        yield o


def dated_blocks(t: Trajectory, kept: Sequence[OfDate]) -> Iterator[Block]:
    """What is in force on each date: how old it is, trade elasticities, and how well the equilibrium is solved."""
    dates = {"date": [stop.label for stop in t.stops]}
    yield block("path_age", [d.months for d in kept], dates)
    yield block("path_residual", [d.residual for d in kept], dates)
    theta = np.stack([d.theta for d in kept])
    yield block("trade_elasticity", theta, dates, {"sector": t.economy.sectors}, detail=True)
    yield block("world_growth", 100 * (t.growth.money - 1), dates)


def path_actors(t: Trajectory) -> Actors:
    """Who acts on whom on the last date on which anything is changed; nobody where nothing ever is."""
    for at in reversed(range(len(t.stops))):
        if t.shocks[at].rows or t.shocks[at].conditions:
            o = t.at(at, t.economy)
            if flow_weights(o).any() or o.shock.rows.keys() - o.before.shock.rows.keys():
                day = t.stops[at].day
                return parties_of(o, on_day(begun_by(t.scenario, t.stops[0].day), day), day)
    return Actors()


def path_band(
    t: Trajectory, own: Sequence[Block], actors: Actors, desk: Desk, draws: Draws | None = None
) -> Band:
    """The path under every published set of trade elasticities and at both ends of the measured response; or in worlds that
    are drawn."""
    used = t.economy.about.elasticities

    def within(world: Draw) -> list[Block]:
        return date_blocks(t, t.solved(world.economy, world), actors)

    what = uncertainty_of(t.economy, t.ages, 0.0)
    if draws is not None:
        return band_drawn(used, own, draws.of(what), within, draws.count, desk.progress)
    economies, notes = balanced_sets(desk, t.table, t.params)
    more = {name: partial(within, world) for name, world in response_ends(what).items()}
    return band_over(
        used,
        own,
        economies,
        lambda e: date_blocks(t, t.solved(e), actors),
        notes,
        desk.progress,
        more,
    )


def path_notes(t: Trajectory, last: OfDate) -> Iterator[Note]:
    """What a reader would get wrong: until when the law is known, what nobody foresees, what grows."""
    first, end = t.stops[0].day, t.stops[-1].day
    for name, since, until in laws_followed(t.scenario):
        if first < since:
            yield Note(
                "path.before",
                f"before {since} {name} is not known: the duties of the baseline stand",
            )
        if end > until:
            yield Note(
                "path.after",
                f"{name} is known until {until}: what was in force then stays in force",
            )
    yield from t.growth.notes
    yield from last.notes
