"""The resources of the team."""

from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from pytest_django import Settings

from accounts.models import Role
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import Resource, ResourceKind, StoredFile
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory
from tests.tasks.factories import ResourceFactory, task_in
from tests.tasks.views.conftest import ClientFor, field_of, text_of

RESOURCES = reverse("resources")


def test_twice_as_many_resources_take_as_many_queries(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.owner, role=Role.ENTREPRENEUR)
    owner, assistant = client_for(cast.owner), client_for(cast.assistant)

    def ten_more() -> None:
        lent = ResourceFactory.create_batch(10, team=cast.team)
        ResourceFactory.create_batch(10, team=cast.other_team)
        task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=lent)

    ten_more()
    few = [queries_of(partial(client.get, RESOURCES)) for client in (owner, assistant)]
    ten_more()
    assert [queries_of(partial(client.get, RESOURCES)) for client in (owner, assistant)] == few
    assert max(few) <= 6


@pytest.mark.parametrize("kind", [kind for kind in ResourceKind if kind != ResourceKind.FILE])
def test_a_resource_is_given_to_the_team(kind: str, cast: Cast, client_for: ClientFor) -> None:
    sent = {"kind": kind, "name": "Office", "content": "Kade 1\nUtrecht"}
    page = client_for(cast.entrepreneur).post(RESOURCES, sent, follow=True)
    assert "Added. You can attach it to any task." in text_of(page)
    found = Resource.objects.get()
    assert (found.team, found.kind, found.content) == (cast.team, kind, "Kade 1\nUtrecht")


def test_a_file_is_given_to_the_team(cast: Cast, client_for: ClientFor, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    sent = {"kind": "file", "name": "Logo", "file": SimpleUploadedFile("logo.svg", b"<svg onload='alert(1)'/>")}
    page = client_for(cast.owner).post(RESOURCES, sent, follow=True)
    assert reverse("file", args=[StoredFile.objects.get().pk]) in text_of(page)


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"kind": "", "name": "x", "content": "y"}, "kind"),
        ({"kind": "password", "name": "x", "content": "y"}, "kind"),
        ({"kind": "link", "name": "", "content": "y"}, "name"),
        ({"kind": "link", "name": "x" * 121, "content": "y"}, "name"),
        ({"kind": "link", "name": "x", "content": ""}, "content"),
        ({"kind": "link", "name": "x", "content": "y" * 10_001}, "content"),
        ({"kind": "link", "name": "x\x00", "content": "y"}, "name"),
        ({"kind": "file", "name": "x"}, "file"),
    ],
)
def test_what_is_missing_is_told_beside_its_field(
    sent: dict[str, str], field: str, cast: Cast, client_for: ClientFor
) -> None:
    page = client_for(cast.owner).post(RESOURCES, sent)
    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert field_of(page, field).errors[0] in text_of(page)
    assert not Resource.objects.exists()


def test_an_address_that_runs_something_is_not_a_link(cast: Cast, client_for: ClientFor) -> None:
    for content in ("javascript:alert(1)", '<a href="javascript:alert(1)">x</a>', "data:text/html,<script>1</script>"):
        ResourceFactory.create(team=cast.team, content=content)
    page = client_for(cast.owner).get(RESOURCES).content.decode()
    assert 'href="javascript' not in page
    assert 'href="data' not in page
    assert "<script>1" not in page


def test_an_assistant_sees_what_is_lent_to_their_open_tasks_only(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    def lend(name: str, state: State, **fields: Any) -> None:
        resource = ResourceFactory.create(team=cast.team, name=name)
        task_in(state, LevelKey.JUST_DO_IT, cast, now, resources=[resource], **fields)

    lend("for Sam", State.IN_PROGRESS)
    lend("for Gus", State.OFFERED, assistant=cast.guest)
    lend("not yet", State.DRAFT)
    lend("no longer", State.DONE)
    ResourceFactory.create(team=cast.team, name="for nobody")

    def names(person: str) -> set[str]:
        return {resource.name for resource in client_for(getattr(cast, person)).get(RESOURCES).context["resources"]}

    assert names("assistant") == {"for Sam"}
    assert names("guest") == {"for Gus"}
    assert names("outsider") == set()
    assert names("owner") == {"for Sam", "for Gus", "not yet", "no longer", "for nobody"}


def test_a_resource_goes_to_the_team_that_was_chosen(cast: Cast, client_for: ClientFor) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.owner, role=Role.ENTREPRENEUR)
    sent = {"kind": "link", "name": "x", "content": "https://example.com"}
    page = client_for(cast.owner).post(f"{RESOURCES}?team={cast.other_team.pk}", sent)
    assert page.headers["Location"] == f"{RESOURCES}?team={cast.other_team.pk}"
    assert Resource.objects.get().team == cast.other_team
