"""What a reader must know of the law of a day: what is missing, what stands in, and until when it is known."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from paxsilica.errors import joined
from paxsilica.policy.law.book import Entry, known, remarks
from paxsilica.policy.law.duties import usmca_month
from paxsilica.policy.law.paid import paid_months


def notes_on_law(day: date, entries: Sequence[Entry], reads: frozenset[str]) -> Iterator[str]:
    """Of what has been added until a day, by a book that reads these fields of its entries."""
    yield "Rates are what has been added since 1 January 2025, weighted by the imports of 2024."
    if "usmca" in reads and usmca_month(day) != f"{day:%Y-%m}":
        yield f"Trade under the USMCA counts as in {usmca_month(day)}, the last month that is known."
    yield (
        "Partners without detail by customs line count by their HS chapters, with the composition of the European"
        " Union's imports for its members and of all imports for others."
    )
    for entry in entries:
        if entry.missing:
            yield f"Missing for “{entry.title}”: {entry.missing}."
    unchecked = [f"“{entry.title}”" for entry in entries if not entry.checked]
    if unchecked:
        yield (
            "Days or goods as the orders are generally known, not checked against a source that is named:"
            f" {joined(unchecked, len(unchecked))}."
        )
    yield "Goods on the water when a duty began are charged from its first day, though most orders spared them."
    yield from remarks(day)
    yield "The book is known from {} until {}.".format(*known())


def notes_on_paid(day: date) -> Iterator[str]:
    """Of what was paid in the month of a day."""
    yield (
        f"Rates are calculated duties over imports for consumption in {day:%Y-%m}, MFN included; what was bought that"
        " month has already turned to what is taxed less."
    )
    yield "Medicines count with chemicals, non-ferrous metals with steel, ships and aircraft with motor vehicles."
    yield "Members of the European Union without figures of their own have those of the Union."
    yield from remarks(day)
    yield f"Duties paid are known from {known()[0]:%Y-%m} until {paid_months()[-1]}."
