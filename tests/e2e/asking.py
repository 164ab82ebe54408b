"""Somebody is at work and should be asked how it goes by now. Run inside the live stack, as crews.py is."""

from datetime import timedelta

from tests.e2e.scenery import cast_of

TITLE = "Zoek een zaal voor de workshop"
SECRET = "Niet duurder dan het vorige jaar"  # stands in the brief, and is nobody's business without a login


def begin(team_id: str) -> None:
    """Sam accepted two hours ago and is asked after one, at whatever time of the day that is. The worker is told."""
    from django.utils import timezone

    from delegation.checkins import Rule, Trigger
    from delegation.levels import LevelKey
    from delegation.workflow import State
    from tasks.jobs import sweep
    from tests.tasks.factories import task_in

    rule = Rule(trigger=Trigger.AFTER_START, hours=1, any_time=True)
    began = timezone.now() - timedelta(hours=2)
    cast, level = cast_of(team_id), LevelKey.JUST_DO_IT
    task = task_in(State.IN_PROGRESS, level, cast, began, rules=[rule], title=TITLE, purpose=SECRET)
    sweep.delay()
    print(task.get_absolute_url())
