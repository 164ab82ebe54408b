"""How the demo is played: each task is a story of who did what when, and all are played in one order of time."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Min
from django.utils.formats import date_format
from django.utils.translation import override

from accounts.models import Team, User
from delegation.checkins import MOST_NUDGES, Rule
from delegation.milestones import Phase
from tasks.actions.checkins import answer_checkin
from tasks.actions.entries import log_work
from tasks.actions.expenses import log_expense
from tasks.actions.handing_over import amend, create_draft
from tasks.actions.wishes import add_wish, drop_wish, swap_wish
from tasks.models import (
    CHASED_CHECKINS,
    OPEN_CHECKINS,
    Checkin,
    CheckinState,
    Resource,
    Task,
    Timer,
    Turn,
    TurnState,
    Wish,
)
from tasks.sweeps import sweep

# What a team was given, each under a word of its own.
Shelf = dict[str, Resource]


@dataclass(frozen=True)
class Clock:
    """Moments around `now` as they fall in somebody's working week, so that the demo looks alive on any day."""

    now: datetime
    time_zone: str

    def back(self, working_days: int, at: str) -> datetime:
        """A clock time on the nth working day before today."""
        return datetime.combine(self._day(-working_days), time.fromisoformat(at), tzinfo=ZoneInfo(self.time_zone))

    def ago(self, minutes: int) -> datetime:
        """So many minutes before now: later than anything on a working day before."""
        return self.now - timedelta(minutes=minutes)

    def ahead(self, working_days: int) -> date:
        """The nth working day after today."""
        return self._day(working_days)

    def spoken(self, working_days: int, language: str) -> str:
        """The same day as people write it in a sentence: "dinsdag 1 december"."""
        with override(language):
            return date_format(self._day(working_days), "l j F")

    def _day(self, working_days: int) -> date:
        day, step = self.now.astimezone(ZoneInfo(self.time_zone)).date(), 1 if working_days > 0 else -1
        for _number in range(abs(working_days)):
            day += timedelta(days=step)
            while day.weekday() > 4:
                day += timedelta(days=step)
        return day


@dataclass(frozen=True)
class Deed:
    """One thing that somebody did to a task: an action, and what it was done with."""

    at: datetime
    by: User
    do: Callable[..., Any]
    values: Mapping[str, Any]


class Story:
    """One task, from the first line of its brief on. `brief`: columns of the brief, and `assistant`."""

    def __init__(
        self,
        at: datetime,
        by: User,
        team: Team,
        *,
        rules: Sequence[Rule] = (),
        resources: Sequence[Resource] = (),
        milestones: Sequence[Phase] = (),
        **brief: Any,
    ) -> None:
        self.task_id: UUID | None = None
        self.team, self.rules, self.resources, self.milestones = team, rules, resources, milestones
        fields = {"time_zone": by.time_zone} | brief
        self.deeds = [Deed(at, by, self._write, {"fields": fields})]

    def then(self, at: datetime, by: User, do: Callable[..., Task], **values: Any) -> Self:
        """And at that moment, this person did that."""
        self.deeds.append(Deed(at, by, do, values))
        return self

    def amended(self, at: datetime, by: User, **changes: Any) -> Self:
        """And then the brief changed in these fields; rules and resources stayed."""
        return self.then(at, by, amend, fields=changes, rules=self.rules, resources=self.resources)

    def checked_in(self, at: datetime, by: User, **answer: Any) -> Self:
        """And then the check-in that had been asked was answered."""
        return self.then(at, by, _answer_asked, **answer)

    def worked(self, at: datetime, by: User, minutes: int, note: str = "") -> Self:
        """And then so much time was logged, for that day on their own calendar."""
        return self.then(at, by, log_work, minutes=minutes, day=at.astimezone(by.zone).date(), note=note)

    def spent(self, at: datetime, by: User, amount: int | str, what: str) -> Self:
        """And then an expense was logged, or asked for."""
        return self.then(at, by, log_expense, amount=Decimal(amount), what=what)

    def wished(self, at: datetime, by: User, text: str, **price_tag: Any) -> Self:
        """And then this came up, and went in the tray. `price_tag`: minutes, amount."""
        return self.then(at, by, _wish, text=text, **price_tag)

    def dropped(self, at: datetime, by: User, wish: str, text: str) -> Self:
        """And then that wish was dropped, with these words."""
        return self.then(at, by, _drop, wish=wish, text=text)

    def swapped(self, at: datetime, by: User, wish: str, drop: str) -> Self:
        """And then that wish came into the brief in the place of this could-item."""
        return self.then(at, by, _swap, wish=wish, drop=drop)

    def perform(self, deed: Deed) -> None:
        """Do it, through its action."""
        self.task_id = deed.do(task_id=self.task_id, by=deed.by, now=deed.at, **deed.values).pk

    def _write(self, *, task_id: UUID | None, by: User, fields: Mapping[str, Any], now: datetime) -> Task:
        return create_draft(
            team=self.team,
            by=by,
            fields=fields,
            rules=self.rules,
            resources=self.resources,
            milestones=self.milestones,
            now=now,
        )


class Aside:
    """What people do that is not about one task: what they agree on, a wish that hangs on nothing."""

    def __init__(self) -> None:
        self.deeds: list[Deed] = []

    def then(self, at: datetime, by: User, do: Callable[..., object], **values: Any) -> Self:
        """And at that moment, this person did that."""
        self.deeds.append(Deed(at, by, do, values))
        return self

    def perform(self, deed: Deed) -> None:
        """Do it, through its action."""
        deed.do(by=deed.by, now=deed.at, **deed.values)


def play(stories: Iterable[Story | Aside], *, until: datetime) -> None:
    """Play all stories as they happened beside each other, with what the sweeps did in between."""
    deeds = [(deed.at, story, deed) for story in stories for deed in story.deeds]
    for at, story, deed in sorted(deeds, key=lambda row: row[0]):
        _sweep_until(at)
        story.perform(deed)
    _sweep_until(until)


def _sweep_until(until: datetime) -> None:
    """Everything that a sweep had to do by then, each thing at its moment."""
    while (moment := _next_moment()) and moment <= until:
        sweep(now=moment)


def _next_moment() -> datetime | None:
    moments = [
        Checkin.objects.filter(state=CheckinState.DUE).aggregate(at=Min("due_at"))["at"],
        Checkin.objects.filter(state__in=CHASED_CHECKINS).aggregate(at=Min("next_step_at"))["at"],
        Turn.objects.filter(state=TurnState.OPEN, nudges__lt=MOST_NUDGES).aggregate(at=Min("nudge_at"))["at"],
        Timer.objects.aggregate(at=Min("look_at"))["at"],
    ]
    return min((moment for moment in moments if moment), default=None)


def _wish(*, task_id: UUID, by: User, now: datetime, **wish: Any) -> Task:
    task = Task.objects.select_related("team", "entrepreneur").get(pk=task_id)
    add_wish(team=task.team, task=task, by=by, now=now, **wish)
    return task


def _drop(*, task_id: UUID, by: User, wish: str, text: str, now: datetime) -> Task:
    found = Wish.objects.select_related("task", "team").get(task=task_id, text=wish)
    drop_wish(wish=found, by=by, text=text, now=now)
    return Task.objects.get(pk=task_id)


def _swap(*, task_id: UUID, by: User, wish: str, drop: str, now: datetime) -> Task:
    found = Wish.objects.get(task=task_id, text=wish)
    return swap_wish(task_id=task_id, by=by, wish_id=found.pk, drop=drop, now=now)


def _answer_asked(*, task_id: UUID, by: User, now: datetime, **answer: Any) -> Task:
    asked = Checkin.objects.get(task=task_id, state__in=OPEN_CHECKINS)
    return answer_checkin(task_id=task_id, by=by, checkin_id=asked.pk, now=now, **answer)
