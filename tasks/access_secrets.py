"""Who may ask for a secret. Whether they get it, their role and the task of that moment decide (tasks/secrets.py)."""

from uuid import UUID

from django.http import HttpRequest
from django.shortcuts import get_object_or_404

from tasks.models import Resource
from tasks.queries import person_for
from tasks.secrets import logins_in_sight


def login_for_reveal(request: HttpRequest, resource_id: UUID) -> Resource:
    """A login of a team in which this person hands over, or that is or was lent to a task of their own; 404 else."""
    person = person_for(request)
    resource = get_object_or_404(logins_in_sight(person), pk=resource_id)
    resource.team = next(team for team in person.teams if team.pk == resource.team_id)
    return resource
