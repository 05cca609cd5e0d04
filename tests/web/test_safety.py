"""What is refused: other hosts, posts of other sites, what is too large or too slow."""

from __future__ import annotations

import asyncio
import socket
import time
from typing import Any

import pytest

from paxsilica.errors import InputError
from paxsilica.web import safety
from paxsilica.web.serve import serve_browser


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost", "127.0.0.1:1", "localhost.evil.example:80"]
)
def test_another_host_is_refused(served: Any, host: str) -> None:
    assert served.get("/", Host=host).status == 421


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "http://localhost:1"},
    ],
)
def test_a_post_of_another_site_is_refused(served: Any, headers: dict[str, str]) -> None:
    assert served.post("/ask/coerce", b"{}", **headers).status == 403
    assert served.post("/ask/coerce", b"{}", Origin=served.url).status == 422


def test_what_is_too_large_is_refused_before_it_is_read(served: Any) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
        head = f"POST /ask/run HTTP/1.1\r\nHost: localhost:{served.port}\r\nContent-Length: 1200000\r\n\r\n"
        line.sendall(head.encode())
        assert b" 413 " in line.recv(200)


def test_a_body_that_grows_beyond_what_it_said_is_refused(served: Any) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
        head = f"POST /ask/run HTTP/1.1\r\nHost: localhost:{served.port}\r\nTransfer-Encoding: chunked\r\n\r\n"
        line.sendall(head.encode())
        chunk = b"%x\r\n" % 100_000 + b" " * 100_000 + b"\r\n"
        for _ in range(14):
            try:
                line.sendall(chunk)
            except OSError:
                break
        assert b" 413 " in line.recv(200)


def test_a_body_that_comes_too_slowly_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "SLOWEST", 0.2)
    sent: list[Any] = []

    async def reads_all(scope: Any, receive: Any, send: Any) -> None:
        while (await receive()).get("more_body"):
            pass
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def drips() -> dict[str, Any]:
        await asyncio.sleep(0.05)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def stops() -> dict[str, Any]:
        await asyncio.sleep(30)
        return {"type": "http.disconnect"}

    async def send(message: Any) -> None:
        sent.append(message)

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/ask/run",
        "headers": [(b"host", b"localhost:8080")],
    }
    for receive in (drips, stops):
        begun = time.monotonic()
        asyncio.run(safety.Guard(reads_all, 8080)({**scope}, receive, send))
        assert time.monotonic() - begun < 5
    assert [m["status"] for m in sent if "status" in m] == [408, 408]


def test_a_flood_of_headers_ends_the_connection(served: Any) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
        line.sendall(f"GET / HTTP/1.1\r\nHost: localhost:{served.port}\r\n".encode())
        said = b""
        try:
            for number in range(5000):
                line.sendall(b"X-%d: %s\r\n" % (number, b"a" * 200))
            said = line.recv(200)
        except OSError:
            pass  # closed while it was sent
        assert said == b"" or b" 400 " in said
    assert served.get("/openapi.json").status == 200


def test_who_asks_without_end_is_told_to_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(safety, "MOST_REQUESTS", 3)
    guard = safety.Guard(lambda *_: None, 8080)  # type: ignore[arg-type, return-value]
    scope = {"path": "/q/run", "method": "GET", "headers": [(b"host", b"localhost:8080")]}
    for _ in range(3):
        guard._check(scope)
    guard._check({**scope, "path": "/static/web.js"})
    with pytest.raises(safety.Refused, match="too many") as refused:
        guard._check(scope)
    assert refused.value.status == 429


def test_what_a_program_asked_for_and_left_does_not_stand_in_the_way(served: Any) -> None:
    asked = b'{"file": "policy:us-law@2026-02-06", "draws": 99999}'  # for hours
    head = f"POST /ask/run HTTP/1.1\r\nHost: localhost:{served.port}\r\nContent-Length: {len(asked)}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as line:
        line.sendall(head.encode() + asked)
        time.sleep(2)
    small = b'{"a": "policy:us-law@2026-02-06", "b": "policy:us-law@2026-03-01", "bands": false}'
    assert served.post("/ask/compare", small).status == 200


def test_pages_say_that_nothing_from_elsewhere_may_run(served: Any) -> None:
    policy = served.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-eval" not in policy
    assert "script-src 'self' 'nonce-" in policy


def test_only_this_machine_is_served() -> None:
    with pytest.raises(InputError, match="answers this machine alone"):
        serve_browser("0.0.0.0")
    with pytest.raises(InputError, match="take a port from 1024"):
        serve_browser(port=80)


def test_a_port_that_is_taken_is_said(served: Any) -> None:
    with pytest.raises(InputError, match="is taken"):
        serve_browser(port=served.port)
