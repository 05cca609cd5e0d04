"""How every chart looks: one font, one language of colours, text that is measured and never cut.

A chart is a Vega-Lite specification, a plain dict, and carries its own few rows. The tests check each against Altair's
schema; at run time Altair is not imported, since that and its validation take a second of every run.

Text and axes are drawn in `currentColor`, so that a chart inside the page follows its light or dark theme; on its own
it is black on white. Every colour keeps a contrast of 3 to 1 to both pages.
"""

from __future__ import annotations

import json
import math
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paxsilica.economy import Array
from paxsilica.report import words
from paxsilica.report.html import TEMPLATES

Spec = dict[str, Any]
Rows = list[dict[str, Any]]

WIDTH, LABEL, FIELD, NAME = 720, 220, 290, 150
"""Pixels: of a chart at most, of a row's name; of the field of bars and of a bar's name, which fit on a phone."""

LOSS, GAIN = "#D55E00", "#0072B2"
"""The sign of a change (Okabe and Ito), and nothing else."""

BEFORE, AFTER = "#949494", "#666666"
HORIZON_COLOURS = {"long run": "#1F7548", "short run": "#43A569"}
MEMBER, NEWCOMER, OUTSIDE = "#2B9BC7", "#9A42AE", "#757575"
TARGET, SENDER = "#B23A66", "#2AA198"
HUES = ("#6F55C4", "#B08800", "#B03A7B", "#347A40", "#C17B5D", "#6892DC")
"""Of a list without an order; who comes after them is OUTSIDE."""

OTHERS = "others"
TEXT, FAINT, UNKNOWN = "currentColor", "#88888855", "#BBBBBB"

ADVANCE = {
    191: "'",
    222: "ijl‘’",
    278: " \N{NO-BREAK SPACE}!,./:;I[\\]ftı|",
    333: "()-`r·“”{}",
    389: '*"°•^',
    500: "Jcksvxyz",
    556: "#$0123456789?L_abdeghnopqu«»–€łđ",
    584: "+<=>~×−±",
    611: "FTZßø",
    667: "&ABEKPSVXYŁ",
    722: "CDHNRUwĐ",
    778: "GOQØ",
    833: "Mm",
    889: "%æ",
    944: "W",
    1000: "—…Æ→←",
}
"""Thousandths of the font's size that letters advance in Liberation Sans, Arimo and Arial; others count as wide."""

_ADVANCES = {letter: size for size, letters in ADVANCE.items() for letter in letters}
_WIDE, _BOLD = 1250, 1.1

CONFIG = json.loads((TEMPLATES / "charts.json").read_text(encoding="utf-8"))
ZERO_SEEN = {"condition": {"test": "datum.value === 0", "value": TEXT}, "value": FAINT}
"""The grid of an axis of values on which zero stands out."""


@dataclass(frozen=True)
class Figure:
    """A chart, and the rows behind it.

    Attributes:
        name: stem of its file. spec: in Vega-Lite. mark: what it is, "Bars".
        rows: one a mark, each with the same readable heads; the last is what is measured, with its unit.
        across: the head whose values are columns of `table`; "" leaves the rows as they are.
    """

    name: str
    spec: Spec
    mark: str
    rows: Rows
    across: str = ""

    @property
    def alt(self) -> str:
        """The chart in words, for those who cannot see it: its title, its size, its lowest and highest value."""
        known = [[*row.values()] for row in self.rows if [*row.values()][-1] is not None]
        ends = sorted(known, key=lambda row: row[-1])
        low, *_, high = (
            f"{', '.join(v for v in row[:-1] if isinstance(v, str) and v)} {words.number(row[-1])}"
            for row in [*ends[:1], *(ends[-1:] or [["no data", math.nan]] * 2)]
        )
        count, title = len(self.table), " ".join(self.spec["title"]["text"])
        size = f"{count} row{'s' * (count != 1)}, {[*self.rows[0]][-1]}" if count else "No rows"
        said = f"{self.mark}. {title}. {size}: lowest {low}, highest {high}."
        return said.replace("\N{NO-BREAK SPACE}", " ")

    @property
    def table(self) -> Rows:
        """The rows behind the picture, with heads that carry units."""
        if not self.across:
            return self.rows
        heads = dict.fromkeys(row[self.across] for row in self.rows)
        table: dict[Any, dict[str, Any]] = {}
        for row in self.rows:
            keys = dict(row)
            head, (axis, value) = keys.pop(self.across), keys.popitem()
            unit = axis.partition(", ")[2] or axis
            empty = keys | {f"{head}, {unit}": None for head in heads}
            table.setdefault(tuple(keys.values()), empty)[f"{head}, {unit}"] = value
        return list(table.values())

    @property
    def chart(self) -> Any:
        """The same as an `altair.Chart`, checked against its schema."""
        import altair

        return altair.Chart.from_dict(self.spec)


def measured(text: str, size: float = 12, bold: bool = False) -> float:
    """Pixels that a text takes at a size of the font."""
    letters = unicodedata.normalize("NFD", text)
    whole = sum(_ADVANCES.get(c, _WIDE) for c in letters if not unicodedata.combining(c))
    return whole * size / 1000 * (_BOLD if bold else 1)


def wrapped(
    text: str, width: float, size: float = 12, most: int = 0, bold: bool = False
) -> list[str]:
    """The text in lines of a width in pixels; a word that is wider is broken, what `most` lines do not hold is `…`."""
    lines: list[str] = []
    for word in text.split(" "):
        joint = f"{lines[-1]} {word}" if lines else word
        if lines and measured(joint, size, bold) <= width:
            lines[-1] = joint
            continue
        if measured(word, size, bold) <= width:
            lines.append(word)
            continue
        lines.append("")
        for letter in word:
            if measured(lines[-1] + letter, size, bold) > width:
                lines.append("")
            lines[-1] += letter
    if not most or len(lines) <= most:
        return lines
    last = lines[most - 1]
    while last and measured(f"{last}…", size, bold) > width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip(' ,;(')}…"]


def drawn(
    name: str,
    title: str,
    notes: Iterable[str],
    mark: str,
    rows: Rows,
    across: str = "",
    wide: float = WIDTH,
    /,
    **spec: Any,
) -> Figure:
    """A `Figure` of a specification with its heading, which wraps at `wide` pixels, the common font and a background."""
    lines = [line for note in notes for line in wrapped(words.tied(note), wide)]
    heading = {"text": wrapped(words.tied(title), wide, 15, bold=True), "subtitle": lines}
    whole = {"title": heading, **spec, "background": "white", "padding": 14, "config": CONFIG}
    return Figure(name, whole, mark, rows, across)


def layer(rows: Rows, mark: Spec | str, encoding: Spec) -> Spec:
    """A layer of a chart with rows of its own."""
    return {"data": {"values": rows}, "mark": mark, "encoding": encoding}


def named(
    field: str, names: Iterable[str], width: float = LABEL, most: int = 2
) -> tuple[Spec, int]:
    """A channel of names in their order, wrapped at a width, and the lines of the longest."""
    written = {name: wrapped(name, width, 12, most) for name in names}
    two = [name for name, lines in written.items() if len(lines) > 1]
    axis = {
        "title": None,
        "labelBaseline": {
            "condition": {
                "test": f"indexof({json.dumps(two)}, datum.value) >= 0",
                "value": "bottom",
            },
            "value": "middle",
        },
        "labelExpr": f"{json.dumps(written, ensure_ascii=False)}[datum.value]",
        "labelLimit": 0,
        "labelOverlap": False,
        "labelLineHeight": 13,
        "ticks": False,
        "domain": False,
        "labelPadding": 6,
    }
    channel = {"field": field, "type": "nominal", "sort": list(written), "axis": axis}
    return channel, max(map(len, written.values()), default=1)


def coloured(
    field: str, colours: Mapping[str, str], title: str | None = None, **symbol: Any
) -> Spec:
    """The colour of a kind, with a legend above where there is more than one."""
    widest = max(map(measured, colours), default=0) + 44
    legend = {
        "title": title,
        "orient": "top",
        "direction": "horizontal",
        "columns": max(1, int(WIDTH / widest)),
        "columnPadding": 24,
        "symbolType": "square",
        "symbolOpacity": 1,
        **symbol,
    }
    return {
        "field": field,
        "type": "nominal",
        "scale": {"domain": list(colours), "range": list(colours.values())},
        "legend": legend if len(colours) > 1 else None,
    }


def hues(ranked: Sequence[str]) -> dict[str, str]:
    """A colour for each of the first names, grey for the others."""
    hued = dict(zip(ranked, HUES, strict=False))
    return hued if len(ranked) <= len(HUES) else {**hued, OTHERS: OUTSIDE}


def shades(
    field: str, title: str, values: Array, noun: str, top: float | None = None, signed: bool = True
) -> tuple[Spec, list[str]]:
    """The colour of a value, and a note on those beyond the scale: orange below zero, white, blue above.

    Labels are written out, since Vega rounds those of a format without digits to the distance between two of them.

    Args:
        noun: what has a value. top: where the shade is full; without it, where 97 % of the values lie within.
        signed: the values are changes; what is no change goes from white to indigo.
    """
    bound, beyond = limit_of(values) if top is None else (top, int((np.abs(values) > top).sum()))
    low = -bound * bool(signed and (values < 0).any())
    high = bound * bool((values > 0).any() or not low)
    ends = {low: LOSS, high: GAIN if signed else "#4B3F8F", 0.0: "#FFFFFF"}
    marks = [low + (high - low) * quarter / 4 for quarter in range(5)]
    labels = [_round_label(mark, signed) for mark in marks]
    colour = {
        "field": field,
        "type": "quantitative",
        "scale": {
            "domain": sorted(ends),
            "range": [ends[end] for end in sorted(ends)],
            "interpolate": "lab",
            "clamp": True,
        },
        "legend": {
            "orient": "bottom",
            "gradientLength": 320,
            "gradientThickness": 12,
            "title": title,
            "values": marks,
            "labelExpr": f"{labels}[datum.index]",
        },
    }
    sign = ("±" if low and high else words.MINUS if low else "+") * signed
    full = f"{sign}{_round_label(bound, False)} {title.partition(', ')[2]}".strip()
    note = f"The colours are full at {full}; {words.lie(beyond, noun)} beyond."
    return colour, [note] * bool(beyond)


def _round_label(value: float, signed: bool) -> str:
    """The value with its sign and with every digit it has: `+0.075`, `−1,250`, `0`."""
    places = max(1, 3 - math.floor(math.log10(abs(value)))) if value else 1
    sign = words.MINUS if value < 0 else "+" if value > 0 and signed else ""
    return sign + f"{abs(value):,.{places}f}".rstrip("0").rstrip(".")


def limit_of(values: Array) -> tuple[float, int]:
    """A round bound for a scale symmetric around zero that holds 97 % of the values, and how many lie beyond."""
    size = np.abs(values[np.isfinite(values)])
    bound = float(np.quantile(size, 0.97)) if size.size else 0.0
    bound = bound or float(size.max(initial=0.0)) or 1.0
    power = 10 ** math.floor(math.log10(bound))
    steps = (step * power for step in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10))
    bound = next(step for step in steps if step >= bound * (1 - 1e-9))
    return bound, int((size > bound).sum())


def value_axis(ends: Iterable[tuple[float, str]], title: str, **axis: Any) -> tuple[Spec, float]:
    """The channel of values across, and the width of its field: wider than `FIELD` where the texts need it.

    Args:
        ends: values with the texts beyond them, to the left of those below zero. axis: what is special about it.
    """
    sides = [(value, measured(text, 11) + 14) for value, text in ends] or [(0.0, 0.0)]
    low, high = min(0.0, min(sides)[0]), max(0.0, max(sides)[0])
    left = max((room for value, room in sides if value < 0), default=4)
    right = max((room for value, room in sides if value >= 0), default=4)
    bare = max(FIELD - left - right, FIELD / 2)
    unit = ((high - low) or 1.0) / bare
    channel = {
        "field": "value",
        "type": "quantitative",
        "title": wrapped(words.tied(title), FIELD),
        "scale": {"domain": [low - left * unit, high + right * unit], "nice": False},
        "axis": {"format": "~r", "gridColor": ZERO_SEEN, **(axis or {"tickCount": 5})},
    }
    return channel, bare + left + right


def plane(
    titles: Sequence[str | None], fields: Sequence[str] = ("x", "y"), **more: Any
) -> dict[str, Spec]:
    """Quantitative x and y."""
    return {
        channel: {"field": field, "type": "quantitative", "title": title, **more}
        for channel, field, title in zip("xy", fields, titles, strict=True)
    }


def pixels(width: float, height: float) -> dict[str, Spec]:
    """x and y in pixels, from the upper left corner."""
    axes = plane((None, None), axis=None)
    axes["x"]["scale"] = {"domain": [0, width], "nice": False}
    axes["y"]["scale"] = {"domain": [height, 0], "nice": False}
    return axes
