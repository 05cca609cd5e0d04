"""Bytes as normalised text, or why they are none."""

from __future__ import annotations

import re
from contextlib import suppress
from unicodedata import normalize

from paxsilica.errors import InputError

MOST_CONTROLS = 0.01
"""Share of control characters from which on bytes are no text."""

MOST_FOREIGN = 0.12
"""Share of characters beyond ASCII up to which bytes that are not UTF-8 may be windows-1252: French has 5 %."""

BYTE_ORDER_MARKS = {b"\xef\xbb\xbf": "utf-8-sig", b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16"}
MAGIC = {
    b"\x89PNG": "a PNG picture",
    b"\xff\xd8\xff": "a JPEG picture",
    b"GIF8": "a GIF picture",
    b"PK\x03\x04": "a zip archive or an Office file",
    b"\xd0\xcf\x11\xe0": "an old or a locked Office file",
    b"\x1f\x8b": "a gzip archive",
}


def decoded(data: bytes, declared: str = "") -> tuple[str, tuple[str, ...]]:
    """Bytes as text with notes; UTF-8 and byte order marks are certain, all else is said in the notes."""
    codec = next((BYTE_ORDER_MARKS[mark] for mark in BYTE_ORDER_MARKS if data.startswith(mark)), "")
    if not codec and (b"\0" in data or data.startswith(tuple(MAGIC))):
        raise _binary(data)
    notes: tuple[str, ...] = ()
    try:
        text = data.decode(codec or "utf-8")
    except UnicodeDecodeError as exc:
        if codec:
            raise InputError(
                f"breaks its own encoding ({codec}); save the text again as UTF-8"
            ) from exc
        text, note = _not_utf8(data, declared, exc.start)
        notes = (note,)
    if _is_binary(text):
        raise _binary(data)
    return normal(text), notes


def _not_utf8(data: bytes, declared: str, at: int) -> tuple[str, str]:
    """Bytes that break UTF-8 at byte `at`, as the text they most likely are, with a note."""
    with suppress(LookupError, UnicodeDecodeError):  # declared is none, or a wrong one
        return data.decode(declared), f"decoded as {declared}, as the page says"
    damaged, line = data.decode("utf-8", "replace"), data.count(b"\n", 0, at) + 1
    whole, lost = sum(ch > "\x7f" and ch != "�" for ch in damaged), damaged.count("�")
    if whole > lost:
        note = f"bytes that are not UTF-8 are lost ({lost} in all, the first in line {line})"
        return damaged, note
    with suppress(UnicodeDecodeError):
        text = data.decode("windows-1252")
        if _is_binary(text) or sum(ch > "\x7f" for ch in text) <= MOST_FOREIGN * len(text):
            checks = "so check letters with accents and quotation marks"
            return text, f"not UTF-8; decoded as windows-1252, {checks}"
    where = f"byte 0x{data[at]:02x} in line {line}"
    raise InputError(f"is not UTF-8 ({where}) and of no known encoding; save the text as UTF-8")


def _is_binary(text: str) -> bool:
    controls = map(chr, (*range(9), *range(14, 32), 127))
    return sum(map(text.count, controls)) > MOST_CONTROLS * len(text)


def _binary(data: bytes) -> InputError:
    kind = next((MAGIC[magic] for magic in MAGIC if data.startswith(magic)), "a binary file")
    return InputError(f"is {kind}, not a text; save its text as UTF-8, HTML, PDF, DOCX or RTF")


LIGATURES = {code: normalize("NFKC", chr(code)) for code in range(0xFB00, 0xFB07)}
NO_WIDTH = dict.fromkeys((0x200B, 0x2060, 0xFEFF))


def normal(text: str) -> str:
    """NFC with `\\n` for every line break that Unicode or Python knows, and no other control character but tabs.

    Ligatures (`ﬁ`) become their letters, and blanks without a width go: a reader does not see them.
    """
    text = text.translate(LIGATURES | NO_WIDTH)
    text = re.sub("\r\n|[\r\x0b\x0c\x1c-\x1e\x85\u2028\u2029]", "\n", text)
    return normalize("NFC", re.sub("[\x00-\x08\x0e-\x1f\x7f\ud800-\udfff]", " ", text))
