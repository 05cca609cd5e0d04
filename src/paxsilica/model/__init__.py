"""The equilibrium: equations, solver, outcome, derivatives, batches.

Derivatives alone need JAX, and are loaded where they are asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from paxsilica.model.batch import Batch, solve_many
from paxsilica.model.conditions import refuse_decided
from paxsilica.model.goals import Goal, goal_values, real_incomes
from paxsilica.model.notes import notes_of
from paxsilica.model.outcome import Outcome, Status
from paxsilica.model.params import Params
from paxsilica.model.solve import rebalance, settled, solve
from paxsilica.model.welfare import FirstOrder, first_order

if TYPE_CHECKING:
    from paxsilica.model.derivatives import Equilibrium, Gradient, gradient, slopes

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


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module 'paxsilica.model' has no attribute {name!r}")
    return getattr(import_module("paxsilica.model.derivatives"), name)
