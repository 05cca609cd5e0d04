"""Sweeps on a small world, as texts and as files."""

from __future__ import annotations

from pathlib import Path

from coercion_world import coercion_world

from paxsilica.data import write_economy
from paxsilica.desk import Desk

SCENARIO = """schema: paxsilica/scenario@1
title: Northland taxes Eastland, which answers
baseline: {baseline}
measures:
  - {{id: first, kind: tariff, importer: [R0], exporter: [R1], sector: [goods], op: set, rate: 10%}}
  - {{id: answer, kind: tariff, importer: [R1], exporter: [R0], sector: [C26], op: add, rate: 5%}}
"""

SWEEP = """schema: paxsilica/sweep@1
title: {title}
question: {question}
fields: {fields}
vary:
{vary}
{more}
keep: [{keep}]
"""


def design(
    *vary: str, more: str = "", keep: str = "real_income", question: str = "run", fields: str = ""
) -> str:
    """A sweep as text; of `run` of the scenario as text, unless other fields are named."""
    text = SCENARIO.format(baseline="lands").replace("\n", "\n    ")
    own = f"\n  text: |\n    {text}" if question == "run" and not fields else fields or "{}"
    lines = "\n".join(f"  {line}" for line in vary)
    said = {"title": "Duties", "question": question, "fields": own, "vary": lines}
    return SWEEP.format(**said, more=more, keep=keep)


def lands_desk() -> Desk:
    """A desk that knows the world as `lands`."""
    desk, world = Desk(), coercion_world()
    desk.warm(("lands", None), lambda: world)
    return desk


def folder_of(place: Path, points: int, chunk: int = 1) -> Path:
    """A folder with the world, its scenario, and a sweep of so many duties, for processes."""
    write_economy(coercion_world(), place / "lands.npz")
    (place / "scenario.yaml").write_text(SCENARIO.format(baseline="lands.npz"), encoding="utf-8")
    vary = f"measures.first.rate: {{from: 0%, to: 60%, steps: {points}, name: duty}}"
    text = design(vary, more=f"chunk: {chunk}", fields="{file: scenario.yaml}")
    (place / "sweep.yaml").write_text(text, encoding="utf-8")
    return place
