"""Alliances whose membership changes: who belongs to them, and since when. Dated data, never code."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache

from paxsilica.about import Note
from paxsilica.errors import InputError
from paxsilica.names.places import FOLDER, country_names, members_of_group, packaged_groups


@dataclass(frozen=True)
class Member:
    """A member of an alliance. `code` is ISO 3166 alpha-3, or a packaged group that stands for its members.

    Attributes:
        since: the day of joining as reported; where sources differ, `note` says how.
        confidence: `confirmed` by a government or state agency, `reported`, or `disputed`.
    """

    code: str
    since: date
    confidence: str
    source: str
    note: str = ""

    @property
    def name(self) -> str:
        """The member as a sentence has it; a group by its code."""
        return country_names().get(self.code, self.code)

    @property
    def countries(self) -> tuple[str, ...]:
        """The member, a group written out."""
        is_group = self.code in packaged_groups()["regions"]
        return members_of_group(self.code) if is_group else (self.code,)


@dataclass(frozen=True)
class Roster:
    """An alliance and its members in order of joining; `reported_to` is the last day the list knows of."""

    name: str
    title: str
    reported_to: date
    members: tuple[Member, ...]

    def on(self, day: date | None = None) -> tuple[str, ...]:
        """Countries that are members on `day` (default: all that ever joined), groups written out.

        Raises:
            InputError: nobody had joined by then.
        """
        joined = self._joined(day)
        if not joined:
            first = self.members[0].since
            raise InputError(f"{self.name} has no member on {day}; its first joined on {first}")
        return tuple(dict.fromkeys(country for member in joined for country in member.countries))

    def since(self, country: str) -> date | None:
        """The day on which a country joined, by itself or as a part of a group; None if it did not."""
        return next((m.since for m in self.members if country in m.countries), None)

    def notes(self, day: date | None = None) -> list[Note]:
        """Its members on `day` with their days, how far the list reaches, and who is disputed."""
        joined = self._joined(day)
        when = f"on {day}" if day else "up to now"
        later = "; who joined later is not known" if day and day > self.reported_to else ""
        members = ", ".join(f"{m.name} ({m.since})" for m in joined)
        text = f"{self.title} {when}: {members}. The list is reported to {self.reported_to}{later}"
        notes = [Note(f"{self.name}.members", text)]
        certain = {c for m in joined if m.confidence != "disputed" for c in m.countries}
        unsure = [
            f"{m.name}, counted from {m.since}: {m.note}"
            for m in joined
            if m.confidence == "disputed" and not certain.issuperset(m.countries)
        ]
        return [*notes, Note(f"{self.name}.disputed", "; ".join(unsure))] if unsure else notes

    def _joined(self, day: date | None) -> list[Member]:
        return [member for member in self.members if day is None or member.since <= day]


@cache
def rosters() -> Mapping[str, Roster]:
    """The packaged alliances by name."""
    entries = tomllib.loads((FOLDER / "rosters.toml").read_text(encoding="utf-8"))
    return {
        name: Roster(
            name,
            entry["name"],
            entry["reported_to"],
            tuple(Member(**member) for member in entry["members"]),
        )
        for name, entry in entries.items()
    }
