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
from paxsilica.analysis.alliance.values import TRANSFER, Bloc, Setting, Values
from paxsilica.desk import Progress
from paxsilica.economy import Note
from paxsilica.errors import InputError
from paxsilica.findings import Block, block
from paxsilica.names.places import OTHER

if TYPE_CHECKING:
    from paxsilica.analysis.chain import SupplyChain


def who_next(
    setting: Setting,
    inside: Collection[str],
    chain: SupplyChain,
    told: Progress | None = None,
) -> tuple[list[Block], list[Note]]:
    """Every region that is neither member nor adversary nor the rest of the world, one more equilibrium each; then
    the countries that are known by coverage alone. Those that add most come first.

    Args:
        setting: the members' blocs. inside: countries that are in.

    Raises:
        ConvergenceError: an equilibrium is not solved. InputError: nobody is left to ask.
    """
    e, taken = setting.economy, {*inside, *setting.adversary, "ROW", OTHER}
    codes = [region for region in e.regions if region not in taken]
    if not codes:
        raise InputError(
            f"every region of {e.about.name} is a member or the adversary; nobody is left to join"
        )
    blocs = (*setting.blocs, *(Bloc(code, (code,)) for code in codes))
    asked = replace(setting, blocs=blocs)
    values = trade, _ = Values(asked, "preference"), Values(asked, "leverage")
    members = frozenset(setting.members)
    for v in values:
        v.solve([*(members | {code} for code in codes), members], told)
    codes.sort(key=lambda code: -trade.worth(members | {code}))
    blocks = [
        *(b for v in values for b in _added(v, members, codes)),
        *income_blocks(e, codes),
        *_covered(chain, codes, taken | {*e.regions}),
    ]
    return blocks, [note for v in values for note in v.notes()]


def _added(values: Values, members: Coalition, codes: Sequence[str]) -> Iterator[Block]:
    """What each candidate adds by one value function, to its own income and to that of the members."""
    kind, at = values.kind, values.setting.horizon
    now, base = values.payoff(members), values.worth(members)
    then = {code: values.payoff(members | {code}) for code in codes}
    worth = np.array([values.worth(members | {code}) for code in codes])
    given = [values.worth(members | {code}, TRANSFER) for code in codes]
    tie = TOLERANCE * max(abs(base), *abs(worth))
    found: dict[str, ArrayLike] = {
        "adds": worth - base,
        "adds_rank": ranks(worth - base, tie),
        "adds_transfer": np.array(given) - values.worth(members, TRANSFER),
        "own_gain": [then[code][code] - now[code] for code in codes],
    }
    if kind == "preference":
        found["members_gain"] = [sum(then[c][m] - now[m] for m in members) for c in codes]
        yield block("indifference", indifference(now), horizon=at)
    for key, numbers in found.items():
        yield block(key, numbers, {"region": codes}, measure=kind, horizon=at)


def _covered(chain: SupplyChain, codes: Sequence[str], counted: Collection[str]) -> Iterator[Block]:
    """Coverage of candidates, and of the countries beside them that hold any; those that hold most first."""
    known = {*raw_shares()[1], *(c for stage in chain.stages for c in stage.shares or {})}
    everybody = [*codes, *sorted(known - {*counted})]
    layers = {code: layer_coverage(chain, [code]) for code in everybody}
    mean = {code: sum(of.values()) / max(len(of), 1) for code, of in layers.items()}
    raw = {code: float(raw_coverage([code]).mean()) for code in everybody}
    others = [c for c in everybody[len(codes) :] if mean[c] + raw[c] > 0]
    who = [*codes, *sorted(others, key=lambda c: -(mean[c] + raw[c]))]
    shares = [[100 * share for share in layers[code].values()] for code in who]
    yield block("coverage", shares, {"region": who}, {"item": list(layers[who[0]])})
    yield block("coverage_mean", [100 * mean[code] for code in who], {"region": who})
    raw_means = [100 * raw[code] for code in who]
    yield block("export_share_mean", raw_means, {"region": who}, date=str(RAW_YEAR))
