"""Removing check-ins that came to nothing. That they were there stays in the timeline."""

from datetime import datetime, timedelta

from tasks.models import Checkin, CheckinState

KEEP = timedelta(days=90)
BATCH = 1_000


def remove_old_checkins(*, now: datetime) -> int:
    """Remove what was missed or withdrawn over 90 days ago, and say how many. Repeating it is harmless.

    In batches of a transaction each, so that nobody waits for it. What was answered is history, and stays.
    """
    over = Checkin.objects.filter(state__in=[CheckinState.MISSED, CheckinState.WITHDRAWN], due_at__lt=now - KEEP)
    removed = 0
    while ids := list(over.order_by("due_at").values_list("id", flat=True)[:BATCH]):
        removed += over.filter(pk__in=ids).delete()[0]
    return removed
