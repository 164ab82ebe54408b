"""The databases and the servers of a measurement, set up as in production."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from base64 import urlsafe_b64encode
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

from scripts.ports import HOST, free_port
from scripts.run import signal_group, start

ROOT = Path(__file__).resolve().parent.parent
WORKERS = 2
START_SECONDS = 60
STOP_SECONDS = 10


@dataclass(frozen=True, kw_only=True)
class Served:
    """A filled database with the app on top. `targets`: see benchmarks/fill.py."""

    port: int
    targets: Mapping[str, str]


def environment_for(database_url: str, folder: str) -> dict[str, str]:
    """Production settings, only without a certificate; nothing of them comes from the machine."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TZ", "TMPDIR"}}
    return kept | {
        "DEBUG": "0",
        "HTTPS_ONLY": "0",
        "SECRET_KEY": "only-for-measuring-" + "0123456789" * 4,
        "SECRETS_KEYS": urlsafe_b64encode(b"only-for-measuring".ljust(32, b"-")).decode(),
        "DATABASE_URL": database_url,
        "VAR_DIR": f"{folder}/var",
        "STATIC_ROOT": f"{folder}/static",
        "DJANGO_SETTINGS_MODULE": "benchmarks.settings",
        "WEB_WORKERS": str(WORKERS),
        "PYTHONWARNINGS": "ignore",
    }


def collect_static(database_url: str, folder: str) -> None:
    """The files whose names with a hash stand in each page."""
    command = [sys.executable, "manage.py", "collectstatic", "--noinput", "--verbosity", "0"]
    subprocess.run(command, cwd=ROOT, env=environment_for(database_url, folder), check=True)


def make_database(server_url: str, name: str) -> str:
    """An empty database on that server; its address."""
    with psycopg.connect(server_url, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}".encode())
    return urlunsplit(urlsplit(server_url)._replace(path=f"/{name}"))


@contextmanager
def served(database_url: str, tasks: int, folder: str) -> Iterator[Served]:
    """Fills the database with that many tasks and starts the server; both workers have answered once."""
    environment = environment_for(database_url, folder)
    filling = [sys.executable, "benchmarks/fill.py", str(tasks)]
    filled = subprocess.run(filling, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    port = free_port()
    gunicorn = [sys.executable, "-m", "gunicorn", "--config", "python:config.gunicorn", "--log-level", "warning"]
    server = start([*gunicorn, "--bind", f"{HOST}:{port}", "benchmarks.wsgi"], environment)
    try:
        wait_for(f"http://{HOST}:{port}/healthz", server)
        yield Served(port=port, targets=json.loads(filled.stdout))
    finally:
        stop(server)


def wait_for(url: str, server: subprocess.Popen[bytes]) -> None:
    """Returns when `url` answers with 200. Raises RuntimeError when the server ended, TimeoutError when it is slow."""
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError("gunicorn ended by itself; its reason is above")
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
    raise TimeoutError(f"{url} did not answer in {START_SECONDS} seconds")


def stop(server: subprocess.Popen[bytes]) -> None:
    """Ends a server and its workers."""
    signal_group(server, signal.SIGTERM)
    try:
        server.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        pass
    signal_group(server, signal.SIGKILL)
    server.wait()
