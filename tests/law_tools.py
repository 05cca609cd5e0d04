"""The tools of the law of the day, and hand-made books of duties."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Iterable, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
from ruamel.yaml import YAML

from paxsilica.policy.law.book import Book, Entry, all_entries, book, in_order
from paxsilica.policy.law.tables import MEMBERS, Flows, customs_lines

ROOT = Path(__file__).resolve().parents[1]
TRACKER = ROOT / "tests" / "policy" / "law" / "tracker.yaml"
BUILD = "build_us_law"
PROGRAMMES_OF_232 = ("232-autos", "232-metals")


@cache
def tool(name: str) -> ModuleType:
    """A module of tools/."""
    sys.path.insert(0, str(ROOT / "tools"))
    try:
        return importlib.import_module(name)
    finally:
        sys.path.remove(str(ROOT / "tools"))


def tracker_book(data: Path) -> Book:
    """The book as the tracker's file simplifies it, with the lists that it alone reads."""
    overlay: dict[str, Any] = YAML(typ="safe").load(TRACKER)
    entries = [e for e in all_entries() if e.id not in overlay["without"]]
    changed = [_changed(entry, overlay["changes"].get(entry.id, {})) for entry in entries]
    own = [Entry.model_validate(entry) for entry in overlay["entries"]]
    return Book(
        entries=in_order([*changed, *own]),
        reads=frozenset(overlay["stacking"]["reads"]),
        precedence=book("effective").precedence,
        replaced_by_232=frozenset(overlay["stacking"]["replaced_by_232"]),
        members={},
        as_written=True,
        lists={
            name: tuple(tool(BUILD).codes_of(its, data)) for name, its in overlay["lists"].items()
        },
    )


def _changed(entry: Entry, change: Mapping[str, Any]) -> Entry:
    """An entry with other fields; rates are replaced partner by partner."""
    old = entry.model_dump(by_alias=True)
    rates = {**old["rates"], **change.get("rates", {})}
    return Entry.model_validate({**old, **change, "rates": rates})


def entry(id: str, programme: str = "", **fields: Any) -> Entry:
    """An entry of a test: in force from 2025-02-01 unless it says otherwise."""
    base = {"id": id, "title": id, "programme": programme, "authority": "a", "reference": "r"}
    named = {key.removesuffix("_"): value for key, value in fields.items()}
    return Entry.model_validate({**base, "source": "s", "from": date(2025, 2, 1), **named})


def book_of(
    entries: Iterable[Entry],
    reads: Iterable[str] = ("except", "exempts", "ceiling", "content", "usmca"),
    **lists: tuple[str, ...],
) -> Book:
    """A book in which a duty of Section 232 takes the place of `reciprocal`."""
    return Book(
        entries=in_order(entries),
        reads=frozenset(reads),
        precedence=PROGRAMMES_OF_232,
        replaced_by_232=frozenset(["reciprocal"]),
        members=dict.fromkeys(MEMBERS, "EU"),
        lists=lists,
    )


def rows(*traded: tuple[str, str]) -> Flows:
    """A row for each HS10 and partner, in this order; a million dollars each."""
    partners = tuple(dict.fromkeys(partner for _, partner in traded))
    line = np.searchsorted(customs_lines(), [int(code) for code, _ in traded])
    assert customs_lines()[line].tolist() == [int(code) for code, _ in traded], (
        "no such customs line"
    )
    partner = np.array([partners.index(partner) for _, partner in traded])
    return Flows(partners, line, partner, np.full(len(traded), 1e6))
