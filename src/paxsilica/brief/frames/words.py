"""The words that rules know, as tables: what acts do, what instruments are called, which words cast doubt, who holds
office."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import cache, lru_cache
from pathlib import Path
from typing import NamedTuple, TypeAlias, get_args

from paxsilica.brief.cues import IRREGULAR, any_form
from paxsilica.brief.places import by_word
from paxsilica.brief.record import ActStanding
from paxsilica.names.places import entries_of, rows

_TABLES = Path(__file__).parent

TOKEN = re.compile(r"(?:[A-Za-z]\.){2,}|n[’']t\b|\w+?(?=n[’']t\b)|\w+(?:[’']\w+)?|[^\w\s]")
"""A word with its apostrophe, an abbreviation with its dots, or one sign."""

LONGEST_PHRASE = 7
"""Words of the longest phrase of a table."""

Phrase: TypeAlias = tuple[str, ...]


class Sense(NamedTuple):
    """What a phrase is: a kind of item, and its value."""

    kind: str
    value: str


FOOTNOTE = re.compile(r"(?<=^[A-Z][a-z]{3})(?P<rest>[a-z]*)\d{1,2}$")


@lru_cache(maxsize=1 << 14)
def without_possessive(token: str) -> str:
    """A token without `'s` and without the number of a note."""
    token = FOOTNOTE.sub(r"\g<rest>", token)
    return token[:-2] if len(token) > 2 and token.endswith(("'s", "’s")) else token


@lru_cache(maxsize=1 << 14)
def phrase_of(words: str) -> Phrase:
    """The tokens of some words."""
    return tuple(TOKEN.findall(words))


def _verb_forms(lemma: str) -> frozenset[str]:
    """Every form of a verb and what follows it: `do_away_with`, `no longer allow`."""
    if lemma in IRREGULAR:
        return frozenset((lemma.replace("_", " "), *IRREGULAR[lemma]))
    if lemma.startswith("no longer "):
        return frozenset(f"no longer {form}" for form in any_form(lemma.removeprefix("no longer ")))
    verb, _, rest = lemma.partition("_")
    return frozenset(f"{form} {rest.replace('_', ' ')}".strip() for form in any_form(verb))


def _lexicon_rows() -> Iterator[tuple[str, Sense]]:
    for row in rows(_TABLES / "words.csv"):
        meaning = Sense(row["kind"], row["value"])
        for words in entries_of(row["words"]):
            if row["kind"] in ("verb", "other", "say"):
                yield from ((form, meaning) for form in _verb_forms(words))
            else:
                yield words, meaning


@cache
def lexicon() -> dict[Phrase, tuple[Sense, ...]]:
    """Phrase in small letters -> all that it may be, in the order of the table."""
    found: dict[Phrase, tuple[Sense, ...]] = {}
    for words, meaning in _lexicon_rows():
        key = phrase_of(words.casefold())
        found[key] = (*found.get(key, ()), meaning)
    return found


@cache
def place_words() -> dict[Phrase, str]:
    """Words for states and groups as they are written -> code."""
    return {phrase_of(word): code for word, code in by_word().items()}


@cache
def _holders() -> tuple[tuple[Phrase, str, date, date], ...]:
    return tuple(
        (
            phrase_of(row["word"]),
            row["code"],
            date.fromisoformat(row["from"] or "0001-01-01"),
            date.fromisoformat(row["until"] or "9999-12-31"),
        )
        for row in rows(_TABLES / "holders.csv")
    )


@cache
def holders_on(day: date | None) -> dict[Phrase, str]:
    """Names of office holders and of offices of one state -> its code; on a day, else of anybody in the table."""
    return {
        words: code for words, code, first, last in _holders() if day is None or first <= day < last
    }


@cache
def wordset(name: str) -> frozenset[str]:
    """A set of words of `sets.csv`."""
    return next(
        frozenset(entries_of(r["words"])) for r in rows(_TABLES / "sets.csv") if r["name"] == name
    )


def pattern_of(use: str) -> re.Pattern[str]:
    """A pattern of `patterns.csv`; `i` beside it means that case does not count."""
    row = next(r for r in rows(_TABLES / "patterns.csv") if r["use"] == use)
    return re.compile(row["pattern"], re.IGNORECASE if row["value"] == "i" else 0)


@cache
def patterns_by_value(use: str) -> dict[str, re.Pattern[str]]:
    """What the patterns of `patterns.csv` of some use tell -> each of them; case does not count."""
    found = (r for r in rows(_TABLES / "patterns.csv") if r["use"] == use)
    return {r["value"]: re.compile(r["pattern"], re.IGNORECASE) for r in found}


def later_patterns() -> dict[ActStanding, re.Pattern[str]]:
    """ActStanding -> what a later sentence says of an act that then has it."""
    found = (r for r in rows(_TABLES / "patterns.csv") if r["use"] == "later")
    patterns = {r["value"]: re.compile(rf"\b(?:{r['pattern']})\b", re.IGNORECASE) for r in found}
    return {s: patterns[s] for s in get_args(ActStanding) if s in patterns}


@cache
def begins() -> dict[str, int]:
    """First token in small letters -> tokens of the longest phrase that begins with it, in any table of words or names."""
    found: dict[str, int] = {}
    for phrase in (*lexicon(), *place_words(), *holders_on(None)):
        first = phrase[0].casefold()
        found[first] = max(found.get(first, 1), len(phrase))
    return found


@cache
def pairs() -> frozenset[tuple[str, str]]:
    """The first two tokens of every phrase of several, without possessives and in small letters."""
    phrases = (p for p in (*lexicon(), *place_words(), *holders_on(None)) if len(p) > 1)
    small = ([without_possessive(token).casefold() for token in p[:2]] for p in phrases)
    return frozenset((first, second) for first, second in small)
