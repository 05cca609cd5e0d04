"""States by the words that news uses for them: names, adjectives, capitals that speak for governments."""

from __future__ import annotations

import re
from functools import cache

from paxsilica.names.places import packaged_groups, places


@cache
def by_word() -> dict[str, str]:
    """Word or words -> ISO 3166 alpha-3 (EU for the union)."""
    named = [p for p in places() if p.spoken]
    found = {word: p.code for p in named for word in (p.name, *p.also, *p.spoken)}
    groups = {
        key: entry for key, entry in packaged_groups()["regions"].items() if "spoken" in entry
    }
    return found | {w: key for key, e in groups.items() for w in (e["name"], *e["spoken"])}


@cache
def pattern() -> re.Pattern[str]:
    """Any of the words, the longest first, as a whole word."""
    words = sorted(by_word(), key=len, reverse=True)
    return re.compile(r"(?<![\w-])(?:" + "|".join(map(re.escape, words)) + r")(?![\w])")


def states_in(words: str) -> tuple[str, ...]:
    """States named, each once, in order."""
    return tuple(dict.fromkeys(by_word()[m[0]] for m in pattern().finditer(words)))
