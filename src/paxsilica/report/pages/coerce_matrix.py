"""The pages of `pax coerce --matrix`: who holds whom, at what cost to itself, and by which sector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from operator import itemgetter

import numpy as np

from paxsilica.horizon import Horizon
from paxsilica.names import Names, inside, joined
from paxsilica.names.places import ROW
from paxsilica.questions.coerce import of_most_income
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import Figure, Rows, limit_of
from paxsilica.report.network_charts import OTHERS, Arrow, Node, hues, log_scatter, network
from paxsilica.report.pages.coerce_words import OURS, RATIO, THEIRS, cut_of, headed
from paxsilica.report.report import Report, Row, Section, Table, from_bullets
from paxsilica.report.supply_charts import heatmap

LARGEST, STRONGEST, LABELLED = 25, 40, 8

MEANT = 0.1
"""Target's loss, %, from which a ratio of losses means something."""

SEEN = 0.01
"""Losses of either side, %, from which the scatter shows a pair."""

PAIR = itemgetter("sender", "target")

SHOWN = ("sender", "target", "name of sector", THEIRS, OURS, RATIO)
"""Columns that a screen has room for at least."""


@dataclass(frozen=True, eq=False)
class Grips:
    """A row for each cut of a matrix; those that were solved, without the rest of the world, from the strongest on."""

    names: Names
    rows: Rows
    ranked: Rows
    horizon: Horizon
    regions: Sequence[str]
    income: Mapping[str, float | None]

    def costs(self, row: Row) -> str:
        """`China cutting off India costs the target 0.58 % of real income and the sender 0.06 %`."""
        sender, target = map(self.names.say_region, PAIR(row))
        return words.sentence(
            f"{sender} cutting off {target} costs the target {words.number(row[THEIRS])} % of real income and the "
            f"sender {words.number(row[OURS])} %"
        )

    def basis(self, counted: str) -> list[str]:
        e = self.names.table
        return [
            f"{e.about.name}, {words.baseline(e)}, elasticities {e.about.elasticities}, {self.horizon}; {counted}. A loss "
            "of real income is positive, a gain negative: % of a region's own income. Ratio: target's loss over "
            f"sender's, in USD{words.at_prices(e)}; blank where the sender loses nothing. One set of elasticities: `pax "
            "coerce SENDER TARGET` gives the band of a pair."
        ]


def matrix_report(answer: Answer) -> Report:
    """The page of a matrix, or of one for each sector."""
    g = grips_of(answer)
    if answer.question.model_dump()["by_sector"]:
        return _by_sector(answer, g)
    return from_bullets(
        answer,
        kind="coercion matrix",
        title=f"Who can hurt whom: {cut_of(answer)}, {g.horizon}",
        basis=g.basis(f"{len(g.rows)} pairs of {len(g.regions)} regions, each cut off in turn"),
        summary=_told(g),
        sections=(_strongest_grips(g), _cheapest(g), _heatmap(g)),
    )


def grips_of(answer: Answer) -> Grips:
    of, names, rows = ("partner", "region", "sector", "horizon"), answer.names, []
    for (sender, target, sector, horizon), its in answer.findings.cells(*of, also="item").items():
        if not horizon:
            continue
        won = next((found for found in its.values() if found["variable"] == "winner_gain"), {})
        rows.append(
            {
                "sender": sender,
                "target": target,
                **({"name of sector": names.table.sector_name(sector)} if sector else {}),
                **headed(its),
                "winner": won.get("item", ""),
                "winner's gain, %": won.get("value"),
                "change of target's tariff revenue, million USD": its[
                    "tariff_revenue_change targets"
                ]["value"],
                "code": sector,
            }
        )
    ranked = [r for r in rows if ROW not in PAIR(r) and r[THEIRS] is not None]
    return Grips(
        names=names,
        rows=rows,
        ranked=sorted(ranked, key=lambda row: -row[THEIRS]),
        horizon=Horizon.parse(answer.question.model_dump()["horizon"] or "long_run"),
        regions=list(dict.fromkeys(row["sender"] for row in rows)),
        income=answer.findings.along("income", "region"),
    )


def _listed(rows: Rows, note: str, *shown: str) -> Table:
    listed = [{head: row[head] for head in row if head != "code"} for row in rows]
    return Table(listed, note, shown=(*SHOWN, *shown))


def _told(g: Grips) -> list[str]:
    if not g.ranked:
        return ["No pair of named regions was solved."]
    lines = [f"{g.costs(row)}." for row in g.ranked[:3]]
    if heavy := [row["sender"] for row in g.ranked if row[THEIRS] >= 1]:
        who = [f"{g.names.say_region(r)} ({n})" for r, n in Counter(heavy).most_common(4)]
        lines.append(
            f"{len(heavy)} of {len(g.ranked)} cuts cost the target 1 % and more; most by {joined(who)}."
        )
    if ratios := [row[RATIO] for row in g.ranked if row[THEIRS] >= MEANT]:
        known = [ratio for ratio in ratios if ratio is not None]
        free = len(ratios) - len(known)
        cheap = free + sum(ratio > 1 for ratio in known)
        median = words.number(float(np.median(known))) if known else ""
        lines.append(
            f"Of {len(ratios)} cuts that cost the target {words.number(MEANT, 1)} % and more, {cheap} cost it more "
            f"money than the sender{median and f', with a median of {median} dollars a dollar'}"
            + (f"; {free} cost the sender nothing." if free else ".")
        )
    if lost := sum(row[THEIRS] is None for row in g.rows):
        one, many = "1 cut was not solved; a note names it.", "cuts were not solved; the notes name"
        lines.append(one if lost == 1 else f"{lost} {many} them.")
    return lines


def _strongest_grips(g: Grips) -> Section:
    note = "Without the rest of the world, which is many countries; results.csv has it too."
    about = (
        "A grip is strong where the target is small and near: its loss is counted in its own income. Winner: the third "
        "region with the largest gain, in its own income.",
    )
    strongest = [row for row in g.ranked if row[THEIRS] > 0][:STRONGEST]
    figures = (_network(g, strongest),) if strongest else ()
    table = _listed(g.ranked, note, "winner", "winner's gain, %")
    return Section("grips", "Strongest grips", about, figures, table)


def _network(g: Grips, strongest: Rows) -> Figure:
    senders = [r for r, _ in Counter(row["sender"] for row in strongest).most_common()]
    name = g.names.table.region_name
    colours = hues([name(region) for region in senders])
    nodes = [
        Node(r, name(r), g.income[r] or 0.0, f"{name(r)}: income {words.money(g.income[r] or 0.0)}")
        for r in _around(strongest, senders)
    ]
    arrows = [
        Arrow(
            row["sender"],
            row["target"],
            row[THEIRS],
            sender if (sender := name(row["sender"])) in colours else OTHERS,
            f"{sender} on {name(row['target'])}: {words.number(row[THEIRS])} %",
        )
        for row in strongest
    ]
    low, high = (words.number(strongest[at][THEIRS], 2) for at in (-1, 0))
    notes = [
        f"Arrow from sender to target; width: loss of the target's real income, {low} to {high} %, {g.horizon}. Area "
        f"of a circle: income{words.of_year(g.names.table)}."
    ]
    spec = network(nodes, arrows, colours, f"The {len(arrows)} strongest grips", notes)
    says = f"Network of the {len(arrows)} strongest grips among {len(nodes)} regions."
    return Figure("network", spec, says)


def _around(strongest: Rows, senders: Sequence[str]) -> list[str]:
    """Regions so that who is held stands beside its strongest holder: senders by their grips, each with its targets."""
    holder, order = {row["target"]: row["sender"] for row in reversed(strongest)}, []
    for sender in senders:
        held = [target for target, by in holder.items() if by == sender]
        order += [*held[: len(held) // 2], sender, *held[len(held) // 2 :]]
    return list(dict.fromkeys(order))


def _cheapest(g: Grips) -> Section:
    meant = [row for row in g.ranked if row[THEIRS] >= MEANT]
    rows = sorted(meant, key=lambda row: -(row[RATIO] or np.inf))
    note = f"Pairs whose target loses {words.number(MEANT, 1)} % and more. Blank ratio: the sender loses nothing."
    seen = [row for row in g.ranked if min(row[THEIRS], row[OURS]) >= SEEN]
    figures = (_scatter(g, seen, rows),) if seen else ()
    table = _listed(rows, note, "winner", "winner's gain, %")
    return Section("ratios", "Cheapest grips", (), figures, table)


def _scatter(g: Grips, seen: Rows, by_ratio: Rows) -> Figure:
    e = g.names.table
    colours = hues([e.region_name(r) for r in of_most_income(e, len(e.regions)) if r in g.regions])
    costly = sorted(seen, key=lambda row: row[THEIRS] / row[OURS])[: LABELLED // 2]
    marked = [*seen[:LABELLED], *[row for row in by_ratio if row in seen][:LABELLED], *costly]
    points = [
        {
            "x": row[OURS],
            "y": row[THEIRS],
            "who": name if (name := e.region_name(row["sender"])) in colours else OTHERS,
            "label": pair if row in marked else "",
            "tip": f"{pair}: target {words.number(row[THEIRS])} %, sender {words.number(row[OURS])} %",
        }
        for row in seen
        for pair in [f"{row['sender']} on {row['target']}"]
    ]
    points.sort(key=lambda point: point["who"] != OTHERS)
    notes = [
        f"Loss of real income, % of each side's own income, {g.horizon}. Above the dashed line the target loses the "
        f"larger part of its income. {len(g.ranked) - len(seen)} of {len(g.ranked)} pairs lose less than {SEEN:g} % on "
        "one side, or gain, and are not shown."
    ]
    axes = ("Sender's own loss, %", "Target's loss, %")
    spec = log_scatter(points, axes, "What a cut costs the target, and the sender", notes, colours)
    return Figure("scatter", spec, f"Scatter of the losses of both sides, {len(points)} pairs.")


def _heatmap(g: Grips) -> Section:
    shown = [region for region in of_most_income(g.names.table, LARGEST) if region in g.regions]
    note = f"Loss of the target's real income, %, {g.horizon}."
    says = "Heatmap of the target's loss"
    figure = _map(g, g.rows, shown, "heatmap", "Who can hurt whom", note, says)
    return Section("heatmap", f"The {len(shown)} largest economies", (), (figure,))


def _map(
    g: Grips, rows: Rows, shown: Sequence[str], stem: str, title: str, note: str, says: str
) -> Figure:
    """A heatmap of senders by targets, with the loss or the division of the sector in a cell."""
    solved = {PAIR(row): row for row in rows if row[THEIRS] is not None}
    name = g.names.table.region_name
    cells = []
    for a, b in product(shown, shown):
        pair, row = f"{name(a)} on {name(b)}", solved.get((a, b))
        cell = {"value": None, "text": "", "tip": f"{pair}: none"}
        if row:
            text = _division(row["code"]) if row["code"] else _short(row[THEIRS])
            sector = f"{row['name of sector']}, " if row["code"] else ""
            tip = f"{pair}: {sector}{words.number(row[THEIRS])} %"
            cell = {"value": row[THEIRS], "text": text, "tip": tip}
        cells.append({"row": name(a), "column": name(b), **cell})
    top, beyond = limit_of(np.array([cell["value"] for cell in cells], dtype=float))
    note += (
        " Rows: who cuts; columns: who is cut off; the largest economies"
        f"{words.of_year(g.names.table)} first."
        + (f" {words.lie(beyond, 'cell')} beyond the scale." if beyond else "")
    )
    names = [name(region) for region in shown]
    spec = heatmap(cells, names, names, "Target's loss, %", title, [note], top)
    return Figure(stem, spec, f"{says}, {len(shown)} senders by {len(shown)} targets.")


def _short(value: float) -> str:
    """As much of a number as a cell has room for: `.04`, `1.2`, `13`, nothing below 0.005."""
    size = abs(value)
    if size < 0.005:
        return ""
    if size < 0.995:
        return f"{value:.2f}".replace("0.", ".", 1)
    return f"{value:.1f}" if size < 9.95 else f"{value:.0f}"


def _by_sector(answer: Answer, g: Grips) -> Report:
    """For every pair the sector by which the grip is strongest.

    Services, many trades in one sector, are ranked only where no sector of goods is; results.csv has them.
    """
    e = g.names.table
    goods = e.about.sector_groups.get("goods", e.sectors)
    pairs: dict[tuple[str, str], Rows] = {}
    for row in [row for row in g.ranked if row["code"] in goods] or g.ranked:
        pairs.setdefault(PAIR(row), []).append(row)
    best = []
    for rows in pairs.values():
        first, second, *_ = *rows, {"name of sector": "", THEIRS: None}
        also = {"second sector": second["name of sector"], "its loss, %": second[THEIRS]}
        best.append(first | also)
    counts = Counter(inside(row["name of sector"]) for row in best).most_common(4)
    lines = [
        *(f"{g.costs(row)}, by {inside(row['name of sector'])}." for row in best[:3]),
        f"The sector of the strongest grip is {joined([f'{name} ({count} pairs)' for name, count in counts])}.",
        *_services(g, best, goods),
    ]
    sectors = len({row["code"] for row in g.rows})
    counted = f"{sectors} sectors, each cut alone, in {len(best)} pairs of {len(g.regions)} regions"
    note = "Strongest first. The sectors of a pair, cut together, hurt more or less than their sum."
    shown = [r for r in of_most_income(e, len(e.regions)) if r in g.regions][:LARGEST]
    shade = (
        "Number: (first) division of ISIC revision 4 of the sector whose cut costs the target most; shade: its loss of "
        f"real income, %, {g.horizon}."
    )
    title, says = "The sector of the strongest grip", "Heatmap of the strongest sector"
    figure = _map(g, best, shown, "sectors", title, shade, says)
    table = _listed(best, note, "second sector")
    section = Section("sectors", "Strongest sector of each pair", (), (figure,), table)
    return from_bullets(
        answer,
        kind="coercion by sector",
        title=f"By which sector who can hurt whom most, {g.horizon}",
        basis=g.basis(counted),
        summary=lines,
        sections=[section],
    )


def _services(g: Grips, best: Rows, goods: Sequence[str]) -> list[str]:
    """How often services hurt more than the strongest sector of goods."""
    by_goods = {PAIR(r): r[THEIRS] for r in best if r["code"] in goods}
    services = [row for row in g.ranked if row["code"] not in goods]
    if not by_goods or not services:
        return []
    more = sum(r[THEIRS] > by_goods.get(PAIR(r), np.inf) for r in services)
    names = joined(list(dict.fromkeys(inside(row["name of sector"]) for row in services)))
    return [
        f"The ranking is of goods. A cut of {names}, one sector here, costs the target more than that of any "
        f"sector of goods in {more} of {len(services)} pairs; results.csv has it."
    ]


def _division(sector: str) -> str:
    """`C26` is 26, `C10T12` 10, the first of its divisions; other codes as they are."""
    return sector[1:].split("T")[0] if sector[1:2].isdigit() else sector
