"""What is asked of a target, read and refused where it cannot be true: sides, amounts, purchases."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import partial

from paxsilica.analysis.target.period import Period
from paxsilica.analysis.target.reach import MOST_CUT, Case, factor_for
from paxsilica.analysis.target.trade import Counted, Direction, Pledge
from paxsilica.economy import Economy
from paxsilica.errors import ConvergenceError, InputError
from paxsilica.names import Names
from paxsilica.policy.values import PLAIN_NUMBER, parse_amount

MOST_PURCHASES = 4
"""Purchases that each count as an instrument; all orders of all instruments are solved."""

MOST_TIMES, MOST_APART = 100.0, 30.0
"""A target over its base, and a base over the baseline's own trade, beyond which the amount is taken for one in another
unit."""

UNIT = "amounts are billion USD a year, so is the unit right?"


def billions(written: object) -> float:
    """`131.84`, `"131.84"` or `"131.84 billion USD"` -> 131.84. Raises ValueError."""
    text = str(written).strip()
    if isinstance(written, int | float) or PLAIN_NUMBER.fullmatch(text):
        value = float(text)
    else:
        try:
            amount, unit = parse_amount(text)
        except ValueError:
            raise ValueError(
                f"{text[:30]!r} is no amount; write billion USD, such as 131.84"
            ) from None
        if unit != "USD":
            raise ValueError(f"{text[:30]!r} is not in USD; write billion USD, such as 131.84")
        value = amount / 1e9
    if not 0 < value < math.inf:
        raise ValueError(f"{text[:30]!r} is no amount above 0; write billion USD, such as 131.84")
    return value


def counted_of(
    names: Names,
    side: Sequence[str],
    partner: Sequence[str],
    sectors: Sequence[str],
    flow: Direction,
) -> Counted:
    """What counts. Raises InputError: a region on both sides, a sector that they do not trade; LabelError."""
    names.refuse_twice(side, "side")
    names.refuse_twice(partner, "partner")
    one, other = (names.placed_regions(*of) for of in ((side, "side"), (partner, "partner")))
    if both := [region for region in one if region in other]:
        raise InputError(
            f"{names.name(both[0])} is on both sides, and trades with itself; leave it out of one"
        )
    table = names.table
    for label in sectors:
        part = Counted(one, other, names.placed_sectors(label, "sectors"), flow)
        if not part.money(table, table.flows) > 0:
            raise InputError(
                f"sectors: {names.say(side)} and {names.say(partner)} trade no {names.say_sector(label)} in the baseline; "
                "name sectors that they trade"
            )
    return Counted(one, other, names.placed_sectors(sectors, "sectors"), flow)


def refuse_amounts(
    table: Economy, counted: Counted, base: float, goal: float, since: Period
) -> None:
    """Raises InputError: a target that is none, or amounts in another unit than billions. Both in million USD."""
    own = counted.money(table, table.flows)
    trade, target = f"{base / 1e3:.4g} billion USD", f"{goal / 1e3:.6g} billion USD"
    if not 1 / MOST_APART < base / own < MOST_APART:
        ratio = max(base / own, own / base)
        way = "more" if base > own else "less"
        raise InputError(
            f"trade: {base / 1e3:.6g} billion USD is {ratio:,.0f} times {way} than the {own / 1e3:.3g} billion of the "
            f"baseline; {UNIT}"
        )
    if goal <= base:
        raise InputError(
            f"goal: {target} is not above the trade of {since}, {trade}; name a larger one"
        )
    if goal > MOST_TIMES * base:
        raise InputError(
            f"goal: {target} is {goal / base:,.0f} times the trade of {since}, {trade}; {UNIT}"
        )


def pledges_of(
    names: Names, counted: Counted, purchases: Sequence[str], buyer: Sequence[str] | None
) -> tuple[Pledge, ...]:
    """Purchases such as `energy=15`. Raises InputError: one that is no amount of a sector that counts and is traded."""
    bought = names.placed_regions(buyer, "buyer") if buyer else counted.partner
    if {*bought} not in ({*counted.side}, {*counted.partner}):
        raise InputError(
            f"buyer: {names.say(buyer or ())} is neither side; name {names.say_regions(counted.side)} or "
            f"{names.say_regions(counted.partner)} as a whole"
        )
    first = {*bought} == {*counted.side}
    sides = (counted.partner, counted.side) if first else (counted.side, counted.partner)
    if purchases and counted.flow == ("exports" if first else "imports"):
        raise InputError(
            f"purchases: what {names.say_regions(sides[1])} buys is no part of the {counted.flow} that count; name the "
            "other --buyer, or --flow both"
        )
    if len(purchases) > MOST_PURCHASES:
        raise InputError(f"purchases: {len(purchases)} are many; name at most {MOST_PURCHASES}")
    found: list[Pledge] = []
    for item in purchases:
        pledge = _pledge(names, item, *sides)
        _refuse_pledge(names, counted, pledge, found)
        found.append(pledge)
    return tuple(found)


def _pledge(names: Names, item: str, seller: tuple[str, ...], buyer: tuple[str, ...]) -> Pledge:
    label, equals, amount = (part.strip() for part in item.partition("="))
    if not equals:
        raise InputError(
            f"purchases: {item[:40]!r} names no amount; write billion USD a year, such as energy=15"
        )
    sectors = names.placed_sectors(label, "purchases")
    try:
        return Pledge(label, sectors, 1e3 * billions(amount), seller, buyer)
    except ValueError as error:
        raise InputError(f"purchases: {label[:40]}: {error}") from error


def _refuse_pledge(
    names: Names, counted: Counted, pledge: Pledge, before: Sequence[Pledge]
) -> None:
    goods, table = names.say_sector(pledge.name), names.table
    for other in before:
        if {*pledge.sectors} & {*other.sectors}:
            raise InputError(
                f"purchases: {goods} and {names.say_sector(other.name)} overlap; name one of them, or parts"
            )
    if not {*pledge.sectors} <= {*counted.sectors}:
        raise InputError(
            f"purchases: {goods} is not among the sectors that count, so that it adds nothing; add it to --sectors"
        )
    if not table.flows[pledge.cells(table)].sum() > 0:
        raise InputError(
            f"purchases: {names.say_regions(pledge.seller)} sells {names.say_regions(pledge.buyer)} no {goods} in the "
            "baseline, and a trade of nothing cannot grow; name what is traded"
        )


def refuse_out_of_reach(case: Case, names: Names) -> None:
    """Raises InputError: a purchase that no cut of trade cost brings."""
    for pledge in case.pledges:
        flow = partial(case.bought, pledge)
        before = flow(case.standing)
        cells = pledge.cells(case.economy)
        found = factor_for(case.standing, cells, flow, before + pledge.amount)
        if math.isnan(found.factor):
            more = (flow(found.outcome) - before) / 1e3
            raise InputError(
                f"purchases: even with its trade cost cut by {100 * MOST_CUT:g} % only {more:,.1f} billion USD more of "
                f"{names.say_sector(pledge.name)} are bought, not {pledge.amount / 1e3:g}; name a smaller amount"
            )
    try:
        _ = case.worths
    except ConvergenceError as error:
        raise InputError(f"purchases: {error}; name smaller amounts") from error
