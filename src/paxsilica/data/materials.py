"""The packaged tables of raw materials: what is made where, traded between whom, how stable the places are.

Built by `tools/build_materials.py` from the sources in SOURCES.toml. Countries are ISO 3166 alpha-3 codes; `OTHER`
holds what a source counts without naming the country. Nothing is filled: what a source does not publish is NaN and has
a note.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from paxsilica.data.sources import PACKAGED
from paxsilica.economy import Array, Note
from paxsilica.errors import LabelError, nearest
from paxsilica.names.places import OTHER
from paxsilica.names.places import rows as read_rows
from paxsilica.names.products import materials

IntArray = NDArray[np.int64]


class Product(NamedTuple):
    """A line of the production table: a material at a stage, as one source counts it.

    Attributes:
        stage: `mine` (out of the ground), `refine` (metal, oxide or compound) or `make` (what is made of that).
        form: what is counted.
        unit: `t`, `million m3`, `million L`, or `share` where the source gives shares of world output only.
        source: key in SOURCES.toml.
    """

    material: str
    stage: str
    form: str
    unit: str
    source: str


@dataclass(frozen=True, eq=False)
class Production:
    """Yearly output by country. Several products may cover a material at a stage, the best source first.

    Attributes:
        countries: ISO 3166 alpha-3 codes and, last, OTHER.
        years: ascending.
        amount: `[product, country, year]` in the product's unit, NaN where not published; read-only.
        notes: every repair and gap; `notes_on` picks those of a material.
    """

    products: tuple[Product, ...]
    countries: tuple[str, ...]
    years: tuple[int, ...]
    amount: Array
    notes: tuple[Note, ...]

    @cached_property
    def shares(self) -> Array:
        """`[product, country, year]` of the sum over what is published; NaN for a year without data."""
        given = np.nan_to_num(self.amount)
        total = given.sum(1, keepdims=True)
        return _fixed(given / np.where(total > 0, total, np.nan))

    @cached_property
    def stages(self) -> dict[str, dict[str, list[int]]]:
        """Material -> stage -> positions of its products."""
        found: dict[str, dict[str, list[int]]] = {}
        for at, product in enumerate(self.products):
            found.setdefault(product.material, {}).setdefault(product.stage, []).append(at)
        return found

    def at(self, material: str, stage: str) -> int:
        """Position of the product used first. Raises LabelError: no such material, or none at this stage."""
        return self._positions(material, stage)[0]

    def longest(self, material: str, stage: str) -> int:
        """Position of the product with most years (the first of several): for rules over years. Raises LabelError."""
        return max(self._positions(material, stage), key=lambda at: len(self.published(at)))

    def published(self, product: int) -> tuple[int, ...]:
        """The years for which the product at this position has data."""
        given = np.nansum(self.amount[product], axis=0)
        return tuple(year for year, total in zip(self.years, given, strict=True) if total > 0)

    def notes_on(self, material: str, stage: str | None = None) -> tuple[Note, ...]:
        """The notes of a material, at one stage or at all."""
        start = f"{material}.{stage}." if stage else f"{material}."
        return tuple(note for note in self.notes if note.name.startswith(start))

    def _positions(self, material: str, stage: str) -> list[int]:
        stages = self.stages.get(material)
        if not stages:
            names = {one.code: one.name for one in materials()}
            raise LabelError(
                f"no production data on material {material!r}{nearest(material, names, names)}"
            )
        if stage not in stages:
            raise LabelError(
                f"{material} has no stage {stage!r} in the production table; it has {', '.join(stages)}"
            )
        return stages[stage]


@dataclass(frozen=True, eq=False)
class MaterialTrade:
    """Bilateral trade in raw materials (CEPII BACI, HS 1992), one entry per flow.

    Attributes:
        codes: six-digit codes, ascending.
        code, exporter, importer, year: `[flow]` positions in `codes`, `countries`, `countries` and `years`.
        value: `[flow]` million USD.
        quantity: `[flow]` tonnes, NaN where the source gives none.
    """

    codes: tuple[str, ...]
    countries: tuple[str, ...]
    years: tuple[int, ...]
    code: IntArray
    exporter: IntArray
    importer: IntArray
    year: IntArray
    value: Array
    quantity: Array
    notes: tuple[Note, ...]


@dataclass(frozen=True, eq=False)
class StabilityTable:
    """Political stability and absence of violence (World Bank).

    Attributes:
        estimate: `[country, year]`, about -2.5 to 2.5, high is stable; NaN unknown; read-only.
    """

    countries: tuple[str, ...]
    years: tuple[int, ...]
    estimate: Array
    notes: tuple[Note, ...]


@cache
def load_production() -> Production:
    """World output of the catalogue's materials by country and year."""
    rows, years, given = _by_year("production")
    counted = [Product(*(row[key] for key in Product._fields)) for row in rows]
    products = tuple(dict.fromkeys(counted))
    countries = (*sorted({row["country"] for row in rows} - {OTHER}), OTHER)
    place = {product: at for at, product in enumerate(products)}
    amount = np.full((len(products), len(countries), len(years)), np.nan)
    column = [countries.index(row["country"]) for row in rows]
    amount[[place[product] for product in counted], column] = given
    return Production(products, countries, years, _fixed(amount), _notes_of("production"))


@cache
def load_material_trade() -> MaterialTrade:
    """Trade in the catalogue's materials by exporter, importer, code and year."""
    from pyarrow import parquet

    table = parquet.ParquetFile(PACKAGED / "material_trade.parquet").read().combine_chunks()
    column = {name: table.column(name).chunk(0) for name in table.column_names}
    axes = {axis: column[axis] for axis in ("code", "exporter", "importer")}
    label = {axis: tuple(its.dictionary.to_pylist()) for axis, its in axes.items()}
    place = {axis: _fixed(np.from_dlpack(its.indices), np.int64) for axis, its in axes.items()}
    years, year = np.unique(np.from_dlpack(column["year"]), return_inverse=True)
    return MaterialTrade(
        codes=label["code"],
        countries=label["exporter"],
        years=tuple(years.tolist()),
        **place,
        year=_fixed(year, np.int64),
        value=_fixed(np.from_dlpack(column["value_usd_million"])),
        quantity=_fixed(np.from_dlpack(column["quantity_t"])),
        notes=_notes_of("trade"),
    )


@cache
def political_stability() -> StabilityTable:
    """The World Bank's estimate by country and year."""
    rows, years, estimate = _by_year("political_stability")
    countries = tuple(row["country"] for row in rows)
    return StabilityTable(countries, years, _fixed(estimate), _notes_of("stability"))


def _by_year(table: str) -> tuple[list[dict[str, str]], tuple[int, ...], Array]:
    """Rows, the years that have a column, and `[row, year]` the numbers in them."""
    rows = read_rows(PACKAGED / f"{table}.csv")
    years = [column for column in rows[0] if column.isdigit()]
    given = [[float(row[year] or "nan") for year in years] for row in rows]
    return rows, tuple(map(int, years)), np.array(given)


def _notes_of(table: str) -> tuple[Note, ...]:
    found = [row for row in read_rows(PACKAGED / "material_notes.csv") if row["table"] == table]
    return tuple(
        Note(row["name"], row["text"], float(row["usd_million"]) if row["usd_million"] else None)
        for row in found
    )


def _fixed(values: ArrayLike, dtype: type = np.float64) -> NDArray[Any]:
    fixed: NDArray[Any] = np.array(values, dtype=dtype)
    fixed.setflags(write=False)
    return fixed
