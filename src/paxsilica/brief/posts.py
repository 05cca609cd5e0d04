"""Posts embedded in an article: a signature line with name, handle and date, and the lines above it that it signs."""

from __future__ import annotations

import re
from typing import NamedTuple

from paxsilica.brief.passages import MARK, Stretch, paragraphs

SIGNATURE = re.compile(
    r"[—–-]+[ ]?(?P<name>[^\n()@]{2,60}?)[ ]\((?P<handle>@\w{1,30})\)[ ](?P<day>[A-Z][a-z]+ \d{1,2}, \d{4})"
)
REPORTS = re.compile(r"[A-Z]\w+ (?:also |had |has )?(?:said|wrote|posted|tweeted|announced)\b")
LINK = re.compile(r"\s*(?:https?://\S+|pic\.twitter\.com/\S+|t\.co/\S+)\s*$")
LONGEST_POST = 1000
"""Code points that a post may have; a longer stretch above a signature is the article."""


class Post(NamedTuple):
    """The post's own words, without its trailing link, and all of it with its signature."""

    body: Stretch
    whole: Stretch
    name: Stretch
    handle: str
    day: Stretch


def posts(text: str) -> list[Post]:
    """Embedded posts in order; a line with marks of quotation or a reporting verb is the article's, not the post's."""
    lines = list(paragraphs(text))
    found: list[Post] = []
    free = 0  # the first line that no post before has
    for at, line in enumerate(lines):
        signed = SIGNATURE.match(text, line.start, line.end)
        if not signed:
            continue
        first = at
        while first > free and _may_be_post(text, lines[first - 1], line.start):
            first -= 1
        start, end = lines[first].start, lines[at - 1].end
        if link := LINK.search(text, start, end):
            end = link.start()
        if first < at and end > start:
            name, day = (Stretch(*signed.span(group)) for group in ("name", "day"))
            whole = Stretch(start, signed.end())
            found.append(Post(Stretch(start, end), whole, name, signed["handle"], day))
            free = at + 1
    return found


def _may_be_post(text: str, line: Stretch, signature: int) -> bool:
    words = text[line.start : line.end]
    article = MARK.search(words) or REPORTS.search(words)
    return signature - line.start <= LONGEST_POST and not article
