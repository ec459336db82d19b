"""Feeds announced by a page, then a few well-known paths; nothing is asked."""

from __future__ import annotations

from veille.reading.discover import candidates
from veille.reading.types import Fetched


def found(page: str, url: str = "https://ville.example/actus/") -> list[str]:
    return [one.url for one in candidates(Fetched(url, 200, {}, page.encode(), "", ""))]


def test_announced_feeds_come_first_comments_last() -> None:
    urls = found(
        '<head><link rel="alternate" type="application/rss+xml" title="Commentaires"'
        ' href="/comments/feed/"><LINK REL=alternate TYPE=application/atom+xml HREF=atom.xml>'
        "<link rel=stylesheet href=x.css></head><a href='/rubrique/rss.xml'>RSS</a>"
    )
    assert urls[:3] == [
        "https://ville.example/actus/atom.xml",
        "https://ville.example/comments/feed/",
        "https://ville.example/rubrique/rss.xml",
    ]


def test_entities_and_the_base_of_the_page_are_understood() -> None:
    urls = found(
        '<base href="https://www.ville.example/fr/"><link rel="alternate"'
        ' type="application/rss+xml" href="spip.php?page=backend&amp;id_rubrique=3">'
    )
    assert urls[0] == "https://www.ville.example/fr/spip.php?page=backend&id_rubrique=3"


def test_the_generator_chooses_the_first_path_to_try() -> None:
    assert found('<meta name="generator" content="SPIP 4.2">')[0].endswith("page=backend")
    assert found('<meta name="generator" content="WordPress 6">')[0].endswith("/feed/")


def test_candidates_are_few_safe_and_each_once() -> None:
    link = '<link rel=alternate type=application/rss+xml href="{}">'
    page = "".join(map(link.format, ["javascript:alert(1)", "/a", "/a", *map(str, range(50))]))
    urls = found(page)
    assert len(urls) == len(set(urls)) <= 12
    assert all(url.startswith("https://ville.example/") for url in urls)


def test_a_page_that_is_nothing_gives_the_well_known_paths() -> None:
    assert found("")[0] == "https://ville.example/feed/"
