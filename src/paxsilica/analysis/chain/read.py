"""Chain files -> `SupplyChain`: all that is wrong at once, with file, line and remedy."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from paxsilica.analysis.chain.draft import ChainDraft, list_of, mapping_of, text_of
from paxsilica.analysis.chain.graph import Input, Link, Stage, SupplyChain, flaws
from paxsilica.analysis.chain.shares import world_shares
from paxsilica.data.sources import PACKAGED
from paxsilica.economy import Note, Source
from paxsilica.errors import ChainError, gathered, nearest
from paxsilica.policy.reader import FileKind, Parsed, parse, read_text

CHAIN = FileKind("chain", "paxsilica/chain@1", ChainError)
CHAINS = PACKAGED / "chains"

MOST_EXTENDED = 8
"""Files that may extend one another."""


def packaged_chains() -> tuple[str, ...]:
    """Names of the chains that come with the program, sorted."""
    return tuple(sorted(path.stem for path in CHAINS.glob("*.yaml")))


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


def _path_of(name_or_path: str | Path, folder: Path = Path()) -> Path:
    text, packaged = str(name_or_path), packaged_chains()
    if text in packaged:
        return CHAINS / f"{text}.yaml"
    path = folder / name_or_path
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
    line = (*above, *([path.resolve()] if path else []))
    base_path = _path_of_base(draft, path)
    if base_path.resolve() in line:
        circle = [*line[line.index(base_path.resolve()) :], base_path]
        names = " extends ".join(p.name for p in circle)
        text = f"files extend one another in a circle: {names}; remove one `extends`"
        raise draft.error(text, "extends")
    if len(line) >= MOST_EXTENDED:
        text = f"more than {MOST_EXTENDED} files extend one another; join some of them"
        raise draft.error(text, "extends")
    base = _of_file(base_path, line)
    tree = base.tree | draft.tree
    sources, notes = (
        [one.read(one.tree.get(key, none), parse, none, key) for one in (base, draft)]
        for key, none, parse in (("sources", {}, mapping_of), ("note", "", text_of))
    )
    tree |= {"sources": sources[0] | sources[1], "note": " ".join(filter(None, notes))}
    ids = [*base.stages, *draft.stages]
    stages = {id: base.stages.get(id, {}) | draft.stages.get(id, {}) for id in ids}
    old = {
        where: place
        for where, place in base.places.items()
        if where[0] != "links" or "links" not in draft.tree
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
        text = f"extends {name!r}, which is no file; check the path (it begins at this file)"
        raise draft.error(text, "extends")
    return base


def _drafted(document: Parsed) -> ChainDraft:
    lines = {where: (document.name, line) for where, line in document.lines.items()}
    draft = ChainDraft((document.name, 1), dict(document.tree), {}, dict(lines))
    draft.problems = list(document.problems.values())
    draft.unread = {(problem.path, problem.line) for problem in draft.problems}
    if draft.tree.get("schema") != CHAIN.schema:
        start = draft.error(f"begin the file with `schema: {CHAIN.schema}`", "schema")
        raise gathered([start, *draft.problems])
    for at, entry in enumerate(draft.read(draft.tree.get("stages", []), list_of, [], "stages")):
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
    found = {"title": "", "final": (), "note": "", **draft.values(draft.tree, "file")}
    if "title" not in draft.tree:
        draft.wrong("title is missing; say in one line what the chain makes", "schema")
    fields: dict[str, Any] = {
        "name": name,
        "title": found["title"],
        "stages": tuple(_stage_of(draft, id) for id in draft.stages),
        "final": found["final"],
        "sources": {
            key: Source(**draft.values(entry, "source", ("sources", key), f"source {key}: "))
            for key, entry in found.get("sources", {}).items()
        },
        "links": tuple(
            Link(**{"sectors": ()} | draft.values(entry, "link", ("links", at), f"link {at + 1}: "))
            for at, entry in enumerate(found.get("links", ()))
        ),
    }
    unknown = [id for id, entry in draft.stages.items() if entry.get("shares") == "unknown"]
    fields["notes"] = (*_chain_notes(found["note"], unknown), *draft.notes)
    for where, text in [] if draft.problems else flaws(SimpleNamespace(**fields)):
        draft.wrong(text, *where)
    if draft.problems:
        raise gathered(draft.problems)
    return SupplyChain(**fields)


def _chain_notes(note: str, unknown: Sequence[str]) -> Iterator[Note]:
    if note:
        yield Note("limits", note)
    if unknown:
        several = f"{len(unknown)} stages: {', '.join(unknown)}"
        which = several if len(unknown) > 1 else f"stage {unknown[0]}"
        yield Note(
            "no country data",
            f"No country data for {which}. No cut reaches what is unnamed: it counts as safe.",
        )


def _stage_of(draft: ChainDraft, id: str) -> Stage:
    here = ("stages", id)
    found = draft.values(draft.stages[id], "stage", here, f"stage {id}: ")
    inputs = tuple(
        Input(
            **draft.values(given, "input", (*here, "inputs", at), f"stage {id}, input {at + 1}: ")
        )
        for at, given in enumerate(found.get("inputs", ()))
    )
    return Stage(id=id, **found | {"inputs": inputs, "shares": world_shares(draft, id)})
