"""The sub-commands of the clock."""

from __future__ import annotations
