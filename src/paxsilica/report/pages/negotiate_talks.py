"""The page of bargains."""

from __future__ import annotations

from collections.abc import Iterator

from paxsilica.analysis.negotiation.talks import SCENARIOS
from paxsilica.names import joined
from paxsilica.report import words
from paxsilica.report.charts.dots import scatter
from paxsilica.report.charts.lines import lines
from paxsilica.report.charts.theme import Figure
from paxsilica.report.pages.coerce_matrix import proof
from paxsilica.report.pages.negotiate_duties import (
    COLOURS,
    NOT_ADVICE,
    bounds,
    evened,
    rates_table,
    sets,
    who_gains,
)
from paxsilica.report.pages.negotiate_list import list_sections
from paxsilica.report.pages.negotiate_view import Meeting
from paxsilica.report.report import Number, Report, Section, Table


def talks_report(m: Meeting) -> Report:
    everybody = joined(m.who.values())
    each = "; ".join(
        f"{who} would {m.gains(name, scenario='bargain')} and charge {m.mean(name, 'bargain')} on average, where "
        f"{m.mean(name, 'standing')} stands"
        for name, who in m.who.items()
    )
    threat = m.threat
    how = "" if len(m.who) == 2 else " in pairs, each pair taking what the others agree as given"
    return Report(
        m.answer,
        kind="negotiation",
        title=f"What {everybody} may agree on",
        lead=f"If {everybody} bargained over their duties on one another{how}, with {threat} where they do not agree, "
        f"{each}.",
        numbers=[*_talk_numbers(m)],
        why=_why_talks(m),
        understood=[
            f"The bargain is the one that Nash's rule picks{_power(m)}, not what will be signed. Others keep their duties.",
            *evened(m),
            *m.lent("bargain"),
            *m.understood,
        ],
        picture=lambda: _frontier(m) if len(m.who) == 2 else who_gains(m),
        sections=lambda: [*_talk_sections(m)],
        proof=proof(m.answer),
        screen=_talk_table(m),
    )


def _power(m: Meeting) -> str:
    """Who has how much bargaining power."""
    power = 100 * m.asked["power"]
    if power == 50:
        return ", with equal power"
    first = next(iter(m.who.values())) if len(m.who) == 2 else "the first of each pair"
    return f", with {power:g} % of the power in the hands of {first}"


def _talk_numbers(m: Meeting) -> Iterator[Number]:
    for name, who in m.who.items():
        yield m.number(f"Real income of {who}, bargain", name, scenario="bargain")
    for name, who in m.who.items():
        note = f"mean duty {m.mean(name, 'war')}"
        yield m.number(f"Real income of {who}, tariff war between them", name, note, scenario="war")


def _why_talks(m: Meeting) -> str:
    each = "both" if len(m.who) == 2 else "both of a pair"
    return (
        f"Duties fall as long as one more point off wins the other side more than it costs, {each} weighed by how little "
        "they gain so far; what is left is the part that one side would lose more by than the other wins."
    )


def _frontier(m: Meeting) -> Figure:
    """Gains of both on the frontier, and where threat, war and bargain lie."""
    one, two = m.who
    point = {name: m.findings.along("frontier_gain", "point", item=name) for name in (one, two)}
    spots = [
        ("frontier", f"weight {p} %", "", point[one][p] or 0.0, point[two][p] or 0.0)
        for p in point[one]
    ]
    spots += [
        (
            SCENARIOS[s],
            SCENARIOS[s],
            SCENARIOS[s],
            *(m.row("real_income", name, scenario=s)["value"] for name in (one, two)),
        )
        for s in m.played
    ]
    rows = [
        {
            "x": x,
            "y": y,
            "kind": kind,
            "name": name,
            "label": label,
            "tip": f"{name}: {m.title(one)} {words.percent(x)}, {m.title(two)} {words.percent(y)}",
        }
        for kind, name, label, x, y in spots
    ]
    colours = {"frontier": "#949494"} | {SCENARIOS[s]: COLOURS[s] for s in m.played}
    axes = tuple(f"Change of real income of {m.who[name]}, %" for name in (one, two))
    notes = (
        f"Against what stands, {m.horizon}; a loss is negative. On the frontier no duties make both better off.",
    )
    return scatter(
        "frontier",
        "What both may gain",
        rows,
        (axes[0], axes[1]),
        notes,
        colours,
        ("Point", "Kind"),
    )


def _talk_sections(m: Meeting) -> Iterator[Section]:
    yield Section("duties", "Duties", bounds(m), (), rates_table(m, "bargain"))
    if len(m.who) == 2:
        yield Section("replies", "Best replies", (NOT_ADVICE.format(but=""),), [_replies(m)])
    else:
        pairs = [
            {
                "Government": m.title(row["item"]),
                "With": m.title(row["partner"]),
                m.unit("bargain_gain", "Gain over no deal"): row["value"],
            }
            for row in m.findings.select("bargain_gain").rows()
        ]
        text = (
            "Zero: no duties between these two within the bounds make both better off, so that they keep what stands "
            "without a deal."
        )
        yield Section("pairs", "What each pair is worth", (text,), table=Table(pairs))
    yield Section("outcomes", "No deal, war, bargain", (), [who_gains(m)], _talk_table(m))
    yield from sets(m, "bargain")
    yield from list_sections(m.answer)


def _replies(m: Meeting) -> Figure:
    rows = [
        {"x": float(duty), "value": value, "kind": f"Best duty of {who}"}
        for name, who in m.who.items()
        for duty, value in m.findings.along("best_reply", "point", item=name).items()
    ]
    note = "One duty on all goods of the other. A flat line: what the other charges hardly changes what suits oneself."
    axes = ("Duty that the other charges, %", "Best duty on the other, %")
    return lines("replies", "Best replies", rows, axes, [note])


def _talk_table(m: Meeting) -> Table:
    rows = [
        {
            "Government": m.title(name),
            "What is played": SCENARIOS[s],
            m.unit("real_income", "Real income"): m.row("real_income", name, scenario=s)["value"],
            m.unit("real_income_money", "Real income"): m.row(
                "real_income_money", name, scenario=s
            )["value"],
            m.unit("tariff_mean", "Mean duty"): m.row("tariff_mean", name, scenario=s)["value"],
        }
        for s in m.played
        for name in m.who
    ]
    return Table(rows, "Against what stands; a loss is negative.")
