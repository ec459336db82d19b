"""Loads the shipped reference data: themes, territories, audiences, content types."""

from __future__ import annotations
