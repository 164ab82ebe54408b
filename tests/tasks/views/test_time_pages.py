"""The time of a task, for both sides; and one's own entry, to put it right wherever its task has gone."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import Membership
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.actions.entries import correct_work, log_work
from tasks.models import EntryCorrection, EntryState, Task, TimeEntry
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, field_of, text_of

MONDAY = date(2026, 11, 23)


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=480)


def entries(task: Task, cast: Cast, now: datetime, count: int) -> None:
    rows = TimeEntry.objects.bulk_create(
        TimeEntry(
            task=task, user=cast.assistant, minutes=5, billed=5, day=MONDAY - timedelta(days=number % 300),
            note=f"Entry {number}", created_at=now,
        )
        for number in range(count)
    )  # fmt: skip
    says = {"minutes": 5, "day": "2026-11-23", "note": "", "state": "counted"}
    EntryCorrection.objects.bulk_create(
        EntryCorrection(entry=row, by=cast.assistant, at=now, was={**says, "minutes": 9}, now=says) for row in rows
    )


def logged(task: Task, cast: Cast, now: datetime, **values: Any) -> TimeEntry:
    log_work(task_id=task.pk, by=cast.assistant, now=now, **{"minutes": 90, "day": MONDAY, "note": "Calls", **values})
    return TimeEntry.objects.latest("created_at", "id")


def time_page(task: Task) -> str:
    return reverse("task_time", args=[task.pk])


def words(page: Any) -> str:
    return text_of(page).replace("\u00a0", " ")


# --- all of it ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["owner", "assistant"])
def test_a_thousand_entries_take_no_more_queries_than_ten(
    person: str, task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    client = client_for(getattr(cast, person))
    entries(task, cast, now, 10)
    few = {path: queries_of(lambda path=path: client.get(path)) for path in (time_page(task), task.get_absolute_url())}  # type: ignore[misc]
    entries(task, cast, now, 990)
    for path, count in few.items():
        assert queries_of(lambda path=path: client.get(path)) == count <= 8  # type: ignore[misc]


def test_the_pages_hold_every_entry_once(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    entries(task, cast, now, 60)
    client, seen, path = client_for(cast.owner), [], time_page(task)
    while path:
        page = client.get(path)
        seen += [line.entry.note for line in page.context["lines"]]
        following = page.context["following"]
        path = f"{time_page(task)}?before={str(following).replace('+', '%2B')}" if following else ""
    assert sorted(seen) == sorted(f"Entry {number}" for number in range(60))


@pytest.mark.parametrize("before", ["x", "2026-01-01_", "2026-11-23T00:00:00+00:00_zz", "\0"])
def test_an_altered_address_shows_the_newest(before: str, task: Task, cast: Cast, client_for: ClientFor) -> None:
    assert client_for(cast.owner).get(time_page(task), {"before": before}).status_code == 200


def test_both_see_how_it_was_corrected_and_why(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    entry = logged(task, cast, now)
    correct_work(entry_id=entry.pk, by=cast.assistant, minutes=60, day=MONDAY, reason="Lunch in between", now=now)
    for person in (cast.owner, cast.assistant):
        page = words(client_for(person).get(time_page(task)))
        assert "Corrected once" in page
        assert "1 hour 30 min became 1 hour" in page
        assert "Lunch in between" in page


def test_what_is_billed_is_told_where_it_is_less(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    logged(task, cast, now)
    TimeEntry.objects.update(billed=30)
    assert "30 min of it billed" in words(client_for(cast.owner).get(time_page(task)))


def test_an_empty_page_says_what_comes(task: Task, cast: Cast, client_for: ClientFor) -> None:
    page = text_of(client_for(cast.assistant).get(time_page(task)))
    assert "No time has been logged on this task" in page
    assert f"/tasks/{task.pk}/log-work/" in page
    assert "/log-work/" not in text_of(client_for(cast.owner).get(time_page(task)))


# --- one's own ----------------------------------------------------------------------------------------------------


def test_an_entry_is_put_right_and_both_pages_tell(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    entry = logged(task, cast, now)
    client, path = client_for(cast.assistant), reverse("time_entry", args=[entry.pk])
    assert path in text_of(client.get(time_page(task)))
    assert path not in text_of(client_for(cast.owner).get(time_page(task)))
    form = client.get(path).context["form"]
    assert (form["minutes"].value(), form["note"].value(), "reason" in form.fields) == ("1:30", "Calls", False)
    page = client.post(path, {"minutes": "1", "day": "2026-11-23", "note": "Calls"}, follow=True)
    assert page.redirect_chain[0][0] == time_page(task)
    assert "Corrected: 1 hour." in words(page)


def test_an_older_one_asks_why_and_keeps_what_was_typed(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    entry = logged(task, cast, now)
    TimeEntry.objects.update(day=MONDAY - timedelta(days=1))
    client, path = client_for(cast.assistant), reverse("time_entry", args=[entry.pk])
    page = client.post(path, {"minutes": "1", "day": "2026-11-23", "note": "Calls"})
    assert page.status_code == 422
    assert list(field_of(page, "reason").errors) == ["This entry is older than today. Say why it changes."]
    assert field_of(page, "minutes").value() == "1"
    assert client.post(path, {"do": "strike", "minutes": "x"}).status_code == 422
    assert client.post(path, {"do": "strike", "reason": "Twice"}).status_code == 302
    assert TimeEntry.objects.get().state == EntryState.STRUCK


def test_a_note_alone_can_change_and_seconds_of_a_timer_stay(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    begin = now - timedelta(minutes=30, seconds=20)
    entry = logged(task, cast, now, minutes=30, started_at=begin, ended_at=now)
    client, path = client_for(cast.assistant), reverse("time_entry", args=[entry.pk])
    form = client.get(path).context["form"]
    sent = {name: form[name].value() or "" for name in ("minutes", "day", "from_time", "until")}
    sent |= {"from_time": "09:29", "until": "10:00"}
    assert client.post(path, {**sent, "note": "Mails"}).status_code == 302
    entry.refresh_from_db()
    assert (entry.note, entry.minutes, entry.started_at) == ("Mails", 30, begin)


def test_a_forgotten_timer_is_confirmed_or_said_to_be_nothing(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    entry = TimeEntry.objects.create(
        task=task, user=cast.assistant, minutes=500, day=MONDAY, created_at=now, state=EntryState.WAITING,
        started_at=now - timedelta(minutes=500), ended_at=now,
    )  # fmt: skip
    client, path = client_for(cast.assistant), reverse("time_entry", args=[entry.pk])
    assert "How long was it really?" in text_of(client.get(path))
    assert client.post(path, {"day": "2026-11-23"}).status_code == 422  # it says nothing yet
    page = client.post(path, {"minutes": "40 min", "day": "2026-11-23"}, follow=True)
    assert "Logged: 40 min." in words(page)
    entry.refresh_from_db()
    assert (entry.state, entry.minutes, entry.started_at) == (EntryState.COUNTED, 40, None)


def test_what_is_approved_says_whom_to_ask(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    entry = logged(task, cast, now)
    client, path = client_for(cast.assistant), reverse("time_entry", args=[entry.pk])
    TimeEntry.objects.update(approved_by=cast.owner, approved_at=now)
    assert "This has been approved. Ask your entrepreneur to take that back." in text_of(client.get(path))
    page = client.post(path, {"minutes": "1", "day": "2026-11-23"})
    assert page.status_code == 409
    assert "This has been approved." in text_of(page)


def test_who_lost_sight_of_the_task_sees_the_entry_and_nothing_of_the_task(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, assistant=cast.guest, purpose="A secret")
    log_work(task_id=task.pk, by=cast.guest, minutes=60, day=MONDAY, now=now)
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.assistant, now=now)
    client, path = client_for(cast.guest), reverse("time_entry", args=[TimeEntry.objects.get().pk])
    assert client.get(time_page(task)).status_code == 404
    page = text_of(client.get(path))
    assert "A secret" not in page
    assert f"/tasks/{task.pk}/" not in page
    done = client.post(path, {"minutes": "30 min", "day": "2026-11-23"})
    assert done.headers["Location"] == reverse("now")
    Membership.objects.filter(user=cast.guest).delete()
    # Out of the team, nothing of it can be opened any more.
    assert client.post(path, {"minutes": "20 min", "day": "2026-11-23"}).status_code == 404
    assert TimeEntry.objects.get().minutes == 30
