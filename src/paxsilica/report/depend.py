"""The sheet of `pax depend`: on whom a country or group depends for materials and inputs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from paxsilica.analysis.dependency.materials import Dependencies
from paxsilica.analysis.dependency.measure import INDICATORS, SHARE
from paxsilica.analysis.dependency.overview import (
    OLDEST_RISK,
    heatmap_cells,
    imports_from,
    output_rows,
    trade_rows,
)
from paxsilica.analysis.dependency.reliance import Reliance, reliance_rows, vertical_specialisation
from paxsilica.data.sources import sources_of
from paxsilica.economy import Economy, Note, Source
from paxsilica.names import Names, inside, joined
from paxsilica.names.places import country_names
from paxsilica.report import words
from paxsilica.report.look import Figure
from paxsilica.report.sheet import Row, Section, Sheet, Table
from paxsilica.report.supply_charts import OTHERS, TRUSTED, bars, dumbbells, heatmap

if TYPE_CHECKING:
    from paxsilica.analysis.dependency.overview import Row as DataRow

BESIDE = ("USA", "EU", "CHN", "JPN", "KOR", "IND", "GBR", "BRA", "AUS", "TUR")
"""Countries and groups that the heatmap shows beside the one asked about, where they overlap neither side."""

CHOSEN = ("CHN",)
"""Whose deliveries the heatmap shows where no one is asked about."""

MOST_BARS, MOST_COLUMNS, MOST_SECTORS, MOST_STAGES = 20, 24, 24, 30

SMALL = 0.01
"""Share of the country's output up to which a sector is not named as the most dependent."""

TRADE_COLUMNS = (
    *(
        "material",
        "HS",
        "imports, million USD",
        "top supplier",
        "its share, %",
        "from them, %",
        "passes GeoDep",
    ),
    *("years held", "lasting", "import HHI", "GeoDep"),
)
OUTPUT_COLUMNS = (
    *(
        "material",
        "stage",
        "year",
        "top producer",
        "its share of output, %",
        "ours, %",
        "theirs, %",
        "no figure",
    ),
    *("net imports of this stage, % of supply", "sourcing", "supply risk, 0-10", "year of risks"),
)
"""What the screen has room for; the page shows every column."""

SECTOR_ERROR = (
    "The packaged table spreads every import over all users of a country in proportion, which the source table "
    "does not. Against the source table one supplier's look-through share in a sector (China, all sectors of all "
    "other regions) is off by 0.5 points on average, by 1.2 or more in one of twenty and by 13 at most; the "
    "largest foreign supplier of a sector is another one in 8 % of them. For all inputs of a country together a "
    "supplier's share is off by 0.03 points on average and 1.3 at most."
)

LEFT_OUT = (
    "Trade of chips, magnets, enriched uranium, refined gallium and indium: the packaged trade table holds "
    "raw-material codes only.",
    "Domestic refining: exports tell where a product was shipped from, not where its stages were made. Judge "
    "minerals by output at each stage, given beside.",
    "All forms of a material together: net imports are of the product traded at one stage, so that they are no "
    "measure of a country's whole reliance, which the US Geological Survey for instance counts over all forms.",
    "Which sector uses whose imports (look-through): " + SECTOR_ERROR[0].lower() + SECTOR_ERROR[1:],
    "Stocks, contracts and ownership: a mine counts for the country it lies in, whoever owns it.",
    "Substitution: no indicator knows whether another material or supplier would do; the chains (`pax chain`) and "
    "the equilibrium (`pax run`) do.",
    "Economic vulnerability (USGS) and economic importance (European Commission): no packaged data; give your own "
    "to `usgs_supply_risk` and `economic_importance`.",
)

KINDS = {"passes all criteria": OTHERS, "does not": TRUSTED}


@dataclass(frozen=True, eq=False)
class Question:
    """What was asked: the labels as written, the year, the day from which the age of the data counts.

    Attributes:
        roster_notes: who the alliances among the labels are on that day (`data.rosters.roster_notes`).
    """

    us: str
    them: str
    year: int
    today: date
    command: str
    roster_notes: tuple[Note, ...] = ()


def depend_sheet(
    d: Dependencies, q: Question, economy: Economy | None = None, reliance: Reliance | None = None
) -> Sheet:
    """The sheet of one country or group; with an economy and its reliance, hidden dependence too."""
    traded, made = trade_rows(d, q.year), output_rows(d, max(d.tables.years))
    sections = [_imports(d, q, traded), *_world(d, q), _output(d, made)]
    hidden = _hidden_rows(d, economy, reliance) if economy and reliance else []
    if hidden:
        assert economy is not None
        sections.append(_hidden(d, q, economy, hidden))
    results = _results(d, q, economy, hidden)
    return Sheet(
        kind="dependencies",
        title=f"Dependence of {q.us}" + (f" on {q.them}" if q.them else " on others"),
        basis=(
            f"Trade of {q.year}, {len(d.tables.trade.codes)} raw-material codes, million USD by value; output by "
            "country of the latest year that the source gives. Distance to a threshold: positive is over it, "
            "dependent.",
            *(
                [f"{len(d.us)} countries are taken as one: trade among them is inside."]
                if len(d.us) > 1
                else []
            ),
        ),
        summary=tuple(summary(d, q, traded, made, hidden)),
        sections=tuple(sections),
        notes=(*q.roster_notes, *_newer(d, q), *d.notes),
        left_out=LEFT_OUT,
        sources=_sources(results, economy),
        results=results,
        asked={
            "us": q.us,
            "members": list(d.us),
            "them": q.them,
            "their members": list(d.them),
            "year": q.year,
            "today": q.today.isoformat(),
            "baseline": economy.about.name if economy else None,
        },
        command=q.command,
    )


def summary(
    d: Dependencies,
    q: Question,
    traded: Sequence[DataRow],
    made: Sequence[DataRow],
    hidden: Sequence[Row] = (),
) -> list[str]:
    """What a reader should know first, in sentences."""
    passed = [row for row in traded if row["passes GeoDep"] == "yes"]
    lasting = [row for row in traded if row["lasting"] == "yes"]
    told = any(row["lasting"] for row in traded)
    lines = [
        f"Imports of {q.us} in {q.year}: {len(traded)} of {len(d.tables.trade.codes)} raw-material products. "
        f"{len(passed)} of them pass all three GeoDep criteria in that year"
        + (f", {len(lasting)} in at least two of the three years up to it." if told else ".")
    ]
    for row in [r for r in passed if r["imports, million USD"] >= 1][:3]:
        held, of = row["years held"].rsplit(" of ", 1)
        lines.append(
            f"{row['product']}: {words.number(row['its share, %'], 2)} % of imports of "
            f"{words.money(row['imports, million USD'])} come from {_name(row['top supplier'])}; import HHI "
            f"{words.number(row['import HHI'], 2)} (threshold 0.4). All criteria held in {held}, of {of} years with "
            "imports."
        )
    if d.them:
        most = [row for row in traded if row["from them, %"] > 50]
        over = [row for row in made if (row["theirs, %"] or 0) > 50]
        lines.append(
            f"From {q.them}: more than half of the imports of {len(most)} of these products, and more than half of "
            f"the world's output at {len(over)} of {len(made)} stages of materials."
        )
        lines += [_most_made(q, over)] if over else []
    lines += _largest_hidden(hidden)
    return [*lines, _age(q, made)]


def _largest_hidden(hidden: Sequence[Row]) -> list[str]:
    total = sum(row["output, billion USD"] for row in hidden)
    sizeable = [row for row in hidden if row["output, billion USD"] >= SMALL * total]
    if not sizeable:
        return []
    top = max(sizeable, key=lambda row: row["hidden, points"])
    return [
        f"By look-through, {_name(top['supplier'])} supplies {words.number(top['look-through, %'], 2)} % of the "
        f"inputs of {inside(top['name'])} at every stage (face value {words.number(top['face value, %'], 2)} "
        f"%), the largest difference among sectors with at least {100 * SMALL:g} % of output; a sector's figure can "
        "be off by a point and more."
    ]


def _age(q: Question, made: Sequence[DataRow]) -> str:
    years = [row["year"] for row in made]
    told = f"trade of {q.year}, output of {min(years)} to {max(years)}"
    if q.today.year < max(q.year, *years):
        return f"The data are newer than {q.today}: {told}."
    tables = len({(row["source"], row["year"]) for row in made})
    return (
        f"Age of the data on {q.today}, in calendar years: trade {q.today.year - q.year}, output "
        f"{q.today.year - max(years)} to {q.today.year - min(years)} ({told}; {tables} tables and years)."
    )


def _newer(d: Dependencies, q: Question) -> list[Note]:
    last = max(d.tables.years)
    if q.today.year > last:
        return []
    text = f"the tables hold numbers up to the end of {last}, after the day asked about, {q.today}; they have no age"
    return [Note("data_newer", text)]


def _most_made(q: Question, over: Sequence[DataRow]) -> str:
    best = sorted(over, key=lambda row: -row["theirs, %"])[:6]
    parts = [
        f"{inside(row['material'])} ({row['stage']}) {words.number(row['theirs, %'], 2)} %"
        for row in best
    ]
    return f"Largest shares of {q.them} in world output: {joined(parts, 6)}."


def _name(code: str) -> str:
    return country_names().get(code, code)


# ---- sections --------------------------------------------------------------------------------------------------


def _imports(d: Dependencies, q: Question, traded: Sequence[DataRow]) -> Section:
    shown = sorted(
        (r for r in traded if r["imports, million USD"] >= 1), key=lambda r: -r["its share, %"]
    )[:MOST_BARS]
    rows = [
        {
            "label": row["product"],
            "value": row["its share, %"],
            "kind": "passes all criteria" if row["passes GeoDep"] == "yes" else "does not",
            "text": f"{words.number(row['its share, %'], 2)} % {_name(row['top supplier'])}",
            "tip": f"{row['product']} (HS {row['HS']}): {row['its share, %']:.1f} % from {row['top supplier']}, "
            f"imports {words.money(row['imports, million USD'])}, criteria held in {row['years held']} years",
        }
        for row in shown
    ]
    notes = [
        f"Share by value of the largest supplier from outside, {q.year}, %; products imported for USD 1 million and "
        "more. Orange: import HHI and world-export HHI above 0.4 and imports above exports (GeoDep)."
    ]
    title = f"Largest supplier's share of imports of {q.us}"
    says = f"Bars of the largest supplier's share of imports, {len(rows)} products."
    about = (
        "Products that pass the GeoDep rule first, by imports within. Years held: those in which all its criteria "
        "held, of the years with imports; lasting: two of the three years up to this one. A quarter to a half of "
        "what passes one year does not in the next. GeoDep and EU rule: the weakest criterion over its threshold, "
        "above 1 where every criterion holds. HHI: 0 is many suppliers, 1 a single one."
    )
    text = [about]
    if len(d.us) == 1:
        text.append(
            "A single country has no inside: the EU rule's second criterion (CDI2) always holds."
        )
    if not rows:
        text.append("No product is imported for USD 1 million or more, so there is no chart.")
    chart = [
        Figure(
            "suppliers", bars(rows, "Share of imports, %", title, notes, KINDS, whole=True), says
        )
    ]
    table = Table(traded, shown=(*TRADE_COLUMNS, *(["EU rule"] if len(d.us) > 1 else [])))
    return Section("imports", "Imports", tuple(text), tuple(chart if rows else []), table)


def _world(d: Dependencies, q: Question) -> list[Section]:
    """Imports from `them` beside those of other importers; none where nothing comes from them."""
    them = d.them or (CHOSEN if not set(CHOSEN) & set(d.us) else ())
    whose = q.them or _name(CHOSEN[0])
    codes = list(imports_from(d, them, q.year))[:MOST_COLUMNS] if them else []
    if not codes:
        return []
    others = {label: Names().countries([label]) for label in BESIDE}
    beside = [(label, its) for label, its in others.items() if not set(its) & {*d.us, *them}]
    readable = {q.us: q.us, **{label: _name(label) for label, _ in beside}}
    names = dict(zip(d.tables.trade.codes, d.tables.trade.names, strict=True))
    rows = []
    for cell in heatmap_cells(d.tables, [(q.us, d.us), *beside], them, q.year, codes):
        share, where = cell["share"], f"{readable[cell['region']]}, {names[cell['HS']]}: "
        rows.append(
            {
                "row": readable[cell["region"]],
                "column": names[cell["HS"]],
                "value": share,
                "text": "" if share is None else f"{share:.0f}",
                "tip": where + ("no imports" if share is None else f"{share:.1f} % from {whose}"),
            }
        )
    chosen = "" if d.them else " (shown by default, nobody was asked about)"
    notes = [
        f"Share of imports by value that comes from {whose}, {q.year}, %. The {len(codes)} products of which {q.us} "
        "imports most from there by value, largest first. Grey: no imports."
    ]
    title = f"Imports from {whose}{chosen}, by importer and product"
    columns = [names[code] for code in codes]
    chart = heatmap(
        rows, list(readable.values()), columns, "Share of imports, %", title, notes, 100.0
    )
    says = f"Heatmap of the share of imports from {whose}: {len(readable)} importers, {len(codes)} products."
    return [Section("world", "Beside others", (), (Figure("heatmap", chart, says),))]


def _output(d: Dependencies, made: Sequence[DataRow]) -> Section:
    most = sorted(made, key=lambda row: -row["its share of output, %"])[:MOST_STAGES]
    rows = [
        {
            "label": f"{row['material']}, {row['stage']}",
            "value": row["its share of output, %"],
            "kind": "over half of the world" if row["its share of output, %"] > 50 else "less",
            "text": f"{words.number(row['its share of output, %'], 2)} % {_name(row['top producer'])} {row['year']}",
            "tip": f"{row['material']} ({row['stage']}): {row['top producer']} {row['its share of output, %']:.1f} %",
        }
        for row in most
    ]
    notes = [
        "Largest producer's share of world output, %, with the year of the data. Output by stage, not exports."
    ]
    title = "Who makes the world's materials: the most concentrated stages"
    kinds = {"over half of the world": OTHERS, "less": TRUSTED}
    chart = bars(rows, "Share of world output, %", title, notes, kinds, whole=True)
    says = f"Bars of the largest producer's share of output at {len(rows)} stages."
    order = "their share" if d.them else "supply risk, what is mainly own output last"
    text = (
        f"Sorted by {order}. Shares and output HHI are of the row's year and source. Net imports and risks need "
        f"trade and a long series: their year and sources stand beside them, at most {OLDEST_RISK} years earlier. "
        "Net imports are tonnes of the product traded at this stage, output is tonnes of its content where the "
        "source counts content; the note of a row says so.",
        "Supply risk mixes the instability-weighted concentration of world output and of the supply from imports "
        "and own output, less recycling (European Commission 2017); political stability alone stands for "
        "governance and no substitution is counted. Values compare among materials. The Commission's threshold of "
        "1 is set for the European Union's sourcing and shown for it alone; what a country makes wholly itself "
        "counts at ten times its own instability and is no verdict.",
    )
    figure = Figure("output", chart, says)
    return Section(
        "output", "World output by stage", text, (figure,), Table(made, shown=OUTPUT_COLUMNS)
    )


def _hidden(d: Dependencies, q: Question, economy: Economy, hidden: Sequence[Row]) -> Section:
    best = sorted(hidden, key=lambda row: -row["look-through, %"])[:MOST_SECTORS]
    rows = [
        {
            "label": row["name"],
            "a": row["face value, %"],
            "b": row["look-through, %"],
            "text": f"{row['look-through, %']:.1f} % {_name(row['supplier'])}",
            "tip": f"{row['name']}: {_name(row['supplier'])} {row['face value, %']:.2f} % of inputs bought, "
            f"{row['look-through, %']:.2f} % of all inputs at every stage",
        }
        for row in best
    ]
    suppliers = {row["supplier"] for row in hidden}
    whose = _name(suppliers.pop()) if len(suppliers) == 1 else "the largest foreign supplier"
    notes = [
        f"Share of {whose} in the inputs of each sector of {q.us}, {economy.about.year}, %: those it buys, and "
        "those that went into them at every stage (look-through)."
    ]
    chart = dumbbells(
        rows,
        "Share of inputs, %",
        ("face value", "look-through"),
        "Hidden dependence on inputs",
        notes,
    )
    about = (
        f"Baldwin, Freeman and Theodorakopoulos (2023). {SECTOR_ERROR} The rest of the world, many countries in "
        "one, is not counted as a supplier."
    )
    content = 100 * float(vertical_specialisation(economy)[economy.regions.index(d.us[0])])
    exports = (
        f"Import content of the exports of {q.us} in {economy.about.year}, direct and through domestic inputs: "
        f"{words.number(content)} % (vertical specialisation, Hummels, Ishii and Yi 2001)."
    )
    says = f"Dumbbells of face value and look-through shares, {len(rows)} sectors."
    return Section(
        "hidden",
        "Hidden dependence",
        (about, exports),
        (Figure("hidden", chart, says),),
        Table(hidden),
    )


def _hidden_rows(d: Dependencies, economy: Economy, reliance: Reliance) -> list[Row]:
    """Rows of look-through where `us` is one region of the economy; of `them` where that is one too, else the top."""
    if len(d.us) != 1 or d.us[0] not in economy.regions:
        return []
    supplier = d.them[0] if len(d.them) == 1 and d.them[0] in economy.regions else None
    return list(reliance_rows(economy, reliance, d.us[0], supplier))


# ---- files -----------------------------------------------------------------------------------------------------


def _results(
    d: Dependencies, q: Question, economy: Economy | None, hidden: Sequence[Row]
) -> list[Row]:
    rows: list[Row] = [
        {
            "indicator": found.indicator,
            "title": INDICATORS[found.indicator].title,
            "material": found.material,
            "subject": found.subject,
            "supplier": "",
            "year": found.year,
            "value": _finite(found.value),
            "unit": INDICATORS[found.indicator].unit,
            "threshold": found.threshold,
            "distance": _finite(found.distance),
            "held": " ".join(map(str, found.held)),
            "of": " ".join(map(str, found.of)),
            "lasting": found.lasting,
            "source": found.source,
            "data_year": found.data_year,
            "age_years": found.age,
            "note": found.note,
        }
        for found in d.findings(q.today)
    ]
    year = economy.about.year if economy else None
    blank: Mapping[str, Any] = dict.fromkeys(rows[0], "") if rows else {}
    for row in hidden:
        for name, head, title in (
            ("face_value", "face value, %", "Share of a supplier in the inputs bought"),
            ("look_through", "look-through, %", "Share of a supplier in all inputs"),
        ):
            its = {
                "indicator": name,
                "title": title,
                "subject": row["sector"],
                "supplier": row["supplier"],
            }
            when = {"year": year, "data_year": year, "age_years": _years_since(year, q.today)}
            rows.append(
                {**blank, **its, **when, "value": row[head] / 100, "unit": SHARE, "source": ICIO}
            )
    return rows


ICIO = "oecd_icio"
"""Key in SOURCES.toml of the table that the packaged economies are built from."""


def _finite(value: float | None) -> float | None:
    return value if value is not None and np.isfinite(value) else None


def _years_since(year: int | None, today: date) -> int | None:
    return None if year is None or today.year < year else today.year - year


def _sources(results: Sequence[Row], economy: Economy | None) -> tuple[Source, ...]:
    """Of every number in the results, and those of the economy."""
    keys = dict.fromkeys(
        key for row in results for key in str(row["source"]).split(", ") if key != ICIO
    )
    return (*sources_of(keys), *(economy.about.sources if economy else ()))
