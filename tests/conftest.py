"""The cast. Amina keeps the watch, Bruno writes the letters, Claire approves, Denis administers,
Élise only reads; Farid is nobody here.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client

from newsletter.providers.memory import MemoryRelay
from tests.web import Web, serving
from veille.staff.models import User

pytest_plugins = ["tests.browser"]
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Marks what touches the database, so that it can run a second time on PostgreSQL."""
    for item in items:
        fixtures = set(getattr(item, "fixturenames", ()))
        if item.get_closest_marker("django_db") or fixtures & DATABASE_FIXTURES:
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """SQLite in a file, as in production: threads that share one in memory (a live server's) do not
    wait for one another but fail with «table is locked». Nothing here need survive power loss.
    """
    if connection.vendor == "sqlite":
        values = connection.settings_dict
        values["TEST"]["NAME"] = str(tmp_path_factory.mktemp("db") / "tests.db")
        command = values["OPTIONS"]["init_command"]
        values["OPTIONS"]["init_command"] = command.replace("synchronous=FULL", "synchronous=OFF")


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    """The memory relay is one for the process: what a test scripts must not answer the next."""
    MemoryRelay.clear()
    yield
    MemoryRelay.clear()


@pytest.fixture(autouse=True)
def no_witness() -> Iterator[None]:
    """What was sent from one test's database says nothing of the next one's."""
    yield
    shutil.rmtree(Path(os.environ["VIGIE_DATA"]) / "remis", ignore_errors=True)


def _person(email: str, role: str, name: str) -> User:
    return User.objects.create_user(email, role, name=name)


@pytest.fixture
def amina(db: None) -> User:
    return _person("amina@centre.example", "veilleur", "Amina")


@pytest.fixture
def bruno(db: None) -> User:
    return _person("bruno@centre.example", "communication", "Bruno")


@pytest.fixture
def claire(db: None) -> User:
    return _person("claire@centre.example", "direction", "Claire")


@pytest.fixture
def denis(db: None) -> User:
    return _person("denis@centre.example", "administrateur", "Denis")


@pytest.fixture
def elise(db: None) -> User:
    return _person("elise@centre.example", "lecture", "Élise")


@pytest.fixture
def as_user() -> Callable[[User], Client]:
    """`as_user(amina)`: a signed-in test client, CSRF checks on the pages left off as usual."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user)
        return client

    return signed_in


@pytest.fixture
def web() -> Iterator[Web]:
    """A real web server on loopback; see tests/web.py."""
    with serving() as running:
        yield running


@pytest.fixture(scope="session")
def corpus() -> Path:
    """The 50 real feeds beside the project; the test says so when they are absent."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "feeds"
    if not folder.is_dir():
        pytest.skip("the corpus of real feeds is not beside the project (../shared/corpus/feeds)")
    return folder
