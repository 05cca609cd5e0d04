"""What a number counts, and as what, by the words around it: hints, and nothing where no rule applies."""

from __future__ import annotations

import re
from itertools import takewhile

from paxsilica.brief.record import QuantityRole

_NEAR_ROLE = 60
"""Code points to a word that tells the role."""

_LONGEST_LINK = 30
"""Code points from what is counted to the number."""

_AIM = re.compile(
    r"\b(?:goals?|targets?\s(?:of|is|was|to|for|at)|aim(?:s|ed|ing)?|objective|ambitions?|(?:hop|seek|plan|intend|pledg|vow"
    r"|commit)\w{0,4}\sto)\b",
    re.I,
)
_AIMED = re.compile(r"[\s-](?:target|goal)\b", re.I)
_SHARE = re.compile(
    r"\b(?:account(?:s|ed|ing)?\sfor|share|ma[dk]es?\sup|represent(?:s|ed|ing)?|constitut\w{1,4})\b",
    re.I,
)
_CHANGE = (
    r"r[oi]ses?|risen|rising|gr[eo]ws?|grown|growing|growth|increas\w{1,3}|(?<!sign\s)up|jump\w{0,3}|surg\w{1,3}|fell|falls?|fallen"
    r"|falling|drop\w{0,4}|declin\w{1,3}|down|shr[aiu]nk|slump\w{0,3}|expand\w{0,3}|contracted|gain\w{0,3}|climb\w{0,3}"
    r"|plung\w{1,3}|soar\w{0,3}|lower|higher"
)
_CHANGED = re.compile(
    rf"\b(?:{_CHANGE})(?:\s(?:by|of|at|an?|another|further|only|just|the|annual)){{0,3}}\s{{0,3}}$",
    re.I,
)
_CHANGING = re.compile(
    r"[\s-]{1,3}(?:growth|rise|increase|jump|decline|drop|fall|gain|higher|lower|more|cut)\b", re.I
)
_RATE = re.compile(
    r"\b(?:tariffs?|dut(?:y|ies)|lev(?:y|ies)|tax(?:es)?|rates?|interest|surcharges?|yields?)\b",
    re.I,
)
_NEVER_NOUNS = (
    "a an the this that these those its their his her our my your in by on at from to for and or but as with while "
    "which who is are was were be been has have had will would may might can could after since when during under "
    "over than of he she they it we you i said says not so if because about around some nearly least more less up "
    "down through raise raised raising increase boost cut reduce lift double take bring expand grow push impose "
    "imposed imposing face faces facing pay pays paying "
    "reach reached hit totalled totaled rose fell grew accounting accounted accounts worth "
    "including into against across only just also now even percent per cent year hundred thousand lakh million "
    "crore billion trillion goal target aim percentage points paid took say every both whom directly likewise"
)
_NO_PART = frozenset(_NEVER_NOUNS.split())
_LINK = re.compile(
    r"\s(?:of|worth|to|at|by|is|was|are|were|reached|totall?ed|hit|rose|fell|grew|exceeded|(?:rose|fell|grew)\s(?:by|to))"
    r"\s{1,3}$",
    re.I,
)
_OF, _OF_OR_IN = re.compile(r"\sof\s"), re.compile(r"\s(?:of|in)\s")
_WORD_BEHIND = re.compile(r"[\s-]\w")
_DETERMINERS = ("the", "a", "an", "its", "their", "his", "her", "our", "all", "this", "these")
_PUNCTUATION = re.compile(r"[,.;:()\"“”\n—–]|\s-\s")
_NO_NOUN = re.compile(r"[0-9%$€£₹]|^[a-z]{2,40}ed$")


def role_of_number(before: str, after: str, unit: str) -> QuantityRole:
    """The role of a number, by the words of its sentence before and after it."""
    near, percent = before[-_NEAR_ROLE:], unit.startswith(("percent", "basis"))
    if percent and (_SHARE.search(near) or after.startswith(" share")):
        return "share"
    if _CHANGED.search(near) or _CHANGING.match(after) or unit == "percent a year":
        return "growth"
    if _AIMED.match(after) or _AIM.search(_PUNCTUATION.split(before)[-1]):
        return "target"
    if percent and (_RATE.search(near) or _RATE.search(after[: _NEAR_ROLE // 3])):
        return "rate"
    if percent and _OF.match(after):
        return "share"
    return "level"


_FLOW = re.compile(
    r"(?P<flow>(?:[A-Z][\w.]*['’]s? )?(?:bilateral |goods |total )?(?:trade|exports|imports))\b[^,;]{0,60}$"
)
"""A flow of trade before its partner and its verb: `India's trade with Japan was worth`."""


def thing_counted(before: str, after: str, role: QuantityRole) -> str:
    """The words for what is counted: after "of" or the number itself, or before "of", "worth", "to" and the like."""
    follows = _OF_OR_IN.match(after)
    if follows and (words := _phrase(after[follows.end() :])):
        return words
    link = _LINK.search(before, max(0, len(before) - _LONGEST_LINK))
    if link and role != "share":
        words = _phrase(before[: link.start()], backwards=True)
        flow = _FLOW.search(before[: link.start()])
        words = flow["flow"] if flow and not _FLOW.search(words) else words
        if words:
            return words
    return _phrase(after) if _WORD_BEHIND.match(after) else ""


def _phrase(words: str, backwards: bool = False) -> str:
    """Up to five words at the beginning (or the end) of some words, to the first that no noun phrase holds."""
    if backwards:
        tokens = _PUNCTUATION.split(words)[-1].split()[::-1]
    else:
        tokens = _PUNCTUATION.split(words, 1)[0].split()
        if tokens and tokens[0].casefold() in _DETERMINERS:
            tokens.pop(0)
    kept = list(takewhile(_is_part, tokens[:5]))
    return " ".join(kept[::-1] if backwards else kept)


def _is_part(token: str) -> bool:
    return token.casefold() not in _NO_PART and not _NO_NOUN.search(token)
