"""The pictures of the documentation, on a desk as a centre's is after a week.

They land in tests/out/; VIGIE_PICTURES=docs/images writes them where the README shows them.
"""

from __future__ import annotations

import os
import sys
from calendar import monthrange
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import Page

from newsletter import composing
from newsletter.models import Issue, Series
from tests import make
from tests.browser import OUT, sign_in
from veille import curating, reference, suggesting
from veille.models import Item, Source
from veille.searching import fold
from veille.staff.models import User

pytestmark = pytest.mark.browser

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "deploy" / "demo"
LARGEST = 250 * 1000  # bytes: a README is opened on a train


@pytest.fixture
def press(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """The invented press of the demonstration."""
    monkeypatch.syspath_prepend(str(DEMO))
    import articles

    yield articles
    for name in ("articles", "feeds"):
        sys.modules.pop(name, None)


@pytest.fixture
def desk(transactional_db: None, press: Any, amina: User, bruno: User) -> Issue:
    """The outlets read, twenty items kept with the team's words, the letter drafted."""
    reference.load_all()
    make.centre(name="Réseau Lisières", accent="#7A3E1D", site_url="https://www.lisieres.example")
    now = datetime.now(UTC)
    for outlet in press.outlets(now):
        _read(outlet, now)
    suggesting.suggest(list(Item.objects.all()))
    _keep(press, amina)
    _break_two_sources(now)
    return _draft(bruno, now)


def _read(outlet: Any, now: datetime) -> None:
    source = make.source(
        name=outlet.name, url=f"https://{outlet.id}.example/flux", category=outlet.category,
        coverage=outlet.territory, filtered=outlet.filtered, checked_at=now - timedelta(minutes=20),
        next_check=now + timedelta(minutes=40), why="selon son rythme, toutes les 1 h",
    )  # fmt: skip
    for article in outlet.articles:
        make.item(
            source=source, title=article.title, summary=f"<p>{article.lead}</p>",
            url=f"https://{outlet.id}.example{article.path}", published=article.published,
            collected=min(now, article.published + timedelta(minutes=30)),
            text=fold(f"{article.title} {article.lead}"),
        )  # fmt: skip


def _keep(press: Any, amina: User) -> None:
    rules = yaml.safe_load((DEMO / "decisions.yaml").read_text(encoding="utf-8"))["keep"]
    items = {press.slugged(item.title): item for item in Item.objects.all()}
    for rule in rules[4:]:  # four are left to look at
        start = press.slugged(rule["title"])
        item = next(item for title, item in items.items() if title.startswith(start))
        curating.keep(item, amina, themes=rule.get("themes", []))
        curating.annotate(item, amina, own_summary=rule["summary"])


def _break_two_sources(now: datetime) -> None:
    gone, slow = Source.objects.order_by("name")[:2]
    gone.error_code, gone.error_count, gone.error_since = "gone", 4, now - timedelta(days=3)
    gone.error_message = "L’adresse n’existe plus (404) : le site a sans doute changé d’adresse."
    gone.save()
    slow.state, slow.why = "suspended", "suspendue par l’équipe"
    slow.save()


def _draft(bruno: User, now: datetime) -> Issue:
    composing.ensure_series()
    Series.objects.filter(pk="monthly").update(
        sender_name="Réseau Lisières", sender_address="lettre@lisieres.example",
        reply_to="contact@lisieres.example", list_id="lettre.lisieres.example", provider="memory",
    )  # fmt: skip
    today = timezone.localdate(now)
    first, last = today.replace(day=1), today.replace(day=monthrange(today.year, today.month)[1])
    issue = composing.propose("monthly", first, last, actor=bruno, now=now)
    edito = (DEMO / "edito.md").read_text(encoding="utf-8")
    words = {"edito": edito, "edito_signature": "L’équipe du réseau"}
    composing.edit_issue(issue, words, bruno, now=now)
    issue.refresh_from_db()
    return issue


def _open(page: Page, live_server: Any, name: str, *args: int) -> None:
    answer = page.goto(live_server.url + reverse(name, args=args))
    assert answer
    assert answer.ok, f"{name}: {answer.status}"


def _picture(page: Page, name: str) -> None:
    """One picture at 1280 px, light, light enough for a page on the web."""
    folders = {OUT, ROOT / os.environ.get("VIGIE_PICTURES", str(OUT))}
    data = page.screenshot(animations="disabled")
    assert len(data) < LARGEST, f"{name}: {len(data)} bytes"
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{name}.png").write_bytes(data)


def test_the_pictures_of_the_documentation(
    page: Page, live_server: Any, desk: Issue, amina: User, bruno: User
) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    sign_in(page, live_server, amina)
    _open(page, live_server, "veille:today")
    page.locator(".row:has(.chip.suggested) a.title").first.click()
    page.locator("#pane-title").wait_for()
    page.locator("#pane .suggestion").first.wait_for()
    _picture(page, "aujourdhui")
    _open(page, live_server, "veille:sources")
    _picture(page, "sources")
    sign_in(page, live_server, bruno)
    _open(page, live_server, "newsletter:issue", desk.pk)
    letter = page.frame_locator("#sight")
    letter.locator("h1, h2").first.wait_for()
    page.wait_for_load_state("networkidle")
    _picture(page, "editeur")
    _open(page, live_server, "newsletter:letter", desk.pk)
    _picture(page, "lettre")


def test_every_picture_the_documentation_shows_is_there_and_light() -> None:
    shown = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    text = "".join(path.read_text(encoding="utf-8") for path in shown)
    for path in (ROOT / "docs" / "images").glob("*.png"):
        assert f"images/{path.name}" in text, f"{path.name} is shown nowhere"
        assert path.stat().st_size < LARGEST, path.name
