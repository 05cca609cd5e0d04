"""Tables of rates in a text: rows of a country or of goods with a rate, and the act in the sentence above them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from paxsilica.brief.frames.goods import CODE, NamedGoods, goods_of_codes, longest
from paxsilica.brief.frames.words import TOKEN
from paxsilica.brief.places import by_word
from paxsilica.names import Names

PERCENT = r"(?P<rate>\d{1,3}(?:[.,]\d{1,2})?)\s?(?:%|per\s?cent(?:um)?|percent)"
CELL = re.compile(r"\s*\|\s*|\t+|\s{3,}")
RATE = re.compile(
    rf"^{PERCENT}(?:\s?ad valorem)?\W*(?P<note>[\[(]?\w{{0,2}}[\])*†‡]{{0,3}})$", re.IGNORECASE
)
DUTY_FREE = re.compile(r"^(?:free|nil|zero|none|duty[- ]free|0)$", re.IGNORECASE)
LINE = re.compile(
    rf"^(?P<label>[^\d%|].{{1,80}}?)[\s:,;.–—…-]*[\s:]\s*{PERCENT}\W*(?P<note>[\[(]?\w{{0,2}}[\])*†‡]{{0,3}})$",
    re.IGNORECASE,
)
CODED = re.compile(
    rf"^(?P<label>(?:HS|HTS|CN)?\s?{CODE}(?:\s[^%|]{{0,80}}?)?)[\s:,;–—-]+{PERCENT}\W*$"
)
RULE = re.compile(r"^[\s|:=+_–—-]+$")
BULLET = re.compile(r"^(?:[-–—•*·]|\(?\w{1,2}[.)])\s+")
NOT_RATES = re.compile(
    r"\b(?:share|growth|change|vat|inflation|population|gdp|imports?\sfrom|exports?\sto|weight|volume|turnout)\b",
    re.IGNORECASE,
)
RATE_HEADS = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|rates?|adjusted|ad valorem|levy|surcharge)\b|%", re.IGNORECASE
)
PREFERRED = re.compile(
    r"\b(?:new|adjusted|reciprocal|final|applied|revised|proposed|u\.?s\.?a?\.?|to)\b",
    re.IGNORECASE,
)
CHARGED_TO = re.compile(
    r"\b(?:charged to|previous|former|old|current|before|bound|mfn|existing|april)\b", re.IGNORECASE
)


MOST_ROWS, MOST_ODD = 5000, 2
"""Rows of the longest table; rows in a run that hold no rate, such as `15 % less the duty that stands`."""


class LabelledRate(NamedTuple):
    """A row at `[start, end)`: its label, what that means, and its rate in percent; `note` is a footnote's mark."""

    start: int
    end: int
    label: str
    place: str
    goods: NamedGoods | None
    rate: float
    note: str = ""


class RateTable(NamedTuple):
    """Rows of one table `[start, end)`; `doubt` says why its rates cannot be told."""

    start: int
    end: int
    rows: tuple[LabelledRate, ...]
    heads: str = ""
    doubt: str = ""


def tables_of(text: str) -> list[RateTable]:
    """The tables of a text in order: two lines or more in a row that hold a label and a rate."""
    found: list[RateTable] = []
    lines = [(m.start(), m[0]) for m in re.finditer(r"[^\n]+", text)]
    at = 0
    while at < len(lines):
        table, after = _table_at(lines, at)
        if table:
            found.append(table)
            at = after
        else:
            run = _run_in(*lines[at])
            if run:
                found.append(run)
            at += 1
    return found


def _table_at(lines: Sequence[tuple[int, str]], at: int) -> tuple[RateTable | None, int]:
    rows: list[LabelledRate] = []
    heads: list[str] = []
    top = -1
    column: int | None = None
    k, odd, doubt = at, 0, ""
    while k < len(lines):
        start, line = lines[k]
        cells = _row_cells(line)
        if RULE.match(line) and (rows or heads) and k < at + MOST_ROWS:
            k += 1
            continue
        if not rows and len(cells) > 1 and not any(_cell_rate(c) is not None for c in cells):
            if heads and k > at + 3:
                break
            heads, top = cells, start
            column, doubt = _rate_column(cells)
            k += 1
            continue
        row = _row_in(start, line, cells, column)
        odd = odd + 1 if row is None else 0
        if odd > MOST_ODD or (row is None and (not rows or len(cells) < 2)):
            break
        rows += [row] if row is not None else []
        k += 1
    known = [r for r in rows if r.place or r.goods]
    if len(rows) < 2 or len(known) < 0.6 * len(rows) or doubt == "none":
        return None, at + 1
    counts = {len(_row_cells(lines[n][1])) for n in range(at, k)}
    if column is None and max(counts) > 2 and _two_rates(lines[at:k]):
        doubt = doubt or "several columns hold rates, and no head says which is meant"
    return RateTable(
        top if top >= 0 else rows[0].start, rows[-1].end, tuple(rows), " ".join(heads), doubt
    ), k


def _two_rates(lines: Sequence[tuple[int, str]]) -> bool:
    return any(sum(_cell_rate(c) is not None for c in _row_cells(line)) > 1 for _, line in lines)


def _row_cells(line: str) -> list[str]:
    return [c.strip() for c in CELL.split(line.strip().strip("|").strip()) if c.strip()]


def _cell_rate(cell: str) -> tuple[float, str] | None:
    match = RATE.match(cell)
    if match:
        return float(match["rate"].replace(",", ".")), match["note"]
    return (0.0, "") if DUTY_FREE.match(cell) else None


def _rate_column(heads: Sequence[str]) -> tuple[int | None, str]:
    """Which column holds the rates that are meant, by its head."""
    if any(NOT_RATES.search(h) for h in heads[1:]) and not any(
        RATE_HEADS.search(h) for h in heads[1:]
    ):
        return None, "none"
    likely = [
        n for n, h in enumerate(heads) if n and RATE_HEADS.search(h) and not NOT_RATES.search(h)
    ]
    if len(likely) > 1:
        wanted = [n for n in likely if not CHARGED_TO.search(heads[n])]
        wanted = [n for n in wanted if PREFERRED.search(heads[n])] or wanted
        if len(wanted) == 1:
            return wanted[0], ""
        return None, "several columns hold rates, and no head says which is meant"
    return (likely[0], "") if likely else (None, "")


def _row_in(start: int, line: str, cells: Sequence[str], column: int | None) -> LabelledRate | None:
    end = start + len(line.rstrip())
    begin = start + len(line) - len(line.lstrip())
    if len(cells) > 1:
        at = (
            column
            if column is not None and column < len(cells) and _cell_rate(cells[column])
            else None
        )
        if at is None:
            at = next((n for n, c in enumerate(cells) if n and _cell_rate(c)), None)
        if at is None:
            return None
        level = _cell_rate(cells[at])
        label = (
            cells[0] if not re.fullmatch(r"\d{1,3}\.?", cells[0]) or len(cells) < 3 else cells[1]
        )
        return _row_labelled(begin, end, label, *level) if level else None
    body = BULLET.sub("", line.strip())
    match = CODED.match(body) or LINE.match(body)
    if match is None:
        return None
    note = match.groupdict().get("note") or ""
    row = _row_labelled(begin, end, match["label"], float(match["rate"].replace(",", ".")), note)
    return row if row.place or row.goods else None


def _row_labelled(start: int, end: int, label: str, rate: float, note: str) -> LabelledRate:
    label = re.sub(r"[\[(]\w{0,2}[\])]|[*†‡]+$", "", label).strip(" :,;.–—-…")
    return LabelledRate(start, end, label, place_labelled(label), goods_labelled(label), rate, note)


@cache
def _spellings() -> Names:
    return Names()


def place_labelled(label: str) -> str:
    """The code of the place that a label is; nothing where it is none."""
    if len(label) < 3 and not label.isupper():
        return ""
    return by_word().get(label) or _spellings().place(label)


def goods_labelled(label: str) -> NamedGoods | None:
    """The goods that a label is: a customs code, or a name that a table has."""
    coded = re.match(rf"^(?:(?:HS|HTS|CN|heading|chapter)\s?)?({CODE})\b", label)
    if coded and (label[:1].isalpha() or len(re.sub(r"\D", "", coded[1])) >= 4):
        return goods_of_codes(coded[1])
    tokens = TOKEN.findall(label)
    found = longest(tokens, 0) if tokens else None
    if found and found[0] == len(tokens):
        return found[1]
    last = next(
        (
            hit
            for at in range(len(tokens))
            if (hit := longest(tokens, at)) and at + hit[0] == len(tokens)
        ),
        None,
    )
    return last[1]._replace(words=label) if last and len(tokens) < 5 else None


PLACE_AND_RATE = re.compile(
    rf"(?P<label>[A-Z][\w'’.() -]{{2,40}}?)[\s:,–—-]{{0,3}}{PERCENT}[\s;,.]*"
)


def _run_in(start: int, line: str) -> RateTable | None:
    """Countries and rates one after the other in one line, as a page leaves them: `Afghanistan 15% Algeria 30% ...`."""
    if line.count("%") < 4:
        return None
    rows: list[LabelledRate] = []
    at = 0
    for m in PLACE_AND_RATE.finditer(line):
        code = place_labelled(m["label"].strip())
        if not code or (rows and m.start() != at):
            if len(rows) >= 4:
                break
            rows = []
            if not code:
                continue
        at = m.end()
        rows.append(
            LabelledRate(
                start + m.start(),
                start + m.end(),
                m["label"].strip(),
                code,
                None,
                float(m["rate"].replace(",", ".")),
            )
        )
    return RateTable(rows[0].start, rows[-1].end, tuple(rows)) if len(rows) >= 4 else None
