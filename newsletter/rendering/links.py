"""Addresses as a letter may print them: absolute http(s), no template signs, no user names."""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

_MAILBOX = re.compile(r"[^\s@<>\"'{}|\\^`\[\],;:()?&#%]+@[A-Za-z0-9.-]+\Z")
# Signs that URLs carry as they are; all else, `{ } [ ] | < > "` among them, is percent-encoded.
_KEPT = "!$&'()*+,-./:;=?@_~%#"


def printable(url: str) -> str:
    """`url` ready for an href, or an empty string when a letter must not link there.

    Refused: other schemes than http and https, relative addresses, credentials, and our own
    sentinel host, which would become a reader's personal link.
    """
    text = "".join(sign for sign in url.strip() if sign.isprintable())
    try:
        parts = urlsplit(text)
        host = parts.hostname or ""
        _ = parts.port  # raises for what is no port
    except ValueError:  # an unfinished IPv6 host, a port that is no number
        return ""
    if parts.scheme not in ("http", "https") or not host or "@" in parts.netloc:
        return ""
    if host.endswith(".invalid") or re.search(r"[\s{}|<>\"'\\^`%]", host):
        return ""
    tail = text.split("://", 1)[1][len(parts.netloc) :]
    return f"{parts.scheme}://{parts.netloc}{_quoted(tail)}"


def _quoted(tail: str) -> str:
    """Percent-encodes what is not allowed, and `%` itself where it encodes nothing."""
    lone = re.sub(r"%(?![0-9A-Fa-f]{2})", "%25", tail)
    return quote(lone, safe=_KEPT)


def mailbox(address: str) -> str:
    """`address` when it is a plain e-mail address, else an empty string."""
    return address.strip() if _MAILBOX.match(address.strip()) else ""
