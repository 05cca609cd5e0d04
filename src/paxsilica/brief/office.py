"""Word processors' files as text: DOCX by python-docx, RTF by striprtf. What is not words is left out."""

from __future__ import annotations

import re
import zlib
from io import BytesIO
from zipfile import BadZipFile, ZipFile

from paxsilica.errors import InputError

LARGEST_MEMBER, LARGEST_WHOLE, MOST_MEMBERS = 50_000_000, 200_000_000, 5_000
"""Bytes that a member of a DOCX and all of them may unpack to, and how many there may be; beyond is no document."""

_NAMESPACE = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_BLANKS = {
    f"{_NAMESPACE}tab": "\t",
    f"{_NAMESPACE}br": "\n",
    f"{_NAMESPACE}cr": "\n",
    f"{_NAMESPACE}noBreakHyphen": "-",
}
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_TITLE = re.compile(rb"\{\\title\s+([^{}\\]{1,300})\}")


def docx_text(data: bytes) -> tuple[str, str, tuple[str, ...]]:
    """Text, title and notes of a DOCX: a paragraph a line, those of tables too, insertions kept and deletions left out.

    Raises InputError: broken, locked, or unpacking to more than a document has.
    """
    from docx import Document
    from docx.opc.exceptions import OpcError
    from lxml.etree import XMLSyntaxError  # type: ignore[import-untyped]

    broken = (BadZipFile, zlib.error, OpcError, XMLSyntaxError, LookupError, ValueError, EOFError)
    try:
        _check_members(data)
        document = Document(BytesIO(data))
        title = document.core_properties.title
    except InputError:
        raise
    except (*broken, NotImplementedError, AttributeError) as exc:
        raise InputError("is a broken Word file; save it again as .docx") from exc
    except RuntimeError as exc:  # of zipfile: a member needs a password
        raise InputError("is a locked Word file; save a copy without its password") from exc
    body = document.element.body
    lines = [
        "".join(
            _BLANKS.get(node.tag) or (node.text or "")
            for node in paragraph.iter(f"{_NAMESPACE}t", *_BLANKS)
            if next(node.iterancestors(f"{_NAMESPACE}p")) is paragraph
        )
        for paragraph in body.iter(f"{_NAMESPACE}p")
        if next(paragraph.iterancestors(_FALLBACK), None) is None
    ]
    foot = next(body.iter(f"{_NAMESPACE}footnoteReference", f"{_NAMESPACE}endnoteReference"), None)
    notes = ("has footnotes, which are not read",) if foot is not None else ()
    return "\n".join(lines), title, notes


def _check_members(data: bytes) -> None:
    """A member never unpacks to more than its entry says, so the entries are enough to look at."""
    with ZipFile(BytesIO(data)) as archive:
        sizes = [member.file_size for member in archive.infolist()]
    whole, largest = sum(sizes), max(sizes, default=0)
    if whole > LARGEST_WHOLE or largest > LARGEST_MEMBER or len(sizes) > MOST_MEMBERS:
        said = f"unpacks to {whole / 1e6:,.0f} MB in {len(sizes):,} members, the largest {largest / 1e6:,.0f} MB"
        most = f"{LARGEST_WHOLE / 1e6:g} MB in {MOST_MEMBERS:,}, the largest {LARGEST_MEMBER / 1e6:g} MB"
        raise InputError(f"{said}, and a Word file has at most {most}; save its text alone")


def rtf_text(data: bytes) -> tuple[str, str]:
    """Text and title of a file in Rich Text Format. Raises InputError where it is broken."""
    from striprtf.striprtf import rtf_to_text

    try:
        text = rtf_to_text(data.decode("cp1252", "replace"), errors="replace")
    except (ValueError, TypeError, LookupError, OverflowError) as exc:
        raise InputError("is a broken RTF file; save it again as .docx or text") from exc
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # pairs of \u are one
    title = _TITLE.search(data[:20_000])
    return text, title[1].decode("cp1252", "replace").strip() if title else ""
