"""Single cuts, coverage and the smallest cut against exhaustive search and the plainer programme."""

import dataclasses
import math
from itertools import combinations

import numpy as np
import pytest
from chain_worlds import COUNTRIES, best_output, chain_of, draw_chain, stage
from hypothesis import given, settings
from hypothesis import strategies as st

from paxsilica.analysis.chain import (
    Outage,
    SupplyChain,
    coverage,
    load_chain,
    single_cuts,
    smallest_cut,
)
from paxsilica.errors import InputError, LabelError
from paxsilica.findings import Findings
from paxsilica.names.places import country_names

seeds = st.integers(0, 10**9).map(np.random.default_rng)


def smallest(
    chain: SupplyChain, target: float, most: int = 4
) -> tuple[dict[tuple[str, ...], float], float, float, list[str]]:
    """The sets with the output that they leave, their size, the floor, in shares of normal; and the notes."""
    blocks, notes = smallest_cut(chain, target, most)
    found = Findings(tuple(blocks))
    sets = found.along("smallest_cut", "region").items()
    left = {tuple(label.split("+")): output / 100 for label, output in sets}
    floor = found.value("output_floor") / 100
    return left, found.value("smallest_cut_size"), floor, [note.text for note in notes]


def singles(chain: SupplyChain) -> dict[tuple[str, str], tuple[float, float]]:
    """Country and stage (`every_stage`: all) -> output left and share lost, of normal; in the order found."""
    rows = Findings(tuple(single_cuts(chain))).cells("region", "item", detail=True)
    keys = "output_without", "output_share"
    return {at: tuple(its[key]["value"] / 100 for key in keys) for at, its in rows.items()}


@given(seeds)
@settings(max_examples=20)
def test_the_smallest_cut_is_the_one_of_exhaustive_search(rng: np.random.Generator) -> None:
    chain, target = (
        draw_chain(rng, most=5, countries=COUNTRIES),
        float(rng.choice([0, 0.1, 0.3, 0.5, 0.8])),
    )
    sets, found_size, floor, notes = smallest(chain, target)
    assert floor == pytest.approx(best_output(chain, [Outage(COUNTRIES)]), abs=1e-8)
    sufficient: dict[tuple[str, ...], float] = {}
    for size in range(1, len(chain.countries) + 1):
        left = {
            some: best_output(chain, [Outage(some)]) for some in combinations(chain.countries, size)
        }
        sufficient = {some: output for some, output in left.items() if output <= target + 1e-8}
        if sufficient:
            break
    assert sets == pytest.approx(sufficient, abs=1e-8)
    assert found_size == (size if sufficient else pytest.approx(math.nan, nan_ok=True))
    assert bool(notes) != bool(sufficient)


def test_ties_are_all_listed() -> None:
    shares = {"CHN": 0.3, "JPN": 0.3, "USA": 0.3}
    sets, *_ = smallest(chain_of(stage("ore", (), shares)), 0.5)
    assert list(sets) == [
        ("CHN", "JPN"),
        ("CHN", "USA"),
        ("JPN", "USA"),
    ]
    assert list(sets.values()) == pytest.approx([0.4] * 3)


def test_a_cut_that_no_set_makes_is_explained() -> None:
    chain = chain_of(stage("ore", (), {"CHN": 0.3, "JPN": 0.2, "USA": 0.2}))
    sets, size, floor, (text,) = smallest(chain, 0.2)
    assert (sets, floor) == ({}, pytest.approx(0.3))
    assert math.isnan(size)
    assert text.startswith(
        "No set brings the output to 20%: with every named country lost 30.0% are"
    )
    sets, _, _, (text,) = smallest(chain, 0.4, most=1)
    assert sets == {}
    assert text.startswith(
        "No set of up to 1 countries brings the output to 40%; all that are named leave"
    )


def test_the_smallest_cut_of_many_suppliers_is_found_in_time() -> None:
    """30 suppliers of nearly a thirtieth each: 13 % go with four, and every four do it (30 choose 4)."""
    some_countries = sorted(set(country_names()) - {"OTHER", "JPN"})[:30]
    shares = {code: 1 / 30 - at * 1e-5 for at, code in enumerate(some_countries)}
    sets, *_ = smallest(
        chain_of(stage("ore", (), shares), stage("magnets", ["ore"], {"JPN": 0.001})), 0.87
    )
    assert len(sets) == 27_405
    for some, output in list(sets.items())[::5_000]:
        assert output == pytest.approx(1 - sum(shares[country] for country in some))


@given(seeds)
@settings(max_examples=15)
def test_single_cuts_are_cuts(rng: np.random.Generator) -> None:
    chain = draw_chain(rng, most=4)
    rows = singles(chain)
    for (country, at), (output, share) in rows.items():
        cut = Outage((country,), (at,) if at != "every_stage" else ())
        assert output == pytest.approx(best_output(chain, [cut]), abs=1e-8)
        held = [s.share(country) for s in chain.stages if at in ("every_stage", s.id)]
        assert share == pytest.approx(max(held), rel=1e-14)
    plants = [(c, s.id) for s in chain.stages for c, share in (s.shares or {}).items() if share]
    assert sorted(at for at in rows if at[1] != "every_stage") == sorted(plants)
    assert sorted(c for c, at in rows if at == "every_stage") == list(chain.countries)
    outputs = [output for (_, at), (output, _) in rows.items() if at == "every_stage"]
    assert outputs == sorted(outputs)


def test_a_group_alone() -> None:
    """Ore: the group makes 0.2 and 0.1 is unnamed. Magnets: 0.3 and 0.2. Dysprosium is known of nobody."""
    chain = chain_of(
        stage("ore", (), {"CHN": 0.7, "USA": 0.15, "AUS": 0.05}),
        stage("magnets", ["ore"], {"CHN": 0.5, "JPN": 0.3}),
    )
    group = Findings(tuple(coverage(chain, ("USA", "AUS", "JPN", "FRA"), "us")))
    assert group.along("group_share", "item") == pytest.approx({"ore": 20, "magnets": 30})
    assert group.value("output_alone", region="us") == pytest.approx(20)
    assert group.value("output_alone_with_unnamed", region="us") == pytest.approx(30)
    blind = chain_of(stage("dysprosium"), stage("magnets", ["dysprosium"], {"JPN": 0.3}))
    found = Findings(tuple(coverage(blind, ("JPN",), "us")))
    assert found.along("group_share", "item")["dysprosium"] is None
    assert found.value("output_alone") == 0.0
    assert found.value("output_alone_with_unnamed") == pytest.approx(100)


def test_questions_that_cannot_be_are_refused() -> None:
    chain = chain_of(stage("ore", (), {"CHN": 1.0}))
    with pytest.raises(InputError, match="target of 100%"):
        smallest_cut(chain, 1.0)
    with pytest.raises(InputError, match="up to 0 countries"):
        smallest_cut(chain, 0.5, 0)
    with pytest.raises(InputError, match="no supplier"):
        coverage(chain, (), "us")
    with pytest.raises(LabelError, match="EU is a group of 27 countries; write AUT"):
        coverage(chain, ("EU",), "us")


@pytest.mark.parametrize(
    ("name", "stage"), [("magnets", "ore"), ("batteries", "anodes"), ("nuclear-fuel", "conversion")]
)
def test_a_country_lost_at_a_first_stage_of_a_packaged_chain_costs_its_share(
    name: str, stage: str
) -> None:
    """All that is final is needed in proportion to such a stage, and no other stage is cut: 1 less the share."""
    chain = load_chain(name)
    rows = {country: output for (country, at), (output, _) in singles(chain).items() if at == stage}
    shares = chain.stages[chain.position(stage)].shares
    assert rows == pytest.approx(
        {country: 1 - share for country, share in (shares or {}).items()}, abs=1e-7
    )


@pytest.mark.parametrize("name", ["batteries", "crude-oil", "magnets", "nuclear-fuel"])
def test_cuts_of_packaged_chains_are_those_of_the_plainer_programme(name: str) -> None:
    chain = load_chain(name)
    for (country, at), (output, share) in singles(chain).items():
        if country in ("CHN", "RUS") and share > 0.05:
            cut = Outage((country,), (at,) if at != "every_stage" else ())
            assert output == pytest.approx(best_output(_joined(chain, country), [cut]), abs=1e-7)


def _joined(chain: SupplyChain, country: str) -> SupplyChain:
    """Of the countries of each stage only one, the others unnamed: no cut tells them apart."""
    kept = (
        dataclasses.replace(s, shares={country: s.share(country)} if s.share(country) else None)
        for s in chain.stages
    )
    return dataclasses.replace(chain, stages=tuple(kept))
