"""The pages of `pax coerce --matrix`: who holds whom, at what cost to itself, and by which sector."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from paxsilica.economy import Economy
from paxsilica.horizon import Horizon
from paxsilica.names import Names, inside, joined
from paxsilica.names.places import ROW
from paxsilica.questions.coerce import of_most_income
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import Figure, limit_of
from paxsilica.report.network_charts import OTHERS, Arrow, Node, hues, log_scatter, network
from paxsilica.report.sheet import Section, Sheet, Table
from paxsilica.report.supply_charts import heatmap

LARGEST, STRONGEST, LABELLED = 25, 40, 8

MEANT = 0.1
"""Target's loss, %, from which a ratio of losses means something."""

SEEN = 0.01
"""Losses of either side, %, from which the scatter shows a pair."""

HEADS = {
    "partner": "sender",
    "region": "target",
    "name": "name of sector",
    "theirs": "target's loss, %",
    "ours": "sender's loss, %",
    "theirs_usd": "target's loss, million USD",
    "ours_usd": "sender's loss, million USD",
    "ratio": "ratio in money",
    "winner": "winner",
    "gain": "winner's gain, %",
    "revenue": "change of target's tariff revenue, million USD",
    "second": "second sector",
    "second_loss": "its loss, %",
}
"""Columns of the tables, by what a `Cell` calls them."""

SHOWN = ("partner", "region", "name", "theirs", "ours", "ratio", "winner", "gain")


@dataclass(frozen=True)
class Cell:
    """One cut of the matrix: losses are positive here, None where it was not solved or a ratio has no meaning."""

    partner: str
    region: str
    sector: str
    name: str
    theirs: float | None
    ours: float | None
    theirs_usd: float | None
    ours_usd: float | None
    ratio: float | None
    winner: str
    gain: float | None
    revenue: float | None
    second: str = ""
    second_loss: float | None = None


@dataclass(frozen=True, eq=False)
class Grips:
    """The cells of an answer, what they are of, and the strongest first: without the rest of the world."""

    economy: Economy
    cells: tuple[Cell, ...]
    ranked: tuple[Cell, ...]
    horizon: Horizon
    regions: tuple[str, ...]
    income: Mapping[str, float]


def sheet(answer: Answer) -> Sheet:
    """The page of a matrix, or of one for each sector."""
    g = grips_of(answer)
    if answer.question.model_dump()["by_sector"]:
        return _by_sector(answer, g)
    asked = answer.question.model_dump()
    share = f"{words.number(100 * asked['share'])} % of " if asked["share"] < 1 else ""
    sectors = answer.names.sectors(asked["sectors"] or ("goods",))
    counted = f"{len(g.cells)} pairs of {len(g.regions)} regions, each cut off in turn"
    return Sheet.of(
        answer,
        kind="coercion matrix",
        title=f"Who can hurt whom: {share}{Names(g.economy).say_sectors(sectors)}, {g.horizon}",
        basis=[_basis(g, counted)],
        summary=_summary(g),
        sections=(_strongest(g), _ratios(g), _heatmap(g)),
    )


def grips_of(answer: Answer) -> Grips:
    """The findings of a matrix, a cell for each cut."""
    e = answer.names.economy
    assert e is not None
    found: dict[tuple[str, str, str], dict[Any, Any]] = {}
    for row in answer.findings.rows():
        if "partner" not in row:
            continue
        cut = found.setdefault((row["partner"], row["region"], row.get("sector", "")), {})
        if row["variable"] == "winner_gain":
            cut |= {"winner": row["item"], "gain": row["value"]}
        else:
            cut[row["variable"], row.get("item", "")] = row["value"]
    cells = []
    for (partner, region, sector), cut in found.items():
        theirs, ours, theirs_usd, ours_usd = (
            None if (value := cut[key, side]) is None else -value
            for key in ("real_income", "real_income_money")
            for side in ("targets", "senders")
        )
        cells.append(
            Cell(
                partner=partner,
                region=region,
                sector=sector,
                name=e.sector_name(sector),
                theirs=theirs,
                ours=ours,
                theirs_usd=theirs_usd,
                ours_usd=ours_usd,
                ratio=cut["loss_ratio", ""],
                winner=cut.get("winner", ""),
                gain=cut.get("gain"),
                revenue=cut["tariff_revenue_change", "targets"],
            )
        )
    income = answer.findings.array("income").tolist()
    return Grips(
        economy=e,
        cells=tuple(cells),
        ranked=_ranked(cells),
        horizon=Horizon.parse(answer.question.model_dump()["horizon"] or "long_run"),
        regions=tuple(dict.fromkeys(cell.partner for cell in cells)),
        income=dict(zip(e.regions, income, strict=True)),
    )


def _ranked(cells: Sequence[Cell]) -> tuple[Cell, ...]:
    named = [c for c in cells if ROW not in (c.partner, c.region) and c.theirs is not None]
    return tuple(sorted(named, key=lambda c: -_loss(c)))


def _loss(cell: Cell) -> float:
    return 0.0 if cell.theirs is None else cell.theirs


def _table(cells: Sequence[Cell], columns: Sequence[str], note: str, shown: Sequence[str]) -> Table:
    rows = [{HEADS[name]: getattr(cell, name) for name in columns} for cell in cells]
    return Table(rows, note, shown=[HEADS[name] for name in shown if name in columns])


def _basis(g: Grips, counted: str) -> str:
    e = g.economy
    return (
        f"{e.about.name}, {words.baseline(e)}, elasticities {e.about.elasticities}, {g.horizon}; {counted}. A loss of "
        "real income is positive, a gain negative: % of a region's own income. Ratio: target's loss over sender's, in "
        f"USD{words.at_prices(e)}; blank where the sender loses nothing. One set of elasticities: `pax coerce SENDER "
        "TARGET` gives the band of a pair."
    )


# ---- one cut, every pair -----------------------------------------------------------------------


def _summary(g: Grips) -> list[str]:
    if not g.ranked:
        return ["No pair of named regions was solved."]
    lines = [f"{words.sentence(_costs(g.economy, cell))}." for cell in g.ranked[:3]]
    heavy = [cell for cell in g.ranked if _loss(cell) >= 1]
    if heavy:
        holders = Counter(cell.partner for cell in heavy).most_common(4)
        who = [f"{Names(g.economy).say_region(region)} ({count})" for region, count in holders]
        lines.append(
            f"{len(heavy)} of {len(g.ranked)} cuts cost the target 1 % and more; most by {joined(who)}."
        )
    ratios = [cell.ratio for cell in g.ranked if _loss(cell) >= MEANT]
    known = [ratio for ratio in ratios if ratio is not None]
    if ratios:
        cheap, free = sum(r is None or r > 1 for r in ratios), len(ratios) - len(known)
        median = (
            f", with a median of {words.number(float(np.median(known)))} dollars a dollar"
            if known
            else ""
        )
        lines.append(
            f"Of {len(ratios)} cuts that cost the target {words.number(MEANT, 1)} % and more, {cheap} cost it more "
            f"money than the sender{median}"
            + (f"; {free} cost the sender nothing." if free else ".")
        )
    lost = sum(cell.theirs is None for cell in g.cells)
    told = "1 cut was not solved; a note names it."
    told = told if lost == 1 else f"{lost} cuts were not solved; the notes name them."
    return [*lines, told] if lost else lines


def _costs(economy: Economy, cell: Cell) -> str:
    """`China cutting off India costs the target 0.58 % of real income and the sender 0.06 %`."""
    sender, target = (Names(economy).say_region(code) for code in (cell.partner, cell.region))
    return (
        f"{sender} cutting off {target} costs the target "
        f"{words.number(_loss(cell))} % of real income and the sender {words.number(cell.ours or 0.0)} %"
    )


PAIR = [name for name in HEADS if name not in ("name", "second", "second_loss")]


def _strongest(g: Grips) -> Section:
    note = "Without the rest of the world, which is many countries; results.csv has it too."
    about = (
        "A grip is strong where the target is small and near: its loss is counted in its own income. Winner: the third "
        "region with the largest gain, in its own income.",
    )
    strongest = [cell for cell in g.ranked if _loss(cell) > 0][:STRONGEST]
    figures = (_network(g, strongest),) if strongest else ()
    return Section("grips", "Strongest grips", about, figures, _table(g.ranked, PAIR, note, SHOWN))


def _network(g: Grips, strongest: Sequence[Cell]) -> Figure:
    senders = [region for region, _ in Counter(cell.partner for cell in strongest).most_common()]
    name = g.economy.region_name
    colours = hues([name(region) for region in senders])
    inside = {region for cell in strongest for region in (cell.partner, cell.region)}
    nodes = [
        Node(r, name(r), g.income[r], f"{name(r)}: income {words.money(g.income[r])}")
        for r in _around(inside, strongest, senders)
    ]
    arrows = [
        Arrow(
            cell.partner,
            cell.region,
            _loss(cell),
            name(cell.partner) if name(cell.partner) in colours else OTHERS,
            f"{name(cell.partner)} on {name(cell.region)}: {words.number(_loss(cell))} %",
        )
        for cell in strongest
    ]
    low, high = _loss(strongest[-1]), _loss(strongest[0])
    notes = [
        f"Arrow from sender to target; width: loss of the target's real income, {words.number(low, 2)} to "
        f"{words.number(high, 2)} %, {g.horizon}. Area of a circle: income{words.of_year(g.economy)}."
    ]
    spec = network(nodes, arrows, colours, f"The {len(arrows)} strongest grips", notes)
    says = f"Network of the {len(arrows)} strongest grips among {len(nodes)} regions."
    return Figure("network", spec, says)


def _around(inside: set[str], strongest: Sequence[Cell], senders: Sequence[str]) -> list[str]:
    """Regions so that who is held stands beside its strongest holder: senders by their grips, each with its targets."""
    order: dict[str, None] = {}
    holder = {cell.region: cell.partner for cell in reversed(strongest)}
    for sender in senders:
        held = [target for target, by in holder.items() if by == sender]
        for region in (*held[: len(held) // 2], sender, *held[len(held) // 2 :]):
            if region == sender or region not in holder or holder[region] == sender:
                order.setdefault(region)
    return [region for region in order if region in inside]


def _ratios(g: Grips) -> Section:
    meant = [cell for cell in g.ranked if _loss(cell) >= MEANT]
    cells = sorted(meant, key=lambda c: -(float("inf") if c.ratio is None else c.ratio))
    note = f"Pairs whose target loses {words.number(MEANT, 1)} % and more. Blank ratio: the sender loses nothing."
    seen = [c for c in g.ranked if min(_loss(c), c.ours or 0.0) >= SEEN]
    figures = (_scatter(g, seen, cells),) if seen else ()
    return Section("ratios", "Cheapest grips", (), figures, _table(cells, PAIR, note, SHOWN))


def _scatter(g: Grips, seen: Sequence[Cell], by_ratio: Sequence[Cell]) -> Figure:
    e = g.economy
    colours = hues([e.region_name(r) for r in of_most_income(e, len(e.regions)) if r in g.regions])
    costly = sorted(seen, key=lambda c: _loss(c) / (c.ours or SEEN))[: LABELLED // 2]
    marked = {*seen[:LABELLED], *[c for c in by_ratio if c in seen][:LABELLED], *costly}
    points = [
        {
            "x": cell.ours,
            "y": cell.theirs,
            "who": name if (name := e.region_name(cell.partner)) in colours else OTHERS,
            "label": f"{cell.partner} on {cell.region}" if cell in marked else "",
            "tip": f"{cell.partner} on {cell.region}: target {words.number(_loss(cell))} %, sender "
            f"{words.number(cell.ours or 0.0)} %",
        }
        for cell in seen
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
    shown = [region for region in of_most_income(g.economy, LARGEST) if region in g.regions]
    losses = {(c.partner, c.region): c.theirs for c in g.cells}
    notes = [
        f"Loss of the target's real income, %, {g.horizon}. Rows: who cuts; columns: who is cut off; the largest "
        f"economies{words.of_year(g.economy)} first."
    ]
    text = {pair: _short(loss) for pair, loss in losses.items() if loss is not None}
    tips = {pair: f"{words.number(loss)} %" for pair, loss in losses.items() if loss is not None}
    spec = _pairs_map(g, shown, losses, text, tips, "Who can hurt whom", notes)
    says = f"Heatmap of the target's loss, {len(shown)} senders by {len(shown)} targets."
    title = f"The {len(shown)} largest economies"
    return Section("heatmap", title, (), (Figure("heatmap", spec, says),))


Pairs = Mapping[tuple[str, str], Any]


def _pairs_map(
    g: Grips,
    shown: Sequence[str],
    losses: Pairs,
    text: Pairs,
    tips: Pairs,
    title: str,
    notes: Sequence[str],
) -> Any:
    """A heatmap of senders by targets."""
    name = g.economy.region_name
    between = [(a, b) for a in shown for b in shown]
    found = [losses[pair] for pair in between if losses.get(pair) is not None]
    top, beyond = limit_of(np.array(found, dtype=float))
    cells = [
        {
            "row": name(a),
            "column": name(b),
            "value": losses.get((a, b)),
            "text": text.get((a, b), ""),
            "tip": f"{name(a)} on {name(b)}: {tips.get((a, b), 'none')}",
        }
        for a, b in between
    ]
    said = [notes[0] + (f" {words.lie(beyond, 'cell')} beyond the scale." if beyond else "")]
    names = [name(region) for region in shown]
    return heatmap(cells, names, names, "Target's loss, %", title, said, top)


def _short(value: float) -> str:
    """As much of a number as a cell has room for: `.04`, `1.2`, `13`, nothing below 0.005."""
    size = abs(value)
    if size < 0.005:
        return ""
    if size < 0.995:
        return f"{value:.2f}".replace("0.", ".", 1)
    return f"{value:.1f}" if size < 9.95 else f"{value:.0f}"


# ---- each sector alone -------------------------------------------------------------------------


def _by_sector(answer: Answer, g: Grips) -> Sheet:
    """For every pair the sector by which the grip is strongest.

    Services, many trades in one sector, are ranked only where no sector of goods is; results.csv has them.
    """
    e = g.economy
    goods = set(e.about.sector_groups.get("goods", e.sectors))
    best = _best([cell for cell in g.cells if cell.sector in goods] or g.cells)
    counts = Counter(cell.name for cell in best).most_common(4)
    most = joined([f"{inside(name)} ({count} pairs)" for name, count in counts])
    lines = [
        *(f"{words.sentence(_costs(e, c))}, by {inside(c.name)}." for c in best[:3]),
        f"The sector of the strongest grip is {most}.",
        *_services(g, best, goods),
    ]
    sectors = len({cell.sector for cell in g.cells})
    counted = f"{sectors} sectors, each cut alone, in {len(best)} pairs of {len(g.regions)} regions"
    note = "Strongest first. The sectors of a pair, cut together, hurt more or less than their sum."
    table = _table(best, list(HEADS), note, (*SHOWN[:6], "second"))
    figures = (_sector_map(g, best),)
    section = Section("sectors", "Strongest sector of each pair", (), figures, table)
    return Sheet.of(
        answer,
        kind="coercion by sector",
        title=f"By which sector who can hurt whom most, {g.horizon}",
        basis=[_basis(g, counted)],
        summary=lines,
        sections=[section],
    )


def _services(g: Grips, best: Sequence[Cell], goods: set[str]) -> list[str]:
    """How often services hurt more than the strongest sector of goods."""
    by_goods = {(c.partner, c.region): _loss(c) for c in best if c.sector in goods}
    services = [cell for cell in g.ranked if cell.sector not in goods]
    more = sum(_loss(c) > by_goods.get((c.partner, c.region), np.inf) for c in services)
    if not by_goods or not services:
        return []
    names = joined(list(dict.fromkeys(inside(cell.name) for cell in services)))
    return [
        f"The ranking is of goods. A cut of {names}, one sector here, costs the target more than that of any "
        f"sector of goods in {more} of {len(services)} pairs; results.csv has it."
    ]


def _best(cells: Sequence[Cell]) -> list[Cell]:
    """The strongest sector of every pair, strongest pair first; the next beside it."""
    pairs: dict[tuple[str, str], list[Cell]] = {}
    for cell in _ranked(cells):
        pairs.setdefault((cell.partner, cell.region), []).append(cell)
    return [
        replace(first, second=rest[0].name, second_loss=rest[0].theirs) if rest else first
        for first, *rest in pairs.values()
    ]


def _sector_map(g: Grips, best: Sequence[Cell]) -> Figure:
    shown = [r for r in of_most_income(g.economy, len(g.economy.regions)) if r in g.regions][
        :LARGEST
    ]
    found = {(cell.partner, cell.region): cell for cell in best}
    notes = [
        "Number: (first) division of ISIC revision 4 of the sector whose cut costs the target most; shade: its loss of "
        f"real income, %, {g.horizon}. Rows: who cuts; columns: who is cut off; the largest "
        f"economies{words.of_year(g.economy)} first."
    ]
    spec = _pairs_map(
        g,
        shown,
        {pair: cell.theirs for pair, cell in found.items()},
        {pair: _division(cell.sector) for pair, cell in found.items()},
        {pair: f"{c.name}, {words.number(_loss(c))} %" for pair, c in found.items()},
        "The sector of the strongest grip",
        notes,
    )
    says = f"Heatmap of the strongest sector, {len(shown)} senders by {len(shown)} targets."
    return Figure("sectors", spec, says)


def _division(sector: str) -> str:
    """`C26` is 26, `C10T12` 10, the first of its divisions; other codes as they are."""
    return sector[1:].split("T")[0] if sector[1:2].isdigit() else sector
