"""The sheets of coercion: charts fit the schema and show the numbers, files hold every pair, blanks stay blank."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import replace

import numpy as np
import pytest
from coercion_world import coercion_world

from paxsilica.analysis.coercion.counter import Relief
from paxsilica.analysis.coercion.matrix import Matrix, coercion_matrix
from paxsilica.analysis.coercion.pair import Pair, pair
from paxsilica.economy import Economy
from paxsilica.model import rebalance
from paxsilica.report.coerce import pair_sheet
from paxsilica.report.grips import largest, matrix_rows, matrix_sheet
from paxsilica.report.network_charts import Arrow, Node, network, scatter
from paxsilica.report.sector_grips import sectors_sheet
from paxsilica.report.sheet import Sheet, sheet_record, write_sheet
from paxsilica.shock import Cut

RELIEFS = (
    Relief("stock", ("R0",), "C26", 1.0, 2000.0, None, 5000.0, True, None),
    Relief("diversify", ("R2",), "C28", 0.1, 1000.0, 1400.0, 1500.0, False, 0.1),
    Relief("join", ("R2", "R3"), "", 1.0, 300.0, 10.0, -20.0, True, 0.2),
)


@pytest.fixture(scope="module")
def world() -> Economy:
    return rebalance(coercion_world())


@pytest.fixture(scope="module")
def found(world) -> Pair:
    return replace(pair(world, Cut(("R0",), ("R1",))), reliefs=RELIEFS)


@pytest.fixture(scope="module")
def one(found) -> Sheet:
    return pair_sheet(found, "pax coerce R0 R1")


@pytest.fixture(scope="module")
def m(world) -> Matrix:
    return coercion_matrix(world)


@pytest.fixture(scope="module")
def every(world, m) -> Sheet:
    return matrix_sheet(world, m, "pax coerce --matrix")


@pytest.fixture(scope="module")
def by_sector(world) -> Sheet:
    return sectors_sheet(
        world, {s: coercion_matrix(world, sectors=[s]) for s in ("C26", "C28")}, "pax coerce"
    )


def table(sheet: Sheet, name: str) -> list[dict]:
    return [dict(row) for row in next(s for s in sheet.sections if s.name == name).table.rows]


@pytest.mark.parametrize(
    ("name", "charts"),
    [
        ("one", {"losses", "curve", "sectors", "band-long", "band-first", "relief"}),
        ("every", {"network", "scatter", "heatmap"}),
        ("by_sector", {"sectors"}),
    ],
)
def test_every_chart_fits_the_schema_and_says_what_it_shows(name, charts, request):
    sheet = request.getfixturevalue(name)
    assert {figure.name for figure in sheet.figures} == charts
    for figure in sheet.figures:
        figure.chart.to_dict()
        assert figure.says
        subtitle = " ".join(figure.spec["title"]["subtitle"])
        assert "%" in subtitle or "USD" in subtitle or figure.name == "curve"


@pytest.mark.parametrize("name", ["one", "every", "by_sector"])
def test_a_sheet_is_written_whole(name, request, tmp_path):
    sheet = request.getfixturevalue(name)
    page = write_sheet(sheet, tmp_path / "report")
    text = page.read_text(encoding="utf-8")
    assert all(f'id="{section.name}"' in text for section in sheet.sections)
    json.loads((page.parent / "run.json").read_text(encoding="utf-8"))
    with (page.parent / "results.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == len(sheet.results)


def test_the_page_says_sign_year_and_what_is_left_out(one, every):
    for sheet in (one, every):
        assert "A loss of real income is positive" in sheet.basis[0]
        assert "2022" in sheet.basis[0]
        left = " ".join(sheet.left_out)
        assert all(word in left for word in ("Transshipment", "Services", "Qatar", "short run"))


def test_the_curve_goes_from_nothing_to_the_whole(one, found):
    rows = next(f for f in one.figures if f.name == "curve").spec["data"]["values"]
    ends = {(row["who"], row["when"]): row["value"] for row in rows if row["x"] == 100}
    assert all(row["value"] == 0 for row in rows if row["x"] == 0)
    assert ends["Eastland", "short run"] == pytest.approx(found.first.losses.target, abs=1e-7)
    assert ends["Northland", "long run"] == pytest.approx(found.long.losses.sender, abs=1e-7)


def test_losses_of_all_regions_stand_in_money_and_per_cent(one, world):
    for row in table(one, "losses"):
        income = world.income[world.regions.index(row["code"])]
        assert row["long run, billion USD"] == pytest.approx(
            row["long run, %"] / 100 * income / 1e3
        )
    first, second, *rest = table(one, "losses")
    assert (first["side"], second["side"]) == ("target", "sender")
    assert all(row["side"] == "" for row in rest)


def test_what_helps_has_its_cost_taken_off(one):
    rows = {row["kind"]: row for row in table(one, "relief")}
    assert rows["stock"]["net gain, billion USD"] == pytest.approx(5.0)
    assert rows["diversify"]["net gain, billion USD"] == pytest.approx(0.5)
    drawn = next(f for f in one.figures if f.name == "relief").spec["data"]["values"]
    assert [row["kind"] for row in drawn] == ["stock", "diversify"]
    assert any(
        "brings the target USD 5.00 billion net for USD 2.00 billion" in line
        for line in one.summary
    )


def test_a_cut_that_was_not_solved_is_blank(found):
    nothing = replace(
        found.long.sectors[0].losses, target=math.nan, sender=math.nan, sender_usd=math.nan
    )
    sectors = (replace(found.long.sectors[0], losses=nothing), *found.long.sectors[1:])
    sheet = pair_sheet(replace(found, long=replace(found.long, sectors=sectors)))
    row = next(row for row in table(sheet, "sectors") if row["code"] == "C26")
    assert row["long run, target's loss, %"] is None
    assert row["ratio in money"] is None
    json.dumps([dict(row) for row in sheet.results], allow_nan=False)
    json.dumps(sheet_record(sheet), allow_nan=False)


# ---- every pair ----------------------------------------------------------------------------------------------


def test_every_pair_has_a_row_and_its_numbers_agree(every, m, world):
    assert len(every.results) == 4 * 3
    assert len({(row["sender"], row["target"]) for row in every.results}) == 12
    for row in every.results:
        i, n = m.regions.index(row["sender"]), m.regions.index(row["target"])
        assert row["target's loss, %"] == pytest.approx(m.targets_loss[i, n])
        if row["ratio in money"] is not None:
            money = row["target's loss, million USD"] / row["sender's loss, million USD"]
            assert row["ratio in money"] == pytest.approx(money)
        assert row["winner"] not in (row["sender"], row["target"])


def test_the_strongest_stand_first(every):
    losses = [row["target's loss, %"] for row in table(every, "grips")]
    assert losses == sorted(losses, reverse=True)
    ratios = [row["ratio in money"] for row in table(every, "ratios")]
    assert [r for r in ratios if r is not None] == sorted(
        (r for r in ratios if r is not None), reverse=True
    )


def test_unsolved_pairs_and_senders_that_gain_are_blank_not_infinite(world, m):
    loss = m.loss.copy()
    loss[0, 1] = np.nan
    loss[2, 3, 2] = -0.5
    changed = replace(m, loss=loss, revenue=np.where(np.isnan(loss).all(2), np.nan, m.revenue))
    rows = {(row["sender"], row["target"]): row for row in matrix_rows(changed)}
    assert rows["R0", "R1"]["target's loss, %"] is rows["R0", "R1"]["winner's gain, %"] is None
    assert rows["R2", "R3"]["ratio in money"] is None
    assert rows["R2", "R3"]["sender's loss, %"] == -0.5
    sheet = matrix_sheet(world, changed)
    assert table(sheet, "ratios")[0]["sender"] == "R2"
    assert any("1 cut was not solved" in line for line in sheet.summary)
    json.dumps([dict(row) for row in sheet.results], allow_nan=False)


def test_the_heatmap_holds_the_largest_first(every, m, world):
    cells = next(f for f in every.figures if f.name == "heatmap").spec["data"]["values"]
    ranked = largest(world)
    assert [world.income[world.regions.index(r)] for r in ranked] == sorted(
        world.income, reverse=True
    )
    assert cells[1]["value"] == pytest.approx(
        m.targets_loss[world.regions.index(ranked[0]), world.regions.index(ranked[1])]
    )


def test_a_strongest_sector_is_the_maximum_over_sectors(by_sector, world):
    for row in table(by_sector, "sectors"):
        alone = {
            r["sector"]: r["target's loss, %"]
            for r in by_sector.results
            if (r["sender"], r["target"]) == (row["sender"], row["target"])
        }
        assert row["sector"] == max(alone, key=alone.get)
        assert row["target's loss, %"] == max(alone.values())
        assert row["its loss, %"] == min(alone.values())
    assert len(by_sector.results) == 2 * 12


# ---- charts ----------------------------------------------------------------------------------------------------


def test_arrows_end_at_their_target():
    nodes = [Node(name, name, size, "") for name, size in (("A", 1.0), ("B", 4.0), ("C", 9.0))]
    spec = network(nodes, [Arrow("A", "B", 1.0, "A", "")], {"A": "#000000"}, "T", ["S"])
    lines, heads, dots, *_ = (layer["data"]["values"] for layer in spec["layer"])
    places = {node.id: (dot["x"], dot["y"]) for node, dot in zip(nodes, dots, strict=True)}
    assert math.dist((lines[0]["x"], lines[0]["y"]), places["A"]) == pytest.approx(0, abs=1e-9)
    assert (
        math.dist((heads[0]["x"], heads[0]["y"]), places["B"])
        < math.dist(places["A"], places["B"]) / 4
    )
    areas = [dot["area"] for dot in dots]
    assert areas == sorted(areas)


def test_labels_of_points_do_not_lie_on_each_other():
    rows = [
        {"x": x, "y": y, "who": "A", "label": name, "tip": ""}
        for x, y, name in (
            (1.0, 1.0, "first"),
            (1.01, 1.001, "second"),
            (1.0, 5.0, "third"),
            (9.0, 0.1, ""),
        )
    ]
    spec = scatter(rows, ("x", "y"), "T", ["S"], {"A": "#000000"})
    written = {row["label"] for row in spec["layer"][2]["data"]["values"]}
    assert written == {"second", "third"}
    ends = spec["layer"][0]["data"]["values"]
    assert all(point["x"] == point["y"] for point in ends)
    assert all(ends[0]["x"] <= row["x"] <= ends[1]["x"] for row in rows)
