"""Lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paxsilica.report.charts.theme import (
    ZERO_SEEN,
    Figure,
    Rows,
    coloured,
    drawn,
    hues,
    layer,
    plane,
    wrapped,
)

HEIGHT = 260


def lines(
    name: str,
    title: str,
    rows: Rows,
    axes: tuple[str, str],
    notes: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
    *,
    steps: bool = False,
    points: bool = False,
) -> Figure:
    """A line a kind; rows hold `x`, `value`, `kind`, and `dash` where lines are solid or dashed.

    Args:
        colours: of the kinds. steps: a value holds until the next. points: each value has a point.
    """
    kinds = colours or hues(list(dict.fromkeys(row["kind"] for row in rows)))
    axis = {"gridColor": ZERO_SEEN, "tickCount": 6, "format": "~r"}
    encoding = plane(axes, ("x", "value"), axis=axis)
    encoding["y"]["title"], encoding["x"]["scale"] = wrapped(axes[1], HEIGHT), {"nice": False}
    encoding["color"] = coloured("kind", kinds, symbolType="stroke", symbolSize=700)
    if any("dash" in row for row in rows):
        legend = {"title": None, "orient": "top", "symbolType": "stroke", "symbolSize": 700}
        dash = {"field": "dash", "type": "nominal", "sort": None, "legend": legend}
        encoding["strokeDash"] = dash
    mark = {"type": "line", "strokeWidth": 2.5, "interpolate": "step-after" if steps else "linear"}
    if points:
        mark |= {"point": {"size": 40, "filled": True}}
    told = [
        {
            axes[0]: row["x"],
            "line": ", ".join(filter(None, (row["kind"], row.get("dash")))),
            axes[1]: row["value"],
        }
        for row in rows
    ]
    size = {"width": 620, "height": HEIGHT}
    return drawn(name, title, notes, "Lines", told, "line", **size, **layer(rows, mark, encoding))


def ranged_lines(
    name: str,
    title: str,
    rows: Rows,
    axes: tuple[str, str],
    notes: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
) -> Figure:
    """A line a kind with its range in its colour; rows hold `x`, `period`, `value`, `kind` and perhaps `low`, `high`."""
    kinds = colours or hues(list(dict.fromkeys(row["kind"] for row in rows)))
    encoding = plane(
        axes, ("x", "value"), axis={"gridColor": ZERO_SEEN, "tickCount": 6, "format": "~r"}
    )
    encoding["y"]["title"] = wrapped(axes[1], HEIGHT)
    encoding["x"]["axis"] = {**encoding["x"].get("axis", {}), "format": "d", "tickMinStep": 1}
    encoding["x"]["scale"] = {"nice": False}
    encoding["color"] = coloured("kind", kinds, symbolType="stroke", symbolSize=700)
    ranged = [row for row in rows if "low" in row]
    shade = {"type": "area", "opacity": 0.2, "aria": False}
    ends = {**encoding, "y": {**encoding["y"], "field": "low"}, "y2": {"field": "high"}}
    told = [
        {"Date": row["period"], "line": row["kind"], axes[1]: row["value"]}
        | {end: row[end] for end in ("low", "high") if end in row}
        for row in rows
    ]
    layers = [layer(ranged, shade, ends)] * bool(ranged)
    layers.append(layer(rows, {"type": "line", "strokeWidth": 2.5}, encoding))
    return drawn(name, title, notes, "Lines", told, "line", width=620, height=HEIGHT, layer=layers)
