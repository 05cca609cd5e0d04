"""`pax brief`: read texts into a record, keep it, and ask what is kept."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from paxsilica.cli.screen import (
    Json,
    parsed_day,
    print_json,
    print_report,
    print_rows,
    say,
    watched,
)
from paxsilica.errors import InputError
from paxsilica.questions.registry import QUESTIONS

Where = Annotated[
    str | None,
    typer.Option(
        "--store", help="A SQLite file or postgresql://user@host/database; else your own file."
    ),
]
Make = Annotated[
    bool, typer.Option("--new-store", help="Make the store that --store names, if there is none.")
]
By = Annotated[
    str | None, typer.Option("--by", help="Your name, for the history; else that in PAX_NAME.")
]
ToKeep = Annotated[bool, typer.Option("--keep/--no-keep", help="Keep what was read in the store.")]
BriefFolder = Annotated[
    Path | None,
    typer.Option("--out", help="Write briefing.html, record.json and scenario drafts here."),
]
Accepted = Annotated[
    list[str] | None,
    typer.Option("--accept", help="Say yes, as --by, to an item that needs a person: its id."),
]


class _FilesOrCommand(TyperGroup):
    """`pax brief a.txt b.html` reads; `pax brief list` asks: what is no command is a file to read."""

    def list_commands(self, ctx: Any) -> list[str]:
        return ["read", *super().list_commands(ctx)]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        if cmd_name != "read":
            return super().get_command(ctx, cmd_name)
        from paxsilica.cli.options import command_for
        from paxsilica.questions.brief import Brief

        return command_for(
            Brief,
            _read_and_keep,
            out=(None, BriefFolder),
            keep=(True, ToKeep),
            store=(None, Where),
            new_store=(False, Make),
            by=(None, By),
            accept=(None, Accepted),
        )

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        here = {name: command.get_short_help_str(90) for name, command in self.commands.items()}
        with formatter.section("Commands"):
            formatter.write_dl(list({"read": QUESTIONS["brief"], **here}.items()))

    def parse_args(self, ctx: Any, args: list[str]) -> Any:
        known = not args or args[0] in (*self.list_commands(ctx), "--help")
        return super().parse_args(ctx, args if known else ["read", *args])


brief_app = typer.Typer(
    cls=_FilesOrCommand,
    help="Read news and briefings into a record: `pax brief FILE...` reads, the commands below ask what is kept.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@brief_app.callback()
def _bare(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


def _read_and_keep(
    questions: Sequence[Any],
    json_: bool,
    out: Path | None,
    keep: bool,
    store: str | None,
    new_store: bool,
    by: str | None,
    accept: list[str] | None,
) -> None:
    """Answer, write the folder, keep what was read, and only then print; many files are only kept."""
    from paxsilica.acts.edit import Edit, person
    from paxsilica.acts.keep import Keep
    from paxsilica.brief.consent import accepted
    from paxsilica.brief.ingest import FEW
    from paxsilica.brief.store import open_store
    from paxsilica.desk import Desk
    from paxsilica.report.envelope import envelope
    from paxsilica.report.pages import report_of
    from paxsilica.report.pages.brief import write

    (asks,) = questions
    keep = keep and bool(asks.files)  # a text of --text is no file that could be shown again
    keeps = Keep(
        files=asks.files, store=store, ask_model=asks.ask_model, new_store=new_store, by=by
    )
    if keep:  # a name that is spelled wrongly is said before anything is read
        with open_store(store, make=new_store):
            pass
    wanted = out or asks.run or json_ or asks.ask_model or accept
    many = len(asks.files) > FEW and keep and not wanted
    asks = asks.model_copy(update={"numbers": asks.numbers or asks.run or out is not None})
    with watched() as progress:
        desk = Desk(progress)
        if not many:
            record = accepted(asks.record(desk), accept or (), person(by))
            answer = asks.about(record, desk)
            report = report_of(answer)
            page = write(answer, out) if out else None
        kept = keeps.done(desk) if keep else {}
        for name in accept or () if keep else ():
            Edit(deed="confirm", subject=record.named(name), by=by, store=store).done(desk)
    if many:
        say(
            f"{kept['store']}: {kept['new']} of {kept['of']} documents are new; ask with `pax brief list`, `due` and "
            "`search`",
            f"No links were drawn yet: `pax brief link` draws them. Name at most {FEW} files at a time for drafts.",
        )
    elif json_:
        print_json(envelope(answer, report.sentences))
    else:
        print_report(report, page)


@brief_app.command("list")
def holdings(store: Where = None, json_: Json = False) -> None:
    """Documents kept, with their day of publication and how it is known."""
    from paxsilica.brief import store as kept

    with kept.open_store(store, make=False) as opened:
        rows = [one._asdict() for one in kept.documents(opened)]
    for row in rows:
        row |= {"sha256": row["sha256"][:12], "published": str(row["published"] or "")}
    print_kept(rows if json_ else _readable(rows), json_)


@brief_app.command()
def show(document: str, store: Where = None, json_: Json = False, out: BriefFolder = None) -> None:
    """What was read in one document, named by the beginning of its sha256 (see `pax brief list`)."""
    from paxsilica.brief import store as kept
    from paxsilica.brief.record import Record
    from paxsilica.desk import Desk
    from paxsilica.questions.brief import Brief
    from paxsilica.report.annotate import shortened
    from paxsilica.report.pages import report_of
    from paxsilica.report.pages.brief import write

    with kept.open_store(store, make=False) as opened:
        reading = kept.reading(opened, document)
    if json_:
        print_json(reading.model_dump(mode="json"))
        return
    asks = Brief(files=(reading.document.source,))
    answer = asks.about(Record(readings=(reading,)), Desk())
    report = report_of(answer)
    if out:
        say(f"Report: {write(answer, out)}")
    say(report.title, "", *report.sentences)
    for section in report.drawn.sections:
        if section.table:
            say("", section.title)
            print_rows(section.table.rows, show=shortened)


@brief_app.command("due")
def due_promises(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The day to judge on (2026-03-01).")
    ],
    store: Where = None,
    json_: Json = False,
) -> None:
    """Commitments with their due dates and status on a day."""
    from paxsilica.brief import store as kept
    from paxsilica.report.annotate import shortened

    today = parsed_day(as_of)
    with kept.open_store(store, make=False) as opened:
        rows = [
            {
                "due": str(one.last or (f"from {one.first}" if one.first else "")),
                "status": one.status,
                "who": ", ".join(one.who),
                "how": one.modality,
                "words": shortened(one.exact),
                "source": one.source,
            }
            for one in kept.due(opened, today)
        ]
    print_kept(rows, json_)


@brief_app.command("search")
def hits(words: str, store: Where = None, json_: Json = False) -> None:
    """Documents that hold all of some words, in how many places, and the first of them."""
    from paxsilica.brief import store as kept
    from paxsilica.report.annotate import shortened

    with kept.open_store(store, make=False) as opened:
        rows = [
            {
                "document": hit.document[:12],
                "source": hit.source,
                "places": len(hit.spans),
                "first": shortened("".join(s.prefix + s.exact + s.suffix for s in hit.spans[:1])),
            }
            for hit in kept.search(opened, words)
        ]
    print_kept(rows, json_)


@brief_app.command()
def export(
    out: Annotated[Path, typer.Option(help="A new folder for record.jsonld and the tables.")],
    store: Where = None,
) -> None:
    """Everything kept, as JSON-LD (Web Annotation and PROV) and as CSV tables."""
    from paxsilica.brief import store as kept
    from paxsilica.brief.export import to_csv, to_history_csv, to_jsonld
    from paxsilica.report.folder import filled

    with kept.open_store(store, make=False) as opened:
        record, history = kept.everything(opened), kept.history(opened)
    tables = to_csv(record) | {"history.csv": to_history_csv(history)}
    graph = json.dumps(to_jsonld(record), ensure_ascii=False, indent=1)
    if out.exists():
        raise InputError(f"{out} exists; name a new folder to export to")
    with filled(out.resolve(), out) as partial:
        for name, content in {"record.jsonld": graph, **tables}.items():
            (partial / name).write_text(content, encoding="utf-8", newline="")
    say(f"{out}: record.jsonld, {', '.join(tables)}")


def _readable(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows for the eye: several values in one cell, and no column that is empty everywhere."""
    said = [
        {key: "; ".join(value) if isinstance(value, tuple) else value for key, value in row.items()}
        for row in rows
    ]
    empty = {key for key in (said[0] if said else ()) if all(not row[key] for row in said)}
    return [{key: value for key, value in row.items() if key not in empty} for row in said]


def print_kept(rows: Sequence[dict[str, Any]], json_: bool) -> None:
    if rows or json_:
        print_rows(rows, json_)
    else:
        print("nothing found; `pax brief list` shows what is kept, `pax brief FILE...` reads")
