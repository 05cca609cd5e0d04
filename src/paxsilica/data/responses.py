"""How far imports fall by months since a duty rose: named sets, packaged; `docs/estimate.md` says how ours was made."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from paxsilica.checks import Array, freeze
from paxsilica.data.sources import PACKAGED
from paxsilica.errors import LabelError, nearest
from paxsilica.names.places import rows

RESPONSES, COVARIANCES = "responses.csv", "responses_covariance.csv"
"""The packaged tables, written by `tools/estimate_response.py`."""

OWN_RESPONSES = "us_2018_2019"
"""Our own estimate on the US duties of 2018 and 2019."""


@dataclass(frozen=True)
class Responses:
    """The fall of the log duty-exclusive value of imports for one unit of log(1 + duty): 1 + theta, not theta.

    Attributes:
        set: its name in the table.
        goods: `all`, or `metals`.
        months: `[m]` since the duty rose, ascending.
        response: `[m]` the whole effect by then, positive where a duty cuts trade.
        covariance: `[m,m]`; NaN off the diagonal where a paper prints standard errors alone.
        origin: `estimated` by us, or `published`.
        source: what it is from.
    """

    set: str
    goods: str
    months: tuple[int, ...]
    response: Array
    covariance: Array
    origin: str
    source: str

    @property
    def se(self) -> Array:
        """`[m]` standard errors."""
        found: Array = np.sqrt(np.diag(self.covariance))
        return found


def response_sets() -> tuple[str, ...]:
    """Names that `packaged_responses` takes."""
    return tuple(dict.fromkeys(row["set"] for row in _packaged_rows()))


@cache
def packaged_responses(name: str = OWN_RESPONSES, goods: str = "all") -> Responses:
    """A set of the packaged table.

    Raises:
        LabelError: no such set, or it has no such goods.
    """
    if name not in response_sets():
        raise LabelError(f"unknown set of responses {name!r}{nearest(name, response_sets())}")
    every = [row for row in _packaged_rows() if row["set"] == name]
    table = sorted(
        (row for row in every if row["goods"] == goods), key=lambda row: int(row["months"])
    )
    if not table:
        known = dict.fromkeys(row["goods"] for row in every)
        raise LabelError(f"responses {name} have no goods {goods!r}{nearest(goods, known)}")
    months = tuple(int(row["months"]) for row in table)
    covariance = np.full((len(months), len(months)), np.nan)
    np.fill_diagonal(covariance, [float(row["se"]) ** 2 for row in table])
    for row in rows(PACKAGED / COVARIANCES):
        if (row["set"], row["goods"]) == (name, goods):
            pair = months.index(int(row["months"])), months.index(int(row["other_months"]))
            covariance[pair] = covariance[pair[::-1]] = float(row["covariance"])
    return Responses(
        name,
        goods,
        months,
        freeze(np.array([float(row["response"]) for row in table])),
        freeze(covariance),
        table[0]["origin"],
        table[0]["source"],
    )


@cache
def _packaged_rows() -> list[dict[str, str]]:
    return rows(PACKAGED / RESPONSES)
