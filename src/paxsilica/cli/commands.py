"""The `pax` command: its questions, read from the registry, and the few commands that are no question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import nullcontext
from functools import cache
from importlib import import_module
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from paxsilica import __version__
from paxsilica.errors import InputError, PaxError
from paxsilica.questions.registry import QUESTIONS, question_class


class _Questions(TyperGroup):
    """Commands of the registry beside those written here; what a command needs is imported when it is asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        return [*QUESTIONS, *(name for name in _written_here() if name not in QUESTIONS)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name == "brief" or cmd_name not in QUESTIONS:
            return _written_here().get(cmd_name)
        from paxsilica.cli.options import PNG, command_for

        if cmd_name == "score":
            from paxsilica.cli.score import OPTIONS, score

            return command_for(question_class(cmd_name), score, png=(False, PNG), **OPTIONS)
        return command_for(question_class(cmd_name), answer, png=(False, PNG))

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        here = {n: c.get_short_help_str(90) for n, c in _written_here().items()}
        with formatter.section("Commands"):
            formatter.write_dl(list({**QUESTIONS, **here, **QUESTIONS}.items()))


@cache
def _written_here() -> Mapping[str, Any]:
    """The commands that are no question alone."""
    from paxsilica.cli import brief_edit as brief_edit  # adds its commands to those of `pax brief`
    from paxsilica.cli.brief import brief_app
    from paxsilica.cli.new import new
    from paxsilica.cli.show import show_app, validate

    others = typer.Typer(add_completion=False, rich_markup_mode=None)
    others.add_typer(show_app, name="show")
    others.add_typer(brief_app, name="brief")
    for command in (validate, new, mcp):
        others.command()(command)
    others.command("serve")(_serve)
    return typer.main.get_group(others).commands


app = typer.Typer(
    name="pax",
    cls=_Questions,
    help="Economic security and trade policy: what a measure would do, to whom, and how we know.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)


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


def mcp() -> None:
    """Serve the questions to agents on standard input and output (Model Context Protocol)."""
    try:
        door = import_module("paxsilica.mcp")
    except ModuleNotFoundError as error:
        raise InputError(f"{error.name} is not installed; pip install 'paxsilica[mcp]'") from None
    door.serve()


def _serve(
    host: Annotated[str, typer.Option(help="This machine; another is refused.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Where on it.")] = 8080,
    browser: Annotated[bool, typer.Option(help="Open a browser.")] = True,
    store: Annotated[
        str | None,
        typer.Option(
            help="Where answers are kept: a SQLite file or postgresql://user@host/database; else your own file."
        ),
    ] = None,
) -> None:
    """Open the questions in a browser, on this machine alone."""
    try:
        door = import_module("paxsilica.web.serve")
    except ModuleNotFoundError as error:
        raise InputError(f"{error.name} is not installed; pip install 'paxsilica[serve]'") from None
    door.serve_browser(host, port, browser, store)


def answer(questions: Sequence[Any], json_: bool, out: Path | None, png: bool) -> None:
    """Answer questions, write what was asked for, and only then print."""
    from paxsilica.cli.screen import print_json, print_report, watched
    from paxsilica.desk import Desk
    from paxsilica.files import NOT_KEPT
    from paxsilica.report.envelope import envelope
    from paxsilica.report.folder import check_folders
    from paxsilica.report.pages import report_of
    from paxsilica.report.render import renderer
    from paxsilica.report.report import write_report

    if png and not out:
        raise InputError("--png: name the folder with --out")
    labels, beside = [question.label for question in questions], questions[0].BESIDE
    folders = check_folders(out, labels, beside) if out else []
    with renderer() if folders else nullcontext() as process, watched() as progress:
        desk = Desk(progress)
        reports = [report_of(question.answered(desk)) for question in questions]
        written = []
        for report, folder in zip(reports, folders, strict=False):
            desk.progress(f"drawing {folder}")
            written.append(write_report(report, folder, png, process))
    if json_:
        records = [envelope(report.answer, report.sentences) for report in reports]
        print_json(records[0] if len(records) == 1 else records)
    else:
        for report, page in zip_longest(reports, written):
            print_report(report, page)
    for report in reports:
        for note in report.answer.notes:
            if note.name == NOT_KEPT and getattr(report.answer.question, "keep", None):
                raise PaxError(note.text)
