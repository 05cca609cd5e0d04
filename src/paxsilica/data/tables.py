"""A user's own baseline: a folder of CSV tables -> `Economy`, with file and line in every complaint."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from paxsilica.checks import LARGEST_CLIP, Array, theta_remedy
from paxsilica.credible import PUBLISHED_ROUNDING
from paxsilica.data.elasticities import DEFAULT, trade_elasticity
from paxsilica.data.plausibility import table_doubts
from paxsilica.data.repair import mended
from paxsilica.data.rows import CsvLine, Filled, Wrong, number_in, on_axes, percentage_in, read_rows
from paxsilica.economy import About, Economy
from paxsilica.errors import EconomyError, LabelError, all_lines, nearest
from paxsilica.names.places import misprint, region_meanings
from paxsilica.names.sectors import sector_meanings

COUNTED_IN = {"one": 1e-6, "thousand": 1e-3, "million": 1.0, "billion": 1e3}
"""What the numbers of a table may be counted in, and what that is in million."""


@dataclass(frozen=True)
class Stated:
    """What `about.toml` says: million per unit of the table, the currency, the year, and the limit of repairs."""

    factor: float = 1.0
    currency: str = "USD"
    year: int | None = None
    repair: float = 0.0


def read_tables(
    folder: str | Path, elasticities: str | None = None, repair: float | None = None
) -> Economy:
    """An economy from a folder. A row left out means zero; labels match exactly.

    Files:
        flows.csv: `importer,exporter,sector,value[,tariff]`; value before the importer's tariff; the tariff is a
            percentage such as `25%`, default zero.
        inputs.csv (optional): `region,input,sector,value`; purchases of input by sector, duty paid.
        sectors.csv (optional): `sector,trade_elasticity[,name,goods]`; goods is `yes` or `no`. Without it the sectors
            must be codes of the packaged baselines, whose elasticities are then used.
        about.toml (optional): `unit` (one, thousand, million, billion; default million), `currency` (USD), `year`,
            and `repair`, a percentage.

    Args:
        elasticities: a set named by `elasticity_sets()`, in place of the file's own column.
        repair: share of world output, 0.001 for 0.1 %, up to which negative values are set to zero and inputs above
            output scaled down; each repair becomes a note. Default: that of about.toml, or none.

    Raises:
        EconomyError: files or lines that cannot be used, or tables that are no valid economy; all at once.
        LabelError: an unknown elasticity set.
    """
    folder = Path(folder)
    wrong: Wrong = []
    stated = _about_file(folder / "about.toml", wrong)
    if repair is not None:
        stated = replace(stated, repair=repair)
    columns = ("importer", "exporter", "sector", "value")
    flow_rows = read_rows(folder / "flows.csv", columns, ("tariff",), wrong)
    described = _described(folder / "sectors.csv", wrong)
    if not flow_rows:
        raise EconomyError(all_lines(wrong))
    regions = _trading_sides(flow_rows, wrong)
    sectors = tuple(described) or tuple(sorted({row.cells["sector"] for row in flow_rows}))
    flow_axes = {"importer": regions, "exporter": regions, "sector": sectors}
    tables = {"flows": on_axes(flow_rows, flow_axes, ("value", "tariff"), wrong)}
    if (folder / "inputs.csv").exists():
        rows = read_rows(folder / "inputs.csv", ("region", "input", "sector", "value"), (), wrong)
        input_axes = {"region": regions, "input": sectors, "sector": sectors}
        tables["inputs"] = on_axes(rows, input_axes, ("value",), wrong)
    if wrong:
        raise EconomyError(all_lines(wrong))
    theta, name = _theta(folder, sectors, described, elasticities, wrong)
    about = About(
        name=folder.resolve().name,
        title=f"Economy from the tables in {folder.resolve().name}",
        year=stated.year,
        unit=f"million {stated.currency}",
        elasticities=name,
        **region_meanings(regions),
        **_sector_meanings(sectors, described),
    )
    return _economy(folder, tables, theta, about, stated, wrong)


def _economy(
    folder: Path,
    tables: dict[str, Filled],
    theta: Array,
    about: About,
    stated: Stated,
    wrong: Wrong,
) -> Economy:
    """The economy of tables that could be read. Raises EconomyError with what is in `wrong` and what follows."""
    flows = tables["flows"]
    arrays, notes = mended(folder, tables, stated.repair, stated.factor, wrong)
    try:
        economy = Economy.from_flows(
            flows.axes["importer"],
            flows.axes["sector"],
            arrays["flows"] * stated.factor,
            flows.columns["tariff"],
            inputs=arrays["inputs"] * stated.factor if "inputs" in arrays else None,
            trade_elasticity=theta,
            notes=notes,
            about=about,
        )
    except EconomyError as exc:
        said = [f"{folder}: {line}" for line in str(exc).split("\n")]
        raise EconomyError(all_lines([*wrong, *said])) from exc
    if wrong:
        raise EconomyError(all_lines(wrong))
    return replace(economy, notes=(*table_doubts(economy), *economy.notes))


def _about_file(path: Path, wrong: Wrong) -> Stated:
    if not path.exists():
        return Stated()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as exc:
        raise EconomyError(
            f'{path}: not TOML ({exc}); write lines such as unit = "million"'
        ) from exc
    except OSError as exc:
        raise EconomyError(f"{path}: cannot be read ({exc.strerror}); check the file") from exc
    known = ("unit", "currency", "year", "repair")
    wrong += [
        f"{path}: unknown key {key!r}{nearest(key, known)}" for key in given if key not in known
    ]
    unit, currency = given.get("unit", "million"), given.get("currency", "USD")
    year, repair = given.get("year"), given.get("repair", "0")
    if not isinstance(unit, str) or unit not in COUNTED_IN:
        wrong.append(f"{path}: unit is {unit!r}; write one of {', '.join(COUNTED_IN)}")
    if not (isinstance(currency, str) and re.fullmatch("[A-Z]{3}", currency)):
        wrong.append(f"{path}: currency is {currency!r}; write three letters such as EUR")
    if year is not None and not (type(year) is int and 1800 <= year <= 2200):
        wrong.append(f"{path}: year is {year!r}; write a year such as 2022, without quotes")
    share = percentage_in(CsvLine(str(path), {"repair": str(repair)}), "repair", wrong)
    if not 0.0 <= share <= LARGEST_CLIP:
        wrong.append(f"{path}: repair is {repair!r}; write a limit from 0 to {LARGEST_CLIP:.0%}")
    return Stated() if wrong else Stated(COUNTED_IN[unit], currency, year, share)


def _trading_sides(rows: Sequence[CsvLine], wrong: Wrong) -> tuple[str, ...]:
    """Labels that buy and sell; one that only does one of both is a total, a misprint or lacks its rows."""
    first = {
        axis: {row.cells[axis]: row.place for row in reversed(rows)}
        for axis in ("importer", "exporter")
    }
    buys, sells = first.values()
    for axis, other, verb in (("importer", sells, "sells"), ("exporter", buys, "buys")):
        for label in sorted(first[axis].keys() - other):
            remedy = (
                f"{label} is the sum of its partners, a total: drop its rows"
                if _is_sum_of_partners(rows, axis, label)
                else f"drop its rows if {label} is a total of the others, or add its rows, sales to itself included, "
                f"or correct the label{misprint(label, other)}"
            )
            wrong.append(
                f"{first[axis][label]}: {axis} {label!r} {verb} nothing in the whole file; {remedy}"
            )
    return tuple(sorted(buys | sells))


def _is_sum_of_partners(rows: Sequence[CsvLine], axis: str, label: str) -> bool:
    """Whether a label's rows are the sums of all others', with what a region sells to itself or without."""
    partner = "exporter" if axis == "importer" else "importer"
    totals: dict[tuple[str, str], list[float]] = {}
    for row in rows:
        sums = totals.setdefault((row.cells[partner], row.cells["sector"]), [0.0, 0.0, 0.0])
        value, itself = number_in(row, "value", []), row.cells[axis] == row.cells[partner]
        at = 0 if row.cells[axis] == label else 1 if itself else 2
        sums[at] += value
    known = [sums for sums in totals.values() if sums[0]]
    if not known:
        return False
    own, home, abroad = np.array(known).T
    missed = [np.abs(own - abroad).sum(), np.abs(own - abroad - home).sum()]
    return bool(min(missed) <= PUBLISHED_ROUNDING * own.sum())


def _described(path: Path, wrong: Wrong) -> dict[str, CsvLine]:
    if not path.exists():
        return {}
    described: dict[str, CsvLine] = {}
    for row in read_rows(path, ("sector", "trade_elasticity"), ("name", "goods"), wrong):
        label = row.cells["sector"]
        if label in described:
            again = f"sector {label!r} again, after {described[label].place}; keep one"
            wrong.append(f"{row.place}: {again}")
        if row.cells.get("goods", "no") not in ("yes", "no"):
            wrong.append(f"{row.place}: goods is {row.cells['goods']!r}; write yes or no")
        number_in(row, "trade_elasticity", wrong)
        described[label] = row
    return described


def _theta(
    folder: Path,
    sectors: Sequence[str],
    described: Mapping[str, CsvLine],
    elasticities: str | None,
    wrong: Wrong,
) -> tuple[Array, str]:
    """`[j]` theta and whose it is; a negative one is added to `wrong` and its size goes on."""
    if described and elasticities is None:
        given = {row.place: number_in(row, "trade_elasticity", []) for row in described.values()}
        wrong += [f"{p}: trade_elasticity {theta_remedy(x)}" for p, x in given.items() if x < 0]
        return np.abs(list(given.values())), "given"
    name = elasticities or DEFAULT
    try:
        return trade_elasticity(name, sectors), name
    except LabelError as exc:
        if elasticities:
            raise
        raise EconomyError(
            f"{folder}: add sectors.csv with columns sector,trade_elasticity ({exc})"
        ) from exc


def _sector_meanings(sectors: Sequence[str], described: Mapping[str, CsvLine]) -> dict[str, Any]:
    """What `About` says of sectors: what sectors.csv says of them, before what the packaged codes mean."""
    meant = sector_meanings(sectors)
    rows = described.items()
    names = {sector: row.cells["name"] for sector, row in rows if row.cells.get("name")}
    groups = meant["sector_groups"]
    if any("goods" in row.cells for _, row in rows):
        goods = tuple(sector for sector, row in rows if row.cells["goods"] == "yes")
        services = tuple(sector for sector in sectors if sector not in goods)
        groups |= {"goods": goods, "services": services}
    return {
        "sector_names": meant["sector_names"] | names,
        "sector_groups": {name: members for name, members in groups.items() if members},
    }
