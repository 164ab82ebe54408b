"""`make test`: everything that can be checked on this machine, in lanes, and an honest line about each at the end.

A lane counts as run only when a test that belongs to it passed: the suite itself keeps that account
(tests/conftest.py). With REQUIRE_ALL_LANES=1, as in CI, a lane that did not run is a failure.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

from scripts import advisories, translations
from scripts.servers import postgres_server

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
MARKED_LANES = ("broker", "mail", "browser")
WITHOUT_MARK = "no test of it passed; the run above says why"
NO_TESTS_COLLECTED = 5

MANAGE = (sys.executable, "manage.py")
CHECKS: Mapping[str, Sequence[str]] = {
    "types": ("mypy", "."),
    "style": ("ruff", "check", "--quiet", "."),
    "format": ("ruff", "format", "--check", "--quiet", "."),
    "imports go down only": ("lint-imports",),
    "migrations are complete": (*MANAGE, "makemigrations", "--check", "--dry-run"),
    "safe to deploy": (*MANAGE, "check", "--deploy", "--fail-level", "WARNING"),
    "templates": ("djlint", "--lint", "--quiet", "templates"),
    "translations": (sys.executable, "scripts/translations.py", "check"),
    "no secret in the source": (sys.executable, "-m", "scripts.secrets_scan"),
    "no package with a known hole": (sys.executable, "-m", "scripts.advisories"),
    "Dockerfile": ("hadolint", "Dockerfile"),
    "docker-compose.yml": ("check-jsonschema", "--builtin-schema", "vendor.compose-spec", "docker-compose.yml"),
}


@dataclass
class Lanes:
    """What ran, what did not and why, and whether anything failed."""

    ran: set[str] = field(default_factory=set)
    skipped: dict[str, str] = field(default_factory=dict)
    failed: set[str] = field(default_factory=set)

    def note(self, account: Mapping[str, Any]) -> None:
        """Takes in one suite's account of the marked tests that passed or were skipped."""
        for lane in MARKED_LANES:
            if account["passed"].get(lane):
                self.ran.add(lane)
            elif lane in account["skipped"]:
                self.skipped.setdefault(lane, account["skipped"][lane])

    def close(self, wanted: Sequence[str]) -> int:
        """Prints a line for each lane; the exit code of everything."""
        print()
        for lane in wanted:
            print(f"lane {lane}: ran" if lane in self.ran else f"lane {lane}: skipped ({self.reason(lane)})")
        missing = [lane for lane in wanted if lane not in self.ran]
        return 1 if self.failed or (missing and os.environ.get("REQUIRE_ALL_LANES") == "1") else 0

    def reason(self, lane: str) -> str:
        """Why a lane did not run."""
        return self.skipped.get(lane, WITHOUT_MARK)


def main() -> int:
    """Runs the lanes named, or all; 0 when nothing failed."""
    signal.signal(signal.SIGTERM, stop)
    lanes = Lanes()
    translations.compile_all(ROOT)
    if sys.argv[1:] == ["lint"]:
        lint(lanes)
        return lanes.close(["lint"])
    lint(lanes)
    databases(lanes)
    if lanes.failed:
        print(f"\nFailed: {', '.join(sorted(lanes.failed))}", file=sys.stderr)
    return lanes.close(["lint", "sqlite", "postgres", *MARKED_LANES, "secrets"])


# --- checks without running the app -------------------------------------------------------------------------------


def lint(lanes: Lanes) -> None:
    """All checks, two at a time; each tells its time, and what it found only when it found something."""
    print("lint", flush=True)
    with tempfile.TemporaryDirectory() as var, ThreadPoolExecutor(max_workers=2) as pool:
        passed = list(pool.map(lambda name: check(name, production_environment(var)), CHECKS))
    lanes.ran.add("lint")
    if not all(passed):
        lanes.failed.add("lint")


def check(name: str, environment: Mapping[str, str]) -> bool:
    """Runs one check."""
    program, *arguments = CHECKS[name]
    path = program if "/" in program else str(BIN / program)
    started = time.monotonic()
    done = subprocess.run([path, *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)
    seconds = time.monotonic() - started
    print(f"  {name}: {verdict(done)} ({seconds:.1f} s){what_was_found(done)}", flush=True)
    return done.returncode in {0, advisories.SKIPPED}


def verdict(done: subprocess.CompletedProcess[str]) -> str:
    """In a word, and why it was skipped if it was."""
    if done.returncode == advisories.SKIPPED:
        return f"skipped: {done.stdout.strip()}"
    return "FAILED" if done.returncode else "ok"


def what_was_found(done: subprocess.CompletedProcess[str]) -> str:
    """All that a failed check said."""
    failed = done.returncode not in {0, advisories.SKIPPED}
    return f"\n{done.stdout}{done.stderr}".rstrip() if failed else ""


def production_environment(var: str) -> dict[str, str]:
    """As on a server, so that the deploy check sees what a server would see."""
    own = {"DEBUG": "0", "SECRET_KEY": "for-checking-only-" + "0123456789" * 5, "ALLOWED_HOSTS": "handover.example.com"}
    own["SECRETS_KEYS"] = "b25seS1mb3ItY2hlY2tpbmctLW9ubHktZm9yLWNoZWM="  # pragma: allowlist secret
    return without_services() | own | {"VAR_DIR": var}


def without_services() -> dict[str, str]:
    """This process's environment without addresses of servers: the lanes bring their own."""
    dropped = ("DATABASE_URL", "BROKER_URL", "EMAIL_URL")
    return {name: value for name, value in os.environ.items() if name not in dropped}


# --- the suite ----------------------------------------------------------------------------------------------------


def databases(lanes: Lanes) -> None:
    """The suite on SQLite, then on PostgreSQL, then the tests of the whole."""
    # Three on two cores: a third of the time each waits, for a mail server, a browser or a process that it started.
    at_once = ("--numprocesses=3", "--dist=worksteal")
    suite = ("tests", "--ignore=tests/e2e", *at_once)
    pytest(lanes, "sqlite", "sqlite", suite, without_services())
    with ExitStack() as stack:
        try:
            url = stack.enter_context(postgres_server())
        except Exception as error:  # whatever keeps it from starting is told in the lane's line
            lanes.skipped["postgres"] = f"the embedded PostgreSQL does not start here: {error!r}"
            return
        environment = without_services() | {"DATABASE_URL": url}
        pytest(lanes, "postgres", "postgresql", suite, environment)
        pytest(lanes, "e2e", "postgresql", ("tests/e2e", *at_once), environment)


def pytest(lanes: Lanes, lane: str, database: str, suite: Sequence[str], environment: Mapping[str, str]) -> None:
    """Runs pytest and believes only the account that the suite wrote itself."""
    print(f"\n{lane}", flush=True)
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        command = [sys.executable, "-m", "pytest", *suite]
        code = run_to_the_end(command, {**environment, "LANE_REPORT": str(report)})
        if code:
            lanes.failed.add(f"{lane} (no tests found)" if code == NO_TESTS_COLLECTED else lane)
        searched = [json.loads(found.read_text()) for found in Path(folder).glob("searched-*.json")]
        if not report.exists():
            return
        account = json.loads(report.read_text())
    if account["database"] == database and account["passed"].get("any"):
        lanes.ran.add(lane)
    lanes.note(account)
    if searched:
        told_what_was_searched(lanes, searched)


def told_what_was_searched(lanes: Lanes, searched: Sequence[Mapping[str, int]]) -> None:
    """The end-to-end tests searched all that they left behind for secrets (tests/leaks.py); a find fails them."""
    sums = {place: sum(found.get(place, 0) for found in searched) for place in sorted(set().union(*searched))}
    print("searched for secrets in the clear: " + ", ".join(f"{place} {count:,}" for place, count in sums.items()))
    lanes.ran.add("secrets")


def run_to_the_end(command: Sequence[str], environment: Mapping[str, str]) -> int:
    """Runs pytest; when stopped meanwhile, lets it stop the servers that it started before going on."""
    with subprocess.Popen(command, cwd=ROOT, env=environment) as child:
        try:
            return child.wait()
        except SystemExit:  # TERM came to this process alone; a Ctrl-C goes to both
            child.send_signal(signal.SIGINT)
            raise


def stop(signum: int, frame: FrameType | None) -> None:
    """TERM ends the run in order, or it would leave PostgreSQL behind."""
    sys.exit(128 + signum)


if __name__ == "__main__":
    sys.exit(main())
