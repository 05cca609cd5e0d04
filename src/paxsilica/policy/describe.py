"""A measure as understood: one plain sentence, with the names of the economy."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.names import Names, joined
from paxsilica.policy.dates import MOST_NAMES, dated
from paxsilica.policy.measures import Ban, BorderRate, FlowMeasure, Measure, ProductionRate, Rated


def in_words(measure: Measure, names: Names) -> str:
    """What one measure does, such as
    `From 2025-08-07 the United States sets its tariff on goods from India to 50 %.`

    Args:
        names: what the labels mean, the scenario's own groups and the day included.
    """
    text = f"{dated(measure)} {clause(measure, names)}".strip()
    return text[0].upper() + text[1:] + "."


def clause(measure: Measure, names: Names) -> str:
    """The same without dates, as it stands inside a sentence."""
    body = ""
    if isinstance(measure, ProductionRate):
        body = _production(measure, names)
    elif isinstance(measure, BorderRate | Ban):
        body = _on_trade(measure, names)
    return body.removesuffix(",")


def _on_trade(measure: BorderRate | Ban, names: Names) -> str:
    goods = _what(measure.sector, names)
    sellers, buyers = (_partners(measure, side, names) for side in ("exporter", "importer"))
    if measure.kind == "trade_cost":
        makers = _said_regions(measure.exporter, names, "every region")
        delivered = f"the cost of {goods} from {makers} delivered to {buyers}"
        return f"{delivered}, the whole price and not the freight alone, {_how_much(measure)}"
    acting, what = {
        "tariff": (measure.importer, f"tariff on {goods} from {sellers}"),
        "export_tax": (measure.exporter, f"export tax on {goods} sold to {buyers}"),
        "export_ban": (measure.exporter, f"exports of {goods} to {buyers}"),
        "import_ban": (measure.importer, f"imports of {goods} from {sellers}"),
    }[measure.kind]
    who = _said_regions(acting, names, "every region")
    many = len(names.regions(acting)) > 1
    s, on = ("", f"their {what}") if many else ("s", f"its {what}")
    if isinstance(measure, Ban):
        part = "all" if measure.share == 1 else f"{_per_cent(measure.share)} of"
        return f"{who} ban{s} {part} {on}"
    rate, points = _per_cent(measure.rate), _pct_points(measure.rate)
    match measure.op:
        case "set":
            return f"{who} set{s} {on} to {rate}"
        case "add":
            falls = measure.rate < 0
            return f"{who} take{s} {points} off {on}" if falls else f"{who} add{s} {points} to {on}"
        case "at_least":
            return f"{who} raise{s} {on} to at least {rate}"
        case _:
            verb = "cut" if measure.rate < 1 else "raise"
            return f"{who} {verb}{s} {on} to {rate} of what it was"


def _production(measure: ProductionRate, names: Names) -> str:
    makers = _said_regions(measure.region, names, "every region")
    what = f"{_what(measure.sector, names)} in {makers}"
    if measure.kind == "productivity":
        return f"output per bundle of inputs of {what} {_how_much(measure)}"
    if measure.op == "set" and measure.rate < 0:
        return f"the tax on producing {what} is {_per_cent(-measure.rate)} of the cost"
    rate, points = _per_cent(measure.rate), _pct_points(measure.rate)
    pays = {
        "set": rate,
        "add": f"{points} {'less' if measure.rate < 0 else 'more'}",
        "at_least": f"at least {rate}",
        "multiply": f"{rate} of the share that it paid",
    }
    return f"the treasury pays {pays[measure.op]} of the cost of producing {what}"


def _how_much(measure: Rated) -> str:
    """What a factor becomes."""
    size, below = _per_cent(abs(measure.rate)), measure.rate < 0
    change = f"{size} {'below' if below else 'above'} the baseline"
    becomes = {
        "set": f"is {change}" if measure.rate else "is as in the baseline",
        "add": f"{'falls' if below else 'rises'} by {size} of the baseline",
        "at_least": f"is no less than {change}",
        "multiply": f"is multiplied by {size}",
    }
    return becomes[measure.op]


def _partners(measure: FlowMeasure, side: str, names: Names) -> str:
    """The regions on one side of a measure, and whether it reaches trade among its actors."""
    here, there = measure.importer, measure.exporter
    if side == "exporter":
        here, there = there, here
    everyone = names.table.regions
    partners, acting = (set(names.regions(labels or everyone)) for labels in (here, there))
    text = _said_regions(here, names, "every other region")
    both = [region for region in everyone if region in partners & acting]
    if len(acting) == 1 or not both or (here is None and there is None):
        return text
    if there is None:
        return f"{text}, trade among these included," if len(partners) > 1 else text
    if here is None:
        return f"{text}, each other included,"
    if partners == acting:
        return "each other"
    if set(both) <= {names.one(label) for label in here}:
        return text
    return f"{text}, {joined([names.say_region(n) for n in both], MOST_NAMES)} included,"


def _said_regions(labels: Sequence[str] | None, names: Names, everyone: str) -> str:
    if labels is None:
        return everyone
    said = [
        names.say(label, True) if names.one(label) else _group(label, names) for label in labels
    ]
    return joined(said, MOST_NAMES)


def _group(label: str, names: Names) -> str:
    """A group's name and size; its members by name where others are inside ROW."""
    members, outside, name = names.regions([label]), names.left_out(label), names.say(label, True)
    counted = ""
    if names.alliance(label):
        counted = f" on {names.day}" if names.day else ", all that ever joined"
    if outside:
        known = joined([names.say_region(member) for member in members], MOST_NAMES)
        size = f"{len(members)} of {len(members) + len(outside)} members{counted}"
        return f"{name} ({size}: {known}; the others are inside ROW)"
    return f"{name} ({len(members)} region{'' if len(members) == 1 else 's'}{counted})"


def _what(labels: Sequence[str] | None, names: Names) -> str:
    if labels is None:
        return "all goods and services"
    said = [names.say_sector(label) for label in labels]
    if len(said) == 1:
        return said[0] + "," * (", of which " in said[0])
    part = re.compile(r"\), (of which .*)")
    return joined([part.sub(r", \1)", text) for text in said], MOST_NAMES)


def _per_cent(value: float) -> str:
    return f"{value * 100:.6g} %"


def _pct_points(value: float) -> str:
    size = f"{abs(value) * 100:.6g}"
    return f"{size} percentage point{'' if size == '1' else 's'}"
