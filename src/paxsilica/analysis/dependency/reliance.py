"""Where inputs come from, directly and hidden in other inputs (Baldwin, Freeman and Theodorakopoulos 2023).

    face value    f[s, c] = sum over k of A[(s, k), c]             inputs that column c buys from s
    look-through  g[s, c] = sum over k of (L - I)[(s, k), c]       inputs from s at any remove,  L = (I - A)^-1
    hidden        the share of s in g less its share in f

A column c is a sector j of a region n; rows are the sectors k of the sellers s. With S the matrix that adds the rows of
each seller, g = S A L solves g (I - A) = S A: one factorisation and as many right-hand sides as there are sellers,
never the whole of L.

A packaged economy knows what a region buys of k from everybody and what its sectors use of k, not which sector uses
whose: every user is taken to buy the region's average mix (import proportionality). Against the source table, which
tells users apart, one supplier's look-through share in a sector (China, all sectors of all other regions, 2022) is off
by 0.5 points on average, by 1.2 or more in one of twenty and by 13 at most; the largest foreign supplier of a sector
is another one in 8 % of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from paxsilica import __version__
from paxsilica.analysis.dependency.indicators import ratio, shares
from paxsilica.economy import Array, Economy
from paxsilica.errors import InputError
from paxsilica.findings import Block, block
from paxsilica.model.cache import kept_or_made
from paxsilica.names.places import ROW

SOLVE = "look_through"
"""What its findings and the run say was solved."""


@dataclass(frozen=True, eq=False)
class Reliance:
    """Shares of suppliers in the inputs of every sector of every region.

    Attributes:
        face: `[s, n, j]` share of s in the inputs that sector j of n buys.
        look_through: `[s, n, j]` its share in all the inputs that went into them, at every stage.
        residual: how far g (I - A) is from S A at most, over the largest of S A.
    """

    regions: tuple[str, ...]
    face: Array
    look_through: Array
    residual: float = 0.0

    @property
    def hidden(self) -> Array:
        """`[s, n, j]` look-through less face value: what trade statistics do not show."""
        return self.look_through - self.face

    def top_foreign(self, shares: Array) -> NDArray[np.intp]:
        """`[n, j]` position of the largest foreign supplier; -1 where there is none.

        The rest of the world, many countries in one, is no supplier and never the largest.
        """
        home, abroad = np.arange(len(self.regions)), np.array(shares)
        abroad[home, home] = 0.0
        abroad[np.array(self.regions) == ROW] = 0.0
        return np.where(abroad.max(0) > 0, abroad.argmax(0), -1)


def foreign_input_reliance(economy: Economy, counted: Sequence[str] | None = None) -> Reliance:
    """Input reliance of every sector of every region on every region, face value and look-through.

    Args:
        counted: sectors or sector groups whose products count as inputs, such as `manufacturing`; default all.

    Raises:
        LabelError: a sector is unknown.
        InputError: the economy has no inputs at all.
    """
    N, J = len(economy.regions), len(economy.sectors)
    chosen = np.isin(range(J), economy.sector_indices(counted or economy.sectors))
    A = requirements(economy)
    face, look = by_seller(A, np.kron(np.eye(N), chosen.astype(float)))
    if not look.any():
        raise InputError(
            f"{economy.about.name}: no sector buys inputs, so there is nothing to look through"
        )
    residual = np.abs(look - look @ A - face).max() / (face.max() or 1.0)
    face, look = (np.nan_to_num(shares(given.reshape(N, N, J), 0)) for given in (face, look))
    return Reliance(economy.regions, face, look, float(residual))


def kept_reliance(economy: Economy, cache: Path | None) -> Reliance:
    """`foreign_input_reliance` from a file in the folder, which is made anew where it is damaged or missing."""
    if cache is None:
        return foreign_input_reliance(economy)
    shares = (float, (len(economy.regions), *economy.output.shape))
    like = np.zeros((), [("face", *shares), ("look_through", *shares), ("residual", float)])
    path = cache / f"{__version__}-{economy.digest[:24]}.npz"

    def made() -> NDArray[Any]:
        found = foreign_input_reliance(economy)
        return np.array((found.face, found.look_through, found.residual), like.dtype)

    return Reliance(economy.regions, *kept_or_made(path, economy.digest, like, made).item())


def requirements(economy: Economy) -> Array:
    """`[N*J, N*J]` A: input of row `(s, k)` per unit of output of column `(n, j)`, before the importer's tariff."""
    N, J = len(economy.regions), len(economy.sectors)
    A = np.einsum("nsk,nkj->sknj", economy.landed, economy.input_shares)
    return np.asarray(A.reshape(N * J, N * J))


def by_seller(A: Array, S: Array) -> tuple[Array, Array]:
    """`[G, M]` face value S A and look-through S (L - I), per unit of output of each column.

    Args:
        A: `[M, M]` input coefficients, rows sell. S: `[G, M]` which rows make a seller.
    """
    import scipy.linalg

    face = S @ A
    left = (np.eye(len(A)) - A).T
    look = scipy.linalg.solve(left, face.T, overwrite_a=True, check_finite=False)
    return face, np.maximum(look.T, 0.0)


def vertical_specialisation(economy: Economy) -> Array:
    """`[n]` VS share: imported inputs, direct and through domestic inputs, in the value of exports.

    Hummels, Ishii and Yi (2001), equation 3: u A_m (I - A_d)^-1 e / sum e. NaN where a region exports nothing.
    """
    home = np.arange(len(economy.regions))
    own = economy.landed[home, home]
    bought = (economy.landed.sum(1) - own)[:, :, None] * economy.input_shares
    domestic = own[:, :, None] * economy.input_shares
    exports = economy.output - economy.flows[home, home]
    made = np.linalg.solve(np.eye(len(economy.sectors)) - domestic, exports[:, :, None])
    return ratio((bought @ made).sum((1, 2)), exports.sum(1))


def top_suppliers(
    economy: Economy, reporter: str, sectors: str = "manufacturing", counted: str | None = None
) -> dict[str, str]:
    """Sector -> the largest foreign source of its inputs by look-through; nothing where there is none.

    Baldwin, Freeman and Theodorakopoulos (2023) count manufactured inputs of manufacturing:
    `counted="manufacturing"`.
    """
    reliance = foreign_input_reliance(economy, [counted] if counted else None)
    (n,) = economy.region_indices([reporter])
    top = reliance.top_foreign(reliance.look_through)[n]
    rows = economy.sector_indices([sectors])
    return {economy.sectors[j]: (*economy.regions, "")[top[j]] for j in rows}


def reliance_blocks(
    economy: Economy, reliance: Reliance, reporter: str, supplier: str = "", source: str = ""
) -> list[Block]:
    """Of every sector of the reporter that makes anything: its top foreign supplier, or `supplier`, in per cent.

    Args:
        source: key in SOURCES.toml of the table behind the economy.
    """
    (n,) = economy.region_indices([reporter])
    s = reliance.top_foreign(reliance.look_through)[n]
    if supplier:
        s[:] = economy.region_indices([supplier])
    j = np.flatnonzero((s >= 0) & (economy.output[n] > 0))
    sectors = {"sector": [economy.sectors[k] for k in j]}
    pair = sectors | {"partner": [economy.regions[k] for k in s[j]]}
    of: dict[str, Any] = {"region": reporter, "solve": SOLVE, "source": source}
    found = {
        "face_value": reliance.face,
        "look_through": reliance.look_through,
        "hidden_share": reliance.hidden,
    }
    look = reliance.look_through
    foreign = (look.sum(0) - look[n])[n, j]
    content = vertical_specialisation(economy)[n]
    return [
        *(block(name, 100 * shares[s[j], n, j], pair, **of) for name, shares in found.items()),
        block("foreign_look_through", 100 * foreign, sectors, **of),
        block("output", economy.output[n, j], sectors, region=reporter, source=source),
        block("vertical_specialisation", 100 * content, region=reporter, source=source),
    ]
