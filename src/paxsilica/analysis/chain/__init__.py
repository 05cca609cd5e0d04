"""Supply chains stage by stage: what is left when suppliers are cut, for how long stocks last, whom it takes.

`linked_blocks` is loaded on first use: what asks nothing of the equilibrium does not wait for its equations.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from paxsilica.analysis.chain.cuts import coverage, single_cuts, smallest_cut
from paxsilica.analysis.chain.graph import LAYERS, Input, Link, Outage, Stage, SupplyChain
from paxsilica.analysis.chain.read import load_chain, packaged_chains, parse_chain
from paxsilica.analysis.chain.stocks import over_time
from paxsilica.analysis.chain.supply import supply

if TYPE_CHECKING:
    from paxsilica.analysis.chain.link import linked_blocks

__all__ = [
    "LAYERS",
    "Input",
    "Link",
    "Outage",
    "Stage",
    "SupplyChain",
    "coverage",
    "linked_blocks",
    "load_chain",
    "over_time",
    "packaged_chains",
    "parse_chain",
    "single_cuts",
    "smallest_cut",
    "supply",
]


def __getattr__(name: str) -> Any:
    if name != "linked_blocks":
        raise AttributeError(f"module {__name__} has no attribute {name!r}")
    return getattr(import_module("paxsilica.analysis.chain.link"), name)
