"""What is well formed and cannot be true: totals among the labels, per cent for decimals, files in two units.

What no world can be is refused. What is not known of any world, but might be meant, keeps a note that leads every report.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import partial
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from paxsilica.about import Note
from paxsilica.checks import NOTHING, TINY, Array
from paxsilica.errors import joined

Doubt = str | Note
"""A refusal in one line, or a note."""

LEAST_HOME = 0.10
"""Share of world output sold at home; tables of the world have 0.6 (goods) to 0.9 (all sectors)."""

MOST_DUTY = 1.0
"""No country's mean duty has been above 100 %; single peaks of several hundred per cent exist."""

FEW_TARIFFS = 3
"""So many tariffs may be anything: peaks that are meant."""

USUAL_DUTY = 0.5
"""Median of the tariffs of one importer: in per cent it is a number such as 5, as a decimal one below a half."""

INVERSE = 0.5
"""Published trade elasticities lie between 0.6 and 65: where all are smaller, they are 1 / theta."""

LEAST_INPUTS, HARDLY_INPUTS = 0.05, 0.01
"""Inputs over output in the sectors that have any: value added above 95 %, and a difference of unit without a doubt."""

MOST_INPUTS = 3.0
"""Inputs over output of the world; above one the table does not balance, far above one the units differ."""

PUBLISHED_ROUNDING = 0.01
"""Share by which a published total may miss the sum of what it holds."""

MOST_ROUNDED = 0.1
"""Share of a sum that the rounding of what it holds may make up; with more it says nothing."""

MATCHING = 0.75
"""Part of the rows in which a total must be the sum: another total among the rows has a row of its own."""

TELLING = 3
"""Different numbers that must be sums: fewer are so by chance in a table of round numbers."""

ENOUGH_ROWS = 8
"""Partners from which on one direction of trade alone shows a total."""

LARGE = 10_000
"""Flows beyond which sectors are added up before the members of a total are looked for."""


ARRAYS = ("flows", "tariffs", "inputs", "trade_elasticity")


def doubts(
    regions: Sequence[str],
    sectors: Sequence[str],
    flows: Array,
    tariffs: Array,
    inputs: Array,
    trade_elasticity: Array,
    changed: Collection[str],
) -> tuple[list[str], list[Note]]:
    """Refusals, a line each, and notes, on arrays of finite numbers in the axes of `Economy`.

    Args:
        changed: the arrays that were not looked at before.
    """
    found: list[Doubt] = []
    if "flows" in changed:
        found += _totals_among_regions(regions, flows)
        found += _totals_among_sectors(sectors, flows)
        found += _home_sales(regions, sectors, flows)
    if {"flows", "tariffs"} & set(changed):
        found += _tariff_unit(regions, flows, tariffs)
    if {"flows", "inputs"} & set(changed):
        found += _input_unit(regions, flows.sum(0), inputs)
    if "trade_elasticity" in changed:
        found += _inverse_elasticities(trade_elasticity)
    refusals = [doubt for doubt in found if isinstance(doubt, str)]
    return refusals, [doubt for doubt in found if isinstance(doubt, Note)]


def hard_to_believe(name: str, text: str, *arrays: str) -> Note:
    """A note on such arrays, with which a report must begin."""
    return Note(name, text, of=arrays, leads=True)


def _home_sales(regions: Sequence[str], sectors: Sequence[str], flows: Array) -> Iterator[Doubt]:
    home, output = np.einsum("nnj->nj", flows), flows.sum(0)
    world = max(float(output.sum()), TINY)
    none = (home.sum(1) <= NOTHING * output.sum(1)) & (output.sum(1) > 0)
    who = joined(compress(regions, none))
    remedy = "add rows importer = exporter (output less exports)"
    many = "every result would be many times too large"
    if output[none].sum() > 0.5 * world or none.sum() > 0.5 * len(regions):
        whole = none.all() or not home.any()
        sells = "no region sells anything at home" if whole else f"{who} sell nothing at home"
        yield f"{sells}: the home share is then zero and {many}; {remedy}"
        return
    if none.any():
        text = f"{who}: nothing is sold at home, so that results there are too large; {remedy}"
        yield hard_to_believe("no_home_sales", text, "flows")
    lost = (home.sum(0) <= 0) & (output.sum(0) > 0)
    if lost.sum() > 1 and output[:, lost].sum() > LEAST_HOME * world:
        which = joined(compress(sectors, lost))
        text = f"no region sells {which} at home, so that results are too large; {remedy}"
        yield hard_to_believe("sectors_without_home_sales", text, "flows")
    elif len(regions) > 1 and home.sum() < LEAST_HOME * world:
        share = f"{home.sum() / world:.2g}"
        text = (
            f"sales at home are {share} of world output, in tables of the world 0.6 to 0.9: {many}"
        )
        yield hard_to_believe("few_home_sales", f"{text} if some are missing", "flows")


def _tariff_unit(regions: Sequence[str], flows: Array, tariffs: Array) -> Iterator[Doubt]:
    home = np.eye(len(regions), dtype=bool)[:, :, None]
    imports = np.where(home, 0.0, np.maximum(flows, 0.0))
    counted = home | (imports > 0)
    charged = tariffs[counted & (tariffs != 0)]
    if not (charged > MOST_DUTY).any():
        return
    duty = imports * tariffs
    mean = duty.sum() / max(imports[tariffs != 0].sum(), TINY)
    on_all = duty.sum((1, 2)) / np.maximum(imports.sum((1, 2)), TINY)
    high = (counted & (tariffs > MOST_DUTY)).sum((1, 2))
    over = on_all > MOST_DUTY
    who = joined(compress(regions, over))
    usual = float(np.median(tariffs[over][tariffs[over] != 0])) if over.any() else 0.0
    factors = charged.min() >= 1.0 and np.median(charged) < 2.0
    if high[over].sum() >= FEW_TARIFFS and factors:
        example = f"{float(np.median(charged[charged > 1.0])):.4g}"
        yield (
            f"tariffs look like factors: every one is 1 or more ({example} for {float(example) - 1:.2%}); "
            f"subtract 1: a tariff is a decimal, {float(example) - 1:.4g}"
        )
    elif high[over].sum() >= FEW_TARIFFS and usual > USUAL_DUTY:
        example = f"{usual:.4g}"
        yield (
            f"tariffs look like per cent: duties of {who} are {float(on_all.max()):.0%} of imports, and no "
            f"country's mean has been above 100 %; a tariff is a decimal: {float(example) / 100:.4g} for {example} %"
        )
    elif mean > MOST_DUTY or over.any():
        meant = (
            "subtract 1 if these are factors" if factors else "divide by 100 if these are per cent"
        )
        text = (
            f"tariffs are {mean:.0%} on average where there are any, duties at most {float(on_all.max()):.0%} of a "
            f"country's imports, and no mean has been above 100 %; a tariff is a decimal, 0.075 for 7.5 %: {meant}"
        )
        yield hard_to_believe("tariffs_above_100_percent", text, "tariffs")


def _input_unit(regions: Sequence[str], output: Array, inputs: Array) -> Iterator[Doubt]:
    used = inputs.sum(1)
    given = (used > 0) & (output > 0)
    if not given.any():
        return
    part = used[given].sum() / output[given].sum()
    if used.sum() > MOST_INPUTS * output.sum():
        yield (
            f"inputs are {used.sum() / output.sum():,.4g} times output: flows and inputs differ in unit; "
            "give both in the same"
        )
        return
    share = np.divide(used, output, out=np.zeros_like(used), where=given)
    if share.max() < LEAST_INPUTS:
        text = (
            f"inputs are {part:.2g} of output, so that value added is above 95 % of output in every sector of every "
            "region although inputs are given: flows and inputs seem to differ in unit; give both in the same"
        )
        if part < HARDLY_INPUTS and given.sum() > 1:
            yield text
        else:
            yield hard_to_believe("hardly_any_inputs", text, "flows", "inputs")
        return
    little = given.any(1) & (share.max(1) < HARDLY_INPUTS)
    if little.any():
        who = joined(compress(regions, little))
        text = f"inputs of {who} are below 1 % of output in every sector, unlike elsewhere: do their units differ?"
        yield hard_to_believe("hardly_any_inputs", text, "flows", "inputs")


def _inverse_elasticities(theta: Array) -> Iterator[Doubt]:
    if not ((theta > 0) & (theta < 1)).all():
        return
    shown = joined(f"{value:.3g}" for value in theta[:5])
    meant = joined(f"{1 / value:.3g}" for value in theta[:5])
    if (theta < INVERSE).all():
        yield (
            f"trade elasticities are all below {INVERSE:g} ({shown}): these look like 1 / theta; give {meant} "
            "(theta = sigma - 1, published between 0.6 and 65)"
        )
        return
    text = f"trade elasticities are all below 1 ({shown}); if these are 1 / theta, give {meant}"
    yield hard_to_believe("elasticities_below_one", text, "trade_elasticity")


def _totals_among_regions(regions: Sequence[str], flows: Array) -> Iterator[str]:
    table = flows if flows.size <= LARGE else flows.sum(2, keepdims=True)

    def members(w: int, left: Sequence[int]) -> Positions | None:
        found = _region_members(table, w, left)
        return found if found is None or _is_the_sum(flows, w, found) else None

    for w, of in _totals_in(regions, table.sum((0, 2)), members):
        yield (
            f"{w} is a total: its purchases and sales are the sum of {of or 'the other regions'}, "
            f"which are counted twice; drop {w}"
        )


def _totals_among_sectors(sectors: Sequence[str], flows: Array) -> Iterator[str]:
    columns = flows.transpose(2, 0, 1)
    sizes = columns.sum((1, 2))
    for w, of in _totals_in(sectors, sizes, partial(_sector_members, columns)):
        yield (
            f"sector {w} is a total: its flows are the sum of {of or 'the other sectors'}, "
            f"which are counted twice; drop {w}"
        )


Positions = NDArray[np.intp]


def _totals_in(
    labels: Sequence[str],
    sizes: Array,
    members_of: Callable[[int, list[int]], Positions | None],
) -> Iterator[tuple[str, str]]:
    """Every total, the smallest first, and whose sum it is; empty where it is the sum of all others."""
    left = np.argsort(sizes, kind="stable").tolist()
    while len(left) > 2:
        for w in left:
            members = members_of(w, left)
            if members is not None:
                some = len(members) < len(left) - 1
                yield labels[w], joined(labels[i] for i in sorted(members)) if some else ""
                left.remove(w)
                break
        else:
            return


def _region_members(flows: Array, w: int, left: Sequence[int]) -> Positions | None:
    """The regions whose sum a region is; what they sell to themselves may be in it or not.

    They are looked for among those with which a union does not trade, and by least squares.
    """
    others = np.array([i for i in left if i != w])
    silent: Positions = others[(flows[others, w].sum(1) + flows[w, others].sum(1)) == 0]
    if 1 < len(silent) < len(others) and _is_the_sum(flows, w, silent):
        return silent
    for without_home in (True, False):
        tables = []
        for side in (flows, flows.swapaxes(0, 1)):
            rows, columns = others[side[others, w].sum(1) > 0], np.array([w, *others])
            table = side[np.ix_(rows, columns)]
            if without_home:
                table[rows[:, None] == columns] = 0.0
            tables.append(table.transpose(0, 2, 1).reshape(-1, len(columns)))
        table = np.concatenate(tables)
        for chosen in _proposals(table[:, 0], table[:, 1:]):
            if _is_the_sum(flows, w, others[chosen]):
                return others[chosen]
    return None


def _sector_members(columns: Array, w: int, left: Sequence[int]) -> Positions | None:
    others = np.array([k for k in left if k != w])
    table = np.concatenate([columns.sum(1), columns.sum(2)], axis=1)
    for chosen in _proposals(table[w], table[others].T):
        members = others[chosen]
        miss = np.abs(columns[w] - columns[members].sum(0)).sum()
        if miss <= PUBLISHED_ROUNDING * columns[w].sum() and not _proportional(columns, w, members):
            return members
    return None


def _proposals(whole: Array, parts: Array) -> Iterator[NDArray[np.bool_]]:
    """Columns of `parts` that might add up to `whole`: by least squares of those it dominates, and all."""
    rows = whole > 0
    if not rows.any():
        return
    relative = parts[rows] / whole[rows, None]
    dominated = (relative <= 1 + MOST_ROUNDED).mean(0) >= MATCHING
    if dominated.sum() < 2:
        return
    if relative[:, dominated].sum(1).mean() > 1 - MOST_ROUNDED:
        A = relative[:, dominated]
        gram = A.T @ A
        gram.flat[:: len(gram) + 1] += 1e-10 * max(gram.trace(), TINY)
        chosen = dominated.copy()
        chosen[dominated] = np.linalg.solve(gram, A.sum(0)) > 0.5
        if chosen.sum() > 1:
            yield chosen
    if dominated.all():
        yield dominated


def _is_the_sum(flows: Array, w: int, members: Positions) -> bool:
    """Whether a region's trade with the others is the sum of the members', their own sales included or not."""
    if _proportional(flows.swapaxes(0, 1), w, members):
        return False
    values, unlike, rows = [flows[w, w]], False, 0
    elsewhere = np.arange(len(flows)) != w
    slack = _last_digit(flows) * flows.shape[2] * np.sqrt(len(members) + 1)
    home = np.einsum("nnj->nj", flows)
    for side in (flows, flows.swapaxes(0, 1)):
        whole, with_home = side[:, w], side[:, members].sum(1)
        abroad = with_home.copy()
        abroad[members] -= home[members]
        error = np.minimum(np.abs(whole - with_home).sum(1), np.abs(whole - abroad).sum(1))
        size = np.maximum(whole, abroad).sum(1)
        error = np.maximum(error - np.minimum(slack, MOST_ROUNDED * size), 0.0)
        counts = elsewhere & (size > 0)
        counts[members] &= whole[members].sum(1) > 0
        error, size = error[counts], size[counts]
        best = np.argsort(error / size, kind="stable")[: int(np.ceil(MATCHING * len(size)))]
        if best.size and error[best].sum() <= PUBLISHED_ROUNDING * size[best].sum():
            values.append(whole[counts][best].ravel())
            rows = max(rows, len(size))
        elif whole[elsewhere].any():
            unlike = True
    if len(flows) == 3 and not _home_of_a_total(flows, w, members):
        return False
    if len(flows) > 3 and _different(np.concatenate(values)) < TELLING:
        return False
    return len(values) > 1 and (not unlike or rows >= ENOUGH_ROWS)


def _home_of_a_total(flows: Array, w: int, members: Positions) -> bool:
    """With two others, trade with a third cannot tell a total from a twin; what it sells to itself can."""
    own, among = flows[w, w], flows[np.ix_(members, members)]
    homes = flows[members, members].sum(0)
    if not own.any():
        return _different(flows[members, w]) > 1
    return any(
        np.abs(own - sum_).sum() <= PUBLISHED_ROUNDING * max(sum_.sum(), own.sum())
        for sum_ in (homes, among.sum((0, 1)))
    )


def _different(values: Array) -> int:
    """How many different numbers above zero there are."""
    above = values[values > 0]
    return len(np.unique(np.round(above / above.max(), 6))) if above.size else 0


def _last_digit(flows: Array) -> float:
    """The power of ten to which all numbers are rounded; 0 where they have more than six decimals."""
    steps = (10.0**k for k in range(3, -7, -1))
    return next((s for s in steps if np.abs(flows / s - np.round(flows / s)).max() < 1e-6), 0.0)


def _proportional(tables: Array, whole: int, parts: Positions) -> bool:
    """Whether the whole and its parts differ in size alone: sizes may add up by chance, or by construction."""
    flat = tables.reshape(len(tables), -1)
    shape = flat / np.maximum(flat.sum(1, keepdims=True), TINY)
    return bool(np.abs(shape[parts] - shape[whole]).max() <= 1e-6 * shape[whole].max())
