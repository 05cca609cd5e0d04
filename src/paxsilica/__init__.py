"""Economic security and trade policy: what a measure would do, to whom, and how we know.

The public names are loaded on first use, so that `import paxsilica` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from paxsilica.questions.registry import QUESTIONS, question_class

if TYPE_CHECKING:
    from paxsilica.analysis.effects import effects as effects
    from paxsilica.cut import Cut as Cut
    from paxsilica.data import load_economy as load_economy
    from paxsilica.economy import Economy as Economy
    from paxsilica.findings import Findings as Findings
    from paxsilica.horizon import LONG_RUN as LONG_RUN
    from paxsilica.horizon import SHORT_RUN as SHORT_RUN
    from paxsilica.horizon import Horizon as Horizon
    from paxsilica.model import Outcome as Outcome
    from paxsilica.model import Params as Params
    from paxsilica.model import first_order as first_order
    from paxsilica.model import gradient as gradient
    from paxsilica.model import rebalance as rebalance
    from paxsilica.model import solve as solve
    from paxsilica.model import solve_many as solve_many
    from paxsilica.names import Names as Names
    from paxsilica.notebook import ask as ask
    from paxsilica.policy import Scenario as Scenario
    from paxsilica.policy import load_scenario as load_scenario
    from paxsilica.questions.ally import Ally as Ally
    from paxsilica.questions.brief import Brief as Brief
    from paxsilica.questions.chain import Chain as Chain
    from paxsilica.questions.coerce import Coerce as Coerce
    from paxsilica.questions.compare import Compare as Compare
    from paxsilica.questions.depend import Depend as Depend
    from paxsilica.questions.divert import Divert as Divert
    from paxsilica.questions.negotiate import Negotiate as Negotiate
    from paxsilica.questions.run import Run as Run
    from paxsilica.questions.score import Score as Score
    from paxsilica.questions.sweep import Sweep as Sweep
    from paxsilica.questions.target import Target as Target
    from paxsilica.shock import Shock as Shock

__version__ = "0.1.0"

_HOMES = {
    "Cut": "cut",
    "Economy": "economy",
    "Findings": "findings",
    "Horizon": "horizon",
    "LONG_RUN": "horizon",
    "Names": "names",
    "Outcome": "model",
    "Params": "model",
    "Scenario": "policy",
    "SHORT_RUN": "horizon",
    "Shock": "shock",
    "ask": "notebook",
    "effects": "analysis.effects",
    "first_order": "model",
    "gradient": "model",
    "load_economy": "data",
    "load_scenario": "policy",
    "rebalance": "model",
    "solve": "model",
    "solve_many": "model",
}

_QUESTIONS = {name.title(): name for name in QUESTIONS}

__all__ = ["__version__", "report", *_HOMES, *_QUESTIONS]


def __getattr__(name: str) -> Any:
    if name == "report":
        return import_module("paxsilica.report")
    if name in _QUESTIONS:
        return question_class(_QUESTIONS[name])
    if name not in _HOMES:
        raise AttributeError(f"module 'paxsilica' has no attribute {name!r}")
    return getattr(import_module(f"paxsilica.{_HOMES[name]}"), name)


def __dir__() -> list[str]:
    return sorted(__all__)
