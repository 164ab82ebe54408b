"""One resource, for who hands over: what it is, where it is lent, who saw it, and taking it back."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.secrets import reveal
from tasks.models import Resource, RevealWay, SecretPart
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.factories import ResourceFactory, TaskFactory, task_in
from tests.tasks.secrets import KEY, PASSWORD, login_of
from tests.tasks.views.conftest import ClientFor, text_of


def path(resource: Resource) -> str:
    return reverse("resource", args=[resource.pk])


def test_it_says_what_it_is_and_which_open_tasks_need_it(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    resource = ResourceFactory.create(team=cast.team, name="Office", kind="address", content="Kade 1\nUtrecht")
    for state, title in ((State.IN_PROGRESS, "Running"), (State.DONE, "Over"), (State.DRAFT, "Not yet")):
        task_in(state, LevelKey.JUST_DO_IT, cast, now, title=title, resources=[resource])
    page = text_of(client_for(cast.entrepreneur).get(path(resource)))
    assert "Kade 1<br>Utrecht" in page
    assert "Running" in page
    assert "Over" not in page
    assert "Not yet" not in page
    assert reverse("resource_edit", args=[resource.pk]) in page
    assert reverse("resource_remove", args=[resource.pk]) not in page


def test_what_nobody_needs_now_can_be_removed(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    resource = ResourceFactory.create(team=cast.team)
    task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, resources=[resource])
    page = text_of(client_for(cast.owner).get(path(resource)))
    assert "To no open task." in page
    assert reverse("resource_remove", args=[resource.pk]) in page


def test_a_login_shows_no_secret_and_who_saw_it(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    login = login_of(cast, now, one_time_code=KEY)
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=[login], title="The task")
    reveal(resource=login, part=SecretPart.PASSWORD, way=RevealWay.SHOWN, by=cast.assistant, now=now, task_id=task.pk)
    page = text_of(client_for(cast.owner).get(path(login)))
    assert "Sam Smit" in page
    assert "The task" in page
    assert PASSWORD not in page
    assert KEY not in page


@pytest.mark.parametrize("person", ["assistant", "guest", "outsider"])
def test_it_is_not_for_who_does_not_hand_over(person: str, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    resource = ResourceFactory.create(team=cast.team, name="Office")
    task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=[resource])
    answer = client_for(getattr(cast, person)).get(path(resource))
    assert answer.status_code == (403 if person == "assistant" else 404)
    assert "Office" not in text_of(answer)


def test_a_resource_that_many_need_costs_as_much(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    login = login_of(cast, now)
    client = client_for(cast.owner)

    def more(count: int) -> None:
        for number in range(count):
            values = {"state": State.IN_PROGRESS, "assistant": cast.assistant, "created_at": now}
            task = TaskFactory.create(team=cast.team, entrepreneur=cast.owner, **values)
            task.resources.add(login)
            reveal(
                resource=login,
                part=SecretPart.PASSWORD,
                way=RevealWay.SHOWN,
                by=cast.assistant,
                now=now + timedelta(minutes=number),
            )

    more(5)
    few = queries_of(lambda: client.get(path(login)))
    more(30)
    page = client.get(path(login))
    assert len(page.context["tasks"]) == 25
    assert "And to more open tasks." in text_of(page)
    assert queries_of(lambda: client.get(path(login))) == few <= 8
