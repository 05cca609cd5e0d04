"""By when a number holds: how far workers, buyers and suppliers have adjusted. One word for it everywhere.

Files, options and findings write `long_run`, `short_run` or an age such as `3m` and `10y`; pages `long run`, `short run`
and `after 3 months`.
"""

from __future__ import annotations

import csv
import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

from paxsilica.about import Note
from paxsilica.errors import InputError, nearest

LEAST_MONTHS, MOST_MONTHS = 1.0, 360.0
"""Ages that a horizon may have; beyond lies the long run."""

AGE = re.compile(r"([+-]?\d+(?:\.\d+)?)_?(m|y|months?|years?)")

ALL_SECTORS = "all"


class BySector(NamedTuple):
    """A number that some sectors have for themselves: code and value; `rest` is that of all others."""

    rest: float
    own: tuple[tuple[str, float], ...] = ()

    def on(self, sectors: Sequence[str]) -> list[float]:
        """In the order of an economy's sectors; sectors that it lacks are left out."""
        known = dict(self.own)
        return [known.get(sector, self.rest) for sector in sectors]


@dataclass(frozen=True)
class Horizon:
    """How easily things are replaced; the defaults are the long run of Caliendo and Parro (2015).

    Its name follows from its numbers: two horizons of equal numbers are the same one.

    Attributes:
        value_added_elasticity: of substitution between value added and inputs; 1 is Cobb-Douglas.
        input_elasticity: of substitution among inputs.
        consumption_elasticity: of substitution among consumption goods.
        labour_mobility: kappa of Roy-Frechet labour supply (Galle, Rodriguez-Clare and Yi 2023):
            inf is one wage in a region, 1 is labour that stays in its sector.
        trade_response: share of the long-run response of tariff-exclusive trade flows, elasticity
            1 + theta, that has come about; 1 is all of it.
        early_response: elasticity of tariff-exclusive trade flows as far as the long run has not come about.
        months: age of the measures for which the numbers stand; None: no age is meant.

    Raises:
        InputError: a number outside its range.
    """

    value_added_elasticity: float = 1.0
    input_elasticity: float = 1.0
    consumption_elasticity: float = 1.0
    labour_mobility: float = math.inf
    trade_response: float | BySector = 1.0
    early_response: float | BySector = 0.0
    months: float | None = None

    def __post_init__(self) -> None:
        for name in ("value_added_elasticity", "input_elasticity", "consumption_elasticity"):
            value = getattr(self, name)
            if not 0 < value < 20:
                raise InputError(f"{name} must be between 0 and 20, not {value}; 1 is Cobb-Douglas")
        if not self.labour_mobility >= 1:
            raise InputError(
                f"labour_mobility must be 1 (fixed) to inf (mobile), not {self.labour_mobility}"
            )
        shares, early = _each(self.trade_response), _each(self.early_response)
        for share in shares:
            if not 0 <= share <= 1 or (share == 0 and not min(early) > 0):
                raise InputError(f"trade_response must be above 0 and at most 1, not {share}")
        for response in early:
            if not 0 <= response < 100:
                raise InputError(f"early_response must be 0 to 100, not {response}")

    @property
    def key(self) -> str:
        """`long_run`, `short_run`, `3m`, or `own` for any other numbers: in files, options, findings."""
        if self.months is not None:
            return age_text(self.months)
        return next((key for key, known in HORIZONS.items() if known == self), "own")

    def __str__(self) -> str:
        """The same on a page: `long run`, `short run`, `after 3 months`, `own parameters`."""
        if self.months is not None:
            return f"after {age_words(self.months)}"
        return "own parameters" if self.key == "own" else self.key.replace("_", " ")

    @property
    def when(self) -> str:
        """The same in a sentence: `in the long run`, `after 3 months`, `with own parameters`."""
        before = {"own": "with "}.get(self.key, "in the ") if self.months is None else ""
        return f"{before}{self}"

    @classmethod
    def parse(cls, text: str, table: ByAge | None = None) -> Horizon:
        """The horizon that a person wrote: `long_run`, `short_run`, or an age: `3m`, `1y`, `10 years`.

        Also read: any case, blanks or hyphens for the underscore, and the older words `long`,
        `short` and `first year`; `old_spelling` says what to tell who wrote one.

        Args:
            table: the numbers by age; the packaged ones by default.

        Raises:
            InputError: no horizon; names the nearest.
        """
        words = re.sub(r"[\s_-]+", "_", text.strip().casefold())
        words = {"long": "long_run", "short": "short_run", "first_year": "short_run"}.get(
            words, words
        )
        if words in HORIZONS:
            return HORIZONS[words]
        if age := AGE.fullmatch(words if words[:1] != "_" else "-" + words[1:]):
            months = float(age[1]) * (12 if age[2].startswith("y") else 1)
            if not LEAST_MONTHS <= months <= MOST_MONTHS:
                raise InputError(
                    f"{text[:40]!r} is no known horizon: an age is {LEAST_MONTHS:g}m to {MOST_MONTHS / 12:g}y; beyond "
                    "it write long_run"
                )
            return at_age(months, table)
        raise InputError(
            f"{text[:40]!r} is no horizon; write {', '.join(HORIZONS)} or an age such as 3m or 10y"
            + (hint if "did you mean" in (hint := nearest(words, HORIZONS)) else "")
        )


def _each(value: float | BySector) -> tuple[float, ...]:
    return (value.rest, *dict(value.own).values()) if isinstance(value, BySector) else (value,)


def age_text(months: float) -> str:
    """`3m`, `1y`."""
    whole = months % 12 == 0 and months > 0
    return f"{months / 12:g}y" if whole else f"{months:.3g}m"


def age_words(months: float) -> str:
    """`3 months`, `1 year`."""
    number, unit = age_text(months)[:-1], {"m": "month", "y": "year"}[age_text(months)[-1]]
    return f"{number} {unit}{'s' * (number != '1')}"


def old_spelling(text: str) -> Note | None:
    """What to tell a person whose spelling of a horizon is read but is not its name; None where it is."""
    horizon = Horizon.parse(text)
    if text in (horizon.key, str(horizon)) or horizon.months is not None:
        return None
    return Note("horizon", f"Horizon {text[:40]!r} is read as {horizon.key}; write {horizon.key}.")


LONG_RUN = Horizon()
"""Everything has adjusted. No date is given."""

SHORT_RUN = Horizon(
    value_added_elasticity=0.5,
    input_elasticity=0.2,
    consumption_elasticity=0.9,
    labour_mobility=1.0,
    trade_response=0.36,
)
"""About the first year: workers stay in their sector, inputs are hard to replace, trade is sluggish.

0.5 and 0.9: the benchmark of Baqaee and Farhi (2019, Econometrica 87(4)). 0.2: the least rigid of their variants,
and what Boehm, Flaaen and Pandalai-Nayar (2019) estimate between Japanese and other materials. 1: an assumption.
0.36: Boehm, Levchenko and Pandalai-Nayar (2023) find that tariff-exclusive trade responds with -0.76 after one year
and about -2.1 after ten. `docs/model.md` says more of each.
"""

HORIZONS = {"long_run": LONG_RUN, "short_run": SHORT_RUN}
"""By name; all others are ages."""


# ---- numbers by age ----------------------------------------------------------------------------


class AgedValue(NamedTuple):
    """A number of the table: what holds at an age, its standard error (NaN: none is printed), and who says so."""

    months: float
    value: float
    se: float
    source: str


ByAge = Mapping[tuple[str, str], tuple[AgedValue, ...]]
"""(parameter, sector or `all`) -> its points in the order of age."""

DATED = tuple(f.name for f in fields(Horizon) if f.name != "months")
"""Parameters that a table gives by age."""


@cache
def packaged_ages() -> ByAge:
    """The packaged table, `horizons.csv`."""
    with Path(__file__).with_name("horizons.csv").open(encoding="utf-8", newline="") as file:
        return ages_of(csv.DictReader(file))


def ages_of(rows: Iterable[Mapping[str, str]]) -> ByAge:
    """A table from rows of `parameter, sector, months, value, se, source`."""
    table: dict[tuple[str, str], list[AgedValue]] = {}
    for row in rows:
        se = float(row["se"]) if row["se"] else math.nan
        point = AgedValue(float(row["months"]), float(row["value"]), se, row["source"])
        table.setdefault((row["parameter"], row["sector"]), []).append(point)
    return {key: tuple(sorted(points)) for key, points in table.items()}


def at_age(months: float, table: ByAge | None = None) -> Horizon:
    """The horizon of measures of an age: linear between the table's points, kappa in 1 / kappa."""
    return mixed_ages({months: 1.0}, {}, table)


def mixed_ages(
    ages: Mapping[float, float],
    by_sector: Mapping[str, Mapping[float, float]],
    table: ByAge | None = None,
) -> Horizon:
    """The horizon of measures of several ages: every number the mean over them.

    Theta belongs to a sector and not to a measure: a sector whose measures came into force at different times has the
    mean of their responses.

    Args:
        ages: months -> weight, of everything. by_sector: the same of the sectors that have ages of their own.
    """
    table = {**packaged_ages(), **(table or {})}
    own = sorted({sector for _, sector in table if sector != ALL_SECTORS} | {*by_sector})

    def mean(name: str, of: Mapping[float, float], sector: str = ALL_SECTORS) -> float:
        points = table.get((name, sector)) or table[name, ALL_SECTORS]
        return sum(w * _between(points, m, name) for m, w in of.items()) / sum(of.values())

    def trade(sector: str) -> tuple[float, float]:
        of = by_sector.get(sector, ages)
        rest = {m: w * (1 - mean("trade_response", {m: 1.0}, sector)) for m, w in of.items()}
        early = mean("early_response", rest, sector) if any(rest.values()) else 0.0
        return mean("trade_response", of, sector), early

    share, early = (
        BySector(rest, tuple(zip(own, each, strict=True))) if own else rest
        for rest, *each in zip(*map(trade, (ALL_SECTORS, *own)), strict=True)
    )
    immobility = mean("labour_mobility", ages)
    return Horizon(
        value_added_elasticity=mean("value_added_elasticity", ages),
        input_elasticity=mean("input_elasticity", ages),
        consumption_elasticity=mean("consumption_elasticity", ages),
        labour_mobility=1 / immobility if immobility else math.inf,
        trade_response=share,
        early_response=early,
        months=mean_age(ages),
    )


def mean_age(ages: Mapping[float, float]) -> float:
    """Of months and their weights."""
    return sum(months * weight for months, weight in ages.items()) / sum(ages.values())


def _between(points: Sequence[AgedValue], months: float, name: str) -> float:
    """Linear between points and constant beyond them; of `labour_mobility` its inverse."""
    values = [1 / p.value if name == "labour_mobility" else p.value for p in points]
    if months <= points[0].months:
        return values[0]
    for (a, x), (b, y) in pairwise(zip(points, values, strict=True)):
        if months <= b.months:
            return x + (y - x) * (months - a.months) / (b.months - a.months)
    return values[-1]
