"""Scenarios solved side by side: the same numbers as one by one, to the solver's tolerance, some times faster."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import NamedTuple

from paxsilica.about import BEYOND
from paxsilica.analysis.actors import Actors, parties_of, world_of
from paxsilica.analysis.baseline import balanced, baseline_of
from paxsilica.analysis.effects import effects, hang_on_actors
from paxsilica.analysis.run import params_of
from paxsilica.desk import Desk
from paxsilica.economy import Economy, Note
from paxsilica.errors import ConvergenceError, InputError
from paxsilica.findings import Block, Findings
from paxsilica.model import Outcome, Params, solve, solve_many
from paxsilica.model.notes import beyond_the_model
from paxsilica.model.outcome import Status
from paxsilica.policy import Scenario
from paxsilica.shock import Shock

DatedScenario = tuple[Scenario, date | None]
"""A scenario, and the day that counts."""


class PointSolution(NamedTuple):
    """What is kept of a point: findings and the residual, or why there are none.

    Attributes:
        beyond: the limits of the model that it passes, a space between.
        status: `converged`, `not solved` or `refused`. message: why, where it is not converged.
    """

    findings: Findings = Findings()
    residual: float = float("nan")
    status: str = "converged"
    message: str = ""
    beyond: str = ""


def limits_passed(notes: Iterable[Note]) -> str:
    """The limits of the model that notes speak of, a space between."""
    names = (note.name for note in notes if note.name.startswith(BEYOND))
    return " ".join(name.removeprefix(BEYOND) for name in names)


def unsolved(error: ConvergenceError | InputError) -> PointSolution:
    """The row of a point that has no numbers."""
    status = "refused" if isinstance(error, InputError) else "not solved"
    return PointSolution(status=status, message=" ".join(str(error).split()))


def solved_together(
    asked: Sequence[DatedScenario],
    keep: Sequence[str],
    desk: Desk,
    only: Callable[[Block], Block | None],
    regions: Collection[str] = (),
) -> list[PointSolution]:
    """The kept findings of each scenario, those of one baseline, closure and base side by side.

    What is solved beside what follows from the order of the scenarios alone, and so does every digit.

    Args:
        keep: variables, of `effects`. only: the part of a block that is kept.
    """
    found: list[PointSolution] = [PointSolution()] * len(asked)
    groups: dict[tuple[object, ...], tuple[Economy, Params, list[int]]] = {}
    for at, (scenario, _) in enumerate(asked):
        try:
            params = params_of(scenario.assumptions)
            economy = balanced(desk, baseline_of(scenario, desk), params)
        except (ConvergenceError, InputError) as error:
            found[at] = unsolved(error)
            continue
        key = id(economy), params, id(scenario.before)
        groups.setdefault(key, (economy, params, []))[2].append(at)
    for economy, params, places in groups.values():
        one_by_one = regions and set(regions) <= {*economy.regions, world_of(economy)}
        parties = (
            hang_on_actors(keep) or not one_by_one
        )  # finding the parties takes as long as a solve
        group = _Group(economy, params, [asked[at] for at in places], keep, only, parties)
        for at, solution in zip(places, group.solutions(), strict=True):
            found[at] = solution
    return found


class _Group(NamedTuple):
    """Scenarios on one economy, counted from one base."""

    economy: Economy
    params: Params
    asked: Sequence[DatedScenario]
    keep: Sequence[str]
    only: Callable[[Block], Block | None]
    parties: bool

    def solutions(self) -> list[PointSolution]:
        try:
            stood = self._stood()
        except (ConvergenceError, InputError) as error:
            return [unsolved(error)] * len(self.asked)
        found: dict[int, PointSolution] = {}
        places: list[int] = []

        def shocks() -> Iterator[Shock]:
            for at, (scenario, day) in enumerate(self.asked):
                try:
                    shock = scenario.compile(self.economy, day)
                except InputError as error:
                    found[at] = unsolved(error)
                    continue
                places.append(at)
                yield shock

        def take(number: int, outcome: Outcome) -> None:
            at = places[number]
            scenario, day = self.asked[at]
            stood[:] = stood or [outcome.before]
            outcome = replace(outcome, base=stood[0])
            actors = Actors()
            if self.parties:
                actors = parties_of(outcome, scenario, scenario.day(day))
            blocks = map(self.only, effects(outcome, actors, keep=self.keep).blocks)
            passed = limits_passed(beyond_the_model(outcome))
            found[at] = PointSolution(Findings(tuple(filter(None, blocks))), beyond=passed)

        batch = solve_many(self.economy, shocks(), self.params, keep=take, throw=False, streams=1)
        for number, at in enumerate(places):
            status, residual = batch.status[number], float(batch.residual[number])
            if status is Status.CONVERGED:
                found[at] = found[at]._replace(residual=residual)
            else:
                message = f"{status.value}, residual {residual:.1e}"
                found[at] = PointSolution(status="not solved", message=message)
        return [found[at] for at in range(len(self.asked))]

    def _stood(self) -> list[Outcome]:
        """What stood before, solved once; none where that is the baseline, which the first outcome knows as well."""
        scenario, _ = self.asked[0]
        shocks = [scenario.stood(self.economy)] if scenario.before is not None else []
        return [solve(self.economy, shock, self.params) for shock in shocks]
