"""Games and tranches against one bare solve of the same model: `python benchmarks/negotiation.py`.

Medians of a few runs after everything is compiled, on the packaged world of 81 regions and 28 sectors.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median
from time import perf_counter

import paxsilica as pax
from paxsilica.analysis.negotiation.agenda import agenda_of
from paxsilica.analysis.negotiation.bargain import bargain
from paxsilica.analysis.negotiation.certificate import certified
from paxsilica.analysis.negotiation.game import Detail, Game, Government, game_of, search_duties
from paxsilica.analysis.negotiation.tranche import best_deal
from paxsilica.model import slopes
from paxsilica.model.cache import keep_made

TEN = ("USA", "CHN", "EU", "IND", "JPN", "GBR", "KOR", "CAN", "BRA", "MEX")
RUNS = 3


def timed(what: str, run: Callable[[], object], bare: float | None = None) -> float:
    """Print and return the median seconds of some runs, and their ratio to a bare solve."""
    run()
    seconds = []
    for _ in range(RUNS):
        began = perf_counter()
        run()
        seconds.append(perf_counter() - began)
    ratio = "" if bare is None else f"{median(seconds) / bare:10.0f} bare solves"
    print(f"{what:64} {median(seconds):8.3f} s {ratio}")
    return median(seconds)


def main() -> None:
    keep_made()
    e = pax.load_economy("icio2022")
    law = pax.load_scenario("policy:us-law@2025-11-01").compile(e)
    stood = pax.solve(e, law)
    players = [
        Government(name, tuple(e.regions[n] for n in e.region_indices([name]))) for name in TEN
    ]
    bare = timed("one solve", lambda: pax.solve(e, law), None)

    def game(count: int, detail: Detail, low: float = 0.0) -> Game:
        return game_of(stood, players[:count], detail, low=low)

    ten = game(10, "partner")
    timed("derivatives of ten goals by every tariff", lambda: slopes(stood, ten.goals), bare)
    alone = game(1, "full", low=-0.5)
    said = f"optimum of one, {len(alone.setter):,} duties (partner x sector)"
    timed(said, lambda: search_duties(alone, alone.standing), bare)
    timed(
        f"war of ten, {len(ten.setter):,} duties (by partner)",
        lambda: search_duties(ten, ten.standing),
        bare,
    )
    full = game(10, "full")
    timed(
        f"war of ten, {len(full.setter):,} duties (partner x sector)",
        lambda: search_duties(full, full.standing),
        bare,
    )
    war = search_duties(ten, ten.standing)
    timed("its certificate: best replies anew, second derivatives", lambda: certified(war), bare)
    two = [players[0], players[3]]
    pair = game_of(stood, two, "full", against=[r for who in two for r in who.regions])
    timed(f"bargain of two, {len(pair.setter)} duties", lambda: bargain(pair, pair.standing), bare)
    agenda = agenda_of(stood, (two[0], two[1]))
    said = f"tranche of 5 a side from {len(agenda.concessions)} concessions"
    timed(said, lambda: best_deal(agenda, 5), bare)


if __name__ == "__main__":
    main()
