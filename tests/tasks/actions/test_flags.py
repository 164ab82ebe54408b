"""Flags: "this can't be done like this", and each way out."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from delegation.checkins import Rule, Trigger
from delegation.levels import LevelKey
from delegation.workflow import State, Why
from tasks.actions import flags, handing_over, talking
from tasks.actions.base import CHANGED
from tasks.actions.flags import NO_REASON, NOTHING_MORE, NOTHING_SWAPPED
from tasks.models import Checkin, CheckinState, Expense, Task, TurnState
from tests.conftest import Cast
from tests.tasks.actions.watching import last_event, refused, story, told, turn_of, waiting
from tests.tasks.factories import flag_content

GivenTask = Callable[..., Task]
FLAGGABLE = [
    (State.OFFERED, LevelKey.WITHIN_LIMITS),
    (State.IN_PROGRESS, LevelKey.WITHIN_LIMITS),
    (State.AWAITING_APPROVAL, LevelKey.PROPOSE),
    (State.AWAITING_DECISION, LevelKey.ADVISE),
    (State.AWAITING_DECISION, LevelKey.INSTRUCTIONS),
]


def raise_flag(task: Task, cast: Cast, now: datetime, **content: Any) -> Task:
    return flags.flag(
        task_id=task.pk, by=cast.assistant, text="Not for this money", content=flag_content(**content), now=now
    )


@pytest.fixture
def flagged(given_task: GivenTask) -> Task:
    """Lunch for thirty for EUR 100: Sam says that it takes EUR 240."""
    return given_task(State.FLAGGED, LevelKey.WITHIN_LIMITS)


@pytest.mark.parametrize(("state", "level"), FLAGGABLE)
def test_a_flag_puts_the_question_to_the_entrepreneur_and_parks_what_waited(
    state: State, level: LevelKey, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(state, level)
    waited = set(waiting(task))
    task = raise_flag(task, cast, now)
    assert (task.state, waiting(task)) == (State.FLAGGED, {"flag": cast.owner})
    assert {turn.kind for turn in task.turns.filter(state=TurnState.PARKED)} == waited
    assert told(task) == {("Eva", "flag", True)}


def test_what_the_flag_says_comes_back_as_it_was_said(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    content = flag_content(alternatives="Soup", money=Decimal("240.50"), minutes=90, deadline=date(2026, 12, 1))
    task = given_task(State.IN_PROGRESS, LevelKey.WITHIN_LIMITS)
    task = flags.flag(task_id=task.pk, by=cast.assistant, text="For thirty", content=content, now=now)
    assert turn_of(task, "flag").flag == content
    assert last_event(task).data == {"text": "For thirty", "flag": "budget"}


@pytest.mark.parametrize("way", ["more", "swap", "hold"])
@pytest.mark.parametrize(("state", "level"), FLAGGABLE)
def test_an_answered_flag_brings_back_what_it_interrupted(
    state: State, level: LevelKey, way: str, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(state, level)
    waited = waiting(task)
    raise_flag(task, cast, now)
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "now": now}
    match way:
        case "more":
            task = flags.give_more(more={"time_limit": 600}, **common)
        case "swap":
            task = flags.swap(text="Without drinks", **common)
        case _:
            task = flags.hold(text="It was agreed", **common)
    assert task.state == state
    assert {kind: on for kind, on in waiting(task).items() if kind != "amendment"} == waited
    assert turn_of(task, "flag").answer == way
    assert len(story(task)) == len(set(story(task)))


def test_paying_more_moves_the_limit_and_makes_a_new_version(cast: Cast, flagged: Task, now: datetime) -> None:
    common: dict[str, Any] = {"task_id": flagged.pk, "by": cast.owner, "now": now}
    task = flags.give_more(more={"money_limit": Decimal(240)}, text="Go ahead", **common)
    assert (task.money_limit, task.brief_version, task.state) == (Decimal(240), 2, State.IN_PROGRESS)
    assert turn_of(task, "amendment").payload["changes"] == [{"field": "money_limit", "was": "100.00", "now": "240.00"}]
    assert told(task) == {("Sam", "flag_more", False)}
    task.refresh_from_db()
    assert task.money_limit == Decimal(240)


def test_a_later_date_moves_the_deadline_and_its_check_in(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    a_day_before = Rule(trigger=Trigger.BEFORE_DEADLINE, hours=24)
    friday = date(2026, 11, 27)
    task = given_task(State.FLAGGED, deadline_date=friday, deadline_time=time(17), rules=[a_day_before])
    later = {"deadline_date": friday + timedelta(days=4)}
    task = flags.give_more(task_id=task.pk, by=cast.owner, more=later, now=now)
    task.refresh_from_db()
    assert task.deadline_at == datetime(2026, 12, 1, 16, tzinfo=now.tzinfo)
    due = Checkin.objects.get(task=task, state=CheckinState.DUE)
    assert due.due_at == datetime(2026, 11, 30, 16, tzinfo=now.tzinfo)


@pytest.mark.parametrize(
    "more",
    [
        {},
        {"money_limit": None, "time_limit": None, "deadline_date": None},
        {"money_limit": Decimal(100)},
        {"money_limit": Decimal(90)},
        {"money_limit": Decimal(90), "time_limit": 60},
        {"deadline_date": date(2026, 11, 26)},
        {"state": State.DONE},
    ],
)
def test_giving_nothing_or_less_is_not_giving_more(
    more: dict[str, Any], cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.FLAGGED, LevelKey.WITHIN_LIMITS, deadline_date=date(2026, 11, 27))
    with refused(task, str(NOTHING_MORE)):
        flags.give_more(task_id=task.pk, by=cast.owner, more=more, now=now)


def test_a_swap_becomes_part_of_the_brief(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.FLAGGED, LevelKey.WITHIN_LIMITS, guidelines="No nuts")
    task = flags.swap(task_id=task.pk, by=cast.owner, text="Without drinks", now=now)
    assert (task.guidelines, task.money_limit) == ("No nuts\nWithout drinks", Decimal(100))
    assert "amendment" in waiting(task)
    assert told(task) == {("Sam", "flag_swap", False)}


def test_a_swap_may_drop_could_items_and_come_with_other_limits(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(State.FLAGGED, LevelKey.WITHIN_LIMITS, could_items=["Flowers", "Menus"], time_limit=120)
    limits = {"money_limit": Decimal(150), "time_limit": 60, "deadline_date": None, "state": State.DONE}
    common: dict[str, Any] = {"task_id": task.pk, "by": cast.owner, "now": now}
    task = flags.swap(text="15 people instead of 30", drop=["Flowers"], limits=limits, **common)
    task.refresh_from_db()
    assert (task.could_items, task.money_limit, task.time_limit) == (["Menus"], Decimal(150), 60)
    assert (task.guidelines, task.state) == ("15 people instead of 30", State.IN_PROGRESS)
    assert turn_of(task, "flag").answer_payload == {"dropped": ["Flowers"]}
    assert task.versions.get(number=2).reason == "15 people instead of 30"


def test_dropping_something_is_enough_of_a_swap(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.FLAGGED, LevelKey.WITHIN_LIMITS, could_items=["Flowers", "Menus"])
    task = flags.swap(task_id=task.pk, by=cast.owner, drop=["Flowers"], now=now)
    assert (task.could_items, task.guidelines) == (["Menus"], "")
    assert task.versions.get(number=2).reason == "Flowers"


def test_what_is_not_in_the_brief_any_more_can_not_be_dropped(cast: Cast, flagged: Task, now: datetime) -> None:
    with refused(flagged, str(CHANGED)):
        flags.swap(task_id=flagged.pk, by=cast.owner, text="Less", drop=["Flowers"], now=now)


def test_a_limit_that_moves_moves_what_people_were_told_of_it(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.FLAGGED, LevelKey.WITHIN_LIMITS)
    Task.objects.filter(pk=task.pk).update(money_told=80)
    Expense.objects.create(task=task, by=cast.assistant, amount=80, what="Rolls", at=now)
    task = flags.give_more(task_id=task.pk, by=cast.owner, more={"money_limit": Decimal(160)}, now=now)
    assert (task.money_spent, task.money_told) == (Decimal(80), 50)


def test_a_swap_says_what_is_swapped(cast: Cast, flagged: Task, now: datetime) -> None:
    with refused(flagged, str(NOTHING_SWAPPED)):
        flags.swap(task_id=flagged.pk, by=cast.owner, text=" ", now=now)


def test_holding_to_the_limit_is_a_version_that_differs_in_nothing_but_its_reason(
    cast: Cast, flagged: Task, now: datetime
) -> None:
    task = flags.hold(task_id=flagged.pk, by=cast.owner, text="It was agreed", now=now)
    assert (task.brief_version, waiting(task)) == (2, {})
    first, second = task.versions.order_by("number")
    assert (first.content, first.reason) == (second.content, "")
    assert (second.reason, second.by) == ("It was agreed", cast.owner)
    assert told(task) == {("Sam", "flag_hold", True)}


def test_who_holds_to_the_limit_says_why(cast: Cast, flagged: Task, now: datetime) -> None:
    with refused(flagged, str(NO_REASON)):
        flags.hold(task_id=flagged.pk, by=cast.owner, text=" ", now=now)


def test_stopping_because_of_a_flag_ends_the_task(cast: Cast, flagged: Task, now: datetime) -> None:
    task = flags.stop_flagged(task_id=flagged.pk, by=cast.owner, text="Then not", now=now)
    assert (task.state, waiting(task), turn_of(task, "flag").answer) == (State.STOPPED, {}, "stop")
    assert told(task) == {("Sam", "stopped", False)}


def test_what_was_parked_is_gone_when_the_task_stops(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = raise_flag(given_task(State.AWAITING_APPROVAL, LevelKey.PROPOSE), cast, now)
    flags.stop_flagged(task_id=task.pk, by=cast.owner, now=now)
    assert not task.turns.filter(state__in=[TurnState.OPEN, TurnState.PARKED]).exists()


def test_questions_stay_open_under_a_flag(cast: Cast, given_task: GivenTask, now: datetime) -> None:
    task = given_task(State.IN_PROGRESS)
    talking.ask(task_id=task.pk, by=cast.owner, text="How far?", now=now)
    raise_flag(task, cast, now)
    assert waiting(task) == {"question": cast.assistant, "flag": cast.owner}


def test_a_flag_on_an_offer_of_a_reassigned_task_asks_no_check_ins(
    cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    """The new assistant has not begun, so giving more must not schedule as if they had."""
    task = given_task(State.IN_PROGRESS, rules=[Rule(trigger=Trigger.WEEKDAYS, at_time=time(15))])
    handing_over.reassign(task_id=task.pk, by=cast.owner, assistant=cast.guest, now=now)
    flags.flag(task_id=task.pk, by=cast.guest, text="No", content=flag_content(), now=now)
    flags.give_more(task_id=task.pk, by=cast.owner, more={"time_limit": 60}, now=now)
    assert not Checkin.objects.filter(task=task, state=CheckinState.DUE).exists()


def test_a_flag_is_answered_once(cast: Cast, flagged: Task, now: datetime) -> None:
    flags.hold(task_id=flagged.pk, by=cast.owner, text="No", now=now)
    with refused(flagged, Why.NOT_NOW):
        flags.give_more(task_id=flagged.pk, by=cast.entrepreneur, more={"money_limit": Decimal(240)}, now=now)


def test_only_the_assistant_flags_and_only_the_entrepreneur_answers(
    cast: Cast, flagged: Task, given_task: GivenTask, now: datetime
) -> None:
    with refused(flagged, Why.NOT_YOURS):
        flags.hold(task_id=flagged.pk, by=cast.assistant, text="Never mind", now=now)
    other = given_task(State.IN_PROGRESS)
    with refused(other, Why.NOT_YOURS):
        flags.flag(task_id=other.pk, by=cast.owner, text="No", content=flag_content(), now=now)


@pytest.mark.parametrize("state", [State.DRAFT, State.DELIVERED, State.DONE, State.STOPPED])
def test_it_can_not_be_flagged_before_the_offer_or_after_delivery(
    state: State, cast: Cast, given_task: GivenTask, now: datetime
) -> None:
    task = given_task(state, LevelKey.WITHIN_LIMITS)
    with refused(task, Why.NOT_YOURS if state == State.DRAFT and task.assistant is None else Why.NOT_NOW):
        raise_flag(task, cast, now)
