"""Whether an act stands: by its doubts, by tense and mood of its verb, and by the sentences behind."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from paxsilica.brief.frames.bans import forbids, may_decide
from paxsilica.brief.frames.denials import DENYING, denies_act
from paxsilica.brief.frames.doubts import (
    BY_ORIGIN,
    DECIDING,
    ENDED,
    GOING_ON,
    LAWS,
    ORDER,
    cue_of,
    doubts_of,
    is_definite,
)
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import STANDS
from paxsilica.brief.frames.grammar import LETTING, Clause, Parse
from paxsilica.brief.frames.levels import long_ago
from paxsilica.brief.frames.rates import HOLDING
from paxsilica.brief.frames.roles import CUTS
from paxsilica.brief.frames.sentences import View
from paxsilica.brief.frames.targets import bearing
from paxsilica.brief.frames.words import later_patterns, pattern_of, wordset
from paxsilica.brief.record import ActStanding, Quantity

ANAPHOR, CONDITION, HISTORY, NO_ACTOR = (
    pattern_of(use) for use in ("anaphor", "condition", "history", "nobody")
)

LATER = later_patterns()
"""What a later sentence may say of an act before it."""

NEGATED = re.compile(r"\b(?:not|never|n['’]t|no)\s(?:\w+\s){0,2}$", re.IGNORECASE)

UNLESS_ENDED = re.compile(
    r"\(?\bunless\s(?:it is |they are |earlier |sooner )*"
    r"(?:revoked|amended|superseded|extended|repealed|withdrawn)[^).,;]*\)?",
    re.IGNORECASE,
)
"""What every notice says of its own end, which makes no condition."""

UNLESS = re.compile(r"\b(?:unless|until|if|can|could|may|might)\s(?:\w+\s){0,3}$", re.IGNORECASE)
"""Words before what has not come about."""

ATTRIBUTIVE = re.compile(
    r"\s(?!(?:and|or|by|in|on|as|of|that|the|it|about|at|after|for|with|but|because)\b)[a-z]{3,}"
)
ADJECTIVES = ("false", "fake", "forged", "wrong", "incorrect", "inaccurate", "untrue", "invented")
"""Words that deny an act, unless a noun stands behind them, of which alone they speak: `false certificates`."""

STILL = re.compile(r"\b(?:still|remains?|now|today|since)\b", re.IGNORECASE)

CORRECTED = re.compile(r"\b(?:earlier|previous) version of (?:this|the|our)\b", re.IGNORECASE)
SHORT_DENIAL = re.compile(r"\s*(?:It|They|This|That|He|She|We)\s(?:\w+\snot|\w+n['’]t)\s?[.!,]")
IN_PLACE = re.compile(r"\bin (?:force|effect|place)\b")

PERCENTAGE = re.compile(r"(\d+(?:\.\d+)?)\s?(?:%|per\s?cent)")

MODALS: dict[str, ActStanding] = {
    **dict.fromkeys(("will", "shall", "'ll", "’ll", "wo", "sha"), "announced"),
    **dict.fromkeys(("may", "might", "could", "can", "ca"), "proposed"),
    **dict.fromkeys(("should", "must", "ought"), "opinion"),
}

WOULD = ("would", "'d", "’d")

DECIDED = LAWS | {"accord", "agreement", "deal", "pact"}
LOOKED_UP = wordset("found")
"""Nouns of what is decided, and verbs of what a reader may look up: `the new rates can be found below`."""

CHANGED = ("raise", "cut", "double", "triple", "halve")
"""Classes of verbs after which a rate is no longer what it was."""

RULING = ("provide", "stipulate", "specify", "decree", "order", "rule", "decide")
APPLIES = ("applicable", "payable", "due", "chargeable")
PLANNED = ("set", "due", "schedule", "scheduled", "about")
"""Words for what is to come, which had been so before something else came where it `was`: `was set to pay`."""

LATELY = ("recently", "just", "already", "lately")

ASKED = frozenset(("asked", "denied", "proposed", "opinion"))
"""Doubts about the end of a tariff that stands."""


ANOTHER = ("previous", "earlier", "former", "similar", "past")
EARLIER_BAN = re.compile(rf"(?<!the )\b(?:{'|'.join(ANOTHER)})\s(?:\w+\s)?bans?\b")
"""Words of a sentence for a ban that is not the one the text is about."""

FORMER = {*ANOTHER, "previously"}
"""Words by which a ban that was lifted is another one."""


def how_it_stands(frame: Frame, tree: Parse, sentence: str) -> tuple[ActStanding, bool]:
    """How an act stands by its own sentence, and whether only the end or the height of one that stands is talked of.

    `unclear` where nothing says that it stands: an unknown verb decides nothing.
    """
    if sentence.rstrip(" \"”'").endswith("?"):
        return "asked", False
    definite = is_definite(frame)
    doubts = set(doubts_of(frame, tree))
    cut = frame.act in CUTS
    if definite and any(_is_levied(k) for k in frame.inner):
        if cut and doubts & ASKED:
            return "in force", True
        doubts &= {*ENDED, "conditional", "historical", "threatened"}
    ending = cut or frame.clause.verb.sense("cue") == "rescinded"
    if (
        doubts == {"proposed"}
        and ending
        and any(k.verb.lemma == "want" for k in frame.clause.outward())
    ):
        doubts = {"asked"}
    if (
        definite
        and ending
        and doubts & {"asked", "denied"}
        and not doubts & {"threatened", "simulated", "struck down"}
    ):
        return "in force", True
    kept = frame.act == "keep" and doubts <= {"proposed"} and frame.clause.infinitive
    kept &= all(k.modal in ("", "will", "shall", "must") for k in _mood_of(frame.clause))
    if doubts and not kept:
        return min(doubts, key=ORDER.index), False
    if CORRECTED.search(sentence):
        return "denied", False
    if NO_ACTOR.search(sentence):
        return "denied", False
    if HISTORY.search(sentence) and not STILL.search(sentence):
        return "historical", False
    if kept:
        return "announced", False
    plain = UNLESS_ENDED.sub(" ", BY_ORIGIN.sub(" ", sentence))
    return _by_verb(frame, definite, CONDITION.search(plain)), False


def _is_levied(c: Clause) -> bool:
    """Whether a clause says that somebody levies something, without doubt."""
    plain = not (c.modal or c.infinitive or c.negated)
    return plain and c.act in ("impose", "raise", "keep", "cut")


def _by_verb(frame: Frame, definite: bool, condition: re.Match[str] | None) -> ActStanding:
    """How an act stands by tense and mood of its own verb."""
    c = frame.clause
    if frame.told:
        return "in force"
    said = any(k.verb.can_be("say") or k.act == "announce" for k in c.outward() if k is not c)
    modal = next((m for k in _mood_of(c) if (m := k.modal)), "")
    noun = frame.noun
    effect = noun is not None and noun is c.subject and not c.passive and c.act in CHANGED
    supposed = not definite or modal in WOULD
    if effect and modal and supposed and frame.final is not None and not frame.outside:
        return "simulated"
    if modal in WOULD:
        before = any(h.lower == "had" for k in c.outward() if k is not c for h in k.helpers)
        if c.modal != modal or before:
            return "proposed"
        if c.act == "be" and not frame.outside:
            return "opinion"
        borne = bool(c.act) or c.verb.lemma in ("have", "get", "see")
        announced = (said and borne) or c.act == "announce" or c.verb.can_be("say")
        return "conditional" if condition else "announced" if announced else "simulated"
    if modal in MODALS:
        if c.verb.lemma in LOOKED_UP and definite:
            return "in force"
        limits = c.verb.lemma == "exceed" or forbids(c)
        ruled = c.parent is not None and c.parent.verb.lemma in RULING
        if ruled and not condition:
            return "announced"
        pays = c.modal == "must" and not may_decide(c.subject)
        owed = MODALS[modal] == "opinion" and (bearing(c) or c.passive or pays)
        if limits or (owed and not condition):
            return "in force"
        return "conditional" if condition else MODALS[modal]
    if c.infinitive or (c.verb.tag == "VBG" and c.dep in ("pcomp", "xcomp")):
        return _of_infinitive(c, condition is not None)
    past = c.verb.tag in ("VBD", "VBN")
    if condition and not (past and condition.start() > 0):
        return "conditional"
    was = c.verb.lower in ("was", "were") if c.act == "be" else c.verb.lower == "had"
    bore = c.act == "face" and c.verb.tag == "VBD" and c.verb.lemma != "get" and bearing(c)
    changed = definite and c.act in CHANGED and frame.final is not None and not frame.outside
    had = any(h.lower == "had" for h in c.helpers)
    lately = any(x.lower in LATELY for x in c.verb.children)
    dated = "ban" in frame.type and frame.act in ("ban", "impose") and bool(frame.dates)
    over = had and not (lately or dated)
    if (not said and (was or bore or over)) or (over and c.act == "be"):
        return "historical"
    if changed and c.passive:
        return "historical"
    if not _stands(frame, definite):
        return "unclear"
    coming = c.verb.tag == "VBG" and any(h.lemma == "be" for h in c.helpers)
    return "announced" if coming or c.act == "announce" else "in force"


def _mood_of(c: Clause) -> Iterator[Clause]:
    """The clauses whose mood an act's verb takes: its own, and those that it is an infinitive or participle of."""
    yield c
    while c.dep in ("xcomp", "pcomp", "conj") and c.parent is not None and not c.modal:
        if c.dep == "conj" and c.verb.all("nsubj", "nsubjpass"):
            return
        c = c.parent
        yield c


def _of_infinitive(c: Clause, conditional: bool) -> ActStanding:
    """How an act in an infinitive stands, by the verb it depends on."""
    outer = c.parent
    if c.dep == "acl" and c.antecedent is not None and c.antecedent.lower in DECIDED:
        return "conditional" if conditional else "announced"
    while outer is not None:
        v = outer.verb
        decided = (v, *v.all("dobj", "acomp", "attr"))
        was = any(x.lower in ("was", "were") for x in (v, *outer.helpers))
        if was and outer.parent is None and any(x.lemma in PLANNED for x in decided):
            return "historical"
        if outer.act == "announce" or any(x.lemma in DECIDING for x in decided):
            return "conditional" if conditional else "announced"
        if c.verb.tag == "VBG" and any(h.lower == "had" for h in outer.helpers):
            return "historical"
        had = v.lemma == "have" and v.tag == "VBD"
        if had or v.lemma in GOING_ON or (c.verb.tag == "VBG" and outer.act):
            return "in force"
        if v.lemma == "be" and c.infinitive and c.dep not in ("acl", "relcl"):
            return "announced"
        if not v.is_verb and not cue_of(v):
            return "announced"
        if not outer.infinitive:
            break
        outer = outer.parent
    if outer is None:
        return "announced"
    if c.dep == "advcl" and outer.act not in ("", "be", "control", "face"):
        return "announced" if outer.act == "announce" else "in force"
    return "proposed"


def _stands(frame: Frame, definite: bool) -> bool:
    """Whether a verb says that an act stands: it levies, changes or keeps it, or goods bear it."""
    c, final, noun = frame.clause, frame.final is not None, frame.noun
    by_verb = noun is None and not final and frame.type.endswith((" ban", " quota", " cap"))
    decided = final and c.verb.is_verb and c.verb.lemma in LETTING
    if (c.act and c.act != "be") or bearing(c) or by_verb or frame.terms or decided:
        return True
    said = " ".join(w.lower for w in c.words)
    if IN_PLACE.search(said) and not c.negated:
        return True
    if c.act == "be" and any(x.lower in APPLIES for x in c.verb.all("acomp")):
        return final
    if c.act == "be":
        there = final and c.subject is not None and c.subject.lower == "it"
        return definite or frame.outside or there or bool(frame.inner)
    held = noun is not None and (noun.dep in ("dobj", "conj") or noun.lead == "for")
    if c.verb.lemma in HOLDING and held:
        return final or frame.type in ("Export ban", "Import ban", "Export licensing requirement")
    if c.verb.can_be("presence") or c.verb.can_be("other"):
        return definite
    if any(k.act and k.act != "be" for k in frame.inner):
        return True
    if not c.verb.is_verb:
        return final and (c.verb is noun or noun is None or definite)
    return definite and final


def later(following: Sequence[str], rate: float | None, ended: bool) -> ActStanding | None:
    """What the next sentences say of an act: that it was denied, put off, withdrawn, ...; None: nothing.

    Args:
        rate: of the act; a sentence with other rates speaks of something else. ended: whether the act ends or cuts.
    """
    if following and SHORT_DENIAL.match(following[0]):
        return "denied"
    for sentence in following[:3]:
        denial = DENYING.search(sentence)
        if denial and not denies_act(sentence, denial, ended):
            sentence = sentence[: denial.start()]
        own = [float(n) for n in PERCENTAGE.findall(sentence)]
        if (own and rate not in own) or EARLIER_BAN.search(sentence):
            continue
        for standing, pattern in LATER.items():
            match = pattern.search(sentence)
            if match is None:
                continue
            if NEGATED.search(sentence[: match.start()]) and standing not in ("averted", "delayed"):
                continue
            if ANAPHOR.search(sentence) is None and standing not in ("denied", "averted"):
                continue
            if UNLESS.search(sentence[: match.start()]):
                continue
            told = match[0].lower() in ADJECTIVES and ATTRIBUTIVE.match(sentence[match.end() :])
            if standing == "denied" and told:
                continue
            return standing
    return None


def _lifts_this(frame: Frame) -> bool:
    """Whether a clause about a ban that somebody had lifted speaks of the one that the text is about."""
    return "ban" in frame.type and not {w.lower for w in frame.words} & FORMER


def of_another_ban(frame: Frame) -> bool:
    """Whether a ban that was lifted is an earlier one: `that ban was lifted`, `a previous ban`."""
    noun = frame.noun if "ban" in frame.type else None
    return noun is not None and bool({c.lower for c in noun.children} & (FORMER | {"that"}))


def stands_here(
    frame: Frame, tree: Parse, sentence: str, view: View, shown: ActStanding
) -> tuple[ActStanding, bool]:
    """How an act stands by its sentence and those around it, and whether only its end is talked of.

    Args:
        shown: how the act before it stands.
    """
    standing, ending = how_it_stands(frame, tree, sentence)
    if standing == "in force" and long_ago(frame, view.day):
        standing = "historical"
    was = frame.clause.verb.lower in ("was", "were") and not frame.dates
    if standing == "historical" and was and frame.completes and shown in STANDS:
        standing = shown
    if standing == "historical" and frame.act in ("remove", "raise") and _lifts_this(frame):
        standing = "rescinded"
    verb = frame.clause.verb
    beside = not verb.is_verb or (verb.tag == "VBG" and frame.clause.dep == "advcl")
    if frame.bare and (standing == "unclear" or (standing in STANDS and beside)):
        standing = shown
    the = frame.noun is not None and any(x.lower == "the" for x in frame.noun.children)
    if standing == "announced" and shown == "proposed" and the and not frame.rates:
        standing = shown
    if standing in (*STANDS, "unclear") and view.framed:
        standing = "simulated"
    if standing in STANDS and (said := later(view.following, _value(frame), frame.act in CUTS)):
        standing = said
    if view.lead is not None and standing in (*STANDS, "unclear"):
        standing = view.lead
    return standing, ending


def _value(frame: Frame) -> float | None:
    """The number of its rate."""
    said = [
        w.mention.value.value
        for w, _ in frame.rates
        if w.mention and isinstance(w.mention.value, Quantity)
    ]
    return said[-1] if said else None
