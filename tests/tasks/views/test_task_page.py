"""The task page: whose turn it is, the brief, what happened, what I can do now."""

import re
from datetime import datetime

import pytest
from django.urls import reverse

from accounts.models import User
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import Action, State
from tasks.models import Checkin, CheckinState, Event, Task, Turn, TurnKind, TurnState
from tasks.screens import SCREENS
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.factories import EVERYWHERE, ResourceFactory, task_in
from tests.tasks.views.conftest import ClientFor, crowd, text_of

MOST_QUERIES = 8
NONSENSE = ["garbage", "-1", "0", "9" * 30, "٣", "\x00", "1.5", ""]


def long_life(task: Task, cast: Cast, count: int, now: datetime) -> None:
    """So many of everything that a task page shows."""
    events = [Event(task=task, at=now, actor=cast.assistant, kind=Action.ASK, data={"text": "?"}) for _ in range(count)]
    Event.objects.bulk_create(events)
    values = {"task": task, "kind": TurnKind.QUESTION, "by": cast.assistant, "waits_on": cast.owner, "created_at": now}
    Turn.objects.bulk_create(Turn(**values, state=TurnState.OPEN, text="Which?") for _ in range(count))
    answered = {"answered_by": cast.owner, "answered_at": now, "answer_text": "This one", "answer": "answered"}
    Turn.objects.bulk_create(Turn(**values, **answered, state=TurnState.ANSWERED) for _ in range(count))
    Checkin.objects.bulk_create(
        Checkin(task=task, assistant=cast.assistant, due_at=now, asked_at=now, state=state)
        for state in (CheckinState.ASKED, CheckinState.DUE)
        for _ in range(count)
    )
    task.resources.add(*(ResourceFactory.create(team=task.team) for _ in range(min(count, 50))))


@pytest.mark.parametrize("person", ["owner", "assistant", "entrepreneur"])
@pytest.mark.parametrize("level", [LevelKey.ADVISE, LevelKey.INSTRUCTIONS])
def test_a_long_life_takes_no_more_queries_than_a_short_one(
    person: str, level: LevelKey, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, level, cast, now)
    client = client_for(getattr(cast, person))
    long_life(task, cast, 2, now)
    few = queries_of(lambda: client.get(task.get_absolute_url()))
    long_life(task, cast, 200, now)
    crowd(cast, 100, now)
    assert queries_of(lambda: client.get(task.get_absolute_url())) == few <= MOST_QUERIES


@pytest.mark.parametrize(("state", "level"), EVERYWHERE)
def test_every_state_at_every_level_is_shown_to_everybody(
    state: State, level: LevelKey, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    rules = [Rule(trigger=Trigger.AFTER_START, hours=2)]
    task = task_in(state, level, cast, now, rules=rules)
    for person in (cast.owner, cast.entrepreneur, cast.assistant):
        response = client_for(person).get(task.get_absolute_url())
        hidden = person == cast.assistant and state == State.DRAFT
        assert response.status_code == (404 if hidden else 200)
        if not hidden:
            assert queries_are_few(person, task, client_for)
            offered = re.findall(rf"/tasks/{task.pk}/([a-z-]+)/", text_of(response))
            assert set(offered) <= set(SCREENS) | {"edit", "time", "expenses", "versions"}


def queries_are_few(person: User, task: Task, client_for: ClientFor) -> bool:
    client = client_for(person)
    return queries_of(lambda: client.get(task.get_absolute_url())) <= MOST_QUERIES


@pytest.mark.walk
@pytest.mark.parametrize(("state", "level"), EVERYWHERE)
def test_every_button_leads_somewhere(
    state: State, level: LevelKey, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(state, level, cast, now)
    for person in (cast.owner, cast.assistant):
        client = client_for(person)
        page = text_of(client.get(task.get_absolute_url()))
        for path in set(re.findall(rf'href="(/tasks/{task.pk}/[a-z-]+/)"', page)):
            assert client.get(path).status_code == 200


def test_the_timeline_goes_back_page_by_page(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    events = [Event(task=task, at=now, actor=cast.owner, kind=Action.ASK, data={"text": str(n)}) for n in range(58)]
    Event.objects.bulk_create(events)
    client, path, found = client_for(cast.owner), task.get_absolute_url(), 0
    for _page in range(4):
        page = client.get(path)
        found += len(page.context["lines"])
        if page.context["earlier"] is None:
            break
        path = f"{task.get_absolute_url()}?earlier={page.context['earlier']}"
    assert found == Event.objects.filter(task=task).count() == 60


@pytest.mark.parametrize("earlier", NONSENSE)
def test_a_timeline_that_begins_nowhere_is_no_error(
    earlier: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now)
    assert client_for(cast.owner).get(task.get_absolute_url(), {"earlier": earlier}).status_code == 200


def test_an_id_that_is_none_is_not_found(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    for path in ("/tasks/123/", "/tasks/00000000-0000-0000-0000-000000000000/", "/tasks/x" + "y" * 300 + "/"):
        assert client.get(path).status_code == 404


def test_resources_are_lent_only_as_long_as_the_task_is_open(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    resource = ResourceFactory.create(team=cast.team, name="The address book")
    running = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=[resource])
    done = task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, resources=[resource])
    sam, eva = client_for(cast.assistant), client_for(cast.owner)
    assert "The address book" in text_of(sam.get(running.get_absolute_url()))
    assert "The address book" not in text_of(sam.get(done.get_absolute_url()))
    assert "The address book" in text_of(eva.get(done.get_absolute_url()))


def test_another_entrepreneur_of_the_team_can_answer_too(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.AWAITING_APPROVAL, LevelKey.PROPOSE, cast, now)
    page = text_of(client_for(cast.entrepreneur).get(task.get_absolute_url()))
    assert reverse("task_action", args=[task.pk, "approve"]) in page


def test_a_task_that_is_late_says_so(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, deadline_date=now.date().replace(day=1))
    assert 'class="tag bad">late' in text_of(client_for(cast.owner).get(task.get_absolute_url()))
