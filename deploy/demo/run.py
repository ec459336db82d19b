"""`./dev demo`: the whole chain on invented sources, with the real processes.

    run.py [--exit] [--data DIR] [--port 8000]

An empty folder, a little press on loopback, `vigie setup`, import, collecting over HTTP, decisions,
a letter proposed, checked, approved, sent over SMTP into a Maildir; then `vigie serve`. With
`--exit` it ends after delivery, with the figures. Ends with 1 and what to do when a step fails.
"""

from __future__ import annotations

import argparse
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from articles import outlets  # noqa: E402  # the project must be importable first
from rich.console import Console  # noqa: E402
from rich.markup import escape  # noqa: E402
from rich.panel import Panel  # noqa: E402
from stage import Stage, StepFailed, empty_folder, mailbox  # noqa: E402
from steps import CAST, PASSWORD, Story, address  # noqa: E402
from web import Web  # noqa: E402


def main() -> int:
    """The demonstration; 0, or 1 with the step that failed and what to do."""
    parser = argparse.ArgumentParser(description="La démonstration de Vigie.")
    parser.add_argument(
        "--exit", action="store_true", help="finit après l’envoi, avec les chiffres"
    )
    parser.add_argument("--data", type=Path, default=ROOT / "var" / "demo", help="dossier, vidé")
    parser.add_argument("--port", type=int, default=8000, help="port des pages (8000)")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, _as_interrupt)
    console = Console(highlight=False)
    try:
        play(args, console)
    except StepFailed as failed:
        console.print(f"[red]✗[/] [bold]{escape(failed.what)}[/]", soft_wrap=True)
        if failed.said:
            console.print(escape(failed.said), style="dim", soft_wrap=True)
        console.print(f"→ {escape(failed.remedy)}", soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        console.print("Démonstration interrompue.")
        return 130
    return 0


def _as_interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def play(args: argparse.Namespace, console: Console) -> None:
    """Every step in order."""
    if not args.exit:
        _refuse_a_busy_port(args.port)
    data = args.data.resolve()
    empty_folder(data)
    stage = Stage(data, args.port, console)
    now = datetime.now(UTC)
    with mailbox(stage) as folder:
        story = Story(_web(outlets(now), folder, 0 if args.exit else args.port + 1), folder, now)
        console.print(f"[bold]Démonstration de Vigie[/] dans {data}")
        articles = sum(len(outlet.articles) for outlet in story.web.outlets)
        console.print(
            f"  {len(story.web.outlets)} sources inventées, {articles} articles : {story.web.root}/"
        )
        for title, action in (
            ("Installation", story.setup),
            ("Sources", story.sources),
            ("Relevé", story.collect),
            ("Tri", story.decide),
            ("Abonnés", story.subscribers),
            ("Composition", story.compose),
            ("Relecture", story.approve),
            ("Envoi", story.send),
        ):
            stage.act(title, action)
        console.print(_figures(story))
        if not args.exit:
            serve(stage, story, console)


def _refuse_a_busy_port(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise StepFailed(
                f"Le port {port} est déjà pris.",
                str(error),
                f"Choisissez-en un autre : ./dev demo --port {port + 10}",
            ) from error


def _web(found: list, folder: Path, port: int) -> Web:  # type: ignore[type-arg]  # of Outlet
    try:
        return Web(found, folder, port)
    except OSError:  # the neighbouring port is taken: any will do
        return Web(found, folder, 0)


def _figures(story: Story) -> Panel:
    found = story.figures
    return Panel(
        f"{found['collected']} contenus relevés, {found['kept']} retenus, "
        f"{found['dropped']} écartés\n"
        f"{found['entries']} contenus dans la lettre, {found['accepted']} messages acceptés sur "
        f"{found['accepted']} destinataires, autant dans la boîte aux lettres\n"
        f"[dim]empreinte approuvée et envoyée : {found['sha256']}[/]",
        title="Les chiffres",
        expand=False,
    )


def serve(stage: Stage, story: Story, console: Console) -> None:
    """`vigie serve` until Ctrl-C, with what a visitor needs to know."""
    process = subprocess.Popen(
        [sys.executable, "-m", "veille.cli", "serve", "--port", str(stage.port)],
        env=stage.env, cwd=ROOT,
    )  # fmt: skip
    try:
        _wait_for(f"{stage.env['VIGIE_PUBLIC_URL']}/sante/vivant", process)
        people = "\n".join(f"  {address(name):28} {shown} {what}" for name, _, shown, what in CAST)
        console.print(
            Panel(
                f"Les pages            [bold]{stage.env['VIGIE_PUBLIC_URL']}/[/]\n"
                f"Le courrier délivré  {story.web.root}/courrier/\n"
                f"La petite presse     {story.web.root}/\n\n"
                f"Mot de passe de chacun : [bold]{PASSWORD}[/]\n{people}\n\n"
                "[dim]Ctrl-C arrête tout ; rien de ce qui est ici ne quitte cette machine.[/]",
                title="Vigie tourne",
                expand=False,
            )
        )
        process.wait()
    except KeyboardInterrupt:
        console.print("La démonstration s’arrête…")
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        if process.poll() is None:
            process.terminate()
        process.wait()


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    for _ in range(300):
        if process.poll() is not None:
            raise StepFailed("vigie serve ne démarre pas", "", "Lisez son message ci-dessus.")
        try:
            with urllib.request.urlopen(url, timeout=2):  # noqa: S310  # our own loopback address
                return
        except OSError:
            time.sleep(0.1)
    raise StepFailed("vigie serve ne répond pas", "", "Relancez ./dev demo.")


if __name__ == "__main__":
    sys.exit(main())
