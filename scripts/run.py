"""`make run`: web, worker and scheduler of the demo on this machine, and nothing left behind when it ends.

One process starts and watches three. They all end when one of them ends, on Ctrl-C, on TERM, and, on Linux, even
when this process is killed: each child asked the kernel for a TERM at its parent's death.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import FrameType
from typing import IO

from scripts import translations
from scripts.ports import HOST, port_problem

ROOT = Path(__file__).resolve().parent.parent
START_SECONDS = 60
# Longer than a page or a mail takes. What still runs then is killed, and the next sweep picks its rows up again.
STOP_SECONDS = 10

# Set elsewhere on this machine for something else, these would turn the demo loose on a real database or mail server.
NOT_TAKEN_OVER = ("DATABASE_URL", "BROKER_URL", "EMAIL_URL", "CACHE_URL", "SECRET_KEY", "SECRETS_KEYS", "ALLOWED_HOSTS")

LOGINS = """
  entrepreneur@example.com   writes, hands over, decides
  assistant@example.com      works for two entrepreneurs
  assistant2@example.com     works for one
  entrepreneur2@example.com  the other entrepreneur, in English
  guest@example.com          sees only what is theirs
  admin@example.com          everything, at /admin/
"""


def main() -> int:
    """Exit code 0 when stopped on purpose."""
    port = os.environ.get("PORT", "8000")
    problem = port_problem(port)
    if problem:
        print(problem, file=sys.stderr)
        return 1
    environment = demo_environment(port)
    var = Path(environment["VAR_DIR"])
    var.mkdir(parents=True, exist_ok=True)
    try:
        if not prepare(environment):
            return 1
    except KeyboardInterrupt:
        return 130
    return Supervisor(commands(port, var), environment, port).run()


def demo_environment(port: str) -> dict[str, str]:
    """The environment of all three processes: SQLite, jobs and mail in files, everything under var/."""
    dropped = {name + suffix for name in NOT_TAKEN_OVER for suffix in ("", "_FILE")}
    environment = {name: value for name, value in os.environ.items() if name not in dropped}
    environment.setdefault("VAR_DIR", str(ROOT / "var"))
    own = {"DEBUG": "1", "BASE_URL": f"http://{HOST}:{port}", "BROKER_URL": f"filesystem://{HOST}"}
    # Celery warns at every start when it runs as root, which says nothing about a demo on one's own machine.
    return environment | own | {"PYTHONWARNINGS": "ignore"}


def prepare(environment: Mapping[str, str]) -> bool:
    """Translations, tables and, the first time, the demo team; False when a step failed (it said why)."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    translations.compile_all(ROOT)
    print("Preparing the database", flush=True)
    steps = (["migrate", "--verbosity", "0"], ["demo", "--if-empty"])
    manage = [sys.executable, "manage.py"]
    return all(subprocess.run([*manage, *step], cwd=ROOT, env=environment).returncode == 0 for step in steps)


def commands(port: str, var: Path) -> dict[str, list[str]]:
    """What is started, by name."""
    celery = [sys.executable, "-m", "celery", "--quiet", "--app", "config"]
    return {
        "web": [
            *(sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"{HOST}:{port}", "--no-control-socket"),
            *("--worker-class", "gthread", "--workers", "1", "--threads", "4", "--log-level", "warning"),
            *("--graceful-timeout", "3"),
        ],
        # Threads: a job waits for the database or a mail server, and one process is enough to watch.
        "worker": [*celery, "worker", "--pool", "threads", "--concurrency", "2", "--loglevel", "WARNING"],
        "scheduler": [
            *(*celery, "beat", "--loglevel", "WARNING"),
            *("--schedule", str(var / "beat-schedule"), "--pidfile", ""),
        ],
    }


class Supervisor:
    """Runs a few programs as one: all are up, or none is."""

    def __init__(self, commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], port: str) -> None:
        self.commands = commands
        self.environment = environment
        self.address = f"http://{HOST}:{port}"
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        self.asked_to_stop = False

    def run(self) -> int:
        """Starts everything, watches, stops everything; 0 when asked to stop, 1 when a program ended by itself."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self.ask_to_stop)
        try:
            for name, command in self.commands.items():
                self.children[name] = start(command, self.environment)
            if self.wait_until_up():
                self.announce()
            while self.goes_on():
                time.sleep(0.2)
        finally:
            self.stop()
        return 0 if self.asked_to_stop else 1

    def ask_to_stop(self, signum: int, frame: FrameType | None) -> None:
        """Only notes it: the loop that sees the note does the work, so that a signal can't come at a wrong moment."""
        self.asked_to_stop = True

    def goes_on(self) -> bool:
        """True while nobody asked to stop and all programs run."""
        ended = [name for name, child in self.children.items() if child.poll() is not None]
        if ended and not self.asked_to_stop:
            print(f"The {ended[0]} ended by itself (its reason is above), so everything stops.", file=sys.stderr)
        return not ended and not self.asked_to_stop

    def wait_until_up(self) -> bool:
        """True as soon as the web answers; False when it can't any more, or is too slow."""
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not self.asked_to_stop:
            if any(child.poll() is not None for child in self.children.values()):
                return False
            try:
                urllib.request.urlopen(f"{self.address}/healthz", timeout=2).close()
            except (urllib.error.URLError, OSError):
                time.sleep(0.2)
            else:
                return True
        return False

    def announce(self) -> None:
        """Where it is and who can log in."""
        print(f"\nHandover runs at {self.address}\n{LOGINS}")
        print("The password of each is handover-demo. Ctrl-C stops it.", flush=True)

    def stop(self) -> None:
        """Asks all process groups to end, waits, and kills what is left of them."""
        for child in self.children.values():
            signal_group(child, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        for child in self.children.values():
            try:
                child.wait(max(0.1, deadline - time.monotonic()))
            except subprocess.TimeoutExpired:
                pass
            signal_group(child, signal.SIGKILL)  # also what a dead parent left of its group
            child.wait()


def start(
    command: Sequence[str], environment: Mapping[str, str], output: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """Starts one program as the leader of a group of its own, so that Ctrl-C reaches it through us, once.

    What it says goes to `output`, or where this process' own words go.
    """
    return subprocess.Popen(
        command,
        cwd=ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=output,
        stderr=output,
        start_new_session=True,
        preexec_fn=end_with_parent if sys.platform == "linux" else None,
    )


def end_with_parent() -> None:
    """Asks Linux for a TERM when the parent dies, however it dies."""
    set_parent_death_signal = 1
    ctypes.CDLL(None).prctl(set_parent_death_signal, signal.SIGTERM)


def signal_group(child: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signals a child and its own children; it is fine when none is left."""
    try:
        os.killpg(child.pid, number)
    except ProcessLookupError:
        pass


if __name__ == "__main__":
    sys.exit(main())
