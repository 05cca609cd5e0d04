"""On whom countries depend for materials: the indicators applied to the packaged tables of trade and production.

`dependencies(us, them)` answers for one country or group, `by_region()` for every country at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from paxsilica.analysis.dependency import indicators as f
from paxsilica.analysis.dependency.measure import INDICATORS, Indicator, measure, versus
from paxsilica.analysis.dependency.provenance import provenance
from paxsilica.analysis.dependency.tables import Tables, packaged
from paxsilica.economy import Array, Note
from paxsilica.errors import InputError, LabelError, nearest
from paxsilica.names.places import OTHER, country_names, members_of_group

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Finding:
    """One indicator of one product in one year, with what is needed to judge it.

    Attributes:
        material: code of the material; several, separated by commas, where a traded code holds several.
        subject: HS code, or stage of the material.
        threshold: None where the source gives none, or where it does not hold for the group (`Dependencies.judged`).
        distance: value - threshold; positive is over the threshold, dependent. None without a threshold.
        held: years in which the value passed the threshold, out of the years with data, `of`.
        lasting: verdict of the three-year window that ends in `year` (GeoDep, criterion 4); None for other indicators
            and where the window is not complete.
        source: the tables the value is computed from.
        data_year: year of the oldest number in it. age: calendar years from there to the given day,
            None where the number is newer than the day.
    """

    material: str
    subject: str
    indicator: str
    year: int
    value: float
    threshold: float | None
    distance: float | None
    held: tuple[int, ...]
    of: tuple[int, ...]
    lasting: bool | None
    source: str
    data_year: int
    age: int | None
    note: str


@dataclass(frozen=True)
class Supplier:
    """A supplier from outside.

    Attributes:
        value: million USD. share: of the value of all imports from outside.
        quantity: tonnes, NaN where unknown. estimated: the part of it that is taken from the value.
    """

    country: str
    value: float
    share: float
    quantity: float
    estimated: float


@dataclass(frozen=True, eq=False)
class Dependencies:
    """The indicators of one country or group.

    Attributes:
        us: its members. them: a second group, () for none.
        years: those asked for.
        values: name of the indicator -> `[code or subject, year]` over all years of the tables; NaN without data.
        notes: repairs of the tables, and members without data.
    """

    us: tuple[str, ...]
    them: tuple[str, ...]
    years: tuple[int, ...]
    tables: Tables
    values: Mapping[str, Array]
    notes: tuple[Note, ...] = ()

    def labels(self, indicator: Indicator) -> list[tuple[str, str]]:
        """Material and HS code, or material and stage, of the rows of an indicator."""
        if indicator.of == "stage":
            return [(s.material, s.stage) for s in self.tables.subjects]
        return [
            (", ".join(self.tables.materials_of[code]), code) for code in self.tables.trade.codes
        ]

    def judged(self, name: str) -> Indicator:
        """An indicator as it applies to `us`: supply risk has its threshold for the European Union alone.

        The Commission set it for the Union's sourcing. A country that makes what it uses is its own single supplier,
        which the index counts at ten times its own instability: by that threshold most producers would be critical.
        """
        indicator = INDICATORS[name]
        union = name != "supply_risk" or set(self.us) == set(members_of_group("EU"))
        return indicator if union else replace(indicator, threshold=None)

    def value(self, indicator: str, subject: str, year: int, material: str = "") -> float:
        """One number; NaN without data.

        Args:
            subject: an HS code, or a stage of `material`.

        Raises:
            LabelError: an unknown indicator, code, or material at a stage. InputError: a year outside the tables.
        """
        if indicator not in self.values:
            raise LabelError(f"unknown indicator {indicator!r}{nearest(indicator, self.values)}")
        rows = self.labels(INDICATORS[indicator])
        if INDICATORS[indicator].of == "code":
            return float(self.values[indicator][_code(self.tables, subject), self._year(year)])
        _material(self.tables, material)
        if (material, subject) not in rows:
            stages = [stage for its, stage in rows if its == material]
            raise LabelError(
                f"{material} has no output by country at stage {subject!r}; it has "
                + _listed(stages)
            )
        return float(self.values[indicator][rows.index((material, subject)), self._year(year)])

    def _year(self, year: int) -> int:
        return self.tables.years.index(_checked_year(year, self.tables.years, "the tables have"))

    @cached_property
    def lasting(self) -> Array:
        """`[code, year]` GeoDep's verdict of the three years that end with each: 1, 0, or NaN (one is not in trade)."""
        t = self.tables
        verdict = np.full((len(t.trade.codes), len(t.years)), np.nan)
        at = np.searchsorted(t.years, np.array(t.trade.years))
        if len(at) >= f.WINDOW:
            verdict[:, at[f.WINDOW - 1 :]] = f.lasting(
                INDICATORS["geodep"].holds(self.values["geodep"])[:, at]
            )
        return verdict

    def findings(self, today: date | None = None) -> tuple[Finding, ...]:
        """Every value of the years asked for; the age of the data is counted to `today`."""
        return tuple(
            found for name in self.values for found in self._findings(self.judged(name), today)
        )

    def _findings(self, indicator: Indicator, today: date | None) -> list[Finding]:
        t, values = self.tables, self.values[indicator.name]
        asked = np.isin(t.years, self.years)
        known = ~np.isnan(values)
        passed = indicator.holds(values) & known
        years = np.array(t.years)
        out = []
        for row, (material, subject) in enumerate(self.labels(indicator)):
            held, of = (
                tuple(years[passed[row] & asked].tolist()),
                tuple(years[known[row] & asked].tolist()),
            )
            for y in np.flatnonzero(known[row] & asked):
                value, year, threshold = float(values[row, y]), t.years[y], indicator.threshold
                of_it = provenance(t, indicator, row, int(y), value)
                verdict = self.lasting[row, y] if indicator.name == "geodep" else np.nan
                out.append(
                    Finding(
                        material,
                        subject,
                        indicator.name,
                        year,
                        value,
                        threshold,
                        None if threshold is None else value - threshold,
                        held if threshold is not None else (),
                        of,
                        None if np.isnan(verdict) else bool(verdict),
                        of_it.source,
                        of_it.data_year,
                        _age(of_it.data_year, today),
                        of_it.note,
                    )
                )
        return out

    def table(self, today: date | None = None) -> pd.DataFrame:
        """The findings, one row each, with the names of materials and codes."""
        import pandas as pd

        frame = pd.DataFrame(
            [vars(found) for found in self.findings(today)], columns=list(Finding.__annotations__)
        )
        names = {m.code: m.name for m in self.tables.materials}
        titles = dict(zip(self.tables.trade.codes, self.tables.trade.names, strict=True))
        name = frame.material.map(lambda codes: ", ".join(names[c] for c in codes.split(", ") if c))
        frame.insert(1, "name", name)
        frame.insert(3, "product", frame.subject.map(lambda subject: titles.get(subject, "")))
        return frame


@dataclass(frozen=True, eq=False)
class Regions:
    """The indicators of every country, each by itself: name -> `[code or subject, country, year]`."""

    countries: tuple[str, ...]
    tables: Tables
    values: Mapping[str, Array]

    def of(self, country: str) -> Dependencies:
        """One country's. Raises LabelError: unknown. InputError: the trade table does not hold it."""
        us = _members(self.tables, (country,), "country")
        _absent(self.tables, us, "country")
        at = self.countries.index(country)
        own = {name: values[:, at] for name, values in self.values.items()}
        return Dependencies(us, (), self.tables.years, self.tables, own, self.tables.notes)


def dependencies(
    us: Iterable[str],
    them: Iterable[str] = (),
    years: Iterable[int] | None = None,
    *,
    tables: Tables | None = None,
) -> Dependencies:
    """The indicators of one country, or of a group taken as one: trade among its members is inside.

    Args:
        us: ISO 3166 alpha-3 codes. them: those of a second group, whose shares are wanted.
        years: default all of the tables.
        tables: default the packaged ones.

    Raises:
        LabelError: a country that no table knows. InputError: `us` is empty, a country is named twice or is in both
            groups, the trade table holds no member of a group, or a year is in no table.
    """
    t = tables or packaged()
    ours, theirs = _members(t, us, "us"), _members(t, them, "them")
    if not ours:
        raise InputError("us is empty; name at least one country, such as IND")
    both = sorted(set(ours) & set(theirs))
    if both:
        raise InputError(f"{_listed(both)} is in us and in them; leave it in one")
    asked = (
        t.years
        if years is None
        else tuple(_checked_year(y, t.years, "the tables have") for y in years)
    )
    absent = [*_absent(t, ours, "us"), *_absent(t, theirs, "them")]
    group = t.membership(ours) - 1
    values = {name: array[:, 0] for name, array in measure(t, group, 1).items()}
    if theirs:
        values |= {
            name: array[:, 0] for name, array in versus(t, 1 + group, t.membership(theirs)).items()
        }
    text = f"the trade table has no {_listed(absent)}: such trade is counted as nothing, or with a neighbour's"
    notes = (*t.notes, Note("no_trade", text)) if absent else t.notes
    return Dependencies(ours, theirs, asked, t, values, notes)


def by_region(tables: Tables | None = None) -> Regions:
    """Every indicator for every country, code and year in one pass; `Regions.of` picks one."""
    t = tables or packaged()
    countries = t.countries[:-1]
    group = np.append(np.arange(len(countries)), -1)
    return Regions(countries, t, measure(t, group, len(countries)))


def suppliers(
    us: Iterable[str], what: str, year: int, *, tables: Tables | None = None
) -> tuple[Supplier, ...]:
    """Who sells a material or HS code to `us` from outside, largest first.

    Raises:
        LabelError: neither a material nor a code. InputError: a material that trade has no code for, a year that the
            trade table has not, or members of which it holds none.
    """
    t = tables or packaged()
    named = _members(t, us, "us")
    if not named:
        raise InputError("us is empty; name at least one country, such as IND")
    _absent(t, named, "us")
    ours = t.membership(named)
    codes = _codes(t, what)
    at = t.years.index(_checked_year(year, t.trade.years, "trade has"))
    wanted = (
        np.isin(t.trade.code, codes)
        & (t.year == at)
        & (ours[t.importer] > 0)
        & (ours[t.exporter] == 0)
    )
    who, value, quantity = t.exporter[wanted], t.trade.value[wanted], t.quantity[wanted]
    guessed = np.where(np.isnan(t.trade.quantity[wanted]), quantity, 0.0)
    values, tonnes, estimated = (
        np.bincount(who, w, len(t.countries)) for w in (value, quantity, guessed)
    )
    total = values.sum()
    order = sorted(np.flatnonzero(values > 0), key=lambda i: -values[i])
    part = np.nan_to_num(f.ratio(estimated, tonnes))
    rows = [(values[i], values[i] / total, tonnes[i], part[i]) for i in order]
    return tuple(
        Supplier(t.countries[i], *map(float, row)) for i, row in zip(order, rows, strict=True)
    )


def churn(of: Regions | Dependencies, indicator: str = "geodep") -> dict[int, float]:
    """Year -> share of what an indicator calls dependent in it, over codes or stages (and countries), that it no longer
    does a year later; NaN where nothing is dependent. Years of trade only.

    Raises:
        LabelError: an unknown indicator.
    """
    t = of.tables
    if indicator not in of.values:
        raise LabelError(f"unknown indicator {indicator!r}{nearest(indicator, of.values)}")
    held = INDICATORS[indicator].holds(of.values[indicator])[..., np.isin(t.years, t.trade.years)]
    return dict(zip(t.trade.years, f.churn(held).tolist(), strict=False))


# ---- labels -----------------------------------------------------------------------------------------------------


def _members(t: Tables, labels: Iterable[str], name: str) -> tuple[str, ...]:
    if isinstance(labels, str):
        labels = (labels,)
    given, names = tuple(labels), country_names()
    if OTHER in given:
        raise LabelError(
            f"{name}: {OTHER} are unnamed suppliers, who cannot be asked about; name countries"
        )
    for label in given:
        if label not in names and label not in t.countries[:-1]:
            known = {c: names.get(c, c) for c in (*t.countries, *names) if c != OTHER}
            raise LabelError(f"{name}: unknown country {label!r}{nearest(label, known, known)}")
    twice = [label for label in dict.fromkeys(given) if given.count(label) > 1]
    if twice:
        raise InputError(f"{name} names {_listed(twice)} more than once; name each country once")
    return given


def _absent(t: Tables, members: tuple[str, ...], name: str) -> list[str]:
    """Members whose trade the table does not hold. Raises InputError: that is all of them."""
    absent = [c for c in members if c not in t.told]
    if members and len(absent) == len(members):
        raise InputError(
            f"{name}: the trade table has no {_listed(absent)} (it counts some territories with a neighbour); name a "
            "country that it has"
        )
    return absent


def _age(data_year: int, today: date | None) -> int | None:
    return None if today is None or today.year < data_year else today.year - data_year


def _code(t: Tables, code: str) -> int:
    if code not in t.trade.codes:
        raise LabelError(f"unknown HS code {code!r}{nearest(code, t.trade.codes)}")
    return t.trade.codes.index(code)


def _material(t: Tables, material: str) -> None:
    names = {m.code: m.name for m in t.materials}
    if material not in names:
        raise LabelError(f"unknown material {material!r}{nearest(material, names, names)}")


def _codes(t: Tables, what: str) -> list[int]:
    if what in t.trade.codes or what.isdigit():
        return [_code(t, what)]
    _material(t, what)
    material = next(m for m in t.materials if m.code == what)
    codes = [t.trade.codes.index(code) for code in material.hs if code in t.trade.codes]
    if not codes:
        raise InputError(
            f"trade has no code of {material.name}{': ' + material.note if material.note else ''}"
        )
    return codes


def _checked_year(year: int, years: tuple[int, ...], who: str) -> int:
    if year not in years:
        raise InputError(f"no data for {year}; {who} {years[0]} to {years[-1]}")
    return year


def _listed(labels: Iterable[str]) -> str:
    return ", ".join(labels)
