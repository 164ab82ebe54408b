"""Celery and its schedule.

Celery only says "sweep": what is due stands in the database (docs/architecture.md, "Jobs"). So a lost message costs
one tick and never a reminder, and no job has a countdown or an ETA.
"""

import os
from typing import Any

from celery import Celery
from celery.signals import beat_init, worker_init

from config.keys import refuse_without_keys

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("handover")
app.config_from_object("django.conf:settings", namespace="CELERY")
# The app is called `tasks`, so Celery's own tasks are called jobs and live in jobs.py.
app.autodiscover_tasks(related_name="jobs")

app.conf.beat_schedule = {
    "ask and remind": {"task": "tasks.sweep", "schedule": 30.0, "options": {"expires": 30}},
    "send queued mail": {"task": "accounts.send_queued_mail", "schedule": 30.0, "options": {"expires": 30}},
    "make exports": {"task": "tasks.make_exports", "schedule": 30.0, "options": {"expires": 30}},
    "close teams": {"task": "tasks.close_teams", "schedule": 300.0, "options": {"expires": 300}},
    "remove what was kept": {"task": "tasks.remove_kept", "schedule": 3_600.0, "options": {"expires": 3_600}},
    "remove old mail": {"task": "accounts.remove_old_mail", "schedule": 86_400.0},
    "remove old check-ins": {"task": "tasks.remove_old_checkins", "schedule": 86_400.0},
    "remove orphaned files": {"task": "tasks.remove_orphaned_files", "schedule": 86_400.0},
}


def look_at_keys(**_from_celery: Any) -> None:
    """Worker and scheduler, too, start with the right keys or not at all."""
    refuse_without_keys()


worker_init.connect(look_at_keys)
beat_init.connect(look_at_keys)
