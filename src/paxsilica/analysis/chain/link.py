"""From a chain's shortage to the equilibrium: what a sector loses when what it needs is short.

A place that gets the part m of its normal supply of a product loses, in a sector of which the part e depends on it,

    rationed      A_hat = 1 - e (1 - m)                  nothing replaces the product: output falls with it
    substituted   A_hat = 1 - e (1 - C(a, s, m))         it has the share a of the sector's costs and elasticity s
                  C(a, s, m) = (1 - a + a m^((s-1)/s))^(s/(s-1))

(Bachmann et al. 2022, section 3); s is the model's own elasticity among inputs, and A_hat is productivity in the shock.
The two are the ends of a band: the truth lies between them where the firms that get the product are not those that
need it most.

The error of the mapping is shown, not hidden: sectors are bundles, so e is an estimate with a source; a sector whose
productivity falls also loses sales to other countries, or passes prices on, so its output in the equilibrium falls by
more or less than the chain's; and both are printed beside one another.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from paxsilica.analysis.chain.graph import OTHER, Link
from paxsilica.analysis.chain.supply import Supply
from paxsilica.economy import Economy, Shock
from paxsilica.errors import InputError
from paxsilica.model import Outcome, Params, solve

LEAST = 0.01
"""Productivity that is left at least: a sector that lost all of it would have no price."""


@dataclass(frozen=True, eq=False)
class Linked:
    """A shortage in the equilibrium of the first year.

    Attributes:
        reading: `rationed`, `substituted`, or `banned`.
        outcome: solved.
        rows: one for each sector and region that is hit: what the chain says, what the equilibrium says.
    """

    reading: str
    shock: Shock
    outcome: Outcome
    rows: tuple[dict[str, Any], ...]


def ces(cost: float, elasticity: float, level: float) -> float:
    """C(a, s, m): output of a CES bundle when an input with cost share a falls to the level m and the rest stays.

    Raises:
        InputError: a cost share outside 0..1, or an elasticity that is not above 0.
    """
    if not (0 <= cost <= 1 and elasticity > 0):
        raise InputError(f"cost share {cost:g} and elasticity {elasticity:g}: give a share from 0 to 1 and one above 0")
    if cost == 0 or level >= 1:
        return 1.0
    if level <= 0:
        return 0.0 if elasticity <= 1 else float((1 - cost) ** (elasticity / (elasticity - 1)))
    if abs(elasticity - 1) < 1e-9:
        return float(level**cost)
    power = (elasticity - 1) / elasticity
    logs = np.logaddexp(np.log1p(-cost) if cost < 1 else -np.inf, np.log(cost) + power * np.log(level))
    return float(np.exp(logs / power))


def productivity(link: Link, level: float, elasticity: float | None) -> float:
    """A_hat of a sector for the level m of its supply; without an elasticity nothing replaces the product."""
    left = level if elasticity is None else ces(float(link.cost or 0.0), elasticity, level)
    return max(1.0 - link.exposed * (1.0 - left), LEAST)


def shortage_shock(found: Supply, economy: Economy, elasticity: float | None = None) -> Shock:
    """The productivity that each linked sector of each region has left.

    Args:
        elasticity: s; None for rationing.

    Raises:
        InputError: the chain has no link that a shortage acts through.
        LabelError: a link names a sector that the economy lacks.
    """
    links = [link for link in found.chain.links if link.kind == "shortage"]
    if not links:
        raise InputError(f"{found.chain.name} has no link to a sector; add one under `links` in a file that extends it")
    factor = np.ones((len(economy.regions), len(economy.sectors)))
    for link in links:
        levels = levels_of(found, link.stage, economy.regions)
        for j in economy.sector_indices(link.sectors):
            factor[:, j] *= [productivity(link, m, elasticity) for m in levels]
    return Shock(economy, productivity=factor)


def levels_of(found: Supply, stage: str, regions: Sequence[str]) -> list[float]:
    """What part of its normal supply each region gets: of a final product where it uses it, else the stage's output."""
    if stage not in found.chain.final:
        return [found.by_stage[stage]] * len(regions)
    made, normal = found.by_place[stage], found.chain.stages[found.chain.position(stage)]
    named = set(normal.shares or {}) & set(regions)

    def level(region: str) -> float:
        place = region if region in named else OTHER
        usual = normal.share(place)
        return min(made.get(place, 0.0) / usual, 1.0) if usual > 0 else found.output

    return [level(region) for region in regions]


def ban_shock(found: Supply, economy: Economy) -> Shock:
    """The cuts as bans on the traded sectors that hold a stage's product.

    Raises:
        InputError: no link of the kind `ban` belongs to a stage that is cut, or a cut names no region of the economy.
    """
    permitted = np.ones((len(economy.regions), len(economy.regions), len(economy.sectors)))
    hit = False
    for cut in found.cuts:
        for link in found.chain.links:
            if link.kind != "ban" or (cut.stages and link.stage not in cut.stages):
                continue
            sellers, buyers = _regions(cut.suppliers, economy), _regions(cut.buyers, economy)
            rows = buyers if cut.buyers else list(range(len(economy.regions)))
            for j in economy.sector_indices(link.sectors):
                for n in rows:
                    for i in set(sellers) - {n}:
                        permitted[n, i, j] *= 1.0 - cut.share * link.exposed
                        hit = True
    if not hit:
        raise InputError(f"{found.chain.name}: no traded sector is linked to what is cut; link one with `kind: ban`")
    return Shock(economy, permitted=permitted)


def _regions(codes: Sequence[str], economy: Economy) -> list[int]:
    """Positions of the countries that are regions of their own; the others are part of the rest of the world."""
    return [economy.regions.index(code) for code in codes if code in economy.regions]


def linked(found: Supply, economy: Economy, params: Params | None = None) -> tuple[Linked, ...]:
    """The shortage solved in the equilibrium, each reading that the chain's links allow.

    Raises:
        InputError: the chain has no link, or nothing is short.
        ConvergenceError: the equations are not solved.
    """
    params = params or Params.short_run()
    kinds = {link.kind for link in found.chain.links}
    if not kinds:
        raise InputError(f"{found.chain.name} has no link to a sector; add one under `links` in a file that extends it")
    shocks: dict[str, Shock] = {}
    if "shortage" in kinds:
        shocks["rationed"] = shortage_shock(found, economy)
        if any(link.cost for link in found.chain.links):
            shocks["substituted"] = shortage_shock(found, economy, params.input_elasticity)
    if "ban" in kinds and any(cut.buyers or not cut.stages for cut in found.cuts):
        shocks["banned"] = ban_shock(found, economy)
    short = {reading: shock for reading, shock in shocks.items() if not shock.is_nothing}
    if not short:
        raise InputError(f"{found.chain.name}: nothing that a linked sector uses is short; cut more, or drop --link")
    results = []
    for reading, shock in short.items():
        outcome = solve(economy, shock, params)
        results.append(Linked(reading, shock, outcome, tuple(_rows(shock, outcome))))
    return tuple(results)


def _rows(shock: Shock, outcome: Outcome) -> list[dict[str, Any]]:
    """Sectors whose productivity falls: what the chain says of them, and the volume that the equilibrium makes."""
    e = shock.economy
    volume = outcome.output / outcome.gate_price
    return [
        {
            "region": e.regions[n],
            "sector": e.sectors[j],
            "productivity, %": 100 * (float(shock.productivity[n, j]) - 1),
            "output volume, %": 100 * (float(volume[n, j] / e.output[n, j]) - 1) if e.output[n, j] > 0 else None,
        }
        for n, j in np.argwhere(shock.productivity < 1.0)
    ]
