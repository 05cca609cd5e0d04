"""`pax brief`: what a team does with what is kept, and questions about items."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any

import typer

from paxsilica.brief.deeds import EDITS
from paxsilica.cli.brief import By, Where, brief_app, print_kept
from paxsilica.cli.screen import Json, parsed_day, print_json, say, watched

SubjectName = Annotated[
    str,
    typer.Argument(
        help="A document by the beginning of its sha256, an item of it (SHA#id), an actor or a deed."
    ),
]
Property = Annotated[str, typer.Argument(help="Which property: rate, status, speaker, due.")]
Value = Annotated[
    str, typer.Argument(help="The value, tag, note, document or actor; several values with commas.")
]
Why = Annotated[str, typer.Option("--why", help="Why, for the history.")]
DayOption = Annotated[str | None, typer.Option(metavar="DATE")]


def _edit(deed: str, subject: str, told: Sequence[str], **given: Any) -> None:
    from paxsilica.acts.edit import Edit
    from paxsilica.desk import Desk

    json_ = given.pop("json_")
    fields = dict(zip(EDITS[deed].told, told, strict=True))
    done = Edit(deed=deed, subject=subject, **fields, **given).done(Desk())
    if json_:
        print_json(done)
        return
    was = f" (before: {done['before']})" if deed == "correct" else ""
    say(
        f"{done['number']}: {done['by']} did {deed} {done['subject']}{was}; `pax brief history` has it"
    )


def _command(deed: str) -> None:
    doing = EDITS[deed]

    def alone(
        subject: SubjectName,
        by: By = None,
        why: Why = "",
        store: Where = None,
        json_: Json = False,
    ) -> None:
        _edit(deed, subject, (), by=by, why=why, store=store, json_=json_)

    def one(
        subject: SubjectName,
        value: Value,
        by: By = None,
        why: Why = "",
        store: Where = None,
        json_: Json = False,
    ) -> None:
        _edit(deed, subject, (value,), by=by, why=why, store=store, json_=json_)

    def two(
        subject: SubjectName,
        property: Property,
        value: Value,
        by: By = None,
        why: Why = "",
        store: Where = None,
        json_: Json = False,
    ) -> None:
        _edit(deed, subject, (property, value), by=by, why=why, store=store, json_=json_)

    brief_app.command(deed, help=doing.means)((alone, one, two)[len(doing.told)])


for _deed in EDITS:
    _command(_deed)


@brief_app.command("find")
def find_items(
    kind: Annotated[
        str, typer.Option(help="statements, measures, commitments, events, quantities or times.")
    ] = "",
    actor: Annotated[str, typer.Option(help="Who speaks, promises or acts: a name or an id.")] = "",
    state: Annotated[str, typer.Option(help="A state that acts, is hit, or is spoken for.")] = "",
    measure: Annotated[str, typer.Option(help="Part of a type of measure or event.")] = "",
    product: Annotated[str, typer.Option(help="Part of the words or codes for a product.")] = "",
    since: DayOption = None,
    until: DayOption = None,
    standing: Annotated[
        str,
        typer.Option(help="In the text (in force, agreed) or of people (confirmed, retracted)."),
    ] = "",
    tag: Annotated[str, typer.Option(help="A tag of the item or its document.")] = "",
    store: Where = None,
    json_: Json = False,
) -> None:
    """Items that meet everything asked for: who, which state, measure, product, period, standing, tag."""
    from paxsilica.brief import store as kept
    from paxsilica.report.annotate import shortened

    wanted = kept.Wanted(
        kind=kind,
        actor=actor,
        state=state,
        measure=measure,
        product=product,
        since=parsed_day(since) if since else None,
        until=parsed_day(until) if until else None,
        standing=standing,
        tag=tag,
    )
    with kept.open_store(store, make=False) as opened:
        found = kept.find(opened, wanted)
    rows = [
        {
            "subject": one.subject if json_ else one.subject[:12] + one.subject[64:],
            "kind": one.kind,
            "day": str(one.day or ""),
            "standing": one.standing,
            "model": (one.item.get("model") or {}).get("name", ""),
            "tags": list(one.tags) if json_ else "; ".join(one.tags),
            "words": one.exact if json_ else shortened(one.exact),
            "source": one.source,
            **({"item": one.item} if json_ else {}),
        }
        for one in found
    ]
    print_kept(rows, json_)


@brief_app.command("history")
def show_history(
    subject: Annotated[str, typer.Argument(help="A document, an item or an actor; else all.")] = "",
    store: Where = None,
    json_: Json = False,
) -> None:
    """What people did to the store, in order: who, when, what, before and after."""
    from paxsilica.brief import store as kept
    from paxsilica.report.annotate import shortened

    with kept.open_store(store, make=False) as opened:
        rows = [one._asdict() for one in kept.history(opened, subject)]
    if not json_:
        for row in rows:
            values = {key: shortened(str(row[key] or "")) for key in ("before", "after")}
            row |= {"subject": row["subject"][:12] + row["subject"][64:], **values}
    print_kept(rows, json_)


@brief_app.command("link")
def draw(
    documents: Annotated[list[str] | None, typer.Argument(help="Documents; else all.")] = None,
    store: Where = None,
) -> None:
    """Draw the links of documents with everything kept, after many files were kept at once."""
    from paxsilica.acts.keep import Link
    from paxsilica.desk import Desk

    with watched() as progress:
        done = Link(documents=tuple(documents or ()), store=store).done(Desk(progress))
    say(f"{done['store']}: {done['links']} links are new, of {done['of']} documents")
