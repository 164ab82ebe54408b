"""Another e-mail address: confirmed before it counts, and told to the old one."""

from collections.abc import Callable

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, OutgoingMail, User
from tests.accounts.logging_in import able_to_log_in, log_in, long_ago
from tests.accounts.test_signup import CODE_PAGE, code_for
from tests.conftest import Cast

ClientFor = Callable[[User], Client]


@pytest.fixture
def eva(cast: Cast, client_for: ClientFor) -> Client:
    return client_for(able_to_log_in(cast.owner))


def change(client: Client, email: str) -> str:
    sent = {"email": email, "action_add": "1"}
    return str(client.post(reverse("account_email"), sent, follow=True).content.decode())


def test_it_counts_once_the_code_is_typed_in_and_the_old_one_is_told(eva: Client, cast: Cast) -> None:
    page = change(eva, "New@Example.com")
    assert "There is a message for new@example.com" in page
    assert User.objects.get(pk=cast.owner.pk).email == "eva@example.com", "not yet"
    answer = eva.post(CODE_PAGE, {"code": code_for("new@example.com")})
    assert answer.headers["Location"] == reverse("profile_login")
    assert User.objects.get(pk=cast.owner.pk).email == "new@example.com"
    assert list(EmailAddress.objects.values_list("email", "verified")) == [("new@example.com", True)]
    told = OutgoingMail.objects.get(to_address="eva@example.com")
    assert told.subject == "You log in with another address"
    assert "new@example.com" in told.text
    assert "somebody typed in your address" not in told.text
    assert AuditEntry.objects.get().kind == "address-changed"
    other = Client()
    assert log_in(other, cast.owner).status_code == 200, "no longer with the old one"


def test_it_asks_for_a_recent_login(eva: Client, cast: Cast) -> None:
    assert "Is it still you?" in change(long_ago(eva), "new@example.com")
    assert not OutgoingMail.objects.exists()


def test_an_address_of_somebody_else_gives_no_hint(eva: Client, cast: Cast) -> None:
    """Only who reads the mail to it finds out."""
    able_to_log_in(cast.assistant)
    taken = change(eva, cast.assistant.email)
    assert "There is a message for sam@example.com with a code" in taken
    page = eva.post(CODE_PAGE, {"code": code_for(cast.assistant.email)}, follow=True).content.decode()
    assert "Another account has this address" in page
    assert User.objects.get(pk=cast.owner.pk).email == "eva@example.com"


def test_neither_does_one_of_somebody_who_never_confirmed_it(eva: Client, cast: Cast) -> None:
    change(eva, cast.assistant.email)
    page = eva.post(CODE_PAGE, {"code": code_for(cast.assistant.email)}, follow=True).content.decode()
    assert "Another account has this address" in page


def test_ones_own_is_said_to_be_that(eva: Client) -> None:
    assert "This is your address already" in change(eva, "eva@example.com")


def test_who_never_confirmed_theirs_can_do_so_here(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.assistant)
    assert "was never confirmed" in client.get(reverse("account_email")).content.decode()
    client.post(reverse("account_email"), {"email": cast.assistant.email, "action_send": "1"})
    client.post(CODE_PAGE, {"code": code_for(cast.assistant.email)})
    assert EmailAddress.objects.get(user=cast.assistant).verified
