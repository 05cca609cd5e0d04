"""Products of customs: whose trade, which tariffs, and partial equilibria against the functions alone and the law."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from run_world import small_world

from paxsilica.analysis.diversification.products import (
    DEMAND,
    SUPPLY,
    Products,
    all_markets_blocks,
    as_one,
    market_that_hits,
    of_materials,
    one_market_blocks,
    potential_blocks,
    rises_by_sector,
    sector_of_code,
)
from paxsilica.analysis.diversification.redirection import Redirection
from paxsilica.analysis.diversification.us_market import partner_of, us_market
from paxsilica.analysis.partial import SUBSTITUTION, ces_imports, gsim, smart
from paxsilica.data import load_economy
from paxsilica.data.materials import load_material_trade
from paxsilica.findings import Findings
from paxsilica.model import rebalance, solve
from paxsilica.policy.law import law_of
from paxsilica.policy.law.tables import TABLES
from paxsilica.shock import Shock

DAY = date(2025, 11, 1)


@pytest.fixture(scope="module")
def hit():
    e = rebalance(small_world())
    usa, ind = e.regions.index("USA"), e.regions.index("IND")
    tariffs = np.array(e.tariffs)
    tariffs[usa, :, :2] += 0.1
    tariffs[usa, ind, :2] += 0.4
    tariffs[usa, usa] = 0.0
    outcome = solve(e, Shock(e, tariffs=tariffs))
    return Redirection(outcome, ("IND",), ("USA",), e.sectors[:2])


def trade_in(r, value):
    """Two products of the first sector and one of no sector, between all regions."""
    e = r.outcome.economy
    N = len(e.regions)
    n, i, k = (x.ravel() for x in np.meshgrid(range(N), range(N), range(3), indexing="ij"))
    held = n != i
    amounts = np.random.default_rng(value).lognormal(0, 1, held.sum())
    sectors = (e.sectors[0], e.sectors[0], "")
    return Products(("1", "2", "3"), sectors, n[held], i[held], k[held], amounts, N, "made up")


def test_what_is_sold_is_what_the_entries_say(hit):
    t = trade_in(hit, 1)
    exporters = [0, 2]
    by_hand = np.zeros((t.regions, 3))
    for n, i, k, v in zip(t.importer, t.exporter, t.code, t.value, strict=True):
        if i in exporters and n not in exporters:
            by_hand[n, k] += v
    assert t.sold_by(exporters) == pytest.approx(by_hand)
    assert t.dense([2, 0]).sum((0, 2)) == pytest.approx(t.imports[:, [0, 2]].sum(1))


def test_smart_and_ces_of_a_product_are_those_of_its_sums(hit):
    t, e = trade_in(hit, 2), hit.outcome.economy
    usa, ind = e.regions.index("USA"), e.regions.index("IND")
    f = Findings(tuple(one_market_blocks(market_that_hits(hit, t))))
    dense, tariffs = t.dense([1])[0, usa], hit.outcome.shock.tariffs[usa, :, 0]
    others = np.arange(len(e.regions)) != ind
    rivals = dense[others].sum()
    old, new = ((dense * x)[others].sum() / rivals for x in (e.tariffs[usa, :, 0], tariffs))
    given = (dense[ind], rivals, e.tariffs[usa, ind, 0], tariffs[ind], DEMAND, SUBSTITUTION)
    more = {"rivals_tariff": old, "rivals_price": (new - old) / (1 + old)}
    assert f.value("smart_change", product="2") == pytest.approx(float(smart(*given, **more).total))
    assert f.value("ces_change", product="2") == pytest.approx(float(ces_imports(*given, **more)))
    assert f.value("product_tariff", product="2", scenario="after") == pytest.approx(
        100 * tariffs[ind]
    )
    assert not f.select("smart_change", product="3").blocks, "of no sector"
    over = f.value("smart_overstatement", product="2")
    sizes = [abs(f.value(key, product="2")) for key in ("smart_change", "ces_change")]
    assert over == pytest.approx(sizes[0] - sizes[1])


def test_gsim_of_a_product_is_that_of_its_markets(hit):
    t, e = trade_in(hit, 3), hit.outcome.economy
    usa, ind = e.regions.index("USA"), e.regions.index("IND")
    f = Findings(tuple(all_markets_blocks(hit, t)))
    sigma = 1 + e.trade_elasticity[0]
    tariffs = e.tariffs[:, :, 0], hit.outcome.shock.tariffs[:, :, 0]
    solved = gsim(t.dense([0])[0], *tariffs, DEMAND, sigma, SUPPLY, exact=True)
    assert f.value("gsim_change", product="1", item="hit") == pytest.approx(solved.trade[usa, ind])
    elsewhere = np.delete(solved.trade[:, ind], usa).sum()
    assert f.value("gsim_change", product="1", item="elsewhere") == pytest.approx(elsewhere)
    assert f.value("gsim_price", product="1") == pytest.approx(100 * solved.price[ind])


def test_points_by_sector_are_those_of_the_hit(hit):
    for ours, theirs in rises_by_sector(hit).values():
        assert ours == pytest.approx(0.5)
        assert theirs == pytest.approx(0.1)


@pytest.mark.parametrize("partner", ["IND", "VNM"])
def test_duties_by_product_sum_to_the_law_by_sector(partner):
    """The law's own table of rates, made by another path from the same lines."""
    sectors = ("C13T15", "C21", "C26", "C24A")
    m = us_market(partner, (DAY, "effective"), {}, sectors)
    rates = law_of(DAY).rates([partner], sectors)[0]
    # codes hold lines of two sectors where customs lines of one subheading differ: by all goods these cancel
    for sector, rate in zip(sectors, rates, strict=True):
        at = [k for k, of in enumerate(m.sectors) if of == sector]
        sold = m.supplier[0, at]
        added = (m.new_tariff - m.tariff)[0, at]
        assert (sold * added).sum() / sold.sum() == pytest.approx(rate, abs=0.004)


def test_a_duty_by_sector_falls_on_every_product_of_it():
    m = us_market("IND", None, {"C26": (0.5, 0.1)}, ("C26", "C28"))
    at = np.array([of == "C26" for of in m.sectors])
    pure = at & (m.supplier[0] > 0)
    assert np.median((m.new_tariff - m.tariff)[0, pure]) == pytest.approx(0.5)
    assert np.median((m.rivals_new - m.rivals_tariff)[0, at]) == pytest.approx(0.1)
    assert (m.new_tariff - m.tariff)[0, ~at].max() <= 0.5


def test_a_member_of_the_union_is_no_rival_beside_it():
    """Census imports by pandas, Slovakia's left out: they stand in the Union's as well."""
    raw = pd.read_parquet(TABLES / "us_imports_2024.parquet")
    lines = pd.read_parquet(TABLES / "us_lines.parquet").set_index("hs10")
    cars = raw[raw.hs10.map(lines.sector) == "C29"]
    assert (cars.partner == "SVK").any()
    of = cars[cars.partner != "SVK"].groupby(cars.partner == "EU").usd.sum() / 1e6
    m = us_market("EU", (DAY, "effective"), {}, ("C29",))
    assert m.supplier.sum() == pytest.approx(of[True])
    assert m.rivals.sum() == pytest.approx(of[False])


def test_who_has_detail_by_line():
    assert partner_of(("IND",)) == "IND"
    assert partner_of(("FRA",)) == ""
    assert partner_of(("IND", "VNM")) == ""
    eu = load_economy().about.region_groups["EU"]
    assert partner_of(tuple(eu)) == "EU"


def test_materials_are_those_of_the_packaged_table():
    """All trade of the last year that crosses a border of the economy; inside the rest of the world there is none."""
    e, t = load_economy(), load_material_trade()
    found = of_materials(e)
    last = t.year == len(t.years) - 1
    ind = t.countries.index("IND")
    sold = t.value[last & (t.exporter == ind)].sum()
    assert found.exports[e.regions.index("IND")].sum() == pytest.approx(sold)
    inside = [c for c in t.countries if c not in e.regions]
    both = np.isin(np.array(t.countries)[t.exporter], inside)
    both &= np.isin(np.array(t.countries)[t.importer], inside)
    assert found.value.sum() == pytest.approx(t.value[last & ~both].sum())
    assert not (found.importer == found.exporter).any()


def test_a_codes_sector_is_that_of_most_of_its_trade():
    sectors = load_economy().sectors
    assert sector_of_code("610910", "2022", sectors) == "C13T15"
    assert sector_of_code("300490", "2022", sectors) == "C21"
    assert sector_of_code("270900", "1992", sectors) == "B06"
    assert sector_of_code("999999", "2022", sectors) == ""
    assert sector_of_code("610910", "2022", ("S1", "S2")) == ""


def test_several_exporters_are_one_and_their_potential_is_a_finding():
    exports = np.array([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]])
    merged, at = as_one(exports, [0, 2], np.array([5.0, 7.0]))
    assert merged.tolist() == [[3, 4], [5, 7]]
    assert at == 1
    sold = np.array([[0.0, 0.0], [5.0, 7.0]])
    demand = np.array([[0.0, 0.0], [9.0, 8.0]])
    left, found = potential_blocks(sold, demand, merged, at, ["A", "B"], ["x", "y"], "product")
    f = Findings(tuple(found))
    assert f.value("sold_abroad", product="x") == 5
    assert f.along("unrealised_potential", "product", partner=None)["x"] == pytest.approx(
        left[:, 0].sum()
    )
