"""Every page of the admin, as an administrator with all rights: nothing that is secret stands on any of them."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.contrib import admin as django_admin
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.audit import Happened, note
from accounts.models import Absence, Departure, Invitation, User
from accounts.outbox import queue_mail
from accounts.sealing import seal
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import (
    DataExport,
    Expense,
    Milestone,
    MoneyRecord,
    Resource,
    Reveal,
    Secret,
    SecretToRotate,
    Task,
    Wish,
)
from tests.conftest import Cast
from tests.factories import InvitationFactory, UserFactory
from tests.tasks.factories import ResourceFactory, task_in

CANARY = "canary-in-the-vault-4711"
TOTP_SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"  # pragma: allowlist secret
LINK = "https://handover.example/a-door-that-opens-99"
LOOKUPS = (
    *("resource__secrets__sealed__startswith", "resource__secrets__part", "person__password__startswith"),
    *("user__password__startswith", "password__startswith", "recipient__password__startswith", "actor__password__gt"),
    *("team__resources__secrets__sealed__contains", "authenticator__data__contains", "text__contains"),
    *("html__startswith", "params__answer_path__startswith", "data__contains", "id__gt"),
)


@pytest.fixture
def secrets(cast: Cast, now: datetime, client_for: Callable[[User], Client]) -> list[str]:
    """Something secret in every table that holds such a thing; returns the texts that must be nowhere."""
    resource = ResourceFactory.create(team=cast.team, name="Shop", kind="login")
    sealed = seal(CANARY, purpose=f"resource:{resource.pk}:password")
    Secret.objects.create(resource=resource, part="password", sealed=sealed, key=sealed[:12], changed_at=now)
    TOTP.activate(cast.assistant, TOTP_SECRET)
    RecoveryCodes.activate(cast.assistant)
    factors = [
        str(one.data[part]) for one in Authenticator.objects.all() for part in ("secret", "seed") if part in one.data
    ]
    client_for(cast.assistant).get(reverse("now"))
    mail: dict[str, Any] = {
        "subject": "Hello",
        "text": LINK,
        "html": LINK,
        "language": "en",
        "dedup_key": "door",
        "now": now,
    }
    queue_mail(to_address="ina@example.com", **mail)
    invitation = InvitationFactory.create(team=cast.team, invited_by=cast.owner)
    hashes = [str(user.password) for user in User.objects.all()]
    keys = list(Session.objects.values_list("session_key", flat=True))
    assert factors
    assert keys
    return [CANARY, sealed, sealed.partition(":")[2], TOTP_SECRET, *factors, LINK, invitation.token, *hashes, *keys]


@pytest.fixture
def rows(cast: Cast, now: datetime, secrets: list[str]) -> list[Model]:
    """A row in every table that has a page."""
    task = task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, now)
    resource, day = Resource.objects.get(name="Shop"), now.date()
    note(Happened.SECRET_SHOWN, now=now, actor=cast.assistant, team=cast.team, resource="Shop", part="password")
    seen: dict[str, Any] = {"team": cast.team, "person": cast.assistant, "resource": resource, "part": "password"}
    place: dict[str, Any] = {"team": cast.team, "person": cast.entrepreneur}
    money: dict[str, Any] = {"kind": "time", "source": task.pk, "team_key": cast.team.pk, "team_name": "Eva's Events"}
    return [
        task,
        Reveal.objects.create(**seen, resource_name="Shop", way="shown", task=task, at=now),
        SecretToRotate.objects.create(**seen, resource_name="Shop", seen_at=now, listed_at=now),
        DataExport.objects.create(**place, asked_at=now, file="exports/secret-place"),
        Absence.objects.create(**place, deputy=cast.owner, first=day, last=day, created_at=now),
        Departure.objects.create(**place, role="entrepreneur", ended_by=cast.owner, at=now),
        Expense.objects.create(task=task, by=cast.assistant, amount=9, what="Ink", at=now, day=day),
        Milestone.objects.create(task=task, position=1, title="Design", due_on=day),
        Wish.objects.create(team=cast.team, by=cast.assistant, text="Menus", created_at=now),
        MoneyRecord.objects.create(
            **money, person_name="Sam", person_email="sam@example.com", what="Ink", day=day, currency="EUR",
            recorded_at=now, keep_until=day + timedelta(days=2555),
        ),
    ]  # fmt: skip


@pytest.fixture
def admin(cast: Cast, client_for: Callable[[User], Client]) -> Client:
    return client_for(UserFactory.create(is_staff=True, is_superuser=True, email="root@example.com"))


def addresses() -> Iterator[str]:
    """Every page of every model that the admin knows, for each of its rows."""
    yield reverse("admin:index")
    for model in django_admin.site._registry:
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        yield reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_add")
        yield reverse("admin:app_list", args=[model._meta.app_label])
        for row in model._base_manager.all()[:3]:
            for page in ("change", "history", "delete"):
                yield reverse(f"{name}_{page}", args=[row.pk])
    yield reverse("admin:auth_user_password_change", args=[User.objects.all()[0].pk])


@pytest.mark.parametrize("language", ["en", "nl"])
def test_no_page_shows_anything_secret(
    admin: Client, cast: Cast, rows: list[Model], secrets: list[str], language: str
) -> None:
    User.objects.filter(email="root@example.com").update(language=language)
    seen = 0
    for address in addresses():
        answer = admin.get(address)
        assert answer.status_code in {200, 302, 403}, address
        page = answer.content.decode()
        seen += answer.status_code == 200
        assert [text for text in secrets if text in page] == [], address
        assert "secret-place" not in page, "the file of an export"
    assert seen > 3 * len(django_admin.site._registry) / 2


def test_every_model_with_a_page_was_walked(rows: list[Model]) -> None:
    without = {model.__name__ for model in django_admin.site._registry if not model._base_manager.exists()}
    assert without <= {"Agreement", "TeamMoney", "Checkin", "Message"}, "add a row of it to `rows`"


@pytest.mark.parametrize("model", [Secret, Authenticator, Session])
def test_what_is_secret_has_no_page(model: type[Model]) -> None:
    assert model not in django_admin.site._registry
    with pytest.raises(NoReverseMatch):
        reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")


def test_sessions_have_no_page() -> None:
    assert "usersession" not in {model._meta.model_name for model in django_admin.site._registry}


@pytest.mark.parametrize("lookup", LOOKUPS)
def test_nothing_secret_can_be_guessed_by_a_filter_in_the_address(
    admin: Client, rows: list[Model], secrets: list[str], lookup: str
) -> None:
    for model in django_admin.site._registry:
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        right, wrong = (admin.get(path, {lookup: value}) for value in (secrets[1][:3], "x"))
        assert (right.status_code, right.headers.get("Location")) == (wrong.status_code, wrong.headers.get("Location"))
        assert right.status_code in {302, 400}, (path, lookup)


def test_search_finds_nothing_by_what_is_secret(admin: Client, rows: list[Model], secrets: list[str]) -> None:
    for model, pages in django_admin.site._registry.items():
        if not pages.search_fields:
            continue
        path = reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_changelist")
        for text in (CANARY, secrets[1], TOTP_SECRET):
            assert list(admin.get(path, {"q": text}).context["cl"].result_list) == [], path


@pytest.mark.parametrize("model", ["secret", "resource", "authenticator", "reveal"])
def test_autocomplete_leads_to_nothing_secret(admin: Client, rows: list[Model], model: str) -> None:
    fields = {"app_label": "tasks", "model_name": model, "field_name": "resource", "term": "canary"}
    answer = admin.get(reverse("admin:autocomplete"), fields)
    assert answer.status_code == 403
    assert CANARY not in answer.content.decode()


def test_what_is_kept_is_only_looked_at(admin: Client, rows: list[Model]) -> None:
    for row in rows:
        name = f"admin:{row._meta.app_label}_{row._meta.model_name}"
        assert admin.get(reverse(f"{name}_add")).status_code == 403
        assert admin.post(reverse(f"{name}_change", args=[row.pk]), {"at": "2020-01-01"}).status_code == 403
        assert admin.post(reverse(f"{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    assert Task.objects.filter(pk=rows[0].pk).exists()


def test_invitations_show_no_link(admin: Client, rows: list[Model]) -> None:
    invitation = Invitation.objects.get()
    page = admin.get(reverse("admin:accounts_invitation_change", args=[invitation.pk])).content.decode()
    assert invitation.token.partition(":")[2] not in page
