"""Themes and territories recognised in a text, each with the words that say why. No Django."""

from __future__ import annotations
