"""A measure as understood: one plain sentence, with the names of the economy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from paxsilica.economy import Economy
from paxsilica.policy.measures import Ban, FlowMeasure, Measure, Productivity, Rated

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
    if isinstance(measure, Productivity):
        where = _regions(measure.region, economy, groups, "every region")
        body = f"output per bundle of inputs of {_sectors(measure.sector, economy)} in {where} {_change(measure)}"
    elif isinstance(measure, Rated):
        body = _tariff(measure, economy, groups) if measure.kind == "tariff" else _trade_cost(measure, economy, groups)
    else:
        assert isinstance(measure, Ban)
        body = _ban(measure, economy, groups)
    text = f"{_when(measure)} {body}".strip()
    return text[0].upper() + text[1:] + "."


def _tariff(measure: Rated, economy: Economy, groups: Groups) -> str:
    assert isinstance(measure, FlowMeasure)
    who, s, its = _subject(measure.importer, economy, groups)
    sellers = _regions(measure.exporter, economy, groups, "every other region")
    on = f"{its} tariff on {_sectors(measure.sector, economy)} from {sellers}"
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


def _trade_cost(measure: Rated, economy: Economy, groups: Groups) -> str:
    assert isinstance(measure, FlowMeasure)
    sellers = _regions(measure.exporter, economy, groups, "every region")
    buyers = _regions(measure.importer, economy, groups, "every other region")
    return f"the cost of bringing {_sectors(measure.sector, economy)} from {sellers} to {buyers} {_change(measure)}"


def _ban(measure: Ban, economy: Economy, groups: Groups) -> str:
    exports = measure.kind == "export_ban"
    who, s, its = _subject(measure.exporter if exports else measure.importer, economy, groups)
    partner = _regions(measure.importer if exports else measure.exporter, economy, groups, "every other region")
    part = "all" if measure.share == 1 else f"{_percent(measure.share)} of"
    noun, link = ("exports", "to") if exports else ("imports", "from")
    return f"{who} ban{s} {part} {its} {noun} of {_sectors(measure.sector, economy)} {link} {partner}"


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


def _subject(labels: Sequence[str] | None, economy: Economy, groups: Groups) -> tuple[str, str, str]:
    """Name, the ending of its verb, and its possessive."""
    name = _regions(labels, economy, groups, "every region")
    members = {region for label in labels or ("one",) for region in groups.get(label, (label,))}
    return (name, "", "their") if len(members) > 1 else (name, "s", "its")


def _regions(labels: Sequence[str] | None, economy: Economy, groups: Groups, everyone: str) -> str:
    if labels is None:
        return everyone
    names = []
    for label in labels:
        if label in groups and label not in economy.regions:
            names.append(f"{label} ({len(groups[label])} regions)")
        else:
            name = economy.region_name(label)
            names.append(f"the {name}" if name.startswith(TAKES_ARTICLE) else name)
    return _join(names)


def _sectors(labels: Sequence[str] | None, economy: Economy) -> str:
    if labels is None:
        return "all goods and services"
    names = [economy.sector_name(label) for label in labels]
    return _join([n[0].lower() + n[1:] if n[:1].isupper() and n[1:2].islower() else n for n in names])


def _join(names: Sequence[str]) -> str:
    shown = [*names[:MOST_NAMES], f"{len(names) - MOST_NAMES} more"] if len(names) > MOST_NAMES + 1 else list(names)
    return shown[0] if len(shown) == 1 else ", ".join(shown[:-1]) + " and " + shown[-1]


def _percent(value: float) -> str:
    return f"{value * 100:.6g} %"


def _points(value: float) -> str:
    size = f"{abs(value) * 100:.6g}"
    return f"{size} percentage point{'' if size == '1' else 's'}"
