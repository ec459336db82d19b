"""What rehearsal servers share: a JSON server on 127.0.0.1 and faults on request.

with ListmonkRehearsal() as stage:
    stage.fail("POST", r"/campaigns$", "lost")   # done, but the answer never arrives
"""

from __future__ import annotations

import json
import re
import threading
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlsplit

LONGEST = 4 * 1024 * 1024


@dataclass(frozen=True)
class Call:
    """What arrived; `path` without its query."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: Any


class Reply(Exception):
    """An answer that is not 200; raised anywhere in a handler."""

    def __init__(self, status: int, body: Any = None, **headers: str) -> None:
        super().__init__(status)
        self.status, self.body = status, body
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass
class Fault:
    """On the next `times` matching calls. `kind`: lost (done, no answer), dropped (not done, no
    answer), malformed (done, unreadable), huge (done, endless), slow (done, no answer until the
    client goes), or a status.
    """

    method: str
    path: str
    kind: str | int
    times: int = 1
    headers: dict[str, str] = field(default_factory=dict)


class Rehearsal:
    """A server for the length of the block; `calls` is all that reached it, in order."""

    prefix: ClassVar[str] = ""

    def __init__(self, port: int = 0) -> None:
        self.calls: list[Call] = []
        self._faults: list[Fault] = []
        self._lock = threading.RLock()
        self._over = threading.Event()
        handler = type("Connection", (_Connection,), {"stage": self})
        self._server = _Server(("127.0.0.1", port), handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Any:
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.05,), daemon=True
        )
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        self._over.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def handle(self, call: Call) -> Any:
        """The answer's JSON (200), or raises Reply. Called under the lock."""
        raise NotImplementedError

    def fail(self, method: str, path: str, kind: str | int, times: int = 1, **headers: str) -> None:
        """Plans a fault; `path` is a regular expression."""
        names = {name.replace("_", "-"): value for name, value in headers.items()}
        with self._lock:
            self._faults.append(Fault(method, path, kind, times, names))

    def count(self, method: str, path: str) -> int:
        """How many such calls arrived."""
        with self._lock:
            return sum(c.method == method and bool(re.search(path, c.path)) for c in self.calls)

    def fault(self, call: Call) -> Fault | None:
        """The planned fault of this call, used up."""
        for one in self._faults:
            if one.times and one.method == call.method and re.search(one.path, call.path):
                one.times -= 1
                return one
        return None

    def answer(self, call: Call) -> tuple[Fault | None, Reply]:
        """What to answer, with the fault to answer it with."""
        with self._lock:
            self.calls.append(call)
            fault = self.fault(call)
            if fault and isinstance(fault.kind, int):
                made = Reply(fault.kind, {"message": "rehearsed"})
                made.headers = fault.headers
                return fault, made
            if fault and fault.kind == "dropped":
                return fault, Reply(500)
            try:
                return fault, Reply(200, self.handle(call))
            except Reply as reply:
                return fault, reply


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of a rehearsal."""


class _Connection(BaseHTTPRequestHandler):
    stage: ClassVar[Rehearsal]

    def _serve(self) -> None:
        length = min(int(self.headers.get("Content-Length") or 0), LONGEST)
        raw = self.rfile.read(length)
        parts = urlsplit(self.path)
        try:
            body = json.loads(raw) if raw else None
        except ValueError:
            body = None
        headers = {name.lower(): value for name, value in self.headers.items()}
        call = Call(self.command, parts.path, dict(parse_qsl(parts.query)), headers, body)
        fault, reply = self.stage.answer(call)
        kind = fault.kind if fault else ""
        self.close_connection = True
        if kind == "slow":
            self.stage._over.wait(60)
        if kind in {"lost", "dropped", "slow"}:
            return
        data = json.dumps(reply.body).encode() if reply.body is not None else b""
        if kind == "malformed":
            data = b"<html>\xff maintenance"
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Type", "application/json")
        if kind != "huge":
            self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)
        while kind == "huge":  # until the client hangs up
            self.wfile.write(b" " * 65536)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve

    def log_message(self, format: str, *args: Any) -> None:
        """Silent: `calls` is the log."""
