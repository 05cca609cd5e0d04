"""What a language model read, beside what the rules read, until a person says yes.

The same act is there once. Where rules and model differ in rate or sides, both stand, and neither is drafted without a
person; nothing else of the rules is changed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from textwrap import shorten
from typing import TypeVar

from paxsilica.brief.documents import unmasked
from paxsilica.brief.drafts import title_of
from paxsilica.brief.frames.around import SUGGESTED
from paxsilica.brief.frames.gate import EVERY_COUNTRY, TRADE_REMEDIES
from paxsilica.brief.passages import overlap, sentences_touching
from paxsilica.brief.reading import assertions_of
from paxsilica.brief.record import Commitment, Measure, Reading, Record
from paxsilica.errors import InputError, joined

UNCONFIRMED = "the model read it; nobody has confirmed"
DIFFER = "the rules and the model differ: "
"""What a person settles by saying yes to one of them; behind it what the other one reads."""

Confirmable = TypeVar("Confirmable", Measure, Commitment)


def with_model(
    rules: Reading, measures: Sequence[Measure], promises: Sequence[Commitment]
) -> Reading:
    """A reading by the rules with what a model read: the same act once, and where both differ each as in conflict."""
    text, notes = unmasked(rules.document), [*rules.dropped]
    mine, fresh = list(rules.measures), []
    left = list(rules.measures)
    for m in _once(measures, _act):
        same = [r for r in rules.measures if _says_no_more(m, r)]
        left = [r for r in left if r not in same]
        fresh += [] if same else [m]
        notes += [note for r in same[:1] for note in _otherwise_read(m, r)]
    for n, m in enumerate(fresh):
        here = sentences_touching(text, m.span)
        for r in left:
            if overlap(here, r.span, 0) and _conflict(m, r):
                fresh[n] = _in_conflict(fresh[n], r)
                mine = [_in_conflict(x, m) if x.id == r.id else x for x in mine]
    made, new = list(rules.commitments), []
    for c in _once(promises, lambda c: (c.who, c.what.casefold())):
        alike = [r for r in rules.commitments if overlap(c.span, r.span, 0.5)]
        if not any(_promises_no_more(c, r) for r in alike):
            told = [r for r in alike if _other_promise(c, r)]
            made = [_in_conflict(x, c) if x in told else x for x in made]
            new.append(_with_needs(c, *(DIFFER + _other_reading(r) for r in told)))
    whole = rules.model_copy(
        update={
            "measures": _by_place([*mine, *(_with_needs(m, UNCONFIRMED) for m in fresh)]),
            "commitments": _by_place([*made, *(_with_needs(c, UNCONFIRMED) for c in new)]),
            "dropped": tuple(dict.fromkeys(notes)),
        }
    )
    return whole.model_copy(update={"assertions": tuple(assertions_of(whole))})


def _by_place(items: list[Confirmable]) -> tuple[Confirmable, ...]:
    return tuple(sorted(items, key=lambda item: item.span.start))


def _once(
    items: Sequence[Confirmable], key: Callable[[Confirmable], object]
) -> Iterator[Confirmable]:
    yield from {key(item): item for item in reversed(items)}.values()


def _act(m: Measure) -> tuple[object, ...]:
    """What makes two readings of a model one act."""
    rate = m.rate.value if m.rate else None
    return (m.type, m.implementers, m.targets, rate, m.op, m.codes, m.sectors, m.products)


def _says_no_more(m: Measure, r: Measure) -> bool:
    """Whether a model's measure names nothing but what a rules' one has, in other words perhaps."""
    pairs = [
        (m.implementers, r.implementers),
        (m.targets, r.targets),
        ((*m.codes, *m.sectors), (*r.codes, *r.sectors)),
    ]
    same = m.type == r.type and all(not mine or set(mine) == set(other) for mine, other in pairs)
    return same and _level_of(m) in (None, _level_of(r)) and bool(r.products or not m.products)


def _otherwise_read(m: Measure, r: Measure) -> Iterator[str]:
    """What of one act the model reads otherwise than the rules, beside rate and sides."""
    told = {
        "the standing": (m.standing, r.standing),
        "the first day": (m.starts, r.starts),
        "the last day": (m.ends, r.ends),
    }
    more = [f"{what} as {mine}" for what, (mine, own) in told.items() if mine and mine != own]
    if more:
        yield f"{title_of(r)}: the model reads {joined(more)}; the rules' reading stands ({r.id})"


def _level_of(m: Measure) -> tuple[float, str] | None:
    """The rate and what it does; a trade remedy comes on top, whatever is said of it."""
    op = "add" if m.type in TRADE_REMEDIES else m.op or "set"
    return (m.rate.value, op) if m.rate else None


def _conflict(m: Measure, r: Measure) -> bool:
    """Whether two readings of a sentence are of one act, and give it another rate or other sides."""
    if m.type != r.type:
        return False
    levels = {_level_of(m), _level_of(r)}
    sides = [(set(x.implementers), set(x.targets)) for x in (m, r)]
    parties = [acting | hit for acting, hit in sides]
    both_known = all(acting and hit for acting, hit in sides)
    if None not in levels and len(levels) > 1:
        everybody = EVERY_COUNTRY in (*m.targets, *r.targets)
        same_side = parties[0] == parties[1] or bool(sides[0][1] & sides[1][1])
        return same_side or everybody or not both_known
    return both_known and sides[0] != sides[1]


def _promises_no_more(c: Commitment, r: Commitment) -> bool:
    return (not c.who or set(c.who) <= set(r.who)) and _day_of(c) in (None, _day_of(r))


def _other_promise(c: Commitment, r: Commitment) -> bool:
    who, days = (set(c.who), set(r.who)), {_day_of(c), _day_of(r)}
    return (all(who) and who[0].isdisjoint(who[1])) or (None not in days and len(days) > 1)


def _day_of(c: Commitment) -> date | None:
    return (c.due.last or c.due.first) if c.due else None


def _other_reading(item: Measure | Commitment) -> str:
    if isinstance(item, Measure):
        return title_of(item)
    lead = "by" if item.due and item.due.last else "from"
    by = f" {lead} {_day_of(item)}" if _day_of(item) else ""
    return f"{joined(item.who) or 'nobody named'}: {shorten(item.what, 80)}{by}"


def _in_conflict(item: Confirmable, other: Measure | Commitment) -> Confirmable:
    return _with_needs(item, DIFFER + _other_reading(other))


def _with_needs(item: Confirmable, *needs: str) -> Confirmable:
    return item.model_copy(update={"needs": tuple(dict.fromkeys((*item.needs, *needs)))})


def disputed(item: Measure | Commitment) -> list[str]:
    """Why an item may not be told as read: nobody has confirmed a model's, or rules and model differ."""
    return [why for why in item.needs if why == UNCONFIRMED or why.startswith(DIFFER)]


def waits_for(item: Measure | Commitment) -> list[str]:
    """Why an item needs a person's yes: it is disputed, or nothing keeps it from being drafted but what is taken from the
    text around it."""
    waits = disputed(item)
    around = [why for why in item.needs if why in SUGGESTED.values()]
    nothing_else = len(waits + around) == len(item.needs) and not getattr(item, "lacks", ())
    return waits + around if nothing_else else waits


def with_yes(item: Confirmable, by: str) -> Confirmable:
    """An item after a person's yes; one that did not wait for it is as before."""
    waits = waits_for(item)
    if not waits:
        return item
    needs = tuple(why for why in item.needs if why not in waits)
    taken = {"suggested": ()} if isinstance(item, Measure) and not needs else {}
    return item.model_copy(update={"needs": needs, "confirmed": by} | taken)


def confirmed(reading: Reading, id: str, by: str) -> Reading:
    """A reading after a person's yes to one of its measures or promises."""
    return reading.model_copy(
        update={
            kind: tuple(with_yes(x, by) if x.id == id else x for x in getattr(reading, kind))
            for kind in ("measures", "commitments")
        }
    )


def accepted(record: Record, names: Sequence[str], by: str) -> Record:
    """A record after a person's yes to items, by their ids or `sha256#id`. Raises InputError: nobody says yes, or there is
    no such item."""
    if names and not by.strip():
        raise InputError("--accept: say who says yes, with --by or in PAX_NAME")
    for name in names:
        sha, _, id = record.named(name).partition("#")
        after = [confirmed(r, id, by) if r.document.sha256 == sha else r for r in record.readings]
        record = record.model_copy(update={"readings": tuple(after)})
    return record


def carried(new: Reading, kept: Reading) -> Reading:
    """A reading by the rules with what a model was asked about the same text before."""
    if new.asked or not kept.asked:
        return new
    held = new.model_copy(update={"asked": kept.asked, "dropped": kept.dropped})
    if new.document.text != kept.document.text:
        note = "what the model read is of an earlier form of this text; ask it again"
        return held.model_copy(update={"dropped": (*kept.dropped, note)})
    mine = [with_yes(m, "") for m in kept.measures if m.model]
    return with_model(held, mine, [with_yes(c, "") for c in kept.commitments if c.model])
