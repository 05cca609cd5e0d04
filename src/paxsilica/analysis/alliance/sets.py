"""What an alliance is worth under one set of trade elasticities, for the band over all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from paxsilica.analysis.alliance.values import Setting, Values
from paxsilica.economy import Array


def worths(
    setting: Setting,
    members: Sequence[str],
    kinds: Sequence[str],
    layers: Mapping[str, tuple[str, ...]],
) -> Array:
    """`[2 k + l]` v of the members for each kind of value, v of all together, and the adversary's loss by each layer
    that all together cut alone; million of the baseline's currency.

    Args:
        setting: the blocs and the adversary in an economy. layers: layer -> the sectors it is traded in.

    Raises:
        ConvergenceError: an equilibrium is not solved.
    """
    inside, everybody = frozenset(members), frozenset(setting.names)
    values = [Values(setting, kind) for kind in kinds]
    for of in values:
        of.solve([inside, everybody])
    alone = [Values(replace(setting, sectors=sectors), "leverage") for sectors in layers.values()]
    found = [of.worth(who) for who in (inside, everybody) for of in values]
    return np.array([*found, *(of.worth(everybody) for of in alone)])
