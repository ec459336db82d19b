"""Read side: where a mailing stands."""

from __future__ import annotations
