"""Foreign HTML runs nothing, points nowhere odd, and its words are kept."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import html5lib
import pytest
from hypothesis import given
from hypothesis import strategies as st

from veille.reading import sanitize

BASE = "https://ville.example/actus/"

ATTACKS = [
    "<script>alert(1)</script>",
    "<ScRiPt src=//evil.example/x></sCrIpT>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><a xlink:href='javascript:alert(1)'>x</a></svg>",
    "<a href='&#1;javascript:alert(1)'>x</a>",
    "<a href='java\tscript:alert(1)'>x</a>",
    "<a href='javascript&colon;alert(1)'>x</a>",
    '<a href="data:text/html,<script>alert(1)</script>">x</a>',
    "<form action=https://evil.example><input type=password></form>",
    "<iframe srcdoc='<script>1</script>'>",
    "<object data=x.swf>",
    "<embed src=x>",
    "<base href=https://evil.example/>",
    "<link rel=stylesheet href=x>",
    "<meta http-equiv=refresh content='0;url=https://evil.example'>",
    "<style>@import 'x'</style>",
    "<p style='background:url(javascript:1)' class=x id=location name=cookie>x</p>",
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)>",
    "<noscript><p title='</noscript><img src=x onerror=1>'>",
    "<template><img src=x onerror=1></template>",
    "<textarea><img src=x onerror=1></textarea>",
    "<img src='https://t.example/p.gif' width=1 height=1>",
    "<img srcset='javascript:1 1x, data:x 2x'>",
    "<a href='https://user:pass@evil.example/'>x</a>",
    "<a href='//evil.example\\@good.example/'>x</a>",
    '<a href="mailto:a@b.example?bcc=all@b.example">x</a>',
    "<video src=x onerror=1>",
    "<!--><img src=x onerror=1>-->",
    "<a href='#top'>x</a>",
    "<a href=''>x</a>",
    "<q cite='javascript:1'>x</q>",
    "<img alt='\"><script>1</script>' src=a.png>",
    "<p><<script>script>alert(1)<</script>/script></p>",
    '<a href="https://x.example/&quot;onmouseover=1">x</a>',
]


def assert_harmless(cleaned: str) -> None:
    """An independent parser sees allowed tags, allowed attributes, absolute addresses only."""
    tree = html5lib.parseFragment(cleaned, namespaceHTMLElements=False)
    for element in tree.iter():
        if not isinstance(element.tag, str) or element.tag == "DOCUMENT_FRAGMENT":
            assert element.tag == "DOCUMENT_FRAGMENT", "a comment"
            continue
        assert element.tag in sanitize.TAGS | {"tbody", "colgroup"}
        allowed = sanitize.ATTRIBUTES.get(element.tag, set()) | sanitize.ATTRIBUTES["*"] | {"rel"}
        for name, value in element.attrib.items():
            assert name in allowed
            if name in {"href", "src", "cite"}:
                assert_address(value, mail=name == "href")
            if name == "srcset":
                for candidate in value.split(", "):
                    assert_address(candidate.split(" ")[0], mail=False)


def assert_address(value: str, *, mail: bool) -> None:
    if mail and re.fullmatch(r"mailto:[^\s?&<>\"]+@[^\s?&<>\"]+", value):
        return
    parts = urlsplit(value)
    assert parts.scheme in {"http", "https"}
    assert parts.hostname
    assert "@" not in parts.netloc


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_disarmed(attack: str) -> None:
    cleaned = sanitize.clean(f"avant {attack} après", BASE)
    assert_harmless(cleaned)
    assert "avant" in cleaned
    assert sanitize.clean(cleaned, BASE) == cleaned


FRAGMENTS = st.lists(
    st.one_of(st.sampled_from([*ATTACKS, "<b>", "</b>", "<p>", "<", ">", "&", "'", '"', "<!--"]),
              st.text(max_size=12)),
    max_size=8,
).map("".join)  # fmt: skip


@given(FRAGMENTS)
def test_mixtures_are_disarmed_too(fragments: str) -> None:
    cleaned = sanitize.clean(fragments, BASE)
    assert_harmless(cleaned)
    assert sanitize.clean(cleaned, BASE) == cleaned
    assert "\x00" not in cleaned


@given(st.text(max_size=80))
def test_escaped_words_come_out_as_they_were_written(words: str) -> None:
    """Unescaped once, and once only: «&amp;lt;» is the word «&lt;»."""
    expected = sanitize.fold(sanitize.printable(words.replace("\r", " ")))
    assert sanitize.text(html.escape(words.replace("\r", " "))) == expected


@given(st.text(alphabet="ab <>/&;p!-", max_size=60))
def test_text_has_no_markup_left_but_what_was_escaped(fragment: str) -> None:
    if "&" not in fragment:
        assert not re.search(r"<[a-z/!]", sanitize.text(fragment + ">"))


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("L&#8217;été", "L’été"),
        ("AT&amp;T &amp;amp; fils", "AT&T &amp; fils"),
        ("&lt;b&gt;", "<b>"),
        ("<p>Un</p><p>deux<br>trois</p>", "Un deux trois"),
        ("<b>Grand</b>eur", "Grandeur"),
        ("a\n\t b", "a b"),
        ("Quoi\u00a0? «\u202fOui\u202f»", "Quoi\u00a0? «\u202fOui\u202f»"),
        ("<script>x()</script>mots<style>y</style>", "mots"),
        ("à\u202ebc\u200bd", "àbcd"),
        ("nul\x00le", "nulle"),
        ("2 < 3 et 4 > 3", "2 < 3 et 4 > 3"),
    ],
)
def test_text_is_what_a_reader_reads(given: str, expected: str) -> None:
    assert sanitize.text(given) == expected


def test_relative_addresses_become_absolute() -> None:
    cleaned = sanitize.clean(
        '<a href="../a?x=1&amp;y=2">l</a><img src="/i.png" srcset="a.png 1x, b.png 2x" alt="é">'
        '<a href="mailto:contact@ville.example">m</a>',
        BASE,
    )
    assert 'href="https://ville.example/a?x=1&amp;y=2"' in cleaned
    assert 'src="https://ville.example/i.png"' in cleaned
    assert "https://ville.example/actus/a.png 1x, https://ville.example/actus/b.png 2x" in cleaned
    assert 'href="mailto:contact@ville.example"' in cleaned
    assert 'rel="noopener noreferrer nofollow"' in cleaned


def test_the_first_heading_of_a_page_is_left_to_the_page() -> None:
    assert sanitize.clean("<H1 id=x>Titre</H1>", BASE) == "<h2>Titre</h2>"


def test_what_is_nested_without_end_is_reduced_to_its_words() -> None:
    assert sanitize.clean("<div>" * 500 + "mots &amp; <b>", BASE) == "mots &amp;"


def test_a_text_without_markup_is_escaped() -> None:
    assert sanitize.clean("5 > 3", BASE) == "5 &gt; 3"
