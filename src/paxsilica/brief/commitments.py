"""Promises, aims and plans, found by the phrase that governs them: what is due is what stands under that phrase.

A date counts as due date only inside the promised clause; the nearest date of the sentence may be of something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.brief.passages import PlaceIndex, Sentence, beginning_in, overlap, sentences_of
from paxsilica.brief.record import Commitment, Modality, Span, Statement, Time

DEEDS = (
    "be |continue|join|visit|sign|conclude|impose|raise|cut|lift|buy|purchase|invest|build|meet|hold|open|supply|"
    "deliver|complete|launch|start|begin|end|remove|reduce|increase"
)
GOVERNS: dict[Modality, str] = {
    "agreed": r"\b(?:agreed|agree|agrees) (?:to|that|on)\b",
    "asked": r"\b(?:asked|directed|instructed|tasked|ordered)(?: [\w’']+){1,4} to\b",
    "determined": r"\b(?:am|is|are|was|were|remains?) (?:determined|resolved|set) to\b",
    "committed": r"\b(?:commit(?:s|ted|ments?)?|pledge[sd]|vow(?:s|ed)|promise[sd]) to\b",
    "aims": r"\b(?:aim(?:s|ed|ing)? (?:to|for)|(?:goal|target|aim|objective|plan)s? (?:is|was|are|were) to|"
    r"plan(?:s|ned|ning) to|target(?:s|ed|ing)? (?=[$€£₹\d]))",
    "expected": r"\b(?:is|are|was|were) (?:expected|due|scheduled|slated|likely) to\b",
    "possible": r"\b(?:a |the )?possible \w+|"
    r"\b(?:could|may|might)(?: possibly)? (?:meet|visit|sign|conclude|join|agree|hold|resume)\b",
    "will": rf"\b(?:will|shall|would)(?: also| soon| then)? (?:{DEEDS})\w*",
}
PATTERNS = {modality: re.compile(pattern, re.IGNORECASE) for modality, pattern in GOVERNS.items()}
CLAUSE_ENDS = re.compile(
    r"[;!?\n\"”]|\.(?!\d)|,? (?:and|but) (?:indicated|said|added|that)\b|"
    r", (?:while|which|who|adding|aiming|as|but|a|an|the)\b"
)
SUBJECT_BEGINS = re.compile(r".*(?:\bthat |[,;:“\"] ?|\band )")
"""Back to where a clause begins: after `that`, a mark, a comma or a quotation mark."""

DENIED = re.compile(
    r"\b(?:not|no|never|nobody|neither|refus\w+|fail\w+|den(?:y|ies|ied)|reject\w*|declin\w+|without)\b|n['’]t\b",
    re.IGNORECASE,
)
"""Words before the governing phrase, back to the last comma, that may take the promise back."""

LED_BY_PAST = re.compile(
    r"\bsince\s+$|\b(?:signed|announced|imposed|suspended|reached|concluded|agreed|adopted|made|held|launched|begun|started|"
    r"that|which|who)\b[^,;]*$"
)

WITH_SUBJECT = ("will", "possible", "expected", "determined")
"""Modalities whose promise is a clause with a subject: `talks would continue`."""


def commitments_of(
    text: str, statements: Sequence[Statement], times: Sequence[Time]
) -> tuple[Commitment, ...]:
    """Every commitment of a text, in order. `statements` say who made it; `times` hold the dates in it."""
    found: list[Commitment] = []
    said = PlaceIndex((s.span.start, s.span.end, s) for s in statements)
    for s in sentences_of(text):
        here = len(found)
        for modality, pattern in PATTERNS.items():
            for governing in s.matches(pattern):
                one = _commitment(s, governing, modality, said, times)
                if one and not any(overlap(one.span, other.span, 0.5) for other in found[here:]):
                    found.append(one)
    return tuple(sorted(found, key=lambda c: c.span.start))


def _commitment(
    s: Sentence,
    governing: re.Match[str],
    modality: Modality,
    said: PlaceIndex[Statement],
    times: Sequence[Time],
) -> Commitment | None:
    text, (start, promised) = s.text, governing.span()
    ended = CLAUSE_ENDS.search(text, promised, s.end)
    end = ended.start() if ended else s.end
    if DENIED.search(re.split(r"[,;]", text[s.start : start])[-1]):
        return None
    due = [
        t
        for t in beginning_in(times, start, end)
        if t.last
        and t.kind in ("date", "interval")
        and not LED_BY_PAST.search(text[promised : t.span.start])
    ]
    what = text[promised:end].strip()
    if modality in WITH_SUBJECT:
        led = SUBJECT_BEGINS.match(text, s.start, start)
        start, what = led.end() if led else s.start, ""
    statement = _innermost(said, start, end)
    if modality == "will" and (statement is None or statement.kind == "speech act"):
        return None  # a reporter's own future is a forecast
    return Commitment(
        id=f"commitment-{start}-{end}",
        span=Span.of(text, start, end),
        who=(statement.speaker,) if statement and statement.speaker else (),
        what=what or text[start:end],
        modality=modality,
        due=due[-1] if due else None,
        statement=statement.id if statement else None,
    )


def _innermost(said: PlaceIndex[Statement], start: int, end: int) -> Statement | None:
    around = [
        s
        for s in said.touching(start, start + 41)
        if s.span.start <= start + 40 and start < s.span.end and end <= s.span.end + 2
    ]
    return min(around, key=lambda s: len(s.span.exact), default=None)
