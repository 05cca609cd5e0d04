"""Numbers with their units in English news: money, percentages, multiples, counts of things, and lengths of time.

Money is in units of one of an ISO 4217 currency ("$500 billion" is 5e11 USD; a bare dollar is American); a lakh is 1e5
and a crore 1e7. A range such as "25-30%" is two quantities, the lower `at_least` and the upper `at_most`. A span covers
number and unit, not "around" or "at least". A minus or dash right before a number, or the word "minus", makes it
negative. What is counted, its role and its time are read off nearby words of the
same sentence by simple rules: they are hints, and `of` is empty where no rule applies.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from operator import attrgetter, itemgetter
from pathlib import Path
from typing import NamedTuple
from unicodedata import numeric

from paxsilica.brief.counted import role_of_number, thing_counted
from paxsilica.brief.days import DIGIT_WORDS, MULTIPLES, NUMBER_WORDS, WORD_GAP, number_of
from paxsilica.brief.expressions import GAP, SENTENCE_END, S, Said, matches_at, said_by
from paxsilica.brief.record import Quantity, QuantityRole, Span, Time
from paxsilica.names.places import entries_of, rows

_HERE = Path(__file__).parent
_SCALES = {row["word"]: int(row["power"]) for row in rows(_HERE / "scales.csv")}
"""Powers of ten."""

_CURRENCIES = rows(_HERE / "currencies.csv")
"""ISO 4217 codes with the signs and names that news uses for them."""

_SIGNS = {sign.casefold(): row["code"] for row in _CURRENCIES for sign in entries_of(row["signs"])}
_NAMES = {name: row["code"] for row in _CURRENCIES for name in entries_of(row["names"])}
_ALSO_WORDS = ("pound", "won")  # a weight, a verb: money only after "million" and the like

_SCALE = (
    "lakh crore|lakh|crore|hundred thousand|hundred|thousand|million|billion|trillion|mn|bn|tn"
    "|millionen|millions|millones|milliarden?|milliards|mio|mrd"
)
_PARTS = {"half": 1 / 2, "quarter": 1 / 4, "quarters": 3 / 4, "third": 1 / 3, "thirds": 2 / 3}
"""Last words of "three and a half", "two thirds" and the like."""

_BETWEEN = r"(?P<between>(?<=between\s))?"
_PERCENT = r"[%％]|per[\s-]?cent(?:um)?|pct|pc|p\.\s?c\.?|prozent|pour\scent|por\sciento"
_VULGAR = r"[¼-¾⅐-⅞]"
_FIGURE = (
    r"[0-9]{1,3}(?:,[0-9]{2,3}){1,6}(?:\.[0-9]{1,6})?|[0-9]{1,3}(?:[\u00a0\u2009\u202f][0-9]{3}){1,4}(?![0-9])"
    rf"|[0-9]{{1,3}},[0-9]{{1,2}}(?={GAP}(?:(?:[-\u2010-\u2015]|to|and){GAP}[0-9]{{1,3}}(?:,[0-9]{{1,2}})?{GAP})?(?:{_PERCENT}))"
    rf"|(?:[0-9]{{1,3}}[\s\u00a0-]?)?{_VULGAR}|[0-9]{{1,15}}(?:[.·][0-9]{{1,6}})?"
)
_AND_PART = (
    rf"{WORD_GAP}and{WORD_GAP}(?:(?:(?:an?|one){WORD_GAP})?(?:half|quarter|third)"
    rf"|two{WORD_GAP}thirds|three{WORD_GAP}quarters|[1-9]/[1-9])"
)
_IN_WORDS = (
    rf"half{S}(?:an?|of{S}(?:1|one|an?))|(?:one|an?){WORD_GAP}half(?:{S}of{S}(?:1|one|an?))?"
    rf"|(?:{NUMBER_WORDS})(?:{_AND_PART}|{WORD_GAP}point(?:{WORD_GAP}(?:{DIGIT_WORDS}))+)?|[0-9]{{1,3}}{_AND_PART}"
)
_BROKEN = r"(?:[0-9]{1,3}[\s\u00a0-])?[1-9]/[1-9][0-9]?"
_NUMBER = rf"(?P<n>{_IN_WORDS}|{_FIGURE})"
_LOW = (
    rf"(?:(?P<low>{_FIGURE})"
    rf"(?(between){S}(?:and|to){S}|(?:{GAP}[-\u2010-\u2015]{GAP}|{S}to{S}))(?![0-9]/))?"
)
_LOW_IN_WORDS = rf"(?:(?P<low_words>{_IN_WORDS}){S}(?:to|(?(between)and|to)){S})?"
_SCALED = rf"(?:[\s\u00a0-]{{0,3}}(?P<scale>{_SCALE}|(?<=[0-9])[kmb])(?![A-Za-z]))"
_PER = (
    "day|week|month|year|annum|hour|tonne|ton|barrel|kilogram|unit|person|capita|kg|kilo|lit(?:re|er)|hectolit(?:re|er)|hl"
    "|head|piece|item|vehicle|car|MWh|megawatt-hour"
)
_EACH = (
    rf"(?P<each>(?:{S}(?:a|an|per|each|for{S}(?:each|every)){S}|{GAP}/{GAP})(?:metric{S})?(?:(?P<lots>10|100|1,000|1000){S})?"
    rf"(?P<per>{_PER}|(?<=/)m?t)s?"
    rf"(?![a-z])(?!{S}(?:ago|earlier|later|before|after))|{S}annually|-a-year)?"
)
_PER_UNITS = {
    "annum": "year",
    "kg": "kilogram",
    "kilo": "kilogram",
    "liter": "litre",
    "t": "tonne",
    "mt": "tonne",
    "hl": "hectolitre",
    "hectoliter": "hectolitre",
    "mwh": "MWh",
    "megawatt-hour": "MWh",
}
"""Other words for what an amount is each of."""

_BEGIN = r"(?<![\w\u00c0-\u024f$€£₹/@#_.,·])(?<![0-9][-\u2010-\u2015])"
_CURRENCY_CODES = "|".join(row["code"] for row in _CURRENCIES)
_SIGN = rf"(?:{'|'.join(map(re.escape, sorted(_SIGNS, key=len, reverse=True)))}|(?-i:{_CURRENCY_CODES}))"
_CURRENCY = "|".join(sorted(_NAMES, key=len, reverse=True)).replace(" ", S)
_MINUS = re.compile(
    r"(?<![\w%.,)\u2010-\u2015-])(?<!or\s)(?P<minus>[-\u2212\u2013]|minus\s)$", re.I
)
"""Right before a number. A dash between two numbers, or after a word, is none, nor is `plus or minus`."""

_UNITS = (
    "tonnes?|tons?|kilograms?|kg|barrels?|hectolit(?:re|er)s?|lit(?:re|er)s?|head|gigawatts?|megawatts?|GWh|MWh|TWh|GW|MW|kilomet(?:re|er)s?|km|miles?|hectares?"
    "|acres?|people|persons|workers|jobs|employees|troops|soldiers|students|farmers|households|companies|firms|vehicles"
    "|cars|units|homes|visas|countries|products|tariff lines|items|wafers|chips|GPUs"
)

_PATTERNS = [
    re.compile(_BEGIN + _BETWEEN + pattern, re.A | re.I)
    for pattern in (
        rf"(?P<sign>{_SIGN}){GAP}{_LOW}(?:{_SIGN}{GAP})?(?P<n>{_FIGURE}){_SCALED}?{_EACH}",
        rf"{_LOW}{_NUMBER}{_SCALED}?[\s\u00a0-]{{1,3}}(?:of{S}|de{S}|d['’])?"
        rf"(?:(?P<name>{_CURRENCY})s?|(?P<code>(?-i:{_CURRENCY_CODES})))\b{_EACH}",
        rf"{_LOW}{_LOW_IN_WORDS}{_NUMBER[:-1]}|{_BROKEN})(?:{S}?\((?P<twice>[^()\n]{{1,40}}?)%?\))?"
        rf"(?:[\s\u00a0-]{{0,3}}(?P<points>(?:percentage|basis|{_PERCENT})[\s-]?(?:points?|pts?)\b|(?-i:bps?|p\.?p|ppts?)\b)"
        rf"|(?P<percent>{GAP}[%％]|[\s\u00a0-]{{0,3}}(?:{_PERCENT})(?:(?<=\.)|\.(?=[,;]|{S}(?-i:[a-z]))|\b)(?!age)))"
        rf"(?:{S}\*?ad{S}valorem\*?)?{_EACH}",
        rf"(?P<percent>[%％]){GAP}(?P<n>[0-9]{{1,3}}(?:[.,][0-9]{{1,2}})?)(?![0-9])(?!{GAP}[%％])",
        rf"{_NUMBER}(?P<times>{S}times(?={S}(?:as|more|higher|larger|bigger|greater|faster|the|that|its|their|what)\b)"
        r"|[\s-]?fold\b)",
        rf"{_LOW}{_NUMBER}{_SCALED}?[\s\u00a0-]{{0,3}}(?:metric{S})?(?P<thing>{_UNITS})\b{_EACH}",
        rf"{_LOW}{_NUMBER}{_SCALED}(?![\w-])",
    )
]
"""Money with a sign, with a name, percentages, multiples, things, and bare numbers with a scale."""

_WHOLE = re.compile(_NUMBER, re.A | re.I)
_GOES_ON = re.compile(
    rf"\b(?:(?:hundred|thousand|million|score){WORD_GAP}(?:and{WORD_GAP})?"
    rf"|(?P<part>(?:quarter|third|fourth|fifth|eighth|tenth)s?{S}of{S}))$",
    re.I,
)
"""Right before the rest of a number, of which the rest alone would be another."""

_STARTS = re.compile(r"\w+|[$%\x80-\U0010ffff]", re.A)
_FIRST_SIGNS = re.compile(
    rf"{_BEGIN}(?:[%％]?{GAP}[0-9]|{_VULGAR}|{_SIGN}|half|(?:{NUMBER_WORDS})(?=[\s\u00a0\u2009\u202f-]{{0,3}}[a-z%％(]))",
    re.A | re.I,
)
"""How words and signs begin at which a quantity may begin."""

_LENGTH = re.compile(
    rf"(?P<length>(?P<n>[\w-]{{1,20}}?|{NUMBER_WORDS})[\s\u00a0-]{{1,3}}(?P<unit>day|week|month|year|hour|minute|fortnight|decade)s?)"
    rf"(?:{S}(?:after|later|before|earlier))?",
    re.A | re.I,
)

_APPROXIMATE = "around|about|nearly|some|roughly|almost|approximately|close to|estimated|circa"
_AT_LEAST = "at least|more than|over|above|exceeding|upwards of|in excess of|no less than|not less than|a minimum of"
_AT_MOST = "up to|at most|less than|under|below|fewer than|as much as|as many as|as high as|no more than|a maximum of"
_MODIFIER = re.compile(
    rf"\b(?:(?P<approximate>{_APPROXIMATE})|(?P<at_most>{_AT_MOST})|(?P<at_least>{_AT_LEAST}))\s{{1,3}}(?:an?\s|the\s)?$",
    re.I,
)
_LONGEST_MODIFIER = 40
_OR_MORE = re.compile(r"\+|-plus\b|\s(?:or|and)\s(?:more|above|higher)\b", re.I)


_OTHER_CLAUSE = re.compile(
    r"[,;—]|\s[-–]\s|\b(?:as|while|which|but|said|says|told|announced|added|wrote|according)\b"
)
_LETTER = re.compile(r"[^\W\d]")
_FAR = 200  # code points to the ends of a sentence


START = attrgetter("span.start")


class _Raw(NamedTuple):
    """A number at `[start, end)`, with its unit and what its form says of it."""

    start: int
    end: int
    value: float
    unit: str
    flag: str = ""


def quantities_of(text: str, times: Sequence[Time]) -> tuple[Quantity, ...]:
    """Every quantity of a text in order, none overlapping. `times` are the text's times, as `times_of` gives them."""
    kept = _kept(text, times)
    dated = [time for time in times if time.kind in ("date", "interval")]
    starts = [*(raw.start for raw in kept), len(text)]
    return tuple(
        _quantity(text, raw, following, dated)
        for raw, following in zip(kept, starts[1:], strict=True)
    )


class Percentage(NamedTuple):
    """A percentage at `[start, end)` of a text; `bound`: it is at least or at most."""

    start: int
    end: int
    value: float
    bound: bool


def percentages_of(text: str) -> Iterator[Percentage]:
    """The quantities of a text in per cent, in order, without what its sentences say of them."""
    for raw in _kept(text, ()):
        if raw.unit == "percent":
            bound = not _said_of(text, raw)[0].isdisjoint(("at_least", "at_most"))
            yield Percentage(raw.start, raw.end, raw.value, bound)


def _kept(text: str, times: Sequence[Time]) -> list[_Raw]:
    """The numbers of a text that are quantities, in order, none overlapping another or a time."""
    placed = [time for time in times if not _LENGTH.fullmatch(time.span.exact)]
    found = sorted(
        (*_raw_quantities(text), *_lengths(times)), key=lambda raw: (raw.start, -raw.end)
    )
    kept: list[_Raw] = []
    for raw in found:
        i = bisect_left(placed, raw.end, key=START)  # the last time that begins before its end
        clear = not kept or raw.start >= kept[-1].end
        if clear and not (i and placed[i - 1].span.end > raw.start):
            if kept and _same_again(text, kept[-1], raw):
                kept[-1] = kept[-1]._replace(end=raw.end + 1)
            else:
                kept.append(raw)
    return kept


def _same_again(text: str, first: _Raw, second: _Raw) -> bool:
    """Whether one repeats the other in brackets: `ten per cent (10%)`."""
    brackets = text[first.end : second.start].strip() + text[second.end : second.end + 1]
    return brackets == "()" and (first.value, first.unit) == (second.value, second.unit)


DECIMAL_COMMA = ("de", "fr", "es", "ru")
"""Languages that write 1.500,75 or 1 500,75 where English has 1,500.75."""


def with_points(text: str, language: str) -> str:
    """A text as long as before with the points and commas inside of its numbers as English sets them."""
    if language not in DECIMAL_COMMA:
        return text
    text = re.sub(
        r"(?<=[0-9])[., ](?=[0-9])", lambda mark: {".": ",", ",": "."}.get(mark[0], " "), text
    )
    return re.sub(r"(?<=[0-9])[ \u00a0\u2009\u202f](?=[0-9]{3}(?![0-9]))", ",", text)


def _raw_quantities(text: str) -> Iterator[_Raw]:
    starts = (m.start() for m in _STARTS.finditer(text) if _FIRST_SIGNS.match(text, m.start()))
    for _, match in sorted(matches_at(_PATTERNS, text, starts), key=itemgetter(0)):
        said = said_by(match)
        unit = _unit_of(match, said)
        if unit:
            yield from _numbers_in(match, said, unit)


def _unit_of(match: re.Match[str], said: Said) -> str | None:
    """The unit of a number; None where it is no quantity after all."""
    scale, name = said["scale"], " ".join(said["name"].split())
    led = _GOES_ON.search(match.string, max(0, match.start() - 24), match.start())
    if led and (said["n"] in ("a", "an", "one", "1") if led["part"] else said["n"][0].isalpha()):
        return None
    again = said["twice"]
    if _WHOLE.fullmatch(again) and _magnitude(again, 0) != _magnitude(said["n"], 0):
        return None
    if said["sign"]:
        return _SIGNS.get(said["sign"], match["sign"])
    if said["code"]:
        return match["code"]
    if name:
        return _NAMES[name] if scale or name not in _ALSO_WORDS else None
    if said["percent"]:
        return "percent"
    if said["points"]:
        return "basis points" if said["points"][0] == "b" else "percentage points"
    if said["times"]:
        return "times"
    if said["thing"]:
        return match["thing"] if scale or said["n"] not in ("a", "an") else None
    return "count" if len(scale) > 1 else None


def _lengths(times: Sequence[Time]) -> Iterator[_Raw]:
    """The lengths among time expressions, as numbers of units."""
    for time in times:
        match = _LENGTH.fullmatch(time.span.exact)
        n = number_of(match["n"]) if match else None
        if match and n is not None:
            unit = match["unit"].casefold()
            factor, unit = MULTIPLES.get(unit, (1, unit))
            end = time.span.start + match.end("length")
            yield _Raw(time.span.start, end, float(n * factor), f"{unit}s", "duration")


def _numbers_in(match: re.Match[str], said: Said, unit: str) -> Iterator[_Raw]:
    """The quantity of a match, or the two of a range, which share scale and unit."""
    if said["each"]:
        per = said["per"] or "year"
        unit = f"{unit} a {_PER_UNITS.get(per, per)}"
    power = sum(_SCALES[word] for word in re.findall(r"[a-z]+", said["scale"]))
    lots = float(said["lots"].replace(",", "") or 1)
    value, start, flag = _magnitude(said["n"], power) / lots, match.start(), ""
    minus = _MINUS.search(match.string, max(0, start - 8), start)
    sign, start = (-1.0, minus.start("minus")) if minus else (1.0, start)
    if not (least := said["low"] or said["low_words"]):
        value *= sign
    else:
        low = sign * _magnitude(least, power) / lots
        if low < value:
            flag, group = "at_most", "low" if said["low"] else "low_words"
            yield _Raw(start, match.end(group), low, unit, "at_least")
        start = match.start("n")
    yield _Raw(start, match.end(), value, unit, flag)


def _magnitude(words: str, power: int) -> float:
    """The number that words or figures say, times a power of ten."""
    value = _spelt(words) if re.search(r"[a-z]", words) else _in_figures(words)
    return float(f"{value}e{power}")


def _spelt(words: str) -> float | int:
    """The value of "half a", "twelve and a half", "seven point five", "one hundred and ten"."""
    parts = re.findall(r"[^\s-]+", words)
    if "half" in parts[:2]:
        return _PARTS["half"]
    if "point" in parts:
        at = parts.index("point")
        digits = "".join(str(number_of(word)) for word in parts[at + 1 :])
        return float(f"{number_of(' '.join(parts[:at]))}.{digits}")
    part = float(_in_figures(parts[-1])) if "/" in words else _PARTS.get(parts[-1], 0)
    while part and parts.pop() != "and":
        pass
    return (number_of(" ".join(parts)) or 0) + part


def _in_figures(words: str) -> float | str:
    if broken := re.fullmatch(r"(?:([0-9]{1,3})[\s-]?)?(?:([1-9])/([0-9]+)|(\D))", words):
        whole, above, below, sign = broken.groups()
        return int(whole or 0) + (numeric(sign) if sign else int(above) / int(below))
    decimal = re.fullmatch(r"[0-9]{1,3},[0-9]{1,2}", words)
    return re.sub(r"[,\s]", "." if decimal else "", words).replace("·", ".")


def _quantity(text: str, raw: _Raw, following: int, dated: Sequence[Time]) -> Quantity:
    """The quantity at a place, with what the words around it say of it; the next one is at `following`."""
    said, before, after = _said_of(text, raw)
    before, after = (words if _LETTER.search(words) else "" for words in (before, after))
    duration = raw.flag == "duration"
    role: QuantityRole = "duration" if duration else role_of_number(before, after, raw.unit)
    return Quantity(
        span=Span.of(text, raw.start, raw.end),
        value=raw.value,
        unit=raw.unit,
        approximate="approximate" in said,
        at_least="at_least" in said,
        at_most="at_most" in said,
        role=role,
        of="" if duration else thing_counted(before, after, role),
        when=None if duration else _when(text, raw, following, dated),
    )


def _said_of(text: str, raw: _Raw) -> tuple[set[str], str, str]:
    """What a number's form and the words at it make of it, `at_least` and the like, and its sentence before and after."""
    before = SENTENCE_END.split(text[max(0, raw.start - _FAR) : raw.start])[-1]
    after = SENTENCE_END.split(text[raw.end : raw.end + _FAR], 1)[0]
    said = {raw.flag}
    while match := _MODIFIER.search(before, max(0, len(before) - _LONGEST_MODIFIER)):
        said.add(match.lastgroup or "")
        before = before[: match.start()]
    if _OR_MORE.match(after):
        said.add("at_least")
    return said, before, after


def _when(text: str, raw: _Raw, following: int, dated: Sequence[Time]) -> Time | None:
    """The time of its sentence that governs a quantity.

    That is the next one after it unless another quantity or clause lies between, otherwise the last one before it that
    is longer than a day: a day there is mostly when somebody spoke.
    """
    here = bisect_left(dated, raw.end, key=START)
    for time in dated[here : here + 1]:
        between = text[raw.end : time.span.start]
        apart = SENTENCE_END.search(between) or _OTHER_CLAUSE.search(between)
        if following > time.span.start and len(between) <= _FAR and not apart:
            return time
    for i in range(here - 1, -1, -1):
        time = dated[i]
        between = text[time.span.end : raw.start]
        if len(between) > _FAR or SENTENCE_END.search(between):
            break
        if time.first != time.last:
            return time
    return None
