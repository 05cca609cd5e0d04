"""A table of rates -> a measure for each of its rows, by the act that the words above it tell of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from paxsilica.brief.frames.carried import Carried
from paxsilica.brief.frames.gate import RATED, STANDS, TRADE_REMEDIES, gated
from paxsilica.brief.frames.labels import LabelledRate, duty_named
from paxsilica.brief.frames.sentences import Sent
from paxsilica.brief.frames.tables import RateTable
from paxsilica.brief.frames.words import lexicon, phrase_of, wordset
from paxsilica.brief.record import Measure, Quantity, Span

NO_STATE = ("voice", "private", "court", "exporter")
"""Forms of places in which no state acts."""

INTRO, ANNEX_INTRO = 400, 2500
"""Code points above a table, and above one of many rows, in which its act is looked for."""

ABOVE = 3
"""Sentences and lines above a table that may be its title."""

ANNEX = 6
"""Rows of a table that stands apart from its act."""

IN_DOUBT = re.compile(
    r"\b(?:propos|would|threat|plan(?:s|n)?\b|planned|draft|consider|recommend|investigat|probe|exercise|scenario|alleg|claim"
    r"|simulat|asks?\b|request|expired|lapsed|revoked|terminated|withdrawn|repealed|rescinded|suggest)\w*"
)
"""Words of a title by which its rates do not stand, or not any more."""

NOT_STANDING = re.compile(
    r"\b(?:asks?|would|propos\w+|recommend\w*|demands?|suggest\w*)\b"
    r"|\b(?:were|been|that|now)\s(?:revoked|terminated|withdrawn|repealed|rescinded|lifted|expired|lapsed)\b"
)
"""Words of the line directly above a table by which its rates are only wanted or over, whatever the line's act says."""

UNLESS_DATED = ("expired",)
"""Doubts that are none where a table says on which day each of its rates ends."""


def table_acts(
    text: str,
    table: RateTable,
    found: list[Measure],
    context: Carried,
    above: Sequence[Sent],
    day: date | None,
) -> Iterator[Measure]:
    """A measure for each row of a table, by the act without a rate that the sentences `above` tell of, else by its title.

    The act leaves `found`; rows whose last day is before `day` have expired.
    """
    if not table.rows:
        return
    reach = ANNEX_INTRO if len(table.rows) >= ANNEX else INTRO
    near = (
        m
        for m in reversed(found[-20:])
        if 0 <= table.start - m.span.end <= reach and m.type in RATED and m.rate is None
    )
    title = [s for s in above if s.start >= table.start - INTRO]
    titled = _titled(text, table, title, context)
    act = next((m for m in near if m.implementers or context.publisher or not titled), None)
    if act is not None:
        found.remove(act)
        actor = act.implementers or context.publisher
        if act.standing == "conditional" and any(_stands_already(act, m) for m in found):
            act = act.model_copy(update={"standing": "in force"})
        clear = actor and not IN_DOUBT.search(text[max(0, table.start - INTRO) : table.start])
        barred = title and NOT_STANDING.search(title[-1].text)
        standing = "unclear" if barred and act.standing in STANDS else act.standing
        standing = "in force" if standing == "unclear" and clear and not barred else standing
        goods = "" if _generic(act.products) else act.products
        update = {"implementers": actor, "standing": standing, "products": goods}
        act = act.model_copy(update=update)
    act = act or titled
    if act is None:
        return
    act = act.model_copy(update={"op": act.op or ("add" if _is_added(text, table) else "set")})
    for row in table.rows:
        yield _row_act(text, table, row, act, day)


NAMED_ANNEX = re.compile(r"\b(?i:Annex|Appendix|List|Schedule|Table)\s(?:[IVX]+|[A-Z]|\d+)\b")


def _is_added(text: str, table: RateTable) -> bool:
    """Whether the rates of a table come on top of others, by the lines above it or by what names the annex it stands in."""
    above = text[max(0, table.start - INTRO) : table.start]
    annex = next(iter([*NAMED_ANNEX.finditer(above)][::-1]), None)
    if annex is None or re.search(r"\badditional\b", above):
        return "additional" in above
    said = rf"\badditional\b[^.;]{{0,200}}\b(?i:{annex[0]})\b"
    return re.search(said, text[: table.start]) is not None


def _stands_already(act: Measure, other: Measure) -> bool:
    """Whether another measure tells that a remedy stands: `once the duties are in force, these firms pay` is none."""
    sides = (act.type, act.implementers, act.targets)
    same = sides == (other.type, other.implementers, other.targets)
    return act.type in TRADE_REMEDIES and same and other.standing in STANDS


def _titled(text: str, table: RateTable, title: Sequence[Sent], context: Carried) -> Measure | None:
    """The act that the lines above a table and the head of its rates name without a verb: `Dumping duties of Chile`."""
    items = [i for s in title for i in s.items]
    duties = [i.value for i in items if i.kind == "instrument" and i.value in RATED]
    sort = next((d for d in (*duties, duty_named(table.head)) if d in TRADE_REMEDIES), "")
    sort = sort or next(iter(duties), "")
    named = [i for i in items if i.kind == "place" and i.form not in NO_STATE]
    offices = {i.value for i in named if i.form}
    states = offices or {i.value for i in named}
    actor = next(iter(states)) if len(states) == 1 else context.publisher
    if not sort or not actor:
        return None
    others = {i.value for i in named} - {actor}
    goods = [i.value for i in items if i.kind == "product"]
    words = " ".join(s.text for s in title)
    cues = {i.value for i in items if i.kind == "cue"} - set(
        UNLESS_DATED if table.rows[0].ends else ()
    )
    acted = {i.value for i in items if i.kind == "verb"} & {"remove", "suspend"}
    doubt = cues or acted or IN_DOUBT.search(words) or wordset("no verb") & set(words.split())
    return Measure(
        id="",
        span=Span.of(text, table.start, table.end),
        type=sort,
        status="in question",
        standing="unclear" if doubt else "in force",
        implementers=actor,
        targets=next(iter(others)) if len(others) == 1 else (),
        products=goods[0].words if len(goods) == 1 else "",
        codes=goods[0].codes if len(goods) == 1 else (),
        sectors=goods[0].sectors if len(goods) == 1 else (),
    )


def _generic(words: str) -> bool:
    """Whether words for goods mean none in particular: `imports`."""
    return any(sense.kind == "goods" for sense in lexicon().get(phrase_of(words.casefold()), ()))


def _row_act(
    text: str, table: RateTable, row: LabelledRate, act: Measure, day: date | None
) -> Measure:
    """The act as a row tells it."""
    span = Span.of(text, row.start, row.end)
    q = Quantity(span=span, value=row.rate, unit="percent", role="rate")
    old = None if row.before is None else q.model_copy(update={"value": row.before})
    targets = (row.place,) if row.place else () if row.doubt and row.label else act.targets
    unknown = "" if row.place or row.goods or row.doubt else row.label
    head = duty_named(table.head)
    sort = row.duty or (head if head in TRADE_REMEDIES else act.type)
    over = day is not None and row.ends is not None and row.ends < day and act.standing in STANDS
    m = act.model_copy(
        update={
            "id": f"measure-{row.start}-{row.end}",
            "span": span,
            "type": sort,
            "standing": "expired" if over else act.standing,
            "targets": tuple(t for t in targets if t not in act.implementers),
            "rate": q,
            "op": row.op or act.op,
            "before": old,
            "products": row.goods.words if row.goods else unknown or act.products,
            "codes": row.goods.codes if row.goods else act.codes,
            "sectors": row.goods.sectors if row.goods else act.sectors,
            "starts": row.starts or act.starts,
            "ends": row.ends or act.ends,
        }
    )
    m = gated(m, bool(m.products), False)
    bare = "the product is not said" if sort in TRADE_REMEDIES and not m.products else ""
    doubts = tuple(doubt for doubt in (table.doubt, row.doubt, bare) if doubt)
    return m.model_copy(update={"needs": (*m.needs, *doubts)})
