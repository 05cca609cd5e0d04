"""The page of `pax negotiate`: a best reply or a war, bargains, or the ladder of a deal."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from paxsilica.analysis.negotiation.talks import SCENARIOS, UNCERTIFIED
from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.dots import ranges, scatter
from paxsilica.report.charts.lines import lines
from paxsilica.report.charts.theme import HUES, Figure
from paxsilica.report.charts.world_map import world_map
from paxsilica.report.pages.coerce_matrix import proof
from paxsilica.report.pages.negotiate_deal import deal_report
from paxsilica.report.pages.negotiate_list import list_sections
from paxsilica.report.pages.negotiate_view import Meeting
from paxsilica.report.report import Number, Report, Section, Table, columns

NOT_ADVICE = (
    "A duty that wins here takes from others: it lowers what they are paid. The model has no profits, no politics and no "
    "cost of a broken rule, and who does not play keeps the duties that stand{but}."
)
"""`but`: what else the reader would get wrong."""

COLOURS = dict(zip(SCENARIOS, HUES, strict=False))


def report(answer: Answer) -> Report:
    """The page of what was played."""
    m = Meeting(answer)
    mode = answer.attachments["mode"]
    if mode == "deal":
        return deal_report(m)
    return _talks(m) if mode == "talks" else _war(m)


# ---- one alone, or a war -----------------------------------------------------------------------------


def _war(m: Meeting) -> Report:
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
        understood=[_not_advice(m), *_evened(m), *m.lent(scenario), *m.understood],
        picture=lambda: _who_gains(m),
        sections=lambda: [*_war_sections(m, scenario)],
        proof=(*_certificate(m), *proof(m.answer)),
        screen=_rates_table(m, scenario),
    )


def _is_certified(m: Meeting) -> bool:
    return not any(note.name == UNCERTIFIED for note in m.answer.notes)


def _not_advice(m: Meeting) -> str:
    alone = len(m.who) == 1 and m.asked["retaliation"] is None
    return NOT_ADVICE.format(but="; nobody answers here" * alone)


def _evened(m: Meeting) -> Iterator[str]:
    """What coarse duties do by themselves."""
    usual = "full" if m.answer.attachments["mode"] == "talks" else "partner"
    detail = m.asked["detail"] or usual
    if detail != "full":
        what = {"uniform": "all", "partner": "each partner", "sector": "each sector"}[detail]
        yield f"One duty is set on {what}: a part of any change comes from evening out duties that differ today."


def _power(m: Meeting) -> str:
    """Who has how much bargaining power."""
    power = 100 * m.asked["power"]
    if power == 50:
        return ", with equal power"
    first = next(iter(m.who.values())) if len(m.who) == 2 else "the first of each pair"
    return f", with {power:g} % of the power in the hands of {first}"


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


def _hit_hardest(m: Meeting, scenario: str) -> tuple[str, float]:
    own = {region for regions in m.regions.values() for region in regions}
    each = m.findings.along("real_income", "region", scenario=scenario, elasticities=None)
    others = {r: v for r, v in each.items() if r not in own and v is not None}
    worst, change = min(others.items(), key=itemgetter(1), default=("", 0.0))
    return m.names.say_region(worst) if worst else "nobody", change


def _why_war(m: Meeting, scenario: str) -> str:
    worst, _ = _hit_hardest(m, scenario)
    ends = (
        "A duty makes foreigners take less for what they sell and raises wages at home against theirs, until the trade "
        "that it destroys costs as much: about one over the trade elasticity"
    )
    return f"{ends}. Others pay, {worst} most."


def _who_gains(m: Meeting) -> Figure:
    rows = [
        {
            "label": m.title(name),
            "kind": SCENARIOS[scenario],
            "value": row["value"],
            "text": words.signed(row["value"]),
            "tip": f"{m.title(name)}, {SCENARIOS[scenario]}: {words.percent(row['value'])}",
        }
        for name in m.who
        for scenario in m.played
        for row in [m.row("real_income", name, scenario=scenario)]
    ]
    together = " Cooperation: duties that suit the sum of all named best." * (
        "together" in m.played
    )
    note = f"% of own real income as it stands, {m.horizon}; a loss is negative.{together}"
    colours = {SCENARIOS[s]: COLOURS[s] for s in m.played}
    axis, heads = "Change of real income, %", ("Government", "What is played")
    title = "Who gains, who loses"
    grouped = len(m.played) > 1
    return bars("gains", title, rows, axis, [note], colours, grouped=grouped, heads=heads)


def _war_sections(m: Meeting, scenario: str) -> Iterator[Section]:
    yield Section("duties", "Duties", _bounds(m), (), _rates_table(m, scenario))
    change = m.findings.along("real_income", "region", scenario=scenario, elasticities=None)
    known = {region: value for region, value in change.items() if value is not None}
    note = f"{m.horizon}; % of real income as it stands; a loss is negative."
    legend = "Change of real income, %"
    e = m.names.table
    picture = world_map("world", "Everybody", e, known, legend, [words.sentence(note)])
    order = dict(sorted(known.items(), key=itemgetter(1)))
    table = Table([{"Region": m.names.name(r), legend: v} for r, v in order.items()])
    yield Section("regions", "Every country", (), [picture] if picture else (), table)
    yield from _sets(m, scenario)
    yield Section("proof", "Why this is an equilibrium", _certificate(m), (), _proof_table(m))


def _sets(m: Meeting, scenario: str) -> Iterator[Section]:
    if m.sets:
        note = "The same duties, a dot for each set of trade elasticities, a tick at the median; a loss is negative."
        rows, axis = m.over_sets(scenario=scenario), "Change of real income, %"
        heads = ("Government", "Trade elasticities")
        picture = ranges(
            "sets", f"Under other elasticities: {SCENARIOS[scenario]}", rows, axis, [note], heads
        )
        yield Section("sets", "Other elasticities", figures=[picture])


def _bounds(m: Meeting) -> list[str]:
    low, high = (100 * m.asked[name] for name in ("lowest", "highest"))
    ceiling = "; none above what stands" * bool(m.asked["bound"])
    said = f"Bounds of a duty: {low:g} % to {high:,.0f} %{ceiling}."
    return [
        said,
        "A duty without a partner is on all; without a sector on all of those asked about.",
    ]


def _rates_table(m: Meeting, scenario: str) -> Table:
    """Duties that stand and that are set, each government's largest partners first."""
    heads = {
        s: m.unit("tariff_set", words.sentence(SCENARIOS.get(s, "stands")))
        for s in ("standing", scenario)
    }
    rows: dict[tuple[str, ...], dict[str, Any]] = {}
    for s, said in heads.items():
        for row in m.findings.select("tariff_set", scenario=s).rows():
            key = row["item"], row["partner"], row["sector"]
            rows.setdefault(key, {})[said] = row["value"]
    shown = [
        {
            "Government": m.title(item),
            "On": m.who.get(partner) or (m.names.name(partner) if partner else "all"),
            "Sector": m.names.table.sector_name(sector) if sector else "all asked about",
            **of,
        }
        for (item, partner, sector), of in rows.items()
    ]
    return Table(shown, "Duties in %; what stands is the mean weighted by trade.", most=12)


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


# ---- bargains ----------------------------------------------------------------------------------------


def _talks(m: Meeting) -> Report:
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
            *_evened(m),
            *m.lent("bargain"),
            *m.understood,
        ],
        picture=lambda: _frontier(m) if len(m.who) == 2 else _who_gains(m),
        sections=lambda: [*_talk_sections(m)],
        proof=proof(m.answer),
        screen=_talk_table(m),
    )


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
    yield Section("duties", "Duties", _bounds(m), (), _rates_table(m, "bargain"))
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
    yield Section("outcomes", "No deal, war, bargain", (), [_who_gains(m)], _talk_table(m))
    yield from _sets(m, "bargain")
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
