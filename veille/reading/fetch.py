"""One polite, bounded, SSRF-safe GET."""

from __future__ import annotations

from veille.reading.types import Fetched, FetchPolicy, SourceRef


def get(ref: SourceRef, policy: FetchPolicy) -> Fetched:
    """One bounded GET; raises FetchError (code, French sentence, status, headers)."""
    raise NotImplementedError
