"""Numbers with their units in English news: money, percentages, multiples, counts of things, and lengths of time.

Money is in units of one of an ISO 4217 currency ("$500 billion" is 5e11 USD; a bare dollar is American); a lakh is 1e5
and a crore 1e7. A range such as "25-30%" is two quantities, the lower `at_least` and the upper `at_most`. A span covers
number and unit, not "around" or "at least". What is counted, its role and its time are read off nearby words of the
same sentence by simple rules: they are hints, and `of` is empty where no rule applies.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import takewhile
from typing import Literal

from paxsilica.brief.days import NUMBER_WORDS, number
from paxsilica.brief.record import Quantity, Span, Time
from paxsilica.brief.times import times_of
from paxsilica.brief.timexes import SENTENCE_END, S

Role = Literal["level", "share", "growth", "rate", "target", "duration"]
_Match = re.Match[str]

_GAP = r"[\s\u00a0\u2009\u202f]{0,3}"
_SCALES = {
    "hundred": 2,
    "thousand": 3,
    "k": 3,
    "lakh": 5,
    "million": 6,
    "mn": 6,
    "m": 6,
    "crore": 7,
    "billion": 9,
}
_SCALES |= {"bn": 9, "b": 9, "trillion": 12, "tn": 12}  # powers of ten
_SIGNS = {
    "$": "USD",
    "us$": "USD",
    "a$": "AUD",
    "c$": "CAD",
    "hk$": "HKD",
    "nt$": "TWD",
    "nz$": "NZD",
    "r$": "BRL",
}
_SIGNS |= {
    "s$": "SGD",
    "€": "EUR",
    "£": "GBP",
    "¥": "JPY",
    "₹": "INR",
    "₩": "KRW",
    "rs": "INR",
    "rs.": "INR",
}
_SIGNS |= {"rmb": "CNY"}
_CODES = "USD EUR GBP INR JPY CNY AUD CAD CHF KRW TWD SGD HKD NZD BRL RUB AED SAR TRY ZAR MXN SEK NOK DKK PLN IDR VND"
_NAMES = {
    "dollar": "USD",
    "euro": "EUR",
    "pound": "GBP",
    "rupee": "INR",
    "yen": "JPY",
    "yuan": "CNY",
    "won": "KRW",
}
_NAMES |= {
    "franc": "CHF",
    "ruble": "RUB",
    "rouble": "RUB",
    "dirham": "AED",
    "riyal": "SAR",
    "peso": "MXN",
}
_ALSO_WORDS = ("pound", "won")  # a weight, a verb: money only after "million" and the like

_SCALE = "lakh crore|lakh|crore|hundred thousand|hundred|thousand|million|billion|trillion|mn|bn|tn"
_FIGURE = r"[0-9]{1,3}(?:,[0-9]{2,3}){1,6}(?:\.[0-9]{1,6})?|[0-9]{1,15}(?:\.[0-9]{1,6})?"
_WORD = rf"half{S}(?:an?|of{S}(?:1|one|a))|{NUMBER_WORDS}"
_NUMBER = rf"(?P<n>{_FIGURE}|{_WORD})"
_LOW = rf"(?:(?P<low>{_FIGURE})(?:{_GAP}[-\u2010-\u2015]{_GAP}|{S}to{S}))?"
_SCALED = rf"(?:[\s\u00a0-]{{0,3}}(?P<scale>{_SCALE}|(?<=[0-9])[kmb])(?![A-Za-z]))"
_EACH = (
    rf"(?P<each>{S}(?:a|an|per|each){S}(?P<per>day|week|month|year|annum|hour|tonne|ton|barrel|kilogram|unit|person|capita)"
    rf"(?![a-z])(?!{S}(?:ago|earlier|later|before|after))|{S}annually|-a-year)?"
)
_BEGIN = r"(?<![\w\u00c0-\u024f$€£₹/@#_.,])(?<![0-9][-\u2010-\u2015])"
_SIGN = rf"(?:(?:US|HK|NT|NZ|[ACSR])\$|[$€£¥₹₩]|Rs\.?|RMB|(?-i:{_CODES.replace(' ', '|')}))"
_UNITS = (
    "tonnes?|tons?|kilograms?|kg|barrels?|gigawatts?|megawatts?|GWh|MWh|TWh|GW|MW|kilomet(?:re|er)s?|km|miles?|hectares?"
    "|acres?|people|persons|workers|jobs|employees|troops|soldiers|students|farmers|households|companies|firms|vehicles"
    "|cars|units|homes|visas|countries|products|tariff lines|items|wafers|chips|GPUs"
)

_MONEY = re.compile(
    rf"{_BEGIN}(?P<sign>{_SIGN}){_GAP}{_LOW}(?:{_SIGN}{_GAP})?(?P<n>{_FIGURE}){_SCALED}?{_EACH}",
    re.A | re.I,
)
_NAMED_MONEY = re.compile(
    rf"{_BEGIN}{_LOW}{_NUMBER}{_SCALED}?[\s\u00a0-]{{1,3}}(?:(?:US|American|Indian){S})?"
    rf"(?P<name>{'|'.join(_NAMES)})s?\b{_EACH}",
    re.A | re.I,
)
_PERCENT = re.compile(
    rf"{_BEGIN}{_LOW}(?P<n>{_FIGURE}|{_WORD})(?:{_GAP}%|[\s\u00a0-]{{1,3}}(?:per[\s-]cent|percent|pc)\b(?!age)"
    rf"|[\s\u00a0-]{{0,3}}(?P<points>(?:percentage|basis)[\s-]points?|bps)\b){_EACH}",
    re.A | re.I,
)
_TIMES = re.compile(
    rf"{_BEGIN}{_NUMBER}(?:{S}times(?={S}(?:as|more|higher|larger|bigger|greater|faster|the|that|its|their|what)\b)"
    r"|[\s-]?fold\b)",
    re.A | re.I,
)
_COUNT = re.compile(
    rf"{_BEGIN}{_LOW}{_NUMBER}{_SCALED}?[\s\u00a0-]{{0,3}}(?P<thing>{_UNITS})\b{_EACH}", re.A | re.I
)
_BIG = re.compile(rf"{_BEGIN}{_LOW}{_NUMBER}{_SCALED}(?![\w-])", re.A | re.I)
_LENGTH = re.compile(
    r"(?P<n>[\w-]{1,20}?)[\s\u00a0-]{1,3}(?P<unit>day|week|month|year|hour|minute|fortnight|decade)s?"
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
_OR_MORE = re.compile(r"\+|-plus\b|\s(?:or|and)\s(?:more|above|higher)\b", re.I)

_AIM = re.compile(
    r"\b(?:goals?|targets?\s(?:of|is|was|to|for|at)|aim(?:s|ed|ing)?|objective|ambitions?|(?:hop|seek|plan|intend|pledg|vow"
    r"|commit)\w{0,4}\sto)\b",
    re.I,
)
_SHARE = re.compile(
    r"\b(?:account(?:s|ed|ing)?\sfor|share|ma[dk]es?\sup|represent(?:s|ed|ing)?|constitut\w{1,4})\b",
    re.I,
)
_CHANGE = (
    r"r[oi]ses?|risen|rising|gr[eo]ws?|grown|growing|growth|increas\w{1,3}|(?<!sign\s)up|jump\w{0,3}|surg\w{1,3}|fell|falls?|fallen"
    r"|falling|drop\w{0,4}|declin\w{1,3}|down|shr[aiu]nk|slump\w{0,3}|expand\w{0,3}|contracted|gain\w{0,3}|climb\w{0,3}"
    r"|plung\w{1,3}|soar\w{0,3}|lower|higher"
)
_CHANGED = re.compile(
    rf"\b(?:{_CHANGE})(?:\s(?:by|of|at|an?|another|further|only|just|the|annual)){{0,3}}\s{{0,3}}$",
    re.I,
)
_CHANGING = re.compile(
    r"[\s-]{1,3}(?:growth|rise|increase|jump|decline|drop|fall|gain|higher|lower|more|cut)\b", re.I
)
_RATE = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|lev(?:y|ies)|tax(?:es)?|rates?|interest|surcharges?|yields?)\b",
    re.I,
)

_NEVER_NOUNS = (
    "a an the this that these those its their his her our my your in by on at from to for and or but as with while "
    "which who is are was were be been has have had will would may might can could after since when during under "
    "over than of he she they it we you i said says not so if because about around some nearly least more less up "
    "down through raise raised raising increase boost cut reduce lift double take bring expand grow push impose "
    "imposed imposing face faces facing pay pays paying "
    "reach reached hit totalled totaled rose fell grew accounting accounted accounts worth "
    "including into against across only just also now even percent per cent year hundred thousand lakh million "
    "crore billion trillion goal target aim percentage points paid took say every both whom directly likewise"
)
_STOP = frozenset(_NEVER_NOUNS.split())
_LINK = re.compile(
    r"\s(?:of|worth|to|at|by|is|was|are|were|reached|totall?ed|hit|rose|fell|grew|exceeded|(?:rose|fell|grew)\s(?:by|to))"
    r"\s{1,3}$",
    re.I,
)
_DETERMINERS = ("the", "a", "an", "its", "their", "his", "her", "our", "all", "this", "these")
_PUNCTUATION = re.compile(r"[,.;:()\"“”\n—–]|\s-\s")
_NO_NOUN = re.compile(r"[0-9%$€£₹]|^[a-z]{2,40}ed$")
_OTHER_CLAUSE = re.compile(
    r"[,;—]|\s[-–]\s|\b(?:as|while|which|but|said|says|told|announced|added|wrote|according)\b"
)
_NEAR, _FAR = 60, 200  # code points to a word that tells the role; to the ends of a sentence


def quantities_of(text: str, times: Sequence[Time] = ()) -> tuple[Quantity, ...]:
    """Every quantity of a text in order, none overlapping. `times` are the text's times, as `times_of` gives them; with
    none, lengths of time are still found but `when` stays None."""
    placed = [time for time in times if not _LENGTH.fullmatch(time.span.exact)]
    found = sorted(_found(text, times), key=lambda item: (item[0], -item[1]))
    kept: list[Quantity] = []
    end = 0
    for start, stop, value, unit, flags in found:
        i = bisect_left(placed, stop, key=_start)  # the last time that begins before `stop`
        if start >= end and not (i and placed[i - 1].span.end > start):
            kept.append(_read(text, Span.of(text, start, stop), value, unit, flags))
            end = stop
    dated = [time for time in times if time.kind in ("date", "interval")]
    return tuple(_placed(text, quantity, kept, dated) for quantity in kept)


def _start(item: Time | Quantity) -> int:
    return item.span.start


_Raw = tuple[int, int, float, str, frozenset[str]]


def _found(text: str, times: Sequence[Time]) -> Iterator[_Raw]:
    for match in _MONEY.finditer(text):
        sign = match["sign"].casefold()
        yield from _values(match, _SIGNS.get(sign, sign.upper()))
    for match in _NAMED_MONEY.finditer(text):
        name = match["name"].casefold()
        if match["scale"] or name not in _ALSO_WORDS:
            yield from _values(match, _NAMES[name])
    for match in _PERCENT.finditer(text):
        points = (match["points"] or "").casefold()
        yield from _values(
            match,
            "percent"
            if not points
            else "basis points"
            if points[0] == "b"
            else "percentage points",
        )
    for match in _TIMES.finditer(text):
        yield from _values(match, "times")
    for match in _COUNT.finditer(text):
        if match["scale"] or match["n"].casefold() not in ("a", "an"):
            yield from _values(match, match["thing"])
    for match in _BIG.finditer(text):
        if len(match["scale"]) > 1:
            yield from _values(match, "count")
    for time in times or times_of(text, None):
        match_of_length = _LENGTH.fullmatch(time.span.exact)
        if match_of_length:
            yield from _length(match_of_length, time.span.start)


def _length(match: _Match, start: int) -> Iterator[_Raw]:
    n, unit = number(match["n"]), match["unit"].casefold()
    factor, unit = {"fortnight": (2, "week"), "decade": (10, "year")}.get(unit, (1, unit))
    if n is not None:
        long = match.end("unit") + (match.string[match.end("unit") : match.end("unit") + 1] == "s")
        yield start, start + long, float(n * factor), f"{unit}s", frozenset({"duration"})


def _values(match: _Match, unit: str) -> Iterator[_Raw]:
    """The quantity of a match, or the two of a range, which share scale and unit."""
    said = match.groupdict()
    if said.get("each"):
        per = said["per"] or "year"
        unit = f"{unit} a {'year' if per.casefold() == 'annum' else per.casefold()}"
    power = sum(
        _SCALES[word] for word in re.findall(r"[a-z]+", (said.get("scale") or "").casefold())
    )
    value, low = _value(match["n"], power), said.get("low")
    if low and _value(low, power) < value:
        yield match.start(), match.end("low"), _value(low, power), unit, frozenset({"at_least"})
        yield match.start("n"), match.end(), value, unit, frozenset({"at_most"})
    else:
        yield match.start("n") if low else match.start(), match.end(), value, unit, frozenset()


def _value(words: str, power: int) -> float:
    """The number that words say, times a power of ten."""
    half = words[:4].casefold() == "half"
    digits = words.replace(",", "") if words[0].isdigit() else "0.5" if half else str(number(words))
    return float(f"{digits}e{power}")


def _read(text: str, span: Span, value: float, unit: str, flags: frozenset[str]) -> Quantity:
    """The quantity at a span, with what the words around it say of it."""
    before = SENTENCE_END.split(text[max(0, span.start - _FAR) : span.start])[-1]
    after = SENTENCE_END.split(text[span.end : span.end + _FAR])[0]
    said = set(flags)
    while match := _MODIFIER.search(before):
        said.add(match.lastgroup or "")
        before = before[: match.start()]
    if _OR_MORE.match(after):
        said.add("at_least")
    role: Role = "duration" if "duration" in flags else _role(before, after, unit)
    return Quantity(
        span=span,
        value=value,
        unit=unit,
        approximate="approximate" in said,
        at_least="at_least" in said,
        at_most="at_most" in said,
        role=role,
        of="" if role == "duration" else _counted(before, after, role),
    )


def _role(before: str, after: str, unit: str) -> Role:
    near, percent = before[-_NEAR:], unit.startswith(("percent", "basis"))
    if percent and (_SHARE.search(near) or after.startswith(" share")):
        return "share"
    if _CHANGED.search(near) or _CHANGING.match(after) or unit == "percent a year":
        return "growth"
    if _AIM.search(_PUNCTUATION.split(before)[-1]) or re.match(
        r"[\s-](?:target|goal)\b", after, re.I
    ):
        return "target"
    if percent and (_RATE.search(near) or _RATE.search(after[: _NEAR // 3])):
        return "rate"
    if percent and re.match(r"\sof\s", after):
        return "share"
    return "level"


_FLOW = re.compile(
    r"(?P<flow>(?:[A-Z][\w.]*['’]s? )?(?:bilateral |goods |total )?(?:trade|exports|imports))\b[^,;]{0,60}$"
)
"""A flow of trade before its partner and its verb: `India's trade with Japan was worth`."""


def _counted(before: str, after: str, role: Role) -> str:
    """The words for what is counted: after "of" or the number itself, or before "of", "worth", "to" and the like."""
    follows = re.match(r"\s(?:of|in)\s", after)
    if follows and (words := _phrase(after[follows.end() :])):
        return words
    link = _LINK.search(before)
    if link and role != "share":
        words = _phrase(before[: link.start()], backwards=True)
        flow = _FLOW.search(before[: link.start()])
        words = flow["flow"] if flow and not _FLOW.search(words) else words
        if words:
            return words
    return _phrase(after) if re.match(r"[\s-]\w", after) else ""


def _phrase(words: str, backwards: bool = False) -> str:
    """Up to five words at the beginning (or the end) of some words, to the first that no noun phrase holds."""
    clauses = _PUNCTUATION.split(words)
    tokens = (clauses[-1] if backwards else clauses[0]).split()
    tokens = (
        tokens[::-1]
        if backwards
        else tokens[1:]
        if tokens and tokens[0].casefold() in _DETERMINERS
        else tokens
    )
    kept = list(
        takewhile(
            lambda token: token.casefold() not in _STOP and not _NO_NOUN.search(token), tokens[:5]
        )
    )
    return " ".join(kept[::-1] if backwards else kept)


def _placed(
    text: str, quantity: Quantity, others: Sequence[Quantity], dated: Sequence[Time]
) -> Quantity:
    """The quantity with the time of its sentence that governs it.

    That is the next one after it unless another quantity or clause lies between, otherwise the last one before it that
    is longer than a day: a day there is mostly when somebody spoke.
    """
    if quantity.role == "duration":
        return quantity
    start, end = quantity.span.start, quantity.span.end
    here = bisect_left(dated, end, key=_start)
    for time in dated[here : here + 1]:
        between = text[end : time.span.start]
        i = bisect_left(others, end, key=_start)
        alone = i == len(others) or others[i].span.start > time.span.start
        if (
            alone
            and len(between) <= _FAR
            and not (SENTENCE_END.search(between) or _OTHER_CLAUSE.search(between))
        ):
            return quantity.model_copy(update={"when": time})
    for i in range(here - 1, -1, -1):
        time = dated[i]
        between = text[time.span.end : start]
        if len(between) > _FAR or SENTENCE_END.search(between):
            break
        if time.first != time.last:
            return quantity.model_copy(update={"when": time})
    return quantity
