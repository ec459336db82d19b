"""The sub-commands of the letters."""

from __future__ import annotations
