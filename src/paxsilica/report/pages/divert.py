"""The page of `pax divert`: what is lost where, where it goes, what is no longer made, and which markets are left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paxsilica.analysis.diversification.markets import SOLVED
from paxsilica.analysis.diversification.products import DEMAND, SUPPLY
from paxsilica.analysis.diversification.redirection import ENDS, OTHER_ENDS
from paxsilica.analysis.partial import SMART_OVERSTATES, SUBSTITUTION
from paxsilica.data.elasticities import paper
from paxsilica.names import does, inside
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.dots import ranges
from paxsilica.report.charts.sankey import Node, Stream, streams
from paxsilica.report.charts.theme import GAIN, LOSS, OUTSIDE, Figure
from paxsilica.report.pages.divert_view import LONG, SHORT, Diverted
from paxsilica.report.report import Number, Report, Row, Section, Table, columns, head

HORIZON_WORDS = {LONG: "in the long run", SHORT: "in the first year or so"}

MOST_BARS = 12

FEWER, MORE, UNMADE = "Less is sold", "More is sold", "No longer made"

STREAM_COLOURS = {FEWER: LOSS, MORE: GAIN, UNMADE: OUTSIDE}


def report(answer: Answer) -> Report:
    """The page of a hit on an exporter."""
    v = Diverted(answer)
    return Report(
        answer,
        kind="divert",
        title=f"Other markets for {v.exporter}, hit by {v.hitter}",
        lead=_lead(v),
        numbers=[*_numbers(v)],
        why=_why(v),
        understood=[*_understood(v)],
        picture=lambda: _picture(v),
        sections=lambda: [*_sections(v)],
        proof=[f"Largest relative gap of any equation: {answer.solver['residual']:.1e}."],
        screen=_market_table(v),
    )


def _lead(v: Diverted) -> str:
    """Who loses what where, where it goes, what is no longer made."""
    lost, elsewhere, home, made = (v.row("sales_moved", item=item) for item in ENDS)
    sets = len(v.findings.along("real_income", "elasticities", horizon=LONG))
    over = f" over {sets} sets of elasticities" * (sets > 1)
    hit = f"Hit by {v.hitter}, {v.exporter} would sell"
    first = f"{hit} {_amount(lost, over)} of {v.goods} there a year in the long run"
    told = [
        f"other markets would buy {_amount(elsewhere)}",
        f"{_amount(home)} would be sold at home",
    ]
    unmade = f"{_unsigned(made)} {'more would' if (made['value'] or 0) > 0 else 'would no longer'} be made"
    return f"{first}: {'; '.join(told)}; and {unmade}."


def _amount(row: Row, over: str = "") -> str:
    """`USD 51.6 billion (29.2 to 56.2) less`"""
    return f"{_unsigned(row, over)} {'more' if (row['value'] or 0) > 0 else 'less'}"


def _unsigned(row: Row, over: str = "") -> str:
    value = row["value"] or 0.0
    band = words.band_after_verb(value, words.ends_of(row), over, words.money_range)
    return words.money(abs(value)) + f" ({band})" * bool(band)


def _numbers(v: Diverted) -> Iterator[Number]:
    for item, said in (
        ("hit", f"Sales to {v.hitter}"),
        ("elsewhere", "Sales to other markets"),
        ("home", "Sales at home"),
        ("made", "Output"),
    ):
        row, short = v.row("sales_moved", item=item), v.of("sales_moved", SHORT, item=item)
        ends = words.ends_of(row)
        band = words.money_range(ends) if ends else ""
        note = f"{words.signed_money(short)} {HORIZON_WORDS[SHORT]}"
        yield Number(
            f"{said}, {HORIZON_WORDS[LONG]}", words.signed_money(row["value"] or 0), band, note
        )
    row = v.row("real_income")
    money = words.signed_money(v.of("real_income_money"))
    short_run = words.percent(v.of("real_income", SHORT))
    note = f"{money} a year; {short_run} {HORIZON_WORDS[SHORT]}"
    band = words.percent_range(words.ends_of(row))
    yield Number(
        f"Real income of {v.exporter}, {HORIZON_WORDS[LONG]}",
        words.percent(row["value"] or 0),
        band,
        note,
    )
    if v.findings.select("sales_moved", measure="alone").blocks:
        alone = v.of("sales_moved", item="elsewhere", measure="alone")
        name = f"Sales to other markets if {v.exporter} alone were hit, {HORIZON_WORDS[LONG]}"
        yield Number(
            name,
            words.signed_money(alone),
            note="rivals that are hit too look for the same markets",
        )
    if v.ranked:
        best = v.ranked[0]
        yield Number(
            "Most promising market",
            v.called(best),
            note="; ".join(v.reasons(best)) or "of those asked about",
        )


def _why(v: Diverted) -> str:
    lost = _lost_by_sector(v)
    before, after = (
        v.of("trade_weighted_tariff", item="hit", scenario=s) for s in ("before", "after")
    )
    said = (
        f"The tariff of {v.hitter} on {v.goods} from {v.exporter} goes from "
        f"{words.number(before)} to "
        f"{words.number(after)} %, at the trade before. "
    )
    if lost and (first := next(iter(lost))):
        name = inside(v.economy.sector_name(first))
        if len(lost) > 1:
            said += f"Most is lost in {name}, {words.money(-lost[first])} a year. "
    wage = v.of("wage")
    return (
        f"{said}Other markets change no tariff: they buy otherwise only as wages of {v.exporter} "
        f"({words.percent(wage)} against the world's) make its goods cheaper, and as rivals turn "
        "to them too."
    )


def _lost_by_sector(v: Diverted) -> dict[str, float]:
    """Sector -> change of sales to the market that hits, the largest loss first."""
    found = v.findings.along(
        "sales_moved",
        "sector",
        item="hit",
        horizon=LONG,
        partner=None,
        elasticities=None,
        measure=None,
    )
    known = {sector: value for sector, value in found.items() if value is not None}
    return dict(sorted(known.items(), key=lambda cell: cell[1]))


def _understood(v: Diverted) -> Iterator[str]:
    about = v.answer.about
    clauses = "; ".join(v.attached["clauses"][:3])
    sold = words.money(v.of("sold_to_hitter"))
    yield (
        f"{v.attached['title']}: {clauses}. {words.sentence(v.exporter)} sold {v.hitter} {sold} of "
        f"{v.goods}{v.year}. {about.title}."
    )
    yield (
        f"A loss is negative, in USD a year{v.year}: sales at the factory gate, counted at the "
        "prices before the hit, so that "
        "what is lost in one market is sold elsewhere, sold at home or no longer made, exactly. "
        "Long run: everything has "
        "adjusted; short run: the first year or so, in which workers stay in their sector and "
        "buyers change suppliers slowly."
    )
    yield (
        "No longer made is gross output, which counts inputs again at every stage, and is no loss "
        "of income: people work "
        f"elsewhere, and real income changes by {words.percent(v.of('real_income'))}."
    )
    for note in v.answer.notes:
        if note.name == "tariff_vintages":
            yield (
                f"What markets have agreed with {v.exporter} since the tariffs of the baseline "
                "counts as not agreed: "
                f"{note.text}."
            )
    each = v.findings.along("real_income", "elasticities", horizon=LONG)
    used = paper(about.elasticities)
    if each:
        yield f"The bands span {len(each)} sets of trade elasticities; the numbers are those of {used}."
    else:
        yield f"One set of trade elasticities, {used}: no band."


# ---- the picture -------------------------------------------------------------------------------------


def _picture(v: Diverted) -> Figure | None:
    """From what is sold less, by sector, to where more is sold and what is no longer made."""
    found = v.findings.select("sales_shown", horizon=LONG).rows()
    to = {
        (row["item"], row["sector"]): (row["value"] or 0.0)
        / (-1e3 if row["item"] == "made" else 1e3)
        for row in found
    }
    to = {cell: amount for cell, amount in to.items() if words.number(amount) != "0"}
    if not to:
        return None
    ends, sectors = (list(dict.fromkeys(cell[at] for cell in to)) for at in (0, 1))
    sides = {
        sign: [
            end
            for end in ends
            if any((to.get((end, s), 0.0) > 0) == sign for s in sectors if (end, s) in to)
        ]
        for sign in (False, True)
    }
    links = [_stream(v, end, sector, amount) for (end, sector), amount in to.items()]
    nodes = [
        [Node(f"<{end}", _end(v, end, False), _net(v, end, sides)) for end in sides[False]],
        [Node(f"={sector}", _sector(v, sector)) for sector in sectors],
        [Node(f">{end}", _end(v, end, True), _net(v, end, sides)) for end in sides[True]],
    ]
    note = (
        f"USD billion a year{v.prices}, long run, at the factory gate and at the prices before "
        "the hit. Left: where a sector "
        "sells less; right: where it sells more, and what is no longer made."
    )
    title = f"What {v.exporter} {does(v.exporter, 'lose')} in {v.hitter}, and what becomes of it"
    axis = f"Change of sales, billion USD{v.year} a year"
    return streams("streams", title, nodes, links, axis, STREAM_COLOURS, [note])


def _stream(v: Diverted, end: str, sector: str, to: float) -> Stream:
    """Between a sector and where it sells more, or less, or what it no longer makes."""
    kind = UNMADE if end == "made" else MORE if to > 0 else FEWER
    where, name = _end(v, end, to > 0), _sector(v, sector)
    ends = (f"={sector}", f">{end}") if to > 0 else (f"<{end}", f"={sector}")
    return Stream(
        *ends, abs(to), kind, f"{name}, {where}: {words.number(abs(to))} billion USD a year"
    )


def _end(v: Diverted, end: str, more: bool) -> str:
    """An end of a stream by name."""
    own = {
        "hit": words.sentence(v.hitter),
        "home": "At home",
        "made": "No longer made" if more else "Made more",
        OTHER_ENDS: "Other markets",
    }
    return own.get(end) or v.called(end)


def _net(v: Diverted, end: str, sides: dict[bool, list[str]]) -> str:
    """The change as a number, where all that is drawn of an end is on one side and so sums to it."""
    if end == OTHER_ENDS or (end in sides[True] and end in sides[False]):
        return ""
    item = end in ENDS
    change = v.of("sales_moved", item=end) if item else _to_market(v, end)
    return words.signed(change / 1e3)


def _to_market(v: Diverted, market: str) -> float:
    """The change of sales to a market of the picture."""
    regions, markets = (
        v.findings.along("sales_moved", "partner", horizon=LONG, sector=None, measure=measure)
        for measure in (None, "market")
    )
    return (markets | regions).get(market) or 0.0


def _sector(v: Diverted, sector: str) -> str:
    return "Other sectors" if sector == OTHER_ENDS else v.economy.sector_name(sector)


# ---- below the first screen --------------------------------------------------------------------------


def _sections(v: Diverted) -> Iterator[Section]:
    """What is folded, in order of use."""
    yield _markets(v)
    yield _sectors(v)
    yield _potential(v)
    if v.findings.select("smart_change").blocks:
        yield _products(v)
    yield from _elasticities(v)


def _markets(v: Diverted) -> Section:
    """The ranking, with reasons."""
    allies = v.names.say([*v.answer.question.model_dump()["allies"]], inside=True)
    first = v.ranked[0] if v.ranked else ""
    text = [
        "Markets are ordered by the mean of three ranks: what the equilibrium redirects there by "
        "itself, what of the export "
        "potential is not realised, and what the end of the market's tariffs would win back of "
        "real income on top of the hit "
        f"(by the exact derivative; the best {SOLVED} are solved exactly, which counts the gain "
        "beyond the first order too). "
        "Dependence and alliance stand beside and do not count.",
        f"An agreement here is the market's side alone: {v.exporter} {does(v.exporter, 'keep')} "
        "its own tariffs, so that what "
        "it would have to give is not in the number. Allies are the members of "
        f"{allies} on {v.names.day}; what both sides are in besides, such as a group of "
        "countries, has no dates.",
    ]
    if first:
        seller = "+".join(v.attached["exporters"]) if len(v.attached["exporters"]) < 4 else ""
        partner = first.replace("+", ",")
        if seller:
            ask = f"`pax depend {seller.replace('+', ',')} --them {partner}`"
            text.append(
                f"On whom {v.exporter} {does(v.exporter, 'depend')} there as a buyer of "
                f"materials: {ask}."
            )
    figure = _market_bars(v)
    return Section(
        "markets", "Which markets are left", text, [figure] if figure else [], _market_table(v)
    )


def _market_bars(v: Diverted) -> Figure | None:
    """What is redirected to the markets to which most is, or from which most is withdrawn."""
    moved = {m: v.market("sales_moved", m) or 0.0 for m in v.ranked}
    shown = sorted(moved, key=lambda m: -abs(moved[m]))[:MOST_BARS]
    rows = [
        {
            "label": v.called(market),
            "value": value / 1e3,
            "text": words.signed(value / 1e3),
            "tip": f"{v.called(market)}: {words.signed_money(value)} a year",
        }
        for market in sorted(shown, key=lambda m: -moved[m])
        for value in [moved[market]]
        if value
    ]
    if not rows:
        return None
    note = f"Long run; sales of {v.goods} at the prices before; a minus is less. The {len(rows)} that change most."
    axis = f"Change of sales, billion USD{v.year} a year"
    return bars(
        "markets",
        "What the equilibrium redirects by itself",
        rows,
        axis,
        [note],
        heads=("Market", ""),
    )


def _market_table(v: Diverted) -> Table | None:
    if not v.ranked:
        return None
    keys = (
        "sales_moved",
        "unrealised_potential",
        "agreement_first_order",
        "agreement_gain",
        "agreement_sales",
    )
    rows = []
    for market in v.ranked:
        row: dict[str, Any] = {"Market": v.called(market)}
        row["Why"] = "; ".join(v.reasons(market))
        for key in keys:
            row[head(v.answer, key)] = v.market(key, market)
        for key in ("trade_weighted_tariff", "share_of_exports"):
            for when in ("before", "after"):
                row[f"{head(v.answer, key)}, {when}"] = v.market(key, market, scenario=when)
        row["Ally"] = bool(v.market("ally", market))
        row["Both in"] = ", ".join(v.attached["shared"].get(market, ()))
        rows.append(row)
    shown = (
        "Market",
        head(v.answer, keys[0]),
        head(v.answer, keys[1]),
        head(v.answer, keys[3]),
        "Ally",
        "Why",
    )
    return Table(rows, "The most promising first; long run.", shown, most=10)


def _sectors(v: Diverted) -> Section:
    """Where each sector's sales go."""
    table: dict[str, dict[str, Any]] = {}
    where = {
        "hit": f"in {v.hitter}",
        "elsewhere": "in other markets",
        "home": "at home",
        "made": "output",
    }
    for item in ENDS:
        found = v.findings.along(
            "sales_moved",
            "sector",
            item=item,
            horizon=LONG,
            partner=None,
            elasticities=None,
            measure=None,
        )
        for sector, value in found.items():
            table.setdefault(sector, {})[f"{head(v.answer, 'sales_moved')}, {where[item]}"] = value
    for when in ("before", "after"):
        tariffs = v.findings.along("trade_weighted_tariff", "sector", horizon=LONG, scenario=when)
        for sector, value in tariffs.items():
            table[sector][f"Tariff of {v.hitter}, %, {when}"] = value
    for sector, value in v.findings.along("trade_elasticity", "sector", horizon=LONG).items():
        table[sector][head(v.answer, "trade_elasticity")] = value
    order = sorted(table, key=lambda sector: next(iter(table[sector].values())) or 0.0)
    rows = [{"Sector": v.economy.sector_name(sector), **table[sector]} for sector in order]
    text = "In every row the first three numbers sum to the last of the four: what is no longer made, a minus."
    return Section("sectors", "By sector", (text,), table=Table(rows, "Long run."))


def _potential(v: Diverted) -> Section:
    """Potential and density by sector or product."""
    by = (
        "product"
        if v.findings.select("density").blocks[0].axis_of("product") is not None
        else "sector"
    )
    keys = ("sold_abroad", "export_potential", "unrealised_potential", "advantage", "density")
    where = {"partner": None, "measure": None, "horizon": LONG}
    table = columns(v.answer, by, *keys, **where)
    left = head(v.answer, "unrealised_potential")
    order = sorted(table, key=lambda label: -(table[label][left] or 0.0))
    rows = [{words.sentence(by): _kind(v, by, label), **table[label]} for label in order]
    text = (
        "Export potential is supply times demand times ease (Decreux and Spies 2016): what the "
        "exporter would sell of a "
        "product to a market by its share in the world, the market's demand, and how much of the "
        "pair's trade in general "
        "there is. Over all products it equals what is sold to a market, so that it tells "
        "products apart, and not whether a "
        "market is used at all. ITC's projections of growth, its tariffs and its distances are "
        "not in it.",
        "Density is how much of what is near to a product the exporter sells with an advantage "
        "already (Hidalgo and others "
        "2007); an advantage is a share in the world's exports above that of all its exports.",
    )
    return Section(
        "potential",
        "Export potential and near products",
        text,
        table=Table(rows, "Before the hit."),
    )


def _kind(v: Diverted, by: str, label: str) -> str:
    if by == "product":
        named = v.attached.get("product_names", {}).get(label, "")
        return f"HS {label}" + f", {inside(named)}" * bool(named)
    names = v.attached.get("sector_names", {})
    return str(names.get(label) or v.economy.sector_name(label))


def _products(v: Diverted) -> Section:
    """Partial equilibrium by product."""
    keys = (
        *("product_exports", "smart_creation", "smart_diversion", "smart_change", "ces_change"),
        *("smart_overstatement", "gsim_price"),
    )
    table = columns(v.answer, "product", *keys, horizon=LONG)
    for when in ("before", "after"):
        for label, value in v.findings.along("product_tariff", "product", scenario=when).items():
            table[label][f"{head(v.answer, 'product_tariff')}, {when}"] = value
    for item, said in (("hit", f"to {v.hitter}"), ("elsewhere", "to others")):
        for label, value in v.findings.along("gsim_change", "product", item=item).items():
            table[label][f"{head(v.answer, 'gsim_change')}, {said}"] = value
    rows = [{"Product": _kind(v, "product", label), **table[label]} for label in table]
    text = (
        f"Partial equilibrium in {v.attached['products']}: wages, inputs, incomes and other "
        "products stay where they are, and "
        f"each product meets the tariffs of its sector. These are no parts of the sums above.",
        f"{SMART_OVERSTATES.text}. SMART and CES here: elasticity of demand {DEMAND:g}, of "
        f"substitution {SUBSTITUTION:g}, "
        f"which is SMART's own; GSIM: demand {DEMAND:g}, supply {SUPPLY:g}, substitution one plus "
        "the trade elasticity of the "
        "sector, solved in levels. That GSIM loses more where its sector is easy to replace is "
        "this difference.",
    )
    note = "The products sold most to the market that hits, the largest first."
    return Section("products", "Partial equilibrium by product", text, table=Table(rows, note))


def _elasticities(v: Diverted) -> Iterator[Section]:
    """The same under other sets."""
    each = v.findings.along("real_income", "elasticities", horizon=LONG)
    if not each:
        return
    said = {
        "hit": words.sentence(v.hitter),
        "elsewhere": "Other markets",
        "home": "At home",
        "made": "Output",
    }
    found = {
        item: v.findings.along("sales_moved", "elasticities", horizon=LONG, item=item)
        for item in ENDS
    }
    rows = [
        {
            "label": said[item],
            "dot": paper(key),
            "value": (value or 0.0) / 1e3,
            "tip": f"{paper(key)}: {words.signed_money(value or 0.0)}",
        }
        for item in ENDS
        for key, value in found[item].items()
        if value is not None
    ]
    axis = f"Change of sales, billion USD{v.year} a year"
    note = "The same hit, a dot for each set of trade elasticities, a tick at the median; long run; a minus is less."
    heads = ("Where", "Trade elasticities")
    figure = ranges("sets", "Under other elasticities", rows, axis, [note], heads)
    table = [
        {
            "Trade elasticities": paper(key),
            **{said[item]: found[item][key] for item in ENDS},
            head(v.answer, "real_income"): each[key],
        }
        for key in each
    ]
    unit = f"In {v.answer.unit('sales_moved')}; long run."
    yield Section("sets", "Other elasticities", (), [figure], Table(table, unit))
