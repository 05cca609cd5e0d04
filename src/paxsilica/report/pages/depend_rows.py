"""Findings of `pax depend` as rows: products, materials at a stage, inputs of sectors, suppliers.

A row holds values under the keys of their variables, with the measure behind it where there is one.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from paxsilica.analysis.dependency.blocks import RISKS
from paxsilica.names.places import rows as read_rows
from paxsilica.names.products import hs_names, materials
from paxsilica.questions.question import Answer
from paxsilica.report.report import Row, Table

OWN_OUTPUT, WORLD_ALONE = "own output only", "world output alone"

SOURCING = (
    (99.5, OWN_OUTPUT),
    (50.0, "mainly own output"),
    (1e-10, "mainly imports"),
    (0.0, "imports only"),
)
"""Share of own output in supply, %, from which a word holds; the first rounds to all of it."""

OF_INPUTS = ("face_value", "look_through", "hidden_share", "foreign_look_through", "output")


def table_of(
    name: str, rows: Sequence[Row], currency: str = "USD", left_out: Container[str] = ()
) -> Table:
    """The rows with heads for keys; a column that no row has is left out.

    Args:
        left_out: keys of more columns that the screen has no room for.
    """
    columns = read_rows(Path(__file__).parent / "depend.csv")
    used = [c for c in columns if c["table"] == name and any(c["key"] in row for row in rows)]
    heads = {c["key"]: c["head"].format(currency=currency) for c in used}
    shown = [heads[c["key"]] for c in used if c["screen"] and c["key"] not in left_out]
    return Table([{head: row.get(key) for key, head in heads.items()} for row in rows], shown=shown)


def trade_rows(answer: Answer, year: str) -> list[Row]:
    """A row for every HS code that is imported: those that pass GeoDep first, by imports within."""
    rules = answer.findings.select(measure="geodep")
    passed = rules.select("threshold_passed").rows()
    known = rules.along("years_known", "product")
    rows = []
    for code, its in answer.findings.select(date=year, item=None).cells("product").items():
        if "imports" not in its:
            continue
        row = _numbers(its)
        held = spans(int(r["date"]) for r in passed if r["value"] and r["product"] == code)
        row |= {
            "material": ", ".join(m.name for m in materials() if code in m.hs),
            "code": code,
            "product": hs_names()[code],
            "top": its["import_share"]["partner"],
            "passes": "yes" if row["threshold_passed geodep"] else "no",
            "spans": held,
            "known": f"{known[code]:.0f}",
            "held": f"{held or 'none'} of {known[code]:.0f}",
            "lasts": {None: "", 0: "no", 1: "yes"}[row.get("lasting")],
        }
        rows.append(row)
    return sorted(rows, key=lambda row: (row["passes"] != "yes", -row["imports"]))


def spans(years: Iterable[int]) -> str:
    """`2019-2021, 2023`."""
    runs = groupby(enumerate(years), lambda at: at[1] - at[0])
    ends = [(run[0], run[-1]) for _, group in runs for run in [[year for _, year in group]]]
    return ", ".join(f"{first}" if first == last else f"{first}-{last}" for first, last in ends)


def output_rows(answer: Answer) -> list[Row]:
    """A row for every material at a stage: who makes it in its latest year, and the risks.

    Sorted by their share where there is a `them`, else by supply risk, with what `us` mainly makes
    itself last.
    """
    table, texts = answer.findings.cells("product", "item"), answer.attachments["stages"]
    names = {m.code: m.name for m in materials()}
    some = any(text["no_figure"] for text in texts)
    rows = []
    for text in texts:
        its = table[text["product"], text["item"]]
        row, leader = _numbers(its), its["output_share"]
        risk = next((its[name] for name in RISKS if name in its), {})
        row |= {
            "material": names[text["product"]],
            "stage": text["item"],
            "year": int(leader["date"]),
            "source": leader["source"],
            "top": leader["region"],
            "sourcing": _sourcing(row),
            "risk_year": int(risk["date"]) if risk else None,
            "risk_source": risk.get("source", ""),
            "note": text["note"],
        }
        if row["sourcing"] == OWN_OUTPUT:
            row.pop("over_threshold supply_risk", None)
        rows.append(row | ({"no_figure": text["no_figure"]} if some else {}))
    if answer.attachments["members"]["them"]:
        return sorted(rows, key=lambda row: -row.get("output_of_them", -1.0))
    return sorted(
        rows, key=lambda row: (row.get("own_output", 0) >= 50, -row.get("supply_risk", -1.0))
    )


def _sourcing(row: Row) -> str:
    if "own_output" in row:
        return next(word for least, word in SOURCING if row["own_output"] >= least)
    return WORLD_ALONE if "supply_risk" in row else ""


def hidden_rows(answer: Answer) -> list[Row]:
    """A row for every sector whose inputs are looked through."""
    table = answer.findings.select(*OF_INPUTS).cells("sector")
    return [
        {
            **_numbers(its),
            "sector": sector,
            "name": answer.names.table.sector_name(sector),
            "supplier": its["look_through"]["partner"],
            "billion": its["output"]["value"] / 1e3,
        }
        for sector, its in table.items()
    ]


def supplier_rows(answer: Answer, code: str) -> list[Row]:
    """A row for every supplier of a material or code, largest first."""
    table = answer.findings.select(product=code).cells("partner")
    return [
        {**_numbers(its), "country": country, "name": answer.names.name(country)}
        for country, its in table.items()
        if country
    ]


def _numbers(its: Mapping[str, Row]) -> dict[str, Any]:
    return {key: row["value"] for key, row in its.items()}
