"""From a chain's shortage to the equilibrium: closed forms, published numbers, and identities of the shock."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from worlds import random_economy

from paxsilica.analysis.chain import (
    Input,
    Link,
    Outage,
    Stage,
    SupplyChain,
    over_time,
    supply,
)
from paxsilica.analysis.chain.link import (
    LEAST,
    ces,
    exposed_part,
    first_year,
    levels,
    linked,
    shortage_shock,
    source_shock,
)
from paxsilica.economy import Economy, Source
from paxsilica.errors import InputError, LabelError

SOURCES = {"here": Source("made up", "tests", "none", "2024")}


def chain_of(*links: Link, shares: dict[str, float] | None = None) -> SupplyChain:
    """Ore, of which Australia makes 60 %."""
    ore = Stage("ore", "Ore", shares=shares or {"AUS": 0.6}, year=2024, source="here")
    return SupplyChain("test", "Test", (ore,), ("ore",), SOURCES, links)


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
    assert ces(a, s, m) == pytest.approx(
        (1 - a + a * m ** ((s - 1) / s)) ** (s / (s - 1)), rel=1e-9
    )


def test_ces_at_the_ends() -> None:
    assert ces(0.0, 0.2, 0.0) == ces(0.5, 0.2, 1.0) == 1.0
    assert ces(0.5, 0.2, 0.0) == 0.0
    assert ces(0.5, 2.0, 0.0) == pytest.approx(0.25)


def two_alike(seed: int = 0) -> Economy:
    """Two regions that are the same, one sector, no inputs: a common loss of productivity is a loss of income."""
    rng = np.random.default_rng(seed)
    trade = rng.uniform(1, 2)
    flows = np.array([[[5.0], [trade]], [[trade], [5.0]]])
    return Economy.from_flows(["AUS", "BRA"], ["S0"], flows, trade_elasticity=4.0)


def using(e: float, stock: float | None = None, **more: float) -> SupplyChain:
    """Ore, 60 % of it Australia's, of which users in Australia and Brazil, and nobody else, make their output."""
    return SupplyChain(
        "test",
        "Test",
        (
            Stage("ore", "Ore", shares={"AUS": 0.6}, year=2024, source="here", stock=stock),
            Stage("use", "Use", (Input("ore"),), {"AUS": 0.5, "BRA": 0.5}, 2024, "here"),
        ),
        ("use",),
        SOURCES,
        (Link("use", ("S0",), e, "here", kind="is", **more),),
    )


ORE = (Outage(("AUS",), ("ore",)),)


def test_a_shortage_everywhere_is_a_loss_of_income_of_the_exposed_part() -> None:
    """60 % lost, half of the sector exposed: real income times 1 - 0.5 x 0.6 in both regions, whatever is traded."""
    time = over_time(using(0.5), ORE)
    assert levels(time, time.at_once.chain.links[0], ("AUS", "BRA")) == pytest.approx([0.4, 0.4])
    (result,) = linked(time, two_alike())
    assert result.reading == "rationed"
    np.testing.assert_allclose(result.outcome.real_income, 1 - 0.5 * 0.6, rtol=1e-9)
    np.testing.assert_allclose(result.outcome.shock.productivity, 0.7)
    (volume,) = (b.value for b in result.blocks() if b.variable == "output_volume")
    np.testing.assert_allclose(volume, [-30.0, -30.0], rtol=1e-6)


def test_stocks_of_the_first_year_count() -> None:
    """A stock of 108 days makes up for a shortage of 60 % for 180 days: half of the first year is short."""
    time = over_time(using(0.5, stock=108.0), ORE)
    assert first_year(time) == pytest.approx(0.5, abs=1e-6)
    (result,) = linked(time, two_alike())
    np.testing.assert_allclose(result.outcome.real_income, 1 - 0.5 * 0.6 * 0.5, rtol=1e-6)
    with pytest.raises(InputError, match="no linked sector is short in the first year"):
        linked(over_time(using(0.5, stock=216.0), ORE), two_alike())


def test_exposure_follows_the_places_of_the_stage() -> None:
    """Weighted by output it is the link's; a region without plants has none; OTHER is spread over regions unnamed."""
    economy = four_regions()
    output = economy.output[:, 0]
    stage = Stage("use", "Use", shares={"AUS": 0.2, "BRA": 0.1}, year=2024, source="here")
    chain = SupplyChain(
        "test",
        "Test",
        (stage,),
        ("use",),
        SOURCES,
        (Link("use", ("S0",), 0.03, "here", kind="is"),),
    )
    found = exposed_part(supply(chain), chain.links[0], economy)
    assert (found * output).sum() / output.sum() == pytest.approx(0.03, rel=1e-9)
    assert found[0] == pytest.approx(0.03 * 0.2 / (output[0] / output.sum()))
    assert found[2] == pytest.approx(found[3])
    full = Stage("use", "Use", shares={"AUS": 0.6, "BRA": 0.4}, year=2024, source="here")
    whole = SupplyChain("test", "Test", (full,), ("use",), SOURCES, chain.links)
    assert exposed_part(supply(whole), chain.links[0], economy)[2:].tolist() == [0.0, 0.0]
    assert (
        exposed_part(supply(chain), Link("use", ("S0",), 0.5, "here", kind="use"), economy).tolist()
        == [0.5] * 4
    )


def four_regions() -> Economy:
    economy = random_economy(1)
    return Economy.from_flows(
        ["AUS", "BRA", "CHL", "DEU"],
        economy.sectors,
        economy.flows,
        economy.tariffs,
        economy.inputs,
    )


def test_the_unnamed_keep_theirs_and_the_lost_lose_theirs() -> None:
    time = over_time(chain_of(Link("ore", ("S0",), 0.5, "here", kind="is")), [Outage(("AUS",))])
    assert levels(time, time.at_once.chain.links[0], ("AUS", "BRA")) == pytest.approx([0.0, 1.0])


def test_losses_of_two_links_add_up() -> None:
    base = using(0.2)
    chain = SupplyChain(
        "test", "Test", base.stages, base.final, SOURCES, (*base.links, *using(0.3).links)
    )
    shock = shortage_shock(over_time(chain, ORE), two_alike())
    np.testing.assert_allclose(shock.productivity, 1 - (0.2 + 0.3) * 0.6, rtol=1e-9)


def test_substitution_never_costs_more_than_rationing() -> None:
    time = over_time(using(0.4, cost=0.1), ORE)
    economy = two_alike()
    hard, soft = shortage_shock(time, economy), shortage_shock(time, economy, 0.2)
    np.testing.assert_allclose(hard.productivity, 1 - 0.4 * 0.6)
    np.testing.assert_allclose(soft.productivity, 1 - 0.4 * (1 - ces(0.1, 0.2, 0.4)), rtol=1e-9)
    assert (hard.productivity < soft.productivity).all()
    assert [result.reading for result in linked(time, economy)] == ["rationed", "substituted"]


def test_all_lost_leaves_a_price() -> None:
    time = over_time(
        chain_of(Link("ore", ("S0",), 1.0, "here"), shares={"AUS": 1.0}), [Outage(("AUS",))]
    )
    assert shortage_shock(time, two_alike()).productivity.min() == LEAST


def test_the_cut_at_its_source() -> None:
    """Lost plants are lost productivity of the sector that sells; a ban is a ban; what is made at home stays."""
    economy, chain = two_alike(), chain_of(Link("ore", ("S0",), 0.5, "here", kind="make"))
    lost, notes = source_shock(supply(chain, [Outage(("AUS",), share=0.4)]), economy)
    assert lost.productivity.ravel().tolist() == pytest.approx([1 - 0.4 * 0.5, 1])
    assert not lost.changes("permitted")
    assert notes == ()
    banned, notes = source_shock(
        supply(chain, [Outage(("AUS", "IRN"), buyers=("BRA", "AUS"))]), economy
    )
    assert banned.permitted[1, 0, 0] == pytest.approx(0.5)
    assert banned.permitted[0].ravel().tolist() == [1, 1]
    assert [note.text.split(":")[0] for note in notes] == ["IRN"]
    (result,) = linked(over_time(chain, [Outage(("AUS",))]), economy)
    assert result.reading == "at_source"
    assert result.outcome.real_income[0] < result.outcome.real_income[1] < 1


def test_nothing_to_link_is_said_in_one_line() -> None:
    with pytest.raises(InputError, match="has no link to a sector; add one under `links`"):
        linked(over_time(chain_of(), [Outage(("AUS",))]), two_alike())
    with pytest.raises(LabelError, match="unknown sector 'S9'"):
        linked(
            over_time(chain_of(Link("ore", ("S9",), 0.5, "here")), [Outage(("AUS",))]),
            two_alike(),
        )
    only_iran = chain_of(Link("ore", ("S0",), 0.5, "here", kind="make"), shares={"IRN": 0.5})
    with pytest.raises(
        InputError, match="no linked sector is short in the first year; IRN: inside the rest"
    ):
        linked(over_time(only_iran, [Outage(("IRN",))]), two_alike())
