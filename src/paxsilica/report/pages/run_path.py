"""The page of `pax run --path`: a scenario date by date."""

from __future__ import annotations

import math
from collections.abc import Iterator
from datetime import date
from typing import Any

from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.questions.run_path import STATIC
from paxsilica.report import words
from paxsilica.report.charts.lines import ranged_lines
from paxsilica.report.charts.theme import Figure, Rows
from paxsilica.report.pages.parties import PartiesView
from paxsilica.report.report import Number, Report, Section, Table

NO_STOCKPILING = (
    "Nobody buys ahead of a date: stockpiling before a duty, and the dip that follows it, are not modelled, so that single "
    "quarters around a date will be off."
)
AT_WHICH_AGE = (
    "Every date is an equilibrium with its own certificate. Trade elasticities, labour and inputs have adjusted as far as "
    "measures of that age have been seen to bring them; a sector whose measures came at different times has the mean of "
    "their responses, weighted by what each of them moved."
)
MONEY_OF_DATE = "Money is USD of the date: the model counts in world labour income, which is taken to grow as world GDP."
LAW_NOTES = ("path.before", "path.after")
WAYS = {"before": "without the measures", "after": "with them"}


class PathView(PartiesView):
    """An answer of `pax run --path` with its parts at hand.

    Attributes:
        dates: label -> the year with a fraction. last: the last label. moves: whether anything is ever changed.
    """

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.of: Any = answer.attachments
        days = {stop["date"]: date.fromisoformat(stop["day"]) for stop in self.of["stops"]}
        self.dates = {
            label: day.year + (day.timetuple().tm_yday - 0.5) / 365.25
            for label, day in days.items()
        }
        self.last = next(reversed(self.dates))
        self.moves = bool(self.actors.parties)
        self.law = [n.text for n in answer.notes if n.name in LAW_NOTES]

    def row(self, variable: str, label: str, **of: str | None) -> Any:
        return self.findings.row(variable, date=label, rung=None, **of)

    def worst(self, party: str) -> str:
        """The date on which real income of a party differs most."""
        along = self.findings.along("real_income", "date", region=party, rung=None)
        return max(along, key=lambda label: abs(along[label] or 0.0))


def path_report(answer: Answer) -> Report:
    """The report of a path."""
    v = PathView(answer)
    return Report(
        answer,
        kind="path",
        title=f"{v.of['title']}: the law of each date, {next(iter(v.dates))} to {v.last}",
        lead=_path_lead(v),
        numbers=list(_path_numbers(v)),
        why=NO_STOCKPILING,
        understood=_path_understood(v),
        picture=lambda: _income_lines(v) if v.moves else None,
        sections=lambda: list(_path_sections(v)),
        proof=[
            f"The equations of {len(v.dates)} dates are solved: the largest gap is {answer.solver['residual']:.1e}, "
            f"tolerance {answer.solver['tolerance']:.0e}.",
            f"Baseline digest {answer.solver['economy']}.",
        ],
        screen=_date_table(v) if v.moves else None,
    )


def _path_lead(v: PathView) -> str:
    first = next(iter(v.dates))
    if not v.moves:
        return f"From {first} to {v.last} the scenario changes nothing: no measure is in force on any date."
    said = []
    for party in v.leads[:2]:
        worst = v.worst(party.key)
        at = [_in_date(v, party.key, label) for label in dict.fromkeys([worst, v.last])]
        said.append(f"real income of {v.who(party.key)} {' and '.join(at)}")
    sets = f"; ranges over {v.of['over']}" * bool(v.of["over"])
    law = f". {words.sentence('; '.join(v.law))}" if v.law else ""
    return f"From {first} to {v.last}: {joined(said)}, each against the same date without the measures{sets}{law}."


def _in_date(v: PathView, party: str, label: str) -> str:
    row = v.row("real_income", label, region=party)
    ends = words.ends_of(row)
    within = words.band_after_verb(row["value"], ends) + words.outside(row["value"], ends)
    return f"{words.moves(row['value'])} in {label}" + f" ({within})" * bool(within)


def _path_numbers(v: PathView) -> Iterator[Number]:
    for party in v.leads[:2] if v.moves else ():
        for label in dict.fromkeys([v.worst(party.key), v.last]):
            row, money = (v.row(k, label, region=party.key) for k in ("real_income", "path_income"))
            ends = words.ends_of(row)
            yield Number(
                f"Real income of {v.who(party.key)} in {label}",
                words.percent(row["value"]),
                words.percent_range(ends) if ends else "",
                f"{words.signed_money(money['value'])} a year of that date",
            )
    for flow in v.actors.flows[:2]:
        sides = {"region": flow.exporter, "partner": flow.importer, "sector": v.hit}
        row = v.row("trade_change", v.last, **sides)
        before, after = (
            words.money(v.findings.value("path_trade", date=v.last, scenario=s, **sides))
            for s in WAYS
        )
        goods = v.names.say_sectors(flow.sectors)
        ends = words.ends_of(row)
        yield Number(
            f"Exports of {goods} from {v.who(flow.exporter)} to {v.who(flow.importer, flow.exporter)} in {v.last}",
            words.percent(row["value"]),
            words.percent_range(ends) if ends else "",
            f"{before} → {after} a year of that date",
        )
    age = v.findings.value("path_age", date=v.last)
    if v.moves and math.isfinite(age):
        yield Number(
            f"Mean age of what is in force in {v.last}",
            f"{age / 12:.1f} years",
            note="weighted by what it moves",
        )


def _path_understood(v: PathView) -> list[str]:
    e, known = v.economy, v.of["ahead"]
    foreseen = (
        f"Measures are known {known:g} months before they come, and adjusting begins then."
        if known
        else "No measure is anticipated: adjusting begins on the day on which it is in force."
    )
    grows = (
        "The world grows as the IMF foresees: every date has a world of its own, with economies as large as their GDP."
        if v.of["growth"]
        else f"The world stays as in the {words.baseline(e)}: it does not grow."
    )
    return [
        "The law of each date counts."
        + " ".join(["", *(f"{words.sentence(text)}." for text in v.law)]).rstrip(),
        AT_WHICH_AGE,
        foreseen,
        grows,
        f"{MONEY_OF_DATE} A loss is negative.",
        *v.ranges_told(
            v.of["over"],
            [v.row("real_income", v.last, region=p.key) for p in v.leads] if v.moves else (),
        ),
    ]


def _income_lines(v: PathView) -> Figure:
    """Real income of the first parties with its range."""
    rows: Rows = [
        _point(v, label, v.row("real_income", label, region=party.key), v.who(party.key))
        for party in v.leads
        for label in v.dates
    ]
    title, axes = (
        "Real income against the same date without the measures",
        ("Year", "Change of real income, %"),
    )
    band = [f"Shaded: the range over {v.of['over']}."] * bool(v.of["over"])
    return ranged_lines("path-income", title, rows, axes, ["A loss is negative.", *band])


def _point(v: PathView, label: str, row: Any, kind: str) -> dict[str, Any]:
    point = {
        "x": v.dates[label],
        "period": label,
        "value": row["value"],
        "kind": words.sentence(kind),
    }
    return point | _range_ends(v, row)


def _range_ends(v: PathView, row: Any) -> dict[str, float]:
    """`low` and `high`, the value itself on a date on which nothing moves; nothing where there is no range at all."""
    ends = words.ends_of(row) or (row["value"], row["value"])
    return dict(zip(("low", "high"), ends, strict=True)) if v.of["over"] else {}


def _trade_lines(v: PathView) -> Iterator[Figure]:
    for at, flow in enumerate(v.actors.flows[:2], 1):
        sides = {"region": flow.exporter, "partner": flow.importer, "sector": v.hit}
        rows: Rows = []
        for way, kind in WAYS.items():
            for label in v.dates:
                row = dict(v.row("path_trade", label, scenario=way, **sides))
                for end in {"value", "low", "high"} & {*row}:
                    row[end] = row[end] / 1e3
                rows.append(_point(v, label, row, kind))
        who = f"from {v.who(flow.exporter)} to {v.who(flow.importer, flow.exporter)}"
        title = f"Exports of {v.names.say_sectors(flow.sectors)} {who}"
        yield ranged_lines(
            f"path-trade-{at}",
            title,
            rows,
            ("Year", "Billion USD of the date a year"),
            [MONEY_OF_DATE],
        )


def _path_sections(v: PathView) -> Iterator[Section]:
    if not v.moves:
        return
    yield Section("trade", "Trade that is hit", (), list(_trade_lines(v)))
    yield Section("dates", "Date by date", (), (), _date_table(v))
    if v.of["growth"]:
        told = (
            "Growth makes some economies a larger part of the world, and with them what they sell and buy; it changes what "
            "a measure does only where economies grow at different speeds."
        )
        yield Section("growth", "With growth and without", [told], (), _growth_table(v))
    yield Section("scenario", "The scenario on the last date", v.of["read_back"])


def _date_table(v: PathView) -> Table:
    rows = []
    for label in v.dates:
        row: dict[str, Any] = {"date": label}
        age = v.findings.value("path_age", date=label)
        row["age of measures, months"] = None if math.isnan(age) else round(age, 1)
        for party in v.leads[:2]:
            its = v.row("real_income", label, region=party.key)
            row[f"real income of {v.who(party.key)}, %"] = its["value"]
            row |= {f"{v.who(party.key)}, {end}, %": x for end, x in _range_ends(v, its).items()}
        rows.append(row)
    return Table(rows, "Against the same date without the measures; a loss is negative.", most=30)


def _growth_table(v: PathView) -> Table:
    rows = []
    for label in v.dates:
        row: dict[str, Any] = {
            "date": label,
            "world GDP since the baseline's year, %": v.findings.value("world_growth", date=label),
        }
        for party in v.leads[:2]:
            who = v.who(party.key)
            row[f"real income of {who}, % with growth"] = v.row(
                "real_income", label, region=party.key
            )["value"]
            still = v.findings.value("real_income", date=label, region=party.key, rung=STATIC)
            row[f"{who}, % without"] = still
        rows.append(row)
    return Table(rows, "A loss is negative.")
