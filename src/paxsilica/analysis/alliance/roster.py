"""From a dated roster to the blocs that decide together, and to the countries that only the chains and trade know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from paxsilica.analysis.alliance.values import Bloc
from paxsilica.data.labels import packaged_groups
from paxsilica.data.rosters import countries_of, members_of, rosters
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError

EU = "EU"


@dataclass(frozen=True)
class Alliance:
    """Who is in on a day, and who is added.

    Attributes:
        blocs: members that are regions of the economy; the European Union's are one bloc, once the Union is a member.
        added: blocs that join. countries: of each bloc by its name, those inside the rest of the world too.
        outside: members that are part of the rest of the world: they count in coverage alone.
    """

    label: str
    day: date | None
    blocs: tuple[Bloc, ...]
    added: tuple[Bloc, ...]
    countries: dict[str, tuple[str, ...]]
    outside: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def everyone(self) -> tuple[Bloc, ...]:
        return (*self.blocs, *self.added)


def alliance(
    economy: Economy, members: Sequence[str], add: Sequence[str] = (), on: date | None = None, label: str = ""
) -> Alliance:
    """The blocs of an alliance and of those who join.

    Args:
        members: countries, groups or alliances with a roster. add: the same.

    Raises:
        InputError: no member, a country named twice, or one that is added though it is in.
        LabelError: an unknown label.
    """
    inside = countries_of(members, on, "the alliance")
    new = countries_of(add, on, "--add") if add else ()
    already = sorted(set(inside) & set(new))
    if already:
        since = _since(members, already[0])
        raise InputError(f"{already[0]} is a member already{since}; drop it from --add, or give an earlier --as-of")
    union = set(members_of(EU))
    blocs, countries = _blocs(inside, union, economy)
    added, more = _blocs(new, union, economy)
    outside = tuple(c for c in (*inside, *new) if c not in economy.regions)
    notes = []
    if outside:
        text = (
            f"{', '.join(outside)}: inside the rest of the world of {economy.about.name}; they count in coverage alone."
        )
        notes.append(Note("not a region", text))
    if not blocs:
        raise InputError(f"no member is a region of {economy.about.name}; name one that is")
    return Alliance(label or ", ".join(members), on, blocs, added, countries | more, outside, tuple(notes))


def _blocs(
    countries: Sequence[str], union: set[str], economy: Economy
) -> tuple[tuple[Bloc, ...], dict[str, tuple[str, ...]]]:
    """The Union as one where it is whole, everybody else alone."""
    together = union <= set(countries)
    groups: dict[str, list[str]] = {}
    for country in countries:
        groups.setdefault(EU if together and country in union else country, []).append(country)
    inside = {name: tuple(c for c in members if c in economy.regions) for name, members in groups.items()}
    blocs = tuple(Bloc(name, regions) for name, regions in inside.items() if regions)
    return blocs, {name: tuple(members) for name, members in groups.items()}


def _since(labels: Sequence[str], country: str) -> str:
    for label in labels:
        roster = rosters().get(label.strip().casefold())
        for member in roster.members if roster else ():
            group = packaged_groups()["regions"].get(member.code, {"members": [member.code]})
            if country in group["members"]:
                return f", since {member.since}"
    return ""
