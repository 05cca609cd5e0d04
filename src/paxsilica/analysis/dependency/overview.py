"""What `pax depend` shows of one country or group: a row for each traded product, one for each material at a stage.

Every number in per cent or million USD, with the distance to its threshold and the years in which it was passed.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from paxsilica.analysis.dependency.materials import Dependencies
from paxsilica.analysis.dependency.measure import INDICATORS, versus
from paxsilica.analysis.dependency.provenance import Provenance, provenance
from paxsilica.analysis.dependency.tables import Tables
from paxsilica.economy import Array
from paxsilica.errors import InputError

Row = dict[str, Any]

OLDEST_RISK = 2
"""Years before the row's year up to which a risk is shown beside it."""

OWN_OUTPUT, WORLD_ALONE = "own output only", "world output alone"

SOURCING = (
    (0.995, OWN_OUTPUT),
    (0.5, "mainly own output"),
    (1e-12, "mainly imports"),
    (0.0, "imports only"),
)
"""Share of own output in supply from which a word holds; the first rounds to all of it."""

RISKS = ("supply_risk", "import_reliance", "geopolrisk", "own_output")


def trade_rows(d: Dependencies, year: int) -> list[Row]:
    """A row for every HS code that `us` imports in a year: those that pass GeoDep first, by imports within.

    Raises:
        InputError: trade has no data for the year.
    """
    t = d.tables
    if year not in t.trade.years:
        raise InputError(
            f"no trade data for {year}; there are {t.trade.years[0]} to {t.trade.years[-1]}"
        )
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
        row["passes GeoDep"] = (
            "yes" if INDICATORS["geodep"].holds(d.values["geodep"])[c, y] else "no"
        )
        row["years held"] = _years_held(d, "geodep", c)
        row["lasting"] = _verdict(float(d.lasting[c, y]))
        for name, head in (
            ("import_hhi", "import HHI"),
            ("geodep", "GeoDep"),
            ("eu_bottom_up", "EU rule"),
        ):
            value = float(d.values[name][c, y])
            row[head] = _known(value)
            row[f"{head} over threshold by"] = _known(value - (INDICATORS[name].threshold or 0.0))
        rows.append(row)
    return sorted(
        rows, key=lambda row: (row["passes GeoDep"] != "yes", -row["imports, million USD"])
    )


def output_rows(d: Dependencies, year: int) -> list[Row]:
    """A row for every material at a stage: who makes it in the latest year up to `year` with data, and the risks.

    The risks need trade and a long series: they are of the latest year that has them, at most `OLDEST_RISK` years
    earlier, and often of another source. Sorted by their share where there is a `them`, else by supply risk, with what
    `us` mainly makes itself last.

    Raises:
        InputError: there is no production data up to the year.
    """
    t = d.tables
    rows = []
    for s in range(len(t.subjects)):
        known = [
            y
            for y, its in enumerate(t.years)
            if its <= year and np.isfinite(t.share[s, :, y]).any()
        ]
        if known:
            rows.append({**_made(d, s, known[-1]), **_risks(d, s, known[-1])})
    if not rows:
        raise InputError(
            f"no production data up to {year}; there are {t.years[0]} to {t.years[-1]}"
        )
    if all(not row["no figure"] for row in rows):
        rows = [{head: value for head, value in row.items() if head != "no figure"} for row in rows]
    if d.them:
        return sorted(rows, key=lambda row: -_least(row["theirs, %"]))
    return sorted(
        rows,
        key=lambda row: (
            (row["own output, % of supply"] or 0) >= 50,
            -_least(row["supply risk, 0-10"]),
        ),
    )


def _made(d: Dependencies, s: int, y: int) -> Row:
    """Who makes the material at the stage `s` in the year at `y`."""
    t, subject = d.tables, d.tables.subjects[s]
    share = t.share[s, :, y]
    top = int(np.nanargmax(share))
    row: Row = {
        "material": next(m.name for m in t.materials if m.code == subject.material),
        "stage": subject.stage,
        "year": t.years[y],
        "source": t.production.products[t.product[s, y]].source,
        "top producer": t.countries[top],
        "its share of output, %": 100 * float(share[top]),
        "ours, %": _share_of(t, d.us, s, y),
    }
    if d.them:
        row["theirs, %"] = _share_of(t, d.them, s, y)
    missing = [
        (c, t.unpublished.get((s, t.countries.index(c), y)))
        for c in (*d.us, *d.them)
        if c in t.countries
    ]
    row["no figure"] = ", ".join(f"{country} {why}" for country, why in missing if why)
    row["output HHI"] = _known(float(d.values["production_hhi"][s, y]))
    return row


def _share_of(t: Tables, members: Sequence[str], s: int, y: int) -> float | None:
    """Per cent of world output; None where the source withholds a member's figure or has none of all of them."""
    group = t.membership(members)
    if t.no_figure(group - 1, 1)[s, 0, y]:
        return None
    return 100 * float(np.nansum(t.share[s, group > 0, y]))


def _risks(d: Dependencies, s: int, last: int) -> Row:
    """The risks of one and the same year, with that year and its sources."""
    t = d.tables
    years = [y for y in range(last, -1, -1) if t.years[last] - t.years[y] <= OLDEST_RISK]
    with_trade = [y for y in years if not np.isnan(d.values["own_output"][s, y])]
    with_any = [y for y in years if any(not np.isnan(d.values[name][s, y]) for name in RISKS)]
    y = next(iter(with_trade or with_any), None)
    of_it = None if y is None else _provenance(d, s, y)

    def at(name: str, scale: float = 1.0) -> float | None:
        return None if y is None else _known(scale * float(d.values[name][s, y]))

    risk, own = at("supply_risk"), at("own_output")
    sourcing = WORLD_ALONE if own is None and risk is not None else ""
    if own is not None:
        sourcing = next(word for least, word in SOURCING if own >= least)
    row: Row = {
        "net imports of this stage, % of supply": at("import_reliance", 100),
        "own output, % of supply": at("own_output", 100),
        "sourcing": sourcing,
        "world output risk, 0-10": at("world_risk"),
        "sourcing risk, 0-10": at("sourcing_risk"),
        "supply risk, 0-10": risk,
    }
    limit = d.judged("supply_risk").threshold
    if limit is not None:
        row["over threshold by"] = None if risk is None or sourcing == OWN_OUTPUT else risk - limit
    return row | {
        "GeoPolRisk": at("geopolrisk"),
        "year of risks": None if y is None else t.years[y],
        "source of risks": of_it.source if of_it else "",
        "note": of_it.note if of_it else "",
    }


def _provenance(d: Dependencies, s: int, y: int) -> Provenance:
    known = [name for name in RISKS if not np.isnan(d.values[name][s, y])]
    plain = replace(INDICATORS[known[0]], note="")
    return provenance(d.tables, plain, s, y, float(d.values[known[0]][s, y]))


def heatmap_cells(
    t: Tables,
    regions: Sequence[tuple[str, Sequence[str]]],
    them: Sequence[str],
    year: int,
    codes: Sequence[str],
) -> list[Row]:
    """For each named country or group and each HS code: share of its imports that comes from `them`, %."""
    y, theirs = t.years.index(year), t.membership(them)
    cells = []
    for label, members in regions:
        share = versus(t, t.membership(members), theirs)["from_them"][:, 0, y]
        for code in codes:
            value = 100 * float(share[t.trade.codes.index(code)])
            cells.append({"region": label, "HS": code, "share": _known(value)})
    return cells


def imports_from(d: Dependencies, them: Sequence[str], year: int) -> dict[str, float]:
    """HS code -> million USD that `us` buys from `them`, largest first; codes of which it buys nothing are left out."""
    theirs = _imports_by_origin(d, year)[:, d.tables.membership(them) > 0].sum(1)
    order = sorted(np.flatnonzero(theirs > 0), key=lambda c: -theirs[c])
    return {d.tables.trade.codes[c]: float(theirs[c]) for c in order}


def _imports_by_origin(d: Dependencies, year: int) -> Array:
    """`[code, country]` million USD that `us` buys from outside."""
    t = d.tables
    inside = t.membership(d.us) > 0
    flows = inside[t.importer] & ~inside[t.exporter] & (t.year == t.years.index(year))
    cell = t.trade.code[flows].astype(np.intp) * len(t.countries) + t.exporter[flows]
    shape = (len(t.trade.codes), len(t.countries))
    return np.bincount(cell, t.trade.value[flows], shape[0] * shape[1]).astype(float).reshape(shape)


def _years_held(d: Dependencies, name: str, row: int) -> str:
    """`2019-2021, 2023 of 6`: the years, and how many have data; `none of 6`."""
    values, years = d.values[name][row], np.array(d.tables.years)
    known = ~np.isnan(values)
    held = years[INDICATORS[name].holds(values) & known].tolist()
    spans: list[list[int]] = []
    for year in held:
        if spans and year == spans[-1][-1] + 1:
            spans[-1].append(year)
        else:
            spans.append([year])
    told = ", ".join(str(span[0]) if len(span) == 1 else f"{span[0]}-{span[-1]}" for span in spans)
    return f"{told or 'none'} of {int(known.sum())}" if known.any() else ""


def _verdict(value: float) -> str:
    return "" if np.isnan(value) else "yes" if value else "no"


def _least(value: float | None) -> float:
    return -1.0 if value is None else value


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
