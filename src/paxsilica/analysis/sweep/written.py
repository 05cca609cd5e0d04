"""What a sweep file may hold, as its reader takes it, and a line for each problem of its shape."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from paxsilica.errors import FileError, nearest
from paxsilica.policy.reader import FileKind, Parsed
from paxsilica.policy.values import Title

SWEEP = FileKind("sweep", "paxsilica/sweep@1", FileError)

FILTERS = ("region", "partner", "sector")
"""Dimensions by which what is kept may be chosen; in a file in the plural."""

AnyValue = Annotated[Any, Field()]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Spread(_Strict):
    """How one field varies, as written.

    Attributes:
        values: all of them. from_, to, steps: evenly spaced, both ends included.
        uniform: least and most. normal: mean and standard deviation. choice: each as likely.
        name: what its column and its axis are called.
    """

    values: tuple[AnyValue, ...] | None = Field(None, min_length=1)
    from_: str | None = Field(None, alias="from")
    to: str | None = None
    steps: int | None = Field(None, ge=1)
    uniform: tuple[str, str] | None = None
    normal: tuple[str, str] | None = None
    choice: tuple[AnyValue, ...] | None = Field(None, min_length=1)
    name: Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9 _.-]{0,79}$")] | None = None

    @model_validator(mode="before")
    @classmethod
    def _listed(cls, given: Any) -> Any:
        return {"values": given} if isinstance(given, list) else given

    @property
    def way(self) -> str:
        """Which of the five ways it is."""
        ends = {self.from_, self.to, self.steps} - {None}
        ways = [way for way in ("values", "uniform", "normal", "choice") if getattr(self, way)]
        ways += ["from, to, steps"] * bool(ends)
        if len(ways) != 1 or (ends and None in (self.from_, self.to, self.steps)):
            raise ValueError(
                "varies in one way: `values: [..]`, or `from`, `to` and `steps`, or in a random design `uniform: [a, b]`, "
                "`normal: [mean, sd]` or `choice: [..]`"
            )
        return ways[0]


class SweepFile(_Strict):
    """A sweep file as written."""

    schema_: Literal["paxsilica/sweep@1"] = Field(alias="schema")
    title: Title
    question: str = "run"
    fields: dict[str, AnyValue] = {}
    vary: dict[str, Spread] = Field(min_length=1)
    design: Literal["grid", "random"] = "grid"
    points: int | None = None
    seed: int = Field(0, ge=0)
    chunk: int | None = Field(None, ge=1, le=100_000)
    keep: tuple[str, ...] = Field(min_length=1)
    regions: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    sectors: tuple[str, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _one_or_several(cls, given: Any) -> Any:
        several = ("keep", *(f"{dimension}s" for dimension in FILTERS))
        return {
            key: [value] if key in several and isinstance(value, str) else value
            for key, value in given.items()
        }


def complaints_about(failure: ValidationError, document: Parsed) -> Iterator[FileError]:
    """A line a problem of the file's shape."""
    for error in failure.errors(include_url=False):
        where = error["loc"]
        key = next((str(part) for part in reversed(where) if isinstance(part, str)), "the file")
        model = Spread if where[:1] == ("vary",) and len(where) > 2 else SweepFile
        valid = [info.alias or name for name, info in model.model_fields.items()]
        match error["type"]:
            case "extra_forbidden":
                said = f"unknown key {key!r}{nearest(key, valid)}"
            case "missing":
                said = f"{key} is missing; {_REMEDIES.get(key, 'add it')}"
            case "too_short":
                said = f"{key} is empty; {_REMEDIES.get(key, 'name something')}"
            case "literal_error":
                said = f"{key} cannot be {str(error['input'])[:40]!r}; write {error['ctx']['expected']}"
            case "value_error":
                said = f"{key} {error['ctx']['error']}"
            case _:
                said = f"{key} cannot be {str(error['input'])[:40]!r}: {error['msg'].lower()}"
        if not any(where[:depth] in document.problems for depth in range(len(where) + 1)):
            yield wrong_at(document, said, *where)


_REMEDIES = {
    "schema": "begin the file with `schema: paxsilica/sweep@1`",
    "title": "say in one line what the sweep asks",
    "vary": "name what varies, such as `vary: {measures.total-duty.rate: {from: 0%, to: 50%, steps: 11}}`",
    "keep": "name the variables that are kept, such as `keep: [real_income]`",
}


def wrong_at(document: Parsed, message: str, *where: str | int) -> FileError:
    return FileError(" ".join(message.split()), document.name, document.line(where))
