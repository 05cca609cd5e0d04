"""What the equations are about: a world that one solve holds fixed, and the state that it looks for.

Arrays are sector first (`[j, n, i]`: sector, importer, exporter), of numpy or of JAX; see `paxsilica.model.equations`.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

AnyArray = Any
"""An array of numpy or of JAX, or a tracer of it."""


def namespace(x: AnyArray) -> Any:
    """`numpy` or `jax.numpy`, whichever an array is of."""
    return x.__array_namespace__()


class Elasticities(NamedTuple):
    """Elasticities of substitution; None is one (or, for `labour`, free mobility)."""

    trade: AnyArray  # [j,1] theta
    value_added: AnyArray | None  # between value added and inputs
    inputs: AnyArray | None  # among inputs
    consumption: AnyArray | None  # among consumption goods
    labour: AnyArray | None  # 1/kappa: 0 is free mobility between sectors, 1 is none


class ChangedRows(NamedTuple):
    """Terms of trade of importers that differ from a baseline, as many in every scenario."""

    importer: AnyArray  # [l,r]
    delivered: AnyArray  # [l,j,r,i]
    received: AnyArray  # [l,j,r,i]
    taxed: AnyArray | None  # [l,j,r,i]
    backstop: AnyArray | None  # [j,l,r]


class Alone(NamedTuple):
    """Every region by itself: all others as in the baseline, to first order.

    One evaluation of the equations then holds every region's own answer (`paxsilica.model.correction`).
    """

    delivered: AnyArray  # [j,n] pi_nn
    received: AnyArray  # [j,n] the same before tariff
    imported: AnyArray  # [j,n] sum of what is received from all, before tariff
    exported: AnyArray  # [j,n] sales abroad, million USD
    competes: AnyArray  # [j,n] by how much the sales abroad fall as others' price indices fall with one's own gate price


class World(NamedTuple):
    """What one solve holds fixed: baseline shares and the shock. Arrays are sector first, money is million USD.

    None stands where an instrument or a ban is not in force: its equations then cost nothing.
    """

    delivered: AnyArray  # [j,n,i] pi kappa_hat^-theta, kappa_hat = (1+tau')/(1+tau) (1+e') d_hat
    received: AnyArray  # [j,n,i] the same over (1+tau')(1+e'): what reaches the factory gate
    taxed: AnyArray | None  # [j,n,i] e' times received: what reaches the exporter's treasury
    backstop: (
        AnyArray | None
    )  # [j,n] (lost share of pi) m^-theta: home-made for banned products; not beside `rows`
    rows: ChangedRows | None  # of scenarios side by side
    alone: Alone | None
    seller: AnyArray | None  # [j,i] log of (1-s')/A_hat, gate price over unit cost
    subsidy: AnyArray | None  # [j,i] s', share of cost paid by the treasury
    user: AnyArray | None  # [n,k,j] log of 1-s', what sector j pays of the price of input k
    elasticities: Elasticities
    input_shares: AnyArray  # [n,k,j] gamma
    value_added_share: AnyArray  # [j,n]
    bundle_share: AnyArray  # [j,n] of inputs in cost, one where there are none
    final_shares: AnyArray  # [k,n] alpha
    expenditure: AnyArray  # [j,n] X
    unbought: AnyArray | None  # [j,n] 1 where nothing is bought, 0 elsewhere
    employment: AnyArray  # [j,n] share of sector j in labour income, sums to one over j
    labour_income: AnyArray  # [n] wL
    isolated: (
        AnyArray  # [n] True where bans leave no trade: the region's money has a level of its own
    )
    deficit: AnyArray  # [n] D held in units of the numeraire
    deficit_share: AnyArray  # [n] D held as a share of world income


class State(NamedTuple):
    """The unknowns, in logarithms of changes."""

    wage: AnyArray  # [1,n], or [j,n] where labour does not move freely
    price: AnyArray  # [j,n]
    expenditure: AnyArray  # [j,n]


def placed(x: AnyArray, at: Any, values: AnyArray) -> AnyArray:
    """A copy of an array with other values in some places."""
    if isinstance(x, np.ndarray):
        x = x.copy()
        x[at] = values
        return x
    return x.at[at].set(values)
