"""`pax ally`: what an alliance is worth, what one more member adds, whether members would stay, who should be next."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, Self

from pydantic import field_validator, model_validator

from paxsilica.about import BASELINE
from paxsilica.analysis.alliance.assess import assess
from paxsilica.analysis.alliance.game import SEED
from paxsilica.analysis.alliance.roster import Alliance, alliance, opposed
from paxsilica.analysis.alliance.values import CRITICAL, VALUE_KINDS, Setting
from paxsilica.analysis.alliance.who_next import who_next
from paxsilica.analysis.baseline import balanced, balanced_sets
from paxsilica.analysis.chain import SupplyChain, load_chain
from paxsilica.data.sources import sources_of
from paxsilica.desk import Desk
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError, LabelError, nearest
from paxsilica.horizon import Horizon, old_spelling
from paxsilica.model import Params
from paxsilica.model.cache import keep_made
from paxsilica.names import Names
from paxsilica.questions.draws_asked import draws_asked, draws_field, seed_field, wrong_count
from paxsilica.questions.question import Answer, Day, Question, Written, asked, solver_of

MOST_PERMUTATIONS = 1000
"""Orders of entry: 16 blocs need up to 15,000 equilibria for them, a quarter of all there are."""


class Ally(Question):
    """What an alliance is worth, what a newcomer adds, who would stay, who should be next."""

    LEFT_OUT: ClassVar = (
        "Cuts of services: they are in the equilibrium, but only goods are cut and freed. Applications, models, "
        "networks and logistics show in coverage, not in money.",
        "Products inside a sector: a cut of critical goods takes whole sectors, ordinary electronics with advanced "
        "chips, which overstates it; and one product that nobody else makes counts as its sector's average, which "
        "understates it. The bias goes both ways, and the elasticities move every value by a factor of two to ten: read "
        "the band.",
        "Minerals: the baseline's trade elasticities of ores and metals are high together, so that leverage by minerals is "
        "far lower under it than under any other set; read the range by layer.",
        "Tariffs after 2024: the baseline holds those of 2021 (2024 for imports of the United States), with most trade "
        "agreements in force but not the tariffs of 2025 and later. Non-tariff barriers, investment and standards are "
        "left out.",
        "Plants by place, where a stage of the chain counts firms by their seat or is old: see the notes on the chain.",
        "Members that the input-output table holds inside the rest of the world, Qatar among them: they count in "
        "coverage alone.",
        "What the European Union decides as one, where only some of its members are in: they are treated as if each "
        "could set its own tariffs.",
        "Retaliation beyond the cut that is asked about, and what members gain in security.",
    )

    members: Written = asked(
        "An alliance, groups or countries.",
        ("pax-silica",),
        example="USA,JPN,KOR",
        positional=True,
        names="countries",
    )
    add: Written | None = asked(
        "Who would join: countries or groups.", None, example="IND,BRA", names="countries"
    )
    who_next: bool = asked("Rank everybody outside by what they add.", False)
    against: Written = asked("The adversary.", ("CHN",), example="CHN", names="countries")
    value: Written = asked(
        "Values: preference, leverage, resilience.", tuple(VALUE_KINDS), example="leverage"
    )
    rivals: Written | None = asked(
        "A rival bloc, free of tariffs inside.", None, example="CHN,RUS", names="countries"
    )
    chain: str = asked("The chain whose layers are covered.", "ai-stack", example="chips")
    baseline: str = asked("Economy that is solved.", BASELINE)
    elasticities: str | None = asked(
        "A published set of trade elasticities.", None, example="caliendo_parro"
    )
    draws: int | None = draws_field("trade elasticities alone")
    seed: int = seed_field()
    horizon: str = asked("long_run, short_run or an age such as 1y.", "long_run")
    permutations: int = asked(
        f"Orders of entry sampled beyond 12 blocs, an even number to {MOST_PERMUTATIONS}.", 40
    )
    as_of: Day | None = asked(
        "Day that membership is counted on.", None, unit="date", example="2026-01-16"
    )

    @field_validator("horizon")
    @classmethod
    def _known(cls, text: str) -> str:
        Horizon.parse(text)
        return text

    @model_validator(mode="after")
    def _together(self) -> Self:
        if said := wrong_count(self.draws, self.seed):
            raise ValueError(said)
        if self.who_next:
            for name in ("add", "value", "rivals", "permutations"):
                if getattr(self, name) != type(self).model_fields[name].default:
                    raise ValueError(
                        f"--who-next asks about everybody outside, one by one; drop --{name}"
                    )
        return self

    def answered(self, desk: Desk) -> Answer:
        keep_made()
        table = desk.economy(self.baseline, self.elasticities)
        asks = self.model_copy(update={"as_of": self.as_of or desk.today})
        who = alliance(table, self.members, self.add or (), asks.as_of)
        setting, notes = asks._setting(desk, table, who)
        chain = load_chain(self.chain)
        if self.who_next:
            findings, said = who_next(setting, who.countries, chain, desk.progress)
        else:
            economies, why = balanced_sets(
                desk, table, setting.params, draws_asked(self.draws, self.seed)
            )
            asked = (self.value, self.permutations, chain, economies, desk.progress)
            findings, said = assess(setting, who, *asked)
            said += why
        notes += [
            *said,
            *filter(None, [old_spelling(self.horizon)]),
            *(note for note in chain.notes if note.leads),
            *Names(day=asks.as_of).notes([*self.members, *(self.add or ())]),
            *setting.economy.notes,
        ]
        sampled = findings.select("bloc_error").blocks
        return Answer(
            question=asks,
            findings=findings,
            names=Names(table, asks.as_of),
            notes=tuple(notes),
            sources=(*table.about.sources, *chain.sources.values(), *sources_of(["baci"])),
            not_modelled=self.LEFT_OUT,
            solver=solver_of(setting.economy, setting.params.tolerance),
            attachments={"alliance": _who_joins(who, setting), "chain": _about(chain)},
            seed=SEED if sampled else None,
        )

    def _setting(self, desk: Desk, table: Economy, who: Alliance) -> tuple[Setting, list[Note]]:
        """The world that is asked about, and what is to be known of who is in it."""
        params = Params(Horizon.parse(self.horizon))
        sectors = tuple(sector for sector in CRITICAL if sector in table.sectors)
        if not sectors:
            raise InputError(
                f"{self.baseline} has none of the critical sectors {', '.join(CRITICAL)}; label them so"
            )
        against, notes = opposed(table, self.against, self.as_of, "--against")
        rivals, more = opposed(table, self.rivals, self.as_of, "--rivals")
        self._refuse(who, against, rivals)
        setting = Setting(
            economy=balanced(desk, table, params),
            blocs={**who.blocs, **who.added},
            members=tuple(who.blocs),
            adversary=against,
            sectors=sectors,
            rivals=rivals,
            params=params,
        )
        return setting, [*who.notes, *notes, *more]

    def _refuse(self, who: Alliance, against: Sequence[str], rivals: Sequence[str]) -> None:
        for at, kind in enumerate(self.value):
            if kind not in VALUE_KINDS:
                raise LabelError(f"unknown value {kind!r}{nearest(kind, VALUE_KINDS)}")
            if kind in self.value[:at]:
                raise InputError(f"{kind} is asked for twice; name it once")
        for what, regions in (("the adversary", against), ("a rival", rivals)):
            for region in regions:
                if region in who.countries:
                    raise InputError(f"{region} is a member and {what}; leave it in one")
        if len(rivals) == 1:
            raise InputError(
                f"{rivals[0]} alone is no rival bloc: it trades freely with itself; name two or more"
            )
        n = self.permutations
        if n < 4 or n % 2 or n > MOST_PERMUTATIONS:
            raise InputError(f"{n} permutations; give an even number from 4 to {MOST_PERMUTATIONS}")


def _who_joins(who: Alliance, setting: Setting) -> dict[str, Any]:
    """Who is in: countries by bloc, those who are added, and those inside the rest of the world."""
    return {
        "members": {bloc: list(countries) for bloc, countries in who.inside.items()},
        "added": {bloc: list(countries) for bloc, countries in who.newcomers.items()},
        "added_blocs": list(who.added),
        "outside": list(who.outside),
        "against": list(setting.adversary),
        "critical": list(setting.sectors),
    }


def _about(chain: SupplyChain) -> dict[str, Any]:
    """What a reader must know of the chain: how old its shares are, and at how many stages they go by seat of firm."""
    dated = [stage for stage in chain.stages if stage.year is not None]
    return {
        "name": chain.name,
        "title": chain.title,
        "years": sorted({stage.year for stage in dated if stage.year is not None}),
        "dated_stages": len(dated),
        "by_seat": sum(stage.basis == "headquarters" for stage in dated),
    }
