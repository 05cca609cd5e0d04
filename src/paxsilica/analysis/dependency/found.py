"""What `dependencies` says, as labelled numbers: of products, of materials at a stage, of suppliers.

A product is an HS code, or the code of a material; an item is the stage of a material. Shares are
in per cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.dependency.indicators import Bools
from paxsilica.analysis.dependency.materials import Dependencies, Supplier
from paxsilica.analysis.dependency.measure import INDICATORS, versus
from paxsilica.analysis.dependency.provenance import TRADE, limits, sources
from paxsilica.analysis.dependency.tables import IntArray, Tables
from paxsilica.economy import Array
from paxsilica.errors import InputError
from paxsilica.findings import Block, block, variables

OLDEST_RISK = 2
"""Years before the year of an output up to which a risk is shown beside it."""

RISKS = ("supply_risk", "import_reliance", "geopolrisk", "own_output")

OF_TRADE = ("import_hhi", "geodep", "lasting", "eu_bottom_up", "from_them")
"""Indicators of products that a screen has room for."""

Axis = Mapping[str, Sequence[str]]


@dataclass(frozen=True, eq=False)
class Sides:
    """How the two sides are called in the findings.

    Attributes:
        us, them: a country's code, or the group as it was written; `them` is empty where nobody was
            asked about.
    """

    us: str
    them: str = ""

    def of(self, name: str) -> dict[str, Any]:
        """The labels of an indicator."""
        partner = {"partner": self.them} if "them" in name or "rest" in name else {}
        return {"region": self.us, **partner}


def traded_blocks(d: Dependencies, year: int, sides: Sides) -> list[Block]:
    """What `us` imports of every HS code in a year, and the indicators of the codes in every year.

    Raises:
        InputError: trade has no data for the year.
    """
    t = d.tables
    if year not in t.trade.years:
        raise InputError(
            f"no trade data for {year}; there are {t.trade.years[0]} to {t.trade.years[-1]}"
        )
    imports = imports_by_origin(d, year)
    bought = imports.sum(1) > 0
    total, top = imports.sum(1)[bought], imports.argmax(1)[bought]
    codes = [code for code, some in zip(t.trade.codes, bought, strict=True) if some]
    place = {"product": codes, "partner": [t.countries[k] for k in top]}
    fixed: dict[str, Any] = {"region": sides.us, "date": str(year), "source": TRADE}
    shown = bought[:, None] & (np.array(t.years) == year)
    names = [name for name in d.values if INDICATORS[name].of == "code"]
    counted = {"table": len(t.trade.codes), "imported": len(codes)}
    for measure, those in _passing(d, t.years.index(year)).items():
        counted[measure] = int((those & bought).sum())
    return [
        _tally("products_counted", counted, sides),
        block("members", len(d.us), region=sides.us),
        block("imports", total, {"product": codes}, **fixed),
        block("import_share", 100 * imports[bought].max(1) / total, place, **fixed),
        *(b for name in names for b in _indicator(d, name, shown & (name in OF_TRADE), sides)),
        *_thresholds_passed(d, names, sides),
    ]


def _passing(d: Dependencies, y: int) -> dict[str, Bools]:
    """`[code]` which pass GeoDep in the year at `y`, or in two of three, or come mostly from them."""
    passing = INDICATORS["geodep"].holds(d.values["geodep"])[:, y]
    mostly = {"mostly_from_them": d.values["from_them"][:, y] > 0.5} if d.them else {}
    return {"passing": passing, "lasting": d.values["lasting"][:, y] == 1, **mostly}


def made_blocks(d: Dependencies, sides: Sides, upto: int | None = None) -> list[Block]:
    """Who makes every material at a stage in its latest year, and the indicators of every year.

    The risks need trade and a long series: shown are those of the latest year that has them, at most
    `OLDEST_RISK` years earlier, and often of another source.

    Args:
        upto: the last year that counts; default the last of the tables.

    Raises:
        InputError: there is no production data up to the year.
    """
    t = d.tables
    made, risky = shown_years(d, upto)
    names = [name for name in d.values if INDICATORS[name].of == "stage"]
    at_risk = (*RISKS, "world_risk", "sourcing_risk")
    shown = {name: _in_year(t, risky if name in at_risk else made) for name in names}
    shown["output_of_rest"] = np.zeros_like(t.unnamed, dtype=bool)
    top = np.nan_to_num(t.share).argmax(1)
    keys, of_year, unnamed = sources(t, "production_hhi"), _in_year(t, made), ~np.isnan(t.unnamed)
    counted = {"shown": int(of_year.sum())}
    if d.them:
        counted["mostly_made_by_them"] = int((of_year & (d.values["output_of_them"] > 0.5)).sum())
    tables = {(key, y) for key, y in zip(keys[of_year], np.nonzero(of_year)[1], strict=True)}
    found = [_tally("stages_counted", counted | {"tables": len(tables)}, sides)]
    for source, at in _by_source(keys, of_year):
        place = {**_cell_labels(t, "stage", at), "region": [t.countries[n] for n in top[at]]}
        found.append(block("output_share", 100 * t.share.max(1)[at], place, source=source))
    for source, at in _by_source(keys, unnamed):
        rest = 100 * t.unnamed[at]
        found.append(
            block("unnamed_output", rest, _cell_labels(t, "stage", at), source=source, detail=True)
        )
    found += [b for name in names for b in _indicator(d, name, shown[name], sides)]
    return [*found, *_thresholds_passed(d, names, sides)]


def shown_years(d: Dependencies, upto: int | None = None) -> tuple[IntArray, IntArray]:
    """`[subject]` positions of the years whose output and whose risks are shown; -1: there is none.

    Raises:
        InputError: there is no production data up to the year.
    """
    t = d.tables
    years = np.array(t.years)
    some = np.isfinite(t.share).any(1) & (years <= (upto or years[-1]))
    if not some.any():
        raise InputError(f"no production data up to {upto}; there are {years[0]} to {years[-1]}")
    made = _last(some)
    near = (years <= years[made][:, None]) & (years >= years[made][:, None] - OLDEST_RISK)
    near &= (made >= 0)[:, None]
    traded = _last(near & ~np.isnan(d.values["own_output"]))
    known = np.any([~np.isnan(d.values[name]) for name in RISKS], axis=0)
    return made, np.where(traded >= 0, traded, _last(near & known))


def stage_texts(d: Dependencies, upto: int | None = None) -> list[dict[str, str]]:
    """In words, of every stage shown: what its risks cannot say, and whose output has no figure."""
    t, found = d.tables, []
    made, risky = shown_years(d, upto)
    place = {label: n for n, label in enumerate(t.countries)}
    for s in np.flatnonzero(made >= 0).tolist():
        y = int(risky[s])
        why = {
            c: t.unpublished.get((s, place[c], int(made[s])))
            for c in (*d.us, *d.them)
            if c in place
        }
        first = next((n for n in RISKS if y >= 0 and not np.isnan(d.values[n][s, y])), None)
        found.append(
            {
                "product": t.subjects[s].material,
                "item": t.subjects[s].stage,
                "note": limits(t, first, s, y) if first else "",
                "no_figure": ", ".join(
                    f"{country} {said}" for country, said in why.items() if said
                ),
            }
        )
    return found


def beside_blocks(
    t: Tables, others: Mapping[str, Sequence[str]], theirs: Sequence[str], them: str, year: int
) -> list[Block]:
    """Share of the imports of others, by HS code, that comes from `theirs`."""
    y, partner = t.years.index(year), t.membership(theirs)
    shares = [
        versus(t, t.membership(its), partner)["from_them"][:, 0, y] for its in others.values()
    ]
    axes: tuple[Axis, Axis] = {"region": list(others)}, {"product": t.trade.codes}
    fixed: dict[str, Any] = {"partner": them, "date": str(year), "source": TRADE}
    return [block("from_them", 100 * np.array(shares), *axes, **fixed, detail=True)]


def age_blocks(t: Tables, today: date) -> list[Block]:
    """Years from the oldest number of a date to a day: of the tables, and of stability."""
    years = np.array(t.years)
    oldest = np.array([years, np.minimum(years, t.stability_year.max(0))])
    age = np.where(oldest <= today.year, today.year - oldest, np.nan)
    axes: tuple[Axis, Axis] = (
        {"measure": ("tables", "stability")},
        {"date": list(map(str, t.years))},
    )
    return [block("oldest_data_year", oldest, *axes), block("data_age", age, *axes)]


def supplier_blocks(found: Sequence[Supplier], what: str, year: int, us: str) -> list[Block]:
    """Who sells a material or HS code to `us`, largest first, and all imports of it."""
    fixed: dict[str, Any] = {"region": us, "product": what, "date": str(year), "source": TRADE}
    who = {"partner": [s.country for s in found]}
    columns = {
        "imports": [s.value for s in found],
        "import_share": [100 * s.share for s in found],
        "import_weight": [s.quantity for s in found],
        "estimated_weight": [100 * s.estimated for s in found],
    }
    each = [block(name, values, who, **fixed) for name, values in columns.items() if found]
    return [block("imports", sum(columns["imports"]), **fixed), *each]


def imports_by_origin(d: Dependencies, year: int) -> Array:
    """`[code, country]` million USD that `us` buys from outside."""
    t = d.tables
    inside = t.membership(d.us) > 0
    flows = inside[t.importer] & ~inside[t.exporter] & (t.year == t.years.index(year))
    cell = t.trade.code[flows].astype(np.intp) * len(t.countries) + t.exporter[flows]
    shape = (len(t.trade.codes), len(t.countries))
    return np.bincount(cell, t.trade.value[flows], shape[0] * shape[1]).astype(float).reshape(shape)


# ---- indicators --------------------------------------------------------------------------------


def _indicator(d: Dependencies, name: str, shown: Bools, sides: Sides) -> Iterator[Block]:
    """Every known value, and how far over its threshold it is; what is not `shown` is detail."""
    t, values, scale = d.tables, d.values[name], _scale(name)
    known, keys, limit = ~np.isnan(values), sources(t, name), d.judged(name).threshold
    finite = np.where(np.isfinite(values), values, np.nan)
    for detail, part in ((False, known & shown), (True, known & ~shown)):
        for source, at in _by_source(keys, part):
            place = _cell_labels(t, INDICATORS[name].of, at)
            high = _were_one(t, at) if name == "production_hhi" else None
            low = None if high is None else finite[at]
            told = {**sides.of(name), "source": source}
            yield block(name, scale * finite[at], place, low=low, high=high, detail=detail, **told)
            if limit is not None:
                over, told = scale * (finite[at] - limit), told | {"measure": name}
                yield block("over_threshold", over, place, detail=detail, **told)


def _thresholds_passed(d: Dependencies, names: Sequence[str], sides: Sides) -> Iterator[Block]:
    """The thresholds, the years in which each was passed, how many, and of how many known."""
    for name in names:
        indicator, values = d.judged(name), d.values[name]
        if indicator.threshold is None:
            continue
        years: Axis = {"date": list(map(str, d.tables.years))}
        rows = _cell_labels(d.tables, indicator.of, (np.arange(len(values)),))
        known = ~np.isnan(values)
        passed = indicator.holds(values) & known
        told: dict[str, Any] = {"region": sides.us, "measure": name}
        detail = name != "geodep"
        yield block("threshold", _scale(name) * indicator.threshold, **told)
        flags = np.where(known, passed, np.nan)
        yield block("threshold_passed", flags, rows, years, detail=detail, **told)
        yield block("years_passed", passed.sum(1), rows, detail=detail, **told)
        yield block("years_known", known.sum(1), rows, detail=detail, **told)


def _tally(variable: str, counted: Mapping[str, int], sides: Sides) -> Block:
    return block(variable, list(counted.values()), {"measure": list(counted)}, **sides.of("them"))


def _were_one(t: Tables, at: tuple[IntArray, ...]) -> Array:
    """The concentration of output if all its unnamed makers were one."""
    s, y = at
    return np.asarray(np.square(t.share[s, :, y]).sum(1) + t.unnamed[at] ** 2)


def _scale(name: str) -> float:
    return 100.0 if variables()[name].unit == "%" else 1.0


# ---- labels ------------------------------------------------------------------------------------


def _cell_labels(t: Tables, of: str, at: tuple[IntArray, ...]) -> Axis:
    """Labels of cells: HS code, or material and stage; and the year where there is one."""
    rows, *years = at
    dates = {"date": [str(t.years[k]) for k in years[0]]} if years else {}
    if of == "code":
        return {"product": [t.trade.codes[k] for k in rows], **dates}
    subjects = [t.subjects[k] for k in rows]
    materials, stages = [s.material for s in subjects], [s.stage for s in subjects]
    return {"product": materials, "item": stages, **dates}


def _by_source(
    keys: NDArray[np.str_], where: Bools
) -> Iterator[tuple[str, tuple[IntArray, IntArray]]]:
    """The cells that hold, for each of their sources."""
    for source in dict.fromkeys(keys[where].tolist()):
        rows, years = np.nonzero(where & (keys == source))
        yield source, (rows, years)


def _last(where: Bools) -> IntArray:
    """`[row]` position of the last that holds; -1 where none does."""
    reverse = where[:, ::-1].argmax(1)
    return np.where(where.any(1), where.shape[1] - 1 - reverse, -1)


def _in_year(t: Tables, years: IntArray) -> Bools:
    """`[row, year]` whether it is the row's own year."""
    return np.asarray(years[:, None] == np.arange(len(t.years)))
