"""Bytes → entries → decisions. No Django, no database; the clock is passed in.

fetch      one polite, bounded, SSRF-safe GET (addresses: whom; wire: the socket; inflate: the body)
parse      bytes → ParsedFeed, in a child that can be killed (child, frames, plain)
           there: decoding, doctype, xmlfeed or jsonfeed, entries
dates links titles sanitize   what the readers of formats stand on
decide     known entries + parsed entries → intents, each with its reason
cadence    what happened → when to ask again, and why
discover   a page → candidate feeds
failures   each failure code and the sentence people read
"""

from __future__ import annotations
