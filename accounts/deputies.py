"""Who answers for whom: while an entrepreneur is away, another one of the team stands in for them.

The days of an absence are days on the clock of who is away: it begins at their midnight and ends at their midnight.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import DateField, DateTimeField, Exists, F, Func, OuterRef, QuerySet, Value
from django.db.models.functions import JSONObject

from accounts.models import Absence, Membership, Role, User

# Today where somebody is, in SQL: `moment` and `zone` are what stands there.
TODAY = {
    "postgresql": "(CAST({moment} AS timestamptz) AT TIME ZONE {zone})::date",
    "sqlite": "django_datetime_cast_date({moment}, {zone}, 'UTC')",
}


class TodayThere(Func):
    """The day that it is at a moment on the clock of a person, by the column of their time zone."""

    output_field = DateField()

    def __init__(self, now: datetime, zone: str, **extra: Any) -> None:
        super().__init__(Value(now, output_field=DateTimeField()), F(zone), **extra)

    def as_sql(self, compiler: Any, connection: Any, *_rest: Any, **_more: Any) -> tuple[str, tuple[Any, ...]]:
        moment, zone = (compiler.compile(part) for part in self.source_expressions)
        sql = TODAY[connection.vendor].format(moment=moment[0], zone=zone[0])
        return sql, (*moment[1], *zone[1])


def absences_at(now: datetime) -> QuerySet[Absence]:
    """The absences that last at this moment, and whose deputy still hands over work in the team."""
    today = TodayThere(now, "person__time_zone")
    return still_answered(Absence.objects.filter(first__lte=today, last__gte=today))


def still_answered(absences: QuerySet[Absence]) -> QuerySet[Absence]:
    """Those of them whose deputy is there to answer: an entrepreneur of the team who may log in."""
    there = Membership.objects.filter(
        team=OuterRef("team"), user=OuterRef("deputy"), role__in=Role.entrepreneurs(), user__is_active=True
    )
    return absences.filter(Exists(there))


class StandsIn(NamedTuple):
    """For whom somebody answers in a team, and until which day."""

    team_id: UUID
    person: User
    last: date


def answers_for(user: User, *, now: datetime) -> list[StandsIn]:
    """For whom this person answers at this moment, in one query."""
    found = absences_at(now).filter(deputy=user).select_related("person").order_by("last", "id")
    return [StandsIn(absence.team_id, absence.person, absence.last) for absence in found]


def deputies_of(team_id: UUID, people: set[UUID], *, now: datetime) -> dict[UUID, User]:
    """Who answers in this team for those of these people who are away at this moment."""
    if not people:
        return {}
    found = absences_at(now).filter(team=team_id, person__in=people).select_related("deputy")
    return {absence.person_id: absence.deputy for absence in found}


def deputy_now(person: str, *, now: datetime) -> Any:
    """As an annotation of something in a team: who answers for `person` (a field of it) now, as JSON, or nothing."""
    running = absences_at(now).filter(team=OuterRef("team"), person=OuterRef(person))
    return running.values(
        said=JSONObject(
            id="deputy_id",
            name="deputy__name",
            email="deputy__email",
            last="last",
            person="person__name",
            person_email="person__email",
        )
    )[:1]


def lasts(absence: Absence, now: datetime) -> bool:
    """Whether this person is away at this moment."""
    return absence.first <= today_of(absence.person, now) <= absence.last


def today_of(person: User, now: datetime) -> date:
    """The day that it is where this person is."""
    return now.astimezone(ZoneInfo(person.time_zone)).date()
