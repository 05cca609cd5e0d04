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


SCENARIO = FileKind("scenario", "paxsilica/scenario@1", ScenarioError)


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
        FileError: the file is missing, a folder, empty, above 1 MB, no text or not UTF-8.
    """
    path, name = Path(path), str(path)
    try:
        if not path.exists():
            raise kind.error("no such file" + _nearest_file(path), name)
        if path.is_dir():
            raise kind.error(f"is a folder; name one {kind.noun} file in it", name)
        if not path.is_file():
            raise kind.error(
                f"is not a regular file; save the {kind.noun} as a text file first", name
            )
        size = path.stat().st_size
        if size > LARGEST_FILE:
            raise kind.error(
                f"is {size / 1e6:,.1f} MB; a {kind.noun} has at most {LARGEST_FILE / 1e6:g} MB",
                name,
            )
        content = path.read_bytes()
    except OSError as exc:
        raise kind.error(
            f"cannot be read ({exc.strerror}); check the path and its permissions", name
        ) from exc
    return decode(content, name, kind)


def decode(content: bytes, name: str, kind: FileKind = SCENARIO) -> str:
    """Bytes as text, byte order mark kept. Raises FileError: empty, binary or not UTF-8."""
    if not content.strip():
        raise kind.error(f"is empty; begin with `schema: {kind.schema}`", name)
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
        FileError: of the kind given: a syntax error, a tab as indentation, an anchor, an alias, a
            tag, a second document, nesting above 20 levels, or a top that is not a mapping; with
            the problems found until then.
    """
    text = text.removeprefix("\ufeff")
    if len(text) > LARGEST_FILE:
        raise kind.error(
            f"is {len(text) / 1e6:,.1f} MB; a {kind.noun} has at most {LARGEST_FILE / 1e6:g} MB",
            name,
        )
    if not re.search(r"^\s*[^#\s]", text, re.MULTILINE):
        raise kind.error(f"is empty; begin with `schema: {kind.schema}`", name)
    builder = _TreeBuilder(name, kind)
    try:
        for event in _events(text, name, kind):
            builder.take(event)
        if not isinstance(builder.top, dict):
            what = f"must be a mapping of keys; begin with `schema: {kind.schema}`"
            raise kind.error(what, name, 1)
    except kind.error as fatal:
        raise gathered([*builder.problems.values(), fatal]) from fatal.__cause__
    return Parsed(name, builder.top, builder.lines, builder.problems)


def _events(text: str, name: str, kind: FileKind) -> Iterator[Any]:
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    directive = re.search(r"^%", text, re.MULTILINE)
    if directive:
        line = text.count("\n", 0, directive.start()) + 1
        raise kind.error(
            "YAML directives (a line that begins with %) are not allowed; remove the line",
            name,
            line,
        )
    line = 1
    try:
        for event in YAML(typ="safe", pure=True).parse(text):
            line = event.end_mark.line + 1
            yield event
    except YAMLError as exc:
        raise _syntax_error(exc, text, name, kind) from exc
    except (ValueError, OverflowError) as exc:  # an escape in double quotes that is no character
        raise kind.error(
            f"is not valid YAML: {exc}; write the character itself", name, line
        ) from exc


@dataclass
class _TreeBuilder:
    """Turns YAML events into the tree, one at a time and without recursion."""

    name: str
    file: FileKind
    top: Tree | None = None
    last_line: int = 1
    documents: int = 0
    lines: dict[Where, int] = field(default_factory=dict)
    problems: dict[Where, FileError] = field(default_factory=dict)
    open: list[tuple[Where, list[Tree] | dict[str, Tree]]] = field(default_factory=list)
    key: list[str | None] = field(
        default_factory=list
    )  # for each open mapping, the key that waits for its value

    def take(self, event: Any) -> None:
        what = type(event).__name__
        self.last_line = event.start_mark.line + 1
        if len(self.lines) > MOST_ENTRIES:
            raise self.error(
                f"holds more than {MOST_ENTRIES:,} entries; split it and stack the files"
            )
        if what == "DocumentStartEvent":
            self.documents += 1
            if self.documents > 1:
                raise self.error(
                    "a second YAML document begins; keep one per file and stack them: a.yaml+b.yaml"
                )
        elif what == "AliasEvent" or getattr(event, "anchor", None):
            raise self.error(
                "anchors and aliases (& and *) are not allowed; write the value, or use `groups`"
            )
        elif getattr(event, "tag", None) or getattr(event, "ctag", None):
            raise self.error(
                "tags (!) are not allowed; every value is text, so write it plainly or in quotes"
            )
        elif what == "ScalarEvent":
            self.scalar(event)
        elif what in ("MappingStartEvent", "SequenceStartEvent"):
            self.start({} if what == "MappingStartEvent" else [])
        elif what in ("MappingEndEvent", "SequenceEndEvent"):
            self.open.pop()
            self.key.pop()

    def scalar(self, event: Any) -> None:
        if self.awaits_key:
            self.begin_entry(event.value)
        elif event.value == "" and event.style is None:
            self.no_value()
        else:
            self.place(event.value)

    @property
    def awaits_key(self) -> bool:
        return bool(self.open) and isinstance(self.open[-1][1], dict) and self.key[-1] is None

    def no_value(self) -> None:
        key = self.key[-1] if self.key else None
        if key is None:
            here, line = self.place(""), self.last_line
            self.say("this entry has no value; write one or remove the line", here, line)
            return
        parent, mapping = self.open[-1]
        assert isinstance(mapping, dict)
        before = next(reversed(mapping), "")
        value = str(mapping.get(before))
        if re.fullmatch(r"[+\u2212-]?[\d.]+", value) and key[:1].isdigit():
            self.key[-1] = before  # YAML takes `{rate: 25,5%}` for two entries
            self.place(f"{value},{key}")
        else:
            line = self.lines[(*parent, key)]
            self.say(f"{key!r} has no value; write one or remove the line", self.place(""), line)

    def begin_entry(self, key: str) -> None:
        where, mapping = self.open[-1]
        if key in mapping:
            first = self.lines[(*where, key)]
            self.say(f"key {key!r} stands twice (first in line {first}); keep one", (*where, key))
        self.key[-1] = key
        self.lines[(*where, key)] = self.last_line

    def start(self, container: list[Tree] | dict[str, Tree]) -> None:
        if len(self.open) >= DEEPEST:
            raise self.error(
                f"is nested deeper than {DEEPEST} levels; a {self.file.noun} needs few"
            )
        if self.awaits_key:
            raise self.error("a key must be plain text, not a list or a mapping")
        where = self.place(container)
        self.open.append((where, container))
        self.key.append(None)

    def place(self, value: Tree) -> Where:
        if not self.open:
            self.top = value
            return ()
        where, parent = self.open[-1]
        if isinstance(parent, list):
            parent.append(value)
            here: Where = (*where, len(parent) - 1)
            self.lines[here] = self.last_line
        else:
            key = self.key[-1] or ""
            parent[key] = value
            self.key[-1] = None
            here = (*where, key)
        return here

    def say(self, message: str, where: Where, line: int = 0) -> None:
        """A problem of an entry that leaves the rest of the file readable."""
        problem = self.file.error(message, self.name, line or self.last_line)
        self.problems.setdefault(where, problem)

    def error(self, message: str) -> FileError:
        return self.file.error(message, self.name, self.last_line)


def _syntax_error(exc: Exception, text: str, name: str, kind: FileKind) -> FileError:
    mark = getattr(exc, "problem_mark", None) or getattr(exc, "context_mark", None)
    if mark is None:  # a control character: the reader knows its position, not its line
        position = getattr(exc, "position", 0)
        line = text.count("\n", 0, position) + 1
        return kind.error(
            "holds a control character that YAML does not allow; remove it", name, line
        )
    lines = text.splitlines()
    line = min(mark.line + 1, max(len(lines), 1))
    if "\t" in (lines[line - 1] if lines else "").split("#")[0] and "\\t" in str(
        getattr(exc, "problem", "")
    ):
        return kind.error(
            "a tab stands where YAML wants spaces; replace it with spaces", name, line
        )
    parts = (getattr(exc, "context", None), getattr(exc, "problem", None))
    what = ", ".join(" ".join(str(part).split()) for part in parts if part)
    return kind.error(
        f"is not valid YAML: {what}; check indentation, colons and closing brackets", name, line
    )


def _nearest_file(path: Path) -> str:
    folder = path.parent
    if not folder.is_dir():
        return f"; there is no folder {folder} either"
    hint = nearest(
        path.name,
        [entry.name for entry in folder.iterdir() if entry.suffix.lower() in (".yaml", ".yml")],
    )
    return hint if "did you mean" in hint else "; check the spelling and the folder"
