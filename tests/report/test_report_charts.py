"""Every chart is a valid Vega-Lite specification, and shows the numbers of the outcome."""

from __future__ import annotations

import re

import numpy as np
import pytest
from run_world import case_on

from paxsilica.data import load_economy
from paxsilica.names.places import packaged_regions
from paxsilica.report import words
from paxsilica.report.draw import svg_of
from paxsilica.report.look import limit_of, signed_colour
from paxsilica.report.pages.run_charts import heatmap_chart, ranking_chart
from paxsilica.report.pages.run_trade import trade_figures
from paxsilica.report.world import shapes, world_chart

SHOCKS = {
    "tariff": [
        "{id: a, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 50%}"
    ],
    "ban": ["{id: a, kind: export_ban, exporter: [USA, DEU], importer: [IND], sector: [C26]}"],
    "agreement": [
        "{id: a, kind: tariff, importer: [IND], exporter: [EUROPE], op: set, rate: 0%}",
        "{id: b, kind: tariff, importer: [EUROPE], exporter: [IND], op: set, rate: 0%}",
    ],
    "productivity": [
        "{id: a, kind: productivity, region: [VNM], sector: [C26], op: set, rate: 10%}"
    ],
}


@pytest.mark.parametrize("name", SHOCKS)
def test_every_chart_fits_the_schema(solved, name):
    figures = solved(*SHOCKS[name]).report.drawn.figures
    assert len(figures) == (8 if name == "agreement" else 6)
    assert len({figure.name for figure in figures}) == len(figures)
    for figure in figures:
        figure.chart.to_dict()
        titles = [part["title"] for part in figure.spec.get("vconcat", [figure.spec])]
        assert any("2022" in " ".join(title["subtitle"]) for title in titles), (
            "no unit with its year"
        )


def test_nothing_is_drawn_when_nothing_changes(solved):
    assert solved().report.drawn.figures == ()


def test_bars_and_cells_show_the_outcome(tariff):
    e, o = tariff.outcome.economy, tariff.outcome
    rows = ranking_chart(tariff.told)["data"]["values"]
    ranked = sorted(tariff.outcome.welfare, reverse=True)
    assert [row["value"] for row in rows] == pytest.approx(ranked, rel=1e-9)
    cells = {
        (cell["region"], cell["sector"]): cell["value"]
        for cell in heatmap_chart(tariff.told)["data"]["values"]
    }
    volume = 100 * (o.output / (e.output * o.unit_cost) - 1)
    for n, region in enumerate(e.regions):
        mark = "● " if region in ("IND", "USA") else ""
        for j, sector in enumerate(e.sectors):
            drawn = cells[mark + e.region_name(region), e.sector_name(sector)]
            assert drawn == pytest.approx(volume[n, j], abs=1e-9)


def test_flows_stand_beside_the_bars_before_and_after(tariff):
    top, bottom = trade_figures(tariff.told)[0].spec["vconcat"]
    o, e = tariff.outcome, tariff.outcome.economy
    cell = (e.regions.index("USA"), e.regions.index("IND"), slice(0, 3))
    before, after = e.flows[cell].sum(), o.flows[cell].sum()
    for panel, label in ((top, "● United States"), (bottom, "● India")):
        row = next(row for row in panel["data"]["values"] if row["label"] == label)
        assert row["value"] == pytest.approx((after - before) / 1e3)
        assert row["text"] == f"{words.billion(before)} → {words.billion(after)}"


def test_a_bar_of_many_partners_says_that_it_is_their_sum():
    run = case_on(load_economy("icio2022"), *SHOCKS["tariff"])
    flows = run.answer.findings.select("sold_hit", region="IND")
    traded = flows.select(scenario="before").along("sold_hit", "partner")
    top, _ = trade_figures(run.told)[0].spec["vconcat"]
    *alone, rest = top["data"]["values"]
    others = sum(value > 0 for value in traded.values()) - len(alone)
    assert rest["label"] == f"{others} others, their sum"
    change = sum(flows.select(scenario="change").along("sold_hit", "partner").values())
    assert sum(row["value"] for row in top["data"]["values"]) == pytest.approx(change / 1e3)


def drawn_labels(bound):
    """The labels of a legend, left to right, as the renderer draws them."""
    cell = {"field": "v", "type": "quantitative"}
    colour = signed_colour("v", "Change", bound)
    spec = {
        "data": {"values": [{"v": 0.0}]},
        "mark": "rect",
        "encoding": {"x": cell, "color": colour},
    }
    legend = re.search(r"role-legend-label.*", svg_of(spec), re.DOTALL)[0]
    return re.findall(r">([−+\d.,]+)</text>", legend)


@pytest.mark.parametrize("bound", [0.00015, 0.025, 0.1, 0.15, 1.5, 2.5, 8.0, 30.0, 2500.0])
def test_the_label_of_a_legend_is_its_value(bound):
    labels = drawn_labels(bound)
    assert [float(label.replace("−", "-").replace(",", "")) for label in labels] == [
        -bound,
        -bound / 2,
        0.0,
        bound / 2,
        bound,
    ]
    assert labels[2] == "0"


def test_nothing_is_cut_off_the_map(tariff):
    t = tariff.told
    svg = svg_of(world_chart(t.economy, t.each("real_income"), t.horizon))
    height = float(re.search(r'class="background" aria-hidden="true" d="M0,0h\d+v(\d+)', svg)[1])
    paths = re.findall(r' d="(M[^"]*)"[^>]*><title>', svg)
    ys = [float(y) for path in paths for y in re.findall(r"[\d.-]+,([\d.-]+)", path)]
    assert len(paths) > 150
    assert 0.01 * height < min(ys) < max(ys) < height


def test_trade_among_the_members_of_a_group_is_left_out_of_both_panels(solved):
    run = solved(
        "{id: a, kind: tariff, importer: [USA], exporter: [DEU, FRA], sector: [C26], op: set, rate: 40%}"
    )
    e, two = (
        run.outcome.economy,
        [run.outcome.economy.regions.index(code) for code in ("DEU", "FRA")],
    )
    top, bottom = trade_figures(run.told)[0].spec["vconcat"]
    labels = [row["label"].removeprefix("● ") for row in top["data"]["values"]]
    assert not {"Germany", "France"} & set(labels)
    others = [n for n in range(len(e.regions)) if n not in two]
    title = " ".join(top["title"]["text"]).replace("\N{NO-BREAK SPACE}", " ")
    assert (
        f"to regions outside go: {words.money(e.flows[np.ix_(others, two)][:, :, 1].sum())} before"
        in title
    )
    usa = e.regions.index("USA")
    abroad = [n for n in range(len(e.regions)) if n != usa]
    title = " ".join(bottom["title"]["text"]).replace("\N{NO-BREAK SPACE}", " ")
    assert f"imports of electronics {words.money(e.flows[usa, abroad, 1].sum())} before" in title


def test_every_region_marked_has_its_column(solved):
    run = solved("{id: a, kind: tariff, importer: [DEU], op: add, rate: 20%, sector: [C26]}")
    cells = heatmap_chart(run.told)["data"]["values"]
    columns = list(dict.fromkeys(cell["region"] for cell in cells))
    assert run.told.named == ("DEU",), "the other five are most of the world"
    assert columns[0] == "● Germany"
    assert not [column for column in columns[1:] if column.startswith("●")]


def test_every_region_has_a_shape_or_is_declared_missing(tariff):
    change = dict(tariff.outcome.welfare)
    topology, missing = shapes(tariff.outcome.economy, change)
    drawn = {
        shape["properties"]["code"] for shape in topology["objects"]["countries"]["geometries"]
    }
    assert drawn | set(missing) | {"ROW"} >= set(tariff.outcome.economy.regions)
    assert missing == []
    fills = {
        shape["properties"]["value"] for shape in topology["objects"]["countries"]["geometries"]
    }
    assert fills == set(change.values())


def test_every_packaged_region_has_a_shape(tariff):
    still = dict.fromkeys(tariff.outcome.economy.regions, 0.0)
    topology, _ = shapes(tariff.outcome.economy, still)
    drawn = topology["objects"]["countries"]["geometries"]
    ids = {str(shape.get("id", "")) for shape in drawn}
    assert [r.code for r in packaged_regions() if r.code != "ROW" and r.numeric not in ids] == []


def test_labels_that_are_no_countries_have_no_map(tariff):
    labels = tuple(f"R{n}" for n in range(len(tariff.outcome.economy.regions)))
    economy = tariff.outcome.economy.replace(regions=labels)
    assert world_chart(economy, dict.fromkeys(labels, 1.0), "long run") is None


def test_a_missing_shape_is_named_under_the_title(tariff):
    economy = tariff.outcome.economy.replace(regions=("USA", "IND", "XXX", "DEU", "FRA", "ROW"))
    change = dict(zip(economy.regions, np.linspace(-1, 1, 6), strict=True))
    chart = world_chart(economy, change, "long run")
    assert chart is not None
    assert any("No shape on the map: XXX" in line for line in chart["title"]["subtitle"])


def test_the_colour_limit_is_round_and_counts_what_lies_beyond():
    values = np.r_[np.linspace(-0.04, 0.04, 99), 3.0]
    assert limit_of(values) == (0.04, 1)
    assert limit_of(np.zeros(5)) == (1.0, 0)
    assert limit_of(np.array([np.nan, *[0.0] * 99, -7.0])) == (8.0, 0)
