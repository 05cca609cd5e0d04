"""From customs lines to partners and sectors: every partner of the United States, with HS10 detail or without."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache

import numpy as np

from paxsilica.checks import Array
from paxsilica.policy.law.book import ALL, Book, known
from paxsilica.policy.law.duties import added
from paxsilica.policy.law.tables import (
    MEMBERS,
    UNION,
    Flows,
    customs_lines,
    detailed,
    table,
    taxed_sectors,
    usmca_partners,
)

CHAPTERS = 100


@dataclass(frozen=True, eq=False)
class PartnerDuties:
    """US imports, the duty on them and the part that is known by customs line, USD: `[partner, sector]`.

    `elsewhere` is the rate where a partner sells nothing of a sector: that of its law on what all others sell of it.
    """

    partners: tuple[str, ...]
    sectors: tuple[str, ...]
    usd: Array
    duty: Array
    known: Array
    elsewhere: Array


def duties_of(book: Book, day: date) -> PartnerDuties:
    """What the duties added by a day would be on the imports of 2024.

    A partner without HS10 detail counts by its HS chapters: inside a chapter, a member of the European Union by the
    composition of the Union's imports, any other by that of all partners, under its own law.
    """
    flows = detailed()
    others, totals = _without_detail()
    partners = (*others, *flows.partners)
    kinds, kind = _kinds(partners, book, day)
    pooled = _pooled(kinds)
    own, own_duty = _usd_and_duty(flows, book, day)
    all_usd, all_duty = _usd_and_duty(pooled, book, day)
    union = flows.partners.index(UNION)
    usd, duty = np.zeros((2, len(partners), len(taxed_sectors())))
    usd[len(others) :], duty[len(others) :] = own.sum(axis=1), own_duty.sum(axis=1)
    for at, (partner, total) in enumerate(zip(others, totals, strict=True)):
        member = partner in MEMBERS
        sold = own[union] if member else all_usd[kind[at]]
        taxed = own_duty[union] if member else all_duty[kind[at]]
        whole = sold.sum(axis=1)
        scale = np.divide(total, whole, out=np.zeros(CHAPTERS), where=whole > 0)
        usd[at], duty[at] = scale @ sold, scale @ taxed
    return PartnerDuties(
        partners=partners,
        sectors=taxed_sectors(),
        usd=usd,
        duty=duty,
        known=np.where(np.arange(len(partners))[:, None] < len(others), 0.0, usd),
        elsewhere=(all_duty.sum(axis=1) / all_usd.sum(axis=1))[kind],
    )


def _usd_and_duty(flows: Flows, book: Book, day: date) -> tuple[Array, Array]:
    """`[partner, chapter, sector]` imports, and the duty added on them."""
    duty = added(flows, book, day) * flows.usd
    return _by_chapter(flows, flows.usd), _by_chapter(flows, duty)


def _by_chapter(flows: Flows, values: Array) -> Array:
    """`[partner, chapter, sector]` sums of a `[row]` array."""
    shape = (len(flows.partners), CHAPTERS, len(taxed_sectors()))
    at = np.ravel_multi_index((flows.partner, flows.chapter, flows.sector), shape)
    return np.bincount(at, values, np.prod(shape)).astype(float).reshape(shape)


@cache
def _without_detail() -> tuple[tuple[str, ...], Array]:
    """Partners without HS10 detail, and their imports `[partner, chapter]`."""
    rows = table("us_chapters_2024")
    partners, partner = np.unique(rows.partner.to_numpy(str), return_inverse=True)
    totals = np.zeros((len(partners), CHAPTERS))
    totals[partner, rows.chapter.astype(int)] = rows.usd
    return tuple(partners.tolist()), totals


def _kinds(partners: tuple[str, ...], book: Book, day: date) -> tuple[tuple[str, ...], list[int]]:
    """A partner of each kind that the law tells apart on a day, and the place of each partner's kind among them."""
    entries = (*book.in_force(known()[0]), *book.in_force(day))
    place: dict[tuple[object, ...], int] = {}
    first, kind = list[str](), list[int]()
    for partner in partners:
        name = book.named(partner)
        rates = [(e.rates.get(name, e.rates.get(ALL)), name in e.partners) for e in entries]
        by_line = [name in e.rates_by_line for e in entries]
        key = (*rates, *by_line, partner if partner in usmca_partners() else "")
        if key not in place:
            place[key] = len(first)
            first.append(partner)
        kind.append(place[key])
    return tuple(first), kind


@lru_cache(maxsize=8)
def _pooled(partners: tuple[str, ...]) -> Flows:
    """Rows of each of the partners with the imports of all that have HS10 detail; members count in the Union."""
    flows = detailed()
    usd = np.bincount(flows.line[flows.once], flows.usd[flows.once], len(customs_lines()))
    line = np.flatnonzero(usd)
    return Flows(
        partners,
        np.tile(line, len(partners)),
        np.repeat(np.arange(len(partners)), len(line)),
        np.tile(usd[line], len(partners)),
    )
