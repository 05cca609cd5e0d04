"""A server in a process of its own, as `pax serve` starts it."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Reply(NamedTuple):
    status: int
    text: str
    headers: Mapping[str, str]


class Served(NamedTuple):
    """A running server."""

    port: int
    process: subprocess.Popen[str]

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def get(self, path: str, **headers: str) -> Reply:
        return self.send(urllib.request.Request(f"{self.url}{path}", headers=headers))

    def awaited(self, path: str) -> Reply:
        """The page of an answer, once it is there."""
        for _ in range(120):
            reply = self.get(path)
            if reply.status != 202:
                return reply
            time.sleep(0.5)
        raise TimeoutError(f"{path}: no answer in a minute")

    def post(self, path: str, body: bytes, **headers: str) -> Reply:
        return self.send(urllib.request.Request(f"{self.url}{path}", body, headers))

    def send(self, request: urllib.request.Request) -> Reply:
        try:
            with urllib.request.urlopen(request, timeout=60) as reply:
                return Reply(
                    reply.status, reply.read().decode("utf-8", "replace"), dict(reply.headers)
                )
        except urllib.error.HTTPError as error:
            return Reply(error.code, error.read().decode("utf-8", "replace"), dict(error.headers))


def free_port() -> int:
    with socket.socket() as any_one:
        any_one.bind(("127.0.0.1", 0))
        port: int = any_one.getsockname()[1]
        return port


@contextmanager
def serving(folder: Path, *options: str) -> Iterator[Served]:
    """A server whose own files stand in a folder; it is stopped at the end."""
    port = free_port()
    command = [sys.executable, "-m", "paxsilica.web", "--port", str(port), *options]
    env = {**os.environ, "XDG_CACHE_HOME": str(folder), "XDG_DATA_HOME": str(folder)}
    with subprocess.Popen(command, text=True, stdout=subprocess.PIPE, env=env) as process:
        assert process.stdout is not None
        assert str(port) in process.stdout.readline()
        found = Served(port, process)
        for _ in range(100):
            try:
                found.get("/openapi.json")
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        try:
            yield found
        finally:
            if process.poll() is None:
                process.terminate()
            process.wait(20)
