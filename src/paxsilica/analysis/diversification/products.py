"""Products at customs codes of six digits: their trade, which sector's tariffs they meet, and partial equilibrium in them.

What stands here is partial: wages, inputs, incomes and other products stay where they are. SMART and the exact CES demand
that it approximates look at the market that hits; GSIM clears the product's world market, in levels.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, cached_property

import numpy as np

from paxsilica.analysis.diversification.potential import advantage, density, potential, unrealised
from paxsilica.analysis.diversification.redirection import Redirection
from paxsilica.analysis.diversification.us_market import OneMarket
from paxsilica.analysis.partial import SUBSTITUTION, ces_imports, gsim, smart
from paxsilica.checks import Bool
from paxsilica.data.materials import load_material_trade
from paxsilica.economy import Array, Economy, abroad
from paxsilica.errors import LabelError
from paxsilica.findings import Block, block
from paxsilica.model import Outcome
from paxsilica.names.places import ROW
from paxsilica.names.products import hs_names
from paxsilica.policy.law.tables import Places
from paxsilica.policy.products import EDITIONS, EVERYBODY, hs_codes, lines_of_codes, us_lines
from paxsilica.policy.trade_file import ProductFlows

DEMAND, SUPPLY = 1.25, 1.5
"""Elasticities of demand for a product and of its supply: the defaults of GSIM (Francois and Hall 2003)."""

MOST_PRODUCTS = 200
"""Products of which partial equilibria are computed: those that the exporter sells most to the market that hits."""

WORLDS_AT_ONCE = 40
"""Products whose world markets are solved together."""


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
    importer: Places
    exporter: Places
    code: Places
    value: Array
    regions: int
    title: str

    def _summed(self, side: Places, chosen: Bool | None = None) -> Array:
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

    def dense(self, codes: Sequence[int], importers: Sequence[int] | None = None) -> Array:
        """`[k, n, i]` trade in a few products, of some importers or all, in the order given."""
        buyers = range(self.regions) if importers is None else importers
        product, buyer = np.full(len(self.codes), -1), np.full(self.regions, -1)
        product[list(codes)], buyer[list(buyers)] = np.arange(len(codes)), np.arange(len(buyers))
        at, to = product[self.code], buyer[self.importer]
        held = (at >= 0) & (to >= 0)
        found = np.zeros((len(codes), len(buyers), self.regions))
        np.add.at(found, (at[held], to[held], self.exporter[held]), self.value[held])
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


def market_that_hits(r: Redirection, trade: Products) -> OneMarket:
    """The markets that hit, by product, from a table of trade; each product meets the tariffs of its sector."""
    o = r.outcome
    n = o.economy.region_indices(r.hitters)
    known = np.flatnonzero([sector in r.sectors for sector in trade.sectors])
    at = [o.economy.sectors.index(trade.sectors[k]) for k in known]
    ours = trade.sold_by(r.at)[n][:, known]
    codes = tuple(trade.codes[k] for k in known)
    rows = trade.dense(known.tolist(), n)
    mine = np.isin(np.arange(trade.regions), r.at)

    def mean(x: Outcome, who: Bool) -> Array:
        paid = (rows * np.moveaxis(x.shock.tariffs[np.ix_(n, range(trade.regions), at)], -1, 0))[
            ..., who
        ].sum(-1)
        whole = rows[..., who].sum(-1)
        return np.asarray(np.divide(paid, whole, out=np.zeros_like(whole), where=whole > 0)).T

    return OneMarket(
        codes=codes,
        sectors=tuple(trade.sectors[k] for k in known),
        supplier=ours,
        rivals=rows[..., ~mine].sum(-1).T,
        tariff=mean(o.before, mine),
        new_tariff=mean(o, mine),
        rivals_tariff=mean(o.before, ~mine),
        rivals_new=mean(o, ~mine),
        title=trade.title,
    )


def rises_by_sector(r: Redirection) -> dict[str, tuple[float, float]]:
    """Sector -> points that the markets that hit add to their tariffs, on the exporters and on their rivals, decimals, by
    what each sells."""
    o = r.outcome
    box = np.ix_(o.economy.region_indices(r.hitters), range(len(o.economy.regions)), r.columns)
    ours = np.isin(np.arange(len(o.economy.regions)), r.at)
    sold = abroad(o.before.flows)[box]
    paid = sold * (o.shock.tariffs[box] - o.before.shock.tariffs[box])
    sides = []
    for who in (ours, ~ours):
        whole, duty = (x[:, who].sum((0, 1)) for x in (sold, paid))
        sides.append(np.divide(duty, whole, out=np.zeros_like(whole), where=whole > 0))
    return {sector: (float(a), float(b)) for sector, a, b in zip(r.sectors, *sides, strict=True)}


def one_market_blocks(m: OneMarket) -> list[Block]:
    """SMART, and the exact CES that it approximates, of the products sold most to the market that hits, the largest first.

    SMART takes its own elasticity of substitution; duties on rivals move the price that the exporter's stands against.
    """
    sold = m.supplier.sum(0)
    chosen = [int(k) for k in np.argsort(-sold, kind="stable")[:MOST_PRODUCTS] if sold[k] > 0]
    if not chosen:
        return []
    supplier, rivals, t, new, t_r, new_r = (x[:, chosen] for x in m[2:8])
    moved = (new_r - t_r) / (1 + t_r)
    of = (supplier, rivals, t, new, DEMAND, SUBSTITUTION)
    linear = smart(*of, rivals_tariff=t_r, rivals_price=moved)
    change = linear.total.sum(0)
    exact = ces_imports(*of, rivals_tariff=t_r, rivals_price=moved).sum(0)
    products, levels = {"product": [m.codes[k] for k in chosen]}, {"scenario": ("before", "after")}
    duties = np.stack([(x * supplier).sum(0) for x in (t, new)], 1)
    return [
        block("product_exports", supplier.sum(0), products, detail=True),
        block(
            "product_tariff", 100 * duties / supplier.sum(0)[:, None], products, levels, detail=True
        ),
        block("smart_creation", linear.creation.sum(0), products, detail=True),
        block("smart_diversion", linear.diversion.sum(0), products, detail=True),
        block("smart_change", change, products, detail=True),
        block("ces_change", exact, products, detail=True),
        block("smart_overstatement", np.abs(change) - np.abs(exact), products, detail=True),
        block("product_exports", sold.sum(), item="all"),
        block("product_exports", sold[chosen].sum(), item="shown"),
        block("smart_change", change.sum(), item="shown"),
        block("ces_change", exact.sum(), item="shown"),
    ]


def all_markets_blocks(r: Redirection, trade: Products) -> list[Block]:
    """GSIM in levels of the products sold most to the markets that hit: what is sold to these and to others, and at what
    price; substitution is that of the product's sector, one plus the trade elasticity in force."""
    n = r.outcome.economy.region_indices(r.hitters)
    known = np.array([sector in r.sectors for sector in trade.sectors])
    sold = trade.sold_by(r.at)
    bought = sold[n].sum(0) * known
    chosen = [int(k) for k in np.argsort(-bought, kind="stable")[:MOST_PRODUCTS] if bought[k] > 0]
    if not chosen:
        return []
    parts = [
        _cleared_markets(r, trade, chosen[start : start + WORLDS_AT_ONCE], n)
        for start in range(0, len(chosen), WORLDS_AT_ONCE)
    ]
    hit, elsewhere, price = np.concatenate(parts, 1)
    ends = {"item": ("hit", "elsewhere")}
    products = {"product": [trade.codes[k] for k in chosen]}
    others = sold[:, chosen].sum(0) - bought[chosen]
    return [
        block("product_exports", np.stack([bought[chosen], others]), ends, products, detail=True),
        block("gsim_change", np.stack([hit, elsewhere]), ends, products, detail=True),
        block("gsim_price", price, products, detail=True),
    ]


def _cleared_markets(r: Redirection, trade: Products, some: list[int], n: list[int]) -> Array:
    """`[3, k]` change of sales to the markets that hit and to others, and of the price, %."""
    o = r.outcome
    at = [o.economy.sectors.index(trade.sectors[k]) for k in some]
    before, after = (np.moveaxis(x.shock.tariffs[:, :, at], -1, 0) for x in (o.before, o))
    flows, substitution = trade.dense(some), 1 + o.theta[at][:, None]
    solved = gsim(flows, before, after, DEMAND, substitution, SUPPLY, exact=True)
    ours = solved.trade[:, :, r.at].sum(-1)
    ours[:, r.at] = 0.0
    sold = flows[:, :, r.at].sum(1)
    price = (sold * solved.price[:, r.at]).sum(1) / np.maximum(sold.sum(1), 1e-300)
    hit = ours[:, n].sum(1)
    return np.stack([hit, ours.sum(1) - hit, 100 * price])


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
    left = unrealised(sold, could)
    of: dict[str, Sequence[str]] = {by: kinds}
    many = len(kinds) > MOST_PRODUCTS
    numbers = {
        "export_potential": could.sum(0),
        "unrealised_potential": left.sum(0),
        "sold_abroad": sold.sum(0),
        "advantage": advantage(exports)[exporter],
        "density": 100 * density(exports, exporter),
    }
    found = [block(name, values, of, detail=many) for name, values in numbers.items()]
    if not many:
        markets = {"partner": regions}
        found.append(block("unrealised_potential", left, markets, of, detail=True))
    return left, found


def as_one(exports: Array, members: Sequence[int], ours: Array) -> tuple[Array, int]:
    """`[i, k]` exports with several exporters as one, last, who sell `ours` `[k]`; and its position."""
    others = np.delete(exports, list(members), axis=0)
    return np.vstack([others, ours]), len(others)


def known_products(codes: Sequence[str]) -> dict[str, str]:
    """What customs codes hold, of those that have a name here."""
    return {code: hs_names()[code] for code in codes if code in hs_names()}
