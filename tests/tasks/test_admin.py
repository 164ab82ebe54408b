"""The admin of tasks and check-ins: everything to look at, and nothing that can be changed."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.forms.models import model_to_dict
from django.test import Client
from django.urls import NoReverseMatch, reverse

from accounts.models import User
from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.models import Checkin, Event, Task, Turn
from tasks.sweeps import ask_due_checkins
from tests.accounts.conftest import queries_of
from tests.conftest import Cast, logged_in
from tests.factories import UserFactory
from tests.tasks.factories import EVERYWHERE, PHASES, ResourceFactory, task_in


@pytest.fixture
def admin(db: None) -> Client:
    """Someone with all rights, logged in just now."""
    return logged_in(UserFactory.create(is_staff=True, is_superuser=True, email="root@example.com", language="en"))


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """A flagged task of Sam's, with a check-in that was asked."""
    rules = [Rule(trigger=Trigger.AFTER_START, hours=1)]
    task = task_in(State.FLAGGED, LevelKey.INSTRUCTIONS, cast, now, rules=rules)
    ask_due_checkins(now=now + timedelta(hours=1))
    task.refresh_from_db()
    return task


def everything() -> dict[str, list[dict[str, Any]]]:
    """All that the workflow owns, row by row."""
    return {
        model.__name__: [model_to_dict(row) | {"pk": row.pk} for row in model.objects.order_by("pk")]
        for model in (Task, Event, Turn, Checkin)
    }


def change_page(row: Task | Checkin) -> str:
    return reverse(f"admin:tasks_{row._meta.model_name}_change", args=[row.pk])


# --- looking ------------------------------------------------------------------------------------------------------


def test_the_list_shows_where_each_task_stands(admin: Client, task: Task) -> None:
    page = admin.get(reverse("admin:tasks_task_changelist")).content.decode()
    for said in (task.title, "Eva&#x27;s Events", "Follow my instructions", "Flagged", "Sam Smit"):
        assert said in page
    assert ">instructions</td>" not in page, "the level's name, not its key"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "hotel"}, True),
        ({"q": "caterer"}, False),
        ({"q": "sam@example.com"}, True),
        ({"q": "eva's events"}, True),
        ({"state__exact": "flagged"}, True),
        ({"state__exact": "done"}, False),
        ({"level__exact": "instructions"}, True),
        ({"level__exact": "propose"}, False),
    ],
)
def test_tasks_are_searched_and_filtered(admin: Client, task: Task, query: dict[str, str], found: bool) -> None:
    page = admin.get(reverse("admin:tasks_task_changelist"), query).content.decode()
    assert (change_page(task) in page) == found


def test_a_task_shows_its_brief_its_timeline_and_what_was_put_to_whom(admin: Client, task: Task) -> None:
    page = admin.get(change_page(task)).content.decode()
    for said in ("Book the hotel", "Look for rooms", "Eva handed over to Sam", "Sam accepted", "Sam was asked"):
        assert said in page
    assert "budget is too small" in page
    assert "Not for this money." in page
    for button in ("_save", "_continue", "_addanother", "deletelink"):
        assert button not in page


@pytest.mark.parametrize(("state", "level"), EVERYWHERE)
def test_every_task_can_be_looked_at(admin: Client, cast: Cast, now: datetime, state: State, level: LevelKey) -> None:
    assert admin.get(change_page(task_in(state, level, cast, now))).status_code == 200


def test_markup_in_a_task_is_shown_as_text(admin: Client, cast: Cast, now: datetime) -> None:
    bad = "<script>alert(1)</script>"
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now, title=bad, deliverable=bad, criteria=[bad])
    pages = [
        admin.get(address).content.decode() for address in (reverse("admin:tasks_task_changelist"), change_page(task))
    ]
    assert all(bad not in page and "&lt;script&gt;alert(1)" in page for page in pages)


def test_check_ins_are_listed_by_state(admin: Client, task: Task) -> None:
    checkin = Checkin.objects.get(task=task)
    address = reverse("admin:tasks_checkin_changelist")
    assert change_page(checkin) in admin.get(address, {"state__exact": "asked"}).content.decode()
    assert change_page(checkin) not in admin.get(address, {"state__exact": "answered"}).content.decode()
    assert admin.get(change_page(checkin)).status_code == 200


def test_an_unknown_task_is_no_error(admin: Client) -> None:
    answer = admin.get(reverse("admin:tasks_task_change", args=["4b0ee4d7-7cd5-4f4c-8f6c-0c6e0d3cb0a5"]))
    assert answer.status_code == 302


@pytest.mark.parametrize("model", ["task", "checkin"])
def test_a_list_takes_as_many_queries_for_more_rows(admin: Client, cast: Cast, now: datetime, model: str) -> None:
    rules = [Rule(trigger=Trigger.AFTER_START, hours=1)]

    def add(number: int) -> None:
        for _count in range(number):
            person: User = UserFactory.create()
            task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, rules=rules)
            Task.objects.filter(pk=task.pk).update(assistant=person)
            Checkin.objects.filter(task=task).update(assistant=person)

    address = reverse(f"admin:tasks_{model}_changelist")
    add(3)
    admin.get(address)  # the first request of a session also writes down that it is there
    few = queries_of(lambda: admin.get(address))
    add(6)
    assert queries_of(lambda: admin.get(address)) == few


def test_every_part_of_a_brief_is_shown_as_people_write_it(admin: Client, cast: Cast, now: datetime) -> None:
    task = task_in(
        State.DRAFT,
        LevelKey.WITHIN_LIMITS,
        cast,
        now,
        time_limit=90,
        criteria=["Hot", "On time"],
        rules=[Rule(trigger=Trigger.AFTER_START, hours=2)],
        resources=[ResourceFactory.create(team=cast.team, name="The address")],
        phases=PHASES,
    )
    page = admin.get(change_page(task)).content.decode()
    for said in (
        "€\u00a0100",
        "1\u00a0hour\u00a030\u00a0min",
        "Hot<br>On time",
        "2 hours after the start",
        "The address",
        "5 working days after the one before",
    ):
        assert said in page
    assert "None" not in page
    assert "minutes" not in page


# --- changing -----------------------------------------------------------------------------------------------------


def test_a_task_is_not_changed(admin: Client, task: Task) -> None:
    before = everything()
    sent = {**{name: str(value) for name, value in model_to_dict(task).items()}, "state": "done", "title": "Mine now"}
    inlines = {
        f"{prefix}-{name}": value
        for prefix in ("events", "turns")
        for name, value in {"TOTAL_FORMS": "0", "INITIAL_FORMS": "0"}.items()
    }
    assert admin.post(change_page(task), {**sent, **inlines, "_save": "Save"}).status_code == 403
    assert everything() == before


def test_a_check_in_is_not_changed(admin: Client, task: Task) -> None:
    before = everything()
    checkin = Checkin.objects.get(task=task)
    assert admin.post(change_page(checkin), {"state": "answered", "mood": "on_track"}).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("model", ["task", "checkin"])
def test_nothing_is_added(admin: Client, task: Task, model: str) -> None:
    before = everything()
    address = reverse(f"admin:tasks_{model}_add")
    assert admin.get(address).status_code == 403
    assert admin.post(address, {"title": "New", "level": "just_do_it"}).status_code == 403
    assert everything() == before


@pytest.mark.parametrize("model", [Task, Checkin])
def test_nothing_is_deleted(admin: Client, task: Task, model: type[Task] | type[Checkin]) -> None:
    before = everything()
    name = model.__name__.lower()
    row = model.objects.get()
    assert admin.post(reverse(f"admin:tasks_{name}_delete", args=[row.pk]), {"post": "yes"}).status_code == 403
    for action in ("delete_selected", "done", ""):
        chosen = {"action": action, "_selected_action": str(row.pk), "post": "yes"}
        assert admin.post(reverse(f"admin:tasks_{name}_changelist"), chosen).status_code in {200, 302, 403}
    assert everything() == before


def test_the_parts_of_a_task_have_no_pages_of_their_own() -> None:
    for model in ("event", "turn", "briefversion", "checkinrule"):
        with pytest.raises(NoReverseMatch):
            reverse(f"admin:tasks_{model}_changelist")


def test_a_list_offers_no_bulk_actions(admin: Client, task: Task) -> None:
    page = admin.get(reverse("admin:tasks_task_changelist")).content.decode()
    assert 'name="action"' not in page
    assert "_selected_action" not in page


def test_the_admin_is_not_for_others(cast: Cast, client: Client, task: Task) -> None:
    client.force_login(cast.owner)
    for address in (reverse("admin:tasks_task_changelist"), change_page(task)):
        assert client.get(address).status_code in {302, 403}
