"""What the page "My data" shows."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from accounts.models import Membership, Role, Team, User
from tasks.models import OPEN_EXPORTS, DataExport, ExportState

MOST = 20


@dataclass(frozen=True)
class Line:
    """One export, and whether it can be downloaded."""

    export: DataExport
    is_ready: bool
    is_open: bool


@dataclass(frozen=True)
class Choice:
    """What can be asked for: oneself, or a team that one owns. `is_open`: it is being made already."""

    team: Team | None
    is_open: bool


@dataclass(frozen=True)
class MyData:
    """The choices and the exports, newest first."""

    choices: list[Choice]
    lines: list[Line]

    @property
    def is_busy(self) -> bool:
        return any(line.is_open for line in self.lines)


def my_data(person: User, *, now: datetime) -> MyData:
    """In two queries."""
    places = Membership.objects.filter(user=person, role=Role.OWNER).select_related("team")
    owned = {place.team_id: place.team for place in places}
    mine = DataExport.objects.filter(person=person).filter(Q(team=None) | Q(team__in=owned)).select_related("team")
    exports = list(mine.order_by("-asked_at", "-pk")[:MOST])
    waiting = {export.team_id for export in exports if export.state in OPEN_EXPORTS}
    teams = sorted(owned.values(), key=lambda team: (team.name.casefold(), team.pk))
    return MyData(
        choices=[Choice(team, (team.pk if team else None) in waiting) for team in (None, *teams)],
        lines=[_line(export, now) for export in exports],
    )


def _line(export: DataExport, now: datetime) -> Line:
    in_time = export.expires_at is not None and export.expires_at > now
    return Line(
        export=export,
        is_ready=export.state == ExportState.READY and in_time,
        is_open=export.state in OPEN_EXPORTS,
    )
