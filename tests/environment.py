"""Loaded by pytest before the settings (`-p tests.environment`): a data folder of its own."""

from __future__ import annotations

import os
import tempfile

_folder = tempfile.TemporaryDirectory(prefix="vigie-tests-")
os.environ["VIGIE_DATA"] = _folder.name
os.environ["VIGIE_SECRET_KEY"] = "tests only"
os.environ["VIGIE_FETCH_ALLOW"] = "127.0.0.0/8"
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"  # Playwright's loop lives in the tests' thread
for name in ("VIGIE_PUBLIC_URL", "VIGIE_SMTP_URL", "VIGIE_CONTACT"):
    os.environ.pop(name, None)
