"""Giving a resource to the team."""

from datetime import datetime

from accounts.models import Team, User
from tasks.models import Resource, StoredFile


def add_resource(
    *, team: Team, by: User, kind: str, name: str, content: str, stored_file: StoredFile | None, now: datetime
) -> Resource:
    """Give something once, to attach to any later task. Whether `by` may has been checked by who found the team."""
    return Resource.objects.create(
        team=team, kind=kind, name=name, content=content, stored_file=stored_file, created_by=by, created_at=now
    )
