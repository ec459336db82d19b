"""The one call to the MJML engine, with everything that has to be known about it.

mjml-python 1.4 (the Rust engine mrml): CRLF stops it, unknown tags pass in silence, `alt` is not
added, its default font calls a third party, its errors are byte offsets. PyPI's `mjml` installs a
package of the same name: `self_test()` says so at start instead of in the middle of an issue.
"""

from __future__ import annotations

import html
import re
from importlib.metadata import version

import mjml as engine

from newsletter.exceptions import RenderingError
from newsletter.rendering import mjml_rules

ENGINE = f"mjml-python {version('mjml-python')}"
# Never asked for: letters bring their own icons. An address that leads nowhere, rather than the
# engine's default, which is a third party's.
_NO_ICONS = "https://vigie.invalid/icones/"
_SPAN = re.compile(r"(\d+):\d+")
_PICTURE = re.compile(r"<mj-(?:image|social-element)\b[^>]*>")
_TITLE = re.compile(r"<(?:h3|strong)\b[^>]*>(.*?)</(?:h3|strong)>", re.DOTALL)
_MENDED = (
    # White on white trips spam filters, and the hidden line is hidden by other means already.
    ("font-size:1px;color:#ffffff;", "font-size:1px;color:#1a1f24;"),
    # The margin of the body is set in the style block, which many clients drop.
    ('<body style="', '<body style="margin:0;padding:0;'),
)


def self_test() -> str:
    """An empty string when the engine is the right one, else what to do, in French."""
    if callable(getattr(engine, "mjml2html", None)):
        return ""
    return (
        "Le paquet Python « mjml » a remplacé « mjml-python », qui porte le même nom de module. "
        "Tapez : pip uninstall mjml mjml-python, puis pip install mjml-python."
    )


def compile_mjml(source: str, *, template: str = "") -> str:
    """MJML to HTML: no remote font, no remote icon, every picture with its `alt`.

    Raises RenderingError: «ligne N, modèle X, après le contenu « Y » : …».
    """
    clean = source.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    try:
        mjml_rules.verify(clean)
    except mjml_rules.Fault as fault:
        raise _error(clean, template, fault.line, fault.what) from fault
    if trouble := self_test():
        raise RenderingError(trouble)
    try:
        made = engine.mjml2html(
            _PICTURE.sub(_with_alt, clean),
            fonts={},
            social_icon_origin=_NO_ICONS,
            include_loader=_refuse_include,
        )
    except ValueError as error:
        raise _error(clean, template, _line(clean, str(error)), str(error)) from error
    for before, after in _MENDED:
        made = made.replace(before, after, 1)
    return str(made)


def _with_alt(tag: re.Match[str]) -> str:
    """`alt=""` where a picture has none: a screen reader would read the file name."""
    text = tag[0]
    if re.search(r"\salt\s*=", text):
        return text
    end = 2 if text.endswith("/>") else 1
    return f'{text[:-end]} alt=""{text[-end:]}'


def _refuse_include(path: str) -> str:
    raise ValueError(f"mj-include {path}")


def _line(source: str, message: str) -> int:
    """The line of «at position 39:49», which counts bytes; 0 when the engine gives none."""
    found = _SPAN.search(message)
    if found is None:
        return 0
    return source.encode()[: int(found[1])].count(b"\n") + 1


def _error(source: str, template: str, line: int, what: str) -> RenderingError:
    places = [f"ligne {line}"] if line else []
    places += [f"modèle {template}"] if template else []
    if title := _last_title("\n".join(source.split("\n")[:line])):
        places.append(f"après le contenu « {title} »")
    where = ", ".join(places) or "modèle"
    return RenderingError(f"{where[0].upper()}{where[1:]} : {what}.")


def _last_title(source: str) -> str:
    """The words of the last entry title, so that an officer knows which entry to look at."""
    titles = _TITLE.findall(source)
    if not titles:
        return ""
    words = html.unescape(re.sub(r"<[^>]+>", "", titles[-1])).split()
    return " ".join(words)[:80]
