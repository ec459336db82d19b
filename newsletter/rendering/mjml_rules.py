"""What the engine passes in silence or refuses without a reason, found before it runs.

mjml-python copies unknown `mj-*` tags and attributes into the letter, loses inline styles, follows
includes, and stops at the first unclosed tag with a byte offset. This reader knows the tags letters
may use, and says line and reason instead.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser

_BOX = "css-class padding padding-top padding-right padding-bottom padding-left"
_FONT = "font-family font-size font-weight font-style line-height letter-spacing color align"
_BORDER = "border border-top border-right border-bottom border-left border-radius"
_BACK = "background-color background-url background-repeat background-size"

_SPECIFIC = {
    "mjml": "lang dir",
    "mj-head": "",
    "mj-title": "",
    "mj-preview": "",
    "mj-attributes": "",
    "mj-all": f"{_BOX} {_FONT}",
    "mj-class": f"name {_BOX} {_FONT} {_BORDER} {_BACK}",
    "mj-style": "",
    "mj-breakpoint": "width",
    "mj-raw": "",
    "mj-body": "width background-color css-class",
    "mj-wrapper": f"full-width text-align {_BOX} {_BORDER} {_BACK}",
    "mj-section": f"full-width direction text-align {_BOX} {_BORDER} {_BACK}",
    "mj-group": "width vertical-align direction background-color css-class",
    "mj-column": f"width vertical-align inner-background-color {_BOX} {_BORDER} {_BACK}",
    "mj-text": f"height text-decoration text-transform container-background-color {_BOX} {_FONT}",
    "mj-button": "href rel name target title width height inner-padding vertical-align text-align "
    f"text-decoration text-transform container-background-color {_BOX} {_FONT} {_BORDER} {_BACK}",
    "mj-image": "src alt href rel target title width height align fluid-on-mobile font-size "
    f"container-background-color {_BOX} {_BORDER}",
    "mj-divider": "border-color border-style border-width width align container-background-color "
    f"{_BOX}",
    "mj-spacer": f"height container-background-color {_BOX}",
    "mj-table": f"width cellpadding cellspacing role table-layout {_BOX} {_FONT} {_BORDER}",
    "mj-social": "mode icon-size icon-height icon-padding inner-padding text-padding border-radius "
    f"container-background-color {_BOX} {_FONT}",
    "mj-social-element": "name href src alt title target icon-size icon-height background-color "
    f"{_BOX} {_FONT}",
}
TAGS = {tag: frozenset(names.split()) for tag, names in _SPECIFIC.items()}

_CONTENT = frozenset(("mj-text", "mj-button", "mj-image", "mj-divider", "mj-spacer", "mj-table",
                      "mj-social", "mj-raw"))  # fmt: skip
_INSIDE = {
    "mjml": frozenset(("mj-head", "mj-body")),
    "mj-head": frozenset(("mj-title", "mj-preview", "mj-attributes", "mj-style", "mj-breakpoint",
                          "mj-raw")),
    "mj-body": frozenset(("mj-wrapper", "mj-section", "mj-raw")),
    "mj-wrapper": frozenset(("mj-section", "mj-raw")),
    "mj-section": frozenset(("mj-column", "mj-group", "mj-raw")),
    "mj-group": frozenset(("mj-column", "mj-raw")),
    "mj-column": _CONTENT,
    "mj-social": frozenset(("mj-social-element",)),
}  # fmt: skip
_REASONS = {
    "mj-include": "utilisez {% include %} de Jinja, qui garde l’échappement et les bons messages",
    "mj-html-attributes": "le moteur ne la connaît pas ; écrivez l’attribut à la main",
    "mj-font": "une police distante ferait appeler un tiers par chaque lecteur",
    "mj-accordion": "illisible dans la plupart des messageries",
    "mj-carousel": "illisible dans la plupart des messageries",
    "mj-navbar": "illisible dans la plupart des messageries",
    "mj-hero": "le moteur en calcule mal la hauteur",
}
_VOID = frozenset(("br", "hr", "img", "input", "meta", "link", "col", "wbr", "area"))
_ACTIVE = frozenset(("script", "style", "iframe", "form", "object", "embed", "video", "link",
                     "svg", "textarea", "title"))  # fmt: skip
_UNQUOTED = re.compile(r"""=\s*[^\s"'=<>]""")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")


class Fault(ValueError):
    """A fault of the MJML; `line` counts from 1."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(what)
        self.line = line
        self.what = what


class _Reader(HTMLParser):
    """Raises the first Fault of a document."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.open: list[tuple[str, int]] = []

    def fault(self, what: str) -> Fault:
        return Fault(self.getpos()[0], what)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs)
        if tag not in _VOID:
            self.open.append((tag, self.getpos()[0]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._check(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open[-1][0] != tag:
            if self.open and any(tag == name for name, _ in self.open):
                name, line = self.open[-1]
                raise Fault(line, f"balise <{name}> non fermée")
            raise self.fault(f"balise </{tag}> fermée sans avoir été ouverte")
        self.open.pop()

    def handle_data(self, data: str) -> None:
        if "<" in data:
            raise self.fault("signe « < » seul ; écrivez &lt;")

    def handle_comment(self, data: str) -> None:
        if "--" in data or data.endswith("-"):
            raise self.fault("commentaire qui contient « -- »")

    def unknown_decl(self, data: str) -> None:
        raise self.fault("section CDATA ; le moteur ne la connaît pas")

    def handle_decl(self, decl: str) -> None:
        raise self.fault("déclaration DOCTYPE ; le moteur écrit la sienne")

    def handle_pi(self, data: str) -> None:
        raise self.fault("prologue <?xml … ?> ; retirez-le")

    def _check(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if _UNQUOTED.search(_QUOTED.sub('""', self.get_starttag_text() or "")):
            raise self.fault(f"attribut sans guillemets dans <{tag}>")
        if tag in _ACTIVE:
            raise self.fault(
                f"balise <{tag}> refusée : les messageries la retirent ou s’en méfient"
            )
        if tag == "mjml" or tag.startswith("mj-"):
            self._check_mjml(tag, attrs)

    def _check_mjml(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in TAGS:
            reason = _REASONS.get(tag, "elle n’existe pas")
            raise self.fault(f"balise <{tag}> refusée : {reason}")
        parent = self.open[-1][0] if self.open else ""
        if parent == "mj-attributes":
            return  # defaults: any tag, checked by name only
        if parent and tag not in _INSIDE.get(parent, ()):
            raise self.fault(f"balise <{tag}> mal placée dans <{parent}>")
        for name, _ in attrs:
            if tag == "mj-style" and name == "inline":
                raise self.fault("<mj-style inline> est perdu par le moteur ; écrivez style=")
            if name not in TAGS[tag]:
                raise self.fault(f"attribut « {name} » refusé dans <{tag}>")


def verify(source: str) -> None:
    """Raises Fault at the first thing the engine would refuse or pass in silence."""
    reader = _Reader()
    reader.feed(source)
    reader.close()
    if reader.open:
        name, line = reader.open[-1]
        raise Fault(line, f"balise <{name}> non fermée")
    if not re.search(r"<mjml\b[^>]*\blang=\"[a-z]", source) or ' dir="' not in source:
        raise Fault(1, '<mjml> sans lang et dir ; écrivez <mjml lang="fr" dir="ltr">')
