"""Contrast of colours, and an accent that stays readable in light and dark (WCAG 2.2, 1.4.3)."""

from __future__ import annotations

import colorsys
import re

from veille.exceptions import BadInput

LIGHT_PAPER, DARK_PAPER = "#FAF9F6", "#11151A"
ENOUGH = 4.5


def parse(colour: str) -> tuple[float, float, float]:
    """«#0B5A8A» → three numbers from 0 to 1; BadInput for anything else."""
    if not re.fullmatch(r"#[0-9a-fA-F]{6}", colour):
        raise BadInput(f"« {colour} » n’est pas une couleur : écrivez par exemple #0B5A8A.")
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2 definition), 0 to 1."""
    parts = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parse(colour)]
    return 0.2126 * parts[0] + 0.7152 * parts[1] + 0.0722 * parts[2]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def accent_for_light(colour: str) -> str:
    """`colour` itself when it is readable as text on the light paper, else BadInput saying so."""
    ratio = contrast(colour, LIGHT_PAPER)
    if ratio < ENOUGH:
        raise BadInput(
            f"Cette couleur est trop claire pour être lue (contraste {ratio:.1f} pour {ENOUGH}) : "
            "prenez une nuance plus foncée.",
            where="accent",
        )
    return colour.upper()


def accent_for_dark(colour: str) -> str:
    """The same hue, lightened until it is readable on the dark paper."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*parse(colour))
    while lightness < 1:
        made = _hex(colorsys.hls_to_rgb(hue, lightness, min(saturation, 0.85)))
        if contrast(made, DARK_PAPER) >= 7:
            return made
        lightness += 0.02
    return "#FFFFFF"


def _hex(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(max(0.0, min(1.0, part)) * 255):02X}" for part in parts)
