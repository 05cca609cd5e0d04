"""What in a text is not the article: scrapers' headers, picture paths, addresses, prompts, notices, remains of pages.

The rules are general and few. Each looks at one line or one token, so that a wrong one costs a line, never an article.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from paxsilica.brief.record import Mask

LONGEST_NOTICE = 220
"""Code points; a longer line is taken for the article's own words, whatever it begins with."""

MONTH = (
    "January|February|March|April|May|June|July|August|September|October|November|December"
    "|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec"
)
DAY = (
    r"(?:(?<!\d)\d{4}-\d{2}-\d{2}(?!\d)"
    rf"|\b(?:{MONTH})\b\.?[ ]{{1,2}}\d{{1,2}}(?:st|nd|rd|th)?(?!\d)(?:,?[ ]{{1,2}}\d{{4}}(?!\d))?"
    rf"|(?<!\d)\d{{1,2}}(?:st|nd|rd|th)?[ ]{{1,2}}(?:{MONTH})\b\.?(?:,?[ ]{{1,2}}\d{{4}}(?!\d))?)"
)
"""A day as it is written in English, with or without its year."""

WEEKDAY = r"(?:(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?\.?,?[ ]{1,2})?"
CLOCK = r"(?:[T ,|@-]{0,4}(?:at )?\d{1,2}[:.]\d{2}[^\n]{0,30}|[ \t]*\|[^\n]{0,60})?[ \t]*"

_I, _M = re.IGNORECASE, re.MULTILINE
_DATE_KEY = r"(?:date|(?:first |originally )?published|posted|pubdate|publication[ _]date|(?:last )?(?:updated|modified))"
_HEADER_LINE = re.compile(
    r"(?:\A|\n)\n*(?P<mask>[ \t]*(?:url|link|source|publisher|authors?|byline|title|headline|site(?:name)?|language|lang"
    r"|crawled|retrieved|fetched|id|tags|keywords|category|section|description)[ \t]*[:=][ \t]*[^\n]{0,300}"
    rf"|[ \t]*date[ \t]*[:=]?[ \t]*['\"]?{WEEKDAY}{DAY}['\"]?(?:T\d\d:\d\d\S*)?)",
    _I,
)
_FRONT_MATTER = re.compile(
    r"\n*(?P<mask>---[ \t]*\n(?:[ \t]*[\w-]+:[^\n]*\n|[ \t]+[^\n]*\n|-[ ][^\n]*\n){1,60}---[ \t]*(?=\n|\Z))"
)
DATED_LINE = re.compile(
    rf"^[ \t]*(?P<key>{_DATE_KEY})(?: on| at)?[ \t]*[:|=-]?[ \t]*['\"]?{WEEKDAY}(?P<day>{DAY})['\"]?{CLOCK}$",
    _I | _M,
)
"""A line that holds nothing but a day, its label and perhaps a time of day."""

_PICTURE = r"(?:webp|jpe?g|png|gif|svg|avif|bmp|tiff?)"
_TOKENS = [
    (why, re.compile(pattern, _I | _M))
    for why, pattern in (
        ("image path", r"!\[[^\]\n]{0,300}\]\([^)\n]{0,600}\)"),
        (
            "image path",
            rf"(?<!\S)\(?[\w%.:/~-]{{0,300}}/[\w%.~-]{{1,300}}\.{_PICTURE}\b(?:\?\S*)?\)?(?!\w)",
        ),
        ("image path", rf"^[ \t]*[\w%.~-]{{1,200}}\.{_PICTURE}\)?[ \t]*$"),
        ("address", r"(?:\]\()?\b(?:https?://|www\.|pic\.(?:twitter|x)\.com/|t\.co/)[^\s<>\"“”]+"),
        ("address", r"\[(?=[^\[\]\n]{1,300}\]\(https?://)"),
        ("script", r"<script\b[^<]*(?:<(?!/?script\b)[^<]*)*</script\s*>"),
        ("script", r"<style\b[^<]*(?:<(?!/?style\b)[^<]*)*</style\s*>"),
        ("script", r"</?[a-z][a-z0-9]{0,15}(?:[ \t\n][^<>]{0,600})?/?>|<!--[^<>]{0,2000}-->"),
        (
            "boilerplate",
            r"(?<=[.!?”\"])[ \t]+(?:(?:click|tap) here|read (?:the (?:rest|full (?:story|article|text))|more)"
            r" (?:here|at|on)|(?:also|more) read:)[^.\n]{0,80}(?:https?://\S+)?\.?[ \t]*$",
        ),
    )
]

_LEAD = r"^[ \t]*[^\w\s“\"'‘$€£₹]{0,4}[ \t]*"
_SITE = (
    "(?:facebook|twitter|x|linkedin|whatsapp|telegram|e-?mail|print|copy link|reddit|instagram|youtube|share|save"
    "|comments?)"
)
_NOTICES = (
    r"(?:also read|read also|also see|see also|read more|read next|must read|also watch|recommended(?: for you)?"
    r"|related(?: (?:news|stories|articles?|topics?|posts?|content|links?))?|trending(?: now)?|up next"
    r"|don['’]t miss|editor['’]s picks?|most (?:read|popular)|watch(?: (?:now|live|video))?)[ \t]*(?:[:|»>–—-].*)?$",
    r"(?:please )?(?:subscribe|sign up|log ?in|register|join us|follow us|like us|support us|donate)"
    r" ?(?:now|here|today)?[ \t.!]*$",
    r"(?:please )?(?:subscribe|sign up|register)\b.{0,80}\b(?:newsletter|channel|inbox|e-?mails?|alerts?|updates"
    r"|edition|access|reading|free|us|here)\b",
    r"(?:download|get|support) (?:our|the) (?:app|journalism)\b",
    r"(?:follow|join|like|find) us\b.{0,60}\b(?:on|channel|group|page|community)\b",
    r"(?:join|follow) our\b.{0,40}\b(?:channel|group|page|community)\b",
    r"(?:click|tap) (?:here|below|the link)\b",
    r"(?:read|see|view|continue reading) (?:the )?(?:rest|full|original|complete|entire|whole)\b.{0,60}"
    r"\b(?:here|at|on)\b",
    r"(?:continue|keep) reading\b",
    r"share (?:this(?: \w+)?|on \w+|via \w+|the (?:article|story|post|news))[ \t.:!]*$",
    rf"{_SITE}(?:[ \t|,/·•]+{_SITE})*[ \t]*$",
    r"(?:advertisement|advertorial|sponsored(?: content)?|promoted|ad|story continues below.*|skip to (?:main )?content"
    r"|loading\.*|back to top|view comments|leave a comment.*|post a comment.*)[ \t]*$",
    r"(?:©|\(c\)[ \t]*\d{4}|copyright\b(?=.{0,12}(?:\d{4}|©|\(c\)|by|reserved)))",
    r".{0,120}\ball rights reserved\b",
    r"(?:we|this (?:web)?site|our (?:web)?site|by (?:continuing|using|clicking))\b.{0,60}"
    r"\b(?:uses?|using|stores?|agree|accept|consent)\b.{0,60}\bcookies?\b",
    r"(?:accept|reject|manage|decline)(?: all)?(?: cookies| preferences)?[ \t]*$",
    r"(?:get|receive|have) (?:the |our |all )?.{0,60}\b(?:newsletter|your inbox)\b",
    r"\(?(?:additional )?reporting by\b.{0,120}\b(?:editing|writing|compiled)\b",
    r"\(?(?:with|based on) (?:agency )?inputs?(?: from)?\b.{0,40}$",
    r"\(?this (?:story|article|report|copy|content) (?:has not been|has been|was|is) (?:edited|auto-|published|sourced"
    r"|generated|taken|provided)",
    r"\(?(?:disclaimer|editor['’]s note)[ \t]*:",
    r"\(?(?:(?:file )?(?:photo|image|picture)s?(?: credits?| courtesy| source| by)?|representational image)[ \t]*:",
    r"(?:page )?\d{1,4}(?:[ \t]*(?:/|of)[ \t]*\d{1,4})?[ \t–—-]*$",
)
_NOTICE = re.compile("|".join(f"(?:{_LEAD}{rule})" for rule in _NOTICES), _I)
_NAME = r"(?:[A-Z][\w.'’-]*|and|&)"
_BYLINE = re.compile(rf"^[ \t]*(?:By|BY)[ ]{_NAME}(?:,?[ ]{_NAME}){{1,7}},?[ \t]*$")
_CODE = re.compile(
    r"^\s*(?:(?:var|let|const)\s+[\w$]+\s*=|\(?\s*function\s*[\w$]*\s*\(|window\.[\w$]+|document\.[\w$]+|googletag\."
    r"|dataLayer\.|@media\b|(?:[.#][\w-]+|body|html|div|span|img)[\w\s.#,:>-]{0,80}\{[^}]*:|import\s+[\w{].*['\"];?\s*$)"
)
_LINES = (
    ("script", _CODE),
    ("byline", _BYLINE),
    ("scraper header", DATED_LINE),
    ("boilerplate", _NOTICE),
)
"""Forms of whole lines; but for a script none is longer than a notice."""

_AGENCY = "(?:ANI|PTI|IANS|UNI|AFP|AP|Reuters|Xinhua|Bloomberg|Yonhap|Kyodo)"
_SIGNATURE = re.compile(
    rf"(?P<mask>(?:^|(?<=[.!?”\"]))[ \t]*"
    rf"(?:\((?:{_AGENCY}|[A-Z]{{2,6}}(?:/[A-Z]{{2,6}})*)\)|[—–-]{{1,2}}[ \t]?{_AGENCY})[ \t]*)$",
    _M,
)


def masks_of(text: str, running: Collection[str] = ()) -> tuple[Mask, ...]:
    """The stretches of a text that are not its article, sorted and apart from each other.

    `running` are lines known to stand at the head or foot of pages; each is masked wherever it stands alone.
    """
    found = [*_header(text), *_tokens(text), *_lines(text, running)]
    return _disjoint([*found, *_signature(blanked(text, found), text)])


def _mask(match: re.Match[str], why: str) -> Mask:
    return Mask(start=match.start("mask"), end=match.end("mask"), why=why)


def blanked(text: str, masks: Collection[Mask]) -> str:
    """The text with masked code points as spaces, its line breaks kept: as long as before, so offsets stay true."""
    pieces, at = [], 0
    for mask in _disjoint(masks):
        pieces += [text[at : mask.start], re.sub(r"[^\n]", " ", text[mask.start : mask.end])]
        at = mask.end
    return "".join([*pieces, text[at:]])


def lines_of(text: str) -> Iterator[tuple[int, str]]:
    """Lines with something in them, each with its offset."""
    at = 0
    for line in text.split("\n"):
        if line.strip():
            yield at, line
        at += len(line) + 1


def _header(text: str) -> Iterator[Mask]:
    """Labels that a scraper or an editor wrote above the article; they end where the first other line begins."""
    front = _FRONT_MATTER.match(text)
    if front:
        yield _mask(front, "scraper header")
        return
    at = 0
    while match := _HEADER_LINE.match(text, at):
        yield _mask(match, "scraper header")
        at = match.end()


def _tokens(text: str) -> Iterator[Mask]:
    for why, pattern in _TOKENS:
        for match in pattern.finditer(text):
            words = match[0]
            if why == "address":
                words = words.rstrip(".,;:!?'’")
                if words.count("(") < words.count(")"):  # it closes what stands before
                    words = words.removesuffix(")")
            yield Mask(start=match.start(), end=match.start() + len(words), why=why)


def _lines(text: str, running: Collection[str]) -> Iterator[Mask]:
    for start, line in lines_of(text):
        forms = _LINES if len(line) <= LONGEST_NOTICE else _LINES[:1]
        known = (why for why, pattern in forms if pattern.match(line))
        why = "boilerplate" if line.strip() in running else next(known, "")
        if why:
            yield Mask(start=start, end=start + len(line), why=why)


def _signature(plain: str, text: str) -> Iterator[Mask]:
    """The agency's name after the last sentence of the article."""
    end = len(plain.rstrip())
    start = plain.rfind("\n", 0, end) + 1
    match = _SIGNATURE.search(text, start, end)
    if match:
        yield _mask(match, "boilerplate")


def _disjoint(masks: Collection[Mask]) -> tuple[Mask, ...]:
    """Masks in the order of the text; overlapping ones become one, with the reason of the first."""
    found: list[Mask] = []
    for mask in sorted(masks, key=lambda mask: (mask.start, -mask.end)):
        if found and mask.start < found[-1].end:
            found[-1] = found[-1].model_copy(update={"end": max(mask.end, found[-1].end)})
        else:
            found.append(mask)
    return tuple(found)
