"""Rows of a line without cells: a label and its rate, several in one line, and sentences that only list states."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paxsilica.brief.frames.firms import FIRM
from paxsilica.brief.frames.labels import (
    NOT_RATES,
    REST,
    LabelledRate,
    duty_named,
    parties_in,
    place_labelled,
    rows_for,
)
from paxsilica.brief.frames.table_lines import (
    BOUND,
    BULLET,
    DUTY_AND_RATE,
    IN_BRACKETS,
    LABEL_AND_RATE,
    LABEL_AND_SPREAD,
    LISTED_ITEM,
    LISTS_STATES,
    ONE,
    PLACE_AND_RATE,
    RATE_AND_LABEL,
    Page,
    TableCell,
    level_matched,
)
from paxsilica.names.places import near_country

HAS_RATE = re.compile(f"[{ONE}{BOUND}]")


def rows_of_line(page: Page, line: TableCell) -> list[LabelledRate]:
    """The rows of a line without cells: a label and its rate, a list of them, or one after the other."""
    if not HAS_RATE.search(line.words):
        return []
    bullet = BULLET.match(line.words)
    line = line.part(bullet.end() if bullet else 0).stripped()
    patterns = (LABEL_AND_RATE, RATE_AND_LABEL, LABEL_AND_SPREAD)
    if m := next((m for p in patterns if (m := p.fullmatch(line.words))), None):
        level = level_matched(page, line.start, m)
        parties = parties_in(line.part(*m.span("label")))
        known = any(p.place or p.goods for p in parties) or near_country(m["label"])[1]
        if level and known and not NOT_RATES.search(m["label"]):
            return rows_for(parties, line.end, level, line.start)
        if REST.match(m["label"]) or FIRM.search(m["label"]):
            return rows_of_firm(page, line)
    finders = (_rows_of_duties, _rows_of_items, _rows_of_list, _rows_among, _rows_of_run)
    return next((rows for find in finders if (rows := find(page, line))), [])


def rows_of_firm(page: Page, line: TableCell) -> list[LabelledRate]:
    """The row of a line of a firm and its rate, whatever the firm is called: `Tesla: 7.8% (on its own request)`."""
    bullet = BULLET.match(line.words)
    line = line.part(bullet.end() if bullet else 0).stripped()
    m = LABEL_AND_RATE.fullmatch(re.sub(r"\s\([^()]*\)\.?$", "", line.words))
    level = level_matched(page, line.start, m) if m else None
    if m is None or level is None:
        return []
    row = LabelledRate(line.start, line.end, m["label"], "", None, *level)
    return [row._replace(firm=True)]


def _rated_items(line: TableCell) -> Iterator[TableCell]:
    """The parts of a line that end with a rate each, without what joins them."""
    for m in re.finditer(
        rf"[\s,;]*(?:and\s)?(?P<item>[^{ONE}{BOUND}]{{1,120}}[{ONE}{BOUND}]+)", line.words
    ):
        yield line.part(*m.span("item"))


def _rows_of_duties(page: Page, line: TableCell) -> list[LabelledRate]:
    """The rows of a line with several duties: `Cambodia: dumping margin up to 12%; CVD rate 3%`."""
    label = re.match(rf"([^{ONE}{BOUND}:]{{2,60}}?)\s?(?::|\s[–—-])\s", line.words)
    parties = parties_in(line.part(*label.span(1))) if label else []
    rows: list[LabelledRate] = []
    for item in _rated_items(line.part(label.end())) if label and parties else ():
        duty = DUTY_AND_RATE.fullmatch(item.words)
        level = level_matched(page, item.start, duty) if duty else None
        sort = duty_named(duty["duty"]) if duty else ""
        if level is None or not sort:
            return []
        found = rows_for(parties, item.end, level, item.start)
        rows += [r._replace(duty=sort) for r in found]
    return rows


def _rows_of_items(page: Page, line: TableCell) -> list[LabelledRate]:
    """The rows of a line of names and rates with commas: `cheese 12%, butter 18% and wine 25%`."""
    rows: list[LabelledRate] = []
    for item in _rated_items(line):
        match = LABEL_AND_RATE.fullmatch(item.words)
        level = level_matched(page, item.start, match) if match else None
        parties = parties_in(item.part(*match.span("label")), exact=True) if match else []
        if level is None or not parties:
            return []
        rows += rows_for(parties, item.end, level, item.start)
    whole = rows and not line.words[rows[-1].end - line.start :].strip(" .")
    return rows if whole and len(rows) > 1 else []


def _rows_among(page: Page, line: TableCell) -> list[LabelledRate]:
    """The rows of a sentence that only lists states: `Among them are Japan (24%) and Laos (48%).`"""
    for sentence in LISTS_STATES.finditer(line.words):
        start = line.start + sentence.start("lead")
        rows: list[LabelledRate] = []
        for m in IN_BRACKETS.finditer(line.words, *sentence.span("items")):
            code = place_labelled(m["label"])
            rate = page.values.get(line.start + m.start("rate"))
            if not code or rate is None:
                break
            end = line.start + m.end()
            rows.append(LabelledRate(start, end, m["label"], code, None, rate))
            start = end
        else:
            return rows
    return []


def _rows_of_list(page: Page, line: TableCell) -> list[LabelledRate]:
    """The rows of a list in one line: `Articles of Peru: 15 percent; Articles of Chile: 40 percent`."""
    rows: list[LabelledRate] = []
    for m in re.finditer(r"[^;]+", line.words):
        colons = () if rows else re.finditer(r":\s", line.words[: m.end()])
        begins = (m.start(), *(colon.end() for colon in colons))
        items = (LISTED_ITEM.match(line.words, at, m.end()) for at in begins)
        item = next((i for i in items if i), None)
        if item is None or (item.end() < m.end() and line.words[item.end() - 2] != "."):
            return []
        level = level_matched(page, line.start, item)
        if level is None:
            return []
        end = line.start + item.start() + len(item[0].rstrip(" .;,"))
        rows += rows_for(parties_in(line.part(*item.span("label"))), end, level)
    return rows if len(rows) > 1 else []


def _rows_of_run(page: Page, line: TableCell) -> list[LabelledRate]:
    """Countries and rates one after the other, as a page leaves them: `Afghanistan 15% Algeria 30% ...`."""
    rows: list[LabelledRate] = []
    for m in PLACE_AND_RATE.finditer(line.words):
        start, end, label = line.start + m.start(), line.start + m.end(), m["label"].strip()
        code = place_labelled(label)
        rate = page.values.get(line.start + m.start("rate"))
        if not code or rate is None or (rows and start != rows[-1].end):
            if len(rows) >= 4:
                break
            rows = []
        elif rows or re.search(r"(?:^|[:.]\s*)$", line.words[: m.start()]):
            rows.append(LabelledRate(start, end, label, code, None, rate))
    whole = rows and (rows[0].start, rows[-1].end) == (line.start, line.end)
    return rows if len(rows) >= (2 if whole else 4) else []
