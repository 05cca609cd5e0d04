"""From a chain's shortage to the equilibrium: closed forms, published numbers, and identities of the shock."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import random_economy

from paxsilica.analysis.chain import Chain, Cut, Input, Link, Stage, supply
from paxsilica.analysis.chain.link import LEAST, ban_shock, ces, levels_of, linked, shortage_shock
from paxsilica.economy import Economy, Source
from paxsilica.errors import InputError, LabelError
from paxsilica.model import Params

SOURCES = {"here": Source("made up", "tests", "none", "2024")}


def chain_of(*links: Link, shares: dict[str, float] | None = None) -> Chain:
    """Ore, of which Australia makes 60 %."""
    ore = Stage("ore", "Ore", shares=shares or {"AUS": 0.6}, year=2024, source="here")
    return Chain("test", "Test", (ore,), ("ore",), SOURCES, links)


def test_the_published_case_of_germany_without_russian_energy() -> None:
    """Bachmann et al. 2022: share 4 %, elasticity 0.04, energy down by 10 %: output down by about 1.5 %."""
    assert 100 * (ces(0.04, 0.04, 0.9) - 1) == pytest.approx(-1.5, abs=0.1)


@given(a=st.floats(0.001, 0.999), m=st.floats(0.01, 0.999))
def test_ces_has_its_limits(a: float, m: float) -> None:
    assert ces(a, 1.0, m) == pytest.approx(m**a, rel=1e-12)
    assert ces(a, 1 + 1e-6, m) == pytest.approx(m**a, rel=1e-4)
    assert m <= ces(a, 1e-3, m) <= m * a ** (-1.1e-3)
    assert ces(a, 1e6, m) == pytest.approx(1 - a + a * m, rel=1e-4)
    s = 0.3
    assert ces(a, s, m) == pytest.approx((1 - a + a * m ** ((s - 1) / s)) ** (s / (s - 1)), rel=1e-9)


def test_ces_at_the_ends() -> None:
    assert ces(0.0, 0.2, 0.0) == ces(0.5, 0.2, 1.0) == 1.0
    assert ces(0.5, 0.2, 0.0) == 0.0
    assert ces(0.5, 2.0, 0.0) == pytest.approx(0.25)
    with pytest.raises(InputError, match="give a share from 0 to 1"):
        ces(1.2, 0.2, 0.5)


def two_alike(seed: int = 0) -> Economy:
    """Two regions that are the same, one sector, no inputs: a common loss of productivity is a loss of income."""
    rng = np.random.default_rng(seed)
    trade = rng.uniform(1, 2)
    flows = np.array([[[5.0], [trade]], [[trade], [5.0]]])
    return Economy.from_flows(["AUS", "BRA"], ["S0"], flows, trade_elasticity=4.0)


def test_a_shortage_everywhere_is_a_loss_of_income_of_the_exposed_part() -> None:
    """60 % lost, half of the sector exposed: real income times 1 - 0.5 x 0.6 in both regions, whatever is traded."""
    found = supply(chain_of(Link("ore", ("S0",), 0.5, "here")), [Cut(("AUS",))])
    assert found.output == pytest.approx(0.4)
    (result,) = linked(found, two_alike(), Params())
    assert result.reading == "rationed"
    level = np.array([levels_of(found, "ore", ("AUS", "BRA"))])
    assert level.tolist() == [[0.0, 1.0]], "AUS's own plants are gone, the others' are not"
    spread = Chain("test", "Test", (
        Stage("ore", "Ore", shares={"AUS": 0.6}, year=2024, source="here"),
        Stage("use", "Use", inputs=(Input("ore"),), shares={"AUS": 0.5, "BRA": 0.5},
              year=2024, source="here"),
    ), ("use",), SOURCES, (Link("use", ("S0",), 0.5, "here"),))  # fmt: skip
    both = supply(spread, [Cut(("AUS",), ("ore",))])
    assert levels_of(both, "use", ("AUS", "BRA")) == pytest.approx([0.4, 0.4])
    (result,) = linked(both, two_alike(), Params())
    np.testing.assert_allclose(result.outcome.real_income, 1 - 0.5 * 0.6, rtol=1e-9)
    assert [row["productivity, %"] for row in result.rows] == pytest.approx([-30.0, -30.0])
    assert [row["output volume, %"] for row in result.rows] == pytest.approx([-30.0, -30.0], abs=1e-6)


def test_substitution_never_costs_more_than_rationing() -> None:
    found = supply(chain_of(Link("ore", ("S1",), 0.4, "here", cost=0.1)), [Cut(("AUS",), share=0.5)])
    economy = random_economy(1)
    economy = Economy.from_flows(
        ["AUS", "BRA", "CHL", "DEU"], economy.sectors, economy.flows, economy.tariffs, economy.inputs
    )
    hard, soft = shortage_shock(found, economy), shortage_shock(found, economy, 0.2)
    assert hard.productivity[0, 1] == pytest.approx(1 - 0.4 * 0.5)
    assert hard.productivity[0, 1] < soft.productivity[0, 1] < 1
    assert (hard.productivity[1:] == 1).all()
    assert (hard.productivity[:, [0, 2]] == 1).all()


def test_all_lost_leaves_a_price() -> None:
    found = supply(chain_of(Link("ore", ("S0",), 1.0, "here"), shares={"AUS": 1.0}), [Cut(("AUS",))])
    assert shortage_shock(found, two_alike()).productivity.min() == LEAST


def test_a_ban_is_the_cut_on_the_traded_sector() -> None:
    link = Link("ore", ("S0",), 0.5, "here", kind="ban")
    economy = two_alike()
    everyone = ban_shock(supply(chain_of(link), [Cut(("AUS",), share=0.4)]), economy)
    assert everyone.permitted[1, 0, 0] == pytest.approx(1 - 0.4 * 0.5)
    assert everyone.permitted[0, 0, 0] == everyone.permitted[0, 1, 0] == 1, "what is made at home, and what is bought"
    named = ban_shock(supply(chain_of(link), [Cut(("AUS",), buyers=("BRA",))]), economy)
    assert named.permitted[1, 0, 0] == pytest.approx(0.5)


def test_nothing_to_link_is_said_in_one_line() -> None:
    found = supply(chain_of(), [Cut(("AUS",))])
    with pytest.raises(InputError, match="has no link to a sector; add one under `links`"):
        linked(found, two_alike())
    with pytest.raises(LabelError, match="unknown sector 'S9'"):
        shortage_shock(supply(chain_of(Link("ore", ("S9",), 0.5, "here")), [Cut(("AUS",))]), two_alike())
    with pytest.raises(InputError, match="link one with `kind: ban`"):
        ban_shock(supply(chain_of(Link("ore", ("S0",), 0.5, "here")), [Cut(("AUS",))]), two_alike())
