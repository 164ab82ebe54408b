"""The app as gunicorn serves it in the end-to-end tests: config.wsgi, and a copy of whatever it answers in a folder.

Kept for the search at the end of the run. A line that was answered before is not kept again: most of a page is the same
on each. What is no text is kept whole, in a file of its own.
"""

import os
import threading
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIEnvironment

from django.urls import Resolver404, resolve

from config.wsgi import application as handover
from tests.e2e.canaries import GIVES_AWAY

FOLDER = Path(os.environ["RECORD_ANSWERS_IN"])
TEXTS = ("text/", "application/json")


class Recorder:
    """Keeps answers, once each."""

    def __init__(self) -> None:
        self._seen: set[bytes] = set()
        self._lock = threading.Lock()
        self._count = 0
        FOLDER.mkdir(parents=True, exist_ok=True)

    def keep(self, path: str, headers: list[tuple[str, str]], body: bytes) -> None:
        """Keep one answer."""
        content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
        lines = [f"{name}: {value}".encode() for name, value in headers]
        with self._lock:
            self._count += 1
            if content_type.startswith(TEXTS):
                lines += body.splitlines()
            elif body:
                (FOLDER / f"{os.getpid()}-{self._count}.body").write_bytes(body)
            new = [line for line in lines if line not in self._seen]
            self._seen.update(new)
            with (FOLDER / f"{os.getpid()}.lines").open("ab") as kept:
                kept.write(b"".join((f"--- {path}\n".encode(), *(line + b"\n" for line in new))))


recorder = Recorder()


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """The app, listened to."""
    path = environ.get("PATH_INFO", "/")
    if path.startswith("/static/") or gives_away(path):
        return handover(environ, start_response)
    said: list[tuple[str, str]] = []

    def listen(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
        said.extend(headers)
        return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

    return passed_on(path, said, handover(environ, listen))


def passed_on(path: str, said: list[tuple[str, str]], answer: Iterable[bytes]) -> Iterator[bytes]:
    """The answer as it goes to the browser; kept when all of it has gone."""
    parts = []
    try:
        for part in answer:
            parts.append(part)
            yield part
    finally:
        getattr(answer, "close", lambda: None)()
        recorder.keep(path, said, b"".join(parts))


def gives_away(path: str) -> bool:
    """Whether this address is there to give a secret away."""
    try:
        return resolve(path).url_name in GIVES_AWAY
    except Resolver404:
        return False
