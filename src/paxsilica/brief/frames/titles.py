"""Titles that only name a measure, which the text below tells in full."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from paxsilica.brief.frames.around import UNNAMED_GOODS
from paxsilica.brief.frames.gate import EVERY_COUNTRY, RATED, TRADE_REMEDIES
from paxsilica.brief.frames.sentences import Sent, is_title
from paxsilica.brief.frames.table_lines import BULLET
from paxsilica.brief.record import Measure


def without_titles(found: Sequence[Measure], sentences: Sequence[Sent]) -> Iterator[Measure]:
    """The measures without those that a title only names and the text below tells: `US duty`, `New tariffs on steel`."""
    titles = [s for s in sentences if is_title(s) and not BULLET.match(f"{s.text} ")]
    begins = [s.start for s in titles]
    ordered = sorted(found, key=lambda m: m.span.start)
    starts = [m.span.start for m in ordered]
    for m in found:
        k = bisect_right(begins, m.span.start) - 1
        if k < 0 or m.span.start >= titles[k].end:
            yield m
            continue
        named = not (m.rate or m.amount or m.terms)
        first = bisect_left(starts, titles[k].end)
        below = (ordered[at] for at in range(first, len(ordered)))
        if not any(
            (named and _restated_by(m, o)) or _narrowed(m, o) or _named_exactly(m, o) for o in below
        ):
            yield m


def _narrowed(m: Measure, other: Measure) -> bool:
    """Whether another measure is what a title tells of more goods: `a duty on food` above one on jam at the same rate."""
    alike = all(
        getattr(m, name) == getattr(other, name)
        for name in ("type", "implementers", "targets", "op", "amount")
    )
    rates = m.rate is not None and other.rate is not None and m.rate.value == other.rate.value
    within = all(code.startswith(m.codes) for code in other.codes) and m.codes != other.codes
    limited = bool(other.products) or UNNAMED_GOODS[0] in other.needs
    return (
        alike
        and rates
        and (within and bool(other.codes) if m.codes else limited > bool(m.products))
    )


def _named_exactly(m: Measure, other: Measure) -> bool:
    """Whether a duty of a title is the remedy, the surcharge or the exact rate that another measure tells."""
    if m.type != "Import tariff" or m.rate is None or other.rate is None:
        return False
    sides = (m.implementers, m.targets) == (other.implementers, other.targets)
    goods = not m.codes or not other.codes or bool({*m.codes} & {*other.codes})
    named = other.type in TRADE_REMEDIES or (m.op in ("set", "add") and other.op == "add")
    rounded = m.rate.value == round(other.rate.value) and other.rate.value % 1
    return sides and goods and bool(rounded or (named and other.rate.value == m.rate.value))


def _restated_by(m: Measure, other: Measure) -> bool:
    """Whether what a title names may be the measure that another one tells in full."""
    alike = m.type == other.type or (m.type == "Import tariff" and other.type in RATED)
    sides = ((m.implementers, other.implementers), (m.targets, other.targets))
    return alike and all(
        not mine or not its or set(mine) & set(its) or EVERY_COUNTRY in mine for mine, its in sides
    )
