"""What is lent is there for who has the task, as long as they have it, and for nobody else of those who carry out."""

from collections.abc import Callable
from datetime import datetime
from functools import partial

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Membership, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.delivery import reopen
from tasks.actions.handing_over import amend, decline, hand_back, reassign, stop
from tasks.lending import resources_of
from tasks.models import Resource, ResourceKind, Task
from tasks.queries import read_person, resources_for
from tasks.uploads import store
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.factories import ResourceFactory, deliver, task_in
from tests.tasks.files import note
from tests.tasks.secrets import KEY, PASSWORD, login_of

Ending = Callable[[Task, Cast, datetime], object]


def _stopped(task: Task, cast: Cast, now: datetime) -> None:
    stop(task_id=task.pk, by=cast.owner, now=now)


def _done(task: Task, cast: Cast, now: datetime) -> None:
    deliver(task, task.assistant or cast.assistant, now)


def _handed_back(task: Task, cast: Cast, now: datetime) -> None:
    hand_back(task_id=task.pk, by=task.assistant or cast.assistant, text="Sorry", now=now)


def _taken_off(task: Task, cast: Cast, now: datetime) -> None:
    amend(task_id=task.pk, by=cast.owner, fields={}, resources=[], now=now)


def _left(task: Task, cast: Cast, now: datetime) -> None:
    Membership.objects.filter(team=task.team, user=task.assistant).delete()


ENDINGS: dict[str, Ending] = {
    "done": _done, "stopped": _stopped, "handed back": _handed_back, "taken off": _taken_off, "left": _left
}  # fmt: skip


@pytest.fixture
def guide(cast: Cast, now: datetime, settings: Settings, tmp_path: str) -> Resource:
    settings.MEDIA_ROOT = tmp_path
    (stored,) = store([note()], team=cast.team, task=None, by=cast.owner, now=now)
    return ResourceFactory.create(team=cast.team, kind=ResourceKind.FILE, name="The guide", stored_file=stored)


def sees(user: User, resource: Resource, client: Client) -> set[bool]:
    """Whether they see it: in what they may use, in the list, and as a file. All of these say the same."""
    listed = resource.name in client.get(reverse("resources")).content.decode()
    opened = client.get(reverse("file", args=[resource.stored_file_id])).status_code
    return {resources_for(read_person(user)).filter(pk=resource.pk).exists(), listed, {200: True, 404: False}[opened]}


@pytest.mark.parametrize("person", ["assistant", "guest"])
@pytest.mark.parametrize("ending", ENDINGS)
def test_access_ends_at_once(
    ending: str, person: str, cast: Cast, guide: Resource, client_for: Callable[[User], Client], now: datetime
) -> None:
    user: User = getattr(cast, person)
    client = client_for(user)
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, assistant=user, resources=[guide])
    assert sees(user, guide, client) == {True}
    assert "The guide" in client.get(task.get_absolute_url()).content.decode()
    ENDINGS[ending](task, cast, now)
    assert sees(user, guide, client) == {False}
    page = client.get(task.get_absolute_url())
    assert "The guide" not in page.content.decode() or ending == "taken off"  # what changed may name it
    assert str(guide.stored_file_id) not in page.content.decode()


def test_it_goes_to_the_next_assistant_and_not_with_the_one_before(
    cast: Cast, guide: Resource, client_for: Callable[[User], Client], now: datetime
) -> None:
    sam, gus = (client_for(person) for person in (cast.assistant, cast.guest))
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=[guide])
    assert (sees(cast.assistant, guide, sam), sees(cast.guest, guide, gus)) == ({True}, {False})
    reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    assert (sees(cast.assistant, guide, sam), sees(cast.guest, guide, gus)) == ({False}, {True})
    assert "The guide" not in sam.get(task.get_absolute_url()).content.decode()
    decline(task_id=task.pk, by=cast.guest, reason="time", now=now)
    assert sees(cast.guest, guide, gus) == {False}


def test_a_task_that_is_opened_again_lends_it_again(
    cast: Cast, guide: Resource, client_for: Callable[[User], Client], now: datetime
) -> None:
    client = client_for(cast.assistant)
    task = task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, resources=[guide])
    assert sees(cast.assistant, guide, client) == {False}
    reopen(task_id=task.pk, by=cast.owner, text="One more thing", now=now)
    assert sees(cast.assistant, guide, client) == {True}


def test_another_task_that_still_needs_it_keeps_it_lent(
    cast: Cast, guide: Resource, client_for: Callable[[User], Client], now: datetime
) -> None:
    client = client_for(cast.assistant)
    first, _second = (
        task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=[guide]) for _number in range(2)
    )
    _stopped(first, cast, now)
    assert sees(cast.assistant, guide, client) == {True}


def test_who_hands_over_sees_it_whatever_becomes_of_the_task(
    cast: Cast, guide: Resource, client_for: Callable[[User], Client], now: datetime
) -> None:
    task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, resources=[guide])
    for person in (cast.owner, cast.entrepreneur):
        assert sees(person, guide, client_for(person)) == {True}
    assert sees(cast.outsider, guide, client_for(cast.outsider)) == {False}


def test_what_a_task_is_lent_tells_which_parts_are_sealed_and_reads_none(
    cast: Cast, guide: Resource, now: datetime
) -> None:
    lent = [
        login_of(cast, now, name="Both", one_time_code=KEY),
        login_of(cast, now, name="Code", password="", one_time_code=KEY),
        login_of(cast, now, name="Neither", password=""),
        guide,
    ]
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=lent)
    found = {row.name: row for row in resources_of(task)}
    parts = {name: row.secret_parts for name, row in found.items()}  # type: ignore[attr-defined]
    assert parts == {"Both": ["password", "one_time_code"], "Code": ["one_time_code"], "Neither": [], "The guide": []}
    assert found["The guide"].stored_file
    assert (found["The guide"].stored_file.name, found["The guide"].stored_file.version) == ("note.txt", 1)
    assert queries_of(partial(resources_of, task)) == 1
    assert PASSWORD not in str([vars(row) for row in found.values()])
