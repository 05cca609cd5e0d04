"""Flows: the stages of a chain, from first inputs at the top to final products at the bottom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from paxsilica.report.charts.theme import (
    FAINT,
    TEXT,
    Figure,
    Rows,
    coloured,
    heading,
    layer,
    plane,
    styled,
    wrapped,
)

COLUMNS, CELL, INNER, GAP = 3, 200, 168, 16
"""Stages beside each other; pixels from one to the next, of a bar's length, between two frames."""

BAR, LINE = 11, 14
"""Pixels of a bar's height and of a line of text."""


@dataclass(frozen=True)
class StageBar:
    """A stage of a flow: `parts` are shares of its bar by kind, filled in this order, at most 1 in all."""

    id: str
    label: str
    parts: Mapping[str, float]
    tip: str
    marked: bool = False


Group = tuple[tuple[str, ...], list[StageBar]]


def flow(
    name: str,
    title: str,
    columns: Sequence[Sequence[StageBar]],
    edges: Sequence[tuple[str, str]],
    colours: Mapping[str, str],
    notes: Sequence[str] = (),
) -> Figure:
    """Stages in frames of those with the same users, named above them, each with a bar of who makes it.

    Stages that have inputs of their own are bold, and stand first in their frames.

    Args:
        columns: the stages by their distance from the end, farthest first.
        edges: from stage, to stage.
        colours: of the kinds of suppliers.
    """
    stages = [stage for column in columns for stage in column]
    labels, made = {stage.id: stage.label for stage in stages}, {end for _, end in edges}
    drawn: dict[str, Rows] = {"frames": [], "texts": [], "parts": [], "bars": []}
    y = 0.0
    for column in columns:
        groups: dict[tuple[str, ...], list[StageBar]] = {}
        for stage in sorted(column, key=lambda stage: stage.id not in made):
            users = tuple(end for start, end in edges if start == stage.id)
            groups.setdefault(users, []).append(stage)
        for shelf in _shelves(groups):
            bottom = x = 0.0
            for users, held in shelf:
                head = f"Inputs of {'; '.join(labels[user] for user in users)}" if users else ""
                bottom = max(bottom, _draw_group(drawn, x, y, head, held, made))
                x += CELL * min(COLUMNS, len(held))
            for frame in drawn["frames"][-len(shelf) :]:
                frame["y2"] = bottom
            y = bottom + GAP
    width, height = COLUMNS * CELL, y
    axes = plane((None, None), axis=None)
    axes["x"]["scale"], axes["y"]["scale"] = (
        {"domain": ends, "nice": False} for ends in ([0, width], [height, 0])
    )
    box = {**axes, "x2": {"field": "x2"}, "y2": {"field": "y2"}}
    text = {"type": "text", "align": "left", "baseline": "top", "lineHeight": LINE, "aria": False}
    text |= {"fontSize": 12, **{k: {"expr": f"datum.{k}"} for k in ("fontStyle", "fontWeight")}}
    kind = {"color": coloured("kind", colours), "description": {"field": "tip"}}
    stroke = {"field": "stroke", "type": "quantitative", "scale": None, "legend": None}
    rect = {"type": "rect", "aria": False}
    layers = [
        layer(drawn["frames"], {**rect, "color": FAINT, "opacity": 0.4}, box),
        layer(drawn["parts"], {"type": "rect", "stroke": None}, {**box, **kind}),
        layer(
            drawn["bars"], {**rect, "fill": None, "stroke": TEXT}, {**box, "strokeWidth": stroke}
        ),
        layer(drawn["texts"], text, {**axes, "text": {"field": "text"}}),
    ]
    spec = styled(heading(title, notes, width), width=width, height=height, layer=layers)
    told = [
        {"stage": stage.label, "kind": kind, "Share, %": 100 * stage.parts.get(kind, 0.0)}
        for stage in stages
        for kind in colours
    ]
    return Figure(name, spec, "Flow", told, "kind")


def _shelves(groups: Mapping[tuple[str, ...], list[StageBar]]) -> list[list[Group]]:
    """Groups beside each other as long as there is room, the small ones first."""
    shelves: list[list[Group]] = []
    room = 0
    for group in sorted(groups.items(), key=lambda group: min(COLUMNS, len(group[1]))):
        wide = min(COLUMNS, len(group[1]))
        if wide > room:
            shelves.append([])
            room = COLUMNS
        shelves[-1].append(group)
        room -= wide
    return shelves


def _draw_group(
    drawn: Mapping[str, Rows], x: float, y: float, head: str, stages: list[StageBar], made: set[str]
) -> float:
    """A frame from its upper left corner: a head, and stages in rows; where it ends below."""
    wide, left, top = min(COLUMNS, len(stages)), x + 8, y
    y += 8
    said = wrapped(head, wide * CELL - 32) if head else []
    drawn["texts"].append({"x": left, "y": y, "text": said, "fontStyle": "italic"})
    y += LINE * len(said) + 4
    for at in range(0, len(stages), wide):
        row = stages[at : at + wide]
        names = [wrapped(stage.label, INNER / 1.1, most=3) for stage in row]
        y += LINE * max(map(len, names))
        for place, (stage, text) in enumerate(zip(row, names, strict=True)):
            start = end = left + place * CELL
            weight = "bold" if stage.id in made else "normal"
            above = {"x": start, "y": y - LINE * len(text), "text": text, "fontWeight": weight}
            drawn["texts"].append(above)
            bar = {"y": y, "y2": y + BAR, "tip": stage.tip}
            for kind, share in stage.parts.items():
                start, end = end, end + share * INNER
                if end > start:
                    drawn["parts"].append({**bar, "x": start, "x2": end, "kind": kind})
            frame = {"x": left + place * CELL, "x2": left + place * CELL + INNER}
            drawn["bars"].append({**bar, **frame, "stroke": 2.6 if stage.marked else 0.6})
        y += BAR + 9
    drawn["frames"].append({"x": x, "x2": x + wide * CELL - GAP, "y": top})
    return y
