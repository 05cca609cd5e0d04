"""Lines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paxsilica.report.charts.theme import (
    ZERO_SEEN,
    Figure,
    Rows,
    coloured,
    heading,
    hues,
    layer,
    plane,
    styled,
    wrapped,
)


def lines(
    name: str,
    title: str,
    rows: Rows,
    axes: tuple[str, str],
    notes: Sequence[str] = (),
    colours: Mapping[str, str] | None = None,
    *,
    steps: bool = False,
) -> Figure:
    """A line a kind; rows hold `x`, `value`, `kind`, and `dash` where lines are solid or dashed.

    Args:
        colours: of the kinds. steps: a value holds until the next.
    """
    kinds = colours or hues(list(dict.fromkeys(row["kind"] for row in rows)))
    dashes = list(dict.fromkeys(row["dash"] for row in rows if "dash" in row))
    titles = (axes[0], wrapped(axes[1], 260))
    encoding = plane(
        axes, ("x", "value"), axis={"gridColor": ZERO_SEEN, "tickCount": 6, "format": "~r"}
    )
    encoding["y"]["title"], encoding["x"]["scale"] = titles[1], {"nice": False}
    encoding["color"] = coloured("kind", kinds, symbolType="stroke", symbolSize=700)
    if dashes:
        drawn = dict(zip(dashes, ([1, 0], [6, 4], [2, 3]), strict=False))
        encoding["strokeDash"] = coloured("dash", {}) | {
            "scale": {"domain": dashes, "range": list(drawn.values())},
            "legend": {"title": None, "orient": "top", "symbolType": "stroke", "symbolSize": 700},
        }
    mark = {"type": "line", "strokeWidth": 2.5, "interpolate": "step-after" if steps else "linear"}
    spec = styled(heading(title, notes), width=620, height=260, **layer(rows, mark, encoding))
    told = [
        {
            axes[0]: row["x"],
            "line": ", ".join(filter(None, (row["kind"], row.get("dash")))),
            axes[1]: row["value"],
        }
        for row in rows
    ]
    return Figure(name, spec, "Lines", told, "line")
