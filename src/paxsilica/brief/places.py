"""States by the words that news uses for them: names, adjectives, capitals that speak for governments."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cache, lru_cache

from paxsilica.names.places import country_names, packaged_groups, places

CONTINENT_PARTS = "Central", "Latin", "North", "South"
"""Words before `America` by which no state is meant; the states whose names begin so are longer words."""


@cache
def by_word() -> dict[str, str]:
    """Word or words -> ISO 3166 alpha-3 (EU for the union)."""
    found = {
        word: p.code
        for p in places()
        if p.spoken or p.capitals
        for word in (p.name, *p.also, *p.spoken, *p.capitals)
    }
    for key, group in packaged_groups()["regions"].items():
        if "spoken" in group:
            found |= dict.fromkeys((group["name"], *group["spoken"]), key)
    return found


@cache
def seats() -> frozenset[str]:
    """Capitals, which are places where something happens as often as governments."""
    return frozenset(word for p in places() for word in p.capitals)


@cache
def pattern() -> re.Pattern[str]:
    """Any of the words, the longest first, as a whole word."""
    words = sorted(by_word(), key=len, reverse=True)
    no_part = "".join(rf"(?<!{part} )" for part in CONTINENT_PARTS)
    return re.compile(rf"(?<![\w-]){no_part}(?:" + "|".join(map(re.escape, words)) + r")(?![\w$])")


def states_in(words: str) -> tuple[str, ...]:
    """States named, each once, in order."""
    return tuple(dict.fromkeys(by_word()[m[0]] for m in pattern().finditer(words)))


def state_code(said: str) -> str:
    """The code of a state or group by its code or any of its words, in any case; "" where it is none that is known."""
    known, folded = by_word(), said.strip().casefold()
    if said in country_names() or said in known.values():
        return said
    return next((code for word, code in known.items() if word.casefold() == folded), "")


@lru_cache(maxsize=2)
def _placed_states(text: str) -> tuple[re.Match[str], ...]:
    return tuple(pattern().finditer(text))


def named_between(text: str, start: int, end: int) -> Sequence[re.Match[str]]:
    """Where a text names states in `[start, end)`, in order; it is searched once, however often it is asked about."""
    found = _placed_states(text)
    first, last = (bisect_left(found, at, key=re.Match.start) for at in (start, end))
    return found[first:last]


def state_name(code: str) -> str:
    """The name of a state or union by its code, "" where there is none."""
    group = packaged_groups()["regions"].get(code, {})
    return country_names().get(code) or group.get("name", "") if code.isupper() else ""
