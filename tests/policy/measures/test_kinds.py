"""Every kind of measure says what it is, and its example does it."""

import numpy as np
import pytest
from policy_world import HEAD, REGIONS, small_world

from paxsilica.analysis.actors import parties_of
from paxsilica.economy import Economy
from paxsilica.model import solve
from paxsilica.policy import KINDS, kinds_table, parse_scenario
from paxsilica.shock import INSTRUMENTS

SECTORS = ("A01", "C24A", "C26", "SERV")


def world() -> Economy:
    """The small world with a sector of iron and steel, a tenth of output paying for inputs from each sector."""
    abroad = ~np.eye(5, dtype=bool)[:, :, None]
    flows = np.where(abroad, 1.0, 50.0) * np.ones((5, 5, 4))
    tariffs = 0.1 * abroad * np.array([1.0, 1.0, 1.0, 0.0])
    about = small_world().about
    bare = Economy.from_flows(
        REGIONS, SECTORS, flows, tariffs, None, [4.0, 6.0, 8.0, 2.0], about=about
    )
    return bare.replace(inputs=0.1 * np.repeat(bare.output[:, None, :], 4, axis=1))


WORLD = world()


@pytest.mark.parametrize("kind", KINDS)
def test_the_example_of_a_kind_is_of_that_kind_and_runs(kind: str) -> None:
    scenario = parse_scenario(f"{HEAD}measures:\n  - {KINDS[kind].example}\n", "s.yaml")
    assert [measure.kind for measure in scenario.measures] == [kind]
    assert len(scenario.sentences(WORLD)) == 1
    shock = scenario.compile(WORLD)
    outcome = solve(WORLD, shock)
    assert outcome.shock.changes(KINDS[kind].changes)
    assert np.isfinite(outcome.real_income).all()
    assert not np.allclose(outcome.real_income, 1, rtol=0, atol=1e-9)


def test_every_kind_says_what_it_is_and_how_it_enters() -> None:
    rows = kinds_table()
    assert [row["kind"] for row in rows] == list(KINDS)
    for row in rows:
        assert all(row.values())
        assert row["how it enters the model"].endswith(".")
        assert row["Global Trade Alert"].startswith("none") or "(" in row["Global Trade Alert"]
    assert {kind.changes for kind in KINDS.values()} <= set(INSTRUMENTS)


def test_who_pays_and_who_receives_are_parties_of_their_own() -> None:
    """The treasury that decides is the payer's; the report would else tell of both as one."""
    world = small_world()
    body = "id: a, kind: transfer, payer: [USA], receiver: [BRICS], amount: 0.5 million USD"
    scenario = parse_scenario(f"{HEAD}measures:\n  - {{{body}}}\n", "s.yaml")
    outcome = solve(world, scenario.compile(world))
    parties = {party.regions: party.imposes for party in parties_of(outcome, scenario).parties}
    assert parties == {("USA",): True, ("IND", "CHN"): False} or parties == {
        ("USA",): True,
        ("CHN", "IND"): False,
    }
