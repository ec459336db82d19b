"""Renders a centre's own templates in a process of its own, with limits on time and memory.

Shipped templates are ours and data is never a template, so they need none. A template written in a
centre may loop for ever by mistake; the service must not stop for it. The child is given the
content and the folder, and no environment: no secret is there to leak.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from newsletter.exceptions import RenderingError
from newsletter.letter import IssueContent, Letter, content_as_json, content_from_json

SECONDS = 5  # of processor time; twice as much on the clock
MEGABYTES = 512
_RUN = "from newsletter.rendering.child import main; main()"
_PROJECT = Path(__file__).resolve().parents[2]


def render(content: IssueContent, centre_templates: Path) -> Letter:
    """The letter, made by a child. Raises RenderingError, also for a limit that was reached."""
    return Letter(**_ask("render", content, centre_templates))


def mjml_source(content: IssueContent, centre_templates: Path) -> str:
    """What the engine is given, made by a child. Raises RenderingError."""
    return str(_ask("mjml_source", content, centre_templates)["mjml"])


def _ask(work: str, content: IssueContent, centre_templates: Path) -> dict[str, Any]:
    request = {
        "work": work,
        "content": content_as_json(content),
        "folder": str(centre_templates.resolve()),
    }
    try:
        ended = subprocess.run(  # noqa: S603  # our own interpreter and module
            [sys.executable, "-c", _RUN],
            input=json.dumps(request).encode(),
            capture_output=True,
            timeout=2 * SECONDS,
            cwd=_PROJECT,
            env={"PYTHONPATH": str(_PROJECT), "PYTHONUTF8": "1", "PYTHONDONTWRITEBYTECODE": "1"},
        )
    except subprocess.TimeoutExpired as error:
        raise RenderingError(_too_long(content.template)) from error
    return _answer(content.template, ended)


def _answer(template: str, ended: subprocess.CompletedProcess[bytes]) -> dict[str, Any]:
    try:
        answer: dict[str, Any] = json.loads(ended.stdout)
    except ValueError as error:  # killed by a limit before it could answer
        raise RenderingError(_too_long(template)) from error
    if "error" in answer:
        raise RenderingError(answer["error"])
    return answer


def _too_long(template: str) -> str:
    return (
        f"Le modèle « {template} » du centre ne finit pas en {SECONDS} secondes ou demande plus de "
        f"{MEGABYTES} Mo : cherchez une boucle sans fin, ou retirez-le pour reprendre le nôtre."
    )


def _limit() -> None:
    """Limits this process; where the system has none (Windows), the parent's clock remains."""
    try:
        import resource
    except ImportError:
        return
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (MEGABYTES * 2**20,) * 2)


def _work(name: str, content: IssueContent, folder: Path) -> dict[str, Any]:
    from newsletter.rendering import letters

    if name == "mjml_source":
        return {"mjml": letters.mjml_source(content, folder)}
    return asdict(letters.render(content, folder))


def main() -> None:
    """A request as JSON on standard input; the answer, or an error, on standard output."""
    request = json.loads(sys.stdin.buffer.read())
    content = content_from_json(request["content"])
    _limit()
    try:
        answer = _work(request["work"], content, Path(request["folder"]))
    except RenderingError as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"error": _too_long(content.template)}
    sys.stdout.buffer.write(json.dumps(answer).encode())
