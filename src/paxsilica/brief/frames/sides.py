"""Who acts, on whom and on what: from a frame's own words, and from what was said before where it leaves them out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise

from paxsilica.brief.frames.carried import Carried
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import EVERY_COUNTRY, EXPORTING, TRADE_REMEDIES, with_members
from paxsilica.brief.frames.goods import NamedGoods
from paxsilica.brief.frames.grammar import Parse, Word
from paxsilica.brief.frames.implementers import (
    THEY,
    actors_around,
    borne,
    exports_of,
    inherited_actor,
    named_actor,
    others_bear,
    place_of,
)
from paxsilica.brief.frames.levels import comes_on_top
from paxsilica.brief.frames.presumed import (
    by_pact,
    by_part,
    changed_at_home,
    from_anywhere,
    is_general,
    is_whole,
    on_all_presumably,
    origins_apart,
    other_of,
    unnamed_partners,
)
from paxsilica.brief.frames.roles import MULTIPLIES, WEAK
from paxsilica.brief.frames.targets import ACTIVE, ON, bearing
from paxsilica.brief.frames.things import EXCEPTING, SAME, Thing, place_codes
from paxsilica.brief.frames.topics import (
    fill_by_topic,
    read_as_remedied,
    repeats,
    take_goods,
    take_sides_of_goods,
    take_sides_of_rate,
)
from paxsilica.brief.frames.words import wordset

PLAIN_DUTIES = wordset("duties")
"""Plain words for a duty, which may mean the anti-dumping duty that was told of before."""

EACH_OTHER = re.compile(
    r"\b(?<!between )(?:each other|one another|reciprocally|other party|"
    r"the other(?:'s)? (?:party|side|country|participant|goods|products|exports|imports)|"
    r"(?:both|the two) (?:parties|sides|countries|participants))\b"
)
"""Words by which two states do the same to each other."""

STATE_CODE = re.compile("[A-Z]{2,4}")
"""Codes of states and groups, which have no digits as sectors and customs codes have."""

ON_ALL = ("universal", "global", "worldwide")
"""Words for a duty on imports wherever they come from."""

LOOSE = ("foreign", "global", "worldwide", "all foreign")
"""Words for everybody that count only beside goods."""


def resolve(frames: Sequence[Frame], tree: Parse, context: Carried) -> None:
    """Fill in who acts, on whom and on what."""
    before: Frame | None = None
    for frame in frames:
        _take_head(frame, context)
        _resolve(frame, tree, context, before)
        before = frame
    for frame, following in pairwise(frames):
        if (
            not frame.targets
            and following.clause is frame.clause
            and frame.actor == following.actor
        ):
            frame.targets = following.targets


def _resolve(frame: Frame, tree: Parse, context: Carried, before: Frame | None) -> None:
    frame.third = any(t.third for t in frame.things)
    told_of = context.frame
    _take_type(frame, before, told_of, context)
    frame.completes = (
        bool(frame.rates)
        and told_of is not None
        and not told_of.rates
        and repeats(frame, told_of.type)
    )
    _take_goods(frame)
    by_sellers = [t.sellers for t in frame.things if t.products]
    remedy = told_of is not None and told_of.type == frame.type and frame.type in TRADE_REMEDIES
    if remedy and told_of is not None and by_sellers and all(by_sellers):
        take_goods(frame, told_of)
    actor, origins, everybody = _own_sides(frame, tree, context, before)
    targets = tuple(c for c in origins if c not in actor or len(origins) == 1)
    members = {code for group in actor for code in with_members(group)}
    targets = tuple(c for c in targets if c in actor or c not in members)
    frame.targets = (EVERY_COUNTRY,) if everybody and not origins else targets
    inherited = () if actor else inherited_actor(frame, tree, context, before)
    if before is not None and before.clause is not frame.clause and not before.actor:
        inherited = tuple(c for c in inherited if c not in before.targets)
    frame.actor = actor or inherited
    read_as_remedied(frame, context.of_type)
    frame.guessed |= not actor and frame.type == "Trade ban" and frame.clause.dep == "advcl"
    levied = frame.act in ACTIVE or frame.act == "stand"
    told = context.told.get(inherited) if inherited and levied else None
    if frame.targets == frame.actor:
        frame.targets = ()
    _borrow_sides(frame, tree, context, before, everybody)
    level = frame.rates or frame.act in MULTIPLIES
    named = bool(level and (frame.goods or frame.unknown)) and frame.type == "Import tariff"
    told = told or (context.told.get(frame.actor) if named and levied else None)
    if part := by_part(frame, context):
        told = () if frame.goods or frame.unknown else part
        frame.guessed |= bool(inherited)
    if told == (EVERY_COUNTRY,) and unnamed_partners(frame):
        told = ()
    if others := others_bear(frame):
        context.told.pop(frame.actor, None)
    if not frame.targets and told and not (everybody or frame.third or others):
        if frame.actor in context.divided and (before is None or before.presumed):
            frame.presumed = told
        else:
            frame.targets = told
    _borrow_goods(frame, tree, context, before)
    if inherited and not others:
        take_sides_of_goods(frame, context.topics)
        take_sides_of_rate(frame, context.topics)
    if not others:
        fill_by_topic(frame, context.topics)
    _not_by_its_target(frame, context)
    _take_goods_of_all(frame, context)
    levies = frame.act in ("impose", "announce", "face")
    frame.added = levies and (frame.actor, frame.targets) in context.added
    last, subject = before or told_of, frame.clause.subject
    it = subject is not None and subject.lower in THEY and frame.act == "be"
    same = before if frame.act == "keep" else frame.bare and (it or not frame.clause.verb.is_verb)
    frame.added |= bool(same) and last is not None and comes_on_top(last)
    told_on = not (frame.type == "Export tax" or frame.spares or frame.summed)
    if frame.actor and frame.targets and told_on:
        before_it = context.told.setdefault(frame.actor, frame.targets)
        context.divided |= {frame.actor} if before_it != frame.targets else set()
        context.told[frame.actor] = frame.targets
    _pair_off(frame, context, origins)
    if not (frame.targets or frame.pairs or frame.third or frame.presumed):
        pact, on_all = by_pact(frame, context), on_all_presumably(frame, context)
        apart = () if frame.type in EXPORTING else origins_apart(frame, tree)
        frame.presumed = part or pact or apart or on_all or other_of(context.pair, frame)


def _take_type(frame: Frame, before: Frame | None, told_of: Frame | None, context: Carried) -> None:
    """Give a plain word for a duty or a ban the type of the act that it repeats.

    Args:
        before: the frame before it in its sentence. told_of: the last one of an earlier sentence.
    """
    noun, last = frame.noun, before or told_of
    plain = frame.type == "Import tariff" and noun is not None and noun.lower in PLAIN_DUTIES
    if (
        plain
        and last is not None
        and last.type in (*TRADE_REMEDIES, "Export tax")
        and (repeats(frame, last.type) or (before is not None and last.type in TRADE_REMEDIES))
    ):
        frame.type = last.type
    if plain and context.sells and not any(t.origins for t in frame.things):
        frame.type = "Export tax"
    named = frame.type == "Trade ban" and noun is not None
    bans = [t for t in (*context.of_type, *([last.type] if last else [])) if t.endswith(" ban")]
    if named and bans and (not frame.things or repeats(frame, bans[-1])):
        frame.type = bans[-1]
    goods = [t for t in frame.things if t.lead == "on" and t.products]
    apart = any(t.lead == "from" and t.origins for t in frame.things)
    said = (t.origins and not any(c.kind == "place" for c in t.word.children) for t in goods)
    ban = noun is not None and noun.lower[:3] == "ban" and any(t.origins for t in goods)
    if named and goods and (ban or apart or any(t.third for t in goods) or any(said)):
        frame.type = "Import ban"


def _take_head(frame: Frame, context: Carried) -> None:
    """Give a rate that names no goods those that head its line."""
    known = [g for g in context.headed if g.known]
    unknown = [g.words for g in context.headed if not g.known]
    if context.headed and frame.rates and not any(t.products or t.generic for t in frame.things):
        frame.things.append(Thing(frame.clause.verb, "head", goods=known, unknown=unknown))


def _take_goods(frame: Frame) -> None:
    """The goods that a frame's own words name, and those that they leave out."""
    things = frame.things
    frame.goods = [*dict.fromkeys(g for t in things for g in t.goods)]
    frame.unknown = [u for t in things for u in t.unknown]
    left_out = [g for w in frame.words if w.lower in EXCEPTING for g in _goods_left_out(w)]
    excepted = [x for t in things for x in t.excepted]
    excepted += [x for g in left_out for x in g.covered]
    frame.excepted = tuple(dict.fromkeys(excepted))


def _own_sides(
    frame: Frame, tree: Parse, context: Carried, before: Frame | None
) -> tuple[tuple[str, ...], list[str], bool]:
    """Who acts, whom it hits, and whether that is everybody, by the words of a frame."""
    things = frame.things
    origins, into = _origins_and_entered(frame)
    anybody = any(
        w.kind == "everybody" and w.lower not in LOOSE and w.dep != "poss" for w in tree.words
    )
    spared = any(STATE_CODE.fullmatch(code) for code in frame.excepted)
    noun = frame.noun
    anybody |= noun is not None and any(c.lower in ON_ALL for c in noun.all("amod", "nmod"))
    anybody |= any(t.imported and t.products and is_whole(t) for t in things)
    anybody |= is_general(frame) and not context.pact
    anybody &= not unnamed_partners(frame)
    everybody = any(t.everybody for t in things) or (not origins and (anybody or spared))
    actor, origins = named_actor(frame, origins)
    actor, origins = borne(frame, context, actor, origins)
    plain = noun is not None and noun.lower in ("tariff", "tariffs")
    mine = any(t.own for t in things)
    if plain and origins and into and {*actor} <= {*origins} and not mine:
        actor = tuple(into[:1])
    sold = exports_of(frame, actor or context.home, origins, into)
    if frame.type == "Import tariff" and sold:
        owned = bool(origins) or mine
        frame.unclear = plain and not owned and sold == "exports"
        frame.type = frame.type if frame.unclear else "Export tax"
    teller = frame.clause.parent
    if frame.type == "Export ban" and frame.clause.passive and teller and teller.act == "announce":
        actor = actor or (place_codes(teller.subject) if teller.subject is not None else ())
    foreign = frame.type == "Export ban" and actor and origins and not set(actor) & set(origins)
    if foreign and not into and all(t.lead in ("object", "of", "subject", "from") for t in things):
        frame.type = "Import ban"
    if frame.type in EXPORTING:
        held = ("object",) if noun is not None and noun is frame.clause.subject else ()
        hit = [t for t in things if t.lead in held or (t.lead in ("to", "on") and not t.products)]
        bound = into + [c for t in hit for c in t.origins]
        shippers = (w for w in frame.words if w.form == "exporter" and w.dep.startswith("nsubj"))
        actor = actor or next(map(place_codes, shippers), ())
        source = [c for c in origins if c not in bound]
        doer = next(filter(None, actors_around(frame, tree)), ())
        told = frame.type == "Export ban" and source and doer and not (actor or bound)
        if told and not set(doer) & set(source):
            frame.type = "Import ban"
            return doer, source, everybody
        actor = (
            actor
            or (() if source else inherited_actor(frame, tree, context, before))
            or tuple(source[:1])
        )
        origins = [c for c in dict.fromkeys(bound or source) if c not in actor]
    if frame.type == "Import ban" and origins == list(actor):
        actor = ()
    actor = actor or tuple(into[:1])
    if not actor and frame.act == "face":
        paid = (w for w in frame.words if w.form == "office" and w.dep in ("dative", "dobj"))
        actor = next(map(place_codes, paid), ())
        origins = [c for c in origins if c not in actor]
    return actor or place_of(frame, set(origins)), origins, everybody


def _origins_and_entered(frame: Frame) -> tuple[list[str], list[str]]:
    """The states that a frame's goods are from, and those that they enter."""
    things = frame.things
    origins = list(dict.fromkeys(c for t in things for c in t.origins))
    brought = frame.type == "Import ban" and any(t.origins and t.lead != "to" for t in things)
    leads = ("into", "to") if brought else ("into",)
    entered = [t for t in things if t.lead in leads and t.word.kind == "place"]
    into = [c for t in things for c in t.into] + [c for t in entered for c in t.origins]
    into += _kept_out_of(frame)
    if frame.clause.passive or (entered and frame.type not in EXPORTING):
        origins = [c for c in origins if c not in into]
    return origins, into


def _pair_off(frame: Frame, context: Carried, origins: Sequence[str]) -> None:
    """Two states that do the same to each other become two pairs of sides."""
    pair = frame.actor if len(frame.actor) == 2 else context.pair
    said = " ".join(w.lower for w in frame.words)
    both = set(frame.actor) == {*(context.pact or context.pair)} and not origins
    both &= frame.type == "Import tariff" and frame.targets == (EVERY_COUNTRY,)
    if len(pair) == 2 and (both or EACH_OTHER.search(said)) and not set(origins) - set(pair):
        one, other = pair
        frame.pairs = ((one, other), (other, one))
        frame.actor, frame.targets = (one,), (other,)


def _not_by_its_target(frame: Frame, context: Carried) -> None:
    """Nobody levies a remedy on himself: an actor that the text told of as the one who is hit is none. Dumping and
    subsidies are found of some origin, never of all."""
    if frame.type in ("Anti-dumping", "Anti-subsidy") and frame.targets == (EVERY_COUNTRY,):
        frame.targets = ()
    hit = context.hit | set(frame.targets)
    if frame.type in TRADE_REMEDIES and frame.actor and set(frame.actor) <= hit:
        frame.targets = frame.targets or frame.actor
        frame.actor = ()
    if frame.type in TRADE_REMEDIES:
        context.hit |= {c for c in frame.targets if c not in frame.actor}


def _take_goods_of_all(frame: Frame, context: Carried) -> None:
    """Give a remedy without goods those of the one that was told of without partners."""
    told = context.of_type.get(frame.type) if frame.type in TRADE_REMEDIES else None
    same = told is not None and told.actor == frame.actor
    open_ended = told is not None and told.targets in ((), (EVERY_COUNTRY,))
    if told is not None and same and open_ended and not (frame.goods or frame.unknown):
        take_goods(frame, told)


def _kept_out_of(frame: Frame) -> list[str]:
    """The state that goods of another one are banned from: `Danish pork was banned from Singapore`."""
    if frame.type != "Import ban" or not frame.clause.passive:
        return []
    of_it = [t for t in frame.things if t.lead == "subject" and t.origins]
    source = {c for t in of_it for c in t.origins}
    gates = [t for t in frame.things if t.lead == "from" and not t.products]
    return [c for t in gates for c in t.origins if c not in source] if of_it else []


def _goods_left_out(w: Word) -> list[NamedGoods]:
    """The goods that a word leaves out: those behind it, or the one before it: `except steel`, `cars excepted`."""
    words = [w.up] if not w.children and w.dep == "prep" else list(w.subtree())
    return [x.mention.value for x in words if x.kind == "product" and x.mention is not None]


def _borrow_sides(
    frame: Frame, tree: Parse, context: Carried, before: Frame | None, everybody: bool
) -> None:
    """Partners that a clause leaves out and an earlier one named."""
    own = any(t.own or (t.same and t.word.lower in SAME) for t in frame.things)
    start = min([t.word.at for t in frame.things] + [frame.at])
    context.recent += [place_codes(w) for w in tree.words if w.kind == "place" and w.at < start]
    if frame.targets or everybody or frame.third or others_bear(frame):
        return
    source, subject = before or context.frame, frame.clause.subject
    near = [c for codes in reversed(context.recent) for c in codes if c not in frame.actor]
    it = subject is not None and subject.lower in THEY and bearing(frame.clause)
    into = bool(frame.things) and all(t.generic and t.into for t in frame.things)
    reached = into and not frame.rates
    if (own or reached) and near and frame.type not in EXPORTING:
        frame.targets = (near[0],)
    elif (
        source is not None
        and source.targets
        and not source.spares
        and (before is not None or repeats(frame, source.type))
    ):
        frame.targets = tuple(c for c in source.targets if c not in frame.actor)
        if frame.type in EXPORTING and source.type not in EXPORTING:
            frame.presumed, frame.targets = frame.targets, ()
            return
    elif _at_the_other(frame) and (other := other_of(context.pair, frame)):
        frame.targets = other
    elif it:
        frame.targets = tuple(c for c in context.subject if c not in frame.actor)
    if not frame.targets and frame.type == "Export tax" and frame.actor:
        frame.targets = (EVERY_COUNTRY,)
    if (
        not frame.targets
        and not own
        and not (by_pact(frame, context) or by_part(frame, context))
        and (from_anywhere(frame) or changed_at_home(frame, context))
    ):
        whole = any(map(is_whole, frame.things))
        sold = frame.type in EXPORTING and (source is None or source.type not in EXPORTING)
        told = () if whole or sold else context.told.get(frame.actor, ())
        other = other_of(context.pair, frame) if frame.type == "Import ban" else ()
        other = other if other in context.recent else ()
        frame.presumed = () if told or whole else origins_apart(frame, tree) or other
        frame.targets = () if frame.presumed else told or (EVERY_COUNTRY,)


def _at_the_other(frame: Frame) -> bool:
    """Whether a state levies a tariff and names no partner, so that the other of two is meant."""
    led = any(w.dep == "prep" and w.lower in ON for w in frame.words)
    levies = frame.noun is not None and frame.act in ("impose", "raise", "announce", "cut")
    noun = frame.noun
    said = {w.lower for w in noun.subtree()} if noun is not None else set()
    weak = noun is not None and noun.sense("instrument") in WEAK
    plain = not weak or any(word in text for text in said for word in ("duty", "tariff"))
    return levies and plain and not (frame.things or led or frame.clause.passive)


def _borrow_goods(frame: Frame, tree: Parse, context: Carried, before: Frame | None) -> None:
    """Goods that a clause leaves out and an earlier one named; `unclear` where it means some that nothing names."""
    own = any(t.own or t.same for t in frame.things)
    if frame.goods or frame.unknown:
        return
    if any(t.generic for t in frame.things):
        told = (f for t, f in context.of_type.items() if t in TRADE_REMEDIES)
        plain = frame.noun is not None and frame.noun.lower in ("duty", "duties")
        frame.unclear |= plain and any(f.actor == frame.actor for f in told)
        return
    source = before or context.frame
    same_clause = before is not None and before.clause is frame.clause
    another = source is not None and source.actor and frame.actor not in ((), source.actor)
    again = source is not None and repeats(frame, source.type) and not another
    if source is not None and (frame.bare or own or same_clause or again):
        take_goods(frame, source)
    these = any(t.same and t.word.lower not in SAME for t in frame.things)
    again = frame.noun is not None and "ban" in frame.type and repeats(frame, frame.type)
    again &= not (frame.goods or frame.unknown)
    if (these or again) and (alike := context.of_type.get(frame.type)) is not None:
        take_goods(frame, alike)
    frame.unclear |= these and not (frame.goods or frame.unknown)
    if own and not (frame.goods or frame.unknown):
        start = min(t.word.at for t in frame.things)
        said = [w for w in tree.words if w.kind == "product" and w.at < start] or context.products
        frame.goods = [w.mention.value for w in said[-1:] if w.mention is not None]
        frame.unclear = not frame.goods
