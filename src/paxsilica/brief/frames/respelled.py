"""A sentence as the parser understands it: rates as `20%`, and other words where English is ambiguous to it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

from paxsilica.brief.frames.mentions import BOTH, Mention, adjective
from paxsilica.brief.frames.table_lines import BULLET
from paxsilica.brief.frames.words import wordset
from paxsilica.brief.record import Quantity


class Change(NamedTuple):
    """Other words for the characters `[start, end)` of a document."""

    start: int
    end: int
    words: str


class Respelled(NamedTuple):
    """A text with, for each of its characters, where that begins and ends in the document."""

    text: str
    starts: list[int]
    ends: list[int]


MADE_IN = re.compile(
    r"\b(?:(?:originat(?:ing|ed)|produced|made|manufactured|imported)(?: in| from)?,? (?:and|or|and/or) )?"
    r"(?:originat(?:ing|ed)|coming|(?<!\bbe )imported|sourced|arriving|(?<=or )(?:ex|im)ported|(?<=or )shipped)"
    r" (?:in|from)\b(?:,(?= [A-Z]))?"
)
OF_ORIGIN = re.compile(
    r"(?<!\bon)(?<!\bof)(?<!\bfor)[ -]originating(?= (?:goods|products|materials|imports)\b)"
)
RANGES = re.compile(r"(?<!\bthe )(?<!\ba )\branges? from\b")
STAYS = re.compile(r"(?<=\b(?:will|must) )remain(?= (?:banned|prohibited|forbidden)\b)")
LESS, MORE = (re.compile(rf"[{sign}]\s?(?=\d)") for sign in ("<≤", ">≥"))
COMING = re.compile(r"\b(?:is|are) to(?= be [a-z]+(?:[dnt]|put)\b)")
MOVES = re.compile(r"\b(?:drops|falls|rises|jumps|climbs|dips|slides)\b(?= (?:to|from) )")
HEADED, FROM = r"(?<=[:–—-]\s)", r"(?:s|d|ed)?\s(?=from\s)"
UPWARD = re.compile(rf"{HEADED}(?:increase|rise|raise){FROM}", re.IGNORECASE)
DOWNWARD = re.compile(rf"{HEADED}(?:decrease|reduce|reduction|cut|lower){FROM}", re.IGNORECASE)
"""What the parser takes for a verb of the goods before it: `Wine – increase from 5% to 15%`."""

LICENSED = re.compile(
    r"\b(?:licen[cs]es?|permits?|approvals?|permission|authori[sz]ations?) "
    r"(?P<what>(?:to|before) (?P<flow>ship|sell|send|export|import)(?:ping|ing)?)\b"
)
"""What a licence is for, in a form that the parser takes for a noun."""

FROM_DAY, BARE_NOUN = re.compile(r"(?:From|On|Since|As of) "), re.compile(r" [a-z]")
"""A day that opens a sentence, with no comma before a noun that the parser joins to it."""

ADJECTIVE = re.compile(r" \w+ing\b")
"""Behind `for the export of` the parser takes such a word for a verb."""

LIMITED = re.compile(
    r"\b(?P<had>(?:has|have|had) (?:now |since |also )?)?(?P<verb>limited|capped|restricted)"
    r" (?=(?P<own>(?:its|the|all) )?(?:imports?|exports?|price)\b)"
)
"""What the parser takes for an adjective of the flow behind it."""

LEVIES = re.compile(r"\b(?:levies|charges|taxes|tariffs|embargoes|bans|quotas)\b")
ASIDES = re.compile(r"\s?—[^—%]{3,140}—|\s\([^()%]{1,90}\)")
"""What dashes or brackets set apart."""

OF_A_QUOTA = re.compile(
    r"\((?:(?P<out>out|over|above|beyond)|in|within)[ -](?:of-|side )?(?=quota(?P<end>\)))", re.I
)
"""A bracket that tells which side of a quota a rate is for."""

RATED_BEFORE = re.compile(
    r"(?:%|\bper\s?cent|[:(—])(?:;|,)?(?:\s(?:and|while|but))?\s?(?:[\w-]+\s){0,2}$"
)
"""What stands before the next goods of a list of rates: `rice 5%, brown sugar 10%`."""

UNTIL_NOW = re.compile(
    r"\s\([^()]{0,60}\b(?:current(?:ly)?|today|(?:at )?present(?:ly)?|until (?:now|then)|previously|formerly)"
    r"\b[^()]{0,60}\)",
    re.IGNORECASE,
)
RATE_ALONE = re.compile(r"\s\(\d[\d.,]*\s?(?:%|per\s?cent)\)")
"""A bracket that tells of the rate so far, beside a new one; those like it behind it, which say no more."""
BRACKETED = re.compile(r"\([^()]*\)")

DATE_ASIDE = re.compile(
    r",\s(?:as of|effective(?: from)?|starting|beginning|with effect from)\s"
    r"(?:\d{1,2}(?::\d\d)?\s?(?:am|pm|a\.m\.|p\.m\.),?\s)?$"
)
"""What leads to a day between commas: `, as of 12:01 am, March 13, 2025,`."""

RELATIVE = re.compile(r"\b(?:which|that|duty|tariff|tax|levy|rate)\s(?:the\s)?[\w. ]{2,30}$")
"""An instrument, or a pronoun for one, before a state that levies it."""

BEARS = re.compile(
    r"\s(?:will|shall|must|has to|had to|now)?\s?"
    r"(?:pays?|paid|faces?|faced|charges?|charged|lev(?:y|ied)|imposed?|imposes|collects|appl(?:y|ies|ied))\b"
)
"""What a state does with a duty, directly behind its name."""

BEFORE_VERB, BEHIND_NOUN = wordset("before a verb"), wordset("behind a noun")


def respelled(text: str, start: int, mentions: Sequence[Mention]) -> Respelled:
    """The text of a sentence that begins at `start` of its document, with every change made."""
    said, starts, ends = [], [], []
    at = start
    for change in sorted(_changes(text, start, mentions)):
        if change.start < at:
            continue
        said += [text[at - start : change.start - start], change.words]
        starts += [*range(at, change.start), *[change.start] * len(change.words)]
        ends += [*range(at + 1, change.start + 1), *[change.end] * len(change.words)]
        at = change.end
    end = start + len(text)
    said.append(text[at - start :])
    starts += range(at, end)
    ends += range(at + 1, end + 1)
    return Respelled("".join(said).replace("\n", " "), starts, ends)


def _changes(text: str, start: int, mentions: Sequence[Mention]) -> Iterator[Change]:
    if bullet := BULLET.match(text):
        yield Change(start, start + bullet.end(), "")
    for m in mentions:
        if m.kind == "prep" and m.value == "except":
            yield Change(m.start, m.end, "except")
        if m.kind == "rate" and isinstance(m.value, Quantity) and m.value.unit == "percent":
            yield Change(m.start, m.end, f"{m.value.value:g}%")
        opens = m.kind == "date" and FROM_DAY.fullmatch(text[: m.start - start])
        if opens and BARE_NOUN.match(text, m.end - start):
            yield Change(m.end, m.end, ",")
    for m in mentions:
        led = DATE_ASIDE.search(text[: m.start - start]) if m.kind == "date" else None
        if led is not None and text[m.end - start : m.end - start + 1] == ",":
            yield Change(start + led.start(), m.end + 1, " ")
    for said in OF_A_QUOTA.finditer(text):
        words = "beyond the " if said["out"] else "within the "
        yield Change(start + said.start(), start + said.end(), words)
        yield Change(start + said.start("end"), start + said.end("end"), "")
    for said in ASIDES.finditer(OF_A_QUOTA.sub(lambda m: "-" * len(m[0]), text)):
        a, b = start + said.start(), start + said.end()
        kept = ("rate", "product", "date", "money", *(() if "—" in said[0] else ("place",)))
        if not any(m.start < b and a < m.end and m.kind in kept for m in mentions):
            yield Change(a, b, " ")
    former = [*UNTIL_NOW.finditer(text)]
    plain = BRACKETED.sub(lambda m: "-" * len(m[0]), text)
    new = any(m.kind == "rate" and plain[m.start - start] != "-" for m in mentions)
    alone = RATE_ALONE.finditer(text, former[0].end()) if former else ()
    former += [said for said in alone if not new or text[said.start() - 1] in "%t"]
    for said in former:
        a, b = start + said.start(), start + said.end()
        beside = [m for m in mentions if m.end <= a or b <= m.start]
        if any(m.kind in ("rate", "zero") or m.can_be("verb", "remove") for m in beside):
            yield Change(a, b, " ")
    for pattern, words in (
        (MADE_IN, "from"),
        (OF_ORIGIN, ""),
        (UPWARD, "rising "),
        (DOWNWARD, "falling "),
        (RANGES, "vary from"),
        (MOVES, "goes"),
        (COMING, "will"),
        (STAYS, "be"),
        (LESS, "below "),
        (MORE, "above "),
    ):
        yield from (
            Change(start + m.start(), start + m.end(), words) for m in pattern.finditer(text)
        )
    for m, after in pairwise(mentions):
        place = after.kind == "place" and not (after.own or adjective(after))
        behind = m.kind == "instrument" and place and after.start == m.end + 1
        if behind and BEARS.match(text, after.end - start):
            yield Change(m.end, after.start, " that ")
        rated = m.kind == "product" and after.kind == "rate" and after.start == m.end + 1
        if rated and RATED_BEFORE.search(text, 0, m.start - start):
            yield Change(m.end, after.start, " at ")
    yield from _flow_verbs(text, start, mentions)
    for a, b in levying(text, start, mentions):
        yield Change(a, b, "prohibits" if text[a - start] in "be" else "imposes")


def _flow_verbs(text: str, start: int, mentions: Sequence[Mention]) -> Iterator[Change]:
    """Verbs of a flow that the parser takes for nouns or adjectives: `a licence to ship tin`, `Peru limited imports`."""
    for said in LICENSED.finditer(text):
        flow = "import" if said["flow"] == "import" else "export"
        words = f"to {flow}" if ADJECTIVE.match(text, said.end()) else f"for the {flow} of"
        yield Change(start + said.start("what"), start + said.end(), words)
    for said in LIMITED.finditer(text):
        at, article = start + said.start("verb"), "" if said["own"] else "the "
        does = any(m.kind == "place" and m.end == at - 1 for m in mentions)
        if said["had"] or does:
            verb = said["verb"] if said["had"] else "limits"
            yield Change(at, start + said.end(), f"{verb} {article}")


def levying(text: str, start: int, mentions: Sequence[Mention]) -> Iterator[tuple[int, int]]:
    """Where `taxes`, `levies` and `bans` stand behind the state that does it, which the parser takes for nouns."""
    for m in LEVIES.finditer(text):
        at = start + m.start()
        state = next((x for x in mentions if x.end == at - 1 and x.kind == "place"), None)
        both = state is not None and state.words in BOTH
        name = state is not None and not (state.own or adjective(state))
        before = (text[: m.start()].split() or [""])[-1]
        behind = (text[m.end() :].split() or [""])[0].lower()
        acts = name or both or before.endswith(",") or before.lower() in BEFORE_VERB
        article = behind in ("a", "an", "the", "its") or behind[:1].isdigit()
        noun = (both and not article) or not behind or behind in BEHIND_NOUN
        if acts and (RELATIVE.search(text[: m.start() - 1]) or not noun):
            yield at, start + m.end()
