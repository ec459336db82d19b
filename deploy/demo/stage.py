"""What every step of the demonstration stands on: its folder, its processes, how it speaks."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from rich.console import Console

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
MARK = ".demonstration-vigie"


class StepFailed(Exception):
    """A step that did not work: which, what it said, what to do."""

    def __init__(self, what: str, said: str, remedy: str) -> None:
        super().__init__(what)
        self.what, self.said, self.remedy = what, said.strip(), remedy


def empty_folder(data: Path) -> None:
    """An empty folder of our own. A folder that holds anything but a demonstration is refused."""
    if data.exists() and any(data.iterdir()):
        if not (data / MARK).exists():
            raise StepFailed(
                f"{data} n’est pas vide et n’est pas une démonstration.",
                "Rien n’y a été touché.",
                "Donnez un dossier vide : ./dev demo --data /tmp/vigie-demo",
            )
        _remove(data)
    data.mkdir(parents=True, exist_ok=True)
    (data / MARK).write_text("Ce dossier est vidé à chaque démonstration.\n", encoding="utf-8")


def _remove(folder: Path) -> None:
    import shutil

    shutil.rmtree(folder)


@dataclass
class Stage:
    """One demonstration. `env` is the environment of its `vigie` processes."""

    data: Path
    port: int
    console: Console
    env: dict[str, str] = field(default_factory=dict)
    smtp: subprocess.Popen[str] | None = None

    def __post_init__(self) -> None:
        kept = {name: value for name, value in os.environ.items() if not name.startswith("VIGIE_")}
        self.env = kept | {
            "VIGIE_DATA": str(self.data),
            "VIGIE_PUBLIC_URL": f"http://127.0.0.1:{self.port}",
            "VIGIE_FETCH_ALLOW": "127.0.0.1",
            "VIGIE_CONTACT": "demonstration@lisieres.example",
            "PYTHONPATH": os.pathsep.join(
                [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
            ),
            "PYTHONUNBUFFERED": "1",
        }

    def python(self, *words: str, fine: tuple[int, ...] = (0,), remedy: str = "") -> str:
        """Runs `python …` to its end and gives its standard output. Raises StepFailed."""
        done = subprocess.run(
            [sys.executable, *words], env=self.env, cwd=ROOT, capture_output=True, text=True
        )
        if done.returncode not in fine:
            shown = " ".join(words).replace("-m veille.cli", "vigie")
            raise StepFailed(
                f"{shown} (code {done.returncode})",
                done.stderr or done.stdout,
                remedy or "Lisez le message ci-dessus, corrigez, puis relancez ./dev demo.",
            )
        return done.stdout

    def vigie(self, *words: str, fine: tuple[int, ...] = (0,)) -> Any:
        """Runs `vigie … --json` and gives what it says."""
        said = self.python("-m", "veille.cli", *words, "--json", fine=fine)
        try:
            return json.loads(said)
        except json.JSONDecodeError as error:
            raise StepFailed(
                f"vigie {' '.join(words)} n’a pas répondu en JSON",
                said,
                "C’est un défaut de Vigie.",
            ) from error

    def act(self, title: str, action: Callable[[Stage], str]) -> None:
        """Runs one step, shown while it lasts and as one line afterwards."""
        began = time.monotonic()
        with self.console.status(f"{title}…"):
            said = action(self)
        seconds = f"{time.monotonic() - began:.1f}".replace(".", ",")
        self.console.print(
            f"[green]✓[/] [bold]{title}[/] — {said} [dim]({seconds} s)[/]", soft_wrap=True
        )


@contextmanager
def mailbox(stage: Stage) -> Iterator[Path]:
    """A real SMTP server in a process of its own, delivering into a Maildir."""
    folder = stage.data / "courrier"
    process = subprocess.Popen(
        [sys.executable, str(HERE / "mailbox_server.py"), str(folder)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True,
    )  # fmt: skip
    try:
        assert process.stdout is not None  # noqa: S101  # asked for above
        port = process.stdout.readline().strip()
        if not port:
            raise StepFailed(
                "La boîte aux lettres ne démarre pas.",
                "",
                "Installez les outils de développement : ./dev install",
            )
        stage.env["VIGIE_SMTP_URL"] = f"smtp://127.0.0.1:{port}"
        yield folder
    finally:
        process.communicate()  # closes its standard input: it ends
