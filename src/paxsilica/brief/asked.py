"""A policy question in a line, such as `US 18 % on India from 2026-02-07` -> what it says of one measure.

Every word must be understood, or the question is refused: nobody is made to impose anything, and no rate is chosen.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import pairwise, takewhile
from typing import Any, NamedTuple

from paxsilica.brief.measures import MEASURE, MEASURE_TYPES
from paxsilica.brief.passages import kind_of
from paxsilica.brief.places import by_word
from paxsilica.brief.quantities import quantities_of
from paxsilica.brief.record import Time
from paxsilica.brief.times import times_of
from paxsilica.errors import InputError, LabelError
from paxsilica.names import Names, joined
from paxsilica.names.products import materials

EXAMPLE = "US 18 % on India from 2026-02-07"
TARIFFS = ("Import tariff", "Anti-dumping", "Anti-subsidy", "Safeguard")
BANS = {"Export ban": "export_ban", "Import ban": "import_ban"}

_ACT = re.compile(rf"\b(?:{MEASURE.pattern})\b", re.IGNORECASE)
_HS_CODE = r"\d[\d.]{1,12}(?<!\.)"
_CODES = re.compile(rf"\bHS\s?{_HS_CODE}(?:(?:,\s*|\s+and\s+)(?:HS\s?)?{_HS_CODE}(?![\d.-]|\s*%))*")
_COMMA = re.compile(r"\d+,\d{1,2}\s?%")
_POINTS = re.compile(r"(?<![\d.,-])(\d+(?:\.\d+)?)\s+points?\b")
_WORD = re.compile(r"[,;&]|[^\s,;&:()\"“”?!]+")
_APART = re.compile(r"[,;]|(?:^|\s)[-‐-―−]+(?:\s|$)")
LONGEST_NAME = 6
"""Words of the longest name of a place or a good that is looked for."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


LISTING = _words(", ; & and")
SKIPPED = _words("a an the all any its their every new")
HITTING = _words("on against upon hits hit slaps targets")
SIDE_OF = {"from": "exporter", "to": "importer", "into": "importer", "in": "importer"}
PAYING = _words("faces face facing pays pay")
RAISING = _words("raises raise raised lifts lift lifted hikes hike increases increase increased")
CUTTING = _words("cuts cut lowers lower lowered reduces reduce reduced")
ADDING = _words("additional extra further more adds add another")
SCRAPPING = _words("scraps scrap removes remove removed abolishes abolish zero")
FACTORS = {"doubles": 2.0, "double": 2.0, "halves": 0.5, "halve": 0.5}
BANNING = _words("ban bans banned banning prohibits prohibit")
FLOWS = _words("imports exports products shipments")
EVERYBODY = _words("world everyone everybody countries partners")
EXCEPT = _words("except excluding excepting")
UNTIL = _words("until till through to")
SINCE = _words("from since starting beginning effective on of , ;")
IDLE = _words(
    "from to into in by of at with for or as since until till through starting beginning effective import imports "
    "export exports products shipments customs reciprocal flat blanket rate rates impose imposes imposed put puts set "
    "sets levied place places announces apply applies will would is are be if what during"
)
UNDERSTOOD = frozenset().union(
    *(LISTING, SKIPPED, HITTING, PAYING, RAISING, CUTTING, ADDING, SCRAPPING, FACTORS, BANNING),
    *(EVERYBODY, EXCEPT, IDLE),
)


class QuestionPart(NamedTuple):
    """A stretch of a question: a place, good, code, rate, points, date, act or word, and what it means."""

    kind: str
    start: int
    end: int
    said: str
    value: Any

    @property
    def word(self) -> str:
        """The word that it is, in small letters; nothing where it is more than a word."""
        return self.value if self.kind == "word" else ""


@dataclass(frozen=True)
class AskedMeasure:
    """One measure as a question says it.

    Attributes:
        imposer, partner: labels of regions; no partner: everybody. sectors: labels; `parts`: goods inside one, and it.
        level: a rate, or the share of a ban, in decimals; `stood`: the rate that the question says stood before.
    """

    kind: str
    op: str
    level: float | None
    stood: float | None
    imposer: tuple[str, ...]
    partner: tuple[str, ...]
    sectors: tuple[str, ...]
    parts: tuple[tuple[str, str], ...]
    codes: tuple[str, ...]
    edition: str
    excepted: tuple[str, ...]
    first: date | None
    last: date | None


def asked_in(question: str, names: Names, day: date) -> AskedMeasure:
    """What a question asks.

    Args:
        names: of an economy. day: from which `next month` counts.

    Raises:
        InputError: it is not understood; one line with the words, the nearest name, and what to write.
    """
    pieces = _with_lists(_pieces_of(question, names, day))
    words = {p.word for p in pieces}
    cut = next((i for i, p in enumerate(pieces) if p.word in EXCEPT), len(pieces))
    head, left_out = pieces[:cut], pieces[cut:]
    sides = [(_side(head, i), p) for i, p in enumerate(head) if p.kind == "place"]
    kind = _kind(head, words, {side for side, _ in sides})
    imposer, partner = _parties(kind, sides)
    goods = [p for p in head if p.kind == "good"]
    codes = [p for p in head if p.kind == "code"]
    if not (partner or goods or codes or words & (EVERYBODY | {"imports", "exports"})):
        raise _refused("whom it hits is not said; write `on` and a country, or `on all imports`")
    if (goods and codes) or len({p.value[1] for p in codes}) > 1:
        raise _refused("goods are named by sector and by code; name them in one way")
    op, level, stood = _level(kind, head, words)
    first, last = _days(pieces)
    for one, another in pairwise(left_out):
        if (another.kind == "place" and one.word not in (*EXCEPT, *LISTING)) or (
            one.kind == "place" and another.kind in ("good", "code")
        ):
            raise _refused("goods of one partner alone cannot be excepted; name goods, or partners")
    excepted = (
        label
        for p in left_out
        for label in (p.value[0] if p.kind in ("good", "code") else p.value)
        if p.kind in ("place", "good", "code")
    )
    return AskedMeasure(
        kind,
        op,
        level,
        stood,
        imposer,
        partner,
        tuple(dict.fromkeys(label for p in goods for label in p.value[0])),
        tuple((p.said, p.value[0][0]) for p in goods if p.value[1]),
        tuple(dict.fromkeys(code for p in codes for code in p.value[0])),
        codes[0].value[1] if codes else "",
        tuple(dict.fromkeys(excepted)),
        first,
        last,
    )


def _refused(why: str) -> InputError:
    return InputError(f"{why}; such as `pax new {EXAMPLE!r}`")


def _pieces_of(question: str, names: Names, day: date) -> list[QuestionPart]:
    """All of a question but its articles, in order. Raises InputError: a word is not understood."""
    found: list[QuestionPart] = []

    def free(start: int, end: int) -> bool:
        return all(end <= p.start or start >= p.end for p in found)

    def claim(kind: str, start: int, end: int, value: Any) -> None:
        if free(start, end):
            found.append(QuestionPart(kind, start, end, question[start:end], value))

    for m in _CODES.finditer(question):
        claim("code", *m.span(), (re.findall(_HS_CODE, m[0]), ""))
    times = times_of(question, day)
    for time in times:
        claim("date", time.span.start, time.span.end, time)
    for q in quantities_of(question, times):
        if _COMMA.match(q.span.exact):
            continue
        if q.value < 0:
            raise _unknown(q.span.exact, names)
        if q.unit in ("percent", "percentage points"):
            sort = "rate" if q.unit == "percent" else "points"
            claim(sort, q.span.start, q.span.end, q.value / 100)
    for m in _POINTS.finditer(question):
        claim("points", *m.span(), float(m[1]) / 100)
    for m in _ACT.finditer(question):
        claim("act", *m.span(), kind_of(MEASURE_TYPES, m))
    left = list(question)
    for p in found:
        left[p.start : p.end] = " " * (p.end - p.start)
    spans = [m.span() for m in _WORD.finditer("".join(left))]
    while spans:
        for n in range(min(LONGEST_NAME, len(spans)), 0, -1):
            start, end = spans[0][0], spans[n - 1][1]
            said = question[start:end]
            if (n > 1 and _APART.search(said)) or not free(start, end):
                continue
            if named := _meaning_of(said, names):
                claim(named[0], start, end, named[1])
                break
        else:
            raise _unknown(question[slice(*spans[0])], names)
        del spans[:n]
    kept = (p for p in found if p.word not in SKIPPED)
    return sorted(kept, key=lambda p: p.start)


def _meaning_of(said: str, names: Names) -> tuple[str, Any] | None:
    """What some words mean together: a word of the trade, a place, a good or a material."""
    if said.casefold() in UNDERSTOOD and not (1 < len(said) < 4 and said.isupper()):
        return "word", said.casefold()
    label = re.sub(r"['’]s?$|\.$", "", said)
    known = len(label) > 3 or label.isupper()
    if place := _spoken().get(label.casefold()) or (names.place(label) if known else ""):
        names.regions(place)
        return "place", (place,)
    forms = (label, f"{label}s", label.removesuffix("s"))
    sectors, part = next(
        (hit for form in forms if len(label) > 2 and (hit := names.good(form))[0]), ((), 0)
    )
    if len(sectors) == 1:
        return "good", (sectors, part)
    for material in materials():
        if label.casefold() in (material.code, material.name.casefold()):
            if material.hs:
                return "code", (material.hs, "1992")
            if not sectors:
                why = f"{label} has no customs code here ({material.note})"
                raise _refused(f"{why}; write one, as in HS 8112")
    if sectors:
        names.sectors([label])
    return None


@cache
def _spoken() -> dict[str, str]:
    return {word.casefold(): code for word, code in by_word().items()}


def _unknown(word: str, names: Names) -> InputError:
    """Why a word is not understood, with the nearest name."""
    if re.fullmatch(r"[\d.,%+-]*\d[\d.,%+-]*", word):
        hint = f"write {word.strip('%')} % for a rate, HS {word} for a customs code"
        return _refused(f"{word!r} is no rate, date or code that is understood; {hint}")
    try:
        names.regions([word]) if word[:1].isupper() else names.sectors([word])
    except LabelError as error:
        hint = str(error).partition("; valid ones")[0]
        return InputError(f"{word!r} is not understood: {hint}")
    return _refused(f"{word!r} is not understood; leave it out, or write it otherwise")


def _with_lists(pieces: Sequence[QuestionPart]) -> list[QuestionPart]:
    """The same, with places that stand in a list as one: `Canada, Mexico and China`."""
    done: list[QuestionPart] = []
    for p in pieces:
        while p.kind == "place" and len(done) > 1 and done[-1].word in LISTING:
            back = 2 if done[-2].word not in LISTING else 3
            if len(done) < back or done[-back].kind != "place":
                break
            first = done[-back]
            del done[-back:]
            p = p._replace(start=first.start, value=(*first.value, *p.value))
        done.append(p)
    return done


def _word_before(pieces: Sequence[QuestionPart], at: int) -> str:
    """The word before a piece; nothing where there is none."""
    return pieces[at - 1].word if at else ""


def _side(pieces: Sequence[QuestionPart], at: int) -> str:
    """Whether a place is the imposer, the partner, the exporter or the importer."""
    before, following = _word_before(pieces, at), list(pieces[at + 1 :])
    goods = list(takewhile(lambda p: p.kind in ("good", "code") or p.word in LISTING, following))
    after = following[len(goods)] if len(goods) < len(following) else None
    word = after.word if after else ""
    subject = before in ("", "if", *LISTING)
    if word == "imports" and not goods:
        return "importer"
    if word in FLOWS:
        return "exporter"
    if goods and not (subject and after and after.kind == "act"):
        return "exporter"
    if before in HITTING or (word in PAYING and not goods):
        return "partner"
    of_goods = any(p.kind in ("good", "code") or p.word in FLOWS for p in pieces)
    if before in SIDE_OF and (of_goods or before != "from"):
        return SIDE_OF[before]
    if subject or before in ("by", *PAYING) or (before == "of" and pieces[at - 2].kind == "act"):
        return "imposer"
    raise _refused(
        f"'{before} {pieces[at].said}' has no one meaning; write `on` a country, `on goods from` it, or `by` it"
    )


def _kind(pieces: Sequence[QuestionPart], words: set[str], sides: set[str]) -> str:
    """The kind of measure: a tariff where only a rate is said."""
    sorts = list(dict.fromkeys(p.value for p in pieces if p.kind == "act"))
    acts = [p.said for p in pieces if p.kind == "act"]
    flows = {word.rstrip("s") for word in words & {"import", "imports", "export", "exports"}}
    banned = bool(words & BANNING)
    if len(sorts) + banned > 1 or any("embargo" in said.casefold() for said in acts):
        what = joined([*acts, *(words & BANNING)])
        raise _refused(f"{what}: name one measure, a tariff, an export tax, or a ban of one flow")
    if banned:
        flows = flows or {side.replace("er", "") for side in sides & {"exporter", "importer"}}
        if flows not in ({"export"}, {"import"}):
            raise _refused("which trade is banned is not said; write export ban or import ban")
        return f"{'import' if 'export' in flows and 'exporter' in sides else flows.pop()}_ban"
    if not sorts or sorts[0] in TARIFFS:
        if "export" in flows and "exporter" not in sides:
            raise _refused("a duty on one's own exports is an export tax; write export tax")
        return "tariff"
    if sorts[0] == "Export tax":
        return "export_tax"
    if sorts[0] in BANS:
        return BANS[sorts[0]]
    raise _refused(
        f"{acts[0]}: a question names tariffs, export taxes and bans; `pax show measures` has the others"
    )


def _parties(
    kind: str, sides: Sequence[tuple[str, QuestionPart]]
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Who imposes, and on whom. Raises InputError: nobody does, or it can be two."""
    mine, other = ("exporter", "importer") if "export" in kind else ("importer", "exporter")
    acting = list(dict.fromkeys(p.value for side, p in sides if side in ("imposer", mine)))
    hit = dict.fromkeys(x for side, p in sides if side in ("partner", other) for x in p.value)
    if not acting:
        raise _refused("who imposes it is not said; begin with a country or a group")
    if len(acting) > 1:
        who = " or ".join(joined(one) for one in acting)
        raise _refused(f"who imposes it can be {who}; write it as WHO, rate, `on` WHOM")
    return acting[0], tuple(hit)


def _level(
    kind: str, pieces: Sequence[QuestionPart], words: set[str]
) -> tuple[str, float | None, float | None]:
    """Op, rate or share, and the rate that stood before. Raises InputError: none is said, or it has two meanings."""
    rates = [
        (_word_before(pieces, i), p) for i, p in enumerate(pieces) if p.kind in ("rate", "points")
    ]
    up, down, more = bool(words & RAISING), bool(words & CUTTING), bool(words & ADDING)
    if kind.endswith("ban"):
        if len(rates) > 1 or up or down or words & SCRAPPING:
            raise _refused("a ban has one share or none, and ends with `until` and a date")
        return "", rates[0][1].value if rates else None, None
    factors = [FACTORS[word] for word in words & set(FACTORS)]
    if not rates and len(factors) + bool(words & SCRAPPING) == 1:
        return ("multiply", factors[0], None) if factors else ("set", 0.0, None)
    if not rates or factors or words & SCRAPPING:
        raise _refused("no rate is said, or two; write one, such as 18 %")
    led = [before for before, _ in rates]
    if len(rates) > 1 and led != ["from", "to"]:
        raise _refused(f"{joined(p.said for _, p in rates)} are two rates; write one, such as 18 %")
    stood, (before, rate) = rates[0][1].value if len(rates) > 1 else None, rates[-1]
    if before == "to" and not more:
        return "set", rate.value, stood
    if rate.kind == "points" or (more and not (up or down or before == "to")):
        return "add", -rate.value if down else rate.value, None
    if up or down or more:
        raise _refused(
            f"{rate.said} can be a new rate, points or a part; write `to {rate.said}` or `by {rate.value * 100:g} points`"
        )
    return "set", rate.value, None


def _days(pieces: Sequence[QuestionPart]) -> tuple[date | None, date | None]:
    """First and last day in force. Raises InputError: a date is none, or there are two of one sort."""
    found: dict[str, date] = {}
    for i, p in enumerate(pieces):
        for end, day in _ends_said(p, _word_before(pieces, i)) if p.kind == "date" else ():
            if end in found:
                raise _refused(
                    f"{found[end]} and {day} are two dates for one; write from and until"
                )
            found[end] = day
    return found.get("from"), found.get("until")


def _ends_said(p: QuestionPart, before: str) -> Iterator[tuple[str, date]]:
    """Which ends of a measure's time a date says, and their days."""
    time: Time = p.value
    first, last = time.first, time.last
    whole = first == last or before in ("from", "since", "starting", "beginning", "effective")
    if first and last and before in ("in", "during", "for"):
        yield from (("from", first), ("until", last))
    elif first and before in UNTIL and first == last:
        yield "until", first
    elif first and whole and before in ("", *SINCE):
        yield "from", first
    else:
        said = f"{before} {p.said}".strip()
        raise _refused(f"{said!r} is no day; write from or until with a date such as 2026-02-07")
