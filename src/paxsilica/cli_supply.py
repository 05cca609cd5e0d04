"""`pax depend` and `pax chain`: on whom one depends, and what breaks when a thread is cut. Commands only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paxsilica.errors import InputError
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
        print_json(_plain(sheet))
    else:
        _print_sheet(sheet)
    _write(sheet, out, json_)


def _countries(labels: str | None, on: date | None, what: str) -> tuple[str, ...]:
    from paxsilica.data.rosters import countries_of

    return countries_of(labels.split(","), on, what) if labels is not None else ()


def _named(labels: str | None) -> str:
    """Readable names of what was written: `IND` is India, `pax-silica` Pax Silica, `EU` stays."""
    from paxsilica.data.materials import country_names
    from paxsilica.data.rosters import members_of, rosters
    from paxsilica.report.words import joined

    titles = {name: roster.title for name, roster in rosters().items()}
    named = []
    for label in labels.split(",") if labels else []:
        members = members_of(label)
        alone = country_names().get(members[0], label) if len(members) == 1 else label.strip()
        named.append(titles.get(label.strip().casefold(), alone))
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


# ---- chains --------------------------------------------------------------------------------------------------


def chain(
    names: Annotated[list[str] | None, typer.Argument(help="Packaged chains, or files; none: list them.")] = None,
    cut: Annotated[str | None, typer.Option(help="Suppliers to cut: countries or groups, TWN or CHN,RUS.")] = None,
    stage: Annotated[str | None, typer.Option(help="Cut them at these stages only, by id: ore,refine.")] = None,
    buyers: Annotated[str | None, typer.Option(help="Who may not buy; none: the capacity is lost to all.")] = None,
    share: Annotated[str, typer.Option(help="Part that is cut.")] = "100%",
    trusted: Annotated[str, typer.Option(help="The group whose shares are shown.")] = "pax-silica",
    days: Annotated[int, typer.Option(help="Horizon of the path over time, a multiple of 30.")] = 720,
    target: Annotated[str, typer.Option(help="Output that the smallest cut must bring the chain down to.")] = "50%",
    link: Annotated[bool, typer.Option("--link", help="Solve the shortage in the equilibrium, first year.")] = False,
    baseline: Annotated[str, typer.Option(help="Economy that the shortage is solved in.")] = "icio2022",
    as_of: AsOf = None,
    json_: Json = False,
    out: Out = None,
) -> None:
    """What a supply chain still makes when suppliers are cut: bottlenecks, days of cover, the smallest cut."""
    from paxsilica.analysis.chain import load_chain

    if not names:
        _list_chains(json_)
        return
    if out and len(names) > 1:
        raise InputError(f"--out holds one chain; {len(names)} are named: run them one at a time")
    asked = _Asked(cut, stage, buyers, share, trusted, days, target, link, baseline, day(as_of), as_of)
    sheets = []
    for name in names:
        with progress(f"solving {name}"):
            sheets.append(asked.sheet(load_chain(name), name))
    if json_:
        print_json([_plain(sheet) for sheet in sheets] if len(sheets) > 1 else _plain(sheets[0]))
    for sheet in sheets if not json_ else []:
        _print_sheet(sheet)
    _write(sheets[0], out, json_)


@dataclass(frozen=True)
class _Asked:
    """The options of `pax chain`, as written."""

    cut: str | None
    stage: str | None
    buyers: str | None
    share: str
    trusted: str
    days: int
    target: str
    link: bool
    baseline: str
    on: date | None
    as_of: str | None

    def sheet(self, chain: Any, written: str) -> Any:
        from paxsilica.analysis.chain import coverage, over_time, single_cuts, smallest_cut
        from paxsilica.report.chain import ChainResult, chain_sheet

        members = _countries(self.trusted, self.on, "--trusted")
        time = over_time(chain, self.cuts(), self.days)
        return chain_sheet(
            ChainResult(
                chain=chain,
                group=_named(self.trusted),
                members=members,
                coverage=coverage(chain, members),
                found=time.at_once,
                time=time,
                singles=single_cuts(chain),
                smallest=smallest_cut(chain, _part(self.target, "--target")),
                cuts_said=self.said(),
                links=self.links(time.at_once),
                command=self.command(written),
            )
        )

    def cuts(self) -> list[Any]:
        from paxsilica.analysis.chain import Cut

        if self.cut is None:
            for name in ("stage", "buyers"):
                if getattr(self, name):
                    raise InputError(f"--{name} says what is cut at whose plants; name them with --cut")
            if self.share != "100%" or self.link:
                raise InputError("nothing is cut; name suppliers with --cut, such as --cut CHN")
            return []
        stages = tuple(part.strip() for part in self.stage.split(",")) if self.stage else ()
        suppliers = _countries(self.cut, self.on, "--cut")
        return [Cut(suppliers, stages, _countries(self.buyers, self.on, "--buyers"), _part(self.share, "--share"))]

    def said(self) -> str:
        from paxsilica.report.words import joined

        if self.cut is None:
            return ""
        what = f"{self.share} of {_named(self.cut)}" if self.share != "100%" else _named(self.cut)
        where = f" at {joined([stage.strip() for stage in self.stage.split(',')])}" if self.stage else ""
        return f"{what} cut{where}" + (f" from {_named(self.buyers)}" if self.buyers else "")

    def links(self, found: Any) -> Any:
        if not self.link:
            return ()
        from paxsilica.analysis.chain.link import linked
        from paxsilica.data import load_economy
        from paxsilica.model import rebalance
        from paxsilica.model.cache import keep_compiled

        keep_compiled()
        return linked(found, rebalance(load_economy(self.baseline)))

    def command(self, written: str) -> str:
        options = {key: getattr(self, key) for key in ("cut", "stage", "buyers", "as_of", "link")}
        for key, usual in (("share", "100%"), ("trusted", "pax-silica"), ("days", 720), ("target", "50%")):
            options[key] = getattr(self, key) if getattr(self, key) != usual else None
        return _command("chain", written, **options)


def _part(text: str, what: str) -> float:
    from paxsilica.policy.values import parse_percent

    try:
        return float(parse_percent(text))
    except ValueError as error:
        raise InputError(f"{what}: {error}") from None


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
                "data of": " to ".join(map(str, dict.fromkeys((years[0], years[-1])))) if years else "",
            }
        )
    print_rows(rows, json_)


def _plain(sheet: Any) -> dict[str, Any]:
    return {"title": sheet.title, "basis": sheet.basis, "summary": sheet.summary,
            **{s.name: [dict(row) for row in s.table.rows] for s in sheet.sections if s.table},
            "notes": [vars(note) for note in sheet.notes], "not_modelled": sheet.left_out}  # fmt: skip
