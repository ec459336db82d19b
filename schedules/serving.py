"""`vigie serve`: pages, clock and workers in one command.

    this process    waitress: the pages
    its child       `vigie work --child`: clock, collecting, delivery; started again if it dies

Two processes, so that reading a thousand feeds never slows a page (they would share one
interpreter lock) and a crash of either leaves the other whole. They share nothing but the database.
"""

from __future__ import annotations

import errno
import logging
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from typing import Any

from django.core import checks
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from schedules.worker import DRAIN
from veille.exceptions import Refused

# A proxy on this machine says who really asks, and by which scheme; nobody else is believed.
PROXY: dict[str, Any] = {
    "trusted_proxy": "127.0.0.1",
    "trusted_proxy_count": 1,
    "trusted_proxy_headers": {"x-forwarded-for", "x-forwarded-proto"},
    "clear_untrusted_proxy_headers": True,
}

PATIENCE = DRAIN + 3  # seconds the child is given before it is killed
UNDER_A_MINUTE = 60.0


def refuse_unless_ready() -> None:
    """Raises Refused, saying what to type, when a system check fails or the tables are missing."""
    errors = [found for found in checks.run_checks() if found.level >= checks.ERROR]
    if errors:
        lines = [f"{found.msg} {found.hint or ''} ({found.id})".strip() for found in errors]
        raise Refused("Vigie ne peut pas démarrer :\n  " + "\n  ".join(lines))
    try:
        executor = MigrationExecutor(connection)
        missing = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Refused(
            f"La base de données ne répond pas ({error}). Vérifiez VIGIE_DATABASE_URL et que le "
            "serveur de base tourne."
        ) from error
    finally:
        connection.close()
    if missing:
        raise Refused("La base n’est pas à jour : tapez « vigie setup », puis recommencez.")


def listen(host: str, port: int, threads: int) -> Any:
    """A waitress server bound to the address. Raises Refused when it cannot be had."""
    import waitress

    from veille.site.wsgi import application

    logging.getLogger("waitress.queue").setLevel(logging.ERROR)  # one line per queued request
    try:
        return waitress.create_server(
            application, host=host, port=port, threads=threads, ident="Vigie", **PROXY
        )
    except OSError as error:
        where = f"{host}:{port}"
        if error.errno == errno.EADDRINUSE:
            raise Refused(
                f"{where} est déjà pris par un autre programme. Choisissez un autre port : "
                f"vigie serve --port {port + 1}"
            ) from error
        if error.errno == errno.EACCES:
            raise Refused(
                f"Il faut des droits d’administration pour écouter sur {where}. Prenez un port "
                "au-dessus de 1024, derrière un serveur mandataire."
            ) from error
        raise Refused(f"Impossible d’écouter sur {where} : {error}.") from error
    except ValueError as error:  # waitress: an unknown host
        raise Refused(f"« {host} » n’est pas une adresse de cette machine.") from error


class Clock:
    """The child that keeps time."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self.say = say
        self.stopping = threading.Event()
        self.process: subprocess.Popen[bytes] | None = None
        self.thread = threading.Thread(target=self._keep, name="clock", daemon=True)

    def start(self) -> None:
        """Starts it and keeps it running."""
        self.thread.start()

    def _keep(self) -> None:
        deaths = 0
        while not self.stopping.is_set():
            began = time.monotonic()
            self.process = subprocess.Popen(
                [sys.executable, "-m", "veille.cli", "work", "--child"],
                stdin=subprocess.PIPE,  # closes with us: see worker.watch_parent
                start_new_session=True,  # Ctrl-C reaches us only; we end it
            )
            code = self.process.wait()
            if self.stopping.is_set():
                return
            deaths = deaths + 1 if time.monotonic() - began < UNDER_A_MINUTE else 1
            wait = min(2**deaths, 60)
            self.say(f"L’horloge s’est arrêtée (code {code}) ; elle repart dans {wait} s.")
            self.stopping.wait(wait)

    def stop(self) -> None:
        """SIGTERM, then PATIENCE seconds, then SIGKILL: what it had claimed is taken over later."""
        self.stopping.set()
        process = self.process
        if process is None or process.poll() is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            self.say("L’horloge ne s’arrête pas : elle est interrompue.")
            process.kill()
            process.wait()


def serve(host: str, port: int, threads: int, say: Callable[[str], None]) -> None:
    """Serves until SIGTERM or Ctrl-C, then ends both within thirty seconds."""
    refuse_unless_ready()
    server = listen(host, port, threads)
    clock = Clock(say)

    def ask(number: int, frame: Any) -> None:
        raise SystemExit(0)  # waitress ends its loop and lets five seconds to open requests

    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, ask)
    clock.start()
    shown = f"[{host}]" if ":" in host else host
    say(f"Vigie est prête : http://{shown}:{server.effective_port}/  (Ctrl-C pour arrêter)")
    try:
        server.run()
    finally:
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # a second Ctrl-C must not leave the child behind
        say("Arrêt demandé : ce qui est en cours se termine (30 s au plus)…")
        server.close()
        clock.stop()
        say("Vigie est arrêtée.")
