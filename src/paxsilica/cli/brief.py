"""`pax brief`: read texts into a record, keep it, and ask what is kept."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from paxsilica.cli.screen import Json, parsed_day, print_json, print_rows, print_sheet, say, watched
from paxsilica.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paxsilica.questions.brief import Brief


class _FilesOrCommand(TyperGroup):
    """`pax brief a.txt b.html` reads; `pax brief list` asks: what is no command is a file to read."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        return super().resolve_command(ctx, args if args[0] in self.commands else ["read", *args])

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        known = args and (args[0] in self.commands or args[0] == "--help")
        return super().parse_args(ctx, args if known or not args else ["read", *args])


brief_app = typer.Typer(
    cls=_FilesOrCommand,
    help="Read news and briefings into a record: `pax brief FILE...` reads, the commands below ask what is kept.",
    invoke_without_command=True,
    rich_markup_mode=None,
)

Where = Annotated[
    str | None,
    typer.Option(
        "--store", help="A SQLite file or postgresql://user@host/database; else your own file."
    ),
]


@brief_app.callback()
def _help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


@brief_app.command()
def read(
    files: Annotated[list[str], typer.Argument(help="Texts, web pages or PDFs.")],
    store: Where = None,
    keep: Annotated[
        bool, typer.Option("--keep/--no-keep", help="Keep what was read in the store.")
    ] = True,
    as_of: Annotated[
        str | None,
        typer.Option(metavar="DATE", help="Status of commitments on this day, on the page."),
    ] = None,
    out: Annotated[
        Path | None, typer.Option(help="Write briefing.html, record.json and scenario drafts here.")
    ] = None,
    run: Annotated[bool, typer.Option("--run", help="Solve the scenario drafts.")] = False,
    numbers: Annotated[
        bool,
        typer.Option("--numbers", help="Put the baseline's data beside the texts' numbers."),
    ] = False,
    elasticities: Annotated[
        str | None, typer.Option(help="A published set of trade elasticities for the drafts.")
    ] = None,
    ask_model: Annotated[
        bool,
        typer.Option(
            "--ask-model", help="Add assertions of the model that PAX_MODEL_URL and PAX_MODEL name."
        ),
    ] = False,
    json_: Json = False,
) -> None:
    """Read texts and say what they hold: who said what, measures, promises, numbers, links, scenario drafts."""
    from paxsilica.acts.keep import Keep
    from paxsilica.brief.ingest import FEW
    from paxsilica.desk import Desk
    from paxsilica.questions.brief import Brief

    given: dict[str, Any] = {
        "as_of": as_of,
        "run": run,
        "numbers": numbers or run or out is not None,
    }
    asks = Brief(files=tuple(files), ask_model=ask_model, elasticities=elasticities, **given)
    keeps = Keep(files=tuple(files), store=store, ask_model=ask_model) if keep else None
    if len(files) > FEW and keeps and not (out or run or json_ or ask_model):
        with watched() as told:
            kept = keeps.done(Desk(told))
        say(
            f"{kept['store']}: {kept['new']} of {kept['of']} documents are new; ask with `pax brief list`, `due` and "
            "`search`",
            f"No links were drawn and nothing was drafted: name at most {FEW} files at a time for these.",
        )
        return
    _answer(asks, keeps, json_, out)


def _answer(asks: Brief, keeps: Any, as_json: bool, out: Path | None) -> None:
    """Answer, write the folder, keep what was read, and only then print."""
    from paxsilica.desk import Desk
    from paxsilica.report.envelope import envelope
    from paxsilica.report.pages import page_of
    from paxsilica.report.pages.brief import write

    with watched() as told:
        desk = Desk(told)
        answer = asks.answered(desk)
        sheet = page_of(answer)
        page = write(answer, out) if out else None
        if keeps is not None:
            keeps.done(desk)
    if as_json:
        print_json(envelope(answer, sheet.summary))
        return
    print_sheet(sheet, None)
    if page:
        say(f"Page: {page}")


@brief_app.command("list")
def list_(store: Where = None, json_: Json = False) -> None:
    """Documents kept, with their day of publication and how it is known."""
    from paxsilica.brief import store as kept

    with kept.open_store(store) as opened:
        rows = [asdict(entry) for entry in kept.documents(opened)]
    _print_kept(
        [
            {**row, "sha256": row["sha256"][:12], "published": str(row["published"] or "")}
            for row in rows
        ],
        json_,
    )


@brief_app.command()
def show(document: str, store: Where = None, json_: Json = False) -> None:
    """What was read in one document, named by the beginning of its sha256 (see `pax brief list`)."""
    from paxsilica.brief import store as kept
    from paxsilica.brief.record import Record
    from paxsilica.report.pages.brief import document_lines, record_tables

    with kept.open_store(store) as opened:
        reading = kept.reading(opened, document)
    if json_:
        print_json(reading.model_dump(mode="json"))
        return
    say(*document_lines(reading))
    for title, rows in record_tables(Record(readings=(reading,))).items():
        if rows:
            say("", title)
            print_rows(rows)


@brief_app.command()
def due(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The day to judge on (2026-03-01).")
    ],
    store: Where = None,
    json_: Json = False,
) -> None:
    """Commitments with their due dates and status on a day."""
    from paxsilica.brief import store as kept
    from paxsilica.report.pages.brief import shortened

    today = parsed_day(as_of)
    with kept.open_store(store) as opened:
        found = [asdict(one) for one in kept.due(opened, today)]
    rows = [
        {
            "due": str(one["last"] or ""),
            "status": one["status"],
            "who": ", ".join(one["who"]),
            "how": one["modality"],
            "words": shortened(one["exact"]),
            "source": one["source"],
        }
        for one in found
    ]
    _print_kept(rows, json_)


@brief_app.command()
def search(words: str, store: Where = None, json_: Json = False) -> None:
    """Documents that hold all of some words, and the statements they stand in."""
    from paxsilica.brief import store as kept
    from paxsilica.report.pages.brief import shortened

    with kept.open_store(store) as opened:
        hits = kept.search(opened, words)
    rows = [
        {
            "document": hit.document[:12],
            "source": hit.source,
            "places": len(hit.spans),
            "first": shortened(
                "".join([hit.spans[0].prefix, hit.spans[0].exact, hit.spans[0].suffix])
            )
            if hit.spans
            else "",
        }
        for hit in hits
    ]
    _print_kept(rows, json_)


@brief_app.command()
def export(
    out: Annotated[Path, typer.Option(help="A new folder for record.jsonld and the tables.")],
    store: Where = None,
) -> None:
    """Everything kept, as JSON-LD (Web Annotation and PROV) and as CSV tables."""
    from paxsilica.brief import store as kept
    from paxsilica.brief.export import to_csv, to_jsonld
    from paxsilica.report.folder import filled

    with kept.open_store(store) as opened:
        record = kept.record(opened)
    tables = to_csv(record)
    graph = json.dumps(to_jsonld(record), ensure_ascii=False, indent=1)
    if out.exists():
        raise InputError(f"{out} exists; name a new folder to export to")
    with filled(out.resolve(), out) as partial:
        for name, content in {"record.jsonld": graph, **tables}.items():
            (partial / name).write_text(content, encoding="utf-8", newline="")
    say(f"{out}: record.jsonld, {', '.join(tables)}")


def _print_kept(rows: Sequence[dict[str, Any]], json_: bool) -> None:
    if rows or json_:
        print_rows(rows, json_)
    else:
        print("nothing found; `pax brief list` shows what is kept, `pax brief FILE...` reads")
