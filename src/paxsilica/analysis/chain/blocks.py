"""What was found of chains, as findings.

`product` is a chain, `item` a stage, `region` a country or several joined by `+`, `point` a day after the cut, and
`scenario` a reading of a shortage in the equilibrium.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from paxsilica.analysis.chain.cuts import Coverage, SingleCut, SmallestCut
from paxsilica.analysis.chain.graph import SupplyChain
from paxsilica.analysis.chain.stocks import SupplyPath
from paxsilica.analysis.chain.supply import Supply
from paxsilica.findings import Block, block
from paxsilica.names.places import OTHER

if TYPE_CHECKING:
    from paxsilica.analysis.chain.link import Linked

LEAST_LOSS = 0.005
"""Of normal output: the loss of one supplier that costs less is a detail."""


EVERYWHERE = "every_stage"
"""The label of all stages of a chain at once; no stage can be called so."""


def joint(countries: Iterable[str]) -> str:
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
    years = [[float(s.year) for s in c.stages if s.year] or [np.nan] for c in chains]
    span = {"point": ("first", "last")}
    yield block("stages", [len(chain.stages) for chain in chains], named)
    yield block("stages_with_data", known, named)
    yield block("data_year", [(min(all_), max(all_)) for all_ in years], named, span)


def stage_blocks(time: SupplyPath) -> Iterator[Block]:
    """Every stage, in the order of production: what it rests on, and what is left of it."""
    found, stages = time.at_once, time.at_once.chain.stages
    numbers: dict[str, list[float | None]] = {
        "data_year": [s.year for s in stages],
        "unnamed_output": [100 * s.share(OTHER) for s in stages],
        "feasible_output": [100 * found.by_stage[s.id] for s in stages],
        "output_per_capacity": [found.gains[s.id] for s in stages],
        "limits_output": [s.id in found.bottlenecks for s in stages],
        "stock": [s.stock for s in stages],
        "rebuild_time": [s.rebuild for s in stages],
        "days_of_cover": [_unless_never(time.cover_by_stage[s.id]) for s in stages],
    }
    for variable, values in numbers.items():
        yield block(variable, np.array(values, dtype=float), {"item": [s.id for s in stages]})
    links = found.chain.links
    where = {"item": [x.stage for x in links], "sector": [joint(x.sectors) for x in links]}
    yield block("exposed", [100 * x.exposed for x in links], where)


def _unless_never(days: float) -> float:
    return days if np.isfinite(days) else np.nan


def path_blocks(time: SupplyPath) -> Iterator[Block]:
    """Output at once, by final product, and over time."""
    found = time.at_once
    final = [100 * found.final[id] for id in found.chain.final]
    yield block("output_left", 100 * found.output)
    yield block("final_output_left", final, {"item": found.chain.final})
    yield block("days_until_short", _unless_never(time.cover))
    yield block("output_lost", -time.lost)
    days = [f"{day:.0f}" for day in time.days]
    yield block("output_over_time", 100 * time.output, {"point": days})


def group_blocks(found: Supply, alone: Coverage, group: str) -> Iterator[Block]:
    """What a group makes of every stage, and what the chain makes with its plants alone."""
    percent = [np.nan if share is None else 100 * share for share in alone.shares.values()]
    yield block("group_share", percent, {"item": list(alone.shares)}, region=group)
    yield block("output_alone", 100 * alone.alone, region=group)
    yield block("output_alone_with_unnamed", 100 * alone.with_unnamed, region=group)


def left_blocks(found: Supply, countries: Sequence[str], label: str) -> Iterator[Block]:
    """What is left of each final product at the plants of some countries, % of what they made of it."""
    for id, made in found.by_place.items():
        stage = found.chain.stages[found.chain.position(id)]
        usual = sum(stage.share(country) for country in countries)
        if usual > 0:
            kept = sum(made.get(country, 0.0) for country in countries)
            yield block("group_output_left", 100 * kept / usual, item=id, region=label)


def cut_blocks(singles: Sequence[SingleCut], smallest: SmallestCut) -> Iterator[Block]:
    """The output left without one country, everywhere or at one stage, and without the smallest sets of countries."""

    def places(cuts: Sequence[SingleCut]) -> dict[str, list[str]]:
        return {"region": [c.country for c in cuts], "item": [c.stage or EVERYWHERE for c in cuts]}

    for felt in (True, False):
        some = [cut for cut in singles if (cut.output < 1 - LEAST_LOSS) is felt]
        left = [100 * cut.output for cut in some]
        yield block("output_without", left, places(some), detail=not felt)
    yield block("output_share", [100 * cut.share for cut in singles], places(singles))
    sets = [joint(countries) for countries, _ in smallest.sets]
    yield block("smallest_cut", [100 * output for _, output in smallest.sets], {"region": sets})
    yield block("smallest_cut_size", smallest.size or np.nan)
    yield block("output_floor", 100 * smallest.floor)


def link_blocks(found: Iterable[Linked]) -> Iterator[Block]:
    """What a shortage does in the equilibrium, in each reading."""
    for one in found:
        e, cells = one.outcome.economy, one.cells
        horizon = one.outcome.params.horizon.key
        fixed = {"scenario": one.reading, "horizon": horizon, "solve": one.reading}
        income = 100 * (one.outcome.real_income - 1)
        lost = 100 * (np.array([one.outcome.shock.productivity[cell] for cell in cells]) - 1)
        regions, sectors = [e.regions[n] for n, _ in cells], [e.sectors[j] for _, j in cells]
        where = {"region": regions, "sector": sectors}
        numbers = [one.volume[cell] for cell in cells]
        yield block("real_income", income, {"region": e.regions}, detail=False, **fixed)
        yield block("output_volume", numbers, where, detail=True, **fixed)
        yield block("productivity", lost, where, detail=True, **fixed)
