"""Changing a draft, or the brief of work that is agreed."""

from datetime import datetime
from typing import Any

import pytest
from django.urls import reverse

from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import delivery, handing_over
from tasks.models import Event, Task, Turn, TurnKind
from tests.conftest import Cast
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, field_of, text_of

LONG_TEXT = "A deliverable that took me a quarter of an hour to describe"


def edit(task: Task) -> str:
    return reverse("task_edit", args=[task.pk])


def typed(task: Task, **fields: Any) -> dict[str, Any]:
    return {"title": task.title, "level": task.level, "revision": task.revision, "deliverable": LONG_TEXT, **fields}


def test_a_draft_goes_on_where_it_was_left(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.DRAFT, LevelKey.PROPOSE, cast, now, money_limit=100, tags=["a", "b"])
    page = text_of(client_for(cast.owner).get(edit(task)))
    for text in (task.title, "Ten names\nA first approach for each", 'value="100"', 'value="a, b"', "Keep as a draft"):
        assert text in page
    assert f'<option value="{cast.assistant.pk}" selected>' in page


def test_a_draft_is_saved_or_handed_over(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task, client = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now), client_for(cast.owner)
    page = client.post(edit(task), typed(task, do="draft", assistant=cast.assistant.pk), follow=True)
    assert "Kept as a draft." in text_of(page)
    task.refresh_from_db()
    assert task.deliverable == LONG_TEXT
    page = client.post(edit(task), typed(task, do="delegate", assistant=cast.assistant.pk), follow=True)
    assert "Handed over to Sam." in text_of(page)
    task.refresh_from_db()
    assert task.state == State.OFFERED


def test_a_change_of_what_is_agreed_is_put_to_the_assistant(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now)
    page = client_for(cast.owner).post(edit(task), typed(task, do="save"), follow=True)
    assert "Saved. Your assistant sees what changed." in text_of(page)
    turn = Turn.objects.get(task=task, kind=TurnKind.AMENDMENT)
    assert [change["field"] for change in turn.payload["changes"]] == ["deliverable"]
    sams = text_of(client_for(cast.assistant).get(task.get_absolute_url()))
    assert LONG_TEXT in sams
    assert "A filed return and a copy of it" in sams


def test_the_level_and_the_assistant_that_were_agreed_stay(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, now)
    sent = typed(task, level="just_do_it", assistant=cast.guest.pk, criteria="One")
    assert client_for(cast.owner).post(edit(task), sent).status_code == 302
    task.refresh_from_db()
    assert (task.level, task.assistant) == (LevelKey.PROPOSE, cast.assistant)


def test_what_the_level_needs_cannot_be_taken_away(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, now)
    page = client_for(cast.owner).post(edit(task), typed(task, criteria=""))
    assert page.status_code == 422
    assert field_of(page, "criteria").errors == ["Say when it has succeeded: at least one success criterion."]


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_PROGRESS])
def test_two_people_who_write_at_once_do_not_overwrite_each_other(
    state: State, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(state, LevelKey.JUST_DO_IT, cast, now)
    first, second = typed(task, deliverable="Finn's words"), typed(task, deliverable=LONG_TEXT)
    assert client_for(cast.entrepreneur).post(edit(task), first).status_code == 302
    page = client_for(cast.owner).post(edit(task), second)
    assert page.status_code == 409
    assert "Something changed since you opened this page." in text_of(page)
    assert LONG_TEXT in text_of(page)
    task.refresh_from_db()
    assert task.deliverable == "Finn's words"


@pytest.mark.parametrize("state", [State.FLAGGED, State.DELIVERED, State.DONE, State.STOPPED])
def test_a_brief_that_cannot_change_now_says_why(
    state: State, cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task, client = task_in(state, LevelKey.WITHIN_LIMITS, cast, now), client_for(cast.owner)
    events = Event.objects.filter(task=task).count()
    assert client.get(edit(task)).status_code == 409
    page = client.post(edit(task), typed(task, money_limit="100", deliverable=LONG_TEXT))
    assert page.status_code == 409
    assert LONG_TEXT in text_of(page)
    assert Event.objects.filter(task=task).count() == events


def test_a_task_that_was_delivered_while_one_wrote_is_not_changed(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task, client = task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now), client_for(cast.owner)
    assert client.get(edit(task)).status_code == 200
    delivery.deliver(task_id=task.pk, by=cast.assistant, text="Here", now=now)
    page = client.post(edit(task), typed(task, money_limit="100"))
    assert page.status_code == 409
    assert "Sam delivered" in text_of(page)
    assert LONG_TEXT in text_of(page)


def test_a_draft_that_was_handed_over_meanwhile_is_not_handed_over_again(
    cast: Cast, client_for: ClientFor, now: datetime
) -> None:
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now)
    sent = typed(task, do="delegate", assistant=cast.assistant.pk)
    handing_over.delegate(task_id=task.pk, by=cast.entrepreneur, now=now)
    page = client_for(cast.owner).post(edit(task), sent)
    assert page.status_code == 409
    assert Turn.objects.filter(task=task, kind=TurnKind.OFFER).count() == 1
    task.refresh_from_db()
    assert task.deliverable != LONG_TEXT


def test_saving_without_a_change_bothers_nobody(cast: Cast, client_for: ClientFor, now: datetime) -> None:
    task, client = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now), client_for(cast.owner)
    sent = {"title": task.title, "deliverable": task.deliverable, "revision": task.revision}
    assert client.post(edit(task), sent).status_code == 302
    assert not Turn.objects.filter(task=task, kind=TurnKind.AMENDMENT).exists()
