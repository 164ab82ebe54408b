"""What waits on somebody who is away also waits on who answers for them (accounts/deputies.py)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import NamedTuple
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from accounts.deputies import StandsIn, deputies_of
from accounts.models import Message, User
from accounts.outbox import Tell
from accounts.templatetags.moments import day
from tasks.models import Task, Turn, TurnState


def open_turns(user: User, teams: Iterable[UUID], covered: Sequence[StandsIn]) -> QuerySet[Turn]:
    """What waits on this person in these teams, and on those for whom they answer.

    Of the latter only what is for who hands over: work that is theirs to carry out is nobody else's.
    """
    waiting = Turn.objects.filter(state=TurnState.OPEN)
    own = Q(waits_on=user, task__team__in=teams)
    if not covered:
        return waiting.filter(own)
    theirs = Q(pk__in=[])
    for one in covered:
        as_assistant = Q(task__assistant__isnull=False, task__assistant=one.person)
        theirs |= Q(waits_on=one.person, task__team=one.team_id) & ~as_assistant
    return waiting.filter(own | theirs, waits_on__in=[user, *(one.person for one in covered)])


def put_whose(turns: Iterable[Turn], covered: Sequence[StandsIn]) -> None:
    """Say on each turn for whom it would be answered: `instead_of` is empty for one's own."""
    people = {one.person.pk: one.person for one in covered}
    for turn in turns:
        turn.instead_of = people.get(turn.waits_on_id)  # type: ignore[attr-defined]


def with_deputies(tells: Sequence[Tell], *, task: Task, now: datetime) -> list[Tell]:
    """The messages, and those that ask something of somebody who is away once more, to who answers for them."""
    asked = {item.to.pk for item in tells if item.must_do and item.to.pk != task.assistant_id}
    deputies = deputies_of(task.team_id, asked, now=now)
    told = {item.to.pk for item in tells}
    copies = [
        copy_for(item, deputies[item.to.pk])
        for item in tells
        if item.must_do and item.to.pk in deputies and deputies[item.to.pk].pk not in told
    ]
    return [*tells, *copies]


def mark_answered(task: Task, relieved: set[UUID], *, now: datetime) -> None:
    """What asked who hands over for an answer is done, also when somebody else gave it; and so are the copies of it.

    `relieved`: on whom what was answered waited. As long as anything of the task waits on them, it asks on.
    """
    if not relieved:
        return
    waiting = Turn.objects.filter(task=task, waits_on__in=relieved, state=TurnState.OPEN)
    done = relieved - set(waiting.values_list("waits_on", flat=True))
    asking = Message.objects.filter(thread=str(task.pk), must_do=True, read_at__isnull=True)
    own = Q(recipient__in=done, params__stands_in_id__isnull=True)
    asking.filter(own | Q(params__stands_in_id__in=[str(key) for key in done])).update(read_at=now)


def copy_for(item: Tell, deputy: User) -> Tell:
    """The same message for who answers for its reader, saying so."""
    params = {**item.params, "stands_in_for": item.to.short_name, "stands_in_id": str(item.to.pk)}
    return replace(item, to=deputy, params=params, dedup_key=f"{item.dedup_key}:{deputy.pk}")


class Covering(NamedTuple):
    """Who answers for the entrepreneur of a task now, as its page says it."""

    deputy_id: UUID
    deputy: str
    person: str
    last: date

    def words_for(self, reader: User, entrepreneur_id: UUID) -> str:
        """In a sentence for this reader."""
        until = day(self.last)
        if reader.pk == self.deputy_id:
            return _("You answer for %(person)s until %(day)s.") % {"person": self.person, "day": until}
        if reader.pk == entrepreneur_id:
            return _("%(deputy)s answers for you until %(day)s.") % {"deputy": self.deputy, "day": until}
        said = _("%(deputy)s answers for %(person)s until %(day)s.")
        return said % {"deputy": self.deputy, "person": self.person, "day": until}


def covering_of(task: Task) -> Covering | None:
    """What reading the task brought along of it (tasks/access.py, `task_for_reading`)."""
    said = getattr(task, "deputy_now", None)
    if not said or not task.is_open:
        return None
    deputy = User(name=said["name"], email=said["email"])
    person = User(name=said["person"], email=said["person_email"])
    last = date.fromisoformat(said["last"])
    return Covering(UUID(str(said["id"])), deputy.short_name, person.short_name, last)
