"""The page of `pax depend`: on whom a country or group depends for materials and inputs."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from paxsilica.analysis.dependency.blocks import OLDEST_RISK
from paxsilica.names import inside, joined
from paxsilica.names.products import hs_names, materials
from paxsilica.questions.depend import CHOSEN, OWN_ERROR, SECTOR_ERROR, Depend
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import Figure
from paxsilica.report.pages.depend_rows import (
    hidden_rows,
    output_rows,
    supplier_rows,
    table_of,
    trade_rows,
)
from paxsilica.report.report import Report, Row, Section, from_bullets
from paxsilica.report.supply_charts import OTHERS, TRUSTED, bars, dumbbells, heatmap

MOST_BARS, MOST_COLUMNS, MOST_SECTORS, MOST_STAGES = 20, 24, 24, 30

SIZEABLE = 0.01
"""Share of the country's output up to which a sector is not named as the most dependent."""


class Shown:
    """An answer, and what the page says of it again and again."""

    def __init__(self, answer: Answer) -> None:
        assert isinstance(answer.question, Depend)
        self.answer, self.question, self.found = answer, answer.question, answer.findings
        self.name = answer.names.name
        self.us, self.them = map(answer.names.say, (self.question.us, self.question.them))
        self.year = next((b.fixed["date"] for b in self.found.select("imports").blocks), "")
        """Of trade."""
        known = OWN_ERROR not in answer.not_modelled
        self.error = SECTOR_ERROR if known else OWN_ERROR
        """How far look-through can be off."""
        self.count = {
            label: f"{number:.0f}"
            for variable in ("products_counted", "stages_counted")
            for label, number in self.found.along(variable, "measure").items()
        }


def report(answer: Answer) -> Report:
    """Suppliers of materials alone, or what is traded, made and hidden in inputs."""
    t = Shown(answer)
    if t.question.material:
        title, basis, summary, sections = _alone(t)
    else:
        title = f"Dependence of {t.us} on {t.them or 'others'}"
        hidden = hidden_rows(answer)
        basis = [f"Inputs of {answer.about.title}, shares in per cent."]
        summary, sections = _largest_hidden(t, hidden), []
        if "stages" in answer.attachments:
            traded, made = trade_rows(answer, t.year), output_rows(answer)
            basis = _rests_on(t)
            summary = [*_of_materials(t, traded, made), *summary, _age(t, made)]
            sections = [_imports(t, traded), *_world(t, traded), _output(t, made)]
        sections += [_hidden(t, hidden)] if hidden else []
    return from_bullets(
        answer, "dependencies", title, basis=basis, summary=summary, sections=sections
    )


def _rests_on(t: Shown) -> list[str]:
    lines = [
        f"Trade of {t.year}, {t.count['table']} raw-material codes, million USD by value; output by country of the "
        "latest year that the source gives. Distance to a threshold: positive is over it, dependent."
    ]
    if (members := t.found.value("members")) > 1:
        lines.append(f"{members:.0f} countries are taken as one: trade among them is inside.")
    return lines


def _of_materials(t: Shown, traded: Sequence[Row], made: Sequence[Row]) -> list[str]:
    """What a reader should know first of trade and output."""
    lasting = f", {t.count['lasting']} in at least two of the three years up to it."
    lines = [
        f"Imports of {t.us} in {t.year}: {t.count['imported']} of {t.count['table']} raw-material "
        f"products. {t.count['passing']} of them pass all three GeoDep criteria in that "
        f"year{lasting if any(row['lasts'] for row in traded) else '.'}"
    ]
    passed = [row for row in traded if row["passes"] == "yes" and row["imports"] >= 1]
    lines += [
        f"{row['product']}: {words.number(row['import_share'], 2)} % of imports of {words.money(row['imports'])} come "
        f"from {t.name(row['top'])}; import HHI {words.number(row['import_hhi'], 2)} (threshold 0.4). All criteria "
        f"held in {row['spans']}, of {row['known']} years with imports."
        for row in passed[:3]
    ]
    if t.them:
        lines.append(
            f"From {t.them}: more than half of the imports of {t.count['mostly_from_them']} of these "
            "products, and more than half of the world's output at "
            f"{t.count['mostly_made_by_them']} of {t.count['shown']} stages of materials."
        )
        best = sorted(
            (row for row in made if row.get("output_of_them", 0) > 50),
            key=lambda row: -row["output_of_them"],
        )
        parts = [
            f"{inside(row['material'])} ({row['stage']}) {words.number(row['output_of_them'], 2)} %"
            for row in best[:6]
        ]
        if parts:
            lines.append(f"Largest shares of {t.them} in world output: {joined(parts, 6)}.")
    return lines


def _largest_hidden(t: Shown, hidden: Sequence[Row]) -> list[str]:
    total = sum(row["billion"] for row in hidden)
    sizeable = [row for row in hidden if row["billion"] >= SIZEABLE * total]
    if not sizeable:
        return []
    top = max(sizeable, key=lambda row: row["hidden_share"])
    off = "; a sector's figure can be off by a point and more" if t.error == SECTOR_ERROR else ""
    return [
        f"By look-through, {t.name(top['supplier'])} supplies {words.number(top['look_through'], 2)} % of the inputs "
        f"of {inside(top['name'])} at every stage (face value {words.number(top['face_value'], 2)} %), the largest "
        f"difference among sectors with at least {100 * SIZEABLE:g} % of output{off}."
    ]


def _age(t: Shown, made: Sequence[Row]) -> str:
    years, today = [row["year"] for row in made], t.question.as_of
    told = f"trade of {t.year}, output of {min(years)} to {max(years)}"
    ages = t.found.along("data_age", "date", measure="tables")
    trade, newest, oldest = (ages[str(year)] for year in (t.year, max(years), min(years)))
    if trade is None or newest is None:
        return f"The data are newer than {today}: {told}."
    return (
        f"Age of the data on {today}, in calendar years: trade {trade:.0f}, output {newest:.0f} to "
        f"{oldest:.0f} ({told}; {t.count['tables']} tables and years)."
    )


def _imports(t: Shown, traded: Sequence[Row]) -> Section:
    sizeable = [row for row in traded if row["imports"] >= 1]
    kinds = {"passes all criteria": OTHERS, "does not": TRUSTED}
    rows = [
        {
            "label": row["product"],
            "value": row["import_share"],
            "kind": list(kinds)[row["passes"] != "yes"],
            "text": f"{words.number(row['import_share'], 2)} % {t.name(row['top'])}",
            "tip": f"{row['product']} (HS {row['code']}): {row['import_share']:.1f} % from {row['top']}, "
            f"imports {words.money(row['imports'])}, criteria held in {row['held']} years",
        }
        for row in sorted(sizeable, key=lambda row: -row["import_share"])[:MOST_BARS]
    ]
    notes = [
        f"Share by value of the largest supplier from outside, {t.year}, %; products imported for USD 1 million and "
        "more. Orange: import HHI and world-export HHI above 0.4 and imports above exports (GeoDep)."
    ]
    title = f"Largest supplier's share of imports of {t.us}"
    says = f"Bars of the largest supplier's share of imports, {len(rows)} products."
    text = [
        "Products that pass the GeoDep rule first, by imports within. Years held: those in which all its criteria "
        "held, of the years with imports; lasting: two of the three years up to this one. A quarter to a half of what "
        "passes one year does not in the next. GeoDep and EU rule: the weakest criterion over its threshold, above 1 "
        "where every criterion holds. HHI: 0 is many suppliers, 1 a single one."
    ]
    left_out = []
    if t.found.value("members") == 1:
        left_out.append("eu_bottom_up")
        text.append(
            "A single country has no inside: the EU rule's second criterion (CDI2) always holds."
        )
    if not rows:
        text.append("No product is imported for USD 1 million or more, so there is no chart.")
    chart = bars(rows, "Share of imports, %", title, notes, kinds, whole=True)
    figures = (Figure("suppliers", chart, says),) if rows else ()
    table = table_of("trade", traded, left_out=left_out)
    return Section("imports", "Imports", tuple(text), figures, table)


def _world(t: Shown, traded: Sequence[Row]) -> list[Section]:
    """Imports from `them` beside those of other importers; none where nothing comes from them."""
    found = t.found.select("from_them", date=t.year).rows()
    shares = {(row["region"], row["product"]): row["value"] for row in found}
    ours = t.answer.names.label(t.question.us)
    bought = {row["code"]: row["imports"] * shares.get((ours, row["code"]), 0) for row in traded}
    largest = sorted((code for code in bought if bought[code] > 0), key=lambda code: -bought[code])
    columns = {code: hs_names()[code] for code in largest[:MOST_COLUMNS]}
    if not columns:
        return []
    whose, chosen = t.them, ""
    if not t.them:
        whose, chosen = t.name(CHOSEN), " (shown by default, nobody was asked about)"
    regions = dict.fromkeys((ours, *(region for region, _ in shares)))
    importers = {r: t.us if r == ours else t.answer.names.say(r) for r in regions}
    rows = []
    for (label, name), (code, title) in product(importers.items(), columns.items()):
        share = shares[label, code]
        said = "no imports" if share is None else f"{share:.1f} % from {whose}"
        text = "" if share is None else f"{share:.0f}"
        row = {"row": name, "column": title, "value": share, "text": text}
        rows.append(row | {"tip": f"{name}, {title}: {said}"})
    notes = [
        f"Share of imports by value that comes from {whose}, {t.year}, %. The {len(columns)} products of which {t.us} "
        "imports most from there by value, largest first. Grey: no imports."
    ]
    title = f"Imports from {whose}{chosen}, by importer and product"
    names = list(importers.values()), list(columns.values())
    chart = heatmap(rows, *names, "Share of imports, %", title, notes, 100.0)
    size = f"{len(importers)} importers, {len(columns)} products"
    says = f"Heatmap of the share of imports from {whose}: {size}."
    return [Section("world", "Beside others", (), (Figure("heatmap", chart, says),))]


def _output(t: Shown, made: Sequence[Row]) -> Section:
    kinds = {"over half of the world": OTHERS, "less": TRUSTED}
    rows = [
        {
            "label": f"{row['material']}, {row['stage']}",
            "value": row["output_share"],
            "kind": list(kinds)[row["output_share"] <= 50],
            "text": f"{words.number(row['output_share'], 2)} % {t.name(row['top'])} {row['year']}",
            "tip": f"{row['material']} ({row['stage']}): {row['top']} {row['output_share']:.1f} %",
        }
        for row in sorted(made, key=lambda row: -row["output_share"])[:MOST_STAGES]
    ]
    notes = [
        "Largest producer's share of world output, %, with the year of the data. Output by stage, not exports."
    ]
    title = "Who makes the world's materials: the most concentrated stages"
    chart = bars(rows, "Share of world output, %", title, notes, kinds, whole=True)
    says = f"Bars of the largest producer's share of output at {len(rows)} stages."
    order = "their share" if t.them else "supply risk, what is mainly own output last"
    text = (
        f"Sorted by {order}. Shares and output HHI are of the row's year and source. Net imports and risks need trade "
        f"and a long series: their year and sources stand beside them, at most {OLDEST_RISK} years earlier. Net "
        "imports are tonnes of the product traded at this stage, output is tonnes of its content where the source "
        "counts content; the note of a row says so.",
        "Supply risk mixes the instability-weighted concentration of world output and of the supply from imports and "
        "own output, less recycling (European Commission 2017); political stability alone stands for governance and no "
        "substitution is counted. Values compare among materials. The Commission's threshold of 1 is set for the "
        "European Union's sourcing and shown for it alone; what a country makes wholly itself counts at ten times its "
        "own instability and is no verdict.",
    )
    figure = Figure("output", chart, says)
    return Section("output", "World output by stage", text, (figure,), table_of("output", made))


def _hidden(t: Shown, hidden: Sequence[Row]) -> Section:
    about = t.answer.about
    when = f", {about.year}" if about.year else ""
    rows = [
        {
            "label": row["name"],
            "a": row["face_value"],
            "b": row["look_through"],
            "text": f"{row['look_through']:.1f} % {t.name(row['supplier'])}",
            "tip": f"{row['name']}: {t.name(row['supplier'])} {row['face_value']:.2f} % of inputs "
            f"bought, {row['look_through']:.2f} % of all inputs at every stage",
        }
        for row in sorted(hidden, key=lambda row: -row["look_through"])[:MOST_SECTORS]
    ]
    first, *others = {row["supplier"] for row in hidden}
    whose = "the largest foreign supplier" if others else t.name(first)
    notes = [
        f"Share of {whose} in the inputs of each sector of {t.us}{when}, %: those it buys, and "
        "those that went into them at every stage (look-through)."
    ]
    names = ("face value", "look-through")
    chart = dumbbells(rows, "Share of inputs, %", names, "Hidden dependence on inputs", notes)
    content = words.number(t.found.value("vertical_specialisation"))
    text = (
        f"Baldwin, Freeman and Theodorakopoulos (2023). {t.error} The rest of the world, many "
        "countries in one, is not counted as a supplier.",
        f"Import content of the exports of {t.us}{when.replace(',', ' in')}, direct and through "
        f"domestic inputs: {content} % (vertical specialisation, Hummels, Ishii and Yi 2001).",
    )
    says = f"Dumbbells of face value and look-through shares, {len(rows)} sectors."
    table = table_of("hidden", hidden, about.unit.removeprefix("million "))
    return Section("hidden", "Hidden dependence", text, (Figure("hidden", chart, says),), table)


def _alone(t: Shown) -> tuple[str, list[str], list[str], list[Section]]:
    """Title, basis, summary and a section for every material that was named."""
    called = {**{m.code: m.name for m in materials()}, **hs_names()}
    summary, sections = [], []
    codes = dict.fromkeys(b.fixed["product"] for b in t.found.select("imports").blocks)
    for code in codes:
        rows, name = supplier_rows(t.answer, code), called[code]
        total = t.found.value("imports", product=code, partner=None)
        summary.append(f"{name}: {t.us} imported {words.money(total)} from outside in {t.year}.")
        head = f"Suppliers of {code} from outside, {t.year}, by value (CEPII BACI)"
        said = () if rows else ("Nothing was imported.",)
        sections.append(Section(f"of-{code}", head, said, table=table_of("suppliers", rows)))
    title = f"Suppliers of {joined([inside(called[code]) for code in codes])} to {t.us}"
    basis = [f"Imports from outside, {t.year}, million USD by value (CEPII BACI)."]
    return title, basis, summary, sections
