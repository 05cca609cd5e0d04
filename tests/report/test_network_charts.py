"""Networks and scatters: arrows meet their circles, labels keep apart, and the diagonal holds every point."""

from __future__ import annotations

import math

import pytest

from paxsilica.report.network_charts import Arrow, Node, log_scatter, network


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
    spec = log_scatter(rows, ("x", "y"), "T", ["S"], {"A": "#000000"})
    written = {row["label"] for row in spec["layer"][2]["data"]["values"]}
    assert written == {"second", "third"}
    ends = spec["layer"][0]["data"]["values"]
    assert all(point["x"] == point["y"] for point in ends)
    assert all(ends[0]["x"] <= row["x"] <= ends[1]["x"] for row in rows)
