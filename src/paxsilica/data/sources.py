"""Where the packaged tables come from, and the shapes of countries."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from paxsilica.about import Source
from paxsilica.errors import LabelError, nearest

PACKAGED = Path(__file__).parent / "packaged"


@cache
def _packaged() -> Mapping[str, tuple[str, Source]]:
    """Key -> what the source is used for (`economies` unless the entry says), and the source."""
    keys = ("title", "publisher", "licence", "date", "url")
    entries = tomllib.loads((PACKAGED / "SOURCES.toml").read_text(encoding="utf-8")).items()
    return {
        key: (
            entry.get("of", "economies"),
            Source(**{k: entry[k] for k in keys}, of=tuple(entry.get("arrays", ()))),
        )
        for key, entry in entries
    }


def packaged_sources() -> tuple[Source, ...]:
    """Title, publisher, licence, vintage and address of everything the packaged economies derive from."""
    return tuple(source for of, source in _packaged().values() if of == "economies")


def sources_by_use() -> dict[str, tuple[Source, ...]]:
    """Everything that is packaged: what it is used for, as SOURCES.toml calls it, and its sources."""
    uses = dict.fromkeys(of for of, _ in _packaged().values())
    return {use: tuple(source for of, source in _packaged().values() if of == use) for use in uses}


def sources_of(keys: Iterable[str]) -> tuple[Source, ...]:
    """The packaged sources with these keys, in the order given. Raises LabelError."""
    for key in keys:
        if key not in _packaged():
            raise LabelError(f"unknown source {key!r}{nearest(key, _packaged())}")
    return tuple(_packaged()[key][1] for key in keys)


@cache
def world_map() -> Mapping[str, Any]:
    """Country shapes as TopoJSON, object `countries`; a shape's `id` is `names.places.Territory.numeric`."""
    shapes: dict[str, Any] = json.loads((PACKAGED / "countries.json").read_text(encoding="utf-8"))
    return shapes
