"""`Question` and `Answer`: the two forms that every room and every door share."""

from __future__ import annotations

import hashlib
import json
import platform
import shlex
from abc import abstractmethod
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    ValidationError,
    WithJsonSchema,
)
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails

from paxsilica import __version__
from paxsilica.economy import About, Economy, Note, Source
from paxsilica.errors import InputError, nearest
from paxsilica.findings import Findings, variables
from paxsilica.names import parts
from paxsilica.policy.values import Day as Day
from paxsilica.policy.values import parse_percent, show_percent

if TYPE_CHECKING:
    from paxsilica.desk import Desk
    from paxsilica.names import Names

# ---- fields ------------------------------------------------------------------------------------


def asked(
    meaning: str, default: Any = ..., *, unit: str = "text", example: Any = None, **door: Any
) -> Any:
    """A field of a question: what it means, its unit and an example. Options, forms and schemas are read from it.

    Args:
        door: `positional=True`: an argument of the command line. `each=True`: the command line takes several and asks
            once for each. `names="regions"`, `"countries"` or `"sectors"`: what the names in it are resolved as.
            `shelf="..."`: what a path stands for where no file is opened: a law of the shelf.
    """
    extra = {"unit": unit, **door}
    examples = None if example is None else [example]
    return Field(default, description=meaning, examples=examples, json_schema_extra=extra)


def door(info: FieldInfo) -> dict[str, Any]:
    """What `asked` was told of a field beside its meaning."""
    return dict(info.json_schema_extra) if isinstance(info.json_schema_extra, dict) else {}


def _if_text(read: Callable[[str], object]) -> BeforeValidator:
    return BeforeValidator(lambda value: read(value) if isinstance(value, str) else value)


_ONE_OR_SEVERAL = {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}

Written = Annotated[tuple[str, ...], _if_text(parts), WithJsonSchema(_ONE_OR_SEVERAL)]
"""Names as written: `"CHN,RUS"` or `("CHN", "RUS")`."""

Days = Annotated[tuple[Day, ...], _if_text(parts), WithJsonSchema(_ONE_OR_SEVERAL)]
"""`"2025-08-27,2026-03-01"`."""

Share = Annotated[
    float,
    _if_text(parse_percent),
    PlainSerializer(show_percent, str, when_used="json"),
    WithJsonSchema({"type": ["string", "number"]}),
]
"""`"50%"`, or the decimal 0.5."""


class Asked(BaseModel):
    """What questions and acts share: frozen fields, the same as options of a command, a form, JSON and Python.

    Raises:
        InputError: a field that is unknown, missing or wrong, or fields that do not go together; all in one message.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_max_length=4000)

    def __init__(self, **given: Any) -> None:
        try:
            super().__init__(**given)
        except ValidationError as error:
            said = map(self._complaint, error.errors(include_url=False))
            raise InputError("; ".join(said)) from None

    @classmethod
    def _complaint(cls, problem: ErrorDetails) -> str:
        name, fields = "".join(map(str, problem["loc"][:1])), cls.model_fields
        message = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "extra_forbidden":
            message = f"{cls.kind()} has no field of that name{nearest(name, fields)}"
        if problem["type"] == "missing":
            message = f"is missing: {fields[name].description}"
        return f"{name}: {message}" if name else message

    @classmethod
    def kind(cls) -> str:
        """Its name in the registry and on the command line."""
        return cls.__name__.lower()

    @property
    def written(self) -> dict[str, Any]:
        """The fields that differ from their defaults, as JSON has them."""
        return self.model_dump(mode="json", exclude_defaults=True)

    def command(self) -> str:
        """The command line that asks the same."""
        words, options = ["pax", self.kind()], list[str]()
        for name, value in self.written.items():
            extra, option = door(type(self).model_fields[name]), name.replace("_", "-")
            each = [str(one) for one in (value if isinstance(value, list) else [value])]
            if not (extra.get("each") or extra.get("several")):
                each = [",".join(each)]
            if extra.get("positional"):
                words += each
            elif isinstance(value, bool):
                options.append(f"--{option}" if value else f"--no-{option}")
            else:
                options += [word for one in each for word in (f"--{option}", one)]
        return shlex.join([*words, *options])


class Question(Asked):
    """What is asked, as written. It never changes anything."""

    BESIDE: ClassVar[tuple[str, ...]] = ()
    """What it keeps itself in the folder that its report is written to."""

    @abstractmethod
    def answered(self, desk: Desk) -> Answer:
        """The answer. Raises InputError where it cannot be answered as asked, and ConvergenceError."""

    @property
    def label(self) -> str:
        """What a folder for its report is called, beside those of others of its kind."""
        return self.kind()

    def resolved(self, names: Names) -> Self:
        """The canonical question: every name as the code it means (UK is GBR), alliances written out."""
        sorts = {name: door(info).get("names") for name, info in type(self).model_fields.items()}
        codes = {
            name: getattr(names, sort)(getattr(self, name), name)
            for name, sort in sorts.items()
            if sort and getattr(self, name) is not None
        }
        return self.model_copy(update=codes)

    def key(self, names: Names, *digests: str) -> str:
        """sha256 of everything the answer depends on: the canonical question, this version, and the digests given."""
        asked = [self.kind(), __version__, self.resolved(names).model_dump(mode="json"), *digests]
        return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


NUMERIC = ("jax", "numpy", "pandas", "scipy")
"""Packages on whose versions the last digits of a result may depend."""


@dataclass(frozen=True, eq=False)
class Answer:
    """What was found. It shows itself in a notebook once `paxsilica.notebook` has registered how.

    Attributes:
        question: as asked, with the day it was answered for.
        names: how the labels of the findings are called.
        notes, sources: each once; where the data come from. not_modelled: what the reader must know to be left out.
        solver: status, tolerance, residual and digest of every economy that was solved; empty where none was.
        attachments: what is no number: a record, a scenario draft, the sentences of a read-back.
        seed: of what is sampled; None where nothing is.
        inputs: texts that were read, for whoever asks again.
        parts: answers that this one rests on; their findings are among its own.
    """

    question: Question
    findings: Findings
    names: Names
    notes: Sequence[Note] = ()
    sources: Sequence[Source] = ()
    not_modelled: tuple[str, ...] = ()
    solver: Mapping[str, Any] = field(default_factory=dict)
    attachments: Mapping[str, Any] = field(default_factory=dict)
    seed: int | None = None
    inputs: Mapping[str, Any] = field(default_factory=dict)
    parts: tuple[Answer, ...] = ()

    renderers: ClassVar[dict[str, Callable[[Answer], str]]] = {}

    def __post_init__(self) -> None:
        object.__setattr__(self, "notes", tuple(dict.fromkeys(self.notes)))
        object.__setattr__(self, "sources", tuple(dict.fromkeys(self.sources)))

    @property
    def about(self) -> About:
        """Title, year, currency and elasticities of the baseline."""
        return self.names.economy.about if self.names.economy else About()

    def unit(self, variable: str) -> str:
        """The unit of a variable, in the money and the year of the baseline."""
        money = self.about.unit.removeprefix("million ")
        year = f" of {self.about.year}" if self.about.year else ""
        return variables()[variable].unit.format(currency=money, year=year)

    @property
    def run(self) -> dict[str, Any]:
        """Enough to repeat the run; only `created` differs between two runs of the same."""
        from importlib.metadata import version

        return {
            "created": datetime.now(UTC).isoformat(timespec="seconds"),
            "paxsilica": __version__,
            "python": platform.python_version(),
            "packages": {name: version(name) for name in NUMERIC},
            "repeat": self.question.command(),
            "solver": dict(self.solver),
            "seed": self.seed,
            "inputs": dict(self.inputs),
        }

    def _repr_html_(self) -> str | None:
        render = self.renderers.get("html")
        return render(self) if render else None


def solver_of(
    economy: Economy, tolerance: float, unsolved: int = 0, residual: float | None = None
) -> dict[str, Any]:
    """What a run says of its solver: an equilibrium that is shown meets the tolerance; what does not is blank."""
    status = f"{unsolved} equilibria not converged, left blank" if unsolved else "converged"
    gap = {} if residual is None else {"residual": residual}
    return {"status": status, "tolerance": tolerance, **gap, "economy": economy.digest}
