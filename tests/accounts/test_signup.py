"""Signing up, and the mail that comes with accounts."""

import re

import pytest
from allauth.account.models import EmailAddress
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
CODE_PAGE = "/accounts/confirm-email/"


def code_for(address: str) -> str:
    """What stands in the last mail to this address."""
    mail = OutgoingMail.objects.filter(to_address=address).latest("created_at")
    return next(word for word in mail.text.split() if len(word) == 6 and word.isdigit())


@pytest.mark.django_db
def test_it_makes_a_person_with_a_team_and_leads_to_the_first_task_once_the_address_is_confirmed(
    client: Client,
) -> None:
    answer = client.post(reverse("account_signup"), GOOD, headers={"accept-language": "nl-BE,nl;q=0.9"})
    assert answer.headers["Location"] == CODE_PAGE
    nina = User.objects.get(email="nina@example.com")
    assert (nina.name, nina.language, nina.time_zone) == ("Nina Nagel", "nl", "Europe/Amsterdam")
    membership = nina.memberships.get()
    assert (membership.team.name, membership.team.language, membership.role) == ("Nagelstudio", "nl", Role.OWNER)
    assert client.get(reverse("now")).status_code == 302, "not in yet"

    assert "This code is not right" in client.post(CODE_PAGE, {"code": "x"}).content.decode()
    answer = client.post(CODE_PAGE, {"code": code_for("nina@example.com")})
    assert answer.headers["Location"] == reverse("task_new")
    assert EmailAddress.objects.get(user=nina).verified
    assert client.get(reverse("now")).status_code == 200


@pytest.mark.django_db
def test_a_code_lasts_for_five_guesses(client: Client) -> None:
    client.post(reverse("account_signup"), GOOD)
    code = code_for("nina@example.com")
    guesses = [client.post(CODE_PAGE, {"code": f"{(int(code) + step) % 10**6:06}"}) for step in range(1, 6)]
    assert [answer.status_code for answer in guesses] == [200] * 4 + [302]
    assert client.post(CODE_PAGE, {"code": code}).headers["Location"] == reverse("account_login")
    assert client.get(reverse("now")).status_code == 302


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


def seen_by(client: Client, address: str) -> list[object]:
    """All that somebody who signs up with this address gets to see, without what differs for everybody."""
    first = client.post(reverse("account_signup"), {**GOOD, "email": address})
    page = client.get(first.headers["Location"])
    wrong = client.post(first.headers["Location"], {"code": "x"})
    said = [
        re.sub(r'value="[^"]{64}"', "", shown.content.decode()).replace(address, "ADDRESS") for shown in (page, wrong)
    ]
    return [first.status_code, first.headers["Location"], sorted(first.cookies), *said]


def test_a_known_address_gets_the_same_pages_and_its_owner_a_mail(cast: Cast) -> None:
    assert seen_by(Client(), "eva@example.com") == seen_by(Client(), "nina@example.com")
    mail = OutgoingMail.objects.get(to_address="eva@example.com")
    assert mail.subject == "You have an account already"
    assert Team.objects.filter(name="Nagelstudio").count() == 1, "Nina's"
    assert User.objects.filter(email__iexact="eva@example.com").count() == 1


def test_a_known_address_takes_as_long_as_another(client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """What takes the time is hashing the password."""
    hashed: list[str] = []
    monkeypatch.setattr("accounts.login_forms.make_password", hashed.append)
    client.post(reverse("account_signup"), {**GOOD, "email": "EVA@example.com"})
    assert hashed == [GOOD["password1"]]


def test_an_address_that_is_taken_while_one_presses_gives_no_hint(
    client: Client, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The address passes the form's check, and is taken when it is saved."""
    monkeypatch.setattr(
        "allauth.account.internal.flows.manage_email.email_already_exists", lambda email: (email, False)
    )
    answer = client.post(reverse("account_signup"), {**GOOD, "email": "eva@example.com"})
    assert answer.headers["Location"] == CODE_PAGE
    assert OutgoingMail.objects.get().subject == "You have an account already"
    assert not Team.objects.filter(name="Nagelstudio").exists()


def test_somebody_from_before_codes_confirms_at_the_next_login(client: Client, cast: Cast) -> None:
    cast.owner.set_password(GOOD["password1"])
    cast.owner.save(update_fields=["password"])
    login = {"login": cast.owner.email, "password": GOOD["password1"]}
    assert client.post(reverse("account_login"), login).headers["Location"] == CODE_PAGE
    answer = client.post(CODE_PAGE, {"code": code_for(cast.owner.email)})
    assert answer.headers["Location"] == reverse("now")
    assert client.get(reverse("now")).status_code == 200


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
