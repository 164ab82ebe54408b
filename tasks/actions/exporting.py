"""Asking for an export, and fetching it. tasks/sweeps/exporting.py makes it."""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.audit import Happened, note
from accounts.models import Membership, Role, Team, User
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


def _what(team: Team | None) -> str:
    return "team" if team else "person"
