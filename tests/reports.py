"""What a page shows, as numbers: for tests that each of them is a finding."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from paxsilica.report.report import Report


def numbers_of(report: Report) -> Iterator[float]:
    """Every number with a fraction in a table or in the data of a chart."""
    tables = [section.table for section in report.drawn.sections if section.table]
    shown = [value for table in tables for row in table.rows for value in row.values()]
    for figure in report.drawn.figures:
        in_pixels = figure.mark in ("Streams", "Circles")  # what is drawn is moved to an edge
        data = (
            (v for row in figure.rows for v in row.values()) if in_pixels else _data_of(figure.spec)
        )
        shown += data
    yield from (value for value in shown if isinstance(value, float))


def _data_of(spec: dict[str, Any]) -> Iterator[Any]:
    rows = spec.get("data", {}).get("values", ())
    if isinstance(rows, dict):  # a map
        rows = [shape["properties"] for shape in rows["objects"]["countries"]["geometries"]]
    for row in rows:
        yield from row.values()
    for key in ("layer", "hconcat", "vconcat"):
        for part in spec.get(key, ()):
            yield from _data_of(part)


def unfounded(report: Report) -> list[float]:
    """Numbers of a page that are no finding of its answer, nor an end of its band, up to their sign and to thousands."""
    blocks = report.answer.findings.blocks
    known = np.concatenate([x.ravel() for b in blocks for x in b.numbers.values()])
    known = np.unique(np.abs(known[np.isfinite(known)]))
    known = np.sort(np.concatenate([[0.0], known, known / 1e3]))
    shown = np.array([abs(value) for value in numbers_of(report) if np.isfinite(value)])
    at = np.clip(np.searchsorted(known, shown), 1, len(known) - 1)
    gap = np.minimum(np.abs(known[at] - shown), np.abs(known[at - 1] - shown))
    return shown[gap > 1e-12 * np.maximum(1.0, shown)].tolist()
