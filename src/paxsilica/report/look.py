"""How every chart looks: one font, two colours for the two signs, titles that wrap, text that follows the page.

A chart is a Vega-Lite specification, a plain dict, and carries its own few rows. The tests check each against Altair's
schema; at run time Altair is not imported, since that and its validation take a second of every run. In a notebook
`Figure.chart` is an `altair.Chart`.

Text and axes are drawn in `currentColor`, so that a chart inside the page follows its light or dark theme; on its own
it is black on white.
"""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from paxsilica.economy import Array
from paxsilica.report import words
from paxsilica.report.charts.theme import Figure as Marked

Spec = dict[str, Any]
Rows = list[dict[str, Any]]

FONT = "Liberation Sans, Pax Sans, Arial, Helvetica, sans-serif"
"""The renderer brings the first of these along; browsers have one of the others, of the same widths."""

WIDTH = 720
"""Pixels of the map; other charts come out about as wide, labels included."""

BARS = 460
"""Pixels of the field in which bars lie."""

LETTER = 6.7
"""Pixels a letter takes at the ends of bars, generously."""

LOSS, GAIN, BEFORE, AFTER, PLAIN = "#D55E00", "#0072B2", "#999999", "#0072B2", "#56B4E9"
"""Okabe and Ito's colours, which the colour-blind can tell apart."""

TEXT, FAINT, EMPTY = "currentColor", "#88888855", "#BBBBBB"

GUIDE = {
    "labelFontSize": 12,
    "titleFontSize": 12,
    "titleFontWeight": "normal",
    "labelColor": TEXT,
    "titleColor": TEXT,
}
"""Texts of axes and legends."""

CONFIG = {
    "font": FONT,
    "axis": {**GUIDE, "gridColor": FAINT, "domainColor": FAINT, "tickColor": FAINT},
    "legend": {**GUIDE, "labelLimit": 500, "titleLimit": 600, "offset": 8},
    "title": {
        "anchor": "start",
        "frame": "bounds",
        "fontSize": 15,
        "fontWeight": "bold",
        "lineHeight": 19,
        "subtitleFontSize": 12,
        "subtitleLineHeight": 16,
        "subtitlePadding": 5,
        "offset": 12,
        "color": TEXT,
        "subtitleColor": TEXT,
    },
    "view": {"stroke": None},
    "text": {"color": TEXT, "fontSize": 11},
    "concat": {"spacing": 34},
}

NAMES = {
    "title": None,
    "labelLimit": 300,
    "labelOverlap": False,
    "ticks": False,
    "domain": False,
    "labelPadding": 6,
}
"""An axis of names, every label uncut."""

ZERO_SEEN = {"condition": {"test": "datum.value === 0", "value": TEXT}, "value": FAINT}
"""The grid of an axis of values on which zero stands out."""

GRADIENT = {"orient": "bottom", "gradientLength": 320, "gradientThickness": 12}
"""The legend of a scale of colours."""


@dataclass(frozen=True)
class Figure(Marked):
    """A chart of a page that has not moved: `mark` is what it shows in words, and no rows stand behind it."""

    rows: Rows = field(default_factory=list)

    @property
    def alt(self) -> str:
        return self.mark

    @property
    def table(self) -> Rows:
        return []


class Later(Sequence[Marked]):
    """Figures that are drawn up when somebody looks: a screen shows none."""

    def __init__(self, draw: Callable[[], Iterable[Marked]]) -> None:
        self._draw = draw

    @cached_property
    def _figures(self) -> tuple[Marked, ...]:
        return tuple(self._draw())

    def __len__(self) -> int:
        return len(self._figures)

    def __getitem__(self, at: Any) -> Any:
        return self._figures[at]


def styled(spec: Spec) -> Spec:
    """A whole chart: the specification with the common font, colours and a white background."""
    return {**spec, "background": "white", "padding": 14, "config": CONFIG}


def stacked(*specs: Spec) -> Spec:
    """Charts one below the other, each with its own colours."""
    return {"vconcat": list(specs), "resolve": {"scale": {"color": "independent"}}}


def layer(rows: Rows, mark: Spec | str, encoding: Spec) -> Spec:
    """A layer of a chart with rows of its own."""
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def heading(title: str, subtitle: Iterable[str] = (), width: int = WIDTH) -> Spec:
    """A title and a subtitle that wrap before they reach the edge of a chart of a width in pixels."""
    lines = [
        line for text in subtitle for line in textwrap.wrap(words.tied(text), int(width / 6.2))
    ]
    return {"text": textwrap.wrap(words.tied(title), int(width / 8.5)), "subtitle": lines}


def signed_colour(field: str, title: str, bound: float) -> Spec:
    """Orange below zero, blue above, white at zero; full at the bound on both sides.

    Labels are written out, since Vega rounds those of a format without digits to the distance between two of them.
    """
    values = [-bound, -bound / 2, 0.0, bound / 2, bound]
    return {
        "field": field,
        "type": "quantitative",
        "scale": {
            "scheme": "blueorange",
            "reverse": True,
            "clamp": True,
            "domain": [-bound, bound],
            "domainMid": 0,
        },
        "legend": {
            **GRADIENT,
            "title": title,
            "values": values,
            "labelExpr": f"{[legend_label(value) for value in values]}[datum.index]",
        },
    }


def legend_label(value: float) -> str:
    """The value with its sign and with every digit it has: `+0.075`, `−1,250`, `0`."""
    places = max(1, 3 - math.floor(math.log10(abs(value)))) if value else 1
    sign = words.MINUS if value < 0 else "+" if value > 0 else ""
    return sign + f"{abs(value):,.{places}f}".rstrip("0").rstrip(".")


def coloured(field: str, colours: Mapping[str, str], **symbol: Any) -> Spec:
    """The colour of a kind, with a legend above where there is more than one."""
    legend = {"title": None, "orient": "top", "direction": "horizontal", "columnPadding": 24}
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": list(colours), "range": list(colours.values())},
        "legend": {**legend, "symbolType": "square", **symbol} if len(colours) > 1 else None,
    }


def signed_bars(rows: Rows, axis_title: str, colours: tuple[str, str] = (LOSS, GAIN)) -> Spec:
    """Horizontal bars around zero, `colours` below and above it; rows hold `label`, `value`, `text` and `tip`."""
    below, above = colours
    colour = {"condition": {"test": "datum.value < 0", "value": below}, "value": above}
    spec = row_bars(rows, axis_title, colour)
    spec["layer"][0]["mark"] = {"type": "bar", "height": {"band": 0.72}}
    return spec


def pair_bars(rows: Rows, axis_title: str, colours: dict[str, str]) -> Spec:
    """Bars around zero, one a row for each key of `colours`; rows hold `which`, `label`, `value`, `text`, `tip`."""
    spec = row_bars(rows, axis_title, coloured("which", colours), step=15)
    spec["encoding"]["yOffset"] = {"field": "which", "type": "nominal", "sort": list(colours)}
    return spec


def row_bars(rows: Rows, axis_title: str, colour: Spec, step: int = 18, **axis: Any) -> Spec:
    """Rows in their order; they hold `label`, `value`, `text` and `tip`.

    Args:
        step: pixels of a row. axis: what is special about the axis of values.
    """
    texts = [
        {
            "transform": [{"filter": f"datum.value {sign} 0"}],
            "mark": {"type": "text", "align": align, "dx": dx, "aria": False},
            "encoding": {"text": {"field": "text"}},
        }
        for sign, align, dx in (("<", "right", -4), (">=", "left", 4))
    ]
    bars = {"mark": "bar", "encoding": {"color": colour}}
    return {
        "data": {"values": rows},
        "width": BARS,
        "height": {"step": step},
        "encoding": {
            **row_axes(rows, [row["value"] for row in rows], axis_title, **axis),
            "description": {"field": "tip"},
        },
        "layer": [bars, *texts],
    }


def row_axes(rows: Rows, ends: Sequence[float], axis_title: str, **axis: Any) -> Spec:
    """Labels downwards, values across with room for the texts at the ends of the rows."""
    low, high = min([0.0, *ends]), max([0.0, *ends])
    room = max((len(row["text"]) for row in rows), default=0) * LETTER
    unit = ((high - low) or 1.0) / (BARS - room * ((low < 0) + (high > 0)))
    domain = [low - room * unit * (low < 0), high + room * unit * (high > 0)]
    names = {"field": "label", "type": "nominal", "sort": None, "scale": {"paddingInner": 0.2}}
    across = {"field": "value", "type": "quantitative", "title": axis_title}
    return {
        "y": {**names, "axis": {**NAMES, "minExtent": 178}},
        "x": {
            **across,
            "scale": {"domain": domain, "nice": False},
            "axis": {"format": "~r", "gridColor": ZERO_SEEN, **(axis or {"tickCount": 5})},
        },
    }


def limit_of(values: Array) -> tuple[float, int]:
    """A round bound for a scale symmetric around zero that holds 97 % of the values, and how many lie beyond."""
    size = np.abs(values[np.isfinite(values)])
    bound = float(np.quantile(size, 0.97)) if size.size else 0.0
    bound = bound or float(size.max(initial=0.0)) or 1.0
    power = 10 ** math.floor(math.log10(bound))
    steps = (step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10))
    bound = next(step for step in steps if step >= bound * (1 - 1e-9))
    return bound, int((size > bound).sum())
