"""The fields of draws, the same in every question that has a range."""

from __future__ import annotations

from typing import Any

from paxsilica.analysis.draws import LEAST_DRAWS, MANY_DRAWS, Draws
from paxsilica.questions.question import asked


def draws_field(of: str) -> Any:
    """How many worlds are drawn; `of` says what is drawn."""
    return asked(
        f"Worlds drawn, by {of}: the range is then the middle 80 % of them, instead of over published sets.",
        None,
        unit="count",
        example=200,
    )


def seed_field() -> Any:
    """From which seed."""
    return asked("Of the draws: the same seed draws the same.", 1, unit="number")


def wrong_count(count: int | None, seed: int, yes: bool = False) -> str:
    """What is wrong with the draws; empty where nothing is."""
    if count is None:
        return "--seed is of draws; give --draws too" if seed != 1 else ""
    if count < LEAST_DRAWS:
        return f"{count} draws make no range; take at least {LEAST_DRAWS}, 200 are usual"
    if count > MANY_DRAWS and not yes:
        return f"{count:,} draws take hours; give --yes if that is meant, 200 are usual"
    return ""


def draws_asked(count: int | None, seed: int, noise: float = 0.0) -> Draws | None:
    """What is to be drawn; None where the range is over sets."""
    return None if count is None else Draws(count, seed, noise)
