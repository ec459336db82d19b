"""Suggests themes, territories and content types for items, with why."""

from __future__ import annotations
