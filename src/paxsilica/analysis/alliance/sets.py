"""What an alliance is worth under every packaged set of trade elasticities: a band, never one number."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

from paxsilica.analysis.alliance.values import Setting, Values
from paxsilica.economy import Economy


@dataclass(frozen=True)
class Under:
    """One set of trade elasticities; million USD of the baseline year.

    Attributes:
        before, after: kind of value -> v of the members, and of all together.
        layers: layer -> the adversary's loss when all together cut it alone.
    """

    elasticities: str
    before: Mapping[str, float]
    after: Mapping[str, float]
    layers: Mapping[str, float]


def under_each(
    setting_of: Callable[[Economy], Setting],
    economies: Sequence[Economy],
    members: Sequence[str],
    kinds: Sequence[str],
    layers: Mapping[str, tuple[str, ...]],
    progress: Callable[[int], None] | None = None,
) -> tuple[Under, ...]:
    """The same alliance in each economy: one table calibrated to several sets of elasticities.

    Args:
        setting_of: the blocs and the adversary in an economy. economies: balanced, one for each set.
        members: names of the blocs that are in before anybody joins. layers: layer -> the sectors it is traded in.
        progress: called with the number of economies done.

    Raises:
        ConvergenceError: an equilibrium is not solved.
    """
    found = []
    for done, economy in enumerate(economies, 1):
        setting = setting_of(economy)
        inside, everybody = frozenset(members), frozenset(setting.names)
        values = {kind: Values(setting, kind) for kind in kinds}
        alone = {
            layer: Values(replace(setting, sectors=sectors), "leverage")
            for layer, sectors in layers.items()
        }
        for of in values.values():
            of.solve([inside, everybody])
        found.append(
            Under(
                elasticities=economy.about.elasticities,
                before={kind: of.worth(inside) for kind, of in values.items()},
                after={kind: of.worth(everybody) for kind, of in values.items()},
                layers={layer: of.worth(everybody) for layer, of in alone.items()},
            )
        )
        if progress:
            progress(done)
    return tuple(found)
