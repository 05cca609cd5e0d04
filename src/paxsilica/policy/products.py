"""Products of customs: HS codes as people write them, the lines under them, and what the United States buys of each.

`paxsilica.policy.weights` makes shares of a sector's trade of it, and of what else is known of other importers.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from paxsilica.checks import Bool
from paxsilica.economy import Array
from paxsilica.errors import LabelError, joined
from paxsilica.names.products import hs_digits, hs_names, material_hint
from paxsilica.policy.law.tables import (
    MEMBERS,
    UNION,
    chapters,
    customs_lines,
    detailed,
    table,
)

Edition = Literal["1992", "1996", "2002", "2007", "2012", "2017", "2022"]
EDITIONS: tuple[str, ...] = get_args(Edition)
"""Of the Harmonized System; the weights are of the last."""

BUYER, EVERYBODY = "USA", "ALL"
"""Whose imports the weights are; the sum of all partners."""


@dataclass(frozen=True)
class Lines:
    """US imports of 2024 by customs line.

    Attributes:
        codes: `[c]` HS 2022 codes of ten digits, and of six where the United States imported nothing; ascending.
        sectors: `[c]` the sector of each; of a code of six digits that of most lines of its heading, else its chapter.
        imports: partner -> `[c]` USD; of a partner known by chapter alone, its total spread as all imports of it are.
    """

    codes: NDArray[np.str_]
    sectors: NDArray[np.str_]
    imports: Mapping[str, Array]

    def weights(self, exporter: str, sectors: tuple[str, ...]) -> tuple[Array, Array]:
        """`[c]` USD bought of each line from a region, and `[j]` of each sector; of a sector of which nothing is bought
        from it, and of a region that no table names, what is bought from everybody."""
        partner = UNION if exporter in MEMBERS else exporter
        return _weights(partner if partner in self.imports else EVERYBODY, sectors)

    @cached_property
    def subheadings(self) -> tuple[NDArray[np.str_], NDArray[np.intp]]:
        """`[h]` codes of six digits, ascending, and `[c]` the position of each line's."""
        codes, of_line = np.unique(self.codes.astype("U6"), return_inverse=True)
        return codes, of_line

    @cached_property
    def inside(self) -> Array:
        """`[c]` share of each line in US imports of its subheading; in equal parts where nothing is imported."""
        codes, of_line = self.subheadings
        usd, whole = self.imports[EVERYBODY], np.bincount(of_line, self.imports[EVERYBODY])
        equal = 1.0 / np.bincount(of_line, minlength=len(codes))
        return np.where(whole[of_line] > 0, usd / np.maximum(whole[of_line], 1.0), equal[of_line])


@lru_cache(maxsize=200)
def _weights(partner: str, sectors: tuple[str, ...]) -> tuple[Array, Array]:
    lines, at = us_lines(), sector_at(sectors)
    own, every = lines.imports[partner], lines.imports[EVERYBODY]
    known = at >= 0
    bought = np.bincount(at[known], own[known], len(sectors))
    usd: Array = np.where(known & (bought[at] == 0), every, own)
    return usd, np.asarray(np.bincount(at[known], usd[known], len(sectors)), dtype=float)


@cache
def us_lines() -> Lines:
    """The packaged imports; the special chapters 98 and 99 count nowhere."""
    flows, of = detailed(), table("us_lines").sector.to_numpy(str)
    goods = of != ""
    codes = np.char.zfill(customs_lines().astype(str), 10)[goods]
    imports = {
        partner: np.bincount(flows.line[at], flows.usd[at], len(of)).astype(float)[goods]
        for k, partner in enumerate(flows.partners)
        for at in [flows.partner == k]
    }
    every = np.sum([usd for partner, usd in imports.items() if partner not in MEMBERS], axis=0)
    chapter = chapters()[goods]
    share = every / np.maximum(np.bincount(chapter, every)[chapter], 1.0)
    for partner, rows in table("us_chapters_2024").groupby("partner"):
        known = np.bincount(rows.chapter.astype(int), rows.usd, 100)
        imports.setdefault(str(partner), share * known[chapter])
    return _with_untraded(Lines(codes, of[goods], imports | {EVERYBODY: every}))


def _with_untraded(lines: Lines) -> Lines:
    """The same with the subheadings of HS 2022 of which the United States imported nothing."""
    of: dict[str, Counter[str]] = defaultdict(Counter)
    for code, sector in zip(lines.codes.tolist(), lines.sectors.tolist(), strict=True):
        for digits in (2, 4):
            of[code[:digits]][sector] += 1
    lacking = sorted(editions()[EDITIONS[-1]] - set(lines.codes.astype("U6").tolist()))
    near = {code: of[code[:4]] or of[code[:2]] for code in lacking}
    added = {code: sectors.most_common(1)[0][0] for code, sectors in near.items() if sectors}
    codes = np.array([*lines.codes.tolist(), *added])
    order = np.argsort(codes)
    imports = {
        partner: np.append(usd, np.zeros(len(added)))[order]
        for partner, usd in lines.imports.items()
    }
    return Lines(codes[order], np.array([*lines.sectors.tolist(), *added.values()])[order], imports)


def hs_codes(written: Sequence[str], edition: str = EDITIONS[-1]) -> tuple[str, ...]:
    """HS 2022 codes of 2 to 10 digits, of codes as tariff books write them: `HS 7208`, `2846.90`, `8541.10.00.40`.

    Args:
        edition: of the codes; those of six digits and more are followed to 2022, each to all that hold it.

    Raises:
        LabelError: no HS code, or one of another edition, with the editions that have it.
    """
    found: list[str] = []
    for label in written:
        digits = hs_digits(label)
        if not re.fullmatch(r"(\d\d){1,5}", digits, re.ASCII):
            raise LabelError(
                f"{label[:40]!r} is no HS code; write 2, 4, 6, 8 or 10 digits, such as 7208 or 8541.10"
                + material_hint(label)
            )
        found += _in_2022(digits, edition)
    return tuple(dict.fromkeys(found))


def _in_2022(digits: str, edition: str) -> tuple[str, ...]:
    """The code itself where it is one of 2022, or too short to differ; else the codes of six digits that hold it."""
    if digits[:6] not in _begun(edition) or (
        len(digits) > 6 and edition == EDITIONS[-1] and digits not in longer()
    ):
        raise LabelError(_unknown_code(digits, edition))
    codes = {digits[:6]}
    for year in EDITIONS[EDITIONS.index(edition) + 1 :] if len(digits) >= 6 else ():
        codes = {after for code in codes for after in _successors(year).get(code, ())}
    return (digits,) if codes == {digits[:6]} else tuple(sorted(codes))


def _unknown_code(digits: str, edition: str) -> str:
    had = [e for e in EDITIONS if digits[:6] in editions()[e]]
    if had and edition not in had:
        has = "has" if len(had) == 1 else "have"
        return f"HS {edition} has no code {digits}; HS {joined(had)} {has} it: write `edition: {had[-1]}`"
    all_of = longer() if len(digits) > 6 else editions()[edition]
    near = [code for code in sorted(all_of) if len(digits) > 2 and code.startswith(digits[:-2])]
    traded = " that the United States traded in 2024" * (len(digits) > 6)
    return f"HS {edition} has no code {digits}{traded}" + f"; there is {joined(near, 6)}" * bool(
        near
    )


@cache
def _begun(edition: str) -> frozenset[str]:
    """Chapters, headings and codes of an edition."""
    return frozenset(code[:length] for code in editions()[edition] for length in (2, 4, 6))


@cache
def _successors(edition: str) -> Mapping[str, tuple[str, ...]]:
    """Code of the edition before -> codes of this one that hold it."""
    links = table("hs_links")[table("hs_links").edition == edition]
    found: dict[str, list[str]] = {}
    for before, code in zip(links.before.tolist(), links.code.tolist(), strict=True):
        found.setdefault(before, []).append(code)
    return {before: tuple(codes) for before, codes in found.items()}


@cache
def editions() -> Mapping[str, frozenset[str]]:
    """Edition -> its codes of six digits."""
    links = table("hs_links")
    held = {str(edition): frozenset(of.code) for edition, of in links.groupby("edition")}
    return {EDITIONS[0]: frozenset(links.before[links.edition == EDITIONS[1]]), **held}


@cache
def longer() -> frozenset[str]:
    """Codes of eight and ten digits that the United States traded in 2024."""
    codes = [code for code in us_lines().codes.tolist() if len(code) > 6]
    return frozenset([*codes, *(code[:8] for code in codes)])


def lines_of_codes(codes: Sequence[str]) -> Bool:
    """`[c]` the customs lines under any of the codes."""
    held = np.zeros(len(us_lines().codes), dtype=bool)
    for code in codes:
        held[lines_of_code(code)] = True
    return held


def lines_of_code(code: str) -> slice:
    """Positions of the customs lines under a code."""
    first, last = np.searchsorted(us_lines().codes, [code, code + ":"])
    return slice(int(first), int(last))


@cache
def sector_at(sectors: tuple[str, ...]) -> NDArray[np.intp]:
    """`[c]` position of each line's sector; −1 where the economy has no such sector."""
    places = {sector: at for at, sector in enumerate(sectors)}
    return np.array([places.get(sector, -1) for sector in us_lines().sectors])


def line_name(code: str) -> str:
    """What a code of ten or six digits holds, briefly, as US customs and the names of raw materials have it; empty where
    they do not."""
    if code in hs_names():
        return hs_names()[code]
    under = [name for line, name in _line_names().items() if line.startswith(code)]
    heading = {name.split(": ")[0] for name in under}
    return under[0] if len(under) == 1 else min(heading, default="")


@cache
def _line_names() -> Mapping[str, str]:
    names = table("us_names")
    return dict(zip(names.hs10.tolist(), names.name.tolist(), strict=True))
