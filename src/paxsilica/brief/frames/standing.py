"""Whether an act stands: read from the verb of its clause, the words of doubt there, and the sentences around it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.brief.frames.clauses import CUE_NOUNS, Clause, is_verb
from paxsilica.brief.frames.heads import Head
from paxsilica.brief.frames.mentions import Mention
from paxsilica.brief.frames.words import later_patterns, pattern_of
from paxsilica.brief.record import ActStanding

ORDER: tuple[ActStanding, ...] = (
    "denied",
    "struck down",
    "conditional",
    "delayed",
    "averted",
    "rescinded",
    "expired",
    "threatened",
    "asked",
    "simulated",
    "proposed",
    "opinion",
    "historical",
)
ANYWHERE = ("denied", "struck down", "delayed", "rescinded", "expired")
"""Doubt that counts wherever it stands in a clause; other words count before the act, or right beside it."""

ANAPHOR = pattern_of("anaphor")
LATER = later_patterns()
"""What a later sentence may say of an act before it."""

FRAMING = pattern_of("framing")
NEGATED = re.compile(r"\b(?:not|never|n['’]t|no)\s(?:\w+\s){0,2}$", re.IGNORECASE)
CONDITION = pattern_of("condition")


def act_standing(
    head: Head, number: int, clauses: Sequence[Clause], sentence: str, act: str, definite: bool
) -> tuple[ActStanding, bool]:
    """How an act stands by its own sentence, and whether it is the tariff that stands while its removal is talked of.

    `unclear` where nothing says that it stands: an unknown verb decides nothing.
    """
    clause = clauses[number]
    items = clause.items
    if sentence.rstrip(" \"”'").endswith("?"):
        return "asked", False
    if (clause.opener == "if" and number != 0) or clause.opener == "if":
        return "conditional", False
    cues = _cues(head, number, clauses)
    ending = act in ("remove", "cut", "halve") or "rescinded" in cues or "expired" in cues
    if (
        definite
        and ending
        and ("asked" in cues or "denied" in cues)
        and not cues & {"threatened", "simulated", "struck down"}
    ):
        return "in force", True
    for word in ORDER:
        if word in cues:
            return word, False
    verb, modal, negated, coming = _verb_group(head, items)
    if negated:
        return "denied", False
    past = verb is not None and re.search(r"ed$|put$|set$|hit$|cut$", items[verb].words.lower())
    conditional = CONDITION.search(BY_ORIGIN.sub(" ", sentence))
    if modal == "would":
        reported = _reported(number, clauses) and not conditional
        return ("announced" if reported else "conditional" if conditional else "simulated"), False
    if modal:
        return ("conditional" if conditional else modal), False  # type: ignore[return-value]
    if verb is not None and verb > head.at and _changed_since(items, verb, head):
        return "historical", False
    if _past_only(items, verb, head):
        return "historical", False
    if _was(items, verb) and not any(is_said(c) for c in clauses):
        return "historical", False
    if conditional and not (past and conditional.start() > 0):
        return "conditional", False
    if HISTORY.search(sentence) and not re.search(r"\b(?:still|remains?|now|today)\b", sentence):
        return "historical", False
    if NOBODY_BEGINS.search(sentence) and number < 3:
        return "denied", False
    apart = clause.border is not None and clause.border.words in (":", "—", "–")
    if verb is None and apart and number:
        return _as_announced(clauses[number - 1]), False
    if verb is None or not _positive(items, verb, head, definite):
        return "unclear", False
    return ("announced" if coming else "in force"), False


NOBODY_BEGINS = pattern_of("nobody")
BY_ORIGIN = pattern_of("by_origin")
HISTORY = pattern_of("history")


def _changed_since(items: Sequence[Mention], verb: int, head: Head) -> bool:
    """Whether a rate in a relative clause has been changed since: `the duty that it imposed has been cut`."""
    last = head.rates[-1][0] if head.rates else head.at
    kinds = ("raise", "cut", "double", "triple", "halve", "remove")
    return any(
        is_verb(items, k)
        and any(items[k].can_be("verb", kind) for kind in kinds)
        and items[k - 1].kind == "aux"
        for k in range(max(verb, last) + 1, len(items))
    )


BORE = re.compile(r"faced|paid|bore|attracted|incurred|carried|drew|stood|owed")


def _past_only(items: Sequence[Mention], verb: int | None, head: Head) -> bool:
    """Whether a clause says what a rate was: `the original tariffs were 24 %`, `imports faced a 25 % tax`."""
    if verb is None:
        return False
    word = items[verb].words.lower()
    was = items[verb].kind == "aux" and word in ("was", "were") and head.at > verb - 12
    helped = any(i.kind in ("aux", "modal") for i in items[max(0, verb - 3) : verb])
    return was or (bool(BORE.fullmatch(word)) and not helped)


def _was(items: Sequence[Mention], verb: int | None) -> bool:
    """Whether a verb is in the past perfect: `had been in place`."""
    return verb is not None and any(
        i.words.lower() == "had" for i in items[max(0, verb - 3) : verb + 1]
    )


def is_said(clause: Clause) -> bool:
    """Whether a clause says that somebody said something."""
    return any(i.kind == "say" or i.can_be("verb", "announce") for i in clause.items)


def _as_announced(clause: Clause) -> ActStanding:
    """How what follows a colon stands, by the clause before: `approved countermeasures: a 25% duty on almonds`."""
    end = len(clause.items)
    verb, modal, negated, coming = _verb_group(Head(0, end), clause.items)
    acts = verb is not None and clause.items[verb].can_be("verb")
    doubts = _doubts_of_report(clause)
    if not acts or negated or doubts or modal not in ("", "announced"):
        return "unclear"
    return "announced" if coming or modal else "in force"


def _positive(items: Sequence[Mention], verb: int, head: Head, definite: bool) -> bool:
    """Whether a verb says that an act stands: it levies, changes or keeps it, or the goods bear it."""
    item = items[verb]
    if any(item.can_be(sort) for sort in ("stands", "enter", "facing")):
        return True
    if item.kind == "aux":
        has = item.value == "have" and head.at > verb
        return has or (
            (definite or head.inherits)
            and bool(head.rates)
            and any(k > verb for k, _, _ in head.rates)
        )
    if item.words.lower().endswith("ing") and verb:
        lead = items[verb - 1]
        finite = any(items[k].can_be("verb") and is_verb(items, k) for k in range(verb))
        return finite or lead.kind in ("aux", "punct", "conj", "date")
    if item.can_be("verb"):
        return True
    return definite and item.can_be("presence")


def _cues(head: Head, number: int, clauses: Sequence[Clause]) -> set[str]:
    """The doubts that govern a head: in its clause, in the clauses that report it, and in one that trails it."""
    clause = clauses[number]
    found = set()
    for k, item in enumerate(clause.items):
        if item.kind == "cue" or (item.also and item.can_be("cue")):
            value = item.value if item.kind == "cue" else item.as_("cue").value
            if (
                item.kind != "cue"
                and (k < head.at and is_verb(clause.items, k))
                and value == "rescinded"
            ):
                continue
            if _aside(clause.items, k):
                continue
            if _negated(clause.items, k):
                continue
            near = 0 <= head.at - k <= 3
            if k < head.at or near or value in ANYWHERE or k == head.at + 1:
                found.add(str(value))
        if (
            item.kind == "neg"
            and not _is_number_sign(clause.items, k)
            and _negates(clause.items, k, head)
        ):
            found.add("denied")
        if item.kind == "modal" and item.value == "opinion" and k < head.at:
            found.add("opinion")
        if item.kind == "voice" or (item.form == "voice"):
            found |= {"opinion"} if k < head.at else set()
        if item.kind == "office" and item.value == "voice" and k < head.at:
            found.add("opinion")
        if (item.form == "court" or (item.kind == "office" and item.value == "court")) and _strikes(
            clause.items
        ):
            found.add("struck down")
    k = number
    while k and clauses[k].opener in ("that", "if"):
        k -= 1
        found |= _doubts_of_report(clauses[k])
    if (
        number
        and clauses[number].opener in ("which", ",", "which")
        and _reports(clauses[number - 1])
    ):
        found |= _doubts_of_report(clauses[number - 1])
    for other in clauses[number + 1 : number + 2]:
        if other.opener in (",", "—", "–") and _attribution(other):
            found |= (_doubts_of_report(other) - {"asked"}) | _voices(other)
    return found


def _aside(items: Sequence[Mention], k: int) -> bool:
    """Whether a word of doubt stands in a phrase such as `despite threats` or `after an investigation`."""
    j = k - 1
    while j >= 0 and items[j].kind in ("ignore", "more", "word"):
        j -= 1
    return (
        j >= 0
        and items[j].kind == "prep"
        and items[j].value in ("with", "after", "except")
        and items[k].words.lower() in CUE_NOUNS
    )


def _negated(items: Sequence[Mention], k: int) -> bool:
    return any(i.kind == "neg" for i in items[max(0, k - 3) : k])


def _negates(items: Sequence[Mention], k: int, head: Head) -> bool:
    if k > head.at + 8:
        return False
    after = items[k + 1 : k + 2]
    only = after and after[0].words.lower() in ("only", "just", "to")
    return not only


def _is_number_sign(items: Sequence[Mention], k: int) -> bool:
    """Whether `No` is the sign of a number."""
    after = items[k + 1 : k + 3]
    return items[k].words == "No" and any(i.words[:1].isdigit() or i.words == "." for i in after)


def _strikes(items: Sequence[Mention]) -> bool:
    words = {i.words.lower() for i in items}
    return not words & {
        "upheld",
        "upholds",
        "confirmed",
        "affirmed",
        "allowed",
        "reinstated",
        "uphold",
    }


def _doubts_of_report(clause: Clause) -> set[str]:
    found = set()
    for k, item in enumerate(clause.items):
        if (item.kind == "cue" or item.can_be("cue")) and not _negated(clause.items, k):
            found.add(str(item.value if item.kind == "cue" else item.as_("cue").value))
        if item.kind == "neg" and not _is_number_sign(clause.items, k):
            found.add("denied")
    return found


def _reports(clause: Clause) -> bool:
    """Whether a clause ends with a word for something said, so that what follows is its content."""
    last = {i.words.lower() for i in clause.items[-3:]}
    return bool(
        last
        & {
            "report",
            "account",
            "claim",
            "story",
            "rumour",
            "rumor",
            "reports",
            "claims",
            "notice",
            "rumours",
        }
    )


def _voices(clause: Clause) -> set[str]:
    voices = any(
        i.kind == "voice" or i.form == "voice" or (i.kind == "office" and i.value == "voice")
        for i in clause.items
    )
    complains = any(i.can_be("presence") for i in clause.items)
    return {"opinion"} if voices and not complains else set()


def _attribution(clause: Clause) -> bool:
    """Whether a clause only says who said the one before it."""
    if any(i.kind == "rate" or i.can_be("instrument") for i in clause.items):
        return False
    says = any(i.kind == "say" or i.can_be("say") for i in clause.items)
    return says or (
        len(clause.items) < 7 and any(i.kind in ("office", "voice") for i in clause.items)
    )


def _reported(number: int, clauses: Sequence[Clause]) -> bool:
    """Whether a clause with `would` is what somebody announced."""
    clause = clauses[number]
    here = any(i.kind == "say" or i.value == "announce" for i in clause.items)
    before = number > 0 and any(
        i.kind == "say" or i.value == "announce" for i in clauses[number - 1].items
    )
    return here or before


def _verb_group(head: Head, items: Sequence[Mention]) -> tuple[int | None, str, bool, bool]:
    """The verb that decides about a head, the modal before it, whether it is denied, and whether it is still to come."""
    known = [
        k
        for k in range(len(items))
        if (is_verb(items, k) and items[k].kind not in ("aux", "modal", "neg"))
        or any(items[k].can_be(sort) for sort in ("stands", "enter", "presence"))
    ]
    acts = [
        k
        for k in known
        if items[k].can_be("verb")
        or any(items[k].can_be(sort) for sort in ("facing", "stands", "enter"))
    ]
    before = [k for k in acts if k < head.at or k == head.verb]
    after = [k for k in acts if k > head.at]
    present = [k for k in known if items[k].can_be("presence")]
    verb = next(iter((*before[-1:], *after[:1], *present[:1], *known[:1])), None)
    aux = next((k for k, i in enumerate(items) if i.kind in ("aux", "modal")), None)
    if verb is None:
        modal = str(items[aux].value) if aux is not None and items[aux].kind == "modal" else ""
        return aux, modal, False, False
    modal, negated = "", False
    k = verb - 1
    while k >= 0 and k > verb - 7:
        item = items[k]
        if item.kind == "modal":
            modal = str(item.value)
            break
        if item.kind == "neg":
            negated = True
        elif item.kind not in (
            "aux",
            "ignore",
            "date",
            "pronoun",
            "prep",
            "place",
        ) and not item.words.lower().endswith("ly"):
            break
        k -= 1
    words = items[verb].words.lower()
    coming = words.endswith("ing") or (
        items[verb].kind == "verb" and items[verb].value == "announce"
    )
    if verb and items[verb - 1].words.lower() == "to" and not modal:
        lead = " ".join(i.words.lower() for i in items[max(0, verb - 5) : verb - 1])
        if re.search(r"\b(?:began|begun|started|continues?|continued|starts|begins)\b", lead):
            return verb, "", negated, False
        led = any(
            items[j].kind == "verb" and items[j].value == "announce" for j in known if j < verb
        )
        subject = verb > 1 and items[verb - 2].kind in ("place", "goods", "product", "everybody")
        headline = subject and not any(k < verb for k in known)
        modal = "announced" if led or headline else "proposed"
    return verb, modal, negated, coming


def later(following: Sequence[str]) -> ActStanding | None:
    """What the next two sentences say of an act: that it was denied, put off, withdrawn, ...; None: nothing."""
    for sentence in following[:3]:
        own = re.search(r"\d\s?(?:%|per\s?cent)", sentence)
        if own and not re.match(
            r"[\"“']?(?:It|This|That|They|Both|The \w+ was|The \w+ were)\b", sentence
        ):
            continue
        for standing, pattern in LATER.items():
            match = pattern.search(sentence)
            if match is None:
                continue
            if NEGATED.search(sentence[: match.start()]) and standing not in ("averted", "delayed"):
                continue
            if ANAPHOR.search(sentence) is None and standing not in ("denied", "averted"):
                continue
            return standing  # type: ignore[return-value]
    return None
