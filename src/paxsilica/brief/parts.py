"""Parts of a text with a speaker or a day of their own: turns of a transcript, posts of a thread, mails, entries of a
feed, several documents in one file."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from typing import NamedTuple

from paxsilica.brief.masks import CLOCK, DAY, WEEKDAY, masks_of
from paxsilica.brief.passages import Stretch
from paxsilica.brief.publication import publication_of

_I, _M = re.IGNORECASE, re.MULTILINE
_HANDLE = r"(?P<handle>@\w{1,30})"
_POSTER = r"(?P<name>[A-Z][^\n@()|·•:]{1,60}?)"
_DATED = rf"(?:{WEEKDAY}(?P<day>{DAY}))"


class Part(NamedTuple):
    """A stretch with its own words, who speaks in it and the words for its day; `medium` says what it is."""

    whole: Stretch
    body: Stretch
    name: Stretch | None
    day: Stretch | None
    medium: str


_BORDER = re.compile(
    r"^[ \t]*(?:[=#~]{5,}|[*_-]{3,}|(?:end of document|document \d+ of \d+|\d+ of \d+ documents?)\.?)[ \t]*$",
    _I | _M,
)
_DAY_LINE = re.compile(
    rf"^[ \t]*(?:#{{1,6}}[ ]|\*\*)?(?i:{_DATED})(?:\*\*)?(?:[ \t]*(?:[|:–—]|- )[^\n]*|{CLOCK})?$",
    _M,
)
_MAIL = re.compile(
    r"^(?P<head>[> \t]*(?:From|Von)[ \t]*:[ \t]*[\"']?(?P<name>[^\n<\[\"']{2,80}?)[\"']?[ \t]*(?:[<\[][^\n]*)?\n"
    r"(?:[> \t]*(?:To|Cc|Bcc|Date|Sent|Subject|Reply-To|Importance|Attachments?)[ \t]*:[^\n]*\n?){1,8})",
    _M,
)
_MAIL_LINE = re.compile(r"[> \t]*(?:From|To|Cc|Date|Sent|Subject)[ \t]*:")
_MAIL_DAY = re.compile(rf"(?:Date|Sent)[ \t]*:[ \t]*(?i:{_DATED})")
_WROTE = re.compile(
    rf"^[> \t]*On (?i:{_DATED})[^\n]{{0,40}}?, (?P<name>[A-Z][^\n<@,]{{1,60}}?)(?: <[^>\n]*>)? wrote:[ \t]*$",
    _M,
)
_POSTED = (
    re.compile(rf"^[ \t]*{_POSTER}[ ]\(?{_HANDLE}\)?[ \t]*[·•|–—-][ \t]*(?i:{_DATED}){CLOCK}$", _M),
    re.compile(
        rf"^[ \t]*{_HANDLE}[ \t]*[·•|–—-]+[ \t]*(?i:{_DATED})(?:[ \t,]*\d\d?:\d\d)?[ \t]*:?(?=\s)",
        _M,
    ),
    re.compile(rf"^[ \t]*{_POSTER}[ \t]*\n[ \t]*{_HANDLE}[ \t]*$", _M),
)
_STAMP = re.compile(
    rf"^[ \t]*(?:\d{{1,2}}:\d\d(?: ?[AP]M)?[ \t]*·[ \t]*)?(?i:{_DATED})(?:[ ,·]+\d[^\n]{{0,30}})?[ \t]*$",
    _M | _I,
)
_NO_POST = re.compile(r"^[ \t]*(?:repl(?:y|ying) to|reposted|show this thread)\b[^\n]*$", _I | _M)

_TITLED = (
    r"(?:MR|MRS|MS|DR|SEN|REP|GOV|GEN|AMB|SECRETARY|MINISTER|PRESIDENT|AMBASSADOR|SENATOR|CHAIR(?:MAN|WOMAN)?|GOVERNOR|"
    r"SPOKES(?:MAN|WOMAN|PERSON)|PRIME MINISTER|CHANCELLOR|COMMISSIONER|UNDER ?SECRETARY|REPRESENTATIVE|PREMIER)"
)
_ROLE = (
    r"(?:Q|A|Question|Answer|Reporter|Moderator|Host|Operator|Interviewer|Anchor|Chair|Journalist|Correspondent|Speaker"
    r"|Interpreter|Participant|The (?:President|Prime Minister|Chair(?:man|woman)?|Secretary|Minister|Chancellor|Speaker))"
)
_LABEL = re.compile(
    r"^[ \t]*(?:\*\*)?(?:\[?\(?(?:\d{1,4}[/.-]\d{1,2}[/.-]\d{2,4},? )?"
    r"(?P<clock>\d{1,2}:\d\d(?::\d\d)?(?: ?[AP]M)?)\)?\]?[ \t]+(?:- )?)?(?:\*\*)?"
    rf"(?P<name>(?P<role>(?i:{_ROLE}))|(?P<titled>{_TITLED}\.?[ ][A-Z][\w'’-]*(?:[ ][A-Z][\w.'’-]*){{0,3}})"
    r"|[A-Z][\w.'’-]*(?:[ ][A-Z][\w.'’-]*){0,4})"
    r"(?P<more>[ ]\([^()\n]{2,60}\)|(?:,| -| –)[ ][A-Z][^\n:]{2,60})?"
    r"(?::(?:\*\*)?(?=\s)|\*\*:(?=\s)|(?<=Q)[ \t]{2,}(?=\S))",
    _M,
)
_CHAT = re.compile(
    r"^[ \t]*(?P<name>[A-Z][\w.'’-]*(?:[ ][A-Z][\w.'’-]*){0,3})[ \t]+\[?\d{1,2}:\d\d(?: ?[AP]M)?\]?[ \t]*$",
    _M,
)
"""A line of a chat that holds nothing but who wrote, and the time of day."""

_HEARING = re.compile(
    r"^[ \t]*(?P<name>(?:(?:Mr|Mrs|Ms|Dr)\.|Senator|Chair(?:man|woman)?|Ambassador|Secretary|Representative|The)"
    r"[ ][A-Z][\w'’-]+)\.[ ](?=[A-Z])",
    _M,
)
"""How the record of a hearing names who speaks: `Senator Wyden. Thank you.`"""

_NO_LABEL = re.compile(
    r"(?:note|notes|source|sources|date|title|subject|from|to|cc|sent|update|editor|photo|image|table|figure|example|"
    r"summary|transcript|interview|speech|remarks|live|breaking|background|contact|phone|email|tel|article|section|"
    r"chapter|annex|item|read more|ps|re|fwd?|warning|tags?|published|posted|by|url|link|author|keywords|topics?|"
    r"category|headline|location|venue|time|when|where|what|why|who)s?",
    _I,
)
LEAST_TURNS = 2


def starts_part(line: str) -> bool:
    """Whether a line is a border or a head, or begins a turn, so that it goes on from no line before."""
    label = _LABEL.match(line)
    speaks = label is not None and bool(label["role"] or label["titled"] or label["clock"])
    return speaks or any(
        head.match(line) for head in (_MAIL_LINE, _BORDER, _DAY_LINE, _WROTE, *_POSTED[:2])
    )


def text_parts(text: str) -> list[Part]:
    """Every part in the order of the text, those of several documents or entries before what stands inside them."""
    entries = [*_entries(text)]
    borders = sorted({m.start() for m in _BORDER.finditer(text)} | {e.whole.start for e in entries})
    heads = sorted(
        [*_mails(text), *_posts(text), *_turns(text)], key=lambda p: (p.whole.start, -p.whole.end)
    )
    found = [*entries]
    starts = [*(p.whole.start for p in heads), len(text)]
    for part, start in zip(heads, starts[1:], strict=True):
        border = bisect_left(borders, part.body.start)
        end = min([start, part.body.end, *borders[border : border + 1]])
        if body := _WORDS.search(text, part.body.start, max(end, part.body.start)):
            within = bisect_right(entries, part.whole.start, key=lambda e: e.whole.start) - 1
            day = part.day or (entries[within].day if within >= 0 else None)
            whole = Stretch(part.whole.start, body.end())
            found.append(part._replace(whole=whole, body=Stretch(*body.span()), day=day))
    return sorted(found, key=lambda p: (p.whole.start, -p.whole.end))


_WORDS = re.compile(r"\S(?:[\s\S]*\S)?")


def _entries(text: str) -> Iterator[Part]:
    """Documents between borders, or entries under lines with a day; at least two have a day of their own."""
    cuts = [m.end() for m in _BORDER.finditer(text)]
    pieces = [Stretch(*at) for at in pairwise([0, *cuts, len(text)]) if text[at[0] : at[1]].strip()]
    found = [Part(at, at, None, _own_day(text, at), "document") for at in pieces if cuts]
    if sum(part.day is not None for part in found) > 1:
        yield from found
        return
    days = [m for m in _DAY_LINE.finditer(text) if re.search(r"\d{4}", m["day"])]
    if len(days) > 1:
        for m, end in zip(days, [*(m.start() for m in days[1:]), len(text)], strict=True):
            at = Stretch(m.start(), end)
            yield Part(at, at, None, Stretch(*m.span("day")), "entry")


def _own_day(text: str, at: Stretch) -> Stretch | None:
    words = text[at.start : at.end]
    day = publication_of(words, None, masks_of(words), date.max)[0].span
    return Stretch(at.start + day.start, at.start + day.end) if day else None


def _mails(text: str) -> Iterator[Part]:
    for m in _MAIL.finditer(text):
        day = _MAIL_DAY.search(m["head"])
        at = m.start("head")
        where = Stretch(at + day.start("day"), at + day.end("day")) if day else None
        if day or "Subject" in m["head"]:
            yield Part(
                Stretch(m.start(), m.end()), Stretch(m.end(), len(text)), _name_of(m), where, "mail"
            )
    for m in _WROTE.finditer(text):
        day_at = Stretch(*m.span("day"))
        yield Part(Stretch(*m.span()), Stretch(m.end(), len(text)), _name_of(m), day_at, "mail")


def _name_of(m: re.Match[str]) -> Stretch:
    return Stretch(*m.span("name"))


def _posts(text: str) -> Iterator[Part]:
    ends = [m.start() for m in _NO_POST.finditer(text)]
    for pattern in _POSTED:
        for m in pattern.finditer(text):
            groups = m.re.groupindex
            name = (
                _name_of(m) if "name" in groups else Stretch(m.start("handle") + 1, m.end("handle"))
            )
            end = min([b for b in ends if b > m.end()], default=len(text))
            day = Stretch(*m.span("day")) if "day" in groups else None
            if day is None:
                stamp = _STAMP.search(text, m.end())
                if not stamp:
                    continue
                day, end = Stretch(*stamp.span("day")), min(end, stamp.start())
            body = Stretch(m.end(), end)
            yield Part(Stretch(m.start(), m.end()), body, name, day, f"post by {m['handle']}")


def _turns(text: str) -> Iterator[Part]:
    """Lines that begin with who speaks, where the text is a transcript: labels that only speakers have, or that return."""
    labels = [m for m in _LABEL.finditer(text) if not _NO_LABEL.fullmatch(m["name"])]
    certain = sum(bool(m["role"] or m["titled"] or m["clock"]) for m in labels)
    for found, sure in ((labels, certain), (chat := [*_CHAT.finditer(text)], len(chat)), (None, 0)):
        turns = [*_HEARING.finditer(text)] if found is None else found
        counts = Counter(m["name"] for m in turns)
        returns = sum(counts[m["name"]] > 1 and a["name"] != m["name"] for a, m in pairwise(turns))
        if sure >= LEAST_TURNS or (returns >= LEAST_TURNS and len(counts) > 1):
            for m in turns:
                body = Stretch(m.end(), len(text))
                yield Part(Stretch(*m.span()), body, _name_of(m), None, "transcript")
