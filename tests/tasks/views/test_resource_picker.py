"""Choosing what a task needs while its brief is written: searched, suggested, ticked, and given on the spot."""

from datetime import datetime
from typing import Any
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Role
from accounts.sealing import unseal
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.resources import purpose_of
from tasks.models import Resource, ResourceKind, Task
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory
from tests.tasks.factories import ResourceFactory, TaskFactory, task_in
from tests.tasks.secrets import PASSWORD
from tests.tasks.views.conftest import ClientFor, text_of

PICKER, NEW = reverse("resource_picker"), reverse("task_new")


@pytest.fixture
def logo(cast: Cast) -> Resource:
    return ResourceFactory.create(team=cast.team, name="Logo")


def ticked(resource: Resource) -> str:
    return f'value="{resource.pk}" id="resource-{resource.pk}" checked'


def offered(resource: Resource) -> str:
    return f'value="{resource.pk}" id="resource-{resource.pk}">'


def test_a_search_finds_it_and_keeps_what_was_chosen(cast: Cast, client_for: ClientFor, logo: Resource) -> None:
    tone = ResourceFactory.create(team=cast.team, name="Tone of voice")
    page = text_of(client_for(cast.owner).post(PICKER, {"resource_search": "TONE", "resources": [logo.pk]}))
    assert ticked(logo) in page
    assert offered(tone) in page
    assert "<html" not in page


def test_what_earlier_tasks_needed_is_suggested_as_one_types(
    cast: Cast, client_for: ClientFor, logo: Resource, now: datetime
) -> None:
    ResourceFactory.create_batch(9, team=cast.team, name="A")
    task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, title="The newsletter of May", resources=[logo])
    client = client_for(cast.owner)
    assert "Earlier ones like it did" not in text_of(client.post(PICKER, {"title": "The hotel"}))
    page = text_of(client.post(PICKER, {"title": "Newsletter of June", "level": "advise", "assistant": "garbage"}))
    assert "Earlier ones like it did" in page
    assert "1 earlier task" in page


def test_nothing_of_another_team_is_found_or_kept(cast: Cast, client_for: ClientFor) -> None:
    foreign = ResourceFactory.create(team=cast.other_team, name="Olga's")
    theirs = TaskFactory.create(team=cast.other_team, entrepreneur=cast.outsider, title="Olga's task")
    sent = {"resource_search": "olga", "resources": [foreign.pk, uuid4(), "garbage", "\x00"], "title": "Olga's task"}
    page = client_for(cast.owner).post(f"{PICKER}?task={theirs.pk}", sent)
    assert page.status_code == 200
    assert "Olga's" not in text_of(page)
    assert str(foreign.pk) not in text_of(page)


def test_where_one_only_assists_nothing_is_searched(cast: Cast, client_for: ClientFor) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.owner, role=Role.ASSISTANT)
    assert client_for(cast.owner).post(f"{PICKER}?team={cast.other_team.pk}").status_code in {403, 404}
    assert client_for(cast.assistant).post(PICKER).status_code == 403


def test_a_thousand_resources_are_not_a_thousand_ticks(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    ResourceFactory.create_batch(20, team=cast.team)
    few = [queries_of(lambda: client.get(NEW)), queries_of(lambda: client.post(PICKER, {"resource_search": "res"}))]
    Resource.objects.bulk_create(ResourceFactory.build_batch(1000, team=cast.team))
    assert [
        queries_of(lambda: client.get(NEW)),
        queries_of(lambda: client.post(PICKER, {"resource_search": "res"})),
    ] == few
    assert text_of(client.get(NEW)).count('name="resources"') < 20
    assert text_of(client.post(PICKER, {"resource_search": "res"})).count('name="resources"') < 20


# --- without JavaScript -------------------------------------------------------------------------------------------


def brief(**sent: Any) -> dict[str, Any]:
    return {
        "title": "Newsletter", "level": "advise", "criteria": "one\ntwo", "money_limit": "lots", "purpose": "typed",
        "resource_search": "", **sent,
    }  # fmt: skip


@pytest.mark.parametrize("do", ["find", "enter"])
def test_a_search_keeps_everything_that_was_typed(do: str, cast: Cast, client_for: ClientFor, logo: Resource) -> None:
    tone = ResourceFactory.create(team=cast.team, name="Tone of voice")
    page = client_for(cast.owner).post(NEW, brief(do=do, resource_search="logo", resources=[tone.pk]))
    assert page.status_code == 200
    text = text_of(page)
    assert ticked(tone) in text
    assert offered(logo) in text
    for typed in ('value="Newsletter"', "one\ntwo", 'value="lots"', ">\ntyped<", 'value="logo"'):
        assert typed in text
    assert "invalid-feedback" not in text
    assert not Task.objects.exists()


def test_enter_without_a_search_hands_over(cast: Cast, client_for: ClientFor) -> None:
    sent = {"title": "x", "level": "just_do_it", "deliverable": "y", "assistant": cast.assistant.pk, "do": "enter"}
    assert client_for(cast.owner).post(NEW, sent).status_code == 302
    assert Task.objects.get().state == State.OFFERED


def test_a_search_in_a_brief_that_is_agreed_changes_nothing(
    cast: Cast, client_for: ClientFor, logo: Resource, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=[logo])
    other = ResourceFactory.create(team=cast.team, name="Other")
    client, path = client_for(cast.owner), reverse("task_edit", args=[task.pk])
    assert ticked(logo) in text_of(client.get(path))
    sent = brief(do="find", resource_search="other", revision=task.revision, resources=[logo.pk])
    page = text_of(client.post(path, sent))
    assert ticked(logo) in page
    assert offered(other) in page
    assert list(task.resources.all()) == [logo]
    assert task.brief_version == 1


def test_taking_something_off_a_task_under_way_is_a_new_version(
    cast: Cast, client_for: ClientFor, logo: Resource, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=[logo])
    sent = {"title": task.title, "deliverable": task.deliverable, "do": "save", "revision": task.revision}
    assert client_for(cast.owner).post(reverse("task_edit", args=[task.pk]), sent).status_code == 302
    task.refresh_from_db()
    assert task.brief_version == 2
    assert not task.resources.exists()


# --- something new ------------------------------------------------------------------------------------------------

LOGIN = {
    "resource_kind": "login", "resource_name": "Shop", "resource_user_name": "eva", "resource_password": PASSWORD,
    "resource_asks_reason": "on",
}  # fmt: skip


def test_a_login_that_is_typed_here_is_sealed_and_goes_with_the_task(cast: Cast, client_for: ClientFor) -> None:
    sent = {"title": "x", "level": "advise", "do": "draft", **LOGIN}
    assert client_for(cast.owner).post(NEW, sent).status_code == 302
    login = Task.objects.get().resources.get()
    assert (login.kind, login.user_name, login.asks_reason) == (ResourceKind.LOGIN, "eva", True)
    assert unseal(login.secrets.get().sealed, purpose=purpose_of(login, "password")) == PASSWORD


@pytest.mark.parametrize("do", ["find", "delegate"])
def test_a_password_outlives_a_mistake_elsewhere_and_is_not_in_the_page(
    do: str, cast: Cast, client_for: ClientFor
) -> None:
    client = client_for(cast.owner)
    page = client.post(NEW, brief(do=do, resource_search="x", **LOGIN))
    assert page.status_code == (200 if do == "find" else 422)
    assert PASSWORD not in text_of(page)
    kept = page.context["form"].new_resource["password"].value()
    again = LOGIN | {"resource_password": "", "resource_password_kept": kept.kept}
    assert client.post(NEW, {"title": "x", "level": "advise", "do": "draft", **again}).status_code == 302
    login = Resource.objects.get()
    assert unseal(login.secrets.get().sealed, purpose=purpose_of(login, "password")) == PASSWORD


def test_a_brief_that_came_too_late_gives_back_what_was_typed_but_no_password(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    sent = {"title": "A title that is rather long", "deliverable": "y", "do": "save", "revision": "-1", **LOGIN}
    page = client_for(cast.owner).post(reverse("task_edit", args=[task.pk]), sent)
    assert page.status_code == 409
    assert "A title that is rather long" in text_of(page)
    assert "Shop" in text_of(page)
    assert PASSWORD not in text_of(page)
    assert not Resource.objects.exists()
