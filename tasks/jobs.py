"""What Celery runs. Each job sweeps; what is due stands in the database."""

from celery import shared_task
from django.utils import timezone

from tasks import money_records, sweeps


@shared_task(name="tasks.sweep")
def sweep() -> None:
    """Ask what is due, go after what has no answer. The guarantee stands in tasks/sweeps/__init__.py."""
    sweeps.sweep(now=timezone.now())


@shared_task(name="tasks.remove_old_checkins")
def remove_old_checkins() -> int:
    """Remove check-ins that came to nothing 90 days ago. Repeating it is harmless."""
    return sweeps.remove_old_checkins(now=timezone.now())


@shared_task(name="tasks.make_exports", time_limit=3_600)
def make_exports() -> int:
    """Make the exports that were asked for. What a crash repeats: tasks/sweeps/exporting.py."""
    return sweeps.make_exports(now=timezone.now())


@shared_task(name="tasks.close_teams", time_limit=3_600)
def close_teams() -> int:
    """Delete the teams whose days of grace are over, and tell who is in those that are next."""
    return sweeps.close_teams(now=timezone.now())


@shared_task(name="tasks.remove_kept")
def remove_kept() -> int:
    """Remove exports and money records whose time is over. Repeating it is harmless."""
    now = timezone.now()
    return sweeps.remove_exports(now=now) + money_records.remove_old(now=now)


@shared_task(name="tasks.remove_orphaned_files")
def remove_orphaned_files() -> int:
    """Remove files that belong to nothing; tasks/sweeps/orphans.py has the rule. Repeating it is harmless."""
    return sweeps.remove_orphaned_files(now=timezone.now())
