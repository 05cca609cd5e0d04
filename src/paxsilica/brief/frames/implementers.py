"""Who acts: the states that a frame's own words name, and those that earlier ones named where it names none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from paxsilica.brief.frames.bans import flow_of
from paxsilica.brief.frames.carried import Carried
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import EXPORTING
from paxsilica.brief.frames.grammar import DEEDS, Parse, Word
from paxsilica.brief.frames.rates import is_instrument
from paxsilica.brief.frames.targets import ACTIVE, bearing
from paxsilica.brief.frames.things import COUNTRY_WORDS, EXAMPLES, place_codes
from paxsilica.brief.frames.topics import repeats
from paxsilica.brief.frames.words import wordset
from paxsilica.brief.places import seats

THEY = wordset("pronouns")


GIVING = ("make", "negotiate", "offer")
"""Verbs beside those of levying that tell who acts."""


def borne(
    frame: Frame, context: Carried, actor: tuple[str, ...], origins: list[str]
) -> tuple[tuple[str, ...], list[str]]:
    """Who acts and whom it hits where a text told of one who levies, and a clause says who has or gets a rate:
    `Libya was told it will have a 30% rate`."""
    outer, subject = frame.clause.parent, frame.clause.subject
    passive = frame.act not in ACTIVE and frame.type == "Import tariff"
    told = outer is not None and outer.passive and subject is not None and subject.lower in THEY
    sees = outer is not None and outer.verb.lemma == "see" and subject is frame.noun
    hearer = outer.subject if (told or sees) and outer is not None else None
    levier = context.levier
    if (passive or sees) and hearer is not None and hearer.kind == "place" and not origins:
        return actor or levier, [c for w in hearer.conjuncts() for c in place_codes(w)]
    got = levier and actor and actor != levier and not origins and frame.rates
    by = any(True for _ in _agents(frame))
    rate = frame.noun is None or frame.noun.lower.endswith(("rate", "rates"))
    has = subject is not None and subject.kind == "place" and frame.act in ("", "be", "face")
    if passive and got and not by and (rate or has):
        return levier, [*actor]
    return actor, origins


def named_actor(frame: Frame, origins: list[str]) -> tuple[tuple[str, ...], list[str]]:
    """Who acts by a frame's own words, and whom it hits: `Canada raised its US tariff` hits whom it names there."""
    owners, adjectives = list(_owners(frame)), list(_named_adjectives(frame))
    agents, subjects = list(_agents(frame)), list(_subjects(frame))
    acting = agents or subjects
    if acting and adjectives and not owners and frame.act not in ("face", "retaliate", "ban"):
        does = {c for w in acting for c in place_codes(w)}
        others = [c for w in adjectives for c in place_codes(w) if c not in does]
        if others and not origins:
            origins, adjectives = others, []
    ordered = [owners, acting, adjectives] if frame.inner else [owners, adjectives, acting]
    chosen = next((ws for ws in ordered if ws), [])
    if chosen is subjects and subjects:
        chosen = [w for w in subjects if w in subjects[0].conjuncts()]
    return tuple(dict.fromkeys(c for w in chosen for c in place_codes(w))), origins


def _instruments(frame: Frame) -> list[Word]:
    """A frame's noun and the instruments above it."""
    noun = frame.noun
    above = noun.above() if noun is not None and noun.lead != "with" else ()
    return [] if noun is None else [noun, *(a for a in above if is_instrument(a))]


def _owners(frame: Frame) -> Iterator[Word]:
    """Places that own a frame's noun: `India's tariff`, `the tariff of India`, `Ankara its 20% duty`."""
    noun = frame.noun
    if noun is None:
        return
    first = next((c.at for c in noun.children if c.tag == "PRP$"), 0)
    left = next((w for w in frame.words if w.at == first - 1), None)
    if left is not None and left.kind == "place" and left is not frame.clause.subject:
        yield left
    for n in _instruments(frame):
        for c in n.children:
            own = c.dep == "poss" or (c.mention is not None and c.mention.own)
            if c.kind == "place" and own and c.at < n.at:
                yield from c.conjuncts()
            of = c.dep == "prep" and c.lower in ("of", "by") and frame.type not in EXPORTING
            given = c.dep == "prep" and c.lower in ("from", "by") and "licensing" in frame.type
            for p in c.all("pobj") if of or given else ():
                yield from (x for x in p.conjuncts() if x.kind == "place")


def _named_adjectives(frame: Frame) -> Iterator[Word]:
    """Places named before a noun without owning it: `a US tariff`."""
    for n in _instruments(frame):
        for c in n.all("amod", "compound", "nmod"):
            if c.kind == "place" and c.at < n.at and not (c.mention and c.mention.own):
                yield from c.conjuncts()


def _agents(frame: Frame) -> Iterator[Word]:
    """Places by which something is done, or whose decision does it: `with Peru's decree`."""
    for c in (*frame.inner, frame.clause):
        for a in () if _reacts(c.verb) else c.verb.all("agent", "prep"):
            for p in a.all("pobj"):
                decided = a.lower in ("with", "under") and p.lower in DEEDS and p.first("poss")
                if a.lower == "by" or decided:
                    yield from _actors_in(p)


def _reacts(v: Word) -> bool:
    """Whether a verb tells what somebody thinks of an act that is another's: `the ban was welcomed by Peru`."""
    return v.can_be("other") and not v.act and v.lemma not in GIVING


def _subjects(frame: Frame) -> Iterator[Word]:
    """Places that do what a frame's clauses say."""
    if any(t.lead == "subject" for t in frame.things):
        return
    for c in (*frame.inner, frame.clause):
        s = c.subject
        if s is None or c.passive or bearing(c) or is_instrument(s) or s.kind == "rate":
            continue
        if s.lead == "with" and c.act not in ACTIVE:
            continue
        yield from _actors_in(s)


def _actors_in(subject: Word) -> Iterator[Word]:
    """The places that a subject stands for: itself, or whose office or decision it is."""
    for s in subject.conjuncts():
        if s.kind == "place":
            if s.form not in ("voice", "court", "private", "exporter"):
                yield s
            continue
        government = s.can_be("office", "government")
        if government and any(c.tag == "PRP$" for c in s.children):
            top = next(reversed([*s.above()]), s)
            before = (w for w in top.subtree() if w.kind == "place" and w.at < s.at)
            yield from [w for w in before if w.form in ("office", "person")][-1:]
        does = (
            s.up.is_verb
            and s.kind == "word"
            and s.tag == "NN"
            and not s.can_be("office", "private")
        )
        if does or s.tag == "NNP" or government or s.lower in DEEDS:
            below = (x for c in s.all("prep") if c.lower == "of" for x in c.subtree())
            yield from (x for x in below if x.kind == "place" and x.form != "voice")
            led = [c for c in s.all("prep") if c.lower in ("by", "from", "in")]
            led += [b for c in s.all("acl") for b in c.children if b.lower == "by"]
            near = [*s.children, *(p for c in led for p in c.children)]
            deps = ("poss", "amod", "compound", "nmod", "pobj")
            yield from (
                c for c in near if c.kind == "place" and c.dep in deps and c.form != "voice"
            )
        yield from (c for c in s.all("appos") if c.kind == "place")
        if s.lower in ("states", "members", "countries", "governments"):
            inner = (x for c in s.all("compound", "amod", "nmod") for x in c.subtree())
            yield from (x for x in inner if x.kind == "place")


def states_of(subject: Word) -> tuple[str, ...]:
    """The codes of the states that a subject stands for, itself or as an office of theirs."""
    if subject.kind != "place" and not subject.can_be("office", "government"):
        return ()
    return tuple(dict.fromkeys(c for w in _actors_in(subject) for c in place_codes(w)))


def exports_of(
    frame: Frame, seller: tuple[str, ...], origins: Sequence[str], into: Sequence[str]
) -> str:
    """The word for what a state itself sells, where a duty is on that: `a duty of 10% on the export of barley`."""
    told = (
        t.word.lower
        for t in frame.things
        if t.lead in ("on", "for") and flow_of(t.word) == "Export"
    )
    sold = next(told, "")
    seller = seller or tuple(origins if sold == "export" else ())
    own = bool(seller) and set(origins) <= set(seller) and not set(into) & set(seller)
    return sold if own else ""


def others_bear(frame: Frame) -> bool:
    """Whether those bear a rate whom only a common noun names: `most countries pay 25%`, `imports from other countries`."""
    subject = frame.clause.subject
    bear = subject is not None and subject.lower in COUNTRY_WORDS and bearing(frame.clause)
    return bear or any(
        w.lower in COUNTRY_WORDS and any(c.lower == "other" for c in w.children)
        for w in frame.words
    )


def place_of(frame: Frame, targets: set[str]) -> tuple[str, ...]:
    """The state in or into which a duty is paid: `a 20% duty in Kenya`, `pay the Zambian treasury`."""

    def free(w: Word) -> bool:
        return w.kind == "place" and not set(place_codes(w)) & targets

    for w in (w for c in (*frame.inner, frame.clause) for w in c.words if free(w)):
        lead, over = w.up, w.up.up
        if lead.lower in EXAMPLES:
            lead, over = over.up, over.up.up
        inland = w.form == "inland" and lead.lower in ("in", "into", "at", "to")
        paid = w.form == "office" and frame.act == "face" and w.dep in ("dative", "dobj", "pobj")
        paid = paid or (lead.lower == "to" and over.lemma == "pay")
        there = lead.dep == "prep" and lead.lower in ("in", "into") and not w.form
        held = over.is_verb or is_instrument(over) or over.kind in ("rate", "goods", "product")
        if inland or paid or (there and held and w.text not in seats()):
            return place_codes(w)
    said = [w for w in _below(frame.clause.verb) if free(w) and w.form in ("", "inland")]
    for w in said:
        over = w.up.up if w.up.kind == "zero" else w.up
        enters = w.dep in ("dobj", "compound") and (over.enters or over.lemma == "enter")
        if enters or w.up.lower in ("into", "entering"):
            return place_codes(w)
    within = {x for t in frame.things for x in t.word.subtree()}
    left = [w for w in said if w not in within and w.up.lower in ("in", "at", "under")]
    left = [w for w in left if w.text not in seats()]
    return place_codes(left[0]) if len(left) == 1 else ()


def _below(v: Word) -> Iterator[Word]:
    """A verb and what depends on it, without what others say beside it."""
    yield v
    for c in v.children:
        if c.dep not in ("ccomp", "conj", "parataxis") or (c.dep == "ccomp" and c.at < v.at):
            yield from c.subtree()


def actors_around(frame: Frame, tree: Parse) -> Iterator[tuple[str, ...]]:
    """Those who act or speak in the clauses around a frame's own."""
    subjects = [
        k.subject
        for k in frame.clause.outward()
        if k is not frame.clause and not (bearing(k) or k.passive)
    ]
    beside = (k for k in tree.clauses if k.parent is frame.clause and k.dep == "parataxis")
    subjects += [k.subject for k in beside if k.verb.can_be("say")]
    for s in subjects:
        if s is not None:
            yield tuple(dict.fromkeys(c for w in _actors_in(s) for c in place_codes(w)))


def _by_office(frame: Frame) -> bool:
    """Whether a government acts or speaks that only its words tell: `the ministry`, `the country`."""
    clause = frame.clause
    speakers = [s for k in clause.outward() if (s := k.subject) is not None]
    agents = [p for a in clause.verb.all("agent", "prep") if a.lower == "by" for p in a.all("pobj")]
    return any(
        s.can_be("office", "government") or s.lower in ("country", "nation")
        for s in (*speakers, *agents)
    )


def inherited_actor(
    frame: Frame, tree: Parse, context: Carried, before: Frame | None
) -> tuple[str, ...]:
    """The actor of a clause that names none: that of the clause before, the speaker, the publisher, the text."""
    subject = frame.clause.subject
    word = subject.lower if subject is not None else ""
    noun = frame.noun
    its = noun is not None and any(c.tag == "PRP$" for c in noun.children)
    around = [*actors_around(frame, tree)]
    office = _by_office(frame)
    offices = {
        place_codes(w)
        for w in tree.words
        if w.form in ("office", "person") and not (w.lead == "by" and _reacts(w.up.up))
    }
    office_named = next(iter(offices)) if len(offices) == 1 else ()
    his = subject is not None and any(c.lower in ("his", "her") for c in subject.children)
    holder = office_named if word in ("he", "she") or his else ()
    told = around if word in THEY else []
    there = word == "it" and frame.act == "be"
    they = word in THEY and not there
    named = [context.subject, context.actor] if they or its or office else []
    ours = context.we if word in ("we", "i") else ()
    last = before.actor if before is not None and not before.guessed else ()
    told_of = context.frame
    repeated = (
        told_of.actor
        if told_of is not None and noun is not None and repeats(frame, told_of.type)
        else ()
    )
    bears = subject is not None and subject.kind == "place"
    seat = context.dateline if office and not bears else ()
    market = context.market if frame.type == "Import tariff" else ()
    further = (
        *told,
        *named,
        *around,
        market,
        context.publisher,
        context.spoken,
        context.home,
        seat,
    )
    listed = frame.bare and all(t.lead == "listed" for t in frame.things)
    alone = len(context.actors) == 1 and (bearing(frame.clause) or listed)
    one = [a for a in context.actors if alone and context.doer in ((), a)]
    near = (holder, *one, ours, last, context.we, repeated, *further)
    for codes in near:
        left = tuple(c for c in codes if c not in frame.targets)
        if left and (left == codes or len(codes) == 2):
            again = told_of is not None and told_of.guessed and left == told_of.actor
            told_so = (
                context.told.get(left) == frame.targets if frame.targets else left == context.actor
            )
            anew = codes is repeated and context.spoken not in ((), left)
            frame.guessed |= (codes is market and not told_so) or again or anew
            return left
    known: list[tuple[str, ...]] = [
        a for a, hit in context.told.items() if frame.targets and hit == frame.targets
    ]
    other = tuple(c for c in context.pair if c not in frame.targets)
    pair = other if len(other) == 1 and frame.targets else ()
    last_resorts: list[tuple[str, ...]] = [context.actor, office_named, context.subject, pair]
    for actor in known + last_resorts if len(known) == 1 else last_resorts:
        if actor and not set(actor) & set(frame.targets):
            again = told_of is not None and told_of.actor == actor and repeats(frame, told_of.type)
            others = len(context.actors) > 1 or context.subject not in ((), actor)
            by_pair = actor is pair and bool(pair)
            frame.guessed = by_pair or (others and not again and known != [actor])
            return actor
    return ()
