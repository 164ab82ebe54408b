"""Logging time by hand: read right or refused beside the field, with what was typed kept."""

from datetime import datetime, timedelta
from typing import Any

import pytest
import time_machine

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions.entries import log_work
from tasks.models import Task, TimeEntry
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, field_of, text_of

MONDAY = "2026-11-23"


def send(task: Task, cast: Cast, client_for: ClientFor, **sent: str) -> Any:
    return client_for(cast.assistant).post(f"/tasks/{task.pk}/log-work/", {"day": MONDAY, **sent}, follow=True)


def words(page: Any) -> str:
    return text_of(page).replace("\u00a0", " ")


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("1,5 uur", "1 hour 30 min"),
        ("12:30", "12 hours 30 min"),
        ("90", ""),
        ("45 min", "45 min"),
        ("1u15", "1 hour 15 min"),
    ],
)
def test_the_answer_says_how_it_was_read(typed: str, read: str, task: Task, cast: Cast, client_for: ClientFor) -> None:
    page = send(task, cast, client_for, minutes=typed)
    if read:
        assert f"Logged: {read}." in words(page)
    else:  # ninety hours
        assert page.status_code == 422


@pytest.mark.parametrize(
    ("sent", "field", "said"),
    [
        ({}, "minutes", "Say how long it was, or from when until when."),
        ({"minutes": "0"}, "minutes", "Log at least a minute, and at most 24 hours in one day."),
        ({"minutes": "-1"}, "minutes", "A time can't be below zero."),
        ({"minutes": "25"}, "minutes", "Log at least a minute, and at most 24 hours in one day."),
        ({"minutes": "1.000,50"}, "minutes", "This can't be read as hours. Write it like 2, 1.5 or 1:30."),
        ({"from_time": "9:00"}, "until", "Say both: from when, and until when."),
        ({"until": "9:00"}, "from_time", "Say both: from when, and until when."),
        ({"from_time": "nine", "until": "9:30"}, "from_time", "This can't be read as a time. Write it like 9:30."),
        ({"from_time": "9:00", "until": "9:00"}, "until", "From and until are the same time."),
        ({"from_time": "9:00", "until": "10:30"}, "until", "That is still to come. Log what has been worked by now."),
        ({"from_time": "22:00", "until": "1:00"}, "until", "That is still to come. Log what has been worked by now."),
        (
            {"from_time": "8:00", "until": "9:30", "minutes": "1"},
            "minutes",
            "From 08:00 to 09:30 is 1 hour 30 min. Leave one of the two empty.",
        ),
        ({"minutes": "1", "day": "2026-11-24"}, "day", "This day has not come yet."),
        ({"minutes": "1", "day": "2026-11-20"}, "day", "The task was handed over on Mon 23 Nov. Was it really before?"),
        ({"minutes": "1", "day": "2024-11-20"}, "day", "That is more than a year ago. Is the date right?"),
        ({"from_time": "1:00", "until": "2:00", "day": "9999-12-31"}, "day", "This day has not come yet."),
    ],
)
def test_what_can_not_be_is_refused_beside_its_field(
    sent: dict[str, str], field: str, said: str, task: Task, cast: Cast, client_for: ClientFor
) -> None:
    page = send(task, cast, client_for, note="Called around", **sent)
    assert page.status_code == 422
    assert [str(error).replace("\u00a0", " ") for error in field_of(page, field).errors] == [said]
    assert field_of(page, "note").value() == "Called around"
    assert {name: field_of(page, name).value() for name in sent} == sent
    assert not TimeEntry.objects.exists()


def test_from_until_is_on_the_clock_of_who_worked(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    cast.assistant.time_zone = "Asia/Manila"
    cast.assistant.save()
    page = send(task, cast, client_for, from_time="16:00", until="16.45")
    assert "Logged: 45 min." in words(page)
    entry = TimeEntry.objects.get()
    assert (entry.started_at, entry.ended_at) == (now - timedelta(hours=1), now - timedelta(minutes=15))


def test_past_midnight_the_answer_says_so(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now - timedelta(days=3))
    page = send(task, cast, client_for, from_time="22:00", until="1:30", day="2026-11-21")
    assert "Logged: 3 hours 30 min. Until 01:30 on the day after." in words(page)


@pytest.mark.parametrize(
    ("day", "begin", "until", "said"),
    [
        ("2026-03-29", "01:00", "05:00", "Logged: 3 hours. The clocks changed in between: 3 hours."),
        ("2026-10-25", "01:00", "05:00", "Logged: 5 hours. The clocks changed in between: 5 hours."),
        (
            "2026-10-25",
            "01:00",
            "02:30",
            "Logged: 1 hour 30 min. 02:30 came twice that night; the first of the two counts.",
        ),
        ("2026-03-29", "02:30", "05:00", "02:30 did not come that night: the clocks went from 02:00 to 03:00."),
    ],
)
def test_a_night_in_which_the_clocks_change_is_explained(
    day: str, begin: str, until: str, said: str, cast: Cast, client_for: ClientFor
) -> None:
    then = datetime.fromisoformat(f"{day} 12:00+00:00")
    with time_machine.travel(then, tick=False):
        task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, then - timedelta(days=2))
        page = send(task, cast, client_for, from_time=begin, until=until, day=day)
    assert said in words(page)


def test_beyond_the_limit_there_is_a_link_to_the_flag(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=240)
    log_work(task_id=task.pk, by=cast.assistant, minutes=200, day=now.date(), now=now)
    page = send(task, cast, client_for, minutes="1:00")
    assert page.status_code == 422
    assert "40 min of the 4 hours is left. Log that, or flag that it takes more." in words(page)
    assert f'<a href="/tasks/{task.pk}/flag/?kind=time">Flag it</a>' in page.content.decode()


def test_a_title_that_overlaps_is_shown_as_text(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, title="<b>R&D</b>")
    send(task, cast, client_for, from_time="8:00", until="9:00")
    page = send(task, cast, client_for, from_time="8:30", until="9:30")
    assert "That overlaps with “<b>R&D</b>”: 08:00 to 09:00." in text_of(page)
    assert "<b>R&D" not in page.content.decode()


def test_sending_the_same_form_twice_logs_once(task: Task, cast: Cast, client_for: ClientFor) -> None:
    entry = "0f8fad5b-d9cb-469f-a165-70867728950e"
    assert send(task, cast, client_for, minutes="1", entry=entry).status_code == 200
    assert send(task, cast, client_for, minutes="1", entry=entry).status_code == 409
    assert TimeEntry.objects.count() == 1
