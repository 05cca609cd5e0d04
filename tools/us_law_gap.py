"""Write the tables of docs/policy.md that set the US law of a day beside the duties that were paid:

python tools/us_law_gap.py

Everything is counted from the packaged tables: the law with weights of 2024, duties and imports by month and goods group.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from itertools import pairwise
from pathlib import Path

import numpy as np
import numpy.typing as npt

from paxsilica.names.places import country_names
from paxsilica.names.sectors import packaged_sectors
from paxsilica.policy.law import Law, all_entries, law_of, paid_months
from paxsilica.policy.law.book import book
from paxsilica.policy.law.duties import added
from paxsilica.policy.law.paid import INSIDE, paid_duties
from paxsilica.policy.law.tables import detailed, taxed_sectors

DOCS = Path(__file__).resolve().parents[1] / "docs" / "policy.md"
MONTHS = tuple(month for month in paid_months() if month >= "2025-04")
MINING = ("B05", "B08")
"""Sectors that NAICS-3 counts with metal ores."""

ALIKE = 0.02
"""A group's goods pay alike where at least 95 % of its trade has a rate this close to the group's mean."""

Values = npt.NDArray[np.float64]


def year_before(month: str) -> str:
    return f"{int(month[:4]) - 1}{month[4:]}"


def stretches(month: str) -> Iterator[tuple[date, int]]:
    """The first day and the length of each part of a month on which the law is the same."""
    first = date.fromisoformat(f"{month}-01")
    end = (first + timedelta(days=31)).replace(day=1)
    changes = {
        day for e in all_entries() for day in (e.from_, e.until) if day and first < day < end
    }
    days = [first, *sorted(changes), end]
    for begin, stop in pairwise(days):
        yield begin, (stop - begin).days


def over_month(month: str, read: Callable[[Law], Values]) -> Values:
    """What is read of the effective law, mean over the days of a month."""
    parts = [(days, read(law_of(day))) for day, days in stretches(month)]
    return np.asarray(sum(days * values for days, values in parts) / sum(days for days, _ in parts))


@cache
def gaps() -> tuple[tuple[str, ...], Values, Values]:
    """Partners, and `[partner, month]` in points: what the law added, and the rise of the duty paid in a year."""
    partners = paid_duties(MONTHS[0]).partners
    law = [over_month(month, lambda law: law.means(partners)) for month in MONTHS]
    paid = [paid_rate(month) - paid_rate(year_before(month)) for month in MONTHS]
    return partners, 100 * np.transpose(law), 100 * np.transpose(paid)


def paid_rate(month: str) -> Values:
    """`[partner]` duty over imports."""
    duties = paid_duties(month)
    return np.asarray(duties.duty.sum(axis=1) / duties.usd.sum(axis=1))


def by_month() -> list[Sequence[str]]:
    """The gap by month: means over partners of the law, of the rise paid and of the gap without its sign."""
    _, law, paid = gaps()
    rows: list[Sequence[str]] = [
        ("month", "law added", "rise of the duty paid", "mean absolute gap")
    ]
    for at, month in enumerate(MONTHS):
        mean = law[:, at].mean(), paid[:, at].mean(), np.abs(law - paid)[:, at].mean()
        rows.append((month, *(f"{value:.1f}" for value in mean)))
    return rows


def largest(most: int = 10) -> list[Sequence[str]]:
    """The partners and months with the largest gaps."""
    partners, law, paid = gaps()
    gap = law - paid
    order = np.argsort(-np.abs(gap), axis=None)[:most]
    rows: list[Sequence[str]] = [("month", "partner", "law added", "rise of the duty paid")]
    for partner, month in zip(*np.unravel_index(order, gap.shape), strict=True):
        name = country_names().get(partners[partner], "European Union")
        points = law[partner, month], paid[partner, month]
        rows.append((MONTHS[month], name, *(f"{value:.1f}" for value in points)))
    return rows


# ---- one partner, from the headline to what was paid -----------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Groups:
    """One partner by goods group in a month: shares of imports, and rates as decimals.

    `mix` and `added` are at the imports of 2024, `older` is what was paid a year before, at `mix_before`.
    """

    names: tuple[str, ...]
    mix: Values
    added: Values
    older: Values
    mix_before: Values
    mix_now: Values
    paid: Values
    alike: npt.NDArray[np.bool_]


def group_of(sector: str) -> str:
    return "B07" if sector in MINING else INSIDE.get(sector, sector)


def groups_of(partner: str, month: str) -> Groups:
    before, now = paid_duties(year_before(month)), paid_duties(month)
    names = now.sectors
    row = now.partners.index(partner)

    def summed(read: Callable[[Law], Values]) -> Values:
        total = np.zeros(len(names))
        for sector, value in zip(taxed_sectors(), over_month(month, read), strict=True):
            total[names.index(group_of(sector))] += value
        return total

    usd = summed(lambda law: law.duties.usd[law.duties.partners.index(partner)])
    duty = summed(lambda law: law.duties.duty[law.duties.partners.index(partner)])
    return Groups(
        names,
        usd / usd.sum(),
        duty / np.maximum(usd, 1.0),
        before.duty[row] / np.maximum(before.usd[row], 1.0),
        before.usd[row] / before.usd[row].sum(),
        now.usd[row] / now.usd[row].sum(),
        now.duty[row] / np.maximum(now.usd[row], 1.0),
        goods_pay_alike(partner, month, names),
    )


def goods_pay_alike(partner: str, month: str, names: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Whether nearly all goods of a group have its mean rate, so that no change inside it could lower the duty."""
    flows, sectors = detailed(), taxed_sectors()
    rates = added(flows, book("effective"), [*stretches(month)][-1][0])
    own = flows.partner == flows.partners.index(partner)
    place = np.array([names.index(group_of(sector)) for sector in sectors])[flows.sector][own]
    usd, rate = flows.usd[own], rates[own]
    total = np.maximum(np.bincount(place, usd, len(names)), 1.0)
    mean = np.bincount(place, usd * rate, len(names)) / total
    near = np.abs(rate - mean[place]) <= ALIKE
    return np.asarray(np.bincount(place, usd * near, len(names)) / total >= 0.95)


def steps(partner: str, day: date) -> list[tuple[str, float]]:
    """From the headline rate of a day to the duty paid in its month, % of imports: parts that add up."""
    month = f"{day:%Y-%m}"
    its = groups_of(partner, month)
    headline, lawful = (
        float(law_of(day, variant).means([partner])[0]) for variant in ("statutory", "effective")
    )
    of_month = float(its.mix @ its.added)
    older = float(its.mix_before @ its.older)
    at_law = its.added + its.older
    mixed = float(its.mix_now @ at_law)
    short = its.mix_now * (its.paid - at_law)
    return [
        ("headline rates, added since January 2025", headline),
        ("exemptions by product, and what Section 232 replaces", lawful - headline),
        (f"exemptions that began later in the month ({month})", of_month - lawful),
        ("older duties, as paid a year before", older),
        ("change of mix between goods groups", mixed - of_month - older),
        (
            "less than the law in groups whose goods pay alike: lags of customs and the like",
            float(short[its.alike].sum()),
        ),
        (
            "the rest: groups with exempt goods, where the mix inside a group changed too",
            float(short[~its.alike].sum()),
        ),
        (f"paid in {month}", float(its.mix_now @ its.paid)),
    ]


def decomposed(partner: str, day: date) -> list[Sequence[str]]:
    parts = steps(partner, day)
    ends = {0, len(parts) - 1}
    rows: list[Sequence[str]] = [("step", "% of imports")]
    for at, (text, value) in enumerate(parts):
        shown = f"{100 * value:.1f}" if at in ends else f"{100 * value:+.1f}".replace("-", "−")
        rows.append((text, shown))
    return rows


def spared(partner: str, day: date, most: int = 6) -> list[Sequence[str]]:
    """By sector, what stands between the headline rates and the effective ones, points of all imports."""
    headline, lawful = (law_of(day, variant).duties for variant in ("statutory", "effective"))
    row = headline.partners.index(partner)
    usd = headline.usd[row]
    points = 100 * (headline.duty[row] - lawful.duty[row]) / usd.sum()
    names = {sector.code: sector.name for sector in packaged_sectors()}
    rows: list[Sequence[str]] = [
        (
            "sector",
            "share of imports in 2024, %",
            "headline",
            "effective",
            "points spared of all imports",
        )
    ]
    order = np.argsort(-points)
    for at in order[:most]:
        rates = (100 * duties.duty[row, at] / usd[at] for duties in (headline, lawful))
        numbers = 100 * usd[at] / usd.sum(), *rates, points[at]
        name = names.get(headline.sectors[at], "Chapters 98 and 99, electricity")
        rows.append((name, *(f"{value:.1f}" for value in numbers)))
    rest = order[most:]
    share = 100 * usd[rest].sum() / usd.sum()
    rows.append(("all others", f"{share:.1f}", "", "", f"{points[rest].sum():.1f}"))
    return rows


TABLES: dict[str, Callable[[], list[Sequence[str]]]] = {
    "gap by month": by_month,
    "largest gaps": largest,
    "India": lambda: decomposed("IND", date(2025, 11, 1)),
    "India spared": lambda: spared("IND", date(2025, 11, 1)),
}
"""What stands between `<!-- NAME -->` and `<!-- end of NAME -->` in docs/policy.md."""


def refreshed(text: str) -> str:
    """The page with every table as it is counted now."""
    for name, rows in TABLES.items():
        begin, end = f"<!-- {name} -->", f"<!-- end of {name} -->"
        before, found, rest = text.partition(begin)
        if found:
            head, *body = rows()
            lines = [head, ["---"] * len(head), *body]
            table = "\n".join(f"| {' | '.join(line)} |" for line in lines)
            text = f"{before}{begin}\n\n{table}\n\n{end}{rest.partition(end)[2]}"
    return text


if __name__ == "__main__":
    DOCS.write_text(refreshed(DOCS.read_text(encoding="utf-8")), encoding="utf-8")
