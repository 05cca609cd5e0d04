"""Who belongs to what, and since when: countries, standing groups, and alliances whose rosters are dated data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from paxsilica.data.labels import NICKNAMES, _toml, packaged_groups, packaged_regions
from paxsilica.economy import Note
from paxsilica.errors import InputError, LabelError, nearest


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


@dataclass(frozen=True)
class Roster:
    """An alliance and its members in order of joining; `reported_to` is the last day the list knows of."""

    name: str
    title: str
    about: str
    reported_to: date
    members: tuple[Member, ...]

    def on(self, day: date | None = None) -> tuple[str, ...]:
        """Countries that are members on `day` (default: all that ever joined), groups written out.

        Raises:
            InputError: nobody had joined by then.
        """
        joined = [m.code for m in self.members if day is None or m.since <= day]
        if not joined:
            first = min(m.since for m in self.members)
            raise InputError(f"{self.name} has no member on {day}; its first joined on {first}")
        return tuple(dict.fromkeys(country for code in joined for country in _written_out(code)))


@cache
def rosters() -> dict[str, Roster]:
    """The packaged alliances by name."""
    return {name: _roster(name, entry) for name, entry in _toml("rosters.toml").items()}


def _roster(name: str, entry: dict[str, Any]) -> Roster:
    members = [
        Member(
            m["code"],
            date.fromisoformat(m["from"]),
            m["confidence"],
            m["source"],
            m.get("note", ""),
        )
        for m in entry["members"]
    ]
    members.sort(key=lambda member: member.since)
    return Roster(
        name,
        entry["name"],
        entry["about"],
        date.fromisoformat(entry["reported_to"]),
        tuple(members),
    )


def _written_out(code: str) -> tuple[str, ...]:
    group = packaged_groups()["regions"].get(code)
    return (*group["members"], *group.get("outside", ())) if group else (code,)


def roster_notes(labels: Iterable[str], on: date | None = None) -> tuple[Note, ...]:
    """For each label that is an alliance: its members with their days, how far its list reaches, who is disputed.

    Args:
        labels: as `members_of` takes them; countries and standing groups have no notes.
        on: the day on which members are counted; default all that ever joined.
    """
    named = dict.fromkeys(label.strip().casefold() for label in labels)
    return tuple(
        note for name in named if name in rosters() for note in _notes(rosters()[name], on)
    )


def _notes(roster: Roster, on: date | None) -> list[Note]:
    joined = [m for m in roster.members if on is None or m.since <= on]
    when = f"on {on}" if on else "up to now"
    later = "; who joined later is not known" if on and on > roster.reported_to else ""
    members = ", ".join(f"{m.code} ({m.since})" for m in joined)
    text = f"{roster.title} {when}: {members}. The list is reported to {roster.reported_to}{later}"
    notes = [Note(f"{roster.name}.members", text)]
    certain = {
        country for m in joined if m.confidence != "disputed" for country in _written_out(m.code)
    }
    unsure = [
        m for m in joined if m.confidence == "disputed" and not set(_written_out(m.code)) <= certain
    ]
    disputed = [f"{m.code}, counted from {m.since}: {m.note}" for m in unsure]
    return [*notes, Note(f"{roster.name}.disputed", "; ".join(disputed))] if disputed else notes


def members_of(label: str, on: date | None = None) -> tuple[str, ...]:
    """Countries that a label means: a country, a standing group with its members outside the baseline, or an alliance.

    Args:
        label: an ISO 3166 alpha-3 or alpha-2 code, a nickname (`UK`), a group (`EU`) or a roster (`pax-silica`).
        on: the day on which an alliance's members are counted; default all that ever joined.

    Raises:
        LabelError: the label is none of these, and names the nearest; or it is OTHER, the unnamed suppliers.
        InputError: the alliance had no member yet.
    """
    from paxsilica.data.materials import OTHER, country_names

    names = {code: name for code, name in country_names().items() if code != OTHER}
    plain = label.strip()
    folded = plain.casefold()
    if folded in rosters():
        return rosters()[folded].on(on)
    groups = {name.casefold(): name for name in packaged_groups()["regions"]}
    if folded in groups:
        return _written_out(groups[folded])
    code = plain.upper()
    code = {r.iso2: r.code for r in packaged_regions() if r.iso2}.get(
        code, NICKNAMES.get(code, code)
    )
    if code in names:
        return (code,)
    if code == OTHER:
        raise LabelError(
            f"{OTHER} are unnamed suppliers, who cannot be asked about; name countries or groups"
        )
    valid = [*names, *packaged_groups()["regions"], *rosters()]
    raise LabelError(f"unknown country or group {plain!r}{nearest(plain, valid, names)}")


def countries_of(
    labels: Iterable[str], on: date | None = None, what: str = "the list"
) -> tuple[str, ...]:
    """Countries of several labels, in order.

    Raises:
        InputError: there is no label, or a country is named twice.
        LabelError: a label is unknown.
    """
    found: dict[str, str] = {}
    for label in labels:
        for country in members_of(label, on):
            if country in found:
                where = (
                    f"by {found[country]} and by {label}"
                    if found[country] != label
                    else f"as {label}"
                )
                raise InputError(f"{what} names {country} twice, {where}; name it once")
            found[country] = label
    if not found:
        raise InputError(f"{what} is empty; name at least one country or group")
    return tuple(found)
