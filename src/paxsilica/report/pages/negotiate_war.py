"""The page of one government alone, or of a tariff war."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter

from paxsilica.analysis.negotiation.talks import UNCERTIFIED
from paxsilica.names import joined
from paxsilica.report import words
from paxsilica.report.charts.world_map import world_map
from paxsilica.report.pages.coerce_matrix import proof
from paxsilica.report.pages.negotiate_duties import (
    NOT_ADVICE,
    bounds,
    evened,
    rates_table,
    sets,
    who_gains,
)
from paxsilica.report.pages.negotiate_view import Meeting
from paxsilica.report.report import Number, Report, Section, Table, columns


def war_report(m: Meeting) -> Report:
    alone = len(m.who) == 1
    scenario = "optimum" if alone else "war"
    everybody = joined(m.who.values())
    among = " one another" if m.asked["among"] else " everybody"
    title = (
        f"The duties that suit {everybody} best"
        if alone
        else f"A tariff war of {everybody}{': no one of them gains by another duty' * _is_certified(m)}"
    )
    each = "; ".join(
        f"{m.who[name]} would charge {m.mean(name, scenario)} on average, where {m.mean(name, 'standing')} stands, and "
        f"{m.gains(name, scenario=scenario)}"
        for name in m.who
    )
    answers = f" if nobody answered{_answered_how(m)}" if alone else ""
    lead = (
        f"Setting the duties that raise its own real income most{answers}, {each}."
        if alone
        else f"If each set the duties on{among} that suit it best, given those of the others, and everybody else kept "
        f"its own, {each}."
    )
    return Report(
        m.answer,
        kind="negotiation",
        title=words.sentence(title),
        lead=words.sentence(lead),
        numbers=[*_war_numbers(m, scenario)],
        why=_why_war(m, scenario),
        understood=[_not_advice(m), *evened(m), *m.lent(scenario), *m.understood],
        picture=lambda: who_gains(m),
        sections=lambda: [*_war_sections(m, scenario)],
        proof=(*_certificate(m), *proof(m.answer)),
        screen=rates_table(m, scenario),
    )


def _is_certified(m: Meeting) -> bool:
    return not any(note.name == UNCERTIFIED for note in m.answer.notes)


def _not_advice(m: Meeting) -> str:
    alone = len(m.who) == 1 and m.asked["retaliation"] is None
    return NOT_ADVICE.format(but="; nobody answers here" * alone)


def _answered_how(m: Meeting) -> str:
    """How others answer, where they do."""
    rule = m.asked["retaliation"]
    if rule is None:
        return ""
    most = "" if rule == "reciprocal" else f", {rule} at most"
    return f" otherwise than by as many points on the same sector{most}"


def _war_numbers(m: Meeting, scenario: str) -> Iterator[Number]:
    for name, who in m.who.items():
        again = _again(m, name, scenario)
        yield m.number(f"Real income of {who}", name, scenario=scenario)
        yield Number(
            f"Mean duty of {who}",
            m.mean(name, scenario),
            again,
            f"{m.mean(name, 'standing')} stands",
        )
    if scenario == "war":
        both = {
            s: sum(m.row("real_income_money", name, scenario=s)["value"] for name in m.who)
            for s in ("war", "together")
        }
        yield Number(
            "All together: from this war to duties that suit their sum best",
            f"{words.signed_money(both['together'] - both['war'])} a year",
        )
    worst, change = _hit_hardest(m, scenario)
    yield Number(f"Loses most of all others: {worst}", words.percent(change))


def _again(m: Meeting, name: str, scenario: str) -> str:
    """Over which range the mean duty moves when the game is played under every set."""
    each = m.findings.along("tariff_mean", "elasticities", item=name, scenario=scenario)
    known = [value for value in each.values() if value is not None]
    if len(known) < 2:
        return ""
    return f"{words.percent_range(known, words.number)} if decided under other elasticities"


def _why_war(m: Meeting, scenario: str) -> str:
    worst, _ = _hit_hardest(m, scenario)
    ends = (
        "A duty makes foreigners take less for what they sell and raises wages at home against theirs, until the trade "
        "that it destroys costs as much: about one over the trade elasticity"
    )
    return f"{ends}. Others pay, {worst} most."


def _hit_hardest(m: Meeting, scenario: str) -> tuple[str, float]:
    own = {region for regions in m.regions.values() for region in regions}
    each = m.findings.along("real_income", "region", scenario=scenario, elasticities=None)
    others = {r: v for r, v in each.items() if r not in own and v is not None}
    worst, change = min(others.items(), key=itemgetter(1), default=("", 0.0))
    return m.names.say_region(worst) if worst else "nobody", change


def _war_sections(m: Meeting, scenario: str) -> Iterator[Section]:
    yield Section("duties", "Duties", bounds(m), (), rates_table(m, scenario))
    change = m.findings.along("real_income", "region", scenario=scenario, elasticities=None)
    known = {region: value for region, value in change.items() if value is not None}
    note = f"{m.horizon}; % of real income as it stands; a loss is negative."
    legend = "Change of real income, %"
    e = m.names.table
    picture = world_map("world", "Everybody", e, known, legend, [words.sentence(note)])
    order = dict(sorted(known.items(), key=itemgetter(1)))
    table = Table([{"Region": m.names.name(r), legend: v} for r, v in order.items()])
    yield Section("regions", "Every country", (), [picture] if picture else (), table)
    yield from sets(m, scenario)
    yield Section("proof", "Why this is an equilibrium", _certificate(m), (), _proof_table(m))


def _certificate(m: Meeting) -> list[str]:
    if not m.findings.select("searches").blocks:
        return []
    of = {"scenario": None}
    found, searches = (int(m.findings.value(key, **of)) for key in ("equilibria_found", "searches"))
    one = (
        "one and the same" if found == 1 else f"{found} different ones, of which the first is shown"
    )
    step = m.findings.value("first_order_gap", **of)
    gap = max(v or 0.0 for v in m.findings.along("reply_gap", "item").values())
    return [
        f"{searches} searches from different duties found {one}. The largest step any duty would still take is "
        f"{step:.0e} of log(1 + duty); best replies searched anew differ by {gap:.0e} percentage points at most."
    ]


def _proof_table(m: Meeting) -> Table:
    found = columns(m.answer, "item", "reply_gap", "reply_gain", "tariff_bend")
    note = "Second-order condition: below zero at a maximum."
    return Table([{"Government": m.title(name), **of} for name, of in found.items()], note)
