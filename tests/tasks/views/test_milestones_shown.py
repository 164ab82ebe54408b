"""Milestones on the screens: written, delivered, accepted in one press, moved by slow acceptance."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from pytest_django import Settings

from accounts.models import DaysOff, User
from delegation.levels import LevelKey
from delegation.milestones import Phase
from delegation.workflow import State
from tasks.actions import handing_over, milestones
from tasks.models import Resource, ResourceKind, StoredFile, Task, TurnKind
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.tasks.factories import PHASES, ResourceFactory, task_in
from tests.tasks.files import pdf
from tests.tasks.views.conftest import ClientFor, text_of

ROWS = {"milestone_0_title": "Plan", "milestone_0_when": "2026-12-01"} | {
    "milestone_1_title": "Design", "milestone_1_when": "5"
}  # fmt: skip


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, phases=PHASES)


def at(day: int) -> datetime:
    return datetime(2026, 12, day, 9, tzinfo=UTC)


def page_of(client: Client, task: Task, on: datetime | None = None) -> str:
    """The words of the task page, on some day."""
    if on is None:
        return words(client.get(task.get_absolute_url()))
    with time_machine.travel(on, tick=False):
        return words(client.get(task.get_absolute_url()))


def words(response: Any) -> str:
    """A page without its line breaks."""
    return " ".join(text_of(response).split())


def deliver(task: Task, cast: Cast, now: datetime) -> Task:
    return milestones.deliver_milestone(task_id=task.pk, by=cast.assistant, text="The plan", now=now)


def accept(task: Task, cast: Cast, now: datetime) -> Task:
    return milestones.accept_milestone(task_id=task.pk, by=cast.owner, now=now)


def test_a_brief_is_written_with_milestones_and_scope(cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    sent = {"title": "A site", "level": "just_do_it", "deliverable": "A site", "assistant": cast.assistant.pk}
    scope = {"must_items": "Home", "could_items": "Blog\nShop"}
    page = client.post("/tasks/new/", {**sent, **scope, **ROWS, "do": "delegate"}, follow=True)
    made = Task.objects.get()
    assert [row.as_phase() for row in made.milestones.order_by("position")] == PHASES[:2]
    text = words(page)
    assert "Must be in it</dt>" in text
    assert "dropped first to keep a limit or the deadline" in text
    assert "<li>Shop</li>" in text
    assert "Starts when “Plan” is accepted" in text


def test_a_row_with_a_mistake_comes_back_with_all_that_was_typed(cast: Cast, client_for: ClientFor) -> None:
    sent = {**ROWS, "milestone_1_when": "300", "title": "A site", "level": "just_do_it", "do": "draft"}
    page = client_for(cast.owner).post("/tasks/new/", sent)
    assert page.status_code == 422
    text = words(page)
    assert "How many working days? This can be 1 to 250." in text
    assert 'value="300"' in text
    assert '<details class="more" open><summary>Milestones, for work in several steps' in text


def test_a_changed_brief_shows_milestones_in_words(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    longer = [PHASES[0], replace(PHASES[1], working_days=1), *PHASES[2:]]
    handing_over.amend(task_id=task.pk, by=cast.owner, fields={}, milestones=longer, now=now)
    text = page_of(client_for(cast.assistant), task)
    assert "Plan, ready by Tue 1 Dec<br>Design, 5 working days after the one before" in text
    assert "Design, 1 working day after the one before" in text


def test_the_page_says_how_far_each_is(task: Task, cast: Cast, client_for: ClientFor) -> None:
    text = page_of(client_for(cast.assistant), task)
    assert "due Tue 1 Dec" in text
    assert "Starts when “Plan” is accepted" in text
    assert "expected Tue 8 Dec" in text
    assert "Moved from" not in text
    assert f"/tasks/{task.pk}/deliver-milestone/" in text
    assert f"/tasks/{task.pk}/deliver/" not in text


def test_one_that_is_late_says_so(task: Task, cast: Cast, client_for: ClientFor) -> None:
    text = page_of(client_for(cast.owner), task, at(3))
    assert 'Under way <span class="tag bad">late</span>' in text
    assert "Moved from Tue 8 Dec to Thu 10 Dec" in text


def test_slow_acceptance_moves_the_dates_visibly(task: Task, cast: Cast, client_for: ClientFor) -> None:
    client = client_for(cast.owner)
    deliver(task, cast, at(1))
    waits = "Moved from Tue 8 Dec to {}: “Plan” still waits to be accepted"
    assert "Moved from" not in page_of(client, task, at(1))
    assert waits.format("Wed 9 Dec") in page_of(client, task, at(2))
    assert waits.format("Fri 11 Dec") in page_of(client, task, at(4))
    accept(task, cast, at(4))
    text = page_of(client, task, at(4))
    assert "Accepted Fri 4 Dec · planned for Tue 1 Dec" in text
    assert "Moved from Tue 8 Dec to Fri 11 Dec: “Plan” was accepted 3 days later" in text
    assert "Moved from Tue 22 Dec to Fri 25 Dec" in text


def test_a_day_off_that_was_added_since_moves_what_is_to_come(task: Task, cast: Cast, client_for: ClientFor) -> None:
    DaysOff.objects.create(user=cast.assistant, first=date(2026, 12, 3), last=date(2026, 12, 4))
    assert "Moved from Tue 8 Dec to Thu 10 Dec" in page_of(client_for(cast.owner), task)


def test_the_assistant_who_waits_is_told_on_whom(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    deliver(task, cast, now)
    client = client_for(cast.assistant)
    text = page_of(client, task)
    assert "“Plan” waits for Eva. The next milestone starts when it is accepted." in text
    assert f"/tasks/{task.pk}/deliver-milestone/" not in text
    page = client.get(f"/tasks/{task.pk}/deliver-milestone/")
    assert page.status_code == 409
    assert "“Plan” has been delivered. The next milestone starts when it is accepted." in text_of(page)


def test_who_has_no_working_hours_is_said_to_be_counted_in_days(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    User.objects.filter(pk=cast.assistant.pk).update(working_hours=[None] * 7)
    cast.assistant.refresh_from_db()
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    text = page_of(client_for(cast.owner), task)
    assert "expected Sun 6 Dec" in text
    assert "Sam has no working hours yet, so every day counts as a working day." in text


def test_of_a_stopped_task_nothing_is_expected_any_more(
    task: Task, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    handing_over.stop(task_id=task.pk, by=cast.owner, now=now)
    text = page_of(client_for(cast.owner), task, at(3))
    assert "<small>Stopped</small>" in text
    for gone in ("expected", "Under way", "Moved from", "due Tue 1 Dec"):
        assert gone not in text


def test_a_milestone_is_delivered_with_a_file_and_a_link(
    task: Task, cast: Cast, client_for: ClientFor, settings: Settings, tmp_path: Any
) -> None:
    settings.MEDIA_ROOT = tmp_path
    client, path = client_for(cast.assistant), f"/tasks/{task.pk}/deliver-milestone/"
    assert "Milestone 1: Plan" in text_of(client.get(path))
    sent = {"text": "The plan", "links": "example.com/plan", "attachments": [pdf("plan.pdf")]}
    assert client.post(path, sent).status_code == 302
    text = page_of(client_for(cast.owner), task)
    for shown in ("Sam delivered “Plan”", "Milestone 1: Plan", "https://example.com/plan", "plan.pdf", "Send back…"):
        assert shown in text
    assert StoredFile.objects.get().task == task


def test_a_link_that_is_none_and_no_words_are_told_beside_the_field(
    task: Task, cast: Cast, client_for: ClientFor
) -> None:
    page = client_for(cast.assistant).post(f"/tasks/{task.pk}/deliver-milestone/", {"links": "javascript:alert(1)"})
    assert page.status_code == 422
    assert set(page.context["form"].errors) == {"text", "links"}


@pytest.mark.parametrize("next_", ["/now/", ""])
def test_it_is_accepted_in_one_press(next_: str, task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    deliver(task, cast, now)
    client = client_for(cast.owner)
    start = next_ or task.get_absolute_url()
    assert f'action="/tasks/{task.pk}/accept-milestone/"' in text_of(client.get(start))
    turn = task.turns.get(kind=TurnKind.MILESTONE)
    page = client.post(f"/tasks/{task.pk}/accept-milestone/", {"turn": turn.pk, "next": next_}, follow=True)
    assert page.redirect_chain[0][0] == start
    assert task.milestones.get(position=1).state == "accepted"
    again = client.post(f"/tasks/{task.pk}/accept-milestone/", {"turn": turn.pk})
    assert again.status_code == 409


def test_it_is_sent_back_with_a_reason(task: Task, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    deliver(task, cast, now)
    client, path = client_for(cast.owner), f"/tasks/{task.pk}/send-back-milestone/"
    assert "Milestone 1: Plan" in text_of(client.get(path))
    assert client.post(path, {"text": ""}).status_code == 422
    assert client.post(path, {"text": "Where is the budget?"}).status_code == 302
    assert task.milestones.get(position=1).state == "open"


# --- keep the deadline ----------------------------------------------------------------------------------------------


def tight(cast: Cast, now: datetime, **fields: Any) -> Task:
    """The last milestone is expected on Friday 25 December, a week after the deadline."""
    fields["deadline_date"] = date(2026, 12, 18)
    return task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES, **fields)


PASSES = "The last milestone would be ready on Fri 25 Dec, after the deadline of Fri 18 Dec."


def test_a_deadline_that_would_be_passed_offers_what_to_drop(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = tight(cast, now, could_items=["Blog", "Shop <b>"])
    client = client_for(cast.owner)
    page = client.get(task.get_absolute_url())
    assert PASSES in words(page)
    assert 'name="items" value="Shop &lt;b&gt;"' in page.content.decode()
    assert PASSES not in page_of(client_for(cast.assistant), task)
    sent = {"revision": task.revision, "items": ["Shop <b>"], "shorten": "on"}
    done = client.post(f"/tasks/{task.pk}/drop-scope/", sent, follow=True)
    assert "Dropped. Your assistant sees what changed." in words(done)
    assert PASSES not in words(done)
    task.refresh_from_db()
    assert task.could_items == ["Blog"]
    assert "Shop <b>" in page_of(client_for(cast.assistant), task)


def test_nothing_chosen_is_told_and_nothing_is_lost(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = tight(cast, now, could_items=["Blog"])
    page = client_for(cast.owner).post(f"/tasks/{task.pk}/drop-scope/", {"text": "Too much"})
    assert page.status_code == 422
    assert "Choose at least one thing to drop." in text_of(page)
    assert "Too much" in text_of(page)


def test_with_nothing_to_drop_the_brief_can_be_changed(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = tight(cast, now)
    client = client_for(cast.owner)
    text = page_of(client, task)
    assert PASSES in text
    assert "Nothing in the brief is marked as something that could be left out." in text
    page = client.get(f"/tasks/{task.pk}/drop-scope/")
    assert (page.status_code, "nothing in the brief that could be dropped" in text_of(page)) == (409, True)


@pytest.mark.parametrize(
    ("fields", "offered"),
    [
        ({"could_items": ["Blog"], "deadline_date": date(2027, 1, 1)}, True),
        ({"could_items": ["Blog"], "time_limit": 60}, True),
        ({"could_items": ["Blog"]}, False),
        ({"time_limit": 60}, False),
    ],
)
def test_dropping_is_offered_when_there_is_something_to_drop_and_to_keep(
    fields: dict[str, Any], offered: bool, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, **fields)
    assert (f'href="/tasks/{task.pk}/drop-scope/"' in page_of(client_for(cast.owner), task)) == offered


# --- what it costs ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("person", ["owner", "entrepreneur", "assistant"])
def test_milestones_cost_no_query_more(person: str, cast: Cast, client_for: ClientFor, now: datetime) -> None:
    twelve = [PHASES[0], *[Phase(title="Again", working_days=9)] * 11]
    file = ResourceFactory.create(team=cast.team, name="Logo", kind=ResourceKind.FILE)
    stored = StoredFile.objects.create(team=cast.team, name="logo.png", size=1, uploaded_by=cast.owner, created_at=now)
    Resource.objects.filter(pk=file.pk).update(stored_file=stored)
    resources = [ResourceFactory.create(team=cast.team, name="Address book"), file]
    plain = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=resources)
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, resources=resources, phases=twelve)
    DaysOff.objects.bulk_create(
        DaysOff(user=cast.assistant, first=now + timedelta(days=7 * n), last=now + timedelta(days=7 * n))
        for n in range(50)
    )
    client = client_for(getattr(cast, person))
    assert queries_of(lambda: client.get(task.get_absolute_url())) == queries_of(
        lambda: client.get(plain.get_absolute_url())
    )
    text = page_of(client, task)
    assert text.index("Address book") < text.index("Logo")
    assert f"/files/{stored.pk}/" in text


def test_now_tells_when_the_milestone_is_due_without_another_query(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    client = client_for(cast.assistant)
    task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    few = queries_of(lambda: client.get("/now/"))
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    assert queries_of(lambda: client.get("/now/")) == few
    assert "milestone Tue 1 Dec" in words(client.get("/now/"))
    deliver(task, cast, now)
    assert "milestone Tue 1 Dec" not in words(client.get("/now/"))
