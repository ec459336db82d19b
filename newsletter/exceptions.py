"""Errors of sending: one boolean says whether trying again can help.

ProviderError(permanent, retry_after)
├── NotConfigured   a setting is missing or wrong; the sentence names it
├── Unsupported     this provider cannot do that
└── InDoubt         nobody knows whether it was accepted: never tried again by itself

RenderingError      a letter that cannot be made; EditConflict: two people edited the same issue
"""

from __future__ import annotations

from datetime import datetime, timedelta

from veille.exceptions import Conflict, VigieError


class ProviderError(VigieError):
    """What a provider answered, in French, with whether it is worth trying again."""

    def __init__(
        self, message: str, *, permanent: bool, retry_after: timedelta | None = None, code: int = 0
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.retry_after = retry_after
        self.code = code


class NotConfigured(ProviderError):
    """A setting is missing or refused; a person must change it."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class Unsupported(ProviderError):
    """The provider has no such capability."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=True)


class InDoubt(ProviderError):
    """The answer was lost after the message was handed over."""

    def __init__(self, message: str) -> None:
        super().__init__(message, permanent=False)


class RenderingError(VigieError):
    """A template or an entry that cannot become a letter; the sentence names the place."""


class EditConflict(Conflict):
    """Somebody else edited the issue since it was read; nothing was written.

    `version` is the one to send again with, once the person has seen what changed.
    """

    def __init__(self, message: str, *, who: str, at: datetime, version: int) -> None:
        super().__init__(message)
        self.who = who
        self.at = at
        self.version = version
