"""`pax target`: how far growth and instruments carry trade toward a target, and what is left to do."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Annotated, Any, ClassVar, Self

from pydantic import AfterValidator, BeforeValidator, WithJsonSchema, model_validator

from paxsilica.about import BASELINE
from paxsilica.analysis.band import band_over
from paxsilica.analysis.baseline import balanced, balanced_sets
from paxsilica.analysis.standing_law import HALF_A_YEAR, StandingLaw, file_of, standing_law
from paxsilica.analysis.target.checks import (
    billions,
    counted_of,
    pledges_of,
    refuse_amounts,
    refuse_out_of_reach,
)
from paxsilica.analysis.target.gravity import Fan, fan_of, trade_growth
from paxsilica.analysis.target.path import error_blocks, pairs_of, path_blocks
from paxsilica.analysis.target.period import Period, parse_period
from paxsilica.analysis.target.reach import MOST_CUT, Case, met_blocks, target_blocks, tariff_blocks
from paxsilica.analysis.target.trade import Counted, Direction
from paxsilica.data.outlook import OUTLOOK, packaged_outlook
from paxsilica.data.sources import sources_of
from paxsilica.desk import Desk
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError
from paxsilica.findings import Block, Findings, block
from paxsilica.horizon import SHORT_RUN, Horizon, old_spelling
from paxsilica.model import Params
from paxsilica.model.cache import keep_made
from paxsilica.names import Names
from paxsilica.questions.question import Answer, Day, Question, Share, Written, asked, solver_of
from paxsilica.questions.run import texts_of
from paxsilica.shock import Shock

NO_TARIFFS = Note("target.no_tariffs", "no tariffs stand between both sides on what counts")

ZERO, STAND = "zero", "stand"
"""End states of tariffs that are no file."""


def _period(text: str) -> str:
    parse_period(text)
    return text


Billions = Annotated[
    float, BeforeValidator(billions), WithJsonSchema({"type": ["number", "string"]})
]
"""`131.84`, or `"131.84 billion USD"`."""

PeriodText = Annotated[str, BeforeValidator(str), AfterValidator(_period)]


class Target(Question):
    """How far growth and instruments carry trade of two sides toward a target, and the cut in trade cost that is left."""

    LEFT_OUT: ClassVar = (
        "Growth of trade beyond that of the two economies: new products, firms that move, exchange rates other than the "
        "IMF's, a trade that rose faster or slower than both economies until now.",
        "Growth and instruments together: instruments are solved on the structure of the baseline's year, and their "
        "factor is taken for that of the target's year.",
        "The time that instruments take: each equilibrium is one in which everything has adjusted as the horizon says.",
        "How a government makes firms buy more, or costs fall: both are solved as a lower trade cost, for which nobody "
        "pays. Trade is no welfare.",
        "Errors of the model: probabilities are of forecasts of GDP alone, and of few years; ranges are over published "
        "sets of trade elasticities.",
    )

    side: Written = asked(
        "One side: regions or groups.", example="USA", positional=True, names="regions"
    )
    partner: Written = asked(
        "The other side: regions or groups.", example="IND", positional=True, names="regions"
    )
    goal: Billions = asked(
        "The target, billion USD a year, nominal.", unit="billion USD", example="500"
    )
    by: PeriodText = asked(
        "Period of the target: a year, a fiscal year from April (2029-30), or the last day of 12 months.",
        example="2030",
    )
    trade: Billions | None = asked(
        "Trade in the base period, billion USD a year. Default: the baseline's own.",
        None,
        unit="billion USD",
        example="131.84",
    )
    since: PeriodText | None = asked(
        "The base period, written as the target's. Default: the baseline's year.",
        None,
        example="2024-25",
    )
    flow: Direction = asked("What counts: both, exports of the first side, or its imports.", "both")
    sectors: Written = asked(
        "What counts: sectors or groups.", ("goods",), example="goods", names="sectors"
    )
    tariffs: str = asked(
        "End state of tariffs: zero between both sides, a scenario file, or stand for no change.",
        ZERO,
    )
    purchases: Written | None = asked(
        "What is to be bought more, billion USD a year in the target's period, by sector or group.",
        None,
        example="energy=15,C302T309=8",
    )
    buyer: Written | None = asked(
        "Which side buys these. Default: the second.", None, example="IND", names="regions"
    )
    non_tariff: Share | None = asked(
        "Cut of all other trade costs of the sectors, both ways.", None, unit="%", example="5%"
    )
    stands: str | None = asked(
        "What stands now: a scenario file, policy:us-law@2026-03-01, or baseline. Default: the US law of the day where the "
        "United States are a side.",
        None,
    )
    stood: str | None = asked(
        "What stood in the base period, written as `stands`. Default: the US law of its middle, in the short run.",
        None,
    )
    horizon: str = asked(
        "How far everything has adjusted: long_run, short_run or an age such as 1y.", "long_run"
    )
    baseline: str = asked(
        "A packaged baseline, or the path of your own.", BASELINE, shelf="A packaged baseline."
    )
    elasticities: str | None = asked(
        "A published set of trade elasticities.", None, example="caliendo_parro"
    )
    as_of: Day | None = asked(
        "Day that counts as today, for the law and for membership. Default: today.",
        None,
        unit="date",
        example="2026-03-01",
    )
    bands: bool = asked("The range over the published sets of trade elasticities.", True)

    @model_validator(mode="after")
    def _together(self) -> Self:
        if self.trade is not None and self.since is None:
            raise ValueError("which period is --trade of? add --since, such as 2024-25")
        if self.buyer is not None and self.purchases is None:
            raise ValueError("--buyer says who buys more; add --purchases, such as energy=15")
        if self.non_tariff is not None and not 0 < self.non_tariff < MOST_CUT:
            raise ValueError(f"--non-tariff must lie between 0% and {100 * MOST_CUT:g}%")
        if (since := self.since) and parse_period(self.by).time - parse_period(since).time < 1:
            raise ValueError(
                f"the target's period, {self.by}, must begin after the base's, {since}, has ended"
            )
        return self

    def answered(self, desk: Desk) -> Answer:
        keep_made()
        day = self.as_of or desk.today
        table = desk.economy(self.baseline, self.elasticities)
        names, params = Names(table, day), Params(Horizon.parse(self.horizon))
        counted = counted_of(names, self.side, self.partner, self.sectors, self.flow)
        since, by, base = self._periods(table, counted, day)
        outlook = packaged_outlook()
        pairs, everybody = pairs_of(outlook, table, counted)
        refuse_amounts(table, counted, base, 1e3 * self.goal, since)
        growth, left = trade_growth(outlook, pairs, since.time, by.time)
        fan = fan_of(outlook, pairs, everybody, since.time)
        economy = balanced(desk, table, params)
        read = self._read(economy, counted, since, day)
        files = [of.scenario for of in read.values() if of.scenario]
        stood, stands, ends = self._shocks(economy, counted, read)
        case = Case(
            economy,
            counted,
            stood,
            stands,
            ends,
            pledges_of(names, counted, self.purchases or (), self.buyer),
            self.non_tariff or 0.0,
            base,
            1e3 * self.goal,
            growth,
            {
                "target_probability": fan.deviation(by.time),
                "target_probability_own": fan.of(fan.own).deviation(by.time),
                "target_probability_pooled": fan.of(fan.pooled).deviation(by.time),
            },
            params,
            replace(params, horizon=SHORT_RUN) if read["stood"].young else params,
        )
        desk.progress("solving instruments")
        refuse_out_of_reach(case, names)
        blocks, more = self._solved(desk, table, case)
        stated = self._stated(table, case, since, by)
        path = [*path_blocks(outlook, pairs, fan, case, since, by, day), *error_blocks(fan)]
        sides, labels = [*self.side, *self.partner], map(names.label, (self.side, self.partner))
        return Answer(
            question=self.model_copy(update={"as_of": day}),
            findings=Findings(
                (*stated, *blocks, *met_blocks(case), *tariff_blocks(case, *labels), *path)
            ),
            names=names,
            notes=(
                *filter(None, [old_spelling(self.horizon)]),
                *table.notes,
                *economy.notes,
                *(note for of in read.values() for note in of.notes),
                *_without_forecast(left),
                *[NO_TARIFFS] * (self.tariffs == ZERO and ends is None),
                *names.notes(sides),
                *more,
            ),
            sources=(*table.about.sources, *sources_of([OUTLOOK])),
            not_modelled=(*self.LEFT_OUT, *(line for s in files for line in s.not_modelled)),
            solver=solver_of(
                economy, params.tolerance, residual=max(f.outcome.residual for f in case.needed)
            ),
            attachments=_attached(case, fan, read, since, by),
            inputs={k: v for s in files for k, v in texts_of(s).items()},
        )

    # ---- what is asked, checked ---------------------------------------------------------------

    def _periods(self, table: Economy, counted: Counted, day: date) -> tuple[Period, Period, float]:
        """The base period, the target's, and trade in the base period, million USD."""
        own, outlook = table.about.year, packaged_outlook()
        if table.about.currency != "USD":
            raise InputError(
                f"the money of {table.about.name} is {table.about.currency}, and the outlook is in USD; take one in USD"
            )
        if self.since is None and own is None:
            raise InputError(
                f"{table.about.name} has no year; say what trade was and when: --trade 131.84 --since 2024-25"
            )
        since, by = parse_period(self.since or own), parse_period(self.by)
        if self.trade is None and since.text != str(own):
            raise InputError(
                f"trade in {since} is not known, the baseline is of {own}; add --trade, or leave --since out"
            )
        if by.last <= day:
            raise InputError(f"by: {by} is over on {day}; name a period that ends later")
        if since.last > day:
            raise InputError(f"since: {since} is not over on {day}; name a period that is")
        first, last = outlook.years[0], outlook.years[-1]
        if by.time > last:
            raise InputError(
                f"by: the outlook of the IMF ends with {last}; name a period that ends with it or earlier"
            )
        if since.time < first:
            raise InputError(f"since: the outlook begins with {first}; name a period from then on")
        base = self.trade and 1e3 * self.trade
        return since, by, base or counted.money(table, table.flows)

    # ---- what is solved -----------------------------------------------------------------------

    def _read(
        self, economy: Economy, counted: Counted, since: Period, day: date
    ) -> dict[str, StandingLaw]:
        """What stood, what stands, and the end state of tariffs."""
        sides = (*counted.side, *counted.partner)
        own = self.tariffs not in (ZERO, STAND)
        return {
            "stood": standing_law(self.stood, since.last - HALF_A_YEAR, economy, sides, "then"),
            "stands": standing_law(self.stands, day, economy, sides, "now"),
            "ends": file_of(self.tariffs) if own else StandingLaw(),
        }

    def _shocks(
        self, economy: Economy, counted: Counted, read: dict[str, StandingLaw]
    ) -> tuple[Shock, Shock, Shock | None]:
        """What stood, what stands, and the end state, as shocks; None where tariffs stand as they are."""
        stood, stands = (
            Shock(economy) if (of := read[key].scenario) is None else of.compile(economy)
            for key in ("stood", "stands")
        )
        if self.tariffs == STAND:
            return stood, stands, None
        if ends := read["ends"].scenario:
            return stood, stands, ends.compile(economy, after=None if ends.before else stands)
        cells = counted.cells(economy, "both")
        if not stands.at("tariffs", cells).any():
            return stood, stands, None
        return stood, stands, stands.changed("tariffs", cells, 0.0)

    def _solved(
        self, desk: Desk, table: Economy, case: Case
    ) -> tuple[tuple[Block, ...], tuple[Note, ...]]:
        """What differs between sets of elasticities, with its band, and under each set."""
        own, horizon = [*target_blocks(case)], case.params.horizon.key
        others, notes = balanced_sets(desk, table, case.params) if self.bands else ([], ())
        band = band_over(
            case.economy.about.elasticities,
            own,
            others,
            lambda e: [*target_blocks(case.on(e))],
            notes,
            desk.progress,
        )
        found = Findings((*band.blocks, *band.each)).of(horizon=horizon)
        return found.blocks, band.notes

    def _stated(self, table: Economy, case: Case, since: Period, by: Period) -> list[Block]:
        years, factor = by.time - since.time, case.goal / case.base
        asked_for = {"growth_asked": factor, "target_growth": case.growth}
        found = [
            block(key, 100 * (x ** (1 / years) - 1), date=by.text) for key, x in asked_for.items()
        ]
        return [
            block("trade_base", case.base, date=since.text),
            block("target_goal", case.goal, date=by.text),
            block("trade_in_model", case.counted.money(table, table.flows)),
            block("factor_asked", factor),
            block("years_to_target", years),
            *found,
            *(
                [
                    block(
                        "purchase_amount",
                        [p.amount for p in case.pledges],
                        {"item": [p.name for p in case.pledges]},
                    )
                ]
                if case.pledges
                else []
            ),
        ]


def _without_forecast(left: Sequence[str]) -> list[Note]:
    if not left:
        return []
    text = (
        f"no forecast of GDP until then, left out of the growth of their region: {', '.join(left)}"
    )
    return [Note("target.without_forecast", text)]


def _attached(
    case: Case, fan: Fan, read: dict[str, StandingLaw], since: Period, by: Period
) -> dict[str, Any]:
    """What is no number: who trades what, the rungs, and what stood, stands and is to stand."""
    return {
        "side": list(case.counted.side),
        "partner": list(case.counted.partner),
        "sectors": list(case.counted.sectors),
        "buyer": list(case.pledges[0].buyer) if case.pledges else [],
        "rungs": list(case.rungs),
        "since": {"text": str(since), "key": since.text, "last": since.last.isoformat()},
        "by": {"text": str(by), "key": by.text, "last": by.last.isoformat()},
        "horizon": case.params.horizon.key,
        "young": read["stood"].young,
        "called": {key: of.called for key, of in read.items()},
        "out_of_reach": [
            rung for rung, f in zip(case.rungs, case.needed, strict=True) if math.isnan(f.factor)
        ],
        "vintage_year": fan.issued,
    }
