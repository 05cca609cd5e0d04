"""One directory for one run: `report.html`, `charts/`, `results.csv`, `run.json`. Whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paxsilica.report.focus import flow_weights
from paxsilica.report.folder import check_folder, filled
from paxsilica.report.reading import focus_of, nothing_changes
from paxsilica.report.record import run_record

if TYPE_CHECKING:
    import pandas as pd

    from paxsilica.analysis.run import Run
    from paxsilica.report.look import Figure

MOST_PAIRS = 1000
"""Pairs of regions whose flows by sector are written out: most of those hit, unless everybody is."""


def write_report(run: Run, directory: str | Path) -> Path:
    """Write the report of a run and return the path of `report.html`.

    Everything is written beside the directory first and moved there in one step, so that a reader never finds half a
    report; an earlier report in the same place is replaced.

    Raises:
        InputError: the directory is a file, holds anything but an earlier report, or cannot be written.
    """
    with filled(check_folder(directory), directory) as partial:
        _fill(run, partial)
    return Path(directory) / "report.html"


def results_table(run: Run) -> pd.DataFrame:
    """The outcome's table, and the flows by sector between the pairs of regions that the measures hit."""
    import pandas as pd

    e, o = run.outcome.economy, run.outcome
    weight = flow_weights(o).sum(2)
    pairs = [
        divmod(int(at), len(e.regions))
        for at in np.argsort(-weight, axis=None, kind="stable")[:MOST_PAIRS]
    ]
    hit = [(n, i) for n, i in pairs if weight[n, i] > 0]
    tables = [o.table().astype({"region": str, "partner": str, "sector": str})]
    for when, flows in (("before", e.flows), ("after", o.flows)):
        rows = [
            (
                f"exports to partner by sector {when}",
                e.regions[i],
                e.regions[n],
                sector,
                flow,
                e.about.unit,
            )
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


def _fill(run: Run, folder: Path) -> None:
    from paxsilica.report.page import Drawn, page
    from paxsilica.report.render import drawing, for_page

    figures, charts = figures_of(run), folder / "charts"
    charts.mkdir()
    with drawing({figure.name: figure.spec for figure in figures}, charts):
        results_table(run).to_csv(
            folder / "results.csv", index=False, lineterminator="\n", encoding="utf-8"
        )
        record = json.dumps(run_record(run), indent=2, ensure_ascii=False, allow_nan=False)
        (folder / "run.json").write_text(record + "\n", encoding="utf-8")
    drawn = []
    for figure in figures:
        svg = (charts / f"{figure.name}.svg").read_text(encoding="utf-8")
        drawn.append(Drawn(figure.name, for_page(svg, figure.name, figure.says)))
    (folder / "report.html").write_text(page(run, drawn), encoding="utf-8")
