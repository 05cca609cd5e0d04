"""The packaged tables of trade, production and stability on one axis of countries and one of years."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.dependency.indicators import ratio
from paxsilica.data.materials import (
    IntArray,
    MaterialTrade,
    Production,
    StabilityTable,
    load_material_trade,
    load_production,
    political_stability,
)
from paxsilica.economy import Array, Note
from paxsilica.names.places import OTHER
from paxsilica.names.products import Material, materials

TRADE, STABILITY = "baci", "wgi"
"""Keys in SOURCES.toml of the tables that hold one source each."""

DUG = ("25", "26", "27")
"""Chapters of the Harmonised System that hold what a mine, well or quarry sells; all other codes are processed."""

MOST_UNNAMED = 0.2
"""Share of output of unnamed countries up to which concentration is computed: counting them as many small producers
then lowers an index by 0.04 at most."""

UNPUBLISHED = re.compile(r"[^.]+\.[^.]+\.(withheld|unknown)")
"""The name of a note on countries that have no amount: material, stage, and why."""

SPANS = re.compile(r"\b([A-Z]{3,5}) ((?:\d{4}(?: to \d{4})?(?:, )?)+)")
"""Country and years in its text: `CIV 2018; FJI 2019, 2023 to 2024`."""

TONNES_OF_GAS = 735.0
"""In a million cubic metres of natural gas, as liquefied (Energy Institute, Statistical Review, conversion factors)."""


@dataclass(frozen=True)
class Subject:
    """A material at a stage, and the traded codes that go with it.

    Attributes:
        products: positions in the production table of the lines that count it. The first is used in every year it has,
            the next ones in years that it has not.
        codes: HS codes of what is sold at this stage; () where trade has none.
        strange: `codes` are of another stage: the material has neither codes nor output at a common one.
    """

    material: str
    stage: str
    products: tuple[int, ...]
    codes: tuple[str, ...]
    strange: bool = False


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
        return (*sorted(named - {OTHER}), OTHER)

    @cached_property
    def years(self) -> tuple[int, ...]:
        return tuple(sorted({*self.trade.years, *self.production.years}))

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Every material at every stage that has output by country, in the order of the materials."""
        return tuple(s for m in self.materials for s in self._stages(m))

    def _stages(self, material: Material) -> list[Subject]:
        stages = self.production.stages.get(material.code, {})
        own = {code: "mine" if code.startswith(DUG) else "refine" for code in material.hs}
        subjects = []
        for stage, products in stages.items():
            codes = tuple(code for code, its in own.items() if its == stage)
            strange = len(stages) == 1 and not codes
            best = max(products, key=self._length)
            order = (best, *(p for p in products if p != best))
            subjects.append(
                Subject(material.code, stage, order, material.hs if strange else codes, strange)
            )
        return subjects

    def _length(self, product: int) -> tuple[bool, int]:
        """Amounts before mere shares, then more years before fewer: one source for as many years as can be."""
        amounts = self.production.products[product].unit != "share"
        return amounts, len(self.production.published(product))

    def positions(self, labels: Iterable[str]) -> IntArray:
        """Positions in `countries` of labels that are there."""
        at = {label: position for position, label in enumerate(self.countries)}
        return np.array([at[label] for label in labels], dtype=np.intp)

    def membership(self, labels: Iterable[str]) -> IntArray:
        """`[country]` 1 for those named, else 0; labels that the tables do not know are left out."""
        return np.isin(self.countries, list(labels)).astype(np.intp)

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
        t, shape = self.trade, (len(self.trade.codes), len(self.trade.years))
        cell = np.ravel_multi_index((t.code, t.year), shape)
        known = ~np.isnan(t.quantity)
        value, tonnes = (
            np.bincount(cell[known], its[known], math.prod(shape)) for its in (t.value, t.quantity)
        )
        return np.where(known, t.quantity, t.value * ratio(tonnes, value)[cell])

    @cached_property
    def flows_of_subjects(self) -> tuple[IntArray, IntArray]:
        """The subject of a flow, and the position of the flow, which appears once for each of its subjects."""
        codes = self.trade.codes
        member = np.array([[code in its.codes for code in codes] for its in self.subjects])
        flows = [np.flatnonzero(its[self.trade.code]) for its in member]
        return np.repeat(np.arange(len(flows)), list(map(len, flows))), np.concatenate(flows)

    # ---- production and stability -------------------------------------------------------------------------------

    @cached_property
    def product(self) -> IntArray:
        """`[subject, year]` position in the production table of the line that counts it; -1 where none does."""
        chosen = np.full((len(self.subjects), len(self.years)), -1)
        for s, subject in enumerate(self.subjects):
            for product in reversed(subject.products):
                years = map(self.years.index, self.production.published(product))
                chosen[s, list(years)] = product
        return chosen

    @cached_property
    def _amount(self) -> Array:
        """`[subject, country, year]` in the unit of the line used, unnamed countries too; zero where there is none."""
        lines, axes = len(self.production.products), (len(self.countries), len(self.years))
        country = self.positions(self.production.countries)
        year = np.searchsorted(self.years, self.production.years)
        amount = np.zeros((lines + 1, *axes))  # the last line is of nothing
        amount[:-1][:, country[:, None], year] = np.nan_to_num(self.production.amount)
        return amount[self.product, :, np.arange(len(self.years))].swapaxes(1, 2)

    @cached_property
    def output(self) -> Array:
        """`[subject, country, year]` in the unit of the line used, zero where nothing is published."""
        named = np.array([country != OTHER for country in self.countries])
        return np.where(named[:, None], self._amount, 0.0)

    @cached_property
    def unpublished(self) -> dict[tuple[int, int, int], str]:
        """Subject, country, year (positions) -> `withheld` or `unknown`, where a note says so of a missing amount."""
        return {
            (s, self.countries.index(label), self.years.index(year)): why[1]
            for s, subject in enumerate(self.subjects)
            for note in self.production.notes_on(subject.material, subject.stage)
            if (why := UNPUBLISHED.match(note.name))
            for label, spans in SPANS.findall(note.text)
            for first, last in re.findall(r"(\d{4})(?: to (\d{4}))?", spans)
            for year in range(int(first), int(last or first) + 1)
            if label in self.countries and year in self.years
            if not self.output[s, self.countries.index(label), self.years.index(year)]
        }

    def no_figure(self, group: IntArray, groups: int) -> NDArray[np.bool_]:
        """`[subject, group, year]` whether a group's output cannot be known.

        A member's figure is withheld, or one is unknown and no other member has output.

        Args:
            group: `[country]` the group of each country, -1 for none.
        """
        shape = len(self.subjects), groups, len(self.years)
        cells = {why: np.zeros(shape, dtype=bool) for why in ("withheld", "unknown")}
        for (s, n, y), why in self.unpublished.items():
            if group[n] >= 0:
                cells[why][s, group[n], y] = True
        for s, g, y in np.argwhere(cells["unknown"]):
            cells["withheld"][s, g, y] |= not self.output[s, group == g, y].any()
        return cells["withheld"]

    @cached_property
    def share(self) -> Array:
        """`[subject, country, year]` share of world output, unnamed countries included; NaN in a year without data."""
        return ratio(self.output, self._amount.sum(1)[:, None])

    @cached_property
    def unnamed(self) -> Array:
        """`[subject, year]` share of world output of unnamed countries; NaN in a year without data."""
        return np.asarray(np.maximum(1.0 - self.share.sum(1), 0.0))

    @cached_property
    def tonnes_per_unit(self) -> Array:
        """`[subject, year]` factor from the unit of production to tonnes; NaN where it is no mass."""
        factors = {"t": 1.0, ("natural-gas", "million m3"): TONNES_OF_GAS}
        lines = self.production.products
        factor = [factors.get(x.unit) or factors.get((x.material, x.unit), np.nan) for x in lines]
        return np.array([*factor, np.nan])[self.product]

    @cached_property
    def recycling(self) -> Array:
        """`[subject]` end-of-life recycling input rate, NaN where it is unknown."""
        rates = {material.code: material.recycling for material in self.materials}
        return np.array([rates[its.material] for its in self.subjects], dtype=float)

    @cached_property
    def comparable(self) -> NDArray[np.bool_]:
        """`[subject, year]` whether trade has codes of it and output is in tonnes, so that the two can be added."""
        return np.array([[bool(s.codes)] for s in self.subjects]) & ~np.isnan(self.tonnes_per_unit)

    @cached_property
    def latest_stability(self) -> tuple[IntArray, Array]:
        """`[country, year]` year and value of the latest stability estimate up to each; 0 and NaN where there is none."""
        year = np.zeros((len(self.countries), len(self.years)), dtype=np.intp)
        value = np.full(year.shape, np.nan)
        country = self.positions(self.stability.countries)
        for at, made in enumerate(self.stability.years):
            estimate = self.stability.estimate[:, at, None]
            later = ~np.isnan(estimate) & (np.array(self.years) >= made)
            year[country] = np.where(later, made, year[country])
            value[country] = np.where(later, estimate, value[country])
        return year, value

    @cached_property
    def notes(self) -> tuple[Note, ...]:
        """Repairs of the tables, and those made in aligning them."""
        missing, made = np.isnan(self.trade.quantity), self.output.any((0, 2))
        counted = np.union1d(self.exporter, np.flatnonzero(made))
        years, _ = self.latest_stability
        newest = years.max(1)
        latest = newest[counted].max()
        unknown = [self.countries[i] for i in counted if not years[i].all()]
        older = [f"{self.countries[i]} {newest[i]}" for i in counted if 0 < newest[i] < latest]
        hidden = {
            its.material
            for its, rest in zip(self.subjects, self.unnamed, strict=True)
            if (rest > MOST_UNNAMED).any()
        }
        found = (
            (
                "stability_unknown",
                "no stability estimate up to some year, taken as the middle of the scale",
                unknown,
            ),
            (
                "stability_older",
                "the last stability estimate is older than that of others, and used on",
                older,
            ),
            (
                "makers_unnamed",
                f"no concentration in years in which unnamed countries make over {MOST_UNNAMED:.0%} of output",
                sorted(hidden),
            ),
        )
        own = [Note(name, f"{text}: {', '.join(whom)}") for name, text, whom in found if whom]
        if missing.any():
            text = f"{missing.mean():.1%} of the flows have no quantity; taken at the mean unit value of code and year"
            own.insert(0, Note("quantity_estimated", text, float(self.trade.value[missing].sum())))
        return (*self.trade.notes, *self.production.notes, *self.stability.notes, *own)


@cache
def packaged() -> Tables:
    """The packaged tables, read once."""
    return Tables(load_material_trade(), load_production(), political_stability(), materials())
