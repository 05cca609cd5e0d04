"""The book of US duties: dated entries and how they stack, as entries.yaml has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from paxsilica.errors import FileError
from paxsilica.policy.law.tables import MEMBERS, UNION, codes_of
from paxsilica.policy.reader import FileKind, parse, read_text

ENTRIES = Path(__file__).with_name("entries.yaml")
KIND = FileKind("book of duties", "known", FileError)

ALL = "ALL"
"""Every partner that an entry does not name."""


class Entry(BaseModel):
    """An action of the US government, in force from a day until another. entries.yaml says what each field means.

    Rates are % of customs value by partner. `from_` is the first day in force, `until` the first day no longer so.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)

    id: str
    title: str
    programme: str = ""
    authority: str
    reference: str
    url: str = ""
    source: str
    checked: bool = True
    baseline: bool = False
    from_: date = Field(alias="from")
    until: date | None = None
    variants: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    rates: Mapping[str, float] = {}
    rates_by_line: Mapping[str, str] = {}
    goods: tuple[str, ...] = ()
    except_: tuple[str, ...] = Field((), alias="except")
    exempts: tuple[str, ...] = ()
    cancels_232: tuple[str, ...] = ()
    ceiling: bool = False
    usmca: float = 0.0
    content: str = ""
    leaves_out_232: bool = False
    leaves_out: tuple[str, ...] = ()
    missing: str = ""
    note: str = ""

    def in_force(self, day: date) -> bool:
        return self.from_ <= day and (self.until is None or day < self.until)


@dataclass(frozen=True, eq=False)
class Book:
    """Entries in the order in which they act, and how they stack.

    Attributes:
        entries: within a programme a later one takes the place of an earlier one on the goods and partners it names.
        reads: the fields that count: except, exempts, ceiling, content, usmca.
        precedence: programmes of Section 232, of which a good pays the first that names it.
        replaced_by_232: programmes that fall only on what pays no duty of Section 232.
        members: partners that orders mean by the name of a union.
        as_written: whether codes of ten digits match only themselves.
        lists: product lists beside the packaged ones.
    """

    entries: tuple[Entry, ...]
    reads: frozenset[str]
    precedence: tuple[str, ...]
    replaced_by_232: frozenset[str]
    members: Mapping[str, str]
    as_written: bool = False
    lists: Mapping[str, tuple[str, ...]] | None = None

    def in_force(self, day: date) -> tuple[Entry, ...]:
        return tuple(entry for entry in self.entries if entry.in_force(day))

    def named(self, partner: str) -> str:
        """The partner as orders call it: members of the European Union by its name."""
        return self.members.get(partner, partner)

    def codes(self, name: str) -> tuple[str, ...]:
        """The codes of a product list."""
        return (self.lists or {}).get(name) or codes_of(name)


@cache
def _file() -> Mapping[str, Any]:
    return parse(read_text(ENTRIES), ENTRIES.name, KIND).tree


@cache
def all_entries() -> tuple[Entry, ...]:
    """Every entry of the book, in the order of the file."""
    return tuple(Entry.model_validate(entry) for entry in _file()["entries"])


def known() -> tuple[date, date]:
    """The first and the last day that the book speaks of."""
    first, last = (date.fromisoformat(_file()["known"][end]) for end in ("first", "last"))
    return first, last


def remarks(day: date) -> tuple[str, ...]:
    """What else to know of a day."""
    on = day.isoformat()
    return tuple(its["text"] for its in _file()["remarks"] if its["from"] <= on < its["until"])


@cache
def book(variant: str) -> Book:
    """The book as `effective` or `statutory` reads it."""
    stacking = _file()["stacking"]
    return Book(
        entries=in_order(e for e in all_entries() if variant in (e.variants or (variant,))),
        reads=frozenset(stacking["reads"][variant]),
        precedence=tuple(stacking["precedence"]),
        replaced_by_232=frozenset(stacking["replaced_by_232"]),
        members=dict.fromkeys(MEMBERS, UNION),
    )


def in_order(entries: Any) -> tuple[Entry, ...]:
    """Entries as they act: the special after the general, then the later after the earlier, then as in the file."""
    return tuple(sorted(entries, key=lambda entry: (bool(entry.goods), entry.from_)))
