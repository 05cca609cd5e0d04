"""Raw materials and what customs calls them: names, symbols, HS codes as tariff books write them, and their editions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from paxsilica.errors import LabelError, joined, nearest
from paxsilica.names.index import prefix
from paxsilica.names.places import FOLDER, rows


@dataclass(frozen=True)
class Material:
    """A raw material.

    Attributes:
        hs: its HS 1992 six-digit codes in the packaged trade table; none where it has no code there (see `note`).
        recycling: end-of-life recycling input rate of the European Union (EoL-RIR, 2023), decimal; None: not given.
    """

    code: str
    name: str
    symbol: str
    hs: tuple[str, ...]
    recycling: float | None
    note: str


@cache
def materials() -> tuple[Material, ...]:
    """The catalogue, in alphabetical order of the codes."""
    return tuple(
        Material(
            row["code"],
            row["name"],
            row["symbol"],
            tuple(row["hs"].split()),
            float(row["recycling"]) if row["recycling"] else None,
            row["note"],
        )
        for row in rows(FOLDER / "materials.csv")
    )


@cache
def hs_names() -> Mapping[str, str]:
    """HS 1992 code of the packaged trade table -> what it holds, briefly."""
    return {row["code"]: row["name"] for row in rows(FOLDER / "hs_codes.csv")}


@cache
def later_codes() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """HS code of a later edition -> the year of the edition, and the HS 1992 codes that hold it."""
    return {
        row["code"]: (row["edition"], tuple(row["hs1992"].split()))
        for row in rows(FOLDER / "hs_editions.csv")
    }


def hs_digits(written: str) -> str:
    """A customs code without its prefix, dots and blanks: `HS 2846.90` is 284690; anything else without them too."""
    return re.sub(r"[\s.\-]", "", re.sub(r"^HS", "", written.strip(), flags=re.IGNORECASE))


def product(written: str, what: str = "") -> str:
    """The code of a material, by code, name or symbol in any case; or a six-digit HS code of the trade table.

    An HS code may have dots, spaces and the prefix HS: `2846.90`, `HS 284690`.

    Args:
        what: where it stands, for the message, such as `--material`.

    Raises:
        LabelError: neither; a code of a later edition is told which HS 1992 code holds it.
    """
    label = written.strip()
    digits = hs_digits(label)
    if digits.isascii() and digits.isdigit():
        if digits in hs_names():
            return digits
        raise LabelError(f"{prefix(what)}{_no_code(digits)}")
    for material in materials():
        spelled = (material.code, material.name, material.symbol)
        if label and label.casefold() in map(str.casefold, spelled):
            return material.code
    names_of = {material.code: material.name for material in materials()}
    raise LabelError(
        f"{prefix(what)}unknown material {label!r}{nearest(label, names_of, names_of)}"
    )


def material_hint(written: str) -> str:
    """What to write for a raw material where it is no sector and no HS code; empty of anything else."""
    label = written.strip().casefold().replace(" ", "-")
    for one in materials():
        if label in (one.code, one.name.casefold()):
            codes = f'`product: [{", ".join(one.hs)}]` with `edition: "1992"`'
            how = f"write {codes}" if one.hs else f"name with `product:` what holds it ({one.note})"
            return f"; {one.name.casefold()} is a raw material, a small part of a sector: {how}, or ask `pax chain`"
    return ""


def _no_code(digits: str) -> str:
    """Why the trade table has no such code, and which of its codes holds it."""
    said, known, six = "the trade table counts by HS 1992", hs_names(), digits[:6]
    if six in later_codes():
        edition, old = later_codes()[six]
        holds = f"where {joined(old)} hold{'' if len(old) > 1 else 's'} it"
        there = [code for code in old if code in known]
        held = f"; name {joined(there)}" if there else ", which is not in the table"
        return f"HS {digits} is a code of HS {edition}; {said}, {holds}{held}"
    if six in known:
        return f"HS {digits}: {said} in six digits; {six} ({known[six]}) holds it"
    if within := [code for code in known if code.startswith(digits)]:
        return f"HS {digits} is a heading; name one of its codes in the trade table: {', '.join(within[:8])}"
    near = [code for code in known if code[:4] == digits[:4]]
    hint = f"; of heading {digits[:4]} it has {', '.join(near[:8])}" if near else ""
    return f"unknown HS code {digits}: {said}, for raw materials alone{hint}"
