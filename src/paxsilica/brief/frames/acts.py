"""A text's sentences -> its acts as measures, each with what keeps it from being drafted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date

from paxsilica.brief.actors import Cast
from paxsilica.brief.frames.clauses import Clause, is_verb
from paxsilica.brief.frames.gate import NOBODY_ACTS, RATED, STANDS, TRADE_REMEDIES, gated
from paxsilica.brief.frames.heads import Head, assign, heads_of, with_borrowed_goods
from paxsilica.brief.frames.levels import (
    act_of,
    days_of,
    is_definite,
    level_of,
    lifts,
    long_ago,
    quantity_of,
    rate_at,
    values_of,
)
from paxsilica.brief.frames.mentions import Known, Mention, known_of
from paxsilica.brief.frames.parts import passive, place_parts, subject_of
from paxsilica.brief.frames.phrases import GoodsPhrase, phrases_of
from paxsilica.brief.frames.sentences import (
    Sent,
    View,
    defined_terms,
    is_framed,
    pair_of,
    publisher_of,
    read_sentences,
    speaker_of,
    trailing_office,
)
from paxsilica.brief.frames.sides import Carried, resolve
from paxsilica.brief.frames.standing import act_standing, later
from paxsilica.brief.frames.tables import RateTable, tables_of
from paxsilica.brief.record import ActStanding, Measure, Quantity, Span, Time

BANNED_FLOWS = {
    "exports": "Export ban",
    "export": "Export ban",
    "shipments": "Export ban",
    "sales": "Export ban",
    "sale": "Export ban",
    "imports": "Import ban",
    "import": "Import ban",
    "purchases": "Import ban",
}


def acts_in(
    text: str,
    quantities: Sequence[Quantity],
    times: Sequence[Time],
    cast: Cast,
    day: date | None,
    publisher: tuple[str, ...] = (),
) -> tuple[Measure, ...]:
    """Every act on trade of a text, in order, the same one once."""
    names = known_of(cast, day) | defined_terms(text)
    publisher = publisher or publisher_of(text)
    known = Known(names, publisher, day)
    tables = tables_of(text)
    sentences = list(read_sentences(text, quantities, times, known, tables))
    context = Carried(publisher=publisher, pair=pair_of(text))
    found: list[Measure] = []
    waiting = list(tables)
    for n, sent in enumerate(sentences):
        while waiting and waiting[0].start <= sent.start:
            found += _table_acts(text, waiting.pop(0), found, context)
        if any(t.start <= sent.start < t.end for t in tables):
            continue
        following = tuple(s.text for s in sentences[n + 1 : n + 4])
        view = View(following, is_framed(sentences, n), day)
        found += _acts_of_sentence(text, sent, context, view)
    for table in waiting:
        found += _table_acts(text, table, found, context)
    return tuple(found)


INTRO = 400
"""Code points above a table in which its act is looked for."""


def _table_acts(
    text: str, table: RateTable, found: list[Measure], context: Carried
) -> Iterator[Measure]:
    """A measure for each row of a table, by the act that the sentence above it names without a rate."""
    above = (
        m
        for m in reversed(found[-20:])
        if 0 <= table.start - m.span.end <= INTRO and m.type in RATED
    )
    act = next((m for m in above if m.rate is None), None)
    if act is None:
        return
    found.remove(act)
    actor = act.implementers or context.publisher
    title = text[max(0, table.start - INTRO) : table.start]
    standing: ActStanding = act.standing
    if (
        standing == "unclear"
        and actor
        and not re.search(r"\b(?:propos|would|threat|plan|draft|consider)\w*", title)
    ):
        standing = "in force"
    for row in table.rows:
        q = Quantity(
            span=Span.of(text, row.start, row.end), value=row.rate, unit="percent", role="rate"
        )
        targets = (row.place,) if row.place else act.targets
        goods = row.goods if not row.place else None
        unknown = "" if row.place or goods else row.label
        m = act.model_copy(
            update={
                "id": f"measure-{row.start}-{row.end}",
                "span": Span.of(text, row.start, row.end),
                "implementers": actor,
                "targets": tuple(t for t in targets if t not in actor),
                "standing": standing,
                "rate": q,
                "op": act.op or ("add" if re.search(r"\badditional\b", title) else "set"),
                "products": goods.words if goods else unknown or act.products,
                "codes": goods.codes if goods else act.codes,
                "sectors": goods.sectors if goods else act.sectors,
            }
        )
        m = gated(m, bool(m.products), False)
        yield m.model_copy(update={"needs": (*m.needs, table.doubt)}) if table.doubt else m


def _acts_of_sentence(text: str, sent: Sent, context: Carried, view: View) -> list[Measure]:
    found: list[Measure] = []
    before: Head | None = None
    shown: ActStanding = "unclear"
    context.we, context.spoken = speaker_of(sent), trailing_office(sent)
    for number, clause in enumerate(sent.clauses):
        heads = [*heads_of(number, clause, before or context.head), *_bans(number, clause)]
        heads.sort(key=lambda h: h.at)
        for head in heads:
            head.type = _head_type(head, clause)
            head.third = any(i.kind == "third" for i in clause.items)
        phrases = assign(heads, clause)
        heads = with_borrowed_goods(heads)
        resolve(heads, clause, phrases, context, before)
        for head in heads:
            for m in _measures(text, sent, head, view, shown, heads):
                found.append(m)
                shown = m.standing
            before = head
        _remember(context, clause, heads, phrases)
    return _without_conflict([_landed(m, sent) for m in found])


def _remember(
    context: Carried, clause: Clause, heads: Sequence[Head], phrases: Sequence[GoodsPhrase]
) -> None:
    """Keep of a clause what a later one may mean by a pronoun or leave out."""
    parts = place_parts(clause.items, phrases)
    subjects = subject_of(clause, parts)
    if subjects and not any(subjects[-1].codes[0] in h.targets for h in heads):
        context.subject = subjects[-1].codes
    context.private = next(
        (p.codes for p in reversed(parts) if p.part == "private"), context.private
    )
    context.recent += [p.codes for p in parts if p.part != "private"]
    context.recent += [tuple(phrase.origins) for phrase in phrases if phrase.origins]
    context.recent = context.recent[-6:]
    context.goods = next((p for p in reversed(phrases) if p.products), context.goods)
    if heads and heads[-1].actor:
        context.actor = heads[-1].actor
        context.actors.add(heads[-1].actor)
    context.head = heads[-1] if heads else context.head


def _landed(m: Measure, sent: Sent) -> Measure:
    """A tariff without an actor, by the state that its goods enter in another clause: `pays 12% when it lands in Japan`."""
    if m.implementers or m.type not in RATED:
        return m
    into = {
        p.codes
        for c in sent.clauses
        for p in place_parts(c.items, phrases_of(c.items))
        if p.part == "into" and p.codes[0] not in m.targets
    }
    if len(into) != 1:
        return m
    needs = tuple(n for n in m.needs if n != NOBODY_ACTS)
    return gated(
        m.model_copy(update={"implementers": into.pop()}), bool(m.products), False
    ).model_copy(update={"needs": needs})


def _without_conflict(found: list[Measure]) -> list[Measure]:
    """The measures of a sentence: points give way to the rate they lead to; two rates of one thing need a person."""
    done = []
    for m in found:
        same = [
            o
            for o in found
            if o is not m
            and (o.type, o.implementers, o.targets, o.products)
            == (m.type, m.implementers, m.targets, m.products)
            and o.rate
            and m.rate
            and o.standing in STANDS
            and (o.rate.value, o.op) != (m.rate.value, m.op)
            and (o.starts, o.ends) == (m.starts, m.ends)
        ]
        if (
            m.op == "add"
            and m.rate
            and m.rate.unit != "percent"
            and any(o.op == "set" for o in same)
        ):
            continue
        levels = [o for o in same if o.op == m.op or {o.op, m.op} <= {"set", "up to", "range"}]
        if levels and not m.needs:
            m = m.model_copy(
                update={"op": "range", "needs": ("two rates are said of the same goods",)}
            )
        done.append(m)
    return done


def _bans(number: int, clause: Clause) -> Iterator[Head]:
    """A head for a verb of banning with its flow: `banned exports of gallium`, `imports of fish were prohibited`."""
    items = clause.items
    for i, item in enumerate(items):
        if not (is_verb(items, i) and item.can_be("verb", "ban")):
            continue
        flows = [
            k
            for k, x in enumerate(items)
            if x.words.lower() in BANNED_FLOWS
            and not is_verb(items, k)
            and (k > i or passive(items, i))
        ]
        if flows:
            yield Head(number, i, BANNED_FLOWS[items[flows[0]].words.lower()], verb=i, last=i)


def _head_type(head: Head, clause: Clause) -> str:
    """The type of a head, which a word such as `licence` or `rate` does not tell alone."""
    words = {i.words.lower() for i in clause.items if i.kind == "goods"}
    if head.type == "Licence":
        return (
            "Export licensing requirement"
            if words & {"export", "exports", "shipments"}
            else "Import licensing requirement"
        )
    if head.type == "Trade ban":
        flows = [BANNED_FLOWS[w] for w in words & set(BANNED_FLOWS)]
        return flows[0] if flows else "Trade ban"
    return "Import tariff" if head.type == "Import rate" else head.type


def _stands_here(
    sent: Sent, head: Head, act: str, view: View, shown: ActStanding
) -> tuple[ActStanding, bool]:
    """How an act stands by its sentence and those around it, and whether only its end is talked of."""
    clause = sent.clauses[head.clause]
    definite = is_definite(head, clause.items)
    standing, ending = act_standing(head, head.clause, sent.clauses, sent.text, act, definite)
    if standing == "in force" and long_ago(clause, view.day):
        standing = "historical"
    if standing == "unclear" and head.inherits:
        standing = shown
    if standing in (*STANDS, "unclear") and view.framed:
        standing = "simulated"
    if standing in STANDS and (said := later(view.following)):
        standing = said
    return standing, ending


def _with_level(
    text: str, head: Head, item: Mention, q: Quantity | None, value: float | None
) -> Quantity | None:
    """The rate of a head with the value that its act gives it; None where there is none."""
    if value is None:
        return q
    if q is None:
        by = next((q for q in values_of(head) if abs(q.value) == abs(value)), None)
        q = by or rate_at(text, item, value)
    return q.model_copy(update={"value": value})


def _measures(
    text: str, sent: Sent, head: Head, view: View, shown: ActStanding, heads: Sequence[Head]
) -> Iterator[Measure]:
    """The measures of a head: one, or two where each of two states does it to the other."""
    clause = sent.clauses[head.clause]
    items = clause.items
    rate = head.final()
    if not head.actor and not head.targets and not head.mutual:
        return
    act = act_of(head, items)
    if head.type not in RATED and act in ("raise", "cut") and lifts(items, head):
        act = "remove"
    if act == "remove" and rate and rate[0] and items[rate[0] - 1].words.lower() == "to":
        act = "cut"
    said = quantity_of(text, rate[1]) if rate else None
    amount = said if said and rate and rate[1].kind == "money" else None
    quantity = None if amount else said
    old = next((q for _, q, role in head.rates if role in ("old", "existing")), None)
    standing, ending = _stands_here(sent, head, act, view, shown)
    op, value = level_of(head, items, act, quantity)
    starts, ends, anchor = days_of(head, clause, standing, heads)
    if act == "remove" and standing in STANDS and not ending:
        freed = quantity is None and head.type == "Import tariff" and value is None and not old
        op, value = ("set", 0.0) if freed else (op, value)
        standing = standing if freed else "rescinded"
    start = min([items[head.at].start] + [r.start for _, r, _ in head.rates])
    end = max([items[head.last].end] + [r.end for _, r, _ in head.rates])
    known = [] if head.unknown else head.goods
    m = Measure(
        id=f"measure-{start}-{end}",
        span=Span.of(text, start, end),
        type=head.type,
        status="in question",
        standing=standing,
        implementers=head.actor,
        targets=head.targets,
        rate=_with_level(text, head, items[head.at], quantity, value),
        op="range" if head.several else op,
        before=quantity_of(text, old) if old is not None else None,
        amount=amount,
        products=", ".join([*(g.words for g in head.goods), *head.unknown]),
        codes=tuple(dict.fromkeys(c for g in known for c in g.codes)),
        sectors=tuple(dict.fromkeys(c for g in known for c in g.sectors)),
        excepted=head.excepted,
        reason=_reason(text, end, sent.end) if head.type == "Import tariff" else None,
        when=next((i.value for i in sent.items if i.kind == "date" and i.value.first), None),
        starts=starts,
        ends=ends,
        anchor=anchor,
    )
    named = bool(head.goods or head.unknown)
    one, other = head.mutual if len(head.mutual) == 2 else ("", "")
    for n, (a, b) in enumerate(((one, other), (other, one)) if one else (), 1):
        sides = {"id": f"{m.id}-{n}", "implementers": (a,), "targets": (b,)}
        yield _doubted(gated(m.model_copy(update=sides), named, head.third), head, named, clause)
    if not one:
        yield _doubted(gated(m, named, head.third), head, named, clause)


REASON = re.compile(
    r"\b(?:over|because of|in response to|in retaliation for|citing|due to)\s+(?P<why>[^.;,]{4,120})"
)


def _reason(text: str, start: int, end: int) -> Span | None:
    """Why a tariff is levied, in the words behind it; None where they do not say."""
    why = REASON.search(text, start, end)
    return Span.of(text, *why.span("why")) if why else None


def _doubted(m: Measure, head: Head, named: bool, clause: Clause) -> Measure:
    """The same with what its words leave in doubt."""
    quota = any(i.can_be("instrument", "Import quota") for i in clause.items)
    doubts = (
        ("who acts is taken from an earlier sentence", head.guessed),
        ("a quantity limits it", head.limited and m.type in RATED),
        ("it names those who pay and no goods", head.some and not named),
        ("a quota limits it", m.type in RATED and quota),
        ("which goods are meant is not said", not named and any(p.some for p in head.phrases)),
        ("the product is not said", not named and m.type in TRADE_REMEDIES),
    )
    return m.model_copy(update={"needs": (*m.needs, *(why for why, is_so in doubts if is_so))})
