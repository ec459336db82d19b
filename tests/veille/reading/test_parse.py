"""The child: remade when it is gone, alone with its limits, and knowing nothing of ours."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from veille.reading import parse
from veille.reading.errors import ParseError
from veille.reading.types import Fetched

FEED = b"<rss version='2.0'><channel><item><title>Un</title></item></channel></rss>"


def titles(body: bytes = FEED) -> list[str]:
    fetched = Fetched("https://site.example/", 200, {}, body, "", "")
    return [entry.title for entry in parse.parse(fetched).entries]


def own_child() -> psutil.Process:
    titles()
    return psutil.Process(parse._local.child.process.pid)


def test_a_thread_keeps_its_child_and_gets_another_when_it_is_gone() -> None:
    parse.close_all()  # the one before may be about to retire, grown by other tests
    first = own_child()
    assert own_child().pid == first.pid
    first.kill()
    first.wait(5)
    assert titles() == ["Un"]
    assert own_child().pid != first.pid


def test_a_big_parent_does_not_wear_its_children_out() -> None:
    """A child starts with the peak of its parent in ru_maxrss: it must not be taken for its own."""
    ballast = bytearray(b"x") * (220 * 1024 * 1024)
    parse.close_all()
    first = own_child()
    assert own_child().pid == first.pid
    del ballast


def test_threads_do_not_share_a_child_and_leave_none_behind() -> None:
    parse.close_all()
    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(lambda _: titles(), range(30))) == [["Un"]] * 30
    own = own_child().pid
    alive = [
        c.pid for c in psutil.Process().children() if "veille.reading.child" in str(c.cmdline())
    ]
    assert alive == [own]


def test_the_child_gets_no_secret_and_no_django() -> None:
    child = own_child()
    assert not [name for name in child.environ() if name.startswith(("VIGIE", "DJANGO"))]
    code = "import sys, veille.reading.child; print([m for m in sys.modules if 'django' in m])"
    root = Path(parse.__file__).parents[2]
    ran = subprocess.run(
        [sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert ran.stdout.strip() == "[]"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "empty"),
        (b" \n\x00", "empty"),
        (b"<!doctype html><html><body>Bonjour</body></html>", "not-a-feed"),
        (b"bonjour", "not-a-feed"),
        (b"\x89PNG\r\n\x1a\n" + os.urandom(200), "not-a-feed"),
        (b'{"items": []}', "not-a-feed"),
        (b'{"version": "https://jsonfeed.org/version/1", "items": 3}', "not-a-feed"),
        (b"{", "bad-json"),
    ],
)
def test_what_is_no_feed_is_said_in_french(body: bytes, code: str) -> None:
    with pytest.raises(ParseError) as caught:
        titles(body)
    assert caught.value.code == code
    assert str(caught.value).endswith(".")
