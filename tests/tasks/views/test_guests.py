"""Guests see their own tasks and nothing else; who left the team sees nothing at all."""

from datetime import datetime

import pytest
from django.urls import reverse

from accounts.models import Membership
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.handing_over import hand_back, reassign
from tasks.models import Task
from tests.conftest import Cast
from tests.tasks.factories import ResourceFactory, task_in
from tests.tasks.views.conftest import ClientFor, text_of

PAGES = ["now", "task_list", "resources"]


@pytest.fixture
def own(cast: Cast, now: datetime) -> Task:
    resource = ResourceFactory.create(team=cast.team, name="Lent to Gus")
    return task_in(
        State.OFFERED, LevelKey.ADVISE, cast, now, assistant=cast.guest, title="For Gus", resources=[resource]
    )


@pytest.fixture
def other(cast: Cast, now: datetime) -> Task:
    resource = ResourceFactory.create(team=cast.team, name="Lent to Sam")
    return task_in(State.OFFERED, LevelKey.ADVISE, cast, now, title="For Sam", resources=[resource])


@pytest.mark.parametrize("name", PAGES)
def test_a_guest_sees_nothing_of_others(name: str, own: Task, other: Task, cast: Cast, client_for: ClientFor) -> None:
    page = text_of(client_for(cast.guest).get(reverse(name)))
    assert "to Gus" in page or "For Gus" in page
    assert "For Sam" not in page
    assert "Lent to Sam" not in page


def test_a_guest_finds_only_their_own_tasks(own: Task, other: Task, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.guest)
    for query in ({"q": "For"}, {"show": "all"}, {"assistant": str(cast.assistant.pk)}, {"team": str(cast.team.pk)}):
        found = {task.title for task in client.get(reverse("task_list"), query).context["tasks"]}
        assert found <= {"For Gus"}


def test_a_guest_opens_only_their_own_tasks(own: Task, other: Task, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.guest)
    assert client.get(own.get_absolute_url()).status_code == 200
    assert client.get(other.get_absolute_url()).status_code == 404


def test_a_task_that_went_to_somebody_else_is_out_of_a_guests_sight(
    own: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    reassign(task_id=own.pk, by=cast.owner, assistant=cast.assistant, now=now)
    client = client_for(cast.guest)
    assert client.get(own.get_absolute_url()).status_code == 404
    assert "For Gus" not in text_of(client.get(reverse("task_list"), {"show": "all"}))


@pytest.mark.parametrize("person", ["guest", "assistant"])
@pytest.mark.parametrize("name", PAGES)
def test_who_left_the_team_sees_nothing_of_it(
    name: str, person: str, own: Task, other: Task, cast: Cast, client_for: ClientFor
) -> None:
    Membership.objects.filter(user=getattr(cast, person)).delete()
    page = text_of(client_for(getattr(cast, person)).get(reverse(name)))
    assert not any(title in page for title in ("For Gus", "For Sam", "Attached to"))


@pytest.mark.parametrize("person", ["guest", "assistant", "owner"])
def test_who_left_the_team_finds_no_task_any_more(
    person: str, own: Task, other: Task, cast: Cast, client_for: ClientFor
) -> None:
    Membership.objects.filter(user=getattr(cast, person)).delete()
    client = client_for(getattr(cast, person))
    for task in (own, other):
        assert client.get(task.get_absolute_url()).status_code == 404
        assert client.get(reverse("task_edit", args=[task.pk])).status_code == 404


def test_what_a_guest_handed_back_is_out_of_sight_but_told(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, assistant=cast.guest)
    hand_back(task_id=task.pk, by=cast.guest, text="Ill", now=now)
    page = client_for(cast.guest).get(reverse("task_action", args=[task.pk, "deliver"]), follow=True)
    assert page.redirect_chain == [(reverse("now"), 302)]
    assert "This task is no longer with you." in text_of(page)
    assert task.title not in text_of(page)
