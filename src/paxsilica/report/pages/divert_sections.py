"""Below the first screen of other markets: the ranking, sectors, potential, products, elasticities."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from paxsilica.analysis.diversification.markets import BELIEVED, CUSTOMS_UNION, SOLVED
from paxsilica.analysis.diversification.products import DEMAND, SUPPLY
from paxsilica.analysis.diversification.redirection import ENDS
from paxsilica.analysis.partial import SMART_OVERSTATES, SUBSTITUTION
from paxsilica.data.elasticities import paper
from paxsilica.names import does, inside
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.dots import ranges
from paxsilica.report.charts.theme import Figure
from paxsilica.report.pages.divert_view import LONG, Diverted
from paxsilica.report.report import Section, Table, columns, head

MOST_BARS = 12


def market_sections(v: Diverted) -> Iterator[Section]:
    """What is folded, in order of use."""
    yield _markets(v)
    yield _by_each_sector(v)
    yield _potential(v)
    if v.findings.select("smart_change").blocks:
        yield _one_market(v)
    if v.findings.select("gsim_change").blocks:
        yield _all_markets(v)
    yield from _elasticities(v)


def _markets(v: Diverted) -> Section:
    """The ranking, with reasons."""
    allies = v.names.say(v.attached["allies"], inside=True)
    first = v.ranked[0] if v.ranked else ""
    text = [
        "Markets are ordered by the mean of three ranks: what the equilibrium redirects there by "
        "itself, what of the export "
        "potential is not realised, and what the end of the market's tariffs would win back of "
        "real income on top of the hit "
        f"(by the exact derivative; the best {SOLVED} are solved exactly, which counts the gain "
        "beyond the first order too). "
        "Dependence and alliance stand beside and do not count. The rest of the world agrees on "
        "nothing, and has no rank.",
        f"An agreement here is the market's side alone: {v.exporter} {does(v.exporter, 'keep')} "
        "its own tariffs, so that what "
        "it would have to give is not in the number. Allies are the members of "
        f"{allies} on {v.names.day}; what both sides are in besides, such as a group of "
        "countries, has no dates.",
    ]
    union = {*v.economy.about.region_groups.get(CUSTOMS_UNION, ())}
    ours = {*v.attached["exporters"]}
    if ours & union and not union <= ours:
        text.append(
            f"A member of the {CUSTOMS_UNION} makes no agreement on tariffs alone: what one would "
            "win here, its union would have "
            "to agree for all."
        )
    if any(note.name == "agreements.kept" for note in v.answer.notes):
        text.append(
            f"Tariffs above {100 * BELIEVED:g} % stay in every agreement: the baseline's are "
            "simple averages, and "
            "such a one is made by a few prohibitive rates on products that are hardly traded. "
            "The notes on the data say "
            "which."
        )
    if first:
        # a question of its own: what the exporter buys there
        us, them = (",".join(v.names.label(x).split("+")) for x in (v.asked["exporter"], [first]))
        text.append(
            f"How far {v.exporter} {does(v.exporter, 'depend')} on {v.inside(first)} for "
            "materials: "
            f"`pax depend {us} --them {them}`."
        )
    figure = _market_bars(v)
    return Section(
        "markets", "Which markets are left", text, [figure] if figure else [], market_table(v)
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


def market_table(v: Diverted) -> Table | None:
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
        row: dict[str, Any] = {"Market": v.called(market), "Rank over elasticities": v.rank(market)}
        row["Why"] = words.sentence("; ".join(v.reasons(market)))
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
        "Rank over elasticities",
        head(v.answer, keys[0]),
        head(v.answer, keys[1]),
        head(v.answer, keys[3]),
        "Ally",
        "Why",
    )
    page = tuple(said for said in rows[0] if said not in ("Both in", head(v.answer, keys[4])))
    return Table(rows, "The most promising first; long run.", shown, page, most=10)


def _by_each_sector(v: Diverted) -> Section:
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
    rows = [{words.sentence(by): _good_name(v, by, label), **table[label]} for label in order]
    text = (
        "Export potential is supply times demand times ease (Decreux and Spies 2016): what the "
        "exporter would sell of a "
        "product to a market by its share in the world, the market's demand, and how much of the "
        "pair's trade in general "
        "there is. Over all products it equals what is sold to a market, so that it tells "
        "products apart, and not whether a "
        "market is used at all. ITC's projections of growth, its tariffs and its distances are "
        "not in it. The ranking of markets counts the sectors that are asked about, or all "
        "products of one's own table.",
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


def _good_name(v: Diverted, by: str, label: str) -> str:
    """A sector by name; a product by its code with what it holds, or else the sector that it is of."""
    if by == "sector":
        return str(v.attached["sector_names"].get(label) or v.economy.sector_name(label))
    sector = v.attached.get("product_sectors", {}).get(label, "")
    named = v.attached.get("product_names", {}).get(label) or (
        sector and v.economy.sector_name(sector)
    )
    return f"HS {label}" + f", {inside(named)}" * bool(named)


def _one_market(v: Diverted) -> Section:
    """SMART and the exact CES beside it, in the market that hits."""
    keys = (
        "smart_creation",
        "smart_diversion",
        "smart_change",
        "ces_change",
        "smart_overstatement",
    )
    exports = {"item": None, "horizon": LONG}
    table = columns(v.answer, "product", "product_exports", **exports)
    for label, row in columns(v.answer, "product", *keys, horizon=LONG).items():
        table[label] |= row
    for when in ("before", "after"):
        for label, value in v.findings.along("product_tariff", "product", scenario=when).items():
            table[label][f"{head(v.answer, 'product_tariff')}, {when}"] = value
    rows = [{"Product": _good_name(v, "product", label), **table[label]} for label in table]
    whole, shown = (v.findings.value("product_exports", item=item) for item in ("all", "shown"))
    linear, exact = (v.findings.value(key, item="shown") for key in ("smart_change", "ces_change"))
    text = (
        f"Partial equilibrium in {v.attached['one_market']}: wages, inputs, incomes and other "
        "products stay "
        f"where they are. These numbers are no parts of the sums above. The {len(rows)} products "
        "that "
        f"{v.exporter} {does(v.exporter, 'sell')} {v.hitter} most are {words.money(shown)} of "
        f"{words.money(whole)} a year, and change by {words.signed_money(linear)} by SMART and by "
        f"{words.signed_money(exact)} by the exact CES.",
        f"{SMART_OVERSTATES.text}. Where the duty on rivals alone rises, SMART keeps the size of "
        "the market "
        "and so overstates what moves to the exporter; and being linear it has none of the "
        "curvature of a "
        f"duty of 50 %. Both here: elasticity of demand {DEMAND:g}, of substitution "
        f"{SUBSTITUTION:g}, which is "
        "SMART's own and much below those of the equilibrium.",
    )
    note = "The products sold most to the market that hits, the largest first; a loss is negative."
    return Section(
        "products", "Partial equilibrium by product: SMART", text, table=Table(rows, note)
    )


def _all_markets(v: Diverted) -> Section:
    """GSIM in the world markets of the products at hand."""
    where = {"hit": f"to {v.hitter}", "elsewhere": "to others"}
    table: dict[str, dict[str, Any]] = {}
    for key in ("product_exports", "gsim_change"):
        for item, said in where.items():
            found = v.findings.along(key, "product", item=item, horizon=LONG)
            for label, value in found.items():
                table.setdefault(label, {})[f"{head(v.answer, key)}, {said}"] = value
    for label, row in columns(v.answer, "product", "gsim_price", horizon=LONG).items():
        table[label] |= row
    rows = [{"Product": _good_name(v, "product", label), **table[label]} for label in table]
    text = (
        f"Partial equilibrium in {v.attached['all_markets']}, all markets of each product "
        "together (Francois and Hall 2003), "
        f"solved in levels: demand {DEMAND:g}, supply {SUPPLY:g}, substitution one plus the trade "
        "elasticity of the "
        "product's sector, whose tariffs it meets. Sales at home are in no such table, so that "
        "nothing is diverted to them. "
        "These numbers are no parts of the sums above.",
    )
    note = "The products sold most to the market that hits, the largest first; a loss is negative."
    return Section("world", "Partial equilibrium by product: GSIM", text, table=Table(rows, note))


def _elasticities(v: Diverted) -> Iterator[Section]:
    """The same under other sets."""
    each = v.findings.along("real_income", "elasticities", horizon=LONG)
    if not each:
        return
    said = {
        "hit": v.hitter_label,
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
