"""The packaged tables behind the law of the day: weights, customs lines, product lists, duties paid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from paxsilica.checks import Array, Bool, freeze
from paxsilica.names.places import packaged_groups

if TYPE_CHECKING:
    import pandas as pd

TABLES = Path(__file__).parent / "packaged"

UNION = "EU"
"""The partner that orders name, and customs counts as one, in place of its members."""

MEMBERS = frozenset[str](packaged_groups()["regions"][UNION]["members"])

USMCA_STEP = 1e-3
"""What one step of us_usmca.parquet stands for."""

Places = NDArray[np.intp]


@cache
def table(name: str) -> pd.DataFrame:
    """A packaged table; `tools/build_us_law.py` says what its columns are."""
    import pandas as pd

    return pd.read_parquet(TABLES / f"{name}.parquet")


@dataclass(frozen=True, eq=False)
class Flows:
    """Imports of the United States by row: a customs line (a place in `customs_lines()`) from a partner. USD of 2024.

    Attributes:
        partners: ISO 3166 alpha-3 codes, or EU.
        line, partner: `[row]` places; usd: `[row]`.
    """

    partners: tuple[str, ...]
    line: Places
    partner: Places
    usd: Array

    @cached_property
    def chapter(self) -> Places:
        """`[row]` HS chapter, 1 to 99."""
        return chapters()[self.line]

    @cached_property
    def sector(self) -> Places:
        """`[row]` place in `taxed_sectors()`."""
        return _sectors_of_lines()[1][self.line]

    @cached_property
    def once(self) -> Bool:
        """`[row]` whether it counts where all partners are summed: members of the Union count in it."""
        return ~np.isin(np.array(self.partners), list(MEMBERS))[self.partner]

    def sold_by(self, partners: Iterable[str]) -> Bool:
        """`[row]` whether one of some partners sells it."""
        return np.isin(np.array(self.partners), list(partners))[self.partner]

    def by_partner(self, rate: Array) -> Array:
        """`[partner]` import-weighted mean of a `[row]` rate."""
        size = len(self.partners)
        duty, usd = (np.bincount(self.partner, x, size) for x in (rate * self.usd, self.usd))
        return duty / usd


@cache
def customs_lines() -> Places:
    """`[line]` HS10 codes as numbers, without a leading zero, ascending."""
    return np.asarray(table("us_lines").hs10.astype(np.int64))


@cache
def chapters() -> Places:
    return customs_lines() // 10**8


@cache
def _sectors_of_lines() -> tuple[tuple[str, ...], Places]:
    labels, place = np.unique(table("us_lines").sector.to_numpy(str), return_inverse=True)
    return tuple(labels.tolist()), place


def taxed_sectors() -> tuple[str, ...]:
    """Goods sectors of the packaged baselines with customs lines; `` for the special chapters 98 and 99."""
    return _sectors_of_lines()[0]


@cache
def detailed() -> Flows:
    """The 51 partners that have HS10 detail. The European Union is one of them, and Slovakia another."""
    weights = table("us_imports_2024")
    partners, partner = np.unique(weights.partner.to_numpy(str), return_inverse=True)
    line = np.searchsorted(customs_lines(), weights.hs10.to_numpy(np.int64))
    return Flows(tuple(partners.tolist()), line, partner, weights.usd.to_numpy(float))


@cache
def codes_of(name: str) -> tuple[str, ...]:
    """The codes of a packaged product list as written, digits only."""
    listed = table("us_lists")
    return tuple(listed.code[listed.list == name])


@cache
def on_list(codes: tuple[str, ...], as_written: bool = False) -> Bool:
    """`[line]` whether it falls under any of the codes (HS2 to HS10).

    A code of ten digits that ends in 00 (no statistical suffix) matches as the subheading of eight digits, unless
    `as_written`, where it matches only itself.
    """
    if not as_written:
        codes = tuple(c[:8] if len(c) == 10 and c.endswith("00") else c for c in codes)
    hit = np.zeros(len(customs_lines()), bool)
    for digits in {len(code) for code in codes}:
        listed = [int(code) for code in codes if len(code) == digits]
        hit |= np.isin(customs_lines() // 10 ** (10 - digits), listed)
    return hit


@cache
def column(name: str) -> Array:
    """`[line]` a column of us_lines.parquet: mfn, section_301, or the share of a metal; decimals."""
    return table("us_lines")[name].to_numpy(float)


@lru_cache(maxsize=8)
def mfn(flows: Flows) -> Array:
    """`[row]` MFN rate, decimal, less the part of a chapter's trade that entered free under a preference."""
    free = table("us_preferences")
    share = np.zeros((len(flows.partners), 100))
    place = {partner: at for at, partner in enumerate(flows.partners)}
    known = free[free.partner.isin(place)]
    share[known.partner.map(place), known.chapter.astype(int)] = known.share
    return freeze(column("mfn")[flows.line] * (1.0 - share[flows.partner, flows.chapter]))


def usmca_months() -> tuple[str, ...]:
    return tuple(column for column in table("us_usmca").columns if column[:2] == "20")


@cache
def usmca_partners() -> frozenset[str]:
    return frozenset(table("us_usmca").partner)


def usmca(flows: Flows, month: str) -> Array:
    """`[row]` share of imports that entered under the USMCA in a month, such as `2025-11`; 0 for other partners."""
    share = np.zeros(len(flows.usd))
    for partner, by_line in _usmca(month).items():
        if partner in flows.partners:
            rows = flows.partner == flows.partners.index(partner)
            share[rows] = by_line[flows.line[rows]]
    return share


@cache
def _usmca(month: str) -> Mapping[str, Array]:
    """By partner, `[line]` the share that entered under the USMCA."""
    found: dict[str, Array] = {}
    for partner, own in table("us_usmca").groupby("partner"):
        found[str(partner)] = np.zeros(len(customs_lines()))
        found[str(partner)][np.searchsorted(customs_lines(), own.hs10.astype(np.int64))] = (
            own[month] * USMCA_STEP
        )
    return found
