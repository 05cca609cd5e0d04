"""The page of `pax compare`: how two worlds differ, how surely, and which measure makes the difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, partial
from typing import Any

from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.pages.compare_charts import (
    CompareView,
    difference_map,
    largest_differences,
    output_differences,
    points,
    trade_by_sector,
)
from paxsilica.report.pages.run import DEFICITS, adjusted
from paxsilica.report.pages.run_charts import MOST_BARS, named_bars
from paxsilica.report.report import Number, Report, Section, Table

MOST_PARTS, MOST_READ_BACK, MOST_LISTED = 3, 3, 10
"""Contributions and lines of each scenario on the first screen; regions of each sign on a terminal."""

LISTED = "Real income; the largest losses by B instead of A, then the largest gains."

SPLIT = (
    "What differs is changed in every order from A to B, and a measure contributes the mean of what it adds (Shapley "
    "value): the parts add up to the difference. What both scenarios hold is held.",
    "All {worlds} worlds between the two were solved.",
    "{orders} orders were sampled, in pairs that mirror each other, {worlds} worlds in all: the parts add up in any case, "
    "and each is an estimate with its standard error.",
)


DUTIES = (
    "Pairs of regions whose duties differ first, then those whose trade differs most. Duties are means over goods and "
    "services, weighted for both by trade{of_year}, so that a difference is the law's alone."
)


def report(answer: Answer) -> Report:
    """The report of a comparison."""
    v = CompareView(answer)
    moves = bool(v.losses or v.gains)
    drawn = cache(partial(difference_map, v))
    return Report(
        answer,
        kind="compare",
        title=f"{v.called['B']}, compared with {v.called['A']}",
        lead=_lead(v) if moves else _nothing(v),
        numbers=list(_numbers(v)) if moves else (),
        why=_why(v) if moves else "",
        understood=_understood(v),
        picture=lambda: drawn() if moves else None,
        sections=lambda: list(_sections(v, drawn, moves)),
        proof=_both_solved(v),
        screen=_both_by_region(v, [*v.losses[:MOST_LISTED], *v.gains[:MOST_LISTED]], LISTED),
    )


# ---- the first screen --------------------------------------------------------------------------


def _lead(v: CompareView) -> str:
    sets = v.answer.attachments["sets"]
    ranges = f"; ranges over {sets} sets of trade elasticities" * (sets > 1)
    leads = [party.key for party in v.leads] or [*v.losses[:1], *v.gains[:1]]
    worst = ""
    for region in v.losses[:1]:
        if region not in leads:
            size = words.number(abs(v.difference[region]))
            worst = f"; {v.names.say_region(region)} loses most of all, {size} points"
    told = joined(_higher_or_lower(v, key) for key in leads)
    return f"{v.called['B']} instead of {v.called['A']}: {v.horizon}{told}{worst}{ranges}."


def _nothing(v: CompareView) -> str:
    same = "real income of every region is the same with both"
    return f"{v.called['B']} and {v.called['A']} do not differ: {v.horizon}{same}."


def _higher_or_lower(v: CompareView, party: str) -> str:
    """`real income of India is 0.065 points higher (0.05 to 0.08; −0.284 % with A, −0.219 % with B)`."""
    value, ends = v.gap("real_income", region=party)
    a, b = map(words.percent, v.both("real_income", region=party))
    way = f"is {words.number(abs(value))} points {'higher' if value > 0 else 'lower'}"
    if words.number(value) == "0":
        way = "is the same"
    elif ends and not words.same_sign(value, ends):
        way = f"may be higher or lower: {points(value)}"
    band = words.band_after_verb(value, ends, say=_points_range)
    within = "; ".join(filter(None, [band, f"{a} with A, {b} with B"]))
    return f"real income of {v.who(party)} {way} ({within})"


def _points_range(values: Any, write: Any = words.signed) -> str:
    low, *_, high = sorted(values)
    return f"{write(low)} to {write(high)}"


def _numbers(v: CompareView) -> Iterator[Number]:
    leads = [party.key for party in v.leads][:2]
    for key in leads:
        yield _gap_of_income(v, f"Real income of {v.who(key)}, B less A", key)
    for ranked, most in ((v.losses, "loss"), (v.gains, "gain")):
        for region in ranked[:1]:
            if region not in leads:
                yield _gap_of_income(
                    v, f"{v.names.name(region)}, the largest {most} by B instead of A", region
                )
    for flow in v.actors.flows[:2]:
        sides = {"region": flow.exporter, "partner": flow.importer, "sector": v.hit}
        if not v.findings.select("trade", **sides).blocks:
            continue
        what = f"{v.names.say_sectors(flow.sectors)} from {v.who(flow.exporter, flow.importer)}"
        a, b = map(words.number, v.both("trade_weighted_tariff", **sides))
        mean = f"with A → with B; mean, weighted for both by trade{words.of_year(v.economy)}"
        if a != b:
            yield Number(f"Tariff of {v.who(flow.importer)} on {what}", f"{a} → {b} %", note=mean)
        a, b = map(words.money, v.both("trade", **sides))
        size, ends = v.gap("trade", **sides)
        band = f"; {words.money_range(ends)}" if ends else ""
        buyers = v.who(flow.importer, flow.exporter)
        note = f"with A → with B, a year; B less A {words.signed_money(size)}{band}"
        yield Number(f"Exports of {what} to {buyers}", f"{a} → {b}", note=note)


def _gap_of_income(v: CompareView, title: str, region: str) -> Number:
    """Points with their range; then money with its own, and both levels."""
    value, ends = v.gap("real_income", region=region)
    money, far = v.gap("real_income_money", region=region)
    a, b = map(words.percent, v.both("real_income", region=region))
    size = f"{words.signed_money(money)} a year" + (f" ({words.money_range(far)})" if far else "")
    unsure = ", sign not known" * bool(ends and ends[0] < 0 < ends[1])
    band = _points_range(ends) + unsure if ends else ""
    return Number(title, points(value), band, f"{a} with A, {b} with B; {size}")


def _why(v: CompareView) -> str:
    """What makes the difference of the first parties."""
    if len(v.differs) == 1:
        return f"Nothing else differs: {_becomes(v.differs[0])}."
    return " ".join(filter(None, (_made_of(v, party.key) for party in v.leads[:2])))


def _made_of(v: CompareView, party: str) -> str:
    parts, (whole, _) = v.parts(party), v.gap("real_income", region=party)
    if not parts or words.number(whole) == "0":
        return ""
    most = sorted(parts, key=lambda key: -abs(parts[key]))
    told = [key for key in most[:MOST_PARTS] if words.number(parts[key]) != "0"]
    rest = [key for key in most if key not in told]
    of = {player["key"]: _becomes(player) for player in v.differs}
    said = [f"{words.signed(parts[key])} since {of[key]}" for key in told]
    if rest:
        left, by = words.signed(sum(parts[key] for key in rest)), f"{len(rest)} more changes"
        said.append(f"{left} by {by if len(rest) > 1 else 'one more change'}")
    return f"For {v.who(party)} the {points(whole)} are {joined(said, MOST_PARTS + 1)}."


def _becomes(player: dict[str, str]) -> str:
    """What differs, inside a sentence."""
    was, now = player["was"], player["now"]
    if was and now:
        return f"“{now}” replaces “{was}”"
    if was or now:
        return f"“{was}” ends" if was else f"“{now}” begins"
    return "baseline or assumptions are others"


def _understood(v: CompareView) -> list[str]:
    e, sets, held = v.economy, v.answer.attachments["sets"], v.answer.attachments["held"]
    ranges = (
        f"Ranges are over {sets} published sets of trade elasticities, the difference taken within each; they are no "
        "confidence intervals."
        if sets > 1
        else "No ranges: one set of trade elasticities alone was used."
    )
    lines = []
    for name, side in v.sides.items():
        read, left = side["read_back"], len(side["read_back"]) - MOST_READ_BACK
        more = f" {left} more lines below." if left > 0 else ""
        lines.append(f"{name} is {v.called[name]}. {' '.join(read[:MOST_READ_BACK])}{more}")
    rules = dict.fromkeys(side["assumptions"]["deficits"] for side in v.sides.values())
    return [
        *lines,
        *([f"In both, and held: {joined(held, MOST_PARTS)}."] if held else []),
        *(f"{words.sentence(v.who(key))}: {joined(names, 12)}." for key, names in v.groups),
        *map(adjusted, dict.fromkeys(v.horizons)),
        *(f"Trade balances, an assumption: {DEFICITS[rule]}." for rule in rules),
        f"Differences are B less A, each counted from the {words.baseline(e)} ({v.sides['B']['baseline']}). Points are per "
        f"cent of income there; a loss is negative. Money is USD{words.of_year(e)} a year; trade is relative to world "
        "labour income.",
        ranges,
    ]


# ---- below it ----------------------------------------------------------------------------------


def _sections(v: CompareView, drawn: Any, moves: bool) -> Iterator[Section]:
    if moves:
        ranked = largest_differences(v)
        order = [v.world, *sorted(v.difference, key=v.difference.__getitem__)]
        shown = [ranked][drawn().name == ranked.name :]
        note = "Real income; the largest loss by B instead of A first."
        yield Section("regions", "All regions", (), shown, _both_by_region(v, order, note))
        if v.findings.select("contribution").blocks:
            yield _contributions(v)
        yield Section("output", "Output by sector", (), [output_differences(v)])
        yield Section(
            "trade",
            "Trade and duties",
            [DUTIES.format(of_year=words.of_year(v.economy))],
            list(trade_by_sector(v)),
            _flows(v),
        )
    for name, side in v.sides.items():
        lines = [
            *side["read_back"],
            *(f"Left out by its author: {gap}." for gap in side["left_out"]),
        ]
        yield Section(f"scenario-{name.lower()}", f"{name}: {v.called[name]}", lines)


def _both_by_region(v: CompareView, labels: Sequence[str], note: str) -> Table:
    """Real income with A, with B, and their difference with its range."""
    ranged, rows = v.answer.attachments["sets"] > 1, list[dict[str, Any]]()
    for label in labels:
        a, b = v.both("real_income", region=label)
        found = v.findings.row("real_income", region=label, scenario="difference")
        row: dict[str, Any] = {"region": v.names.name(label) if label in v.difference else "World"}
        row |= {"A, %": a, "B, %": b, "B less A, points": found["value"]}
        if ranged:
            row |= {"from, points": found.get("low"), "to, points": found.get("high")}
        money = v.findings.value("real_income_money", region=label, scenario="difference")
        rows.append({**row, f"B less A, million USD{words.of_year(v.economy)} a year": money})
    return Table(rows, note)


def _contributions(v: CompareView) -> Section:
    """What each measure adds, for the parties and the world."""
    keys = [*dict.fromkeys([*(party.key for party in v.leads), v.world])]
    heads = {key: f"{words.sentence(v.who(key))}, points" for key in keys}
    of = {key: v.parts(key) for key in keys}
    first, players = keys[0], {player["key"]: player for player in v.differs}
    error = v.findings.select("contribution_error")
    order = sorted(players, key=lambda key: -abs(of[first][key]))
    rows = []
    for key in order:
        row: dict[str, Any] = {"what differs": words.sentence(_becomes(players[key]))}
        row |= {head: of[region][key] for region, head in heads.items()}
        if error:
            missed = v.findings.value("contribution_error", region=first, measure=key)
            row["standard error of the first, points"] = missed
        rows.append(row)
    number = {k: round(v.findings.value(k)) for k in ("orders_sampled", "coalitions_solved")}
    way = SPLIT[2] if number["orders_sampled"] else SPLIT[1]
    told = way.format(orders=number["orders_sampled"], worlds=number["coalitions_solved"])
    shown = {key: _short(v, players[key]) for key in order[:MOST_BARS]}
    title = f"What each measure contributes to the difference for {v.who(first)}"
    notes = [v.since, f"{len(shown)} of {len(order)}: what contributes most."]
    axis, values = "Contribution to the difference of real income, points", {"": of[first]}
    figure = named_bars(
        v,
        "contributions",
        title,
        axis,
        values,
        shown,
        notes,
        lambda _, x: words.signed(x),
        "What differs",
    )
    return Section(
        "contributions", "What makes the difference", [SPLIT[0], told], [figure], Table(rows)
    )


def _short(v: CompareView, player: dict[str, str]) -> str:
    """The name that its author gave a measure, codes in it by their names, and what becomes of it from A to B."""
    e, was, now = v.economy, player["was"], player["now"]
    names = {j: e.sector_name(j) for j in e.sectors} | {r: e.region_name(r) for r in e.regions}
    name = " ".join(names.get(word, word.replace("_", " ")) for word in player["key"].split("-"))
    if not (was or now):
        return name
    return f"{name} ({'changes' if was and now else 'ends' if was else 'begins'})"


def _flows(v: CompareView) -> Table | None:
    """Pairs of regions: duty and trade with A and B, and the range of the difference."""
    pairs = [
        [b for b in v.findings.select(key, sector=None).blocks if b.axis_of("region") is not None]
        for key in ("trade", "trade_weighted_tariff")
    ]
    if not all(pairs):
        return None
    (trade,), (duty,) = pairs
    rows = []
    for at, (seller, buyer) in enumerate(
        zip(trade.axes[0]["region"], trade.axes[0]["partner"], strict=True)
    ):
        sold, rate = trade.value[at], [None if x != x else float(x) for x in duty.value[at]]
        row: dict[str, Any] = {"from": v.names.name(seller), "to": v.names.name(buyer)}
        row |= {"duty A, %": rate[0], "duty B, %": rate[1]}
        money = f"million USD{words.of_year(v.economy)} a year"
        row |= {"trade A, million": float(sold[0]), "trade B, million": float(sold[1])}
        row |= {f"B less A, {money}": float(sold[2])}
        if trade.low is not None and trade.high is not None:
            row |= {
                "from, million": float(trade.low[at, 2]),
                "to, million": float(trade.high[at, 2]),
            }
        rows.append(row)
    return Table(rows)


def _both_solved(v: CompareView) -> list[str]:
    s = v.answer.solver
    return [
        f"The equations of both worlds are solved (status: {s['status']}): the largest relative gap is "
        f"{s['residual']:.1e}, tolerance {s['tolerance']:.0e}.",
        f"Baseline digest {s['economy']}.",
    ]
