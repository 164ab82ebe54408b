"""How gunicorn serves: `gunicorn --config python:config.gunicorn`. Each number can be set from the environment."""

import gc
import os
from typing import Any

from config.keys import refuse_without_keys

wsgi_app = "config.wsgi"
# Every address: in a container, what is published and the proxy before it decide who comes.
bind = f"0.0.0.0:{os.environ.get('PORT', '8000')}"
# Threads, because a page mostly waits for the database; processes, because Python computes on one core at a time.
worker_class = "gthread"
workers = int(os.environ.get("WEB_WORKERS", "2"))
threads = int(os.environ.get("WEB_THREADS", "4"))
timeout = 30
graceful_timeout = 20
keepalive = 15  # longer than a proxy's pause between two requests, or it talks to a connection that just closed
accesslog = os.environ.get("WEB_ACCESS_LOG") or None
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None  # noqa: PTH112, S108 - heartbeats must not wait for a disk
control_socket_disable = True


def on_starting(server: Any) -> None:
    """Before there are workers, so that it is said once, and nothing is started again and again."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    refuse_without_keys()


def post_worker_init(worker: Any) -> None:
    """The app is loaded: what is there now stays, so the collector need not go through it again and again.

    A page makes thousands of small objects that are gone when it is sent; at Python's own threshold of 700 the
    collector ran many times a page, and took a fifteenth of it (docs/benchmarks.md).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 50)
