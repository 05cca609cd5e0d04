"""The page of `pax chain`: what is left when suppliers are cut, what holds it back, who makes each stage."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from graphlib import TopologicalSorter
from itertools import islice

from paxsilica.names import does, joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.flow import StageBar, flow
from paxsilica.report.charts.heatmap import heatmap
from paxsilica.report.charts.lines import lines
from paxsilica.report.charts.theme import MEMBER, OUTSIDE, UNKNOWN, Figure
from paxsilica.report.charts.world_map import world_map
from paxsilica.report.pages.chain_view import (
    READINGS,
    ChainView,
    cut_share,
    data_years,
    level,
    reading_name,
)
from paxsilica.report.report import Number, Report, Row, Section, Table, columns, head

MOST_BARS, MOST_COUNTRIES, MOST_SETS = 20, 14, 3

LEAST_STEP = 0.05
"""Points of normal output by which the path changes where it is shown."""

OF_STAGES = ["group_share", "unnamed_output", "data_year", "stock", "rebuild_time"]
AFTER_THE_CUT = ["feasible_output", "days_of_cover"]

BASIS_WORDS = {
    "plant": "by place of production",
    "headquarters": "by headquarters of the firm, not by place of its plants",
    "capacity": "of capacity, not of output",
    "count": "by number",
    "imports": "of what the United States imports, by country of origin",
}
"""What the shares of a stage count."""

BELONGS = {"use": "used by", "is": "a part of", "make": "sold by"}

NO_BAND = (
    "Output is in per cent of the baseline year's, without a band, since sources give single numbers. Substitutes, spare "
    "capacity and stocks that nobody states count as none, which makes a loss look larger; unnamed suppliers cannot be "
    "cut, which makes it look smaller."
)


def report(answer: Answer) -> Report:
    """The page of one chain, or the list of those that are packaged."""
    if "titles" in answer.attachments:
        return _catalogue(answer)
    v = ChainView(answer)
    return Report(
        answer,
        "chain",
        v.chain["title"] + (f": {v.cuts} cut" if v.cuts else ""),
        _lead_of_cut(v) if v.cuts else _lead_of_group(v),
        list(_numbers(v)),
        _why_cut(v) if v.cuts else _why_group(v),
        list(_understood(v)),
        lambda: _picture(v),
        lambda: list(_sections(v)),
        [
            f"Equilibrium, {reading_name(key)}: {its['status']}."
            for key, its in answer.solver.items()
        ],
        _stage_section(v),
    )


def _catalogue(answer: Answer) -> Report:
    numbers = columns(answer, "product", "stages", "stages_with_data")
    titles = answer.attachments["titles"].items()
    rows = [
        {
            "chain": name,
            "title": title,
            **numbers[name],
            "data of": data_years(answer, product=name),
        }
        for name, title in titles
    ]
    lead = (
        f"{len(rows)} supply chains come with the program. Each can be asked who makes its stages, and what is left "
        "without some suppliers."
    )
    table, title = Table(rows), "Packaged supply chains"
    parts = [Section("chains", "Chains", table=table)]
    return Report(answer, "chain", title, lead, sections=lambda: parts, screen=table)


# ---- the first screen --------------------------------------------------------------------------


def _lead_of_cut(v: ChainView) -> str:
    tools = any(v.stages[id]["capital"] for id in v.binding)
    held = " in the long run, without new tools" if tools else ""
    held += f", held back by {', then '.join(map(v.say, v.binding))}" if v.binding else ""
    stocks = "with the stocks that are known" if v.ranked("stock") else "without any known stock"
    year = ""
    for who, change, ends, about in v.losers[:1]:
        if change < 0:
            band = f" ({words.band_after_verb(change, ends)})" if ends else ""
            most = f"{does(who, 'lose')} most real income in the first year, {level(-change)}"
            year = f"; {about.removeprefix(', ')}, {who} {most}{band}"
    return (
        f"If {v.cuts} were cut, the chain would make {v.said('output_left')} of its normal output{held}; {stocks} it "
        f"{v.falls_short}{year}. Data of {data_years(v.answer)}."
    )


def _lead_of_group(v: ChainView) -> str:
    alone, more = v.said("output_alone"), v.said("output_alone_with_unnamed")
    unnamed = "with every unnamed supplier on its side"
    band = f"({more} {unnamed})" if more != alone else f"(as much {unnamed})"
    weak = joined(f"{v.say(id)} ({level(share)})" for id, share in islice(v.held.items(), 3))
    weakest = f", weakest at {weak}" if weak else ""
    enough = f"losing {v.sets[0]} is" if v.sets else "no small set of countries is"
    return (
        f"Alone, {v.group} could make {alone} of the world's normal output of this chain {band}{weakest}; "
        f"{enough} enough to bring the chain down to {cut_share(v.question.target)} or less."
    )


def _numbers(v: ChainView) -> Iterator[Number]:
    q = v.question
    if v.cuts:
        each = [f"{v.say(id)} {level(x)}" for id, x in v.ranked("final_output_left").items()]
        mean = f"; the mean of {joined(each)}" if len(each) > 1 else ""
        before = f"of normal, before stocks and rebuilding{mean}"
        yield Number("Output left", v.said("output_left"), "", before)
        ends = f"{level(v.path[0][1])} of normal at first, {level(v.path[-1][1])} at the end"
        known = f"{ends}; stocks are known at {len(v.ranked('stock'))} of {len(v.stages)} stages"
        yield Number("Falls short", v.short, "", known)
        lost = words.number(-v.findings.value("output_lost"))
        part = f"all {q.days}" if lost == words.number(q.days) else f"{lost} of {q.days}"
        note = f"of normal output, over the {q.days} days after the cut"
        yield Number("Output lost", f"{part} days' worth", "", note)
        who = v.names.say(q.buyers or q.trusted, inside=True)
        for id, left in islice(v.ranked("group_output_left").items(), 2):
            note = "of what plants there made"
            yield Number(f"Left to {who}: {v.say(id)}", level(left), "", note)
    else:
        note = f"of normal; {v.said('output_alone_with_unnamed')} with every unnamed supplier"
        yield Number(f"Output of {v.group} alone", v.said("output_alone"), "", note)
        most = f"{sum(share > 50 for share in v.held.values())} of {len(v.held)}"
        yield Number(f"Stages of which {v.group} makes more than half", most, "", "with data")
        for id, share in islice(v.held.items(), 1):
            note = f"made by {v.group}, the least of all stages"
            yield Number(f"Weakest stage: {v.say(id)}", level(share), "", note)
    for who, change, outer, about in v.losers:
        band = words.percent_range(outer)
        note = f"short run, about the first year; the largest loss{about}"
        yield Number(f"Real income of {who}", words.percent(change), band, note)
    if v.losers:
        return
    alone = v.ranked("output_without", "region", item="every_stage")
    for country, left in islice(alone.items(), 1):
        note = "of normal output left; no other country's loss at every stage costs more"
        yield Number(f"Without {v.names.say_region(country)}", level(left), "", note)
    size = f"{v.findings.value('smallest_cut_size'):.0f}" if v.sets else "none"
    more = [f"{len(v.sets) - MOST_SETS} more in results.csv"] * (len(v.sets) > MOST_SETS)
    note = "; or ".join([*v.sets[:MOST_SETS], *more]) or v.note("no such set")
    yield Number(
        f"Fewest countries whose loss leaves {cut_share(q.target)} or less", size, "", note
    )


def _why_cut(v: ChainView) -> str:
    if not v.binding:
        return v.note("cut without effect") or (
            "What is left makes all of it, by spare capacity or substitutes, or since nobody needs the rest."
        )
    q, who = v.question, v.names.say(v.question.cut or (), inside=True)
    shares = {id: sum(v.suppliers(id).get(code, 0.0) for code in v.cut) for id in v.binding}
    id = max(shares, key=shares.__getitem__)
    year = v.ranked("data_year").get(id)
    part = f" ({year:.0f})" if year else ""
    part += f", which {v.names.say(q.buyers, inside=True)} may not buy" if q.buyers else ""
    part += "" if q.share == 1 else f", of which {cut_share(q.share)} is cut"
    made = f"{level(shares[id])} of {v.say(id)}"
    makes = f"{does(who, 'make')} {made}{part}"
    if v.stages[id]["basis"] == "imports":
        makes = f"{does(who, 'sell')} {made} that the United States imports{part}"
    stock, again = (v.ranked(key).get(id) for key in ("stock", "rebuild_time"))
    held = f"users hold {words.number(stock)} days of it" if stock else "no stock of it is known"
    later = "no source says how soon others could replace it, so it counts as lost for good"
    if again is not None:
        later = f"plants stand elsewhere after {words.number(again)} days"
    return f"Every input is needed in proportion, and {who} {makes}; {held}, and {later}."


def _why_group(v: ChainView) -> str:
    if not v.held:
        return "No source names a country at any stage."
    id, share = next(iter(v.held.items()))
    ours = v.names.countries(v.question.trusted)
    others = [(code, of) for code, of in v.suppliers(id).items() if code not in ours]
    most = "".join(f", {v.names.say_region(code)} {level(of)}" for code, of in others[:1])
    return (
        "Every input is needed in proportion, so that the stage that a group makes least of holds back the rest: of "
        f"{v.say(id)} {v.group} makes {level(share)}{most}."
    )


def _understood(v: ChainView) -> Iterator[str]:
    if v.cuts:
        cut = words.sentence(v.cuts)
        own = "" if v.question.buyers else ", for its own users too"
        yield f"{cut} is cut at once and for good{own}; what is left goes where it makes most output."
    named = {id: stage["basis"] for id, stage in v.stages.items() if v.suppliers(id)}
    bases = Counter(named.values()).most_common()
    counted = "; ".join(f"{BASIS_WORDS[b]} ({n} of {len(v.stages)} stages)" for b, n in bases)
    yield f"Shares are counted {counted or 'nowhere'}. Data of {data_years(v.answer)}."
    if blind := [v.say(id) for id in v.stages if id not in named]:
        count = f"{len(blind)} of {len(v.stages)} stages"
        yield f"Without country data, so that no cut reaches them, only their inputs: {count} ({joined(blind, 5)})."
    if tools := sum(stage["capital"] for stage in v.stages.values()):
        yield (
            f"Tools, which users keep for years: {tools} of {len(v.stages)} stages. Output left counts them, as in the "
            "long run without new ones; days and the path over time do not."
        )
    yield NO_BAND
    if v.incomes:
        yield (
            f"Real income: {v.answer.about.title}, short run (about the first year), per cent of the baseline, a minus is "
            "a loss; bands are over the published sets of trade elasticities."
        )


def _picture(v: ChainView) -> Figure | None:
    output = [value for _, value in v.path]
    if max(output) - min(output) > LEAST_STEP:
        rows = [{"x": day, "value": value, "kind": "output"} for day, value in v.path]
        axes = "Days after the cut", head(v.answer, "output_over_time")
        note = "With the stocks and rebuilding times that are known, used as well as can be."
        return lines("path", "Output after the cut", rows, axes, [note], steps=True)
    found, what = v.held, f"what {v.group} makes of each stage"
    axis = f"Share of {v.group} in world output, %"
    if v.cuts:
        found, what = v.left, "what each stage could still make"
        axis = head(v.answer, "feasible_output")
    rows = []
    for id, value in islice(found.items(), MOST_BARS):
        name, said = v.stages[id]["name"], level(value)
        tip = f"{name}: {said}"
        rows.append({"label": name, "value": value, "text": said, "tip": tip, "kind": what})
    some = f"{len(rows)} of {len(v.stages)} stages, the lowest first."
    some += " Each as if everything before it worked for it alone." * bool(v.cuts)
    colours = {what: OUTSIDE if v.cuts else MEMBER}
    return bars(
        "stages-first",
        words.sentence(what),
        rows,
        axis,
        [some],
        colours,
        whole=True,
        heads=("Stage", ""),
    )


# ---- below it ----------------------------------------------------------------------------------


def _sections(v: ChainView) -> Iterator[Section]:
    if v.incomes:
        yield _equilibrium(v)
    drawn = [_flow(v)]
    if single := _single_losses(v):
        yield Section("single", "One supplier at a time", (), (single,))
    yield Section("stages", "Stages", (), drawn, _stage_section(v))
    about = []
    for stage in v.stages.values():
        source = v.chain["sources"].get(stage["source"])
        counted = f"Counted {BASIS_WORDS[stage['basis']]}; source: {source}." if source else ""
        if said := f"{stage['note']} {counted}".strip():
            about.append(f"{stage['name']}: {said}")
    yield Section("about", "Where the shares come from", about)


def _stage_section(v: ChainView) -> Table:
    """A row for every stage, those that hold back most first."""
    by, keys, what = "group_share", OF_STAGES, f"those of which {v.group} makes least"
    if v.cuts:
        by, keys, what = "feasible_output", [*AFTER_THE_CUT, *OF_STAGES], "those with least left"
    key, ours, share = (head(v.answer, k) for k in (by, "group_share", "output_share"))
    numbers = columns(v.answer, "item", *filter(v.ranked, keys))
    stocks, cover, rows = v.ranked("stock"), head(v.answer, "days_of_cover"), list[Row]()
    for id, stage in v.stages.items():
        country, its = next(iter(v.suppliers(id).items()), ("", None))
        largest = {"largest supplier": v.names.name(country), share: its}
        limits = {"limits output": id in v.binding} if v.cuts else {}
        unknown = {} if id in stocks else {cover: None}
        rows.append({"stage": stage["name"], **largest, **limits, **numbers[id], **unknown})
    rows.sort(key=lambda row: (row.get(key) is None, row.get(key)))
    shown = ["stage", "largest supplier", "limits output", share, ours, key]
    return Table(rows, f"Stages, {what} first.", shown)


def _flow(v: ChainView) -> Figure:
    kinds = {v.group: MEMBER, "others": OUTSIDE, "unnamed suppliers": UNKNOWN}
    unnamed = v.ranked("unnamed_output")
    users = {id: [u for u, user in v.stages.items() if id in user["inputs"]] for id in v.stages}
    sorter, drawn = TopologicalSorter(users), list[list[StageBar]]()
    sorter.prepare()
    while ready := sorter.get_ready():
        sorter.done(*ready)
        drawn.insert(0, [])
        for id in filter(ready.__contains__, v.stages):
            name, ours, rest = v.stages[id]["name"], v.held.get(id, 0.0), unnamed[id]
            parts = [ours / 100, max(1 - (ours + rest) / 100, 0.0), rest / 100]
            tip = f"{name}: {joined(v.names.name(code) for code in v.suppliers(id))}"
            bar = StageBar(id, name, dict(zip(kinds, parts, strict=True)), tip, id in v.binding)
            drawn[0].append(bar)
    edges = [(used, id) for id, stage in v.stages.items() for used in stage["inputs"]]
    frame = " Thick frame: limits the output." if v.binding else ""
    note = f"Shares as counted for each stage, first inputs above.{frame}"
    return flow("flow", "Who makes it", drawn, edges, kinds, [note])


def _single_losses(v: ChainView) -> Figure | None:
    rows = v.findings.select("output_without").rows(detail=False)
    countries = list(dict.fromkeys(row["region"] for row in rows))
    shown = countries[:MOST_COUNTRIES]
    cells = []
    for row in rows:
        if row["region"] in shown:
            loss, where = row["value"] - 100, v.names.name(row["region"])
            stage = v.stages.get(row["item"], {"name": "Every stage"})["name"]
            tip = f"{where} lost, {stage}: {words.percent(loss)}"
            cell = {"row": stage, "column": where, "value": loss, "text": words.number(loss, 2)}
            cells.append({**cell, "tip": tip})
    if not cells:
        return None
    sides = [list(dict.fromkeys(cell[side] for cell in cells)) for side in ("row", "column")]
    title = "Change of output when one country is lost"
    notes = [
        "After rerouting, before stocks and rebuilding. Empty: no plants, or less than half a point.",
        f"{len(shown)} of {len(countries)} countries, the largest losses first; results.csv has all.",
    ]
    axis = "Change of output, % of normal"
    return heatmap(
        "single-cuts",
        title,
        cells,
        sides[0],
        sides[1],
        axis,
        notes,
        top=100.0,
        signed=True,
        heads=("Stage", "Country"),
    )


def _equilibrium(v: ChainView) -> Section:
    """Real income by region in every reading."""
    first, unit = next(iter(v.incomes)), head(v.answer, "real_income")
    rows = [
        {
            "region": v.names.name(row["region"]),
            "reading": reading_name(row["scenario"]),
            unit: row["value"],
            "lowest, %": row.get("low"),
            "highest, %": row.get("high"),
        }
        for row in v.findings.select("real_income", elasticities=None).rows()
    ]
    rows.sort(key=lambda row: row[unit])
    note = f"Short run, about the first year, if {READINGS[first]}. A minus is a loss."
    title = "Real income in the first year"
    drawn = world_map("income", title, v.names.table, v.incomes[first], unit, [note])
    text = [
        f"{words.sentence(reading_name(reading))}: {READINGS[reading]}." for reading in v.incomes
    ]
    for link, share in zip(v.chain["links"], v.findings.array("exposed"), strict=True):
        sectors = f"{BELONGS[link['kind']]} {v.names.say_sectors(link['sectors'])}"
        stage = v.stages[link["stage"]]["name"]
        text.append(f"{stage}, {sectors}: {level(share)}. {link['note']}")
    text.append(v.note("not a region"))
    figures = [drawn] if drawn else []
    return Section("equilibrium", "Real income in the first year", text, figures, Table(rows))
