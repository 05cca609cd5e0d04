"""Supply chains stage by stage: what is left when suppliers are cut, for how long stocks last, whom it takes."""

from paxsilica.analysis.chain.cuts import (
    Coverage,
    SingleCut,
    SmallestCut,
    coverage,
    single_cuts,
    smallest_cut,
)
from paxsilica.analysis.chain.graph import LAYERS, OTHER, Input, Link, Outage, Stage, SupplyChain
from paxsilica.analysis.chain.read import load_chain, packaged_chains, parse_chain
from paxsilica.analysis.chain.stocks import SupplyPath, over_time
from paxsilica.analysis.chain.supply import Supply, supply

__all__ = [
    "LAYERS",
    "OTHER",
    "Coverage",
    "Input",
    "Link",
    "Outage",
    "SingleCut",
    "SmallestCut",
    "Stage",
    "Supply",
    "SupplyChain",
    "SupplyPath",
    "coverage",
    "load_chain",
    "over_time",
    "packaged_chains",
    "parse_chain",
    "single_cuts",
    "smallest_cut",
    "supply",
]
