"""What the range of a run hangs on: one driver of the uncertainty at a time."""

from __future__ import annotations

import numpy as np

from paxsilica.report import words
from paxsilica.report.charts.dots import ranges
from paxsilica.report.pages.run_charts import CHANGE, RunView
from paxsilica.report.report import Section

DRIVERS = {
    "sets": "Which published set",
    "scale": "All trade elasticities",
    "substitution": "Substitution",
    "response": "Measured response",
    "pace": "Pace of adjusting",
}


def drivers(v: RunView) -> Section:
    """What the range hangs on, one driver at a time, the widest first."""
    party = v.leads[0].key
    ends = {
        name: v.findings.array("driven_income", region=party, item=key).ravel()
        for key, name in DRIVERS.items()
        if v.findings.select("driven_income", item=key).blocks
    }
    rows = [
        {"label": name, "dot": end, "value": value, "tip": f"{name}, {end}: {words.percent(value)}"}
        for name, both in sorted(ends.items(), key=lambda item: -np.ptp(item[1]))
        for end, value in zip(("low", "high"), both.tolist(), strict=True)
    ]
    note = f"Real income of {v.who(party)}, {v.horizon}; a loss is negative. Each line moves one thing, all else as used."
    figure = ranges("drivers", "What the range hangs on", rows, CHANGE, [note], ("Driver", "End"))
    return Section("drivers", "What the range hangs on", (), [figure])
