"""What a measure needs before it is drafted: doubts that its own sentence raises."""

from __future__ import annotations

import re

from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import (
    EVERY_COUNTRY,
    NOBODY_HIT,
    OF_SEVERAL,
    RATED,
    TRADE_REMEDIES,
)
from paxsilica.brief.frames.grammar import Word
from paxsilica.brief.frames.presumed import WHOLE
from paxsilica.brief.frames.rates import LATER_STEP, OR_MONEY, is_instrument, step_of
from paxsilica.brief.frames.sentences import Sent
from paxsilica.brief.frames.targets import bearing
from paxsilica.brief.frames.things import CERTAIN, ENTRY_VERBS, ORIGIN_VERBS
from paxsilica.brief.frames.words import wordset
from paxsilica.brief.record import Measure, Quantity


def _in_money(w: Word) -> bool:
    """Whether a word is an amount of money, or a rate that is told in money."""
    q = w.mention.value if w.mention else None
    return w.kind == "money" or (isinstance(q, Quantity) and bool(re.match("[A-Z]{3}", q.unit)))


RECITAL = re.compile(
    r"\W*(?:\d+\W+)?(?:By|In|Through|Under|With) (?:my |the )?(?:Presidential )?"
    r"(?:Decree|Decision|Executive Order|Notification|Order|Proclamation|Regulation)\b[^;]*?, (?:I|we)\s"
)
"""How a sentence of an order begins that tells what an earlier one did: `In Proclamation 12 of May 3, 2018, I ...`."""

USED_UP = re.compile(
    r"\b(?:above|beyond|over|exceed\w*|in excess of)\s(?:\w+\s){0,4}(?:volumes?|quantit(?:y|ies)|quotas?|thresholds?)\b"
)
"""Words for what comes in when a quota is used up."""

UP_TO = re.compile(r"\b(?:up to|no more than|a maximum of|the first) \d[\d,.]*(?P<of>[a-zA-Z\s-]+)")
"""How many or how much of some goods comes in at a duty."""


def _is_limited(m: Measure, sentence: str) -> bool:
    """Whether a duty is on a quantity of its goods: `6% on up to 4,000 cars`."""
    last = m.products.rpartition(" ")[2] or " "
    counted = any(last in x["of"] for x in UP_TO.finditer(sentence))
    return counted or USED_UP.search(sentence) is not None


def _of_list(frame: Frame) -> bool:
    """Whether a clause only says something of goods that nothing names, or a list: `the list of goods whose import is
    banned`."""
    noun = frame.clause.antecedent
    if noun is None or frame.clause.dep not in ("relcl", "acl"):
        return False
    unnamed = noun.kind == "goods" and not (frame.goods or frame.unknown)
    return unnamed or any(a.lower in ("list", "lists") for a in (noun, *noun.above()))


def _some_of_them(noun: Word) -> bool:
    """Whether only a part of some duties is meant that nothing tells: `most of the tariffs`, `certain duties`."""
    said = [c.lower for c in noun.children if c.at < noun.at]
    said += [noun.up.up.lower] if noun.lead == "of" else []
    return noun.tag == "NNS" and bool({*CERTAIN, "most", "part"}.intersection(said))


def _some_by_day(frame: Frame) -> bool:
    """Whether a clause says which duties are meant by a day or a list: `the tariffs that it announced since 4 April`."""
    said = [w for c in frame.inner for w in c.words]
    return any(w.kind == "date" or w.lower == "following" for w in said)


FIRST_RATE = ("initially", "originally")

BROAD = 5
"""Chapters or headings of goods beyond which some of them are no goods that a person knows: `certain farm products`."""


PART_OF = {"other", "remaining", "most"}
"""Words for a part of some goods."""

NARROWING = ("on", "under", "within", "outside", "with", "without", "below", "above")
ON_ANY_GOODS = wordset("on any goods")
"""Words for a duty that is on a country's goods whatever they are."""


def _on_a_name(w: Word) -> bool:
    """Whether a rate or an instrument is said to fall on a name that no table knows: `20 % for Sacco`."""
    led = w.tag == "NNP" and w.kind == "word" and w.lead in ("to", "for", "on")
    led &= w.at > w.up.up.at
    over = w.up.up
    return led and (over.is_verb or over.kind == "rate" or is_instrument(over))


def _restricted(goods: Word) -> bool:
    """Whether a clause or phrase tells apart which of all goods are meant: `goods that qualify`, `products on the list`."""
    made = ENTRY_VERBS | ORIGIN_VERBS
    said = (c for c in goods.children if c.dep in ("relcl", "acl") and c.lemma not in made)
    apart = any(not any(x.kind in ("place", "everybody") for x in c.subtree()) for c in said)
    led = (c for c in goods.all("prep") if c.lower in NARROWING and c.at > goods.at)
    kinds = ("word", "number", "instrument")
    return apart or any(p.kind in kinds for c in led for p in c.all("pobj"))


def _goods_unsaid(m: Measure, frame: Frame, named: bool, clear: bool) -> bool:
    """Whether nothing says which goods are meant.

    Args:
        clear: the words name goods or a partner.
    """
    things, noun = frame.things, frame.noun
    everything = not named and m.targets == (EVERY_COUNTRY,)
    whole = any(w.kind == "everybody" or w.lower in WHOLE for w in frame.words)
    apart = not named and any(w.kind == "product" for w in frame.words)
    banned = m.type.endswith(" ban") and (apart or not clear)
    freeing = frame.clause.verb.lemma == "exempt" or m.type == "Export licensing requirement"
    blanket = noun is not None and any(c.lower in ON_ANY_GOODS for c in noun.children)
    blanket |= whole and any(t.generic for t in things)
    nobody_hit = NOBODY_HIT in m.needs or bool(frame.presumed and not frame.targets)
    others = {c.lower for t in things for c in t.word.children} & PART_OF
    shares = {w for w in frame.words if w.kind == "rate" and w.behind("of") and "100" not in w.text}
    some = any(t.some for t in things) or bool(shares - {w for w, _ in frame.rates})
    broad = len(m.codes) > BROAD and (some or bool(others))
    part = broad or (some and not (m.codes or m.sectors)) if named else some
    return (
        frame.unclear
        or _of_list(frame)
        or part
        or (not named and any(t.generic and _restricted(t.word) for t in things))
        or ((everything or banned) and not whole)
        or (not named and nobody_hit and not blanket)
        or (not named and freeing)
    )


def doubted(m: Measure, frame: Frame, named: bool, sent: Sent) -> Measure:
    """The same with what its words leave in doubt."""
    noun = frame.noun
    clear = named or any(t.generic or t.origins or t.into for t in frame.things)
    freed = frame.act == "remove" and not frame.rates
    quota = m.type in RATED and sent.has_quota
    further = [x for w in frame.words if w.lower == "addition" for x in w.subtree()]
    doubts = (
        ("who acts is taken from an earlier sentence", frame.guessed),
        (NOBODY_HIT, bool(frame.presumed and not frame.targets)),
        ("which goods are meant is not said", _goods_unsaid(m, frame, named, clear)),
        (
            "it is the rate of one firm",
            noun is not None and any(c.lower == "individual" for c in noun.children),
        ),
        (
            "it may be no duty on trade",
            noun is not None
            and noun.lower in ("tax", "taxes", "levy", "levies", "charge")
            and (freed if not frame.things else bool(frame.unknown) and not frame.goods),
        ),
        ("it may have been raised", freed and frame.lifting),
        ("it may have been changed since", any(w.lower in FIRST_RATE for w in frame.words)),
        ("it is told as what an earlier order did", RECITAL.match(sent.text) is not None),
        ("the goods stand in a list that follows", any(t.listed for t in frame.things)),
        ("a quantity limits it", any(t.limited for t in frame.things) and m.type in RATED),
        (
            "it names those who pay and no goods",
            any(t.sellers for t in frame.things) and not named and not bearing(frame.clause),
        ),
        (
            "an amount of money stands beside it",
            m.rate is not None
            and any(_in_money(w) for w in (*frame.words, *further))
            and any(w.lower in OR_MONEY for w in frame.words),
        ),
        (
            "it hits some firms only",
            any(t.sellers and t.some for t in frame.things)
            or (not clear and any(map(_on_a_name, frame.words))),
        ),
        (OF_SEVERAL, frame.summed),
        ("how much may go is not said", m.type == "Export quota" and not (m.terms or m.rate)),
        (
            "it may be a share of the quota",
            m.type == "Import quota" and m.rate is not None and not m.terms,
        ),
        (
            "no duty is levied",
            m.type in TRADE_REMEDIES and m.rate is not None and m.rate.value == 0,
        ),
        (
            "from when is not said",
            m.starts is None and any(step_of(w) in LATER_STEP for w in frame.dates),
        ),
        (
            "a quota limits it",
            quota or (m.type in RATED and _is_limited(m, sent.text)),
        ),
        (
            "it is only spoken of",
            noun is not None
            and m.type not in RATED
            and m.standing == "in force"
            and (frame.act == "be" or not (frame.act or (named and noun is frame.clause.subject)))
            and not (m.rate or m.terms or bearing(frame.clause)),
        ),
        ("which of its duties are meant is not said", noun is not None and _some_of_them(noun)),
        ("which of its duties are meant is not said", freed and not named and _some_by_day(frame)),
        ("the product is not said", not named and m.type in TRADE_REMEDIES),
    )
    needs = (*m.needs, *(why for why, is_so in doubts if is_so))
    return m.model_copy(update={"needs": tuple(dict.fromkeys(needs))})
