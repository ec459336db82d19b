"""Contrast as WCAG 2 computes it, and the shade of a colour that reads on a ground."""

from __future__ import annotations

import colorsys
import re

_HEX = re.compile(r"#(?:[0-9a-fA-F]{3}){1,2}\Z")
_NAMES = {"black": "#000000", "white": "#ffffff", "transparent": ""}
_RGB = re.compile(r"rgba?\(\s*(\d+)[\s,]+(\d+)[\s,]+(\d+)\s*(?:[,/]\s*(1|1\.0+))?\s*\)\Z")

RGB = tuple[int, int, int]


def parse(value: str) -> RGB | None:
    """A CSS colour as three bytes; None for what is not a plain opaque colour."""
    text = value.strip().lower()
    text = _NAMES.get(text, text)
    if _HEX.match(text):
        digits = text[1:]
        if len(digits) == 3:
            digits = "".join(digit * 2 for digit in digits)
        return int(digits[:2], 16), int(digits[2:4], 16), int(digits[4:], 16)
    if found := _RGB.match(text):
        red, green, blue = (min(255, int(found[i])) for i in (1, 2, 3))
        return red, green, blue
    return None


def _linear(byte: int) -> float:
    share = byte / 255
    return share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4


def luminance(colour: RGB) -> float:
    """Relative luminance, 0 to 1 (WCAG 2.2)."""
    red, green, blue = (_linear(part) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: RGB, other: RGB) -> float:
    """Contrast ratio, 1 to 21 (WCAG 2.2)."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def as_hex(colour: RGB) -> str:
    """«#0b5a8a»."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def readable_on(value: str, ground: str, *, ratio: float = 4.5) -> str:
    """The nearest shade of `value`, of the same hue, with at least `ratio` on `ground`.

    Raises ValueError when one of the two is not a plain colour.
    """
    colour, back = parse(value), parse(ground)
    if colour is None or back is None:
        raise ValueError(f"not a colour: {value!r} on {ground!r}")
    hue, light, strength = colorsys.rgb_to_hls(*(part / 255 for part in colour))
    goal = 1.0 if luminance(back) < 0.18 else 0.0
    for step in range(51):
        lightness = light + (goal - light) * step / 50
        red, green, blue = colorsys.hls_to_rgb(hue, lightness, strength)
        shade = (round(red * 255), round(green * 255), round(blue * 255))
        if contrast(shade, back) >= ratio:
            return as_hex(shade)
    return "#ffffff" if goal else "#000000"
