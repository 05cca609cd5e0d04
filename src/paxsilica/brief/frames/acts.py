"""A text's sentences -> its acts as measures, each with what keeps it from being drafted."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import get_args

from paxsilica.brief.actors import Cast
from paxsilica.brief.due import stood_before
from paxsilica.brief.frames.around import with_suggestions
from paxsilica.brief.frames.bans import (
    CURBS,
    FLOWS_IN,
    FLOWS_OUT,
    FORBIDDEN,
    NEGATING,
    PERMITS,
    STOPS,
    SUSPENDED,
)
from paxsilica.brief.frames.brackets import with_brackets
from paxsilica.brief.frames.carried import Carried
from paxsilica.brief.frames.firms import with_firms
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import EVERY_COUNTRY, RATED, STANDS, TRADE_REMEDIES, gated
from paxsilica.brief.frames.goods import short_goods
from paxsilica.brief.frames.grammar import FLOW_VERBS, SUSPENDING, Parse, Word
from paxsilica.brief.frames.implementers import states_of
from paxsilica.brief.frames.key_values import key_value_acts, key_values_of
from paxsilica.brief.frames.levels import (
    comes_on_top,
    days_of,
    frees_goods,
    level_of,
    quantity_of,
    time_of,
)
from paxsilica.brief.frames.lists import each_partner_by_order
from paxsilica.brief.frames.mentions import Known, Mention, known_of
from paxsilica.brief.frames.needs import doubted
from paxsilica.brief.frames.outline import (
    doer_of,
    heads_of,
    leads_of,
    listed_in,
    states_heading,
    with_listed,
)
from paxsilica.brief.frames.publishers import is_origin, presumed_publisher, publisher_of, signer_of
from paxsilica.brief.frames.rates import RANGING, step_of
from paxsilica.brief.frames.roles import frames_of
from paxsilica.brief.frames.sentences import (
    Sent,
    View,
    defined_terms,
    home_of,
    is_framed,
    market_of,
    origins_of_goods,
    pact_of,
    pair_of,
    read_sentences,
    speaker_of,
    speaker_of_quote,
    trailing_office,
)
from paxsilica.brief.frames.sides import resolve
from paxsilica.brief.frames.standing import of_another_ban, stands_here
from paxsilica.brief.frames.table_acts import ABOVE, INTRO, table_acts
from paxsilica.brief.frames.tables import tables_of
from paxsilica.brief.frames.targets import bearing
from paxsilica.brief.frames.terms import continued, with_terms
from paxsilica.brief.frames.things import place_codes
from paxsilica.brief.frames.titles import without_titles
from paxsilica.brief.frames.topics import note_topics
from paxsilica.brief.frames.trees import parsed
from paxsilica.brief.frames.whole_text import (
    at_odds,
    each_once,
    ended_later,
    rates_of_now,
    rates_until_now,
    without_conflict,
)
from paxsilica.brief.record import ActStanding, Measure, Quantity, Span, Time


def acts_in(
    text: str,
    quantities: Sequence[Quantity],
    times: Sequence[Time],
    cast: Cast,
    day: date | None,
    dateline: tuple[str, ...] = (),
) -> tuple[Measure, ...]:
    """Every act on trade of a text, in order, the same one once."""
    names = known_of(cast, day) | defined_terms(text)
    publisher = publisher_of(text)
    known = Known(names, publisher, day, short_goods(text))
    listed_facts = list(key_values_of(text))
    tables = [
        t for t in tables_of(text) if not any(s.overlaps(t.start, t.end) for s in listed_facts)
    ]
    sentences = list(read_sentences(text, quantities, times, known, tables))
    context = Carried(
        publisher=publisher,
        signer=signer_of(text),
        home=home_of(text, sentences),
        whole=len(sentences) > 3,
        dateline=dateline,
        pair=pair_of(text),
        pact=pact_of(sentences),
    )
    context.market = market_of(sentences, context.pact)
    context.hit |= origins_of_goods(text, sentences)
    levies = [i for s in sentences for i in s.items if i.can_be("instrument")]
    sold = any(i.can_be("instrument", "Export tax") for i in levies[:3])
    context.sells = sold and not context.pact and "import" not in text.lower()
    days = [t.first for t in times if t.kind == "date" and t.first and t.first == t.last]
    latest = max(days, default=None)
    found: list[Measure] = []
    waiting = list(tables)
    leads = [*leads_of(sentences)]
    listed = listed_in(sentences, leads)
    doubts: dict[int, ActStanding | None] = {}
    read = [
        may_act(s.items) and lead not in listed for s, lead in zip(sentences, leads, strict=True)
    ]
    trees = parsed(
        [(s.text, s.start, s.items) for s, is_read in zip(sentences, read, strict=True) if is_read]
    )
    taken = [(t.start, t.end) for t in tables] + [(s.start, s.end) for s in listed_facts]
    found += [m for values in listed_facts for m in key_value_acts(text, values, day)]
    for n, (sent, head) in enumerate(zip(sentences, heads_of(sentences), strict=True)):
        above = sentences[max(0, n - ABOVE) : n]
        while waiting and waiting[0].start <= sent.start:
            found += table_acts(text, waiting.pop(0), found, context, above, day)
        tree = next(trees) if read[n] else None
        context.part = states_heading(sent, context.part)
        if any(a <= sent.start < b for a, b in taken):
            continue
        if tree is None:
            _note_places(context, sent)
            doubts[n] = context.lead
            found += with_firms(text, sent.start, sent.end, [], found)
            continue
        context.headed = head
        following = tuple(s.text for s in sentences[n + 1 : n + 4])
        lead = leads[n]
        doubt = doubts.get(lead) if lead is not None else None
        view = View(following, is_framed(sentences, n), day or latest, doubt)
        context.listed = listed.get(n)
        context.lister = doer_of(sentences[lead]) if lead is not None else ()
        found += _acts_of_sentence(text, sent, sentences[n + 1 : n + 3], tree, context, view, found)
        doubts[n] = context.lead
    for table in waiting:
        found += table_acts(text, table, found, context, sentences[-ABOVE:], day)
    acting = publisher or context.home or context.levier or context.dateline
    acting = acting or presumed_publisher(text, [i for s in sentences for i in s.items])
    kept = without_titles([*ended_later([*each_once(found, text)], text, day)], sentences)
    return tuple(rates_until_now([*with_suggestions([*at_odds([*kept], text)], sentences, acting)]))


def may_act(items: Sequence[Mention]) -> bool:
    """Whether a sentence may tell of an act on trade: it names an instrument, a rate beside goods or places, or a ban."""
    kinds = {i.kind for i in items}
    if items and items[0].kind == "rate" and "date" in kinds:
        return True
    if any(i.can_be("instrument") or i.kind == "zero" for i in items):
        return True
    words = {i.words.lower() for i in items}
    flows = FLOWS_IN | FLOWS_OUT | FLOW_VERBS
    if words & (STOPS | CURBS | SUSPENDED | PERMITS) and words & flows:
        return True
    if words & NEGATING and any(w.partition(" ")[0] in FORBIDDEN for w in words):
        return True
    if "price" in words and any(w.startswith("capped") for w in words):
        return True
    named = kinds & {"place", "goods", "product", "everybody"}
    return bool(named) and (
        "rate" in kinds
        or any(i.can_be("verb", "ban") or i.can_be("verb", "control") for i in items)
        or ("money" in kinds and any(i.can_be("verb", "impose") for i in items))
    )


def _note_places(context: Carried, sent: Sent) -> None:
    """Keep of a sentence that tells of no act which state it is about."""
    places = [i for i in sent.items if i.kind == "place" and i.form not in ("voice", "private")]
    context.recent = [*context.recent, *(i.value for i in places)][-6:]
    told = (i for i in places if not is_origin(sent.text, i.start - sent.start))
    if (one := next(told, None)) is not None:
        context.subject = context.doer = one.value
    cues = [i.value for i in sent.items if i.kind == "cue"]
    context.lead = next((s for s in get_args(ActStanding) if s in cues), None)


def _acts_of_sentence(
    text: str,
    sent: Sent,
    following: Sequence[Sent],
    tree: Parse,
    context: Carried,
    view: View,
    earlier: list[Measure],
) -> list[Measure]:
    """The measures of a sentence; those before it take up what it adds to them."""
    found: list[Measure] = []
    days: dict[str, tuple[str, ...]] = {}
    shown: ActStanding = context.shown
    quoted = speaker_of_quote(following) if sent.text[:1] in '“"' else ()
    context.we = context.signer or speaker_of(sent) or quoted or context.lister
    context.spoken = trailing_office(sent)
    frames = frames_of(tree, context.frame)
    aside = _days_aside(sent, tree)
    for frame in frames:
        frame.dates = frame.dates or aside
        dated = [(w, time_of(w)) for w in frame.dates]
        own = [w for w, t in dated if t is None or not stood_before(text, sent.start, t)]
        frame.dates = own if own or frame.clause.modal else frame.dates
    hit = dict(context.told)
    resolve(frames, tree, context)
    each_partner_by_order(frames)
    frames = with_brackets(frames, tree, sent.items, context)
    frames = with_terms(frames, tree, text)
    if context.listed is not None:
        last = next((w for w in reversed(tree.words) if w.text[-1:].isalnum()), None)
        told = [f for f in frames if last in f.words or (last and last.up.lower == "following")]
        for leading in told[-1:]:
            with_listed(leading, context.listed)
    if earlier and sent.start - earlier[-1].span.end <= INTRO:
        earlier[-1], frames = continued(earlier[-1], frames, tree, text)
    for frame in frames:
        for m in _measures(text, sent, tree, frame, view, shown):
            found.append(m)
            days[m.id] = tuple(f"{step_of(w)} {w.text}" for w in frame.dates)
            shown = m.standing
    context.shown = shown
    cues = [i.value for i in sent.items if i.kind == "cue"]
    cues = cues if not frames else [shown] if shown not in WITHOUT_DOUBT else []
    context.lead = next((s for s in get_args(ActStanding) if s in cues), None)
    context.told = hit if shown in UNTOLD else context.told
    _remember(context, tree, frames)
    found = [*rates_of_now(without_conflict(found, days), earlier, sent.text)]
    return with_firms(text, sent.start, sent.end, found, earlier)


UNTOLD = ("denied", "struck down", "simulated", "asked")
"""How acts stand whose sides no later sentence takes up."""

WITHOUT_DOUBT = (*STANDS, "unclear", "rescinded", "expired", "historical", "struck down")
"""How an act before a list stands where that says nothing of the list's items."""


def _days_aside(sent: Sent, tree: Parse) -> list[Word]:
    """The days that stood between commas and were left out of the tree, as first days."""
    seen = {w.start for w in tree.words}
    hidden = [i for i in sent.items if i.kind == "date" and i.start not in seen]
    led = Word(-1, "from", "from", "IN", "prep", sent.start, sent.start)
    return [Word(-1, i.words, "", "NNP", "pobj", i.start, i.end, i, led) for i in hidden[:1]]


def _remember(context: Carried, tree: Parse, frames: Sequence[Frame]) -> None:
    """Keep of a sentence what a later one may mean by a pronoun or leave out."""
    root = next((c for c in tree.clauses if c.parent is None), None)
    subject = root.subject if root is not None else None
    if root is not None and subject is not None and (codes := states_of(subject)):
        context.subject = codes
        context.doer = () if root.passive or bearing(root) else codes
    elif root is not None and not root.verb.is_verb:
        context.subject = next(
            (
                place_codes(w)
                for w in reversed(tree.words)
                if w.kind == "place" and w.lead not in ("from", "against")
            ),
            context.subject,
        )
    context.recent += [place_codes(w) for w in tree.words if w.kind == "place"]
    context.recent = context.recent[-6:]
    context.products = [w for w in tree.words if w.kind == "product"][-1:] or context.products
    told = context.shown in STANDS
    frames = [
        f for f in frames if told or f.targets or f.goods or f.unknown or f.type in TRADE_REMEDIES
    ]
    if frames and context.shown not in UNTOLD:
        context.frame = frames[-1]
        sided = (
            f
            for f in frames
            if f.actor and f.targets and not f.third and f.targets != (EVERY_COUNTRY,)
        )
        note_topics(sided, context.topics)
        context.added |= {(f.actor, f.targets) for f in frames if not f.rates and comes_on_top(f)}
        context.of_type |= {f.type: f for f in frames if f.goods or f.unknown}
        if frames[-1].actor:
            context.actor = frames[-1].actor
            context.actors.add(frames[-1].actor)


def _extent(frame: Frame) -> tuple[int, int]:
    """Where the words of a frame's rates, noun and terms begin and end; those of its verb where it has none."""
    words = [w for w, _ in frame.rates] + ([frame.noun] if frame.noun is not None else [])
    words = words or [frame.clause.verb]
    spans = [(w.start, w.end) for w in words]
    spans += [(t.amount.span.start, t.amount.span.end) for t in frame.terms]
    return min(a for a, _ in spans), max(b for _, b in spans)


def _measures(
    text: str,
    sent: Sent,
    tree: Parse,
    frame: Frame,
    view: View,
    shown: ActStanding,
) -> Iterator[Measure]:
    """The measures of a frame: one, or two where each of two states does it to the other."""
    if not (frame.actor or frame.targets or frame.pairs or frame.final):
        return
    final = frame.final[0] if frame.final else None
    said = quantity_of(text, final) if final else None
    amount, quantity = (said, None) if final and final.kind == "money" else (None, said)
    old = next((w for w, role in frame.rates if role in ("old", "existing")), None)
    standing, ending = stands_here(frame, tree, sent.text, view, shown)
    ending |= frame.act == "keep" and final is None
    rated = any(t.field in ("within", "beyond") for t in frame.terms)
    lifts = frame.act == "cut" or frame.clause.verb.lemma in ("lift", "raise")
    ended = frame.type not in LEVIED and lifts and not (rated or frame.type.endswith("quota"))
    act = "remove" if ended else frame.act
    if ending and final is not None and final.lead == "to":
        quantity = None
    if ending and quantity is None and old is not None:
        quantity, old = quantity_of(text, old), None
    starts, ends, anchor = days_of(frame, standing)
    dates = [i.value for i in sent.items if i.kind == "date" and i.value.first]
    op, value = level_of(frame, quantity)
    if ending and quantity and op not in ("up to", "range"):
        op, value = "set", quantity.value
    if act == "remove" and not ending and quantity is None:
        if value is None and frees_goods(frame, old):
            op, value = "set", 0.0
        elif standing in STANDS:
            standing = "rescinded"
    if standing == "rescinded" and of_another_ban(frame):
        standing = "historical"
    gone = standing == "averted" or (standing == "rescinded" and act == "remove")
    gone |= final is None and old is None and _is_free(frame, standing)
    if gone and frame.type in LEVIED:
        op, value = "set", 0.0
        old = old or final
    elif act == "remove" and quantity is None and value is None and old is not None:
        quantity, old = quantity_of(text, old), None
    start, end = _extent(frame)
    frame.several |= amount is not None and RANGING.search(text, start, end) is not None
    known = [] if frame.unknown else frame.goods
    rate = quantity if value is None else _rate_at(text, frame, quantity, value)
    m = Measure(
        id=f"measure-{start}-{end}",
        span=Span.of(text, start, end),
        type=frame.type,
        status="in question",
        standing=standing,
        implementers=frame.actor,
        targets=frame.targets or frame.presumed,
        rate=rate,
        op="range" if frame.several else frame.op or op,
        before=quantity_of(text, old) if old is not None else amount if rate else None,
        amount=None if rate else amount,
        products=", ".join([*(g.words for g in frame.goods), *frame.unknown])
        or frame.open_goods(text),
        codes=tuple(dict.fromkeys(c for g in known for c in g.codes)),
        sectors=tuple(dict.fromkeys(c for g in known for c in g.sectors)),
        excepted=frame.excepted,
        terms=frame.terms,
        reason=_reason(text, end, sent.end) if frame.type == "Import tariff" else None,
        when=min(dates, key=lambda t: stood_before(text, sent.start, t), default=None),
        starts=starts,
        ends=ends,
        anchor=anchor,
    )
    named = bool(frame.goods or frame.unknown)
    sided = [
        {"id": f"{m.id}-{n}", "implementers": (one,), "targets": (other,)}
        for n, (one, other) in enumerate(frame.pairs, 1)
    ]
    for sides in sided or [{}]:
        yield doubted(gated(m.model_copy(update=sides), named, frame.third), frame, named, sent)


def _is_free(frame: Frame, standing: ActStanding) -> bool:
    """Whether goods pay nothing now though no rate is said: a duty on them is suspended, or they are not subject to it."""
    verb, noun = frame.clause.verb, frame.noun
    put_off = verb.lemma in SUSPENDING or (noun is not None and noun.up.up.lower == "suspension")
    return (put_off and standing == "delayed") or (standing == "denied" and bearing(frame.clause))


LEVIED = (*RATED, "Export tax")
"""Types of measures that have a rate, so that what raises or cuts them ends nothing."""


def _rate_at(text: str, frame: Frame, quantity: Quantity | None, value: float) -> Quantity:
    """A rate of some value with the words that tell it: the quantity's, else the frame's."""
    rate = quantity
    if rate is None:
        by = next((quantity_of(text, w) for w, _ in frame.rates), None)
        rate = by if by is not None and abs(by.value) == abs(value) else None
    if rate is None:
        span = Span.of(text, *_extent(frame))
        rate = Quantity(span=span, value=value, unit="percent", role="rate")
    return rate.model_copy(update={"value": value})


REASON = re.compile(
    r"\b(?:over|because of|in response to|in retaliation for|citing|due to)\s+(?P<why>[^.;,]{4,120})"
)


def _reason(text: str, start: int, end: int) -> Span | None:
    """Why a tariff is levied, in the words behind it; None where they do not say."""
    why = REASON.search(text, start, end)
    return Span.of(text, *why.span("why")) if why else None
