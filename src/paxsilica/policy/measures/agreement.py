"""Trade agreements: cuts among parties, in phases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import pairwise
from typing import Any, Literal

import numpy as np
from pydantic import field_validator, model_validator

from paxsilica.checks import Bool
from paxsilica.economy import Array
from paxsilica.errors import InputError
from paxsilica.names import Names, joined
from paxsilica.policy.cells import Move, on_flows, regions_named
from paxsilica.policy.measure import (
    CHANGE,
    SHARE,
    Effect,
    Goods,
    Ground,
    Measure,
    MeasureKind,
    Range,
    Tabled,
    about,
)
from paxsilica.policy.measures.border import BorderRate
from paxsilica.policy.products import Edition
from paxsilica.policy.reach import are_disjoint, held_codes
from paxsilica.policy.values import Day, OneLine, Percent, Several
from paxsilica.policy.wording import goods_said, pct_points, per_cent, said_regions

FALL = Range(-1.0, 0.0, below=True)
BOTH_SIDES = ("importer", "exporter")
WAYS: Mapping[str, Move] = {
    "to": np.minimum,
    "by": lambda levels, points: np.maximum(levels - points, np.minimum(levels, 0.0)),
    "cut": lambda levels, share: levels * (1.0 - share),
}
"""Tariffs that stand, and what a cut says -> tariffs once it is whole: no cut raises one, or takes it below zero."""


class Concession(Goods):
    """What parties grant each other: a tariff, points off it, or a share of it."""

    importer: Several | None = about("the parties that cut", "region")
    exporter: Several | None = about("the parties they cut it for", "region")
    to: Percent | None = about("the tariff in the end", "%", range=CHANGE)
    by: Percent | None = about("percentage points off", "%")
    cut: Percent | None = about("share of the tariff that falls away", "%", range=SHARE)

    @model_validator(mode="after")
    def _one_way(self) -> Concession:
        given = [way for way in WAYS if getattr(self, way) is not None]
        if len(given) != 1:
            has = f"has {joined(given)}" if given else "says no cut"
            raise ValueError(f"{has}; write one of `to: 0%`, `by: 5%` and `cut: 50%`")
        SHARE.check(self.size, "cuts nothing") if given == ["cut"] else None
        if given == ["to"]:
            CHANGE.check(self.size)
        elif self.size <= 0:
            raise ValueError(f"{given[0]} is not above 0%; an agreement only cuts")
        return self

    @property
    def way(self) -> str:
        return next(way for way in WAYS if getattr(self, way) is not None)

    @property
    def size(self) -> float:
        return float(getattr(self, self.way))


class Agreement(Tabled, Measure):
    """Parties cut their tariffs on each other, all at once or in phases."""

    kind: Literal["agreement"]
    parties: Several = about("who agree, two or more; a union is one", "region", default=...)
    cuts: tuple[Concession, ...] = about(
        "a list: importer, exporter, sector or product, except, and one of to, by and cut",
        "list",
        (),
        range="parties only",
    )
    table: OneLine | None = about("CSV file of the tariffs in the end", "path")
    edition: Edition | None = about("of the HS codes of the table", "year")
    trade_cost: Percent | None = about("change of the trade cost between parties", "%", range=FALL)
    phases: dict[Day, Percent] = about(
        "date -> share of the full cut reached from then on; without it all at once",
        "date: %",
        {},
        range="rising to 100%",
    )

    @field_validator("table")
    @classmethod
    def _a_file(cls, table: str | None) -> str | None:
        if table and table.strip().casefold().startswith("policy:"):
            raise ValueError("is a policy, whose rates are no cuts; give a CSV file")
        return table

    @field_validator("trade_cost")
    @classmethod
    def _falls(cls, change: float | None) -> float | None:
        if change is not None:
            FALL.check(change, high="is no cut")
        return change

    @field_validator("phases")
    @classmethod
    def _rising(cls, phases: dict[date, float]) -> dict[date, float]:
        for day, share in phases.items():
            SHARE.check(share, f"on {day} is no cut")
        for (before, less), (after, more) in pairwise(phases.items()):
            if after <= before or more < less:
                raise ValueError(
                    f"go from {per_cent([less])} on {before} to {per_cent([more])} on {after}; dates and shares must rise"
                )
        return phases

    @model_validator(mode="after")
    def _cuts_something(self) -> Agreement:
        if not (self.cuts or self.table or self.trade_cost):
            raise ValueError("cuts nothing; give `cuts`, a `table` or a `trade_cost`")
        if len(self.parties) < 2:
            raise ValueError("has one party; name two or more in `parties`")
        return self

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return AGREEMENTS

    def phase(self, day: date | None) -> float:
        """Share of the full cut that is reached on a day; all of what is agreed without one."""
        shares = [share for since, share in self.phases.items() if day is None or since <= day]
        return shares[-1] if shares else float(not self.phases)

    def effects(self, ground: Ground) -> Iterator[Effect]:
        names, where = ground.names, ("measures", self.id)
        among = self._between(ground)
        done: list[tuple[Concession, Bool]] = []
        for at, cut in enumerate(self.cuts):
            here = *where, "cuts", at
            for side in BOTH_SIDES:
                if outside := self._others(ground, getattr(cut, side) or ()):
                    raise ground.error(
                        f"measure {self.id}: {self._no_party(outside, names)}", *here, side
                    )
            given: dict[str, Any] = {key: getattr(cut, key) for key in Goods.model_fields}
            sides = {side: getattr(cut, side) or self.parties for side in BOTH_SIDES}
            effect = self._cut(given | sides | {"rate": cut.size}, cut.way, ground, among, *here)
            for other, cells in done:
                helds = (held_codes(one, names) for one in (cut, other))
                if (cells & effect.cells).any() and not are_disjoint(*helds):
                    first = next(k for k, one in enumerate(self.cuts) if one is other) + 1
                    raise ground.error(
                        f"measure {self.id}: cuts entry {at + 1} gives some trade a second rate, beside entry {first}; "
                        "keep one, or leave it out of the other with `except`",
                        *here,
                    )
            done.append((cut, effect.cells))
            yield effect
        if self.rows:
            for row in self.rows.on(names.day):
                for side in BOTH_SIDES:
                    label = getattr(row, side)
                    if outside := self._others(ground, [label] if label else []):
                        raise self.rows.error(row, self._no_party(outside, names))
            sides = dict.fromkeys(BOTH_SIDES, self.parties)
            given = {"table": self.table, "rate": 0.0, "edition": self.edition}
            yield self._cut(given | sides, "to", ground, among, *where)
        if self.trade_cost is not None:
            sides = dict.fromkeys(BOTH_SIDES, self.parties)
            change = {"op": "add", "rate": self.phase(names.day) * self.trade_cost}
            every: dict[str, Any] = {**sides, **change, "id": self.id, "kind": "trade_cost"}
            plain = BorderRate.model_construct(**every)
            yield on_flows(plain, ground, *where, within=among)

    def _cut(
        self, given: dict[str, Any], way: str, ground: Ground, among: Bool, *where: str | int
    ) -> Effect:
        plain = BorderRate.model_construct(**given, id=self.id, kind="tariff", op="set")
        plain = plain.with_rows(self.rows) if self.rows and plain.table else plain
        move = partial(_phased, WAYS[way], self.phase(ground.names.day))
        return on_flows(plain, ground, *where, within=among, move=move)

    def _between(self, ground: Ground) -> Bool:
        """`[n, i]` whether two regions belong to different parties. Raises ScenarioError: one belongs to two."""
        regions_named(self, ("parties",), ground)
        e = ground.names.table
        party = np.full(len(e.regions), -1)
        for at, label in enumerate(self.parties):
            for region in ground.names.regions([label]):
                n = e.regions.index(region)
                if party[n] >= 0:
                    raise ground.error(
                        f"measure {self.id}: {ground.names.say_region(region)} stands in {self.parties[party[n]]} and "
                        f"in {label}, two parties; name it once",
                        *("measures", self.id, "parties", at),
                    )
                party[n] = at
        found: Bool = (party[:, None] != party) & (party[:, None] >= 0) & (party >= 0)
        return found

    def _others(self, ground: Ground, labels: Sequence[str]) -> list[str]:
        """Regions of labels that are no party; none of a label that means nothing, which is refused elsewhere."""
        members = ground.names.regions(self.parties)
        try:
            return [region for region in ground.names.regions(labels) if region not in members]
        except InputError:
            return []

    def _no_party(self, outside: list[str], names: Names) -> str:
        who, are = (
            joined([names.say_region(r) for r in outside]),
            "is" if len(outside) == 1 else "are",
        )
        parties = joined([names.say(label, True) for label in self.parties])
        return f"{who} {are} no party to the agreement of {parties}; name parties only"

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        who = said_regions(self.parties, names, "")
        told = [self._cut_said(cut, names) for cut in self.cuts]
        if self.rows:
            rows = list(self.rows.on(names.day))
            told.append(f"{goods_said(self.rows_as_goods(), rows, names)} to the tariffs there")
        if self.trade_cost is not None:
            told.append(f"trade costs by {per_cent([-self.trade_cost])}")
        share = self.phase(names.day)
        when = f" on {names.day}" if names.day else ""
        phase = f"; {per_cent([share])} of the cut is reached{when}" if self.phases else ""
        return f"{who} agree to cut tariffs on each other: {'; '.join(told)}{phase}"

    def rows_as_goods(self) -> Goods:
        return Goods().with_rows(self.rows) if self.rows else Goods()

    def _cut_said(self, cut: Concession, names: Names) -> str:
        sellers = f" from {said_regions(cut.exporter, names, '')}" if cut.exporter else ""
        buyers = f" into {said_regions(cut.importer, names, '')}" if cut.importer else ""
        size = {
            "to": f"to {per_cent([cut.size])}",
            "by": f"by {pct_points([cut.size])}",
            "cut": f"by {per_cent([cut.size])} of the tariff",
        }[cut.way]
        return f"{goods_said(cut, [], names)}{sellers}{buyers} {size}"

    def beware(self, names: Names) -> Iterator[str]:
        yield "All trade between the parties is taken to meet the rules of origin; a tariff that is lower already stays."
        if self.phases and names.day is None:
            last = max(self.phases)
            yield f"No day is given: the last phase counts, of {last}."


def _phased(way: Move, share: float, levels: Array, rates: Array) -> Array:
    return levels + share * (way(levels, rates) - levels)


AGREEMENTS: Mapping[str, MeasureKind] = {
    "agreement": MeasureKind(
        Agreement,
        "parties cut their tariffs on each other by a list, all at once or in phases",
        "tariffs",
        "Each cut moves the tariff between parties by the share of the full cut that its phase has reached.",
        "{id: a, kind: agreement, parties: [USA, IND], cuts: [{sector: [C26], to: 0%}], phases: {2026-01-01: 50%}}",
        "Import tariff (47; tariff measures), one entry for each party",
        verb="agree with",
        too_low="would pay the importer to take the goods for nothing",
    ),
}
