"""A clean memory relay for each test, and a real SMTP server on request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from newsletter.providers.memory import MemoryRelay
from tests.mailbox import Mailbox


@pytest.fixture(autouse=True)
def empty_memory() -> Iterator[None]:
    MemoryRelay.clear()
    yield
    MemoryRelay.clear()


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with Mailbox() as made:
        settings.SMTP_URL = made.url
        yield made
