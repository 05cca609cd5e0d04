"""Long paragraphs: read in proportion to their length, whatever stands in them, and nothing lost where they are cut."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from paragraph import HARD

from paxsilica.brief.documents import document_of
from paxsilica.brief.passages import LONGEST_SENTENCE, PlaceIndex, sentences_of
from paxsilica.brief.reading import read

BRIEFING = Path(__file__).resolve().parents[2] / "examples" / "briefing.md"
KINDS = {"briefing": " ".join(BRIEFING.read_text(encoding="utf-8").split()) + " ", **HARD}


def seconds(words: str, length: int) -> float:
    text = "“" * (words is HARD["a quotation without an end"]) + words * (length // len(words))
    start = time.process_time()
    read(document_of(text.encode(), "long.txt"))
    return time.process_time() - start


@pytest.mark.parametrize("kind", KINDS)
def test_time_grows_with_the_length(kind: str) -> None:
    """Eight times the length takes eight times as long; quadratic would be 64, and even a half of it 32."""
    short = min(seconds(KINDS[kind], 10_000) for _ in range(2))
    assert any(seconds(KINDS[kind], 80_000) < 20 * short for _ in range(2))


@pytest.mark.parametrize("kind", KINDS)
def test_sentences_are_bounded_and_leave_no_word_out(kind: str) -> None:
    text = KINDS[kind] * (20_000 // len(KINDS[kind]))
    found = sentences_of(text)
    assert max(s.end - s.start for s in found) <= LONGEST_SENTENCE
    pieces = [text[s.start : s.end] for s in found]
    assert "".join("".join(pieces).split()) == "".join(text.split())


@given(
    places=st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 3000)), max_size=20),
    start=st.integers(0, 9000),
    length=st.integers(1, 2500),
)
@settings(max_examples=100, deadline=None)
def test_an_index_finds_what_a_look_at_all_finds(
    places: list[tuple[int, int]], start: int, length: int
) -> None:
    placed = [(a, a + n, at) for at, (a, n) in enumerate(sorted(places))]
    touching = PlaceIndex(placed).touching(start, start + length)
    assert touching == [at for a, b, at in placed if a < start + length and start < b]
