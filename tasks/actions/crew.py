"""Who carries out and who answers for a task, held while an action gives it to them.

Somebody who is just leaving must not be given anything. Whoever gives a task to somebody locks that person's membership
after the task; ending a membership (tasks/actions/leaving.py) locks the same row and looks again at what is left. Of
two at once the second sees what the first one did.
"""

from uuid import UUID

from django.utils.translation import gettext_lazy as _

from accounts.models import Membership, Role, User
from tasks.actions.base import Refused, Step
from tasks.ceilings import is_above, refusal

NOT_IN_TEAM = _("This person no longer works in the team. Choose somebody else.")
NOT_HANDING_OVER = _("This person doesn't hand over in this team. Choose somebody else.")
CLOSING = _("The team is going to be deleted, so nothing new is handed over in it. The owner can call that off.")


def membership_held(team_id: UUID, user_id: UUID) -> Membership | None:
    """The membership with its row locked until the transaction ends; None when it is there no more."""
    rows = Membership.objects.select_for_update(of=("self",), no_key=True)
    return rows.filter(team_id=team_id, user_id=user_id).first()


def check_assistant(step: Step) -> User:
    """Whoever the task is offered to: may carry it out, and at its level. Raises Refused. Every offer passes here."""
    task, assistant = step.task, step.task.assistant
    if task.team.delete_at is not None:
        raise Refused(task, CLOSING)
    if assistant is None or not assistant.is_active or assistant.pk == task.entrepreneur_id:
        raise Refused(task, NOT_IN_TEAM)
    membership = membership_held(task.team_id, assistant.pk)
    if membership is None or membership.role not in Role.assistants():
        raise Refused(task, NOT_IN_TEAM)
    if is_above(task.level, membership.ceiling):
        raise Refused(task, refusal(assistant, membership.ceiling))
    return assistant


def check_crew_of_reopened(step: Step) -> None:
    """The assistant must still work here, and somebody must answer: who opens it again, if whoever did has left.

    Their ceiling doesn't matter: what was agreed goes on at the level at which it was agreed.
    """
    task, assistant = step.task, step.task.assistant
    membership = membership_held(task.team_id, assistant.pk) if assistant else None
    if membership is None or membership.role not in Role.assistants():
        raise Refused(task, _("Who carried it out no longer works in the team. Make a new task of what is missing."))
    if step.by.pk != task.entrepreneur_id and not _hands_over(task.team_id, task.entrepreneur_id):
        step.set(entrepreneur=step.by)


def check_entrepreneur(step: Step, to: User) -> None:
    """Whoever the task is passed on to: hands over in the team. Raises Refused."""
    if not to.is_active or to.pk == step.task.assistant_id or not _hands_over(step.task.team_id, to.pk):
        raise Refused(step.task, NOT_HANDING_OVER)


def _hands_over(team_id: UUID, user_id: UUID) -> bool:
    membership = membership_held(team_id, user_id)
    return membership is not None and membership.hands_over
