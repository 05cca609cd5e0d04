"""The `pax` command. Commands only: each reads its options, calls one function of another room, and prints.

Exit status: 0 done, 2 the input is wrong (one clear line), 1 anything else.
"""

from __future__ import annotations

import codecs
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from paxsilica import __version__
from paxsilica.cli_ally import ally
from paxsilica.cli_brief import brief_app
from paxsilica.cli_coerce import coerce
from paxsilica.cli_supply import chain, depend
from paxsilica.errors import InputError, PaxError
from paxsilica.screen import day as parse_day
from paxsilica.screen import print_json, print_rows, progress

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paxsilica.analysis.run import Run

app = typer.Typer(
    name="pax",
    help="Economic security and trade policy: what a measure would do, to whom, and how we know.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
show_app = typer.Typer(
    help="Print what the system knows: regions, sectors, measures, the baseline."
)
app.add_typer(show_app, name="show")
app.add_typer(brief_app, name="brief")
app.command()(depend)
app.command()(chain)
app.command()(coerce)
app.command()(ally)

Files = Annotated[
    list[str], typer.Argument(help="Scenario files; `a.yaml+b.yaml` stacks two into one.")
]
AsOf = Annotated[
    str | None,
    typer.Option(
        "--as-of", metavar="DATE", help="Only measures in force on this day (2025-08-27)."
    ),
]
Json = Annotated[bool, typer.Option("--json", help="Print only JSON on standard output.")]
Baseline = Annotated[str, typer.Option(help="A packaged baseline, or the path of your own.")]


WrongUsage: Any = typer.BadParameter.__bases__[0]
"""The usage error of the library below typer, which typer gives no public name."""

LEAST_SHOWN = 1e-6
"""Million USD, or per cent."""


def main() -> None:
    """Run the command line; turn everything that may go wrong outside the program into one line and an exit status."""
    codecs.register_error("pax", _plain)
    for stream in filter(None, (sys.stdout, sys.stderr)):
        stream.reconfigure(errors="pax")
    try:
        status = app(standalone_mode=False)
        if sys.stdout:
            sys.stdout.flush()
    except InputError as error:
        _stop(str(error), 2)
    except PaxError as error:
        _stop(str(error), 1)
    except WrongUsage as error:
        _stop(
            f"{error.format_message().rstrip('.')}; see `{_command(error)} --help`", error.exit_code
        )
    except (typer.Abort, KeyboardInterrupt):
        _stop("stopped", 130)
    except OSError as error:
        os.dup2(
            os.open(os.devnull, os.O_WRONLY), 1
        )  # what is still buffered would fail again at exit
        if isinstance(error, BrokenPipeError):  # whoever read the output has seen enough
            raise SystemExit(1) from None
        _stop(
            f"{error.filename or 'standard output'}: {error.strerror}; check place, permissions and free space",
            1,
        )
    raise SystemExit(status if isinstance(status, int) else 0)


def _stop(message: str, status: int) -> NoReturn:
    """Print one line, whatever a path or a label in it holds, and end."""
    print("pax: " + "".join(c if c.isprintable() else " " for c in message), file=sys.stderr)
    raise SystemExit(status) from None


def _plain(error: UnicodeError) -> tuple[str, int]:
    """What a terminal without Unicode is shown instead: a minus stays a minus."""
    assert isinstance(error, UnicodeEncodeError)
    unknown = error.object[error.start : error.end]
    return "".join(
        {"\N{MINUS SIGN}": "-", "\N{RIGHTWARDS ARROW}": "->"}.get(c, "?") for c in unknown
    ), error.end


def _command(error: Any) -> str:
    context = getattr(error, "ctx", None)
    return context.command_path if context else "pax"


@app.callback(invoke_without_command=True)
def _options(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help="Print the version and stop.")] = False,
) -> None:
    if version:
        print(f"paxsilica {__version__}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())


@app.command()
def run(
    files: Files,
    as_of: AsOf = None,
    json_: Json = False,
    out: Annotated[
        Path | None, typer.Option(help="Write report.html, results.csv, run.json and charts here.")
    ] = None,
) -> None:
    """Solve scenarios and print what they do to every region."""
    day = parse_day(as_of)
    with progress("loading the model"):
        from paxsilica.analysis.run import run_scenario
        from paxsilica.model.cache import keep_compiled
        from paxsilica.report import as_json, write_report

        keep_compiled()
    folders = _folders(files, out) if out else []
    results = []
    for file in files:
        with progress(f"solving {file}"):
            results.append(run_scenario(file, day))
    records = []
    for at, result in enumerate(results):
        record = as_json(result)
        if not json_:
            _print_run(result)
        if folders:
            folder = folders[at]
            with progress(f"drawing {folder}"):
                record["report"] = str(write_report(result, folder))
            if not json_:
                print(f"Report: {record['report']}")
        records.append(record)
    if json_:
        print_json(records[0] if len(records) == 1 else records)


@app.command()
def validate(files: Files, as_of: AsOf = None) -> None:
    """Check scenario files against their baselines and say in words what each measure does; solve nothing."""
    from paxsilica.analysis.baseline import baseline_of
    from paxsilica.policy import load_scenario

    day = parse_day(as_of)
    for file in files:
        scenario = load_scenario(file)
        economy = baseline_of(scenario)
        scenario.compile(economy, day)
        print(f"{file}: valid. {scenario.title}")
        for sentence in scenario.sentences(economy, day):
            print(f"  - {sentence}")


@show_app.command()
def regions(baseline: Baseline = "icio2022", json_: Json = False) -> None:
    """Regions of a baseline and the groups that hold them."""
    _show_labels("region", baseline, json_)


@show_app.command()
def sectors(baseline: Baseline = "icio2022", json_: Json = False) -> None:
    """Sectors of a baseline, with their trade elasticities and groups."""
    _show_labels("sector", baseline, json_)


@show_app.command()
def measures(json_: Json = False) -> None:
    """Kinds of measures a scenario may hold: fields, units, ranges, meanings."""
    from paxsilica.policy import measure_table

    print_rows([dict(row) for row in measure_table()], json_)


@show_app.command()
def economy(
    baseline: Baseline = "icio2022",
    elasticities: Annotated[
        str | None, typer.Option(help="A published set of trade elasticities.")
    ] = None,
    json_: Json = False,
) -> None:
    """Checks of a baseline against outside facts, and every repair that was made."""
    from dataclasses import asdict

    from paxsilica.data import economy_checks, load_economy

    loaded = load_economy(baseline, elasticities=elasticities)
    checks = [asdict(check) for check in economy_checks(loaded)]
    notes = [asdict(note) for note in loaded.notes]
    if json_:
        print_json(
            {"title": loaded.about.title, "digest": loaded.digest, "checks": checks, "notes": notes}
        )
        return
    print(f"{loaded.about.title}\n")
    print_rows(checks, False)
    print("\nRepairs and caveats")
    for note in notes:
        size = "" if note["usd_million"] is None else f" [{note['usd_million']:,.0f} million USD]"
        print(f"  {note['name']}{size}: {note['text']}")


# ---- printing ------------------------------------------------------------------------------------------------


def _show_labels(axis: str, baseline: str, json_: bool) -> None:
    from paxsilica.data import load_economy

    e = load_economy(baseline)
    labels, name, groups = (
        (e.regions, e.region_name, e.about.region_groups)
        if axis == "region"
        else (e.sectors, e.sector_name, e.about.sector_groups)
    )
    rows: list[dict[str, Any]] = []
    for at, label in enumerate(labels):
        row: dict[str, Any] = {axis: label, "name": name(label)}
        if axis == "region":
            row["GDP, billion USD"] = round(float(e.gdp[at]) / 1e3, 1)
        else:
            row["trade elasticity"] = round(float(e.trade_elasticity[at]), 3)
            row["world output, billion USD"] = round(float(e.output[:, at].sum()) / 1e3, 1)
        row["groups"] = ", ".join(group for group, members in groups.items() if label in members)
        rows.append(row)
    print_rows(rows, json_)


def _folders(files: Sequence[str], out: Path) -> list[Path]:
    """A folder for the report of each file, every one free to be written."""
    from paxsilica.report import check_folder

    if len(files) == 1:
        check_folder(out)
        return [out]
    folders: dict[Path, str] = {}
    for file in files:
        folder = out / "+".join(Path(part).stem for part in file.split("+"))
        twin = {str(known).casefold(): other for known, other in folders.items()}.get(
            str(folder).casefold()
        )
        if twin is not None:
            raise InputError(
                f"{twin} and {file} would both be written to {folder}; rename one or run them apart"
            )
        check_folder(folder)
        folders[folder] = file
    return list(folders)


def _print_run(result: Run) -> None:
    from paxsilica.report import region_rows, summary_lines

    for line in summary_lines(result):
        print(line)
    print()
    print_rows(region_rows(result), False, _result_cell)


def _result_cell(value: Any) -> str:
    """A number of a result, never in exponents; below a dollar or a millionth of a per cent it is 0."""
    from paxsilica.report import words

    if not isinstance(value, float):
        return str(value)
    return words.number(value) if abs(value) >= LEAST_SHOWN else "0"
