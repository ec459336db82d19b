"""The one call to the engine: each trap it is known for, and a French error with its place."""

from __future__ import annotations

import re
import types

import mjml as engine
import pytest

from newsletter.exceptions import RenderingError
from newsletter.rendering import mjml, mjml_source
from newsletter.rendering.mjml import compile_mjml
from tests.sample_letter import monthly, with_entry

HEAD = "<mj-head><mj-title>Titre</mj-title><mj-preview>Accroche</mj-preview></mj-head>"


def page(content: str, head: str = HEAD) -> str:
    return (
        f'<mjml lang="fr" dir="ltr">\n{head}\n<mj-body>\n<mj-section>\n<mj-column>\n{content}\n'
        "</mj-column>\n</mj-section>\n</mj-body>\n</mjml>"
    )


def text(content: str) -> str:
    return page(f"<mj-text>{content}</mj-text>")


def test_line_ends_of_any_system_give_the_same_html() -> None:
    source = text("<p>a</p>\n<p>b</p>")
    html = compile_mjml(source)
    assert compile_mjml(source.replace("\n", "\r\n")) == html
    assert compile_mjml(source.replace("\n", "\r")) == html


def test_the_engine_alone_still_stops_at_crlf() -> None:
    """When this fails the engine has learned it, and the wrapper may stop caring."""
    with pytest.raises(ValueError, match="unexpected"):
        engine.mjml2html(mjml_source(monthly()).replace("\n", "\r\n"))


def test_no_default_font_or_icon_of_a_third_party_is_loaded() -> None:
    html = compile_mjml(
        page(
            '<mj-text font-family="Roboto">a</mj-text><mj-button href="https://a.example/">b'
            '</mj-button><mj-social><mj-social-element name="facebook" href="https://a.example/" '
            'alt="Facebook">Facebook</mj-social-element></mj-social>'
        )
    )
    assert "googleapis" not in html
    assert "mailjet" not in html
    assert "@import" not in html


@pytest.mark.parametrize(
    ("image", "alt"),
    [
        ('<mj-image src="https://a.example/a.png" />', ""),
        ('<mj-image src="https://a.example/a.png"></mj-image>', ""),
        ('<mj-image src="https://a.example/a.png" alt="Carte" />', "Carte"),
    ],
)
def test_a_picture_always_has_an_alt(image: str, alt: str) -> None:
    assert f'<img alt="{alt}"' in compile_mjml(page(image))


def test_lang_dir_and_title_reach_the_body() -> None:
    html = compile_mjml(text("a"))
    assert '<html lang="fr" dir="ltr"' in html
    assert re.search(r'<div aria-label="Titre"[^>]*role="article" lang="fr" dir="ltr"', html)


def test_the_hidden_line_is_not_white_on_white_and_the_body_has_no_margin() -> None:
    html = compile_mjml(text("a"))
    assert "font-size:1px;color:#ffffff" not in html
    assert '<body style="margin:0;padding:0;' in html


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (text("<p>a"), "Ligne 6, modèle m : balise <p> non fermée"),
        (text("<ul><li>a</ul>"), "balise <li> non fermée"),
        (text("a</p>"), "balise </p> fermée sans avoir été ouverte"),
        (text("<a href=x>a</a>"), "attribut sans guillemets dans <a>"),
        (text("5 < 6"), "signe « < » seul"),
        (text("<!-- a -- b -->"), "commentaire"),
        (text("<![CDATA[a]]>"), "CDATA"),
        (text("<iframe src='https://a.example/'></iframe>"), "<iframe> refusée"),
        (text("<script>1</script>"), "<script> refusée"),
        ('<?xml version="1.0"?>' + text("a"), "<?xml"),
        (page('<mj-include path="/etc/passwd" />'), "Jinja"),
        (page("<mj-inconnu>a</mj-inconnu>"), "<mj-inconnu> refusée"),
        (page('<mj-text couleur="red">a</mj-text>'), "attribut « couleur » refusé"),
        (page("<mj-section><mj-column></mj-column></mj-section>"), "mal placée dans <mj-column>"),
        (page("<mj-text>a<mj-text>b</mj-text></mj-text>"), "mal placée dans <mj-text>"),
        (page("a", '<mj-head><mj-style inline="inline">a{}</mj-style></mj-head>'), "inline"),
        (page("a", '<mj-head><mj-font name="A" href="https://a.b/" /></mj-head>'), "police"),
        (page('<mj-raw position="file-start">a</mj-raw>'), "attribut « position » refusé"),
        (page("<mj-hero></mj-hero>"), "hauteur"),
        (page("<mj-carousel></mj-carousel>"), "illisible"),
        (text("a").replace(' lang="fr"', ""), "lang"),
        (text("a").replace(' dir="ltr"', ""), "dir"),
        ("", "lang"),
        (text("a").replace("</mjml>", ""), "<mjml> non fermée"),
    ],
)
def test_what_the_engine_hides_is_said(source: str, said: str) -> None:
    with pytest.raises(RenderingError) as caught:
        compile_mjml(source, template="m")
    assert said in str(caught.value)
    assert str(caught.value).startswith("Ligne ")


def test_an_error_names_the_entry_before_it() -> None:
    source = mjml_source(with_entry(monthly(), 111, title="Le pacte & l’« Épeule »"))
    at = source.index('id="e112"')
    broken = source[:at] + source[at:].replace("</p>", "", 1)
    with pytest.raises(RenderingError) as caught:
        compile_mjml(broken, template="letters/monthly/letter.mjml.j2")
    assert "monthly/letter.mjml.j2, après le contenu « Amiens Nord" in str(caught.value)


def test_an_error_of_the_engine_itself_keeps_its_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def stops(source: str, **_: object) -> str:
        at = len(source[: source.index("à ici")].encode())
        raise ValueError(f"unexpected token in root template at position {at}:{at + 4}")

    monkeypatch.setattr(engine, "mjml2html", stops)
    with pytest.raises(RenderingError, match="^Ligne 7, modèle m"):
        compile_mjml(text("été\nà ici"), template="m")


def test_the_other_package_of_that_name_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    assert mjml.self_test() == ""
    monkeypatch.setattr(mjml, "engine", types.ModuleType("mjml"))
    assert "pip uninstall mjml" in mjml.self_test()
    with pytest.raises(RenderingError, match="mjml-python"):
        compile_mjml(text("a"))


def test_five_hundred_broken_sources_give_a_letter_or_a_sentence() -> None:
    """Any cut or change of a good source ends in HTML or in a RenderingError, nothing else."""
    source = mjml_source(monthly())
    step = max(1, len(source) // 250)
    for at in range(0, len(source), step):
        for spoilt in (source[:at], source[:at] + "<" + source[at:]):
            try:
                said = compile_mjml(spoilt)
            except RenderingError as error:
                said = str(error)
            assert said.startswith(("<!doctype html>", "Ligne", "Modèle", "Après"))
