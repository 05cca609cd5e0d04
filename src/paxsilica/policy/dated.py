"""A scenario on the days of a path: the law of each day, and the days on which it changes."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache, lru_cache

from paxsilica.policy.catalogue import described
from paxsilica.policy.law import known, paid_months
from paxsilica.policy.law.law import PAID
from paxsilica.policy.library import PolicyName, is_policy, law_rates, policy_name
from paxsilica.policy.measure import Measure
from paxsilica.policy.measures.border import BorderRate
from paxsilica.policy.rate_table import RateRows
from paxsilica.policy.scenario import Scenario


def begun_by(scenario: Scenario, day: date) -> Scenario:
    """The same, with a first day for measures that name none and follow no law."""
    measures = tuple(
        m if m.from_ or _law_of(m) else m.model_copy(update={"from_": min(day, m.until or day)})
        for m in scenario.measures
    )
    return _with(scenario, measures, scenario.as_of)


def on_day(scenario: Scenario, day: date) -> Scenario:
    """As it stands on a day. A measure that follows a law, `table: policy:us-law@...`, has that day's law: before the first
    that is known it is not there, and after the last that law holds."""
    known = min(day, scenario.known_until or day)
    measures = []
    for measure in scenario.measures:
        law = _law_of(measure)
        if law is None:
            measures.append(measure)
        elif (held := _same_since(law, day)) is not None:
            assert isinstance(measure, BorderRate)
            rates = _rates_since(law.policy, law.variant, held)
            measures.append(measure.model_copy(update={"table": rates.name}).with_rows(rates))
    return _with(scenario, tuple(measures), known)


def days_of_change(scenario: Scenario) -> list[date]:
    """The days on which a measure begins, steps on or has ended, and those on which a law that one follows changes."""
    days: set[date] = set()
    for measure in scenario.measures:
        begin, end = measure.from_, measure.until
        days |= {*([begin] if begin else []), *([end + timedelta(days=1)] if end else [])}
        days |= {*getattr(measure, "phases", ())}
        if law := _law_of(measure):
            days |= {*_change_days(law.policy, law.variant)}
    return sorted(days)


def laws_followed(scenario: Scenario) -> Iterator[tuple[str, date, date]]:
    """What each law that a measure follows is called, and the first and last day on which it is known."""
    for policy, variant in {
        (law.policy, law.variant) for law in map(_law_of, scenario.measures) if law
    }:
        book, months = described(policy), _change_days(policy, variant)
        span = (months[0], months[-1]) if variant == PAID else (book.first, book.last)
        yield policy.replace("us-law", "the US law") + f", {variant}" * bool(variant), *span
    if scenario.known_until:
        days = days_of_change(scenario)
        yield scenario.title, days[0] if days else date.min, scenario.known_until


def _law_of(measure: Measure) -> PolicyName | None:
    table = getattr(measure, "table", None)
    return policy_name(table) if table and is_policy(table) else None


@cache
def _change_days(policy: str, variant: str | None) -> tuple[date, ...]:
    """Days on which a law changes, ascending; of the duties paid, the months."""
    if variant == PAID:
        months = (date.fromisoformat(f"{month}-01") for month in paid_months())
        return tuple(month for month in months if month >= known()[0])
    return tuple(described(policy).days_of_change)


def _same_since(law: PolicyName, day: date) -> date | None:
    """The day since which the law of a day has been as it is; None before the first that is known."""
    steps = _change_days(law.policy, law.variant)
    at = bisect_right(steps, day)
    return steps[at - 1] if at else None


@lru_cache(maxsize=128)
def _rates_since(policy: str, variant: str | None, day: date) -> RateRows:
    between = f"/{variant}" * bool(variant)
    return law_rates(PolicyName(policy, variant, day, f"policy:{policy}{between}@{day}"))[1]


def _with(scenario: Scenario, measures: tuple[Measure, ...], day: date | None) -> Scenario:
    changed = scenario.model_copy(update={"measures": measures, "as_of": day})
    return changed.located(scenario.places, scenario.texts, scenario.before)
