"""What is said in turns of a transcript, posts of a thread and mails, each by the name that its label gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paxsilica.brief.actors import Cast, actor_id
from paxsilica.brief.parts import Part
from paxsilica.brief.passages import beginning_in, overlap
from paxsilica.brief.record import Span, Statement, StatementKind, Time

TITLE = re.compile(
    r"(?:(?:mr|mrs|ms|dr|sen|rep|gov|gen|amb|prime minister|[a-z]*secretary|minister|president|ambassador|senator|chair\w*|"
    r"governor|(?:\w+ )?(?:anchor|host|correspondent|contributor|analyst)|"
    r"spokes\w+|chancellor|commissioner|representative|premier)\.? )+",
    re.IGNORECASE,
)
LONGEST_DAY = 40
"""Code points of the longest way to write a day."""

ASKS = re.compile(r"q|question|reporter|journalist", re.IGNORECASE)


def voices_of(
    text: str, cast: Cast, parts: Sequence[Part], times: Sequence[Time], published: Time | None
) -> Iterator[Statement]:
    """A statement for each part with a name, of `published` where it has no day. Who asks without a name is nobody."""
    heard = [
        (part, part.name, text[part.name.start : part.name.end]) for part in parts if part.name
    ]
    full = _full_names(text, cast, [label for *_, label in heard])
    for part, place, label in heard:
        at = part.day
        near = beginning_in(times, at.start - LONGEST_DAY, at.end) if at else ()
        said = next((t for t in near if at and overlap(at, t.span, 0)), None)
        holder = cast.holder(label, place.start) if label.casefold().startswith("the ") else None
        who = holder or full.get(_surname(label), label)
        kind: StatementKind = "embedded post" if part.medium.startswith("post") else "direct"
        yield Statement(
            id=f"{kind.replace(' ', '-')}-{part.body.start}-{part.body.end}",
            span=Span.of(text, *part.body),
            kind=kind,
            speaker=None if ASKS.fullmatch(label) else actor_id(who),
            speaker_span=Span.of(text, *place),
            medium=part.medium,
            said=said or (published if at is None else None),
        )


def _untitled(label: str) -> str:
    """A label without titles; an office alone stays: `MS. DIAZ` is `DIAZ`, `THE PRESIDENT` itself."""
    bare = " ".join(TITLE.sub("", f"{label} ").split())
    return label if bare.casefold() in ("", "the") else bare


def _surname(label: str) -> str:
    bare = _untitled(label).casefold()
    return bare if bare.startswith("the ") else bare.split()[-1]


def _full_names(text: str, cast: Cast, labels: Sequence[str]) -> dict[str, str]:
    """By surname the fullest name that a label, the cast or the text has."""
    full: dict[str, str] = {}
    for label in dict.fromkeys(labels):
        bare, surname = _untitled(label), _surname(label)
        name = bare if " " in bare else _first_name(text, cast, surname) + bare
        full[surname] = max(full.get(surname, ""), name, key=len)
    return full


def _first_name(text: str, cast: Cast, surname: str) -> str:
    """What a text says before the surname of somebody who is called by it alone, without titles."""
    known = next((p.name for key, p in cast.people.items() if key.casefold() == surname), "")
    if " " in known:
        return known.rpartition(" ")[0] + " "
    whole = re.search(
        rf"(?<![\w.])(?P<first>(?:[A-Z][a-z]+ (?:[A-Z]\. )?){{1,2}}){re.escape(surname.title())}\b",
        text,
    )
    return TITLE.sub("", whole["first"]) if whole else ""
