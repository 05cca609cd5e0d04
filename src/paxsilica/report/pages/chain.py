"""The page of `pax chain`: who makes each stage, what is left when suppliers are cut, for how long stocks last."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from paxsilica.findings import Block
from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import Figure
from paxsilica.report.pages.chain_words import ChainView, chain_sentences, years
from paxsilica.report.sheet import Row, Section, Sheet, Table, columns, head
from paxsilica.report.supply_charts import (
    OTHERS,
    TRUSTED,
    UNNAMED,
    StageBar,
    bars,
    flow,
    heatmap,
    path,
)

MOST_BARS, MOST_COUNTRIES, MOST_STAGES, MOST_LOSERS, MOST_GAINERS = 20, 14, 40, 10, 4

OF_STAGES = (
    *("data_year", "group_share", "unnamed_output", "feasible_output", "output_per_capacity"),
    *("stock", "rebuild_time", "days_of_cover"),
)

LEAST_STEP = 0.05
"""Points of normal output by which the path changes where the table shows it."""


def sheet(answer: Answer) -> Sheet:
    """The page of one chain, or the list of those that are packaged."""
    if "titles" in answer.attachments:
        return _catalogue(answer)
    v = ChainView(answer)
    parts = [_stages(v), _singles(v), *([_after_the_cut(v)] if v.cuts else [])]
    parts += [_equilibrium(v)] if v.question.link else []
    told = tuple(f"{s['name']}: {s['note']}" for s in v.stages.values() if s["note"])
    parts += [Section("about", "Of the stages", told)] if told else []
    basis = (
        f"{len(v.stages)} stages; shares of world output {v.counted}. Output is per cent of the "
        "baseline year's; what is cut is cut at once and for good."
    )
    title = v.chain["title"] + (f": {v.cuts}" if v.cuts else "")
    return Sheet.of(answer, "chain", title, [basis], chain_sentences(v), parts)


def _catalogue(answer: Answer) -> Sheet:
    numbers = columns(answer, "product", "stages", "stages_with_data")
    titles = answer.attachments["titles"].items()
    rows = [
        {"chain": name, "title": title, **numbers[name], "data of": years(answer, name)}
        for name, title in titles
    ]
    about = "`pax chain NAME` says what each still makes when suppliers are cut."
    parts = [Section("chains", "Chains", table=Table(rows))]
    return Sheet.of(answer, "chain", "Packaged supply chains", [about], [], parts)


# ---- stages ------------------------------------------------------------------------------------


def _stages(v: ChainView) -> Section:
    frame = " Thick frame: what limits the output." if v.binding else ""
    notes = [f"Bars: share of world output {v.counted}. First inputs on the left.{frame}"]
    kinds = {v.group: TRUSTED, "others": OTHERS, "unnamed suppliers": UNNAMED}
    nodes = _nodes(v)
    drawn = [[nodes[id] for id in column] for column in _layout(v)]
    edges = [(used, id) for id, stage in v.stages.items() for used in stage["inputs"]]
    chart = flow(drawn, edges, kinds, f"{v.chain['title']}: who makes each stage", notes)
    says = (
        f"The {len(v.stages)} stages from first inputs to final products, with the share that {v.group} "
        "makes of each."
    )
    about = (
        "Output per capacity added: what one point of capacity more at this stage alone would add to the chain's "
        "output, in points; zero where another stage binds as well. Days of cover: stock over the daily shortfall "
        "of the stage."
    )
    rows = _stage_rows(v)
    page = [key for key in rows[0] if key not in ("id", "layer", "source", "note")]
    left = {head(v.answer, "unnamed_output"), head(v.answer, "rebuild_time")}
    table = Table(rows, shown=[key for key in page if key not in left], page=page)
    return Section("stages", "Stages", (about,), (Figure("flow", chart, says),), table)


def _stage_rows(v: ChainView) -> list[Row]:
    """A row for every stage, in the order of production."""
    numbers = columns(v.answer, "item", *OF_STAGES)
    rows: list[Row] = []
    for id, stage in v.stages.items():
        largest = next(iter(_suppliers(v, id)), ("", None))
        row = {"stage": stage["name"], "id": id, "layer": stage["layer"], "largest": largest[0]}
        row |= {head(v.answer, "output_share"): largest[1], **numbers[id]}
        source = v.chain["sources"].get(stage["source"], "")
        rows.append(row | {"source": source, "note": stage["note"]})
    return rows


def _suppliers(v: ChainView, id: str) -> list[tuple[str, float]]:
    """Suppliers of a stage and their shares, %, the largest first."""
    found = v.findings.along("output_share", "region", item=id).items()
    known = [(country, share) for country, share in found if share is not None]
    return sorted(known, key=lambda share: -share[1])


def _nodes(v: ChainView) -> dict[str, StageBar]:
    group, unnamed, year = map(v.of, ("group_share", "unnamed_output", "data_year"))
    nodes = {}
    for id, stage in v.stages.items():
        ours, rest = ((of[id] or 0.0) / 100 for of in (group, unnamed))
        others = max(1 - rest - ours, 0.0)
        listed = ", ".join(f"{country} {share:.0f} %" for country, share in _suppliers(v, id)[:6])
        when = "no country data" if (known := year[id]) is None else f"{known:.0f}"
        parts = {v.group: ours, "others": others, "unnamed suppliers": rest}
        tip = f"{stage['name']} ({when}): {listed or 'unknown'}"
        nodes[id] = StageBar(id, stage["name"], parts, tip, id in v.binding)
    return nodes


def _layout(v: ChainView) -> list[list[str]]:
    """Stages by their distance from the end, farthest first, those of one user together."""
    users: dict[str, list[str]] = {id: [] for id in v.stages}
    for id, stage in v.stages.items():
        for used in stage["inputs"]:
            users[used].append(id)
    distance: dict[str, int] = {}
    for id in reversed(users):
        distance[id] = 1 + max((distance[user] for user in users[id]), default=-1)
    drawn: list[list[str]] = []
    order: dict[str, float] = {}
    for at in range(max(distance.values()) + 1):
        column = [id for id in v.stages if distance[id] == at]
        column.sort(key=lambda id: sum(order[user] for user in users[id]) / max(len(users[id]), 1))
        order |= {id: (place + 0.5) / len(column) for place, id in enumerate(column)}
        drawn.insert(0, column)
    return drawn


# ---- one supplier at a time --------------------------------------------------------------------


def _singles(v: ChainView) -> Section:
    without = [b for b in v.findings.select("output_without").blocks if not b.detail]
    share = {(r["region"], r["item"]): r["value"] for r in v.findings.select("output_share").rows()}
    name, left = head(v.answer, "output_share"), head(v.answer, "output_without")
    rows = [
        {
            "country": v.names.name(row["region"]),
            "code": row["region"],
            "lost at": row["item"].replace("_", " "),
            name: share[row["region"], row["item"]],
            left: row["value"],
        }
        for b in without
        for row in b.rows()
    ]
    alone = [row["code"] for row in rows if row["lost at"] == "every stage"]
    figures = (_single_losses(v, alone[:MOST_COUNTRIES]),) if alone else ()
    note = "Cuts that cost next to nothing, less than half a point of output, are in results.csv."
    return Section("single", "One supplier at a time", (), figures, Table(rows, note))


def _single_losses(v: ChainView, countries: Sequence[str]) -> Figure:
    without = v.findings.select("output_without", region=countries, item=list(v.stages)).rows()
    lost = {(row["item"], row["region"]): 100 - row["value"] for row in without}
    stages = [id for id in v.stages if any((id, country) in lost for country in countries)]
    worst = sorted(stages, key=lambda id: -max(lost.get((id, c), 0.0) for c in countries))
    shown = [id for id in stages if id in worst[:MOST_STAGES]]
    stage = {id: v.stages[id]["name"] for id in shown}
    name = {country: v.names.name(country) for country in countries}

    def cell(id: str, country: str) -> dict[str, Any]:
        loss = lost.get((id, country))
        said = "no plants" if loss is None else f"{loss:.1f} % of output lost"
        return {
            "row": stage[id],
            "column": name[country],
            "value": loss,
            "text": "" if loss is None else f"{loss:.0f}",
            "tip": f"{name[country]} lost at {stage[id]}: {said}",
        }

    cells = [cell(id, country) for id in shown for country in countries]
    title = f"{v.chain['title']}: output lost when one country is lost at one stage"
    notes = [
        "Per cent of normal output, after rerouting, before stocks and rebuilding. Grey: no plants there."
    ]
    rows, names = list(stage.values()), list(name.values())
    chart = heatmap(cells, rows, names, "Output lost, %", title, notes, 100.0)
    says = f"Heatmap of output lost: {len(shown)} stages, {len(countries)} countries."
    return Figure("single-cuts", chart, says)


# ---- over time ---------------------------------------------------------------------------------


def _after_the_cut(v: ChainView) -> Section:
    along = v.findings.along("output_over_time", "point").items()
    output = {int(day): value for day, value in along if value is not None}
    last = v.question.days
    steps = [(0, output[0])]
    steps += [(day, b) for (_, a), (day, b) in pairwise(output.items()) if abs(b - a) > LEAST_STEP]
    drawn = (*output.items(), (last, output[max(output)]))
    rows = [{"day": day, "value": value} for day, value in drawn]
    notes = [
        "Output of final products, % of normal, with the stocks and rebuilding times that are known, used as well "
        "as can be."
    ]
    title = f"{v.chain['title']}: the path after the cut"
    chart = path(rows, "Output, % of normal", title, notes)
    figures = (Figure("path", chart, f"Output over {last} days after the cut."), *_cover(v))
    name = head(v.answer, "output_over_time")
    table = Table([{"from day": day, name: value} for day, value in steps])
    return Section("time", "Over time", (), figures, table)


def _cover(v: ChainView) -> list[Figure]:
    stock = v.of("stock")
    short = {id: days for id, days in v.of("days_of_cover").items() if days is not None}
    if all(stock[id] is None for id in short):
        return []
    rows = []
    for id in sorted(short, key=lambda id: short[id])[:MOST_BARS]:
        known, name = stock[id] is not None, v.stages[id]["name"]
        text = f"{words.number(short[id], 2)} days" if known else "unknown"
        kind = "stock known" if known else "stock unknown"
        row = {"label": name, "value": short[id], "kind": kind, "text": text}
        rows.append(row | {"tip": f"{name}: {text}"})
    notes = [
        "Stock over the daily shortfall of the stage. A stock that no source states counts as none."
    ]
    kinds = {"stock known": TRUSTED, "stock unknown": UNNAMED}
    chart = bars(rows, "Days", f"{v.chain['title']}: days of cover by stage", notes, kinds)
    return [Figure("cover", chart, f"Days of cover at {len(rows)} stages that fall short.")]


# ---- the equilibrium ---------------------------------------------------------------------------

READINGS = {
    "rationed": "output of the linked sectors falls with the product, nothing replaces it",
    "substituted": "the product has its share of costs, and the model's elasticity among inputs replaces it",
    "at_source": "the sector that sells the product loses plants or may not sell; prices meet the cut, not stocks",
}

BELONGS = {"use": "used by", "is": "a part of", "make": "sold by"}


def _equilibrium(v: ChainView) -> Section:
    blocks = v.findings.select("real_income", elasticities=None).blocks
    regions, values = blocks[0].axes[0]["region"], np.stack([b.value for b in blocks])
    order = np.argsort(values.min(0), kind="stable")
    gainers = [n for n in order[-MOST_GAINERS:] if values[:, n].max() > 0]
    rows = [
        {"region": v.names.name(regions[n]), "code": regions[n], **_incomes(blocks, n)}
        for n in dict.fromkeys([*order[:MOST_LOSERS], *gainers])
    ]
    said = [f"{words.sentence(_said_reading(b))}: {READINGS[b.fixed['scenario']]}" for b in blocks]
    links = zip(v.chain["links"], v.findings.array("exposed"), strict=True)
    text = (
        f"The short run (about the first year) in the equilibrium ({v.answer.about.title}), after the "
        "stocks that are known: change of real income, % of the baseline, a minus is a loss. "
        f"{'. '.join(said)}. The regions that lose most, then those that gain most; results.csv has all. "
        "Lowest and highest: over the published sets of trade elasticities.",
        *(
            f"{words.sentence(link['stage'])}, {BELONGS[link['kind']]} {joined(link['sectors'])}, "
            f"{words.number(share)} %. {link['note']}"
            for link, share in links
        ),
        "Error of the mapping: the productivity that the chain takes from a sector, beside the volume that the "
        f"equilibrium makes of it: {_mapping(v)}.",
        *(note.text for note in v.answer.notes if note.name == "not a region"),
    )
    return Section("equilibrium", "In the equilibrium", text, (), Table(rows))


def _said_reading(b: Block) -> str:
    return b.fixed["scenario"].replace("_", " the ")


def _incomes(blocks: Sequence[Block], n: int) -> dict[str, float]:
    """A region's columns: real income in every reading, and its band where there is one."""
    return {
        f"{label}, {_said_reading(b)}, %": float(numbers[n])
        for b in blocks
        for label, numbers in (("real income", b.value), ("lowest", b.low), ("highest", b.high))
        if numbers is not None
    }


def _mapping(v: ChainView) -> str:
    first = next((b for b in v.findings.select("output_volume").blocks if b.value.size), None)
    if first is None:
        return "none of the readings changes productivity"
    taken = v.findings.array("productivity", scenario=first.fixed["scenario"])
    pairs = sorted(zip(taken, first.value, range(len(taken)), strict=True))
    region, sector = (first.axes[0][name] for name in ("region", "sector"))
    said = [
        f"{region[at]} {sector[at]} {words.percent(lost)} and {words.percent(volume)}"
        for lost, volume, at in pairs
        if volume == volume
    ]
    return f"{_said_reading(first)}: {joined(said[:4])}"
