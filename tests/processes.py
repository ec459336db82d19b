"""Real processes of Vigie over a real database, on SQLite and on PostgreSQL.

On PostgreSQL they share the test database of pytest-django (ask for `transactional_db`); on SQLite
they get a file of their own, because the test database lives in memory.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

from django.db import connection

Ended = subprocess.CompletedProcess[str]
ROOT = Path(__file__).resolve().parents[1]


def environment(folder: Path, **more: str) -> dict[str, str]:
    """The environment of a process: data in `folder`, the database named above."""
    env = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("VIGIE_") or name == "VIGIE_FETCH_ALLOW"
    }
    env |= {"VIGIE_DATA": str(folder), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    if connection.vendor == "postgresql":
        # Only the name differs from the server's own address: tests run in `test_…`.
        server = urlsplit(os.environ["VIGIE_DATABASE_URL"])
        name = connection.settings_dict["NAME"]
        env["VIGIE_DATABASE_URL"] = server._replace(path=f"/{name}").geturl()
    return env | more


def run(
    env: dict[str, str], *command: str, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """`python …` to its end; the output as text."""
    return subprocess.run(
        [sys.executable, "-W", "ignore", *command],
        env=env, cwd=ROOT, capture_output=True, text=True, timeout=timeout,
    )  # fmt: skip


def vigie(
    env: dict[str, str], *words: str, timeout: float = 60
) -> subprocess.CompletedProcess[str]:
    """`vigie …` to its end."""
    return run(env, "-m", "veille.cli", *words, timeout=timeout)


@contextmanager
def started(env: dict[str, str], *command: str) -> Iterator[subprocess.Popen[str]]:
    """`python …` running while the block lasts; killed at its end if it still runs."""
    with subprocess.Popen(
        [sys.executable, "-W", "ignore", *command],
        env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        try:
            yield process
        finally:
            process.kill()


def migrate(env: dict[str, str]) -> None:
    """Makes the tables (on PostgreSQL pytest-django has made them)."""
    if connection.vendor == "sqlite":
        done = run(env, "manage.py", "migrate", "-v", "0")
        assert done.returncode == 0, done.stderr
