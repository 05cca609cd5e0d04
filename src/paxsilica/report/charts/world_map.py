"""The world map of a change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from paxsilica.data import world_map as packaged_map
from paxsilica.economy import Economy
from paxsilica.names import joined
from paxsilica.names.places import ROW, packaged_regions
from paxsilica.report import words
from paxsilica.report.charts.theme import UNKNOWN, WIDTH, Figure, drawn, shades

SMALL = 1.5e-4
"""Steradians: regions below this (Luxembourg, Singapore) get a dot, or nobody would see them."""


_ALONE = {"test": "datum.properties.code != ''", "value": [1, 0]}

COUNTRIES = {
    "mark": {"type": "geoshape", "stroke": "#777777", "strokeWidth": 0.4},
    "encoding": {"strokeDash": {"condition": _ALONE, "value": [1.5, 1.5]}},
}

DOTS = {
    "transform": [
        {"filter": f"datum.properties.alone && geoArea(null, datum) < {SMALL}"},
        {"calculate": "geoCentroid(null, datum)", "as": "at"},
    ],
    "mark": {"type": "circle", "size": 42, "stroke": "#777777", "strokeWidth": 1, "opacity": 1},
    "encoding": {
        "longitude": {"field": "at[0]", "type": "quantitative"},
        "latitude": {"field": "at[1]", "type": "quantitative"},
    },
}


def world_map(
    name: str,
    title: str,
    economy: Economy,
    change: Mapping[str, float],
    legend: str,
    notes: Sequence[str] = (),
) -> Figure | None:
    """The world by region's change, %; None where no region of the economy has a shape.

    Args:
        change: region -> its number. legend: what changes, with its unit.
    """
    topology, missing = shapes(economy, change)
    if len(missing) >= len(economy.regions) - (ROW in economy.regions):
        return None
    colour, beyond = shades("properties.value", legend, np.array([*change.values()]), "region")
    notes = [*notes, *beyond]
    if ROW in change:
        size = f"{words.signed(change[ROW])} {legend.rpartition(', ')[2]}"
        inside = f"inside {economy.region_name(ROW)}, one number for all ({size})"
        notes.append(f"Dashed border: {inside}.")
    if missing:
        notes.append(f"No shape on the map: {joined(list(map(economy.region_name, missing)), 8)}.")
    known = {"condition": {"test": "datum.properties.known", **colour}, "value": UNKNOWN}
    return drawn(
        name,
        title,
        notes,
        "World map",
        [
            {"Region": economy.region_name(r), legend: change[r]}
            for r in sorted(change, key=change.__getitem__)
        ],
        data={"values": topology, "format": {"type": "topojson", "feature": "countries"}},
        width=WIDTH,
        height=round(WIDTH * 0.46),
        projection={
            "type": "naturalEarth1",
            "rotate": [-11, 0, 0],
            "scale": WIDTH / 5.48,
            "translate": [WIDTH / 2, WIDTH * 0.265],
        },
        encoding={"description": {"field": "properties.tip"}, "color": known},
        layer=[COUNTRIES, DOTS],
    )


def shapes(e: Economy, change: Mapping[str, float]) -> tuple[dict[str, Any], list[str]]:
    """The map with every region's change in the `properties` of its shapes, and the regions that have no shape."""
    code_of = {r.numeric: r.code for r in packaged_regions() if r.numeric and r.code in e.regions}
    topology = packaged_map()
    countries = topology["objects"]["countries"]
    codes = [code_of.get(str(shape.get("id", "")), "") for shape in countries["geometries"]]
    seen, drawn = Counter(codes), []
    for code, shape in zip(codes, countries["geometries"], strict=True):
        name, region = shape.get("properties", {}).get("name", ""), code or ROW
        known = region in e.regions
        value = float(change[region]) if known else 0.0
        where = f"{name} (inside {e.region_name(ROW)}, one number for all)"
        said = f"{e.region_name(code) if code else where}: {words.percent(value)}"
        properties = {
            "code": code,
            "alone": bool(code) and seen[code] == 1,
            "known": known,
            "value": value,
            "tip": said if known else f"{name}: not in this baseline",
        }
        drawn.append({**shape, "properties": properties})
    topology = {**topology, "objects": {"countries": {**countries, "geometries": drawn}}}
    return topology, [region for region in e.regions if region not in seen and region != ROW]
