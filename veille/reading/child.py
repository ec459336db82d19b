"""The parser's child process: reads one feed or page at a time from its parent, within limits.

Frames on stdin: two lengths (8 bytes), a JSON head, the body. On stdout: a length, a JSON answer.
It knows no Django, no database and no network; it ends by itself when its parent goes, after
IDLE_SECONDS without work, or when it has grown.
"""

from __future__ import annotations

import contextlib
import os
import re
import resource
import select
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO

from veille.reading import decoding, jsonfeed, page, plain, xmlfeed
from veille.reading.errors import ParseError
from veille.reading.failures import parse_failure
from veille.reading.frames import HEAD, REPLY
from veille.reading.types import ParsedFeed

IDLE_SECONDS = 60
MAX_JOBS = 500
MAX_RESIDENT = 160 * 1024  # KiB at the peak; a child that grew past it is replaced


def read(body: bytes, url: str, content_type: str, max_items: int) -> ParsedFeed:
    """The feed in `body`; ParseError. Everything here is pure: tests call it without a child."""
    text = decoding.decode(body, content_type)
    if jsonfeed.looks_like(text):
        return jsonfeed.parse(text, url, max_items)
    return xmlfeed.parse(text, url, max_items)


def main() -> None:
    """Serves until the parent closes the pipe."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent; the pipe then closes
    source = os.fdopen(os.dup(0), "rb")
    sink = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # a stray print must not enter the protocol
    for _ in range(MAX_JOBS):
        if not select.select([source], [], [], IDLE_SECONDS)[0]:
            return
        job = _receive(source)
        if job is None:
            return
        answer = _answer(*job)
        sink.write(REPLY.pack(len(answer)))
        sink.write(answer)
        sink.flush()
        if _peak() > MAX_RESIDENT:
            return


def _receive(source: BinaryIO) -> tuple[dict[str, Any], bytes] | None:
    lengths = source.read(HEAD.size)
    if len(lengths) < HEAD.size:
        return None
    head, body = HEAD.unpack(lengths)
    values: dict[str, Any] = plain.decode(source.read(head))
    return values, source.read(body)


def _answer(head: dict[str, Any], body: bytes) -> bytes:
    """The answer as it is sent: writing out what was read takes memory too, so it is bounded."""
    try:
        with _limited(head["cpu_seconds"], head["memory_bytes"]):
            if head["what"] == "page":
                found = page.facts(body, head["url"], head["content_type"])
                return plain.encode({"page": plain.dump_page(found)})
            feed = read(body, head["url"], head["content_type"], head["max_items"])
            return plain.encode({"feed": plain.dump(feed)})
    except ParseError as error:
        failure = error
    except MemoryError:
        failure = parse_failure("too-heavy")
    except Exception as error:  # the boundary: whatever a feed provokes becomes its own error
        failure = parse_failure("parser-died", type(error).__name__)
    return plain.encode({"code": failure.code, "message": str(failure)})


def _peak() -> int:
    """KiB this program has held at most; 0 where the system does not say. Not ru_maxrss: Linux
    lets it begin with the peak of the parent, and under a big one no child would last."""
    try:
        status = Path("/proc/self/status").read_text()
    except OSError:
        return 0
    found = re.search(r"^VmHWM:\s+(\d+) kB", status, re.MULTILINE)
    return int(found[1]) if found else 0


@contextlib.contextmanager
def _limited(cpu_seconds: int, memory_bytes: int) -> Iterator[None]:
    """CPU counts from now on; the soft limit alone moves, so that the next job gets its own. Memory
    is bounded while the block lasts: telling that it ran out must not run out too.
    """
    usage = resource.getrusage(resource.RUSAGE_SELF)
    used = int(usage.ru_utime + usage.ru_stime) + 1
    _set_soft(resource.RLIMIT_CPU, used + cpu_seconds)
    _set_soft(resource.RLIMIT_AS, memory_bytes)
    try:
        yield
    finally:
        _set_soft(resource.RLIMIT_AS, resource.RLIM_INFINITY)


def _set_soft(what: int, soft: int) -> None:
    with contextlib.suppress(ValueError, OSError):  # a lower hard limit from outside: keep that one
        resource.setrlimit(what, (soft, resource.RLIM_INFINITY))
