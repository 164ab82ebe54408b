"""When a running timer is asked about, and how it is counted."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from accounts.reach import Reach
from delegation.timers import counted_minutes, forgotten_at, next_threshold_at
from delegation.working_time import WorkingTime, end_of_work

ZONE = ZoneInfo("Europe/Amsterdam")
OFFICE = WorkingTime(reach=Reach(zone=ZONE), hours=((time(9), time(17, 30)),) * 5 + (None, None))
NIGHT = WorkingTime(reach=Reach(zone=ZONE), hours=((time(22), time(6)),) * 7)
NEVER = WorkingTime(reach=Reach(zone=ZONE), hours=(None,) * 7)


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-{text}").replace(tzinfo=ZONE)


@pytest.mark.parametrize(
    ("seconds", "minutes"), [(0, 0), (29, 0), (30, 1), (89, 1), (90, 2), (60, 1), (3600, 60), (3629, 60), (3630, 61)]
)
def test_whole_minutes_half_a_minute_up_and_nothing_below_thirty_seconds(seconds: int, minutes: int) -> None:
    assert counted_minutes(timedelta(seconds=seconds)) == minutes


@pytest.mark.parametrize(
    ("working", "started", "confirmed", "asked"),
    [
        (OFFICE, "23 10:00", None, "23 14:00"),
        (OFFICE, "23 16:00", None, "23 18:30"),
        (OFFICE, "23 17:15", None, "23 18:30"),
        (OFFICE, "23 17:45", None, "23 18:45"),
        (OFFICE, "23 21:00", None, "23 22:00"),
        (OFFICE, "28 21:00", None, "29 01:00"),
        (NEVER, "23 10:00", None, "23 14:00"),
        (NIGHT, "23 23:30", None, "24 03:30"),
        (NIGHT, "24 04:30", None, "24 08:30"),
        (None, "23 10:00", None, "23 14:00"),
        (OFFICE, "23 17:45", "23 18:45", "23 22:45"),
        (OFFICE, "23 10:00", "23 14:05", "23 18:05"),
    ],
)
def test_asked_after_four_hours_or_an_hour_after_work_but_never_before_an_hour(
    working: WorkingTime | None, started: str, confirmed: str | None, asked: str
) -> None:
    found = forgotten_at(working, started_at=at(started), confirmed_at=at(confirmed) if confirmed else None)
    assert found == at(asked)


@pytest.mark.parametrize(
    ("working", "day", "ends"),
    [(OFFICE, 23, "23 17:30"), (OFFICE, 28, None), (NIGHT, 23, "24 06:00"), (NEVER, 23, None)],
)
def test_the_end_of_work_may_be_in_the_night_after(working: WorkingTime, day: int, ends: str | None) -> None:
    assert end_of_work(working, date(2026, 11, day)) == (at(ends) if ends else None)


@pytest.mark.parametrize(
    ("logged", "limit", "told", "minutes"),
    [(0, 240, 0, 120), (100, 240, 0, 20), (100, 240, 50, 92), (200, 240, 80, 40), (0, 3, 0, 2), (200, 240, 0, 0)],
)
def test_the_next_share_of_a_limit_comes_when_logged_and_running_reach_it(
    logged: int, limit: int, told: int, minutes: int
) -> None:
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    found = next_threshold_at(started_at=start, logged=logged, limit=limit, told=told)
    assert found == start + timedelta(minutes=minutes)


@pytest.mark.parametrize(("limit", "told"), [(None, 0), (0, 0), (240, 100)])
def test_without_a_limit_or_with_all_told_there_is_none(limit: int | None, told: int) -> None:
    start = datetime(2026, 11, 23, 9, tzinfo=UTC)
    assert next_threshold_at(started_at=start, logged=0, limit=limit, told=told) is None
