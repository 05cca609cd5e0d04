"""The equilibrium: equations, solver, outcome, derivatives, batches."""

from paxsilica.model.batch import Batch, solve_many
from paxsilica.model.derivatives import (
    Equilibrium,
    Goal,
    Gradient,
    goal_values,
    gradient,
    real_incomes,
    refuse_decided,
    slopes,
)
from paxsilica.model.notes import notes_of
from paxsilica.model.outcome import Outcome, Status
from paxsilica.model.params import Params
from paxsilica.model.solve import rebalance, settled, solve
from paxsilica.model.welfare import FirstOrder, first_order

__all__ = [
    "Batch",
    "Equilibrium",
    "FirstOrder",
    "Goal",
    "Gradient",
    "Outcome",
    "Params",
    "Status",
    "first_order",
    "goal_values",
    "gradient",
    "notes_of",
    "real_incomes",
    "rebalance",
    "refuse_decided",
    "settled",
    "slopes",
    "solve",
    "solve_many",
]
