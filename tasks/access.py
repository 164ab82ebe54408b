"""The first line of each view: find the thing for this person, or answer 404 (an outsider) or 403 (not yours to do).

The team is in the query, so a foreign id and an unknown one give the same answer.
"""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import Q, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone

from accounts.deputies import deputy_now
from accounts.models import Membership, Team, User
from accounts.models import Role as TeamRole
from delegation.models import Agreement
from delegation.workflow import TABLE, UNDER_WAY, Action, Role
from tasks.actions.base import role_for
from tasks.answer_links import LASTS, read_token
from tasks.examples import example_column
from tasks.file_versions import resource_of
from tasks.models import OPEN_CHECKINS, Checkin, Event, Expense, Resource, StoredFile, Task, TimeEntry, Wish
from tasks.money_records import with_kept_name
from tasks.queries import Person, person_for, resources_for, visible_to
from tasks.wishes import wishes_of


def task_for_reading(request: HttpRequest, task_id: UUID) -> tuple[Task, Role]:
    """A task that this person may see, and what they are to it."""
    person = person_for(request)
    found = visible_to(person).select_related("entrepreneur", "assistant").annotate(example_rows=example_column())
    found = found.annotate(deputy_now=Subquery(deputy_now("entrepreneur", now=timezone.now())))
    task = get_object_or_404(found, pk=task_id)
    task.team = next(team for team in person.teams if team.pk == task.team_id)  # read already, with the person
    return task, role_for(person.roles.get(task.team_id), user_id=person.user.pk, task=task)


def task_for_both_sides(request: HttpRequest, task_id: UUID) -> tuple[Task, Role]:
    """The same for what is between the two of them: when somebody worked, and what was paid. 403 for onlookers.

    Who worked on it before it went to somebody else is let through, to what is their own (`whose`).
    """
    task, role = task_for_reading(request, task_id)
    person = person_for(request).user
    if role == Role.ONLOOKER and not (
        TimeEntry.objects.filter(task=task, user=person).exists()
        or Expense.objects.filter(task=task, by=person).exists()
    ):
        raise PermissionDenied
    return task, role


def whose(request: HttpRequest, role: Role) -> User | None:
    """Of whom somebody in this role may see what was logged; None: of everybody."""
    return person_for(request).user if role == Role.ONLOOKER else None


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


def own_entry(request: HttpRequest, entry_id: UUID) -> TimeEntry:
    """An entry of one's own time in a team that one is in, also where its task has gone to somebody else."""
    person = person_for(request)
    entries = TimeEntry.objects.select_related("task__team", "user").filter(task__team__in=person.roles)
    return get_object_or_404(entries, pk=entry_id, user=person.user)


def expense_for_withdrawing(request: HttpRequest, task_id: UUID, expense_id: UUID) -> Expense:
    """An expense of one's own, on a task that one still sees, whoever carries it out by now."""
    task, _role = task_for_reading(request, task_id)
    expense = get_object_or_404(Expense, task=task, pk=expense_id)
    if expense.by_id != person_for(request).user.pk:
        raise PermissionDenied
    return expense


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
    """A file of a task, an agreement or a resource that this person may see."""
    person = person_for(request)
    stored = get_object_or_404(StoredFile.objects.filter(team__in=person.roles), pk=file_id)
    if stored.agreement_id and agreements_for(person).filter(pk=stored.agreement_id).exists():
        return stored
    task = visible_to(person).filter(pk=stored.task_id).first() if stored.task_id else None
    if task is not None:
        role = role_for(person.roles.get(task.team_id), user_id=person.user.pk, task=task)
        # A receipt is between the two sides, and whose it is.
        if role == Role.ONLOOKER and stored.uploaded_by_id != person.user.pk and stored.expenses.exists():
            raise PermissionDenied
        return stored
    resource = None if stored.task_id or stored.agreement_id else resource_of(stored)
    if resource is None or not resources_for(person).filter(pk=resource.pk).exists():
        raise Http404
    # Who it is lent to gets what it is now; the earlier versions are for who hands over.
    if stored.pk != resource.stored_file_id and person.roles[stored.team_id] not in TeamRole.entrepreneurs():
        raise PermissionDenied
    return stored


def resource_for_editing(request: HttpRequest, resource_id: UUID) -> Resource:
    """A resource of a team in which this person hands over."""
    person = person_for(request)
    resource = get_object_or_404(resources_for(person), pk=resource_id)
    if person.roles.get(resource.team_id) not in TeamRole.entrepreneurs():
        raise PermissionDenied
    return resource


def task_of_tray(request: HttpRequest) -> Task | None:
    """The task whose wishes the address asks for; None for the whole tray."""
    wanted = request.GET.get("task")
    return _task_named(request, wanted) if wanted else None


def trays_for_adding(request: HttpRequest) -> list[Team]:
    """The teams in whose tray this person may drop something that hangs on no task: all in which they are no guest."""
    return person_for(request).teams_as(*set(TeamRole.values) - {TeamRole.GUEST})


def tray_for_adding(request: HttpRequest) -> tuple[Team, Task | None]:
    """Where a wish is dropped: with the task that it names, else in the tray of the team that it names, or the first.

    Whoever sees a task may; without a task, everybody of the team but guests.
    """
    wanted = request.POST.get("task") or request.GET.get("task")
    if wanted:
        task = _task_named(request, wanted)
        return task.team, task
    teams = trays_for_adding(request)
    if not teams:
        raise PermissionDenied
    wanted = request.POST.get("team") or request.GET.get("team")
    team = next((team for team in teams if str(team.pk) == wanted), None) if wanted else teams[0]
    if team is None:
        raise Http404
    return team, None


def _task_named(request: HttpRequest, text: str) -> Task:
    try:
        return task_for_reading(request, UUID(text))[0]
    except ValueError:
        raise Http404 from None


def wish_for_dropping(request: HttpRequest, wish_id: UUID) -> Wish:
    """A wish of one's own, or of a team in which one hands over; 403 for others who see it."""
    person = person_for(request)
    found = wishes_of(person).select_related("by", "closed_by", "task__entrepreneur", "became")
    wish = get_object_or_404(found, pk=wish_id)
    wish.team = next(team for team in person.teams if team.pk == wish.team_id)  # read already, with the person
    if wish.by_id != person.user.pk and person.roles[wish.team_id] not in TeamRole.entrepreneurs():
        raise PermissionDenied
    return wish


def wish_for_deciding(request: HttpRequest, wish_id: UUID) -> Wish:
    """The same for making it a task: only for who hands over in its team."""
    wish = wish_for_dropping(request, wish_id)
    if person_for(request).roles[wish.team_id] not in TeamRole.entrepreneurs():
        raise PermissionDenied
    return wish


def timesheets_of(request: HttpRequest, team_id: UUID, assistant_id: UUID) -> tuple[Team, User, bool]:
    """A team, whose timesheets are asked for, and whether this person may approve them.

    Who hands over sees those of every assistant, also of who left; an assistant their own.
    """
    person = person_for(request)
    if team_id not in person.roles:
        raise Http404
    team = next(team for team in person.teams if team.pk == team_id)
    if person.roles[team_id] not in TeamRole.entrepreneurs():
        if assistant_id != person.user.pk:
            raise PermissionDenied
        return team, person.user, False
    worked = (
        Membership.objects.filter(team=team, user=assistant_id, role__in=TeamRole.assistants()),
        TimeEntry.objects.filter(task__team=team, user=assistant_id),
        Expense.objects.filter(task__team=team, by=assistant_id),
    )
    if not any(rows.exists() for rows in worked):
        raise Http404
    assistant = with_kept_name(team, get_object_or_404(User, pk=assistant_id))
    return team, assistant, assistant_id != person.user.pk


def timesheet_to_approve(request: HttpRequest, team_id: UUID, assistant_id: UUID) -> tuple[Team, User]:
    """The same, for who hands over only."""
    team, assistant, may_approve = timesheets_of(request, team_id, assistant_id)
    if not may_approve:
        raise PermissionDenied
    return team, assistant


@dataclass(frozen=True)
class Sides:
    """Who agree with each other, and where the reader stands. `works_here`: whether the assistant still does."""

    team: Team
    assistant: User
    hands_over: bool
    works_here: bool


def team_for_agreements(request: HttpRequest, team_id: UUID) -> tuple[Team, bool]:
    """A team of one's own, and whether one hands over in it: then one sees all of its agreements, else one's own."""
    person = person_for(request)
    if team_id not in person.roles:
        raise Http404
    team = next(team for team in person.teams if team.pk == team_id)
    return team, person.roles[team_id] in TeamRole.entrepreneurs()


def sides_for_reading(request: HttpRequest, team_id: UUID, assistant_id: UUID) -> Sides:
    """For the assistant themselves and who hands over in the team; 403 for every other member.

    404 for somebody who is no assistant there and has never agreed on anything with the team.
    """
    team, hands_over = team_for_agreements(request, team_id)
    user = person_for(request).user
    if not hands_over and user.pk != assistant_id:
        raise PermissionDenied
    works_here = Membership.objects.filter(team=team, user=assistant_id, role__in=TeamRole.assistants()).exists()
    if not works_here and not Agreement.objects.filter(team=team, assistant=assistant_id).exists():
        raise Http404
    assistant = user if user.pk == assistant_id else get_object_or_404(User, pk=assistant_id)
    return Sides(team=team, assistant=assistant, hands_over=hands_over, works_here=works_here)


def sides_for_proposing(request: HttpRequest, team_id: UUID, assistant_id: UUID) -> Sides:
    """The same, while the assistant works in the team."""
    sides = sides_for_reading(request, team_id, assistant_id)
    if not sides.works_here:
        raise PermissionDenied
    return sides


def agreement_for_reading(
    request: HttpRequest, team_id: UUID, assistant_id: UUID, agreement_id: UUID
) -> tuple[Agreement, Sides]:
    """One version, for the same people."""
    sides = sides_for_reading(request, team_id, assistant_id)
    found = Agreement.objects.select_related("team", "assistant", "proposed_by", "answered_by")
    return get_object_or_404(found.filter(team=sides.team, assistant=sides.assistant), pk=agreement_id), sides


def agreements_for(person: Person) -> QuerySet[Agreement]:
    """The versions that this person may see: of the teams in which they hand over, and their own elsewhere."""
    teams = [team.pk for team in person.teams_as(*TeamRole.entrepreneurs())]
    return Agreement.objects.filter(Q(team__in=teams) | Q(assistant=person.user, team__in=person.roles))


def team_for_money(request: HttpRequest, team_id: UUID) -> Team:
    """A team of one's own, to say what it finds worth discussing; 403 for other members."""
    person = person_for(request)
    if team_id not in person.roles:
        raise Http404
    if person.roles[team_id] != TeamRole.OWNER:
        raise PermissionDenied
    return next(team for team in person.teams if team.pk == team_id)
