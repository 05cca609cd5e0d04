"""The world map of real income."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import numpy as np

from paxsilica.data import world_map
from paxsilica.economy import Economy
from paxsilica.names import Names, joined
from paxsilica.names.places import ROW, packaged_regions
from paxsilica.report import words
from paxsilica.report.look import (
    EMPTY,
    WIDTH,
    Spec,
    heading,
    legend_label,
    limit_of,
    signed_colour,
    styled,
)

HAS_DATA = "datum.properties.code != ''"

SMALL = 1.5e-4
"""Steradians: regions below this (Luxembourg, Singapore) get a dot, or nobody would see them."""


COUNTRIES = {
    "mark": {"type": "geoshape", "stroke": "#666666", "strokeWidth": 0.4},
    "encoding": {
        "fillOpacity": {"condition": {"test": HAS_DATA, "value": 1}, "value": 0.45},
        "strokeDash": {"condition": {"test": HAS_DATA, "value": [1, 0]}, "value": [2, 2]},
    },
}

DOTS = {
    "transform": [
        {"filter": f"datum.properties.alone && geoArea(null, datum) < {SMALL}"},
        {"calculate": "geoCentroid(null, datum)", "as": "at"},
    ],
    "mark": {"type": "circle", "size": 42, "stroke": "#333333", "strokeWidth": 0.8, "opacity": 1},
    "encoding": {
        "longitude": {"field": "at[0]", "type": "quantitative"},
        "latitude": {"field": "at[1]", "type": "quantitative"},
    },
}


def world_chart(e: Economy, change: Mapping[str, float], horizon: str) -> Spec | None:
    """The world by region's change of real income, %; None where no region of the economy has a shape."""
    topology, missing = shapes(e, change)
    if len(missing) >= len(e.regions) - (ROW in e.regions):
        return None
    bound, beyond = limit_of(np.array(list(change.values())))
    ends = [
        f"{words.percent(change[region])} in {Names(e).say_region(region)}"
        for region in (min(change, key=change.__getitem__), max(change, key=change.__getitem__))
    ]
    notes = [f"Exact change from the {words.baseline(e)}, {horizon}, %. Blue gains, orange loses."]
    if beyond:
        full = f"±{legend_label(bound)[1:]} %; {words.lie(beyond, 'region')} beyond."
        notes[0] += f" The colours are full at {full}"
    if ROW in change:
        inside = f"inside {e.region_name(ROW)}, one number for all ({words.percent(change[ROW])})"
        notes.append(f"Faded, with a dashed border: {inside}.")
    if missing:
        notes.append(f"No shape on the map: {joined(list(map(e.region_name, missing)), 8)}.")
    colour = signed_colour("properties.value", "Change of real income, %", bound)
    known = {"condition": {"test": "datum.properties.known", **colour}, "value": EMPTY}
    return styled(
        {
            "title": heading(f"Real income: from {' to '.join(ends)}", notes),
            "data": {"values": topology, "format": {"type": "topojson", "feature": "countries"}},
            "width": WIDTH,
            "height": round(WIDTH * 0.46),
            "projection": {
                "type": "naturalEarth1",
                "rotate": [-11, 0, 0],
                "scale": WIDTH / 5.48,
                "translate": [WIDTH / 2, WIDTH * 0.265],
            },
            "encoding": {"description": {"field": "properties.tip"}, "color": known},
            "layer": [COUNTRIES, DOTS],
        }
    )


def shapes(e: Economy, change: Mapping[str, float]) -> tuple[dict[str, Any], list[str]]:
    """The map with every region's change in the `properties` of its shapes, and the regions that have no shape."""
    code_of = {r.numeric: r.code for r in packaged_regions() if r.numeric and r.code in e.regions}
    topology = world_map()
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
