"""Giving resources to the team, and taking them back."""

from datetime import datetime

from django.db import transaction

from accounts.models import Team, User
from delegation.workflow import WITH_ASSISTANT
from tasks.models import Resource, StoredFile


class ResourceInUseError(Exception):
    """The resource is lent to a task that somebody is working on."""


def add_resource(
    *, team: Team, by: User, kind: str, name: str, content: str, stored_file: StoredFile | None, now: datetime
) -> Resource:
    """Give something once, to attach to any later task. Whether `by` may has been checked by who found the team."""
    return Resource.objects.create(
        team=team, kind=kind, name=name, content=content, stored_file=stored_file, created_by=by, created_at=now
    )


@transaction.atomic
def change_resource(
    *, resource: Resource, kind: str, name: str, content: str, stored_file: StoredFile | None
) -> Resource:
    """Correct a resource; every task that it is lent to shows it as it is now. Without a new file the old one stays."""
    replaced = resource.stored_file if stored_file else None
    resource.kind, resource.name, resource.content = kind, name, content
    resource.stored_file = stored_file or resource.stored_file
    resource.save(update_fields=["kind", "name", "content", "stored_file"])
    _remove_file(replaced)
    return resource


@transaction.atomic
def remove_resource(*, resource: Resource) -> None:
    """Take a resource back. Raises ResourceInUseError while an assistant has it for a task."""
    if resource.tasks.filter(state__in=sorted(WITH_ASSISTANT)).exists():
        raise ResourceInUseError
    stored = resource.stored_file
    resource.delete()
    _remove_file(stored)


def _remove_file(stored: StoredFile | None) -> None:
    """Remove the row now and the bytes once that is certain: a file without a row is rubbish, the reverse is a loss."""
    if stored:
        stored.delete()
        transaction.on_commit(lambda: stored.file.delete(save=False))
