"""`pax serve`: the questions in a browser, on this machine alone."""

from __future__ import annotations

import socket
import webbrowser
from threading import Timer

import uvicorn

from paxsilica.brief.store import open_store
from paxsilica.errors import InputError
from paxsilica.web.app import make_app
from paxsilica.web.kept_answers import PATIENT
from paxsilica.web.safety import LOOPBACK, Guard

PORT = 8080

MOST_CONNECTIONS = 500

GRACE = 2
"""Seconds that requests have to end when the server is stopped; then its processes end too."""


def serve_browser(
    host: str = "127.0.0.1", port: int = PORT, show: bool = True, store: str | None = None
) -> None:
    """Answer until stopped.

    Args:
        show: whether a browser is opened. store: where answers are kept; None is the user's own.

    Raises:
        InputError: another host than this machine, a port that is taken, or a store that is named and cannot be opened.
    """
    if host not in LOOPBACK:
        raise InputError(
            f"--host {host[:60]}: pax serve answers this machine alone, since it asks nobody who they are; leave --host out"
        )
    if not 1024 <= port <= 65535:
        raise InputError(f"--port {port}: take a port from 1024 to 65535")
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as free:
        free.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            free.bind((host, port))
        except OSError:
            raise InputError(
                f"--port {port}: is taken, perhaps by another pax serve; name another"
            ) from None
    if store is not None:
        with open_store(store, make=False, wait=PATIENT):
            pass
    address = f"http://localhost:{port}/"
    print(f"{address} (stop with Ctrl+C)", flush=True)
    if show:
        Timer(1.0, webbrowser.open, [address]).start()
    uvicorn.run(
        Guard(make_app(store), port),
        host=host,
        port=port,
        log_level="warning",
        server_header=False,
        timeout_graceful_shutdown=GRACE,
        limit_concurrency=MOST_CONNECTIONS,
    )
