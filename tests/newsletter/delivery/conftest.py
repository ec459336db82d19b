"""A real SMTP server on request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.mailbox import Mailbox


@pytest.fixture
def mailbox(settings: Any) -> Iterator[Mailbox]:
    with Mailbox() as made:
        settings.SMTP_URL = made.url
        yield made
