"""`manage.py run_jobs`: what Celery's scheduler and worker do, in one process and without a broker."""

import logging
import signal
import threading
from argparse import ArgumentParser
from datetime import date
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone

from accounts.jobs import remove_old_mail, send_queued_mail
from tasks.jobs import close_teams, make_exports, remove_kept
from tasks.sweeps import remove_old_checkins, remove_orphaned_files, sweep

logger = logging.getLogger("handover.jobs")

PAUSE_SECONDS = 30.0  # as in Celery's schedule


class Command(BaseCommand):
    help = (
        "Asks the check-ins that are due, reminds of what waits and sends mail; every 30 seconds until it is stopped."
    )

    # What is old goes once a day, as in Celery's schedule: looking for it reads whole tables.
    _cleaned_on: date | None = None

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--once", action="store_true", help="do it one time and end")

    def handle(self, *, once: bool, **options: Any) -> None:
        """Sweeps; TERM or Ctrl-C lets the sweep under way end first. What a crash repeats stands beside each sweep."""
        if once:
            self._sweep()
            return
        self._stop = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._ask_to_stop)
        self.stdout.write("Sweeping every 30 seconds. Ctrl-C stops it.")
        self.stdout.flush()
        while not self._stop.is_set():
            self._sweep_or_say()
            self._stop.wait(PAUSE_SECONDS)

    def _sweep(self) -> None:
        done = sweep(now=timezone.now())
        sent = send_queued_mail()
        # After the mail: an export may take a while.
        made = make_exports()
        close_teams()
        remove_kept()
        if self._cleaned_on != (today := timezone.localdate()):
            remove_old_mail()
            remove_old_checkins(now=timezone.now())
            remove_orphaned_files(now=timezone.now())
            self._cleaned_on = today
        if done.asked or done.reminders or sent:
            self.stdout.write(f"check-ins asked: {done.asked}, reminders: {done.reminders}, mails sent: {sent}")
        if made:
            self.stdout.write(f"exports made: {made}")
        if done.asked or done.reminders or sent or made:
            self.stdout.flush()

    def _sweep_or_say(self) -> None:
        """A sweep that fails (the database is away) must not end the loop: the next one makes it good."""
        close_old_connections()
        try:
            self._sweep()
        except Exception:
            logger.exception("this sweep failed, the next one tries again")

    def _ask_to_stop(self, signum: int, frame: FrameType | None) -> None:
        self._stop.set()
