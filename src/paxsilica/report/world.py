"""The world map of real income."""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np

from paxsilica.data import world_map
from paxsilica.economy import Array, Economy
from paxsilica.names import Names, joined
from paxsilica.names.places import packaged_regions
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

REST = "ROW"
"""The region that stands for every country without data of its own."""

SMALL = 1.5e-4
"""Steradians: regions below this (Luxembourg, Singapore) get a dot, or nobody would see them."""


def world_chart(e: Economy, change: Array, horizon: str) -> Spec | None:
    """The world by `[n]` change of real income, %; None where no region of the economy has a shape."""
    topology, missing = shapes(e, change)
    if len(missing) >= len(e.regions) - (REST in e.regions):
        return None
    bound, beyond = limit_of(change)
    worst, best = (e.regions[int(at)] for at in (np.argmin(change), np.argmax(change)))
    low, high = words.percent(change.min()), words.percent(change.max())
    title = f"Real income: from {low} in {Names(e).say_region(worst)} to {high} in {Names(e).say_region(best)}"
    return styled(
        {
            "title": heading(title, _notes(e, change, horizon, (bound, beyond), missing)),
            "data": {"values": topology, "format": {"type": "topojson", "feature": "countries"}},
            "width": WIDTH,
            "height": round(WIDTH * 0.46),
            "projection": {
                "type": "naturalEarth1",
                "rotate": [-11, 0, 0],
                "scale": WIDTH / 5.48,
                "translate": [WIDTH / 2, WIDTH * 0.265],
            },
            "encoding": {"description": {"field": "properties.tip"}},
            "layer": [_countries(bound), _dots(bound)],
        }
    )


def shapes(e: Economy, change: Array) -> tuple[dict[str, Any], list[str]]:
    """The map with every region's change in the `properties` of its shapes, and the regions that have no shape."""
    code_of = {r.numeric: r.code for r in packaged_regions() if r.numeric and r.code in e.regions}
    topology = world_map()
    countries = topology["objects"]["countries"]
    codes = [code_of.get(str(shape.get("id", "")), "") for shape in countries["geometries"]]
    seen, drawn = Counter(codes), []
    for code, shape in zip(codes, countries["geometries"], strict=True):
        name = shape.get("properties", {}).get("name", "")
        properties: dict[str, Any] = {
            "code": code,
            "alone": bool(code) and seen[code] == 1,
            "known": True,
        }
        if code:
            value = float(change[e.regions.index(code)])
            properties |= {"value": value, "tip": f"{e.region_name(code)}: {words.percent(value)}"}
        elif REST in e.regions:
            value = float(change[e.regions.index(REST)])
            tip = (
                f"{name} (inside {e.region_name(REST)}, one number for all): {words.percent(value)}"
            )
            properties |= {"value": value, "tip": tip}
        else:
            properties |= {"value": 0.0, "tip": f"{name}: not in this baseline", "known": False}
        drawn.append({**shape, "properties": properties})
    topology = {**topology, "objects": {"countries": {**countries, "geometries": drawn}}}
    return topology, [region for region in e.regions if region not in seen and region != REST]


def _notes(
    e: Economy, change: Array, horizon: str, limit: tuple[float, int], missing: list[str]
) -> list[str]:
    bound, beyond = limit
    notes = [f"Exact change from the {words.baseline(e)}, {horizon}, %. Blue gains, orange loses."]
    if beyond:
        notes[0] += (
            f" The colours are full at ±{legend_label(bound)[1:]} %; {words.lie(beyond, 'region')} beyond."
        )
    if REST in e.regions:
        rest = words.percent(change[e.regions.index(REST)])
        notes.append(
            f"Faded, with a dashed border: inside {e.region_name(REST)}, one number for all ({rest})."
        )
    if missing:
        notes.append(
            f"No shape on the map: {joined([e.region_name(region) for region in missing], 8)}."
        )
    return notes


def _colour(bound: float) -> Spec:
    colour = signed_colour("properties.value", "Change of real income, %", bound)
    return {"condition": {"test": "datum.properties.known", **colour}, "value": EMPTY}


def _countries(bound: float) -> Spec:
    own = "datum.properties.code != ''"
    return {
        "mark": {"type": "geoshape", "stroke": "#666666", "strokeWidth": 0.4},
        "encoding": {
            "color": _colour(bound),
            "fillOpacity": {"condition": {"test": own, "value": 1}, "value": 0.45},
            "strokeDash": {"condition": {"test": own, "value": [1, 0]}, "value": [2, 2]},
        },
    }


def _dots(bound: float) -> Spec:
    return {
        "transform": [
            {"filter": f"datum.properties.alone && geoArea(null, datum) < {SMALL}"},
            {"calculate": "geoCentroid(null, datum)", "as": "at"},
        ],
        "mark": {
            "type": "circle",
            "size": 42,
            "stroke": "#333333",
            "strokeWidth": 0.8,
            "opacity": 1,
        },
        "encoding": {
            "longitude": {"field": "at[0]", "type": "quantitative"},
            "latitude": {"field": "at[1]", "type": "quantitative"},
            "color": _colour(bound),
        },
    }
