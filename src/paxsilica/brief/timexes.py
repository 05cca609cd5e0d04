"""The forms of time expressions: of each a pattern, and a function from a match to what it means."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TypeAlias

from paxsilica.brief.days import (
    DAYS,
    MONTHS,
    NUMBER_WORDS,
    WEEKDAY_NAME,
    Dating,
    calendar_day,
    length,
    month_of,
    shift,
    weekday_of,
    whole_months,
    whole_unit,
)
from paxsilica.brief.expressions import GAP, TURN, Expression, S
from paxsilica.names.places import rows

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
_RELAY = {"same": 0, "following": 1, "previous": -1, "preceding": -1, "next": 1}
_OFTEN = {"dai": "day", "annual": "year"}  # without -ly; others are units as they stand

_CAPITAL = r"(?-i:(?=[A-Z]))"
_MONTH = (
    rf"{_CAPITAL}(?P<month>(?:January|February|March|April|May|June|July|August|September|October|November|December)\b"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)\b\.?)"
)
_NAMED = rf"{_CAPITAL}(?P<weekday>{WEEKDAY_NAME})"
_WEEKDAY = (
    rf"(?:{_CAPITAL}(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day|\.)?,?{S})?"
)
_DAY = r"(?P<day>0?[1-9]|[12][0-9]|3[01])(?:st|nd|rd|th)?"
_TO_DAY = rf"(?:(?:{DASH}|{S}to{S})(?P<until>[12][0-9]|3[01]|0?[1-9])(?:st|nd|rd|th)?)?"
_YEAR = r"(?P<year>(?:1[5-9]|20|21)[0-9]{2})"
_OF_YEAR = rf"(?:,?{S}(?:of{S})?(?:the{S})?(?:{_YEAR}|(?P<turn>last|next|this){S}year){END})"
_NO_NUMBER = rf"(?!{GAP}(?:%|per{GAP}cent|[mb]illion|trillion|crore|lakh))(?![.,:]?[0-9])"
_NUM = rf"(?P<n>[0-9]{{1,4}}|a{S}few|several|(?:a{S})?couple{S}of|{NUMBER_WORDS})"
_UNIT = r"(?P<unit>day|week|fortnight|month|quarter|year|decade|centur(?=y|ies)|hour|minute)(?:s|y|ies)?"
_THINGS = (
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
Resolve: TypeAlias = Callable[[Expression], Dating | None]
FORMS: list[tuple[re.Pattern[str], Resolve]] = []
"""Each form's pattern with what a match of it means (None: it is no time after all)."""


def _form(pattern: str, unless: str = "") -> Callable[[Resolve], Resolve]:
    """Puts a function among the forms; `unless` is what may not follow the pattern."""

    def added(resolve: Resolve) -> Resolve:
        FORMS.append((re.compile(EDGE + pattern + END + unless, re.A | re.I), resolve))
        return resolve

    return added


def _steps_away(n: int | None, unit: str, sign: int = 1) -> tuple[int, str] | None:
    """So many units from another day, where both are known; a century and an hour count from none."""
    if n is None or unit not in DAYS | MONTHS or unit == "century":
        return None
    return n * sign, unit


@_form(r"(?P<year>[0-9]{4})-(?P<mm>[0-9]{2})-(?P<dd>[0-9]{2})", "(?!-)")
def _iso(e: Expression) -> Dating | None:
    return whole_unit(calendar_day(int(e["year"]), int(e["mm"]), int(e["dd"])), "day")


@_form(rf"{_WEEKDAY}(?:the{S})?{_DAY}{_TO_DAY}{S}(?:of{S})?{_MONTH}{_OF_YEAR}?", _NO_NUMBER)
@_form(rf"{_WEEKDAY}{_MONTH}{S}{_DAY}{_TO_DAY}{_OF_YEAR}?", _NO_NUMBER)
def _full(e: Expression) -> Dating | None:
    """A day and month, of the year it names; a range if it has a second day."""
    month = month_of(e["month"])
    first = e.day_of(month, int(e["day"]), reach=4)
    if first is None or not e["until"]:
        return whole_unit(first, "day")
    last = calendar_day(first.year, month, int(e["until"]))
    return Dating("interval", f"{first}/{last}", first, last) if last and last > first else None


_ABROAD = {
    name.casefold(): number
    for line in rows(Path(__file__).with_name("months.csv"))
    for number, name in enumerate(list(line.values())[1:], 1)
}
_MONTH_ABROAD = "|".join(sorted(_ABROAD, key=len, reverse=True))


@_form(rf"{_DAY}(?:\.|er)?{S}(?:de{S})?(?P<abroad>{_MONTH_ABROAD}){S}(?:de{S})?{_YEAR}")
@_form(r"(?P<year>[0-9]{4})[年년]\s?(?P<mm>[0-9]{1,2})[月월](?:\s?(?P<day>[0-9]{1,2})[日일])?")
def _abroad(e: Expression) -> Dating | None:
    """A day with its month and year in German, French, Spanish, Italian, Portuguese, Japanese, Chinese or Korean; in the
    last three a month alone as well."""
    month = _ABROAD[e["abroad"]] if e["abroad"] else int(e["mm"])
    day = calendar_day(int(e["year"]), month, int(e["day"] or 1))
    return whole_unit(day, "day" if e["day"] else "month")


_WHICH = rf"(?:(?P<which>last|next|this){S})?"


@_form(rf"{_WHICH}{_MONTH}{_OF_YEAR}?", rf"(?!['’]s{S}[A-Z])")
def _month(e: Expression) -> Dating | None:
    name = e["month"]
    if not e.has_year():
        abbreviated = len(name.rstrip(".")) < 5 and name not in ("may", "june", "july")
        also_a_name = name in ("march", "april", "may", "june", "august")
        if abbreviated or (also_a_name and not _LED.search(e.before)):
            return None
    return whole_unit(e.first_of(month_of(name)), "month")


@_form(
    rf"{_WHICH}(?P<season>{'|'.join(_SEASONS)}){_OF_YEAR}?(?:[-–/][0-9]{{2}})?", rf"(?!{S}of\b|-)"
)
def _season(e: Expression) -> Dating | None:
    code, month = _SEASONS[e["season"]]
    if not (e.has_year() or _LED.search(e.before)):
        return None
    start = e.first_of(month)
    return whole_months(start, 3, f"{start.year}-{code}") if start else None


@_form(
    r"(?:(?P<letter>[QH])(?P<q>[1-4])"
    rf"|(?:the{S})?(?P<nth>{'|'.join(_ORDINALS)})[\s-](?P<part>quarter|half)){_OF_YEAR}"
)
def _part(e: Expression) -> Dating | None:
    """A quarter or half of a year."""
    i = int(e["q"] or _ORDINALS[e["nth"]])
    n, letter = (6, "H") if (e["part"] or e["letter"]) in ("half", "h") else (3, "Q")
    i = 2 if letter == "H" and e["nth"] and i == 4 else i
    start = e.first_of(n * (i - 1) + 1) if n * i <= 12 else None
    return whole_months(start, n, f"{start.year}-{letter}{i}") if start else None


@_form(_YEAR, rf"{_NO_NUMBER}(?!{S}(?:{_THINGS})\b)(?![-–][0-9])")
def _year(e: Expression) -> Dating | None:
    return None if _NOT_YEAR.search(e.before) else whole_unit(date(int(e["year"]), 1, 1), "year")


@_form(
    rf"(?P<fiscal>(?:FY|(?:fiscal|financial)(?:{S}year)?){GAP})?{_YEAR}(?P<dash>{DASH}|/)(?P<tail>(?:[0-9]{{2}}){{1,2}})",
    rf"{_NO_NUMBER}(?!-)(?!{S}(?:{_THINGS})\b)",
)
def _years(e: Expression) -> Dating | None:
    """2024-25, 2024-2025 or 2026-01: a fiscal year, years, or a month."""
    year, tail, fiscal = int(e["year"]), e["tail"], e["fiscal"]
    short, second = len(tail) == 2, int(tail)
    if second == (year + 1) % 100 if short else fiscal and second == year + 1:
        return whole_months(date(year, 4, 1), 12, f"FY{year}-{second % 100:02}")
    second += year // 100 * 100 if short else 0
    if fiscal:
        return None
    if second > year:
        years = second - year + 1
        return whole_months(date(year, 1, 1), 12 * years, f"{year}/{second}", "interval")
    month = short and 1 <= int(tail) <= 12 and e["dash"] == "-"
    return whole_unit(date(year, int(tail), 1), "month") if month else None


@_form(
    rf"(?:FY{GAP}['’]?|(?:fiscal|financial){S}(?:year{S})?)(?P<year>20[0-9]{{2}}|[0-9]{{2}})",
    rf"(?!{DASH}[0-9])",
)
def _fiscal(e: Expression) -> Dating | None:
    year = int(e["year"][-2:]) + 2000
    if e.indian:
        return whole_months(date(year - 1, 4, 1), 12, f"FY{year - 1}-{year % 100:02}")
    return Dating("date", f"FY{year}")


@_form(r"(?:the\s)?(?=['’]|[0-9]{4}|[0-9]0['’])['’]?(?P<year>(?:1[5-9]|20)?[0-9]0)['’]?s")
def _decade(e: Expression) -> Dating | None:
    year = int(e["year"])
    return whole_unit(date(year + 1900 if year < 100 else year, 1, 1), "decade")


@_form(
    rf"(?:(?P<which>last|next|this|past|coming){S})?{_NAMED}(?:{S}(?:of{S})?(?P<turn>last|this|next){S}week)?"
    rf"(?:{S}(?:morning|afternoon|evening|night))?",
    rf"(?!{S}(?-i:Times|Telegraph|Night|Mirror|Herald|Mail|Post))",
)
def _weekday(e: Expression) -> Dating | None:
    ahead = weekday_of(e["weekday"]) - e.anchor.weekday()
    which, days = e["which"], ahead
    if e["turn"]:
        days = ahead + 7 * TURN[e["turn"]]
    elif which in ("last", "past"):
        days = -(-ahead % 7 or 7)
    elif which in ("next", "coming"):
        days = ahead % 7 or 7
    elif not which:
        days = ahead % 7 if e.tense() == "future" else -(-ahead % 7)
    return whole_unit(shift(e.anchor, days, "day"), "day")


@_form(
    rf"(?:the{S}day{S}before{S}yesterday|the{S}day{S}after{S}tomorrow|today|tonight|last{S}night"
    rf"|(?:yesterday|tomorrow|this)(?:{S}(?:morning|afternoon|evening|night))|yesterday|tomorrow)"
)
def _day_word(e: Expression) -> Dating | None:
    words = e.words.casefold()
    if e.words[0].isupper() and re.search(r"[A-Z]\w*\s$", e.before):
        return None  # a name, as of a newspaper
    days = -1 if "yesterday" in words or "last" in words else 1 if "tomorrow" in words else 0
    return whole_unit(shift(e.anchor, 2 * days if "day " in words else days, "day"), "day")


@_form(
    rf"(?:(?P<turn>last|next|this)|(?<=end of )the){S}(?P<unit>week|weekend|fortnight|month|quarter|year|decade"
    r"|centur(?=y))y?",
    rf"(?!{S}of\b)",
)
def _adjacent(e: Expression) -> Dating | None:
    """Last, this or next week, month, year ..."""
    unit, turn = e.unit(), e["turn"]
    over = (unit, turn) == ("weekend", "this") and e.anchor.weekday() < 3
    over = over and e.tense() != "future"
    return whole_unit(shift(e.anchor, -1 if over else TURN[turn], unit), unit)


@_form(rf"the{S}(?P<which>same|following|previous|preceding|next(?={S}day\b)){S}{_UNIT}")
def _relay(e: Expression) -> Dating | None:
    """ "the following week": counts from another time in the text."""
    step = _steps_away(_RELAY[e["which"]], e.unit())
    return Dating("vague", e.reference(), step=step)


@_form(
    rf"(?:the|these){S}(?P<which>past|last|next|coming)(?:{S}{_NUM})?{S}{_UNIT}", rf"(?!{S}of\b)"
)
def _window(e: Expression) -> Dating | None:
    """ "the past three months", "the next 90 days": a stretch that ends or begins at the anchor."""
    n, unit = e.amount()
    if unit == "day" and not e["n"]:
        return None
    ahead = e["which"] in ("next", "coming")
    far = None
    if n is not None and unit in DAYS | MONTHS:
        far = shift(e.anchor, n if ahead else -n, unit)
    first, last = (e.anchor, far) if ahead else (far, e.anchor)
    return Dating("interval", length(n, unit), first, last)


@_form(rf"(?:{_NUM}{S})?{_UNIT}{S}(?P<way>ago|from{S}now|hence)")
def _ago(e: Expression) -> Dating | None:
    n, unit = e.amount()
    if n is None or unit not in DAYS | MONTHS:
        return Dating("vague", e.reference())
    far = shift(e.anchor, -n if e["way"] == "ago" else n, unit)
    return whole_unit(far, "year" if unit in ("decade", "century") else unit)


@_form(
    rf"{_NUM}(?:{S}\([0-9]{{1,3}}\))?[\s\u00a0-]{_UNIT}(?:{S}(?P<side>after|later|before|earlier)\b)?",
    r"(?<!quarter)(?<!quarters)(?![\s-]old\b)",
)
def _duration(e: Expression) -> Dating | None:
    n, unit = e.amount()
    side = e["side"]
    if e["n"] in ("a", "an") and not side and not _LASTS.search(e.before):
        return None
    step = _steps_away(n, unit, 1 if side in ("after", "later") else -1) if side else None
    ahead = side in ("after", "before")
    return Dating("duration", length(n, unit), step=step, ahead=ahead)


@_form(
    r"(?:(?-i:(?P<often>daily|weekly|fortnightly|monthly|quarterly|annually|annual|yearly))"
    rf"|(?:every|each){S}(?:{_NAMED}|(?:{_NUM}{S})?{_UNIT})"
    rf"|{_CAPITAL}(?P<weekdays>{WEEKDAY_NAME}s))"
)
def _set(e: Expression) -> Dating | None:
    if e["often"]:
        unit = e["often"].removesuffix("ly")
        every = length(1, _OFTEN.get(unit, unit))
    elif e["weekday"] or e["weekdays"]:
        every = "P1W"
    else:
        every = length(*e.amount())
    return Dating("set", f"R/{every}")


@_form(
    rf"(?:(?:earlier|later){S}this{S}(?P<unit>week|month|quarter|year|decade)|(?:right{S})?(?-i:[Nn]ow)(?!{S}that)"
    rf"|currently|at{S}present|at{S}the{S}moment|nowadays|these{S}days|recent{S}(?:days|weeks|months|years)|recently"
    rf"|lately|previously|formerly|soon|shortly|the{S}(?:near|foreseeable){S}future"
    rf"|(?:earlier|later)(?!{S}(?:than|on|in|today|this|that)\b))"
)
def _vague(e: Expression) -> Dating | None:
    value, day = e.reference(), e.anchor
    unit = whole_unit(day, e["unit"]) if e["unit"] else None
    past = value == "PAST_REF"
    if unit:
        return Dating("vague", value, unit.first if past else day, day if past else unit.last)
    return Dating("vague", value, day, day) if value == "PRESENT_REF" else Dating("vague", value)


STARTS = re.compile(r"\w+|['’]", re.A)
ANY = re.compile(
    "|".join(re.sub(r"\(\?P<\w+>", "(?:", pattern.pattern) for pattern, _ in FORMS), re.A | re.I
)
"""Any of the forms, at whose beginning each of them has to be tried."""
