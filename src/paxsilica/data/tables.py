"""A user's own baseline: a folder of CSV tables -> `Economy`, with file and line in every complaint."""

from __future__ import annotations

import csv
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from paxsilica.data.elasticities import DEFAULT, trade_elasticity
from paxsilica.economy import About, Array, Economy
from paxsilica.errors import EconomyError, LabelError, nearest
from paxsilica.names.places import misprint, region_meanings
from paxsilica.names.sectors import sector_meanings


@dataclass(frozen=True)
class _Row:
    """One line of a CSV file: `place` is `file:line`."""

    place: str
    cells: Mapping[str, str]


def read_tables(folder: str | Path, elasticities: str | None = None) -> Economy:
    """An economy from a folder. A row left out means zero; labels match exactly.

    Files:
        flows.csv: `importer,exporter,sector,value[,tariff]`; value before the importer's tariff, million USD; the
            tariff is a percentage such as `25%`, default zero.
        inputs.csv (optional): `region,input,sector,value`; purchases of input by sector, duty paid.
        sectors.csv (optional): `sector,trade_elasticity[,name,goods]`; goods is `yes` or `no`. Without it the sectors
            must be codes of the packaged baselines, whose elasticities are then used.

    Args:
        elasticities: a set named by `elasticity_sets()`, in place of the file's own column.

    Raises:
        EconomyError: a file or line that cannot be used, or tables that are no valid economy.
        LabelError: an unknown elasticity set.
    """
    folder = Path(folder)
    flow_rows = list(
        _read(folder / "flows.csv", ("importer", "exporter", "sector", "value"), ("tariff",))
    )
    regions = _regions(flow_rows)
    described = _described(folder / "sectors.csv")
    sectors = tuple(described) or tuple(sorted({row.cells["sector"] for row in flow_rows}))
    theta, name = _theta(folder, sectors, described, elasticities)
    flow_axes = {"importer": regions, "exporter": regions, "sector": sectors}
    values = _fill(flow_rows, flow_axes, ("value", "tariff"))
    inputs = None
    if (folder / "inputs.csv").exists():
        rows = list(_read(folder / "inputs.csv", ("region", "input", "sector", "value"), ()))
        inputs = _fill(rows, {"region": regions, "input": sectors, "sector": sectors}, ("value",))[
            "value"
        ]
    about = About(
        name=folder.resolve().name,
        title=f"Economy from the tables in {folder.resolve().name}",
        elasticities=name,
        **region_meanings(regions),
        sector_names=_names(sectors, described),
        sector_groups=_groups(sectors, described),
    )
    try:
        return Economy.from_flows(
            regions,
            sectors,
            values["value"],
            values["tariff"],
            inputs=inputs,
            trade_elasticity=theta,
            about=about,
        )
    except EconomyError as exc:
        raise EconomyError(f"{folder}: {exc}") from exc


# ---- axes ------------------------------------------------------------------------------------------------------


def _regions(rows: Sequence[_Row]) -> tuple[str, ...]:
    buys, sells = ({row.cells[axis] for row in rows} for axis in ("importer", "exporter"))
    for row in rows:
        for axis, other, verb in (("importer", sells, "sells"), ("exporter", buys, "buys")):
            label = row.cells[axis]
            if label not in other:
                raise EconomyError(
                    f"{row.place}: {axis} {label!r} {verb} nothing in the whole file; add its rows, sales to itself "
                    f"included, or correct the label{misprint(label, other)}"
                )
    return tuple(sorted(buys))


def _described(path: Path) -> dict[str, _Row]:
    if not path.exists():
        return {}
    described: dict[str, _Row] = {}
    for row in _read(path, ("sector", "trade_elasticity"), ("name", "goods")):
        label = row.cells["sector"]
        if label in described:
            raise EconomyError(
                f"{row.place}: sector {label!r} again, after {described[label].place}; keep one"
            )
        if row.cells.get("goods", "no") not in ("yes", "no"):
            raise EconomyError(f"{row.place}: goods is {row.cells['goods']!r}; write yes or no")
        described[label] = row
    return described


def _theta(
    folder: Path, sectors: Sequence[str], described: Mapping[str, _Row], elasticities: str | None
) -> tuple[Array, str]:
    if described and elasticities is None:
        return np.array([_number(row, "trade_elasticity") for row in described.values()]), "given"
    name = elasticities or DEFAULT
    try:
        return trade_elasticity(name, sectors), name
    except LabelError as exc:
        if elasticities:
            raise
        raise EconomyError(
            f"{folder}: add sectors.csv with columns sector,trade_elasticity ({exc})"
        ) from exc


def _names(sectors: Sequence[str], described: Mapping[str, _Row]) -> Mapping[str, str]:
    given = {
        sector: row.cells["name"] for sector, row in described.items() if row.cells.get("name")
    }
    return {**sector_meanings(sectors)["sector_names"], **given}


def _groups(sectors: Sequence[str], described: Mapping[str, _Row]) -> Mapping[str, tuple[str, ...]]:
    groups = dict(sector_meanings(sectors)["sector_groups"])
    if described and all("goods" in row.cells for row in described.values()):
        goods = tuple(sector for sector, row in described.items() if row.cells["goods"] == "yes")
        groups |= {
            "goods": goods,
            "services": tuple(sector for sector in sectors if sector not in goods),
        }
    return {name: members for name, members in groups.items() if members}


# ---- rows ------------------------------------------------------------------------------------------------------


def _fill(
    rows: Sequence[_Row], axes: Mapping[str, tuple[str, ...]], columns: Sequence[str]
) -> dict[str, Array]:
    at = {axis: {label: k for k, label in enumerate(labels)} for axis, labels in axes.items()}
    shape = tuple(len(labels) for labels in axes.values())
    filled = {column: np.zeros(shape) for column in columns}
    seen: dict[tuple[int, ...], str] = {}
    for row in rows:
        for axis in axes:
            if row.cells[axis] not in at[axis]:
                label = row.cells[axis]
                raise EconomyError(
                    f"{row.place}: unknown {axis} {label!r}{misprint(label, axes[axis])}"
                )
        cell = tuple(at[axis][row.cells[axis]] for axis in axes)
        if cell in seen:
            raise EconomyError(
                f"{row.place}: the same {', '.join(axes)} as {seen[cell]}; add them up"
            )
        seen[cell] = row.place
        for column in columns:
            if column in row.cells:
                filled[column][cell] = (
                    _percentage(row, column) if column == "tariff" else _number(row, column)
                )
    return filled


def _number(row: _Row, column: str) -> float:
    value = _parsed(row, column, row.cells[column], "a plain number such as 1234.5")
    if value < 0:
        raise EconomyError(
            f"{row.place}: {column} is negative ({value:g}); net it out before loading"
        )
    return value


def _percentage(row: _Row, column: str) -> float:
    text = row.cells[column]
    if text != "0" and not text.endswith("%"):
        raise EconomyError(f"{row.place}: {column} is {text!r}; write a percentage such as 25%")
    value = _parsed(row, column, text.removesuffix("%").strip(), "a percentage such as 25%") / 100.0
    if value <= -1.0:
        raise EconomyError(f"{row.place}: {column} is {text}; it must be above -100%")
    return value


def _parsed(row: _Row, column: str, text: str, wanted: str) -> float:
    try:
        value = float(text) if "_" not in text else math.nan
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise EconomyError(
            f"{row.place}: {column} is {row.cells[column]!r}; write {wanted}, or drop the row if zero"
        )
    return value


def _read(path: Path, needed: Sequence[str], optional: Sequence[str]) -> Iterator[_Row]:
    """The rows of a CSV file with a header; labels and numbers without surrounding blanks."""
    if not path.is_file():
        raise EconomyError(
            f"{path}: no such file; a baseline folder needs {path.name} with columns {','.join(needed)}"
        )
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            header = [cell.strip() for cell in next(reader, [])]
            _check_header(path, header, needed, optional)
            empty = True
            for cells in reader:
                if not any(cell.strip() for cell in cells):
                    continue
                place = f"{path}:{reader.line_num}"
                if any("\0" in cell for cell in cells):
                    raise EconomyError(
                        f"{place}: holds a NUL byte, so it is no text; save the file as CSV in UTF-8"
                    )
                if len(cells) != len(header):
                    raise EconomyError(
                        f"{place}: {len(cells)} fields, the header has {len(header)}; quote text with commas"
                    )
                yield _Row(
                    place, {name: cell.strip() for name, cell in zip(header, cells, strict=True)}
                )
                empty = False
    except (UnicodeDecodeError, csv.Error) as exc:
        raise EconomyError(f"{path}: not a CSV text file in UTF-8; save it as CSV ({exc})") from exc
    except OSError as exc:
        raise EconomyError(
            f"{path}: cannot be read ({exc.strerror}); check the file and its permissions"
        ) from exc
    if empty:
        raise EconomyError(
            f"{path}: has a header but no rows; add one row for each flow above zero"
        )


def _check_header(
    path: Path, header: Sequence[str], needed: Sequence[str], optional: Sequence[str]
) -> None:
    if not any(header):
        raise EconomyError(f"{path}: is empty; it needs a header with columns {','.join(needed)}")
    for column in header:
        if column not in (*needed, *optional):
            raise EconomyError(
                f"{path}:1: unknown column {column!r}{nearest(column, [*needed, *optional])}"
            )
        if header.count(column) > 1:
            raise EconomyError(f"{path}:1: column {column!r} is there twice; keep one")
    for column in needed:
        if column not in header:
            raise EconomyError(f"{path}:1: no column {column!r}; the file needs {','.join(needed)}")
