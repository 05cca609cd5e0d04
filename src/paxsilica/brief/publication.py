"""When a document was published, and how one knows: from its own words or its page, never from the clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import Literal, NamedTuple

from paxsilica.brief.masks import CLOCK, DATED_LINE, DAY, MONTH, WEEKDAY, blanked, lines_of
from paxsilica.brief.record import Mask, Publication, Reliability, Span

FIRST_LINES = 12
"""Lines with something in them, among which a dateline may stand."""

FIRST_YEAR = 1900
ONE_DAY = timedelta(days=1)
"""Articles go out up to a day after their dateline, and clocks differ by up to a day around the world."""

MONTHS = {name[:3].lower(): at for at, name in enumerate(MONTH.split("|")[:12], start=1)}

Basis = Literal["metadata", "dateline", "header", "embedded post"]


class Found(NamedTuple):
    """A day with its words in the text (none for metadata)."""

    basis: Basis
    day: date
    span: Span | None = None


_WORD = r"(?:[A-Z][\w.'’-]*|of|and|the|de|del|la|al|el|do|da|du)"
_PLACE = (
    rf"[A-Z][\w.'’]*(?:-[\w.'’]+){{0,3}}(?:(?:,?[ ]|/){_WORD}){{0,5}}"
    r"(?:[ ]?\[[^\]\n]{1,40}\]|[ ]?\([A-Z][^)\n]{1,40}\))?"
)
_AGENCY = r"(?:\([^()\n]{2,60}\)|/[^/\n]{2,40}/)"
_STOP = r"[ \t]*(?:[:|–—]|--|-[ ])"
_DATELINE = re.compile(
    rf"[ \t]*{_PLACE}(?:[ -]{{0,3}}{_AGENCY})?(?:[,:]?[ ]{{1,3}}|[ ]?--[ ]?)(?i:{WEEKDAY}(?P<day>{DAY}))"
    rf"(?:[ \t,.]*{_AGENCY}[ \t]*(?:[:|–—-]|$)|{_STOP}|[ \t]*$)"
)
_DAY_FIRST = re.compile(
    rf"[ \t]*(?i:{WEEKDAY}(?P<day>{DAY})),?[ ]{{1,3}}{_PLACE}(?:[ ]?{_AGENCY})?(?:{_STOP}|[ \t]*$)"
)
_DAY_ALONE = re.compile(rf"[ \t]*{WEEKDAY}(?P<day>{DAY}){CLOCK}$", re.IGNORECASE)
_POST = re.compile(rf"[—–-][^\n(—–]{{1,80}}\(@\w{{1,30}}\)[ \t]*(?P<day>{DAY})", re.IGNORECASE)
_KEYED = re.compile(
    rf"\b(?P<key>date|publ\w{{2,12}}|pubdate|posted|updated|modified)\b[^\n]{{0,20}}?(?P<day>{DAY})",
    re.IGNORECASE,
)
_UPDATED = re.compile("updat|modif", re.IGNORECASE)
_PARTS = (
    re.compile(r"(?P<year>\d{4})-(?P<month>\d{2})-(?P<day>\d{2})"),
    re.compile(
        rf"(?P<month>{MONTH})\.?\s+(?P<day>\d+)\D*?(?:,?\s+(?P<year>\d{{4}}))?", re.IGNORECASE
    ),
    re.compile(
        rf"(?P<day>\d+)\D*?\s+(?P<month>{MONTH})\.?(?:,?\s+(?P<year>\d{{4}}))?", re.IGNORECASE
    ),
)


def publication_of(
    text: str,
    metadata_day: date | None = None,
    masks: Collection[Mask] = (),
    latest: date | None = None,
) -> tuple[Publication, tuple[str, ...]]:
    """When a text was published, and notes on what speaks against it.

    Metadata is better than a dateline, that than a header, that than the latest embedded post. A dateline without a
    year takes it from the best of the others. Reliability: metadata, or a dateline that a header confirms: high;
    a dateline or a header alone, or metadata that the text contradicts: medium; a post, a year that only a post
    tells, or a day that a post outlives: low.

    `latest` is the last day that is not in the future, by default a day after today's (for the sake of time zones);
    the clock is never used but for this. Impossible days and days after `latest` are no days.
    """
    latest = latest or date.today() + ONE_DAY
    notes: list[str] = []
    metadata = (
        [Found("metadata", metadata_day)]
        if metadata_day and metadata_day.year >= FIRST_YEAR
        else []
    )
    found = [
        item for item in [*metadata, *_headers(text, masks, notes)] if _passed(item, latest, notes)
    ]
    plain = blanked(text, masks)
    posts = [item for item in _posts(plain, text) if _passed(item, latest, notes)]
    last_post = max(posts, key=lambda item: item.day, default=None)
    known = found[0] if found else last_post
    dateline = _dateline(plain, text, known.day if known else None, notes)
    if dateline and _passed(dateline, latest, notes):
        found.insert(1 if metadata and found[:1] == metadata else 0, dateline)
    best = found[0] if found else last_post
    if best is None:
        return Publication(day=None, basis="none", reliability="none"), tuple(notes)
    reliability = _reliability(found, last_post, notes) if found else "low"
    return Publication(
        day=best.day, basis=best.basis, reliability=reliability, span=best.span
    ), tuple(notes)


def day_of(words: str, reference: date | None = None) -> date | None:
    """The day that words such as `Jan. 5, 2026` name; without a year the one nearest to `reference`; None if none."""
    match = next(filter(None, (pattern.fullmatch(words) for pattern in _PARTS)), None)
    if match is None:
        return None
    month = match["month"]
    month_number = int(month) if month.isdigit() else MONTHS[month[:3].lower()]
    if match["year"]:
        return _date(int(match["year"]), month_number, int(match["day"]))
    if reference is None:
        return None
    near = (_date(reference.year + step, month_number, int(match["day"])) for step in (0, -1, 1))
    return min(filter(None, near), key=lambda day: abs(day - reference), default=None)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day) if year >= FIRST_YEAR else None
    except ValueError:
        return None


def _passed(item: Found, latest: date, notes: list[str]) -> bool:
    if item.day > latest:
        notes.append(f"the {item.basis} gives {item.day}, which is in the future; it is not used")
    return item.day <= latest


def _headers(text: str, masks: Collection[Mask], notes: list[str]) -> Iterator[Found]:
    """The header's day: the first that is labelled as published, else one labelled as updated."""
    matches = list(DATED_LINE.finditer(text))
    for mask in masks:
        if mask.why == "scraper header":
            matches.extend(_KEYED.finditer(text, mask.start, mask.end))
    for match in sorted(
        matches, key=lambda match: (bool(_UPDATED.search(match["key"])), match.start("day"))
    ):
        day = day_of(match["day"])
        if day:
            yield Found("header", day, Span.of(text, *match.span("day")))
            return
        notes.append(f"the header's {match['day']!r} is no full date; it is not used")


def _dateline(plain: str, text: str, reference: date | None, notes: list[str]) -> Found | None:
    for at, line in islice(lines_of(plain), FIRST_LINES):
        match = _DATELINE.match(line) or _DAY_FIRST.match(line) or _DAY_ALONE.match(line)
        if match is None:
            continue
        day = day_of(match["day"], reference)
        if day:
            start, end = match.span("day")
            return Found("dateline", day, Span.of(text, at + start, at + end))
        why = "is no date of any year known here" if reference else "has no year, or is no date"
        notes.append(f"the dateline's {match['day']!r} {why}; it is not used")
    return None


def _posts(plain: str, text: str) -> Iterator[Found]:
    for match in _POST.finditer(plain):
        day = day_of(match["day"])
        if day:
            yield Found("embedded post", day, Span.of(text, *match.span("day")))


def _reliability(found: list[Found], last_post: Found | None, notes: list[str]) -> Reliability:
    best, others = found[0], found[1:]
    for other in others:
        if other.day != best.day:
            notes.append(
                f"the {other.basis} gives {other.day}, the {best.basis} {best.day}; the {best.basis} is kept"
            )
    if last_post and last_post.day > best.day + ONE_DAY:
        notes.append(
            f"an embedded post of {last_post.day} is later than the {best.basis}'s {best.day}"
        )
        return "low"
    agree = [abs(other.day - best.day) <= ONE_DAY for other in others]
    if best.basis == "metadata":
        return "high" if all(agree) else "medium"
    if best.basis == "dateline" and others:
        return "high" if all(agree) else "medium"
    only_a_post_tells_the_year = (
        best.basis == "dateline" and best.span and not re.search(r"\d{4}", best.span.exact)
    )
    return "low" if only_a_post_tells_the_year else "medium"
