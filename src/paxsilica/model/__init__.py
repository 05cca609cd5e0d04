"""The equilibrium: equations, solver, outcome."""

from paxsilica.model.outcome import Outcome, Status
from paxsilica.model.solve import Params, rebalance, solve
from paxsilica.model.welfare import FirstOrder, first_order

__all__ = ["FirstOrder", "Outcome", "Params", "Status", "first_order", "rebalance", "solve"]
