"""`pax depend` and `pax chain`: on whom one depends, and what breaks when a thread is cut. Commands only."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paxsilica.screen import day, print_json, print_rows, progress

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

Json = Annotated[bool, typer.Option("--json", help="Print only JSON on standard output.")]
Out = Annotated[Path | None, typer.Option(help="Write report.html, results.csv, run.json and charts here.")]
AsOf = Annotated[
    str | None, typer.Option("--as-of", metavar="DATE", help="Day that membership and the age of data are counted on.")
]

SHOWN = 20
"""Rows that a table shows on the screen; the files hold all."""


def depend(
    us: Annotated[str, typer.Argument(help="A country or group, or several: IND, EU, pax-silica, JPN,KOR.")],
    them: Annotated[str | None, typer.Option(help="On whom: a country or group, or several: CHN, CHN,RUS.")] = None,
    material: Annotated[list[str] | None, typer.Option(help="Suppliers of this material or HS code.")] = None,
    year: Annotated[int | None, typer.Option(help="Year of the trade data; default the last.")] = None,
    inputs: Annotated[bool, typer.Option("--inputs", help="Look through the inputs of every sector too.")] = False,
    baseline: Annotated[str, typer.Option(help="Economy that inputs are looked through in.")] = "icio2022-50",
    as_of: AsOf = None,
    json_: Json = False,
    out: Out = None,
) -> None:
    """On whom a country or group depends: materials by source, output by stage, hidden inputs."""
    from datetime import date

    from paxsilica.analysis.dependency.materials import dependencies
    from paxsilica.report.depend import Question, depend_sheet

    today = day(as_of) or date.today()
    ours, theirs = (_countries(labels, today, what) for labels, what in ((us, "us"), (them, "--them")))
    with progress("reading trade and output"):
        d = dependencies(ours, theirs)
    shown = year if year is not None else d.tables.trade.years[-1]
    if material:
        _print_suppliers(d, material, shown, json_)
        return
    economy, reliance = _looked_through(baseline, ours) if inputs or out else (None, None)
    q = Question(
        _named(us), _named(them), shown, today, _command("depend", us, them=them, year=year, as_of=as_of, inputs=inputs)
    )
    sheet = depend_sheet(d, q, economy, reliance)
    if json_:
        print_json({"title": sheet.title, "basis": sheet.basis, "summary": sheet.summary,
                    **{s.name: [dict(row) for row in s.table.rows] for s in sheet.sections if s.table},
                    "notes": [vars(note) for note in sheet.notes], "not_modelled": sheet.left_out})  # fmt: skip
    else:
        _print_sheet(sheet)
    _write(sheet, out, json_)


def _countries(labels: str | None, on: date, what: str) -> tuple[str, ...]:
    from paxsilica.data.rosters import countries_of

    return countries_of(labels.split(","), on, what) if labels is not None else ()


def _named(labels: str | None) -> str:
    """Readable names of what was written: `IND` is India, `EU` stays."""
    from paxsilica.data.materials import country_names
    from paxsilica.data.rosters import members_of
    from paxsilica.report.words import joined

    named = []
    for label in (labels or "").split(",") if labels else []:
        members = members_of(label)
        named.append(country_names().get(members[0], label) if len(members) == 1 else label.strip())
    return joined(named)


def _looked_through(baseline: str, ours: Sequence[str]) -> tuple[Any, Any]:
    from paxsilica.analysis.dependency.reliance import foreign_input_reliance
    from paxsilica.data import load_economy

    with progress("looking through inputs"):
        economy = load_economy(baseline)
        if len(ours) != 1 or ours[0] not in economy.regions:
            return None, None
        return economy, foreign_input_reliance(economy)


def _print_suppliers(d: Any, materials: Sequence[str], year: int, json_: bool) -> None:
    from paxsilica.analysis.dependency.materials import suppliers
    from paxsilica.data.materials import country_names

    names = country_names()
    found = {
        what: [
            {
                "country": s.country,
                "name": names.get(s.country, s.country),
                "million USD": s.value,
                "share, %": 100 * s.share,
                "tonnes": None if s.quantity != s.quantity else s.quantity,
                "of which estimated, %": 100 * s.estimated,
            }
            for s in suppliers(d.us, what, year)
        ]
        for what in materials
    }
    if json_:
        print_json({"us": list(d.us), "year": year, "suppliers": found})
        return
    for what, rows in found.items():
        print(f"Suppliers of {what} from outside, {year}, by value (CEPII BACI)")
        if rows:
            print_rows(rows[:SHOWN], False)
        else:
            print("  nothing was imported")


def _print_sheet(sheet: Any) -> None:
    for line in (sheet.title, *sheet.summary):
        print(line)
    for section in sheet.sections:
        if section.table and section.table.rows:
            print(f"\n{section.title}")
            print_rows(section.table.on_screen(SHOWN), False)
            if len(section.table.rows) > SHOWN:
                print(f"  {len(section.table.rows) - SHOWN} more; --json or --out DIR gives all")


def _write(sheet: Any, out: Path | None, quiet: bool) -> None:
    if out is None:
        return
    from paxsilica.report.sheet import write_sheet

    with progress(f"drawing {out}"):
        page = write_sheet(sheet, out)
    if not quiet:
        print(f"Report: {page}")


def _command(name: str, *words: str, **options: Any) -> str:
    """The command line that asks the same again."""
    said = [f"--{key.replace('_', '-')} {value}" if value is not True else f"--{key.replace('_', '-')}"
            for key, value in options.items() if value]  # fmt: skip
    return " ".join(["pax", name, *words, *said])
