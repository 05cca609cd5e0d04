"""`pax divert`: where an exporter's sales go when a market puts up barriers, and where else they could go."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import numpy as np

from paxsilica.about import BASELINE
from paxsilica.analysis.actors import Actors
from paxsilica.analysis.band import band_over
from paxsilica.analysis.baseline import balanced_sets
from paxsilica.analysis.diversification.hit import duty_scenario, is_duty, law_of_hit
from paxsilica.analysis.diversification.markets import (
    agreements,
    first_orders,
    in_common,
    kept_tariffs,
    market_blocks,
    markets_of,
    ranking_blocks,
)
from paxsilica.analysis.diversification.products import (
    Products,
    all_markets_blocks,
    as_one,
    known_products,
    market_that_hits,
    of_flows,
    of_materials,
    one_market_blocks,
    potential_blocks,
    rises_by_sector,
)
from paxsilica.analysis.diversification.redirection import (
    Redirection,
    alone,
    headline_blocks,
    hitters_of,
    redirection_blocks,
)
from paxsilica.analysis.diversification.us_market import OneMarket, partner_of, us_market
from paxsilica.analysis.partial import SMART_OVERSTATES
from paxsilica.analysis.run import Solved, solved, solved_after
from paxsilica.data.sources import sources_of
from paxsilica.desk import Desk
from paxsilica.economy import Array, Economy, Note, abroad
from paxsilica.errors import InputError, joined
from paxsilica.findings import Block, Findings, block
from paxsilica.horizon import HORIZONS, LONG_RUN
from paxsilica.model.cache import keep_made
from paxsilica.names import Names
from paxsilica.names.places import ROW
from paxsilica.names.rosters import rosters
from paxsilica.policy import Scenario, load_scenario
from paxsilica.policy.products import BUYER
from paxsilica.policy.trade_file import TradeFile, flows_of_file, own_trade
from paxsilica.questions.question import Answer, Day, Question, Written, asked, solver_of
from paxsilica.questions.run import texts_of

ALLIES = "pax-silica"
"""Who counts as an ally where nobody is named."""

POTENTIAL_IN = "icio2022-50"
"""The economy of most sectors, in which potential and density are counted beside the packaged baseline."""


CENSUS = "us_census_imports"
"""Key in SOURCES.toml of American imports by product."""

EACH_SET = ("sales_moved", "real_income")
"""What is found under every set of elasticities, of all markets together."""


class Divert(Question):
    """Where an exporter's sales go when a market puts up barriers, and where else they could go."""

    LEFT_OUT: ClassVar = (
        "An answer: the exporter and other markets keep their own tariffs, and nobody guards against what is redirected.",
        "Time between two equilibria: stocks, contracts, months without a buyer, unemployment.",
        "Products inside a sector: the equilibrium redirects a sector as one bundle. Partial equilibrium looks at "
        "products, and holds wages, inputs and incomes where they are.",
        "Transshipment: what is sold through a third country under another flag.",
        "Sanctions and politics: a market is ranked by its numbers, also where nobody may or would sell there.",
        "Rules of origin, standards and the cost of entering a market: an agreement here is tariffs that end, for free.",
    )

    exporter: Written = asked(
        "Who is hit: regions or groups.", example="IND", positional=True, names="regions"
    )
    hit_by: str = asked(
        "What hits it: a policy of a day, a scenario file, or a duty added on its goods, as USA=50%.",
        example="policy:us-law@2025-11-01",
    )
    sectors: Written | None = asked(
        "What counts: sectors or groups. Default: goods.", None, example="C13T15", names="sectors"
    )
    markets: Written | None = asked(
        "Which markets to rank: regions or groups. Default: all.",
        None,
        example="EU,ARE",
        names="regions",
    )
    allies: Written | None = asked(
        "Who counts as an ally: an alliance, regions or groups. Default: pax-silica.",
        None,
        example="pax-silica",
        names="regions",
    )
    trade: str | None = asked(
        "Your own table of trade by product, such as a year of BACI, in CSV or parquet.",
        None,
        unit="path",
    )
    baseline: str | None = asked(
        "A packaged baseline, or the path of your own, instead of the scenario's.",
        None,
        shelf="A packaged baseline, instead of the scenario's.",
    )
    elasticities: str | None = asked(
        "A published set of trade elasticities.", None, example="caliendo_parro"
    )
    as_of: Day | None = asked(
        "Day that membership is counted on, and on which measures of a file are in force.",
        None,
        unit="date",
        example="2026-03-01",
    )

    def answered(self, desk: Desk) -> Answer:
        keep_made()
        scenario = self._scenario(desk)
        found = dict[str, tuple[Solved, Redirection]]()
        blocks, notes = list[Block](), list[Note]()
        for horizon in HORIZONS:
            desk.progress(f"solving the {HORIZONS[horizon]}")
            found[horizon] = self._hit(scenario, horizon, desk)
        long, r = found[LONG_RUN.key]
        e = long.outcome.economy
        names = self._names(scenario, e, desk)
        markets, trade = self._markets(r, names), self._products(r, names)
        room, potential = self._potential(r, trade, desk)

        def ranked(other: Redirection) -> list[Block]:
            return ranking_blocks(other, markets, room, first_orders(other, markets))

        for horizon, (hit, its) in found.items():
            also = ranked if horizon == LONG_RUN.key else None
            band, said = self._banded(hit, its, desk, also)
            blocks += band
            notes += said
        allies, on_allies = self._allied(names)
        more, kept, attached = self._elsewhere(r, markets, names, allies, desk)
        products, partial, of_products = self._partial(r, trade, desk)
        in_long_run = Findings((*more, *potential, *products)).of(horizon=LONG_RUN.key)
        outcomes = [hit.outcome for hit, _ in found.values()]
        residual = max(o.residual for o in outcomes)
        written = [*self.exporter, *(self.markets or ())]
        return Answer(
            question=self.model_copy(update={"as_of": names.day}),
            findings=Findings((*blocks, *in_long_run.blocks)),
            names=names,
            notes=(*notes, *kept, *partial, *on_allies, *names.notes(written)),
            sources=(*e.about.sources, *sources_of(of_products.pop("sources"))),
            not_modelled=(*scenario.not_modelled, *self.LEFT_OUT),
            solver=solver_of(e, long.outcome.params.tolerance, residual=residual),
            attachments={
                "title": scenario.title,
                "hitters": list(r.hitters),
                "exporters": list(r.exporters),
                "sectors": list(r.sectors),
                "allies": list(self.allies or (ALLIES,)),
                "clauses": list(scenario.clauses(e, long.as_of)),
                **attached,
                **of_products,
            },
            inputs=texts_of(scenario) | self._trade_read(),
        )

    # ---- what is asked ---------------------------------------------------------------------------

    def _scenario(self, desk: Desk) -> Scenario:
        """The hit, with what is asked instead of its own. Raises InputError."""
        if is_duty(self.hit_by):
            name = self.baseline or BASELINE
            e = desk.economy(name, self.elasticities)
            names = Names(e, self.as_of or desk.today)
            sectors = ("goods",) if "goods" in e.about.sector_groups else e.sectors
            read = duty_scenario(self.hit_by, names, self.exporter, sectors)
        else:
            read = load_scenario(self.hit_by)
        given = {"baseline": self.baseline} if self.baseline else {}
        own = {"elasticities": self.elasticities} if self.elasticities else {}
        assumed = read.assumptions.model_copy(update=own)
        return read.model_copy(update={**given, "assumptions": assumed})

    def _names(self, scenario: Scenario, e: Economy, desk: Desk) -> Names:
        return Names(e, self.as_of or desk.today, scenario.groups)

    def _allied(self, names: Names) -> tuple[tuple[str, ...], tuple[Note, ...]]:
        """Regions that count as allies, and notes on the alliance; where none is named, none of an alliance without a
        member here on the day."""
        if self.allies is not None:
            return names.regions(self.allies, "--allies"), names.notes(self.allies)
        roster = rosters()[ALLIES]
        joined = [m for m in roster.members if names.day is None or m.since <= names.day]
        if {c for m in joined for c in m.countries} & {*names.table.regions}:
            return names.regions([ALLIES], "--allies"), names.notes([ALLIES])
        text = f"no region here is a member of {roster.title} on {names.day}: no market counts as an ally"
        return (), (Note("allies.none", text),)

    def _trade_read(self) -> dict[str, Any]:
        return {self.trade: {"sha256": TradeFile(file=self.trade).sha256()}} if self.trade else {}

    # ---- redirection ------------------------------------------------------------------------------

    def _hit(self, scenario: Scenario, horizon: str, desk: Desk) -> tuple[Solved, Redirection]:
        """The hit at a horizon."""
        assumed = scenario.assumptions.model_copy(update={"horizon": horizon})
        hit = solved(scenario.model_copy(update={"assumptions": assumed}), self.as_of, desk)
        names = self._names(scenario, hit.outcome.economy, desk)
        return hit, self._redirection(hit.outcome, hit.actors, names)

    def _banded(
        self,
        hit: Solved,
        r: Redirection,
        desk: Desk,
        also: Callable[[Redirection], list[Block]] | None,
    ) -> tuple[list[Block], list[Note]]:
        """The numbers of a horizon with their bands, and notes; `also` what else has a band."""
        o, e = hit.outcome, hit.outcome.economy
        economies, notes = balanced_sets(desk, hit.table, o.params)

        def headline(of: Redirection) -> list[Block]:
            return [*headline_blocks(of), *(also(of) if also else ())]

        def headline_on(economy: Economy) -> list[Block]:
            stood = o.base.shock.on(economy) if o.base else None
            other = solved_after(stood, o.shock.on(economy), o.params)
            return headline(Redirection(other, r.exporters, r.hitters, r.sectors))

        used = e.about.elasticities
        band = band_over(used, headline(r), economies, headline_on, notes, desk.progress)
        blocks = [*band.blocks]
        blocks += [b for b in band.each if b.variable in EACH_SET and "partner" not in b.axes[-1]]
        outside = (*r.exporters, *r.hitters)
        rest: dict[str, tuple[str, ...]] = (
            {ROW: (ROW,)} if ROW in e.regions and ROW not in outside else {}
        )
        blocks += redirection_blocks(r, markets_of(e, outside) | rest)
        if own := alone(r):
            only = Redirection(own, r.exporters, r.hitters, r.sectors)
            blocks += Findings(tuple(headline_blocks(only))).of(measure="alone").blocks
        at_horizon = Findings(tuple(blocks)).of(horizon=o.params.horizon.key).blocks
        return [*at_horizon], [*hit.notes, *band.notes]

    def _redirection(self, o: Any, actors: Actors, names: Names) -> Redirection:
        names.refuse_twice(self.exporter, "exporter")
        exporters = names.placed_regions(self.exporter, "exporter")
        e = names.table
        named = self.sectors or tuple(e.sectors[j] for j in e.goods)
        sectors = names.placed_sectors(named, "--sectors")
        r = Redirection(o, exporters, hitters_of(o, exporters, actors), sectors)
        if not (r.sold(o.before) * r.ends["hit"][:, :, None]).any():
            raise InputError(
                f"{names.label(self.exporter)} sells {joined(r.hitters, 3)} nothing of {joined(sectors, 3)}; name "
                "other sectors"
            )
        return r

    # ---- elsewhere ----------------------------------------------------------------------------------

    def _elsewhere(
        self,
        r: Redirection,
        markets: Mapping[str, tuple[str, ...]],
        names: Names,
        allies: tuple[str, ...],
        desk: Desk,
    ) -> tuple[list[Block], list[Note], dict[str, Any]]:
        """Of every market what stands beside its ranks."""
        won = agreements(r, markets, first_orders(r, markets), desk.progress)
        is_ally = [float(set(of) <= set(allies)) for of in markets.values()]
        blocks = [
            *market_blocks(r, markets, won),
            block("ally", is_ally, {"partner": tuple(markets)}),
        ]
        wide = self._widest(r.outcome.economy, desk)
        attached = {
            "shared": in_common(r, markets, names.day),
            "sector_names": wide.about.sector_names,
        }
        return blocks, [*kept_tariffs(r, markets)], attached

    def _partial(
        self, r: Redirection, trade: Products | None, desk: Desk
    ) -> tuple[list[Block], list[Note], dict[str, Any]]:
        """Partial equilibrium by product, where trade is at hand."""
        desk.progress("solving products")
        blocks, notes, attached = list[Block](), list[Note](), dict[str, Any]()
        sectors = dict[str, str]()
        if trade is not None:
            blocks += all_markets_blocks(r, trade)
            sectors |= zip(trade.codes, trade.sectors, strict=True)
            attached |= {"all_markets": trade.title, "product_names": known_products(trade.codes)}
            if left := sum(not sector for sector in trade.sectors):
                text = f"{left} products of {trade.title} are no codes of a sector, and left out of partial equilibrium"
                notes.append(Note("products.without_sector", text))
        if (market := self._one_market(r, trade)) is not None:
            found = one_market_blocks(market)
            blocks += found
            sectors |= zip(market.codes, market.sectors, strict=True)
            attached["one_market"] = market.title
            notes += [SMART_OVERSTATES] * bool(found)
        told = {code for b in blocks for axis in b.axes for code in axis.get("product", ())}
        told |= set(trade.codes) if trade is not None and self.trade is not None else set()
        attached["product_sectors"] = {code: of for code, of in sectors.items() if code in told}
        read = {"baci": trade is not None and self.trade is None, CENSUS: bool(self._customs(r))}
        attached["sources"] = [key for key, used in read.items() if used]
        return blocks, notes, attached

    def _products(self, r: Redirection, names: Names) -> Products | None:
        """The user's own trade, else that in raw materials; None where the economy's regions have none of it."""
        e = r.outcome.economy
        if self.trade is None:
            trade = of_materials(e)
            return trade if len(trade.value) else None
        flows = flows_of_file(own_trade(self.trade), names)
        trade = of_flows(e, flows, f"your own trade, {self.trade}")
        if not trade.sold_by(r.at).any():
            raise InputError(
                f"--trade: {self.trade} holds nothing that {names.label(self.exporter)} sells abroad"
            )
        return trade

    def _one_market(self, r: Redirection, trade: Products | None) -> OneMarket | None:
        """The market that hits by product: that of the United States from its own customs, else from the trade at hand."""
        partner = self._customs(r)
        if not partner:
            return None if trade is None else market_that_hits(r, trade)
        return us_market(partner, law_of_hit(self.hit_by), rises_by_sector(r), r.sectors)

    @staticmethod
    def _customs(r: Redirection) -> str:
        """The exporters as a partner of American customs, where the United States alone hits; else none."""
        return partner_of(r.exporters) if r.hitters == (BUYER,) else ""

    def _potential(
        self, r: Redirection, trade: Products | None, desk: Desk
    ) -> tuple[Array, list[Block]]:
        """`[n]` unrealised potential of every region, and its findings: by products of the user's own, else by sector."""
        e = r.outcome.economy
        if self.trade is not None and trade is not None:
            sold, demand, exports = trade.sold_by(r.at), trade.imports.copy(), trade.exports
            kinds, by, counted = trade.codes, "product", np.ones(len(trade.codes), dtype=bool)
        else:
            wide = self._widest(e, desk)
            flows, kinds, by = abroad(wide.flows), wide.sectors, "sector"
            sold, demand, exports = flows[:, r.at].sum(1), flows.sum(1), flows.sum(0)
            sold[r.at] = 0.0
            # sectors that only the wider table has are parts of those that only the other has
            rest = bool(({*e.sectors} - {*wide.sectors}) & {*r.sectors})
            counted = np.array([s in r.sectors or (rest and s not in e.sectors) for s in kinds])
        demand[r.at] = 0.0
        exports, at = as_one(exports, r.at, sold.sum(0))
        unrealised, found = potential_blocks(sold, demand, exports, at, e.regions, kinds, by)
        return (unrealised * counted).sum(1), found

    @staticmethod
    def _widest(e: Economy, desk: Desk) -> Economy:
        """The economy in which potential is counted: of the packaged baseline that of most sectors."""
        return desk.economy(POTENTIAL_IN) if e.about.name == BASELINE else e

    def _markets(self, r: Redirection, names: Names) -> Mapping[str, tuple[str, ...]]:
        """Label -> regions: as written, without who is exporter or hits; all where none are named."""
        outside = (*r.exporters, *r.hitters)
        if self.markets is None:
            sold = dict(zip(r.outcome.economy.regions, r.exports(r.outcome.before), strict=True))
            every = markets_of(r.outcome.economy, outside)
            return {m: of for m, of in every.items() if any(sold[region] > 0 for region in of)}
        found = {}
        for label in self.markets:
            regions = names.placed_regions([label], "--markets")
            if both := [region for region in regions if region in outside]:
                who = "exporter" if both[0] in r.exporters else "the market that hits"
                raise InputError(f"--markets: {both[0]} is {who}; name others")
            found[names.label([label])] = regions
        return found
