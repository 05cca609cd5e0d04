"""`pax run` and `pax validate`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from paxsilica.errors import InputError
from paxsilica.screen import day as parse_day
from paxsilica.screen import print_json, print_rows, progress, say

if TYPE_CHECKING:
    from paxsilica.analysis.run import Run

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
LEAST_SHOWN = 1e-6
"""Million USD, or per cent."""


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
    records = [as_json(result) for result in results]
    for folder, result, record in zip(folders, results, records, strict=False):
        with progress(f"drawing {folder}"):
            record["report"] = str(write_report(result, folder))
    if json_:
        print_json(records[0] if len(records) == 1 else records)
        return
    for result, record in zip(results, records, strict=True):
        _print_run(result)
        if "report" in record:
            say(f"Report: {record['report']}")


def validate(files: Files, as_of: AsOf = None) -> None:
    """Check scenario files against their baselines and say in words what each measure does; solve nothing."""
    from paxsilica.analysis.baseline import baseline_of
    from paxsilica.policy import load_scenario

    day = parse_day(as_of)
    for file in files:
        scenario = load_scenario(file)
        economy = baseline_of(scenario)
        scenario.compile(economy, day)
        said = (f"  - {sentence}" for sentence in scenario.read_back(economy, day))
        beware = (f"  ! {note.text}" for note in economy.notes if note.leads)
        say(f"{file}: valid. {scenario.title}", *said, *beware)


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

    understood = result.scenario.read_back(result.outcome.economy, result.as_of)
    say(result.scenario.title, *(f"  - {line}" for line in understood), "")
    say(*summary_lines(result), "")
    print_rows(region_rows(result), False, _result_cell)


def _result_cell(value: Any) -> str:
    """A number of a result, never in exponents; below a dollar or a millionth of a per cent it is 0."""
    from paxsilica.report import words

    if not isinstance(value, float):
        return str(value)
    return words.number(value) if abs(value) >= LEAST_SHOWN else "0"
