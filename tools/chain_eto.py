"""The chip dataset of CSET's Emerging Technology Observatory, edition of August 2026: inputs, sequence, country shares.

Its licence is CC BY-NC 4.0: what is made from it goes to data-nc and never into the package.

The dataset links inputs to processes and processes to one another. Here the processes (photolithography, etching, ...)
are folded into the stage in which they happen: design, fabrication, or assembly, test and packaging. A kind of inputs
is replaced by its types where one of these has shares, and stands for them where none has. What remains are three
stages of production and the tools, materials, software and designs that they use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

UNNAMED = {"Various", "Various countries", "EUR"}
"""Providers that are no country: Europe as a whole goes with them, since it is not the Union."""

FINISHED = "N99"
STAGES = {"S1": "design", "S2": "fabrication", "S3": "chips"}
LOGIC = "N6"
"""Design of logic chips: its shares are those of the stage of design."""

UMBRELLAS = {"N55", "N121"}
"""Inputs that stand for the inputs that go into them."""

OTHER_CHIPS = {"N5", "N13", "N79", "N82", "N132", "N135", "N138"}
"""Designs and tools of memory, analogue and discrete chips, by name."""

IDS = {
    "N84": "eda-software",
    "N85": "core-ip",
    "N26": "wafers",
    "N38": "plasma-cvd-tools",
    "N41": "atomic-layer-deposition-tools",
    "N44": "tube-diffusion-tools",
    "N65": "film-metrology-tools",
    "N125": "spin-and-spray-tools-adv-pkg",
}
"""Ids where the name would make a long one."""

COMPUTE = {"N84", "N85"}

TOOL = "tool_resource"
"""Type of inputs that are machines, but for software, which is licensed for a term: needed all the time."""


@dataclass(frozen=True)
class Node:
    """A stage of the chain: `code` in the dataset, the codes of what uses it, and whether it is a tool."""

    code: str
    id: str
    name: str
    users: tuple[str, ...]
    layer: str
    capital: bool = False


@dataclass(frozen=True)
class Eto:
    """The five tables of a folder."""

    folder: Path

    def _read(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / f"{name}.csv", encoding="utf-8-sig", dtype=str).fillna("")

    @cached_property
    def _inputs(self) -> pd.DataFrame:
        return self._read("inputs")

    @cached_property
    def _sequence(self) -> pd.DataFrame:
        return self._read("sequence")

    @cached_property
    def names(self) -> dict[str, str]:
        stages = self._read("stages")
        return dict(zip(self._inputs.input_id, self._inputs.input_name, strict=True)) | dict(
            zip(stages.stage_id, stages.stage_name, strict=True)
        )

    @cached_property
    def stage_of(self) -> dict[str, str]:
        """Process -> the stage in which it happens."""
        processes = self._inputs[self._inputs.type == "process"]
        return dict(zip(processes.input_id, processes.stage_id, strict=True))

    def _types(self, code: str) -> list[str]:
        return list(self._sequence.input_id[self._sequence.is_type_of_id == code])

    def _told(self, code: str) -> bool:
        """Whether an input, or a type of it, has shares."""
        return bool(self.shares(code)[0]) or any(map(self._told, self._types(code)))

    @cached_property
    def _kinds(self) -> set[str]:
        """Inputs that their types stand for."""
        kinds = set(self._sequence.is_type_of_id) - {""}
        return {kind for kind in kinds if any(map(self._told, self._types(kind)))}

    def _users(self, code: str) -> Iterator[str]:
        rows = self._sequence[self._sequence.input_id == code]
        for used_in, kind in zip(rows.goes_into_id, rows.is_type_of_id, strict=True):
            if kind in self._kinds:
                yield from self._users(kind)
            if used_in in UMBRELLAS:
                yield from self._users(used_in)
            elif used_in:
                yield self.stage_of.get(used_in, used_in)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Stages of production first, then what they use."""
        production = [Node(code, STAGES[code], self.names[code], (), "compute") for code in STAGES]
        left_out = {*self.stage_of, *self._kinds, *UMBRELLAS, *OTHER_CHIPS, FINISHED, LOGIC}
        found = []
        for code, sort in zip(self._inputs.input_id, self._inputs.type, strict=True):
            if code in left_out:
                continue
            users = tuple(dict.fromkeys(self._users(code)))
            if not users:  # a type that its kind stands for
                continue
            layer = "compute" if code in COMPUTE else "manufacturing"
            name = self.names[code]
            tool = sort == TOOL and code not in COMPUTE
            found.append(Node(code, IDS.get(code, _slug(name)), name, users, layer, tool))
        return (*production, *found)

    @cached_property
    def _provision(self) -> pd.DataFrame:
        providers = self._read("providers")
        countries = set(providers[providers.provider_type == "country"].provider_id)
        rows = self._read("provision")
        return rows[rows.provider_id.isin(countries)]

    def shares(self, code: str) -> tuple[dict[str, float], int, str]:
        """Decimal shares by country, empty where the dataset has no number; their year; and a note on what was changed."""
        rows = self._provision[
            (self._provision.provided_id == (LOGIC if code == "S1" else code))
            & (self._provision.share_provided != "")
        ]
        if rows.empty:
            return {}, 0, ""
        values = [float(text.rstrip("%")) / 100 for text in rows.share_provided]
        total = sum(values)
        by = max(total, 1.0)
        named = {
            c: v / by for c, v in zip(rows.provider_name, values, strict=True) if c not in UNNAMED
        }
        (year,) = set(rows.year)
        said = f"The shares as published add up to {100 * total:.1f}% by rounding: scaled to 100%."
        return named, int(year), said if by > 1 + 1e-9 else ""

    def providers(self, code: str) -> tuple[str, ...]:
        """Countries that the dataset names for an input, with or without a number."""
        rows = self._provision[self._provision.provided_id == code]
        return tuple(sorted(set(rows.provider_name) - UNNAMED))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
