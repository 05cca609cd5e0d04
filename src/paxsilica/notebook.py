"""The door to Python and notebooks: `pax.ask(question)`, and an `Answer` that shows itself."""

from __future__ import annotations

from paxsilica.desk import Desk
from paxsilica.questions.question import Answer, Question
from paxsilica.report.glance import glance

Answer.renderers["html"] = glance


def ask(question: Question, desk: Desk | None = None) -> Answer:
    """Answer any question: `ask(Coerce(sender="CHN", target="IND"))`.

    Args:
        desk: where warm economies are kept between questions; default a new one.

    Raises:
        InputError: the question cannot be answered as asked. ConvergenceError: the equations were not solved.
    """
    return question.answered(desk or Desk())
