"""French civil time: occurrences across DST, working days. Pure."""

from __future__ import annotations
