"""From an economy, a shock and parameters to the arrays of one solve."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from paxsilica.checks import Bool
from paxsilica.economy import Array, Economy, abroad
from paxsilica.errors import ShockError
from paxsilica.model.params import Params
from paxsilica.model.world import AnyArray, Elasticities, World, namespace, placed
from paxsilica.shock import Shock


class BaselineArrays(NamedTuple):
    """The arrays of an economy, sector first where the model contracts them."""

    shares: AnyArray  # [j,n,i] pi
    received: AnyArray  # [j,n,i] pi/(1+tau)
    tariffs: AnyArray  # [n,i,j]
    input_shares: AnyArray  # [n,k,j]
    value_added_share: AnyArray  # [j,n]
    bundle_share: AnyArray  # [j,n] of inputs in cost, one where there are none
    final_shares: AnyArray  # [k,n]
    expenditure: AnyArray  # [j,n]
    unbought: AnyArray | None  # [j,n] 1 where nothing is bought; None where all is
    employment: AnyArray  # [j,n]
    labour_income: AnyArray  # [n]
    income: AnyArray  # [n]


class Terms(NamedTuple):
    """A shock in the order of the equations: for flows only the importers `at` whose terms change.

    What the shock leaves alone is None, but for tariffs and trade costs: its equations then cost nothing.
    """

    at: AnyArray  # [r]
    tariffs: AnyArray  # [r,i,j]
    trade_cost: AnyArray  # [r,i,j]
    permitted: AnyArray | None  # [r,i,j]
    export_tax: AnyArray | None  # [r,i,j]
    productivity: AnyArray | None  # [i,j]
    subsidy: AnyArray | None  # [i,j]
    input_subsidy: AnyArray | None  # [n,k,j]
    backstop_cost: AnyArray | None  # scalar; None where nothing stands in for a banned product


class Problem(NamedTuple):
    """What one solve is given."""

    baseline: BaselineArrays
    terms: Terms
    elasticities: Elasticities
    employment: AnyArray  # [j,n] `BaselineArrays.employment` of the sectors that still have a buyer
    deficit: AnyArray  # [n]
    deficit_share: AnyArray  # [n]
    isolated: AnyArray | None  # [n] True where no trade is left; None where all trade
    kept_deficit_share: AnyArray  # [n]


SECTOR_FIRST = "sector first"


def baseline_arrays(e: Economy) -> BaselineArrays:
    """The accounts in the order of the equations, made once for an economy and those that share its accounts."""
    kept = e.made_of_accounts
    if SECTOR_FIRST not in kept:
        paid, v = e.value_added_share * e.output, e.value_added_share
        unbought = np.ascontiguousarray(e.expenditure.T == 0)
        kept[SECTOR_FIRST] = BaselineArrays(
            shares=np.ascontiguousarray(np.moveaxis(e.shares, -1, 0)),
            received=np.ascontiguousarray(np.moveaxis(e.landed, -1, 0)),
            tariffs=e.tariffs,
            input_shares=e.input_shares,
            value_added_share=np.ascontiguousarray(v.T),
            bundle_share=np.ascontiguousarray(np.where(v < 1, 1 - v, 1.0).T),
            final_shares=np.ascontiguousarray(e.final_shares.T),
            expenditure=np.ascontiguousarray(e.expenditure.T),
            unbought=unbought.astype(float) if unbought.any() else None,
            employment=np.ascontiguousarray((paid / paid.sum(1, keepdims=True)).T),
            labour_income=e.labour_income,
            income=e.income,
        )
    held: BaselineArrays = kept[SECTOR_FIRST]
    return held


def terms_of(shock: Shock, params: Params, at: NDArray[np.intp] | None = None) -> Terms:
    """The shock for the importers `at` (default: those whose terms it changes)."""
    at = shock.changed_importers if at is None else at
    return Terms(
        at=at,
        tariffs=shock.take("tariffs", at),
        trade_cost=shock.take("trade_cost", at),
        permitted=shock.take("permitted", at) if shock.narrows else None,
        export_tax=shock.take("export_tax", at) if shock.changes("export_tax") else None,
        productivity=shock.productivity if shock.changes("productivity") else None,
        subsidy=shock.subsidy if shock.changes("subsidy") else None,
        input_subsidy=shock.input_subsidy if shock.changes("input_subsidy") else None,
        backstop_cost=(
            None if math.isinf(params.backstop_cost) else np.float64(params.backstop_cost)
        ),
    )


def elasticities_of(economy: Economy, params: Params) -> Elasticities:
    """Elasticities with None where the simpler equation holds exactly."""

    def nest(elasticity: float) -> AnyArray | None:
        return None if elasticity == 1.0 else np.float64(elasticity)

    mobile = math.isinf(params.horizon.labour_mobility)
    return Elasticities(
        trade=params.theta(economy)[:, None],
        value_added=nest(params.horizon.value_added_elasticity),
        inputs=nest(params.horizon.input_elasticity),
        consumption=nest(params.horizon.consumption_elasticity),
        labour=None if mobile else np.float64(1 / params.horizon.labour_mobility),
    )


def closure(shock: Shock, deficits: str) -> tuple[Array, Array]:
    """`[n]` deficits held in units of the numeraire, and `[n]` held as a share of world income; each sums to zero.

    A region that a ban leaves without the trade its imbalance needs gets balanced trade, and the others carry the rest
    in proportion to their own imbalance. Side payments are held in units of the numeraire under every closure.

    Raises:
        ShockError: a region that bans leave without imports or exports pays or receives a side payment.
    """
    kept, name = shock.made_of_it, f"closure, deficits {deficits}"
    if name not in kept:
        kept[name] = _closure(shock, deficits)
    held: tuple[Array, Array] = kept[name]
    return held


def _closure(shock: Shock, deficits: str) -> tuple[Array, Array]:
    economy, T = shock.economy, shock.transfer
    D, none = economy.deficit, np.zeros_like(T)
    no_imports, no_exports = without_trade(shock)
    cut = np.flatnonzero((no_imports | no_exports) & (T != 0))
    if cut.size:
        who = economy.regions[cut[0]]
        raise ShockError(f"{who} cannot trade and so neither pay nor receive; give it no transfer")
    if deficits == "balanced":
        return T, none
    if (no_imports | no_exports).any():
        small = trade_links(economy).rounding
        borrows, lends = small < D, small < -D
        stuck = (no_imports & (borrows | no_exports)) | (no_exports & lends)
        D = np.where(stuck, 0.0, D)
        over = D.sum()
        same_sign = np.where(np.sign(D) == np.sign(over), np.abs(D), 0.0)
        D = D - over * same_sign / max(same_sign.sum(), np.finfo(float).tiny)
    return (D + T, none) if deficits == "fixed" else (T, D / economy.income.sum())


class Links(NamedTuple):
    """Who trades with whom in the baseline."""

    flows: Bool  # [n,i,j] True where anything is sold
    abroad: Array  # [n,i,j] sales that cross a border, million USD
    imports: Array  # [n] million USD
    exports: Array  # [i] million USD
    bought_from: NDArray[np.intp]  # [n] foreign flows that a region buys
    sold_to: NDArray[np.intp]  # [i] foreign flows that a region sells
    buyers: NDArray[np.intp]  # [i,j] regions that buy, the own one included
    rounding: Array  # [n] a trade balance that is rounding, million USD


KEPT_LINKS, WITHOUT_TRADE = "links", "without trade"


def trade_links(e: Economy) -> Links:
    """The links of an economy, made once for it and those that share its accounts."""
    kept = e.made_of_accounts
    if KEPT_LINKS not in kept:
        crossing = abroad(e.flows)
        foreign = crossing > 0
        kept[KEPT_LINKS] = Links(
            flows=e.flows > 0,
            abroad=crossing,
            imports=crossing.sum((1, 2)),
            exports=crossing.sum((0, 2)),
            bought_from=foreign.sum((1, 2)),
            sold_to=foreign.sum((0, 2)),
            buyers=(e.flows > 0).sum(0),
            rounding=1e-9 * e.flows.sum((1, 2)),
        )
    held: Links = kept[KEPT_LINKS]
    return held


def without_trade(shock: Shock) -> tuple[Bool, Bool]:
    """`[n]` True where bans leave no imports, and `[n]` True where they leave no exports."""
    if WITHOUT_TRADE not in shock.made_of_it:
        links = trade_links(shock.economy)
        buys, sells = links.bought_from.copy(), links.sold_to
        if shock.narrows:
            at = shock.changed_importers
            lost = (links.flows[at] & shock.shut).sum(2)
            buys[at] -= lost.sum(1)
            sells = sells - lost.sum(0)
        shock.made_of_it[WITHOUT_TRADE] = buys == 0, sells == 0
    held: tuple[Bool, Bool] = shock.made_of_it[WITHOUT_TRADE]
    return held


def sold(shock: Shock) -> Bool:
    """`[i, j]` True where bans leave a sector any buyer; labour tied to one that has none earns nothing."""
    links, at = trade_links(shock.economy), shock.changed_importers
    lost = (links.flows[at] & shock.shut).sum(0) if shock.narrows else 0
    return np.asarray(links.buyers - lost > 0)


class TradeTerms(NamedTuple):
    """What buyers of the importers `at`, whose terms change, meet; see `World`."""

    at: AnyArray  # [r]
    delivered: AnyArray  # [j,r,i]
    received: AnyArray  # [j,r,i]
    taxed: AnyArray | None  # [j,r,i]
    backstop: AnyArray | None  # [j,r]


def trade_terms(b: BaselineArrays, t: Terms, e: Elasticities) -> TradeTerms:
    """The trade terms of the importers that change; derivatives reach every entry of the shock through it."""
    xp = namespace(e.trade)
    taxed_by = 1.0 if t.export_tax is None else 1 + t.export_tax
    shares, backstop = b.shares[:, t.at], None

    def weight_at(trade_cost: AnyArray) -> AnyArray:
        kappa = (1 + t.tariffs) / (1 + b.tariffs[t.at]) * taxed_by * trade_cost
        return xp.exp(-e.trade[:, 0] * xp.log(kappa))

    if t.permitted is None:
        weight = weight_at(t.trade_cost)
    else:
        open_ = xp.isfinite(t.trade_cost) & (t.permitted > 0)
        at_a_cost = weight_at(xp.where(open_, t.trade_cost, 1.0))
        weight = xp.where(open_, t.permitted * at_a_cost, 0.0)
        if t.backstop_cost is not None:
            lost = xp.einsum("jri,rij->jr", shares, xp.where(open_, 1 - t.permitted, 1.0))
            backstop = lost * xp.exp(-e.trade * xp.log(t.backstop_cost))
    received = shares * (weight / ((1 + t.tariffs) * taxed_by)).transpose(2, 0, 1)
    taxed = None if t.export_tax is None else received * t.export_tax.transpose(2, 0, 1)
    return TradeTerms(t.at, shares * weight.transpose(2, 0, 1), received, taxed, backstop)


def world(p: Problem) -> World:
    """The arrays of one solve."""
    w, terms = before_trade(p), trade_terms(p.baseline, p.terms, p.elasticities)

    def among(baseline: AnyArray, changed: AnyArray | None) -> AnyArray | None:
        if changed is None or len(terms.at) == w.expenditure.shape[1]:
            return changed
        at = (slice(None), terms.at)
        return placed(baseline, at, changed) if len(terms.at) else baseline

    return w._replace(
        delivered=among(w.delivered, terms.delivered),
        received=among(w.received, terms.received),
        taxed=among(0.0 * w.delivered, terms.taxed) if terms.taxed is not None else None,
        backstop=among(0.0 * w.expenditure, terms.backstop),
    )


def before_trade(p: Problem) -> World:
    """The world of a problem but for its terms of trade, which are the baseline's."""
    b, t, xp = p.baseline, p.terms, namespace(p.elasticities.trade)
    gate = [-xp.log(t.productivity)] if t.productivity is not None else []
    gate += [xp.log(1 - t.subsidy)] if t.subsidy is not None else []
    return World(
        delivered=b.shares,
        received=b.received,
        taxed=None,
        backstop=None,
        rows=None,
        alone=None,
        seller=sum(gate).T if gate else None,
        subsidy=None if t.subsidy is None else t.subsidy.T,
        user=None if t.input_subsidy is None else xp.log1p(-t.input_subsidy),
        elasticities=p.elasticities,
        input_shares=b.input_shares,
        value_added_share=b.value_added_share,
        bundle_share=b.bundle_share,
        final_shares=b.final_shares,
        expenditure=b.expenditure,
        unbought=b.unbought,
        employment=p.employment,
        labour_income=b.labour_income,
        isolated=p.isolated,
        deficit=p.deficit,
        deficit_share=p.deficit_share,
    )


def problem_of(shock: Shock, params: Params) -> Problem:
    """What the solve of a shock is given."""
    economy = shock.economy
    baseline = baseline_arrays(economy)
    elasticities = elasticities_of(economy, params)
    fixed, share = closure(shock, params.deficits)
    isolated = np.logical_and(*without_trade(shock))
    return Problem(
        baseline=baseline,
        terms=terms_of(shock, params),
        elasticities=elasticities,
        employment=np.where(sold(shock).T, baseline.employment, 0.0)
        if shock.narrows and elasticities.labour is not None
        else baseline.employment,
        deficit=fixed,
        deficit_share=share,
        isolated=isolated if isolated.any() else None,
        kept_deficit_share=economy.deficit / economy.income.sum(),
    )
