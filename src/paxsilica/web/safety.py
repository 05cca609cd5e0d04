"""What a request must be to be answered: for this server, from its own pages, small, and not too often."""

from __future__ import annotations

import secrets
import time
from collections import deque
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

LOOPBACK = ("127.0.0.1", "localhost", "::1")

MOST_BYTES, MOST_UPLOADED = 1_100_000, 5_500_000
"""Of a request's body; of one that uploads a document."""

SLOWEST = 20.0
"""Seconds in which a body must have come."""

MOST_REQUESTS, WITHIN = 600, 10.0
"""Requests that change or ask something, in so many seconds."""

POLICY = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}'; style-src 'self'; style-src-attr 'unsafe-inline'; "
    "font-src 'self' data:; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'"
)


class Refused(Exception):
    """A request that is not answered. `status`: of HTTP."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


class Guard:
    """Stands before an application: refuses what must not be answered, and says to browsers what pages may do.

    Args:
        port: of this server; a `Host` of another is refused, which ends rebinding of names.
    """

    def __init__(self, app: App, port: int) -> None:
        self.app = app
        self.hosts = {f"{self._bracketed(name)}:{port}" for name in LOOPBACK}
        self.hosts |= {self._bracketed(name) for name in LOOPBACK} if port == 80 else set()
        self._asked: deque[float] = deque()

    @staticmethod
    def _bracketed(name: str) -> str:
        return f"[{name}]" if ":" in name else name

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        nonce = secrets.token_urlsafe(16)
        scope.setdefault("state", {})["nonce"] = nonce

        async def guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message.get("headers", ()), *_browser_headers(nonce)]
            await send(message)

        try:
            self._check(scope)
            body = _bounded(receive, _most(scope["path"]))
            await self.app(scope, body, guarded)
        except Refused as error:
            await _plain_answer(guarded, error.status, str(error))

    def _check(self, scope: Scope) -> None:
        headers = {
            key.decode("latin-1"): value.decode("latin-1") for key, value in scope["headers"]
        }
        if headers.get("host", "") not in self.hosts:
            raise Refused(421, "this server answers to localhost alone")
        origin, site = headers.get("origin"), headers.get("sec-fetch-site", "same-origin")
        foreign = origin not in (None, "null") and urlsplit(origin or "").netloc not in self.hosts
        if scope["method"] not in ("GET", "HEAD") and (
            foreign or origin == "null" or site not in ("same-origin", "none")
        ):
            raise Refused(403, "a page of another site asked; only pages of this server may")
        length = headers.get("content-length", "0")
        if not length.isdecimal() or int(length) > _most(scope["path"]):
            raise Refused(413, f"too large; a request has at most {_most(scope['path']):,} bytes")
        if not scope["path"].startswith("/static/"):
            now = time.monotonic()
            while self._asked and now - self._asked[0] > WITHIN:
                self._asked.popleft()
            if len(self._asked) >= MOST_REQUESTS:
                raise Refused(429, "too many requests; wait some seconds")
            self._asked.append(now)


def _most(path: str) -> int:
    return MOST_UPLOADED if path == "/record" else MOST_BYTES


def _bounded(receive: Receive, most: int) -> Receive:
    """The body, which may neither grow beyond a size nor take for ever. Raises Refused."""
    begun, size = time.monotonic(), 0

    async def bounded() -> MutableMapping[str, Any]:
        nonlocal size
        message = await receive()
        if message["type"] == "http.request":
            size += len(message.get("body", b""))
            if size > most:
                raise Refused(413, f"too large; a request has at most {most:,} bytes")
            if time.monotonic() - begun > SLOWEST and message.get("more_body"):
                raise Refused(408, "too slow; send it again")
        return message

    return bounded


def _browser_headers(nonce: str) -> list[tuple[bytes, bytes]]:
    said = {
        "content-security-policy": POLICY.format(nonce=nonce),
        "x-content-type-options": "nosniff",
        "referrer-policy": "same-origin",
        "cross-origin-opener-policy": "same-origin",
        "cross-origin-resource-policy": "same-origin",
    }
    return [(key.encode(), value.encode()) for key, value in said.items()]


async def _plain_answer(send: Send, status: int, why: str) -> None:
    body = why.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", str(len(body)).encode()),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
