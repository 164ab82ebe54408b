"""A deadline is the same moment for everybody, and a date alone is the same date for everybody."""

from datetime import date, datetime, time
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from delegation.levels import LevelKey
from delegation.workflow import State
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, text_of

ENDS_OF_THE_EARTH = ["Pacific/Kiritimati", "Pacific/Honolulu", "Europe/Amsterdam", "Asia/Kolkata"]


def move(user: User, zone: str) -> None:
    user.time_zone = zone
    user.save()


@pytest.mark.parametrize("zone", ENDS_OF_THE_EARTH)
@pytest.mark.parametrize("language", ["en", "nl"])
def test_a_date_alone_is_the_same_date_everywhere(
    zone: str, language: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now, deadline_date=date(2026, 11, 27))
    cast.assistant.language = language
    move(cast.assistant, zone)
    client = client_for(cast.assistant)
    for path in (reverse("now"), reverse("task_list")):
        page = text_of(client.get(path))
        assert "27 nov" in page.lower()
        assert not any(f"{day} nov" in page.lower() for day in (26, 28))
    assert "27 nov" in text_of(client.get(task.get_absolute_url())).lower()


@pytest.mark.parametrize(
    ("zone", "until"),
    [
        ("Asia/Manila", "(until Sat 28 Nov 07:00 for {})"),
        ("America/New_York", "(until 18:00 for {})"),
        ("Europe/London", "(until 23:00 for {})"),
        ("Europe/Brussels", None),
    ],
)
def test_a_date_alone_ends_with_the_day_of_the_team(
    zone: str, until: str | None, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    move(cast.assistant, zone)
    task = task_in(State.OFFERED, LevelKey.JUST_DO_IT, cast, now, deadline_date=date(2026, 11, 27), time_zone=zone)
    assert task.deadline_at
    assert task.deadline_at.isoformat() == "2026-11-27T22:59:59+00:00"
    for person, name in ((cast.owner, "Sam"), (cast.assistant, "you")):
        page = text_of(client_for(person).get(task.get_absolute_url()))
        assert "ready by Fri 27 Nov" in page
        assert until.format(name) in page if until else "(until" not in page


def test_a_moment_is_shown_in_both_peoples_time(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    move(cast.assistant, "Asia/Kolkata")
    task = task_in(
        State.OFFERED, LevelKey.JUST_DO_IT, cast, now, deadline_date=date(2026, 11, 27), deadline_time=time(17)
    )
    owner = text_of(client_for(cast.owner).get(task.get_absolute_url()))
    assert "ready by Fri 27 Nov 17:00" in owner
    assert "(21:30 for Sam)" in owner
    assistant = text_of(client_for(cast.assistant).get(task.get_absolute_url()))
    assert "ready by Fri 27 Nov 21:30" in assistant
    assert "(17:00 for Eva)" in assistant


def test_a_moment_that_falls_on_another_day_there_says_so(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    move(cast.assistant, "Pacific/Kiritimati")
    task = task_in(
        State.OFFERED, LevelKey.JUST_DO_IT, cast, now, deadline_date=date(2026, 11, 27), deadline_time=time(17)
    )
    assert "(Sat 28 Nov 06:00 for Sam)" in text_of(client_for(cast.owner).get(task.get_absolute_url()))
    assert "ready by Sat 28 Nov 06:00" in text_of(client_for(cast.assistant).get(task.get_absolute_url()))


def test_the_same_clock_is_not_shown_twice(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    move(cast.assistant, "Europe/Brussels")
    task = task_in(
        State.OFFERED, LevelKey.JUST_DO_IT, cast, now, deadline_date=date(2026, 11, 27), deadline_time=time(17)
    )
    assert "for Sam)" not in text_of(client_for(cast.owner).get(task.get_absolute_url()))


@pytest.mark.parametrize(("hour", "late"), [(22, False), (23, True)])
def test_a_date_alone_is_late_after_the_day_of_the_team(
    hour: int, late: bool, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    writer: dict[str, Any] = {"time_zone": "Pacific/Honolulu"}
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, deadline_date=now.date(), **writer)
    with time_machine.travel(now.replace(hour=hour, minute=30), tick=False):  # UTC; Amsterdam is an hour ahead
        page = text_of(client_for(cast.owner).get(task.get_absolute_url()))
    assert ('class="tag bad">late' in page) == late


@pytest.mark.parametrize("zone", ENDS_OF_THE_EARTH)
def test_editing_from_elsewhere_does_not_move_a_deadline(
    zone: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(
        State.DRAFT, LevelKey.JUST_DO_IT, cast, now, deadline_date=date(2026, 11, 27), deadline_time=time(17)
    )
    before = task.deadline_at
    move(cast.owner, zone)
    client, path = client_for(cast.owner), reverse("task_edit", args=[task.pk])
    page = text_of(client.get(path))
    assert 'value="2026-11-27"' in page
    assert 'value="17:00"' in page
    sent = {"title": "New title", "level": task.level, "deadline_date": "2026-11-27", "deadline_time": "17:00"}
    assert client.post(path, {**sent, "revision": task.revision}).status_code == 302
    task.refresh_from_db()
    assert (task.title, task.deadline_at) == ("New title", before)
