"""Reads. All that a person may see of the work starts from `visible_to`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest
from django.utils import timezone

from accounts.deputies import answers_for
from accounts.models import Membership, Role, Team, User
from accounts.pages import Cursor
from delegation.workflow import CLOSED, OPEN, State
from tasks.models import OPEN_CHECKINS, Checkin, Event, Resource, Task, Timer, Turn
from tasks.models.task import task_path
from tasks.standing_in import open_turns, put_whose
from tasks.statements import (
    EVENTS,
    RUNNING,
    TURNS,
    as_id,
    as_moment,
    memberships_sql,
    put_on,
    stored_id,
    with_names,
)

PAGE_SIZE = 25

# What a page shows of a turn, a list of a task, and a card on Now of its task: reading whole rows of people and briefs
# takes longer than the pages' own work.
METER = ("money_limit", "time_limit", "money_spent", "minutes_logged")
ROW = (
    *("title", "level", "state", "team_id", "entrepreneur_id", "assistant_id", "changed_at"),
    *("deadline_date", "deadline_time", "deadline_at", "time_zone"),
    *METER,
)
TURN = ("kind", "state", "text", "payload", "created_at")
CARD = (
    *("title", "level", "state", "revision", "team_id", "entrepreneur_id", "assistant_id", "deliverable", "purpose"),
    *("deadline_date", "deadline_time", "deadline_at", "time_zone", "minutes_unpaid"),
    *METER,
)


@dataclass(frozen=True)
class RunningTimer:
    """The timer that somebody let run. `path`: of its task, empty when they may not see that any more."""

    task_id: UUID
    title: str
    path: str
    started_at: datetime
    asked_at: datetime | None


@dataclass(frozen=True)
class Person:
    """Who is looking: their memberships, the turns and check-ins that wait on them, and their unread messages.

    `covered`: how many turns wait on others for whom they answer now. `timer`: the one they let run, on whatever task.
    """

    user: User
    memberships: Sequence[Membership]
    turns: int
    asked: int
    unread: int
    roles: dict[UUID, str] = field(default_factory=dict)
    timer: RunningTimer | None = None
    covered: int = 0

    def teams_as(self, *roles: str) -> list[Team]:
        return [membership.team for membership in self.memberships if membership.role in roles]

    @property
    def teams(self) -> list[Team]:
        return [membership.team for membership in self.memberships]

    @property
    def closing(self) -> list[Team]:
        """Those that are going to be deleted."""
        return [team for team in self.teams if team.delete_at]

    @property
    def owned(self) -> set[UUID]:
        return {membership.team_id for membership in self.memberships if membership.role == Role.OWNER}

    @property
    def waits(self) -> int:
        """How much waits on them: the count beside Now."""
        return self.turns + self.covered + self.asked

    @property
    def may_hand_over(self) -> bool:
        return bool(self.teams_as(*Role.entrepreneurs()))

    @property
    def carries_out(self) -> bool:
        return bool(self.teams_as(*Role.assistants()))


def person_for(request: HttpRequest) -> Person:
    """The person behind the request, read once per request in one query."""
    person: Person | None = getattr(request, "_person", None)
    if person is None:
        assert isinstance(request.user, User)  # noqa: S101 - views are behind the login
        person = read_person(request.user)
        request._person = person  # type: ignore[attr-defined]
    return person


def read_person(user: User) -> Person:
    """The same outside a request."""
    values = {"person": stored_id(user), "now": connection.ops.adapt_datetimefield_value(timezone.now())}
    found = Membership.objects.raw(memberships_sql(), values)
    of_team = ("name", "language", "currency", "time_zone", "delete_at")
    memberships: list[Any] = with_names(found, Team, "team", names=of_team)
    for membership in memberships:
        if membership.team.delete_at:
            membership.team.delete_at = as_moment(membership.team.delete_at)
    memberships.sort(key=lambda membership: (membership.team.name.casefold(), membership.pk))
    roles = {membership.team_id: membership.role for membership in memberships}
    return Person(
        user=user,
        memberships=memberships,
        turns=sum(membership.turns for membership in memberships),
        asked=sum(membership.asked for membership in memberships),
        unread=memberships[0].unread if memberships else 0,
        roles=roles,
        timer=_timer_of(user, memberships, roles),
        covered=sum(membership.covered for membership in memberships),
    )


def _timer_of(user: User, memberships: Sequence[Any], roles: dict[UUID, str]) -> RunningTimer | None:
    """The timer that came along with the memberships; who has left every team is asked for it by itself."""
    if memberships:
        row = memberships[0]
        if row.timer_task is None:
            return None
        task_id, title, team_id, assistant_id = row.timer_task, row.timer_title, row.timer_team, row.timer_assistant
        started, asked = row.timer_started, row.timer_asked
    else:
        timer = Timer.objects.filter(user=user).select_related("task").first()
        if timer is None:
            return None
        task_id, title, team_id, assistant_id = timer.task_id, timer.task.title, None, None
        started, asked = timer.started_at, timer.asked_at
    role = roles.get(as_id(team_id)) if team_id else None
    # As in _scopes; a task with a timer is no draft, or one that was handed back.
    in_sight = role in {*Role.entrepreneurs(), Role.ASSISTANT} or (role is not None and as_id(assistant_id) == user.pk)
    path = task_path(as_id(task_id)) if in_sight else ""
    return RunningTimer(as_id(task_id), title, path, as_moment(started), as_moment(asked) if asked else None)


def visible_to(person: Person) -> QuerySet[Task]:
    """The tasks that this person may see at all.

    Entrepreneurs see their team's tasks, assistants those that were handed over, guests only those assigned to them.
    """
    return Task.objects.filter(reduce(or_, _scopes(person), Q(pk__in=[])))


def _scopes(person: Person) -> list[Q]:
    """One condition per team: what this person sees there."""
    scopes = []
    for membership in person.memberships:
        team = Q(team_id=membership.team_id)
        if membership.role in Role.entrepreneurs():
            scopes.append(team)
        elif membership.role == Role.ASSISTANT:
            scopes.append(team & ~Q(state=State.DRAFT))
        else:
            scopes.append(team & Q(assistant=person.user) & ~Q(state=State.DRAFT))
    return scopes


def _with_people(rows: Iterable[Model], *ways: str, known: Iterable[User]) -> None:
    """Put the people on the rows, so that a page can call them by name. In one query, and in none when all are known.

    A join for each of them, on each row, takes longer than all the rest of the row.
    """
    people = {user.pk: user for user in known}
    missing = {getattr(row, f"{way}_id") for row in rows for way in ways} - {None} - people.keys()
    if missing:
        people |= User.objects.only("name", "email").in_bulk(missing)
    for row in rows:
        for way in ways:
            put_on(row, way, people.get(getattr(row, f"{way}_id")))


# --- the task list ------------------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the list is narrowed to. `show`: open, closed, draft, or a state; empty strings and None narrow nothing."""

    search: str = ""
    show: str = "open"
    level: str = ""
    assistant: UUID | None = None
    team: UUID | None = None


def task_page(person: Person, filters: Filters, before: Cursor | None) -> tuple[list[Task], Cursor | None]:
    """One page of the list, most recently changed first, and where the next one begins (None: there is none).

    For somebody in several teams the page is gathered from one short index scan a team, so that its price does not
    depend on how many tasks the teams have.
    """
    narrowed = _narrow(Task.objects.all(), filters, before)
    scopes = [
        scope
        for membership, scope in zip(person.memberships, _scopes(person), strict=True)
        if filters.team in {None, membership.team_id}
    ]
    newest = ("-changed_at", "-id")
    if len(scopes) == 1:
        found = narrowed.filter(scopes[0])
    else:
        found = Task.objects.filter(
            reduce(
                or_,
                (Q(pk__in=narrowed.filter(scope).order_by(*newest).values("pk")[: PAGE_SIZE + 1]) for scope in scopes),
                Q(pk__in=[]),
            )
        )
    rows = list(found.only(*ROW).order_by(*newest)[: PAGE_SIZE + 1])
    page = rows[:PAGE_SIZE]
    _with_people(page, "entrepreneur", "assistant", known=[person.user])
    more = len(rows) > PAGE_SIZE
    return page, Cursor(page[-1].changed_at, page[-1].pk) if more else None


def _narrow(tasks: QuerySet[Task], filters: Filters, before: Cursor | None) -> QuerySet[Task]:
    if filters.show == "open":
        tasks = tasks.exclude(state__in=sorted(CLOSED))
    elif filters.show == "closed":
        tasks = tasks.filter(state__in=sorted(CLOSED))
    elif filters.show in set(State):
        tasks = tasks.filter(state=filters.show)
    if filters.level:
        tasks = tasks.filter(level=filters.level)
    if filters.assistant:
        tasks = tasks.filter(assistant_id=filters.assistant)
    if filters.search:
        tasks = tasks.filter(Q(title__icontains=filters.search) | Q(deliverable__icontains=filters.search))
    if before:
        tasks = tasks.filter(
            Q(changed_at__lt=before.at) | Q(changed_at=before.at, id__lt=before.id),
            changed_at__lte=before.at,
        )
    return tasks


def assistants_in(person: Person) -> QuerySet[User]:
    """Everybody who carries out work in the teams in which this person hands it over."""
    teams = [team.pk for team in person.teams_as(*Role.entrepreneurs())]
    return (
        User.objects.filter(memberships__team__in=teams, memberships__role__in=Role.assistants())
        .only("name", "email")
        .distinct()
        .order_by("name", "email")
    )


def assistants_of(team: Team) -> QuerySet[User]:
    """Those to whom a task in this team can be handed over."""
    return User.objects.filter(
        memberships__team=team, memberships__role__in=Role.assistants(), is_active=True
    ).order_by("name", "email")


def entrepreneurs_of(team: Team) -> QuerySet[User]:
    """Those who hand over in this team: to whom a task can be passed on."""
    return User.objects.filter(
        memberships__team=team, memberships__role__in=Role.entrepreneurs(), is_active=True
    ).order_by("name", "email")


# --- Now ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Now:
    """What the Now page shows."""

    turns: list[Turn]
    checkins: list[Checkin]
    drafts: list[Task]
    under_way: list[Task]
    waiting: list[Task]


def now_for(person: Person) -> Now:
    """What waits on this person, oldest first; what runs; what waits on others. In at most five queries.

    And in one more for who answers for somebody else now: what waits on those stands among it.
    """
    user = person.user
    covered = answers_for(user, now=timezone.now()) if person.covered else []
    turns = list(
        open_turns(user, person.roles, covered)
        .select_related("task")
        .only(*TURN, "by_id", "waits_on_id", *(f"task__{field}" for field in CARD))
        .order_by("created_at", "id")[:PAGE_SIZE]
    )
    put_whose(turns, covered)
    checkins = _asked(person) if person.asked else []
    mine = _running(person)
    _with_people(turns, "by", known=[user])
    _with_people(mine, "entrepreneur", "assistant", known=[user, *(turn.by for turn in turns)])
    shown = {turn.task_id for turn in turns}
    return Now(
        turns=turns,
        checkins=checkins,
        drafts=[task for task in mine if task.state == State.DRAFT and task.pk not in shown],
        under_way=[task for task in mine if task.state == State.IN_PROGRESS],
        waiting=[task for task in mine if _waits_on_others(task, user)],
    )


def _asked(person: Person) -> list[Checkin]:
    """The check-ins that this person has to answer."""
    checkins = Checkin.objects.filter(
        assistant=person.user, state__in=OPEN_CHECKINS, task__team__in=person.roles
    ).select_related("task", "task__entrepreneur")
    return list(checkins.order_by("asked_at")[:PAGE_SIZE])


def _running(person: Person) -> list[Task]:
    """My open tasks, on whichever side I stand."""
    return list(Task.objects.raw(RUNNING, {"person": stored_id(person.user), "size": PAGE_SIZE}))


def _waits_on_others(task: Task, user: User) -> bool:
    if task.entrepreneur_id == user.pk:
        return task.state == State.OFFERED
    return task.state not in {State.OFFERED, State.IN_PROGRESS}


def task_made_by(person: Person, task_id: UUID) -> Task | None:
    """The task with this id, if this person wrote it in one of their teams."""
    return visible_to(person).filter(pk=task_id, entrepreneur=person.user).first()


# --- one task -----------------------------------------------------------------------------------------------------


NEWEST = 2**63 - 1  # every event's number is below it


def events_of(task: Task, before: int | None) -> list[Event]:
    """The newest part of the timeline, newest first, one more than a page if there is more."""
    events = Event.objects.raw(EVENTS, [stored_id(task), NEWEST if before is None else before, PAGE_SIZE + 1])
    return with_names(events, User, "actor", names=("name", "email"))


def turns_of(task: Task, *, on: date) -> list[Turn]:
    """What was put to whom and how it was answered: what waits, and then the newest. Without answered expenses.

    `on`: the day whose rates go with an open flag.
    """
    values = {
        "task": stored_id(task),
        "team": stored_id(task.team),
        "assistant": task.assistant and stored_id(task.assistant),
        "currency": task.team.currency,
        "on": on,
        "size": 2 * PAGE_SIZE,
    }
    turns = Turn.objects.raw(TURNS, values)
    found = with_names(turns, User, "by", "waits_on", "answered_by", names=("name", "email"))
    for turn in found:
        turn.task = task
    return found


def lent_to(person: Person) -> QuerySet[Task]:
    """The open tasks that this person carries out: what those are lent is theirs to see as long as they are."""
    return Task.objects.filter(assistant=person.user, team__in=person.roles, state__in=sorted(OPEN - {State.DRAFT}))


def resources_for(person: Person) -> QuerySet[Resource]:
    """All resources of the teams in which this person hands over, and those lent to their own open tasks elsewhere."""
    teams = [team.pk for team in person.teams_as(*Role.entrepreneurs())]
    lent = Task.resources.through.objects.filter(task__in=lent_to(person)).values("resource_id")
    return Resource.objects.filter(Q(team__in=teams) | Q(pk__in=lent))
