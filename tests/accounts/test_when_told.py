"""When a message goes out by mail: by what its reader wants, their quiet hours and days off, and its own urgency."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

import pytest

from accounts.models import DaysOff, How, Message, MessageKind, MessagePreference, User
from accounts.timing import BUNDLE_FOR
from tests.accounts.conftest import at
from tests.conftest import Cast

Told = Callable[..., Message]


def prefer(user: User, kind: MessageKind, how: How) -> None:
    MessagePreference.objects.create(user=user, kind=kind, how=how)


@pytest.fixture
def quiet(cast: Cast) -> User:
    """Eva, who is left alone from ten in the evening until seven."""
    cast.owner.quiet_from, cast.owner.quiet_until = time(22), time(7)
    cast.owner.save()
    return cast.owner


# --- what the reader wants ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [MessageKind.YOUR_TURN, MessageKind.ANSWER, MessageKind.MENTION])
def test_news_about_a_task_waits_five_minutes_for_more(told: Told, now: datetime, kind: MessageKind) -> None:
    assert told(kind=kind).mail_at == now + BUNDLE_FOR


def test_a_check_in_goes_at_once(told: Told, now: datetime) -> None:
    assert told(kind=MessageKind.CHECKIN).mail_at == now


def test_what_is_urgent_or_belongs_to_no_task_goes_at_once(told: Told, now: datetime) -> None:
    assert told(urgent=True).mail_at == now
    assert told(thread="").mail_at == now


@pytest.mark.parametrize("urgent", [False, True])
def test_what_somebody_does_not_want_by_mail_stays_in_the_app(cast: Cast, told: Told, urgent: bool) -> None:
    prefer(cast.owner, MessageKind.ANSWER, How.NEVER)
    assert told(urgent=urgent).mail_at is None
    assert told(kind=MessageKind.YOUR_TURN).mail_at is not None


def test_a_kind_for_the_summary_waits_for_it(cast: Cast, told: Told) -> None:
    prefer(cast.owner, MessageKind.ANSWER, How.DIGEST)
    assert told().mail_at == at("2026-11-24 08:30")  # it was ten o'clock already
    assert told(now=at("2026-11-24 08:29")).mail_at == at("2026-11-24 08:30")
    assert told(now=at("2026-11-24 08:30")).mail_at == at("2026-11-25 08:30")


def test_what_is_urgent_does_not_wait_for_the_summary(cast: Cast, told: Told, now: datetime) -> None:
    prefer(cast.owner, MessageKind.ANSWER, How.DIGEST)
    assert told(urgent=True).mail_at == now


def test_a_summary_comes_at_the_time_and_in_the_zone_of_its_reader(cast: Cast, told: Told) -> None:
    cast.owner.time_zone, cast.owner.digest_at = "Asia/Manila", time(18)
    cast.owner.save()
    prefer(cast.owner, MessageKind.ANSWER, How.DIGEST)
    assert told().mail_at == at("2026-11-23 11:00")


@pytest.mark.parametrize("how", [How.NEVER, How.DIGEST])
def test_account_messages_always_go_at_once(quiet: User, told: Told, how: How) -> None:
    for kind in (MessageKind.ANSWER, MessageKind.YOUR_TURN):
        prefer(quiet, kind, how)
    night = at("2026-11-23 23:00")
    assert told(kind=MessageKind.ACCOUNT, now=night).mail_at == night


# --- quiet hours and days off -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("moment", "goes"),
    [
        ("2026-11-23 21:54:59", "2026-11-23 21:59:59"),
        ("2026-11-23 21:55:00", "2026-11-23 21:55:00"),  # in five minutes it would be held until the morning
        ("2026-11-23 21:59:59", "2026-11-23 21:59:59"),
        ("2026-11-23 22:00:00", "2026-11-24 07:00:00"),
        ("2026-11-24 06:59:59", "2026-11-24 07:00:00"),
        ("2026-11-24 07:00:00", "2026-11-24 07:05:00"),
    ],
)
def test_quiet_hours_hold_a_message_until_they_end(quiet: User, told: Told, moment: str, goes: str) -> None:
    assert told(now=at(moment)).mail_at == at(goes)


def test_a_night_on_which_the_clocks_go_back_is_an_hour_longer(quiet: User, told: Told) -> None:
    evening = at("2026-10-24 23:00")
    mail_at = told(now=evening).mail_at
    assert mail_at == at("2026-10-25 07:00")
    assert mail_at - evening.astimezone(mail_at.tzinfo) == timedelta(hours=9)


@pytest.mark.parametrize(("passes", "goes"), [(True, "2026-11-23 23:00"), (False, "2026-11-24 07:00")])
def test_urgent_ones_pass_where_the_reader_allows_it(quiet: User, told: Told, passes: bool, goes: str) -> None:
    quiet.urgent_passes = passes
    quiet.save()
    assert told(urgent=True, now=at("2026-11-23 23:00")).mail_at == at(goes)
    assert told(now=at("2026-11-23 23:00")).mail_at == at("2026-11-24 07:00")


def test_days_off_hold_a_message_until_they_are_over(cast: Cast, told: Told) -> None:
    DaysOff.objects.create(user=cast.owner, first=date(2026, 11, 23), last=date(2026, 11, 27))
    assert told().mail_at == at("2026-11-28 00:00")


def test_a_public_holiday_is_a_day_off(cast: Cast, told: Told) -> None:
    cast.owner.country = "NL"
    cast.owner.save()
    assert told(now=at("2026-12-25 11:00")).mail_at == at("2026-12-27 00:00")


def test_a_summary_is_left_out_on_a_day_off(cast: Cast, told: Told) -> None:
    prefer(cast.owner, MessageKind.ANSWER, How.DIGEST)
    DaysOff.objects.create(user=cast.owner, first=date(2026, 11, 24), last=date(2026, 11, 25))
    assert told().mail_at == at("2026-11-26 08:30")


# --- who can't be reached -----------------------------------------------------------------------------------------


def test_an_address_that_refuses_mail_gets_none(cast: Cast, told: Told) -> None:
    User.objects.filter(pk=cast.owner.pk).update(refusals=3, refused_address=cast.owner.email)
    cast.owner.refresh_from_db()
    assert told().mail_at is None
    cast.owner.email = "another@example.com"
    assert told().mail_at is not None


def test_a_zone_that_has_gone_holds_nothing_up(cast: Cast, told: Told, now: datetime) -> None:
    cast.owner.time_zone = "Nowhere/Land"
    cast.owner.save()
    assert told().mail_at == now
