"""Amounts that an act says beside its rate: the duties within and beyond a quota, the share of a flow that may not go, what
a licence refuses or costs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Literal, NamedTuple

from paxsilica.brief.frames.bans import LIMITING
from paxsilica.brief.frames.frame import Frame
from paxsilica.brief.frames.gate import STANDS
from paxsilica.brief.frames.grammar import Parse, Word
from paxsilica.brief.frames.levels import comes_on_top, quantity_of
from paxsilica.brief.frames.rates import is_instrument, role_of
from paxsilica.brief.frames.things import COUNTED
from paxsilica.brief.frames.words import wordset
from paxsilica.brief.record import Measure, Quantity, RateOp, Term

QUOTA, EXPORT_QUOTA, LICENCE = "Import quota", "Export quota", "Export licensing requirement"

WITHIN, BEYOND, USED_UP = wordset("within"), wordset("beyond"), wordset("used up")
THAT_LIMIT = wordset("that limit")
REFUSING, GRANTING, COSTING = wordset("refusing"), wordset("granting"), wordset("costing")

BEFORE_LIMIT = 4
"""Words behind `within` or `beyond` among which the quota stands: `beyond the annual quota`."""

Side = Literal["within", "beyond"]


class Cue(NamedTuple):
    """Where a sentence says that what it tells lies within or beyond a quota, with the word for the quota."""

    at: int
    side: Side
    limit: Word


def with_terms(frames: Sequence[Frame], tree: Parse, text: str) -> list[Frame]:
    """The frames of a sentence, with what is said of a quota, a limited flow or a licence taken up into one frame of it.

    Args:
        text: of the document.
    """
    frames = [f for f in frames if f.targets or f.type != "Price cap" or f.noun is not None]
    named = any(_is_quota(w) for w in tree.words)
    kept = (
        _with_quota(frames, tree, text)
        if named or any(f.type == QUOTA for f in frames)
        else [*frames]
    )
    terms = tuple(_of_licence(tree, text))
    home = next((f for f in kept if f.type == LICENCE), None)
    if terms and home is not None:
        kept = [f for f in kept if f is home or not f.type.endswith("licensing requirement")]
        home.terms = terms
    for f in kept:
        if f.type == "Import tariff" and f.final and any(t.limited for t in f.things):
            f.terms = (Term(field="within", amount=quantity_of(text, f.final[0])),)
            f.type, f.rates, f.op = QUOTA, [], "add" if comes_on_top(f) else "set"
        if f.type == EXPORT_QUOTA:
            f.terms = tuple(_share_stopped(f, text))
    return kept


def continued(
    earlier: Measure, frames: Sequence[Frame], tree: Parse, text: str
) -> tuple[Measure, list[Frame]]:
    """The measure before a sentence with the terms that the sentence adds to it, and the frames that are left."""
    if earlier.standing not in STANDS:
        return earlier, [*frames]
    have = {t.field for t in earlier.terms}
    if earlier.type == LICENCE:
        terms = [t for t in _of_licence(tree, text) if t.field not in have]
        if not terms:
            return earlier, [*frames]
        left = [f for f in frames if not f.type.endswith("licensing requirement")]
        return earlier.model_copy(update={"terms": (*earlier.terms, *terms)}), left
    duties = _duties(tree)
    limits = {c.limit for c in _cues(tree.words)}
    own = any(_is_quota(w) and w not in limits for w in tree.words)
    if earlier.type != QUOTA or own or have & set(duties.values()):
        return earlier, [*frames]
    terms = [Term(field=side, amount=quantity_of(text, w)) for w, side in duties.items()]
    if not terms:
        return earlier, [*frames]
    added = {"terms": (*earlier.terms, *terms), "op": earlier.op or _does(duties)}
    left = [f for f in frames if not (f.type == QUOTA or _is_rated(f, duties))]
    return earlier.model_copy(update=added), left


def _is_quota(w: Word) -> bool:
    return is_instrument(w) and w.sense("instrument") == QUOTA


def _is_rated(frame: Frame, duties: dict[Word, Side]) -> bool:
    """Whether a frame's rates, but those that are left, are all duties within or beyond a quota."""
    kept = [w for w, role in frame.rates if role != "old"]
    return bool(kept) and all(w in duties for w in kept)


def _with_quota(frames: Sequence[Frame], tree: Parse, text: str) -> list[Frame]:
    """The frames with a quota and its duties as one."""
    duties = _duties(tree)
    bare = [f for f in frames if f.type == QUOTA and not _percentages(f)]
    home = next(iter(bare), None) or next((f for f in frames if _is_rated(f, duties)), None)
    if home is None:
        return [*frames]
    mine = [f for f in frames if f is home or _is_rated(f, duties)]
    terms = [Term(field=side, amount=quantity_of(text, w)) for w, side in duties.items()]
    actor = next((f.actor for f in mine if f.actor), ())
    one = replace(
        home,
        type=QUOTA,
        rates=[],
        op=_does(duties),
        terms=(*_quantity_let_in(home, tree, text), *terms),
        actor=actor,
        targets=next((f.targets for f in mine if f.targets not in ((), actor)), ()),
        goods=next((f.goods for f in mine if f.goods), []),
        unknown=next((f.unknown for f in mine if f.goods or f.unknown), []),
    )
    return [one if f is home else f for f in frames if f is home or f not in mine]


def _percentages(frame: Frame) -> list[Word]:
    return [w for w, _ in frame.rates if w.kind in ("rate", "zero")]


def _does(duties: dict[Word, Side]) -> RateOp:
    """Whether duties within and beyond a quota come on top of the tariff (`add`) or stand in its place."""
    near = (c for w in duties for x in (w, w.up, w.up.up) for c in x.children)
    return "" if not duties else "add" if any(c.can_be("more") for c in near) else "set"


def _duties(tree: Parse) -> dict[Word, Side]:
    """The rates of a sentence that hold within a quota or beyond it."""
    nouns = [w for w in tree.words if is_instrument(w)]
    rates = [
        w for w in tree.words if w.kind in ("rate", "zero") and role_of(w, nouns) not in ("", "old")
    ]
    found: dict[Word, Side] = {w: "within" for w in rates if w.kind == "zero" and _is_quota(w.up)}
    left = [w for w in rates if w not in found]
    cues = [c for c in _cues(tree.words) if c.side not in found.values()]
    if len(left) == 1 and len(cues) == 2 and any(x.lower == "both" for x in left[0].subtree()):
        return found
    if len(cues) == len(left):
        return found | {w: c.side for w, c in zip(left, cues, strict=True)}
    for cue in cues:
        near = sorted(
            left, key=lambda w: (w.verb is not tree.words[cue.at].verb, abs(w.at - cue.at))
        )
        for w in near[:1]:
            found[w] = cue.side
            left.remove(w)
    if len(found) == len(left) == 1:
        found[left[0]] = "beyond" if "within" in found.values() else "within"
    return found


def _cues(words: Sequence[Word]) -> list[Cue]:
    """Where a sentence says `within the quota`, `beyond it`, `in-quota`, `once it is exhausted`; `under the quota` counts
    where nothing else says that it is within."""
    found = []
    for w in words:
        near = words[w.at + 1 : w.at + 3 + BEFORE_LIMIT]
        behind = [x for x in near if x.tag != "HYPH"][:BEFORE_LIMIT]
        limit = next((x for x in behind if _is_quota(x) or x.lower in THAT_LIMIT), None)
        joined = bool(near) and (near[0].text == "-" or (w.lower, near[0].lower) == ("out", "of"))
        quantity = next((x for x in behind[:1] if x.kind == "number"), None)
        if w.lower in USED_UP and w.is_verb:
            found.append(Cue(w.at, "beyond", w.first("nsubj", "nsubjpass") or w))
        elif w.lower in BEYOND and (limit or quantity) and (joined or w.lower != "out"):
            found.append(Cue(w.at, "beyond", limit or quantity or w))
        elif w.lower in WITHIN and limit and (joined or w.lower != "in"):
            found.append(Cue(w.at, "within", limit))
    clear = any(c.side == "within" and words[c.at].lower != "under" for c in found)
    return [c for c in found if not (clear and words[c.at].lower == "under")]


def _quantity_let_in(home: Frame, tree: Parse, text: str) -> Iterator[Term]:
    """How much a quota lets in a year: a quantity, a value, or a share of the trade."""
    counted = [w for w in tree.words if _is_amount(w)]
    below = [w for w in counted if home.noun in [*w.above()] or w in home.clause.words]
    for w in [*below, *counted][:1]:
        q = quantity_of(text, w)
        yield Term(
            field="quota", amount=q.model_copy(update={"unit": q.unit.removesuffix(" a year")})
        )
        return
    limits = home.noun is None and home.clause.verb.lemma in LIMITING
    shares = [w for w in home.words if limits and w.kind == "rate" and w.lead in ("to", "at")]
    yield from (Term(field="quota", amount=quantity_of(text, w)) for w in shares[:1])


def _is_amount(w: Word) -> bool:
    q = w.mention.value if w.mention else None
    if w.kind not in ("number", "money") or not isinstance(q, Quantity):
        return False
    unit = q.unit.removesuffix(" a year")
    return f"{unit.removesuffix('s')}s" in COUNTED or (len(unit) == 3 and unit.isupper())


def _share_stopped(frame: Frame, text: str) -> Iterator[Term]:
    """The share of a flow that a limit stops: all beyond the percentage that may still go."""
    for w in frame.words:
        lead = w.up.lead if w.dep == "conj" else w.lead
        if w.kind == "rate" and lead in ("to", "at", "of", "by"):
            yield _stopped_share(quantity_of(text, w), goes=lead != "by")
            return


def _of_licence(tree: Parse, text: str) -> Iterator[Term]:
    """What a sentence says of licences: the share that is refused, or what one costs."""
    for w in tree.words:
        if w.kind != "rate" or quantity_of(text, w).unit != "percent":
            continue
        verb = w.verb
        nouns = {a.lower for a in w.above()} | {c.lower for c in w.up.up.children}
        of_what = any(c.lower == "of" for c in w.children)
        if verb is not None and of_what and verb.lemma in REFUSING | GRANTING:
            yield _stopped_share(quantity_of(text, w), goes=verb.lemma in GRANTING)
            return
        if (verb is not None and verb.lemma in COSTING) or nouns & COSTING:
            yield Term(field="licence_cost", amount=quantity_of(text, w))
            return


def _stopped_share(q: Quantity, goes: bool) -> Term:
    """The share that is stopped, by the one that is named. Args: goes: it names what may still go."""
    stopped = round(100 - q.value, 9) if goes else q.value
    return Term(field="share", amount=q.model_copy(update={"value": stopped}))
