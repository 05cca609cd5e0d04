"""The gate: a measure is drafted only where the act stands and both sides, level and goods are known."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache

from paxsilica.brief.record import ActStanding, Measure, MeasureStatus
from paxsilica.names.places import packaged_groups, packaged_regions

STANDS = ("in force", "announced")
"""Standings of an act that is drafted."""

STATUS: dict[ActStanding, MeasureStatus] = {
    "in force": "in force",
    "announced": "announced",
    "proposed": "proposed",
    "threatened": "proposed",
    "rescinded": "ended",
    "expired": "ended",
    "struck down": "ended",
    "historical": "ended",
}
"""The coarser status; `in question` for all others."""

NOBODY_ACTS, NOBODY_HIT = "who acts is not said", "whom it hits is not said"
OF_SEVERAL = "it may be the sum or the mean of several duties"
EVERY_COUNTRY = "*"
"""Every country, as the target of a measure."""

TRADE_REMEDIES = ("Anti-dumping", "Anti-subsidy", "Safeguard")
"""Duties that come on top of the tariff."""

RATED = ("Import tariff", *TRADE_REMEDIES)
EXPORTING = ("Export ban", "Export licensing requirement", "Export tax", "Export quota")
DRAFTED = {
    **dict.fromkeys(RATED, "tariff"),
    "Export ban": "export_ban",
    "Import ban": "import_ban",
}
"""By type of a measure the kind of its draft."""


@cache
def _regions() -> frozenset[str]:
    return frozenset(p.code for p in packaged_regions()) | frozenset(packaged_groups()["regions"])


def gated(m: Measure, named: bool, third: bool) -> Measure:
    """The same measure with its status, what it needs before it is drafted, and what the baseline lacks for it."""
    needs = tuple(_needs(m, third))
    lacks = tuple(_lacks(m, named))
    status = STATUS.get(m.standing, "in question")
    return m.model_copy(update={"status": status, "needs": needs, "lacks": lacks})


def _does_not_stand(standing: ActStanding) -> str:
    return f"the act does not stand: {standing}"


def no_longer(m: Measure, standing: ActStanding) -> Measure:
    """A measure that stands by its own words, as it stands by those of others, which bar a draft."""
    needs = (*m.needs, _does_not_stand(standing))
    return m.model_copy(update={"standing": standing, "status": STATUS[standing], "needs": needs})


def _needs(m: Measure, third: bool) -> Iterator[str]:
    if m.standing not in STANDS:
        yield _does_not_stand(m.standing)
    if third:
        yield "it hits those who trade with a third country"
    if m.type not in DRAFTED:
        yield f"{m.type} is not drafted"
    if not m.implementers:
        yield NOBODY_ACTS
    if not m.targets:
        yield NOBODY_HIT
    if m.type in (*RATED, "Export tax") and m.rate is None:
        yield "a duty per unit of quantity is not drafted" if m.amount else "no rate is said"
    if m.op == "multiply":
        yield "the rate that is multiplied is not said"
    if "?" in m.excepted:
        yield "what is left out is not known"
    if m.op in ("up to", "range", "of the rate"):
        yield {
            "up to": "the rate is a ceiling",
            "range": "the rate is a range",
            "of the rate": "the change is in per cent of the rate",
        }[m.op]


def with_members(code: str) -> tuple[str, ...]:
    """A code, and those of its members where it is a group's."""
    group = packaged_groups()["regions"].get(code)
    return (code, *group["members"]) if group else (code,)


def _lacks(m: Measure, named: bool) -> Iterator[str]:
    mine = {member for code in m.implementers for member in with_members(code)}
    for code in m.targets:
        if shared := mine.intersection(with_members(code)):
            yield f"{', '.join(sorted(shared))} would stand on both sides"
    for code in (*m.implementers, *m.targets):
        if code != EVERY_COUNTRY and code not in _regions():
            yield f"{code} is no region of the baseline"
    if named and not (m.codes or m.sectors):
        yield f"{m.products} is no product that is known"
