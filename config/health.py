"""Two questions that machines ask, without login: is this process alive, and can it do its work?

Neither ever redirects, keeps a session or tells more than which part is down: the answers are public.
"""

import logging

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from config.celery import app
from config.keys import problem_with_keys

logger = logging.getLogger("handover.health")

PATIENCE_SECONDS = 2  # a part that answers slower than this counts as down: the asker has a time-out of its own


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:
    """This process answers. Asks nothing else, so that a database that is away doesn't get the web restarted."""
    return HttpResponse("ok\n", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> HttpResponse:
    """The parts that a press on a button needs: 200 when all answer, 503 with the names of those that don't."""
    parts = {"database": database_answers(), "broker": broker_answers(), "keys": not problem_with_keys()}
    lines = [f"{name}: {'ok' if answers else 'down'}\n" for name, answers in parts.items()]
    return HttpResponse("".join(lines), status=200 if all(parts.values()) else 503, content_type="text/plain")


def database_answers() -> bool:
    """True when a query comes back."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        logger.warning("the database does not answer", exc_info=True)
        return False
    return True


def broker_answers() -> bool:
    """True when the broker takes a connection of its own, so that a stale one can't say yes."""
    patience = {"socket_connect_timeout": PATIENCE_SECONDS, "socket_timeout": PATIENCE_SECONDS}
    options = {**(app.conf.broker_transport_options or {}), **patience}
    try:
        with app.connection_for_write(connect_timeout=PATIENCE_SECONDS, transport_options=options) as broker:
            broker.connect()
    except (OperationalError, OSError, *app.connection_for_write().connection_errors):
        logger.warning("the broker does not answer", exc_info=True)
        return False
    return True
