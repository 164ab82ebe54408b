"""What waits too long goes by the steps of the agreement that counted when it was put."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.letters import words
from accounts.models import Membership, Message, User
from delegation.levels import LevelKey
from delegation.models import Agreement
from delegation.workflow import State
from tasks.models import Event, Task, Turn
from tasks.sweeps import nudge_turns, nudging
from tests.conftest import Cast
from tests.tasks.agreed import agreed, proposed
from tests.tasks.factories import task_in

Waiting = Callable[..., Task]
HOUR = timedelta(hours=1)
# Eight working hours after Monday 10:00, as without an agreement: Tuesday 9:30.
USUALLY = timedelta(hours=23, minutes=30)


@pytest.fixture
def waiting(cast: Cast, now: datetime) -> Waiting:
    """A task of which something waits on somebody since Monday 10:00; by default on Eva."""

    def make(state: State = State.AWAITING_APPROVAL, level: LevelKey = LevelKey.PROPOSE, **fields: Any) -> Task:
        return task_in(state, level, cast, now, **fields)

    return make


def told() -> list[tuple[str, User]]:
    messages = Message.objects.filter(template__in=["nudge", "unanswered"]).order_by("created_at", "id")
    return [(message.template, message.recipient) for message in messages]


def swept(now: datetime, hours: int) -> list[tuple[int, int]]:
    """A sweep each hour: after how many hours something went out, and how much."""
    counts = [(hour, nudge_turns(now=now + hour * HOUR)) for hour in range(hours)]
    return [(hour, count) for hour, count in counts if count]


def step(hours: int, to: str) -> dict[str, Any]:
    return {"hours": hours, "to": to}


def test_the_steps_of_the_agreement_are_followed(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(2, "them"), step(5, "other")])
    waiting()
    assert swept(now, 24 * 14) == [(2, 1), (5, 1)]
    assert told() == [("nudge", cast.owner), ("unanswered", cast.assistant)]


def test_each_step_stands_in_the_timeline(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(2, "them"), step(5, "other")])
    task = waiting()
    swept(now, 8)
    events = Event.objects.filter(task=task, kind__startswith="turn-").order_by("at")
    assert [(event.kind, event.data["person"]) for event in events] == [
        ("turn-nudged", "Eva"),
        ("turn-escalated", "Sam"),
    ]


def test_the_owner_is_told_of_what_waits_on_a_colleague(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(4, "owner")])
    waiting(entrepreneur=cast.entrepreneur)
    assert swept(now, 24 * 14) == [(4, 1)]
    assert told() == [("unanswered", cast.owner)]
    message = Message.objects.get(template="unanswered")
    assert (message.must_do, message.params["actor"]) == (False, "Finn")


def test_the_owner_who_must_answer_is_reminded(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(4, "owner")])
    waiting()
    assert swept(now, 24 * 14) == [(4, 1)]
    assert told() == [("nudge", cast.owner)]


def test_what_waits_on_the_assistant_goes_by_the_same_steps(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(3, "them"), step(6, "other")])
    waiting(State.OFFERED)
    assert swept(now, 24 * 14) == [(3, 1), (6, 1)]
    assert told() == [("nudge", cast.assistant), ("unanswered", cast.owner)]


@pytest.mark.parametrize(
    ("state", "hours"),
    [(State.OFFERED, 2), (State.AWAITING_APPROVAL, 5)],
)
def test_without_steps_the_response_time_of_who_must_answer_counts(
    state: State, hours: int, cast: Cast, waiting: Waiting, now: datetime
) -> None:
    agreed(cast, now, response_hours_assistant=2, response_hours_entrepreneur=5)
    waiting(state)
    # The second reminder: three working days after the first.
    assert swept(now, 24 * 14) == [(hours, 1), (24 * 3 + hours, 1)]


def test_the_clock_is_that_of_who_must_answer(cast: Cast, waiting: Waiting, now: datetime) -> None:
    User.objects.filter(pk=cast.owner.pk).update(time_zone="America/New_York")
    agreed(cast, now, escalation=[step(2, "them")])
    waiting()
    # New York begins at 15:00 in Amsterdam.
    assert swept(now, 48) == [(7, 1)]


def test_an_agreement_with_somebody_else_or_from_later_on_says_nothing(
    cast: Cast, waiting: Waiting, now: datetime
) -> None:
    agreed(cast, now, escalation=[step(2, "them")], valid_from=date(2026, 11, 24))
    proposed(cast, now, escalation=[step(1, "them")])
    waiting()
    assert nudge_turns(now=now + USUALLY - timedelta(seconds=1)) == 0
    assert nudge_turns(now=now + USUALLY) == 1


def test_what_counted_when_it_was_put_goes_on(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(4, "them")])
    agreed(cast, now, escalation=[step(1, "them")], valid_from=date(2026, 11, 24))
    waiting()
    assert swept(now, 48) == [(4, 1)]


def test_after_a_long_silence_the_steps_do_not_come_at_once(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(2, "them"), step(5, "other")])
    waiting()
    later = now + timedelta(days=14)
    assert (nudge_turns(now=later), nudge_turns(now=later)) == (1, 0)
    assert nudge_turns(now=later + HOUR) == 1


def test_a_step_for_who_has_left_is_passed_over(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(2, "other"), step(5, "them")])
    waiting()
    Membership.objects.filter(user=cast.assistant).delete()
    assert swept(now, 48) == [(5, 1)]
    assert told() == [("nudge", cast.owner)]


def test_a_step_that_can_not_be_read_does_not_hold_up_the_others(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(2, "them")])
    waiting()
    Agreement.objects.update(escalation=[{"hours": "x", "to": "nobody"}])
    assert nudge_turns(now=now + USUALLY) == 1


def test_the_first_look_comes_no_later_than_the_first_step(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(1, "them")])
    waiting()
    assert Turn.objects.get(kind="proposal").nudge_at == now + HOUR
    assert nudge_turns(now=now + HOUR) == 1


def test_agreements_are_read_once_a_batch(cast: Cast, waiting: Waiting, now: datetime) -> None:
    agreed(cast, now, escalation=[step(2, "them")])

    def queries(count: int, at: datetime) -> int:
        for _ in range(count):
            waiting()
        with CaptureQueriesContext(connection) as captured:
            assert nudge_turns(now=at) == count
        return len(captured)

    few = queries(2, now + 2 * HOUR)
    assert queries(8, now + 2 * HOUR) == few


def test_the_words_say_who_and_since_when(cast: Cast, waiting: Waiting, now: datetime, time_machine: Any) -> None:
    time_machine.move_to(now)
    agreed(cast, now, escalation=[step(2, "other")])
    waiting()
    nudge_turns(now=now + 2 * HOUR)
    message = Message.objects.get(template="unanswered")
    subject, paragraphs = words("unanswered", message.params, language="en", zone=cast.assistant.zone)
    assert subject == "No answer from Eva yet: List ten influencers"
    assert paragraphs[0] == (
        "Since today 10:00 something waits on Eva here. That was 2 hours ago. "
        "Until there is an answer, nothing goes on here."
    )


@pytest.mark.django_db(transaction=True)
def test_sweeps_side_by_side_take_a_step_once(
    cast: Cast, waiting: Waiting, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.threads import at_once

    monkeypatch.setattr(nudging, "BATCH", 2)
    agreed(cast, now, escalation=[step(2, "them"), step(5, "other")])
    for _ in range(4):
        waiting()
    found = at_once(*[lambda: nudge_turns(now=now + 2 * HOUR)] * 3)
    assert not [result for result in found if isinstance(result, Exception)]
    nudge_turns(now=now + 2 * HOUR)
    assert told() == [("nudge", cast.owner)] * 4
