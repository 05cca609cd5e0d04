"""When a document was published, and how one knows: from its own words or its page, never from the clock."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from datetime import date, timedelta
from itertools import islice
from typing import NamedTuple

from paxsilica.brief.days import calendar_day, month_of, nearest_day
from paxsilica.brief.masks import CLOCK, DATED_LINE, DAY, MONTH, WEEKDAY, blanked, lines_of
from paxsilica.brief.record import Mask, Publication, PublicationBasis, Reliability, Span

FIRST_LINES = 12
"""Lines with something in them, among which a dateline may stand."""

FIRST_YEAR = 1900
ONE_DAY = timedelta(days=1)
"""Articles go out up to a day after their dateline, and clocks differ by up to a day around the world."""


class Dated(NamedTuple):
    """A day with its words in the text (none for metadata)."""

    basis: PublicationBasis
    day: date
    span: Span | None = None


_PLACE_WORD = r"(?:[A-Z][\w.'’-]*|of|and|the|de|del|la|al|el|do|da|du)"
_PLACE = (
    rf"[A-Z][\w.'’]*(?:-[\w.'’]+){{0,3}}(?:(?:,?[ ]|/){_PLACE_WORD}){{0,5}}"
    r"(?:[ ]?\[[^\]\n]{1,40}\]|[ ]?\([A-Z][^)\n]{1,40}\))?"
)
_AGENCY_MARK = r"(?:\([^()\n]{2,60}\)|/[^/\n]{2,40}/)"
_CLOSE = r"[ \t]*(?:[:|–—]|--|-[ ])"
_DATELINES = [
    re.compile(rf"[ \t]*{pattern}")
    for pattern in (
        rf"{_PLACE}(?:[ -]{{0,3}}{_AGENCY_MARK})?(?:[,:]?[ ]{{1,3}}|[ ]?--[ ]?)(?i:{WEEKDAY}(?P<day>{DAY}))"
        rf"(?:[ \t,.]*{_AGENCY_MARK}[ \t]*(?:[:|–—-]|$)|{_CLOSE}|[ \t]*$)",
        rf"(?i:{WEEKDAY}(?P<day>{DAY})),?[ ]{{1,3}}{_PLACE}(?:[ ]?{_AGENCY_MARK})?(?:{_CLOSE}|[ \t]*$)",
        rf"(?i:{WEEKDAY}(?P<day>{DAY}){CLOCK}$)",
    )
]
"""A place and a day, a day and a place, a day alone."""
_POST = re.compile(rf"[—–-][^\n(—–]{{1,80}}\(@\w{{1,30}}\)[ \t]*(?P<day>{DAY})", re.IGNORECASE)
_KEYED = re.compile(
    rf"\b(?P<key>date|publ\w{{2,12}}|pubdate|posted|updated|modified)\b[^\n]{{0,20}}?(?P<day>{DAY})",
    re.IGNORECASE,
)
_UPDATED = re.compile("updat|modif", re.IGNORECASE)


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

    def passed(items: Iterable[Dated]) -> Iterator[Dated]:
        """Those that are not in the future, with a note on each that is."""
        for item in items:
            if item.day <= latest:
                yield item
            else:
                future = f"the {item.basis} gives {item.day}, which is in the future"
                notes.append(f"{future}; it is not used")

    def named(
        basis: PublicationBasis,
        matches: Iterable[re.Match[str]],
        but: str = "",
        reference: date | None = None,
    ) -> Iterator[Dated]:
        """Those that are days; `but` is noted of each that is none."""
        for match in matches:
            day = day_of(match["day"], reference)
            if day:
                yield Dated(basis, day, Span.of(text, *match.span("day")))
            elif but:
                notes.append(f"the {basis}'s {match['day']!r} {but}; it is not used")

    metadata = [*passed([Dated("metadata", metadata_day)] if metadata_day else [])]
    headers = named("header", _headers(text, masks), "is no full date")
    header = [*passed(islice(headers, 1))]
    plain = blanked(text, masks)
    posts = passed(named("embedded post", _POST.finditer(plain)))
    last_post = max(posts, key=lambda item: item.day, default=None)
    best = next(iter(metadata + header), last_post)
    but = "is no date of any year known here" if best else "has no year, or is no date"
    datelines = named("dateline", _datelines(plain), but, best and best.day)
    found = [*metadata, *passed(islice(datelines, 1)), *header]
    best = next(iter(found), last_post)
    if best is None:
        return Publication(day=None, basis="none", reliability="none"), tuple(notes)
    reliability = _reliability(found, last_post, notes) if found else "low"
    return Publication(
        day=best.day, basis=best.basis, reliability=reliability, span=best.span
    ), tuple(notes)


def day_of(words: str, reference: date | None = None) -> date | None:
    """The day that words such as `Jan. 5, 2026` name; without a year the one nearest to `reference`; None if none."""
    named = re.search(rf"\b(?:{MONTH})\b", words, re.IGNORECASE)
    month = month_of(named[0]) if named else 0
    found = None
    match [int(digits) for digits in re.findall(r"\d+", words)]:
        case [year, number, day] if not named:
            found = calendar_day(year, number, day)
        case [day, year] if named:
            found = calendar_day(year, month, day)
        case [day] if named and reference:
            found = nearest_day(month, day, reference, 1)
    return found if found and found.year >= FIRST_YEAR else None


def _headers(text: str, masks: Collection[Mask]) -> list[re.Match[str]]:
    """Days of headers: first those that are labelled as published, then those labelled as updated."""
    matches = list(DATED_LINE.finditer(text))
    for mask in masks:
        if mask.why == "scraper header":
            matches += _KEYED.finditer(text, mask.start, mask.end)
    return sorted(matches, key=lambda m: (bool(_UPDATED.search(m["key"])), m.start("day")))


def _datelines(plain: str) -> Iterator[re.Match[str]]:
    for at, line in islice(lines_of(plain), FIRST_LINES):
        matches = (pattern.match(plain, at, at + len(line)) for pattern in _DATELINES)
        yield from islice(filter(None, matches), 1)


_UNDATED = re.compile(
    rf"[ \t]*[A-Z]{{3,}}(?:[ -][A-Z]{{2,}}){{0,3}}(?:(?:, |/)[A-Z][\w.]+){{0,2}}(?:[ ]?{_AGENCY_MARK})?[ ]?(?:--|[-–—])[ ]"
)
"""A place in capitals and a dash: `GENEVA (Reuters) - `."""


def datelines_of(text: str, start: int = 0, end: int | None = None) -> Iterator[tuple[int, int]]:
    """Where the datelines of a document in `[start, end)` of a text stand, which are no words of its first sentence."""
    plain = text[start:end]
    for match in _datelines(plain):
        if match.end() < len(plain) and plain[match.end()] != "\n":
            yield start + match.start(), start + match.end()
    for at, line in islice(lines_of(plain), FIRST_LINES):
        if place := _UNDATED.match(plain, at, at + len(line)):
            yield start + place.start(), start + place.end()


def _reliability(dated: list[Dated], last_post: Dated | None, notes: list[str]) -> Reliability:
    best, others = dated[0], dated[1:]
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
    if best.basis == "metadata" or (best.basis == "dateline" and others):
        agree = all(abs(other.day - best.day) <= ONE_DAY for other in others)
        return "high" if agree else "medium"
    only_a_post_tells_the_year = (
        best.basis == "dateline" and best.span and not re.search(r"\d{4}", best.span.exact)
    )
    return "low" if only_a_post_tells_the_year else "medium"
