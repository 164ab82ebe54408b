"""The resources of the team."""

import re
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
from tests.tasks.secrets import PASSWORD, login_of
from tests.tasks.test_receipts import image
from tests.tasks.views.conftest import ClientFor, field_of, text_of

RESOURCES = reverse("resources")

NO_ID = "0b5f3c1e-8c5e-4f6e-9d0a-6f2b7c1d2e3f"


def test_twice_as_many_resources_take_as_many_queries(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.owner, role=Role.ENTREPRENEUR)
    owner, assistant = client_for(cast.owner), client_for(cast.assistant)

    def ten_more() -> None:
        lent = [login_of(cast, now, name=f"Login {number}") for number in range(10)]
        ResourceFactory.create_batch(10, team=cast.other_team)
        for _number in range(2):
            task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=lent)

    ten_more()
    pages = [RESOURCES, f"{RESOURCES}?q=login&kind=login&team={cast.team.pk}"]
    few = [queries_of(partial(client.get, page)) for client in (owner, assistant) for page in pages]
    ten_more()
    assert [queries_of(partial(client.get, page)) for client in (owner, assistant) for page in pages] == few
    assert max(few) <= 6


def test_the_list_goes_on_page_by_page(cast: Cast, client_for: ClientFor) -> None:
    made = [ResourceFactory.create(team=cast.team, name=f"Same {number // 3}", content="text") for number in range(60)]
    client, page, found = client_for(cast.owner), f"{RESOURCES}?q=same", []
    for _page in range(4):
        answer = client.get(page)
        found += [resource.pk for resource in answer.context["resources"]]
        if not (following := re.search(r'rel="next" href="([^"]+)"', text_of(answer))):
            break
        page = f"{RESOURCES}{following[1]}"
    assert found == [resource.pk for resource in sorted(made, key=lambda resource: (resource.name, str(resource.pk)))]
    assert len(answer.context["resources"]) == 10


@pytest.mark.parametrize("after", ["garbage", "_", "\x00", NO_ID, f"{NO_ID}_\x00", f"{'9' * 40}_x"])
def test_a_page_that_there_is_not_is_the_first(after: str, cast: Cast, client_for: ClientFor) -> None:
    ResourceFactory.create(team=cast.team)
    assert len(client_for(cast.owner).get(RESOURCES, {"after": after}).context["resources"]) == 1


@pytest.mark.parametrize(
    ("search", "found"),
    [
        ("SHOP", {"Web shop"}),
        ("eva@", {"Web shop"}),
        ("admin.example", {"Web shop"}),
        ("kade utrecht", {"Office"}),
        ("kade amsterdam", set()),
        ("100%", {"Discount"}),
        ("%", {"Discount"}),
        ("_", set()),
        ("(", set()),
        ("battery", set()),
        ("gAAAA", set()),
        ("\x00 office \x00", {"Office"}),
        ("   ", {"Web shop", "Office", "Discount", "CAFÉ"}),
        ("x" * 5_000, set()),
    ],
)
def test_a_search_looks_in_all_but_the_secrets(
    search: str, found: set[str], cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    login_of(cast, now, name="Web shop", user_name="Eva@shop", web_address="https://admin.example.com")
    ResourceFactory.create(team=cast.team, kind="address", name="Office", content="Kade 1\nUtrecht")
    ResourceFactory.create(team=cast.team, kind="note", name="Discount", content="100% of it")
    ResourceFactory.create(team=cast.team, kind="note", name="CAFÉ", content="-")
    page = client_for(cast.owner).get(RESOURCES, {"q": search})
    assert {resource.name for resource in page.context["resources"]} == found


def test_letters_with_accents_are_found_in_either_case(cast: Cast, client_for: ClientFor) -> None:
    ResourceFactory.create(team=cast.team, name="CAFÉ de Wereld")
    assert len(client_for(cast.owner).get(RESOURCES, {"q": "café"}).context["resources"]) == 1


def test_the_list_is_narrowed_to_a_kind_and_a_team(cast: Cast, client_for: ClientFor) -> None:
    MembershipFactory.create(team=cast.other_team, user=cast.owner, role=Role.ASSISTANT)
    ResourceFactory.create(team=cast.team, name="Link")
    ResourceFactory.create(team=cast.team, name="Note", kind="note")
    ResourceFactory.create(team=cast.other_team, name="Not lent")
    client = client_for(cast.owner)

    def names(**query: str) -> list[str]:
        return [resource.name for resource in client.get(RESOURCES, query).context["resources"]]

    assert names(kind="note") == ["Note"]
    assert names(team=str(cast.team.pk)) == ["Link", "Note"]
    assert names(team=str(cast.other_team.pk)) == []
    assert names(kind="boss", team="garbage") == ["Link", "Note"]


def test_a_search_that_finds_nothing_says_so(cast: Cast, client_for: ClientFor) -> None:
    page = text_of(client_for(cast.owner).get(RESOURCES, {"q": "nowhere"}))
    assert "No resource fits this search. Passwords and codes are not searched." in page


def test_nothing_of_a_secret_is_in_the_page(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    secret = login_of(cast, now).secrets.get()
    page = text_of(client_for(cast.owner).get(RESOURCES))
    assert "Shop" in page
    assert PASSWORD not in page
    assert secret.sealed not in page


def test_colours_are_shown_as_they_look(cast: Cast, client_for: ClientFor) -> None:
    ResourceFactory.create(team=cast.team, kind="colours", content='Blue #1F3D99\nrgb(1,2,3)\nred"/><script>')
    page = client_for(cast.owner).get(RESOURCES).content.decode()
    for colour in ("#1f3d99", "#010203", "#ff0000"):
        assert f'fill="{colour}"' in page
    assert "Blue #1F3D99" in page
    assert "red&quot;/&gt;&lt;script&gt;" in page
    assert "style=" not in page


def test_who_has_it_lent_sees_for_which_task(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    resource = ResourceFactory.create(team=cast.team, name="Lent")
    offered = task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now, title="Offered", resources=[resource])
    running = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, title="Running", resources=[resource])
    of_gus = task_in(
        State.OFFERED, LevelKey.JUST_DO_IT, cast, now, title="Of Gus", resources=[resource], assistant=cast.guest
    )
    task_in(State.DONE, LevelKey.JUST_DO_IT, cast, now, title="Over", resources=[resource])
    (seen,) = client_for(cast.assistant).get(RESOURCES).context["resources"]
    assert seen.lent == [running, offered]
    (seen,) = client_for(cast.guest).get(RESOURCES).context["resources"]
    assert seen.lent == [of_gus]
    page = client_for(cast.owner).get(RESOURCES)
    assert "attached to 3 open tasks" in text_of(page)


@pytest.mark.parametrize("kind", [kind for kind in ResourceKind if kind != ResourceKind.FILE])
def test_a_resource_is_given_to_the_team(kind: str, cast: Cast, client_for: ClientFor) -> None:
    sent = {"kind": kind, "name": "Office", "content": "Kade 1\nUtrecht", "user_name": "eva"}
    page = client_for(cast.entrepreneur).post(RESOURCES, sent, follow=True)
    assert "Added. You can attach it to any task." in text_of(page)
    found = Resource.objects.get()
    assert (found.team, found.kind, found.content) == (cast.team, kind, "Kade 1\nUtrecht")


def test_a_file_is_given_to_the_team(cast: Cast, client_for: ClientFor, settings: Settings, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path
    sent = {"kind": "file", "name": "Logo", "file": SimpleUploadedFile("logo.png", image("PNG"))}
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
