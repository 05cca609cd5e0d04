"""What a gap of the equations says of the way to the equilibrium: Newton's step, nearly, at the baseline.

The Jacobian K of the sweep at the baseline is block by block: regions answer mostly to themselves. Each region's own
block (1 - K_nn)^-1 is inverted exactly, and what then still answers slowly, a few directions of the whole world, is
deflated:

    step = (1 + Q A) B gap        B = diag (1 - K_nn)^-1,  A = ((1 - Q'MQ)^-1 - 1) Q',  M = 1 - B (1 - K)

Single precision is enough: the step vanishes with the gap. No matrix of all regions and sectors is ever built: the
blocks come from one evaluation of the equations in which every region stands `Alone`, the directions from a few sweeps
of the whole world, both as differences.
"""

from __future__ import annotations

import hashlib
import math
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Any, NamedTuple
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from paxsilica.economy import Array, Economy
from paxsilica.model.cache import kept_in, kept_or_made, remembered
from paxsilica.model.calibration import (
    BaselineArrays,
    baseline_arrays,
    elasticities_of,
    problem_of,
    world,
)
from paxsilica.model.equations import sweep, unchanged
from paxsilica.model.fixed_point import Map
from paxsilica.model.params import Params
from paxsilica.model.threads import one_thread_each
from paxsilica.model.vectorised import side_by_side
from paxsilica.model.world import Alone, AnyArray, World
from paxsilica.shock import Shock

DIRECTIONS = 60, 120
"""Slow directions deflated where labour moves freely and where it does not."""

ROUNDS = 4
"""Multiplications that turn random directions into the slow ones; their span needs only two digits."""

PERTURBATION = 1e-6
"""Step of the differences, in logarithms, and with it their relative error."""

LABOUR_STEP = 0.5
"""Share of the labour-market gap that a `damped` step closes, at most."""

VERSION = 1
"""Of the equations that kept corrections are made from; an old one would cost sweeps, and never an answer."""

NEARBY = math.log(2)
"""Of the numbers of two horizons, as a log of their ratio, up to which the correction of one serves the other."""

HELD = "value_added_elasticity", "input_elasticity", "consumption_elasticity", "labour_mobility"
"""What of a horizon a correction depends on, besides how trade responds."""

WORTH_A_FILE = 2000
"""Unknowns from which a correction takes longer to make than to read."""

MOST_FILES = 40
"""Corrections kept on disk, 2.5 MB each at 81 x 28; the oldest go first."""


class Correction(NamedTuple):
    """See the module; all in single precision, regions first."""

    blocks: NDArray[np.float32]  # [n, rows, rows] B
    directions: NDArray[np.float32]  # [n rows, d] Q
    answer: NDArray[np.float32]  # [d, n rows] A

    def corrected(self, gap: AnyArray) -> AnyArray:
        """`[rows, n, ...]` the step that closes a gap."""
        x = self.blocks @ _regions_first(gap)
        flat = x.reshape(-1, x.shape[2])
        return _rows_first(flat + self.directions @ (self.answer @ flat), gap)

    def transposed(self, gap: AnyArray) -> AnyArray:
        """`[rows, n, ...]` the same of the transposed equations, which an adjoint solves."""
        x = _regions_first(gap)
        flat = x.reshape(-1, x.shape[2])
        x = (flat + self.answer.T @ (self.directions.T @ flat)).reshape(x.shape)
        return _rows_first(self.blocks.swapaxes(1, 2) @ x, gap)


def _regions_first(gap: AnyArray) -> NDArray[np.float32]:
    columns = np.asarray(gap, np.float32).reshape(*gap.shape[:2], -1)
    return np.ascontiguousarray(columns.swapaxes(0, 1))


def _rows_first(x: NDArray[Any], like: AnyArray) -> Array:
    rows, regions = like.shape[:2]
    return np.asarray(
        x.reshape(regions, rows, -1).swapaxes(0, 1).astype(float, order="C").reshape(like.shape)
    )


_KNOWN: WeakKeyDictionary[Economy, dict[Params, Correction]] = WeakKeyDictionary()

CORRECTIONS = "corrections"


def correction_of(economy: Economy, params: Params) -> Correction:
    """The correction for an economy and parameters, made once, and kept on disk where that is turned on."""
    alike = _bans_aside(params)
    made = remembered(
        _KNOWN.setdefault(economy, {}), alike, lambda: _kept_correction(economy, alike)
    )
    shared: dict[Params, Correction] = economy.made_of_accounts.setdefault(CORRECTIONS, {})
    remembered(shared, alike, lambda: made)
    return made


def borrowed_correction(economy: Economy, params: Params) -> Correction | None:
    """That of an economy with the same accounts and other trade elasticities, or of a horizon nearby; None where there is
    none, or an own.

    It costs some sweeps, and saves the time that one's own takes to make.
    """
    alike = _bans_aside(params)
    if alike in _KNOWN.get(economy, {}):
        return None
    known: dict[Params, Correction] = economy.made_of_accounts.get(CORRECTIONS, {})
    near = {_apart(alike, other): other for other in known}
    return known[near[least]] if near and (least := min(near)) <= NEARBY else None


def lend_corrections(economy: Economy, to: Economy) -> None:
    """Let an economy of nearly the same accounts borrow what is made for another, and give it its own."""
    to.made_of_accounts[CORRECTIONS] = economy.made_of_accounts.setdefault(CORRECTIONS, {})


def _apart(a: Params, b: Params) -> float:
    """By how much the horizons of two parameters differ, as the largest log of a ratio; inf where more differs. How trade
    responds does not count: that is as if other elasticities were given."""
    if a == b:
        return 0.0
    if a.deficits != b.deficits:
        return math.inf
    pairs = [(getattr(a.horizon, name), getattr(b.horizon, name)) for name in HELD]
    return max(0.0 if x == y else abs(math.log(x) - math.log(y)) for x, y in pairs)


def _bans_aside(params: Params) -> Params:
    """The parameters that a correction depends on."""
    return replace(params.economics, backstop_cost=Params.backstop_cost)


def _kept_correction(economy: Economy, params: Params) -> Correction:
    """Read from the user's cache folder, or made and written there; another's file is never believed."""
    shapes = _shapes(economy, params)
    folder = kept_in("correction") if math.prod(shapes[0][:2]) >= WORTH_A_FILE else None
    if folder is None:
        return _corrected_at(economy, params)
    question = repr((VERSION, economy.digest, params, DIRECTIONS, ROUNDS))
    path = folder / f"{hashlib.sha256(question.encode()).hexdigest()[:24]}.npz"
    sizes = [math.prod(shape) for shape in shapes]

    def made() -> NDArray[np.float32]:
        kept = sorted(folder.glob("*.npz"), key=lambda file: file.stat().st_mtime)
        with suppress(OSError):
            for old in kept[: 1 - MOST_FILES]:
                old.unlink()
        return np.concatenate([x.ravel() for x in _corrected_at(economy, params)])

    table = kept_or_made(path, question, np.empty(sum(sizes), np.float32), made)
    parts = np.split(table, np.cumsum(sizes)[:-1])
    return Correction(*(x.reshape(to) for x, to in zip(parts, shapes, strict=True)))


def _shapes(economy: Economy, params: Params) -> tuple[tuple[int, ...], ...]:
    """Shapes of a correction's arrays."""
    N, J = economy.output.shape
    mobile = math.isinf(params.horizon.labour_mobility)
    rows = (1 if mobile else J) + 2 * J
    count = min(DIRECTIONS[not mobile], N * rows // 4)
    return (N, rows, rows), (N * rows, count), (count, N * rows)


@one_thread_each()
def _corrected_at(economy: Economy, params: Params) -> Correction:
    problem = problem_of(Shock(economy), params)
    w, start = world(problem), unchanged(problem.baseline.expenditure, problem.elasticities)
    blocks, wide = own_blocks(w, problem.baseline, start), side_by_side([w])

    def step(Q: Array) -> Array:
        """`[n rows, d]` M Q."""
        z = np.ascontiguousarray(Q.reshape(*start.shape[::-1], -1).swapaxes(0, 1))
        gap = z - _derivative(partial(sweep, wide), z)
        return Q - (blocks @ gap.swapaxes(0, 1)).reshape(Q.shape)

    _, directions, _ = _shapes(economy, params)
    Q = np.random.default_rng(0).standard_normal(directions)
    for _ in range(ROUNDS):
        Q = np.linalg.qr(step(Q))[0]
    M, one = Q.T @ step(Q), np.eye(directions[1])
    answer = (np.linalg.inv(one - M) - one) @ Q.T
    single = (np.ascontiguousarray(x, np.float32) for x in (blocks, Q, answer))
    return Correction(*single)


def own_blocks(w: World, b: BaselineArrays, start: Array) -> Array:
    """`[n, rows, rows]` (1 - K_nn)^-1 at the baseline."""
    sales = b.received * b.expenditure[:, :, None]
    home = np.arange(len(b.labour_income))
    alone = Alone(
        delivered=b.shares[:, home, home],
        received=b.received[:, home, home],
        imported=b.received.sum(2),
        exported=sales.sum(1) - sales[:, home, home],
        competes=(sales * b.shares).sum(1) - (sales * b.shares)[:, home, home],
    )
    held = w.deficit + w.deficit_share * b.income.sum()
    w = w._replace(alone=alone, deficit=held, deficit_share=0.0 * held)
    wide = side_by_side([w])
    rows = len(start)
    each = np.broadcast_to(np.eye(rows)[:, None], (*start.shape, rows))
    K = _derivative(partial(sweep, wide), each).swapaxes(0, 1)
    return np.asarray(np.linalg.inv(np.eye(rows) - K))


def _derivative(of: Map, z: Array) -> Array:
    """Derivative at zero along every column of `[rows, n, l]`."""
    step = PERTURBATION / np.abs(z).max()
    ahead: Array = (of(step * z) - of(0.0 * z[:, :, :1])) / step
    return ahead


def damped(economy: Economy, params: Params) -> Correction:
    """What serves far from the baseline, where its Jacobian misleads: only prices of home inputs are foreseen.

    Wages go part of the way to where the labour market clears: the full step overshoots where few sectors export, and
    by sector demand answers wages by up to theta.
    """
    b, e = baseline_arrays(economy), elasticities_of(economy, params)
    (N, rows, _), *_ = _shapes(economy, params)
    J, at = len(b.expenditure), np.arange(rows)
    steps = np.ones((N, rows))
    steps[:, : rows - 2 * J] = LABOUR_STEP
    if e.labour is not None:
        steps[:, :J] = 1 / (1 + LABOUR_STEP * e.labour * e.trade * b.value_added_share).T
    blocks = np.zeros((N, rows, rows), np.float32)
    blocks[:, at, at] = steps
    home = b.shares[:, np.arange(N), np.arange(N)].T[:, :, None]
    prices = slice(rows - 2 * J, rows - J)
    blocks[:, prices, prices] = np.linalg.inv(np.eye(J) - home * b.input_shares.swapaxes(1, 2))
    none = np.zeros((N * rows, 0), np.float32)
    return Correction(blocks, none, none.T)
