"""One scenario, from file to solved outcome, and its numbers under every set of elasticities."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import partial

import numpy as np

from paxsilica.analysis.actors import Actors, parties_of
from paxsilica.analysis.band import Band, band_drawn, band_over
from paxsilica.analysis.baseline import balanced, balanced_sets, baseline_of
from paxsilica.analysis.draws import Draw, Draws, driven, response_ends, uncertainty_of
from paxsilica.analysis.effects import headline, income_blocks_of
from paxsilica.data.own_elasticities import own_ages
from paxsilica.desk import Desk
from paxsilica.economy import Economy, Note
from paxsilica.errors import ShockError
from paxsilica.findings import Block, Findings, block
from paxsilica.horizon import ByAge, Horizon, old_spelling
from paxsilica.model import Outcome, Params, notes_of, solve
from paxsilica.policy import Assumptions, Scenario
from paxsilica.shock import Shock


@dataclass(frozen=True, eq=False)
class Solved:
    """A scenario and what it does. `as_of` is None where every measure counts whatever its date.

    Attributes:
        table: the baseline as loaded; that of the outcome may be rebalanced.
        actors: who acts on whom.
    """

    scenario: Scenario
    outcome: Outcome
    as_of: date | None
    table: Economy
    actors: Actors

    @property
    def ages(self) -> ByAge:
        """The numbers by age of the scenario's own table."""
        return own_ages(self.scenario.assumptions.elasticities)

    @property
    def notes(self) -> tuple[Note, ...]:
        """On how the scenario is written, and what the numbers rest on."""
        spelling = old_spelling(self.scenario.assumptions.horizon)
        sizes = self.scenario.outsized(self.table, self.as_of)
        return (*filter(None, [spelling]), *sizes, *notes_of(self.outcome))


def solved(scenario: Scenario, as_of: date | None = None, desk: Desk | None = None) -> Solved:
    """Load a scenario's baseline and solve it.

    A baseline whose final spending had to be clipped, or whose deficits the scenario removes, is
    rebalanced first, which its notes then say: a measure answers for its own effect alone. Where the scenario
    names what stood before, that world is solved too, and changes are counted from it.

    Raises:
        InputError: the baseline or the shock is wrong; the message begins with the file.
        ConvergenceError: the equations are not solved.
    """
    desk, params = desk or Desk(), params_of(scenario.assumptions)
    table = baseline_of(scenario, desk)
    economy = balanced(desk, table, params)
    shock = scenario.compile(economy, as_of)
    stood = scenario.stood(economy) if scenario.before else None
    try:
        outcome = solved_after(stood, shock, params)
    except ShockError as error:
        raise scenario.error(str(error)) from error
    day = scenario.day(as_of)
    return Solved(scenario, outcome, day, table, parties_of(outcome, scenario, day))


def solved_after(stood: Shock | None, shock: Shock, params: Params) -> Outcome:
    """The equilibrium of a shock, compared with that of what stood before, which may be nothing."""
    if stood is None:
        return solve(shock.economy, shock, params)
    base = solve(stood.economy, stood, params)
    return replace(solve(shock.economy, shock, params, start=base), base=base)


def band_of(solved: Solved, desk: Desk | None = None, draws: Draws | None = None) -> Band:
    """The headline under every published set of elasticities, of an age also at both ends of the measured response; or in
    worlds that are drawn."""
    own, desk = solved.outcome, desk or Desk()

    def headline_on(economy: Economy) -> list[Block]:
        return headline(_on_other(own, economy, own.params), solved.actors)

    def within(world: Draw) -> list[Block]:
        return headline(_on_other(own, world.economy, world.params(own.params)), solved.actors)

    used, blocks = own.economy.about.elasticities, headline(own, solved.actors)
    what = uncertainty_of(own.economy, solved.ages, draws.noise if draws else 0.0)
    if draws is not None:
        return band_drawn(used, blocks, draws.of(what), within, draws.count, desk.progress)
    economies, notes = balanced_sets(desk, solved.table, own.params)
    aged = own.params.horizon.months is not None
    more = {n: partial(within, world) for n, world in response_ends(what).items()} if aged else {}
    return band_over(used, blocks, economies, headline_on, notes, desk.progress, more)


def drivers_of(solved: Solved, desk: Desk) -> Iterator[Block]:
    """Real income of every party with one driver of the uncertainty at a time at both its ends.

    Raises:
        ConvergenceError: one of them is not solved.
    """
    own = solved.outcome
    what = uncertainty_of(own.economy, solved.ages)
    parties = [party.key for party in solved.actors.parties]
    for name, worlds in driven(what, own.params.horizon.months is not None).items():
        desk.progress(f"what hangs on {name}")
        ends = [
            Findings(
                tuple(
                    income_blocks_of(_on_other(own, w.economy, w.params(own.params)), solved.actors)
                )
            ).array("real_income", region=parties)
            for w in worlds
        ]
        both = np.stack([np.min(ends, 0), np.max(ends, 0)], -1)
        yield block(
            "driven_income", both, {"region": parties}, {"point": ("low", "high")}, item=name
        )


def _on_other(own: Outcome, economy: Economy, params: Params) -> Outcome:
    """The same measures on another economy of the same axes, against what stood before."""
    stood = own.base.shock.on(economy) if own.base else None
    return solved_after(stood, own.shock.on(economy), params)


def params_of(assumptions: Assumptions) -> Params:
    """What the model holds fixed, by the scenario's `horizon`, `deficits` and `backstop_cost`.

    Raises:
        EconomyError: its own table of elasticities is wrong.
    """
    cost = assumptions.backstop_cost
    return Params(
        horizon=Horizon.parse(assumptions.horizon, own_ages(assumptions.elasticities)),
        deficits=assumptions.deficits,
        backstop_cost=Params.backstop_cost if cost is None else cost,
    )
