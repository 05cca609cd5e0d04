"""Lines of a text as a table has them: percentages, the cells that they stand in, and the rates that cells hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import NamedTuple

from paxsilica.brief.quantities import quantities_of

ONE, BOUND = "\ue000", "\ue001"
"""What stands for each character of a percentage, and of one that is the end of a range, while lines are looked at."""

PER_HUNDRED = re.compile(r"[%％]|per[\s-]?cent|\bpct|\bp\.\s?c", re.IGNORECASE)
A, B = f"{ONE}+", f"[{ONE}{BOUND}]+"
NOTED_RATE = (
    rf"(?:(?P<from>from\s)?(?P<old>(?(from)(?:{B}|[\d.]{{1,5}})|{A}))\s?(?:to|→|⇒|[-=]>)\s?)?(?P<rate>(?(old){B}|{A}))"
    r"(?:\s?[\[(][a-z\d]{1,2}[\])]|[a-z\d]?[*†‡§¹²³⁴-⁹]{0,3})"
    rf"(?:\s?[(\[](?:was|(?:(?:up|down)\s)?from|previously|formerly|before|old|instead\sof)[:\s]\s?(?P<was>{A})[)\]])?[\s.;,)]*(?:and)?"
)
"""A rate as the whole of a cell or the end of a line, with a footnote's mark and the rate that it replaces."""

NO_RATE = r"(?P<free>free|nil|zero|none|exempt|duty[- ]free|0)"
RATE = re.compile(rf"{NOTED_RATE}|{NO_RATE}", re.IGNORECASE)
BARE = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)[*†‡§¹²³⁴-⁹]{0,3}")
SEPARATORS = (r"\|", r"\t", r"\s*(?:\.{3,}|…+|(?:\s\.){3,}|_{3,}|·{3,})\s*")
LOOSE_SEPARATORS = (r"(?<![.?!:])\s{2,}", r";", "$")
"""What may stand between cells, the last of them none: the first that a line has does; loose ones leave no cell empty."""

RULED_LINE = re.compile(r"[\s|:=+_–—-]+")
BULLET = re.compile(r"\s*(?:[-–—•*·▪▫‣◦○●■□→]|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s+")
LABEL_AND_RATE = re.compile(
    rf"(?P<label>[^{ONE}{BOUND}|]{{1,90}}?)(?:[\s:,;.–—…=·_-]*[\s:,=–—…·_.(]\s*{NOTED_RATE}|\s?[:–—-]\s{NO_RATE})",
    re.IGNORECASE,
)
RATE_AND_LABEL = re.compile(
    rf"{NOTED_RATE}\s?[:–—-]\s(?P<label>[^{ONE}{BOUND}|]{{1,200}})", re.IGNORECASE
)
LISTED_ITEM = re.compile(
    rf"\s*(?:and\s)?(?P<label>[^{ONE}{BOUND};:]{{1,90}}?)\s?(?::|\s[–—-]\s|\.{{3,}})\s?{NOTED_RATE}",
    re.IGNORECASE,
)
PLACE_AND_RATE = re.compile(
    rf"(?P<label>[A-Z][\w'’.() -]{{2,40}}?)[\s:,(–—-]{{0,3}}(?P<rate>{ONE}+)[\s;,.)]*(?:and\s)?"
)


class TableCell(NamedTuple):
    """Words of a line, and where they begin."""

    start: int
    words: str

    @property
    def end(self) -> int:
        return self.start + len(self.words)

    def part(self, start: int, end: int | None = None) -> TableCell:
        """Those of its words at `[start, end)`."""
        return TableCell(self.start + start, self.words[start:end])

    def stripped(self) -> TableCell:
        """The same without white space at both ends."""
        left = len(self.words) - len(self.words.lstrip())
        return TableCell(self.start + left, self.words.strip())


class Level(NamedTuple):
    """A rate in percent, and the one that it replaces."""

    rate: float
    before: float | None = None


class Page(NamedTuple):
    """A text as it is and with its percentages masked, and their values by where they begin."""

    raw: str
    text: str
    values: Mapping[int, float]


def masked_page(text: str) -> Page:
    """A text with its percentages masked; one that is alone on a line stands beside the label above it."""
    values: dict[int, float] = {}
    masked = list(text)
    for line in re.finditer(r"[^\n]+", text):
        if not PER_HUNDRED.search(line[0]):
            continue
        apart = re.sub(r"(?<=[^\W\d]),(?=\d)|\.{2,}|_{2,}", lambda m: " " * len(m[0]), line[0])
        for q in quantities_of(apart, ()):
            if (
                q.unit == "percent"
                and q.value >= 0
                and apart[q.span.start - 1 : q.span.start] != "+"
            ):
                start, end = line.start() + q.span.start, line.start() + q.span.end
                values[start] = q.value
                masked[start:end] = (BOUND if q.at_least or q.at_most else ONE) * (end - start)
    joined = re.sub(
        rf"^([^\n|\t{ONE}]{{2,60}})((?:\n{A}[.;]?(?=\n|$))+)",
        lambda m: m[1] + m[2].replace("\n", "\t"),
        "".join(masked),
        flags=re.MULTILINE,
    )
    return Page(text, joined, values)


def cells_of_line(line: TableCell) -> list[TableCell]:
    """The cells of a line without its bullet."""
    bullet = BULLET.match(line.words)
    line = line.part(bullet.end() if bullet else 0)
    inner = line.words.strip().strip("|") if "|" in line.words else line.words
    line = TableCell(line.start + line.words.index(inner), inner)
    sep = next(s for s in (*SEPARATORS, *LOOSE_SEPARATORS) if re.search(s, inner.strip(" ")))
    between = [m.span() for m in re.finditer(sep, inner)]
    starts, ends = [0, *(end for _, end in between)], [*(start for start, _ in between), None]
    cells = [line.part(*at).stripped() for at in zip(starts, ends, strict=True)]
    return [c for c in cells if c.words] if sep in LOOSE_SEPARATORS else cells


def level_in(page: Page, cell: TableCell, bare: bool = False) -> Level | None:
    """The rate that a cell holds and nothing else; `bare` where a number without a sign may be one."""
    if bare and (number := _bare_number(cell.words)) is not None:
        return Level(number)
    match = RATE.fullmatch(cell.words)
    return level_matched(page, cell.start, match) if match else None


def level_matched(page: Page, start: int, match: re.Match[str]) -> Level | None:
    """The rate that a pattern found in words that begin at `start`."""
    if match.groupdict().get("free"):
        return Level(0.0)
    rate = page.values.get(start + match.start("rate"))
    old = next((g for g in ("old", "was") if match[g]), None)
    before = page.values.get(start + match.start(old), _bare_number(match[old])) if old else None
    return None if rate is None else Level(rate, before)


def _bare_number(words: str) -> float | None:
    number = BARE.fullmatch(words)
    return float(number[1].replace(",", ".")) if number else None
