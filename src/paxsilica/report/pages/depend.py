"""The page of `pax depend`: on whom a country or group depends for materials and inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from paxsilica.analysis.dependency.found import OLDEST_RISK
from paxsilica.findings import Findings
from paxsilica.names import inside, joined
from paxsilica.names.products import hs_names, materials
from paxsilica.questions.depend import CHOSEN, OWN_ERROR, SECTOR_ERROR, Depend
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import Figure
from paxsilica.report.pages.depend_rows import (
    HIDDEN,
    OUTPUT,
    SUPPLIERS,
    TRADE,
    headed,
    hidden_rows,
    output_rows,
    supplier_rows,
    trade_rows,
)
from paxsilica.report.sheet import Row, Section, Sheet, Table
from paxsilica.report.supply_charts import OTHERS, TRUSTED, bars, dumbbells, heatmap

MOST_BARS, MOST_COLUMNS, MOST_SECTORS, MOST_STAGES = 20, 24, 24, 30

SIZEABLE = 0.01
"""Share of the country's output up to which a sector is not named as the most dependent."""

IMPORTS_ON_SCREEN = (
    *("material", "code", "imports", "top", "import_share", "from_them", "passes", "held", "lasts"),
    *("import_hhi", "geodep"),
)
OUTPUT_ON_SCREEN = (
    *("material", "stage", "year", "top", "output_share", "output_of_us", "output_of_them"),
    *("no_figure", "import_reliance", "sourcing", "supply_risk", "risk_year"),
)
"""What the screen has room for; the page shows every column."""


@dataclass(frozen=True, eq=False)
class Shown:
    """An answer and what the page says of it again and again."""

    answer: Answer

    @cached_property
    def question(self) -> Depend:
        assert isinstance(self.answer.question, Depend)
        return self.answer.question

    @property
    def found(self) -> Findings:
        return self.answer.findings

    @property
    def us(self) -> str:
        return self.answer.names.say(self.question.us)

    @property
    def them(self) -> str:
        return self.answer.names.say(self.question.them)

    @cached_property
    def year(self) -> str:
        """The year of trade."""
        return self.found.select("imports").blocks[0].fixed["date"]

    @property
    def error(self) -> str:
        """How far look-through can be off."""
        return OWN_ERROR if OWN_ERROR in self.answer.not_modelled else SECTOR_ERROR

    def name(self, code: str) -> str:
        return self.answer.names.name(code)

    def count(self, variable: str, measure: str) -> str:
        return f"{self.found.value(variable, measure=measure):.0f}"


def sheet(answer: Answer) -> Sheet:
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
    return Sheet.of(answer, "dependencies", title, basis=basis, summary=summary, sections=sections)


def _rests_on(t: Shown) -> list[str]:
    lines = [
        f"Trade of {t.year}, {t.count('products_counted', 'table')} raw-material codes, million USD by "
        "value; output by country of the latest year that the source gives. Distance to a "
        "threshold: positive is over it, dependent."
    ]
    if (members := t.found.value("members")) > 1:
        lines.append(f"{members:.0f} countries are taken as one: trade among them is inside.")
    return lines


# ---- sentences ---------------------------------------------------------------------------------


def _of_materials(t: Shown, traded: Sequence[Row], made: Sequence[Row]) -> list[str]:
    """What a reader should know first of trade and output."""
    passed = [row for row in traded if row["passes"] == "yes"]
    lasting = (
        f", {t.count('products_counted', 'lasting')} in at least two of the three years up to it."
        if any(row["lasts"] for row in traded)
        else "."
    )
    lines = [
        f"Imports of {t.us} in {t.year}: {t.count('products_counted', 'imported')} of "
        f"{t.count('products_counted', 'table')} raw-material products. {t.count('products_counted', 'passing')} "
        f"of them pass all three GeoDep criteria in that year{lasting}"
    ]
    for row in [r for r in passed if r["imports"] >= 1][:3]:
        lines.append(
            f"{row['product']}: {words.number(row['import_share'], 2)} % of imports of "
            f"{words.money(row['imports'])} come from {t.name(row['top'])}; import HHI "
            f"{words.number(row['import_hhi'], 2)} (threshold 0.4). All criteria held in "
            f"{row['spans']}, of {row['known']} years with imports."
        )
    if t.them:
        over = [row for row in made if row.get("output_of_them", 0) > 50]
        lines.append(
            f"From {t.them}: more than half of the imports of "
            f"{t.count('products_counted', 'mostly_from_them')} of these products, and more than half of "
            f"the world's output at {t.count('stages_counted', 'mostly_made_by_them')} of "
            f"{t.count('stages_counted', 'shown')} stages of materials."
        )
        lines += [_most_made(t, over)] if over else []
    return lines


def _most_made(t: Shown, over: Sequence[Row]) -> str:
    best = sorted(over, key=lambda row: -row["output_of_them"])[:6]
    parts = [
        f"{inside(row['material'])} ({row['stage']}) {words.number(row['output_of_them'], 2)} %"
        for row in best
    ]
    return f"Largest shares of {t.them} in world output: {joined(parts, 6)}."


def _largest_hidden(t: Shown, hidden: Sequence[Row]) -> list[str]:
    total = sum(row["billion"] for row in hidden)
    sizeable = [row for row in hidden if row["billion"] >= SIZEABLE * total]
    if not sizeable:
        return []
    top = max(sizeable, key=lambda row: row["hidden_share"])
    off = "; a sector's figure can be off by a point and more" if t.error == SECTOR_ERROR else ""
    return [
        f"By look-through, {t.name(top['supplier'])} supplies "
        f"{words.number(top['look_through'], 2)} % of the inputs of {inside(top['name'])} at "
        f"every stage (face value {words.number(top['face_value'], 2)} %), the largest difference "
        f"among sectors with at least {100 * SIZEABLE:g} % of output{off}."
    ]


def _age(t: Shown, made: Sequence[Row]) -> str:
    years, today = [row["year"] for row in made], t.question.as_of
    told = f"trade of {t.year}, output of {min(years)} to {max(years)}"
    found = t.found.select("data_age", measure="tables").rows()
    ages = {row["date"]: row["value"] for row in found}
    trade, newest, oldest = (ages[str(year)] for year in (t.year, max(years), min(years)))
    if trade is None or newest is None:
        return f"The data are newer than {today}: {told}."
    return (
        f"Age of the data on {today}, in calendar years: trade {trade:.0f}, output {newest:.0f} to "
        f"{oldest:.0f} ({told}; {t.count('stages_counted', 'tables')} tables and years)."
    )


# ---- sections ----------------------------------------------------------------------------------


def _imports(t: Shown, traded: Sequence[Row]) -> Section:
    shown = sorted((r for r in traded if r["imports"] >= 1), key=lambda r: -r["import_share"])[
        :MOST_BARS
    ]
    rows = [
        {
            "label": row["product"],
            "value": row["import_share"],
            "kind": "passes all criteria" if row["passes"] == "yes" else "does not",
            "text": f"{words.number(row['import_share'], 2)} % {t.name(row['top'])}",
            "tip": f"{row['product']} (HS {row['code']}): {row['import_share']:.1f} % from {row['top']}, "
            "imports "
            f"{words.money(row['imports'])}, criteria held in {row['held']} years",
        }
        for row in shown
    ]
    notes = [
        f"Share by value of the largest supplier from outside, {t.year}, %; products imported for "
        "USD 1 million and more. Orange: import HHI and world-export HHI above 0.4 and imports "
        "above exports (GeoDep)."
    ]
    title = f"Largest supplier's share of imports of {t.us}"
    says = f"Bars of the largest supplier's share of imports, {len(rows)} products."
    text = [
        "Products that pass the GeoDep rule first, by imports within. Years held: those in which "
        "all its criteria held, of the years with imports; lasting: two of the three years up to "
        "this one. A quarter to a half of what passes one year does not in the next. GeoDep and "
        "EU rule: the weakest criterion over its threshold, above 1 where every criterion holds. "
        "HHI: 0 is many suppliers, 1 a single one."
    ]
    alone = t.found.value("members") == 1
    if alone:
        text.append(
            "A single country has no inside: the EU rule's second criterion (CDI2) always holds."
        )
    if not rows:
        text.append("No product is imported for USD 1 million or more, so there is no chart.")
    kinds = {"passes all criteria": OTHERS, "does not": TRUSTED}
    chart = bars(rows, "Share of imports, %", title, notes, kinds, whole=True)
    figures = (Figure("suppliers", chart, says),) if rows else ()
    on_screen = (*IMPORTS_ON_SCREEN, *(() if alone else ("eu_bottom_up",)))
    table = Table(headed(traded, TRADE), shown=[TRADE[key] for key in on_screen])
    return Section("imports", "Imports", tuple(text), figures, table)


def _world(t: Shown, traded: Sequence[Row]) -> list[Section]:
    """Imports from `them` beside those of other importers; none where nothing comes from them."""
    found = t.found.select("from_them", date=t.year).rows()
    shares = {(row["region"], row["product"]): row["value"] for row in found}
    ours = t.answer.names.label(t.question.us)
    bought = {row["code"]: row["imports"] * shares.get((ours, row["code"]), 0) for row in traded}
    codes = sorted((code for code in bought if bought[code] > 0), key=lambda code: -bought[code])
    if not (codes := codes[:MOST_COLUMNS]):
        return []
    whose, chosen = t.them, ""
    if not t.them:
        whose, chosen = t.name(CHOSEN), " (shown by default, nobody was asked about)"
    importers = dict.fromkeys((ours, *(region for region, _ in shares)))
    readable = {label: t.us if label == ours else t.answer.names.say(label) for label in importers}
    rows = []
    for label, name in readable.items():
        for code in codes:
            share, where = shares[label, code], f"{name}, {hs_names()[code]}: "
            rows.append(
                {
                    "row": name,
                    "column": hs_names()[code],
                    "value": share,
                    "text": "" if share is None else f"{share:.0f}",
                    "tip": where
                    + ("no imports" if share is None else f"{share:.1f} % from {whose}"),
                }
            )
    notes = [
        f"Share of imports by value that comes from {whose}, {t.year}, %. The {len(codes)} "
        f"products of which {t.us} imports most from there by value, largest first. Grey: no "
        "imports."
    ]
    title = f"Imports from {whose}{chosen}, by importer and product"
    columns = [hs_names()[code] for code in codes]
    chart = heatmap(
        rows, list(readable.values()), columns, "Share of imports, %", title, notes, 100.0
    )
    size = f"{len(readable)} importers, {len(codes)} products"
    says = f"Heatmap of the share of imports from {whose}: {size}."
    return [Section("world", "Beside others", (), (Figure("heatmap", chart, says),))]


def _output(t: Shown, made: Sequence[Row]) -> Section:
    rows = [
        {
            "label": f"{row['material']}, {row['stage']}",
            "value": row["output_share"],
            "kind": "over half of the world" if row["output_share"] > 50 else "less",
            "text": f"{words.number(row['output_share'], 2)} % {t.name(row['top'])} {row['year']}",
            "tip": f"{row['material']} ({row['stage']}): {row['top']} {row['output_share']:.1f} %",
        }
        for row in sorted(made, key=lambda row: -row["output_share"])[:MOST_STAGES]
    ]
    notes = [
        "Largest producer's share of world output, %, with the year of the data. Output by stage, "
        "not exports."
    ]
    title = "Who makes the world's materials: the most concentrated stages"
    kinds = {"over half of the world": OTHERS, "less": TRUSTED}
    chart = bars(rows, "Share of world output, %", title, notes, kinds, whole=True)
    says = f"Bars of the largest producer's share of output at {len(rows)} stages."
    order = "their share" if t.them else "supply risk, what is mainly own output last"
    text = (
        f"Sorted by {order}. Shares and output HHI are of the row's year and source. Net imports "
        "and risks need trade and a long series: their year and sources stand beside them, at "
        f"most {OLDEST_RISK} years earlier. Net imports are tonnes of the product traded at this "
        "stage, output is tonnes of its content where the source counts content; the note of a "
        "row says so.",
        "Supply risk mixes the instability-weighted concentration of world output and of the "
        "supply from imports and own output, less recycling (European Commission 2017); political "
        "stability alone stands for governance and no substitution is counted. Values compare "
        "among materials. The Commission's threshold of 1 is set for the European Union's "
        "sourcing and shown for it alone; what a country makes wholly itself counts at ten times "
        "its own instability and is no verdict.",
    )
    table = Table(headed(made, OUTPUT), shown=[OUTPUT[key] for key in OUTPUT_ON_SCREEN])
    figure = Figure("output", chart, says)
    return Section("output", "World output by stage", text, (figure,), table)


def _hidden(t: Shown, hidden: Sequence[Row]) -> Section:
    about = t.answer.about
    when = f", {about.year}" if about.year else ""
    best = sorted(hidden, key=lambda row: -row["look_through"])[:MOST_SECTORS]
    rows = [
        {
            "label": row["name"],
            "a": row["face_value"],
            "b": row["look_through"],
            "text": f"{row['look_through']:.1f} % {t.name(row['supplier'])}",
            "tip": f"{row['name']}: {t.name(row['supplier'])} {row['face_value']:.2f} % of inputs "
            "bought, "
            f"{row['look_through']:.2f} % of all inputs at every stage",
        }
        for row in best
    ]
    suppliers = {row["supplier"] for row in hidden}
    whose = t.name(suppliers.pop()) if len(suppliers) == 1 else "the largest foreign supplier"
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
    table = Table(headed(hidden, HIDDEN, about.unit.removeprefix("million ")))
    return Section("hidden", "Hidden dependence", text, (Figure("hidden", chart, says),), table)


# ---- suppliers alone ---------------------------------------------------------------------------


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
        sections.append(Section(f"of-{code}", head, said, table=Table(headed(rows, SUPPLIERS))))
    title = f"Suppliers of {joined([inside(called[code]) for code in codes])} to {t.us}"
    return (
        title,
        [f"Imports from outside, {t.year}, million USD by value (CEPII BACI)."],
        summary,
        sections,
    )
