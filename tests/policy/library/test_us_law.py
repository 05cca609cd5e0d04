"""Policies off the shelf: what the law's own tables say is what the scenario's tariffs become."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pytest
from policy_world import HEAD

from paxsilica.data import load_economy
from paxsilica.economy import Economy
from paxsilica.errors import ScenarioError
from paxsilica.policy import load_scenario, parse_scenario
from paxsilica.policy.law import all_entries, law_of


@pytest.fixture(scope="module")
def icio() -> Economy:
    return load_economy("icio2022")


@pytest.mark.parametrize("variant", ["", "/effective", "/statutory"])
@pytest.mark.parametrize("day", ["2025-04-09", "2025-11-01", "2026-03-10"])
def test_what_was_added_is_added_to_the_tariffs_of_the_baseline(
    variant: str, day: str, icio: Economy
) -> None:
    found = load_scenario(f"policy:us-law{variant}@{day}").compile(icio).tariffs - icio.tariffs
    law = law_of(date.fromisoformat(day), variant[1:] or "effective")
    n = icio.regions.index("USA")
    assert found[n] == pytest.approx(law.rates(icio.regions, icio.sectors), abs=1e-12)
    assert not np.delete(found, n, 0).any()


def test_what_was_paid_is_the_whole_tariff(icio: Economy) -> None:
    found = load_scenario("policy:us-law/paid@2025-11-01").compile(icio).tariffs
    paid = law_of(date(2025, 11, 1), "paid").rates(icio.regions, icio.sectors)
    n, known = icio.regions.index("USA"), np.isfinite(paid)
    known[n] = False
    goods = icio.sector_indices(["goods"])
    known[:, [j for j in range(len(icio.sectors)) if j not in goods]] = False
    assert found[n][known] == pytest.approx(paid[known])
    assert np.array_equal(found[n][~known], icio.tariffs[n][~known])


def test_the_law_on_one_partner(icio: Economy) -> None:
    body = '{id: a, kind: tariff, importer: [USA], exporter: [IND], table: "policy:us-law@2026-02-06", op: add}'
    one = parse_scenario(f"{HEAD}measures:\n  - {body}\n")
    found, all_of = (
        s.compile(icio).tariffs.copy() for s in (one, load_scenario("policy:us-law@2026-02-06"))
    )
    n, i = icio.regions.index("USA"), icio.regions.index("IND")
    assert np.array_equal(found[n, i], all_of[n, i])
    found[n, i] = icio.tariffs[n, i]
    assert np.array_equal(found, icio.tariffs)
    (text,) = one.sentences(icio)
    added = 100 * law_of(date(2026, 2, 6)).rates(["IND"], icio.sectors)
    assert f"adds between 0 and {added.max():.4g} percentage points" in text
    assert text.endswith("from India.")
    assert any("The book is known from" in line for line in one.not_modelled)


def test_a_policy_stacks_with_a_file_and_may_be_what_stood_before(tmp_path: Path) -> None:
    path = tmp_path / "more.yaml"
    body = "{id: more, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: add, rate: 5%}"
    path.write_text(f"{HEAD}measures:\n  - {body}\n", encoding="utf-8")
    stacked = load_scenario(f"policy:us-law@2025-08-28+{path}")
    assert [measure.id for measure in stacked.measures] == ["us-law", "more"]
    path.write_text(
        f"{HEAD}base: policy:us-law@2025-08-28\nmeasures:\n  - {body}\n", encoding="utf-8"
    )
    before = load_scenario(path).before
    assert before is not None
    assert [measure.id for measure in before.measures] == ["us-law"]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("policy:us-lw@2025-11-01", "no policy 'us-lw'; did you mean us-law"),
        ("policy:us-law", r"which day\? write policy:us-law@2025-08-28"),
        ("policy:us-law/pad@2025-11-01", "unknown variant 'pad' of the US law; did you mean paid"),
        ("policy:us-law@2024-12-31", "is not known; it is from 2025-01-01 until 2026-08-31"),
        ("policy:us-law@2026-09-01", "is not known; it is from 2025-01-01 until 2026-08-31"),
        ("policy:us-law/paid@2025-12-01", "until 2025-11; take effective"),
        ("policy:us-law@1.1.2025", "is no date; write year-month-day"),
    ],
)
def test_what_is_not_on_the_shelf_is_refused_in_one_line(name: str, said: str) -> None:
    with pytest.raises(ScenarioError, match=said) as caught:
        load_scenario(name)
    assert len(str(caught.value).splitlines()) == 1


def test_the_read_back_names_day_and_variant_and_sources_its_entries(icio: Economy) -> None:
    scenario = load_scenario("policy:us-law@2025-11-01")
    (text,) = scenario.sentences(icio)
    for part in (
        "US law of 2025-11-01",
        "effective rates",
        "from every other region",
        "adds between 0 and",
    ):
        assert part in text
    assert "e-0" not in text
    day = date(2025, 11, 1)
    in_force = [entry.title for entry in all_entries() if entry.in_force(day)]
    assert set(in_force) >= {cited.title for cited in scenario.source}
    assert len(scenario.source) > 10
