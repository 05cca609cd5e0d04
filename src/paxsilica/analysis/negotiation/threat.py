"""What stands between those who bargain where they do not agree."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from paxsilica.analysis.negotiation.game import MOST_RATE, Game, Settled
from paxsilica.checks import Array
from paxsilica.economy import Note
from paxsilica.errors import InputError
from paxsilica.model import Outcome, solve
from paxsilica.policy import load_scenario
from paxsilica.policy.library import is_policy
from paxsilica.policy.values import parse_percent

STANDING, WAR = "standing", "war"


def threat_of(written: str, game: Game, war: Callable[[], Settled]) -> tuple[Array, list[Note]]:
    """`[c]` duty of each flow where its pair does not agree, and what is to be said of it.

    Args:
        written: `standing`, `war`, a duty such as `50%`, or a scenario.
        war: finds the Nash equilibrium between those who bargain.

    Raises:
        InputError: a duty that is none, or a threat of two that both would drop. ScenarioError: no such scenario.
        ConvergenceError: the war or the threat is not solved.
    """
    if written == STANDING:
        return game.stood.shock.at("tariffs", game.cells), []
    if written == WAR:
        return war().rates[game.of], []
    notes = list[Note]()
    if written.strip().endswith("%"):
        levels: Array = np.full(len(game.of), duty_of(written, "--threat", WAR))
    else:
        scenario, stood = load_scenario(written), game.stood.shock
        own = is_policy(written) or scenario.before
        shock = scenario.compile(game.economy, after=None if own else stood)
        levels = shock.at("tariffs", game.cells)
        text = f"of {scenario.title!r} the threat holds the duties between those who bargain, and nothing else"
        notes = [Note("threat", text)]
    if len(game.governments) == 2:
        apart = game.stood.shock.changed("tariffs", game.cells, levels)
        refuse_empty_threat(game, solve(game.economy, apart, game.stood.params))
    return levels, notes


def refuse_empty_threat(game: Game, threat: Outcome) -> None:
    """Raises InputError where both sides would rather not trade at all than have the threat carried out."""
    cells = game.cells
    banned = game.stood.shock.changed("permitted", cells, 0.0)
    nothing = solve(game.economy, banned, game.stood.params)
    if (game.values(threat) < game.values(nothing)).all():
        who = " and ".join(g.name for g in game.governments)
        raise InputError(
            f"the threat is worse for both {who} than no trade between them at all: nobody would carry it out; "
            "give another --threat"
        )


def duty_of(text: str, option: str, word: str) -> float:
    """A duty as a decimal. Raises InputError."""
    try:
        duty = parse_percent(text)
    except ValueError as error:
        raise InputError(f"{option}: {error}, or {word}") from None
    if not 0 <= duty <= MOST_RATE:
        raise InputError(f"{option} {text}: give 0% to {100 * MOST_RATE:g}%")
    return duty
