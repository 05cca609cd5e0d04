"""What was found of chains, as findings.

`product` is a chain, `item` a stage, `region` a country or several joined by `+`, `point` a day after the cut, and
`scenario` a reading of a shortage in the equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from paxsilica.analysis.chain.cuts import Coverage, SingleCut, SmallestCut
from paxsilica.analysis.chain.graph import OTHER, SupplyChain
from paxsilica.analysis.chain.stocks import SupplyPath
from paxsilica.analysis.chain.supply import Supply
from paxsilica.findings import Block, block

if TYPE_CHECKING:
    from paxsilica.analysis.band import Band
    from paxsilica.analysis.chain.link import Linked

LEAST_LOSS = 0.005
"""Of normal output: the loss of one supplier that costs less is a detail."""


def together(countries: Iterable[str]) -> str:
    """The label of several countries or groups taken as one."""
    return "+".join(countries)


def graph_of(chain: SupplyChain) -> dict[str, Any]:
    """What of a chain is no number, as an answer attaches it."""
    told = ("id", "name", "layer", "basis", "capital", "source", "note")
    stages = [
        {key: getattr(s, key) for key in told} | {"inputs": [used.stage for used in s.inputs]}
        for s in chain.stages
    ]
    links = [
        {key: getattr(link, key) for key in ("stage", "sectors", "kind", "note")}
        for link in chain.links
    ]
    return {
        "schema": "paxsilica/chain-graph@1",
        "name": chain.name,
        "title": chain.title,
        "final": chain.final,
        "stages": stages,
        "links": links,
        "sources": {key: source.title for key, source in chain.sources.items()},
    }


def size_blocks(chains: Sequence[SupplyChain]) -> Iterator[Block]:
    """How many stages chains have, and from when their data are."""
    named = {"product": [chain.name for chain in chains]}
    known = [len(chain.stages) - len(chain.unknown) for chain in chains]
    years = [[s.year for s in chain.stages if s.year is not None] for chain in chains]
    spans = [(min(all_), max(all_)) if all_ else (np.nan, np.nan) for all_ in years]
    yield block("stages", [len(chain.stages) for chain in chains], named)
    yield block("stages_with_data", known, named)
    yield block("data_year", spans, named, {"point": ("first", "last")})


def stage_blocks(time: SupplyPath) -> Iterator[Block]:
    """Every stage, in the order of production: what it rests on, and what is left of it."""
    found, stages = time.at_once, time.at_once.chain.stages
    of = {"item": [s.id for s in stages]}

    def told(variable: str, values: Iterable[float | None]) -> Block:
        numbers = np.array(list(values), dtype=np.float64)
        return block(variable, np.where(np.isinf(numbers), np.nan, numbers), of)

    known = [s for s in stages if s.shares]
    largest = [max((s.shares or {}).items(), key=lambda share: share[1]) for s in known]
    top = {"region": [country for country, _ in largest], "item": [s.id for s in known]}
    yield told("data_year", (s.year for s in stages))
    yield block("largest_share", [100 * share for _, share in largest], top)
    yield told("unnamed_output", (100 * s.share(OTHER) for s in stages))
    yield told("feasible_output", (100 * found.by_stage[s.id] for s in stages))
    yield told("output_per_capacity", (found.gains[s.id] for s in stages))
    yield told("limits_output", (s.id in found.bottlenecks for s in stages))
    yield told("stock", (s.stock for s in stages))
    yield told("rebuild_time", (s.rebuild for s in stages))
    yield told("days_of_cover", (time.cover_by_stage[s.id] for s in stages))


def path_blocks(time: SupplyPath) -> Iterator[Block]:
    """Output at once, by final product, and over time."""
    found = time.at_once
    yield block("output_left", 100 * found.output)
    final = [100 * found.final[id] for id in found.chain.final]
    yield block("output_left", final, {"item": found.chain.final})
    yield block("days_until_short", time.cover if np.isfinite(time.cover) else np.nan)
    yield block("output_lost", -time.lost)
    days = {"point": [f"{day:.0f}" for day in time.days]}
    yield block("output_over_time", 100 * time.output, days)


def group_blocks(found: Supply, alone: Coverage, group: str) -> Iterator[Block]:
    """What a group makes of every stage, and what the chain makes with its plants alone."""
    shares = [alone.shares[s.id] for s in found.chain.stages]
    of = {"item": [s.id for s in found.chain.stages]}
    percent = [np.nan if share is None else 100 * share for share in shares]
    yield block("group_share", percent, of, region=group)
    yield block("output_alone", 100 * alone.alone, region=group)
    yield block("output_alone_with_unnamed", 100 * alone.with_unnamed, region=group)


def left_at(found: Supply, countries: Sequence[str], label: str) -> Iterator[Block]:
    """What is left of each final product at the plants of some countries, % of what they made of it."""
    for id, made in found.by_place.items():
        stage = found.chain.stages[found.chain.position(id)]
        usual = sum(stage.share(country) for country in countries)
        if usual > 0:
            kept = sum(made.get(country, 0.0) for country in countries)
            yield block("output_left", 100 * kept / usual, item=id, region=label)


def cut_blocks(singles: Sequence[SingleCut], smallest: SmallestCut) -> Iterator[Block]:
    """The output left without one country, everywhere or at one stage, and without the smallest sets of countries."""
    for felt in (True, False):
        rows = [row for row in singles if (row.output < 1 - LEAST_LOSS) is felt]
        for share, named in (("largest_share", False), ("output_share", True)):
            of = [row for row in rows if bool(row.stage) is named]
            where = {"region": [row.country for row in of]}
            where |= {"item": [row.stage for row in of]} if named else {}
            left = [100 * row.output for row in of]
            yield block("output_without", left, where, detail=not felt)
            yield block(share, [100 * row.share for row in of], where, detail=not felt)
    sets = {"region": [together(countries) for countries, _ in smallest.sets]}
    yield block("smallest_cut", [100 * output for _, output in smallest.sets], sets)
    yield block("smallest_cut_size", np.nan if smallest.size is None else smallest.size)
    yield block("output_floor", 100 * smallest.floor)


def link_blocks(chain: SupplyChain, found: Sequence[Linked], band: Band) -> Iterator[Block]:
    """A shortage in the equilibrium; `band` is over the numbers of `found`, one after the other."""
    links = {
        "item": [link.stage for link in chain.links],
        "sector": [together(link.sectors) for link in chain.links],
    }
    yield block("exposed", [100 * link.exposed for link in chain.links], links)
    economy, at = found[0].shock.economy, 0
    for one in found:
        fixed = {"scenario": one.reading, "horizon": one.outcome.params.horizon.key}
        regions = {"region": economy.regions}
        cells = {
            "region": [economy.regions[n] for n, _ in one.cells],
            "sector": [economy.sectors[j] for _, j in one.cells],
        }
        for variable, where, size, detail in (
            ("real_income", regions, len(economy.regions), False),
            ("output_volume", cells, len(one.cells), True),
        ):
            part = slice(at, at := at + size)
            low, high = (None if x is None else x[part] for x in (band.low, band.high))
            yield block(
                variable,
                band.value[part],
                where,
                low=low,
                high=high,
                solve=one.reading,
                detail=detail,
                **fixed,
            )
            if len(band.sets) > 1 and not detail:
                sets = {"elasticities": band.sets}
                yield block(variable, band.each[:, part], sets, where, detail=True, **fixed)
        yield block("productivity", one.productivity, cells, detail=True, **fixed)
