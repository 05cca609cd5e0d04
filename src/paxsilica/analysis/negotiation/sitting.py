"""Who sits at the table, and what stands when they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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
    weighed = [_weight(text, players, names) for text in weights]
    found, where = list[Government](), dict[str, str]()
    for written in players:
        regions = names.regions([part for part in written.split("+") if part], "players")
        name = regions[0] if len(regions) == 1 else written
        for region in regions:
            if where.get(region) == name:
                raise InputError(f"{name} plays against itself; name it once")
            if region in where:
                raise InputError(f"{region} is in {where[region]} and in {name}; leave it in one")
            where[region] = name
        mine = tuple((sector, weight) for who, sector, weight in weighed if who in ("", written))
        found.append(Government(name, regions, mine))
    return tuple(found)


def _weight(text: str, players: Sequence[str], names: Names) -> tuple[str, str, float]:
    """`IND:A01=2` -> whose, sector, weight."""
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
    if who and who not in players:
        raise InputError(f"--weights {text}: {who} does not play{nearest(who, players)}")
    found = names.sectors([sector], "weights")
    if len(found) != 1:
        raise InputError(
            f"--weights {text}: {sector} is {len(found)} sectors; name them one by one"
        )
    return who, found[0], weight


def of_the_union(governments: Sequence[Government]) -> list[Note]:
    """Members of the European Union set no tariffs of their own."""
    members = set(members_of_group(EU))
    alone = [g.name for g in governments if len(g.regions) == 1 and g.regions[0] in members]
    text = f"{', '.join(alone)}: a member of the European Union, which sets tariffs as one; name EU instead"
    return [Note("union", text, leads=True)] if alone else []
