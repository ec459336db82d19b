"""Write side of an issue: propose, place, reorder, edit, freeze."""

from __future__ import annotations
