"""Noun phrases that name goods or those who sell them: which goods, from where, to where, and what is left out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from itertools import takewhile

from paxsilica.brief.frames.firms import FIRM
from paxsilica.brief.frames.goods import NamedGoods
from paxsilica.brief.frames.grammar import Word
from paxsilica.brief.frames.words import wordset

CERTAIN = wordset("certain")
"""Words by which a phrase leaves open which goods are meant."""

NO_GOODS = wordset("no goods")
"""Nouns behind `on`, `for` or `of` that are never goods."""

ACTING = wordset("acting words")
"""Verbs that a parser takes for nouns: `cement amounting to`, `duties on oil drop to`."""

ABSTRACT = re.compile(r"(?:[ts]ions?|ments?|ness|it(?:y|ies)|ism|[ae]nces?)$")
"""How nouns of acts and qualities end, which are no goods."""

TANGIBLE = wordset("abstract but goods")
"""Goods whose names end so."""

KINDS_OF_GOODS = wordset("kinds of goods")
"""Nouns for goods that were named before: `the crop`."""

IDLE_WORDS = wordset("plain")
"""Modifiers that say nothing of which goods are meant."""

FLOW_NOUNS, COUNTRY_WORDS, IMPORTED, SAME = (
    wordset(name) for name in ("flows", "countries", "imported", "same")
)
PARTNERS = COUNTRY_WORDS | wordset("partners")
"""Words for partners that only the text around them names."""

EXAMPLES, BUYERS = wordset("examples"), wordset("buyers")
EXCEPTING, NO_CONTENT, NOT_FROM = (wordset(name) for name in ("except", "no content", "not from"))
ORIGIN_VERBS, ENTRY_VERBS = wordset("made in"), wordset("entering")
FIRMS = ("enterprises", "companies", "firms", "producers", "exporters", "plants", "suppliers")
SOME_OF, SORTS = wordset("some of"), wordset("sorts")
FLOW_WORDS = ("imports", "import", "exports", "export", "trade", "shipments", "purchases", "sales")
COUNTED = wordset("counted")
COUNTED_GOODS = ("products", "goods", "items", "lines", "articles", "categories")
THESE = (
    *("this", "these", "those", "such", "said", "aforesaid", "aforementioned"),
    *("subject", "given", "relevant", "above-mentioned", "abovementioned"),
)
SELLERS = ("exporter", "private")
WHICH_GOODS = wordset("which goods")
"""Verbs behind goods that say which of them are meant."""


@dataclass
class Thing:
    """Goods, or everything of some places.

    Attributes:
        word: the noun. lead: the word that leads to it. origins, into: codes of where they come from and go to. goods:
        known; unknown: words nobody knows. excepted: codes, sectors or places left out; `?` for words nobody knows.
        everybody: from everywhere. third: of whoever trades with another country. generic: all goods. some: which ones
        is left open. own: they are `its`. same: those named before. sellers: firms are named. limited: by a quantity.
        imported: it says so. coded: by customs codes. listed: the
        goods stand in a list that follows.
    """

    word: Word
    lead: str = ""
    origins: list[str] = field(default_factory=list)
    into: list[str] = field(default_factory=list)
    goods: list[NamedGoods] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    excepted: list[str] = field(default_factory=list)
    everybody: bool = False
    third: bool = False
    generic: bool = False
    some: bool = False
    own: bool = False
    same: bool = False
    sellers: bool = False
    limited: bool = False
    imported: bool = False
    coded: bool = False
    listed: bool = False

    @property
    def products(self) -> bool:
        """Whether it names goods."""
        return bool(self.goods or self.unknown)

    @property
    def says(self) -> bool:
        """Whether it says of whom or of what at all."""
        marks = (
            self.everybody
            or self.third
            or self.own
            or self.same
            or self.generic
            or (self.sellers and self.some)
        )
        return bool(self.products or self.origins or marks)

    def join(self, other: Thing) -> None:
        """Take up all that another one says."""
        for name in (f.name for f in fields(self) if f.name not in ("word", "lead")):
            mine, more = getattr(self, name), getattr(other, name)
            if isinstance(mine, list):
                mine += [x for x in more if x not in mine]
            else:
                setattr(self, name, mine or more)
        self.generic &= not self.products


def place_codes(w: Word) -> tuple[str, ...]:
    """The codes of a word that names a place or an office of one."""
    return tuple(w.mention.value) if w.mention and w.mention.kind == "place" else ()


def things_of(w: Word, lead: str = "") -> list[Thing]:
    """What a noun and those joined to it name: those that share an origin, or have none, are one."""
    parts = [t for c in w.conjuncts() if (t := _thing(c, lead)).says and not _misjoined(c)]
    named = [t for t in parts if t.products or t.generic]
    if len(named) == len([t for t in parts if not t.origins or t in named]):
        _share_origin(named)
    merged: list[Thing] = []
    for t in parts:
        last = merged[-1] if merged else None
        alike = last is not None and (last.products or last.generic) == (t.products or t.generic)
        apart = last is not None and last.products and t.products and last.origins != t.origins
        if last is not None and alike and not apart:
            last.join(t)
        else:
            merged.append(t)
    return merged


def _misjoined(w: Word) -> bool:
    """Whether a place is joined to goods, which is the subject of what follows: `imports of oil and Peru, which`."""
    return w.kind == "place" and w.dep == "conj" and w.up.kind in ("goods", "product")


def _share_origin(named: list[Thing]) -> None:
    """Give those of a list without an origin the one that stands before or behind the list."""
    have = [t for t in named if t.origins or t.everybody]
    for t in named if len(have) == 1 else ():
        if not (t.origins or t.own):
            t.origins, t.everybody = list(have[0].origins), have[0].everybody


def _thing(w: Word, lead: str) -> Thing:
    """What one noun names, with all that depends on it."""
    t = Thing(w, lead)
    if w.kind == "word" and (w.lower in ACTING or (w.tag == "VBG" and not w.all("compound"))):
        done = w.first("dobj", "nsubj", "compound", "amod")
        return _thing(done, lead) if done and done.kind in ("product", "goods") else t
    if w.kind == "number" and _take_contents(w, t):
        t.some = _is_worth(w)
        t.limited = not t.some
        return t
    if w.kind == "number" and w.text.split()[-1] in FIRMS:
        t.sellers = t.some = True
        _take_places(w, t)
        return t
    if w.kind == "number" and w.text.split()[-1] in COUNTED_GOODS:
        t.generic = t.some = True
        _take_places(w, t)
        return t
    if w.kind in ("rate", "date", "number", "money", "zero", "noise", "instrument"):
        return t
    if w.form in ("voice", "court", "inland") or (w.tag == "VBG" and w.act == "impose"):
        return t
    t.own = any(c.tag == "PRP$" for c in w.children)
    said = {c.lower for c in w.children}
    t.some = bool(said & CERTAIN) or {"most", "other"} <= said
    counted = any(c.tag == "CD" for c in w.all("nummod"))
    t.some |= counted and (w.kind in ("goods", "product") or w.lower in SORTS)
    t.some |= w.kind == "goods" and any(p.kind == "word" for p in w.behind("for"))
    t.some |= w.lower in SOME_OF | CERTAIN and any(c.lower == "of" for c in w.children)
    t.some |= w.kind == "goods" and any(map(_tells_which, w.all("acl", "relcl")))
    t.some |= w.kind == "goods" and any(c.can_be("facing") for c in w.all("amod"))
    t.some |= w.lead == "of" and w.up.up.kind == "rate" and not w.up.up.text.startswith("100")
    t.listed = any(c.lower == "following" for c in w.children)
    t.same = _means_again(w)
    t.imported = w.lower in ("imports", "import") or any(c.lower in IMPORTED for c in w.children)
    if w.kind == "place":
        t.origins += place_codes(w)
        t.sellers = w.form in SELLERS
        t.some |= t.sellers and any(c.tag == "CD" for c in w.children)
        if t.sellers:
            _take_contents(w, t)
            t.goods += _goods_before(w)
    elif w.kind in ("everybody", "third"):
        _take_places(w, t)
        t.origins, t.everybody, t.third = [], w.kind == "everybody", w.kind == "third"
        return t
    elif w.lower in SAME:
        t.same = True
    elif w.lead == "from" and f"{w.lower.removesuffix('s')}s" in FIRMS:
        t.sellers = t.some = True
    elif any(w.can_be("office", form) for form in SELLERS):
        t.sellers = True
        t.some |= any(c.tag == "CD" for c in w.children)
        t.goods += _goods_before(w)
        t.third = _take_contents(w, t) and w.lower in BUYERS and bool(t.origins)
        _take_places(w, t)
        t.origins, t.into = t.origins or t.into, []
        return t if t.origins else Thing(w, lead)
    elif (w.lower in SOME_OF or w.tag == "CD") and _of(w):
        if not _take_contents(w, t):
            return Thing(w, lead)
    elif _names_no_goods(w):
        return _no_goods(w, t)
    elif w.tag[:2] in ("NN", "JJ", "VB", "CD") or w.kind in ("product", "goods"):
        _take_name(w, t)
    else:
        return Thing(w, lead)
    _take_places(w, t)
    _take_codes(w, t)
    return t


def _means_again(w: Word) -> bool:
    """Whether a noun means goods that were named before: `these goods`, `this alloy`, `the crop`."""
    said = {c.lower for c in w.children if c.at < w.at}
    if w.kind == "word" and w.is_noun:
        return said == {"this"} or (said == {"the"} and w.lower in KINDS_OF_GOODS)
    bare = {"the"} <= said <= {"the", "all"} and not w.first("prep", "acl", "relcl", "conj")
    return w.kind == "goods" and (bool(said & set(THESE)) or (bare and w.lower in COUNTED_GOODS))


def _names_no_goods(w: Word) -> bool:
    """Whether a noun is of an act, a quality or a body, and of no goods: `approval`, `invasion`."""
    if w.kind in ("product", "goods"):
        return False
    abstract = ABSTRACT.search(w.lower) and w.lower not in TANGIBLE
    known = w.lower in NO_GOODS | FLOW_NOUNS | PARTNERS
    known |= any(c.kind == "instrument" for c in w.all("compound"))
    known |= any(p.kind == "instrument" for p in _of(w))
    return known or bool(abstract and not any(p.kind in ("product", "goods") for p in _of(w)))


def _take_codes(w: Word, t: Thing) -> None:
    """Take up customs codes below a noun, which say which goods are meant: `certain fabrics of heading 5803`."""
    listed = [x.mention.value for x in w.subtree() if x.kind == "product" and x.mention is not None]
    listed = [g for g in listed if g.words.startswith("HS ")]
    if listed and w.kind not in ("place", "everybody") and not w.text.startswith("HS "):
        said = [*(g.words for g in t.goods), *t.unknown] or [w.text]
        codes = tuple(dict.fromkeys(code for g in listed for code in g.codes))
        t.goods, t.unknown = [NamedGoods(", ".join(said), codes)], []
        t.some, t.coded = False, True


def _tells_which(v: Word) -> bool:
    """Whether a verb behind goods says which of them are meant: `goods that contain steel`, `made with coal`."""
    made = v.lemma in ORIGIN_VERBS and any(c.lower in ("with", "using", "of") for c in v.children)
    return v.is_verb and (v.lemma in WHICH_GOODS or made)


def _of(w: Word) -> list[Word]:
    """The nouns behind an `of`, or behind `related to`."""
    related = [a for a in w.all("acl") if a.lower in ("related", "relating", "pertaining")]
    led = [c for c in w.all("prep") if c.lower == "of"]
    if w.lower in FLOW_WORDS or w.lower in FLOW_NOUNS:
        led += [
            c
            for p in w.behind("to", "into", "from")
            if p.kind == "place"
            for c in p.all("prep")
            if c.lower == "of"
        ]
    led += [c for a in related for c in a.all("prep") if c.lower == "to"]
    return [p for c in led for p in c.all("pobj", "pcomp")]


def _take_contents(w: Word, t: Thing) -> bool:
    """Take up what a noun is of: `imports of steel`, `suppliers of maize flour`. Whether it is of anything."""
    named = [_thing(q, t.lead) for p in _of(w) if p.kind != "place" for q in p.conjuncts()]
    for one in named:
        t.join(one)
    return any(one.says for one in named)


def _no_goods(w: Word, t: Thing) -> Thing:
    """What a noun says that names no goods itself: `the import of rice`, `countries of the bloc`."""
    before = _goods_before(w)
    t.goods += before if w.lower in FLOW_NOUNS else []
    flows = w.lower in FLOW_NOUNS and (_take_contents(w, t) or bool(before))
    _take_places(w, t)
    countries = w.lower in COUNTRY_WORDS and (t.origins or t.everybody or t.third)
    return t if flows or countries or (t.own and w.lower in FLOW_NOUNS) else Thing(w, t.lead)


MODIFIERS = ("compound", "amod", "nmod", "punct", "npadvmod", "quantmod")
"""Relations of a noun's modifiers before it."""


def _goods_before(w: Word) -> list[NamedGoods]:
    """The goods among a noun's modifiers."""
    return [c.mention.value for c in w.all(*MODIFIERS) if c.kind == "product" and c.mention]


def _take_name(w: Word, t: Thing) -> None:
    """What a noun names as goods, with its modifiers."""
    inner = (x for m in w.all(*MODIFIERS) if m.at < w.at for x in m.subtree())
    idle = IDLE_WORDS | CERTAIN
    said = [x for x in inner if x.kind in ("word", "product", "goods") and x.lower not in idle]
    said = [x for x in said if x.tag == "NN" or x.lower not in ORIGIN_VERBS]
    said = [x for x in said if x.tag not in ("HYPH", ",", "CC")]
    words = " ".join(map(_spelled_out, (*sorted(said, key=lambda x: x.at), w)))
    known = [x.mention.value for x in (*said, w) if x.kind == "product" and x.mention is not None]
    nouns = [x for x in said if x.tag[:2] in ("NN", "VB")]
    listed = [x.mention.value for x in w.subtree() if x.mention and _like(x, w, t.some)]
    of_goods = any(q.kind in ("product", "goods") for p in _of(w) for q in p.conjuncts())
    if listed and t.some and w.kind == "product":
        t.goods += listed
    elif of_goods and w.lower in SORTS:
        _take_contents(w, t)
    elif known and (w.kind in ("product", "goods") or w.lower in SORTS):
        t.goods.append(known[-1]._replace(words=words))
    elif w.kind == "goods" and not nouns and not _kind_said(w, said):
        if not _take_contents(w, t):
            t.some |= any(c.lower in EXAMPLES for c in w.children)
            below = [x.mention.value for x in w.subtree() if _content(x, w) and x.mention]
            t.goods += listed or below[:1]
            t.some &= not listed
            t.generic = not (below or listed or t.same)
    elif w.lower not in NO_CONTENT and of_goods:
        _take_contents(w, t)
    elif FIRM.search(words):
        t.sellers = t.some = True
    elif w.text[:1].isalpha() and (w.tag[:2] != "VB" or w.tag == "VBG") and not t.same:
        t.unknown.append(words)


def _spelled_out(x: Word) -> str:
    """A word as a text writes it, goods with the name that it gives a short one."""
    short = x.kind == "product" and " " not in x.text
    return x.mention.value.words if short and x.mention is not None else x.text


def _kind_said(w: Word, said: list[Word]) -> bool:
    """Whether an adjective says which kind of goods is meant: `industrial products`, `medical goods`."""
    kinds = [x for x in said if x.tag in ("JJ", "NN") and x.head is w and x.kind == "word"]
    return bool(kinds) and w.lower not in FLOW_WORDS and not any(p.kind != "word" for p in _of(w))


def _content(x: Word, w: Word) -> bool:
    """Whether a word is goods that a flow behind it is of, however the parser joined them."""
    joined = x.kind == "product" and x.at > w.at and x.dep in ("amod", "nmod", "pobj", "compound")
    told = any(_tells_which(a) for a in takewhile(lambda a: a is not w, x.above()))
    return joined and not told and not any(a.lower in EXCEPTING | EXAMPLES for a in x.above())


def _like(x: Word, w: Word, some: bool) -> bool:
    """Whether a word is one of the goods that a general noun is told by: `goods like tea`, `some crops, including tea`."""
    led = next((a for a in x.above() if a.dep == "prep" or a is w), w)
    leads = EXAMPLES if some and w.kind == "product" else ("like", "namely")
    return x.kind == "product" and led.lower in leads and led.up in (w, w.up)


def _take_places(w: Word, t: Thing) -> None:
    """Take up places and exceptions below a noun, by the words between."""
    if any(c.tag == "WP$" for c in w.children):
        owner = next((a.up for a in (w, *w.above()) if a.dep == "relcl"), w)
        near = [x for x in owner.subtree() if x.kind == "place" and x.at < w.at]
        t.origins += place_codes(owner) or (place_codes(near[-1]) if near else ())
    for x in w.subtree():
        if x is w:
            continue
        if x.kind in ("place", "everybody", "third"):
            _take_place(x, _part_played(x, w), t)
        elif x.lower in EXCEPTING and x.dep in ("prep", "cc", "amod", "acl", "advmod"):
            _take_exceptions(x, t)
        elif x.head is w and x.dep in ("nummod", "appos"):
            t.some |= _is_worth(x)
            t.limited |= x.kind == "number" and not _is_worth(x)
            t.limited |= any(c.lower in ("up", "first") for c in x.children)
            counts = w.lower in COUNTED or any(c.lower == "first" for c in w.children)
            t.limited |= x.tag == "CD" and counts


def _is_worth(w: Word) -> bool:
    """Whether a number is what goods are worth, which limits nothing: `$50 billion of goods`."""
    unit = w.mention.value.unit if w.kind == "number" and w.mention else ""
    return unit.isupper() and w.first("amod") is None


def _take_place(x: Word, part: str, t: Thing) -> None:
    codes = place_codes(x)
    t.everybody |= part == "outside" or (x.kind == "everybody" and part in ("origin", "into"))
    t.third |= x.kind == "third" and part == "origin"
    if x.form in SELLERS and part == "origin":
        t.sellers = True
        t.some |= any(c.lower in CERTAIN or c.tag == "CD" for c in x.children)
    mine = {"origin": t.origins, "into": t.into, "except": t.excepted}.get(part)
    if mine is not None:
        mine += [c for c in codes if c not in mine]


def _take_exceptions(x: Word, t: Thing) -> None:
    for p in x.subtree():
        if p.kind == "product" and p.mention is not None:
            t.excepted += [*p.mention.value.codes, *p.mention.value.sectors] or ["?"]
        elif p.is_noun and p.kind == "word" and p.dep in ("pobj", "dobj", "conj"):
            t.excepted.append("?")


def _part_played(x: Word, w: Word) -> str:
    """The part that a place plays for goods above it: `origin`, `into`, `except`, `outside`; nothing for another noun's."""
    path: list[Word] = []
    if x.dep == "conj" and x.head is w and w.kind != "place":
        return ""
    for a in x.above():
        if a is w:
            break
        other = a.dep == "conj" and a.is_noun and a.kind in ("product", "goods", "word")
        if other or a.kind in ("instrument", "rate"):
            return ""
        path.append(a)
    if any(a.lower in EXCEPTING | {"outside"} for a in (*path, *x.all("amod", "advmod"))):
        return "except"
    verb = next((a for a in path if a.is_verb and a.dep != "prep"), None)
    lemma = verb.lemma if verb is not None else ""
    if lemma == "be" and any(a.lower in ("product", "products", "goods", "origin") for a in path):
        return "origin"
    if x.dep == "nsubj" and verb is x.up and lemma in ORIGIN_VERBS:
        return ""
    if any(a.dep == "nsubj" and a.kind not in ("place", "goods") and a.is_noun for a in path):
        return ""
    leads = [a.lower for a in path if a.dep in ("prep", "agent")]
    lead = next(iter(leads), "")
    if "outside" in leads[:2]:
        return "outside"
    if x.form in ("voice", "court") or (
        verb is not None and lemma not in ORIGIN_VERBS | ENTRY_VERBS
    ):
        return ""
    if x.dep in ("amod", "compound", "nmod") and x.up is not w and x.up.kind == "product":
        return ""
    if x.form == "inland" or (lemma in ENTRY_VERBS and lead != "from"):
        return "origin" if x.dep in ("nsubj", "poss") else "into" * (x.dep != "npadvmod")
    if lead in ("to", "into", "for", "toward", "towards"):
        return "into"
    if lead == "in":
        return "origin" if lemma in ORIGIN_VERBS else "into"
    if lead == "with" and w.lower == "trade":
        return "origin"
    return "" if NOT_FROM.intersection(leads) else "origin"
