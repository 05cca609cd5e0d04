"""Chain files -> `SupplyChain`: every refusal names file, line and remedy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path
from typing import Any, TypeVar

from paxsilica.analysis.chain.graph import Input, Link, Stage, SupplyChain, Where, flaws
from paxsilica.economy import Note, Source
from paxsilica.errors import ChainError, nearest
from paxsilica.policy.reader import Document, Kind, Tree, parse, read_text
from paxsilica.policy.values import parse_percent

SCHEMA = "paxsilica/chain@1"
CHAIN = Kind("chain", SCHEMA, ChainError)
KEYS = {
    "file": ("schema", "title", "extends", "final", "note", "sources", "stages", "links"),
    "source": ("title", "publisher", "licence", "date", "url"),
    "stage": (
        *("id", "name", "layer", "shares", "year", "source", "basis", "capital"),
        *("stock", "rebuild", "spare", "inputs", "note"),
    ),
    "input": ("stage", "weight", "substitutable", "note"),
    "link": ("stage", "sectors", "exposed", "kind", "cost", "source", "note"),
}
DEEPEST = 8
"""Files that may extend one another."""

Place = tuple[str, int]
Value = TypeVar("Value")


def packaged_chains() -> tuple[str, ...]:
    """Names of the chains that come with the program, sorted."""
    return tuple(sorted(_packaged()))


def load_chain(name_or_path: str | Path) -> SupplyChain:
    """A packaged chain by its name, or a chain file by its path.

    Raises:
        ChainError: no such name or file, or the file breaks a rule of the format; with file, line and remedy.
    """
    path = _path_of(name_or_path)
    return _built(_merged(path, ()), path.stem)


def parse_chain(text: str, name: str = "chain") -> SupplyChain:
    """A chain from YAML text; `extends` may name a packaged chain. Raises ChainError, with `name` and line."""
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


@dataclass
class _Draft:
    """A file as read, its stages by id; `places` maps an entry to its file and line."""

    place: Place
    tree: dict[str, Tree]
    stages: dict[str, dict[str, Tree]]
    places: dict[Where, Place] = field(default_factory=dict)

    def error(self, message: str, *where: str | int) -> ChainError:
        while where and where not in self.places:
            where = where[:-1]
        return ChainError(message, *self.places.get(where, self.place))


def _merged(path: Path, above: tuple[Path, ...]) -> _Draft:
    draft = _drafted(parse(read_text(path, CHAIN), str(path), CHAIN))
    return _extended(draft, path, above)


def _extended(draft: _Draft, path: Path | None, above: tuple[Path, ...]) -> _Draft:
    """The draft laid over the file that it extends: keys of a stage, sources and other keys replace, notes add up."""
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
    if len(line) >= DEEPEST:
        raise draft.error(
            f"more than {DEEPEST} files extend one another; join some of them", "extends"
        )
    base = _merged(base_path, line)
    new = [key for key in ("links", "sources") if key in draft.tree]
    tree = base.tree | draft.tree
    if "sources" in new:
        tree["sources"] = {**_mapping(base, "sources"), **_mapping(draft, "sources")}
    if "note" in base.tree and "note" in draft.tree:
        tree["note"] = (
            f"{_text(base, base.tree['note'], 'note')} {_text(draft, draft.tree['note'], 'note')}"
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
    return _Draft(draft.place, tree, stages, old | draft.places)


def _path_of_base(draft: _Draft, path: Path | None) -> Path:
    name = _text(draft, draft.tree["extends"], "extends")
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


def _drafted(document: Document) -> _Draft:
    draft = _Draft((document.name, 1), dict(document.tree), {})
    lines = {where: (document.name, line) for where, line in document.lines.items()}
    draft.places = dict(lines)
    _check_keys(draft, draft.tree, "file")
    if draft.tree.get("schema") != SCHEMA:
        raise draft.error(f"begin the file with `schema: {SCHEMA}`", "schema")
    entries = _list(draft, "stages") if "stages" in draft.tree else []
    for at, entry in enumerate(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            raise draft.error("a stage is a mapping that begins with `- id: NAME`", "stages", at)
        _check_keys(draft, entry, "stage", "stages", at)
        id = str(entry["id"])
        if id in draft.stages:
            first = draft.places["stages", id][1]
            raise draft.error(
                f"stage {id} stands twice (first in line {first}); keep one", "stages", at
            )
        draft.stages[id] = entry
        of_stage = {where: place for where, place in lines.items() if where[:2] == ("stages", at)}
        draft.places |= {("stages", id, *where[2:]): place for where, place in of_stage.items()}
    return draft


# ---- from text to values ------------------------------------------------------------------------------------------


def _built(draft: _Draft, name: str) -> SupplyChain:
    tree = draft.tree
    if "title" not in tree:
        raise draft.error("title is missing; say in one line what the chain makes", "schema")
    note = _text(draft, tree["note"], "note") if "note" in tree else ""
    unknown = [id for id, entry in draft.stages.items() if entry.get("shares") == "unknown"]
    fields: dict[str, Any] = {
        "name": name,
        "title": _text(draft, tree["title"], "title"),
        "stages": tuple(_stage(draft, id) for id in draft.stages),
        "final": tuple(_texts(draft, "final")) if "final" in tree else (),
        "sources": {key: _source(draft, key) for key in _mapping(draft, "sources")}
        if "sources" in tree
        else {},
        "links": tuple(_link(draft, at) for at in range(len(_list(draft, "links"))))
        if "links" in tree
        else (),
        "notes": tuple(_notes(note, unknown)),
    }
    for flaw in flaws(_unchecked(fields)):
        raise draft.error(flaw.text, *flaw.where)
    return SupplyChain(**fields)


def _unchecked(fields: dict[str, Any]) -> SupplyChain:
    """A chain whose rules are not checked yet, to ask which it breaks."""
    chain = object.__new__(SupplyChain)
    for key, value in fields.items():
        object.__setattr__(chain, key, value)
    return chain


def _notes(note: str, unknown: Sequence[str]) -> Iterator[Note]:
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


def _stage(draft: _Draft, id: str) -> Stage:
    entry, here = draft.stages[id], ("stages", id)
    if "name" not in entry:
        raise draft.error(f"stage {id}: name is missing; say what it makes", *here)
    if "shares" not in entry:
        raise draft.error(
            f"stage {id}: shares are missing; write `shares: {{CHN: 69%}}` or `shares: unknown`",
            *here,
        )
    read = _Entry(draft, entry, here, f"stage {id}")
    return Stage(
        id=id,
        name=read.text("name"),
        inputs=tuple(
            _input(draft, id, at, given) for at, given in enumerate(read.entries("inputs"))
        ),
        shares=_shares(read),
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


def _shares(read: _Entry) -> Mapping[str, float] | None:
    given = read.entry["shares"]
    if given == "unknown":
        return None
    if not isinstance(given, dict):
        raise read.error("shares must be `{CHN: 69%, USA: 13%}` or `unknown`", "shares")
    inner = _Entry(read.draft, given, (*read.where, "shares"), read.what)
    return {country: inner.percent(country, 0.0) for country in given}


def _input(draft: _Draft, id: str, at: int, given: Tree) -> Input:
    where = ("stages", id, "inputs", at)
    read = _Entry(draft, given, where, f"stage {id}, input {at + 1}", "input")
    return Input(
        read.needed("stage"),
        read.number("weight", 1.0),
        read.percent("substitutable", 0.0),
        read.text("note"),
    )


def _link(draft: _Draft, at: int) -> Link:
    read = _Entry(draft, _list(draft, "links")[at], ("links", at), f"link {at + 1}", "link")
    entries = enumerate(read.entries("sectors"))
    sectors = tuple(_text(draft, sector, "links", at, "sectors", n) for n, sector in entries)
    if "exposed" not in read.entry:
        raise read.error(
            "exposed is missing; write the share of these sectors' output that depends on the stage"
        )
    return Link(
        stage=read.needed("stage"),
        sectors=sectors,
        exposed=read.percent("exposed", 1.0),
        source=read.text("source"),
        note=read.text("note"),
        kind=read.text("kind") or "use",
        cost=read.percent("cost", 0.0) if "cost" in read.entry else None,
    )


def _source(draft: _Draft, key: str) -> Source:
    read = _Entry(
        draft, _mapping(draft, "sources")[key], ("sources", key), f"source {key}", "source"
    )
    title, publisher, licence, date = (read.needed(part) for part in KEYS["source"][:4])
    return Source(title, publisher, licence, date, read.text("url"))


@dataclass(frozen=True)
class _Entry:
    """A mapping of the file, read key by key."""

    draft: _Draft
    entry: Any
    where: Where
    what: str
    kind: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.entry, dict):
            raise self.error("must be a mapping, `key: value`")
        if self.kind:
            _check_keys(self.draft, self.entry, self.kind, *self.where)

    def error(self, message: str, *key: str) -> ChainError:
        return self.draft.error(f"{self.what}: {message}", *self.where, *key)

    def text(self, key: str) -> str:
        return _text(self.draft, self.entry[key], *self.where, key) if key in self.entry else ""

    def needed(self, key: str) -> str:
        if key not in self.entry:
            raise self.error(f"{key} is missing; add it")
        return self.text(key)

    def entries(self, key: str) -> list[Tree]:
        value = self.entry.get(key, [])
        if not isinstance(value, list):
            raise self.error(f"{key} must be a list; write `{key}: [...]`", key)
        return value

    def percent(self, key: str, missing: float) -> float:
        if key not in self.entry:
            return missing
        try:
            return parse_percent(self.entry[key])
        except ValueError as exc:
            raise self.error(f"{key} {exc}", key) from None

    def number(self, key: str, missing: float) -> float:
        text = self.text(key)
        if text and not re.fullmatch(r"[+-]?\d{1,9}(\.\d{1,9})?", text):
            raise self.error(
                f"{key} {text[:30]!r} is no plain number; write one such as 2 or 0.5", key
            )
        return float(text) if text else missing

    def year(self) -> int | None:
        text = self.text("year")
        if text and not re.fullmatch(r"\d{4}", text):
            raise self.error(f"year {text[:30]!r} is no year; write one such as 2024", "year")
        return int(text) if text else None

    def days(self, key: str) -> float | None:
        text = self.text(key)
        found = re.fullmatch(r"([+-]?\d{1,6}(?:\.\d{1,9})?) days?", text)
        if text and not found:
            message = f"{key} {text[:30]!r} is no time in days; write it as in `{key}: 60 days`, up to 999999 days"
            raise self.error(message, key)
        return float(found[1]) if found else None

    def yes(self, key: str) -> bool:
        text = self.text(key)
        if text not in ("", "yes", "no"):
            raise self.error(
                f"{key} {text[:30]!r} is neither yes nor no; write `{key}: yes`, or leave it out",
                key,
            )
        return text == "yes"


def _check_keys(draft: _Draft, entry: Mapping[str, Tree], kind: str, *where: str | int) -> None:
    place = {"file": "", "input": " of an input"}.get(kind, f" of a {kind}")
    for key in entry:
        if key not in KEYS[kind]:
            raise draft.error(f"unknown key {key!r}{place}{nearest(key, KEYS[kind])}", *where, key)


def _text(draft: _Draft, value: Tree, *where: str | int) -> str:
    if not isinstance(value, str):
        raise draft.error(f"{where[-1]} must be text, not a list or a mapping", *where)
    return " ".join(value.split())


def _list(draft: _Draft, key: str) -> list[Tree]:
    value = draft.tree[key]
    if not isinstance(value, list):
        raise draft.error(f"{key} must be a list; write `{key}: [...]`", key)
    return value


def _texts(draft: _Draft, key: str) -> list[str]:
    return [_text(draft, entry, key, at) for at, entry in enumerate(_list(draft, key))]


def _mapping(draft: _Draft, key: str) -> dict[str, Tree]:
    value = draft.tree.get(key, {})
    if not isinstance(value, dict):
        raise draft.error(f"{key} must be a mapping, `key: value`", key)
    return value
