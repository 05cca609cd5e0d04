"""Phrases inside a clause: goods with their origin and destination, and the part that each place plays."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from paxsilica.brief.frames.clauses import ADVERBS, is_verb
from paxsilica.brief.frames.goods import NamedGoods
from paxsilica.brief.frames.mentions import BOTH, Mention, adjective
from paxsilica.brief.places import seats

MADE = ("made", "built", "grown", "produced", "origin", "based", "assembled")
CERTAIN = frozenset(
    (
        "certain",
        "some",
        "selected",
        "various",
        "specified",
        "many",
        "several",
        "key",
        "listed",
        "specific",
    )
)
"""Words by which a phrase leaves open which goods are meant."""

NO_GOODS = frozenset(["trade", "sale", "sales", "purchases", "purchase"])
"""Words for flows that are goods only with goods behind them."""


@dataclass
class GoodsPhrase:
    """Goods at items `[first, last)` of a clause.

    Attributes:
        origins, into: codes of the places they come from and go to. goods: what is named; none is everything.
        unknown: words for goods that no table has. everybody: from everywhere. lead: the preposition before.
        generic: it says goods. some: which ones is left open. own: they are somebody's (`its cars`). same:
            those named before (`those from Italy`).
    """

    first: int
    last: int
    lead: str = ""
    origins: list[str] = field(default_factory=list)
    into: list[str] = field(default_factory=list)
    goods: list[NamedGoods] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    everybody: bool = False
    generic: bool = False
    own: bool = False
    same: bool = False
    some: bool = False
    segment: list[Mention] = field(default_factory=list)

    @property
    def products(self) -> bool:
        """Whether it names goods."""
        return bool(self.goods or self.unknown)

    def close(self) -> None:
        """Take the noun that has been read."""
        segment, self.segment = self.segment, []
        while segment and segment[-1].kind == "ignore":
            segment.pop()
        nouns = [i for i in segment if i.kind in ("product", "goods", "word")]
        if not nouns:
            return
        said = " ".join(i.words for i in segment if i.kind != "ignore").replace(" - ", "-")
        known = [i for i in nouns if i.kind == "product"]
        words = [i for i in nouns if i.kind == "word"]
        last = nouns[-1]
        if last.kind == "goods" and not known and not words:
            self.generic = True
        elif (known and (last.kind == "product" or (last.kind == "goods" and not words))) or (
            last.kind == "goods" and known and words
        ):
            self.goods.append(known[-1].value._replace(words=said))
        else:
            self.unknown.append(said)


def is_seat(item: Mention) -> bool:
    """Whether a place is a capital."""
    return item.kind == "place" and item.words in seats()


def noun(items: Sequence[Mention], i: int) -> bool:
    """Whether an item is a noun for goods where it stands, or a word that may be one."""
    if i >= len(items) or is_verb(items, i):
        return False
    item = items[i]
    if item.words.lower() in ADVERBS:
        return False
    if item.kind in ("product", "goods"):
        return True
    if item.kind == "cue" or item.can_be("instrument"):
        return False
    return (
        item.kind in ("word", "other", "say")
        and item.words[:1].isalpha()
        and (item.words[:1].islower() or item.words.isupper())
    )


def skip(items: Sequence[Mention], i: int, kinds: tuple[str, ...] = ("ignore", "more")) -> int:
    """The next position that is none of some kinds."""
    while i < len(items) and (
        (items[i].kind in kinds and items[i].words.lower() not in ADVERBS) or items[i].words == "-"
    ):
        i += 1
    return i


def owner_of(items: Sequence[Mention], i: int) -> int | None:
    """The position of the instrument that a place owns, as in `US tariff`, `India's 25% steel duty`; None: it owns none."""
    k, products = i + 1, 0
    while k < len(items) and k < i + 9:
        item = items[k]
        if item.words.lower() in ("a", "an", "the", "its", "their", "his", "this"):
            return None
        if item.can_be("instrument") and not is_verb(items, k):
            return k
        if item.kind in ("product", "goods", "word") and noun(items, k):
            products += 1
            if products > 3:
                return None
        elif (
            (item.kind == "place" and item.form)
            or (
                item.kind
                not in (
                    "ignore",
                    "more",
                    "rate",
                    "place",
                    "money",
                    "number",
                    "date",
                )
                and item.words not in ("-", '"', "“", "”")
            )
            or item.kind == "cue"
            or item.words.lower() in ADVERBS - {"-", "further"}
        ):
            return None
        k += 1
    return None


def phrases_of(items: Sequence[Mention]) -> list[GoodsPhrase]:
    """The phrases of goods of a clause in order, none overlapping."""
    found: list[GoodsPhrase] = []
    i = 0
    while i < len(items):
        phrase = _phrase_at(items, i) if _begins(items, i) else None
        if phrase is not None:
            found.append(phrase)
            i = max(phrase.last, i + 1)
        else:
            i += 1
    return found


def _begins(items: Sequence[Mention], i: int) -> bool:
    item = items[i]
    before = items[i - 1] if i else None
    if item.kind in ("product", "goods"):
        if is_verb(items, i):
            return False
        after = items[i + 1] if i + 1 < len(items) else None
        if item.kind == "goods" and item.words.lower() in NO_GOODS | {"import", "export"}:
            return after is not None and after.kind in ("prep", "product")
        return not (after is not None and (after.can_be("instrument") or after.kind == "office"))
    if item.kind == "place":
        if item.form and not item.own:
            return False
        if owner_of(items, i) is not None:
            return False
        if adjective(item):
            k = _after_adjectives(items, i)
            styled = (
                i + 2 < len(items) and items[i + 1].words == "-" and items[i + 2].words not in MADE
            )
            return noun(items, k) and not styled
        k = skip(items, i + 1)
        return item.own and noun(items, k)
    if item.kind == "pronoun" and item.words.lower() in (
        "its",
        "their",
        "our",
        "your",
        "my",
        "each other's",
        "each other’s",
        "one another's",
    ):
        k = skip(items, i + 1)
        return k < len(items) and items[k].kind in ("product", "goods", "word") and noun(items, k)
    capital = not i and item.kind == "word" and item.words[:1].isupper() and len(items) > 1
    if capital and items[1].kind == "prep" and items[1].value == "from":
        return True
    if item.words.lower() in ("those", "that") and i + 1 < len(items):
        return items[i + 1].kind == "prep" and items[i + 1].value == "from"
    if (
        before is not None
        and before.kind == "prep"
        and before.value in ("on", "to", "for", "of", "from")
        and i > 1
    ):
        k = skip(items, i)
        led = items[i - 2]
        start = led.can_be("instrument") or led.kind in ("rate", "money") or before.value == "on"
        return start and k < len(items) and items[k].kind == "word" and noun(items, k)
    return False


def _after_adjectives(items: Sequence[Mention], i: int) -> int:
    """The position behind `Emirati, Saudi and Iraqi` and further qualifiers."""
    k = i
    while k < len(items):
        item = items[k]
        listed = (item.kind == "conj" and item.value == "join") or item.words == ","
        if adjective(item) or (
            item.kind in ("ignore", "more") and item.words.lower() not in ADVERBS
        ):
            k += 1
        elif item.words == "-" and k + 1 < len(items):
            k += 2 if items[k + 1].words in MADE else 1
        elif listed and k + 1 < len(items) and adjective(items[k + 1]):
            k += 1
        else:
            return k
    return k


def _phrase_at(items: Sequence[Mention], i: int) -> GoodsPhrase | None:
    before = items[i - 1] if i else None
    back = i - 1
    while back >= 0 and (
        items[back].kind in ("ignore", "more") or (items[back].kind == "place" and items[back].own)
    ):
        back -= 1
    lead = items[back].value if back >= 0 and items[back].kind == "prep" else ""
    phrase = GoodsPhrase(i, i, lead if before is not None else "")
    phrase.some = any(
        items[b].words.lower() in CERTAIN for b in range(back + 1, min(i + 3, len(items)))
    )
    all_ = any(
        items[b].words.lower() in ("all", "any", "every", "foreign", "imported")
        for b in range(back + 1, i)
    )
    k = i
    while k < len(items):
        n = _step(items, k, phrase)
        if not n:
            break
        k += n
    phrase.close()
    phrase.last = k
    flow = any(
        items[b].words.lower() in ("imports", "imported", "foreign", "import")
        for b in range(max(back + 1, 0), k)
    )
    if (all_ or phrase.everybody) and flow and not phrase.origins:
        phrase.everybody = True
    return phrase


def _step(items: Sequence[Mention], k: int, phrase: GoodsPhrase) -> int:
    """How many items from a position on belong to the phrase, having taken them."""
    item = items[k]
    word = item.words.lower()
    if is_verb(items, k):
        return 0
    if item.kind == "everybody":
        phrase.everybody = True
        return 1
    if item.kind in ("ignore", "more"):
        if word in ADVERBS - {"-"}:
            return 0
        if word in ("those", "that"):
            phrase.same = True
        if word in ("foreign", "imported"):
            phrase.segment.append(item)
        return 1
    if item.kind == "pronoun" and k == phrase.first:
        phrase.own = True
        return 1
    if item.words == "-" and k + 1 < len(items) and (phrase.segment or phrase.origins):
        if items[k + 1].words in MADE:
            return 2
        return 1
    if item.kind == "place":
        return _place_step(items, k, phrase)
    start = k == phrase.first and not k and item.kind == "word"
    if (noun(items, k) or start) and not (item.kind == "word" and len(phrase.segment) > 5):
        phrase.segment.append(item)
        return 1
    if item.kind == "prep":
        return _prep_step(items, k, phrase)
    if (item.kind == "conj" and item.value == "join") or item.words == ",":
        return _list_step(items, k, phrase)
    return 0


def _place_step(items: Sequence[Mention], k: int, phrase: GoodsPhrase) -> int:
    item = items[k]
    if item.form and not item.own:
        return 0
    if owner_of(items, k) is not None and k > phrase.first:
        return 0
    if adjective(item) or (item.own and k == phrase.first):
        if phrase.segment:
            return 0
        phrase.origins += item.value
        return 1
    return 0


def _places_from(items: Sequence[Mention], k: int) -> tuple[list[str], int, bool]:
    """Places of a list that begins at a position, the position behind it, and whether it is everybody."""
    found: list[str] = []
    end, everybody = k, False
    while k < len(items):
        item = items[k]
        if (
            item.kind == "place"
            and item.form in ("", "person")
            and owner_of(items, k) is None
            and not (adjective(item) and noun(items, k + 1) and item.words not in BOTH)
        ):
            found += item.value
            k = end = k + 1
            if item.own:
                break
        elif item.kind == "everybody":
            everybody = True
            k = end = k + 1
        elif (
            (
                item.kind == "ignore"
                or item.words in ("The", "(", ")")
                or (item.kind == "office" and not found)
            )
            or (
                ((item.kind == "conj" and item.value == "join") or item.words in (",", "/"))
                and found
            )
            or (item.kind == "goods" and item.words.lower() in ("import", "origin"))
        ):
            k += 1
        else:
            break
    return found, end, everybody


def _prep_step(items: Sequence[Mention], k: int, phrase: GoodsPhrase) -> int:
    item = items[k]
    nxt = skip(items, k + 1)
    if item.value == "of" and (phrase.segment or phrase.products or phrase.generic):
        found, end, everybody = _places_from(items, k + 1)
        origin = nxt < len(items) and items[nxt].kind == "place" and not noun(items, nxt + 1)
        if (found and origin) or everybody:
            phrase.close()
            phrase.origins += found
            phrase.everybody |= everybody
            return end - k
        behind = items[nxt + 1].words if nxt + 1 < len(items) else ""
        if nxt < len(items) and adjective(items[nxt]) and behind == "origin":
            phrase.close()
            phrase.origins += items[nxt].value
            return nxt + 2 - k
        if nxt < len(items) and (noun(items, nxt) or adjective(items[nxt])):
            only_flow = all(i.kind in ("goods", "ignore") for i in phrase.segment)
            if only_flow:
                phrase.segment = []
                phrase.generic = False
            else:
                return _rest_of_noun(items, k, phrase)
            return 1
        return 0
    if item.value == "from":
        found, end, everybody = _places_from(items, k + 1)
        if found or everybody:
            phrase.close()
            phrase.origins += found
            phrase.everybody |= everybody
            return end - k
        return 0
    if item.value in ("to", "in"):
        found, end, everybody = _places_from(items, k + 1)
        seat = any(is_seat(i) for i in items[k + 1 : end])
        if found and not (item.value == "in" and seat) and (item.value == "to" or phrase.origins):
            phrase.close()
            phrase.into += found
            return end - k
    return 0


def _rest_of_noun(items: Sequence[Mention], k: int, phrase: GoodsPhrase) -> int:
    """`articles of steel`, `bottles of wine`: the noun goes on behind `of`."""
    nxt = skip(items, k + 1)
    if items[nxt].kind == "product":
        phrase.segment = []
        return 1
    return 0


def _list_step(items: Sequence[Mention], k: int, phrase: GoodsPhrase) -> int:
    """The comma or conjunction of a list of goods or of adjectives; nothing where the list ends."""
    nxt = skip(items, k + 1)
    if nxt < len(items) and items[nxt].kind == "conj" and items[nxt].value == "join":
        nxt = skip(items, nxt + 1)
    if nxt >= len(items) or is_verb(items, nxt):
        return 0
    item = items[nxt]
    if adjective(item) and not phrase.segment and not phrase.products and phrase.origins:
        return 1
    if phrase.origins and not phrase.segment and not adjective(item):
        return 0
    if item.kind in ("product", "goods") and (phrase.segment or phrase.products or phrase.generic):
        if any(i.can_be("instrument") for i in items[nxt + 1 : nxt + 2]):
            return 0
        phrase.close()
        return 1
    if item.kind == "word" and noun(items, nxt) and items[k].kind == "conj" and phrase.segment:
        after = nxt + 1
        while after < len(items) and noun(items, after):
            after += 1
        ends = after >= len(items) or items[after].kind in ("prep", "punct", "word")
        if ends and not (after < len(items) and is_verb(items, after)):
            phrase.close()
            return 1
    return 0
