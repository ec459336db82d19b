"""Write side of readers: add, import with proof, unsubscribe, erase."""

from __future__ import annotations
