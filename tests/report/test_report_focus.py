"""The rule that finds whom a shock is about, on shocks whose answer is plain."""

from __future__ import annotations

import numpy as np
import pytest

from paxsilica.model import solve
from paxsilica.report import focus_of
from paxsilica.report.focus import Focus, flow_weights, focus
from paxsilica.shock import Shock

GOODS = slice(0, 3)


def at(economy, code):
    return economy.regions.index(code)


def after_tariffs(economy, *changes):
    tariffs = economy.tariffs.copy()
    for importer, exporter, rate in changes:
        tariffs[at(economy, importer), at(economy, exporter), GOODS] = rate
    return solve(economy, Shock(economy, tariffs=tariffs))


def after_bans(economy, *pairs, sector=1):
    cost = np.ones_like(economy.tariffs)
    for importer, exporter in pairs:
        cost[at(economy, importer), at(economy, exporter), sector] = np.inf
    return solve(economy, Shock(economy, trade_cost=cost))


def test_a_tariff_is_aimed_at_the_exporter(economy):
    found = focus(after_tariffs(economy, ("USA", "IND", 0.9)))
    assert (found.exporters, found.importers) == (("IND",), ("USA",))
    assert (found.target, found.partners) == (("IND",), ("USA",))
    assert set(found.sectors) == {"C13T15", "C26", "B06"}
    assert not found.both_ways


def test_a_tariff_on_everybody_leads_with_the_one_who_acts(economy):
    outcome = after_tariffs(
        economy, *(("USA", code, 0.9) for code in economy.regions if code != "USA")
    )
    found = focus(outcome)
    assert found.importers == ("USA",)
    assert found.target == ("USA",)
    assert found.named == found.target + found.partners
    assert set(found.partners) == set(economy.regions) - {"USA"}
    hit = outcome.shock.tariffs / 1 - economy.tariffs
    size = np.abs(np.log1p(outcome.shock.tariffs) - np.log1p(economy.tariffs))
    weight = (economy.flows * -np.expm1(-economy.trade_elasticity * size) * (hit != 0)).sum((0, 2))
    assert list(found.partners) == sorted(
        found.partners, key=lambda code: -weight[at(economy, code)]
    )


def test_an_export_ban_by_several_is_aimed_at_the_buyer(economy):
    outcome = after_bans(economy, ("IND", "USA"), ("IND", "DEU"), ("IND", "FRA"))
    assert focus(outcome, "importers").target == ("IND",)
    assert set(focus(outcome, "importers").partners) == {"USA", "DEU", "FRA"}


def test_a_bare_change_of_cost_is_aimed_at_the_smaller_side(economy):
    gdp = dict(zip(economy.regions, economy.gdp, strict=True))
    small, large = sorted(("IND", "USA"), key=gdp.get)
    assert focus(after_bans(economy, ("IND", "USA"))).target == (small,)
    assert focus(after_bans(economy, ("USA", "IND"))).target == (small,)
    assert focus(after_bans(economy, ("USA", "IND"))).partners == (large,)


@pytest.mark.parametrize(("kind", "target"), [("export_ban", "IND"), ("import_ban", "VNM")])
def test_the_kind_of_ban_says_whom_it_is_aimed_at(solved, kind, target):
    run = solved(f"{{id: a, kind: {kind}, importer: [IND], exporter: [VNM], sector: [C26]}}")
    assert focus_of(run).target == (target,)


def test_a_trade_agreement_runs_both_ways_around_its_hub(economy):
    pairs = [("IND", "DEU"), ("IND", "FRA"), ("DEU", "IND"), ("FRA", "IND")]
    found = focus(
        after_tariffs(economy, *((importer, exporter, 0.0) for importer, exporter in pairs))
    )
    assert found.both_ways
    assert found.target == ("IND",)
    assert set(found.partners) == {"DEU", "FRA"}
    assert found.turned().exporters == found.importers
    assert found.turned().importers == ("IND",)


def test_a_productivity_shock_has_regions_and_no_pair(economy):
    productivity = np.ones_like(economy.output)
    productivity[at(economy, "VNM"), 1] = 1.1
    found = focus(solve(economy, Shock(economy, productivity=productivity)))
    assert found.target == ("VNM",)
    assert found.sectors == ("C26",)
    assert not found.has_pair


def test_a_share_of_products_weighs_as_much_as_the_ban_takes(economy):
    permitted = np.ones_like(economy.tariffs)
    cell = at(economy, "IND"), at(economy, "VNM"), 1
    permitted[cell] = 0.7
    weight = flow_weights(solve(economy, Shock(economy, permitted=permitted)))
    assert weight[cell] == pytest.approx(0.3 * economy.flows[cell])
    assert np.count_nonzero(weight) == 1


def test_an_export_tax_is_aimed_at_the_buyer_and_weighs_like_a_tariff(economy):
    tax, tariffs = np.zeros_like(economy.tariffs), economy.tariffs.copy()
    cell = at(economy, "USA"), at(economy, "IND"), 1
    tax[cell] = 0.25
    tariffs[cell] = 1.25 * (1 + tariffs[cell]) - 1
    taxed, tolled = (
        solve(economy, shock)
        for shock in (Shock(economy, export_tax=tax), Shock(economy, tariffs=tariffs))
    )
    assert flow_weights(taxed)[cell] == pytest.approx(flow_weights(tolled)[cell])
    assert focus(taxed).target == ("USA",)
    assert focus(tolled).target == ("IND",)


def test_a_subsidy_is_about_its_producer(economy):
    subsidy = np.zeros_like(economy.output)
    subsidy[at(economy, "VNM"), 1] = 0.1
    found = focus(solve(economy, Shock(economy, subsidy=subsidy)))
    assert (found.target, found.sectors) == (("VNM",), ("C26",))


def test_of_too_many_names_the_target_is_marked():
    crowd = tuple(f"R{n}" for n in range(27))
    assert Focus(target=("IND",), partners=crowd).named == ("IND",)
    assert Focus(target=crowd, partners=("IND",)).named == ()


def test_no_shock_has_no_focus(economy):
    assert focus(solve(economy)).is_nothing


def test_measures_not_in_force_do_not_decide(solved):
    from datetime import date

    ban = "{id: b, kind: export_ban, importer: [IND], exporter: [VNM], sector: [C26], from: 2030-01-01}"
    tariff = "{id: t, kind: tariff, importer: [USA], exporter: [IND], op: add, rate: 20%, sector: [goods]}"
    run = solved(tariff, ban, as_of=date(2026, 1, 1))
    assert focus_of(run).target == ("IND",)
    assert focus_of(run).partners == ("USA",)
