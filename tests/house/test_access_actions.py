"""Whose role may do what to a task; an action that is not in the table fails."""

import pytest
from django.urls import reverse

from tasks.models import Event
from tasks.screens import SCREENS
from tests.house.addresses import LOGIN, answers
from tests.house.conftest import World

pytestmark = pytest.mark.walk

# Whatever the state of the task: E who hands over, A who carries out.
ACTIONS: dict[str, str] = {
    "delegate": "E", "accept-task": "A", "decline": "A", "acknowledge": "A", "ask": "EA", "answer": "EA",
    "propose": "A", "approve": "E", "ask-for-changes": "E", "submit-options": "A", "choose": "E",
    "ask-for-other-options": "E", "tick-step": "A", "ask-to-deviate": "A", "allow-deviation": "E",
    "refuse-deviation": "E", "answer-checkin": "A", "pause-checkin-rule": "E", "resume-checkin-rule": "E",
    "approve-expense": "E", "refuse-expense": "E",
    "start-timer": "A", "log-work": "A", "log-expense": "A", "flag": "A", "answer-flag": "E", "submit-findings": "A",
    "deliver": "A", "accept-result": "E", "send-back": "E", "reopen": "E", "hand-back": "A", "reassign": "E",
    "take-back": "E", "pass-on": "E", "stop": "E", "swap-wish": "E", "to-tray": "EA", "drop-scope": "E",
    "deliver-milestone": "A", "accept-milestone": "E", "send-back-milestone": "E",
}  # fmt: skip


def test_every_action_is_in_the_table() -> None:
    assert set(SCREENS) == set(ACTIONS)


@pytest.mark.parametrize("slug", ACTIONS)
def test_an_action_is_for_the_role_that_it_belongs_to(slug: str, world: World) -> None:
    path = reverse("task_action", args=[world.task.pk, slug])
    may = {"entrepreneur": "E" in ACTIONS[slug], "owner": "E" in ACTIONS[slug], "assistant": "A" in ACTIONS[slug]}
    refused = {"anonymous": LOGIN, "outsider": 404, "guest": 404, "onlooker": 403}
    refused |= {person: 403 for person, allowed in may.items() if not allowed}
    events = Event.objects.filter(task=world.task).count()

    looking = answers(world, "get", path, {})
    assert {person: looking[person] for person in refused} == refused
    assert all(looking[person] in {200, 409} for person, allowed in may.items() if allowed)

    strangers = {person: client for person, client in world.clients.items() if person in refused}
    for person, client in strangers.items():
        assert client.post(path).status_code == (302 if person == "anonymous" else refused[person])
    assert Event.objects.filter(task=world.task).count() == events

    for person in (person for person, allowed in may.items() if allowed):
        assert world.clients[person].post(path).status_code in {302, 409, 422}
