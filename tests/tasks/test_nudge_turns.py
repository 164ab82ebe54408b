"""What waits too long is reminded of, at most twice, with its age and what it holds up."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest

from accounts.letters import words
from accounts.models import Membership, Message, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import flags, gates, handing_over, talking
from tasks.models import Event, Task, Turn, TurnState
from tasks.sweeps import nudge_turns, nudging
from tests.conftest import Cast
from tests.tasks.factories import flag_content, task_in
from tests.threads import at_once

Waiting = Callable[..., Task]
# Eight working hours after Monday 10:00: Tuesday 9:30. Three working days on: Friday 9:30.
FIRST, SECOND = timedelta(hours=23, minutes=30), timedelta(days=3, hours=23, minutes=30)


@pytest.fixture
def waiting(cast: Cast, now: datetime) -> Waiting:
    """A task of which something waits on somebody."""

    def make(state: State = State.AWAITING_APPROVAL, level: LevelKey = LevelKey.PROPOSE, **fields: Any) -> Task:
        return task_in(state, level, cast, now, **fields)

    return make


def nudges() -> list[Message]:
    return list(Message.objects.filter(template="nudge").order_by("created_at"))


def test_a_proposal_that_waits_eight_working_hours_is_reminded_of(cast: Cast, waiting: Waiting, now: datetime) -> None:
    task = waiting()
    assert nudge_turns(now=now + FIRST - timedelta(seconds=1)) == 0
    assert nudge_turns(now=now + FIRST) == 1
    (message,) = nudges()
    assert (message.recipient, message.must_do, message.urgent) == (cast.owner, True, False)
    assert (message.params["hours"], message.params["days"], message.params["holds_up"]) == (24, 0, True)
    event = Event.objects.get(task=task, kind="turn-nudged")
    assert (event.actor, event.data) == (None, {"turn": "proposal", "person": "Eva"})


def test_it_is_reminded_of_at_most_twice(waiting: Waiting, now: datetime) -> None:
    waiting()
    assert [nudge_turns(now=now + timedelta(hours=hours)) for hours in range(0, 40 * 24)].count(1) == 2
    first, second = nudges()
    assert (first.created_at, second.created_at) == (now + timedelta(hours=24), now + timedelta(days=4))


def test_after_a_long_silence_the_two_do_not_come_at_once(waiting: Waiting, now: datetime) -> None:
    waiting()
    later = now + timedelta(days=14)
    assert (nudge_turns(now=later), nudge_turns(now=later)) == (1, 0)
    assert nudge_turns(now=later + timedelta(days=1)) == 1


@pytest.mark.parametrize(
    ("state", "level", "name"),
    [
        (State.OFFERED, LevelKey.PROPOSE, "assistant"),
        (State.AWAITING_DECISION, LevelKey.ADVISE, "owner"),
        (State.FLAGGED, LevelKey.WITHIN_LIMITS, "owner"),
        (State.DELIVERED, LevelKey.WITHIN_LIMITS, "owner"),
    ],
)
def test_whoever_it_waits_on_is_reminded(
    state: State, level: LevelKey, name: str, cast: Cast, waiting: Waiting, now: datetime
) -> None:
    waiting(state, level)
    nudge_turns(now=now + FIRST)
    (message,) = nudges()
    assert message.recipient == getattr(cast, name)


def test_a_question_holds_up_nothing_else(cast: Cast, waiting: Waiting, now: datetime) -> None:
    task = waiting(State.IN_PROGRESS)
    talking.ask(task_id=task.pk, by=cast.owner, text="How many chairs?", now=now)
    nudge_turns(now=now + FIRST)
    (message,) = nudges()
    assert (message.recipient, message.params["holds_up"]) == (cast.assistant, False)


def test_it_comes_in_the_working_time_of_who_must_answer(cast: Cast, waiting: Waiting, now: datetime) -> None:
    User.objects.filter(pk=cast.owner.pk).update(time_zone="America/New_York")
    waiting()
    # Monday 9:00 to 17:00 in New York; 10:00 in Amsterdam is before that.
    assert nudge_turns(now=now + timedelta(hours=12)) == 0
    assert nudge_turns(now=now + timedelta(hours=13)) == 1


def test_at_night_a_late_one_waits_for_the_morning(waiting: Waiting, now: datetime) -> None:
    waiting()
    assert nudge_turns(now=now + timedelta(days=1, hours=12)) == 0
    assert Turn.objects.get(kind="proposal").nudge_at == now + timedelta(days=1, hours=23)


def test_what_was_answered_is_left_alone(cast: Cast, waiting: Waiting, now: datetime) -> None:
    task = waiting()
    gates.approve(task_id=task.pk, by=cast.owner, now=now)
    assert nudge_turns(now=now + FIRST) == 0


def test_what_is_parked_behind_a_flag_begins_to_wait_anew(cast: Cast, waiting: Waiting, now: datetime) -> None:
    task, tomorrow = waiting(), now + timedelta(days=1)
    flags.flag(task_id=task.pk, by=cast.assistant, text="No", content=flag_content(), now=now)
    flags.hold(task_id=task.pk, by=cast.owner, text="It was agreed", now=tomorrow)
    assert nudge_turns(now=tomorrow) == 0
    assert Turn.objects.get(kind="proposal").state == TurnState.OPEN
    assert nudge_turns(now=tomorrow + timedelta(days=1)) == 1


def test_for_an_entrepreneur_who_has_left_the_owner_is_reminded(cast: Cast, waiting: Waiting, now: datetime) -> None:
    waiting(entrepreneur=cast.entrepreneur)
    Membership.objects.filter(user=cast.entrepreneur).delete()
    nudge_turns(now=now + FIRST)
    assert [message.recipient for message in nudges()] == [cast.owner]


def test_an_assistant_who_has_left_is_not_reminded(cast: Cast, waiting: Waiting, now: datetime) -> None:
    waiting(State.OFFERED)
    Membership.objects.filter(user=cast.assistant).delete()
    assert nudge_turns(now=now + FIRST) == 0
    assert Turn.objects.get(kind="offer").nudges == 2


def test_what_the_version_before_put_is_reminded_of_too(waiting: Waiting, now: datetime) -> None:
    waiting()
    Turn.objects.update(nudge_at=None)
    assert nudge_turns(now=now + timedelta(hours=1)) == 0
    assert nudge_turns(now=now + FIRST) == 1


def test_answering_reads_the_reminder(cast: Cast, waiting: Waiting, now: datetime) -> None:
    task = waiting()
    nudge_turns(now=now + FIRST)
    gates.approve(task_id=task.pk, by=cast.owner, now=now + FIRST)
    assert nudges()[0].read_at == now + FIRST


def test_a_person_who_can_not_be_worked_out_does_not_hold_up_the_others(
    cast: Cast, waiting: Waiting, now: datetime
) -> None:
    waiting(State.OFFERED, assistant=cast.guest)
    waiting()
    User.objects.filter(pk=cast.guest.pk).update(time_zone="Nowhere/Land")
    assert nudge_turns(now=now + FIRST) == 2


@pytest.mark.django_db(transaction=True)
def test_sweeps_side_by_side_remind_once(waiting: Waiting, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudging, "BATCH", 2)
    for _ in range(5):
        waiting()
    found = at_once(*[lambda: nudge_turns(now=now + FIRST)] * 3)
    assert not [result for result in found if isinstance(result, Exception)]
    nudge_turns(now=now + FIRST)
    assert len(nudges()) == Event.objects.filter(kind="turn-nudged").count() == 5


@pytest.mark.django_db(transaction=True)
def test_a_sweep_while_a_task_is_stopped_waits_for_nobody(cast: Cast, waiting: Waiting, now: datetime) -> None:
    task = waiting()
    swept, stopped = at_once(
        lambda: nudge_turns(now=now + FIRST),
        lambda: handing_over.stop(task_id=task.pk, by=cast.owner, now=now + FIRST),
    )
    assert swept in {0, 1}
    assert isinstance(stopped, Task)


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"deadline_date": datetime(2026, 11, 27).date()}, "The deadline: Fri 27 Nov."),
        (
            {"deadline_date": datetime(2026, 11, 27).date(), "deadline_time": time(17)},
            "The deadline: Fri 27 Nov 17:00.",
        ),
        ({}, "Until you answer, nothing goes on here."),
    ],
)
def test_it_tells_the_deadline_as_it_was_written(
    fields: dict[str, Any], said: str, cast: Cast, waiting: Waiting, now: datetime, time_machine: Any
) -> None:
    time_machine.move_to(now)
    waiting(**fields)
    nudge_turns(now=now + FIRST)
    (message,) = nudges()
    subject, paragraphs = words("nudge", message.params, language="en", zone=cast.owner.zone)
    assert subject.startswith("Still waiting for you: ")
    assert paragraphs[0] == "Sam made a proposal, and may begin after your yes. That was 24 hours ago."
    assert paragraphs[1].endswith(said)
