"""Everything asked of one pair: the cut in the long run and in the short run, in part, sector by sector, under other
elasticities, with the closed forms and the first order beside it, and what helps the target."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from paxsilica.analysis.coercion.closed_forms import cms_power, income_loss, liu_yang
from paxsilica.analysis.coercion.counter import Relief, reliefs
from paxsilica.analysis.coercion.cut import Grip, cut_off
from paxsilica.data import under_every_set
from paxsilica.economy import Array, Economy, Note
from paxsilica.errors import ConvergenceError
from paxsilica.horizon import LONG_RUN, SHORT_RUN, Horizon
from paxsilica.model import Params, Status, gradient, rebalance, solve_many
from paxsilica.shock import Cut, Shock

STEPS = tuple(n / 10 for n in range(1, 11))
"""Shares of a partial cut along the curve."""


@dataclass(frozen=True)
class Losses:
    """Losses of real income of both sides of a cut; a gain is negative, NaN where the equations were not solved.

    Attributes:
        target, sender: % of the baseline's income of all regions of a side together.
        target_usd, sender_usd: the same in million USD of the baseline year.
    """

    target: float
    sender: float
    target_usd: float
    sender_usd: float

    @property
    def ratio(self) -> float:
        """Target's loss over sender's, in money; infinite where the sender loses nothing, NaN where unknown."""
        if np.isnan(self.sender_usd):
            return float("nan")
        return self.target_usd / self.sender_usd if self.sender_usd > 0 else float("inf")


@dataclass(frozen=True)
class SectorCut:
    """One sector cut alone. `trade`: what the senders sell of it to the targets in the baseline, million USD."""

    sector: str
    trade: float
    losses: Losses


@dataclass(frozen=True)
class Beside:
    """What simpler measures say of the same cut.

    Attributes:
        power: loss of the targets' real income by Clayton, Maggiori and Schreger, %.
        liu_yang: net dependence of the target on the sender by Liu and Yang, log points times 100; None for groups.
        first_order: losses at the rate of the first product lost, times the whole cut: the exact derivative.
    """

    power: float
    liu_yang: float | None
    first_order: Losses


@dataclass(frozen=True, eq=False)
class AtHorizon:
    """A cut at one horizon.

    Attributes:
        curve: share of the product range that is cut, and the losses. sectors: in the order of the economy.
        revenue: change of the targets' and of the senders' revenue from tariffs, million USD at world labour income.
    """

    horizon: Horizon
    grip: Grip
    losses: Losses
    curve: tuple[tuple[float, Losses], ...]
    sectors: tuple[SectorCut, ...]
    beside: Beside
    revenue: tuple[float, float]

    @property
    def name(self) -> str:
        """`long run`."""
        return str(self.horizon)

    def winners(self, most: int = 5) -> list[tuple[str, float, float]]:
        """Third regions that gain: label, gain of real income in %, and in million USD; the largest in money first."""
        e, g = self.grip.outcome.economy, self.grip
        gain = [
            (r, -float(loss), -float(loss * income) / 100)
            for r, loss, income in zip(e.regions, g.loss, e.income, strict=True)
            if r not in (*g.cut.senders, *g.cut.targets)
        ]
        return sorted((row for row in gain if row[2] > 0), key=lambda row: -row[2])[:most]


@dataclass(frozen=True)
class Variant:
    """The cut under one set of elasticities, in the long run and the short run; `own` is the baseline's."""

    elasticities: str
    own: bool
    long: Losses
    first: Losses


@dataclass(frozen=True, eq=False)
class Pair:
    """Everything computed for one pair; `economy` is the baseline that it was computed on.

    Attributes:
        band: empty where the sets of elasticities do not cover the sectors of the baseline; a note says so.
        reliefs: empty where not asked for.
    """

    economy: Economy
    cut: Cut
    long: AtHorizon
    first: AtHorizon
    band: tuple[Variant, ...]
    reliefs: tuple[Relief, ...]
    notes: tuple[Note, ...]

    @property
    def horizons(self) -> tuple[AtHorizon, AtHorizon]:
        return self.long, self.first

    def band_of(self, what: str, horizon: str = "long") -> tuple[float, float, float] | None:
        """Smallest, median and largest over the sets of elasticities: loss of `target` or `sender`, %, or `ratio`.

        Args:
            horizon: `long` or `first`.
        """
        found = [getattr(getattr(v, horizon), what) for v in self.band]
        known = [value for value in found if not np.isnan(value)]
        return (min(known), float(np.median(known)), max(known)) if known else None


def pair(
    table: Economy,
    cut: Cut,
    *,
    relief: bool = False,
    allies: Sequence[str] = (),
    notes: Iterable[Note] = (),
) -> Pair:
    """Everything about one pair, in some seconds; with `relief` some more.

    Args:
        table: the baseline as loaded; it is rebalanced here, for each set of elasticities anew.
        allies: for the table of reliefs.
        notes: what to hand on with the others.

    Raises:
        LabelError, InputError: as `Cut.places` and `reliefs`. ConvergenceError: the cut itself is not solved.
    """
    cut = cut.on(table)  # what is wrong is said before anything is solved
    economy = rebalance(table)
    long, first = (_horizon(economy, cut, Params(h)) for h in (LONG_RUN, SHORT_RUN))
    band, told = _band(table, (long, first), cut)
    found = reliefs(economy, cut, allies) if relief else ()
    said = {note: None for note in (*notes, *long.grip.outcome.notes, *first.grip.outcome.notes)}
    return Pair(
        economy=economy,
        cut=cut,
        long=long,
        first=first,
        band=band,
        reliefs=found,
        notes=(*said, *told, *_unsolved(long), *_unsolved(first)),
    )


def first_order(economy: Economy, shock: Shock, regions: Sequence[str], params: Params) -> Array:
    """`[r]` loss of the regions, %, by the exact derivative at the baseline times what the shock forbids.

    One adjoint a region. For one sender and one target it is `exposure(...).over(cut)`; groups are cut together.

    Raises:
        ConvergenceError: an adjoint is not solved.
    """
    forbidden = 1.0 - shock.permitted
    return np.array(
        [100 * (forbidden * gradient(economy, None, r, params).permitted).sum() for r in regions]
    )


def _horizon(economy: Economy, cut: Cut, params: Params) -> AtHorizon:
    grip = cut_off(economy, cut, params)
    parts = [replace(cut, share=step) for step in STEPS]
    parts += [replace(cut, sectors=(j,)) for j in cut.sectors]
    shocks = [part.shock(economy) for part in parts]
    batch = solve_many(economy, shocks, params, throw=False)
    solved = np.array([status is Status.CONVERGED for status in batch.status])
    losses = [
        _losses(economy, grip, row)
        for row in np.where(solved[:, None], 100 * (1 - batch.real_income), np.nan)
    ]
    n, i, _ = cut.places(economy)
    change = grip.outcome.tariff_revenue - economy.tariff_revenue
    sold = economy.flows[np.ix_(n, i)].sum((0, 1))
    return AtHorizon(
        horizon=params.horizon,
        grip=grip,
        losses=_losses(economy, grip, grip.loss),
        curve=tuple(zip(STEPS, losses[: len(STEPS)], strict=True)),
        sectors=tuple(
            SectorCut(sector, float(sold[economy.sectors.index(sector)]), its)
            for sector, its in zip(cut.sectors, losses[len(STEPS) :], strict=True)
        ),
        beside=_beside(economy, grip, params),
        revenue=(float(change[n].sum()), float(change[i].sum())),
    )


def _losses(economy: Economy, grip: Grip, loss: Array) -> Losses:
    """Of both sides, from the losses of all regions in %."""
    sides = []
    for side in (grip.cut.targets, grip.cut.senders):
        at = [economy.regions.index(region) for region in side]
        usd, income = (
            float((loss[at] * economy.income[at]).sum()) / 100,
            float(economy.income[at].sum()),
        )
        sides.append((100 * usd / income, usd))
    (target, target_usd), (sender, sender_usd) = sides
    return Losses(target, sender, target_usd, sender_usd)


def _beside(economy: Economy, grip: Grip, params: Params) -> Beside:
    cut = grip.cut
    power = income_loss(
        cms_power(economy, cut.senders, cut.sectors, share=cut.share, params=params)
    )
    n, i, _ = cut.places(economy)
    single = len(n) == len(i) == 1
    loss = np.zeros(len(economy.regions))
    loss[[*n, *i]] = first_order(
        economy, grip.outcome.shock, [economy.regions[r] for r in (*n, *i)], params
    )
    return Beside(
        power=float((power[n] * economy.income[n]).sum() / economy.income[n].sum()),
        liu_yang=100 * float(liu_yang(economy, cut.sectors, params)[i[0], n[0]])
        if single
        else None,
        first_order=_losses(economy, grip, loss),
    )


def _band(
    table: Economy,
    horizons: tuple[AtHorizon, AtHorizon],
    cut: Cut,
) -> tuple[tuple[Variant, ...], list[Note]]:
    """Both horizons under every packaged set of elasticities, the baseline's own first."""
    own, unknown = table.about.elasticities, Losses(*4 * (float("nan"),))
    variants, failed = [Variant(own, True, *(h.losses for h in horizons))], []
    tables, told = under_every_set(table)
    if told:
        return (), [*told]
    for economy in (rebalance(other) for other in tables if other.about.elasticities != own):
        name, found = economy.about.elasticities, []
        for h in horizons:
            try:
                grip = cut_off(economy, cut, Params(h.horizon))
            except ConvergenceError:
                failed.append(f"{name} ({h.name})")
                found.append(unknown)
            else:
                found.append(_losses(economy, grip, grip.loss))
        variants.append(Variant(name, False, *found))
    left = f"not solved, and left out of the band: {', '.join(failed)}"
    return tuple(variants), [Note("elasticities.band", left)] if failed else []


def _unsolved(h: AtHorizon) -> Iterator[Note]:
    failed = [f"{100 * share:.0f}%" for share, losses in h.curve if np.isnan(losses.target)]
    failed += [cut.sector for cut in h.sectors if np.isnan(cut.losses.target)]
    if failed:
        yield Note(
            "not solved", f"{h.name}: cuts not solved, without a number: {', '.join(failed)}"
        )
