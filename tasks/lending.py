"""Resources as they are lent: what a task has, the list with its search, and on which open tasks each is needed."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Q, QuerySet

from accounts.models import Role
from delegation.workflow import WITH_ASSISTANT, State
from tasks.models import Resource, Secret, StoredFile, Task
from tasks.queries import PAGE_SIZE, Person, lent_to, resources_for
from tasks.statements import RESOURCES, as_id, stored_id, with_names

SEARCHED = ("name", "content", "user_name", "web_address")
MOST_WORDS = 8
MOST_SEARCHED = 200


@dataclass(frozen=True)
class NameCursor:
    """The last row of a page of a list by name; everything after it comes later in the alphabet."""

    name: str
    id: UUID

    def __str__(self) -> str:
        return f"{self.id}_{self.name}"

    @classmethod
    def parse(cls, text: str) -> NameCursor | None:
        """The cursor in an address; None when there is none or someone has altered it."""
        key, underscore, name = text.partition("_")
        try:
            return cls(name, UUID(key)) if underscore and "\x00" not in name else None
        except ValueError:
            return None


@dataclass(frozen=True, kw_only=True)
class ResourceFilters:
    """What the list is narrowed to; empty strings and None narrow nothing."""

    search: str = ""
    kind: str = ""
    team: UUID | None = None


# --- what a task is lent ------------------------------------------------------------------------------------------


def resources_of(task: Task) -> list[Resource]:
    """What the task is lent, by name. `secret_parts` of each: which parts of a login are sealed."""
    return as_resources(Resource.objects.raw(RESOURCES, [stored_id(task)]))


def as_resources(rows: Iterable[Any]) -> list[Resource]:
    """Resources of the columns that the statements read of what a task is lent."""
    found: list[Any] = []
    for row in rows:
        resource: Any = Resource(
            id=as_id(row.resource_id),
            team_id=as_id(row.resource_team_id),
            kind=row.kind,
            name=row.name,
            content=row.content,
            user_name=row.user_name,
            web_address=row.web_address,
            asks_reason=bool(row.asks_reason),
            stored_file_id=as_id(row.stored_file_id) if row.stored_file_id else None,
        )
        resource.secret_parts = row.sealed_parts.split()
        for name in ("name", "size", "version"):
            setattr(resource, f"stored_file_{name}", getattr(row, f"stored_file_{name}"))
        found.append(resource)
    return with_names(found, StoredFile, "stored_file", names=("name", "size", "version"))


# --- the list -----------------------------------------------------------------------------------------------------


def clean_search(text: str) -> str:
    """What somebody typed to search for, as far as a search can use it."""
    return " ".join(text.replace("\x00", "")[:MOST_SEARCHED].split())


def matching(resources: QuerySet[Resource], search: str) -> QuerySet[Resource]:
    """Those in which each word occurs: in the name, the content, the user name or the web address, in any case.

    Nothing that is sealed is looked in.
    """
    for word in search.split()[:MOST_WORDS]:
        anywhere = Q()
        for field in SEARCHED:
            anywhere |= _has(field, word)
        resources = resources.filter(anywhere)
    return resources


def _has(field: str, word: str) -> Q:
    # SQLite's LIKE takes only the letters of English for the same in both cases; its regular expressions are Python's.
    if connection.vendor == "sqlite":
        return Q(**{f"{field}__iregex": re.escape(word)})
    return Q(**{f"{field}__icontains": word})


def resource_page(
    person: Person, filters: ResourceFilters, after: NameCursor | None
) -> tuple[list[Resource], NameCursor | None]:
    """One page of what this person may see, by name, and where the next one begins (None: there is none).

    Each row comes with `secret_parts`, `lent` and `needed` (see put_parts, put_lent). Four queries, however many there
    are.
    """
    found = matching(resources_for(person), filters.search)
    if filters.kind:
        found = found.filter(kind=filters.kind)
    if filters.team:
        found = found.filter(team=filters.team)
    if after:
        found = found.filter(Q(name__gt=after.name) | Q(name=after.name, id__gt=after.id), name__gte=after.name)
    rows = list(found.select_related("stored_file").order_by("name", "id")[: PAGE_SIZE + 1])
    page = rows[:PAGE_SIZE]
    teams = {team.pk: team for team in person.teams}
    for row in page:
        row.team = teams[row.team_id]
    put_parts(page)
    put_lent(page, person)
    return page, NameCursor(page[-1].name, page[-1].pk) if len(rows) > PAGE_SIZE else None


def put_parts(resources: Sequence[Resource]) -> None:
    """Put on each, as `secret_parts`, the names of the parts that are sealed. What is sealed is not read."""
    parts: dict[UUID, list[str]] = {}
    kept = Secret.objects.filter(resource__in=[row.pk for row in resources]).order_by("-part")
    for resource_id, part in kept.values_list("resource_id", "part"):
        parts.setdefault(resource_id, []).append(part)
    row: Any
    for row in resources:
        row.secret_parts = parts.get(row.pk, [])


def put_lent(resources: Sequence[Resource], person: Person) -> None:
    """Put on each where it is needed now.

    `ours`: whether this person hands over in its team; then `needed` says on how many open tasks it is lent. Else
    `lent` has their own open tasks for which they have it, those that were accepted first.
    """
    ours = {team.pk for team in person.teams_as(*Role.entrepreneurs())}
    through = Task.resources.through.objects
    needed: dict[UUID, int] = {}
    if mine := [row.pk for row in resources if row.team_id in ours]:
        lent = through.filter(resource__in=mine, task__state__in=sorted(WITH_ASSISTANT))
        needed = dict(lent.values_list("resource_id").annotate(Count("id")))
    own: dict[UUID, list[Task]] = {}
    if theirs := [row.pk for row in resources if row.team_id not in ours]:
        rows = through.filter(resource__in=theirs, task__in=lent_to(person)).select_related("task")
        rows = rows.only("resource_id", "task__title", "task__state", "task__team_id", "task__assistant_id")
        for row in rows.order_by("-task__changed_at", "task_id"):
            own.setdefault(row.resource_id, []).append(row.task)
    row_: Any
    for row_ in resources:
        row_.ours = row_.team_id in ours
        row_.lent = sorted(own.get(row_.pk, []), key=lambda task: task.state == State.OFFERED)
        row_.needed = needed.get(row_.pk, 0)


def open_tasks_with(resource: Resource) -> tuple[list[Task], bool]:
    """The open tasks that a resource is lent to, most recently changed first, and whether there are more than a page.

    For who hands over in its team.
    """
    tasks = resource.tasks.filter(state__in=sorted(WITH_ASSISTANT)).select_related("assistant", "entrepreneur")
    found = list(tasks.order_by("-changed_at", "-id")[: PAGE_SIZE + 1])
    return found[:PAGE_SIZE], len(found) > PAGE_SIZE
