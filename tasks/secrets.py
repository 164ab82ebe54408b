"""Who may have a secret, and to whom it was given. Who still knows it: tasks/departures.py.

What is sealed is opened for somebody in tasks/actions/secrets.py only.
"""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Role
from accounts.pages import Cursor
from delegation.workflow import CLOSED, WITH_ASSISTANT, State
from tasks.models import Resource, ResourceKind, Reveal, Task
from tasks.queries import PAGE_SIZE, Person, visible_to

# While it is only offered, nobody has said yes yet; once it is done or stopped, access has ended with it.
LENDING = WITH_ASSISTANT - {State.OFFERED}
SHOWN_SECONDS = 30
MOST_REASON = 300  # characters

NOT_YET = _("You get this once you have accepted the task.")
NO_LONGER = _("The task that this was lent for has ended, and your access with it.")
NOT_LENT = _("This is not lent to you any more.")
NOTHING_THERE = _("There is nothing to show: it was removed.")
SHUT = _("This can't be opened. Tell the administrator of Handover; giving it a new value helps too.")
ASKED_WHY = _("What do you need it for? The owner asks for a reason.")
TOO_LONG = _("Say it in at most 300 characters.")


class NotGiven(Exception):
    """The secret is not given away. `text` says why, for who asked."""

    def __init__(self, text: Promise | str) -> None:
        super().__init__(str(text))
        self.text = text


class ReasonAsked(NotGiven):
    """It is, as soon as there is a reason."""


def logins_in_sight(person: Person) -> QuerySet[Resource]:
    """The logins of teams in which one hands over, and those that are or were lent to one's own tasks elsewhere.

    Whether a secret is given away is decided later, with the rows locked: here a task that has ended counts, so that
    who presses too late reads why nothing is shown.
    """
    teams = [team.pk for team in person.teams_as(*Role.entrepreneurs())]
    own = visible_to(person).filter(assistant=person.user)
    lent = Task.resources.through.objects.filter(task__in=own).values("resource_id")
    return Resource.objects.filter(Q(team__in=teams) | Q(pk__in=lent), kind=ResourceKind.LOGIN)


def choose_task(tasks: Iterable[Task], wanted: UUID | None) -> Task:
    """Of an assistant's own tasks that a login is lent to, the one for which they have it. Raises NotGiven."""
    found = sorted(tasks, key=lambda task: (task.pk != wanted, task.changed_at))
    if lending := next((task for task in found if task.state in LENDING), None):
        return lending
    if any(task.state == State.OFFERED for task in found):
        raise NotGiven(NOT_YET)
    raise NotGiven(NO_LONGER if any(task.state in CLOSED for task in found) else NOT_LENT)


# --- to whom it was given ----------------------------------------------------------------------------------------


def reveals_of(resource: Resource, before: Cursor | None) -> tuple[list[Reveal], Cursor | None]:
    """Who was shown or copied what of it, newest first, a page at a time; where the next page begins, if there is one.

    For who hands over in its team.
    """
    found = Reveal.objects.filter(resource=resource)
    if before:
        found = found.filter(Q(at__lt=before.at) | Q(at=before.at, id__lt=before.id), at__lte=before.at)
    rows = list(found.select_related("person", "task").order_by("-at", "-id")[: PAGE_SIZE + 1])
    page = rows[:PAGE_SIZE]
    return page, Cursor(page[-1].at, page[-1].pk) if len(rows) > PAGE_SIZE else None
