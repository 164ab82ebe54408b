"""What an administrator does, and that each of it is written down twice."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.admin.models import LogEntry
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import Absence, AuditEntry, Invitation, Membership, Message, OutgoingMail, Role, User
from accounts.outbox import post_letters, send_queued
from tests.accounts.conftest import ClientFor
from tests.accounts.test_admin import team_form
from tests.conftest import Cast
from tests.factories import PASSWORD, UserFactory


@pytest.fixture
def root(db: None) -> User:
    cache.clear()
    return UserFactory.create(is_staff=True, is_superuser=True, email="root@example.com", name="Root")


@pytest.fixture
def admin(root: User, client_for: ClientFor) -> Client:
    return client_for(root)


@pytest.fixture
def press(admin: Client) -> Callable[..., str]:
    """An action on one row of a list; gives the page that comes after."""

    def do(model: str, action: str, row: Any) -> str:
        chosen = {"action": action, "_selected_action": [str(row.pk)]}
        return admin.post(reverse(f"admin:accounts_{model}_changelist"), chosen, follow=True).content.decode()

    return do


def written(kind: str = "admin-changed") -> AuditEntry:
    return AuditEntry.objects.filter(kind=kind).latest("id")


def person_form(user: User, **changes: Any) -> dict[str, Any]:
    """What the page of a person sends."""
    fields = {"email": user.email, "name": user.name, "language": "en", "time_zone": user.time_zone, "is_active": "on"}
    return {key: value for key, value in {**fields, **changes}.items() if value is not None}


def test_changing_a_person_is_written_down_twice(admin: Client, root: User, cast: Cast) -> None:
    path = reverse("admin:accounts_user_change", args=[cast.assistant.pk])
    assert admin.post(path, person_form(cast.assistant, name="Sam Sanders")).status_code == 302
    entry = written()
    assert (entry.actor, entry.about, entry.data["fields"], entry.data["verb"]) == (
        root,
        cast.assistant,
        "name",
        "changed",
    )
    assert "Sam" not in str(entry.data)
    assert LogEntry.objects.get().object_id == str(cast.assistant.pk)


def test_saving_without_a_change_is_not_written_down(admin: Client, cast: Cast) -> None:
    admin.post(reverse("admin:accounts_user_change", args=[cast.assistant.pk]), person_form(cast.assistant))
    assert not AuditEntry.objects.exists()


def test_switching_somebody_off_ends_their_access(admin: Client, cast: Cast, client_for: ClientFor) -> None:
    sam = client_for(cast.assistant)
    assert sam.get(reverse("now")).status_code == 200
    path = reverse("admin:accounts_user_change", args=[cast.assistant.pk])
    admin.post(path, person_form(cast.assistant, is_active=None))
    assert sam.get(reverse("now")).status_code == 302
    assert written().data["fields"] == "is_active"


def test_a_password_that_is_set_here_is_written_down_and_nowhere_shown(admin: Client, cast: Cast) -> None:
    new = "set-by-the-administrator-8"
    sent = {"usable_password": "true", "password1": new, "password2": new}
    admin.post(reverse("admin:auth_user_password_change", args=[cast.assistant.pk]), sent)
    assert User.objects.get(pk=cast.assistant.pk).check_password(new)
    assert (written().about, written().data["deed"]) == (cast.assistant, "password-set")
    assert new not in str(list(AuditEntry.objects.values())) + str(list(LogEntry.objects.values()))


def set_password(admin: Client, person: User, **sent: str) -> None:
    new = "set-by-the-administrator-8"
    sent = {"usable_password": "true", "password1": new, "password2": new} | sent
    assert admin.post(reverse("admin:auth_user_password_change", args=[person.pk]), sent).status_code == 302


def mails_to(address: str) -> list[str]:
    """What has gone out to this address by now."""
    later = timezone.now() + timedelta(minutes=10)
    post_letters(now=later)
    send_queued(now=later)
    return [f"{sent.subject}\n{sent.body}" for sent in mail.outbox if sent.to == [address]]


def test_who_is_given_a_password_is_logged_out_and_told(admin: Client, cast: Cast, client_for: ClientFor) -> None:
    sam = client_for(cast.assistant)
    sam.get(reverse("now"))
    set_password(admin, cast.assistant)
    assert sam.get(reverse("now")).status_code == 302
    assert not UserSession.objects.filter(user=cast.assistant).exists()
    (said,) = mails_to("sam@example.com")
    assert said.startswith("The administrator gave you another password")
    assert "Choose a new password yourself" in said


def test_whose_password_is_taken_away_hears_how_to_get_in(admin: Client, cast: Cast) -> None:
    set_password(admin, cast.assistant, **{"usable_password": "false", "unset-password": "1"})
    assert not User.objects.get(pk=cast.assistant.pk).has_usable_password()
    (said,) = mails_to("sam@example.com")
    assert said.startswith("You can't log in with a password any more")


def test_an_administrator_stays_in_with_their_own_new_password(admin: Client, root: User) -> None:
    set_password(admin, root)
    assert admin.get(reverse("admin:index")).status_code == 200
    assert len(mails_to("root@example.com")) == 1


def test_another_address_is_told_at_both(admin: Client, cast: Cast) -> None:
    path = reverse("admin:accounts_user_change", args=[cast.assistant.pk])
    admin.post(path, person_form(cast.assistant, email="New@example.com"))
    for address in ("sam@example.com", "new@example.com"):
        (said,) = mails_to(address)
        assert said.startswith("You log in with another address")
        assert "with new@example.com" in said
    assert EmailAddress.objects.get(user=cast.assistant).email == "new@example.com"


def test_a_new_account_is_told_nothing(admin: Client) -> None:
    new = "correct horse battery"
    sent = {"email": "ann@example.com", "name": "Ann", "language": "en", "time_zone": "Europe/Amsterdam"}
    admin.post(
        reverse("admin:accounts_user_add"), {**sent, "usable_password": "true", "password1": new, "password2": new}
    )
    assert EmailAddress.objects.get(email="ann@example.com").verified
    assert not OutgoingMail.objects.exists()
    assert not Message.objects.exists()


def test_another_address_is_written_down_without_it(admin: Client, cast: Cast) -> None:
    path = reverse("admin:accounts_user_change", args=[cast.assistant.pk])
    admin.post(path, person_form(cast.assistant, email="new@example.com"))
    assert written("address-changed").about == cast.assistant
    assert "new@" not in str(list(AuditEntry.objects.values()))


def test_settings_and_roles_of_a_team_are_written_down_with_the_team(admin: Client, root: User, cast: Cast) -> None:
    sent = team_form(cast, {cast.assistant: Role.GUEST}) | {"name": "Eva & Co"}
    assert admin.post(reverse("admin:accounts_team_change", args=[cast.team.pk]), sent).status_code == 302
    entry = written()
    assert (entry.team, entry.actor, entry.data["fields"]) == (cast.team, root, "name")
    role = written("role-changed")
    assert (role.about, role.data) == (cast.assistant, {"role": "guest", "was": "assistant"})


def test_another_owner_is_written_down(admin: Client, cast: Cast) -> None:
    sent = team_form(cast, {cast.owner: Role.ENTREPRENEUR, cast.entrepreneur: Role.OWNER})
    admin.post(reverse("admin:accounts_team_change", args=[cast.team.pk]), sent)
    assert written("owner-changed").about == cast.entrepreneur


def test_nobodys_access_is_ended_here(admin: Client, cast: Cast) -> None:
    sent = team_form(cast, {}) | {"memberships-2-DELETE": "on"}
    admin.post(reverse("admin:accounts_team_change", args=[cast.team.pk]), sent)
    assert Membership.objects.filter(team=cast.team).count() == 4


def test_an_invitation_is_withdrawn_once(invitation: Invitation, press: Callable[..., str], root: User) -> None:
    assert "1 invitation is withdrawn." in press("invitation", "withdraw", invitation)
    assert "0 invitations are withdrawn." in press("invitation", "withdraw", invitation)
    entry = written("invitation-withdrawn")
    assert (entry.actor, entry.team) == (root, invitation.team)
    assert LogEntry.objects.count() == 1


def test_an_invitation_is_sent_again_also_when_it_had_expired(
    invitation: Invitation, press: Callable[..., str]
) -> None:
    Invitation.objects.update(expires_at=timezone.now() - timedelta(days=1))
    for _press in range(2):
        assert "1 invitation is sent again." in press("invitation", "send_again", invitation)
    assert OutgoingMail.objects.filter(to_address="ina@example.com").count() == 2
    invitation.refresh_from_db()
    assert invitation.expires_at > timezone.now() + timedelta(days=13)
    assert written().data["deed"] == "invitation-sent-again"


def test_one_that_was_withdrawn_is_not_sent_again(invitation: Invitation, press: Callable[..., str]) -> None:
    press("invitation", "withdraw", invitation)
    assert "0 invitations are sent again." in press("invitation", "send_again", invitation)
    assert not OutgoingMail.objects.exists()


def test_who_was_slowed_down_can_try_again_now(admin: Client, press: Callable[..., str], cast: Cast) -> None:
    EmailAddress.objects.create(user=cast.assistant, email="sam@example.com", verified=True, primary=True)
    path, login = reverse("admin:accounts_user_change", args=[cast.assistant.pk]), reverse("account_login")

    def sign_in(password: str, number: int) -> bool:
        client = Client(REMOTE_ADDR=f"198.51.100.{number}")
        return bool(client.post(login, {"login": "sam@example.com", "password": password}).status_code == 302)

    assert "Yes, after wrong passwords" not in admin.get(path).content.decode()
    for number in range(6):
        sign_in("wrong", number)
    assert not sign_in(PASSWORD, 7)
    assert "Yes, after wrong passwords" in admin.get(path).content.decode()
    found = admin.get(reverse("admin:accounts_user_changelist"), {"tried": "failed"}).content.decode()
    assert "sam@example.com" in found
    assert "eva@example.com" not in found
    assert "1 person can try again." in press("user", "let_try_again", cast.assistant)
    assert "Yes, after wrong passwords" not in admin.get(path).content.decode()
    assert sign_in(PASSWORD, 8)
    assert AuditEntry.objects.filter(kind="admin-changed", about=cast.assistant).get().data["deed"] == "let-try-again"


def test_a_lost_second_factor_is_removed_and_told(
    press: Callable[..., str], root: User, cast: Cast, client_for: ClientFor
) -> None:
    sam = client_for(cast.assistant)
    sam.get(reverse("now"))
    Authenticator.objects.create(user=cast.assistant, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert "The second step of 1 person is removed." in press("user", "remove_second_factor", cast.assistant)
    assert not Authenticator.objects.exists()
    assert sam.get(reverse("now")).status_code == 302
    message = Message.objects.get(recipient=cast.assistant)
    assert (message.template, message.kind) == ("second_factor_lifted", "account")
    assert message.mail_at is not None
    assert (written("second-factor-removed").actor, written("second-factor-removed").about) == (root, cast.assistant)
    assert "The second step of 0 people is removed." in press("user", "remove_second_factor", cast.assistant)


def test_somebody_is_signed_out_everywhere(press: Callable[..., str], cast: Cast, client_for: ClientFor) -> None:
    clients = [client_for(cast.assistant) for _device in range(2)]
    assert "1 person is logged out." in press("user", "sign_out_everywhere", cast.assistant)
    assert [client.get(reverse("now")).status_code for client in clients] == [302, 302]
    assert Message.objects.get(recipient=cast.assistant).template == "signed_out"


def test_an_absence_is_ended(press: Callable[..., str], cast: Cast) -> None:
    day: date = timezone.now().date() + timedelta(days=3)
    fields: dict[str, Any] = {"team": cast.team, "person": cast.owner, "deputy": cast.entrepreneur}
    absence = Absence.objects.create(**fields, first=day, last=day, created_at=timezone.now())
    assert "1 absence is ended." in press("absence", "end", absence)
    assert not Absence.objects.exists()
    assert written("deputy-ended").about == cast.owner


def test_what_happened_is_listed_and_narrowed(admin: Client, invitation: Invitation, press: Callable[..., str]) -> None:
    press("invitation", "withdraw", invitation)
    path = reverse("admin:accounts_auditentry_changelist")
    assert "withdrew the invitation of ina@example.com" in admin.get(path, {"topic": "people"}).content.decode()
    assert "withdrew the invitation" not in admin.get(path, {"topic": "exports"}).content.decode()
