"""Supply chains stage by stage: what is left when suppliers are cut, for how long stocks last, whom it takes."""

from paxsilica.analysis.chain.cuts import coverage, single_cuts, smallest_cut
from paxsilica.analysis.chain.graph import LAYERS, Input, Link, Outage, Stage, SupplyChain
from paxsilica.analysis.chain.read import load_chain, packaged_chains
from paxsilica.analysis.chain.stocks import over_time
from paxsilica.analysis.chain.supply import supply

__all__ = [
    "LAYERS",
    "Input",
    "Link",
    "Outage",
    "Stage",
    "SupplyChain",
    "coverage",
    "load_chain",
    "over_time",
    "packaged_chains",
    "single_cuts",
    "smallest_cut",
    "supply",
]
