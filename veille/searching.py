"""Read side: every query a page of the watch needs."""

from __future__ import annotations
