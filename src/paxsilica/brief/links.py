"""What two documents share: the same quotation, verbatim or altered, the same claim, the same primary source.

Candidates come from the same speaker first; then words decide. Similarity is the share of the shorter text's content
words that the other has too, and quotations are compared by their runs of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from functools import cache, lru_cache
from itertools import combinations, product
from typing import TypeAlias

from paxsilica.brief.cues import word_class
from paxsilica.brief.passages import overlap
from paxsilica.brief.places import by_word
from paxsilica.brief.record import Link, LinkKind, Measure, Quantity, Reading, Statement, WordChange

ALTERED = 0.6
"""Share of the shorter quotation's words that must stand in the longer in the same order."""

PARAPHRASE, CLAIM = 0.6, 0.5
"""Share of the shorter text's content words found in the other, of the same speaker and of any."""

LONGER = 0.3
"""Share of the longer text's content words that different speakers must share: a list of topics meets every other."""

FEWEST = 3
"""Content words, names of states aside, that must be shared before anything is said."""

BY_STRENGTH = ("same quote", "altered quote", "paraphrase", "same claim")

STOP = word_class(
    """
    a an the of to in on at by for from with and or but that this these those is are was were be been being has have
    had it its they them their he she his her we our us you i as also both two other will would can could may might
    should just which who whom about into over
    """
)
QUOTED = {"direct", "partial", "embedded post"}

Matched = tuple[Link, Statement, Statement]

Edit: TypeAlias = tuple[list[re.Match[str]], list[re.Match[str]]]
"""Words of one wording, and those that stand in their place in another; either may be none."""


def links_of(readings: tuple[Reading, ...]) -> tuple[Link, ...]:
    """Links between every two documents: statements, measures, and the documents themselves."""
    found: list[Link] = []
    for one, other in combinations(readings, 2):
        pairs = [
            (link, a, b)
            for a, b in product(one.statements, other.statements)
            if (link := _of_statements(one, a, other, b))
        ]
        between = _one_a_passage(pairs)
        found += between
        found += _measures_and_numbers(one, other)
        found += _dependence(one, other, between)
    return tuple(found)


def _one_a_passage(pairs: list[Matched]) -> list[Link]:
    """One link, the strongest, between two passages: statements that overlap are readings of the same words."""
    kept: list[Matched] = []

    def rank(pair: Matched) -> tuple[int, int]:
        link, a, b = pair
        return BY_STRENGTH.index(link.kind), len(a.span.exact) + len(b.span.exact)

    for link, a, b in sorted(pairs, key=rank):
        if not any(overlap(a.span, x.span, 0) and overlap(b.span, y.span, 0) for _, x, y in kept):
            kept.append((link, a, b))
    return [link for link, _, _ in sorted(kept, key=lambda p: (p[1].span.start, p[2].span.start))]


def words_in(text: str) -> list[re.Match[str]]:
    """Words without marks of quotation, links and handles' signs, as written, with their places."""
    address = r"(?:https?://|pic\.twitter\.com/)\S+"
    bare = re.sub(address, lambda found: " " * len(found[0]), text)
    return list(re.finditer(r"@?[^\W_]+(?:['’.-][^\W_]+)*", bare))


def _folded(text: str) -> list[str]:
    return [word[0].casefold() for word in words_in(text)]


@lru_cache(maxsize=4096)
def content_words(text: str) -> frozenset[str]:
    """Lower-case words that carry meaning, plural and past endings cut."""
    return frozenset(_stem(w) for w in _folded(text) if w not in STOP and len(w) > 1)


def _stem(word: str) -> str:
    return re.sub(r"(?<=\w{3})(?:ies|es|s|ing|ed|ly)$", "", word)


def differences(before: str, after: str) -> list[Edit]:
    """The words of each edit between two wordings, in both; nothing where they agree but for case and marks."""
    a, b = words_in(before), words_in(after)
    edits = SequenceMatcher(None, _folded(before), _folded(after), autojunk=False).get_opcodes()
    return [(a[i1:i2], b[j1:j2]) for tag, i1, i2, j1, j2 in edits if tag != "equal"]


def changes_between(before: str, after: str) -> tuple[WordChange, ...]:
    """The `differences` in words."""
    return changed_words(differences(before, after))


def changed_words(edits: Iterable[Edit]) -> tuple[WordChange, ...]:
    """Edits as the words that they change."""
    return tuple(
        WordChange(before=" ".join(w[0] for w in old), after=" ".join(w[0] for w in new))
        for old, new in edits
    )


MOST_COMPARED = 5000
"""Code points of a changed passage up to which it is compared word by word."""


def alike(before: str, after: str) -> float:
    """Share of the content words of the longer of two texts that both have."""
    x, y = content_words(before), content_words(after)
    return len(x & y) / max(1, len(x), len(y))


def text_changes(before: str, after: str) -> tuple[WordChange, ...]:
    """The words that differ between two editions of a text, sentence by sentence."""
    a, b = (re.split(r"(?<=[.!?”\"])\s+|\n+", text) for text in (before, after))
    found: list[WordChange] = []
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag == "equal":
            continue
        old, new = " ".join(a[i1:i2]), " ".join(b[j1:j2])
        short = len(old) + len(new) <= MOST_COMPARED
        found += changes_between(old, new) if short else [WordChange(before=old, after=new)]
    return tuple(found)


def _of_statements(one: Reading, a: Statement, other: Reading, b: Statement) -> Link | None:
    ends = one.item(a.id), other.item(b.id)
    same_speaker = a.speaker is not None and a.speaker == b.speaker
    if same_speaker and {a.kind, b.kind} <= QUOTED:
        shared, unbroken = _in_order(a.span.exact, b.span.exact)
        if shared < ALTERED:
            return None
        why = f"same speaker; {shared:.0%} of the shorter in the same order"
        kind: LinkKind = "same quote" if unbroken and shared == 1.0 else "altered quote"
        differ = changes_between(a.span.exact, b.span.exact)
        return Link(kind=kind, a=ends[0], b=ends[1], why=why, changes=differ)
    x, y = content_words(a.span.exact), content_words(b.span.exact)
    both = x & y
    if len(both - _places()) < FEWEST:
        return None
    shorter, longer = sorted((len(x), len(y)))
    share = len(both) / shorter
    if share < CLAIM or (len(both) / longer < LONGER and not same_speaker):
        return None
    kind = "paraphrase" if same_speaker and share >= PARAPHRASE else "same claim"
    as_said = {_stem(word): word for word in _folded(a.span.exact)}
    speaker = "same speaker; " if same_speaker else ""
    why = f"{speaker}shared: {', '.join(sorted(as_said[stem] for stem in both))}"
    return Link(kind=kind, a=ends[0], b=ends[1], why=why)


@cache
def _places() -> frozenset[str]:
    return frozenset(word for name in by_word() for word in content_words(name))


def _in_order(a: str, b: str) -> tuple[float, bool]:
    """Share of the shorter text's words that stand in the longer in the same order, and whether in one unbroken run."""
    x, y = ([word.lstrip("@") for word in _folded(text)] for text in (a, b))
    *runs, _ = SequenceMatcher(None, x, y, autojunk=False).get_matching_blocks()
    return sum(run.size for run in runs) / max(1, min(len(x), len(y))), len(runs) == 1


def _shared_measures(one: Reading, other: Reading) -> list[tuple[Measure, Measure]]:
    """The same intervention of the same states in both documents; the fullest mention in each stands for it."""
    mine, theirs = (
        {
            (m.type, m.implementers, m.targets): m
            for m in sorted(reading.measures, key=lambda m: m.rate is not None)
            if m.implementers and m.targets and not m.unconfirmed
        }
        for reading in (one, other)
    )
    return [(mine[key], theirs[key]) for key in mine if key in theirs]


def _measures_and_numbers(one: Reading, other: Reading) -> Iterator[Link]:
    """The measures that two texts share; different rates of one, or numbers for the same thing at the same time."""
    shared = _shared_measures(one, other)
    for a, b in shared:
        why = f"{a.type} by the same state on the same state"
        yield Link(kind="same claim", a=one.item(a.id), b=other.item(b.id), why=why)
    numbers = [(a.id, b.id, a.rate, b.rate) for a, b in shared if a.rate and b.rate]
    numbers += [
        (f"quantity-{x.span.start}", f"quantity-{y.span.start}", x, y)
        for x, y in product(one.quantities, other.quantities)
        if _of_the_same(x, y) and not (x.approximate or y.approximate)
    ]
    for first, second, x, y in numbers:
        if x.value != y.value:
            yield Link(
                kind="tension",
                a=one.item(first),
                b=other.item(second),
                changes=(WordChange(before=x.span.exact, after=y.span.exact),),
                why=f"{x.span.exact} against {y.span.exact}",
            )


def _of_the_same(x: Quantity, y: Quantity) -> bool:
    return same_quantity_key(x) == same_quantity_key(y) != ""


def same_quantity_key(q: Quantity) -> str:
    """The same for two numbers for the same thing at the same time; "" where that is not known."""
    if not (q.of and q.when):
        return ""
    return " ".join((q.unit, q.role, q.when.value, *sorted(content_words(q.of))))


def _dependence(one: Reading, other: Reading, between: list[Link]) -> Iterator[Link]:
    """Two reports that carry the same post or quotation of one speaker rest on one primary source."""
    posted = {
        r.item(s.id): s.speaker
        for r in (one, other)
        for s in r.statements
        if s.kind == "embedded post" or "post on" in s.medium.casefold()
    }
    quotes = [link for link in between if link.kind in ("same quote", "altered quote")]
    shared = [posted[end] for link in quotes for end in (link.a, link.b) if end in posted]
    names = {actor.id: actor.name for r in (other, one) for actor in r.actors}
    for speaker in filter(None, dict.fromkeys(shared)):
        why = f"both rest on the same post of {names.get(speaker, speaker)}"
        a, b = one.document.sha256, other.document.sha256
        yield Link(kind="not independent", a=a, b=b, why=why)
