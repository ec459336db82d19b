"""Both letters in Chromium: no overflow at any width, readable in dark, without images or styles.

Set VIGIE_PICTURES to a folder to keep the pictures and look at them.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, Route

from newsletter.rendering import render, views
from tests import sample_letter

pytestmark = pytest.mark.browser

WIDTHS = (320, 375, 640, 1280)
# A mail is no web page: it has no landmarks of its own.
RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21aa", "best-practice"],
    "rules": {rule: {"enabled": False} for rule in ("region", "landmark-one-main")},
}


def shown(browser: Browser, html: str, width: int, mode: Any, asked: list[str]) -> Page:
    """A page with the letter; what it would load is written to `asked` and refused."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=mode)

    def refuse(route: Route) -> None:
        asked.append(route.request.url)
        route.abort()

    page.route("**/*", refuse)
    page.set_content(html)
    return page


def keep(page: Page, name: str) -> None:
    if folder := os.environ.get("VIGIE_PICTURES"):
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", ["monthly", "thematic"])
def test_a_letter_fits_every_width_and_loads_nothing(
    browser: Browser, name: str, mode: str
) -> None:
    html = render(getattr(sample_letter, name)()).html
    forms = {"": html, "-sans-style": views.without_styles(html),
             "-sans-image": views.without_images(html)}  # fmt: skip
    for form, shape in forms.items():
        for width in WIDTHS:
            asked: list[str] = []
            page = shown(browser, shape, width, mode, asked)
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            assert asked == []
            keep(page, f"{name}-{width}-{mode}{form}")
            page.close()


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize("name", ["monthly", "thematic"])
def test_axe_finds_nothing(browser: Browser, name: str, mode: str) -> None:
    page = shown(browser, render(getattr(sample_letter, name)()).html, 375, mode, [])
    found = Axe().run(page, options=RULES).response["violations"]
    assert [(one["id"], one["impact"], one["nodes"][0]["html"][:120]) for one in found] == []
    page.close()


def test_the_longest_word_does_not_widen_a_phone(browser: Browser) -> None:
    content = sample_letter.with_entry(sample_letter.monthly(), 101, title="a" * 500,
                                       summary="b" * 300, source="c" * 200)  # fmt: skip
    page = shown(browser, render(content).html, 320, "light", [])
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    page.close()


def test_the_dark_view_is_dark_without_the_browser_asking(browser: Browser) -> None:
    page = shown(browser, views.dark(render(sample_letter.monthly()).html), 375, "light", [])
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert ground == "rgb(17, 21, 26)"
    page.close()
