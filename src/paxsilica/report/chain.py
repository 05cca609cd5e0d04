"""The sheet of `pax chain`: who makes each stage, what is left when suppliers are cut, for how long stocks last."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf
from typing import TYPE_CHECKING, Any

from paxsilica.analysis.chain import OTHER, Outage, SupplyChain
from paxsilica.names import joined
from paxsilica.names.places import country_names
from paxsilica.report import words
from paxsilica.report.chain_words import ChainResult, counted, summary
from paxsilica.report.look import Figure
from paxsilica.report.sheet import Row, Section, Sheet, Table
from paxsilica.report.supply_charts import OTHERS, TRUSTED, UNNAMED, Node, bars, flow, heatmap, path

if TYPE_CHECKING:
    from paxsilica.analysis.chain.link import Linked

MOST_BARS, MOST_COUNTRIES, MOST_STAGES, MOST_LOSERS, MOST_GAINERS = 20, 14, 40, 10, 4

STAGE_COLUMNS = (
    *(
        "stage",
        "year",
        "largest",
        "its share, %",
        "the group, %",
        "still feasible, %",
        "output per capacity added",
    ),
    *("stock, days", "days of cover"),
)
PAGE_COLUMNS = (*STAGE_COLUMNS[:5], "unnamed, %", *STAGE_COLUMNS[5:], "rebuild, days")

LEAST_LOSS = 0.005
"""Of normal output: single cuts that cost less are left to results.csv."""

LEFT_OUT = (
    "Prices: what is short goes where it makes most output, not to who pays most. `pax run` and the link below do "
    "prices.",
    "Quality and fit: a plant of the same stage is taken to serve every buyer. Qualification of a new supplier "
    "takes months to years and is not counted unless `spare` and `rebuild` say so.",
    "Capacity beyond normal output, stocks and substitutes that no source states: counted as none, which makes a "
    "cut look worse; suppliers that no source names: they cannot be cut, which makes it look milder.",
    "Who owns a plant, and whose licence it needs, beyond what the shares of a stage count.",
)


def chain_sheet(r: ChainResult) -> Sheet:
    """The sheet of one chain."""
    stages = stage_rows(r)
    sections = [
        _flow(r, stages),
        _singles(r),
        *([_time(r)] if r.found.cuts else []),
        *([_links(r)] if r.links else []),
        *([_about_stages(r)] if any(stage.note for stage in r.chain.stages) else []),
    ]
    years = sorted({stage.year for stage in r.chain.stages if stage.year is not None})
    span = f"{years[0]} to {years[-1]}" if len(years) > 1 else f"{years[0]}" if years else "no year"
    return Sheet(
        kind="chain",
        title=r.chain.title + (f": {r.cuts_said}" if r.found.cuts else ""),
        basis=(
            f"{len(r.chain.stages)} stages; shares of world output {counted(r.chain)}, {span}. Output is per "
            "cent of the baseline year's; what is cut is cut at once and for good.",
        ),
        summary=tuple(summary(r)),
        sections=tuple(sections),
        notes=r.time.notes,
        left_out=LEFT_OUT,
        sources=tuple(r.chain.sources.values()),
        results=_results(r, stages),
        asked={
            "chain": r.chain.name,
            "cuts": [_cut_record(cut) for cut in r.found.cuts],
            "trusted": r.group,
            "members": list(r.members),
        },
        command=r.command,
    )


def stage_rows(r: ChainResult) -> list[Row]:
    """A row for every stage, in the order of production."""
    rows = []
    for stage in r.chain.stages:
        shares = stage.shares or {}
        top = max(shares, key=lambda c: shares[c]) if shares else ""
        share = r.coverage.shares[stage.id]
        cover = r.time.cover_by_stage[stage.id]
        rows.append(
            {
                "stage": stage.name,
                "id": stage.id,
                "layer": stage.layer,
                "year": stage.year,
                "largest": top,
                "its share, %": 100 * shares[top] if top else None,
                "the group, %": None if share is None else 100 * share,
                "unnamed, %": 100 * stage.share(OTHER),
                "still feasible, %": 100 * r.found.by_stage[stage.id],
                "output per capacity added": r.found.gains[stage.id],
                "stock, days": stage.stock,
                "rebuild, days": stage.rebuild,
                "days of cover": cover if cover < inf else None,
                "source": r.chain.sources[stage.source].title
                if stage.source in r.chain.sources
                else "",
                "note": stage.note,
            }
        )
    return rows


# ---- sections --------------------------------------------------------------------------------------------------


def _flow(r: ChainResult, stages: Sequence[Row]) -> Section:
    kinds = {r.group: TRUSTED, "others": OTHERS, "unnamed suppliers": UNNAMED}
    columns = _columns(r.chain)
    nodes = [[_node(r, id) for id in column] for column in columns]
    edges = [(used.stage, stage.id) for stage in r.chain.stages for used in stage.inputs]
    years = sorted({stage.year for stage in r.chain.stages if stage.year is not None})
    notes = [
        f"Bars: share of world output {counted(r.chain)}, {years[0] if years else ''}"
        + (f" to {years[-1]}" if len(years) > 1 else "")
        + ". First inputs on the left."
        + (" Thick frame: what limits the output." if r.found.bottlenecks else "")
    ]
    chart = flow(nodes, edges, kinds, f"{r.chain.title}: who makes each stage", notes)
    says = f"The {len(stages)} stages from first inputs to final products, with the share that {r.group} makes of each."
    about = (
        "Output per capacity added: what one point of capacity more at this stage alone would add to the chain's "
        "output, in points; zero where another stage binds as well. Days of cover: stock over the daily shortfall "
        "of the stage."
    )
    table = Table(stages, shown=STAGE_COLUMNS, page=PAGE_COLUMNS)
    return Section("stages", "Stages", (about,), (Figure("flow", chart, says),), table)


def _about_stages(r: ChainResult) -> Section:
    """What the sources say and do not say of each stage."""
    told = tuple(f"{stage.name}: {stage.note}" for stage in r.chain.stages if stage.note)
    return Section("about", "Of the stages", told)


def _columns(chain: SupplyChain) -> list[list[str]]:
    """Stages by their distance from the end, farthest first, those of one user together."""
    distance: dict[str, int] = {}
    users: dict[str, list[str]] = {stage.id: [] for stage in chain.stages}
    for stage in chain.stages:
        for used in stage.inputs:
            users[used.stage].append(stage.id)
    for stage in reversed(chain.stages):
        distance[stage.id] = 1 + max((distance[user] for user in users[stage.id]), default=-1)
    columns: list[list[str]] = []
    order: dict[str, float] = {}
    for at in range(max(distance.values()) + 1):
        column = [stage.id for stage in chain.stages if distance[stage.id] == at]
        column.sort(key=lambda id: sum(order[user] for user in users[id]) / max(len(users[id]), 1))
        order |= {id: (place + 0.5) / len(column) for place, id in enumerate(column)}
        columns.insert(0, column)
    return columns


def _node(r: ChainResult, id: str) -> Node:
    stage = r.chain.stages[r.chain.position(id)]
    ours = r.coverage.shares[id] or 0.0
    unnamed = stage.share(OTHER)
    parts = {r.group: ours, "others": max(1.0 - unnamed - ours, 0.0), "unnamed suppliers": unnamed}
    shares = sorted((stage.shares or {}).items(), key=lambda item: -item[1])
    listed = ", ".join(f"{country} {100 * share:.0f} %" for country, share in shares[:6])
    tip = f"{stage.name} ({stage.year or 'no country data'}): {listed or 'unknown'}"
    return Node(id, stage.name, parts, tip, id in r.found.bottlenecks)


def _singles(r: ChainResult) -> Section:
    name = country_names()
    alone = [row for row in r.singles if not row.stage and row.output < 1 - LEAST_LOSS][
        :MOST_COUNTRIES
    ]
    countries = [row.country for row in alone]
    stages = [s for s in r.chain.stages if any((s.shares or {}).get(c, 0) > 0 for c in countries)]
    by = {(row.country, row.stage): row for row in r.singles}
    worst = sorted(
        stages, key=lambda s: min(by[c, s.id].output if (c, s.id) in by else 1.0 for c in countries)
    )
    shown = [s for s in stages if s in worst[:MOST_STAGES]]
    cells = [
        {
            "row": s.name,
            "column": name.get(c, c),
            "value": 100 * (1 - by[c, s.id].output) if (c, s.id) in by else None,
            "text": f"{100 * (1 - by[c, s.id].output):.0f}" if (c, s.id) in by else "",
            "tip": f"{name.get(c, c)} lost at {s.name}"
            + (
                f": {100 * (1 - by[c, s.id].output):.1f} % of output lost"
                if (c, s.id) in by
                else ": no plants"
            ),
        }
        for s in shown
        for c in countries
    ]
    rows = [
        {
            "country": name.get(row.country, row.country),
            "code": row.country,
            "lost at": row.stage or "every stage",
            "its share there, %": 100 * row.share,
            "output left, %": 100 * row.output,
        }
        for row in r.singles
        if row.output < 1 - LEAST_LOSS
    ]
    figures = ()
    if cells:
        title = f"{r.chain.title}: output lost when one country is lost at one stage"
        notes = [
            "Per cent of normal output, after rerouting, before stocks and rebuilding. Grey: no plants there."
        ]
        columns = [name.get(c, c) for c in countries]
        chart = heatmap(
            cells, [s.name for s in shown], columns, "Output lost, %", title, notes, 100.0
        )
        figures = (
            Figure(
                "single-cuts",
                chart,
                f"Heatmap of output lost: {len(shown)} stages, {len(countries)} countries.",
            ),
        )
    note = f"Cuts that cost less than {100 * LEAST_LOSS:g} % of output are in results.csv."
    return Section("single", "One supplier at a time", (), figures, Table(rows, note))


def _time(r: ChainResult) -> Section:
    span = [*r.time.days, r.time.days[-1] + r.time.step]
    values = [*r.time.output, r.time.output[-1]]
    rows = [
        {"day": float(d), "value": 100 * float(v), "which": "output"}
        for d, v in zip(span, values, strict=True)
    ]
    notes = [
        "Output of final products, % of normal, with the stocks and rebuilding times that are known, used as well "
        "as can be."
    ]
    title = f"{r.chain.title}: the path after the cut"
    chart = path(rows, "Output, % of normal", title, notes, {"output": TRUSTED})
    figures = [Figure("path", chart, f"Output over {span[-1]:.0f} days after the cut.")]
    short = [s for s in r.chain.stages if r.time.cover_by_stage[s.id] < inf]
    if any(stage.stock is not None for stage in short):
        ranked = sorted(short, key=lambda s: r.time.cover_by_stage[s.id])[:MOST_BARS]
        bars_of = [_cover_row(r, s.id, s.name, s.stock) for s in ranked]
        notes = [
            "Stock over the daily shortfall of the stage. A stock that no source states counts as none."
        ]
        kinds = {"stock known": TRUSTED, "stock unknown": UNNAMED}
        cover = bars(bars_of, "Days", f"{r.chain.title}: days of cover by stage", notes, kinds)
        figures.append(
            Figure("cover", cover, f"Days of cover at {len(bars_of)} stages that fall short.")
        )
    steps = [
        t
        for t in range(len(r.time.days))
        if t == 0 or abs(r.time.output[t] - r.time.output[t - 1]) > 5e-4
    ]
    table = [
        {"from day": int(r.time.days[t]), "output, % of normal": 100 * float(r.time.output[t])}
        for t in steps
    ]
    return Section("time", "Over time", (), tuple(figures), Table(table))


def _cover_row(r: ChainResult, id: str, name: str, stock: float | None) -> dict[str, Any]:
    days = r.time.cover_by_stage[id]
    known = stock is not None
    text = f"{words.number(days, 2)} days" if known else "unknown"
    tip = f"{name}: {text}"
    return {
        "label": name,
        "value": days,
        "kind": "stock known" if known else "stock unknown",
        "text": text,
        "tip": tip,
    }


READINGS = {
    "rationed": "output of the linked sectors falls with the product, nothing replaces it",
    "substituted": "the product has its share of costs, and the model's elasticity among inputs replaces it",
    "at the source": "the sector that sells the product loses plants or may not sell; prices meet the cut, not stocks",
}


def _links(r: ChainResult) -> Section:
    e = r.links[0].outcome.economy
    change = {linked.reading: 100 * (linked.outcome.real_income - 1) for linked in r.links}
    order = sorted(
        range(len(e.regions)), key=lambda n: min(values[n] for values in change.values())
    )
    chosen = [
        *order[:MOST_LOSERS],
        *[n for n in order[-MOST_GAINERS:] if max(v[n] for v in change.values()) > 0],
    ]
    rows = [
        {
            "region": e.region_name(e.regions[n]),
            "code": e.regions[n],
            **{
                f"real income, {reading}, %": float(values[n]) for reading, values in change.items()
            },
        }
        for n in dict.fromkeys(chosen)
    ]
    readings = ". ".join(f"{words.sentence(reading)}: {READINGS[reading]}" for reading in change)
    text = (
        f"The short run (about the first year) in the equilibrium ({e.about.title}), after the "
        "stocks that are known: change of real income, % of the baseline, a minus is a loss. "
        f"{readings}. The regions that lose most, then those that "
        "gain most; results.csv has all.",
        *(
            f"{words.sentence(link.stage)}, {KINDS[link.kind]} {joined(link.sectors)}, "
            f"{words.number(100 * link.exposed)} %. {link.note}"
            for link in r.chain.links
        ),
        "Error of the mapping: the productivity that the chain takes from a sector, beside the volume that the "
        f"equilibrium makes of it: {_mapping(r.links)}.",
        *(note.text for linked in r.links for note in linked.notes),
    )
    return Section("equilibrium", "In the equilibrium", text, (), Table(rows))


KINDS = {"use": "used by", "is": "a part of", "make": "sold by"}


def _mapping(links: Sequence[Linked]) -> str:
    first = next((linked for linked in links if linked.rows), None)
    if first is None:
        return "none of the readings changes productivity"
    rows = sorted(
        (row for row in first.rows if row["output volume, %"] is not None),
        key=lambda r: r["productivity, %"],
    )
    parts = [
        f"{row['region']} {row['sector']} {words.percent(row['productivity, %'])} and "
        f"{words.percent(row['output volume, %'])}"
        for row in rows[:4]
    ]
    return f"{first.reading}: {joined(parts)}"


def _results(r: ChainResult, stages: Sequence[Row]) -> list[Row]:
    rows: list[dict[str, Any]] = []

    def add(
        variable: str,
        value: float | None,
        unit: str,
        stage: str = "",
        country: str = "",
        day: float | str = "",
    ) -> None:
        rows.append(
            {
                "chain": r.chain.name,
                "variable": variable,
                "stage": stage,
                "country": country,
                "day": day,
                "value": value,
                "unit": unit,
            }
        )

    add("output", 100 * r.found.output, "% of normal")
    for row in stages:
        for head in (
            "its share, %",
            "the group, %",
            "unnamed, %",
            "still feasible, %",
            "output per capacity added",
            "stock, days",
            "rebuild, days",
            "days of cover",
        ):
            name, _, unit = head.partition(", ")
            add(
                name,
                row[head],
                unit or "points per point",
                row["id"],
                row["largest"] if name == "its share" else "",
            )
    for cut in r.singles:
        add(
            "output left when lost",
            100 * cut.output,
            "% of normal",
            cut.stage or "every stage",
            cut.country,
        )
    for d, v in zip(r.time.days, r.time.output, strict=True):
        add("output over time", 100 * float(v), "% of normal", day=float(d))
    for linked in r.links:
        e = linked.outcome.economy
        for n, region in enumerate(e.regions):
            add(
                f"real income, {linked.reading}",
                100 * float(linked.outcome.real_income[n] - 1),
                "%",
                country=region,
            )
    return [row for row in rows if row["value"] is not None]


def _cut_record(cut: Outage) -> dict[str, Any]:
    return {
        "suppliers": list(cut.suppliers),
        "stages": list(cut.stages),
        "buyers": list(cut.buyers),
        "share": cut.share,
    }
