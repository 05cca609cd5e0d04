"""The duties of a day by customs line and partner, as dated entries stack. Rates are decimals of customs value."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from functools import lru_cache, reduce

import numpy as np

from paxsilica.checks import Array, Bool, freeze
from paxsilica.policy.law.book import ALL, Book, Entry, known
from paxsilica.policy.law.tables import (
    Flows,
    column,
    customs_lines,
    mfn,
    on_list,
    usmca,
    usmca_months,
)


def added(flows: Flows, book: Book, day: date) -> Array:
    """`[row]` what has been added to the law since the first day of the book."""
    return beyond_mfn(flows, book, day) - stood_first(flows, book)


@lru_cache(maxsize=8)
def stood_first(flows: Flows, book: Book) -> Array:
    """`[row]` all duties beyond MFN on the first day of the book."""
    return freeze(beyond_mfn(flows, book, known()[0]))


def charged(flows: Flows, book: Book, day: date) -> Array:
    """`[row]` the whole duty: MFN less preferences, and all beyond it."""
    return mfn(flows) + beyond_mfn(flows, book, day)


def beyond_mfn(flows: Flows, book: Book, day: date) -> Array:
    """`[row]` all duties beyond MFN, those of before 2025 included."""
    rates, shares, spared = _by_programme(flows, book, day)
    total = np.zeros(len(flows.usd))
    covered = np.zeros(len(flows.usd))  # share of the value that pays a duty of Section 232
    for name in (name for name in book.precedence if name in rates):
        pays = (covered == 0) & (shares[name] > 0)
        total += np.where(pays, rates[name] * shares[name], 0.0)
        covered = np.where(pays, shares[name], covered)
    for name in (name for name in rates if name not in book.precedence):
        left = 1.0 - covered if name in book.replaced_by_232 else 1.0
        total += rates[name] * np.where(spared[name] & (covered > 0), 0.0, left)
    return total


def _by_programme(
    flows: Flows, book: Book, day: date
) -> tuple[dict[str, Array], dict[str, Array], dict[str, Bool]]:
    """By programme, `[row]`: its rate, the share of the value it falls on, whether it spares goods of Section 232."""
    entries, rows = book.in_force(day), len(flows.usd)
    rates: dict[str, Array] = {}
    shares: dict[str, Array] = {}
    spared: dict[str, Bool] = {}
    for entry in (entry for entry in entries if entry.programme):
        name = entry.programme
        rate, on = _charge(flows, book, entry, day)
        by_content = entry.content and "content" in book.reads
        share = column(entry.content)[flows.line] if by_content else np.ones(rows)
        rates[name] = np.where(on, rate, rates.get(name, np.zeros(rows)))
        shares[name] = np.where(on & (rate > 0), share, shares.get(name, np.zeros(rows)))
        spares = spared.get(name, np.zeros(rows, bool))
        spared[name] = np.where(on, entry.leaves_out_232, spares)
    for entry in entries:
        for name in rates.keys() & {*entry.cancels_232}:
            shares[name] = np.where(_freed(flows, book, entry), 0.0, shares[name])
        for name in rates.keys() & {*entry.exempts} if "exempts" in book.reads else ():
            rates[name] = np.where(_freed(flows, book, entry), 0.0, rates[name])
    return rates, shares, spared


def _charge(flows: Flows, book: Book, entry: Entry, day: date) -> tuple[Array, Bool]:
    """`[row]` the rate that an entry charges, and whether it speaks of the row at all."""
    rate = _partner_rates(flows, book, entry)
    on = ~np.isnan(rate)
    rate = np.where(on, rate, 0.0)
    if entry.goods:
        on &= _listed(flows, book, entry.goods)
    if entry.except_ and "except" in book.reads:
        rate = np.where(_listed(flows, book, entry.except_), 0.0, rate)
    if entry.ceiling and "ceiling" in book.reads:
        rate = np.maximum(rate - mfn(flows), 0.0)
    if entry.usmca and "usmca" in book.reads:
        rate = rate * (1.0 - entry.usmca * usmca(flows, usmca_month(day)))
    return rate, on


def usmca_month(day: date) -> str:
    """The month whose use of the USMCA counts on a day: its own, or the last that is known."""
    return min(f"{day:%Y-%m}", usmca_months()[-1])


def _partner_rates(flows: Flows, book: Book, entry: Entry) -> Array:
    """`[row]` the rate that the entry names for the row's partner; NaN where it names none."""
    names = [book.named(partner) for partner in flows.partners]
    default = entry.rates.get(ALL, np.nan)
    rate = np.array([entry.rates.get(name, default) for name in names])[flows.partner] / 100.0
    for partner, its in entry.rates_by_line.items():
        rows = np.array([name == partner for name in names])[flows.partner]
        rate = np.where(rows, column(its)[flows.line], rate)
    return rate


def _listed(flows: Flows, book: Book, names: Sequence[str]) -> Bool:
    """`[row]` whether the good is on any of the lists."""
    hits = (on_list(book.codes(name), book.as_written) for name in names)
    hit: Bool = reduce(np.logical_or, hits, np.zeros(len(customs_lines()), bool))
    return hit[flows.line]


def _freed(flows: Flows, book: Book, entry: Entry) -> Bool:
    """`[row]` what an exemption takes out of the programmes it names."""
    off = _listed(flows, book, entry.goods)
    if entry.except_:
        off &= ~_listed(flows, book, entry.except_)
    if entry.partners:
        of = [book.named(partner) in entry.partners for partner in flows.partners]
        off &= np.array(of)[flows.partner]
    return off
