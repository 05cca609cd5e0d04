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

from paxsilica.analysis.coercion.counter import reliefs
from paxsilica.analysis.coercion.matrix import coercion_matrix
from paxsilica.analysis.coercion.pair import pair
from paxsilica.data import load_economy
from paxsilica.horizon import SHORT_RUN
from paxsilica.model import Params, rebalance
from paxsilica.model.cache import keep_compiled
from paxsilica.report.grips import LARGEST, largest
from paxsilica.shock import Cut

PAIR_SECONDS, CUTS_A_SECOND = 15.0, 40.0
PAIRS = (("USA", "CHN"), ("CHN", "USA"), ("CHN", "IND"), ("RUS", "IND"))
Value = TypeVar("Value")


def timed(work: Callable[[], Value]) -> tuple[float, Value]:
    start = time.perf_counter()
    value = work()
    return time.perf_counter() - start, value


def main() -> None:
    keep_compiled()
    table = load_economy()
    economy = rebalance(table)
    seconds = 0.0
    for sender, target in PAIRS:
        seconds, found = timed(lambda s=sender, t=target: pair(table, Cut((s,), (t,))))
        print(f"{sender} on {target}  {seconds:5.1f} s")
        for h, horizon in zip(found.horizons, ("long", "first"), strict=True):
            low, median, high = found.band_of("target", horizon) or (0.0, 0.0, 0.0)
            told = f"{h.losses.target:.3f} % against {h.losses.sender:.3f} %"
            print(f"  {h.name}: {told}; target {low:.3f} to {high:.3f} %, median {median:.3f} %")
    helped, rows = timed(lambda: reliefs(economy, Cut(("CHN",), ("IND",))))
    print(f"reliefs of CHN on IND  {helped:5.1f} s  {len(rows)} policies")
    names = largest(economy, int(sys.argv[1]) if len(sys.argv) > 1 else LARGEST)
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
