"""Deleting a team whose days of grace are over: everything of it, in batches.

The guarantee: a worker that is killed anywhere leaves a team that the next sweep goes on with, and nothing is lost that
must be kept. In this order: nobody is in the team any more, timers are stopped and logged, all hours and expenses stand
in the money records, and only then rows go, each kind by some hundreds in a transaction, files with their bytes first.
The row of the team itself goes last. Each transaction locks that row, so two workers never do the same at once.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

from django.core.files.storage import Storage
from django.db import connection
from django.db.models import Model, Q, QuerySet

from accounts.models import (
    Absence,
    AuditEntry,
    Departure,
    Invitation,
    Membership,
    Message,
    OutgoingMail,
    Team,
    User,
    erasing,
)
from accounts.second_factor import recount
from delegation.models import Agreement, TeamMoney
from tasks.actions.base import Refused
from tasks.actions.closing import tell_gone, tell_near
from tasks.actions.timing import stop_timer
from tasks.export_files import remove_bytes
from tasks.models import (
    BriefVersion,
    Checkin,
    CheckinRule,
    DataExport,
    DefaultCheckinRule,
    EntryCorrection,
    Event,
    Expense,
    Milestone,
    Resource,
    Reveal,
    Secret,
    SecretToRotate,
    StoredFile,
    Task,
    TimeEntry,
    Timer,
    ToleranceUse,
    Turn,
    UsualLimits,
    Wish,
)
from tasks.money_records import keep_records

logger = logging.getLogger("handover.closing")

BATCH = 500
A_DAY = timedelta(days=1)

# What goes, in this order: whatever points at something goes before it. A test holds it to the models.
ROWS: list[tuple[type[Model], str]] = [
    (Timer, "task__team"),
    (EntryCorrection, "entry__task__team"),
    (TimeEntry, "task__team"),
    (Expense, "task__team"),
    (ToleranceUse, "task__team"),
    (Checkin, "task__team"),
    (CheckinRule, "task__team"),
    (DefaultCheckinRule, "team"),
    (Milestone, "task__team"),
    (Turn, "task__team"),
    (Event, "task__team"),
    (BriefVersion, "task__team"),
    (Reveal, "team"),
    (SecretToRotate, "team"),
    (Wish, "team"),
    (UsualLimits, "team"),
    (Secret, "resource__team"),
    (Task.resources.through, "task__team"),
    (Resource, "team"),
    (StoredFile, "team"),
    (Task, "team"),
    (Agreement, "team"),
    (TeamMoney, "team"),
    (Absence, "team"),
    (Departure, "team"),
    (Invitation, "team"),
    (DataExport, "team"),
    (AuditEntry, "team"),
]


class _Gone(Exception):
    """Another worker holds the team, or it is gone."""


def tell_who_is_next(*, now: datetime) -> None:
    """Tell the members of the teams that go within a day, once."""
    for team in Team.objects.filter(delete_at__gt=now, delete_at__lte=now + A_DAY):
        tell_near(team, now=now)


def delete_due(*, now: datetime) -> int:
    """Delete the teams whose time has come. Returns how many are gone. One that fails doesn't hold up the others."""
    gone = 0
    for team in Team.objects.filter(delete_at__lte=now).order_by("delete_at", "pk"):
        try:
            delete_team(team, now=now)
            gone += 1
        except _Gone:
            continue
        except Exception:
            logger.exception("deleting team %s failed, the next sweep goes on with it", team.pk)
    return gone


def delete_team(team: Team, *, now: datetime) -> None:
    """Delete this team now, if its time has come and nobody called it off since `team` was read."""
    with _held(team, due=now):
        people = list(User.objects.filter(memberships__team=team))
        tell_gone(team, now=now)
        _stop_timers(team, now)
        Membership.objects.filter(team=team).delete()
        recount(people)
    keep_records(team=team, now=now)
    _remove_messages(team)
    for model, lookup in ROWS:
        _remove_rows(team, model._default_manager.filter(**{lookup: team.pk}))
    with _held(team):
        Team.objects.filter(pk=team.pk).delete()
    _remove_folder(team)


@contextmanager
def _held(team: Team, *, due: datetime | None = None) -> Iterator[None]:
    """One transaction in which rows may go, for one worker alone. Raises _Gone when another has the team.

    `due`: also when it doesn't go by then. That is asked at the start only: once its members are out, nobody is left
    who could call it off.
    """
    with erasing():
        skip = connection.features.has_select_for_update_skip_locked
        rows = Team.objects.select_for_update(skip_locked=skip).filter(pk=team.pk)
        if not (rows.filter(delete_at__lte=due) if due else rows).exists():
            raise _Gone
        yield


def _stop_timers(team: Team, now: datetime) -> None:
    """What runs is logged, so that it is in the money records."""
    for timer in Timer.objects.filter(task__team=team).select_related("user"):
        try:
            stop_timer(by=timer.user, now=now)
        except Refused:
            logger.info("the timer of %s was stopped meanwhile", timer.user_id)


def _remove_messages(team: Team) -> None:
    """What the inboxes say about its work goes, with the mails that carried it; what was mailed with others loses its
    words."""
    last = None
    tasks = Task.objects.filter(team=team).order_by("pk")
    while page := list((tasks.filter(pk__gt=last) if last else tasks).values_list("pk", flat=True)[:BATCH]):
        _remove_told(team, Q(thread__in=[str(pk) for pk in page]))
        last = page[-1]
    wishes = [str(pk) for pk in Wish.objects.filter(team=team).values_list("pk", flat=True)]
    for start in range(0, len(wishes), BATCH):
        _remove_told(team, Q(thread__in=wishes[start : start + BATCH]))
    _remove_told(team, Q(path__contains=str(team.pk)))


def _remove_told(team: Team, which: Q) -> None:
    found = Message.objects.filter(which).order_by("pk")
    while page := list(found.values_list("pk", "mail")[:BATCH]):
        with _held(team):
            mails = OutgoingMail.objects.filter(pk__in={mail for _pk, mail in page if mail})
            mails.exclude(thread="").delete()
            mails.update(subject="", text="", html="")
            Message.objects.filter(pk__in=[pk for pk, _mail in page]).delete()


def _remove_rows(team: Team, rows: QuerySet[Any]) -> None:
    """Some hundreds at a time. Deleting asks for nothing else: what points at these went before."""
    before = BEFORE.get(rows.model)
    while page := list(rows.order_by("pk")[:BATCH]):
        if before:
            before(page)
        with _held(team):
            rows.model._default_manager.filter(pk__in=[row.pk for row in page]).delete()


def _remove_files(files: list[Any]) -> None:
    for stored in files:
        if stored.file.name:
            stored.file.storage.delete(stored.file.name)


# Bytes go before their rows: then a worker that is killed in between finds the row, and does it again.
BEFORE: dict[type[Model], Callable[[list[Any]], None]] = {StoredFile: _remove_files, DataExport: remove_bytes}


def _remove_folder(team: Team) -> None:
    """What uploads that came to nothing left behind, and the empty folder."""
    storage: Storage = StoredFile._meta.get_field("file").storage
    try:
        _empty(storage, str(team.pk))
    except (FileNotFoundError, NotImplementedError):
        return
    except OSError:
        logger.warning("the folder of team %s could not be removed", team.pk)


def _empty(storage: Storage, folder: str) -> None:
    folders, names = storage.listdir(folder)
    for inner in folders:
        _empty(storage, f"{folder}/{inner}")
    for name in filter(None, names):
        storage.delete(f"{folder}/{name}")
    storage.delete(folder)
