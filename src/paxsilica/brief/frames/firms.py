"""Rates of single firms: never a country's own, so that all of a country's are one span that waits for a person."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.brief.frames.gate import RATED, TRADE_REMEDIES, gated
from paxsilica.brief.frames.labels import NOT_RATES, REST, LabelledRate
from paxsilica.brief.frames.table_lines import masked_page
from paxsilica.brief.record import Measure, Quantity, Span

FIRM = re.compile(
    r"\b[A-Z][\w&'’-]*(?:\s\([A-Z]\w+\))?,?\s(?:(?:and|&)\s)?(?:Co|Corp|Inc|Ltd|Group|Company|Corporation|Industries|Holdings?"
    r"|Mills|Works|GmbH|LLC|Oyj?|AB|AG|N\.?V|B\.?V|PLC|Plc|Bhd|SpA|SAE?|S\.A(?:\.E)?|JSC)\b"
    r"|\b(?:companies|producers|exporters|firms|manufacturers|makers|mills|brewer(?:ie)?s)\saffiliated\b"
    r"|\b(?:other|rest\sof(?:\sthe)?|[Nn]ot\ssampled|non-?sampled|un-?cooperative|non-?cooperating|remaining|cooperating)\s(?:[\w-]+\s){0,3}"
    r"(?:companies|producers|exporters|firms|manufacturers|makers|mills|suppliers|brewer(?:ie)?s)\b"
)
"""A firm by its name, or words for the others beside those that are named."""

FIRM_HEADS = re.compile(r"\b(?:compan|producer|exporter|manufacturer|firm|supplier|mill)", re.I)


def with_spans(rows: Sequence[LabelledRate]) -> list[LabelledRate]:
    """The rows of a table with those of firms as one span for each state; all others' rate is a firm's where firms are."""
    named = any(r.firm and not REST.match(r.label) for r in rows)
    rows = [r._replace(firm=r.firm or (named and _is_a_name(r))) for r in rows]
    plain = [r for r in rows if not r.firm]
    places = dict.fromkeys(r.place for r in rows if r.firm) if named else ()
    return plain + [_span([r for r in rows if r.firm and r.place == place]) for place in places]


def _is_a_name(row: LabelledRate) -> bool:
    """Whether a row among those of firms is one more of them, though its label ends with goods: `Wanli Tire`."""
    return not row.place and len(row.label.split()) > 1 and row.label.istitle()


def _own_rates(low: float, high: float) -> str:
    """What keeps a span of firms' rates from being drafted."""
    return f"firms pay rates of their own, from {low:g}% to {high:g}%"


def _span(rows: Sequence[LabelledRate]) -> LabelledRate:
    low, high = min(r.rate for r in rows), max(r.rate for r in rows)
    rest = [r.rate for r in rows if REST.match(r.label)]
    doubt = _own_rates(low, high) + (f", all others {rest[0]:g}%" if len(rest) == 1 else "")
    first, last = rows[0], rows[-1]
    return first._replace(
        end=last.end, label="", goods=None, rate=high, before=None, op="range", doubt=doubt
    )


REMEDY_BEFORE = 800
"""Code points before a sentence of firms' rates in which its act is looked for."""


def with_firms(
    whole: str, start: int, end: int, found: list[Measure], earlier: Sequence[Measure]
) -> list[Measure]:
    """The measures of a sentence `[start, end)`, rates of firms as one span of its remedy, or of the last."""
    said = whole[start:end]
    own = [m for m in found if m.type in RATED and m.rate is not None]
    if not FIRM.search(said) or NOT_RATES.search(said):
        return found
    doubt = ("it is the rate of one firm",)
    of_firms = [
        m.model_copy(update={"needs": (*m.needs, *doubt)}) if m in own else m for m in found
    ]
    if len({m.targets for m in own if m.targets}) > 1:
        return of_firms
    values = masked_page(said).values
    told = [m for m in earlier if start - m.span.end <= REMEDY_BEFORE]
    remedies = [m for m in (*found, *reversed(told)) if m.type in TRADE_REMEDIES]
    act = next((m for m in remedies if m.targets and (m.codes or m.sectors)), None)
    act = act or next((m for m in remedies if m.targets), None)
    if act is None or not values:
        return found
    if len(values) == 1:
        return of_firms
    low, high = min(values.values()), max(values.values())
    span = Span.of(whole, start + min(values), end)
    rate = Quantity(span=span, value=high, unit="percent", role="rate")
    update = {
        "id": f"measure-{span.start}-{span.end}",
        "span": span,
        "rate": rate,
        "op": "range",
        "before": None,
    }
    standing = own[0].standing if own else act.standing
    one = gated(act.model_copy(update={**update, "standing": standing}), bool(act.products), False)
    one = one.model_copy(update={"needs": (*one.needs, _own_rates(low, high))})
    return [*(m for m in found if m not in own), one]
