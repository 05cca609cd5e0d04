"""Fields of a question -> options of a command, and back. No option is written down anywhere else."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, get_args

import typer
from pydantic.fields import FieldInfo

from paxsilica.cli.screen import Json
from paxsilica.policy.values import show_percent
from paxsilica.questions.question import Question, door

OUT = Annotated[
    Path | None,
    typer.Option("--out", help="Write report.html, results.csv, run.json and charts here."),
]
PNG = Annotated[bool, typer.Option("--png", help="Write the charts of --out as PNG too.")]


def command_for(
    kind: type[Question], ask: Callable[..., None], **own: tuple[object, object]
) -> Any:
    """A command whose options are the fields of a question; what is not given keeps the field's default.

    Where a positional field takes several words, one question is asked for each. A field that is called as a common option
    is that option.

    Args:
        ask: what it does with its questions and the options of the door: `json_`, `out` and its own.
        own: options of this door alone, or in place of the common ones, each with its default and annotation.
    """
    fields = kind.model_fields
    common = {"json_": (False, Json), "out": (None, OUT), **own}
    each = next((name for name, info in fields.items() if door(info).get("each")), "")

    def command(**options: Any) -> None:
        shared = {name: options[name] if name in fields else options.pop(name) for name in common}
        given = {name: value for name, value in options.items() if value is not None}
        words = given.pop(each, None)
        several = [{each: word} for word in words] if words else [{}]
        ask([kind(**given, **one) for one in several], **shared)

    parameters = [_parameter(name, info) for name, info in fields.items()]
    parameters += [_keyword(name, *option) for name, option in common.items() if name not in fields]
    vars(command)["__signature__"] = inspect.Signature(parameters)
    command.__annotations__ = {p.name: p.annotation for p in parameters}
    single = typer.Typer(add_completion=False, rich_markup_mode=None)
    single.command(kind.kind(), help=kind.__doc__)(command)
    return typer.main.get_command(single)


def _parameter(name: str, info: FieldInfo) -> inspect.Parameter:
    extra, word = door(info), name.replace("_", "-")
    types = (info.annotation, *get_args(info.annotation))
    kind: Any = next((t for t in (bool, int) if t in types), str)
    if extra.get("each") or extra.get("several"):
        kind = list[str]
    both = kind is bool and info.default is not False
    flag = f"--{word}/--no-{word}" if both else f"--{word}"
    shown: dict[str, Any] = {"help": _explained(info), "show_default": False}
    positional = extra.get("positional")
    option: Any = typer.Argument(**shown) if positional else typer.Option(flag, **shown)
    if info.is_required():
        return _keyword(name, inspect.Parameter.empty, Annotated[kind, option])
    return _keyword(name, None, Annotated[kind | None, option])


def _keyword(name: str, default: Any, annotation: Any) -> inspect.Parameter:
    return inspect.Parameter(
        name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=annotation
    )


def _explained(info: FieldInfo) -> str:
    parts = [info.description or ""]
    if info.examples:
        parts.append(f"Example: {info.examples[0]}.")
    if not info.is_required() and info.default not in (None, False, ()):
        default = ",".join(info.default) if isinstance(info.default, tuple) else info.default
        if isinstance(default, float) and door(info)["unit"].startswith("%"):
            default = show_percent(default)
        parts.append(f"Default: {default}.")
    return " ".join(parts)
