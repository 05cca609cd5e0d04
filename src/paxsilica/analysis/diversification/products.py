"""Products at customs codes of six digits: their trade, which sector's tariffs they meet, and partial equilibrium in them.

What stands here is partial: wages, inputs, incomes and other products stay where they are. SMART and the exact CES demand
that it approximates look at the market that hits; GSIM clears the product's world market, in levels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from paxsilica.analysis.diversification.potential import advantage, density, potential
from paxsilica.analysis.diversification.redirection import Redirection
from paxsilica.analysis.partial import SUBSTITUTION, ces_imports, gsim, smart
from paxsilica.checks import Bool
from paxsilica.data.materials import load_material_trade
from paxsilica.economy import Array, Economy
from paxsilica.errors import LabelError
from paxsilica.findings import Block, block
from paxsilica.names.places import ROW
from paxsilica.names.products import hs_names
from paxsilica.policy.products import EDITIONS, EVERYBODY, hs_codes, lines_of_codes, us_lines
from paxsilica.policy.trade_file import ProductFlows

DEMAND, SUPPLY = 1.25, 1.5
"""Elasticities of demand for a product and of its supply: the defaults of GSIM (Francois and Hall 2003)."""

MOST_PRODUCTS = 200
"""Products of which partial equilibria are computed: those that the exporter sells most to the market that hits."""

AT_ONCE = 40
"""Products whose world markets are solved together."""

Positions = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Products:
    """Trade by product between the regions of an economy, an entry each.

    Attributes:
        codes: HS codes of six digits. sectors: `[k]` the sector whose tariffs each meets; empty where it has none.
        importer, exporter, code: `[flow]` positions. value: `[flow]` million USD.
        title: what the trade is.
    """

    codes: tuple[str, ...]
    sectors: tuple[str, ...]
    importer: Positions
    exporter: Positions
    code: Positions
    value: Array
    regions: int
    title: str

    def _summed(self, side: Positions, chosen: Bool | None = None) -> Array:
        """`[region, k]` money by a side and product, of chosen entries."""
        weight = self.value if chosen is None else self.value * chosen
        at = side * len(self.codes) + self.code
        size = self.regions * len(self.codes)
        whole = np.bincount(at, weight, size).astype(float)
        return whole.reshape(self.regions, len(self.codes))

    @cached_property
    def imports(self) -> Array:
        """`[n, k]`"""
        return self._summed(self.importer)

    @cached_property
    def exports(self) -> Array:
        """`[i, k]`"""
        return self._summed(self.exporter)

    def sold_by(self, exporters: Sequence[int]) -> Array:
        """`[n, k]` of several exporters together, what they sell to each other left out."""
        ours = np.isin(self.exporter, exporters) & ~np.isin(self.importer, exporters)
        return self._summed(self.importer, ours)

    def dense(self, codes: Sequence[int]) -> Array:
        """`[k, n, i]` trade in a few products."""
        place = np.full(len(self.codes), -1)
        place[list(codes)] = np.arange(len(codes))
        at = place[self.code]
        found = np.zeros((len(codes), self.regions, self.regions))
        held = at >= 0
        np.add.at(found, (at[held], self.importer[held], self.exporter[held]), self.value[held])
        return found


def of_materials(e: Economy) -> Products:
    """The packaged trade in raw materials of the last year; countries that are no region of the economy count as the rest
    of the world, whose trade inside itself is left out."""
    t = load_material_trade()
    rest = e.regions.index(ROW) if ROW in e.regions else -1
    region = np.array([e.regions.index(c) if c in e.regions else rest for c in t.countries])
    importer, exporter = region[t.importer], region[t.exporter]
    held = (
        (t.year == len(t.years) - 1)
        & (importer != exporter)
        & (np.minimum(importer, exporter) >= 0)
    )
    sectors = tuple(sector_of_code(code, EDITIONS[0], e.sectors) for code in t.codes)
    title = f"trade in raw materials of {t.years[-1]}, CEPII BACI, HS 1992"
    of = (importer[held], exporter[held], t.code[held], t.value[held])
    return Products(t.codes, sectors, *of, len(e.regions), title)


def of_flows(e: Economy, flows: ProductFlows, title: str) -> Products:
    """The user's own trade."""
    sectors = tuple(sector_of_code(code, flows.edition, e.sectors) for code in flows.codes)
    of = (flows.importer, flows.exporter, flows.code, flows.value)
    return Products(flows.codes, sectors, *of, len(e.regions), title)


@cache
def sector_of_code(code: str, edition: str, sectors: tuple[str, ...]) -> str:
    """The sector of most of what the United States buys under a code; empty where it is no code, or of no sector."""
    lines = us_lines()
    try:
        at = np.flatnonzero(lines_of_codes(hs_codes([code], edition)))
    except LabelError:
        return ""
    held: Counter[str] = Counter()
    for line in at:
        if lines.sectors[line] in sectors:
            held[str(lines.sectors[line])] += lines.imports[EVERYBODY][line] + 1e-9
    return held.most_common(1)[0][0] if held else ""


class Partial(NamedTuple):
    """Products that the exporter sells to the market that hits, the largest first, and what partial models say of them."""

    blocks: tuple[Block, ...]
    left_out: int


def partial_blocks(r: Redirection, trade: Products) -> Partial:
    """SMART, exact CES and GSIM of the products that are sold most to the markets that hit.

    Tariffs of a product are those of its sector, before and after. SMART takes its own elasticity of substitution, GSIM
    that of the model's sector, one plus the trade elasticity in force.
    """
    e = r.outcome.economy
    known = np.array([bool(sector) for sector in trade.sectors])
    n = e.region_indices(r.hitters)
    sold = trade.sold_by(r.at)
    to_hitter = sold[n].sum(0) * known
    order = np.argsort(-to_hitter, kind="stable")[:MOST_PRODUCTS]
    chosen = [int(k) for k in order if to_hitter[k] > 0]
    left = int(((sold[n].sum(0) > 0) & ~known).sum())
    if not chosen:
        return Partial((), left)
    products = {"product": [trade.codes[k] for k in chosen]}
    return Partial(
        (*_one_market(r, trade, chosen, products), *_all_markets(r, trade, chosen, products)), left
    )


def _tariffs(r: Redirection, trade: Products, codes: Sequence[int]) -> tuple[Array, Array, Array]:
    """`[k, n, i]` tariffs before and after, and `[k]` trade elasticities, of the sectors of some products."""
    o = r.outcome
    at = [o.economy.sectors.index(trade.sectors[k]) for k in codes]
    before, after = (np.moveaxis(x.shock.tariffs[:, :, at], -1, 0) for x in (o.before, o))
    return before, after, o.theta[at]


def _one_market(
    r: Redirection, trade: Products, chosen: Sequence[int], products: dict[str, list[str]]
) -> Iterator[Block]:
    n = r.outcome.economy.region_indices(r.hitters)
    before, after, _ = _tariffs(r, trade, chosen)
    flows = trade.dense(chosen)[:, n]
    ours = np.zeros(flows.shape[-1], dtype=bool)
    ours[r.at] = True
    supplier, rivals = flows[:, :, ours].sum(-1), flows[:, :, ~ours].sum(-1)

    def mean(x: Array, who: Array, whole: Array) -> Array:
        paid = (flows * x[:, n] * who).sum(-1)
        return np.asarray(np.divide(paid, whole, out=np.zeros_like(whole), where=whole > 0))

    t, new = (mean(x, ours, supplier) for x in (before, after))
    t_r, new_r = (mean(x, ~ours, rivals) for x in (before, after))
    moved = (new_r - t_r) / (1 + t_r)
    of = (supplier, rivals, t, new, DEMAND, SUBSTITUTION)
    linear = smart(*of, rivals_tariff=t_r, rivals_price=moved)
    exact = ces_imports(*of, rivals_tariff=t_r, rivals_price=moved).sum(1)
    yield block("product_exports", supplier.sum(1), products)
    levels = {"scenario": ("before", "after")}
    paid = np.stack([(x * supplier).sum(1) for x in (t, new)], 1)
    rates = 100 * paid / np.maximum(supplier.sum(1), 1e-300)[:, None]
    yield block("product_tariff", rates, products, levels)
    yield block("smart_creation", linear.creation.sum(1), products)
    yield block("smart_diversion", linear.diversion.sum(1), products)
    yield block("smart_change", linear.total.sum(1), products)
    yield block("ces_change", exact, products)
    yield block("smart_overstatement", np.abs(linear.total.sum(1)) - np.abs(exact), products)


def _all_markets(
    r: Redirection, trade: Products, chosen: Sequence[int], products: dict[str, list[str]]
) -> Iterator[Block]:
    """GSIM in levels: what the exporters sell to the markets that hit and to others, and what they get for it."""
    n = r.outcome.economy.region_indices(r.hitters)
    found = []
    for start in range(0, len(chosen), AT_ONCE):
        some = chosen[start : start + AT_ONCE]
        before, after, theta = _tariffs(r, trade, some)
        flows = trade.dense(some)
        solved = gsim(flows, before, after, DEMAND, 1 + theta[:, None], SUPPLY, exact=True)
        ours = solved.trade[:, :, r.at].sum(-1)
        ours[:, r.at] = 0.0
        sold = flows[:, :, r.at].sum(1)
        price = (sold * solved.price[:, r.at]).sum(1) / np.maximum(sold.sum(1), 1e-300)
        hit = ours[:, n].sum(1)
        found.append(np.stack([hit, ours.sum(1) - hit, 100 * price]))
    hit, elsewhere, price = np.concatenate(found, 1)
    yield block("gsim_change", np.stack([hit, elsewhere]), {"item": ("hit", "elsewhere")}, products)
    yield block("gsim_price", price, products)


def potential_blocks(
    sold: Array,
    demand: Array,
    exports: Array,
    exporter: int,
    regions: Sequence[str],
    kinds: Sequence[str],
    by: str,
) -> tuple[Array, list[Block]]:
    """`[n, k]` potential that is not realised, and with it advantage and density of every product or sector as findings.

    Args:
        sold, demand: `[n, k]` as in `potential`. exports: `[i, k]` of all countries, the exporter's at position `exporter`.
        regions: of the markets. kinds: labels of products or sectors. by: the dimension that they are of.
    """
    could = potential(sold, demand)
    unrealised = np.maximum(could - sold, 0.0)
    of: dict[str, Sequence[str]] = {by: kinds}
    found = [
        block("export_potential", could.sum(0), of),
        block("unrealised_potential", unrealised.sum(0), of),
        block("sold_abroad", sold.sum(0), of),
        block("advantage", advantage(exports)[exporter], of),
        block("density", 100 * density(exports, exporter), of),
    ]
    if len(kinds) <= MOST_PRODUCTS:
        markets = {"partner": regions}
        found.append(block("unrealised_potential", unrealised, markets, of, detail=True))
    return unrealised, found


def together(exports: Array, members: Sequence[int], ours: Array) -> tuple[Array, int]:
    """`[i, k]` exports with several exporters as one, last, who sell `ours` `[k]`; and its position."""
    others = np.delete(exports, list(members), axis=0)
    return np.vstack([others, ours]), len(others)


def names_of(codes: Sequence[str]) -> dict[str, str]:
    """What customs codes hold, of those that have a name here."""
    return {code: hs_names()[code] for code in codes if code in hs_names()}
