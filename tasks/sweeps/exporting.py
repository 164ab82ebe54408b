"""Making exports, and taking them away again.

An export is claimed by a conditional update, so two workers never make the same one. While it is made, the claim is
renewed with the percentage; one whose maker has been silent for SILENT was killed, and is made anew, at most MOST_TRIES
times. The bytes are stored first and the row says "ready" after, in one update that looks at the claim: a worker killed
anywhere leaves an export that is made again, never one that is half there.
"""

import logging
import time
from datetime import datetime, timedelta
from tempfile import TemporaryFile
from uuid import UUID, uuid4

from django.core.files import File
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse

from accounts.models import Membership, MessageKind
from accounts.outbox import Tell, tell
from tasks.actions.exporting import LASTS, owns
from tasks.export_files import place_of, remove_bytes
from tasks.exports.data.parts import Scope
from tasks.exports.data.zipping import write_export
from tasks.models import DataExport, ExportState

logger = logging.getLogger("handover.exports")

SILENT = timedelta(minutes=10)
MOST_TRIES = 3
# How long one run goes on taking the next one.
RUN_SECONDS = 300.0
# So often at most the percentage is written down.
TELL_SECONDS = 2.0


class _Lost(Exception):
    """Somebody else has it now, or it is no longer wanted."""


def make_exports(*, now: datetime) -> int:
    """Make what was asked for, the oldest first. Returns how many are ready."""
    started, made = time.monotonic(), 0
    tried: set[UUID] = set()  # what goes wrong is for a later sweep: by then it may go better
    while time.monotonic() - started < RUN_SECONDS:
        moment = now + timedelta(seconds=time.monotonic() - started)
        export = _claim(moment, but=tried)
        if export is None:
            break
        tried.add(export.pk)
        made += _make(export, moment)
    return made


def remove_exports(*, now: datetime) -> int:
    """Take away the bytes of those whose time is over. The row stays for a year, so that the page can say so."""
    over = DataExport.objects.filter(
        Q(state=ExportState.READY, expires_at__lte=now) | Q(state=ExportState.GONE, file__gt="")
    )
    gone = 0
    for export in over.order_by("expires_at")[:1_000]:
        remove_bytes([export])  # first: a worker that is killed here does it again
        gone += over.filter(pk=export.pk).update(state=ExportState.GONE, file="", size=0)
    old = DataExport.objects.filter(state__in=[ExportState.GONE, ExportState.FAILED], asked_at__lt=now - 52 * LASTS)
    old.delete()
    return gone


def _waiting(now: datetime) -> QuerySet[DataExport]:
    left = Q(state=ExportState.MAKING, claimed_at__lt=now - SILENT)
    return DataExport.objects.filter(Q(state=ExportState.ASKED) | left)


def _claim(now: datetime, *, but: set[UUID]) -> DataExport | None:
    """The next one, for this worker alone. Those that were tried often enough have failed."""
    for export in _waiting(now).filter(attempts__gte=MOST_TRIES):
        _fail(export, now)
    for pk in _waiting(now).exclude(pk__in=but).order_by("asked_at", "pk").values_list("pk", flat=True)[:20]:
        claim = uuid4()
        taken = (
            _waiting(now)
            .filter(pk=pk)
            .update(state=ExportState.MAKING, claim=claim, claimed_at=now, percent=0, attempts=F("attempts") + 1)
        )
        if taken == 1:
            return DataExport.objects.select_related("person", "team").filter(claim=claim).first()
    return None


def _make(export: DataExport, now: datetime) -> bool:
    """Make this one. False when it went wrong (another sweep tries again) or somebody else has it."""
    try:
        _make_it(export, now)
    except _Lost:
        logger.info("export %s is no longer wanted here", export.pk)
        return False
    except Exception:
        logger.exception("export %s went wrong", export.pk)
        _mine(export).update(state=ExportState.ASKED, claim=None, claimed_at=None)
        if export.attempts >= MOST_TRIES:
            _fail(export, now)
        return False
    return True


def _make_it(export: DataExport, now: datetime) -> None:
    if export.team is not None and not owns(export.person, export.team):
        _mine(export).update(state=ExportState.FAILED, claim=None)
        raise _Lost
    told = _Told(export, now)
    with TemporaryFile() as target:
        write_export(target, _scope(export), now=now, told=told)
        size = target.tell()
        target.seek(0)
        told.renew()
        remove_bytes([export])  # of a maker that was killed just here
        name = DataExport._meta.get_field("file").storage.save(place_of(export), File(target))
    moment = told.moment()
    with transaction.atomic():
        kept = _mine(export).update(
            state=ExportState.READY,
            percent=100,
            file=name,
            size=size,
            claim=None,
            ready_at=moment,
            expires_at=moment + LASTS,
        )
        if kept == 1:
            tell([_news(export, "export_ready", expires=moment + LASTS)], now=moment)
    if kept != 1:
        _discard(export, name)
        raise _Lost


def _discard(export: DataExport, name: str) -> None:
    """Whoever has it now keeps what is theirs; of one that is gone altogether nothing may stay."""
    if not DataExport.objects.filter(pk=export.pk, file=name).exists():
        DataExport._meta.get_field("file").storage.delete(name)


def _mine(export: DataExport) -> QuerySet[DataExport]:
    return DataExport.objects.filter(pk=export.pk, state=ExportState.MAKING, claim=export.claim)


def _fail(export: DataExport, now: datetime) -> None:
    with transaction.atomic():
        open_one = _waiting(now).filter(pk=export.pk)
        if open_one.update(state=ExportState.FAILED, claim=None) == 1:
            tell([_news(export, "export_failed")], now=now)


def _scope(export: DataExport) -> Scope:
    teams: list[UUID] = list(Membership.objects.filter(user=export.person).values_list("team", flat=True))
    return Scope(person=export.person, team=export.team, teams=frozenset(teams))


def _news(export: DataExport, template: str, expires: datetime | None = None) -> Tell:
    return Tell(
        to=export.person,
        kind=MessageKind.ACCOUNT,
        template=template,
        params={
            "team": export.team.name if export.team else "",
            "when_expires": expires.isoformat() if expires else "",
        },
        path=reverse("profile_data"),
        dedup_key=f"export:{export.pk}:{template}",
    )


class _Told:
    """Writes the percentage down, and with it that this worker is still at it."""

    def __init__(self, export: DataExport, now: datetime) -> None:
        self._export, self._now, self._started, self._last = export, now, time.monotonic(), 0.0

    def moment(self) -> datetime:
        """What time it is by now."""
        return self._now + timedelta(seconds=time.monotonic() - self._started)

    def __call__(self, percent: int) -> None:
        if time.monotonic() - self._last < TELL_SECONDS:
            return
        self.renew(percent=percent)

    def renew(self, **values: int) -> None:
        """Say that this worker is still at it. Raises _Lost when it is not its own any more."""
        self._last = time.monotonic()
        if _mine(self._export).update(claimed_at=self.moment(), **values) != 1:
            raise _Lost
