"""A scenario: what a person wrote down, checked, and what it means on the axes of an economy."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    AliasChoices,
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    ValidationInfo,
    field_validator,
)

from paxsilica.about import BASELINE
from paxsilica.checks import Array, Bool
from paxsilica.conditions import crowded
from paxsilica.economy import Economy, Note
from paxsilica.errors import ScenarioError, gathered
from paxsilica.horizon import Horizon
from paxsilica.names import GroupError, Names, joined
from paxsilica.policy.caveats import caveats
from paxsilica.policy.cells import all_cells, axis_noun
from paxsilica.policy.dates import MOST_NAMES, Calendar, never_together, which_day
from paxsilica.policy.describe import clauses, in_words
from paxsilica.policy.measure import Effect, Ground, Measure, MeasureKind
from paxsilica.policy.measures import AnyMeasure
from paxsilica.policy.outsized import outsized
from paxsilica.policy.reach import lines_reached, part_known, shares_of, trade_reached
from paxsilica.policy.reader import FileLine, Where
from paxsilica.policy.trade_file import TradeFile, checked_path, weights_of_file
from paxsilica.policy.values import Day, OneLine, Several, Title, show_percent
from paxsilica.policy.weights import Weights, packaged_weights
from paxsilica.shock import INSTRUMENTS, Shock

Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_-]{0,39}$")]

MOST_IDLE = 3
"""Measures that are not in force, in words."""


OFF_THE_SHELF = "policy:"
"""How the names of policies begin that are packaged, for the packaged baseline."""


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, defer_build=True)


class Citation(_Frozen):
    """Where a fact in the scenario comes from: a web address or a title, and what it says."""

    url: OneLine | None = None
    title: OneLine | None = None
    publisher: OneLine | None = None
    published: Day | None = None
    quote: OneLine | None = None
    note: OneLine | None = None

    @field_validator("url")
    @classmethod
    def _web_address(cls, url: str | None) -> str | None:
        if url is not None and not re.fullmatch(r"https?://[^\s<>\"']+", url):
            raise ValueError(
                f"{url[:40]!r} is no web address; begin with https://, or give a `title` instead"
            )
        return url


def _horizon(written: str) -> str:
    Horizon.parse(written)
    return written


class Assumptions(_Frozen):
    """What the model holds fixed while the measures effect.

    Attributes:
        horizon: as written; `Horizon.parse` reads it.
        elasticities: a published set, or the path of a table of one's own (relative paths are resolved against the
            scenario's folder); None is the set that the baseline comes with.
        backstop_cost: of home-made substitutes for banned products, times their price; None is the
            model's own, `inf` none at all. `makeshift_cost` in a file is the same.
    """

    horizon: Annotated[str, AfterValidator(_horizon)] = "long_run"
    deficits: Literal["fixed_share", "fixed", "balanced"] = "fixed_share"
    elasticities: Annotated[str, Field(min_length=1)] | None = None
    revenue: Literal["lump_sum"] = "lump_sum"
    backstop_cost: float | None = Field(
        default=None, ge=1, validation_alias=AliasChoices("backstop_cost", "makeshift_cost")
    )

    @field_validator("elasticities")
    @classmethod
    def _table_exists(cls, elasticities: str | None, info: ValidationInfo) -> str | None:
        if elasticities is None or not elasticities.endswith(".csv"):
            return elasticities
        return checked_path(elasticities, (info.context or {}).get("folder"))


class Scenario(_Frozen):
    """Ordered, dated, sourced measures and assumptions, as read by `load_scenario`. Frozen.

    Attributes:
        baseline: name of a packaged economy, or a path (relative paths are resolved against the
            scenario's folder).
        base: path of the scenario that stood before, from whose world changes are counted; None: the baseline's own.
        groups: name -> regions or groups, as written; `compile` resolves them.
        trade: the user's own table of what importers buy by customs code, `weights` in a file.
        measures: in the order in which they effect.
        as_of: the day that is meant where a command names none.
        known_until: the last day for which the measures were checked; a later one is refused.
        not_modelled: what the author knows to be left out.
    """

    schema_: Literal["paxsilica/scenario@1"] = Field(alias="schema")
    title: Title
    source: tuple[Citation, ...] = ()
    baseline: Annotated[str, Field(min_length=1)] = BASELINE
    base: Annotated[str, Field(min_length=1)] | None = None
    groups: dict[Name, Several] = {}
    trade: TradeFile | None = Field(default=None, alias="weights")
    measures: tuple[AnyMeasure, ...]
    as_of: Day | None = None
    known_until: Day | None = None
    assumptions: Assumptions = Assumptions()
    not_modelled: tuple[OneLine, ...] = ()
    _places: Mapping[Where, FileLine] = PrivateAttr(default_factory=dict)
    _texts: Mapping[str, str] = PrivateAttr(default_factory=dict)
    _before: Scenario | None = PrivateAttr(default=None)

    @field_validator("baseline")
    @classmethod
    def _baseline_exists(cls, baseline: str, info: ValidationInfo) -> str:
        if not any(sign in baseline for sign in "/\\."):
            return baseline
        folder = (info.context or {}).get("folder")
        if folder is None:
            raise ValueError(
                "must be the name of a packaged economy such as icio2022; a text names no folder"
            )
        path = Path(folder) / baseline
        if not path.exists():
            raise ValueError(
                f"{path} does not exist; give a path from the scenario's folder, or icio2022"
            )
        return str(path)

    @field_validator("trade", mode="before")
    @classmethod
    def _weights_exist(cls, given: Any, info: ValidationInfo) -> Any:
        given = {"file": given} if isinstance(given, str) else given
        if not isinstance(given, dict) or not isinstance(given.get("file"), str):
            return given
        return {**given, "file": checked_path(given["file"], (info.context or {}).get("folder"))}

    def located(
        self,
        places: Mapping[Where, FileLine],
        texts: Mapping[str, str],
        before: Scenario | None = None,
    ) -> Scenario:
        """The same scenario, knowing the lines and the texts it was read from, and what its `base` names."""
        copy = self.model_copy()
        copy._places, copy._texts, copy._before = places, texts, before
        return copy

    @property
    def before(self) -> Scenario | None:
        """What stood before, as its `base` names it."""
        return self._before

    def place(self, *where: str | int) -> FileLine | None:
        """File and line of an entry or what encloses it: `("measures", "steel", "rate")`."""
        while where and where not in self._places:
            where = where[:-1]
        return self._places.get(where)

    @property
    def places(self) -> Mapping[Where, FileLine]:
        return self._places

    @property
    def texts(self) -> Mapping[str, str]:
        """File, as the user named it -> its text; as UTF-8 it is the file byte for byte."""
        return self._texts

    def as_dict(self) -> dict[str, Any]:
        """The scenario as its file would state it, text only, for `parse_scenario` to read."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)

    def day(self, as_of: date | None = None) -> date | None:
        """The day that counts, the file's own if none is given; None: every measure counts.

        Raises:
            ScenarioError: a day after `known_until`.
        """
        day = as_of or self.as_of
        if day and self.known_until and day > self.known_until:
            said = f"what is in force on {day} is not known; these measures are known until {self.known_until}"
            raise self.error(said, "known_until")
        return day

    def in_force(self, as_of: date | None = None) -> tuple[Measure, ...]:
        """Measures in force on `day(as_of)`, in order; every measure if there is none."""
        day = self.day(as_of)
        return tuple(m for m in self.measures if day is None or m.in_force(day))

    def sentences(self, economy: Economy, as_of: date | None = None) -> tuple[str, ...]:
        """The measures of `in_force(as_of)` in words, each with what is easily overlooked.

        Raises:
            ScenarioError: a group or a label that means nothing.
        """
        names = self.names(economy, as_of)
        anew: dict[str, Bool] = {}
        told = []
        for m in reversed(self.in_force(as_of)):
            effects = self.effects(m, names)
            cells = all_cells(effects)
            later = anew.get(m.kind, np.zeros_like(cells))
            said = caveats(m, effects, cells & ~later, names, lambda: self.weights(economy))
            told.append(" ".join([in_words(m, names), *said]))
            if getattr(m, "op", "") == "set":
                anew[m.kind] = later | cells
        return tuple(reversed(told))

    def coverage(self, economy: Economy, as_of: date | None = None) -> dict[str, dict[str, float]]:
        """Id of each measure by products in force -> sector -> share of the trade that it reaches, decimal."""
        names = self.names(economy, as_of)
        found = {}
        for measure in self.in_force(as_of):
            effects = self.effects(measure, names)
            reached = shares_of(effects, names, lambda: self.weights(economy))
            if reached is not None:
                found[measure.id] = trade_reached(reached, names)
        return found

    def known(self, economy: Economy, as_of: date | None = None) -> dict[str, dict[str, float]]:
        """The same -> part of the trade reached whose importers' own customs say what it is made up of."""
        names, found = self.names(economy, as_of), {}
        for measure in self.in_force(as_of):
            effects = self.effects(measure, names)
            reached = shares_of(effects, names, lambda: self.weights(economy))
            if reached is not None:
                known = self.weights(economy).known(lines_reached(effects, names))
                found[measure.id] = part_known(reached, known, names)
        return found

    def outsized(self, economy: Economy, as_of: date | None = None) -> tuple[Note, ...]:
        """What a report begins with where customs count many times what the baseline has, see `outsized`."""
        names = self.names(economy, as_of)
        named = [m for m in self.in_force(as_of) if getattr(m, "product", None)]
        effects = (effect for m in named for effect in self.effects(m, names))
        note = outsized(effects, names, lambda: self.weights(economy))
        return (note,) if note else ()

    def weights(self, economy: Economy) -> Weights:
        """What share of a sector's trade each customs line is, by the user's table and what is packaged.

        Raises:
            ScenarioError: all that is wrong with the table.
        """
        if self.trade is None:
            return packaged_weights(economy)
        return weights_of_file(self.trade, self.names(economy))

    def clauses(self, economy: Economy, as_of: date | None = None) -> tuple[str, ...]:
        """The measures of `in_force(as_of)` without dates, see `paxsilica.policy.describe.clauses`."""
        return tuple(clauses(self.in_force(as_of), self.names(economy, as_of)))

    def read_back(self, economy: Economy, as_of: date | None = None) -> tuple[str, ...]:
        """What was understood: the `sentences`, and what the day makes of measures with dates."""
        day, late = self.day(as_of), never_together(self.measures)
        lines = [*self._stood(economy), *self.sentences(economy, day)]
        if day:
            own = ", the day that the file names," if day == self.as_of else ""
            lines.append(f"Only what is in force on {day}{own} counts.")
            idle = [m for m in self.measures if not m.in_force(day)]
            names = self.names(economy, day)
            told = (in_words(m, names).removesuffix(".") for m in idle)
            if idle:
                lines.append(
                    f"Not counted, since not in force on that day: {joined(told, MOST_IDLE)}."
                )
        elif late:
            ids = joined([m.id for m in late], MOST_NAMES)
            lines.append(f"Beware: {ids} follow one another; no day is given, so that all count.")
        elif any(m.from_ or m.until for m in self.measures):
            lines.append("No day is given: every measure counts, whatever its dates.")
        if self.trade and not any(getattr(m, "by_product", False) for m in self.measures):
            lines.append(f"Beware: no measure names products, and {self.trade} counts nowhere.")
        return tuple(lines)

    def _stood(self, economy: Economy) -> Iterator[str]:
        """What stood before in one sentence, with the day that it counts on."""
        if self.before is not None:
            when = self.before.as_of
            deeds = joined(self.before.clauses(economy), MOST_IDLE, more="more measures")
            on, first = f" on {when}" * bool(when), self.before.before
            after = f", itself after “{first.title}”" if first else ""
            stood = f"What stood before is “{self.before.title}”{on}{after}"
            yield f"{stood}: {deeds or 'no measure is in force'}."

    def error(self, message: str, *where: str | int) -> ScenarioError:
        """An error with file and line of an entry: `error("...", "measures", "steel", "rate")`."""
        return ScenarioError(message, *(self.place(*where) or (" + ".join(self.texts), None)))

    def compile(
        self,
        economy: Economy,
        as_of: date | None = None,
        after: Shock | None = None,
        before: Sequence[Effect] = (),
    ) -> Shock:
        """The shock of the measures in force, applied in order to what `stood` before.

        Args:
            as_of: the day that counts, see `day`.
            after: what the measures effect on instead.

        Raises:
            ScenarioError: an unknown region or sector, a group that shadows a region, a measure of
                a region on itself, or a level driven out of its range; labels of measures not in
                force are checked too. Without a day: two measures on the same trade or production
                that are never in force together.
        """
        day, calendar = self.day(as_of), Calendar()
        shock = self.stood(economy) if after is None else after
        names = self.names(economy, day)
        undated = replace(names, day=None)
        problems, too_far = list[ScenarioError](), list[ScenarioError]()
        done = list(before)
        for measure in self.measures:
            acts = day is None or measure.in_force(day)
            try:
                effects = self.effects(measure, names if acts else undated, done)
            except ScenarioError as problem:
                problems.append(problem)
                continue
            for effect in effects:
                if day is None:
                    calendar.add(measure, effect.cells)
                if acts and not too_far:
                    try:
                        shock = self._moved(shock, effect, measure)
                    except ScenarioError as problem:
                        too_far.append(problem)
            done += effects if acts else ()
        if not problems and (clash := calendar.clash()):
            problems.append(self._follow(*clash, names))
        if problems or too_far:
            raise gathered(problems or too_far)
        return shock

    def _moved(self, shock: Shock, effect: Effect, measure: Measure) -> Shock:
        """The shock after an effect. Raises ScenarioError: levels out of their range."""
        if effect.conditions:
            under = shock.under(*effect.conditions)
            if (second := crowded(under.conditions)) is not None:
                raise self.error(
                    f"measure {measure.id}: {second} limits the same already; write one of the two, or on other products",
                    *effect.where,
                )
            return under
        kind, at = effect.kind, np.nonzero(effect.cells)
        levels = effect.move(shock.at(kind.changes, at))
        change = levels - kind.unchanged
        broken = kind.level.too_low(change) | kind.level.too_high(change)
        if broken.any():
            places = np.transpose(at)[broken]
            raise self._out_of_range(effect, measure, shock.economy, places, change[broken])
        return shock.changed(kind.changes, at, levels)

    def stood(self, economy: Economy) -> Shock:
        """The shock of what stood before: on the day that it names itself, else all of it; the baseline's own year without.

        Raises:
            ScenarioError: as `compile`; in one line where a policy off the shelf does not fit the economy.
        """
        if self.before is None:
            return Shock(economy)
        try:
            return self.before.compile(economy)
        except ScenarioError as error:
            shelved = (self.base or "").startswith(OFF_THE_SHELF)
            if economy.about.name == BASELINE or not shelved:
                raise
            raise self.error(
                f"base {self.base} names regions and sectors that {economy.about.name} does not have; leave `base` out, or "
                f"take the baseline {BASELINE}",
                "base",
            ) from error

    def _follow(self, axes: tuple[str, ...], clash: tuple[int, ...], names: Names) -> ScenarioError:
        acting = [
            measure
            for measure in self.measures
            if INSTRUMENTS[measure.row.changes].axes == axes and self.cells(measure, names)[clash]
        ]
        late = never_together(acting)
        what = axis_noun(axes)
        where = f"the same {what} ({_cell_named(clash, late[0].row, names.table)})"
        return self.error(which_day(late, where), "measures", late[1].id)

    def names(self, economy: Economy, as_of: date | None = None) -> Names:
        """What labels mean: the scenario's groups, alliances as they are on `day(as_of)`.

        Raises:
            ScenarioError: a group that cannot be resolved, with its line.
        """
        names = Names(economy, self.day(as_of), self.groups)
        try:
            _ = names.expanded
        except GroupError as exc:
            entry = () if exc.at is None else (exc.at,)
            raise self.error(str(exc), "groups", exc.group, *entry) from exc
        return names

    def effects(
        self, measure: Measure, names: Names, done: Sequence[Effect] = ()
    ) -> tuple[Effect, ...]:
        """What a measure does, in order.

        Raises:
            ScenarioError: all labels that mean nothing; no flow between two regions.
        """
        e = names.table
        stood, weights = cache(lambda: self.stood(e)), cache(lambda: self.weights(e))
        return tuple(measure.effects(Ground(names, self.error, stood, weights, tuple(done))))

    def cells(self, measure: Measure, names: Names) -> Bool:
        """`[n, i, j]` what a measure selects, sales at home never; `[i, j]` of one on production. Raises as `effects`."""
        return all_cells(self.effects(measure, names))

    def _out_of_range(
        self,
        effect: Effect,
        measure: Measure,
        economy: Economy,
        places: NDArray[np.intp],
        changes: Array,
    ) -> ScenarioError:
        """The error of changes `[c]` outside their range at places `[c, axis]`."""
        kind, value, others = effect.kind, float(changes[0]), len(places) - 1
        more = f" and {others} more cell{'s' if others > 1 else ''}" if others else ""
        why = kind.too_low if kind.level.too_low(value) else kind.too_high
        where = _cell_named(tuple(map(int, places[0])), kind, economy) + more
        what = f"brings {effect.noun} to {show_percent(value)} at {where}, which {why}"
        remedy = f"keep the result {kind.level.bound(value)}"
        return self.error(f"measure {measure.id}: {what}; {remedy}", *effect.where)


def _cell_named(at: tuple[int, ...], kind: MeasureKind, economy: Economy) -> str:
    """`importer USA, exporter IND, sector C26`."""
    axes = INSTRUMENTS[kind.changes].labels(economy).items()
    return ", ".join(f"{axis} {labels[n]}" for (axis, labels), n in zip(axes, at, strict=True))
