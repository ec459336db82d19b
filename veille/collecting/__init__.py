"""Write side of reading: claim due sources, fetch, parse, decide, store."""

from __future__ import annotations
