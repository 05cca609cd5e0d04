"""Every chart is a valid Vega-Lite specification, and shows the numbers of the outcome."""

from __future__ import annotations

import numpy as np
import pytest

from paxsilica.data import packaged_regions
from paxsilica.report import focus_of, words
from paxsilica.report.charts import heatmap_chart, ranking_chart
from paxsilica.report.look import limit_of
from paxsilica.report.trade import reallocation_chart
from paxsilica.report.world import shapes, world_chart
from paxsilica.report.write import figures_of

SHOCKS = {
    "tariff": ["{id: a, kind: tariff, importer: [USA], exporter: [IND], sector: [goods], op: set, rate: 50%}"],
    "ban": ["{id: a, kind: export_ban, exporter: [USA, DEU], importer: [IND], sector: [C26]}"],
    "agreement": [
        "{id: a, kind: tariff, importer: [IND], exporter: [EUROPE], op: set, rate: 0%}",
        "{id: b, kind: tariff, importer: [EUROPE], exporter: [IND], op: set, rate: 0%}",
    ],
    "productivity": ["{id: a, kind: productivity, region: [VNM], sector: [C26], op: set, rate: 10%}"],
}


@pytest.mark.parametrize("name", SHOCKS)
def test_every_chart_fits_the_schema(solved, name):
    figures = figures_of(solved(*SHOCKS[name]))
    assert len(figures) == (8 if name == "agreement" else 6)
    assert len({figure.name for figure in figures}) == len(figures)
    for figure in figures:
        figure.chart.to_dict()
        titles = [part["title"] for part in figure.spec.get("vconcat", [figure.spec])]
        assert any("2022" in " ".join(title["subtitle"]) for title in titles), "no unit with its year"


def test_nothing_is_drawn_when_nothing_changes(solved):
    assert figures_of(solved()) == []


def test_bars_and_cells_show_the_outcome(tariff):
    e, f = tariff.outcome.economy, focus_of(tariff)
    rows = ranking_chart(tariff, f)["data"]["values"]
    assert [row["value"] for row in rows] == sorted(tariff.outcome.welfare, reverse=True)
    cells = {(cell["region"], cell["sector"]): cell["value"] for cell in heatmap_chart(tariff, f)["data"]["values"]}
    long = tariff.outcome.table()
    volume = long[long.variable == "output volume change"]
    for region, sector, value in zip(volume.region, volume.sector, volume.value, strict=True):
        mark = "● " if region in ("IND", "USA") else ""
        assert cells[mark + e.region_name(region), e.sector_name(sector)] == pytest.approx(value, abs=1e-9)


def test_flows_stand_beside_the_bars_before_and_after(tariff):
    top, bottom = reallocation_chart(tariff, focus_of(tariff))["vconcat"]
    o, e = tariff.outcome, tariff.outcome.economy
    cell = (e.regions.index("USA"), e.regions.index("IND"), slice(0, 3))
    before, after = e.flows[cell].sum(), o.flows[cell].sum()
    for panel, label in ((top, "● United States"), (bottom, "● India")):
        row = next(row for row in panel["data"]["values"] if row["label"] == label)
        assert row["value"] == pytest.approx((after - before) / 1e3)
        assert row["text"] == f"{words.billion(before)} → {words.billion(after)}"


def test_every_region_has_a_shape_or_is_declared_missing(tariff):
    topology, missing = shapes(tariff)
    drawn = {shape["properties"]["code"] for shape in topology["objects"]["countries"]["geometries"]}
    assert drawn | set(missing) | {"ROW"} >= set(tariff.outcome.economy.regions)
    assert missing == []
    fills = {shape["properties"]["value"] for shape in topology["objects"]["countries"]["geometries"]}
    assert fills == set(tariff.outcome.welfare)


def test_every_packaged_region_has_a_shape(tariff):
    ids = {str(shape.get("id", "")) for shape in shapes(tariff)[0]["objects"]["countries"]["geometries"]}
    assert [r.code for r in packaged_regions() if r.code != "ROW" and r.numeric not in ids] == []


def test_labels_that_are_no_countries_have_no_map(tariff):
    from dataclasses import replace

    labels = tuple(f"R{n}" for n in range(len(tariff.outcome.economy.regions)))
    economy = tariff.outcome.economy.replace(regions=labels)
    assert world_chart(replace(tariff, outcome=replace(tariff.outcome, economy=economy))) is None


def test_a_missing_shape_is_named_under_the_title(tariff):
    from dataclasses import replace

    economy = tariff.outcome.economy.replace(regions=("USA", "IND", "XXX", "DEU", "FRA", "ROW"))
    chart = world_chart(replace(tariff, outcome=replace(tariff.outcome, economy=economy)))
    assert chart is not None
    assert any("No shape on the map: XXX" in line for line in chart["title"]["subtitle"])


def test_the_colour_limit_is_round_and_counts_what_lies_beyond():
    values = np.r_[np.linspace(-0.04, 0.04, 99), 3.0]
    assert limit_of(values) == (0.04, 1)
    assert limit_of(np.zeros(5)) == (1.0, 0)
    assert limit_of(np.array([np.nan, 0.0, 0.0, 0.0, -7.0]), share=0.5) == (8.0, 0)
