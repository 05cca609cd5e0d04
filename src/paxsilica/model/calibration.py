"""From an economy, a shock and parameters to the arrays of one solve."""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from paxsilica.checks import Bool
from paxsilica.economy import Array, Economy, abroad
from paxsilica.errors import ShockError
from paxsilica.model.equations import ChangedRows, Elasticities, World
from paxsilica.model.params import Params
from paxsilica.shock import Shock


class BaselineArrays(NamedTuple):
    """The arrays of an economy, sector first where the model contracts them."""

    shares: Any  # [j,n,i] pi
    received: Any  # [j,n,i] pi/(1+tau)
    tariffs: Any  # [n,i,j]
    input_shares: Any  # [n,k,j]
    value_added_share: Any  # [j,n]
    final_shares: Any  # [k,n]
    expenditure: Any  # [j,n]
    employment: Any  # [j,n]
    labour_income: Any  # [n]
    income: Any  # [n]
    domestic: (
        Any  # [n,j,k] (1 - pi_nn gamma')^-1, prices' response to themselves through home inputs
    )


class Terms(NamedTuple):
    """A shock for the device: for flows only the importers `at` whose terms change, and as many more as pad the list.

    `permitted`, `export_tax` and the subsidies are None where the shock has none: their equations then cost nothing.
    The arrays are numpy's on the way into a compiled call, JAX's inside it.
    """

    at: Any  # [r]
    tariffs: Any  # [r,i,j]
    trade_cost: Any  # [r,i,j]
    permitted: Any | None  # [r,i,j]
    export_tax: Any | None  # [r,i,j]
    productivity: Any  # [i,j]
    subsidy: Any | None  # [i,j]
    input_subsidy: Any | None  # [n,k,j]
    backstop_cost: Any | None  # scalar; None where nothing stands in for a banned product


class Problem(NamedTuple):
    """One solve on the device."""

    baseline: BaselineArrays
    terms: Terms
    elasticities: Elasticities
    employment: Any  # [j,n] `BaselineArrays.employment` of the sectors that still have a buyer
    deficit: Any  # [n]
    deficit_share: Any  # [n]
    isolated: Any  # [n]
    kept_deficit_share: Any  # [n]


ON_DEVICE = "_on_device"


def baseline_arrays(e: Economy) -> BaselineArrays:
    """The accounts on the device, made once for an economy and those that share its accounts."""
    kept = vars(e)
    if ON_DEVICE not in kept:
        N, J = e.output.shape
        paid = e.value_added_share * e.output
        home = e.shares[np.arange(N), np.arange(N)]
        arrays = BaselineArrays(
            shares=np.moveaxis(e.shares, -1, 0),
            received=np.moveaxis(e.landed, -1, 0),
            tariffs=e.tariffs,
            input_shares=e.input_shares,
            value_added_share=e.value_added_share.T,
            final_shares=e.final_shares.T,
            expenditure=e.expenditure.T,
            employment=(paid / paid.sum(1, keepdims=True)).T,
            labour_income=e.labour_income,
            income=e.income,
            domestic=np.linalg.inv(
                np.eye(J) - home[:, :, None] * e.input_shares.transpose(0, 2, 1)
            ),
        )
        kept[ON_DEVICE] = jax.tree.map(jnp.asarray, arrays)
    held: BaselineArrays = kept[ON_DEVICE]
    return held


def padded(count: int, regions: int) -> int:
    """Rows to compile for: 1, 8 or all, so that few sizes are ever compiled."""
    return next(size for size in (1, 8, regions) if count <= size <= regions)


def terms_of(shock: Shock, params: Params, rows: int | None = None) -> Terms:
    """The shock on the device, with `rows` importers (default: the least that `padded` allows)."""
    N = len(shock.economy.regions)
    changed = shock.changed_importers
    size = padded(len(changed), N) if rows is None else rows
    others = np.delete(np.arange(N), changed)[: size - len(changed)]
    at = np.sort(np.concatenate([changed, others]))
    return Terms(
        at=at,
        tariffs=shock.take("tariffs", at),
        trade_cost=shock.take("trade_cost", at),
        permitted=shock.take("permitted", at) if shock.narrows else None,
        export_tax=shock.take("export_tax", at) if shock.changes("export_tax") else None,
        productivity=shock.productivity,
        subsidy=shock.subsidy if shock.changes("subsidy") else None,
        input_subsidy=shock.input_subsidy if shock.changes("input_subsidy") else None,
        backstop_cost=(
            None if math.isinf(params.backstop_cost) else np.float64(params.backstop_cost)
        ),
    )


def elasticities_of(economy: Economy, params: Params) -> Elasticities:
    """Elasticities with None where the simpler equation holds exactly."""

    def nest(elasticity: float) -> Any:
        return None if elasticity == 1.0 else np.float64(elasticity)

    mobile = math.isinf(params.horizon.labour_mobility)
    return Elasticities(
        trade=params.theta(economy.trade_elasticity)[:, None],
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
        small = next_to_nothing(economy)
        borrows, lends = small < D, small < -D
        stuck = (no_imports & (borrows | no_exports)) | (no_exports & lends)
        D = np.where(stuck, 0.0, D)
        over = D.sum()
        same_sign = np.where(np.sign(D) == np.sign(over), np.abs(D), 0.0)
        D = D - over * same_sign / max(same_sign.sum(), np.finfo(float).tiny)
    return (D + T, none) if deficits == "fixed" else (T, D / economy.income.sum())


def next_to_nothing(economy: Economy) -> Array:
    """`[n]` a trade balance that is rounding, million USD."""
    return np.asarray(1e-9 * economy.flows.sum((1, 2)))


def without_trade(shock: Shock) -> tuple[Bool, Bool]:
    """`[n]` True where bans leave no imports, and `[n]` True where they leave no exports."""
    regions = len(shock.economy.regions)
    if not shock.narrows:
        none = np.zeros(regions, dtype=bool)
        return none, none
    trades = ~shock.banned & (abroad(shock.economy.flows) > 0)
    return np.asarray(~trades.any((1, 2))), np.asarray(~trades.any((0, 2)))


def sold(shock: Shock) -> Bool:
    """`[i, j]` True where bans leave a sector any buyer; labour tied to one that has none earns nothing."""
    e = shock.economy
    return (np.where(shock.banned, 0.0, e.flows).sum(0) if shock.narrows else e.output) > 0


def rows_of(b: BaselineArrays, t: Terms, e: Elasticities) -> ChangedRows:
    """The trade terms of the importers that change, traceable, so that derivatives reach every entry of the shock."""
    taxed_by = 1.0 if t.export_tax is None else 1 + t.export_tax
    shares, backstop = b.shares[:, t.at], None

    def weight_at(trade_cost: Any) -> jax.Array:
        kappa = (1 + t.tariffs) / (1 + b.tariffs[t.at]) * taxed_by * trade_cost
        return jnp.exp(-e.trade[:, 0] * jnp.log(kappa))

    if t.permitted is None:
        weight = weight_at(t.trade_cost)
    else:
        open_ = jnp.isfinite(t.trade_cost) & (t.permitted > 0)
        at_a_cost = weight_at(jnp.where(open_, t.trade_cost, 1.0))
        weight = jnp.where(open_, t.permitted * at_a_cost, 0.0)
        if t.backstop_cost is not None:
            lost = jnp.einsum("jri,rij->jr", shares, jnp.where(open_, 1 - t.permitted, 1.0))
            backstop = lost * jnp.exp(-e.trade * jnp.log(t.backstop_cost))
    received = shares * jnp.moveaxis(weight / ((1 + t.tariffs) * taxed_by), -1, 0)
    taxed = None if t.export_tax is None else received * jnp.moveaxis(t.export_tax, -1, 0)
    return ChangedRows(t.at, shares * jnp.moveaxis(weight, -1, 0), received, taxed, backstop)


def world(p: Problem) -> World:
    """The arrays of one solve. The baseline's trade terms stay apart from the rows that change; see `merged`."""
    b, t, e = p.baseline, p.terms, p.elasticities
    rows = rows_of(b, t, e)
    return World(
        delivered=b.shares,
        received=b.received,
        taxed=None if rows.taxed is None else jnp.zeros_like(b.shares),
        backstop=None if rows.backstop is None else jnp.zeros_like(b.expenditure),
        rows=rows,
        seller=jnp.log((1.0 if t.subsidy is None else 1 - t.subsidy) / t.productivity).T,
        subsidy=None if t.subsidy is None else t.subsidy.T,
        user=None if t.input_subsidy is None else jnp.log1p(-t.input_subsidy),
        elasticities=e,
        input_shares=b.input_shares,
        value_added_share=b.value_added_share,
        final_shares=b.final_shares,
        expenditure=b.expenditure,
        employment=p.employment,
        labour_income=b.labour_income,
        domestic=b.domestic,
        isolated=p.isolated,
        deficit=p.deficit,
        deficit_share=p.deficit_share,
    )


def merged(w: World) -> World:
    """The same world with its changed rows written into the full arrays: one contraction instead of two."""
    if w.rows is None:
        return w
    rows, regions = w.rows, w.expenditure.shape[1]

    def write(name: str) -> Any:
        full, changed = getattr(w, name), getattr(rows, name)
        if full is None or len(rows.at) == regions:
            return changed
        for k in range(len(rows.at)):
            full = jax.lax.dynamic_update_index_in_dim(full, changed[:, k], rows.at[k], 1)
        return full

    return w._replace(**{name: write(name) for name in ChangedRows._fields[1:]}, rows=None)
