"""The rules of time expressions: for each form a pattern, and a function from its match to what it means."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from typing import NamedTuple

from paxsilica.brief.days import (
    DAYS,
    MONTHS,
    NUMBER_WORDS,
    Found,
    day_of,
    length,
    months,
    nearest,
    number,
    shift,
    whole,
)

S = r"[\s\u00a0\u2009\u202f]{1,3}"
_GAP = r"[\s\u00a0\u2009\u202f]{0,3}"
DASH = r"[-\u2010-\u2015\u2212]"
EDGE = r"(?<![\w\u00c0-\u024f$€£₹/@#_.,-])"
END = r"(?![\w\u00c0-\u024f/@_])"

_SEASONS = {
    "spring": ("SP", 3),
    "summer": ("SU", 6),
    "autumn": ("FA", 9),
    "fall": ("FA", 9),
    "winter": ("WI", 12),
}
_ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": 4, "final": 4}
_TURN = {"last": -1, "this": 0, "the": 0, "next": 1}
_OFTEN = {
    "dail": "P1D",
    "week": "P1W",
    "fort": "P2W",
    "mont": "P1M",
    "quar": "P3M",
    "annu": "P1Y",
    "year": "P1Y",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

_CAPITAL = r"(?-i:(?=[A-Z]))"
_MONTH = (
    rf"{_CAPITAL}(?P<month>(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_NAMED = rf"{_CAPITAL}(?P<weekday>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)"
_OPENING = (
    rf"(?:{_CAPITAL}(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day|\.)?,?{S})?"
)
_DAY = r"(?P<day>0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?"
_TO_DAY = rf"(?:(?:{DASH}|{S}to{S})(?P<until>[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?)?"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)[0-9]{2})"
_OF_YEAR = rf"(?:,?{S}(?:of{S})?(?:the{S})?(?:{_YEAR}|(?P<turn>last|next|this){S}year){END})"
_NO_NUMBER = rf"(?!{_GAP}(?:%|per{_GAP}cent|[mb]illion|trillion|crore|lakh))(?![.,:]?[0-9])"
_NUM = rf"(?P<n>[0-9]{{1,4}}|a{S}few|several|(?:a{S})?couple{S}of|{NUMBER_WORDS})"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year|decade|centur(?=y|ies)|hour|minute)(?:s|y|ies)?"
_COUNTED = (
    "people|persons|men|women|children|voters|adults|respondents|tonnes?|tons?|workers|jobs|troops|soldiers|cases|deaths"
    "|dollars?|euros?|rupees?|pounds|miles|km|kilomet|met(?:re|er)s|feet|votes|points?|pages|words|homes|barrels|years"
    "|days|hours|MW|GW|items|products|companies|units"
)
_NOT_YEAR = re.compile(
    r"(?:\b(?:sections?|articles?|rule|no|nos|resolution|flight|route|model|room|page|rs|usd|us|eur|gbp|inr|paragraph"
    r"|para|chapter|title|order|regulation|directive|form|windows|nearly|about|around|some|than|least|almost|only|roughly)"
    r"\.?\s{0,3}|[$€£₹]\s?)$",
    re.I,
)
_LED = re.compile(
    r"\b(?:in|by|since|until|till|from|during|before|after|of|through|to|for|early|mid|late)(?:\sthe)?[-\s]{1,3}$",
    re.I,
)
_LASTS = re.compile(
    r"\b(?:for|in|within|over|than|nearly|almost|about|around|after|lasted|lasts|took|takes|spent|once)\s{1,3}$",
    re.I,
)
_BY = re.compile(rf"\b(?:by|before)(?:{S}(?:the|early|late|mid|end|of)){{0,4}}[-\s]{{1,3}}$", re.I)
_CUE = re.compile(
    rf"\b(?:(?P<future>(?:will|shall|would|(?-i:may|might|could)|going{S}to|(?:is|are){S}to|(?:set|due|expected|scheduled|slated|planned|plans?"
    rf"|planning|poised|likely|aims?|aiming|hopes?|hoping|intends?){S}(?:to|for|on|in|by|at))\b(?:{S}(?:be|not|also))?"
    rf"(?:{S}\w{{1,30}})?|upcoming)|(?P<said>said|says|told|tells|announced|added|wrote|stated|reported|posted)"
    r"|(?P<past>\w{2,30}ed|was|were|had|has|did|met|held|spoke|came|went|took|made|gave|began|left|saw|found|won|lost"
    r"|fell|rose|grew|sent|struck|put|hit|cut))\b",
    re.A | re.I,
)
SINCE = re.compile(rf"\bsince(?:{S}(?:the|early|late|mid|at|least)){{0,3}}[-\s]{{1,3}}$", re.I)
_TITLES = "".join(
    rf"(?<!\b{title})"
    for title in ("[A-Z]", "Dr", "Mr", "Ms", "Mrs", "Sen", "Rep", "Gov", "Gen", "St")
)
SENTENCE_END = re.compile(rf"(?:[!?;]|{_TITLES}\.)[\"'”’)]?\s{{1,5}}(?=[\"'“‘(]?[A-Z])|\n")
_PAST = re.compile(r"last|ago|yesterday|past|previous|earlier|recent|lately|former", re.I)
_FUTURE = re.compile(r"next|tomorrow|coming|following|later|soon|shortly|hence|future|from", re.I)


_NEAR = 30  # code points from a past verb to a month that it places


class Place(NamedTuple):
    """Where an expression stands."""

    before: str  # of its sentence
    anchor: date  # the day it counts from
    indian: bool  # the text is about India


_Match = re.Match[str]


def _tense(before: str) -> str:
    """ "future", "said", "past" or "": of the last verb before, a past one only if near; "by" at the end is future."""
    if _BY.search(before):
        return "future"
    last = next(reversed(list(_CUE.finditer(before))), None)
    if last is None or (last["past"] and len(before) - last.end() > _NEAR):
        return ""
    return last.lastgroup or ""


def reference(words: str) -> str:
    """The TIMEX3 value of an expression that has no days of its own."""
    return (
        "PAST_REF"
        if _PAST.search(words)
        else "FUTURE_REF"
        if _FUTURE.search(words)
        else "PRESENT_REF"
    )


def _amount(m: _Match) -> tuple[int | None, str]:
    if m["n"]:
        return number(m["n"]), _unit(m)
    return None if m[0].endswith("s") else 1, _unit(m)


def _unit(m: _Match) -> str:
    return m["unit"].casefold().replace("centur", "century")


def _named_year(m: _Match, month: int, place: Place) -> date | None:
    """The first of a month, in the year that is named or meant."""
    said, anchor = m.groupdict(), place.anchor
    if said["year"]:
        return day_of(int(said["year"]), month, 1)
    if said["turn"]:
        return day_of(anchor.year + _TURN[said["turn"].casefold()], month, 1)
    if said.get(
        "which"
    ):  # "last March" is before this month, "this March" in this year, "next March" after this month
        turn = _TURN[said["which"].casefold()]
        near = (turn < 0 and month < anchor.month) or (turn > 0 and month > anchor.month)
        return day_of(anchor.year + (0 if near else turn), month, 1)
    tense = "past" if SINCE.search(place.before) else _tense(place.before)
    middle = nearest(
        [day_of(anchor.year + i, month, 15) for i in (-1, 0, 1)], anchor, tense, ahead=2
    )
    return middle and middle.replace(day=1)


def _full(m: _Match, place: Place) -> Found | None:
    """A day and month, of the year it names; a range if it has a second day."""
    month, day, year = (
        _MONTHS.index(m["month"][:3].casefold()) + 1,
        int(m["day"]),
        place.anchor.year,
    )
    if m["year"] or m["turn"]:
        first = day_of(int(m["year"] or year + _TURN[m["turn"].casefold()]), month, day)
    else:
        tense = "past" if SINCE.search(place.before) else ""
        first = nearest([day_of(year + i, month, day) for i in range(-4, 5)], place.anchor, tense)
    if first is None or not m["until"]:
        return whole(first, "day")
    last = day_of(first.year, month, int(m["until"]))
    return Found("interval", f"{first}/{last}", first, last) if last and last > first else None


def _iso(m: _Match, place: Place) -> Found | None:
    return whole(day_of(int(m["year"]), int(m["mm"]), int(m["dd"])), "day")


def _month(m: _Match, place: Place) -> Found | None:
    name, month = m["month"].casefold(), _MONTHS.index(m["month"][:3].casefold()) + 1
    if not (m["year"] or m["turn"] or m["which"]):
        abbreviated = (len(name) < 5 and name not in ("may", "june", "july")) or name[-1] == "."
        also_a_name = name in ("march", "april", "may", "june", "august")
        if abbreviated or (also_a_name and not _LED.search(place.before)):
            return None
    return whole(_named_year(m, month, place), "month")


def _season(m: _Match, place: Place) -> Found | None:
    code, month = _SEASONS[m["season"].casefold()]
    if not (m["year"] or m["turn"] or m["which"] or _LED.search(place.before)):
        return None
    start = _named_year(m, month, place)
    return months("date", f"{start.year}-{code}", start.year, month, 3) if start else None


def _part(m: _Match, place: Place) -> Found | None:
    """A quarter or half of a year."""
    i = int(m["q"]) if m["q"] else _ORDINALS[m["nth"].casefold()]
    n, letter = (6, "H") if (m["part"] or m["letter"]).casefold() in ("half", "h") else (3, "Q")
    i = 2 if letter == "H" and m["nth"] and i == 4 else i
    start = _named_year(m, n * (i - 1) + 1, place) if n * i <= 12 else None
    return (
        months("date", f"{start.year}-{letter}{i}", start.year, start.month, n) if start else None
    )


def _year(m: _Match, place: Place) -> Found | None:
    return None if _NOT_YEAR.search(place.before) else whole(date(int(m["year"]), 1, 1), "year")


def _years(m: _Match, place: Place) -> Found | None:
    """2024-25, 2024-2025 or 2026-01: a fiscal year, years, or a month."""
    year, tail, fiscal = int(m["year"]), m["tail"], m["fiscal"]
    second = int(tail) + (0 if len(tail) == 4 else year // 100 * 100)
    if (len(tail) == 2 and int(tail) == (year + 1) % 100) or (fiscal and second == year + 1):
        return months("date", f"FY{year}-{second % 100:02}", year, 4, 12)
    if second > year and not fiscal:
        return months("interval", f"{year}/{second}", year, 1, 12 * (second - year + 1))
    if len(tail) == 2 and 1 <= int(tail) <= 12 and m["dash"] == "-" and not fiscal:
        return months("date", f"{year}-{tail}", year, int(tail), 1)
    return None


def _fiscal(m: _Match, place: Place) -> Found | None:
    year = int(m["ending"][-2:]) + 2000
    if place.indian:
        return months("date", f"FY{year - 1}-{year % 100:02}", year - 1, 4, 12)
    return Found("date", f"FY{year}")


def _decade(m: _Match, place: Place) -> Found | None:
    return whole(date(int(m["decade"]) + (1900 if len(m["decade"]) == 2 else 0), 1, 1), "decade")


def _weekday(m: _Match, place: Place) -> Found | None:
    today, n = place.anchor.weekday(), _WEEKDAYS.index(m["weekday"][:3].casefold())
    which = (m["which"] or "").casefold()
    if m["turn"]:
        days = n - today + 7 * _TURN[m["turn"].casefold()]
    elif which in ("last", "past"):
        days = -((today - n - 1) % 7) - 1
    elif which in ("next", "coming"):
        days = (n - today - 1) % 7 + 1
    elif which:
        days = n - today
    else:
        days = (n - today) % 7 if _tense(place.before) == "future" else -((today - n) % 7)
    return whole(shift(place.anchor, days, "day"), "day")


def _day_word(m: _Match, place: Place) -> Found | None:
    words = m[0].casefold()
    if m[0][0].isupper() and re.search(r"[A-Z]\w*\s$", place.before):  # a name, as of a newspaper
        return None
    days = -1 if "yesterday" in words or "last" in words else 1 if "tomorrow" in words else 0
    return whole(shift(place.anchor, 2 * days if "day " in words else days, "day"), "day")


def _adjacent(m: _Match, place: Place) -> Found | None:
    """Last, this or next week, month, year ..."""
    unit, turn = _unit(m), (m["turn"] or "the").casefold()
    over = (
        unit == "weekend"
        and turn == "this"
        and place.anchor.weekday() < 3
        and _tense(place.before) != "future"
    )
    return whole(shift(place.anchor, -1 if over else _TURN[turn], unit), unit)


def _window(m: _Match, place: Place) -> Found | None:
    """ "the past three months", "the next 90 days": a stretch that ends or begins at the anchor."""
    n, unit = _amount(m)
    if unit == "day" and not m["n"]:
        return None
    ahead = m["which"].casefold() in ("next", "coming")
    far = (
        None
        if n is None or unit not in DAYS | MONTHS
        else shift(place.anchor, n if ahead else -n, unit)
    )
    ends = (place.anchor, far) if ahead else (far, place.anchor)
    return Found("interval", length(n, unit), *ends)


def _relay(m: _Match, place: Place) -> Found | None:
    """ "the following week": counts from another time in the text, which is not looked at here."""
    return Found("vague", reference(m[0]))


def _ago(m: _Match, place: Place) -> Found | None:
    n, unit = _amount(m)
    if n is None or unit not in DAYS | MONTHS:
        return Found("vague", reference(m[0]))
    far = shift(place.anchor, n if m["way"].casefold() != "ago" else -n, unit)
    return whole(far, "year" if unit in ("decade", "century") else unit)


def _duration(m: _Match, place: Place) -> Found | None:
    alone = m["n"].casefold() in ("a", "an") and not m["side"]
    return (
        None
        if alone and not _LASTS.search(place.before)
        else Found("duration", length(*_amount(m)))
    )


def _set(m: _Match, place: Place) -> Found | None:
    if m["often"]:
        return Found("set", "R/" + _OFTEN[m["often"][:4]])
    return Found("set", "R/P1W" if m["weekday"] or m["weekdays"] else "R/" + length(*_amount(m)))


def _vague(m: _Match, place: Place) -> Found | None:
    value, day = reference(m[0]), place.anchor
    unit = whole(day, m["unit"].casefold()) if m["unit"] else None
    if unit:
        return Found(
            "vague", value, *((unit.first, day) if value == "PAST_REF" else (day, unit.last))
        )
    return Found("vague", value, day, day) if value == "PRESENT_REF" else Found("vague", value)


_WHICH = rf"(?:(?P<which>last|next|this){S})?"
_AGAIN = (
    rf"(?:the{S}(?P<which>same|following|previous|preceding){S}{_UNIT}|the{S}next{S}(?P<next>day))"
)
_LENGTH_ONLY = r"(?<!quarter)(?<!quarters)(?![\s-]old\b)"

RULES: tuple[tuple[bool, re.Pattern[str], Callable[[_Match, Place], Found | None]], ...] = tuple(
    (fixed, re.compile(EDGE + pattern + END + unless, re.A | re.I), resolve)
    for fixed, pattern, unless, resolve in (
        (True, r"(?P<year>[0-9]{4})-(?P<mm>[0-9]{2})-(?P<dd>[0-9]{2})", "(?!-)", _iso),
        (False, rf"{_OPENING}{_MONTH}{S}{_DAY}{_TO_DAY}{_OF_YEAR}?", _NO_NUMBER, _full),
        (
            False,
            rf"{_OPENING}(?:the{S})?{_DAY}{_TO_DAY}{S}(?:of{S})?{_MONTH}{_OF_YEAR}?",
            _NO_NUMBER,
            _full,
        ),
        (False, rf"{_WHICH}{_MONTH}{_OF_YEAR}?", rf"(?!['’]s{S}[A-Z])", _month),
        (
            False,
            rf"{_WHICH}(?P<season>spring|summer|autumn|fall|winter){_OF_YEAR}?(?:[-–/][0-9]{{2}})?",
            rf"(?!{S}of\b|-)",
            _season,
        ),
        (
            False,
            rf"(?:(?P<letter>[QH])(?P<q>[1-4])|(?:the{S})?(?P<nth>{'|'.join(_ORDINALS)})[\s-](?P<part>quarter|half))"
            + _OF_YEAR,
            "",
            _part,
        ),
        (True, _YEAR, rf"{_NO_NUMBER}(?!{S}(?:{_COUNTED})\b)(?![-–][0-9])", _year),
        (
            True,
            rf"(?P<fiscal>(?:FY|(?:fiscal|financial)(?:{S}year)?){_GAP})?{_YEAR}(?P<dash>{DASH}|/)(?P<tail>(?:[0-9]{{2}}){{1,2}})",
            rf"{_NO_NUMBER}(?!-)(?!{S}(?:{_COUNTED})\b)",
            _years,
        ),
        (
            True,
            rf"(?:FY{_GAP}['’]?|(?:fiscal|financial){S}(?:year{S})?)(?P<ending>20[0-9]{{2}}|[0-9]{{2}})",
            rf"(?!{DASH}[0-9])",
            _fiscal,
        ),
        (
            True,
            r"(?:the\s)?(?=['’]|[0-9]{4}|[0-9]0['’])['’]?(?P<decade>(?:1[5-9]|20)?[0-9]0)['’]?s",
            "",
            _decade,
        ),
        (
            False,
            rf"(?:(?P<which>last|next|this|past|coming){S})?{_NAMED}(?:{S}(?:of{S})?(?P<turn>last|this|next){S}week)?"
            rf"(?:{S}(?:morning|afternoon|evening|night))?",
            rf"(?!{S}(?-i:Times|Telegraph|Night|Mirror|Herald|Mail|Post))",
            _weekday,
        ),
        (
            False,
            rf"(?:the{S}day{S}before{S}yesterday|the{S}day{S}after{S}tomorrow|today|tonight|last{S}night"
            rf"|(?:yesterday|tomorrow|this)(?:{S}(?:morning|afternoon|evening|night))|yesterday|tomorrow)",
            "",
            _day_word,
        ),
        (
            False,
            rf"(?:(?P<turn>last|next|this)|(?<=end of )the){S}(?P<unit>week|weekend|fortnight|month|quarter|year|decade"
            r"|centur(?=y))y?",
            rf"(?!{S}of\b)",
            _adjacent,
        ),
        (False, _AGAIN, "", _relay),
        (
            False,
            rf"(?:the|these){S}(?P<which>past|last|next|coming)(?:{S}{_NUM})?{S}{_UNIT}",
            rf"(?!{S}of\b)",
            _window,
        ),
        (False, rf"(?:{_NUM}{S})?{_UNIT}{S}(?P<way>ago|from{S}now|hence)", "", _ago),
        (
            True,
            rf"{_NUM}[\s\u00a0-]{_UNIT}(?P<side>{S}(?:after|later|before|earlier)\b)?",
            _LENGTH_ONLY,
            _duration,
        ),
        (
            True,
            r"(?:(?-i:(?P<often>daily|weekly|fortnightly|monthly|quarterly|annually|annual|yearly))"
            rf"|(?:every|each){S}(?:{_NAMED}|(?:{_NUM}{S})?{_UNIT})"
            rf"|{_CAPITAL}(?P<weekdays>(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)days))",
            "",
            _set,
        ),
        (
            False,
            rf"(?:(?:earlier|later){S}this{S}(?P<unit>week|month|quarter|year|decade)|(?:right{S})?(?-i:[Nn]ow)(?!{S}that)"
            rf"|currently|at{S}present|at{S}the{S}moment|nowadays|these{S}days|recent{S}(?:days|weeks|months|years)|recently"
            rf"|lately|previously|formerly|soon|shortly|the{S}(?:near|foreseeable){S}future"
            rf"|(?:earlier|later)(?!{S}(?:than|on|in|today|this|that)\b))",
            "",
            _vague,
        ),
    )
)
"""Of each form: whether it needs no anchor, its pattern, and what a match of it means (None: it is no time after all).
A match with a group `year` needs no anchor either."""


def unplaced(m: _Match) -> str:
    """The value of an expression that counts from a day nobody knows: `XXXX-WXX-2` for a Tuesday, `XXXX-05` for May."""
    said = m.groupdict()
    if not (said.get("which") or said.get("turn")):
        if said.get("weekday"):
            return f"XXXX-WXX-{_WEEKDAYS.index(said['weekday'][:3].casefold()) + 1}"
        if said.get("month"):
            day = f"-{int(said['day']):02}" if said.get("day") else ""
            return f"XXXX-{_MONTHS.index(said['month'][:3].casefold()) + 1:02}{day}"
    return reference(m[0])
