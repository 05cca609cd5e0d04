"""YAML text -> a tree of plain text, lists and mappings, with the line of every entry.

Only the event level of YAML is used, so no scalar is ever guessed to be a number, a date or a
boolean (`NO` and `0101` stay as written), and anchors, aliases and tags are refused before anything
is built from them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from paxsilica.errors import FileError, ScenarioError, gathered, nearest

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree]"
Where: TypeAlias = "tuple[str | int, ...]"
FileLine: TypeAlias = "tuple[str, int]"

LARGEST_FILE = 1_000_000
"""Bytes; a scenario is a page of text."""

DEEPEST = 20
"""Levels of nesting; a scenario needs four."""

MOST_ENTRIES = 50_000
"""Keys and list entries in all: about one second of reading."""


@dataclass(frozen=True)
class FileKind:
    """A kind of file: what its errors call it, its schema, and the class of its errors."""

    noun: str
    schema: str
    error: type[FileError]
    largest: int = LARGEST_FILE

    def too_large(self, size: int) -> str:
        return f"is {size / 1e6:,.1f} MB; a {self.noun} has at most {self.largest / 1e6:g} MB"


SCENARIO = FileKind("scenario", "paxsilica/scenario@1", ScenarioError)
RATE_TABLE = FileKind("table of rates", "", ScenarioError, 50 * LARGEST_FILE)


@dataclass(frozen=True)
class Parsed:
    """A file as read: `tree` holds text only, `lines` maps the path of an entry, as in
    `("measures", 0, "rate")`, to its 1-based line; `name` is the file as the user wrote it;
    `problems` are those that left the rest readable, by the entry of which no more need be said."""

    name: str
    tree: Mapping[str, Tree]
    lines: Mapping[Where, int]
    problems: Mapping[Where, FileError] = field(default_factory=dict)

    def line(self, where: Where) -> int:
        """Line of the entry, or of the nearest enclosing entry that has one."""
        while where and where not in self.lines:
            where = where[:-1]
        return self.lines.get(where, 1)


def read_text(path: Path | str, kind: FileKind = SCENARIO) -> str:
    """The text of a file, after every check that needs no parsing.

    Raises:
        FileError: the file is missing, a folder, above 1 MB, no text or not UTF-8.
    """
    path, name = Path(path), str(path)
    try:
        if not path.exists():
            problem = "no such file" + _nearest_file(path)
        elif path.is_dir():
            problem = f"is a folder; name one {kind.noun} file in it"
        elif not path.is_file():
            problem = f"is not a regular file; save the {kind.noun} as a text file first"
        elif (size := path.stat().st_size) > kind.largest:
            problem = kind.too_large(size)
        else:
            return decode(path.read_bytes(), name, kind)
    except OSError as exc:
        raise kind.error(
            f"cannot be read ({exc.strerror}); check the path and its permissions", name
        ) from exc
    raise kind.error(problem, name)


def decode(content: bytes, name: str, kind: FileKind = SCENARIO) -> str:
    """Bytes as text, byte order mark kept. Raises FileError: binary or not UTF-8."""
    if b"\0" in content:
        raise kind.error(f"is not a text file; save the {kind.noun} as plain text in UTF-8", name)
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as exc:
        line = content.count(b"\n", 0, exc.start) + 1
        byte = content[exc.start]
        raise kind.error(
            f"byte 0x{byte:02x} is not UTF-8; save the file as UTF-8", name, line
        ) from exc


def parse(text: str, name: str = "scenario", kind: FileKind = SCENARIO) -> Parsed:
    """Read YAML text whose top is a mapping; duplicate keys and keys without value are among the
    document's `problems`, for the caller to raise.

    Raises:
        FileError: of the kind given: no text, text above 1 MB, a syntax error, a tab as indentation, an
            anchor, an alias, a tag, a second document, nesting above 20 levels, or a top that is not
            a mapping; with the problems found until then.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > LARGEST_FILE:
        raise kind.error(kind.too_large(len(text)), name)
    if not re.search(r"^\s*[^#\s]", text, re.MULTILINE):
        raise kind.error(f"is empty; begin with `schema: {kind.schema}`", name)
    builder = _TreeBuilder(text, name, kind)
    try:
        tree = builder.document()
    except kind.error as fatal:
        raise gathered([*builder.problems.values(), fatal]) from fatal.__cause__
    return Parsed(name, tree, builder.lines, builder.problems)


def _events(text: str, name: str, kind: FileKind) -> Iterator[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    if directive := re.search(r"^%", text, re.MULTILINE):
        raise kind.error(
            "YAML directives (a line that begins with %) are not allowed; remove the line",
            name,
            text.count("\n", 0, directive.start()) + 1,
        )
    line = 1
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            line = event.end_mark.line + 1
            yield event
    except YAMLError as exc:
        raise kind.error(*_syntax_error(exc, text, name)) from exc
    except (ValueError, OverflowError) as exc:  # an escape in double quotes that is no character
        raise kind.error(
            f"is not valid YAML: {exc}; write the character itself", name, line
        ) from exc


class _TreeBuilder:
    """Turns YAML events into the tree; a level of the tree is a level of calls, and few are allowed."""

    def __init__(self, text: str, name: str, file: FileKind) -> None:
        self.name, self.file = name, file
        self.lines: dict[Where, int] = {}
        self.problems: dict[Where, FileError] = {}
        self.last_line = 1
        self.events = self.allowed(_events(text, name, file))

    def allowed(self, events: Iterator[Any]) -> Iterator[tuple[str, Any]]:
        """Names of the events, and the events; refuses what no file of ours needs."""
        documents = 0
        for event in events:
            what = type(event).__name__
            self.last_line = event.start_mark.line + 1
            documents += what == "DocumentStartEvent"
            if len(self.lines) > MOST_ENTRIES:
                raise self.error(
                    f"holds more than {MOST_ENTRIES:,} entries; split it and stack the files"
                )
            if documents > 1:
                raise self.error(
                    "a second YAML document begins; keep one per file and stack them: a.yaml+b.yaml"
                )
            if getattr(event, "anchor", None):
                raise self.error(
                    "anchors and aliases (& and *) are not allowed; write the value, or use `groups`"
                )
            if getattr(event, "ctag", None):
                raise self.error(
                    "tags (!) are not allowed; every value is text, so write it plainly or in quotes"
                )
            yield what, event

    def document(self) -> dict[str, Tree]:
        top: Tree = ""
        for what, event in self.events:
            if what in ("ScalarEvent", "SequenceStartEvent", "MappingStartEvent"):
                top = self.tree(what, event, ())
        if not isinstance(top, dict):
            what = f"must be a mapping of keys; begin with `schema: {self.file.schema}`"
            raise self.file.error(what, self.name, 1)
        return top

    def tree(self, what: str, event: Any, where: Where) -> Tree:
        """What begins with an event, at a place of the tree."""
        if what == "ScalarEvent":
            if _is_missing(what, event):
                self.say("this entry has no value; write one or remove the line", where)
            return str(event.value)
        if len(where) >= DEEPEST:
            raise self.error(
                f"is nested deeper than {DEEPEST} levels; a {self.file.noun} needs few"
            )
        return self.mapping(where) if what == "MappingStartEvent" else self.entries(where)

    def entries(self, where: Where) -> list[Tree]:
        found: list[Tree] = []
        for what, event in self.events:
            if what == "SequenceEndEvent":
                break
            here = (*where, len(found))
            self.lines[here] = self.last_line
            found.append(self.tree(what, event, here))
        return found

    def mapping(self, where: Where) -> dict[str, Tree]:
        found: dict[str, Tree] = {}
        for what, event in self.events:
            if what == "MappingEndEvent":
                break
            if what != "ScalarEvent":
                raise self.error("a key must be plain text, not a list or a mapping")
            key, here = event.value, (*where, event.value)
            first, self.lines[here] = self.lines.get(here), self.last_line
            if key in found:
                self.say(f"key {key!r} stands twice (first in line {first}); keep one", here)
            what, event = next(self.events)
            before = next(reversed(found), "")
            number = re.fullmatch(r"[+\u2212-]?[\d.]+", str(found.get(before)))
            if not _is_missing(what, event):
                found[key] = self.tree(what, event, here)
            elif number and key[:1].isdigit():  # YAML takes `{rate: 25,5%}` for two entries
                found[before] = f"{number[0]},{key}"
            else:
                found[key] = ""
                self.say(f"{key!r} has no value; write one or remove the line", here)
        return found

    def say(self, message: str, where: Where) -> None:
        """A problem of an entry that leaves the rest of the file readable."""
        line = self.lines.get(where, self.last_line)
        self.problems.setdefault(where, self.file.error(message, self.name, line))

    def error(self, message: str) -> FileError:
        return self.file.error(message, self.name, self.last_line)


def _is_missing(what: str, event: Any) -> bool:
    return what == "ScalarEvent" and event.value == "" and event.style is None


def _syntax_error(exc: Exception, text: str, name: str) -> tuple[str, str, int]:
    """What is wrong, in which file and line."""
    mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
    if mark is None:  # a control character: the reader knows its position, not its line
        line = text.count("\n", 0, getattr(exc, "position", 0)) + 1
        return "holds a control character that YAML does not allow; remove it", name, line
    lines = text.splitlines() or [""]
    line = min(mark.line + 1, len(lines))
    if "\t" in lines[line - 1].split("#")[0] and "\\t" in str(getattr(exc, "problem", "")):
        return "a tab stands where YAML wants spaces; replace it with spaces", name, line
    parts = (getattr(exc, "context", None), getattr(exc, "problem", None))
    what = ", ".join(" ".join(str(part).split()) for part in parts if part)
    remedy = "check indentation, colons and closing brackets"
    return f"is not valid YAML: {what}; {remedy}", name, line


def _nearest_file(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"; there is no folder {folder} either"
    siblings = [p.name for p in folder.iterdir() if p.suffix.lower() in (".yaml", ".yml")]
    hint = nearest(path.name, siblings)
    return hint if "did you mean" in hint else "; check the spelling and the folder"
