"""A pair in sentences: who loses by a cut, over which band, who gains, where the closed forms part, what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from paxsilica.analysis.effects import earned_leads
from paxsilica.economy import Economy
from paxsilica.findings import Findings
from paxsilica.horizon import HORIZONS
from paxsilica.names import Names, inside, joined, several
from paxsilica.questions.question import Answer
from paxsilica.report import words

LONG, SHORT = HORIZONS

POLICIES = {
    "diversify": "cheaper supply from",
    "stock": "stock from",
    "subsidise": "subsidy at home",
    "join": "free trade with",
}

MARGIN = 0.02
"""Dollars per dollar by which a policy must pay more under the cut than without it to count as relief."""


@dataclass(frozen=True, eq=False)
class Told:
    """A pair's findings, and how its sides are called inside a sentence.

    Attributes:
        what: `goods`, `50 % of chips`. sectors: that are cut. sets: of elasticities, none where there is one only.
        reliefs: a row for each policy, its numbers by variable.
    """

    findings: Findings
    names: Names
    economy: Economy
    sender: str
    target: str
    what: str
    senders: tuple[str, ...]
    targets: tuple[str, ...]
    sectors: tuple[str, ...]
    sets: tuple[str, ...]
    reliefs: tuple[Mapping[str, Any], ...]

    def of(self, variable: str, horizon: str, **of: str) -> float:
        """A headline number: of the whole cut, under the set that is used."""
        none = dict.fromkeys(("sector", "point", "elasticities"))
        return self.findings.value(variable, horizon=horizon, **none, **of)

    def loss(self, item: str, horizon: str) -> float:
        return -self.of("real_income", horizon, item=item)

    def money(self, item: str, horizon: str) -> float:
        return -self.of("real_income_money", horizon, item=item)

    def band(self, variable: str, horizon: str, **of: str) -> tuple[float, float] | None:
        """Smallest and largest loss, or ratio, over the sets."""
        none = dict.fromkeys(("sector", "point", "elasticities"))
        row = self.findings.row(variable, horizon=horizon, **none, **of)
        if row.get("low") is None or row.get("high") is None:
            return None
        ends = (
            (row["low"], row["high"]) if variable == "loss_ratio" else (-row["high"], -row["low"])
        )
        return ends

    def side(self, region: str) -> str:
        return "target" if region in self.targets else "sender" if region in self.senders else ""


def told_of(answer: Answer) -> Told:
    asked, names = answer.question.model_dump(), answer.names
    e = names.economy
    assert e is not None
    sectors = answer.findings.select("trade").blocks[0].axes[0]["sector"]
    by_set = answer.findings.select("loss_ratio", sector=None, horizon=LONG).blocks
    sets = next(
        (axis["elasticities"] for b in by_set for axis in b.axes if "elasticities" in axis), ()
    )
    share = f"{words.number(100 * asked['share'])} % of " if asked["share"] < 1 else ""
    return Told(
        findings=answer.findings,
        names=names,
        economy=e,
        sender=names.say(asked["sender"], inside=True),
        target=names.say(asked["target"], inside=True),
        what=share + Names(e).say_sectors(sectors),
        senders=names.regions(asked["sender"]),
        targets=names.regions(asked["target"]),
        sectors=sectors,
        sets=sets,
        reliefs=tuple(_reliefs(answer.findings)),
    )


def _reliefs(findings: Findings) -> list[dict[str, Any]]:
    rows: dict[str, dict[str, Any]] = {}
    for row in findings.rows():
        if row["variable"].startswith("relief_"):
            rows.setdefault(row["rung"], dict(row))[row["variable"]] = row["value"]
    return list(rows.values())


def known(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def summary(t: Told) -> list[str]:
    """What a reader should know first, in sentences."""
    lines = [f"{words.sentence(str(horizon))}: {_both(t, h)}" for h, horizon in HORIZONS.items()]
    lines += [*_band(t), *_winners(t), *_worst(t)]
    target, sender = (
        t.of("tariff_revenue_change", LONG, item=item) for item in ("targets", "senders")
    )
    lines.append(
        f"Revenue from tariffs in the long run: {t.target} {words.signed_money(target)} a year, {t.sender} "
        f"{words.signed_money(sender)}."
    )
    return [*lines, apart(t), *_helps(t)]


def _band(t: Told) -> list[str]:
    """How far the sets of elasticities lie apart."""
    long, short = (t.band("real_income", h, item="targets") for h in HORIZONS)
    ratio = t.band("loss_ratio", LONG)
    if long is None or short is None or ratio is None:
        return []
    low, high = map(words.number, long)
    median = words.number(-t.of("real_income_median", LONG, item="targets"))
    soon = f"{words.number(short[0])} to {words.number(short[1])} %"
    own = t.loss("targets", LONG)
    end = ", the lowest of them" if own <= long[0] * (1 + 1e-9) else ""
    end = end or (", the highest of them" if own >= long[1] * (1 - 1e-9) else "")
    text = (
        f"Over {len(t.sets)} sets of elasticities {t.target} {'lose' if several(t.target) else 'loses'} {low} to "
        f"{high} % in the long run, median {median} %, and {soon} in the short run; "
        f"{t.economy.about.elasticities}, used above, gives {words.number(own)} %{end}."
    )
    ratios = t.findings.array("loss_ratio", horizon=LONG, elasticities=t.sets)
    if np.isfinite(ratios).all() and (ratios > 0).all():
        text += (
            f" For each dollar that the sender loses in the long run the target loses {words.number(ratio[0])} to "
            f"{words.number(ratio[1])}."
        )
    return [text]


def _both(t: Told, h: str) -> str:
    text = f"{_loses(t, t.target, 'targets', h)}, {_loses(t, t.sender, 'senders', h)}"
    if t.money("senders", h) > 0 and t.money("targets", h) > 0:
        ratio = t.of("loss_ratio", h)
        text += f"; the target loses {words.number(ratio)} dollars for each that the sender loses"
    return f"{text}."


def _loses(t: Told, who: str, item: str, h: str) -> str:
    """What a side loses: of real income, or of what it earns where the rule for deficits moves real income itself."""
    percent, usd = t.loss(item, h), t.money(item, h)
    transfer, many = t.of("transfer_effect", h, item=item), several(who)
    moved = f"{_verb(percent, many)} {words.number(abs(percent))} % of real income ({words.money(abs(usd))} a year)"
    if not earned_leads(percent, transfer):
        return f"{who} {moved}"
    earned = -t.of("real_earned_income", h, item=item)
    return (
        f"{who} {_verb(earned, many)} {words.number(abs(earned))} % of real earned income (the rule for trade deficits "
        f"{'adds' if transfer > 0 else 'takes'} {words.number(abs(transfer))} % of income, which nobody earned, and "
        f"with it {moved})"
    )


def _verb(loss: float, many: bool) -> str:
    return ("lose" if loss >= 0 else "gain") + ("" if many else "s")


def _winners(t: Told) -> list[str]:
    e = t.economy
    percent = t.findings.array("real_income", region=e.regions, horizon=LONG)
    money = t.findings.array("real_income_money", region=e.regions, horizon=LONG)
    thirds = [at for at, r in enumerate(e.regions) if not t.side(r) and money[at] > 0]
    best = [
        f"{Names(e).say_region(e.regions[at])} ({words.percent(percent[at])}, {words.money(money[at])})"
        for at in sorted(thirds, key=lambda at: -money[at])[:3]
    ]
    return [f"Third parties that gain most in the long run: {joined(best)}."] if best else []


def _worst(t: Told) -> list[str]:
    loss = -t.findings.array("real_income", horizon=LONG, sector=t.sectors)[:, 0]
    if np.isfinite(loss).sum() < 2:
        return []
    worst, total = int(np.nanargmax(loss)), float(np.nansum(loss))
    name = inside(t.economy.sector_name(t.sectors[worst]))
    share = f", of {words.number(total)} % that the sectors sum to" if total > 0 else ""
    most = words.number(loss[worst])
    return [f"The sector whose cut alone costs the target most is {name}: {most} %{share}."]


def apart(t: Told) -> str:
    """Where the closed forms part from the exact answer, and why."""
    power, slope = (-t.of(key, LONG, item="targets") for key in ("power", "first_order_cut"))
    exact, turnover = t.loss("targets", LONG), t.findings.value("turnover")
    spends, its_own = ("spend", "their") if several(t.target) else ("spends", "its")
    text = (
        f"Clayton, Maggiori and Schreger's power is a loss of {words.number(power)} %, the exact one "
        f"{words.number(exact)} %: the closed form holds wages and other prices where they are and does not follow "
        f"dearer inputs to their users, while {t.target} {spends} {words.number(turnover, 2)} times {its_own} income, "
        "inputs included."
    )
    if slope <= 0 or exact <= 0:
        return text
    more = 100 * (exact / slope - 1)
    text += f" The first order gives {words.number(slope)} %"
    if more > 0:
        text += f"; the exact loss is {words.number(more, 2)} % larger, since each further product lost hurts more"
    return f"{text}."


def relieves(relief: Mapping[str, Any]) -> bool:
    """Whether a policy pays for itself, and does so because of the cut: it would pay less without it."""
    without = relief["relief_without_cut"]
    pays = relief["relief_net"] > 0
    return bool(pays and (without is None or relief["relief_per_dollar"] > without + MARGIN))


def _helps(t: Told) -> list[str]:
    if not t.reliefs:
        return []
    best: Mapping[str, Any] | None = next(filter(relieves, t.reliefs), None)
    if best is None:
        return ["No policy of the table pays for itself because of the cut."]
    gain, cost = words.money(best["relief_net"]), words.money(best["relief_cost"])
    said = f"{policy(t, best)} brings the target {gain} net for {cost}"
    held = (
        " A stock is taken to be bought from the sender, at the prices after the cut: it must be laid in before."
        if best["measure"] == "stock"
        else ""
    )
    return [f"Counter-coercion in the short run: {said}, the largest net gain.{held}"]


def policy(t: Told, relief: Mapping[str, Any]) -> str:
    """A relief in words: `stock from China, basic metals`."""
    e, partners = t.economy, [code for code in relief["partner"].split("+") if code]
    who = Names(e).say_regions(partners) if partners else ""
    what = f", {inside(e.sector_name(relief['sector']))}" if relief["sector"] else ""
    return f"{POLICIES[relief['measure']]} {who}".strip() + what
