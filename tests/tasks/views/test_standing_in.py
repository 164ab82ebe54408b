"""While somebody is away, what waits on them also waits on who answers for them."""

from collections.abc import Callable
from datetime import datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from django.urls import reverse

from accounts.letters import message_text
from accounts.models import Absence, DaysOff, Membership, Message, Role, User
from delegation.levels import LevelKey
from delegation.workflow import State
from tasks.actions import gates, handing_over, talking
from tasks.actions.absences import go_away
from tasks.models import Task, Turn, TurnState
from tasks.queries import read_person
from tasks.sweeps import nudge_turns
from tests.accounts.conftest import queries_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, TeamFactory, UserFactory
from tests.tasks.factories import task_in
from tests.tasks.views.conftest import ClientFor, crowd, text_of

NOW = reverse("now")
Away = Callable[..., Absence]


@pytest.fixture
def away(cast: Cast, now: datetime) -> Away:
    """Eva is away from today, three days, and Finn answers; anything can be said otherwise."""

    def make(start: int = 0, days: int = 3, **changes: Any) -> Absence:
        first = now.date() + timedelta(days=start)
        fields: dict[str, Any] = {"team": cast.team, "person": cast.owner, "deputy": cast.entrepreneur}
        last = first + timedelta(days=days - 1)
        return Absence.objects.create(**{**fields, "first": first, "last": last, "created_at": now, **changes})

    return make


@pytest.fixture
def proposed(cast: Cast, now: datetime) -> Task:
    """Sam's proposal, which waits on Eva."""
    return task_in(State.AWAITING_APPROVAL, LevelKey.PROPOSE, cast, now)


def waits(user: User) -> int:
    return read_person(user).waits


# --- Now ----------------------------------------------------------------------------------------------------------


def test_it_stands_on_the_now_of_both(cast: Cast, away: Away, proposed: Task, client_for: ClientFor) -> None:
    before = text_of(client_for(cast.entrepreneur).get(NOW))
    assert proposed.title not in before
    away()
    page = text_of(client_for(cast.entrepreneur).get(NOW))
    assert proposed.title in page
    assert ">for Eva</span>" in page
    assert (waits(cast.owner), waits(cast.entrepreneur), waits(cast.assistant)) == (1, 1, 0)
    own = text_of(client_for(cast.owner).get(NOW))
    assert proposed.title in own
    assert "for Eva" not in own


def test_it_is_answered_in_place(cast: Cast, away: Away, proposed: Task, client_for: ClientFor) -> None:
    away()
    turn = Turn.objects.get(task=proposed, state=TurnState.OPEN)
    sent = {"turn": str(turn.pk), "revision": str(proposed.revision), "next": NOW}
    answer = client_for(cast.entrepreneur).post(
        reverse("task_action", args=[proposed.pk, "approve"]), sent, follow=True
    )
    assert answer.redirect_chain[-1][0] == NOW
    turn.refresh_from_db()
    assert (turn.state, turn.answered_by) == (TurnState.ANSWERED, cast.entrepreneur)
    assert (waits(cast.owner), waits(cast.entrepreneur)) == (0, 0)


@pytest.mark.parametrize(("start", "days"), [(1, 3), (-3, 3)])
def test_not_on_other_days(cast: Cast, away: Away, proposed: Task, start: int, days: int) -> None:
    away(start, days)
    assert waits(cast.entrepreneur) == 0


@pytest.mark.parametrize(
    ("zone", "hour", "count"),
    [
        ("Europe/Amsterdam", "2026-11-22T22:59:59+00:00", 0),
        ("Europe/Amsterdam", "2026-11-22T23:00:00+00:00", 1),
        ("Europe/Amsterdam", "2026-11-25T22:59:59+00:00", 1),
        ("Europe/Amsterdam", "2026-11-25T23:00:00+00:00", 0),
        ("Pacific/Kiritimati", "2026-11-22T10:00:00+00:00", 1),
        ("Pacific/Pago_Pago", "2026-11-23T10:59:59+00:00", 0),
        ("Pacific/Pago_Pago", "2026-11-26T10:59:59+00:00", 1),
    ],
)
def test_the_count_and_the_list_agree_on_the_hour(
    cast: Cast, away: Away, proposed: Task, client_for: ClientFor, zone: str, hour: str, count: int
) -> None:
    away()
    User.objects.filter(pk=cast.owner.pk).update(time_zone=zone)
    with time_machine.travel(datetime.fromisoformat(hour), tick=False):
        assert waits(cast.entrepreneur) == count
        assert (proposed.title in text_of(client_for(cast.entrepreneur).get(NOW))) == bool(count)


def test_only_in_the_team_in_which_it_was_arranged(
    cast: Cast, away: Away, now: datetime, client_for: ClientFor
) -> None:
    elsewhere = TeamFactory.create()
    for person, role in ((cast.owner, Role.OWNER), (cast.entrepreneur, Role.ENTREPRENEUR)):
        MembershipFactory.create(team=elsewhere, user=person, role=role)
    crowd(cast, 2, now)
    Task.objects.filter(pk=Task.objects.all()[0].pk).update(team=elsewhere)
    away()
    assert waits(cast.entrepreneur) == 1
    assert text_of(client_for(cast.entrepreneur).get(NOW)).count(">for Eva</span>") == 1


def test_what_somebody_carries_out_themselves_is_nobody_elses(cast: Cast, away: Away, now: datetime) -> None:
    task = task_in(State.OFFERED, LevelKey.PROPOSE, cast, now)
    Task.objects.filter(pk=task.pk).update(entrepreneur=cast.entrepreneur)
    Membership.objects.filter(user=cast.assistant).update(role=Role.ENTREPRENEUR)
    third = UserFactory.create()
    MembershipFactory.create(team=cast.team, user=third, role=Role.ENTREPRENEUR)
    away(person=cast.assistant, deputy=third)
    assert waits(cast.assistant) == 1
    assert waits(third) == 0


def test_who_left_or_became_an_assistant_answers_for_nobody(cast: Cast, away: Away, proposed: Task) -> None:
    away()
    Membership.objects.filter(user=cast.entrepreneur).update(role=Role.ASSISTANT)
    assert waits(cast.entrepreneur) == 0
    Membership.objects.filter(user=cast.entrepreneur).delete()
    assert waits(cast.entrepreneur) == 0


def test_two_who_are_away_are_both_answered_for(cast: Cast, away: Away, proposed: Task, now: datetime) -> None:
    other = UserFactory.create(name="Gina Gans")
    MembershipFactory.create(team=cast.team, user=other, role=Role.ENTREPRENEUR)
    more = task_in(State.AWAITING_APPROVAL, LevelKey.PROPOSE, cast, now)
    Turn.objects.filter(task=more, state=TurnState.OPEN).update(waits_on=other)
    away()
    away(person=other)
    assert waits(cast.entrepreneur) == 2


def test_it_takes_one_query_more_and_no_more_for_many(
    cast: Cast, away: Away, now: datetime, client_for: ClientFor
) -> None:
    client = client_for(cast.entrepreneur)
    crowd(cast, 3, now)
    client.get(NOW)
    without = queries_of(lambda: client.get(NOW))
    away()
    few = queries_of(lambda: client.get(NOW))
    crowd(cast, 60, now)
    assert queries_of(lambda: client.get(NOW)) == few <= 10
    assert few <= without + 3  # who they answer for, and what the turns and their people take


# --- messages -----------------------------------------------------------------------------------------------------


def ask(cast: Cast, task: Task, now: datetime) -> None:
    talking.ask(task_id=task.pk, by=cast.assistant, text="Which colour?", now=now)


def test_a_question_goes_to_both(cast: Cast, away: Away, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, now)
    Message.objects.all().delete()
    away()
    ask(cast, task, now)
    found = {message.recipient: message for message in Message.objects.filter(must_do=True)}
    assert set(found) == {cast.owner, cast.entrepreneur}
    assert "You get this because you answer for Eva." in message_text(found[cast.entrepreneur], "en")[1]
    assert "because you answer" not in message_text(found[cast.owner], "en")[1]


def test_what_asks_nothing_goes_to_one(cast: Cast, away: Away, now: datetime) -> None:
    task = task_in(State.OFFERED, LevelKey.PROPOSE, cast, now)
    Message.objects.all().delete()
    away()
    handing_over.accept_task(task_id=task.pk, by=cast.assistant, read_back="", estimate=None, now=now)
    assert not Message.objects.filter(recipient=cast.entrepreneur).exists()


def test_without_an_absence_nobody_else_is_told(cast: Cast, now: datetime) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, now)
    ask(cast, task, now)
    assert not Message.objects.filter(recipient=cast.entrepreneur).exists()


@pytest.mark.parametrize("who", ["owner", "entrepreneur"])
def test_whoever_answers_it_is_done_for_both(cast: Cast, away: Away, now: datetime, who: str) -> None:
    task = task_in(State.IN_PROGRESS, LevelKey.PROPOSE, cast, now)
    away()
    ask(cast, task, now)
    turn = Turn.objects.get(task=task, state=TurnState.OPEN)
    talking.answer(task_id=task.pk, by=getattr(cast, who), turn_id=turn.pk, text="Red", now=now)
    assert not Message.objects.filter(template="question", read_at=None).exists()


def test_as_long_as_something_else_waits_it_is_not_done(cast: Cast, away: Away, now: datetime) -> None:
    task = task_in(State.AWAITING_APPROVAL, LevelKey.PROPOSE, cast, now)
    away()
    ask(cast, task, now)
    gates.approve(task_id=task.pk, by=cast.entrepreneur, now=now)
    asked = Message.objects.filter(template="question", read_at=None)
    assert {message.recipient for message in asked} >= {cast.owner}


# --- reminders ----------------------------------------------------------------------------------------------------

FIRST = timedelta(hours=23, minutes=30)


def nudged() -> set[User]:
    return {message.recipient for message in Message.objects.filter(template="nudge")}


def test_a_reminder_goes_to_both(cast: Cast, away: Away, proposed: Task, now: datetime) -> None:
    away()
    assert nudge_turns(now=now + FIRST) == 1
    assert nudged() == {cast.owner, cast.entrepreneur}
    copied = Message.objects.get(template="nudge", recipient=cast.entrepreneur)
    assert "because you answer for Eva" in message_text(copied, "en")[1]


def test_it_comes_in_the_working_time_of_who_answers(cast: Cast, away: Away, proposed: Task, now: datetime) -> None:
    away(days=14)
    DaysOff.objects.create(user=cast.owner, first=now.date(), last=now.date() + timedelta(days=13))
    assert nudge_turns(now=now + FIRST - timedelta(minutes=1)) == 0
    assert nudge_turns(now=now + FIRST) == 1


def test_what_was_put_off_until_after_the_holiday_is_looked_at_when_it_begins(
    cast: Cast, proposed: Task, now: datetime
) -> None:
    DaysOff.objects.create(user=cast.owner, first=now.date(), last=now.date() + timedelta(days=13))
    nudge_turns(now=now + timedelta(hours=1))
    assert Turn.objects.get(state=TurnState.OPEN).nudge_at > now + timedelta(days=13)  # type: ignore[operator]
    first = now.date() + timedelta(days=1)
    fields: dict[str, Any] = {"team": cast.team, "person": cast.owner, "deputy": cast.entrepreneur}
    go_away(**fields, first=first, last=first + timedelta(days=12), now=now + timedelta(hours=2))
    nudge_turns(now=now + timedelta(hours=2))
    begins = datetime.combine(first, time.min, cast.owner.zone)
    assert Turn.objects.get(state=TurnState.OPEN).nudge_at == begins
    nudge_turns(now=now + timedelta(days=1))
    nudge_turns(now=now + timedelta(days=2))
    assert cast.entrepreneur in nudged()


def test_who_is_there_is_reminded_alone(cast: Cast, away: Away, proposed: Task, now: datetime) -> None:
    away(5)
    nudge_turns(now=now + FIRST)
    assert nudged() == {cast.owner}


# --- the task page ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("who", "said"),
    [
        ("assistant", "Finn answers for Eva until Wed 25 Nov."),
        ("entrepreneur", "You answer for Eva until Wed 25 Nov."),
        ("owner", "Finn answers for you until Wed 25 Nov."),
    ],
)
def test_the_page_of_a_task_says_who_answers_now(
    cast: Cast, away: Away, proposed: Task, client_for: ClientFor, who: str, said: str
) -> None:
    path = proposed.get_absolute_url()
    assert "answers for" not in text_of(client_for(getattr(cast, who)).get(path))
    away()
    assert said in text_of(client_for(getattr(cast, who)).get(path))


def test_a_task_that_is_done_does_not(cast: Cast, away: Away, now: datetime, client_for: ClientFor) -> None:
    task = task_in(State.DONE, LevelKey.PROPOSE, cast, now)
    away()
    assert "answers for" not in text_of(client_for(cast.assistant).get(task.get_absolute_url()))


def test_it_takes_no_query_more(cast: Cast, away: Away, proposed: Task, client_for: ClientFor) -> None:
    client = client_for(cast.assistant)
    client.get(proposed.get_absolute_url())
    without = queries_of(lambda: client.get(proposed.get_absolute_url()))
    away()
    assert queries_of(lambda: client.get(proposed.get_absolute_url())) == without <= 8
