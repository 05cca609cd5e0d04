"""Doubts about an act: of the nouns it depends on, and of the verbs beside, above and below it in its tree."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from paxsilica.brief.frames.bans import forbids
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.grammar import Clause, Parse, Word
from paxsilica.brief.frames.things import EXCEPTING
from paxsilica.brief.frames.words import lexicon, pattern_of, phrase_of, wordset
from paxsilica.brief.record import ActStanding

BY_ORIGIN = pattern_of("by_origin")
CONDITIONAL = wordset("if")

LAWS = wordset("laws")

UNDECIDED = wordset("possible")
"""Adjectives whose infinitive is not decided: `ready to levy`."""

ACCEPTING = wordset("accepting")
"""Verbs by which a proposal becomes an act."""

DECIDING = wordset("deciding")
"""Verbs whose infinitive is decided: `agreed to cut`."""

GOING_ON = wordset("going on")
"""Verbs whose infinitive or object is what goes on: `began to charge`, `continues to levy`."""

STOPPING = wordset("stopping")
MEASURES = wordset("measures")
"""Words by which a joined clause speaks of the act again: `but the measures were frozen`."""

REPORT_NOUNS = wordset("reports")
"""Nouns behind which `that` tells what somebody says."""

RESTORING = ("restore", "reinstate", "reimpose", "reintroduce", "revive", "resume")
"""Verbs that bring back what was put off or ended."""

RIGHTS = ("authority", "mandate", "option", "power", "right")
CALLING = ("call", "press", "push")
"""Verbs that ask for something with the preposition behind them."""
PRESENTING = wordset("telling")
"""Verbs by which a noun such as `threat` is what an act is."""

GOVERNING_VERBS = wordset("governs")
"""Verbs whose denial denies what they govern."""

SHIFTING = wordset("shifting")

SHELF = wordset("shelf")
"""Where a plan lies that nobody carries out: `on ice`."""

HEARSAY = wordset("hearsay")
"""Nouns of what people only say: `word is that`."""

ORDER: tuple[ActStanding, ...] = (
    "denied",
    "struck down",
    "conditional",
    "delayed",
    "averted",
    "rescinded",
    "expired",
    "threatened",
    "asked",
    "simulated",
    "proposed",
    "opinion",
    "historical",
)
"""Doubts, those first that count most."""

ENDED = ("rescinded", "struck down", "delayed", "expired", "averted", "denied")


def doubts_of(frame: Frame, tree: Parse) -> Iterator[ActStanding]:
    """Every doubt that governs an act: of its nouns, of clauses beside and inside it, and of those around it."""
    final = frame.final
    head = frame.noun or (final[0] if final else frame.clause.verb)
    yield from _of_nouns(head, frame.clause.verb)
    if not frame.told:
        yield from _of_neighbours(frame, tree)
        yield from _outwards(frame)


def _of_neighbours(frame: Frame, tree: Parse) -> Iterator[ActStanding]:
    """Doubts of the clauses that are joined to an act's own, and of those that say more of its noun."""
    for c in tree.clauses:
        if frame.clause.modal and c.verb.at > frame.clause.verb.at and _inverted(c):
            yield "conditional"
        if c.parent in frame.inner and c.dep == "conj" and c.act == "remove":
            yield "historical"
        if c.parent is not frame.clause or c.dep not in ("conj", "parataxis"):
            continue
        if any(w.lower == "yet" for w in c.words) and c.dep == "conj":
            yield "proposed"
        again = c.subject is not None and (c.subject is frame.noun or c.subject.lower in MEASURES)
        held = c.verb.first("dobj")
        if (
            c.dep == "conj"
            and c.act == "remove"
            and held is not None
            and held.lower in ("it", "them")
        ):
            yield "rescinded"
        apart = c.negated and c.verb.lemma == frame.clause.verb.lemma
        if c.dep == "conj" and frame.noun is not None and again and not apart:
            yield from (d for d in _of_own_clause(c, frame) if d in ENDED)
        tells = cue_of(c.verb) == "opinion" or c.verb.can_be("say")
        if tells and not any(w.kind in ("rate", "instrument") for w in c.words):
            yield from filter(None, [cue_of(c.verb)])
            if any(_doubtful(w, frame) for w in c.words):
                yield "opinion"
    for c in frame.inner if frame.clause.verb.lemma not in RESTORING else ():
        kept = ("conditional", "denied") if frame.act == "stand" else ORDER
        yield from (d for d in _of_own_clause(c, frame) if d in kept)


def _outwards(frame: Frame) -> Iterator[ActStanding]:
    """Doubts of an act's own clause and of those that govern it, outwards."""
    inner: Clause | None = None
    spared = False
    for c in frame.clause.outward():
        spared = spared or (inner is not None and _of_exception(inner))
        if inner is None:
            yield from _of_own_clause(c, frame)
        elif inner.dep in ("relcl", "acl") and spared:
            yield from _of_outer(c, frame)
        elif inner.dep in ("relcl", "acl") and not _is_content(inner):
            if cue_of(c.verb) == "simulated" or "simulated" in _of_phrases(c):
                yield "simulated"
            told = [x for x in c.verb.all("acomp", "attr") if cue_of(x) == "denied"]
            if inner.verb.can_be("say") and told:
                yield "denied"
            yield from _of_law(inner, c, frame)
            if inner.antecedent is not None and inner.antecedent.lower.startswith("any "):
                yield "conditional"
            return
        elif inner.dep in ("advcl", "conj", "parataxis") or _before_colon(inner):
            if not c.verb.is_verb and (cue := cue_of(c.verb)):
                yield cue
            if inner.dep == "advcl" and (inner.mark in CONDITIONAL or _inverted(c)):
                yield "conditional"
            again = inner.subject is not None and inner.subject.tag == "PRP" and c.act
            if inner is frame.clause and frame.bare and inner.verb.tag == "VBG":
                yield from _of_outer(c, frame)
            if inner.dep == "advcl" and inner.mark == "after" and again:
                yield "historical"
            if inner.dep == "conj" and "simulated" in _of_own_clause(c, frame):
                yield "simulated"
        else:
            if inner.antecedent is not None and _is_content(inner):
                held = inner.antecedent
                done = held.dep == "dobj" and c.verb.lemma in ACCEPTING
                yield from filter(None, [None if done else cue_of(held)])
                if held.lower in HEARSAY:
                    yield "opinion"
                if held.lemma in RIGHTS and c.verb.lemma in ("have", "reserve", "give"):
                    yield "proposed"
            if inner.dep == "csubj" and c.modal:
                yield "simulated"
            yield from _of_outer(c, frame)
        inner = c


def _of_exception(c: Clause) -> bool:
    """Whether a clause says what goods bear that another rate leaves out: `except steel, which pays 50 %`."""
    a = c.antecedent
    return a is not None and any(x.lower in EXCEPTING for x in a.above() if not x.is_verb)


def _before_colon(c: Clause) -> bool:
    """Whether a clause stands before a colon, which the parser takes for a part of what stands behind."""
    return c.dep == "ccomp" and any(w.text == ":" and w.at > c.verb.at for w in c.words)


def _is_content(c: Clause) -> bool:
    """Whether a clause says what its noun is of: `a plan to levy`, `the report that it had levied`."""
    a = c.antecedent
    if a is None:
        return False
    told = c.mark == "that" and a.lower in REPORT_NOUNS
    return told or bool(cue_of(a)) or (c.dep == "acl" and c.infinitive)


def _of_law(inner: Clause, outer: Clause, frame: Frame) -> Iterator[ActStanding]:
    """Doubts that come over a law that holds the act: `annulled the regulation that set a duty`."""
    law = inner.antecedent
    if law is not None and law.kind == "date" and law.up.dep == "prep":
        law = law.up.up
    if law is None or not any(x.lower in LAWS for x in (law, *law.all("compound"))):
        return
    yield from (d for d in _of_outer(outer, frame) if d in ENDED)
    yield from (d for x in law.children if (d := cue_of(x)) == "proposed")
    if outer.act == "remove":
        judge = outer.subject
        yield "struck down" if judge is not None and _judges(judge) else "rescinded"


def _judges(w: Word) -> bool:
    return w.form == "court" or w.can_be("office", "court")


def _of_nouns(w: Word, verb: Word) -> Iterator[ActStanding]:
    """Doubts of the nouns around an instrument: `the threat of a tariff`, `a planned tariff`, `one floated in Bonn`."""
    for c in w.children:
        if c.at < w.at and c.dep in ("amod", "compound", "nmod", "det", "neg"):
            yield from filter(None, [cue_of(c)])
            if c.lower == "no":
                yield "denied"
        if c.dep == "appos" and cue_of(c) == "proposed":
            yield "proposed"
    for x in w.subtree() if verb.lemma not in RESTORING else ():
        if (x.dep == "acl" and x.tag == "VBN") or x.dep == "relcl":
            doubt = cue_of(x)
            if doubt in ("proposed", "threatened", "denied", "delayed", "averted"):
                yield doubt
    for a in w.above():
        if a is verb or a.is_verb:
            return
        if a.dep == "prep" and a.lower == "without":
            yield "denied"
        if (a.up.lemma, a.lower) == ("apply", "for") and not w.can_be("instrument", "Licence"):
            yield "asked"
        if a.kind in ("place", "rate") or a.dep == "prep":
            continue
        accepted = a.dep == "dobj" and a.head is not None and a.head.lemma in ACCEPTING
        for x in (a, *a.all("amod", "compound")):
            if (cue := cue_of(x)) and not accepted and (x is a or cue == "proposed"):
                yield cue
        if any(c.lower == "no" and c.at < a.at for c in a.children):
            yield "denied"


def cue_of(w: Word) -> ActStanding | None:
    """The doubt that a word casts, with its particle: `threat`, `call off`."""
    if w.kind in ("place", "product", "instrument", "rate"):
        return None
    own = w.sense("cue")
    behind = w.first("prt", *(("prep",) if w.lemma in CALLING else ()))
    if not own and behind is not None:
        said = (f"{form} {behind.lower}" for form in (w.lower, w.lemma))
        found = (s for phrase in said for s in lexicon().get(phrase_of(phrase), ()))
        own = next((s.value for s in found if s.kind == "cue"), "")
    return next((s for s in get_args(ActStanding) if s == own), None)


def _of_own_clause(c: Clause, frame: Frame) -> Iterator[ActStanding]:
    """Doubts of an act's own clause."""
    v = c.verb
    yield from _conditions(c)
    yield from _of_phrases(c)
    if (
        v.lemma == "need"
        and frame.noun is not None
        and frame.noun.up is v
        and frame.type != "Export licensing requirement"
    ):
        yield "opinion"
    if v.lemma in STOPPING and v.first("xcomp") is not None and not any(v.all("dobj")):
        yield "expired"
    if c.act == "remove" and v.tag == "VBD" and frame.noun in v.all("nsubj"):
        yield "expired"
    led = next((w for w in (v, *v.above()) if w.dep != "conj"), v)
    left = {w.lower for w in (led.up.up, *led.up.children)}
    if led.dep == "pcomp" and left & {"far", "instead", "rather"}:
        yield "denied"
    if c.passive and v.lemma in SHIFTING:
        yield "delayed"
    reviewed = not c.act and cue_of(v) is not None and is_definite(frame)
    if c.negated and not (_in_part(c) or v.lemma == "exceed" or forbids(c) or reviewed):
        reach = c.verb.lemma == "extend" and any(x.lower == "to" for x in c.verb.children)
        yield "expired" if c.act == "keep" and not reach else "denied"
    frees = v.lemma == "exempt" and not c.passive and not is_definite(frame)
    stops = c is frame.clause and frame.noun is None and "ban" in frame.type
    withholds = c is frame.clause and any(t.field == "share" for t in frame.terms)
    cue = None if c.negated or c.act == "ban" or frees or stops or withholds else cue_of(v)
    if cue and not (c.act and cue in ("rescinded", "expired")):
        yield cue
    subject = v.first("nsubj", "nsubjpass")
    if subject is not None:
        none = any(x.lower in ("no", "neither") for x in subject.all("det", "preconj"))
        if none or subject.lower in ("nobody", "none", "neither"):
            yield "denied"
        if frame.noun is not subject:
            for x in (subject, *subject.all("amod", "compound", "nmod")):
                doubt = cue_of(x)
                if doubt in ("simulated", "asked") or (
                    doubt == "proposed" and not reviewed_by(c, frame)
                ):
                    yield doubt
        if _judges(subject) and c.act in ("remove", "ban"):
            yield "struck down"
    for x in v.children:
        beside = x.dep in ("acomp", "attr", "oprd", "advmod", "npadvmod")
        held = x.dep == "dobj" and not c.act and x is not frame.noun
        if (beside or held) and x.kind == "word":
            yield from filter(None, [cue_of(x)])
        if x.lower == "off" and c.act == "be" and x.dep in ("advmod", "acomp", "prt"):
            yield "averted"
        if v.lemma == "come" and x.lower == "to" and any(p.lower == "end" for p in x.all("pobj")):
            yield "expired"
        if x.dep == "dobj" and x.lower == "date" and any(y.lower == "no" for y in x.children):
            yield "delayed"


def reviewed_by(c: Clause, frame: Frame) -> bool:
    """Whether a clause only says what somebody found of a tariff that is there: `the probe found its tariffs unfair`."""
    return not c.act and is_definite(frame) and frame.final is not None


def _of_outer(c: Clause, frame: Frame) -> Iterator[ActStanding]:
    """Doubts of a clause that governs the one with the act."""
    v = c.verb
    if c.mark in CONDITIONAL:
        yield "proposed" if c.mark == "whether" else "conditional"
    if _inverted(c):
        yield "conditional"
    yield from _of_phrases(c)
    if v.lemma in STOPPING:
        yield "expired"
    governs = (
        v.can_be("say")
        or v.can_be("cue")
        or c.act
        or v.lemma in DECIDING | GOING_ON | GOVERNING_VERBS
    )
    if c.negated and not _in_part(c):
        if governs:
            yield "denied"
    elif c.act != "ban":
        yield from filter(None, [cue_of(v)])
    subject = v.first("nsubj", "nsubjpass")
    if subject is not None:
        if _doubtful(subject, frame):
            yield "opinion"
        if frame.noun is not subject and v.lemma in PRESENTING:
            yield from filter(None, [cue_of(subject)])
            if subject.lower in HEARSAY:
                yield "opinion"
        if _judges(subject) and c.act in ("remove", "ban"):
            yield "struck down"
    for x in v.all("acomp", "attr", "oprd", "dobj"):
        if any(y.lower == "no" for y in x.children) and x in frame.clause.verb.above():
            yield "denied"
        done = x.dep == "dobj" and v.lemma in ACCEPTING | GOING_ON
        if not (done or _in_part(c)):
            yield from filter(None, [cue_of(x)])
    if c.act in ("", "be") and c.modal in ("would", "could", "might", "may", "should"):
        yield "opinion" if c.modal == "should" else "proposed"


def _of_phrases(c: Clause) -> Iterator[ActStanding]:
    """Doubts of what stands beside a verb: `in the model`, `approved a bill`, `ready to levy`."""
    for x in c.verb.children if c.verb.is_verb else c.words:
        if x.dep == "prep" and x.lower in ("in", "under", "per", "for"):
            held = x.all("pobj")
            for p in (*held, *(c for h in held for c in h.all("compound"))):
                if (cue := cue_of(p)) in ("simulated", "proposed"):
                    yield cue
        if x.lower in ("on", "in") and any(p.lower in SHELF for p in x.all("pobj")):
            yield "delayed"
        accepted = c.verb.lemma in ACCEPTING - {"approve"}
        opens = c.act in ("announce", "impose") and not accepted
        if x.dep == "dobj" and opens and cue_of(x) == "proposed":
            yield "proposed"
        if x.dep in ("acomp", "oprd") and x.lemma in UNDECIDED:
            yield "proposed"


def _conditions(c: Clause) -> Iterator[ActStanding]:
    """Whether an act's clause is a condition, or holds only under one."""
    v = c.verb
    dated = any(w.kind == "date" for w in c.words)
    if c.mark == "whether":
        yield "proposed"
    elif (
        c.mark in CONDITIONAL
        or _inverted(c)
        or (c.dep == "advcl" and c.mark in ("once", "when") and not dated)
    ):
        yield "conditional"
    for x in v.children:
        if x.lower == "once" and x.at > v.at and v.tag != "VBD":
            yield "conditional"
        if x.lower == "once" and x.at < v.at and v.tag == "VBD" and x.dep == "advmod":
            yield "historical"
        if x.dep != "advcl":
            continue
        words = sorted(x.subtree(), key=lambda w: w.at)
        when = (m for m in x.children if m.dep == "advmod" and m.at < x.at)
        mark = next((m.lower for m in (*x.all("mark"), *when)), "")
        by_origin = BY_ORIGIN.search(" ".join(w.text for w in words))
        if mark in CONDITIONAL - {"whether", "until", "till"} and not by_origin:
            yield "conditional"
        coming = c.modal in ("will", "shall") or (mark == "once" and x.tag != "VBD")
        if mark in ("once", "when") and coming and not any(w.kind == "date" for w in words):
            yield "conditional"
        if words[0] is x and x.tag in ("VBD", "VB") and x.first("nsubj") is not None:
            yield "conditional"


def _inverted(c: Clause) -> bool:
    """Whether a clause is a condition by its order: `Should talks fail`, `Were Mexico to place`."""
    first = c.words[0]
    helper = first.lower in ("should", "were", "had") and first.dep in (
        "aux",
        "auxpass",
        "advcl",
        "ccomp",
        "ROOT",
    )
    return helper and c.verb.first("nsubj", "nsubjpass") is not None


def _in_part(c: Clause) -> bool:
    """Whether a negation denies only a part: `not only`, `not just`."""
    return any(x.lower in ("only", "just", "merely") for x in c.words)


def _doubtful(teller: Word, frame: Frame) -> bool:
    """Whether what somebody tells is no more than an opinion or a rumour: not what a trader says of a duty that is paid."""
    near = (teller, *teller.all("compound", "appos", "amod"))
    rumours = any(w.can_be("voice") for w in near)
    speaks = teller.form == "voice" or any(w.can_be("office", "voice") for w in near)
    fact = frame.act not in ("", "be") and not frame.clause.modal
    return not is_definite(frame) and (rumours or (speaks and not fact))


def is_definite(frame: Frame) -> bool:
    """Whether an instrument is spoken of as one that exists: `the US tariff`, `its 25% duty`, `India's tariff`."""
    noun = frame.noun
    if noun is None:
        return False
    said = {c.lower for c in noun.all("det", "neg")}
    if said & {"a", "an", "any", "no", "another"}:
        return False
    owned = noun.first("poss") is not None or any(
        c.kind == "place" for c in noun.all("amod", "compound", "nmod")
    )
    return owned or bool(said & {"the", "this", "these", "that", "those"}) or noun.tag == "NNS"
