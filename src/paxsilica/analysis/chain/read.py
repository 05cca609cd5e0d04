"""Chain files -> `SupplyChain`: all that is wrong at once, with file, line and remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from typing import Any

from paxsilica.analysis.chain.draft import (
    KEYS,
    ChainDraft,
    EntryReader,
    check_keys,
    list_of,
    mapping_of,
    text_of,
    texts_of,
)
from paxsilica.analysis.chain.graph import Input, Link, Stage, SupplyChain, flaws
from paxsilica.analysis.chain.shares import by_country
from paxsilica.economy import Note, Source
from paxsilica.errors import ChainError, gathered, nearest
from paxsilica.policy.reader import FileKind, Parsed, Tree, parse, read_text
from paxsilica.policy.values import LONGEST_TITLE

CHAIN = FileKind("chain", "paxsilica/chain@1", ChainError)
MOST_EXTENDED = 8
"""Files that may extend one another."""


def packaged_chains() -> tuple[str, ...]:
    """Names of the chains that come with the program, sorted."""
    return tuple(sorted(_packaged()))


def load_chain(name_or_path: str | Path) -> SupplyChain:
    """A packaged chain by its name, or a chain file by its path.

    Raises:
        ChainError: no such name or file, or rules that the file breaks, with line and remedy.
    """
    path = _path_of(name_or_path)
    return _built(_merged(path, ()), path.stem)


def parse_chain(text: str, name: str = "chain") -> SupplyChain:
    """A chain from YAML text; it may extend a packaged one. ChainError has `name` and line."""
    draft = _drafted(parse(text, name, CHAIN))
    return _built(_extended(draft, None, ()), name)


def _packaged() -> Mapping[str, Path]:
    folder = Path(str(files("paxsilica.data"))) / "packaged" / "chains"
    return {path.stem: path for path in folder.glob("*.yaml")} if folder.is_dir() else {}


def _path_of(name_or_path: str | Path, folder: Path | None = None) -> Path:
    packaged, text = _packaged(), str(name_or_path)
    if text in packaged:
        return packaged[text]
    path = Path(name_or_path) if folder is None else folder / name_or_path
    if path.suffix.lower() not in (".yaml", ".yml") and not path.is_file():
        raise ChainError(
            f"unknown chain {text!r}{nearest(text, packaged)} (or give the path of a .yaml file)"
        )
    return path


def _merged(path: Path, above: tuple[Path, ...]) -> ChainDraft:
    draft = _drafted(parse(read_text(path, CHAIN), str(path), CHAIN))
    return _extended(draft, path, above)


def _extended(draft: ChainDraft, path: Path | None, above: tuple[Path, ...]) -> ChainDraft:
    """The draft laid over the file that it extends: keys and sources replace, notes add up."""
    if "extends" not in draft.tree:
        return draft
    base_path = _path_of_base(draft, path)
    line = (*above, *([path.resolve()] if path else []))
    if base_path.resolve() in line:
        circle = " extends ".join(
            p.name for p in (*line[line.index(base_path.resolve()) :], base_path)
        )
        raise draft.error(
            f"files extend one another in a circle: {circle}; remove one `extends`", "extends"
        )
    if len(line) >= MOST_EXTENDED:
        raise draft.error(
            f"more than {MOST_EXTENDED} files extend one another; join some of them", "extends"
        )
    base = _merged(base_path, line)
    new = [key for key in ("links", "sources") if key in draft.tree]
    tree = base.tree | draft.tree
    if "sources" in new:
        tree["sources"] = {**mapping_of(base, "sources"), **mapping_of(draft, "sources")}
    if "note" in base.tree and "note" in draft.tree:
        notes = (text_of(one, one.tree["note"], "note") for one in (base, draft))
        tree["note"] = " ".join(notes)
    stages = {
        id: base.stages.get(id, {}) | draft.stages.get(id, {})
        for id in [*base.stages, *draft.stages]
    }
    old = {
        where: place
        for where, place in base.places.items()
        if where[0] != "links" or "links" not in new
        if not (where[0] == "stages" and len(where) > 3 and where[:3] in draft.places)
    }
    problems, unread = [*base.problems, *draft.problems], base.unread | draft.unread
    return ChainDraft(draft.place, tree, stages, old | draft.places, problems, unread)


def _path_of_base(draft: ChainDraft, path: Path | None) -> Path:
    name = text_of(draft, draft.tree["extends"], "extends")
    try:
        base = _path_of(name, path.parent if path else Path())
    except ChainError as exc:
        raise draft.error(str(exc), "extends") from None
    if not base.is_file():
        raise draft.error(
            f"extends {name!r}, which is no file; check the path (it begins at this file)",
            "extends",
        )
    return base


def _drafted(document: Parsed) -> ChainDraft:
    lines = {where: (document.name, line) for where, line in document.lines.items()}
    draft = ChainDraft((document.name, 1), dict(document.tree), {}, dict(lines))
    draft.problems = list(document.problems.values())
    draft.unread = {(problem.path, problem.line) for problem in draft.problems}
    if draft.tree.get("schema") != CHAIN.schema:
        start = draft.error(f"begin the file with `schema: {CHAIN.schema}`", "schema")
        raise gathered([start, *draft.problems])
    check_keys(draft, draft.tree, "file")
    for at, entry in enumerate(list_of(draft, "stages")):
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            draft.wrong("a stage is a mapping that begins with `- id: NAME`", "stages", at)
            continue
        check_keys(draft, entry, "stage", "stages", at)
        id = str(entry["id"])
        if id in draft.stages:
            first = draft.places["stages", id][1]
            draft.wrong(f"stage {id} stands twice (first in line {first}); keep one", "stages", at)
            continue
        draft.stages[id] = entry
        of_stage = {where: place for where, place in lines.items() if where[:2] == ("stages", at)}
        draft.places |= {("stages", id, *where[2:]): place for where, place in of_stage.items()}
    return draft


# ---- from text to values -------------------------------------------------------------------------


def _built(draft: ChainDraft, name: str) -> SupplyChain:
    tree = draft.tree
    if "title" not in tree:
        draft.wrong("title is missing; say in one line what the chain makes", "schema")
    note = text_of(draft, tree.get("note", ""), "note")
    unknown = [id for id, entry in draft.stages.items() if entry.get("shares") == "unknown"]
    fields: dict[str, Any] = {
        "name": name,
        "title": text_of(draft, tree.get("title", ""), "title", longest=LONGEST_TITLE),
        "stages": tuple(_stage_of(draft, id) for id in draft.stages),
        "final": tuple(texts_of(draft, "final")),
        "sources": {key: _source_of(draft, key) for key in mapping_of(draft, "sources")},
        "links": tuple(_link_of(draft, at) for at in range(len(list_of(draft, "links")))),
    }
    fields["notes"] = (*_chain_notes(note, unknown), *draft.notes)
    for flaw in [] if draft.problems else flaws(_unchecked(fields)):
        draft.wrong(flaw.text, *flaw.where)
    if draft.problems:
        raise gathered(draft.problems)
    return SupplyChain(**fields)


def _unchecked(fields: dict[str, Any]) -> SupplyChain:
    """A chain whose rules are not checked yet, to ask which it breaks."""
    chain = object.__new__(SupplyChain)
    for key, value in fields.items():
        object.__setattr__(chain, key, value)
    return chain


def _chain_notes(note: str, unknown: Sequence[str]) -> Iterator[Note]:
    if note:
        yield Note("limits", note)
    if unknown:
        which = (
            f"{len(unknown)} stages: {', '.join(unknown)}"
            if len(unknown) > 1
            else f"stage {unknown[0]}"
        )
        yield Note(
            "no country data",
            f"No country data for {which}. No cut reaches what is unnamed: it counts as safe.",
        )


def _stage_of(draft: ChainDraft, id: str) -> Stage:
    entry, here = draft.stages[id], ("stages", id)
    if "name" not in entry:
        draft.wrong(f"stage {id}: name is missing; say what it makes", *here)
    if "shares" not in entry:
        better = "write `shares: {CHN: 69%}` or `shares: unknown`"
        draft.wrong(f"stage {id}: shares are missing; {better}", *here)
    read = EntryReader(draft, entry, here, f"stage {id}")
    return Stage(
        id=id,
        name=read.text("name"),
        inputs=tuple(
            _input_of(draft, id, at, given) for at, given in enumerate(read.entries("inputs"))
        ),
        shares=_world_shares(read),
        year=read.year(),
        source=read.text("source"),
        layer=read.text("layer"),
        basis=read.text("basis") or "plant",
        capital=read.yes("capital"),
        stock=read.days("stock"),
        rebuild=read.days("rebuild"),
        spare=read.percent("spare", 0.0),
        note=read.text("note"),
    )


def _world_shares(read: EntryReader) -> Mapping[str, float] | None:
    given = read.entry.get("shares", "unknown")
    if given == "unknown":
        return None
    if not isinstance(given, dict):
        read.wrong("shares must be `{CHN: 69%, USA: 13%}` or `unknown`", "shares")
        return None
    inner = EntryReader(read.draft, given, (*read.where, "shares"), read.what)
    written = {label: inner.percent(label, 0.0) for label in given}
    rounding = sum(_half_a_digit(str(text)) for text in given.values())
    found = by_country(str(read.where[1]), written, rounding)
    for label, problem in found.problems.items():
        inner.wrong(problem, label)
    read.draft.notes += found.notes
    return found.shares


def _half_a_digit(percentage: str) -> float:
    """By how much a rounded percentage may be off, decimal: 0.005 for `17%`, 0.0005 for `17.3%`."""
    return float(0.005 * 0.1 ** len(percentage.partition(".")[2].rstrip("% ")))


def _input_of(draft: ChainDraft, id: str, at: int, given: Tree) -> Input:
    where = ("stages", id, "inputs", at)
    read = EntryReader(draft, given, where, f"stage {id}, input {at + 1}", "input")
    return Input(
        read.needed("stage"),
        read.number("weight", 1.0),
        read.percent("substitutable", 0.0),
        read.text("note"),
    )


def _link_of(draft: ChainDraft, at: int) -> Link:
    read = EntryReader(draft, list_of(draft, "links")[at], ("links", at), f"link {at + 1}", "link")
    entries = enumerate(read.entries("sectors"))
    sectors = tuple(text_of(draft, sector, "links", at, "sectors", n) for n, sector in entries)
    if "exposed" not in read.entry:
        meant = "write the share of these sectors' output that depends on the stage"
        read.wrong(f"exposed is missing; {meant}")
    return Link(
        stage=read.needed("stage"),
        sectors=sectors,
        exposed=read.percent("exposed", 1.0),
        source=read.text("source"),
        note=read.text("note"),
        kind=read.text("kind") or "use",
        cost=read.percent("cost", 0.0) if "cost" in read.entry else None,
    )


def _source_of(draft: ChainDraft, key: str) -> Source:
    read = EntryReader(
        draft, mapping_of(draft, "sources")[key], ("sources", key), f"source {key}", "source"
    )
    title, publisher, licence, date = map(read.needed, KEYS["source"][:4])
    return Source(title, publisher, licence, date, read.text("url"))
