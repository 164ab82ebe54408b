"""What a run keeps for the search at its end: a copy of whatever the app answers, and every secret that it is sent.

A line that was answered before is not kept again: most of a page is the same on each. What is no text is kept whole, in
a file of its own. What is sent as a secret is kept in another folder, so that it is known what to look for.
"""

import io
import json
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from django.urls import Resolver404, resolve

from tests.e2e.canaries import GIVES_AWAY, typed_in

TEXTS = ("text/", "application/json")


class Recorder:
    """Keeps answers, once each, and secrets that were typed."""

    def __init__(self, answers: Path, typed: Path) -> None:
        self._answers, self._typed = answers, typed
        self._seen: set[bytes] = set()
        self._lock = threading.Lock()
        self._count = 0
        for folder in (answers, typed):
            folder.mkdir(parents=True, exist_ok=True)

    def keep(self, path: str, headers: list[tuple[str, str]], body: bytes) -> None:
        """Keep one answer."""
        content_type = next((value for name, value in headers if name.lower() == "content-type"), "")
        lines = [f"{name}: {value}".encode() for name, value in headers]
        with self._lock:
            self._count += 1
            if content_type.startswith(TEXTS):
                lines += body.splitlines()
            elif body:
                (self._answers / f"{os.getpid()}-{self._count}.body").write_bytes(body)
            new = [line for line in lines if line not in self._seen]
            self._seen.update(new)
            with (self._answers / f"{os.getpid()}.lines").open("ab") as kept:
                kept.write(b"".join((f"--- {path}\n".encode(), *(line + b"\n" for line in new))))

    def listen(self, environ: WSGIEnvironment) -> None:
        """Keep the secrets of a form that comes in; the app reads all of it afterwards."""
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        for name, text in typed_in(environ.get("CONTENT_TYPE", ""), body).items():
            line = json.dumps([f"{name} that was sent to {environ.get('PATH_INFO', '/')}", text]) + "\n"
            with self._lock, (self._typed / f"{os.getpid()}.jsonl").open("a") as kept:
                kept.write(line)


def listened_to(app: WSGIApplication, recorder: Recorder) -> WSGIApplication:
    """The same app; what goes in and out of it is kept."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "/")
        if path.startswith("/static/"):
            return app(environ, start_response)
        if environ["REQUEST_METHOD"] == "POST":
            recorder.listen(environ)
        said: list[tuple[str, str]] = []

        def listen(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Callable[[bytes], object]:
            said[:] = [("Status", status), *headers]
            return start_response(status, headers, exc_info) if exc_info else start_response(status, headers)

        return passed_on(recorder, path, said, app(environ, listen))

    return application


def passed_on(recorder: Recorder, path: str, said: list[tuple[str, str]], answer: Iterable[bytes]) -> Iterator[bytes]:
    """The answer as it goes to the browser; kept when all of it has gone, unless it gives a secret away."""
    parts = []
    try:
        for part in answer:
            parts.append(part)
            yield part
    finally:
        getattr(answer, "close", lambda: None)()
        given = gives_away(path) and dict(said).get("Status", "").startswith(str(HTTPStatus.OK.value))
        recorder.keep(path, said, b"" if given else b"".join(parts))


def gives_away(path: str) -> bool:
    """Whether this address is there to give a secret away."""
    try:
        return resolve(path).url_name in GIVES_AWAY
    except Resolver404:
        return False


def typed_in_the_run(folder: Path) -> dict[str, str]:
    """Every secret that was sent to any process of the run, once, by where that was."""
    rows = (json.loads(line) for path in sorted(folder.glob("*.jsonl")) for line in path.read_text().splitlines())
    names: dict[str, str] = {}
    for what, text in rows:
        names.setdefault(text, what)
    return {f"{what} ({number})": text for number, (text, what) in enumerate(names.items())}
