"""Write side of triage: keep, drop, tag, annotate, undo."""

from __future__ import annotations
