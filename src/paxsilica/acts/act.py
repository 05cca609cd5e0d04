"""`Act`: what a person does to a store, with the same fields and doors as a question."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from paxsilica.questions.question import Asked

if TYPE_CHECKING:
    from paxsilica.desk import Desk


class Act(Asked):
    """A change, as written."""

    @abstractmethod
    def done(self, desk: Desk) -> Mapping[str, Any]:
        """Do it, whole or not at all, and say what has changed. Raises InputError."""
