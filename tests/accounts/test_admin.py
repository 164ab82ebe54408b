"""The admin: what can be done in it, and what can't."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import Invitation, MailState, Membership, Message, MessageKind, OutgoingMail, Role, User
from accounts.outbox import post_letters
from tests.conftest import Cast
from tests.factories import UserFactory


@pytest.fixture
def admin(db: None, client_for: Callable[[User], Client]) -> Client:
    """Someone with all rights, logged in just now."""
    return client_for(UserFactory.create(is_staff=True, is_superuser=True, email="root@example.com"))


@pytest.mark.parametrize("model", ["user", "team", "invitation", "outgoingmail", "message"])
def test_every_list_can_be_searched(
    admin: Client, cast: Cast, invitation: Invitation, queue: Callable[..., OutgoingMail], model: str
) -> None:
    queue()
    assert admin.get(reverse(f"admin:accounts_{model}_changelist"), {"q": "eva"}).status_code == 200


def test_a_user_is_added_with_a_password(admin: Client) -> None:
    password = "correct horse battery"
    fields = {"email": "New@Example.com", "name": "New", "language": "nl", "time_zone": "Europe/Amsterdam"}
    secrets = {"usable_password": "true", "password1": password, "password2": password}
    admin.post(reverse("admin:accounts_user_add"), {**fields, **secrets})
    assert User.objects.get(email="new@example.com").check_password(password)


def test_an_address_that_differs_only_in_capitals_is_refused(admin: Client, cast: Cast) -> None:
    password = "correct horse battery"
    fields = {"email": "EVA@example.com", "name": "New", "language": "nl", "time_zone": "Europe/Amsterdam"}
    secrets = {"usable_password": "true", "password1": password, "password2": password}
    answer = admin.post(reverse("admin:accounts_user_add"), {**fields, **secrets})
    assert "already exists" in answer.content.decode()


@pytest.mark.parametrize("model", ["user", "team"])
def test_people_and_teams_are_not_deleted(admin: Client, cast: Cast, model: str) -> None:
    thing = cast.assistant if model == "user" else cast.team
    assert admin.get(reverse(f"admin:accounts_{model}_change", args=[thing.pk])).status_code == 200
    assert admin.post(reverse(f"admin:accounts_{model}_delete", args=[thing.pk]), {"post": "yes"}).status_code == 403


def team_form(cast: Cast, roles: dict[User, Role]) -> dict[str, str]:
    """What the team's page sends, with these roles."""
    members = list(Membership.objects.filter(team=cast.team).order_by("id"))
    sent = {
        "name": cast.team.name,
        "language": "en",
        "time_zone": "Europe/Amsterdam",
        "memberships-TOTAL_FORMS": str(len(members)),
        "memberships-INITIAL_FORMS": str(len(members)),
    }
    for place, member in enumerate(members):
        row = f"memberships-{place}"
        sent[f"{row}-id"], sent[f"{row}-team"] = str(member.id), str(cast.team.id)
        sent[f"{row}-user"], sent[f"{row}-role"] = str(member.user_id), roles.get(member.user, Role(member.role))
    return sent


def test_the_currency_is_chosen_once(admin: Client, cast: Cast) -> None:
    sent = team_form(cast, {}) | {"name": "Eva & Co", "currency": "GBP"}
    page = admin.post(reverse("admin:accounts_team_change", args=[cast.team.id]), sent)
    assert page.status_code == 302
    cast.team.refresh_from_db()
    assert (cast.team.name, cast.team.currency) == ("Eva & Co", "EUR")
    assert 'name="currency"' not in admin.get(page["Location"]).content.decode()
    assert 'name="currency"' in admin.get(reverse("admin:accounts_team_add")).content.decode()


def test_the_owner_can_be_changed_in_one_go(admin: Client, cast: Cast) -> None:
    roles = {cast.owner: Role.ASSISTANT, cast.assistant: Role.OWNER}
    answer = admin.post(reverse("admin:accounts_team_change", args=[cast.team.id]), team_form(cast, roles))
    assert answer.status_code == 302
    found = dict(Membership.objects.filter(team=cast.team).values_list("user", "role"))
    assert (found[cast.owner.id], found[cast.assistant.id]) == (Role.ASSISTANT, Role.OWNER)


@pytest.mark.parametrize("second", [Role.OWNER, None])
def test_a_team_keeps_exactly_one_owner(admin: Client, cast: Cast, second: Role | None) -> None:
    roles = {cast.assistant: Role.OWNER} if second else {cast.owner: Role.ASSISTANT}
    answer = admin.post(reverse("admin:accounts_team_change", args=[cast.team.id]), team_form(cast, roles))
    assert "A team has one owner." in answer.content.decode()


@pytest.mark.parametrize("model", ["invitation", "outgoingmail", "message"])
def test_what_happened_can_only_be_looked_at(admin: Client, model: str) -> None:
    assert admin.get(reverse(f"admin:accounts_{model}_add")).status_code == 403


def test_the_body_of_an_account_mail_is_never_shown(admin: Client, queue: Callable[..., OutgoingMail]) -> None:
    mail = queue(text="https://example.com/door", html="https://example.com/door")
    OutgoingMail.objects.update(last_error="it broke")
    page = admin.get(reverse("admin:accounts_outgoingmail_change", args=[mail.id])).content.decode()
    assert "it broke" in page
    assert "door" not in page


def test_failed_mail_can_be_tried_again(admin: Client, queue: Callable[..., OutgoingMail]) -> None:
    failed, sent = queue(1), queue(2)
    OutgoingMail.objects.filter(id=failed.id).update(state=MailState.FAILED, attempts=6)
    OutgoingMail.objects.filter(id=sent.id).update(state=MailState.SENT)
    chosen = {"action": "try_again", "_selected_action": [str(failed.id), str(sent.id)]}
    page = admin.post(reverse("admin:accounts_outgoingmail_changelist"), chosen, follow=True).content.decode()
    assert "1 mail is queued again." in page
    failed.refresh_from_db()
    sent.refresh_from_db()
    assert (failed.state, failed.attempts, sent.state) == (MailState.QUEUED, 0, MailState.SENT)


def test_what_is_stuck_comes_first_and_says_why(admin: Client, queue: Callable[..., OutgoingMail]) -> None:
    changes: dict[int, dict[str, str]] = {
        1: {"state": MailState.FAILED, "last_error": "550 no such user"},
        2: {"state": MailState.MISSED},
        3: {"last_error": "the server is away"},
        4: {},
        5: {"state": MailState.SENT},
    }
    for number, change in changes.items():
        OutgoingMail.objects.filter(pk=queue(number).pk).update(**change)
    address = reverse("admin:accounts_outgoingmail_changelist")
    page = admin.get(address).content.decode()
    assert [number for number in changes if f"to{number}@example.com" in page] == [1, 2, 3]
    assert "550 no such user" in page
    assert "the server is away" in page
    page = admin.get(address, {"what": "all"}).content.decode()
    assert [number for number in changes if f"to{number}@example.com" in page] == [1, 2, 3, 4, 5]


def test_no_key_is_shown(admin: Client, cast: Cast, told: Callable[..., Message], now: datetime) -> None:
    message = told(kind=MessageKind.CHECKIN, template="checkin", params={"title": "L", "answer_path": "/c/key-123/"})
    page = admin.get(reverse("admin:accounts_message_changelist")).content.decode()
    page += admin.get(reverse("admin:accounts_message_change", args=[message.pk])).content.decode()
    post_letters(now=now)
    OutgoingMail.objects.update(text="/c/key-123/", html="/c/key-123/", last_error="it broke")
    mail = OutgoingMail.objects.get()
    page += admin.get(reverse("admin:accounts_outgoingmail_change", args=[mail.pk])).content.decode()
    assert "eva@example.com" in page or "Eva Evers" in page
    assert "key-123" not in page


def test_messages_that_wait_are_listed_with_their_time(admin: Client, told: Callable[..., Message]) -> None:
    told()
    gone = told(to=UserFactory.create(name="Nobody Here", is_active=False))
    assert gone.mail_at is None
    page = admin.get(reverse("admin:accounts_message_changelist")).content.decode()
    assert "Messages that wait to go out by mail" in page
    assert "Eva Evers" in page
    assert "Nobody Here" not in page


def test_addresses_that_refuse_mail_are_found_and_tried_again(admin: Client, cast: Cast) -> None:
    sam = User.objects.filter(pk=cast.assistant.pk)
    sam.update(refusals=3, refused_address="sam@example.com", refused_reason="550 no such user")
    address = reverse("admin:accounts_user_changelist")
    page = admin.get(address, {"mail": "refused"}).content.decode()
    assert "sam@example.com" in page
    assert "eva@example.com" not in page
    details = admin.get(reverse("admin:accounts_user_change", args=[cast.assistant.pk])).content.decode()
    assert "550 no such user" in details
    chosen = {"action": "try_address_again", "_selected_action": [str(cast.assistant.pk)]}
    assert "1 address is tried again." in admin.post(address, chosen, follow=True).content.decode()
    assert not User.objects.get(pk=cast.assistant.pk).refuses_mail


def test_someone_without_rights_sees_no_admin(cast: Cast, client_for: Callable[[User], Client]) -> None:
    assert client_for(cast.owner).get(reverse("admin:accounts_user_changelist")).status_code in (302, 403)
