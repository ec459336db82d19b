"""A letter is always made, holds its tokens and its links, and stays small and harmless."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path
from urllib.parse import urlsplit

import lxml.html
import pytest

from newsletter.exceptions import RenderingError
from newsletter.letter import (
    PREFERENCES_TOKEN,
    UNSUBSCRIBE_TOKEN,
    IssueContent,
    content_as_json,
    content_from_json,
)
from newsletter.rendering import mjml_source, render
from newsletter.rendering.views import dark, without_images, without_styles
from tests import sample_letter
from tests.sample_letter import monthly, thematic, with_entry

BOTH = pytest.mark.parametrize("content", [monthly(), thematic()], ids=["monthly", "thematic"])

HOSTILE = [
    'R&D, l’« économie » d’O\'Brien & "Cie"',
    "🎉 Fête 👩🏽‍🌾 des voisins",
    "12\u00a0000\u202f€ pour 3\u00a0quartiers",
    "السياسة الحضرية في دونكيرك",
    "Avant \u202eatad\u202c après \u2066isolé",
    "a < b et 5 > 3, <mj-text>",
    "</h3></mj-text></mj-column></mj-section></mj-body></mjml>",
    "<script>alert(1)</script><img src=x onerror=alert(1)>",
    "<p>a<p>b <a href=x>c</a> <!-- a -- b --> <![CDATA[ x ]]> <?xml version='1.0'?>",
    "{{ 7*7 }} {% if x %} [[data]] *|FNAME|* <%= x %> ${x} %%nom%% {# x #}",
    "mot" * 166 + "fi",
    "un titre assez long " * 25,
    "lignes\r\ncoupées\rpar\nmorceaux\u2028et\u2029séparateurs\x00\x07\x1b\x7f",
    "&amp; &lt;b&gt; &#123;&#123; &nbsp; &unknown; &",
    "\ud83d demi-signe",
    "﻿\u200b\u00ad",
    f"Voir {UNSUBSCRIBE_TOKEN} et VIGIE.INVALID",
    "--- // \\ ' \" ` = ; /*",
    " ",
]


@pytest.mark.parametrize("text", HOSTILE)
@BOTH
def test_no_text_breaks_a_letter(content: IssueContent, text: str) -> None:
    """Whatever stands in a field, the letter has the same elements as the good one."""
    for entry in (101, 131):
        content = with_entry(content, entry, title=text, summary=text, source=text, place=text,
                             importance=text)  # fmt: skip
    content = replace(content, subject=text, preheader=text, edito_text=text, title=text,
                      edito_html=f"<p>{text}</p>", edito_signature=text)  # fmt: skip
    letter = render(content)
    tree = lxml.html.document_fromstring(letter.html.encode())
    assert not list(tree.iter("script", "img", "form", "iframe", "mj-text"))
    assert [one.get("id") for one in tree.iter("h3")] == [
        one.get("id") for one in lxml.html.document_fromstring(render(monthly()).html).iter("h3")
    ] or content.template == "thematic"
    for part in (letter.html, letter.text, letter.subject):
        assert not re.search(r"\{\{|\{%|\[\[|\*\|", part)
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\ud800-\udfff]", part)
    assert letter.html.count(UNSUBSCRIBE_TOKEN) == 1
    assert letter.text.count(UNSUBSCRIBE_TOKEN) == 1
    assert "\n" not in letter.subject


def test_template_signs_are_printed_and_read_the_same() -> None:
    letter = render(with_entry(monthly(), 101, title="Le code {{ x }} et [[y]]"))
    tree = lxml.html.document_fromstring(letter.html.encode())
    assert tree.get_element_by_id("e101").text_content() == "Le code {{ x }} et [[y]]"
    assert "Le code {{ x }} et [[y]]" in letter.text.replace("\u2060", "")


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "data:text/html,x", "//evil.example", "vbscript:x", "", "#a", "ftp://a.b/",
     "https://nom:mot@site.example/", "https://", "https://[::1", "java\nscript:alert(1)",
     "https://vigie.invalid/desabonnement", "https://a.example:port/", "blob:https://a.example/x"],
)  # fmt: skip
def test_an_unsafe_address_is_not_linked(url: str) -> None:
    letter = render(with_entry(monthly(), 101, url=url))
    tree = lxml.html.document_fromstring(letter.html.encode())
    assert tree.get_element_by_id("e101").find("a") is None
    assert sample_letter.LEADS[0].title.split(" :")[0] in letter.text
    assert letter.html.count(UNSUBSCRIBE_TOKEN) == 1


@pytest.mark.parametrize(
    ("url", "printed"),
    [
        ("https://a.example/?q={{x}}&r=[[y]]*|z|*", "https://a.example/?q=%7B%7Bx%7D%7D&r=%5B%5By%5D%5D*%7Cz%7C*"),
        ("https://a.example/é t\"'<>", "https://a.example/%C3%A9%20t%22'%3C%3E"),
        ("https://a.example/100%", "https://a.example/100%25"),
        ("https://a.example/%C3%A9?a=1&b=2#c", "https://a.example/%C3%A9?a=1&b=2#c"),
        ("https://Centre.Example", "https://Centre.Example"),
        (" https://a.example:8443/x ", "https://a.example:8443/x"),
        ("https://[2001:db8::1]/x", "https://[2001:db8::1]/x"),
        ("https://école.example/x", "https://école.example/x"),
    ],
)  # fmt: skip
def test_an_address_is_printed_without_template_signs(url: str, printed: str) -> None:
    letter = render(with_entry(monthly(), 101, url=url))
    tree = lxml.html.document_fromstring(letter.html.encode())
    assert tree.get_element_by_id("e101").find("a").get("href") == printed
    assert f"   {printed}\n" in letter.text


@BOTH
def test_each_token_is_there_once_in_each_part(content: IssueContent) -> None:
    letter = render(content)
    for part in (letter.html, letter.text):
        assert part.count(UNSUBSCRIBE_TOKEN) == 1
        assert part.count(PREFERENCES_TOKEN) == 1


@BOTH
def test_each_link_of_the_html_is_in_the_text(content: IssueContent) -> None:
    letter = render(content)
    tree = lxml.html.document_fromstring(letter.html.encode())
    for link in tree.iter("a"):
        assert str(link.get("href")).split("#")[0].removeprefix("mailto:") in letter.text


@BOTH
def test_nothing_is_loaded_from_anywhere(content: IssueContent) -> None:
    html = render(content).html
    assert not re.search(r"<(?:img|link|script)\b|@import|@font-face|url\(", html)
    hosts = {urlsplit(url).hostname for url in re.findall(r"https?://[^\s\"'<>]+", html)}
    foreign = {host for host in hosts if host and not host.endswith((".example", ".invalid"))}
    assert foreign <= {"www.w3.org"}  # a namespace, never fetched


def test_one_more_entry_costs_little() -> None:
    """The budget: 1 200 bytes of HTML for an entry with a long title, address and summary."""
    news = sample_letter.NEWS[1]

    def size(count: int) -> int:
        entries = tuple(replace(news, id=n) for n in range(count))
        content = monthly(sections=(replace(monthly().sections[1], entries=entries),))
        return len(render(content).html.encode())

    assert (size(30) - size(10)) / 20 < 1200
    assert size(10) < 30_000


@BOTH
def test_text_lines_are_narrow_and_addresses_whole(content: IssueContent) -> None:
    for line in render(content).text.split("\n"):
        assert len(line) <= 72 or "://" in line
        assert line == line.rstrip()
        assert not re.search(r"\S.*https?://", line)  # an address stands alone


def test_deadlines_and_events_are_sorted_and_lists() -> None:
    letter = render(monthly())
    tree = lxml.html.document_fromstring(letter.html.encode())
    lists = [[item.findtext("strong") for item in one.iter("li")] for one in tree.iter("ul")]
    assert lists == [
        ["Vendredi 18 décembre 2026", "Vendredi 15 janvier 2027", "Lundi 1er février 2027"],
        ["Jeudi 3 décembre 2026", "Samedi 12 décembre 2026", "Jeudi 21 janvier 2027"],
    ]


def test_an_empty_section_or_optional_field_leaves_no_trace() -> None:
    bare = replace(sample_letter.IDENTITY, site_url="", contact_email="", reply_to="", publisher="",
                   postal_address="", privacy_url="")  # fmt: skip
    sections = (replace(monthly().sections[0], entries=()), monthly().sections[1])
    letter = render(monthly(identity=bare, sections=sections, edito_html="", edito_text="",
                            edito_signature="", watch_url="", web_url="", archive_url="",
                            preheader=""))  # fmt: skip
    assert "À retenir" not in letter.html
    assert "mailto:" not in letter.html
    assert "None" not in letter.html + letter.text
    assert 'href=""' not in letter.html


def test_a_date_that_matters_is_said_outside_the_dated_sections_too() -> None:
    call = with_entry(monthly(), 101, deadline=date(2027, 1, 15), summary="")
    event = with_entry(call, 111, event_start=date(2026, 12, 12), event_place="Lille")
    letter = render(event)
    assert "<strong>Jusqu’au vendredi 15 janvier 2027.</strong>" in letter.html
    assert "<strong>Samedi 12 décembre 2026</strong>, Lille. Quinze engagements" in letter.html
    assert "   Jusqu’au vendredi 15 janvier 2027.\n" in letter.text
    assert "   Samedi 12 décembre 2026, Lille.\n" in letter.text


def test_an_entry_without_dates_is_still_listed() -> None:
    content = with_entry(monthly(), 131, deadline=None, published=None, source="")
    assert "Date à confirmer" in render(content).html
    assert "DATE À CONFIRMER" in render(content).text


def test_the_period_is_said_in_words() -> None:
    for start, end, words in (
        (date(2026, 11, 1), date(2026, 11, 30), "novembre 2026"),
        (date(2026, 9, 1), date(2026, 11, 30), "septembre à novembre 2026"),
        (date(2026, 12, 1), date(2027, 1, 31), "décembre 2026 à janvier 2027"),
    ):
        assert words in render(thematic(period_start=start, period_end=end)).html


def test_the_same_content_gives_the_same_bytes() -> None:
    assert render(monthly()).sha256 == render(monthly()).sha256
    assert render(monthly()).sha256 != render(with_entry(monthly(), 101, title="Autre")).sha256


@BOTH
def test_content_survives_json(content: IssueContent) -> None:
    assert content_from_json(content_as_json(content)) == content


def test_the_engine_and_template_are_named() -> None:
    assert re.fullmatch(r"mjml-python \d+\.\d+\.\d+ · monthly 1", render(monthly()).engine)


def test_an_unknown_template_is_named() -> None:
    with pytest.raises(RenderingError, match="letters/absent/letter.mjml.j2 n’existe pas"):
        render(monthly(template="absent"))


def test_views_of_a_letter() -> None:
    html = render(monthly()).html
    assert "@media all" in dark(html)
    assert "prefers-color-scheme" not in dark(html)
    assert "<style" not in without_styles(html)
    assert without_styles(html).count("<h3") == html.count("<h3")
    logo = replace(
        sample_letter.IDENTITY, logo_url="https://centre.example/l.png", logo_alt="Centre"
    )
    shown = without_images(render(monthly(identity=logo)).html)
    assert "l.png" not in shown
    assert 'alt="Centre"' in shown


def own(folder: Path, **files: str) -> Path:
    """A centre's folder with letters/monthly/<name> for each of `files`."""
    letters = folder / "letters" / "monthly"
    letters.mkdir(parents=True)
    for name, text in files.items():
        (letters / {"mjml": "letter.mjml.j2", "txt": "letter.txt.j2"}[name]).write_text(
            text, encoding="utf-8"
        )
    return folder


OWN = """<mjml lang="fr" dir="ltr"><mj-head><mj-title>{{ letter.subject }}</mj-title></mj-head>
<mj-body><mj-section><mj-column><mj-text><h1>À nous</h1>%s
<a href="{{ links.unsubscribe }}">Se désabonner</a></mj-text></mj-column></mj-section></mj-body>
</mjml>"""


def test_a_centre_s_template_comes_first_and_the_rest_is_ours(tmp_path: Path) -> None:
    folder = own(tmp_path, mjml=OWN % "")
    letter = render(monthly(), centre_templates=folder)
    assert "À nous" in letter.html
    assert letter.text == render(monthly()).text
    assert "À nous" in mjml_source(monthly(), centre_templates=folder)
    assert "À nous" not in render(thematic(), centre_templates=folder).html


def test_an_absent_folder_changes_nothing(tmp_path: Path) -> None:
    for folder in (tmp_path / "absent", tmp_path):
        assert render(monthly(), centre_templates=folder).sha256 == render(monthly()).sha256


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (OWN % "{{ letter.inconnu }}", "Ligne 2, modèle letters/monthly/letter.mjml.j2 : variable"),
        (OWN % "{{ secrets }}", "variable inconnue"),
        (OWN % ("{% for a in sections %}" * 24 + "{% endfor %}" * 24), "trop imbriqué"),
        (OWN % "{% if %}", "Modèle illisible, ligne 2"),
        (OWN % "{{ letter.title|safe }}", "Modèle illisible"),
        (OWN % "<p>a", "<p> non fermée"),
        (OWN % "{{ 1 / 0 }}", "division"),
        (OWN % "<mj-include path='/etc/passwd' />", "mj-include"),
        (OWN % "{% include '../../../../etc/passwd' %}", "n’existe pas"),
        (OWN.replace("links.unsubscribe", "letter.web_url") % "", "pas de lien de désabonnement"),
        (OWN % "<p>&#8203;[[prénom]]</p>", "[["),
    ],
)
def test_a_template_error_says_where(tmp_path: Path, source: str, said: str) -> None:
    with pytest.raises(RenderingError) as caught:
        render(monthly(), centre_templates=own(tmp_path, mjml=source))
    assert said in str(caught.value)


@pytest.mark.slow
@pytest.mark.parametrize(
    "loop",
    [
        "{% for a in sections %}" * 18 + "{% endfor %}" * 18,
        "{% macro m() %}{{ m() }}{{ m() }}{% endmacro %}{{ m() }}",
        "{% set a = letter.title %}" + "{% set a = a ~ a %}" * 40 + "{{ a }}",
        "{% set a = [1, 2] %}" + "{% set a = a + a %}" * 40,
        "{{ 'a' * 10**9 }}",
        "{{ '%1000000000d' % 1 }}",
        "{% for a in range(10**9) %}{% endfor %}",
    ],
)
def test_a_template_without_end_is_stopped(tmp_path: Path, loop: str) -> None:
    with pytest.raises(RenderingError) as caught:
        render(monthly(), centre_templates=own(tmp_path, mjml=OWN % loop))
    assert "modèle" in str(caught.value).lower()


def test_the_child_knows_no_secret(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of the service is not the child's."""
    from newsletter.rendering import child

    monkeypatch.setenv("VIGIE_SECRET_KEY", "canari-9321")
    monkeypatch.setattr(
        child, "_RUN", "import json, os; print(json.dumps({'error': ' '.join(os.environ)}))"
    )
    with pytest.raises(RenderingError) as caught:
        render(monthly(), centre_templates=own(tmp_path, mjml=OWN % ""))
    assert "VIGIE" not in str(caught.value)
    assert "PYTHONPATH" in str(caught.value)
