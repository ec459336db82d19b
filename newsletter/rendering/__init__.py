"""Content → letter. Pure: no Django, no database, no network."""

from __future__ import annotations
