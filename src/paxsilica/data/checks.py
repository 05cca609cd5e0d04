"""Numbers by which a reader can recognise a baseline, each beside what it should be or what it means."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paxsilica.economy import Array, Economy


@dataclass(frozen=True)
class Check:
    """One number of a baseline. `comment` says what to compare it with; empty where it speaks for itself."""

    name: str
    value: float
    unit: str
    comment: str = ""


def economy_checks(economy: Economy) -> tuple[Check, ...]:
    """Size, balance, tariffs and largest economies of any baseline; India's exports where IND and USA are in it.

    The repairs are not repeated here: they are `economy.notes`.
    """
    checks = [*_totals(economy), *_tariffs(economy), *_largest(economy)]
    if {"IND", "USA"} <= set(economy.regions):
        checks += _india(economy)
    return tuple(checks)


def _totals(e: Economy) -> list[Check]:
    scale, unit = (1e6, "trillion USD") if e.about.unit == "million USD" else (1.0, e.about.unit)
    packaged = e.about.name.startswith("icio2022")
    flows = int((_abroad(e) > 0).sum())
    return [
        _check(
            "world output",
            e.output.sum() / scale,
            unit,
            "the OECD table gives 199.7" if packaged else "",
        ),
        _check(
            "world GDP",
            e.gdp.sum() / scale,
            unit,
            "value added at basic prices plus tariffs, without other taxes on products",
        ),
        _check(
            "world exports",
            _abroad(e).sum() / scale,
            unit,
            "goods and services, before the importer's tariff",
        ),
        _check(
            "baseline residual",
            e.baseline_residual,
            "relative",
            "largest gap in any market; below 1e-12",
        ),
        _check(
            "international flows above zero", flows, "number", f"of {_abroad_cells(e)} possible"
        ),
    ]


def _tariffs(e: Economy) -> list[Check]:
    abroad = _abroad(e)
    goods = (
        e.sector_indices(["goods"])
        if "goods" in e.about.sector_groups
        else list(range(len(e.sectors)))
    )
    what = "goods" if "goods" in e.about.sector_groups else "all sectors"
    mean = _ratio((abroad * e.tariffs)[:, :, goods].sum(), abroad[:, :, goods].sum())
    return [
        _check("world mean tariff", 100 * mean, "%", f"duties over imports, {what}"),
        _check("tariff revenue", e.tariff_revenue.sum(), e.about.unit, "of all importers"),
    ]


def _largest(e: Economy) -> list[Check]:
    ranked = [n for n in np.argsort(-e.gdp, kind="stable") if e.regions[n] != "ROW"][:10]
    return [
        _check(f"GDP of {e.region_name(e.regions[n])}", e.gdp[n], e.about.unit, f"rank {rank}")
        for rank, n in enumerate(ranked, 1)
    ]


def _india(e: Economy) -> list[Check]:
    usa, ind = e.regions.index("USA"), e.regions.index("IND")
    exports = _abroad(e)[:, ind]
    checks = [
        _check("exports of India", exports.sum(), e.about.unit, "goods and services"),
        _check(
            "US share in India's exports",
            100 * _ratio(exports[usa].sum(), exports.sum()),
            "%",
            "goods and services; news reports say about 18 %, which is merchandise by customs records",
        ),
    ]
    if "goods" in e.about.sector_groups:
        goods = e.sector_indices(["goods"])
        to_usa = exports[usa, goods].sum()
        share, tariff = _ratio(to_usa, exports[:, goods].sum()), e.tariffs[usa, ind, goods]
        checks += [
            _check(
                "US share in India's goods exports",
                100 * share,
                "%",
                "calendar year, basic prices; customs records differ in year (from April) and valuation (fob)",
            ),
            _check(
                "US tariff on India",
                100 * _ratio((exports[usa, goods] * tariff).sum(), to_usa),
                "%",
                "duties over imports, goods",
            ),
        ]
    return checks


def _check(name: str, value: float, unit: str, comment: str = "") -> Check:
    return Check(name, float(value), unit, comment)


def _abroad(e: Economy) -> Array:
    flows = e.flows.copy()
    n = np.arange(len(e.regions))
    flows[n, n] = 0.0
    return flows


def _abroad_cells(e: Economy) -> int:
    return len(e.regions) * (len(e.regions) - 1) * len(e.sectors)


def _ratio(part: float, whole: float) -> float:
    return float(part / whole) if whole > 0 else 0.0
