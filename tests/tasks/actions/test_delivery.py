"""Delivering, accepting, sending back, opening again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State, Why
from tasks.actions import delivery, talking
from tasks.actions.base import CHANGED
from tasks.actions.delivery import NO_FINDINGS
from tasks.models import Checkin, CheckinState, StoredFile, Task
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, told, turn_of, waiting
from tests.tasks.factories import FINDINGS, checks, deliver, ready_to_deliver

GivenTask = Callable[..., Task]
IN_TWO_HOURS = Rule(trigger=Trigger.AFTER_START, hours=2)
REVIEWED = [level for level in LevelKey if level != LevelKey.JUST_DO_IT]


# --- delivering ---------------------------------------------------------------------------------------------------


def test_just_do_it_is_done_on_delivery_and_the_entrepreneur_hears_of_it(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, rules=[IN_TWO_HOURS])
    talking.ask(task_id=task.pk, by=cast.assistant, text="Still open?", now=now)
    task = deliver(task, cast.assistant, now)
    assert (task.state, task.done_at, waiting(task)) == (State.DONE, now, {})
    assert (turn_of(task, "delivery").answer, told(task)) == ("done_on_delivery", {("Eva", "done", False)})
    assert not Checkin.objects.filter(task=task, state=CheckinState.DUE).exists()


@pytest.mark.parametrize("level", REVIEWED)
def test_at_every_other_level_the_delivery_waits_for_a_review(level: LevelKey, cast: Cast, now: datetime) -> None:
    task = deliver(ready_to_deliver(level, cast, now), cast.assistant, now)
    assert (task.state, task.done_at, waiting(task)) == (State.DELIVERED, None, {"delivery": cast.owner})
    assert told(task) == {("Eva", "delivered", True)}


def test_a_delivery_holds_text_links_files_and_the_self_check(cast: Cast, now: datetime) -> None:
    task = ready_to_deliver(LevelKey.PROPOSE, cast, now)
    given: dict[str, Any] = {"team": cast.team, "size": 12, "created_at": now}
    ours = StoredFile.objects.create(task=task, name="list.pdf", **given)
    elsewhere = StoredFile.objects.create(task=None, name="secret.pdf", **given)
    delivery.deliver(
        task_id=task.pk, by=cast.assistant, text="Here", links=["https://example.com"],
        files=[ours, elsewhere], checks=checks(task, met=False), now=now,
    )  # fmt: skip
    turn = turn_of(task, "delivery")
    assert (turn.text, turn.payload["links"]) == ("Here", ["https://example.com"])
    assert turn.payload["files"] == [{"id": str(ours.pk), "name": "list.pdf", "size": 12}]
    assert turn.checks == checks(task, met=False)


def test_findings_are_facts_with_sources(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = deliver(given_task(State.IN_PROGRESS, LevelKey.RESEARCH), cast.assistant, now)
    assert turn_of(task, "delivery").findings == FINDINGS
    assert last_event(task).kind == "submit-findings"


def test_findings_without_any_fact_are_refused(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.RESEARCH)
    with refused(task, str(NO_FINDINGS)):
        delivery.submit_findings(task_id=task.pk, by=cast.assistant, findings=[], now=now)


def test_research_can_not_be_delivered_as_anything_else(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.RESEARCH)
    with refused(task, Why.NOT_AT_THIS_LEVEL):
        delivery.deliver(task_id=task.pk, by=cast.assistant, text="I would take the first", now=now)


def test_what_was_asked_and_not_answered_is_withdrawn_on_delivery(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, rules=[IN_TWO_HOURS])
    Checkin.objects.filter(task=task).update(state=CheckinState.ASKED, asked_at=now)
    deliver(task, cast.assistant, now)
    assert Checkin.objects.get(task=task).state == CheckinState.WITHDRAWN


def test_the_second_press_on_deliver_is_refused(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DELIVERED, LevelKey.WITHIN_LIMITS)
    with refused(task, Why.NOT_NOW):
        deliver(task, cast.assistant, now)


# --- reviewing ----------------------------------------------------------------------------------------------------


def test_accepting_the_result_finishes_the_task(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DELIVERED, LevelKey.WITHIN_LIMITS)
    talking.ask(task_id=task.pk, by=cast.assistant, text="Still open?", now=now)
    task = delivery.accept_result(task_id=task.pk, by=cast.owner, text="Thank you", now=now)
    assert (task.state, task.done_at, waiting(task)) == (State.DONE, now, {})
    assert (turn_of(task, "delivery").answer, turn_of(task, "delivery").answer_text) == ("accepted", "Thank you")
    assert told(task) == {("Sam", "result_accepted", False)}


def test_sending_back_says_per_criterion_what_is_missing(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DELIVERED, LevelKey.PROPOSE, rules=[IN_TWO_HOURS])
    first, second = checks(task)
    verdicts = [first, checks(task, met=False)[1]]
    task = delivery.send_back(task_id=task.pk, by=cast.owner, text="Nearly", verdicts=verdicts, now=now)
    assert (task.state, waiting(task)) == (State.IN_PROGRESS, {})
    assert turn_of(task, "delivery").verdicts == verdicts
    assert last_event(task).data == {"text": "Nearly", "unmet": [second.criterion]}
    assert told(task) == {("Sam", "sent_back", True)}


def test_check_ins_go_on_when_the_work_was_sent_back(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DELIVERED, LevelKey.WITHIN_LIMITS, rules=[IN_TWO_HOURS])
    delivery.send_back(task_id=task.pk, by=cast.owner, text="Not yet", now=now + timedelta(hours=1))
    due = Checkin.objects.get(task=task, state=CheckinState.DUE)
    assert due.due_at == now + timedelta(hours=2)


def test_what_was_sent_back_can_be_delivered_again(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    for level in (LevelKey.PROPOSE, LevelKey.ADVISE, LevelKey.INSTRUCTIONS):
        task = given_task(State.DELIVERED, level)
        delivery.send_back(task_id=task.pk, by=cast.owner, text="Not yet", now=now)
        assert deliver(task, cast.assistant, now).state == State.DELIVERED


@pytest.mark.parametrize("act", [delivery.accept_result, delivery.send_back])
def test_the_assistant_does_not_review_their_own_work(
    act: Callable[..., Task], cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.DELIVERED, LevelKey.WITHIN_LIMITS)
    with refused(task, Why.NOT_YOURS):
        act(task_id=task.pk, by=cast.assistant, text="Good", now=now)


def test_a_result_is_accepted_once(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DONE, LevelKey.WITHIN_LIMITS)
    with refused(task, Why.NOT_NOW):
        delivery.accept_result(task_id=task.pk, by=cast.owner, now=now)


def test_accepting_from_an_old_tab_does_not_accept_a_newer_delivery(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.DELIVERED, LevelKey.WITHIN_LIMITS)
    seen = task.revision
    delivery.send_back(task_id=task.pk, by=cast.entrepreneur, text="Not yet", now=now)
    deliver(task, cast.assistant, now)
    with refused(task, str(CHANGED)):
        delivery.accept_result(task_id=task.pk, by=cast.owner, revision=seen, now=now)


# --- opening again ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("level", LevelKey)
def test_a_task_can_be_opened_again_within_fourteen_days(
    level: LevelKey, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.DONE, level)
    soon = now + timedelta(days=14) - timedelta(seconds=1)
    task = delivery.reopen(task_id=task.pk, by=cast.owner, text="Page two is missing", now=soon)
    assert (task.state, task.done_at, waiting(task)) == (State.IN_PROGRESS, None, {})
    assert told(task) == {("Sam", "reopened", True)}


def test_after_fourteen_days_a_task_stays_done(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DONE)
    with refused(task, Why.TOO_LATE):
        delivery.reopen(task_id=task.pk, by=cast.owner, text="Page two", now=now + timedelta(days=14))


def test_the_assistant_can_not_open_it_again(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.DONE)
    with refused(task, Why.NOT_YOURS):
        delivery.reopen(task_id=task.pk, by=cast.assistant, text="One more thing", now=now)


def test_a_stopped_task_can_not_be_opened_again(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.STOPPED)
    with refused(task, Why.NOT_NOW):
        delivery.reopen(task_id=task.pk, by=cast.owner, text="After all", now=now)
