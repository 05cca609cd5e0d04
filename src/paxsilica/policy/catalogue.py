"""What stands on the shelf of policies, for whoever looks before naming one: dates, sources, what each leaves out."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from paxsilica.names.rosters import rosters
from paxsilica.policy.law import VARIANTS, all_entries, known
from paxsilica.policy.library import US_LAW, entry_span, shelf
from paxsilica.policy.library.shelf import known_policy
from paxsilica.policy.load import shelf_entry
from paxsilica.policy.scenario import Citation

SEVERAL = 2
"""Sources, and things left out, in the line of a policy; its own list has all."""


@dataclass(frozen=True)
class ShelfPart:
    """A measure, an entry of the law, or a member, from its first day to its last."""

    id: str
    first: date
    last: date | None
    what: str
    source: str


@dataclass(frozen=True)
class Described:
    """A policy of the shelf.

    Attributes:
        known: from when until when, in a sentence. leaves_out: of the whole; the US law says it by the day instead.
        steps: days on which a part goes on to its next phase.
    """

    name: str
    title: str
    first: date
    last: date
    parts: tuple[ShelfPart, ...]
    sources: tuple[str, ...]
    leaves_out: tuple[str, ...]
    more: str = ""
    steps: tuple[date, ...] = ()

    @property
    def days_of_change(self) -> list[date]:
        """Days on which a part begins, steps on, or is no longer in force, as far as the policy is known."""
        ends = {part.last + timedelta(days=1) for part in self.parts if part.last}
        days = {part.first for part in self.parts} | ends | {*self.steps}
        return sorted(day for day in days if self.first <= day <= self.last)

    @property
    def known(self) -> str:
        return f"Known from {self.first} until {self.last}.{self.more}"

    def rows(self, day: date | None) -> Iterator[dict[str, str]]:
        """Its parts, those of the day alone where one is given."""
        for part in self.parts:
            if day is None or part.first <= day <= (part.last or day):
                yield {
                    "policy": self.name,
                    "entry": part.id,
                    "from": str(part.first),
                    "until": str(part.last or ""),
                    "what": part.what,
                    "source": part.source,
                }

    def line(self) -> dict[str, str]:
        return {
            "policy": self.name,
            "known from": str(self.first),
            "known until": str(self.last),
            "what": self.title,
            "sources": _some(tuple(source.split("; ")[0] for source in self.sources)),
            "leaves out": _some(self.leaves_out),
        }


def catalogue() -> Iterator[Described]:
    """Every policy of the shelf."""
    return map(described, shelf())


def described(policy: str) -> Described:
    """One policy. Raises ScenarioError: there is none of that name."""
    policy = policy.removeprefix("policy:")
    if known_policy(policy, policy) == US_LAW:
        return _of_the_book()
    scenario = shelf_entry(policy)
    parts = [
        ShelfPart(m.id, m.from_ or date.min, m.until, m.note or m.id, m.source or "")
        for m in scenario.measures
    ]
    first, last = entry_span(policy, scenario)
    sources = tuple(_said(source) for source in scenario.source)
    members = _of_roster(policy) if policy in rosters() else ()
    steps = tuple(day for m in scenario.measures for day in getattr(m, "phases", ()))
    gaps, every = scenario.not_modelled, (*parts, *members)
    return Described(policy, scenario.title, first, last, every, sources, gaps, steps=steps)


def _of_roster(policy: str) -> tuple[ShelfPart, ...]:
    return tuple(
        ShelfPart(
            member.code,
            member.since,
            None,
            f"{member.confidence}; {member.note}".removesuffix("; "),
            member.source,
        )
        for member in rosters()[policy].members
    )


def _of_the_book() -> Described:
    first, last = known()
    parts = tuple(
        ShelfPart(
            entry.id,
            entry.from_,
            entry.until - timedelta(days=1) if entry.until else None,
            entry.title,
            entry.reference,
        )
        for entry in all_entries()
    )
    return Described(
        US_LAW,
        "US duties as in force on a day",
        first,
        last,
        parts,
        (
            "the orders themselves, an entry each",
            "M. Waugh; The Budget Lab at Yale; US Census Bureau",
        ),
        ("what docs/policy.md lists", "what a scenario of a day says"),
        f" Variants {', '.join(VARIANTS)}.",
    )


def _said(source: Citation) -> str:
    parts = (source.title, source.publisher, str(source.published or ""), source.note, source.url)
    return "; ".join(part for part in parts if part)


def _some(texts: tuple[str, ...]) -> str:
    more = len(texts) - SEVERAL
    return "; ".join(texts[:SEVERAL]) + f"; {more} more" * (more > 0)
