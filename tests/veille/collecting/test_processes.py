"""Collecting by real processes, killed midway or two at once: nothing twice, nothing lost."""

from __future__ import annotations

import json
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from threading import Event, Semaphore

import pytest

from tests import processes
from tests.veille.collecting.test_collecting import feed
from tests.web import Answer, Request, Web

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]
MANY = 30
STATE = """
import django, json; django.setup()
from veille.models import Item, Source
print(json.dumps({"guids": sorted(Item.objects.values_list("guid", flat=True)),
                  "claimed": Source.objects.exclude(claimed_by="").count(),
                  "unread": Source.objects.filter(checked_at=None).count()}))
"""
Env = dict[str, str]


@pytest.fixture
def env(tmp_path: Path, web: Web, transactional_db: None) -> Env:
    """A database with MANY sources that were never read, all of this web."""
    made = processes.environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "veille.site.settings"}
    processes.migrate(made)
    listed = "".join(f"- {{nom: S{n}, url: '{web.url(f'/{n}.xml')}'}}\n" for n in range(MANY))
    (tmp_path / "liste.yaml").write_text(f"sources:\n{listed}", encoding="utf-8")
    taken = processes.vigie(made, "sources", "import", str(tmp_path / "liste.yaml"), "--json")
    assert json.loads(taken.stdout)["added"] == MANY, taken.stderr
    assert web.requests == []
    return made


def serve(web: Web, before: Callable[[Request], None]) -> None:
    """Every source has two entries; `before` may make it wait."""
    for n in range(MANY):

        @web.handle(f"/{n}.xml")
        def served(request: Request, n: int = n) -> Answer:
            before(request)
            return Answer(feed("Un", "Deux", prefix=f"s{n}-"))


def state(env: Env) -> dict[str, object]:
    """What the database holds."""
    done = processes.run(env, "-c", STATE)
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_killed_in_the_middle_then_run_again_at_once(web: Web, env: Env) -> None:
    passing, stuck, go = Semaphore(9), Event(), Event()

    def before(request: Request) -> None:
        if not passing.acquire(blocking=False):
            stuck.set()
            go.wait(60)

    serve(web, before)
    with processes.started(env, "-m", "veille.cli", "collect") as process:
        assert stuck.wait(60)
        deadline = time.monotonic() + 30
        while not state(env)["guids"] and time.monotonic() < deadline:
            time.sleep(0.1)
        process.kill()
        process.wait()
    middle = state(env)
    assert middle["claimed"]
    assert middle["unread"]
    go.set()
    again = processes.vigie(env, "collect", "--json", timeout=120)
    report = json.loads(again.stdout)
    assert report["sources"]["due"] == middle["unread"]
    assert report["sources"]["fetched"] == middle["unread"], again.stderr
    expected = sorted(f"s{n}-{k}" for n in range(MANY) for k in range(2))
    assert state(env) == {"guids": expected, "claimed": 0, "unread": 0}


def test_two_processes_share_the_work(web: Web, env: Env) -> None:
    serve(web, lambda request: time.sleep(0.3))
    command = ("-m", "veille.cli", "collect", "--json")
    with processes.started(env, *command) as one, processes.started(env, *command) as two:
        reports = [json.loads(process.communicate(timeout=120)[0]) for process in (one, two)]
    assert Counter(web.paths()) == {f"/{n}.xml": 1 for n in range(MANY)}
    fetched = [report["sources"]["fetched"] for report in reports]
    assert sum(fetched) == MANY
    assert min(fetched) > 0
    assert sum(report["items"]["new"] for report in reports) == MANY * 2
    for report in reports:
        figures = report["sources"]
        assert figures["due"] == figures["fetched"] + figures["elsewhere"]
        assert not report["failures"]
    assert state(env)["claimed"] == 0
