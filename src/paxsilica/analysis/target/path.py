"""Trade year by year: growth alone with its fan, and with all instruments; and the errors that the fan is made of."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date

import numpy as np

from paxsilica.analysis.target.gravity import QUANTILES, Fan, Pairs, quantiles, trade_growth
from paxsilica.analysis.target.period import Period
from paxsilica.analysis.target.reach import GROWTH, Case
from paxsilica.analysis.target.trade import Counted
from paxsilica.data.outlook import Outlook
from paxsilica.economy import Economy
from paxsilica.findings import Block, block
from paxsilica.names.places import ROW


def pairs_of(outlook: Outlook, economy: Economy, counted: Counted) -> tuple[Pairs, Pairs]:
    """The pairs of regions that a target is about; and all pairs of countries that the outlook knows, by their trade of
    the same sectors.

    Raises:
        InputError: a region that the outlook does not know.
    """
    weights = counted.by_pair(economy).ravel()
    a, b = np.indices((len(counted.side), len(counted.partner))).reshape(2, -1)
    of = outlook.members((*counted.side, *counted.partner), economy.regions)
    own = Pairs(of, a, b + len(counted.side), weights / weights.sum())
    known = [r for r in economy.regions if r != ROW and r in outlook.countries]
    at = economy.region_indices(known)
    trade = economy.flows[np.ix_(at, at, economy.sector_indices(counted.sectors))].sum(2)
    first, second = np.triu_indices(len(known), 1)
    both = (trade + trade.T)[first, second]
    members = outlook.members(known, economy.regions)
    return own, Pairs(members, first, second, both / both.sum())


def period_times(since: Period, by: Period) -> dict[str, float]:
    """The base period, every calendar year between, and the target's period: label -> time."""
    between = range(math.floor(since.time) + 1, math.ceil(by.time))
    years = {str(year): float(year) for year in between}
    return {since.text: since.time, **years, by.text: by.time}


def path_blocks(
    outlook: Outlook, pairs: Pairs, fan: Fan, case: Case, since: Period, by: Period, today: date
) -> Iterator[Block]:
    """Growth alone with its quantiles, and the path with all instruments.

    What stands now is phased in from the base period to today, the instruments from today to the target's period, both
    evenly in logs.
    """
    labels, times = zip(*period_times(since, by).items(), strict=True)
    dates = {"date": labels}
    yield block("period_time", times, dates)
    alone = np.array(
        [case.base * trade_growth(outlook, pairs, since.time, time)[0] for time in times]
    )
    width = np.array([0.0, *(fan.deviation(time) for time in times[1:])])
    yield block("target_path", alone, dates, rung=GROWTH)
    yield block("target_quantile", quantiles(alone, width), {"point": [*QUANTILES]}, dates)
    yield block("outlook_error", 100 * width, dates)
    now, money = Period("", today).time, case.trade
    ends = np.log([money[1] / money[0], money[-1] / money[1]])
    spans = [(since.time, min(now, by.time)), (min(now, by.time), by.time)]
    phases = [[_phase(time, *span) for time in times] for span in spans]
    yield block("target_path", alone * np.exp(ends @ np.array(phases)), dates, rung=case.rungs[-1])
    z = {q: float(np.exp(x * fan.deviation(by.time))) for q, x in QUANTILES.items()}
    for q, factor in z.items():
        ranged = factor * money
        yield block("target_quantile", ranged, {"rung": case.rungs}, point=q, date=by.text)


def _phase(time: float, first: float, last: float) -> float:
    return float(np.clip((time - first) / (last - first), 0, 1)) if last > first else 1.0


def error_blocks(fan: Fan) -> Iterator[Block]:
    """The errors of earlier vintages by years ahead."""
    ahead = {"point": [str(year) for year in fan.ahead]}
    yield block("outlook_errors", fan.counted, ahead)
    yield block("outlook_error_own", 100 * fan.own, ahead)
    yield block("outlook_error_pooled", 100 * fan.pooled, ahead)
    yield block("outlook_error", 100 * fan.width, ahead)
