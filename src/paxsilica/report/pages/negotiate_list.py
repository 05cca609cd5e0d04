"""The negotiation list on a page: what each side would ask of the other and defend, by product and by sector."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from paxsilica.analysis.negotiation.offer_ways import DEFENSIVE, LISTS, OFFENSIVE
from paxsilica.horizon import Horizon
from paxsilica.names import does, inside
from paxsilica.policy.products import line_name
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.dots import scatter
from paxsilica.report.charts.theme import HUES, Figure
from paxsilica.report.report import Row, Section, Table, head

OF_PRODUCTS = (
    *("offer_trade", "offer_year", "offer_trade_now", "offer_duty", "offer_margin", "offer_share"),
    *("offer_won", "offer_surge", "offer_smart", "offer_created", "offer_diverted"),
)
OF_SECTORS = ("offer_duty", "offer_trade_now", "offer_exports", "offer_output")
OF_INCOME = ("offer_income", "offer_income_money", "offer_first_order")

RANKED = {OFFENSIVE: "offer_won", DEFENSIVE: "offer_surge"}
"""What a list is sorted by, and the picture shows."""

LABELLED, LONGEST = 3, 46
"""Points of each side with a label; letters of a label in a picture."""


@dataclass(eq=False)
class _List:
    """One of the four lists: `ours` and `theirs` as they stand inside a sentence."""

    answer: Answer
    region: str
    partner: str
    item: str

    def __post_init__(self) -> None:
        say = self.answer.names.say
        self.ours, self.theirs = (
            say(label.split("+"), inside=True) for label in (self.region, self.partner)
        )

    @cached_property
    def products(self) -> dict[str, dict[str, Row]]:
        """Code -> key -> the finding, the most at stake first."""
        return self._along("product", [*OF_PRODUCTS])

    @cached_property
    def sectors(self) -> dict[str, dict[str, Row]]:
        return self._along("sector", [*OF_INCOME, *OF_SECTORS], product=None)

    def _along(
        self, dimension: str, keys: Sequence[str], **where: Any
    ) -> dict[str, dict[str, Row]]:
        found: dict[str, dict[str, Row]] = {}
        lists = {"region": self.region, "partner": self.partner, "item": self.item}
        for row in self.answer.findings.select(*keys, **lists, **where).rows():
            if dimension in row:
                found.setdefault(row[dimension], {})[row["variable"]] = row
        return found

    def share(self, key: str) -> float:
        """`offer_coverage` or `offer_listed`."""
        lists = {"region": self.region, "partner": self.partner, "item": self.item}
        return self.answer.findings.value(key, **lists, product=None, sector=None)

    def name(self, code: str) -> str:
        """What a product is called: a customs line, or what is left of a sector."""
        sectors = self.answer.names.table
        if code in sectors.sectors:
            return f"{sectors.sector_name(code)} (sector)"
        sector = next(iter(self.products[code].values()))["sector"]
        return line_name(code) or sectors.sector_name(sector)

    @property
    def title(self) -> str:
        verb = does(self.ours, "ask" if self.item == OFFENSIVE else "defend")
        link = "of" if self.item == OFFENSIVE else "against"
        return f"What {self.ours} {verb} {link} {self.theirs}"


def list_sections(answer: Answer) -> list[Section]:
    """A section on both sides, one for each of the four lists, and two of sectors; none where nothing was listed."""
    pairs = dict.fromkeys(
        (row["region"], row["partner"]) for row in answer.findings.select("offer_listed").rows()
    )
    lists = [_List(answer, *pair, item) for pair in pairs for item in LISTS]
    if not lists:
        return []
    asked = [one for one in lists if one.item == OFFENSIVE]
    sections = [
        Section(
            "offers",
            "Products that stand in question",
            [*_how_to_read(lists)],
            [*_duty_and_trade(asked)],
        )
    ]
    for at, one in enumerate(lists):
        if one.products:
            text = [*_summary(one)]
            sections.append(
                Section(f"offers-{at}", one.title, text, [_bars(one, at)], _product_table(one))
            )
        else:
            sections.append(Section(f"offers-{at}", one.title, [_no_duty(one)]))
    defended = {(one.partner, one.region): one for one in lists if one.item == DEFENSIVE}
    for at, one in enumerate(asked):
        other = defended.get((one.region, one.partner))
        if one.sectors and other:
            title = f"Duties of {one.theirs} on {one.ours}, sector by sector"
            table = _table_of_cuts(one, other)
            sections.append(Section(f"offers-sectors-{at}", title, [_list_solved(one)], (), table))
    return sections


def _how_to_read(lists: Sequence[_List]) -> Iterator[str]:
    """How the lists are to be read, and what a reader would get wrong."""
    yield (
        "Each row asks what one duty alone is worth, every other standing. By product the answer is partial: wages, "
        "income and suppliers' prices stand and supply has no limit. It shows which products matter, not what a deal "
        "brings; by sector, further down, the whole model answers. Rows do not sum: what one cut wins is partly taken from "
        "what another would."
    )
    asked = [one for one in lists if one.item == OFFENSIVE]
    for one in asked:
        yield (
            f"Of the goods that {one.ours} {does(one.ours, 'sell')} {one.theirs}, "
            f"{words.number(one.share('offer_coverage'))} % is known by customs code; the products of its list hold "
            f"{words.number(one.share('offer_listed'))} %."
        )
    yield "A row called (sector) holds what no table tells apart in a sector."
    rows = [row for one in asked for row in one.products.values()]
    above = sum(row["offer_smart"]["value"] > row["offer_won"]["value"] for row in rows)
    if rows:
        yield (
            "SMART, the usual tool of negotiators, credits all new trade to one seller and knows no curvature. It stands "
            f"above the exact CES demand beside it for {above} of the {len(rows)} products asked for, and below for "
            "the others, where a high duty goes."
        )


def _summary(one: _List) -> Iterator[str]:
    """The first row in words, and which duties the table does not tell apart."""
    code, row = next(iter(one.products.items()))
    stake, margin = row[RANKED[one.item]], row["offer_margin"]["value"]
    band = words.ends_of(stake)
    over = f" ({words.money_range(band, words.number)} over sets of elasticities)" if band else ""
    than = ""
    if margin is not None and words.number(margin) != "0":
        than = f", {words.number(abs(margin))} points {'more' if margin < 0 else 'less'} than rivals pay"
    more = f"{words.money(stake['value'])}{' more' if one.item == DEFENSIVE else ''} a year"
    verb = "import" if one.item == DEFENSIVE else "win exports of"
    yield (
        f"First stands {inside(one.name(code))}, under a duty of {words.number(row['offer_duty']['value'])} %{than}. "
        f"By its cut {one.ours} would {verb} {more}{over}, all else equal."
    )
    buyer = one.partner if one.item == OFFENSIVE else one.region
    yield from (
        f"{words.sentence(note.text)}."
        for note in one.answer.notes
        if note.name == f"offers.alike.{buyer}"
    )


def _no_duty(one: _List) -> str:
    side = one.theirs if one.item == OFFENSIVE else one.ours
    other = one.ours if one.item == OFFENSIVE else one.theirs
    return f"No duty of {side} stands on any product that {other} {does(other, 'sell')} it."


def _clipped(name: str) -> str:
    return (
        name if len(name) <= LONGEST else name[:LONGEST].rsplit(" ", 1)[0].rstrip(":,. ") + " ..."
    )


def _bars(one: _List, at: int) -> Figure:
    """What the cut moves of each product, in the exact CES and by SMART."""
    offensive = one.item == OFFENSIVE
    kinds = {
        "exact CES": RANKED[one.item],
        "SMART": "offer_smart" if offensive else "offer_created",
    }
    labels = [_clipped(one.name(code)) for code in one.products]
    rows = list[dict[str, Any]]()
    for label, (code, its) in zip(labels, one.products.items(), strict=True):
        label += f" ({_dotted(code)})" * (labels.count(label) > 1)
        for kind, key in kinds.items():
            value = its[key]["value"] / 1e3
            tip = f"{label}, {kind}: USD {words.number(value)} billion"
            shown = {"value": value, "text": words.number(value), "tip": tip}
            rows.append({"label": label, "kind": kind, **shown})
    note = f"A year, partial equilibrium, each duty cut alone. SMART: creation {'and diversion' if offensive else 'alone'}."
    return bars(
        f"offers-{at}",
        one.title,
        rows,
        f"{'Exports won' if offensive else 'Rise of imports'}, billion USD",
        [note],
        dict(zip(kinds, HUES, strict=False)),
        grouped=True,
        heads=("Product", "Method"),
    )


def _duty_and_trade(lists: Sequence[_List]) -> Iterator[Figure]:
    """Duty faced against trade, of what each side asks for."""
    rows, colours = list[dict[str, Any]](), dict[str, str]()
    for one, hue in zip(lists, HUES, strict=False):
        kind = one.answer.names.say(one.region.split("+"))
        colours[kind] = hue
        most = sorted(one.products, key=lambda c: -one.products[c]["offer_trade"]["value"])
        for code, its in one.products.items():
            duty, trade = its["offer_duty"]["value"], its["offer_trade"]["value"] / 1e3
            name = one.name(code)
            rows.append(
                {
                    **{"x": duty, "y": trade, "kind": kind, "name": name},
                    "label": _clipped(name) if code in most[:LABELLED] else "",
                    "tip": f"{name}: duty {words.number(duty)} %, trade {words.number(trade)} billion USD",
                }
            )
    if rows:
        yield scatter(
            "offers",
            "Duty faced against trade, by seller: what each side asks for",
            rows,
            (head(lists[0].answer, "offer_duty"), "Trade, billion USD a year"),
            ["Duties that stand; trade before duty, of the year in the tables below."],
            colours,
            heads=("Product", "Seller"),
        )


def _dotted(code: str) -> str:
    """A customs code as tariff books write it; nothing of a sector."""
    if not (code.isdecimal() and len(code) >= 6):
        return ""
    return ".".join(filter(None, (code[:4], code[4:6], code[6:])))


def _product_table(one: _List) -> Table:
    keys = {key: head(one.answer, key) for key in OF_PRODUCTS}
    stake = RANKED[one.item]
    rows = []
    for code, its in one.products.items():
        row: dict[str, Any] = {"Product": one.name(code), "HS code": _dotted(code)}
        row["Sector"] = one.answer.names.table.sector_name(its["offer_won"]["sector"])
        for key, its_head in keys.items():
            value = its[key]["value"]
            row[its_head] = int(value) if key == "offer_year" and value is not None else value
            if key == stake:
                ends = words.ends_of(its[key])
                row["Band over elasticities"] = words.percent_range(ends, words.number).rstrip(" %")
        rows.append(row)
    shown = ("Product", keys["offer_duty"], keys["offer_margin"], keys[stake])
    note = (
        "Duties as they stand; trade before duty. A minus in the margin: the seller pays more than its rivals. Band: the "
        "range over published sets of elasticities."
    )
    wide = {keys.get("offer_created"), keys.get("offer_diverted")}
    page = tuple(said for said in rows[0] if said not in wide)
    return Table(rows, note, shown, page, most=10)


def _list_solved(one: _List) -> str:
    return (
        f"Each duty of {one.theirs} on {one.ours} is cut alone and the whole model solved again, so that wages, prices and "
        "third countries answer. First order is the gradient times the cut; where it has the other sign than the exact "
        "number, a part of the cut pays and all of it does not."
    )


def _table_of_cuts(asked: _List, defended: _List) -> Table:
    """Sectors in the order of the asking side, with what the cut is worth to both."""
    rows = []
    for sector, its in asked.sectors.items():
        row: dict[str, Any] = {"Sector": asked.answer.names.table.sector_name(sector)}
        row |= {head(asked.answer, key): its[key]["value"] for key in OF_SECTORS}
        for side in (asked, defended):
            who = side.answer.names.say(side.region.split("+"))
            for key in OF_INCOME:
                row[f"{head(side.answer, key)}, {who}"] = side.sectors[sector][key]["value"]
        rows.append(row)
    first = list(rows[0])
    shown = (first[0], first[1], first[3], first[6], first[9])
    key = next(iter(asked.sectors.values()))["offer_income"]["horizon"]
    when = f"{words.sentence(str(Horizon.parse(key)))}; against" if key else "Against"
    note = f"{when} what stands. A loss is negative. Home output is that of the side that cuts."
    return Table(rows, note, shown, most=12)
