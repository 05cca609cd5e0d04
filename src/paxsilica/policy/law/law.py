"""The law of a day: what duties the United States charges whom on what, by region and sector."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np

from paxsilica.checks import TINY, Array, freeze
from paxsilica.errors import InputError, LabelError, nearest
from paxsilica.names.places import ROW, country_names, misprint
from paxsilica.names.sectors import packaged_sectors
from paxsilica.policy.law.book import Entry, all_entries, book, known
from paxsilica.policy.law.notes import notes_on_law, notes_on_paid
from paxsilica.policy.law.paid import INSIDE, paid_duties, paid_months
from paxsilica.policy.law.partners import PartnerDuties, duties_of
from paxsilica.policy.law.tables import MEMBERS, UNION, taxed_sectors

EFFECTIVE, STATUTORY, PAID = VARIANTS = ("effective", "statutory", "paid")
"""The law as it applies to what is traded; its headline rates; and what importers paid."""

HOME = "USA"


@dataclass(frozen=True, eq=False)
class Law:
    """The duties of the United States on a day.

    Attributes:
        variant: `effective` and `statutory` are what has been added since 1 January 2025, at the imports of 2024;
            `paid` is the whole duty over imports of the day's month.
        entries: those in force, in the order of the book.
        notes: what is missing, what stands in for it, what was not checked, and until when the book is known.
    """

    day: date
    variant: str
    entries: tuple[Entry, ...]
    notes: tuple[str, ...]
    duties: PartnerDuties

    def rates(self, regions: Sequence[str], sectors: Sequence[str]) -> Array:
        """`[region, sector]` rate as a decimal. What crosses no customs (services, sales at home) has 0.

        A cell without imports has the rate that the region's law charges on what all others sell of the sector; NaN
        where the rates are those paid.

        Args:
            regions: ISO 3166 alpha-3 codes, EU, or ROW for every partner that no other region names.
            sectors: codes of the packaged baselines.

        Raises:
            LabelError: unknown regions or sectors.
        """
        rows, columns = self._rows(regions), self._columns(sectors)
        usd, duty = rows @ self.duties.usd @ columns, rows @ self.duties.duty @ columns
        weights = rows * (self.duties.usd.sum(axis=1) + TINY)
        weights /= np.maximum(weights.sum(axis=1, keepdims=True), TINY)
        elsewhere = weights @ self.duties.elsewhere @ columns
        rates = np.where(usd > 0, duty / np.maximum(usd, TINY), elsewhere)
        rates[:, [sector not in taxed_sectors() for sector in sectors]] = 0.0
        rates[[region == HOME for region in regions]] = 0.0
        return freeze(rates)

    def coverage(self, regions: Sequence[str], sectors: Sequence[str]) -> Array:
        """`[region, sector]` share of the imports that is known by customs line and partner; for `paid` 1 or 0.

        0 where only the HS chapters of a partner are known, or nothing.
        """
        rows, columns = self._rows(regions), self._columns(sectors)
        usd, known = rows @ self.duties.usd @ columns, rows @ self.duties.known @ columns
        return freeze(known / np.maximum(usd, TINY))

    def means(self, regions: Sequence[str]) -> Array:
        """`[region]` import-weighted mean over all goods, those of the special chapters included; NaN without imports."""
        rows = self._rows(regions)
        usd, duty = rows @ self.duties.usd.sum(axis=1), rows @ self.duties.duty.sum(axis=1)
        return freeze(np.where(usd > 0, duty / np.maximum(usd, TINY), np.nan))

    def _rows(self, regions: Sequence[str]) -> Array:
        """`[region, partner]` 1 where a partner counts in a region."""
        place = {partner: at for at, partner in enumerate(self.duties.partners)}
        rows = np.zeros((len(regions), len(place)))
        taken = {*regions, *(MEMBERS if UNION in regions else ())}
        for at, region in enumerate(regions):
            if region == ROW:
                rest = [k for p, k in place.items() if p not in {*taken, UNION}]
                rows[at, [] if self.variant == PAID else rest] = 1.0
            elif region in place:
                rows[at, place[region]] = 1.0
            elif region in MEMBERS:  # of the duties paid: the Union's stand in
                rows[at, place[UNION]] = 1.0
            elif region not in country_names():
                raise LabelError(f"unknown region {region!r}{misprint(region, country_names())}")
        return rows

    def _columns(self, sectors: Sequence[str]) -> Array:
        """`[sector of the table, sector]` 1 where the rate of one is that of the other."""
        columns = np.zeros((len(self.duties.sectors), len(sectors)))
        codes = [sector.code for sector in packaged_sectors()]
        for at, sector in enumerate(sectors):
            if sector not in codes:
                raise LabelError(f"unknown sector {sector!r}{nearest(sector, codes)}")
            group = INSIDE.get(sector, sector) if self.variant == PAID else sector
            if group in self.duties.sectors:
                columns[self.duties.sectors.index(group), at] = 1.0
        return columns


def law_of(day: date, variant: str = EFFECTIVE) -> Law:
    """The law of a day. Rates of `effective` and `statutory` are what has been added since 1 January 2025.

    Args:
        variant: `effective`, exemptions and stacking applied to what was traded in 2024; `statutory`, the rates that
            orders name for a partner; `paid`, duty over imports in the month of the day.

    Raises:
        InputError: a day that the book, or for `paid` the statistics, do not know; an unknown variant.
    """
    if variant not in VARIANTS:
        raise InputError(f"unknown variant {variant!r} of the US law{nearest(variant, VARIANTS)}")
    first, last = known()
    if not first <= day <= last:
        raise InputError(f"the US law of {day} is not known; it is from {first} until {last}")
    if variant == PAID and f"{day:%Y-%m}" > paid_months()[-1]:
        until = paid_months()[-1]
        raise InputError(
            f"duties paid in {day:%Y-%m} are not known; they are from {first:%Y-%m} until {until}; take effective"
        )
    return _law(day, variant)


@lru_cache(maxsize=64)
def _law(day: date, variant: str) -> Law:
    read = book(EFFECTIVE if variant == PAID else variant)
    entries = tuple(entry for entry in all_entries() if entry in read.in_force(day))
    if variant == PAID:
        return Law(day, variant, entries, (*notes_on_paid(day),), paid_duties(f"{day:%Y-%m}"))
    notes = notes_on_law(day, entries, read.reads)
    return Law(day, variant, entries, (*notes,), duties_of(read, day))
