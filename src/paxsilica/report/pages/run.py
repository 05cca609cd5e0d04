"""The page of `pax run`: who does what to whom, who loses most, how surely and why; then what lies behind it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from functools import cache, partial
from itertools import accumulate
from typing import Any

from paxsilica.analysis.effects import TARIFF, earned_leads
from paxsilica.data.elasticities import paper
from paxsilica.findings import variables
from paxsilica.horizon import LONG_RUN, Horizon
from paxsilica.names import joined
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.theme import Figure
from paxsilica.report.pages.drivers import drivers
from paxsilica.report.pages.limits import (
    capped_sectors,
    limit_numbers,
    limits_section,
    rents_counted,
)
from paxsilica.report.pages.run_charts import (
    RunView,
    gains_and_losses,
    output,
    picture,
    prices,
    trade,
)
from paxsilica.report.pages.run_path import path_report
from paxsilica.report.report import Number, Report, Section, Table, columns, head

Said = Callable[[float], str]

CHANNELS = {
    "terms_of_trade": (
        "a unit of exports buys fewer imports",
        "a unit of exports buys more imports",
    ),
    "technology": ("resources are wasted by {barriers}", "resources are saved by {barriers}"),
    "transfers": ("more must be paid or lent abroad", "less must be paid or lent abroad"),
}
"""Through what a region loses and gains, to first order."""

BARRIERS = {"productivity": ("lower productivity", "higher productivity")}
"""What wastes and saves resources, by kind of measure."""
BARRIER = ("barriers", "lower barriers")

DEARER = "trade and production shift to dearer sources"
UNTAXED = "trade grows that taxes had held back"
ADJUSTED_AROUND = "buyers and producers adjust around it"
CHEAPER = "buyers shift to what became cheaper"
"""All that is left of the exact change: a loss, or a gain by taxed trade, around barriers, or by choice."""

TERMS = ("terms_of_trade", "volume_of_trade", "technology", "transfers", "first_order")

LONG_ADJUSTED = (
    "Long run: two equilibria are compared, as if the measures stayed for good and workers and buyers had "
    "adjusted; how long that takes is not said, and what it costs to get there is not counted."
)
SOON_ADJUSTED = (
    "Short run, about the first year: workers stay in their sectors, inputs and suppliers are hard to replace; what comes "
    "later is not counted."
)
AGED = (
    "{when}: an equilibrium with trade, labour and inputs as far adjusted as measures of that age have been seen to bring "
    "them. Stocks, purchases brought forward, unemployment and what comes later are not counted."
)

LEAST_PART = 0.05
"""Of the largest part of a change, below which another is not told."""

LEAST_REST = 0.02
"""Of the exact change, from which what is not told is told as smaller causes."""

MOST_FIRST_ORDER = 30.0
"""Per cent of income beyond which a channel values nothing that would still be there."""

DEFICITS = {
    "fixed_share": "each region's deficit or surplus keeps its share of world income",
    "fixed": "each region's deficit or surplus stays what it was, in units of world labour income",
    "balanced": "deficits and surpluses were removed first, and the measures act on that world",
}

ASSUMED = (
    "Trade elasticities: from {low} to {high} by sector{response}; with a higher one buyers switch supplier more easily; "
    "of {paper}.",
    "Substitution: {value_added_elasticity:g} between value added and inputs, {input_elasticity:g} among inputs, "
    "{consumption_elasticity:g} among consumption goods; at 1 shares of spending are fixed.",
    "Labour never moves between regions.",
    "Revenue: what tariffs and export taxes earn, less what subsidies cost, is spent where it is collected.",
)
BANNED = (
    "Banned products that no other supplier replaces are {some}, an assumption. It matters where nearly every supplier is "
    "banned, and softens every ban by some per cent of its cost where trade responds slowly."
)

PROOF = (
    "The equations are solved (status: {status}): the largest relative gap is {residual:.1e}, tolerance {tolerance:.0e}, "
    "after {iterations} iterations.",
    "Every equation is evaluated again after the solve, by other code. Largest relative gaps: {gaps}. Walras' law, world "
    "excess demand for labour: {walras:.1e}.",
    "Baseline digest {economy}.",
)

REMOVED = (
    "Trade deficits were removed first, so that levels of trade, revenue and income before the measures are those of that "
    "world and not of the year."
)

MOST_LISTED, MOST_READ_BACK, MOST_MEMBERS = 10, 6, 12
"""Regions of each sign on a terminal; lines of the scenario and members of a party on the first screen."""

LARGEST_SHOWN = "The largest losses of real income, then the largest gains:"

CITED = ("title", "publisher", "published", "quote", "note", "url")
"""In which order a source is told."""

MOST_CLAUSES, MOST_LETTERS = 2, 400
"""Deeds that the first sentence tells, and their length; more are counted."""

REAL = ("real_income", "real_income_money", "real_income_per_person")
EXACT = (*REAL, "real_earned_income", "transfer_effect", "real_wage", "trade_change")
PER = (
    ("real_income_money", "a year", words.signed_money),
    ("real_income_per_person", "per person", lambda size: f"USD {words.signed(size)}"),
)
PRICES = ("consumer_price_in_wages", "consumer_price", "wage", "real_wage")


def report(answer: Answer) -> Report:
    """The report of a run."""
    if "stops" in answer.attachments:
        return path_report(answer)
    v = RunView(answer)
    drawn = cache(partial(picture, v))
    return Report(
        answer,
        kind="run",
        title=v.scenario["title"],
        lead=_lead(v),
        numbers=list(_numbers(v) if v.moves else limit_numbers(v)),
        why=_why(v) if v.moves else "",
        understood=_understood(v),
        picture=lambda: drawn() if v.moves else None,
        sections=lambda: list(_sections(v, drawn)),
        proof=_proof(v),
        screen=_region_table(
            v, [*v.losses[:MOST_LISTED], *v.gains[:MOST_LISTED]], REAL[:2], LARGEST_SHOWN
        ),
    )


# ---- the first screen --------------------------------------------------------------------------


def _lead(v: RunView) -> str:
    s = v.scenario
    if not v.moves:
        none = f"no measure is in force on {s['as_of']}" if s["idle"] else "it holds no measure"
        idle = (
            "no limit that it sets is reached" if s["limits"] else "what it changes is not traded"
        )
        why = idle if s["clauses"] else none
        still = f"real income of every region stays as in {v.before}"
        return f"The scenario changes nothing, since {why}: {still}."
    sets = f"; ranges over {s['over']}" * bool(s["over"])
    day = f", as in force on {s['as_of']}" * bool(s["as_of"])
    since = f", compared with {v.before}" * v.base + v.removed
    return (
        f"{words.sentence(_cause(s['clauses']))}{day}: {v.horizon.when}{since}{',' * bool(since)} "
        f"{joined(_effect(v, party.key) for party in v.leads)}{_worst(v)}{sets}."
    )


def _worst(v: RunView) -> str:
    """Who loses most of all, where that is no party by itself."""
    for region in v.losses[:1]:
        if region not in [party.key for party in v.leads]:
            size = words.number(abs(v.change[region]))
            return f"; {v.names.say_region(region)} loses most of all, {size} %"
    return ""


def _cause(clauses: Sequence[str]) -> str:
    """What is done: the first deeds as long as there is room, the others counted."""
    lengths = accumulate(map(len, clauses))
    room = sum(length <= MOST_LETTERS for length in lengths)
    told = clauses[: min(max(room, 1), MOST_CLAUSES)]
    left = len(clauses) - len(told)
    more = f"; {left} more measure{'s act' if left > 1 else ' acts'} with it" if left else ""
    return joined(told) + more


def _effect(v: RunView, party: str) -> str:
    """`real income of India falls by 0.28 % (0.21 to 0.30 %)`, and what of it is no income that anybody earned."""
    value, transfer = v.of("real_income", party), v.of("transfer_effect", party)
    ends = words.ends_of(v.findings.row("real_income", region=party))
    moves = words.moves(value)
    within = words.band_after_verb(value, ends) + words.outside(value, ends)
    if ends and not words.same_sign(value, ends):
        moves, within = "may rise or fall", f"{words.percent(value)}; {words.percent_range(ends)}"
    about = [within]
    if earned_leads(value, transfer):
        about.append(f"{words.percent(transfer)} by {_rule(v)[0]} alone")
    band = "; ".join(filter(None, about))
    return f"real income of {v.who(party)} {moves}" + f" ({band})" * bool(band)


def _band_of(v: RunView, variable: str, written: Said = words.percent, **of: Any) -> str:
    """`−0.31 to −0.21 %`, or nothing where there is no range."""
    if not (ends := words.ends_of(v.findings.row(variable, **of))):
        return ""
    low, high = ends
    either = ", sign not known" * (written is words.percent and low < 0 < high)
    return f"{written(low).removesuffix(' %')} to {written(high)}{either}"


def _numbers(v: RunView) -> Iterator[Number]:
    leads, flows = [party.key for party in v.leads], v.actors.flows
    for party in leads[:2]:
        yield _income(v, f"Real income of {v.who(party)}", party)
    for ranked, most in ((v.losses, "loss"), (v.gains, "gain")):
        for region in ranked[:1]:
            if region not in leads[:2]:
                title = f"{v.names.name(region)}, the largest {most} of {len(v.change)} regions in per cent"
                yield _ranged(v, "real_income", title, region=region)
    for flow in flows[:2]:
        sides = {"region": flow.exporter, "partner": flow.importer, "sector": v.hit}
        before, after = map(words.number, v.findings.array(TARIFF, **sides).ravel())
        if before != after and not capped_sectors(v).issuperset(flow.sectors):
            sellers = v.who(flow.exporter, flow.importer)
            whose = f"{v.who(flow.importer)} on {v.names.say_sectors(flow.sectors)} from {sellers}"
            mean = f"mean, weighted before and after by trade{words.of_year(v.economy)}{v.removed}"
            mean += rents_counted(v)
            yield Number(f"Tariff of {whose}", f"{before} → {after} %", note=mean)
    yield from limit_numbers(v)
    for party in [p.key for p in v.leads if p.taxes][:2]:
        before, after = map(words.money, v.findings.array(v.earning, region=party).ravel())
        whose = f"{variables()[v.earning].head} of {v.who(party)}"
        less = "; what subsidies cost is taken off" * (v.earning == "treasury_revenue")
        yield Number(
            whose, f"{before} → {after}", note=f"a year, before and after{less}{rents_counted(v)}"
        )
    for way in () if flows else v.actors.ways:
        whose = f"Volume of output of {v.names.say_sectors(way.sectors)} in {v.who(way.exporter)}"
        yield _ranged(v, "output_volume", whose, region=way.exporter, sector=v.hit)
    for flow in (*flows[:2], *filter(None, [v.actors.moved])):
        buyers, sector = v.who(flow.importer, flow.exporter), v.hit if flows else flow.sectors[0]
        whose = f"{v.names.say_sectors(flow.sectors)} from {v.who(flow.exporter)} to {buyers}"
        sides = {"region": flow.exporter, "partner": flow.importer, "sector": sector}
        before, after = map(words.money, v.findings.array("trade", **sides).ravel())
        worth = f"in value {before} → {after} a year"
        yield _ranged(v, "trade_volume", f"Volume of exports of {whose}", worth, **sides)


def _income(v: RunView, title: str, party: str) -> Number:
    """Per cent with its range; then money and money per person, each with its own."""
    notes = []
    for key, of, written in PER:
        if v.findings.select(key).blocks and math.isfinite(size := v.of(key, party)):
            band = _band_of(v, key, written, region=party).replace("USD ", "")
            notes.append(f"{written(size)} {of}" + f" ({band})" * bool(band))
    most = [m for m, of in (("loss", v.losses), ("gain", v.gains)) if of[:1] == [party]]
    title += f", the largest {most[0]} in per cent" if most else ""
    return _ranged(v, "real_income", title, "; ".join(notes), region=party)


def _ranged(v: RunView, key: str, title: str, note: str = "", **of: Any) -> Number:
    value = words.percent(v.findings.value(key, **of))
    return Number(title, value, _band_of(v, key, **of), note)


def _why(v: RunView) -> str:
    """Through which channel the first parties lose or gain, and what the rule for trade deficits does."""
    said = [clause for party in v.leads[:2] for clause in _channels(v, party.key)]
    return words.sentence("; ".join(said)) + "." * bool(said)


def _rule(v: RunView) -> tuple[str, str]:
    """What moves income without any trade, and the verb for it."""
    rule = "the assumed rule for trade balances"
    return (f"the payment and {rule}", "move") if v.scenario["pays"] else (rule, "moves")


def _channels(v: RunView, party: str) -> Iterator[str]:
    """Parts that add up to the exact change of real income."""
    exact, lent = v.of("real_income", party), v.of("transfer_effect", party)
    size = {key: v.of(key, party) for key in CHANNELS}
    kinds = {BARRIERS.get(kind, BARRIER) for kind in v.scenario["kinds"]}
    said = {
        key: CHANNELS[key][x > 0].format(
            barriers=" or ".join(sorted(kind[x > 0] for kind in kinds))
        )
        for key, x in size.items()
    }
    if earned_leads(exact, lent):
        del size["transfers"]
        size["rule"], said["rule"] = lent, " ".join([*_rule(v), "income"])
    size["shift"] = exact - sum(size.values())
    gain = UNTAXED if 2 * v.of("volume_of_trade", party) > size["shift"] else CHEAPER
    gain = ADJUSTED_AROUND if size["technology"] < 0 else gain
    said["shift"] = gain if size["shift"] > 0 else DEARER
    ends = words.ends_of(v.findings.row("real_income", region=party))
    unsure = " (sign not known)" * bool(ends and ends[0] < 0 < ends[1])
    moves = f"real income of {v.who(party)} {words.moves(exact)}{unsure}"
    if max(map(abs, size.values())) > MOST_FIRST_ORDER:
        yield f"{moves}: too large a change to be split into causes"
    elif words.number(exact) != "0":
        most = max(map(abs, size.values()))
        parts = [key for key in size if abs(size[key]) >= LEAST_PART * most]
        rest = exact - sum(size[key] for key in parts)
        if abs(rest) >= LEAST_REST * abs(exact):
            parts, size["rest"], said["rest"] = [*parts, "rest"], rest, "smaller causes"
        parts.sort(key=lambda key: -abs(size[key]))
        told = {
            way: joined(
                f"{said[k]} ({words.percent(size[k])})" for k in parts if size[k] * exact * way > 0
            )
            for way in (1, -1)
        }
        yield f"{moves}, since {told[1]}" + f", although {told[-1]}" * bool(told[-1])


def _understood(v: RunView) -> list[str]:
    e, read, over = v.economy, v.scenario["read_back"], v.scenario["over"]
    left = len(read) - MOST_READ_BACK
    rows = [v.findings.row("real_income", region=party.key) for party in v.leads]
    return [
        *read[:MOST_READ_BACK],
        *([f"{left} more lines are in the section The scenario in full."] if left > 0 else []),
        *(
            f"{words.sentence(v.who(key))}: {joined(names, MOST_MEMBERS)}."
            for key, names in v.groups
        ),
        adjusted(v.horizon),
        REMOVED if v.removed else _deficits(v),
        f"Changes from {v.before} ({f'itself solved from the {words.baseline(e)}, ' * v.base}{e.about.title}){v.removed}; "
        "a loss is negative. Money is "
        f"USD{words.of_year(e)} a year; trade, prices and revenue after the measures are relative to world labour income.",
        *v.ranges_told(over, rows),
        *(
            words.sentence(f"not modelled: {'; '.join(left)}.")
            for left in [v.scenario["left_out"]]
            if left
        ),
    ]


# ---- below it ----------------------------------------------------------------------------------


def _sections(v: RunView, drawn: Callable[[], Figure]) -> Iterator[Section]:
    if v.moves:
        parties = [p.key for p in v.actors.parties if len(p.regions) > 1]
        regions = sorted(v.change, key=v.change.__getitem__)
        order = [*dict.fromkeys([v.world, *parties, *regions])]
        every = _region_table(v, order, (*EXACT, f"{v.earning}_change"))
        ranked = gains_and_losses(v)
        shown = [ranked][
            drawn().name == ranked.name :
        ]  # where there is no map they are the first picture
        yield Section("regions", "All regions", (), shown, every)
        told = (
            "The terms value every change at the prices, tariffs and quantities that stood before. For a small measure "
            "their sum is the change of real income; for a large one it leaves out the curvature and may differ in sign. "
            "Why, on the first screen, takes the volume of trade and all that is beyond first order as one part."
        )
        terms = _region_table(v, order, ("real_income", *TERMS))
        yield Section("why", "Why: the channels to first order", [told], (), terms)
        yield from limits_section(v)
        yield Section("output", "Output by sector", (), [output(v)])
        yield Section("trade", "Where trade goes", (), list(trade(v)))
        told = (
            "A price that falls relative to world labour income is no gain where local wages fall more. In local wages "
            "prices are the other side of real wages. Real income holds revenue from tariffs and transfers too, so that it "
            "may fall where real wages rise."
        )
        yield Section("prices", "Prices", [told], [prices(v)], _region_table(v, regions, PRICES))
    if v.findings.select("driven_income").blocks:
        yield drivers(v)
    if read := v.scenario["read_back"]:
        yield Section("scenario", "The scenario in full", read)
    yield Section("assumptions", "Assumptions", _assumed(v))
    if cited := [". ".join(c[k] for k in CITED if k in c) for c in v.scenario["source"]]:
        yield Section("citations", "Sources of the scenario", cited)


def _region_table(v: RunView, labels: Sequence[str], keys: Sequence[str], note: str = "") -> Table:
    """Rows of regions and parties; real income with the ends of its range."""
    found = columns(v.answer, "region", *(k for k in keys if v.findings.select(k).blocks))
    heads, income = list(found[v.economy.regions[0]]), head(v.answer, "real_income")
    unit, ranged = v.answer.unit("real_income"), bool(v.scenario["over"])
    rows = []
    for label in labels:
        own = label in v.change
        row: dict[str, Any] = {
            "region": v.names.name(label) if own else words.sentence(v.who(label))
        }
        for name in heads:
            row[name] = found[label].get(name)
            if name == income and ranged:
                band = v.findings.row("real_income", region=label)
                row |= {f"from, {unit}": band.get("low"), f"to, {unit}": band.get("high")}
        rows.append(row)
    return Table(rows, note)


def adjusted(horizon: Horizon) -> str:
    """What has adjusted and what is not counted."""
    if horizon == LONG_RUN:
        return LONG_ADJUSTED
    if horizon.months is None:
        return SOON_ADJUSTED
    return AGED.format(when=words.sentence(str(horizon)))


def _deficits(v: RunView) -> str:
    return f"Trade balances, an assumption: {DEFICITS[v.scenario['assumptions']['deficits']]}."


def _assumed(v: RunView) -> list[str]:
    a, thetas = v.scenario["assumptions"], v.findings.array("trade_elasticity")
    low, high, cost = (
        words.number(thetas.min()),
        words.number(thetas.max()),
        float(a["backstop_cost"]),
    )
    response = (
        ""
        if v.horizon.months
        else f", with {a['trade_response']:.0%} of the long-run response of trade"
    )
    of = {"low": low, "high": high, "paper": paper(a["elasticities"]), "response": response}
    some = f"made at home by hand at {cost:g} times the price" if math.isfinite(cost) else "lost"
    return [
        adjusted(v.horizon),
        _deficits(v),
        *(line.format(**a, **of) for line in ASSUMED),
        *([BANNED.format(some=some)] if a["bans"] else []),
    ]


def _proof(v: RunView) -> list[str]:
    s = v.answer.solver
    gaps = ", ".join(f"{block} {gap:.1e}" for block, gap in s["residuals"].items())
    return [line.format(**s, gaps=gaps) for line in PROOF]
