"""The answer of a run as JSON holds it."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import replace

import pytest

from paxsilica.files import unguarded
from paxsilica.findings import Findings, block
from paxsilica.report.envelope import envelope, table_text


def test_json_is_plain_finite_and_repeatable(tariff):
    record = envelope(tariff.answer, tariff.lines)
    again = envelope(tariff.answer, tariff.lines)
    assert json.loads(json.dumps(record, allow_nan=False)) == json.loads(json.dumps(record))
    assert record["run"].pop("created") <= again["run"].pop("created")
    assert json.dumps(again) == json.dumps(record)
    found = {
        row["region"]: row["value"]
        for row in record["findings"]
        if row["variable"] == "real_income"
    }
    for region, value in tariff.outcome.welfare.items():
        assert found[region] == pytest.approx(value, rel=1e-9)
    assert record["run"]["solver"]["residual"] == tariff.outcome.residual
    assert record["attachments"]["scenario"]["measures"]["flat"].endswith("to 50 %.")
    assert "everything else in the world" in record["not_modelled"]


def test_the_long_table_holds_every_number_and_guarded_texts(tariff):
    """Read by Python's own reader and held against the rows, which are made one by one."""
    unknown, sides = float("nan"), {"scenario": ("before", "after")}
    low, high = [0.1, unknown, 1e-9], [0.5, unknown, 3e22]
    regions = {"region": ("=A", "B, or\r\nC", "D")}
    odd = (
        block("real_income", [1 / 3, unknown, 2e22], regions, low=low, high=high, solve="own"),
        block("trade", [[1.0, -0.1]], {"region": ("D",)}, sides, partner="-E", detail=True),
        block("reached_share", 5.0, measure="steel", source="usgs"),
    )
    answer = replace(tariff.answer, findings=Findings(odd))
    text = table_text(answer)
    assert ",'=A," in text.split("\n")[1]
    read = list(csv.DictReader(io.StringIO(text, newline="")))
    for line, row in zip(read, answer.findings.rows(), strict=True):
        numbers = {name: float(line.pop(name) or "nan") for name in ("value", "low", "high")}
        known = {name: row.pop(name, None) for name in numbers}
        assert numbers == pytest.approx(
            {name: unknown if x is None else x for name, x in known.items()}, rel=0, nan_ok=True
        )
        assert line.pop("unit") == answer.unit(row["variable"])
        assert {name: unguarded(cell) for name, cell in line.items() if cell} == row
