"""What Celery runs. Each job sweeps; what is due stands in the database."""

from celery import shared_task
from django.utils import timezone

from tasks import sweeps


@shared_task(name="tasks.sweep")
def sweep() -> None:
    """Ask what is due, go after what has no answer. The guarantee stands in tasks/sweeps/__init__.py."""
    sweeps.sweep(now=timezone.now())


@shared_task(name="tasks.remove_old_checkins")
def remove_old_checkins() -> int:
    """Remove check-ins that came to nothing 90 days ago. Repeating it is harmless."""
    return sweeps.remove_old_checkins(now=timezone.now())
