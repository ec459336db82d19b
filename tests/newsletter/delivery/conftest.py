"""A real SMTP server on request, and the tests' database as other processes open it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.db import connection

from tests.mailbox import Mailbox
from tests.newsletter.delivery.crew import ROOT


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with Mailbox() as made:
        settings.SMTP_URL = made.url
        yield made


@pytest.fixture(scope="session")
def empty_sqlite(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy."""
    path = tmp_path_factory.mktemp("sqlite") / "vigie.sqlite3"
    environment = os.environ | {"VIGIE_DATABASE_URL": f"sqlite:///{path}"}
    command = [sys.executable, "-W", "ignore", "manage.py", "migrate", "-v0"]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    return path


@pytest.fixture
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of the tests' database as another process can open it; used here as well."""
    values = connection.settings_dict
    if connection.vendor != "sqlite":
        server = urlsplit(os.environ["VIGIE_DATABASE_URL"])
        yield server._replace(path=f"/{values['NAME']}").geturl()
        return
    path = tmp_path / "vigie.sqlite3"
    shutil.copy(request.getfixturevalue("empty_sqlite"), path)
    before, name = connection.connection, values["NAME"]
    connection.connection, values["NAME"] = None, str(path)
    yield f"sqlite:///{path}"
    connection.close()
    connection.connection, values["NAME"] = before, name
