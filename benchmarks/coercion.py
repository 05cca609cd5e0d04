"""Time of cuts: one pair with everything beside it, what helps the target, every pair of the largest economies.

    python benchmarks/coercion.py [ECONOMIES]

Each question is asked twice, since the first compiles. The limits: a second pair within 15 s, and 40 cuts a second in
the long run; the script ends with status 1 where one is missed. ECONOMIES is the size of the matrix, 25 where left out.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from typing import TypeVar

import paxsilica as pax
from paxsilica.analysis.coercion.counter import reliefs
from paxsilica.analysis.coercion.matrix import coercion_matrix
from paxsilica.analysis.coercion.pair import SIDES
from paxsilica.cut import Cut
from paxsilica.data import load_economy
from paxsilica.horizon import HORIZONS, SHORT_RUN
from paxsilica.model import Params, rebalance
from paxsilica.model.cache import keep_made
from paxsilica.questions.coerce import MOST_REGIONS, Coerce, of_most_income

PAIR_SECONDS, CUTS_A_SECOND = 15.0, 40.0
PAIRS = (("USA", "CHN"), ("CHN", "USA"), ("CHN", "IND"), ("RUS", "IND"))
Value = TypeVar("Value")


def timed(work: Callable[[], Value]) -> tuple[float, Value]:
    start = time.perf_counter()
    value = work()
    return time.perf_counter() - start, value


def main() -> None:
    keep_made()
    table = load_economy()
    economy = rebalance(table)
    seconds = 0.0
    for sender, target in PAIRS:
        asks = Coerce(sender=sender, target=target)
        seconds, answer = timed(lambda q=asks: pax.ask(q))
        print(f"{sender} on {target}  {seconds:5.1f} s")
        for horizon in HORIZONS:
            of = {"horizon": horizon, "sector": None, "point": None, "elasticities": None}
            rows = [answer.findings.row("real_income", item=side, **of) for side in SIDES]
            told = " and ".join(
                f"{r['value']:.3f} % ({r['low']:.3f} to {r['high']:.3f})" for r in rows
            )
            print(f"  {horizon}: target and sender {told}")
    helped, rows = timed(lambda: reliefs(economy, Cut(("CHN",), ("IND",))))
    print(f"reliefs of CHN on IND  {helped:5.1f} s  {len(rows)} policies")
    names = of_most_income(economy, int(sys.argv[1]) if len(sys.argv) > 1 else MOST_REGIONS)
    cuts = len(names) * (len(names) - 1)
    rates = []
    for name, params in (("long run", Params()), ("short run", Params(SHORT_RUN))):
        took, _ = timed(lambda p=params: coercion_matrix(economy, names, params=p))
        rates.append(cuts / took)
        print(f"{cuts} cuts, {name}  {took:5.1f} s  {cuts / took:.0f} a second")
    print(f"limits: {PAIR_SECONDS:g} s a pair, {CUTS_A_SECOND:g} cuts a second in the long run")
    if seconds > PAIR_SECONDS or rates[0] < CUTS_A_SECOND:
        sys.exit(1)


if __name__ == "__main__":
    main()
