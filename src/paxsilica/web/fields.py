"""Fields of a question -> a form, and back: the same fields as the options of its command."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from types import NoneType
from typing import Any, Literal, NamedTuple, get_args, get_origin
from urllib.parse import urlencode

from pydantic.fields import FieldInfo

from paxsilica import __version__
from paxsilica.data import elasticity_sets, packaged_economies
from paxsilica.data.elasticities import paper
from paxsilica.errors import InputError, nearest
from paxsilica.policy.library import is_policy
from paxsilica.questions.question import Question, door
from paxsilica.questions.registry import question_class
from paxsilica.questions.sweep import Sweep

LAW_EXAMPLE = "policy:us-law@2026-02-06"
"""An example of a law of the shelf, where a path or such a name may stand."""

OF_THE_MACHINE = ("store", "keep", "out", "workers", "scheduler", "yes", "ask_model", "files")
"""Fields that name work of the machine: a browser has none of them, and none that is the path of a file alone."""

LONGEST_LINK = 4096
"""Bytes of a permalink; a longer one holds the hash of its question, which is kept."""

LINES = ("text", "a", "b")
"""Fields of several lines: texts, and what may be one."""

LIKE_A_FILE = re.compile(
    r"[/\\~]|\.(ya?ml|csv|npz|json|parquet|txt|md|html?|pdf|docx|toml)\b", re.IGNORECASE
)


OPTION = re.compile(r"--([a-z][a-z-]*)")
"""Of the command line, in what its questions say of themselves."""


class FormField(NamedTuple):
    """How a field is asked for.

    Attributes:
        kind: check, choice, number, lines or text. choices: of a choice: what is sent -> what it is called.
    """

    name: str
    label: str
    help: str
    unit: str
    example: str
    kind: str
    choices: Mapping[str, str]
    required: bool
    value: str


def form_of(kind: type[Question], given: Mapping[str, str]) -> list[FormField]:
    """The fields of a question that a browser can ask for, with what was given or their default."""
    usual = _as_in_a_form(kind.model_construct().model_dump(mode="json", exclude_none=True))
    return [
        _field(name, info, {**usual, **given})
        for name, info in kind.model_fields.items()
        if not _of_the_machine(name, info)
    ]


def _of_the_machine(name: str, info: FieldInfo) -> bool:
    told = door(info)
    return name in OF_THE_MACHINE or (told.get("unit") == "path" and "shelf" not in told)


def _field(name: str, info: FieldInfo, given: Mapping[str, str]) -> FormField:
    types = (info.annotation, *get_args(info.annotation))
    literal = next((t for t in types if get_origin(t) is Literal), None)
    choices: tuple[str, ...] = tuple(map(str, get_args(literal))) if literal else ()
    if name == "baseline":
        choices = packaged_economies()
    elif name == "elasticities":
        choices = elasticity_sets()
    shown = "text"
    if bool in types and NoneType not in types:
        shown = "check"
    elif bool in types:
        shown, choices = "choice", ("on", "off")
    elif choices:
        shown = "choice"
    elif int in types:
        shown = "number"
    elif name in LINES:
        shown = "lines"
    told, example = door(info), str(info.examples[0]) if info.examples else ""
    if "shelf" in told:
        example = LAW_EXAMPLE if told.get("unit") == "path" else ""
    return FormField(
        name=name,
        label=name.replace("_", " "),
        help=told.get("shelf", info.description) or "",
        unit="" if "shelf" in told else told.get("unit", ""),
        example=example,
        kind=shown,
        choices={one: paper(one) if name == "elasticities" else one for one in choices},
        required=info.is_required(),
        value=given.get(name, ""),
    )


def question_of(kind: str, given: Mapping[str, Any]) -> Question:
    """The question that a form or a link asks.

    Raises:
        LabelError: no such question. InputError: a field is wrong, or names a file of this machine.
    """
    known = question_class(kind)
    plain = {name: _as_written(value) for name, value in given.items()}
    fields = {name: value for name, value in plain.items() if value not in ("", None)}
    for name, value in fields.items():
        _refuse_what_is_local(known, name, value)
    for name, info in known.model_fields.items():
        yes_or_no = bool in (info.annotation, *get_args(info.annotation))
        if yes_or_no and isinstance(fields.get(name), str):
            fields[name] = fields[name] in ("on", "true", "yes", "1")
    question = known(**fields)
    if isinstance(question, Sweep):
        design = question.design()
        varied = {axis.field: list(axis.values) for axis in design.axes}
        for field, value in {**design.fields, **varied}.items():
            _refuse_what_is_local(question_class(design.question), field, value)
    return question


def plain_breaks(text: str) -> str:
    """A text with the line breaks that files have; forms send others."""
    return re.sub(r"\r\n?", "\n", text)


def _as_written(value: Any) -> Any:
    """A value with the line breaks that files have, and a line without blanks around it."""
    if not isinstance(value, str):
        return value
    text = plain_breaks(value)
    return text if "\n" in text.strip() else text.strip()


def _refuse_what_is_local(kind: type[Question], field: str, value: Any) -> None:
    """Raises InputError where a field is of the machine, or its value names a file."""
    name = field.rpartition(".")[2]
    info = kind.model_fields.get(name)
    if name in OF_THE_MACHINE or (info and _of_the_machine(name, info)):
        raise InputError(
            f"{name}: the browser has no such field; use pax {kind.kind()} on the command line"
        )
    _refuse_files(name, value, not (info and door(info).get("names")))


def _refuse_files(name: str, value: Any, perhaps: bool) -> None:
    """Raises InputError where a value names a file: none is opened for a browser.

    Args:
        perhaps: whether a word without a suffix could be one too; not where it is resolved as a name.
    """
    for text in value if isinstance(value, list | tuple) else [value]:
        if not isinstance(text, str) or name == "text" or "\n" in text:
            continue
        allowed = {"baseline": packaged_economies(), "elasticities": elasticity_sets()}.get(name)
        parts = [part.strip() for part in re.split(r"[,+]", text)]
        if allowed:
            for word in parts:
                if word not in allowed:
                    raise InputError(
                        f"{name}: {word[:40]!r} is not packaged{nearest(word, allowed)}"
                    )
            continue
        there = perhaps and any(word and os.path.lexists(word) for word in (text, *parts))
        if there or any(LIKE_A_FILE.search(word) and not is_policy(word) for word in parts):
            raise InputError(
                f"{name}: the browser opens no files; paste the text, or take a policy such as policy:us-law@2026-02-06"
            )


def link_of(question: Question) -> str:
    """The permalink of a question: all of its fields that differ from their defaults, and the version that made it."""
    fields = {**dict(sorted(written_of(question).items())), "v": __version__}
    return f"/q/{question.kind()}?{urlencode(fields)}"


def written_of(question: Question) -> dict[str, str]:
    """Its fields as a form has them."""
    return _as_in_a_form(question.written)


def _as_in_a_form(fields: Mapping[str, Any]) -> dict[str, str]:
    """Fields as JSON has them, as a form has them."""
    found = {}
    for name, value in fields.items():
        if isinstance(value, bool):
            found[name] = "on" if value else "off"
        elif isinstance(value, list):
            found[name] = ",".join(map(str, value))
        else:
            found[name] = str(value)
    return found


def complaints_of(kind: type[Question], message: str) -> dict[str, str]:
    """Field -> what is wrong with it; what concerns none is under ``. Options of the command line become fields."""
    found: dict[str, list[str]] = {}
    for part in message.split("; "):
        name, colon, text = part.partition(": ")
        first = OPTION.match(part)
        name = first[1].replace("-", "_") if first else name if colon else ""
        own = name in kind.model_fields and not _of_the_machine(name, kind.model_fields[name])
        key = name if own else next(iter(reversed(found)), "") if not colon else ""
        told = text if own and colon else part
        found.setdefault(key, []).append(OPTION.sub(lambda m: m[1].replace("-", " "), told))
    return {name: "; ".join(texts) for name, texts in found.items()}


def joined_values(fields: Sequence[str]) -> str:
    """Several values of a form's field as one; a box that is ticked comes as `off` and `on`."""
    return fields[-1] if fields[:1] == ["off"] else ",".join(value for value in fields if value)
