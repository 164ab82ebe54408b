"""The running timer, on every page: since when it runs, stopping it, and being asked about it."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.urls import reverse

from accounts.models import Membership
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import handing_over
from tasks.actions.entries import log_work
from tasks.actions.timing import start_timer
from tasks.models import Task, TimeEntry, Timer
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, text_of

NOW = reverse("now")
PAGES = ("now", "task_list", "resources", "inbox", "team", "profile")


@pytest.fixture
def running(cast: Cast, now: datetime) -> Task:
    """A task on which Sam's timer runs for 72 minutes by now."""
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now - timedelta(hours=2), title="Lunch & more")
    start_timer(task_id=task.pk, by=cast.assistant, now=now - timedelta(minutes=72))
    return task


@pytest.mark.parametrize("name", PAGES)
def test_every_page_shows_it_in_the_rail_and_above_the_tabs(
    name: str, running: Task, cast: Cast, client_for: ClientFor
) -> None:
    page = client_for(cast.assistant).get(reverse(name)).content.decode()
    assert page.count('action="/timer/stop/"') == 2
    assert page.count(f'<a href="/tasks/{running.pk}/">Lunch &amp; more</a>') >= 2
    assert "since 08:48" in page
    assert "/timer/stop/" not in client_for(cast.owner).get(reverse(name)).content.decode()


def test_it_costs_no_query(running: Task, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.assistant)
    with_timer = queries_of(lambda: client.get(NOW))
    Timer.objects.all().delete()
    assert queries_of(lambda: client.get(NOW)) == with_timer <= 10


def test_stopping_goes_back_to_the_page_and_says_what_was_logged(
    running: Task, cast: Cast, client_for: ClientFor
) -> None:
    sent = {"next": reverse("inbox")}
    page = client_for(cast.assistant).post(reverse("timer_stop"), sent, follow=True)
    assert page.redirect_chain[0][0] == reverse("inbox")
    assert "The timer of “Lunch & more” was stopped and logged: 1\u00a0hour 12\u00a0min." in text_of(page).replace(
        "hour\u00a012", "hour 12"
    )
    assert TimeEntry.objects.get().minutes == 72


def test_elsewhere_is_no_way_back(running: Task, cast: Cast, client_for: ClientFor) -> None:
    response = client_for(cast.assistant).post(reverse("timer_stop"), {"next": "https://example.com/"})
    assert response.headers["Location"] == NOW


def test_with_none_running_that_is_said(cast: Cast, client_for: ClientFor) -> None:
    assert "No timer runs." in text_of(client_for(cast.assistant).post(reverse("timer_stop"), follow=True))


def test_who_is_asked_can_say_that_they_are_still_at_it(
    running: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    client = client_for(cast.assistant)
    assert "Are you still at it?" not in text_of(client.get(NOW))
    Timer.objects.update(asked_at=now)
    assert "Are you still at it?" in text_of(client.get(NOW))
    page = text_of(client.post(reverse("timer_still"), {"next": NOW}, follow=True))
    assert "Good. The timer runs on." in page
    assert "Are you still at it?" not in page
    assert "Nothing is asked about your timer any more." in text_of(client.post(reverse("timer_still"), follow=True))


def test_a_forgotten_one_leads_to_how_long_it_really_was(
    running: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    Timer.objects.update(asked_at=now)
    page = client_for(cast.assistant).post(reverse("timer_stop"), {"next": NOW}, follow=True)
    entry = TimeEntry.objects.get()
    assert page.redirect_chain[0][0] == f"/time/{entry.pk}/"
    assert "How long was it really?" in text_of(page)
    assert "An entry waits for you: “Lunch & more”" in text_of(client_for(cast.assistant).get(NOW))
    assert "An entry waits" not in text_of(client_for(cast.owner).get(NOW))


def test_who_lost_sight_of_the_task_still_sees_and_stops_their_timer(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, assistant=cast.guest, title="Secret")
    start_timer(task_id=task.pk, by=cast.guest, now=now)
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.assistant, now=now)
    client = client_for(cast.guest)
    page = client.get(NOW).content.decode()
    assert "/timer/stop/" in page
    assert f"/tasks/{task.pk}/" not in page
    with time_machine.travel(now + timedelta(minutes=5), tick=False):
        client.post(reverse("timer_stop"))
    assert TimeEntry.objects.get().minutes == 5


def test_so_does_who_left_every_team(running: Task, cast: Cast, client_for: ClientFor) -> None:
    Membership.objects.filter(user=cast.assistant).delete()
    client = client_for(cast.assistant)
    assert "/timer/stop/" in client.get(NOW).content.decode()
    assert client.post(reverse("timer_stop")).status_code == 302
    assert TimeEntry.objects.count() == 1


# --- starting -----------------------------------------------------------------------------------------------------


def test_starting_says_what_was_stopped_for_it(running: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    other = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, title="Other")
    page = client_for(cast.assistant).post(f"/tasks/{other.pk}/start-timer/", follow=True)
    words = text_of(page).replace("\u00a0", " ")
    assert "The timer of “Lunch & more” was stopped and logged: 1 hour 12 min. The timer runs." in words


def test_the_task_page_starts_it_in_one_press_unless_it_runs_there(
    running: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    other = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    client = client_for(cast.assistant)
    assert f'action="/tasks/{other.pk}/start-timer/"' in text_of(client.get(other.get_absolute_url()))
    assert "/start-timer/" not in text_of(client.get(running.get_absolute_url()))
    assert "/start-timer/" not in text_of(client_for(cast.owner).get(other.get_absolute_url()))


def test_beyond_the_limit_the_way_out_is_a_link_to_a_flag_about_time(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, time_limit=60)
    log_work(task_id=task.pk, by=cast.assistant, minutes=60, day=now.date(), now=now)
    client = client_for(cast.assistant)
    refused = client.post(f"/tasks/{task.pk}/start-timer/")
    assert refused.status_code == 409
    assert "The time is used up. Flag it, then you can go on." in text_of(refused)
    assert f'href="/tasks/{task.pk}/flag/?kind=time"' in text_of(refused)
    assert client.get(f"/tasks/{task.pk}/flag/?kind=time").context["form"]["kind"].value() == "time"


@pytest.mark.parametrize("query", ["kind=nonsense", "turn=1", "revision=x", "kind=time&kind=budget", "text=%00"])
def test_what_the_address_fills_in_can_not_break_the_form(
    query: str, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now)
    page = client_for(cast.assistant).get(f"/tasks/{task.pk}/flag/?{query}")
    assert page.status_code == 200
    assert page.context["form"]["revision"].value() == task.revision
