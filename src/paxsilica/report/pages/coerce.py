"""The page of `pax coerce SENDER TARGET`: what a cut costs both sides, by which goods, and what helps the target."""

from __future__ import annotations

from collections.abc import Iterator
from operator import itemgetter
from typing import Any

from paxsilica.analysis.coercion.counter import BUDGET
from paxsilica.analysis.coercion.pair import SIDES
from paxsilica.analysis.effects import earned_leads
from paxsilica.data.elasticities import paper
from paxsilica.horizon import HORIZONS
from paxsilica.names import does, inside
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.dots import ranges
from paxsilica.report.charts.lines import lines
from paxsilica.report.charts.theme import SENDER, TARGET, Figure
from paxsilica.report.charts.world_map import world_map
from paxsilica.report.pages.coerce_matrix import (
    MOST_SECTORS,
    cut_of,
    loses,
    matrix_report,
    proof,
    withheld,
)
from paxsilica.report.pages.coerce_view import HEADLINE, LONG, SHORT, Pair
from paxsilica.report.report import Number, Report, Row, Section, Table, head

HORIZON_WORDS = {LONG: "in the long run", SHORT: "in the first year or so"}

RELIEFS = (
    *("relief_net", "relief_cost", "relief_per_dollar", "relief_without_cut"),
    *("relief_size", "relief_first_order"),
)
"""Numbers of a policy; a screen has room for the first four."""

WORTH_MORE = 0.02
"""Dollars per dollar by which a policy must pay more under the cut than without it to count as relief."""


def report(answer: Answer) -> Report:
    """The page of a pair, or of a matrix."""
    if answer.question.model_dump()["matrix"]:
        return matrix_report(answer)
    p = Pair(answer)
    cut, many = withheld(answer, p.sender, p.target), len(p.alone) > 1
    helps = f", and what would help {p.target}" * bool(p.reliefs)
    return Report(
        answer,
        kind="coercion",
        title=f"{words.sentence(p.sender)} {does(p.sender, 'cut')} off {p.target}: {cut_of(answer)}{helps}",
        lead=f"If {cut}, {'; '.join([*(_loses(p, item) for item in SIDES), *_relieved(p)])}.",
        numbers=[*_numbers(p)],
        why=_why(p),
        understood=_understood(p),
        picture=lambda: _by_sector(p) if many else _partial(p),
        sections=lambda: [*_sections(p, many)],
        proof=proof(answer),
        screen=_policies(p) if p.reliefs else _sector_table(p) if many else _by_region(p),
    )


def _loses(p: Pair, item: str) -> str:
    """`India would lose 0.58 % of real income (band) in the long run and 2.2 % (band) in the first year or so`."""
    said, verb, income = f"{p.who[item]} would", "", ""
    over = f" over {p.over}" * (item == "targets")
    for h, when in HORIZON_WORDS.items():
        row, transfer = p.row("real_income", h, item=item), p.of("transfer_effect", h, item)
        change, of = row["value"], "of real income"
        ends = words.ends_of(row)
        within = words.band_after_verb(change, ends, "" if verb else over)
        within += words.outside(change, ends)
        if earned_leads(change, transfer):
            rule = (
                f"the rule for trade deficits {'adds' if transfer > 0 else 'takes'} {words.number(abs(transfer))} % of "
                f"income, which nobody earned; with it real income {words.moves(change)}"
            )
            within = ", ".join(filter(None, (rule, within)))
            change, of = p.of("real_earned_income", h, item), "of real earned income"
        now, size = loses(change).split(maxsplit=1)
        new = ["and" if verb else "", now if now != verb else "", size, of if of != income else ""]
        said = " ".join(filter(None, (said, *new, within and f"({within})", when)))
        verb, income = now, of
    return said


def _numbers(p: Pair) -> Iterator[Number]:
    if p.reliefs:
        yield _helps(p)
    for item, who in p.who.items():
        for h, when in HORIZON_WORDS.items():
            row, money = p.row("real_income", h, item=item), p.of("real_income_money", h, item)
            note = f"{words.signed_money(money)} a year"
            name = f"Real income of {who} {when}"
            band = words.percent_range(words.ends_of(row))
            yield Number(name, words.percent(row["value"]), band, note)
    yield from _ratio(p)
    if len(p.targets) > 1:
        worst = next(region for region in p.ranked("region") if region in p.targets)
        yield _of_region(p, f"Hit hardest among {p.target}", worst)
    for region, money in reversed(p.ranked("region", "real_income_money").items()):
        if region not in (*p.targets, *p.senders):
            if money > 0:
                yield _of_region(p, "Gains most of all others, in money", region)
            break


def _of_region(p: Pair, first: str, region: str) -> Number:
    long, short = (p.ranked("region", horizon=h)[region] for h in HORIZONS)
    money = p.ranked("region", "real_income_money")[region]
    name = f"{first}, in the long run: {p.answer.names.say_region(region)}"
    note = f"{words.signed_money(money)} a year; {words.percent(short)} {HORIZON_WORDS[SHORT]}"
    return Number(name, words.percent(long), note=note)


def _ratio(p: Pair) -> Iterator[Number]:
    """What the target loses for a dollar of the sender's, where both lose in the long run."""
    row = p.row("loss_ratio", LONG)
    if (row["value"] or 0) > 0 > p.of("real_income_money", LONG, "senders"):
        low, high = row.get("low"), row.get("high")
        band = f"USD {words.number(low)} to {words.number(high)}" if low and high else ""
        name = f"Lost by {p.target} for every dollar that {p.sender} {does(p.sender, 'lose')} in the long run"
        yield Number(name, f"USD {words.number(row['value'])}", band)


def _best(p: Pair) -> Row | None:
    """The policy that wins back most because of the cut: it pays for itself, and would pay less without it."""
    for relief in p.reliefs:
        without, net = relief["relief_without_cut"], relief["relief_net"]
        if net > 0 and (without is None or relief["relief_per_dollar"] > without + WORTH_MORE):
            return relief
    return None


def _helps(p: Pair) -> Number:
    name = f"Would help {p.target} most in the first year or so"
    if relief := _best(p):
        note = (
            f"a year, net of the {words.money(relief['relief_cost'])} it costs: {relief['policy']}"
        )
        return Number(name, words.signed_money(relief["relief_net"]), note=note)
    return Number(name, "nothing", note="no policy pays for itself because of the cut")


def _relieved(p: Pair) -> Iterator[str]:
    """What would help most, in the first sentence."""
    if relief := _best(p):
        net = words.money(relief["relief_net"])
        yield f"{p.target} would win back most by {relief['policy']}, {net} net in the first year or so"
    elif p.reliefs:
        yield f"no policy of {p.target} would pay for itself because of the cut"


def _why(p: Pair) -> str:
    """By which sector, and why the target does not replace it."""
    sector, change = next(iter(p.alone.items()), ("", 0.0))
    if change >= 0:
        return f"No sector that is cut alone would cost {p.target} real income in the long run."
    name = inside(p.economy.sector_name(sector))
    thetas = p.ranked("sector", "trade_elasticity")
    easier = sum(theta > thetas[sector] for theta in thetas.values())
    first, rank = "", ""
    if len(p.alone) > 1:
        first = f"{words.sentence(name)} would hurt most, {words.percent(change)} of real income if cut alone: "
        rank = f"; {easier} of the {len(thetas)} sectors cut {'is' if easier == 1 else 'are'} easier to replace"
    share = words.number(p.findings.value("supply_share", sector=sector))
    return (
        f"{first}{share} % of all {name} that {p.target} {does(p.target, 'buy')}, home products included, comes from "
        f"{p.sender}, and what replaces it is dearer (trade elasticity {words.number(thetas[sector])}{rank})."
    )


def _understood(p: Pair) -> list[str]:
    about = p.answer.about
    when = f"In {about.year} {p.sender}" if about.year else words.sentence(p.sender)
    trade = words.money(float(p.findings.array("trade").sum()))
    theirs, ours = (words.percent(p.of("real_income", LONG, item)) for item in SIDES)
    each, used = p.changes("elasticities"), paper(about.elasticities)
    end = words.end_among(each.get(about.elasticities, 0.0), each.values())
    band = f"The bands span {p.over}; the numbers are those of {used}"
    band += f", which gives {p.target} {end} of them in the long run" * bool(end)
    return [
        f"{when} sold {p.target} {trade} of what is cut here. Nobody answers the cut; trade, prices and "
        f"wages of everybody adjust. {about.title}.",
        f"A loss is negative: % of one's own income{p.year}, and USD a year{p.prices}. Long run: everything has adjusted; "
        "short run: the first year or so, in which workers stay in their sector and inputs are hard to replace.",
        f"{band}." if each else f"One set of trade elasticities, {used}: no band.",
        f"A dollar is not worth the same to both: the long run changes real income by {theirs} in {p.target} and by "
        f"{ours} in {p.sender}, each of its own income.",
    ]


# ---- below the first screen --------------------------------------------------------------------


def _sections(p: Pair, many: bool) -> Iterator[Section]:
    """What is folded, in order of use."""
    if p.reliefs:
        text = (
            f"Each policy is as large as {100 * BUDGET:g} % of income of {p.target} pays for at the prices right after the "
            "cut, or at its largest size; its cost in full is in the table. One that pays as much without the cut is no "
            "relief from it: it pays, or not, in any case. That a dollar spent on a new supplier saves a dollar of trade "
            "cost is an assumption; storage is free, and a stock is bought from the sender before the cut."
        )
        yield Section("policies", "What would help the target", (text,), (), _policies(p))
    yield Section("by-sector", "By sector", [*_no_ratio(p)], table=_sector_table(p))
    change = p.ranked("region")
    note, legend = f"Long run; % of income{p.year}; a loss is negative.", "Change of real income, %"
    picture = world_map("world", "Who loses and who gains", p.economy, change, legend, [note])
    yield Section("regions", "Every country", (), [picture] if picture else (), _by_region(p))
    if many:
        yield Section("shares", "Partial cuts", figures=[_partial(p)])
    if table := p.along("elasticities", "real_income", "loss_ratio"):
        rows = [
            {"Trade elasticities": paper(key), **table[key]} for key in p.changes("elasticities")
        ]
        yield Section("sets", "Other elasticities", (), [_ranges(p)], Table(rows))
    yield _closed_forms(p)


def _no_ratio(p: Pair) -> Iterator[str]:
    """Why a sector that was solved has no ratio of losses, where one has none."""
    ratios = (p.findings.along("loss_ratio", "sector", horizon=h) for h in HORIZONS)
    losses = (p.changes("sector", "senders", h) for h in HORIZONS)
    if any(
        of[sector] is None for of, known in zip(ratios, losses, strict=True) for sector in known
    ):
        yield f"Where no ratio of losses stands, {p.sender} {does(p.sender, 'gain')}."


def _policies(p: Pair) -> Table:
    heads = {key: head(p.answer, key) for key in RELIEFS}
    rows = [
        {"Policy": words.sentence(relief["policy"]), **{heads[key]: relief[key] for key in RELIEFS}}
        for relief in p.reliefs
    ]
    shown = ("Policy", *list(heads.values())[:4])
    note = "Policies of the target in the short run, the largest net gain first."
    return Table(rows, note, shown, most=10)


def _sector_table(p: Pair) -> Table:
    keys = ("real_income", "supply_share", "trade", "trade_elasticity", "loss_ratio")
    table = p.along("sector", *keys)
    rows = [
        {"Sector": p.economy.sector_name(sector), **table[sector]} for sector in p.alone | table
    ]
    note = "Each sector cut alone. They do not sum to the cut of all, since what replaces one is cut with another."
    return Table(rows, note, tuple(rows[0])[:6], most=10)


def _by_region(p: Pair) -> Table:
    table = p.along("region", "real_income", "real_income_money")
    money = reversed(p.ranked("region", "real_income_money"))
    order = sorted(money, key=lambda r: 0 if r in p.targets else 1 if r in p.senders else 2)
    rows = [{"Region": p.answer.names.name(region), **table[region]} for region in order]
    return Table(
        rows, "Target, then sender, then all others by the gain in money in the long run.", most=10
    )


def _by_sector(p: Pair) -> Figure:
    """Of each sector cut alone, both sides."""
    kinds = [f"{words.sentence(p.target)} (target)", f"{words.sentence(p.sender)} (sender)"]
    each, shown = [p.changes("sector", item) for item in SIDES], list(p.alone)[:MOST_SECTORS]
    rows = [
        {
            "label": name,
            "kind": kind,
            "value": change[sector],
            "text": words.signed(change[sector]),
            "tip": f"{name}, {kind}: {words.percent(change[sector])}",
        }
        for sector in shown
        for name in [p.economy.sector_name(sector)]
        for kind, change in zip(kinds, each, strict=True)
    ]
    most = f"; the {len(shown)} of {len(p.alone)} that cost {p.target} most"
    note = (
        f"Each sector cut alone, long run; % of each side's own income{p.year}; a loss is negative"
    )
    note += f"{most if len(shown) < len(p.alone) else ''}."
    title, axis = "By which goods the cut hurts", "Change of real income, %"
    colours = dict(zip(kinds, (TARGET, SENDER), strict=True))
    heads = ("Sector", "Side")
    return bars("sectors", title, rows, axis, [note], colours, grouped=True, heads=heads)


def _partial(p: Pair) -> Figure:
    rows = [
        {"x": float(share), "value": value, "kind": words.sentence(who), "dash": str(horizon)}
        for item, who in p.who.items()
        for h, horizon in HORIZONS.items()
        for share, value in {"0": 0.0, **p.changes("point", item, h)}.items()
    ]
    note = (
        "Share of every sector's product range that is cut; a loss is negative. A line that bends down: each further "
        "product hurts more."
    )
    rows.sort(key=itemgetter("x"))
    colours = {words.sentence(p.target): TARGET, words.sentence(p.sender): SENDER}
    axes = ("Share cut, %", "Change of real income, %")
    return lines("partial", "Partial cuts", rows, axes, [note], colours)


def _ranges(p: Pair) -> Figure:
    rows = [
        {
            "label": f"{words.sentence(who)}, {horizon}",
            "dot": paper(key),
            "value": value,
            "tip": f"{paper(key)}: {words.percent(value)}",
        }
        for item, who in p.who.items()
        for h, horizon in HORIZONS.items()
        for key, value in p.changes("elasticities", item, h).items()
    ]
    note = "The same cut, a dot for each set of trade elasticities, a tick at the median; a loss is negative."
    title, axis = "Under other elasticities", "Change of real income, %"
    heads = ("Side and horizon", "Trade elasticities")
    return ranges("sets", title, rows, axis, [note], heads)


def _closed_forms(p: Pair) -> Section:
    """Simpler measures of the same cut beside the exact one."""
    rows: dict[str, dict[str, Any]] = {}
    for key in ("real_income", "power", "first_order_cut", "net_dependence"):
        for row in p.findings.select(key, region=None, **HEADLINE).rows():
            when = str(HORIZONS[row.pop("horizon")])
            rows.setdefault(name := p.head(key, row), {"Measure": name})[when] = row["value"]
    turnover = words.number(p.findings.value("turnover"))
    text = (
        f"Power holds wages and other prices where they are and follows no dearer input to its users, while {p.target} "
        f"{does(p.target, 'spend')} {turnover} times its income, inputs included. The first order is the exact derivative "
        "of the whole model at the baseline, times the cut: the exact change differs since each further product lost hurts "
        "more. Net dependence counts both ways of trade, so that only its sign and order compare."
    )
    return Section("closed", "Simpler measures", (text,), (), Table([*rows.values()]))
