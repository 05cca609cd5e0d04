"""Sources -> `Economy`: the packaged baselines, a user's own tables, and the checks that say what is in them."""

from paxsilica.data.archive import write_economy
from paxsilica.data.checks import Check, economy_checks
from paxsilica.data.elasticities import elasticity_sets, with_elasticities, with_every_set
from paxsilica.data.load import load_economy, packaged_economies
from paxsilica.data.sources import packaged_sources, world_map

__all__ = [
    "Check",
    "economy_checks",
    "elasticity_sets",
    "load_economy",
    "packaged_economies",
    "packaged_sources",
    "with_elasticities",
    "with_every_set",
    "world_map",
    "write_economy",
]
