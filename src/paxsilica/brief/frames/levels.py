"""What an act does to the rate, and from which day to which."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from paxsilica.brief.frames.clauses import Clause, is_verb
from paxsilica.brief.frames.heads import Head
from paxsilica.brief.frames.mentions import Mention
from paxsilica.brief.record import Quantity, RateOp, Span, Time


def quantity_of(text: str, item: Mention) -> Quantity:
    if isinstance(item.value, Quantity):
        return item.value
    return Quantity(
        span=Span.of(text, item.start, item.end), value=0.0, unit="percent", role="rate"
    )


def rate_at(text: str, item: Mention, value: float) -> Quantity:
    return Quantity(
        span=Span.of(text, item.start, item.end), value=value, unit="percent", role="rate"
    )


def long_ago(clause: Clause, day: date | None) -> bool:
    """Whether a clause tells of a year long before the text; without a day of the text, of one before 2020."""
    latest = (day.year if day else LONG_KNOWN) - 2
    for k, item in enumerate(clause.items):
        lead = clause.items[k - 1].words.lower() if k else ""
        if (
            item.kind == "date"
            and item.value.last
            and item.value.last.year < latest
            and lead not in ("since", "from")
        ):
            return not any(
                i.words.lower() in ("still", "remains", "remain", "now", "today")
                for i in clause.items
            )
    return False


LONG_KNOWN = 2022


def lifts(items: Sequence[Mention], head: Head) -> bool:
    """Whether a ban or control is lifted or eased."""
    words = {i.words.lower() for i in items[: head.at]}
    return bool(
        words
        & {"lift", "lifted", "lifts", "lifting", "ease", "eased", "eases", "easing", "relaxed"}
    )


def act_of(head: Head, items: Sequence[Mention]) -> str:
    back = [k for k in range(head.at + 1) if is_verb(items, k) and items[k].can_be("verb")]
    ahead = [
        k for k in range(head.at + 1, len(items)) if is_verb(items, k) and items[k].can_be("verb")
    ]
    k = head.verb if head.type in ("Export ban", "Import ban") and head.instrument is None else None
    if k is None:
        k = next(iter((*back[-1:], *ahead[:1])), None)
    if k is None:
        return ""
    return str(items[k].as_("verb").value)


def is_definite(head: Head, items: Sequence[Mention]) -> bool:
    """Whether an instrument is spoken of as one that exists: `the US tariff`, `its 25% duty`, `India's tariff`."""
    k = head.at - 1
    while k >= 0 and items[k].kind in (
        "more",
        "rate",
        "place",
        "ignore",
        "product",
        "word",
        "pronoun",
    ):
        if items[k].words.lower() in ("the", "its", "their", "this", "these") or items[k].own:
            return True
        if items[k].words.lower() in ("a", "an"):
            return k > 0 and items[k - 1].words.lower() == "at"
        k -= 1
    plural = (
        items[head.instrument].words.lower().endswith("s") if head.instrument is not None else False
    )
    return plural


def values_of(head: Head) -> Iterator[Quantity]:
    return (i.value for _, i, _ in head.rates if isinstance(i.value, Quantity))


def level_of(
    head: Head, items: Sequence[Mention], act: str, q: Quantity | None
) -> tuple[RateOp, float | None]:
    """What a rate does to the tariff, and its value."""
    roles = {role for _, _, role in head.rates}
    final = head.final()
    if q is None:
        by = next((i for _, i, role in head.rates if role == "by"), None)
        if by is not None and isinstance(by.value, Quantity):
            sign = -1 if act in ("cut", "remove", "halve") else 1
            return ("add" if "points" in by.value.unit else "of the rate"), sign * by.value.value
        if act in ("double", "triple", "halve") and head.type == "Import tariff":
            return "multiply", {"double": 200.0, "triple": 300.0, "halve": 50.0}[act]
        return "", None
    if final is not None and final[2] == "up":
        return "up to", q.value
    if final is not None and final[2] == "least":
        return "at_least", q.value
    spread = q.at_most and any(o.at_least for o in values_of(head))
    if "range" in roles or (spread and act not in ("raise", "cut", "double", "triple", "halve")):
        return "range", q.value
    if q.unit != "percent":
        return "add", -q.value if act in ("cut", "remove") else q.value
    if head.more or "existing" in roles:
        return "add", q.value
    return "set", q.value


def days_of(
    head: Head, clause: Clause, standing: str, heads: Sequence[Head]
) -> tuple[date | None, date | None, str]:
    """First and last day in force and the words of an anchor, from the dates behind a head, else from the clause's."""
    items = clause.items
    rate = head.final()
    begin = rate[0] if rate else head.at
    following = [
        h.rates[-1][0] if h.rates else h.at
        for h in heads
        if (h.rates[-1][0] if h.rates else h.at) > begin
    ]
    end = following[0] if following else len(items)
    first = min([h.at for h in heads] or [head.at])
    own = [k for k in range(begin, end) if items[k].kind == "date"]
    whole = [
        k
        for k in range(len(items))
        if items[k].kind == "date" and (k < first or (k >= end and not following))
    ]
    starts, ends, anchor = _dates_in(own, items, standing, head)
    if starts is None and ends is None:
        starts, ends, more = _dates_in(whole, items, standing, head)
        anchor = anchor or more
    return starts, ends, anchor


def _dates_in(
    places: Sequence[int], items: Sequence[Mention], standing: str, head: Head
) -> tuple[date | None, date | None, str]:
    starts = ends = None
    anchor = ""
    for i in places:
        time: Time = items[i].value
        lead = items[i - 1] if i else None
        value = str(lead.value) if lead is not None and lead.kind == "prep" else ""
        when = lead.words.lower() if lead is not None else ""
        if value == "end":
            ends = time.last if time.first == time.last else time.first or time.last
        elif value in ("start", "from") or when in ("from", "of", "after"):
            starts = time.first or starts
        elif (value == "on" and time.first and standing == "announced") or (
            value == "in" and time.first and standing == "announced" and time.kind == "date"
        ):
            starts = time.first
        if time.kind == "duration":
            anchor = anchor or time.span.exact
    if (
        anchor
        and starts is None
        and any(x.words.lower() in ("after", "within", "of") for x in items)
    ):
        return starts, ends, anchor
    return starts, ends, anchor
