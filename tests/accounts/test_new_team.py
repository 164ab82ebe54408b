"""Starting another team."""

import pytest
from django.urls import reverse

from accounts.models import Membership, Role, Team
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast


def test_it_makes_the_person_its_owner(cast: Cast, client_for: ClientFor) -> None:
    sent = {"name": "Sam's Studio", "currency": "GBP"}
    answer = client_for(cast.assistant).post(reverse("team_new"), sent, follow=True)
    assert "<h1>Sam&#x27;s Studio</h1>" in answer.content.decode()
    membership = Membership.objects.get(team__name="Sam's Studio")
    assert (membership.user, membership.role, membership.team.currency) == (cast.assistant, Role.OWNER, "GBP")


def test_it_needs_a_name(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(reverse("team_new"), {"name": " ", "currency": "EUR"})
    assert "This field is required." in page.content.decode()
    assert Team.objects.count() == 2


def test_its_page_can_be_looked_at(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).get(reverse("team_new")).content.decode()
    assert "Start another team" in page
    assert '<option value="EUR" selected>' in page


@pytest.mark.parametrize("currency", ["", "BTC"])
def test_its_currency_is_one_that_there_is(currency: str, cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).post(reverse("team_new"), {"name": "Typed", "currency": currency})
    assert "invalid-feedback" in page.content.decode()
    assert 'value="Typed"' in page.content.decode()
    assert Team.objects.count() == 2
