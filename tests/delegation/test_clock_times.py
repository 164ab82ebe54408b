"""Work that is told by the clock, also in the nights in which the clocks change."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delegation.clock_times import SkippedTime, spell_of

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
MONDAY = date(2026, 11, 23)
SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # at 02:00 to 03:00, at 03:00 back to 02:00


def spell(day: date, begin: str, until: str) -> tuple[int, bool]:
    found = spell_of(day, time.fromisoformat(begin), time.fromisoformat(until), AMSTERDAM)
    return found.minutes, found.changed


@pytest.mark.parametrize(
    ("day", "begin", "until", "minutes", "changed"),
    [
        (MONDAY, "09:00", "11:30", 150, False),
        (MONDAY, "22:00", "01:30", 210, False),
        (MONDAY, "00:00", "23:59", 1439, False),
        (SPRING, "01:00", "05:00", 180, True),
        (SPRING, "01:59", "03:00", 1, True),
        (SPRING, "03:00", "04:00", 60, False),
        (date(2026, 3, 28), "23:00", "04:00", 240, True),
        (AUTUMN, "01:00", "05:00", 300, True),
        (AUTUMN, "01:00", "02:30", 90, False),
        (AUTUMN, "02:45", "02:30", 45, True),
        (AUTUMN, "00:00", "23:00", 24 * 60, True),
    ],
)
def test_the_time_that_really_passed_counts(day: date, begin: str, until: str, minutes: int, changed: bool) -> None:
    assert spell(day, begin, until) == (minutes, changed)


def test_a_time_that_comes_twice_is_the_first_and_says_so() -> None:
    found = spell_of(AUTUMN, time(1), time(2, 30), AMSTERDAM)
    assert (found.end, found.twice) == (datetime(2026, 10, 25, 0, 30, tzinfo=UTC), time(2, 30))
    assert spell_of(AUTUMN, time(1), time(5), AMSTERDAM).twice is None


@pytest.mark.parametrize(("begin", "until"), [(time(2, 30), time(5)), (time(1), time(2, 30)), (time(2), time(4))])
def test_a_time_that_never_was_is_refused_with_what_the_clocks_did(begin: time, until: time) -> None:
    with pytest.raises(SkippedTime) as skipped:
        spell_of(SPRING, begin, until, AMSTERDAM)
    assert (skipped.value.before, skipped.value.after) == (time(2), time(3))


@given(
    st.dates(date(2000, 1, 1), date(2040, 1, 1)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.times().map(lambda at: at.replace(second=0, microsecond=0)),
    st.sampled_from(["Europe/Amsterdam", "Asia/Manila", "America/New_York", "Australia/Lord_Howe"]),
)
def test_a_spell_is_as_long_as_its_clock_says_but_for_the_change(
    day: date, begin: time, until: time, zone: str
) -> None:
    try:
        found = spell_of(day, begin, until, ZoneInfo(zone))
    except SkippedTime:
        return
    shown = (until.hour * 60 + until.minute - begin.hour * 60 - begin.minute) % (24 * 60) or 24 * 60
    assert found.end > found.start
    assert (found.minutes == shown) or found.changed
    assert abs(found.minutes - shown) in {0, 30, 60, 24 * 60 - 60, 24 * 60 - 30}
