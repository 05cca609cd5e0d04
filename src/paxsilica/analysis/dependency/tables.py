"""The packaged tables of trade, production and stability on one axis of countries and one of years."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.dependency.indicators import ratio
from paxsilica.data.materials import (
    IntArray as IntArray,
)
from paxsilica.data.materials import (
    MaterialTrade,
    Production,
    StabilityTable,
    load_material_trade,
    load_production,
    political_stability,
)
from paxsilica.economy import Array, Note
from paxsilica.names.products import Material, materials

DUG = ("25", "26", "27")
"""Chapters of the Harmonised System that hold what a mine, well or quarry sells; all other codes are processed."""

MOST_UNNAMED = 0.2
"""Share of output of unnamed countries up to which concentration is computed: counting them as many small producers
then lowers an index by 0.04 at most."""

UNPUBLISHED = {"withheld": "withheld", "unknown_": "unknown"}
"""Start of a production note's name, after material and stage -> why the countries in it have no amount."""

SPANS = re.compile(r"\b([A-Z]{3,5}) (\d{4}(?: to \d{4})?(?:, \d{4}(?: to \d{4})?)*)")
"""Country and years in such a note: `CIV 2018; FJI 2019, 2023 to 2024`."""

TONNES_OF_GAS = 735.0
"""In a million cubic metres of natural gas, as liquefied (Energy Institute, Statistical Review, conversion factors)."""


@dataclass(frozen=True)
class Subject:
    """A material at a stage, and the traded codes that go with it.

    Attributes:
        products: positions in the production table of the lines that count it. The first is used in every year it has,
            the next ones in years that it has not.
        codes: HS codes of what is sold at this stage; () where trade has none.
        strange: `codes`, where they are of another stage: the material has neither codes nor output at a common one.
    """

    material: str
    stage: str
    products: tuple[int, ...]
    codes: tuple[str, ...]
    strange: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Tables:
    """The four tables that the indicators read; the arrays derived from them share their axes.

    Axes: `countries` (ISO 3166 alpha-3 and, last, OTHER: trade of no named country), `years` (of trade or production,
    ascending).
    """

    trade: MaterialTrade
    production: Production
    stability: StabilityTable
    materials: tuple[Material, ...]

    @cached_property
    def countries(self) -> tuple[str, ...]:
        named = {*self.trade.countries, *self.production.countries, *self.stability.countries}
        return (*sorted(named - {"OTHER"}), "OTHER")

    @cached_property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({*self.trade.years, *self.production.years}))

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Every material at every stage that has output by country, in the order of the materials."""
        return tuple(s for m in self.materials for s in self._stages(m))

    def _stages(self, material: Material) -> list[Subject]:
        stages: dict[str, list[int]] = {}
        for at, product in enumerate(self.production.products):
            if product.material == material.code:
                stages.setdefault(product.stage, []).append(at)
        own = {code: "mine" if code.startswith(DUG) else "refine" for code in material.hs}
        only = next(iter(stages)) if len(stages) == 1 else None
        subjects = []
        for stage, products in stages.items():
            codes = tuple(code for code, its in own.items() if its == stage)
            strange = tuple(own) if stage == only and not codes else ()
            best = max(products, key=self._length)
            order = (best, *(p for p in products if p != best))
            subjects.append(Subject(material.code, stage, order, codes or strange, strange))
        return subjects

    def _length(self, product: int) -> tuple[bool, int]:
        """Amounts before mere shares, then more years before fewer: one source for as many years as can be."""
        return self.production.products[product].unit != "share", int(
            self._published[product].sum()
        )

    @cached_property
    def _published(self) -> NDArray[np.bool_]:
        """`[product, year of production]` whether there is any output."""
        return np.asarray(np.nan_to_num(self.production.amount).sum(1) > 0)

    @cached_property
    def product(self) -> IntArray:
        """`[subject, year]` position in the production table of the line that counts it; -1 where none does."""
        chosen = np.full((len(self.subjects), len(self.years)), -1, dtype=np.intp)
        years = np.searchsorted(self.years, np.array(self.production.years))
        for s, subject in enumerate(self.subjects):
            for product in reversed(subject.products):
                chosen[s, years[self._published[product]]] = product
        return chosen

    def positions(self, labels: Iterable[str]) -> IntArray:
        """Positions in `countries` of labels that are there."""
        at = {label: position for position, label in enumerate(self.countries)}
        return np.array([at[label] for label in labels], dtype=np.intp)

    def membership(self, labels: Iterable[str]) -> IntArray:
        """`[country]` 1 for those named, else 0; labels that the tables do not know are left out."""
        named = set(labels)
        return np.array([label in named for label in self.countries], dtype=np.intp)

    @cached_property
    def told(self) -> frozenset[str]:
        """Countries whose trade the trade table holds; it may count some territories with a neighbour."""
        return frozenset(self.countries[i] for i in np.union1d(self.exporter, self.importer))

    # ---- trade, by flow -----------------------------------------------------------------------------------------

    @cached_property
    def exporter(self) -> IntArray:
        """`[flow]` position in `countries`."""
        return self.positions(self.trade.countries)[self.trade.exporter]

    @cached_property
    def importer(self) -> IntArray:
        """`[flow]` position in `countries`."""
        return self.positions(self.trade.countries)[self.trade.importer]

    @cached_property
    def year(self) -> IntArray:
        """`[flow]` position in `years`."""
        return np.searchsorted(self.years, np.array(self.trade.years))[self.trade.year]

    @cached_property
    def quantity(self) -> Array:
        """`[flow]` tonnes; where the source has none, value over the code's mean unit value of that year, if any."""
        t = self.trade
        cell = t.code.astype(np.intp) * len(t.years) + t.year
        size = len(t.codes) * len(t.years)
        known = ~np.isnan(t.quantity)
        value = np.bincount(cell[known], t.value[known], size)
        tonnes = np.bincount(cell[known], t.quantity[known], size)
        return np.where(known, t.quantity, t.value * ratio(tonnes, value)[cell])

    @cached_property
    def flows_of_subjects(self) -> tuple[IntArray, IntArray]:
        """Positions of flows and the subject each belongs to; a flow appears once for each of its subjects."""
        at = {code: position for position, code in enumerate(self.trade.codes)}
        member = np.zeros((len(self.trade.codes), len(self.subjects)), dtype=bool)
        for position, subject in enumerate(self.subjects):
            member[[at[code] for code in subject.codes if code in at], position] = True
        pairs = [
            (np.flatnonzero(member[self.trade.code, s]), s) for s in np.flatnonzero(member.any(0))
        ]
        flows = [flow for flow, _ in pairs]
        subjects = [np.full(len(flow), s, dtype=np.intp) for flow, s in pairs]
        return np.concatenate([*flows, np.zeros(0, np.intp)]), np.concatenate(
            [*subjects, np.zeros(0, np.intp)]
        )

    # ---- production and stability -------------------------------------------------------------------------------

    @cached_property
    def _counted(self) -> Array:
        """`[subject, country of production, year]` in the unit of the line used, zero where nothing is published."""
        before = np.searchsorted(self.production.years, np.array(self.years))
        amount = np.nan_to_num(self.production.amount)[
            :, :, np.minimum(before, len(self.production.years) - 1)
        ]
        taken = np.take_along_axis(amount, np.maximum(self.product, 0)[:, None, :], 0)
        return np.where(self.product[:, None, :] >= 0, taken, 0.0)

    @cached_property
    def output(self) -> Array:
        """`[subject, country, year]` in the unit of the line used, zero where nothing is published."""
        named = np.array([country != "OTHER" for country in self.production.countries])
        amount = np.zeros((len(self.subjects), len(self.countries), len(self.years)))
        amount[:, self.positions(c for c in self.production.countries if c != "OTHER")] = (
            self._counted[:, named]
        )
        return amount

    @cached_property
    def unpublished(self) -> dict[tuple[int, int, int], str]:
        """Subject, country, year (positions) -> `withheld` or `unknown`, where a note says so of a missing amount."""
        found = {}
        country, year = (
            {label: at for at, label in enumerate(axis)} for axis in (self.countries, self.years)
        )
        for s, subject in enumerate(self.subjects):
            start = f"{subject.material}.{subject.stage}."
            for note in self.production.notes_on(subject.material, subject.stage):
                why = next(
                    (
                        UNPUBLISHED[u]
                        for u in UNPUBLISHED
                        if note.name.removeprefix(start).startswith(u)
                    ),
                    None,
                )
                for label, spans in SPANS.findall(note.text) if why else ():
                    for span in spans.split(", "):
                        first, *last = map(int, span.split(" to "))
                        for y in range(first, (last or [first])[0] + 1):
                            if (
                                label in country
                                and y in year
                                and self.output[s, country[label], year[y]] == 0
                            ):
                                found[s, country[label], year[y]] = str(why)
        return found

    def no_figure(self, group: IntArray, groups: int) -> NDArray[np.bool_]:
        """`[subject, group, year]` whether a group's output cannot be told.

        A member's figure is withheld, or one is unknown and no other member has output.

        Args:
            group: `[country]` the group of each country, -1 for none.
        """
        shape = len(self.subjects), groups, len(self.years)
        hidden, unknown = np.zeros(shape, dtype=bool), np.zeros(shape, dtype=bool)
        for (s, n, y), why in self.unpublished.items():
            if group[n] >= 0:
                (hidden if why == "withheld" else unknown)[s, group[n], y] = True
        for s, g, y in np.argwhere(unknown):
            hidden[s, g, y] |= not self.output[s, group == g, y].any()
        return hidden

    @cached_property
    def share(self) -> Array:
        """`[subject, country, year]` share of world output, unnamed countries included; NaN in a year without data."""
        return ratio(self.output, self._counted.sum(1)[:, None])

    @cached_property
    def unnamed(self) -> Array:
        """`[subject, year]` share of world output of unnamed countries; NaN in a year without data."""
        return np.asarray(np.maximum(1.0 - self.share.sum(1), 0.0))

    @cached_property
    def tonnes_per_unit(self) -> Array:
        """`[subject, year]` factor from the unit of production to tonnes; NaN where it is no mass."""
        gas = ("natural-gas", "million m3")
        factor = [
            1.0
            if line.unit == "t"
            else TONNES_OF_GAS
            if (line.material, line.unit) == gas
            else np.nan
            for line in self.production.products
        ]
        return np.array([*factor, np.nan])[self.product]

    @cached_property
    def comparable(self) -> NDArray[np.bool_]:
        """`[subject, year]` whether trade has codes of it and output is in tonnes, so that the two can be added."""
        return np.array([[bool(s.codes)] for s in self.subjects]) & ~np.isnan(self.tonnes_per_unit)

    @cached_property
    def stability_year(self) -> IntArray:
        """`[country, year]` year of the latest stability estimate up to each year; 0 where there is none."""
        years = np.array(self.stability.years)
        latest = np.maximum.accumulate(
            np.where(np.isnan(self.stability.estimate), 0, years), axis=1
        )
        upto = np.searchsorted(years, np.array(self.years), side="right")
        used = np.zeros((len(self.countries), len(self.years)), dtype=np.intp)
        used[self.positions(self.stability.countries)] = np.pad(latest, ((0, 0), (1, 0)))[:, upto]
        return used

    @cached_property
    def estimate(self) -> Array:
        """`[country, year]` political stability, the latest up to each year; NaN where there is none."""
        at = self.positions(self.stability.countries)
        column = np.searchsorted(
            self.stability.years, np.maximum(self.stability_year[at], self.stability.years[0])
        )
        values = np.full(self.stability_year.shape, np.nan)
        values[at] = np.take_along_axis(self.stability.estimate, column, 1)
        return np.where(self.stability_year > 0, values, np.nan)

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Repairs of the tables, and those made in aligning them."""
        missing = np.isnan(self.trade.quantity)
        text = f"{missing.mean():.1%} of the flows have no quantity; taken at the mean unit value of code and year"
        own = (
            [Note("quantity_estimated", text, float(self.trade.value[missing].sum()))]
            if missing.any()
            else []
        )
        told = np.unique(np.concatenate([self.exporter, np.flatnonzero(self.output.any((0, 2)))]))
        unknown = [self.countries[i] for i in told if not self.stability_year[i].all()]
        if unknown:
            text = (
                "no stability estimate up to some year, taken as the middle of the scale: "
                + ", ".join(unknown)
            )
            own.append(Note("stability_unknown", text))
        newest = [int(self.stability_year[i].max()) for i in told]
        older = [
            f"{self.countries[i]} {year}"
            for i, year in zip(told, newest, strict=True)
            if 0 < year < max(newest)
        ]
        if older:
            text = (
                "the last stability estimate is older than that of others, and used on: "
                + ", ".join(older)
            )
            own.append(Note("stability_older", text))
        hidden = sorted(
            {
                s.material
                for s, y in zip(self.subjects, self.unnamed, strict=True)
                if (y > MOST_UNNAMED).any()
            }
        )
        if hidden:
            text = f"no concentration in years in which unnamed countries make over {MOST_UNNAMED:.0%} of output: "
            own.append(Note("makers_unnamed", text + ", ".join(hidden)))
        return (*self.trade.notes, *self.production.notes, *self.stability.notes, *own)


@cache
def packaged() -> Tables:
    """The packaged tables, read once."""
    return Tables(load_material_trade(), load_production(), political_stability(), materials())
