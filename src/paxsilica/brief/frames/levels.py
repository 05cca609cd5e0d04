"""What an act does to the rate, and from which day to which."""

from __future__ import annotations

from datetime import date

from paxsilica.brief.frames.doubts import LAWS
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.grammar import Word
from paxsilica.brief.frames.rates import REDUCTIONS, is_surtax
from paxsilica.brief.frames.roles import CUTS, MULTIPLIES
from paxsilica.brief.frames.words import wordset
from paxsilica.brief.record import Quantity, RateOp, Span, Time

BEGINNING = wordset("starts")
ENDING_WORDS = wordset("ends")
LONG_KNOWN = 2022
"""The year of texts whose day is not known, when history is told from news."""


def quantity_of(text: str, w: Word) -> Quantity:
    """The number of a rate; zero for words such as `duty-free`."""
    if w.mention and isinstance(w.mention.value, Quantity):
        return w.mention.value
    return Quantity(span=Span.of(text, w.start, w.end), value=0.0, unit="percent", role="rate")


def long_ago(frame: Frame, day: date | None) -> bool:
    """Whether a clause tells of a year long before the text; without a day of the text, of one before 2020."""
    latest = (day.year if day else LONG_KNOWN) - 2
    then = frame.clause.antecedent
    dates = [*frame.dates, *([then] if then is not None else [])]
    dates = [w for w in dates if not LAWS & {w.up.lower, w.up.up.lower}]
    for w in dates if frame.act != "keep" else ():
        time = time_of(w)
        lead = w.head.lower if w.head is not None else ""
        if (
            time is not None
            and time.last
            and time.last.year < latest
            and lead not in ("since", "from")
        ):
            return not any(
                x.lower in ("still", "remains", "remain", "now", "today")
                for x in frame.clause.words
            )
    return False


def time_of(w: Word) -> Time | None:
    return w.mention.value if w.mention and isinstance(w.mention.value, Time) else None


def comes_on_top(frame: Frame) -> bool:
    """Whether a rate comes on top of another."""
    if any(role == "existing" for _, role in frame.rates):
        return True
    final = frame.final
    if frame.added or is_surtax(frame.noun):
        return True
    near = [w for w in (frame.noun, final[0] if final else None) if w is not None]
    more = (c for w in near for c in w.children if c.can_be("more"))
    if not all(any(x.lower == "than" for x in c.subtree()) for c in more):
        return True
    if final is None:
        return False
    above = (final[0].up, final[0].up.up)
    if any(a.can_be("more") and not a.is_verb and a.tag != "RB" for a in above):
        return True
    said = [x for c in (frame.clause, *frame.inner) for x in c.words]
    if any(x.lead == "on" if x.lower == "top" else _adds_to_percentages(x) for x in said):
        return True
    piles = frame.clause.verb.lemma in ("add", "pile", "stack", "heap", "tack", "layer")
    return piles and frame.act == "impose"


def _adds_to_percentages(w: Word) -> bool:
    """Whether a word is `addition` to what is no amount of money, which is but the other half of a duty."""
    behind = w.behind("to") if w.lower == "addition" else []
    return bool(behind) and not any(x.kind == "money" for p in behind for x in p.subtree())


def _multiplied(frame: Frame, percent: float) -> tuple[RateOp, float]:
    """The rate that a multiple of the old one comes to; the multiple where the old one is not said."""
    old = next((w for w, role in frame.rates if role == "old"), None)
    if old is None or old.mention is None or not isinstance(old.mention.value, Quantity):
        return "multiply", percent
    return "set", old.mention.value.value * percent / 100


def level_of(frame: Frame, q: Quantity | None) -> tuple[RateOp, float | None]:
    """What a rate does to the tariff, and its value."""
    final = frame.final
    act = frame.act
    falls = frame.clause.verb.lemma in ("fall", "drop", "decline", "decrease", "sink")
    lowered = any(w.lower in REDUCTIONS for w in frame.clause.words if w.is_noun)
    down = act in CUTS or falls or lowered
    if final is None:
        by = next((w for w, role in frame.rates if role == "by"), None)
        if by is not None and by.mention is not None and isinstance(by.mention.value, Quantity):
            sign = -1 if down else 1
            value = by.mention.value
            return ("add" if "points" in value.unit else "of the rate"), sign * value.value
        for c in (frame.clause, *frame.inner):
            if c.act in MULTIPLIES and frame.type == "Import tariff":
                return _multiplied(frame, MULTIPLIES[c.act])
        return "", None
    if q is None:
        return "", None
    if final[1] == "up":
        return "up to", q.value
    if final[1] == "least":
        return "at_least", q.value
    values = [
        w.mention.value
        for w, _ in frame.rates
        if w.mention and isinstance(w.mention.value, Quantity)
    ]
    left = any(role == "old" for _, role in frame.rates)
    spread = q.at_most and any(o.at_least for o in values) and not left
    if any(role == "range" for _, role in frame.rates) or (
        spread and act not in ("raise", "cut", *MULTIPLIES)
    ):
        return "range", q.value
    if q.unit != "percent":
        return "add", -q.value if down else q.value
    said_later = any(final[0] in c.words and c.act in ("stand", "be") for c in frame.inner)
    if not said_later and comes_on_top(frame):
        return "add", q.value
    return "set", q.value


ZEROING = wordset("zeroing")
"""Words for a removal after which nothing is left, even where it is one of a rate."""

ADDED_DUTIES = {"specific", "regulatory", "supplementary"}
"""Words for a duty that stands beside others, so that without it the goods are not free."""


def frees_goods(frame: Frame, old: Word | None) -> bool:
    """Whether the removal of a tariff leaves none: not where a rate of it is removed, or what was added to it."""
    verb, noun = frame.clause.verb, frame.noun
    above = (verb, *((noun.up, noun.up.up) if noun is not None else ()))
    zeroed = any(w.lemma.lower() in ZEROING for w in above)
    direct = noun is None or noun.up is verb or noun.dep not in ("dobj", "appos")
    whole = old is None and direct and not comes_on_top(frame)
    beside = noun is not None and bool({c.lower for c in noun.children} & ADDED_DUTIES)
    alone = frame.type == "Export tax" and not comes_on_top(frame)
    either = any(c.lower == "or" for v in (verb, verb.up) if v.is_verb for c in v.all("cc"))
    bare = frame.type == "Import tariff" and (whole or zeroed) and not beside
    return (alone or bare) and not either


def days_of(frame: Frame, standing: str) -> tuple[date | None, date | None, str]:
    """First and last day in force and the words of an anchor, from the dates beside a frame."""
    starts = ends = None
    anchor = ""
    for w in frame.dates:
        time = time_of(w)
        if time is None:
            continue
        lead = _leader(w)
        if lead in ENDING_WORDS:
            ends = time.last if time.first == time.last else time.first or time.last
        elif lead in BEGINNING:
            starts = time.first or starts
        elif (
            time.first
            and time.kind == "date"
            and (
                standing == "announced"
                or frame.act in ("impose", "raise", "cut", "stand", "double", "halve", "ban")
            )
        ):
            verb = frame.clause.verb
            if w.head is None or any(a is verb for a in w.above()):
                starts = starts or time.first
        if time.kind == "duration":
            anchor = anchor or time.span.exact
    return starts, ends, anchor


def _leader(w: Word) -> str:
    """The word that leads to a date: a preposition, or the verb that it is an object of."""
    head = w.head
    if head is None:
        return ""
    if head.dep in ("prep", "mark", "pcomp") or head.tag in ("IN", "TO"):
        outer = head.head
        if head.lower in ("on", "in", "of", "at", "with") and outer is not None:
            if outer.lower in BEGINNING | ENDING_WORDS:
                return outer.lower
            if outer.lower == "effect" and outer.head is not None:
                return "effective"
        return head.lower
    if w.dep == "conj":
        return _leader(head)
    return head.lower
