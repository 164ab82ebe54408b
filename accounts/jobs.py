"""What Celery runs for this floor. Each job sweeps the database, so a lost or doubled job does no harm."""

import time

from celery import shared_task
from django.utils import timezone

from accounts import cleaning
from accounts.outbox import post_letters, requeue_stuck, send_queued

# Well under Celery's time limit; what is left then is for the next sweep.
SWEEP_SECONDS = 300.0


@shared_task(name="accounts.send_queued_mail")
def send_queued_mail() -> int:
    """Make mails of the messages that are due, and send until nothing is due, the server is away or time is up.

    What a crash repeats: see accounts/posting.py (nothing) and accounts/sending.py (at least once).
    """
    requeue_stuck(now=timezone.now())
    sent = 0
    stop_at = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < stop_at:
        post_letters(now=timezone.now())
        report = send_queued(now=timezone.now())
        sent += report.sent
        if not report.claimed or report.server_away:
            break
    return sent


@shared_task(name="accounts.remove_old_mail")
def remove_old_mail() -> int:
    """Remove what is old; accounts/cleaning.py says what and why. Repeating it is harmless."""
    return cleaning.remove_old(now=timezone.now())
