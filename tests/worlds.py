"""Small economies for tests: random but valid, with every feature a real table has."""

from __future__ import annotations

from typing import Any

import numpy as np

from paxsilica.economy import About, Economy
from paxsilica.shock import Shock


def random_economy(
    seed: int,
    regions: int = 4,
    sectors: int = 3,
    *,
    tariffs: bool = True,
    inputs: bool = True,
    zeros: bool = False,
) -> Economy:
    """An economy with home bias, unbalanced trade and, on request, tariffs, input-output links and empty cells."""
    rng = np.random.default_rng(seed)
    N, J = regions, sectors
    flows = rng.lognormal(0.0, 1.0, (N, N, J))
    home = np.arange(N)
    flows[home, home] *= 5 * N
    abroad = ~np.eye(N, dtype=bool)[:, :, None]
    if zeros:
        flows *= ~((rng.random(flows.shape) < 0.2) & abroad)
    tau = rng.uniform(0.0, 0.3, flows.shape) * abroad * tariffs
    bought = np.zeros((N, J, J))
    if inputs:
        wanted = rng.random((N, J, J)) * flows.sum(0)[:, None, :]
        spending = (flows * (1 + tau)).sum(1)
        room = np.minimum(
            0.6 * flows.sum(0) / wanted.sum(1),
            (0.7 * spending / wanted.sum(2)).min(1, keepdims=True),
        )
        bought = wanted * room[:, None, :]
    theta = rng.uniform(2.0, 9.0, J)
    return Economy.from_flows(
        [f"R{n}" for n in range(N)], [f"S{j}" for j in range(J)], flows, tau, bought, theta
    )


def labelled_world(seed: int, about: About, scale: float, **changes: Any) -> Economy:
    """A random economy with the labels that `about` has names for, its money `scale` times as much."""
    regions, sectors = tuple(about.region_names), tuple(about.sector_names)
    world = random_economy(seed, regions=len(regions), sectors=len(sectors))
    scaled = {"flows": scale * world.flows, "inputs": scale * world.inputs}
    return world.replace(regions=regions, sectors=sectors, about=about, **scaled, **changes)


def abroad(economy: Economy) -> np.ndarray:
    """`[n, i, j]` True off the diagonal."""
    N, J = len(economy.regions), len(economy.sectors)
    return np.broadcast_to(~np.eye(N, dtype=bool)[:, :, None], (N, N, J))


def some_shock(economy: Economy, seed: int) -> Shock:
    """Tariffs to 100 %, costs by half to double, a few bans, productivity by a fifth."""
    rng = np.random.default_rng(seed)
    off = abroad(economy)
    tariffs = np.where(
        off & (rng.random(off.shape) < 0.5), rng.uniform(0, 1, off.shape), economy.tariffs
    )
    cost = np.where(off, rng.uniform(0.8, 1.5, off.shape), 1.0)
    cost = np.where(off & (rng.random(off.shape) < 0.1), np.inf, cost)
    made = rng.uniform(0.8, 1.2, economy.output.shape)
    return Shock(economy, tariffs=tariffs, trade_cost=cost, productivity=made)


def every_instrument(economy: Economy, seed: int = 0) -> Shock:
    """A shock in which every instrument but side payments is in force."""
    rng = np.random.default_rng(seed)
    off = abroad(economy)
    return Shock(
        economy,
        tariffs=np.where(off, rng.uniform(0, 0.6, off.shape), economy.tariffs),
        trade_cost=np.where(off, rng.uniform(0.9, 1.3, off.shape), 1.0),
        productivity=rng.uniform(0.9, 1.1, economy.output.shape),
        permitted=np.where(off & (rng.random(off.shape) < 0.1), 0.0, 1.0),
        export_tax=np.where(off, rng.uniform(-0.1, 0.3, off.shape), 0.0),
        subsidy=rng.uniform(-0.1, 0.2, economy.output.shape),
        input_subsidy=rng.uniform(-0.1, 0.3, economy.inputs.shape),
    )
