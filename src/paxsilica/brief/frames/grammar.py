"""A sentence as a tree of words: who does what to whom by English grammar, each word with what it names.

The parser is spaCy's English pipeline (folder `english`, without its reader of names); what a word names comes from
the project's own tables. Labels of relations are those of the ClearNLP conversion that the pipeline was trained on.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property

from paxsilica.brief.frames.mentions import Mention
from paxsilica.brief.frames.words import Sense, lexicon, phrase_of, wordset

DEEDS, CAUSING = wordset("acting"), wordset("causing")
"""Nouns for what a state decides, and verbs whose object does what their infinitive says: `forced Peru to cut`."""

LETTING = {"admit", "allow", "authorise", "authorize", "let", "permit"}
"""Verbs that levy a rate at which they let goods in."""

SUSPENDING = ("suspend", "freeze", "pause")
"""Verbs that ban a flow, and put off anything else."""

TRADE_FLOWS = wordset("flows") | wordset("flows out") | {"imports", "purchases", "trade"}
FLOW_VERBS = wordset("flow verbs")

SUBJECTS = ("nsubj", "nsubjpass", "csubj", "csubjpass")


@dataclass(eq=False)
class Word:
    """One word of a tree, or one mention of several words.

    Attributes:
        at: its place in the sentence. tag: Penn Treebank tag. dep: its relation to `head`, which is None for the root.
        mention: what it names; None for other words. start, end: offsets in the document's text.
    """

    at: int
    text: str
    lemma: str
    tag: str
    dep: str
    start: int
    end: int
    mention: Mention | None = None
    head: Word | None = None
    children: list[Word] = field(default_factory=list)

    @cached_property
    def kind(self) -> str:
        return self.mention.kind if self.mention else "word"

    @property
    def form(self) -> str:
        """The form of the place that it names: `office`, `court`, `voice`, ...; nothing for other words."""
        return self.mention.form if self.mention else ""

    @cached_property
    def is_verb(self) -> bool:
        named = self.kind == "instrument" and " " in self.text
        if named or self.kind in ("place", "rate", "date", "product"):
            return False
        said = (
            self.dep in ("relcl", "ccomp", "advcl", "conj", "ROOT")
            and self.can_be("verb")
            and any(c.dep in SUBJECTS for c in self.children)
        )
        return self.tag[:2] in ("VB", "MD") or said

    @property
    def is_noun(self) -> bool:
        return self.tag[:2] in ("NN", "CD", "PR") or self.kind in (
            "place",
            "rate",
            "product",
            "instrument",
        )

    @cached_property
    def senses(self) -> tuple[Sense, ...]:
        """All that the tables of words say of it, as it stands and as its lemma."""
        table = lexicon()
        return table.get(phrase_of(self.text.casefold()), ()) + table.get(
            phrase_of(self.lemma.casefold()), ()
        )

    def sense(self, kind: str) -> str:
        """Its value in one kind of meaning; nothing where it has none."""
        if self.mention and self.mention.kind == kind and isinstance(self.mention.value, str):
            return self.mention.value
        return next((s.value for s in self.senses if s.kind == kind), "")

    @cached_property
    def act(self) -> str:
        """The class of act that a verb is, with what belongs to it: `cut`, `phase out`, `take effect`; `be` of a copula."""
        if not self.is_verb:
            return ""
        if any(c.lower == "longer" for c in self.children) and self.lemma not in FLOW_VERBS:
            return next(
                (s.value for s in lexicon().get(phrase_of(f"no longer {self.lower}"), ())), "remove"
            )
        let = self.all(*SUBJECTS, "dobj", "prep", "advmod", "acomp", "oprd", "dep")
        below = [w for c in let for w in c.subtree()] if self.lemma in LETTING else []
        if any(w.kind == "zero" or (w.kind == "rate" and w.is_dutys) for w in below):
            return "impose"
        stopped = self.all("dobj", "nsubjpass") if self.lemma in SUSPENDING else ()
        if any(c.lower in TRADE_FLOWS - {"entry"} for c in stopped):
            return "ban"
        for phrase in self._phrases():
            for s in lexicon().get(phrase_of(phrase), ()):
                if s.kind in ("verb", "stands", "enter"):
                    return s.value or ("enter" if s.kind == "enter" else "stand")
        for form in (self.text, self.lemma):
            for s in lexicon().get(phrase_of(form.casefold()), ()):
                if s.kind == "verb":
                    return s.value
        return "be" if self.lemma == "be" else ""

    def _phrases(self) -> Iterator[str]:
        """A verb with the particles, prepositions and objects behind it: `phase out`, `do away with`, `come into force`."""
        behind = [
            c
            for c in self.children
            if c.at > self.at
            and c.dep in ("prt", "dobj", "prep", "advmod", "acomp", "xcomp", "oprd")
        ]
        for k, c in enumerate(behind):
            for more in (
                (c, *behind[k + 1 : k + 2]),
                (c, *c.all("pobj")[:1], *c.all("prep")[:1]),
                (c,),
            ):
                said = " ".join(x.lower for x in more)
                yield f"{self.lower} {said}"
                yield f"{self.lemma} {said}"

    def behind(self, *leads: str) -> list[Word]:
        """The objects of some of its prepositions: `steel` of `exports of steel`."""
        return [p for c in self.all("prep") if c.lower in leads for p in c.all("pobj")]

    @property
    def verb(self) -> Word | None:
        """The nearest verb above it."""
        return next((a for a in self.above() if a.is_verb), None)

    @property
    def is_dutys(self) -> bool:
        """Whether a number stands `at`, or beside an instrument: `let in at 5%`, `a 5% duty`, `a duty of 5%`."""
        over = self.up.up if self.lead == "of" else self.up
        return self.lead == "at" or "instrument" in (over.kind, self.up.kind)

    @property
    def enters(self) -> bool:
        """Whether a verb says that goods come into a country."""
        return self.act == "enter" or self.can_be("enter")

    def can_be(self, kind: str, value: str = "") -> bool:
        return any(s.kind == kind and (not value or s.value == value) for s in self.senses)

    @property
    def up(self) -> Word:
        """The word above it; one that is nothing for the root."""
        return NO_WORD if self.head is None else self.head

    @property
    def lead(self) -> str:
        """The preposition or the like that it is the object of; nothing where there is none."""
        led = self.up.dep in ("prep", "agent", "pcomp", "quantmod", "dep") or self.up.tag in (
            "IN",
            "TO",
        )
        return self.up.lower if led else ""

    def first(self, *deps: str) -> Word | None:
        """The first child in one of some relations."""
        return next((c for c in self.children if c.dep in deps), None)

    def all(self, *deps: str) -> list[Word]:
        return [c for c in self.children if c.dep in deps]

    def subtree(self) -> Iterator[Word]:
        """Itself and all below it."""
        waiting = [self]
        while waiting:
            w = waiting.pop()
            yield w
            waiting += reversed(w.children)

    def above(self) -> Iterator[Word]:
        """All above it, the nearest first."""
        w = self.head
        while w is not None:
            yield w
            w = w.head

    def conjuncts(self) -> list[Word]:
        """Itself and the words that are joined to it, in order."""
        found, waiting = [], [self]
        while waiting:
            found.append(waiting.pop())
            waiting += reversed(found[-1].all("conj"))
        return found

    @cached_property
    def lower(self) -> str:
        return self.text.lower()

    def __repr__(self) -> str:
        return f"{self.text}/{self.dep}<{self.head.text if self.head else ''}"


NO_WORD = Word(-1, "", "", "", "", -1, -1)


@dataclass(eq=False)
class Clause:
    """A verb, or a noun that stands alone, with the words that depend on it and on no clause inside it."""

    verb: Word
    words: list[Word]
    parent: Clause | None = None

    @property
    def dep(self) -> str:
        return self.verb.dep

    @cached_property
    def mark(self) -> str:
        """The conjunction that it begins with: `if`, `once`, `that`, ...; nothing where it has none."""
        for c in self.verb.children:
            if c.dep == "mark" or (
                c.dep == "advmod"
                and c.lower in ("when", "once", "whenever")
                and c.at < self.verb.at
            ):
                return c.lower
        return ""

    @cached_property
    def helpers(self) -> list[Word]:
        """Its auxiliaries; those of the verb that it is joined to where it has none and no subject of its own."""
        own = self.verb.all("aux", "auxpass")
        outer = self.parent
        if own or outer is None or self.dep != "conj" or self.verb.all(*SUBJECTS):
            return own
        unchanged = self.verb.lower == self.verb.lemma
        alike = unchanged or self.verb.tag in (outer.verb.tag, "VBN")
        return outer.helpers if alike else own

    @property
    def act(self) -> str:
        """The class of act of its verb."""
        return self.verb.act

    @property
    def modal(self) -> str:
        return next((h.lower for h in self.helpers if h.tag == "MD"), "")

    @property
    def infinitive(self) -> bool:
        return any(h.lower == "to" and h.tag == "TO" for h in self.helpers)

    @cached_property
    def passive(self) -> bool:
        """Whether its subject suffers what it does."""
        v = self.verb
        if any(c.dep in ("auxpass", "nsubjpass") for c in v.children) or any(
            h.dep == "auxpass" for h in self.helpers
        ):
            return True
        return self.dep == "acl" and v.tag in ("VBN", "VBD")

    @cached_property
    def negated(self) -> bool:
        return any(
            c.dep == "neg" or c.lower == "never" or (c.lower == "longer" and self.act == "stand")
            for c in self.verb.children
        )

    @cached_property
    def antecedent(self) -> Word | None:
        """The noun that a relative clause or participle says something of: `tea from Peru, which pay 5%` of the tea."""
        noun = self.verb.head if self.dep in ("relcl", "acl") else None
        borne = self.verb.act == "face" and self.verb.tag != "VBZ"
        if noun is not None and borne and (noun.kind, noun.lead) == ("place", "from"):
            return noun.up.up if noun.up.up.kind in ("goods", "product") else noun
        return noun

    @cached_property
    def subject(self) -> Word | None:
        """What its verb is said of, through relative pronouns, joined verbs and infinitives."""
        own = next((s for v in (self.verb, *self.helpers) if (s := v.first(*SUBJECTS))), None)
        suffers = [s for s in self.verb.all("nsubjpass") if s.kind == "instrument"]
        own = suffers[0] if suffers else own
        others = [s for s in self.verb.all(*SUBJECTS) if s.kind == "place"]
        if own is not None and own.kind == "word" and own.text.isupper() and others:
            own = others[0]
        if own is not None:
            if own.tag in ("WDT", "WP") or (own.lower == "that" and self.dep == "relcl"):
                return self.antecedent
            return own
        led = next(
            (c for c in self.verb.children if c.dep == "ccomp" and c.at < self.verb.at), None
        )
        if self.dep == "ROOT" and led is not None and led.first(*SUBJECTS) is not None:
            return led.first(*SUBJECTS)
        if self.dep == "acl" and self.verb.tag in ("VBG", "VBN", "VBD"):
            return self.antecedent
        if self.parent is None:
            return None
        done = self.parent.verb.all("dobj") if self.dep == "advcl" else [self.antecedent]
        deed = next((w for w in done if w is not None and w.lower in DEEDS), self.antecedent)
        if self.infinitive and deed is not None:
            owners = deed.all("poss", "amod", "compound", "nmod") + deed.behind("of", "by")
            owner = next((c for c in owners if c.kind == "place"), None)
            if owner is not None:
                return owner
        if self.dep == "acl" and self.infinitive and not self.parent.verb.is_verb:
            return self.antecedent
        if self.dep in ("conj", "advcl", "pcomp", "acl"):
            return self.parent.subject
        if self.dep in ("xcomp", "ccomp", "dep"):
            over = self.parent.verb
            asks = over.sense("cue") == "asked" or over.lemma in CAUSING
            return (over.first("dobj") if asks else None) or self.parent.subject
        return None

    def outward(self) -> Iterator[Clause]:
        """Itself and the clauses around it."""
        c: Clause | None = self
        while c is not None:
            yield c
            c = c.parent


@dataclass(eq=False)
class Parse:
    """The words of a sentence and its clauses."""

    words: list[Word]
    clauses: list[Clause]
