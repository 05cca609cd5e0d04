"""A user's table against the packaged one: where labels are its codes, sizes far from it are a wrong unit."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np

from paxsilica.checks import TINY, Array
from paxsilica.credible import MATCHING, PUBLISHED_ROUNDING, hard_to_believe
from paxsilica.data.archive import read_economy
from paxsilica.data.sources import PACKAGED
from paxsilica.economy import Economy, Note, abroad
from paxsilica.errors import InputError, joined
from paxsilica.names import Names
from paxsilica.names.places import ROW

TOTALS = {"wld", "world", "total", "all", "w00", "000", "all partners", "world total"}
"""What tables call the sum of all partners, without case."""

UNIONS = {"euu": "EU", "eu27": "EU", "eu28": "EU", "eu27_2020": "EU"}
"""Codes of unions beside those of groups.toml, without case."""

NEAR_DECADES = 0.7
"""Decades: how near the median must be to a power of a thousand; prices and years differ by less."""

FAR_OPEN = 500.0
"""Times the packaged openness, or a part of it: a table of a few far countries comes to a hundredth."""

MANY = 10
"""Countries from which on sectors are compared too; a small table may be an example."""


@dataclass(frozen=True, eq=False)
class Facts:
    """What a reader knows of a region: GDP, million; exports over GDP; duties over imports of goods."""

    gdp: Array
    openness: Array
    duty: Array


def facts(e: Economy) -> Facts:
    """`[n]` each."""
    traded, goods = abroad(e.flows), e.goods
    bought = traded[:, :, goods]
    return Facts(
        gdp=e.gdp,
        openness=traded.sum((0, 2)) / np.maximum(e.gdp, TINY),
        duty=(bought * e.tariffs[:, :, goods]).sum((1, 2)) / np.maximum(bought.sum((1, 2)), TINY),
    )


@cache
def packaged_facts() -> tuple[Economy, Facts]:
    """The default baseline and its facts."""
    economy = read_economy(PACKAGED / "icio2022.npz")
    return economy, facts(economy)


def table_doubts(economy: Economy) -> tuple[Note, ...]:
    """What is hard to believe of a user's table by the names of its labels; every note leads the report."""
    return (*_named_totals(economy), *_sizes(economy))


def _sizes(economy: Economy) -> Iterator[Note]:
    table, known = packaged_facts()
    shared = [region for region in economy.regions if region in table.regions and region != ROW]
    if len(shared) < 2:
        return
    own, at = facts(economy), [economy.regions.index(region) for region in shared]
    there = [table.regions.index(region) for region in shared]
    reference = f"the packaged table of {table.about.year}, median of {len(shared)} countries"
    sizes = {"GDP": own.gdp[at] / known.gdp[there]}
    if len(shared) >= MANY and set(economy.sectors) <= set(table.sectors):
        same = [table.sectors.index(sector) for sector in economy.sectors]
        packaged = table.output[np.ix_(there, same)].sum(1)
        sizes["output of the same sectors"] = economy.output[at].sum(1) / packaged
    powers = {what: _thousands(times) for what, times in sizes.items()}
    wrong = [(what, power) for what, power in powers.items() if power]
    if wrong and 0 not in powers.values() and economy.about.currency == "USD":
        what, power = wrong[0]
        times = f"{1000 ** abs(power):,} times {'larger' if power > 0 else 'smaller'}"
        text = (
            f"{what} is about {times} than in {reference}: is the unit right? about.toml may state it, as one, thousand, "
            "million (the default) or billion"
        )
        yield hard_to_believe("unit_of_the_table", text, "flows", "inputs")
    open_ = own.openness[at] / known.openness[there]
    if open_.any() and not 1 / FAR_OPEN < (far := float(np.median(open_[open_ > 0]))) < FAR_OPEN:
        text = f"exports over GDP are {far:.2g} times those of {reference}: are sales at home and trade in one unit?"
        yield hard_to_believe("openness_of_the_table", text, "flows")


def _thousands(times: Array) -> int | None:
    """The power of a thousand that sizes are off by; None where they are near none."""
    decades = np.log10(np.maximum(times, 1e-30))
    power = round(float(np.median(decades)) / 3)
    off = np.abs(decades - 3 * power)
    return power if np.median(off) <= NEAR_DECADES and (off < 1).mean() > 0.8 else None


def _named_totals(economy: Economy) -> Iterator[Note]:
    trade = economy.flows.sum(2)
    for at, label in enumerate(economy.regions):
        total = label.casefold() in TOTALS
        members = set(economy.regions if total else _of_union(label)) - {label}
        others = [n for n, region in enumerate(economy.regions) if region in members]
        if others and len(trade) > 2 and _holds(trade, at, others):
            who = "the other regions" if total else joined(economy.regions[n] for n in others)
            text = (
                f"{label} stands beside {who} and trades with all at least as much as they do together: if it holds "
                "them too they are counted twice; take them out of it, or drop it"
            )
            yield hard_to_believe("a_total_by_name", text, "flows")


def _of_union(label: str) -> tuple[str, ...]:
    """The countries of a group or an alliance; none where the label is a country, or no name that the world knows."""
    try:
        countries = Names().countries((UNIONS.get(label.casefold(), label),))
    except InputError:
        return ()
    return countries if len(countries) > 1 else ()


def _holds(trade: Array, at: int, others: list[int]) -> bool:
    """Whether a region trades with the rest at least as much as others together, with hardly an exception."""
    rest = [n for n in range(len(trade)) if n not in (at, *others)] or others
    for side in (trade, trade.T):
        parts = side[:, others].sum(1)
        parts[others] -= np.diag(trade)[others]
        if (side[rest, at] >= (1 - PUBLISHED_ROUNDING) * parts[rest]).mean() < MATCHING:
            return False
    return True
