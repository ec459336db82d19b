"""A real Chromium for tests: `browser` and `page` fixtures, signing in, pictures, axe.

The fixtures are known to every test (see conftest); mark the test `browser`. `VIGIE_CHROMIUM` names
the browser (./dev test sets it), else the system's is used, else the one Playwright downloaded.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from veille.staff.models import User

OUT = Path(__file__).resolve().parent / "out"
LOOKS = ((375, "light"), (375, "dark"), (1280, "light"), (1280, "dark"))
PATIENCE = 20_000  # ms: how long a page may take on a machine that does much else beside
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def executable() -> str | None:
    """The browser to drive; None lets Playwright use the one it downloaded."""
    return os.environ.get("VIGIE_CHROMIUM") or shutil.which("chromium")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    made = browser.new_context(viewport={"width": 1280, "height": 900}, locale="fr-FR")
    made.set_default_timeout(PATIENCE)
    yield made
    made.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A page that fails the test for a script error or a policy violation."""
    made = context.new_page()
    faults: list[str] = []
    made.on("pageerror", lambda error: faults.append(str(error)))
    made.on(
        "console",
        lambda message: (
            faults.append(message.text) if "Content Security Policy" in message.text else None
        ),
    )
    yield made
    assert not faults, faults


def sign_in(page: Page, live_server: Any, user: User) -> None:
    """`user`'s session in this browser, without the form (the form has its own test)."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
    page.context.clear_cookies()
    page.context.add_cookies(
        [{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}]
    )


def shot(page: Page, name: str) -> None:
    """Pictures of the page at 375 and 1280 px, light and dark, into tests/out/."""
    OUT.mkdir(exist_ok=True)
    size = page.viewport_size
    for width, scheme in LOOKS:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        page.screenshot(path=OUT / f"{name}-{width}-{scheme}.png", full_page=True)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} scrolls sideways at {width} px ({wide})"
    page.emulate_media(color_scheme="light")
    if size:
        page.set_viewport_size(size)


def violations(page: Page, **options: Any) -> list[str]:
    """Serious and critical findings of axe on the page, one line each; light and dark."""
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for rule in Axe().run(page, options=options or None).response["violations"]:
            if rule["impact"] in {"serious", "critical"}:
                nodes = [node["html"][:160] for node in rule["nodes"][:3]]
                found.append(f"{scheme}: {rule['id']}: {nodes}")
    page.emulate_media(color_scheme="light")
    return found
