"""Pictures: a letter must read without them, load few, and none may watch the reader."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import unquote, urlsplit

from lxml.html import HtmlElement

from newsletter.document import Document, is_local, words
from newsletter.letter import CheckContext, Finding, Letter
from newsletter.stylesheet import declarations

ALT = 125


def _images(document: Document) -> Iterator[tuple[HtmlElement, str]]:
    for image in document.elements("img"):
        yield image, (image.get("src") or "").strip()


def _label(image: HtmlElement) -> str:
    return f"Image « {image.get('alt') or (image.get('src') or '').rsplit('/', 1)[-1][:60]} »"


def alternatives(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L301 no alt, L302 a linked picture that says nothing, L307 an alt that is no text."""
    for image, source in _images(document):
        text = image.get("alt")
        if text is None:
            yield Finding("L301", "error", _label(image), "L’image n’a pas d’attribut alt.",
                          "Décrivez-la, ou laissez le texte vide si elle décore.")  # fmt: skip
            continue
        link = next(image.iterancestors("a"), None)
        if link is not None and not text.strip() and not words(link):
            yield Finding("L302", "error", _label(image), "Une image liée n’a aucun texte.",
                          "Dites dans le texte de remplacement où mène le lien.")  # fmt: skip
        file = unquote(urlsplit(source).path).rsplit("/", 1)[-1]
        if len(text) > ALT or (text.strip() and text.strip() == file):
            yield Finding("L307", "warning", _label(image),
                          "Le texte de remplacement est trop long ou n’est qu’un nom de fichier.",
                          "Décrivez l’image en une phrase.")  # fmt: skip


def addresses(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L303 not https (but on a trial machine), L304 data: and SVG, L305 WebP and AVIF."""
    parts = urlsplit(context.content.web_url)
    ours = f"http://{parts.netloc}/" if is_local(parts.hostname or "") else "https://"
    for image, source in _images(document):
        path = urlsplit(source).path.lower()
        if source.startswith("data:") or path.endswith(".svg"):
            yield Finding("L304", "error", _label(image),
                          "Les messageries n’affichent ni SVG ni image incluse.",
                          "Utilisez un fichier PNG ou JPEG.")  # fmt: skip
        elif not source.startswith(("https://", ours)):
            yield Finding("L303", "error", _label(image), "L’image n’est pas servie en https.",
                          "Donnez une adresse complète en https.")  # fmt: skip
        elif re.search(r"\.(webp|avif)\Z", path):
            yield Finding("L305", "warning", _label(image), "Outlook n’affiche ni WebP ni AVIF.",
                          "Utilisez un fichier PNG ou JPEG.")  # fmt: skip


def sizes(letter: Letter, document: Document, context: CheckContext) -> Iterator[Finding]:
    """L306 no width, L308 a picture of one pixel, which counts readers."""
    for image, _ in _images(document):
        style = declarations(image.get("style") or "")
        given = [image.get("width") or style.get("width") or "",
                 image.get("height") or style.get("height") or ""]  # fmt: skip
        if any(re.fullmatch(r"[01](\.0)?(px)?", value.strip()) for value in given):
            yield Finding("L308", "error", _label(image), "Une image d’un pixel suit les lecteurs.",
                          "Retirez-la : la lettre ne mesure pas les lecteurs (CNIL, 2026-042).",
                          )  # fmt: skip
        elif not image.get("width"):
            yield Finding("L306", "warning", _label(image), "L’image n’a pas de largeur.",
                          "Donnez une largeur : Outlook l’afficherait en grand.")  # fmt: skip


CHECKS = (alternatives, addresses, sizes)
