"""The page of `pax ally --who-next`: every country outside by what it would add, and whether it would gain itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial

from paxsilica.names import joined
from paxsilica.report import words
from paxsilica.report.charts.dots import scatter
from paxsilica.report.charts.theme import GAIN, LOSS, Figure
from paxsilica.report.pages.ally_view import Allied
from paxsilica.report.report import Number, Report, Section, Table, head

LABELLED, ON_SCREEN = 8, 10

TRADE, CUT, COVERED, RAW = "adds preference", "adds leverage", "coverage_mean", "export_share_mean"
OWN, OWN_CUT = "own_gain preference", "own_gain leverage"

Candidates = Mapping[str, Mapping[str, float]]
"""Code -> variable, with its kind of value where it has one -> number, the adversary's change with its sign."""


def report_next(t: Allied) -> Report:
    """The report of all candidates: those that add most to free trade first, then those known by coverage alone."""
    cells = t.findings.cells("region")
    everybody = {
        code: {
            key: row["value"] * (-1 if key == CUT else 1)
            for key, row in cells[code].items()
            if row["value"] is not None
        }
        for code in t.findings.along("coverage_mean", "region")
    }
    inside = {code: its for code, its in everybody.items() if TRADE in its}
    union = len({*t.names.table.about.region_groups.get("EU", ())} & {*inside})
    table = _table(t, everybody)
    understood = (
        *t.understood,
        "One candidate joins, nobody else does; asked about with --add it has ranges. What it adds to free trade is the "
        "members' gain and all that it has when inside; its own gain leaves out what it has outside already.",
        f"{union} candidates are in the European Union, which sets tariffs as one." * bool(union),
        f"{len(everybody) - len(inside)} more are known by coverage alone, inside the rest of the world of the table.",
    )
    return Report(
        t.answer,
        kind="ally",
        title=f"Who should join {t.alliance} next on {t.names.day}, against {t.adversary}",
        lead=_lead(t, inside),
        numbers=tuple(_numbers(t, everybody, inside)),
        why="To free trade adds who trades much with the members behind high tariffs, to the joint cut who sells "
        f"{t.adversary} much that is critical: the two orders differ, and who adds much may lose by it.",
        understood=[line for line in understood if line],
        picture=partial(_picture, t, inside),
        sections=lambda: (Section("candidates", "All candidates", (), (), table),),
        proof=("One equilibrium for each candidate and question, each to the solver's tolerance.",),
        screen=table,
    )


def _first(of: Candidates, key: str, sign: int = 1) -> list[str]:
    """Codes of whom it is known, the largest of a variable first; with a sign of -1 the smallest."""
    return sorted((code for code in of if key in of[code]), key=lambda c: -sign * of[c][key])


def _lead(t: Allied, inside: Candidates) -> str:
    trade, cut = _first(inside, TRADE)[0], _first(inside, CUT, -1)[0]
    of = ((trade, OWN), (cut, CUT), (cut, OWN_CUT))
    own, lost, own_cut = (words.gain_or_lose(inside[code][key]) for code, key in of)
    return (
        f"{words.sentence(t.name(trade))} would add most to free trade of goods with {t.alliance}, "
        f"{words.money(inside[trade][TRADE])} a year {t.horizon.when}, and would itself {own}; {t.name(cut)} would add "
        f"most to the joint cut of critical goods: {t.adversary} would {lost} more and {t.name(cut)} {own_cut}; under one "
        "set of elasticities and so without a band."
    )


def _numbers(t: Allied, everybody: Candidates, inside: Candidates) -> Iterator[Number]:
    said = {
        TRADE: ("Most to free trade of goods", OWN),
        CUT: (f"Most to the joint cut: {t.adversary}", OWN_CUT),
        COVERED: ("Most to the coverage of all layers", ""),
        RAW: ("Most to exports of raw materials", ""),
    }
    for key, (what, own) in said.items():
        best, *others = _first(inside if own else everybody, key, -1 if key == CUT else 1)
        its, then = everybody[best], f"then {joined(map(t.title, others[:4]), 4)}" * bool(others)
        value, about = (
            f"{words.number(its[key])} {t.answer.unit(key.split()[0])}",
            [t.title(best), then],
        )
        if own:
            lent = its[key.replace("adds", "adds_transfer")] * (-1 if key == CUT else 1)
            value = f"{words.signed_money(its[key])} a year"
            whose = t.adversary if key == CUT else f"all members with {t.name(best)}"
            earned = t.earned(its[key], lent, its["income"])
            about[0] += f", itself {words.signed_money(its[own])}"
            about[1:1] = [f"of {whose} {earned}" * bool(earned)]
        yield Number(what, value, "", "; ".join(filter(None, about)))
    gain = sum(its[OWN] > t.findings.value("indifference") for its in inside.values())
    yield Number("Candidates that gain by free trade themselves", f"{gain} of {len(inside)}")


def _table(t: Allied, everybody: Candidates) -> Table:
    heads = {
        TRADE: t.unit("adds", "Added to free trade"),
        OWN: t.unit("own_gain", "Itself by free trade"),
        CUT: t.unit("adds", f"{t.adversary} by its joining the cut"),
        OWN_CUT: t.unit("own_gain", "Itself by joining the cut"),
        COVERED: head(t.answer, COVERED),
        RAW: head(t.answer, RAW),
    }
    rows = [
        {"Country": t.title(code)} | {said: its.get(key) for key, said in heads.items()}
        for code, its in everybody.items()
    ]
    note = "Who adds most to free trade comes first. Empty: no region of the table."
    return Table(rows, note, most=ON_SCREEN)


def _picture(t: Allied, inside: Candidates) -> Figure:
    colours = {"gains by free trade itself": GAIN, "loses by free trade itself": LOSS}
    best = {*_first(inside, TRADE)[:LABELLED], *_first(inside, CUT, -1)[:LABELLED]}
    rows = [
        {
            "x": its[TRADE] / 1e3,
            "y": its[CUT] / 1e3,
            "name": t.title(code),
            "label": t.title(code) if code in best else "",
            "kind": [*colours][its[OWN] <= 0],
            "tip": f"{t.title(code)}: itself {words.signed_money(its[OWN])} by free trade",
        }
        for code, its in inside.items()
    ]
    axes = (
        t.billions("Added to free trade"),
        t.billions(f"{words.sentence(t.adversary)} by its joining the cut"),
    )
    notes = (
        f"One candidate at a time, {t.horizon}. Further down: a larger loss of {t.adversary}.",
    )
    title, heads = "What every candidate would add", ("Country", "Itself")
    return scatter("candidates", title, rows, axes, notes, colours, heads)
