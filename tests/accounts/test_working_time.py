"""The profile's page "Working time": hours for each day, public holidays, and days off."""

from collections.abc import Callable
from datetime import date, time, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.models import DaysOff, Message, User
from accounts.outbox import Tell, tell
from accounts.reach_forms import MOST_DAYS_OFF
from tests.accounts.conftest import ClientFor
from tests.conftest import Cast

HOURS = reverse("profile_working_time")
ADD = reverse("profile_days_off")
OFFICE = {f"from_{day}": "09:00" for day in range(5)} | {f"until_{day}": "17:30" for day in range(5)}
TODAY = timezone.localdate()


def in_days(days: int) -> str:
    return (TODAY + timedelta(days=days)).isoformat()


@pytest.fixture
def waiting(cast: Cast, telling: Callable[..., Tell]) -> Message:
    """A message that is to go to Eva in five minutes."""
    tell([telling(thread="lunch")], now=timezone.now())
    return Message.objects.get()


# --- hours --------------------------------------------------------------------------------------------------------


def test_the_hours_are_shown_as_they_are(cast: Cast, client_for: ClientFor) -> None:
    page = client_for(cast.owner).get(HOURS).content.decode()
    assert page.count('value="09:00"') == page.count('value="17:30"') == 5
    assert "Europe/Amsterdam" in page


def test_hours_and_country_are_saved(cast: Cast, client_for: ClientFor) -> None:
    sent = {**OFFICE, "from_2": "", "until_2": "", "from_4": "20:00", "until_4": "02:00", "country": "PH"}
    assert client_for(cast.owner).post(HOURS, sent).status_code == 302
    cast.owner.refresh_from_db()
    nine = (time(9), time(17, 30))
    assert cast.owner.hours == (nine, nine, None, nine, (time(20), time(2)), None, None)
    assert cast.owner.reach.country == "PH"


def test_somebody_may_have_no_hours_at_all(cast: Cast, client_for: ClientFor) -> None:
    client_for(cast.owner).post(HOURS, {"from_0": "", "country": ""})
    cast.owner.refresh_from_db()
    assert cast.owner.hours == (None,) * 7


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"from_0": ""}, "Fill in the other time too"),
        ({"until_6": "12:00"}, "Fill in the other time too"),
        ({"from_0": "17:30"}, "These two times are the same."),
        ({"from_0": "25:00"}, "This is no time."),
        ({"from_0": "nine"}, "This is no time."),
        ({"country": "XX"}, "Select a valid choice"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(
    cast: Cast, client_for: ClientFor, wrong: dict[str, str], said: str
) -> None:
    answer = client_for(cast.owner).post(HOURS, {**OFFICE, "from_1": "10:15", **wrong})
    page = answer.content.decode()
    assert said in page
    assert 'value="10:15"' in page
    assert page.count("invalid-feedback") == 1
    cast.owner.refresh_from_db()
    assert cast.owner.hours[0] == (time(9), time(17, 30))


# --- days off -----------------------------------------------------------------------------------------------------


def test_days_off_are_added_and_listed(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    assert client.post(ADD, {"first": in_days(10), "last": in_days(12)}).status_code == 302
    client.post(ADD, {"first": in_days(1), "last": ""})
    found = list(DaysOff.objects.filter(user=cast.owner).values_list("first", "last"))
    assert found == [(TODAY + timedelta(1),) * 2, (TODAY + timedelta(10), TODAY + timedelta(12))]
    assert client.get(HOURS).content.decode().count("Remove") == 2


def test_the_same_days_twice_are_there_once(cast: Cast, client_for: ClientFor) -> None:
    for _ in range(2):
        client_for(cast.owner).post(ADD, {"first": in_days(1)})
    assert DaysOff.objects.count() == 1


@pytest.mark.parametrize(
    ("first", "last", "said"),
    [
        ("", "", "This field is required."),
        ("tomorrow", "", "This is no date."),
        (in_days(1), "31-31-31", "This is no date."),
        (in_days(5), in_days(4), "The last day comes before the first one."),
        (in_days(-9), in_days(-1), "These days are over."),
        (in_days(-1), "", "These days are over."),
        (in_days(1), in_days(400), "That is more than a year."),
    ],
)
def test_impossible_days_are_refused_beside_their_field(
    cast: Cast, client_for: ClientFor, first: str, last: str, said: str
) -> None:
    page = client_for(cast.owner).post(ADD, {"first": first, "last": last}).content.decode()
    assert said in page
    if first:
        assert f'value="{first}"' in page
    assert not DaysOff.objects.exists()


def test_there_is_an_end_to_days_off(cast: Cast, client_for: ClientFor) -> None:
    day = TODAY + timedelta(days=1)
    DaysOff.objects.bulk_create(DaysOff(user=cast.owner, first=day, last=day) for _ in range(MOST_DAYS_OFF))
    assert "Remove some first." in client_for(cast.owner).post(ADD, {"first": in_days(2)}).content.decode()


def test_days_that_are_over_are_not_listed(cast: Cast, client_for: ClientFor) -> None:
    DaysOff.objects.create(user=cast.owner, first=date(2020, 1, 1), last=date(2020, 1, 2))
    assert "Remove" not in client_for(cast.owner).get(HOURS).content.decode()


def test_days_off_are_removed_by_whose_they_are(cast: Cast, client_for: ClientFor) -> None:
    off = DaysOff.objects.create(user=cast.owner, first=TODAY, last=TODAY)
    address = reverse("profile_days_off_remove", args=[off.pk])
    assert client_for(cast.entrepreneur).post(address).status_code == 404
    assert client_for(cast.owner).post(reverse("profile_days_off_remove", args=[uuid4()])).status_code == 404
    assert DaysOff.objects.exists()
    assert client_for(cast.owner).post(address).status_code == 302
    assert not DaysOff.objects.exists()


# --- what waits ---------------------------------------------------------------------------------------------------


def test_mail_that_waits_follows_the_days_off(cast: Cast, client_for: ClientFor, waiting: Message) -> None:
    client, before = client_for(cast.owner), waiting.mail_at
    assert before
    client.post(ADD, {"first": TODAY.isoformat(), "last": in_days(6)})
    waiting.refresh_from_db()
    assert waiting.mail_at
    assert waiting.mail_at.astimezone(User().zone).date() == TODAY + timedelta(days=7)
    client.post(reverse("profile_days_off_remove", args=[DaysOff.objects.get().pk]))
    waiting.refresh_from_db()
    assert timedelta(0) <= waiting.mail_at - before < timedelta(minutes=1)
