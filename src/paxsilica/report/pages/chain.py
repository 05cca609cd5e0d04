"""The page of `pax chain`: who makes each stage, what is left when suppliers are cut, for how long stocks last."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import TopologicalSorter
from itertools import pairwise, product
from statistics import fmean

from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import Figure
from paxsilica.report.pages.chain_words import ChainView, chain_sentences, years
from paxsilica.report.report import Report, Row, Section, Table, columns, from_bullets, head
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


def report(answer: Answer) -> Report:
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
    return from_bullets(answer, "chain", title, [basis], chain_sentences(v), parts)


def _catalogue(answer: Answer) -> Report:
    numbers = columns(answer, "product", "stages", "stages_with_data")
    rows = [
        {"chain": name, "title": title, **numbers[name], "data of": years(answer, name)}
        for name, title in answer.attachments["titles"].items()
    ]
    about = "`pax chain NAME` says what each still makes when suppliers are cut."
    parts = [Section("chains", "Chains", table=Table(rows))]
    return from_bullets(answer, "chain", "Packaged supply chains", [about], [], parts)


def _stages(v: ChainView) -> Section:
    frame = " Thick frame: what limits the output." if v.binding else ""
    notes = [f"Bars: share of world output {v.counted}. First inputs on the left.{frame}"]
    kinds = {v.group: TRUSTED, "others": OTHERS, "unnamed suppliers": UNNAMED}
    drawn = [[_bar(v, id) for id in column] for column in _layout(v)]
    edges = [(used, id) for id, stage in v.stages.items() for used in stage["inputs"]]
    chart = flow(drawn, edges, kinds, f"{v.chain['title']}: who makes each stage", notes)
    says = f"The {len(v.stages)} stages from first inputs to final products, with the share that {v.group} makes of each."
    about = (
        "Output per capacity added: what one point of capacity more at this stage alone would add to the chain's "
        "output, in points; zero where another stage binds as well. Days of cover: stock over the daily shortfall "
        "of the stage."
    )
    rows = _stage_rows(v)
    page = [key for key in rows[0] if key not in ("id", "layer", "source", "note")]
    left = [head(v.answer, key) for key in ("unnamed_output", "rebuild_time")]
    table = Table(rows, shown=[key for key in page if key not in left], page=page)
    return Section("stages", "Stages", (about,), (Figure("flow", chart, says),), table)


def _stage_rows(v: ChainView) -> list[Row]:
    """A row for every stage, in the order of production."""
    numbers, share = columns(v.answer, "item", *OF_STAGES), head(v.answer, "output_share")
    rows: list[Row] = []
    for id, stage in v.stages.items():
        largest, its = next(iter(v.suppliers(id)), ("", None))
        row = {"stage": stage["name"], "id": id, "layer": stage["layer"], "largest": largest}
        source = v.chain["sources"].get(stage["source"], "")
        rows.append({**row, share: its, **numbers[id], "source": source, "note": stage["note"]})
    return rows


def _bar(v: ChainView, id: str) -> StageBar:
    name, year = v.stages[id]["name"], v.of("data_year")[id]
    ours, rest = ((v.of(key)[id] or 0.0) / 100 for key in ("group_share", "unnamed_output"))
    parts = {v.group: ours, "others": max(1 - rest - ours, 0.0), "unnamed suppliers": rest}
    listed = ", ".join(f"{country} {share:.0f} %" for country, share in v.suppliers(id)[:6])
    when = "no country data" if year is None else f"{year:.0f}"
    return StageBar(id, name, parts, f"{name} ({when}): {listed or 'unknown'}", id in v.binding)


def _layout(v: ChainView) -> list[list[str]]:
    """Stages by their distance from the end, farthest first, those of one user together."""
    users = {id: [u for u, user in v.stages.items() if id in user["inputs"]] for id in v.stages}
    drawn: list[list[str]] = []
    height: dict[str, float] = {}
    sorter = TopologicalSorter(users)
    sorter.prepare()
    while ready := sorter.get_ready():
        mean = {id: fmean([height[user] for user in users[id]] or [0.0]) for id in ready}
        column = sorted((id for id in users if id in mean), key=mean.__getitem__)
        height |= {id: (place + 0.5) / len(column) for place, id in enumerate(column)}
        drawn.insert(0, column)
        sorter.done(*ready)
    return drawn


def _singles(v: ChainView) -> Section:
    keys = "output_share", "output_without"
    rows = [
        {
            "country": v.names.name(country),
            "code": country,
            "lost at": stage.replace("_", " "),
            **{head(v.answer, key): its[key]["value"] for key in keys},
        }
        for (country, stage), its in v.findings.select(*keys).cells("region", "item").items()
        if keys[1] in its
    ]
    alone = [row["code"] for row in rows if row["lost at"] == "every stage"]
    figures = (_single_losses(v, alone[:MOST_COUNTRIES]),) if alone else ()
    note = "Cuts that cost next to nothing, less than half a point of output, are in results.csv."
    return Section("single", "One supplier at a time", (), figures, Table(rows, note))


def _single_losses(v: ChainView, countries: Sequence[str]) -> Figure:
    without = v.findings.select("output_without", region=countries, item=list(v.stages)).rows()
    lost = {(row["item"], row["region"]): 100 - row["value"] for row in without}
    worst = {id: max(lost.get((id, c), -1.0) for c in countries) for id in v.stages}
    stages = [id for id in v.stages if worst[id] >= 0]
    most = sorted(stages, key=lambda id: -worst[id])[:MOST_STAGES]
    shown = {id: v.stages[id]["name"] for id in stages if id in most}
    names = {country: v.names.name(country) for country in countries}
    cells = []
    for (id, stage), (country, name) in product(shown.items(), names.items()):
        loss = lost.get((id, country))
        said = "no plants" if loss is None else f"{loss:.1f} % of output lost"
        text = "" if loss is None else f"{loss:.0f}"
        cell = {"row": stage, "column": name, "value": loss, "text": text}
        cells.append({**cell, "tip": f"{name} lost at {stage}: {said}"})
    title = f"{v.chain['title']}: output lost when one country is lost at one stage"
    notes = [
        "Per cent of normal output, after rerouting, before stocks and rebuilding. Grey: no plants there."
    ]
    sides = list(shown.values()), list(names.values())
    chart = heatmap(cells, *sides, "Output lost, %", title, notes, 100.0)
    says = f"Heatmap of output lost: {len(shown)} stages, {len(names)} countries."
    return Figure("single-cuts", chart, says)


def _after_the_cut(v: ChainView) -> Section:
    along = v.findings.along("output_over_time", "point").items()
    output = [(int(day), value) for day, value in along if value is not None]
    changes = [b for a, b in pairwise(output) if abs(b[1] - a[1]) > LEAST_STEP]
    last, name = v.question.days, head(v.answer, "output_over_time")
    drawn = [{"day": day, "value": value} for day, value in [*output, (last, output[-1][1])]]
    notes = [
        "Output of final products, % of normal, with the stocks and rebuilding times that are known, used as well "
        "as can be."
    ]
    title = f"{v.chain['title']}: the path after the cut"
    chart = path(drawn, "Output, % of normal", title, notes)
    figures = (Figure("path", chart, f"Output over {last} days after the cut."), *_cover(v))
    table = Table([{"from day": day, name: value} for day, value in [output[0], *changes]])
    return Section("time", "Over time", (), figures, table)


def _cover(v: ChainView) -> list[Figure]:
    stock = v.of("stock")
    cover = [(days, id) for id, days in v.of("days_of_cover").items() if days is not None]
    if all(stock[id] is None for _, id in cover):
        return []
    rows = []
    for days, id in sorted(cover, key=lambda one: one[0])[:MOST_BARS]:
        known, name = stock[id] is not None, v.stages[id]["name"]
        text = f"{words.number(days, 2)} days" if known else "unknown"
        row = {"label": name, "value": days, "kind": "stock known" if known else "stock unknown"}
        rows.append({**row, "text": text, "tip": f"{name}: {text}"})
    notes = [
        "Stock over the daily shortfall of the stage. A stock that no source states counts as none."
    ]
    kinds = {"stock known": TRUSTED, "stock unknown": UNNAMED}
    chart = bars(rows, "Days", f"{v.chain['title']}: days of cover by stage", notes, kinds)
    return [Figure("cover", chart, f"Days of cover at {len(rows)} stages that fall short.")]


READINGS = {
    "rationed": "output of the linked sectors falls with the product, nothing replaces it",
    "substituted": "the product has its share of costs, and the model's elasticity among inputs replaces it",
    "at_source": "the sector that sells the product loses plants or may not sell; prices meet the cut, not stocks",
}

BAND = {"value": "real income", "low": "lowest", "high": "highest"}

BELONGS = {"use": "used by", "is": "a part of", "make": "sold by"}


def _equilibrium(v: ChainView) -> Section:
    found = v.findings.select("real_income", elasticities=None).cells("region", also="scenario")
    incomes = {region: [row["value"] for row in its.values()] for region, its in found.items()}
    order = sorted(incomes, key=lambda region: min(incomes[region]))
    gainers = [region for region in order[-MOST_GAINERS:] if max(incomes[region]) > 0]
    rows = [
        {
            "region": v.names.name(region),
            "code": region,
            **{
                f"{told}, {_said_reading(row)}, %": row[key]
                for row in found[region].values()
                for key, told in BAND.items()
                if key in row
            },
        }
        for region in dict.fromkeys([*order[:MOST_LOSERS], *gainers])
    ]
    said = [
        f"{words.sentence(_said_reading(row))}: {READINGS[row['scenario']]}"
        for row in found[order[0]].values()
    ]
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


def _said_reading(row: Row) -> str:
    return str(row["scenario"]).replace("_", " the ")


def _mapping(v: ChainView) -> str:
    rows = v.findings.select("output_volume", "productivity")
    found = rows.cells("scenario", "region", "sector", detail=True)
    if not found:
        return "none of the readings changes productivity"
    first = next(its["output_volume"] for its in found.values())
    pairs = [
        (its["productivity"]["value"], its["output_volume"]["value"], f"{region} {sector}")
        for (scenario, region, sector), its in found.items()
        if scenario == first["scenario"] and its["output_volume"]["value"] is not None
    ]
    said = [
        f"{where} {words.percent(lost)} and {words.percent(volume)}"
        for lost, volume, where in sorted(pairs)
    ]
    return f"{_said_reading(first)}: {joined(said[:4])}"
