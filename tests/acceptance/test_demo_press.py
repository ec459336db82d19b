"""The invented press of the demonstration: well-formed feeds, dates that always make sense."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import feedparser
import pytest

DEMO = Path(__file__).resolve().parents[2] / "deploy" / "demo"


@pytest.fixture(params=["2026-11-24T14:00", "2027-01-01T00:05", "2028-02-29T23:50"])
def press(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> tuple[Any, Any, Any]:
    """The two modules of the demonstration, and a moment to play it at."""
    monkeypatch.syspath_prepend(str(DEMO))
    import articles
    import feeds

    yield articles, feeds, datetime.fromisoformat(request.param).replace(tzinfo=UTC)
    for name in ("articles", "feeds"):
        sys.modules.pop(name, None)


def test_two_hundred_articles_of_the_last_five_weeks(press: tuple[Any, Any, Any]) -> None:
    articles, _, now = press
    found = [a for outlet in articles.outlets(now) for a in outlet.articles]
    assert len(found) == 200
    assert len({(a.outlet, a.path) for a in found}) == 200
    for article in found:
        assert now - timedelta(days=36) < article.published <= now
        for text in (article.title, *article.paragraphs):
            assert "{" not in text
            assert " :" not in text  # typeset: a no-break space


def test_every_feed_gives_every_article_to_an_ordinary_reader(press: tuple[Any, Any, Any]) -> None:
    articles, feeds, now = press
    shapes = set()
    for outlet in articles.outlets(now):
        root = f"http://127.0.0.1:8001/{outlet.id}"
        _, media_type, body = feeds.write(outlet, root)
        shapes.add(outlet.shape)
        if outlet.shape == "json":
            entries = json.loads(body)["items"]
        else:
            parsed = feedparser.parse(body, response_headers={"content-type": media_type})
            entries = parsed.entries
            assert {entry.link.partition("?utm")[0] for entry in entries} == {
                f"{root}/{article.path}" for article in outlet.articles
            }
        assert len(entries) == len(outlet.articles)
    assert shapes >= {"wordpress", "cp1252", "atom", "spip", "drupal", "gouv", "rdf", "json"}
