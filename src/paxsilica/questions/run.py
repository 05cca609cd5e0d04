"""`pax run`: what the measures of a scenario do to every region."""

from __future__ import annotations

import hashlib
import json
import math
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from paxsilica.analysis.band import Band
from paxsilica.analysis.effects import effects
from paxsilica.analysis.run import Solved, band_of, drivers_of, solved
from paxsilica.conditions import settlements
from paxsilica.data.population import POPULATION
from paxsilica.data.sources import sources_of
from paxsilica.desk import Desk
from paxsilica.economy import Economy
from paxsilica.findings import Block, Findings, block
from paxsilica.horizon import LONG_RUN
from paxsilica.model import Outcome
from paxsilica.model.cache import keep_made
from paxsilica.policy import Scenario, load_scenario, parse_scenario
from paxsilica.policy.library import is_policy
from paxsilica.questions.draws_asked import draws_asked, draws_field, seed_field
from paxsilica.questions.question import Answer, Day, Question, Share, asked, solver_of
from paxsilica.questions.run_path import path_answer, without_path, wrong_draws

IN_THE_LONG_RUN = (
    "Time: two long-run equilibria are compared. What it costs to get there (unemployment, stranded "
    "plants, months without a supplier) is not counted, so a ban looks milder than it feels."
)

BEFORE_THE_LONG_RUN = (
    "Time: the short run is an equilibrium too, in which less has adjusted. Unemployment, stocks, the "
    "weeks before a first substitute arrives, and the path from here to the long run are not counted."
)

MODEL_LIMITS = (
    "Sectors are bundles: a measure on some of a sector's products is an average over all of them.",
    "Tariffs on services, and behaviour other than buying and selling: investment, migration, exchange "
    "rates, monetary policy, retaliation that the scenario does not state.",
    "Uncertainty beyond trade elasticities: the range is over published sets of them, and the data, the "
    "other parameters and the form of the model are taken as given.",
)

MOVES_COSTS = ("productivity", "trade_cost", "export_ban", "import_ban")
"""Kinds of measures that waste or save resources, where others move money between people."""


class Run(Question):
    """Solve scenarios and print what they do to every region."""

    file: str | None = asked(
        "Scenario file; `a.yaml+b.yaml` stacks two into one.",
        None,
        unit="path",
        example="examples/us-india-tariff-50.yaml",
        positional=True,
        each=True,
        shelf="A law of the shelf on a day.",
    )
    text: Annotated[str, Field(max_length=1_000_000)] | None = asked(
        "The scenario itself, as its file would hold it.", None, unit="YAML"
    )
    as_of: Day | None = asked(
        "Only measures in force on this day.", None, unit="date", example="2025-08-27"
    )
    elasticities: str | None = asked(
        "A published set of trade elasticities, instead of the scenario's.",
        None,
        example="caliendo_parro",
    )
    horizon: str | None = asked(
        "long_run, short_run or an age such as 1y, instead of the scenario's.",
        None,
        example="short_run",
    )
    baseline: str | None = asked(
        "A packaged baseline, or the path of your own, instead of the scenario's.",
        None,
        shelf="A packaged baseline, instead of the scenario's.",
    )
    bands: bool = asked("The range over the published sets of trade elasticities.", True)
    draws: int | None = draws_field("all that is uncertain")
    seed: int = seed_field()
    baseline_error: Share = asked(
        "With draws: how far a flow of the baseline may be off, the standard deviation of its log.",
        0.0,
        unit="%",
        example="10%",
    )
    yes: bool = asked("Draw even more than 100,000 worlds.", False)
    path: str | None = asked(
        "From which month to which every date is solved, with the law of each and measures that grow older.",
        None,
        unit="months",
        example="2024-01..2030-12",
    )
    every: Literal["month", "quarter", "year"] = asked("What lies between two dates.", "quarter")
    growth: bool = asked(
        "On a path the world grows as the IMF foresees; else it stays as it is.", True
    )
    anticipated: str | None = asked(
        "On a path: by how much measures were known before they came, so that adjusting began.",
        None,
        unit="months or years",
        example="6m",
    )

    @model_validator(mode="after")
    def _one_scenario(self) -> Self:
        if said := without_path(self) or wrong_draws(self):
            raise ValueError(said)
        if self.path is not None and (self.as_of or self.horizon):
            raise ValueError("a path has its own days and ages; leave --as-of and --horizon out")
        if (self.file is None) == (self.text is None):
            raise ValueError("name a scenario file, or give its text; one of the two")
        return self

    @property
    def label(self) -> str:
        """What a folder for its report is called, beside those of other files."""
        parts = (self.file or "scenario").split("+")
        named = (part.replace("/", "-") if is_policy(part) else part for part in parts)
        return "+".join(Path(part).stem.removeprefix("policy:") for part in named)

    def scenario(self) -> Scenario:
        """The scenario with what is asked instead of its own. Raises InputError."""
        return self.adjusted(
            load_scenario(self.file) if self.file is not None else parse_scenario(self.text or "")
        )

    def adjusted(self, read: Scenario) -> Scenario:
        """A scenario with what is asked instead of its own."""
        own = {"elasticities": self.elasticities, "horizon": self.horizon}
        given = {name: value for name, value in own.items() if value is not None}
        assumptions = read.assumptions.model_copy(update=given)
        baseline = read.baseline if self.baseline is None else self.baseline
        return read.model_copy(update={"assumptions": assumptions, "baseline": baseline})

    def answered(self, desk: Desk) -> Answer:
        return self.about(self.scenario(), desk)

    def about(self, scenario: Scenario, desk: Desk) -> Answer:
        """The same of a scenario that is read already."""
        keep_made()
        desk.progress(f"solving {self.label}")
        if self.path is not None:
            return path_answer(self, scenario, desk, MODEL_LIMITS)
        found = solved(scenario, self.as_of, desk)
        band = (
            band_of(found, desk, draws_asked(self.draws, self.seed, self.baseline_error))
            if self.bands or self.draws
            else None
        )
        e, o = found.outcome.economy, found.outcome
        own = IN_THE_LONG_RUN if o.params.horizon == LONG_RUN else BEFORE_THE_LONG_RUN
        drivers = drivers_of(found, desk) if self.draws else ()
        own_blocks = (*_reached(scenario, e, found.as_of), *_settled(o), *drivers)
        findings = effects(o, found.actors, band) + Findings(own_blocks)
        people = (
            sources_of([POPULATION]) if findings.select("real_income_per_person").blocks else ()
        )
        proof = {"residuals": dict(o.residuals), "walras": o.walras, "iterations": o.iterations}
        return Answer(
            question=self.model_copy(update={"as_of": found.as_of}),
            findings=findings,
            names=scenario.names(e, found.as_of),
            notes=[*found.notes, *(band.notes if band else ())],
            sources=(*e.about.sources, *people),
            not_modelled=(*scenario.not_modelled, *e.about.not_modelled, own, *MODEL_LIMITS),
            solver=solver_of(e, o.params.tolerance, residual=o.residual) | proof,
            attachments={"scenario": attached(found, band), "actors": asdict(found.actors)},
            seed=self.seed if self.draws else None,
            inputs=texts_of(scenario),
        )


def _reached(scenario: Scenario, economy: Economy, as_of: date | None) -> tuple[Block, ...]:
    """What share of each sector's trade the measures by products reach, and of whose trade that is known."""
    told = {
        "reached_share": scenario.coverage(economy, as_of),
        "reached_share_known": scenario.known(economy, as_of),
    }
    return tuple(
        block(variable, [100 * x for x in of.values()], {"sector": tuple(of)}, measure=id)
        for variable, measures in told.items()
        for id, of in measures.items()
    )


REGIMES = ("within", "at", "beyond")
"""Of a limit, by number."""


def _settled(outcome: Outcome) -> Iterator[Block]:
    """What the equilibrium made of quotas, sums of money, caps and lost capacity."""
    e, every = outcome.economy, settlements(outcome)
    for placed in (False, True):
        those = [(c.name, f) for c, f in every if (f.place is not None) == placed]
        of = {"measure": [name for name, _ in those]}
        if placed:
            places = [f.place for _, f in those if f.place is not None]
            of |= {"region": [e.regions[i] for i, _ in places]}
            of |= {"sector": [e.sectors[j] for _, j in places]}
        if those:
            yield block("limit_regime", [REGIMES.index(f.regime) for _, f in those], of)
            yield block("limit_used", [100 * f.used for _, f in those], of)
            yield block("limit_rate", [100 * f.rate for _, f in those], of)
            yield block("limit_money", [f.money for _, f in those], of)


def attached(solved: Solved, band: Band | None) -> dict[str, Any]:
    """The scenario as understood: what is no number, and the numbers that were assumed."""
    s, o = solved.scenario, solved.outcome
    sentences = s.sentences(o.economy, solved.as_of)
    in_force, names = s.in_force(solved.as_of), s.names(o.economy, solved.as_of)
    deeds = {effect.noun for m in in_force for effect in s.effects(m, names)}
    numbers = asdict(o.params) | asdict(o.params.horizon)
    assumed = {name: "inf" if value == math.inf else value for name, value in numbers.items()}
    return {
        "title": s.title,
        "base": s.before.title if s.before else None,
        "baseline": o.economy.about.title,
        "as_of": solved.as_of.isoformat() if solved.as_of else None,
        "clauses": list(s.clauses(o.economy, solved.as_of)),
        "measures": dict(zip((m.id for m in in_force), sentences, strict=True)),
        "limits": {c.name: type(c).__name__ for c, _ in settlements(o)},
        "kinds": sorted(deeds.intersection(MOVES_COSTS)),
        "pays": "transfer" in deeds,
        "idle": len(s.measures) - len(in_force),
        "read_back": list(s.read_back(o.economy, solved.as_of)),
        "left_out": list(s.not_modelled),
        "source": [c.model_dump(mode="json", exclude_none=True) for c in s.source],
        "assumptions": {
            **assumed,
            "horizon": o.params.horizon.key,
            "elasticities": o.economy.about.elasticities,
            "revenue": s.assumptions.revenue,
            "bans": o.shock.narrows,
        },
        "sets": band.solved if band else 1,
        "over": band.over if band else "",
    }


def texts_of(scenario: Scenario) -> dict[str, dict[str, str]]:
    """Each file with its text and the sha256 of its bytes, of a table of trade the sha256 alone; a scenario from no file
    as JSON, which is YAML too; then those of what stood before."""
    texts = scenario.texts or {
        "scenario.yaml": json.dumps(scenario.as_dict(), indent=2, ensure_ascii=False) + "\n"
    }
    own = {
        name: {"sha256": hashlib.sha256(text.encode()).hexdigest(), "text": text}
        for name, text in texts.items()
    }
    if scenario.trade:
        own[scenario.trade.file] = {"sha256": scenario.trade.sha256()}
    return own | (texts_of(scenario.before) if scenario.before else {})
