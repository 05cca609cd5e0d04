"""The words that report: verbs by what may follow them, and the small closed classes that the rules need."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from paxsilica.brief.days import WEEKDAY_NAME
from paxsilica.names.places import rows

IRREGULAR = {
    verb: forms
    for verb, *forms in (row.values() for row in rows(Path(__file__).with_name("verbs.csv")))
}
"""Verbs whose forms the rules of spelling do not give: third person, past, participle, -ing."""

SAY = """
say tell add note state declare announce claim argue insist warn explain acknowledge admit assert allege suggest reply
respond write tweet post report comment observe recall remark continue conclude stress emphasize emphasise underline
underscore reiterate reaffirm confirm deny predict promise pledge vow propose caution charge contend maintain mention
concede complain boast joke quip reveal disclose indicate imply signal clarify contest counter muse estimate testify
recount repeat relate hint hold point_out make_clear lament assure inform remind advise rule conclude forecast find
show read swear attest agree demonstrate document highlight cite detail describe
"""
"""Verbs of saying: a clause with or without `that` may follow, and a quotation may stand beside them."""

MIND = """
believe think feel hope expect fear worry know want plan intend wish understand doubt assume consider regard see
prefer aim seek need like
"""
"""Verbs of thinking and wanting, which a reporter learns from somebody's words."""

ACT = """
urge ask call demand order request invite encourage press tell warn agree refuse decline offer threaten vow promise
pledge seek want plan hope intend propose expect aim try decide choose
"""
"""Verbs with an infinitive that says what was asked, promised or refused."""

VIEW = """
criticize criticise praise denounce condemn blame accuse attack mock slam blast endorse support back oppose reject
call question defend dismiss discuss describe address cite call_for call_on speak_of point_to refer_to complain_about
welcome congratulate thank ridicule raise label dub brand term deem flag outline stress emphasise emphasize reiterate
underline express mention announce propose acknowledge rule_out provide_details give_details share_details reference
brief
"""
"""Verbs whose object alone is what was said, or said of."""


def word_class(text: str) -> frozenset[str]:
    """The words of a text, as a class."""
    return frozenset(text.split())


def _forms(verb: str) -> Iterable[str]:
    """Third person, past, participle and -ing form of a verb."""
    stem = verb[:-1]
    if verb in IRREGULAR:
        return IRREGULAR[verb]
    if verb.endswith("e"):
        return verb + "s", verb + "d", stem + "ing"
    if re.search(r"[^aeiou]y$", verb):
        return stem + "ies", stem + "ied", verb + "ing"
    third = verb + ("es" if re.search(r"(s|sh|ch|x)$", verb) else "s")
    return third, verb + "ed", verb + "ing"


def any_form(lemmas: str) -> frozenset[str]:
    """Every form of some verbs; the particle of `point_out` follows each of its forms."""
    parted = [lemma.partition("_") for lemma in lemmas.split()]
    return frozenset(
        f"{form} {particle}".strip()
        for verb, _, particle in parted
        for form in (verb, *_forms(verb))
    )


SAYING, MINDING, ACTING, VIEWING = (any_form(verbs) for verbs in (SAY, MIND, ACT, VIEW))

AUXILIARY = (
    r"(?:has|have|had|would|will|could|may|might|should|can|must|did|do|does|was|were|is|are|be|been|being|not|n['’]t|"
    r"also|later|then|again|now|recently|once|further|previously|repeatedly|even|still|never|always|just|only|already|"
    r"since|too|first|often|soon|went on to|[a-z]+ly)"
)


@cache
def is_auxiliary(word: str) -> bool:
    """Whether a word may stand between a subject and its verb."""
    return (
        re.fullmatch(rf"{AUXILIARY}|{WEEKDAY_NAME}|on|[Ee]arlier|[Ll]ast|week|month|year", word)
        is not None
    )


PRONOUNS = {"he", "she", "they", "it", "i", "we", "you", "who"}

SOURCES = word_class(
    """
    official officials spokesman spokeswoman spokesperson spokespeople source sources report reports study studies
    poll polls survey surveys campaign campaigns government ministry department agency committee minister ministers
    president senator secretary ambassador envoy aide aides adviser advisers advisor advisors critic critics analyst
    analysts expert experts people person voters lawmakers lawmaker party candidate candidates nominee democrats
    republicans leader leaders company companies group groups statement document documents article paper newspaper
    post tweet court judge judges police prosecutors lawyer lawyers attorney attorneys economist economists
    professor researcher researchers author authors scientists director chairman chairwoman chair chief executive
    executives manager governor mayor congressman congresswoman delegation sides side countries nations exporters
    industry bodies body administration team supporters opponents members member man woman men women mother father
    wife husband son daughter brother sister friend friends student students doctor doctors physician host anchor
    reporter reporters journalist journalists correspondent editor writer columnist historian pollster strategist
    strategists operative operatives allies ally rival rivals family parents children worker workers resident
    residents witness witnesses owner owners founder activist activists veteran veterans general commander officer
    officers investigators regulators diplomat diplomats negotiator negotiators others some many most several both
    one few data figures records emails email letter filing ad ads video memo website network magazine book
    """
)

NOT_SUBJECT = word_class(
    """
    that but or as when while because if which after before although though whether so than where how why what until
    unless like to not
    """
)
