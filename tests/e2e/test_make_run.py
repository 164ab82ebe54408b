"""`python -m scripts.run`, which is `make run` after installing: it serves, and leaves nothing behind."""

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.ports import HOST, free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PROCESSES = 5  # the one that watches, two of the web, the worker, the scheduler

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="counts processes in /proc")


class Run:
    """A started `make run` and all processes that come from it, known by a variable in their environment."""

    def __init__(self, var: Path) -> None:
        self.port = free_port()
        self.output = var / "output"
        self.mark = f"VAR_DIR={var}"
        environment = os.environ | {"PORT": str(self.port), "VAR_DIR": str(var)}
        environment.pop("DJANGO_SETTINGS_MODULE", None)
        with self.output.open("w") as output:
            command = [sys.executable, "-m", "scripts.run"]
            self.watcher = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=output, stderr=output)

    def pids(self) -> dict[int, str]:
        """Pid and command of each process that is left."""
        found = {}
        for folder in Path("/proc").iterdir():
            if folder.name.isdecimal():
                try:
                    if self.mark in (folder / "environ").read_text(errors="replace").split("\0"):
                        found[int(folder.name)] = (folder / "cmdline").read_text().replace("\0", " ")
                except OSError:
                    continue  # it ended meanwhile
        return found

    def wait_until_up(self) -> None:
        """Returns when it says where it is."""
        deadline = time.monotonic() + 90
        while "Ctrl-C stops it" not in self.output.read_text():
            assert self.watcher.poll() is None, self.output.read_text()
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.2)


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where it keeps its data: the first start makes the demo, the next ones find it."""
    return tmp_path_factory.mktemp("var")


@pytest.fixture
def run(var: Path) -> Iterator[Run]:
    """One that is up; what a failed test leaves of it is killed, each by its pid."""
    started = Run(var)
    try:
        started.wait_until_up()
        yield started
    finally:
        for pid in started.pids():
            os.kill(pid, signal.SIGKILL)
        started.watcher.wait()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_serves_and_a_signal_ends_all_of_it(run: Run, number: signal.Signals) -> None:
    with urllib.request.urlopen(f"http://{HOST}:{run.port}/accounts/login/", timeout=10) as page:
        assert page.status == 200
    assert "entrepreneur@example.com" in run.output.read_text()
    assert len(run.pids()) == PROCESSES

    run.watcher.send_signal(number)

    assert run.watcher.wait(20) == 0
    assert run.pids() == {}


def test_all_of_it_ends_when_one_part_dies(run: Run) -> None:
    worker = next(pid for pid, command in run.pids().items() if " worker " in command)

    os.kill(worker, signal.SIGKILL)

    assert run.watcher.wait(20) == 1
    assert run.pids() == {}
    assert "The worker ended by itself" in run.output.read_text()


def test_a_taken_port_is_told_in_one_sentence(run: Run) -> None:
    environment = os.environ | {"PORT": str(run.port)}
    second = subprocess.run(
        [sys.executable, "-m", "scripts.run"], cwd=ROOT, env=environment, capture_output=True, text=True
    )

    assert second.returncode == 1
    assert second.stderr == (
        f"Port {run.port} is taken; stop what uses it or choose another: make run PORT={run.port + 1}.\n"
    )
