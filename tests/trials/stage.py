"""Two hundred check-ins that are due: as rows, as driving so many tasks through their actions takes long."""

from datetime import datetime, time, timedelta

from accounts.models import Role, User
from delegation.workflow import State
from tasks.models import Checkin, CheckinRule
from tasks.models import Task as TaskRow
from tests.conftest import Cast
from tests.factories import MembershipFactory, UserFactory
from tests.tasks.factories import TaskFactory

ASSISTANTS = 8
EVERY_DAY = "0123456"


def due_checkins(count: int, cast: Cast, now: datetime) -> list[Checkin]:
    """So many tasks in progress, each with a check-in that was due an hour ago and comes back every day.

    They ask at any time, so that it doesn't matter at what time of the day the tests run.
    """
    crew = [_assistant(number, cast) for number in range(ASSISTANTS)]
    began, due_at = now - timedelta(days=1), now - timedelta(hours=1)
    tasks = [
        TaskFactory.build(
            team=cast.team,
            entrepreneur=cast.owner,
            assistant=crew[number % ASSISTANTS],
            state=State.IN_PROGRESS,
            brief_version=1,
            created_at=began,
            started_at=began,
        )
        for number in range(count)
    ]
    TaskRow.objects.bulk_create(tasks)
    rules = [CheckinRule(task=task, any_time=True, **_daily(task.assistant, due_at)) for task in tasks]
    CheckinRule.objects.bulk_create(rules)
    due = [Checkin(task=rule.task, rule=rule, assistant=rule.task.assistant, due_at=due_at) for rule in rules]
    return Checkin.objects.bulk_create(due)


def _assistant(number: int, cast: Cast) -> User:
    user = UserFactory.create(name=f"Assistant {number}", email=f"assistant{number}@example.com", language="nl")
    MembershipFactory.create(team=cast.team, user=user, role=Role.ASSISTANT)
    return user


def _daily(person: User | None, moment: datetime) -> dict[str, object]:
    assert person
    local = moment.astimezone(person.zone)
    return {"trigger": "weekdays", "at_time": time(local.hour, local.minute), "weekdays": EVERY_DAY}
