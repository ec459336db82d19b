"""Contrast, and shades that can be read."""

from __future__ import annotations

import pytest

from newsletter import colour

PAPER, NIGHT = "#fbfaf7", "#11151a"


@pytest.mark.parametrize(
    ("value", "parsed"),
    [("#0B5A8A", (11, 90, 138)), ("#fff", (255, 255, 255)), ("rgb(1, 2,3)", (1, 2, 3)),
     ("rgba(1 2 3 / 1)", (1, 2, 3)), ("rgba(1,2,3,0.5)", None), ("white", (255, 255, 255)),
     ("transparent", None), ("red", None), ("", None), ("#12", None), ("inherit", None)],
)  # fmt: skip
def test_only_plain_opaque_colours_are_read(value: str, parsed: colour.RGB | None) -> None:
    assert colour.parse(value) == parsed


def test_contrast_is_that_of_wcag() -> None:
    assert colour.contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert colour.contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("ground", [PAPER, NIGHT])
@pytest.mark.parametrize("value", ["#0b5a8a", "#ffd500", "#000000", "#ffffff", "#808080", "#e00"])
def test_a_shade_is_readable_and_a_good_colour_is_kept(value: str, ground: str) -> None:
    shade = colour.parse(colour.readable_on(value, ground))
    back = colour.parse(ground)
    chosen = colour.parse(value)
    assert shade is not None
    assert back is not None
    assert chosen is not None
    assert colour.contrast(shade, back) >= 4.5
    if colour.contrast(chosen, back) >= 4.5:
        assert shade == chosen


def test_what_is_no_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="not a colour"):
        colour.readable_on("red", PAPER)
