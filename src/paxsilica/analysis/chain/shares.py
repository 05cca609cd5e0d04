"""Shares of the world's output as sources print them, rounded or of a group -> by country."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from paxsilica.analysis.chain.graph import EQUAL, country_problem
from paxsilica.data import load_economy
from paxsilica.economy import Note
from paxsilica.errors import InputError
from paxsilica.names import Names
from paxsilica.names.places import OTHER
from paxsilica.policy.values import show_percent

LEAST, MOST = 0.005, 0.02
"""By how much shares may exceed 100 %: what rounding explains, within these two."""

SPLIT = (
    "Stage {} has one share for {}; it is split over its {} countries by the goods they make ({}), "
    "so that a cut of them all is as in the file, and one of a few is a guess."
)
ABOVE = (
    "The shares of stage {} add up to {}, as rounded ones and those of several sources do; "
    "each is divided by the sum."
)

SIZES = "icio2022"
"""The packaged economy by whose output of goods the share of a group is split."""


class Shares(NamedTuple):
    """Shares by alpha-3 code, decimal; what was done to them; what is wrong, by label."""

    shares: dict[str, float]
    notes: list[Note]
    problems: dict[str, str]


def by_country(stage: str, written: Mapping[str, float], rounding: float) -> Shares:
    """Shares by country, divided by their sum where rounding explains that it is above 1.

    Args:
        rounding: by how much the sum may be off since every share is rounded, decimal.
    """
    found, named = Shares({}, [], {}), dict[str, str]()
    for label, share in written.items():
        try:
            parts = _split(label)
        except InputError as error:
            found.problems[label] = country_problem(label) if label == OTHER else str(error)
            continue
        if twice := [country for country in parts if country in named]:
            both = f"{twice[0]} is named by {named[twice[0]]} and by {label}"
            found.problems[label] = f"{both}; name it once"
        named |= dict.fromkeys(parts, label)
        found.shares.update({country: share * part for country, part in parts.items()})
        if len(parts) > 1:
            found.notes.append(Note("split shares", SPLIT.format(stage, label, len(parts), SIZES)))
    total = sum(written.values())
    if 1 < total <= 1 + min(max(rounding, LEAST), MOST) and min(written.values()) >= 0:
        found.shares.update({country: share / total for country, share in found.shares.items()})
        if total > 1 + EQUAL:
            found.notes.append(Note("rounded shares", ABOVE.format(stage, show_percent(total))))
    return found


def _split(label: str) -> dict[str, float]:
    """The countries that a label means, and the part of each. Raises InputError."""
    countries = Names().countries([label])
    if len(countries) == 1:
        return {countries[0]: 1.0}
    economy = load_economy(SIZES)
    lacking = [country for country in countries if country not in economy.regions]
    if lacking:
        raise InputError(
            f"{label} is {len(countries)} countries, and {SIZES} does not know the size of "
            f"{lacking[0]}; give the shares of members, or leave it out: "
            "what is unnamed counts as safe from every cut"
        )
    goods = economy.output[:, economy.sector_indices(["goods"])].sum(1)
    made = {country: float(goods[economy.regions.index(country)]) for country in countries}
    return {country: size / sum(made.values()) for country, size in made.items()}
