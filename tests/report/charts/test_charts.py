"""Charts fit the schema, keep their text inside, tell colours apart, and say what they show."""

from __future__ import annotations

import math
import re
from itertools import combinations, pairwise

import numpy as np
import pytest
from run_world import small_world

from paxsilica.report.charts import theme
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.bridge import bridge
from paxsilica.report.charts.dots import ACROSS, UP, ranges, scatter
from paxsilica.report.charts.fan import fan
from paxsilica.report.charts.flow import INNER, StageBar, flow
from paxsilica.report.charts.heatmap import heatmap
from paxsilica.report.charts.lines import lines
from paxsilica.report.charts.sankey import TALL, Node, Stream, streams
from paxsilica.report.charts.theme import ADVANCE, limit_of, measured, shades, wrapped
from paxsilica.report.charts.waterfall import waterfall
from paxsilica.report.charts.world_map import shapes, world_map
from paxsilica.report.draw import svg_of

LONG = "Democratic Republic of the Congo with its neighbours around the Great Lakes, refined only"
TITLE = "A title that goes on and on, so that it has to be wrapped before it leaves the chart. " * 2
ROWS = [
    {"label": label, "value": value, "text": f"{value:.2f} % {tail}", "tip": label, "kind": kind}
    for label, value, tail, kind in (
        (LONG, -1.5, "a", "long run"),
        ("India", 0.5, "of something that takes room", "long run"),
        (LONG, 0.25, "b", "short run"),
        ("India", -0.75, "", "short run"),
    )
]
AXIS = "Change of real income, %"
STAGES = [
    [StageBar("a", LONG, {"x": 0.25, "y": 0.5}, "t"), StageBar("b", "B", {"x": 1.0}, "t", True)],
    [StageBar("c", "C", {}, "t"), StageBar("d", "D", {"y": 0.5}, "t")],
    [StageBar("e", "E", {"y": 0.5}, "t")],
]
POINTS = [
    {"x": x, "y": y, "name": f"n {name}", "label": name, "tip": f"tip {name}", "kind": "k"}
    for x, y, name in (
        *((1.0, 1.0, "first"), (1.01, 1.001, "second"), (1.0, 5.0, "third"), (9.0, 0.1, "")),
        *((1 + i / 1e3, 1 + i / 1e3, f"crowd {i}") for i in range(30)),
    )
]
CELLS = [
    {"row": r, "column": c, "value": v, "text": "−1,234.5" if v else "", "tip": "t"}
    for r, c, v in ((LONG, "A", -2.0), (LONG, LONG, 1.0), ("B", "A", None), ("B", LONG, 9.0))
]
HELD = {"design": {"Us": 20.0, "You": 30.0}, LONG: {"Us": 90.0, "You": 0.01}}
TINTS = {"x": theme.MEMBER, "y": theme.OUTSIDE}
NODES = [
    [Node("a", LONG, "−3.00"), Node("b", "B")],
    [Node("m", LONG), Node("n", "N")],
    [Node("z", LONG, "+4.00")],
]
STREAMS = [
    Stream(start, end, amount, kind, f"{start} {end}")
    for start, end, amount, kind in (
        *(("a", "m", 2.0, "x"), ("a", "n", 1.0, "x"), ("b", "m", 1.0, "x")),
        *(("m", "z", 3.0, "y"), ("n", "z", 1.0, "y")),
    )
]


def drawn_map(name="map", title=TITLE):
    e = small_world()
    change = dict(zip(e.regions, np.linspace(-1, 1, len(e.regions)), strict=True))
    return world_map(name, title, e, change, AXIS, ["2022"])


LOSSES = [{**p, "x": -p["x"], "y": -p["y"]} for p in POINTS]
CURVE = [{"x": x, "value": -x, "kind": k, "dash": d} for x in (0, 9) for k in "kl" for d in "de"]
FAN = {
    band: [
        {"x": x, "period": str(x), "low": 50 - wide * (x - 2024), "high": 50 + wide * (x - 2024)}
        for x in (2024.25, 2026.0, 2030.0)
    ]
    for band, wide in (("wide", 6.0), ("narrow", 2.0))
}
MARKS = {
    "signs": lambda: bars("n", TITLE, ROWS[:2], AXIS, [TITLE]),
    "groups": lambda: bars("n", TITLE, ROWS, AXIS, (), theme.HORIZON_COLOURS, grouped=True),
    "shares": lambda: bars(
        "n", TITLE, ROWS[1:3], AXIS, (), {"long run": theme.HUES[0]}, whole=True
    ),
    "ranges": lambda: ranges("n", TITLE, [{**r, "dot": r["tip"]} for r in ROWS], AXIS),
    "scatter": lambda: scatter("n", TITLE, POINTS, ("Own, %", "Theirs, %")),
    "losses": lambda: scatter("n", TITLE, LOSSES, ("Own, %", "Theirs, %"), (), {"k": "#777777"}),
    "lines": lambda: lines("n", TITLE, CURVE, ("Share, %", AXIS)),
    "fan": lambda: fan(
        "n",
        TITLE,
        FAN,
        [{**row, "kind": k, "value": row["low"] + 9} for k in "kl" for row in FAN["wide"]],
        [{"x": x, "value": 80.0, "text": "USD 80.0 billion"} for x in (2024.25, 2030)],
        (80.0, "Target of 2030: USD 80.0 billion"),
        ("Year", "Trade, %"),
        [TITLE],
    ),
    "bridge": lambda: bridge(
        "n",
        TITLE,
        [
            {
                "label": label,
                "start": a,
                "end": b,
                "text": f"{b - a:+.1f} of it",
                "tip": "t",
                "level": not a,
            }
            for label, a, b in ((LONG, 0.0, 50.0), ("Up", 50.0, 90.0), ("Down", 90.0, 30.0))
        ],
        "Trade, %",
        [TITLE],
    ),
    "steps": lambda: lines(
        "n", TITLE, [{"x": 1, "value": 2.0, "kind": "k"}], ("Day", AXIS), steps=True
    ),
    "signed": lambda: heatmap("n", TITLE, CELLS, [LONG, "B"], ["A", LONG], AXIS, signed=True),
    "shares of cells": lambda: heatmap(
        "n", TITLE, CELLS, [LONG, "B"], ["A", LONG], "Share, %", top=9.0
    ),
    "flow": lambda: flow(
        "n", TITLE, STAGES, [("a", "c"), ("b", "c"), ("b", "e"), ("c", "e")], TINTS
    ),
    "streams": lambda: streams("n", TITLE, NODES, STREAMS, "Amount, %", TINTS),
    "waterfall": lambda: waterfall("n", TITLE, HELD, {"Us": "member", "You": "added"}),
    "map": drawn_map,
}


@pytest.mark.parametrize("mark", MARKS)
def test_a_chart_fits_the_schema_and_no_text_leaves_it(mark):
    figure = MARKS[mark]()
    figure.chart.to_dict()
    svg = svg_of(figure.spec)
    assert float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1]) <= theme.WIDTH + 90
    assert "…" not in " ".join(figure.spec["title"]["text"])
    assert "undefined" not in svg
    assert "NaN" not in svg


@pytest.mark.parametrize("mark", MARKS)
def test_a_chart_says_what_it_shows_and_has_its_table(mark):
    figure = MARKS[mark]()
    assert TITLE.strip() in figure.alt
    assert f"{len(figure.table)} row" in figure.alt
    assert len({tuple(row) for row in figure.table}) == 1, "rows have the same heads"
    assert any(", %" in head for head in figure.table[0])


def test_the_words_give_the_lowest_and_the_highest():
    said = bars("n", "Who loses", ROWS[:2], AXIS).alt
    assert said == f"Bars. Who loses. 2 rows, {AXIS}: lowest {LONG} −1.50, highest India 0.500."


def test_kinds_are_columns_of_the_table():
    table = MARKS["groups"]().table
    assert table == [
        {"Name": LONG, "long run, %": -1.5, "short run, %": 0.25},
        {"Name": "India", "long run, %": 0.5, "short run, %": -0.75},
    ]


def written_width(text, weight="normal"):
    """Pixels that the renderer gives a text of 100 pixels, by its own copy of the font."""
    title = {"text": text, "fontSize": 100, "font": "Liberation Sans", "fontWeight": weight}
    spec = {"title": {**title, "anchor": "start"}, "width": 1, "height": 1, "mark": "point"}
    svg = svg_of({**spec, "data": {"values": []}, "padding": 0})
    return float(re.search(r'viewBox="0 0 ([\d.]+)', svg)[1])


@pytest.mark.parametrize("size", ADVANCE)
def test_text_is_measured_as_the_renderer_measures_it(size):
    text = f"m{3 * ADVANCE[size]}m"
    assert measured(text, 100) == pytest.approx(written_width(text), rel=0.04)
    assert measured(text, 100) > 0.985 * written_width(text)


@pytest.mark.parametrize(
    "text", ["Who gains and who loses", "Côte d'Ivoire, Türkiye", "0.12 % → −3.4 %"]
)
def test_bold_text_is_not_measured_short(text):
    assert measured(text, 100, bold=True) > 0.99 * written_width(text, "bold")


@pytest.mark.parametrize(
    "text", [LONG, "Pneumonoultramicroscopicsilicovolcanoconiosis " * 3, "中国的半导体" * 20]
)
def test_lines_are_as_wide_as_they_may_be(text):
    assert all(measured(line) <= 150 for line in wrapped(text, 150))
    assert "".join(wrapped(text, 150)).replace(" ", "") == text.replace(" ", "")
    short = wrapped(text, 150, most=1)
    assert len(short) == 1
    assert short[0].endswith("…")
    assert measured(short[0]) <= 150


def linear(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return np.array([c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts])


def contrast(one, other):
    """W3C, WCAG 2.1, contrast ratio."""
    dark, light = sorted(float(linear(c) @ (0.2126, 0.7152, 0.0722)) for c in (one, other))
    return (light + 0.05) / (dark + 0.05)


SETS = (
    {"loss": theme.LOSS, "gain": theme.GAIN},
    {"before": theme.BEFORE, "after": theme.AFTER},
    theme.HORIZON_COLOURS,
    {"member": theme.MEMBER, "added": theme.NEWCOMER, "outside": theme.OUTSIDE},
    {"target": theme.TARGET, "sender": theme.SENDER},
    dict(enumerate(theme.HUES)),
)
MACHADO = {
    "deuteranopia": [[0.367, 0.861, -0.228], [0.280, 0.673, 0.047], [-0.012, 0.043, 0.969]],
    "protanopia": [[0.152, 1.053, -0.205], [0.115, 0.786, 0.099], [-0.004, -0.048, 1.052]],
}
"""Machado, Oliveira and Fernandes (2009), full severity, on linear light."""


@pytest.mark.parametrize("kinds", SETS)
def test_colours_stand_out_on_both_pages_and_from_each_other(kinds):
    for colour in kinds.values():
        assert contrast(colour, "#ffffff") >= 3
        assert contrast(colour, "#17191c") >= 3
    every = [colour for kinds in SETS for colour in kinds.values()]
    assert len(set(every)) == len(every), "one colour, one meaning"


def lab(light):
    x, y, z = (
        light
        @ np.array([[0.4124, 0.2126, 0.0193], [0.3576, 0.7152, 0.1192], [0.1805, 0.0722, 0.9505]])
    ).clip(0)
    f = [t ** (1 / 3) if t > 0.008856 else 7.787 * t + 16 / 116 for t in (x / 0.9505, y, z / 1.089)]
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("sight", MACHADO)
@pytest.mark.parametrize("kinds", SETS)
def test_the_colour_blind_tell_colours_apart(kinds, sight):
    seen = [lab(np.array(MACHADO[sight]) @ linear(colour)) for colour in kinds.values()]
    assert min(math.dist(a, b) for a, b in combinations(seen, 2)) > 9
    if "gain" in kinds:
        assert math.dist(*seen) > 60


def test_the_texts_of_bars_stay_in_the_field():
    spec = MARKS["signs"]().spec
    low, high = spec["encoding"]["x"]["scale"]["domain"]
    field = spec["width"]
    unit = field / (high - low)
    for row in spec["data"]["values"]:
        at, room = (row["value"] - low) * unit, measured(row["text"], 11) + 4
        assert 0 <= (at - room if row["value"] < 0 else at) <= field
        assert (at if row["value"] < 0 else at + room) <= field


@pytest.mark.parametrize("mark", ["scatter", "losses"])
def test_labels_of_points_do_not_lie_on_each_other(mark):
    spec = MARKS[mark]().spec
    *_, dots, texts = spec["layer"]
    scales = [dots["encoding"][side]["scale"] for side in "xy"]
    boxes = []
    for row in texts["data"]["values"]:
        place = []
        for side, scale, size in zip("xy", scales, (ACROSS, UP), strict=True):
            values = row[side], *scale["domain"]
            place.append(size * (values[0] - values[1]) / (values[2] - values[1]))
        width = measured(row["label"], 11)
        left = place[0] + row["dx"] - width * {"left": 0, "center": 0.5, "right": 1}[row["align"]]
        boxes.append((left, left + width, UP - place[1] + row["dy"]))
    assert 3 <= len(boxes) < len(POINTS) - 1, "the crowd has no room for all"
    for (a, b, y), (c, d, z) in combinations(boxes, 2):
        assert abs(y - z) >= 12 or b <= c or d <= a


def test_shades_are_white_at_zero_and_signs_have_their_colours():
    def ends(**more):
        fill = heatmap("n", "T", CELLS, [LONG, "B"], ["A", LONG], AXIS, **more).spec["layer"][0]
        scale = fill["encoding"]["color"]["scale"]
        return dict(zip(scale["domain"], scale["range"], strict=True))

    assert ends(signed=True, top=5.0) == {-5.0: theme.LOSS, 0.0: "#FFFFFF", 5.0: theme.GAIN}
    plain = ends(top=5.0)
    assert list(plain) == [0.0, 5.0]
    assert not {theme.LOSS, theme.GAIN} & set(plain.values())


def test_a_heatmap_says_what_lies_beyond_its_shades():
    figure = heatmap("n", "T", CELLS, [LONG, "B"], ["A", LONG], AXIS, top=5.0, signed=True)
    said = " ".join(figure.spec["title"]["subtitle"]).replace("\N{NO-BREAK SPACE}", " ")
    assert said == "The colours are full at ±5 %; 1 cell lies beyond."


@pytest.mark.parametrize(("sign", "said"), [(-1, "−5 %"), (1, "+5 %")])
def test_a_scale_of_losses_alone_is_full_at_a_loss(sign, said):
    cells = [{**c, "value": c["value"] and sign * abs(c["value"])} for c in CELLS]
    figure = heatmap("n", "T", cells, [LONG, "B"], ["A", LONG], AXIS, top=5.0, signed=True)
    text = " ".join(figure.spec["title"]["subtitle"]).replace("\N{NO-BREAK SPACE}", " ")
    assert text == f"The colours are full at {said}; 1 cell lies beyond."


def test_tables_behind_have_the_heads_that_a_page_gives_and_no_tooltips():
    rows, point = [{**row, "dot": "a paper"} for row in ROWS], POINTS[0]
    (first, *_) = ranges("n", TITLE, rows, AXIS, (), ("Side", "Set")).table
    assert first == {"Side": ROWS[0]["label"], "Set": "a paper", AXIS: ROWS[0]["value"]}
    (first, *_) = scatter(
        "n", TITLE, POINTS, ("X", "Y"), (), {"k": "#777777"}, ("Who", "How")
    ).table
    assert first == {"Who": point["name"], "How": "k", "X": point["x"], "Y": point["y"]}
    (first, *_) = bars(
        "n", TITLE, ROWS, AXIS, (), theme.HORIZON_COLOURS, heads=("Who", "How")
    ).table
    assert first == {"Who": ROWS[0]["label"], "How": ROWS[0]["kind"], AXIS: ROWS[0]["value"]}
    (first, *_) = heatmap("n", "T", CELLS, [LONG, "B"], ["A", LONG], AXIS, heads=("S", "T")).rows
    assert [*first] == ["S", "T", AXIS]


@pytest.mark.parametrize("bound", [0.00015, 0.025, 0.1, 0.15, 1.5, 2.5, 8.0, 30.0, 2500.0])
def test_the_label_of_a_legend_is_its_value(bound):
    colour, _ = shades("v", "Change", np.array([-bound, bound]), "cell", bound)
    x = {"field": "v", "type": "quantitative"}
    spec = {"data": {"values": [{"v": 0.0}]}, "mark": "rect", "encoding": {"x": x, "color": colour}}
    legend = re.search(r"role-legend-label.*", svg_of(spec), re.DOTALL)[0]
    labels = re.findall(r">([−+\d.,]+)</text>", legend)
    drawn = [float(label.replace("−", "-").replace(",", "")) for label in labels]
    assert drawn == [-bound, -bound / 2, 0.0, bound / 2, bound]
    assert labels[2] == "0"


def test_the_colour_limit_is_round_and_counts_what_lies_beyond():
    values = np.r_[np.linspace(-0.04, 0.04, 99), 3.0]
    assert limit_of(values) == (0.04, 1)
    assert limit_of(np.zeros(5)) == (1.0, 0)
    assert limit_of(np.array([np.nan, *[0.0] * 99, -7.0])) == (8.0, 0)


def test_every_stage_of_a_flow_stands_once_in_the_frame_of_its_users():
    spec = MARKS["flow"]().spec
    frames, parts, bars_, texts = (layer["data"]["values"] for layer in spec["layer"])
    assert len(bars_) == 5
    shown = sum(part["x2"] - part["x"] for part in parts) / INNER
    assert shown == pytest.approx(0.25 + 0.5 + 1.0 + 0.5 + 0.5)
    heads = {" ".join(t["text"]) for t in texts if t.get("fontStyle") and t["text"]}
    assert heads == {"Input of C", "Input of C; E", "Input of E"}
    for bar in bars_:
        assert (
            sum(
                f["x"] <= bar["x"] and bar["x2"] <= f["x2"] and f["y"] < bar["y"] < f["y2"]
                for f in frames
            )
            == 1
        )
    for a, b in combinations(frames, 2):
        assert a["y2"] <= b["y"] or b["y2"] <= a["y"] or a["x2"] <= b["x"] or b["x2"] <= a["x"]
    assert all(
        text["x"] + measured(line) <= spec["width"] for text in texts for line in text["text"]
    )


def test_streams_are_as_wide_as_they_are_large_and_meet_at_their_nodes():
    edges, nodes, texts = (layer["data"]["values"] for layer in MARKS["streams"]().spec["layer"])
    scale = TALL / 4
    tall = [node["y2"] - node["y"] for node in nodes]
    assert tall == pytest.approx([3 * scale, scale, 3 * scale, scale, 4 * scale])
    for k, stream in enumerate(STREAMS):
        points = [edge for edge in edges if edge["stream"] == str(k)]
        widths = [point["y2"] - point["y"] for point in points]
        assert widths == pytest.approx([stream.amount * scale] * len(points))
        assert [point["x"] for point in points] == sorted(point["x"] for point in points)
    for at, node in enumerate(nodes):
        ends = sorted(
            (point["y"], point["y2"])
            for point in edges
            if point["x"] in (pytest.approx(node["x"]), pytest.approx(node["x2"]))
            and node["y"] - 1e-6 <= point["y"] <= node["y2"] + 1e-6
        )
        assert ends[0][0] == pytest.approx(node["y"]), at
        assert max(end for _, end in ends) == pytest.approx(node["y2"]), at
    assert {"−3.00", "+4.00"} <= {text["text"] for text in texts}


def test_a_bar_of_a_waterfall_starts_where_the_one_before_it_ended():
    spec = MARKS["waterfall"]().spec
    shade, _, drawn, *_ = (layer["data"]["values"] for layer in spec["layer"])
    column = shade[0]["end"] - shade[0]["x"]
    for at, held in enumerate(HELD.values()):
        *steps, whole = drawn[3 * at : 3 * at + 3]
        assert all(a["x2"] == pytest.approx(b["x"]) for a, b in pairwise(steps))
        assert whole["x2"] - whole["x"] == pytest.approx(column * sum(held.values()) / 100)


def test_every_region_has_a_shape_or_is_declared_missing():
    e = small_world()
    change = dict(zip(e.regions, np.linspace(-1, 1, len(e.regions)), strict=True))
    topology, missing = shapes(e, change)
    drawn = topology["objects"]["countries"]["geometries"]
    assert {shape["properties"]["code"] for shape in drawn} | {"ROW"} >= set(e.regions)
    assert missing == []
    assert {shape["properties"]["value"] for shape in drawn} == set(change.values())


def test_nothing_is_cut_off_the_map():
    svg = svg_of(drawn_map(title="Map").spec)
    height = float(re.search(r'class="background" aria-hidden="true" d="M0,0h\d+v(\d+)', svg)[1])
    paths = re.findall(r' d="(M[^"]*)"[^>]*><title>', svg)
    ys = [float(y) for path in paths for y in re.findall(r"[\d.-]+,([\d.-]+)", path)]
    assert len(paths) > 150
    assert 0.01 * height < min(ys) < max(ys) < height


def test_labels_that_are_no_countries_have_no_map_and_a_missing_shape_is_named():
    e = small_world()
    labels = tuple(f"R{n}" for n in range(len(e.regions)))
    assert world_map("m", "T", e.replace(regions=labels), dict.fromkeys(labels, 1.0), AXIS) is None
    some = e.replace(regions=("USA", "IND", "XXX", "DEU", "FRA", "ROW"))
    figure = world_map(
        "m", "T", some, dict(zip(some.regions, np.linspace(-1, 1, 6), strict=True)), AXIS
    )
    assert any("No shape on the map: XXX" in line for line in figure.spec["title"]["subtitle"])


def test_a_chart_without_numbers_says_so():
    empty = [{**cell, "value": None, "text": ""} for cell in CELLS]
    said = heatmap("n", "T", empty, [LONG, "B"], ["A", LONG], AXIS, signed=True).alt
    assert said == f"Heatmap. T. 2 rows, {AXIS}: lowest no data unknown, highest no data unknown."


def test_a_fan_writes_the_ends_of_lines_that_lie_apart_and_its_goal_across():
    rows = [
        {"x": x, "period": str(x), "value": y, "kind": kind}
        for kind, y in (("a", 50.0), ("b", 51.0), ("c", 70.0))
        for x in (2024.0, 2030.0)
    ]
    points = [{"x": x, "value": 90.0, "text": "90"} for x in (2024.0, 2030.0)]
    spec = fan("n", "Fan", FAN, rows, points, (90.0, "Goal"), ("Year", "Trade, %")).spec
    written = [
        row["text"]
        for part in spec["layer"]
        if part["mark"] != "line" and part["mark"]["type"] == "text"
        for row in part["data"]["values"]
    ]
    assert written == ["Goal", "90", "50.0", "70.0"]
    (rule,) = [part for part in spec["layer"] if part["mark"].get("type") == "rule"]
    assert rule["data"]["values"][0]["value"] == 90.0
    assert rule["data"]["values"][0]["end"] == 2030.0
