"""A measure as understood: one plain sentence, with the names of the economy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paxsilica.economy import Economy
from paxsilica.policy.measures import Ban, FlowMeasure, Measure, ProductionMeasure, Rated

Groups = Mapping[str, Sequence[str]]

MOST_NAMES = 6

TAKES_ARTICLE = (
    "United ",
    "Russian ",
    "Netherlands",
    "Philippines",
    "Rest of",
    "Czech Republic",
    "Slovak Republic",
    "Democratic ",
    "Dominican ",
    "Republic of",
    "Central African",
    "Bahamas",
    "Gambia",
)


def sentence(measure: Measure, economy: Economy, groups: Groups) -> str:
    """What one measure does, such as `From 2025-08-07 the United States sets its tariff on goods from India to 50 %.`

    Args:
        groups: every region group that the measure may name -> its regions.
    """
    if isinstance(measure, ProductionMeasure):
        body = _production(measure, economy, groups)
    elif isinstance(measure, Ban):
        body = _ban(measure, economy, groups)
    elif measure.kind == "trade_cost":
        body = _trade_cost(measure, economy, groups)
    else:
        body = _tax(measure, economy, groups)
    text = f"{_when(measure)} {body}".strip().removesuffix(",")
    return text[0].upper() + text[1:] + "."


# ---- kinds -----------------------------------------------------------------------------------------------------


def _tax(measure: Measure, economy: Economy, groups: Groups) -> str:
    assert isinstance(measure, FlowMeasure)
    assert isinstance(measure, Rated)
    goods = _sectors(measure.sector, economy)
    if measure.kind == "tariff":
        who, s, its = _subject(measure.importer, economy, groups)
        on = f"{its} tariff on {goods} from {_partners(measure, 'exporter', economy, groups)}"
    else:
        who, s, its = _subject(measure.exporter, economy, groups)
        on = (
            f"{its} export tax on {goods} sold to {_partners(measure, 'importer', economy, groups)}"
        )
    match measure.op:
        case "set":
            return f"{who} set{s} {on} to {_percent(measure.rate)}"
        case "add" if measure.rate < 0:
            return f"{who} take{s} {_points(measure.rate)} off {on}"
        case "add":
            return f"{who} add{s} {_points(measure.rate)} to {on}"
        case "at_least":
            return f"{who} raise{s} {on} to at least {_percent(measure.rate)}"
        case _:
            return f"{who} multipl{'ies' if s else 'y'} {on} by {_percent(measure.rate)}"


def _trade_cost(measure: Measure, economy: Economy, groups: Groups) -> str:
    assert isinstance(measure, FlowMeasure)
    assert isinstance(measure, Rated)
    sellers = _regions(measure.exporter, economy, groups, "every region")
    buyers = _partners(measure, "importer", economy, groups)
    return f"the cost of bringing {_sectors(measure.sector, economy)} from {sellers} to {buyers} {_change(measure)}"


def _ban(measure: Ban, economy: Economy, groups: Groups) -> str:
    exports = measure.kind == "export_ban"
    who, s, its = _subject(measure.exporter if exports else measure.importer, economy, groups)
    partner = _partners(measure, "importer" if exports else "exporter", economy, groups)
    part = "all" if measure.share == 1 else f"{_percent(measure.share)} of"
    noun, link = ("exports", "to") if exports else ("imports", "from")
    return (
        f"{who} ban{s} {part} {its} {noun} of {_sectors(measure.sector, economy)} {link} {partner}"
    )


def _production(measure: ProductionMeasure, economy: Economy, groups: Groups) -> str:
    assert isinstance(measure, Rated)
    what = f"{_sectors(measure.sector, economy)} in {_regions(measure.region, economy, groups, 'every region')}"
    if measure.kind == "productivity":
        return f"output per bundle of inputs of {what} {_change(measure)}"
    paid = f"the share of the cost of producing {what} that the treasury pays"
    match measure.op:
        case "set" if measure.rate < 0:
            return f"the tax on producing {what} is {_percent(-measure.rate)} of the cost"
        case "set":
            return f"{paid} is {_percent(measure.rate)}"
        case "add":
            return f"{paid} {'falls' if measure.rate < 0 else 'rises'} by {_points(measure.rate)}"
        case "at_least":
            return f"{paid} is at least {_percent(measure.rate)}"
        case _:
            return f"{paid} is multiplied by {_percent(measure.rate)}"


def _change(measure: Rated) -> str:
    side, size = ("below" if measure.rate < 0 else "above"), _percent(abs(measure.rate))
    match measure.op:
        case "set":
            return f"is {size} {side} the baseline" if measure.rate else "is as in the baseline"
        case "add":
            return f"{'falls' if measure.rate < 0 else 'rises'} by {size} of the baseline"
        case "at_least":
            return f"is no less than {size} {side} the baseline"
        case _:
            return f"is multiplied by {size}"


def _when(measure: Measure) -> str:
    start, end = measure.from_, measure.until
    if start is None:
        return f"until {end}" if end else ""
    return f"from {start} until {end}" if end else f"from {start}"


# ---- regions and sectors ---------------------------------------------------------------------------------------


def _subject(
    labels: Sequence[str] | None, economy: Economy, groups: Groups
) -> tuple[str, str, str]:
    """Name, the ending of its verb, and its possessive."""
    name = _regions(labels, economy, groups, "every region")
    many = labels is not None and len(_members(labels, economy, groups)) > 1
    return (name, "", "their") if many else (name, "s", "its")


def _partners(measure: FlowMeasure, side: str, economy: Economy, groups: Groups) -> str:
    """The regions on one side of a measure, and whether it reaches trade inside a group, which is easily overlooked."""
    here, there = measure.importer, measure.exporter
    if side == "exporter":
        here, there = there, here
    partners, acting = (_members(labels, economy, groups) for labels in (here, there))
    text = _regions(here, economy, groups, "every other region")
    both = [region for region in economy.regions if region in partners & acting]
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
        if set(both) <= set(here)
        else f"{text}, {_join([_name(n, economy) for n in both])} included,"
    )


def _members(labels: Sequence[str] | None, economy: Economy, groups: Groups) -> set[str]:
    if labels is None:
        return set(economy.regions)
    return {
        member
        for label in labels
        for member in ([label] if label in economy.regions else groups.get(label, ()))
    }


def _regions(labels: Sequence[str] | None, economy: Economy, groups: Groups, everyone: str) -> str:
    if labels is None:
        return everyone
    group = {label for label in labels if label in groups and label not in economy.regions}
    return _join(
        [
            _group(label, economy, groups) if label in group else _name(label, economy)
            for label in labels
        ]
    )


def _group(label: str, economy: Economy, groups: Groups) -> str:
    members, inside = groups[label], economy.about.members_inside_row.get(label, ())
    if inside and members == economy.about.region_groups.get(label):
        known = _join([_name(member, economy) for member in members])
        return f"{label} ({len(members)} of {len(members) + len(inside)} members: {known}; the others are inside ROW)"
    return f"{label} ({len(members)} region{'' if len(members) == 1 else 's'})"


def _name(label: str, economy: Economy) -> str:
    name = economy.region_name(label)
    return f"the {name}" if name.startswith(TAKES_ARTICLE) else name


def _sectors(labels: Sequence[str] | None, economy: Economy) -> str:
    if labels is None:
        return "all goods and services"
    names = [economy.sector_name(label) for label in labels]
    return _join(
        [n[0].lower() + n[1:] if n[:1].isupper() and n[1:2].islower() else n for n in names]
    )


def _join(names: Sequence[str]) -> str:
    shown = (
        [*names[:MOST_NAMES], f"{len(names) - MOST_NAMES} more"]
        if len(names) > MOST_NAMES + 1
        else list(names)
    )
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def _percent(value: float) -> str:
    return f"{value * 100:.6g} %"


def _points(value: float) -> str:
    size = f"{abs(value) * 100:.6g}"
    return f"{size} percentage point{'' if size == '1' else 's'}"
