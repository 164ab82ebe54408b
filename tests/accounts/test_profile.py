"""The profile, and pages in the person's own language."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from tests.accounts.conftest import ClientFor
from tests.conftest import Cast

GOOD = {"name": "Eva E.", "language": "nl", "time_zone": "America/Curacao"}


def test_it_is_saved_and_the_next_page_is_in_that_language(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    assert client.get(reverse("profile")).headers["Content-Language"] == "en"
    answer = client.post(reverse("profile"), GOOD, follow=True)
    assert answer.headers["Content-Language"] == "nl"
    assert '<html lang="nl">' in answer.content.decode()
    cast.owner.refresh_from_db()
    assert {name: getattr(cast.owner, name) for name in GOOD} == GOOD


@pytest.mark.parametrize(
    "bad", [{"name": ""}, {"name": "x" * 121}, {"language": "tlh"}, {"time_zone": "UTC"}, {"time_zone": "../etc"}]
)
def test_what_is_wrong_is_said_and_changes_nothing(cast: Cast, client_for: ClientFor, bad: dict[str, str]) -> None:
    answer = client_for(cast.owner).post(reverse("profile"), {**GOOD, **bad})
    assert "invalid-feedback" in answer.content.decode()
    assert answer.headers["Content-Language"] == "en"
    cast.owner.refresh_from_db()
    assert cast.owner.name == "Eva Evers"


def test_the_address_is_shown_and_how_one_logs_in_one_press_away(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).get(reverse("profile")).content.decode()
    assert "eva@example.com" in page
    assert reverse("profile_login") in page


def test_someone_logged_out_reads_the_language_of_their_browser(db: None) -> None:
    page = Client().get(reverse("account_login"), headers={"accept-language": "nl"})
    assert page.headers["Content-Language"] == "nl"


def test_one_request_leaves_nothing_behind_for_the_next(cast: Cast, client_for: ClientFor) -> None:
    client_for(cast.owner).post(reverse("profile"), GOOD, follow=True)
    assert translation.get_language() == "en"
    assert timezone.get_current_timezone_name() == "Europe/Amsterdam"
