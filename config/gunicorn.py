"""How gunicorn serves: `gunicorn --config python:config.gunicorn`. Each number can be set from the environment."""

import os

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
