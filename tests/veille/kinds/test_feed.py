"""The feed kind recognises feeds by what they are, not by what they are called."""

from __future__ import annotations

import pytest

from tests.web import Web
from veille import kinds
from veille.exceptions import NotFound
from veille.kinds.feed import Feed
from veille.reading.types import Fetched, FetchPolicy, SourceRef


def recognised(body: bytes, media: str = "text/html") -> int:
    return Feed().recognise(
        Fetched("https://a.example/", 200, {"content-type": media}, body, "", "")
    )


@pytest.mark.parametrize(
    "body",
    [
        b"<rss version='2.0'>", b"\xef\xbb\xbf<?xml version='1.0'?><feed xmlns='x'>",
        b"<?xml version='1.0'?><!-- spip --><rdf:RDF xmlns:rdf='x'>",
        b'{"version": "https://jsonfeed.org/version/1.1"', "<rss version='2.0'>".encode("utf-16"),
    ],
)  # fmt: skip
def test_a_feed_is_known_by_its_beginning(body: bytes) -> None:
    assert recognised(body) == 100


def test_a_page_is_none_even_when_called_a_feed() -> None:
    page = b"<!DOCTYPE html><html><body>&lt;rss&gt; <rss ></body></html>"
    assert recognised(page) == 0
    assert recognised(page, "application/rss+xml") == 0
    assert recognised(b"", "application/rss+xml; charset=utf-8") == 50


def test_a_kind_is_found_by_its_name(web: Web) -> None:
    web.add("/f", b"<rss version='2.0'><channel><item><title>Un</title></item></channel></rss>")
    kind = kinds.load("feed")
    fetched = kind.fetch(SourceRef(web.url("/f")), FetchPolicy("t/1", allow=("127.0.0.1",)))
    assert [entry.title for entry in kind.parse(fetched).entries] == ["Un"]
    with pytest.raises(NotFound, match="feed"):
        kinds.load("minitel")
