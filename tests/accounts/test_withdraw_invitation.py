"""Withdrawing an invitation."""

import pytest
from django.urls import reverse

from accounts.models import Invitation
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast


def test_a_withdrawn_invitation_is_gone_from_the_page(
    cast: Cast, client_for: ClientFor, invitation: Invitation
) -> None:
    url = reverse("invitation_withdraw", args=[invitation.id])
    page = client_for(cast.entrepreneur).post(url, follow=True).content.decode()
    assert "The invitation of ina@example.com is withdrawn." in page
    assert page.count("ina@example.com") == 1
    invitation.refresh_from_db()
    assert invitation.withdrawn_at


def test_withdrawing_twice_says_so(cast: Cast, client_for: ClientFor, invitation: Invitation) -> None:
    client, url = client_for(cast.owner), reverse("invitation_withdraw", args=[invitation.id])
    client.post(url)
    assert "used or withdrawn already" in client.post(url, follow=True).content.decode()


@pytest.mark.parametrize(("who", "status"), [("assistant", 403), ("guest", 403), ("outsider", 404)])
def test_only_those_who_hand_over_withdraw(
    cast: Cast, client_for: ClientFor, invitation: Invitation, who: str, status: int
) -> None:
    answer = client_for(getattr(cast, who)).post(reverse("invitation_withdraw", args=[invitation.id]))
    assert answer.status_code == status
    invitation.refresh_from_db()
    assert invitation.withdrawn_at is None
