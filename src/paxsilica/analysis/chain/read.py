"""Chain files -> `SupplyChain`: all that is wrong at once, with file, line and remedy."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from importlib.resources import files
from pathlib import Path
from typing import Any

from paxsilica.analysis.chain.draft import ChainDraft, text_of
from paxsilica.analysis.chain.graph import Input, Link, Stage, SupplyChain, flaws
from paxsilica.analysis.chain.shares import by_country
from paxsilica.economy import Note, Source
from paxsilica.errors import ChainError, gathered, nearest
from paxsilica.policy.reader import FileKind, Parsed, Tree, parse, read_text
from paxsilica.policy.values import LONGEST_TITLE, parse_percent

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
    return _built(_of_file(path, ()), path.stem)


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


def _of_file(path: Path, above: tuple[Path, ...]) -> ChainDraft:
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
    base = _of_file(base_path, line)
    new = [key for key in ("links", "sources") if key in draft.tree]
    tree = base.tree | draft.tree
    if "sources" in new:
        tree["sources"] = base.mapped("sources") | draft.mapped("sources")
    if "note" in base.tree and "note" in draft.tree:
        tree["note"] = " ".join(
            one.read(one.tree["note"], text_of, "", "note") for one in (base, draft)
        )
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
    name = draft.read(draft.tree["extends"], text_of, "", "extends")
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
    draft.check_keys(draft.tree, "file")
    for at, entry in enumerate(draft.listed("stages")):
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            draft.wrong("a stage is a mapping that begins with `- id: NAME`", "stages", at)
            continue
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
    unknown = [id for id, entry in draft.stages.items() if entry.get("shares") == "unknown"]
    title = partial(text_of, longest=LONGEST_TITLE)
    note = draft.read(tree.get("note", ""), text_of, "", "note")
    fields: dict[str, Any] = {
        "name": name,
        "title": draft.read(tree.get("title", ""), title, "", "title"),
        "stages": tuple(_stage_of(draft, id) for id in draft.stages),
        "final": tuple(
            draft.read(id, text_of, "", "final", at) for at, id in enumerate(draft.listed("final"))
        ),
        "sources": {
            key: Source(**draft.values(entry, "source", ("sources", key), f"source {key}:"))
            for key, entry in draft.mapped("sources").items()
        },
        "links": tuple(
            _link_of(draft, at, entry) for at, entry in enumerate(draft.listed("links"))
        ),
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
    entry, here, of = draft.stages[id], ("stages", id), f"stage {id}:"
    found = draft.values(entry, "stage", here, of)
    found["inputs"] = tuple(
        Input(**draft.values(given, "input", (*here, "inputs", at), f"stage {id}, input {at + 1}:"))
        for at, given in enumerate(found.get("inputs", ()))
    )
    return Stage(id=id, **found | {"shares": _world_shares(draft, id, entry)})


def _world_shares(
    draft: ChainDraft, id: str, entry: Mapping[str, Tree]
) -> Mapping[str, float] | None:
    given, here, of = entry.get("shares", "unknown"), ("stages", id, "shares"), f"stage {id}: "
    if given == "unknown":
        return None
    if not isinstance(given, dict):
        draft.wrong(f"{of}shares must be `{{CHN: 69%, USA: 13%}}` or `unknown`", *here)
        return None
    written = {
        label: draft.read(text, parse_percent, 0.0, *here, label, of=of)
        for label, text in given.items()
    }
    rounding = sum(_half_a_digit(str(text)) for text in given.values())
    found = by_country(id, written, rounding)
    for label, problem in found.problems.items():
        draft.wrong(of + problem, *here, label)
    draft.notes += found.notes
    return found.shares


def _half_a_digit(percentage: str) -> float:
    """By how much a rounded percentage may be off, decimal: 0.005 for `17%`, 0.0005 for `17.3%`."""
    return float(0.005 * 0.1 ** len(percentage.partition(".")[2].rstrip("% ")))


def _link_of(draft: ChainDraft, at: int, entry: Tree) -> Link:
    where, of = ("links", at), f"link {at + 1}:"
    found = draft.values(entry, "link", where, of)
    sectors = tuple(
        draft.read(sector, text_of, "", *where, "sectors", n)
        for n, sector in enumerate(found.get("sectors", ()))
    )
    return Link(**found | {"sectors": sectors})
