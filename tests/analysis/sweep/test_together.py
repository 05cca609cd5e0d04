"""Scenarios side by side against one by one."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from sweep_world import SCENARIO, folder_of, lands_desk

import paxsilica as pax
from paxsilica.analysis.effects import EFFECT_KEYS, effects
from paxsilica.analysis.run import solved
from paxsilica.analysis.sweep.together import solved_together
from paxsilica.desk import Desk
from paxsilica.findings import Block
from paxsilica.policy import load_scenario, parse_scenario

TEXT = SCENARIO.format(baseline="lands")
KEYS = ("real_income", "trade", "output_volume", "trade_weighted_tariff", "first_order")


def scenario(rate: str, horizon: str = "long_run", more: str = "") -> pax.Scenario:
    text = TEXT.replace("10%", rate) + f"assumptions: {{horizon: {horizon}}}\n{more}"
    return parse_scenario(text)


def test_findings_are_those_of_one_by_one():
    """Two horizons in one list, as they come: `solved` and `effects` of each alone are the other code."""
    desk = lands_desk()
    asked = [(scenario(f"{k}%", ("long_run", "short_run")[k % 2]), None) for k in range(1, 9)]
    found = solved_together(asked, KEYS, desk, lambda b: b)
    for (one, day), solution in zip(asked, found, strict=True):
        alone = solved(one, day, desk)
        known = effects(alone.outcome, alone.actors).select(*KEYS)
        assert [b.variable for b in solution.findings.blocks] == [b.variable for b in known.blocks]
        for a, b in zip(solution.findings.blocks, known.blocks, strict=True):
            assert (a.axes, a.fixed) == (b.axes, b.fixed)
            np.testing.assert_allclose(a.value, b.value, rtol=1e-9, atol=1e-7)
        assert solution.residual <= 1e-10


def test_changes_are_counted_from_what_stood_before(tmp_path):
    """Two scenarios on one base, beside one on none, each against `solved` of it alone."""
    desk = Desk()
    place = folder_of(tmp_path, 2)
    text = (place / "scenario.yaml").read_text()
    texts = [text.replace("10%", f"{k}%") for k in (20, 30)]
    asked = [(load_scenario(place / "scenario.yaml"), None)]
    for k, one in enumerate(texts):
        later = one.replace("measures:", "base: ./scenario.yaml\nmeasures:")
        (place / f"{k}.yaml").write_text(later.replace("add, rate: 5%", "add, rate: 0%"))
        asked.append((load_scenario(place / f"{k}.yaml"), None))
    found = solved_together(asked, ("real_income", "trade"), desk, lambda b: b)
    for (one, day), solution in zip(asked, found, strict=True):
        known = effects((alone := solved(one, day, desk)).outcome, alone.actors)
        for key in ("real_income", "trade"):
            for a, b in zip(
                solution.findings.select(key).blocks, known.select(key).blocks, strict=True
            ):
                np.testing.assert_allclose(a.value, b.value, rtol=1e-9, atol=1e-7)
    low, high = (s.findings.value("real_income", region="R1") for s in found[1:])
    assert high < low < 0, "a higher duty than stood costs whom it hits"


def test_numbers_of_single_regions_need_no_parties():
    desk, keys = lands_desk(), ("real_income", "first_order", "wage")
    asked = [(scenario("20%"), None)]
    regions = ("R0", "R1", "world")
    only = [partial(Block.where, wanted={"region": regions})] * 2
    (short,), (long,) = (
        solved_together(asked, keys, desk, one, some)
        for one, some in zip(only, (regions, ()), strict=True)
    )
    assert short.findings.rows() == long.findings.rows()
    assert len(short.findings) == 8


def test_what_cannot_be_is_said_and_disturbs_nobody():
    desk = lands_desk()
    wrong = parse_scenario(TEXT.replace("op: add, rate: 5%", "op: add, rate: -190%"))
    asked = [(scenario("5%"), None), (wrong, None), (scenario("5%"), None)]
    first, refused, last = solved_together(asked, KEYS[:1], desk, lambda b: b)
    assert (refused.status, len(refused.findings)) == ("refused", 0)
    assert "measure answer: brings tariff to" in refused.message
    value = [s.findings.value("real_income", region="R1") for s in (first, last)]
    assert value[0] == pytest.approx(value[1], abs=1e-9)


def test_every_variable_of_effects_is_known_to_hold_what_it_keeps():
    """The table of what each part may hold leaves nothing out, whatever is hit: flows, production, bans, payments."""
    desk = lands_desk()
    lines = TEXT.split("measures:")[0] + "measures:\n  - {id: m, "
    kinds = (
        "kind: tariff, importer: [R0], op: add, rate: 30%}",
        "kind: productivity, region: [R0], sector: [C26], op: set, rate: 5%}",
        "kind: export_ban, exporter: [R0], importer: [R1], sector: [goods]}",
        "kind: export_tax, exporter: [R0], importer: [R1, R2], op: set, rate: 5%}",
    )
    for kind in kinds:
        alone = solved(parse_scenario(lines + kind + "\n"), None, desk)
        whole = effects(alone.outcome, alone.actors)
        assert EFFECT_KEYS.issuperset(b.variable for b in whole.blocks)
        for key in {b.variable for b in whole.blocks}:
            kept = effects(alone.outcome, alone.actors, keep=(key,))
            assert len(kept) == len(whole.select(key))
