"""The European Union's carbon border charge (CBAM): so much for each tonne of emissions that a good embeds.

Regulation (EU) 2023/956: an importer surrenders a certificate for each tonne of CO2 equivalent embedded, less what a
producer in the Union would be given for free (Article 31) and what was paid abroad (Article 9). Default values:
Implementing Regulation (EU) 2025/2621; benchmarks: (EU) 2025/2620; what stays free: Directive 2003/87/EC, Article 10a(1a).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, lru_cache, partial
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import ValidationInfo, field_validator

from paxsilica.economy import Array
from paxsilica.errors import nearest
from paxsilica.names import Names, joined
from paxsilica.policy.cells import on_flows, regions_named
from paxsilica.policy.law.tables import MEMBERS
from paxsilica.policy.measure import (
    Effect,
    Ground,
    Measure,
    MeasureKind,
    Range,
    about,
)
from paxsilica.policy.measures.border import BorderRate
from paxsilica.policy.products import lines_of_code, lines_of_codes, sector_at, us_lines
from paxsilica.policy.values import Amount, Percent, Price, Several, price_ratio
from paxsilica.policy.weights import Weights
from paxsilica.policy.wording import actor, per_cent, said_regions

Year = Literal["2026", "2027", "2028", "2029", "2030", "2031", "2032", "2033", "2034"]
FREE = dict(
    zip(get_args(Year), (0.975, 0.95, 0.9, 0.775, 0.515, 0.39, 0.265, 0.14, 0.0), strict=True)
)
"""Share of the benchmark that is still given for free, by year."""

CHARGED = ("steel", "aluminium", "cement", "fertiliser", "hydrogen")
OTHER = "OTHER"
"""The origin that stands for all that the regulation gives no value."""

OUTSIDE = ("ISL", "LIE", "NOR", "CHE")
"""Origins out of scope: Annex III of the regulation."""

FREE_SHARE = Range(0.0, 1.0, above=False)
TABLE = Path(__file__).parents[1] / "packaged" / "cbam.parquet"


class Default(NamedTuple):
    """Tonnes of CO2 equivalent that a tonne of goods embeds by default.

    Attributes:
        goods: of `CHARGED`. marked: with the mark-up of 2026, 2027, and 2028 and later. own: of the origin itself.
    """

    goods: str
    total: float
    marked: tuple[float, float, float]
    benchmark: float
    own: bool = True


@cache
def _published() -> Mapping[str, Mapping[str, Default]]:
    """Origin -> HS code -> its default, as `tools/build_cbam.py` packs them."""
    import pandas as pd

    found: dict[str, dict[str, Default]] = {}
    for origin, goods, code, total, *marked, benchmark in pd.read_parquet(TABLE).itertuples(
        index=False
    ):
        first, second, third = marked
        found.setdefault(origin, {})[code] = Default(
            goods, total, (first, second, third), benchmark
        )
    return found


@cache
def defaults(origin: str) -> Mapping[str, Default]:
    """HS code -> the default of an origin, of the other countries where it has none; longer codes last."""
    own = dict(_published().get(origin, {})) if origin != OTHER else {}
    others = {
        code: default._replace(own=False)
        for code, default in _published()[OTHER].items()
        if not any(code.startswith(mine) for mine in own)
    }
    return dict(sorted((own | others).items(), key=lambda one: (len(one[0]), one[0])))


class ChargeTerms(NamedTuple):
    """What a charge depends on, beside the goods: money is of one currency, for a tonne."""

    ets: float
    paid: float
    year: str
    free: float
    prices: tuple[tuple[str, float], ...]

    def price(self, code: str, goods: str) -> float | None:
        """The price stated for the longest part of a code, else for its goods."""
        stated = dict(self.prices)
        keys = [code[:length] for length in (6, 5, 4, 3, 2)]
        return next((stated[key] for key in (*keys, goods) if key in stated), None)

    def charge(self, default: Default) -> float:
        """Money for a tonne."""
        marked = default.marked[min(int(self.year), 2028) - 2026]
        owed = self.ets * (marked - self.free * default.benchmark)
        return max(owed - self.paid * default.total, 0.0)


@lru_cache(maxsize=1024)
def rates_by_code(origin: str, terms: ChargeTerms) -> Mapping[str, float]:
    """HS code -> the charge as a share of the price, of codes with a price; longer codes last."""
    priced = ((c, d, terms.price(c, d.goods)) for c, d in defaults(origin).items())
    return {code: terms.charge(default) / price for code, default, price in priced if price}


@lru_cache(maxsize=16)
def codes_priced(prices: tuple[tuple[str, float], ...]) -> tuple[str, ...]:
    """HS codes with a default of any origin and a price, ascending."""
    terms = ChargeTerms(0.0, 0.0, "2026", 0.0, prices)
    of = {(code, one.goods) for origin in _published() for code, one in defaults(origin).items()}
    return tuple(sorted({code for code, goods in of if terms.price(code, goods)}))


@lru_cache(maxsize=16)
def points_added(terms: ChargeTerms, pairs: tuple[tuple[int, int], ...], weights: Weights) -> Array:
    """`[n, i, j]` what the charge adds to the tariff on a sector between some importers and exporters."""
    e = weights.economy
    lines, bought = charged_weights(terms.prices, pairs, weights)
    at, found = sector_at(e.sectors)[lines], np.zeros(e.flows.shape)
    rates = {i: _by_line(e.regions[i], terms)[lines] for i in {i for _, i in pairs}}
    for (n, i), share in zip(pairs, bought, strict=True):
        found[n, i] = np.bincount(at, share * rates[i], len(e.sectors))
    return found


@lru_cache(maxsize=4)
def charged_weights(
    prices: tuple[tuple[str, float], ...], pairs: tuple[tuple[int, int], ...], weights: Weights
) -> tuple[NDArray[np.intp], Array]:
    """`[c]` customs lines that may be charged, in sectors of the economy, and `[pair, c]` their shares of what is sold."""
    held = lines_of_codes(codes_priced(prices)) & (sector_at(weights.economy.sectors) >= 0)
    lines = np.flatnonzero(held)
    return lines, np.array([weights.of_pair(n, i)[lines] for n, i in pairs])


def _by_line(origin: str, terms: ChargeTerms) -> Array:
    """`[c]` the rate of each customs line, 0 of what is not charged."""
    rates = np.zeros(len(us_lines().codes))
    for code, rate in rates_by_code(origin, terms).items():
        rates[_held_lines(code)] = rate
    return rates


_held_lines = cache(lines_of_code)


class CarbonCharge(Measure):
    """The charge on the emissions that goods embed by default, as a tariff at stated prices of the goods."""

    kind: Literal["carbon_charge"]
    importer: Several = about("who charges", "region", default=...)
    exporter: Several | None = about(
        "whose goods are charged; all but those out of scope", "region"
    )
    ets_price: Price = about(
        "for a tonne of CO2 equivalent", "money per unit", default=..., range="per t"
    )
    year: Year = about(
        "of the mark-up and of what is free", "year", default=..., range="2026 to 2034"
    )
    price: dict[str, Price] = about(
        "goods or HS code -> what a tonne costs at the border; what has none is not charged",
        "money per unit",
        default=...,
        range=", ".join(CHARGED) + "; or an HS code",
    )
    carbon_price_paid: Price | None = about(
        "abroad, for a tonne of CO2 equivalent", "money per unit", range="per t"
    )
    free_allocation: Percent | None = about(
        "share of the benchmark that is free; without it that of the year", "%", range=FREE_SHARE
    )

    @field_validator("price")
    @classmethod
    def _known_goods(cls, price: dict[str, Amount], info: ValidationInfo) -> dict[str, Amount]:
        if not price:
            raise ValueError("is empty; state one, such as `price: {steel: 700 EUR/t}`")
        for goods, one in price.items():
            charged = any(code.startswith(goods) for code in defaults(OTHER)) and len(goods) > 1
            if goods not in CHARGED and not charged:
                what = "name one of these or an HS code of theirs"
                raise ValueError(f"names {goods[:40]!r}{nearest(goods, CHARGED)}; {what}")
            if (ets := info.data.get("ets_price")) is not None:
                price_ratio(ets, one)
        return price

    @field_validator("ets_price", "carbon_price_paid")
    @classmethod
    def _per_tonne(cls, price: Amount | None, info: ValidationInfo) -> Amount | None:
        if price is not None and not price.unit.endswith("/t"):
            raise ValueError(f"{price} is not per tonne; write it as 75 EUR/t")
        if price is not None and (ets := info.data.get("ets_price")) is not None:
            price_ratio(price, ets)
        return price

    @field_validator("free_allocation")
    @classmethod
    def _is_share(cls, share: float | None) -> float | None:
        if share is not None:
            FREE_SHARE.check(share)
        return share

    @classmethod
    def rows_of_family(cls) -> Mapping[str, MeasureKind]:
        return CARBON

    @property
    def free(self) -> float:
        return FREE[self.year] if self.free_allocation is None else self.free_allocation

    @property
    def terms(self) -> ChargeTerms:
        stated = tuple((key, one.value) for key, one in self.price.items())
        paid = self.carbon_price_paid.value if self.carbon_price_paid else 0.0
        return ChargeTerms(self.ets_price.value, paid, self.year, self.free, stated)

    def effects(self, ground: Ground) -> Iterator[Effect]:
        e, where = ground.names.table, ("measures", self.id)
        importers, exporters = regions_named(self, ("importer", "exporter"), ground)
        if not self._in_scope(exporters, importers):
            who = ground.names.say_regions(exporters)
            raise ground.error(
                f"measure {self.id}: what {who} sells is not charged: it is inside the union or in Annex III; name others",
                *(*where, "exporter"),
            )
        given: dict[str, Any] = {"importer": self.importer, "exporter": self.exporter}
        given |= {"product": self._codes, "id": self.id, "kind": "tariff", "op": "add", "rate": 0.0}
        charged = np.array([region in self._in_scope(e.regions, importers) for region in e.regions])
        within = np.broadcast_to(charged, (len(e.regions),) * 2)
        effect = on_flows(BorderRate.model_construct(**given), ground, *where, within=within)
        applied = partial(self._charged, effect, ground.weights())
        yield replace(effect, applied=applied, where=(*where, "price"))

    def _charged(self, effect: Effect, weights: Weights, levels: Array) -> Array:
        """Tariffs with the charge, which is not computed before it is levied."""
        at = np.argwhere(effect.cells.any(2)).tolist()
        added = points_added(self.terms, tuple((n, i) for n, i in at), weights)
        share = np.ones(1) if effect.share is None else effect.share
        return levels + added[effect.cells] / share

    def _in_scope(self, regions: Sequence[str], importers: Sequence[str]) -> list[str]:
        """Whose goods are charged: nobody's inside the union, nor those of what Annex III leaves out."""
        inside = {*importers, *OUTSIDE, *(MEMBERS if MEMBERS.intersection(importers) else ())}
        return [region for region in regions if region not in inside]

    @property
    def _codes(self) -> tuple[str, ...]:
        """All that is charged, whatever the origin."""
        return codes_priced(self.terms.prices)

    def clause(self, goods: str, sizes: Sequence[float], names: Names) -> str:
        who, s, _ = actor(self.importer, names)
        whose = said_regions(self.exporter, names, "every region in scope")
        size = f"{self.ets_price} for the emissions of {self.year}"
        free = f"{per_cent([self.free])} of the benchmark free"
        return f"{who} charge{s} {size} that {joined(self._said())} from {whose} embed by default, {free}"

    def beware(self, names: Names) -> Iterator[str]:
        e = names.table
        sellers = self._in_scope(
            names.regions(self.exporter or e.regions), names.regions(self.importer)
        )
        yield "Defaults are higher than what most producers emit, who may report their own."
        yield "All goods of a name are taken to cost the stated price: where a tonne is dearer the charge weighs less."
        if idle := [goods for goods in CHARGED if not self._charges(goods)]:
            yield f"Not charged, since no price is stated: {joined(idle)}."
        charged = {
            r: [defaults(r)[code].own for code in rates_by_code(r, self.terms)] for r in sellers
        }
        none = [names.say_region(r) for r, own in charged.items() if own and not any(own)]
        some = [names.say_region(r) for r, own in charged.items() if any(own) and not all(own)]
        instead = "those of other countries and territories stand"
        if none:
            yield f"The regulation has no default values for {joined(none)}: {instead}."
        if some:
            yield f"For some customs codes it has none for {joined(some)}: {instead}."

    def _said(self) -> list[str]:
        return [f"HS {key}" if key.isdigit() else key for key in self.price]

    def _charges(self, goods: str) -> bool:
        return any(
            defaults(OTHER)[code].goods == goods for code in rates_by_code(OTHER, self.terms)
        )


CARBON: Mapping[str, MeasureKind] = {
    "carbon_charge": MeasureKind(
        CarbonCharge,
        "charge on the emissions that imported goods embed: the carbon border adjustment mechanism of the European Union",
        "tariffs",
        "It adds to the tariff the charge for a tonne over the stated price of a tonne, by origin and customs code.",
        "{id: a, kind: carbon_charge, importer: [DEU], ets_price: 75 EUR/t, year: 2026, price: {steel: 700 EUR/t}}",
        "Other import charges (73; chapter F)",
        verb="charge its trade with",
        aimed_at="exporters",
        too_low="would pay the importer to take the goods for nothing",
    ),
}
