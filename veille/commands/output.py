"""How every command speaks: JSON or lines on stdout, progress on stderr."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
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


def note(text: str) -> None:
    """A line of progress, on stderr."""
    print(text, file=sys.stderr, flush=True)
