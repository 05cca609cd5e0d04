"""A hit on an exporter in a small world, for tests of other markets."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from paxsilica.economy import Economy
from paxsilica.shock import Shock


def raised(
    e: Economy, importer: str, exporters: Sequence[str], by: float = 0.5, after: Shock | None = None
) -> Shock:
    """A shock in which an importer adds to its tariffs on some exporters, in all sectors, after another."""
    n, at = e.regions.index(importer), [e.regions.index(x) for x in exporters]
    tariffs = np.array((after or Shock(e)).tariffs)
    tariffs[n, [i for i in at if i != n]] += by
    return Shock(e, tariffs=tariffs)
