"""Flows of goods that are banned, stopped or limited, and the types of measure that this makes."""

from __future__ import annotations

from paxsilica.brief.cues import any_form
from paxsilica.brief.frames.grammar import FLOW_VERBS, SUSPENDING, Clause, Word
from paxsilica.brief.frames.rates import is_instrument
from paxsilica.brief.frames.things import SELLERS, things_of
from paxsilica.brief.frames.words import wordset

FLOWS_OUT = wordset("flows out")
LIMITING, PROHIBITING = wordset("limiting"), wordset("banning")
FLOWS_IN = frozenset(
    ("import", "imports", "importing", "importation", "purchase", "purchases", "entry")
)

CURBING = ("curb", "limit", "restrict", "tighten")
"""Verbs by which a state lets less of a flow go, so that it takes a licence."""

ONE_LOAD = frozenset(("cargo", "consignment", "container", "load", "shipment", "truck", "vessel"))
"""Nouns for goods on their way, whose stop is no act on all that follow."""

STOPS, CURBS = wordset("stops"), wordset("curbs")
SANCTION = "Controls on commercial transactions and investment instruments"
SUSPENDED = any_form(" ".join(SUSPENDING))


PERMITS = wordset("permits")
"""Words for what allows a flow of goods that is banned without it."""

FORBIDDEN = frozenset(("exported", "imported", "sold", "shipped"))
NEGATING = frozenset(("not", "no", "longer", "n't", "n’t", "never"))
"""Words by which a sentence may say that goods may not go: `can no longer be imported`."""

FORBIDDING = ("may", "must", "shall", "can", "ca")
"""Modal verbs that forbid with a `not`; `ca` of `can't`."""

DECREES = (
    wordset("acting")
    | wordset("pronouns")
    | {"we", "i", "government", "measures", "rule", "rules", "country", "nation", "authorities"}
)
"""Subjects beside states and offices that stop a flow of goods by an act."""


def forbids(clause: Clause) -> bool:
    """Whether a clause says that goods may not go: `may not be exported`, `can no longer be imported`."""
    no = clause.negated or any(c.lower == "longer" for c in clause.verb.children)
    return no and clause.modal in FORBIDDING and clause.verb.lemma in FLOW_VERBS


def banned_by(clause: Clause) -> str:
    """The type of measure that a verb with its flow makes: `banned exports of gallium`, `may not be imported`,
    `limits imports to 10,000 tonnes`, `capped the price at $60 a barrel`, `forbidden to export without a permit`."""
    made = _stopped_by(clause)
    led = (p for w in clause.words if w.lower == "without" for p in w.all("pobj"))
    licensed = made in ("Export ban", "Import ban") and any(p.lower in PERMITS for p in led)
    return made.replace("ban", "licensing requirement") if licensed else made


def _stopped_by(clause: Clause) -> str:
    v = clause.verb
    if forbids(clause):
        return "Import ban" if v.lemma == "import" else "Export ban"
    objects, subject = v.all("dobj", "nsubjpass"), clause.subject
    if clause.passive and not objects and subject is not None:
        objects = [subject]
    if any(o.lower in ONE_LOAD for o in objects):
        return ""
    flow = next((f for o in objects if (f := flow_of(o))), "")
    both = {f for o in objects for w in o.conjuncts() if (f := flow_of(w))}
    if clause.act == "ban" and (len(both) > 1 or any(o.lower == "trade" for o in objects)):
        return "Trade ban"
    if v.lemma in LIMITING and any(o.lower == "price" for o in objects):
        return "Price cap" if any(w.kind == "money" for w in clause.words) else ""
    if v.lemma in LIMITING and flow and any(w.kind in ("number", "rate") for w in clause.words):
        return f"{flow} quota"
    permits = [o for o in objects if o.lower in PERMITS]
    free = clause.negated or any(c.lower == "no" for o in permits for c in o.children)
    if v.lemma in ("need", "require") and permits and subject and not free:
        return f"{flow_of(subject)} licensing requirement" if flow_of(subject) else ""
    agents = v.behind("by")
    acted = all(map(may_decide, agents)) if clause.passive else may_decide(subject)
    if v.lemma in CURBING and acted:
        reached = [x for o in objects if o.lower == "access" for x in o.behind("to")]
        kept_from = any(x.kind in ("product", "goods") for x in reached)
        return f"{flow or 'Export'} licensing requirement" if flow or kept_from else ""
    effect = subject is not None and is_instrument(subject) and not clause.passive
    sanctions = subject is not None and subject.can_be("instrument", SANCTION)
    if effect and not (sanctions and v.lemma in PROHIBITING):
        return ""
    outer = clause.parent.verb.lemma if clause.parent is not None and clause.infinitive else ""
    decides = outer in ("instruct", "order", "direct") or may_decide(subject)
    firm = subject is not None and subject.form in SELLERS
    if firm or (v.lemma not in PROHIBITING and not clause.passive and not decides):
        return ""
    if clause.act != "ban" or (not flow and any(is_instrument(o) for o in objects)):
        return ""
    from_it = v.all("xcomp") + [
        p for c in v.all("prep") if c.lower == "from" for p in c.all("pcomp", "pobj")
    ]
    flow = flow or next((f for w in (*from_it, *clause.words) if (f := flow_of(w))), "")
    if flow:
        return f"{flow} ban"
    known = any(t.goods for o in objects for t in things_of(o))
    return "Import ban" if known and v.lemma in PROHIBITING else ""


def may_decide(subject: Word | None) -> bool:
    """Whether a subject may stop a flow of goods by an act, and not as a storm does or a firm."""
    if subject is None or subject.lower in DECREES or subject.can_be("office", "government"):
        return True
    if subject.kind in ("goods", "product", "date"):
        return False
    named = (subject, *(c for c in subject.subtree() if c.dep in ("poss", "compound", "amod")))
    return any(w.kind == "place" and w.form not in ("private", "exporter") for w in named)


def flow_stopped(w: Word) -> str:
    """The type of measure that a noun is on a flow: `a suspension of cobalt exports`, `curbs on tin exports`,
    `permission for the export of tin`; nothing for other nouns."""
    stops, permits = w.lower in STOPS, w.lower in PERMITS
    led = w.behind("of", "on", "to") if stops or w.lower in CURBS else ()
    led = w.behind("for") if permits and w.kind == "word" else led
    flow = next((f for p in led if (f := flow_of(p))), "")
    return f"{flow} {'ban' if stops else 'licensing requirement'}" if flow else ""


def type_of(noun: Word) -> str:
    """The type of measure that a noun names."""
    if stopped := flow_stopped(noun):
        return stopped
    own = noun.sense("instrument")
    before = [
        c.sense("instrument") for c in noun.children if c.kind == "instrument" and c.at < noun.at
    ]
    plain = own in ("Import rate", "Import tariff") and before
    return before[-1] if plain else own


def flow_of(w: Word) -> str:
    """`Export` or `Import` where a noun, what it is of, or what stands before it is a flow of goods."""
    if w.kind == "place":
        return ""
    before = [c for c in w.children if c.at < w.at]
    for x in (w, *w.behind("of"), *before):
        if x.lower in FLOWS_IN:
            return "Import"
        if x.lower in FLOWS_OUT - {"exporters"}:
            return "Export"
    return ""


def exact_type(type_: str, words: set[str]) -> str:
    """The type of a frame, which a word such as `licence`, `ban` or `rate` does not tell alone; nothing for a licence of
    something else than a flow of goods."""
    out = FLOWS_OUT | FLOW_VERBS - {"import"}
    if type_ == "Licence" and not words & (
        out | FLOWS_IN | {"goods", "products", "product", "into"}
    ):
        return ""
    if type_ == "Licence":
        return f"{'Export' if words & out else 'Import'} licensing requirement"
    if type_ == "Trade ban" and words & (FLOWS_OUT | FLOWS_IN):
        return "Export ban" if words & FLOWS_OUT else "Import ban"
    if type_ == "Import quota" and words & FLOWS_OUT and not words & FLOWS_IN:
        return "Export quota"
    return "Import tariff" if type_ == "Import rate" else type_
