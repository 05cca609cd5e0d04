"""Single cuts, coverage and the smallest cut against exhaustive search and the plainer programme."""

import dataclasses
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
from paxsilica.names.places import country_names

seeds = st.integers(0, 10**9).map(np.random.default_rng)


@given(seeds)
@settings(max_examples=20)
def test_the_smallest_cut_is_the_one_of_exhaustive_search(rng: np.random.Generator) -> None:
    chain, target = (
        draw_chain(rng, most=5, countries=COUNTRIES),
        float(rng.choice([0, 0.1, 0.3, 0.5, 0.8])),
    )
    found = smallest_cut(chain, target)
    assert found.floor == pytest.approx(best_output(chain, [Outage(COUNTRIES)]), abs=1e-8)
    sufficient: dict[tuple[str, ...], float] = {}
    for size in range(1, len(chain.countries) + 1):
        left = {
            some: best_output(chain, [Outage(some)]) for some in combinations(chain.countries, size)
        }
        sufficient = {some: output for some, output in left.items() if output <= target + 1e-8}
        if sufficient:
            break
    assert dict(found.sets) == pytest.approx(sufficient, abs=1e-8)
    assert found.size == (size if sufficient else None)
    assert sufficient or found.notes[-1].name == "no such set"


def test_ties_are_all_listed() -> None:
    shares = {"CHN": 0.3, "JPN": 0.3, "USA": 0.3}
    found = smallest_cut(chain_of(stage("ore", (), shares)), 0.5)
    assert [countries for countries, _ in found.sets] == [
        ("CHN", "JPN"),
        ("CHN", "USA"),
        ("JPN", "USA"),
    ]
    assert [output for _, output in found.sets] == pytest.approx([0.4] * 3)


def test_a_cut_that_no_set_makes_is_explained() -> None:
    chain = chain_of(stage("ore", (), {"CHN": 0.3, "JPN": 0.2, "USA": 0.2}))
    unnamed = smallest_cut(chain, 0.2)
    assert (unnamed.sets, unnamed.size, unnamed.floor) == ((), None, pytest.approx(0.3))
    assert unnamed.notes[-1].text.startswith(
        "No set brings the output to 20%: with every named country lost 30.0% are"
    )
    few = smallest_cut(chain, 0.4, most=1)
    assert few.sets == ()
    assert few.notes[-1].text.startswith(
        "No set of up to 1 countries brings the output to 40%; all that are named leave"
    )


def test_the_smallest_cut_of_many_suppliers_is_found_in_time() -> None:
    """30 suppliers of nearly a thirtieth each: 13 % go with four, and every four do it (30 choose 4)."""
    some_countries = sorted(set(country_names()) - {"OTHER", "JPN"})[:30]
    shares = {code: 1 / 30 - at * 1e-5 for at, code in enumerate(some_countries)}
    found = smallest_cut(
        chain_of(stage("ore", (), shares), stage("magnets", ["ore"], {"JPN": 0.001})), 0.87
    )
    assert len(found.sets) == 27_405
    for some, output in found.sets[::5_000]:
        assert output == pytest.approx(1 - sum(shares[country] for country in some))


@given(seeds)
@settings(max_examples=15)
def test_single_cuts_are_cuts(rng: np.random.Generator) -> None:
    chain = draw_chain(rng, most=4)
    rows = single_cuts(chain)
    for row in rows:
        cut = Outage((row.country,), (row.stage,) if row.stage else ())
        assert row.output == pytest.approx(best_output(chain, [cut]), abs=1e-8)
        held = [s.share(row.country) for s in chain.stages if row.stage in ("", s.id)]
        assert row.share == max(held)
    plants = [(c, s.id) for s in chain.stages for c, share in (s.shares or {}).items() if share]
    assert sorted((r.country, r.stage) for r in rows if r.stage) == sorted(plants)
    assert sorted(r.country for r in rows if not r.stage) == list(chain.countries)


def test_a_group_alone() -> None:
    """Ore: the group makes 0.2 and 0.1 is unnamed. Magnets: 0.3 and 0.2. Dysprosium is known of nobody."""
    chain = chain_of(
        stage("ore", (), {"CHN": 0.7, "USA": 0.15, "AUS": 0.05}),
        stage("magnets", ["ore"], {"CHN": 0.5, "JPN": 0.3}),
    )
    group = coverage(chain, ("USA", "AUS", "JPN", "FRA"))
    assert group.shares == pytest.approx({"ore": 0.2, "magnets": 0.3})
    assert (group.alone, group.with_unnamed) == (pytest.approx(0.2), pytest.approx(0.3))
    blind = chain_of(stage("dysprosium"), stage("magnets", ["dysprosium"], {"JPN": 0.3}))
    found = coverage(blind, ("JPN",))
    assert found.shares["dysprosium"] is None
    assert (found.alone, found.with_unnamed) == (0.0, pytest.approx(1.0))


def test_questions_that_cannot_be_are_refused() -> None:
    chain = chain_of(stage("ore", (), {"CHN": 1.0}))
    with pytest.raises(InputError, match="target of 100%"):
        smallest_cut(chain, 1.0)
    with pytest.raises(InputError, match="up to 0 countries"):
        smallest_cut(chain, 0.5, 0)
    with pytest.raises(InputError, match="no supplier"):
        coverage(chain, ())
    with pytest.raises(LabelError, match="EU is a group of 27 countries; write AUT"):
        coverage(chain, ("EU",))


@pytest.mark.parametrize(
    ("name", "stage"), [("magnets", "ore"), ("batteries", "anodes"), ("nuclear-fuel", "conversion")]
)
def test_a_country_lost_at_a_first_stage_of_a_packaged_chain_costs_its_share(
    name: str, stage: str
) -> None:
    """All that is final is needed in proportion to such a stage, and no other stage is cut: 1 less the share."""
    chain = load_chain(name)
    rows = {row.country: row for row in single_cuts(chain) if row.stage == stage}
    shares = chain.stages[chain.position(stage)].shares
    assert {country: row.output for country, row in rows.items()} == pytest.approx(
        {country: 1 - share for country, share in (shares or {}).items()}, abs=1e-7
    )


@pytest.mark.parametrize("name", ["batteries", "crude-oil", "magnets", "nuclear-fuel"])
def test_cuts_of_packaged_chains_are_those_of_the_plainer_programme(name: str) -> None:
    chain = load_chain(name)
    rows = [row for row in single_cuts(chain) if row.country in ("CHN", "RUS") and row.share > 0.05]
    for row in rows:
        cut = Outage((row.country,), (row.stage,) if row.stage else ())
        assert row.output == pytest.approx(
            best_output(_joined(chain, row.country), [cut]), abs=1e-7
        )


def _joined(chain: SupplyChain, country: str) -> SupplyChain:
    """Of the countries of each stage only one, the others unnamed: no cut tells them apart."""
    kept = (
        dataclasses.replace(s, shares={country: s.share(country)} if s.share(country) else None)
        for s in chain.stages
    )
    return dataclasses.replace(chain, stages=tuple(kept))
