"""Numbers by which a reader can recognise a baseline, each beside what it should be or what it means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paxsilica.about import BASELINE
from paxsilica.checks import TINY
from paxsilica.data.plausibility import facts, packaged_facts
from paxsilica.economy import Economy, abroad


@dataclass(frozen=True)
class Check:
    """One number of a baseline. `comment` says what to compare it with; empty where it speaks for itself."""

    name: str
    value: float
    unit: str
    comment: str


def economy_checks(economy: Economy) -> tuple[Check, ...]:
    """Size, balance, tariffs and largest economies of any baseline; India's exports where IND and USA are in it.

    Where regions are codes of the packaged table, their GDP, openness and mean duty stand beside its own. The repairs
    are not repeated here: they are `economy.notes`.
    """
    checks = [*_totals(economy), *_largest(economy)]
    if {"IND", "USA"} <= set(economy.regions):
        checks += _india(economy)
    return tuple(checks)


def _totals(e: Economy) -> list[Check]:
    scale, unit = 1e6, f"trillion {e.about.currency}"
    traded, goods = abroad(e.flows), e.goods
    bought = traded[:, :, goods]
    duties = (bought * e.tariffs[:, :, goods]).sum()
    what = "goods" if "goods" in e.about.sector_groups else "all sectors"
    cells = len(e.regions) * (len(e.regions) - 1) * len(e.sectors)
    return [
        Check(
            "world output",
            e.output.sum() / scale,
            unit,
            "the OECD table gives 199.7" if _is_packaged(e) else "",
        ),
        Check(
            "world GDP",
            e.gdp.sum() / scale,
            unit,
            "value added at basic prices plus tariffs, without other taxes on products",
        ),
        Check(
            "world exports",
            traded.sum() / scale,
            unit,
            "goods and services, before the importer's tariff",
        ),
        Check(
            "baseline residual",
            e.baseline_residual,
            "relative",
            "largest gap in any market; below 1e-12",
        ),
        Check(
            "international flows above zero",
            float((traded > 0).sum()),
            "number",
            f"of {cells} possible",
        ),
        Check(
            "world mean tariff",
            100 * duties / max(bought.sum(), TINY),
            "%",
            f"duties over imports, {what}",
        ),
        Check("tariff revenue", e.tariff_revenue.sum(), e.about.unit, "of all importers"),
    ]


def _largest(e: Economy) -> list[Check]:
    ranked = [n for n in np.argsort(-e.gdp, kind="stable") if e.regions[n] != "ROW"][:10]
    own = facts(e)
    checks = []
    for rank, n in enumerate(ranked, 1):
        name = e.region_name(e.regions[n])
        packaged = [] if _is_packaged(e) else _packaged_comments(e.regions[n])
        gdp = f"rank {rank}" + (f"; {packaged[0]}" if packaged else "")
        checks.append(Check(f"GDP of {name}", e.gdp[n], e.about.unit, gdp))
        if packaged:
            checks += [
                Check(f"openness of {name}", 100 * own.openness[n], "%", packaged[1]),
                Check(f"mean duty of {name}", 100 * own.duty[n], "%", packaged[2]),
            ]
    return checks


def _packaged_comments(region: str) -> list[str]:
    """What the packaged table says of the same region: GDP, exports over GDP, duties over imports."""
    table, known = packaged_facts()
    if region not in table.regions:
        return []
    n, where = table.regions.index(region), f"in {table.about.name}"
    return [
        f"{known.gdp[n]:,.0f} {table.about.unit} {where}",
        f"exports over GDP; {100 * known.openness[n]:.3g} {where}",
        f"duties over imports; {100 * known.duty[n]:.3g} {where}",
    ]


def _is_packaged(e: Economy) -> bool:
    return e.about.name in (BASELINE, f"{BASELINE}-50")


def _india(e: Economy) -> list[Check]:
    usa, ind = e.regions.index("USA"), e.regions.index("IND")
    exports = abroad(e.flows)[:, ind]
    checks = [
        Check("exports of India", exports.sum(), e.about.unit, "goods and services"),
        Check(
            "US share in India's exports",
            100 * exports[usa].sum() / max(exports.sum(), TINY),
            "%",
            "goods and services; news reports say about 18 %, which is merchandise by customs records",
        ),
    ]
    if "goods" in e.about.sector_groups:
        goods = e.sector_indices(["goods"])
        to_usa = exports[usa, goods].sum()
        duties = (exports[usa, goods] * e.tariffs[usa, ind, goods]).sum()
        checks += [
            Check(
                "US share in India's goods exports",
                100 * to_usa / max(exports[:, goods].sum(), TINY),
                "%",
                "calendar year, basic prices; customs records differ in year (from April) and valuation (fob)",
            ),
            Check(
                "US tariff on India",
                100 * duties / max(to_usa, TINY),
                "%",
                "duties over imports, goods",
            ),
        ]
    return checks
