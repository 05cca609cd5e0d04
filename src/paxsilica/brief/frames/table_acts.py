"""A table of rates -> a measure for each of its rows, by the act that the words above it tell of."""

from __future__ import annotations

import re
from collections.abc import Iterator

from paxsilica.brief.frames.gate import RATED, gated
from paxsilica.brief.frames.sides import Carried
from paxsilica.brief.frames.tables import LabelledRate, RateTable
from paxsilica.brief.frames.words import lexicon, phrase_of
from paxsilica.brief.record import ActStanding, Measure, Quantity, Span

INTRO, ANNEX_INTRO = 400, 2500
"""Code points above a table, and above one of many rows, in which its act is looked for."""

ANNEX = 6
"""Rows of a table that stands apart from its act."""

IN_DOUBT = re.compile(r"\b(?:propos|would|threat|plan|draft|consider)\w*")


def table_acts(
    text: str, table: RateTable, found: list[Measure], context: Carried
) -> Iterator[Measure]:
    """A measure for each row of a table, by the act without a rate that the sentences above it name; it leaves `found`."""
    reach = ANNEX_INTRO if len(table.rows) >= ANNEX else INTRO
    above = (
        m
        for m in reversed(found[-20:])
        if 0 <= table.start - m.span.end <= reach and m.type in RATED
    )
    act = next((m for m in above if m.rate is None), None)
    if act is None or not table.rows:
        return
    found.remove(act)
    actor = act.implementers or context.publisher
    title = text[max(0, table.start - INTRO) : table.start]
    standing: ActStanding = act.standing
    if standing == "unclear" and actor and not IN_DOUBT.search(title):
        standing = "in force"
    goods = "" if _generic(act.products) else act.products
    op = act.op or ("add" if re.search(r"\badditional\b", title) else "set")
    act = act.model_copy(
        update={"implementers": actor, "standing": standing, "products": goods, "op": op}
    )
    for row in table.rows:
        yield _row_act(text, table, row, act)


def _generic(words: str) -> bool:
    """Whether words for goods mean none in particular: `imports`."""
    return any(sense.kind == "goods" for sense in lexicon().get(phrase_of(words.casefold()), ()))


def _row_act(text: str, table: RateTable, row: LabelledRate, act: Measure) -> Measure:
    """The act as a row tells it."""
    span = Span.of(text, row.start, row.end)
    q = Quantity(span=span, value=row.rate, unit="percent", role="rate")
    old = None if row.before is None else q.model_copy(update={"value": row.before})
    targets = (row.place,) if row.place else () if row.doubt else act.targets
    unknown = "" if row.place or row.goods or row.doubt else row.label
    m = act.model_copy(
        update={
            "id": f"measure-{row.start}-{row.end}",
            "span": span,
            "targets": tuple(t for t in targets if t not in act.implementers),
            "rate": q,
            "before": old,
            "products": row.goods.words if row.goods else unknown or act.products,
            "codes": row.goods.codes if row.goods else act.codes,
            "sectors": row.goods.sectors if row.goods else act.sectors,
        }
    )
    m = gated(m, bool(m.products), False)
    doubts = tuple(doubt for doubt in (table.doubt, row.doubt) if doubt)
    return m.model_copy(update={"needs": (*m.needs, *doubts)})
