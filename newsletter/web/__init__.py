"""The pages of the letters: staff and public."""

from __future__ import annotations
