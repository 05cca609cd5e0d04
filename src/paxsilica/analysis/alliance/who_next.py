"""Who should join next: every country outside, by what it would add to the members, as findings."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike

from paxsilica.analysis.alliance.assess import income_blocks
from paxsilica.analysis.alliance.game import TOLERANCE, Coalition, indifference, ranks
from paxsilica.analysis.alliance.layers import RAW_YEAR, layer_coverage, raw_coverage, raw_shares
from paxsilica.analysis.alliance.values import REAL, TRANSFER, Setting, Values
from paxsilica.desk import Progress
from paxsilica.economy import Note
from paxsilica.errors import InputError
from paxsilica.findings import Block, Findings, block
from paxsilica.names.places import OTHER, ROW

if TYPE_CHECKING:
    from paxsilica.analysis.chain import SupplyChain


def who_next(
    setting: Setting,
    inside: Collection[str],
    chain: SupplyChain,
    progress: Progress | None = None,
) -> tuple[Findings, list[Note]]:
    """Every region that is neither member nor adversary nor the rest of the world, one more equilibrium each; then
    the countries that are known by coverage alone. Those that add most come first.

    Args:
        setting: the members' blocs. inside: countries that are in.

    Raises:
        ConvergenceError: an equilibrium is not solved. InputError: nobody is left to ask.
    """
    e, taken = setting.economy, {*inside, *setting.adversary, ROW, OTHER}
    codes = [region for region in e.regions if region not in taken]
    if not codes:
        raise InputError(
            f"every region of {e.about.name} is a member or the adversary; nobody is left to join"
        )
    asked = replace(setting, blocs={**setting.blocs, **{code: (code,) for code in codes}})
    values = trade, _ = Values(asked, "preference"), Values(asked, "leverage")
    members = frozenset(setting.members)
    for v in values:
        v.solve([*(members | {code} for code in codes), members], progress)
    codes.sort(key=lambda code: -trade.worth(members | {code}))
    added = Findings(tuple(b for v in values for b in _added(v, members, codes)))
    known = (*income_blocks(asked), *_held_by(chain, codes, taken | {*e.regions}))
    notes = [note for v in values for note in v.notes()]
    return added.of(horizon=setting.params.horizon.key) + known, notes


def _added(values: Values, members: Coalition, codes: Sequence[str]) -> Iterator[Block]:
    """What each candidate adds by one value function, to its own income and to that of the members."""
    base, joined = values.worth(members), {code: members | {code} for code in codes}
    gains = {code: values.moved(members, joined[code]) for code in codes}
    worth, given = (
        np.array([values.worth(s, part) for s in joined.values()]) for part in (REAL, TRANSFER)
    )
    tie = TOLERANCE * max(abs(base), *abs(worth))
    found: dict[str, ArrayLike] = {
        "adds": worth - base,
        "adds_rank": ranks(worth - base, tie),
        "adds_transfer": given - values.worth(members, TRANSFER),
        "own_gain": [gains[code][code] for code in codes],
    }
    if values.kind == "preference":
        found["members_gain"] = [sum(gains[code][name] for name in members) for code in codes]
        yield block("indifference", indifference(values.payoff(members)))
    for key, numbers in found.items():
        yield block(key, numbers, {"region": codes}, measure=values.kind)


def _held_by(chain: SupplyChain, codes: Sequence[str], counted: Collection[str]) -> Iterator[Block]:
    """Coverage of candidates, and of the countries beside them that hold any; those that hold most first."""
    known = {*raw_shares()[1], *(c for stage in chain.stages for c in stage.shares or {})}
    everybody = [*codes, *sorted(known - {*counted})]
    layers = list(layer_coverage(chain, ()))
    shares = np.array([list(layer_coverage(chain, [code]).values()) for code in everybody])
    mean = shares.sum(1) / max(len(layers), 1)
    raw = np.array([raw_coverage([code]).mean() for code in everybody])
    first, held = len(codes), mean + raw
    others = first + np.argsort(-held[first:], kind="stable")
    order = [*range(first), *(at for at in others if held[at] > 0)]
    who = {"region": [everybody[at] for at in order]}
    yield block("coverage", 100 * shares[order], who, {"item": layers})
    yield block("coverage_mean", 100 * mean[order], who)
    yield block("export_share_mean", 100 * raw[order], who, date=str(RAW_YEAR))
