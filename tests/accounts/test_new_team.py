"""Starting another team."""

from django.urls import reverse

from accounts.models import Membership, Role, Team
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast


def test_it_makes_the_person_its_owner(cast: Cast, client_for: ClientFor) -> None:
    answer = client_for(cast.assistant).post(reverse("team_new"), {"name": "Sam's Studio"}, follow=True)
    assert "<h1>Sam&#x27;s Studio</h1>" in answer.content.decode()
    membership = Membership.objects.get(team__name="Sam's Studio")
    assert (membership.user, membership.role) == (cast.assistant, Role.OWNER)


def test_it_needs_a_name(cast: Cast, client_for: ClientFor) -> None:
    assert "This field is required." in client_for(cast.owner).post(reverse("team_new"), {"name": " "}).content.decode()
    assert Team.objects.count() == 2


def test_its_page_can_be_looked_at(cast: Cast, client_for: ClientFor) -> None:
    assert "Start another team" in client_for(cast.owner).get(reverse("team_new")).content.decode()
