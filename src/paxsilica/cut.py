"""`Cut`: who stops selling what to whom."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paxsilica.checks import check_share
from paxsilica.economy import Economy
from paxsilica.errors import InputError
from paxsilica.shock import Shock


@dataclass(frozen=True)
class Cut:
    """The senders stop selling the sectors to the targets: all of it, or a share of its product range.

    Attributes:
        senders, targets: regions or region groups. sectors: sectors or sector groups.
        share: part of every sector's product range that is cut, above 0 and at most 1.

    Raises:
        InputError: a share outside its range.
    """

    senders: tuple[str, ...]
    targets: tuple[str, ...]
    sectors: tuple[str, ...] = ("goods",)
    share: float = 1.0

    def __post_init__(self) -> None:
        for name in ("senders", "targets", "sectors"):
            given = getattr(self, name)
            labels = (given,) if isinstance(given, str) else tuple(given)
            object.__setattr__(self, name, labels)
        check_share(self.share)

    def places(self, economy: Economy) -> tuple[list[int], list[int], list[int]]:
        """Positions of targets, senders and sectors: the axes of a flow.

        Raises:
            LabelError: an unknown region or sector. InputError: a region on both sides.
        """
        n, i = economy.region_indices(self.targets), economy.region_indices(self.senders)
        both = sorted(set(i) & set(n))
        if both:
            raise InputError(
                f"{economy.regions[both[0]]} is sender and target; "
                "a region cannot be cut off from itself"
            )
        return n, i, economy.sector_indices(self.sectors)

    def on(self, economy: Economy) -> Cut:
        """The same cut in the economy's own labels, without groups; raises as `places`."""
        n, i, j = self.places(economy)
        senders, targets = (tuple(economy.regions[at] for at in side) for side in (i, n))
        return Cut(senders, targets, tuple(economy.sectors[at] for at in j), self.share)

    def shock(self, economy: Economy) -> Shock:
        """A ban on what the senders sell to the targets; raises as `places`."""
        cells = np.ix_(*self.places(economy))
        return Shock(economy).changed("permitted", cells, 1.0 - self.share)
