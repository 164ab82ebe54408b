"""The team's settings."""

import pytest
from django.urls import reverse

from tests.accounts.conftest import ClientFor
from tests.conftest import Cast

GOOD = {"name": "Eva & Co", "language": "nl", "time_zone": "Europe/Zurich"}


def test_the_owner_changes_them(cast: Cast, client_for: ClientFor) -> None:
    client_for(cast.owner).post(reverse("team_settings", args=[cast.team.id]), GOOD)
    cast.team.refresh_from_db()
    assert {name: getattr(cast.team, name) for name in GOOD} == GOOD


def test_the_currency_is_told_and_stays(cast: Cast, client_for: ClientFor) -> None:
    sent = {**GOOD, "currency": "GBP"}
    page = client_for(cast.owner).post(reverse("team_settings", args=[cast.team.id]), sent, follow=True)
    assert "Amounts are in EUR." in page.content.decode()
    cast.team.refresh_from_db()
    assert (cast.team.name, cast.team.currency) == ("Eva & Co", "EUR")


@pytest.mark.parametrize(
    "bad",
    [{"name": ""}, {"name": "x" * 121}, {"language": "fr"}, {"time_zone": "Mars/Olympus"}],
)
def test_what_is_wrong_is_said_and_what_was_typed_is_kept(
    cast: Cast, client_for: ClientFor, bad: dict[str, str]
) -> None:
    sent = {**GOOD, "name": "Typed <b>name</b>", **bad}
    answer = client_for(cast.owner).post(reverse("team_settings", args=[cast.team.id]), sent)
    page = answer.content.decode()
    assert "invalid-feedback" in page
    assert "<h1>Eva&#x27;s Events</h1>" in page
    assert "name" in bad or 'value="Typed &lt;b&gt;name&lt;/b&gt;"' in page
    cast.team.refresh_from_db()
    assert cast.team.name == "Eva's Events"


@pytest.mark.parametrize(
    ("who", "status"), [("entrepreneur", 403), ("assistant", 403), ("guest", 403), ("outsider", 404)]
)
def test_only_the_owner_changes_them(cast: Cast, client_for: ClientFor, who: str, status: int) -> None:
    answer = client_for(getattr(cast, who)).post(reverse("team_settings", args=[cast.team.id]), GOOD)
    assert answer.status_code == status
