"""A small part of `benchmarks/fuzz.py`: damaged documents are refused in one line or read without a wrong span."""

from __future__ import annotations

from pathlib import Path

import pytest
from fuzz import mutated, verdict

BRIEFING = (Path(__file__).resolve().parents[2] / "examples" / "briefing.md").read_bytes()


@pytest.mark.parametrize("first", range(0, 300, 100))
def test_no_damage_breaks_the_reader(first):
    for seed in range(first, first + 100):
        assert verdict(mutated(BRIEFING, seed), "briefing.md") in ("read", "refused"), seed
