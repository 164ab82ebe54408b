"""What gunicorn serves while measuring: the app as it is, and the bare view without the app's middleware."""

import os
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.core.handlers.wsgi import WSGIHandler
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "benchmarks.settings")
app = get_wsgi_application()

from django.test import override_settings  # noqa: E402 - after the set-up

from benchmarks.settings import BARE_MIDDLEWARE  # noqa: E402
from benchmarks.urls import BARE_PATH  # noqa: E402

if TYPE_CHECKING:
    from wsgiref.types import StartResponse, WSGIEnvironment

with override_settings(MIDDLEWARE=BARE_MIDDLEWARE):
    bare = WSGIHandler()


def application(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
    """Answers, and says which worker did: the load is spread over the workers by hand (benchmarks/load.py)."""

    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        return start_response(status, [*headers, ("X-Worker", str(os.getpid()))], *rest)

    return (bare if environ["PATH_INFO"] == BARE_PATH else app)(environ, start)
