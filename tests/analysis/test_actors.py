"""Who acts on whom, on shocks whose answer is plain."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import date

import numpy as np
import pytest
from pydantic import TypeAdapter
from worlds import random_economy

from paxsilica.analysis.actors import MOST_PARTIES, Actors, flow_weights, parties_of
from paxsilica.economy import Economy
from paxsilica.model import solve
from paxsilica.policy import parse_scenario
from paxsilica.shock import Shock

REGIONS = ("USA", "IND", "VNM", "DEU", "FRA", "ROW")
GOODS = slice(0, 3)


@pytest.fixture(scope="module")
def economy() -> Economy:
    world = random_economy(7, regions=6, sectors=4)
    return world.replace(regions=REGIONS, sectors=("C13T15", "C26", "B06", "SERV"))


def at(code):
    return REGIONS.index(code)


def asked(economy, *measures, groups="{}", as_of=None):
    """The actors of measures as a file has them."""
    lines = "".join(f"\n  - {measure}" for measure in measures)
    text = f"schema: paxsilica/scenario@1\ntitle: t\ngroups: {groups}\nmeasures:{lines}\n"
    scenario = parse_scenario(text)
    return parties_of(solve(economy, scenario.compile(economy, as_of)), scenario, as_of)


def after_tariffs(economy, *changes):
    tariffs = economy.tariffs.copy()
    for importer, exporter, rate in changes:
        tariffs[at(importer), at(exporter), GOODS] = rate
    return solve(economy, Shock(economy, tariffs=tariffs))


def sides(actors):
    return {party.key: party.imposes for party in actors.parties}


def flows(actors):
    return [(flow.exporter, flow.importer) for flow in actors.flows]


IMPOSERS = {
    "kind: tariff, importer: [USA], exporter: [IND], op: set, rate: 50%": "USA",
    "kind: import_ban, importer: [USA], exporter: [IND]": "USA",
    "kind: export_ban, importer: [USA], exporter: [IND]": "IND",
    "kind: export_tax, importer: [USA], exporter: [IND], op: set, rate: 50%": "IND",
    "kind: trade_cost, importer: [USA], exporter: [IND], op: set, rate: 50%": "",
}


@pytest.mark.parametrize(("measure", "imposer"), IMPOSERS.items())
def test_who_imposes_follows_from_the_kind(economy, measure, imposer):
    found = asked(economy, f"{{id: a, {measure}, sector: [C26]}}")
    assert sides(found) == {who: who == imposer for who in ("USA", "IND")}
    assert flows(found) == [("IND", "USA")]
    assert found.flows[0].sectors == ("C26",)


@pytest.mark.parametrize(("kind", "imposes"), [("subsidy", True), ("productivity", False)])
def test_what_is_made_at_home_has_a_party_and_no_flow(economy, kind, imposes):
    found = asked(economy, f"{{id: a, kind: {kind}, region: [VNM, IND], op: set, rate: 10%}}")
    assert sides(found) == {"IND+VNM": imposes}
    assert found.flows == ()
    (made,) = found.ways
    assert (made.exporter, made.importer, made.sectors) == ("IND+VNM", "IND+VNM", economy.sectors)


def test_subsidised_inputs_have_the_party_that_pays_and_no_flow(economy):
    rate = np.zeros(economy.inputs.shape)
    rate[economy.regions.index("IND"), [0, 3], 1] = 0.1
    found = parties_of(solve(economy, Shock(economy, input_subsidy=rate)))
    assert sides(found) == {"IND": True}
    assert found.party("IND").taxes
    assert found.flows == ()
    (made,) = found.ways
    assert made.sectors == ("C26",)


def test_a_target_of_its_own_is_no_part_of_the_crowd(economy):
    """A tenth on all and six tenths on one: three parties, of which the one leads if it is hit hardest."""
    found = asked(
        economy,
        "{id: all, kind: tariff, importer: [USA], op: add, rate: 10%}",
        "{id: one, kind: tariff, importer: [USA], exporter: [IND], op: add, rate: 60%}",
    )
    assert sides(found) == {"USA": True, "IND": False, "others": False}
    assert [party.key for party in found.parties][-1] == "others", "most of the world comes last"
    assert set(flows(found)) == {("IND", "USA"), ("others", "USA")}


def test_two_blocs_are_two_parties_with_every_member(economy):
    found = asked(
        economy,
        "{id: w, kind: tariff, importer: [WEST], exporter: [EAST], op: set, rate: 90%}",
        "{id: e, kind: tariff, importer: [EAST], exporter: [WEST], op: set, rate: 80%}",
        groups="{WEST: [USA, DEU, FRA], EAST: [IND, VNM]}",
    )
    members = {party.key: set(party.regions) for party in found.parties}
    assert members == {"WEST": {"USA", "DEU", "FRA"}, "EAST": {"IND", "VNM"}}
    assert all(party.imposes and party.taxes for party in found.parties)
    assert set(flows(found)) == {("EAST", "WEST"), ("WEST", "EAST")}
    assert found.ways == found.flows, "the way back is hit too"
    made_by_hand = after_tariffs(
        economy,
        *((i, e, 0.9) for i in ("USA", "DEU", "FRA") for e in ("IND", "VNM")),
        *((e, i, 0.8) for i in ("USA", "DEU", "FRA") for e in ("IND", "VNM")),
    )
    assert {frozenset(p.regions) for p in parties_of(made_by_hand).parties} == {
        frozenset(regions) for regions in members.values()
    }


def test_sellers_who_cut_all_the_world_are_named(economy):
    found = asked(
        economy, "{id: a, kind: export_ban, exporter: [VNM, IND], sector: [B06], share: 30%}"
    )
    assert sides(found) == {"IND+VNM": True, "others": False}
    assert found.flows[0].exporter == "IND+VNM"
    assert found.flows[0].sectors == ("B06",)


def test_who_is_hit_hardest_leads(economy):
    """Ordered by the change of real income of the whole party, losses first."""
    outcome = after_tariffs(economy, ("USA", "IND", 0.9), ("USA", "VNM", 0.5), ("DEU", "FRA", 0.4))
    change = dict(zip(REGIONS, outcome.real_income, strict=True))
    found = [party.key for party in parties_of(outcome).parties]
    losses = [
        np.average(
            [change[r] for r in key.split("+")],
            weights=[economy.income[at(r)] for r in key.split("+")],
        )
        for key in found
    ]
    assert losses == sorted(losses)


def test_a_change_of_cost_everywhere_concerns_the_world(economy):
    found = asked(economy, "{id: a, kind: trade_cost, op: add, rate: 10%}")
    assert sides(found) == {"world": False}
    assert flows(found) == [("world", "world")]


def test_of_many_parties_the_hardest_hit_and_the_heaviest_imposer_are_kept():
    world = random_economy(3, regions=14, sectors=2)
    measures = [
        f"{{id: m{n}, kind: tariff, importer: [R0], exporter: [R{n}], op: set, rate: {10 * n}%}}"
        for n in range(1, 13)
    ]
    found = asked(world, *measures)
    assert len(found.parties) == MOST_PARTIES
    assert "R0" in [party.key for party in found.parties]
    regions = [region for party in found.parties for region in party.regions]
    assert sorted(regions) == sorted(f"R{n}" for n in range(13)), "each named once, R13 not at all"


def test_a_measure_not_in_force_has_no_party(economy):
    ban = "{id: b, kind: export_ban, importer: [IND], exporter: [VNM], from: 2030-01-01}"
    tariff = "{id: t, kind: tariff, importer: [USA], exporter: [IND], op: add, rate: 20%}"
    found = asked(economy, tariff, ban, as_of=date(2026, 1, 1))
    assert set(sides(found)) == {"USA", "IND"}


def test_no_shock_has_no_parties(economy):
    found = parties_of(solve(economy))
    assert (found.parties, found.flows) == ((), ())


def test_actors_survive_json(economy):
    found = asked(economy, "{id: a, kind: trade_cost, importer: [USA, IND], op: add, rate: 10%}")
    assert TypeAdapter(Actors).validate_json(json.dumps(asdict(found))) == found


def test_a_share_of_products_weighs_as_much_as_the_ban_takes(economy):
    permitted = np.ones_like(economy.tariffs)
    cell = at("IND"), at("VNM"), 1
    permitted[cell] = 0.7
    weight = flow_weights(solve(economy, Shock(economy, permitted=permitted)))
    assert weight[cell] == pytest.approx(0.3 * economy.flows[cell])
    assert np.count_nonzero(weight) == 1


def test_an_export_tax_weighs_like_a_tariff(economy):
    tax, tariffs = np.zeros_like(economy.tariffs), economy.tariffs.copy()
    cell = at("USA"), at("IND"), 1
    tax[cell] = 0.25
    tariffs[cell] = 1.25 * (1 + tariffs[cell]) - 1
    taxed, tolled = (
        solve(economy, shock)
        for shock in (Shock(economy, export_tax=tax), Shock(economy, tariffs=tariffs))
    )
    assert flow_weights(taxed)[cell] == pytest.approx(flow_weights(tolled)[cell])
    assert sides(parties_of(taxed)) == {"USA": False, "IND": True}
    assert sides(parties_of(tolled)) == {"USA": True, "IND": False}
