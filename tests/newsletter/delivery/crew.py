"""Workers as real processes over the tests' database and a real relay."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.mailbox import Mailbox

ROOT = Path(__file__).resolve().parents[3]
WORKER = """
import django
django.setup()
from django.utils import timezone
from newsletter.delivery import deliver_due
print(deliver_due(timezone.now()))
"""


def start(database: str, mailbox: Mailbox, crash: str = "") -> subprocess.Popen[str]:
    """A worker process with this database and relay."""
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "veille.site.settings",
        "VIGIE_DATABASE_URL": database,
        "VIGIE_SMTP_URL": mailbox.url,
        "VIGIE_CRASH_AT": crash,
    }
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", WORKER],
        cwd=ROOT, env=environment, text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
