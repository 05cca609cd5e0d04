"""The one place that resolves a name, and the one that says it."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import TYPE_CHECKING

from paxsilica.about import Note
from paxsilica.errors import InputError, LabelError, nearest
from paxsilica.names.groups import GroupError, Members, expanded
from paxsilica.names.index import (
    ALLIANCE,
    COUNTRY,
    GROUP,
    OWN,
    REGION,
    Index,
    Meaning,
    Spelled,
    parts,
    prefix,
    world_meanings,
)
from paxsilica.names.places import (
    OTHER,
    ROW,
    country_names,
    folded,
    group_inside,
    members_of_group,
    near_country,
    packaged_groups,
    spellings,
)
from paxsilica.names.rosters import Roster, rosters
from paxsilica.names.saying import inside, joined, with_article
from paxsilica.names.sectors import called, goods_named, holders

if TYPE_CHECKING:
    from paxsilica.economy import Economy


@dataclass(frozen=True, eq=False)
class Names:
    """The names that people may use. Made for one economy, so that a user's own labels work everywhere.

    A label is, the first that fits: a region of the economy, one of `groups`, a group of the economy, the same in
    another spelling or by the region's name, an alliance, a standing group, a country by ISO code or everyday name.

    Attributes:
        economy: None knows the countries of the world alone (materials, chains).
        day: alliances are counted on it; None counts all that ever joined.
        groups: a user's own, as written; a group may name groups.
    """

    economy: Economy | None = None
    day: date | None = None
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def regions(self, written: Spelled, what: str = "") -> tuple[str, ...]:
        """Regions of the economy, each once, in the order written; groups and alliances as their members.

        Args:
            written: labels, or one text with commas between them; None names nobody.
            what: where it stands, for the message: `sender`, `--against`, `measure steel`.

        Raises:
            LabelError: an unknown name (with the nearest that is known), a country that is no region by itself, or
                a group that the table does not hold whole. GroupError: one of `groups` is wrong.
            InputError: an alliance nobody had joined by then.
        """
        found = (m for label in parts(written, what) for m in self._in_table(label, what))
        return tuple(dict.fromkeys(found))

    def placed_regions(self, written: Spelled, what: str = "") -> tuple[str, ...]:
        """The same in the order of the economy's axis, as positions on it are. Raises as `regions`."""
        return tuple(sorted(self.regions(written, what), key=self.table.regions.index))

    def placed_sectors(self, written: Spelled, what: str = "") -> tuple[str, ...]:
        """`sectors` in the order of the economy's axis. Raises as `sectors`."""
        return tuple(sorted(self.sectors(written, what), key=self.table.sectors.index))

    def refuse_twice(self, written: Spelled, what: str) -> None:
        """Raises InputError where one place is named twice, in whatever spelling."""
        called = [self.label([label]) for label in parts(written, what)]
        if twice := [label for label in called if called.count(label) > 1]:
            raise InputError(f"{what}: {self.say(twice[:1])} is named twice; name it once")

    def region(self, written: Spelled, what: str = "") -> str:
        """The one region that is meant. Raises InputError where it is a group of several, and as `regions`."""
        found = self.regions(written, what)
        if len(found) != 1:
            raise InputError(f"{what}: {self.label(written)} is {len(found)} regions; name one")
        return found[0]

    def countries(self, written: Spelled, what: str = "") -> tuple[str, ...]:
        """ISO 3166 alpha-3 codes in the order written, members inside the rest of the world too.

        Raises:
            LabelError: an unknown name, or OTHER, the unnamed suppliers.
            InputError: a country twice, or an alliance nobody had joined by then.
        """
        found: dict[str, str] = {}
        for label in parts(written, what):
            for country in self._in_world(label, what):
                if country in found:
                    first = found[country]
                    where = f"by {first} and by {label}" if first != label else f"as {label}"
                    raise InputError(
                        f"{what or 'the list'} names {country} twice, {where}; name it once"
                    )
                found[country] = label
        return tuple(found)

    def sectors(self, written: Spelled, what: str = "") -> tuple[str, ...]:
        """Sectors of the economy, each once, in the order written; groups as their members.

        Raises:
            LabelError: an unknown name; goods that are a part of a sector are told which.
        """
        found = (s for label in parts(written, what) for s in self._sector(label, what))
        return tuple(dict.fromkeys(found))

    @cached_property
    def expanded(self) -> Members:
        """The user's own groups as regions of the economy. Raises GroupError."""
        for name in self.groups:
            if name in self.table.regions:
                shadowed = self.table.region_name(name)
                raise GroupError(
                    f"group {name} shadows the region {shadowed}; rename the group", name
                )
        return expanded(self.groups, self._inner, self._in_table)

    def _inner(self, label: str) -> str:
        """The user's own group that a label names; nothing where it names another thing."""
        meaning = self._region_index.find(label)
        return meaning.key if meaning and meaning.kind == OWN else ""

    def one(self, label: str) -> str:
        """The region that a label means by itself, without an economy the country; else nothing: a group, say."""
        meaning = self._meaning(label)
        single = REGION if self.economy else COUNTRY
        return meaning.key if meaning and meaning.kind == single else ""

    def place(self, label: str) -> str:
        """Code or name of the region, country, group or alliance that a label means; nothing where it means none."""
        meaning = self._meaning(label)
        return meaning.key if meaning else ""

    def good(self, label: str) -> tuple[tuple[str, ...], bool]:
        """Sector, or group of sectors, that a label means, else those that hold a good of that name; and whether what is
        meant is only a part of it."""
        meaning = self._sector_meaning(label)
        if meaning is None:
            return holders(label, self.table.sectors), True
        return (meaning.key,), "a part" in self.say_sector(label)

    def notes(self, written: Spelled) -> tuple[Note, ...]:
        """For each alliance its dated members and who is disputed; for each group whom the economy lacks."""
        notes: list[Note] = []
        named = {self._meaning(label): label for label in reversed(parts(written))}
        for meaning, label in reversed(named.items()):
            if meaning and meaning.kind == ALLIANCE:
                notes += rosters()[meaning.key].notes(self.day)
            if outside := self.left_out(label):
                has_row = ROW in self.table.regions
                where = "inside the rest of the world" if has_row else "not in the table"
                text = f"members of {label} {where}, left out: {', '.join(outside)}"
                notes.append(Note(f"{label.casefold()}.outside", text))
        return tuple(notes)

    def alliance(self, label: str) -> Roster | None:
        """The alliance that a label means, if it means one."""
        meaning = self._meaning(label)
        return rosters()[meaning.key] if meaning and meaning.kind == ALLIANCE else None

    def say(self, written: Spelled, inside: bool = False) -> str:
        """Readable names of what was written: `IND` is India, `pax-silica` Pax Silica, `eu` EU.

        Args:
            inside: as they stand inside a sentence: `the United States`, `the European Union`.

        Raises:
            LabelError: an unknown name.
        """
        return joined(self._said(label, inside) for label in parts(written))

    def label(self, written: Spelled) -> str:
        """One label for all that was written, as findings carry it: `GBR`, `pax-silica`, `JPN+KOR`."""
        keys = ((label, self._meaning(label)) for label in parts(written))
        return "+".join(meaning.key if meaning else label for label, meaning in keys)

    def say_sector(self, label: str) -> str:
        """A sector as it stands inside a sentence: `motor vehicles`, `IT services`; a group of sectors with what it
        holds, and a name that means less than its sector with the sector: `iron and steel (C24A), of which steel is a
        part`."""
        meaning = self._sector_meaning(label)
        key = meaning.key if meaning else label
        codes = self.table.about.sector_groups.get(key, ()) if key not in self.table.sectors else ()
        names = [inside(self.table.sector_name(code)) for code in codes]
        if not codes or key in ("goods", "services"):
            return inside(self.table.sector_name(key))
        if len(codes) > 1 or key not in packaged_groups()["sectors"]:
            return f"{key} ({joined(names)})"
        if called(key, codes):
            return names[0]
        return (
            f"{names[0]} ({codes[0]}), of which {key} {'are' if key.endswith('s') else 'is'} a part"
        )

    def say_sectors(self, codes: Sequence[str]) -> str:
        """`all sectors`, a group's name, a short list of names, or a count."""
        e = self.table
        if len(codes) == len(e.sectors) > 1:
            return "all sectors"
        for group, members in e.about.sector_groups.items():
            if len(codes) > 1 and set(members) == set(codes):
                return group
        if len(codes) > 4:
            goods = set(codes) <= set(e.about.sector_groups.get("goods", ()))
            return f"{len(codes)} goods sectors" if goods else f"{len(codes)} sectors"
        return joined(inside(e.sector_name(code)) for code in codes)

    def say_regions(self, codes: Sequence[str]) -> str:
        """Regions by name; groups of three and more that are wholly among them by the group's name."""
        others = len(self.table.regions) - 1
        if len(codes) >= others > 1:
            return "all other regions" if len(codes) == others else "all regions"
        groups = {**self.expanded, **self.table.about.region_groups, **self.expanded}
        left, names = list(codes), []
        for group in sorted(groups, key=lambda name: -len(groups[name])):
            if len(groups[group]) > 2 and set(groups[group]) <= set(left):
                left = [code for code in left if code not in groups[group]]
                names.append(f"{group_inside(group)} ({len(groups[group])} regions)")
        return joined([*names, *map(self.say_region, left)])

    def say_region(self, code: str) -> str:
        """The name of a region or country as it stands inside a sentence: `the United States`."""
        return with_article(self.name(code))

    def name(self, code: str) -> str:
        """The name of a region or country; the code itself where it has none."""
        if self.economy and code in self.economy.regions:
            return self.economy.region_name(code)
        return country_names().get(code, code)

    @property
    def table(self) -> Economy:
        """The economy. Raises ValueError: there is none."""
        if self.economy is None:
            raise ValueError("these names know no economy; make them with Names(economy)")
        return self.economy

    @cached_property
    def _region_index(self) -> Index:
        if self.economy is None:
            return Index({OWN: self.groups}, {})
        about = self.economy.about
        keys = {REGION: self.economy.regions, OWN: self.groups, GROUP: about.region_groups}
        return Index(keys, about.region_names)

    def _meaning(self, label: str, what: str = "") -> Meaning | None:
        if found := self._region_index.find(label, what):
            return found
        meaning = world_meanings().get(folded(label))
        if meaning and meaning.kind == COUNTRY and self.economy:
            return Meaning(REGION, meaning.key) if meaning.key in self.economy.regions else meaning
        return meaning

    def _in_table(self, label: str, what: str = "") -> tuple[str, ...]:
        meaning, e = self._meaning(label, what), self.table
        if meaning is None:
            raise LabelError(f"{prefix(what)}unknown region {label[:40]!r}{self._hint(label)}")
        kind, key = meaning
        if kind == REGION:
            return (key,)
        if kind == OWN:
            return self.expanded[key]
        if kind == COUNTRY:
            raise LabelError(f"{prefix(what)}{self._absent(key, label)}")
        if kind == ALLIANCE:
            inside = tuple(c for c in rosters()[key].on(self.day) if c in e.regions)
            if not inside:
                raise LabelError(
                    f"{prefix(what)}no member of {label} is a region of {e.about.name}; name regions"
                )
            return inside
        if key in e.about.region_groups:
            return tuple(e.about.region_groups[key])
        members = members_of_group(key)
        lacking = [member for member in members if member not in e.regions]
        if lacking:
            some = ", ".join(lacking[:3]) + (", ..." if len(lacking) > 3 else "")
            raise LabelError(
                f"{prefix(what)}group {key} needs {len(lacking)} regions that {e.about.name} lacks "
                f"({some}); define your own group"
            )
        return members

    def _in_world(self, label: str, what: str = "") -> tuple[str, ...]:
        meaning = self._meaning(label, what)
        if meaning is None or (meaning.key in (OTHER, ROW) and meaning.kind == COUNTRY):
            raise LabelError(f"{prefix(what)}{self._no_country(label)}")
        kind, key = meaning
        if kind == OWN:
            return self._in_the_world[key]
        if kind == ALLIANCE:
            return rosters()[key].on(self.day)
        if kind == GROUP:
            packaged = key in packaged_groups()["regions"]
            return members_of_group(key) if packaged else self.table.about.region_groups[key]
        return (key,)

    @cached_property
    def _in_the_world(self) -> Members:
        return expanded(self.groups, self._inner, self._in_world)

    def left_out(self, label: str) -> tuple[str, ...]:
        """Members of an alliance or group that are no regions of the economy."""
        meaning = self._meaning(label)
        if self.economy is None or meaning is None:
            return ()
        if meaning.kind == ALLIANCE:
            members = rosters()[meaning.key].on(self.day)
            return tuple(member for member in members if member not in self.economy.regions)
        if meaning.kind == GROUP:
            return tuple(self.economy.about.members_inside_row.get(meaning.key, ()))
        return ()

    def _said(self, label: str, inside: bool) -> str:
        meaning = self._meaning(label)
        if meaning is None:
            raise LabelError(self._no_country(label))
        if meaning.kind == ALLIANCE:
            return rosters()[meaning.key].title
        if meaning.kind in (OWN, GROUP):
            named = inside and meaning.kind == GROUP
            return group_inside(meaning.key) if named else meaning.key
        return self.say_region(meaning.key) if inside else self.name(meaning.key)

    def _absent(self, code: str, label: str) -> str:
        """Why a country cannot be named in this economy."""
        name = self.table.about.name
        if ROW in self.table.regions and code != OTHER:
            return (
                f"{self.name(code)} is inside the rest of the world (ROW) of {name} and cannot be named alone; "
                "name ROW for all of it, or a region of `pax show regions`"
            )
        known, regions = "" if label == code else f" ({code})", self.table.regions
        more = f", and {len(regions) - 8} more" if len(regions) > 8 else ""
        return f"{name} has no {label}{known}; it has {', '.join(regions[:8])}{more}"

    def _no_country(self, label: str) -> str:
        code = spellings().get(folded(label))
        if code == OTHER:
            return f"{OTHER} are unnamed suppliers, who cannot be asked about; name countries or groups"
        if code == ROW:
            return "ROW, the rest of the world, is no country; name countries or groups"
        return f"unknown country or group {label[:40]!r}{self._hint(label)}"

    def _hint(self, label: str) -> str:
        """The nearest name that is known here; a country that is not is told where it is."""
        e = self.economy
        regions = e.regions if e else [c for c in country_names() if c != OTHER]
        names = e.about.region_names if e else country_names()
        groups = e.about.region_groups if e else packaged_groups()["regions"]
        near, _ = near_country(label)
        meant = near or label
        if near and e and ROW in e.regions and meant not in (*e.regions, OTHER):
            return f"; did you mean {meant} ({self.name(meant)}), which is inside the rest of the world?"
        valid = [*regions, *self.groups, *groups, *rosters()]
        return nearest(meant if meant in valid else label, valid, names)

    @cached_property
    def _sector_index(self) -> Index:
        about = self.table.about
        alone = {folded(name): group for name, group in about.sector_groups.items()}
        names = {
            code: name
            for code, name in about.sector_names.items()
            if alone.get(folded(name)) != (code,)
        }
        return Index({REGION: self.table.sectors, GROUP: about.sector_groups}, names)

    def _sector(self, label: str, what: str) -> tuple[str, ...]:
        e = self.table
        if meaning := self._sector_meaning(label, what):
            one = meaning.kind == REGION
            return (meaning.key,) if one else tuple(e.about.sector_groups[meaning.key])
        known = folded(label)
        if not holders(known, e.sectors):
            near = difflib.get_close_matches(known, goods_named(), n=1, cutoff=0.85)
            known = near[0] if near else ""
        if wider := holders(known, e.sectors):
            named = " and ".join(f"{code} ({e.sector_name(code)})" for code in wider)
            one_of = f"write {wider[0]}" if len(wider) == 1 else "write the one that is meant"
            raise LabelError(
                f"{prefix(what)}{label!r} is no sector of its own: {known} is a part of {named}; {one_of}"
            )
        valid = [*e.sectors, *e.about.sector_groups]
        hint = nearest(label, valid, e.about.sector_names)
        raise LabelError(f"{prefix(what)}unknown sector {label[:40]!r}{hint}")

    def _sector_meaning(self, label: str, what: str = "") -> Meaning | None:
        if found := self._sector_index.find(label, what):
            return found
        whole = called(label, self.table.sectors)
        return Meaning(REGION, whole[0]) if whole else None
