"""State acts on trade: which state does what to whom, at what rate, in force or announced.

Types are Global Trade Alert's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from paxsilica.brief.actors import Cast
from paxsilica.brief.frames.acts import acts_in
from paxsilica.brief.passages import Sentence, alternatives, beginning_in, sentences_of
from paxsilica.brief.places import by_word, named_between, states_in
from paxsilica.brief.record import Measure, Quantity, Span, Time
from paxsilica.brief.rows import with_needs

MEASURE_TYPES = {
    "Anti-dumping": r"anti-?dumping (?:duty|duties|measures?)",
    "Anti-subsidy": r"countervailing (?:duty|duties)",
    "Safeguard": r"safeguard (?:duty|duties|measures?|tariffs?)",
    "Export ban": r"export bans?|bans? on exports?|banned (?:the )?exports?|export embargo",
    "Import ban": r"import bans?|bans? on imports?|banned (?:the )?imports?|embargo(?:es)?",
    "Export licensing requirement": r"export controls?|export licen[cs](?:es?|ing)",
    "Export tax": r"export (?:tax(?:es)?|dut(?:y|ies))",
    "Export quota": r"export quotas?",
    "Import quota": r"import quotas?",
    "Import tariff": r"(?:import )?(?:tariffs?|duty|duties|levy|levies)",
    "Production subsidy": r"subsid(?:y|ies)",
    "Controls on commercial transactions and investment instruments": r"sanctions?",
    "Legislation": r"(?:enact(?:s|ed|ing)?|pass(?:es|ed|ing)?|sign(?:s|ed|ing)?) (?:into law )?(?:the )?"
    r"(?:[A-Z][\w-]*|of|and|for|the|in| )+?(?:[Bb]ill|Act|Law)\b",
    "Membership": r"(?:excluded|expelled|suspended) from\b[^.;]{0,60}?"
    r"(?:initiative|alliance|agreement|pact|bloc|treaty|organi[sz]ation)",
}
"""`Legislation` and `Membership` are no trade interventions and no types of Global Trade Alert; they frame them."""

MEASURE = re.compile(alternatives(MEASURE_TYPES))
LED = re.compile(r"(\S+)-led")
FRAMES = ("Legislation", "Membership")
FRAMED = re.compile(alternatives({sort: MEASURE_TYPES[sort] for sort in FRAMES}))
FROM = re.compile(
    r"([^,.;]{2,60}?) (?:is|was|were|has been|have been)?\s*(?:excluded|expelled|suspended) from"
)


def measures_of(
    text: str,
    quantities: Sequence[Quantity],
    times: Sequence[Time],
    cast: Cast,
    day: date | None,
    dateline: tuple[str, ...] = (),
) -> tuple[Measure, ...]:
    """Every measure of a text, in order; one that names neither the acting nor the affected state is left out.

    Args:
        dateline: the state of the place that it is dated from, which is no part of its sentences.
    """
    framing = (_framing(s, named, times) for s in sentences_of(text) for named in s.matches(FRAMED))
    acts = (with_needs(m, day) for m in acts_in(text, quantities, times, cast, day, dateline))
    return tuple(sorted((*filter(None, framing), *acts), key=lambda m: m.span.start))


def _framing(s: Sentence, named: re.Match[str], times: Sequence[Time]) -> Measure | None:
    """A law that was made, or a state that was shut out of an alliance; no trade intervention by itself."""
    law = FRAMES[(named.lastindex or 1) - 1] == "Legislation"
    acting: tuple[str, ...]
    hit: tuple[str, ...]
    if law:
        before = max(s.paragraph.start, named.start() - LONG_BEFORE)
        places = named_between(s.text, before, named.start())
        acting, hit = tuple(dict.fromkeys(by_word()[m[0]] for m in places))[-1:], ()
    else:
        led = LED.search(s.text, s.start, s.end)
        shut = FROM.search(s.text[max(s.start, named.start() - AROUND) : named.end()])
        acting = states_in(led[1])[:1] if led else ()
        hit = tuple(x for x in states_in(shut[1])[:1] if x not in acting) if shut else ()
    if not acting and not hit:
        return None
    return Measure(
        id=f"measure-{named.start()}-{named.end()}",
        span=Span.of(s.text, *named.span()),
        type=FRAMES[0] if law else FRAMES[1],
        status="enacted" if law else "ended",
        implementers=acting,
        targets=hit,
        when=next((t for t in beginning_in(times, s.start, s.end) if t.first), None),
        needs=("no act on trade",),
    )


LONG_BEFORE = 2000
"""Code points before a law in which the state that made it is looked for."""

AROUND = 200
"""Code points before an exclusion in which the excluded state is looked for."""
