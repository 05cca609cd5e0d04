"""spaCy's English pipeline, loaded once, and the parses of texts by it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple

import numpy as np
import spacy
from spacy.language import Language
from spacy.tokens import Doc


class ParsedToken(NamedTuple):
    """One token of a parse, which begins at `start` of its text; `head` is the number of the one above it, its own for a
    root."""

    text: str
    lemma: str
    tag: str
    dep: str
    start: int
    head: int


LEMMAS = ("attribute_ruler", "lemmatizer")
"""Parts of the pipeline that give a word its lemma."""


@cache
def parser() -> Language:
    """The English pipeline: tagger and parser; what gives words their lemmas is asked once for each word."""
    english = spacy.load(Path(__file__).parent / "english")
    for name in LEMMAS:
        english.disable_pipe(name)
    return english


MOST_KNOWN = 50_000
"""Words whose lemma is remembered."""


@lru_cache(maxsize=MOST_KNOWN)
def _word(orth: int, tag: int, dep: int) -> tuple[str, str, str, str]:
    """Text, lemma, tag and relation of a word, by the numbers that spaCy has for them; the lemma by these alone."""
    english = parser()
    text, tag_name, relation = (english.vocab.strings[n] for n in (orth, tag, dep))
    alone = Doc(english.vocab, words=[text], tags=[tag_name], deps=[relation], heads=[0])
    for name in LEMMAS:
        alone = english.get_pipe(name)(alone)
    return text, alone[0].lemma_, tag_name, relation


PARSED_TOGETHER = 256


def parses_of(texts: Sequence[str]) -> Iterator[tuple[ParsedToken, ...]]:
    """The parses of some texts, each wording once in a batch."""
    for at in range(0, len(texts), PARSED_TOGETHER):
        batch = texts[at : at + PARSED_TOGETHER]
        once = list(dict.fromkeys(batch))
        docs = parser().pipe(once, batch_size=PARSED_TOGETHER)
        found = {text: tuple(_doc_tokens(doc)) for text, doc in zip(once, docs, strict=True)}
        yield from (found[text] for text in batch)


def _doc_tokens(doc: Doc) -> Iterator[ParsedToken]:
    columns = doc.to_array(["ORTH", "TAG", "DEP", "LENGTH", "SPACY"]).T.tolist()
    orths, tags, deps, lengths, spaces = columns
    heads = doc.to_array("HEAD").astype(np.int64).tolist()
    starts = accumulate(map(int.__add__, lengths, spaces), initial=0)
    words = map(_word, orths, tags, deps)
    for at, (word, start, head) in enumerate(zip(words, starts, heads, strict=False)):
        yield ParsedToken(*word, start, at + head)
