"""Worker processes for the trials: real ones, on the test's own database, that can be killed at any moment.

They are forked from a process that has Django ready, as starting a new Python each time would take most of the time.
"""

import io
import logging
import multiprocessing
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from multiprocessing.context import ForkServerProcess
from multiprocessing.queues import SimpleQueue
from multiprocessing.synchronize import Barrier, Event

import django
from django.apps import apps

if not apps.ready:  # in the process that the workers are forked from
    django.setup()

from django.conf import settings
from django.core.mail.utils import DNS_NAME
from django.core.management import call_command
from django.db import connections
from django.urls import get_resolver

from accounts import posting
from accounts.letters import letter
from accounts.outbox import post_letters, send_queued
from scripts.ports import HOST
from tasks.management.commands import run_jobs
from tasks.sweeps import asking, chasing, sweep

get_resolver().url_patterns  # noqa: B018 - as much as possible is there before a worker begins: this, and templates
letter(subject="", paragraphs=[""], language="nl")
MOST_SECONDS = 120  # whatever becomes of the tests, no worker outlives them for long
NAME = "worker-{}.example.com"  # what a worker says to the mail server, with its process id

processes = multiprocessing.get_context("forkserver")
processes.set_forkserver_preload([__name__])


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What a worker works with. `batch`: rows a transaction, small so that a few hundred rows are many transactions."""

    database: str
    mail_port: int
    log: str  # the file that everything it prints or logs is added to
    batch: int


def start(work: Callable[..., None], surroundings: Surroundings, *args: object) -> ForkServerProcess:
    """A worker that does one of the works below. A `daemon`: it goes when the tests go, whatever happens."""
    process = processes.Process(target=_begin, args=(work, surroundings, *args), daemon=True)
    process.start()
    return process


def _begin(work: Callable[..., None], surroundings: Surroundings, *args: object) -> None:
    signal.alarm(MOST_SECONDS)
    log = os.open(surroundings.log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(log, 1)
    os.dup2(log, 2)
    logging.getLogger().setLevel(logging.WARNING)
    connections["default"].settings_dict["NAME"] = surroundings.database
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = HOST, surroundings.mail_port
    DNS_NAME._fqdn = NAME.format(os.getpid())
    asking.BATCH = chasing.BATCH = posting.BATCH = surroundings.batch
    work(*args)


# --- works --------------------------------------------------------------------------------------------------------


def jobs_without_end(ready: Event) -> None:
    """`manage.py run_jobs`, with hardly a pause."""
    connections["default"].ensure_connection()
    ready.set()
    run_jobs.PAUSE_SECONDS = 0.01
    call_command("run_jobs", stdout=io.StringIO())


def rotate_keys(keys: list[str]) -> None:
    """`manage.py rotate_keys`, with these keys."""
    settings.SECRETS_KEYS = keys
    call_command("rotate_keys")


def jobs_once() -> None:
    """`manage.py run_jobs --once`."""
    call_command("run_jobs", "--once")


def sweep_together(barrier: Barrier, found: "SimpleQueue[int]", now: datetime) -> None:
    """One sweep, begun by all at the same time; puts how many steps were taken."""
    connections["default"].ensure_connection()
    barrier.wait(30)
    done = sweep(now=now)
    found.put(done.asked + done.reminders)


def send_together(barrier: Barrier, found: "SimpleQueue[int]", now: datetime) -> None:
    """Posting, and then sending, each begun by all at the same time; puts how many mails were sent."""
    connections["default"].ensure_connection()
    barrier.wait(30)
    post_letters(now=now)
    barrier.wait(30)
    sent = 0
    while (report := send_queued(now=now, limit=7)).claimed:
        sent += report.sent
    found.put(sent)
