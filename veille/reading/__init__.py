"""Bytes → entries → decisions. No Django, no database; the clock is passed in.

fetch     one polite, bounded, SSRF-safe GET; the only module here that opens a socket
parse     bytes → ParsedFeed, in a child that can be killed
dates links titles sanitize   what parse stands on
decide    known entries + parsed entries → intents, each with its reason
cadence   what happened → when to ask again, and why
discover  a page → candidate feeds
"""

from __future__ import annotations
