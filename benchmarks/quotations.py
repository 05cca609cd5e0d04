"""Quotations, speakers and reported clauses against annotated political news (PolNeAR, Newell et al. 2018).

    python benchmarks/quotations.py FOLDER      # with text/*.txt and attributions/*.ann in brat's standoff format

What counts. A direct quotation is an annotated content that begins and ends with a mark of quotation; it is found
where a quotation covers more than half of it. A quotation of ours is right where more than half of it lies in any
annotated content: marks around titles and words held at arm's length are not. A speaker is right where our words
overlap the annotated source, or name somebody named in it. A reported clause is matched, one to one, where the
shared characters are at least half of the average length (Dice 0.5). Articles that several people annotated count
once; for these the same measure between every two people is printed beside, as a yardstick.
"""

from __future__ import annotations

import itertools
import re
import statistics
import sys
from collections import defaultdict
from pathlib import Path
from typing import NamedTuple

from paxsilica.brief.indirect import reported
from paxsilica.brief.passages import MARKS, sentences_of
from paxsilica.brief.speakers import Attributed, attributed

Spans = list[tuple[int, int]]


class Attribution(NamedTuple):
    """What an annotator marked: the content, and its source if there is one."""

    content: Spans
    source: Spans


def annotations(path: Path) -> list[Attribution]:
    """The attributions of a brat file that have a content."""
    lines = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    spans: dict[str, Spans] = {}
    for label, rest, *_ in lines:
        if label.startswith("T"):
            places = rest.split(" ", 1)[1].split(";")
            spans[label] = [(int(start), int(end)) for start, end in map(str.split, places)]
    found = []
    for label, rest, *_ in lines:
        if label.startswith("E"):
            parts: dict[str, Spans] = defaultdict(list)
            for role, target in (item.split(":") for item in rest.split()):
                parts[role.rstrip("0123456789")] += spans[target]
            if parts["Content"]:
                found.append(Attribution(sorted(parts["Content"]), parts["Source"]))
    return found


def is_direct(text: str, spans: Spans) -> bool:
    words = text[spans[0][0] : spans[-1][1]].strip()
    opens = words[:1] in MARKS or words[:2] == "''"
    return len(words) > 2 and opens and re.search(rf"(?:[{MARKS}]|'')[.,]?$", words) is not None


def characters(spans: Spans) -> set[int]:
    return {at for start, end in spans for at in range(start, end)}


def dice(a: set[int], b: set[int]) -> float:
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0


def overlap(a: tuple[int, int], b: tuple[int, int]) -> int:
    return min(a[1], b[1]) - max(a[0], b[0])


def matched(gold: list[set[int]], answers: list[set[int]]) -> int:
    """How many of `gold` meet one of `answers` each, the best first."""
    free = set(range(len(answers)))
    count = 0
    for g in gold:
        best = max(free, key=lambda k: dice(g, answers[k]), default=None)
        if best is not None and dice(g, answers[best]) >= 0.5:
            free.remove(best)
            count += 1
    return count


def speaker_right(text: str, a: Attributed, source: Spans) -> bool:
    assert a.who is not None
    speaker, _ = a.who
    words = re.findall(r"[A-Z]\w{2,}", text[speaker.start : speaker.end])
    named = any(word in text[start:end] for start, end in source for word in words)
    return named or any(overlap(speaker, place) > 0 for place in source)


def main() -> None:
    folder = Path(sys.argv[1])
    tally: dict[str, int] = defaultdict(int)
    agreement = []
    for path in sorted((folder / "text").glob("*.txt")):
        text = path.read_text(encoding="utf-8")
        readers = [
            annotations(p)
            for p in sorted((folder / "attributions").glob("*.ann"))
            if p.stem.rsplit("_", 1)[0] == path.stem
        ]
        score(text, readers[0], tally)
        clauses = [
            [characters(a.content) for a in r if not is_direct(text, a.content)] for r in readers
        ]
        agreement += [
            2 * matched(x, y) / (len(x) + len(y)) for x, y in itertools.combinations(clauses, 2)
        ]
    t = tally
    print(
        f"{t['articles']} articles, {t['direct']} direct quotations, {t['indirect']} reported clauses"
    )
    print(
        f"quotations: recall {t['found'] / t['direct']:.3f}, precision {t['in content'] / t['quotations']:.3f}"
    )
    print(
        f"speakers of direct quotations: right {t['right'] / t['sourced']:.3f} of all, "
        f"{t['right'] / t['attempted']:.3f} of attempted"
    )
    recall, precision = t["matched"] / t["indirect"], t["matched"] / t["clauses"]
    print(
        f"reported clauses: recall {recall:.3f}, precision {precision:.3f}, "
        f"F1 {2 * t['matched'] / (t['indirect'] + t['clauses']):.3f}"
    )
    print(
        f"F1 between two people, median of {len(agreement)} pairs: {statistics.median(agreement):.3f}"
    )


def score(text: str, gold: list[Attribution], tally: dict[str, int]) -> None:
    """Add one article's counts to the tally."""
    ours = attributed(text)
    contents = [span for a in gold for span in a.content]
    tally["articles"] += 1
    tally["quotations"] += len(ours)
    for a in ours:
        q = a.quotation
        tally["in content"] += any(overlap(q[:2], c) > 0.5 * (q.end - q.start) for c in contents)
    for a in gold:
        for span in a.content:
            if not is_direct(text, [span]):
                continue
            hits = [o for o in ours if overlap(o.quotation[:2], span) > 0.5 * (span[1] - span[0])]
            tally["direct"] += 1
            tally["found"] += bool(hits)
            tally["sourced"] += bool(a.source)
            if a.source and hits and hits[0].who:
                tally["attempted"] += 1
                tally["right"] += speaker_right(text, hits[0], a.source)
    direct = [characters(a.content) for a in gold if is_direct(text, a.content)]
    indirect = [characters(a.content) for a in gold if not is_direct(text, a.content)]
    clauses = []
    for sentence in sentences_of(text):
        clauses += [characters([r.content[:2]]) for r in reported(sentence)]
    clauses = [c for c in clauses if not any(dice(c, d) >= 0.5 for d in direct)]
    tally["indirect"] += len(indirect)
    tally["clauses"] += len(clauses)
    tally["matched"] += matched(indirect, clauses)


if __name__ == "__main__":
    main()
