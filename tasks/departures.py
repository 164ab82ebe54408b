"""Who has left a team, and which secrets they saw: what was seen was seen, so those need a new value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Max, Q

from accounts.audit import Happened
from accounts.models import AuditEntry, Departure, Team, User
from accounts.pages import Cursor
from tasks.models import Reveal, Secret, SecretPart, SecretToRotate
from tasks.secrets import seen_by

PAGE_SIZE = 25


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A part of a login that somebody saw, copied or filled in, when they did so last, and what it is called."""

    resource_id: UUID | None
    name: str
    part: str
    at: datetime

    @property
    def part_label(self) -> str:
        return str(SecretPart(self.part).label)


def secrets_seen(person: User, team: Team) -> list[Seen]:
    """What this person knows of the team's secrets as they are now, by name: what they were shown, and what they gave.

    What has had a new value since is left out. What was taken out of the resources is not: outside it may still work.
    """
    shown = [
        Seen(resource_id=seen.resource.pk, name=seen.resource.name, part=seen.part, at=seen.at)
        for seen in seen_by(person, team)
    ]
    found: dict[tuple[UUID | str, str], Seen] = {}
    for seen in (*_given_by(person, team), *shown, *_removed(person, team)):
        found[seen.resource_id or seen.name, seen.part] = seen
    return sorted(found.values(), key=lambda seen: (seen.name.casefold(), seen.part))


def _given_by(person: User, team: Team) -> list[Seen]:
    """Who filled in a password knows it, though it was never shown to them; also what one-time codes are made of."""
    changes = AuditEntry.objects.filter(actor=person, team=team, kind=Happened.SECRET_CHANGED)
    theirs = {(data.get("resource_id"), data.get("part"), at) for data, at in changes.values_list("data", "at")}
    rows = Secret.objects.filter(resource__team=team).values_list(
        "resource_id", "resource__name", "part", "changed_at", "resource__created_by", "resource__created_at"
    )
    return [
        Seen(resource_id=pk, name=name, part=part, at=at)
        for pk, name, part, at, by, since in rows
        if (str(pk), part, at) in theirs or (by == person.pk and at == since)
    ]


def _removed(person: User, team: Team) -> list[Seen]:
    reveals = Reveal.objects.filter(person=person, team=team, part=SecretPart.PASSWORD, resource__isnull=True)
    rows = reveals.values("resource_name", "part").annotate(last=Max("at")).order_by()
    return [Seen(resource_id=None, name=row["resource_name"], part=row["part"], at=row["last"]) for row in rows]


@dataclass(frozen=True, kw_only=True)
class Left:
    """Somebody who left, with what they saw; `open`: how many of those still have the value that was seen."""

    departure: Departure
    secrets: list[SecretToRotate]

    @property
    def open(self) -> int:
        return sum(secret.done_at is None for secret in self.secrets)


def departures_page(team: Team, before: Cursor | None) -> tuple[list[Left], Cursor | None]:
    """Who left, the last one first, and where the next page begins. In two queries, whatever its length."""
    departures = Departure.objects.filter(team=team).select_related("person", "ended_by").order_by("-at", "-id")
    if before:
        departures = departures.filter(Q(at__lt=before.at) | Q(at=before.at, id__lt=before.id))
    rows = list(departures[: PAGE_SIZE + 1])
    page, more = rows[:PAGE_SIZE], len(rows) > PAGE_SIZE
    listed = SecretToRotate.objects.filter(
        team=team, person__in=[row.person_id for row in page], listed_at__in=[row.at for row in page]
    )
    secrets: dict[tuple[UUID, datetime], list[SecretToRotate]] = {}
    for secret in listed.select_related("done_by").order_by("resource_name", "part"):
        secrets.setdefault((secret.person_id, secret.listed_at), []).append(secret)
    left = [Left(departure=row, secrets=secrets.get((row.person_id, row.at), [])) for row in page]
    return left, Cursor(page[-1].at, page[-1].pk) if more else None
