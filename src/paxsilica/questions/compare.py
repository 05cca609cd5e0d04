"""`pax compare`: how the worlds of two scenarios differ, and which measure makes the difference."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated, Any, Self

from pydantic import Field, model_validator

from paxsilica.analysis.alliance.game import SEED
from paxsilica.analysis.compare import Comparison, compared, comparison_of
from paxsilica.analysis.contributions import contributions
from paxsilica.analysis.plan import Player
from paxsilica.desk import Desk
from paxsilica.economy import Note
from paxsilica.errors import ConvergenceError, InputError
from paxsilica.findings import Block, Findings
from paxsilica.horizon import LONG_RUN
from paxsilica.model.cache import keep_made
from paxsilica.policy import Scenario, load_scenario, parse_scenario
from paxsilica.questions.question import Answer, Days, Question, Written, asked, solver_of
from paxsilica.questions.run import (
    BEFORE_THE_LONG_RUN,
    IN_THE_LONG_RUN,
    MODEL_LIMITS,
    attached,
    texts_of,
)

PathOrText = Annotated[str, Field(max_length=1_000_000)]
"""A path, or the scenario itself where it has more than one line."""

NOT_SPLIT = "contributions.unknown"
"""Name of the note that says why no contributions are told."""


class Compare(Question):
    """Compare two scenarios, or one on two days, baselines or horizons, and say what makes the difference."""

    a: PathOrText = asked(
        "Scenario file; `a.yaml+b.yaml` stacks two into one. Or the scenario itself, as its file would hold it.",
        unit="path",
        example="examples/us-india-tariff-50.yaml",
        positional=True,
        shelf="A law of the shelf on a day, or a scenario as its file would hold it.",
    )
    b: PathOrText | None = asked(
        "What it is compared with, the same file where none is named: differences are B less A.",
        None,
        unit="path",
        example="examples/us-india-exemptions.yaml",
        positional=True,
        shelf="What it is compared with, A again where nothing stands here: differences are B less A.",
    )
    as_of: Days = asked(
        "Only measures in force on this day; of A and B where there are two.",
        (),
        unit="date",
        example="2025-08-27,2026-03-01",
    )
    horizon: Written = asked(
        "long_run, short_run or an age such as 1y, instead of the scenarios'; of A and B where there are two.",
        (),
        example="short_run,long_run",
    )
    elasticities: Written = asked(
        "A published set of trade elasticities, instead of the scenarios'; of A and B where there are two.",
        (),
        example="caliendo_parro",
    )
    baseline: Written = asked(
        "A packaged baseline, or the path of your own, instead of the scenarios'; of A and B where there are two.",
        (),
        shelf="A packaged baseline, instead of the scenarios'; of A and B where there are two.",
    )
    bands: bool = asked("The range over the published sets of trade elasticities.", True)

    @model_validator(mode="after")
    def _one_or_two(self) -> Self:
        for name in ("as_of", "horizon", "elasticities", "baseline"):
            if len(given := getattr(self, name)) > 2:
                raise ValueError(
                    f"{name}: {len(given)} are named; name one for both, or A's and B's"
                )
        return self

    @property
    def label(self) -> str:
        """What a folder for its report is called, beside those of others of its kind."""
        paths = ["scenario" if "\n" in text else text for text in (self.a, self.b or self.a)]
        return "-".join(
            Path(part).stem for text in dict.fromkeys(paths) for part in text.split("+")
        )

    def scenarios(self) -> tuple[Scenario, Scenario]:
        """Both with what is asked instead of their own. Raises InputError."""
        a, b = (self._scenario(text, at) for at, text in enumerate((self.a, self.b or self.a)))
        return a, b

    def _scenario(self, text: str, at: int) -> Scenario:
        read = parse_scenario(text) if "\n" in text else load_scenario(text)
        own = {"elasticities": self.elasticities, "horizon": self.horizon}
        given = {name: of[at % len(of)] for name, of in own.items() if of}
        assumptions = read.assumptions.model_copy(update=given)
        baseline = self.baseline[at % len(self.baseline)] if self.baseline else read.baseline
        return read.model_copy(update={"assumptions": assumptions, "baseline": baseline})

    def answered(self, desk: Desk) -> Answer:
        keep_made()
        days = self.as_of or (None,)
        desk.progress(f"solving {self.label}")
        pair = comparison_of(*self.scenarios(), (days[0], days[-1]), desk)
        band = compared(pair, desk, self.bands)
        parts, unsplit = _split(pair, desk)
        one, two = pair.a.outcome, pair.b.outcome
        sampled = any(b.variable == "contribution_error" for b in parts)
        return Answer(
            question=self,
            findings=Findings((*band.blocks, *parts)),
            names=pair.b.scenario.names(two.economy, pair.b.as_of),
            notes=[*pair.a.notes, *pair.b.notes, *band.notes, *unsplit],
            sources=(*one.economy.about.sources, *two.economy.about.sources),
            not_modelled=_left_out(pair),
            solver=solver_of(
                two.economy, two.params.tolerance, residual=max(one.residual, two.residual)
            ),
            attachments={
                "a": attached(pair.a, band),
                "b": attached(pair.b, band),
                "actors": asdict(pair.actors),
                "differs": [_player(player) for player in pair.plan.players],
                "held": [step.act.said for step in pair.plan.steps if step.player is None],
                "sets": band.solved,
                "one_world": pair.one_world,
            },
            seed=SEED if sampled else None,
            inputs=texts_of(pair.a.scenario) | texts_of(pair.b.scenario),
        )


def _split(pair: Comparison, desk: Desk) -> tuple[tuple[Block, ...], tuple[Note, ...]]:
    """What each measure contributes, or why nobody knows."""
    try:
        return contributions(pair, desk), ()
    except (ConvergenceError, InputError) as error:
        why = f"a world between the two could not be solved, so that no contributions are told: {error}"
        return (), (Note(NOT_SPLIT, why),)


def _left_out(pair: Comparison) -> tuple[str, ...]:
    horizons = {found.outcome.params.horizon == LONG_RUN for found in (pair.a, pair.b)}
    times = [IN_THE_LONG_RUN] * (True in horizons) + [BEFORE_THE_LONG_RUN] * (False in horizons)
    gaps = [
        line
        for found in (pair.a, pair.b)
        for line in (*found.scenario.not_modelled, *found.outcome.economy.about.not_modelled)
    ]
    return tuple(dict.fromkeys([*gaps, *times, *MODEL_LIMITS]))


def _player(player: Player) -> dict[str, Any]:
    """Its key in findings, and what it was and became in words; nothing where that scenario has it not."""
    was, now = (act.said if act else "" for act in (player.was, player.now))
    return {"key": player.key, "was": was, "now": now}
