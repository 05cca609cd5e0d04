"""What a run says, in plain sentences, and its findings as the page reads them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Any

from pydantic import TypeAdapter

from paxsilica.analysis.actors import Actors, Party, hit_of, is_crowd, world_of
from paxsilica.analysis.effects import earned_leads
from paxsilica.findings import Labels
from paxsilica.horizon import HORIZONS
from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words

BACKSTOP_NOTE = "backstop"
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


class RunTold:
    """An answer of `pax run` with its parts at hand.

    Attributes:
        scenario: title, measures, assumptions and sources, as attached. horizon: `long run`: the one of the findings.
        earning: the variable of what the states collect: tariffs, or the treasury where it is more.
        billions: the unit of trade and revenue in charts.
        gains, losses: regions whose real income moves by more than rounding, those where it moves most first.
        few: regions of the parties that are not most of the world. named: those to be marked one by one: of all such
            parties, or of the first that is short enough.
    """

    def __init__(self, answer: Answer) -> None:
        self.answer, self.names, self.findings = answer, answer.names, answer.findings
        self.economy = e = answer.names.table
        self.world, self.billions = world_of(e), f"billion USD{words.of_year(e)} a year"
        self.scenario: Mapping[str, Any] = answer.attachments["scenario"]
        self.actors = TypeAdapter(Actors).validate_python(answer.attachments["actors"])
        key = self.scenario["assumptions"]["horizon"]
        self.horizon = str(HORIZONS.get(key, "own parameters"))
        self.earning = next(name for name in EARNINGS if self.findings.select(name).blocks)
        change = self.each("real_income")
        self.gains = sorted((r for r in change if change[r] > ROUNDING), key=lambda r: -change[r])
        self.losses = sorted((r for r in change if change[r] < -ROUNDING), key=change.__getitem__)
        small = [party.regions for party in self.actors.parties if not is_crowd(party.regions, e)]
        self.few = tuple(chain.from_iterable(small))
        short = (regions for regions in (self.few, *small) if len(regions) <= MOST_MARKED)
        self.named: tuple[str, ...] = next(short, ())

    def each(self, variable: str) -> dict[str, Any]:
        """Region -> value, or before and after, of every region of the economy."""
        regions = self.economy.regions
        values = self.findings.array(variable, region=regions).tolist()
        return dict(zip(regions, values, strict=True))

    @property
    def wide(self) -> bool:
        """Whether a party is most of the world, and all but the regions of the other parties."""
        parties = [party.regions for party in self.actors.parties]
        everybody = set(chain.from_iterable(parties)) == set(self.economy.regions)
        return everybody and any(is_crowd(regions, self.economy) for regions in parties)

    def who(self, party: str) -> str:
        """A party as it stands inside a sentence."""
        regions = self.actors.party(party).regions
        if party == self.world:
            return "all regions"
        if is_crowd(regions, self.economy):
            told = f"all {len(regions)} regions that the measures name"
            return "all other regions" if self.wide else told
        return self.names.say_regions(regions)

    def alone(self, party: str) -> bool:
        """Whether only sales at home count as inside: one region, or most of the world."""
        regions = self.actors.party(party).regions
        return len(regions) == 1 or is_crowd(regions, self.economy)

    @property
    def moves(self) -> bool:
        """Whether any region's real income moves by more than rounding."""
        return bool(self.gains or self.losses)


def run_summary(t: RunTold) -> list[str]:
    """The findings in plain sentences, the most important first; the last two say units and proof."""
    if not t.moves:
        still = f"real income of every region stays as in the baseline{words.of_year(t.economy)}"
        return [f"The scenario changes nothing: {still}.", proof_line(t)]
    parties = t.actors.parties
    wide = any(party.key == t.world for party in parties)
    lines = [_income_line(t, party) for party in parties if party.key != t.world]
    lines += [
        f"{words.sentence(note.text)}: {words.money(note.usd_million or 0.0)} a year."
        for note in t.answer.notes
        if note.name == BACKSTOP_NOTE
    ]
    lines += _ranking_lines(t)
    lines.insert(0 if wide else len(lines), _world_line(t))
    revenues = [_revenue_line(t, party) for party in parties if party.taxes]
    return [*lines, *_trade_lines(t), *revenues, units_line(t), proof_line(t)]


def units_line(t: RunTold) -> str:
    """Unit, sign convention, year and bands of every number in the summary."""
    e, sets = t.economy, t.scenario["sets"]
    line = (
        f"How to read the numbers: changes from the {words.baseline(e)}, {t.horizon}; a minus is a loss; real "
        f"income is exact and money is USD{words.of_year(e)} a year; trade is valued before the importer's "
        "tariff, and nominal amounts are relative to world labour income."
    )
    if sets > 1:
        line += (
            f" In brackets: the range over {sets} published sets of trade elasticities, not a confidence "
            "interval."
        )
    return line


def proof_line(t: RunTold) -> str:
    """How well the equations are solved."""
    s = t.answer.solver
    return (
        f"The equations are solved (status: {s['status']}): the largest relative gap is "
        f"{s['residual']:.1e}, tolerance {s['tolerance']:.0e}, after {s['iterations']} iterations."
    )


def _income_line(t: RunTold, party: Party) -> str:
    """What a party loses: of real income, or of what it earns where a transfer hides or makes the loss."""
    names = ("real_income", "real_income_money", "transfer_effect")
    size, money, transfer = (t.findings.value(name, region=party.key) for name in names)
    several = len(party.regions) > 1
    where = t.who(party.key) + (" together" if several else "")
    moved = _moved_by(t, "real_income", region=party.key)
    if words.number(size) != "0":
        moved += f", or {words.money(abs(money))} a year{words.at_prices(t.economy)}"
    line = f"Real income in {where} {moved}"
    if earned_leads(size, transfer):
        own = _moved_by(t, "real_earned_income", region=party.key)
        line = (
            f"Real earned income in {where} {own}. The rule for trade deficits "
            f"{'adds' if transfer > 0 else 'takes'} {words.number(abs(transfer))} % of income, "
            f"which nobody earned, and with it real income {moved}"
        )
    if several:
        change = t.each("real_income")
        ends = (pick(party.regions, key=change.__getitem__) for pick in (min, max))
        low, high = (f"{words.percent(change[r])} ({t.names.name(r)})" for r in ends)
        line += f"; among them from {low} to {high}"
    return f"{line}."


def _moved_by(t: RunTold, variable: str, **where: Labels | None) -> str:
    """`falls by 0.26 % (−0.31 to −0.21 %)`."""
    return words.moves(t.findings.value(variable, **where)) + _band(t, variable, **where)


def _band(t: RunTold, variable: str, **where: Labels | None) -> str:
    """` (−0.31 to −0.21 %)`, or nothing where there is no band."""
    row = t.findings.row(variable, **where)
    low, high = row.get("low"), row.get("high")
    if low is None or high is None or words.number(low) == words.number(high):
        return ""
    return f" ({words.signed(low)} to {words.percent(high)})"


def _world_line(t: RunTold) -> str:
    names = ("real_income_money", "real_income")
    total, share = (t.findings.value(name, region=t.world) for name in names)
    return (
        f"Over the whole world the gains and losses add up to {words.signed_money(total)} a year, "
        f"{words.percent(share)}{_band(t, 'real_income', region=t.world)} of world income."
    )


def _ranking_lines(t: RunTold) -> list[str]:
    change, usd = t.each("real_income"), t.each("real_income_money")
    transfer, earned = t.each("transfer_effect"), t.each("real_earned_income")

    def listed(regions: Sequence[str]) -> str:
        shown = []
        for r in regions:
            size = f"{words.percent(change[r])}, {words.signed_money(usd[r])}"
            if earned_leads(change[r], transfer[r]):
                size += f", earned {words.percent(earned[r])}"
            shown.append(f"{t.names.name(r)} ({size})")
        return joined(shown)

    gain, lose = t.gains[:NAMED], [r for r in t.losses if r not in t.few][:NAMED]
    lines = [f"The largest gains in per cent: {listed(gain)}."] if gain else ["No region gains."]
    if lose:
        crowd = any(is_crowd(party.regions, t.economy) for party in t.actors.parties)
        among = " among the others" if crowd else " elsewhere"
        among = " among all other regions" if t.wide else among
        lines.append(f"The largest losses{among if t.few else ''}: {listed(lose)}.")
    return lines


def _trade_lines(t: RunTold) -> list[str]:
    lines, hit = [], hit_of(t.economy)
    for way in t.actors.ways if not t.actors.flows else ():
        made = {"region": way.exporter, "sector": hit}
        moves = _moved_by(t, "output_volume", **made)
        who, what = t.who(way.exporter), t.names.say_sectors(way.sectors)
        lines.append(f"Output of {what} in {who} {moves} in volume.")
    for flow in t.actors.flows:
        who, whom = t.who(flow.exporter), t.who(flow.importer)
        whom = "each other" if flow.exporter == flow.importer else whom
        moves = _flow(t, region=flow.exporter, partner=flow.importer, sector=hit)
        what = t.names.say_sectors(flow.sectors)
        lines.append(f"Exports of {what} from {who} to {whom} {moves}.")
    if t.actors.flows:
        lead = t.actors.flows[0].exporter
        to = "all regions" if t.alone(lead) else "all regions outside"
        moves = _flow(t, region=lead, partner=t.world, sector=None)
        lines.append(f"All exports of {t.who(lead)} to {to}, services included, {moves}.")
    return lines


def _flow(t: RunTold, **of: str | None) -> str:
    """How a flow moves: by its value, or by its volume where its price moves much."""
    before, after = t.findings.array("trade", **of).ravel()
    volume = t.findings.value("trade_volume", **of)
    change = 100 * (after / before - 1)
    turned = {"up": "rise", "down": "fall", "still": "do not change"}
    price = (1 + change / 100) / (1 + volume / 100) - 1 if volume > -100 else 0.0
    values = f"from {words.money(before)} to {words.money(after)} a year"
    if abs(price) < DEARER and change * volume >= 0:
        return f"{words.moves(change, **turned)}, {values}"
    value = words.moves(change, "rises", "falls", "stays")
    return (
        f"{words.moves(volume, **turned)} in volume{_band(t, 'trade_volume', **of)}; their value "
        f"{value}, {values}, since their price {words.moves(100 * price)}"
    )


def _revenue_line(t: RunTold, party: Party) -> str:
    before, after = t.findings.array(t.earning, region=party.key).ravel()
    moved = f"from {words.money(before)} to {words.money(after)} a year"
    return f"{EARNINGS[t.earning]} of {t.who(party.key)} goes {moved}."
