"""The page of `pax chain`: who makes each stage, what is left when suppliers are cut, for how long stocks last."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import Any, cast

from paxsilica.names import joined
from paxsilica.questions.chain import Chain
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import Figure
from paxsilica.report.pages.chain_told import Told, summary
from paxsilica.report.sheet import Row, Section, Sheet, Table, head
from paxsilica.report.supply_charts import OTHERS, TRUSTED, UNNAMED, Node, bars, flow, heatmap, path

MOST_BARS, MOST_COUNTRIES, MOST_STAGES, MOST_LOSERS, MOST_GAINERS = 20, 14, 40, 10, 4

OF_STAGES = (
    *("data_year", "largest_share", "group_share", "unnamed_output", "feasible_output"),
    *("output_per_capacity", "stock", "rebuild_time", "days_of_cover"),
)
ON_THE_PAGE_ALONE = ("unnamed_output", "rebuild_time")

LEAST_STEP = 0.05
"""Points of normal output by which the path changes where the table shows it."""


def sheet(answer: Answer) -> Sheet:
    """The page of one chain, or the list of those that are packaged."""
    question = cast(Chain, answer.question)
    if question.name is None:
        return _listed(answer)
    t = Told(answer, question)
    parts = [_stages(t), _singles(t), *([_time(t)] if t.cuts else []), *_links(t), *_about(t)]
    span = " to ".join(t.years) or "no year"
    return Sheet.of(
        answer,
        kind="chain",
        title=t.chain["title"] + (f": {t.cuts}" if t.cuts else ""),
        basis=[
            f"{len(t.stages)} stages; shares of world output {t.counted}, {span}. Output is per "
            "cent of the baseline year's; what is cut is cut at once and for good."
        ],
        summary=summary(t),
        sections=parts,
    )


def _listed(answer: Answer) -> Sheet:
    f = answer.findings
    rows = []
    for name, title in answer.attachments["titles"].items():
        span = f.along("data_year", "point", product=name).values()
        years = dict.fromkeys(f"{year:.0f}" for year in span if year is not None)
        numbers = {key: int(f.value(key, product=name)) for key in ("stages", "stages_with_data")}
        rows.append(
            {
                "chain": name,
                "title": title,
                **{head(answer, key): number for key, number in numbers.items()},
                "data of": " to ".join(years),
            }
        )
    about = "`pax chain NAME` says what each still makes when suppliers are cut."
    return Sheet.of(
        answer,
        "chains",
        "Packaged supply chains",
        [about],
        [],
        [Section("chains", "Chains", (), (), Table(rows))],
    )


# ---- sections ----------------------------------------------------------------------------------


def _stages(t: Told) -> Section:
    span = " to ".join(t.years)
    frame = " Thick frame: what limits the output." if t.binding else ""
    notes = [f"Bars: share of world output {t.counted}, {span}. First inputs on the left.{frame}"]
    kinds = {t.group: TRUSTED, "others": OTHERS, "unnamed suppliers": UNNAMED}
    nodes = [[_node(t, id) for id in column] for column in _columns(t)]
    edges = [(used, id) for id, stage in t.stages.items() for used in stage["inputs"]]
    chart = flow(nodes, edges, kinds, f"{t.chain['title']}: who makes each stage", notes)
    says = (
        f"The {len(t.stages)} stages from first inputs to final products, with the share that {t.group} "
        "makes of each."
    )
    about = (
        "Output per capacity added: what one point of capacity more at this stage alone would add to the chain's "
        "output, in points; zero where another stage binds as well. Days of cover: stock over the daily shortfall "
        "of the stage."
    )
    heads = {key: head(t.answer, key) for key in OF_STAGES}
    page = ("stage", heads["data_year"], "largest", *list(heads.values())[1:])
    hidden = {heads[key] for key in ON_THE_PAGE_ALONE}
    shown = [name for name in page if name not in hidden]
    table = Table(_stage_rows(t, heads), shown=shown, page=page)
    return Section("stages", "Stages", (about,), (Figure("flow", chart, says),), table)


def _stage_rows(t: Told, heads: Mapping[str, str]) -> list[Row]:
    """A row for every stage, in the order of production."""
    found = {key: t.f.along(key, "item") for key in OF_STAGES}
    largest = {r["item"]: r["region"] for r in t.f.select("largest_share").rows() if "item" in r}
    return [
        {
            "stage": stage["name"],
            "id": id,
            "layer": stage["layer"],
            "largest": largest.get(id, ""),
            **{heads[key]: found[key].get(id) for key in OF_STAGES},
            heads["data_year"]: _whole(found["data_year"][id]),
            "source": t.chain["sources"].get(stage["source"], ""),
            "note": stage["note"],
        }
        for id, stage in t.stages.items()
    ]


def _whole(number: float | None) -> int | None:
    return None if number is None else int(number)


def _columns(t: Told) -> list[list[str]]:
    """Stages by their distance from the end, farthest first, those of one user together."""
    users: dict[str, list[str]] = {id: [] for id in t.stages}
    for id, stage in t.stages.items():
        for used in stage["inputs"]:
            users[used].append(id)
    distance: dict[str, int] = {}
    for id in reversed(list(t.stages)):
        distance[id] = 1 + max((distance[user] for user in users[id]), default=-1)
    columns: list[list[str]] = []
    order: dict[str, float] = {}
    for at in range(max(distance.values()) + 1):
        column = [id for id in t.stages if distance[id] == at]
        column.sort(key=lambda id: sum(order[user] for user in users[id]) / max(len(users[id]), 1))
        order |= {id: (place + 0.5) / len(column) for place, id in enumerate(column)}
        columns.insert(0, column)
    return columns


def _node(t: Told, id: str) -> Node:
    ours, unnamed = (
        (t.f.along(key, "item")[id] or 0.0) / 100 for key in ("group_share", "unnamed_output")
    )
    parts = {t.group: ours, "others": max(1 - unnamed - ours, 0.0), "unnamed suppliers": unnamed}
    year = t.f.along("data_year", "item")[id]
    shares = t.f.along("output_share", "region", item=id)
    first = sorted(shares, key=lambda country: -(shares[country] or 0.0))[:6]
    listed = ", ".join(f"{country} {shares[country]:.0f} %" for country in first)
    name = t.stages[id]["name"]
    tip = f"{name} ({_whole(year) or 'no country data'}): {listed or 'unknown'}"
    return Node(id, name, parts, tip, id in t.binding)


def _singles(t: Told) -> Section:
    felt = [row for b in t.f.select("output_without").blocks if not b.detail for row in b.rows()]
    heads = [head(t.answer, key) for key in ("output_share", "output_without")]
    share = {
        _place(row): row["value"] for row in t.f.select("output_share", "largest_share").rows()
    }
    rows = [
        {
            "country": t.names.name(row["region"]),
            "code": row["region"],
            "lost at": row.get("item", "every stage"),
            heads[0]: share[_place(row)],
            heads[1]: row["value"],
        }
        for row in felt
    ]
    countries = [row["region"] for row in felt if "item" not in row][:MOST_COUNTRIES]
    figures = (_heatmap(t, countries),) if countries else ()
    note = "Cuts that cost next to nothing, less than half a point of output, are in results.csv."
    return Section("single", "One supplier at a time", (), figures, Table(rows, note))


def _place(row: Row) -> tuple[str, str]:
    return row["region"], row.get("item", "")


def _heatmap(t: Told, countries: Sequence[str]) -> Figure:
    without = t.f.select("output_without", region=countries).rows()
    loss = {_place(row): 100 - row["value"] for row in without if "item" in row}
    stages = [id for id in t.stages if any((country, id) in loss for country in countries)]
    worst = sorted(stages, key=lambda id: -max(loss.get((c, id), 0.0) for c in countries))
    shown = [id for id in stages if id in worst[:MOST_STAGES]]
    name = {country: t.names.name(country) for country in countries}
    cells = []
    for id in shown:
        stage = t.stages[id]["name"]
        for country in countries:
            lost = loss.get((country, id))
            said = "no plants" if lost is None else f"{lost:.1f} % of output lost"
            cells.append(
                {
                    "row": stage,
                    "column": name[country],
                    "value": lost,
                    "text": "" if lost is None else f"{lost:.0f}",
                    "tip": f"{name[country]} lost at {stage}: {said}",
                }
            )
    chart = heatmap(
        cells,
        [t.stages[id]["name"] for id in shown],
        list(name.values()),
        "Output lost, %",
        f"{t.chain['title']}: output lost when one country is lost at one stage",
        [
            "Per cent of normal output, after rerouting, before stocks and rebuilding. Grey: no plants there."
        ],
        100.0,
    )
    says = f"Heatmap of output lost: {len(shown)} stages, {len(countries)} countries."
    return Figure("single-cuts", chart, says)


def _time(t: Told) -> Section:
    along = t.f.along("output_over_time", "point").items()
    output = {int(day): value for day, value in along if value is not None}
    last = t.question.days
    rows = [
        {"day": float(day), "value": value, "which": "output"}
        for day, value in (*output.items(), (last, [*output.values()][-1]))
    ]
    notes = [
        "Output of final products, % of normal, with the stocks and rebuilding times that are known, used as well "
        "as can be."
    ]
    title = f"{t.chain['title']}: the path after the cut"
    chart = path(rows, "Output, % of normal", title, notes, {"output": TRUSTED})
    figures = [Figure("path", chart, f"Output over {last} days after the cut."), *_cover(t)]
    steps = [0, *(day for (_, a), (day, b) in pairwise(output.items()) if abs(b - a) > LEAST_STEP)]
    name = head(t.answer, "output_over_time")
    table = [{"from day": day, name: output[day]} for day in steps]
    return Section("time", "Over time", (), tuple(figures), Table(table))


def _cover(t: Told) -> list[Figure]:
    cover, stock = (t.f.along(key, "item") for key in ("days_of_cover", "stock"))
    short = {id: days for id, days in cover.items() if days is not None}
    if all(stock[id] is None for id in short):
        return []
    rows: list[dict[str, Any]] = []
    for id in sorted(short, key=lambda id: short[id])[:MOST_BARS]:
        known, name = stock[id] is not None, t.stages[id]["name"]
        text = f"{words.number(short[id], 2)} days" if known else "unknown"
        kind = "stock known" if known else "stock unknown"
        tip = f"{name}: {text}"
        rows.append({"label": name, "value": short[id], "kind": kind, "text": text, "tip": tip})
    notes = [
        "Stock over the daily shortfall of the stage. A stock that no source states counts as none."
    ]
    kinds = {"stock known": TRUSTED, "stock unknown": UNNAMED}
    chart = bars(rows, "Days", f"{t.chain['title']}: days of cover by stage", notes, kinds)
    return [Figure("cover", chart, f"Days of cover at {len(rows)} stages that fall short.")]


def _about(t: Told) -> list[Section]:
    """What the sources say and do not say of each stage."""
    told = tuple(f"{s['name']}: {s['note']}" for s in t.stages.values() if s["note"])
    return [Section("about", "Of the stages", told)] if told else []


# ---- the equilibrium ---------------------------------------------------------------------------

READINGS = {
    "rationed": "output of the linked sectors falls with the product, nothing replaces it",
    "substituted": "the product has its share of costs, and the model's elasticity among inputs replaces it",
    "at_source": "the sector that sells the product loses plants or may not sell; prices meet the cut, not stocks",
}

BELONGS = {"use": "used by", "is": "a part of", "make": "sold by"}


def _links(t: Told) -> list[Section]:
    if not t.question.link:
        return []
    rows = t.f.select("real_income", elasticities=None).rows()
    found = {(row["scenario"], row["region"]): row for row in rows}
    readings, regions = (list(dict.fromkeys(key[at] for key in found)) for at in (0, 1))
    least = {region: min(found[r, region]["value"] for r in readings) for region in regions}
    most = {region: max(found[r, region]["value"] for r in readings) for region in regions}
    order = sorted(regions, key=lambda region: least[region])
    chosen = [*order[:MOST_LOSERS], *(r for r in order[-MOST_GAINERS:] if most[r] > 0)]
    table = [
        {"region": t.names.name(region), "code": region, **_incomes(t, readings, region, found)}
        for region in dict.fromkeys(chosen)
    ]
    said = ". ".join(f"{words.sentence(_reading(r))}: {READINGS[r]}" for r in readings)
    exposed = t.f.array("exposed")
    text = (
        f"The short run (about the first year) in the equilibrium ({t.answer.about.title}), after the "
        "stocks that are known: change of real income, % of the baseline, a minus is a loss. "
        f"{said}. The regions that lose most, then those that gain most; results.csv has all. Lowest and highest: "
        "over the published sets of trade elasticities.",
        *(
            f"{words.sentence(link['stage'])}, {BELONGS[link['kind']]} {joined(link['sectors'])}, "
            f"{words.number(share)} %. {link['note']}"
            for link, share in zip(t.chain["links"], exposed, strict=True)
        ),
        "Error of the mapping: the productivity that the chain takes from a sector, beside the volume that the "
        f"equilibrium makes of it: {_mapping(t)}.",
        *(note.text for note in t.answer.notes if note.name == "not a region"),
    )
    return [Section("equilibrium", "In the equilibrium", text, (), Table(table))]


def _reading(key: str) -> str:
    return key.replace("_", " the ")


def _incomes(
    t: Told, readings: Sequence[str], region: str, found: Mapping[tuple[str, str], Row]
) -> dict[str, float | None]:
    """A region's columns: real income in every reading, and its band where there is one."""
    unit, columns = t.answer.unit("real_income"), {}
    for reading in readings:
        row, name = found[reading, region], _reading(reading)
        columns[f"real income, {name}, {unit}"] = row["value"]
        for end, label in (("low", "lowest"), ("high", "highest")):
            if end in row:
                columns[f"{label}, {name}, {unit}"] = row[end]
    return columns


def _mapping(t: Told) -> str:
    volumes = t.f.select("output_volume").blocks
    first = next((b for b in volumes if b.value.size), None)
    if first is None:
        return "none of the readings changes productivity"
    reading = first.fixed["scenario"]
    taken = [row["value"] for row in t.f.select("productivity", scenario=reading).rows()]
    pairs = [
        (a, row) for a, row in zip(taken, first.rows(), strict=True) if row["value"] is not None
    ]
    parts = [
        f"{row['region']} {row['sector']} {words.percent(lost)} and {words.percent(row['value'])}"
        for lost, row in sorted(pairs, key=lambda pair: pair[0])[:4]
    ]
    return f"{_reading(reading)}: {joined(parts)}"
