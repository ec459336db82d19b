"""Content-Encoding undone piece by piece, never past the limit: a bomb stops at `limit` bytes."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING

from veille.reading.failures import fetch_failure
from veille.reading.wire import megabytes

if TYPE_CHECKING:
    from zlib import _Decompress

_GZIP = b"\x1f\x8b"


class Inflater:
    """Feed it the wire's bytes, then take `result()`. FetchError `too-big`, `bad-answer`…"""

    def __init__(self, encoding: str, limit: int) -> None:
        self._encoding = encoding.strip().lower()
        self._limit = limit
        self._output = bytearray()
        self._stream: _Decompress | None = None
        self._started = False
        if self._encoding not in {"", "identity", "gzip", "x-gzip", "deflate"}:
            raise fetch_failure("bad-answer", f"compression «\u00a0{self._encoding[:20]}\u00a0»")

    def feed(self, data: bytes) -> None:
        """More bytes of the wire."""
        if not self._started and data:
            self._start(data)
        if self._stream is None:
            self._keep(data)
        else:
            self._inflate(data)

    def result(self) -> bytes:
        """All the decoded bytes; FetchError `incomplete` when the compressed stream was cut."""
        if self._stream is not None and not self._stream.eof:
            raise fetch_failure("incomplete")
        return bytes(self._output)

    def _start(self, data: bytes) -> None:
        self._started = True
        if self._encoding in {"gzip", "x-gzip"} and data.startswith(_GZIP[: len(data)]):
            self._stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
        elif self._encoding == "deflate":  # zlib by the standard, raw by some servers
            zlib_header = data[0] & 0x0F == 8
            self._stream = zlib.decompressobj(zlib.MAX_WBITS if zlib_header else -zlib.MAX_WBITS)
        # else: announced as gzip and sent plain, which broken proxies do; taken as it is

    def _inflate(self, data: bytes) -> None:
        while data and (stream := self._stream) is not None:
            if stream.eof:  # gzip may be several members; anything else behind is padding
                if not data.startswith(_GZIP):
                    return
                self._stream = stream = zlib.decompressobj(16 + zlib.MAX_WBITS)
            try:
                piece = stream.decompress(data, self._limit - len(self._output) + 1)
            except zlib.error:
                raise fetch_failure("bad-answer", "compression abîmée") from None
            self._keep(piece)
            data = stream.unconsumed_tail or stream.unused_data

    def _keep(self, piece: bytes) -> None:
        self._output += piece
        if len(self._output) > self._limit:
            raise fetch_failure("too-big", megabytes(self._limit))
