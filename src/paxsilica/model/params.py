"""How the model is closed and solved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

from paxsilica.errors import InputError, nearest

Closure = Literal["fixed_share", "fixed", "balanced"]


@dataclass(frozen=True)
class Params:
    """How to close and solve the model.

    Attributes:
        deficits: trade deficits stay a `fixed_share` of world income, `fixed` in units of world labour income (the
            numeraire), or vanish (`balanced`).
        tolerance: largest relative gap allowed in any equation.
        most_sweeps: sweeps after which the solve gives up.
    """

    deficits: Closure = "fixed_share"
    tolerance: float = 1e-10
    most_sweeps: int = 2000

    def __post_init__(self) -> None:
        if self.deficits not in get_args(Closure):
            raise InputError(f"unknown deficits {self.deficits!r}" + nearest(self.deficits, get_args(Closure)))
        if not 0 < self.tolerance < 1e-3:
            raise InputError(f"tolerance must be between 0 and 0.001, not {self.tolerance}; 1e-10 is the default")
