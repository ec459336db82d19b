"""How every command speaks: JSON or lines on stdout, progress on stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import Any

Sub = Any  # argparse's sub-parsers object has no public type


def command(
    parent: Sub, name: str, run: Callable[[argparse.Namespace], int], help_text: str, example: str
) -> argparse.ArgumentParser:
    """Adds one command with its help, its example, and `--json`."""
    made: argparse.ArgumentParser = parent.add_parser(
        name,
        help=help_text,
        description=help_text,
        epilog=f"Exemple :\n  {example}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--json", action="store_true", help="un document JSON sur la sortie standard")
    made.set_defaults(run=run)
    return made


def group(parent: Sub, name: str, help_text: str) -> Sub:
    """A command that holds others (`vigie sources …`)."""
    made = parent.add_parser(name, help=help_text, description=help_text)
    return made.add_subparsers(dest="action", required=True, metavar="ACTION")


def emit(args: argparse.Namespace, data: Any, lines: Iterable[str]) -> None:
    """`data` as one JSON document with `--json`, else `lines`."""
    if args.json:
        print(json.dumps(data, ensure_ascii=False, indent=2, default=str))
        return
    for line in lines:
        print(line)


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[int, int, str], None] | None]:
    """A bar on stderr, told of (done, total, name); None when stderr is no terminal. It shows
    itself only once the work has lasted a second.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from time import monotonic

    from rich.console import Console
    from rich.progress import Progress

    began = monotonic()
    with Progress(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=None, visible=False)

        def told(done: int, total: int, name: str) -> None:
            late = monotonic() - began > 1
            bar.update(task, completed=done, total=total, description=name[:40], visible=late)

        yield told


def note(text: str) -> None:
    """A line of progress, on stderr."""
    print(text, file=sys.stderr, flush=True)
