"""Failures of reading. `code` is stable (statistics, tests); `str()` says in French what to do."""

from __future__ import annotations

from veille.exceptions import VigieError


class ReadingError(VigieError):
    """A source that could not be read; never escapes the collecting of that one source."""

    def __init__(
        self, code: str, message: str, *, status: int | None = None,
        headers: dict[str, str] | None = None,
    ) -> None:  # fmt: skip
        super().__init__(message)
        self.code = code
        self.status = status
        self.headers = headers or {}


class FetchError(ReadingError):
    """No usable answer: address refused, network, TLS, limits, HTTP status."""


class ParseError(ReadingError):
    """An answer that is no feed, or that exceeded the limits of the parser's child."""
