"""By when a number holds: how far workers, buyers and suppliers have adjusted. One word for it everywhere.

Files, options and findings write `long_run` and `short_run`, pages `long run` and `short run`.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass

from paxsilica.about import Note
from paxsilica.errors import InputError, nearest


@dataclass(frozen=True)
class Horizon:
    """How easily things are replaced; the defaults are the long run of Caliendo and Parro (2015).

    Its name follows from its numbers: two horizons of equal numbers are the same one.

    Attributes:
        value_added_elasticity: of substitution between value added and inputs; 1 is Cobb-Douglas.
        input_elasticity: of substitution among inputs.
        consumption_elasticity: of substitution among consumption goods.
        labour_mobility: kappa of Roy-Frechet labour supply (Galle, Rodriguez-Clare and Yi 2023):
            inf is one wage in a region, 1 is labour that stays in its sector.
        trade_response: share of the long-run response of tariff-exclusive trade flows, elasticity
            1 + theta, that has come about; 1 is all of it.

    Raises:
        InputError: a number outside its range.
    """

    value_added_elasticity: float = 1.0
    input_elasticity: float = 1.0
    consumption_elasticity: float = 1.0
    labour_mobility: float = math.inf
    trade_response: float = 1.0

    def __post_init__(self) -> None:
        for name in ("value_added_elasticity", "input_elasticity", "consumption_elasticity"):
            value = getattr(self, name)
            if not 0 < value < 20:
                raise InputError(f"{name} must be between 0 and 20, not {value}; 1 is Cobb-Douglas")
        if not self.labour_mobility >= 1:
            raise InputError(
                f"labour_mobility must be 1 (fixed) to inf (mobile), not {self.labour_mobility}"
            )
        if not 0 < self.trade_response <= 1:
            raise InputError(
                f"trade_response must be above 0 and at most 1, not {self.trade_response}"
            )

    @property
    def key(self) -> str:
        """`long_run`, `short_run`, or `own` for any other numbers: in files, options, findings."""
        return next((key for key, known in HORIZONS.items() if known == self), "own")

    def __str__(self) -> str:
        """The same on a page: `long run`, `short run`, `own parameters`."""
        return "own parameters" if self.key == "own" else self.key.replace("_", " ")

    @classmethod
    def parse(cls, text: str) -> Horizon:
        """The horizon that a person wrote: `long_run` or `short_run`.

        Also read: any case, blanks or hyphens for the underscore, and the older words `long`,
        `short` and `first year`; `old_spelling` says what to tell who wrote one.

        Raises:
            InputError: no horizon; names the nearest.
        """
        words = re.sub(r"[\s_-]+", "_", text.strip().casefold())
        words = {"long": "long_run", "short": "short_run", "first_year": "short_run"}.get(
            words, words
        )
        if words not in HORIZONS:
            raise InputError(
                f"{text[:40]!r} is no horizon; write {' or '.join(HORIZONS)}"
                + (hint if "did you mean" in (hint := nearest(words, HORIZONS)) else "")
            )
        return HORIZONS[words]


def old_spelling(text: str) -> Note | None:
    """What to tell a person whose spelling of a horizon is read but is not its name; None where it is."""
    horizon = Horizon.parse(text)
    if text in (horizon.key, str(horizon)):
        return None
    return Note("horizon", f"Horizon {text[:40]!r} is read as {horizon.key}; write {horizon.key}.")


LONG_RUN = Horizon()
"""Everything has adjusted. No date is given."""

SHORT_RUN = Horizon(
    value_added_elasticity=0.5,
    input_elasticity=0.2,
    consumption_elasticity=0.9,
    labour_mobility=1.0,
    trade_response=0.36,
)
"""About the first year: workers stay in their sector, inputs are hard to replace, trade is sluggish.

0.5 and 0.9: the benchmark of Baqaee and Farhi (2019, Econometrica 87(4)). 0.2: the least rigid of their variants,
and what Boehm, Flaaen and Pandalai-Nayar (2019) estimate between Japanese and other materials. 1: an assumption.
0.36: Boehm, Levchenko and Pandalai-Nayar (2023) find that tariff-exclusive trade responds with -0.76 after one year
and about -2.1 after ten. `docs/model.md` says more of each.
"""

HORIZONS = {"long_run": LONG_RUN, "short_run": SHORT_RUN}
"""By name."""
