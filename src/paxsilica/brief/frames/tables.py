"""Tables of rates in a text: rows of a country, of goods, or of both with a rate, and lists of the like in one line."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from paxsilica.brief.frames.goods import CODE, NamedGoods, goods_of_codes, longest
from paxsilica.brief.frames.table_lines import (
    BOUND,
    BULLET,
    LABEL_AND_RATE,
    LISTED_ITEM,
    ONE,
    PLACE_AND_RATE,
    RATE_AND_LABEL,
    RULED_LINE,
    Level,
    Page,
    TableCell,
    cells_of_line,
    level_in,
    level_matched,
    masked_page,
)
from paxsilica.brief.frames.words import TOKEN
from paxsilica.brief.places import by_word
from paxsilica.names import Names
from paxsilica.names.places import country_names, near_country

NOTE_MARKS = re.compile(r"\s?[\[(](?:\d{1,2}|[a-z*†‡])[\])]|[*†‡§¹²³⁴-⁹]+")
NOT_RATES = re.compile(
    r"\b(?:shares?|growth|grew|change|vat|value[- ]added|inflation|population|gdp|weights?|volumes?"
    r"|turnout|rank(?:ing|ed)?|unemployment|interest|approval|votes?|polls?|probability|yields?|margins?|corporate|sales|revenue"
    r"|deficit|index|exchange|income|discount|utili[sz]ation|utili[sz]ed|average)\b",
    re.IGNORECASE,
)
DUTY = r"\b(?:tariffs?|dut(?:y|ies)|lev(?:y|ies)|surcharges?|ad valorem)\b"
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
OF_GOODS = re.compile(
    r"(?:(?:tariffs?|dut(?:y|ies)|rates?|for|on)\s)*(?:(?:(?:all\s)?(?:articles|goods|products|imports)\s)?(?:of|from|originating\sin)\s)?(?:the\s)?",
    re.IGNORECASE,
)
"""What leads to a name in a label: `Articles of`, `Duty on goods from the`."""

REST = re.compile(r"(?:all\s)?others?\b|total|average|mean\b|rest of", re.IGNORECASE)
MOST_LINES, MOST_ODD = 5000, 2
"""Lines of the longest table; those in a row that hold no rate, such as `15 % less the duty that stands`."""

WHICH_COLUMN = "several columns hold rates, and no head says which is meant"


class LabelledRate(NamedTuple):
    """A row at `[start, end)`: its label, what that means, its rate in percent, `before`, the rate that it replaces, and
    `doubt`, why its place is not known."""

    start: int
    end: int
    label: str
    place: str
    goods: NamedGoods | None
    rate: float
    before: float | None = None
    doubt: str = ""


class RateTable(NamedTuple):
    """Rows of one table `[start, end)`, none if it is about something else; `doubt` says why its rates cannot be told."""

    start: int
    end: int
    rows: tuple[LabelledRate, ...]
    doubt: str = ""


class _Party(NamedTuple):
    """Whom or what a label names, which begins at `at`."""

    at: int
    label: str
    place: str
    goods: NamedGoods | None


class _Head(NamedTuple):
    """What the head of a table says of its columns."""

    words: tuple[str, ...] = ()
    rate: int | None = None
    old: int | None = None
    of: Mapping[int, _Party] = {}
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
        odd = 0 if found else odd + 1
        if odd > MOST_ODD or (not found and (not rows or len(cells) < 2)):
            break
        doubt = doubt or unclear
        rows += found
        after = k + 1 if found else after
    one = head.rate is not None
    rows = _with_near_states(rows)
    known = sum(bool(r.place or r.goods) for r in rows)
    wanted = 1 if one and any(map(NAMING_HEADS.search, head.words)) else 0.6 * len(rows)
    if not rows or known < wanted or (rows[0].end == rows[-1].end and not one):
        return None, at + 1
    other = _is_other(lines[at - 1].words[-300:] if at else "", " ".join(head.words))
    start = rows[0].start if start < 0 else start
    kept = () if other else tuple(rows)
    return RateTable(start, rows[-1].end, kept, head.doubt or doubt), after


def _with_near_states(rows: list[LabelledRate]) -> list[LabelledRate]:
    """The same with misspelt states as the nearest one, where most of the rows are states and none is goods alone."""
    states = sum(bool(r.place) for r in rows)
    if 2 * states < len(rows) or any(r.goods and not r.place for r in rows):
        return rows
    return [r if r.place or len(r.label) > LONGEST_PLACE else _near_state(r) for r in rows]


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
    return bool(begins or (NOT_RATES.search(f"{said} {heads}") and not named))


def _is_head(page: Page, cells: Sequence[TableCell]) -> bool:
    words = [c.words for c in cells]
    return (
        len(cells) > 1
        and all(len(w) <= 50 and not w.endswith((".", ":")) for w in words)
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
        if n and (found := _parties_in(TableCell(0, h), exact=True))
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
    labels = {
        n: TableCell(c.start, page.raw[c.start : c.end])
        for n, c in enumerate(cells)
        if n not in levels and re.search(r"[^\W\d_]{2}|\d{4}", c.words)
    }
    if not levels or not labels:
        return _rows_of_line(page, line), ""
    whole = line.stripped()
    if columns := [n for n in levels if n in head.of]:
        parties = _named_together(labels, head)
        rows = [
            row
            for n in columns
            for row in _rows_for(
                [_both(p, head.of[n]) for p in parties], cells[n].end, levels[n], whole.start
            )
        ]
        twice = any(p.place for p in parties) and any(of.place for of in head.of.values())
        return rows, WHICH_COLUMN if twice else ""
    if len(levels) > 1 and [*labels] == [n - 1 for n in levels]:
        return [
            row
            for n, level in levels.items()
            for row in _rows_for(_parties_in(labels[n - 1]), cells[n].end, level)
        ], ""
    level = levels[head.rate if head.rate in levels else min(levels)]
    if head.old in levels:
        level = level._replace(before=levels[head.old].rate)
    doubt = WHICH_COLUMN if len(levels) > 1 and head.rate is None else ""
    return _rows_for(_named_together(labels, head), whole.end, level, whole.start), doubt


def _rows_for(
    parties: Sequence[_Party], end: int, level: Level, start: int | None = None
) -> list[LabelledRate]:
    """A row for each of the parties of a rate, from its name on; the first from `start`."""
    return [
        LabelledRate(p.at if start is None or n else start, end, p.label, p.place, p.goods, *level)
        for n, p in enumerate(parties)
    ]


def _rows_of_line(page: Page, line: TableCell) -> list[LabelledRate]:
    """The rows of a line without cells: a label and its rate, a list of them, or one after the other."""
    bullet = BULLET.match(line.words)
    line = line.part(bullet.end() if bullet else 0).stripped()
    if m := LABEL_AND_RATE.fullmatch(line.words) or RATE_AND_LABEL.fullmatch(line.words):
        level = level_matched(page, line.start, m)
        parties = _parties_in(line.part(*m.span("label")))
        known = any(p.place or p.goods for p in parties) and not NOT_RATES.search(m["label"])
        if level and known:
            return _rows_for(parties, line.end, level, line.start)
    return _rows_of_list(page, line) or _rows_of_run(page, line)


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
        rows += _rows_for(_parties_in(line.part(*item.span("label"))), end, level)
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


def _both(row: _Party, column: _Party) -> _Party:
    """Whom and what the label of a row and the head of a column name together."""
    place, goods = row.place or column.place, row.goods or column.goods
    return row._replace(place=place, goods=goods or (None if row.place else NamedGoods(row.label)))


def _named_together(labels: Mapping[int, TableCell], head: _Head) -> list[_Party]:
    """Whom and what the cells of a row name together: several states, goods, or goods of a state."""
    read = {n: _parties_in(cell) for n, cell in labels.items()}
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


LONGEST_PLACE = 60
"""Code points of the longest label that may be a misspelt state."""

MOST_OF_A_LABEL = 200
"""Code points of the longest label that is looked for in names."""


def _parties_in(cell: TableCell, exact: bool = False) -> list[_Party]:
    """Whom or what a label names; nothing where it means all that the others do not. `exact` where it may name neither."""
    label = NOTE_MARKS.sub("", cell.words).strip(" :,;.–—-…\"'*")
    at = cell.start + max(cell.words.find(label), 0)
    lead = OF_GOODS.match(label)
    name = label[lead.end() if lead else 0 :]
    if not label or REST.match(label):
        return []
    if len(label) > MOST_OF_A_LABEL:
        return [_Party(at, label, "", None)]
    plain = re.sub(r"\s(?:goods|products|imports|articles)$", "", name)
    for words in (label, plain, re.sub(r"(?<=[^\W\d])\d{1,2}$|^\d{1,3}\s+", "", plain)):
        if place := place_labelled(words):
            return [_Party(at, words, place, None)]
        if goods := _goods_exactly(words):
            return [_Party(at, label, "", goods)]
    if exact:
        return []
    if places := _states_listed(name):
        begin = 0
        return [
            _Party(at + (begin := label.index(words, begin)), words, code, None)
            for words, code in places
        ]
    return [_goods_of_state(label, at) or _Party(at, label, "", _goods_labelled(label))]


def _states_listed(label: str) -> list[tuple[str, str]]:
    """The states of a label that names nothing else: `Japan, Korea and Bosnia and Herzegovina`."""
    if code := place_labelled(label):
        return [(label, code)]
    for sep in (r"\s?[,;/]\s?(?:and\s)?", r"\s(?:and|&)\s"):
        words = re.split(sep, label)
        if len(words) > 1:
            parts = [_states_listed(part) for part in words]
            return [place for part in parts for place in part] if all(parts) else []
    return []


def _goods_of_state(label: str, at: int) -> _Party | None:
    """A label of a state and its goods: `Japan - cars`, `cars from Japan`, `Japan (cars)`."""
    for m in re.finditer(r"\s?(?P<sep>[:;/,(]|\s[–—-]\s|\sfrom\s)\s?", label):
        left, right = label[: m.start()], label[m.end() :].rstrip(")")
        for state, words in ((left, right), (right, left)):
            place = place_labelled(state)
            goods = _goods_labelled(words)
            if (
                place
                and m["sep"] == "("
                and (words.isupper() or re.match("excl|incl|former|not", words))
            ):
                return _Party(at, label, place, None)
            if place and (goods or m["sep"] != ","):
                return _Party(at, label, place, goods or NamedGoods(words))
    return None


def place_labelled(label: str) -> str:
    """The code of the place that a label is; nothing where it is none."""
    if len(label) < 3 and not label.isupper():
        return ""
    return by_word().get(label) or Names().place(label)


def _goods_exactly(label: str) -> NamedGoods | None:
    """The goods that a label is as a whole: a customs code with or without words, or a name that a table has."""
    coded = re.match(
        rf"(?:(?:HS|HTS|CN)\s?)?(?:(?:sub)?heading\s|chapter\s|codes?\s)?({CODE})\b", label
    )
    if (
        coded
        and not re.match(r"(?:19|20)\d\d(?![\d.])", label)
        and (label[0].isalpha() or len(re.sub(r"\D", "", coded[1])) >= 4)
    ):
        return goods_of_codes(coded[1])
    tokens = TOKEN.findall(label)
    found = longest(tokens, 0) if tokens else None
    return found[1] if found and found[0] == len(tokens) else None


def _goods_labelled(label: str) -> NamedGoods | None:
    """The goods that a label is, or ends with."""
    tokens = TOKEN.findall(label)
    ends = (
        hit[1]._replace(words=label)
        for at in range(len(tokens))
        if (hit := longest(tokens, at)) and at + hit[0] == len(tokens)
    )
    return _goods_exactly(label) or (next(ends, None) if len(tokens) < 5 else None)
