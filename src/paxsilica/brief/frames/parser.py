"""spaCy's English pipeline, loaded once, and the parses of texts by it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import spacy
from spacy.language import Language
from spacy.tokens import Doc, MorphAnalysis


@cache
def parser() -> Language:
    """The English pipeline: tagger, parser and lemmas."""
    english = spacy.load(Path(__file__).parent / "english")
    english.add_pipe("quick_ruler", after="attribute_ruler")
    english.disable_pipe("attribute_ruler")
    return english


MOST_KNOWN = 50_000
"""Words whose part of speech is remembered."""


@Language.factory("quick_ruler")
def _quick_ruler(nlp: Language, name: str) -> Callable[[Doc], Doc]:
    """The attribute ruler's part of speech, features and lemma of every token, by its tag, word and relation alone."""
    ruler = dict(nlp.components)["attribute_ruler"]
    known: dict[tuple[int, int, int], tuple[int, MorphAnalysis, int]] = {}

    def ruled(doc: Doc) -> Doc:
        for t in doc:
            key = t.tag, t.lower, t.dep
            if len(known) > MOST_KNOWN:
                known.clear()
            if key not in known:
                alone = Doc(doc.vocab, words=[t.text], tags=[t.tag_], deps=[t.dep_], heads=[0])
                one = ruler(alone)[0]
                known[key] = one.pos, one.morph, one.lemma
            t.pos, morph, lemma = known[key]
            t.morph = morph
            if lemma:
                t.lemma = lemma
        return doc

    return ruled


PARSED_TOGETHER = 256


def parses_of(texts: Sequence[str]) -> Iterator[Doc]:
    """The parses of some texts, each wording once in a batch."""
    for at in range(0, len(texts), PARSED_TOGETHER):
        batch = texts[at : at + PARSED_TOGETHER]
        once = list(dict.fromkeys(batch))
        docs = dict(zip(once, parser().pipe(once, batch_size=PARSED_TOGETHER), strict=True))
        yield from (docs[text] for text in batch)
