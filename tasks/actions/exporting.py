"""Asking for an export, and fetching it (tasks/sweeps/exporting.py makes it), and what else is taken out of a team."""

from datetime import date, datetime, timedelta
from functools import partial

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit import Happened, note
from accounts.models import Membership, Role, Team, User
from tasks.export_files import remove_bytes
from tasks.models import OPEN_EXPORTS, DataExport, ExportState

LASTS = timedelta(days=7)
ALREADY = _("One is being made already. You are told when it is ready.")
NOT_OWNER = _("Only the owner of a team can take its data along.")
NOT_READY = _("This export is no longer there. Ask for a new one.")


class ExportRefused(Exception):
    """It can't be asked for or fetched now; `text` says why, for the person who tried."""

    def __init__(self, text: str | Promise) -> None:
        super().__init__(str(text))
        self.text = text


def owns(person: User, team: Team) -> bool:
    """Whether this is, at this moment, the owner of the team."""
    return Membership.objects.filter(team=team, user=person, role=Role.OWNER).exists()


def ask_for_export(*, person: User, team: Team | None = None, now: datetime, ip: str | None = None) -> DataExport:
    """Have everything of a team, or of the person, put together in the background. One at a time.

    Raises ExportRefused. Two presses at once: the database lets one of them be, the other is told.
    """
    if team is not None and not owns(person, team):
        raise ExportRefused(NOT_OWNER)
    try:
        with transaction.atomic():
            if DataExport.objects.filter(person=person, team=team, state__in=OPEN_EXPORTS).exists():
                raise ExportRefused(ALREADY)
            export = DataExport.objects.create(person=person, team=team, asked_at=now)
            note(Happened.EXPORT_ASKED, now=now, actor=person, team=team, ip=ip, what=_what(team))
    except IntegrityError:
        raise ExportRefused(ALREADY) from None
    return export


def fetch_export(*, export: DataExport, by: User, now: datetime, ip: str | None = None) -> None:
    """Write down that it is downloaded, just before it is. Raises ExportRefused for one that is not there any more."""
    with transaction.atomic():
        ready = DataExport.objects.filter(pk=export.pk, person=by, state=ExportState.READY, expires_at__gt=now)
        if not ready.exists() or (export.team is not None and not owns(by, export.team)):
            raise ExportRefused(NOT_READY)
        note(Happened.EXPORT_DOWNLOADED, now=now, actor=by, team=export.team, ip=ip, what=_what(export.team))


def take_timesheet(*, team: Team, assistant: User, month: date, by: User, now: datetime, ip: str | None) -> None:
    """Write down that the sheet of a month is downloaded, just before it is. Whether `by` may has been checked."""
    values = {"what": "timesheet", "month": f"{month:%Y-%m}"}
    note(Happened.EXPORT_DOWNLOADED, now=now, actor=by, team=team, about=assistant, ip=ip, **values)


def take_money_records(*, team: Team, by: User, now: datetime, ip: str | None) -> None:
    """The same of what the law has the team keep."""
    note(Happened.EXPORT_DOWNLOADED, now=now, actor=by, team=team, ip=ip, what="money-records")


def end_exports(*, person: User, team: Team) -> None:
    """Whoever leaves the team takes nothing of it along any more, in the transaction that ends their place.

    What is there can't be fetched from now on, and its bytes go once that is committed; a worker that is killed before
    that leaves them to the next sweep. What is being made begins anew, and what only waits waits on: its row is
    written all the same, so that whoever takes it up at this very moment waits here, and sees the place gone.
    """
    theirs = DataExport.objects.filter(Q(team=None) | Q(team=team), person=person)
    # In this order: what gets ready at this moment is found by the second.
    theirs.filter(state__in=OPEN_EXPORTS).update(state=ExportState.ASKED, claim=None, claimed_at=None, percent=0)
    there = list(theirs.filter(state=ExportState.READY))
    DataExport.objects.filter(pk__in=[export.pk for export in there]).update(state=ExportState.GONE)
    transaction.on_commit(partial(_take_away, there))


def _take_away(exports: list[DataExport]) -> None:
    remove_bytes(exports)
    DataExport.objects.filter(pk__in=[export.pk for export in exports]).update(file="", size=0)


def _what(team: Team | None) -> str:
    return "team" if team else "person"
