"""What stood before: changes from a world of other measures, against that world made a baseline of its own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from run_world import small_world
from worlds import random_economy, some_shock

from paxsilica.analysis.actors import flow_weights, parties_of
from paxsilica.analysis.effects import effects
from paxsilica.analysis.run import solved_after
from paxsilica.desk import Desk
from paxsilica.economy import abroad
from paxsilica.errors import ScenarioError
from paxsilica.horizon import HORIZONS
from paxsilica.model import Params, first_order, solve
from paxsilica.policy import load_scenario, parse_scenario
from paxsilica.questions.run import Run
from paxsilica.report.pages import report_of
from paxsilica.shock import Shock

HEAD = "schema: paxsilica/scenario@1\n"
BEFORE = f"""{HEAD}title: The duty that stood
baseline: here
measures:
  - {{id: flat, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: add, rate: 25%}}
"""
AFTER = f"""{HEAD}title: A cut
baseline: here
base: ./before.yaml
measures:
  - {{id: flat, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: add, rate: -7%}}
"""


@pytest.fixture
def written(tmp_path):
    def write(after: str = AFTER, before: str = BEFORE) -> str:
        (tmp_path / "before.yaml").write_text(before)
        (tmp_path / "after.yaml").write_text(after)
        return str(tmp_path / "after.yaml")

    return write


@pytest.fixture(scope="module")
def desk():
    desk = Desk()
    desk.warm(("here", None), small_world)
    return desk


def both(seed: int) -> tuple[Shock, Shock]:
    """What stood before, without bans, and more of the same on top."""
    e = random_economy(seed)
    stood = some_shock(e, seed)
    cost = np.where(np.isinf(stood.trade_cost), 1.3, stood.trade_cost)
    stood = Shock(e, **{**stood.rows, "trade_cost": cost})
    rng = np.random.default_rng(seed)
    dearer = np.where(abroad(np.ones_like(cost)) > 0, rng.uniform(0.9, 1.2, cost.shape), 1.0)
    more = {"tariffs": stood.tariffs + 0.2 * (dearer > 1), "trade_cost": stood.trade_cost * dearer}
    return stood, Shock(e, **more, productivity=1.1 * stood.productivity)


@pytest.mark.parametrize("horizon", HORIZONS.values(), ids=str)
def test_it_is_as_if_that_world_were_the_baseline(horizon):
    """Hat algebra is transitive: every finding, but tariffs, whose weights are the trade of the baseline's year."""
    params = Params(horizon, tolerance=1e-12)
    stood, shock = both(3)
    found = effects(solved_after(stood, shock, params))
    world = solve(stood.economy, stood, params).as_economy()
    onto = Shock(
        world,
        tariffs=shock.tariffs,
        trade_cost=shock.trade_cost / stood.trade_cost,
        productivity=shock.productivity / stood.productivity,
    )
    own = effects(solve(world, onto, params))
    assert [b.variable for b in found.blocks] == [b.variable for b in own.blocks]
    for b, alone in zip(found.blocks, own.blocks, strict=True):
        if b.variable != "trade_weighted_tariff":
            size = np.nanmax(np.abs(alone.value), initial=1.0)
            np.testing.assert_allclose(b.value, alone.value, rtol=1e-6, atol=1e-8 * size)


def test_real_income_is_the_ratio_of_two_solves(written, desk):
    asked = Run(file=written(), bands=False)
    answer, e = asked.answered(desk), small_world()
    duty = np.zeros(e.tariffs.shape)
    duty[0, 1, e.sector_indices(["goods"])] = 1.0
    stood, now = (
        solve(e, Shock(e, tariffs=e.tariffs + x * duty)).real_income for x in (0.25, 0.18)
    )
    shown = answer.findings.array("real_income", region=e.regions)
    np.testing.assert_allclose(shown, 100 * (now / stood - 1), atol=1e-8)
    assert shown[1] > 1e-4  # a cut
    assert [*answer.run["inputs"]] == [
        asked.file,
        str(Path(str(asked.file)).parent / "before.yaml"),
    ]


def everything(economy) -> Shock:
    """Every instrument at once, bans included."""
    shock = some_shock(economy, 5)
    taxed = np.where(abroad(economy.flows) > 0, 0.2, 0.0)
    return Shock(
        economy, **shock.rows, export_tax=taxed, subsidy=np.full(economy.output.shape, 0.1)
    )


@pytest.mark.parametrize("horizon", HORIZONS.values(), ids=str)
def test_what_stood_before_alone_moves_nothing(horizon):
    economy = random_economy(5)
    outcome = solved_after(everything(economy), everything(economy), Params(horizon))
    assert not parties_of(outcome).parties
    assert not flow_weights(outcome).any()
    for name in (
        "real_income",
        "real_earned_income",
        "transfer_effect",
        "real_wage",
        "first_order",
    ):
        found = effects(outcome).array(name, region=economy.regions)
        assert np.abs(found).max() < 1e-7, name
    assert np.abs(outcome.before.real_income - 1).max() > 0.01


@pytest.mark.parametrize(
    "moved", ["tariffs", "export_tax", "subsidy", "productivity", "trade_cost", "transfer"]
)
def test_channels_add_up_where_taxes_and_subsidies_stood_before(moved):
    """For a small measure of any kind on a world of every kind, the first-order terms are the change itself."""
    economy, params = random_economy(5), Params(tolerance=1e-12, deficits="fixed")
    stood = everything(economy)
    stood = Shock(economy, **{k: v for k, v in stood.rows.items() if k != "trade_cost"})
    gaps = []
    for step in (1e-3, 5e-4):
        level = np.array(getattr(stood, moved))
        if moved == "transfer":
            level[:2] += np.array([step, -step]) * economy.income[0]
        elif level.ndim == 2:
            level[:2] += step
        else:
            level[np.arange(4), (np.arange(4) + 1) % 4] += step
        shock = Shock(economy, **{**stood.rows, moved: level})
        outcome = solved_after(stood, shock, params)
        exact = outcome.real_income / outcome.before.real_income - 1
        gaps.append(np.abs(first_order(outcome).welfare - exact).max() / np.abs(exact).max())
    assert gaps[0] < 0.02
    assert gaps[1] < 0.6 * gaps[0]


def test_the_base_keeps_its_own_day_and_may_have_a_base_itself(tmp_path, desk):
    dated = "from: 2025-01-01, until: 2025-06-30}"
    (tmp_path / "first.yaml").write_text(BEFORE.replace("25%}", f"25%, {dated}"))
    second = AFTER.replace("before.yaml", "first.yaml").replace("A cut", "Second")
    (tmp_path / "second.yaml").write_text(second + "as_of: 2025-03-01\n")
    third = AFTER.replace("before.yaml", "second.yaml").replace("-7%", "1%")
    (tmp_path / "third.yaml").write_text(third)
    e = small_world()
    cell = e.regions.index("USA"), e.regions.index("IND"), 0
    scenario = load_scenario(tmp_path / "third.yaml")
    day = date(2025, 9, 1)
    assert scenario.stood(e).tariffs[cell] == pytest.approx(e.tariffs[cell] + 0.25 - 0.07)
    assert scenario.compile(e, day).tariffs[cell] == pytest.approx(e.tariffs[cell] + 0.25 - 0.06)
    (tmp_path / "first.yaml").write_text(
        (tmp_path / "first.yaml").read_text() + "as_of: 2026-01-01\n"
    )
    late = load_scenario(tmp_path / "third.yaml")
    assert late.stood(e).tariffs[cell] == pytest.approx(e.tariffs[cell] - 0.07)
    first = scenario.read_back(e, day)[0]
    assert first.startswith("What stood before is “Second” on 2025-03-01")
    assert "itself after “The duty that stood”" in first
    assert "takes 7 percentage points off" in first


@pytest.mark.parametrize(
    ("after", "before", "said"),
    [
        (
            AFTER.replace("before", "befor"),
            BEFORE,
            r"after.yaml:4: base .*befor.yaml does not exist",
        ),
        (AFTER.replace("before", "after"), BEFORE, r"after.yaml:4: .* stands on this file itself"),
        (AFTER, AFTER.replace("before", "after"), r"before.yaml:4: .* stands on this file itself"),
        (
            AFTER,
            BEFORE.replace("here", "icio2022"),
            "baseline is here here but icio2022 in .*before",
        ),
        (
            AFTER,
            f"{BEFORE}assumptions: {{horizon: short_run}}\n",
            "assumptions horizon is long_run here but short_run in .*before.yaml:6, its base",
        ),
        (AFTER, BEFORE.replace("rate: 25%", "rate: 25"), "before.yaml:5: .*no % sign"),
        (AFTER.replace("./before.yaml", "policy:us"), BEFORE, "after.yaml:4: base .*no policy"),
    ],
)
def test_a_base_that_cannot_be_is_one_line(written, after, before, said):
    with pytest.raises(ScenarioError, match=said):
        load_scenario(written(after, before))


def test_a_text_has_no_folder_for_a_base():
    with pytest.raises(ScenarioError, match="base must stand in a file"):
        parse_scenario(AFTER)


def test_stacked_files_may_name_one_base(written, tmp_path):
    path = written()
    other = AFTER.replace("id: flat", "id: more").partition("base:")
    (tmp_path / "more.yaml").write_text(other[0] + other[2].partition("\n")[2])
    stacked = load_scenario(f"{path}+{tmp_path / 'more.yaml'}")
    assert stacked.before is not None
    assert stacked.before.title == "The duty that stood"
    assert len(stacked.measures) == 2


def test_every_sentence_of_the_page_counts_from_that_world(written, desk):
    report = report_of(Run(file=written(), bands=False).answered(desk))
    world = "the world with “The duty that stood”"
    assert f"in the long run, compared with {world}, real income of" in report.lead
    assert report.understood[0].startswith("What stood before is “The duty that stood”: the United")
    assert any(line.startswith(f"Changes from {world} (itself") for line in report.understood)
    told = [line for figure in report.drawn.figures for line in figure.spec["title"]["subtitle"]]
    assert not [line for line in told if "Change from the 2022 baseline" in " ".join(told)]
    assert world in " ".join(" ".join(told).split("\N{NO-BREAK SPACE}"))
    before, after = report.answer.findings.array(
        "trade_weighted_tariff", region="IND", partner="USA", sector="hit"
    )
    assert after == pytest.approx(before - 7)


def test_a_base_moves_nothing_where_nothing_follows(written, desk):
    nothing = AFTER.partition("measures:")[0] + "measures: []\n"
    report = report_of(Run(file=written(nothing), bands=False).answered(desk))
    assert "stays as in the world with “The duty that stood”" in report.lead


def test_an_outcome_without_a_base_is_compared_with_the_baseline():
    economy = random_economy(4)
    outcome = solve(economy, some_shock(economy, 4))
    before = outcome.before
    np.testing.assert_allclose(before.flows, economy.flows, rtol=1e-12)
    np.testing.assert_allclose(before.income, economy.income, rtol=1e-10)
    np.testing.assert_allclose(before.output, economy.output, rtol=1e-12)
    assert replace(outcome, base=outcome).before is outcome
