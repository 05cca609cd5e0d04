"""The words that sentences about measures share: who, with whom, on what, and how much."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from paxsilica.names import Names, joined
from paxsilica.policy.dates import MOST_NAMES
from paxsilica.policy.measure import FlowMeasure, Goods, Measure, Rated
from paxsilica.policy.rate_table import RateRow
from paxsilica.policy.reach import labels_left_out


def how_much(measure: Rated, sizes: Sequence[float]) -> str:
    """What a factor becomes."""
    size, below = per_cent([*map(abs, sizes)]), measure.rate < 0
    change = f"{size} {'below' if below else 'above'} the baseline"
    becomes = {
        "set": f"is {change}" if any(sizes) else "is as in the baseline",
        "add": f"{'falls' if below else 'rises'} by {size} of the baseline",
        "at_least": f"is no less than {change}",
        "multiply": f"is multiplied by {size}",
    }
    return becomes[measure.op]


def partners(measure: FlowMeasure, side: str, names: Names) -> str:
    """The regions on one side of a measure, and whether it reaches trade among its actors."""
    here, there = measure.importer, measure.exporter
    if side == "exporter":
        here, there = there, here
    everyone = names.table.regions
    theirs, acting = (set(names.regions(labels or everyone)) for labels in (here, there))
    theirs.difference_update(names.regions(labels_left_out(measure, names)[2]))
    text = said_regions(here, names, "every other region")
    both = [region for region in everyone if region in theirs & acting]
    if len(acting) == 1 or not both or (here is None and there is None):
        return text
    if there is None:
        return f"{text}, trade among these included," if len(theirs) > 1 else text
    if here is None:
        return f"{text}, each other included,"
    if theirs == acting:
        return "each other"
    if set(both) <= {names.one(label) for label in here}:
        return text
    return f"{text}, {joined([names.say_region(n) for n in both], MOST_NAMES)} included,"


def said_regions(labels: Sequence[str] | None, names: Names, everyone: str) -> str:
    if labels is None:
        return everyone
    said = [
        names.say(label, True) if names.one(label) else _group(label, names) for label in labels
    ]
    return joined(said, MOST_NAMES)


def are_many(labels: Sequence[str] | None, names: Names) -> bool:
    """Whether a verb behind `said_regions` is plural: a union with an article acts as one."""
    if labels is None or len(names.regions(labels)) == 1:
        return False
    return len(labels) > 1 or not names.say(labels[0], True).startswith("the ")


def actor(labels: Sequence[str] | None, names: Names) -> tuple[str, str, str]:
    """Who acts, the ending of its verb, and `its` or `their`."""
    who = said_regions(labels, names, "every region")
    return (who, "", "their") if are_many(labels, names) else (who, "s", "its")


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


def goods_said(measure: Measure | Goods, rows: Sequence[RateRow], names: Names) -> str:
    """What is traded or made: `products of HS 7208`, `goods except HS 30 and energy`."""
    if isinstance(measure, Goods) and measure.rows:
        if measure.rows.said:
            return measure.rows.said
        what = len({(row.product, row.sector) for row in rows})
        of = "product" if all(row.product for row in rows) else "product and sector"
        return f"{what:,} {of}{'s' * (what > 1)} of the table {Path(measure.rows.name).name}"
    goods = sectors_said(getattr(measure, "sector", None), names)
    if not isinstance(measure, Goods) or not measure.by_product:
        return goods
    if measure.product:
        goods = f"products of {hs_said(measure.product, measure.edition)}"
    elif measure.sector is None:
        goods = "all goods and services"
    codes, sectors, regions = labels_left_out(measure, names)
    left = [hs_said(codes, None)] * bool(codes)
    left += [*map(names.say_sector, sectors), *(names.say(label, True) for label in regions)]
    return f"{goods}, except {joined(left, MOST_NAMES)}," if left else goods


def hs_said(codes: Sequence[str], edition: str | None) -> str:
    digits = [re.sub(r"^HS\s*", "", code, flags=re.IGNORECASE) for code in codes]
    return f"HS{f' {edition}' if edition else ''} {joined(digits, MOST_NAMES)}"


def sectors_said(labels: Sequence[str] | None, names: Names) -> str:
    """Sectors and groups by name, as they stand inside a sentence."""
    if labels is None:
        return "all goods and services"
    said = [names.say_sector(label) for label in labels]
    if len(said) == 1:
        return said[0] + "," * (", of which " in said[0])
    part = re.compile(r"\), (of which .*)")
    return joined([part.sub(r", \1)", text) for text in said], MOST_NAMES)


def per_cent(values: Sequence[float]) -> str:
    """`25 %`; of several values their range, `between 2 and 25 %`."""
    return f"{_range(values)} %"


def pct_points(values: Sequence[float]) -> str:
    size = _range([*map(abs, values)])
    return f"{size} percentage point{'' if size == '1' else 's'}"


def _range(values: Sequence[float]) -> str:
    ends = dict.fromkeys(f"{end(values) * 100:.6g}" for end in (min, max))
    return "between " * (len(ends) > 1) + " and ".join(ends)
