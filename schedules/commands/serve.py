"""`vigie serve [--host H] [--port P]`: pages, clock and workers."""

from __future__ import annotations

import argparse

from veille.commands.output import Sub, command, note


def register(commands: Sub) -> None:
    """Adds `serve`."""
    serve = command(
        commands, "serve", run, "le service : pages, horloge et travaux", "vigie serve --port 8000"
    )
    serve.add_argument("--host", default="127.0.0.1", help="adresse d’écoute (127.0.0.1)")
    serve.add_argument("--port", type=int, default=8000, help="port d’écoute (8000 ; 0 : un libre)")


def run(args: argparse.Namespace) -> int:
    """Until SIGTERM or Ctrl-C."""
    from django.conf import settings

    from schedules import serving

    serving.serve(args.host, args.port, settings.WEB_THREADS, note)
    return 0
