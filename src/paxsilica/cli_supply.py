"""`pax depend`: on whom one depends. Commands only."""

from __future__ import annotations

import shlex
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paxsilica.errors import InputError
from paxsilica.names import Names, parts
from paxsilica.screen import day, print_json, print_rows, progress, say

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Json = Annotated[bool, typer.Option("--json", help="Print only JSON on standard output.")]
Out = Annotated[
    Path | None, typer.Option(help="Write report.html, results.csv, run.json and charts here.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="Day that membership and the age of data are counted on."
    ),
]

SHOWN = 20
"""Rows that a table shows on the screen; the files hold all."""

INPUTS = "icio2022-50"
"""The economy whose inputs are looked through: the one with most sectors."""


def depend(
    us: Annotated[
        str, typer.Argument(help="A country or group, or several: IND, EU, pax-silica, JPN,KOR.")
    ],
    them: Annotated[
        str | None, typer.Option(help="On whom: a country or group, or several: CHN, CHN,RUS.")
    ] = None,
    material: Annotated[
        list[str] | None, typer.Option(help="Only the suppliers of this material or HS code.")
    ] = None,
    year: Annotated[
        int | None, typer.Option(help="Year of the trade data; default the last.")
    ] = None,
    inputs: Annotated[
        bool, typer.Option("--inputs", help="Look through the inputs of every sector too.")
    ] = False,
    baseline: Annotated[
        str, typer.Option(help="Economy that inputs are looked through in.")
    ] = INPUTS,
    as_of: AsOf = None,
    json_: Json = False,
    out: Out = None,
) -> None:
    """On whom a country or group depends: materials by source, output by stage, hidden inputs."""
    on = day(as_of) or date.today()
    names = Names(day=on)
    ours, theirs = names.countries(us, "us"), names.countries(them, "--them")
    if material and (them or inputs or out):
        raise InputError(
            "--material prints the suppliers of a material alone; drop --them, --inputs and --out"
        )
    if baseline != INPUTS and not inputs:
        raise InputError("--baseline says in which economy inputs are looked through; add --inputs")
    check_out(out)
    with progress("reading trade and output"):
        from paxsilica.analysis.dependency.materials import dependencies

        d = dependencies(ours, theirs)
    shown = d.tables.trade.years[-1] if year is None else year
    if material:
        _print_suppliers(d, material, shown, json_)
        return
    economy, reliance = _looked_through(baseline, ours) if inputs else (None, None)
    from paxsilica.report.depend import Question, depend_sheet

    options = {"them": them, "year": year, "as-of": on.isoformat(), "inputs": inputs}
    again = command(
        "depend", [us], {**options, "baseline": baseline if baseline != INPUTS else None}
    )
    notes = names.notes((*parts(us), *parts(them)))
    sheet = depend_sheet(
        d, Question(names.say(us), names.say(them), shown, on, again, notes), economy, reliance
    )
    page = write(sheet, out)
    if json_:
        print_json(plain(sheet))
    else:
        print_sheet(sheet, page)


def _looked_through(baseline: str, ours: Sequence[str]) -> tuple[Any, Any]:
    from paxsilica.analysis.dependency.reliance import foreign_input_reliance
    from paxsilica.data import load_economy

    with progress("looking through inputs"):
        economy = load_economy(baseline)
        if len(ours) != 1 or ours[0] not in economy.regions:
            who = (
                "a group" if len(ours) > 1 else f"{ours[0]}, which is part of its rest of the world"
            )
            raise InputError(
                f"--inputs looks through the inputs of one region of {baseline}, not of {who}; drop it"
            )
        return economy, foreign_input_reliance(economy)


def _print_suppliers(d: Any, wanted: Iterable[str], year: int, json_: bool) -> None:
    from paxsilica.analysis.dependency.materials import suppliers
    from paxsilica.names.products import product

    found = {
        what: [
            {
                "country": s.country,
                "name": Names().name(s.country),
                "million USD": s.value,
                "share, %": 100 * s.share,
                "tonnes": None if s.quantity != s.quantity else s.quantity,
                "of which estimated, %": 100 * s.estimated,
            }
            for s in suppliers(d.us, what, year)
        ]
        for what in dict.fromkeys(product(label, "--material") for label in wanted)
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


# ---- both ----------------------------------------------------------------------------------------------------


def part(text: str, what: str) -> float:
    from paxsilica.policy.values import parse_percent

    try:
        return float(parse_percent(text))
    except ValueError as error:
        raise InputError(f"{what}: {error}") from None


def check_out(out: Path | None) -> None:
    """Refuse a folder that cannot be written before anything is computed."""
    if out is not None:
        from paxsilica.report import check_folder

        check_folder(out)


def write(sheet: Any, out: Path | None) -> Path | None:
    if out is None:
        return None
    from paxsilica.report.sheet import write_sheet

    with progress(f"drawing {out}"):
        return write_sheet(sheet, out)


def print_sheet(sheet: Any, page: Path | None) -> None:
    say(sheet.title, *sheet.basis, *sheet.summary)
    for section in sheet.sections:
        if section.table and section.table.rows:
            say("", section.title)
            print_rows(section.table.on_screen(SHOWN), False)
            if len(section.table.rows) > SHOWN:
                print(f"  {len(section.table.rows) - SHOWN} more; --json or --out DIR gives all")
    if sheet.notes:
        print(f"Notes on the data: {len(sheet.notes)}; --json or --out DIR gives them")
    if page:
        say(f"Report: {page}")


def plain(sheet: Any) -> dict[str, Any]:
    tables = {
        section.name: [dict(row) for row in section.table.rows]
        for section in sheet.sections
        if section.table
    }
    notes = [vars(note) for note in sheet.notes]
    return {
        "title": sheet.title,
        "basis": sheet.basis,
        "summary": sheet.summary,
        **tables,
        "notes": notes,
        "not_modelled": sheet.left_out,
        "repeat": sheet.command,
    }


def command(name: str, words: Sequence[str], options: dict[str, Any]) -> str:
    """The command line that asks the same again."""
    said = [
        part
        for key, value in options.items()
        if value
        for part in (f"--{key}", *([] if value is True else [value]))
    ]
    return shlex.join(["pax", name, *words, *map(str, said)])
