"""`pax brief`: read texts into a record, keep it, ask it, and draft scenarios from it. Commands only."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from typer.core import TyperGroup

from paxsilica.errors import InputError
from paxsilica.screen import day, print_json, print_rows, progress, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from paxsilica.brief.drafts import Draft
    from paxsilica.brief.record import Reading, Record


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
AsOf = Annotated[
    str | None,
    typer.Option("--as-of", metavar="DATE", help="Status of commitments on this day, on the page."),
]
Json = Annotated[bool, typer.Option("--json", help="Print only JSON on standard output.")]


@brief_app.callback()
def _help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())


@brief_app.command()
def read(
    files: Annotated[list[Path], typer.Argument(help="Texts, web pages or PDFs.")],
    store: Where = None,
    keep: Annotated[
        bool, typer.Option("--keep/--no-keep", help="Keep what was read in the store.")
    ] = True,
    as_of: AsOf = None,
    out: Annotated[
        Path | None, typer.Option(help="Write briefing.html, record.json and scenario drafts here.")
    ] = None,
    run: Annotated[bool, typer.Option("--run", help="Solve the scenario drafts.")] = False,
    ask_model: Annotated[
        bool,
        typer.Option(
            "--ask-model", help="Add assertions of the model that PAX_MODEL_URL and PAX_MODEL name."
        ),
    ] = False,
    json_: Json = False,
) -> None:
    """Read texts and say what they hold: who said what, measures, promises, numbers, links, scenario drafts."""
    from paxsilica.brief.drafts import drafts_of
    from paxsilica.brief.ingest import FEW, readings
    from paxsilica.brief.reading import record_of

    today = day(as_of)
    if len(files) > FEW:
        if out or run or json_ or ask_model or not keep:
            raise InputError(
                f"{len(files)} files are only kept; name at most {FEW} at a time to print, draft or solve"
            )
        _keep_many(files, store)
        return
    with progress("reading"):
        found = list(readings(files))
    if ask_model:
        found = _asked(found)
    record = record_of(reading for _, reading in found)
    drafts = drafts_of(record)
    numbers = _numbers(record) if run or out else []
    results = _solved(drafts) if run else []
    page = None
    if out:
        from paxsilica.report.briefing import write_briefing

        page = write_briefing(record, drafts, out, as_of=today, numbers=numbers)
    if keep:
        _keep(record, found, store)
    if json_:
        drafted = [draft.model_dump() for draft in drafts]
        solved = [
            result if isinstance(result, dict) else {"error": result} for result, _ in results
        ]
        print_json(
            {
                "record": record.model_dump(mode="json"),
                "drafts": drafted,
                "numbers": numbers,
                "results": solved,
            }
        )
        return
    _print_record(record, drafts)
    if numbers:
        print("\nNumbers of the texts, and what the baseline's data say")
        print_rows(numbers, False)
    for draft, (_, lines) in zip(drafts, results, strict=False):
        say("", f"{draft.title}, as drafted", *(f"  {line}" for line in lines))
    if page:
        say(f"Page: {page}")


def _asked(found: Sequence[tuple[bytes, Reading]]) -> list[tuple[bytes, Reading]]:
    """The readings with what a person's own language model asserts, marked as its own."""
    from paxsilica.brief.model import asserted_by_model, endpoint

    at = endpoint()
    return [
        (
            data,
            r.model_copy(
                update={"assertions": (*r.assertions, *asserted_by_model(r.document, at))}
            ),
        )
        for data, r in found
    ]


def _keep(record: Record, found: Sequence[tuple[bytes, Reading]], where: str | None) -> None:
    """Keep documents and the links between them, beside the links that are kept already."""
    from paxsilica.brief import store as kept

    with kept.open_store(where) as store:
        kept.add_many(store, found)
        kept.set_links(store, dict.fromkeys([*kept.links(store), *record.links]))


def _keep_many(files: Sequence[Path], where: str | None) -> None:
    """Keep thousands of documents with a progress bar; links are drawn between few at a time."""
    from rich.console import Console
    from rich.progress import track

    from paxsilica.brief import store as kept
    from paxsilica.brief.ingest import FEW, readings

    with kept.open_store(where) as store:
        shown = track(
            readings(files),
            "reading",
            len(files),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        new = kept.add_many(store, shown)
        print(
            f"{store.name}: {new} of {len(files)} documents are new; ask with `pax brief list`, `due` and `search`"
        )
        print(
            f"No links were drawn and nothing was drafted: name at most {FEW} files at a time for these."
        )


def _numbers(record: Record) -> list[dict[str, Any]]:
    from dataclasses import asdict

    from paxsilica.analysis.beside import numbers_beside
    from paxsilica.data import load_economy

    return [asdict(row) for row in numbers_beside(record, load_economy("icio2022"))]


def _print_record(record: Record, drafts: Sequence[Draft]) -> None:
    for r in record.readings:
        d, p = r.document, r.document.published
        when = (
            f"{p.day} by its {p.basis} (reliability {p.reliability})" if p.day else "no date in it"
        )
        counts = (
            f"{len(r.statements)} statements, {len(r.measures)} measures, "
            f"{len(r.commitments)} commitments, {len(r.quantities)} quantities"
        )
        say(f"{d.source}: {when}; {counts}", *(f"  note: {note}" for note in d.notes))
    for title, rows in _sections(record).items():
        if rows:
            print(f"\n{title}")
            print_rows(rows, False)
    for draft in drafts:
        assumed = (f"  assumes {assumption}" for assumption in draft.assumptions)
        say("", f"Scenario draft: {draft.title}", *assumed)


def _sections(record: Record) -> dict[str, list[dict[str, Any]]]:
    def every(name: str) -> list[Any]:
        return [item for reading in record.readings for item in getattr(reading, name)]

    said = [
        {
            "who": s.speaker or "",
            "kind": s.kind,
            "day": str(s.said.first) if s.said else "",
            "words": _short(s.span.exact),
        }
        for s in every("statements")
    ]
    measures = [
        {
            "type": m.type,
            "by": " ".join(m.implementers),
            "on": " ".join(m.targets),
            "rate": m.rate.span.exact if m.rate else "",
            "status": m.status,
            "words": _short(m.span.exact),
        }
        for m in every("measures")
    ]
    commitments = [
        {
            "due": str(c.due.last) if c.due else "",
            "who": ", ".join(c.who),
            "how": c.modality,
            "words": _short(c.span.exact),
        }
        for c in every("commitments")
    ]
    links = [{"kind": k.kind, "why": _short(k.why)} for k in record.links]
    return {"Who said what": said, "Measures": measures, "Commitments": commitments, "Links": links}


def _short(words: str, most: int = 110) -> str:
    line = " ".join(words.split())
    return line if len(line) <= most else line[: most - 1] + "…"


def _solved(drafts: Sequence[Draft]) -> list[tuple[dict[str, Any] | str, list[str]]]:
    """The result of every draft with its summary; for one that the baseline cannot take, the reason instead."""
    if not drafts:
        raise InputError(
            "no scenario draft to run: the texts state no tariff with a rate, and no ban, of one state on another that "
            "is in force or announced"
        )
    with progress("loading the model"):
        from paxsilica.desk import Desk
        from paxsilica.questions.run import Run
        from paxsilica.report.envelope import envelope
        from paxsilica.report.pages import page_of

    desk = Desk()
    results: list[tuple[dict[str, Any] | str, list[str]]] = []
    for draft in drafts:
        with progress(f"solving {draft.title}"):
            try:
                answer = Run(text=draft.text).answered(desk)
            except InputError as error:
                results.append((str(error), [f"not solved: {error}"]))
            else:
                lines = page_of(answer).summary
                results.append((envelope(answer, lines), list(lines)))
    return results


@brief_app.command("list")
def list_(store: Where = None, json_: Json = False) -> None:
    """Documents kept, with their day of publication and how it is known."""
    from dataclasses import asdict

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

    with kept.open_store(store) as opened:
        reading = kept.reading(opened, document)
    if json_:
        print_json(reading.model_dump(mode="json"))
    else:
        _print_record(Record(readings=(reading,)), ())


@brief_app.command()
def due(
    as_of: Annotated[
        str, typer.Option("--as-of", metavar="DATE", help="The day to judge on (2026-03-01).")
    ],
    store: Where = None,
    json_: Json = False,
) -> None:
    """Commitments with their due dates and status on a day."""
    from dataclasses import asdict

    from paxsilica.brief import store as kept

    today = day(as_of)
    assert today is not None
    with kept.open_store(store) as opened:
        found = [asdict(one) for one in kept.due(opened, today)]
    rows = [
        {
            "due": str(one["last"] or ""),
            "status": one["status"],
            "who": ", ".join(one["who"]),
            "how": one["modality"],
            "words": _short(one["exact"]),
            "source": one["source"],
        }
        for one in found
    ]
    _print_kept(rows, json_)


@brief_app.command()
def search(words: str, store: Where = None, json_: Json = False) -> None:
    """Documents that hold all of some words, and the statements they stand in."""
    from paxsilica.brief import store as kept

    with kept.open_store(store) as opened:
        hits = kept.search(opened, words)
    rows = [
        {
            "document": hit.document[:12],
            "source": hit.source,
            "places": len(hit.spans),
            "first": _short("".join([hit.spans[0].prefix, hit.spans[0].exact, hit.spans[0].suffix]))
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
    import json

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
