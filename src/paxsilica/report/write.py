"""One directory for one run: `report.html`, `charts/`, `results.csv`, `run.json`. Whole or not at all."""

from __future__ import annotations

import json
import os
import secrets
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paxsilica.errors import InputError
from paxsilica.report.focus import flow_weights
from paxsilica.report.reading import focus_of, nothing_changes
from paxsilica.report.record import run_record

if TYPE_CHECKING:
    import pandas as pd

    from paxsilica.analysis.run import Run
    from paxsilica.report.look import Figure

LONGEST = 80
"""Letters of a folder's name that an error repeats."""

MOST_PAIRS = 1000
"""Pairs of regions whose flows by sector are written out: most of those hit, unless everybody is."""

CONTENTS = ("report.html", "results.csv", "run.json", "charts")


def write_report(run: Run, directory: str | Path) -> Path:
    """Write the report of a run and return the path of `report.html`.

    Everything is written beside the directory first and moved there in one step, so that a reader never finds half a
    report; an earlier report in the same place is replaced.

    Raises:
        InputError: the directory is a file, holds anything but an earlier report, or cannot be written.
    """
    target = check_folder(directory)
    partial = target.with_name(f".pax-{secrets.token_hex(4)}.partial")
    try:
        partial.mkdir(parents=True)
        _fill(run, partial)
        _move(partial, target)
    except OSError as exc:
        raise InputError(f"{directory}: cannot be written ({exc.strerror}); name a folder you may write to") from exc
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return Path(directory) / "report.html"


def results_table(run: Run) -> pd.DataFrame:
    """The outcome's table, and the flows by sector between the pairs of regions that the measures hit."""
    import pandas as pd

    e, o = run.outcome.economy, run.outcome
    weight = flow_weights(o).sum(2)
    pairs = [divmod(int(at), len(e.regions)) for at in np.argsort(-weight, axis=None, kind="stable")[:MOST_PAIRS]]
    hit = [(n, i) for n, i in pairs if weight[n, i] > 0]
    tables = [o.table().astype({"region": str, "partner": str, "sector": str})]
    for when, flows in (("before", e.flows), ("after", o.flows)):
        rows = [
            (f"exports to partner by sector {when}", e.regions[i], e.regions[n], sector, flow, e.about.unit)
            for n, i in hit
            for sector, flow in zip(e.sectors, flows[n, i], strict=True)
        ]
        tables.append(pd.DataFrame(rows, columns=tables[0].columns))
    return pd.concat([table for table in tables if len(table)], ignore_index=True)


def figures_of(run: Run) -> list[Figure]:
    """Every chart of the report in its order; none where nothing changes or nothing is solved."""
    from paxsilica.model.outcome import Status
    from paxsilica.report.charts import region_figures
    from paxsilica.report.trade import trade_figures

    if run.outcome.status is not Status.CONVERGED or nothing_changes(run):
        return []
    f = focus_of(run)
    return [*region_figures(run, f), *trade_figures(run, f)]


def check_folder(named: str | Path) -> Path:
    """The whole path of a folder that a report may be written to.

    Raises:
        InputError: a file stands there or above it, it holds anything but an earlier report, or it cannot be written.
    """
    try:
        target = Path(named).resolve()
        if target.is_dir():
            _refuse_foreign(target, named)
        elif target.exists():
            raise InputError(f"{named} is a file; name a folder for the report")
        above = next(folder for folder in target.parents if folder.exists())
        if not (above.is_dir() and os.access(above, os.W_OK | os.X_OK)):
            raise InputError(
                f"{named}: nothing can be written in {above.name or above}; name a folder you may write to"
            )
    except OSError as exc:
        shown = named if len(str(named)) < LONGEST else f"{str(named)[:LONGEST]}..."
        raise InputError(f"{shown}: cannot be used ({exc.strerror}); name another folder for the report") from exc
    return target


def _refuse_foreign(target: Path, named: str | Path) -> None:
    if Path.cwd().is_relative_to(target):
        raise InputError(f"{named} is the folder you are in; name a new one below it, such as {Path(named) / 'report'}")
    found = sorted(path.name for path in target.iterdir())
    foreign = [name for name in found if name not in CONTENTS]
    if found and "run.json" not in found:
        raise InputError(f"{named} exists and is no earlier report (it holds {found[0]}); name a new folder")
    if foreign:
        raise InputError(f"{named} holds {foreign[0]} beside an earlier report; move it away or name a new folder")


def _fill(run: Run, folder: Path) -> None:
    from paxsilica.report.page import Drawn, page
    from paxsilica.report.render import drawing, for_page

    figures, charts = figures_of(run), folder / "charts"
    charts.mkdir()
    with drawing({figure.name: figure.spec for figure in figures}, charts):
        results_table(run).to_csv(folder / "results.csv", index=False, lineterminator="\n", encoding="utf-8")
        record = json.dumps(run_record(run), indent=2, ensure_ascii=False, allow_nan=False)
        (folder / "run.json").write_text(record + "\n", encoding="utf-8")
    drawn = []
    for figure in figures:
        svg = (charts / f"{figure.name}.svg").read_text(encoding="utf-8")
        drawn.append(Drawn(figure.name, for_page(svg, figure.name, figure.says)))
    (folder / "report.html").write_text(page(run, drawn), encoding="utf-8")


def _move(partial: Path, target: Path) -> None:
    if not target.exists():
        os.rename(partial, target)
        return
    old = partial.with_suffix(".old")
    os.rename(target, old)
    try:
        os.rename(partial, target)
    except OSError:
        os.rename(old, target)
        raise
    shutil.rmtree(old, ignore_errors=True)
