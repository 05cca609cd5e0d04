"""From derivatives with respect to the arrays of a solve back to those with respect to the entries of a shock.

The transpose of `calibration.rows_of` and of the sellers' terms, written out: every entry of every importer is a
product of a few arrays that a solve has anyway, and none of them needs a logarithm.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import jax
import jax.numpy as jnp

from paxsilica.economy import Array
from paxsilica.model.calibration import Baseline, Terms, wedge_of
from paxsilica.model.equations import Elasticities, World
from paxsilica.shock import INSTRUMENTS, Instrument, Shock


def entries_of(shock: Shock) -> dict[str, Array]:
    """The arrays of a shock on prices and ranges; a constant has a single entry, so that it costs nothing to pass on."""

    def entries(row: Instrument) -> Array:
        values: Array = getattr(shock, row.name)
        constant = row.unchanged is not None and not shock.changes(row.name)
        return values[(slice(1),) * values.ndim] if constant else values

    return {name: entries(row) for name, row in INSTRUMENTS.items() if not row.sums_to_zero}


def with_every_instrument(w: World) -> World:
    """The same merged world with export taxes, makeshifts and subsidies of zero where it has none."""
    return w._replace(
        taxed=jnp.zeros_like(w.received) if w.taxed is None else w.taxed,
        makeshift=jnp.zeros_like(w.expenditure) if w.makeshift is None else w.makeshift,
        subsidy=jnp.zeros_like(w.seller) if w.subsidy is None else w.subsidy,
    )


def pulled_back(
    b: Baseline, changed: Terms, e: Elasticities, entries: Mapping[str, Any], w: Any, d: Any
) -> tuple[dict[str, jax.Array], jax.Array]:
    """Derivative with respect to every entry of a shock, and `[j]` to theta.

    With D, R and T the shares delivered, received and taxed, all are sums of S = dD D + dR R + dT T and
    V = dR R + dT T.

    Args:
        changed: the shock's terms. entries: see `entries_of`.
        w: the merged `World` with every instrument. d: the derivative with respect to it.
    """
    taxed = d.taxed * w.received
    V = d.received * w.received + d.taxed * w.taxed
    S = d.delivered * w.delivered + V
    theta = e.trade[:, 0]
    V, S, taxed, pi = (jnp.moveaxis(x, 0, -1) for x in (V, S, taxed, b.shares))
    by_price = -theta * S - V
    cost, permitted = entries["trade_cost"], entries["permitted"]
    open_ = jnp.isfinite(cost) & (permitted > 0)
    makeshift = d.makeshift.T[:, None, :] * pi * changed.makeshift_cost**-theta
    by_entry = dict(
        tariffs=by_price / (1 + entries["tariffs"]),
        trade_cost=jnp.where(open_, -theta * S / jnp.where(open_, cost, 1.0), 0.0),
        permitted=jnp.where(open_, S / jnp.where(open_, permitted, 1.0) - makeshift, 0.0),
        export_tax=by_price / (1 + entries["export_tax"]) + taxed,
        productivity=-d.seller.T / entries["productivity"],
        subsidy=d.subsidy.T - d.seller.T / (1 - entries["subsidy"]),
    )
    return by_entry, _by_theta(b, changed, w, d, S)


def _by_theta(b: Baseline, c: Terms, w: Any, d: Any, S: jax.Array) -> jax.Array:
    """`[j]`: theta itself, and through kappa^-theta and m^-theta, which is one where no terms change."""
    kappa = wedge_of(b, c)[1]
    by_kappa = (S[c.at] * jnp.log(jnp.where(jnp.isfinite(kappa), kappa, 1.0))).sum((0, 1))
    spared = jnp.where(
        w.makeshift > 0, d.makeshift * w.makeshift * jnp.log(c.makeshift_cost), 0.0
    ).sum(1)
    by_theta: jax.Array = d.elasticities.trade[:, 0] - by_kappa - spared
    return by_theta
