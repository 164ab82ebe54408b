"""What Celery runs. Each job sweeps; what is due stands in the database."""

from celery import shared_task
from django.utils import timezone

from tasks import sweeps


@shared_task(name="tasks.ask_due_checkins")
def ask_due_checkins() -> int:
    """Ask the check-ins that are due. The guarantee stands in tasks/sweeps.py."""
    return sweeps.ask_due_checkins(now=timezone.now())
