"""Who sits at the table, and what stands when they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from paxsilica.analysis.alliance.roster import EU
from paxsilica.analysis.negotiation.game import Government
from paxsilica.analysis.standing_law import StandingLaw
from paxsilica.economy import Economy, Note
from paxsilica.errors import InputError, nearest
from paxsilica.model import Outcome
from paxsilica.names import Names
from paxsilica.names.places import members_of_group


@dataclass(frozen=True, eq=False)
class Sitting:
    """Who meets, on what world.

    Attributes:
        stood: the equilibrium of the law. economies: the baseline under every set of elasticities; none for no bands.
    """

    names: Names
    governments: tuple[Government, ...]
    stood: Outcome
    economies: Sequence[Economy]
    law: StandingLaw
    notes: tuple[Note, ...]


def governments_of(
    names: Names, players: Sequence[str], weights: Sequence[str] = ()
) -> tuple[Government, ...]:
    """Governments as written: `USA`, a group that acts as one such as `EU`, or several with `+` between them.

    Args:
        weights: `C29=1.5`, or `IND:C29=1.5` for one alone.

    Raises:
        LabelError: an unknown name. InputError: a region in two of them, or a weight that is none.
    """
    found, where = list[Government](), dict[str, str]()
    for written in players:
        parts = written.split("+")
        if not all(map(str.strip, parts)):
            raise InputError(
                f"players: {written} has an empty name; write USA, or USA+CAN for two as one"
            )
        regions = names.placed_regions(parts, "players")
        name = regions[0] if len(regions) == 1 else written
        for region in regions:
            if where.get(region) == name:
                raise InputError(f"{name} plays against itself; name it once")
            if region in where:
                raise InputError(f"{region} is in {where[region]} and in {name}; leave it in one")
            where[region] = name
        found.append(Government(name, regions))
    loved = dict[tuple[str, str], float]()
    for text in weights:
        who, sector, weight = _weight(text, found, names)
        for government in [who] if who else found:
            if (government.name, sector) in loved:
                raise InputError(f"--weights {text}: {sector} has a weight already; give it once")
            loved[government.name, sector] = weight
    return tuple(
        replace(g, weights=tuple((of, w) for (who, of), w in loved.items() if who == g.name))
        for g in found
    )


def seat_of(names: Names, governments: Sequence[Government], who: str, option: str) -> Government:
    """The government that a name means, whatever its spelling. Raises InputError: it does not play."""
    regions = names.placed_regions(who.split("+"), option)
    for government in governments:
        if government.regions == regions:
            return government
    playing = [government.name for government in governments]
    raise InputError(f"{option} {who}: does not play{nearest(who, playing)}")


def _weight(
    text: str, governments: Sequence[Government], names: Names
) -> tuple[Government | None, str, float]:
    """`IND:A01=2` -> whose, None for all; sector; weight."""
    left, sign, number = text.rpartition("=")
    who, _, sector = left.rpartition(":")
    try:
        weight = float(number)
    except ValueError:
        weight = np.nan
    if not sign or not 0 < weight <= 10:
        raise InputError(
            f"--weights {text}: write a sector and a number above 0 and up to 10, such as C29=1.5"
        )
    found = names.sectors([sector], "weights")
    if len(found) != 1:
        raise InputError(
            f"--weights {text}: {sector} is {len(found)} sectors; name them one by one"
        )
    return seat_of(names, governments, who, "--weights") if who else None, found[0], weight


def of_the_union(governments: Sequence[Government]) -> list[Note]:
    """Members of the European Union set no tariffs of their own."""
    members = set(members_of_group(EU))
    alone = [g.name for g in governments if len(g.regions) == 1 and g.regions[0] in members]
    text = f"{', '.join(alone)}: a member of the European Union, which sets tariffs as one; name EU instead"
    return [Note("union", text, leads=True)] if alone else []
