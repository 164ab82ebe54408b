"""Who knows which secret of a team, and who has left: what was seen was seen, so those need a new value."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Max, Q, QuerySet
from django.db.models.fields.json import KT

from accounts.audit import Happened
from accounts.models import AuditEntry, Departure, Team, User
from accounts.pages import Cursor
from tasks.models import Resource, ResourceKind, SecretPart, SecretToRotate

PAGE_SIZE = 25

# A login, by its id as text, and a part of it.
Key = tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A part of a login that somebody saw, copied or filled in, when they did so last, and what it is called.

    `resource_id`: None when the login was taken out of the resources.
    """

    resource_id: UUID | None
    name: str
    part: str
    at: datetime

    @property
    def part_label(self) -> str:
        return str(SecretPart(self.part).label)


def secrets_seen(person: User, team: Team) -> list[Seen]:
    """What this person knows of the team's secrets, by name: what they were shown, copied or filled in themselves.

    What has had a new value since, known to be another one, is left out. What was taken away is not: outside it may
    still work. All of it is read from what happened, which stays when a part or a whole login is removed, and in a
    number of queries that doesn't depend on how much it was.
    """
    known = _known_to(person, team)
    renewed = _renewed(team, since=min(seen.at for seen in known.values())) if known else {}
    found = {key: seen for key, seen in known.items() if seen.at >= renewed.get(key, seen.at)}
    there = Resource.objects.filter(team=team, pk__in={UUID(pk) for pk, _part in found})
    names = {str(pk): name for pk, name in there.values_list("pk", "name")}
    seen = [
        replace(seen, name=names[pk]) if pk in names else replace(seen, resource_id=None)
        for (pk, _part), seen in found.items()
    ]
    return sorted(seen, key=lambda seen: (seen.name.casefold(), seen.part, seen.at))


def unlisted(person: User, team: Team) -> list[Seen]:
    """Of what they know, what is not on the list since an earlier time that they left.

    Each row there stands for one: for what was seen at that very moment, or else, while it is open, for what is the
    same login, or was taken out of the resources under the same name.
    """
    rows = list(SecretToRotate.objects.filter(team=team, person=person).order_by("listed_at", "pk"))
    found = secrets_seen(person, team)
    for is_of in (_at_that_time, _still_open):
        left = []
        for seen in found:
            row = next((row for row in rows if is_of(row, seen)), None)
            if row is None:
                left.append(seen)
            else:
                rows.remove(row)
        found = left
    return found


def _at_that_time(row: SecretToRotate, seen: Seen) -> bool:
    return (row.part, row.resource_id, row.seen_at) == (seen.part, seen.resource_id, seen.at)


def _still_open(row: SecretToRotate, seen: Seen) -> bool:
    named = row.resource_id is not None or row.resource_name == seen.name
    return row.done_at is None and named and (row.part, row.resource_id) == (seen.part, seen.resource_id)


def _known_to(person: User, team: Team) -> dict[Key, Seen]:
    """Of each part the last time, with the name that the login had then.

    Who was given a one-time code has nothing that lasts; who filled in what the codes are made of does.
    """
    theirs = AuditEntry.objects.filter(actor=person, team=team)
    shown = Q(kind__in=[Happened.SECRET_SHOWN, Happened.SECRET_COPIED], data__part=SecretPart.PASSWORD.value)
    given = Q(kind=Happened.SECRET_CHANGED, data__removed=False)
    found = [
        Seen(resource_id=UUID(pk), name=name, part=part, at=at)
        for pk, name, part, at in _by_part(theirs.filter(shown | given), "resource_id", "resource", "part")
    ]
    added = theirs.filter(kind=Happened.RESOURCE_ADDED, data__kind=ResourceKind.LOGIN.value)
    for data, at in added.values_list("data", "at"):
        # An entry from before the parts were written down may have been any.
        for part in filter(None, data.get("parts", ",".join(SecretPart.values)).split(",")):
            found.append(Seen(resource_id=UUID(data["resource_id"]), name=data["resource"], part=part, at=at))
    return {(str(seen.resource_id), seen.part): seen for seen in sorted(found, key=lambda seen: seen.at)}


def _renewed(team: Team, *, since: datetime) -> dict[Key, datetime]:
    """When each part was last given another value than it had. Entries that don't say whether it was another don't
    count."""
    changes = AuditEntry.objects.filter(team=team, at__gte=since, kind=Happened.SECRET_CHANGED, data__differs=True)
    return {(pk, part): at for pk, part, at in _by_part(changes, "resource_id", "part")}


def _by_part(entries: QuerySet[AuditEntry], *names: str) -> Iterable[tuple[Any, ...]]:
    """The last time of each combination of these values that entries carry."""
    values = {f"its_{name}": KT(f"data__{name}") for name in names}
    return entries.order_by().annotate(**values).values_list(*values).annotate(last=Max("at"))


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
