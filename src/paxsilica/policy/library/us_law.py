"""The US law of a day, as a scenario and as a table of rates: `policy:us-law@2025-08-28`."""

from __future__ import annotations

import numpy as np

from paxsilica.errors import InputError, ScenarioError
from paxsilica.names.places import places
from paxsilica.names.sectors import packaged_sectors
from paxsilica.policy.law import VARIANTS, Law, law_of
from paxsilica.policy.library.shelf import US_LAW, PolicyName
from paxsilica.policy.measures.border import BorderRate
from paxsilica.policy.products import BUYER, EDITIONS
from paxsilica.policy.rate_table import RateRow, RateRows
from paxsilica.policy.scenario import Citation, Scenario

WEIGHED = {
    "effective": "as they apply to what was traded in 2024",
    "statutory": "at the rates that the orders name",
    "paid": "as they were paid that month",
}


def law_scenario(named: PolicyName) -> Scenario:
    """The scenario of `policy:us-law/paid@2025-11-01`; without a variant `effective`.

    Its one measure adds what has been added since 1 January 2025 to the tariffs of the baseline, which are those of 2024;
    of duties paid it sets the whole rate.

    Raises:
        ScenarioError: another variant or day than the book has.
    """
    law, rates = law_rates(named)
    told = {
        "id": US_LAW,
        "kind": "tariff",
        "importer": [BUYER],
        "op": "set" if law.variant == "paid" else "add",
        "table": rates.name,
    }
    measure = BorderRate.model_validate(told).with_rows(rates)
    since = "" if law.variant == "paid" else ", added since 1 January 2025"
    sources = [
        Citation(title=entry.title, note=entry.reference, url=entry.url or None)
        for entry in law.entries
    ]
    scenario = Scenario(
        schema="paxsilica/scenario@1",
        title=f"US duties in force on {law.day}{since}, {WEIGHED[law.variant]}",
        source=tuple(sources),
        measures=(measure,),
        not_modelled=gaps_of(law),
    )
    return scenario.located({}, {rates.name: rates.name})


def gaps_of(law: Law) -> tuple[str, ...]:
    """What the law of a day is known to leave out, and what stands in for it."""
    return tuple(dict.fromkeys([*law.notes, *(text for e in law.entries for text in e.leaves_out)]))


def law_rates(named: PolicyName) -> tuple[Law, RateRows]:
    """The law that is named, and its rates by region and sector of the packaged baselines.

    Raises:
        ScenarioError: as `law_scenario`, and another entry than the US law, which alone is a table of rates.
    """
    if named.policy != US_LAW:
        raise ScenarioError(
            f"is no table of rates; stack it with + or name it as `base:`, or write policy:{US_LAW}@{named.day}",
            named.name,
        )
    try:
        law = law_of(named.day, named.variant or VARIANTS[0])
    except InputError as exc:
        raise ScenarioError(str(exc), named.name) from exc
    said = f"goods by the US law of {law.day}, {law.variant} rates ({WEIGHED[law.variant]}),"
    return law, RateRows(named.name.strip(), EDITIONS[-1], tuple(_rate_rows(law)), said)


def _rate_rows(law: Law) -> list[RateRow]:
    """A row for each region and sector of the packaged baselines with a rate."""
    regions = [p.code for p in places() if p.baseline and p.code != BUYER]
    sectors = [sector.code for sector in packaged_sectors() if sector.goods]
    rates = law.rates(regions, sectors)
    found = np.argwhere(np.isfinite(rates) & (rates != 0 if law.variant != "paid" else True))
    return [
        RateRow(at, BUYER, regions[n], "", sectors[j], float(rates[n, j]), None, None)
        for at, (n, j) in enumerate(found, 1)
    ]
