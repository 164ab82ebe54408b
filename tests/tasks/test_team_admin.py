"""Members in the admin: what the pages of a team refuse is refused here too, and what they tell is told."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.letters import words
from accounts.models import Absence, AuditEntry, Departure, Membership, Message, Role, Team, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tests.accounts.test_admin import team_form
from tests.conftest import Cast
from tests.factories import InvitationFactory, UserFactory
from tests.tasks.factories import task_in


@pytest.fixture
def root(db: None) -> User:
    return UserFactory.create(is_staff=True, is_superuser=True, email="root@example.com", name="Root")


@pytest.fixture
def admin(root: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(root)


Save = Callable[..., HttpResponse]


@pytest.fixture
def save(admin: Client, cast: Cast) -> Save:
    """Saves the team's page with these roles, and whatever else it sends."""

    def press(roles: dict[User, Role] | None = None, **others: Any) -> HttpResponse:
        sent = team_form(cast, roles or {}) | others
        path = reverse("admin:accounts_team_change", args=[cast.team.pk])
        return admin.post(path, sent, REMOTE_ADDR="198.51.100.7")  # type: ignore[return-value]

    return press


def roles_in(team: Team) -> dict[str, str]:
    """By first name."""
    found = Membership.objects.filter(team=team).values_list("user__name", "role")
    return {name.split()[0]: role for name, role in found}


AS_BEFORE = {"Eva": "owner", "Finn": "entrepreneur", "Sam": "assistant", "Gus": "guest"}


def new_row(cast: Cast, person: User, role: Role) -> dict[str, str]:
    """What the page sends for one more member."""
    row = {"user": str(person.pk), "role": role, "team": str(cast.team.pk), "id": ""}
    return {"memberships-TOTAL_FORMS": "5", **{f"memberships-4-{name}": value for name, value in row.items()}}


def written(kind: str) -> list[tuple[Any, ...]]:
    found = AuditEntry.objects.filter(kind=kind).order_by("id")
    return [(entry.actor, entry.about, entry.ip, entry.data) for entry in found]


def told() -> set[tuple[str, str]]:
    return set(Message.objects.values_list("recipient__name", "template"))


def row_of(cast: Cast, person: User) -> str:
    members = list(Membership.objects.filter(team=cast.team).order_by("id").values_list("user", flat=True))
    return f"memberships-{members.index(person.pk)}"


def test_nobody_takes_the_place_of_another(save: Save, cast: Cast) -> None:
    assert save(**{f"{row_of(cast, cast.assistant)}-user": str(cast.outsider.pk)}).status_code == 302
    assert Membership.objects.filter(team=cast.team, user=cast.assistant, role=Role.ASSISTANT).exists()
    assert not Membership.objects.filter(team=cast.team, user=cast.outsider).exists()
    assert not Departure.objects.exists()


def test_the_page_shows_who_it_is_and_saves_without_being_sent_it(admin: Client, cast: Cast) -> None:
    path = reverse("admin:accounts_team_change", args=[cast.team.pk])
    page = admin.get(path).content.decode()
    chosen = re.findall(r'<select name="memberships-\d-user"[^>]*>', page)
    assert len(chosen) == 4
    assert all(" disabled" in each for each in chosen)
    sent = {name: value for name, value in team_form(cast, {cast.guest: Role.ASSISTANT}).items() if "-user" not in name}
    assert admin.post(path, sent).status_code == 302
    assert roles_in(cast.team) == AS_BEFORE | {"Gus": "assistant"}


def test_a_role_that_the_work_stands_in_the_way_of_is_refused_at_its_row(save: Save, cast: Cast, now: datetime) -> None:
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    before = told()
    answer = save({cast.assistant: Role.ENTREPRENEUR, cast.guest: Role.ASSISTANT}, name="Another name")
    assert answer.status_code == 200
    formset = answer.context["inline_admin_formsets"][0].formset  # type: ignore[attr-defined]
    errors = {form.prefix: dict(form.errors) for form in formset.forms if form.errors}
    assert list(errors) == [row_of(cast, cast.assistant)]
    assert "Sam still has tasks to carry out" in str(errors)
    assert 'value="Another name"' in answer.content.decode()
    assert roles_in(cast.team) == AS_BEFORE
    assert Team.objects.get(pk=cast.team.pk).name == cast.team.name
    assert not AuditEntry.objects.exists()
    assert told() == before


def test_another_role_does_all_that_it_does_on_the_page_of_the_team(
    save: Save, root: User, cast: Cast, now: datetime
) -> None:
    day = timezone.now().date() + timedelta(days=1)
    fields: dict[str, Any] = {"team": cast.team, "person": cast.owner, "deputy": cast.entrepreneur}
    Absence.objects.create(**fields, first=day, last=day, created_at=now)
    sent = InvitationFactory.create(team=cast.team, invited_by=cast.entrepreneur, email="in@example.com")
    Membership.objects.filter(user=cast.assistant).update(ceiling=LevelKey.ADVISE)
    assert save({cast.entrepreneur: Role.GUEST, cast.assistant: Role.ENTREPRENEUR}).status_code == 302
    assert roles_in(cast.team) == AS_BEFORE | {"Finn": "guest", "Sam": "entrepreneur"}
    assert Membership.objects.get(user=cast.assistant).ceiling == ""
    assert not Absence.objects.exists()
    sent.refresh_from_db()
    assert sent.withdrawn_at is not None
    by, ip = root, "198.51.100.7"
    assert sorted(written("role-changed"), key=str) == sorted(
        [
            (by, cast.entrepreneur, ip, {"role": "guest", "was": "entrepreneur"}),
            (by, cast.assistant, ip, {"role": "entrepreneur", "was": "assistant"}),
        ],
        key=str,
    )
    assert {(entry[0], entry[1], entry[3]["deed"]) for entry in written("admin-changed")} == {
        (by, cast.entrepreneur, "role-changed"),
        (by, cast.assistant, "role-changed"),
    }
    assert ("Eva Evers", "new_entrepreneur") in told()


def test_who_is_added_is_told_and_so_is_the_owner(save: Save, root: User, cast: Cast) -> None:
    cast.team.asks_second_factor = True
    cast.team.save()
    answer = save(asks_second_factor="on", **new_row(cast, cast.outsider, Role.ENTREPRENEUR))
    assert answer.status_code == 302
    assert roles_in(cast.team) == AS_BEFORE | {"Olga": "entrepreneur"}
    assert told() == {("Olga Oost", "added_to_team"), ("Eva Evers", "new_entrepreneur")}
    assert written("joined") == [(root, cast.outsider, "198.51.100.7", {"role": "entrepreneur"})]
    ((by, about, _ip, data),) = written("admin-changed")
    assert (by, about, data["verb"], data["model"]) == (root, cast.outsider, "added", "accounts.Membership")
    cast.outsider.refresh_from_db()
    assert cast.outsider.second_factor_asked


def test_who_is_in_the_team_is_not_added_again(save: Save, cast: Cast) -> None:
    assert save(**new_row(cast, cast.guest, Role.ASSISTANT)).status_code == 200
    assert roles_in(cast.team) == AS_BEFORE


def test_another_owner_and_both_are_told(save: Save, root: User, cast: Cast) -> None:
    assert save({cast.owner: Role.ENTREPRENEUR, cast.entrepreneur: Role.OWNER}).status_code == 302
    assert roles_in(cast.team) == AS_BEFORE | {"Eva": "entrepreneur", "Finn": "owner"}
    assert told() == {("Eva Evers", "owner_changed"), ("Finn Faber", "owner_changed")}
    assert written("owner-changed") == [(root, cast.entrepreneur, "198.51.100.7", {})]
    assert not written("role-changed")
    said = Message.objects.get(recipient=cast.owner)
    assert said.params["for_them"]


def test_an_administrator_who_takes_a_team_is_seen_by_whose_it_was(save: Save, root: User, cast: Cast) -> None:
    assert save({cast.owner: Role.ENTREPRENEUR}, **new_row(cast, root, Role.OWNER)).status_code == 302
    assert roles_in(cast.team) == AS_BEFORE | {"Eva": "entrepreneur", "Root": "owner"}
    said = Message.objects.get(recipient=cast.owner, template="owner_changed")
    subject, paragraphs = words(said.template, said.params, language="en", zone=cast.team.zone)
    assert subject == "Eva's Events belongs to Root now"
    assert paragraphs[0].startswith("Root saw to that, as administrator.")


def test_who_is_added_can_own_it_at_once(save: Save, cast: Cast) -> None:
    assert save({cast.owner: Role.ENTREPRENEUR}, **new_row(cast, cast.outsider, Role.OWNER)).status_code == 302
    assert roles_in(cast.team) == AS_BEFORE | {"Eva": "entrepreneur", "Olga": "owner"}


def test_an_owner_with_work_does_not_become_an_assistant(save: Save, cast: Cast, now: datetime) -> None:
    task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, entrepreneur=cast.owner)
    before = told()
    answer = save({cast.owner: Role.ASSISTANT, cast.entrepreneur: Role.OWNER})
    assert "Eva is still responsible" in answer.content.decode()
    assert roles_in(cast.team) == AS_BEFORE
    assert told() == before


def test_a_team_is_started_with_its_members(admin: Client, root: User, cast: Cast) -> None:
    sent = {
        "name": "Third team",
        "language": "en",
        "currency": "EUR",
        "time_zone": "Europe/Amsterdam",
        "memberships-TOTAL_FORMS": "2",
        "memberships-INITIAL_FORMS": "0",
        "memberships-0-user": str(cast.assistant.pk),
        "memberships-0-role": "assistant",
        "memberships-1-user": str(cast.outsider.pk),
        "memberships-1-role": "owner",
    }
    assert admin.post(reverse("admin:accounts_team_add"), sent).status_code == 302
    team = Team.objects.get(name="Third team")
    assert roles_in(team) == {"Sam": "assistant", "Olga": "owner"}
    assert told() == {("Olga Oost", "added_to_team"), ("Sam Smit", "added_to_team")}
