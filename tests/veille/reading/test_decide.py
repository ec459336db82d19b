"""What becomes of each parsed entry, and why."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from veille.reading.decide import content_hash, decide
from veille.reading.types import EntryIntent, KnownEntry, ParsedEntry, ParsedFeed

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ENTRY = ParsedEntry(
    guid="g1",
    url="https://ville.example/a",
    original_url="https://ville.example/a",
    title="L’été au quartier",
    author="",
    summary="<p>Un <b>bilan</b>.</p>",
    published=NOW - timedelta(hours=2),
    updated=None,
)
HASH = content_hash(ENTRY.title, ENTRY.summary, ENTRY.url)
KNOWN = KnownEntry(7, "g1", ENTRY.url, HASH, ENTRY.title)


def decided(*entries: ParsedEntry, known: list[KnownEntry] | None = None) -> list[EntryIntent]:
    return decide(known or [], ParsedFeed("", "", entries), NOW)


def outcome(*entries: ParsedEntry, known: list[KnownEntry] | None = None) -> list[str]:
    return [f"{one.action}: {one.reason}" for one in decided(*entries, known=known)]


def test_an_unknown_entry_is_created_with_its_date() -> None:
    (intent,) = decided(ENTRY)
    assert (intent.action, intent.reason, intent.known) == ("create", "new", None)
    assert (intent.published, intent.date_basis) == (ENTRY.published, "published")
    assert intent.content_hash == HASH


def test_a_known_entry_is_skipped_or_updated() -> None:
    assert outcome(ENTRY, known=[KNOWN]) == ["skip: same content"]
    (intent,) = decided(replace(ENTRY, title="Autre chose"), known=[KNOWN])
    assert (intent.action, intent.reason, intent.known) == ("update", "content changed", 7)


@pytest.mark.parametrize(
    "entry",
    [
        replace(ENTRY, title="L'ÉTÉ  au quartier !"),
        replace(ENTRY, summary='<div>Un <a href="x">bilan</a></div>'),
        replace(ENTRY, author="Ana", image_url="https://x.example/i", published=NOW),
    ],
)
def test_a_change_nobody_would_see_does_not_count(entry: ParsedEntry) -> None:
    assert outcome(entry, known=[KNOWN]) == ["skip: same content"]


def test_the_same_article_under_another_guid_is_no_news() -> None:
    same = "skip: same link under another guid"
    assert outcome(replace(ENTRY, guid="g2"), known=[KNOWN]) == [same]
    assert outcome(replace(ENTRY, guid="g2", summary="x"), known=[KNOWN]) == [same]


def test_an_address_that_serves_several_articles_identifies_none() -> None:
    home = KnownEntry(1, "h1", "https://ville.example/", "x", "Conseil")
    news = replace(ENTRY, guid="h2", url=home.url, title="Collecte")
    assert outcome(news, known=[home]) == ["create: new"]
    twice = [replace(news, guid="h3", title="Conseil"), replace(news, guid="h4", title="Voirie")]
    assert outcome(*twice, known=[home]) == ["create: new"] * 2


def test_an_entry_given_twice_counts_once() -> None:
    again = replace(ENTRY, guid="g9")
    assert outcome(ENTRY, ENTRY, again) == ["create: new"] + ["skip: duplicate in this feed"] * 2


def test_entries_without_address_are_told_apart_by_guid() -> None:
    bare = replace(ENTRY, url="", original_url="")
    assert outcome(bare, replace(bare, guid="g2")) == ["create: new"] * 2


def test_the_date_falls_back_and_says_so() -> None:
    updated = NOW - timedelta(days=1)
    event = NOW + timedelta(days=20)
    cases = [
        (replace(ENTRY, published=None, updated=updated), updated, "updated"),
        (replace(ENTRY, published=None), NOW, "collected"),
        (replace(ENTRY, published=event), NOW, "collected"),
        (replace(ENTRY, published=event, updated=updated), updated, "updated"),
        (replace(ENTRY, published=NOW + timedelta(hours=3)), NOW + timedelta(hours=3), "published"),
    ]
    for entry, date, basis in cases:
        (intent,) = decided(entry)
        assert (intent.published, intent.date_basis) == (date, basis)
