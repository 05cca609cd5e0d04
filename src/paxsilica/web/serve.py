"""`pax serve`: the questions in a browser, on this machine alone."""

from __future__ import annotations

import socket
import webbrowser
from threading import Timer

import uvicorn

from paxsilica.errors import InputError
from paxsilica.web.app import make_app
from paxsilica.web.safety import LOOPBACK, Guard

PORT = 8080


def serve_browser(host: str = "127.0.0.1", port: int = PORT, show: bool = True) -> None:
    """Answer until stopped.

    Args:
        show: whether a browser is opened.

    Raises:
        InputError: another host than this machine, or a port that is taken.
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
    address = f"http://localhost:{port}/"
    print(f"{address} (stop with Ctrl+C)", flush=True)
    if show:
        Timer(1.0, webbrowser.open, [address]).start()
    uvicorn.run(
        Guard(make_app(), port), host=host, port=port, log_level="warning", server_header=False
    )
