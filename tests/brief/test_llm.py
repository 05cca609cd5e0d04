"""A language model may only add assertions of its own that quote the document; a local server stands for it."""

from __future__ import annotations

import json
import socket
import struct
import threading
from http.client import parse_headers
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from paxsilica.brief.documents import document_of
from paxsilica.brief.llm import Endpoint, asserted_by_model, endpoint
from paxsilica.errors import InputError

TEXT = "Minister Ana Ruiz said that Norway will cut its tariff to 5 per cent by March 2027."


@pytest.fixture
def served():
    """Start a server that gives one answer, and tell what it was asked."""
    servers, asked = [], []

    def start(content: str, status: int = 200) -> Endpoint:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                asked.append(
                    (
                        self.path,
                        self.headers,
                        json.loads(self.rfile.read(int(self.headers["Content-Length"]))),
                    )
                )
                self.send_response(status)
                self.end_headers()
                self.wfile.write(
                    json.dumps({"choices": [{"message": {"content": content}}]}).encode()
                )

            def log_message(self, *_):
                pass

        server = HTTPServer(("127.0.0.1", 0), Handler)
        servers.append(server)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return Endpoint(f"http://127.0.0.1:{server.server_port}/v1", "small", "secret")

    start.asked = asked
    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


def test_only_what_quotes_the_document_is_taken_and_it_is_marked(served):
    right = {"subject": "NOR", "property": "rate", "value": 5, "quote": "5 per cent"}
    made_up = {"subject": "NOR", "property": "rate", "value": 9, "quote": "9 per cent"}
    at = served(f"Here you are: {json.dumps([right, made_up, 'x', {'value': None}])}")
    document = document_of(TEXT.encode(), "a.txt")
    (found,) = asserted_by_model(document, at)
    assert (found.value, found.extractor, found.basis) == (5, "model:small", "inferred")
    assert document.text[found.span.start : found.span.end] == "5 per cent"
    path, headers, body = served.asked[0]
    assert (path, headers["Authorization"], body["model"]) == (
        "/v1/chat/completions",
        "Bearer secret",
        "small",
    )
    assert TEXT in body["messages"][0]["content"]


@pytest.mark.parametrize(("content", "status"), [("no list", 200), ("[1", 200), ("[]", 500)])
def test_a_server_that_answers_wrongly_is_one_line(served, content, status):
    with pytest.raises(InputError, match="language model") as caught:
        asserted_by_model(document_of(TEXT.encode(), "a.txt"), served(content, status))
    assert "\n" not in str(caught.value)


def test_a_server_that_breaks_off_is_one_line():
    linger = struct.pack("ii", 1, 0)  # with no time to linger, closing resets the connection

    def breaks_off(server):
        connection, _ = server.accept()
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        with connection, connection.makefile("rb") as asked:
            asked.readline()
            asked.read(int(parse_headers(asked)["Content-Length"]))
            connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n{"choices"')

    with socket.create_server(("127.0.0.1", 0)) as server:
        thread = threading.Thread(target=breaks_off, args=(server,), daemon=True)
        thread.start()
        at = Endpoint(f"http://127.0.0.1:{server.getsockname()[1]}/v1", "small")
        with pytest.raises(InputError, match="does not answer") as caught:
            asserted_by_model(document_of(TEXT.encode(), "a.txt"), at)
        thread.join(10)
    assert "\n" not in str(caught.value)


def test_nobody_is_asked_unless_configured():
    with pytest.raises(InputError, match="no language model is configured; set PAX_MODEL_URL"):
        endpoint({})
    assert endpoint({"PAX_MODEL_URL": "http://h/v1/", "PAX_MODEL": "m"}) == Endpoint(
        "http://h/v1", "m"
    )
