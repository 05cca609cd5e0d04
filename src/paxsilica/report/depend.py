"""The sheet of `pax depend`: on whom a country or group depends for materials and inputs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np

from paxsilica.analysis.dependency.materials import Dependencies
from paxsilica.analysis.dependency.measure import INDICATORS
from paxsilica.analysis.dependency.overview import heatmap_cells, output_rows, trade_rows
from paxsilica.analysis.dependency.reliance import Reliance, reliance_rows
from paxsilica.data.labels import sources_of
from paxsilica.data.materials import country_names
from paxsilica.economy import Economy, Source
from paxsilica.report import words
from paxsilica.report.look import Figure
from paxsilica.report.sheet import Row, Section, Sheet, Table
from paxsilica.report.supply_charts import OTHERS, TRUSTED, bars, dumbbells, heatmap

if TYPE_CHECKING:
    from paxsilica.analysis.dependency.overview import Row as DataRow

BESIDE = ("USA", "EU", "CHN", "JPN", "KOR", "IND", "GBR", "BRA", "AUS", "TUR")
"""Countries and groups that the heatmap shows beside the one asked about."""

MOST_BARS, MOST_COLUMNS, MOST_SECTORS = 20, 24, 24

TRADE_COLUMNS = (
    *("material", "HS", "imports, million USD", "top supplier", "its share, %", "from them, %", "import HHI"),
    *("GeoDep", "EU", "years held", "lasting"),
)
OUTPUT_COLUMNS = (
    *("material", "stage", "year", "top producer", "its share of output, %", "ours, %", "theirs, %"),
    *("net import reliance, %", "EU supply risk", "GeoPolRisk"),
)
"""What the screen has room for; the page shows every column."""

LEFT_OUT = (
    "Trade of chips, magnets, enriched uranium, refined gallium and indium: the packaged trade table holds "
    "raw-material codes only.",
    "Domestic refining: exports tell where a product was shipped from, not where its stages were made. Judge "
    "minerals by output at each stage, given beside.",
    "Stocks, contracts and ownership: a mine counts for the country it lies in, whoever owns it.",
    "Substitution: no indicator knows whether another material or supplier would do; the chains (`pax chain`) and "
    "the equilibrium (`pax run`) do.",
    "Economic vulnerability (USGS) and economic importance (European Commission): no packaged data; give your own "
    "to `usgs_supply_risk` and `economic_importance`.",
)

KINDS = {"passes all criteria": OTHERS, "does not": TRUSTED}


@dataclass(frozen=True, eq=False)
class Question:
    """What was asked: the labels as written, the year, the day from which the age of the data counts."""

    us: str
    them: str
    year: int
    today: date
    command: str


def depend_sheet(
    d: Dependencies, q: Question, economy: Economy | None = None, reliance: Reliance | None = None
) -> Sheet:
    """The sheet of one country or group; with an economy and its reliance, hidden dependence too."""
    traded, made = trade_rows(d, q.year), output_rows(d, max(d.tables.years))
    sections = [_imports(d, q, traded), _world(d, q), _output(d, q, made)]
    hidden = _hidden_rows(d, q, economy, reliance) if economy and reliance else []
    if hidden:
        assert economy is not None
        sections.append(_hidden(d, q, economy, hidden))
    return Sheet(
        kind="dependencies",
        title=f"Dependence of {q.us}" + (f" on {q.them}" if q.them else " on others"),
        basis=(
            f"Trade of {q.year}, {len(d.tables.trade.codes)} raw-material codes, million USD by value; output by "
            "country of the latest year that the source gives. Distance to a threshold: positive is over it, "
            "dependent.",
            "A group is taken as one: trade among its members is inside it." if len(d.us) > 1 else "",
        )[: 1 + (len(d.us) > 1)],
        summary=tuple(summary(d, q, traded, made, hidden)),
        sections=tuple(sections),
        notes=(*d.notes, *(economy.notes[:0] if economy else ())),
        left_out=LEFT_OUT,
        sources=_sources(made, economy),
        results=_results(d, q, hidden),
        asked={"us": q.us, "members": list(d.us), "them": q.them, "their members": list(d.them), "year": q.year,
               "today": q.today.isoformat(), "baseline": economy.about.name if economy else None},
        command=q.command,
    )  # fmt: skip


def summary(
    d: Dependencies, q: Question, traded: Sequence[DataRow], made: Sequence[DataRow], hidden: Sequence[Row] = ()
) -> list[str]:
    """What a reader should know first, in sentences."""
    name = country_names()
    now = [row for row in traded if (row["GeoDep"] or 0) > 1]
    lasting = [row for row in traded if row["lasting"] == "yes"]
    lines = [
        f"{q.us} imports {len(traded)} of {len(d.tables.trade.codes)} raw-material products in {q.year}. {len(now)} "
        f"of them pass all three GeoDep criteria in that year, {len(lasting)} in at least two of the last three "
        "years."
    ]
    for row in [r for r in now if r["imports, million USD"] >= 1][:3]:
        supplier = name.get(row["top supplier"], row["top supplier"])
        lines.append(
            f"{row['product']}: {words.number(row['its share, %'], 2)} % of imports of "
            f"{words.money(row['imports, million USD'])} come from {supplier}; import HHI "
            f"{words.number(row['import HHI'], 2)} (threshold 0.4), criteria held in {row['years held']} years."
        )
    if d.them:
        most = [row for row in traded if row["from them, %"] > 50]
        over = [row for row in made if (row["theirs, %"] or 0) > 50]
        lines.append(
            f"From {q.them}: more than half of the imports of {len(most)} of these products, and more than half of "
            f"the world's output at {len(over)} of {len(made)} stages of materials."
        )
        lines += [_most_made(q, over)] if over else []
    if hidden:
        top = max(hidden, key=lambda row: row["hidden, points"])
        lines.append(
            f"Hidden dependence is largest in {top['name'].lower()}: {words.number(top['look-through, %'], 2)} % of "
            f"its inputs at every stage come from {name.get(top['supplier'], top['supplier'])}, against "
            f"{words.number(top['face value, %'], 2)} % at face value."
        )
    ages = sorted({f"{row['source']} {row['year']}" for row in made})
    oldest = min(row["year"] for row in made)
    lines.append(
        f"Age of the data on {q.today}: trade {q.today.year - q.year} year(s), output {q.today.year - oldest} "
        f"year(s) at most ({len(ages)} tables and years)."
    )
    return lines


def _most_made(q: Question, over: Sequence[DataRow]) -> str:
    best = sorted(over, key=lambda row: -row["theirs, %"])[:6]
    parts = [f"{row['material'].lower()} ({row['stage']}) {words.number(row['theirs, %'], 2)} %" for row in best]
    return f"Largest shares of {q.them} in world output: {words.joined(parts, 6)}."


# ---- sections --------------------------------------------------------------------------------------------------


def _imports(d: Dependencies, q: Question, traded: Sequence[DataRow]) -> Section:
    name = country_names()
    shown = sorted((r for r in traded if r["imports, million USD"] >= 1), key=lambda r: -r["its share, %"])[:MOST_BARS]
    rows = [
        {
            "label": row["product"],
            "value": row["its share, %"],
            "kind": "passes all criteria" if (row["GeoDep"] or 0) > 1 else "does not",
            "text": f"{words.number(row['its share, %'], 2)} % {name.get(row['top supplier'], row['top supplier'])}",
            "tip": f"{row['product']} (HS {row['HS']}): {row['its share, %']:.1f} % from {row['top supplier']}, "
            f"imports {words.money(row['imports, million USD'])}, criteria held {row['years held']}",
        }
        for row in shown
    ]
    notes = [
        f"Largest supplier's share of the imports of {q.us} by value, {q.year}, %; products imported for USD 1 "
        "million and more. Orange: import HHI and world-export HHI above 0.4 and imports above exports (GeoDep)."
    ]
    chart = bars(rows, "Share of imports, %", f"Where {q.us} hangs on one supplier", notes, KINDS, whole=True)
    says = f"Bars of the largest supplier's share of imports, {len(rows)} products."
    about = (
        "GeoDep and EU: the weakest criterion over its threshold; above 1 every criterion holds, and the distance "
        "says how far from failing. A quarter to a half of what passes one year does not in the next: look at the "
        "years held. HHI: 0 is many suppliers, 1 a single one."
    )
    return Section(
        "imports", "Imports", (about,), (Figure("suppliers", chart, says),), Table(traded, shown=TRADE_COLUMNS)
    )


def _world(d: Dependencies, q: Question) -> Section:
    regions: list[tuple[str, Sequence[str]]] = [(q.us, d.us)]
    from paxsilica.data.rosters import members_of

    ours = set(d.us)
    for label in BESIDE:
        members = [c for c in members_of(label) if c not in d.them]
        if members and not ours & set(members):
            regions.append((label, members))
    them = d.them or ("CHN",)
    whose = q.them or "China"
    regions = [(label, members) for label, members in regions if not set(members) & set(them)]
    cells = heatmap_cells(regions, them, q.year)
    by = {(cell["region"], cell["HS"]): cell["share"] for cell in cells}
    first = regions[0][0] if regions else q.us
    codes = sorted({cell["HS"] for cell in cells}, key=lambda code: -np.mean([by[r, code] or 0 for r, _ in regions]))
    codes = codes[:MOST_COLUMNS]
    names = dict(zip(d.tables.trade.codes, d.tables.trade.names, strict=True))
    readable = country_names()
    label_of = {label: readable.get(label, label) for label, _ in regions}
    rows = [
        {
            "row": label_of[label],
            "column": names[code],
            "value": by[label, code],
            "text": "" if by[label, code] is None else f"{by[label, code]:.0f}",
            "tip": f"{label_of[label]}, {names[code]}: "
            + ("no imports" if by[label, code] is None else f"{by[label, code]:.1f} % from {whose}"),
        }
        for label, _ in regions
        for code in codes
    ]
    what = f"Share of imports by value that comes from {whose}, {q.year}, %."
    notes = [f"{what} The {len(codes)} products with the highest mean. Grey: no imports."]
    title = f"Imports from {whose}, by importer and product"
    chart = heatmap(
        rows, list(label_of.values()), [names[c] for c in codes], "Share of imports, %", title, notes, 100.0
    )
    says = f"Heatmap of the share of imports from {whose}: {len(regions)} importers, {len(codes)} products."
    return Section("world", "Beside others", (), (Figure("heatmap", chart, says),) if first else ())


def _output(d: Dependencies, q: Question, made: Sequence[DataRow]) -> Section:
    name = country_names()
    rows = [
        {
            "label": f"{row['material']}, {row['stage']}",
            "value": row["its share of output, %"],
            "kind": "over half of the world" if row["its share of output, %"] > 50 else "less",
            "text": f"{words.number(row['its share of output, %'], 2)} % {name.get(row['top producer'], '')} "
            f"{row['year']}",
            "tip": f"{row['material']} ({row['stage']}): {row['top producer']} {row['its share of output, %']:.1f} %",
        }
        for row in made[:30]
    ]
    notes = ["Largest producer's share of world output, %, with the year of the data. Output by stage, not exports."]
    title = "Who makes the world's materials: the most concentrated stages"
    kinds = {"over half of the world": OTHERS, "less": TRUSTED}
    chart = bars(rows, "Share of world output, %", title, notes, kinds, whole=True)
    about = (
        "EU supply risk: 1 and more is critical on the Commission's scale; here political stability alone stands "
        "for governance and no substitution is counted, so values compare among materials, not with the "
        "Commission's list. Imports are tonnes of the traded product, output is tonnes of its content where the "
        "source counts content."
    )
    says = f"Bars of the largest producer's share of output at {len(rows)} stages."
    return Section(
        "output", "World output by stage", (about,), (Figure("output", chart, says),), Table(made, shown=OUTPUT_COLUMNS)
    )


def _hidden(d: Dependencies, q: Question, economy: Economy, hidden: Sequence[Row]) -> Section:
    best = sorted(hidden, key=lambda row: -row["look-through, %"])[:MOST_SECTORS]
    rows = [
        {
            "label": row["name"],
            "a": row["face value, %"],
            "b": row["look-through, %"],
            "text": f"{row['look-through, %']:.1f} % {row['supplier']}",
            "tip": f"{row['name']}: {row['supplier']} {row['face value, %']:.2f} % of inputs bought, "
            f"{row['look-through, %']:.2f} % of all inputs at every stage",
        }
        for row in best
    ]
    whose = q.them or "the largest foreign supplier"
    notes = [
        f"Share of {whose} in the inputs of each sector of {q.us}, {economy.about.year}, %: those it buys, and "
        "those that went into them at every stage (look-through)."
    ]
    chart = dumbbells(rows, "Share of inputs, %", ("face value", "look-through"), "Hidden dependence on inputs", notes)
    about = (
        "Baldwin, Freeman and Theodorakopoulos (2023). The packaged table spreads every import over all users of "
        "the country in proportion, which the source table does not: for all US inputs together this moves a "
        "supplier's share by less than one point."
    )
    says = f"Dumbbells of face value and look-through shares, {len(rows)} sectors."
    return Section("hidden", "Hidden dependence", (about,), (Figure("hidden", chart, says),), Table(hidden))


def _hidden_rows(d: Dependencies, q: Question, economy: Economy, reliance: Reliance) -> list[Row]:
    """Rows of look-through where `us` is one region of the economy; of `them` where that is one too, else of the "
    "top."""
    if len(d.us) != 1 or d.us[0] not in economy.regions:
        return []
    supplier = d.them[0] if len(d.them) == 1 and d.them[0] in economy.regions else None
    return list(reliance_rows(economy, reliance, d.us[0], supplier))


def _results(d: Dependencies, q: Question, hidden: Sequence[Row]) -> list[Row]:
    rows: list[dict[str, Any]] = [
        {
            "indicator": found.indicator, "title": INDICATORS[found.indicator].title, "material": found.material,
            "subject": found.subject, "supplier": "", "year": found.year, "value": found.value,
            "threshold": found.threshold, "distance": found.distance, "held": " ".join(map(str, found.held)),
            "of": " ".join(map(str, found.of)), "lasting": found.lasting, "source": found.source,
            "data_year": found.data_year, "age_years": found.age, "note": found.note,
        }
        for found in d.findings(q.today)
        if np.isfinite(found.value)
    ]  # fmt: skip
    blank = dict.fromkeys(rows[0], "") if rows else {}
    for row in hidden:
        for name in ("face value, %", "look-through, %"):
            rows.append({**blank, "indicator": name, "title": "Share of foreign inputs", "subject": row["sector"],
                         "supplier": row["supplier"], "value": row[name]})  # fmt: skip
    return rows


def _sources(made: Sequence[DataRow], economy: Economy | None) -> tuple[Source, ...]:
    keys = ["baci", *dict.fromkeys(str(row["source"]) for row in made), "wgi"]
    own = sources_of(keys)
    return (*own, *(economy.about.sources if economy else ()))
