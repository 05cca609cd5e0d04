"""The sentences of a text with their mentions and clauses, and what the text defines for them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from paxsilica.brief.frames.mentions import Known, Mention, items_of
from paxsilica.brief.frames.publishers import by_law, is_origin
from paxsilica.brief.frames.tables import RateTable
from paxsilica.brief.frames.words import pattern_of
from paxsilica.brief.passages import Sentence, sentences_of
from paxsilica.brief.places import by_word, pattern, states_in
from paxsilica.brief.record import ActStanding, Quantity, Time

JOINED_BY = re.compile(
    r";\s+|:\s+(?=[“\"'‘]?[A-Z£$€]|(?:provisional |definitive |final )?(?:dut(?:y|ies)|tariffs?)\b)|\)\s+—\s+"
)
"""Where a sentence goes on with another: a semicolon, or a colon before a capital or a duty."""


PLACE_HEAD = re.compile(r"\s*(?P<place>[A-Z][\w .'-]{2,30}?)(?::| [-–—])\s+(?=\S)")
"""What a line begins with that says of which state it is."""


NOTICE = re.compile(
    r"\s*(?:Public |Customs )?(?:Notification|Announcement|Decision|Order|Notice|Circular|Regulation|Decree|Proclamation|"
    r"(?:Official |OFFICIAL )?(?:Gazette|GAZETTE))\b[^:;%]{0,140}:\s+(?=\S)"
)
"""The head of an official notice."""


FULL_STOP = re.compile(
    r"(?:(?<=[a-z0-9%)’”\"]{2})|(?<=[a-z] [A-Z]))\.\s+(?=[“\"]?[A-Z])|(?<=[a-z]{3})\.(?=[A-Z][a-z]+\s)"
)


NO_FULL_STOP = re.compile(
    r"\b(?:No|Nos|Art|Sec|St|Mr|Mrs|Ms|Dr|Inc|Co|Corp|Ltd|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec|vs|approx|Gen|Gov|Sen|Rep|p\.c|c\.p|a\.m|p\.m)$"
)


WIRE = re.compile(
    r"^(?:UPDATE|WRAPUP|RPT|REFILE|CORRECTED|EXCLUSIVE|BREAKING|URGENT)[\s\d]*(?:-|:)\s?"
)
"""What news agencies put before a headline."""


EMPHASIS = re.compile(r"(?<=\w)\*{1,2}(?!\w)|(?<!\w)\*{1,2}(?=\w)")
"""Asterisks of Markdown around words."""


CITED_TITLE = re.compile(
    r"(?<=[\d\w])\s\((?=(?:[^()\s]+\s){3})(?:(?:[A-Z][\w’'-]*|a|an|and|as|at|by|for|from|in|into|of|on|or|that|the|to|under|with)"
    r"[,;.]?(?:\s|(?=\)))){4,40}\)"
)
"""The title of an order or law that a text cites in brackets, whose words with capitals tell of no act of this text."""


def calmed(said: str) -> str:
    """The same without the capitals of a headline, which read as names."""
    said = WIRE.sub(lambda m: " " * len(m[0]), said)
    letters = [c for c in said if c.isalpha()]
    words = [w for w in re.findall(r"[A-Za-z]{4,}", said)]
    shouted = len(letters) > 20 and sum(c.isupper() for c in letters) > 0.7 * len(letters)
    titled = len(words) > 4 and sum(w[0].isupper() for w in words) > 0.8 * len(words)
    if not (shouted or titled):
        return said
    names = pattern()
    calm = re.sub(r"[A-Za-z]+", lambda m: m[0].lower() if m.start() else m[0].capitalize(), said)
    if shouted:
        return re.sub(
            r"\b[a-z]+\b", lambda m: m[0].title() if names.fullmatch(m[0].title()) else m[0], calm
        )
    for m in names.finditer(said):
        calm = calm[: m.start()] + m[0] + calm[m.end() :]
    return calm


@dataclass(frozen=True)
class Sent:
    """A sentence with its mentions and clauses."""

    start: int
    end: int
    text: str
    paragraph: int
    items: list[Mention]

    @cached_property
    def has_quota(self) -> bool:
        """Whether it names a quota of imports."""
        return any(i.can_be("instrument", "Import quota") for i in self.items)


class View(NamedTuple):
    """What stands around a sentence: the ones behind it, whether it is said to be made up, the day of the text, and the
    doubt of what stands before a colon."""

    following: tuple[str, ...]
    framed: bool
    day: date | None
    lead: ActStanding | None


FRAMING = pattern_of("framing")


def read_sentences(
    text: str,
    quantities: Sequence[Quantity],
    times: Sequence[Time],
    known: Known,
    tables: Sequence[RateTable] = (),
) -> Iterator[Sent]:
    q_at = t_at = at = 0
    for paragraph, start, stop in _stretches(text):
        while at < len(tables) and tables[at].end <= start:
            at += 1
        cut = at < len(tables) and start < tables[at].start < stop
        for begin, end in _in_lengths(start, tables[at].start if cut else stop):
            while q_at < len(quantities) and quantities[q_at].span.start < begin:
                q_at += 1
            while t_at < len(times) and times[t_at].span.start < begin:
                t_at += 1
            q_end, t_end = q_at, t_at
            while q_end < len(quantities) and quantities[q_end].span.start < end:
                q_end += 1
            while t_end < len(times) and times[t_end].span.start < end:
                t_end += 1
            said = EMPHASIS.sub(lambda m: " " * len(m[0]), text[begin:end])
            said = calmed(CITED_TITLE.sub(lambda m: " " * len(m[0]), said))
            whole = text if said == text[begin:end] else text[:begin] + said + text[end:]
            items = items_of(whole, begin, end, quantities[q_at:q_end], times[t_at:t_end], known)
            items = [
                i for i in items if i.kind != "word" or re.search(r"\w", i.words) or i.words in "-"
            ]
            yield Sent(begin, end, said, paragraph, items)


def _stretches(text: str) -> Iterator[tuple[int, int, int]]:
    """Paragraph, start and end of each sentence."""
    return ((s.paragraph.start, *span) for s in sentences_of(text) for span in _at_stops(s))


LONGEST_READ = 3000
"""Code points of a sentence that are read together: longer ones are lists that nobody ended."""


def _in_lengths(start: int, end: int) -> Iterator[tuple[int, int]]:
    return ((at, min(end, at + LONGEST_READ)) for at in range(start, end, LONGEST_READ))


def _at_stops(s: Sentence) -> Iterator[tuple[int, int]]:
    """A stretch that the splitter took for one sentence, at full stops behind whole words."""
    start = s.start
    heading = PLACE_HEAD.match(s.text, s.start, s.end)
    notice = NOTICE.match(s.text, s.start, s.end)
    if notice or (heading and not pattern().fullmatch(heading["place"])):
        heading = notice
    if heading:
        yield start, heading.end()
        start = heading.end()
    stops = sorted(
        [*FULL_STOP.finditer(s.text, s.start, s.end), *JOINED_BY.finditer(s.text, s.start, s.end)],
        key=lambda m: m.start(),
    )
    for m in stops:
        if m.start() < start or s.text.count("(", start, m.start()) > s.text.count(
            ")", start, m.start()
        ):
            continue
        if m[0][0] in ";:" or not NO_FULL_STOP.search(
            s.text[max(s.start, m.start() - 12) : m.start()]
        ):
            yield start, m.start() + 1
            start = m.end()
    yield start, s.end


DEFINED = re.compile(
    r"\((?:hereinafter\s?(?:referred to as\s|called\s)?|the\s|together\s)*[“\"'‘](?:the\s)?"
    r"(?P<term>[A-Z][\w ]{1,30})[”\"'’]\)"
)


NAME_GOES_ON = re.compile(
    r"(?:['’]s)?[\s,]*(?:(?:[A-Z][\w'’-]*|and|for|in|its|of|on|the|-|–|—),?\s+)*"
)
"""What may stand between a state and the bracket with the term for it: `Peru's Ministry of Finance ("MoF")`."""

SHORT_NAME = re.compile(
    r"(?:Chamber|Ministry|Department|Authority|Commission|Directorate|Bureau|Office|Board|Council|Agency|Administration|"
    r"Committee|Service|Secretariat|Tribunal|Representative)[A-Za-z ,]{0,60}\s\([“\"'‘]?(?P<term>[A-Z]{2,8})[”\"'’]?\)"
)
"""The short name that a text gives an office: `Brazil's Chamber of Foreign Trade (CAMEX)`."""


RESPECTIVELY = re.compile(
    r"\((?:respectively,?\s)?[“\"'‘](?:the\s)?(?P<one>[\w ]{2,30})[”\"'’]\sand\s[“\"'‘](?:the\s)?(?P<other>[\w ]{2,30})"
    r"[”\"'’](?:,?\srespectively)?\)"
)
"""`Chile and Peru (respectively "the first Party" and "the second Party")`."""


MEANS = re.compile(
    r"[“\"'‘](?:the\s)?(?P<term>[A-Za-z][\w ]{1,30})[”\"'’]\s(?:means|shall mean|refers to)\s(?P<who>[^;.]{3,80})"
)


def defined_terms(text: str) -> dict[tuple[str, ...], tuple[str, ...]]:
    """Terms that a text defines for a state: `the Republic of Indonesia (hereinafter "Side A")`."""
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    if re.search(
        r"\bEuropean (?:Commission|Union)\b|\bEU\b|\b27\b|Commission Implementing|Official Journal",
        text,
    ):
        found = {(the, body): ("EU",) for the in ("the", "The") for body in ("Commission", "Union")}
    for m in SHORT_NAME.finditer(text):
        states = states_in(text[max(0, m.start() - 90) : m.start()])
        if m["term"] not in by_word() and len(states) == 1:
            found[(m["term"],)] = states
    for m in DEFINED.finditer(text):
        before = [*pattern().finditer(text, max(0, m.start() - 120), m.start())]
        named = bool(before) and NAME_GOES_ON.fullmatch(text, before[-1].end(), m.start())
        if named and not m["term"].endswith(("Parties", "Sides", "Participants")):
            found[tuple(re.findall(r"\w+", m["term"]))] = (by_word()[before[-1][0]],)
    for m in RESPECTIVELY.finditer(text):
        states = states_in(text[max(0, m.start() - 120) : m.start()])[-2:]
        if len(states) == 2:
            found |= {
                tuple(re.findall(r"\w+", m[name])): (state,)
                for name, state in zip(("one", "other"), states, strict=True)
            }
    for m in MEANS.finditer(text):
        if states := states_in(m["who"]):
            found[tuple(re.findall(r"\w+", m["term"]))] = states[:1]
    return found


NOT_MEANT = re.compile(r"\b(?:except|exclud|other than)[^.;)\n]*")


def pair_of(text: str) -> tuple[str, ...]:
    """The two states that a text is about: the only ones that its first sentences name, but those that it leaves out."""
    states = states_in(NOT_MEANT.sub("", text[:600]))
    return states[:2] if len(states) == 2 else ()


PACT = re.compile(
    r"\b(?:agreement|accord|pact|deal|treaty|partnership|framework|memorandum|joint (?:statement|declaration))\b",
    re.IGNORECASE,
)
NEAR_PACT, PACT_SENTENCES = 60, 8
"""Code points between an agreement and its two sides, and sentences of a text that name what it is about."""

SIDE_BY_SIDE = re.compile(r"\s?[-–—/]\s?|\s|, |,? and (?:the )?")


def in_one_list(s: Sent, a: Mention, b: Mention) -> bool:
    """Whether one of two mentions stands beside the other as in a list."""
    return SIDE_BY_SIDE.fullmatch(s.text, a.end - s.start, b.start - s.start) is not None


def pact_of(sentences: Sequence[Sent]) -> tuple[str, ...]:
    """The two sides of the agreement that a text is about, by its first sentences: `the EU-Chile trade deal`."""
    for s in sentences[:PACT_SENTENCES]:
        places = [i for i in s.items if i.kind == "place" and i.form in ("", "person", "office")]
        pairs = [(a, b) for a, b in pairwise(places) if in_one_list(s, a, b)]
        for a, b in pairs if len(pairs) == 1 else ():
            first, last = max(0, a.start - s.start - NEAR_PACT), b.end - s.start + NEAR_PACT
            if a.value != b.value and PACT.search(s.text, first, last):
                return (*a.value, *b.value)
    return ()


SOLD = re.compile(r"\bexport\w*,?\s(?:[^\s.;]+\s){0,4}(?:in)?to\s(?:the\s)?$", re.IGNORECASE)


def market_of(sentences: Sequence[Sent], pact: tuple[str, ...]) -> tuple[str, ...]:
    """The side of an agreement to which a text tells of exports, so that its duties are meant; nobody's where it tells of
    both ways."""
    sides = {
        i.value
        for s in sentences
        for i in s.items
        if i.kind == "place"
        and set(i.value) < set(pact)
        and SOLD.search(s.text, max(0, i.start - s.start - 60), i.start - s.start)
    }
    return next(iter(sides)) if len(sides) == 1 else ()


def home_of(text: str, sentences: Sequence[Sent]) -> tuple[str, ...]:
    """The only state that a text names, by name or by who acts for it; nobody where it names none, or two, or one that
    goods are from."""
    states = states_in(text[:3000])
    named = (m.start() for m in pattern().finditer(text, 0, 3000))
    origins = all(is_origin(text, at) for at in named)
    places = (i for s in sentences for i in s.items if i.kind == "place")
    acting = {i.value for i in places if not states or i.form in ("office", "person")}
    if states and not origins:
        return states if len(states) == 1 else ()
    return next(iter(acting)) if len(acting) == 1 else by_law(text)


def origins_of_goods(text: str, sentences: Sequence[Sent]) -> set[str]:
    """The states that goods of a text are said to be from, and whose offices it does not name."""
    items = [i for s in sentences for i in s.items]
    places = [i for i in items if i.kind == "place"]
    goods = {i.end for i in items if i.kind in ("product", "goods")}
    acting = {c for i in places if i.form or i.own for c in i.value}
    origins = (i for i in places if text[i.start - 6 : i.start] == " from ")
    return {c for i in origins if i.start - 6 in goods for c in i.value} - acting


STAMP = r"(?:date:? )?(?:\d{4}-\d\d-\d\d\s+)?"
"""A day in figures that a text begins with."""


DATELINE = re.compile(
    rf"\W*{STAMP}(?P<place>[A-Z][A-Za-z .'/]{{2,30}}?)(?:,[^:—–-]{{0,30}})?\s*(?:\([\w .-]+\)\s*)?[-–—:]"
)


CITY_LINE = re.compile(
    rf"^{STAMP}(?P<place>[A-ZÀ-Ỹ][A-ZÀ-Ỹ .'/]{{3,30}})(?:,[^:—–\n-]{{0,40}})?\s*(?:\([\w .-]+\)\s*)?[-–—:]\s"
    r"|^(?P<city>[A-Z][\w .'-]{3,30}?)(?:,[^:—–\n(/]{0,40})?\s+(?:\([A-Z][\w .-]*\)\s*[-–—:]|/[A-Z][\w .-]*/)\s",
    re.MULTILINE,
)
"""What the first paragraph below the title begins with: `ISLAMABAD: A ban ...`, `Hanoi (VNA) – A ban ...`."""


def dateline_of(text: str) -> tuple[str, ...]:
    """The state of the place that a text is dated from; nobody where it begins without one."""
    lines = (DATELINE.match(text[:100]), CITY_LINE.search(text[:800]))
    places = (m["place"] or m["city"] for m in lines if m)
    return next((states[:1] for place in places if (states := states_in(place.title()))), ())


LONGEST_TITLE_LINE = 150
"""Code points of a line that is read as a title."""

UNSTOPPED = re.compile(r"[^\n]*[^\s.,;:!?”\"]\s*")


def is_title(s: Sent) -> bool:
    """Whether a sentence is a paragraph of its own in one line without a stop, as titles are."""
    return s.end - s.start <= LONGEST_TITLE_LINE and UNSTOPPED.fullmatch(s.text) is not None


def is_framed(sentences: Sequence[Sent], n: int) -> bool:
    """Whether the sentence before says that what follows is made up."""
    before = sentences[max(0, n - 1) : n + 1]
    return any(FRAMING.search(s.text) for s in before)


def speaker_of(sent: Sent) -> tuple[str, ...]:
    """Whose office speaks a sentence in which `we` or `I` acts; nobody's where it says neither."""
    words = {i.words.lower() for i in sent.items}
    if not words & {"we", "i", "our"}:
        return ()
    return next(
        (i.value for i in sent.items if i.kind == "place" and i.form in ("office", "person")), ()
    )


def speaker_of_quote(following: Sequence[Sent]) -> tuple[str, ...]:
    """Whose office is said, behind the end of a quotation, to have spoken it."""
    for sent in following:
        if any(i.kind == "say" for i in sent.items) and re.search('[”"]', sent.text):
            offices = (
                i for i in sent.items if i.kind == "place" and i.form in ("office", "person")
            )
            return next((i.value for i in offices), ())
    return ()


def trailing_office(sent: Sent) -> tuple[str, ...]:
    """The state whose office is said, behind a comma at the end, to have told it."""
    comma = max((n for n, i in enumerate(sent.items) if i.words == ","), default=-1)
    tail = sent.items[comma + 1 :]
    if comma < 0 or not any(i.kind == "say" for i in tail):
        return ()
    return next((i.value for i in tail if i.kind == "place" and i.form in ("office", "person")), ())
