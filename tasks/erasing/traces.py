"""Taking a person's name and address out of everything that people and the app wrote down.

Each table is looked through, by its columns of text and its documents: those of the teams that the person was in (as
tasks/exports/data/table.py says of which team a row is), the inboxes and mails of those who were there with them, and
the log of the admin. What stays is what the law asks for (tasks/money_records.py), the names of teams, which are those
of a business, and what stands inside files.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import partial, reduce
from operator import or_
from typing import Any
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.db import models
from django.db.models import Model, Q, QuerySet

from accounts.ids import id_in
from accounts.models import (
    AuditEntry,
    Departure,
    Invitation,
    Membership,
    Message,
    OutgoingMail,
    Team,
    User,
)
from delegation.models import Agreement
from tasks.erasing.needles import Needles
from tasks.exports.data.parts import Scope
from tasks.exports.data.table import PARTS
from tasks.models import Event, Expense, MoneyRecord, Task, TimeEntry, Wish

BATCH = 500
# A person's own row is emptied by itself, a business keeps its name, and money is kept as it was.
KEPT = (User, Team, MoneyRecord)
PEOPLE = next(part for part in PARTS if part.model is User)

# What to look for in a row.
NeedlesOf = Callable[[Any], Needles]


def teams_of(person: User) -> list[Team]:
    """Every team in which they had a place, did something, or were invited."""
    own: list[QuerySet[Any, Any]] = [
        Membership.objects.filter(user=person).values("team"),
        Departure.objects.filter(person=person).values("team"),
        Invitation.objects.filter(Q(email=person.email) | Q(accepted_by=person) | Q(invited_by=person)).values("team"),
        Task.objects.filter(Q(assistant=person) | Q(entrepreneur=person)).values("team"),
        TimeEntry.objects.filter(user=person).values("task__team"),
        Expense.objects.filter(by=person).values("task__team"),
        Event.objects.filter(actor=person).values("task__team"),
        Agreement.objects.filter(assistant=person).values("team"),
        Wish.objects.filter(by=person).values("team"),
    ]
    return list(Team.objects.filter(reduce(or_, (Q(pk__in=rows) for rows in own))).order_by("pk"))


def erase_traces(person: User, teams: list[Team]) -> None:
    """Take the name and address out. Within `erasing()`, while the person still has them."""
    known: set[UUID] = set()
    needles: dict[UUID, Needles] = {}
    for team in teams:
        scope = Scope(person=person, team=team)
        others = PEOPLE.rows(scope).exclude(pk=person.pk).values_list("pk", "name")
        known |= {pk for pk, _name in others}
        names = [team.name, *(name for _pk, name in others)]
        needles[team.pk] = Needles.of(person, language=team.language, others=names)
        for part in PARTS:
            if part.team is not None and part.model not in KEPT:
                _erase(part.rows(scope), needles[team.pk])
    _erase_messages(person, known, needles)
    _erase_mails(person, known, teams)
    _erase_logs(person)


def text_columns(model: type[Model]) -> Iterator[models.Field[Any, Any]]:
    """The columns in which somebody's name may stand: not those with fixed choices, ids and the like."""
    for field in model._meta.concrete_fields:
        fixed = field.choices or field.primary_key or field.is_relation or isinstance(field, models.FileField)
        if isinstance(field, models.CharField | models.TextField | models.JSONField) and not fixed:
            yield field


def _erase(rows: QuerySet[Any], needles: Needles, needles_of: NeedlesOf | None = None) -> None:
    """Look through these rows. `needles_of`: where not every row is to be looked through for the same.

    Only those that may hold some of it are read, a batch at a time.
    """
    fields = list(text_columns(rows.model))
    if not fields:
        return
    maybe = (Q(**{f"{field.name}__icontains": trace}) for field in fields for trace in needles.traces)
    found = rows.filter(reduce(or_, maybe)).order_by("pk")
    page = list(found[:BATCH])
    while page:
        for row in page:
            changed = _changes(row, fields, needles_of(row) if needles_of else needles)
            if changed:
                rows.model._default_manager.filter(pk=row.pk).update(**changed)
        page = list(found.filter(pk__gt=page[-1].pk)[:BATCH])


def _changes(row: Model, fields: list[models.Field[Any, Any]], needles: Needles) -> dict[str, Any]:
    changed = {}
    for field in fields:
        value = getattr(row, field.attname)
        without = needles.replaced_in(value)
        if without != value:
            limit = field.max_length
            changed[field.attname] = without[:limit] if isinstance(without, str) and limit else without
    return changed


def _erase_messages(person: User, known: set[UUID], needles: dict[UUID, Needles]) -> None:
    """The inboxes of those who were in a team with them, in the words of each reader.

    A message of another team loses no more than the whole name; of one that doesn't say of which team it is, what is
    safe in all of theirs.
    """
    safe_words = set.intersection(*(set(found.words) for found in needles.values())) if needles else set()
    for ids in _batches(known):
        for language in _languages(ids):
            rows = Message.objects.filter(recipient__in=ids, recipient__language=language)
            in_team = {team: replace(found, language=language) for team, found in needles.items()}
            elsewhere = Needles.of(person, language=language)
            unknown = replace(elsewhere, words=tuple(sorted(safe_words | set(elsewhere.words))))
            look_for = partial(_needles_for, in_team=in_team, elsewhere=elsewhere, unknown=unknown)
            _erase(rows, Needles.of(person, language=language, others=[]), look_for)


def _needles_for(message: Message, *, in_team: dict[UUID, Needles], elsewhere: Needles, unknown: Needles) -> Needles:
    """By the team of which a message tells: that of its task or its wish, or the one in its path."""
    key = id_in(message.thread)
    if key is None:
        named = [needles for team, needles in in_team.items() if str(team) in message.path]
        return named[0] if named else unknown
    models: tuple[type[Task] | type[Wish], ...] = (Task, Wish)
    found = (model._default_manager.filter(pk=key).values_list("team", flat=True).first() for model in models)
    team = next(filter(None, found), None)
    return in_team.get(team, elsewhere) if team else unknown


def _erase_mails(person: User, known: set[UUID], teams: list[Team]) -> None:
    """Their own go. Those to people who were in a team with them lose every part of the name; those to whoever was only
    invited, by which nobody can tell what team they are from, the whole name and the address."""
    OutgoingMail.objects.filter(Q(recipient=person) | Q(to_address=person.email)).delete()
    for ids in _batches(known):
        _erase_mails_in(OutgoingMail.objects.filter(recipient__in=ids), person, others=[])
    invited = Invitation.objects.filter(team__in=teams).values("email")
    _erase_mails_in(OutgoingMail.objects.filter(to_address__in=invited), person, others=None)


def _erase_mails_in(mails: QuerySet[OutgoingMail], person: User, *, others: list[str] | None) -> None:
    """In the language in which each was written: its reader may have chosen another one since."""
    for language in mails.order_by().values_list("language", flat=True).distinct():
        _erase(mails.filter(language=language), Needles.of(person, language=language, others=others))


def _erase_logs(person: User) -> None:
    """What administrators did, and what has to do with trust but with no team."""
    needles = Needles.of(person, language=person.language)
    _erase(LogEntry.objects.all(), needles)
    _erase(AuditEntry.objects.filter(team=None), needles)
    # Where they were, also when somebody who wasn't logged in tried to be them: that may well be themselves.
    AuditEntry.objects.filter(Q(actor=person) | Q(about=person, team=None)).update(ip=None)


def _languages(ids: list[UUID]) -> list[str]:
    return list(User.objects.filter(pk__in=ids).order_by().values_list("language", flat=True).distinct())


def _batches(ids: set[UUID]) -> Iterator[list[UUID]]:
    ordered = sorted(ids)
    for start in range(0, len(ordered), BATCH):
        yield ordered[start : start + BATCH]
