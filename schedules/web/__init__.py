"""The page «ce qui a tourné»."""

from __future__ import annotations
