"""US imports by partner, HS chapter and month, 2015-01 to 2020-01, and the dated steps of their duties.

Nothing here reads a month after January 2020. `docs/estimate.md` states every rule of this file and why.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

FILE = Path("us_trade_hs2") / "us_imports_hs2_by_country_monthly_2013_2021.parquet"
FIRST, LAST = "2015-01", "2020-01"
CALM = 36
"""Months from the first on without any of the tariffs: 2015 to 2017."""

NO_GOODS = ("98", "99")
METALS = ("72", "73", "76")
"""Chapters of Section 232: iron and steel, articles of them, aluminium."""

EUROPE = "AUSTRIA BELGIUM FRANCE GERMANY IRELAND ITALY NETHERLANDS SPAIN SWEDEN UNITED_KINGDOM"
EU = frozenset(name.replace("_", " ") for name in EUROPE.split())
SPARED = EU | {"CANADA", "MEXICO", "BRAZIL", "KOREA, SOUTH"}
"""Partners of the table whom Section 232 left out in April 2018; South Korea took a quota and was never charged."""

LEADS, LAST_AGE = 6, 15
AGES = (*range(-LEADS, LAST_AGE + 2),)
"""Months since a step. The last, 16, stands for 16 and more; months earlier than -6 are what all is compared with."""

SMALLEST_STEP = 0.005
"""Of log(1 + duty); a smaller change of a realised rate is a change of what is bought within the chapter."""

Array = np.ndarray[Any, np.dtype[np.float64]]


class Event(NamedTuple):
    """A date on which US duties changed for named partners: its month is age 0.

    `before` and `after` are the first and last months of which the rates are compared.
    """

    month: str
    partners: frozenset[str] | None
    metals_only: bool
    before: tuple[str, str]
    after: tuple[str, str]
    falls: bool = False

    def of(self, partner: str, chapter: str) -> bool:
        named = partner not in SPARED if self.partners is None else partner in self.partners
        return named and (chapter in METALS or not self.metals_only)


CHINA, INDIA = frozenset({"CHINA"}), frozenset({"INDIA"})
NEIGHBOURS = frozenset({"CANADA", "MEXICO"})
SPRING, SUMMER = ("2019-02", "2019-04"), ("2019-06", "2019-08")
EVENTS = (
    Event("2018-04", None, True, ("2017-12", "2018-02"), ("2018-04", "2018-05")),
    Event("2018-06", SPARED, True, ("2018-04", "2018-05"), ("2018-06", "2018-08")),
    Event("2018-07", CHINA, False, ("2018-04", "2018-06"), ("2018-08", "2018-09")),
    Event("2018-10", CHINA, False, ("2018-08", "2018-09"), ("2018-10", "2018-12")),
    Event("2019-06", CHINA | INDIA, False, SPRING, SUMMER),
    Event("2019-06", NEIGHBOURS, True, SPRING, SUMMER, falls=True),
    Event("2019-09", CHINA, False, SUMMER, ("2019-09", "2019-11")),
)


@dataclass(frozen=True)
class Panel:
    """Cells of trade by month, and the steps of their duties.

    Attributes:
        partners, chapters: `[c]` whose goods and which HS chapter.
        months: `[t]` as `2015-01`.
        imports: `[c,t]` duty-exclusive value, USD.
        duty: `[c,t]` calculated duty, USD.
        steps: `[e,c]` change of log(1 + duty) at each of EVENTS; 0 where a cell is not concerned.
    """

    partners: tuple[str, ...]
    chapters: tuple[str, ...]
    months: tuple[str, ...]
    imports: Array
    duty: Array
    steps: Array

    def kept(self, keep: Iterable[bool]) -> Panel:
        at = np.flatnonzero(np.fromiter(keep, bool))
        return replace(
            self,
            partners=tuple(self.partners[c] for c in at),
            chapters=tuple(self.chapters[c] for c in at),
            imports=self.imports[at],
            duty=self.duty[at],
            steps=self.steps[:, at],
        )

    @property
    def metals(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """`[c]`"""
        return np.array([chapter in METALS for chapter in self.chapters])

    @property
    def regular(self) -> np.ndarray[Any, np.dtype[np.bool_]]:
        """`[c]` traded in every month before the tariffs."""
        here: np.ndarray[Any, np.dtype[np.bool_]] = (self.imports[:, :CALM] > 0).all(1)
        return here


def read_panel(data: Path, first: str = FIRST, last: str = LAST) -> Panel:
    """Every cell of the raw table; months without a row are zero trade."""
    table = pd.read_parquet(data / FILE).astype(
        {"country": str, "hs2": str, "time": str, "imports": float, "duty": float}
    )
    table = table[table.time.between(first, last) & ~table.hs2.isin(NO_GOODS)]
    columns = ["imports", "duty"]
    wide = table.pivot(index=["country", "hs2"], columns="time", values=columns).fillna(0.0)
    imports, duty = wide["imports"], wide["duty"]
    partners, chapters = zip(*imports.index, strict=True)
    return Panel(
        tuple(partners),
        tuple(chapters),
        tuple(imports.columns),
        imports.to_numpy(),
        duty.to_numpy(),
        np.zeros((len(EVENTS), len(partners))),
    )


def stepped(panel: Panel, smallest: float = SMALLEST_STEP) -> Panel:
    """The panel with its steps, by the rule of `steps_of`."""
    return replace(panel, steps=steps_of(panel, smallest))


def years_earlier(panel: Panel, earlier: Panel, partner: str) -> Panel:
    """Cells of months before the tariffs, with what befell China years later as if it had befallen a partner then.

    Args:
        panel: with steps, whose months are as many as those of `earlier`; China's are taken, metals' left out.
        earlier: no duty changed in its months.
        partner: who is taken for China.
    """
    if len(panel.months) != len(earlier.months):
        raise ValueError(f"{len(panel.months)} months against {len(earlier.months)}")
    hit = {
        chapter: panel.steps[:, c]
        for c, (of, chapter) in enumerate(zip(panel.partners, panel.chapters, strict=True))
        if of in CHINA and chapter not in METALS
    }
    nothing = np.zeros(len(EVENTS))
    cells = zip(earlier.partners, earlier.chapters, strict=True)
    steps = [hit.get(chapter, nothing) if of == partner else nothing for of, chapter in cells]
    return replace(earlier, steps=np.array(steps).T)


def steps_of(panel: Panel, smallest: float = SMALLEST_STEP) -> Array:
    """`[e,c]` change of log(1 + duty paid / imports) across each event, of the cells that the event names.

    A change against the law's direction, or smaller than `smallest`, is composition and counts as none.
    """
    found = np.zeros((len(EVENTS), len(panel.partners)))
    for e, event in enumerate(EVENTS):
        rise = _log_rate(panel, event.after) - _log_rate(panel, event.before)
        named = [event.of(*cell) for cell in zip(panel.partners, panel.chapters, strict=True)]
        towards = -rise if event.falls else rise
        found[e] = np.where(named & (towards >= smallest), rise, 0.0)
    return found


def _log_rate(panel: Panel, span: tuple[str, str]) -> Array:
    first, last = (panel.months.index(month) for month in span)
    imports = panel.imports[:, first : last + 1].sum(1)
    duty = panel.duty[:, first : last + 1].sum(1)
    rate: Array = np.log1p(np.divide(duty, imports, out=np.zeros_like(duty), where=imports > 0))
    return rate


def column(goods: str, age: int) -> str:
    return f"{goods}_{'lead' if age < 0 else 'age'}{abs(age)}"


def long_frame(panel: Panel) -> pd.DataFrame:
    """A row a cell and month: outcome, keys of the fixed effects, weight, and each regressor of `regressors`.

    A regressor `all_age3` is the step that a cell of other goods took 3 months ago; `metals_age3` that of metals.
    """
    cells, months = panel.imports.shape
    at = np.indices((cells, months))
    partner, chapter = (pd.factorize(np.array(x))[0] for x in (panel.partners, panel.chapters))
    imports = panel.imports.ravel()
    size = panel.imports[:, :CALM].mean(1)
    calendar = np.array([int(month[5:]) - 1 for month in panel.months])
    frame = {
        "imports": imports,
        "log_imports": np.log(imports, out=np.full(imports.shape, np.nan), where=imports > 0),
        "weight": np.repeat(size / size.mean(), months),
        "cell": at[0].ravel(),
        "partner": np.repeat(partner, months),
        "sector": np.repeat(chapter, months),
        "month": at[1].ravel(),
        "cell_season": (at[0] * 12 + calendar).ravel(),
        "partner_month": (partner[:, None] * months + np.arange(months)).ravel(),
        "sector_month": (chapter[:, None] * months + np.arange(months)).ravel(),
    }
    for goods, ours in (("all", ~panel.metals), ("metals", panel.metals)):
        for age in AGES:
            column_ = _at_age(panel, ours, age)
            if column_.any():
                frame[column(goods, age)] = column_.ravel()
    return pd.DataFrame(frame)


def regressors(frame: pd.DataFrame) -> Sequence[str]:
    return [name for name in frame if name.startswith(("all_", "metals_"))]


def _months_after(first: str, month: str) -> int:
    return 12 * (int(month[:4]) - int(first[:4])) + int(month[5:]) - int(first[5:])


def _at_age(panel: Panel, ours: np.ndarray[Any, np.dtype[np.bool_]], age: int) -> Array:
    """`[c,t]`"""
    found = np.zeros(panel.imports.shape)
    for step, event in zip(panel.steps, EVENTS, strict=True):
        since = np.arange(len(panel.months)) - _months_after(FIRST, event.month)
        now = since >= age if age > LAST_AGE else since == age
        found += np.outer(np.where(ours, step, 0.0), now)
    return found
