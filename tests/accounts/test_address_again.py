"""An address that refuses mail: who sees it, and who may say "try again"."""

from datetime import datetime
from uuid import uuid4

import pytest
from django.urls import reverse

from accounts.models import Membership, User
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast

REASON = "550 5.1.1 <b>No such user</b>"


@pytest.fixture
def refused(cast: Cast, now: datetime) -> User:
    """Sam, whose mail server knows no Sam."""
    sam = User.objects.filter(pk=cast.assistant.pk)
    sam.update(refusals=3, refused_address="sam@example.com", refused_at=now, refused_reason=REASON)
    cast.assistant.refresh_from_db()
    return cast.assistant


def again(cast: Cast) -> str:
    return reverse("member_address_again", args=[Membership.objects.get(user=cast.assistant).pk])


def test_the_owner_sees_whose_address_refuses_mail_and_why(cast: Cast, refused: User, client_for: ClientFor) -> None:
    page = client_for(cast.owner).get(reverse("team")).content.decode()
    assert "550 5.1.1 &lt;b&gt;No such user&lt;/b&gt;" in page
    assert "23 Nov" in page or "10:00" in page
    assert again(cast) in page


@pytest.mark.parametrize("who", ["entrepreneur", "assistant", "guest"])
def test_other_members_do_not_see_it_on_the_page_of_the_team(
    cast: Cast, refused: User, client_for: ClientFor, who: str
) -> None:
    page = client_for(getattr(cast, who)).get(reverse("team")).content.decode()
    assert "No such user" not in page
    assert again(cast) not in page


def test_the_owner_says_try_again(cast: Cast, refused: User, client_for: ClientFor) -> None:
    answer = client_for(cast.owner).post(again(cast), follow=True)
    assert "Sam Smit is tried again" in answer.content.decode()
    refused.refresh_from_db()
    assert (refused.refusals, refused.refused_mail, refused.refused_reason) == (0, False, "")


@pytest.mark.parametrize(("who", "status"), [("entrepreneur", 403), ("assistant", 403), ("outsider", 404)])
def test_nobody_else_may(cast: Cast, refused: User, client_for: ClientFor, who: str, status: int) -> None:
    assert client_for(getattr(cast, who)).post(again(cast)).status_code == status
    assert client_for(cast.owner).post(reverse("member_address_again", args=[uuid4()])).status_code == 404
    refused.refresh_from_db()
    assert refused.refuses_mail


def test_the_person_sees_it_and_may_try_again(cast: Cast, refused: User, client_for: ClientFor) -> None:
    client = client_for(refused)
    page = client.get(reverse("profile")).content.decode()
    assert "Mail doesn't reach you any more" in page or "Mail doesn&#x27;t reach you any more" in page
    assert "&lt;b&gt;No such user&lt;/b&gt;" in page
    client.post(reverse("profile_address_again"))
    refused.refresh_from_db()
    assert not refused.refused_mail
    assert "No such user" not in client.get(reverse("profile")).content.decode()


def test_an_address_that_refused_once_is_a_milder_notice(cast: Cast, refused: User, client_for: ClientFor) -> None:
    User.objects.filter(pk=refused.pk).update(refusals=1)
    page = client_for(refused).get(reverse("profile")).content.decode()
    assert "A mail to you was refused" in page
    assert "not tried any more" not in page
