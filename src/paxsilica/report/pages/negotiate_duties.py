"""What the pages of a war and of bargains share: the duties set, who gains, and the same under other elasticities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paxsilica.analysis.negotiation.talks import SCENARIOS
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.dots import ranges
from paxsilica.report.charts.theme import HUES, Figure
from paxsilica.report.pages.negotiate_view import Meeting
from paxsilica.report.report import Section, Table

NOT_ADVICE = (
    "A duty that wins here takes from others: it lowers what they are paid. The model has no profits, no politics and no "
    "cost of a broken rule, and who does not play keeps the duties that stand{but}."
)
"""`but`: what else the reader would get wrong."""


COLOURS = dict(zip(SCENARIOS, HUES, strict=False))


def evened(m: Meeting) -> Iterator[str]:
    """What coarse duties do by themselves."""
    usual = "full" if m.answer.attachments["mode"] == "talks" else "partner"
    detail = m.asked["detail"] or usual
    if detail != "full":
        what = {"uniform": "all", "partner": "each partner", "sector": "each sector"}[detail]
        yield f"One duty is set on {what}: a part of any change comes from evening out duties that differ today."


def who_gains(m: Meeting) -> Figure:
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


def sets(m: Meeting, scenario: str) -> Iterator[Section]:
    if m.sets:
        note = "The same duties, a dot for each set of trade elasticities, a tick at the median; a loss is negative."
        rows, axis = m.over_sets(scenario=scenario), "Change of real income, %"
        heads = ("Government", "Trade elasticities")
        picture = ranges(
            "sets", f"Under other elasticities: {SCENARIOS[scenario]}", rows, axis, [note], heads
        )
        yield Section("sets", "Other elasticities", figures=[picture])


def bounds(m: Meeting) -> list[str]:
    low, high = (100 * m.asked[name] for name in ("lowest", "highest"))
    ceiling = "; none above what stands" * bool(m.asked["bound"])
    said = f"Bounds of a duty: {low:g} % to {high:,.0f} %{ceiling}."
    return [
        said,
        "A duty without a partner is on all; without a sector on all of those asked about.",
    ]


def rates_table(m: Meeting, scenario: str) -> Table:
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
