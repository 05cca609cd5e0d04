"""The picture of other markets: what a sector sells less of, and where that goes."""

from __future__ import annotations

from paxsilica.analysis.diversification.redirection import ENDS, OTHER_ENDS
from paxsilica.names import does
from paxsilica.report import words
from paxsilica.report.charts.sankey import Node, Stream, streams
from paxsilica.report.charts.theme import GAIN, LOSS, OUTSIDE, Figure
from paxsilica.report.pages.divert_view import LONG, Diverted

FEWER, MORE, UNMADE, MADE = "Less is sold", "More is sold", "No longer made", "Made more"

STREAM_COLOURS = {FEWER: LOSS, MORE: GAIN, UNMADE: OUTSIDE, MADE: OUTSIDE}

LEAST_STREAM = 1e-3
"""Part of all that moves below which a stream is too thin to be drawn."""


def redirected(v: Diverted) -> Figure | None:
    """From what is sold less, by sector, to where more is sold and what is no longer made."""
    found = v.findings.select("sales_shown", horizon=LONG).rows()
    to = {
        (row["item"], row["sector"]): (row["value"] or 0.0)
        / (-1e3 if row["item"] == "made" else 1e3)
        for row in found
    }
    least = LEAST_STREAM * sum(map(abs, to.values()))
    to = {cell: amount for cell, amount in to.items() if abs(amount) > least}
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
        [
            Node(f"<{end}", _end_name(v, end, False), _net_change(v, end, sides))
            for end in sides[False]
        ],
        [Node(f"={sector}", _sector(v, sector)) for sector in sectors],
        [
            Node(f">{end}", _end_name(v, end, True), _net_change(v, end, sides))
            for end in sides[True]
        ],
    ]
    note = (
        f"USD billion a year{v.prices}, long run, at the factory gate and at the prices before "
        "the hit. Left: where a sector "
        "sells less; right: where it sells more, and what is no longer made. What would be "
        "thinner than a line is left out."
    )
    title = f"What {v.exporter} {does(v.exporter, 'lose')} in {v.hitter}, and what becomes of it"
    if v.of("sales_moved", item="hit") >= 0:
        title = f"Where {v.exporter} {does(v.exporter, 'sell')} more and less"
    present = {stream.kind for stream in links}
    colours = {kind: colour for kind, colour in STREAM_COLOURS.items() if kind in present}
    axis = f"Change of sales, billion USD{v.year} a year"
    return streams("streams", title, nodes, links, axis, colours, [note])


def _stream(v: Diverted, end: str, sector: str, to: float) -> Stream:
    """Between a sector and where it sells more, or less, or what it no longer makes."""
    kinds = (MADE, UNMADE) if end == "made" else (FEWER, MORE)
    kind = kinds[to > 0]
    where, name = _end_name(v, end, to > 0), _sector(v, sector)
    ends = (f"={sector}", f">{end}") if to > 0 else (f"<{end}", f"={sector}")
    return Stream(
        *ends, abs(to), kind, f"{name}, {where}: {words.number(abs(to))} billion USD a year"
    )


def _end_name(v: Diverted, end: str, more: bool) -> str:
    """An end of a stream by name."""
    own = {
        "hit": v.hitter_label,
        "home": "At home",
        "made": UNMADE if more else MADE,
        OTHER_ENDS: "Other markets",
    }
    return own.get(end) or v.called(end)


def _net_change(v: Diverted, end: str, sides: dict[bool, list[str]]) -> str:
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
