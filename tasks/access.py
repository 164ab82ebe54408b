"""The first line of each view: find the thing for this person, or answer 404 (an outsider) or 403 (not yours to do).

The team is in the query, so a foreign id and an unknown one give the same answer.
"""

from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404

from accounts.models import Role as TeamRole
from accounts.models import Team, User
from delegation.workflow import TABLE, UNDER_WAY, Action, Role
from tasks.actions.base import role_for
from tasks.answer_links import LASTS, read_token
from tasks.models import OPEN_CHECKINS, Checkin, Event, Resource, StoredFile, Task
from tasks.queries import LoggedTask, person_for, resources_for, visible_to, with_effort


def task_for_reading(request: HttpRequest, task_id: UUID) -> "tuple[LoggedTask, Role]":
    """A task that this person may see, with what was logged on it; and what they are to it."""
    person = person_for(request)
    task = get_object_or_404(with_effort(visible_to(person)).select_related("entrepreneur", "assistant"), pk=task_id)
    task.team = next(team for team in person.teams if team.pk == task.team_id)  # read already, with the person
    return task, role_for(person.roles.get(task.team_id), user_id=person.user.pk, task=task)


def task_for_action(request: HttpRequest, task_id: UUID, action: Action) -> tuple[Task, Role]:
    """A task to which this person's role may do `action`, whatever its state."""
    task, role = task_for_reading(request, task_id)
    if role not in TABLE[action].roles:
        raise PermissionDenied
    return task, role


def task_for_press(request: HttpRequest, task_id: UUID, action: Action) -> tuple[Task, Role]:
    """The same, but who worked on the task until it went to somebody else is let through too.

    The action refuses them, and the page that says so tells what changed and keeps what they typed.
    """
    task, role = task_for_reading(request, task_id)
    was_theirs = role == Role.ONLOOKER and Role.ASSISTANT in TABLE[action].roles
    if was_theirs and Event.objects.filter(task=task, actor=person_for(request).user).exists():
        return task, role
    if role not in TABLE[action].roles:
        raise PermissionDenied
    return task, role


def task_out_of_sight(request: HttpRequest, task_id: UUID) -> bool:
    """Whether this is a task of one's own team that one worked on and that has gone elsewhere since.

    Then a second press on "decline" is told so; for everybody else the task doesn't exist.
    """
    person = person_for(request)
    if visible_to(person).filter(pk=task_id).exists():
        return False
    return Event.objects.filter(task_id=task_id, task__team__in=person.roles, actor=person.user).exists()


def team_for_handing_over(request: HttpRequest) -> Team:
    """The team in which a new task is written: the one in the address, or the only one, or the first."""
    person = person_for(request)
    teams = person.teams_as(*TeamRole.entrepreneurs())
    if not teams:
        raise PermissionDenied
    wanted = request.GET.get("team")
    if not wanted:
        return teams[0]
    for team in teams:
        if str(team.pk) == wanted:
            return team
    raise Http404


def team_for_usual_checkins(request: HttpRequest, team_id: UUID) -> Team:
    """A team of which this person may say what is usual in a new brief: owner and entrepreneurs."""
    person = person_for(request)
    if team_id not in person.roles:
        raise Http404
    if person.roles[team_id] not in TeamRole.entrepreneurs():
        raise PermissionDenied
    return next(team for team in person.teams if team.pk == team_id)


def checkin_for_link(token: str, *, now: datetime) -> Checkin | None:
    """The check-in that a link in a mail leads to, while it can still be answered by who was asked; else None.

    Raises Http404 for a token that is not ours.
    """
    ids = read_token(token)
    if ids is None:
        raise Http404
    checkin_id, person_id = ids
    return (
        Checkin.objects.filter(
            pk=checkin_id,
            state__in=OPEN_CHECKINS,
            asked_at__gt=now - LASTS,
            assistant=person_id,
            assistant__is_active=True,
            task__assistant=person_id,
            task__state__in=sorted(UNDER_WAY),
            task__team__memberships__user=person_id,
        )
        .select_related("task__team", "task__entrepreneur", "assistant")
        .first()
    )


def language_of_link(token: str) -> str | None:
    """The language of whom a link of ours was sent to, also when it leads nowhere any more."""
    ids = read_token(token)
    return ids and User.objects.filter(pk=ids[1]).values_list("language", flat=True).first()


def file_for_download(request: HttpRequest, file_id: UUID) -> StoredFile:
    """A file of a task or a resource that this person may see."""
    person = person_for(request)
    stored = get_object_or_404(StoredFile.objects.filter(team__in=person.roles), pk=file_id)
    if stored.task_id and visible_to(person).filter(pk=stored.task_id).exists():
        return stored
    if resources_for(person).filter(stored_file=stored).exists():
        return stored
    raise Http404


def resource_for_editing(request: HttpRequest, resource_id: UUID) -> Resource:
    """A resource of a team in which this person hands over."""
    person = person_for(request)
    resource = get_object_or_404(resources_for(person), pk=resource_id)
    if person.roles.get(resource.team_id) not in TeamRole.entrepreneurs():
        raise PermissionDenied
    return resource
