"""The semiconductor dataset of CSET's Emerging Technology Observatory: stages, inputs, sequence, country shares.

The dataset links inputs to processes and processes to one another. Here the processes (photolithography, etching, ...)
are folded into the stage in which they happen: design, fabrication, or assembly, test and packaging. A kind of tools
that the dataset divides into types is replaced by its types, each needed by whoever needs the kind. What remains are
three stages of production and the tools, materials, software and designs that they use.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import ClassVar

import pandas as pd

CODES = {"MAL": "MYS"}
"""Codes of the dataset that are not ISO 3166."""

UNNAMED = "Various"
FINISHED = "N99"
STAGES = {"S1": "design", "S2": "fabrication", "S3": "chips"}
IDS = {
    "N84": "eda-software",
    "N85": "core-ip",
    "N90": "cmp-materials",
    "N86": "cmp-tools",
    "N26": "wafers",
    "N31": "photoresists",
    "N33": "photomasks",
    "N44": "tube-diffusion-tools",
    "N80": "soc-test-equipment",
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
class Cset:
    """The five tables of a folder."""

    folder: Path
    YEAR: ClassVar[int] = 2019

    def _read(self, name: str) -> pd.DataFrame:
        return pd.read_csv(self.folder / f"{name}.csv", encoding="utf-8-sig", dtype=str).fillna("")

    @cached_property
    def names(self) -> dict[str, str]:
        inputs, stages = self._read("inputs"), self._read("stages")
        return dict(zip(inputs.input_id, inputs.input_name, strict=True)) | dict(
            zip(stages.stage_id, stages.stage_name, strict=True)
        )

    @cached_property
    def stage_of(self) -> dict[str, str]:
        """Process -> the stage in which it happens."""
        inputs = self._read("inputs")
        processes = inputs[inputs.type == "process"]
        return dict(zip(processes.input_id, processes.stage_id, strict=True))

    @cached_property
    def _sequence(self) -> pd.DataFrame:
        return self._read("sequence")

    @cached_property
    def _kinds(self) -> set[str]:
        """Inputs that the dataset divides into types."""
        return set(self._sequence.is_type_of_id) - {""}

    @cached_property
    def _tools(self) -> set[str]:
        inputs = self._read("inputs")
        return set(inputs.input_id[inputs.type == TOOL]) - COMPUTE

    def _users(self, code: str) -> Iterator[str]:
        rows = self._sequence[self._sequence.input_id == code]
        for used_in, kind in zip(rows.goes_into_id, rows.is_type_of_id, strict=True):
            if kind:
                yield from self._users(kind)
            if used_in:
                yield self.stage_of.get(used_in, used_in)

    @cached_property
    def nodes(self) -> tuple[Node, ...]:
        """Stages of production first, then what they use."""
        production = [Node(code, STAGES[code], self.names[code], (), "compute") for code in STAGES]
        found = []
        for code in self._read("inputs").input_id:
            if code in self._kinds and self._has_shares(code):
                raise SystemExit(f"{code} has shares of its own and types: decide which to use")
            if code in self.stage_of or code in self._kinds or code == FINISHED:
                continue
            users = tuple(dict.fromkeys(self._users(code)))
            if not users:
                raise SystemExit(f"{code} {self.names[code]} is used by nothing")
            layer = "compute" if code in COMPUTE else "manufacturing"
            name = self.names[code]
            found.append(
                Node(code, IDS.get(code, _slug(name)), name, users, layer, code in self._tools)
            )
        return (*production, *found)

    @cached_property
    def _provision(self) -> pd.DataFrame:
        providers = self._read("providers")
        countries = set(providers[providers.provider_type == "country"].provider_id)
        rows = self._read("provision")
        return rows[rows.provider_id.isin(countries)]

    def _has_shares(self, code: str) -> bool:
        return bool(
            (self._provision[self._provision.provided_id == code].share_provided != "").any()
        )

    def shares(self, code: str) -> tuple[dict[str, float], str]:
        """Decimal shares by country, empty where the dataset has no number; and a note on what was changed."""
        rows = self._provision[
            (self._provision.provided_id == code) & (self._provision.share_provided != "")
        ]
        values = [float(text.rstrip("%")) / 100 for text in rows.share_provided]
        total = sum(values)
        by = max(total, 1.0)
        named = {
            CODES.get(c, c): v / by
            for c, v in zip(rows.provider_name, values, strict=True)
            if c != UNNAMED
        }
        note = (
            f"The shares as published add up to {total:.0%} by rounding: scaled to 100%."
            if by > 1 + 1e-9
            else ""
        )
        return named, note

    def providers(self, code: str) -> tuple[str, ...]:
        """Countries that the dataset names for an input, with or without a number, except as negligible."""
        rows = self._provision[self._provision.provided_id == code]
        rows = rows[(rows.negligible_market_share == "") & (rows.provider_name != UNNAMED)]
        return tuple(sorted(CODES.get(c, c) for c in rows.provider_name))


def _slug(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
