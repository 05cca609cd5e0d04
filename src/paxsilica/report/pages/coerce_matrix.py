"""The pages of `pax coerce --matrix`: who can hurt whom, at what cost to itself, and by which goods."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from operator import itemgetter
from typing import Any

import numpy as np

from paxsilica.data.elasticities import paper
from paxsilica.economy import Economy
from paxsilica.horizon import Horizon
from paxsilica.names import does, inside, joined
from paxsilica.names.places import ROW
from paxsilica.questions.coerce import of_most_income
from paxsilica.questions.question import Answer
from paxsilica.report import words
from paxsilica.report.charts.bars import bars
from paxsilica.report.charts.heatmap import heatmap
from paxsilica.report.charts.theme import Figure, Rows
from paxsilica.report.report import Number, Report, Row, Section, Table, head

LARGEST, GREAT, STRONGEST, MOST_SECTORS = 25, 10, 10, 12

MEANT = 0.1
"""Loss of the target, %, from which a ratio of losses means something."""

PAIR = itemgetter("sender", "target")
PER_DOLLAR = "Most lost by the target per dollar of the sender's loss"


def cut_of(answer: Answer, sector: str = "") -> str:
    """What is no longer sold: `goods`, `50 % of computers and electronics`."""
    asked, names = answer.question.model_dump(), answer.names
    share = f"{100 * asked['share']:g} % of " if asked["share"] < 1 else ""
    usual = names.table.sectors if asked["by_sector"] else ("goods",)
    return share + names.say_sectors(names.sectors(sector or asked["sectors"] or usual))


def withheld(answer: Answer, sender: str, target: str, sector: str = "") -> str:
    """`China sold India no goods`, `the United States held back 50 % of machinery from China`."""
    what = cut_of(answer, sector)
    if "%" in what:
        return f"{sender} held back {what} from {target}"
    return f"{sender} sold {target} {'nothing at all' if what == 'all sectors' else f'no {what}'}"


def loses(change: float) -> str:
    """`lose 0.58 %`, `gain 0.02 %`."""
    return f"{'gain' if change > 0 else 'lose'} {words.number(abs(change))} %"


def proof(answer: Answer) -> list[str]:
    """How well it is solved."""
    status, part = answer.solver["status"], 1 / answer.solver["tolerance"]
    return [
        f"Every equilibrium that is shown meets its equations to one part in {part:,.0f}: {status}."
    ]


@dataclass(eq=False)
class Cuts:
    """Every cut of a matrix, or of one for each sector."""

    answer: Answer

    def __post_init__(self) -> None:
        asked = self.answer.question.model_dump()
        self.by_sector = bool(asked["by_sector"])
        self.ranged = bool(asked["bands"] or asked["draws"])
        self.horizon = Horizon.parse(asked["horizon"] or "long_run")
        self.say = self.answer.names.say_region
        groups = self.economy.about.sector_groups
        self.goods = groups.get("goods", self.economy.sectors)

    @property
    def economy(self) -> Economy:
        return self.answer.names.table

    @cached_property
    def ranked(self) -> Rows:
        """A row for each cut that was solved, without the rest of the world, the largest loss of the target first."""
        rows = []
        of = ("partner", "region", "sector", "horizon")
        for (sender, target, sector, horizon), its in self.answer.findings.cells(
            *of, also="item"
        ).items():
            if horizon and ROW not in (sender, target):
                won = next((one for one in its.values() if one["variable"] == "winner_gain"), {})
                row = {
                    "sender": sender,
                    "target": target,
                    "sector": sector or "",
                    "theirs": its["real_income targets"]["value"],
                    "band": self.band(its["real_income targets"]),
                    "ours": its["real_income senders"]["value"],
                    "ratio": its["loss_ratio"]["value"],
                    "winner": won.get("item"),
                    "gain": won.get("value"),
                }
                rows.append(row)
        return sorted((r for r in rows if r["theirs"] is not None), key=itemgetter("theirs"))

    def band(self, row: Row) -> str:
        """` (0.5 to 1.2 %)` behind a loss; empty without a range."""
        ends = words.ends_of(row)
        within = words.band_after_verb(row["value"] or 0.0, ends)
        within += words.outside(row["value"] or 0.0, ends)
        return f" ({within})" * bool(within)

    @cached_property
    def compared(self) -> Rows:
        """The cuts that are ranked: of goods where there are any, since services are many sectors in one."""
        return [row for row in self.ranked if row["sector"] in self.goods] or self.ranked

    @cached_property
    def worst(self) -> Rows:
        """For every pair the strongest cut, the strongest first."""
        return _firsts(self.compared, PAIR)

    @cached_property
    def regions(self) -> list[str]:
        """Senders and targets, the largest economy first."""
        chosen = {row["sender"] for row in self.ranked}
        return [r for r in of_most_income(self.economy, len(self.economy.regions)) if r in chosen]

    def sector(self, row: Row) -> str:
        return inside(self.economy.sector_name(row["sector"])) if row["sector"] else ""

    def cut(self, row: Row) -> str:
        """`China cuts off the United States`."""
        sender, target = map(self.say, PAIR(row))
        return f"{sender} {does(sender, 'cut')} off {target}"

    def number(self, row: Row, first: str) -> Number:
        """A cut as a number of the first screen."""
        sender, target = map(self.say, PAIR(row))
        name = ", ".join(filter(None, (f"{first}: {self.cut(row)}", self.sector(row))))
        note = f"real income of {target}; of {sender} {words.percent(row['ours'])}"
        return Number(name, words.percent(row["theirs"]), note=note)

    def table(self, rows: Sequence[Row], note: str) -> Table:
        """Cuts, in columns with the heads of their findings."""
        name, real = self.economy.region_name, head(self.answer, "real_income")
        listed = [
            {
                "Sender": name(row["sender"]),
                "Target": name(row["target"]),
                **({"Sector": words.sentence(self.sector(row))} if self.by_sector else {}),
                f"{real}, target": row["theirs"],
                f"{real}, sender": row["ours"],
                head(self.answer, "loss_ratio"): row["ratio"],
                "Third region that gains most": row["winner"] and name(row["winner"]),
                head(self.answer, "winner_gain"): row["gain"],
            }
            for row in rows
        ]
        known = {head for row in listed for head, value in row.items() if value is not None}
        return Table([{h: row[h] for h in row if h in known} for row in listed], note, most=10)


def _firsts(rows: Rows, key: Callable[[Row], Any]) -> Rows:
    """The first row of each key, in their order."""
    found: dict[Any, dict[str, Any]] = {}
    for row in rows:
        found.setdefault(key(row), row)
    return [*found.values()]


def matrix_report(answer: Answer) -> Report:
    """The page of a matrix, or of one for each sector."""
    c = Cuts(answer)
    kind, title = "coercion matrix", f"Who can hurt whom: {cut_of(answer)}, {c.horizon}"
    if not c.ranked:
        return Report(answer, kind, title, "No pair of named regions was solved.")
    first, *others = c.worst
    sender, target = map(c.say, PAIR(first))
    great = [row for row in others[2:] if row["target"] in c.regions[:GREAT] != c.regions]
    each = f"{len(c.compared):,} cuts"
    if c.by_sector:
        each += f" of one sector{' of goods' * (first['sector'] in c.goods)} each"
    return Report(
        answer,
        kind,
        f"By which goods who can hurt whom, {c.horizon}" if c.by_sector else title,
        lead=f"If {withheld(answer, sender, target, first['sector'])}, {target} would {loses(first['theirs'])} of real "
        f"income{first['band']} and {sender} would {loses(first['ours'])} {c.horizon.when}: the strongest of {each} among "
        f"{len(c.regions)} economies{'' if c.ranged else ', under one set of elasticities and so without a band'}.",
        numbers=[
            *(c.number(row, "Next strongest") for row in others[:2]),
            *(
                c.number(row, f"Strongest on one of the {GREAT} largest economies")
                for row in great[:1]
            ),
            *(_by_sector(c) if c.by_sector else _of_pairs(c)),
        ],
        why=_why(c),
        understood=_understood(c),
        picture=lambda: _sectors_cut(c) if c.by_sector else _picture(c),
        sections=lambda: _sections(c),
        proof=proof(answer),
        screen=c.table(c.worst, "The strongest cuts; a loss is negative."),
    )


def _why(c: Cuts) -> str:
    """That the strong hurt the weak, counted."""
    income, strongest = c.answer.findings.along("income", "region"), c.worst[:STRONGEST]
    larger = sum((income[r["sender"]] or 0) > (income[r["target"]] or 0) for r in strongest)
    count = f"all {larger}" if larger == len(strongest) else f"{larger} of the {len(strongest)}"
    return (
        "A loss is counted in the target's own income, so that large sellers hurt small buyers: in "
        f"{count} strongest cuts the sender's economy is the larger one."
    )


def _of_pairs(c: Cuts) -> Iterator[Number]:
    """How many cuts hurt, who makes them, and how many cost the target more money than the sender."""
    heavy = Counter(row["sender"] for row in c.ranked if row["theirs"] <= -1)
    most = joined([f"{c.say(region)} ({n})" for region, n in heavy.most_common(4)])
    count = f"{heavy.total():,} of {len(c.ranked):,}"
    name = "Cuts that cost the target 1 % of real income and more"
    yield Number(name, count, note=f"most by {most}" if most else "")
    if ratios := [row["ratio"] for row in c.ranked if row["theirs"] <= -MEANT]:
        known = [ratio for ratio in ratios if ratio is not None]
        free = len(ratios) - len(known)
        median = words.number(float(np.median(known))) if known else "unknown"
        note = (
            f"median USD {median} for every dollar of the sender; {free:,} cost the sender nothing"
        )
        name = f"Cuts that cost the target more money than the sender, of those that cost it {MEANT} % and more"
        yield Number(name, f"{free + sum(r > 1 for r in known):,} of {len(ratios):,}", note=note)


def _by_sector(c: Cuts) -> Iterator[Number]:
    """Which sectors most often hurt most, and how often services hurt more."""
    (first, count), *more = Counter(map(c.sector, c.worst)).most_common(4)
    note = f"next {joined([f'{name} ({n})' for name, n in more])}" if more else ""
    yield Number(
        f"Pairs in which {first} would hurt most", f"{count:,} of {len(c.worst):,}", note=note
    )
    goods = {PAIR(row): row["theirs"] for row in c.worst if row["sector"] in c.goods}
    services = [row for row in c.ranked if row["sector"] not in c.goods]
    if goods and services:
        more_ = sum(row["theirs"] < goods.get(PAIR(row), -np.inf) for row in services)
        name = "Pairs in which services, one sector here, would hurt more than any goods"
        yield Number(name, f"{more_:,} of {len(services):,}", note="left out of the ranking")


def _understood(c: Cuts) -> list[str]:
    about, year = c.answer.about, words.of_year(c.economy)
    alone = ", each sector alone" if c.by_sector else ""
    return [
        f"Each economy cuts off each other in turn, and nobody answers: {cut_of(c.answer)}{alone}, {c.horizon}. "
        f"{about.title}.",
        f"A loss is negative, in % of one's own income{year}: a small target may lose more of its income and still less "
        "money than the sender. The ratio is money over money.",
        "Every number has a range, over published sets of trade elasticities or draws, in results.csv."
        if c.ranged
        else f"One set of trade elasticities, {paper(about.elasticities)}: the order of cuts is surer than their size. "
        "--bands gives every number a range, and pax coerce SENDER TARGET that of a pair.",
        "The largest losses are soft: where a target buys nearly all of a sector from one sender, what replaces it is made "
        "at home at a hundred times its price, and the loss is as sure as that number.",
    ]


def _sectors_cut(c: Cuts) -> Figure:
    """Of each sector the strongest cut, with who cuts off whom."""
    worst = _firsts(c.compared, itemgetter("sector"))
    rows = [
        {
            "label": label,
            "value": row["theirs"],
            "text": words.signed(row["theirs"]),
            "tip": f"{label}: {words.percent(row['theirs'])}",
        }
        for row in worst[:MOST_SECTORS]
        for label in [f"{words.sentence(c.sector(row))}: {c.cut(row)}"]
    ]
    most = f"; the {len(rows)} of {len(worst)} sectors that hurt most" * (len(rows) < len(worst))
    services = "; services, one sector here, are left out" * (len(c.compared) < len(c.ranked))
    notes = [f"One sector cut alone, {c.horizon}; a loss is negative{most}{services}."]
    heads = ("Sector, and who cuts off whom", "")
    title, axis = "The strongest cut of each sector", "Change of the target's real income, %"
    return bars("sectors", title, rows, axis, notes, heads=heads)


def _picture(c: Cuts) -> Figure:
    """Senders by targets, whoever would lose most first."""
    senders, name = c.regions[:LARGEST], c.economy.region_name
    cuts = {PAIR(row): row for row in c.ranked if row["sender"] in senders}
    targets = [*dict.fromkeys(target for _, target in cuts)][:LARGEST]
    cells = [
        {
            "row": name(sender),
            "column": name(target),
            "value": row and row["theirs"],
            "text": "",
            "tip": f"{words.sentence(c.cut(row))}: {words.percent(row['theirs'])}"
            if row
            else "none",
        }
        for sender, target in product(senders, targets)
        for row in [cuts.get((sender, target))]
    ]
    note = (
        f"Rows: who cuts, the {len(senders)} largest economies{words.of_year(c.economy)}, the largest first; columns: who "
        f"is cut off, the {len(targets)} that would lose most, the largest loss first; {c.horizon}; a loss is negative."
    )
    title, legend = "Who can hurt whom", "Change of the target's real income, %"
    axes, heads = (map(name, senders), map(name, targets)), ("Sender", "Target")
    rows, columns = map(list, axes)
    return heatmap("heatmap", title, cells, rows, columns, legend, [note], signed=True, heads=heads)


def _sections(c: Cuts) -> list[Section]:
    note = "A loss is negative. Without the rest of the world, which is many countries; results.csv has it too."
    cheap = sorted(c.worst, key=lambda row: -(np.inf if row["ratio"] is None else row["ratio"]))
    cheap = [row for row in cheap if row["theirs"] <= -MEANT]
    below = f"Cuts that cost the target {MEANT} % and more, the largest ratio first; no ratio: the sender loses nothing."
    return [
        Section("strongest", "Strongest cuts", table=c.table(c.worst, note)),
        Section("cheapest", PER_DOLLAR, table=c.table(cheap, below)),
    ]
