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
LONGEST = 1000
"""Code points that a post may have; a longer stretch above a signature is the article."""


class Post(NamedTuple):
    """The post's own words, without its trailing link, and its signature."""

    body: Stretch
    signature: Stretch
    name: Stretch
    handle: str
    day: Stretch


def posts(text: str) -> list[Post]:
    """Embedded posts in order; a line with marks of quotation or a reporting verb is the article's, not the post's."""
    lines = list(paragraphs(text))
    found: list[Post] = []
    for at, line in enumerate(lines):
        signed = SIGNATURE.match(text, line.start, line.end)
        if not signed:
            continue
        first = at
        while (
            first > 0
            and _may_be_post(text, lines[first - 1], line.start)
            and not (found and lines[first - 1].end <= found[-1].signature.end)
        ):
            first -= 1
        end = lines[at - 1].end if at else 0
        body = text[lines[first].start : end] if first < at else ""
        link = LINK.search(body)
        end -= len(link[0]) if link else 0
        if first < at and end > lines[first].start:
            name, day = (Stretch(*signed.span(group)) for group in ("name", "day"))
            found.append(
                Post(
                    Stretch(lines[first].start, end),
                    Stretch(*signed.span()),
                    name,
                    signed["handle"],
                    day,
                )
            )
    return found


def _may_be_post(text: str, line: Stretch, signature: int) -> bool:
    words = text[line.start : line.end]
    return (
        signature - line.start <= LONGEST and not MARK.search(words) and not REPORTS.search(words)
    )
