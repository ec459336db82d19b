"""A small real web on loopback: a test registers answers, the code under test connects to it.

    def test_it(web: Web) -> None:
        web.add("/feed.xml", b"<rss/>", headers={"ETag": '"1"'})
        web.add("/gone", status=410)
        web.add("/moved", status=301, headers={"Location": "/feed.xml"})

        @web.handle("/page")
        def page(request: Request) -> Answer:
            return Answer(body=f"you sent {request.headers['user-agent']}")

        fetch.get(SourceRef(web.url("/feed.xml")), policy)
        assert web.paths() == ["/feed.xml"]

The fixture `web` is in tests/conftest.py; `serving()` makes another one (or a TLS one).
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """What arrived. Header names in lower case; `target` with its query, as sent."""

    method: str
    target: str
    headers: dict[str, str]
    body: bytes = b""

    @property
    def path(self) -> str:
        return urlsplit(self.target).path

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.target).query)


@dataclass
class Answer:
    """What goes back. An iterable body is written piece by piece, the connection then closed.

    `raw` writes on the socket itself, for answers that are no HTTP.
    """

    body: bytes | str | Iterable[bytes] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    raw: Callable[[socket.socket], None] | None = None


Handler = Callable[[Request], Answer]


class Web:
    """A server on 127.0.0.1; `requests` is everything that reached it, in order."""

    def __init__(self, server: ThreadingHTTPServer, scheme: str) -> None:
        self.port: int = server.server_address[1]
        self.host = f"127.0.0.1:{self.port}"
        self.root = f"{scheme}://{self.host}"
        self.requests: list[Request] = []
        self.connections = 0
        self._handlers: dict[str, Handler] = {}

    def url(self, path: str = "/") -> str:
        """The absolute address of `path` here."""
        return self.root + path

    def add(
        self,
        path: str,
        body: bytes | str | Iterable[bytes] = b"",
        *,
        status: int = 200,
        headers: dict[str, str] | None = None,
    ) -> str:
        """Registers a fixed answer; gives its address."""
        self._handlers[path] = lambda request: Answer(body, status, dict(headers or {}))
        return self.url(path)

    def handle(self, path: str) -> Callable[[Handler], Handler]:
        """Registers a function as the answer to `path` (query left aside)."""

        def register(handler: Handler) -> Handler:
            self._handlers[path] = handler
            return handler

        return register

    def raw(self, path: str, write: Callable[[socket.socket], None]) -> str:
        """Registers a function that writes on the socket: bombs, drips, broken HTTP."""
        self._handlers[path] = lambda request: Answer(raw=write)
        return self.url(path)

    def paths(self) -> list[str]:
        """The targets asked for, in order."""
        return [request.target for request in self.requests]

    def answer(self, request: Request) -> Answer:
        self.requests.append(request)
        handler = self._handlers.get(request.path)
        return handler(request) if handler else Answer("not here", 404)


class _Connection(BaseHTTPRequestHandler):
    web: Web
    protocol_version = "HTTP/1.1"

    def setup(self) -> None:
        self.web.connections += 1
        super().setup()

    def answer_anything(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(self.command, self.path, headers, self.rfile.read(length))
        answer = self.web.answer(request)
        self.close_connection = True
        with contextlib.suppress(OSError):  # the client left in the middle: its right
            if answer.raw is not None:
                self.wfile.flush()
                answer.raw(self.connection)
            else:
                self._write(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_DELETE = answer_anything

    def _write(self, answer: Answer) -> None:
        body = answer.body.encode() if isinstance(answer.body, str) else answer.body
        self.send_response(answer.status)
        names = {name.lower() for name in answer.headers}
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if isinstance(body, bytes) and "content-length" not in names and answer.status != 304:
            self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        if self.command == "HEAD" or answer.status == 304:
            return
        for piece in [body] if isinstance(body, bytes) else body:
            self.wfile.write(piece)
            self.wfile.flush()

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: `web.requests` is the log."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that refuses our certificate or hangs up is part of the tests."""


@contextlib.contextmanager
def serving(tls: ssl.SSLContext | None = None) -> Iterator[Web]:
    """A web of its own for the length of the block; over TLS when a context is given."""
    handler = type("Connection", (_Connection,), {})
    server = _Server(("127.0.0.1", 0), handler)
    if tls is not None:
        server.socket = tls.wrap_socket(
            server.socket, server_side=True, do_handshake_on_connect=False
        )
    web = Web(server, "https" if tls else "http")
    handler.web = web  # type: ignore[attr-defined]
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
