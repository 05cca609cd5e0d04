"""The page of the record: texts are pasted or dropped, and come back marked, with what to try of them."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import date
from typing import Any

from fastapi import FastAPI, Request, Response
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException

from paxsilica.brief.documents import SUFFIXES, name_if_pasted
from paxsilica.errors import InputError
from paxsilica.policy.values import parse_date
from paxsilica.web.fields import LONGEST_LINK, link_of, question_of
from paxsilica.web.page import page
from paxsilica.web.record_reading import Upload, read_uploads

LARGEST_UPLOAD, MOST_FILES, MOST_WAITING = 5_000_000, 10, 4
"""Bytes of all texts together, how many there may be, and how many readings wait for their turn."""

ENDINGS = (*SUFFIXES, ".txt", ".pdf", ".docx", ".rtf")
"""Of files, that are looked at; the first bytes say what a file is where they can."""

EXAMPLE_TEXT = (
    "NEW DELHI, January 16, 2026 - India faces US tariffs of 50 per cent on its goods. "
    'US Ambassador to India Sergio Gor said on Monday that both governments could meet next month. "We will '
    'conclude the first tranche by 30 June 2026," a trade official who was not named said on Thursday. '
    "The goal is to raise bilateral trade to $500 billion by 2030."
)


def add_record(app: FastAPI) -> None:
    """`/record`: a form, and what it sends read."""
    turn, waiting = asyncio.Semaphore(1), [0]

    @app.get("/record", include_in_schema=False)
    async def form(request: Request) -> Response:
        return _record_form(request, request.query_params.get("text", ""), date.today().isoformat())

    @app.post("/record", include_in_schema=False)
    async def read(request: Request) -> Response:
        text = day = ""
        try:
            sent = await _sent(request)
            text, day = str(sent.get("text") or ""), str(sent.get("as_of") or date.today())
            uploads = await uploads_of(text, sent.getlist("files"))
            as_of = _day_given(day)
            if waiting[0] >= MOST_WAITING:
                return _record_form(
                    request, text, day, "too many texts at once; send it again", 429
                )
            waiting[0] += 1
            try:
                async with turn:
                    found = await asyncio.to_thread(read_uploads, uploads, as_of)
            finally:
                waiting[0] -= 1
        except InputError as error:
            return _record_form(request, text, day, str(error), 422)
        link = _text_permalink(text, day) if len(uploads) == 1 and text.strip() else ""
        told: dict[str, Any] = {**found, "link": link}
        return page(request, "record_answer.html.j2", **told)


def _record_form(
    request: Request, text: str, day: str, why: str = "", status: int = 200
) -> Response:
    told: dict[str, Any] = {"title": "Read a text", "text": text, "day": day, "why": why}
    told |= {"most": LARGEST_UPLOAD, "endings": ",".join(ENDINGS), "example": EXAMPLE_TEXT}
    return page(request, "record.html.j2", status, **told)


def _text_permalink(text: str, day: str) -> str:
    """Of a text that is short enough for one; a longer one would have to be kept."""
    link = link_of(question_of("brief", {"text": text, "as_of": day}))
    return link if len(link) <= LONGEST_LINK else ""


async def _sent(request: Request) -> FormData:
    try:
        return await request.form(
            max_files=MOST_FILES, max_fields=MOST_FILES, max_part_size=LARGEST_UPLOAD
        )
    except HTTPException as error:
        raise InputError(f"the form cannot be read: {error.detail}") from None


def _day_given(day: str) -> date:
    try:
        return parse_date(day)
    except ValueError as error:
        raise InputError(f"the day: {error}") from None


async def uploads_of(text: str, files: Sequence[Any]) -> list[Upload]:
    """What is to be read of a form.

    Raises:
        InputError: nothing, more than `LARGEST_UPLOAD`, or a file whose name is a path.
    """
    uploads = []
    if text.strip():
        uploads = [Upload(text.encode("utf-8", "replace"), name_if_pasted(text))]
    for file in files:
        if not isinstance(file, UploadFile) or not (file.filename or file.size):
            continue
        name = file.filename or ""
        if any(part in name for part in ("/", "\\", "..", "\0")):
            raise InputError("the name of a file is a path; send a file with a plain name")
        ending = next((end for end in ENDINGS if name.lower().endswith(end)), ".txt")
        uploads.append(Upload(await file.read(), f"text-{len(uploads) + 1}{ending}"))
    if not uploads:
        raise InputError("there is no text; paste one, or choose a file")
    if (size := sum(len(one.data) for one in uploads)) > LARGEST_UPLOAD:
        raise InputError(
            f"{size:,} bytes are sent, and a page takes {LARGEST_UPLOAD:,}; split them, or use pax brief FILE"
        )
    return uploads
