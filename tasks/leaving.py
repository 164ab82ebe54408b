"""What is left to do before somebody leaves a team: what their page shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncMonth

from accounts.actions.leaving import open_invitations_of
from accounts.models import Invitation, Membership, Role, Team, User
from delegation.models import Agreement, AgreementState
from delegation.workflow import OPEN, WITH_ASSISTANT
from tasks.departures import Seen, secrets_seen
from tasks.models import EntryState, Expense, ExpenseState, Task, TimeEntry, Timer

MOST_TASKS = 50  # at once on the page; the rest follows when these are done


@dataclass(frozen=True)
class OpenMonth:
    """A month of which time or expenses wait for approval. `waiting`: entries of which it is not said how long."""

    month: date
    minutes: int
    spent: Decimal
    waiting: int


@dataclass(frozen=True, kw_only=True)
class Leaving:
    """Everything that the page shows. `more`: how many open tasks there are beside `tasks`."""

    membership: Membership
    own: bool
    tasks: list[Task]
    more: int
    timer: Timer | None
    months: list[OpenMonth]
    proposals: list[Agreement]
    invitations: list[Invitation]
    seen: list[Seen]


def may_let_go(role: str, membership: Membership, by: User) -> bool:
    """Whether somebody with this role in the team may end a membership of it: their own, or those that they may end.

    The owner everybody's but their own; an entrepreneur those of assistants and guests.
    """
    if membership.owns or not role:
        return False
    if membership.user_id == by.pk or role == Role.OWNER:
        return True
    return role == Role.ENTREPRENEUR and membership.role in Role.assistants()


def open_work(team: Team, person: User) -> QuerySet[Task]:
    """The tasks that must go elsewhere before this person can leave, those of longest ago first."""
    carries_out = Q(assistant=person, state__in=sorted(WITH_ASSISTANT))
    answers_for = Q(entrepreneur=person, state__in=sorted(OPEN))
    return Task.objects.filter(carries_out | answers_for, team=team).order_by("created_at", "id")


def leaving_of(membership: Membership, *, reader: User) -> Leaving:
    """Read the page for `reader`, in a number of queries that doesn't depend on how much there is."""
    team, person = membership.team, membership.user
    work = open_work(team, person)
    tasks = list(work.select_related("entrepreneur", "assistant")[: MOST_TASKS + 1])
    proposals = Agreement.objects.filter(team=team, assistant=person, state=AgreementState.PROPOSED)
    return Leaving(
        membership=membership,
        own=person.pk == reader.pk,
        tasks=tasks[:MOST_TASKS],
        more=work.count() - MOST_TASKS if len(tasks) > MOST_TASKS else 0,
        timer=Timer.objects.filter(user=person, task__team=team).select_related("task").first(),
        months=open_months(team, person),
        proposals=list(proposals.select_related("proposed_by")),
        invitations=list(open_invitations_of(membership).order_by("email")),
        seen=secrets_seen(person, team),
    )


def open_months(team: Team, person: User) -> list[OpenMonth]:
    """The months of which something waits for approval, the latest first."""
    counted, waiting = Q(state=EntryState.COUNTED), Q(state=EntryState.WAITING)
    times = TimeEntry.objects.filter(counted | waiting, user=person, task__team=team, approved_at__isnull=True)
    spent = Expense.objects.filter(by=person, task__team=team, approved_at__isnull=True)
    found: dict[date, OpenMonth] = {}
    for month, minutes, count in _by_month(times).annotate(
        minutes_open=Sum("minutes", filter=counted, default=0), to_say=Count("pk", filter=waiting)
    ):
        found[month] = OpenMonth(month, minutes, Decimal(0), count)
    standing = spent.filter(state__in=[ExpenseState.COUNTED, ExpenseState.WAITING])
    for month, amount in _by_month(standing).annotate(total=Sum("amount", default=Decimal(0))):
        before = found.get(month, OpenMonth(month, 0, Decimal(0), 0))
        found[month] = OpenMonth(month, before.minutes, amount, before.waiting)
    return sorted(found.values(), key=lambda row: row.month, reverse=True)


def _by_month(rows: QuerySet[TimeEntry] | QuerySet[Expense]) -> Any:
    return rows.annotate(month=TruncMonth("day")).order_by().values_list("month")
