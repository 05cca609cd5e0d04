"""What was predicted: flows before and after, from the folder of a run, a table, or as remembered."""

from __future__ import annotations

import csv
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from paxsilica.analysis.score.tables import flow_rows
from paxsilica.checks import Array
from paxsilica.errors import InputError, joined
from paxsilica.names import Names

PREDICTION_SCHEMA = "paxsilica/prediction@1"

BOTH_ENDS = ("before", "after")
TRADE, HIT = "trade", "hit"
"""Of results.csv: the variable of flows, and the label of those sectors together that measures hit."""


class FlowLabel(NamedTuple):
    """Whose imports, from whom, of what; several where they stand together: `C20+C21` is ("C20", "C21")."""

    importer: str
    partners: tuple[str, ...]
    sectors: tuple[str, ...]

    @property
    def atoms(self) -> frozenset[tuple[str, str, str]]:
        """Every pair and sector in it."""
        return frozenset((self.importer, p, s) for p in self.partners for s in self.sectors)


@dataclass(frozen=True, eq=False)
class Prediction:
    """Flows as predicted, million a year of the money of its baseline.

    Attributes:
        cells: `[f]` what the flows are of.
        before, after, low, high: `[f]`; the ends are of `after`, its 10 and 90 % quantiles or its range; NaN is none.
        draws: `[d, f]` of `after`; the ends of what is scored are then theirs.
        age: `[f]` months since the duties changed, on average; NaN unknown.
        about: title, question, version and date, as JSON has them.
    """

    cells: tuple[FlowLabel, ...]
    before: Array
    after: Array
    low: Array
    high: Array
    draws: Array | None = None
    age: Array | None = None
    about: Mapping[str, Any] = field(default_factory=dict)

    @property
    def importers(self) -> tuple[str, ...]:
        """Whose imports are predicted, in alphabetical order."""
        return tuple(sorted({cell.importer for cell in self.cells}))

    def as_text(self) -> str:
        """As it is remembered: JSON, the same for the same prediction."""
        flows = [
            [cell.importer, [*cell.partners], [*cell.sectors], *map(_or_none, numbers)]
            for cell, *numbers in zip(
                self.cells, self.before, self.after, self.low, self.high, strict=True
            )
        ]
        whole = {"schema": PREDICTION_SCHEMA, "about": dict(self.about), "flows": flows}
        return json.dumps(whole, sort_keys=True, ensure_ascii=False)


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def prediction_of(text: str) -> Prediction:
    """A prediction as `as_text` wrote it."""
    whole = json.loads(text)
    cells = [FlowLabel(who, tuple(whom), tuple(what)) for who, whom, what, *_ in whole["flows"]]
    return _with_numbers(cells, [row[3:] for row in whole["flows"]], whole["about"])


def _with_numbers(
    cells: Sequence[FlowLabel], numbers: Array | Sequence[Sequence[float]], about: Mapping[str, Any]
) -> Prediction:
    columns = np.array(numbers, dtype=np.float64).reshape(len(cells), 4).T
    before, after, low, high = columns
    return Prediction(tuple(cells), before, after, low, high, about=about)


def prediction_from(path: Path, names: Names, importer: str = "") -> Prediction:
    """The prediction in the folder of a run, or in a CSV of partner, sector, before, after, perhaps importer, low, high.

    Args:
        importer: whose imports; of a table without that column, and of a run with several importers.

    Raises:
        InputError: neither of both, several dates where one is meant, or lines that are wrong.
    """
    if path.is_dir():
        found = _of_run(path)
    else:
        rows = flow_rows(path, names, importer, ("low", "high"))
        cells = [FlowLabel(row.importer, row.partners, row.sectors) for row in rows]
        numbers = [[row.at(name) for name in (*BOTH_ENDS, "low", "high")] for row in rows]
        found = _with_numbers(cells, numbers, {"title": path.stem})
    return found if not importer else _imports_of(found, importer, path)


def _imports_of(found: Prediction, importer: str, path: Path) -> Prediction:
    kept = [k for k, cell in enumerate(found.cells) if cell.importer == importer]
    if not kept:
        raise InputError(
            f"{path}: predicts no imports of {importer}; it has those of {joined(found.importers)}"
        )
    numbers = np.stack([found.before, found.after, found.low, found.high], axis=1)[kept]
    return _with_numbers([found.cells[k] for k in kept], numbers, found.about)


def _of_run(folder: Path) -> Prediction:
    """Trade of each exporter with each partner by sector, before and after."""
    table, record = folder / "results.csv", folder / "run.json"
    try:
        about = _about_run(json.loads(record.read_text(encoding="utf-8")))
        with table.open(encoding="utf-8", newline="") as file:
            rows = [row for row in csv.DictReader(file) if _is_flow(row)]
    except OSError as error:
        raise InputError(
            f"{error.filename}: {error.strerror}; give the folder that `pax run FILE --out FOLDER` has written"
        ) from None
    except (ValueError, KeyError) as error:
        raise InputError(f"{folder}: is no folder of a run ({error}); write it again") from None
    for name in ("date", "horizon", "elasticities"):
        several = sorted({row[name] for row in rows if row.get(name)})
        if len(several) > 1:
            raise InputError(
                f"{folder}: holds {len(several)} of {name}, {several[0]} first; score a run with one"
            )
    return _of_rows(rows, folder, about)


def _is_flow(row: Mapping[str, str]) -> bool:
    told = row.get("sector") not in ("", None, HIT)
    return row["variable"] == TRADE and told and row.get("scenario") in BOTH_ENDS


def _of_rows(rows: Sequence[Mapping[str, str]], folder: Path, about: Any) -> Prediction:
    flows: dict[FlowLabel, dict[str, list[float]]] = {}
    for row in rows:
        cell = FlowLabel(row["partner"], (row["region"],), (row["sector"],))
        found = [float(row.get(name) or "nan") for name in ("value", "low", "high")]
        flows.setdefault(cell, {})[row["scenario"]] = found
    whole = {cell: of for cell, of in flows.items() if len(of) == len(BOTH_ENDS)}
    if not whole:
        raise InputError(
            f"{folder}: results.csv has no trade by partner and sector; score a run whose measures hit flows"
        )
    return _with_numbers(
        [*whole], [[of["before"][0], *of["after"]] for of in whole.values()], about
    )


def _about_run(record: Mapping[str, Any]) -> dict[str, Any]:
    """What a run says of itself: title, question, version and date."""
    question, run = record["question"], record["run"]
    named = question.get("file") or question["kind"]
    return {
        "title": Path(str(named)).stem,
        "question": question,
        "version": run["paxsilica"],
        "made": run["created"],
        "repeat": run["repeat"],
        "economy": run["solver"].get("economy", ""),
    }
