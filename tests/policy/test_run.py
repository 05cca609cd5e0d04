"""From a scenario file to the model: the assumptions become parameters, and what the model refuses names the file."""

import math
from pathlib import Path

import pytest
from policy_world import HEAD, small_world

from paxsilica.analysis.run import params_of, solved
from paxsilica.data import write_economy
from paxsilica.errors import ScenarioError
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params
from paxsilica.policy import load_scenario, parse_scenario


@pytest.fixture
def file(tmp_path: Path) -> Path:
    write_economy(small_world(), tmp_path / "own.npz")
    return tmp_path / "s.yaml"


@pytest.mark.parametrize(
    ("assumptions", "params"),
    [
        ("{}", Params()),
        ("{horizon: short_run}", Params(SHORT_RUN)),
        ("{horizon: short_run, deficits: balanced}", Params(SHORT_RUN, deficits="balanced")),
        ("{horizon: long_run, deficits: fixed}", Params(deficits="fixed")),
        ("{backstop_cost: 40}", Params(backstop_cost=40)),
        ("{makeshift_cost: 40}", Params(backstop_cost=40)),  # its name in files of earlier versions
        ("{horizon: first year}", Params(SHORT_RUN)),
    ],
)
def test_assumptions_become_parameters(assumptions: str, params: Params) -> None:
    assert (
        params_of(parse_scenario(HEAD + f"measures: []\nassumptions: {assumptions}\n").assumptions)
        == params
    )


def test_the_horizon_reaches_the_model(file: Path) -> None:
    file.write_text(HEAD + "baseline: ./own.npz\nmeasures: []\nassumptions: {horizon: short_run}\n")
    run = solved(load_scenario(file))
    outcome = run.outcome
    (note,) = run.notes
    assert note.text.startswith("the trade elasticity of SERV is held at 0.1, the least")
    assert outcome.params.horizon.labour_mobility < math.inf
    assert outcome.real_income == pytest.approx(1.0)


@pytest.mark.parametrize("horizon", ["long_run", "short_run"])
@pytest.mark.parametrize("deficits", ["fixed_share", "fixed", "balanced"])
def test_a_measure_of_nothing_moves_nothing(file: Path, horizon: str, deficits: str) -> None:
    """Whatever the world holds fixed: what the rule for deficits removes is no effect of a measure."""
    flows = small_world().flows.copy()
    flows[0, 1:] *= 1.5  # the United States import more than they export
    unbalanced = small_world().replace(flows=flows)
    assert (unbalanced.deficit / unbalanced.income)[0] > 0.01
    write_economy(unbalanced, file.parent / "own.npz")
    rules = f"assumptions: {{horizon: {horizon}, deficits: {deficits}}}\n"
    nothing = "measures:\n  - {id: n, kind: tariff, importer: [USA], op: add, rate: 0%}\n"
    file.write_text(HEAD + "baseline: ./own.npz\n" + rules + nothing)
    found = solved(load_scenario(file))
    assert found.outcome.real_income == pytest.approx(1.0, abs=1e-11)


def test_an_older_spelling_of_the_horizon_is_noted(file: Path) -> None:
    head = HEAD + "baseline: ./own.npz\nmeasures: []\nassumptions: "
    file.write_text(head + "{horizon: first-year}\n")
    note, _ = solved(load_scenario(file)).notes
    assert "'first-year' is read as short_run" in note.text


def test_an_export_tax_and_a_subsidy_reach_the_model(file: Path) -> None:
    """Lerner (1936): one tax on all exports of a region does to every real income what a tariff on all imports does."""
    head = HEAD + "baseline: ./own.npz\nassumptions: {deficits: balanced}\nmeasures:\n"
    free = "{id: free, kind: tariff, op: set, rate: 0%}"

    def real_income(measure: str) -> list[float]:
        file.write_text(head + f"  - {free}\n  - {measure}\n")
        return [float(value) for value in solved(load_scenario(file)).outcome.real_income]

    tariff = real_income("{id: m, kind: tariff, importer: [USA], op: set, rate: 25%}")
    tax = real_income("{id: x, kind: export_tax, exporter: [USA], op: set, rate: 25%}")
    assert tax == pytest.approx(tariff, abs=1e-8)
    assert max(tariff) - min(tariff) > 1e-4
    subsidised = real_income(
        "{id: s, kind: subsidy, region: [USA], sector: [C26], op: set, rate: 10%}"
    )
    assert subsidised != pytest.approx(
        real_income("{id: n, kind: subsidy, op: set, rate: 0%}"), abs=1e-6
    )


def test_what_the_model_refuses_names_the_file(file: Path) -> None:
    """Norway makes no electronics, so a ban on all its imports leaves it without any, and backstops are excluded."""
    economy = small_world()
    flows = economy.flows.copy()
    flows[2, 2, 1] = 0.0
    write_economy(economy.replace(flows=flows), file.parent / "own.npz")
    ban = "measures:\n  - {id: all, kind: import_ban, importer: [NOR]}\nassumptions: {backstop_cost: inf}\n"
    file.write_text(HEAD + "baseline: ./own.npz\n" + ban)
    with pytest.raises(ScenarioError) as caught:
        solved(load_scenario(file))
    assert str(caught.value).startswith(f"{file}: the bans leave")
    assert "\n" not in str(caught.value)
