"""The clock's process: signals, heartbeat, drain."""

from __future__ import annotations
