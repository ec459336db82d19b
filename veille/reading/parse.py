"""Bytes → ParsedFeed in a child that can be killed.

Parsers have quadratic corners and feeds are written by anybody: CPU, memory and time are limited by
the system, not by trust. Each thread of the parent keeps one child (see child) and makes another
when it is gone; only bytes and JSON cross.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import selectors
import signal
import subprocess
import sys
import threading
import time
import weakref
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import veille
from veille.reading import plain
from veille.reading.errors import ParseError
from veille.reading.failures import parse_failure
from veille.reading.frames import HEAD, REPLY
from veille.reading.page import MOST_BYTES, PageFacts
from veille.reading.types import Fetched, ParsedFeed

MAX_REPLY = 64 * 1024 * 1024
_ROOT = str(Path(veille.__file__).resolve().parents[1])
_CODE = "import sys; sys.path.insert(0, {root!r}); from veille.reading.child import main; main()"
_BLOCK = 256 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What one parse may use."""

    cpu_seconds: int = 10
    wall_seconds: float = 15.0
    memory_bytes: int = 512 * 1024 * 1024
    max_items: int = 2000  # real feeds of 1,046 entries exist; 200,000 are an attack


DEFAULT = Limits()


def parse(fetched: Fetched, limits: Limits = DEFAULT) -> ParsedFeed:
    """Entries in feed order, at most `limits.max_items`.

    Raises ParseError: `not-a-feed`, `empty`, `bad-encoding`, `bad-json`, `forbidden-xml`,
    `too-slow`, `too-heavy`, `parser-died`.
    """
    answer = _asked("feed", fetched, fetched.body, limits)
    if "feed" in answer:
        return plain.load(answer["feed"])
    raise ParseError(answer["code"], answer["message"])


def page(fetched: Fetched, limits: Limits = DEFAULT) -> PageFacts:
    """What a web page says of itself (see `reading.page`), within the same limits.

    Raises ParseError (`too-slow`, `too-heavy`, `parser-died`) for a page made to exhaust us.
    """
    try:
        answer = _asked("page", fetched, fetched.body[:MOST_BYTES], limits)
        if "page" in answer:
            return plain.load_page(answer["page"])
        code = answer["code"]
    except ParseError as error:
        code = error.code
    raise ParseError(
        code,
        "La lecture de cette page a été arrêtée : elle demandait trop de temps ou de mémoire. "
        "Ajoutez plutôt une autre page du site qui dit la même chose.",
    )


def _asked(what: str, fetched: Fetched, body: bytes, limits: Limits) -> dict[str, Any]:
    head = asdict(limits) | {
        "what": what,
        "url": fetched.url,
        "content_type": fetched.headers.get("content-type", ""),
    }
    encoded = plain.encode(head)
    return _exchange(HEAD.pack(len(encoded), len(body)) + encoded + body, limits)


class _Gone(Exception):
    """The child ended before it answered; `code` is its exit code."""

    def __init__(self, code: int) -> None:
        super().__init__(code)
        self.code = code


class _Child:
    """One process and its two pipes."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self.process = subprocess.Popen(  # noqa: S603
            [sys.executable, "-I", "-c", _CODE.format(root=_ROOT)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={"LC_ALL": "C.UTF-8"},  # nothing of ours: no key, no address, no proxy
            bufsize=0,
        )
        self.sink, self.source = (
            pipe.fileno() for pipe in (self.process.stdin, self.process.stdout) if pipe
        )
        os.set_blocking(self.sink, False)
        os.set_blocking(self.source, False)
        _children.add(self)

    def exchange(self, frame: bytes, deadline: float) -> dict[str, Any]:
        """Sends, receives; _Gone when the child ended, TimeoutError past the deadline."""
        received = bytearray()
        view = memoryview(frame)
        sink, source = self.sink, self.source
        with selectors.DefaultSelector() as ready:
            ready.register(source, selectors.EVENT_READ)
            ready.register(sink, selectors.EVENT_WRITE)
            while True:
                events = ready.select(max(deadline - time.monotonic(), 0))
                if not events:
                    raise TimeoutError
                for key, _ in events:
                    if key.fd == sink:
                        view = self._write(sink, view)
                        if not view:
                            ready.unregister(sink)
                    elif _complete(received, self._read(source)):
                        answer: dict[str, Any] = plain.decode(bytes(received[REPLY.size :]))
                        return answer

    def _write(self, sink: int, view: memoryview) -> memoryview:
        try:
            return view[os.write(sink, view[:_BLOCK]) :]
        except BrokenPipeError:
            raise _Gone(self.close(patience=1)) from None

    def _read(self, source: int) -> bytes:
        piece = os.read(source, _BLOCK)
        if not piece:
            raise _Gone(self.close(patience=1))
        return piece

    def close(self, patience: float = 0) -> int:
        """Ends the process, by force after `patience` seconds; its exit code."""
        if self.owner == 0:
            return self.process.wait()
        self.owner = 0  # closed: when the interpreter ends, __del__ comes after the globals went
        _children.discard(self)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(patience)
        if self.process.poll() is None:
            self.process.kill()
        code = self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None:
                pipe.close()
        return code

    def __del__(self) -> None:
        """The thread that owned the child ended."""
        if hasattr(self, "process") and self.owner == os.getpid():
            self.close()


_children: weakref.WeakSet[_Child] = weakref.WeakSet()
_local = threading.local()


@atexit.register
def close_all() -> None:
    """Ends every child of this process."""
    for child in list(_children):
        if child.owner == os.getpid():
            child.close()


def _exchange(frame: bytes, limits: Limits) -> dict[str, Any]:
    """With this thread's child; once more with a fresh one when it had just retired."""
    for attempt in (1, 2):
        child: _Child | None = getattr(_local, "child", None)
        fresh = child is None or child.owner != os.getpid() or child.process.poll() is not None
        if child is None or fresh:
            child = _local.child = _Child()
        try:
            return child.exchange(frame, time.monotonic() + limits.wall_seconds)
        except TimeoutError:
            child.close()
            raise parse_failure("too-slow", f"{limits.wall_seconds:g}") from None
        except _Gone as gone:
            if gone.code == 0 and not fresh and attempt == 1:
                continue  # idle or grown, it left just as we spoke
            raise _death(gone.code, limits) from None
        except BaseException:  # interrupted in the middle: its pipe holds half an answer
            child.close()
            raise
    raise AssertionError("unreachable: a fresh child never retires unasked")


def _death(code: int, limits: Limits) -> ParseError:
    if -code in (signal.SIGXCPU, signal.SIGKILL):
        return parse_failure("too-slow", limits.cpu_seconds)
    if -code in (signal.SIGABRT, signal.SIGSEGV, signal.SIGBUS):
        return parse_failure("too-heavy")
    return parse_failure("parser-died", f"code {code}")


def _complete(received: bytearray, piece: bytes) -> bool:
    received += piece
    if len(received) < REPLY.size:
        return False
    length: int = REPLY.unpack(received[: REPLY.size])[0]
    if length > MAX_REPLY:
        raise parse_failure("too-heavy")
    return len(received) >= REPLY.size + length
