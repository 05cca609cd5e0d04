"""The equilibrium: equations, solver, outcome."""

from paxsilica.model.outcome import Outcome, Status
from paxsilica.model.params import Params
from paxsilica.model.solve import rebalance, solve
from paxsilica.model.welfare import FirstOrder, first_order

__all__ = ["FirstOrder", "Outcome", "Params", "Status", "first_order", "rebalance", "solve"]
