"""Tables of rates in a text: rows of a country, of goods, or of both with a rate, and lists of the like in one line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from paxsilica.brief.frames.firms import FIRM, FIRM_HEADS, with_spans
from paxsilica.brief.frames.goods import NamedGoods
from paxsilica.brief.frames.labels import (
    NOT_RATES,
    NOTE_MARKS,
    REST,
    Labelled,
    LabelledRate,
    parties_in,
    place_labelled,
    rows_for,
)
from paxsilica.brief.frames.listed import rows_of_firm, rows_of_line
from paxsilica.brief.frames.table_lines import (
    BOUND,
    ONE,
    RULED_LINE,
    Page,
    TableCell,
    cells_of_line,
    days_in,
    level_in,
    masked_page,
)
from paxsilica.names.places import country_names, near_country

DUTY = r"\b(?:tariffs?|dut(?:y|ies)|lev(?:y|ies)|surcharges?|ad valorem|anti-?dumping|dumping margins?|CVDs?)\b"
DUTY_WORDS = re.compile(DUTY, re.IGNORECASE)
RATE_HEADS = re.compile(rf"{DUTY}|\b(?:rates?|adjusted)\b|%|\bper\s?cent", re.IGNORECASE)
NEW_HEADS = re.compile(
    r"\b(?:new|adjusted|reciprocal|final|applied|revised|proposed|after|now|u\.?s\.?a?)\b|^to$",
    re.IGNORECASE,
)
OLD_HEADS = re.compile(r"\b(?:previous|former|old|before|prior|existing|base|until)\b|^from$", re.I)
CURRENT_HEADS = re.compile(r"\b(?:current|present|today)\b", re.IGNORECASE)
OTHER_HEADS = re.compile(r"\b(?:charged to|bound|mfn|april)\b", re.IGNORECASE)
NAMING_HEADS = re.compile(
    r"\b(?:products?|goods|items?|commodit(?:y|ies)|countr(?:y|ies))\b", re.IGNORECASE
)
SIDE_HEADS = re.compile(
    r"\b(?:date|effective|status|notes?|region|continent|imports|exports|trade|agreement|iso|no)\b|#",
    re.IGNORECASE,
)
START_HEADS = re.compile(r"\b(?:imposed|effective|start\w*|from|since|in\sforce|begins?)\b", re.I)
END_HEADS = re.compile(r"\b(?:expir\w*|ends?|until|till|valid|to|lapses?)\b", re.IGNORECASE)
MOST_LINES, MOST_ODD = 5000, 2
"""Lines of the longest table; those in a row that hold no rate, such as `15 % less the duty that stands`."""

WHICH_COLUMN = "several columns hold rates, and no head says which is meant"


class RateTable(NamedTuple):
    """Rows of one table `[start, end)`, none if it is about something else; `doubt` says why its rates cannot be told,
    `head` what stands above its rates."""

    start: int
    end: int
    rows: tuple[LabelledRate, ...]
    doubt: str = ""
    head: str = ""


class _Head(NamedTuple):
    """What the head of a table says of its columns."""

    words: tuple[str, ...] = ()
    rate: int | None = None
    old: int | None = None
    of: Mapping[int, Labelled] = {}
    doubt: str = ""


NO_HEAD = _Head()


def tables_of(text: str) -> list[RateTable]:
    """The tables of a text in order: two lines or more in a row that hold a label and a rate, or a list of them in one."""
    page = masked_page(text)
    lines = [TableCell(m.start(), m[0]) for m in re.finditer(r"[^\n]+", page.text)]
    found: list[RateTable] = []
    at = 0
    while at < len(lines):
        table, at = _table_at(page, lines, at)
        found += [table] if table else []
    return found


def _table_at(page: Page, lines: Sequence[TableCell], at: int) -> tuple[RateTable | None, int]:
    """The table that begins at a line, if one does, and the line after it."""
    rows: list[LabelledRate] = []
    head, start, doubt = NO_HEAD, -1, ""
    after, odd = at + 1, 0
    walked: list[tuple[int, list[LabelledRate]]] = []
    for k in range(at, min(len(lines), at + MOST_LINES)):
        line = lines[k]
        if RULED_LINE.fullmatch(line.words) and (rows or head.words):
            continue
        cells = cells_of_line(line)
        if not rows and _is_head(page, cells):
            if head.words and k > at + 3:
                break
            head, start = _head_of(cells), line.start
            continue
        found, unclear = _rows_in(page, line, cells, head)
        if not found and rows and rows[-1].firm:
            found = rows_of_firm(page, line)
        walked.append((k, found))
        odd = 0 if found else odd + 1
        if odd > MOST_ODD or (not found and (not rows or len(cells) < 2)):
            break
        doubt = doubt or unclear
        rows += found
        after = k + 1 if found else after
    one = head.rate is not None
    rows = _with_near_states([r for r in rows if not r.firm]) + [r for r in rows if r.firm]
    several = len({r.end for r in rows}) > 1
    rows = with_spans(rows)
    known = sum(bool(r.place or r.goods or r.firm) for r in rows)
    wanted = 1 if one and any(map(NAMING_HEADS.search, head.words)) else 0.6 * len(rows)
    if not rows or known < wanted or (not several and not one):
        return None, at + 1 if head.words else _next_start(page, lines, walked)
    other = _is_other(lines[at - 1].words[-300:] if at else "", " ".join(head.words))
    start = min(r.start for r in rows) if start < 0 else start
    kept = () if other else tuple(rows)
    of_rates = head.words[head.rate] if head.rate is not None else ""
    return RateTable(start, max(r.end for r in rows), kept, head.doubt or doubt, of_rates), after


def _next_start(
    page: Page, lines: Sequence[TableCell], walked: Sequence[tuple[int, list[LabelledRate]]]
) -> int:
    """The next line at which a table can begin, after some without a head that are none from the first on.

    From a line with rows on it is the rest of the same lines, so that too few of them may name anything; from one
    without, there is nothing unless it is a head. Rows of firms may count as one, so that there every line is tried.

    Args:
        walked: number and rows of each line, the last one being where it ended.
    """
    rows = [r for _, found in walked for r in found]
    if any(r.firm for r in rows):
        return walked[0][0] + 1
    near = any(r.place for r in rows)
    start = walked[-1][0] + (len(walked) == 1 or bool(walked[-1][1]))
    likely = total = 0
    for k, found in reversed(walked[1:]):
        total += len(found)
        likely += sum(
            bool(r.place or r.goods or (near and near_country(r.label)[0])) for r in found
        )
        if likely >= 0.6 * total if found else _is_head(page, cells_of_line(lines[k])):
            start = k
    return start


LONGEST_PLACE = 60
"""Code points of the longest label that may be a misspelt state."""


def _with_near_states(rows: list[LabelledRate]) -> list[LabelledRate]:
    """The same with misspelt states as the nearest one, where most of the rows are states and none is goods alone."""
    if any(r.goods and not r.place for r in rows) or not any(r.place for r in rows):
        return rows
    near = [r if r.place or len(r.label) > LONGEST_PLACE else _near_state(r) for r in rows]
    return near if 2 * sum(bool(r.place) for r in near) > len(rows) else rows


def _near_state(row: LabelledRate) -> LabelledRate:
    """A row of a label that is no state as it stands, with the state that it nearly is, or with why it is none."""
    code, sure = near_country(row.label)
    if not code:
        return row._replace(doubt=f"{row.label} is no country that is known")
    doubt = "" if sure else f"{row.label} may be {country_names()[code]} or another country"
    return row._replace(place=code, doubt=doubt)


def _is_other(title: str, heads: str) -> bool:
    """Whether what stands above a table or heads it says that it is about something else than duties."""
    if DUTY_WORDS.search(heads):
        return False
    said = re.split(r"[.!?]\s+(?=\S)", title)[-1]
    begins = re.match(rf"\W*(?:[\w-]+\W+){{0,2}}?{NOT_RATES.pattern}", said, re.IGNORECASE)
    named = DUTY_WORDS.search(said) or RATE_HEADS.search(heads)
    shared = re.search(r"\bas a (?:share|percentage|part|proportion) of\b", said)
    return bool(begins or shared or (NOT_RATES.search(f"{said} {heads}") and not named))


def _is_head(page: Page, cells: Sequence[TableCell]) -> bool:
    words = [c.words for c in cells]
    return (
        len(cells) > 1
        and all(len(w) <= 70 and not w.endswith((".", ":")) for w in words)
        and any(re.search(r"[^\W\d]", w) for w in words)
        and not any(ONE in w or BOUND in w for w in words)
        and not any(level_in(page, c, bare=True) for c in cells)
    )


def _head_of(cells: Sequence[TableCell]) -> _Head:
    """Which column holds the rates that are meant, which those that they replace, and whose they are."""
    words = tuple(NOTE_MARKS.sub("", re.sub(r"(?<=[a-z])\d$", "", c.words)).strip() for c in cells)
    likely = [
        n
        for n, h in enumerate(words)
        if not NOT_RATES.search(h)
        and any(use.search(h) for use in (RATE_HEADS, NEW_HEADS, OLD_HEADS, CURRENT_HEADS))
    ]
    plain = [re.sub(r"\W*(?:%|per\s?cent)\W*$", "", h) for h in words]
    of = {
        n: found[0]
        for n, h in enumerate(plain)
        if n and (found := parties_in(TableCell(0, h), exact=True))
    }
    old = [n for n in likely if OLD_HEADS.search(words[n])]
    wanted = [n for n in likely if n not in old and not OTHER_HEADS.search(words[n])]
    new = [n for n in wanted if NEW_HEADS.search(words[n])] or wanted
    if not old and len(new) < len(wanted):
        old = [n for n in wanted if n not in new and CURRENT_HEADS.search(words[n])]
    if len(of) > 1 or (of and not likely):
        return _Head(words, of=of)
    if len(likely) > 1 and len(new) != 1 and len(set(words)) == len(words):
        return _Head(words, doubt=WHICH_COLUMN)
    return _Head(words, new[0] if len(new) == 1 else None, old[0] if len(old) == 1 else None)


def _rows_in(
    page: Page, line: TableCell, cells: Sequence[TableCell], head: _Head
) -> tuple[list[LabelledRate], str]:
    """The rows of a line, and why it is not clear which of its rates count."""
    percent = [n for n, h in enumerate(head.words) if re.search(r"%|\bper\s?cent", h)]
    levels = {n: level for n, c in enumerate(cells) if (level := level_in(page, c, n in percent))}
    days = {n: day for n, c in enumerate(cells) if (day := days_in(page, c))}
    labels = {
        n: TableCell(c.start, page.raw[c.start : c.end])
        for n, c in enumerate(cells)
        if n not in levels and n not in days and re.search(r"[^\W\d_]{2}|\d{4}", c.words)
    }
    if not levels or not labels:
        return rows_of_line(page, line), ""
    whole = line.stripped()
    if columns := [n for n in levels if n in head.of]:
        parties = _named_together(labels, head)
        rows = [
            row
            for n in columns
            for row in rows_for(
                [_both(p, head.of[n]) for p in parties], cells[n].end, levels[n], whole.start
            )
        ]
        twice = any(p.place for p in parties) and any(of.place for of in head.of.values())
        return rows, WHICH_COLUMN if twice else ""
    if len(levels) > 1 and [*labels] == [n - 1 for n in levels]:
        return [
            row
            for n, level in levels.items()
            for row in rows_for(parties_in(labels[n - 1]), cells[n].end, level)
        ], ""
    level = levels[head.rate if head.rate in levels else min(levels)]
    if head.old in levels:
        level = level._replace(before=levels[head.old].rate)
    doubt = WHICH_COLUMN if len(levels) > 1 and head.rate is None else ""
    firms = {
        n: c
        for n, c in labels.items()
        if (
            n < len(head.words) and FIRM_HEADS.search(head.words[n]) and not place_labelled(c.words)
        )
        or FIRM.search(c.words)
        or REST.match(c.words)
    }
    others = {n: c for n, c in labels.items() if n not in firms}
    parties = _named_together(others, head) if others else []
    if firms:
        at, label = next((c.start, c.words) for c in firms.values())
        sides = parties[:1] if others else [Labelled(at, label, "", None)]
        parties = [p._replace(label=label) for p in sides]
    rows = [r._replace(firm=bool(firms)) for r in rows_for(parties, whole.end, level, whole.start)]
    heads = {n: head.words[n] for n in days if n < len(head.words)}
    ends = next((days[n][1] for n, words in heads.items() if END_HEADS.search(words)), None)
    starts = next((days[n][0] for n, words in heads.items() if START_HEADS.search(words)), None)
    return [r._replace(starts=starts, ends=ends) for r in rows], doubt


def _both(row: Labelled, column: Labelled) -> Labelled:
    """Whom and what the label of a row and the head of a column name together."""
    place, goods = row.place or column.place, row.goods or column.goods
    return row._replace(place=place, goods=goods or (None if row.place else NamedGoods(row.label)))


def _named_together(labels: Mapping[int, TableCell], head: _Head) -> list[Labelled]:
    """Whom and what the cells of a row name together: several states, goods, or goods of a state."""
    read = {n: parties_in(cell) for n, cell in labels.items()}
    states = {n: found for n, found in read.items() if any(p.place for p in found)}
    if not all(read.values()) or len({found[0].place for found in states.values()}) > 1:
        return []
    named = [found[0] for n, found in read.items() if n not in states]
    if not states:
        return [next((p for p in named if p.goods), named[0])]
    goods = next((p.goods for p in named if p.goods), None)
    if goods is None:
        beside = {*states, *(n for n, h in enumerate(head.words) if SIDE_HEADS.search(h))}
        goods = next((NamedGoods(c.words) for n, c in labels.items() if n not in beside), None)
    return [p._replace(goods=p.goods or goods) for p in next(iter(states.values()))]
