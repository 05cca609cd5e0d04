"""From a dated roster to the blocs that decide together, and to the countries that only the chains and trade know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from paxsilica.analysis.alliance.values import Blocs
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError
from paxsilica.names import Names
from paxsilica.names.places import members_of_group

EU, MEMBER_ALREADY = "EU", "member already"


@dataclass(frozen=True)
class Alliance:
    """Who is in on a day, and who is added.

    Attributes:
        blocs: members that are regions of the economy; the European Union's are one bloc, once the Union is a member.
        added: blocs that join. inside, newcomers: countries of each bloc that is in, and that joins, by its name; those
            inside the rest of the world too.
        outside: members and newcomers that are part of the rest of the world: they count in coverage alone.
    """

    blocs: Blocs
    added: Blocs
    inside: Blocs
    newcomers: Blocs
    outside: tuple[str, ...]
    notes: tuple[Note, ...]

    @property
    def countries(self) -> tuple[str, ...]:
        """Everybody who is in or joins."""
        return tuple(
            c for blocs in (self.inside, self.newcomers) for of in blocs.values() for c in of
        )


def alliance(
    economy: Economy, members: Sequence[str], add: Sequence[str] = (), on: date | None = None
) -> Alliance:
    """The blocs of an alliance and of those who join.

    Args:
        members: countries, groups or alliances with a roster.
        add: the same; a member of the alliance is taken out of it first, so that what it adds is seen.

    Raises:
        InputError: no member, a country named twice, or one that is added and in as a part of the European Union.
        LabelError: an unknown label.
    """
    names = Names(economy, on)
    inside, new = names.countries(members, "the alliance"), names.countries(add, "--add")
    union = set(members_of_group(EU))
    whole = union <= set(inside) and not union <= set(new)
    notes = [
        _without(names, members, country, whole and country in union)
        for country in new
        if country in inside
    ]
    inside = tuple(country for country in inside if country not in new)
    if not inside:
        raise InputError("the alliance is empty without those that are added; name another member")
    blocs, countries = _blocs(inside, union, economy)
    added, more = _blocs(new, union, economy)
    outside = tuple(c for c in (*inside, *new) if c not in economy.regions)
    if outside:
        who = ", ".join(map(names.name, outside))
        text = f"{who}: inside the rest of the world of {economy.about.name}; in coverage alone"
        notes.append(Note("not a region", text))
    if not blocs:
        raise InputError(f"no member is a region of {economy.about.name}; name one that is")
    return Alliance(blocs, added, countries, more, outside, tuple(notes))


def opposed(
    economy: Economy, labels: Sequence[str] | None, on: date | None, what: str
) -> tuple[tuple[str, ...], tuple[Note, ...]]:
    """Regions of an adversary or a rival bloc, if there is one; a note names who is inside the rest of the world, left out.

    Raises:
        InputError: no label, a country named twice, or one that is no region. LabelError: an unknown label.
    """
    if labels is None:
        return (), ()
    names = Names(economy, on)
    if not labels:
        raise InputError(f"{what} is empty; name at least one country or group")
    countries = names.countries(labels, what)
    inside = tuple(country for country in countries if country in economy.regions)
    outside = tuple(country for country in countries if country not in economy.regions)
    for label in labels:
        if not inside or len(names.countries([label])) == 1:
            names.regions([label], what)
    who = ", ".join(map(names.name, outside))
    text = f"left out of {what}, inside the rest of the world of {economy.about.name}: {who}"
    return inside, (Note(f"{what.strip('-')} outside", text),) if outside else ()


def _blocs(countries: Sequence[str], union: set[str], economy: Economy) -> tuple[Blocs, Blocs]:
    """Regions and countries of each bloc: the Union as one where it is whole, everybody else alone."""
    together = union <= set(countries)
    groups: dict[str, tuple[str, ...]] = {}
    for country in countries:
        name = EU if together and country in union else country
        groups[name] = (*groups.get(name, ()), country)
    regions = {
        name: tuple(country for country in group if country in economy.regions)
        for name, group in groups.items()
    }
    return {name: group for name, group in regions.items() if group}, groups


def _without(names: Names, labels: Sequence[str], country: str, of_union: bool) -> Note:
    """That a country is a member already, and is shown as if it joined."""
    found = [roster.since(country) for label in labels if (roster := names.alliance(label))]
    since = "".join(f", since {day}" for day in found[:1] if day)
    if of_union:
        raise InputError(
            f"{country} is a member already{since}, as a part of the European Union; drop it from --add"
        )
    text = f"{names.name(country)} is a member already{since}: shown are the alliance without it, and what it adds"
    return Note(MEMBER_ALREADY, text)
