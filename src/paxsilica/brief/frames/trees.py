"""A parser's reading of a sentence as a tree of words and clauses, with what it joins wrongly put right."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from paxsilica.brief.frames.grammar import SUBJECTS, Clause, Parse, Word
from paxsilica.brief.frames.mentions import Mention
from paxsilica.brief.frames.parser import ParsedToken, parses_of
from paxsilica.brief.frames.respelled import Respelled, levying, respelled
from paxsilica.brief.frames.words import lexicon, phrase_of

MERGED = (
    "place",
    "rate",
    "money",
    "number",
    "date",
    "product",
    "instrument",
    "everybody",
    "third",
    "noise",
    "zero",
    "goods",
)
"""Kinds of mentions that are one word of the tree, however many they have."""


CLAUSAL = (
    "ROOT",
    "ccomp",
    "advcl",
    "relcl",
    "acl",
    "conj",
    "parataxis",
    "xcomp",
    "csubj",
    "csubjpass",
    "pcomp",
    "dep",
    "appos",
)


DASHES = ("—", "–", "--")


def parsed(sentences: Sequence[tuple[str, int, Sequence[Mention]]]) -> Iterator[Parse]:
    """The trees of some sentences: each is its text, where it begins in the document, and its mentions."""
    said = [respelled(*s) for s in sentences]
    parses = parses_of([s.text for s in said])
    for parse, one, (text, start, mentions) in zip(parses, said, sentences, strict=True):
        verbs = frozenset(a for a, _ in levying(text, start, mentions))
        yield _tree(parse, one, verbs, mentions)


def _tree(
    parse: Sequence[ParsedToken],
    said: Respelled,
    levying: frozenset[int],
    mentions: Sequence[Mention],
) -> Parse:
    """The words of a parse with what they name; those of one mention are one word.

    Args:
        levying: where words that look like instruments are verbs.
    """
    kept = [m for m in mentions if m.kind in MERGED and m.start not in levying]
    begins = [m.start for m in kept]
    words: list[Word] = []
    of_token: dict[int, Word] = {}
    last = -1
    for at, t in enumerate(parse):
        if t.text.isspace():
            continue
        a, b = said.starts[t.start], said.ends[t.start + len(t.text) - 1]
        k = bisect_right(begins, a) - 1
        inside = k >= 0 and a < kept[k].end and t.text.lower() not in ("'s", "’s")
        if inside and k == last:
            words[-1].end = max(words[-1].end, b)
            words[-1].text = f"{words[-1].text} {t.text}"
        else:
            verb = inside and t.tag.startswith("VB") and _is_known_verb(t.lemma)
            does = verb and kept[k].kind in ("product", "goods")
            named = kept[k] if inside and not (does and " " not in kept[k].words) else None
            words.append(Word(len(words), t.text, t.lemma, t.tag, t.dep, a, b, named))
        last = k if inside else -1
        of_token[at] = words[-1]
    rooted: set[Word] = set()

    def depth(at: int) -> int:
        n = 0
        while parse[at].head != at:
            at, n = parse[at].head, n + 1
        return n

    def apart(at: int) -> bool:
        """Whether no other token of its mention stands above a token."""
        w = of_token[at]
        while parse[at].head != at:
            at = parse[at].head
            if of_token.get(at) is w:
                return False
        return True

    first = {w: at for at, w in reversed(of_token.items())}
    for at in sorted(of_token, key=depth):
        w = of_token[at]
        t = parse[first[w] if parse[at].tag == "IN" and apart(first[w]) else at]
        if w not in rooted:
            rooted.add(w)
            lemma = t.lemma if t.text == w.text else w.lower
            w.dep, w.tag, w.lemma = t.dep, t.tag, lemma
            head = of_token.get(t.head)
            w.head = None if head is w else head
    led = {id(w.head) for w in words if w.dep in SUBJECTS}
    for w in words:
        _mend(w, words, led)
        _mend_participle(w, words)
        _mend_fronted(w, words, led)
        _mend_goods(w, words)
        _mend_lists(w, words)
        _mend_dash(w, words)
        _mend_verb(w, led)
        _mend_dash(w, words)
        _mend_change(w, words)
    for w in words:
        if w.head is None:
            w.dep = "ROOT"
        else:
            w.head.children.append(w)
    return Parse(words, _clauses_in(words))


def _is_known_verb(lemma: str) -> bool:
    """Whether the tables know a word as the verb of an act."""
    return any(s.kind == "verb" for s in lexicon().get(phrase_of(lemma.casefold()), ()))


def _hang(w: Word, head: Word, dep: str) -> bool:
    """Put a word below another, but never below one that stands below it; whether it was done."""
    free = w is not head and w not in head.above()
    if free:
        w.head, w.dep = head, dep
    return free


def _mend(v: Word, words: Sequence[Word], led: set[int]) -> None:
    """Give a joined verb the place before it as its subject, where the parser joined that to the object before:
    `a tariff on Chinese goods and India sets ...`; and a rate the `than` before it."""
    if v.kind == "rate" and v.at > 1:
        k = v.at - 2 if words[v.at - 1].tag == "DT" else v.at - 1
        if words[k].lower == "than":
            _hang(v, words[k], "pobj")
    if v.dep not in ("conj", "ccomp") or id(v) in led or v.tag[:2] not in ("VB", "MD"):
        return
    k = v.at - 1
    while k >= 0 and (words[k].head is v or words[k].tag in ("RB", "DT")):
        k -= 1
    w = words[k]
    joined = k > 0 and w.kind == "place" and w.dep in ("conj", "appos") and w.head is not v
    joined = joined and any(x.tag in ("CC", ",") for x in words[max(0, k - 2) : k])
    if joined and _hang(w, v, "nsubj"):
        led.add(id(v))


def _mend_participle(v: Word, words: Sequence[Word]) -> None:
    """Let a participle say more of the goods before it, where the parser took both for a clause:
    `goods of Chad imported into Peru shall bear ...`."""
    over = v.head
    if v.dep != "csubj" or v.tag not in ("VBD", "VBN") or over is None:
        return
    noun = next((x for x in words[: v.at] if x.head is v and x.dep in SUBJECTS), None)
    if noun is not None and noun.kind in ("goods", "product"):
        for x in words[: noun.at]:
            x.head = over if x.head is v else x.head
        noun.head, noun.dep = over, "nsubj"
        v.head, v.dep = noun, "acl"


def _mend_goods(w: Word, words: Sequence[Word]) -> None:
    """Give a preposition the goods behind it, where the parser took a word before them for its object or for a verb, or
    made them an adverb: `on Tajik dried apricots will end`, `licences for ammonium nitrate`."""
    if w.kind != "product" or w.at < 2:
        return
    k = w.at - 1
    while k > 0 and words[k].tag in ("VBD", "VBN", "JJ", "NN") and words[k].kind == "word":
        k -= 1
    k -= words[k].kind == "place" and words[k].head is w and words[k].dep == "amod" and k > 0
    before, led = words[k], words[k].head
    adjective = (
        before.kind == "place" and before.dep == "pobj" and before.tag in ("JJ", "NNP", "NNPS")
    )
    alone = before.dep == "prep" and not any(x.head is before for x in words)
    between, taken, over = words[k + 1 : w.at], w.head, before.head
    if adjective and over is not None and taken is not None and taken in between:
        if over.head is taken:
            over.head, over.dep = taken.head, taken.dep
        if not {w, *between} & {*before.above()}:
            w.head, w.dep = over, "pobj"
            for x in (before, *between):
                _hang(x, w, "amod")
    elif alone and k == w.at - 1 and w.dep in ("advmod", "npadvmod", "dep"):
        _hang(w, before, "pobj")
    elif alone and led is not None and led.head is w and led.at < k:
        led.head, led.dep = w.head, w.dep
        _hang(w, before, "pobj")


def _mend_lists(w: Word, words: Sequence[Word]) -> None:
    """Join a place or goods of a list to those before, where the parser joined them to a noun further left:
    `goods made in Peru, the United States and Chile`, `duties on tea, coffee, and rice`."""
    second = w.dep in SUBJECTS and any(
        x.head is w.head and x.dep in SUBJECTS for x in words[: w.at]
    )
    joined = second or w.dep in ("conj", "appos")
    if w.kind not in ("place", "product") or w.head is None or not joined:
        return
    k = w.at - 1
    while k > 0 and words[k].tag in (",", "CC", "DT"):
        k -= 1
    before = words[k]
    listed = before.kind == w.kind and before.dep in ("pobj", "conj", "appos")
    last = second and any(x.tag == "CC" for x in words[k + 1 : w.at])
    if k < w.at - 1 and listed and w.head.kind != w.kind and (last or w.head.at < k):
        _hang(w, before, "conj")


def _mend_verb(v: Word, led: set[int]) -> None:
    """Put a verb above the noun that the parser took it for an adjective of, where it has a subject, or its noun was
    joined to a verb: `taxed sugar and banned exports`."""
    noun = v.head
    if v.dep != "amod" or v.tag not in ("VBD", "VBN") or noun is None or noun.at < v.at:
        return
    joined = noun.dep == "conj" and noun.head is not None and noun.head.tag[:2] == "VB"
    if joined or (v.tag == "VBD" and id(v) in led):
        v.head, v.dep = noun.head, noun.dep
        noun.head, noun.dep = v, "dobj"


def _mend_dash(w: Word, words: Sequence[Word]) -> None:
    """Give an instrument the rate behind a dash that ends its phrase: `the tariffs on their goods — 25 % on steel —`."""
    if w.kind != "rate" or w.at < 2 or words[w.at - 1].text not in DASHES:
        return
    left = words[w.at - 2]
    phrase = [a for a in (left, *left.above()) if a.at < w.at]
    noun = next((a for a in phrase if a.is_verb or a.kind == "instrument"), None)
    if noun is not None and not noun.is_verb and noun not in w.above():
        _hang(w, noun, "appos")


def _mend_change(w: Word, words: Sequence[Word]) -> None:
    """Give the noun of a change what the parser gave to its last rate: `a rise from 5% to 8% of the duty`."""
    prep = w.head
    if w.kind != "instrument" or prep is None or prep.head is None or prep.head.kind != "rate":
        return
    start = next((a.at for a in prep.above() if a.lower == "from"), 0)
    noun = words[start - 1]
    if start and noun.is_noun and noun.kind == "word":
        for x in (prep, words[start]):
            _hang(x, noun, "prep")


def _mend_fronted(v: Word, words: Sequence[Word], led: set[int]) -> None:
    """Give a verb the noun behind the comma of a phrase before it, where the parser joined that to the phrase:
    `Under the law, coal and gas will carry ...`."""
    if id(v) in led or not (v.head is None or v.dep == "ccomp") or v.tag[:2] != "VB":
        return
    if not (v.tag in ("VBZ", "VBP", "VBD") or any(x.head is v and x.tag == "MD" for x in words)):
        return
    comma = next((w.at for w in words[: v.at] if w.tag == ","), -1)
    left = [w for w in words[comma + 1 : v.at] if w.dep in ("conj", "appos") and w.head]
    crossing = next((w for w in left if w.head is not None and w.head.at < comma), None)
    if comma <= 0 or crossing is None or not crossing.is_noun:
        return
    if _hang(crossing, v, "nsubj"):
        led.add(id(v))


def _opens(w: Word) -> bool:
    """Whether a word is the head of a clause."""
    if w.head is None:
        return True
    if w.dep not in CLAUSAL:
        return False
    if w.dep in ("conj", "appos", "dep") and not w.is_verb:
        return bool(w.all(*SUBJECTS))
    return w.is_verb or bool(w.all(*SUBJECTS, "cop"))


def _clauses_in(words: Sequence[Word]) -> list[Clause]:
    clauses = {w: Clause(w, []) for w in words if _opens(w)}
    for w in words:
        home = next(a for a in (w, *w.above()) if a in clauses)
        clauses[home].words.append(w)
    for w, c in clauses.items():
        c.parent = next((clauses[a] for a in w.above() if a in clauses), None)
    return sorted(clauses.values(), key=lambda c: c.words[0].at)
