"""`vigie serve` and `vigie work` as real processes: they start, refuse in words, end cleanly."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from schedules.engines.embedded import Embedded, Lane
from schedules.models import Heartbeat, Run
from tests import processes

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]


@pytest.fixture
def env(transactional_db: None, tmp_path: Path) -> dict[str, str]:
    made = processes.environment(tmp_path, VIGIE_LOG_LEVEL="CRITICAL")
    processes.migrate(made)
    return made


class Serving:
    """A running `vigie serve`: its address, what it said, its child."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said: list[str] = []
        self.ready = threading.Event()
        self.listener = threading.Thread(target=self._listen, daemon=True)
        self.listener.start()
        assert self.ready.wait(30), self.said
        self.url = next(m[0] for line in self.said if (m := re.search(r"http://\S+(?=/)", line)))

    def _listen(self) -> None:
        assert self.process.stderr
        for line in self.process.stderr:
            self.said.append(line)
            if "est prête" in line:
                self.ready.set()

    def child(self) -> int | None:
        """The process number of the clock; None when there is none."""
        task = Path(f"/proc/{self.process.pid}/task")
        numbers = " ".join(p.read_text() for p in task.glob("*/children")).split()
        return int(numbers[0]) if numbers else None

    def clock_is_ready(self) -> bool:
        probes: dict[str, bool] = requests.get(f"{self.url}/sante/pret", timeout=5).json()["probes"]
        return probes["clock"]


def until(happens: Callable[[], object], seconds: float = 30) -> None:
    """Looks every tenth of a second; fails when it never happens."""
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it never happened"
        time.sleep(0.1)


def ended(pid: int) -> bool:
    """Gone, or a zombie nobody has buried yet."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] in "ZX"
    except FileNotFoundError:
        return True


@pytest.fixture
def serving(env: dict[str, str]) -> Iterator[Serving]:
    with processes.started(env, "-m", "veille.cli", "serve", "--port", "0") as process:
        running = Serving(process)
        yield running
        process.terminate()
        running.listener.join(30)  # its end of file: nobody reads the pipe while it is closed


def test_one_command_gives_pages_and_a_clock_and_sigterm_ends_both(serving: Serving) -> None:
    assert requests.get(f"{serving.url}/sante/vivant", timeout=5).json() == {"alive": True}
    until(serving.clock_is_ready)
    child = serving.child()
    assert child
    serving.process.send_signal(signal.SIGTERM)
    assert serving.process.wait(30) == 0
    serving.listener.join(10)
    until(lambda: ended(child), 5)
    assert any("Vigie est arrêtée" in line for line in serving.said)


def test_when_the_service_is_killed_its_clock_ends_by_itself(serving: Serving) -> None:
    until(serving.clock_is_ready)
    child = serving.child()
    assert child
    serving.process.kill()
    until(lambda: ended(child))


def test_a_clock_that_dies_is_started_again_and_the_pages_stay(serving: Serving) -> None:
    until(serving.clock_is_ready)
    first = serving.child()
    assert first
    os.kill(first, signal.SIGKILL)
    until(lambda: serving.child() not in {None, first})
    assert requests.get(f"{serving.url}/sante/vivant", timeout=5).ok


def test_a_busy_port_is_refused_with_what_to_type(env: dict[str, str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = processes.vigie(env, "serve", "--port", str(port))
    assert done.returncode == 1
    assert "déjà pris" in done.stderr
    assert f"vigie serve --port {port + 1}" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_failed_system_check_is_refused_with_its_remedy(env: dict[str, str]) -> None:
    broken = "import sys, mjml; del mjml.mjml2html; from veille.cli import main; sys.exit(main())"
    done = processes.run(env, "-c", broken, "serve", "--port", "0")
    assert done.returncode == 1
    assert "pip install --force-reinstall mjml-python" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_database_without_tables_is_refused_with_what_to_type(tmp_path: Path) -> None:
    env = processes.environment(tmp_path) | {"VIGIE_DATABASE_URL": f"sqlite:///{tmp_path}/new.db"}
    for command in (["serve", "--port", "0"], ["work", "--once"], ["work"]):
        done = processes.vigie(env, *command)
        assert done.returncode == 1
        assert "vigie setup" in done.stderr


def test_work_once_runs_what_is_due_and_says_so(env: dict[str, str]) -> None:
    done = processes.vigie(env, "work", "--once", "--json")
    runs = json.loads(done.stdout)["runs"]
    assert {"job", "due", "outcome", "seconds"} <= set(runs[0])
    regular = ["collect", "deliver", "events", "bounces"]
    assert [run["job"] for run in runs] == [*regular, "housekeeping"]
    again = json.loads(processes.vigie(env, "work", "--once", "--json").stdout)["runs"]
    assert [run["job"] for run in again] == regular


def test_work_alone_ends_on_sigterm(env: dict[str, str]) -> None:
    with processes.started(env, "-m", "veille.cli", "work") as worker:
        until(lambda: _signals_handled(worker))
        worker.send_signal(signal.SIGTERM)
        _, said = worker.communicate(timeout=30)
        assert worker.returncode == 0, said


def _signals_handled(process: subprocess.Popen[str]) -> bool:
    """Does the process catch SIGTERM yet (proc(5), SigCgt)?"""
    status = Path(f"/proc/{process.pid}/status").read_text()
    caught = int(re.search(r"SigCgt:\s*(\w+)", status)[1], 16)  # type: ignore[index]
    return bool(caught >> (signal.SIGTERM - 1) & 1)


def test_a_job_that_will_not_end_is_given_back_when_the_worker_drains(
    transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    from schedules import jobs, timetable
    from tests.schedules import test_runner

    released = threading.Event()
    deaf = test_runner.job("deaf", "every 10 s")
    monkeypatch.setattr(timetable, "JOBS", {"deaf": deaf})
    monkeypatch.setattr(test_runner, "acted", lambda now, stop: released.wait(30) and jobs.Done(""))
    engine = Embedded("elsewhere/1/1/1")
    timetable.start(test_runner.START)
    engine.tick()
    until(lambda: Run.objects.filter(outcome="running").exists())
    assert engine.drain(0.3) is False
    run = Run.objects.get()
    released.set()
    engine.lanes["deaf"].thread.join(10)
    assert "Interrompu" in run.words
    assert Run.objects.get().outcome == "failed"
    assert not Heartbeat.objects.exists()


def test_a_job_that_ends_just_while_the_worker_drains_is_no_failure(
    transactional_db: None,
) -> None:
    """Between two looks at its thread, a job may end: the process still leaves with 0."""

    class Ending(threading.Thread):
        looks = iter([True, False, False])

        def is_alive(self) -> bool:
            return next(self.looks, False)

        def join(self, timeout: float | None = None) -> None:
            pass

    engine = Embedded("elsewhere/1/1/1")
    engine.lanes["watch"] = Lane(Run(job="watch"), Ending(), time.monotonic() + 60)
    assert engine.drain(5) is True
