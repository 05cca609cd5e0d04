"""What a run says, in plain sentences, and its findings as the page reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from paxsilica.analysis.actors import Actors, Party, actors_from, hit_of, is_crowd, world_of
from paxsilica.analysis.effects import earned_leads
from paxsilica.economy import Array, Economy
from paxsilica.findings import Labels
from paxsilica.horizon import HORIZONS
from paxsilica.names import Names, joined
from paxsilica.questions.question import Answer
from paxsilica.report import words

MAKESHIFT_NOTE = "makeshifts"
"""The model's note on home-made substitutes for banned products."""

ROUNDING = 1e-10
"""A change of real income, in per cent, below this is rounding and no effect."""

NAMED = 3
"""Winners and losers named in a sentence."""

DEARER = 0.05
"""Change of the price of what is traded from which on a flow is told by its volume."""

MOST_MARKED = 12
"""Regions that a chart or a table can mark without marking everything."""

EARNINGS = {
    "treasury_revenue": "Treasury revenue (tariffs and export taxes less subsidies)",
    "tariff_revenue": "Tariff revenue",
}


@dataclass(frozen=True, eq=False)
class RunTold:
    """An answer of `pax run` with its parts at hand."""

    answer: Answer

    @property
    def names(self) -> Names:
        return self.answer.names

    @property
    def economy(self) -> Economy:
        return self.names.table

    @cached_property
    def actors(self) -> Actors:
        return actors_from(self.answer.attachments["actors"])

    @property
    def scenario(self) -> Mapping[str, Any]:
        """Title, measures, assumptions and sources of the scenario, as attached."""
        found: Mapping[str, Any] = self.answer.attachments["scenario"]
        return found

    @property
    def horizon(self) -> str:
        """`long run`: the one horizon of the findings."""
        key: str = self.scenario["assumptions"]["horizon"]
        return str(HORIZONS.get(key, "own parameters"))

    @property
    def world(self) -> str:
        return world_of(self.economy)

    def each(self, variable: str, **where: Labels | None) -> Array:
        """`[n, ...]` of every region."""
        return self.answer.findings.array(variable, region=self.economy.regions, **where)

    def of(self, variable: str, **where: Labels | None) -> Array:
        """The one block that is meant."""
        return self.answer.findings.array(variable, **where)

    def value(self, variable: str, **where: Labels | None) -> float:
        return self.answer.findings.value(variable, **where)

    def has(self, variable: str, **where: Labels | None) -> bool:
        return len(self.answer.findings.select(variable, **where)) > 0

    def who(self, party: Party) -> str:
        """The party as it stands inside a sentence."""
        if party.key == self.world:
            return "all regions"
        if is_crowd(party.regions, self.economy):
            return "all other regions"
        return self.names.say_regions(party.regions)

    @cached_property
    def named(self) -> tuple[str, ...]:
        """Regions of parties that are few enough to be marked one by one; else those of the first that is."""
        few = [p for p in self.actors.parties if not is_crowd(p.regions, self.economy)]
        both = tuple(region for party in few for region in party.regions)
        if len(both) <= MOST_MARKED:
            return both
        return next((p.regions for p in few if len(p.regions) <= MOST_MARKED), ())

    @property
    def moves(self) -> bool:
        """Whether any region's real income moves by more than rounding."""
        return bool(np.abs(self.each("real_income")).max() > ROUNDING)

    @property
    def earning(self) -> str:
        """The variable of what the states collect: tariffs, or the treasury where it is more."""
        return next(name for name in EARNINGS if self.has(name))


def summary(t: RunTold) -> list[str]:
    """The findings in plain sentences, the most important first; the last two say units and proof."""
    if not t.moves:
        still = f"real income of every region stays as in the baseline{words.of_year(t.economy)}"
        return [f"The scenario changes nothing: {still}.", proof_line(t)]
    world = _world_line(t)
    lines = [_income_line(t, party) for party in t.actors.parties if party.key != t.world]
    wide = any(party.key == t.world for party in t.actors.parties)
    makeshifts = [
        f"{words.sentence(note.text)}: {words.money(note.usd_million or 0.0)} a year."
        for note in t.answer.notes
        if note.name == MAKESHIFT_NOTE
    ]
    return [
        *([world] if wide else []),
        *lines,
        *makeshifts,
        *_ranking_lines(t),
        *([] if wide else [world]),
        *_trade_lines(t),
        *(_revenue_line(t, party) for party in t.actors.parties if party.taxes),
        units_line(t),
        proof_line(t),
    ]


def units_line(t: RunTold) -> str:
    """Unit, sign convention, year and bands of every number in the summary."""
    e = t.economy
    year = f"the {e.about.year} baseline" if e.about.year else "the baseline"
    sets = t.scenario["sets"]
    band = (
        f" In brackets: the range over {sets} published sets of trade elasticities, not a confidence "
        "interval."
        if sets > 1
        else ""
    )
    return (
        f"How to read the numbers: changes from {year}, {t.horizon}; a minus is a loss; real income "
        f"is exact and money is USD{words.of_year(e)} a year; trade is valued before the importer's "
        f"tariff, and nominal amounts are relative to world labour income.{band}"
    )


def proof_line(t: RunTold) -> str:
    """How well the equations are solved."""
    s = t.answer.solver
    return (
        f"The equations are solved (status: {s['status']}): the largest relative gap is "
        f"{s['residual']:.1e}, tolerance {s['tolerance']:.0e}, after {s['iterations']} iterations."
    )


# ---- sentences ---------------------------------------------------------------------------------


def _income_line(t: RunTold, party: Party) -> str:
    """What a party loses: of real income, or of what it earns where a transfer hides or makes the loss."""
    e, at = t.economy, {"region": party.key}
    size, money = t.value("real_income", **at), t.value("real_income_money", **at)
    where = t.who(party) + (" together" if len(party.regions) > 1 else "")
    worth = "" if words.number(size) == "0" else f", or {words.money(abs(money))} a year"
    worth += words.at_prices(e) if worth else ""
    moved = f"{words.moves(size)}{band(t, 'real_income', **at)}{worth}"
    transfer = t.value("transfer_effect", **at)
    if earned_leads(size, transfer):
        earned = words.moves(t.value("real_earned_income", **at))
        line = (
            f"Real earned income in {where} {earned}{band(t, 'real_earned_income', **at)}. The rule "
            f"for trade deficits {'adds' if transfer > 0 else 'takes'} {words.number(abs(transfer))} "
            f"% of income, which nobody earned, and with it real income {moved}"
        )
    else:
        line = f"Real income in {where} {moved}"
    if len(party.regions) > 1:
        change = dict(zip(e.regions, t.each("real_income"), strict=True))
        low, high = (pick(party.regions, key=change.__getitem__) for pick in (min, max))
        span = [f"{words.percent(change[n])} ({e.region_name(n)})" for n in (low, high)]
        line += f"; among them from {span[0]} to {span[1]}"
    return line + "."


def band(t: RunTold, variable: str, **where: Labels | None) -> str:
    """` (−0.31 to −0.21 %)`, or nothing where there is no band."""
    row = t.answer.findings.row(variable, **where)
    low, high = row.get("low"), row.get("high")
    if low is None or high is None or words.number(low) == words.number(high):
        return ""
    return f" ({words.signed(low)} to {words.percent(high)})"


def _world_line(t: RunTold) -> str:
    total = t.value("real_income_money", region=t.world)
    share = t.value("real_income", region=t.world)
    return (
        f"Over the whole world the gains and losses add up to {words.signed_money(total)} a year, "
        f"{words.percent(share)}{band(t, 'real_income', region=t.world)} of world income."
    )


def _ranking_lines(t: RunTold) -> list[str]:
    e, change, usd = t.economy, t.each("real_income"), t.each("real_income_money")
    transfer, earned = t.each("transfer_effect"), t.each("real_earned_income")
    told = {
        region
        for party in t.actors.parties
        if not is_crowd(party.regions, e)
        for region in party.regions
    }

    def listed(order: Sequence[int]) -> str:
        shown = []
        for n in order:
            size = f"{words.percent(change[n])}, {words.signed_money(usd[n])}"
            if earned_leads(change[n], transfer[n]):
                size += f", earned {words.percent(earned[n])}"
            shown.append(f"{e.region_name(e.regions[n])} ({size})")
        return joined(shown)

    rising = [int(n) for n in np.argsort(change, kind="stable")]
    gain = [n for n in rising[::-1] if change[n] > ROUNDING][:NAMED]
    lose = [n for n in rising if change[n] < -ROUNDING and e.regions[n] not in told][:NAMED]
    lines = [f"The largest gains in per cent: {listed(gain)}."] if gain else ["No region gains."]
    if lose:
        crowd = any(is_crowd(p.regions, e) for p in t.actors.parties)
        among = " among all other regions" if crowd else " elsewhere"
        lines.append(f"The largest losses{among if told else ''}: {listed(lose)}.")
    return lines


def _trade_lines(t: RunTold) -> list[str]:
    lines = []
    for way in t.scenario["ways"] if not t.actors.flows else ():
        made = {"region": way["exporter"], "sector": hit_of(t.economy)}
        volume = words.moves(t.value("output_volume", **made)) + band(t, "output_volume", **made)
        who = t.who(t.actors.party(way["exporter"]))
        what = t.names.say_sectors(way["sectors"])
        lines.append(f"Output of {what} in {who} {volume} in volume.")
    for flow in t.actors.flows:
        sides = {"region": flow.exporter, "partner": flow.importer, "sector": hit_of(t.economy)}
        who, whom = (t.who(t.actors.party(key)) for key in (flow.exporter, flow.importer))
        whom = "each other" if flow.exporter == flow.importer else whom
        what = t.names.say_sectors(flow.sectors)
        lines.append(f"Exports of {what} from {who} to {whom} {_flow(t, sides)}.")
    if t.actors.flows:
        lead = t.actors.party(t.actors.flows[0].exporter)
        alone = len(lead.regions) == 1 or is_crowd(lead.regions, t.economy)
        to = "all regions" if alone else "all regions outside"
        sides = {"region": lead.key, "partner": t.world}
        lines.append(f"All exports of {t.who(lead)} to {to}, services included, {_flow(t, sides)}.")
    return lines


def _flow(t: RunTold, sides: Mapping[str, str]) -> str:
    """How a flow moves: by its value, or by its volume where its price moves much."""
    of = {"sector": None, **sides}
    before, after = t.of("trade", **of).ravel()
    volume = t.value("trade_volume", **of)
    change = 100 * (after / before - 1)
    turned = {"up": "rise", "down": "fall", "still": "do not change"}
    price = (1 + change / 100) / (1 + volume / 100) - 1 if volume > -100 else 0.0
    values = f"from {words.money(before)} to {words.money(after)} a year"
    if abs(price) < DEARER and change * volume >= 0:
        return f"{words.moves(change, **turned)}, {values}"
    value = words.moves(change, "rises", "falls", "stays")
    return (
        f"{words.moves(volume, **turned)} in volume{band(t, 'trade_volume', **of)}; their value "
        f"{value}, {values}, since their price {words.moves(100 * price)}"
    )


def _revenue_line(t: RunTold, party: Party) -> str:
    before, after = (words.money(value) for value in t.of(t.earning, region=party.key).ravel())
    return f"{EARNINGS[t.earning]} of {t.who(party)} goes from {before} to {after} a year."
