"""Signing up, and the mail that comes with accounts."""

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.actions import sign_up
from accounts.models import Membership, OutgoingMail, Role, Team, User
from tests.conftest import Cast, Mailbox

GOOD = {
    "name": "Nina Nagel",
    "business": "Nagelstudio",
    "email": "Nina@Example.com",
    "password1": "correct horse battery",
}


@pytest.mark.django_db
def test_it_makes_a_person_with_a_team_and_leads_to_the_first_task(client: Client) -> None:
    answer = client.post(reverse("account_signup"), GOOD, headers={"accept-language": "nl-BE,nl;q=0.9"})
    assert answer.headers["Location"] == reverse("task_new")
    nina = User.objects.get(email="nina@example.com")
    assert (nina.name, nina.language, nina.time_zone) == ("Nina Nagel", "nl", "Europe/Amsterdam")
    membership = nina.memberships.get()
    assert (membership.team.name, membership.team.language, membership.role) == ("Nagelstudio", "nl", Role.OWNER)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"business": ""}, "This field is required."),
        ({"name": "x" * 121}, "at most 120 characters"),
        ({"password1": "short"}, "too short"),
        ({"email": "nope"}, "Enter a valid email address."),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_made(client: Client, bad: dict[str, str], said: str) -> None:
    page = client.post(reverse("account_signup"), {**GOOD, **bad}).content.decode()
    assert said in page
    assert "business" in bad or 'value="Nagelstudio"' in page
    assert not User.objects.exists()


def test_a_known_address_makes_no_second_account(client: Client, cast: Cast) -> None:
    client.post(reverse("account_signup"), {**GOOD, "email": "EVA@example.com"})
    assert not Team.objects.filter(name="Nagelstudio").exists()
    assert User.objects.filter(email__iexact="eva@example.com").count() == 1


def test_a_second_press_leads_to_the_login(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """The address passes the form's check, and is taken when it is saved."""
    monkeypatch.setattr(
        "allauth.account.internal.flows.manage_email.email_already_exists", lambda email: (email, False)
    )
    answer = client.post(reverse("account_signup"), {**GOOD, "email": "eva@example.com"})
    assert answer.headers["Location"] == reverse("account_login")
    assert "There is an account with this address already" in str(next(iter(get_messages(answer.wsgi_request))))
    assert not Team.objects.filter(name="Nagelstudio").exists()


@pytest.mark.django_db
def test_a_person_is_never_made_without_their_team() -> None:
    with pytest.raises(Exception, match=r"."):
        sign_up(user=User(email="n@example.com"), business=None, now=timezone.now())  # type: ignore[arg-type]
    assert not User.objects.exists()
    assert not Membership.objects.exists()


def test_a_password_reset_is_queued_in_the_language_of_the_person(client: Client, cast: Cast) -> None:
    User.objects.filter(id=cast.owner.id).update(language="nl")
    client.post(reverse("account_reset_password"), {"email": "Eva@example.com"})
    mail = OutgoingMail.objects.get()
    assert (mail.to_address, mail.language, mail.recipient) == ("eva@example.com", "nl", cast.owner)
    assert "/accounts/password/reset/key/" in mail.text
    assert "<!doctype html>" in mail.html


@pytest.mark.mail
def test_the_link_in_the_mail_works(client: Client, cast: Cast, mailbox: Mailbox) -> None:
    from accounts.jobs import send_queued_mail

    client.post(reverse("account_reset_password"), {"email": "eva@example.com"})
    assert send_queued_mail() == 1
    (arrived,) = mailbox.to("eva@example.com")
    text = arrived.get_body(("plain",))
    assert text
    link = next(word for word in text.get_content().split() if "/reset/key/" in word)
    page = client.get(link.removeprefix("http://testserver"), follow=True)
    assert b"password" in page.content
    assert OutgoingMail.objects.get().text == ""
