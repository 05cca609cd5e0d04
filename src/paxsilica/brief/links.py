"""What two documents share: the same quotation, verbatim or altered, the same claim, the same primary source.

Candidates come from the same speaker first; then words decide. Similarity is the share of the shorter text's content
words that the other has too, and quotations are compared by their runs of words.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import cache
from itertools import combinations

from paxsilica.brief.cues import word_class
from paxsilica.brief.places import by_word
from paxsilica.brief.record import Link, LinkKind, Measure, Quantity, Reading, Statement, WordChange

ALTERED = 0.6
"""Share of the shorter quotation's words that must stand in the longer in the same order."""

PARAPHRASE, CLAIM = 0.6, 0.5
"""Share of the shorter text's content words found in the other, of the same speaker and of any."""

LONGER = 0.3
"""Share of the longer text's content words that different speakers must share: a list of topics meets every other."""

FEW = 3
"""Content words, names of states aside, that must be shared before anything is said."""

ORDER = ("same quote", "altered quote", "paraphrase", "same claim")

STOP = word_class(
    """
    a an the of to in on at by for from with and or but that this these those is are was were be been being has have
    had it its they them their he she his her we our us you i as also both two other will would could can may might
    should just which who whom about into over
    """
)
QUOTED = ("direct", "partial", "embedded post")


def links_of(readings: tuple[Reading, ...]) -> tuple[Link, ...]:
    """Links between every two documents: statements, measures, and the documents themselves."""
    found: list[Link] = []
    for one, other in combinations(readings, 2):
        pairs = [(_link(one, a, other, b), a, b) for a in one.statements for b in other.statements]
        between = _strongest([(link, a, b) for link, a, b in pairs if link is not None])
        found += [
            *between,
            *_measures(one, other),
            *_tensions(one, other),
            *_dependence(one, other, between),
        ]
    return tuple(found)


def _strongest(pairs: list[tuple[Link, Statement, Statement]]) -> list[Link]:
    """One link, the strongest, between two passages: statements that overlap are readings of the same words."""
    kept: list[tuple[Link, Statement, Statement]] = []

    def rank(pair: tuple[Link, Statement, Statement]) -> tuple[int, int]:
        return ORDER.index(pair[0].kind), len(pair[1].span.exact) + len(pair[2].span.exact)

    for link, a, b in sorted(pairs, key=rank):
        if not any(_overlap(a, x) and _overlap(b, y) for _, x, y in kept):
            kept.append((link, a, b))
    return [link for link, _, _ in sorted(kept, key=lambda p: (p[1].span.start, p[2].span.start))]


def _overlap(a: Statement, b: Statement) -> bool:
    return a.span.start < b.span.end and b.span.start < a.span.end


def words_of(text: str) -> list[str]:
    """Words without marks of quotation, links and handles' signs, as written."""
    bare = re.sub(r"(?:https?://|pic\.twitter\.com/)\S+", " ", text)
    return re.findall(r"@?[^\W_]+(?:['’.-][^\W_]+)*", bare)


def content_words(text: str) -> set[str]:
    """Lower-case words that carry meaning, plural and past endings cut."""
    return {
        _stem(w) for word in words_of(text) if (w := word.casefold()) not in STOP and len(w) > 1
    }


def _stem(word: str) -> str:
    return re.sub(r"(?<=\w{3})(?:ies|es|s|ing|ed|ly)$", "", word)


def changes(before: str, after: str) -> tuple[WordChange, ...]:
    """The exact word difference of two wordings; nothing where they agree but for case and marks."""
    a, b = words_of(before), words_of(after)
    matcher = SequenceMatcher(
        None, [w.casefold() for w in a], [w.casefold() for w in b], autojunk=False
    )
    return tuple(
        WordChange(before=" ".join(a[i1:i2]), after=" ".join(b[j1:j2]))
        for tag, i1, i2, j1, j2 in matcher.get_opcodes()
        if tag != "equal"
    )


def _link(one: Reading, a: Statement, other: Reading, b: Statement) -> Link | None:
    names = f"{one.document.sha256}#{a.id}", f"{other.document.sha256}#{b.id}"
    same_speaker = a.speaker is not None and a.speaker == b.speaker
    if same_speaker and a.kind in QUOTED and b.kind in QUOTED:
        shared, cut = _in_order(a.span.exact, b.span.exact)
        if shared < ALTERED:
            return None
        kind: LinkKind = "same quote" if cut and shared == 1.0 else "altered quote"
        why = f"same speaker; {shared:.0%} of the shorter in the same order"
        return Link(
            kind=kind, a=names[0], b=names[1], changes=changes(a.span.exact, b.span.exact), why=why
        )
    x, y = content_words(a.span.exact), content_words(b.span.exact)
    both = x & y
    share, of_longer = len(both) / max(1, min(len(x), len(y))), len(both) / max(1, len(x), len(y))
    if len(both - _places()) < FEW or share < CLAIM or (of_longer < LONGER and not same_speaker):
        return None
    claim: LinkKind = "paraphrase" if same_speaker and share >= PARAPHRASE else "same claim"
    speaker = "same speaker; " if same_speaker else ""
    return Link(kind=claim, a=names[0], b=names[1], why=f"{speaker}shared: {_said(a, both)}")


def _said(statement: Statement, stems: set[str]) -> str:
    """The words of a statement that have these stems, each once, as it has them."""
    found = {_stem(word.casefold()): word.casefold() for word in words_of(statement.span.exact)}
    return ", ".join(sorted(found[stem] for stem in stems if stem in found))


@cache
def _places() -> frozenset[str]:
    return frozenset(word for name in by_word() for word in content_words(name))


def _in_order(a: str, b: str) -> tuple[float, bool]:
    """Share of the shorter text's words that stand in the longer in the same order, and whether in one unbroken run."""
    x, y = ([w.casefold().lstrip("@") for w in words_of(t)] for t in (a, b))
    runs = [
        block
        for block in SequenceMatcher(None, x, y, autojunk=False).get_matching_blocks()
        if block.size
    ]
    return sum(run.size for run in runs) / max(1, min(len(x), len(y))), len(runs) == 1


def _measures(one: Reading, other: Reading) -> Iterator[Link]:
    """The same intervention of the same states in both documents; the fullest mention in each stands for it."""
    mine, theirs = _fullest(one), _fullest(other)
    for key in [key for key in mine if key in theirs]:
        names = f"{one.document.sha256}#{mine[key].id}", f"{other.document.sha256}#{theirs[key].id}"
        if key[1] and key[2]:
            yield Link(
                kind="same claim",
                a=names[0],
                b=names[1],
                why=f"{key[0]} by the same state on the same state",
            )


def _tensions(one: Reading, other: Reading) -> Iterator[Link]:
    """Two texts that give different rates for one measure, or different numbers for the same thing at the same time."""
    rated = [
        {k: m for k, m in _fullest(r).items() if m.rate and k[1] and k[2]} for r in (one, other)
    ]
    for key in [key for key in rated[0] if key in rated[1]]:
        a, b = (side[key].rate for side in rated)
        if a and b and a.value != b.value:
            yield _tension(one, rated[0][key].id, other, rated[1][key].id, a, b)
    for x in one.quantities:
        for y in other.quantities:
            same = (
                x.of
                and content_words(x.of) == content_words(y.of)
                and (x.unit, x.role) == (y.unit, y.role)
            )
            period = x.when and y.when and x.when.value == y.when.value
            if same and period and x.value != y.value and not (x.approximate or y.approximate):
                yield _tension(
                    one, f"quantity-{x.span.start}", other, f"quantity-{y.span.start}", x, y
                )


def _tension(one: Reading, a: str, other: Reading, b: str, x: Quantity, y: Quantity) -> Link:
    names = f"{one.document.sha256}#{a}", f"{other.document.sha256}#{b}"
    differ = (WordChange(before=x.span.exact, after=y.span.exact),)
    return Link(
        kind="tension",
        a=names[0],
        b=names[1],
        changes=differ,
        why=f"{x.span.exact} against {y.span.exact}",
    )


def _fullest(reading: Reading) -> dict[tuple[str, tuple[str, ...], tuple[str, ...]], Measure]:
    ordered = sorted(reading.measures, key=lambda m: m.rate is not None)
    return {(m.type, m.implementers, m.targets): m for m in ordered}


def _dependence(one: Reading, other: Reading, between: list[Link]) -> Iterator[Link]:
    """Two reports that carry the same post or quotation of one speaker rest on one primary source."""
    speakers = {
        f"{r.document.sha256}#{s.id}": s.speaker for r in (one, other) for s in r.statements
    }
    posted = {
        f"{r.document.sha256}#{s.id}"
        for r in (one, other)
        for s in r.statements
        if s.kind == "embedded post" or "post on" in s.medium.casefold()
    }
    shared = [
        link
        for link in between
        if link.kind in ("same quote", "altered quote") and {link.a, link.b} & posted
    ]
    names = {actor.id: actor.name for r in (other, one) for actor in r.actors}
    for speaker in dict.fromkeys(speakers[link.a] or "" for link in shared):
        yield Link(
            kind="not independent",
            a=one.document.sha256,
            b=other.document.sha256,
            why=f"both rest on the same post of {names.get(speaker, speaker)}",
        )
