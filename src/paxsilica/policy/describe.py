"""A measure as understood: one plain sentence, with the names of the economy."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.names import Names, joined
from paxsilica.policy.dates import MOST_NAMES, dated
from paxsilica.policy.measures import Ban, FlowMeasure, Measure, ProductionMeasure, Rated


def in_words(measure: Measure, names: Names) -> str:
    """What one measure does, such as
    `From 2025-08-07 the United States sets its tariff on goods from India to 50 %.`

    Args:
        names: what the labels mean, the scenario's own groups and the day included.
    """
    if isinstance(measure, ProductionMeasure):
        body = _production(measure, names)
    elif isinstance(measure, Ban):
        body = _ban(measure, names)
    elif measure.kind == "trade_cost":
        body = _trade_cost(measure, names)
    else:
        body = _tax(measure, names)
    text = f"{dated(measure)} {body}".strip().removesuffix(",")
    return text[0].upper() + text[1:] + "."


# ---- kinds ---------------------------------------------------------------------------------------


def _tax(measure: Measure, names: Names) -> str:
    assert isinstance(measure, FlowMeasure)
    assert isinstance(measure, Rated)
    goods = _what(measure.sector, names)
    if measure.kind == "tariff":
        who, s, its = _who_acts(measure.importer, names)
        on = f"{its} tariff on {goods} from {_partners(measure, 'exporter', names)}"
    else:
        who, s, its = _who_acts(measure.exporter, names)
        on = f"{its} export tax on {goods} sold to {_partners(measure, 'importer', names)}"
    match measure.op:
        case "set":
            return f"{who} set{s} {on} to {_per_cent(measure.rate)}"
        case "add" if measure.rate < 0:
            return f"{who} take{s} {_pct_points(measure.rate)} off {on}"
        case "add":
            return f"{who} add{s} {_pct_points(measure.rate)} to {on}"
        case "at_least":
            return f"{who} raise{s} {on} to at least {_per_cent(measure.rate)}"
        case _:
            return f"{who} multipl{'ies' if s else 'y'} {on} by {_per_cent(measure.rate)}"


def _trade_cost(measure: Measure, names: Names) -> str:
    assert isinstance(measure, FlowMeasure)
    assert isinstance(measure, Rated)
    sellers = _said_regions(measure.exporter, names, "every region")
    buyers = _partners(measure, "importer", names)
    goods = f"{_what(measure.sector, names)} from {sellers} to {buyers}"
    return f"the cost of bringing {goods} {_how_much(measure)}"


def _ban(measure: Ban, names: Names) -> str:
    exports = measure.kind == "export_ban"
    who, s, its = _who_acts(measure.exporter if exports else measure.importer, names)
    partner = _partners(measure, "importer" if exports else "exporter", names)
    part = "all" if measure.share == 1 else f"{_per_cent(measure.share)} of"
    noun, link = ("exports", "to") if exports else ("imports", "from")
    return f"{who} ban{s} {part} {its} {noun} of {_what(measure.sector, names)} {link} {partner}"


def _production(measure: ProductionMeasure, names: Names) -> str:
    assert isinstance(measure, Rated)
    what = (
        f"{_what(measure.sector, names)} in {_said_regions(measure.region, names, 'every region')}"
    )
    if measure.kind == "productivity":
        return f"output per bundle of inputs of {what} {_how_much(measure)}"
    paid = f"the share of the cost of producing {what} that the treasury pays"
    match measure.op:
        case "set" if measure.rate < 0:
            return f"the tax on producing {what} is {_per_cent(-measure.rate)} of the cost"
        case "set":
            return f"{paid} is {_per_cent(measure.rate)}"
        case "add":
            return (
                f"{paid} {'falls' if measure.rate < 0 else 'rises'} by {_pct_points(measure.rate)}"
            )
        case "at_least":
            return f"{paid} is at least {_per_cent(measure.rate)}"
        case _:
            return f"{paid} is multiplied by {_per_cent(measure.rate)}"


def _how_much(measure: Rated) -> str:
    side, size = ("below" if measure.rate < 0 else "above"), _per_cent(abs(measure.rate))
    match measure.op:
        case "set":
            return f"is {size} {side} the baseline" if measure.rate else "is as in the baseline"
        case "add":
            return f"{'falls' if measure.rate < 0 else 'rises'} by {size} of the baseline"
        case "at_least":
            return f"is no less than {size} {side} the baseline"
        case _:
            return f"is multiplied by {size}"


# ---- regions and sectors -------------------------------------------------------------------------


def _who_acts(labels: Sequence[str] | None, names: Names) -> tuple[str, str, str]:
    """Name, the ending of its verb, and its possessive."""
    many = labels is not None and len(names.regions(labels)) > 1
    return (
        _said_regions(labels, names, "every region"),
        "" if many else "s",
        "their" if many else "its",
    )


def _partners(measure: FlowMeasure, side: str, names: Names) -> str:
    """The regions on one side of a measure, and whether it reaches trade among its actors."""
    here, there = measure.importer, measure.exporter
    if side == "exporter":
        here, there = there, here
    partners, acting = (_reached(labels, names) for labels in (here, there))
    text = _said_regions(here, names, "every other region")
    both = [region for region in names.table.regions if region in partners & acting]
    if len(acting) == 1 or not both or (here is None and there is None):
        return text
    if there is None:
        return f"{text}, trade among these included," if len(partners) > 1 else text
    if here is None:
        return f"{text}, each other included,"
    if partners == acting:
        return "each other"
    return (
        text
        if set(both) <= {names.one(label) for label in here}
        else f"{text}, {joined([names.say_region(n) for n in both], MOST_NAMES)} included,"
    )


def _reached(labels: Sequence[str] | None, names: Names) -> set[str]:
    return set(names.table.regions if labels is None else names.regions(labels))


def _said_regions(labels: Sequence[str] | None, names: Names, everyone: str) -> str:
    if labels is None:
        return everyone
    said = [
        names.say(label, True) if names.one(label) else _group(label, names) for label in labels
    ]
    return joined(said, MOST_NAMES)


def _group(label: str, names: Names) -> str:
    """A group's name and size; its members by name where others are inside ROW."""
    members, outside, name = names.regions([label]), names.left_out(label), names.say(label)
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
