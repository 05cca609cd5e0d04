"""The sheets of `pax coerce --matrix`: who holds whom, at what cost to itself, and by which sector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from paxsilica.analysis.coercion.matrix import Matrix
from paxsilica.economy import Array, Economy, Note
from paxsilica.model import Params
from paxsilica.names import joined
from paxsilica.report import words
from paxsilica.report.coerce import LEFT_OUT
from paxsilica.report.look import Figure, limit_of
from paxsilica.report.network_charts import OTHERS, Arrow, Node, hues, network, scatter
from paxsilica.report.sheet import Row, Section, Sheet, Table, solver_of
from paxsilica.report.supply_charts import heatmap
from paxsilica.report.world import REST

LARGEST, STRONGEST, LABELLED = 25, 40, 8

MEANT = 0.1
"""Target's loss, %, from which a ratio of losses means something."""

SEEN = 0.01
"""Losses of either side, %, from which the scatter shows a pair."""

THEIRS, OURS, RATIO = "target's loss, %", "sender's loss, %", "ratio in money"

MAKESHIFTS = (
    "The worst cases are soft: where the target buys nearly all of a sector from one sender, what replaces it is made "
    "by hand at a hundred times its price (`makeshift_cost`), and the loss is as sure as that number."
)

Rows = list[dict[str, Any]]


def largest(economy: Economy, most: int = LARGEST) -> tuple[str, ...]:
    """The regions of most income, largest first; the rest of the world is none."""
    ranked = sorted(zip(-economy.income, economy.regions, strict=True))
    return tuple(region for _, region in ranked if region != REST)[:most]


def matrix_rows(m: Matrix) -> Rows:
    """A row for every pair, in the order of the economy; None where a cut was not solved or a ratio has no meaning."""
    position = {region: at for at, region in enumerate(m.all_regions)}
    rows: Rows = []
    for i, sender in enumerate(m.regions):
        for n, target in enumerate(m.regions):
            if i == n:
                continue
            solved = bool(np.isfinite(m.loss[i, n]).all())
            theirs, ours = m.targets_loss[i, n] / 100, m.senders_loss[i, n] / 100
            winner, gain = (
                m.winner(sender, target) if solved and len(m.all_regions) > 2 else ("", None)
            )
            rows.append(
                {
                    "sender": sender,
                    "target": target,
                    THEIRS: _known(100 * theirs),
                    OURS: _known(100 * ours),
                    "target's loss, million USD": _known(theirs * m.income[position[target]]),
                    "sender's loss, million USD": _known(ours * m.income[position[sender]]),
                    RATIO: _known(m.ratio[i, n]),
                    "winner": winner,
                    "winner's gain, %": gain,
                    "change of target's tariff revenue, million USD": _known(m.revenue[i, n]),
                }
            )
    return rows


def _known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


# ---- one cut, every pair -------------------------------------------------------------------------------------


def matrix_sheet(
    economy: Economy, m: Matrix, command: str = "", notes: Sequence[Note] = ()
) -> Sheet:
    """The sheet of a matrix on the economy that it was computed on; `notes` on the regions come first."""
    rows = matrix_rows(m)
    ranked = ranked_pairs(rows)
    what = _what(economy, m)
    return Sheet(
        kind="coercion matrix",
        title=f"Who can hurt whom: {what}, {m.horizon}",
        basis=(
            matrix_basis(
                economy, m, f"{len(rows)} pairs of {len(m.regions)} regions, each cut off in turn"
            ),
        ),
        summary=tuple(_summary(economy, m, rows, ranked)),
        sections=(
            _grips(economy, m, ranked),
            _ratios(economy, m, ranked),
            _heatmap(economy, m),
        ),
        notes=(*notes, *economy.notes, *m.notes),
        left_out=(*LEFT_OUT, MAKESHIFTS),
        sources=economy.about.sources,
        results=[
            {**row, "horizon": m.horizon.key, "share cut, %": 100 * m.share, "year": m.year}
            for row in rows
        ],
        asked=matrix_asked(economy, m),
        command=command,
        solver=solver_of(economy, Params().tolerance, sum(row[THEIRS] is None for row in rows)),
    )


def matrix_asked(economy: Economy, m: Matrix) -> dict[str, Any]:
    """For run.json."""
    return {
        "regions": list(m.regions),
        "sectors": list(m.sectors),
        "share": m.share,
        "horizon": m.horizon.key,
        "baseline": m.economy,
        "elasticities": economy.about.elasticities,
    }


def _what(economy: Economy, m: Matrix) -> str:
    share = f"{words.number(100 * m.share)} % of " if m.share < 1 else ""
    return share + words.sectors(economy, m.sectors)


def matrix_basis(economy: Economy, m: Matrix, counted: str) -> str:
    """What the numbers rest on; `counted` says how many cuts there are."""
    return (
        f"{m.economy}, {words.baseline(economy)}, elasticities {economy.about.elasticities}, {m.horizon}; {counted}. A "
        "loss of real income is positive, a gain negative: % of a region's own income. Ratio: target's loss over "
        f"sender's, in USD{words.at_prices(economy)}; blank where the sender loses nothing. One set of elasticities: "
        "`pax coerce SENDER TARGET` gives the band of a pair."
    )


def ranked_pairs(rows: Sequence[Row]) -> list[Row]:
    """Solved pairs without the rest of the world, strongest grip first."""
    named = [
        row
        for row in rows
        if REST not in (row["sender"], row["target"]) and row[THEIRS] is not None
    ]
    return sorted(named, key=lambda row: -row[THEIRS])


def _by_ratio(ranked: Sequence[Row]) -> list[Row]:
    meant = [row for row in ranked if row[THEIRS] >= MEANT]
    return sorted(meant, key=lambda row: -(float("inf") if row[RATIO] is None else row[RATIO]))


def _summary(economy: Economy, m: Matrix, rows: Sequence[Row], ranked: Sequence[Row]) -> list[str]:
    if not ranked:
        return ["No pair of named regions was solved."]
    lines = [f"{words.sentence(costs_of(economy, row))}." for row in ranked[:3]]
    heavy = [row for row in ranked if row[THEIRS] >= 1]
    holders = Counter(row["sender"] for row in heavy).most_common(4)
    if heavy:
        who = [f"{words.region(economy, region)} ({count})" for region, count in holders]
        lines.append(
            f"{len(heavy)} of {len(ranked)} cuts cost the target 1 % and more; most by {joined(who)}."
        )
    ratios = [row[RATIO] for row in ranked if row[THEIRS] >= MEANT]
    known = [ratio for ratio in ratios if ratio is not None]
    if ratios:
        cheap = sum(ratio is None or ratio > 1 for ratio in ratios)
        free = len(ratios) - len(known)
        lines.append(
            f"Of {len(ratios)} cuts that cost the target {words.number(MEANT, 1)} % and more, {cheap} cost it more "
            "money than the sender"
            + (
                f", with a median of {words.number(float(np.median(known)))} dollars a dollar"
                if known
                else ""
            )
            + (f"; {free} cost the sender nothing." if free else ".")
        )
    lost = sum(row[THEIRS] is None for row in rows)
    told = (
        "1 cut was not solved; a note names it."
        if lost == 1
        else f"{lost} cuts were not solved; the notes name them."
    )
    return [*lines, told] if lost else lines


def costs_of(economy: Economy, row: Row) -> str:
    """`China cutting off India costs the target 0.58 % of real income and the sender 0.06 %`."""
    own = row[OURS]
    return (
        f"{words.region(economy, row['sender'])} cutting off {words.region(economy, row['target'])} costs the target "
        f"{words.number(row[THEIRS])} % of real income and the sender {words.number(own)} %"
    )


SHOWN = ("sender", "target", THEIRS, OURS, RATIO, "winner", "winner's gain, %")


def _grips(economy: Economy, m: Matrix, ranked: Sequence[Row]) -> Section:
    note = "Without the rest of the world, which is many countries; results.csv has it too."
    about = (
        "A grip is strong where the target is small and near: its loss is counted in its own income. Winner: the third "
        "region with the largest gain, in its own income.",
    )
    strongest = [row for row in ranked if row[THEIRS] > 0][:STRONGEST]
    figures = (_network(economy, m, strongest),) if strongest else ()
    return Section("grips", "Strongest grips", about, figures, Table(ranked, note, shown=SHOWN))


def _network(economy: Economy, m: Matrix, strongest: Sequence[Row]) -> Figure:
    income = dict(zip(m.all_regions, m.income, strict=True))
    senders = [region for region, _ in Counter(row["sender"] for row in strongest).most_common()]
    name = economy.region_name
    colours = hues([name(region) for region in senders])
    inside = {region for row in strongest for region in (row["sender"], row["target"])}
    around = _around(inside, strongest)
    nodes = [
        Node(r, name(r), float(income[r]), f"{name(r)}: income {words.money(income[r])}")
        for r in around
    ]
    arrows = [
        Arrow(
            row["sender"],
            row["target"],
            row[THEIRS],
            name(row["sender"]) if name(row["sender"]) in colours else OTHERS,
            f"{name(row['sender'])} on {name(row['target'])}: {words.number(row[THEIRS])} %",
        )
        for row in strongest
    ]
    low, high = strongest[-1][THEIRS], strongest[0][THEIRS]
    notes = [
        f"Arrow from sender to target; width: loss of the target's real income, {words.number(low, 2)} to "
        f"{words.number(high, 2)} %, {m.horizon}. Area of a circle: income{words.of_year(economy)}."
    ]
    title = f"The {len(arrows)} strongest grips"
    spec = network(nodes, arrows, colours, title, notes)
    return Figure(
        "network", spec, f"Network of the {len(arrows)} strongest grips among {len(nodes)} regions."
    )


def _around(inside: set[str], strongest: Sequence[Row]) -> list[str]:
    """Regions so that who is held stands beside its strongest holder: senders by their grips, each with its targets."""
    order: dict[str, None] = {}
    holder = {row["target"]: row["sender"] for row in reversed(strongest)}
    for sender, _ in Counter(row["sender"] for row in strongest).most_common():
        held = [target for target, by in holder.items() if by == sender]
        for region in (*held[: len(held) // 2], sender, *held[len(held) // 2 :]):
            if region == sender or region not in holder or holder[region] == sender:
                order.setdefault(region)
    return [region for region in order if region in inside]


def _ratios(economy: Economy, m: Matrix, ranked: Sequence[Row]) -> Section:
    rows = _by_ratio(ranked)
    note = f"Pairs whose target loses {words.number(MEANT, 1)} % and more. Blank ratio: the sender loses nothing."
    seen = [r for r in ranked if r[THEIRS] >= SEEN and r[OURS] >= SEEN]
    figures = (_scatter(economy, m, ranked, seen, rows),) if seen else ()
    return Section("ratios", "Cheapest grips", (), figures, Table(rows, note, shown=SHOWN))


def _scatter(
    economy: Economy, m: Matrix, ranked: Sequence[Row], seen: Sequence[Row], by_ratio: Sequence[Row]
) -> Figure:
    senders = [region for region in largest(economy, len(economy.regions)) if region in m.regions]
    colours = hues([economy.region_name(region) for region in senders])
    marked = {id(row) for row in (*seen[:LABELLED], *[r for r in by_ratio if r in seen][:LABELLED])}
    costly = sorted(seen, key=lambda row: row[THEIRS] / row[OURS])[: LABELLED // 2]
    marked |= {id(row) for row in costly}
    points: Rows = [
        {
            "x": row[OURS],
            "y": row[THEIRS],
            "who": name if (name := economy.region_name(row["sender"])) in colours else OTHERS,
            "label": f"{row['sender']} on {row['target']}" if id(row) in marked else "",
            "tip": f"{row['sender']} on {row['target']}: target {words.number(row[THEIRS])} %, sender "
            f"{words.number(row[OURS])} %",
        }
        for row in seen
    ]
    points.sort(key=lambda row: row["who"] != OTHERS)
    notes = [
        f"Loss of real income, % of each side's own income, {m.horizon}. Above the dashed line the target loses the "
        f"larger part of its income. {len(ranked) - len(seen)} of {len(ranked)} pairs lose less than {SEEN:g} % on one "
        "side, or gain, and are not shown."
    ]
    axes = ("Sender's own loss, %", "Target's loss, %")
    spec = scatter(points, axes, "What a cut costs the target, and the sender", notes, colours)
    return Figure("scatter", spec, f"Scatter of the losses of both sides, {len(points)} pairs.")


def _heatmap(economy: Economy, m: Matrix) -> Section:
    shown = [region for region in largest(economy) if region in m.regions]
    values = _between(m, m.targets_loss, shown)
    top, beyond = limit_of(values)
    name = economy.region_name
    cells: Rows = [
        {
            "row": name(sender),
            "column": name(target),
            "value": _known(values[i, n]),
            "text": "" if not np.isfinite(values[i, n]) else _short(values[i, n]),
            "tip": f"{name(sender)} on {name(target)}: {words.number(values[i, n])} %",
        }
        for i, sender in enumerate(shown)
        for n, target in enumerate(shown)
    ]
    notes = [
        f"Loss of the target's real income, %, {m.horizon}. Rows: who cuts; columns: who is cut off; the largest "
        f"economies{words.of_year(economy)} first."
        + (f" {words.lie(beyond, 'cell')} beyond the scale." if beyond else "")
    ]
    names = [name(region) for region in shown]
    spec = heatmap(cells, names, names, "Target's loss, %", "Who can hurt whom", notes, top)
    says = f"Heatmap of the target's loss, {len(shown)} senders by {len(shown)} targets."
    return Section(
        "heatmap", f"The {len(shown)} largest economies", (), (Figure("heatmap", spec, says),)
    )


def _between(m: Matrix, values: Array, shown: Sequence[str]) -> Array:
    at = [m.regions.index(region) for region in shown]
    return np.asarray(values[np.ix_(at, at)])


def _short(value: float) -> str:
    """As much of a number as a cell has room for: `.04`, `1.2`, `13`, nothing below 0.005."""
    if abs(value) < 0.005:
        return ""
    return (
        f"{value:.2f}".replace("0.", ".", 1)
        if abs(value) < 0.995
        else f"{value:.1f}"
        if abs(value) < 9.95
        else f"{value:.0f}"
    )
