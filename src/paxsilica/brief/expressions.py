"""One expression of time where it stands, and what its sentence says of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from paxsilica.brief.days import calendar_day, month_of, nearest_day, number_of, weekday_of

S = r"[\s\u00a0\u2009\u202f]{1,3}"
GAP = r"[\s\u00a0\u2009\u202f]{0,3}"
TURN = {"last": -1, "this": 0, "": 0, "next": 1}

_BY = re.compile(rf"\b(?:by|before)(?:{S}(?:the|early|late|mid|end|of)){{0,4}}[-\s]{{1,3}}$", re.I)
_CUE = re.compile(
    rf"\b(?:(?P<future>(?:will|shall|would|(?-i:may|might|could)|going{S}to|(?:is|are){S}to|(?:set|due|expected|scheduled|slated|planned|plans?"
    rf"|planning|poised|likely|aims?|aiming|hopes?|hoping|intends?|determined|agreed?|agrees|pledged?|committed|promised|vowed|undertaken){S}(?:to|for|on|in|by|at))\b(?:{S}(?:be|not|also))?"
    rf"(?:{S}\w{{1,30}})?|upcoming)|(?P<said>said|says|told|tells|announced|added|wrote|stated|reported|posted)"
    r"|(?P<past>\w{2,30}ed|was|were|had|has|did|met|held|spoke|came|went|took|made|gave|began|left|saw|found|won|lost"
    r"|fell|rose|grew|sent|struck|put|hit|cut))\b",
    re.A | re.I,
)
_SINCE = re.compile(rf"\bsince(?:{S}(?:the|early|late|mid|at|least)){{0,3}}[-\s]{{1,3}}$", re.I)
_TITLES = "".join(
    rf"(?<!\b{title}\.)"
    for title in ("[A-Z]", "Dr", "Mr", "Ms", "Mrs", "Sen", "Rep", "Gov", "Gen", "St")
)
SENTENCE_END = re.compile(
    rf"[!?;.\n](?:(?<=\n)|(?<!\n){_TITLES}[\"'”’)]?\s{{1,5}}(?=[\"'“‘(]?[A-Z]))"
)
_PAST = re.compile(r"last|ago|yesterday|past|previous|earlier|recent|lately|former", re.I)
_FUTURE = re.compile(r"next|tomorrow|coming|following|later|soon|shortly|hence|future|from", re.I)
_NEAR = 30  # code points from a past verb to a month that it places

Said: TypeAlias = Mapping[str, str]
"""The named groups of a match in small letters, "" for each that is not there."""


def said_by(match: re.Match[str]) -> Said:
    """What the groups of a match say."""
    return defaultdict(str, {name: words.casefold() for name, words in match.groupdict("").items()})


def matches_at(
    patterns: Sequence[re.Pattern[str]], text: str, starts: Iterable[int]
) -> Iterator[tuple[int, re.Match[str]]]:
    """The matches of each pattern that begin at one of some offsets in order, none overlapping, with its number."""
    ends = [0] * len(patterns)
    for at in starts:
        for n, pattern in enumerate(patterns):
            if at >= ends[n] and (match := pattern.match(text, at)):
                ends[n] = match.end()
                yield n, match


@dataclass(frozen=True)
class Expression:
    """A time expression where it stands; `e["unit"]` is what that group of its pattern says."""

    words: str
    said: Said
    before: str  # of its sentence
    anchor: date  # the day it counts from
    indian: bool  # the text is about India

    def __getitem__(self, group: str) -> str:
        return self.said[group]

    def unit(self) -> str:
        """Its unit, in the singular."""
        return self["unit"].replace("centur", "century")

    def amount(self) -> tuple[int | None, str]:
        """A number, None where it is not said, and its unit."""
        if self["n"]:
            return number_of(self["n"]), self.unit()
        return None if self.words.endswith("s") else 1, self.unit()

    def tense(self) -> str:
        """ "future", "said", "past" or "": of the last verb before, a past one only if near; "by" at the end is future."""
        if _BY.search(self.before):
            return "future"
        last = next(reversed(list(_CUE.finditer(self.before))), None)
        if last is None or (last["past"] and len(self.before) - last.end() > _NEAR):
            return ""
        return last.lastgroup or ""

    def since(self) -> bool:
        """Whether it is the beginning of a time up to the anchor."""
        return _SINCE.search(self.before) is not None

    def has_year(self) -> bool:
        """Whether a year is named beside a month, by its number or as "last March"."""
        return bool(self["year"] or self["turn"] or self["which"])

    def named_year(self, month: int) -> int:
        """The year named beside a month; "last March" is before this month, "next March" after it."""
        turn = TURN[self["turn"] or self["which"]]
        later = month - self.anchor.month
        near = not self["turn"] and later * turn > 0
        return int(self["year"] or self.anchor.year + (0 if near else turn))

    def day_of(
        self, month: int, day: int, reach: int, tense: str = "", ahead: int = 1
    ) -> date | None:
        """The day in the year that is named, else `nearest_day`."""
        if self.has_year():
            return calendar_day(self.named_year(month), month, day)
        tense = "past" if self.since() else tense
        return nearest_day(month, day, self.anchor, reach, tense, ahead)

    def first_of(self, month: int) -> date | None:
        """The first of a month, in the year that is named or meant."""
        middle = self.day_of(month, 15, 1, self.tense(), ahead=2)
        return middle and middle.replace(day=1)

    def reference(self) -> str:
        """The TIMEX3 value where it has no days of its own."""
        if _PAST.search(self.words):
            return "PAST_REF"
        return "FUTURE_REF" if _FUTURE.search(self.words) else "PRESENT_REF"

    def unplaced(self) -> str:
        """The value where nobody knows the day it counts from: `XXXX-WXX-2` for a Tuesday, `XXXX-05` for May."""
        if not (self["which"] or self["turn"]):
            if self["weekday"]:
                return f"XXXX-WXX-{weekday_of(self['weekday']) + 1}"
            if self["month"]:
                day = f"-{int(self['day']):02}" if self["day"] else ""
                return f"XXXX-{month_of(self['month']):02}{day}"
        return self.reference()
