"""`pax negotiate`: the best reply, a tariff war, a bargain, and the first tranche of a deal."""

from __future__ import annotations

import math
from functools import partial
from typing import Any, ClassVar, Self, cast, get_args

from pydantic import field_validator, model_validator

from paxsilica.about import BASELINE
from paxsilica.analysis.baseline import balanced, balanced_sets
from paxsilica.analysis.negotiation.agenda import (
    MANY_TIMES,
    MOST_CONCESSIONS,
    Aim,
    Limits,
    agenda_of,
    growing,
)
from paxsilica.analysis.negotiation.game import (
    MOST_RATE,
    Detail,
    Game,
    Government,
    Retaliation,
    game_of,
)
from paxsilica.analysis.negotiation.offers import Offers, negotiation_list
from paxsilica.analysis.negotiation.rungs import too_far, tranche
from paxsilica.analysis.negotiation.sitting import (
    Sitting,
    governments_of,
    of_the_union,
    seat_of,
)
from paxsilica.analysis.negotiation.talks import (
    Played,
    decided_again,
    fought,
    outcome_blocks,
    replies,
    talked,
    war_between,
)
from paxsilica.analysis.negotiation.threat import STANDING, duty_of, threat_of
from paxsilica.analysis.standing_law import standing_law
from paxsilica.desk import Desk
from paxsilica.economy import Note
from paxsilica.errors import InputError, nearest
from paxsilica.findings import Block, Findings
from paxsilica.horizon import Horizon, old_spelling
from paxsilica.model import Params, solve
from paxsilica.model.cache import keep_made
from paxsilica.model.params import Closure
from paxsilica.names import Names, parts
from paxsilica.policy.trade_file import TradeFile, own_trade
from paxsilica.questions.draws_asked import draws_asked, draws_field, seed_field, wrong_count
from paxsilica.questions.negotiate_options import Mode, without_part
from paxsilica.questions.question import Answer, Day, Question, Share, Written, asked, solver_of

MOST_PLAYERS = 12
RECIPROCAL = "reciprocal"


class Negotiate(Question):
    """Best replies, tariff wars, bargains, and the first tranche of a deal between governments."""

    LEFT_OUT: ClassVar = (
        "Profits: firms earn none in this model (perfect competition), so that a government wins no profits from abroad by "
        "a tariff. Models that count them find higher duties: Ossa (2014) 62 % on average.",
        "Politics, unless --weights gives sectors some: a government here wants its real income and nothing else.",
        "Time and threats of more than one step: nobody waits, learns or builds a reputation. One equilibrium at a horizon "
        "is compared with another.",
        "Rules: that duties bound at the WTO may not rise, and what is given to one must be given to all (MFN), unless "
        "--bound or --detail sector says so; rules of origin.",
        "Non-tariff costs cost nothing to lower where they are on the table: who must be persuaded at home is not counted.",
        "Tariffs on services, quotas, investment, security.",
    )

    players: Written = asked(
        "Governments: countries, groups that act as one (EU), or several with + between them.",
        example="USA",
        positional=True,
        several=True,
    )
    nash: bool = asked("The tariff war of all named, on everybody's goods.", False)
    tranche: int | None = asked(
        "Of two: at most so many concessions a side in each step of a deal.", None, example=5
    )
    red_lines: Written | None = asked(
        "Sectors never opened; `IND:A01` of one side alone.", None, example="A01"
    )
    aim: str = asked("What a tranche is chosen by: nash or worse_off.", "nash")
    cut: Share = asked("Part of a tariff that a concession takes off.", 1.0, unit="%")
    non_tariff: Share = asked(
        "Part of trade costs that a concession may take off besides tariffs.", 0.0, unit="%"
    )
    most_output_lost: Share | None = asked(
        "No sector of either side may lose more of its output.", None, unit="%", example="2%"
    )
    most_jobs_lost: Share | None = asked(
        "No sector of either side may lose more of its jobs.", None, unit="%", example="2%"
    )
    most_revenue_lost: Share | None = asked(
        "Neither side may lose more of its tariff revenue.", None, unit="%", example="10%"
    )
    most_growth: float = asked(
        "No concession that alone would multiply the trade in it by more; elasticities are measured on less.",
        MANY_TIMES,
        unit="times",
        example=20,
    )
    threat: str = asked(
        "Without a deal: standing, war, a duty such as 50%, or a scenario.", STANDING, example="war"
    )
    power: Share = asked("Bargaining power of the first of a pair.", 0.5, unit="%")
    detail: str | None = asked(
        "How finely duties are set: uniform, partner, sector or full. Default: partner in a war, full in talks.",
        None,
    )
    sectors: Written = asked("What duties are set on.", ("goods",), names="sectors")
    among: bool = asked("Duties on one another alone, also in a war.", False)
    lowest: Share = asked("Lowest duty; below zero is a subsidy.", 0.0, unit="%")
    highest: Share = asked("Highest duty.", MOST_RATE, unit="%")
    bound: bool = asked("No duty above what stands.", False)
    retaliation: str | None = asked(
        "Of one alone: how others answer; reciprocal, or so many points at most.",
        None,
        example="10%",
    )
    answered_on: Written | None = asked(
        "Sectors on which others answer. Default: all.",
        None,
        example="agriculture",
        names="sectors",
    )
    weights: Written | None = asked(
        "What a dollar of a sector's value added counts; `IND:A01=2` for one alone.",
        None,
        example="C29=1.5",
    )
    offers: bool = asked("Of two: the products that each would ask for and defend.", True)
    most: int = asked("Products of each of those lists.", 10)
    trade: str | None = asked(
        "Your own table of trade by product, such as a year of BACI, for those lists.",
        None,
        unit="path",
        example="BACI_HS22_Y2023.csv",
    )
    products: Written | None = asked(
        "What those lists are confined to: HS codes or sectors.", None, example="3004,C26"
    )
    base: str | None = asked(
        "What stands: a law of a day, a scenario, or `baseline`. Default: the US law where the USA plays.",
        None,
        example="policy:us-law@2025-11-01",
    )
    bands: bool = asked("The range over the published sets of trade elasticities.", True)
    draws: int | None = draws_field("trade elasticities alone")
    seed: int = seed_field()
    deficits: str = asked(
        "Trade deficits: fixed_share, fixed or balanced (gone, in the baseline too).", "fixed_share"
    )
    horizon: str = asked("long_run, short_run or an age such as 1y.", "long_run")
    baseline: str = asked(
        "A packaged baseline, or the path of your own.", BASELINE, shelf="A packaged baseline."
    )
    elasticities: str | None = asked(
        "A published set of trade elasticities.", None, example="caliendo_parro"
    )
    as_of: Day | None = asked("Day that law and membership are of.", None, unit="date")

    @field_validator("players", mode="before")
    @classmethod
    def _apart(cls, written: Any) -> Any:
        """A list of words may have commas in it, as one text has."""
        if isinstance(written, (list, tuple)):
            return [name for word in written for name in parts(word)]
        return written

    @model_validator(mode="after")
    def _together(self) -> Self:
        if said := wrong_count(self.draws, self.seed):
            raise ValueError(said)
        for name, allowed in (("aim", Aim), ("detail", Detail)):
            given = getattr(self, name)
            if given is not None and given not in get_args(allowed):
                raise ValueError(f"--{name}: unknown {given!r}{nearest(given, get_args(allowed))}")
        if len(self.players) > MOST_PLAYERS:
            raise ValueError(
                f"{len(self.players)} governments; {MOST_PLAYERS} at most play at a time"
            )
        if self.nash and len(self.players) < 2:
            raise ValueError("a war takes two; name another government")
        if self.tranche is not None:
            if self.tranche < 1:
                raise ValueError(f"--tranche {self.tranche}: a tranche holds 1 concession at least")
            if len(self.players) != 2 or self.nash:
                raise ValueError("--tranche is of a deal between two; name two, without --nash")
        elif self.red_lines is not None:
            raise ValueError("--red-lines are of a tranche; add --tranche 5")
        if self.retaliation is not None and len(self.players) != 1:
            raise ValueError(
                "--retaliation is of one government alone; of several each answers itself"
            )
        given = {
            name
            for name, field in type(self).model_fields.items()
            if getattr(self, name) != field.default
        }
        if wrong := without_part(given, self.mode, self._lists):
            raise ValueError(wrong)
        self._refuse_numbers()
        if not 0 < self.cut <= 1 or not 0 <= self.non_tariff < 1:
            raise ValueError(
                "--cut must be above 0% and at most 100%, --non-tariff 0% to below 100%"
            )
        assert self.params
        return self

    def _refuse_numbers(self) -> None:
        """Raises ValueError where a number cannot be meant."""
        if not 1 < self.most_growth < math.inf:
            raise ValueError(
                f"--most-growth {self.most_growth:g}: give a factor above 1, such as 5"
            )
        if self.most < 1:
            raise ValueError(f"--most {self.most}: a list holds one product or more")
        if (self.tranche or 1) > MOST_CONCESSIONS:
            raise ValueError(
                f"--tranche {self.tranche}: a step holds {MOST_CONCESSIONS} concessions a side at most"
            )
        for name in ("most_output_lost", "most_jobs_lost", "most_revenue_lost"):
            limit = getattr(self, name)
            if limit is not None and not 0 <= limit <= 1:
                raise ValueError(f"--{name.replace('_', '-')}: give 0% to 100%")

    @property
    def _lists(self) -> bool:
        """Whether lists of products are made: of two that talk."""
        return self.offers and len(self.players) == 2 and not self.nash

    @property
    def params(self) -> Params:
        """The model that is asked for. Raises InputError: no such horizon, or rule for deficits."""
        return Params(Horizon.parse(self.horizon), cast(Closure, self.deficits))

    @property
    def mode(self) -> Mode:
        """What is played: one alone, a war, a deal of two by tranches, or bargains."""
        if len(self.players) == 1:
            return "alone"
        if self.nash:
            return "war"
        return "deal" if self.tranche is not None else "talks"

    def answered(self, desk: Desk) -> Answer:
        keep_made()
        trade = own_trade(self.trade) if self.trade else None
        table = self._sitting(desk)
        play = {"alone": self._war, "war": self._war, "talks": self._talks, "deal": self._deal}
        blocks, notes = play[self.mode](table, desk)
        found = self._offers(table, trade, desk)
        blocks, notes = [*blocks, *found.blocks], [*notes, *found.notes]
        e = table.names.table
        rates = table.law.scenario.not_modelled if table.law.scenario else ()
        return Answer(
            question=self.model_copy(update={"as_of": table.names.day}),
            findings=Findings(tuple(blocks)),
            names=table.names,
            notes=(*filter(None, [old_spelling(self.horizon)]), *table.notes, *notes, *e.notes),
            sources=(*e.about.sources, *found.sources),
            not_modelled=(*self.LEFT_OUT, *rates),
            solver=solver_of(e, table.stood.params.tolerance, residual=table.stood.residual),
            attachments={
                "governments": {g.name: list(g.regions) for g in table.governments},
                "stands": table.law.called,
                "mode": self.mode,
            },
        )

    # ---- who meets, and what they may set ------------------------------------------------------------------

    def _sitting(self, desk: Desk) -> Sitting:
        own = desk.economy(self.baseline, self.elasticities)
        names = Names(own, self.as_of or desk.today)
        governments = governments_of(names, self.players, self.weights or ())
        players = tuple(region for government in governments for region in government.regions)
        law = standing_law(self.base, names.day or desk.today, own, players, "now")
        economy = balanced(desk, own, self.params)
        desk.progress("solving what stands")
        shock = law.scenario.compile(economy) if law.scenario else None
        stood = solve(economy, shock, self.params)
        economies, why = (
            balanced_sets(desk, own, self.params, draws_asked(self.draws, self.seed))
            if self.bands
            else ((), ())
        )
        said = (*law.notes, *why, *of_the_union(governments), *names.notes(self.players))
        return Sitting(names, governments, stood, economies, law, said)

    def _game(self, table: Sitting, detail: str, among: bool) -> Game:
        ours = [region for g in table.governments for region in g.regions]
        return game_of(
            table.stood,
            table.governments,
            cast(Detail, detail),
            table.names.placed_sectors(self.sectors, "sectors"),
            against=ours if among else (),
            low=self.lowest,
            high=self.highest,
            ceiling=self.bound,
            retaliation=self._answer(table),
        )

    def _answer(self, table: Sitting) -> Retaliation | None:
        if self.retaliation is None:
            if self.answered_on is not None:
                raise InputError("--answered-on is of --retaliation; add --retaliation reciprocal")
            return None
        on = (
            None
            if self.answered_on is None
            else table.names.placed_sectors(self.answered_on, "answered-on")
        )
        if self.retaliation == RECIPROCAL:
            return Retaliation(sectors=on)
        if duty_of(self.retaliation, "--retaliation", RECIPROCAL) == 0:
            raise InputError("--retaliation 0% is no answer; leave it out")
        return Retaliation(duty_of(self.retaliation, "--retaliation", RECIPROCAL), on)

    # ---- what is played --------------------------------------------------------------------------------

    def _war(self, table: Sitting, desk: Desk) -> tuple[list[Block], list[Note]]:
        game = self._game(table, self.detail or "partner", self.among)
        played = fought(game, desk.progress)
        blocks, notes = outcome_blocks(played, table.economies, (), desk.progress)
        scenario = "optimum" if self.mode == "alone" else "war"
        blocks += decided_again(played, scenario, table.economies, desk.progress)
        return blocks, notes

    def _talks(self, table: Sitting, desk: Desk) -> tuple[list[Block], list[Note]]:
        game = self._game(table, self.detail or "full", among=True)
        war = war_between(game, desk.progress)
        threat, notes = threat_of(self.threat, game, lambda: war)
        played = talked(game, threat, self.power, desk.progress)
        rates = {**played.rates, "war": war.rates}
        blocks, more = outcome_blocks(
            played._replace(rates=rates), table.economies, (), desk.progress
        )
        if len(table.governments) == 2:
            blocks.append(replies(table.stood, table.governments, desk.progress))
        return blocks, [*notes, *more]

    def _deal(self, table: Sitting, desk: Desk) -> tuple[list[Block], list[Note]]:
        one, two = table.governments
        apart, blocks, notes = None, list[Block](), list[Note]()
        if self.threat != STANDING:
            game = self._game(table, "full", among=True)
            war = partial(war_between, game, desk.progress)
            threat, notes = threat_of(self.threat, game, war)
            apart = game.stood.shock.changed("tariffs", game.cells, threat)
            told = Played(game, {"threat": game.mean_of(threat)}, (), threat=threat)
            blocks, more = outcome_blocks(told, table.economies, (), desk.progress)
            notes += more
        agenda = agenda_of(
            table.stood,
            (one, two),
            table.names.placed_sectors(self.sectors, "sectors"),
            [self._closed(side, table) for side in (one, two)],
            cut=self.cut,
            relief=self.non_tariff,
            threat=apart,
            limits=Limits(self.most_output_lost, self.most_jobs_lost, self.most_revenue_lost),
            aim=cast(Aim, self.aim),
        )
        desk.progress("weighing each concession alone")
        kept = growing(agenda, self.most_growth)
        notes += too_far(agenda, kept, table.names, self.most_growth)
        found, more = tranche(kept, self.tranche or 1, table.economies, (), desk.progress)
        return [*blocks, *found], [*notes, *more]

    def _offers(self, table: Sitting, trade: TradeFile | None, desk: Desk) -> Offers:
        """The lists of products of two sides."""
        if not self._lists:
            return Offers((), (), ())
        one, two = (written.split("+") for written in self.players)
        return negotiation_list(
            table.stood,
            table.names,
            one,
            two,
            day=table.law.day,
            most=self.most,
            cut=self.cut,
            trade=trade,
            products=self.products or (),
            others=table.economies,
            progress=desk.progress,
        )

    def _closed(self, side: Government, table: Sitting) -> tuple[str, ...]:
        """The red lines of a side."""
        lines = []
        for line in self.red_lines or ():
            who, _, sector = line.rpartition(":")
            whose = seat_of(table.names, table.governments, who, "--red-lines") if who else side
            if whose is side:
                lines.append(sector)
        return table.names.placed_sectors(lines, "red-lines") if lines else ()
