"""The frozen letter as some reader would see it, for previews: never what is sent."""

from __future__ import annotations

import re

_DARK = re.compile(r"@media\s*\(\s*prefers-color-scheme\s*:\s*dark\s*\)")
_STYLE = re.compile(r"<style\b.*?</style>", re.DOTALL | re.IGNORECASE)
_PICTURE = re.compile(r"(<img\b[^>]*?)\ssrc=\"[^\"]*\"", re.IGNORECASE)


def light(html: str) -> str:
    """The letter in light mode whatever the browser prefers."""
    shown = _DARK.sub("@media not all", html)
    return shown.replace("color-scheme:light dark", "color-scheme:light")


def dark(html: str) -> str:
    """The letter in dark mode whatever the browser prefers."""
    shown = _DARK.sub("@media all", html)
    return shown.replace("color-scheme:light dark", "color-scheme:dark")


def without_images(html: str) -> str:
    """Pictures blocked, as most mail clients show a first message: their `alt` remains."""
    return _PICTURE.sub(r"\1", html)


def without_styles(html: str) -> str:
    """The style blocks dropped, as Gmail does on many phones: inline styles remain."""
    return _STYLE.sub("", html)
