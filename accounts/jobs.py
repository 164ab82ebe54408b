"""What Celery runs for this floor. Each job sweeps the database, so a lost or doubled job does no harm."""

import time
from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from accounts.models import MailState, OutgoingMail
from accounts.outbox import requeue_stuck, send_queued

KEEP_BODIES = timedelta(days=90)
# Well under Celery's time limit; what is left then is for the next sweep.
SWEEP_SECONDS = 300.0


@shared_task(name="accounts.send_queued_mail")
def send_queued_mail() -> int:
    """Send until nothing is due, the server is away or time is up. At least once: see accounts/sending.py."""
    requeue_stuck(now=timezone.now())
    sent = 0
    stop_at = time.monotonic() + SWEEP_SECONDS
    while time.monotonic() < stop_at:
        report = send_queued(now=timezone.now())
        sent += report.sent
        if not report.claimed or report.server_away:
            break
    return sent


@shared_task(name="accounts.remove_old_mail")
def remove_old_mail() -> int:
    """Blank the bodies of mail sent over 90 days ago; that it was sent, and when, stays. Repeating it is harmless."""
    old = OutgoingMail.objects.filter(state=MailState.SENT, sent_at__lt=timezone.now() - KEEP_BODIES)
    return old.exclude(text="").update(text="", html="")
