"""World map small enough to ship: fewer points on each border, no Antarctica, no islets of large countries."""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

Point = tuple[float, float]
Arc = list[Point]

TOLERANCE = 0.06  # degrees; a border may move by so much
SMALLEST = 0.02  # square degrees; smaller islands go, unless they are a country's largest piece
DROPPED = "Antarctica"


def compact_map(source: Path) -> str:
    """The TopoJSON text of `source`'s countries, keeping `id` and `properties.name`; borders stay shared."""
    world = json.loads(source.read_text(encoding="utf-8"))
    scale, shift = world["transform"]["scale"], world["transform"]["translate"]
    original = [_decoded(arc, scale, shift) for arc in world["arcs"]]
    arcs = [_simplified(arc) for arc in original]
    countries = []
    for shape in world["objects"]["countries"]["geometries"]:
        if shape["properties"]["name"] != DROPPED:
            polygons = [shape["arcs"]] if shape["type"] == "Polygon" else shape["arcs"]
            countries.append((shape, _large_enough(polygons, original)))
    rings = [ring for _, polygons in countries for polygon in polygons for ring in polygon]
    _restore_collapsed(rings, arcs, original)
    used = sorted({_index(at) for ring in rings for at in ring})
    new = {old: at for at, old in enumerate(used)}
    geometries = [_geometry(shape, polygons, new) for shape, polygons in countries]
    return (
        json.dumps(
            {
                "type": "Topology",
                "transform": world["transform"],
                "objects": {"countries": {"type": "GeometryCollection", "geometries": geometries}},
                "arcs": [_encoded(arcs[at], scale, shift) for at in used],
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        + "\n"
    )


def _geometry(
    shape: dict[str, Any], polygons: list[list[list[int]]], new: dict[int, int]
) -> dict[str, Any]:
    renumbered = [
        [[new[at] if at >= 0 else ~new[~at] for at in ring] for ring in polygon]
        for polygon in polygons
    ]
    kept = {
        "type": "MultiPolygon",
        "arcs": renumbered,
        "properties": {"name": shape["properties"]["name"]},
    }
    return {"id": shape["id"], **kept} if "id" in shape else kept


def _large_enough(polygons: list[list[list[int]]], arcs: list[Arc]) -> list[list[list[int]]]:
    sizes = [abs(_area(_ring(polygon[0], arcs))) for polygon in polygons]
    return [
        polygon
        for polygon, size in zip(polygons, sizes, strict=True)
        if size >= SMALLEST or size == max(sizes)
    ]


def _restore_collapsed(rings: list[list[int]], arcs: list[Arc], original: list[Arc]) -> None:
    """A ring that lost its area or turned inside out would be drawn as the rest of the globe: put its points back."""
    for ring in rings:
        before, after = _area(_ring(ring, original)), _area(_ring(ring, arcs))
        if len(_ring(ring, arcs)) < 5 or before * after <= 0:
            for at in ring:
                arcs[_index(at)] = original[_index(at)]


def _ring(ring: list[int], arcs: list[Arc]) -> Arc:
    points: Arc = []
    for at in ring:
        arc = arcs[at] if at >= 0 else arcs[~at][::-1]
        points += arc[1:] if points else arc
    return points


def _area(points: Arc) -> float:
    return sum(a[0] * b[1] - b[0] * a[1] for a, b in pairwise(points)) / 2.0


def _index(at: int) -> int:
    return at if at >= 0 else ~at


def _simplified(arc: Arc) -> Arc:
    """Douglas and Peucker (1973); a closed arc is first cut at its farthest point so that it keeps an inside."""
    if arc[0] == arc[-1] and len(arc) > 3:
        far = max(range(len(arc)), key=lambda k: math.dist(arc[0], arc[k]))
        return _thinned(arc[: far + 1]) + _thinned(arc[far:])[1:]
    return _thinned(arc)


def _thinned(arc: Arc) -> Arc:
    keep, todo = {0, len(arc) - 1}, [(0, len(arc) - 1)]
    while todo:
        first, last = todo.pop()
        if last - first < 2:
            continue
        away, at = max(
            (_distance(arc[k], arc[first], arc[last]), k) for k in range(first + 1, last)
        )
        if away > TOLERANCE:
            keep.add(at)
            todo += [(first, at), (at, last)]
    return [arc[k] for k in sorted(keep)]


def _distance(point: Point, start: Point, end: Point) -> float:
    along = (end[0] - start[0], end[1] - start[1])
    length = along[0] ** 2 + along[1] ** 2
    offset = (point[0] - start[0], point[1] - start[1])
    t = (
        0.0
        if length == 0
        else min(1.0, max(0.0, (offset[0] * along[0] + offset[1] * along[1]) / length))
    )
    return math.hypot(offset[0] - t * along[0], offset[1] - t * along[1])


def _decoded(arc: list[list[int]], scale: list[float], shift: list[float]) -> Arc:
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * scale[0] + shift[0], y * scale[1] + shift[1]))
    return points


def _encoded(arc: Arc, scale: list[float], shift: list[float]) -> list[list[int]]:
    grid = [(round((x - shift[0]) / scale[0]), round((y - shift[1]) / scale[1])) for x, y in arc]
    return [list(grid[0])] + [[b[0] - a[0], b[1] - a[1]] for a, b in pairwise(grid)]
