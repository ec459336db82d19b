"""Write side of sources: add with discovery, import, export, edit."""

from __future__ import annotations
