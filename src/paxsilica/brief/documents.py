"""Bytes of a text, page, PDF, DOCX or RTF -> a Document, or one clear line about what is wrong with them.

The text is normalised once, while it is read (NFC, `\\n` as the only line break, lines that were wrapped for paper put
together again), and never after: every offset in a record is one into it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Sequence
from datetime import date
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

from paxsilica.brief.decoding import decoded, normal
from paxsilica.brief.masks import blanked, masks_of
from paxsilica.brief.office import docx_text, rtf_text
from paxsilica.brief.parts import starts_part
from paxsilica.brief.publication import day_of, publication_of
from paxsilica.brief.record import Document, MediaType
from paxsilica.errors import InputError

LARGEST = 50_000_000
"""Bytes; a longer file is a corpus, not a document."""

DOCX: MediaType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
MOST_BYTES: dict[MediaType, int] = {
    "text/plain": 8_000_000,
    "text/markdown": 8_000_000,
    "text/html": 10_000_000,
    "text/rtf": 20_000_000,
    "application/pdf": LARGEST,
    DOCX: LARGEST,
}
"""Bytes; a PDF, a DOCX and an RTF may be large with pictures."""

MOST_CHARACTERS = 2_000_000
"""Characters of a text that are read: the length of a book of 700 pages."""

MOST_PAGES = 2_000
"""Of a PDF; more is a corpus, and each page costs time though it be empty."""

SUFFIXES: dict[str, MediaType] = {
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".md": "text/markdown",
    ".markdown": "text/markdown",
}
MARKDOWN = re.compile(r"\A---\r?\n|^#{1,6} \S", re.MULTILINE)
"""What a text without a name has that is Markdown."""

BROKEN = {
    "�": "characters that could not be decoded (U+FFFD)",
    "â€": "characters that were decoded wrongly (â€)",
}


class Text(NamedTuple):
    """A text with what its container says about it; `running` are heads and feet of pages."""

    text: str
    title: str = ""
    day: date | None = None
    running: Collection[str] = ()
    notes: tuple[str, ...] = ()


def name_if_pasted(text: str) -> str:
    """What a text that is no file is called: its suffix says whether lines of a paragraph belong together."""
    return "text.md" if MARKDOWN.search(text) else "text.txt"


def read_document(path: Path | str, latest: date | None = None) -> Document:
    """Read a file as `document_of` reads bytes.

    Raises:
        InputError: the file is missing, a folder, too large, cannot be opened, or is none that `document_of` reads.
    """
    path, name = Path(path), str(path)
    if "\0" in name:
        raise InputError(f"{name!r}: is no path; check the spelling")
    try:
        if not path.exists():
            raise InputError("no such file; check the spelling and the folder")
        if path.is_dir():
            raise InputError("is a folder; name one document in it")
        if not path.is_file():
            raise InputError("is not a regular file; save the document as a file first")
        _check_size(path.stat().st_size, LARGEST)
        data = path.read_bytes()
    except OSError as exc:
        raise InputError(
            f"{name}: cannot be read ({exc.strerror}); check the path and its permissions"
        ) from exc
    except InputError as exc:
        raise InputError(f"{name}: {exc}") from exc
    return document_of(data, name, latest=latest)


def document_of(data: bytes, source: str, latest: date | None = None) -> Document:
    """A document from its bytes; `source` is a path or address that says where they are from.

    PDF, DOCX and RTF are known by their first bytes and HTML by its first tag, whatever `source` says; its suffix decides
    between HTML, Markdown and plain text otherwise. `latest` is the last day that is not in the future.

    Raises:
        InputError: empty, binary, or above 50 MB (a text 8 MB, a page 10 MB) or two million characters; of unknown
            encoding; a page without an article; a PDF that is broken, encrypted or scanned; a DOCX that is broken, locked
            or a zip bomb; a broken RTF. The message is one line.
    """
    try:
        _check_size(len(data), LARGEST)
        if not data.strip():
            raise InputError("is empty; name a file that holds a text")
        kind = _media_type(data, source)
        _check_size(len(data), MOST_BYTES[kind], f" of {kind}")
        found = READERS[kind](data)
        found = found._replace(text=re.sub("\xad\n?", "", found.text))
        if not found.text.strip():
            raise InputError("holds no text, only blanks; name a file that holds an article")
        if len(found.text) > MOST_CHARACTERS:
            most = f"a document has at most {MOST_CHARACTERS:,}; split it by article"
            raise InputError(f"holds {len(found.text):,} characters and {most}")
    except InputError as exc:
        raise InputError(f"{source}: {exc}") from exc
    masks = masks_of(found.text, found.running)
    published, doubts = publication_of(found.text, found.day, masks, latest)
    language = language_of(blanked(found.text, masks))
    notes = [
        f"holds {words}; save it again as UTF-8 for exact quotations"
        for mark, words in BROKEN.items()
        if mark in found.text
    ]
    if language != "en":
        notes.append(
            f"looks like {language!r}, not English; only what is safe in any language is extracted"
        )
    return Document(
        sha256=sha256(data).hexdigest(),
        source=source,
        media_type=kind,
        text=found.text,
        title=found.title,
        language=language,
        published=published,
        masks=masks,
        notes=(*found.notes, *notes, *doubts),
    )


def unmasked(document: Document) -> str:
    """The document's text with masked code points as spaces, as long as the text, so that offsets stay true."""
    return blanked(document.text, document.masks)


def _check_size(size: int, most: int, kind: str = "") -> None:
    if size > most:
        message = f"is {size / 1e6:,.1f} MB and a document{kind} has at most {most / 1e6:g} MB"
        raise InputError(f"{message}; split it by article")


_PAGE = re.compile(
    rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*"
    rb"<(?:!doctype html|html|head|body)\b",
    re.IGNORECASE | re.DOTALL,
)


def _media_type(data: bytes, source: str) -> MediaType:
    if re.match(rb"(?:\xef\xbb\xbf)?\s*%PDF-", data[:1000]):
        return "application/pdf"
    if data.startswith(b"PK\x03\x04") and (b"word/" in data or source.lower().endswith(".docx")):
        return DOCX
    if data.lstrip().startswith(b"{\\rtf"):
        return "text/rtf"
    if _PAGE.match(data[:4000].replace(b"\0", b"")):
        return "text/html"
    return SUFFIXES.get(Path(source).suffix.lower(), "text/plain")


def _plain(data: bytes) -> Text:
    text, notes = decoded(data)
    title, lines = _labelled(text), text.split("\n")
    if not _is_wrapped(lines):
        return Text(text, title, notes=notes)
    note = "lines were wrapped for paper; they are joined to paragraphs"
    return Text(_unwrapped(lines), title, notes=(*notes, note))


def _labelled(text: str) -> str:
    title = re.search(
        r"^[ \t]*(?:title|headline)[ \t]*[:=][ \t]*(\S[^\n]*)",
        text[:2000],
        re.IGNORECASE | re.MULTILINE,
    )
    return title[1].strip(" \t'\"") if title else ""


_BLOCK = re.compile(r"[ \t]*(?:[#>|*+=~`-]|\d{1,3}[.)][ ])")
"""How a line begins that is no paragraph of Markdown, or a new item of a list."""


_CLOSED = re.compile(r"#|\s*(?:[|`]|$)|.*(?:  |\\)$")
"""A line of Markdown that no other goes on: a heading, a table, code, a blank line, a hard break."""


def _flowing(text: str) -> str:
    """Markdown with each paragraph on one line."""
    lines: list[str] = []
    for before, line in pairwise(["", *text.split("\n")]):
        if _CLOSED.match(before) or not line.strip() or _BLOCK.match(line):
            lines.append(line)
        else:
            lines[-1] += f" {line.strip()}"
    return "\n".join(lines)


def _markdown(data: bytes) -> Text:
    text, notes = decoded(data)
    matter = re.match(r"---\n.*?\n---\n", text, re.DOTALL)
    head = matter[0] if matter else ""
    flowing = _flowing(text[len(head) :])
    heading = re.search(r"^#[ \t]+([^\n]*[^\n#\s])", flowing, re.MULTILINE)
    return Text(head + flowing, heading[1] if heading else _labelled(text), notes=notes)


def _html(data: bytes) -> Text:
    from trafilatura import bare_extraction

    declared = re.search(
        rb"charset=[\"']?((?:iso-8859|windows|koi8|gb|big5|euc|shift_jis)[\w-]*)", data[:4000], re.I
    )
    named = declared[1].decode("ascii").lower() if declared else ""
    codec = "windows-1252" if named == "iso-8859-1" else named
    page, notes = decoded(data, codec)
    dates = {"extensive_search": False, "original_date": True, "outputformat": "%Y-%m-%d"}
    found: Any = bare_extraction(
        page, include_comments=False, with_metadata=True, date_extraction_params=dates
    )
    text = normal((found.text or "").replace("\xad", "")) if found else ""
    if not text.strip():
        raise InputError(
            "is a page without the text of an article; save the article itself as text or PDF"
        )
    return Text(text, _on_one_line(found.title), day_of(found.date or ""), notes=notes)


def _on_one_line(words: str | None) -> str:
    return " ".join(normal(words or "").split())


def _pdf(data: bytes) -> Text:
    from pypdfium2 import PdfDocument, PdfiumError  # type: ignore[import-untyped]
    from pypdfium2.raw import FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY  # type: ignore[import-untyped]

    try:
        pdf = PdfDocument(data)
    except PdfiumError as exc:
        if exc.err_code in (FPDF_ERR_PASSWORD, FPDF_ERR_SECURITY):
            raise InputError("is an encrypted PDF; save a copy without its password") from exc
        raise InputError("is a broken PDF; download or export it again") from exc
    try:
        if len(pdf) > MOST_PAGES:
            raise InputError(
                f"has {len(pdf):,} pages and a PDF has at most {MOST_PAGES:,}; split it by article"
            )
        pages = [page.get_textpage().get_text_range() for page in pdf]
        title = pdf.get_metadata_value("Title")
    except PdfiumError as exc:
        raise InputError("has a broken page; download or export the PDF again") from exc
    finally:
        pdf.close()
    empty = [str(at) for at, page in enumerate(pages, start=1) if not page.strip()]
    if len(empty) == len(pages):
        raise InputError("has no text layer, only pictures of its pages; run OCR on it first")
    lines = [normal(re.sub("[\ufffe\x02](?:\r?\n)?", "\xad\n", page)).split("\n") for page in pages]
    running = _running(lines)
    text = "\n\n".join(filter(str.strip, (_unwrapped(page, running) for page in lines)))
    notes = (f"no text on page {', '.join(empty)}; run OCR to read it",) if empty else ()
    return Text(normal(_hyphens(text)), _on_one_line(title), running=running, notes=notes)


def _docx(data: bytes) -> Text:
    text, title, notes = docx_text(data)
    return Text(normal(text), _on_one_line(title), notes=notes)


def _rtf(data: bytes) -> Text:
    text, title = rtf_text(data)
    return Text(normal(text), _on_one_line(title))


READERS: dict[MediaType, Callable[[bytes], Text]] = {
    "application/pdf": _pdf,
    DOCX: _docx,
    "text/rtf": _rtf,
    "text/html": _html,
    "text/markdown": _markdown,
    "text/plain": _plain,
}


def _running(pages: Sequence[Sequence[str]]) -> frozenset[str]:
    """First and last lines that at least three pages and half of them share, but for their numbers."""
    lines = [[line.strip() for line in page if line.strip()] for page in pages]
    edges = [{line: re.sub(r"\d+", "0", line) for line in page[:1] + page[-1:]} for page in lines]
    counts = Counter(key for edge in edges for key in set(edge.values()))
    least = max(3, len(pages) / 2)
    return frozenset(line for edge in edges for line, key in edge.items() if counts[key] >= least)


COMPOUNDS = "term based led level related free wide owned backed driven called ranking tech old party year month day scale"
"""Second halves of words that keep their hyphen."""


def _hyphens(text: str) -> str:
    """Words that a line's end broke, whole again: with their hyphen before a capital, a digit or the second half of a
    compound, or where the same text has the word with its hyphen elsewhere; without it otherwise."""
    hyphened = set(re.findall(r"\b(?=(\w{1,60}-\w{1,60}))", text))

    def joined(match: re.Match[str]) -> str:
        left, right = match[1], match[2]
        inside = left[-1:].islower() and right[:1].islower()
        keep = not inside or right in COMPOUNDS.split() or f"{left}-{right}" in hyphened
        return f"{left}{'-' if keep else ''}{right}"

    return re.sub(r"(\w{0,60})\xad(\w{0,60})", joined, text)


def _width(lines: Sequence[str]) -> int:
    lengths = sorted(len(line.rstrip()) for line in lines if line.strip())
    return lengths[len(lengths) * 4 // 5] if lengths else 0


def _is_wrapped(lines: Sequence[str]) -> bool:
    """Whether a text has been broken into lines of one width, most of which do not end a sentence."""
    full = [line.rstrip() for line in lines if line.strip()]
    open_ended = sum(line[-1] not in '.!?:;”")' for line in full)
    return (
        len(full) >= 6
        and max(map(len, full)) <= 100
        and _width(full) >= 45
        and open_ended >= len(full) / 2
    )


def _unwrapped(lines: Sequence[str], running: Collection[str] = ()) -> str:
    """Lines of a page as paragraphs, each one line. A line goes on where it is about as long as the others, or where
    the next begins with a small letter."""
    breaks = {"", *running}
    width, pieces = _width(lines), [""]
    for before, line in pairwise(["", *lines]):
        apart = before.strip() in breaks or line.strip() in breaks
        broken = before.endswith("\xad")
        if not apart and (broken or _goes_on(before.rstrip(), line.lstrip(), width)):
            glue = "" if broken or re.search(r"\w-$", before) else " "
            pieces[-1] = f"{pieces[-1].rstrip()}{glue}{line.lstrip()}"
        else:
            pieces.append(line)
    return "\n".join(pieces[1:])


def _goes_on(before: str, line: str, width: int) -> bool:
    if re.match(r"[-–—•*>#|]|\(?\d{1,2}[.)]\s", line) or starts_part(line):
        return False
    ends = before[-1] in '.!?”":'
    return (line[0].islower() and not ends) or len(before) >= (0.9 if ends else 0.75) * width


SCRIPTS = {
    "hi": "[\u0900-\u097f]",
    "ru": "[\u0400-\u04ff]",
    "ar": "[\u0600-\u06ff]",
    "ja": "[\u3040-\u30ff]",
    "ko": "[\uac00-\ud7af]",
    "zh": "[\u4e00-\u9fff]",
}
COMMONEST = {
    "en": "the and of to in that for is was with said by from this has have are it its as at be will",
    "de": "der die das und ist nicht mit von zu den dem ein eine auf für im sich werden hat auch wird",
    "fr": "le la les des et est une dans que pour qui sur par du au aux pas ont cette avec sont",
    "es": "el la los las de del y que en un una por con para se es su al como más fue",
}


def language_of(text: str) -> str:
    """The language by its script, or by which language's commonest words it has most of. Where neither tells: English
    in Latin letters, `und` (undetermined, ISO 639-2) in others."""
    letters = sum(map(str.isalpha, text))
    for language, script in SCRIPTS.items():
        least = 0.1 if language == "ja" else 0.4
        if letters and len(re.findall(script, text)) > least * letters:
            return language
    words = Counter(re.findall(r"[^\W\d_]+", text.lower()))
    hits = {
        language: sum(words[word] for word in commonest.split())
        for language, commonest in COMMONEST.items()
    }
    if not any(hits.values()) and len(re.findall("[A-Za-z]", text)) < 0.5 * letters:
        return "und"
    best = max(hits, key=hits.__getitem__)
    return best if hits[best] >= hits["en"] + 2 else "en"  # one word alone may be a name: IST, LA
