"""What the equilibrium made of limits: a quota, a sum of money, a capped price, lost capacity."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from paxsilica.names import joined
from paxsilica.report import words
from paxsilica.report.pages.run_charts import RunView
from paxsilica.report.report import Number, Section, Table

MOST_LIMITS = 3
"""Limits on the first screen."""


class _Words(NamedTuple):
    """How a limit is told: its title, what holds by regime, and what follows from it."""

    title: str
    regimes: tuple[str, ...]
    follows: str


SAID: Mapping[str, _Words] = {
    "Quota": _Words(
        "Quota {name}",
        ("not filled: {used} of it is used", "filled", "exceeded: imports are {used} of it"),
        "duty on the margin {rate}, in the mean; rent of its licences {money} a year",
    ),
    "Budget": _Words("Sum {name}", ("", "{money} a year", ""), "it pays {rate} of the cost"),
    "PriceCap": _Words(
        "Price cap {name}, {where}",
        ("does not bite: the price is {used} of it", "bites", ""),
        "buyers pay {rate} less than others, and gain the {money} a year that it forgoes",
    ),
    "Ceiling": _Words(
        "Capacity {name}, {where}",
        ("is enough: {used} of what is left is used", "is all used", ""),
        "price {rate} over cost; scarcity earns {money} a year, which stays in the region",
    ),
}


RENTS = {"PriceCap": "a price cap", "Quota": "a quota", "Ceiling": "scarce capacity"}
"""Limits whose rents stand in the books of a treasury."""


def limit_numbers(v: RunView) -> Iterator[Number]:
    """The first limits, for the first screen."""
    rows = v.findings.select("limit_regime").rows()
    left = len(rows) - MOST_LIMITS
    more = f"; {left} more limit{'s stand' if left > 1 else ' stands'} below" * (left > 0)
    for at, row in enumerate(rows[:MOST_LIMITS], 1):
        told = _row(v, row)
        last = more * (at == MOST_LIMITS)
        yield Number(told["limit"], told["what holds"], note=told["what follows"] + last)


def capped_sectors(v: RunView) -> set[str]:
    """Where a tariff holds what a price cap leaves to buyers, and is no duty."""
    rows = v.findings.select("limit_regime").rows()
    return {row["sector"] for row in rows if v.scenario["limits"][row["measure"]] == "PriceCap"}


def rents_counted(v: RunView) -> str:
    """What a tariff or a treasury's revenue holds besides duties, for a note."""
    kinds = v.scenario["limits"].values()
    who = joined([said for kind, said in RENTS.items() if kind in kinds])
    return f"; the rent of {who} is in it" if who else ""


def limits_section(v: RunView) -> Iterator[Section]:
    """All limits, where there are any."""
    if rows := [_row(v, row) for row in v.findings.select("limit_regime").rows()]:
        meant = (
            "A measure that names a volume, a sum, a price or what capacity is left names no rate: the rate follows from "
            "the equilibrium, under the set of trade elasticities that is used."
        )
        yield Section("limits", "Limits, and the rates that follow", [meant], (), Table(rows))


def _row(v: RunView, row: Mapping[str, Any]) -> dict[str, str]:
    of = {key: row[key] for key in ("measure", "region", "sector") if row.get(key)}
    said = SAID[v.scenario["limits"][of["measure"]]]
    size = {key: v.findings.value(f"limit_{key}", **of) for key in ("used", "rate", "money")}
    where = ""
    if "region" in of:
        where = f"{v.names.say_sector(of['sector'])} of {v.names.say_region(of['region'])}"
    named = {
        "name": of["measure"],
        "where": where,
        "used": f"{words.number(size['used'])} %",
        "rate": f"{words.number(abs(size['rate']))} %",
        "money": words.money(size["money"]),
    }
    regime = said.regimes[int(row["value"])]
    return {
        "limit": said.title.format(**named),
        "what holds": regime.format(**named),
        "what follows": said.follows.format(**named),
    }
