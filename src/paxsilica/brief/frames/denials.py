"""What a later sentence denies: the act that was told of before it, or something else."""

from __future__ import annotations

import re
from typing import Final

from paxsilica.brief.frames.doubts import MEASURES, REPORT_NOUNS
from paxsilica.brief.frames.words import lexicon, pattern_of, phrase_of, wordset
from paxsilica.brief.places import pattern

DENYING = re.compile(r"\b(?:denie[ds]|dismissed)\b", re.IGNORECASE)
"""Verbs whose object, or whose subject in the passive, is what is denied."""

PASSIVE = re.compile(r"\b(?:is|are|was|were|been|being)(?:\s\w+)?\s$", re.IGNORECASE)
"""Before a verb whose subject is denied, or is denied something."""

NO_OBJECT = re.compile(
    r"\s*(?:$|[.,;]|(?:by|on|in|at|as|later|again|outright|\w+day)\b)", re.IGNORECASE
)
ANOTHER_CLAUSE = re.compile(
    r"[.;:!?“”\"]|,?\s(?:but|while|though)\s|,\s(?:and|as|who|which|\w+ing)\s|\s(?:saying|calling|adding)\s"
)
REPORT_OF = re.compile(
    rf"\b(?:{'|'.join(sorted(REPORT_NOUNS))}|accusations?|rumou?rs?)\s(?:that|of|about)\s(?P<what>.+)",
    re.IGNORECASE,
)
"""A report with what it tells."""

POINTING = re.compile(
    r"\s(?:all of\s)?(?:it|this|that|them|these|those|everything)"
    r"(?=\s*$|\s?[,(]|\s(?:on|in|at|to|by|as|for|through|when|later|again|yesterday|today|last|out|\w+ly)\b)"
)
"""A pronoun that is all that is denied."""

SUCH = re.compile(
    r"\bsuch\b|\b(?:impos(?:e|ed|ing|ition)|levy|levied|levying|taxed|taxing)\b|\b(?:of|about)\s(?:it|this|that|them)\b"
)
"""Words by which a denied clause takes up the act."""

ENDING_IT = re.compile(
    r"\b(?:to|would|will|could|had|has|have|be|been|was|were|is|are)(?:\sbe(?:en|ing)?)?\s(?P<verb>[a-z]+)|\b(?P<ing>[a-z]+ing)\b"
)
"""Verbs in a denied clause, of which one may say that an act has ended."""

REFERRING: Final = pattern_of("anaphor")
SAYS_NOTHING = wordset("saying nothing")
"""Words that name no act: `denied having decided anything`."""


def denies_act(sentence: str, verb: re.Match[str], ended: bool) -> bool:
    """Whether what a verb denies is the act before it: not a deed of another kind, nor that the act has ended.

    Args:
        ended: whether the act before it is itself the end or the cut of a measure.
    """
    before, after = sentence[: verb.start()], sentence[verb.end() :]
    suffered = PASSIVE.search(before) and NO_OBJECT.match(after)
    said = before if suffered else ANOTHER_CLAUSE.split(after)[0]
    told = REPORT_OF.search(said)
    said = f" {told['what']}" if told else said
    words = phrase_of(pattern().sub(" ", said).casefold())
    if not ended and any(_ends_it(m["verb"] or m["ing"]) for m in ENDING_IT.finditer(said)):
        return False
    if POINTING.match(said) or SUCH.search(said):
        return True
    if any(" " in m[0] for m in REFERRING.finditer(said)) or any(map(_is_measure, words)):
        return True
    if not told and REPORT_NOUNS & {*words}:
        return True
    return all(w in SAYS_NOTHING or not w.isalpha() for w in words)


def _ends_it(word: str) -> bool:
    """Whether a verb ends or cuts a measure; `lift` may also raise one."""
    values = {s.value for s in lexicon().get((word,), ()) if s.kind == "verb"}
    return word.startswith("lift") or not values.isdisjoint(("remove", "cut"))


def _is_measure(word: str) -> bool:
    kinds = (s.value for s in lexicon().get((word,), ()) if s.kind == "instrument")
    return word in MEASURES - {"it", "they", "both"} or any(k != "Import rate" for k in kinds)
