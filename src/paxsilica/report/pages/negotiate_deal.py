"""The page of a deal: the first tranche, the ladder from there, and every concession."""

from __future__ import annotations

from collections.abc import Iterator

from paxsilica.analysis.negotiation.agenda import MANY_TIMES
from paxsilica.analysis.negotiation.rungs import EVERYTHING, TOO_FAR
from paxsilica.names import does, inside, joined
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.dots import ranges
from paxsilica.report.charts.theme import SENDER, TARGET, Figure
from paxsilica.report.pages.coerce_matrix import proof
from paxsilica.report.pages.negotiate_list import list_sections
from paxsilica.report.pages.negotiate_view import Meeting
from paxsilica.report.report import Number, Report, Row, Section, Table

FIRST = "1"
MOST_OPENED = 5


def deal_report(m: Meeting) -> Report:
    """The page of a ladder of concessions."""
    one, two = m.who
    each = " and ".join(f"{m.who[name]} would {m.gains(name, rung=FIRST)}" for name in m.who)
    opens = "; ".join(filter(None, (_opens_words(m, name) for name in m.who)))
    return Report(
        m.answer,
        kind="negotiation",
        title=f"A first tranche between {m.who[one]} and {m.who[two]}",
        lead=f"With at most {m.asked['tranche']} concessions a side, {opens}: {each}.",
        numbers=[*_deal_numbers(m)],
        why=_deal_why(m),
        understood=[*_far(m), _deal_rule(m), *_off(m), *m.understood],
        picture=lambda: _ladder(m),
        sections=lambda: [*_deal_sections(m)],
        proof=(_how_chosen(m), *proof(m.answer)),
        screen=_concession_table(m),
    )


def _conceded(m: Meeting, name: str | None = None, rung: str | None = None) -> list[Row]:
    """Concessions with their numbers by key, those of the first steps first."""
    found = m.findings.cells("item", "sector", "measure", "rung", also="none", detail=True)
    rows = [
        {"item": item, "sector": sector, "measure": measure, "rung": step}
        | {key: row["value"] for key, row in its.items() if key.startswith("concession_")}
        for (item, sector, measure, step), its in found.items()
        if sector and measure and (name is None or item == name) and (rung is None or step == rung)
    ]
    last = str(10**6)
    return sorted(rows, key=lambda r: (int(r["rung"] or last), -r["concession_won"]))


def _opens_words(m: Meeting, name: str) -> str:
    """`India opens food (from 33 to 0 %), ...`."""
    rows = _conceded(m, name, FIRST)
    if not rows:
        return ""
    said = [_concession_words(m, row) for row in rows]
    kept = said[:MOST_OPENED] + [f"{len(said) - MOST_OPENED} more"] * (len(said) > MOST_OPENED)
    return f"{m.who[name]} {does(m.who[name], 'open')} {joined(kept)}"


def _concession_words(m: Meeting, row: Row) -> str:
    sector = inside(m.names.table.sector_name(row["sector"]))
    if row["measure"] != "tariff":
        return f"{sector} (non-tariff costs down by {100 * m.asked['non_tariff']:g} %)"
    return f"{sector} (duty from {words.number(row['concession_from'])} to {words.number(row['concession_to'])} %)"


def _deal_numbers(m: Meeting) -> Iterator[Number]:
    steps = _steps(m)
    for name, who in m.who.items():
        yield m.number(f"Real income of {who}, first tranche", name, rung=FIRST)
    for name, who in m.who.items():
        last = steps[-1]
        if last != FIRST:
            note = f"{int(m.findings.value('concessions_made', rung=last))} concessions in {last} steps"
            yield m.number(f"Real income of {who}, whole ladder", name, note, rung=last)
    if m.sets:
        solved = int(m.findings.value("sets_solved"))
        holds = int(m.findings.value("rung_holds", rung=FIRST))
        yield Number(
            "Sets of elasticities under which both gain by the first tranche",
            f"{holds} of {solved}",
        )


def _off(m: Meeting) -> Iterator[str]:
    """What is off the table."""
    for note in m.answer.notes:
        if note.name == TOO_FAR:
            yield f"{words.sentence(note.text)}."


def _far(m: Meeting) -> Iterator[str]:
    """Concessions of the first tranche whose trade would grow beyond what elasticities were measured on."""
    for row in _conceded(m, rung=FIRST):
        now, then = row["concession_trade"], row["concession_trade_after"]
        if then > MANY_TIMES * now:
            who, sector = m.who[row["item"]], m.names.table.sector_name(row["sector"])
            yield (
                f"Read {inside(sector)} as a direction: what {who} {does(who, 'buy')} would grow from {words.money(now)} "
                f"to {words.money(then)} a year, since the other side alone would be let in; trade elasticities were "
                "measured on nothing of that size."
            )


def _steps(m: Meeting) -> list[str]:
    return [
        rung
        for rung in m.findings.along(
            "real_income", "rung", item=next(iter(m.who)), elasticities=None
        )
        if rung != EVERYTHING
    ]


def _deal_why(m: Meeting) -> str:
    """Which concession does most, and what opening everything would do."""
    rows = _conceded(m, rung=FIRST)
    most = max(rows, key=lambda r: r["concession_won"])
    other = next(name for name in m.who if name != most["item"])
    sector = inside(m.names.table.sector_name(most["sector"]))
    full = " and ".join(f"{m.who[name]} would {m.gains(name, rung=EVERYTHING)}" for name in m.who)
    return (
        f"{words.sentence(sector)} opened by {m.who[most['item']]} does most: alone it wins {m.who[other]} "
        f"{words.number(most['concession_won'])} % of real income. If everything on the table were conceded, {full}."
    )


def _deal_rule(m: Meeting) -> str:
    by = {
        "nash": "the product of both sides' gains is largest",
        "worse_off": "the side that gains less gains most",
    }[m.asked["aim"]]
    closed = [_closed_words(m, line) for line in m.asked["red_lines"] or ()]
    lines = f" Never opened: {'; '.join(closed)}." if closed else ""
    limits = [
        f"{what} by more than {100 * m.asked[name]:g} %"
        for name, what in (
            ("most_output_lost", "no sector loses output"),
            ("most_jobs_lost", "no sector loses jobs"),
            ("most_revenue_lost", "no side loses tariff revenue"),
        )
        if m.asked[name] is not None
    ]
    held = f" Limits: {'; '.join(limits)}." * bool(limits)
    return (
        f"Chosen so that {by}, counted from {m.threat}. A concession takes {100 * m.asked['cut']:g} % off what one side "
        f"charges the other on a sector; others' duties and the duties on others stay.{lines}{held}"
    )


def _closed_words(m: Meeting, line: str) -> str:
    """A red line as written: `IND:A01` is agriculture and forestry by India."""
    who, _, sector = line.rpartition(":")
    return m.names.say_sector(sector) + (f" by {m.names.say(who, inside=True)}" if who else "")


def _how_chosen(m: Meeting) -> str:
    steps = m.findings.along("all_counted", "rung")
    if all(steps.values()):
        return "Every choice of concessions was solved on each step."
    return (
        "Too many choices to solve all: a mixed-integer programme on the effect of each concession alone chose, the engine "
        "solved the exchanges that promised most, and none of them improves what is shown."
    )


def _ladder(m: Meeting) -> Figure:
    colours = {
        words.sentence(m.title(name)): c for name, c in zip(m.who, (TARGET, SENDER), strict=True)
    }
    labels = {EVERYTHING: "Everything on the table"}
    rows = [
        {
            "label": label,
            "kind": words.sentence(m.title(name)),
            "value": row["value"],
            "text": words.signed(row["value"]),
            "tip": f"{label}, {m.title(name)}: {words.percent(row['value'])}",
        }
        for rung in (*_steps(m), EVERYTHING)
        for label in [labels.get(rung, f"Up to step {rung}" if rung != FIRST else "First tranche")]
        for name in m.who
        for row in [m.row("real_income", name, rung=rung)]
    ]
    note = (
        f"Real income against what stands, {m.horizon}; a loss is negative. Each step keeps those before it and improves "
        "the deal as it is chosen, which one side alone may pay for; the last may add any number."
    )
    axis, heads = "Change of real income, %", ("Deal", "Side")
    return bars(
        "ladder", "The ladder of a deal", rows, axis, [note], colours, grouped=True, heads=heads
    )


def _deal_sections(m: Meeting) -> Iterator[Section]:
    yield Section("ladder-steps", "Step by step", (_how_chosen(m),), (), _steps_table(m))
    text = (
        "Alone: this concession and no other. The first order is the exact derivative where nothing is conceded, times "
        "the cut. Effects do not add up exactly. No step: it would not improve the deal, or a limit forbids it."
    )
    yield Section("concessions", "Every concession", (text,), (), _concession_table(m))
    if m.sets:
        note = "The same concessions, a dot for each set of trade elasticities, a tick at the median; a loss is negative."
        heads = ("Side", "Trade elasticities")
        axis = "Change of real income, %"
        picture = ranges(
            "sets",
            "The first tranche under other elasticities",
            m.over_sets(rung=FIRST),
            axis,
            [note],
            heads,
        )
        yield Section("sets", "Other elasticities", figures=[picture])
    yield from list_sections(m.answer)


def _steps_table(m: Meeting) -> Table:
    rows = []
    before = dict.fromkeys(m.who, 0.0)
    for rung in (*_steps(m), EVERYTHING):
        row: dict[str, object] = {"Step": "everything" if rung == EVERYTHING else rung}
        row["Added"] = (
            "; ".join(
                f"{m.title(r['item'])}: {_concession_words(m, r)}" for r in _conceded(m, rung=rung)
            )
            if rung != EVERYTHING
            else ""
        )
        for name in m.who:
            value = m.row("real_income", name, rung=rung)["value"]
            row[m.unit("real_income", m.title(name))] = value
            row[m.unit("real_income", f"{m.title(name)}, added")] = value - before[name]
            before[name] = value
        if m.sets:
            row["Sets under which both gain"] = int(m.findings.value("rung_holds", rung=rung))
        rows.append(row)
    return Table(rows, "Real income against what stands; a loss is negative.")


def _concession_table(m: Meeting) -> Table:
    heads = {
        "concession_trade": "Trade in it",
        "concession_trade_after": "conceded alone",
        "concession_from": "Duty that stands",
        "concession_to": "after",
        "concession_own": "Alone, the giver",
        "concession_won": "Alone, the other",
        "concession_first_order": "First order, the other",
    }
    rows = [
        {
            "Step": int(row["rung"]) if row["rung"] else None,
            "By": m.title(row["item"]),
            "Sector": m.names.table.sector_name(row["sector"]),
            "What": "duty" if row["measure"] == "tariff" else "non-tariff costs",
            **{m.unit(key, said): row[key] for key, said in heads.items()},
        }
        for row in _conceded(m)
    ]
    shown = tuple(rows[0])[:8]
    return Table(rows, "A loss is negative; % of own real income as it stands.", shown, most=10)
