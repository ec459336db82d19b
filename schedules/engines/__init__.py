"""Seam 5: what makes the clock tick. `embedded`: APScheduler in memory, threads, one machine."""

from __future__ import annotations
