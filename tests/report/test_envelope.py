"""The answer of a run as JSON holds it."""

from __future__ import annotations

import json

import pytest

from paxsilica.report.envelope import envelope


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
