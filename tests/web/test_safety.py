"""What is refused: other hosts, posts of other sites, what is too large or too slow."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from paxsilica.errors import InputError
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
