"""One issue, once: data → Jinja → MJML → HTML, and the text part from the same data."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError

from newsletter.exceptions import RenderingError
from newsletter.letter import UNSUBSCRIBE_TOKEN, IssueContent, Letter
from newsletter.rendering import data, defuse, environment, mjml, plain_text

LIMIT = 1_000_000  # characters of one rendered part; the largest honest letter is a tenth of it


def render(content: IssueContent, centre_templates: Path | None = None) -> Letter:
    """The frozen letter. Raises RenderingError."""
    values = data.plain(content)
    source = jinja_text(
        environment.markup(centre_templates), _path(content, "letter.mjml.j2"), values
    )
    html = mjml.compile_mjml(source, template=_path(content, "letter.mjml.j2"))
    text = jinja_text(environment.text(centre_templates), _path(content, "letter.txt.j2"), values)
    letter = Letter(
        subject=defuse.text(values["letter"]["subject"]),
        preheader=defuse.text(values["letter"]["preheader"]),
        html=html,
        text=plain_text.tidy(text),
        engine=f"{mjml.ENGINE} · {content.template} {_version(content, centre_templates)}"[:60],
    )
    _verify(letter)
    return letter


def mjml_source(content: IssueContent, centre_templates: Path | None = None) -> str:
    """What the engine is given. Raises RenderingError."""
    env = environment.markup(centre_templates)
    return jinja_text(env, _path(content, "letter.mjml.j2"), data.plain(content))


def manifest(template: str, centre_templates: Path | None = None) -> dict[str, Any]:
    """`letter.toml` of a template: name, version, summary. Raises RenderingError."""
    path = f"letters/{template}/letter.toml"
    env = environment.text(centre_templates)
    try:
        source = env.loader.get_source(env, path)[0] if env.loader else ""
        return tomllib.loads(source)
    except jinja2.TemplateNotFound as error:
        raise RenderingError(_missing(path)) from error
    except tomllib.TOMLDecodeError as error:
        raise RenderingError(f"Le fichier {path} n’est pas du TOML lisible : {error}.") from error


def _path(content: IssueContent, name: str) -> str:
    return f"letters/{content.template}/{name}"


def _version(content: IssueContent, centre_templates: Path | None) -> str:
    return str(manifest(content.template, centre_templates).get("version", "sans version"))


def _missing(path: str) -> str:
    return (
        f"Le modèle {path} n’existe pas : choisissez un autre modèle dans les réglages de la "
        "lettre, ou ajoutez ce fichier au dossier des modèles du centre."
    )


def jinja_text(env: jinja2.Environment, path: str, values: dict[str, Any]) -> str:
    """What the template at `path` makes of `values`. Raises RenderingError with the line."""
    try:
        pieces: list[str] = []
        size = 0
        for piece in env.get_template(path).generate(values):
            size += len(piece)
            if size > LIMIT:
                raise RenderingError(f"Le modèle {path} produit plus d’un million de signes.")
            pieces.append(piece)
        return "".join(pieces)
    except jinja2.TemplateNotFound as error:
        raise RenderingError(_missing(str(error.name or path))) from error
    except jinja2.TemplateSyntaxError as error:
        place = f"ligne {error.lineno}, modèle {error.name or path}"
        raise RenderingError(f"Modèle illisible, {place} : {error.message}.") from error
    except SyntaxError as error:  # Python's own limit, for example on nested loops
        raise RenderingError(f"Le modèle {path} est trop imbriqué ({error.msg}).") from error
    except SecurityError as error:
        raise RenderingError(f"{_place(error, path)} : opération interdite ({error}).") from error
    except jinja2.UndefinedError as error:
        raise RenderingError(f"{_place(error, path)} : variable inconnue ({error}).") from error
    except (TypeError, ValueError, LookupError, ArithmeticError, RecursionError) as error:
        raise RenderingError(f"{_place(error, path)} : {error}.") from error


def _place(error: BaseException, path: str) -> str:
    """«Ligne 12, modèle letters/monthly/letter.mjml.j2»: Jinja rewrites tracebacks to templates."""
    line, name = 0, path
    trace = error.__traceback__
    while trace is not None:
        file = trace.tb_frame.f_code.co_filename
        if file.endswith((".j2", ".txt", ".html")):
            line = trace.tb_lineno
            name = "/".join(Path(file).parts[-3:])
        trace = trace.tb_next
    return f"Ligne {line}, modèle {name}"


def _verify(letter: Letter) -> None:
    for part, rendered in (("HTML", letter.html), ("texte", letter.text)):
        if UNSUBSCRIBE_TOKEN not in rendered:
            raise RenderingError(
                f"La partie {part} n’a pas de lien de désabonnement : ajoutez "
                "{{ links.unsubscribe }} au modèle."
            )
        if sign := defuse.left_in(rendered):
            raise RenderingError(
                f"La partie {part} garde « {sign} », que le prestataire d’envoi pourrait "
                "interpréter : retirez-le du modèle."
            )
