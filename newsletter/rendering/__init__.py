"""Content → letter. Pure: no Django, no database, no network.

`render(content)` gives the frozen HTML and text of an issue; `mjml_source` what the engine reads.
Jinja comes first and MJML after it, once per issue: what is checked, approved and archived is what
is sent, byte for byte, but for two addresses replaced for each reader (newsletter.letter.TOKENS).
"""

from __future__ import annotations

from pathlib import Path
from typing import TypeGuard

from newsletter.exceptions import RenderingError
from newsletter.letter import IssueContent, Letter
from newsletter.rendering import child, letters

__all__ = ["RenderingError", "mjml_source", "render"]


def render(content: IssueContent, *, centre_templates: Path | None = None) -> Letter:
    """The letter of `content`, with the templates of the centre before the shipped ones.

    `centre_templates` is a folder laid out like `templates/` (it may be absent). When it holds
    letters, they run in a child process with limits on time and memory, since a person wrote them.
    Raises RenderingError, whose French sentence names the template, the line and the entry.
    """
    if _own(centre_templates):
        return child.render(content, centre_templates)
    return letters.render(content)


def mjml_source(content: IssueContent, *, centre_templates: Path | None = None) -> str:
    """The MJML of `content`, for `vigie letters render` and for template authors."""
    if _own(centre_templates):
        return child.mjml_source(content, centre_templates)
    return letters.mjml_source(content)


def _own(centre_templates: Path | None) -> TypeGuard[Path]:
    return centre_templates is not None and (centre_templates / "letters").is_dir()
