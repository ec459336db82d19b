"""Addresses: absolute, safe, the same for the same article."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.reading import links

BASE = "https://ville.example/actus/feed.xml"


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://Ville.Example:80/A", "http://ville.example/A"),
        ("https://ville.example:443/", "https://ville.example/"),
        ("https://ville.example", "https://ville.example/"),
        ("//cdn.example/x", "https://cdn.example/x"),
        ("/a/../b", "https://ville.example/b"),
        ("?p=12", "https://ville.example/actus/feed.xml?p=12"),
        ("spip.php?article12", "https://ville.example/actus/spip.php?article12"),
        ("  https://ville.example/a\n", "https://ville.example/a"),
        ("https://ville.example/a b", "https://ville.example/a%20b"),
        ("https://évry.example/été?q=à", "https://xn--vry-9la.example/%C3%A9t%C3%A9?q=%C3%A0"),
        ("https:\\\\ville.example\\a", "https://ville.example/a"),
        ("www.ville.example/a", "https://www.ville.example/a"),
        ("https://moi:secret@ville.example/", "https://ville.example/"),
        ("https://ville.example/a#section-2", "https://ville.example/a#section-2"),
        ("https://ville.example/100%", "https://ville.example/100%25"),
    ],
)
def test_an_untidy_address_is_tidied(url: str, canonical: str) -> None:
    assert links.canonical(url, BASE) == canonical


@pytest.mark.parametrize(
    "tail",
    [
        "?utm_source=rss&utm_medium=feed", "?fbclid=IwAR0", "?gclid=1&mc_cid=2&mc_eid=3",
        "?xtor=RSS-1", "#xtor=RSS-16", "?at_medium=rss&at_campaign=fil", "#utm_source=rss",
        "?UTM_Source=x", "?utm%5Fsource=x", "?pk_campaign=a&mtm_source=b", "?amp;utm_source=x",
        "?igshid=1&msclkid=2&twclid=3", "#:~:text=mot", "#respond", "#comments", "?&&", "?",
    ],
)  # fmt: skip
def test_what_only_counts_readers_is_dropped(tail: str) -> None:
    assert (
        links.canonical(f"https://ville.example/article{tail}") == "https://ville.example/article"
    )


@pytest.mark.parametrize(
    "tail",
    ["?id=12&page=2", "?b=2&a=1", "?at=lille", "?medium=x", "?gclidx=1", "?q=utm_source", "?a=&b"],
)
def test_what_names_the_page_stays_in_its_order(tail: str) -> None:
    assert links.canonical(f"https://ville.example/a{tail}") == f"https://ville.example/a{tail}"


@pytest.mark.parametrize(
    "url",
    [
        "", "   ", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "java\nscript:alert(1)",
        "\x01javascript:alert(1)", "\u00a0javascript:alert(1)", "data:text/html,x", "vbscript:x",
        "blob:https://x/1", "file:///etc/passwd", "mailto:a@b.example", "ftp://x.example/",
        "http://", "https:///", "http://[::1", "http://x.example:port/", "http://x.example:99999/",
        "http://a b.example/", "http://x%2e.example/", "http://" + "x" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_nothing(url: str) -> None:
    assert links.canonical(url) == ""


URLS = st.one_of(
    st.text(max_size=60),
    st.builds(
        "{}{}{}".format,
        st.sampled_from(["", "http://", "https://", "//", "HTTP:\\\\", "javascript:", "www."]),
        st.text(max_size=30),
        st.text(max_size=30),
    ),
)


@given(URLS, st.one_of(st.just(""), st.just(BASE), URLS))
def test_the_result_is_a_plain_web_address_or_nothing(url: str, base: str) -> None:
    found = links.canonical(url, base)
    if not found:
        return
    parts = urlsplit(found)
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
    assert "@" not in parts.netloc
    assert found.isascii()
    assert found.isprintable()
    assert not set(found) & set(' "<>\\`{}|^')
    assert len(found) <= links.MAX_LENGTH


@given(URLS, st.just(BASE))
def test_canonical_twice_is_canonical_once(url: str, base: str) -> None:
    once = links.canonical(url, base)
    assert links.canonical(once) == once
    assert links.canonical(links.absolute(url, base)) == once


def test_a_host_without_its_www() -> None:
    assert links.host("https://www.ville.example/x") == "ville.example"
    assert links.host("http://[") == ""
