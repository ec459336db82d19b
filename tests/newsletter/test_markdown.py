"""The édito: little Markdown, safe HTML, readable text."""

from __future__ import annotations

import pytest

from newsletter.rendering.markdown import clean, styled, to_html, to_text


@pytest.mark.parametrize(
    ("source", "html", "text"),
    [
        ("Bonjour **à tous**, *merci*.", "<p>Bonjour <strong>à tous</strong>, <em>merci</em>.</p>",
         "Bonjour à tous, merci."),
        ("Un\n\nDeux", "<p>Un</p>\n<p>Deux</p>", "Un\n\nDeux"),
        ("Un\nDeux", "<p>Un<br>\nDeux</p>", "Un\nDeux"),
        ("- un\n- deux", "<ul>\n<li>un</li>\n<li>deux</li>\n</ul>", "- un\n\n- deux"),
        ("1. un\n2. deux", "<ol>\n<li>un</li>\n<li>deux</li>\n</ol>", "1. un\n\n2. deux"),
        ("Voir [le guide](https://a.example/g).",
         '<p>Voir <a href="https://a.example/g">le guide</a>.</p>',
         "Voir le guide.\nhttps://a.example/g"),
        ("<https://a.example/>", '<p><a href="https://a.example/">https://a.example/</a></p>',
         "https://a.example/"),
        ("[Écrire](mailto:a@b.example)", '<p><a href="mailto:a@b.example">Écrire</a></p>',
         "Écrire\na@b.example"),
        ("# Titre", "<p># Titre</p>", "# Titre"),
        ("Titre\n=====", "<p>Titre<br>\n=====</p>", "Titre\n====="),
        ("[x](javascript:alert(1))", "<p>[x](javascript:alert(1))</p>",
         "[x](javascript:alert(1))"),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>",
         "<script>alert(1)</script>"),
        ("> cité", "<blockquote>\n<p>cité</p>\n</blockquote>", "cité"),
        ("", "", ""),
    ],
)  # fmt: skip
def test_markdown_becomes_html_and_text(source: str, html: str, text: str) -> None:
    assert to_html(source) == html
    assert to_text(source) == text


@pytest.mark.parametrize(
    "source",
    ["![image](https://a.example/a.png)", "`code`", "    code", "```\ncode\n```", "---",
     "<img src=x onerror=alert(1)>", "<a href='https://a.example' onclick='x'>a</a>"],
)  # fmt: skip
def test_what_an_edito_must_not_hold_stays_text(source: str) -> None:
    html = to_html(source)
    assert not any(tag in html for tag in ("<img", "<code", "<pre", "<hr", 'onclick="'))


def test_html_from_elsewhere_is_reduced() -> None:
    assert clean('<p style="x" class="y" onclick="z">a<p>b<script>c</script>') == "<p>a</p><p>b</p>"
    assert clean('<a href="https://moi:mot@a.example/">a</a>') == "<a>a</a>"
    assert clean('<a href="/relatif">a</a><a href="//b.example/">b</a>') == "<a>a</a><a>b</a>"


def test_styles_go_on_the_tags_named() -> None:
    html = styled('<p>a</p><pre>b</pre><a href="x">c</a>', p="margin:0", a="color:red")
    assert html == '<p style="margin:0">a</p><pre>b</pre><a style="color:red" href="x">c</a>'
