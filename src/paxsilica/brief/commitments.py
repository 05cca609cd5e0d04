"""Promises, aims and plans, found by the phrase that governs them: what is due is what stands under that phrase.

A date counts as due date only inside the promised clause; the nearest date of the sentence may be of something else.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.brief.passages import Stretch, overlap, passages
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
    r"[;!?\n]|\.(?!\d)|,? (?:and|but) (?:indicated|said|added|that)\b|"
    r", (?:while|which|who|adding|aiming|as|but|a|an|the)\b"
)
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

REPORTED = ("will",)
"""Modalities that make a promise only in somebody's words; a reporter's own future is a forecast."""


def commitments_of(
    text: str, statements: Sequence[Statement], times: Sequence[Time]
) -> tuple[Commitment, ...]:
    """Every commitment of a text, in order. `statements` say who made it; `times` hold the dates in it."""
    found: list[Commitment] = []
    for _, _, unit in passages(text):
        for modality, pattern in PATTERNS.items():
            for governing in pattern.finditer(text, unit.start, unit.end):
                one = _commitment(text, unit, governing, modality, statements, times)
                if one and not any(overlap(one.span, other.span, 0.5) for other in found):
                    found.append(one)
    return tuple(sorted(found, key=lambda c: c.span.start))


def _commitment(
    text: str,
    unit: Stretch,
    governing: re.Match[str],
    modality: Modality,
    statements: Sequence[Statement],
    times: Sequence[Time],
) -> Commitment | None:
    ended = CLAUSE_ENDS.search(text, governing.end(), unit.end)
    end = ended.start() if ended else unit.end
    closed = re.search(r"[\"”]", text[governing.end() : end])
    end = governing.end() + closed.start() if closed else end
    clause = re.split(r"[,;]", text[unit.start : governing.start()])[-1]
    if DENIED.search(clause):
        return None
    with_subject = modality in WITH_SUBJECT
    start = _subject(text, unit, governing.start()) if with_subject else governing.start()
    statement = _innermost(statements, start, end)
    if modality in REPORTED and (statement is None or statement.kind == "speech act"):
        return None
    due = [
        t
        for t in times
        if governing.start() <= t.span.start < end
        and t.last
        and t.kind in ("date", "interval")
        and not LED_BY_PAST.search(text[governing.end() : t.span.start])
    ]
    promised = "" if with_subject else text[governing.end() : end].strip()
    return Commitment(
        id=f"commitment-{start}-{end}",
        span=Span.of(text, start, end),
        who=(statement.speaker,) if statement and statement.speaker else (),
        what=promised or text[start:end],
        modality=modality,
        due=due[-1] if due else None,
        statement=statement.id if statement else None,
    )


def _subject(text: str, unit: Stretch, at: int) -> int:
    """Back to where the clause begins: after `that`, a mark, a comma or a quotation mark."""
    borders = [m.end() for m in re.finditer(r"\bthat |[,;:“\"] ?|\band ", text[unit.start : at])]
    return unit.start + (borders[-1] if borders else 0)


def _innermost(statements: Sequence[Statement], start: int, end: int) -> Statement | None:
    around = [
        s
        for s in statements
        if s.span.start <= start + 40 and start < s.span.end and end <= s.span.end + 2
    ]
    return min(around, key=lambda s: len(s.span.exact), default=None)
