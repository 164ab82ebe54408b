"""A month in the life of a busy team, under a clock that stands still between two moments in which something happens.

People act through the app's actions, in their own working time, and the jobs do what they always do, at the next half
minute after something is due: through the real sweeps, the real outbox and a real mail server.
"""

import random
from collections.abc import Generator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from heapq import heappop, heappush
from itertools import count
from typing import Any
from uuid import UUID

import time_machine
from django.db.models import Min

from accounts.jobs import send_queued_mail
from accounts.models import DaysOff, How, MailState, Message, MessageKind, MessagePreference, OutgoingMail, Role, User
from delegation.checkins import MOST_NUDGES, Rule
from delegation.levels import Gate, LevelKey
from delegation.workflow import State
from delegation.working_time import WorkingTime, add_working, next_working
from tasks.actions import checkins, delivery, entries, expenses, gates, handing_over, talking
from tasks.actions.base import Refused
from tasks.jobs import sweep
from tasks.models import CHASED_CHECKINS, Checkin, CheckinState, Task, Turn, TurnState
from tasks.people import working_time_of
from tests.conftest import Cast
from tests.factories import MembershipFactory, UserFactory
from tests.tasks.factories import brief_fields, deliver, options

BEGAN = datetime(2026, 10, 4, 22, tzinfo=UTC)  # Monday 5 October in Amsterdam, midnight
ENDED = datetime(2026, 11, 4, 23, tzinfo=UTC)  # a month on; the clocks of Amsterdam went back on 25 October
DAYS = 31
TICK = timedelta(seconds=30)
TASKS = 60
HANDING_OVER_DAYS = 22  # in which the tasks are handed over
# All nine triggers; {at} and so on differ from task to task.
RULES = (
    *("after_start 2", "weekdays 15:00", "after_work 2", "every_hours 6", "before_deadline 24", "time_used 80"),
    *("every_days 2 11:00", "at {at}", "money_used 80", "weekdays 20:30 024", "after_start 30 any"),
)
LEVELS = tuple(LevelKey)

# What somebody does, as a generator: it yields when it goes on, and is sent that moment.
Life = Generator[datetime, datetime, None]
Part = Generator[datetime, datetime, datetime]  # and returns where the rest goes on


class Month:
    """The team, what its people are going to do, and the clock."""

    def __init__(self, cast: Cast) -> None:
        self.cast = cast
        self.dice = random.Random(20261005)
        self.plans: list[tuple[datetime, int, Life]] = []
        self.numbers = count()
        self.crew = hire(cast)
        self.people = [cast.owner, cast.entrepreneur, *self.crew]
        self.working: dict[UUID, WorkingTime] = {person.pk: working_time_of(person) for person in self.people}
        self.noticed: set[UUID] = set()
        self.moments = 0

    def run(self) -> None:
        """From the first moment to the last."""
        with time_machine.travel(BEGAN, tick=False) as clock:
            for number in range(TASKS):
                self.begin(task_life(self, number))
            now = BEGAN
            while (now := self.next_moment(now)) < ENDED:
                clock.move_to(now)
                self.people_act(now)
                # With nothing due a job does nothing, which takes as long as the rest of this together.
                if is_due(to_sweep(), now):
                    sweep()
                    self.notice_checkins(now)
                if is_due(to_mail(), now):
                    send_queued_mail()
                self.moments += 1

    # --- time ---------------------------------------------------------------------------------------------------

    def next_moment(self, now: datetime) -> datetime:
        """The first half minute later than `now` at which somebody does something or something is due."""
        soonest = [plan[0] for plan in self.plans[:1]] + [moment for moment in (*to_sweep(), *to_mail()) if moment]
        half_minutes = -((BEGAN - max(min(soonest, default=ENDED), now + TICK)) // TICK)
        return BEGAN + half_minutes * TICK

    def later(self, person: User, after: datetime, fewest: int, most: int) -> datetime:
        """After so many working minutes of this person, in steps of ten."""
        working = self.working[person.pk]
        moment = add_working(working, after, self.dice.randrange(fewest, most + 1, 10))
        found = moment and next_working(working, moment)
        assert found
        return found

    # --- people -------------------------------------------------------------------------------------------------

    def begin(self, life: Life) -> None:
        self.plan(next(life), life)

    def plan(self, moment: datetime, life: Life) -> None:
        heappush(self.plans, (moment, next(self.numbers), life))

    def people_act(self, now: datetime) -> None:
        while self.plans and self.plans[0][0] <= now:
            _moment, _number, life = heappop(self.plans)
            try:
                self.plan(life.send(now), life)
            except (StopIteration, Refused):
                pass  # it is done, or came too late: the work has moved on

    def notice_checkins(self, now: datetime) -> None:
        """Whoever was asked something just now decides whether and when to answer."""
        asked = Checkin.objects.filter(asked_at=now).select_related("task", "rule", "assistant")
        for checkin in asked.order_by("task__title", "rule__trigger"):
            if checkin.pk not in self.noticed:
                self.noticed.add(checkin.pk)
                # At once, after a reminder, after the entrepreneur was told, or not at all.
                wait = self.dice.choices([(0, 60), (130, 230), (300, 700), None], [50, 20, 15, 15])[0]
                if wait:
                    self.begin(reply(self, checkin, now, wait))


def to_sweep() -> list[datetime | None]:
    """The first moments of everything that the sweeps look for."""
    chased = Checkin.objects.filter(state__in=CHASED_CHECKINS)
    turns = Turn.objects.filter(state=TurnState.OPEN, nudges__lt=MOST_NUDGES)
    return [
        Checkin.objects.filter(state=CheckinState.DUE).aggregate(at=Min("due_at"))["at"],
        chased.aggregate(at=Min("next_step_at"))["at"],
        turns.aggregate(at=Min("nudge_at"))["at"],
    ]


def to_mail() -> list[datetime | None]:
    """The first moments of everything that posting and sending look for."""
    return [
        Message.objects.filter(read_at=None).aggregate(at=Min("mail_at"))["at"],
        OutgoingMail.objects.filter(state=MailState.QUEUED).aggregate(at=Min("next_attempt_at"))["at"],
    ]


def is_due(moments: list[datetime | None], now: datetime) -> bool:
    return any(moment is not None and moment <= now for moment in moments)


# --- who they are -------------------------------------------------------------------------------------------------


def hire(cast: Cast) -> list[User]:
    """Three assistants, and how everybody wants to be reached."""
    office = [["09:00", "17:30"]] * 5 + [None] * 2
    evenings: dict[str, Any] = {"country": "NL", "quiet_from": time(21), "quiet_until": time(7)}
    kinds = {MessageKind.ANSWER, MessageKind.CHECKIN}
    change(cast.owner, **evenings, working_hours=office, digest={MessageKind.ANSWER})
    change(cast.entrepreneur, **evenings, working_hours=office, digest=kinds, digest_at=time(17))
    sam = change(cast.assistant, country="NL", working_hours=office, off=[(date(2026, 10, 12), date(2026, 10, 16))])
    maya = change(
        join(cast, "Maya Manalo"),
        time_zone="Asia/Manila", country="PH", working_hours=[["14:00", "22:00"]] * 6 + [None],
        quiet_from=time(23), quiet_until=time(8), digest={MessageKind.ANSWER}, digest_at=time(14),
    )  # fmt: skip
    # Through the night from Tuesday to Saturday, also through the one that is an hour longer.
    noor = change(
        join(cast, "Noor Nachtegaal"),
        working_hours=[None] + [["20:00", "04:00"]] * 5 + [None], quiet_from=time(5), quiet_until=time(13),
        off=[(date(2026, 10, 28), date(2026, 10, 28))], digest=kinds, digest_at=time(20),
    )  # fmt: skip
    return [sam, maya, noor]


def join(cast: Cast, name: str) -> User:
    user = UserFactory.create(name=name, email=f"{name.split()[0].lower()}@example.com")
    MembershipFactory.create(team=cast.team, user=user, role=Role.ASSISTANT)
    return user


def change(
    user: User, *, off: list[tuple[date, date]] | None = None, digest: set[MessageKind] | None = None, **fields: Any
) -> User:
    """`digest`: the kinds of messages that wait for the daily summary."""
    for name, value in fields.items():
        setattr(user, name, value)
    user.save()
    for first, last in off or []:
        DaysOff.objects.create(user=user, first=first, last=last)
    for kind in sorted(digest or set()):
        MessagePreference.objects.create(user=user, kind=kind, how=How.DIGEST)
    return user


# --- what they do -------------------------------------------------------------------------------------------------


def task_life(month: Month, number: int) -> Life:
    """One task, from the brief to the result, with two of the rules."""
    dice, cast = month.dice, month.cast
    entrepreneur, assistant = (cast.owner, cast.entrepreneur)[number % 2], month.crew[number % 3]
    offset = timedelta(days=HANDING_OVER_DAYS * number / TASKS)
    now = yield month.later(entrepreneur, BEGAN + offset, 0, 300)

    codes = [RULES[number % len(RULES)], RULES[(number * 3 + 1) % len(RULES)]]
    at = (now + timedelta(days=3)).isoformat()
    level = LEVELS[number % len(LEVELS)]
    fields = brief_fields(
        level,
        **{"title": f"Task {number:02}", "assistant": assistant, "time_limit": 600, "money_limit": Decimal(90)},
        deadline_date=(now + timedelta(days=9)).date(),
    )
    rules = [Rule.from_code(code.format(at=at)) for code in dict.fromkeys(codes)]
    task = handing_over.create_draft(team=cast.team, by=entrepreneur, fields=fields, rules=rules, now=now)
    handing_over.delegate(task_id=task.pk, by=entrepreneur, now=now)

    now = yield month.later(assistant, now, 10, 400)
    handing_over.accept_task(task_id=task.pk, by=assistant, read_back="So be it.", estimate=300, now=now)
    if task.level_parts.gate != Gate.NONE:
        now = yield from pass_gate(month, task, assistant, entrepreneur, now)
    for _ in range(dice.randint(3, 8)):
        now = yield month.later(assistant, now, 200, 500)
        work(month, task, assistant, entrepreneur, now)
    now = yield month.later(assistant, now, 30, 300)
    for step in range(len(task.steps)):
        gates.tick_step(task_id=task.pk, by=assistant, step_number=step + 1, now=now)
    task = deliver(task, assistant, now)
    if task.state == State.DELIVERED:
        now = yield month.later(entrepreneur, now, 60, 1500)
        delivery.accept_result(task_id=task.pk, by=entrepreneur, now=now)


def pass_gate(month: Month, task: Task, assistant: User, entrepreneur: User, now: datetime) -> Part:
    """A proposal or options, answered at once or only after a reminder or two."""
    common: dict[str, Any] = {"task_id": task.pk}
    now = yield month.later(assistant, now, 60, 300)
    if task.level_parts.gate == Gate.PROPOSAL:
        gates.propose(**common, by=assistant, text="I would ask these ten.", now=now)
        now = yield month.later(entrepreneur, now, 30, 2500)
        gates.approve(**common, by=entrepreneur, now=now)
    else:
        gates.submit_options(**common, by=assistant, options=options(), now=now)
        now = yield month.later(entrepreneur, now, 30, 2500)
        gates.choose(**common, by=entrepreneur, option=1, now=now)
    return now


def work(month: Month, task: Task, assistant: User, entrepreneur: User, now: datetime) -> None:
    """Some hours of work; sometimes money goes out, and sometimes there are questions, mostly two in a row."""
    today = now.astimezone(assistant.zone).date()
    # What goes beyond the limit of ten hours is refused.
    left = 600 - Task.objects.values_list("minutes_logged", flat=True).get(pk=task.pk)
    minutes = min(month.dice.randint(40, 150), left)
    if minutes:
        entries.log_work(task_id=task.pk, by=assistant, minutes=minutes, day=today, now=now)
    if month.dice.random() < 0.3:
        spent = Decimal(month.dice.randint(20, 70))
        expenses.log_expense(task_id=task.pk, by=assistant, amount=spent, what="Tickets", now=now)
    if month.dice.random() < 0.2:
        for text in ("With or without rolls?", "And at what time?"):
            talking.ask(task_id=task.pk, by=assistant, text=text, now=now)
        month.begin(answers(month, task, entrepreneur, now))


def answers(month: Month, task: Task, entrepreneur: User, now: datetime) -> Life:
    """Both questions, one after the other."""
    now = yield month.later(entrepreneur, now, 10, 700)
    talking.answer(task_id=task.pk, by=entrepreneur, text="With.", now=now)
    now = yield now + timedelta(minutes=2)
    talking.answer(task_id=task.pk, by=entrepreneur, text="At noon.", now=now)


def reply(month: Month, checkin: Checkin, now: datetime, wait: tuple[int, int]) -> Life:
    """How it goes."""
    mood = month.dice.choices(["on_track", "at_risk", "stuck"], [75, 20, 5])[0]
    now = yield month.later(checkin.assistant, now, *wait)
    checkins.answer_checkin(
        task_id=checkin.task_id, by=checkin.assistant, checkin_id=checkin.pk, mood=mood, percent=50, now=now
    )
