"""Raw materials and what customs calls them: names, symbols, HS codes as tariff books write them, and their editions."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType

from paxsilica.errors import LabelError, nearest
from paxsilica.names.places import FOLDER, rows
from paxsilica.names.saying import joined


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
    return MappingProxyType({row["code"]: row["name"] for row in rows(FOLDER / "hs_codes.csv")})


@cache
def later_codes() -> Mapping[str, tuple[str, tuple[str, ...]]]:
    """HS code of a later edition -> the year of the edition, and the HS 1992 codes that hold it."""
    found = rows(FOLDER / "hs_editions.csv")
    return {row["code"]: (row["edition"], tuple(row["hs1992"].split())) for row in found}


def product(written: str, what: str = "") -> str:
    """The code of a material, by code, name or symbol in any case; or a six-digit HS code of the trade table.

    An HS code may have dots, spaces and the prefix HS: `2846.90`, `HS 284690`.

    Args:
        what: where it stands, for the message, such as `--material`.

    Raises:
        LabelError: neither; a code of a later edition is told which HS 1992 code holds it.
    """
    label, at = written.strip(), f"{what}: " if what else ""
    digits = re.sub(r"[\s.\-]", "", re.sub(r"^HS", "", label, flags=re.IGNORECASE))
    if digits.isascii() and digits.isdigit():
        if digits in hs_names():
            return digits
        raise LabelError(f"{at}{_no_code(digits)}")
    for names in ("code", "name", "symbol"):
        for material in materials():
            if getattr(material, names).casefold() == label.casefold():
                return material.code
    names_of = {material.code: material.name for material in materials()}
    raise LabelError(f"{at}unknown material {label!r}{nearest(label, names_of, names_of)}")


def _no_code(digits: str) -> str:
    """Why the trade table has no such code, and which of its codes holds it."""
    said, known = "the trade table counts by HS 1992", hs_names()
    if digits[:6] in later_codes():
        edition, old = later_codes()[digits[:6]]
        holds = f"where {joined(old)} hold{'' if len(old) > 1 else 's'} it"
        there = [code for code in old if code in known]
        held = f"; name {joined(there)}" if there else ", which is not in the table"
        return f"HS {digits} is a code of HS {edition}; {said}, {holds}{held}"
    if digits[:6] in known:
        six = digits[:6]
        return f"HS {digits}: {said} in six digits; {six} ({known[six]}) holds it"
    if within := [code for code in known if code.startswith(digits)]:
        return f"HS {digits} is a heading; name one of its codes in the trade table: {', '.join(within[:8])}"
    near = [code for code in known if code[:4] == digits[:4]]
    beside = f"; of heading {digits[:4]} it has {', '.join(near[:8])}" if near else ""
    return f"unknown HS code {digits}: {said}, for raw materials alone{beside}"
