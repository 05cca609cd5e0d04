"""What a run says, in plain sentences and in one table. Read by the page and by the command line."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from paxsilica.economy import Economy
from paxsilica.names import Names, joined
from paxsilica.report import words
from paxsilica.report.focus import Focus, flow_weights
from paxsilica.report.reading import (
    NOTHING,
    focus_of,
    inside,
    is_alone,
    names_of,
    nothing_changes,
    real_income_money,
    real_income_percent,
    revenue,
    taxing,
)

if TYPE_CHECKING:
    from paxsilica.analysis.run import Run

MAKESHIFTS = "makeshifts"
"""The model's note on home-made substitutes for banned products."""

NAMED = 3
"""Winners and losers named in a sentence."""


def summary_lines(run: Run) -> list[str]:
    """The findings in plain sentences, the most important first; the last two say units and proof."""
    beware = words.leading(run.outcome.notes)
    if nothing_changes(run):
        still = (
            f"real income of every region stays as in the baseline{words.of_year(_economy(run))}"
        )
        return [*beware, f"The scenario changes nothing: {still}.", proof_line(run)]
    f, names = focus_of(run), names_of(run)
    lines = [_income_line(run, side, names) for side in (f.target, f.partners) if side]
    lines += _makeshift_lines(run)
    wide = concerns_the_world(run)
    if wide:
        lines.insert(0, _world_line(run))
    if f.is_nothing:
        deficits = run.outcome.params.deficits
        lines.append(
            f"No measure touches trade or productivity: what changes comes from `deficits: {deficits}`."
        )
    lines += [*_ranking_lines(run, f), *([] if wide else [_world_line(run)])]
    lines += _trade_lines(run, f, names)
    lines += _revenue_line(run)
    return [*beware, *lines, units_line(run), proof_line(run)]


def concerns_the_world(run: Run) -> bool:
    """Whether flows between most pairs of regions are hit, so that no region is at the centre."""
    pairs = (flow_weights(run.outcome) > 0).any(2)
    return bool(pairs.sum() > pairs.size / 2)


def units_line(run: Run) -> str:
    """Unit, sign convention and year of every number in the summary."""
    e = _economy(run)
    year = f"the {e.about.year} baseline" if e.about.year else "the baseline"
    return (
        f"How to read the numbers: changes from {year}, {run.outcome.params.horizon}; a minus is a "
        f"loss; real income is exact and money is USD{words.of_year(e)} a year; "
        "trade is valued before the importer's tariff, and nominal amounts are "
        "relative to world labour income."
    )


def proof_line(run: Run) -> str:
    """Whether and how well the equations are solved."""
    o = run.outcome
    return (
        f"The equations are solved (status: {o.status.value}): the largest relative gap is {o.residual:.1e}, tolerance "
        f"{o.params.tolerance:.0e}, after {o.iterations} iterations."
        if o.residual <= o.params.tolerance
        else f"NOT SOLVED ({o.status.value}): the largest relative gap is {o.residual:.1e}, tolerance "
        f"{o.params.tolerance:.0e}; do not use these numbers."
    )


def region_rows(run: Run) -> list[dict[str, Any]]:
    """One row a region, largest loss of real income first; the column names carry the units."""
    o, e = run.outcome, _economy(run)
    money = f"million USD{words.of_year(e)}"
    earned, before, after = revenue(run)
    columns = {
        "real income, %": real_income_percent(run),
        f"real income, {money}": real_income_money(run),
        "real wage, %": 100 * (o.real_wage - 1),
        f"{earned.split(' (')[0].lower()}, {money}": after - before,
    }
    return [
        {"region": e.regions[n], "name": e.region_name(e.regions[n])}
        | {name: float(values[n]) for name, values in columns.items()}
        for n in np.argsort(o.real_income, kind="stable")
    ]


# ---- sentences -------------------------------------------------------------------------------------------------


def _economy(run: Run) -> Economy:
    return run.outcome.economy


def _income_line(run: Run, codes: Sequence[str], names: Names) -> str:
    e, o = _economy(run), run.outcome
    at = [e.regions.index(code) for code in codes]
    change = real_income_money(run)[at].sum()
    size = 100 * change / e.income[at].sum()
    where = names.say_regions(codes)
    line = f"Real income in {where}{' together' if len(at) > 1 else ''} {words.moves(size)}"
    if words.number(size) != "0":
        line += f", or {words.money(abs(change))} a year{words.at_prices(e)}"
    if len(at) > 1:
        low, high = (pick(at, key=lambda n: o.real_income[n]) for pick in (min, max))
        span = [
            f"{words.percent(100 * (o.real_income[n] - 1))} ({e.region_name(e.regions[n])})"
            for n in (low, high)
        ]
        line += f"; among them from {span[0]} to {span[1]}"
    return line + "."


def _makeshift_lines(run: Run) -> list[str]:
    """Where the numbers rest on home-made substitutes for banned products."""
    notes = [note for note in run.outcome.notes if note.name == MAKESHIFTS]
    return [
        f"{words.sentence(note.text)}: {words.money(note.usd_million or 0.0)} a year."
        for note in notes
    ]


def _world_line(run: Run) -> str:
    total, income = real_income_money(run).sum(), _economy(run).income.sum()
    return (
        f"Over the whole world the gains and losses add up to {words.signed_money(total)} a year, "
        f"{words.percent(100 * total / income)} of world income."
    )


def _ranking_lines(run: Run, f: Focus) -> list[str]:
    e, o = _economy(run), run.outcome
    percent, usd = real_income_percent(run), real_income_money(run)
    told = {
        region
        for side in (f.target, f.partners)
        if len(side) <= len(e.regions) / 2
        for region in side
    }

    def listed(order: Sequence[int]) -> str:
        sizes = [f"{words.percent(percent[n])}, {words.signed_money(usd[n])}" for n in order]
        return joined(
            [
                f"{e.region_name(e.regions[n])} ({size})"
                for n, size in zip(order, sizes, strict=True)
            ]
        )

    rising = np.argsort(o.real_income, kind="stable")
    gain = [int(n) for n in rising[::-1] if o.real_income[n] > 1 + NOTHING][:NAMED]
    lose = [int(n) for n in rising if o.real_income[n] < 1 - NOTHING and e.regions[n] not in told][
        :NAMED
    ]
    lines = [f"The largest gains in per cent: {listed(gain)}."] if gain else ["No region gains."]
    if lose:
        lines.append(f"The largest losses{' elsewhere' if told else ''}: {listed(lose)}.")
    return lines


def _trade_lines(run: Run, f: Focus, names: Names) -> list[str]:
    if not f.has_pair:
        return []
    e, o = _economy(run), run.outcome
    lines = []
    for way in (f, f.turned()) if f.both_ways else (f,):
        hit = flow_weights(o) > 0
        hit[:, [e.regions.index(code) for code in e.regions if code not in way.exporters]] = False
        hit[[e.regions.index(code) for code in e.regions if code not in way.importers]] = False
        if not hit.any():
            continue
        what = Names(e).say_sectors(
            [sector for sector in e.sectors if hit[:, :, e.sectors.index(sector)].any()]
        )
        who, to = names.say_regions(way.exporters), names.say_regions(way.importers)
        lines.append(
            f"Exports of {what} from {who} to {to} {_from_to(e.flows[hit].sum(), o.flows[hit].sum())}."
        )
    sellers = [e.regions.index(code) for code in f.exporters]
    outside = ~inside(run, f.exporters)[:, sellers]
    before, after = (flows[:, sellers][outside].sum() for flows in (e.flows, o.flows))
    who = names.say_regions(f.exporters)
    to = "all regions" if is_alone(run, f.exporters) else "all regions outside"
    lines.append(f"All exports of {who} to {to}, services included, {_from_to(before, after)}.")
    return lines


def _from_to(before: float, after: float) -> str:
    change = words.moves(100 * (after / before - 1), "rise", "fall", "do not change")
    return f"{change}, from {words.money(before)} to {words.money(after)} a year"


def _revenue_line(run: Run) -> list[str]:
    e, at = _economy(run), taxing(run)
    if not at:
        return []
    who = names_of(run).say_regions([e.regions[n] for n in at])
    name, before, after = revenue(run)
    sums = [words.money(values[at].sum()) for values in (before, after)]
    return [f"{name} of {who} goes from {sums[0]} to {sums[1]} a year."]
