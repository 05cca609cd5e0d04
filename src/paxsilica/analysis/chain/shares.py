"""Shares of the world's output as sources print them, rounded or of a group -> by country."""

from __future__ import annotations

from paxsilica.analysis.chain.draft import ChainDraft
from paxsilica.analysis.chain.graph import EQUAL, country_problem
from paxsilica.data import load_economy
from paxsilica.economy import Note
from paxsilica.errors import InputError
from paxsilica.names import Names
from paxsilica.names.places import OTHER
from paxsilica.policy.values import parse_percent, show_percent

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


def world_shares(draft: ChainDraft, id: str) -> dict[str, float] | None:
    """The shares of a stage by alpha-3 code, decimal, divided by their sum where rounding explains that it is above 1;
    None where they are unknown. What is wrong with them, and what was done to them, is told to the draft."""
    given, here, of = (
        draft.stages[id].get("shares", "unknown"),
        ("stages", id, "shares"),
        f"stage {id}: ",
    )
    if given == "unknown":
        return None
    if not isinstance(given, dict):
        draft.wrong(f"{of}shares must be `{{CHN: 69%, USA: 13%}}` or `unknown`", *here)
        return None
    written, found, named = dict[str, float](), dict[str, float](), dict[str, str]()
    for label, text in given.items():
        share = written[label] = draft.read(text, parse_percent, 0.0, *here, label, of=of)
        try:
            parts = _by_member(label)
        except InputError as error:
            problem = country_problem(label) if label == OTHER else str(error)
            draft.wrong(of + problem, *here, label)
            continue
        if twice := [country for country in parts if country in named]:
            both = f"{twice[0]} is named by {named[twice[0]]} and by {label}"
            draft.wrong(f"{of}{both}; name it once", *here, label)
        named |= dict.fromkeys(parts, label)
        found |= {country: share * part for country, part in parts.items()}
        if len(parts) > 1:
            draft.notes.append(Note("split shares", SPLIT.format(id, label, len(parts), SIZES)))
    total, rounding = (
        sum(written.values()),
        sum(_half_a_digit(str(text)) for text in given.values()),
    )
    if 1 < total <= 1 + min(max(rounding, LEAST), MOST) and min(written.values()) >= 0:
        found = {country: share / total for country, share in found.items()}
        if total > 1 + EQUAL:
            draft.notes.append(Note("rounded shares", ABOVE.format(id, show_percent(total))))
    return found


def _half_a_digit(percentage: str) -> float:
    """By how much a rounded percentage may be off, decimal: 0.005 for `17%`, 0.0005 for `17.3%`."""
    return float(0.005 * 0.1 ** len(percentage.partition(".")[2].rstrip("% ")))


def _by_member(label: str) -> dict[str, float]:
    """The countries that a label means, and the part of each. Raises InputError."""
    countries = Names().countries([label])
    if len(countries) == 1:
        return {countries[0]: 1.0}
    economy = load_economy(SIZES)
    if lacking := [country for country in countries if country not in economy.regions]:
        raise InputError(
            f"{label} is {len(countries)} countries, and {SIZES} does not know the size of "
            f"{lacking[0]}; give the shares of members, or leave it out: "
            "what is unnamed counts as safe from every cut"
        )
    goods = economy.output[:, economy.goods].sum(1)
    made = [float(goods[economy.regions.index(country)]) for country in countries]
    return {country: size / sum(made) for country, size in zip(countries, made, strict=True)}
