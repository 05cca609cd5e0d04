"""Lines of a text as a table has them: percentages, the cells that they stand in, and the rates that cells hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

from paxsilica.brief.quantities import percentages_of
from paxsilica.brief.record import RateOp
from paxsilica.brief.times import times_of

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

SPREAD = (
    rf"(?:.*\s[–—-]\s(?={A}\s(?:minus|less)\s))?"
    rf"(?:(?P<span>(?:between\s)?{B}\s?(?:[-–—]|to|and)\s?)"
    rf"|(?P<most>(?:up\sto|as\s(?:much|high)\sas|at\smost|no\smore\sthan|a\smaximum\sof|max\.?)\s))?"
    rf"(?P<rate>{B})(?P<less>\s(?:minus|less)\s.+)?[\s.;,)]*"
)
"""Two rates with all between them, or one that is the most: `5% - 30%`, `up to 12%`, `15% minus the duty that stands`."""

NO_RATE = r"(?P<free>free|nil|zero|none|exempt|duty[- ]free|0)"
RATE = re.compile(rf"{NOTED_RATE}|{NO_RATE}", re.IGNORECASE)
BARE = re.compile(r"(\d{1,3}(?:[.,]\d{1,2})?)[*†‡§¹²³⁴-⁹]{0,3}")
SEPARATORS = (r"\|", r"\t", r"\s*(?:\.{3,}|…+|(?:\s\.){3,}|_{3,}|·{3,})\s*")
LOOSE_SEPARATORS = (r"(?<![.?!:])\s{2,}", r";", "$")
"""What may stand between cells, the last of them none: the first that a line has does; loose ones leave no cell empty."""

RULED_LINE = re.compile(r"[\s|:=+_–—-]+")
BULLET = re.compile(
    r"\s*(?:[-–—•*·▪▫‣◦○●■□→]|o(?=\s+[A-Z])|\(?(?:\d{1,3}|[a-z]|[ivx]{1,4})[.)])\s+"
)
LABEL_AND_RATE = re.compile(
    rf"(?P<label>[^{ONE}{BOUND}|]{{1,90}}?)(?:[\s:,;.–—…=·_-]*[\s:,=–—…·_.(]\s*{NOTED_RATE}|\s?[:–—-]\s{NO_RATE})",
    re.IGNORECASE,
)
RATE_AND_LABEL = re.compile(
    rf"{NOTED_RATE}\s?[:–—-]\s(?P<label>[^{ONE}{BOUND}|]{{1,200}})", re.IGNORECASE
)
LABEL_AND_SPREAD = re.compile(
    rf"(?P<label>[^{ONE}{BOUND}|:]{{1,90}}?)\s?(?::|\s[–—-])\s{SPREAD}", re.IGNORECASE
)
DUTY_AND_RATE = re.compile(
    rf"(?P<duty>[A-Za-z][^{ONE}{BOUND}]{{1,40}}?)(?:\s(?:of|at|is))?[\s:]+{SPREAD}", re.IGNORECASE
)
"""One of several duties of a line: `dumping margin up to 12%`."""

LISTED_ITEM = re.compile(
    rf"\s*(?:and\s)?(?P<label>[^{ONE}{BOUND};:]{{1,90}}?)\s?(?::|\s[–—-]\s|\.{{3,}})\s?{NOTED_RATE}",
    re.IGNORECASE,
)
PLACE_AND_RATE = re.compile(
    rf"(?P<label>[A-Z][\w'’.() -]{{2,40}}?)[\s:,(–—-]{{0,3}}(?P<rate>{ONE}+)[\s;,.)]*(?:and\s)?"
)
IN_BRACKETS = re.compile(
    rf"(?:the\s)?(?P<label>[A-Z][\w'’. -]{{1,40}}?)\s\((?P<rate>{ONE}+)\)(?:,?\sand\s|,\s)?"
)
LISTS_STATES = re.compile(
    rf"(?:^|[.!?][”\"]?\s)(?P<lead>[A-Z][^.{ONE}{BOUND}]{{2,60}}?\s(?:are|includes?|apply\sto|for)\s)"
    rf"(?P<items>(?:{IN_BRACKETS.pattern.replace('?P<label>', '?:').replace('?P<rate>', '?:')}){{2,}})(?=[.!]|$)"
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
    """A rate in percent, the one that it replaces, and what it does where it is not set."""

    rate: float
    before: float | None = None
    op: RateOp = ""


class Page(NamedTuple):
    """A text as it is and with its percentages masked, and their values by where they begin; `day_first` says how it
    writes days in numbers, None where nothing tells."""

    raw: str
    text: str
    values: Mapping[int, float]
    day_first: bool | None = None


def masked_page(text: str) -> Page:
    """A text with its percentages masked; one that is alone on a line stands beside the label above it."""
    values: dict[int, float] = {}
    masked = list(text)
    for line in re.finditer(r"[^\n]+", text):
        if not PER_HUNDRED.search(line[0]):
            continue
        apart = re.sub(r"(?<=[^\W\d]),(?=\d)|\.{2,}|_{2,}", lambda m: " " * len(m[0]), line[0])
        for q in percentages_of(apart):
            if q.value >= 0 and apart[q.start - 1 : q.start] != "+":
                start, end = line.start() + q.start, line.start() + q.end
                values[start] = q.value
                masked[start:end] = (BOUND if q.bound else ONE) * (end - start)
    joined = re.sub(
        rf"^([^\n|\t{ONE}]{{2,60}})((?:\n{A}[.;]?(?=\n|$))+)",
        lambda m: m[1] + m[2].replace("\n", "\t"),
        "".join(masked),
        flags=re.MULTILINE,
    )
    return Page(text, joined, values, _day_first(text))


NUMERIC_DAY = re.compile(r"(\d{1,2})[-./](\d{1,2})[-./](\d{4}|\d{2})")


def _day_first(text: str) -> bool | None:
    """Whether a text's days in numbers begin with the day, as one whose month would be beyond 12 shows."""
    return next(
        (int(m[1]) > 12 for m in NUMERIC_DAY.finditer(text) if max(int(m[1]), int(m[2])) > 12), None
    )


def days_in(page: Page, cell: TableCell) -> tuple[date, date] | None:
    """The first and the last day of a cell that is a day, month or year and nothing else."""
    if m := NUMERIC_DAY.fullmatch(cell.words):
        if page.day_first is None and m[1] != m[2]:
            return None
        day, month = (m[1], m[2]) if page.day_first else (m[2], m[1])
        try:
            at = date(int(m[3]) + (2000 if len(m[3]) == 2 else 0), int(month), int(day))
        except ValueError:
            return None
        return at, at
    times = times_of(cell.words, None) if re.fullmatch(r"[\w ,./-]{4,25}", cell.words) else ()
    whole = next((t for t in times if t.span.exact == cell.words), None)
    return (whole.first, whole.last) if whole and whole.first and whole.last else None


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
    match = RATE.fullmatch(cell.words) or re.fullmatch(SPREAD, cell.words, re.IGNORECASE)
    return level_matched(page, cell.start, match) if match else None


def level_matched(page: Page, start: int, match: re.Match[str]) -> Level | None:
    """The rate that a pattern found in words that begin at `start`."""
    if match.groupdict().get("free"):
        return Level(0.0)
    rate = page.values.get(start + match.start("rate"))
    if rate is None:
        return None
    if "span" in match.groupdict():
        most = match["most"] or match["less"]
        return Level(rate, None, "range" if match["span"] else "up to" if most else "")
    old = next((g for g in ("old", "was") if match[g]), None)
    before = page.values.get(start + match.start(old), _bare_number(match[old])) if old else None
    return Level(rate, before)


def _bare_number(words: str) -> float | None:
    number = BARE.fullmatch(words)
    return float(number[1].replace(",", ".")) if number else None
