"""What `dependencies` says, as labelled numbers: of products and of materials at a stage.

A product is an HS code, or the code of a material; an item is the stage of a material. Shares are
in per cent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.dependency.indicators import Bools
from paxsilica.analysis.dependency.materials import Dependencies, bought_from
from paxsilica.analysis.dependency.measure import INDICATORS, of_codes
from paxsilica.analysis.dependency.tables import STABILITY, TRADE, Tables
from paxsilica.data.materials import IntArray
from paxsilica.findings import Block, block, variables
from paxsilica.names.places import country_names

OLDEST_RISK = 2
"""Years before the year of an output up to which a risk is shown beside it."""

RISKS = ("supply_risk", "import_reliance", "geopolrisk", "own_output")
"""In the order in which a stage's year of risks is read from them."""

Axis = dict[str, list[str]]


def traded_blocks(d: Dependencies, year: int) -> list[Block]:
    """What `us` imports of every HS code in a year, and the indicators of the codes in every year.

    Raises:
        InputError: trade has no data for the year.
    """
    t, (us, _) = d.tables, d.called
    imports, y = bought_from(t, d.us, year, t.trade.value), t.years.index(year)
    bought = np.flatnonzero(imports.any(1))
    total, top = imports[bought].sum(1), imports[bought].argmax(1)
    codes = {"product": [t.trade.codes[c] for c in bought]}
    place = codes | {"partner": [t.countries[n] for n in top]}
    of: dict[str, Any] = {"region": us, "date": str(year), "source": TRADE}
    shown = np.zeros(d.values["geodep"].shape, dtype=bool)
    shown[bought, y] = True
    passing = {
        "passing": INDICATORS["geodep"].holds(d.values["geodep"]),
        "lasting": d.values["lasting"] == 1,
    }
    if d.them:
        passing["mostly_from_them"] = d.values["from_them"] > 0.5
    counted = {"table": len(t.trade.codes), "imported": len(bought)}
    counted |= {name: int((those & shown).sum()) for name, those in passing.items()}
    return [
        _tally(d, "products_counted", counted),
        block("members", len(d.us), region=us),
        block("imports", total, codes, **of),
        block("import_share", 100 * imports[bought].max(1) / total, place, **of),
        *_indicators(d, "code", {"latest": shown}),
    ]


def made_blocks(d: Dependencies) -> list[Block]:
    """Who makes every material at a stage in its latest year, and the indicators of every year.

    The risks need trade and a long series: shown are those of the latest year that has them, at most
    `OLDEST_RISK` years earlier, and often of another source.
    """
    t = d.tables
    every = np.arange(len(t.years))
    made, risky = (years[:, None] == every for years in shown_years(d))
    top = np.nan_to_num(t.share).argmax(1)
    keys = _sources(t, "production_hhi")
    tables = {(key, y) for key, y in zip(keys[made], np.nonzero(made)[1], strict=True)}
    mostly = {}
    if d.them:
        mostly["mostly_made_by_them"] = int((made & (d.values["output_of_them"] > 0.5)).sum())
    counted = {"shown": int(made.sum()), **mostly, "tables": len(tables)}
    found = [_tally(d, "stages_counted", counted)]
    for source, at, place in _cells(t, "stage", keys, made):
        region = {"region": [t.countries[n] for n in top[at]]}
        found.append(block("output_share", 100 * t.share.max(1)[at], place | region, source=source))
    for source, at, place in _cells(t, "stage", keys, ~np.isnan(t.unnamed)):
        found.append(
            block("unnamed_output", 100 * t.unnamed[at], place, source=source, detail=True)
        )
    return [*found, *_indicators(d, "stage", {"latest": made, "risk": risky})]


def shown_years(d: Dependencies) -> tuple[IntArray, IntArray]:
    """`[subject]` positions of the years whose output and whose risks are shown; -1: there is none."""
    years = np.array(d.tables.years)
    made = _last(~np.isnan(d.tables.unnamed))
    age = years[made, None] - years
    near = (age >= 0) & (age <= OLDEST_RISK) & (made[:, None] >= 0)
    known = {name: near & ~np.isnan(d.values[name]) for name in RISKS}
    traded = _last(known["own_output"])
    return made, np.where(traded >= 0, traded, _last(np.logical_or.reduce(list(known.values()))))


def stage_texts(d: Dependencies) -> list[dict[str, str]]:
    """In words, of every stage shown: what its risks cannot say, and whose output has no figure."""
    t, found = d.tables, []
    members = [(c, t.countries.index(c)) for c in (*d.us, *d.them) if c in t.countries]
    for s, (made, risky) in enumerate(np.transpose(shown_years(d)).tolist()):
        if made < 0:
            continue
        why = {c: t.unpublished.get((s, n, made)) for c, n in members}
        first = next((n for n in RISKS if risky >= 0 and not np.isnan(d.values[n][s, risky])), "")
        found.append(
            {
                "product": t.subjects[s].material,
                "item": t.subjects[s].stage,
                "note": _limits(t, first, s, risky) if first else "",
                "no_figure": ", ".join(
                    f"{country_names()[c]} {said}" for c, said in why.items() if said
                ),
            }
        )
    return found


def others_block(
    t: Tables, others: Mapping[str, Sequence[str]], theirs: Sequence[str], them: str, year: int
) -> Block:
    """Share of the imports of others, none of them in two, that comes from `theirs`, by HS code."""
    group = np.full(len(t.countries), -1)
    for g, members in enumerate(others.values()):
        group[t.membership(members) > 0] = g
    shares = of_codes(t, group, len(others), t.membership(theirs))["from_them"]
    axes = {"region": list(others)}, {"product": t.trade.codes}
    of: dict[str, Any] = {"partner": them, "date": str(year), "source": TRADE}
    return block("from_them", 100 * shares[..., t.years.index(year)].T, *axes, detail=True, **of)


def age_blocks(t: Tables, today: date) -> list[Block]:
    """Years from the oldest number of a date to a day: of the tables, and of stability."""
    oldest = np.array([t.years, np.minimum(t.years, t.latest_stability[0].max(0))])
    age = np.where(oldest <= today.year, today.year - oldest, np.nan)
    axes = {"measure": ("tables", "stability")}, {"date": list(map(str, t.years))}
    return [block("oldest_data_year", oldest, *axes), block("data_age", age, *axes)]


def _indicators(d: Dependencies, of: str, shown: Mapping[str, Bools]) -> Iterator[Block]:
    """The values of all indicators of codes or stages, then which thresholds they pass.

    Args:
        shown: `latest` and `risk` -> `[row, year]` the cells that a screen has room for.
    """
    names = [name for name, its in INDICATORS.items() if its.of == of and name in d.values]
    for name in names:
        none = np.zeros(d.values[name].shape, dtype=bool)
        yield from _value_blocks(d, name, shown.get(INDICATORS[name].shown, none))
    for name in names:
        if np.isfinite(d.judged(name).threshold):
            yield from _passing(d, name)


def _value_blocks(d: Dependencies, name: str, shown: Bools) -> Iterator[Block]:
    """Every known value, and how far over its threshold it is; what is not `shown` is detail."""
    t, scale, limit = d.tables, _scale(name), d.judged(name).threshold
    values, keys = d.values[name], _sources(d.tables, name)
    known, finite = ~np.isnan(values), np.where(np.isfinite(values), values, np.nan)
    for detail, part in ((False, known & shown), (True, known & ~shown)):
        for source, at, place in _cells(t, INDICATORS[name].of, keys, part):
            of = {**_of_sides(d, name), "source": source, "detail": detail}
            band: dict[str, Any] = {}
            if name == "production_hhi":  # had all its unnamed makers been one
                s, y = at
                high = np.square(t.share[s, :, y]).sum(1) + t.unnamed[at] ** 2
                band = {"low": finite[at], "high": high}
            yield block(name, scale * finite[at], place, **of, **band)
            if np.isfinite(limit):
                over = scale * (finite[at] - limit)
                yield block("over_threshold", over, place, measure=name, **of)


def _passing(d: Dependencies, name: str) -> Iterator[Block]:
    """A threshold, the years in which it was passed, how many, and of how many known."""
    indicator, values = d.judged(name), d.values[name]
    rows, years = _row_labels(d.tables, indicator.of), {"date": list(map(str, d.tables.years))}
    known = ~np.isnan(values)
    passed = indicator.holds(values)
    of: dict[str, Any] = {"region": d.called[0], "measure": name}
    yield block("threshold", _scale(name) * indicator.threshold, **of)
    of["detail"] = name != "geodep"
    yield block("threshold_passed", np.where(known, passed, np.nan), rows, years, **of)
    yield block("years_passed", passed.sum(1), rows, **of)
    yield block("years_known", known.sum(1), rows, **of)


def _tally(d: Dependencies, variable: str, counted: Mapping[str, int]) -> Block:
    measures = {"measure": list(counted)}
    return block(variable, list(counted.values()), measures, **_of_sides(d, "them"))


def _scale(name: str) -> float:
    return 100.0 if variables()[name].unit == "%" else 1.0


def _sources(t: Tables, name: str) -> NDArray[np.str_]:
    """`[code or subject, year]` keys in SOURCES.toml of the tables behind an indicator, `a, b`."""
    indicator = INDICATORS[name]
    if indicator.of == "code":
        return np.full((len(t.trade.codes), len(t.years)), TRADE)
    lines = np.array([*(line.source for line in t.production.products), ""])[t.product]
    traded = np.where(t.comparable & ("trade" in indicator.reads), f", {TRADE}", "")
    stability = f", {STABILITY}" if "stability" in indicator.reads else ""
    return np.char.add(np.char.add(lines, traded), stability)


def _limits(t: Tables, name: str, s: int, y: int) -> str:
    """What an indicator of the subject `s` in the year at `y` cannot say, in words."""
    line, unnamed = t.production.products[t.product[s, y]], float(t.unnamed[s, y])
    reads, notes = INDICATORS[name].reads, [f"output: {line.form}"]
    if unnamed > 1e-9 and "world" in reads:
        notes.append(f"unnamed countries make {unnamed:.1%} of output and count as many small ones")
    if "trade" in reads:
        notes += _of_sourcing(t, s, y)
    if name == "supply_risk" and np.isnan(t.recycling[s]):
        notes.append("recycling is unknown and counts as none")
    return "; ".join(notes)


def _of_sourcing(t: Tables, s: int, y: int) -> list[str]:
    """What sums of traded tonnes and tonnes of output cannot say."""
    subject, line, notes = t.subjects[s], t.production.products[t.product[s, y]], []
    if not t.comparable[s, y]:
        reason = (
            "output is given in shares or volume"
            if subject.codes
            else "no traded code of this stage"
        )
        return [f"on world output alone, the same for all countries: {reason}"]
    if subject.strange:
        codes = ", ".join(subject.codes)
        notes.append(
            f"trade in {codes} is of another stage, of which no output by country is known"
        )
    if "content" in line.form:
        notes.append(
            "traded tonnes are gross weight, output is content: imports weigh too much against own output"
        )
    elif line.unit != "t":
        notes.append(f"output taken at {t.tonnes_per_unit[s, y]:g} t per {line.unit}")
    return notes


def _of_sides(d: Dependencies, name: str) -> dict[str, Any]:
    """The sides that an indicator is of."""
    us, them = d.called
    partner = {"partner": them} if "them" in name or "rest" in name else {}
    return {"region": us, **partner}


def _row_labels(t: Tables, of: str) -> Axis:
    """Labels of the rows of an indicator: HS code, or material and stage."""
    if of == "code":
        return {"product": list(t.trade.codes)}
    return {"product": [s.material for s in t.subjects], "item": [s.stage for s in t.subjects]}


def _cells(
    t: Tables, of: str, keys: NDArray[np.str_], where: Bools
) -> Iterator[tuple[str, tuple[IntArray, ...], Axis]]:
    """For each source of the cells that hold: their rows and years, and the labels of these."""
    for source in dict.fromkeys(keys[where].tolist()):
        at = rows, years = np.nonzero(where & (keys == source))
        labels = {name: [its[row] for row in rows] for name, its in _row_labels(t, of).items()}
        yield source, at, {**labels, "date": [str(t.years[y]) for y in years]}


def _last(where: Bools) -> IntArray:
    """`[row]` position of the last that holds; -1 where none does."""
    return np.asarray(np.where(where, np.arange(where.shape[1]), -1).max(1))
