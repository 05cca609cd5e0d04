"""A pair in sentences: who loses by a cut, over which band, who gains, where the closed forms part, what helps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from paxsilica.analysis.coercion.counter import Relief
from paxsilica.analysis.coercion.pair import AtHorizon, Losses, Pair
from paxsilica.economy import Economy
from paxsilica.names import joined
from paxsilica.report import words

POLICIES = {
    "diversify": "cheaper supply from",
    "stock": "stock from",
    "subsidise": "subsidy at home",
    "join": "free trade with",
}


@dataclass(frozen=True)
class Names:
    """How both sides are called inside a sentence."""

    sender: str
    target: str
    what: str
    """`goods`, `50 % of chips`."""


def named(p: Pair, sender: str = "", target: str = "") -> Names:
    """Both sides and what is cut, in words; a whole group by its name, unless another name is given."""
    e = p.economy
    groups = e.about.region_groups
    what = words.sectors(e, p.cut.sectors)
    share = f"{words.number(100 * p.cut.share)} % of " if p.cut.share < 1 else ""
    return Names(
        sender or words.regions(e, p.cut.senders, groups),
        target or words.regions(e, p.cut.targets, groups),
        share + what,
    )


def summary(p: Pair, n: Names) -> list[str]:
    """What a reader should know first, in sentences."""
    lines = [f"{words.sentence(h.name)}: {_both(h.losses, n)}" for h in p.horizons]
    lines += _band(p, n) if len(p.band) > 1 else []
    lines += [line for line in (_winners(p.long), _worst(p)) if line]
    target, sender = p.long.revenue
    lines.append(
        f"Revenue from tariffs in the long run: {n.target} {words.signed_money(target)} a year, {n.sender} "
        f"{words.signed_money(sender)}."
    )
    return [*lines, apart(p, n), *_helps(p)]


def _band(p: Pair, n: Names) -> list[str]:
    """How far the sets of elasticities lie apart."""
    long, first, ratio = p.band_of("target"), p.band_of("target", "first"), p.band_of("ratio")
    if long is None or first is None or ratio is None:
        return []
    low, median, high = map(words.number, long)
    soon = f"{words.number(first[0])} to {words.number(first[2])} %"
    text = (
        f"Over {len(p.band)} sets of elasticities {n.target} {'lose' if words.several(n.target) else 'loses'} {low} to "
        f"{high} % in the long run, median {median} %, and {soon} in the short run; "
        f"{p.economy.about.elasticities}, used above, gives {words.number(p.long.losses.target)} %{_rank(p)}."
    )
    known = [v.long for v in p.band if np.isfinite(v.long.ratio) and v.long.target_usd > 0]
    if len(known) == len(p.band):
        text += (
            f" For each dollar that the sender loses in the long run the target loses {words.number(ratio[0])} to "
            f"{words.number(ratio[2])}."
        )
    return [text]


def _rank(p: Pair) -> str:
    """Where the set used lies in the band, if at an end."""
    low, _, high = p.band_of("target")
    own = p.long.losses.target
    return (
        ", the lowest of them"
        if own <= low * (1 + 1e-9)
        else ", the highest of them"
        if own >= high * (1 - 1e-9)
        else ""
    )


def _both(its: Losses, n: Names) -> str:
    text = f"{_loses(n.target, its.target, its.target_usd)}, {_loses(n.sender, its.sender, its.sender_usd)}"
    if its.sender_usd > 0 and its.target_usd > 0:
        text += (
            f"; the target loses {words.number(its.ratio)} dollars for each that the sender loses"
        )
    return f"{text}."


def _loses(who: str, percent: float, usd: float) -> str:
    verb = ("lose" if percent >= 0 else "gain") + ("" if words.several(who) else "s")
    return f"{who} {verb} {words.number(abs(percent))} % of real income ({words.money(abs(usd))} a year)"


def _winners(h: AtHorizon) -> str:
    e = h.grip.outcome.economy
    best = [
        f"{words.region(e, r)} ({words.percent(gain)}, {words.money(usd)})"
        for r, gain, usd in h.winners(3)
    ]
    return f"Third parties that gain most in the {h.name}: {joined(best)}." if best else ""


def _worst(p: Pair) -> str:
    known = [cut for cut in p.long.sectors if not np.isnan(cut.losses.target)]
    if len(known) < 2:
        return ""
    worst = max(known, key=lambda cut: cut.losses.target)
    name = words.inside(p.economy.sector_name(worst.sector))
    total = sum(cut.losses.target for cut in known)
    share = f", of {words.number(total)} % that the sectors sum to" if total > 0 else ""
    return f"The sector whose cut alone costs the target most is {name}: {words.number(worst.losses.target)} %{share}."


def apart(p: Pair, n: Names) -> str:
    """Where the closed forms part from the exact answer, and why."""
    its, exact = p.long.beside, p.long.losses.target
    e, at = p.economy, [p.economy.regions.index(r) for r in p.cut.targets]
    turnover = float(e.expenditure[at].sum() / e.income[at].sum())
    spends, its_own = ("spend", "their") if words.several(n.target) else ("spends", "its")
    text = (
        f"Clayton, Maggiori and Schreger's power is a loss of {words.number(its.power)} %, the exact one "
        f"{words.number(exact)} %: the closed form holds wages and other prices where they are and does not follow "
        f"dearer inputs to their users, while {n.target} {spends} {words.number(turnover, 2)} times {its_own} income, "
        "inputs included."
    )
    if its.first_order.target <= 0 or exact <= 0:
        return text
    more = 100 * (exact / its.first_order.target - 1)
    text += f" The first order gives {words.number(its.first_order.target)} %"
    if more > 0:
        text += f"; the exact loss is {words.number(more, 2)} % larger, since each further product lost hurts more"
    return f"{text}."


MARGIN = 0.02
"""Dollars per dollar by which a policy must pay more under the cut than without it to count as relief."""


def relieves(relief: Relief) -> bool:
    """Whether a policy pays for itself, and does so because of the cut: it would pay less without it."""
    without = relief.without_cut
    return relief.net > 0 and (without is None or relief.per_dollar > without + MARGIN)


def _helps(p: Pair) -> list[str]:
    if not p.reliefs:
        return []
    good = [relief for relief in p.reliefs if relieves(relief)]
    if not good:
        return ["No policy of the table pays for itself because of the cut."]
    best = good[0]
    said = f"{policy(p.economy, best)} brings the target {words.money(best.net)} net for {words.money(best.cost)}"
    held = (
        " A stock is taken to be bought from the sender, at the prices after the cut: it must be laid in before."
        if best.kind == "stock"
        else ""
    )
    return [f"Counter-coercion in the short run: {said}, the largest net gain.{held}"]


def policy(e: Economy, relief: Relief) -> str:
    """A relief in words: `stock from China, basic metals`."""
    who = words.regions(e, relief.partners, e.about.region_groups) if relief.partners else ""
    what = f", {words.inside(e.sector_name(relief.sector))}" if relief.sector else ""
    return f"{POLICIES[relief.kind]} {who}".strip() + what
