"""A pair in sentences: who loses by a cut, over which band, who gains, where the closed forms part, what helps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from paxsilica.analysis.effects import earned_leads
from paxsilica.economy import Economy
from paxsilica.findings import Findings
from paxsilica.horizon import HORIZONS
from paxsilica.names import Names, does, inside, joined, several
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.look import Rows
from paxsilica.report.report import Row

LONG, SHORT = HORIZONS

POLICIES = {
    "diversify": "cheaper supply from",
    "stock": "stock from",
    "subsidise": "subsidy at home",
    "join": "free trade with",
}

WORTH_MORE = 0.02
"""Dollars per dollar by which a policy must pay more under the cut than without it to count as relief."""

THEIRS, OURS, RATIO = "target's loss, %", "sender's loss, %", "ratio in money"
PERCENT, BILLION = "%", "billion USD"

LOSS_HEADS = {
    "real_income targets": (THEIRS, -1.0),
    "real_income senders": (OURS, -1.0),
    "real_income_money targets": ("target's loss, million USD", -1.0),
    "real_income_money senders": ("sender's loss, million USD", -1.0),
    "loss_ratio": (RATIO, 1.0),
    "real_income": (PERCENT, -1.0),
    "real_income_money": (BILLION, -1e-3),
}
"""Finding -> head of its column, and what it is multiplied by."""


HEADLINE = dict.fromkeys(("sector", "point", "elasticities"))
"""What a number of the whole cut under the set that is used has no label of."""


def headed(its: Mapping[str, Row]) -> dict[str, Any]:
    """Head of a column -> number, of findings by their keys."""
    return {
        head: (value := its[key]["value"]) and scale * value
        for key, (head, scale) in LOSS_HEADS.items()
        if key in its
    }


@dataclass(frozen=True, eq=False)
class Parties:
    """What was found of a pair, and how its sides are called inside a sentence.

    Attributes:
        side: `target` or `sender`, by region.
    """

    findings: Findings
    names: Names
    sender: str
    target: str
    what: str
    side: Mapping[str, str]

    @property
    def economy(self) -> Economy:
        return self.names.table

    def of(self, variable: str, horizon: str, **of: str) -> float:
        """A number of the whole cut, under the set that is used."""
        return self.findings.value(variable, horizon=horizon, **HEADLINE, **of)

    def loss(self, item: str, horizon: str) -> float:
        return -self.of("real_income", horizon, item=item)

    def money(self, item: str, horizon: str) -> float:
        return -self.of("real_income_money", horizon, item=item)

    def along(self, dimension: str) -> dict[str, dict[str, Any]]:
        """Label -> head of a column -> number, at both horizons: `long run, target's loss, %`."""
        found: dict[str, dict[str, Any]] = {}
        for (label, horizon), its in self.findings.cells(dimension, "horizon", also="item").items():
            if label and horizon:
                row = found.setdefault(label, {})
                row |= {f"{HORIZONS[horizon]}, {head}": x for head, x in headed(its).items()}
        return found

    def reliefs(self) -> Rows:
        """A row for each policy, the largest net gain first."""
        of = ("rung", "measure", "partner", "sector")
        return [
            {
                **dict(zip(of, labels, strict=True)),
                **{key: row["value"] for key, row in its.items()},
            }
            for labels, its in self.findings.cells(*of, also="item").items()
            if labels[0]
        ]

    def policy(self, relief: Row) -> str:
        """A relief in words: `stock from China, basic metals`."""
        partners = list(filter(None, relief["partner"].split("+")))
        sector = inside(self.economy.sector_name(relief["sector"]))
        who = f"{POLICIES[relief['measure']]} {self.names.say_regions(partners)}".strip()
        return f"{who}, {sector}" if sector else who


def cut_of(answer: Answer) -> str:
    """What is no longer sold: `goods`, `50 % of chips`."""
    asked, names = answer.question.model_dump(), answer.names
    share = f"{words.number(100 * asked['share'])} % of " if asked["share"] < 1 else ""
    return share + names.say_sectors(names.sectors(asked["sectors"] or ("goods",)))


def told_parties(answer: Answer) -> Parties:
    asked, names = answer.question.model_dump(), answer.names
    sides = ("sender", "target")
    return Parties(
        findings=answer.findings,
        names=names,
        **{side: names.say(asked[side], inside=True) for side in sides},
        what=cut_of(answer),
        side={region: side for side in sides for region in names.regions(asked[side])},
    )


def pair_summary(t: Parties) -> list[str]:
    """What a reader should know first, in sentences."""
    target, sender = (
        words.signed_money(t.of("tariff_revenue_change", LONG, item=item))
        for item in ("targets", "senders")
    )
    return [
        *(
            f"{words.sentence(str(horizon))}: {_sides_said(t, h)}"
            for h, horizon in HORIZONS.items()
        ),
        *_over_sets(t),
        *_winners(t),
        *_worst(t),
        f"Revenue from tariffs in the long run: {t.target} {target} a year, {t.sender} {sender}.",
        apart(t),
        *_helps(t),
    ]


def _over_sets(t: Parties) -> list[str]:
    """How far the sets of elasticities lie apart."""
    if not (sets := t.along("elasticities")):
        return []
    (low, high), (least, most) = (
        (-row["high"], -row["low"])
        for h in HORIZONS
        for row in [t.findings.row("real_income", horizon=h, item="targets", **HEADLINE)]
    )
    own = t.loss("targets", LONG)
    end = ", the highest of them" if own >= high * (1 - 1e-9) else ""
    end = ", the lowest of them" if own <= low * (1 + 1e-9) else end
    median = words.number(-t.of("real_income_median", LONG, item="targets"))
    text = (
        f"Over {len(sets)} sets of elasticities {t.target} {does(t.target, 'lose')} "
        f"{words.number(low)} to {words.number(high)} % in the long run, median {median} %, and {words.number(least)} to "
        f"{words.number(most)} % in the short run; {t.economy.about.elasticities}, used above, gives "
        f"{words.number(own)} %{end}."
    )
    if all((row[f"{HORIZONS[LONG]}, {RATIO}"] or 0) > 0 for row in sets.values()):
        ratio = t.findings.row("loss_ratio", horizon=LONG, **HEADLINE)
        text += (
            " For each dollar that the sender loses in the long run the target loses "
            f"{words.number(ratio['low'])} to {words.number(ratio['high'])}."
        )
    return [text]


def _sides_said(t: Parties, h: str) -> str:
    text = f"{_loses(t, t.target, 'targets', h)}, {_loses(t, t.sender, 'senders', h)}"
    if t.money("senders", h) > 0 and t.money("targets", h) > 0:
        ratio = t.of("loss_ratio", h)
        text += f"; the target loses {words.number(ratio)} dollars for each that the sender loses"
    return f"{text}."


def _loses(t: Parties, who: str, item: str, h: str) -> str:
    """What a side loses: of real income, or of what it earns where the rule for deficits moves real income itself."""
    percent, usd = t.loss(item, h), t.money(item, h)
    transfer = t.of("transfer_effect", h, item=item)
    moved = f"{_loses_or_gains(who, percent)} of real income ({words.money(abs(usd))} a year)"
    if not earned_leads(percent, transfer):
        return f"{who} {moved}"
    earned = -t.of("real_earned_income", h, item=item)
    return (
        f"{who} {_loses_or_gains(who, earned)} of real earned income (the rule for trade deficits "
        f"{'adds' if transfer > 0 else 'takes'} {words.number(abs(transfer))} % of income, which nobody earned, and "
        f"with it {moved})"
    )


def _loses_or_gains(who: str, loss: float) -> str:
    verb = does(who, "lose" if loss >= 0 else "gain")
    return f"{verb} {words.number(abs(loss))} %"


def _winners(t: Parties) -> list[str]:
    found = {region: row for region, row in t.along("region").items() if region not in t.side}
    usd, percent = (f"{HORIZONS[LONG]}, {head}" for head in (BILLION, PERCENT))
    best = [
        f"{t.names.say_region(r)} ({words.percent(-found[r][percent])}, {words.money(-1e3 * found[r][usd])})"
        for r in sorted(found, key=lambda r: found[r][usd])[:3]
        if found[r][usd] < 0
    ]
    return [f"Third parties that gain most in the long run: {joined(best)}."] if best else []


def _worst(t: Parties) -> list[str]:
    of = f"{HORIZONS[LONG]}, {THEIRS}"
    losses = {k: loss for k, row in t.along("sector").items() if (loss := row[of]) is not None}
    if len(losses) < 2:
        return []
    worst, total = max(losses, key=losses.__getitem__), sum(losses.values())
    name, most = inside(t.economy.sector_name(worst)), words.number(losses[worst])
    share = f", of {words.number(total)} % that the sectors sum to" if total > 0 else ""
    return [f"The sector whose cut alone costs the target most is {name}: {most} %{share}."]


def apart(t: Parties) -> str:
    """Where the closed forms part from the exact answer, and why."""
    power, slope = (-t.of(key, LONG, item="targets") for key in ("power", "first_order_cut"))
    exact, turnover = t.loss("targets", LONG), t.findings.value("turnover")
    its_own = "their" if several(t.target) else "its"
    text = (
        f"Clayton, Maggiori and Schreger's power is a loss of {words.number(power)} %, the exact one "
        f"{words.number(exact)} %: the closed form holds wages and other prices where they are and does not follow "
        f"dearer inputs to their users, while {t.target} {does(t.target, 'spend')} {words.number(turnover, 2)} "
        f"times {its_own} income, inputs included."
    )
    if slope <= 0 or exact <= 0:
        return text
    more = 100 * (exact / slope - 1)
    text += f" The first order gives {words.number(slope)} %"
    if more > 0:
        text += f"; the exact loss is {words.number(more, 2)} % larger, since each further product lost hurts more"
    return f"{text}."


def relieves(relief: Row) -> bool:
    """Whether a policy pays for itself, and does so because of the cut: it would pay less without it."""
    without = relief["relief_without_cut"]
    pays = relief["relief_net"] > 0
    return bool(pays and (without is None or relief["relief_per_dollar"] > without + WORTH_MORE))


def _helps(t: Parties) -> list[str]:
    if not (found := t.reliefs()):
        return []
    best = next(filter(relieves, found), None)
    if best is None:
        return ["No policy of the table pays for itself because of the cut."]
    gain, cost = words.money(best["relief_net"]), words.money(best["relief_cost"])
    said = f"{t.policy(best)} brings the target {gain} net for {cost}"
    held = (
        " A stock is taken to be bought from the sender, at the prices after the cut: it must be laid in before."
        if best["measure"] == "stock"
        else ""
    )
    return [f"Counter-coercion in the short run: {said}, the largest net gain.{held}"]
