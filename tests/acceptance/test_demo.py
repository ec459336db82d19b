"""`./dev demo` as a visitor runs it: the real processes, to the end, and cleanly away again."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

ROOT = Path(__file__).resolve().parents[2]
RUN = ROOT / "deploy" / "demo" / "run.py"
pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def demo(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, str(RUN), *words], capture_output=True, text=True, timeout=590
    )


def test_the_whole_chain_runs_and_its_figures_add_up(tmp_path: Path) -> None:
    done = demo("--exit", "--data", str(tmp_path / "demo"))
    assert done.returncode == 0, done.stdout + done.stderr
    for step in ("Installation", "Sources", "Relevé", "Tri", "Abonnés", "Composition", "Relecture",
                 "Envoi"):  # fmt: skip
        assert f"✓ {step}" in done.stdout
    assert "25 messages acceptés, 25 dans la boîte aux lettres" in done.stdout
    courrier = list((tmp_path / "demo" / "courrier" / "new").iterdir())
    mails = [mail for mail in courrier if b"\nList-Id:" in mail.read_bytes()]
    assert len(courrier) == 25 + 2  # «à relire» went to Claire and to Denis
    assert len(mails) == 25
    assert len({re.search(rb"^To: (.+)$", mail.read_bytes(), re.M)[1] for mail in mails}) == 25  # type: ignore[index]
    # A second demonstration empties the folder of the first and starts again.
    again = demo("--exit", "--data", str(tmp_path / "demo"))
    assert again.returncode == 0, again.stdout + again.stderr


def test_a_folder_that_holds_something_else_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "these.txt").write_text("trois ans de travail", encoding="utf-8")
    done = demo("--exit", "--data", str(tmp_path))
    assert done.returncode == 1
    assert "n’est pas une démonstration" in done.stdout
    assert "--data" in done.stdout
    assert [path.name for path in tmp_path.iterdir()] == ["these.txt"]


def test_a_busy_port_is_told_before_anything_runs(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        done = demo("--data", str(tmp_path / "d"), "--port", str(taken.getsockname()[1]))
    assert done.returncode == 1
    assert "déjà pris" in done.stdout
    assert not (tmp_path / "d").exists()


@pytest.fixture
def visit(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], list[str]]]:
    """A demonstration that stays: the process and what it said once it serves."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    words = [sys.executable, str(RUN), "--data", str(tmp_path / "demo"), "--port", str(port)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as it:
        said: list[str] = []
        serving = threading.Event()

        def listen() -> None:
            assert it.stdout
            for line in it.stdout:
                said.append(line)
                if "Ctrl-C arrête tout" in line:
                    serving.set()
            serving.set()

        listener = threading.Thread(target=listen, daemon=True)
        listener.start()
        serving.wait(580)
        yield it, said
        it.terminate()
        listener.join(60)


def test_the_service_stays_for_visitors_and_leaves_nothing_behind(
    visit: tuple[subprocess.Popen[str], list[str]],
) -> None:
    it, said = visit
    text = "".join(said)
    pages, mails = re.search(r"Les pages +(\S+)", text), re.search(r"délivré +(\S+)", text)
    assert pages, text
    assert mails, text
    sign_in = requests.Session()
    form = sign_in.get(f"{pages[1]}compte/connexion", timeout=10).text
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', form)
    assert token
    answer = sign_in.post(
        f"{pages[1]}compte/connexion",
        {"email": "amina@lisieres.example", "password": "demonstration-vigie",
         "csrfmiddlewaretoken": token[1]},
        timeout=10,
    )  # fmt: skip
    assert "Dunkerque" in sign_in.get(f"{pages[1]}recherche?q=Dunkerque", timeout=10).text
    assert answer.ok
    inbox = requests.get(mails[1], timeout=10).text
    assert "27 messages" in inbox
    last = re.findall(r'href="(/courrier/[^"]+)"', inbox)[-1]  # the first are «à relire»
    root = mails[1].removesuffix("/courrier/")
    assert "List-Unsubscribe" in requests.get(root + last, timeout=10).text
    letter = requests.get(f"{root}{last}/html", timeout=10)
    assert "sandbox" in letter.headers["Content-Security-Policy"]
    assert "Réseau Lisières" in letter.text
    it.terminate()
    assert it.wait(60) == 0
    for url in (pages[1], mails[1]):
        with pytest.raises(requests.ConnectionError):
            requests.get(url, timeout=5)
