"""Milestones: delivered and accepted in order, and what acceptance, another assistant and another brief do to them."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import DaysOff, User
from delegation.levels import LevelKey
from delegation.milestones import PROBLEMS, Phase, PlanProblem
from delegation.workflow import State, Why
from tasks.actions import delivery, flags, gates, handing_over
from tasks.actions import milestones as acts
from tasks.actions.base import ALREADY_ANSWERED, CHANGED
from tasks.actions.milestones import FLAG_FIRST, WAITS
from tasks.models import Event, Milestone, Task, TurnState
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, story, told, turn_of, waiting
from tests.tasks.factories import PHASES, flag_content, task_in

# By hand, for Sam (Monday to Friday): the first on Tuesday 1 December, then 5, 10 and 3 working days. In the
# Netherlands 25 December and 1 January are holidays:
#   2 3 4 7 [8] · 9 10 11 14 15 16 17 18 21 [22] · 23 24 [28]
PLANNED = [date(2026, 12, 1), date(2026, 12, 8), date(2026, 12, 22), date(2026, 12, 28)]


@pytest.fixture
def task(cast: Cast, now: datetime) -> Task:
    """Four milestones, and the first of them under way."""
    User.objects.filter(pk=cast.assistant.pk).update(country="NL")
    cast.assistant.refresh_from_db()
    return task_in(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS, cast, now, phases=PHASES)


def rows(task: Task) -> list[Milestone]:
    return list(Milestone.objects.filter(task=task).order_by("position"))


def states(task: Task) -> list[str]:
    return [row.state for row in rows(task)]


def at(day: int, month: int = 12) -> datetime:
    """Ten o'clock in Amsterdam."""
    return datetime(2026 if month > 6 else 2027, month, day, 9, tzinfo=UTC)


def deliver(task: Task, cast: Cast, now: datetime, **values: Any) -> Task:
    return acts.deliver_milestone(task_id=task.pk, by=cast.assistant, **{"text": "Here it is", **values}, now=now)


def accept(task: Task, cast: Cast, now: datetime) -> Task:
    return acts.accept_milestone(task_id=task.pk, by=cast.owner, now=now)


def done(task: Task, cast: Cast, now: datetime) -> Task:
    """Deliver and accept the one under way, at once."""
    deliver(task, cast, now)
    return accept(task, cast, now)


def change(task: Task, cast: Cast, now: datetime, phases: list[Phase]) -> Task:
    return handing_over.amend(task_id=task.pk, by=cast.owner, fields={}, milestones=phases, now=now)


# --- a life -------------------------------------------------------------------------------------------------------


def test_when_the_work_begins_the_first_one_opens_and_all_days_are_planned(task: Task) -> None:
    assert states(task) == ["open", "locked", "locked", "locked"]
    assert [row.planned_on for row in rows(task)] == PLANNED
    assert [row.due_on for row in rows(task)] == [PLANNED[0], None, None, None]
    assert (task.milestone_count, task.milestones_open) == (4, 4)


def test_delivering_one_puts_it_to_the_entrepreneur_and_the_task_goes_on(task: Task, cast: Cast, now: datetime) -> None:
    task = deliver(task, cast, now, text="The plan", links=["https://example.com/plan"])
    first = rows(task)[0]
    assert (task.state, states(task)[:2], first.delivered_at) == (State.IN_PROGRESS, ["delivered", "locked"], now)
    assert waiting(task) == {"milestone": cast.owner}
    turn = turn_of(task, "milestone")
    assert (turn.text, turn.payload["links"]) == ("The plan", ["https://example.com/plan"])
    assert (turn.payload["milestone"], turn.payload["title"], turn.payload["position"]) == (str(first.pk), "Plan", 1)
    assert told(task) == {("Eva", "milestone_delivered", True)}
    assert last_event(task).data["milestone"] == "Plan"


def test_the_next_one_can_not_be_delivered_before_the_one_before_is_accepted(
    task: Task, cast: Cast, now: datetime
) -> None:
    deliver(task, cast, now)
    with refused(task, str(WAITS) % {"title": "Plan"}):
        deliver(task, cast, now)
    with refused(task, str(WAITS) % {"title": "Plan"}):
        deliver(task, cast, now, milestone_id=rows(task)[1].pk)


def test_who_looked_at_another_one_is_told_that_something_changed(task: Task, cast: Cast, now: datetime) -> None:
    first = rows(task)[0]
    done(task, cast, now)
    with refused(task, str(CHANGED)):
        deliver(task, cast, now, milestone_id=first.pk)


def test_accepting_one_opens_the_next_so_many_working_days_later(task: Task, cast: Cast) -> None:
    deliver(task, cast, at(1))
    task = accept(task, cast, at(3))  # two days later: 4 7 8 9 [10]
    first, second, *_rest = rows(task)
    assert (first.state, first.accepted_at, task.milestones_open) == ("accepted", at(3), 3)
    assert (second.state, second.due_on, second.planned_on) == ("open", date(2026, 12, 10), PLANNED[1])
    assert story(task)[-2:] == ["accept-milestone", "milestone-opened"]
    assert last_event(task).data == {"milestone": "Design", "position": 2, "when_due": "2026-12-10"}
    accepted = Event.objects.get(task=task, kind="accept-milestone")
    (message,) = cast.assistant.messages.filter(dedup_key__startswith=f"event:{accepted.pk}:")
    assert (message.template, message.params["following"], message.params["when_due"]) == (
        "milestone_accepted", "Design", "2026-12-10",
    )  # fmt: skip


def test_the_chain_over_christmas_with_late_acceptance_and_a_day_off(task: Task, cast: Cast) -> None:
    DaysOff.objects.create(user=cast.assistant, first=date(2026, 12, 14), last=date(2026, 12, 14))
    deliver(task, cast, at(1))
    accept(task, cast, at(3))  # 4 7 8 9 [10]
    deliver(task, cast, at(10))
    accept(task, cast, at(11))  # 15 16 17 18 21 22 23 24 28 [29]: without the day off, and Christmas
    deliver(task, cast, at(29))
    task = accept(task, cast, at(30))  # 31 4 January [5]: without New Year's Day
    assert [row.due_on for row in rows(task)] == [
        date(2026, 12, 1), date(2026, 12, 10), date(2026, 12, 29), date(2027, 1, 5),
    ]  # fmt: skip
    assert [row.planned_on for row in rows(task)] == PLANNED


def test_the_day_of_acceptance_is_that_of_the_teams_calendar(task: Task, cast: Cast) -> None:
    late_in_the_evening = datetime(2026, 12, 3, 23, 30, tzinfo=UTC)  # half past midnight in Amsterdam
    deliver(task, cast, at(1))
    accept(task, cast, late_in_the_evening)
    assert rows(task)[1].due_on == date(2026, 12, 11)


def test_who_has_no_working_hours_is_counted_in_plain_days(cast: Cast, now: datetime) -> None:
    User.objects.filter(pk=cast.assistant.pk).update(working_hours=[None] * 7)
    cast.assistant.refresh_from_db()
    task = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    done(task, cast, at(1))
    assert rows(task)[1].due_on == date(2026, 12, 6)


def test_one_that_is_sent_back_is_open_again_on_the_same_day(task: Task, cast: Cast, now: datetime) -> None:
    deliver(task, cast, now)
    task = acts.send_back_milestone(task_id=task.pk, by=cast.owner, text="Where is the budget?", now=at(3))
    first = rows(task)[0]
    assert (first.state, first.due_on, first.delivered_at) == ("open", PLANNED[0], None)
    assert (waiting(task), told(task)) == ({}, {("Sam", "milestone_sent_back", True)})
    assert turn_of(task, "milestone").answer_text == "Where is the budget?"
    assert waiting(deliver(task, cast, at(4))) == {"milestone": cast.owner}


def test_the_result_can_be_delivered_once_all_are_accepted(task: Task, cast: Cast, now: datetime) -> None:
    for number in range(4):
        with refused(task, Why.MILESTONES_OPEN):
            delivery.deliver(task_id=task.pk, by=cast.assistant, text="All of it", now=now)
        task = done(task, cast, now + timedelta(days=number))
    assert (task.milestones_open, states(task), story(task)[-1]) == (0, ["accepted"] * 4, "accept-milestone")
    with refused(task, Why.NOT_NOW):
        deliver(task, cast, now)
    assert delivery.deliver(task_id=task.pk, by=cast.assistant, text="All of it", now=now).state == State.DELIVERED


def test_findings_wait_for_the_milestones_too(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.RESEARCH, cast, now, phases=PHASES)
    with refused(task, Why.MILESTONES_OPEN):
        delivery.submit_findings(task_id=task.pk, by=cast.assistant, findings=[], now=now)


def test_the_database_holds_it_too(task: Task) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Task.objects.filter(pk=task.pk).update(state=State.DELIVERED)
    with pytest.raises(IntegrityError), transaction.atomic():
        Milestone.objects.filter(task=task, position=2).update(state="open", due_on=date(2026, 12, 8))


@pytest.mark.parametrize(("level", "why"), [("propose", Why.NEEDS_APPROVAL), ("advise", Why.NEEDS_CHOICE)])
def test_nothing_is_handed_in_before_the_yes_or_the_choice(level: str, why: Why, cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, level, cast, now, phases=PHASES)
    with refused(task, why):
        deliver(task, cast, now)


def test_a_milestone_can_be_delivered_after_the_yes(cast: Cast, now: datetime) -> None:
    task = task_in(State.AWAITING_APPROVAL, LevelKey.PROPOSE, cast, now, phases=PHASES)
    gates.approve(task_id=task.pk, by=cast.owner, now=now)
    assert states(deliver(task, cast, now))[0] == "delivered"


# --- who may, and what runs beside it -----------------------------------------------------------------------------


def test_only_the_assistant_delivers_and_only_the_entrepreneurs_answer(task: Task, cast: Cast, now: datetime) -> None:
    for person in (cast.owner, cast.guest, cast.outsider):
        with refused(task, Why.NOT_YOURS):
            acts.deliver_milestone(task_id=task.pk, by=person, text="Mine", now=now)
    deliver(task, cast, now)
    for person in (cast.assistant, cast.guest, cast.outsider):
        with refused(task, Why.NOT_YOURS):
            acts.accept_milestone(task_id=task.pk, by=person, now=now)
        with refused(task, Why.NOT_YOURS):
            acts.send_back_milestone(task_id=task.pk, by=person, text="No", now=now)
    assert acts.accept_milestone(task_id=task.pk, by=cast.entrepreneur, now=now).milestones_open == 3


def test_nothing_is_accepted_that_was_not_delivered(task: Task, cast: Cast, now: datetime) -> None:
    with refused(task, str(ALREADY_ANSWERED)):
        accept(task, cast, now)


def test_a_milestone_of_another_task_is_not_accepted_here(task: Task, cast: Cast, now: datetime) -> None:
    other = task_in(State.IN_PROGRESS, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    deliver(other, cast, now)
    with refused(task, str(ALREADY_ANSWERED)):
        acts.accept_milestone(task_id=task.pk, by=cast.owner, turn_id=turn_of(other, "milestone").pk, now=now)


def test_a_flag_parks_it_and_the_answer_opens_it_again(task: Task, cast: Cast, now: datetime) -> None:
    deliver(task, cast, now)
    common: dict[str, Any] = {"task_id": task.pk, "now": now}
    flags.flag(by=cast.assistant, text="Too little", content=flag_content(), **common)
    assert turn_of(task, "milestone").state == TurnState.PARKED
    with refused(task, str(FLAG_FIRST)):
        accept(task, cast, now)
    flags.hold(by=cast.owner, text="It was agreed", **common)
    assert waiting(task)["milestone"] == cast.owner
    assert accept(task, cast, now).milestones_open == 3


def test_stopping_withdraws_it(task: Task, cast: Cast, now: datetime) -> None:
    deliver(task, cast, now)
    handing_over.stop(task_id=task.pk, by=cast.owner, now=now)
    assert waiting(task) == {}
    with refused(task, Why.NOT_NOW):
        accept(task, cast, now)


# --- another assistant ----------------------------------------------------------------------------------------------


def test_who_takes_it_over_begins_anew_with_what_was_open(task: Task, cast: Cast, now: datetime) -> None:
    done(task, cast, at(1))
    deliver(task, cast, at(4))
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=at(7))
    assert (states(task)[:3], waiting(task)) == (["accepted", "locked", "locked"], {"offer": cast.guest})
    DaysOff.objects.create(user=cast.guest, first=date(2026, 12, 9), last=date(2026, 12, 10))
    handing_over.accept_task(task_id=task.pk, by=cast.guest, read_back="", estimate=None, now=at(8))
    second, third = rows(task)[1:3]
    # Their own working days, from when they accept: 11 14 15 16 [17] · 18 21 22 23 24 25 28 29 30 [31]
    assert (second.state, second.due_on, second.planned_on, second.delivered_at) == (
        "open", date(2026, 12, 17), date(2026, 12, 17), None,
    )  # fmt: skip
    assert (third.due_on, third.planned_on) == (None, date(2026, 12, 31))


def test_the_day_of_the_first_one_stands_whoever_does_it(task: Task, cast: Cast, now: datetime) -> None:
    deliver(task, cast, now)
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=at(7))
    handing_over.accept_task(task_id=task.pk, by=cast.guest, read_back="", estimate=None, now=at(8))
    first = rows(task)[0]
    assert (first.state, first.due_on, first.planned_on, first.delivered_at) == ("open", PLANNED[0], PLANNED[0], None)


def test_what_was_handed_back_begins_when_somebody_else_takes_it_on(task: Task, cast: Cast, now: datetime) -> None:
    done(task, cast, at(1))
    deliver(task, cast, at(4))
    handing_over.hand_back(task_id=task.pk, by=cast.assistant, text="I am ill", now=at(7))
    second = rows(task)[1]
    assert (states(task), second.due_on) == (["accepted", "locked", "locked", "locked"], None)
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner}
    handing_over.edit_draft(fields={"assistant": cast.guest}, **common, now=at(8))
    handing_over.delegate(**common, now=at(8))
    handing_over.accept_task(task_id=task.pk, by=cast.guest, read_back="", estimate=None, now=at(9))
    second = rows(task)[1]  # 10 11 14 15 [16]
    assert (second.state, second.due_on, second.planned_on) == ("open", date(2026, 12, 16), date(2026, 12, 16))


def test_an_offer_that_is_declined_leaves_nothing_under_way(task: Task, cast: Cast, now: datetime) -> None:
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    handing_over.decline(task_id=task.pk, by=cast.guest, reason="time", now=now)
    assert (states(task), rows(task)[0].due_on) == (["locked"] * 4, PLANNED[0])


# --- another brief ------------------------------------------------------------------------------------------------


def test_changing_them_makes_a_new_version_that_the_assistant_sees(task: Task, cast: Cast, now: datetime) -> None:
    ids = [row.pk for row in rows(task)]
    task = change(task, cast, now, [PHASES[0], replace(PHASES[1], working_days=6), *PHASES[2:]])
    (shown,) = turn_of(task, "amendment").payload["changes"]
    assert (shown["field"], shown["was"][1], shown["now"][1]) == ("milestones", "Design · 5", "Design · 6")
    assert (task.brief_version, [row.pk for row in rows(task)]) == (2, ids)
    # 2 3 4 7 8 [9] · 10 11 14 15 16 17 18 21 22 [23] · 24 28 [29]
    assert [row.planned_on for row in rows(task)][1:] == [date(2026, 12, 9), date(2026, 12, 23), date(2026, 12, 29)]


def test_saving_them_as_they_are_changes_nothing(task: Task, cast: Cast, now: datetime) -> None:
    assert change(task, cast, now, PHASES).brief_version == 1
    assert handing_over.amend(task_id=task.pk, by=cast.owner, fields={"reach": "Call"}, now=now).milestone_count == 4


def test_what_is_to_come_can_be_added_removed_and_put_in_another_order(task: Task, cast: Cast, now: datetime) -> None:
    done(task, cast, at(1))
    under_way = rows(task)[1].pk
    plan, design, build, _test = PHASES
    task = change(task, cast, at(2), [plan, build, design, Phase(title="Party", working_days=1)])
    assert [row.title for row in rows(task)] == ["Plan", "Build", "Design", "Party"]
    task = change(task, cast, at(2), [plan, build])
    second = rows(task)[1]
    assert (second.pk, second.state, task.milestone_count, task.milestones_open) == (under_way, "open", 2, 1)
    assert (second.due_on, second.planned_on) == (date(2026, 12, 15), date(2026, 12, 15))  # from the day it began


def test_what_was_delivered_can_not_be_changed_or_taken_out(task: Task, cast: Cast, now: datetime) -> None:
    deliver(task, cast, now)
    for phases in ([replace(PHASES[0], title="Scheme"), *PHASES[1:]], [], PHASES[::-1]):
        with refused(task, str(PROBLEMS[PlanProblem.SETTLED])):
            change(task, cast, now, phases)
    assert change(task, cast, now, PHASES[:3]).milestone_count == 3
    done_with = accept(task, cast, now)
    with refused(done_with, str(PROBLEMS[PlanProblem.SETTLED])):
        change(task, cast, now, [replace(PHASES[0], due_on=date(2026, 12, 2)), *PHASES[1:]])


def test_one_more_after_all_are_accepted_begins_at_once(task: Task, cast: Cast, now: datetime) -> None:
    task = change(task, cast, now, PHASES[:2])
    done(task, cast, at(1))
    done(task, cast, at(2))
    task = change(task, cast, at(9), [*PHASES[:2], Phase(title="Party", working_days=2)])
    party = rows(task)[2]
    assert (party.state, party.due_on, party.planned_on) == ("open", date(2026, 12, 11), date(2026, 12, 11))
    assert task.milestones_open == 1


def test_all_can_be_taken_out_before_any_was_delivered(task: Task, cast: Cast, now: datetime) -> None:
    task = change(task, cast, now, [])
    assert (rows(task), task.milestone_count, task.milestones_open) == ([], 0, 0)
    assert delivery.deliver(task_id=task.pk, by=cast.assistant, text="All", now=now).state == State.DELIVERED


@pytest.mark.parametrize(
    ("phases", "wrong"),
    [
        (PHASES[:1], PlanProblem.ALONE),
        ([*PHASES, *PHASES[1:] * 3], PlanProblem.TOO_MANY),
        ([replace(PHASES[0], due_on=date(2027, 1, 16)), *PHASES[1:]], PlanProblem.AFTER_DEADLINE),
    ],
)
def test_what_can_not_be_is_refused(
    phases: list[Phase], wrong: PlanProblem, cast: Cast, given_task: Callable[..., Task], now: datetime
) -> None:
    task = given_task(State.IN_PROGRESS, deadline_date=date(2027, 1, 15))
    with refused(task, str(PROBLEMS[wrong])):
        change(task, cast, now, phases)


def test_a_draft_has_its_milestones_from_the_start(cast: Cast, now: datetime) -> None:
    task = task_in(State.DRAFT, LevelKey.JUST_DO_IT, cast, now, phases=PHASES)
    assert ([row.as_phase() for row in rows(task)], states(task)) == (PHASES, ["locked"] * 4)
    task.refresh_from_db()
    assert (task.milestone_count, task.milestones_open) == (4, 4)
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "now": now}
    assert handing_over.edit_draft(fields={}, milestones=PHASES[:2], **common).milestone_count == 2
    assert handing_over.edit_draft(fields={"reach": "Call"}, **common).milestone_count == 2
