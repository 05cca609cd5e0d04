"""What `pax depend` shows of one country or group: a row for each traded product, one for each material at a stage.

Every number in per cent or million USD, with the distance to its threshold and the years in which it was passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from paxsilica.analysis.dependency.materials import Dependencies
from paxsilica.analysis.dependency.measure import INDICATORS
from paxsilica.economy import Array
from paxsilica.errors import InputError

Row = dict[str, Any]


def trade_rows(d: Dependencies, year: int) -> list[Row]:
    """A row for every HS code that `us` imports in a year, the most dependent (GeoDep) first.

    Raises:
        InputError: trade has no data for the year.
    """
    t = d.tables
    if year not in t.trade.years:
        raise InputError(f"no trade data for {year}; there are {t.trade.years[0]} to {t.trade.years[-1]}")
    y = t.years.index(year)
    imports = _imports_by_origin(d, year)
    names = {m.code: m.name for m in t.materials}
    rows = []
    for c, code in enumerate(t.trade.codes):
        total = float(imports[c].sum())
        if total <= 0:
            continue
        top = int(imports[c].argmax())
        row: Row = {
            "material": ", ".join(names[m] for m in t.materials_of[code]),
            "HS": code,
            "product": t.trade.names[c],
            "imports, million USD": total,
            "top supplier": t.countries[top],
            "its share, %": 100 * float(imports[c, top]) / total,
        }
        if d.them:
            row["from them, %"] = 100 * float(d.values["from_them"][c, y])
        for name, head in (("import_hhi", "import HHI"), ("geodep", "GeoDep"), ("eu_bottom_up", "EU")):
            value = float(d.values[name][c, y])
            row[head] = _known(value)
            row[f"{head} over threshold by"] = _known(value - (INDICATORS[name].threshold or 0.0))
        row["years held"] = _years_held(d, "geodep", c)
        row["lasting"] = _verdict(float(d.lasting[c, y]))
        rows.append(row)
    return sorted(rows, key=lambda row: -(row["GeoDep"] if row["GeoDep"] is not None else -1.0))


def output_rows(d: Dependencies, year: int) -> list[Row]:
    """A row for every material at a stage: who makes it in the latest year up to `year` with data, and the risks.

    Raises:
        InputError: there is no production data up to the year.
    """
    t = d.tables
    rows = []
    for s, subject in enumerate(t.subjects):
        known = [y for y, its in enumerate(t.years) if its <= year and np.isfinite(t.share[s, :, y]).any()]
        if not known:
            continue
        y = known[-1]
        product, share = t.production.products[t.product[s, y]], t.share[s, :, y]
        top = int(np.nanargmax(share))
        row: Row = {
            "material": next(m.name for m in t.materials if m.code == subject.material),
            "stage": subject.stage,
            "year": t.years[y],
            "top producer": t.countries[top],
            "its share of output, %": 100 * float(share[top]),
            "ours, %": 100 * float(np.nansum(share[t.positions([c for c in d.us if c in t.countries])])),
        }
        if d.them:
            row["theirs, %"] = _known(100 * float(d.values["output_of_them"][s, y]))
        risk = _latest(d.values["supply_risk"][s], y)
        row |= {
            "output HHI": _known(float(d.values["production_hhi"][s, y])),
            "net import reliance, %": _known(100 * _latest(d.values["import_reliance"][s], y)),
            "EU supply risk": _known(risk),
            "over threshold by": _known(risk - (INDICATORS["supply_risk"].threshold or 0.0)),
            "GeoPolRisk": _known(_latest(d.values["geopolrisk"][s], y)),
            "source": product.source,
        }
        rows.append(row)
    if not rows:
        raise InputError(f"no production data up to {year}; there are {t.years[0]} to {t.years[-1]}")
    return sorted(rows, key=lambda row: -row["its share of output, %"])


def heatmap_cells(regions: Sequence[tuple[str, Sequence[str]]], them: Sequence[str], year: int) -> list[Row]:
    """For each named country or group and each traded product: share of its imports that comes from `them`, %."""
    from paxsilica.analysis.dependency.materials import dependencies

    cells = []
    for label, members in regions:
        d = dependencies(members, them)
        y = d.tables.years.index(year)
        for c, code in enumerate(d.tables.trade.codes):
            cells.append({"region": label, "HS": code, "share": _known(100 * float(d.values["from_them"][c, y]))})
    return cells


def _imports_by_origin(d: Dependencies, year: int) -> Array:
    """`[code, country]` million USD that `us` buys from outside."""
    t = d.tables
    inside = np.zeros(len(t.countries), dtype=bool)
    inside[t.positions([c for c in d.us if c in t.countries])] = True
    flows = inside[t.importer] & ~inside[t.exporter] & (t.year == t.years.index(year))
    cell = t.trade.code[flows].astype(np.intp) * len(t.countries) + t.exporter[flows]
    shape = (len(t.trade.codes), len(t.countries))
    return np.bincount(cell, t.trade.value[flows], shape[0] * shape[1]).reshape(shape)


def _years_held(d: Dependencies, name: str, row: int) -> str:
    """`2019, 2021 of 2019-2024`."""
    values, years = d.values[name][row], np.array(d.tables.years)
    known = ~np.isnan(values)
    held = INDICATORS[name].holds(values) & known
    if not known.any():
        return ""
    span = f"{years[known][0]}-{years[known][-1]}"
    return f"{int(held.sum())} of {int(known.sum())} ({span})"


def _latest(values: Array, y: int) -> float:
    """The last value that is known up to position y; NaN if none is."""
    known = np.flatnonzero(~np.isnan(values[: y + 1]))
    return float(values[known[-1]]) if known.size else float("nan")


def _verdict(value: float) -> str:
    return "" if np.isnan(value) else "yes" if value else "no"


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
