"""`pax depend` and `pax chain`: on whom one depends, and what breaks when a thread is cut. Commands only."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paxsilica.errors import InputError
from paxsilica.names import Names, joined, parts
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


# ---- chains --------------------------------------------------------------------------------------------------


def chain(
    names: Annotated[
        list[str] | None, typer.Argument(help="Packaged chains, or files; none: list them.")
    ] = None,
    cut: Annotated[
        str | None, typer.Option(help="Suppliers to cut: countries or groups, TWN or CHN,RUS.")
    ] = None,
    stage: Annotated[
        str | None, typer.Option(help="Cut them at these stages only, by id: ore,refine.")
    ] = None,
    buyers: Annotated[
        str | None, typer.Option(help="Who may not buy; none: the capacity is lost to all.")
    ] = None,
    share: Annotated[str, typer.Option(help="Part that is cut.")] = "100%",
    trusted: Annotated[str, typer.Option(help="The group whose shares are shown.")] = "pax-silica",
    days: Annotated[
        int, typer.Option(help="Horizon of the path over time, a multiple of 30.")
    ] = 720,
    target: Annotated[
        str, typer.Option(help="Output that the smallest cut must bring the chain down to.")
    ] = "50%",
    link: Annotated[
        bool, typer.Option("--link", help="Solve the shortage in the equilibrium, short run.")
    ] = False,
    baseline: Annotated[
        str, typer.Option(help="Economy that the shortage is solved in.")
    ] = "icio2022",
    as_of: AsOf = None,
    json_: Json = False,
    out: Out = None,
) -> None:
    """What a supply chain still makes when suppliers are cut: bottlenecks, days of cover, the smallest cut."""
    asked = _Asked(cut, stage, buyers, share, trusted, days, target, link, baseline, day(as_of))
    if not names:
        if asked != _Asked() or out:
            raise InputError("which chain? name one, such as chips; `pax chain` alone lists them")
        _list_chains(json_)
        return
    if out and len(names) > 1:
        raise InputError(f"--out holds one chain; {len(names)} are named: run them one at a time")
    check_out(out)
    from paxsilica.analysis.chain import load_chain

    sheets = []
    for name, found in [(name, load_chain(name)) for name in names]:
        with progress(f"solving {name}"):
            sheets.append(asked.sheet(found, name))
    page = write(sheets[0], out)
    if json_:
        print_json([plain(sheet) for sheet in sheets] if len(sheets) > 1 else plain(sheets[0]))
    for sheet in sheets if not json_ else []:
        print_sheet(sheet, page)


@dataclass(frozen=True)
class _Asked:
    """The options of `pax chain`, as written."""

    cut: str | None = None
    stage: str | None = None
    buyers: str | None = None
    share: str = "100%"
    trusted: str = "pax-silica"
    days: int = 720
    target: str = "50%"
    link: bool = False
    baseline: str = "icio2022"
    on: date | None = None

    @property
    def day(self) -> date:
        return self.on or date.today()

    def sheet(self, chain: Any, written: str) -> Any:
        from paxsilica.analysis.chain import coverage, over_time, single_cuts, smallest_cut
        from paxsilica.report.chain import chain_sheet
        from paxsilica.report.chain_words import ChainResult

        target, cuts = part(self.target, "--target"), self.cuts()
        names = Names(day=self.day)
        members = names.countries(self.trusted, "--trusted")
        smallest = smallest_cut(chain, target)
        time = over_time(chain, cuts, self.days)
        return chain_sheet(
            ChainResult(
                chain=chain,
                group=names.say(self.trusted),
                members=members,
                coverage=coverage(chain, members),
                found=time.at_once,
                time=time,
                singles=single_cuts(chain),
                smallest=smallest,
                cuts_said=self.said(),
                links=self.links(time),
                command=self.command(written),
            )
        )

    def cuts(self) -> list[Any]:
        from paxsilica.analysis.chain import Outage

        taken = part(self.share, "--share")
        if self.cut is None:
            for name in ("stage", "buyers"):
                if getattr(self, name) is not None:
                    raise InputError(
                        f"--{name} says what is cut at whose plants; name them with --cut"
                    )
            if self.share != "100%" or self.link:
                raise InputError("nothing is cut; name suppliers with --cut, such as --cut CHN")
            return []
        names = Names(day=self.day)
        suppliers = names.countries(self.cut, "--cut")
        return [
            Outage(
                suppliers,
                parts(self.stage, "--stage"),
                names.countries(self.buyers, "--buyers"),
                taken,
            )
        ]

    def said(self) -> str:
        if self.cut is None:
            return ""
        names = Names(day=self.day)
        who = names.say(self.cut)
        what = f"{self.share} of {who}" if self.share != "100%" else who
        where = f" at {joined(parts(self.stage, '--stage'))}" if self.stage else ""
        return f"{what} cut{where}" + (f" from {names.say(self.buyers)}" if self.buyers else "")

    def links(self, time: Any) -> Any:
        if not self.link:
            return ()
        from paxsilica.analysis.chain.link import linked
        from paxsilica.data import load_economy
        from paxsilica.model import rebalance
        from paxsilica.model.cache import keep_compiled

        keep_compiled()
        return linked(time, rebalance(load_economy(self.baseline)))

    def command(self, written: str) -> str:
        usual = _Asked()
        said = {
            name: value
            for name, value in vars(self).items()
            if value != getattr(usual, name) and name != "on"
        }
        return command("chain", [written], {**said, "as-of": self.day.isoformat()})


def _list_chains(json_: bool) -> None:
    from paxsilica.analysis.chain import load_chain, packaged_chains

    rows = []
    for name in packaged_chains():
        found = load_chain(name)
        years = sorted({stage.year for stage in found.stages if stage.year is not None})
        rows.append(
            {
                "chain": name,
                "title": found.title,
                "stages": len(found.stages),
                "with country data": len(found.stages) - len(found.unknown),
                "data of": " to ".join(map(str, dict.fromkeys((years[0], years[-1]))))
                if years
                else "",
            }
        )
    print_rows(rows, json_)


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
