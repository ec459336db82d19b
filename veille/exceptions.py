"""Errors a person can act on.

VigieError
├── NotFound            something named does not exist
├── Refused             the request is understood and not allowed, with the reason
│   └── Conflict        somebody else changed it meanwhile; nothing was written
└── BadInput            what was given cannot be read, with the place

Each carries a French sentence for the person (`str(error)`), which says what to do.
Views turn them into a message beside the form, the command line into one line and exit 1.
"""

from __future__ import annotations


class VigieError(Exception):
    """Root of the errors shown to people."""


class NotFound(VigieError):
    """A source, item, issue… named by the caller does not exist."""


class Refused(VigieError):
    """Understood, and not allowed in this state or for this person."""


class Conflict(Refused):
    """The thing was changed by somebody else since it was read."""


class BadInput(VigieError):
    """A value, file or line that cannot be read; `where` names the place."""

    def __init__(self, message: str, *, where: str = "") -> None:
        super().__init__(message)
        self.where = where
