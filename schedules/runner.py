"""Claims a due occurrence, runs it, records it."""

from __future__ import annotations
