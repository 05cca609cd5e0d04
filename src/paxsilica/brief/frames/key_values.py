"""Fact sheets: lines of a key and its value that together tell of one measure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from typing import NamedTuple, get_args

from paxsilica.brief.frames.gate import EVERY_COUNTRY, RATED, gated
from paxsilica.brief.frames.goods import NamedGoods
from paxsilica.brief.frames.labels import named_in, parties_in, states_listed
from paxsilica.brief.frames.sentences import FRAMING
from paxsilica.brief.frames.table_lines import TableCell, days_in, level_in, masked_page
from paxsilica.brief.frames.words import lexicon, pattern_of, patterns_by_value, phrase_of
from paxsilica.brief.places import states_in
from paxsilica.brief.record import ActStanding, Measure, Quantity, Span

LINE = re.compile(
    r"[ \t]*\|?[ \t]*(?P<key>[A-Za-z][A-Za-z ]{1,40}?)[ \t]*(?::|\||\t|[ ][–—-][ ])[ \t]*"
    r"(?P<value>[^\n|]+?)[ \t]*\|?[ \t]*"
)
EVERYBODY, EVERYTHING = pattern_of("sheet everybody"), pattern_of("sheet everything")
IN_FORCE = pattern_of("sheet in force")
LEAST_LINES = 3
"""Lines of the shortest sheet."""


class KeyValues(NamedTuple):
    """Lines `[start, end)` of a key and a value each, and the line above them.

    `said` has by what a line says (actor, target, goods, rate, type, starts, ends, status) its key and its value.
    """

    start: int
    end: int
    said: Mapping[str, tuple[str, TableCell]]
    title: str

    def overlaps(self, start: int, end: int) -> bool:
        """Whether it has words of `[start, end)`."""
        return self.start < end and start < self.end


def key_values_of(text: str) -> Iterator[KeyValues]:
    """The fact sheets of a text that say at least who acts, on whom or what, and a rate or a type."""
    lines = [TableCell(m.start(), m[0]) for m in re.finditer(r"[^\n]+", text)]
    at = 0
    while at < len(lines):
        said: dict[str, tuple[str, TableCell]] = {}
        k = at
        while k < len(lines) and (found := _said_in(lines[k])) and found[0] not in said:
            said[found[0]] = found[1:]
            k += 1
        if (
            k - at >= LEAST_LINES
            and "actor" in said
            and said.keys() & {"target", "goods"}
            and said.keys() & {"rate", "type"}
        ):
            yield KeyValues(
                lines[at].start, lines[k - 1].end, said, lines[at - 1].words if at else ""
            )
        at = max(k, at + 1)


def _said_in(line: TableCell) -> tuple[str, str, TableCell] | None:
    """What a line of a sheet says, its key and its value; None where it is no such line."""
    m = LINE.fullmatch(line.words)
    name = next(
        (n for n, p in patterns_by_value("sheet").items() if m and p.fullmatch(m["key"])), ""
    )
    return (name, m["key"], line.part(*m.span("value"))) if m and name else None


def key_value_acts(text: str, values: KeyValues, day: date | None) -> Iterator[Measure]:
    """The measure of a sheet; none where its type is no measure that is known. One that ended before `day` has expired."""
    page = masked_page(text[values.start : values.end])
    cells = {
        n: value._replace(start=value.start - values.start) for n, (_, value) in values.said.items()
    }
    masked = {n: TableCell(c.start, page.text[c.start : c.end]) for n, c in cells.items()}
    key, _ = values.said.get("rate", ("", None))
    sort = named_in(cells["type"].words) if "type" in cells else named_in(key) or "Import tariff"
    level = level_in(page, masked["rate"]) if "rate" in masked else None
    if not sort or (sort in RATED and level is None):
        return
    origin = cells["target"].words if "target" in cells else ""
    everybody = not origin or EVERYBODY.fullmatch(origin)
    targets = (EVERY_COUNTRY,) if everybody else tuple(code for _, code in states_listed(origin))
    goods = _goods(cells.get("goods"))
    days = {
        n: found for n in ("starts", "ends") if n in cells and (found := days_in(page, cells[n]))
    }
    ends = days["ends"][1] if "ends" in days else None
    over = ends is not None and day is not None and ends < day
    standing: ActStanding = "expired" if over else _standing(values)
    span = Span.of(text, values.start, values.end)
    more = re.search(
        r"\badditional\b", " ".join((key, cells["type"].words if "type" in cells else "")), re.I
    )
    m = Measure(
        id=f"measure-{span.start}-{span.end}",
        span=span,
        type=sort,
        status="in question",
        standing=standing,
        implementers=states_in(cells["actor"].words)[:1],
        targets=targets,
        rate=Quantity(span=span, value=level.rate, unit="percent", role="rate") if level else None,
        op=(level.op or ("add" if more else "set")) if level else "",
        products=goods.words,
        codes=goods.codes,
        sectors=goods.sectors,
        starts=days["starts"][0] if "starts" in days else None,
        ends=ends,
    )
    yield gated(m, bool(m.products), False)


def _goods(cell: TableCell | None) -> NamedGoods:
    """The goods of a sheet's line, nothing for all."""
    if cell is None or EVERYTHING.fullmatch(cell.words):
        return NamedGoods("")
    parties = parties_in(cell)
    return next((p.goods for p in parties if p.goods), NamedGoods(cell.words))


def _standing(values: KeyValues) -> ActStanding:
    """How the measure of a sheet stands, by its line of status and the line above it."""
    if FRAMING.search(values.title):
        return "simulated"
    _, status = values.said.get("status", ("", None))
    if status is None or IN_FORCE.match(status.words):
        return "in force"
    words = [
        sense
        for word in re.findall(r"\w+", status.words)
        for sense in lexicon().get(phrase_of(word.casefold()), ())
    ]
    cues = {sense.value for sense in words if sense.kind == "cue"}
    return next((s for s in get_args(ActStanding) if s in cues), "unclear")
