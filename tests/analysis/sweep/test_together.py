"""Scenarios side by side against one by one."""

from __future__ import annotations

from functools import partial

import numpy as np
import pytest
from sweep_world import SCENARIO, lands_desk

import paxsilica as pax
from paxsilica.analysis.effects import EFFECT_KEYS, effects
from paxsilica.analysis.run import solved
from paxsilica.analysis.sweep.together import solved_together
from paxsilica.findings import Block
from paxsilica.policy import parse_scenario

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
