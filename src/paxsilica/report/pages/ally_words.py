"""What was found of an alliance, in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from paxsilica.analysis.alliance.layers import RAW_YEAR
from paxsilica.analysis.alliance.roster import MEMBER_ALREADY
from paxsilica.analysis.effects import earned_leads
from paxsilica.findings import Numbers
from paxsilica.horizon import LONG_RUN, Horizon
from paxsilica.names import does, inside, joined, several
from paxsilica.names.products import hs_names
from paxsilica.questions.question import Answer
from paxsilica.report import words

TOGETHER, MEMBERS = "together", "members"


class AllyTold:
    """The findings of an alliance, and what is asked, in words.

    Attributes:
        alliance, added, adversary, rivals: readable names; empty where nobody is named.
        who, chain: who is in, and whose layers are covered. kinds: of value. year: of the money.
        sets: names of the sets of elasticities; none where there is one only.
        joining: blocs whose joining has a band over sets of elasticities.
    """

    def __init__(self, answer: Answer) -> None:
        asked, names = answer.question.model_dump(), answer.names
        self.answer, self.findings = answer, answer.findings
        self.names, self.economy = names, names.table
        self.horizon, self.kinds = Horizon.parse(asked["horizon"]), tuple(asked["value"])
        self.alliance, self.added, self.adversary, self.rivals = (
            names.say(asked[field], inside=True)
            for field in ("members", "add", "against", "rivals")
        )
        self.who, self.chain = answer.attachments["alliance"], answer.attachments["chain"]
        self.together = f"{self.alliance} with {self.added}" if self.added else self.alliance
        self.year = str(self.economy.about.year or "the baseline")
        of_sets = {"measure": self.kinds[0], "scenario": TOGETHER}
        self.sets = tuple(self.by_set("alliance_worth", **of_sets))
        brought = self.along("join_preference", "region", elasticities=None)
        self.joining = tuple(brought) if self.sets else ()

    def of(self, variable: str, **where: str | None) -> float:
        return self.findings.value(variable, **where)

    def along(self, variable: str, dimension: str, **where: str | None) -> dict[str, float]:
        """Label -> number of a variable all of whose numbers are known."""
        found = self.findings.along(variable, dimension, **where)
        return {label: value for label, value in found.items() if value is not None}

    def worth(self, kind: str, who: str = TOGETHER, transfer: bool = False) -> float:
        key = "worth_transfer" if transfer else "alliance_worth"
        return self.of(key, measure=kind, scenario=who, elasticities=None)

    def by_set(self, variable: str, **where: str | None) -> dict[str, float]:
        """Under each set of elasticities."""
        return self.along(variable, "elasticities", **where)

    def over_sets(self, variable: str, **where: str | None) -> Numbers:
        return np.array([*self.by_set(variable, **where).values()])

    def covered(self, who: str) -> dict[str, float]:
        """Layer -> share of the world's output, %."""
        return self.along("coverage", "item", scenario=who)

    def moves(self, who: str, move: str) -> dict[str, float]:
        """Bloc -> gain by leaving or joining, the largest first."""
        gains = self.along("move_gain", "region", scenario=who, item=move)
        return dict(sorted(gains.items(), key=lambda found: -found[1]))

    def gains(self, who: str, gain: float) -> bool:
        """Whether a gain by a move is more than none."""
        return gain > self.of("indifference", scenario=who)

    def name(self, bloc: str) -> str:
        """A bloc as it stands inside a sentence: `the United States`, `Qatar`, `the European Union`."""
        return "the European Union" if bloc == "EU" else self.names.say_region(bloc)

    def title(self, bloc: str) -> str:
        """A bloc as it stands in a table."""
        return self.name(bloc).removeprefix("the ")


def bar(label: str, value: float, says: str, unit: float = 1.0) -> dict[str, Any]:
    """A row of a chart: million USD, drawn in `unit`."""
    tip = f"{says}: {words.signed_money(value)}"
    return {"label": label, "value": value / unit, "text": words.signed(value), "tip": tip}


def basis(t: AllyTold) -> tuple[str, ...]:
    """What the numbers rest on."""
    e = t.economy
    adjusted = (
        ", everything has adjusted"
        if t.horizon == LONG_RUN
        else " (about the first year), sluggish trade"
    )
    return (
        f"{e.about.title}; {t.horizon}{adjusted}; trade elasticities: {e.about.elasticities}. Money is million USD of "
        f"{t.year} a year.",
        f"Critical goods: {joined([e.sector_name(sector) for sector in t.who['critical']], 12)}.",
        "Signs: a gain is positive, a loss or cost negative; leverage is the adversary's loss and positive where "
        "it loses. Zero is a real zero, but of coverage, where no source names any; an empty cell is not known.",
    )


def ally_summary(t: AllyTold) -> list[str]:
    """What a reader must know, most important first."""
    joins = t.joining
    lines = [note.text for note in t.answer.notes if note.name == MEMBER_ALREADY]
    lines += [_worth(t, kind) for kind in t.kinds]
    lines += [_layers_held(t), _exported(t), *(_own(t, bloc) for bloc in joins)]
    lines += [_levels(t, bloc, len(joins) > 1) for bloc in joins]
    lines += [_leaving(t), _joins(t) if t.who["added_blocs"] else ""]
    lines += [_payments(t), _core(t), *_facing(t)]
    limits = ["cuts of services and tariffs after 2024 are not modelled", _chain_limits(t.chain)]
    outside = [t.name(country) for country in t.who["outside"]]
    if outside:
        count = "counts" if len(outside) == 1 else "count"
        limits.append(
            f"{joined(outside)} {count} in coverage alone, inside the rest of the world of the table"
        )
    lines.append(f"Limits: {'; '.join(limits)}.")
    disputed = [note for note in t.answer.notes if note.name.endswith(".disputed")]
    lines += [f"Disputed membership: {note.text}." for note in disputed]
    return [line for line in lines if line]


def years_of(chain: Mapping[str, Any]) -> str:
    """`2019 to 2025`: how old the shares of a chain are."""
    years = chain["years"] or ["no year"]
    return " to ".join(map(str, dict.fromkeys([years[0], years[-1]])))


def _chain_limits(chain: Mapping[str, Any]) -> str:
    """How old the shares of the chain are, and of which stages they go by the seat of the firm."""
    seats = chain["by_seat"]
    by_seat = f", at {seats} of {chain['dated_stages']} stages by seat of the firm (chips: 2019)"
    return f"shares of {chain['name']} are of {years_of(chain)}{by_seat if seats else ''}"


def _worth(t: AllyTold, kind: str) -> str:
    money, own = words.money, t.along("bloc_own", "region", measure=kind)
    gain, transfer = t.worth(kind), t.worth(kind, transfer=True)
    worth, many = money(gain), len(own) > 1
    said = [f"{money(t.worth(kind, MEMBERS))} without {t.added}"] if t.who["added_blocs"] else []
    if t.sets:
        ends = t.over_sets("alliance_worth", measure=kind, scenario=TOGETHER)
        low, high = money(ends.min()), words.number(ends.max() / 1e3)
        said.append(f"{low} to {high} billion over {len(ends)} sets of elasticities")
    added = f" ({'; '.join(said)})" if said else ""
    if kind == "leverage":
        who, they = ("all of them", "those who cut") if many else ("it", "it")
        cost = sum(own.values())
        lost = sum(t.along("bloc_own_transfer", "region", measure=kind).values())
        return (
            f"If {who} sold {t.adversary} no critical goods, {t.adversary} would lose {worth} a year{added}; "
            f"{they} would {'lose' if cost < 0 else 'gain'} {money(abs(cost))}."
            + _apart_from_lent(t, t.adversary, -gain, -transfer, t.who["against"])
            + _apart_from_lent(t, they if many else t.together, cost, lost, own)
        )
    if not many:
        return ""
    earned = _apart_from_lent(t, "its members", gain, transfer, own)
    if kind == "preference":
        return f"Goods free of tariffs among {t.together} are worth {worth} a year to its members{added}.{earned}"
    are = "are" if several(t.added) else "is"
    cut_too = f"; {t.added} {are} cut off in both" if t.who["added_blocs"] else ""
    return (
        f"Should {t.adversary} sell none of them critical goods, trading these free of tariffs among themselves "
        f"wins back {worth} a year{added}, of what that cut costs them{cut_too}.{earned}"
    )


def _apart_from_lent(
    t: AllyTold, who: str, gain: float, transfer: float, regions: Iterable[str]
) -> str:
    """A sentence on what is earned of a gain, where the rule for trade deficits moves real income itself."""
    income = sum(t.of("income", region=region) for region in regions)
    if not earned_leads(100 * gain / income, 100 * transfer / income):
        return ""
    return (
        f" In real earned income that is {words.signed_money(gain - transfer)} a year for {who}; the rule for trade "
        f"deficits {'adds' if transfer > 0 else 'takes'} {words.money(abs(transfer))}, which nobody earned."
    )


def _layers_held(t: AllyTold) -> str:
    before, after = t.covered(MEMBERS), t.covered(TOGETHER)
    shares = {layer: f"{words.number(share)} %" for layer, share in after.items()}
    weak, strong = (pick(after, key=after.__getitem__) for pick in (min, max))
    if not t.added:
        return (
            f"Of the world's output {t.alliance} {does(t.alliance, 'hold')} most of {strong} ({shares[strong]}), least "
            f"of {weak} ({shares[weak]})."
        )
    gain = {layer: after[layer] - before[layer] for layer in after}
    best = [
        f"{layer} (+{words.number(gain[layer], 2)} points, to {shares[layer]})"
        for layer in sorted(gain, key=lambda layer: -gain[layer])[:3]
        if gain[layer] > 0
    ]
    add = does(t.added, "add")
    if not best:
        return f"{words.sentence(t.added)} {add} nothing to the output of any layer that has country data."
    nothing = [layer for layer in gain if gain[layer] == 0]
    none = f"; in {joined(nothing)} no source names it" if nothing else ""
    return f"By layer {t.added} {add} most to {joined(best)}{none}. Weakest together: {weak} ({shares[weak]})."


def _exported(t: AllyTold) -> str:
    before, after = (t.of("export_share_mean", scenario=who) for who in (MEMBERS, TOGETHER))
    was, now = (t.along("export_share", "product", scenario=who) for who in (MEMBERS, TOGETHER))
    text = f"Of world exports of {len(now)} raw materials in {RAW_YEAR} they hold {after:.1f} % on average"
    if not t.added:
        return f"{text}."
    gain = {code: now[code] - was[code] for code in now}
    most = [code for code in sorted(gain, key=lambda code: -gain[code])[:4] if gain[code] > 0.5]
    best = joined([f"{inside(hs_names()[code])} ({gain[code]:.0f} points)" for code in most])
    tail = f"; most in {best}." if best else "."
    return f"{text}, {before:.1f} % without {t.added}{tail}"


def _span(values: Numbers) -> str:
    return f"USD {words.signed(values.min())} to {words.signed(values.max())} million"


def _own(t: AllyTold, bloc: str) -> str:
    each, cost = (t.over_sets(f"join_{key}", region=bloc) for key in ("preference", "embargo"))
    income, middle = t.of("income", region=bloc), float(np.median(each))
    clear = f"gains under {(each > 0).sum()} of {len(each)} sets of elasticities"
    clear = "gains" if each.min() > 0 else "loses" if each.max() < 0 else clear
    return (
        f"{words.sentence(t.name(bloc))} itself {clear} from free trade of goods with the members: {_span(each)} "
        f"a year over {len(each)} sets of trade elasticities, median {words.signed(middle)} "
        f"({words.signed(100 * middle / income)} % of its income). Joining the cut of critical goods: {_span(cost)}."
        + _own_earned(t, bloc, "preference", "free trade", each)
        + _own_earned(t, bloc, "embargo", "the cut", cost)
    )


def _own_earned(t: AllyTold, bloc: str, key: str, what: str, gains: Numbers) -> str:
    """What is earned of a newcomer's gain over sets of elasticities, where the transfer matters in the middle of them."""
    transfer, income = t.over_sets(f"join_{key}_transfer", region=bloc), t.of("income", region=bloc)
    if not earned_leads(*(100 * float(np.median(x)) / income for x in (gains, transfer))):
        return ""
    return (
        f" In real earned income {what} is {_span(gains - transfer)}; the rule for trade deficits adds or takes the "
        "rest, which nobody earned."
    )


def _levels(t: AllyTold, bloc: str, one_of_many: bool) -> str:
    cost, exposure = (-t.over_sets(f"join_{key}", region=bloc) for key in ("cost", "exposure"))
    who = f", with {t.names.name(bloc)} alone added" if one_of_many else ""

    def span(values: Numbers) -> str:
        return f"{words.money(values.min())} to {words.number(values.max() / 1e3)} billion"

    return (
        f"Over the {len(cost)} sets of elasticities{who}, cutting {t.adversary} off costs those who do "
        f"{span(cost)}; when {t.adversary} {does(t.adversary, 'cut')} them off, they lose {span(exposure)}."
    )


def _leaving(t: AllyTold) -> str:
    who, among = (TOGETHER, t.together) if t.who["added_blocs"] else (MEMBERS, t.alliance)
    gone = [
        f"{t.name(bloc)} ({words.money(gain)})"
        for bloc, gain in t.moves(who, "leaves").items()
        if t.gains(who, gain)
    ]
    if not gone:
        return (
            f"Nobody gains by leaving free trade among {among}, under the baseline's elasticities."
        )
    return (
        f"By leaving free trade among {among}, everybody else staying, these gain under the baseline's elasticities: "
        f"{joined(gone)}. Other sets may say otherwise."
    )


def _joins(t: AllyTold) -> str:
    said = []
    for wins, verb in ((True, "gain"), (False, "do not gain")):
        who = [
            f"{t.name(bloc)} ({words.signed_money(gain)})"
            for bloc, gain in t.moves(MEMBERS, "joins").items()
            if t.gains(MEMBERS, gain) is wins
        ]
        if who:
            said.append(f"by free trade alone these {verb} from joining: {joined(who)}")
    counts = [
        f"{t.name(bloc)} gains under {(t.over_sets('join_preference', region=bloc) > 0).sum()} of {len(t.sets)} sets"
        for bloc in t.joining
    ]
    more = f"; {joined(counts)}" if counts else ""
    return words.sentence("; ".join(said)) + f" (under the baseline's elasticities{more})."


def _payments(t: AllyTold) -> str:
    paid = t.along("side_payment", "region")
    if len(paid) < 2:
        return ""
    pays, gets = (pick(paid, key=paid.__getitem__) for pick in (min, max))
    return (
        "So that the joint cut of critical goods changes the real income of every bloc alike, by "
        f"{words.percent(t.of('shared_real_income'))}, {t.name(pays)} would pay most "
        f"({words.money(-paid[pays])} a year) and {t.name(gets)} receive most ({words.money(paid[gets])})."
    )


def _core(t: AllyTold) -> str:
    if not t.findings.select("least_core", measure="preference").blocks:
        return ""
    epsilon = words.money(abs(t.of("least_core", measure="preference")))
    if t.of("core_is_empty", measure="preference"):
        return (
            "Even with side payments, no division of the gains from free trade keeps every group of members from "
            f"doing better by itself, were the others then to have no deal (the core is empty; {epsilon} a group "
            "would be short)."
        )
    return (
        "With side payments the gains from free trade can be divided so that no group of members does better by "
        f"itself, were the others then to have no deal (the core is not empty, by {epsilon} a group)."
    )


def _facing(t: AllyTold) -> list[str]:
    what = {
        "preference": f"the worth of free trade within {t.together}",
        "leverage": f"the loss of {t.adversary} by the joint cut",
        "resilience": f"what free trade saves {t.together} when cut off",
    }
    own = t.along("rivals_own_effect", "measure")
    return [
        f"If {t.rivals} trade goods free of tariffs among themselves, {what[kind]} changes by "
        f"{words.signed_money(facing - t.worth(kind))}, and the members' income by {words.signed_money(own[kind])}."
        for kind, facing in t.along("worth_facing_rivals", "measure").items()
    ]
