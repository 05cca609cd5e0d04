"""Numbers that may be rates: what stands before and behind one, and whether it is one at all."""

from __future__ import annotations

import re
from collections.abc import Sequence

from paxsilica.brief.frames.clauses import is_verb
from paxsilica.brief.frames.mentions import Mention
from paxsilica.brief.frames.phrases import skip
from paxsilica.brief.frames.words import wordset
from paxsilica.brief.record import Quantity

GROWTH = wordset("growth")


OLD = wordset("old rate")
"""Words before a rate that stood, or that stands beside the one that is meant."""


RANGING = frozenset(("ranging", "range", "ranges", "ranged", "vary", "varying", "varies"))
CAPPING = frozenset(("cap", "caps", "capped", "capping", "ceiling", "limit", "limits", "limited"))


MOVES = re.compile(
    r"(?:r[oi]ses?|risen|rising|f[ae]ll(?:s|en|ing)?|climb\w*|jump\w*|drop\w*|declin\w+|gr[eo]ws?|soar\w*|sank|slid)"
)


def adjoins(items: Sequence[Mention], i: int, j: int) -> bool:
    """Whether only qualifiers stand between a rate and an instrument."""
    for k in range(i + 1, j):
        item = items[k]
        plain = (
            item.kind in ("ignore", "more", "place", "product", "word", "goods", "cue", "pronoun")
            or item.words == "-"
        )
        if not plain or is_verb(items, k) or (item.kind == "word" and not item.words[:1].isalpha()):
            return item.kind == "prep" and item.words.lower() == "in" and False
    return j - i <= 6


def lead_of(items: Sequence[Mention], i: int) -> tuple[str, int, frozenset[str]]:
    """What stands before a rate: a preposition's value or a kind, its position, and the words skipped."""
    words: set[str] = set()
    k = i - 1
    while k >= 0 and (
        items[k].kind in ("ignore", "more", "date", "zero")
        or items[k].words in ("-", "(", '"', "“")
        or items[k].words.lower() in OLD
        or (items[k].kind == "prep" and items[k].value in ("up", "least"))
    ):
        words.add(items[k].words.lower())
        if items[k].kind == "prep":
            words.add(str(items[k].value))
        k -= 1
    if k < 0:
        return "", -1, frozenset(words)
    item = items[k]
    value = str(item.value) if item.kind in ("prep", "conj", "punct") else item.kind
    value = (
        item.words.lower()
        if item.kind == "prep" and item.words.lower() in ("by", "to", "from")
        else value
    )
    return value, k, frozenset(words | {item.words.lower()})


def last_verb(items: Sequence[Mention], i: int) -> int | None:
    """The position of the nearest lexical verb before an item."""
    for k in range(i - 1, -1, -1):
        if items[k].kind in ("aux", "modal", "neg"):
            continue
        if is_verb(items, k):
            return k
    return None


def zero_rate(items: Sequence[Mention], i: int, lead: str, listing: bool, adjoining: bool) -> bool:
    """Whether `nothing` or `zero` is a rate where it stands."""
    word = items[i].words.lower()
    if word.startswith("no "):
        before = items[i - 1].words.lower() if i else ""
        return (
            listing
            or not i
            or before in ("charges", "charge", "levies", "levy", "pays", "pay", "collects")
        )
    if word.startswith(("duty", "tariff", "free")):
        return True
    if adjoining:
        return word in ("zero", "nil")
    after = items[i + 1].value if i + 1 < len(items) and items[i + 1].kind == "prep" else ""
    if word.startswith("nothing"):
        listed = lead in ("join", ",", ";")
        return lead == "to" or (listing and listed and after in ("on", "from", "for"))
    return lead in ("to", "at", "of", "in", "aux", "join")


def is_share(items: Sequence[Mention], i: int) -> bool:
    """Whether a percentage is a share of something: `60% of goods`."""
    k = skip(items, i + 2)
    return not (k < len(items) and items[k].can_be("instrument"))


def role_of(items: Sequence[Mention], i: int, lead: str, words: frozenset[str]) -> str:
    item = items[i]
    back = [x.words.lower() for x in items[max(0, i - 6) : i]]
    said = " ".join(back)
    if isinstance(item.value, Quantity) and "points" in item.value.unit:
        return "by"
    ahead_of = " ".join(x.words.lower() for x in items[max(0, i - 16) : i])
    if re.search(r"the (?:higher|greater) of", ahead_of):
        return "least"
    if "up" in words or re.search(r"not exceed|tops? out|as much as|no higher than|at most", said):
        return "up"
    if re.search(r"\b(?:not|no|never)(?: \w+){0,1}$", " ".join(back[-2:])):
        return "none"
    longer = {x.words.lower() for x in items[max(0, i - 10) : i]}
    if "between" in back[-4:] or longer & RANGING:
        return "range"
    if longer & CAPPING:
        return "up"
    if "least" in words:
        return "least"
    if (
        words & {"existing", "ordinary", "usual"}
        or "on top of" in words
        or "in addition to" in words
    ):
        phrase = " ".join(x.words.lower() for x in items[max(0, i - 8) : i])
        if any(word in phrase for word in ("on top of", "over and above", "in addition to")):
            return "existing"
    ahead = items[i + 1 : i + 4]
    before = items[i - 1] if i else None
    if before is not None and MOVES.fullmatch(before.words.lower()) and is_verb(items, i - 1):
        return "by"
    if lead == "by" and not any(x.can_be("instrument") for x in ahead):
        return "by"
    if (
        lead == "from"
        or words & (OLD - {"current", "currently", "against", "present", "earlier"})
        or lead == "than"
    ):
        return "old"
    joined = " ".join(back[-5:])
    if any(
        w in joined
        for w in (
            "compared with",
            "compared to",
            "instead of",
            "used to",
            "rather than",
            "in place of",
        )
    ):
        return "old"
    if "over and above" in joined or "on top of" in joined:
        return "existing"
    return "new"


def comes_on_top(items: Sequence[Mention], i: int) -> bool:
    """Whether a rate comes on top of another."""
    k = i - 1
    while (
        k >= 0 and k > i - 4 and items[k].kind in ("ignore", "more", "instrument", "prep", "goods")
    ):
        if items[k].kind == "more":
            return True
        k -= 1
    return any(
        items[j].kind == "more"
        for j in range(i + 1, min(i + 3, len(items)))
        if items[j].kind != "punct"
    ) or (
        i > 1
        and items[i - 1].kind == "prep"
        and any(x.kind == "more" for x in items[max(0, i - 5) : i])
    )


def of_it(items: Sequence[Mention], i: int) -> bool:
    """Whether a rate is said of `it`, or in a relative clause of what stands before: `which now stands at 33.5%`."""
    verbs = [k for k in range(i) if is_verb(items, k)]
    if not verbs:
        return False
    stands = (
        items[verbs[-1]].kind == "aux"
        or items[verbs[-1]].can_be("verb", "stand")
        or items[verbs[-1]].can_be("verb", "raise")
    )
    subject = items[: verbs[0]]
    plain = all(x.kind in ("pronoun", "ignore", "date", "conj", "punct") for x in subject)
    after = items[i + 1] if i + 1 < len(items) else None
    ends = after is None or after.kind in ("punct", "conj", "prep", "date", "ignore")
    return stands and plain and ends and i - verbs[-1] < 6


def levies(items: Sequence[Mention], verb: int, i: int) -> bool:
    item = items[verb]
    if item.kind == "facing":
        return True
    if item.can_be("instrument"):
        return True
    words = item.words.lower()
    if not item.can_be("verb", "impose") and not item.can_be("verb", "face"):
        return False
    near = items[verb + 1 : i]
    again = any(x.words.lower() in ("it", "them") for x in near)
    if any(is_verb(items, k) for k in range(verb + 1, i)) or len(near) > 13:
        return False
    if any(x.kind == "conj" and x.value != "join" for x in near):
        return False
    return (
        again
        or words not in ("set", "sets", "give", "gives", "gave", "open", "opened", "put", "puts")
        or i - verb < 3
    )


COUNTED = wordset("counted")


def limits_goods(items: Sequence[Mention], k: int) -> bool:
    """Whether a number says how much of the goods a measure is on: `the first 100,000 vehicles`, `$30 billion in goods`."""
    item = items[k]
    if item.kind != "number":
        return False
    unit = str(item.value.unit)
    behind = items[k + 1].words.lower() if k + 1 < len(items) else ""
    return unit in COUNTED or (
        unit.isupper() and len(unit) == 3 and behind in ("in", "of", "worth")
    )
