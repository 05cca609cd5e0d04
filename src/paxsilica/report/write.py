"""One directory for one run: `report.html`, `charts/`, `results.csv`, `run.json`. Whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from paxsilica.files import csv_text
from paxsilica.report.focus import flow_weights
from paxsilica.report.page import Drawn, page
from paxsilica.report.reading import focus_of, nothing_changes
from paxsilica.report.record import run_record
from paxsilica.report.render import json_text, write_folder

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
    figures = figures_of(run)
    texts = {
        "results.csv": lambda: results_csv(run),
        "run.json": lambda: json_text(run_record(run)),
    }

    def drawn_page(drawn: dict[str, str]) -> str:
        return page(run, [Drawn(figure.name, drawn[figure.name]) for figure in figures])

    return write_folder(directory, figures, texts, drawn_page)


def results_csv(run: Run) -> str:
    table = results_table(run)
    return csv_text(table.columns.tolist(), table.itertuples(index=False, name=None))


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
