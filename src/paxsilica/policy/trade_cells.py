"""Where a product of a trade table goes: to customs lines of the United States, and to subheadings of others."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

import numpy as np

from paxsilica.errors import InputError
from paxsilica.names.products import hs_digits
from paxsilica.policy.products import (
    EDITIONS,
    EVERYBODY,
    hs_codes,
    lines_of_codes,
    longer,
    us_lines,
)

Cell = tuple[bool, int, float]
"""Whether it is for the United States, a position, and the part that goes there."""

CellsByLabel = dict[str, list[Cell]]


def cells_of(product: str, edition: str) -> list[Cell]:
    """Where a product goes, by US imports from everybody: for the United States to its lines, for others to subheadings,
    whose codes of more than six digits are their own.

    Raises InputError: no HS code of 4 to 10 digits, or none of the edition.
    """
    digits = hs_digits(product)
    if not re.fullmatch(r"(\d\d){2,5}", digits, re.ASCII):
        odd = product.strip().isdecimal() and len(digits) in (5, 7, 9)
        zero = f"; is it 0{digits}?" if odd else ""
        raise InputError(f"{product[:40]!r} is no HS code of 4, 6, 8 or 10 digits{zero}")
    lines, codes = us_lines(), hs_codes([digits[:6]], edition)
    known = digits in longer() and edition == EDITIONS[-1]
    line = np.flatnonzero(lines_of_codes([digits] if known else codes))
    usd = lines.imports[EVERYBODY][line]
    parts = usd / usd.sum() if usd.sum() > 0 else np.full(len(usd), 1 / max(len(usd), 1))
    behind, cells = len(lines.codes), lines.subheadings[1][line]
    others = zip((behind + cells).tolist(), parts.tolist(), strict=True)
    own = zip(line.tolist(), parts.tolist(), strict=True) if known else ()
    together: dict[Any, float] = defaultdict(float)
    for us, (at, part) in [*((False, one) for one in others), *((True, one) for one in own)]:
        together[us, at] += part
    if not known:
        together |= {(True, at): part for (_, at), part in together.items()}
    return [(us, at, part) for (us, at), part in together.items()]
