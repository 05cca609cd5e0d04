"""A chain file as it is read: entries with their places, and everything that is wrong with them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from paxsilica.economy import Note
from paxsilica.errors import ChainError, FileError, nearest
from paxsilica.policy.reader import FileLine, Tree, Where
from paxsilica.policy.values import LONGEST_TEXT, one_line, parse_percent

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


@dataclass
class ChainDraft:
    """A file as read, its stages by id; `places` maps an entry to its file and line. Values that
    are wrong are among the `problems`, and something harmless stands in for them."""

    place: FileLine
    tree: dict[str, Tree]
    stages: dict[str, dict[str, Tree]]
    places: dict[Where, FileLine] = field(default_factory=dict)
    problems: list[FileError] = field(default_factory=list)
    unread: set[tuple[str, int | None]] = field(default_factory=set)
    notes: list[Note] = field(default_factory=list)

    def wrong(self, message: str, *where: str | int) -> None:
        """A problem, unless its line could not be read or its key is one that was misspelt."""
        problem, missing = (
            self.error(message, *where),
            re.search(r"(\w+) (is|are) missing;", message),
        )
        if missing and any(f"did you mean {missing[1]}?" in str(p) for p in self.problems):
            return
        if (problem.path, problem.line) not in self.unread:
            self.problems.append(problem)

    def error(self, message: str, *where: str | int) -> ChainError:
        while where and where not in self.places:
            where = where[:-1]
        return ChainError(message, *self.places.get(where, self.place))


@dataclass
class EntryReader:
    """A mapping of the file, read key by key; what is wrong is told to the draft."""

    draft: ChainDraft
    entry: Any
    where: Where
    what: str
    kind: str = ""

    def __post_init__(self) -> None:
        if not isinstance(self.entry, dict):
            self.wrong("must be a mapping, `key: value`")
            self.entry = {}
        if self.kind:
            check_keys(self.draft, self.entry, self.kind, *self.where)

    def wrong(self, message: str, *key: str) -> None:
        self.draft.wrong(f"{self.what}: {message}", *self.where, *key)

    def text(self, key: str) -> str:
        return text_of(self.draft, self.entry[key], *self.where, key) if key in self.entry else ""

    def needed(self, key: str) -> str:
        if key not in self.entry:
            self.wrong(f"{key} is missing; add it")
        return self.text(key)

    def entries(self, key: str) -> list[Tree]:
        value = self.entry.get(key, [])
        if not isinstance(value, list):
            self.wrong(f"{key} must be a list; write `{key}: [...]`", key)
            return []
        return value

    def percent(self, key: str, missing: float) -> float:
        if key not in self.entry:
            return missing
        try:
            return parse_percent(self.entry[key])
        except ValueError as exc:
            self.wrong(f"{key} {exc}", key)
            return missing

    def number(self, key: str, missing: float) -> float:
        text = self.text(key)
        if text and not re.fullmatch(r"[+-]?\d{1,9}(\.\d{1,9})?", text):
            self.wrong(f"{key} {text[:30]!r} is no plain number; write one such as 2 or 0.5", key)
            return missing
        return float(text) if text else missing

    def year(self) -> int | None:
        text = self.text("year")
        if text and not re.fullmatch(r"\d{4}", text):
            self.wrong(f"year {text[:30]!r} is no year; write one such as 2024", "year")
            return None
        return int(text) if text else None

    def days(self, key: str) -> float | None:
        text = self.text(key)
        found = re.fullmatch(r"([+-]?\d{1,6}(?:\.\d{1,9})?) days?", text)
        if text and not found:
            better = f"write it as in `{key}: 60 days`, up to 999999 days"
            self.wrong(f"{key} {text[:30]!r} is no time in days; {better}", key)
        return float(found[1]) if found else None

    def yes(self, key: str) -> bool:
        text = self.text(key)
        if text not in ("", "yes", "no"):
            better = f"write `{key}: yes`, or leave it out"
            self.wrong(f"{key} {text[:30]!r} is neither yes nor no; {better}", key)
        return text == "yes"


def check_keys(draft: ChainDraft, entry: Mapping[str, Tree], kind: str, *where: str | int) -> None:
    place = {"file": "", "input": " of an input"}.get(kind, f" of a {kind}")
    for key in entry:
        if key not in KEYS[kind]:
            draft.wrong(f"unknown key {key!r}{place}{nearest(key, KEYS[kind])}", *where, key)


def text_of(draft: ChainDraft, value: Tree, *where: str | int, longest: int = LONGEST_TEXT) -> str:
    if not isinstance(value, str):
        draft.wrong(f"{where[-1]} must be text, not a list or a mapping", *where)
        return ""
    try:
        return one_line(value, longest)
    except ValueError as exc:
        draft.wrong(f"{where[-1]} {exc}", *where)
        return ""


def list_of(draft: ChainDraft, key: str) -> list[Tree]:
    value = draft.tree.get(key, [])
    if not isinstance(value, list):
        draft.wrong(f"{key} must be a list; write `{key}: [...]`", key)
        return []
    return value


def texts_of(draft: ChainDraft, key: str) -> list[str]:
    return [text_of(draft, entry, key, at) for at, entry in enumerate(list_of(draft, key))]


def mapping_of(draft: ChainDraft, key: str) -> dict[str, Tree]:
    value = draft.tree.get(key, {})
    if not isinstance(value, dict):
        draft.wrong(f"{key} must be a mapping, `key: value`", key)
        return {}
    return value
